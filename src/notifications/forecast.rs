//! What a group tells next, if nothing changes.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::notifications::decider::Decider;
use crate::notifications::expected_notification::ExpectedNotification;
use crate::notifications::flush::Flush;
use crate::notifications::flush::FlushedAlert;
use crate::notifications::group_target::GroupTarget;
use crate::notifications::notification_log::NotificationKey;
use crate::notifications::notification_log::NotificationLog;
use crate::notifications::route_key::RouteId;
use crate::notifications::silence::SilenceState;
use crate::notifications::silences::Silences;
use crate::utils::AlertDuration;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// How many looks into the future are tried for a group.
const MOST_LOOKS: usize = 500;

/// How many alerts are looked at for a group in all those looks.
const MOST_WORK: usize = 200_000;

/// When an alert is quiet because of silences and other alerts, if nothing changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quiet {
    /// First and last instant of each silence, also of those that are to come.
    silences: Vec<(Timestamp, Timestamp)>,
    /// Until when other alerts inhibit it.
    inhibited_until: Option<Timestamp>,
}

/// The shortest time.
const INSTANT: AlertDuration = AlertDuration::millis(1);

impl Quiet {
    fn is_quiet(&self, at: Timestamp) -> bool {
        self.inhibited_until.is_some_and(|end| at < end) || self.silences.iter().any(|(start, end)| (*start..=*end).contains(&at))
    }

    /// Instants at which it may cease or begin to be quiet.
    fn changes(&self) -> impl Iterator<Item = Timestamp> {
        self.inhibited_until.into_iter().chain(self.silences.iter().flat_map(|(start, end)| [*start, *end, *end + INSTANT]))
    }
}

/// What a group tells next, and what it tells next of each of its alerts.
#[derive(Debug, Clone, Default)]
pub(crate) struct GroupForecast {
    pub(crate) next: Option<ExpectedNotification>,
    /// By the place of the alert among those that were given.
    pub(crate) of_alerts: HashMap<usize, ExpectedNotification>,
}

/// Looks ahead: what would be told if no alert came and no silence changed.
pub(crate) struct Forecaster<'a> {
    decider: &'a Decider,
    silences: &'a Silences,
    /// The silences that are to come, moved so that they hold now.
    upcoming: Silences,
    now: Timestamp,
    /// For each route: from when on it is muted or not, and until when.
    calendar: HashMap<RouteId, BTreeMap<Timestamp, (Timestamp, bool)>>,
}

impl<'a> Forecaster<'a> {
    pub(crate) fn new(decider: &'a Decider, silences: &'a Silences, now: Timestamp) -> Self {
        let mut upcoming = Silences::new();
        for silence in silences.iter().filter(|silence| silence.state_at(now) == SilenceState::Pending) {
            let mut moved = silence.clone();
            moved.starts_at = now;
            upcoming.merge_one(moved);
        }
        Self { decider, silences, upcoming, now, calendar: HashMap::new() }
    }

    /// When an alert is quiet.
    pub(crate) fn quiet(&self, flushed: &FlushedAlert) -> Quiet {
        let (tenant, labels) = (&flushed.alert.tenant, &flushed.alert.labels);
        let active = self.silences.silenced_by(tenant, labels, self.now);
        let mut silences: Vec<_> = active.iter().map(|by| (by.silence.starts_at, by.silence.ends_at)).collect();
        if !self.upcoming.is_empty() {
            let pending = self.upcoming.silenced_by(tenant, labels, self.now);
            let original = pending.iter().filter_map(|by| self.silences.get(tenant, by.silence.id));
            silences.extend(original.map(|silence| (silence.starts_at, silence.ends_at)));
        }
        // Each step passes the end of all sources of a rule, so that there are at most as many as rules.
        let mut inhibited_until = None;
        let mut at = self.now;
        while let Some(by) = self.decider.inhibitor().inhibited_by(tenant, labels, at).next() {
            at = by.until.unwrap_or_else(Timestamp::max);
            inhibited_until = Some(at);
            if at >= Timestamp::max() {
                break;
            }
        }
        Quiet { silences, inhibited_until }
    }

    /// Whether the calendar mutes a route at `at`, and until when that stays so.
    fn muted(&mut self, route: &RouteId, at: Timestamp) -> (bool, Timestamp) {
        let Some(planned) = self.decider.plan().route(route).filter(|planned| planned.has_intervals()) else {
            return (false, Timestamp::max());
        };
        let known = self.calendar.entry(route.clone()).or_default();
        if let Some((_, (until, is_muted))) = known.range(..=at).next_back()
            && at < *until
        {
            return (*is_muted, *until);
        }
        let verdict = planned.verdict(at);
        let until = verdict.until.unwrap_or_else(Timestamp::max);
        known.insert(at, (until, verdict.is_muted()));
        (verdict.is_muted(), until)
    }

    /// Looks ahead for a group that is looked at next at `look`; the alerts stand at their places in `alerts`, which are sorted as they are told.
    pub(crate) fn group(
        &mut self,
        tenant: &TenantId,
        target: &GroupTarget,
        look: Timestamp,
        members: &[usize],
        alerts: &[(FlushedAlert, Quiet)],
    ) -> GroupForecast {
        let mut forecast = GroupForecast::default();
        let channels = self.decider.plan().channels(&target.receiver).to_vec();
        let key = |kind: &crate::utils::Text<64>, index| {
            NotificationKey::new(tenant.clone(), target.group_key.clone(), target.receiver.clone(), kind.clone(), index)
        };
        let keys: Vec<_> = channels.iter().map(|channel| key(&channel.kind, channel.index)).collect();
        let mut log = NotificationLog::new();
        keys.iter().filter_map(|key| self.decider.log.entry(key, self.now)).for_each(|entry| log.insert(entry.clone()));
        let interval = target.group_interval.max(INSTANT);
        let mut members = members.to_vec();
        let (mut at, mut work) = (look, 0);
        for _ in 0..MOST_LOOKS {
            work += members.len();
            if work > MOST_WORK.max(2 * members.len()) {
                break;
            }
            let (is_muted, mut event) = self.muted(&target.route, at);
            let is_resolved = |flushed: &FlushedAlert| flushed.alert.status_at(at) == crate::alerts::AlertStatus::Resolved;
            let heard = members.iter().filter(|_| !is_muted).filter_map(|place| alerts.get(*place).map(|alert| (*place, alert)));
            let (places, told): (Vec<usize>, Vec<FlushedAlert>) = heard
                .filter(|(_, (_, quiet))| !quiet.is_quiet(at))
                .map(|(place, (flushed, _))| (place, FlushedAlert { is_resolved: is_resolved(flushed), ..flushed.clone() }))
                .unzip();
            let flush = flush_of(tenant, target, at, told);
            for notification in flush.notifications(&log, &channels) {
                log.record(&notification, at);
                if !notification.is_sent() {
                    continue;
                }
                let expected = ExpectedNotification::of(&notification);
                let mut left = notification.alerts.iter();
                let mut next = left.next();
                for (place, flushed) in places.iter().zip(&flush.alerts) {
                    if next.is_some_and(|one| Arc::ptr_eq(&one.alert, &flushed.alert)) {
                        forecast.of_alerts.entry(*place).or_insert_with(|| expected.clone());
                        next = left.next();
                    }
                }
                forecast.next.get_or_insert(expected);
            }
            members.retain(|place| alerts.get(*place).is_some_and(|(flushed, _)| !is_resolved(flushed)));
            if members.is_empty() || (forecast.next.is_some() && members.iter().all(|place| forecast.of_alerts.contains_key(place))) {
                break;
            }
            // Nothing is told before something changes.
            let of_alert =
                |place: &usize| alerts.get(*place).map(|(flushed, quiet)| flushed.alert.ends_at.into_iter().chain(quiet.changes()));
            let of_log = keys.iter().filter_map(|key| log.entry(key, at));
            let of_log = of_log.flat_map(|entry| {
                let repeated = entry.timestamp + target.repeat_interval;
                // Told again once more than the interval has passed; times may be finer than an instant.
                [repeated, repeated + INSTANT, entry.expires_at]
            });
            for change in members.iter().filter_map(of_alert).flatten().chain(of_log).filter(|change| *change > at) {
                event = event.min(change);
            }
            if event >= Timestamp::max() {
                break;
            }
            // The first look that sees the change.
            let steps = event.since(at).as_millis().div_ceil(interval.as_millis()).max(1);
            let next = at + AlertDuration::saturating_millis(steps.saturating_mul(interval.as_millis()));
            if next <= at {
                break;
            }
            at = next;
        }
        forecast
    }
}

fn flush_of(tenant: &TenantId, target: &GroupTarget, at: Timestamp, alerts: Vec<FlushedAlert>) -> Flush {
    Flush {
        tenant: tenant.clone(),
        route: target.route.clone(),
        group_key: target.group_key.clone(),
        group_labels: target.group_labels.clone(),
        receiver: target.receiver.clone(),
        group_interval: target.group_interval,
        repeat_interval: target.repeat_interval,
        at,
        alerts,
    }
}
