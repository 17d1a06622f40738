//! A notification that is to be expected, if nothing changes.

use crate::alerts::AlertStatus;
use crate::notifications::notification::Notification;
use crate::notifications::notification_reason::NotificationReason;
use crate::notifications::planned_notification::told_status;
use crate::utils::Count;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::validations::record;

record! {
    /// A notification that is to be expected if no alert comes and no silence changes.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{ExpectedNotification, NotificationReason};
    ///
    /// let text = r#"{"at":"2025-01-06T09:00:30Z","status":"firing","reason":"first notification","alerts":2,"integration":"webhook"}"#;
    /// let expected: ExpectedNotification = serde_json::from_str(text)?;
    /// assert_eq!(expected.reason, NotificationReason::FirstNotification);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ExpectedNotification: closed in notifications;
    example r#"{"at": "2025-01-06T09:00:30Z", "status": "firing", "reason": "first notification", "alerts": 2, "integration": "webhook", "index": 0}"#;
    beyond {}
    /// When it is told.
    required at: Timestamp as "at",
    /// `firing` if an alert of it is, else `resolved`.
    required status: AlertStatus as "status",
    /// Why it is told.
    required reason: NotificationReason as "reason",
    /// How many alerts it tells of.
    written alerts: Count as "alerts",
    /// The kind of the channel, such as `webhook`.
    required integration: Text<64> as "integration",
    /// Its place among the channels of that kind in the receiver, from 0.
    defaulted index: Count as "index",
}

impl ExpectedNotification {
    pub(crate) fn of(notification: &Notification) -> Self {
        Self {
            at: notification.at,
            status: told_status(!notification.is_firing()),
            reason: notification.reason,
            alerts: Count::try_from(notification.alerts.len() as u64).unwrap_or_default(),
            integration: notification.key.integration.clone(),
            index: notification.key.index,
        }
    }
}
