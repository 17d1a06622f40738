//! Numbers: how far they reach, and their value.

use crate::rules::ast::NumberForm;
use crate::rules::ast::NumberLiteral;
use crate::utils::AlertDuration;
use crate::utils::go;
use crate::utils::go::WrongNumber;

/// How far a number at the start of a text was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scan {
    /// The bytes that were followed.
    pub(crate) len: usize,
    /// Whether they may be a number, and the next character ends it.
    pub(crate) ended: bool,
}

/// Follows a number as Prometheus 3.5 does (`promql/parser`, the lexer).
///
/// ```text
/// number = [ "0" ( "x" | "X" ) [ "_" ] ] [ "." ] { digit | "." | "_" | ( "e" | "E" ) [ "+" | "-" ] } .
/// ```
///
/// A dot and an exponent stand once, and neither is followed by what cannot follow it. In a hexadecimal number an `e` behind the first
/// digit and before another digit starts an exponent, and an exponent does not end the text: `0xef` and `(0xfe)` are numbers, `0xfe`
/// alone is none. That what was followed is a number at all is seen when its value is read.
pub(crate) fn scan(text: &[u8]) -> Scan {
    let mut cursor = Cursor { text, at: 0 };
    let hexadecimal = cursor.accept(|b| b == b'0') && cursor.accept(|b| matches!(b, b'x' | b'X'));
    if hexadecimal {
        cursor.accept(|b| b == b'_');
    }
    let digit = |b: u8| if hexadecimal { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
    let ended = cursor.number_behind_prefix(hexadecimal, digit);
    let ended = ended && cursor.at > 0 && !cursor.is(is_word);
    Scan { len: cursor.at, ended }
}

/// Whether a byte continues a word.
pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Cursor<'t> {
    text: &'t [u8],
    at: usize,
}

impl Cursor<'_> {
    fn is(&self, wanted: impl Fn(u8) -> bool) -> bool {
        self.text.get(self.at).is_some_and(|byte| wanted(*byte))
    }

    fn accept(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let accepted = self.is(wanted);
        self.at += usize::from(accepted);
        accepted
    }

    fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    fn number_behind_prefix(&mut self, hexadecimal: bool, digit: impl Fn(u8) -> bool + Copy) -> bool {
        let (mut dot, mut exponent) = (false, false);
        self.accept(|b| b == b'.');
        self.accept(digit);
        loop {
            // The order of these tests matters where `e` is a digit as well.
            if self.is(|b| b == b'.') {
                self.at += 1;
                if dot || hexadecimal || self.accept(|b| matches!(b, b'_' | b'.')) {
                    return false;
                }
                dot = true;
            } else if self.is(|b| matches!(b, b'e' | b'E')) {
                self.at += 1;
                if exponent {
                    return false;
                }
                exponent = true;
                self.accept(|b| matches!(b, b'+' | b'-'));
                if self.accept(|b| matches!(b, b'.' | b'_' | b'e' | b'E')) || self.at_end() {
                    return false;
                }
            } else if self.accept(|b| b == b'_') {
                if self.accept(|b| matches!(b, b'.' | b'_' | b'e' | b'E')) || self.at_end() {
                    return false;
                }
            } else if !self.accept(digit) {
                return true;
            } else {
                while self.accept(digit) {}
            }
        }
    }
}

/// Follows a duration from its first unit on, behind what [`scan`] followed: the bytes, if a duration may end there.
///
/// ```text
/// unit = ( "s" | "m" | "h" | "d" | "w" | "y" ) [ "s" ] .
/// rest = unit { digit { digit } unit } .
/// ```
///
/// `y` stands in the first unit only. That the units are in order is seen when the value is read.
pub(crate) fn scan_units(text: &[u8]) -> Option<usize> {
    let mut cursor = Cursor { text, at: 0 };
    let mut unit = cursor.accept(|b| matches!(b, b's' | b'm' | b'h' | b'd' | b'w' | b'y'));
    loop {
        if !unit {
            return None;
        }
        cursor.accept(|b| b == b's');
        if !cursor.accept(|b| b.is_ascii_digit()) {
            break;
        }
        while cursor.accept(|b| b.is_ascii_digit()) {}
        unit = cursor.accept(|b| matches!(b, b's' | b'm' | b'h' | b'd' | b'w'));
    }
    (!cursor.is(is_word)).then_some(cursor.at)
}

/// The value of a number: an integer as Go writes integers, else a floating-point number, as Go's `ParseInt` and `ParseFloat` read them.
///
/// A leading zero makes an integer octal, unless it has a digit above 7; `_` may separate digits. `None` if it is neither, or too large
/// for a double.
pub(crate) fn value(text: &str) -> Option<NumberLiteral> {
    let Some(value) = go::parse_int(text) else {
        return go::parse_float(text).ok().map(|value| NumberLiteral::new(value, NumberForm::Decimal));
    };
    let form = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => NumberForm::Hexadecimal,
        [b'0', _, ..] => NumberForm::Octal,
        _ => NumberForm::Decimal,
    };
    #[expect(clippy::cast_precision_loss, reason = "Prometheus rounds integers to doubles, too")]
    Some(NumberLiteral::new(value as f64, form))
}

/// Whether a text that has no value is a number nevertheless, too large for a double.
pub(crate) fn is_too_large(text: &str) -> bool {
    go::parse_float(text) == Err(WrongNumber::Range)
}

/// The seconds of a duration, added up as Go does. `None` if it is not one, or too long.
pub(crate) fn duration_value(text: &str) -> Option<NumberLiteral> {
    let millis = text.parse::<AlertDuration>().ok()?.as_millis();
    #[expect(clippy::cast_precision_loss, reason = "both are far below 2^53")]
    let seconds = (millis / 1_000) as f64 + (millis % 1_000 * 1_000_000) as f64 / 1e9;
    Some(NumberLiteral::new(seconds, NumberForm::Duration))
}

/// The byte suffixes of conditions and how many bytes each is.
const SUFFIXES: &[(&str, f64)] = &[
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("PB", 1e15),
    ("EB", 1e18),
    ("KiB", 1_024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("PiB", 1_125_899_906_842_624.0),
    ("EiB", 1_152_921_504_606_846_976.0),
];

/// A number with a byte suffix at the start of a text: its bytes and its value.
///
/// ```text
/// size = digit { digit | "_" } [ "." digit { digit } ] ( "B" | "kB" | "KB" | "MB" | … | "EB" | "KiB" | … | "EiB" ) .
/// ```
pub(crate) fn size(text: &str) -> Option<(usize, f64)> {
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b'_' | b'.')).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let letters = rest.bytes().take_while(|b| is_word(*b)).count();
    let suffix = rest.get(..letters)?;
    let (_, bytes) = SUFFIXES.iter().find(|(name, _)| *name == suffix)?;
    if !number.starts_with(|c: char| c.is_ascii_digit()) || !number.ends_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = go::parse_float(number).ok()? * bytes;
    value.is_finite().then_some((digits + letters, value))
}

/// A number of seconds as nanoseconds, as Go's `time.Duration(math.Round(seconds * 1e9))` makes them on the machines that
/// Prometheus runs on: what does not fit, and what is not a number, is the smallest integer.
pub(crate) fn nanos(seconds: f64) -> i64 {
    to_integer(seconds * 1e9)
}

/// A number of seconds as milliseconds, in the same way.
pub(crate) fn millis(seconds: f64) -> i64 {
    to_integer(seconds * 1e3)
}

fn to_integer(value: f64) -> i64 {
    const TWO_POW_63: f64 = 9_223_372_036_854_775_808.0;
    let rounded = value.round();
    if (-TWO_POW_63..TWO_POW_63).contains(&rounded) {
        #[expect(clippy::cast_possible_truncation, reason = "it is in range and whole")]
        let integer = rounded as i64;
        integer
    } else {
        i64::MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn reads(text: &str) -> Option<f64> {
        let scan = scan(text.as_bytes());
        (scan.ended && scan.len == text.len()).then(|| value(text)).flatten().map(|number| number.value)
    }

    #[test]
    fn numbers_have_the_values_of_go() {
        for (text, expected) in [
            ("0", 0.0),
            ("42", 42.0),
            ("1_000", 1000.0),
            ("1_0.5_0", 10.5),
            (".5", 0.5),
            ("5.", 5.0),
            ("5.e1", 50.0),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("0755", 493.0),
            ("0_7", 7.0),
            ("08", 8.0),
            ("09.5", 9.5),
            ("0x1F", 31.0),
            ("0X_ff", 255.0),
            ("0xef", 239.0),
            ("0x1e1", 481.0),
            ("0x7fffffffffffffff", 9_223_372_036_854_775_807.0),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("00", 0.0),
            ("1e-400", 0.0),
        ] {
            assert_eq!(reads(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for text in [
            "",
            ".",
            "1__0",
            "1_",
            "_1",
            "1.2.3",
            "1e",
            "1e5e5",
            "1._5",
            "0x",
            "0xee",
            "0xfe",
            "0x1.5",
            "0x8000000000000000",
            "1e400",
            "0b1",
            "0o7",
            "5m",
            "1a",
            "1e+",
            "0x1e+1",
        ] {
            assert_eq!(reads(text), None, "{text}");
        }
        assert_eq!(value("1e"), None);
        assert_eq!(scan(b"0xfe)"), Scan { len: 4, ended: true });
    }

    #[test]
    fn the_form_is_kept() {
        for (text, form) in [
            ("0", NumberForm::Decimal),
            ("017", NumberForm::Octal),
            ("018", NumberForm::Decimal),
            ("0x1", NumberForm::Hexadecimal),
            ("Inf", NumberForm::Decimal),
            ("nAn", NumberForm::Decimal),
        ] {
            assert_eq!(value(text).unwrap().form, form, "{text}");
        }
    }

    #[test]
    fn durations_are_seconds() {
        assert_eq!(duration_value("1h30m").unwrap().value, 5400.0);
        assert_eq!(duration_value("1s5ms").unwrap().value, 1.005);
        assert!(duration_value("30m1h").is_none());
        assert!(duration_value("300y").is_none());
        for (text, units) in
            [("m", Some(1)), ("ms)", Some(2)), ("h30m", Some(4)), ("hs", Some(2)), ("h30", None), ("m_", None), ("d1y", None), ("x", None)]
        {
            assert_eq!(scan_units(text.as_bytes()), units, "{text}");
        }
    }

    #[test]
    fn sizes_are_bytes() {
        assert_eq!(size("2GiB"), Some((4, 2_147_483_648.0)));
        assert_eq!(size("1.5kB + 1"), Some((5, 1500.0)));
        assert_eq!(size("1_000MB"), Some((7, 1e9)));
        assert_eq!(size("1EB"), Some((3, 1e18)));
        for text in ["2gib", "2GiBs", "2", "2.MB", ".5MB", "1__0MB", "GB", "2GiB_"] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn seconds_that_do_not_fit_are_the_smallest_integer() {
        assert_eq!(nanos(0.0001), 100_000);
        assert_eq!(nanos(-1.5), -1_500_000_000);
        assert_eq!(nanos(f64::NAN), i64::MIN);
        assert_eq!(millis(1e18), i64::MIN);
        assert_eq!(millis(1.0005), 1001);
    }
}
