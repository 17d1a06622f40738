//! The alert itself.

use crate::alerts::builder::AlertBuilder;
use crate::alerts::fingerprint::ContentFingerprint;
use crate::alerts::fingerprint::Fingerprint;
use crate::alerts::fingerprint::NotificationHash;
use crate::alerts::identity::AlertKey;
use crate::alerts::identity::Identity;
use crate::alerts::labels::Annotations;
use crate::alerts::labels::Labels;
use crate::alerts::metadata::Metadata;
use crate::alerts::severity::AlertSeverity;
use crate::alerts::source::Actor;
use crate::alerts::source::AlertSource;
use crate::alerts::source::Href;
use crate::alerts::status::AlertEvent;
use crate::alerts::status::AlertStatus;
use crate::alerts::status::EndCause;
use crate::alerts::status::IllegalTransition;
use crate::alerts::suppression::Suppression;
use crate::utils::AlertId;
use crate::utils::Count;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::utils::string_newtype;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

const MESSAGE_CHARACTERS: usize = 16_384;

fn is_message(text: &str) -> bool {
    !text.is_empty() && (text.len() <= MESSAGE_CHARACTERS || text.chars().nth(MESSAGE_CHARACTERS).is_none())
}

string_newtype! {
    /// What an alert says to a person: 1 to 16,384 characters. Channels take less; [`fit`](crate::validations::fit) shortens for them.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::AlertMessage;
    ///
    /// let message: AlertMessage = "disk full on db-1".parse()?;
    /// assert_eq!(message.as_str(), "disk full on db-1");
    /// # Ok::<(), alert_schemas::alerts::InvalidAlertMessage>(())
    /// ```
    pub struct AlertMessage;
    error InvalidAlertMessage in alerts, code "invalid_alert_message", noun "a message", expected "1 to 16384 characters",
    check is_message,
    schema { "minLength": 1, "maxLength": MESSAGE_CHARACTERS, "examples": ["disk full on db-1"] },
    strategy "[a-zA-Zé ]{1,24}"
}

impl AlertMessage {
    /// Stands in for a message that was refused, in a builder that goes on collecting problems.
    pub(crate) fn placeholder() -> Self {
        Self("?".into())
    }
}

record! {
    /// That a person has taken an alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::alerts::Acknowledgement;
    ///
    /// let taken = Acknowledgement::new("ada".parse()?, "2025-01-06T09:02:00Z".parse()?);
    /// assert_eq!(serde_json::to_string(&taken)?, r#"{"by":"ada","at":"2025-01-06T09:02:00Z"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Acknowledgement: open in alerts;
    example r#"{"by": "ada", "at": "2025-01-06T09:02:00Z"}"#;
    beyond {}
    /// Who has taken it.
    required by: Actor as "by",
    /// When.
    required at: Timestamp as "at",
    /// What they said.
    optional note: Text<4096> as "note",
}

impl Acknowledgement {
    /// That `by` took it at `at`.
    #[must_use]
    pub fn new(by: Actor, at: Timestamp) -> Self {
        Self { by, at, note: None, unknown: crate::validations::UnknownFields::new() }
    }
}

vocabulary! {
    /// What a link of an alert leads to.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::LinkKind;
    ///
    /// assert_eq!("runbook".parse(), Ok(LinkKind::Runbook));
    /// ```
    [#[non_exhaustive]]
    pub enum LinkKind;
    error InvalidLinkKind in alerts, code "invalid_link_kind", noun "a kind of link",
    derives [PartialOrd, Ord];
    /// What raised the alert, such as Prometheus' graph of the rule (`generatorURL`).
    Source = "source",
    /// What to do.
    Runbook = "runbook",
    /// Where to look.
    Dashboard = "dashboard",
    /// Anything else.
    Other = "other",
}

record! {
    /// A link for the person who gets the alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Link, LinkKind};
    ///
    /// let link = Link::new(LinkKind::Runbook, "https://example.org/runbooks/disk".parse()?);
    /// assert_eq!(serde_json::to_string(&link)?, r#"{"kind":"runbook","href":"https://example.org/runbooks/disk"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Link: closed in alerts;
    example r#"{"kind": "runbook", "href": "https://example.org/runbooks/disk"}"#;
    beyond {}
    /// What it leads to.
    required kind: LinkKind as "kind",
    /// Where it leads.
    required href: Href as "href",
    /// The words to show for it.
    optional text: Text<256> as "text",
}

impl Link {
    /// A link without words of its own.
    #[must_use]
    pub fn new(kind: LinkKind, href: Href) -> Self {
        Self { kind, href, text: None }
    }
}

record! {
    /// A condition worth someone's attention, from first firing to resolution.
    ///
    /// Labels identify an alert; annotations, metadata and the message only describe it. Unknown fields are kept and written back.
    ///
    /// # Identity
    ///
    /// Two alerts of a tenant are the same alert if their [`identity`](Alert::identity) is equal: the source's own dedup key, else the labels (if
    /// there is an `alertname`), else the content. The `name` of an alert is its label `alertname`.
    ///
    /// # Status
    ///
    /// `status` is what was last said; [`status_at`](Alert::status_at) also knows that an alert is resolved once its `ends_at` has come.
    ///
    /// # Validity
    ///
    /// `ends_at` is not before `starts_at`; a `resolved` alert has an `ends_at`; an `acknowledged` alert has an `acknowledgement`; `end_cause`
    /// needs an `ends_at`; each suppression stands once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, AlertStatus, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("CPU usage exceeded the threshold", AlertSeverity::Critical, t0)
    ///     .name("HighCpuUsage")
    ///     .label("instance", "web-01")
    ///     .build()?;
    /// assert_eq!(alert.status_at(t0), AlertStatus::Firing);
    /// assert_eq!(alert.name(), Some("HighCpuUsage"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Alert: open in alerts;
    example r#"{"tenant": "acme", "message": "disk full on db-1", "severity": "critical", "status": "firing", "labels": {"alertname": "DiskFull", "instance": "db-1"}, "starts_at": "2025-01-06T09:00:00Z"}"#;
    beyond { rules RULES; complete Alert::with_derived_id; settle Alert::settled; }
    /// The id of this alert from its first firing to its end; derived from tenant, identity and start where none is given.
    written id: AlertId as "id",
    /// Whose alert it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// The rule that raised it.
    optional rule_id: RuleId as "rule_id",
    /// What it says to a person.
    required message: AlertMessage as "message",
    /// How bad it is.
    required severity: AlertSeverity as "severity",
    /// Where it is in its life, as last said. Default `firing`.
    written status: AlertStatus as "status",
    /// The system it comes from.
    optional source: AlertSource as "source",
    /// The names and values that identify it.
    defaulted labels: Labels as "labels",
    /// Texts that describe it.
    defaulted annotations: Annotations as "annotations",
    /// Free data that travels with it.
    defaulted metadata: Metadata as "metadata",
    /// When it began.
    required starts_at: Timestamp as "starts_at",
    /// When it ended, or will end if nothing more is heard.
    optional ends_at: Timestamp as "ends_at",
    /// Why it ended, or will end, at `ends_at`. Absent means by a signal.
    optional end_cause: EndCause as "end_cause",
    /// When its content last changed, by the sender's or the first receiver's clock.
    optional updated_at: Timestamp as "updated_at",
    /// When it was received here.
    optional received_at: Timestamp as "received_at",
    /// Why nobody is told, if so; at most 64 reasons.
    list(64) suppressions: Suppression as "suppressions",
    /// The person or team that works on it.
    optional assignee: Actor as "assignee",
    /// That a person has taken it.
    optional acknowledgement: Acknowledgement as "acknowledgement",
    /// How often it was received without a change, the first time not counted.
    defaulted times_repeated: Count as "times_repeated",
    /// How often it fired again after it was resolved.
    defaulted times_refired: Count as "times_refired",
    /// Links for the person who gets it; at most 32.
    list(32) links: Link as "links",
}

const RULES: &[Rule<Alert>] = &[
    Rule {
        code: "ends_before_start",
        field: "ends_at",
        rule: "`ends_at` is not before `starts_at`.",
        broken: |alert| {
            let end = alert.ends_at.filter(|end| *end < alert.starts_at)?;
            Some(format!("`ends_at` {end} is before `starts_at` {}", alert.starts_at))
        },
    },
    Rule {
        code: "resolved_without_end",
        field: "status",
        rule: "A `resolved` alert has an `ends_at`.",
        broken: |alert| {
            let broken = alert.status == AlertStatus::Resolved && alert.ends_at.is_none();
            broken.then(|| "a resolved alert needs an `ends_at`".to_owned())
        },
    },
    Rule {
        code: "acknowledged_by_nobody",
        field: "status",
        rule: "An `acknowledged` alert has an `acknowledgement`.",
        broken: |alert| {
            let broken = alert.status == AlertStatus::Acknowledged && alert.acknowledgement.is_none();
            broken.then(|| "an acknowledged alert needs an `acknowledgement`".to_owned())
        },
    },
    Rule {
        code: "end_cause_without_end",
        field: "end_cause",
        rule: "`end_cause` needs an `ends_at`.",
        broken: |alert| (alert.end_cause.is_some() && alert.ends_at.is_none()).then(|| "`end_cause` needs an `ends_at`".to_owned()),
    },
    Rule {
        code: "duplicate_suppression",
        field: "suppressions",
        rule: "Each pair of `reason` and `by` stands once in `suppressions`.",
        broken: |alert| {
            let mut seen = std::collections::BTreeSet::new();
            let twice = alert.suppressions.iter().find(|one| !seen.insert((one.reason, one.by.as_str())))?;
            Some(format!("`{}` by `{}` stands there twice", twice.reason, crate::utils::excerpt(twice.by.as_str())))
        },
    },
];

/// The label that holds the name of an alert.
pub(crate) const NAME_LABEL: &str = "alertname";

impl Alert {
    /// Starts an alert that began `now`; the builder's `build` reports every problem at once.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let report = Alert::builder("", AlertSeverity::Low, Timestamp::UNIX_EPOCH).label("", "x").build().unwrap_err();
    /// assert_eq!(report.len(), 2);
    /// ```
    pub fn builder(message: impl Into<String>, severity: AlertSeverity, now: Timestamp) -> AlertBuilder {
        AlertBuilder::new(message.into(), severity, now)
    }

    /// The alert with only what it must have; every other field has its default and can be set, as it is public.
    #[must_use]
    pub fn new(message: AlertMessage, severity: AlertSeverity, starts_at: Timestamp) -> Self {
        Self {
            id: AlertId::default(),
            tenant: TenantId::default(),
            rule_id: None,
            message,
            severity,
            status: AlertStatus::Firing,
            source: None,
            labels: Labels::new(),
            annotations: Annotations::new(),
            metadata: Metadata::new(),
            starts_at,
            ends_at: None,
            end_cause: None,
            updated_at: None,
            received_at: None,
            suppressions: Vec::new(),
            assignee: None,
            acknowledgement: None,
            times_repeated: Count::ZERO,
            times_refired: Count::ZERO,
            links: Vec::new(),
            unknown: crate::validations::UnknownFields::new(),
        }
    }

    /// The name: the value of the label `alertname`, unless it is empty.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.labels.get(NAME_LABEL).filter(|name| !name.is_empty())
    }

    /// The fingerprint of the labels that have a value: the number under which Alertmanager knows this alert.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let pairs = self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Fingerprint::of_sorted(pairs.filter(|(_, value)| !value.is_empty()))
    }

    /// The number under which Alertmanager's notification log keeps this alert.
    #[must_use]
    pub fn notification_hash(&self) -> NotificationHash {
        NotificationHash::of(&self.labels.without_empty())
    }

    /// What makes this the same alert across updates, see [`Identity`].
    #[must_use]
    pub fn identity(&self) -> Identity {
        if let Some(AlertSource { name, dedup_key: Some(key), .. }) = &self.source {
            return Identity::Dedup { source: name.clone(), key: key.clone() };
        }
        if self.name().is_some() {
            return Identity::Labels(self.fingerprint());
        }
        let rule = self.rule_id.map(|rule| rule.to_string()).unwrap_or_default();
        let source = self.source.as_ref().map(|source| source.name.as_str()).unwrap_or_default();
        let with_value = || self.labels.iter().filter(|(_, value)| !value.is_empty());
        let message = if with_value().next().is_none() { self.message.as_str() } else { "" };
        let labels = with_value().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        Identity::Content(ContentFingerprint::of_parts("alert-identity", [rule.as_str(), source, message].into_iter().chain(labels)))
    }

    /// Whose alert it is and which: the key of deduplication, correlation and grouping.
    #[must_use]
    pub fn key(&self) -> AlertKey {
        AlertKey { tenant: self.tenant.clone(), identity: self.identity() }
    }

    /// The fingerprint of what the alert says: all but its id, the times it was heard of, and its counters.
    ///
    /// Two receptions of the same alert with equal content fingerprints are repetitions; a moved `ends_at` of an alert that still fires is no
    /// change (Prometheus moves it with every repetition).
    #[must_use]
    pub fn content_fingerprint(&self) -> ContentFingerprint {
        let mut content = self.clone();
        content.id = AlertId::default();
        content.updated_at = None;
        content.received_at = None;
        content.times_repeated = Count::ZERO;
        content.times_refired = Count::ZERO;
        if content.status != AlertStatus::Resolved {
            content.ends_at = None;
            content.end_cause = None;
        }
        // Canonical: our fields come in one order, and kept JSON values are written with sorted keys.
        let value = serde_json::to_value(&content).unwrap_or_default();
        let mut text = String::new();
        canonical_json(&value, &mut text);
        ContentFingerprint::of_parts("alert-content", [text.as_str()])
    }

    /// The id that tenant, identity and start give: what an alert has that came without one.
    #[must_use]
    pub fn derived_id(&self) -> AlertId {
        AlertId::derive(&[self.tenant.as_str(), &self.identity().to_string(), &self.starts_at.to_string()])
    }

    pub(crate) fn with_derived_id(mut self) -> Self {
        if self.id == AlertId::default() {
            self.id = self.derived_id();
        }
        self
    }

    /// Where it is in its life at `now`: resolved once `ends_at` has come, whatever was last said.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> AlertStatus {
        match self.ends_at {
            Some(end) if end <= now => AlertStatus::Resolved,
            _ => self.status,
        }
    }

    /// How often it was received: once, and each repetition.
    #[must_use]
    pub fn times_seen(&self) -> Count {
        self.times_repeated.plus(1)
    }

    /// When it was last heard of: its update, else its reception, else its start.
    #[must_use]
    pub fn last_seen(&self) -> Timestamp {
        self.updated_at.or(self.received_at).unwrap_or(self.starts_at)
    }

    /// Whether some reason keeps it from being notified.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        !self.suppressions.is_empty()
    }

    /// Adds a reason of suppression; one of the same kind by the same cause is replaced.
    pub fn suppress(&mut self, suppression: Suppression) {
        self.suppressions.retain(|own| (own.reason, &own.by) != (suppression.reason, &suppression.by));
        self.suppressions.push(suppression);
    }

    /// A person takes the alert.
    ///
    /// # Errors
    ///
    /// [`IllegalTransition`] if it is pending, or resolved at that time.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, AlertStatus, Timestamp};
    /// use alert_schemas::alerts::Acknowledgement;
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// alert.acknowledge(Acknowledgement::new("ada".parse()?, t0))?;
    /// assert_eq!(alert.status, AlertStatus::Acknowledged);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn acknowledge(&mut self, acknowledgement: Acknowledgement) -> Result<(), IllegalTransition> {
        self.status = self.status_at(acknowledgement.at).after(AlertEvent::Acknowledge)?;
        self.updated_at = Some(acknowledgement.at);
        self.acknowledgement = Some(acknowledgement);
        Ok(())
    }

    /// The person gives it back: it fires again.
    ///
    /// # Errors
    ///
    /// [`IllegalTransition`] if it is not acknowledged at `now`.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// assert_eq!(
    ///     alert.unacknowledge(t0).unwrap_err().to_string(),
    ///     "a firing alert can't `unacknowledge`: expected one of `fire` `acknowledge` `resolve`",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn unacknowledge(&mut self, now: Timestamp) -> Result<(), IllegalTransition> {
        self.status = self.status_at(now).after(AlertEvent::Unacknowledge)?;
        self.acknowledgement = None;
        self.updated_at = Some(now);
        Ok(())
    }

    /// The alert ends at `now`; one that has ended already keeps its end.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, AlertStatus, Timestamp};
    /// use alert_schemas::alerts::EndCause;
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// alert.resolve(EndCause::Person, t0);
    /// assert_eq!((alert.status, alert.ends_at), (AlertStatus::Resolved, Some(t0)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn resolve(&mut self, cause: EndCause, now: Timestamp) {
        if self.status_at(now) != AlertStatus::Resolved {
            self.ends_at = Some(now.max(self.starts_at));
            self.end_cause = Some(cause);
            self.updated_at = Some(now);
        }
        self.status = AlertStatus::Resolved;
    }

    /// The source says at `now` that it is happening: a pending alert fires, a resolved one fires again from `now` on.
    ///
    /// An alert that fires again keeps its id (it is the same alert to the person who works on it), counts in `times_refired`, and has to be
    /// acknowledged anew.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, AlertStatus, Timestamp};
    /// use alert_schemas::alerts::EndCause;
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// alert.resolve(EndCause::Signal, t0);
    /// alert.fire(t0 + AlertDuration::minutes(1));
    /// assert_eq!((alert.status, alert.times_refired.get(), alert.times_seen().get()), (AlertStatus::Firing, 1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fire(&mut self, now: Timestamp) {
        match self.status_at(now) {
            AlertStatus::Resolved => {
                self.status = AlertStatus::Firing;
                self.ends_at = None;
                self.end_cause = None;
                self.acknowledgement = None;
                self.times_refired = self.times_refired.plus(1);
            }
            AlertStatus::Pending => self.status = AlertStatus::Firing,
            AlertStatus::Firing | AlertStatus::Acknowledged => self.times_repeated = self.times_repeated.plus(1),
        }
        self.updated_at = Some(now);
    }

    /// An arbitrary alert made to keep the rules across fields.
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    pub(crate) fn settled(mut self) -> Self {
        if self.status == AlertStatus::Resolved && self.ends_at.is_none() {
            self.ends_at = Some(self.starts_at);
        }
        self.ends_at = self.ends_at.map(|end| end.max(self.starts_at));
        if self.ends_at.is_none() {
            self.end_cause = None;
        }
        if self.status == AlertStatus::Acknowledged && self.acknowledgement.is_none() {
            self.status = AlertStatus::Firing;
        }
        for suppression in std::mem::take(&mut self.suppressions) {
            self.suppress(suppression);
        }
        self.with_derived_id()
    }
}

/// JSON with sorted keys and without blanks, whatever the order that `serde_json` keeps.
fn canonical_json(value: &serde_json::Value, out: &mut String) {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
            out.push('{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                canonical_json(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, value) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical_json(value, out);
            }
            out.push(']');
        }
        // The value of a number and not its spelling, which `serde_json` keeps where another crate turns on `arbitrary_precision`.
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(whole), _, _) => out.push_str(&whole.to_string()),
            (_, Some(whole), _) => out.push_str(&whole.to_string()),
            (_, _, Some(real)) => out.push_str(&format!("{real:?}")),
            _ => out.push_str(&number.to_string()),
        },
        scalar => out.push_str(&scalar.to_string()),
    }
}
