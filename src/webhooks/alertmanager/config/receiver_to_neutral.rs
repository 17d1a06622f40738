//! Alertmanager's receivers as neutral ones.

use crate::notifications::Channel;
use crate::notifications::Credential;
use crate::notifications::DeliverySettings;
use crate::notifications::DiscordSettings;
use crate::notifications::EmailAddress;
use crate::notifications::EmailSettings;
use crate::notifications::InvalidReceiverName;
use crate::notifications::OpsgenieResponder;
use crate::notifications::OpsgenieResponderKind;
use crate::notifications::OpsgenieSettings;
use crate::notifications::PagerDutySettings;
use crate::notifications::Receiver;
use crate::notifications::ReceiverName;
use crate::notifications::SlackSettings;
use crate::notifications::SmsSettings;
use crate::notifications::TeamsSettings;
use crate::notifications::TelegramMarkup;
use crate::notifications::TelegramSettings;
use crate::notifications::WebhookSettings;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::utils::Secret;
use crate::utils::SecretDisplay;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::webhooks::alertmanager::config::global::ConfigGlobal;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::host_port::HostPort;
use crate::webhooks::alertmanager::config::http_config::Authorization;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::http_config::TlsConfig;
use crate::webhooks::alertmanager::config::receiver::ConfigReceiver;
use crate::webhooks::alertmanager::config::receiver_discord::DiscordConfig;
use crate::webhooks::alertmanager::config::receiver_email::EmailConfig;
use crate::webhooks::alertmanager::config::receiver_msteams::MsteamsConfig;
use crate::webhooks::alertmanager::config::receiver_msteamsv2::Msteamsv2Config;
use crate::webhooks::alertmanager::config::receiver_opsgenie::OpsgenieConfig;
use crate::webhooks::alertmanager::config::receiver_pagerduty::PagerdutyConfig;
use crate::webhooks::alertmanager::config::receiver_slack::SlackConfig;
use crate::webhooks::alertmanager::config::receiver_sns::SnsConfig;
use crate::webhooks::alertmanager::config::receiver_telegram::TelegramConfig;
use crate::webhooks::alertmanager::config::receiver_webhook::WebhookConfig;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::url::SecretUrl;
use crate::webhooks::alertmanager::config::written::Written;

/// The attribute by which SNS is told whom a text message is from.
pub(super) const SMS_SENDER: &str = "AWS.SNS.SMS.SenderID";

impl ConfigReceiver {
    /// The receiver as a neutral one. What an integration has from `global` is written out, or told as a loss.
    ///
    /// Losses say what a neutral receiver does not have, with its place in this one: single fields (`field_not_carried`), and whole integrations
    /// (`channel_not_carried`), which are those of kinds without a neutral counterpart (WeChat, VictorOps, Pushover, Webex, Jira, incident.io,
    /// Rocket.Chat, Mattermost, topics and targets of SNS), and those that lack what a channel must have. A connector of Microsoft Teams becomes a workflow
    /// (`channel_changed`).
    ///
    /// # Errors
    ///
    /// [`InvalidReceiverName`] if the name is empty or has more than 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigGlobal, ConfigReceiver, WebexConfig, WebhookConfig};
    ///
    /// let mut receiver = ConfigReceiver::new("db");
    /// let mut webhook = WebhookConfig::default();
    /// webhook.url = "https://hooks.example.org/a".parse()?;
    /// receiver.webhook_configs.push(webhook);
    /// receiver.webex_configs.push(WebexConfig::default());
    /// let converted = receiver.to_receiver(&ConfigGlobal::default())?;
    /// assert_eq!(converted.value.channels[0].kind(), "webhook");
    /// assert_eq!(converted.losses[0].to_string(), "/webex_configs/0: there is no neutral channel for `webex`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_receiver(&self, global: &ConfigGlobal) -> Result<Converted<Receiver>, InvalidReceiverName> {
        let mut to = ToNeutral { global, losses: Vec::new(), place: Pointer::root(), channels: Vec::new() };
        to.each("webhook_configs", &self.webhook_configs, ToNeutral::webhook);
        to.each("email_configs", &self.email_configs, ToNeutral::email);
        to.each("pagerduty_configs", &self.pagerduty_configs, ToNeutral::pagerduty);
        to.each("opsgenie_configs", &self.opsgenie_configs, ToNeutral::opsgenie);
        to.without("wechat", self.wechat_configs.len());
        to.each("slack_configs", &self.slack_configs, ToNeutral::slack);
        to.without("victorops", self.victorops_configs.len());
        to.without("pushover", self.pushover_configs.len());
        to.each("sns_configs", &self.sns_configs, ToNeutral::sns);
        to.each("telegram_configs", &self.telegram_configs, ToNeutral::telegram);
        to.each("discord_configs", &self.discord_configs, ToNeutral::discord);
        to.without("webex", self.webex_configs.len());
        to.each("msteams_configs", &self.msteams_configs, ToNeutral::msteams);
        to.each("msteamsv2_configs", &self.msteamsv2_configs, ToNeutral::msteamsv2);
        to.without("jira", self.jira_configs.len());
        to.without("incidentio", self.incidentio_configs.len());
        to.without("rocketchat", self.rocketchat_configs.len());
        to.without("mattermost", self.mattermost_configs.len());
        let mut receiver = Receiver::new(ReceiverName::new(self.name.clone())?);
        if self.labels.keys().any(|name| name != "name") {
            to.losses.push(Loss::new(Pointer::root().key("labels"), "field_not_carried", "a neutral receiver has no labels"));
        }
        receiver.channels = to.channels;
        Ok(Converted::with(receiver, to.losses))
    }
}

/// Where we are.
struct ToNeutral<'g> {
    global: &'g ConfigGlobal,
    losses: Vec<Loss>,
    /// The place of the integration.
    place: Pointer,
    channels: Vec<Channel>,
}

/// An integration that can't be a channel, and why.
type Maybe = Result<Channel, String>;

fn without_credential(what: &str) -> String {
    format!("there is no {what} that can be carried")
}

impl ToNeutral<'_> {
    fn each<T>(&mut self, key: &str, integrations: &[T], convert: fn(&mut Self, &T) -> Maybe) {
        for (at, integration) in integrations.iter().enumerate() {
            self.place = Pointer::root().key(key).index(at);
            let before = self.losses.len();
            let channel = convert(self, integration).and_then(|channel| match channel.check() {
                Ok(()) => Ok(channel),
                Err(report) => Err(report.to_string()),
            });
            match channel {
                Ok(channel) => self.channels.push(channel),
                Err(why) => {
                    // What is lost with the whole is not told again.
                    self.losses.truncate(before);
                    self.losses.push(Loss::new(self.place.clone(), "channel_not_carried", why));
                }
            }
        }
    }

    fn without(&mut self, kind: &str, count: usize) {
        for at in 0..count {
            let place = Pointer::root().key(&format!("{kind}_configs")).index(at);
            self.losses.push(Loss::new(place, "channel_not_carried", format!("there is no neutral channel for `{kind}`")));
        }
    }

    fn lose(&mut self, field: &str, message: impl Into<String>) {
        self.losses.push(Loss::new(self.place.clone().key(field), "field_not_carried", message));
    }

    /// Notes the fields that are set and that nobody carries.
    fn rest(&mut self, section: &impl ConfigValue, carried: &[&str]) {
        if let Written::Map(fields) = section.written(SecretDisplay::Hidden) {
            for (name, _) in fields.iter().filter(|(name, _)| !carried.contains(&name.as_str())) {
                self.lose(name, format!("a neutral channel of this kind has no `{name}`"));
            }
        }
    }

    /// Notes that the HTTP settings of `global` count for an integration, since it has none of its own, and that nobody carries them.
    fn global_http(&mut self, own: Option<&HttpConfig>) {
        if own.is_none() && self.global.http_config.as_ref().is_some_and(|http| *http != HttpConfig::default()) {
            self.lose("http_config", "the HTTP settings of `global` are not carried");
        }
    }

    /// Notes a field that counts for an integration since it has none of its own, and that nobody carries.
    fn global_field(&mut self, field: &str, counts: bool, name: &str) {
        if counts {
            self.lose(field, format!("`{name}` of `global` is not carried"));
        }
    }

    /// A text of a message; none where it is Alertmanager's own wording, which is `default`.
    fn text<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self, field: &str, text: &str, default: &str) -> Option<T> {
        if text == default {
            return None;
        }
        text.parse().map_err(|error: T::Err| self.lose(field, error.to_string())).ok()
    }

    fn credential(&mut self, field: &str, secret: Option<&Secret>, file: &str) -> Option<Credential> {
        if !file.is_empty() {
            return file.parse().map(Credential::File).map_err(|error| self.lose(&format!("{field}_file"), error_text(&error))).ok();
        }
        secret.filter(|secret| !secret.is_empty()).cloned().map(Credential::Secret)
    }

    fn address(&mut self, field: &str, url: Option<&SecretUrl>, file: &str) -> Option<Credential> {
        self.credential(field, url.map(SecretUrl::secret), file)
    }

    /// The address of a service; none where it is what Alertmanager has by itself.
    fn service(
        &mut self,
        field: &str,
        own: Option<&HttpUrl>,
        global: Option<&HttpUrl>,
        default: Option<&HttpUrl>,
    ) -> Option<crate::notifications::ServiceUrl> {
        let url = own.or(global).filter(|url| Some(*url) != default)?;
        url.as_str().parse().map_err(|error: crate::notifications::InvalidServiceUrl| self.lose(field, error.to_string())).ok()
    }

    fn delivery(&mut self, timeout: Option<GoDuration>) -> DeliverySettings {
        let mut delivery = DeliverySettings::default();
        let Some(nanos) = timeout.map(GoDuration::as_nanos).filter(|nanos| *nanos != 0) else { return delivery };
        match u64::try_from(nanos) {
            Ok(nanos) if nanos.is_multiple_of(1_000_000) && nanos <= 600_000_000_000 => {
                delivery.timeout = AlertDuration::millis(u32::try_from(nanos / 1_000_000).unwrap_or_default())
            }
            _ => self.lose("timeout", "the timeout is not whole milliseconds up to 10 minutes"),
        }
        delivery
    }

    fn webhook(&mut self, webhook: &WebhookConfig) -> Maybe {
        let url = self.credential("url", Some(webhook.url.secret()), &webhook.url_file).ok_or_else(|| without_credential("address"))?;
        let mut settings = WebhookSettings::new(url);
        let mut carried = vec!["url", "url_file", "send_resolved", "max_alerts", "timeout"];
        let own = webhook.http_config.as_ref();
        settings.bearer_token = own.or(self.global.http_config.as_ref()).and_then(bearer_token);
        if settings.bearer_token.is_some() {
            carried.push("http_config");
        }
        self.rest(webhook, &carried);
        if settings.bearer_token.is_none() {
            self.global_http(own);
        }
        settings.max_alerts = Count::new(webhook.max_alerts).unwrap_or(Count::MAX);
        settings.send_resolved = webhook.send_resolved;
        settings.delivery = self.delivery(Some(webhook.timeout));
        Ok(settings.into())
    }

    fn email(&mut self, email: &EmailConfig) -> Maybe {
        let to: Result<Vec<EmailAddress>, _> = email.to.split(',').map(str::trim).filter(|to| !to.is_empty()).map(str::parse).collect();
        let mut settings = EmailSettings::new(to.map_err(|error| error.to_string())?);
        let default = EmailConfig::default();
        self.rest(
            email,
            &[
                "to",
                "from",
                "smarthost",
                "auth_username",
                "auth_password",
                "auth_password_file",
                "require_tls",
                "headers",
                "html",
                "text",
                "send_resolved",
            ],
        );
        let (global, defaults) = (self.global, ConfigGlobal::default());
        let no_hello = email.hello.is_empty() && global.smtp_hello != defaults.smtp_hello;
        self.global_field("hello", no_hello, "smtp_hello");
        let no_secret = email.auth_secret.is_empty() && email.auth_secret_file.is_empty();
        self.global_field("auth_secret", no_secret && !global.smtp_auth_secret.is_empty(), "smtp_auth_secret");
        self.global_field("auth_secret_file", no_secret && !global.smtp_auth_secret_file.is_empty(), "smtp_auth_secret_file");
        let no_identity = email.auth_identity.is_empty() && !global.smtp_auth_identity.is_empty();
        self.global_field("auth_identity", no_identity, "smtp_auth_identity");
        let has_tls = global.smtp_tls_config.as_ref().is_some_and(|tls| *tls != TlsConfig::default());
        self.global_field("tls_config", email.tls_config.is_none() && has_tls, "smtp_tls_config");
        let no_force = email.force_implicit_tls.is_none() && global.smtp_force_implicit_tls.is_some();
        self.global_field("force_implicit_tls", no_force, "smtp_force_implicit_tls");
        let from = if email.from.is_empty() { &global.smtp_from } else { &email.from };
        settings.from = self.text("from", from, "");
        let smarthost = if email.smarthost.is_empty() { &global.smtp_smarthost } else { &email.smarthost };
        self.mail_server(smarthost, &mut settings);
        let username = if email.auth_username.is_empty() { &global.smtp_auth_username } else { &email.auth_username };
        settings.username = self.text("auth_username", username, "");
        let (password, file) = if email.auth_password.is_empty() && email.auth_password_file.is_empty() {
            (&global.smtp_auth_password, &global.smtp_auth_password_file)
        } else {
            (&email.auth_password, &email.auth_password_file)
        };
        if !password.is_empty() && !file.is_empty() {
            self.lose("auth_password", "the file of the password counts");
        }
        settings.password = self.credential("auth_password", Some(password), file);
        if settings.username.is_none() && settings.password.take().is_some() {
            self.lose("auth_password", "there is no name to log in with");
        }
        settings.require_tls = email.require_tls.unwrap_or(global.smtp_require_tls);
        for (name, value) in &email.headers {
            if name.eq_ignore_ascii_case("subject") {
                settings.subject = self.text("headers", value, "");
            } else {
                self.lose("headers", format!("a neutral e-mail has no header `{}`", crate::utils::excerpt(name)));
            }
        }
        settings.html = self.text("html", &email.html, &default.html);
        settings.text = self.text("text", &email.text, &default.text);
        settings.send_resolved = email.send_resolved;
        Ok(settings.into())
    }

    fn mail_server(&mut self, smarthost: &HostPort, settings: &mut EmailSettings) {
        if smarthost.is_empty() {
            return;
        }
        match (smarthost.host().parse(), smarthost.port().parse::<u16>()) {
            (Ok(server), Ok(port)) if port > 0 => {
                settings.server = Some(server);
                settings.port = Count::from(u32::from(port));
            }
            _ => self.lose("smarthost", "the server has no plain name, or its port is no number"),
        }
    }

    fn pagerduty(&mut self, pagerduty: &PagerdutyConfig) -> Maybe {
        let key = self.credential("routing_key", Some(&pagerduty.routing_key), &pagerduty.routing_key_file);
        let mut settings = PagerDutySettings::new(key.ok_or_else(|| "version 1 of PagerDuty's events has no neutral channel".to_owned())?);
        let (default, defaults) = (PagerdutyConfig::default(), ConfigGlobal::default());
        self.rest(
            pagerduty,
            &[
                "routing_key",
                "routing_key_file",
                "url",
                "description",
                "severity",
                "source",
                "client",
                "client_url",
                "component",
                "group",
                "class",
                "send_resolved",
                "timeout",
            ],
        );
        self.global_http(pagerduty.http_config.as_ref());
        let global = self.global.pagerduty_url.as_ref();
        settings.url = self.service("url", pagerduty.url.as_ref(), global, defaults.pagerduty_url.as_ref());
        settings.description = self.text("description", &pagerduty.description, &default.description);
        settings.severity = self.text("severity", &pagerduty.severity, "");
        settings.source = self.text("source", &pagerduty.source, "");
        settings.client = self.text("client", &pagerduty.client, &default.client);
        settings.client_url = self.text("client_url", &pagerduty.client_url, &default.client_url);
        settings.component = self.text("component", &pagerduty.component, "");
        settings.group = self.text("group", &pagerduty.group, "");
        settings.class = self.text("class", &pagerduty.class, "");
        settings.send_resolved = pagerduty.send_resolved;
        settings.delivery = self.delivery(Some(pagerduty.timeout));
        Ok(settings.into())
    }

    fn opsgenie(&mut self, opsgenie: &OpsgenieConfig) -> Maybe {
        let (key, file) = if opsgenie.api_key.is_empty() && opsgenie.api_key_file.is_empty() {
            (&self.global.opsgenie_api_key, &self.global.opsgenie_api_key_file)
        } else {
            (&opsgenie.api_key, &opsgenie.api_key_file)
        };
        let key = self.credential("api_key", Some(key), file).ok_or_else(|| without_credential("key"))?;
        let mut settings = OpsgenieSettings::new(key);
        let (default, defaults) = (OpsgenieConfig::default(), ConfigGlobal::default());
        self.rest(
            opsgenie,
            &[
                "api_key",
                "api_key_file",
                "api_url",
                "message",
                "description",
                "source",
                "entity",
                "note",
                "tags",
                "priority",
                "responders",
                "update_alerts",
                "send_resolved",
            ],
        );
        self.global_http(opsgenie.http_config.as_ref());
        let global = self.global.opsgenie_api_url.as_ref();
        settings.api_url = self.service("api_url", opsgenie.api_url.as_ref(), global, defaults.opsgenie_api_url.as_ref());
        settings.message = self.text("message", &opsgenie.message, &default.message);
        settings.description = self.text("description", &opsgenie.description, &default.description);
        settings.source = self.text("source", &opsgenie.source, &default.source);
        settings.entity = self.text("entity", &opsgenie.entity, "");
        settings.note = self.text("note", &opsgenie.note, "");
        settings.tags = self.text("tags", &opsgenie.tags, "");
        settings.priority = self.text("priority", &opsgenie.priority, "");
        for responder in &opsgenie.responders {
            let kind = responder.kind.to_lowercase().parse::<OpsgenieResponderKind>();
            let name = if responder.username.is_empty() { &responder.name } else { &responder.username };
            match (kind, name.parse()) {
                (Ok(kind), Ok(name)) if responder.id.is_empty() => settings.responders.push(OpsgenieResponder::new(kind, name)),
                _ => self.lose("responders", "a neutral responder has a name, and is a team, user, escalation or schedule"),
            }
        }
        settings.update_alerts = opsgenie.update_alerts;
        settings.send_resolved = opsgenie.send_resolved;
        Ok(settings.into())
    }

    fn slack(&mut self, slack: &SlackConfig) -> Maybe {
        let default = SlackConfig::default();
        let global = self.global;
        let mut webhook = self.address("api_url", slack.api_url.as_ref(), &slack.api_url_file);
        let mut token = self.credential("app_token", Some(&slack.app_token), &slack.app_token_file);
        if webhook.is_none() && token.is_none() {
            webhook = self.address("api_url", global.slack_api_url.as_ref(), &global.slack_api_url_file);
            token = self.credential("app_token", Some(&global.slack_app_token), &global.slack_app_token_file);
            if token.is_some() {
                // The address where apps post stands beside the token in older configurations.
                webhook = None;
            }
        }
        let mut settings = match (webhook, token) {
            (Some(webhook), _) => SlackSettings::new(webhook),
            (None, Some(token)) => {
                let mut settings = SlackSettings::new(token.clone());
                settings.webhook = None;
                settings.app_token = Some(token);
                settings
            }
            (None, None) => return Err(without_credential("address or token")),
        };
        self.rest(
            slack,
            &[
                "api_url",
                "api_url_file",
                "app_token",
                "app_token_file",
                "channel",
                "username",
                "title",
                "title_link",
                "text",
                "fallback",
                "color",
                "icon_emoji",
                "send_resolved",
                "timeout",
            ],
        );
        self.global_http(slack.http_config.as_ref());
        let is_moved = global.slack_app_url != ConfigGlobal::default().slack_app_url;
        self.global_field("app_url", settings.app_token.is_some() && slack.app_url.is_none() && is_moved, "slack_app_url");
        settings.channel = self.text("channel", &slack.channel, "");
        settings.username = self.text("username", &slack.username, &default.username);
        settings.title = self.text("title", &slack.title, &default.title);
        settings.title_link = self.text("title_link", &slack.title_link, &default.title_link);
        settings.text = self.text("text", &slack.text, &default.text);
        settings.fallback = self.text("fallback", &slack.fallback, &default.fallback);
        settings.color = self.text("color", &slack.color, &default.color);
        settings.icon_emoji = self.text("icon_emoji", &slack.icon_emoji, &default.icon_emoji);
        settings.send_resolved = slack.send_resolved;
        settings.delivery = self.delivery(Some(slack.timeout));
        Ok(settings.into())
    }

    fn sns(&mut self, sns: &SnsConfig) -> Maybe {
        if sns.phone_number.is_empty() || !sns.topic_arn.is_empty() || !sns.target_arn.is_empty() {
            return Err("topics and targets of SNS have no neutral channel".to_owned());
        }
        let mut settings =
            SmsSettings::new(sns.phone_number.parse().map_err(|error: crate::notifications::InvalidPhoneNumber| error.to_string())?);
        let default = SnsConfig::default();
        self.rest(sns, &["phone_number", "message", "attributes", "sigv4", "send_resolved"]);
        self.global_http(sns.http_config.as_ref());
        settings.region = self.text("sigv4", &sns.sigv4.region, "");
        let mut signing = sns.sigv4.clone();
        signing.region.clear();
        if signing != default.sigv4 {
            self.lose("sigv4", "a neutral text message has a region and no keys");
        }
        for (name, value) in &sns.attributes {
            match (name.as_str(), value.parse()) {
                (SMS_SENDER, Ok(sender)) => settings.sender = Some(sender),
                _ => self.lose("attributes", format!("a neutral text message has no attribute `{}`", crate::utils::excerpt(name))),
            }
        }
        settings.text = self.text("message", &sns.message, &default.message);
        settings.send_resolved = sns.send_resolved;
        Ok(settings.into())
    }

    fn telegram(&mut self, telegram: &TelegramConfig) -> Maybe {
        let (token, file) = if telegram.bot_token.is_empty() && telegram.bot_token_file.is_empty() {
            (&self.global.telegram_bot_token, &self.global.telegram_bot_token_file)
        } else {
            (&telegram.bot_token, &telegram.bot_token_file)
        };
        let token = self.credential("bot_token", Some(token), file).ok_or_else(|| without_credential("token"))?;
        let chat = telegram
            .chat_id
            .to_string()
            .parse()
            .map_err(|_| "the number of the chat is in a file, or has more than 18 digits".to_owned())?;
        let mut settings = TelegramSettings::new(token, chat);
        let default = TelegramConfig::default();
        self.rest(
            telegram,
            &[
                "bot_token",
                "bot_token_file",
                "chat_id",
                "message_thread_id",
                "message",
                "parse_mode",
                "disable_notifications",
                "send_resolved",
            ],
        );
        self.global_http(telegram.http_config.as_ref());
        let is_moved = self.global.telegram_api_url != ConfigGlobal::default().telegram_api_url;
        self.global_field("api_url", telegram.api_url.is_none() && is_moved, "telegram_api_url");
        match u64::try_from(telegram.message_thread_id).ok().and_then(|thread| Count::new(thread).ok()) {
            Some(thread) => settings.thread = thread,
            None => self.lose("message_thread_id", "the number of the thread is below 0 or too large"),
        }
        settings.text = self.text("message", &telegram.message, &default.message);
        settings.markup = match telegram.parse_mode.as_str() {
            "Markdown" => TelegramMarkup::Markdown,
            "MarkdownV2" => TelegramMarkup::MarkdownV2,
            "" => TelegramMarkup::None,
            _ => TelegramMarkup::Html,
        };
        settings.silent = telegram.disable_notifications;
        settings.send_resolved = telegram.send_resolved;
        Ok(settings.into())
    }

    fn discord(&mut self, discord: &DiscordConfig) -> Maybe {
        let webhook = self.address("webhook_url", discord.webhook_url.as_ref(), &discord.webhook_url_file);
        let mut settings = DiscordSettings::new(webhook.ok_or_else(|| without_credential("address"))?);
        let default = DiscordConfig::default();
        self.rest(discord, &["webhook_url", "webhook_url_file", "content", "title", "message", "username", "send_resolved"]);
        self.global_http(discord.http_config.as_ref());
        settings.content = self.text("content", &discord.content, "");
        settings.title = self.text("title", &discord.title, &default.title);
        settings.text = self.text("message", &discord.message, &default.message);
        settings.username = self.text("username", &discord.username, "");
        settings.send_resolved = discord.send_resolved;
        Ok(settings.into())
    }

    fn msteams(&mut self, teams: &MsteamsConfig) -> Maybe {
        let webhook = self.address("webhook_url", teams.webhook_url.as_ref(), &teams.webhook_url_file);
        let mut settings = TeamsSettings::new(webhook.ok_or_else(|| without_credential("address"))?);
        let default = MsteamsConfig::default();
        self.losses.push(Loss::new(self.place.clone(), "channel_changed", "a connector becomes a workflow, which has another address"));
        self.rest(teams, &["webhook_url", "webhook_url_file", "title", "text", "send_resolved"]);
        self.global_http(teams.http_config.as_ref());
        settings.title = self.text("title", &teams.title, &default.title);
        settings.text = self.text("text", &teams.text, &default.text);
        settings.send_resolved = teams.send_resolved;
        Ok(settings.into())
    }

    fn msteamsv2(&mut self, teams: &Msteamsv2Config) -> Maybe {
        let webhook = self.address("webhook_url", teams.webhook_url.as_ref(), &teams.webhook_url_file);
        let mut settings = TeamsSettings::new(webhook.ok_or_else(|| without_credential("address"))?);
        let default = Msteamsv2Config::default();
        self.rest(teams, &["webhook_url", "webhook_url_file", "title", "text", "send_resolved"]);
        self.global_http(teams.http_config.as_ref());
        settings.title = self.text("title", &teams.title, &default.title);
        settings.text = self.text("text", &teams.text, &default.text);
        settings.send_resolved = teams.send_resolved;
        Ok(settings.into())
    }
}

fn error_text(error: &crate::notifications::InvalidFilePath) -> String {
    error.to_string()
}

/// The bearer token, where the HTTP settings have nothing else.
fn bearer_token(http: &HttpConfig) -> Option<Credential> {
    let authorization = http.authorization.as_ref()?;
    let kind = authorization.kind.trim();
    let mut alone = Authorization::default();
    alone.kind.clone_from(&authorization.kind);
    let credential = if authorization.credentials_file.is_empty() {
        alone.credentials.clone_from(&authorization.credentials);
        Credential::Secret(authorization.credentials.clone())
    } else {
        alone.credentials_file.clone_from(&authorization.credentials_file);
        Credential::File(authorization.credentials_file.parse().ok()?)
    };
    let expected = HttpConfig { authorization: Some(alone), ..HttpConfig::default() };
    let is_alone = expected == *http && (kind.is_empty() || kind == "Bearer");
    (is_alone && credential.secret().is_none_or(|secret| !secret.is_empty())).then_some(credential)
}
