//! Durations as Go writes them.

use std::fmt;
use std::str::FromStr;

use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::values::read_text;
use crate::webhooks::alertmanager::config::written::Written;

/// The units of a duration, with their nanoseconds.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A length of time as Go writes it, such as `30s`, `1m30s` or `1.5h`; some fields of Alertmanager take this form and no days.
///
/// It has a sign and counts nanoseconds, in 64 bits. Alertmanager takes negative ones.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::GoDuration;
///
/// let timeout: GoDuration = "1m30s".parse()?;
/// assert_eq!((timeout.as_nanos(), timeout.to_string()), (90_000_000_000, "90s".to_owned()));
/// assert!("1d".parse::<GoDuration>().is_err());
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidGoDuration>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct GoDuration(i64);

impl GoDuration {
    /// This many nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// This many seconds, as far as 64 bits of nanoseconds reach.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000_000))
    }

    /// How many nanoseconds it has.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }
}

/// Why a text is not a duration in Go's notation.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{GoDuration, InvalidGoDuration};
///
/// let error: InvalidGoDuration = "5".parse::<GoDuration>().unwrap_err();
/// assert_eq!(error.code(), "invalid_go_duration");
/// assert_eq!(error.to_string(), "`5` is not a duration: expected numbers with the units h, m, s, ms, us, ns, such as `1m30s`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidGoDuration {
    found: String,
}

impl InvalidGoDuration {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_go_duration";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

impl fmt::Display for InvalidGoDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a duration: expected numbers with the units h, m, s, ms, us, ns, such as `1m30s`", self.found)
    }
}

impl std::error::Error for InvalidGoDuration {}

crate::utils::umbrella!(InvalidGoDuration);

impl FromStr for GoDuration {
    type Err = InvalidGoDuration;

    /// As Go's `time.ParseDuration`.
    fn from_str(text: &str) -> Result<Self, InvalidGoDuration> {
        parse(text).map(Self).ok_or_else(|| InvalidGoDuration { found: excerpt(text) })
    }
}

fn parse(text: &str) -> Option<i64> {
    let (is_negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = digits(rest);
        let (fraction, after_fraction) = match after.strip_prefix('.') {
            Some(after) => digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = after_fraction.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after_fraction.len());
        let (unit, next) = after_fraction.split_at_checked(end)?;
        let nanos = UNITS.iter().find(|(name, _)| *name == unit)?.1;
        let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        total = total.checked_add(whole.checked_mul(nanos)?)?.checked_add(part(fraction, nanos))?;
        if total > 1 << 63 {
            return None;
        }
        rest = next;
    }
    match (is_negative, i64::try_from(total)) {
        (true, Err(_)) => Some(i64::MIN),
        (true, Ok(total)) => Some(-total),
        (false, total) => total.ok(),
    }
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at_checked(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())).unwrap_or((text, ""))
}

/// How many of a unit's nanoseconds a fraction has.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "below one unit, cut off as Go does"
)]
fn part(fraction: &str, nanos: u64) -> u64 {
    let (mut value, mut scale) = (0_u64, 1.0);
    for digit in fraction.bytes().map(|byte| u64::from(byte.saturating_sub(b'0'))) {
        let Some(next) = value.checked_mul(10).and_then(|value| value.checked_add(digit)).filter(|next| *next <= i64::MAX as u64) else {
            break;
        };
        value = next;
        scale *= 10.0;
    }
    (value as f64 * (nanos as f64 / scale)) as u64
}

impl fmt::Display for GoDuration {
    /// In whole seconds, or the largest unit below that has no fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)].into_iter().find(|(_, nanos)| self.0 % nanos == 0);
        match found {
            Some((unit, nanos)) => write!(f, "{}{unit}", self.0 / nanos),
            None => write!(f, "{}ns", self.0),
        }
    }
}

impl ConfigValue for GoDuration {
    fn zero() -> Self {
        Self::default()
    }

    /// A number is one of nanoseconds, as yaml.v2 reads it.
    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        if matches!(node.target().tag(), "!!int" | "!!float") {
            let Some(nanos) = collector.integer(decoder, node) else { return false };
            *self = Self(nanos.value);
            return true;
        }
        read_text(self, InvalidGoDuration::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.to_string())
    }
}

/// A [`GoDuration`] that is only ever a text: a bare number is none.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{GoDuration, GoDurationText};
///
/// assert_eq!(GoDurationText(GoDuration::from_secs(60)).0.to_string(), "60s");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper")]
pub struct GoDurationText(
    /// The duration.
    pub GoDuration,
);

impl ConfigValue for GoDurationText {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(&mut self.0, InvalidGoDuration::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.0.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_go_reads_them() {
        let nanos = |text: &str| text.parse::<GoDuration>().map(GoDuration::as_nanos).ok();
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1.5h", Some(5_400_000_000_000)),
            ("-.5s", Some(-500_000_000)),
            ("1h1h", Some(7_200_000_000_000)),
            ("3µs", Some(3_000)),
            ("9223372036854775807ns", Some(i64::MAX)),
            ("-9223372036854775808ns", Some(i64::MIN)),
            ("9223372036854775808ns", None),
            ("2562048h", None),
            ("", None),
            ("5", None),
            ("s", None),
            (".s", None),
            ("1d", None),
            ("1 s", None),
            ("--1s", None),
            ("1s1", None),
        ] {
            assert_eq!(nanos(text), expected, "{text}");
            if let Some(nanos) = expected {
                assert_eq!(GoDuration::from_nanos(nanos).to_string().parse(), Ok(GoDuration::from_nanos(nanos)));
            }
        }
    }
}
