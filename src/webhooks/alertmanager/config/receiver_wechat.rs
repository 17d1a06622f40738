//! WeChat.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// Messages to WeChat.
    pub struct WechatConfig;
    example "agent_id = \"1\".to_owned()" => "agent_id: \\\"1\\\"";
    bad "message_type: html" => "config_wrong_value";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("api_secret", !it.api_secret.is_empty()), ("api_secret_file", !it.api_secret_file.is_empty())]);
        if !matches!(it.message_type.as_str(), "" | "text" | "markdown") {
            faults.note(&["message_type"], "config_wrong_value", "`message_type` is `text` or `markdown`");
        }
        faults.inherited(&[("api_url", it.api_url.is_some())], "wechat_api_url", globals.map(|global| global.wechat_api_url.is_some()));
        faults.inherited(&[("api_secret", !it.api_secret.is_empty()), ("api_secret_file", !it.api_secret_file.is_empty())], "wechat_api_secret", globals.map(|global| !global.wechat_api_secret.is_empty() || !global.wechat_api_secret_file.is_empty()));
        faults.inherited(&[("corp_id", !it.corp_id.is_empty())], "wechat_api_corp_id", globals.map(|global| !global.wechat_api_corp_id.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default false.
    send_resolved: bool as "send_resolved",
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The secret.
    api_secret: Secret as "api_secret",
    /// The file of it.
    api_secret_file: String as "api_secret_file",
    /// The id of the corporation.
    corp_id: String as "corp_id",
    /// The message.
    message: String as "message" = "{{ template \"wechat.default.message\" . }}".to_owned(),
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// Whom to.
    to_user: String as "to_user" = "{{ template \"wechat.default.to_user\" . }}".to_owned(),
    /// To which party.
    to_party: String as "to_party" = "{{ template \"wechat.default.to_party\" . }}".to_owned(),
    /// To which tag.
    to_tag: String as "to_tag" = "{{ template \"wechat.default.to_tag\" . }}".to_owned(),
    /// The id of the agent.
    agent_id: String as "agent_id" = "{{ template \"wechat.default.agent_id\" . }}".to_owned(),
    /// `text`, which it is if it is empty, or `markdown`.
    message_type: String as "message_type",
}
