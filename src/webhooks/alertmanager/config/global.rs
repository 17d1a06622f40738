//! What all receivers share.

use crate::utils::AlertDuration;
use crate::utils::Secret;
use crate::webhooks::alertmanager::config::host_port::HostPort;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::http_config::TlsConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::url::SecretUrl;

section! {
    /// The section `global`: what receivers have that do not say otherwise.
    pub struct ConfigGlobal;
    example "smtp_from = \"ops\".to_owned()" => "smtp_from: ops";
    bad "smtp_smarthost: mail" => "invalid_host_port";
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("slack_api_url", it.slack_api_url.is_some()), ("slack_api_url_file", !it.slack_api_url_file.is_empty())]);
        faults.at_most_one(&[("slack_app_token", !it.slack_app_token.is_empty()), ("slack_app_token_file", !it.slack_app_token_file.is_empty())]);
        faults.at_most_one(&[("opsgenie_api_key", !it.opsgenie_api_key.is_empty()), ("opsgenie_api_key_file", !it.opsgenie_api_key_file.is_empty())]);
        faults.at_most_one(&[("victorops_api_key", !it.victorops_api_key.is_empty()), ("victorops_api_key_file", !it.victorops_api_key_file.is_empty())]);
        faults.at_most_one(&[("wechat_api_secret", !it.wechat_api_secret.is_empty()), ("wechat_api_secret_file", !it.wechat_api_secret_file.is_empty())]);
        faults.at_most_one(&[("telegram_bot_token", !it.telegram_bot_token.is_empty()), ("telegram_bot_token_file", !it.telegram_bot_token_file.is_empty())]);
        faults.at_most_one(&[("smtp_auth_password", !it.smtp_auth_password.is_empty()), ("smtp_auth_password_file", !it.smtp_auth_password_file.is_empty())]);
        faults.at_most_one(&[("smtp_auth_secret", !it.smtp_auth_secret.is_empty()), ("smtp_auth_secret_file", !it.smtp_auth_secret_file.is_empty())]);
        faults.at_most_one(&[("rocketchat_token", it.rocketchat_token.is_some()), ("rocketchat_token_file", !it.rocketchat_token_file.is_empty())]);
        faults.at_most_one(&[("rocketchat_token_id", it.rocketchat_token_id.is_some()), ("rocketchat_token_id_file", !it.rocketchat_token_id_file.is_empty())]);
        faults.at_most_one(&[("mattermost_webhook_url", it.mattermost_webhook_url.is_some()), ("mattermost_webhook_url_file", !it.mattermost_webhook_url_file.is_empty())]);
        let slack_url = it.slack_api_url.is_some() || !it.slack_api_url_file.is_empty();
        let slack_app = !it.slack_app_token.is_empty() || !it.slack_app_token_file.is_empty();
        // The address where apps post is no webhook: it may stand beside a token, as it had to before `slack_app_url` was there.
        let is_app_url = it.slack_api_url.as_ref().is_some_and(|url| it.slack_app_url.as_ref().is_some_and(|app| app.as_str() == url.expose()));
        if slack_url && slack_app && !is_app_url {
            let fields = ["slack_api_url", "slack_api_url_file", "slack_app_token", "slack_app_token_file"];
            let message = "a webhook of Slack (`slack_api_url`, `slack_api_url_file`) and an app (`slack_app_token`, `slack_app_token_file`) may not both be set";
            faults.note(&fields, "config_exclusive_fields", message);
        }
    };
    /// After which time without news an alert is resolved, if it does not say itself when it ends. Default `5m`.
    resolve_timeout: AlertDuration as "resolve_timeout" = AlertDuration::minutes(5),
    /// How servers are spoken to.
    http_config: Option<HttpConfig> as "http_config",
    /// Where Jira is.
    jira_api_url: Option<HttpUrl> as "jira_api_url",
    /// From whom e-mails are.
    smtp_from: String as "smtp_from",
    /// The name that mail servers are greeted with. Default `localhost`.
    smtp_hello: String as "smtp_hello" = "localhost".to_owned(),
    /// The server that takes e-mails.
    smtp_smarthost: HostPort as "smtp_smarthost",
    /// The name to log in there.
    smtp_auth_username: String as "smtp_auth_username",
    /// The password.
    smtp_auth_password: Secret as "smtp_auth_password",
    /// The file of it.
    smtp_auth_password_file: String as "smtp_auth_password_file",
    /// The secret of CRAM-MD5.
    smtp_auth_secret: Secret as "smtp_auth_secret",
    /// The file of it.
    smtp_auth_secret_file: String as "smtp_auth_secret_file",
    /// The identity of PLAIN.
    smtp_auth_identity: String as "smtp_auth_identity",
    /// Whether e-mails need TLS. Default true.
    smtp_require_tls: bool as "smtp_require_tls" = true,
    /// TLS of e-mails.
    smtp_tls_config: Option<TlsConfig> as "smtp_tls_config",
    /// Whether the connection begins with TLS.
    smtp_force_implicit_tls: Option<bool> as "smtp_force_implicit_tls",
    /// The webhook of Slack.
    slack_api_url: Option<SecretUrl> as "slack_api_url",
    /// The file of it.
    slack_api_url_file: String as "slack_api_url_file",
    /// The token of an app of Slack.
    slack_app_token: Secret as "slack_app_token",
    /// The file of it.
    slack_app_token_file: String as "slack_app_token_file",
    /// Where apps of Slack post.
    slack_app_url: Option<HttpUrl> as "slack_app_url" = HttpUrl::known("https://slack.com/api/chat.postMessage"),
    /// Where PagerDuty is.
    pagerduty_url: Option<HttpUrl> as "pagerduty_url" = HttpUrl::known("https://events.pagerduty.com/v2/enqueue"),
    /// Where Opsgenie is.
    opsgenie_api_url: Option<HttpUrl> as "opsgenie_api_url" = HttpUrl::known("https://api.opsgenie.com/"),
    /// The key of Opsgenie.
    opsgenie_api_key: Secret as "opsgenie_api_key",
    /// The file of it.
    opsgenie_api_key_file: String as "opsgenie_api_key_file",
    /// Where WeChat is.
    wechat_api_url: Option<HttpUrl> as "wechat_api_url" = HttpUrl::known("https://qyapi.weixin.qq.com/cgi-bin/"),
    /// The secret of WeChat.
    wechat_api_secret: Secret as "wechat_api_secret",
    /// The file of it.
    wechat_api_secret_file: String as "wechat_api_secret_file",
    /// The id of the corporation in WeChat.
    wechat_api_corp_id: String as "wechat_api_corp_id",
    /// Where VictorOps is.
    victorops_api_url: Option<HttpUrl> as "victorops_api_url" = HttpUrl::known("https://alert.victorops.com/integrations/generic/20131114/alert/"),
    /// The key of VictorOps.
    victorops_api_key: Secret as "victorops_api_key",
    /// The file of it.
    victorops_api_key_file: String as "victorops_api_key_file",
    /// Where Telegram is.
    telegram_api_url: Option<HttpUrl> as "telegram_api_url" = HttpUrl::known("https://api.telegram.org"),
    /// The token of a bot of Telegram.
    telegram_bot_token: Secret as "telegram_bot_token",
    /// The file of it.
    telegram_bot_token_file: String as "telegram_bot_token_file",
    /// Where Webex is.
    webex_api_url: Option<HttpUrl> as "webex_api_url" = HttpUrl::known("https://webexapis.com/v1/messages"),
    /// Where Rocket.Chat is.
    rocketchat_api_url: Option<HttpUrl> as "rocketchat_api_url" = HttpUrl::known("https://open.rocket.chat/"),
    /// The token of Rocket.Chat.
    rocketchat_token: Option<Secret> as "rocketchat_token",
    /// The file of it.
    rocketchat_token_file: String as "rocketchat_token_file",
    /// The id of that token.
    rocketchat_token_id: Option<Secret> as "rocketchat_token_id",
    /// The file of it.
    rocketchat_token_id_file: String as "rocketchat_token_id_file",
    /// The webhook of Mattermost.
    mattermost_webhook_url: Option<SecretUrl> as "mattermost_webhook_url",
    /// The file of it.
    mattermost_webhook_url_file: String as "mattermost_webhook_url_file",
}

impl ConfigGlobal {
    /// Whether receivers of Slack find here where to post.
    pub(super) fn has_slack(&self) -> bool {
        let url = self.slack_api_url.is_some() || !self.slack_api_url_file.is_empty();
        url || !self.slack_app_token.is_empty() || !self.slack_app_token_file.is_empty()
    }
}
