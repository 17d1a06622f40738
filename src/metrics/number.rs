//! Numbers of the notations of Prometheus.

use crate::utils::go;

/// The end of the number that starts at `start`, or where the text stops being one.
///
/// The number need not be valid: what it is made of is decided here, its value by [`parse_number`]. This is the scanner of
/// Prometheus' lexer for series descriptions, which has no hexadecimal numbers, since `0x3` repeats a zero.
pub(crate) fn scan_number(bytes: &[u8], start: usize) -> Result<usize, usize> {
    let at = |place: usize| bytes.get(place).copied();
    let is = |place: usize, set: &[u8]| at(place).is_some_and(|byte| set.contains(&byte));
    let mut end = start;
    end += usize::from(is(end, b"."));
    end += usize::from(is(end, b"0123456789"));
    let (mut dot, mut exponent) = (false, false);
    while is(end, b"0123456789._eE") {
        if is(end, b".") {
            if dot || is(end + 1, b"_.") {
                return Err(end);
            }
            dot = true;
            end += 1;
        } else if is(end, b"eE") {
            if exponent {
                return Err(end);
            }
            exponent = true;
            end += 1;
            end += usize::from(is(end, b"+-"));
            if is(end, b"._eE") || at(end).is_none() {
                return Err(end);
            }
        } else if is(end, b"_") {
            end += 1;
            if is(end, b"._eE") || at(end).is_none() {
                return Err(end);
            }
        } else {
            end += 1;
        }
    }
    let ends_well = at(end).is_none_or(|byte| byte == b'x' || !(byte.is_ascii_alphanumeric() || byte == b'_'));
    if end > start && ends_well { Ok(end) } else { Err(end) }
}

/// The value of a number without a sign, or of a word: a whole number as Go writes it in a program (`010` is octal), else a decimal one.
pub(crate) fn parse_number(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("infinity") {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "Prometheus rounds here, too")]
    let whole = go::parse_int(text).map(|number| number as f64);
    whole.or_else(|| go::parse_float(text).ok())
}

/// The value of a number as exporters write it: as Go's `strconv.ParseFloat` reads it, but without hexadecimal numbers and underscores.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    if text.contains(['_', 'p', 'P']) { None } else { go::parse_float(text).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_gos_meaning() {
        for (text, expected) in [
            ("0", Some(0.0)),
            ("10", Some(10.0)),
            ("010", Some(8.0)),
            ("08", Some(8.0)),
            ("0_7", Some(7.0)),
            ("1_000", Some(1_000.0)),
            ("1_0.5_0", Some(10.5)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("1e3", Some(1_000.0)),
            ("1E+2", Some(100.0)),
            ("9223372036854775807", Some(9_223_372_036_854_775_807.0)),
            ("99999999999999999999", Some(1e20)),
            ("1e-400", Some(0.0)),
            ("Inf", Some(f64::INFINITY)),
            ("iNF", Some(f64::INFINITY)),
            ("1e400", None),
            ("1_", None),
            ("1__0", None),
            ("1_e5", None),
            ("1e_5", None),
            (".", None),
            ("infinity", None),
        ] {
            assert_eq!(parse_number(text), expected, "{text}");
        }
        assert!(parse_number("nAn").is_some_and(f64::is_nan));
    }

    #[test]
    fn exporters_write_numbers_as_go_does() {
        for (text, expected) in [
            ("1", Some(1.0)),
            ("+1e3", Some(1_000.0)),
            ("-.5", Some(-0.5)),
            ("010", Some(10.0)),
            ("-Inf", Some(f64::NEG_INFINITY)),
            ("+infinity", Some(f64::INFINITY)),
            ("1_000", None),
            ("0x1p-2", None),
            ("1e400", None),
            ("infin", None),
            ("+NaN", None),
            ("", None),
        ] {
            assert_eq!(parse_float(text), expected, "{text}");
        }
        assert!(parse_float("NaN").is_some_and(f64::is_nan));
    }

    #[test]
    fn a_number_ends_before_the_count() {
        for (text, end) in [
            ("1x3", Ok(1)),
            ("10 2", Ok(2)),
            ("1e+5+2", Ok(4)),
            ("1.5-2", Ok(3)),
            ("1_0x", Ok(3)),
            ("0x3", Ok(1)),
            (".5.3", Ok(4)),
            ("1..2", Err(1)),
            ("1e", Err(2)),
            ("1ee5", Err(2)),
            ("1a", Err(1)),
            ("1_", Err(2)),
            ("12m", Err(2)),
            ("1é", Ok(1)),
        ] {
            assert_eq!(scan_number(text.as_bytes(), 0), end, "{text}");
        }
    }
}
