//! What goes into a step and what comes out of it.

use crate::alerts::Alert;
use crate::metrics::Sample;
use crate::metrics::SeriesLabels;
use crate::rules::firing::rule_state::RuleState;
use crate::rules::firing::transition::FiringTransition;
use crate::utils::RuleId;

/// What the condition of a rule gave at one time.
///
/// ```
/// use alert_schemas::metrics::SeriesLabels;
/// use alert_schemas::rules::firing::Evaluation;
///
/// let labels = SeriesLabels::from_pairs([("instance", "web-01")])?;
/// let found = Evaluation::Series(vec![(labels, 85.2)]);
/// assert_ne!(found, Evaluation::Series(Vec::new()));
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Evaluation {
    /// The elements for which it holds, each with its value; there may be none.
    Series(Vec<(SeriesLabels, f64)>),
    /// It holds for nothing, and none of its selectors found a sample.
    NoData,
    /// It could not be evaluated, for this reason.
    Failed(String),
}

/// A sample that a rule writes.
///
/// ```
/// use alert_schemas::metrics::{Sample, SeriesLabels};
/// use alert_schemas::rules::firing::WrittenSample;
///
/// let written = WrittenSample::new(SeriesLabels::from_pairs([("__name__", "job:errors:rate5m")])?, Sample::new(0, 0.25));
/// assert_eq!(written.labels.to_string(), "job:errors:rate5m");
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WrittenSample {
    /// The series.
    pub labels: SeriesLabels,
    /// Its new sample; the mark of staleness where the series ends.
    pub sample: Sample,
}

impl WrittenSample {
    /// This sample of this series.
    #[must_use]
    pub fn new(labels: SeriesLabels, sample: Sample) -> Self {
        Self { labels, sample }
    }
}

/// Why a rule gave nothing.
///
/// The texts are those of Prometheus.
///
/// ```
/// use alert_schemas::rules::firing::RuleError;
///
/// let error = RuleError::LimitExceeded { limit: 10, found: 12, noun: "alerts" };
/// assert_eq!((error.code(), error.to_string()), ("rule_limit_exceeded", "exceeded limit of 10 with 12 alerts".to_owned()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The condition could not be evaluated.
    #[error("{reason}")]
    Failed {
        /// What the evaluator says.
        reason: String,
    },
    /// Two elements have the same labels once those of the rule are set.
    #[error("vector contains metrics with the same labelset after applying {kind} labels")]
    DuplicateLabels {
        /// `alert` or `rule`.
        kind: &'static str,
        /// The labels, the first that stand there twice.
        labels: SeriesLabels,
    },
    /// There are more elements than the group's limit allows.
    #[error("exceeded limit of {limit} with {found} {noun}")]
    LimitExceeded {
        /// The limit of the group.
        limit: u64,
        /// How many there are.
        found: u64,
        /// `alerts` or `series`.
        noun: &'static str,
    },
    /// The labels of an element are more or longer than labels may be, once those of the rule are set.
    #[error("the labels of the rule can't be set: {reason}")]
    InvalidLabels {
        /// What is wrong with them.
        reason: String,
    },
}

impl RuleError {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Failed { .. } => "rule_failed",
            Self::DuplicateLabels { .. } => "rule_labels_not_unique",
            Self::LimitExceeded { .. } => "rule_limit_exceeded",
            Self::InvalidLabels { .. } => "rule_labels_invalid",
        }
    }
}

crate::utils::umbrella!(RuleError);

/// What one evaluation of one rule leads to.
///
/// ```
/// use alert_schemas::RuleId;
/// use alert_schemas::rules::firing::RuleOutcome;
///
/// assert!(RuleOutcome::new(RuleId::derive(&["x"])).alerts.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RuleOutcome {
    /// The rule.
    pub rule: RuleId,
    /// The alerts to send: new, resolved, or due to be sent again.
    pub alerts: Vec<Alert>,
    /// The samples to write: `ALERTS` and `ALERTS_FOR_STATE` of each active alert or what was recorded, then the marks of series that ended.
    pub samples: Vec<WrittenSample>,
    /// What changed, sorted by labels.
    pub transitions: Vec<FiringTransition>,
    /// Why the rule gave nothing, if so.
    pub error: Option<RuleError>,
}

impl RuleOutcome {
    /// Nothing to send, to write or to tell.
    #[must_use]
    pub fn new(rule: RuleId) -> Self {
        Self { rule, alerts: Vec::new(), samples: Vec::new(), transitions: Vec::new(), error: None }
    }
}

/// The state of a rule after an evaluation, and what the evaluation leads to; made by [`RuleState::step`].
///
/// ```
/// use alert_schemas::RuleId;
/// use alert_schemas::rules::firing::{RuleOutcome, RuleState, RuleStep};
///
/// let id = RuleId::derive(&["x"]);
/// let step = RuleStep::new(RuleState::new(id), RuleOutcome::new(id));
/// assert_eq!(step.state.rule, step.outcome.rule);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RuleStep {
    /// The state after it.
    pub state: RuleState,
    /// What it leads to.
    pub outcome: RuleOutcome,
}

impl RuleStep {
    /// This state and this outcome.
    #[must_use]
    pub fn new(state: RuleState, outcome: RuleOutcome) -> Self {
        Self { state, outcome }
    }
}
