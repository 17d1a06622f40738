//! What another configuration would have changed in what happened.

use std::collections::BTreeSet;

use crate::alerts::Labels;
use crate::notifications::config::NotificationConfig;
use crate::notifications::config_diff::ConfigDiff;
use crate::notifications::decision_plan::DecisionPlan;
use crate::notifications::replay::HistoryEntry;
use crate::notifications::replay::HistoryEvent;
use crate::notifications::replay::replay;
use crate::utils::Report;
use crate::utils::Timestamp;

/// What another configuration changes: where the alerts of a history go (and those that [`sample_labels`](crate::notifications::sample_labels) makes up), and what
/// would have been sent if the history had happened under either.
///
/// A receiver without channels counts as one that is told of everything, see [`DecisionPlan`]. Who knows of channels that our types do not have, such as those of a file
/// of Alertmanager, replays under both plans and takes [`ConfigDiff::with_notifications`]. `end` is that of [`replay`].
///
/// # Errors
///
/// A [`Report`] if one of the two configurations is not valid.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{HistoryEntry, HistoryEvent, NotificationConfig, Receiver, Route, diff};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let config = |seconds| {
///     let mut config = NotificationConfig::new(Route::builder().receiver("ops").group_wait(AlertDuration::seconds(seconds)).build()?);
///     config.receivers.push(Receiver::new("ops".parse()?));
///     Ok::<_, Box<dyn std::error::Error>>(config)
/// };
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let history = [HistoryEntry::new(t0, HistoryEvent::alert(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?))];
/// let end = Some(t0 + AlertDuration::minutes(1));
/// let changes = diff(&config(30)?, &config(10)?, &history, end)?;
/// assert_eq!(changes.receivers[0].changed[0].differences(), ["at"]);
/// assert!(diff(&config(30)?, &config(30)?, &history, end)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn diff(
    before: &NotificationConfig,
    after: &NotificationConfig,
    history: &[HistoryEntry],
    end: Option<Timestamp>,
) -> Result<ConfigDiff, Report> {
    let labels = |entry: &'_ HistoryEntry| match &entry.event {
        HistoryEvent::Alert(alert) => Some(alert.labels.clone()),
        _ => None,
    };
    let sample: BTreeSet<Labels> = history.iter().filter_map(labels).collect();
    let sent = |config| Ok::<_, Report>(replay(DecisionPlan::new(config)?, history.iter().cloned(), end).notifications);
    Ok(ConfigDiff::of_routes(before, after, &sample)?.with_notifications(&sent(before)?, &sent(after)?))
}
