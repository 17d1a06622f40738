//! E-mail.

use crate::notifications::channel_delivery::DeliverySettings;
use crate::notifications::channel_texts::ChannelName;
use crate::notifications::channel_texts::EmailAddress;
use crate::notifications::channel_texts::MessageText;
use crate::notifications::credential::Credential;
use crate::utils::Count;
use crate::utils::string_newtype;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// E-mails.
    ///
    /// # Validity
    ///
    /// There are 1 to 100 recipients; a port is 1 to 65,535 and goes with a host; a password goes with a name.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::EmailSettings;
    ///
    /// let email = EmailSettings::new(vec!["ops@example.org".parse()?]);
    /// assert_eq!(email.check(), Ok(()));
    /// assert!(email.require_tls);
    /// # Ok::<(), alert_schemas::notifications::InvalidEmailAddress>(())
    /// ```
    pub struct EmailSettings: closed in notifications;
    example r#"{"to": ["ops@example.org"], "server": "mail.example.org", "port": 587}"#;
    beyond { rules RULES; settle EmailSettings::settled; }
    /// Whom to: 1 to 100 addresses.
    listed(MOST_RECIPIENTS) to: EmailAddress as "to",
    /// From whom. Default: as the service that sends says.
    optional from: EmailAddress as "from",
    /// The mail server. Default: as the service that sends says.
    optional server: HostName as "server",
    /// The port of the mail server. Default 587.
    written port: Count as "port" = Count::from(587_u32),
    /// The name to log in with.
    optional username: ChannelName as "username",
    /// The password.
    optional password: Credential as "password",
    /// Whether TLS is required. Default true.
    written require_tls: bool as "require_tls" = true,
    /// The subject.
    optional subject: MessageText as "subject",
    /// The body in HTML.
    optional html: MessageText as "html",
    /// The body as text.
    optional text: MessageText as "text",
    /// Whether it is told that alerts are resolved. Default true.
    written send_resolved: bool as "send_resolved" = true,
    /// How long, how often and how fast it sends.
    defaulted delivery: DeliverySettings as "delivery",
}

const RULES: &[Rule<EmailSettings>] = &[
    Rule {
        code: "email_without_recipient",
        field: "to",
        rule: "There is at least one recipient.",
        broken: |it| it.to.is_empty().then(|| "nobody would get the e-mail: expected at least one address".to_owned()),
    },
    Rule {
        code: "email_port_out_of_range",
        field: "port",
        rule: "`port` is 1 to 65,535.",
        broken: |it| (!(1..=65_535).contains(&it.port.get())).then(|| format!("there is no port {}: expected 1 to 65535", it.port)),
    },
    Rule {
        code: "email_port_without_server",
        field: "port",
        rule: "A `port` other than 587 goes with a `server`.",
        broken: |it| (it.server.is_none() && it.port.get() != 587).then(|| "a port without a server: expected `server` too".to_owned()),
    },
    Rule {
        code: "channel_key_empty",
        field: "password",
        rule: "A secret in `password` is not empty.",
        broken: |it| it.password.as_ref()?.key_problem(),
    },
    Rule {
        code: "email_password_without_name",
        field: "password",
        rule: "A `password` goes with a `username`.",
        broken: |it| {
            (it.password.is_some() && it.username.is_none()).then(|| "a password without a name: expected `username` too".to_owned())
        },
    },
];

impl EmailSettings {
    /// One with what it can't be without.
    #[must_use]
    pub fn new(to: Vec<EmailAddress>) -> Self {
        Self {
            to,
            from: None,
            server: None,
            port: Count::from(587_u32),
            username: None,
            password: None,
            require_tls: true,
            subject: None,
            html: None,
            text: None,
            send_resolved: true,
            delivery: DeliverySettings::default(),
        }
    }

    /// Its secrets, each with the name of its field.
    pub(super) fn credentials(&self) -> Vec<(&'static str, &Credential)> {
        self.password.iter().map(|password| ("password", password)).collect()
    }

    #[cfg(feature = "proptest")]
    fn settled(mut self) -> Self {
        if self.to.is_empty() {
            self.to.extend("ops@example.org".parse::<EmailAddress>());
        }
        self.port = Count::from(if self.server.is_some() { u32::try_from(self.port.get() % 65_535).unwrap_or_default() + 1 } else { 587 });
        if self.username.is_none() {
            self.password = None;
        }
        self
    }
}

/// How many recipients an e-mail may have.
const MOST_RECIPIENTS: usize = 100;

fn is_host(text: &str) -> bool {
    let may_stand = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=253).contains(&text.len()) && text.bytes().all(may_stand)
}

string_newtype! {
    /// The name or the IPv4 address of a host, such as `mail.example.org`: 1 to 253 letters, digits, `.`, `-` and `_`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::HostName;
    ///
    /// let host: HostName = "mail.example.org".parse()?;
    /// assert_eq!(host.as_str(), "mail.example.org");
    /// assert!("mail.example.org:25".parse::<HostName>().is_err());
    /// # Ok::<(), alert_schemas::notifications::InvalidHostName>(())
    /// ```
    pub struct HostName;
    error InvalidHostName in notifications, code "invalid_host_name", noun "the name of a host", expected "1 to 253 letters, digits, `.`, `-` and `_`",
    check is_host,
    schema { "maxLength": 253, "pattern": "^[A-Za-z0-9._-]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["mail.example.org"] },
    strategy "[a-z0-9]{1,8}\\.org"
}
