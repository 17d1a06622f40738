//! The webhook that Alertmanager sends, version 4.

use crate::utils::Count;
use crate::utils::vocabulary;
use crate::validations::record;
use crate::webhooks::alertmanager::label_set::LabelSet;

/// The most alerts that one message or list may hold; how large a document may be is up to `DecodeLimits`.
pub(crate) const ALERTS: usize = 1_000_000;

vocabulary! {
    /// The version of the webhook format: only "4" is Alertmanager's. Grafana sends nearly the same body as version "1".
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::WebhookVersion;
    ///
    /// assert_eq!("4".parse(), Ok(WebhookVersion::V4));
    /// ```
    [#[non_exhaustive]]
    pub enum WebhookVersion;
    error InvalidWebhookVersion in webhooks::alertmanager, code "unsupported_version", noun "a version of Alertmanager's webhook";
    /// Since Alertmanager 0.5.
    V4 = "4",
}

record! {
    /// A message of Alertmanager's webhook, version 4.
    ///
    /// All fields up to Alertmanager 0.33, in its order; those that older versions do not send are optional. Times and names keep their exact text.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::webhooks::alertmanager::WebhookMessage;
    ///
    /// let body = br#"{"receiver":"db","status":"firing","version":"4","groupKey":"{}:{}","groupLabels":{},"commonLabels":{},
    ///   "commonAnnotations":{},"externalURL":"http://am","alerts":[{"status":"firing","labels":{"alertname":"DiskFull"},
    ///   "annotations":{},"startsAt":"2025-01-06T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":""}]}"#;
    /// let message = WebhookMessage::decode(body, &DecodeLimits::default())?;
    /// assert_eq!(message.alerts[0].labels.get("alertname"), Some("DiskFull"));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct WebhookMessage: open in webhooks::alertmanager;
    example r#"{"version": "4", "receiver": "db", "status": "firing", "groupKey": "{}:{}", "alerts": [], "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://alertmanager:9093"}"#;
    beyond {}
    /// The receiver of the configuration that this goes to.
    required receiver: String as "receiver",
    /// `firing` if any alert of the group fires, else `resolved`.
    required status: String as "status",
    /// The alerts of the group.
    listed(ALERTS) alerts: WebhookAlert as "alerts",
    /// Why it was sent (since 0.33), such as `first notification`.
    optional notification_reason: String as "notification_reason",
    /// The labels that the group is made of.
    required group_labels: LabelSet as "groupLabels",
    /// The labels that all its alerts share.
    required common_labels: LabelSet as "commonLabels",
    /// The annotations that all its alerts share.
    required common_annotations: LabelSet as "commonAnnotations",
    /// Labels of the route (since 0.33, where it has some).
    optional route_labels: LabelSet as "routeLabels",
    /// Where this Alertmanager is reached.
    required external_url: String as "externalURL",
    /// The version of the format, "4".
    required version: WebhookVersion as "version",
    /// The key of the group.
    required group_key: String as "groupKey",
    /// How many alerts were left out because of `max_alerts` (since 0.22).
    optional truncated_alerts: Count as "truncatedAlerts",
}

record! {
    /// One alert of a webhook message.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::WebhookAlert;
    ///
    /// let text = r#"{"status":"firing","labels":{},"annotations":{},"startsAt":"2025-01-06T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"cbf29ce484222325"}"#;
    /// let alert: WebhookAlert = serde_json::from_str(text)?;
    /// assert_eq!(serde_json::to_string(&alert)?, text);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct WebhookAlert: open in webhooks::alertmanager;
    example r#"{"status": "firing", "labels": {"alertname": "DiskFull"}, "annotations": {}, "startsAt": "2025-01-06T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://prometheus:9090/graph", "fingerprint": "744e61ca074bea90"}"#;
    beyond {}
    /// `firing` or `resolved`.
    required status: String as "status",
    /// What identifies it.
    required labels: LabelSet as "labels",
    /// What describes it.
    required annotations: LabelSet as "annotations",
    /// When it began.
    required starts_at: String as "startsAt",
    /// When it ended; Go's zero time while it fires.
    required ends_at: String as "endsAt",
    /// What raised it.
    optional generator_url: String as "generatorURL",
    /// The fingerprint of its labels (since 0.15).
    optional fingerprint: String as "fingerprint",
}
