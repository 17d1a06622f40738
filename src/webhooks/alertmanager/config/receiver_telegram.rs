//! Telegram.

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// Messages by a bot of Telegram.
    pub struct TelegramConfig;
    example "chat_id = -100" => "chat_id: -100";
    bad "bot_token: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("bot_token", !it.bot_token.is_empty()), ("bot_token_file", !it.bot_token_file.is_empty())]);
        faults.exactly_one(&[("chat_id", it.chat_id != 0), ("chat_id_file", !it.chat_id_file.is_empty())]);
        if !matches!(it.parse_mode.as_str(), "" | "Markdown" | "MarkdownV2" | "HTML") {
            faults.note(&["parse_mode"], "config_wrong_value", "`parse_mode` is `Markdown`, `MarkdownV2`, `HTML` or empty");
        }
        faults.inherited(&[("bot_token", !it.bot_token.is_empty()), ("bot_token_file", !it.bot_token_file.is_empty())], "telegram_bot_token", globals.map(|global| !global.telegram_bot_token.is_empty() || !global.telegram_bot_token_file.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// The token of the bot.
    bot_token: Secret as "bot_token",
    /// The file of it.
    bot_token_file: String as "bot_token_file",
    /// The chat.
    chat_id: i64 as "chat_id",
    /// The file of it.
    chat_id_file: String as "chat_id_file",
    /// The thread in the chat.
    message_thread_id: i64 as "message_thread_id",
    /// The message.
    message: String as "message" = "{{ template \"telegram.default.message\" . }}".to_owned(),
    /// Whether it arrives without a sound.
    disable_notifications: bool as "disable_notifications",
    /// `MarkdownV2`, `Markdown`, `HTML`, or empty for plain text. Default `HTML`.
    parse_mode: String as "parse_mode" = "HTML".to_owned(),
}
