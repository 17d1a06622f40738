//! When something holds by the calendar.

use crate::notifications::clock_range::ClockRange;
use crate::notifications::clock_range::ClockTime;
use crate::notifications::day_of_month_range::DayOfMonthRange;
use crate::notifications::interval_spans::Union;
use crate::notifications::interval_spans::second_of;
use crate::notifications::interval_spans::start_of;
use crate::notifications::location::Location;
use crate::notifications::month_range::MonthRange;
use crate::notifications::time_coverage::TimeCoverage;
use crate::notifications::weekday_range::WeekdayRange;
use crate::notifications::year_range::YearRange;
use crate::utils::TimeRange;
use crate::utils::Timestamp;
use crate::utils::civil::DAY;
use crate::utils::civil::date;
use crate::utils::civil::month_length;
use crate::utils::civil::weekday;
use crate::validations::record;

record! {
    /// When something holds, by the clock on the wall and the calendar of a place: business hours, a maintenance night, the end of a quarter.
    ///
    /// It holds at an instant if every field holds; a field holds if one of its ranges does, and a field that is absent or empty always does.
    /// So the interval without fields always holds.
    ///
    /// # Daylight saving time
    ///
    /// An instant is looked at as the clock of `location` shows it, seconds left out, as Alertmanager does. When the clock is put back, a time
    /// of the day that is shown twice holds twice; when it is put forward, a time that is never shown never holds: `02:00` to `03:00` is two
    /// hours on one night of the year in Paris, and nothing on another. [`TimeInterval::coverage`] shows such nights.
    ///
    /// # Differences from Alertmanager 0.33
    ///
    /// 1. There are twelve months ([`MonthRange`]).
    /// 2. A month has all its days, also where one of its days has an hour less ([`DayOfMonthRange`]).
    /// 3. **An empty list is like none.** Alertmanager's documentation says that any time matches a field that is left empty; its code does so
    ///    for an absent list, and never holds with `weekdays: []`. Such a list mutes nobody there, unseen.
    /// 4. Time zones are those of the crate `chrono-tz`, and `Local` is an argument ([`Location`]).
    /// 5. Names of months and weekdays are ASCII in any case; Go also takes `İ` for `i`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::{ClockRange, TimeInterval};
    ///
    /// let mut business_hours = TimeInterval::new();
    /// business_hours.weekdays = vec!["monday:friday".parse()?];
    /// business_hours.times = vec![ClockRange::new("09:00".parse()?, "17:00".parse()?)];
    ///
    /// let monday: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// assert!(business_hours.contains(monday));
    /// assert_eq!(business_hours.next_change(monday), Some("2025-01-06T17:00:00Z".parse()?));
    /// assert_eq!(
    ///     serde_json::to_string(&business_hours)?,
    ///     r#"{"times":[{"start_time":"09:00","end_time":"17:00"}],"weekdays":["monday:friday"]}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct TimeInterval: closed in notifications;
    example r#"{"times": [{"start_time": "09:00", "end_time": "17:00"}], "weekdays": ["monday:friday"], "location": "UTC"}"#;
    beyond {}
    /// Times of the day; at most 1,000.
    list(TimeInterval::MAX_RANGES) times: ClockRange as "times",
    /// Days of the week; at most 1,000.
    list(TimeInterval::MAX_RANGES) weekdays: WeekdayRange as "weekdays",
    /// Days of the month; at most 1,000.
    list(TimeInterval::MAX_RANGES) days_of_month: DayOfMonthRange as "days_of_month",
    /// Months; at most 1,000.
    list(TimeInterval::MAX_RANGES) months: MonthRange as "months",
    /// Years; at most 1,000.
    list(TimeInterval::MAX_RANGES) years: YearRange as "years",
    /// In whose clock the other fields are read. Absent means UTC.
    optional location: Location as "location",
}

impl TimeInterval {
    /// How many ranges a field may have.
    pub const MAX_RANGES: usize = 1_000;

    /// The interval without fields, which always holds.
    #[must_use]
    pub fn new() -> Self {
        Self { times: Vec::new(), weekdays: Vec::new(), days_of_month: Vec::new(), months: Vec::new(), years: Vec::new(), location: None }
    }

    /// In whose clock it is read.
    #[must_use]
    pub fn zone(&self) -> Location {
        self.location.unwrap_or(Location::UTC)
    }

    /// The same interval, read in `zone` if it was of the [local](Location::LOCAL) one.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::{Location, TimeInterval};
    ///
    /// let mut mondays = TimeInterval::new();
    /// mondays.weekdays = vec!["monday".parse()?];
    /// mondays.location = Some(Location::LOCAL);
    /// let late: Timestamp = "2025-01-05T23:00:00Z".parse()?;
    /// assert!(!mondays.contains(late));
    /// assert!(mondays.with_local("Etc/GMT-1".parse()?).contains(late));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_local(mut self, zone: Location) -> Self {
        if self.zone().is_local() {
            self.location = Some(zone);
        }
        self
    }

    /// Whether it holds at this instant.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        let second = second_of(at);
        let wall = second + self.zone().offset_at(second);
        let day = wall.div_euclid(DAY);
        let (year, month, of_month) = date(day);
        let small = |number: i64| u8::try_from(number).unwrap_or(0);
        let time = u16::try_from(wall.rem_euclid(DAY) / 60).ok().and_then(|minute| ClockTime::from_minute_of_day(minute).ok());
        let length = small(month_length(year, month));
        (self.times.is_empty() || time.is_some_and(|time| self.times.iter().any(|range| range.contains(time))))
            && (self.weekdays.is_empty() || self.weekdays.iter().any(|range| range.contains(small(weekday(day)))))
            && (self.days_of_month.is_empty() || self.days_of_month.iter().any(|range| range.contains(small(of_month), length)))
            && (self.months.is_empty() || self.months.iter().any(|range| range.contains(small(month))))
            && (self.years.is_empty() || self.years.iter().any(|range| range.contains(year)))
    }

    /// The first instant after `after` at which it holds if it did not at `after`, or does not if it did.
    ///
    /// `None` if there is none until the end of the year 9999. The search jumps over what does not hold, so that it is quick for years far
    /// away too.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::TimeInterval;
    ///
    /// let mut leap_days = TimeInterval::new();
    /// leap_days.months = vec!["february".parse()?];
    /// leap_days.days_of_month = vec!["29".parse()?];
    /// let now: Timestamp = "2096-03-01T00:00:00Z".parse()?;
    /// assert_eq!(leap_days.next_change(now), Some("2104-02-29T00:00:00Z".parse()?));
    /// assert_eq!(TimeInterval::new().next_change(now), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn next_change(&self, after: Timestamp) -> Option<Timestamp> {
        Union::new([self]).next_change(second_of(after)).map(start_of)
    }

    /// The stretches of `range` in which it holds.
    ///
    /// ```
    /// use alert_schemas::TimeRange;
    /// use alert_schemas::notifications::{ClockRange, TimeInterval};
    ///
    /// let mut nights = TimeInterval::new();
    /// nights.times = vec![ClockRange::new("22:00".parse()?, "24:00".parse()?), ClockRange::new("00:00".parse()?, "06:00".parse()?)];
    /// let day: TimeRange = "2025-01-06T12:00:00Z/2025-01-07T12:00:00Z".parse()?;
    /// let coverage = nights.coverage(day);
    /// assert_eq!(coverage.spans, ["2025-01-06T22:00:00Z/2025-01-07T06:00:00Z".parse()?]);
    /// assert!(coverage.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn coverage(&self, range: TimeRange) -> TimeCoverage {
        TimeCoverage::of(&Union::new([self]), range)
    }
}

impl Default for TimeInterval {
    fn default() -> Self {
        Self::new()
    }
}
