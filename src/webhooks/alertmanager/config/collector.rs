//! Notes what is wrong while a configuration is read, and takes values as Alertmanager does.
//!
//! Alertmanager decodes with Go's yaml.v2. What differs from yaml.v3 ([`GoDecoder`]) is here: a value that is null makes its field empty (a
//! text `""`, a number 0, a boolean false, a pointer nil) instead of leaving its default, and only a plain word is a boolean.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::HashSet;
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
use crate::validations::yaml::YamlProblem;
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
    /// The value or key that it is about, `None` for the whole document.
    node: Option<u32>,
}

/// A step from a value down to one in it.
enum Step<'y> {
    Item(usize),
    Key(Node<'y>),
}

/// Collects the problems of a configuration.
pub(super) struct Collector<'y> {
    yaml: &'y Yaml,
    source: Arc<str>,
    found: Vec<Found>,
    more: usize,
    /// The values that are secrets, with their bytes.
    secrets: HashMap<u32, Range<usize>>,
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
        let source = yaml.text().into();
        Self { yaml, source, found: Vec::new(), more: 0, secrets: HashMap::new(), budget, references: Vec::new() }
    }

    // ---------------------------------------------------------------- secrets

    /// Notes that a value is a secret, with all that stands in it: no problem shows it, be it one of the value or of what stands beside it.
    pub(super) fn hide(&mut self, node: Node<'y>) {
        if node.kind() == NodeKind::Alias {
            // Problems of the value are told at the alias, whose own bytes show nothing.
            self.secrets.insert(node.id(), 0..0);
        }
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let target = node.target();
            // A value that many aliases name is looked at once.
            if self.secrets.insert(target.id(), target.span()).is_none() {
                open.extend(target.items());
                open.extend(target.entries().flat_map(|(key, value)| [key, value]));
            }
        }
    }

    /// The text with `*` for each byte of a secret, so that places stay.
    fn shown(&mut self) -> Arc<str> {
        if self.secrets.is_empty() {
            return Arc::clone(&self.source);
        }
        self.hide_the_same_keys();
        let mut bytes = self.source.as_bytes().to_vec();
        for span in self.secrets.values() {
            let secret = bytes.get_mut(span.clone()).unwrap_or_default();
            secret.iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
        }
        // Spans are those of whole characters.
        String::from_utf8(bytes).unwrap_or_default().into()
    }

    /// A key that stands a second time is not read, and its value is a secret all the same.
    fn hide_the_same_keys(&mut self) {
        let mut open: Vec<Node<'y>> = self.yaml.root().into_iter().collect();
        while let Some(node) = open.pop() {
            open.extend(node.items());
            open.extend(node.entries().map(|(_, value)| value));
            let is_secret = |(_, value): &(Node<'y>, Node<'y>)| self.secrets.contains_key(&value.target().id());
            let names: HashSet<&str> = node.entries().filter(is_secret).filter_map(|(key, _)| key.target().as_str()).collect();
            if !names.is_empty() {
                let same = node.entries().filter(|(key, _)| key.target().as_str().is_some_and(|name| names.contains(name)));
                same.for_each(|(_, value)| self.hide(value));
            }
        }
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
        for YamlProblem { code, message, position, span, node, unshown } in decoder.take_problems() {
            let message = unshown.filter(|_| self.secrets.contains_key(&node)).unwrap_or(message);
            self.note(Found { code, message, position, span, node: Some(node) });
        }
        self.more += decoder.take_more();
        if self.found.is_empty() {
            return None;
        }
        let (pointers, source) = (self.pointers(), self.shown());
        let problems = self.found.into_iter().zip(pointers).map(|(found, pointer)| {
            let Found { code, message, position, span, .. } = found;
            ConfigProblem::new(code, message, pointer, (position, span), &source)
        });
        ConfigErrors::new(problems.collect(), self.more)
    }

    /// The place in the tree of each problem: one walk over all values, made only once something is wrong.
    fn pointers(&self) -> Vec<Pointer> {
        // Each step is kept once, with the one above it: a key may be as long as the text, and many values may stand below it.
        let mut steps: Vec<(Option<usize>, Step<'y>)> = Vec::new();
        let mut places: HashMap<u32, Option<usize>> = self.found.iter().filter_map(|found| Some((found.node?, None))).collect();
        let mut open: Vec<(Node<'y>, Option<usize>)> = self.yaml.root().map(|root| (root, None)).into_iter().collect();
        while let Some((node, above)) = open.pop() {
            let mut down = |step: Step<'y>| {
                steps.push((above, step));
                steps.len().checked_sub(1)
            };
            for (at, item) in node.items().enumerate() {
                open.push((item, down(Step::Item(at))));
            }
            for (key, value) in node.entries() {
                let place = down(Step::Key(key));
                places.entry(key.id()).and_modify(|own| *own = place);
                open.push((value, place));
            }
            places.entry(node.id()).and_modify(|own| *own = above);
        }
        let place = |found: &Found| pointer(&steps, found.node.and_then(|node| places.get(&node).copied().flatten()));
        self.found.iter().map(place).collect()
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
        self.hide_text_for_section(node, read.is_err());
        read == Ok(Some(()))
    }

    /// Hands on each item. Whether it is a list: not where it is null or something else.
    pub(super) fn list(
        &mut self,
        decoder: &mut GoDecoder,
        node: Node<'y>,
        take: &mut dyn FnMut(&mut Self, &mut GoDecoder, Node<'y>),
    ) -> bool {
        let read = decoder.list(node, &mut |decoder, item| take(self, decoder, item));
        self.hide_text_for_section(node, read.is_err());
        read == Ok(Some(()))
    }

    /// A text where a section or a list of sections is expected may be the secret that belongs into it, such as `authorization: Bearer …`.
    fn hide_text_for_section(&mut self, node: Node<'y>, is_wrong: bool) {
        if is_wrong && node.target().as_str().is_some() {
            self.hide(node);
        }
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

/// The way down to a step; where it is too long, to the last value above that is not.
fn pointer(steps: &[(Option<usize>, Step<'_>)], mut last: Option<usize>) -> Pointer {
    let mut way = Vec::new();
    while let Some((above, step)) = last.and_then(|at| steps.get(at)) {
        way.push(step);
        last = *above;
    }
    let mut pointer = Pointer::root();
    for step in way.into_iter().rev() {
        let name = match step {
            Step::Item(at) => Cow::Owned(at.to_string()),
            Step::Key(key) => Cow::Borrowed(key.target().as_str().unwrap_or_default()),
        };
        if pointer.as_str().len() + name.len() >= ConfigProblem::MAX_POINTER_BYTES {
            break;
        }
        pointer = pointer.key(&name);
    }
    pointer
}
