//! Microsoft Teams, by workflows.

use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::SecretUrl;

section! {
    /// Messages to Microsoft Teams by a workflow.
    pub struct Msteamsv2Config;
    example "title = \"a\".to_owned()" => "title: a";
    bad "title: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.exactly_one(&[("webhook_url", it.webhook_url.is_some()), ("webhook_url_file", !it.webhook_url_file.is_empty())]);
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The address of the webhook, which is a secret.
    webhook_url: Option<SecretUrl> as "webhook_url",
    /// The file of it.
    webhook_url_file: String as "webhook_url_file",
    /// The title.
    title: String as "title" = "{{ template \"msteamsv2.default.title\" . }}".to_owned(),
    /// The text.
    text: String as "text" = "{{ template \"msteamsv2.default.text\" . }}".to_owned(),
}
