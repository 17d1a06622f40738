//! Stretches of time.

use std::fmt;
use std::str::FromStr;

use crate::utils::duration::AlertDuration;
use crate::utils::leaf::excerpt;
use crate::utils::leaf::text_leaf;
use crate::utils::timestamp::Timestamp;

/// A stretch of time from its start, included, to its end, excluded.
///
/// It is written as ISO 8601 writes an interval: two RFC 3339 times with `/` between them. The end is not before the start; a
/// range may be empty.
///
/// # Examples
///
/// ```
/// use alert_schemas::{AlertDuration, TimeRange, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let hour = TimeRange::last(AlertDuration::hours(1), now);
/// assert_eq!(hour.to_string(), "2025-01-06T08:00:00Z/2025-01-06T09:00:00Z");
/// assert!(hour.contains(hour.start()) && !hour.contains(now));
/// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeRange {
    start: Timestamp,
    end: Timestamp,
}

impl TimeRange {
    /// The stretch from `start` to `end`.
    ///
    /// # Errors
    ///
    /// [`InvalidTimeRange`] if `end` is before `start`.
    ///
    /// ```
    /// use alert_schemas::{TimeRange, Timestamp};
    ///
    /// let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::max());
    /// assert!(TimeRange::new(early, late).is_ok());
    /// assert!(TimeRange::new(late, early).is_err());
    /// ```
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, InvalidTimeRange> {
        if start <= end { Ok(Self { start, end }) } else { Err(InvalidTimeRange { found: format!("{start}/{end}") }) }
    }

    /// The stretch of `duration` that ends at `now`.
    #[must_use]
    pub fn last(duration: AlertDuration, now: Timestamp) -> Self {
        Self { start: now.minus(duration), end: now }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Timestamp {
        self.start
    }

    /// The first instant after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.end
    }

    /// How long it is, in whole milliseconds.
    #[must_use]
    pub fn duration(self) -> AlertDuration {
        self.end.since(self.start)
    }

    /// Whether `at` is inside.
    #[must_use]
    pub fn contains(self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether some instant is inside both.
    #[must_use]
    pub fn overlaps(self, other: TimeRange) -> bool {
        self.start.max(other.start) < self.end.min(other.end)
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.start, self.end)
    }
}

impl FromStr for TimeRange {
    type Err = InvalidTimeRange;

    /// Reads two RFC 3339 times with `/` between them.
    ///
    /// # Errors
    ///
    /// [`InvalidTimeRange`] if the text has another form, or if the end is before the start.
    fn from_str(text: &str) -> Result<Self, InvalidTimeRange> {
        text.split_once('/')
            .and_then(|(start, end)| Self::new(start.parse().ok()?, end.parse().ok()?).ok())
            .ok_or_else(|| InvalidTimeRange { found: excerpt(text) })
    }
}

/// The pattern of one instant, without its anchors.
#[cfg(feature = "schema")]
fn instant_pattern() -> &'static str {
    crate::utils::timestamp::TIMESTAMP_PATTERN.trim_start_matches('^').trim_end_matches('$')
}

text_leaf! {
    TimeRange, error InvalidTimeRange, code "invalid_time_range",
    expected "a time range such as `2025-01-06T08:00:00Z/2025-01-06T09:00:00Z`",
    schema {
        "pattern": format!("^{0}/{0}$", instant_pattern()), "not": { "pattern": "[\\r\\n]" },
        "examples": ["2025-01-06T08:00:00Z/2025-01-06T09:00:00Z"],
        "x-rules": [{ "code": "invalid_time_range", "rule": "The end is not before the start." }]
    },
    docs "A stretch of time from its start, included, to its end, excluded: two RFC 3339 times with `/` between them, as ISO 8601 writes an interval."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for TimeRange {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        (any::<Timestamp>(), any::<Timestamp>()).prop_map(|(a, b)| Self { start: a.min(b), end: a.max(b) }).boxed()
    }
}

/// Why a text or a pair of instants is not a time range.
///
/// ```
/// use alert_schemas::TimeRange;
/// use alert_schemas::utils::InvalidTimeRange;
///
/// let error: InvalidTimeRange = "today".parse::<TimeRange>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`today` is not a time range: expected two RFC 3339 times with `/` between them, the end not before the start",
/// );
/// assert_eq!(error.code(), "invalid_time_range");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a time range: expected two RFC 3339 times with `/` between them, the end not before the start")]
pub struct InvalidTimeRange {
    found: String,
}

impl InvalidTimeRange {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_time_range";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidTimeRange);

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> TimeRange {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_reads_back() {
        let hour = range("2025-01-06T08:00:00Z/2025-01-06T10:00:00+01:00");
        assert_eq!(hour.duration(), AlertDuration::hours(1));
        assert_eq!(range(&hour.to_string()), hour);
    }

    #[test]
    fn ranges_that_only_touch_do_not_overlap() {
        let first = range("2025-01-06T08:00:00Z/2025-01-06T09:00:00Z");
        let second = range("2025-01-06T09:00:00Z/2025-01-06T10:00:00Z");
        assert!(!first.overlaps(second) && first.overlaps(first));
        let empty = range("2025-01-06T08:30:00Z/2025-01-06T08:30:00Z");
        assert!(!empty.overlaps(first) && !empty.contains(empty.start()));
    }

    #[test]
    fn a_range_knows_its_ends() {
        let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let hour = TimeRange::last(AlertDuration::hours(1), now);
        assert_eq!((hour.start(), hour.end()), (now.minus(AlertDuration::hours(1)), now));
        assert_eq!(TimeRange::new(now, hour.start()).unwrap_err().code(), "invalid_time_range");
    }

    #[test]
    fn bad_ranges_are_refused() {
        for bad in ["", "2025-01-06T08:00:00Z", "2025-01-06T08:00:00Z/", "2025-01-06T09:00:00Z/2025-01-06T08:00:00Z"] {
            assert!(bad.parse::<TimeRange>().is_err(), "{bad}");
        }
    }
}
