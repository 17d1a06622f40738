//! The group of a route to which an alert belongs.

use crate::alerts::Labels;
use crate::notifications::names::ReceiverName;
use crate::notifications::route::Route;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::notifications::route_match::RouteMatch;
use crate::utils::AlertDuration;

/// The group of a route to which an alert belongs, with all that grouping needs to know of the route.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{GroupTarget, Route, RoutingTree};
///
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").group_by(["alertname"]).build()?)?;
/// let labels = Labels::from_pairs([("alertname", "DiskFull"), ("instance", "db-1")])?;
/// let targets: Vec<GroupTarget> = tree.matches(&labels).iter().map(GroupTarget::from).collect();
/// assert_eq!(targets[0].group_key.as_str(), r#"{}:{alertname="DiskFull"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GroupTarget {
    /// The route.
    pub route: RouteId,
    /// The key of the group.
    pub group_key: GroupKey,
    /// The labels that all alerts of the group share.
    pub group_labels: Labels,
    /// Who is told.
    pub receiver: ReceiverName,
    /// How long a new group waits for more alerts. Default 30 s.
    pub group_wait: AlertDuration,
    /// How long a group waits before it tells of changes. Default 5 m; zero counts as one millisecond.
    pub group_interval: AlertDuration,
    /// How long a group waits before it tells of the same again. Default 4 h.
    pub repeat_interval: AlertDuration,
}

impl GroupTarget {
    /// A group with the default times.
    #[must_use]
    pub fn new(route: RouteId, group_key: GroupKey, group_labels: Labels, receiver: ReceiverName) -> Self {
        Self {
            route,
            group_key,
            group_labels,
            receiver,
            group_wait: Route::DEFAULT_GROUP_WAIT,
            group_interval: Route::DEFAULT_GROUP_INTERVAL,
            repeat_interval: Route::DEFAULT_REPEAT_INTERVAL,
        }
    }

    /// The same group with other times.
    #[must_use]
    pub fn with_times(mut self, group_wait: AlertDuration, group_interval: AlertDuration, repeat_interval: AlertDuration) -> Self {
        self.group_wait = group_wait;
        self.group_interval = group_interval;
        self.repeat_interval = repeat_interval;
        self
    }
}

impl From<&RouteMatch<'_>> for GroupTarget {
    fn from(found: &RouteMatch<'_>) -> Self {
        let (group_labels, options) = (found.group_labels(), found.options());
        let target = Self::new(found.id(), found.key().group_key(&group_labels), group_labels, found.receiver().clone());
        target.with_times(options.group_wait(), options.group_interval(), options.repeat_interval())
    }
}
