//! What would have been told: history, folded through the decision.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::HashSet;
use std::sync::Arc;

use crate::alerts::Alert;
use crate::notifications::decider::Decider;
use crate::notifications::decision_plan::DecisionPlan;
use crate::notifications::planned_notification::PlannedNotification;
use crate::notifications::silence::Silence;
use crate::notifications::silence::SilenceState;
use crate::notifications::silence_change::SilenceChange;
use crate::notifications::silences::SilenceRefused;
use crate::notifications::silences::Silences;
use crate::utils::AlertDuration;
use crate::utils::SilenceId;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// Something that happened, as far as it matters for who is told.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{HistoryEvent, Silence};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let event = HistoryEvent::silence(Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)));
/// assert!(matches!(event, HistoryEvent::SetSilence { answered: None, .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum HistoryEvent {
    /// An alert was received.
    Alert(Box<Alert>),
    /// A person posted a silence, or a change of one.
    SetSilence {
        /// What was posted.
        silence: Box<Silence>,
        /// The id that the server gave it, where that is known.
        answered: Option<SilenceId>,
    },
    /// A person ended a silence.
    ExpireSilence {
        /// Whose silence it is.
        tenant: TenantId,
        /// Which one.
        id: SilenceId,
    },
}

impl HistoryEvent {
    /// An alert was received.
    #[must_use]
    pub fn alert(alert: Alert) -> Self {
        Self::Alert(Box::new(alert))
    }

    /// A person posted a silence, or a change of one; what the server answered is not known.
    #[must_use]
    pub fn silence(silence: Silence) -> Self {
        Self::SetSilence { silence: Box::new(silence), answered: None }
    }
}

/// Something that happened, and when.
///
/// ```
/// use alert_schemas::notifications::{HistoryEntry, HistoryEvent};
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let entry = HistoryEntry::new(now, HistoryEvent::alert(Alert::builder("disk full", AlertSeverity::High, now).name("DiskFull").build()?));
/// assert_eq!(entry.at, now);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HistoryEntry {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: HistoryEvent,
}

impl HistoryEntry {
    /// Something that happened at this time.
    #[must_use]
    pub fn new(at: Timestamp, event: HistoryEvent) -> Self {
        Self { at, event }
    }
}

/// An entry of a history that could not be replayed, and why.
///
/// ```
/// use alert_schemas::notifications::{DecisionPlan, HistoryEntry, HistoryEvent, NotificationConfig, Receiver, RefusedEntry, Route, SilenceId, replay};
/// use alert_schemas::{TenantId, Timestamp};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
/// let event = HistoryEvent::ExpireSilence { tenant: TenantId::default(), id: SilenceId::default() };
/// let replayed = replay(DecisionPlan::new(&config)?, [HistoryEntry::new(Timestamp::UNIX_EPOCH, event)], None);
/// let refused: &RefusedEntry = &replayed.refused[0];
/// assert_eq!((refused.index, refused.error.code()), (0, "unknown_silence"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedEntry {
    /// Its place in the history, from 0.
    pub index: usize,
    /// When it happened.
    pub at: Timestamp,
    /// Why.
    pub error: SilenceRefused,
}

/// What came of a history.
///
/// An example stands at [`replay`].
///
/// ```
/// use alert_schemas::notifications::{DecisionPlan, NotificationConfig, Receiver, Replayed, Route, replay};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
/// let replayed: Replayed = replay(DecisionPlan::new(&config)?, [], None);
/// assert!(replayed.notifications.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Replayed {
    /// What would have been sent, in the order of time; at one time sorted by due time, tenant, route, group and channel.
    pub notifications: Vec<PlannedNotification>,
    /// The entries that could not be replayed.
    pub refused: Vec<RefusedEntry>,
    /// How many groups were refused to alerts because the tenant has too many: nobody is told there.
    pub refused_groups: usize,
    /// When it stopped, if it did because of [`ReplayOptions::max_looks`]: what comes later is not told.
    pub stopped_at: Option<Timestamp>,
    /// How things stand at the end.
    pub decider: Decider,
    /// The silences at the end.
    pub silences: Silences,
}

/// How a history is replayed.
///
/// ```
/// use alert_schemas::notifications::ReplayOptions;
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let options = ReplayOptions::until(Timestamp::UNIX_EPOCH).with_lateness(AlertDuration::millis(1));
/// assert_eq!(options.end, Some(Timestamp::UNIX_EPOCH));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplayOptions {
    /// When it ends. Default: with the last entry.
    pub end: Option<Timestamp>,
    /// How late groups are looked at: the timers of a real server are about a millisecond late each time, which adds up. Default 0. An
    /// entry that comes between the time at which a look is due and the look itself counts after it.
    pub lateness: AlertDuration,
    /// At how many times groups are looked at before it stops: a history of a few lines may span thousands of years. Default 1,000,000.
    pub max_looks: usize,
}

impl Default for ReplayOptions {
    fn default() -> Self {
        Self { end: None, lateness: AlertDuration::ZERO, max_looks: 1_000_000 }
    }
}

impl ReplayOptions {
    /// A replay that ends then.
    #[must_use]
    pub fn until(end: Timestamp) -> Self {
        Self { end: Some(end), ..Self::default() }
    }

    /// The same options, with groups that are looked at this late.
    #[must_use]
    pub fn with_lateness(mut self, lateness: AlertDuration) -> Self {
        self.lateness = lateness;
        self
    }

    /// The same options, with a replay that stops after looking at groups so many times.
    #[must_use]
    pub fn with_max_looks(mut self, max_looks: usize) -> Self {
        self.max_looks = max_looks;
        self
    }
}

impl From<Option<Timestamp>> for ReplayOptions {
    fn from(end: Option<Timestamp>) -> Self {
        Self { end, ..Self::default() }
    }
}

/// History that is being folded through the decision, an entry at a time.
struct Replay {
    lateness: AlertDuration,
    looks_left: usize,
    stopped_at: Option<Timestamp>,
    decider: Decider,
    silences: Silences,
    notifications: Vec<PlannedNotification>,
    /// Our ids of silences, by the ids that the server gave them.
    known_as: BTreeMap<(TenantId, SilenceId), SilenceId>,
    /// Our silences of which nobody has said the server's id.
    unnamed: Unnamed,
}

/// Silences that are looked for by what is known of them, in the order in which they came.
#[derive(Default)]
struct Unnamed {
    of_tenant: HashMap<TenantId, Vec<SilenceId>>,
    of_matchers: HashMap<(TenantId, String), Vec<SilenceId>>,
    /// Those that have been found by one of the two.
    found: HashSet<SilenceId>,
}

fn matchers_text(silence: &Silence) -> String {
    silence.matcher_sets.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl Unnamed {
    fn insert(&mut self, silence: &Silence) {
        self.of_tenant.entry(silence.tenant.clone()).or_default().push(silence.id);
        self.of_matchers.entry((silence.tenant.clone(), matchers_text(silence))).or_default().push(silence.id);
    }

    /// Takes out the last that has not ended: of those with these matchers, or of all of the tenant. What has ended stays so, and is forgotten.
    fn take(&mut self, tenant: &TenantId, matchers: Option<String>, has_ended: impl Fn(SilenceId) -> bool) -> Option<SilenceId> {
        let list = match matchers {
            Some(matchers) => self.of_matchers.get_mut(&(tenant.clone(), matchers))?,
            None => self.of_tenant.get_mut(tenant)?,
        };
        while let Some(id) = list.pop() {
            if !self.found.contains(&id) && !has_ended(id) {
                self.found.insert(id);
                return Some(id);
            }
        }
        None
    }
}

/// What would have been sent under this plan if this had happened.
///
/// Entries may come in any order; those of one time count together, before groups that are due then are looked at, and alerts before what is looked at. Everything
/// sent counts as delivered at once. Without an end the replay ends with the last entry; groups that are due later are not looked at then.
///
/// # Silences whose ids are not known
///
/// A server chooses the ids of silences. Where its answers were not recorded, a change or an end that names an unknown id means the silence that was posted last, of those that
/// have no such name yet, have not ended, and, for a change, have the same matchers. If there is none, the entry is refused. So where it is not clear which one is meant, one may be taken for
/// ended that was not: a notification too many is predicted rather than none.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{DecisionPlan, HistoryEntry, HistoryEvent, NotificationConfig, Receiver, Route, replay};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").group_by(["alertname"]).build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = |instance: &str, at| {
///     let alert = Alert::builder("disk full", AlertSeverity::High, at).name("DiskFull").label("instance", instance).build()?;
///     Ok::<_, alert_schemas::Report>(HistoryEntry::new(at, HistoryEvent::alert(alert)))
/// };
/// let history = [alert("db-1", t0)?, alert("db-2", t0 + AlertDuration::seconds(10))?];
/// let replayed = replay(DecisionPlan::new(&config)?, history, Some(t0 + AlertDuration::minutes(1)));
/// assert_eq!((replayed.notifications.len(), replayed.notifications[0].alerts.len()), (1, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replay(
    plan: impl Into<Arc<DecisionPlan>>,
    history: impl IntoIterator<Item = HistoryEntry>,
    options: impl Into<ReplayOptions>,
) -> Replayed {
    let mut entries: Vec<(usize, HistoryEntry)> = history.into_iter().enumerate().collect();
    entries.sort_by_key(|(_, entry)| entry.at);
    let last = entries.last().map(|(_, entry)| entry.at);
    let ReplayOptions { end, lateness, max_looks } = options.into();
    let mut replay = Replay {
        lateness,
        looks_left: max_looks,
        stopped_at: None,
        decider: Decider::new(plan),
        silences: Silences::new(),
        notifications: Vec::new(),
        known_as: BTreeMap::new(),
        unnamed: Unnamed::default(),
    };
    let mut refused = Vec::new();
    for (index, HistoryEntry { at, event }) in entries {
        replay.run(|due| due < at);
        if let Err(error) = replay.apply(event, at) {
            refused.push(RefusedEntry { index, at, error });
        }
    }
    if let Some(end) = end.or(last) {
        replay.run(|due| due <= end);
    }
    let Replay { decider, silences, notifications, stopped_at, .. } = replay;
    Replayed { notifications, refused, refused_groups: decider.refused(), stopped_at, decider, silences }
}

impl Replay {
    /// Looks at what falls due, each time at its own.
    fn run(&mut self, is_in_time: impl Fn(Timestamp) -> bool) {
        while let Some(due) = self.decider.next_due().filter(|due| is_in_time(*due) && self.stopped_at.is_none()) {
            if self.looks_left == 0 {
                self.stopped_at = Some(due);
                return;
            }
            self.looks_left -= 1;
            for look in self.decider.advance(&self.silences, due + self.lateness) {
                self.notifications.extend(look.planned());
            }
            // There is no later time at which it could be due.
            if due >= Timestamp::max() {
                return;
            }
        }
    }

    fn apply(&mut self, event: HistoryEvent, at: Timestamp) -> Result<(), SilenceRefused> {
        match event {
            HistoryEvent::Alert(alert) => {
                self.decider.receive(*alert, at);
                Ok(())
            }
            HistoryEvent::SetSilence { silence, answered } => self.set(*silence, answered, at),
            HistoryEvent::ExpireSilence { tenant, id } => {
                let own = self.find(&tenant, id, at, None).ok_or(SilenceRefused::Unknown(id))?;
                self.silences.expire(&tenant, own, at).map(drop)
            }
        }
    }

    /// Our id of a silence.
    fn find(&mut self, tenant: &TenantId, id: SilenceId, at: Timestamp, matchers: Option<String>) -> Option<SilenceId> {
        let name = (tenant.clone(), id);
        if let Some(own) = self.known_as.get(&name) {
            return Some(*own);
        }
        if self.silences.get(tenant, id).is_some() {
            return Some(id);
        }
        let silences = &self.silences;
        let has_ended = |own| silences.get(tenant, own).is_none_or(|own| own.state_at(at) == SilenceState::Expired);
        let own = self.unnamed.take(tenant, matchers, has_ended)?;
        self.known_as.insert(name, own);
        Some(own)
    }

    fn set(&mut self, mut silence: Silence, answered: Option<SilenceId>, at: Timestamp) -> Result<(), SilenceRefused> {
        let tenant = silence.tenant.clone();
        if silence.id == SilenceId::default() {
            // Posted twice it is two silences, as on the server: told apart by their number.
            silence.id = answered.unwrap_or_else(|| silence.derive_id(&["replay", &self.silences.len(&tenant).to_string()]));
            silence.check_for_set(at).map_err(SilenceRefused::Invalid)?;
            let SilenceChange::Created(created) = silence.create(at) else { return Ok(()) };
            if answered.is_none() {
                self.unnamed.insert(&created);
            }
            self.silences.merge_one(created);
            return Ok(());
        }
        let asked = silence.id;
        silence.id = self.find(&tenant, asked, at, Some(matchers_text(&silence))).ok_or(SilenceRefused::Unknown(asked))?;
        let change = self.silences.set(silence, at)?;
        if let SilenceChange::Replaced { created, .. } = &change {
            match answered {
                Some(name) => drop(self.known_as.insert((tenant, name), created.id)),
                None => self.unnamed.insert(created),
            }
        }
        Ok(())
    }
}
