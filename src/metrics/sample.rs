//! Samples: a value at a time.

use std::fmt;
use std::str::FromStr;

use crate::utils::InvalidTimestamp;
use crate::utils::Timestamp;
use crate::utils::excerpt;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;
use crate::utils::text_leaf;
use crate::validations::record;

/// When a sample was taken: whole milliseconds since the Unix epoch, in the years 0001 to 9999.
///
/// JSON has it in RFC 3339 with at most three digits of fraction.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::SampleTime;
///
/// let at: SampleTime = "2025-01-06T09:00:00.25Z".parse()?;
/// assert_eq!(at.millis(), 1_736_154_000_250);
/// assert_eq!(SampleTime::from_millis(1_736_154_000_250), at);
/// assert!("2025-01-06T09:00:00.2505Z".parse::<SampleTime>().is_err());
/// # Ok::<(), alert_schemas::metrics::InvalidSampleTime>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SampleTime(i64);

impl SampleTime {
    /// The earliest time, `0001-01-01T00:00:00Z`.
    pub const MIN: Self = Self(-62_135_596_800_000);

    /// The latest time, `9999-12-31T23:59:59.999Z`.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The time this many milliseconds after the Unix epoch, or before it if negative; what is out of range counts as the nearest
    /// time in range.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since the Unix epoch; negative before it.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl From<Timestamp> for SampleTime {
    /// The whole milliseconds of the instant, rounded down.
    fn from(at: Timestamp) -> Self {
        Self::from_millis(at.unix_millis())
    }
}

impl From<SampleTime> for Timestamp {
    fn from(at: SampleTime) -> Self {
        // In range: both have the years 0001 to 9999.
        Timestamp::from_unix_millis(at.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for SampleTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Timestamp::from(*self).fmt(f)
    }
}

impl fmt::Debug for SampleTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SampleTime({self})")
    }
}

impl FromStr for SampleTime {
    type Err = InvalidSampleTime;

    fn from_str(text: &str) -> Result<Self, InvalidSampleTime> {
        let fail = |_: InvalidTimestamp| InvalidSampleTime { found: excerpt(text) };
        let at = text.parse::<Timestamp>().map_err(fail)?;
        let fraction = text.split_once('.').map_or("", |(_, after)| after);
        if fraction.bytes().take_while(u8::is_ascii_digit).count() > 3 {
            return Err(InvalidSampleTime { found: excerpt(text) });
        }
        Ok(at.into())
    }
}

/// The pattern of a timestamp with at most three digits of fraction.
#[cfg(any(test, feature = "schema"))]
fn time_pattern() -> String {
    crate::utils::TIMESTAMP_PATTERN.replace("[0-9]{1,9}", "[0-9]{1,3}")
}

text_leaf! {
    SampleTime, error InvalidSampleTime, code "invalid_sample_time",
    expected "an RFC 3339 time of whole milliseconds, such as `2025-01-06T09:00:00.25Z`",
    schema {
        "format": "date-time", "pattern": time_pattern(), "not": { "pattern": "[\\r\\n]" }, "examples": ["2025-01-06T09:00:00.25Z"]
    },
    docs "When a sample was taken, in RFC 3339, to the millisecond."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for SampleTime {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            3 => (0_i64..40).prop_map(|step| Self(step * 15_000)),
            1 => (1_736_154_000_000_i64..1_736_164_000_000).prop_map(Self),
            1 => (Self::MIN.0..=Self::MAX.0).prop_map(Self),
        ]
        .boxed()
    }
}

/// Why a text is not the time of a sample.
///
/// ```
/// use alert_schemas::metrics::{InvalidSampleTime, SampleTime};
///
/// let error: InvalidSampleTime = "2025-01-06T09:00:00.123456Z".parse::<SampleTime>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`2025-01-06T09:00:00.123456Z` is not the time of a sample: expected an RFC 3339 time of whole milliseconds, such as `2025-01-06T09:00:00.25Z`",
/// );
/// assert_eq!(error.code(), "invalid_sample_time");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not the time of a sample: expected an RFC 3339 time of whole milliseconds, such as `2025-01-06T09:00:00.25Z`")]
pub struct InvalidSampleTime {
    found: String,
}

impl InvalidSampleTime {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_sample_time";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidSampleTime);

/// The value of a sample: a number, or the mark that the series has ended.
///
/// Prometheus writes the mark as one special NaN; an ordinary NaN is a value like any other, the result of a computation. They are kept
/// apart here, so that no comparison of bits is needed where samples are read.
///
/// # Equality
///
/// Numbers are compared as numbers are, but NaN equals NaN: two samples that say the same are equal.
///
/// # Text
///
/// As Prometheus' API writes a value: `85.2`, `1e+21`, `NaN`, `+Inf`, `-Inf`; and `stale` for the mark. Other spellings of numbers and
/// `Inf` are read too.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::SampleValue;
///
/// let value: SampleValue = "85.2".parse()?;
/// assert_eq!((value.number(), value.to_string()), (Some(85.2), "85.2".to_owned()));
/// assert_eq!(SampleValue::from(f64::NAN), SampleValue::from(f64::NAN));
/// assert_ne!(SampleValue::from(f64::NAN), SampleValue::Stale);
/// assert_eq!(SampleValue::from(f64::from_bits(0x7ff0_0000_0000_0002)), SampleValue::Stale);
/// # Ok::<(), alert_schemas::metrics::InvalidSampleValue>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum SampleValue {
    /// A number, which may be NaN or infinite.
    Float(f64),
    /// From here on the series has no value, until a number follows.
    Stale,
}

impl SampleValue {
    /// The bits by which Prometheus marks that a series has ended.
    pub const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

    /// The number, `None` for the mark.
    #[must_use]
    pub const fn number(self) -> Option<f64> {
        match self {
            Self::Float(number) => Some(number),
            Self::Stale => None,
        }
    }

    /// Whether the series has ended here.
    #[must_use]
    pub const fn is_stale(self) -> bool {
        matches!(self, Self::Stale)
    }

    /// The number that Prometheus stores: for the mark its special NaN.
    #[must_use]
    pub const fn to_f64(self) -> f64 {
        match self {
            Self::Float(number) => number,
            Self::Stale => f64::from_bits(Self::STALE_BITS),
        }
    }
}

impl From<f64> for SampleValue {
    /// The number; Prometheus' special NaN is the mark.
    fn from(number: f64) -> Self {
        if number.to_bits() == Self::STALE_BITS { Self::Stale } else { Self::Float(number) }
    }
}

impl PartialEq for SampleValue {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(a), Self::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Self::Stale, Self::Stale) => true,
            (Self::Float(_), Self::Stale) | (Self::Stale, Self::Float(_)) => false,
        }
    }
}

impl Eq for SampleValue {}

/// Prints a number as Prometheus' API does: with an exponent only where the number is very small or very large.
pub(crate) fn api_number(number: f64) -> String {
    let size = number.abs();
    let plain = size == 0.0 || (1e-6..1e21).contains(&size);
    format_float(number, if plain { FloatFormat::Fixed(None) } else { FloatFormat::Exponent(None) })
}

impl fmt::Display for SampleValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Float(number) => f.pad(&api_number(*number)),
            Self::Stale => f.pad("stale"),
        }
    }
}

/// What numbers look like, apart from those that have a name.
#[cfg(any(test, feature = "schema"))]
const VALUE_PATTERN: &str = "^(?:[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?|NaN|[+-]?Inf|stale)$";

impl FromStr for SampleValue {
    type Err = InvalidSampleValue;

    fn from_str(text: &str) -> Result<Self, InvalidSampleValue> {
        let fail = || InvalidSampleValue { found: excerpt(text) };
        match text {
            "stale" => Ok(Self::Stale),
            "NaN" => Ok(Self::Float(f64::NAN)),
            "Inf" | "+Inf" => Ok(Self::Float(f64::INFINITY)),
            "-Inf" => Ok(Self::Float(f64::NEG_INFINITY)),
            // The words that Rust reads as numbers are kept out, and what is too large is no infinity.
            _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => {
                let number = text.parse::<f64>().map_err(|_| fail())?;
                if number.is_finite() { Ok(Self::Float(number)) } else { Err(fail()) }
            }
            _ => Err(fail()),
        }
    }
}

text_leaf! {
    SampleValue, error InvalidSampleValue, code "invalid_sample_value",
    expected "a number in quotes, `NaN`, `+Inf`, `-Inf` or `stale`",
    schema {
        "pattern": VALUE_PATTERN, "not": { "pattern": "[\\r\\n]" }, "examples": ["85.2", "stale"],
        "x-rules": [{ "code": "invalid_sample_value", "rule": "The number fits a double: at most about 1.8e308." }]
    },
    docs "The value of a sample: a number in quotes, `NaN`, `+Inf`, `-Inf`, or `stale` where the series ends."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for SampleValue {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            4 => (-100_i32..1_000).prop_map(|number| Self::Float(f64::from(number) / 4.0)),
            2 => proptest::num::f64::ANY.prop_map(Self::from),
            1 => proptest::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0]).prop_map(Self::Float),
            1 => proptest::strategy::Just(Self::Stale),
        ]
        .boxed()
    }
}

/// Why a text is not the value of a sample.
///
/// ```
/// use alert_schemas::metrics::{InvalidSampleValue, SampleValue};
///
/// let error: InvalidSampleValue = "85,2".parse::<SampleValue>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`85,2` is not the value of a sample: expected a number up to about 1.8e308, `NaN`, `+Inf`, `-Inf` or `stale`",
/// );
/// assert_eq!(error.code(), "invalid_sample_value");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not the value of a sample: expected a number up to about 1.8e308, `NaN`, `+Inf`, `-Inf` or `stale`")]
pub struct InvalidSampleValue {
    found: String,
}

impl InvalidSampleValue {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_sample_value";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidSampleValue);

record! {
    /// One sample of a series: a value at a time.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::{Sample, SampleValue};
    ///
    /// let sample = Sample::new(60_000, 85.2);
    /// assert_eq!((sample.millis(), sample.value), (60_000, SampleValue::Float(85.2)));
    /// assert_eq!(serde_json::to_string(&sample)?, r#"{"at":"1970-01-01T00:01:00Z","value":"85.2"}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Sample: closed in metrics;
    example r#"{"at": "2025-01-06T09:00:00Z", "value": "85.2"}"#;
    beyond {}
    /// When it was taken.
    required at: SampleTime as "at",
    /// What was seen.
    required value: SampleValue as "value",
}

impl Copy for Sample {}

impl Eq for Sample {}

impl Sample {
    /// The sample of this value, this many milliseconds after the Unix epoch (see [`SampleTime::from_millis`] for what is out of range).
    #[must_use]
    pub fn new(millis: i64, value: impl Into<SampleValue>) -> Self {
        Self { at: SampleTime::from_millis(millis), value: value.into() }
    }

    /// The mark that the series has ended at this time.
    #[must_use]
    pub fn stale(millis: i64) -> Self {
        Self::new(millis, SampleValue::Stale)
    }

    /// When it was taken, in milliseconds since the Unix epoch.
    #[must_use]
    pub const fn millis(&self) -> i64 {
        self.at.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_printed_as_the_api_prints_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (85.2, "85.2"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-6, "0.000001"),
            (9e-7, "9e-07"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::from_bits(SampleValue::STALE_BITS), "stale"),
        ] {
            assert_eq!(SampleValue::from(number).to_string(), text);
        }
    }

    #[test]
    fn only_numbers_are_values() {
        for (text, number) in [("Inf", f64::INFINITY), (".5", 0.5), ("5.", 5.0), ("+1E3", 1000.0), ("1e-400", 0.0)] {
            assert_eq!(text.parse(), Ok(SampleValue::Float(number)), "{text}");
        }
        for bad in ["", ".", "+", "e5", "nan", "inf", "infinity", "Stale", "1e400", "0x1", "1_0", " 1", "1e", "٣"] {
            assert!(bad.parse::<SampleValue>().is_err(), "{bad}");
        }
    }

    #[test]
    fn times_end_with_the_years() {
        for (millis, text) in [
            (i64::MIN, "0001-01-01T00:00:00Z"),
            (SampleTime::MIN.0, "0001-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (SampleTime::MAX.0, "9999-12-31T23:59:59.999Z"),
            (i64::MAX, "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(SampleTime::from_millis(millis).to_string(), text);
        }
        assert_eq!(SampleTime::from(Timestamp::max()), SampleTime::MAX);
        assert_eq!(Timestamp::from(SampleTime::MIN), Timestamp::min());
        assert_eq!("2025-01-06T09:00:00.250+01:00".parse(), Ok(SampleTime::from_millis(1_736_150_400_250)));
        assert!("2025-01-06T09:00:00.2500Z".parse::<SampleTime>().is_err());
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(bits in any::<u64>(), millis in any::<i64>()) {
            let value = SampleValue::from(f64::from_bits(bits));
            prop_assert_eq!(value.to_string().parse(), Ok(value));
            prop_assert_eq!(value.to_f64().is_nan(), f64::from_bits(bits).is_nan());
            let at = SampleTime::from_millis(millis);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
        }

        #[test]
        fn the_patterns_say_what_the_parsers_say(
            value in "[+-]{0,2}[0-9]{0,2}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?|[+-]?(Inf|NaN|stale|inf)",
            fraction in "(\\.[0-9]{0,4})?",
        ) {
            let pattern = regex::Regex::new(VALUE_PATTERN).unwrap();
            prop_assert_eq!(pattern.is_match(&value), value.parse::<SampleValue>().is_ok(), "{}", value);
            let pattern = regex::Regex::new(&time_pattern()).unwrap();
            let time = format!("2025-01-06T09:00:00{fraction}+01:00");
            prop_assert_eq!(pattern.is_match(&time), time.parse::<SampleTime>().is_ok(), "{}", time);
        }
    }
}
