//! Where an alert comes from.

use crate::utils::is_line;
use crate::utils::string_newtype;
use crate::validations::record;

fn is_source_name(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=64).contains(&text.len())
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|byte| word(byte) || matches!(byte, b'_' | b'.' | b'-'))
}

string_newtype! {
    /// The name of a system that sends alerts: 1 to 64 lower-case letters, digits, `_`, `.` or `-`, starting with a letter or digit.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::SourceName;
    ///
    /// let source: SourceName = "alertmanager".parse()?;
    /// assert_eq!(source.as_str(), "alertmanager");
    /// # Ok::<(), alert_schemas::alerts::InvalidSourceName>(())
    /// ```
    pub struct SourceName;
    error InvalidSourceName in alerts, code "invalid_source_name", noun "a source name",
    expected "1 to 64 lower-case letters, digits, `_`, `.` or `-`, starting with a letter or digit",
    check is_source_name,
    schema { "maxLength": 64, "pattern": "^[a-z0-9][a-z0-9_.-]*$", "not": { "pattern": "[\\r\\n]" }, "examples": ["alertmanager"] },
    strategy "[a-z0-9][a-z0-9_.-]{0,10}"
}

fn is_dedup_key(text: &str) -> bool {
    is_line(text, 512)
}

string_newtype! {
    /// A key that the sender chose so that updates find their alert: PagerDuty's `dedup_key`, Opsgenie's `alias`. Up to 512 characters on one line.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::DedupKey;
    ///
    /// let key: DedupKey = "db-1/disk".parse()?;
    /// assert_eq!(key.as_str(), "db-1/disk");
    /// # Ok::<(), alert_schemas::alerts::InvalidDedupKey>(())
    /// ```
    pub struct DedupKey;
    error InvalidDedupKey in alerts, code "invalid_dedup_key", noun "a dedup key", expected "1 to 512 characters on one line",
    check is_dedup_key,
    schema {
        "minLength": 1, "maxLength": 512, "pattern": "^[^\\x00-\\x1f\\x7f]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["db-1/disk"]
    },
    strategy "[a-z0-9/:é ]{1,12}"
}

fn is_actor(text: &str) -> bool {
    is_line(text, 256)
}

string_newtype! {
    /// A person or a program that acts on alerts: a user name, an e-mail address, a bot. Up to 256 characters on one line.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Actor;
    ///
    /// let actor: Actor = "ada@example.org".parse()?;
    /// assert_eq!(actor.as_str(), "ada@example.org");
    /// # Ok::<(), alert_schemas::alerts::InvalidActor>(())
    /// ```
    pub struct Actor;
    error InvalidActor in alerts, code "invalid_actor", noun "the name of an actor", expected "1 to 256 characters on one line",
    check is_actor,
    schema {
        "minLength": 1, "maxLength": 256, "pattern": "^[^\\x00-\\x1f\\x7f]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["ada@example.org"]
    },
    strategy "[a-z]{1,8}(@example\\.org)?"
}

fn is_href(text: &str) -> bool {
    const MOST: usize = 8_192;
    !text.is_empty() && text.bytes().all(|byte| byte > 0x20 && byte != 0x7F) && (text.len() <= MOST || text.chars().nth(MOST).is_none())
}

string_newtype! {
    /// A link's target: an absolute or relative URI of up to 8,192 characters without blanks and control characters, kept as it is written.
    ///
    /// It is not taken apart: what a source links to must come through unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Href;
    ///
    /// let link: Href = "https://example.org/runbooks/disk".parse()?;
    /// assert_eq!(link.as_str(), "https://example.org/runbooks/disk");
    /// assert!(Href::new("not a link").is_err());
    /// # Ok::<(), alert_schemas::alerts::InvalidHref>(())
    /// ```
    pub struct Href;
    error InvalidHref in alerts, code "invalid_href", noun "a link", expected "1 to 8192 characters without blanks",
    check is_href,
    schema {
        "minLength": 1, "maxLength": 8192, "pattern": "^[^\\x00-\\x20\\x7f]+$", "not": { "pattern": "[\\r\\n]" },
        "examples": ["https://example.org/runbooks/disk"]
    },
    strategy "https://example\\.org/[a-z/?=&+%20]{0,16}"
}

record! {
    /// The system that an alert comes from, and its own key for the alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::AlertSource;
    ///
    /// let source = AlertSource::new("pagerduty".parse()?).with_dedup_key("db-1/disk".parse()?);
    /// assert_eq!(serde_json::to_string(&source)?, r#"{"name":"pagerduty","dedup_key":"db-1/disk"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct AlertSource: open in alerts;
    example r#"{"name": "alertmanager"}"#;
    beyond {}
    /// The name of the system.
    required name: SourceName as "name",
    /// The key under which the source itself knows the alert, where it gives one.
    optional dedup_key: DedupKey as "dedup_key",
}

impl AlertSource {
    /// A source of this name without a key of its own.
    #[must_use]
    pub fn new(name: SourceName) -> Self {
        Self { name, dedup_key: None, unknown: crate::validations::UnknownFields::new() }
    }

    /// The same source with its own key for the alert.
    #[must_use]
    pub fn with_dedup_key(mut self, key: DedupKey) -> Self {
        self.dedup_key = Some(key);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_links_are_strict() {
        assert!(SourceName::new("a".repeat(64)).is_ok() && SourceName::new("a".repeat(65)).is_err());
        for bad in ["", "-a", "A", "a b", "a/b"] {
            assert!(SourceName::new(bad).is_err(), "{bad}");
        }
        assert!(DedupKey::new("é".repeat(512)).is_ok() && DedupKey::new("é".repeat(513)).is_err());
        assert!(Actor::new("a\nb").is_err() && Actor::new("a b").is_ok());
        assert!(Href::new("é".repeat(8_192)).is_ok() && Href::new("é".repeat(8_193)).is_err());
        assert_eq!(Href::new("a b").unwrap_err().to_string(), "`a b` is not a link: expected 1 to 8192 characters without blanks");
    }

    #[test]
    fn unknown_fields_of_a_source_are_kept() {
        let text = r#"{"name":"alertmanager","version":"0.33"}"#;
        let source: AlertSource = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&source).unwrap(), text);
    }
}
