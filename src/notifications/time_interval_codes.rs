//! The codes of what can be wrong with a time interval.

use crate::utils::ErrorCode;

/// The codes of time intervals.
pub(crate) const TIME_INTERVAL_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_weekday_range",
        "A range of weekdays has an unknown name, or its days are the wrong way round.",
        "\"weekdays\": [\"friday:monday\"]",
        "Write names in full; a week starts on Sunday, so that `friday:monday` is `friday:saturday` and `sunday:monday`.",
    ),
    ErrorCode::new(
        "invalid_day_of_month_range",
        "A range of days of the month names a day that no month has, or its days are the wrong way round.",
        "\"days_of_month\": [\"5:1\"]",
        "Use 1 to 31, or -1 (the last day) to -31, the earlier day first.",
    ),
    ErrorCode::new(
        "invalid_month_range",
        "A range of months names a month that does not exist, or its months are the wrong way round.",
        "\"months\": [\"13\"]",
        "Use 1 to 12 or names in full; a range over the new year is two, such as `11:12` and `1:2`.",
    ),
    ErrorCode::new(
        "invalid_year_range",
        "A range of years is no number or two, or its years are the wrong way round.",
        "\"years\": [\"2025:2020\"]",
        "Write a year such as `2025`, or two such as `2020:2025`, the earlier first.",
    ),
    ErrorCode::new(
        "invalid_clock_time",
        "A time of the day is not two digits, a colon and two digits, from 00:00 to 24:00.",
        "\"start_time\": \"9:00\"",
        "Write both parts with two digits, such as `09:00`.",
    ),
    ErrorCode::new(
        "clock_range_order",
        "A stretch of the day ends before it starts, or when it starts.",
        "{\"start_time\": \"22:00\", \"end_time\": \"06:00\"}",
        "Write a stretch over midnight as two: 22:00 to 24:00, and 00:00 to 06:00.",
    ),
    ErrorCode::new(
        "invalid_location",
        "A time zone is not known.",
        "\"location\": \"europe/paris\"",
        "Use a name of the IANA time zone database as it is spelled there, such as `Europe/Paris`; places need the feature `tz`.",
    ),
];
