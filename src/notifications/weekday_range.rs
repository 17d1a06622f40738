//! Days of the week.

use crate::notifications::calendar_range::calendar_range;
use crate::notifications::calendar_range::name_at;
use crate::notifications::calendar_range::named;

const WEEKDAYS: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

fn check(begin: i64, end: i64) -> Result<(), String> {
    let inside = |day: i64| (0..=6).contains(&day);
    if !inside(begin) || !inside(end) {
        return Err("a weekday is a number from 0, Sunday, to 6, Saturday".to_owned());
    }
    if begin > end {
        let (begin, end) = (name_at(WEEKDAYS, begin), name_at(WEEKDAYS, end));
        return Err(format!("`{end}` is before `{begin}`, as a week starts on Sunday: write `{begin}:saturday` and `sunday:{end}`"));
    }
    Ok(())
}

calendar_range! {
    /// Days of the week, one or from one to another: `saturday`, `monday:friday`. A week starts on Sunday and does not wrap.
    ///
    /// Names are written in full, in letters of any case; numbers are not taken, as Alertmanager 0.33 does not (`timeinterval/timeinterval.go`).
    /// In Rust the days are 0, Sunday, to 6, Saturday.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::WeekdayRange;
    ///
    /// let week: WeekdayRange = "Monday:friday".parse()?;
    /// assert_eq!((week.begin(), week.end(), week.to_string().as_str()), (1, 5, "monday:friday"));
    /// assert!(week.contains(3) && !week.contains(6));
    ///
    /// let error = "friday:monday".parse::<WeekdayRange>().unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`friday:monday` is not a range of weekdays: `monday` is before `friday`, as a week starts on Sunday: \
    ///      write `friday:saturday` and `sunday:monday`; expected such as `monday:friday`",
    /// );
    /// # Ok::<(), alert_schemas::notifications::InvalidWeekdayRange>(())
    /// ```
    pub struct WeekdayRange of u8;
    error InvalidWeekdayRange, code "invalid_weekday_range", noun "a range of weekdays", example "monday:friday",
    member |text| named(text, WEEKDAYS, 0, "weekday"),
    check check,
    print |day, f| f.write_str(name_at(WEEKDAYS, day)),
    schema {
        "pattern": crate::notifications::calendar_range::range_pattern(&crate::notifications::calendar_range::any_case(WEEKDAYS)),
        "not": { "pattern": "[\\r\\n]" },
        "examples": ["monday:friday", "saturday"],
        "x-rules": [{ "code": "invalid_weekday_range", "rule": "The first day is not after the last; a week starts on Sunday." }]
    },
    strategy (0_u8..7, 0_u8..7)
}

impl WeekdayRange {
    /// Whether the day is inside; 0 is Sunday.
    #[must_use]
    pub fn contains(self, day: u8) -> bool {
        (self.begin..=self.end).contains(&day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        text.parse::<WeekdayRange>().map_or_else(|error| error.to_string(), |range| range.to_string())
    }

    #[test]
    fn names_are_read_whole_and_in_any_case() {
        assert_eq!(read("SUNDAY:Saturday"), "sunday:saturday");
        assert_eq!(read("friday:friday"), "friday");
        assert!(read("mon").contains("`mon` is no weekday, did you mean `monday`?"), "{}", read("mon"));
        for bad in ["", ":", "monday:", ":monday", " monday", "monday:friday:sunday", "1:3", "saturday:sunday", "blurgsday"] {
            assert!(bad.parse::<WeekdayRange>().is_err(), "{bad}");
        }
        assert!(WeekdayRange::new(0, 7).is_err());
    }
}
