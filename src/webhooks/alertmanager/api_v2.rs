//! Alerts and groups of Alertmanager's API, version 2.

use crate::validations::record;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::webhook_v4::ALERTS;

/// The most ids or receivers that one alert may name.
const NAMES: usize = 100_000;

record! {
    /// An alert as it is posted to the API: what Prometheus sends.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::PostableAlert;
    ///
    /// let text = r#"{"labels":{"alertname":"DiskFull"},"startsAt":"2025-01-06T09:00:00Z"}"#;
    /// let alert: PostableAlert = serde_json::from_str(text)?;
    /// assert_eq!(serde_json::to_string(&alert)?, text);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct PostableAlert: open in webhooks::alertmanager;
    example r#"{"labels": {"alertname": "DiskFull", "severity": "critical"}, "annotations": {"summary": "disk full on db-1"}, "startsAt": "2025-01-06T09:00:00Z", "generatorURL": "http://prometheus:9090/graph"}"#;
    beyond {}
    /// What identifies it.
    required labels: LabelSet as "labels",
    /// What describes it.
    nullable annotations: LabelSet as "annotations",
    /// When it began. Where it is absent, null or Go's zero time: its end, else the time of its reception.
    nullable starts_at: String as "startsAt",
    /// When it ended or will end. Where it is absent, null or Go's zero time: the reception plus the resolve timeout.
    nullable ends_at: String as "endsAt",
    /// What raised it.
    nullable generator_url: String as "generatorURL",
}

record! {
    /// The status of an alert in an answer of the API.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::GettableStatus;
    ///
    /// let status: GettableStatus = serde_json::from_str(r#"{"state":"suppressed","silencedBy":["7f3"],"inhibitedBy":[]}"#)?;
    /// assert_eq!(status.silenced_by, ["7f3"]);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct GettableStatus: open in webhooks::alertmanager;
    example r#"{"state": "suppressed", "silencedBy": ["7f3c2a"], "inhibitedBy": [], "mutedBy": []}"#;
    beyond {}
    /// `unprocessed`, `active` or `suppressed`.
    required state: String as "state",
    /// The ids of the silences that match it.
    listed(NAMES) silenced_by: String as "silencedBy",
    /// The fingerprints of the alerts that inhibit it.
    listed(NAMES) inhibited_by: String as "inhibitedBy",
    /// The names of the time intervals that mute it (since 0.28).
    nullable muted_by: Vec<String> as "mutedBy",
}

record! {
    /// The name of a receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::ReceiverReference;
    ///
    /// let receiver: ReceiverReference = serde_json::from_str(r#"{"name":"db"}"#)?;
    /// assert_eq!(receiver.name, "db");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ReceiverReference: open in webhooks::alertmanager;
    example r#"{"name": "db"}"#;
    beyond {}
    /// The name in the configuration.
    required name: String as "name",
}

record! {
    /// An alert as the API answers it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::webhooks::alertmanager::GettableAlert;
    ///
    /// let answer = br#"[{"annotations":{},"endsAt":"2025-01-06T09:05:00.000Z","fingerprint":"744e61ca074bea90","receivers":[{"name":"db"}],
    ///   "startsAt":"2025-01-06T09:00:00.000Z","status":{"inhibitedBy":[],"mutedBy":[],"silencedBy":[],"state":"active"},
    ///   "updatedAt":"2025-01-06T09:00:00.000Z","labels":{"alertname":"DiskFull"}}]"#;
    /// let alerts = GettableAlert::decode_list(answer, &DecodeLimits::default())?;
    /// assert_eq!(alerts.good[0].1.status.state, "active");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct GettableAlert: open in webhooks::alertmanager;
    example r#"{"labels": {"alertname": "DiskFull"}, "annotations": {}, "startsAt": "2025-01-06T09:00:00.000Z", "endsAt": "2025-01-06T09:05:00.000Z", "updatedAt": "2025-01-06T09:00:00.000Z", "fingerprint": "744e61ca074bea90", "receivers": [{"name": "db"}], "status": {"state": "active", "silencedBy": [], "inhibitedBy": [], "mutedBy": []}}"#;
    beyond {}
    /// What identifies it.
    required labels: LabelSet as "labels",
    /// What describes it.
    required annotations: LabelSet as "annotations",
    /// When it began.
    required starts_at: String as "startsAt",
    /// When it ended, or will end if nothing more is heard.
    required ends_at: String as "endsAt",
    /// When it was last received.
    required updated_at: String as "updatedAt",
    /// The fingerprint of its labels.
    required fingerprint: String as "fingerprint",
    /// The receivers that its routes lead to.
    listed(NAMES) receivers: ReceiverReference as "receivers",
    /// Whether and why it is suppressed.
    required status: GettableStatus as "status",
    /// What raised it.
    optional generator_url: String as "generatorURL",
}

record! {
    /// A group of alerts as the API answers it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::AlertGroup;
    ///
    /// let group: AlertGroup = serde_json::from_str(r#"{"labels":{"team":"db"},"receiver":{"name":"db"},"alerts":[]}"#)?;
    /// assert_eq!(group.labels.get("team"), Some("db"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct AlertGroup: open in webhooks::alertmanager;
    example r#"{"labels": {"team": "db"}, "receiver": {"name": "db"}, "alerts": []}"#;
    beyond {}
    /// The labels that the group is made of.
    required labels: LabelSet as "labels",
    /// Labels of the route (since 0.33, where it has some).
    optional route_labels: LabelSet as "routeLabels",
    /// The receiver that the group goes to.
    required receiver: ReceiverReference as "receiver",
    /// The alerts of the group.
    listed(ALERTS) alerts: GettableAlert as "alerts",
}
