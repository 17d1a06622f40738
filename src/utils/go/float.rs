//! Numbers as Go prints them: `strconv.FormatFloat`.

/// How Go writes a floating-point number: its format letters `f`, `e` and `g` with a precision.
///
/// | | Go | with `None`, the fewest digits that read back as the same number |
/// |---|---|---|
/// | [`Fixed`](FloatFormat::Fixed) | `'f'` | `0.1`, `1000000`, `0.000001` |
/// | [`Exponent`](FloatFormat::Exponent) | `'e'` | `1e-01`, `1e+06`, `1e-06` |
/// | [`General`](FloatFormat::General) | `'g'` | `0.1`, `1e+06`, `1e-06` |
///
/// Prometheus prints samples as `Fixed(None)`, and Go's `%v` is `General(None)`.
///
/// ```
/// use alert_schemas::utils::go::{FloatFormat, format_float};
///
/// let written = [FloatFormat::Fixed(None), FloatFormat::Exponent(None), FloatFormat::General(None)].map(|format| format_float(1e6, format));
/// assert_eq!(written, ["1000000", "1e+06", "1e+06"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the three decimal forms of floating-point numbers")]
pub enum FloatFormat {
    /// Without an exponent; the precision counts the digits after the point.
    Fixed(Option<u16>),
    /// With an exponent of at least two digits; the precision counts the digits after the point.
    Exponent(Option<u16>),
    /// With an exponent where the number is below 10⁻⁴ or has more digits before the point than the precision; without one
    /// elsewhere. The precision counts all digits, and zero means one; `None` decides as if it were six.
    General(Option<u16>),
}

/// Prints `value` as Go's `strconv.FormatFloat(value, letter, precision, 64)` does.
///
/// What is not a number is `NaN`, the infinities are `+Inf` and `-Inf`, and negative zero keeps its sign. Digits that do not fit
/// the precision are rounded to the nearest, exact ties to even.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{FloatFormat, format_float};
///
/// assert_eq!(format_float(2.5e9, FloatFormat::Fixed(None)), "2500000000");
/// assert_eq!(format_float(2.5e9, FloatFormat::General(None)), "2.5e+09");
/// assert_eq!(format_float(0.085, FloatFormat::Exponent(Some(3))), "8.500e-02");
/// assert_eq!(format_float(f64::NEG_INFINITY, FloatFormat::Fixed(Some(2))), "-Inf");
/// ```
#[must_use]
pub fn format_float(value: f64, format: FloatFormat) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match format {
        FloatFormat::Fixed(None) => Parts::of(value, None).in_full(),
        FloatFormat::Fixed(Some(precision)) => format!("{value:.*}", usize::from(precision)),
        FloatFormat::Exponent(precision) => Parts::of(value, precision.map(usize::from)).with_exponent(),
        FloatFormat::General(precision) => general(value, precision.map(usize::from)),
    }
}

fn general(value: f64, precision: Option<usize>) -> String {
    let asked = precision.map(|precision| precision.max(1));
    let mut parts = Parts::of(value, asked.map(|asked| asked - 1));
    // Zeros at the end are not digits to Go; zero itself has none.
    parts.digits.truncate(parts.digits.trim_end_matches('0').len());
    let count = signed(parts.digits.len());
    let before_point = if count == 0 { 0 } else { parts.exponent + 1 };

    let limit = match asked.map(signed) {
        // Without a precision Go decides as for six digits, however many there are.
        None => 6,
        Some(asked) if asked > count && count >= before_point => count,
        Some(asked) => asked,
    };
    let exponent = before_point - 1;
    if exponent < -4 || exponent >= limit { parts.with_exponent() } else { parts.in_full() }
}

/// A count of digits, of which there are never more than 256.
fn signed(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A finite number as its first digit, a point, the other digits, and a power of ten.
struct Parts {
    negative: bool,
    digits: String,
    exponent: i32,
}

impl Parts {
    /// The digits of `value`: the fewest that identify it, or one and `precision` more.
    fn of(value: f64, precision: Option<usize>) -> Self {
        let Some(precision) = precision else {
            let shortest = Self::read(&format!("{value:e}"));
            // Where two texts of this length are equally near, Rust takes the upper one and Go the even one. That needs 16 digits:
            // shorter texts stand for different numbers.
            let others = shortest.digits.len().saturating_sub(1);
            if others < 15 {
                return shortest;
            }
            let even = format!("{value:.others$e}");
            return if even.parse() == Ok(value) { Self::read(&even) } else { shortest };
        };
        Self::read(&format!("{value:.precision$e}"))
    }

    /// Takes apart how Rust writes it: `-d.ddde-7`.
    fn read(text: &str) -> Self {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        Self {
            negative: mantissa.starts_with('-'),
            digits: mantissa.chars().filter(char::is_ascii_digit).collect(),
            exponent: exponent.parse().unwrap_or(0),
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn with_exponent(&self) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or(("0", ""));
        let point = if rest.is_empty() { "" } else { "." };
        let sign = if self.exponent < 0 { '-' } else { '+' };
        format!("{}{first}{point}{rest}e{sign}{:02}", self.sign(), self.exponent.unsigned_abs())
    }

    /// The digits with the point in its place, and zeros between the two where they do not touch.
    fn in_full(&self) -> String {
        let zeros = |count: usize| std::iter::repeat_n('0', count);
        let mut text = String::from(self.sign());
        match usize::try_from(self.exponent) {
            Ok(exponent) => match self.digits.split_at_checked(exponent + 1) {
                Some((whole, "")) => text.push_str(whole),
                Some((whole, fraction)) => {
                    text.push_str(whole);
                    text.push('.');
                    text.push_str(fraction);
                }
                None => {
                    text.push_str(&self.digits);
                    text.extend(zeros(exponent + 1 - self.digits.len()));
                }
            },
            Err(_) => {
                text.push_str("0.");
                text.extend(zeros(usize::try_from(-1 - self.exponent).unwrap_or(0)));
                text.push_str(&self.digits);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::FloatFormat::{Exponent, Fixed, General};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_finite() {
        for format in [Fixed(None), Exponent(Some(3)), General(None)] {
            assert_eq!(format_float(f64::NAN, format), "NaN");
            assert_eq!(format_float(-f64::NAN, format), "NaN");
            assert_eq!(format_float(f64::INFINITY, format), "+Inf");
            assert_eq!(format_float(f64::NEG_INFINITY, format), "-Inf");
        }
    }

    #[test]
    fn ok_tables() {
        for (value, format, expected) in [
            (0.0, Fixed(None), "0"),
            (-0.0, Fixed(None), "-0"),
            (-0.0, Exponent(None), "-0e+00"),
            (-0.0, General(None), "-0"),
            (0.0, General(Some(3)), "0"),
            (0.0, Fixed(Some(2)), "0.00"),
            (1.0, General(None), "1"),
            (80.5, Fixed(None), "80.5"),
            (100_000.0, General(None), "100000"),
            (1_000_000.0, General(None), "1e+06"),
            (1_234_567.0, General(None), "1.234567e+06"),
            (123_456.7, General(None), "123456.7"),
            (1_000_000.0, General(Some(17)), "1000000"),
            (0.0001, General(None), "0.0001"),
            (0.00001, General(None), "1e-05"),
            (1e21, Fixed(None), "1000000000000000000000"),
            (1e100, Exponent(None), "1e+100"),
            (5e-324, General(None), "5e-324"),
            (5e-324, Exponent(Some(2)), "4.94e-324"),
            (f64::MAX, General(None), "1.7976931348623157e+308"),
            (2.5, Fixed(Some(0)), "2"),
            (3.5, Fixed(Some(0)), "4"),
            (0.125, Fixed(Some(2)), "0.12"),
            (2.5, Exponent(Some(0)), "2e+00"),
            (400.0, General(Some(2)), "4e+02"),
            (400.0, General(Some(3)), "400"),
            (0.000_123_456, General(Some(3)), "0.000123"),
            (99.99, General(Some(0)), "1e+02"),
            (-99.5, General(Some(2)), "-1e+02"),
            (1e6, General(Some(10)), "1000000"),
            // Halfway between two texts of 17 digits: the even one.
            (2_170_085_494_239_537.0 / 8.0, Exponent(None), "2.7126068677994212e+14"),
            (2_170_085_494_239_537.0 / 8.0, Fixed(None), "271260686779942.12"),
        ] {
            assert_eq!(format_float(value, format), expected, "{value:e} {format:?}");
        }
    }

    proptest! {
        #[test]
        fn the_shortest_form_reads_back(value in any::<f64>().prop_filter("NaN is not equal to itself", |value| !value.is_nan())) {
            for format in [Fixed(None), Exponent(None), General(None)] {
                let text = format_float(value, format);
                prop_assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(value.to_bits()), "{}", text);
            }
        }

        #[test]
        fn any_precision_is_written(value in any::<f64>(), precision in any::<u16>()) {
            for format in [Fixed(Some(precision)), Exponent(Some(precision)), General(Some(precision))] {
                prop_assert!(!format_float(value, format).is_empty());
            }
        }
    }
}
