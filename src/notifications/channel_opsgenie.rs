//! Opsgenie.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::channel_texts::ServiceUrl;
use crate::notifications::credential::Credential;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Alerts to Opsgenie. Opsgenie ends on 2027-04-05.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{OpsgenieResponder, OpsgenieResponderKind, OpsgenieSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let mut opsgenie = OpsgenieSettings::new(Secret::new("a-key").into());
    /// opsgenie.responders.push(OpsgenieResponder::new(OpsgenieResponderKind::Team, "db".parse()?));
    /// assert_eq!(opsgenie.check(), Ok(()));
    /// # Ok::<(), alert_schemas::notifications::InvalidChannelName>(())
    /// ```
    pub struct OpsgenieSettings: closed in notifications;
    example r#"{"api_key": {"file": "/run/secrets/opsgenie"}, "responders": [{"kind": "team", "name": "db"}]}"#;
    beyond { rules RULES; }
    /// The key.
    required api_key: Credential as "api_key",
    /// Where the API is, if not that of the United States.
    optional api_url: ServiceUrl as "api_url",
    /// What is wrong: at most 130 characters arrive.
    optional message: MessageText as "message",
    /// What is wrong, at length.
    optional description: MessageText as "description",
    /// Where it comes from.
    optional source: MessageText as "source",
    /// What it is about.
    optional entity: MessageText as "entity",
    /// A note.
    optional note: MessageText as "note",
    /// Tags, separated by commas.
    optional tags: MessageText as "tags",
    /// `P1` to `P5`, or a template that makes one of them. Opsgenie takes `P3` where there is none.
    optional priority: MessageText as "priority",
    /// Who is told: at most 50.
    list(MOST_RESPONDERS) responders: OpsgenieResponder as "responders",
    /// Whether message and description of an alert are updated. Default false.
    defaulted update_alerts: bool as "update_alerts",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<OpsgenieSettings>] = &[Rule {
    code: "channel_key_empty",
    field: "api_key",
    rule: "A secret in `api_key` is not empty.",
    broken: |it| it.api_key.key_problem(),
}];

impl OpsgenieSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(api_key: Credential) -> Self {
        Self {
            api_key,
            api_url: None,
            message: None,
            description: None,
            source: None,
            entity: None,
            note: None,
            tags: None,
            priority: None,
            responders: Vec::new(),
            update_alerts: Default::default(),
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        vec![("api_key", &self.api_key)]
    }
}

/// How many responders an alert may have.
const MOST_RESPONDERS: usize = 50;

vocabulary! {
    /// What a responder is.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::OpsgenieResponderKind;
    ///
    /// assert_eq!("schedule".parse(), Ok(OpsgenieResponderKind::Schedule));
    /// ```
    [#[non_exhaustive]]
    pub enum OpsgenieResponderKind;
    error InvalidOpsgenieResponderKind in notifications, code "invalid_opsgenie_responder_kind", noun "a kind of responder",
    derives [PartialOrd, Ord];
    /// A team.
    Team = "team",
    /// A person.
    User = "user",
    /// An escalation.
    Escalation = "escalation",
    /// A schedule.
    Schedule = "schedule",
}

record! {
    /// Who is told of an alert, by name.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{OpsgenieResponder, OpsgenieResponderKind};
    ///
    /// let team = OpsgenieResponder::new(OpsgenieResponderKind::Team, "db".parse()?);
    /// assert_eq!(serde_json::to_string(&team)?, r#"{"kind":"team","name":"db"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct OpsgenieResponder: closed in notifications;
    example r#"{"kind": "team", "name": "db"}"#;
    beyond {}
    /// What it is.
    required kind: OpsgenieResponderKind as "kind",
    /// Its name; of a user, the user name.
    required name: ChannelName as "name",
}

impl OpsgenieResponder {
    /// A responder by its name.
    #[must_use]
    pub fn new(kind: OpsgenieResponderKind, name: ChannelName) -> Self {
        Self { kind, name }
    }
}
