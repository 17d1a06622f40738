//! Notes what is wrong while a configuration is read, and takes values as Alertmanager does.
//!
//! Alertmanager decodes with Go's yaml.v2. What differs from yaml.v3 ([`GoDecoder`]) is here: a value that is null makes its field empty (a
//! text `""`, a number 0, a boolean false, a pointer nil) instead of leaving its default, and only a plain word is a boolean.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::utils::Pointer;
use crate::utils::Position;
use crate::validations::unknown_field;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::GoEntry;
use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::validations::yaml::Style;
use crate::validations::yaml::Yaml;
use crate::webhooks::alertmanager::config::file::ConfigFile;
use crate::webhooks::alertmanager::config::problem::ConfigErrors;
use crate::webhooks::alertmanager::config::problem::ConfigProblem;
use crate::webhooks::alertmanager::config::route::ConfigRoute;
use crate::webhooks::locate::locate;
use crate::webhooks::placed::Placed;

/// What was found, before it is known where in the tree that is.
struct Found {
    code: &'static str,
    message: String,
    position: Position,
    span: Range<usize>,
    /// The value or key that it is about; of what the decoder finds we know the bytes only.
    node: Option<u32>,
}

/// Collects the problems of a configuration.
pub(super) struct Collector<'y> {
    yaml: &'y Yaml,
    source: Arc<str>,
    found: Vec<Found>,
    more: usize,
    /// How much the sections may still ask for.
    pub(super) budget: Budget,
    /// The names that routes refer to.
    pub(super) references: Vec<Reference<'y>>,
}

/// How much a configuration may ask for beyond its size.
pub(super) struct Budget {
    /// How deep routes may still stand in each other; aliases can put them deeper than they are written.
    pub(super) routes: usize,
    /// How many bytes compiled patterns may still take, see [`Pattern`](crate::utils::go::Pattern).
    pub(super) patterns: usize,
}

/// What the name is of that a route refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Referred {
    Receiver,
    TimeInterval,
}

/// A name in a route, which has to be that of a receiver or time interval.
pub(super) struct Reference<'y> {
    pub(super) to: Referred,
    pub(super) name: String,
    pub(super) node: Node<'y>,
}

impl<'y> Collector<'y> {
    pub(super) fn new(yaml: &'y Yaml) -> Self {
        let budget = Budget { routes: ConfigRoute::MAX_DEPTH, patterns: ConfigFile::MAX_PATTERN_BYTES };
        Self { yaml, source: yaml.text().into(), found: Vec::new(), more: 0, budget, references: Vec::new() }
    }

    // ---------------------------------------------------------------- problems

    /// Notes a problem of a value or key.
    pub(super) fn problem(&mut self, code: &'static str, message: impl Into<String>, node: Node<'y>) {
        self.note(Found { code, message: message.into(), position: node.position(), span: node.span(), node: Some(node.id()) });
    }

    /// Notes a problem of a part of the text of `node`: `part` are bytes of the text as YAML gives it.
    pub(super) fn problem_within(&mut self, code: &'static str, message: impl Into<String>, node: Node<'y>, part: Range<usize>) {
        let (position, span) = locate(&self.source, node, part);
        self.note(Found { code, message: message.into(), position, span, node: Some(node.id()) });
    }

    /// Notes a key that is not known.
    pub(super) fn unknown(&mut self, entry: &GoEntry<'y>, known: &[&str]) {
        self.problem("unknown_field", unknown_field(&entry.key, known), entry.key_node);
    }

    fn note(&mut self, found: Found) {
        if self.found.len() < ConfigErrors::KEPT {
            self.found.push(found);
        } else {
            self.more += 1;
        }
    }

    /// Notes a problem of the document as a whole.
    pub(super) fn problem_of_all(&mut self, code: &'static str, message: impl Into<String>) {
        self.note(Found { code, message: message.into(), position: Position::new(1, 1), span: 0..0, node: None });
    }

    /// Takes over what the decoder has found, and tells everything; `None` if nothing is wrong.
    pub(super) fn finish(mut self, decoder: &mut GoDecoder) -> Option<ConfigErrors> {
        for problem in decoder.take_problems() {
            self.note(Found { code: problem.code, message: problem.message, position: problem.position, span: problem.span, node: None });
        }
        self.more += decoder.take_more();
        if self.found.is_empty() {
            return None;
        }
        let pointers = self.pointers();
        let problems = self.found.into_iter().zip(pointers).map(|(found, pointer)| {
            let Found { code, message, position, span, .. } = found;
            ConfigProblem::new(code, message, pointer, (position, span), &self.source)
        });
        ConfigErrors::new(problems.collect(), self.more)
    }

    /// The place in the tree of each problem: one walk over all values, made only once something is wrong.
    fn pointers(&self) -> Vec<Pointer> {
        let mut by_node: HashMap<u32, Pointer> = self.found.iter().filter_map(|found| Some((found.node?, Pointer::root()))).collect();
        let mut by_span: HashMap<(usize, usize), Pointer> = self
            .found
            .iter()
            .filter(|found| found.node.is_none())
            .map(|found| ((found.span.start, found.span.end), Pointer::root()))
            .collect();
        let mut open: Vec<(Node<'y>, Pointer)> = self.yaml.root().map(|root| (root, Pointer::root())).into_iter().collect();
        let mut note = |node: Node<'y>, pointer: &Pointer| {
            if let Some(place) = by_node.get_mut(&node.id()) {
                place.clone_from(pointer);
            }
            if let Some(place) = by_span.get_mut(&(node.span().start, node.span().end)) {
                place.clone_from(pointer);
            }
        };
        while let Some((node, pointer)) = open.pop() {
            note(node, &pointer);
            match node.kind() {
                NodeKind::Sequence => open.extend(node.items().enumerate().map(|(at, item)| (item, pointer.clone().index(at)))),
                NodeKind::Mapping => {
                    for (key, value) in node.entries() {
                        let place = pointer.clone().key(key.target().as_str().unwrap_or_default());
                        note(key, &place);
                        open.push((value, place));
                    }
                }
                NodeKind::Scalar | NodeKind::Alias => {}
            }
        }
        let place = |found: &Found| match found.node {
            Some(node) => by_node.get(&node).cloned(),
            None => by_span.get(&(found.span.start, found.span.end)).cloned(),
        };
        self.found.iter().map(|found| place(found).unwrap_or_default()).collect()
    }

    // ---------------------------------------------------------------- values

    /// Hands on each key that is one of `known`, and notes the others. Whether it is a mapping: not where it is null or something else.
    pub(super) fn mapping(
        &mut self,
        decoder: &mut GoDecoder,
        node: Node<'y>,
        known: &[&str],
        take: &mut dyn FnMut(&mut Self, &mut GoDecoder, &GoEntry<'y>),
    ) -> bool {
        let read = decoder.mapping(node, &mut |decoder, entry| {
            if known.contains(&&*entry.key) {
                take(self, decoder, &entry);
            } else {
                self.unknown(&entry, known);
            }
        });
        read == Ok(Some(()))
    }

    /// Hands on each item. Whether it is a list: not where it is null or something else.
    pub(super) fn list(
        &mut self,
        decoder: &mut GoDecoder,
        node: Node<'y>,
        take: &mut dyn FnMut(&mut Self, &mut GoDecoder, Node<'y>),
    ) -> bool {
        decoder.list(node, &mut |decoder, item| take(self, decoder, item)) == Ok(Some(()))
    }

    /// A text; null is the empty one. `None` if it is none, which is noted.
    pub(super) fn text(&mut self, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<String>> {
        let text = decoder.text(node).ok()?;
        Some(Placed::at(text.unwrap_or_default().into_owned(), node.position()))
    }

    /// True or false, `None` for null or if it is neither, which is noted. A word in quotes is none.
    pub(super) fn boolean(&mut self, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<bool>> {
        let value = decoder.boolean(node).ok()??;
        let target = node.target();
        if target.style() != Style::Plain && target.written_tag().is_none() {
            let text = target.as_str().unwrap_or_default().to_owned();
            self.problem("yaml_wrong_type", format!("found the text `{text}`, expected true or false without quotes"), node);
            return None;
        }
        Some(Placed::at(value, node.position()))
    }

    /// A whole number, `None` for null or if it is none, which is noted.
    pub(super) fn integer(&mut self, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<i64>> {
        Some(Placed::at(decoder.integer(node).ok()??, node.position()))
    }
}
