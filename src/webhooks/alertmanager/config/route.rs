//! The routing tree as it is written.

use std::collections::HashSet;

use crate::alerts::InvalidMatcher;
use crate::alerts::Matchers;
use crate::utils::AlertDuration;
use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::collector::Reference;
use crate::webhooks::alertmanager::config::collector::Referred;
use crate::webhooks::alertmanager::config::matcher_lines::MatcherNodes;
use crate::webhooks::alertmanager::config::matcher_lines::check_together;
use crate::webhooks::alertmanager::config::matcher_lines::put;
use crate::webhooks::alertmanager::config::matcher_lines::read_equal;
use crate::webhooks::alertmanager::config::matcher_lines::read_lines;
use crate::webhooks::alertmanager::config::matcher_lines::read_regex;
use crate::webhooks::alertmanager::config::matcher_lines::read_texts;
use crate::webhooks::alertmanager::config::matcher_lines::together;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;

/// A route of the configuration, with the routes below it, as it is written.
///
/// What is absent is inherited or has its default; [`Route`](crate::notifications::Route) says how.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let text = "
/// route:
///   receiver: everyone
///   routes:
///     - matchers: [team = db, 'severity =~ \"critical|high\"']
///       match: { env: prod }
/// receivers: [{ name: everyone }]
/// ";
/// let file = ConfigFile::read(text, &ConfigFileOptions::default())?;
/// let databases = &file.route.routes[0];
/// assert_eq!(databases.matchers[0].as_str(), "team = db");
/// assert_eq!(databases.all_matchers()?.to_string(), r#"{env="prod",severity=~"critical|high",team="db"}"#);
/// assert_eq!(databases.position.map(|position| position.line), Some(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigRoute {
    /// The name of the receiver; empty for that of the route above.
    pub receiver: Placed<String>,
    /// The labels by which alerts are put into groups, `...` for all; `None` for those of the route above.
    pub group_by: Option<Placed<Vec<Placed<String>>>>,
    /// Matchers, each text a list of them; all match together, and with those of `match` and `match_re`.
    pub matchers: Vec<Placed<String>>,
    /// Labels and the values that they must have: the older way to write matchers (`match`).
    pub match_equal: PlacedMap,
    /// Labels and the patterns that their values must match: the older way to write matchers (`match_re`).
    pub match_regex: PlacedMap,
    /// The names of the intervals in which nobody is told.
    pub mute_time_intervals: Vec<Placed<String>>,
    /// The names of the intervals outside which nobody is told.
    pub active_time_intervals: Vec<Placed<String>>,
    /// Whether the routes behind this one are tried too (`continue`).
    pub continue_matching: Placed<bool>,
    /// How long a new group waits; `None` for as long as in the route above.
    pub group_wait: Option<Placed<AlertDuration>>,
    /// How long a group waits before it tells of changes; `None` for as long as in the route above.
    pub group_interval: Option<Placed<AlertDuration>>,
    /// How long a group waits before it tells the same again; `None` for as long as in the route above.
    pub repeat_interval: Option<Placed<AlertDuration>>,
    /// The routes below this one.
    pub routes: Vec<Placed<ConfigRoute>>,
}

impl ConfigRoute {
    /// How deep routes may stand in each other. Alertmanager has no limit but that of YAML, 10,000 levels.
    pub const MAX_DEPTH: usize = 60;

    const KEYS: &'static [&'static str] = &[
        "receiver",
        "group_by",
        "match",
        "match_re",
        "matchers",
        "mute_time_intervals",
        "active_time_intervals",
        "continue",
        "routes",
        "group_wait",
        "group_interval",
        "repeat_interval",
    ];

    /// A route that tells this receiver.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigRoute;
    ///
    /// assert_eq!(ConfigRoute::new("everyone").receiver.as_str(), "everyone");
    /// ```
    #[must_use]
    pub fn new(receiver: impl Into<String>) -> Self {
        Self { receiver: Placed::new(receiver.into()), ..Self::default() }
    }

    /// The matchers of `match`, `match_re` and `matchers` together, in the order that Alertmanager sorts them into.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] if one cannot be read, which does not happen in a file that was read, or if they are too many.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigRoute;
    ///
    /// let mut route = ConfigRoute::new("db");
    /// route.matchers.push("team=db".to_owned().into());
    /// assert_eq!(route.all_matchers()?.to_string(), r#"{team="db"}"#);
    /// route.matchers.push("team".to_owned().into());
    /// assert!(route.all_matchers().is_err());
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn all_matchers(&self) -> Result<Matchers, InvalidMatcher> {
        together(&self.matchers, &self.match_equal, &self.match_regex)
    }

    /// Notes what a root must not have.
    pub(super) fn check_as_root<'y>(&self, collector: &mut Collector<'y>, node: Node<'y>) {
        let field = |key: &str| node.target().get(key).unwrap_or(node);
        if self.receiver.is_empty() && !has_text(node, "receiver") {
            collector.problem("root_route_without_receiver", "the root route has no `receiver`, so that an alert could reach nobody", node);
        }
        let has_lines = self.matchers.iter().any(|line| !is_empty_list(line));
        for (key, is_set) in [("matchers", has_lines), ("match", !self.match_equal.is_empty()), ("match_re", !self.match_regex.is_empty())]
        {
            if is_set {
                let message = format!("the root route takes every alert and has no `{key}`: move it to a route below");
                collector.problem("root_route_has_matchers", message, field(key));
            }
        }
        let lists = [("mute_time_intervals", &self.mute_time_intervals), ("active_time_intervals", &self.active_time_intervals)];
        for (key, _) in lists.into_iter().filter(|(_, names)| !names.is_empty()) {
            let message = format!("the root route has no `{key}`: move it to the routes below");
            collector.problem("root_route_has_time_intervals", message, field(key));
        }
        if *self.continue_matching {
            collector.problem("root_route_continues", "the root route has no `continue`, no route is behind it", field("continue"));
        }
    }
}

/// Whether the key is there with a value that could not be read, which was told.
fn has_text(node: Node<'_>, key: &str) -> bool {
    node.target().get(key).is_some_and(|value| value.target().as_str().is_none())
}

/// Whether a line of matchers holds none. One that cannot be read is told as such.
fn is_empty_list(line: &str) -> bool {
    Matchers::parse(line, crate::alerts::MatcherSyntax::Fallback).is_ok_and(|matchers| matchers.is_empty())
}

/// Reads a duration; null means that there is none.
fn read_duration<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<AlertDuration>> {
    let mut duration: Option<Placed<AlertDuration>> = None;
    let is_right = duration.read_any(collector, decoder, None, node);
    duration.filter(|_| is_right)
}

/// Reads a duration that is not 0.
fn read_interval<'y>(
    collector: &mut Collector<'y>,
    decoder: &mut GoDecoder,
    node: Node<'y>,
    (key, code): (&str, &'static str),
) -> Option<Placed<AlertDuration>> {
    let duration = read_duration(collector, decoder, node)?;
    if duration.is_zero() {
        collector.problem(code, format!("`{key}` is 0: expected such as `5m`, or none to inherit it"), node);
    }
    Some(duration)
}

/// Reads `group_by`; null means that there is none.
fn read_group_by<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<Vec<Placed<String>>>> {
    if node.target().is_null() {
        return None;
    }
    let labels = read_texts(collector, decoder, node);
    let has_all = labels.iter().any(|(label, _)| **label == "...");
    let mut seen = HashSet::new();
    for (label, item) in labels.iter().filter(|(label, _)| **label != "...") {
        if label.is_empty() {
            collector.problem("invalid_label_name", "found an empty text, expected the name of a label or `...`", *item);
        } else if has_all {
            collector.problem("group_by_all_with_others", "`...` says all labels and stands alone: leave this one out, or `...`", *item);
        } else if !seen.insert(label.as_str()) {
            let message = format!("the label `{}` stands in `group_by` a second time", excerpt(label));
            collector.problem("duplicate_group_by_label", message, *item);
        }
    }
    Some(Placed::at(labels.into_iter().map(|(label, _)| label).collect(), node.position()))
}

/// Names of time intervals with their nodes.
type Names<'y> = Vec<(Placed<String>, Node<'y>)>;

impl ConfigValue for ConfigRoute {
    fn zero() -> Self {
        Self::default()
    }

    /// Alertmanager crashes there.
    fn null_item() -> NullItem<Self> {
        NullItem::Refused("a route")
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        if collector.budget.routes == 0 {
            let message = format!("routes stand in each other too deep, expected at most {} levels", Self::MAX_DEPTH);
            collector.problem("routes_too_deep", message, node);
            return false;
        }
        collector.budget.routes -= 1;
        let mut nodes = MatcherNodes { budget: collector.budget.patterns, ..MatcherNodes::default() };
        let (mut receiver, mut mute, mut active): (_, Names<'y>, Names<'y>) = (None, Vec::new(), Vec::new());
        let before = collector.references.len();
        let is_mapping = collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "receiver" => {
                    if let Some(name) = collector.text(decoder, value) {
                        receiver = Some(value);
                        self.receiver = name;
                    }
                }
                "group_by" => self.group_by = read_group_by(collector, decoder, value),
                "matchers" => {
                    nodes.lines = Some(value);
                    read_lines(&mut self.matchers, collector, decoder, value);
                }
                "match" => {
                    nodes.equal = Some(value);
                    read_equal(&mut self.match_equal, collector, decoder, value);
                }
                "match_re" => {
                    nodes.regex = Some(value);
                    read_regex(&mut self.match_regex, collector, decoder, value);
                }
                "mute_time_intervals" => mute = read_texts(collector, decoder, value),
                "active_time_intervals" => active = read_texts(collector, decoder, value),
                "continue" => drop(self.continue_matching.read_any(collector, decoder, globals, value)),
                "group_wait" => self.group_wait = read_duration(collector, decoder, value),
                "group_interval" => {
                    self.group_interval = read_interval(collector, decoder, value, ("group_interval", "route_group_interval_zero"));
                }
                "repeat_interval" => {
                    self.repeat_interval = read_interval(collector, decoder, value, ("repeat_interval", "route_repeat_interval_zero"));
                }
                "routes" => {
                    // Those that are merged in replace those that stood here, whose names count no more.
                    collector.references.truncate(before);
                    self.routes.read_any(collector, decoder, globals, value);
                }
                _ => {}
            }
        });
        // What is there in the end counts, where something is merged in.
        for (name, node) in mute.iter().chain(&active) {
            collector.references.push(Reference { to: Referred::TimeInterval, name: name.value.clone(), node: *node });
        }
        self.mute_time_intervals = mute.into_iter().map(|(name, _)| name).collect();
        self.active_time_intervals = active.into_iter().map(|(name, _)| name).collect();
        if let Some(node) = receiver.filter(|_| !self.receiver.is_empty()) {
            collector.references.push(Reference { to: Referred::Receiver, name: self.receiver.value.clone(), node });
        }
        check_together(collector, &self.matchers, &self.match_equal, &self.match_regex, &nodes);
        collector.budget.routes += 1;
        is_mapping
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        let mut fields = Vec::new();
        put(&mut fields, secrets, "receiver", &self.receiver);
        put(&mut fields, secrets, "group_by", &self.group_by);
        put(&mut fields, secrets, "match", &self.match_equal);
        put(&mut fields, secrets, "match_re", &self.match_regex);
        put(&mut fields, secrets, "matchers", &self.matchers);
        put(&mut fields, secrets, "mute_time_intervals", &self.mute_time_intervals);
        put(&mut fields, secrets, "active_time_intervals", &self.active_time_intervals);
        put(&mut fields, secrets, "continue", &self.continue_matching);
        put(&mut fields, secrets, "group_wait", &self.group_wait);
        put(&mut fields, secrets, "group_interval", &self.group_interval);
        put(&mut fields, secrets, "repeat_interval", &self.repeat_interval);
        put(&mut fields, secrets, "routes", &self.routes);
        Written::Map(fields)
    }
}
