//! Days of the month.

use crate::notifications::calendar_range::calendar_range;
use crate::notifications::calendar_range::number;

fn check(begin: i64, end: i64) -> Result<(), String> {
    for day in [begin, end] {
        if day == 0 || !(-31..=31).contains(&day) {
            return Err(format!("{day} is no day of a month: 1 to 31 from its start, -1 to -31 from its end"));
        }
    }
    if begin < 0 && end > 0 {
        return Err(format!("it starts at {begin} from the end of the month, so that its last day must be negative too"));
    }
    // Alertmanager compares as if every month had 28 days, and counts the last of them as 27.
    let place = |day: i64| if day < 0 { 28 + day } else { day };
    if place(begin) > place(end) {
        return Err(format!("in a month of 28 days, day {end} is before day {begin}"));
    }
    Ok(())
}

calendar_range! {
    /// Days of the month, one or from one to another: `1`, `10:20`, `-7:-1`. Negative days count from the end of the month: -1 is the last.
    ///
    /// A range that reaches beyond the end of a month ends with it, and one that starts beyond it has no day there: `29:31` is three days in
    /// March and none in most Februaries. A range that would be backwards in a month of 28 days is refused, as Alertmanager 0.33 does
    /// (`timeinterval/timeinterval.go`), `28:-1` included.
    ///
    /// # Differences from Alertmanager 0.33
    ///
    /// 2. **A month has all its days.** Alertmanager counts the days of a month as its hours through 24, in the zone of the interval, so that
    ///    a month that loses an hour to summer time has a day less: in Paris, `-1` is 30 March and `1:31` leaves 31 March out. Its
    ///    documentation says that -1 is the last day of the month; so it is here.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::DayOfMonthRange;
    ///
    /// let last_week: DayOfMonthRange = "-7:-1".parse()?;
    /// assert!(last_week.contains(22, 28) && !last_week.contains(22, 31));
    /// let ends: DayOfMonthRange = "29:31".parse()?;
    /// assert!(ends.contains(29, 30) && !ends.contains(28, 28));
    /// assert!("28:-1".parse::<DayOfMonthRange>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidDayOfMonthRange>(())
    /// ```
    pub struct DayOfMonthRange of i8;
    error InvalidDayOfMonthRange, code "invalid_day_of_month_range", noun "a range of days of the month", example "-7:-1",
    member number,
    check check,
    print |day, f| write!(f, "{day}"),
    schema {
        "pattern": crate::notifications::calendar_range::range_pattern("[+-]?0*(?:[1-9]|[12][0-9]|3[01])"),
        "not": { "pattern": "[\\r\\n]" },
        "examples": ["1", "-7:-1"],
        "x-rules": [{
            "code": "invalid_day_of_month_range",
            "rule": "The first day is not after the last in a month of 28 days, and after a negative first day comes a negative last one."
        }]
    },
    strategy proptest::prop_oneof![(1_i8..32, 1_i8..32), (-31_i8..0, -31_i8..0), (1_i8..32, -31_i8..0)]
}

impl DayOfMonthRange {
    /// Whether the day, from 1, is inside in a month of `length` days.
    #[must_use]
    pub fn contains(self, day: u8, length: u8) -> bool {
        let (day, length) = (i64::from(day), i64::from(length));
        let place = |day: i8| if day < 0 { length + i64::from(day) + 1 } else { i64::from(day) };
        (place(self.begin)..=place(self.end)).contains(&day) && day <= length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> DayOfMonthRange {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_read_as_go_reads_numbers() {
        assert_eq!(range("+07:0031").to_string(), "7:31");
        assert_eq!(range("-1:-1").to_string(), "-1");
        for bad in [
            "0",
            "32",
            "-32",
            "1:50",
            "-15:5",
            "10:-25",
            "28:-1",
            "5:3",
            "1:-28",
            "1.0",
            "1_0",
            "",
            " 1",
            "1:",
            "-",
            "99999999999999999999",
        ] {
            assert!(bad.parse::<DayOfMonthRange>().is_err(), "{bad}");
        }
        assert!("27:-1".parse::<DayOfMonthRange>().is_ok());
    }

    #[test]
    fn ranges_end_with_the_month() {
        assert!(range("1:31").contains(28, 28) && !range("30").contains(30, 29));
        // Day -31 of a short month lies before its start.
        assert!(range("-31:-1").contains(1, 28) && !range("-31:-30").contains(1, 28));
    }
}
