//! From a notification to the webhook message that tells it.

use crate::alerts::Labels;
use crate::notifications::Notification;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::validations::UnknownFields;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::webhook_v4::WebhookAlert;
use crate::webhooks::alertmanager::webhook_v4::WebhookMessage;
use crate::webhooks::alertmanager::webhook_v4::WebhookVersion;
use crate::webhooks::alertmanager::wire_time::webhook_text;

impl WebhookMessage {
    /// The message by which Alertmanager 0.33 tells this notification to a webhook, with what its alerts hold that the format has no place for.
    ///
    /// Its body is Alertmanager's, field by field and in its order; where Go's encoder writes `<`, `>` and `&` as escapes, the characters stand as they are, which every
    /// reader of JSON takes for the same. `group_labels` are those of the [`Flush`](crate::notifications::Flush) that the notification was made from; `external_url` is where the
    /// reader finds the sender.
    ///
    /// The status of an alert is the one that it had when the group was looked at, and one that fires has no end. The receiver is
    /// [quoted as a pattern](crate::utils::go::quote_meta), as Alertmanager does: the receiver `db.crit` is told as `db\.crit`.
    ///
    /// ```
    /// use alert_schemas::notifications::{Dispatcher, Integration, NotificationLog, Route, RoutingTree};
    /// use alert_schemas::webhooks::alertmanager::WebhookMessage;
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("ops").group_by(["alertname"]).build()?)?;
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut dispatcher = Dispatcher::default();
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("severity", "high");
    /// dispatcher.insert_routed(alert.annotation("summary", "disk full").build()?, &tree, t0);
    /// let flush = dispatcher.flush_due(dispatcher.next_due().unwrap()).remove(0);
    /// let webhook = Integration::new("webhook".parse()?, 0_u32.into());
    ///
    /// let notification = flush.notifications(&NotificationLog::new(), &[webhook]).remove(0);
    /// let message = WebhookMessage::from_notification(&notification, &flush.group_labels, "http://am.example:9093");
    /// assert!(message.is_exact());
    /// assert_eq!(
    ///     serde_json::to_string(&message.value)?,
    ///     r#"{"receiver":"ops","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"DiskFull","severity":"high"},"#.to_owned()
    ///         + r#""annotations":{"summary":"disk full"},"startsAt":"2025-01-06T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","#
    ///         + r#""fingerprint":"9a08a7caf358f9b1"}],"notification_reason":"first notification","groupLabels":{"alertname":"DiskFull"},"#
    ///         + r#""commonLabels":{"alertname":"DiskFull","severity":"high"},"commonAnnotations":{"summary":"disk full"},"#
    ///         + r#""externalURL":"http://am.example:9093","version":"4","groupKey":"{}:{alertname=\"DiskFull\"}","truncatedAlerts":0}"#,
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_notification(notification: &Notification, group_labels: &Labels, external_url: &str) -> Converted<Self> {
        let data = notification.message_data(group_labels, external_url);
        let mut losses = Vec::new();
        let mut alerts = Vec::with_capacity(notification.alerts.len());
        for (index, (flushed, told)) in notification.alerts.iter().zip(data.alerts).enumerate() {
            let alert = WebhookAlert::from_alert(&flushed.alert, notification.at);
            let at = Pointer::root().key("alerts").index(index);
            losses.extend(alert.losses.into_iter().map(|loss| Loss { path: at.clone().join(&loss.path), ..loss }));
            alerts.push(WebhookAlert { status: told.status, ends_at: webhook_text(told.ends_at), ..alert.value });
        }
        let message = Self {
            receiver: data.receiver,
            status: data.status,
            alerts,
            notification_reason: Some(data.notification_reason),
            group_labels: LabelSet::from_pairs(data.group_labels),
            common_labels: LabelSet::from_pairs(data.common_labels),
            common_annotations: LabelSet::from_pairs(data.common_annotations),
            route_labels: None,
            external_url: data.external_url,
            version: WebhookVersion::V4,
            group_key: notification.key.group_key.to_string(),
            truncated_alerts: Some(Count::from(u32::try_from(notification.truncated_alerts).unwrap_or(u32::MAX))),
            unknown: UnknownFields::new(),
        };
        Converted::with(message, losses)
    }
}
