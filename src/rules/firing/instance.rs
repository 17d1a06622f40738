//! One alert of a rule, as the state knows it.

use crate::alerts::Annotations;
use crate::metrics::SampleValue;
use crate::metrics::SeriesLabels;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

vocabulary! {
    /// Where an alert of a rule is in its life.
    ///
    /// Prometheus calls `resolved` inactive. An alert whose condition never held for long enough leaves the state without being resolved.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::firing::FiringState;
    ///
    /// assert_eq!("firing".parse(), Ok(FiringState::Firing));
    /// assert!(FiringState::Pending < FiringState::Firing);
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "who handles a state must notice a new one")]]
    pub enum FiringState;
    error InvalidFiringState in rules::firing, code "invalid_firing_state", noun "the state of an alert of a rule",
    derives [PartialOrd, Ord];
    /// The condition holds, but not yet for as long as `for` says.
    Pending = "pending",
    /// The condition has held for long enough, or `keep_firing_for` has not passed since it ended.
    Firing = "firing",
    /// It fired and is over; remembered for a while so that the end is sent again.
    Resolved = "resolved",
}

record! {
    /// One alert of a rule: a set of labels for which the condition holds, or held.
    ///
    /// # Validity
    ///
    /// A pending alert has neither `fired_at` nor `resolved_at`, a firing one has `fired_at` alone, a resolved one has both.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::firing::{AlertInstance, FiringState};
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let text = br#"{"labels": {"alertname": "DiskFull"}, "state": "firing", "value": "97", "active_at": "2025-01-06T09:00:00Z"}"#;
    /// let report = AlertInstance::decode(text, &DecodeLimits::default()).unwrap_err();
    /// assert_eq!(report.to_string(), "/state (line 1, column 48): a firing alert has `fired_at` and no `resolved_at`");
    /// ```
    pub struct AlertInstance: closed in rules::firing;
    example r#"{"labels": {"alertname": "DiskFull", "instance": "db-1"}, "state": "firing", "value": "97", "active_at": "2025-01-06T09:00:00Z", "fired_at": "2025-01-06T09:05:00Z"}"#;
    beyond { rules RULES; settle AlertInstance::settled; }
    /// The labels that identify it, `alertname` among them; the name of the metric is not.
    required labels: SeriesLabels as "labels",
    /// The texts that describe it, as rendered when its condition was last seen to hold.
    defaulted annotations: Annotations as "annotations",
    /// Where it is in its life.
    required state: FiringState as "state",
    /// The value of its condition when that was last seen to hold.
    required value: SampleValue as "value",
    /// When its condition began to hold.
    required active_at: Timestamp as "active_at",
    /// When it began to fire.
    optional fired_at: Timestamp as "fired_at",
    /// When it was resolved.
    optional resolved_at: Timestamp as "resolved_at",
    /// When it was last sent.
    optional last_sent_at: Timestamp as "last_sent_at",
    /// Until when a receiver believes what was last sent.
    optional valid_until: Timestamp as "valid_until",
    /// Since when it only fires because of `keep_firing_for`.
    optional keep_firing_since: Timestamp as "keep_firing_since",
}

const RULES: &[Rule<AlertInstance>] = &[Rule {
    code: "firing_times_differ",
    field: "state",
    rule: "A pending alert has neither `fired_at` nor `resolved_at`, a firing one has `fired_at` alone, a resolved one has both.",
    broken: |instance| {
        let (fired, resolved) = (instance.fired_at.is_some(), instance.resolved_at.is_some());
        let expected = match instance.state {
            FiringState::Pending if fired || resolved => "a pending alert has neither `fired_at` nor `resolved_at`",
            FiringState::Firing if !fired || resolved => "a firing alert has `fired_at` and no `resolved_at`",
            FiringState::Resolved if !fired || !resolved => "a resolved alert has `fired_at` and `resolved_at`",
            _ => return None,
        };
        Some(expected.to_owned())
    },
}];

impl AlertInstance {
    /// An alert whose condition begins to hold.
    pub(crate) fn new(found: Found, now: Timestamp) -> Self {
        Self {
            labels: found.labels,
            annotations: found.annotations,
            state: FiringState::Pending,
            value: found.value.into(),
            active_at: now,
            fired_at: None,
            resolved_at: None,
            last_sent_at: None,
            valid_until: None,
            keep_firing_since: None,
        }
    }

    /// Whether it is pending or firing.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state != FiringState::Resolved
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        let fired = self.fired_at.unwrap_or(self.active_at);
        self.fired_at = (self.state != FiringState::Pending).then_some(fired);
        let resolved = self.resolved_at.unwrap_or(fired);
        self.resolved_at = (self.state == FiringState::Resolved).then_some(resolved);
        self
    }
}

/// One element of what a condition gave, with the labels and texts of the rule.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) labels: SeriesLabels,
    pub(crate) annotations: Annotations,
    pub(crate) value: f64,
}

impl From<&AlertInstance> for Found {
    fn from(instance: &AlertInstance) -> Self {
        Self { labels: instance.labels.clone(), annotations: instance.annotations.clone(), value: instance.value.to_f64() }
    }
}
