//! What deciding about a notification needs to know of a channel.

use crate::utils::Count;
use crate::utils::Text;
use crate::validations::record;

record! {
    /// What deciding about a notification needs to know of one channel of a receiver; Alertmanager calls it an integration.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::Integration;
    ///
    /// let webhook = Integration::new("webhook".parse()?, 0_u32.into()).with_max_alerts(3_u32.into());
    /// assert!(webhook.send_resolved);
    /// # Ok::<(), alert_schemas::utils::TextTooLong>(())
    /// ```
    pub struct Integration: closed in notifications;
    example r#"{"kind": "webhook", "index": 0, "send_resolved": true, "max_alerts": 3}"#;
    beyond {}
    /// The kind of channel, such as `webhook`.
    required kind: Text<64> as "kind",
    /// Its place among the channels of that kind in the receiver, from 0.
    written index: Count as "index",
    /// Whether it is told of resolved alerts. Default `true`.
    written send_resolved: bool as "send_resolved" = true,
    /// How many alerts one notification has at most; 0 is no limit. Default 0.
    defaulted max_alerts: Count as "max_alerts",
}

impl Integration {
    /// A channel that is told of resolved alerts, and of any number of alerts at once.
    #[must_use]
    pub fn new(kind: Text<64>, index: Count) -> Self {
        Self { kind, index, send_resolved: true, max_alerts: Count::ZERO }
    }

    /// The same channel, told of resolved alerts or not.
    #[must_use]
    pub fn with_send_resolved(mut self, send_resolved: bool) -> Self {
        self.send_resolved = send_resolved;
        self
    }

    /// The same channel with another number of alerts in one notification; 0 is no limit.
    #[must_use]
    pub fn with_max_alerts(mut self, max_alerts: Count) -> Self {
        self.max_alerts = max_alerts;
        self
    }
}
