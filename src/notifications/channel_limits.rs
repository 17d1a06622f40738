//! What services take of a message.

use crate::notifications::channel::Channel;
use crate::validations::Limit;

/// How long one text of a message may be when it arrives at a service.
///
/// ```
/// use alert_schemas::notifications::{ChannelLimit, channel_limits};
/// use alert_schemas::validations::Limit;
///
/// let summary: &ChannelLimit = channel_limits("pagerduty").iter().find(|limit| limit.field == "description").unwrap();
/// assert_eq!(summary.limit, Limit::Characters(1_024));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChannelLimit {
    /// The field of the settings whose text it counts for.
    pub field: &'static str,
    /// How long the text may be.
    pub limit: Limit,
}

const fn characters(field: &'static str, most: usize) -> ChannelLimit {
    ChannelLimit { field, limit: Limit::Characters(most) }
}

const PAGERDUTY: &[ChannelLimit] = &[characters("description", 1_024)];
const OPSGENIE: &[ChannelLimit] = &[
    characters("message", 130),
    characters("description", 15_000),
    characters("source", 100),
    characters("entity", 512),
    characters("note", 25_000),
];
const SERVICENOW: &[ChannelLimit] =
    &[characters("source", 100), characters("node", 100), characters("event_type", 100), characters("resource", 100)];
const SLACK: &[ChannelLimit] = &[characters("title", 1_024)];
const DISCORD: &[ChannelLimit] = &[characters("title", 256), characters("text", 4_096), characters("content", 2_000)];
const TELEGRAM: &[ChannelLimit] = &[characters("text", 4_096)];
const SMS: &[ChannelLimit] = &[characters("text", 1_600)];

/// What the service of this kind of channel takes, as its documentation and Alertmanager 0.33 (`notify/*`) say; none where nothing is known.
///
/// A message that is longer is refused by some services, and then nobody is told: shorten texts with [`fit`](crate::validations::fit) before they are sent.
///
/// ```
/// assert_eq!(alert_schemas::notifications::channel_limits("discord").len(), 3);
/// assert!(alert_schemas::notifications::channel_limits("email").is_empty());
/// ```
#[must_use]
pub fn channel_limits(kind: &str) -> &'static [ChannelLimit] {
    match kind {
        "pagerduty" => PAGERDUTY,
        "opsgenie" => OPSGENIE,
        "servicenow" => SERVICENOW,
        "slack" => SLACK,
        "discord" => DISCORD,
        "telegram" => TELEGRAM,
        "sms" => SMS,
        _ => &[],
    }
}

impl Channel {
    /// What its service takes, see [`channel_limits`].
    #[must_use]
    pub fn limits(&self) -> &'static [ChannelLimit] {
        channel_limits(self.kind())
    }
}
