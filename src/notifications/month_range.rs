//! Months.

use crate::notifications::calendar_range::calendar_range;
use crate::notifications::calendar_range::named;
use crate::notifications::calendar_range::number;

const MONTHS: &[&str] =
    &["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

fn member(text: &str) -> Result<i64, String> {
    number(text).or_else(|_| named(text, MONTHS, 1, "month"))
}

fn check(begin: i64, end: i64) -> Result<(), String> {
    for month in [begin, end] {
        if !(1..=12).contains(&month) {
            return Err(format!("there is no month {month}: 1 is January, 12 is December"));
        }
    }
    if begin > end {
        return Err(format!("month {end} is before month {begin}: write `{begin}:12` and `1:{end}`"));
    }
    Ok(())
}

calendar_range! {
    /// Months, one or from one to another: `may`, `january:march`, `11:12`. A year does not wrap.
    ///
    /// Names are written in full, in letters of any case. Numbers are what is written, as Alertmanager writes them.
    ///
    /// # Differences from Alertmanager 0.33
    ///
    /// 1. **There are twelve months.** Alertmanager takes any number and then never holds: `months: ['13']` silences nobody, and whoever wrote
    ///    it learns so at night. Its documentation says 1 to 12; other numbers are errors here.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::MonthRange;
    ///
    /// let quarter: MonthRange = "january:march".parse()?;
    /// assert_eq!(quarter.to_string(), "1:3");
    /// assert!(quarter.contains(2) && !quarter.contains(4));
    /// let error = "13".parse::<MonthRange>().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`13` is not a range of months: there is no month 13: 1 is January, 12 is December; expected such as `january:march`",
    /// );
    /// # Ok::<(), alert_schemas::notifications::InvalidMonthRange>(())
    /// ```
    pub struct MonthRange of u8;
    error InvalidMonthRange, code "invalid_month_range", noun "a range of months", example "january:march",
    member member,
    check check,
    print |month, f| write!(f, "{month}"),
    schema {
        "pattern": crate::notifications::calendar_range::range_pattern(
            &format!("{}|\\+?0*(?:[1-9]|1[0-2])", crate::notifications::calendar_range::any_case(MONTHS))
        ),
        "not": { "pattern": "[\\r\\n]" },
        "examples": ["january:march", "12"],
        "x-rules": [{ "code": "invalid_month_range", "rule": "The first month is not after the last." }]
    },
    strategy (1_u8..13, 1_u8..13)
}

impl MonthRange {
    /// Whether the month is inside; 1 is January.
    #[must_use]
    pub fn contains(self, month: u8) -> bool {
        (self.begin..=self.end).contains(&month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_read() {
        let read = |text: &str| text.parse::<MonthRange>().unwrap().to_string();
        assert_eq!([read("January:december"), read("1:December"), read("+05"), read("may:5")], ["1:12", "1:12", "5", "5"]);
        for bad in ["0", "13", "-1", "1:13", "jan", "march:january", "12:1", "", "martius:june", " may"] {
            assert!(bad.parse::<MonthRange>().is_err(), "{bad}");
        }
    }
}
