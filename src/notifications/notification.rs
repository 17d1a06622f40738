//! What one channel has to be told of a group.

use crate::alerts::NotificationHash;
use crate::notifications::flush::FlushedAlert;
use crate::notifications::notification_log::NotificationKey;
use crate::notifications::notification_reason::NotificationReason;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::Timestamp;

/// What one channel of a receiver has to be told of a group, and why; made by [`Flush::notifications`](crate::notifications::Flush::notifications).
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Notification, NotificationKey, NotificationLog, NotificationReason};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let key = NotificationKey::new("acme".parse()?, "{}:{}".parse()?, "ops".parse()?, "webhook".parse()?, 0_u32.into());
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let notification = Notification::new(key.clone(), NotificationReason::FirstNotification, now, AlertDuration::hours(4));
/// let mut log = NotificationLog::new();
/// log.record(&notification, now);
/// assert_eq!(log.entry(&key, now).map(|entry| entry.expires_at), Some("2025-01-06T17:00:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Notification {
    /// To whom, of which group.
    pub key: NotificationKey,
    /// Why.
    pub reason: NotificationReason,
    /// When the group was looked at.
    pub at: Timestamp,
    /// How long until the same is told again, at least the interval between two looks at the group: twice as long the log remembers it.
    pub repeat_interval: AlertDuration,
    /// The alerts to tell, in their order; none if only the log has to change.
    pub alerts: Vec<FlushedAlert>,
    /// How many alerts were left out because of `max_alerts`.
    pub truncated_alerts: usize,
    /// What the log has to keep as firing, sorted: all alerts of the group that are not suppressed, those left out by `max_alerts` included.
    pub firing: Vec<NotificationHash>,
    /// What the log has to keep as resolved, sorted.
    pub resolved: Vec<NotificationHash>,
}

impl Notification {
    /// A notification without alerts.
    #[must_use]
    pub fn new(key: NotificationKey, reason: NotificationReason, at: Timestamp, repeat_interval: AlertDuration) -> Self {
        Self { key, reason, at, repeat_interval, alerts: Vec::new(), truncated_alerts: 0, firing: Vec::new(), resolved: Vec::new() }
    }

    /// Whether it is sent at all; else only the log has to change.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        !self.alerts.is_empty()
    }

    /// The alerts that the channel is told of, those left out by `max_alerts` included.
    pub(crate) fn told(&self) -> impl Iterator<Item = NotificationHash> {
        // A channel that is not told of resolved alerts counts none of them.
        let resolved = self.alerts.len() + self.truncated_alerts > self.firing.len();
        self.firing.iter().chain(self.resolved.iter().filter(move |_| resolved)).copied()
    }

    /// Whether any of the alerts it tells fires: the `status` of the group in webhooks.
    #[must_use]
    pub fn is_firing(&self) -> bool {
        self.alerts.iter().any(|flushed| !flushed.is_resolved)
    }

    /// Keeps the first `max_alerts` alerts, and counts the others; 0 is no limit (Alertmanager 0.33, `notify/webhook`).
    pub fn truncate(&mut self, max_alerts: Count) {
        let max = usize::try_from(max_alerts.get()).unwrap_or(usize::MAX);
        if max > 0 && self.alerts.len() > max {
            self.truncated_alerts += self.alerts.len() - max;
            self.alerts.truncate(max);
        }
    }
}
