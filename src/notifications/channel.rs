//! Ways to tell people.

use serde_json::Value;

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_discord::DiscordSettings;
use crate::notifications::channel_email::EmailSettings;
use crate::notifications::channel_opsgenie::OpsgenieSettings;
use crate::notifications::channel_pagerduty::PagerDutySettings;
use crate::notifications::channel_servicenow::ServiceNowSettings;
use crate::notifications::channel_slack::SlackSettings;
use crate::notifications::channel_sms::SmsSettings;
use crate::notifications::channel_teams::TeamsSettings;
use crate::notifications::channel_telegram::TelegramSettings;
use crate::notifications::channel_webhook::WebhookSettings;
use crate::notifications::credential::Credential;
use crate::notifications::retry_policy::RetryPolicy;
use crate::utils::Count;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Secret;
use crate::validations::Check as _;
use crate::validations::choice;

choice! {
    /// A way to tell people: a service and the settings for it.
    ///
    /// Its JSON is an object with one member, which is named for the service. Secrets are hidden in it.
    ///
    /// # Secrets
    ///
    /// [`Channel::to_exposed_json`] writes them in clear.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Channel, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let channel: Channel = WebhookSettings::new(Secret::new("https://hooks.example.org/a").into()).into();
    /// assert_eq!(channel.kind(), "webhook");
    /// assert_eq!(serde_json::to_string(&channel)?, r#"{"webhook":{"url":{"secret":"<secret>"},"send_resolved":true}}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    [#[non_exhaustive]]
    pub enum Channel;
    noun "a channel";
    example r#"{"slack": {"webhook": {"file": "/run/secrets/slack"}}}"#;
    /// Requests with the alerts as JSON.
    Webhook(WebhookSettings) = "webhook",
    /// E-mails.
    Email(EmailSettings) = "email",
    /// Events to PagerDuty.
    PagerDuty(PagerDutySettings) = "pagerduty",
    /// Alerts to Opsgenie.
    Opsgenie(OpsgenieSettings) = "opsgenie",
    /// Messages to Slack.
    Slack(SlackSettings) = "slack",
    /// Text messages.
    Sms(SmsSettings) = "sms",
    /// Messages by Telegram.
    Telegram(TelegramSettings) = "telegram",
    /// Messages to Discord.
    Discord(DiscordSettings) = "discord",
    /// Messages to Microsoft Teams.
    Teams(TeamsSettings) = "teams",
    /// Events to ServiceNow.
    ServiceNow(ServiceNowSettings) = "servicenow",
}

/// Looks at what all kinds have.
macro_rules! each {
    ($channel:expr, $settings:ident => $look:expr) => {
        match $channel {
            Channel::Webhook($settings) => $look,
            Channel::Email($settings) => $look,
            Channel::PagerDuty($settings) => $look,
            Channel::Opsgenie($settings) => $look,
            Channel::Slack($settings) => $look,
            Channel::Sms($settings) => $look,
            Channel::Telegram($settings) => $look,
            Channel::Discord($settings) => $look,
            Channel::Teams($settings) => $look,
            Channel::ServiceNow($settings) => $look,
        }
    };
}

impl Channel {
    /// How long, how often and how fast it sends.
    #[must_use]
    pub fn delivery(&self) -> &DeliverySettings {
        each!(self, settings => &settings.delivery)
    }

    /// When a request that failed is tried again: as its settings say, or else as Alertmanager 0.33 does for its kind.
    ///
    /// ```
    /// use alert_schemas::notifications::{AttemptOutcome, Channel, PagerDutySettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let channel = Channel::from(PagerDutySettings::new(Secret::new("R0123456789ABCDEF0123456789ABCDE").into()));
    /// assert_eq!(channel.retry_policy().outcome(429), AttemptOutcome::Retry);
    /// ```
    #[must_use]
    pub fn retry_policy(&self) -> RetryPolicy {
        self.delivery().retry.clone().unwrap_or_else(|| RetryPolicy::of_integration(self.kind()))
    }

    /// Whether it is told that alerts are resolved.
    #[must_use]
    pub fn send_resolved(&self) -> bool {
        each!(self, settings => settings.send_resolved)
    }

    /// How many alerts one message has at most; 0 is no limit. Only webhooks have one.
    #[must_use]
    pub fn max_alerts(&self) -> Count {
        if let Self::Webhook(settings) = self { settings.max_alerts } else { Count::ZERO }
    }

    /// Checks what the types of its fields can't hold.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all problems.
    ///
    /// ```
    /// use alert_schemas::notifications::{Channel, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let channel = Channel::from(WebhookSettings::new(Secret::new("hooks").into()));
    /// let report = channel.check().unwrap_err();
    /// assert_eq!((report.violations()[0].path.as_str(), &*report.violations()[0].code), ("/webhook/url", "channel_url"));
    /// ```
    pub fn check(&self) -> Result<(), Report> {
        let mut report = Report::new();
        self.check_at(&Path::ROOT, &mut report);
        report.into_result(())
    }

    fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        each!(self, settings => settings.credentials())
    }

    /// Its secrets, each with its place in the JSON of the channel: who keeps them elsewhere finds them here.
    ///
    /// ```
    /// use alert_schemas::notifications::{Channel, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let channel = Channel::from(WebhookSettings::new(Secret::new("https://hooks.example.org/a").into()));
    /// let (place, secret) = &channel.secrets()[0];
    /// assert_eq!((place.as_str(), secret.expose()), ("/webhook/url/secret", "https://hooks.example.org/a"));
    /// ```
    #[must_use]
    pub fn secrets(&self) -> Vec<(Pointer, &Secret)> {
        let place = |field: &str| Pointer::root().key(self.kind()).key(field).key("secret");
        self.credentials().into_iter().filter_map(|(field, credential)| Some((place(field), credential.secret()?))).collect()
    }

    /// Its JSON with the secrets in clear, for a store that is allowed to have them.
    ///
    /// ```
    /// use alert_schemas::notifications::{Channel, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let channel = Channel::from(WebhookSettings::new(Secret::new("https://hooks.example.org/a").into()));
    /// let json = channel.to_exposed_json();
    /// assert_eq!(json["webhook"]["url"]["secret"], "https://hooks.example.org/a");
    /// assert_eq!(serde_json::from_value::<Channel>(json)?, channel);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn to_exposed_json(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        for (place, secret) in self.secrets() {
            if let Some(value) = json.pointer_mut(place.as_str()) {
                *value = Value::String(secret.expose().to_owned());
            }
        }
        json
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::Receiver;

    #[test]
    fn a_secret_in_the_wrong_place_is_not_shown() {
        for text in [
            r#"{"webhook": {"url": "hunter2"}}"#,
            r#"{"slack": "hunter2"}"#,
            "\"hunter2\"",
            r#"{"slack": {"webhook": {"secret": 47114711}}}"#,
            r#"{"slack": 47114711}"#,
        ] {
            let of_channel = serde_json::from_str::<Channel>(text).unwrap_err().to_string();
            let of_receiver =
                serde_json::from_str::<Receiver>(&format!(r#"{{"name": "db", "channels": [{text}]}}"#)).unwrap_err().to_string();
            for error in [of_channel, of_receiver] {
                assert!(error.contains("invalid type") && !error.contains("hunter2") && !error.contains("4711"), "{text}: {error}");
            }
        }
        let error = serde_json::from_str::<Credential>("\"hunter2\"").unwrap_err().to_string();
        assert!(error.starts_with("invalid type: a string, expected an object with one member"), "{error}");
    }
}
