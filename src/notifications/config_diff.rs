//! What another configuration changes.

use std::fmt;

use crate::alerts::Labels;
use crate::notifications::config::NotificationConfig;
use crate::notifications::notification_diff::ReceiverDiff;
use crate::notifications::notification_diff::diff_notifications;
use crate::notifications::planned_notification::PlannedNotification;
use crate::notifications::routing_change::RoutingChange;
use crate::notifications::routing_change::diff_routes;
use crate::utils::Report;
use crate::validations::record;

/// The most receivers and routing changes.
const MOST: usize = 1_000_000;

record! {
    /// What another configuration changes: where alerts go, and what would have been sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{ConfigDiff, NotificationConfig, Route};
    ///
    /// let config = |receiver: &str| Route::builder().receiver(receiver).build().map(NotificationConfig::new);
    /// let diff = ConfigDiff::of_routes(&config("mail")?, &config("pager")?, [])?;
    /// assert_eq!(diff.to_string(), "{}: mail → pager\n");
    /// assert!(ConfigDiff::of_routes(&config("mail")?, &config("mail")?, [])?.is_empty());
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct ConfigDiff: closed in notifications;
    example r#"{"receivers": [{"receiver": "ops", "unchanged": 3}]}"#;
    beyond {}
    /// What changes for alerts with some labels, sorted by these; at most 1,000,000.
    list(MOST) routing: RoutingChange as "routing",
    /// What changes in what is sent, for each receiver; at most 1,000,000.
    list(MOST) receivers: ReceiverDiff as "receivers",
}

impl ConfigDiff {
    /// What changes without a history: where alerts with these labels go, and those that [`sample_labels`](crate::notifications::sample_labels) makes up.
    ///
    /// # Errors
    ///
    /// A [`Report`] if one of the two is no valid tree of routes.
    ///
    /// ```
    /// use alert_schemas::notifications::{ConfigDiff, NotificationConfig, Route};
    ///
    /// let config = NotificationConfig::new(Route::default());
    /// assert!(ConfigDiff::of_routes(&config, &config, []).is_err());
    /// ```
    pub fn of_routes<'a>(
        before: &NotificationConfig,
        after: &NotificationConfig,
        sample: impl IntoIterator<Item = &'a Labels>,
    ) -> Result<Self, Report> {
        Ok(Self { routing: diff_routes(before, after, sample)?, receivers: Vec::new() })
    }

    /// The same, and what changes between these two predictions of what is sent, see [`diff_notifications`].
    #[must_use]
    pub fn with_notifications(mut self, before: &[PlannedNotification], after: &[PlannedNotification]) -> Self {
        self.receivers = diff_notifications(before, after);
        self
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routing.is_empty() && self.receivers.iter().all(ReceiverDiff::is_unchanged)
    }
}

/// What changes for people: a line for each set of labels, then what is sent, by receiver.
impl fmt::Display for ConfigDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.routing {
            writeln!(f, "{change}")?;
        }
        for diff in self.receivers.iter().filter(|diff| !diff.is_unchanged()) {
            write!(f, "{diff}")?;
        }
        Ok(())
    }
}
