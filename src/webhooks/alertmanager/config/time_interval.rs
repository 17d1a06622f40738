//! Time intervals as they are written.

use std::str::FromStr;

use crate::notifications::ClockTime;
use crate::notifications::DayOfMonthRange;
use crate::notifications::Location;
use crate::notifications::MonthRange;
use crate::notifications::TimeInterval;
use crate::notifications::WeekdayRange;
use crate::notifications::YearRange;
use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::matcher_lines::put;
use crate::webhooks::alertmanager::config::matcher_lines::read_texts;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::placed::Placed;

/// Time intervals under a name, as they are written.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let text = "
/// route: { receiver: a }
/// receivers: [{ name: a }]
/// time_intervals:
///   - name: nights
///     time_intervals: [{ times: [{ start_time: '22:00', end_time: '24:00' }], location: UTC }]
/// ";
/// let file = ConfigFile::read(text, &ConfigFileOptions::default())?;
/// let nights = &file.time_intervals[0];
/// assert_eq!(nights.name.as_str(), "nights");
/// assert_eq!(nights.intervals[0].times.as_ref().unwrap()[0].end_time.as_str(), "24:00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigTimeInterval {
    /// The name, by which routes refer to it.
    pub name: Placed<String>,
    /// The intervals; it holds when one of them does.
    pub intervals: Vec<Placed<ConfigInterval>>,
}

/// One time interval, as it is written. All fields hold together, of each field one range; `None` always holds.
///
/// ```
/// use alert_schemas::notifications::TimeInterval;
/// use alert_schemas::webhooks::alertmanager::config::ConfigInterval;
///
/// let mut interval = ConfigInterval::default();
/// interval.weekdays = Some(vec!["saturday".to_owned().into(), "Sunday".to_owned().into()]);
/// let neutral: TimeInterval = interval.to_interval().unwrap();
/// assert_eq!(neutral.weekdays.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigInterval {
    /// Times of the day.
    pub times: Option<Vec<Placed<ConfigTimes>>>,
    /// Days of the week, such as `monday:friday`.
    pub weekdays: Option<Vec<Placed<String>>>,
    /// Days of the month, such as `1:7` or `-1`.
    pub days_of_month: Option<Vec<Placed<String>>>,
    /// Months, such as `december` or `1:3`.
    pub months: Option<Vec<Placed<String>>>,
    /// Years, such as `2025:2030`.
    pub years: Option<Vec<Placed<String>>>,
    /// The name of the time zone; `None` is UTC.
    pub location: Option<Placed<String>>,
}

/// A range of times of the day, the end not included.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::ConfigTimes;
///
/// assert_eq!(ConfigTimes::new("09:00", "17:00").start_time.as_str(), "09:00");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigTimes {
    /// Where it starts, such as `09:00`.
    pub start_time: Placed<String>,
    /// Where it ends, such as `17:00` or `24:00`.
    pub end_time: Placed<String>,
}

impl ConfigTimes {
    const KEYS: &'static [&'static str] = &["start_time", "end_time"];

    /// From one time to another.
    #[must_use]
    pub fn new(start_time: impl Into<String>, end_time: impl Into<String>) -> Self {
        Self { start_time: Placed::new(start_time.into()), end_time: Placed::new(end_time.into()) }
    }
}

impl ConfigTimeInterval {
    const KEYS: &'static [&'static str] = &["name", "time_intervals"];
}

impl ConfigInterval {
    const KEYS: &'static [&'static str] = &["times", "weekdays", "days_of_month", "months", "years", "location"];

    /// The interval that is meant; `None` if a field cannot be read, which does not happen in a file that was read.
    ///
    /// Null in a list, which Alertmanager takes for a range from 0 to 0, means nothing here.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigInterval;
    ///
    /// let mut interval = ConfigInterval::default();
    /// interval.months = Some(vec!["13".to_owned().into()]);
    /// assert!(interval.to_interval().is_none());
    /// ```
    #[must_use]
    pub fn to_interval(&self) -> Option<TimeInterval> {
        fn ranges<T: FromStr>(texts: Option<&Vec<Placed<String>>>) -> Option<Vec<T>> {
            texts.into_iter().flatten().map(|text| text.parse().ok()).collect()
        }
        let mut interval = TimeInterval::new();
        for times in self.times.iter().flatten() {
            let (start, end) = (times.start_time.parse().ok()?, times.end_time.parse().ok()?);
            interval.times.push(crate::notifications::ClockRange::new(start, end));
        }
        interval.weekdays = ranges(self.weekdays.as_ref())?;
        interval.days_of_month = ranges(self.days_of_month.as_ref())?;
        interval.months = ranges(self.months.as_ref())?;
        interval.years = ranges(self.years.as_ref())?;
        interval.location = self.location.as_ref().map(|location| location.parse()).transpose().ok()?;
        Some(interval)
    }
}

/// Reads ranges, each of which `T` has to be able to read. Null is no list.
fn read_ranges<'y, T: FromStr<Err: std::fmt::Display>>(
    collector: &mut Collector<'y>,
    decoder: &mut GoDecoder,
    node: Node<'y>,
    code: &'static str,
) -> Option<Vec<Placed<String>>> {
    if node.target().is_null() {
        return None;
    }
    let mut ranges = Vec::new();
    for (text, item) in read_texts(collector, decoder, node) {
        if let Err(error) = text.parse::<T>() {
            collector.problem(code, error.to_string(), item);
        }
        ranges.push(text);
    }
    Some(ranges)
}

impl ConfigValue for ConfigTimes {
    fn zero() -> Self {
        Self::default()
    }

    fn null_item() -> NullItem<Self> {
        NullItem::Refused("`start_time` and `end_time`")
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let mut places = (node, node);
        let is_mapping = collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| {
            let text = collector.text(decoder, entry.value);
            if entry.key == "start_time" {
                (self.start_time, places.0) = (text.unwrap_or_default(), entry.value);
            } else {
                (self.end_time, places.1) = (text.unwrap_or_default(), entry.value);
            }
        });
        if !is_mapping {
            return false;
        }
        let mut read = |text: &str, place: Node<'y>| match text.parse::<ClockTime>() {
            Ok(time) => Some(time),
            Err(error) => {
                collector.problem(crate::notifications::InvalidClockTime::CODE, error.to_string(), place);
                None
            }
        };
        let (start, end) = (read(&self.start_time, places.0), read(&self.end_time, places.1));
        if let (Some(start), Some(end)) = (start, end)
            && start.minute_of_day() >= end.minute_of_day()
        {
            let message = format!(
                "ends at `{}`, before it starts at `{}`: a range over midnight is two",
                excerpt(&self.end_time),
                excerpt(&self.start_time)
            );
            collector.problem("clock_range_order", message, places.1);
            return false;
        }
        start.is_some() && end.is_some()
    }

    fn written(&self, _: SecretDisplay) -> Written {
        let text = |text: &Placed<String>| Written::Text(text.value.clone());
        Written::Map(vec![("start_time".to_owned(), text(&self.start_time)), ("end_time".to_owned(), text(&self.end_time))])
    }
}

impl ConfigValue for ConfigInterval {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "times" => drop(self.times.read_any(collector, decoder, globals, value)),
                "weekdays" => self.weekdays = read_ranges::<WeekdayRange>(collector, decoder, value, "invalid_weekday_range"),
                "days_of_month" => {
                    self.days_of_month = read_ranges::<DayOfMonthRange>(collector, decoder, value, "invalid_day_of_month_range");
                }
                "months" => self.months = read_ranges::<MonthRange>(collector, decoder, value, "invalid_month_range"),
                "years" => self.years = read_ranges::<YearRange>(collector, decoder, value, "invalid_year_range"),
                "location" if !value.target().is_null() => {
                    let Some(text) = collector.text(decoder, value) else { return };
                    if let Err(error) = text.parse::<Location>() {
                        collector.problem("invalid_location", error.to_string(), value);
                    }
                    self.location = Some(text);
                }
                _ => {}
            }
        })
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        let mut fields = Vec::new();
        put(&mut fields, secrets, "times", &self.times);
        put(&mut fields, secrets, "weekdays", &self.weekdays);
        put(&mut fields, secrets, "days_of_month", &self.days_of_month);
        put(&mut fields, secrets, "months", &self.months);
        put(&mut fields, secrets, "years", &self.years);
        put(&mut fields, secrets, "location", &self.location);
        Written::Map(fields)
    }
}

impl ConfigValue for ConfigTimeInterval {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        let mut is_wrong = false;
        let is_mapping = collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| {
            if entry.key == "name" {
                let name = collector.text(decoder, entry.value);
                is_wrong = name.is_none();
                self.name = name.unwrap_or_default();
            } else {
                self.intervals.read_any(collector, decoder, globals, entry.value);
            }
        });
        if is_mapping && self.name.is_empty() && !is_wrong {
            collector.problem("missing_field", "the time interval has no `name`", node);
        }
        is_mapping
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        // What was null is written as null, since a mapping has to have a name.
        if *self == Self::default() {
            return Written::Null;
        }
        let mut fields = Vec::new();
        put(&mut fields, secrets, "name", &self.name);
        put(&mut fields, secrets, "time_intervals", &self.intervals);
        Written::Map(fields)
    }
}
