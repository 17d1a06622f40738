//! What the templates of a notification are filled with.

use std::collections::BTreeMap;

use crate::alerts::Alert;
use crate::alerts::Labels;
use crate::alerts::LinkKind;
use crate::notifications::notification::Notification;
use crate::notifications::planned_notification::told_status;
use crate::templates::MessageAlert;
use crate::templates::MessageData;
use crate::utils::go::quote_meta;

/// The texts that all have: a name that one of them lacks is common if it is empty in the others (Alertmanager 0.33, `template/template.go`).
fn common<'a>(mut all: impl Iterator<Item = &'a BTreeMap<String, String>>) -> BTreeMap<String, String> {
    let mut common = all.next().cloned().unwrap_or_default();
    for texts in all {
        common.retain(|name, text| texts.get(name).map_or("", String::as_str) == text);
    }
    common
}

/// Names with their texts; labels without a value are none.
fn valued<N: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (N, V)>) -> BTreeMap<String, String> {
    pairs.filter(|(_, text)| !text.as_ref().is_empty()).map(|(name, text)| (name.as_ref().to_owned(), text.as_ref().to_owned())).collect()
}

fn message_alert(alert: &Alert, is_resolved: bool) -> MessageAlert {
    let source = alert.links.iter().find(|link| link.kind == LinkKind::Source);
    MessageAlert {
        status: told_status(is_resolved).to_string(),
        labels: valued(alert.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        annotations: alert.annotations.iter().map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned())).collect(),
        starts_at: Some(alert.starts_at),
        ends_at: alert.ends_at.filter(|_| is_resolved),
        generator_url: source.map(|link| link.href.to_string()).unwrap_or_default(),
        fingerprint: alert.fingerprint().to_string(),
    }
}

impl Notification {
    /// What templates of Alertmanager are filled with to tell this: `.Receiver`, `.Status`, `.Alerts`, `.CommonLabels` and the others.
    ///
    /// As in Alertmanager 0.33 (`template/template.go`): the receiver is quoted as a pattern ([`quote_meta`]), an alert that fires has no end, and the common labels and
    /// annotations are those of the alerts that are told, not of those that `max_alerts` left out.
    ///
    /// `group_labels` are those of the [`Flush`](crate::notifications::Flush) it was made from, `external_url` is where the reader finds the sender.
    ///
    /// ```
    /// use alert_schemas::notifications::{Dispatcher, Integration, NotificationLog, Route, RoutingTree};
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("db.crit").group_by(["service"]).build()?)?;
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut dispatcher = Dispatcher::default();
    /// for host in ["db-1", "db-2"] {
    ///     let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("service", "db").label("host", host).build()?;
    ///     dispatcher.insert_routed(alert, &tree, t0);
    /// }
    /// let flush = dispatcher.flush_due(dispatcher.next_due().unwrap()).remove(0);
    /// let slack = Integration::new("slack".parse()?, 0_u32.into());
    /// let data = flush.notifications(&NotificationLog::new(), &[slack])[0].message_data(&flush.group_labels, "http://am.example:9093");
    ///
    /// let title = r#"[{{ .Status | toUpper }}:{{ .Alerts.Firing | len }}] {{ .CommonLabels.alertname }} of {{ .GroupLabels.service }}"#;
    /// let title = Template::parse(title, &TemplateOptions::alertmanager())?;
    /// assert_eq!(title.render(&data)?, "[FIRING:2] DiskFull of db");
    /// assert_eq!(data.receiver, r"db\.crit");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn message_data(&self, group_labels: &Labels, external_url: &str) -> MessageData {
        let alerts: Vec<MessageAlert> = self.alerts.iter().map(|flushed| message_alert(&flushed.alert, flushed.is_resolved)).collect();
        MessageData {
            receiver: quote_meta(self.key.receiver.as_str()),
            status: told_status(!self.is_firing()).to_string(),
            notification_reason: self.reason.to_string(),
            group_labels: valued(group_labels.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
            common_labels: common(alerts.iter().map(|alert| &alert.labels)),
            common_annotations: common(alerts.iter().map(|alert| &alert.annotations)),
            alerts,
            external_url: external_url.to_owned(),
            now: Some(self.at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_have_is_common() {
        let texts =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>();
        let all = [texts(&[("a", "1"), ("b", "1"), ("c", ""), ("d", "1")]), texts(&[("a", "1"), ("b", "2"), ("e", "1")])];
        assert_eq!(common(all.iter()), texts(&[("a", "1"), ("c", "")]));
        assert_eq!(common(all[..1].iter()), all[0]);
        assert_eq!(common([].iter()), texts(&[]));
    }
}
