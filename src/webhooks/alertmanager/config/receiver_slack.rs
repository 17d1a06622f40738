//! Slack.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::url::SecretUrl;

section! {
    /// A button of a message: it leads to `url`, or else sends `name` and `value` back.
    pub struct SlackAction;
    example "name = \"ack\".to_owned()" => "name: ack";
    bad "type: button\ntext: a" => "missing_field";
    null_item NullItem::LeftOut;
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("name", !it.name.is_empty()), ("url", !it.url.is_empty())]);
        faults.at_least_one(&[("type", !it.kind.is_empty())]);
        faults.at_least_one(&[("text", !it.text.is_empty())]);
    };
    /// The type, such as `button`.
    kind: String as "type",
    /// What stands on it.
    text: String as "text",
    /// Where it leads.
    url: String as "url",
    /// `default`, `primary` or `danger`.
    style: String as "style",
    /// Its name, where it has no URL.
    name: String as "name",
    /// What is sent back.
    value: String as "value",
    /// What is asked before.
    confirm: Option<SlackConfirmation> as "confirm",
}

section! {
    /// What is asked before a button does its work.
    pub struct SlackConfirmation;
    example "text = \"sure\".to_owned()" => "text: sure";
    bad "title: a" => "missing_field";
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("text", !it.text.is_empty())]);
    };
    /// The question.
    text: String as "text",
    /// Its title.
    title: String as "title",
    /// What stands on the button that goes on.
    ok_text: String as "ok_text",
    /// What stands on the button that does not.
    dismiss_text: String as "dismiss_text",
}

section! {
    /// A field of a message: a title and a value.
    pub struct SlackField;
    example "title = \"job\".to_owned()" => "title: job";
    bad "title: a" => "missing_field";
    null_item NullItem::LeftOut;
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("title", !it.title.is_empty())]);
        faults.at_least_one(&[("value", !it.value.is_empty())]);
    };
    /// The title.
    title: String as "title",
    /// The value.
    value: String as "value",
    /// Whether it may stand beside another; as `short_fields` says, if it is not set.
    short: Option<bool> as "short",
}

/// Where a bot posts messages, and the only address that can update them.
const POST_MESSAGE: &str = "https://slack.com/api/chat.postMessage";

section! {
    /// Messages to Slack: by the address of a webhook or by the token of an app.
    pub struct SlackConfig;
    example "channel = \"alerts\".to_owned()" => "channel: alerts";
    bad "api_url: slack" => "invalid_http_url";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("api_url_file", !it.api_url_file.is_empty()), ("api_url", it.api_url.is_some())]);
        faults.at_most_one(&[("app_token_file", !it.app_token_file.is_empty()), ("app_token", !it.app_token.is_empty())]);
        let (url, token) = (it.api_url.is_some() || !it.api_url_file.is_empty(), !it.app_token.is_empty() || !it.app_token_file.is_empty());
        if url && token {
            let fields = ["api_url", "api_url_file", "app_token", "app_token_file"];
            faults.note(&fields, "config_exclusive_fields", "a webhook (`api_url`, `api_url_file`) and an app (`app_token`, `app_token_file`) may not both be set");
        }
        if it.update_message && it.api_url.as_ref().is_none_or(|url| url.expose() != POST_MESSAGE) {
            faults.note(&["api_url", "update_message"], "config_needs_field", format!("`update_message` needs `api_url` to be `{POST_MESSAGE}`"));
        }
        faults.inherited(&[("app_url", it.app_url.is_some())], "slack_app_url", globals.map(|global| global.slack_app_url.is_some()));
        if let Some(global) = globals.filter(|_| !url && !token) && !global.has_slack() {
            let message = "`api_url` or `app_token` is required here, or `slack_api_url` or `slack_app_token` in `global`";
            faults.note(&["api_url", "api_url_file", "app_token", "app_token_file"], "missing_field", message);
        }
    };
    /// Whether it is told that alerts are resolved. Default false.
    send_resolved: bool as "send_resolved",
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The address of the webhook, which is a secret.
    api_url: Option<SecretUrl> as "api_url",
    /// The file of it.
    api_url_file: String as "api_url_file",
    /// The token of the app.
    app_token: Secret as "app_token",
    /// The file of it.
    app_token_file: String as "app_token_file",
    /// Where apps post.
    app_url: Option<HttpUrl> as "app_url",
    /// The channel or person.
    channel: String as "channel",
    /// Under which name.
    username: String as "username" = "{{ template \"slack.default.username\" . }}".to_owned(),
    /// The color at the side.
    color: String as "color" = "{{ template \"slack.default.color\" . }}".to_owned(),
    /// The title.
    title: String as "title" = "{{ template \"slack.default.title\" . }}".to_owned(),
    /// Where the title leads.
    title_link: String as "title_link" = "{{ template \"slack.default.titlelink\" . }}".to_owned(),
    /// What stands above.
    pretext: String as "pretext" = "{{ template \"slack.default.pretext\" . }}".to_owned(),
    /// The text.
    text: String as "text" = "{{ template \"slack.default.text\" . }}".to_owned(),
    /// The text of the message itself, which has the rest as an attachment.
    message_text: String as "message_text",
    /// Titles with values.
    fields: Vec<SlackField> as "fields",
    /// Whether fields stand beside each other.
    short_fields: bool as "short_fields",
    /// What stands below.
    footer: String as "footer" = "{{ template \"slack.default.footer\" . }}".to_owned(),
    /// What simple clients show.
    fallback: String as "fallback" = "{{ template \"slack.default.fallback\" . }}".to_owned(),
    /// What buttons send back.
    callback_id: String as "callback_id" = "{{ template \"slack.default.callbackid\" . }}".to_owned(),
    /// An emoji as the icon.
    icon_emoji: String as "icon_emoji" = "{{ template \"slack.default.iconemoji\" . }}".to_owned(),
    /// A picture as the icon.
    icon_url: String as "icon_url" = "{{ template \"slack.default.iconurl\" . }}".to_owned(),
    /// A picture.
    image_url: String as "image_url",
    /// A small picture.
    thumb_url: String as "thumb_url",
    /// Whether names become links.
    link_names: bool as "link_names",
    /// Which parts are marked up.
    mrkdwn_in: Vec<String> as "mrkdwn_in",
    /// Buttons.
    actions: Vec<SlackAction> as "actions",
    /// Whether a message is updated instead of sending another; only as a bot.
    update_message: bool as "update_message",
    /// How long it may take; 0 for any time.
    timeout: GoDuration as "timeout",
}
