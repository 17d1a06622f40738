//! Webhooks.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::credential::Credential;
use crate::utils::Count;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Requests with the alerts as JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::WebhookSettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let webhook = WebhookSettings::new(Secret::new("https://hooks.example.org/a").into());
    /// assert_eq!(webhook.check(), Ok(()));
    /// assert!(WebhookSettings::new(Secret::new("hooks").into()).check().is_err());
    /// ```
    pub struct WebhookSettings: closed in notifications;
    example r#"{"url": {"secret": "https://hooks.example.org/a"}, "max_alerts": 100}"#;
    beyond { rules RULES; settle WebhookSettings::settled; }
    /// Where they are sent, which is a secret.
    required url: Credential as "url",
    /// The token that is sent along.
    optional bearer_token: Credential as "bearer_token",
    /// How many alerts a request has at most; 0 for any number. Default 0.
    defaulted max_alerts: Count as "max_alerts",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<WebhookSettings>] = &[
    Rule {
        code: "channel_url",
        field: "url",
        rule: "A secret in `url` is an address with `http` or `https`.",
        broken: |it| it.url.url_problem(),
    },
    Rule {
        code: "channel_key_empty",
        field: "bearer_token",
        rule: "A secret in `bearer_token` is not empty.",
        broken: |it| it.bearer_token.as_ref()?.key_problem(),
    },
];

impl WebhookSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(url: Credential) -> Self {
        Self { url, bearer_token: None, max_alerts: Default::default(), send_resolved: true, delivery: DeliverySettings::default() }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        std::iter::once(("url", &self.url)).chain(self.bearer_token.iter().map(|token| ("bearer_token", token))).collect()
    }

    #[cfg(feature = "proptest")]
    fn settled(mut self) -> Self {
        self.url.settle_url();
        self
    }
}
