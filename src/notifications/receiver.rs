//! Who is told.

use serde_json::Value;

use crate::notifications::channel::Channel;
use crate::notifications::names::InvalidReceiverName;
use crate::notifications::names::ReceiverName;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Secret;
use crate::validations::Check as _;
use crate::validations::record;

/// How many channels a receiver may have.
const MOST_CHANNELS: usize = 256;

record! {
    /// Who is told: a name that routes refer to, and up to 256 channels, each of which is told.
    ///
    /// One without channels tells nobody, which is a way to drop alerts. Secrets are hidden in its JSON.
    ///
    /// # Secrets
    ///
    /// [`Receiver::to_exposed_json`] writes them in clear.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Receiver, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let receiver = Receiver::builder("db").channel(WebhookSettings::new(Secret::new("https://hooks.example.org/a").into())).build()?;
    /// assert_eq!((receiver.name.as_str(), receiver.channels.len()), ("db", 1));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct Receiver: closed in notifications;
    example r#"{"name": "db", "channels": [{"slack": {"webhook": {"file": "/run/secrets/slack"}}}]}"#;
    beyond {}
    /// The name.
    required name: ReceiverName as "name",
    /// The channels.
    list(MOST_CHANNELS) channels: Channel as "channels",
}

impl Receiver {
    /// A receiver that tells nobody yet.
    #[must_use]
    pub fn new(name: ReceiverName) -> Self {
        Self { name, channels: Vec::new() }
    }

    /// Starts to build a receiver.
    ///
    /// ```
    /// use alert_schemas::notifications::Receiver;
    ///
    /// assert!(Receiver::builder("").build().is_err());
    /// ```
    pub fn builder(name: impl Into<String>) -> ReceiverBuilder {
        ReceiverBuilder { name: ReceiverName::new(name), channels: Vec::new() }
    }

    /// The secrets of its channels, each with its place in the JSON of the receiver.
    #[must_use]
    pub fn secrets(&self) -> Vec<(Pointer, &Secret)> {
        let mut secrets = Vec::new();
        for (at, channel) in self.channels.iter().enumerate() {
            let place = Pointer::root().key("channels").index(at);
            secrets.extend(channel.secrets().into_iter().map(|(inner, secret)| (place.clone().join(&inner), secret)));
        }
        secrets
    }

    /// Its JSON with the secrets in clear, for a store that is allowed to have them.
    ///
    /// ```
    /// use alert_schemas::notifications::{Receiver, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let receiver = Receiver::builder("db").channel(WebhookSettings::new(Secret::new("https://hooks.example.org/a").into())).build()?;
    /// assert!(!serde_json::to_string(&receiver)?.contains("hooks.example.org"));
    /// assert_eq!(serde_json::from_value::<Receiver>(receiver.to_exposed_json())?, receiver);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_exposed_json(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        let channels = json.get_mut("channels").and_then(Value::as_array_mut);
        for (place, channel) in channels.into_iter().flatten().zip(&self.channels) {
            *place = channel.to_exposed_json();
        }
        json
    }
}

/// Builds a [`Receiver`]; made by [`Receiver::builder`].
///
/// ```
/// use alert_schemas::notifications::{PagerDutySettings, Receiver, ReceiverBuilder};
/// use alert_schemas::utils::Secret;
///
/// let builder: ReceiverBuilder = Receiver::builder("db");
/// let receiver = builder.channel(PagerDutySettings::new(Secret::new("R0123456789ABCDEF0123456789ABCDE").into())).build()?;
/// assert_eq!(receiver.channels[0].kind(), "pagerduty");
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the receiver"]
pub struct ReceiverBuilder {
    name: Result<ReceiverName, InvalidReceiverName>,
    channels: Vec<Channel>,
}

impl ReceiverBuilder {
    /// Adds a channel.
    pub fn channel(mut self, channel: impl Into<Channel>) -> Self {
        self.channels.push(channel.into());
        self
    }

    /// The receiver.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem of the name and the channels.
    ///
    /// ```
    /// use alert_schemas::notifications::{Receiver, WebhookSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let report = Receiver::builder("").channel(WebhookSettings::new(Secret::new("hooks").into())).build().unwrap_err();
    /// let places: Vec<_> = report.violations().iter().map(|violation| violation.path.as_str()).collect();
    /// assert_eq!(places, ["/name", "/channels/0/webhook/url"]);
    /// ```
    pub fn build(self) -> Result<Receiver, Report> {
        let mut report = Report::new();
        match report.accepted(&["name"], self.name) {
            Some(name) => {
                let receiver = Receiver { name, channels: self.channels };
                receiver.check_at(&Path::ROOT, &mut report);
                report.into_result(receiver)
            }
            None => {
                self.channels.check_at(&Path::ROOT.key("channels"), &mut report);
                Err(report)
            }
        }
    }
}
