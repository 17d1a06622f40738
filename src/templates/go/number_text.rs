//! Numbers in texts, as Go's `strconv.ParseFloat` reads them.

use crate::utils::go::quote;

/// Reads a number; the error is Go's.
pub(crate) fn parse_float(text: &str) -> Result<f64, String> {
    let number = if is_special(text) { text.parse().ok() } else { number(text) };
    let why = match number {
        None => "invalid syntax",
        Some(number) if number.is_infinite() && !is_special(text) => "value out of range",
        Some(number) => return Ok(number),
    };
    Err(format!("strconv.ParseFloat: parsing {}: {why}", quote(text)))
}

/// A number in digits; infinite if it is beyond the largest.
fn number(text: &str) -> Option<f64> {
    let digits = without_underscores(text)?;
    let (sign, magnitude) = match digits.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, digits.strip_prefix('+').unwrap_or(&digits)),
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

/// The text without underscores, each of which stands between two digits; `0x` counts as a digit.
fn without_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let is_digit = |c: char| c.is_ascii_digit() || (hexadecimal.is_some() && c.is_ascii_hexdigit());
    let mut before = if hexadecimal.is_some() { '0' } else { '.' };
    for c in hexadecimal.unwrap_or(unsigned).chars().chain(std::iter::once('.')) {
        let (opens, closes) = (c == '_', before == '_');
        if (opens && !is_digit(before)) || (closes && !is_digit(c)) {
            return None;
        }
        before = c;
    }
    Some(text.replace('_', ""))
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
            assert_eq!(parse_float(text), Err(format!("strconv.ParseFloat: parsing {text:?}: invalid syntax")));
        }
        for text in ["1e999", "-1e999", "0x1p1024", "0x1.fffffffffffff8p1023"] {
            assert_eq!(parse_float(text), Err(format!("strconv.ParseFloat: parsing {text:?}: value out of range")));
        }
    }
}
