//! Durations in Prometheus' notation.

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;

use crate::utils::leaf::excerpt;
use crate::utils::leaf::text_leaf;

/// The units, largest first, with their milliseconds.
const UNITS: [(&str, u64); 7] =
    [("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// The grammar as a pattern: at least one unit, each at most once, largest first, or a lone `0`.
///
/// Alternatives by the largest unit that is there, since the languages that share this pattern have no common look-ahead.
#[cfg(any(test, feature = "schema"))]
pub(crate) const DURATION_PATTERN: &str = concat!(
    "^(?:0",
    "|[0-9]+y(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?",
    "|[0-9]+w(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?",
    "|[0-9]+d(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?",
    "|[0-9]+h(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?",
    "|[0-9]+m(?:[0-9]+s)?(?:[0-9]+ms)?",
    "|[0-9]+s(?:[0-9]+ms)?",
    "|[0-9]+ms)$"
);

/// A length of time in Prometheus' notation, such as `5m` or `1h30m`.
///
/// It is never negative, counts whole milliseconds and reaches to 9,223,372,036,854 ms (about 292 years), where Prometheus'
/// own arithmetic ends. A year (`y`) is 365 days, a week (`w`) seven days, a day 24 hours.
///
/// # Syntax
///
/// `0`, or numbers with the units `y`, `w`, `d`, `h`, `m`, `s`, `ms`: each at most once, largest first, without blanks. What
/// is written back is canonical: years and weeks only where they fit exactly, so `14d` is printed `2w` and `25h` `1d1h`
/// (prometheus/common, `model/time.go`).
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
///
/// let window: AlertDuration = "90m".parse()?;
/// assert_eq!(window, AlertDuration::hours(1) + AlertDuration::minutes(30));
/// assert_eq!(window.to_string(), "1h30m");
/// assert_eq!(window.as_millis(), 5_400_000);
/// # Ok::<(), alert_schemas::utils::InvalidDuration>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AlertDuration {
    millis: u64,
}

impl AlertDuration {
    /// No time at all, written `0s`.
    pub const ZERO: Self = Self { millis: 0 };

    /// The longest duration: 9,223,372,036,854 milliseconds.
    pub const MAX: Self = Self { millis: (i64::MAX / 1_000_000).unsigned_abs() };

    /// This many milliseconds; more than [`AlertDuration::MAX`] gives that.
    pub(crate) const fn saturating_millis(millis: u64) -> Self {
        if millis > Self::MAX.millis { Self::MAX } else { Self { millis } }
    }

    /// This many milliseconds.
    #[must_use]
    pub const fn millis(millis: u32) -> Self {
        Self { millis: millis as u64 }
    }

    /// This many seconds.
    #[must_use]
    pub const fn seconds(seconds: u32) -> Self {
        Self { millis: seconds as u64 * 1_000 }
    }

    /// This many minutes.
    #[must_use]
    pub const fn minutes(minutes: u32) -> Self {
        Self::saturating_millis(minutes as u64 * 60_000)
    }

    /// This many hours; no more than [`AlertDuration::MAX`].
    #[must_use]
    pub const fn hours(hours: u32) -> Self {
        Self::saturating_millis(hours as u64 * 3_600_000)
    }

    /// This many days of 24 hours; no more than [`AlertDuration::MAX`].
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self::saturating_millis(days as u64 * 86_400_000)
    }

    /// The whole milliseconds of it.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.millis
    }

    /// Seconds, with their fraction.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the largest value is below 2^53")]
    pub const fn as_seconds(self) -> f64 {
        self.millis as f64 / 1_000.0
    }

    /// Whether it is no time at all.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.millis == 0
    }

    pub(crate) fn to_delta(self) -> TimeDelta {
        TimeDelta::milliseconds(i64::try_from(self.millis).unwrap_or(i64::MAX / 1_000_000))
    }
}

impl std::ops::Add for AlertDuration {
    type Output = AlertDuration;

    /// The sum, no more than [`AlertDuration::MAX`].
    fn add(self, other: AlertDuration) -> AlertDuration {
        Self::saturating_millis(self.millis.saturating_add(other.millis))
    }
}

impl TryFrom<std::time::Duration> for AlertDuration {
    type Error = InvalidDuration;

    /// The whole milliseconds of `duration`.
    ///
    /// # Errors
    ///
    /// [`InvalidDuration`] if it is longer than [`AlertDuration::MAX`] or has a part below the millisecond, which would be lost.
    fn try_from(duration: std::time::Duration) -> Result<Self, InvalidDuration> {
        let exact = duration.subsec_nanos().is_multiple_of(1_000_000);
        match u64::try_from(duration.as_millis()) {
            Ok(millis) if exact && millis <= Self::MAX.millis => Ok(Self { millis }),
            _ => Err(InvalidDuration { found: format!("{duration:?}") }),
        }
    }
}

impl From<AlertDuration> for std::time::Duration {
    fn from(duration: AlertDuration) -> Self {
        Self::from_millis(duration.millis)
    }
}

impl fmt::Display for AlertDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.millis == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.millis;
        for (unit, size) in UNITS {
            let exact_only = matches!(unit, "y" | "w");
            if rest == 0 || rest < size || (exact_only && !rest.is_multiple_of(size)) {
                continue;
            }
            write!(f, "{}{unit}", rest / size)?;
            rest %= size;
        }
        Ok(())
    }
}

impl fmt::Debug for AlertDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AlertDuration({self})")
    }
}

fn parse_millis(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut sum: u64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits)?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters)?;
        // Each search goes on behind the last unit found: that is "largest first, each once".
        let (_, size) = units.find(|(name, _)| *name == unit)?;
        let number = number.parse::<u64>().ok()?;
        sum = sum.checked_add(number.checked_mul(*size)?)?;
        rest = after;
    }
    (!text.is_empty() && sum <= AlertDuration::MAX.millis).then_some(sum)
}

impl FromStr for AlertDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        parse_millis(text).map(|millis| Self { millis }).ok_or_else(|| InvalidDuration { found: excerpt(text) })
    }
}

text_leaf! {
    AlertDuration, error InvalidDuration, code "invalid_duration",
    expected "a duration such as `5m` or `1h30m`",
    schema {
        "pattern": DURATION_PATTERN, "not": { "pattern": "[\\r\\n]" }, "examples": ["5m", "1h30m"],
        "x-rules": [{ "code": "invalid_duration", "rule": "The sum is at most 9,223,372,036,854 milliseconds (about 292 years)." }]
    },
    docs "A length of time in Prometheus' notation, such as `5m` or `1h30m`.\n\nUnits are `y` (365 days), `w`, `d`, `h`, `m`, `s` and `ms`: each at most once, largest first."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for AlertDuration {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            4 => (0_u64..7_200).prop_map(|seconds| Self { millis: seconds * 1_000 }),
            1 => (0_u64..=Self::MAX.millis).prop_map(|millis| Self { millis }),
        ]
        .boxed()
    }
}

/// Why a text is not a duration.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::utils::InvalidDuration;
///
/// let error: InvalidDuration = "5 minutes".parse::<AlertDuration>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`5 minutes` is not a duration: expected numbers with the units y, w, d, h, m, s, ms, largest first, such as `5m` or `1h30m`, at most 292 years",
/// );
/// assert_eq!(error.code(), "invalid_duration");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{found}` is not a duration: expected numbers with the units y, w, d, h, m, s, ms, largest first, such as `5m` or `1h30m`, at most 292 years"
)]
pub struct InvalidDuration {
    found: String,
}

impl InvalidDuration {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_duration";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidDuration);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn printing_is_canonical() {
        let printed = |text: &str| text.parse::<AlertDuration>().unwrap().to_string();
        let pairs = [
            ("14d", "2w"),
            ("25h", "1d1h"),
            ("400d", "400d"),
            ("0", "0s"),
            ("0ms", "0s"),
            ("365d", "1y"),
            ("1001ms", "1s1ms"),
            ("8d", "8d"),
        ];
        for (text, canonical) in pairs {
            assert_eq!(printed(text), canonical);
        }
    }

    #[test]
    fn what_prometheus_refuses_is_refused() {
        for bad in ["", "5", "m", "5m5m", "5s5m", "-5m", "1.5h", "5 m", "5M", "293y", "99999999999999999999s", "1d0", "00"] {
            assert!(bad.parse::<AlertDuration>().is_err(), "{bad}");
        }
        assert_eq!(AlertDuration::MAX.to_string().parse(), Ok(AlertDuration::MAX));
    }

    #[test]
    fn std_durations_convert_only_exactly() {
        use std::time::Duration;
        assert_eq!(AlertDuration::try_from(Duration::from_millis(1_500)), Ok(AlertDuration::millis(1_500)));
        assert!(AlertDuration::try_from(Duration::from_nanos(1)).is_err());
        assert!(AlertDuration::try_from(Duration::MAX).is_err());
        assert_eq!(Duration::from(AlertDuration::seconds(2)), Duration::from_secs(2));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(AlertDuration::MAX + AlertDuration::MAX, AlertDuration::MAX);
        assert_eq!(AlertDuration::days(u32::MAX), AlertDuration::MAX);
        assert!((AlertDuration::millis(1_500).as_seconds() - 1.5).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn printed_durations_read_back(millis in 0..=AlertDuration::MAX.millis) {
            let duration = AlertDuration { millis };
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn the_pattern_says_what_the_parser_says(text in "(0|(1?[0-9](y|w|d|h|m|s|ms|x)){0,4}|[0-9]{1,3})") {
            let pattern = regex::Regex::new(DURATION_PATTERN).unwrap();
            prop_assert_eq!(pattern.is_match(&text), text.parse::<AlertDuration>().is_ok(), "{}", text);
        }
    }
}
