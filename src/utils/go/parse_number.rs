//! Numbers in texts, as Go's `strconv` reads them.

use std::borrow::Cow;

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongNumber {
    /// It is none by its syntax.
    Syntax,
    /// It is larger than the largest.
    Range,
}

impl WrongNumber {
    /// What Go says.
    pub(crate) fn go_text(self) -> &'static str {
        match self {
            Self::Syntax => "invalid syntax",
            Self::Range => "value out of range",
        }
    }
}

/// Reads a floating-point number as Go's `ParseFloat(text, 64)` does; underscores may stand between digits, as there.
pub(crate) fn parse_float(text: &str) -> Result<f64, WrongNumber> {
    if is_special(text) {
        return text.parse().map_err(|_| WrongNumber::Syntax);
    }
    match digits(text) {
        None => Err(WrongNumber::Syntax),
        Some(number) if number.is_infinite() => Err(WrongNumber::Range),
        Some(number) => Ok(number),
    }
}

/// A number in digits; infinite if it is beyond the largest.
fn digits(text: &str) -> Option<f64> {
    let plain = without_underscores(text)?;
    let (sign, magnitude) = match plain.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    if let Some(hex) = magnitude.strip_prefix("0x").or_else(|| magnitude.strip_prefix("0X")) {
        return hexadecimal(hex).map(|number| sign * number);
    }
    // Words are not digits.
    if !magnitude.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    magnitude.parse::<f64>().ok().map(|number| sign * number)
}

/// `nan` without a sign, or an infinity, in any case.
fn is_special(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    text.eq_ignore_ascii_case("nan") || unsigned.eq_ignore_ascii_case("inf") || unsigned.eq_ignore_ascii_case("infinity")
}

/// Reads an unsigned number as Go's `ParseUint(text, 0, 64)` does: with a prefix for its base, and underscores.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let plain = without_underscores(text)?;
    let (radix, digits) = match plain.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, plain.get(2..)?),
        [b'0', b'b' | b'B', ..] => (2, plain.get(2..)?),
        [b'0', b'o' | b'O', ..] => (8, plain.get(2..)?),
        [b'0', _, ..] => (8, plain.get(1..)?),
        _ => (10, &*plain),
    };
    // `from_str_radix` takes a sign.
    if !digits.starts_with(|c: char| c.is_digit(radix)) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// Reads a number with an optional sign as Go's `ParseInt(text, 0, 64)` does.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(rest) => 0_i64.checked_sub_unsigned(parse_uint(rest)?),
        None => i64::try_from(parse_uint(text.strip_prefix('+').unwrap_or(text))?).ok(),
    }
}

/// The text without underscores, each of which stands between two digits, or between the prefix of a base and a digit.
fn without_underscores(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('_') {
        return Some(text.into());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (hexadecimal, body) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (true, unsigned.get(2..)?),
        [b'0', b'b' | b'B' | b'o' | b'O', ..] => (false, unsigned.get(2..)?),
        _ => (false, unsigned),
    };
    let is_digit = |c: char| c.is_ascii_digit() || (hexadecimal && c.is_ascii_hexdigit());
    // A prefix counts as a digit.
    let mut before = if body.len() < unsigned.len() { '0' } else { '.' };
    for c in body.chars().chain(std::iter::once('.')) {
        let (opens, closes) = (c == '_', before == '_');
        if (opens && !is_digit(before)) || (closes && !is_digit(c)) {
            return None;
        }
        before = c;
    }
    Some(text.replace('_', "").into())
}

/// The number behind `0x`: hexadecimal digits with a point or without, `p` and a power of two.
fn hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if (whole.is_empty() && fraction.is_empty()) || digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Larger exponents give the same as this one.
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000_000);
    let mut exponent = if exponent.starts_with('-') { -size } else { size };
    let mut bits: u64 = 0;
    let mut rest = false;
    for (index, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = c.to_digit(16)?;
        let behind_point = index >= whole.len();
        if bits >> 59 == 0 {
            bits = bits << 4 | u64::from(digit);
            exponent -= if behind_point { 4 } else { 0 };
        } else {
            rest |= digit != 0;
            exponent += if behind_point { 0 } else { 4 };
        }
    }
    Some(scaled(bits, rest, exponent))
}

/// `bits` times a power of two, rounded to the nearest, ties to even; `rest` says that a little more was there.
fn scaled(bits: u64, rest: bool, exponent: i64) -> f64 {
    if bits == 0 {
        return 0.0;
    }
    // The leading bit goes to the top.
    let zeros = bits.leading_zeros();
    let bits = bits << zeros;
    let top = exponent - i64::from(zeros) + 63;
    if top > 1_023 {
        return f64::INFINITY;
    }
    // 53 bits are kept, fewer below the smallest normal number.
    let dropped = 11 + (-1_022 - top).max(0);
    if dropped > 64 {
        return 0.0;
    }
    let wide = u128::from(bits) << 1 | u128::from(rest);
    let dropped_bits = u32::try_from(dropped).unwrap_or(64) + 1;
    let mut kept = wide >> dropped_bits;
    let remainder = wide & ((1 << dropped_bits) - 1);
    let half = 1_u128 << (dropped_bits - 1);
    if remainder > half || (remainder == half && kept & 1 == 1) {
        kept += 1;
    }
    // A mantissa that is rounded up to the next power of two makes the exponent larger, as the bits lie.
    let kept = u64::try_from(kept).unwrap_or(0);
    let biased = u64::try_from(top + 1_022).unwrap_or(0);
    let number = if top < -1_022 { kept } else { (biased << 52) + kept };
    f64::from_bits(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_numbers() {
        for (text, expected) in [
            ("0", 0.0),
            ("-1.5", -1.5),
            ("+.5", 0.5),
            ("1.", 1.0),
            ("1e3", 1_000.0),
            ("1E-3", 0.001),
            ("Inf", f64::INFINITY),
            ("-infinity", f64::NEG_INFINITY),
            ("0x1p-2", 0.25),
            ("0X.8P1", 1.0),
            ("0x_1_0p0", 16.0),
            ("0x1.fffffffffffff8p0", 2.0),
            ("0x1p-1074", 5e-324),
            ("0x1p-1075", 0.0),
            ("0x1.8p-1075", 5e-324),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("-0x0p0", -0.0),
            ("0x123456789abcdef01234p0", 8.596805828370696e+22),
            ("1e-999", 0.0),
            ("1_000.2_5e1_0", 1.000_25e13),
        ] {
            assert_eq!(parse_float(text).map(f64::to_bits), Ok(expected.to_bits()), "{text}");
        }
        assert!(parse_float("NaN").unwrap().is_nan());
    }

    #[test]
    fn err_numbers() {
        for text in [
            "", "one", " 1", "1 ", "+nan", "0x1", "0xp1", "0x1p", "_1", "1_", "1__0", "1_.5", "0x1__0p0", "0x1_p0", "--1", "1e", ".",
            "infinit", "1d", "0x-1p0",
        ] {
            assert_eq!(parse_float(text), Err(WrongNumber::Syntax), "{text}");
        }
        for text in ["1e999", "-1e999", "0x1p1024", "0x1.fffffffffffff8p1023"] {
            assert_eq!(parse_float(text), Err(WrongNumber::Range), "{text}");
        }
    }

    #[test]
    fn whole_numbers_have_every_base() {
        for (text, expected) in [
            ("0", Some(0)),
            ("17", Some(17)),
            ("0x1F", Some(31)),
            ("0B101", Some(5)),
            ("0o17", Some(15)),
            ("017", Some(15)),
            ("0_7", Some(7)),
            ("0x_f", Some(15)),
            ("1_000", Some(1_000)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("+5", Some(5)),
            ("9223372036854775808", None),
            ("08", None),
            ("1__0", None),
            ("0x", None),
            ("0x+1", None),
            ("--1", None),
            ("1.0", None),
            ("", None),
        ] {
            assert_eq!(parse_int(text), expected, "{text}");
        }
        assert_eq!(parse_uint("18446744073709551615"), Some(u64::MAX));
        assert_eq!(parse_uint("-1"), None);
    }
}
