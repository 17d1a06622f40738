//! The date and time of seconds since the Unix epoch, in UTC.

const DAY: i128 = 86_400;

/// The days of 400 years.
const ERA: i128 = 146_097;

/// The start of the year -292277022399, where Go's calendar begins.
const BEGINNING: i64 = -9_223_371_966_579_724_800;

/// The seconds as Go's calendar has them: what is before its beginning, such as what became of NaN, comes out at its end.
fn counted(seconds: i64) -> i128 {
    let seconds_later = if seconds < BEGINNING { 1_i128 << 64 } else { 0 };
    i128::from(seconds) + seconds_later
}

/// A date of the Gregorian calendar.
struct Date {
    year: i128,
    month: i128,
    day: i128,
}

/// The date of these seconds.
fn date(seconds: i64) -> Date {
    // Years that start in March: the leap day is their last.
    let days = counted(seconds).div_euclid(DAY) + 719_468;
    let (era, day_of_era) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    Date { year: year_of_era + era * 400 + i128::from(month <= 2), month, day }
}

fn is_leap(year: i128) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i128, month: i128) -> i128 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[expect(clippy::cast_precision_loss, reason = "parts of dates are below 2^53")]
fn number(value: i128) -> f64 {
    value as f64
}

pub(super) fn year(seconds: i64) -> f64 {
    number(date(seconds).year)
}

pub(super) fn month(seconds: i64) -> f64 {
    number(date(seconds).month)
}

pub(super) fn day_of_month(seconds: i64) -> f64 {
    number(date(seconds).day)
}

/// Sunday is 0.
pub(super) fn day_of_week(seconds: i64) -> f64 {
    // 1970 began on a Thursday.
    number((counted(seconds).div_euclid(DAY) + 4).rem_euclid(7))
}

pub(super) fn day_of_year(seconds: i64) -> f64 {
    let Date { year, month, day } = date(seconds);
    number((1..month).map(|month| month_length(year, month)).sum::<i128>() + day)
}

pub(super) fn days_in_month(seconds: i64) -> f64 {
    let Date { year, month, .. } = date(seconds);
    number(month_length(year, month))
}

pub(super) fn hour(seconds: i64) -> f64 {
    number(counted(seconds).rem_euclid(DAY) / 3_600)
}

pub(super) fn minute(seconds: i64) -> f64 {
    number(counted(seconds).rem_euclid(3_600) / 60)
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
