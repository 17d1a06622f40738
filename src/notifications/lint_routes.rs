//! Findings about routes, and about the receivers that they tell.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::alerts::Matchers;
use crate::notifications::config::NotificationConfig;
use crate::notifications::label_constraints::Budget;
use crate::notifications::label_constraints::Constraints;
use crate::notifications::label_constraints::size;
use crate::notifications::lint::LintOptions;
use crate::notifications::lint_finding::LintCode;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::lint_intervals::Holds;
use crate::notifications::lint_patterns::lint_patterns;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::notification_reason::effective_repeat_interval;
use crate::notifications::route::Route;
use crate::notifications::sibling_index::Cover;
use crate::notifications::sibling_index::SiblingIndex;
use crate::utils::AlertDuration;
use crate::utils::Pointer;
use crate::utils::excerpt;

/// What a route inherits.
#[derive(Clone, Copy)]
struct Inherited<'a> {
    receiver: Option<&'a ReceiverName>,
    group_interval: AlertDuration,
    repeat_interval: AlertDuration,
}

impl<'a> Inherited<'a> {
    fn of(self, route: &'a Route) -> Self {
        Self {
            receiver: route.receiver.as_ref().or(self.receiver),
            group_interval: route.group_interval.unwrap_or(self.group_interval),
            repeat_interval: route.repeat_interval.unwrap_or(self.repeat_interval),
        }
    }
}

struct Linter<'a, 'f> {
    options: &'f LintOptions,
    intervals: &'f HashMap<&'a TimeIntervalName, Holds>,
    constraints: Constraints<'a>,
    budget: Budget,
    /// The receivers that some route names, and those that some alert can reach.
    named: HashSet<&'a ReceiverName>,
    reached: HashSet<&'a ReceiverName>,
    findings: &'f mut Vec<LintFinding>,
}

/// Notes what is found in the routes.
pub(crate) fn lint_routes<'a>(
    config: &'a NotificationConfig,
    intervals: &HashMap<&'a TimeIntervalName, Holds>,
    options: &LintOptions,
    findings: &mut Vec<LintFinding>,
) {
    let total: usize = config.route.walk().map(|(_, route)| size(&route.matchers)).sum();
    let budget = Budget::for_size(total, 16, 100_000);
    let (constraints, named, reached) = (Constraints::default(), HashSet::new(), HashSet::new());
    let mut linter = Linter { options, intervals, constraints, budget, named, reached, findings };
    let defaults =
        Inherited { receiver: None, group_interval: Route::DEFAULT_GROUP_INTERVAL, repeat_interval: Route::DEFAULT_REPEAT_INTERVAL };
    let place = Pointer::root().key("route");
    // A root takes every alert; matchers of one that is not valid are not looked at.
    linter.visit(&config.route, &place, defaults, true);
    if linter.budget.is_exhausted() {
        let message = "the routes have so many matchers that not all were compared: there may be more that no alert reaches";
        linter.findings.push(LintFinding::new(LintCode::LintIncomplete, place, message, "use fewer matchers, and `=` instead of `!=`"));
    }
    let Linter { named, reached, .. } = linter;
    for (at, receiver) in config.receivers.iter().enumerate() {
        let place = || Pointer::root().key("receivers").index(at);
        let name = &receiver.name;
        let shown = excerpt(name.as_str());
        if !named.contains(name) {
            let message = format!("no route names the receiver `{shown}`");
            findings.push(LintFinding::new(LintCode::ReceiverNeverUsed, place(), message, "take it out, or name it in a route"));
        } else if !reached.contains(name) {
            let message = format!("routes name the receiver `{shown}`, but no alert reaches them");
            let fix = "see what is found about these routes, or let one take alerts that the routes below it do not";
            findings.push(LintFinding::new(LintCode::ReceiverNeverReached, place(), message, fix));
        }
    }
}

impl<'a> Linter<'a, '_> {
    fn note(&mut self, code: LintCode, pointer: Pointer, message: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(LintFinding::new(code, pointer, message, fix));
    }

    /// Examines a route that alerts can reach, and those below it; recursive, but no deeper than `Routes::MAX_DEPTH`.
    fn visit(&mut self, route: &'a Route, place: &Pointer, above: Inherited<'a>, is_root: bool) {
        let own = above.of(route);
        self.named.extend(&route.receiver);
        if is_root || route.group_interval.is_some() || route.repeat_interval.is_some() {
            self.lint_repetition(route, place, own);
        }
        self.lint_time_intervals(route, place);
        let mut siblings = SiblingIndex::default();
        let below = place.clone().key("routes");
        let last = route.routes.len().saturating_sub(1);
        for (at, child) in route.routes.iter().enumerate() {
            let mark = self.constraints.mark();
            let place = below.clone().index(at);
            let at_matchers = place.clone().key("matchers");
            lint_patterns(&child.matchers, &at_matchers, self.findings);
            self.push(&child.matchers, &at_matchers);
            if self.constraints.is_impossible() {
                let message = "its matchers, with those of the routes above it, contradict each other: no alert matches";
                self.note(LintCode::RouteNeverMatches, at_matchers, message, "correct the matchers, or take the route out");
                self.name_all(child);
                self.constraints.back_to(mark);
                // It takes no alert from those behind it.
                siblings.insert(child);
                continue;
            }
            match siblings.cover(&mut self.constraints, &mut self.budget, |route| !route.continue_matching) {
                Some(cover) => {
                    self.note_shadowed(cover, place, &below, route);
                    self.name_all(child);
                }
                None => {
                    self.lint_told_twice(child, &place, own, &siblings, &below, route);
                    self.visit(child, &place, own, false);
                    if child.continue_matching && at == last {
                        let message = "`continue` lets the routes behind this one be tried, but there is none";
                        self.note(LintCode::ContinueWithoutEffect, place.key("continue"), message, "leave `continue` out");
                    }
                }
            }
            self.constraints.back_to(mark);
            siblings.insert(child);
        }
        let takes_alerts = siblings.cover(&mut self.constraints, &mut self.budget, |_| true).is_none();
        if takes_alerts {
            self.reached.extend(own.receiver);
        }
    }

    /// Adds the matchers of a route, and notes those that ask for what is known anyway.
    fn push(&mut self, matchers: &'a Matchers, place: &Pointer) {
        for matcher in matchers {
            if !self.constraints.is_impossible() && self.constraints.implies(matcher, &mut self.budget) {
                let message = format!("every alert that gets here matches `{}`", excerpt(&matcher.to_string()));
                let fix = "leave the matcher out, where nothing else refers to the key of the route";
                self.note(LintCode::RedundantMatcher, place.clone(), message, fix);
            }
            self.constraints.push(matcher, &mut self.budget);
        }
    }

    /// Notes the receivers of routes that no alert reaches.
    fn name_all(&mut self, route: &'a Route) {
        self.named.extend(route.walk().filter_map(|(_, route)| route.receiver.as_ref()));
    }

    fn note_shadowed(&mut self, cover: Cover, place: Pointer, below: &Pointer, parent: &Route) {
        let fix = "put it before them, make them narrower, or let them `continue`";
        let finding = match cover {
            Cover::One(at) => {
                let before = below.clone().index(at);
                let message = format!("no alert gets here: the route {before} before it (`{}`) takes them all", shown_matchers(parent, at));
                let fix = "put it before that route, make that route narrower, or let it `continue`";
                LintFinding::new(LintCode::RouteShadowed, place, message, fix).with_related([before])
            }
            Cover::Together(label, places) => {
                let message = format!("no alert gets here: routes before it take them all, whatever the label `{}` is", excerpt(&label));
                let related = places.into_iter().map(|at| below.clone().index(at));
                LintFinding::new(LintCode::RouteShadowedTogether, place, message, fix).with_related(related)
            }
        };
        self.findings.push(finding);
    }

    /// Notes a route whose alerts have all just been told to the same receiver.
    fn lint_told_twice(
        &mut self,
        child: &'a Route,
        place: &Pointer,
        own: Inherited<'a>,
        siblings: &SiblingIndex<'a>,
        below: &Pointer,
        parent: &Route,
    ) {
        if !child.routes.is_empty() {
            return;
        }
        let receiver = own.of(child).receiver;
        let tells = |route: &Route| {
            let other = route.receiver.as_ref().or(own.receiver);
            // With time intervals it may be silent while this one tells.
            let always_tells = route.mute_time_intervals.is_empty() && route.active_time_intervals.is_empty();
            route.continue_matching && route.routes.is_empty() && always_tells && other == receiver
        };
        let Some(at) = siblings.implied(&self.constraints, &mut self.budget, tells) else { return };
        let (before, matchers) = (below.clone().index(at), shown_matchers(parent, at));
        let name = receiver.map(|name| excerpt(name.as_str())).unwrap_or_default();
        let message = format!("every alert that gets here was told to the receiver `{name}` by the route {before} (`{matchers}`) already");
        let fix = "take one of the two out, or give it another receiver";
        self.findings.push(LintFinding::new(LintCode::ReceiverToldTwice, place.clone(), message, fix).with_related([before]));
    }

    fn lint_repetition(&mut self, route: &Route, place: &Pointer, own: Inherited<'_>) {
        let (group, repeat) = (own.group_interval, own.repeat_interval);
        if group.is_zero() || repeat.is_zero() {
            return;
        }
        // Where it is said: what both are when nothing says it is 4h and 5m, and 4h is a multiple.
        let field = if route.repeat_interval.is_some() || route.group_interval.is_none() { "repeat_interval" } else { "group_interval" };
        let says = route.repeat_interval.is_some() || route.group_interval.is_some();
        let at = if says { place.clone().key(field) } else { place.clone() };
        let retention = self.options.retention;
        if repeat > retention && (route.repeat_interval.is_some() || !says) {
            let message =
                format!("`repeat_interval` is {repeat}, but what was told is forgotten after {retention}: it is told again after that");
            let fix = format!("use at most {retention}, or raise the retention");
            self.note(LintCode::RepeatIntervalAboveRetention, at.clone(), message, fix);
        }
        let effective = effective_repeat_interval(group, repeat);
        if repeat < group {
            let message =
                format!("`repeat_interval` is {repeat}, but a group is looked at only every {group}: it is told again every {effective}");
            // As long as `group_interval` would be longer still: every second time.
            let fix = "use a shorter `group_interval`, if it is to be told sooner";
            self.note(LintCode::RepeatIntervalBelowGroupInterval, at, message, fix);
        } else if repeat.as_millis() % group.as_millis() != 0 {
            let message =
                format!("`repeat_interval` {repeat} is no multiple of `group_interval` {group}: it is told again every {effective}");
            let down = AlertDuration::saturating_millis(repeat.as_millis() / group.as_millis() * group.as_millis());
            self.note(LintCode::RepeatIntervalNotMultiple, at, message, format!("use {down}, which is told again every {effective} too"));
        }
    }

    fn lint_time_intervals(&mut self, route: &'a Route, place: &Pointer) {
        let holds = |name: &TimeIntervalName| self.intervals.get(name).copied().unwrap_or(Holds::Sometimes);
        let always = route.mute_time_intervals.iter().position(|name| holds(name) == Holds::Always);
        let active = &route.active_time_intervals;
        let is_never_active = !active.is_empty() && active.iter().all(|name| matches!(holds(name), Holds::Never | Holds::Before));
        if let Some((at, name)) = always.and_then(|at| Some((at, route.mute_time_intervals.get(at)?))) {
            let message = format!("the time interval `{}` always holds, so that nobody is ever told by this route", excerpt(name.as_str()));
            let pointer = place.clone().key("mute_time_intervals").index(at);
            self.note(LintCode::RouteAlwaysMuted, pointer, message, "correct the interval, or take its name out");
        }
        if is_never_active {
            let message = "its active time intervals do not hold any more, or never did, so that nobody is told by this route";
            let pointer = place.clone().key("active_time_intervals");
            self.note(LintCode::RouteNeverActive, pointer, message, "correct the intervals, or take their names out");
        }
    }
}

/// The matchers of a route below this one, shortened.
fn shown_matchers(parent: &Route, at: usize) -> String {
    parent.routes.get(at).map(|route| excerpt(&route.matchers.to_string())).unwrap_or_default()
}
