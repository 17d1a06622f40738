//! Neutral receivers as Alertmanager's.

use crate::notifications::Channel;
use crate::notifications::Credential;
use crate::notifications::DeliverySettings;
use crate::notifications::DiscordSettings;
use crate::notifications::EmailAddress;
use crate::notifications::EmailSettings;
use crate::notifications::OpsgenieResponderKind;
use crate::notifications::OpsgenieSettings;
use crate::notifications::PagerDutySettings;
use crate::notifications::Receiver;
use crate::notifications::ServiceUrl;
use crate::notifications::SlackSettings;
use crate::notifications::SmsSettings;
use crate::notifications::TeamsSettings;
use crate::notifications::TelegramMarkup;
use crate::notifications::TelegramSettings;
use crate::notifications::WebhookSettings;
use crate::utils::Pointer;
use crate::utils::Secret;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::http_config::Authorization;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::receiver::ConfigReceiver;
use crate::webhooks::alertmanager::config::receiver_discord::DiscordConfig;
use crate::webhooks::alertmanager::config::receiver_email::EmailConfig;
use crate::webhooks::alertmanager::config::receiver_msteamsv2::Msteamsv2Config;
use crate::webhooks::alertmanager::config::receiver_opsgenie::OpsgenieConfig;
use crate::webhooks::alertmanager::config::receiver_opsgenie::OpsgenieResponder;
use crate::webhooks::alertmanager::config::receiver_pagerduty::PagerdutyConfig;
use crate::webhooks::alertmanager::config::receiver_slack::SlackConfig;
use crate::webhooks::alertmanager::config::receiver_sns::SnsConfig;
use crate::webhooks::alertmanager::config::receiver_telegram::TelegramConfig;
use crate::webhooks::alertmanager::config::receiver_to_neutral::SMS_SENDER;
use crate::webhooks::alertmanager::config::receiver_webhook::WebhookConfig;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::url::SecretUrl;

impl ConfigReceiver {
    /// A neutral receiver as Alertmanager's.
    ///
    /// Losses say what Alertmanager does not have, with its place in the neutral receiver: how often and how fast is sent, the timeout of most services
    /// (`field_not_carried`), ServiceNow (`channel_not_carried`), and the order between channels of different kinds (`channel_order_changed`), since
    /// Alertmanager goes by kinds: webhook, email, pagerduty, opsgenie, slack, sms, telegram, discord, teams.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Receiver, TeamsSettings};
    /// use alert_schemas::utils::{Secret, SecretDisplay};
    /// use alert_schemas::webhooks::alertmanager::config::ConfigReceiver;
    ///
    /// let receiver = Receiver::builder("db").channel(TeamsSettings::new(Secret::new("https://example.org/workflow").into())).build()?;
    /// let converted = ConfigReceiver::from_receiver(&receiver);
    /// assert!(converted.is_exact());
    /// assert_eq!(converted.value.to_yaml(SecretDisplay::Hidden), "name: db\nmsteamsv2_configs:\n  - webhook_url: \"<secret>\"\n");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_receiver(receiver: &Receiver) -> Converted<Self> {
        let mut from = FromNeutral { to: Self::new(receiver.name.as_str()), losses: Vec::new(), place: Pointer::root(), kind: "" };
        let mut last = 0;
        let mut is_sorted = true;
        for (at, channel) in receiver.channels.iter().enumerate() {
            let rank = Channel::KINDS.iter().position(|kind| *kind == channel.kind()).unwrap_or_default();
            from.place = Pointer::root().key("channels").index(at);
            from.kind = channel.kind();
            let before = from.losses.len();
            match from.channel(channel) {
                Ok(()) => {
                    is_sorted &= last <= rank;
                    last = rank;
                }
                Err(why) => {
                    from.losses.truncate(before);
                    from.losses.push(Loss::new(from.place.clone(), "channel_not_carried", why));
                }
            }
        }
        if !is_sorted {
            let message = "Alertmanager tells the channels of one kind after those of another";
            from.losses.push(Loss::new(Pointer::root().key("channels"), "channel_order_changed", message));
        }
        Converted::with(from.to, from.losses)
    }
}

/// Where we are.
struct FromNeutral {
    to: ConfigReceiver,
    losses: Vec<Loss>,
    /// The place of the channel.
    place: Pointer,
    kind: &'static str,
}

fn text(text: Option<&impl AsRef<str>>) -> String {
    text.map(|text| text.as_ref().to_owned()).unwrap_or_default()
}

/// Sets a text, unless Alertmanager's own wording stays.
fn set(field: &mut String, text: Option<&impl AsRef<str>>) {
    if let Some(text) = text {
        text.as_ref().clone_into(field);
    }
}

/// A secret and the file of it, of which one is empty.
fn key(credential: Option<&Credential>) -> (Secret, String) {
    match credential {
        Some(Credential::Secret(secret)) => (secret.clone(), String::new()),
        Some(Credential::File(path)) => (Secret::default(), path.as_str().to_owned()),
        None => (Secret::default(), String::new()),
    }
}

/// An address and the file of it.
fn address(credential: &Credential) -> Result<(Option<SecretUrl>, String), String> {
    match credential {
        Credential::Secret(secret) => match secret.expose().parse() {
            Ok(url) => Ok((Some(url), String::new())),
            Err(error) => Err(error_text(&error)),
        },
        Credential::File(path) => Ok((None, path.as_str().to_owned())),
    }
}

fn error_text(error: &crate::webhooks::alertmanager::config::url::InvalidHttpUrl) -> String {
    error.to_string()
}

impl FromNeutral {
    fn lose(&mut self, path: &[&str], message: &str) {
        let place = path.iter().fold(self.place.clone().key(self.kind), |place, step| place.key(step));
        self.losses.push(Loss::new(place, "field_not_carried", message));
    }

    /// The timeout, where the integration has one; what else Alertmanager decides itself is lost.
    fn delivery(&mut self, delivery: &DeliverySettings, timeout: Option<&mut GoDuration>) {
        let default = DeliverySettings::default();
        match timeout {
            Some(field) => {
                let millis = i64::try_from(delivery.timeout.as_millis()).unwrap_or(i64::MAX);
                *field = GoDuration::from_nanos(millis.saturating_mul(1_000_000));
            }
            None if delivery.timeout != default.timeout => {
                self.lose(&["delivery", "timeout"], "this integration of Alertmanager has no timeout")
            }
            None => {}
        }
        if delivery.retry != default.retry {
            self.lose(&["delivery", "retry"], "Alertmanager decides itself when it tries again");
        }
        if delivery.pool_size != default.pool_size {
            self.lose(&["delivery", "pool_size"], "Alertmanager decides itself how many connections it has");
        }
        if delivery.rate_limit.is_some() {
            self.lose(&["delivery", "rate_limit"], "Alertmanager has no rate limit");
        }
    }

    fn service(&mut self, field: &'static str, url: Option<&ServiceUrl>) -> Option<HttpUrl> {
        let url = url?.as_str().parse();
        if url.is_err() {
            self.lose(&[field], "Alertmanager does not take this address");
        }
        url.ok()
    }

    fn channel(&mut self, channel: &Channel) -> Result<(), String> {
        match channel {
            Channel::Webhook(settings) => self.webhook(settings),
            Channel::Email(settings) => self.email(settings),
            Channel::PagerDuty(settings) => self.pagerduty(settings),
            Channel::Opsgenie(settings) => self.opsgenie(settings),
            Channel::Slack(settings) => self.slack(settings),
            Channel::Sms(settings) => self.sms(settings),
            Channel::Telegram(settings) => self.telegram(settings),
            Channel::Discord(settings) => self.discord(settings),
            Channel::Teams(settings) => self.teams(settings),
            _ => Err(format!("Alertmanager has no integration for `{}`", channel.kind())),
        }
    }

    fn webhook(&mut self, settings: &WebhookSettings) -> Result<(), String> {
        let mut webhook = WebhookConfig::default();
        match &settings.url {
            Credential::Secret(secret) => webhook.url = secret.expose().parse().map_err(|error| error_text(&error))?,
            Credential::File(path) => path.as_str().clone_into(&mut webhook.url_file),
        }
        if settings.bearer_token.is_some() {
            let mut authorization = Authorization::default();
            (authorization.credentials, authorization.credentials_file) = key(settings.bearer_token.as_ref());
            webhook.http_config = Some(HttpConfig { authorization: Some(authorization), ..HttpConfig::default() });
        }
        webhook.max_alerts = settings.max_alerts.get();
        webhook.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, Some(&mut webhook.timeout));
        self.to.webhook_configs.push(webhook);
        Ok(())
    }

    fn email(&mut self, settings: &EmailSettings) -> Result<(), String> {
        let to = settings.to.iter().map(EmailAddress::as_str).collect::<Vec<_>>().join(", ");
        let mut email = EmailConfig { to, from: text(settings.from.as_ref()), ..EmailConfig::default() };
        if let Some(server) = &settings.server {
            email.smarthost = format!("{server}:{}", settings.port).parse().map_err(|error: super::InvalidHostPort| error.to_string())?;
        }
        email.auth_username = text(settings.username.as_ref());
        (email.auth_password, email.auth_password_file) = key(settings.password.as_ref());
        email.require_tls = Some(settings.require_tls);
        if let Some(subject) = &settings.subject {
            email.headers.insert("Subject".to_owned(), subject.as_str().to_owned());
        }
        set(&mut email.html, settings.html.as_ref());
        set(&mut email.text, settings.text.as_ref());
        email.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.email_configs.push(email);
        Ok(())
    }

    fn pagerduty(&mut self, settings: &PagerDutySettings) -> Result<(), String> {
        let mut pagerduty = PagerdutyConfig::default();
        (pagerduty.routing_key, pagerduty.routing_key_file) = key(Some(&settings.routing_key));
        pagerduty.url = self.service("url", settings.url.as_ref());
        set(&mut pagerduty.description, settings.description.as_ref());
        set(&mut pagerduty.severity, settings.severity.as_ref());
        set(&mut pagerduty.source, settings.source.as_ref());
        set(&mut pagerduty.client, settings.client.as_ref());
        set(&mut pagerduty.client_url, settings.client_url.as_ref());
        set(&mut pagerduty.component, settings.component.as_ref());
        set(&mut pagerduty.group, settings.group.as_ref());
        set(&mut pagerduty.class, settings.class.as_ref());
        pagerduty.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, Some(&mut pagerduty.timeout));
        self.to.pagerduty_configs.push(pagerduty);
        Ok(())
    }

    fn opsgenie(&mut self, settings: &OpsgenieSettings) -> Result<(), String> {
        let mut opsgenie = OpsgenieConfig::default();
        (opsgenie.api_key, opsgenie.api_key_file) = key(Some(&settings.api_key));
        opsgenie.api_url = self.service("api_url", settings.api_url.as_ref());
        set(&mut opsgenie.message, settings.message.as_ref());
        set(&mut opsgenie.description, settings.description.as_ref());
        set(&mut opsgenie.source, settings.source.as_ref());
        set(&mut opsgenie.entity, settings.entity.as_ref());
        set(&mut opsgenie.note, settings.note.as_ref());
        set(&mut opsgenie.tags, settings.tags.as_ref());
        set(&mut opsgenie.priority, settings.priority.as_ref());
        for responder in &settings.responders {
            let mut written = OpsgenieResponder { kind: responder.kind.as_str().to_owned(), ..OpsgenieResponder::default() };
            let name = if responder.kind == OpsgenieResponderKind::User { &mut written.username } else { &mut written.name };
            responder.name.as_str().clone_into(name);
            opsgenie.responders.push(written);
        }
        opsgenie.update_alerts = settings.update_alerts;
        opsgenie.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.opsgenie_configs.push(opsgenie);
        Ok(())
    }

    fn slack(&mut self, settings: &SlackSettings) -> Result<(), String> {
        let mut slack = SlackConfig::default();
        if let Some(webhook) = &settings.webhook {
            (slack.api_url, slack.api_url_file) = address(webhook)?;
        }
        (slack.app_token, slack.app_token_file) = key(settings.app_token.as_ref());
        slack.channel = text(settings.channel.as_ref());
        set(&mut slack.username, settings.username.as_ref());
        set(&mut slack.title, settings.title.as_ref());
        set(&mut slack.title_link, settings.title_link.as_ref());
        set(&mut slack.text, settings.text.as_ref());
        set(&mut slack.fallback, settings.fallback.as_ref());
        set(&mut slack.color, settings.color.as_ref());
        set(&mut slack.icon_emoji, settings.icon_emoji.as_ref());
        slack.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, Some(&mut slack.timeout));
        self.to.slack_configs.push(slack);
        Ok(())
    }

    fn sms(&mut self, settings: &SmsSettings) -> Result<(), String> {
        let mut sns = SnsConfig { phone_number: settings.to.as_str().to_owned(), ..SnsConfig::default() };
        sns.sigv4.region = text(settings.region.as_ref());
        if let Some(sender) = &settings.sender {
            sns.attributes.insert(SMS_SENDER.to_owned(), sender.as_str().to_owned());
        }
        set(&mut sns.message, settings.text.as_ref());
        sns.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.sns_configs.push(sns);
        Ok(())
    }

    fn telegram(&mut self, settings: &TelegramSettings) -> Result<(), String> {
        let mut telegram = TelegramConfig::default();
        (telegram.bot_token, telegram.bot_token_file) = key(Some(&settings.bot_token));
        telegram.chat_id = settings.chat.number();
        telegram.message_thread_id = i64::try_from(settings.thread.get()).unwrap_or(i64::MAX);
        set(&mut telegram.message, settings.text.as_ref());
        telegram.parse_mode = match settings.markup {
            TelegramMarkup::None => "",
            TelegramMarkup::Markdown => "Markdown",
            TelegramMarkup::MarkdownV2 => "MarkdownV2",
            TelegramMarkup::Html => "HTML",
        }
        .to_owned();
        telegram.disable_notifications = settings.silent;
        telegram.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.telegram_configs.push(telegram);
        Ok(())
    }

    fn discord(&mut self, settings: &DiscordSettings) -> Result<(), String> {
        let mut discord = DiscordConfig::default();
        (discord.webhook_url, discord.webhook_url_file) = address(&settings.webhook)?;
        set(&mut discord.content, settings.content.as_ref());
        set(&mut discord.title, settings.title.as_ref());
        set(&mut discord.message, settings.text.as_ref());
        set(&mut discord.username, settings.username.as_ref());
        discord.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.discord_configs.push(discord);
        Ok(())
    }

    fn teams(&mut self, settings: &TeamsSettings) -> Result<(), String> {
        let mut teams = Msteamsv2Config::default();
        (teams.webhook_url, teams.webhook_url_file) = address(&settings.webhook)?;
        set(&mut teams.title, settings.title.as_ref());
        set(&mut teams.text, settings.text.as_ref());
        teams.send_resolved = settings.send_resolved;
        self.delivery(&settings.delivery, None);
        self.to.msteamsv2_configs.push(teams);
        Ok(())
    }
}
