//! The whole decision as one function.

use std::sync::Arc;

use crate::alerts::Alert;
use crate::notifications::alert_decision::AlertDecision;
use crate::notifications::decider::Decider;
use crate::notifications::decider::Look;
use crate::notifications::decision_plan::DecisionPlan;
use crate::notifications::decision_state::DecisionState;
use crate::notifications::planned_notification::PlannedNotification;
use crate::notifications::silences::Silences;
use crate::utils::Report;
use crate::utils::Timestamp;

/// What was decided at one time: what is sent, what came of every alert, and what is remembered.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Decider, DecisionPlan, Decisions, NotificationConfig, Receiver, Route, Silences};
/// use alert_schemas::Timestamp;
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
/// let decisions: Decisions = Decider::new(DecisionPlan::new(&config)?).decide(&Silences::new(), Timestamp::UNIX_EPOCH);
/// assert_eq!((decisions.planned().count(), decisions.next_due), (0, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Decisions {
    /// When it was decided.
    pub at: Timestamp,
    /// The groups that were due, with what is sent now.
    pub looks: Vec<Look>,
    /// Every alert that is known or was told just now, sorted by tenant and identity.
    pub alerts: Vec<AlertDecision>,
    /// How many groups were refused to alerts since the decider was made or read, because the tenant has too many: nobody is told there.
    pub refused: usize,
    /// When to decide again, if nothing comes until then.
    pub next_due: Option<Timestamp>,
    /// What is remembered, with everything sent now taken for delivered.
    pub state: DecisionState,
}

impl Decisions {
    /// What is sent now.
    pub fn planned(&self) -> impl Iterator<Item = PlannedNotification> {
        self.looks.iter().flat_map(Look::planned)
    }

    /// All alerts explained for people, one after the other.
    #[must_use]
    pub fn explain(&self) -> String {
        self.alerts.iter().map(AlertDecision::explain).collect::<Vec<_>>().join("\n")
    }
}

/// Decides who is told at `now`: the alerts are received, the groups that are due are looked at, and every alert is explained. Pure: the same arguments give the same answer.
///
/// `alerts` are those that came since `state` was stored; those of the state are known. What fell due meanwhile is looked at once, at `now`. The answer takes
/// everything for delivered; who has to know of failures drives a [`Decider`].
///
/// # Errors
///
/// A [`Report`] if the state is not valid.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use alert_schemas::notifications::{DecisionPlan, DecisionState, NotificationConfig, Receiver, Route, Silence, Silences, decide};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("db-crit").build()?);
/// config.receivers.push(Receiver::new("db-crit".parse()?));
/// let plan = Arc::new(DecisionPlan::new(&config)?);
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let mut silence = Silence::new("instance=db-1".parse()?, t0, t0 + AlertDuration::minutes(40));
/// silence.id = "7f3d4fae-7dec-11d0-a765-00a0c91e6bf6".parse()?;
/// silence.comment = "maintenance db-1".parse()?;
/// let mut silences = Silences::new();
/// silences.merge_one(silence);
///
/// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("instance", "db-1").build()?;
/// let decisions = decide(&plan, DecisionState::new(), [alert], &silences, t0)?;
/// assert_eq!(
///     decisions.explain(),
///     "{alertname=\"DiskFull\", instance=\"db-1\"} firing since 09:00:00Z\n  \
///      not sent to db-crit: silenced by 7f3d4fae… {instance=\"db-1\"} (maintenance db-1, 40 min left); would have gone at 09:00:30Z",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(
    plan: &Arc<DecisionPlan>,
    state: DecisionState,
    alerts: impl IntoIterator<Item = Alert>,
    silences: &Silences,
    now: Timestamp,
) -> Result<Decisions, Report> {
    let mut decider = Decider::from_state(Arc::clone(plan), state)?;
    for alert in alerts {
        decider.receive(alert, now);
    }
    Ok(decider.decide(silences, now))
}
