//! PagerDuty.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::channel_texts::ServiceUrl;
use crate::notifications::credential::Credential;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Events to PagerDuty, version 2.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::PagerDutySettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let pagerduty = PagerDutySettings::new(Secret::new("R0123456789ABCDEF0123456789ABCDE").into());
    /// assert_eq!(pagerduty.check(), Ok(()));
    /// ```
    pub struct PagerDutySettings: closed in notifications;
    example r#"{"routing_key": {"file": "/run/secrets/pagerduty"}, "severity": "critical"}"#;
    beyond { rules RULES; }
    /// The key of the integration: 32 characters.
    required routing_key: Credential as "routing_key",
    /// Where events are sent, if not to PagerDuty itself.
    optional url: ServiceUrl as "url",
    /// What is wrong: at most 1,024 characters arrive.
    optional description: MessageText as "description",
    /// How bad it is: `critical`, `error`, `warning`, `info`, or a template that makes one of them.
    optional severity: MessageText as "severity",
    /// What is wrong with it.
    optional source: MessageText as "source",
    /// Who sends.
    optional client: MessageText as "client",
    /// Where the name of who sends leads.
    optional client_url: MessageText as "client_url",
    /// The part that is wrong.
    optional component: MessageText as "component",
    /// The group of parts.
    optional group: MessageText as "group",
    /// The kind of event.
    optional class: MessageText as "class",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<PagerDutySettings>] = &[Rule {
    code: "channel_key_empty",
    field: "routing_key",
    rule: "A secret in `routing_key` is not empty.",
    broken: |it| it.routing_key.key_problem(),
}];

impl PagerDutySettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(routing_key: Credential) -> Self {
        Self {
            routing_key,
            url: None,
            description: None,
            severity: None,
            source: None,
            client: None,
            client_url: None,
            component: None,
            group: None,
            class: None,
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        vec![("routing_key", &self.routing_key)]
    }
}
