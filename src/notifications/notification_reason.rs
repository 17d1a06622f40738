//! Why a group is told.

use std::collections::BTreeSet;

use crate::alerts::NotificationHash;
use crate::notifications::notification_log::NotificationLogEntry;
use crate::utils::AlertDuration;
use crate::utils::Timestamp;
use crate::utils::vocabulary;

vocabulary! {
    /// Why a group of alerts is told to a receiver: the words that Alertmanager's webhook carries in `notification_reason`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::NotificationReason;
    ///
    /// assert_eq!("new alerts added".parse(), Ok(NotificationReason::NewAlertsAdded));
    /// ```
    [#[non_exhaustive]]
    pub enum NotificationReason;
    error InvalidNotificationReason in notifications, code "invalid_notification_reason", noun "a reason of a notification",
    derives [PartialOrd, Ord];
    /// The receiver knows of nothing that fires in this group.
    FirstNotification = "first notification",
    /// An alert fires that was not told as firing last time.
    NewAlertsAdded = "new alerts added",
    /// Nothing fires any more.
    AllAlertsResolved = "all alerts resolved",
    /// An alert is resolved that was not told as resolved last time.
    SomeAlertsResolved = "some alerts resolved",
    /// Nothing changed, but it was told long ago.
    RepeatIntervalElapsed = "repeat interval elapsed",
}

/// Whether a receiver has to be told of a group, and why; `entry` is what it was told last.
///
/// | the first of these that holds | reason |
/// |---|---|
/// | it was never told, and an alert fires | `first notification` |
/// | it was never told | none |
/// | an alert fires that was not told as firing | `new alerts added`, or `first notification` if nothing was told as firing |
/// | nothing fires, but something was told as firing | `all alerts resolved`, whatever `send_resolved` says: the log must forget it |
/// | nothing fires | none |
/// | `send_resolved`, and an alert is resolved that was not told as resolved | `some alerts resolved` |
/// | it was told before `now − repeat_interval` | `repeat interval elapsed` |
/// | else | none |
///
/// This is Alertmanager's (0.33, `notify/dedup_stage.go`), the strict comparison of the last row included: see [`effective_repeat_interval`].
///
/// # Examples
///
/// ```
/// use std::collections::BTreeSet;
///
/// use alert_schemas::alerts::NotificationHash;
/// use alert_schemas::notifications::{NotificationReason, needs_update};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let firing = BTreeSet::from([NotificationHash::from(7)]);
/// let (none, repeat, now) = (BTreeSet::new(), AlertDuration::hours(4), Timestamp::UNIX_EPOCH);
/// assert_eq!(needs_update(None, &firing, &none, repeat, now, true), Some(NotificationReason::FirstNotification));
/// assert_eq!(needs_update(None, &none, &firing, repeat, now, true), None);
/// ```
#[must_use]
pub fn needs_update(
    entry: Option<&NotificationLogEntry>,
    firing: &BTreeSet<NotificationHash>,
    resolved: &BTreeSet<NotificationHash>,
    repeat_interval: AlertDuration,
    now: Timestamp,
    send_resolved: bool,
) -> Option<NotificationReason> {
    let Some(entry) = entry else {
        return (!firing.is_empty()).then_some(NotificationReason::FirstNotification);
    };
    let told =
        |known: &[NotificationHash], hashes: &BTreeSet<NotificationHash>| hashes.iter().all(|hash| known.binary_search(hash).is_ok());
    if !told(&entry.firing, firing) {
        let first = entry.firing.is_empty();
        return Some(if first { NotificationReason::FirstNotification } else { NotificationReason::NewAlertsAdded });
    }
    if firing.is_empty() {
        return (!entry.firing.is_empty()).then_some(NotificationReason::AllAlertsResolved);
    }
    if send_resolved && !told(&entry.resolved, resolved) {
        return Some(NotificationReason::SomeAlertsResolved);
    }
    (entry.timestamp < now.minus(repeat_interval)).then_some(NotificationReason::RepeatIntervalElapsed)
}

/// After how long a group that does not change is told again: the smallest multiple of `group_interval` that is longer than `repeat_interval`.
///
/// A group is looked at every `group_interval` and told again once *more* than `repeat_interval` has passed. So a `repeat_interval` that is itself a multiple
/// costs one interval more: with 5 m and 4 h it is 4 h 5 m (measured on Alertmanager 0.33.1 with 2 s and 4 s: told every 6 s). The
/// longest duration there is, where the sum is longer; `repeat_interval` itself where `group_interval` is zero.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::effective_repeat_interval;
///
/// let seconds = AlertDuration::seconds;
/// assert_eq!(effective_repeat_interval(seconds(4), seconds(6)), seconds(8));
/// assert_eq!(effective_repeat_interval(seconds(2), seconds(4)), seconds(6));
/// ```
#[must_use]
pub fn effective_repeat_interval(group_interval: AlertDuration, repeat_interval: AlertDuration) -> AlertDuration {
    let (every, repeat) = (group_interval.as_millis(), repeat_interval.as_millis());
    match repeat.checked_div(every) {
        None => repeat_interval,
        Some(times) => AlertDuration::saturating_millis((times + 1).saturating_mul(every)),
    }
}
