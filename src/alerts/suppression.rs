//! Suppression: why nobody is told although an alert fires.

use crate::utils::Text;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::record;

vocabulary! {
    /// Why an alert is not notified.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::SuppressionReason;
    ///
    /// assert_eq!(SuppressionReason::Silenced.to_string(), "silenced");
    /// ```
    [#[non_exhaustive]]
    pub enum SuppressionReason;
    error InvalidSuppressionReason in alerts, code "invalid_suppression_reason", noun "a reason of suppression",
    derives [PartialOrd, Ord];
    /// A silence matches it.
    Silenced = "silenced",
    /// Another alert quiets it.
    Inhibited = "inhibited",
    /// A mute time interval holds.
    Muted = "muted",
    /// What it is about is in maintenance.
    Maintenance = "maintenance",
    /// A person dismissed it.
    Dismissed = "dismissed",
}

record! {
    /// One reason why an alert is not notified, and what gave it.
    ///
    /// Reasons stand beside the status: taking one away never loses what the status was.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Suppression, SuppressionReason};
    ///
    /// let silenced = Suppression::new(SuppressionReason::Silenced, "7f3".parse()?);
    /// assert_eq!(serde_json::to_string(&silenced)?, r#"{"reason":"silenced","by":"7f3"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Suppression: closed in alerts;
    example r#"{"reason": "silenced", "by": "7f3c2a"}"#;
    beyond {}
    /// The kind of reason.
    required reason: SuppressionReason as "reason",
    /// What gave it: the id of a silence, the fingerprint of an inhibiting alert, the name of an interval or a person.
    required by: Text<256> as "by",
    /// When it ends by itself, where that is known.
    optional until: Timestamp as "until",
}

impl Suppression {
    /// A reason without a known end.
    #[must_use]
    pub fn new(reason: SuppressionReason, by: Text<256>) -> Self {
        Self { reason, by, until: None }
    }
}
