//! What a plain text means: null, a boolean, a number, a time, or itself. As Go's yaml.v3, which mixes YAML 1.1 and 1.2.

use chrono::NaiveDate;

/// The type of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Null,
    Bool,
    Int,
    Float,
    Timestamp,
    Str,
}

impl Tag {
    pub(super) fn short(self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool => "!!bool",
            Self::Int => "!!int",
            Self::Float => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Str => "!!str",
        }
    }

    /// The tag that a value may be declared to have, if it is one whose values are checked.
    pub(super) fn declared(short: &str) -> Option<Self> {
        [Self::Null, Self::Bool, Self::Int, Self::Float, Self::Timestamp, Self::Str].into_iter().find(|tag| tag.short() == short)
    }
}

/// The value of a scalar, where it is more than its text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// Between -2^63 and 2^64 - 1.
    Int(i128),
    Float(f64),
    Text,
}

/// What a plain text without a tag is.
///
/// `yes`, `on` and their like are texts: only a field that asks for a boolean takes them for one.
pub(super) fn resolve(text: &str) -> (Tag, Value) {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return (Tag::Null, Value::Null),
        "true" | "True" | "TRUE" => return (Tag::Bool, Value::Bool(true)),
        "false" | "False" | "FALSE" => return (Tag::Bool, Value::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => return (Tag::Float, Value::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return (Tag::Float, Value::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return (Tag::Float, Value::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    match text.chars().next() {
        Some('.') => float(text).map_or((Tag::Str, Value::Text), |number| (Tag::Float, Value::Float(number))),
        Some('0'..='9' | '+' | '-') => {
            if is_timestamp(text) {
                return (Tag::Timestamp, Value::Text);
            }
            number(text)
        }
        _ => (Tag::Str, Value::Text),
    }
}

/// What a text is that is declared to be of a type but is in quotes, or any text but a time: numbers, or itself.
pub(super) fn resolve_declared(tag: Tag, text: &str) -> (Tag, Value) {
    match resolve(text) {
        // Only a plain text, or one declared to be a time, is read as one.
        (Tag::Timestamp, _) if tag != Tag::Timestamp => number(text),
        // An integer is also a number with a fraction.
        (Tag::Int, Value::Int(int)) if tag == Tag::Float => (Tag::Float, Value::Float(int as f64)),
        found => found,
    }
}

fn number(text: &str) -> (Tag, Value) {
    let plain = text.replace('_', "");
    if let Some(int) = integer(&plain) {
        return (Tag::Int, Value::Int(int));
    }
    if let Some(number) = float(&plain) {
        return (Tag::Float, Value::Float(number));
    }
    // A sign behind the prefix: Go reads it, so we do.
    let late = |prefix: &str, radix: u32| plain.strip_prefix(prefix).and_then(|digits| signed(digits, radix));
    match late("0b", 2).or_else(|| late("0o", 8)) {
        Some(int) => (Tag::Int, Value::Int(int)),
        None => (Tag::Str, Value::Text),
    }
}

/// A whole number with its sign, in base 2, 8, 10 or 16 by its prefix; a leading `0` alone is base 8.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.split_at_checked(1) {
        Some(("-", rest)) => (true, rest),
        Some(("+", rest)) => (false, rest),
        _ => (false, text),
    };
    let value = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => unsigned(digits.get(2..)?, 16),
        [b'0', b'b' | b'B', ..] => unsigned(digits.get(2..)?, 2),
        [b'0', b'o' | b'O', ..] => unsigned(digits.get(2..)?, 8),
        [b'0', _, ..] => unsigned(digits.get(1..)?, 8),
        _ => unsigned(digits, 10),
    }?;
    let bare = digits.len() == text.len();
    in_range(if negative { -value } else { value }, bare)
}

fn signed(digits: &str, radix: u32) -> Option<i128> {
    let (negative, bare, rest) = match digits.split_at_checked(1) {
        Some(("-", rest)) => (true, false, rest),
        Some(("+", rest)) => (false, false, rest),
        _ => (false, true, digits),
    };
    let value = unsigned(rest, radix)?;
    in_range(if negative { -value } else { value }, bare)
}

/// A number with a sign has 64 bits with the sign, one without has 64 bits.
fn in_range(value: i128, bare: bool) -> Option<i128> {
    let max = if bare { i128::from(u64::MAX) } else { i128::from(i64::MAX) };
    (i128::from(i64::MIN)..=max).contains(&value).then_some(value)
}

fn unsigned(digits: &str, radix: u32) -> Option<i128> {
    let valid = !digits.is_empty() && digits.len() <= 100 && digits.chars().all(|c| c.is_digit(radix));
    if valid { i128::from_str_radix(digits, radix).ok() } else { None }
}

/// A number with a fraction or an exponent: digits, a point, an exponent; not too large for 64 bits.
fn float(text: &str) -> Option<f64> {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let valid = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()),
        None => digits(mantissa) && !mantissa.is_empty(),
    };
    let valid = valid && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    valid.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

/// `2025-01-06`, with or without a time: `T` or `t` and a zone, or a space and none.
fn is_timestamp(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-').filter(|(year, _)| year.len() == 4) else { return false };
    let Some((month, rest)) = rest.split_once('-') else { return false };
    let day_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let Some((day, time)) = rest.split_at_checked(day_end) else { return false };
    let Some(((year, month), day)) = field(year, 4).zip(field(month, 2)).zip(field(day, 2)) else { return false };
    if NaiveDate::from_ymd_opt(year.cast_signed(), month, day).is_none() {
        return false;
    }
    match time.chars().next() {
        None => true,
        Some('T' | 't') => time.get(1..).and_then(clock).is_some_and(is_zone),
        Some(' ') => time.get(1..).and_then(clock).is_some_and(str::is_empty),
        Some(_) => false,
    }
}

/// A number of one to `most` digits.
fn field(digits: &str, most: usize) -> Option<u32> {
    let valid = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if valid { digits.parse().ok() } else { None }
}

/// Takes hours, minutes, seconds and a fraction from the start of `text`; what is left.
fn clock(text: &str) -> Option<&str> {
    let (hour, rest) = text.split_once(':')?;
    let (minute, rest) = rest.split_once(':')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (second, rest) = rest.split_at_checked(end)?;
    let valid = field(hour, 2)? < 24 && field(minute, 2)? < 60 && field(second, 2)? < 60;
    if !valid {
        return None;
    }
    let Some(fraction) = rest.strip_prefix(['.', ',']) else { return Some(rest) };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    fraction.get(end..).filter(|_| end > 0)
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            let two = |a: &u8, b: &u8| {
                a.is_ascii_digit()
                    .then_some(())
                    .and(b.is_ascii_digit().then_some(u32::from(a.wrapping_sub(b'0')) * 10 + u32::from(b.wrapping_sub(b'0'))))
            };
            two(h1, h2).is_some_and(|hours| hours <= 24) && two(m1, m2).is_some_and(|minutes| minutes <= 60)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;
    use super::resolve;

    #[test]
    fn plain_texts_mean_what_they_mean_to_go() {
        let rows: [(Tag, &[&str]); 6] = [
            (Tag::Null, &["", "~", "null", "NULL"]),
            (Tag::Bool, &["true", "False"]),
            (Tag::Int, &["1", "-1", "+1", "0x1F", "0b101", "0o17", "017", "1_000", "0b-1", "18446744073709551615"]),
            (Tag::Float, &["1.5", "1.", ".5", "1e3", "08", "-1E-3", ".inf", "-.INF", ".nan", "18446744073709551616"]),
            (Tag::Timestamp, &["2025-01-06", "2025-1-6", "2025-01-06T09:00:00Z", "2025-01-06t9:0:0.5+01:00", "2025-01-06 09:00:00"]),
            (
                Tag::Str,
                &["yes", "on", "y", "nUll", "2025-02-30", "1:30", "1e999", "0x", "-", "--1", "1e", "5m", "2025-01-06T09:00:00", "1.2.3"],
            ),
        ];
        for (tag, texts) in rows {
            for text in texts {
                assert_eq!(resolve(text).0, tag, "{text}");
            }
        }
    }
}
