//! Microsoft Teams.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::credential::Credential;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Messages to Microsoft Teams, by a workflow.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::TeamsSettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let teams = TeamsSettings::new(Secret::new("https://example.org/workflow").into());
    /// assert_eq!(teams.check(), Ok(()));
    /// ```
    pub struct TeamsSettings: closed in notifications;
    example r#"{"webhook": {"file": "/run/secrets/teams"}}"#;
    beyond { rules RULES; settle TeamsSettings::settled; }
    /// The address of the workflow, which is a secret.
    required webhook: Credential as "webhook",
    /// The title.
    optional title: MessageText as "title",
    /// The text.
    optional text: MessageText as "text",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<TeamsSettings>] = &[Rule {
    code: "channel_url",
    field: "webhook",
    rule: "A secret in `webhook` is an address with `http` or `https`.",
    broken: |it| it.webhook.url_problem(),
}];

impl TeamsSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(webhook: Credential) -> Self {
        Self { webhook, title: None, text: None, send_resolved: true, delivery: DeliverySettings::default() }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        vec![("webhook", &self.webhook)]
    }

    #[cfg(feature = "proptest")]
    fn settled(mut self) -> Self {
        self.webhook.settle_url();
        self
    }
}
