//! Durations of rule files.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use serde::Serializer;

use crate::utils::AlertDuration;
use crate::utils::InvalidDuration;

/// A duration as it is written in a rule file: `90m` stays `90m`, and is as long as `1h30m`.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::webhooks::prometheus::RuleFileDuration;
///
/// let hold: RuleFileDuration = "90m".parse()?;
/// assert_eq!(hold.as_str(), "90m");
/// assert_eq!(hold.get(), AlertDuration::minutes(90));
/// assert!("5 minutes".parse::<RuleFileDuration>().is_err());
/// # Ok::<(), alert_schemas::utils::InvalidDuration>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFileDuration {
    text: String,
    duration: AlertDuration,
}

impl RuleFileDuration {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How long it is.
    #[must_use]
    pub fn get(&self) -> AlertDuration {
        self.duration
    }
}

impl From<AlertDuration> for RuleFileDuration {
    fn from(duration: AlertDuration) -> Self {
        Self { text: duration.to_string(), duration }
    }
}

impl FromStr for RuleFileDuration {
    type Err = InvalidDuration;

    fn from_str(text: &str) -> Result<Self, InvalidDuration> {
        Ok(Self { duration: text.parse()?, text: text.to_owned() })
    }
}

impl fmt::Display for RuleFileDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for RuleFileDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
