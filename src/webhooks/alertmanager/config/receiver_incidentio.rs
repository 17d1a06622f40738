//! incident.io.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// Alerts to incident.io.
    pub struct IncidentioConfig;
    example "max_alerts = 5" => "max_alerts: 5";
    bad "max_alerts: 5" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.exactly_one(&[("url", it.url.is_some()), ("url_file", !it.url_file.is_empty())]);
        faults.at_most_one(&[("alert_source_token", !it.alert_source_token.is_empty()), ("alert_source_token_file", !it.alert_source_token_file.is_empty())]);
        let has_token = !it.alert_source_token.is_empty() || !it.alert_source_token_file.is_empty();
        let fields = ["alert_source_token_file", "alert_source_token", "http_config"];
        match it.http_config.as_ref().map(HttpConfig::has_authorization) {
            Some(true) if has_token => {
                faults.note(&fields, "config_exclusive_fields", "a token and `authorization` in `http_config` may not both be set");
            }
            Some(false) if !has_token => {
                faults.note(&fields, "missing_field", "one of `alert_source_token`, `alert_source_token_file`, `authorization` in `http_config` is required");
            }
            _ => {}
        }
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where they are sent.
    url: Option<HttpUrl> as "url",
    /// The file of it.
    url_file: String as "url_file",
    /// The token of the alert source.
    alert_source_token: Secret as "alert_source_token",
    /// The file of it.
    alert_source_token_file: String as "alert_source_token_file",
    /// How many alerts a request has at most; 0 for any number.
    max_alerts: u64 as "max_alerts",
    /// How long it may take; 0 for any time.
    timeout: GoDuration as "timeout",
}
