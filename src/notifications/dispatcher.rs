//! Grouping over time: which groups there are, and when each is looked at.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::alerts::Alert;
use crate::alerts::AlertStatus;
use crate::alerts::EndCause;
use crate::alerts::Identity;
use crate::notifications::alert_order::told_before;
use crate::notifications::dispatch_options::DispatchOptions;
use crate::notifications::dispatch_state::DispatchGroup;
use crate::notifications::dispatch_state::DispatchState;
use crate::notifications::flush::Flush;
use crate::notifications::flush::FlushedAlert;
use crate::notifications::group_target::GroupTarget;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::notifications::routing_tree::RoutingTree;
use crate::utils::AlertDuration;
use crate::utils::Report;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// What became of an alert that was put into a dispatcher.
///
/// ```
/// use alert_schemas::notifications::Insertion;
///
/// assert_eq!(Insertion::default().refused, 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Insertion {
    /// How many groups were made for it.
    pub created: usize,
    /// How many groups that were there hold it now.
    pub joined: usize,
    /// How many groups do not hold it because the tenant has too many groups or alerts: nobody is told by them.
    pub refused: usize,
}

/// Where a group stands: its tenant, its route, its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    tenant: TenantId,
    route: RouteId,
    group_key: GroupKey,
}

#[derive(Debug, Clone, PartialEq)]
struct Group {
    target: GroupTarget,
    created_at: Timestamp,
    flush_at: Timestamp,
    flushed_at: Option<Timestamp>,
    members: BTreeSet<Identity>,
}

impl Group {
    /// The longest that it waits from now on.
    fn wait(&self) -> AlertDuration {
        if self.flushed_at.is_some() { interval(&self.target) } else { self.target.group_wait }
    }
}

/// How long a group waits between two looks; never zero, so that time goes on.
fn interval(target: &GroupTarget) -> AlertDuration {
    target.group_interval.max(AlertDuration::millis(1))
}

/// A group as it is held.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeldGroup<'a> {
    /// Whose group it is.
    pub(crate) tenant: &'a TenantId,
    /// The route and key.
    pub(crate) target: &'a GroupTarget,
    /// Its alerts.
    pub(crate) members: &'a BTreeSet<Identity>,
}

#[derive(Debug, Clone, PartialEq)]
struct Held {
    alert: Arc<Alert>,
    /// In how many groups it is.
    groups: usize,
}

/// How much a tenant holds.
#[derive(Debug, Clone, PartialEq, Default)]
struct Share {
    alerts: usize,
    groups: usize,
}

/// Puts alerts into groups, and says when each group is looked at: Alertmanager's dispatcher (0.33, `dispatch/dispatch.go`) as a pure fold.
///
/// | what happens | what follows |
/// |---|---|
/// | the first alert of a group | the group is looked at `group_wait` later; at once, if the alert began longer ago than that |
/// | a further alert of the group | it is told when the group is looked at next |
/// | an alert that is known | it is [merged](Alert::merge) with what is known if they [overlap](Alert::overlaps), else it takes its place |
/// | a group is looked at | it is looked at again `group_interval` later, reckoned from this look |
/// | a look was told to all, [`settle`](Dispatcher::settle) | the alerts that were resolved leave the group, unless they were heard of meanwhile; a group without alerts is gone |
/// | not all could be told | the group keeps its alerts and tries again at its next look |
///
/// Whether a look tells anybody is decided by the [`NotificationLog`](crate::notifications::NotificationLog), which [`Flush::notifications`] asks.
///
/// # How it is driven
///
/// A server inserts what comes in, sleeps until [`next_due`](Dispatcher::next_due), and calls [`flush_due`](Dispatcher::flush_due). A job that is run now and
/// then reads its [state](Dispatcher::from_state), inserts, flushes with its own time, and stores the [state](Dispatcher::state): what fell due meanwhile is looked at once. A replay of
/// history steps from one due time to the next. All three give the same for the same calls.
///
/// # Order and tenants
///
/// Alerts that come at the same time may come in any order: groups, times and flushes are the same (two messages about the *same* alert at one time count in their order). Flushes come sorted by
/// due time, tenant, route and key. No tenant's input changes what another tenant's groups do.
///
/// # Differences from Alertmanager
///
/// 1. Alerts that come at the time at which their group is made count together: one that began long ago has the group looked at at once, whichever comes first. In
///    Alertmanager the one that wins a race decides (measured on 0.33.1: both happen).
/// 2. A pending alert is not taken: Alertmanager knows none.
/// 3. An alert whose source gave it a key of its own, or that has no name, is told apart by its [`Identity`], and so is never hidden behind another one with equal labels.
/// 4. If the clock is set back, the next [`flush_due`](Dispatcher::flush_due) sees to it that no group waits longer than its `group_wait` or `group_interval` from then
///    on. So a server sleeps until `next_due` by a clock that is never set back, or wakes up every few minutes and asks.
/// 5. Messages about an alert that come while the clock is set back count as the later ones: the last one heard wins.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{DispatchOptions, Dispatcher, Integration, NotificationLog, Route, RoutingTree};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let tree = RoutingTree::new(&Route::builder().receiver("ops").group_by(["alertname"]).build()?)?;
/// let channels = [Integration::new("webhook".parse()?, 0_u32.into())];
/// let (mut dispatcher, mut log) = (Dispatcher::new(DispatchOptions::default()), NotificationLog::new());
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// for instance in ["db-1", "db-2"] {
///     let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("instance", instance).build()?;
///     dispatcher.insert_routed(alert, &tree, t0);
/// }
///
/// // Ten minutes pass, and nobody says anything more.
/// let mut told = Vec::new();
/// while let Some(due) = dispatcher.next_due().filter(|due| *due <= t0 + AlertDuration::minutes(11)) {
///     for mut flush in dispatcher.flush_due(due) {
///         flush.suppress(|_alert| Vec::new()); // Inhibition, time intervals, silences.
///         for notification in flush.notifications(&log, &channels) {
///             told.push(format!("{due} {}: {} alerts", notification.reason, notification.alerts.len()));
///             log.record(&notification, due);
///         }
///         dispatcher.settle(&flush);
///     }
/// }
/// assert_eq!(told, ["2025-01-06T09:00:30Z first notification: 2 alerts", "2025-01-06T09:05:30Z all alerts resolved: 2 alerts"]);
/// assert_eq!(dispatcher.next_due(), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Dispatcher {
    options: DispatchOptions,
    alerts: BTreeMap<TenantId, BTreeMap<Identity, Held>>,
    groups: BTreeMap<Arc<Place>, Group>,
    // INVARIANT: holds each group once, with its `flush_at`.
    due: BTreeSet<(Timestamp, Arc<Place>)>,
    shares: BTreeMap<TenantId, Share>,
    latest: Option<Timestamp>,
}

impl Default for Dispatcher {
    fn default() -> Self {
        Self::new(DispatchOptions::default())
    }
}

impl Dispatcher {
    /// A dispatcher that knows of nothing.
    #[must_use]
    pub fn new(options: DispatchOptions) -> Self {
        Self {
            options: options.in_range(),
            alerts: BTreeMap::new(),
            groups: BTreeMap::new(),
            due: BTreeSet::new(),
            shares: BTreeMap::new(),
            latest: None,
        }
    }

    /// The dispatcher that was stored. What is in the state is kept even where the options allow less, but for alerts that no group holds; nothing is added then.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state is not valid.
    ///
    /// ```
    /// use alert_schemas::notifications::{DispatchOptions, DispatchState, Dispatcher};
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let state = DispatchState::decode(br#"{"version": 1}"#, &DecodeLimits::default())?;
    /// assert_eq!(Dispatcher::from_state(state, DispatchOptions::default())?, Dispatcher::default());
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_state(state: DispatchState, options: DispatchOptions) -> Result<Self, Report> {
        state.check()?;
        let mut dispatcher = Self { latest: state.latest, ..Self::new(options) };
        for alert in state.alerts {
            let identity = alert.identity();
            let own = dispatcher.alerts.entry(alert.tenant.clone()).or_default();
            own.insert(identity, Held { alert: Arc::new(alert), groups: 0 });
        }
        for group in state.groups {
            let place = Place { tenant: group.tenant, route: group.route.clone(), group_key: group.group_key.clone() };
            let own = dispatcher.alerts.entry(place.tenant.clone()).or_default();
            for identity in &group.alerts {
                if let Some(held) = own.get_mut(identity) {
                    held.groups += 1;
                }
            }
            let target = GroupTarget::new(group.route, group.group_key, group.group_labels, group.receiver);
            let group = Group {
                target: target.with_times(group.group_wait, group.group_interval, group.repeat_interval),
                created_at: group.created_at,
                flush_at: group.flush_at,
                flushed_at: group.flushed_at,
                members: group.alerts.into_iter().collect(),
            };
            dispatcher.add_group(Arc::new(place), group);
        }
        dispatcher.alerts.retain(|tenant, own| {
            own.retain(|_, held| held.groups > 0);
            if !own.is_empty() {
                dispatcher.shares.entry(tenant.clone()).or_default().alerts = own.len();
            }
            !own.is_empty()
        });
        Ok(dispatcher)
    }

    /// What is remembered, to be stored: equal dispatchers have equal JSON.
    #[must_use]
    pub fn state(&self) -> DispatchState {
        let groups = self.groups.iter().map(|(place, group)| {
            let target = group.target.clone();
            DispatchGroup {
                tenant: place.tenant.clone(),
                route: target.route,
                group_key: target.group_key,
                group_labels: target.group_labels,
                receiver: target.receiver,
                group_wait: target.group_wait,
                group_interval: target.group_interval,
                repeat_interval: target.repeat_interval,
                created_at: group.created_at,
                flush_at: group.flush_at,
                flushed_at: group.flushed_at,
                alerts: group.members.iter().cloned().collect(),
            }
        });
        DispatchState { version: StateVersion, latest: self.latest, alerts: self.alerts().cloned().collect(), groups: groups.collect() }
    }

    /// The alerts, sorted by tenant and identity.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.values().flat_map(|own| own.values().map(|held| held.alert.as_ref()))
    }

    /// How many groups there are, of all tenants.
    #[must_use]
    pub fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// The groups as they are, sorted by tenant, route and key.
    pub(crate) fn groups(&self) -> impl Iterator<Item = HeldGroup<'_>> {
        self.groups.iter().map(|(place, group)| HeldGroup { tenant: &place.tenant, target: &group.target, members: &group.members })
    }

    /// When a group is looked at next; never, if it is gone.
    pub(crate) fn next_look(&self, tenant: &TenantId, target: &GroupTarget) -> Option<Timestamp> {
        let place = Place { tenant: tenant.clone(), route: target.route.clone(), group_key: target.group_key.clone() };
        Some(self.groups.get(&place)?.flush_at)
    }

    /// An alert as it is held.
    pub(crate) fn alert(&self, tenant: &TenantId, identity: &Identity) -> Option<&Arc<Alert>> {
        Some(&self.alerts.get(tenant)?.get(identity)?.alert)
    }

    /// The alerts with their identities, sorted by tenant and identity.
    pub(crate) fn held(&self) -> impl Iterator<Item = (&Identity, &Arc<Alert>)> {
        self.alerts.values().flat_map(|own| own.iter().map(|(identity, held)| (identity, &held.alert)))
    }

    /// Puts an alert that was received at `now` into the groups of the routes that take it; see [`Dispatcher::insert`].
    pub fn insert_routed(&mut self, alert: Alert, tree: &RoutingTree, now: Timestamp) -> Insertion {
        let targets: Vec<GroupTarget> = tree.matches(&alert.labels).iter().map(GroupTarget::from).collect();
        self.insert(alert, &targets, now)
    }

    /// Puts an alert that was received at `now` into groups.
    ///
    /// A firing alert without an end gets one `resolve_timeout` later, unless that is off. The groups in which the alert is already keep it and see it as it is now.
    ///
    /// ```
    /// use alert_schemas::notifications::{Dispatcher, GroupTarget};
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Labels, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let target = GroupTarget::new("{}".parse()?, "{}:{}".parse()?, Labels::new(), "ops".parse()?);
    ///
    /// let mut dispatcher = Dispatcher::default();
    /// assert_eq!(dispatcher.insert(alert.clone(), &[target.clone()], t0).created, 1);
    /// assert_eq!(dispatcher.next_due(), Some(t0 + AlertDuration::seconds(30)));
    ///
    /// // It began a minute ago: nobody has to wait for it.
    /// let late = t0 + AlertDuration::minutes(1);
    /// let mut dispatcher = Dispatcher::default();
    /// dispatcher.insert(alert, &[target], late);
    /// assert_eq!(dispatcher.next_due(), Some(late));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn insert(&mut self, mut alert: Alert, targets: &[GroupTarget], now: Timestamp) -> Insertion {
        if alert.status == AlertStatus::Pending {
            return Insertion::default();
        }
        if alert.ends_at.is_none() {
            self.set_end(&mut alert, now);
        }
        let identity = alert.identity();
        let own = self.alerts.get_mut(&alert.tenant).and_then(|own| own.get_mut(&identity));
        let alert = match own {
            None => {
                if alert.updated_at.is_none() && alert.received_at.is_none() {
                    alert.received_at = Some(now);
                }
                if self.shares.get(&alert.tenant).is_some_and(|share| share.alerts >= self.options.max_alerts) {
                    return Insertion { refused: targets.len(), ..Insertion::default() };
                }
                Arc::new(alert)
            }
            Some(held) => {
                // The last one heard is the younger, whatever the clock did.
                if alert.updated_at.is_none() {
                    alert.received_at = Some(alert.received_at.unwrap_or(now).max(held.alert.last_seen()));
                }
                let heard = if held.alert.overlaps(&alert) { held.alert.merge(&alert, now) } else { alert };
                held.alert = Arc::new(heard);
                Arc::clone(&held.alert)
            }
        };
        self.place(&alert, &identity, targets, now)
    }

    /// Puts an alert into groups, as it is.
    fn place(&mut self, alert: &Arc<Alert>, identity: &Identity, targets: &[GroupTarget], now: Timestamp) -> Insertion {
        let mut insertion = Insertion::default();
        for target in targets {
            let place = Place { tenant: alert.tenant.clone(), route: target.route.clone(), group_key: target.group_key.clone() };
            // The alert is older than what a new group would wait for.
            let is_old = alert.starts_at + target.group_wait < now;
            let added = if let Some(group) = self.groups.get_mut(&place) {
                insertion.joined += 1;
                if is_old && group.created_at == now && group.flushed_at.is_none() && group.flush_at > now {
                    let place = Arc::new(place.clone());
                    self.due.remove(&(group.flush_at, Arc::clone(&place)));
                    self.due.insert((now, place));
                    group.flush_at = now;
                }
                group.members.insert(identity.clone())
            } else {
                if self.shares.get(&place.tenant).is_some_and(|share| share.groups >= self.options.max_groups) {
                    insertion.refused += 1;
                    continue;
                }
                insertion.created += 1;
                let flush_at = if is_old { now } else { now + target.group_wait };
                let members = BTreeSet::from([identity.clone()]);
                self.add_group(Arc::new(place), Group { target: target.clone(), created_at: now, flush_at, flushed_at: None, members });
                true
            };
            if added {
                self.hold(alert, identity);
            }
        }
        insertion
    }

    /// Counts a group more that holds an alert.
    fn hold(&mut self, alert: &Arc<Alert>, identity: &Identity) {
        let own = self.alerts.entry(alert.tenant.clone()).or_default();
        if let Some(held) = own.get_mut(identity) {
            held.groups += 1;
        } else {
            own.insert(identity.clone(), Held { alert: Arc::clone(alert), groups: 1 });
            self.shares.entry(alert.tenant.clone()).or_default().alerts += 1;
        }
    }

    fn add_group(&mut self, place: Arc<Place>, group: Group) {
        self.shares.entry(place.tenant.clone()).or_default().groups += 1;
        self.due.insert((group.flush_at, Arc::clone(&place)));
        self.groups.insert(place, group);
    }

    /// The end of an alert that came without one.
    fn set_end(&self, alert: &mut Alert, now: Timestamp) {
        if alert.status == AlertStatus::Resolved {
            alert.ends_at = Some(now.max(alert.starts_at));
        } else if let Some(timeout) = self.options.resolve_timeout {
            alert.ends_at = Some((now + timeout).max(alert.starts_at));
            alert.end_cause = Some(EndCause::Timeout);
        }
    }

    /// When the next group has to be looked at; never, if there is none.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    /// The groups that have to be looked at by `now`, sorted by their due times; each is looked at again its `group_interval` after `now`.
    ///
    /// A group that fell due several times is looked at once.
    pub fn flush_due(&mut self, now: Timestamp) -> Vec<Flush> {
        self.follow_clock(now);
        let mut flushes = Vec::new();
        // Taken out before any comes back: a group is looked at once.
        let mut due = Vec::new();
        while self.next_due().is_some_and(|at| at <= now) {
            due.extend(self.due.pop_first());
        }
        for (_, place) in due {
            let Some(group) = self.groups.get_mut(&place) else { continue };
            group.flush_at = now + interval(&group.target);
            group.flushed_at = Some(now);
            self.due.insert((group.flush_at, Arc::clone(&place)));
            let own = self.alerts.get(&place.tenant);
            let alert_of = |identity| own.and_then(|own| own.get(identity)).map(|held| Arc::clone(&held.alert));
            let mut alerts: Vec<FlushedAlert> =
                group.members.iter().filter_map(alert_of).map(|alert| FlushedAlert::new(alert, now)).collect();
            alerts.sort_by(|a, b| told_before(&a.alert, &b.alert));
            flushes.push(Flush::of(&place.tenant, &group.target, now, alerts));
        }
        flushes
    }

    /// Sees to it that nobody waits for a clock that was set back.
    fn follow_clock(&mut self, now: Timestamp) {
        let set_back = self.latest.is_some_and(|latest| now < latest);
        self.latest = Some(now);
        if !set_back {
            return;
        }
        for (place, group) in &mut self.groups {
            let longest = now + group.wait();
            if group.flush_at > longest {
                self.due.remove(&(group.flush_at, Arc::clone(place)));
                group.flush_at = longest;
                self.due.insert((longest, Arc::clone(place)));
            }
        }
    }

    /// Notes that all who had to be told of a look were told, or that nobody had to.
    ///
    /// The alerts that were resolved leave the group, the suppressed ones too, unless they were heard of after the look. Not to be called if a notification
    /// failed: then the next look tries again.
    pub fn settle(&mut self, flush: &Flush) {
        let place = Place { tenant: flush.tenant.clone(), route: flush.route.clone(), group_key: flush.group_key.clone() };
        let (Some(group), Some(own)) = (self.groups.get_mut(&place), self.alerts.get_mut(&flush.tenant)) else { return };
        let share = self.shares.entry(flush.tenant.clone()).or_default();
        for flushed in flush.alerts.iter().filter(|flushed| flushed.is_resolved) {
            let identity = flushed.alert.identity();
            let Some(held) = own.get_mut(&identity) else { continue };
            let same = Arc::ptr_eq(&held.alert, &flushed.alert) || held.alert == flushed.alert;
            if !same || !group.members.remove(&identity) {
                continue;
            }
            held.groups -= 1;
            if held.groups == 0 {
                own.remove(&identity);
                share.alerts -= 1;
            }
        }
        if group.members.is_empty() {
            self.due.remove(&(group.flush_at, Arc::new(place.clone())));
            self.groups.remove(&place);
            share.groups -= 1;
        }
        if own.is_empty() {
            self.alerts.remove(&flush.tenant);
        }
        if *share == Share::default() {
            self.shares.remove(&flush.tenant);
        }
    }

    /// Puts all alerts into the groups of another tree, as if they had just come: what a change of the configuration does in Alertmanager.
    ///
    /// The groups begin anew; what was told is in the notification log, so that nobody is told twice where group and receiver are the same. An alert that no group
    /// takes any more is forgotten. Says how many groups were made, joined and refused, over all alerts.
    pub fn reroute(&mut self, tree: &RoutingTree, now: Timestamp) -> Insertion {
        let alerts = std::mem::take(&mut self.alerts);
        self.groups.clear();
        self.due.clear();
        self.shares.clear();
        let mut all = Insertion::default();
        for (identity, held) in alerts.into_values().flatten() {
            let targets: Vec<GroupTarget> = tree.matches(&held.alert.labels).iter().map(GroupTarget::from).collect();
            let one = self.place(&held.alert, &identity, &targets, now);
            all.created += one.created;
            all.joined += one.joined;
            all.refused += one.refused;
        }
        all
    }
}
