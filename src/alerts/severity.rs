//! Severities and the words that other systems use for them.

use std::cmp::Ordering;

use crate::utils::vocabulary;

vocabulary! {
    /// How bad it is.
    ///
    /// The order is `critical` > `high` > `warning` > `low` > `info`; it is that of meaning, and never taken from a number of another system.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertSeverity;
    ///
    /// assert!(AlertSeverity::Critical > AlertSeverity::High);
    /// assert_eq!("warning".parse(), Ok(AlertSeverity::Warning));
    /// assert_eq!(
    ///     "waring".parse::<AlertSeverity>().unwrap_err().to_string(),
    ///     "`waring` is not a severity: expected one of `critical` `high` `warning` `low` `info`; did you mean `warning`?",
    /// );
    /// ```
    [#[non_exhaustive]]
    pub enum AlertSeverity;
    error InvalidSeverity in alerts, code "invalid_severity", noun "a severity";
    /// Someone must act now, at any hour.
    Critical = "critical",
    /// Someone must act soon; users notice or are about to.
    High = "high",
    /// Someone should look during working hours.
    Warning = "warning",
    /// Worth a look when there is time.
    Low = "low",
    /// For the record; nobody has to act.
    Info = "info",
}

/// Words of other systems, and the severity that each means here.
///
/// Words, and never numbers: a number says which end is worst only together with the system it comes from.
const WORDS: &[(&str, AlertSeverity)] = &[
    ("crit", AlertSeverity::Critical),
    ("disaster", AlertSeverity::Critical),
    ("emergency", AlertSeverity::Critical),
    ("fatal", AlertSeverity::Critical),
    ("page", AlertSeverity::Critical),
    ("p1", AlertSeverity::Critical),
    ("error", AlertSeverity::High),
    ("err", AlertSeverity::High),
    ("major", AlertSeverity::High),
    ("p2", AlertSeverity::High),
    ("average", AlertSeverity::Warning),
    ("medium", AlertSeverity::Warning),
    ("moderate", AlertSeverity::Warning),
    ("warn", AlertSeverity::Warning),
    ("p3", AlertSeverity::Warning),
    ("minor", AlertSeverity::Low),
    ("notice", AlertSeverity::Low),
    ("ticket", AlertSeverity::Low),
    ("p4", AlertSeverity::Low),
    ("debug", AlertSeverity::Info),
    ("information", AlertSeverity::Info),
    ("informational", AlertSeverity::Info),
    ("none", AlertSeverity::Info),
    ("p5", AlertSeverity::Info),
];

/// What the severity word of another system means here, and how sure that is.
///
/// ```
/// use alert_schemas::AlertSeverity;
/// use alert_schemas::alerts::SeverityReading;
///
/// assert_eq!(AlertSeverity::read("high"), SeverityReading::Exact(AlertSeverity::High));
/// assert_eq!(AlertSeverity::read("Page"), SeverityReading::Mapped(AlertSeverity::Critical));
/// assert_eq!(AlertSeverity::read("purple").severity(), AlertSeverity::Warning);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SeverityReading {
    /// It is our own word.
    Exact(AlertSeverity),
    /// It is a word of the table above: the meaning is near, not equal.
    Mapped(AlertSeverity),
    /// It is no known word.
    Unknown,
}

impl SeverityReading {
    /// The severity to go on with: an unknown word is a [`AlertSeverity::Warning`], which someone looks at and nobody is woken for.
    #[must_use]
    pub fn severity(self) -> AlertSeverity {
        match self {
            Self::Exact(severity) | Self::Mapped(severity) => severity,
            Self::Unknown => AlertSeverity::Warning,
        }
    }
}

impl AlertSeverity {
    /// Reads the severity word of any system; the case of letters does not matter.
    ///
    /// | ours | words that are mapped to it |
    /// |---|---|
    /// | `critical` | crit, disaster, emergency, fatal, page, p1 |
    /// | `high` | error, err, major, p2 |
    /// | `warning` | average, medium, moderate, warn, p3 |
    /// | `low` | minor, notice, ticket, p4 |
    /// | `info` | debug, information, informational, none, p5 |
    #[must_use]
    pub fn read(word: &str) -> SeverityReading {
        if let Ok(severity) = word.parse() {
            return SeverityReading::Exact(severity);
        }
        let same = |known: &str| known.eq_ignore_ascii_case(word);
        let own = Self::ALL.iter().find(|severity| same(severity.as_str())).copied();
        let mapped = own.or_else(|| WORDS.iter().find(|(known, _)| same(known)).map(|(_, severity)| *severity));
        mapped.map_or(SeverityReading::Unknown, SeverityReading::Mapped)
    }

    /// How many severities are worse.
    const fn rank(self) -> u8 {
        match self {
            Self::Critical => 0,
            Self::High => 1,
            Self::Warning => 2,
            Self::Low => 3,
            Self::Info => 4,
        }
    }
}

impl Ord for AlertSeverity {
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank().cmp(&self.rank())
    }
}

impl PartialOrd for AlertSeverity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_meaning() {
        let mut all = AlertSeverity::ALL.to_vec();
        all.sort();
        assert_eq!(all.iter().map(|s| s.as_str()).collect::<Vec<_>>(), ["info", "low", "warning", "high", "critical"]);
    }

    #[test]
    fn every_word_of_the_table_is_read_and_is_no_word_of_ours() {
        for (word, severity) in WORDS {
            assert_eq!(AlertSeverity::read(&word.to_uppercase()), SeverityReading::Mapped(*severity));
            assert!(word.parse::<AlertSeverity>().is_err());
        }
        assert_eq!(AlertSeverity::read("CRITICAL"), SeverityReading::Mapped(AlertSeverity::Critical));
        assert_eq!(AlertSeverity::read("1"), SeverityReading::Unknown);
    }
}
