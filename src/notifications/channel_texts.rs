//! The texts that the settings of channels are made of.

use crate::notifications::credential::is_http_url;
use crate::utils::is_at_most;
use crate::utils::is_name;
use crate::utils::string_newtype;

fn is_template(text: &str) -> bool {
    is_at_most(text, 65_536)
}

string_newtype! {
    /// A text of a message, or a template that makes it: 1 to 65,536 characters.
    ///
    /// Where a field with one is not set, the sender's own wording is used. What a service takes is shorter, see
    /// [`ChannelLimit`](crate::notifications::ChannelLimit); it counts for the text that the template makes.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::MessageText;
    ///
    /// let title: MessageText = "{{ .CommonLabels.alertname }}".parse()?;
    /// assert!(title.as_str().starts_with("{{"));
    /// # Ok::<(), alert_schemas::notifications::InvalidMessageText>(())
    /// ```
    pub struct MessageText;
    error InvalidMessageText in notifications, code "invalid_message_text", noun "a text of a message", expected "1 to 65536 characters",
    check is_template,
    schema { "minLength": 1, "maxLength": 65536, "examples": ["{{ .CommonLabels.alertname }}"] },
    strategy "[a-zé {}.:#\"]{1,24}"
}

string_newtype! {
    /// A name that a service knows, such as that of a channel, a user or a host: 1 to 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ChannelName;
    ///
    /// let name: ChannelName = "#alerts".parse()?;
    /// assert_eq!(name.as_str(), "#alerts");
    /// # Ok::<(), alert_schemas::notifications::InvalidChannelName>(())
    /// ```
    pub struct ChannelName;
    error InvalidChannelName in notifications, code "invalid_channel_name", noun "a name of a service", expected "1 to 1024 characters",
    check is_name,
    schema { "minLength": 1, "maxLength": 1024, "examples": ["#alerts"] },
    strategy "[a-z#@é][a-z0-9.-]{0,12}"
}

fn is_email_address(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b',' | b';' | b'"' | b'(' | b')');
    let parts = text.split_once('@');
    text.len() <= 254
        && text.bytes().all(may_stand)
        && parts.is_some_and(|(local, domain)| (1..=64).contains(&local.len()) && !domain.is_empty() && !domain.contains('@'))
}

string_newtype! {
    /// An e-mail address, such as `ops@example.org`: one `@` with something on both sides, at most 64 characters before it and 254 in all, of ASCII without blanks and `<>,;"()`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::EmailAddress;
    ///
    /// let to: EmailAddress = "ops@example.org".parse()?;
    /// assert_eq!(to.as_str(), "ops@example.org");
    /// assert!("Ops <ops@example.org>".parse::<EmailAddress>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidEmailAddress>(())
    /// ```
    pub struct EmailAddress;
    error InvalidEmailAddress in notifications, code "invalid_email_address", noun "an e-mail address", expected "such as `ops@example.org`",
    check is_email_address,
    schema {
        "minLength": 3, "maxLength": 254, "pattern": "^[!#-'*+./0-9:=?A-Z\\[\\]\\\\^_`a-z{|}~-]{1,64}@[!#-'*+./0-9:=?A-Z\\[\\]\\\\^_`a-z{|}~-]+$",
        "not": { "pattern": "[\\r\\n]" }, "examples": ["ops@example.org"]
    },
    strategy "[a-z0-9.+]{1,8}@[a-z0-9]{1,8}\\.org"
}

fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (2..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0')
}

string_newtype! {
    /// A phone number as E.164 writes it, such as `+4915112345678`: `+` and 2 to 15 digits, of which the first is not 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::PhoneNumber;
    ///
    /// let to: PhoneNumber = "+4915112345678".parse()?;
    /// assert_eq!(to.as_str(), "+4915112345678");
    /// assert!("015112345678".parse::<PhoneNumber>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidPhoneNumber>(())
    /// ```
    pub struct PhoneNumber;
    error InvalidPhoneNumber in notifications, code "invalid_phone_number", noun "a phone number", expected "such as `+4915112345678`",
    check is_phone_number,
    schema { "pattern": "^\\+[1-9][0-9]{1,14}$", "not": { "pattern": "[\\r\\n]" }, "examples": ["+4915112345678"] },
    strategy "\\+[1-9][0-9]{1,14}"
}

fn is_endpoint(text: &str) -> bool {
    text.is_ascii() && text.len() <= 2_048 && is_http_url(text) && is_plain_url(text)
}

/// Only what a URL may have without being escaped.
fn is_plain_url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/?=&+,".contains(&byte))
}

string_newtype! {
    /// The address of a service that is no secret, such as `https://api.opsgenie.com/`: `http` or `https`, at most 2,048 letters, digits and `-._~:/?=&+,`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ServiceUrl;
    ///
    /// let url: ServiceUrl = "https://api.eu.opsgenie.com/".parse()?;
    /// assert_eq!(url.as_str(), "https://api.eu.opsgenie.com/");
    /// assert!("api.opsgenie.com".parse::<ServiceUrl>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidServiceUrl>(())
    /// ```
    pub struct ServiceUrl;
    error InvalidServiceUrl in notifications, code "invalid_service_url", noun "the address of a service",
    expected "`http://` or `https://`, a host, and at most 2048 letters, digits and `-._~:/?=&+,`",
    check is_endpoint,
    schema {
        "maxLength": 2048, "pattern": "^https?://[A-Za-z0-9._~=&+,-][A-Za-z0-9._~:/?=&+,-]*$", "not": { "pattern": "[\\r\\n]" },
        "examples": ["https://api.opsgenie.com/"]
    },
    strategy "https?://[a-z]{1,8}\\.org/[a-z0-9/]{0,8}"
}

fn is_chat(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (1..=18).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

string_newtype! {
    /// The number of a chat in Telegram, such as `-1001234567890`: up to 18 digits, not 0, negative for groups.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::TelegramChat;
    ///
    /// let chat: TelegramChat = "-1001234567890".parse()?;
    /// assert_eq!(chat.number(), -1_001_234_567_890);
    /// # Ok::<(), alert_schemas::notifications::InvalidTelegramChat>(())
    /// ```
    pub struct TelegramChat;
    error InvalidTelegramChat in notifications, code "invalid_telegram_chat", noun "the number of a chat", expected "up to 18 digits, such as `-1001234567890`",
    check is_chat,
    schema { "pattern": "^-?[1-9][0-9]{0,17}$", "not": { "pattern": "[\\r\\n]" }, "examples": ["-1001234567890"] },
    strategy "-?[1-9][0-9]{0,17}"
}

impl TelegramChat {
    /// The number itself.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.as_str().parse().unwrap_or_default()
    }
}
