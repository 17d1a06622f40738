//! Text messages.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::channel_texts::PhoneNumber;
use crate::notifications::credential::Credential;
use crate::utils::string_newtype;
use crate::validations::record;

record! {
    /// Text messages to a phone.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::SmsSettings;
    ///
    /// let sms = SmsSettings::new("+4915112345678".parse()?);
    /// assert_eq!(sms.check(), Ok(()));
    /// # Ok::<(), alert_schemas::notifications::InvalidPhoneNumber>(())
    /// ```
    pub struct SmsSettings: closed in notifications;
    example r#"{"to": "+4915112345678"}"#;
    beyond {}
    /// Whom to.
    required to: PhoneNumber as "to",
    /// From whom, where the carrier allows it: at most 11 characters. Default: as the service that sends says.
    optional sender: SmsSender as "sender",
    /// The region of the service that sends, such as `eu-central-1`.
    optional region: ChannelName as "region",
    /// The text.
    optional text: MessageText as "text",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

impl SmsSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(to: PhoneNumber) -> Self {
        Self { to, sender: None, region: None, text: None, send_resolved: true, delivery: DeliverySettings::default() }
    }

    /// Its secrets, each with the name of its field.
    #[expect(clippy::unused_self, reason = "as the other channels")]
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        Vec::new()
    }
}

fn is_sender(text: &str) -> bool {
    (1..=11).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

string_newtype! {
    /// The name that a text message comes from: 1 to 11 letters and digits.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::SmsSender;
    ///
    /// let sender: SmsSender = "ALERTS".parse()?;
    /// assert_eq!(sender.as_str(), "ALERTS");
    /// # Ok::<(), alert_schemas::notifications::InvalidSmsSender>(())
    /// ```
    pub struct SmsSender;
    error InvalidSmsSender in notifications, code "invalid_sms_sender", noun "the sender of a text message", expected "1 to 11 letters and digits",
    check is_sender,
    schema { "maxLength": 11, "pattern": "^[A-Za-z0-9]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["ALERTS"] },
    strategy "[A-Z0-9]{1,11}"
}
