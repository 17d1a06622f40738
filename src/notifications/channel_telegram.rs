//! Telegram.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::channel_texts::TelegramChat;
use crate::notifications::credential::Credential;
use crate::utils::Count;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// Messages by a bot of Telegram.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::TelegramSettings;
    /// use alert_schemas::utils::Secret;
    ///
    /// let telegram = TelegramSettings::new(Secret::new("1:a").into(), "-1001234567890".parse()?);
    /// assert_eq!(telegram.check(), Ok(()));
    /// # Ok::<(), alert_schemas::notifications::InvalidTelegramChat>(())
    /// ```
    pub struct TelegramSettings: closed in notifications;
    example r#"{"bot_token": {"file": "/run/secrets/telegram"}, "chat": "-1001234567890"}"#;
    beyond { rules RULES; }
    /// The token of the bot.
    required bot_token: Credential as "bot_token",
    /// The chat.
    required chat: TelegramChat as "chat",
    /// The thread in the chat; 0 for none. Default 0.
    defaulted thread: Count as "thread",
    /// The text: at most 4,096 characters arrive.
    optional text: MessageText as "text",
    /// How the text is marked up. Default `html`.
    written markup: TelegramMarkup as "markup" = TelegramMarkup::Html,
    /// Whether it arrives without a sound. Default false.
    defaulted silent: bool as "silent",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<TelegramSettings>] = &[Rule {
    code: "channel_key_empty",
    field: "bot_token",
    rule: "A secret in `bot_token` is not empty.",
    broken: |it| it.bot_token.key_problem(),
}];

impl TelegramSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(bot_token: Credential, chat: TelegramChat) -> Self {
        Self {
            bot_token,
            chat,
            thread: Default::default(),
            text: None,
            markup: TelegramMarkup::Html,
            silent: Default::default(),
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        vec![("bot_token", &self.bot_token)]
    }
}

vocabulary! {
    /// How a text for Telegram is marked up.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::TelegramMarkup;
    ///
    /// assert_eq!(TelegramMarkup::Html.to_string(), "html");
    /// ```
    [#[non_exhaustive]]
    pub enum TelegramMarkup;
    error InvalidTelegramMarkup in notifications, code "invalid_telegram_markup", noun "a markup of Telegram",
    derives [PartialOrd, Ord];
    /// Not at all.
    None = "none",
    /// The older Markdown.
    Markdown = "markdown",
    /// Markdown.
    MarkdownV2 = "markdownv2",
    /// HTML.
    Html = "html",
}
