//! Mattermost.

use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::SecretUrl;

section! {
    /// A field of a message: a title and a value.
    pub struct MattermostField;
    example "title = \"a\".to_owned()" => "title: a";
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
    /// Whether it may stand beside another.
    short: Option<bool> as "short",
}

section! {
    /// One of several parts of a message.
    pub struct MattermostAttachment;
    example "title = \"a\".to_owned()" => "title: a";
    bad "icon_url: a" => "unknown_field";
    null_item NullItem::LeftOut;
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// What simple clients show.
    fallback: String as "fallback",
    /// The color at the side.
    color: String as "color",
    /// What stands above.
    pretext: String as "pretext",
    /// The text.
    text: String as "text",
    /// Who says it.
    author_name: String as "author_name",
    /// Where that name leads.
    author_link: String as "author_link",
    /// With which picture.
    author_icon: String as "author_icon",
    /// The title.
    title: String as "title",
    /// Where the title leads.
    title_link: String as "title_link",
    /// Titles with values.
    fields: Vec<MattermostField> as "fields",
    /// A small picture.
    thumb_url: String as "thumb_url",
    /// What stands below.
    footer: String as "footer",
    /// With which picture.
    footer_icon: String as "footer_icon",
    /// A picture.
    image_url: String as "image_url",
}

section! {
    /// How urgent a message is.
    pub struct MattermostPriority;
    example "priority = \"urgent\".to_owned()" => "priority: urgent";
    bad "ack: true" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// `important` or `urgent`.
    priority: String as "priority",
    /// Whether people are asked to acknowledge it.
    requested_ack: bool as "requested_ack",
    /// Whether they are told again until they do.
    persistent_notifications: bool as "persistent_notifications",
}

section! {
    /// Further properties of a message.
    pub struct MattermostProps;
    example "card = \"a\".to_owned()" => "card: a";
    bad "cards: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// What is shown beside the message.
    card: String as "card",
}

section! {
    /// Messages to Mattermost.
    pub struct MattermostConfig;
    example "channel = \"alerts\".to_owned()" => "channel: alerts";
    bad "webhook_url: http://a\nwebhook_url_file: b" => "config_exclusive_fields";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("webhook_url", it.webhook_url.is_some()), ("webhook_url_file", !it.webhook_url_file.is_empty())]);
        faults.inherited(&[("webhook_url", it.webhook_url.is_some()), ("webhook_url_file", !it.webhook_url_file.is_empty())], "mattermost_webhook_url", globals.map(|global| global.mattermost_webhook_url.is_some() || !global.mattermost_webhook_url_file.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The address of the webhook, which is a secret.
    webhook_url: Option<SecretUrl> as "webhook_url",
    /// The file of it.
    webhook_url_file: String as "webhook_url_file",
    /// The channel or person.
    channel: String as "channel",
    /// Under which name.
    username: String as "username" = "{{ template \"mattermost.default.username\" . }}".to_owned(),
    /// What simple clients show.
    fallback: String as "fallback" = "{{ template \"mattermost.default.fallback\" . }}".to_owned(),
    /// The color at the side.
    color: String as "color" = "{{ template \"mattermost.default.color\" . }}".to_owned(),
    /// What stands above.
    pretext: String as "pretext",
    /// The text.
    text: String as "text" = "{{ template \"mattermost.default.text\" . }}".to_owned(),
    /// Who says it.
    author_name: String as "author_name",
    /// Where that name leads.
    author_link: String as "author_link",
    /// With which picture.
    author_icon: String as "author_icon",
    /// The title.
    title: String as "title" = "{{ template \"mattermost.default.title\" . }}".to_owned(),
    /// Where the title leads.
    title_link: String as "title_link" = "{{ template \"mattermost.default.titlelink\" . }}".to_owned(),
    /// Titles with values.
    fields: Vec<MattermostField> as "fields",
    /// A small picture.
    thumb_url: String as "thumb_url",
    /// What stands below.
    footer: String as "footer",
    /// With which picture.
    footer_icon: String as "footer_icon",
    /// A picture.
    image_url: String as "image_url",
    /// A picture as the icon.
    icon_url: String as "icon_url",
    /// An emoji as the icon.
    icon_emoji: String as "icon_emoji",
    /// Several parts instead of the one above.
    attachments: Vec<MattermostAttachment> as "attachments",
    /// The type of message.
    kind: String as "type",
    /// Further properties.
    props: Option<MattermostProps> as "props",
    /// How urgent it is.
    priority: Option<MattermostPriority> as "priority",
}
