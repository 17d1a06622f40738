//! What another configuration changes for single alerts: who is told, how, and in which group.

use std::collections::BTreeSet;
use std::fmt;

use crate::alerts::Labels;
use crate::notifications::config::NotificationConfig;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route::Route;
use crate::notifications::route_key::GroupKey;
use crate::notifications::routes::Routes;
use crate::notifications::routing_tree::RoutingTree;
use crate::notifications::sample_labels::sample_labels;
use crate::utils::AlertDuration;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::validations::record;

record! {
    /// A route that takes an alert, and what it says about notifications.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::RoutedTo;
    ///
    /// let text = r#"{"receiver":"db","group_key":"{}/{team=\"db\"}:{}","group_wait":"30s","group_interval":"5m","repeat_interval":"4h","pointer":"/route/routes/0"}"#;
    /// let routed: RoutedTo = serde_json::from_str(text)?;
    /// assert_eq!(routed.receiver.as_str(), "db");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct RoutedTo: closed in notifications;
    example r#"{"receiver": "db", "group_key": "{}/{team=\"db\"}:{}", "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "pointer": "/route/routes/0"}"#;
    beyond {}
    /// Who is told.
    required receiver: ReceiverName as "receiver",
    /// The key of the group.
    required group_key: GroupKey as "group_key",
    /// How long a new group waits.
    required group_wait: AlertDuration as "group_wait",
    /// How long a group waits before it tells of changes.
    required group_interval: AlertDuration as "group_interval",
    /// How long a group waits before it tells of the same again.
    required repeat_interval: AlertDuration as "repeat_interval",
    /// The time intervals in which nobody is told.
    list(Route::MAX_TIME_INTERVALS) mute_time_intervals: TimeIntervalName as "mute_time_intervals",
    /// The time intervals outside which nobody is told.
    list(Route::MAX_TIME_INTERVALS) active_time_intervals: TimeIntervalName as "active_time_intervals",
    /// Where the route stands in its configuration.
    required pointer: Pointer as "pointer",
}

impl RoutedTo {
    /// Whether nothing differs but the place of the route.
    fn is_like(&self, other: &Self) -> bool {
        let moved = Self { pointer: self.pointer.clone(), ..other.clone() };
        *self == moved
    }
}

record! {
    /// What another configuration changes for alerts with some labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::{NotificationConfig, Route, RoutingChange, diff_routes};
    ///
    /// let config = |team: &str| {
    ///     let inner = Route::builder().matchers(format!("team={team}").as_str()).receiver("pager").build()?;
    ///     Route::builder().receiver("everyone").route(inner).build().map(NotificationConfig::new)
    /// };
    /// let alert = Labels::from_pairs([("team", "db")])?;
    /// let changes: Vec<RoutingChange> = diff_routes(&config("web")?, &config("db")?, [&alert])?;
    /// let change = changes.iter().find(|change| change.labels == alert).unwrap();
    /// assert!(change.changes_receivers());
    /// assert_eq!(change.to_string(), r#"{team="db"}: everyone → pager"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RoutingChange: closed in notifications;
    example r#"{"labels": {"team": "db"}, "before": [{"receiver": "db", "group_key": "{}/{team=\"db\"}:{}", "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "pointer": "/route/routes/0"}]}"#;
    beyond {}
    /// The labels of the alert.
    required labels: Labels as "labels",
    /// The routes that take it before, in their order.
    list(Routes::MAX_ROUTES) before: RoutedTo as "before",
    /// The routes that take it after.
    list(Routes::MAX_ROUTES) after: RoutedTo as "after",
}

impl RoutingChange {
    /// Whether other receivers are told, or in another order; else only how changes: groups, times, time intervals.
    #[must_use]
    pub fn changes_receivers(&self) -> bool {
        !self.before.iter().map(|routed| &routed.receiver).eq(self.after.iter().map(|routed| &routed.receiver))
    }

    /// What changes, for people; each a word and both sides.
    fn differences(&self) -> Vec<String> {
        let names = |side: &[RoutedTo]| side.iter().map(|routed| routed.receiver.as_str()).collect::<Vec<_>>().join(", ");
        if self.changes_receivers() {
            return vec![format!("{} → {}", names(&self.before), names(&self.after))];
        }
        let mut texts = Vec::new();
        for (before, after) in self.before.iter().zip(&self.after).filter(|(before, after)| !before.is_like(after)) {
            let mut parts = Vec::new();
            if before.group_key != after.group_key {
                parts.push(format!("group {} → {}", before.group_key, after.group_key));
            }
            let times = [
                ("group_wait", before.group_wait, after.group_wait),
                ("group_interval", before.group_interval, after.group_interval),
                ("repeat_interval", before.repeat_interval, after.repeat_interval),
            ];
            parts.extend(times.iter().filter(|(_, a, b)| a != b).map(|(name, a, b)| format!("{name} {a} → {b}")));
            let lists = [
                ("mute_time_intervals", &before.mute_time_intervals, &after.mute_time_intervals),
                ("active_time_intervals", &before.active_time_intervals, &after.active_time_intervals),
            ];
            let shown = |names: &[TimeIntervalName]| format!("[{}]", names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "));
            parts.extend(lists.iter().filter(|(_, a, b)| a != b).map(|(name, a, b)| format!("{name} {} → {}", shown(a), shown(b))));
            texts.push(format!("{}: {}", before.receiver, parts.join(", ")));
        }
        texts
    }
}

impl fmt::Display for RoutingChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.labels, self.differences().join("; "))
    }
}

/// How many routes are said of labels that are made up, on both sides together.
const MOST_ROUTED: usize = 1_000_000;

fn routed(tree: &RoutingTree, labels: &Labels) -> Vec<RoutedTo> {
    let route = |matched: &crate::notifications::RouteMatch<'_>| {
        let options = matched.options();
        RoutedTo {
            receiver: options.receiver().clone(),
            group_key: matched.group_key(),
            group_wait: options.group_wait(),
            group_interval: options.group_interval(),
            repeat_interval: options.repeat_interval(),
            mute_time_intervals: options.mute_time_intervals().to_vec(),
            active_time_intervals: options.active_time_intervals().to_vec(),
            pointer: Pointer::root().key("route").join(&matched.route().pointer()),
        }
    };
    tree.matches(labels).iter().map(route).collect()
}

/// What another configuration changes for alerts with these labels and those of [`sample_labels`] of both, sorted by labels; what stays as it is is left out.
///
/// Changed are receivers, keys of groups (a group of another key is told anew, and is another incident to PagerDuty), times, and the names of time intervals; that
/// a route stands in another place is no change. What the time intervals of a name are is not looked at.
///
/// # Limits
///
/// All labels that are given are looked at. Of those that are made up, which are at most 10,000 for each configuration, the first are looked at until 1,000,000
/// routes have taken them, on both sides together: fewer than all only where many routes `continue`.
///
/// # Errors
///
/// A [`Report`] if one of the two is no valid tree of routes.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::{NotificationConfig, Route, diff_routes};
///
/// let config = |minutes| Route::builder().receiver("everyone").group_wait(AlertDuration::minutes(minutes)).build().map(NotificationConfig::new);
/// let changes = diff_routes(&config(1)?, &config(2)?, [])?;
/// assert_eq!(changes[0].to_string(), "{}: everyone: group_wait 1m → 2m");
/// assert_eq!(diff_routes(&config(1)?, &config(1)?, [])?, []);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
pub fn diff_routes<'a>(
    before: &NotificationConfig,
    after: &NotificationConfig,
    sample: impl IntoIterator<Item = &'a Labels>,
) -> Result<Vec<RoutingChange>, Report> {
    let given: BTreeSet<Labels> = sample.into_iter().cloned().collect();
    diff_within(before, after, given, MOST_ROUTED)
}

fn diff_within(
    before: &NotificationConfig,
    after: &NotificationConfig,
    given: BTreeSet<Labels>,
    mut left: usize,
) -> Result<Vec<RoutingChange>, Report> {
    let (old, new) = (RoutingTree::new(&before.route)?, RoutingTree::new(&after.route)?);
    let mut sets: BTreeSet<Labels> = sample_labels(before).into_iter().chain(sample_labels(after)).collect();
    sets.extend(given.iter().cloned());
    let mut changes = Vec::new();
    for labels in sets {
        let is_made_up = !given.contains(&labels);
        if is_made_up && left == 0 {
            continue;
        }
        let (before, after) = (routed(&old, &labels), routed(&new, &labels));
        if is_made_up {
            left = left.saturating_sub(before.len() + after.len());
        }
        let is_same = before.len() == after.len() && before.iter().zip(&after).all(|(before, after)| before.is_like(after));
        if !is_same {
            changes.push(RoutingChange { labels, before, after });
        }
    }
    Ok(changes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_are_made_up_are_looked_at_until_enough_routes_took_them() {
        let config = |wait: u32| {
            let mut root = Route::builder().receiver("r").group_wait(AlertDuration::seconds(wait));
            for number in 0..20 {
                root = root.route(Route::builder().matchers(format!("l{number}=x").as_str()).continue_matching().build()?);
            }
            root.route(Route::builder().continue_matching().build()?).build().map(NotificationConfig::new)
        };
        let (before, after) = (config(1).unwrap(), config(2).unwrap());
        // It sorts behind all that are made up.
        let given = Labels::from_pairs([("z", "z")]).unwrap();
        let changes = |left| diff_within(&before, &after, BTreeSet::from([given.clone()]), left).unwrap();
        assert_eq!(changes(MOST_ROUTED).len(), 22);
        // The one without labels takes two, each of the others four.
        let few = changes(10);
        assert_eq!((few.len(), few.last().map(|change| &change.labels)), (4, Some(&given)));
    }
}
