//! From our alert to the wire.

use serde_json::Value;

use crate::alerts::Alert;
use crate::alerts::AlertStatus;
use crate::alerts::EndCause;
use crate::alerts::Link;
use crate::alerts::LinkKind;
use crate::alerts::SuppressionReason;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::validations::Nullable;
use crate::validations::UnknownFields;
use crate::webhooks::alertmanager::api_v2::GettableAlert;
use crate::webhooks::alertmanager::api_v2::GettableStatus;
use crate::webhooks::alertmanager::api_v2::PostableAlert;
use crate::webhooks::alertmanager::api_v2::ReceiverReference;
use crate::webhooks::alertmanager::convert::KEPT;
use crate::webhooks::alertmanager::convert::derived_message;
use crate::webhooks::alertmanager::convert::derived_state;
use crate::webhooks::alertmanager::convert::kept;
use crate::webhooks::alertmanager::convert::read_severity;
use crate::webhooks::alertmanager::generator_url::is_generator_url;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::webhook_v4::WebhookAlert;
use crate::webhooks::alertmanager::wire_time::api_text;
use crate::webhooks::alertmanager::wire_time::webhook_text;

/// The losses of an alert on its way to the wire.
struct Losses<'a> {
    alert: &'a Alert,
    list: Vec<Loss>,
}

impl<'a> Losses<'a> {
    /// What no format of Alertmanager has a place for.
    fn of(alert: &'a Alert) -> Self {
        let mut losses = Self { alert, list: Vec::new() };
        losses.note(alert.id != alert.derived_id(), "id", "the id is derived anew on the other side");
        losses.note(alert.tenant != TenantId::default(), "tenant", "Alertmanager knows no tenant");
        losses.note(alert.rule_id.is_some(), "rule_id", "Alertmanager knows no id of a rule");
        let derived = derived_message(&alert.labels, &alert.annotations);
        losses.note(alert.message != derived, "message", "the message is not what its annotations say; add an annotation `summary`");
        let (read, _) = read_severity(&alert.labels);
        losses.note(read != alert.severity, "severity", "the severity is not what the label `severity` says");
        let lost_status = matches!(alert.status, AlertStatus::Pending | AlertStatus::Acknowledged);
        losses.note(lost_status, "status", "Alertmanager knows only firing and resolved");
        let foreign = alert.source.as_ref().is_some_and(|source| source.name != "alertmanager");
        losses.note(foreign, "source", "Alertmanager keeps no other source");
        let keyed = alert.source.as_ref().is_some_and(|source| source.dedup_key.is_some() || !source.unknown.is_empty());
        losses.note(keyed && !foreign, "source", "Alertmanager identifies an alert by its labels alone");
        let own = alert.metadata.iter().any(|(name, _)| !name.starts_with(KEPT));
        losses.note(own, "metadata", "Alertmanager has no place for free data");
        losses.note(alert.labels.iter().any(|(_, value)| value.is_empty()), "labels", "Alertmanager drops labels without a value");
        losses.note(alert.assignee.is_some(), "assignee", "Alertmanager knows no assignee");
        losses.note(alert.acknowledgement.is_some(), "acknowledgement", "Alertmanager knows no acknowledgement");
        losses.note(alert.times_repeated != Count::ZERO, "times_repeated", "Alertmanager keeps no counters");
        losses.note(alert.times_refired != Count::ZERO, "times_refired", "Alertmanager keeps no counters");
        let carried = source_link(alert);
        let worded = carried.is_some_and(|link| link.text.is_some());
        losses.note(alert.links.len() > usize::from(carried.is_some()) || worded, "links", "Alertmanager carries one link, to the source");
        for (name, _) in alert.unknown.iter() {
            losses.note(true, name, "a field that we do not know is not carried");
        }
        losses
    }

    fn note(&mut self, lost: bool, field: &str, message: &str) {
        if lost {
            self.list.push(Loss::new(Pointer::root().key(field), "field_not_carried", message));
        }
    }

    fn suppressions(&mut self) {
        self.note(self.alert.is_suppressed(), "suppressions", "who sends an alert does not say what suppresses it");
    }

    /// What this format does not carry of the members that a reception kept.
    fn kept(&mut self, carried: &[&str]) {
        for (name, _) in kept(&self.alert.metadata) {
            if matches!(name, "receivers" | "state") && !carried.contains(&name) {
                let path = Pointer::root().key("metadata").key(&format!("{KEPT}{name}"));
                self.list.push(Loss::new(path, "field_not_carried", "only an answer of the API has it"));
            }
        }
    }
}

/// The labels that have a value.
fn labels(alert: &Alert) -> LabelSet {
    let valued = alert.labels.iter().filter(|(_, value)| !value.is_empty());
    LabelSet::from_pairs(valued.map(|(name, value)| (name.as_str(), value.as_str())))
}

fn annotations(alert: &Alert) -> LabelSet {
    LabelSet::from_pairs(alert.annotations.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// The first link to the source that Alertmanager takes; it refuses a whole batch for one that it does not.
fn source_link(alert: &Alert) -> Option<&Link> {
    alert.links.iter().find(|link| link.kind == LinkKind::Source && is_generator_url(link.href.as_str()))
}

fn generator_url(alert: &Alert) -> Option<String> {
    source_link(alert).map(|link| link.href.to_string())
}

/// The members that a reception kept without knowing them; those of `known` names are our type's own.
fn unknown(alert: &Alert, known: &[&str]) -> UnknownFields {
    let mut fields = UnknownFields::new();
    for (name, value) in kept(&alert.metadata).filter(|(name, _)| !known.contains(name)) {
        fields.keep(name, value.clone());
    }
    fields
}

const POSTABLE: &[&str] = &["labels", "annotations", "startsAt", "endsAt", "generatorURL", "receivers", "state"];
const WEBHOOK: &[&str] = &["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint", "receivers", "state"];
const GETTABLE: &[&str] =
    &["labels", "annotations", "startsAt", "endsAt", "updatedAt", "fingerprint", "receivers", "status", "generatorURL", "state"];

impl PostableAlert {
    /// The post that tells Alertmanager of this alert at `now`, with what it can't carry.
    ///
    /// What is over at `now` is posted with its end, so that it does not fire there; an end still to come by timeout is left out, since the receiver
    /// sets its own. A `pending` alert would fire there: do not post it.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    /// use alert_schemas::webhooks::alertmanager::PostableAlert;
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full on db-1", AlertSeverity::High, now)
    ///     .name("DiskFull").label("severity", "high").annotation("summary", "disk full on db-1").metadata("free", 0)
    ///     .build()?;
    /// let post = PostableAlert::from_alert(&alert, now);
    /// assert_eq!(
    ///     serde_json::to_string(&post.value)?,
    ///     r#"{"labels":{"alertname":"DiskFull","severity":"high"},"annotations":{"summary":"disk full on db-1"},"startsAt":"2025-01-06T09:00:00Z"}"#,
    /// );
    /// assert_eq!(post.losses[0].to_string(), "/metadata: Alertmanager has no place for free data");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_alert(alert: &Alert, now: Timestamp) -> Converted<Self> {
        let mut losses = Losses::of(alert);
        losses.suppressions();
        losses.kept(&[]);
        let annotations = Some(annotations(alert)).filter(|texts| !texts.is_empty());
        let end = if alert.status_at(now) == AlertStatus::Resolved {
            // Said to be over, with an end still to come: there only an end that has come is one.
            let late = alert.ends_at.is_none_or(|end| end > now);
            losses.note(late, "ends_at", "a resolved alert is posted as ended now");
            if late { Some(now.max(alert.starts_at)) } else { alert.ends_at }
        } else {
            alert.ends_at.filter(|_| alert.end_cause != Some(EndCause::Timeout))
        };
        let post = Self {
            labels: labels(alert),
            annotations: annotations.into(),
            starts_at: Nullable::Value(alert.starts_at.to_string()),
            ends_at: end.map(|end| end.to_string()).into(),
            generator_url: generator_url(alert).into(),
            unknown: unknown(alert, POSTABLE),
        };
        Converted::with(post, losses.list)
    }
}

impl WebhookAlert {
    /// The alert as Alertmanager's webhook sends it at `now`, with what it can't carry.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    /// use alert_schemas::webhooks::alertmanager::WebhookAlert;
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("DiskFull", AlertSeverity::High, now).name("DiskFull").label("severity", "high").build()?;
    /// let sent = WebhookAlert::from_alert(&alert, now);
    /// assert_eq!((sent.value.status.as_str(), sent.value.ends_at.as_str()), ("firing", "0001-01-01T00:00:00Z"));
    /// assert!(sent.is_exact());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_alert(alert: &Alert, now: Timestamp) -> Converted<Self> {
        let mut losses = Losses::of(alert);
        losses.suppressions();
        losses.kept(&[]);
        let resolved = alert.status_at(now) == AlertStatus::Resolved;
        // The webhook hides the end of what still fires; ours was read from one that did not.
        let end = alert.ends_at.filter(|_| resolved || alert.end_cause.is_none());
        let sent = Self {
            status: if resolved { "resolved" } else { "firing" }.to_owned(),
            labels: labels(alert),
            annotations: annotations(alert),
            starts_at: webhook_text(Some(alert.starts_at)),
            ends_at: webhook_text(end),
            generator_url: Some(generator_url(alert).unwrap_or_default()),
            fingerprint: Some(alert.fingerprint().to_string()),
            unknown: unknown(alert, WEBHOOK),
        };
        Converted::with(sent, losses.list)
    }
}

impl GettableAlert {
    /// The alert as Alertmanager's API answers it at `now`, with what it can't carry.
    ///
    /// Times are cut to the millisecond, as the API writes them.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    /// use alert_schemas::webhooks::alertmanager::GettableAlert;
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("DiskFull", AlertSeverity::High, now).name("DiskFull").label("severity", "high").build()?;
    /// let answered = GettableAlert::from_alert(&alert, now);
    /// assert_eq!(answered.value.starts_at, "2025-01-06T09:00:00.000Z");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_alert(alert: &Alert, now: Timestamp) -> Converted<Self> {
        let mut losses = Losses::of(alert);
        losses.kept(&["receivers", "state"]);
        let fraction = |at: Option<Timestamp>| at.is_some_and(|at| api_text(at).parse() != Ok(at));
        for (field, at) in [("starts_at", Some(alert.starts_at)), ("ends_at", alert.ends_at), ("updated_at", alert.updated_at)] {
            losses.note(fraction(at), field, "the API writes milliseconds");
        }
        let named =
            |reason| alert.suppressions.iter().filter(move |own| own.reason == reason).map(|own| own.by.to_string()).collect::<Vec<_>>();
        let others = |reason| !matches!(reason, SuppressionReason::Silenced | SuppressionReason::Inhibited | SuppressionReason::Muted);
        let beyond = alert.suppressions.iter().any(|own| others(own.reason) || own.until.is_some());
        losses.note(beyond, "suppressions", "the API knows silences, inhibitors and intervals, without their ends");
        losses.note(alert.ends_at.is_none(), "ends_at", "an end that is not known is written as Go's zero time");
        let of_api = |name: &str| kept(&alert.metadata).find(|(own, _)| *own == name).map(|(_, value)| value);
        let receivers = of_api("receivers").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let receiver = |name: &Value| name.as_str().map(|name| ReceiverReference { name: name.to_owned(), unknown: UnknownFields::new() });
        let state = of_api("state").and_then(Value::as_str).unwrap_or_else(|| derived_state(alert));
        let answered = Self {
            labels: labels(alert),
            annotations: annotations(alert),
            starts_at: api_text(alert.starts_at),
            ends_at: alert.ends_at.map_or_else(|| "0001-01-01T00:00:00.000Z".to_owned(), api_text),
            updated_at: api_text(alert.updated_at.or(alert.received_at).unwrap_or(now)),
            fingerprint: alert.fingerprint().to_string(),
            receivers: receivers.iter().filter_map(receiver).collect(),
            status: GettableStatus {
                state: state.to_owned(),
                silenced_by: named(SuppressionReason::Silenced),
                inhibited_by: named(SuppressionReason::Inhibited),
                muted_by: Nullable::Value(named(SuppressionReason::Muted)),
                unknown: UnknownFields::new(),
            },
            generator_url: generator_url(alert),
            unknown: unknown(alert, GETTABLE),
        };
        Converted::with(answered, losses.list)
    }
}
