//! From the wire to our alert.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::alerts::Alert;
use crate::alerts::AlertMessage;
use crate::alerts::AlertSeverity;
use crate::alerts::AlertSource;
use crate::alerts::AlertStatus;
use crate::alerts::Annotations;
use crate::alerts::EndCause;
use crate::alerts::Href;
use crate::alerts::LabelName;
use crate::alerts::LabelValue;
use crate::alerts::Labels;
use crate::alerts::Link;
use crate::alerts::LinkKind;
use crate::alerts::Metadata;
use crate::alerts::SeverityReading;
use crate::alerts::SourceName;
use crate::alerts::Suppression;
use crate::alerts::SuppressionReason;
use crate::utils::AlertDuration;
use crate::utils::AlertId;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::utils::excerpt;
use crate::validations::Check as _;
use crate::validations::Converted;
use crate::validations::FromJson;
use crate::validations::Limit;
use crate::validations::Loss;
use crate::validations::UnknownFields;
use crate::validations::fit;
use crate::webhooks::alertmanager::api_v2::GettableAlert;
use crate::webhooks::alertmanager::api_v2::PostableAlert;
use crate::webhooks::alertmanager::generator_url::is_generator_url;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::tally::Tally;
use crate::webhooks::alertmanager::webhook_v4::WebhookAlert;
use crate::webhooks::alertmanager::wire_time::WireTime;
use crate::webhooks::alertmanager::wire_time::api_text;
use crate::webhooks::alertmanager::wire_time::webhook_text;

/// Where members of the wire that our alert has no field for stand in its `metadata`: behind this prefix.
pub(crate) const KEPT: &str = "alertmanager:";

/// Who receives, and when: what the conversion to our alert needs beside the document.
///
/// # Examples
///
/// ```
/// use alert_schemas::{AlertDuration, Timestamp};
/// use alert_schemas::webhooks::alertmanager::Reception;
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let reception = Reception::at(now).with_tenant("acme".parse()?);
/// assert_eq!(reception.resolve_timeout, AlertDuration::minutes(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reception {
    /// When it is received.
    pub now: Timestamp,
    /// For whom. Default `default`.
    pub tenant: TenantId,
    /// How long an alert without an end is taken to fire after its last reception (Alertmanager's `resolve_timeout`). Default 5 m.
    pub resolve_timeout: AlertDuration,
}

impl Reception {
    /// A reception at `now` for the tenant `default`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { now, tenant: TenantId::default(), resolve_timeout: AlertDuration::minutes(5) }
    }

    /// The same reception for another tenant.
    #[must_use]
    pub fn with_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = tenant;
        self
    }

    /// The same reception with another resolve timeout.
    #[must_use]
    pub fn with_resolve_timeout(mut self, timeout: AlertDuration) -> Self {
        self.resolve_timeout = timeout;
        self
    }
}

/// The first annotation that says what happened, else the name, else the labels.
pub(crate) fn derived_message(labels: &Labels, annotations: &Annotations) -> AlertMessage {
    let said = ["summary", "description", "message", "title"].into_iter().filter_map(|name| annotations.get(name));
    let text = said.chain(labels.get("alertname")).find(|text| !text.trim().is_empty());
    let text = text.map_or_else(|| labels.to_string(), str::to_owned);
    // What is cut here still stands whole in the annotation.
    AlertMessage::new(fit(&text, Limit::Characters(16_384)).text).unwrap_or_else(|_| AlertMessage::placeholder())
}

/// What a label `severity` says, and where that was not exact.
pub(crate) fn read_severity(labels: &Labels) -> (AlertSeverity, Option<Loss>) {
    let path = Pointer::root().key("labels").key("severity");
    let Some(word) = labels.get("severity") else {
        let loss = Loss::new(path, "severity_assumed", "there is no label `severity`: `warning` was taken");
        return (AlertSeverity::Warning, Some(loss));
    };
    let reading = AlertSeverity::read(word);
    let severity = reading.severity();
    let shown = excerpt(word);
    let loss = match reading {
        SeverityReading::Exact(_) => None,
        SeverityReading::Unknown => Some(("severity_assumed", format!("`{shown}` is no known severity: `{severity}` was taken"))),
        _ => Some(("severity_mapped", format!("`{shown}` was read as `{severity}`"))),
    };
    (severity, loss.map(|(code, message)| Loss::new(path, code, message)))
}

/// An alert of the wire.
pub(crate) trait WireAlert: DeserializeOwned + FromJson {
    /// Reads the alert; the members that its type does not know are given away.
    fn read(&self, unknown: UnknownFields, reception: &Reception) -> Result<Converted<Alert>, Report>;

    /// The alert that this is. The members that its type does not know are moved, not copied: they may be most of a document.
    fn into_alert(self, reception: &Reception) -> Result<Converted<Alert>, Report>;
}

/// A conversion under way: what was read, what is wrong, what was lost.
struct Reading {
    alert: Alert,
    report: Report,
    losses: Vec<Loss>,
}

impl Reading {
    fn start(labels: &LabelSet, annotations: Option<&LabelSet>, unknown: UnknownFields, reception: &Reception) -> Self {
        let mut alert = Alert::new(AlertMessage::placeholder(), AlertSeverity::Warning, reception.now);
        alert.tenant = reception.tenant.clone();
        alert.received_at = Some(reception.now);
        alert.source = "alertmanager".parse::<SourceName>().ok().map(AlertSource::new);
        let mut reading = Self { alert, report: Report::new(), losses: Vec::new() };
        for (name, value) in reading.entries("labels", labels) {
            if let Err(error) = reading.alert.labels.insert(name, value) {
                reading.report.push(Pointer::root().key("labels"), error.code(), error.to_string());
                break;
            }
        }
        let only_losses = reading.report.is_empty();
        if reading.alert.labels.is_empty() && only_losses {
            reading.report.push(Pointer::root().key("labels"), "no_labels", "at least one label with a value is required");
        }
        for (name, value) in annotations.map(|texts| reading.entries("annotations", texts)).unwrap_or_default() {
            if let Err(error) = reading.alert.annotations.insert(name, value) {
                reading.report.push(Pointer::root().key("annotations"), error.code(), error.to_string());
                break;
            }
        }
        for (name, value) in unknown {
            reading.keep(&name, value);
        }
        let (severity, loss) = read_severity(&reading.alert.labels);
        reading.alert.severity = severity;
        reading.losses.extend(loss);
        reading.alert.message = derived_message(&reading.alert.labels, &reading.alert.annotations);
        reading
    }

    /// The names and texts that are right; a label without a text is dropped, as Alertmanager drops it.
    fn entries(&mut self, field: &str, texts: &LabelSet) -> Vec<(LabelName, LabelValue)> {
        // One more than there may be, so that the last is refused.
        let most = Labels::MAX.max(Annotations::MAX) + 1;
        let mut entries = Vec::with_capacity(texts.len().min(most));
        let (mut dropped, mut nulls) = (Tally::default(), Tally::default());
        for (name, text) in texts.iter() {
            let path = || Pointer::root().key(field).key(name);
            let is_label = field == "labels";
            if is_label && text.as_deref().unwrap_or_default().is_empty() {
                dropped.count(&mut self.losses, || Loss::new(path(), "empty_label_dropped", "a label without a value is no label"));
                continue;
            }
            if text.is_none() {
                nulls.count(&mut self.losses, || Loss::new(path(), "null_value", "null was read as an empty text"));
            }
            match (name.parse::<LabelName>(), LabelValue::new(text.as_deref().unwrap_or_default())) {
                (Ok(name), Ok(value)) if entries.len() < most => entries.push((name, value)),
                (Ok(_), Ok(_)) => {}
                (Err(error), _) => self.report.push(path(), error.code(), error.to_string()),
                (_, Err(error)) => self.report.push(path(), error.code(), error.to_string()),
            }
        }
        let place = || Pointer::root().key(field);
        let more = |rest| format!("{rest} more labels without a value are no labels");
        dropped.tell_rest(&mut self.losses, place(), "empty_label_dropped", more);
        let more = |rest| format!("null was read as an empty text {rest} times more");
        nulls.tell_rest(&mut self.losses, place(), "null_value", more);
        entries
    }

    /// Keeps a member of the wire in the metadata.
    fn keep(&mut self, name: &str, value: Value) {
        // A JSON value is always finite.
        let _ = self.alert.metadata.insert([KEPT, name].concat(), value);
    }

    fn loss(&mut self, field: &str, code: &'static str, message: impl Into<String>) {
        self.losses.push(Loss::new(Pointer::root().key(field), code, message));
    }

    /// Reads a time; one that will be written in another way is a loss.
    fn time(&mut self, field: &str, text: &str, write: impl Fn(Option<Timestamp>) -> Option<String>) -> Option<Timestamp> {
        match WireTime::read(text) {
            Ok(time) => {
                let at = time.instant();
                let written = write(at);
                if written.as_deref() != Some(text) {
                    let written = written.as_deref().unwrap_or("nothing");
                    self.loss(field, "spelling_changed", format!("`{}` is written as {written}", excerpt(text)));
                }
                at
            }
            Err(error) => {
                self.report.push(Pointer::root().key(field), error.code(), error.to_string());
                None
            }
        }
    }

    fn generator_url(&mut self, text: Option<&str>, writes_empty: bool) {
        let text = match text {
            Some("") if !writes_empty => return self.loss("generatorURL", "spelling_changed", "an empty URL is left out"),
            None if writes_empty => return self.loss("generatorURL", "spelling_changed", "a URL that is absent is written as empty"),
            None | Some("") => return,
            Some(text) => text,
        };
        if !is_generator_url(text) {
            let message = format!("`{}` is not a URL that Alertmanager takes", excerpt(text));
            return self.report.push(Pointer::root().key("generatorURL"), "invalid_generator_url", message);
        }
        match Href::new(text) {
            Ok(href) => self.alert.links.push(Link::new(LinkKind::Source, href)),
            Err(error) => self.loss("generatorURL", "field_not_carried", error.to_string()),
        }
    }

    fn fingerprint(&mut self, text: &str) {
        let own = self.alert.fingerprint();
        if own.to_string() != text {
            let message = format!("`{}` is not the fingerprint of these labels, which is {own}", excerpt(text));
            self.loss("fingerprint", "fingerprint_differs", message);
        }
    }

    fn suppressions(&mut self, member: &str, reason: SuppressionReason, names: &[String]) {
        const MOST: usize = 64;
        let mut lost = 0;
        for name in names {
            let known = self.alert.suppressions.iter().any(|own| own.reason == reason && own.by == name.as_str());
            match Text::new(name.as_str()) {
                Ok(by) if !known && self.alert.suppressions.len() < MOST => self.alert.suppressions.push(Suppression::new(reason, by)),
                _ => lost += 1,
            }
        }
        if lost > 0 {
            let path = Pointer::root().key("status").key(member);
            self.losses.push(Loss::new(path, "field_not_carried", format!("{lost} of {} reasons were not kept", names.len())));
        }
    }

    fn finish(self) -> Result<Converted<Alert>, Report> {
        let Self { mut alert, mut report, losses } = self;
        if report.is_empty() {
            let mut own = Report::new();
            alert.check_at(&Path::ROOT, &mut own);
            for mut violation in own {
                // The one rule that names fields of ours: told as the wire spells them.
                if let ("ends_before_start", Some(end)) = (&*violation.code, alert.ends_at) {
                    violation.path = Pointer::root().key("endsAt");
                    violation.message = format!("`endsAt` {end} is before `startsAt` {}", alert.starts_at);
                }
                report.add(violation);
            }
        }
        alert.id = AlertId::default();
        report.into_result(Converted::with(alert.with_derived_id(), losses))
    }
}

impl PostableAlert {
    /// The alert that a receiver makes of this post at `reception`, by Alertmanager's rules (0.33, `api/v2/api.go`).
    ///
    /// Without a start the end is taken, else the reception. Without an end it ends by timeout, [`Reception::resolve_timeout`] later. It is resolved if
    /// its end has come. Labels without a value are dropped. Members that we do not know stand in `metadata`, behind `alertmanager:`.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all that Alertmanager would refuse in it, with paths inside this alert: no label with a value, a name that is empty, a bad
    /// time or generator URL, an end before the start, or more than our limits.
    ///
    /// ```
    /// use alert_schemas::{AlertStatus, Timestamp};
    /// use alert_schemas::webhooks::alertmanager::{PostableAlert, Reception};
    ///
    /// let now: Timestamp = "2025-01-06T09:10:00Z".parse()?;
    /// let post: PostableAlert = serde_json::from_str(
    ///     r#"{"labels":{"alertname":"DiskFull","severity":"page"},"endsAt":"2025-01-06T09:05:00Z"}"#,
    /// )?;
    /// let received = post.to_alert(&Reception::at(now)).unwrap();
    /// assert_eq!(received.value.status, AlertStatus::Resolved);
    /// assert_eq!(received.losses[0].to_string(), "/labels/severity: `page` was read as `critical`");
    ///
    /// let empty: PostableAlert = serde_json::from_str(r#"{"labels":{}}"#)?;
    /// assert_eq!(
    ///     empty.to_alert(&Reception::at(now)).unwrap_err().to_string(),
    ///     "/labels: at least one label with a value is required",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_alert(&self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        self.read(self.unknown.clone(), reception)
    }
}

impl WireAlert for PostableAlert {
    fn into_alert(mut self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let unknown = std::mem::take(&mut self.unknown);
        self.read(unknown, reception)
    }

    fn read(&self, unknown: UnknownFields, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let mut reading = Reading::start(&self.labels, self.annotations.value(), unknown, reception);
        if self.annotations.value().is_none_or(LabelSet::is_empty) && !self.annotations.is_absent() {
            reading.loss("annotations", "spelling_changed", "no annotations are left out");
        }
        let write = |at: Option<Timestamp>| at.map(|at| at.to_string());
        let mut time = |field, value: &crate::validations::Nullable<String>| match value.value() {
            Some(text) => reading.time(field, text, write),
            None if value.is_absent() => None,
            None => {
                reading.loss(field, "spelling_changed", "null is left out");
                None
            }
        };
        let starts_at = time("startsAt", &self.starts_at);
        let ends_at = time("endsAt", &self.ends_at);
        if starts_at.is_none() {
            reading.loss("startsAt", "start_assumed", "there is no start: its end or the reception was taken");
        }
        let alert = &mut reading.alert;
        alert.starts_at = starts_at.or(ends_at).unwrap_or(reception.now);
        alert.updated_at = Some(reception.now);
        match ends_at {
            Some(end) => {
                alert.ends_at = Some(end);
                alert.end_cause = Some(EndCause::Signal);
            }
            None => {
                alert.ends_at = Some((reception.now + reception.resolve_timeout).max(alert.starts_at));
                alert.end_cause = Some(EndCause::Timeout);
            }
        }
        alert.status = alert.status_at(reception.now);
        match self.generator_url.value() {
            None if !self.generator_url.is_absent() => reading.loss("generatorURL", "spelling_changed", "null is left out"),
            url => reading.generator_url(url.map(String::as_str), false),
        }
        reading.finish()
    }
}

impl WebhookAlert {
    /// The alert that this is, received at `reception`.
    ///
    /// Go's zero time as its end means that none is known. A resolved alert without an end ends at the reception. Members that we do not know
    /// stand in `metadata`, behind `alertmanager:`.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all that is wrong with it, with paths inside this alert.
    ///
    /// ```
    /// use alert_schemas::{AlertStatus, Timestamp};
    /// use alert_schemas::webhooks::alertmanager::{Reception, WebhookAlert};
    ///
    /// let sent: WebhookAlert = serde_json::from_str(
    ///     r#"{"status":"firing","labels":{"alertname":"DiskFull","severity":"high"},"annotations":{"summary":"disk full on db-1"},
    ///         "startsAt":"2025-01-06T09:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"9a08a7caf358f9b1"}"#,
    /// )?;
    /// let received = sent.to_alert(&Reception::at(Timestamp::UNIX_EPOCH)).unwrap();
    /// assert_eq!(received.value.message.as_str(), "disk full on db-1");
    /// assert_eq!((received.value.status, received.value.ends_at), (AlertStatus::Firing, None));
    /// assert!(received.is_exact());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn to_alert(&self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        self.read(self.unknown.clone(), reception)
    }
}

impl WireAlert for WebhookAlert {
    fn into_alert(mut self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let unknown = std::mem::take(&mut self.unknown);
        self.read(unknown, reception)
    }

    fn read(&self, unknown: UnknownFields, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let mut reading = Reading::start(&self.labels, Some(&self.annotations), unknown, reception);
        let write = |at| Some(webhook_text(at));
        match reading.time("startsAt", &self.starts_at, write) {
            Some(at) => reading.alert.starts_at = at,
            None => reading.loss("startsAt", "start_assumed", "there is no start: the reception was taken"),
        }
        reading.alert.ends_at = reading.time("endsAt", &self.ends_at, write);
        match self.status.as_str() {
            "firing" => {}
            "resolved" => {
                reading.alert.status = AlertStatus::Resolved;
                if reading.alert.ends_at.is_none() {
                    reading.alert.ends_at = Some(reception.now.max(reading.alert.starts_at));
                    reading.loss("endsAt", "end_assumed", "a resolved alert without an end: the reception was taken");
                }
            }
            other => {
                let message = format!("`{}` is not a status: expected `firing` or `resolved`", excerpt(other));
                reading.report.push(Pointer::root().key("status"), "invalid_state", message);
            }
        }
        reading.generator_url(self.generator_url.as_deref(), true);
        match &self.fingerprint {
            Some(text) => reading.fingerprint(text),
            None => reading.loss("fingerprint", "spelling_changed", "the fingerprint, which was absent, is written"),
        }
        reading.finish()
    }
}

impl GettableAlert {
    /// The alert that the API answered, read at `reception`.
    ///
    /// What suppresses it becomes its [`Suppression`]s. Its receivers, its state where they do not say it, and members that we do not know stand in
    /// `metadata`, behind `alertmanager:`.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all that is wrong with it, with paths inside this alert.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::webhooks::alertmanager::{GettableAlert, Reception};
    ///
    /// let answered: GettableAlert = serde_json::from_str(
    ///     r#"{"labels":{"alertname":"DiskFull","severity":"high"},"annotations":{},"startsAt":"2025-01-06T09:00:00.000Z",
    ///         "endsAt":"2025-01-06T09:05:00.000Z","updatedAt":"2025-01-06T09:00:00.000Z","fingerprint":"fb7ae2d7efcd6aaf",
    ///         "receivers":[{"name":"db"}],"status":{"state":"suppressed","silencedBy":["7f3"],"inhibitedBy":[],"mutedBy":[]}}"#,
    /// )?;
    /// let read = answered.to_alert(&Reception::at("2025-01-06T09:01:00Z".parse()?)).unwrap();
    /// assert_eq!(read.value.suppressions[0].by, "7f3");
    /// assert_eq!(read.losses[0].code, "fingerprint_differs");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_alert(&self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        self.read(self.unknown.clone(), reception)
    }
}

impl WireAlert for GettableAlert {
    fn into_alert(mut self, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let unknown = std::mem::take(&mut self.unknown);
        self.read(unknown, reception)
    }

    fn read(&self, unknown: UnknownFields, reception: &Reception) -> Result<Converted<Alert>, Report> {
        let mut reading = Reading::start(&self.labels, Some(&self.annotations), unknown, reception);
        let write = |at: Option<Timestamp>| at.map(api_text);
        match reading.time("startsAt", &self.starts_at, write) {
            Some(at) => reading.alert.starts_at = at,
            None => reading.loss("startsAt", "start_assumed", "there is no start: the reception was taken"),
        }
        reading.alert.ends_at = reading.time("endsAt", &self.ends_at, write);
        reading.alert.updated_at = reading.time("updatedAt", &self.updated_at, write);
        reading.generator_url(self.generator_url.as_deref(), false);
        reading.fingerprint(&self.fingerprint);
        let receivers: Vec<Value> = self.receivers.iter().map(|receiver| receiver.name.as_str().into()).collect();
        reading.keep("receivers", Value::Array(receivers));
        if self.receivers.iter().any(|receiver| !receiver.unknown.is_empty()) {
            reading.loss("receivers", "field_not_carried", "only the names of receivers are kept");
        }
        let status = &self.status;
        reading.suppressions("silencedBy", SuppressionReason::Silenced, &status.silenced_by);
        reading.suppressions("inhibitedBy", SuppressionReason::Inhibited, &status.inhibited_by);
        match status.muted_by.value() {
            Some(names) => reading.suppressions("mutedBy", SuppressionReason::Muted, names),
            None => {
                let path = Pointer::root().key("status").key("mutedBy");
                reading.losses.push(Loss::new(path, "spelling_changed", "no interval is written as an empty list"));
            }
        }
        if !status.unknown.is_empty() {
            reading.loss("status", "field_not_carried", "members of the status that we do not know are not kept");
        }
        match status.state.as_str() {
            state @ ("active" | "suppressed" | "unprocessed") => {
                if state != derived_state(&reading.alert) {
                    reading.keep("state", state.into());
                }
            }
            other => {
                let message = format!("`{}` is not a state: expected `unprocessed`, `active` or `suppressed`", excerpt(other));
                reading.report.push(Pointer::root().key("status").key("state"), "invalid_state", message);
            }
        }
        reading.alert.status = reading.alert.status_at(reception.now);
        reading.finish()
    }
}

/// The state that an answer of the API gives with these suppressions (Alertmanager 0.33: muted ones count as suppressed, too).
pub(crate) fn derived_state(alert: &Alert) -> &'static str {
    let known =
        |own: &Suppression| matches!(own.reason, SuppressionReason::Silenced | SuppressionReason::Inhibited | SuppressionReason::Muted);
    if alert.suppressions.iter().any(known) { "suppressed" } else { "active" }
}

/// The metadata that came from the wire, by its name there.
pub(crate) fn kept(metadata: &Metadata) -> impl Iterator<Item = (&str, &Value)> {
    metadata.iter().filter_map(|(name, value)| name.strip_prefix(KEPT).map(|name| (name, value)))
}
