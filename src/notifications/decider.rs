//! Who is told, decided step by step: receive, look, tell.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::alerts::Alert;
use crate::alerts::Identity;
use crate::alerts::Suppression;
use crate::notifications::alert_decision::AlertDecision;
use crate::notifications::decision_plan::DecisionPlan;
use crate::notifications::decision_state::DecisionState;
use crate::notifications::decisions::Decisions;
use crate::notifications::dispatch_state::DispatchGroup;
use crate::notifications::dispatcher::Dispatcher;
use crate::notifications::dispatcher::Insertion;
use crate::notifications::explanation::Explainer;
use crate::notifications::flush::Flush;
use crate::notifications::inhibitor::InhibitedBy;
use crate::notifications::inhibitor::Inhibitor;
use crate::notifications::notification::Notification;
use crate::notifications::notification_log::NotificationLog;
use crate::notifications::planned_notification::PlannedNotification;
use crate::notifications::route_key::RouteId;
use crate::notifications::silences::SilencedBy;
use crate::notifications::silences::Silences;
use crate::notifications::suppression_cause::SuppressionCause;
use crate::utils::Report;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// How many alerts that inhibit one alert are told, and how many silences.
const MOST_INHIBITORS: usize = 16;
const MOST_SILENCES: usize = 32;

/// A group that was looked at, with what its receiver has to be told.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Decider, DecisionPlan, Look, NotificationConfig, Receiver, Route, Silences};
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
/// let mut decider = Decider::new(DecisionPlan::new(&config)?);
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// decider.receive(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, t0);
/// let due = decider.next_due().ok_or("a group waits")?;
/// let looks: Vec<Look> = decider.look(&Silences::new(), due);
/// assert_eq!(looks[0].planned().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Look {
    /// The group, with the reasons for which alerts of it are not told.
    pub flush: Flush,
    /// What has to be told, one for each channel; those that [are not sent](Notification::is_sent) only change the log.
    pub notifications: Vec<Notification>,
}

impl Look {
    /// What is sent, as it is predicted.
    pub fn planned(&self) -> impl Iterator<Item = PlannedNotification> {
        self.notifications.iter().filter(|one| one.is_sent()).map(|one| PlannedNotification::new(&self.flush, one))
    }
}

/// Who is told of which alerts, when, and why: Alertmanager's whole decision as one state that goes on step by step.
///
/// The order of what keeps an alert from being told is Alertmanager's (0.33, `notify/notify.go`): inhibition, active and mute time intervals, silences; then the
/// notification log, delivery with retries, and the log again.
///
/// # How it is driven
///
/// | who | does |
/// |---|---|
/// | a server | [`receive`](Decider::receive)s what comes, sleeps until [`next_due`](Decider::next_due), [`look`](Decider::look)s, sends; notes [`arrived`](Decider::arrived) for what was delivered, and [`settle`](Decider::settle)s the looks of which everything was |
/// | a job without memory | [`decide`](crate::notifications::decide)s with the [state](DecisionState) that it stored the last time, sends, and stores the new one |
/// | who wants to know what would have been | [`replay`](crate::notifications::replay)s the history |
///
/// [`advance`](Decider::advance) takes everything for delivered at once, and [`explain`](Decider::explain) changes nothing.
///
/// # Differences from Alertmanager
///
/// Those of [`Dispatcher`], [`Inhibitor`], [`NotificationLog`] and [`Silences`], and
///
/// 1. **What comes together inhibits at once.** On the server the group of an alert that began long ago is looked at as soon as it comes, often before the inhibitor has
///    seen a source that came in the same request: people are paged for what is explained by another page (measured on 0.33.1).
/// 2. **Every time interval that mutes is named, at once.** The server names those that muted when the group was looked at last, none before its first look or while all
///    of the group is inhibited, and not the muting ones of a route that is outside of its active ones (measured on 0.33.1).
///
/// # Another configuration
///
/// A state may be taken up with another plan. Groups of routes that are no more, or tell another receiver, are dissolved and their alerts routed anew, so that none is
/// lost; other groups keep the times with which they were made until they end. A new route sees an alert when it is received next.
///
/// # Limits
///
/// Those of [`DispatchOptions`](crate::notifications::DispatchOptions). Looking at a group costs what its alerts cost; nothing costs the square of anything.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Decider, DecisionPlan, NotificationConfig, Receiver, Route, Silence, Silences};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").group_by(["alertname"]).build()?);
/// config.receivers.push(Receiver::new("ops".parse()?));
/// let mut decider = Decider::new(DecisionPlan::new(&config)?);
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let mut silences = Silences::new();
/// silences.set(Silence::new("instance=db-1".parse()?, t0, t0 + AlertDuration::hours(1)), t0)?;
/// for instance in ["db-1", "db-2"] {
///     decider.receive(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("instance", instance).build()?, t0);
/// }
/// let mut told = Vec::new();
/// while let Some(due) = decider.next_due() {
///     for look in decider.advance(&silences, due) {
///         told.extend(look.planned().map(|one| format!("{} {}: {} alert", one.at, one.reason, one.alerts.len())));
///     }
/// }
/// assert_eq!(told, ["2025-01-06T09:00:30Z first notification: 1 alert", "2025-01-06T09:05:30Z all alerts resolved: 1 alert"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Decider {
    plan: Arc<DecisionPlan>,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) log: NotificationLog,
    inhibitor: Inhibitor,
    /// How many groups were refused to alerts.
    refused: usize,
    /// From how many sources on the inhibitor is tidied.
    source_limit: usize,
    /// From how many entries on the log is tidied.
    log_limit: usize,
}

/// What keeps alerts from being told at one time; the calendar is asked once for each route.
pub(crate) struct Suppressor<'a> {
    plan: &'a DecisionPlan,
    inhibitor: &'a Inhibitor,
    silences: &'a Silences,
    now: Timestamp,
    routes: HashMap<RouteId, Vec<SuppressionCause>>,
}

impl<'a> Suppressor<'a> {
    pub(crate) fn new(plan: &'a DecisionPlan, inhibitor: &'a Inhibitor, silences: &'a Silences, now: Timestamp) -> Self {
        Self { plan, inhibitor, silences, now, routes: HashMap::new() }
    }

    /// What keeps an alert from being told by any route, as `inhibited` and `silenced` tell it: first what inhibits it, then what silences it.
    fn look_up<T>(&self, alert: &Alert, inhibited: impl Fn(&InhibitedBy<'_>) -> T, silenced: impl Fn(&SilencedBy<'_>) -> T) -> Vec<T> {
        let inhibitors = self.inhibitor.inhibited_by(&alert.tenant, &alert.labels, self.now).take(MOST_INHIBITORS);
        let silences = self.silences.silenced_by(&alert.tenant, &alert.labels, self.now);
        inhibitors.map(|by| inhibited(&by)).chain(silences.iter().take(MOST_SILENCES).map(silenced)).collect()
    }

    /// What keeps an alert from being told by any route, with the matchers that do.
    pub(crate) fn of_alert(&self, alert: &Alert) -> Vec<SuppressionCause> {
        self.look_up(alert, SuppressionCause::inhibited, SuppressionCause::silenced)
    }

    /// What keeps an alert from being told by any route, as it stands beside the status of the alert.
    fn suppressions(&self, alert: &Alert) -> Vec<Suppression> {
        self.look_up(alert, |by| by.suppression(), |by| by.suppression())
    }

    /// What keeps a route from telling anything.
    pub(crate) fn of_route(&mut self, route: &RouteId) -> &[SuppressionCause] {
        let now = self.now;
        self.routes.entry(route.clone()).or_insert_with_key(|id| {
            let Some(planned) = self.plan.route(id).filter(|planned| planned.has_intervals()) else { return Vec::new() };
            let is_outside = !planned.active.iter().any(|named| named.contains(now));
            let outside = planned.active.iter().filter(|_| is_outside).map(|named| SuppressionCause::muted(named, true, now));
            let muted = planned.mute.iter().filter(|named| named.contains(now));
            outside.chain(muted.map(|named| SuppressionCause::muted(named, false, now))).collect()
        })
    }
}

impl Decider {
    /// One that knows of nothing yet.
    #[must_use]
    pub fn new(plan: impl Into<Arc<DecisionPlan>>) -> Self {
        let plan = plan.into();
        let dispatcher = Dispatcher::new(plan.options().clone());
        let inhibitor = Inhibitor::new(plan.inhibition_rules().iter().cloned());
        Self { plan, dispatcher, log: NotificationLog::new(), inhibitor, refused: 0, source_limit: 1_024, log_limit: 1_024 }
    }

    /// The one that was stored, with the same plan or another.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state is not valid.
    ///
    /// ```
    /// use alert_schemas::notifications::{Decider, DecisionPlan, DecisionState, NotificationConfig, Receiver, Route};
    ///
    /// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
    /// config.receivers.push(Receiver::new("ops".parse()?));
    /// let decider = Decider::from_state(DecisionPlan::new(&config)?, DecisionState::new())?;
    /// assert_eq!(decider.next_due(), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_state(plan: impl Into<Arc<DecisionPlan>>, state: DecisionState) -> Result<Self, Report> {
        let mut decider = Self::new(plan);
        let DecisionState { mut dispatch, log, .. } = state;
        dispatch.check()?;
        let plan = Arc::clone(&decider.plan);
        let stays = |group: &DispatchGroup| plan.route(&group.route).is_some_and(|route| route.receiver == group.receiver);
        let mut homeless: BTreeMap<(TenantId, Identity), Timestamp> = BTreeMap::new();
        for group in dispatch.groups.iter().filter(|group| !stays(group)) {
            for identity in &group.alerts {
                let since = homeless.entry((group.tenant.clone(), identity.clone())).or_insert(group.created_at);
                *since = group.created_at.max(*since);
            }
        }
        let mut again = Vec::new();
        if !homeless.is_empty() {
            dispatch.groups.retain(stays);
            let moved = dispatch.alerts.iter().filter_map(|alert| Some((homeless.get(&(alert.tenant.clone(), alert.identity()))?, alert)));
            again = moved.map(|(since, alert)| (*since, alert.clone())).collect();
        }
        let latest = dispatch.latest;
        decider.log = NotificationLog::from_state(log)?;
        decider.dispatcher = Dispatcher::from_state(dispatch, plan.options().clone())?;
        for (since, alert) in again {
            let insertion = decider.dispatcher.insert_routed(alert, plan.tree(), latest.map_or(since, |latest| latest.max(since)));
            decider.refused += insertion.refused;
        }
        decider.dispatcher.alerts().for_each(|alert| decider.inhibitor.observe(alert));
        Ok(decider)
    }

    /// What is remembered, to be stored.
    #[must_use]
    pub fn state(&self) -> DecisionState {
        DecisionState { version: StateVersion, dispatch: self.dispatcher.state(), log: self.log.state() }
    }

    /// How many groups were refused to alerts since it was made or read, because the tenant has too many: nobody is told there.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// The plan by which it decides.
    #[must_use]
    pub fn plan(&self) -> &DecisionPlan {
        &self.plan
    }

    /// The alerts that are known, sorted by tenant and identity; those that are resolved are known until their groups have been looked at.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.dispatcher.alerts()
    }

    /// Takes an alert in that was received at `now`: it is merged with what is known of it, and put into the groups of the routes that take it.
    pub fn receive(&mut self, alert: Alert, now: Timestamp) -> Insertion {
        let (tenant, identity) = (alert.tenant.clone(), alert.identity());
        let insertion = self.dispatcher.insert_routed(alert, self.plan.tree(), now);
        if let Some(held) = self.dispatcher.alert(&tenant, &identity) {
            self.inhibitor.observe(held);
        }
        self.refused += insertion.refused;
        insertion
    }

    /// When something has to be looked at next; never, if nothing is known.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.dispatcher.next_due()
    }

    /// Looks at the groups that are due by `now`, and says what has to be told, sorted by due time, tenant, route and key.
    ///
    /// Nothing counts as told before [`arrived`](Decider::arrived) says so; what does not arrive is told again when the group is looked at next.
    pub fn look(&mut self, silences: &Silences, now: Timestamp) -> Vec<Look> {
        if self.inhibitor.len() > self.source_limit {
            self.inhibitor.forget_ended(now);
            self.source_limit = 2 * self.inhibitor.len() + 1_024;
        }
        if self.log.len() > self.log_limit {
            self.log.collect(now);
            self.log_limit = 2 * self.log.len() + 1_024;
        }
        let flushes = self.dispatcher.flush_due(now);
        let mut suppressor = Suppressor::new(&self.plan, &self.inhibitor, silences, now);
        let mut looks = Vec::with_capacity(flushes.len());
        for mut flush in flushes {
            let calendar: Vec<_> = suppressor.of_route(&flush.route).iter().map(SuppressionCause::suppression).collect();
            flush.suppress(|alert| [suppressor.suppressions(alert), calendar.clone()].concat());
            let notifications = flush.notifications(&self.log, self.plan.channels(&flush.receiver));
            looks.push(Look { flush, notifications });
        }
        looks
    }

    /// Notes that a notification was delivered at `now`, or that one that is not sent has changed the log.
    pub fn arrived(&mut self, notification: &Notification, now: Timestamp) {
        self.log.record(notification, now);
    }

    /// Notes that everything of a look was delivered: what is resolved leaves the group. Not to be called if something was not.
    pub fn settle(&mut self, look: &Look) {
        self.dispatcher.settle(&look.flush);
    }

    /// Looks at the groups that are due by `now`, and takes everything for delivered at once.
    pub fn advance(&mut self, silences: &Silences, now: Timestamp) -> Vec<Look> {
        let looks = self.look(silences, now);
        for look in &looks {
            for notification in &look.notifications {
                self.arrived(notification, now);
            }
            self.settle(look);
        }
        looks
    }

    /// Looks at the groups that are due by `now`, takes everything for delivered, and says of every alert what came of it and what comes next.
    ///
    /// ```
    /// use alert_schemas::notifications::{Decider, DecisionPlan, NotificationConfig, Receiver, Route, Silences};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
    /// config.receivers.push(Receiver::new("ops".parse()?));
    /// let mut decider = Decider::new(DecisionPlan::new(&config)?);
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// decider.receive(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, t0);
    /// let decisions = decider.decide(&Silences::new(), t0);
    /// assert_eq!(
    ///     decisions.alerts[0].explain(),
    ///     "{alertname=\"DiskFull\"} firing since 09:00:00Z\n  waits: goes to ops at 09:00:30Z (first notification)",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(&mut self, silences: &Silences, now: Timestamp) -> Decisions {
        let explainer = Explainer::new(self, now);
        let looks = self.advance(silences, now);
        let alerts = explainer.explain(self, &looks, silences);
        Decisions { at: now, looks, alerts, refused: self.refused, next_due: self.next_due(), state: self.state() }
    }

    /// What comes of every alert, if nothing is looked at: what keeps it from being told, what it waits for, and what comes next. Nothing changes.
    #[must_use]
    pub fn explain(&self, silences: &Silences, now: Timestamp) -> Vec<AlertDecision> {
        Explainer::new(self, now).explain(self, &[], silences)
    }

    pub(crate) fn inhibitor(&self) -> &Inhibitor {
        &self.inhibitor
    }
}
