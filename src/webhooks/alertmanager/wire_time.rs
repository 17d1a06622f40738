//! Times as Alertmanager's API reads and writes them.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::NaiveTime;
use chrono::TimeDelta;
use chrono::Timelike as _;
use chrono::Utc;

use crate::utils::Timestamp;
use crate::utils::excerpt;

/// Go's "no time", which webhooks carry as the end of an alert that still fires.
pub(crate) const ZERO: &str = "0001-01-01T00:00:00Z";

/// What a time on the wire says.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::WireTime;
///
/// assert_eq!(WireTime::read("0001-01-01T00:00:00Z")?, WireTime::None);
/// let WireTime::At(at) = WireTime::read("2026-01-01")? else { panic!("a date is midnight in UTC") };
/// assert_eq!(at.to_string(), "2026-01-01T00:00:00Z");
/// # Ok::<(), alert_schemas::webhooks::alertmanager::InvalidWireTime>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a time on the wire is one or none")]
pub enum WireTime {
    /// Go's zero time: there is none.
    None,
    /// This instant.
    At(Timestamp),
}

impl WireTime {
    /// Reads a time as Alertmanager 0.33 does.
    ///
    /// RFC 3339, and beyond it: a date alone; a time without zone (UTC), then also with blanks for `T`; a time without seconds, in UTC; an hour of one
    /// digit; a comma before the fraction (digits beyond the nanosecond are dropped); offsets up to `+24:59`, without colon behind a fraction of
    /// three or six digits; and the empty text for the Unix epoch.
    ///
    /// # Errors
    ///
    /// [`InvalidWireTime`] for any other text: lower-case `t` or `z`, a blank for `T` where there is a zone, `00:00+0000`, second 60, a year of five
    /// digits, and what in UTC is not in the years 0001 to 9999.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::WireTime;
    ///
    /// assert!(WireTime::read("2026-01-01T0:00:00,5Z").is_ok());
    /// assert!(WireTime::read("yesterday").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Self, InvalidWireTime> {
        if text.is_empty() {
            return Ok(Self::At(Timestamp::UNIX_EPOCH));
        }
        let at = lenient(text).ok_or_else(|| InvalidWireTime { found: excerpt(text) })?;
        Ok(if at == Timestamp::min() { Self::None } else { Self::At(at) })
    }

    /// The instant, if there is one.
    #[must_use]
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::None => None,
            Self::At(at) => Some(at),
        }
    }
}

/// How the webhook writes a time: to the nanosecond, zero for none.
pub(crate) fn webhook_text(at: Option<Timestamp>) -> String {
    at.map_or_else(|| ZERO.to_owned(), |at| at.to_string())
}

/// How the API writes a time: to the millisecond, always with three digits.
pub(crate) fn api_text(at: Timestamp) -> String {
    let at: DateTime<Utc> = at.into();
    let millis = at.nanosecond() / 1_000_000;
    format!("{}.{millis:03}Z", at.format("%Y-%m-%dT%H:%M:%S"))
}

/// Takes a number of `least` to `most` digits off the front.
fn digits(text: &str, least: usize, most: usize) -> Option<(u32, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(count).filter(|_| count >= least)?;
    Some((number.parse().ok()?, rest))
}

fn lenient(text: &str) -> Option<Timestamp> {
    let (year, rest) = digits(text, 4, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 2, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 2, 2)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    if rest.is_empty() {
        return in_range(date.and_time(NaiveTime::MIN).and_utc());
    }
    let (rest, has_t) = match rest.strip_prefix('T') {
        Some(rest) => (rest, true),
        None => (rest.strip_prefix(' ')?.trim_start_matches(' '), false),
    };
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, (nanos, offset)) = match rest.strip_prefix(':') {
        Some(rest) => {
            let (second, rest) = digits(rest, 2, 2)?;
            (second, fraction_and_zone(rest, has_t)?)
        }
        None if has_t && matches!(rest, "" | "Z") => (0, (0, TimeDelta::zero())),
        None => return None,
    };
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    in_range(date.and_time(time).and_utc().checked_sub_signed(offset)?)
}

/// What follows the seconds: a fraction of any length and a zone with a colon, or a fraction of three or six characters, where `+0100` is a zone, too.
fn fraction_and_zone(text: &str, may_have_zone: bool) -> Option<(u32, TimeDelta)> {
    let fraction = text.strip_prefix(['.', ',']).unwrap_or_default();
    let count = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let (kept, zone) = match fraction.split_at_checked(count) {
        Some((digits, zone)) if count > 0 => (nanos(digits)?, zone),
        _ => (0, text),
    };
    if zone.is_empty() || !may_have_zone {
        return zone.is_empty().then_some((kept, TimeDelta::zero()));
    }
    if let Some(offset) = colon_offset(zone) {
        return Some((kept, offset));
    }
    [3, 6].into_iter().find_map(|length| {
        let (fraction, zone) = fraction.split_at_checked(length)?;
        Some((nanos(fraction)?, colon_offset(zone).or_else(|| plain_offset(zone))?))
    })
}

/// The digits of a fraction as nanoseconds; what follows the ninth is dropped. Where a fraction has a fixed length, its first digit may be a sign.
fn nanos(fraction: &str) -> Option<u32> {
    let kept = fraction.get(..fraction.len().min(9))?;
    let number = match kept.strip_prefix(['+', '-']) {
        Some(digits) if kept.starts_with('+') || digits.bytes().all(|digit| digit == b'0') => digits,
        Some(_) => return None,
        None => kept,
    };
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = u32::try_from(kept.len()).ok()?;
    Some(number.parse::<u32>().ok()? * 10_u32.pow(9_u32.checked_sub(digits)?))
}

/// `Z`, `+01:00`.
fn colon_offset(zone: &str) -> Option<TimeDelta> {
    if zone == "Z" {
        return Some(TimeDelta::zero());
    }
    let (hours, minutes) = zone.split_once(':')?;
    offset(hours, minutes)
}

/// `+0100`.
fn plain_offset(zone: &str) -> Option<TimeDelta> {
    let (hours, minutes) = zone.split_at_checked(3)?;
    offset(hours, minutes)
}

fn offset(hours: &str, minutes: &str) -> Option<TimeDelta> {
    let (hours, is_negative) = match hours.strip_prefix('-') {
        Some(hours) => (hours, true),
        None => (hours.strip_prefix('+')?, false),
    };
    let number = |text, most| digits(text, 2, 2).filter(|(number, rest)| rest.is_empty() && *number <= most).map(|(number, _)| number);
    let (hours, minutes) = number(hours, 24).zip(number(minutes, 60))?;
    // Alertmanager takes `+24:60`, too, but can't read again what it writes for it.
    let minutes = Some(hours * 60 + minutes).filter(|minutes| *minutes < 25 * 60)?;
    let offset = TimeDelta::minutes(i64::from(minutes));
    Some(if is_negative { -offset } else { offset })
}

fn in_range(at: DateTime<Utc>) -> Option<Timestamp> {
    let stamp = Timestamp::from(at);
    (DateTime::<Utc>::from(stamp) == at).then_some(stamp)
}

/// Why a text is no time that Alertmanager takes.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::{InvalidWireTime, WireTime};
///
/// let error: InvalidWireTime = WireTime::read("yesterday").unwrap_err();
/// assert_eq!(error.to_string(), "`yesterday` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`");
/// assert_eq!(error.code(), "invalid_wire_time");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`")]
pub struct InvalidWireTime {
    found: String,
}

impl InvalidWireTime {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "invalid_wire_time"
    }
}

crate::utils::umbrella!(InvalidWireTime);

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        WireTime::read(text).ok().map(|time| time.instant().map_or_else(|| "none".to_owned(), |at| at.to_string()))
    }

    #[test]
    fn what_alertmanager_takes_is_taken() {
        let taken = [
            ("2026-01-01", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T10:20:30", "2026-01-01T10:20:30Z"),
            ("2026-01-01T0:00:00Z", "2026-01-01T00:00:00Z"),
            ("2026-01-01T00:00:00,5Z", "2026-01-01T00:00:00.5Z"),
            ("2026-01-01T00:00:00.1234567899Z", "2026-01-01T00:00:00.123456789Z"),
            ("2026-01-02T00:00:00+24:00", "2026-01-01T00:00:00Z"),
            ("2026-01-01T01:00:00-00:30", "2026-01-01T01:30:00Z"),
            ("2026-01-01T00:00:00+23:60", "2025-12-31T00:00:00Z"),
            ("2026-01-01 1:02:03", "2026-01-01T01:02:03Z"),
            ("2026-01-01   01:02:03.5", "2026-01-01T01:02:03.5Z"),
            ("2026-01-01T00:00:00.250+0100", "2025-12-31T23:00:00.25Z"),
            ("2026-01-01T00:00:00,000250-0100", "2026-01-01T01:00:00.00025Z"),
            ("2026-01-01T00:00:00.+25Z", "2026-01-01T00:00:00.025Z"),
            ("2026-01-01T00:00:00.-00000+01:00", "2025-12-31T23:00:00Z"),
            ("", "1970-01-01T00:00:00Z"),
            (ZERO, "none"),
            ("0001-01-01T01:00:00+01:00", "none"),
        ];
        for (text, at) in taken {
            assert_eq!(read(text).as_deref(), Some(at), "{text}");
        }
    }

    #[test]
    fn what_alertmanager_refuses_is_refused() {
        for bad in [
            "yesterday",
            "2026-01-01t00:00:00Z",
            "2026-01-01T00:00:00z",
            "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00+0000",
            "2026-01-01T00:00:60Z",
            "10000-01-01T00:00:00Z",
            "2026-02-30",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+25:00",
            "2026-01-01T00:00:00+24:60",
            "2026-01-01T00:00+01:00",
            "2026-01-01 00:00",
            "2026-01-01 00:00:00.250Z",
            "2026-01-01T00:00:00.25+0100",
            "2026-01-01T00:00:00.-01Z",
            "2026-01-01T00:00:00.+2xZ",
            "2026-01-01T00:00:00.+2+01:00",
            "2026-01-01T00:00:00\u{e9}",
            "2026-01-01T00:00:00.1\u{e9}",
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2026-01-01T00:00:00Zx",
            "2026-1-1",
            "0000-01-01",
            "2026-01-01T00:00:00+01:00x",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn each_side_writes_its_own_way() {
        let at: Timestamp = "2026-01-01T00:00:00.1204Z".parse().unwrap();
        assert_eq!(api_text(at), "2026-01-01T00:00:00.120Z");
        assert_eq!(webhook_text(Some(at)), "2026-01-01T00:00:00.1204Z");
        assert_eq!(webhook_text(None), ZERO);
    }
}
