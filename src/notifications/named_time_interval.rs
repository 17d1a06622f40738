//! Time intervals that routes name.

use crate::notifications::interval_spans::Union;
use crate::notifications::interval_spans::second_of;
use crate::notifications::interval_spans::start_of;
use crate::notifications::location::Location;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::time_coverage::TimeCoverage;
use crate::notifications::time_interval::TimeInterval;
use crate::utils::TimeRange;
use crate::utils::Timestamp;
use crate::validations::record;

record! {
    /// Time intervals under one name, by which routes are muted or active: it holds when any of them does.
    ///
    /// Without intervals it never holds.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::{NamedTimeInterval, TimeInterval};
    ///
    /// let mut weekend = TimeInterval::new();
    /// weekend.weekdays = vec!["saturday".parse()?, "sunday".parse()?];
    /// let weekends = NamedTimeInterval::new("weekends".parse()?, vec![weekend]);
    ///
    /// let saturday: Timestamp = "2025-01-04T12:00:00Z".parse()?;
    /// assert!(weekends.contains(saturday));
    /// assert_eq!(weekends.next_change(saturday), Some("2025-01-06T00:00:00Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NamedTimeInterval: closed in notifications;
    example r#"{"name": "weekends", "intervals": [{"weekdays": ["saturday", "sunday"], "location": "UTC"}]}"#;
    beyond {}
    /// Its name.
    required name: TimeIntervalName as "name",
    /// The intervals; at most 10,000.
    list(NamedTimeInterval::MAX_INTERVALS) intervals: TimeInterval as "intervals",
}

impl NamedTimeInterval {
    /// How many intervals there may be.
    pub const MAX_INTERVALS: usize = 10_000;

    /// Intervals under a name.
    #[must_use]
    pub fn new(name: TimeIntervalName, intervals: Vec<TimeInterval>) -> Self {
        Self { name, intervals }
    }

    /// The same intervals, of which those of the [local](Location::LOCAL) zone are read in `zone`.
    #[must_use]
    pub fn with_local(mut self, zone: Location) -> Self {
        self.intervals = self.intervals.into_iter().map(|interval| interval.with_local(zone)).collect();
        self
    }

    /// Whether one of the intervals holds at this instant.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.intervals.iter().any(|interval| interval.contains(at))
    }

    /// The first instant after `after` at which the answer of [`NamedTimeInterval::contains`] is another.
    ///
    /// `None` if there is none until the end of the year 9999, and where it holds on through more than 100,000 stretches of single
    /// intervals that follow each other without a gap: two that share the days between them are followed for more than 100 years.
    #[must_use]
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        self.union().next_change(second_of(after)).map(start_of)
    }

    /// The stretches of `range` in which one of the intervals holds.
    #[must_use]
    pub fn coverage(&self, range: TimeRange) -> TimeCoverage {
        TimeCoverage::of(&self.union(), range)
    }

    pub(crate) fn union(&self) -> Union {
        Union::new(&self.intervals)
    }
}
