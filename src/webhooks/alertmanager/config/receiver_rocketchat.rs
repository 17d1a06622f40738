//! Rocket.Chat.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// A field of a message.
    pub struct RocketchatField;
    example "title = \"a\".to_owned()" => "title: a";
    bad "name: a" => "unknown_field";
    null_item NullItem::LeftOut;
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Whether it may stand beside another; as `short_fields` says, if it is not set.
    short: Option<bool> as "short",
    /// The title.
    title: String as "title",
    /// The value.
    value: String as "value",
}

section! {
    /// A button of a message. Alertmanager spells its keys without underscores.
    pub struct RocketchatAction;
    example "text = \"a\".to_owned()" => "text: a";
    bad "image_url: a" => "unknown_field";
    null_item NullItem::LeftOut;
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The type, such as `button`.
    kind: String as "type",
    /// What stands on it.
    text: String as "text",
    /// Where it leads.
    url: String as "url",
    /// The picture on it.
    image_url: String as "imageurl",
    /// Whether it opens inside Rocket.Chat.
    is_webview: bool as "iswebview",
    /// How high it is then.
    webview_height_ratio: String as "webviewheightratio",
    /// What is said when it is pressed.
    msg: String as "msg",
    /// Whether that is said in the chat.
    msg_in_chat_window: bool as "msginchatwindow",
    /// `sendMessage` or `respondWithMessage`.
    msg_processing_type: String as "msgprocessingtype",
}

section! {
    /// Messages to Rocket.Chat.
    pub struct RocketchatConfig;
    example "channel = \"alerts\".to_owned()" => "channel: alerts";
    bad "token: a\ntoken_file: b" => "config_exclusive_fields";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("token", it.token.is_some()), ("token_file", !it.token_file.is_empty())]);
        faults.at_most_one(&[("token_id", it.token_id.is_some()), ("token_id_file", !it.token_id_file.is_empty())]);
        faults.inherited(&[("token_id", it.token_id.is_some()), ("token_id_file", !it.token_id_file.is_empty())], "rocketchat_token_id", globals.map(|global| global.rocketchat_token_id.is_some() || !global.rocketchat_token_id_file.is_empty()));
        faults.inherited(&[("token", it.token.is_some()), ("token_file", !it.token_file.is_empty())], "rocketchat_token", globals.map(|global| global.rocketchat_token.is_some() || !global.rocketchat_token_file.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default false.
    send_resolved: bool as "send_resolved",
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// The id of the token.
    token_id: Option<Secret> as "token_id",
    /// The file of it.
    token_id_file: String as "token_id_file",
    /// The token.
    token: Option<Secret> as "token",
    /// The file of it.
    token_file: String as "token_file",
    /// The channel or person.
    channel: String as "channel",
    /// The color at the side.
    color: String as "color" = "{{ if eq .Status \"firing\" }}red{{ else }}green{{ end }}".to_owned(),
    /// The title.
    title: String as "title" = "{{ template \"rocketchat.default.title\" . }}".to_owned(),
    /// Where the title leads.
    title_link: String as "title_link" = "{{ template \"rocketchat.default.titlelink\" . }}".to_owned(),
    /// The text.
    text: String as "text" = "{{ template \"rocketchat.default.text\" . }}".to_owned(),
    /// Titles with values.
    fields: Vec<RocketchatField> as "fields",
    /// Whether fields stand beside each other.
    short_fields: bool as "short_fields",
    /// An emoji as the icon.
    emoji: String as "emoji" = "{{ template \"rocketchat.default.emoji\" . }}".to_owned(),
    /// A picture as the icon.
    icon_url: String as "icon_url" = "{{ template \"rocketchat.default.iconurl\" . }}".to_owned(),
    /// A picture.
    image_url: String as "image_url",
    /// A small picture.
    thumb_url: String as "thumb_url",
    /// Whether names become links.
    link_names: bool as "link_names",
    /// Buttons.
    actions: Vec<RocketchatAction> as "actions",
}
