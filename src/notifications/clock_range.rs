//! Times of the day.

use std::fmt;
use std::str::FromStr;

use crate::utils::excerpt;
use crate::utils::text_leaf;
use crate::validations::Rule;
use crate::validations::record;

/// A time of the day to the minute, `00:00` to `24:00`: what the clock on the wall shows.
///
/// `24:00` is the end of the day.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::ClockTime;
///
/// let time: ClockTime = "17:30".parse()?;
/// assert_eq!((time.minute_of_day(), time.to_string().as_str()), (1_050, "17:30"));
/// assert!("24:01".parse::<ClockTime>().is_err());
/// # Ok::<(), alert_schemas::notifications::InvalidClockTime>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClockTime(u16);

impl ClockTime {
    /// The start of the day.
    pub const START_OF_DAY: Self = Self(0);

    /// The end of the day, `24:00`.
    pub const END_OF_DAY: Self = Self(1_440);

    /// The time this many minutes after the start of the day.
    ///
    /// # Errors
    ///
    /// [`InvalidClockTime`] for more than 1,440 minutes.
    ///
    /// ```
    /// use alert_schemas::notifications::ClockTime;
    ///
    /// assert_eq!(ClockTime::from_minute_of_day(1_440), Ok(ClockTime::END_OF_DAY));
    /// assert!(ClockTime::from_minute_of_day(1_441).is_err());
    /// ```
    pub fn from_minute_of_day(minute: u16) -> Result<Self, InvalidClockTime> {
        let time = Self(minute);
        if time <= Self::END_OF_DAY { Ok(time) } else { Err(InvalidClockTime { found: time.to_string() }) }
    }

    /// Minutes since the start of the day.
    #[must_use]
    pub fn minute_of_day(self) -> u16 {
        self.0
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClockTime({self})")
    }
}

impl FromStr for ClockTime {
    type Err = InvalidClockTime;

    fn from_str(text: &str) -> Result<Self, InvalidClockTime> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
        let read = || {
            let &[a, b, b':', c, d] = text.as_bytes() else { return None };
            let (hour, minute) = (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?);
            (minute < 60 && hour * 60 + minute <= 1_440).then_some(Self(hour * 60 + minute))
        };
        read().ok_or_else(|| InvalidClockTime { found: excerpt(text) })
    }
}

text_leaf! {
    ClockTime, error InvalidClockTime, code "invalid_clock_time",
    expected "a time of the day such as `17:30`",
    schema { "pattern": "^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$", "not": { "pattern": "[\\r\\n]" }, "examples": ["17:30", "24:00"] },
    docs "A time of the day to the minute, `00:00` to `24:00`: what the clock on the wall shows.\n\n`24:00` is the end of the day."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for ClockTime {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![3 => (0_u16..=96).prop_map(|quarter| Self(quarter * 15)), 1 => (0_u16..=1_440).prop_map(Self)].boxed()
    }
}

/// Why a text is not a time of the day.
///
/// ```
/// use alert_schemas::notifications::{ClockTime, InvalidClockTime};
///
/// let error: InvalidClockTime = "9:00".parse::<ClockTime>().unwrap_err();
/// assert_eq!(error.to_string(), "`9:00` is not a time of the day: expected two digits, `:`, two digits, from `00:00` to `24:00`");
/// assert_eq!(error.code(), "invalid_clock_time");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a time of the day: expected two digits, `:`, two digits, from `00:00` to `24:00`")]
pub struct InvalidClockTime {
    found: String,
}

impl InvalidClockTime {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_clock_time";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidClockTime);

record! {
    /// A stretch of each day from its start, included, to its end, excluded, as the clock on the wall shows it.
    ///
    /// It does not cross midnight: an evening and a morning are two of them, `22:00` to `24:00` and `00:00` to `06:00`.
    ///
    /// # Validity
    ///
    /// `start_time` is before `end_time`. One that is not contains no time.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ClockRange;
    ///
    /// let hours = ClockRange::new("09:00".parse()?, "17:00".parse()?);
    /// assert!(hours.contains("09:00".parse()?) && !hours.contains("17:00".parse()?));
    /// assert_eq!(hours.check(), Ok(()));
    /// # Ok::<(), alert_schemas::notifications::InvalidClockTime>(())
    /// ```
    pub struct ClockRange: closed in notifications;
    example r#"{"start_time": "09:00", "end_time": "17:00"}"#;
    beyond { rules RULES; settle ClockRange::settled; }
    /// Its first minute.
    required start_time: ClockTime as "start_time",
    /// The first minute after it.
    required end_time: ClockTime as "end_time",
}

const RULES: &[Rule<ClockRange>] = &[Rule {
    code: "clock_range_order",
    field: "end_time",
    rule: "`start_time` is before `end_time`.",
    broken: |range| {
        let (start, end) = (range.start_time, range.end_time);
        (start >= end).then(|| {
            if start == ClockTime::END_OF_DAY || start == end {
                format!("`end_time` {end} is not after `start_time` {start}")
            } else if end == ClockTime::START_OF_DAY {
                format!("`end_time` {end} is before `start_time` {start}: write 24:00 for the end of the day")
            } else {
                format!("`end_time` {end} is before `start_time` {start}: write two, {start} to 24:00 and 00:00 to {end}")
            }
        })
    },
}];

impl ClockRange {
    /// The stretch from `start_time` to `end_time`; [`ClockRange::check`] says whether they are in order.
    #[must_use]
    pub fn new(start_time: ClockTime, end_time: ClockTime) -> Self {
        Self { start_time, end_time }
    }

    /// Whether the clock is inside when it shows `time`.
    #[must_use]
    pub fn contains(&self, time: ClockTime) -> bool {
        self.start_time <= time && time < self.end_time
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(self) -> Self {
        let (a, b) = (self.start_time.min(self.end_time), self.start_time.max(self.end_time));
        if a < b { Self::new(a, b) } else { Self::new(ClockTime::START_OF_DAY, ClockTime(b.0.max(1))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_of_five_characters() {
        for good in ["00:00", "23:59", "24:00"] {
            assert_eq!(good.parse::<ClockTime>().unwrap().to_string(), good);
        }
        for bad in ["", "9:00", "24:01", "99:99", "12:60", "12-30", "12:3", "012:30", "１2:00", "12:30 "] {
            assert!(bad.parse::<ClockTime>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_range_over_midnight_is_told_how_to_write_it() {
        let range = ClockRange::new("22:00".parse().unwrap(), "06:00".parse().unwrap());
        let report = range.check().unwrap_err();
        assert_eq!(
            report.violations()[0].message,
            "`end_time` 06:00 is before `start_time` 22:00: write two, 22:00 to 24:00 and 00:00 to 06:00"
        );
        let range = ClockRange::new("22:00".parse().unwrap(), "00:00".parse().unwrap());
        let report = range.check().unwrap_err();
        assert_eq!(report.violations()[0].message, "`end_time` 00:00 is before `start_time` 22:00: write 24:00 for the end of the day");
    }
}
