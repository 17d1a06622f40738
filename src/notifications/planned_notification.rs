//! A notification as it is predicted.

use crate::alerts::AlertStatus;
use crate::alerts::Fingerprint;
use crate::notifications::flush::Flush;
use crate::notifications::names::ReceiverName;
use crate::notifications::notification::Notification;
use crate::notifications::notification_reason::NotificationReason;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::utils::Count;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::validations::record;

/// The most alerts of one notification.
const MOST_ALERTS: usize = 1 << 24;

record! {
    /// An alert of a [`PlannedNotification`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertStatus;
    /// use alert_schemas::notifications::PlannedAlert;
    ///
    /// let alert = PlannedAlert::new("dab43189276e5f48".parse()?, AlertStatus::Firing);
    /// assert_eq!(serde_json::to_string(&alert)?, r#"{"fingerprint":"dab43189276e5f48","status":"firing"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct PlannedAlert: closed in notifications;
    example r#"{"fingerprint": "dab43189276e5f48", "status": "firing"}"#;
    beyond {}
    /// Its fingerprint.
    required fingerprint: Fingerprint as "fingerprint",
    /// `firing` or `resolved`, as it is told.
    required status: AlertStatus as "status",
}

impl PlannedAlert {
    /// An alert that is told with this status.
    #[must_use]
    pub fn new(fingerprint: Fingerprint, status: AlertStatus) -> Self {
        Self { fingerprint, status }
    }
}

record! {
    /// A notification that one channel of a receiver gets, as it is predicted: when, why, and of which alerts.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{NotificationReason, PlannedNotification};
    ///
    /// let text = r#"{"at":"2025-01-06T09:00:30Z","receiver":"ops","group_key":"{}:{}","status":"firing","reason":"first notification",
    ///     "alerts":[{"fingerprint":"dab43189276e5f48","status":"firing"}],"route":"{}"}"#;
    /// let planned: PlannedNotification = serde_json::from_str(text)?;
    /// assert_eq!((planned.reason, planned.alerts.len()), (NotificationReason::FirstNotification, 1));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct PlannedNotification: closed in notifications;
    example r#"{"at": "2025-01-06T09:00:30Z", "receiver": "ops", "group_key": "{}:{}", "status": "firing", "reason": "first notification", "alerts": [{"fingerprint": "dab43189276e5f48", "status": "firing"}], "route": "{}", "tenant": "acme", "integration": "webhook", "index": 0}"#;
    beyond {}
    /// When the group is looked at; it is told at once then.
    required at: Timestamp as "at",
    /// Who is told.
    required receiver: ReceiverName as "receiver",
    /// The key of the group.
    required group_key: GroupKey as "group_key",
    /// `firing` if an alert of it is, else `resolved`.
    required status: AlertStatus as "status",
    /// Why it is told.
    required reason: NotificationReason as "reason",
    /// The alerts, in the order in which they are told; at most 16,777,216.
    list(MOST_ALERTS) alerts: PlannedAlert as "alerts",
    /// How many alerts are left out because the channel takes no more at once. Default 0.
    defaulted truncated_alerts: Count as "truncated_alerts",
    /// The route.
    required route: RouteId as "route",
    /// Whose alerts they are. Default `default`.
    written tenant: TenantId as "tenant",
    /// The kind of the channel, such as `webhook`. Default empty.
    defaulted integration: Text<64> as "integration",
    /// Its place among the channels of that kind in the receiver, from 0.
    defaulted index: Count as "index",
}

/// `firing` or `resolved`.
pub(crate) fn told_status(is_resolved: bool) -> AlertStatus {
    if is_resolved { AlertStatus::Resolved } else { AlertStatus::Firing }
}

impl PlannedNotification {
    /// A notification of a group that is looked at.
    ///
    /// ```
    /// use alert_schemas::notifications::{Dispatcher, Integration, NotificationLog, PlannedNotification, Route, RoutingTree};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("ops").build()?)?;
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut dispatcher = Dispatcher::default();
    /// dispatcher.insert_routed(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, &tree, t0);
    /// let flush = dispatcher.flush_due("2025-01-06T09:00:30Z".parse()?).remove(0);
    /// let notifications = flush.notifications(&NotificationLog::new(), &[Integration::new("webhook".parse()?, 0_u32.into())]);
    /// let planned = PlannedNotification::new(&flush, &notifications[0]);
    /// assert_eq!((planned.receiver.as_str(), planned.at), ("ops", flush.at));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(flush: &Flush, notification: &Notification) -> Self {
        let alerts = notification.alerts.iter();
        let key = notification.key.clone();
        Self {
            at: notification.at,
            receiver: key.receiver,
            group_key: key.group_key,
            status: told_status(!notification.is_firing()),
            reason: notification.reason,
            alerts: alerts.map(|one| PlannedAlert::new(one.alert.fingerprint(), told_status(one.is_resolved))).collect(),
            truncated_alerts: Count::try_from(notification.truncated_alerts as u64).unwrap_or_default(),
            route: flush.route.clone(),
            tenant: key.tenant,
            integration: key.integration,
            index: key.index,
        }
    }
}
