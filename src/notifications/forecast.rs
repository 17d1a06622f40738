//! What a group tells next, if nothing changes.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::alerts::AlertStatus;
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
use crate::utils::Text;
use crate::utils::Timestamp;

/// How many looks into the future are tried for a group.
const MOST_LOOKS: usize = 500;

/// How many alerts are looked at for a group in all those looks.
const MOST_WORK: usize = 200_000;

/// When an alert is quiet because of silences and other alerts, if nothing changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quiet {
    /// First and last instant of each span of silences, also of those that are to come; sorted and apart.
    silences: Vec<(Timestamp, Timestamp)>,
    /// Until when other alerts inhibit it.
    inhibited_until: Option<Timestamp>,
}

/// How many spans of silences are looked at for an alert.
const MOST_SPANS: usize = 100;

/// The shortest time.
const INSTANT: AlertDuration = AlertDuration::millis(1);

/// The first spans, those that touch or overlap as one.
fn joined(mut spans: Vec<(Timestamp, Timestamp)>) -> Vec<(Timestamp, Timestamp)> {
    spans.sort_unstable();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (start, end) in spans {
        match joined.last_mut() {
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => joined.push((start, end)),
        }
    }
    joined.truncate(MOST_SPANS);
    joined
}

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
        let inhibited_until = self.decider.inhibitor().inhibited_until(tenant, labels, self.now);
        Quiet { silences: joined(silences), inhibited_until }
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
        let decider = self.decider;
        let channels = decider.plan().channels(&target.receiver);
        let key = |kind: &Text<64>, index| {
            NotificationKey::new(tenant.clone(), target.group_key.clone(), target.receiver.clone(), kind.clone(), index)
        };
        let keys: Vec<_> = channels.iter().map(|channel| key(&channel.kind, channel.index)).collect();
        let mut log = NotificationLog::new();
        keys.iter().filter_map(|key| decider.log.entry(key, self.now)).for_each(|entry| log.insert(entry.clone()));
        let interval = target.group_interval.max(INSTANT);
        let mut members = members.to_vec();
        let (mut at, mut work) = (look, 0);
        for _ in 0..MOST_LOOKS {
            work += members.len();
            if work > MOST_WORK.max(2 * members.len()) {
                break;
            }
            let (is_muted, mut event) = self.muted(&target.route, at);
            let is_resolved = |flushed: &FlushedAlert| flushed.alert.status_at(at) == AlertStatus::Resolved;
            let heard = members.iter().filter(|_| !is_muted).filter_map(|place| alerts.get(*place).map(|alert| (*place, alert)));
            let (places, told): (Vec<usize>, Vec<FlushedAlert>) = heard
                .filter(|(_, (_, quiet))| !quiet.is_quiet(at))
                .map(|(place, (flushed, _))| (place, FlushedAlert { is_resolved: is_resolved(flushed), ..flushed.clone() }))
                .unzip();
            let flush = Flush::of(tenant, target, at, told);
            for notification in flush.notifications(&log, channels) {
                log.record(&notification, at);
                if !notification.is_sent() {
                    continue;
                }
                let expected = ExpectedNotification::of(&notification);
                let told: BTreeSet<_> = notification.told().collect();
                for (place, _) in places.iter().zip(&flush.alerts).filter(|(_, flushed)| told.contains(&flushed.hash)) {
                    forecast.of_alerts.entry(*place).or_insert_with(|| expected.clone());
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
