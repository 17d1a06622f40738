//! How `fmt` of Go prints numbers.

use crate::templates::go::fmt_spec::Bounded;
use crate::templates::go::fmt_spec::Spec;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;

/// No number has more digits than this behind its point; those that are asked for beyond are zeros.
const MOST_DIGITS: u16 = 1_100;

/// An integer as its sign and its magnitude.
#[derive(Debug, Clone, Copy)]
pub(super) struct Integer {
    pub(super) negative: bool,
    pub(super) magnitude: u64,
}

impl From<i64> for Integer {
    fn from(value: i64) -> Self {
        Self { negative: value < 0, magnitude: value.unsigned_abs() }
    }
}

impl From<u64> for Integer {
    fn from(magnitude: u64) -> Self {
        Self { negative: false, magnitude }
    }
}

/// Writes an integer as `%b`, `%o`, `%O`, `%d`, `%x` and `%X` do; any other verb is `%d`.
pub(super) fn write_integer(out: &mut Bounded, spec: &Spec, verb: char, value: Integer) {
    let Integer { negative, magnitude } = value;
    let digits = match verb {
        'b' => format!("{magnitude:b}"),
        'o' | 'O' => format!("{magnitude:o}"),
        'x' => format!("{magnitude:x}"),
        'X' => format!("{magnitude:X}"),
        _ => magnitude.to_string(),
    };
    let sign = match (negative, spec.plus, spec.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    };
    let least = match (spec.precision, spec.width) {
        // No digit at all is asked for.
        (Some(0), width) if magnitude == 0 => return spec.without_zero().padding(out, width.unwrap_or(0)),
        (Some(precision), _) => precision,
        // Zeros up to the width, with room for the sign.
        (None, Some(width)) if spec.zero && !spec.minus => width.saturating_sub(sign.len()),
        (None, _) => 0,
    };
    let zeros = least.saturating_sub(digits.len());
    let prefix = match verb {
        'b' if spec.sharp => "0b",
        'x' if spec.sharp => "0x",
        'X' if spec.sharp => "0X",
        'o' | 'O' if spec.sharp && zeros == 0 && !digits.starts_with('0') => "0",
        _ => "",
    };
    let marked = if verb == 'O' { "0o" } else { "" };

    let length = sign.len() + marked.len() + prefix.len() + zeros + digits.len();
    let missing = spec.width.map_or(0, |width| width.saturating_sub(length));
    let spaces = spec.without_zero();
    if !spec.minus {
        spaces.padding(out, missing);
    }
    for part in [sign, marked, prefix] {
        out.push_str(part);
    }
    Spec { zero: true, minus: false, ..*spec }.padding(out, zeros);
    out.push_str(&digits);
    if spec.minus {
        spaces.padding(out, missing);
    }
}

/// Writes a number of character as `%U` does.
pub(super) fn write_unicode(out: &mut Bounded, spec: &Spec, code: u64, shown: Option<char>) {
    let digits = format!("{code:X}");
    let zeros = spec.precision.unwrap_or(0).max(4).saturating_sub(digits.len());
    // More zeros than fit are not worth making.
    if zeros > out.room() {
        return Spec { zero: true, minus: false, ..*spec }.padding(out, zeros);
    }
    let shown = shown.filter(|_| spec.sharp).map(|c| format!(" '{c}'")).unwrap_or_default();
    spec.without_zero().pad(out, &format!("U+{}{digits}{shown}", "0".repeat(zeros)));
}

/// Writes a floating-point number; `verb` is one of `b`, `e`, `E`, `f`, `F`, `g`, `G`, `x`, `X` and `v`.
pub(super) fn write_float(out: &mut Bounded, spec: &Spec, verb: char, value: f64) {
    let default = if matches!(verb, 'e' | 'E' | 'f' | 'F') { Some(6) } else { None };
    let precision = spec.precision.or(default);
    // More digits than fit are not worth making.
    if let Some(precision) = precision.filter(|precision| *precision > out.room() && (spec.sharp || !matches!(verb, 'b' | 'g' | 'G' | 'v')))
    {
        return spec.padding(out, precision);
    }
    let text = number(value, verb, precision);
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("+", text.strip_prefix('+').unwrap_or(&text)),
    };
    let shown_sign = match sign {
        "-" => "-",
        _ if spec.plus => "+",
        _ if spec.space => " ",
        _ => "",
    };
    if value.is_infinite() {
        // An infinity always has a sign.
        let shown_sign = if shown_sign.is_empty() { sign } else { shown_sign };
        return spec.without_zero().pad(out, &format!("{shown_sign}{unsigned}"));
    }
    if value.is_nan() {
        return spec.without_zero().pad(out, &format!("{shown_sign}{unsigned}"));
    }
    let unsigned = if spec.sharp && verb != 'b' { with_point(unsigned, verb, precision) } else { unsigned.to_owned() };
    let length = shown_sign.len() + unsigned.len();
    match spec.width {
        Some(width) if !shown_sign.is_empty() && spec.zero && !spec.minus && width > length => {
            out.push_str(shown_sign);
            spec.padding(out, width - length);
            out.push_str(&unsigned);
        }
        _ => spec.pad(out, &format!("{shown_sign}{unsigned}")),
    }
}

/// The number without width and flags: `strconv.FormatFloat`.
fn number(value: f64, verb: char, precision: Option<usize>) -> String {
    let asked = precision.map(|precision| u16::try_from(precision).unwrap_or(MOST_DIGITS).min(MOST_DIGITS));
    let rest = precision.map_or(0, |precision| precision.saturating_sub(usize::from(MOST_DIGITS)));
    if !value.is_finite() {
        return format_float(value, FloatFormat::General(None));
    }
    match verb {
        'b' => binary(value),
        'x' => hexadecimal(value, precision),
        'X' => hexadecimal(value, precision).to_uppercase(),
        'f' | 'F' => format_float(value, FloatFormat::Fixed(asked)) + &"0".repeat(rest),
        'e' | 'E' => {
            let mut text = format_float(value, FloatFormat::Exponent(asked));
            if let Some(end) = text.find('e').filter(|_| rest > 0) {
                text.insert_str(end, &"0".repeat(rest));
            }
            if verb == 'E' { text.to_uppercase() } else { text }
        }
        _ => {
            let text = format_float(value, FloatFormat::General(asked));
            if verb == 'G' { text.to_uppercase() } else { text }
        }
    }
}

/// The mantissa and the power of two of a finite number, as IEEE 754 holds them.
fn parts(value: f64) -> (bool, u64, i64) {
    let bits = value.to_bits();
    let mantissa = bits & ((1 << 52) - 1);
    let exponent = i64::try_from((bits >> 52) & 0x7ff).unwrap_or(0);
    let (mantissa, exponent) = if exponent == 0 { (mantissa, 1) } else { (mantissa | (1 << 52), exponent) };
    (value.is_sign_negative(), mantissa, exponent - 1_023)
}

/// `%b`: the mantissa and the power of two as decimal numbers.
fn binary(value: f64) -> String {
    let (negative, mantissa, exponent) = parts(value);
    format!("{}{mantissa}p{:+}", if negative { "-" } else { "" }, exponent - 52)
}

/// `%x`: a hexadecimal mantissa from 1 up to 2, and the power of two.
fn hexadecimal(value: f64, precision: Option<usize>) -> String {
    let (negative, mantissa, mut exponent) = parts(value);
    // The leading one goes to bit 60, so that each four bits below are a digit.
    let zeros = mantissa.leading_zeros();
    let mut mantissa = if mantissa == 0 { 0 } else { mantissa << (zeros - 3) };
    exponent = if mantissa == 0 { 0 } else { exponent - i64::from(zeros) + 11 };
    if let Some(digits @ 0..15) = precision {
        let shift = digits * 4;
        let rest = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        // Ties go to the even digit.
        if rest | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        None => fraction.trim_end_matches('0').to_owned(),
        Some(digits) => fraction.chars().chain(std::iter::repeat('0')).take(digits).collect(),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let sign = if negative { "-" } else { "" };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}0x{}{point}{fraction}p{exponent_sign}{:02}", mantissa >> 60, exponent.unsigned_abs())
}

/// `#`: a number always has its point, and `%g` keeps the zeros behind it.
fn with_point(unsigned: &str, verb: char, precision: Option<usize>) -> String {
    let hexadecimal = matches!(verb, 'x' | 'X');
    let end = unsigned.find(|c: char| matches!(c, 'p' | 'P') || (!hexadecimal && matches!(c, 'e' | 'E'))).unwrap_or(unsigned.len());
    let (digits, tail) = unsigned.split_at_checked(end).unwrap_or((unsigned, ""));
    // How many digits are to be there; only these verbs leave zeros out.
    let asked = if matches!(verb, 'v' | 'g' | 'G' | 'x') { precision.unwrap_or(6) } else { 0 };
    let there = digits.chars().filter(|c| *c != '.').skip_while(|c| *c == '0').count();
    let mut missing = asked.saturating_sub(there);
    let mut text = digits.to_owned();
    if !digits.contains('.') {
        // A lone zero is a digit.
        if digits == "0" {
            missing = missing.saturating_sub(1);
        }
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', missing));
    text.push_str(tail);
    text
}
