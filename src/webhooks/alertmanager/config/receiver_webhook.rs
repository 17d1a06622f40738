//! Webhooks.

use crate::webhooks::alertmanager::config::any_value::AnyValue;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::SecretTemplateUrl;

section! {
    /// Requests with the alerts as JSON (version 4), or with a payload of its own.
    pub struct WebhookConfig;
    example "max_alerts = 5" => "max_alerts: 5";
    bad "max_alerts: 1" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.exactly_one(&[("url", !it.url.is_empty()), ("url_file", !it.url_file.is_empty())]);
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where they are sent, which is a secret.
    url: SecretTemplateUrl as "url",
    /// The file of it.
    url_file: String as "url_file",
    /// How many alerts a request has at most; 0 for any number.
    max_alerts: u64 as "max_alerts",
    /// How long it may take; 0 for any time.
    timeout: GoDuration as "timeout",
    /// What is sent instead; its texts are templates.
    payload: AnyValue as "payload",
}
