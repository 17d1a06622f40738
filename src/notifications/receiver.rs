//! Who is told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::notifications::channel::Channel;
use crate::notifications::integration::Integration;
use crate::notifications::names::InvalidReceiverName;
use crate::notifications::names::ReceiverName;
use crate::utils::Count;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Secret;
use crate::utils::Text;
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

    /// What deciding needs to know of its channels.
    ///
    /// ```
    /// use alert_schemas::notifications::{Receiver, SlackSettings};
    /// use alert_schemas::utils::Secret;
    ///
    /// let mut slack = SlackSettings::new(Secret::new("https://hooks.example.org/a").into());
    /// slack.send_resolved = true;
    /// let channels = Receiver::builder("db").channel(slack.clone()).channel(slack).build()?.integrations();
    /// assert_eq!((channels[1].kind.as_str(), channels[1].index.get(), channels[1].send_resolved), ("slack", 1, true));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn integrations(&self) -> Vec<Integration> {
        let mut of_kind: BTreeMap<&str, u32> = BTreeMap::new();
        let channels = self.channels.iter().map(|channel| {
            let count = of_kind.entry(channel.kind()).or_default();
            // All kinds are short.
            let one = Integration::new(Text::new(channel.kind()).unwrap_or_default(), Count::from(*count));
            *count += 1;
            one.with_send_resolved(channel.send_resolved()).with_max_alerts(channel.max_alerts())
        });
        channels.collect()
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
