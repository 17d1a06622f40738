//! Years.

use crate::notifications::calendar_range::calendar_range;
use crate::notifications::calendar_range::number;

fn check(begin: i64, end: i64) -> Result<(), String> {
    if begin > end { Err(format!("year {end} is before year {begin}")) } else { Ok(()) }
}

calendar_range! {
    /// Years, one or from one to another: `2025`, `2020:2025`. Any whole number of 64 bits is a year; times reach from 1 to 9999.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::YearRange;
    ///
    /// let years: YearRange = "2020:2025".parse()?;
    /// assert!(years.contains(2025) && !years.contains(2026));
    /// assert!("2022:2020".parse::<YearRange>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidYearRange>(())
    /// ```
    pub struct YearRange of i64;
    error InvalidYearRange, code "invalid_year_range", noun "a range of years", example "2020:2025",
    member number,
    check check,
    print |year, f| write!(f, "{year}"),
    schema {
        "pattern": crate::notifications::calendar_range::range_pattern("[+-]?[0-9]+"),
        "not": { "pattern": "[\\r\\n]" },
        "examples": ["2025", "2020:2025"],
        "x-rules": [{ "code": "invalid_year_range", "rule": "The first year is not after the last, and both fit into 64 bits." }]
    },
    strategy proptest::prop_oneof![4 => (2015_i64..2035, 2015_i64..2035), 1 => (-5_i64..10_100, -5_i64..10_100)]
}

impl YearRange {
    /// Whether the year is inside.
    #[must_use]
    pub fn contains(self, year: i64) -> bool {
        (self.begin..=self.end).contains(&year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_64_bits_is_a_year() {
        let read = |text: &str| text.parse::<YearRange>().unwrap().to_string();
        assert_eq!([read("-5"), read("0:99999999"), read("9223372036854775807")], ["-5", "0:99999999", "9223372036854775807"]);
        for bad in ["", "2025:", "9223372036854775808", "x", "2e3", "2020:2021:2022"] {
            assert!(bad.parse::<YearRange>().is_err(), "{bad}");
        }
    }
}
