//! The routes below one route, so that those can be found of which the matchers surely hold.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::rc::Rc;

use crate::notifications::label_constraints::Budget;
use crate::notifications::label_constraints::Constraints;
use crate::notifications::label_constraints::accepted;
use crate::notifications::label_constraints::refused;
use crate::notifications::route::Route;

/// With how many siblings of one kind (that share a value, or a label) a route is compared.
const MOST_CANDIDATES: usize = 64;

/// How many values of a label, and how many labels, are told apart to find routes that together take everything.
const MOST_CASES: usize = 64;
const MOST_LABELS: usize = 8;

/// Siblings by what has to be known for their matchers to hold surely.
#[derive(Default)]
pub(crate) struct SiblingIndex<'a> {
    siblings: Vec<&'a Route>,
    labels: BTreeMap<&'a str, ByLabel>,
    /// Those without matchers.
    always: Vec<usize>,
    /// For each label the values that matchers of siblings name, as long as they are few.
    mentioned: BTreeMap<&'a str, Vec<Rc<str>>>,
}

#[derive(Default)]
struct ByLabel {
    /// Something has to be known of the label.
    any: Vec<usize>,
    /// This has to be one of its values.
    values: HashMap<Rc<str>, Vec<usize>>,
}

/// By which matcher a sibling is looked up: its label, the values that it wants, where these are few, and how many others stand there.
type Best<'a> = (&'a str, Option<Vec<Rc<str>>>, usize);

/// Earlier siblings that take every alert that a route could get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cover {
    /// One of them does.
    One(usize),
    /// They do together, told apart by the values of this label.
    Together(String, Vec<usize>),
}

impl<'a> SiblingIndex<'a> {
    /// Adds the next sibling.
    pub(crate) fn insert(&mut self, route: &'a Route) {
        let place = self.siblings.len();
        self.siblings.push(route);
        let mut best: Option<Best<'a>> = None;
        for matcher in &route.matchers {
            let wanted: Option<Vec<Rc<str>>> = accepted(matcher).map(|values| values.into_iter().map(Rc::from).collect());
            let unwanted: Option<Vec<Rc<str>>> = refused(matcher).map(|values| values.into_iter().map(Rc::from).collect());
            for value in wanted.iter().flatten().chain(unwanted.iter().flatten()) {
                let mentioned = self.mentioned.entry(matcher.name()).or_default();
                // One more than few says that they are many.
                if mentioned.len() <= MOST_CASES && !mentioned.contains(value) {
                    mentioned.push(value.clone());
                }
            }
            let by = self.labels.get(matcher.name());
            let crowd = match &wanted {
                Some(values) => values.iter().map(|value| by.and_then(|by| by.values.get(value)).map_or(0, Vec::len)).max().unwrap_or(0),
                // A label of which something is known is more common than one value.
                None => usize::MAX,
            };
            if best.as_ref().is_none_or(|(_, _, least)| crowd < *least) {
                best = Some((matcher.name(), wanted, crowd));
            }
        }
        match best {
            None => self.always.push(place),
            Some((label, None, _)) => self.labels.entry(label).or_default().any.push(place),
            Some((label, Some(values), _)) => {
                let by = self.labels.entry(label).or_default();
                values.into_iter().for_each(|value| by.values.entry(value).or_default().push(place));
            }
        }
    }

    /// The first sibling whose matchers all hold for the alerts that keep to `constraints`, and that is `wanted`.
    pub(crate) fn implied(&self, constraints: &Constraints<'a>, budget: &mut Budget, wanted: impl Fn(&Route) -> bool) -> Option<usize> {
        let mut near: Vec<usize> = self.always.iter().take(MOST_CANDIDATES).copied().collect();
        let mut take = |by: &ByLabel, values: Option<&[Rc<str>]>| {
            near.extend(by.any.iter().take(MOST_CANDIDATES));
            if let Some(value) = values.and_then(<[_]>::first) {
                near.extend(by.values.get(value).into_iter().flatten().take(MOST_CANDIDATES));
            }
        };
        if self.labels.len() < constraints.labels().len() {
            for (label, by) in &self.labels {
                if !budget.spend(1) {
                    return None;
                }
                if let Some(known) = constraints.get(label) {
                    take(by, known.values());
                }
            }
        } else {
            for (label, known) in constraints.labels() {
                if !budget.spend(1) {
                    return None;
                }
                if let Some(by) = self.labels.get(label) {
                    take(by, known.values());
                }
            }
        }
        near.sort_unstable();
        near.dedup();
        near.into_iter().find(|place| {
            budget.spend(1)
                && self.siblings.get(*place).is_some_and(|route| wanted(route) && constraints.implies_all(&route.matchers, budget))
        })
    }

    /// The siblings that surely take every alert that keeps to `constraints`, among those that are `wanted`.
    pub(crate) fn cover(&self, constraints: &mut Constraints<'a>, budget: &mut Budget, wanted: impl Fn(&Route) -> bool) -> Option<Cover> {
        if let Some(place) = self.implied(constraints, budget, &wanted) {
            return Some(Cover::One(place));
        }
        let told_apart = self.mentioned.iter().filter(|(_, values)| values.len() <= MOST_CASES).take(MOST_LABELS);
        for (label, mentioned) in told_apart {
            if let Some(places) = self.cover_by(label, mentioned, constraints, budget, &wanted) {
                return Some(Cover::Together((*label).to_owned(), places));
            }
        }
        None
    }

    /// The siblings that take every alert, one for each value of a label.
    fn cover_by(
        &self,
        label: &'a str,
        mentioned: &[Rc<str>],
        constraints: &mut Constraints<'a>,
        budget: &mut Budget,
        wanted: &impl Fn(&Route) -> bool,
    ) -> Option<Vec<usize>> {
        let mut places = Vec::new();
        let known: Option<Vec<Rc<str>>> = constraints.get(label).and_then(|known| known.values()).map(<[_]>::to_vec);
        let cases: Vec<Rc<str>> = match known {
            Some(values) if values.len() <= MOST_CASES => values,
            Some(_) => return None,
            None => {
                // All other values, which is the case that is mostly not covered.
                places.push(constraints.without_values(label, mentioned, |constraints| self.implied(constraints, budget, wanted))?);
                mentioned.iter().filter(|value| !constraints.excludes(label, value, budget)).cloned().collect()
            }
        };
        for value in &cases {
            places.push(constraints.with_value(label, value, |constraints| self.implied(constraints, budget, wanted))?);
        }
        places.sort_unstable();
        places.dedup();
        Some(places)
    }
}
