//! A tree of routes, made ready to route many alerts.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::alerts::Labels;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::notifications::group_by::GroupBy;
use crate::notifications::names::ReceiverName;
use crate::notifications::route::Route;
use crate::notifications::route_key::step_of;
use crate::notifications::route_match::RouteMatch;
use crate::notifications::route_match::RouteOptions;
use crate::notifications::route_match::TreeRoute;
use crate::notifications::route_search::Search;
use crate::notifications::route_trace::RouteTrace;
use crate::utils::Report;

/// No node, no term.
pub(crate) const NONE: u32 = u32::MAX;

/// With fewer siblings than this, trying each costs less than looking them up.
const FEW: usize = 8;

/// A tree of routes, made ready to route many alerts: it says for the labels of an alert which routes take it, in Alertmanager's order.
///
/// # How it is fast
///
/// Among the routes below one route, those that ask for a value of a label (`team="db"`) are found by that value, and only the others are
/// tried one by one; a pattern that stands on many routes is matched once for each value of a label. So a tree of a thousand routes costs what
/// can match. The result is that of trying every route in its order (Alertmanager 0.33, `dispatch/route.go`).
///
/// # Routing is total
///
/// There is always a route that takes an alert: the root, if no other does.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{Route, RoutingTree};
///
/// let pager = Route::builder().matchers("severity=critical").receiver("pager").continue_matching().build()?;
/// let databases = Route::builder().matchers("team=~db|storage").receiver("db").build()?;
/// let root = Route::builder().receiver("everyone").group_by(["alertname"]).route(pager).route(databases).build()?;
///
/// let tree = RoutingTree::new(&root)?;
/// let labels = Labels::from_pairs([("alertname", "DiskFull"), ("severity", "critical"), ("team", "db")])?;
/// let matches = tree.matches(&labels);
/// let receivers: Vec<&str> = matches.iter().map(|route| route.receiver().as_str()).collect();
/// assert_eq!(receivers, ["pager", "db"]);
/// assert_eq!(matches[0].group_key().as_str(), r#"{}/{severity="critical"}:{alertname="DiskFull"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RoutingTree {
    /// The root, number 0.
    pub(crate) root: Node,
    /// The routes below the root, each before those below it; the first is number 1.
    pub(crate) below: Vec<Node>,
    /// The tests of all routes.
    pub(crate) tests: Vec<Test>,
    /// The labels that routes look at.
    pub(crate) labels: Vec<KnownLabel>,
    /// Where the labels stand in `labels`.
    pub(crate) label_places: HashMap<Box<str>, u32>,
    /// Each pattern of each label once.
    pub(crate) patterns: Vec<LabelPattern>,
}

/// A route of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) parent: u32,
    /// The place among the siblings.
    pub(crate) place: u32,
    pub(crate) matchers: Matchers,
    /// What it adds to the key of the route above it: printed once, and not for every alert.
    pub(crate) step: Box<str>,
    /// Its tests in `tests`, one for each matcher, in their order.
    pub(crate) tests: std::ops::Range<u32>,
    pub(crate) continues: bool,
    pub(crate) options: RouteOptions,
    pub(crate) children: Children,
}

/// The routes below a route, by their numbers; that these ascend with the order in which routes are tried lets lists of them be merged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Children {
    pub(crate) all: Box<[u32]>,
    /// Those that ask for a term, by the term.
    pub(crate) by_term: HashMap<u32, Vec<u32>>,
    /// The labels of these terms, sorted.
    pub(crate) labels: Box<[u32]>,
    /// Those that have to be tried.
    pub(crate) others: Box<[u32]>,
}

/// What a matcher asks: whether a label has a value, or matches a pattern, or does not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Test {
    pub(crate) label: u32,
    pub(crate) wanted: Wanted,
    pub(crate) positive: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// A term: a label and its value as one number.
    Term(u32),
    /// A place in `patterns`.
    Pattern(u32),
}

/// A label that routes look at, with the values that they ask for.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownLabel {
    pub(crate) terms: HashMap<Box<str>, u32>,
    /// The term of the empty value, which a missing label has.
    pub(crate) absent: u32,
}

/// A pattern of a label.
#[derive(Debug, Clone)]
pub(crate) struct LabelPattern {
    /// A matcher that has it.
    pub(crate) matcher: Matcher,
}

impl RoutingTree {
    /// Makes the tree under this root ready.
    ///
    /// # Errors
    ///
    /// The [`Report`] of [`Route::check_as_root`].
    ///
    /// ```
    /// use alert_schemas::notifications::{Route, RoutingTree};
    ///
    /// let report = RoutingTree::new(&Route::default()).unwrap_err();
    /// assert_eq!(report.violations()[0].code, "root_route_without_receiver");
    /// ```
    pub fn new(root: &Route) -> Result<Self, Report> {
        root.check_as_root()?;
        let Some(receiver) = &root.receiver else {
            // Not reached: a root has a receiver.
            return Err(Report::new());
        };
        let defaults = RouteOptions {
            receiver: Arc::new(receiver.clone()),
            group_by: Arc::new(GroupBy::one_group()),
            group_wait: Route::DEFAULT_GROUP_WAIT,
            group_interval: Route::DEFAULT_GROUP_INTERVAL,
            repeat_interval: Route::DEFAULT_REPEAT_INTERVAL,
            mute_time_intervals: Box::default(),
            active_time_intervals: Box::default(),
        };
        let options = inherit(root, &defaults);
        let node = Node {
            parent: NONE,
            place: 0,
            matchers: Matchers::default(),
            step: Box::default(),
            tests: 0..0,
            continues: false,
            options,
            children: Children::default(),
        };
        let (below, tests, labels, patterns) = (Vec::with_capacity(root.routes.count()), Vec::new(), Vec::new(), Vec::new());
        let tree = Self { root: node, below, tests, labels, label_places: HashMap::new(), patterns };
        let mut compiler = Compiler { tree, pattern_places: HashMap::new(), terms: 0 };
        let options = compiler.tree.root.options.clone();
        compiler.tree.root.children = compiler.below(root, 0, &options);
        Ok(compiler.tree)
    }

    /// The routes that take an alert with these labels, in Alertmanager's order; there is at least one.
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::{Route, RoutingTree};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("everyone").build()?)?;
    /// assert_eq!(tree.matches(&Labels::new()).len(), 1);
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn matches<'a>(&'a self, labels: &'a Labels) -> Vec<RouteMatch<'a>> {
        let found = Search::new(self, labels).run();
        found.into_iter().map(|node| RouteMatch::new(TreeRoute::new(self, node), labels)).collect()
    }

    /// Why these routes: every route that was tried, with the matcher that did not match, and those that were not reached.
    ///
    /// Unlike [`RoutingTree::matches`] it tries every route in its order; it is for people who ask, not for every alert.
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::{Route, RoutingTree};
    ///
    /// let databases = Route::builder().matchers("team=db").receiver("db").build()?;
    /// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(databases).build()?)?;
    /// let labels = Labels::from_pairs([("team", "web")])?;
    /// assert_eq!(
    ///     tree.explain(&labels).to_string(),
    ///     "✓ all alerts → everyone\n└─ ✗ {team=\"db\"}: team is \"web\"\n",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn explain<'a>(&'a self, labels: &'a Labels) -> RouteTrace<'a> {
        RouteTrace::new(self, labels)
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> TreeRoute<'_> {
        TreeRoute::new(self, 0)
    }

    /// Every route, each before those below it.
    pub fn routes(&self) -> impl Iterator<Item = TreeRoute<'_>> {
        (0..=number(self.below.len())).map(|id| TreeRoute::new(self, id))
    }

    /// The route to which these places among siblings lead from the root, see [`TreeRoute::path`].
    #[must_use]
    pub fn route_at(&self, path: &[usize]) -> Option<TreeRoute<'_>> {
        let mut node = 0;
        for place in path {
            node = *self.node(node).children.all.get(*place)?;
        }
        Some(TreeRoute::new(self, node))
    }

    /// The route with this number; the root for a number that is none.
    pub(crate) fn node(&self, id: u32) -> &Node {
        let below = id.checked_sub(1).and_then(|place| self.below.get(place as usize));
        below.unwrap_or(&self.root)
    }

    pub(crate) fn tests_of(&self, node: &Node) -> &[Test] {
        self.tests.get(node.tests.start as usize..node.tests.end as usize).unwrap_or_default()
    }
}

/// Makes a tree out of routes.
struct Compiler {
    tree: RoutingTree,
    pattern_places: HashMap<(u32, Box<str>), u32>,
    terms: u32,
}

impl Compiler {
    /// Adds the routes below a route; recursive, but `Routes` stand in each other at most `Routes::MAX_DEPTH` deep.
    fn below(&mut self, route: &Route, parent: u32, options: &RouteOptions) -> Children {
        let all: Vec<u32> = route.routes.iter().enumerate().map(|(place, child)| self.add(child, parent, place, options)).collect();
        self.children(all)
    }

    fn add(&mut self, route: &Route, parent: u32, place: usize, above: &RouteOptions) -> u32 {
        let options = inherit(route, above);
        let start = self.tree.tests.len();
        for matcher in &route.matchers {
            let test = self.test(matcher);
            self.tree.tests.push(test);
        }
        let id = number(self.tree.below.len() + 1);
        self.tree.below.push(Node {
            parent,
            place: number(place),
            matchers: route.matchers.clone(),
            step: step_of(&route.matchers),
            tests: number(start)..number(self.tree.tests.len()),
            continues: route.continue_matching,
            options: options.clone(),
            children: Children::default(),
        });
        let children = self.below(route, id, &options);
        if let Some(node) = self.tree.below.get_mut(id as usize - 1) {
            node.children = children;
        }
        id
    }

    fn label(&mut self, name: &str) -> u32 {
        if let Some(place) = self.tree.label_places.get(name) {
            return *place;
        }
        let place = number(self.tree.labels.len());
        self.tree.label_places.insert(name.into(), place);
        self.tree.labels.push(KnownLabel { terms: HashMap::new(), absent: NONE });
        place
    }

    fn test(&mut self, matcher: &Matcher) -> Test {
        let label = self.label(matcher.name());
        let positive = matcher.op().is_positive();
        if matcher.op().is_regex() {
            let next = number(self.tree.patterns.len());
            let place = match self.pattern_places.entry((label, matcher.value().into())) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(vacant) => {
                    self.tree.patterns.push(LabelPattern { matcher: matcher.clone() });
                    *vacant.insert(next)
                }
            };
            return Test { label, wanted: Wanted::Pattern(place), positive };
        }
        let next = self.terms;
        let Some(known) = self.tree.labels.get_mut(label as usize) else {
            // Not reached: `label` has just been looked up.
            return Test { label, wanted: Wanted::Term(NONE), positive };
        };
        let term = *known.terms.entry(matcher.value().into()).or_insert(next);
        if term == next {
            self.terms += 1;
            if matcher.value().is_empty() {
                known.absent = term;
            }
        }
        Test { label, wanted: Wanted::Term(term), positive }
    }

    /// Sorts the routes below a route by what they ask for.
    fn children(&self, all: Vec<u32>) -> Children {
        let all = all.into_boxed_slice();
        if all.len() < FEW {
            return Children { others: all.clone(), all, ..Children::default() };
        }
        // Of a route that asks for several terms, the one is looked up that the fewest of its siblings ask for.
        let mut asked: HashMap<u32, u32> = HashMap::new();
        for child in &all {
            self.terms_of(*child).for_each(|(_, term)| *asked.entry(term).or_default() += 1);
        }
        let mut by_term: HashMap<u32, Vec<u32>> = HashMap::new();
        let (mut labels, mut others) = (Vec::new(), Vec::new());
        for child in &all {
            match self.terms_of(*child).min_by_key(|(_, term)| asked.get(term)) {
                Some((label, term)) => {
                    by_term.entry(term).or_default().push(*child);
                    labels.push(label);
                }
                None => others.push(*child),
            }
        }
        labels.sort_unstable();
        labels.dedup();
        Children { all, by_term, labels: labels.into(), others: others.into() }
    }

    /// The terms that a route asks for, with their labels; not those of the empty value, which every alert without the label has.
    fn terms_of(&self, node: u32) -> impl Iterator<Item = (u32, u32)> {
        self.tree.tests_of(self.tree.node(node)).iter().filter_map(|test| match test.wanted {
            Wanted::Term(term) if test.positive => {
                let absent = self.tree.labels.get(test.label as usize).is_some_and(|label| label.absent == term);
                (!absent).then_some((test.label, term))
            }
            _ => None,
        })
    }
}

/// A place in a list. Lists are far shorter: 100,000 routes with 1,000 matchers each.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}

/// What a route says, or else what is said above it; time intervals are not inherited.
fn inherit(route: &Route, above: &RouteOptions) -> RouteOptions {
    let receiver: Option<Arc<ReceiverName>> =
        route.receiver.as_ref().filter(|own| **own != *above.receiver).map(|own| Arc::new(own.clone()));
    RouteOptions {
        receiver: receiver.unwrap_or_else(|| above.receiver.clone()),
        group_by: route.group_by.as_ref().map_or_else(|| above.group_by.clone(), |own| Arc::new(own.clone())),
        group_wait: route.group_wait.unwrap_or(above.group_wait),
        group_interval: route.group_interval.unwrap_or(above.group_interval),
        repeat_interval: route.repeat_interval.unwrap_or(above.repeat_interval),
        mute_time_intervals: route.mute_time_intervals.clone().into(),
        active_time_intervals: route.active_time_intervals.clone().into(),
    }
}

impl LabelPattern {
    /// Whether the value matches the pattern, whatever the matcher makes of that.
    pub(crate) fn is_match(&self, value: &str) -> bool {
        self.matcher.matches_value(value) == (self.matcher.op() == MatchOp::Regex)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::notifications::Routes;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::from_pairs(pairs.iter().copied()).unwrap()
    }

    fn route(matchers: &str, receiver: &str) -> Route {
        Route::builder().matchers(matchers).receiver(receiver).build().unwrap()
    }

    fn root(routes: Vec<Route>) -> Route {
        let mut root = route("", "root");
        root.routes = Routes::new(routes).unwrap();
        root
    }

    /// What Alertmanager does: every route in its order.
    fn scan(route: &Route, labels: &Labels, path: &mut Vec<usize>, found: &mut Vec<Vec<usize>>) -> bool {
        if !route.matchers.matches(labels) {
            return false;
        }
        let before = found.len();
        for (place, child) in route.routes.iter().enumerate() {
            path.push(place);
            let matched = scan(child, labels, path, found);
            path.pop();
            if matched && !child.continue_matching {
                break;
            }
        }
        if found.len() == before {
            found.push(path.clone());
        }
        true
    }

    fn scanned(root: &Route, labels: &Labels) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        scan(root, labels, &mut Vec::new(), &mut found);
        found
    }

    fn paths(matches: &[RouteMatch<'_>]) -> Vec<Vec<usize>> {
        matches.iter().map(RouteMatch::path).collect()
    }

    #[test]
    fn the_order_is_that_of_the_routes_however_they_are_found() {
        let mut routes: Vec<Route> = (0..20).map(|number| route(&format!("team=t{}", number % 5), "x")).collect();
        routes[3] = route("team=~t[0-9]", "pattern");
        routes[5] = route("team!=t9,severity=high", "two");
        routes[7] = route("region=\"\"", "no-region");
        routes[8] = route("", "all");
        routes.iter_mut().for_each(|route| route.continue_matching = true);
        let mut tree_root = root(routes);
        let tree = RoutingTree::new(&tree_root).unwrap();
        let alert = labels(&[("team", "t0"), ("severity", "high"), ("unknown", "x")]);
        assert_eq!(paths(&tree.matches(&alert)), [[0], [3], [5], [7], [8], [10], [15]].map(Vec::from));
        let mut routes = tree_root.routes.into_vec();
        routes[8].continue_matching = false;
        tree_root = root(routes);
        let tree = RoutingTree::new(&tree_root).unwrap();
        assert_eq!(paths(&tree.matches(&alert)), [[0], [3], [5], [7], [8]].map(Vec::from));
    }

    #[test]
    fn what_no_route_below_takes_the_route_takes() {
        let tree = RoutingTree::new(&root(vec![route("team=db", "db")])).unwrap();
        let alert = labels(&[("team", "web")]);
        let matches = tree.matches(&alert);
        assert_eq!((paths(&matches), matches[0].receiver().as_str()), (vec![vec![]], "root"));
        assert_eq!((matches[0].key(), matches[0].id().as_str()), (crate::notifications::RouteKey::root(), "{}"));
        assert_eq!(tree.route_at(&[0]).unwrap().pointer().as_str(), "/routes/0");
        assert_eq!((tree.route_at(&[1]), tree.route_at(&[0, 0])), (None, None));
        assert_eq!(tree.routes().count(), 2);
    }

    #[test]
    fn options_are_inherited_but_for_time_intervals() {
        use crate::utils::AlertDuration;
        let mut inner = route("b=1", "inner");
        inner.group_wait = Some(AlertDuration::ZERO);
        inner.receiver = None;
        let mut outer = Route::builder().matchers("a=1").receiver("outer").group_by(["..."]).mute_time_interval("night");
        outer = outer.group_interval(AlertDuration::minutes(1)).continue_matching();
        let mut outer = outer.build().unwrap();
        let mut one = inner.clone();
        one.group_by = Some(GroupBy::one_group());
        outer.routes = Routes::new([inner, one]).unwrap();
        let tree = RoutingTree::new(&root(vec![outer])).unwrap();
        let inner = tree.route_at(&[0, 0]).unwrap();
        let options = inner.options();
        assert_eq!((options.receiver().as_str(), options.group_by()), ("outer", &GroupBy::all()));
        assert_eq!((options.group_wait(), options.group_interval()), (AlertDuration::ZERO, AlertDuration::minutes(1)));
        assert_eq!(options.repeat_interval(), AlertDuration::hours(4));
        assert!(options.mute_time_intervals().is_empty() && options.active_time_intervals().is_empty() && !inner.continues());
        assert_eq!(tree.route_at(&[0, 1]).unwrap().options().group_by(), &GroupBy::one_group());
        assert_eq!(tree.root().options().group_by(), &GroupBy::one_group());
    }

    #[test]
    fn the_deepest_and_the_widest_trees_are_compiled_in_a_small_stack() {
        fn run() {
            let mut deep = route("a=1", "x");
            for _ in 1..Routes::MAX_DEPTH {
                let mut parent = route("a=1", "x");
                parent.routes = Routes::new([deep]).unwrap();
                deep = parent;
            }
            let alert = labels(&[("a", "1")]);
            let tree = RoutingTree::new(&root(vec![deep])).unwrap();
            assert_eq!(tree.matches(&alert)[0].path().len(), Routes::MAX_DEPTH);
            assert_eq!(tree.explain(&alert).to_string().lines().count(), Routes::MAX_DEPTH + 1);

            let wide = (0..Routes::MAX_ROUTES).map(|number| route(&format!("a={number}"), "x")).collect();
            let tree = RoutingTree::new(&root(wide)).unwrap();
            assert_eq!(tree.matches(&alert)[0].path(), [1]);
        }
        std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn what_is_drawn_keeps_to_its_lines() {
        let mut odd = route("", "x\u{1b}[31m");
        odd.matchers = Matcher::equal("a\u{1b}", "b\nc").unwrap().into();
        let tree = RoutingTree::new(&root(vec![odd])).unwrap();
        let alert = labels(&[("a\u{1b}", "\u{1b}\n")]);
        assert_eq!(tree.explain(&alert).to_string(), "✓ all alerts → root\n└─ ✗ {a\\u{1b}=\"b\\nc\"}: a\\u{1b} is \"\\x1b\\n\"\n");
        let json = serde_json::to_value(tree.explain(&alert)).unwrap();
        assert_eq!(json[0], serde_json::json!({"path": [], "pointer": "", "matchers": "{}", "outcome": "matched", "receiver": "root"}));
        assert_eq!(json[1]["found"], "\u{1b}\n");
    }

    fn matcher() -> BoxedStrategy<Matcher> {
        let value = prop_oneof![3 => "[xyz]", 1 => Just(String::new()), 2 => "([xyz]\\|)?[xyz]?|\\.\\+|\\.\\*|[xy]\\.?"];
        let op = prop_oneof![3 => Just(MatchOp::Equal), 1 => prop::sample::select(MatchOp::ALL)];
        ("[abc]", op, value).prop_filter_map("no pattern", |(name, op, value)| Matcher::new(name, op, value).ok()).boxed()
    }

    fn tree() -> impl Strategy<Value = Route> {
        let own = (prop::collection::vec(matcher(), 0..3), any::<bool>());
        let leaf = own.clone().prop_map(|(matchers, continues)| {
            let mut route = Route::builder().matching(Matchers::new(matchers).unwrap());
            if continues {
                route = route.continue_matching();
            }
            route.build().unwrap()
        });
        let inner = leaf.prop_recursive(3, 60, 14, move |inner| {
            (own.clone(), prop::collection::vec(inner, 0..14)).prop_map(|((matchers, continues), below)| {
                let mut route = Route { routes: Routes::new(below).unwrap(), ..Route::default() };
                (route.matchers, route.continue_matching) = (Matchers::new(matchers).unwrap(), continues);
                route
            })
        });
        prop::collection::vec(inner, 0..16).prop_map(root)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(150))]

        #[test]
        fn the_compiled_tree_finds_what_trying_every_route_finds(
            root in tree(),
            alerts in prop::collection::vec(prop::collection::btree_map("[abcd]", "[xyz]?|xy", 0..4), 1..4),
        ) {
            let tree = RoutingTree::new(&root).unwrap();
            for alert in alerts {
                let labels = Labels::from_pairs(alert).unwrap();
                let expected = scanned(&root, &labels);
                let matches = tree.matches(&labels);
                prop_assert!(!matches.is_empty());
                prop_assert_eq!(paths(&matches), expected.clone());
                let trace = tree.explain(&labels);
                let takes = trace.steps.iter().filter(|step| step.outcome == crate::notifications::RouteOutcome::Matched { takes: true });
                prop_assert_eq!(takes.map(|step| step.route.path()).collect::<Vec<_>>(), expected);
                prop_assert_eq!(trace.to_string().lines().count(), trace.steps.len());
            }
        }

        #[test]
        fn ids_are_unique_and_keys_are_those_of_the_matchers(root in tree()) {
            let tree = RoutingTree::new(&root).unwrap();
            let mut ids = std::collections::BTreeSet::new();
            for (route, (place, written)) in tree.routes().zip(root.walk()) {
                prop_assert!(ids.insert(route.id()));
                prop_assert_eq!(route.pointer(), place);
                prop_assert_eq!(route.matchers(), &written.matchers);
                prop_assert_eq!(tree.route_at(&route.path()), Some(route));
            }
            prop_assert_eq!(ids.len(), root.routes.count() + 1);
        }
    }
}
