//! Building a route.

use crate::alerts::InvalidLabelName;
use crate::alerts::LabelName;
use crate::alerts::Matchers;
use crate::notifications::group_by::GroupBy;
use crate::notifications::names::InvalidReceiverName;
use crate::notifications::names::InvalidTimeIntervalName;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route::Route;
use crate::utils::AlertDuration;
use crate::utils::Path;
use crate::utils::Report;
use crate::validations::Check as _;

/// Builds a [`Route`]; made by [`Route::builder`].
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::{Route, RouteBuilder};
///
/// let builder: RouteBuilder = Route::builder().matchers("severity=~critical|high").receiver("pager");
/// let route = builder.group_wait(AlertDuration::seconds(10)).mute_time_interval("maintenance").build()?;
/// assert_eq!(route.matchers.len(), 1);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the route"]
pub struct RouteBuilder {
    route: Route,
    report: Report,
}

impl RouteBuilder {
    pub(crate) fn new() -> Self {
        Self { route: Route::default(), report: Report::new() }
    }

    /// Says who is told.
    pub fn receiver<N>(mut self, name: N) -> Self
    where
        N: TryInto<ReceiverName>,
        N::Error: Into<InvalidReceiverName>,
    {
        if let Some(name) = self.report.accepted(&["receiver"], name.try_into().map_err(Into::<InvalidReceiverName>::into)) {
            self.route.receiver = Some(name);
        }
        self
    }

    /// Says which alerts it takes, as text in the UTF-8 syntax; [`RouteBuilder::matching`] takes ready matchers.
    pub fn matchers(mut self, matchers: &str) -> Self {
        if let Some(matchers) = self.report.accepted(&["matchers"], matchers.parse::<Matchers>()) {
            self.route.matchers = matchers;
        }
        self
    }

    /// Says which alerts it takes.
    pub fn matching(mut self, matchers: impl Into<Matchers>) -> Self {
        self.route.matchers = matchers.into();
        self
    }

    /// Says that the routes behind this one are tried too, where this one has matched.
    pub fn continue_matching(mut self) -> Self {
        self.route.continue_matching = true;
        self
    }

    /// Says by which labels alerts are put into groups; a single `...` says all labels, and no name that there is one group.
    pub fn group_by<N>(mut self, names: impl IntoIterator<Item = N>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        if let Some(group_by) = self.report.accepted(&["group_by"], GroupBy::labels(names)) {
            self.route.group_by = Some(group_by);
        }
        self
    }

    /// Says how long a new group waits for more alerts.
    pub fn group_wait(mut self, wait: AlertDuration) -> Self {
        self.route.group_wait = Some(wait);
        self
    }

    /// Says how long a group waits before it tells of changes.
    pub fn group_interval(mut self, interval: AlertDuration) -> Self {
        self.route.group_interval = Some(interval);
        self
    }

    /// Says how long a group waits before it tells of the same again.
    pub fn repeat_interval(mut self, interval: AlertDuration) -> Self {
        self.route.repeat_interval = Some(interval);
        self
    }

    /// Adds the name of a time interval in which nobody is told.
    pub fn mute_time_interval<N>(mut self, name: N) -> Self
    where
        N: TryInto<TimeIntervalName>,
        N::Error: Into<InvalidTimeIntervalName>,
    {
        if let Some(name) = self.report.accepted(&["mute_time_intervals"], name.try_into().map_err(Into::<InvalidTimeIntervalName>::into)) {
            self.route.mute_time_intervals.push(name);
        }
        self
    }

    /// Adds the name of a time interval in which people are told; where there are any, nobody is told outside them.
    pub fn active_time_interval<N>(mut self, name: N) -> Self
    where
        N: TryInto<TimeIntervalName>,
        N::Error: Into<InvalidTimeIntervalName>,
    {
        if let Some(name) = self.report.accepted(&["active_time_intervals"], name.try_into().map_err(Into::<InvalidTimeIntervalName>::into))
        {
            self.route.active_time_intervals.push(name);
        }
        self
    }

    /// Adds a route below it, which is tried after those added before it.
    pub fn route(mut self, route: Route) -> Self {
        self.report.accepted(&["routes"], self.route.routes.push(route));
        self
    }

    /// The route.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem of the setters and of the route as a whole.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::notifications::Route;
    ///
    /// let report = Route::builder().group_interval(AlertDuration::ZERO).group_by(["a", "a"]).build().unwrap_err();
    /// assert_eq!(
    ///     report.to_string(),
    ///     "2 problems: /group_by: `a` stands twice in `group_by`: expected each label once; \
    ///      /group_interval: `group_interval` is 0: expected such as `5m`, or none to inherit it",
    /// );
    /// ```
    pub fn build(self) -> Result<Route, Report> {
        let Self { route, mut report } = self;
        route.check_at(&Path::ROOT, &mut report);
        report.into_result(route)
    }
}
