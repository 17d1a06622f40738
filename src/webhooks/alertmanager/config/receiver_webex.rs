//! Webex.

use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// Messages to Webex.
    pub struct WebexConfig;
    example "room_id = \"r\".to_owned()" => "room_id: r";
    bad "message: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("room_id", !it.room_id.is_empty())]);
        if !it.http_config.as_ref().is_some_and(HttpConfig::has_authorization) {
            faults.note(&["http_config"], "missing_field", "`authorization` is required in `http_config`");
        }
        faults.inherited(&[("api_url", it.api_url.is_some())], "webex_api_url", globals.map(|global| global.webex_api_url.is_some()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to; it has an authorization.
    http_config: Option<HttpConfig> as "http_config",
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// The message.
    message: String as "message" = "{{ template \"webex.default.message\" . }}".to_owned(),
    /// The room.
    room_id: String as "room_id",
}
