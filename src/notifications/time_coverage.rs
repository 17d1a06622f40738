//! The stretches in which time intervals hold.

use crate::notifications::interval_spans::Union;
use crate::notifications::interval_spans::second_of;
use crate::notifications::interval_spans::start_of;
use crate::utils::TimeRange;
use crate::utils::Timestamp;

/// The stretches of a range of time in which an interval holds: in order, none touching the next.
///
/// # Examples
///
/// ```
/// use alert_schemas::TimeRange;
/// use alert_schemas::notifications::{TimeCoverage, TimeInterval};
///
/// let mut mondays = TimeInterval::new();
/// mondays.weekdays = vec!["monday".parse()?];
/// let year: TimeRange = "2025-01-01T00:00:00Z/2026-01-01T00:00:00Z".parse()?;
/// let coverage: TimeCoverage = mondays.coverage(year);
/// assert_eq!((coverage.spans.len(), coverage.complete_until), (52, year.end()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimeCoverage {
    /// The stretches; at most [`TimeCoverage::MAX_SPANS`].
    pub spans: Vec<TimeRange>,
    /// Up to when `spans` says everything: the end of the range asked for, or earlier where that would be too many stretches.
    pub complete_until: Timestamp,
    asked: TimeRange,
}

impl TimeCoverage {
    /// How many stretches there may be.
    pub const MAX_SPANS: usize = 10_000;

    /// Whether `spans` says everything about the range that was asked for.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete_until == self.asked.end()
    }

    /// Whether the instant is in one of the stretches.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        let before = self.spans.partition_point(|span| span.start() <= at);
        before.checked_sub(1).and_then(|last| self.spans.get(last)).is_some_and(|span| span.contains(at))
    }

    pub(crate) fn of(union: &Union, asked: TimeRange) -> Self {
        let mut coverage = Self { spans: Vec::new(), complete_until: asked.end(), asked };
        if asked.start() == asked.end() {
            return coverage;
        }
        for span in union.spans(second_of(asked.start())) {
            let (start, end) = (start_of(span.start).max(asked.start()), start_of(span.end).min(asked.end()));
            if start >= asked.end() {
                break;
            }
            if coverage.spans.len() == Self::MAX_SPANS {
                coverage.complete_until = start;
                break;
            }
            coverage.spans.extend(TimeRange::new(start, end));
            if !span.whole && end < asked.end() {
                coverage.complete_until = end;
            }
            if end == asked.end() {
                break;
            }
        }
        coverage
    }
}
