//! Labels of alerts that get to the routes of a configuration, made up from the matchers.

use std::collections::BTreeSet;

use crate::alerts::Labels;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::notifications::config::NotificationConfig;
use crate::notifications::label_constraints::Budget;
use crate::notifications::label_constraints::Constraints;
use crate::notifications::label_constraints::Known;
use crate::notifications::label_constraints::cost;
use crate::notifications::route::Route;

/// The most that are made up.
const MOST_SAMPLES: usize = 10_000;

/// How much may be compared for all.
const COMPARED: usize = 4_000_000;

/// Labels of alerts that get to the routes of a configuration, made up from the matchers, sorted: for each route one set that matches it and the routes above.
///
/// They show what changes between two configurations where there is no history; see [`diff_routes`](crate::notifications::diff_routes). An alert without labels is
/// always among them. No set is made up for a route whose patterns are hard to meet; at most 10,000 are made up.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{NotificationConfig, Route, sample_labels};
///
/// let inner = Route::builder().matchers("team=~\"db-.*\",severity!=info").receiver("db").build()?;
/// let config = NotificationConfig::new(Route::builder().receiver("everyone").route(inner).build()?);
/// let samples = sample_labels(&config);
/// assert_eq!(samples.len(), 2);
/// assert!(samples.iter().any(|labels| labels.get("team") == Some("db-")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn sample_labels(config: &NotificationConfig) -> Vec<Labels> {
    let mut sampler =
        Sampler { constraints: Constraints::default(), budget: Budget::new(COMPARED), found: BTreeSet::from([Labels::new()]) };
    sampler.visit(&config.route);
    sampler.found.into_iter().collect()
}

struct Sampler<'a> {
    constraints: Constraints<'a>,
    budget: Budget,
    found: BTreeSet<Labels>,
}

impl<'a> Sampler<'a> {
    /// Recursive, but no deeper than `Routes::MAX_DEPTH`.
    fn visit(&mut self, route: &'a Route) {
        for child in &*route.routes {
            if self.found.len() >= MOST_SAMPLES || self.budget.is_exhausted() {
                return;
            }
            let mark = self.constraints.mark();
            child.matchers.iter().for_each(|matcher| self.constraints.push(matcher, &mut self.budget));
            if !self.constraints.is_impossible() {
                let labels = self.meet();
                self.found.extend(labels);
                self.visit(child);
            }
            self.constraints.back_to(mark);
        }
    }

    /// Labels that match everything that is asked for now.
    fn meet(&mut self) -> Option<Labels> {
        let mut pairs = Vec::new();
        for (name, known) in self.constraints.labels() {
            let value = value_of(known, &mut self.budget)?;
            if !value.is_empty() {
                pairs.push((name.to_owned(), value));
            }
        }
        Labels::from_pairs(pairs).ok()
    }
}

/// A value that all matchers of a label let through.
fn value_of(known: &Known<'_>, budget: &mut Budget) -> Option<String> {
    let mut holds = |value: &str| {
        budget.spend(known.matchers().len().saturating_mul(cost(value)))
            && known.matchers().iter().all(|matcher| matcher.matches_value(value))
    };
    if let Some(values) = known.values() {
        return values.iter().find(|value| holds(value)).map(|value| value.to_string());
    }
    let patterns = known.matchers().iter().filter(|matcher| matcher.op() == MatchOp::Regex).flat_map(|matcher| near(matcher));
    let plain = ["", "x", "1", "other"].map(str::to_owned);
    plain.into_iter().chain(patterns).find(|value| holds(value))
}

/// Values that a pattern may match: what it starts with, and a little more.
fn near(matcher: &Matcher) -> Vec<String> {
    let pattern = matcher.value().trim_start_matches(['^', '(']).trim_start_matches("?:").trim_start_matches(".*");
    let mut start = String::new();
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        match c {
            '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' | '|' => break,
            '\\' => match rest.next().filter(char::is_ascii_punctuation) {
                Some(c) => start.push(c),
                None => break,
            },
            c => start.push(c),
        }
    }
    ["", "x", "1", "01", "-1", "a1"].into_iter().map(|end| format!("{start}{end}")).collect()
}
