//! Times and lengths of time as Go writes them.

use std::fmt::Write;

use chrono::DateTime;
use chrono::Datelike;
use chrono::TimeDelta;
use chrono::Timelike;
use chrono::Utc;

use crate::templates::time::TemplateTime;
use crate::utils::go::quote;

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// What a part of a layout stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    LongMonth,
    Month,
    NumberMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    PaddedDay,
    ZeroDay,
    PaddedYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperNoon,
    LowerNoon,
    ZoneName,
    /// The offset of the zone: `Z` for none, a colon, and how many of hours, minutes and seconds.
    Offset {
        zulu: bool,
        colon: bool,
        parts: u8,
    },
    /// The fraction of the second: its digits, the mark before them, and whether zeros at the end go.
    Fraction {
        digits: usize,
        comma: bool,
        trimmed: bool,
    },
}

/// What layouts are made of. Where one starts as another does, the longer one stands first.
const PARTS: &[(&str, Part)] = &[
    ("January", Part::LongMonth),
    ("Jan", Part::Month),
    ("Monday", Part::LongWeekday),
    ("Mon", Part::Weekday),
    ("MST", Part::ZoneName),
    ("002", Part::ZeroYearDay),
    ("01", Part::ZeroMonth),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("15", Part::Hour),
    ("1", Part::NumberMonth),
    ("2006", Part::LongYear),
    ("2", Part::Day),
    ("__2", Part::PaddedYearDay),
    ("_2", Part::PaddedDay),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::UpperNoon),
    ("pm", Part::LowerNoon),
    ("-070000", Part::Offset { zulu: false, colon: false, parts: 3 }),
    ("-07:00:00", Part::Offset { zulu: false, colon: true, parts: 3 }),
    ("-0700", Part::Offset { zulu: false, colon: false, parts: 2 }),
    ("-07:00", Part::Offset { zulu: false, colon: true, parts: 2 }),
    ("-07", Part::Offset { zulu: false, colon: false, parts: 1 }),
    ("Z070000", Part::Offset { zulu: true, colon: false, parts: 3 }),
    ("Z07:00:00", Part::Offset { zulu: true, colon: true, parts: 3 }),
    ("Z0700", Part::Offset { zulu: true, colon: false, parts: 2 }),
    ("Z07:00", Part::Offset { zulu: true, colon: true, parts: 2 }),
    ("Z07", Part::Offset { zulu: true, colon: false, parts: 1 }),
];

/// The part that a layout starts with, and its length in bytes.
fn part_at(layout: &str) -> Option<(Part, usize)> {
    if let Some(found) = fraction_at(layout) {
        return Some(found);
    }
    // An underscore before the year is text.
    if layout.starts_with("_2006") {
        return None;
    }
    PARTS.iter().find_map(|(text, part)| {
        let behind = layout.strip_prefix(text)?;
        // `Jan` and `Mon` may start another word.
        let word = matches!(part, Part::Month | Part::Weekday) && behind.starts_with(|c: char| c.is_ascii_lowercase());
        (!word).then_some((*part, text.len()))
    })
}

/// `.000` or `.999`, with a comma for the point or without; no digit follows.
fn fraction_at(layout: &str) -> Option<(Part, usize)> {
    let digits = layout.strip_prefix(['.', ','])?;
    let first = digits.chars().next().filter(|c| matches!(c, '0' | '9'))?;
    let behind = digits.trim_start_matches(first);
    if behind.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let count = digits.len() - behind.len();
    Some((Part::Fraction { digits: count, comma: layout.starts_with(','), trimmed: first == '9' }, count + 1))
}

/// Writes a time by a layout, which shows how Go's reference time `Mon Jan 2 15:04:05 MST 2006` would be written.
///
/// At most `room` bytes are written, give or take one part: a caller that allows no more then refuses the text.
pub(crate) fn format(time: &TemplateTime, layout: &str, room: usize) -> String {
    let local = DateTime::<Utc>::from(time.at()) + TimeDelta::seconds(time.offset_seconds().into());
    let mut out = String::new();
    let mut rest = layout;
    while let Some(c) = rest.chars().next() {
        if out.len() > room {
            break;
        }
        let (part, length) = part_at(rest).unwrap_or((Part::Text, c.len_utf8()));
        let (text, behind) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match part {
            Part::Text => out.push_str(text),
            _ => write_part(&mut out, part, local, time),
        }
        rest = behind;
    }
    out
}

fn write_part(out: &mut String, part: Part, local: DateTime<Utc>, time: &TemplateTime) {
    let month = usize::try_from(local.month0()).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    let weekday = usize::try_from(local.weekday().num_days_from_sunday()).ok().and_then(|day| DAYS.get(day)).copied().unwrap_or_default();
    let afternoon = local.hour() >= 12;
    let (_, hour12) = local.hour12();
    // Writing to a `String` always succeeds.
    let _: std::fmt::Result = match part {
        Part::Text => Ok(()),
        Part::LongMonth => out.write_str(month),
        Part::Month => out.write_str(month.get(..3).unwrap_or(month)),
        Part::NumberMonth => write!(out, "{}", local.month()),
        Part::ZeroMonth => write!(out, "{:02}", local.month()),
        Part::LongWeekday => out.write_str(weekday),
        Part::Weekday => out.write_str(weekday.get(..3).unwrap_or(weekday)),
        Part::Day => write!(out, "{}", local.day()),
        Part::PaddedDay => write!(out, "{:2}", local.day()),
        Part::ZeroDay => write!(out, "{:02}", local.day()),
        Part::PaddedYearDay => write!(out, "{:3}", local.ordinal()),
        Part::ZeroYearDay => write!(out, "{:03}", local.ordinal()),
        Part::Hour => write!(out, "{:02}", local.hour()),
        Part::Hour12 => write!(out, "{hour12}"),
        Part::ZeroHour12 => write!(out, "{hour12:02}"),
        Part::Minute => write!(out, "{}", local.minute()),
        Part::ZeroMinute => write!(out, "{:02}", local.minute()),
        Part::Second => write!(out, "{}", local.second()),
        Part::ZeroSecond => write!(out, "{:02}", local.second()),
        Part::LongYear => write_year(out, local.year()),
        Part::Year => write!(out, "{:02}", local.year().unsigned_abs() % 100),
        Part::UpperNoon => out.write_str(if afternoon { "PM" } else { "AM" }),
        Part::LowerNoon => out.write_str(if afternoon { "pm" } else { "am" }),
        Part::ZoneName if time.zone().is_empty() => write_offset(out, time.offset_seconds(), false, 2),
        Part::ZoneName => out.write_str(time.zone()),
        Part::Offset { zulu: true, .. } if time.offset_seconds() == 0 => out.write_str("Z"),
        Part::Offset { colon, parts, .. } => write_offset(out, time.offset_seconds(), colon, parts),
        Part::Fraction { digits, comma, trimmed } => write_fraction(out, local.nanosecond(), digits, comma, trimmed),
    };
}

fn write_year(out: &mut String, year: i32) -> std::fmt::Result {
    write!(out, "{}{:04}", if year < 0 { "-" } else { "" }, year.unsigned_abs())
}

fn write_offset(out: &mut String, seconds: i32, colon: bool, parts: u8) -> std::fmt::Result {
    // The sign is that of the whole minutes.
    let sign = if seconds / 60 < 0 { '-' } else { '+' };
    let seconds = seconds.unsigned_abs();
    let colon = if colon { ":" } else { "" };
    write!(out, "{sign}{:02}", seconds / 3_600)?;
    if parts > 1 {
        write!(out, "{colon}{:02}", seconds / 60 % 60)?;
    }
    if parts > 2 {
        write!(out, "{colon}{:02}", seconds % 60)?;
    }
    Ok(())
}

fn write_fraction(out: &mut String, nanos: u32, digits: usize, comma: bool, trimmed: bool) -> std::fmt::Result {
    let all = format!("{:09}", nanos % 1_000_000_000);
    let mut shown = all.get(..digits.min(9)).unwrap_or(&all);
    if trimmed {
        shown = shown.trim_end_matches('0');
        if shown.is_empty() {
            return Ok(());
        }
    }
    write!(out, "{}{shown}", if comma { ',' } else { '.' })
}

/// A time as `%v` shows it: Go's `Time.String`.
pub(crate) fn time_text(time: &TemplateTime) -> String {
    format(time, "2006-01-02 15:04:05.999999999 -0700 MST", usize::MAX)
}

/// A time as `%#v` shows it: Go's `Time.GoString`.
pub(crate) fn time_go_syntax(time: &TemplateTime) -> String {
    let local = DateTime::<Utc>::from(time.at()) + TimeDelta::seconds(time.offset_seconds().into());
    let zone = if time.zone() == "UTC" { "time.UTC".to_owned() } else { format!("time.Location({})", quote(time.zone())) };
    let month = usize::try_from(local.month0()).ok().and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
    format!(
        "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
        local.year(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
        local.nanosecond()
    )
}

/// A length of time in nanoseconds as Go's `Duration.String` shows it.
pub(crate) fn duration_text(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let in_unit = |unit: u64, name: &str| format!("{sign}{}{name}", with_fraction(nanos / unit, nanos % unit, unit));
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => in_unit(1, "ns"),
        1_000..1_000_000 => in_unit(1_000, "µs"),
        1_000_000..1_000_000_000 => in_unit(1_000_000, "ms"),
        _ => {
            let whole = nanos / 1_000_000_000;
            let seconds = with_fraction(whole % 60, nanos % 1_000_000_000, 1_000_000_000);
            match (whole / 3_600, whole / 60 % 60) {
                (0, 0) => format!("{sign}{seconds}s"),
                (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
                (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

/// A number and its fraction in `unit`s, without zeros at the end; `unit` is a power of ten.
fn with_fraction(whole: u64, fraction: u64, unit: u64) -> String {
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.to_string().len() - 1;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::utils::Timestamp;

    fn at(text: &str) -> TemplateTime {
        TemplateTime::from(text.parse::<Timestamp>().unwrap())
    }

    #[test]
    fn layouts() {
        let time = at("2025-01-06T21:04:05.120Z").in_zone(-18_000, "EST");
        for (layout, expected) in [
            ("Mon Jan 2 15:04:05 MST 2006", "Mon Jan 6 16:04:05 EST 2025"),
            ("Monday, 02-January-06 03:04PM", "Monday, 06-January-25 04:04PM"),
            ("2006-01-02T15:04:05.999999999Z07:00", "2025-01-06T16:04:05.12-05:00"),
            ("_2 __2 002 1 3pm 4 5", " 6   6 006 1 4pm 4 5"),
            (".000 ,0000 .99 .9990 Janet _2006", ".120 ,1200 .12 .9990 Janet _2025"),
            ("-07 -0700 -07:00:00 Z070000", "-05 -0500 -05:00:00 -050000"),
            ("é", "é"),
            ("", ""),
        ] {
            assert_eq!(format(&time, layout, 100), expected, "{layout}");
        }
        assert_eq!(format(&at("2025-01-06T00:00:00Z"), "Z07:00 .999|.000 3PM MST", 100), "Z |.000 12AM UTC");
        assert_eq!(format(&time.in_zone(0, ""), "MST", 100), "+0000");
    }

    #[test]
    fn a_long_layout_is_given_up() {
        assert!(format(&at("2025-01-06T00:00:00Z"), &"January".repeat(1_000), 50).len() < 100);
    }

    #[test]
    fn lengths_of_time() {
        for (nanos, expected) in [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (-2_000_000, "-2ms"),
            (1_000_000_001, "1.000000001s"),
            (61_500_000_000, "1m1.5s"),
            (-90_061_000_000_000, "-25h1m1s"),
            (i64::MIN, "-2562047h47m16.854775808s"),
        ] {
            assert_eq!(duration_text(nanos), expected);
        }
    }
}
