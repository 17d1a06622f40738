//! The search for the routes that take one alert.

use crate::alerts::Labels;
use crate::notifications::routing_tree::Children;
use crate::notifications::routing_tree::NONE;
use crate::notifications::routing_tree::Node;
use crate::notifications::routing_tree::RoutingTree;
use crate::notifications::routing_tree::Test;
use crate::notifications::routing_tree::Wanted;

/// What one alert has under a label that routes look at.
#[derive(Debug, Clone, Copy)]
struct Found<'a> {
    value: &'a str,
    /// The term of the label and this value, `NONE` if no route asks for it.
    term: u32,
}

/// Whether the value of a label matches a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Unknown,
    Yes,
    No,
}

/// The search for one alert: what its labels are to the tree, and what is already known of patterns.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    tree: &'a RoutingTree,
    /// For each label of the tree.
    found: Vec<Found<'a>>,
    /// The terms that the alert has, other than those of absent labels.
    terms: Vec<u32>,
    /// For each pattern of the tree.
    answers: Vec<Answer>,
    /// Lists of routes to try, those of deeper routes behind those above.
    lists: Vec<&'a [u32]>,
    matched: Vec<u32>,
}

impl<'a> Search<'a> {
    pub(crate) fn new(tree: &'a RoutingTree, labels: &'a Labels) -> Self {
        let mut found: Vec<_> = tree.labels.iter().map(|label| Found { value: "", term: label.absent }).collect();
        let mut terms = Vec::with_capacity(labels.len());
        for (name, value) in labels.iter().filter(|(_, value)| !value.is_empty()) {
            let Some(place) = tree.label_places.get(name.as_str()) else { continue };
            let known = tree.labels.get(*place as usize);
            let term = known.and_then(|label| label.terms.get(value.as_str())).copied().unwrap_or(NONE);
            if term != NONE {
                terms.push(term);
            }
            if let Some(slot) = found.get_mut(*place as usize) {
                *slot = Found { value: value.as_str(), term };
            }
        }
        let answers = vec![Answer::Unknown; tree.patterns.len()];
        Self { tree, found, terms, answers, lists: Vec::new(), matched: Vec::new() }
    }

    /// The routes that take the alert, in their order.
    pub(crate) fn run(mut self) -> Vec<u32> {
        self.visit(0);
        self.matched
    }

    /// Takes the alert down from a route that matches; recursive, but no deeper than `Routes::MAX_DEPTH`.
    fn visit(&mut self, id: u32) {
        let tree = self.tree;
        let node = tree.node(id);
        let matched = self.matched.len();
        let base = self.lists.len();
        self.open(&node.children);
        while let Some(child) = self.next(base) {
            let child_node = tree.node(child);
            if self.mismatch(child_node).is_some() {
                continue;
            }
            self.visit(child);
            if !child_node.continues {
                break;
            }
        }
        self.lists.truncate(base);
        if self.matched.len() == matched {
            self.matched.push(id);
        }
    }

    /// Opens the lists of routes below a route that may match.
    fn open(&mut self, children: &'a Children) {
        if !children.others.is_empty() {
            self.lists.push(&children.others);
        }
        if children.labels.len() <= self.terms.len() {
            let terms = children.labels.iter().filter_map(|label| self.found.get(*label as usize)).map(|found| found.term);
            self.lists.extend(terms.filter_map(|term| children.by_term.get(&term)).map(Vec::as_slice));
        } else {
            self.lists.extend(self.terms.iter().filter_map(|term| children.by_term.get(term)).map(Vec::as_slice));
        }
    }

    /// The first route of the lists from `base` on; each route is in one of them.
    fn next(&mut self, base: usize) -> Option<u32> {
        let lists = self.lists.get_mut(base..)?;
        let list = lists.iter_mut().filter(|list| !list.is_empty()).min_by_key(|list| list.first().copied())?;
        let (first, rest) = list.split_first()?;
        *list = rest;
        Some(*first)
    }

    /// The place of the first matcher of a route that does not match.
    pub(crate) fn mismatch(&mut self, node: &Node) -> Option<usize> {
        let tree = self.tree;
        tree.tests_of(node).iter().position(|test| !self.holds(*test))
    }

    fn holds(&mut self, test: Test) -> bool {
        let Some(found) = self.found.get(test.label as usize) else { return false };
        let holds = match test.wanted {
            Wanted::Term(term) => found.term == term,
            Wanted::Pattern(place) => match self.answers.get(place as usize) {
                Some(Answer::Yes) => true,
                Some(Answer::No) => false,
                _ => {
                    let matches = self.tree.patterns.get(place as usize).is_some_and(|pattern| pattern.is_match(found.value));
                    if let Some(answer) = self.answers.get_mut(place as usize) {
                        *answer = if matches { Answer::Yes } else { Answer::No };
                    }
                    matches
                }
            },
        };
        holds == test.positive
    }
}
