//! Discord.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::credential::Credential;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Messages to Discord.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::DiscordSettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let discord = DiscordSettings::new(Secret::new("https://discord.com/api/webhooks/1/x").into());
    /// assert_eq!(discord.check(), Ok(()));
    /// ```
    pub struct DiscordSettings: closed in notifications;
    example r#"{"webhook": {"file": "/run/secrets/discord"}}"#;
    beyond { rules RULES; settle DiscordSettings::settled; }
    /// The address of the webhook, which is a secret.
    required webhook: Credential as "webhook",
    /// What stands above: at most 2,000 characters arrive.
    optional content: MessageText as "content",
    /// The title: at most 256 characters arrive.
    optional title: MessageText as "title",
    /// The text: at most 4,096 characters arrive.
    optional text: MessageText as "text",
    /// Under which name.
    optional username: ChannelName as "username",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<DiscordSettings>] = &[Rule {
    code: "channel_url",
    field: "webhook",
    rule: "A secret in `webhook` is an address with `http` or `https`.",
    broken: |it| it.webhook.url_problem(),
}];

impl DiscordSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(webhook: Credential) -> Self {
        Self { webhook, content: None, title: None, text: None, username: None, send_resolved: true, delivery: DeliverySettings::default() }
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
