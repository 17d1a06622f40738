//! How the decisions about all alerts are put together.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::alerts::Alert;
use crate::alerts::Identity;
use crate::alerts::NotificationHash;
use crate::notifications::alert_decision::AlertDecision;
use crate::notifications::alert_decision::DecisionOutcome;
use crate::notifications::alert_decision::RouteDecision;
use crate::notifications::alert_order::told_before;
use crate::notifications::decider::Decider;
use crate::notifications::decider::Look;
use crate::notifications::decider::Suppressor;
use crate::notifications::dispatcher::HeldGroup;
use crate::notifications::flush::FlushedAlert;
use crate::notifications::forecast::Forecaster;
use crate::notifications::forecast::GroupForecast;
use crate::notifications::forecast::Quiet;
use crate::notifications::group_target::GroupTarget;
use crate::notifications::integration::Integration;
use crate::notifications::notification_log::NotificationKey;
use crate::notifications::notification_reason::NotificationReason;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::notifications::silences::Silences;
use crate::notifications::suppression_cause::SuppressionCause;
use crate::utils::Count;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// A group as it was before it was looked at.
struct Group {
    tenant: TenantId,
    target: GroupTarget,
    /// Places in the list of alerts.
    members: Vec<usize>,
}

/// What was sent to a group at a look: why, by the hash of each alert that was told or left out only for want of room.
type Sent<'a> = HashMap<(&'a TenantId, &'a RouteId, &'a GroupKey), BTreeMap<NotificationHash, NotificationReason>>;

/// Explains alerts: it takes down how things stand before groups are looked at, since what is resolved leaves them then.
pub(crate) struct Explainer {
    now: Timestamp,
    /// Sorted as they are told.
    alerts: Vec<(Identity, Arc<Alert>)>,
    groups: Vec<Group>,
}

impl Explainer {
    pub(crate) fn new(decider: &Decider, now: Timestamp) -> Self {
        let held = decider.dispatcher.held();
        let mut alerts: Vec<_> = held.map(|(identity, alert)| (identity.clone(), Arc::clone(alert))).collect();
        alerts.sort_by(|(one, a), (other, b)| told_before(a, b).then_with(|| (&a.tenant, one).cmp(&(&b.tenant, other))));
        let places: HashMap<(&TenantId, &Identity), usize> =
            alerts.iter().enumerate().map(|(place, (identity, alert))| ((&alert.tenant, identity), place)).collect();
        let group = |group: HeldGroup<'_>| {
            let mut members: Vec<usize> =
                group.members.iter().filter_map(|identity| places.get(&(group.tenant, identity)).copied()).collect();
            members.sort_unstable();
            Group { tenant: group.tenant.clone(), target: group.target.clone(), members }
        };
        let groups = decider.dispatcher.groups().map(group).collect();
        drop(places);
        Self { now, alerts, groups }
    }

    /// The decisions, sorted by tenant and identity; `decider` is as it is after these looks.
    pub(crate) fn explain(&self, decider: &Decider, looks: &[Look], silences: &Silences) -> Vec<AlertDecision> {
        let now = self.now;
        let mut suppressor = Suppressor::new(decider.plan(), decider.inhibitor(), silences, now);
        let mut forecaster = Forecaster::new(decider, silences, now);
        let sent = sent(looks);
        let flushed: Vec<(FlushedAlert, Quiet)> = self
            .alerts
            .iter()
            .map(|(_, alert)| {
                let flushed = FlushedAlert::new(Arc::clone(alert), now);
                let quiet = forecaster.quiet(&flushed);
                (flushed, quiet)
            })
            .collect();
        let mut decisions: Vec<AlertDecision> = self
            .alerts
            .iter()
            .map(|(identity, alert)| AlertDecision {
                at: now,
                tenant: alert.tenant.clone(),
                identity: identity.clone(),
                fingerprint: alert.fingerprint(),
                labels: alert.labels.clone(),
                status: alert.status_at(now),
                starts_at: alert.starts_at,
                ends_at: alert.ends_at,
                causes: suppressor.of_alert(alert),
                routes: Vec::new(),
            })
            .collect();
        for group in &self.groups {
            let next_look = decider.dispatcher.next_look(&group.tenant, &group.target);
            let here = sent.get(&(&group.tenant, &group.target.route, &group.target.group_key));
            // What was resolved at this look has left the group.
            let stays = |place: &&usize| here.is_none() || flushed.get(**place).is_some_and(|(alert, _)| !alert.is_resolved);
            let members: Vec<usize> = group.members.iter().filter(stays).copied().collect();
            let forecast = next_look
                .map_or_else(GroupForecast::default, |look| forecaster.group(&group.tenant, &group.target, look, &members, &flushed));
            let told = told(decider, group, now);
            for place in &group.members {
                let (Some(decision), Some((alert, _))) = (decisions.get_mut(*place), flushed.get(*place)) else { continue };
                let route_causes = suppressor.of_route(&group.target.route).to_vec();
                let reason = here.and_then(|sent| sent.get(&alert.hash)).copied();
                let next_told = forecast.of_alerts.get(place).cloned();
                let would_go = here.map_or(next_look, |_| Some(now)).filter(|_| is_new(alert, &told));
                let outcome = outcome(alert, &decision.causes, &route_causes, reason, next_told.is_some(), &told);
                let path = decider.plan().route(&group.target.route).map(|route| route.path.as_slice()).unwrap_or_default();
                decision.routes.push(RouteDecision {
                    route: group.target.route.clone(),
                    path: path.iter().filter_map(|place| Count::try_from(*place as u64).ok()).collect(),
                    receiver: group.target.receiver.clone(),
                    group_key: group.target.group_key.clone(),
                    group_labels: group.target.group_labels.clone(),
                    outcome,
                    reason,
                    causes: route_causes,
                    would_go: would_go.filter(|_| outcome == DecisionOutcome::Suppressed),
                    next_look,
                    next: forecast.next.clone(),
                    next_told,
                });
            }
        }
        decisions.sort_by(|a, b| (&a.tenant, &a.identity).cmp(&(&b.tenant, &b.identity)));
        decisions
    }
}

/// What was sent by these looks.
fn sent(looks: &[Look]) -> Sent<'_> {
    let mut sent = Sent::new();
    for Look { flush, notifications } in looks {
        let here = sent.entry((&flush.tenant, &flush.route, &flush.group_key)).or_default();
        for notification in notifications.iter().filter(|one| one.is_sent()) {
            for hash in notification.told() {
                here.entry(hash).or_insert(notification.reason);
            }
        }
    }
    sent
}

/// What the channels of the receiver were told of a group: the hashes that they know as firing, and as resolved.
fn told<'a>(decider: &'a Decider, group: &Group, now: Timestamp) -> Vec<(&'a [NotificationHash], &'a [NotificationHash])> {
    let target = &group.target;
    let key = |channel: &Integration| {
        let (kind, receiver) = (channel.kind.clone(), target.receiver.clone());
        NotificationKey::new(group.tenant.clone(), target.group_key.clone(), receiver, kind, channel.index)
    };
    let channels = decider.plan().channels(&target.receiver);
    let entries = channels.iter().filter_map(|channel| decider.log.entry(&key(channel), now));
    entries.map(|entry| (entry.firing.as_slice(), entry.resolved.as_slice())).collect()
}

/// Whether a channel would be told of the alert as it is, if nothing kept it: as firing if no channel knows it so, and as resolved if one knows it as firing.
fn is_new(alert: &FlushedAlert, told: &[(&[NotificationHash], &[NotificationHash])]) -> bool {
    let fires = told.iter().any(|(firing, _)| firing.binary_search(&alert.hash).is_ok());
    fires == alert.is_resolved
}

fn outcome(
    alert: &FlushedAlert,
    causes: &[SuppressionCause],
    route_causes: &[SuppressionCause],
    reason: Option<NotificationReason>,
    is_to_come: bool,
    told: &[(&[NotificationHash], &[NotificationHash])],
) -> DecisionOutcome {
    let knows = |(firing, resolved): &(&[NotificationHash], &[NotificationHash])| {
        if alert.is_resolved { resolved.binary_search(&alert.hash).is_ok() } else { firing.binary_search(&alert.hash).is_ok() }
    };
    match () {
        () if reason.is_some() => DecisionOutcome::Sent,
        () if !causes.is_empty() || !route_causes.is_empty() => DecisionOutcome::Suppressed,
        () if told.iter().any(knows) => DecisionOutcome::Told,
        () if is_to_come => DecisionOutcome::Waiting,
        () => DecisionOutcome::Quiet,
    }
}
