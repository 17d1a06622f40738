//! How much a dispatcher remembers, and for how long it believes what is not repeated.

use crate::notifications::config::NotificationConfig;
use crate::utils::AlertDuration;

/// The most alerts or groups that a stored state may hold.
pub(crate) const MOST_HELD: usize = 1 << 24;

/// How much a [`Dispatcher`](crate::notifications::Dispatcher) remembers, and for how long it believes what is not repeated.
///
/// | option | default | values | what happens above it |
/// |---|---|---|---|
/// | `resolve_timeout` | 5 m | any, or none | an alert that came without an end, and is not repeated, counts as resolved |
/// | `max_groups` | 1,000,000 | 1 to 16,777,216 of each tenant | an alert makes no further group; told in [`Insertion`](crate::notifications::Insertion) |
/// | `max_alerts` | 1,000,000 | 1 to 16,777,216 of each tenant | a further alert is not taken; told in `Insertion` |
///
/// A value out of range counts as the nearest one in range.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::DispatchOptions;
///
/// let options = DispatchOptions::default().with_resolve_timeout(None);
/// assert_eq!(options.resolve_timeout, None);
/// assert_eq!(DispatchOptions::default().resolve_timeout, Some(AlertDuration::minutes(5)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DispatchOptions {
    /// How long after its last reception an alert without an end is taken to fire; with none it fires until its end is told, which is right for sources that
    /// do not repeat what they say. Default 5 m, as in Alertmanager.
    pub resolve_timeout: Option<AlertDuration>,
    /// How many groups each tenant may have. Default 1,000,000.
    pub max_groups: usize,
    /// How many alerts each tenant may have. Default 1,000,000.
    pub max_alerts: usize,
}

impl Default for DispatchOptions {
    fn default() -> Self {
        Self { resolve_timeout: Some(NotificationConfig::DEFAULT_RESOLVE_TIMEOUT), max_groups: 1_000_000, max_alerts: 1_000_000 }
    }
}

impl DispatchOptions {
    /// The same options with another timeout.
    #[must_use]
    pub fn with_resolve_timeout(mut self, resolve_timeout: Option<AlertDuration>) -> Self {
        self.resolve_timeout = resolve_timeout;
        self
    }

    /// The same options with another number of groups.
    #[must_use]
    pub fn with_max_groups(mut self, max_groups: usize) -> Self {
        self.max_groups = max_groups;
        self
    }

    /// The same options with another number of alerts.
    #[must_use]
    pub fn with_max_alerts(mut self, max_alerts: usize) -> Self {
        self.max_alerts = max_alerts;
        self
    }

    pub(crate) fn in_range(mut self) -> Self {
        self.max_groups = self.max_groups.clamp(1, MOST_HELD);
        self.max_alerts = self.max_alerts.clamp(1, MOST_HELD);
        self
    }
}
