//! How much deduplication and grouping remember, and for how long.

use crate::alerts::LabelName;
use crate::correlation::recent::MOST_ENTRIES;
use crate::utils::AlertDuration;
use crate::utils::Settings;

/// The most runs that a state may hold for one key.
pub(crate) const MOST_SESSIONS: usize = 1_024;

/// The most labels to group by.
pub(crate) const MOST_GROUP_LABELS: usize = 64;

/// The most keys that a tenant may have.
pub(crate) const MOST_KEYS: usize = MOST_ENTRIES;

/// What a [`Deduplicator`](crate::correlation::Deduplicator) remembers.
///
/// | option | default | values | what happens above it |
/// |---|---|---|---|
/// | `window` | 5 m (`ALERT_CORRELATION_WINDOW`) | any | an alert that fires again later is new |
/// | `max_keys` | 100,000 | 1 to 16,777,216 of each tenant | the least recently seen key is forgotten, counted and returned |
/// | `max_sessions` | 64 | 1 to 1,024 of each key | the oldest session is dropped and counted |
///
/// A value out of range counts as the nearest one in range.
///
/// # Examples
///
/// ```
/// use alert_schemas::correlation::DedupOptions;
/// use alert_schemas::{AlertDuration, Settings};
///
/// let settings = Settings::from_pairs([("ALERT_CORRELATION_WINDOW", "10m")])?;
/// let options = DedupOptions::from(&settings).with_max_keys(1_000);
/// assert_eq!((options.window, options.max_keys), (AlertDuration::minutes(10), 1_000));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DedupOptions {
    /// For how long after its end an alert that fires again is the same trouble. Default 5 m.
    pub window: AlertDuration,
    /// How many keys of each tenant are remembered. Default 100,000.
    pub max_keys: usize,
    /// How many sessions of each key are remembered. Default 64.
    pub max_sessions: usize,
}

impl Default for DedupOptions {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for DedupOptions {
    fn from(settings: &Settings) -> Self {
        Self { window: settings.correlation_window, max_keys: 100_000, max_sessions: 64 }
    }
}

impl DedupOptions {
    /// The same options with another window.
    #[must_use]
    pub fn with_window(mut self, window: AlertDuration) -> Self {
        self.window = window;
        self
    }

    /// The same options with another number of keys.
    #[must_use]
    pub fn with_max_keys(mut self, max_keys: usize) -> Self {
        self.max_keys = max_keys;
        self
    }

    /// The same options with another number of sessions.
    #[must_use]
    pub fn with_max_sessions(mut self, max_sessions: usize) -> Self {
        self.max_sessions = max_sessions;
        self
    }

    pub(crate) fn in_range(mut self) -> Self {
        self.max_keys = self.max_keys.clamp(1, MOST_KEYS);
        self.max_sessions = self.max_sessions.clamp(1, MOST_SESSIONS);
        self
    }
}

/// What a [`WindowGrouper`](crate::correlation::WindowGrouper) groups by and remembers.
///
/// | option | default | values | what happens above it |
/// |---|---|---|---|
/// | `group_by` | none: one group of all alerts | up to 64 label names | the further names are not looked at |
/// | `window` | 5 m (`ALERT_CORRELATION_WINDOW`) | any | a longer gap ends the group |
/// | `max_members` | 100,000 | 1 to 16,777,216 of each tenant, over all its groups | the groups of the least recently seen labels are forgotten, counted and returned |
///
/// Since every group has a member, `max_members` bounds the number of groups as well. A value out of range counts as the nearest one in range.
///
/// # Examples
///
/// ```
/// use alert_schemas::Settings;
/// use alert_schemas::correlation::WindowOptions;
///
/// let options = WindowOptions::from(&Settings::default()).with_group_by(["team".parse()?, "alertname".parse()?]);
/// // Sorted, each name once: the order of the names makes no other groups.
/// assert_eq!(options.group_by.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["alertname", "team"]);
/// # Ok::<(), alert_schemas::alerts::InvalidLabelName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct WindowOptions {
    /// The labels whose values make a group.
    pub group_by: Vec<LabelName>,
    /// The longest time between two sightings of one group. Default 5 m.
    pub window: AlertDuration,
    /// How many memberships of each tenant are remembered, over all its groups. Default 100,000.
    pub max_members: usize,
}

impl Default for WindowOptions {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for WindowOptions {
    fn from(settings: &Settings) -> Self {
        Self { group_by: Vec::new(), window: settings.correlation_window, max_members: 100_000 }
    }
}

impl WindowOptions {
    /// The same options with other labels to group by.
    #[must_use]
    pub fn with_group_by(mut self, group_by: impl IntoIterator<Item = LabelName>) -> Self {
        self.group_by = group_by.into_iter().collect();
        self.group_by.sort();
        self.group_by.dedup();
        self
    }

    /// The same options with another window.
    #[must_use]
    pub fn with_window(mut self, window: AlertDuration) -> Self {
        self.window = window;
        self
    }

    /// The same options with another number of memberships.
    #[must_use]
    pub fn with_max_members(mut self, max_members: usize) -> Self {
        self.max_members = max_members;
        self
    }

    pub(crate) fn in_range(mut self) -> Self {
        self = Self { group_by: Vec::new(), ..self.clone() }.with_group_by(self.group_by);
        self.group_by.truncate(MOST_GROUP_LABELS);
        self.max_members = self.max_members.clamp(1, MOST_KEYS);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_count_as_the_nearest() {
        let options = DedupOptions::default().with_max_keys(0).with_max_sessions(usize::MAX).with_window(AlertDuration::ZERO).in_range();
        assert_eq!((options.max_keys, options.max_sessions, options.window), (1, MOST_SESSIONS, AlertDuration::ZERO));
        let mut options = WindowOptions::default().with_max_members(usize::MAX).with_window(AlertDuration::ZERO);
        options.group_by = (0..70).rev().map(|n| format!("l{n:02}").parse().unwrap()).collect();
        let options = options.in_range();
        assert_eq!((options.max_members, options.group_by.len(), options.window), (MOST_KEYS, 64, AlertDuration::ZERO));
        assert_eq!(options.group_by[0], "l00");
    }
}
