//! The state of one rule, and the step that an evaluation takes it.

use std::cmp::Ordering;
use std::iter::Peekable;

use crate::metrics::SeriesLabels;
use crate::rules::firing::instance::AlertInstance;
use crate::rules::firing::instance::FiringState;
use crate::rules::firing::instance::Found;
use crate::rules::firing::outcome::RuleError;
use crate::rules::firing::transition::FiringReason;
use crate::rules::firing::transition::FiringTransition;
use crate::utils::AlertDuration;
use crate::utils::RuleId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

/// The most alerts of one rule in a state.
pub(crate) const MOST_INSTANCES: usize = 1 << 24;

record! {
    /// What is remembered of one rule between two evaluations: its alerts, and the series that it wrote.
    ///
    /// # Validity
    ///
    /// Alerts are sorted by their labels, each once; so are the series.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::firing::RuleState;
    ///
    /// let state = RuleState::new(RuleId::derive(&["acme", "", "DiskFull", "{}", "0"]));
    /// assert!(state.instances.is_empty() && !state.awaits_restore);
    /// ```
    pub struct RuleState: closed in rules::firing;
    example r#"{"rule": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "instances": [{"labels": {"alertname": "DiskFull"}, "state": "pending", "value": "97", "active_at": "2025-01-06T09:00:00Z"}]}"#;
    beyond { rules RULES; settle RuleState::settled; }
    /// The rule.
    required rule: RuleId as "rule",
    /// Whether the sender was restarted and has not looked up yet how long its alerts were pending; no series are written until then.
    defaulted awaits_restore: bool as "awaits_restore",
    /// Its alerts, sorted by their labels; at most 16,777,216.
    list(MOST_INSTANCES) instances: AlertInstance as "instances",
    /// The series that its last evaluation without an error wrote, sorted; at most 33,554,432.
    list(2 * MOST_INSTANCES) series: SeriesLabels as "series",
}

const RULES: &[Rule<RuleState>] = &[
    Rule {
        code: "firing_not_in_order",
        field: "instances",
        rule: "`instances` are sorted by their labels, each once.",
        broken: |state| {
            let index = out_of_order(&state.instances, |instance| &instance.labels)?;
            Some(format!("alert {index} does not come after the one before it: expected them sorted by their labels, each once"))
        },
    },
    Rule {
        code: "firing_not_in_order",
        field: "series",
        rule: "`series` are sorted, each once.",
        broken: |state| {
            let index = out_of_order(&state.series, |series| series)?;
            Some(format!("series {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

impl RuleState {
    /// The state of a rule that was never evaluated.
    #[must_use]
    pub fn new(rule: RuleId) -> Self {
        Self { rule, awaits_restore: false, instances: Vec::new(), series: Vec::new() }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.instances.sort_by(|a, b| a.labels.cmp(&b.labels));
        self.instances.dedup_by(|a, b| a.labels == b.labels);
        self.series.sort();
        self.series.dedup();
        self
    }

    /// The alerts that are pending or firing, sorted by their labels.
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::firing::RuleState;
    ///
    /// assert_eq!(RuleState::new(RuleId::default()).active().count(), 0);
    /// ```
    pub fn active(&self) -> impl Iterator<Item = &AlertInstance> {
        self.instances.iter().filter(|instance| instance.is_active())
    }

    /// Where the rule as a whole is: firing if one of its alerts is, else pending if one is, else `None` (inactive).
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::firing::RuleState;
    ///
    /// assert_eq!(RuleState::new(RuleId::default()).state(), None);
    /// ```
    #[must_use]
    pub fn state(&self) -> Option<FiringState> {
        self.active().map(|instance| instance.state).max()
    }
}

/// How long alerts of a rule are held, kept and remembered, and how many there may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    /// How long a condition holds before its alert fires.
    pub(crate) hold: AlertDuration,
    /// How long an alert goes on firing when its condition has ended.
    pub(crate) keep: AlertDuration,
    /// How long a resolved alert is remembered.
    pub(crate) retention: AlertDuration,
    /// How many active alerts there may be; 0 for any number.
    pub(crate) limit: u64,
}

/// Takes the alerts of a rule from one evaluation to the next.
///
/// # Errors
///
/// Two elements with the same labels: nothing changes. More active alerts than the limit: all are gone.
pub(crate) fn advance(
    instances: &mut Vec<AlertInstance>,
    mut found: Vec<Found>,
    terms: Terms,
    now: Timestamp,
    transitions: &mut Vec<FiringTransition>,
) -> Result<(), RuleError> {
    found.sort_by(|a, b| a.labels.cmp(&b.labels));
    let twice = found.windows(2).find_map(|pair| match pair {
        [a, b] if a.labels == b.labels => Some(a.labels.clone()),
        _ => None,
    });
    if let Some(labels) = twice {
        return Err(RuleError::DuplicateLabels { kind: "alert", labels });
    }
    let mut before = std::mem::take(instances);
    // Sorted already, unless a caller has changed the public field.
    before.sort_by(|a, b| a.labels.cmp(&b.labels));
    let known: Vec<(SeriesLabels, FiringState)> = match terms.limit {
        0 => Vec::new(),
        _ => before.iter().map(|instance| (instance.labels.clone(), instance.state)).collect(),
    };
    let mut step = Step { terms, now, after: Vec::with_capacity(before.len().max(found.len())), changes: Vec::new(), active: 0 };
    for pair in merge(before.into_iter(), found.into_iter()) {
        match pair {
            (Some(instance), None) => step.missing(instance),
            (Some(instance), Some(found)) => step.seen(Some(instance), found),
            (None, Some(found)) => step.seen(None, found),
            (None, None) => {}
        }
    }
    if terms.limit > 0 && step.active > terms.limit {
        // Prometheus forgets all of them, the resolved ones too, and tells nobody that they are over.
        transitions.extend(known.into_iter().map(|(labels, state)| FiringTransition {
            labels,
            at: now,
            from: Some(state),
            to: None,
            reason: FiringReason::OverLimit,
        }));
        return Err(RuleError::LimitExceeded { limit: terms.limit, found: step.active, noun: "alerts" });
    }
    *instances = step.after;
    transitions.append(&mut step.changes);
    Ok(())
}

/// Pairs the entries of two lists that are sorted by labels.
fn merge(
    before: impl Iterator<Item = AlertInstance>,
    found: impl Iterator<Item = Found>,
) -> impl Iterator<Item = (Option<AlertInstance>, Option<Found>)> {
    let (mut before, mut found): (Peekable<_>, Peekable<_>) = (before.peekable(), found.peekable());
    std::iter::from_fn(move || {
        let order = match (before.peek(), found.peek()) {
            (Some(instance), Some(element)) => instance.labels.cmp(&element.labels),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        Some(match order {
            Ordering::Less => (before.next(), None),
            Ordering::Equal => (before.next(), found.next()),
            Ordering::Greater => (None, found.next()),
        })
    })
}

/// An evaluation under way.
struct Step {
    terms: Terms,
    now: Timestamp,
    after: Vec<AlertInstance>,
    changes: Vec<FiringTransition>,
    active: u64,
}

impl Step {
    /// The condition holds for these labels.
    fn seen(&mut self, before: Option<AlertInstance>, found: Found) {
        let from = before.as_ref().map(|instance| instance.state);
        let mut instance = match before {
            Some(mut instance) if instance.is_active() => {
                instance.annotations = found.annotations;
                instance.value = found.value.into();
                instance.keep_firing_since = None;
                instance
            }
            // A resolved alert begins anew.
            _ => AlertInstance::new(found, self.now),
        };
        self.hold(&mut instance);
        let reason = if from == Some(FiringState::Pending) { FiringReason::Held } else { FiringReason::Seen };
        self.keep(instance, from, reason);
    }

    /// The condition does not hold for the labels of this alert.
    fn missing(&mut self, mut instance: AlertInstance) {
        let from = Some(instance.state);
        match instance.state {
            FiringState::Pending => self.change(instance.labels, from, None, FiringReason::Ended),
            FiringState::Firing => {
                if !self.terms.keep.is_zero() {
                    let since = *instance.keep_firing_since.get_or_insert(self.now);
                    if self.now < since + self.terms.keep {
                        self.keep(instance, from, FiringReason::Held);
                        return;
                    }
                }
                instance.state = FiringState::Resolved;
                instance.resolved_at = Some(self.now);
                self.keep(instance, from, FiringReason::Ended);
            }
            FiringState::Resolved => {
                let over = instance.resolved_at.is_none_or(|at| self.now > at + self.terms.retention);
                if over {
                    self.change(instance.labels, from, None, FiringReason::Forgotten);
                } else {
                    self.keep(instance, from, FiringReason::Ended);
                }
            }
        }
    }

    /// Lets a pending alert fire once its condition has held for long enough.
    fn hold(&self, instance: &mut AlertInstance) {
        if instance.state == FiringState::Pending && self.now >= instance.active_at + self.terms.hold {
            instance.state = FiringState::Firing;
            instance.fired_at = Some(self.now);
        }
    }

    fn keep(&mut self, instance: AlertInstance, from: Option<FiringState>, reason: FiringReason) {
        self.active += u64::from(instance.is_active());
        if from != Some(instance.state) {
            self.change(instance.labels.clone(), from, Some(instance.state), reason);
        }
        self.after.push(instance);
    }

    fn change(&mut self, labels: SeriesLabels, from: Option<FiringState>, to: Option<FiringState>, reason: FiringReason) {
        self.changes.push(FiringTransition { labels, at: self.now, from, to, reason });
    }
}
