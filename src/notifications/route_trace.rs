//! Why an alert goes to the routes it goes to.

use std::fmt;
use std::fmt::Write as _;

use serde::ser::SerializeMap as _;

use crate::alerts::Labels;
use crate::alerts::Matcher;
use crate::notifications::route_match::TreeRoute;
use crate::notifications::route_search::Search;
use crate::notifications::routing_tree::RoutingTree;
use crate::utils::go;

/// Why an alert goes to the routes it goes to: every route that was tried, in the order in which it was.
///
/// `Display` draws the tree, with the path that the alert takes: `✓` for a route that matches, `✗` for one that does not, with the first matcher
/// that does not, and `·` for one that was not reached, since a route before it took the alert. `→` names who is told. Where a route is not
/// tried, those below it are not shown.
///
/// # JSON
///
/// A list with one object for each route: `path` and `pointer`, its own `matchers`, `continue` where it is said, `outcome` (`matched`,
/// `mismatched`, `not_reached`), `matcher` and `found` (the value of the label, absent where there is none) if mismatched, and `receiver` if
/// the route takes the alert itself.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{Route, RoutingTree};
///
/// let pager = Route::builder().matchers("severity=critical").receiver("pager").build()?;
/// let web = Route::builder().matchers("team=web").route(pager).build()?;
/// let databases = Route::builder().matchers("team=db").receiver("db").build()?;
/// let rest = Route::builder().matchers("team!=db").receiver("rest").build()?;
/// let root = Route::builder().receiver("everyone").route(databases).route(web).route(rest).build()?;
/// let labels = Labels::from_pairs([("team", "web")])?;
/// let tree = RoutingTree::new(&root)?;
/// assert_eq!(
///     tree.explain(&labels).to_string(),
///     r#"✓ all alerts
/// ├─ ✗ {team="db"}: team is "web"
/// ├─ ✓ {team="web"} → everyone
/// │  └─ ✗ {severity="critical"}: there is no severity
/// └─ · {team!="db"}: not reached
/// "#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RouteTrace<'a> {
    /// The routes, each before those below it; the root first.
    pub steps: Vec<RouteStep<'a>>,
}

/// One route of a [`RouteTrace`], and what came of it.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{Route, RouteOutcome, RouteStep, RoutingTree};
///
/// let databases = Route::builder().matchers("team=db").receiver("db").build()?;
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(databases).build()?)?;
/// let labels = Labels::from_pairs([("team", "db")])?;
/// let trace = tree.explain(&labels);
/// let step: &RouteStep = &trace.steps[1];
/// assert_eq!((step.depth, step.outcome), (1, RouteOutcome::Matched { takes: true }));
/// assert_eq!(trace.steps[0].outcome, RouteOutcome::Matched { takes: false });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RouteStep<'a> {
    /// The route.
    pub route: TreeRoute<'a>,
    /// How many routes are above it; 0 for the root.
    pub depth: usize,
    /// What came of it.
    pub outcome: RouteOutcome<'a>,
}

/// What came of one route for one alert.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{Route, RouteOutcome, RoutingTree};
///
/// let databases = Route::builder().matchers("team=db").build()?;
/// let tree = RoutingTree::new(&Route::builder().receiver("everyone").route(databases).build()?)?;
/// let labels = Labels::new();
/// let trace = tree.explain(&labels);
/// let RouteOutcome::Mismatched { matcher, found } = trace.steps[1].outcome else { panic!() };
/// assert_eq!((matcher.to_string().as_str(), found), (r#"team="db""#, None));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteOutcome<'a> {
    /// All its matchers match.
    Matched {
        /// Whether it takes the alert itself, since no route below it does.
        takes: bool,
    },
    /// A matcher does not match.
    Mismatched {
        /// The first that does not.
        matcher: &'a Matcher,
        /// The value that the alert has under the label of the matcher.
        found: Option<&'a str>,
    },
    /// It was not tried, since a route before it matched and does not say `continue`.
    NotReached,
}

impl RouteOutcome<'_> {
    /// The word for it: `matched`, `mismatched` or `not_reached`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Matched { .. } => "matched",
            Self::Mismatched { .. } => "mismatched",
            Self::NotReached => "not_reached",
        }
    }
}

impl<'a> RouteTrace<'a> {
    pub(crate) fn new(tree: &'a RoutingTree, labels: &'a Labels) -> Self {
        let mut tracer = Tracer { tree, labels, search: Search::new(tree, labels), steps: Vec::new() };
        tracer.visit(0, 0);
        Self { steps: tracer.steps }
    }
}

struct Tracer<'a> {
    tree: &'a RoutingTree,
    labels: &'a Labels,
    search: Search<'a>,
    steps: Vec<RouteStep<'a>>,
}

impl<'a> Tracer<'a> {
    fn note(&mut self, id: u32, depth: usize, outcome: RouteOutcome<'a>) {
        self.steps.push(RouteStep { route: TreeRoute::new(self.tree, id), depth, outcome });
    }

    /// Notes a route that matches, and those below it; recursive, but no deeper than `Routes::MAX_DEPTH`.
    fn visit(&mut self, id: u32, depth: usize) {
        let own = self.steps.len();
        self.note(id, depth, RouteOutcome::Matched { takes: false });
        let (mut taken_below, mut ended) = (false, false);
        for child in &self.tree.node(id).children.all {
            let node = self.tree.node(*child);
            if ended {
                self.note(*child, depth + 1, RouteOutcome::NotReached);
                continue;
            }
            match self.search.mismatch(node).and_then(|place| node.matchers.as_slice().get(place)) {
                Some(matcher) => {
                    let found = self.labels.get(matcher.name()).filter(|value| !value.is_empty());
                    self.note(*child, depth + 1, RouteOutcome::Mismatched { matcher, found });
                }
                None => {
                    self.visit(*child, depth + 1);
                    taken_below = true;
                    ended = !node.continues;
                }
            }
        }
        if let Some(step) = self.steps.get_mut(own) {
            step.outcome = RouteOutcome::Matched { takes: !taken_below };
        }
    }
}

impl fmt::Display for RouteTrace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // For each step, whether another one of its depth follows below the same route: found from the end.
        let mut last = vec![false; self.steps.len()];
        let mut open: Vec<bool> = Vec::new();
        for (step, last) in self.steps.iter().zip(&mut last).rev() {
            open.resize(step.depth + 1, false);
            if let Some(open) = open.get_mut(step.depth) {
                *last = !*open;
                *open = true;
            }
        }
        let mut ended: Vec<bool> = Vec::new();
        for (step, last) in self.steps.iter().zip(last) {
            ended.truncate(step.depth);
            for above in ended.iter().skip(1) {
                f.write_str(if *above { "   " } else { "│  " })?;
            }
            if step.depth > 0 {
                f.write_str(if last { "└─ " } else { "├─ " })?;
            }
            ended.push(last);
            writeln!(f, "{step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RouteStep<'_> {
    /// The line of the route, without what draws the tree.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.outcome {
            RouteOutcome::Matched { .. } => '✓',
            RouteOutcome::Mismatched { .. } => '✗',
            RouteOutcome::NotReached => '·',
        };
        write!(f, "{sign} ")?;
        match self.depth {
            0 => f.write_str("all alerts")?,
            _ => write!(f, "{}", Shown(&self.route.matchers().to_string()))?,
        }
        if self.route.continues() {
            f.write_str(" (continue)")?;
        }
        match self.outcome {
            RouteOutcome::Matched { takes: true } => write!(f, " → {}", Shown(self.route.receiver().as_str())),
            RouteOutcome::Matched { takes: false } => Ok(()),
            RouteOutcome::Mismatched { matcher, found: Some(found) } => {
                write!(f, ": {} is {}", Shown(matcher.name()), Shown(&go::quote(found)))
            }
            RouteOutcome::Mismatched { matcher, found: None } => write!(f, ": there is no {}", Shown(matcher.name())),
            RouteOutcome::NotReached => f.write_str(": not reached"),
        }
    }
}

/// A text in which no character can move the cursor or break the line.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { f.write_char(c)? }
        }
        Ok(())
    }
}

impl serde::Serialize for RouteTrace<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.steps)
    }
}

impl serde::Serialize for RouteStep<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("path", &self.route.path())?;
        map.serialize_entry("pointer", &self.route.pointer())?;
        map.serialize_entry("matchers", self.route.matchers())?;
        if self.route.continues() {
            map.serialize_entry("continue", &true)?;
        }
        map.serialize_entry("outcome", self.outcome.as_str())?;
        match self.outcome {
            RouteOutcome::Mismatched { matcher, found } => {
                map.serialize_entry("matcher", matcher)?;
                if let Some(found) = found {
                    map.serialize_entry("found", found)?;
                }
            }
            RouteOutcome::Matched { takes: true } => map.serialize_entry("receiver", self.route.receiver())?,
            RouteOutcome::Matched { takes: false } | RouteOutcome::NotReached => {}
        }
        map.end()
    }
}
