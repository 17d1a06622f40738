//! A route that takes an alert, with all that it says about notifications.

use std::fmt;
use std::sync::Arc;

use crate::alerts::Labels;
use crate::alerts::Matchers;
use crate::notifications::group_by::GroupBy;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::GroupKeyDigest;
use crate::notifications::route_key::RouteId;
use crate::notifications::route_key::RouteKey;
use crate::notifications::routing_tree::NONE;
use crate::notifications::routing_tree::Node;
use crate::notifications::routing_tree::RoutingTree;
use crate::utils::AlertDuration;
use crate::utils::Pointer;

/// What a route of a tree says about notifications, with what it inherits; see [`Route`](crate::notifications::Route) for the defaults.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::{Route, RouteOptions, RoutingTree};
///
/// let pager = Route::builder().matchers("severity=critical").group_wait(AlertDuration::seconds(5)).mute_time_interval("night").build()?;
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(pager).build()?)?;
/// let options: &RouteOptions = tree.route_at(&[0]).unwrap().options();
/// assert_eq!((options.group_wait(), options.group_interval()), (AlertDuration::seconds(5), AlertDuration::minutes(5)));
/// assert_eq!(options.receiver().as_str(), "everyone");
/// assert_eq!(options.mute_time_intervals().len(), 1);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RouteOptions {
    // Shared: a thousand routes may inherit one long list of labels.
    pub(crate) receiver: Arc<ReceiverName>,
    pub(crate) group_by: Arc<GroupBy>,
    pub(crate) group_wait: AlertDuration,
    pub(crate) group_interval: AlertDuration,
    pub(crate) repeat_interval: AlertDuration,
    pub(crate) mute_time_intervals: Box<[TimeIntervalName]>,
    pub(crate) active_time_intervals: Box<[TimeIntervalName]>,
}

impl RouteOptions {
    /// Who is told.
    #[must_use]
    pub fn receiver(&self) -> &ReceiverName {
        &self.receiver
    }

    /// By which labels alerts are put into groups.
    #[must_use]
    pub fn group_by(&self) -> &GroupBy {
        &self.group_by
    }

    /// How long a new group waits for more alerts.
    #[must_use]
    pub fn group_wait(&self) -> AlertDuration {
        self.group_wait
    }

    /// How long a group waits before it tells of changes.
    #[must_use]
    pub fn group_interval(&self) -> AlertDuration {
        self.group_interval
    }

    /// How long a group waits before it tells of the same again.
    #[must_use]
    pub fn repeat_interval(&self) -> AlertDuration {
        self.repeat_interval
    }

    /// The names of the time intervals in which nobody is told; the route's own, since they are not inherited.
    #[must_use]
    pub fn mute_time_intervals(&self) -> &[TimeIntervalName] {
        &self.mute_time_intervals
    }

    /// The names of the time intervals outside which nobody is told, where there are any; the route's own, since they are not inherited.
    #[must_use]
    pub fn active_time_intervals(&self) -> &[TimeIntervalName] {
        &self.active_time_intervals
    }
}

/// A route of a [`RoutingTree`].
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Route, RoutingTree, TreeRoute};
///
/// let databases = Route::builder().matchers("team=db").build()?;
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(databases).build()?)?;
/// let route: TreeRoute = tree.routes().last().unwrap();
/// assert_eq!(route.id().as_str(), r#"{}/{team="db"}/0"#);
/// assert_eq!(route.pointer().as_str(), "/routes/0");
/// assert_eq!(route.parent(), Some(tree.root()));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Clone, Copy)]
pub struct TreeRoute<'a> {
    tree: &'a RoutingTree,
    id: u32,
    node: &'a Node,
}

impl<'a> TreeRoute<'a> {
    pub(crate) fn new(tree: &'a RoutingTree, id: u32) -> Self {
        Self { tree, id, node: tree.node(id) }
    }

    /// What it says about notifications, with what it inherits.
    #[must_use]
    pub fn options(&self) -> &'a RouteOptions {
        &self.node.options
    }

    /// Who is told.
    #[must_use]
    pub fn receiver(&self) -> &'a ReceiverName {
        self.options().receiver()
    }

    /// Its own matchers, in the order in which they were written.
    #[must_use]
    pub fn matchers(&self) -> &'a Matchers {
        &self.node.matchers
    }

    /// Whether the routes behind it are tried too, where it has matched.
    #[must_use]
    pub fn continues(&self) -> bool {
        self.node.continues
    }

    /// The route above it; none above the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        (self.node.parent != NONE).then(|| Self::new(self.tree, self.node.parent))
    }

    /// The routes from the root to this one.
    fn line(&self) -> Vec<Self> {
        let mut line: Vec<_> = std::iter::successors(Some(*self), Self::parent).collect();
        line.reverse();
        line
    }

    /// The places among siblings, from 0, that lead from the root to it; empty for the root.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        self.line().into_iter().skip(1).map(|route| route.node.place as usize).collect()
    }

    /// Where it stands in the JSON of the root.
    #[must_use]
    pub fn pointer(&self) -> Pointer {
        self.path().into_iter().fold(Pointer::root(), |above, place| above.key("routes").index(place))
    }

    /// Its key, which equal routes share.
    #[must_use]
    pub fn key(&self) -> RouteKey {
        RouteKey::of_steps(self.line().iter().skip(1).map(|route| &*route.node.step))
    }

    /// Its id, which no other route of the tree has.
    #[must_use]
    pub fn id(&self) -> RouteId {
        RouteId::of_steps(self.line().iter().skip(1).map(|route| (&*route.node.step, route.node.place)))
    }

    /// The labels of the group to which an alert with these labels belongs here.
    #[must_use]
    pub fn group_labels(&self, labels: &Labels) -> Labels {
        self.options().group_by().group_labels(labels)
    }

    /// The key of the group to which an alert with these labels belongs here.
    #[must_use]
    pub fn group_key(&self, labels: &Labels) -> GroupKey {
        self.key().group_key(&self.group_labels(labels))
    }
}

/// Two routes are equal if they are the same route of the same tree.
impl PartialEq for TreeRoute<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for TreeRoute<'_> {}

impl fmt::Debug for TreeRoute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The tree around it would hide the route.
        f.debug_struct("TreeRoute").field("id", &self.id()).field("options", self.options()).finish()
    }
}

/// A route that takes an alert, and the group to which the alert belongs there.
///
/// Keys and labels of the group are made when they are asked for, so that a match that nobody looks at costs nothing.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{Route, RouteMatch, RoutingTree};
///
/// let databases = Route::builder().matchers("team=db").group_by(["alertname"]).build()?;
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(databases).build()?)?;
/// let labels = Labels::from_pairs([("alertname", "DiskFull"), ("team", "db"), ("instance", "db-1")])?;
/// let matched: RouteMatch = tree.matches(&labels)[0];
/// assert_eq!(matched.path(), [0]);
/// assert_eq!(matched.group_key().as_str(), r#"{}/{team="db"}:{alertname="DiskFull"}"#);
/// assert!(matched.group_key_digest().to_string().starts_with("2ad15d251be30f11"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RouteMatch<'a> {
    route: TreeRoute<'a>,
    labels: &'a Labels,
}

impl<'a> RouteMatch<'a> {
    pub(crate) fn new(route: TreeRoute<'a>, labels: &'a Labels) -> Self {
        Self { route, labels }
    }

    /// The route.
    #[must_use]
    pub fn route(&self) -> TreeRoute<'a> {
        self.route
    }

    /// What the route says about notifications, with what it inherits.
    #[must_use]
    pub fn options(&self) -> &'a RouteOptions {
        self.route.options()
    }

    /// Who is told.
    #[must_use]
    pub fn receiver(&self) -> &'a ReceiverName {
        self.route.receiver()
    }

    /// The key of the route, which equal routes share.
    #[must_use]
    pub fn key(&self) -> RouteKey {
        self.route.key()
    }

    /// The id of the route, which no other route of the tree has.
    #[must_use]
    pub fn id(&self) -> RouteId {
        self.route.id()
    }

    /// The places among siblings, from 0, that lead from the root to the route; empty for the root.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        self.route.path()
    }

    /// The labels of the alert.
    #[must_use]
    pub fn labels(&self) -> &'a Labels {
        self.labels
    }

    /// The labels of the group to which the alert belongs.
    #[must_use]
    pub fn group_labels(&self) -> Labels {
        self.route.group_labels(self.labels)
    }

    /// The key of the group to which the alert belongs.
    #[must_use]
    pub fn group_key(&self) -> GroupKey {
        self.route.group_key(self.labels)
    }

    /// The digest of the key of the group, as other systems carry it.
    #[must_use]
    pub fn group_key_digest(&self) -> GroupKeyDigest {
        self.group_key().digest()
    }
}
