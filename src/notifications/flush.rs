//! A group at the moment it is looked at: who has to be told of which alerts, and why.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::alerts::Alert;
use crate::alerts::Identity;
use crate::alerts::Labels;
use crate::alerts::NotificationHash;
use crate::alerts::Suppression;
use crate::notifications::group_target::GroupTarget;
use crate::notifications::integration::Integration;
use crate::notifications::names::ReceiverName;
use crate::notifications::notification::Notification;
use crate::notifications::notification_log::NotificationKey;
use crate::notifications::notification_log::NotificationLog;
use crate::notifications::notification_reason::needs_update;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::utils::AlertDuration;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// The shortest time in which a notification has to arrive (Alertmanager 0.33, `notify.MinTimeout`).
const SHORTEST_DEADLINE: AlertDuration = AlertDuration::seconds(10);

/// The number under which the log keeps an alert.
///
/// It is Alertmanager's for an alert that its labels identify. Where the source's own key or the content does, two alerts may have equal labels, or none: the second would
/// never be told, so the identity is hashed too.
pub(crate) fn hash_of(alert: &Alert) -> NotificationHash {
    match alert.identity() {
        Identity::Labels(_) => alert.notification_hash(),
        other => {
            let identity = other.to_string();
            let labels = alert.labels.without_empty();
            let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            // No label has an empty name.
            NotificationHash::of_pairs(pairs.chain([("", identity.as_str())]))
        }
    }
}

/// An alert of a group that is looked at.
///
/// ```
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
/// use alert_schemas::notifications::FlushedAlert;
///
/// let now = Timestamp::UNIX_EPOCH;
/// let flushed = FlushedAlert::new(Alert::builder("disk full", AlertSeverity::High, now).name("DiskFull").build()?.into(), now);
/// assert!(!flushed.is_resolved && !flushed.is_suppressed());
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlushedAlert {
    /// The alert, shared with the dispatcher.
    pub alert: Arc<Alert>,
    /// The number under which the notification log keeps it.
    pub hash: NotificationHash,
    /// Whether it was resolved when the group was looked at; it stays so, however long telling takes.
    pub is_resolved: bool,
    /// Why nobody is told of it; empty if somebody is.
    pub suppressions: Vec<Suppression>,
}

impl FlushedAlert {
    /// The alert as it is at `now`.
    #[must_use]
    pub fn new(alert: Arc<Alert>, now: Timestamp) -> Self {
        let is_resolved = alert.status_at(now) == crate::alerts::AlertStatus::Resolved;
        Self { hash: hash_of(&alert), alert, is_resolved, suppressions: Vec::new() }
    }

    /// Whether something keeps it from being told.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        !self.suppressions.is_empty()
    }
}

/// A group at the moment it is looked at; made by [`Dispatcher::flush_due`](crate::notifications::Dispatcher::flush_due).
///
/// What follows is up to the caller, in Alertmanager's order: [`suppress`](Flush::suppress) what is inhibited, outside its active or inside its mute intervals, or
/// silenced; ask [`notifications`](Flush::notifications) whom to tell; tell them; note in the [`NotificationLog`] what arrived; and, if all of it did, let the
/// dispatcher [`settle`](crate::notifications::Dispatcher::settle) the group.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Dispatcher, Flush, Integration, NotificationLog, NotificationReason, Route, RoutingTree};
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
///
/// let tree = RoutingTree::new(&Route::builder().receiver("ops").build()?)?;
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let mut dispatcher = Dispatcher::default();
/// dispatcher.insert_routed(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, &tree, t0);
///
/// let due = dispatcher.next_due().unwrap();
/// let flush: Flush = dispatcher.flush_due(due).remove(0);
/// let webhook = Integration::new("webhook".parse()?, 0_u32.into());
/// let notifications = flush.notifications(&NotificationLog::new(), &[webhook]);
/// assert_eq!((due.to_string().as_str(), notifications[0].reason), ("2025-01-06T09:00:30Z", NotificationReason::FirstNotification));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Flush {
    /// Whose group it is.
    pub tenant: TenantId,
    /// The route that made the group.
    pub route: RouteId,
    /// The key of the group.
    pub group_key: GroupKey,
    /// The labels that all its alerts share.
    pub group_labels: Labels,
    /// Who is told.
    pub receiver: ReceiverName,
    /// How long until it is looked at again.
    pub group_interval: AlertDuration,
    /// How long until the same is told again.
    pub repeat_interval: AlertDuration,
    /// When it was looked at.
    pub at: Timestamp,
    /// Its alerts, in the order in which they are told: by `job`, by `instance`, then by all labels, as Alertmanager does.
    pub alerts: Vec<FlushedAlert>,
}

impl Flush {
    pub(crate) fn of(tenant: &TenantId, target: &GroupTarget, at: Timestamp, alerts: Vec<FlushedAlert>) -> Self {
        Self {
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

    /// Keeps alerts from being told: `reasons` says why, and an empty list means that nothing does. Reasons that are there stay.
    ///
    /// It is asked about resolved alerts too: nobody is told of the end of what is silenced.
    pub fn suppress(&mut self, mut reasons: impl FnMut(&Alert) -> Vec<Suppression>) {
        for flushed in &mut self.alerts {
            flushed.suppressions.extend(reasons(&flushed.alert));
        }
    }

    /// Until when a notification has to have arrived: the next time the group is looked at, at least 10 seconds (Alertmanager 0.33, `dispatch/dispatch.go`).
    #[must_use]
    pub fn deadline(&self) -> Timestamp {
        self.at + self.group_interval.max(SHORTEST_DEADLINE)
    }

    /// Whom to tell of what: at most one notification for each channel of the receiver, in their order.
    ///
    /// What is suppressed is left out before the log is asked; if nothing remains, nobody is told and the log stays as it is. A channel that is not told
    /// of resolved alerts gets no notification once all are resolved, but the log has to forget that they fired: such a
    /// notification has no alerts, [is not sent](Notification::is_sent), and is to be recorded all the same.
    #[must_use]
    pub fn notifications(&self, log: &NotificationLog, integrations: &[Integration]) -> Vec<Notification> {
        let told: Vec<&FlushedAlert> = self.alerts.iter().filter(|flushed| !flushed.is_suppressed()).collect();
        if told.is_empty() {
            return Vec::new();
        }
        let hashes = |resolved: bool| -> BTreeSet<NotificationHash> {
            told.iter().filter(|flushed| flushed.is_resolved == resolved).map(|flushed| flushed.hash).collect()
        };
        let (firing, resolved) = (hashes(false), hashes(true));
        let mut notifications = Vec::new();
        for integration in integrations {
            let (kind, index) = (integration.kind.clone(), integration.index);
            let key = NotificationKey::new(self.tenant.clone(), self.group_key.clone(), self.receiver.clone(), kind, index);
            let entry = log.entry(&key, self.at);
            let Some(reason) = needs_update(entry, &firing, &resolved, self.repeat_interval, self.at, integration.send_resolved) else {
                continue;
            };
            let sent = told.iter().filter(|flushed| integration.send_resolved || !flushed.is_resolved).map(|flushed| (*flushed).clone());
            // Nothing is told again before the group is looked at again: what was told has to be remembered until then, or nobody would hear of its end.
            let mut notification = Notification::new(key, reason, self.at, self.repeat_interval.max(self.group_interval));
            notification.firing = firing.iter().copied().collect();
            notification.resolved = resolved.iter().copied().collect();
            notification.alerts = sent.collect();
            notification.truncate(integration.max_alerts);
            notifications.push(notification);
        }
        notifications
    }
}
