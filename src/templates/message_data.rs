//! The data of a notification's templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::collection::Struct;
use crate::templates::data::TemplateData;
use crate::templates::value::Value;
use crate::utils::Timestamp;

/// What Alertmanager 0.33 gives to notification templates: `.Receiver`, `.Status`, `.Alerts`, `.GroupLabels` and the others.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::{MessageAlert, MessageData};
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let mut data = MessageData::default();
/// data.status = "firing".to_owned();
/// data.group_labels.insert("alertname".to_owned(), "DiskFull".to_owned());
/// let mut alert = MessageAlert::default();
/// alert.status = "firing".to_owned();
/// alert.labels.insert("host".to_owned(), "web-01".to_owned());
/// data.alerts.push(alert);
///
/// let text = "{{ .GroupLabels.SortedPairs.Values | join \" \" }}:{{ range .Alerts.Firing }} {{ .Labels.host }}{{ end }}";
/// assert_eq!(Template::parse(text, &TemplateOptions::alertmanager())?.render(&data)?, "DiskFull: web-01");
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MessageData {
    /// The receiver's name.
    pub receiver: String,
    /// `firing` or `resolved`.
    pub status: String,
    /// The alerts.
    pub alerts: Vec<MessageAlert>,
    /// Why the notification is sent.
    pub notification_reason: String,
    /// The labels that the alerts are grouped by.
    pub group_labels: BTreeMap<String, String>,
    /// The labels that all alerts have.
    pub common_labels: BTreeMap<String, String>,
    /// The annotations that all alerts have.
    pub common_annotations: BTreeMap<String, String>,
    /// The URL under which Alertmanager is reached.
    pub external_url: String,
    /// The present, for functions that ask for it.
    pub now: Option<Timestamp>,
}

/// One alert of a [`MessageData`].
///
/// ```
/// use alert_schemas::templates::MessageAlert;
///
/// assert!(MessageAlert::default().labels.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MessageAlert {
    /// `firing` or `resolved`.
    pub status: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its annotations.
    pub annotations: BTreeMap<String, String>,
    /// When it started; Go's zero time if absent.
    pub starts_at: Option<Timestamp>,
    /// When it ended; Go's zero time if absent.
    pub ends_at: Option<Timestamp>,
    /// Where it was made.
    pub generator_url: String,
    /// Its fingerprint, 16 hexadecimal digits.
    pub fingerprint: String,
}

fn record(go_type: &'static str, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    // Not reached: the depth is fixed.
    Struct::new(go_type, fields).map_or(Value::Nil, |record| Value::Struct(Arc::new(record)))
}

impl MessageAlert {
    fn value(&self) -> Value {
        let time = |at: Option<Timestamp>| Value::from(at.unwrap_or_else(Timestamp::min));
        record(
            "template.Alert",
            [
                ("Status", Value::from(&*self.status)),
                ("Labels", Value::key_values(&self.labels)),
                ("Annotations", Value::key_values(&self.annotations)),
                ("StartsAt", time(self.starts_at)),
                ("EndsAt", time(self.ends_at)),
                ("GeneratorURL", Value::from(&*self.generator_url)),
                ("Fingerprint", Value::from(&*self.fingerprint)),
            ],
        )
    }
}

impl TemplateData for MessageData {
    fn root(&self) -> Value {
        let alerts = self.alerts.iter().map(MessageAlert::value).collect();
        let alerts = List::new(ListKind::Alerts, alerts).map_or(Value::Nil, |list| Value::List(Arc::new(list)));
        record(
            "template.Data",
            [
                ("Receiver", Value::from(&*self.receiver)),
                ("Status", Value::from(&*self.status)),
                ("Alerts", alerts),
                ("NotificationReason", Value::from(&*self.notification_reason)),
                ("GroupLabels", Value::key_values(&self.group_labels)),
                ("CommonLabels", Value::key_values(&self.common_labels)),
                ("CommonAnnotations", Value::key_values(&self.common_annotations)),
                ("ExternalURL", Value::from(&*self.external_url)),
            ],
        )
    }

    fn external_url(&self) -> String {
        self.external_url.clone()
    }

    fn now(&self) -> Option<Timestamp> {
        self.now
    }
}
