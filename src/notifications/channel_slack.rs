//! Slack.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::credential::Credential;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Messages to Slack: by the address of a webhook, or by the token of an app, which can post to any channel.
    ///
    /// # Validity
    ///
    /// Exactly one of `webhook` and `app_token` is set; with a token, `channel` says where.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Channel, SlackSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let mut slack = SlackSettings::new(Secret::new("https://hooks.slack.com/services/T0/B0/x").into());
    /// slack.channel = Some("#db".parse()?);
    /// assert_eq!(slack.check(), Ok(()));
    /// assert_eq!(Channel::from(slack).kind(), "slack");
    /// # Ok::<(), alert_schemas::notifications::InvalidChannelName>(())
    /// ```
    pub struct SlackSettings: closed in notifications;
    example r#"{"webhook": {"file": "/run/secrets/slack"}, "channel": "alerts"}"#;
    beyond { rules RULES; settle SlackSettings::settled; }
    /// The address of the webhook, which is a secret.
    optional webhook: Credential as "webhook",
    /// The token of an app.
    optional app_token: Credential as "app_token",
    /// The channel or person.
    optional channel: ChannelName as "channel",
    /// Under which name.
    optional username: MessageText as "username",
    /// The title.
    optional title: MessageText as "title",
    /// Where the title leads.
    optional title_link: MessageText as "title_link",
    /// The text.
    optional text: MessageText as "text",
    /// What simple clients show.
    optional fallback: MessageText as "fallback",
    /// The color at the side.
    optional color: MessageText as "color",
    /// An emoji as the icon.
    optional icon_emoji: MessageText as "icon_emoji",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<SlackSettings>] = &[
    Rule {
        code: "channel_without_way",
        field: "webhook",
        rule: "Exactly one of `webhook` and `app_token` is set.",
        broken: |it| match (&it.webhook, &it.app_token) {
            (None, None) => Some("there is no way to Slack: expected `webhook` or `app_token`".to_owned()),
            (Some(_), Some(_)) => Some("there are two ways to Slack: expected `webhook` or `app_token`".to_owned()),
            _ => None,
        },
    },
    Rule {
        code: "channel_url",
        field: "webhook",
        rule: "A secret in `webhook` is an address with `http` or `https`.",
        broken: |it| it.webhook.as_ref()?.url_problem(),
    },
    Rule {
        code: "channel_key_empty",
        field: "app_token",
        rule: "A secret in `app_token` is not empty.",
        broken: |it| it.app_token.as_ref()?.key_problem(),
    },
    Rule {
        code: "slack_without_channel",
        field: "channel",
        rule: "With `app_token`, `channel` is set.",
        broken: |it| (it.app_token.is_some() && it.channel.is_none()).then(|| "an app may post anywhere: expected `channel`".to_owned()),
    },
];

impl SlackSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(webhook: Credential) -> Self {
        Self {
            webhook: Some(webhook),
            app_token: None,
            channel: None,
            username: None,
            title: None,
            title_link: None,
            text: None,
            fallback: None,
            color: None,
            icon_emoji: None,
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        [("webhook", &self.webhook), ("app_token", &self.app_token)]
            .into_iter()
            .filter_map(|(name, field)| Some((name, field.as_ref()?)))
            .collect()
    }

    #[cfg(feature = "proptest")]
    fn settled(mut self) -> Self {
        if let Some(webhook) = &mut self.webhook {
            webhook.settle_url();
            self.app_token = None;
        } else {
            let token = || Credential::from(crate::utils::Secret::new("xoxb-1"));
            self.app_token.get_or_insert_with(token);
            if self.channel.is_none() {
                self.channel = "#alerts".parse().ok();
            }
        }
        self
    }
}
