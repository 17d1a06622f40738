//! Constants: numbers without a type, and what each type makes of them.

use crate::utils::go::parse_float;
use crate::utils::go::parse_int;
use crate::utils::go::parse_uint;
use crate::utils::go::quote;

/// A constant of a template, with its value in every type that can hold it, as Go's untyped constants have.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    pub(super) text: Box<str>,
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: Option<f64>,
    /// Whether it is written with an imaginary part.
    pub(super) complex: bool,
}

impl Number {
    /// A character such as `'a'`, whose code point it is.
    pub(super) fn character(text: &str, code: u32) -> Self {
        Self { text: text.into(), int: Some(code.into()), uint: Some(code.into()), float: Some(code.into()), complex: false }
    }

    /// A complex number such as `1+2i`.
    pub(super) fn complex(text: &str) -> Result<Self, String> {
        let body = text.strip_suffix('i').unwrap_or(text);
        let split = body
            .char_indices()
            .skip(1)
            .filter(|&(at, c)| matches!(c, '+' | '-') && !body.get(..at).is_some_and(|before| before.ends_with(['e', 'E', 'p', 'P'])));
        let parts = split.last().and_then(|(at, _)| body.split_at_checked(at));
        match parts.map(|(real, imaginary)| (parse_float(real), parse_float(imaginary))) {
            Some((Ok(_), Ok(_))) => Ok(Self { text: text.into(), int: None, uint: None, float: None, complex: true }),
            _ => Err("expected complex".to_owned()),
        }
    }

    /// A number without a sign inside. The error is Go's message.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut number = Self { text: text.into(), int: None, uint: None, float: None, complex: false };
        if text.strip_suffix('i').is_some_and(|body| parse_float(body).is_ok()) {
            number.complex = true;
            return Ok(number);
        }
        number.uint = parse_uint(text);
        number.int = parse_int(text);
        if number.int == Some(0) {
            // `-0` is no unsigned number by its syntax.
            number.uint = Some(0);
        }
        if let Some(int) = number.int {
            number.float = Some(int as f64);
        } else if let Some(uint) = number.uint {
            number.float = Some(uint as f64);
        } else if let Ok(float) = parse_float(text) {
            if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("integer overflow: {}", quote(text)));
            }
            number.float = Some(float);
            number.int = whole(float, -TWO_63, TWO_63).then_some(float as i64);
            number.uint = whole(float, 0.0, TWO_63 * 2.0).then_some(float as u64);
        } else {
            return Err(format!("illegal number syntax: {}", quote(text)));
        }
        Ok(number)
    }

    /// Whether it is a floating-point number where nothing says which type it should have.
    pub(super) fn is_float_by_syntax(&self) -> bool {
        let hex_int = self.text.len() > 2 && self.text.starts_with(['0']) && self.hex_prefix() && !self.text.contains(['p', 'P']);
        self.float.is_some() && !hex_int && !self.text.starts_with('\'') && self.text.contains(['.', 'e', 'E', 'p', 'P'])
    }

    fn hex_prefix(&self) -> bool {
        self.text.starts_with("0x") || self.text.starts_with("0X")
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// Whether `value` is a whole number from `low` to below `high`.
fn whole(value: f64, low: f64, high: f64) -> bool {
    value >= low && value < high && value.fract() == 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_have_every_base() {
        for (text, int) in
            [("0", 0), ("17", 17), ("0x1F", 31), ("0b101", 5), ("0o17", 15), ("017", 15), ("1_000", 1_000), ("-0", 0), ("0_7", 7)]
        {
            assert_eq!(Number::parse(text).unwrap().int, Some(int), "{text}");
        }
        assert_eq!(Number::parse("9223372036854775808").unwrap().int, None);
        assert_eq!(Number::parse("1e3").unwrap().int, Some(1_000));
        assert_eq!(Number::parse("18446744073709551616").unwrap_err(), "integer overflow: \"18446744073709551616\"");
        assert_eq!(Number::parse("089").unwrap_err(), "integer overflow: \"089\"");
        assert_eq!(Number::parse("1__0").unwrap_err(), "illegal number syntax: \"1__0\"");
    }

    #[test]
    fn the_syntax_says_which_type_a_constant_has() {
        assert!(Number::parse("1.0").unwrap().is_float_by_syntax());
        assert!(Number::parse("1e3").unwrap().is_float_by_syntax());
        assert!(!Number::parse("0x1e").unwrap().is_float_by_syntax());
        assert!(Number::parse("0x1p4").unwrap().is_float_by_syntax());
        assert!(!Number::character("'e'", 101).is_float_by_syntax());
    }
}
