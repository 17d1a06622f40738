//! The date and time of seconds since the Unix epoch, in UTC.

use crate::utils::civil;

/// The start of the year -292277022399, where Go's calendar begins.
const BEGINNING: i64 = -9_223_371_966_579_724_800;

/// The seconds as Go's calendar has them: what is before its beginning, such as what became of NaN, comes out at its end.
fn counted(seconds: i64) -> i128 {
    let seconds_later = if seconds < BEGINNING { 1_i128 << 64 } else { 0 };
    i128::from(seconds) + seconds_later
}

/// The day of these seconds, counted from 1 January 1970.
fn day(seconds: i64) -> i64 {
    // 64 bits of seconds are fewer days.
    i64::try_from(counted(seconds).div_euclid(civil::DAY.into())).unwrap_or_default()
}

/// Year, month and day of the month.
fn date(seconds: i64) -> (i64, i64, i64) {
    civil::date(day(seconds))
}

#[expect(clippy::cast_precision_loss, reason = "parts of dates are below 2^53")]
fn number(value: i64) -> f64 {
    value as f64
}

/// A part of a day, in whole units of so many seconds.
fn part(seconds: i64, whole: i64, unit: i64) -> f64 {
    number(i64::try_from(counted(seconds).rem_euclid(whole.into())).unwrap_or_default() / unit)
}

pub(super) fn year(seconds: i64) -> f64 {
    number(date(seconds).0)
}

pub(super) fn month(seconds: i64) -> f64 {
    number(date(seconds).1)
}

pub(super) fn day_of_month(seconds: i64) -> f64 {
    number(date(seconds).2)
}

/// Sunday is 0.
pub(super) fn day_of_week(seconds: i64) -> f64 {
    number(civil::weekday(day(seconds)))
}

pub(super) fn day_of_year(seconds: i64) -> f64 {
    let (year, month, day) = date(seconds);
    number((1..month).map(|month| civil::month_length(year, month)).sum::<i64>() + day)
}

pub(super) fn days_in_month(seconds: i64) -> f64 {
    let (year, month, _) = date(seconds);
    number(civil::month_length(year, month))
}

pub(super) fn hour(seconds: i64) -> f64 {
    part(seconds, civil::DAY, 3_600)
}

pub(super) fn minute(seconds: i64) -> f64 {
    part(seconds, 3_600, 60)
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;
    use chrono::Timelike as _;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_known_dates() {
        // 2024-02-29 was a Thursday.
        let at = 1_709_208_000;
        assert_eq!((year(at), month(at), day_of_month(at), day_of_week(at)), (2024.0, 2.0, 29.0, 4.0));
        assert_eq!((day_of_year(at), days_in_month(at), hour(at), minute(at)), (60.0, 29.0, 12.0, 0.0));
        assert_eq!((year(-1), hour(-1), minute(-1)), (1969.0, 23.0, 59.0));
        // What became of NaN, as Prometheus answers.
        assert_eq!((year(i64::MIN), month(i64::MIN), day_of_month(i64::MIN)), (292_277_026_596.0, 12.0, 4.0));
        assert_eq!((day_of_year(i64::MIN), hour(i64::MIN), minute(i64::MIN)), (339.0, 15.0, 30.0));
    }

    proptest! {
        #[test]
        fn dates_are_those_of_chrono(seconds in -62_135_596_800_i64..253_402_300_799) {
            let theirs = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            let part = |value: u32| f64::from(value);
            prop_assert_eq!(year(seconds), f64::from(theirs.year()));
            prop_assert_eq!((month(seconds), day_of_month(seconds)), (part(theirs.month()), part(theirs.day())));
            prop_assert_eq!((day_of_week(seconds), day_of_year(seconds)), (part(theirs.weekday().num_days_from_sunday()), part(theirs.ordinal())));
            prop_assert_eq!((hour(seconds), minute(seconds)), (part(theirs.hour()), part(theirs.minute())));
            prop_assert_eq!(days_in_month(seconds), part(theirs.num_days_in_month().into()));
        }

        #[test]
        fn no_number_is_out_of_range(seconds in any::<i64>()) {
            prop_assert!((1.0..=12.0).contains(&month(seconds)) && (1.0..=31.0).contains(&day_of_month(seconds)));
        }
    }
}
