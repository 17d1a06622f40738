//! Instants: strict RFC 3339 in, Go's RFC3339Nano in UTC out.

use std::fmt;
use std::str::FromStr;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Utc;

use crate::utils::duration::AlertDuration;
use crate::utils::leaf::excerpt;
use crate::utils::leaf::text_leaf;

/// The calendar, offset and year rules of [`Timestamp`] as one pattern; exact, leap years included.
///
/// Years 0001 and 9999 are only taken in UTC, so that every accepted text can be written in UTC with four digits again.
#[cfg(any(test, feature = "schema"))]
pub(crate) const TIMESTAMP_PATTERN: &str = concat!(
    "^(?:",
    // A date of a year 0002 to 9998 with any offset…
    "(?:(?:000[2-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-",
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    // …or 29 February of a leap year…
    "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)-02-29)",
    "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
    // …or a date of the years at the edges, in UTC.
    "|(?:0001|9999)-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))",
    "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?(?:Z|[+-]00:00)",
    ")$"
);

/// An instant, to the nanosecond, written in RFC 3339.
///
/// Any offset is read; UTC is written, without trailing zeros in the fraction, as Go's `RFC3339Nano` prints it. The years
/// 0001 to 9999 are covered (0001 and 9999 only where the text is in UTC).
///
/// # Syntax
///
/// `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`: capital `T` and `Z`, one to nine digits of fraction, seconds 00 to 59 (no leap
/// second), a date that exists.
///
/// Go's zero time, `0001-01-01T00:00:00Z`, is an ordinary instant here; only the border to systems that write it for "none"
/// (`webhooks::alertmanager`) reads it as absent.
///
/// # Examples
///
/// ```
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let start: Timestamp = "2025-01-06T10:00:00.250+01:00".parse()?;
/// assert_eq!(start.to_string(), "2025-01-06T09:00:00.25Z");
///
/// let later = start + AlertDuration::minutes(5);
/// assert_eq!(later.to_string(), "2025-01-06T09:05:00.25Z");
/// assert_eq!(later.since(start), AlertDuration::minutes(5));
/// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
/// ```
///
/// # Errors
///
/// Reading gives [`InvalidTimestamp`] where the text has another form or names a day or time that does not exist.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

impl Timestamp {
    /// The Unix epoch, `1970-01-01T00:00:00Z`.
    pub const UNIX_EPOCH: Self = Self(DateTime::UNIX_EPOCH);

    /// The earliest instant, `0001-01-01T00:00:00Z`: what Go writes for "no time".
    #[must_use]
    pub fn min() -> Self {
        Self(DateTime::from_timestamp(-62_135_596_800, 0).unwrap_or(DateTime::UNIX_EPOCH))
    }

    /// The latest instant, `9999-12-31T23:59:59.999999999Z`.
    #[must_use]
    pub fn max() -> Self {
        Self(DateTime::from_timestamp(253_402_300_799, 999_999_999).unwrap_or(DateTime::UNIX_EPOCH))
    }

    /// The instant this many milliseconds after the Unix epoch (before it, if negative), if it is in range.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(millis).map(Self).filter(|at| (Self::min()..=Self::max()).contains(at))
    }

    /// Milliseconds since the Unix epoch; negative before it. Rounded down.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Nanoseconds since the Unix epoch; negative before it.
    pub(crate) fn unix_nanos(self) -> i128 {
        i128::from(self.0.timestamp()) * 1_000_000_000 + i128::from(self.0.timestamp_subsec_nanos())
    }

    /// The instant this many nanoseconds after the Unix epoch (before it, if negative), if it is in range.
    pub(crate) fn from_unix_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(1_000_000_000)).ok()?;
        let rest = u32::try_from(nanos.rem_euclid(1_000_000_000)).ok()?;
        DateTime::from_timestamp(seconds, rest).map(Self).filter(|at| (Self::min()..=Self::max()).contains(at))
    }

    /// The instant `duration` before this one; not before [`Timestamp::min`].
    #[must_use]
    pub fn minus(self, duration: AlertDuration) -> Self {
        self.shifted(-duration.to_delta())
    }

    /// How long after `earlier` this is, in whole milliseconds; zero if it is not after it.
    #[must_use]
    pub fn since(self, earlier: Timestamp) -> AlertDuration {
        let millis = (self.0 - earlier.0).num_milliseconds();
        AlertDuration::saturating_millis(u64::try_from(millis).unwrap_or(0))
    }

    /// The instant this many nanoseconds later, if it is in range.
    pub(crate) fn plus_nanos(self, nanos: i64) -> Option<Self> {
        self.0.checked_add_signed(TimeDelta::nanoseconds(nanos)).map(Self).filter(|at| (Self::min()..=Self::max()).contains(at))
    }

    /// The nanoseconds from `earlier` to this; what is more than a 64-bit number holds is its limit, as in Go.
    pub(crate) fn nanos_since(self, earlier: Self) -> i64 {
        let delta = self.0 - earlier.0;
        delta.num_nanoseconds().unwrap_or(if delta < TimeDelta::zero() { i64::MIN } else { i64::MAX })
    }

    fn shifted(self, delta: TimeDelta) -> Self {
        let limit = if delta < TimeDelta::zero() { Self::min } else { Self::max };
        match self.0.checked_add_signed(delta).map(Self) {
            Some(at) if (Self::min()..=Self::max()).contains(&at) => at,
            _ => limit(),
        }
    }
}

impl std::ops::Add<AlertDuration> for Timestamp {
    type Output = Timestamp;

    /// The instant `duration` later; not after [`Timestamp::max`].
    fn add(self, duration: AlertDuration) -> Timestamp {
        self.shifted(duration.to_delta())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%dT%H:%M:%S"))?;
        let nanos = self.0.timestamp_subsec_nanos();
        if nanos > 0 {
            let digits = format!("{nanos:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

/// Two ASCII digits at `at`.
fn two(bytes: &[u8], at: usize) -> Option<u32> {
    let tens = bytes.get(at).filter(|byte| byte.is_ascii_digit())?;
    let ones = bytes.get(at + 1).filter(|byte| byte.is_ascii_digit())?;
    Some(u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

fn parse_rfc3339(text: &str) -> Option<DateTime<Utc>> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(at, separator)| bytes.get(at) != Some(&separator)) {
        return None;
    }
    let year = i32::try_from(two(bytes, 0)? * 100 + two(bytes, 2)?).ok().filter(|year| *year > 0)?;
    let date = NaiveDate::from_ymd_opt(year, two(bytes, 5)?, two(bytes, 8)?)?;
    let mut rest = bytes.get(19..)?;
    let mut nanos = 0;
    if let Some((b'.', fraction)) = rest.split_first() {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let value = fraction.iter().take(digits).fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0'));
        nanos = value * 10_u32.pow(9 - u32::try_from(digits).ok()?);
        rest = fraction.get(digits..)?;
    }
    let second = two(bytes, 17).filter(|second| *second < 60)?;
    let local = date.and_hms_nano_opt(two(bytes, 11)?, two(bytes, 14)?, second, nanos)?.and_utc();
    let offset = match rest.split_first()? {
        (b'Z', []) => TimeDelta::zero(),
        (sign @ (b'+' | b'-'), [_, _, b':', _, _]) => {
            let hours = two(rest, 1).filter(|hours| *hours < 24)?;
            let minutes = two(rest, 4).filter(|minutes| *minutes < 60)?;
            let offset = TimeDelta::minutes(i64::from(hours * 60 + minutes));
            if *sign == b'+' { offset } else { -offset }
        }
        _ => return None,
    };
    // At the edges only UTC, so that the instant can be written with a year of four digits again.
    if (year == 1 || year == 9999) && !offset.is_zero() {
        return None;
    }
    local.checked_sub_signed(offset)
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        parse_rfc3339(text).map(Self).ok_or_else(|| InvalidTimestamp { found: excerpt(text) })
    }
}

impl From<DateTime<Utc>> for Timestamp {
    /// The same instant; one outside the years 0001 to 9999 becomes the nearest inside.
    fn from(at: DateTime<Utc>) -> Self {
        Self(at).clamp(Self::min(), Self::max())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> Self {
        at.0
    }
}

text_leaf! {
    Timestamp, error InvalidTimestamp, code "invalid_timestamp",
    expected "an RFC 3339 time such as `2025-01-06T09:00:00Z`",
    schema {
        "format": "date-time", "pattern": TIMESTAMP_PATTERN, "not": { "pattern": "[\\r\\n]" },
        "examples": ["2025-01-06T09:00:00Z", "2025-01-06T10:00:00.25+01:00"]
    },
    docs "An instant, to the nanosecond, written in RFC 3339.\n\nAny offset is read; UTC is written."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Timestamp {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        // Mostly close together, so that overlaps and equal times occur; sometimes anywhere.
        proptest::prop_oneof![
            8 => (0_i64..7_200_000).prop_map(|millis| Self::UNIX_EPOCH.shifted(TimeDelta::milliseconds(1_736_154_000_000 + millis))),
            2 => (-62_135_596_800_i64..253_402_300_800, 0_i64..1_000_000_000)
                .prop_map(|(s, n)| Self::UNIX_EPOCH.shifted(TimeDelta::seconds(s) + TimeDelta::nanoseconds(n))),
        ]
        .boxed()
    }
}

/// Why a text is not an instant.
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::utils::InvalidTimestamp;
///
/// let error: InvalidTimestamp = "2025-02-29T00:00:00Z".parse::<Timestamp>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`2025-02-29T00:00:00Z` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`, with a day that exists",
/// );
/// assert_eq!(error.code(), "invalid_timestamp");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`, with a day that exists")]
pub struct InvalidTimestamp {
    found: String,
}

impl InvalidTimestamp {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_timestamp";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidTimestamp);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn t(text: &str) -> String {
        text.parse::<Timestamp>().map_or_else(|error| error.to_string(), |at| at.to_string())
    }

    #[test]
    fn any_offset_is_read_and_utc_is_written() {
        assert_eq!(t("2025-01-06T09:00:00Z"), "2025-01-06T09:00:00Z");
        assert_eq!(t("2025-01-06T09:00:00.100000000-00:30"), "2025-01-06T09:30:00.1Z");
        assert_eq!(t("2024-12-31T23:59:59.999999999+23:59"), "2024-12-31T00:00:59.999999999Z");
        assert_eq!(t("0001-01-01T00:00:00Z"), Timestamp::min().to_string());
        assert_eq!(t("9999-12-31T23:59:59.999999999+00:00"), Timestamp::max().to_string());
    }

    #[test]
    fn arithmetic_stops_at_the_edges() {
        assert_eq!(Timestamp::max() + AlertDuration::days(1), Timestamp::max());
        assert_eq!(Timestamp::min().minus(AlertDuration::days(1)), Timestamp::min());
        assert_eq!(Timestamp::min().since(Timestamp::max()), AlertDuration::ZERO);
        assert_eq!(Timestamp::from_unix_millis(i64::MAX), None);
        assert_eq!(Timestamp::from_unix_millis(0), Some(Timestamp::UNIX_EPOCH));
        assert_eq!(Timestamp::from(DateTime::<Utc>::MAX_UTC), Timestamp::max());
    }

    fn near_miss() -> impl Strategy<Value = String> {
        let number = |max: u32| (0..=max).prop_map(|n| format!("{n:02}"));
        let year = prop_oneof![
            (0_u32..=9999).prop_map(|y| format!("{y:04}")),
            Just("0001".into()),
            Just("9999".into()),
            Just("0000".into()),
            Just("2000".into()),
            Just("1900".into())
        ];
        let fraction = prop_oneof![Just(String::new()), "\\.[0-9]{0,11}"];
        let zone = prop_oneof![
            Just("Z".to_owned()),
            Just("+00:00".into()),
            Just("z".into()),
            Just(String::new()),
            "[+-][0-2][0-9]:[0-6][0-9]",
            Just("+0100".into())
        ];
        let separator = prop_oneof![9 => Just('T'), 1 => Just(' '), 1 => Just('t')];
        (year, number(13), number(32), separator, number(24), number(60), number(60), fraction, zone)
            .prop_map(|(y, m, d, s, h, min, sec, f, z)| format!("{y}-{m}-{d}{s}{h}:{min}:{sec}{f}{z}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn the_pattern_says_what_the_parser_says(text in near_miss()) {
            let pattern = regex::Regex::new(TIMESTAMP_PATTERN).unwrap();
            prop_assert_eq!(pattern.is_match(&text), text.parse::<Timestamp>().is_ok(), "{}", text);
        }

        #[test]
        fn printed_times_read_back(seconds in -62_135_596_800_i64..253_402_300_800, nanos in 0_u32..1_000_000_000) {
            let at = Timestamp(DateTime::from_timestamp(seconds, nanos).unwrap());
            prop_assert_eq!(at.to_string().parse::<Timestamp>(), Ok(at));
        }
    }
}
