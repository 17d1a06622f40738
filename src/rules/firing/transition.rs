//! What changed in a step.

use crate::metrics::SeriesLabels;
use crate::rules::firing::instance::FiringState;
use crate::utils::Timestamp;
use crate::utils::vocabulary;

vocabulary! {
    /// Why an alert of a rule changed its state.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::firing::FiringReason;
    ///
    /// assert_eq!(FiringReason::Held.as_str(), "held");
    /// ```
    [#[non_exhaustive]]
    pub enum FiringReason;
    error InvalidFiringReason in rules::firing, code "invalid_firing_reason", noun "a reason of a change",
    derives [PartialOrd, Ord];
    /// The condition began to hold.
    Seen = "seen",
    /// The condition has held for as long as `for` says.
    Held = "held",
    /// The condition holds no longer, and `keep_firing_for` has passed.
    Ended = "ended",
    /// It was resolved for so long that its end is not sent any more.
    Forgotten = "forgotten",
    /// The rule found more alerts than the limit of its group allows, so that all were dropped.
    OverLimit = "over_limit",
}

/// One change of one alert of a rule.
///
/// `None` stands for an alert that is not in the state: before it was first seen, and after it was forgotten.
///
/// | from | to | reason |
/// |---|---|---|
/// | none or resolved | pending | `seen` |
/// | none or resolved | firing | `seen`, where `for` is 0 |
/// | pending | firing | `held` |
/// | pending | none | `ended` |
/// | firing | resolved | `ended` |
/// | resolved | none | `forgotten` |
/// | any | none | `over_limit` |
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::firing::{Evaluation, FiringContext, FiringOptions, FiringReason, FiringState, FiringTransition, RuleState};
/// use alert_schemas::rules::{AlertRule, RuleGroup};
/// use alert_schemas::{AlertSeverity, Timestamp};
///
/// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).build()?;
/// let (group, options) = (RuleGroup::builder("disks").build()?, FiringOptions::default());
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let found = Evaluation::Series(vec![(Default::default(), 97.0)]);
/// let step = RuleState::new(rule.id).step(&rule, found, &FiringContext::new(&group, now, &options));
/// let change: &FiringTransition = &step.outcome.transitions[0];
/// assert_eq!((change.from, change.to, change.reason), (None, Some(FiringState::Firing), FiringReason::Seen));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FiringTransition {
    /// The labels of the alert.
    pub labels: SeriesLabels,
    /// When it changed: the time of the evaluation.
    pub at: Timestamp,
    /// The state before.
    pub from: Option<FiringState>,
    /// The state after.
    pub to: Option<FiringState>,
    /// Why.
    pub reason: FiringReason,
}
