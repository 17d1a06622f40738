//! ServiceNow.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::channel_texts::ServiceUrl;
use crate::notifications::credential::Credential;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Events to ServiceNow (`em_event`).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ServiceNowSettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let url = "https://example.service-now.com/".parse()?;
    /// let servicenow = ServiceNowSettings::new(url, "alerts".parse()?, Secret::new("a").into());
    /// assert_eq!(servicenow.check(), Ok(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct ServiceNowSettings: closed in notifications;
    example r#"{"url": "https://example.service-now.com/", "username": "alerts", "password": {"file": "/run/secrets/servicenow"}}"#;
    beyond { rules RULES; }
    /// The instance.
    required url: ServiceUrl as "url",
    /// The name to log in with.
    required username: ChannelName as "username",
    /// The password.
    required password: Credential as "password",
    /// Who says so: at most 100 characters arrive.
    optional source: MessageText as "source",
    /// The host: at most 100 characters arrive.
    optional node: MessageText as "node",
    /// The part of the host: at most 100 characters arrive.
    optional resource: MessageText as "resource",
    /// The kind of event: at most 100 characters arrive.
    optional event_type: MessageText as "event_type",
    /// What is wrong.
    optional description: MessageText as "description",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<ServiceNowSettings>] = &[Rule {
    code: "channel_key_empty",
    field: "password",
    rule: "A secret in `password` is not empty.",
    broken: |it| it.password.key_problem(),
}];

impl ServiceNowSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(url: ServiceUrl, username: ChannelName, password: Credential) -> Self {
        Self {
            url,
            username,
            password,
            source: None,
            node: None,
            resource: None,
            event_type: None,
            description: None,
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        vec![("password", &self.password)]
    }
}
