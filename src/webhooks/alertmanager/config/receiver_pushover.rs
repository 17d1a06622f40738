//! Pushover.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::go_duration::GoDurationText;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;

section! {
    /// Messages by Pushover.
    pub struct PushoverConfig;
    example "sound = \"siren\".to_owned()" => "sound: siren";
    bad "token: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.exactly_one(&[("user_key", !it.user_key.is_empty()), ("user_key_file", !it.user_key_file.is_empty())]);
        faults.exactly_one(&[("token", !it.token.is_empty()), ("token_file", !it.token_file.is_empty())]);
        faults.at_most_one(&[("html", it.html), ("monospace", it.monospace)]);
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The key of the user.
    user_key: Secret as "user_key",
    /// The file of it.
    user_key_file: String as "user_key_file",
    /// The token of the application.
    token: Secret as "token",
    /// The file of it.
    token_file: String as "token_file",
    /// The title.
    title: String as "title" = "{{ template \"pushover.default.title\" . }}".to_owned(),
    /// The message.
    message: String as "message" = "{{ template \"pushover.default.message\" . }}".to_owned(),
    /// A link.
    url: String as "url" = "{{ template \"pushover.default.url\" . }}".to_owned(),
    /// What the link says.
    url_title: String as "url_title",
    /// To which device only.
    device: String as "device",
    /// With which sound.
    sound: String as "sound",
    /// How urgent it is, from -2 to 2.
    priority: String as "priority" = "{{ if eq .Status \"firing\" }}2{{ else }}0{{ end }}".to_owned(),
    /// How often an emergency is told again. Default one minute.
    retry: GoDurationText as "retry" = GoDurationText(GoDuration::from_secs(60)),
    /// For how long an emergency is told again. Default one hour.
    expire: GoDurationText as "expire" = GoDurationText(GoDuration::from_secs(3_600)),
    /// When the message goes away; 0 for never.
    ttl: GoDurationText as "ttl",
    /// Whether the message is HTML.
    html: bool as "html",
    /// Whether all letters are equally wide.
    monospace: bool as "monospace",
}
