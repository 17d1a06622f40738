//! A route: which alerts it takes, who is told of them, and when.

use crate::alerts::Matchers;
use crate::notifications::group_by::GroupBy;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route_builder::RouteBuilder;
use crate::notifications::routes::Routes;
use crate::utils::AlertDuration;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::validations::Check as _;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// A route: the alerts that its matchers match, who is told of them, how they are grouped, and the routes below it.
    ///
    /// An alert goes down the tree from the root. At each route that matches, the routes below it are tried in their order; the first that
    /// matches ends this, unless it says `continue`. A route of which no route below matches takes the alert itself, so every alert is taken.
    ///
    /// # Inheritance
    ///
    /// | field | absent on the root | absent on another route |
    /// |---|---|---|
    /// | `receiver` | an error | the one above it |
    /// | `group_by` | `[]`: one group | the one above it |
    /// | `group_wait` | 30s | the one above it |
    /// | `group_interval` | 5m | the one above it |
    /// | `repeat_interval` | 4h | the one above it |
    /// | `continue` | false | false |
    /// | `mute_time_intervals`, `active_time_intervals` | none | none |
    ///
    /// (Alertmanager 0.33, `dispatch/route.go`.)
    ///
    /// # Validity
    ///
    /// `group_interval` and `repeat_interval` are longer than 0. The root has a receiver, and neither matchers, `continue`, nor names of time
    /// intervals: [`Route::check_as_root`] says so, [`Route::check`] does not, as it cannot know. Whether the names of receivers and time
    /// intervals exist is said where these are known.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::{Route, RoutingTree};
    ///
    /// let databases = Route::builder().matchers("team=db").receiver("db").build()?;
    /// let root = Route::builder().receiver("everyone").group_by(["alertname"]).route(databases).build()?;
    /// let tree = RoutingTree::new(&root)?;
    /// let labels = Labels::from_pairs([("alertname", "DiskFull"), ("team", "db")])?;
    /// assert_eq!(tree.matches(&labels)[0].receiver().as_str(), "db");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Route: closed in notifications;
    example r#"{"receiver": "everyone", "group_by": ["alertname"], "routes": [{"matchers": "{severity=\"critical\"}", "receiver": "pager"}]}"#;
    beyond { rules RULES; settle Route::settled; }
    /// Who is told. Absent means who is told by the route above.
    optional receiver: ReceiverName as "receiver",
    /// The matchers that an alert has to match, all of them. Default `{}`, which every alert matches.
    defaulted matchers: Matchers as "matchers",
    /// Whether the routes behind this one are tried too, where this one has matched. Default false.
    defaulted continue_matching: bool as "continue",
    /// By which labels alerts are put into groups; `...` alone for all labels, the empty list for one group. Absent means as by the route above.
    optional group_by: GroupBy as "group_by",
    /// How long a new group waits for more alerts. Absent means as in the route above.
    optional group_wait: AlertDuration as "group_wait",
    /// How long a group waits before it tells of changes. Absent means as in the route above.
    optional group_interval: AlertDuration as "group_interval",
    /// How long a group waits before it tells of the same again. Absent means as in the route above.
    optional repeat_interval: AlertDuration as "repeat_interval",
    /// The names of the time intervals in which nobody is told; at most 1,000.
    list(Route::MAX_TIME_INTERVALS) mute_time_intervals: TimeIntervalName as "mute_time_intervals",
    /// The names of the time intervals outside which nobody is told, where there are any; at most 1,000.
    list(Route::MAX_TIME_INTERVALS) active_time_intervals: TimeIntervalName as "active_time_intervals",
    /// The routes below this one, in the order in which they are tried.
    defaulted routes: Routes as "routes",
}

const RULES: &[Rule<Route>] = &[
    Rule {
        code: "route_group_interval_zero",
        field: "group_interval",
        rule: "`group_interval` is longer than 0.",
        broken: |route| zero("group_interval", route.group_interval),
    },
    Rule {
        code: "route_repeat_interval_zero",
        field: "repeat_interval",
        rule: "`repeat_interval` is longer than 0.",
        broken: |route| zero("repeat_interval", route.repeat_interval),
    },
];

fn zero(field: &str, interval: Option<AlertDuration>) -> Option<String> {
    interval.filter(|interval| interval.is_zero()).map(|_| format!("`{field}` is 0: expected such as `5m`, or none to inherit it"))
}

impl Route {
    /// How many names of time intervals a route may have, of either kind.
    pub const MAX_TIME_INTERVALS: usize = 1_000;

    /// How long a new group waits where no route says it: 30 seconds.
    pub const DEFAULT_GROUP_WAIT: AlertDuration = AlertDuration::seconds(30);

    /// How long a group waits before it tells of changes where no route says it: 5 minutes.
    pub const DEFAULT_GROUP_INTERVAL: AlertDuration = AlertDuration::minutes(5);

    /// How long a group waits before it tells of the same again where no route says it: 4 hours.
    pub const DEFAULT_REPEAT_INTERVAL: AlertDuration = AlertDuration::hours(4);

    /// Starts a route that takes every alert and inherits everything; the builder's `build` reports every problem at once.
    ///
    /// ```
    /// use alert_schemas::notifications::Route;
    ///
    /// assert_eq!(Route::builder().receiver("").matchers("team").build().unwrap_err().len(), 2);
    /// ```
    pub fn builder() -> RouteBuilder {
        RouteBuilder::new()
    }

    /// Checks the route as the root of a tree: what [`Route::check`] says, and what holds for a root alone.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all problems, each with its place.
    ///
    /// ```
    /// use alert_schemas::notifications::Route;
    ///
    /// let route = Route::builder().matchers("team=db").build()?;
    /// assert_eq!(
    ///     route.check_as_root().unwrap_err().to_string(),
    ///     "2 problems: /receiver: the root route has no receiver: expected the name of who is told where no other route says so; \
    ///      /matchers: the root route has matchers: expected none, as it takes every alert",
    /// );
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn check_as_root(&self) -> Result<(), Report> {
        let mut report = Report::new();
        self.check_at(&Path::ROOT, &mut report);
        self.check_root_at(&Path::ROOT, &mut report);
        report.into_result(())
    }

    /// Notes what holds for a root alone.
    pub(crate) fn check_root_at(&self, path: &Path<'_>, report: &mut Report) {
        if self.receiver.is_none() {
            report.note(&path.key("receiver"), "root_route_without_receiver", || {
                "the root route has no receiver: expected the name of who is told where no other route says so".to_owned()
            });
        }
        if !self.matchers.is_empty() {
            report.note(&path.key("matchers"), "root_route_has_matchers", || {
                "the root route has matchers: expected none, as it takes every alert".to_owned()
            });
        }
        if self.continue_matching {
            report.note(&path.key("continue"), "root_route_continues", || {
                "the root route says `continue`: expected it only where there is a route behind".to_owned()
            });
        }
        for (field, names) in [("mute_time_intervals", &self.mute_time_intervals), ("active_time_intervals", &self.active_time_intervals)] {
            if !names.is_empty() {
                report.note(&path.key(field), "root_route_has_time_intervals", || {
                    format!("the root route has `{field}`: expected them only on the routes below it")
                });
            }
        }
    }

    /// This route and every one below it, each before those below it, with its place as a pointer from this route.
    ///
    /// Who knows the receivers and the time intervals checks the names with it.
    ///
    /// ```
    /// use alert_schemas::notifications::Route;
    ///
    /// let inner = Route::builder().matchers("severity=critical").receiver("pager").build()?;
    /// let root = Route::builder().receiver("everyone").route(inner).build()?;
    /// let places: Vec<String> = root.walk().map(|(place, _)| place.to_string()).collect();
    /// assert_eq!(places, ["", "/routes/0"]);
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn walk(&self) -> impl Iterator<Item = (Pointer, &Route)> {
        // At most one list of siblings for each level is open.
        let mut open = vec![(Pointer::root(), std::slice::from_ref(self).iter().enumerate(), true)];
        std::iter::from_fn(move || {
            loop {
                let (above, siblings, top) = open.last_mut()?;
                let Some((index, route)) = siblings.next() else {
                    open.pop();
                    continue;
                };
                let place = if *top { above.clone() } else { above.clone().index(index) };
                open.push((place.clone().key("routes"), route.routes.iter().enumerate(), false));
                return Some((place, route));
            }
        })
    }

    #[cfg(feature = "proptest")]
    pub(crate) fn with_routes(mut self, routes: Vec<Route>) -> Self {
        self.routes = Routes::new(routes).unwrap_or_default();
        self
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.group_interval = self.group_interval.filter(|interval| !interval.is_zero());
        self.repeat_interval = self.repeat_interval.filter(|interval| !interval.is_zero());
        self
    }
}

/// A route that takes every alert and inherits everything: without a receiver, so it is no root.
impl Default for Route {
    fn default() -> Self {
        Self {
            receiver: None,
            matchers: Matchers::default(),
            continue_matching: false,
            group_by: None,
            group_wait: None,
            group_interval: None,
            repeat_interval: None,
            mute_time_intervals: Vec::new(),
            active_time_intervals: Vec::new(),
            routes: Routes::default(),
        }
    }
}

/// Routes without routes below them.
#[cfg(feature = "proptest")]
pub(crate) fn arbitrary_without_routes() -> impl proptest::strategy::Strategy<Value = Route> + Clone {
    use proptest::prelude::*;
    let who = (proptest::option::of(any::<ReceiverName>()), any::<Matchers>(), any::<bool>());
    let how = (proptest::option::of(any::<GroupBy>()), proptest::option::of(any::<AlertDuration>()));
    let names = proptest::collection::vec(any::<TimeIntervalName>(), 0..2);
    let strategy = (who, how, names).prop_map(|((receiver, matchers, continue_matching), (group_by, interval), names)| {
        let intervals = Route { group_wait: interval, group_interval: interval, mute_time_intervals: names, ..Route::default() };
        Route { receiver, matchers, continue_matching, group_by, ..intervals }.settled()
    });
    strategy.boxed()
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;

    use super::*;

    fn read(text: &str) -> Result<Route, String> {
        Route::decode(text.as_bytes(), &DecodeLimits::default()).map_err(|report| format!("{report:#}"))
    }

    #[test]
    fn a_route_reads_back() {
        let text = r#"{"receiver":"a","group_by":["..."],"group_wait":"0s","routes":[{"matchers":"{team=\"db\"}","continue":true,"mute_time_intervals":["night"]}]}"#;
        let route = read(text).unwrap();
        assert_eq!(serde_json::to_string(&route).unwrap(), text);
        assert_eq!((route.routes.depth(), route.routes.count()), (1, 1));
        assert_eq!(route.check_as_root(), Ok(()));
    }

    #[test]
    fn every_problem_is_told_with_its_place() {
        let text =
            r#"{"reciever": "a", "routes": [{"group_wait": "soon", "group_by": ["a", "a"]}, {"routes": [{"group_interval": "0s"}]}]}"#;
        assert_eq!(
            read(text).unwrap_err(),
            "4 problems
  /reciever (line 1, column 2): `reciever` is not known here; did you mean `receiver`?
  /routes/0/group_wait (line 1, column 45): `soon` is not a duration: expected numbers with the units y, w, d, h, m, s, ms, largest first, such as `5m` or `1h30m`, at most 292 years
  /routes/0/group_by (line 1, column 65): `a` stands twice in `group_by`: expected each label once
  /routes/1/routes/0/group_interval (line 1, column 109): `group_interval` is 0: expected such as `5m`, or none to inherit it"
        );
    }

    #[test]
    fn a_root_has_rules_of_its_own() {
        let text = r#"{"matchers": "a=b", "continue": true, "mute_time_intervals": ["x"], "active_time_intervals": ["x"], "repeat_interval": "0s"}"#;
        let mut route = Route::default();
        assert_eq!(route.check_as_root().unwrap_err().len(), 1);
        assert!(read(text).is_err());
        route.matchers = "a=b".parse().unwrap();
        route.continue_matching = true;
        route.mute_time_intervals = vec!["x".parse().unwrap()];
        route.active_time_intervals = vec!["x".parse().unwrap()];
        route.repeat_interval = Some(AlertDuration::ZERO);
        let report = route.check_as_root().unwrap_err();
        let problems: Vec<_> = report.violations().iter().map(|problem| (problem.path.to_string(), problem.code.to_string())).collect();
        let expected = [
            ("/repeat_interval", "route_repeat_interval_zero"),
            ("/receiver", "root_route_without_receiver"),
            ("/matchers", "root_route_has_matchers"),
            ("/continue", "root_route_continues"),
            ("/mute_time_intervals", "root_route_has_time_intervals"),
            ("/active_time_intervals", "root_route_has_time_intervals"),
        ];
        assert_eq!(problems, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
        assert_eq!(route.check().unwrap_err().len(), 1);
    }

    #[test]
    fn nesting_ends_with_an_error() {
        let nest = |times: usize| format!("{}{{}}{}", r#"{"routes":["#.repeat(times), "]}".repeat(times));
        let deep = DecodeLimits::default().with_depth(127);
        assert_eq!(Route::decode(nest(60).as_bytes(), &deep).unwrap().routes.depth(), 60);
        let report = Route::decode(nest(61).as_bytes(), &deep).unwrap_err();
        assert_eq!(report.to_string(), "/routes/0 (line 1, column 12): routes stand in each other more than 60 deep: expected at most 60");
        for times in [62, 10_000] {
            assert_eq!(Route::decode(nest(times).as_bytes(), &DecodeLimits::default()).unwrap_err().violations()[0].code, "too_deep");
        }
    }

    #[test]
    fn patterns_end_with_an_error() {
        // Each of these takes 2 MiB.
        let route = Route { matchers: r#"a=~"\\pL{40}""#.parse().unwrap(), ..Route::default() };
        let most = Routes::MAX_PATTERN_BYTES / (2 << 20);
        let routes = Routes::new(std::iter::repeat_n(route.clone(), most)).unwrap();
        let error = Routes::new(routes.into_iter().chain([route])).unwrap_err();
        assert_eq!(error.code(), "route_patterns_too_large");
        assert_eq!(error.to_string(), "the patterns of the routes take more than 268435456 bytes: expected at most 268435456");
    }

    #[test]
    fn a_walk_meets_every_route_before_those_below_it() {
        let route = read(r#"{"routes": [{"routes": [{}, {}]}, {}]}"#).unwrap();
        let places: Vec<_> = route.walk().map(|(place, _)| place.to_string()).collect();
        assert_eq!(places, ["", "/routes/0", "/routes/0/routes/0", "/routes/0/routes/1", "/routes/1"]);
    }
}
