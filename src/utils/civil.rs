//! Days of the Gregorian calendar, counted from 1 January 1970, and their dates.

/// The seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The number of a day since 1 January 1970, in the Gregorian calendar. (Howard Hinnant's `days_from_civil`.)
pub(crate) fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of the month of a day.
pub(crate) fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

/// How many days a month has.
pub(crate) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day of the week, 0 for Sunday. (1 January 1970 was a Thursday.)
pub(crate) fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_those_of_chrono() {
        use chrono::Datelike as _;
        for day in (-720_000..2_940_000).step_by(37) {
            let expected = chrono::DateTime::from_timestamp(day * DAY, 0).unwrap().date_naive();
            let (year, month, of_month) = date(day);
            assert_eq!((year, month, of_month), (expected.year().into(), expected.month().into(), expected.day().into()));
            assert_eq!(day_number(year, month, of_month), day);
            assert_eq!(weekday(day), i64::from(expected.weekday().num_days_from_sunday()));
        }
    }
}
