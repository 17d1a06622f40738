//! A time interval made ready for searching: which days of which years, which seconds of a day.

use crate::notifications::location::Location;
use crate::notifications::time_interval::TimeInterval;
use crate::utils::civil::DAY;
use crate::utils::civil::date;
use crate::utils::civil::day_number;
use crate::utils::civil::month_length;
use crate::utils::civil::weekday;

/// The first and the last year that the clock of some zone shows at a [`Timestamp`](crate::Timestamp), and a bit more.
const YEARS: (i64, i64) = (-1, 10_001);

const EVERY_WEEKDAY: u8 = 0x7f;
const EVERY_MONTH: u16 = 0x1ffe;

/// The lengths that a month can have.
const LENGTHS: std::ops::RangeInclusive<u8> = 28..=31;

/// Sorts stretches and joins those that overlap or touch (`gap` 1 for whole units, 0 for half-open ones).
fn joined(mut spans: Vec<(i64, i64)>, gap: i64) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    let mut found: Vec<(i64, i64)> = Vec::new();
    for (start, end) in spans {
        match found.last_mut() {
            Some(last) if start <= last.1 + gap => last.1 = last.1.max(end),
            _ => found.push((start, end)),
        }
    }
    found
}

/// A time interval made ready for searching.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Calendar {
    /// Seconds of the day, half open, sorted, apart from each other.
    pub(crate) seconds: Vec<(i64, i64)>,
    weekdays: u8,
    /// Bit 1 for the first day, for months of 28 to 31 days.
    days: [u32; 4],
    months: u16,
    /// Both ends included, sorted, apart from each other.
    years: Vec<(i64, i64)>,
    pub(crate) location: Location,
    /// Whether every second of every day of a year in question holds.
    pub(crate) whole_years: bool,
    /// Whether it holds at any time.
    pub(crate) always: bool,
    /// Whether some day may hold; what is false here holds on none.
    pub(crate) possible: bool,
}

impl Calendar {
    pub(crate) fn new(interval: &TimeInterval) -> Self {
        let seconds = interval.times.iter().map(|range| (range.start_time, range.end_time)).filter(|(start, end)| start < end);
        let seconds = seconds.map(|(start, end)| (i64::from(start.minute_of_day()) * 60, i64::from(end.minute_of_day()) * 60)).collect();
        let weekdays = (0..7).filter(|day| interval.weekdays.iter().any(|range| range.contains(*day)));
        let months = (1..=12).filter(|month| interval.months.iter().any(|range| range.contains(*month)));
        let mut days = [0; 4];
        for (bits, length) in days.iter_mut().zip(LENGTHS) {
            let holds =
                |day: &u8| interval.days_of_month.is_empty() || interval.days_of_month.iter().any(|range| range.contains(*day, length));
            *bits = (1..=length).filter(holds).fold(0, |bits, day| bits | 1 << day);
        }
        let years =
            interval.years.iter().map(|range| (range.begin().max(YEARS.0), range.end().min(YEARS.1))).filter(|(begin, end)| begin <= end);
        let years = joined(years.collect(), 1);
        let calendar = Self {
            seconds: if interval.times.is_empty() { vec![(0, DAY)] } else { joined(seconds, 0) },
            weekdays: if interval.weekdays.is_empty() { EVERY_WEEKDAY } else { weekdays.fold(0, |bits, day| bits | 1 << day) },
            days,
            months: if interval.months.is_empty() { EVERY_MONTH } else { months.fold(0, |bits, month| bits | 1 << month) },
            years: if interval.years.is_empty() { vec![YEARS] } else { years },
            location: interval.zone(),
            whole_years: false,
            always: false,
            possible: false,
        };
        calendar.judged()
    }

    /// The same calendar, knowing whether it holds for whole years, always, or never.
    fn judged(mut self) -> Self {
        let every_day = LENGTHS.zip(self.days).all(|(length, bits)| bits.count_ones() == u32::from(length));
        self.whole_years = every_day && self.seconds == [(0, DAY)] && self.weekdays == EVERY_WEEKDAY && self.months == EVERY_MONTH;
        self.always = self.whole_years && self.years == [YEARS];
        let month = |month: i64| {
            self.months >> month & 1 == 1 && (self.days_of(month_length(2023, month)) | self.days_of(month_length(2024, month))) != 0
        };
        self.possible = self.weekdays != 0 && !self.seconds.is_empty() && (1..=12).any(month);
        self
    }

    /// Takes the times of the day out, so that calendars that differ in nothing else are equal.
    pub(crate) fn take_seconds(&mut self) -> Vec<(i64, i64)> {
        (self.whole_years, self.always, self.possible) = (false, false, false);
        std::mem::take(&mut self.seconds)
    }

    /// The calendar with these times of the day.
    pub(crate) fn with_seconds(mut self, seconds: Vec<(i64, i64)>) -> Self {
        self.seconds = joined(seconds, 0);
        self.judged()
    }

    fn days_of(&self, length: i64) -> u32 {
        usize::try_from(length - 28).ok().and_then(|at| self.days.get(at)).copied().unwrap_or(0)
    }

    /// The last year of the stretch of years that `year` is in, if it is in one.
    pub(crate) fn last_year(&self, year: i64) -> Option<i64> {
        let at = self.years.partition_point(|(_, end)| *end < year);
        self.years.get(at).filter(|(begin, _)| *begin <= year).map(|(_, end)| *end)
    }

    /// Whether the interval holds on some time of the day.
    pub(crate) fn matches(&self, day: i64) -> bool {
        let (year, month, of_month) = date(day);
        self.weekdays >> weekday(day) & 1 == 1
            && self.months >> month & 1 == 1
            && self.days_of(month_length(year, month)) >> of_month & 1 == 1
            && self.last_year(year).is_some()
    }

    /// The first day from `from` on that matches.
    pub(crate) fn next_match(&self, from: i64) -> Option<i64> {
        if !self.possible {
            return None;
        }
        let (mut year, mut month, mut first) = date(from);
        // No month is visited twice, and no year before the next one that is asked for: at most 12 steps for each of 10,000 years.
        loop {
            let at = self.years.partition_point(|(_, end)| *end < year);
            let (begin, _) = *self.years.get(at)?;
            if begin > year {
                (year, month, first) = (begin, 1, 1);
            }
            let length = month_length(year, month);
            let bits = self.days_of(length) >> first << first;
            if self.months >> month & 1 == 1 && bits != 0 {
                let start = day_number(year, month, 1) - 1;
                let days = first.max(bits.trailing_zeros().into())..=length;
                let found =
                    days.map(|day| (day, start + day)).find(|(day, at)| bits >> day & 1 == 1 && self.weekdays >> weekday(*at) & 1 == 1);
                if let Some((_, day)) = found {
                    return Some(day);
                }
            }
            (month, first) = (month + 1, 1);
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(json: &str) -> Calendar {
        Calendar::new(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_next_day_is_found_however_far() {
        let found = |json: &str, from: (i64, i64, i64)| calendar(json).next_match(day_number(from.0, from.1, from.2)).map(date);
        assert_eq!(found(r#"{"years": ["9000"]}"#, (2024, 1, 1)), Some((9000, 1, 1)));
        let leap_sunday = r#"{"days_of_month": ["29"], "months": ["2"], "weekdays": ["sunday"]}"#;
        assert_eq!(found(leap_sunday, (2024, 3, 1)), Some((2032, 2, 29)));
        // 2100 is no leap year.
        assert_eq!(found(leap_sunday, (2088, 3, 1)), Some((2128, 2, 29)));
        assert_eq!(found(r#"{"days_of_month": ["30"], "months": ["2"]}"#, (2024, 1, 1)), None);
        assert_eq!(found(r#"{"days_of_month": ["-1"], "months": ["2"]}"#, (2024, 2, 29)), Some((2024, 2, 29)));
        assert_eq!(found(r#"{"years": ["2020:2022"]}"#, (2023, 1, 1)), None);
        assert_eq!(found(r#"{"years": ["-9:0"]}"#, (2023, 1, 1)), None);
    }

    #[test]
    fn years_without_end_are_always() {
        assert!(calendar("{}").always);
        assert!(calendar(r#"{"years": ["-1:99999999"], "months": ["1:6", "7:12"], "days_of_month": ["1:15", "16:31"], "weekdays": ["sunday:saturday"], "times": [{"start_time": "00:00", "end_time": "12:00"}, {"start_time": "12:00", "end_time": "24:00"}]}"#).always);
        assert!(!calendar(r#"{"days_of_month": ["1:30"]}"#).always);
    }
}
