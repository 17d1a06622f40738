//! Matchers as they are written: a list of texts, or the two older mappings.

use crate::alerts::InvalidMatcher;
use crate::alerts::LabelName;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::MatcherSyntax;
use crate::alerts::Matchers;
use crate::utils::go::InvalidPattern;
use crate::utils::go::InvalidPatternKind;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::placed_map::PlacedMapReader;

/// The syntax that Alertmanager reads configurations in, unless it is told otherwise.
const SYNTAX: MatcherSyntax = MatcherSyntax::Fallback;

/// What a pattern counts as that is refused for its size, since it took as long as the largest one.
const REFUSED_PATTERN: usize = 2 << 20;

/// What any other pattern that is refused counts as: as little as the smallest one.
const WRONG_PATTERN: usize = 8 << 10;

/// Patterns above this size take more time for each byte, and count four times.
const LARGE_PATTERN: usize = 128 << 10;

/// The nodes of the three ways to write matchers of one thing.
#[derive(Default)]
pub(super) struct MatcherNodes<'y> {
    pub(super) lines: Option<Node<'y>>,
    pub(super) equal: Option<Node<'y>>,
    pub(super) regex: Option<Node<'y>>,
    /// What was left of the budget of patterns before the first of them.
    pub(super) budget: usize,
}

/// Reads a list of texts; null is the empty list, items that are null are empty texts. The nodes of the items come with it.
pub(super) fn read_texts<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) -> Vec<(Placed<String>, Node<'y>)> {
    let mut texts = Vec::new();
    collector.list(decoder, node, &mut |collector, decoder, item| {
        texts.extend(collector.text(decoder, item).map(|text| (text, item)));
    });
    texts
}

/// Reads `matchers`: each line is a list of its own, all of them match together. Those that were merged in before stay.
pub(super) fn read_lines<'y>(lines: &mut Vec<Placed<String>>, collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) {
    for (line, item) in read_texts(collector, decoder, node) {
        check_line(collector, &line, item);
        lines.push(line);
    }
}

fn check_line<'y>(collector: &mut Collector<'y>, line: &str, node: Node<'y>) {
    if !has_budget(collector, node) {
        return;
    }
    match Matchers::parse(line, SYNTAX) {
        Ok(matchers) => spend(collector, matchers.iter().map(Matcher::pattern_bytes).sum()),
        Err(error) => {
            if line.contains('~') {
                spend(collector, refused(&error));
            }
            tell(collector, &error, node);
        }
    }
}

/// Notes what is wrong with a line, at its place in the line.
fn tell<'y>(collector: &mut Collector<'y>, error: &InvalidMatcher, node: Node<'y>) {
    match error.span() {
        Some(span) => collector.problem_within(error.code(), error.to_string(), node, span),
        None => collector.problem(error.code(), error.to_string(), node),
    }
}

/// Whether patterns may still be compiled; where that ends, it is noted once.
fn has_budget<'y>(collector: &mut Collector<'y>, node: Node<'y>) -> bool {
    if collector.budget.patterns == 0 {
        return false;
    }
    if collector.budget.patterns == 1 {
        collector.budget.patterns = 0;
        let message = "the patterns up to here take more memory than they may, what follows is not looked at: use simpler ones";
        collector.problem("matcher_patterns_too_large", message, node);
        return false;
    }
    true
}

/// What a line or pattern counts as that is refused.
fn refused(error: &InvalidMatcher) -> usize {
    let pattern = std::error::Error::source(error).and_then(|source| source.downcast_ref::<InvalidPattern>());
    let is_large =
        error.code() == "matcher_patterns_too_large" || pattern.is_some_and(|it| it.kind() == InvalidPatternKind::CompiledTooLarge);
    if is_large { REFUSED_PATTERN } else { WRONG_PATTERN }
}

/// Takes from the budget; the last byte is left for the problem that says so.
fn spend(collector: &mut Collector<'_>, bytes: usize) {
    let bytes = if bytes > LARGE_PATTERN { 4 * bytes } else { bytes };
    collector.budget.patterns = collector.budget.patterns.saturating_sub(bytes).max(1);
}

/// Reads `match`: label names and values. Names are those that Prometheus always had.
pub(super) fn read_equal<'y>(map: &mut PlacedMap, collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) {
    read_map(map, collector, decoder, node, &mut |_, _, _| {});
}

/// Reads `match_re`: label names and patterns. A pattern that is null is refused, as Alertmanager refuses it.
pub(super) fn read_regex<'y>(map: &mut PlacedMap, collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) {
    read_map(map, collector, decoder, node, &mut |collector, text, node| {
        if node.target().is_null() {
            collector.problem("yaml_wrong_type", "found null, expected a pattern", node);
            return;
        }
        if !has_budget(collector, node) {
            return;
        }
        match Matcher::new("name", MatchOp::Regex, text) {
            Ok(matcher) => spend(collector, matcher.pattern_bytes()),
            Err(error) => {
                spend(collector, refused(&error));
                collector.problem(error.code(), error.to_string(), node);
            }
        }
    });
}

/// Reads onto a map: what was merged in before stays, and no name stands twice.
fn read_map<'y>(
    map: &mut PlacedMap,
    collector: &mut Collector<'y>,
    decoder: &mut GoDecoder,
    node: Node<'y>,
    check: &mut dyn FnMut(&mut Collector<'y>, &str, Node<'y>),
) {
    let mut reader = PlacedMapReader::from(std::mem::take(map));
    // What is wrong is noted by the decoder.
    let _ = decoder.mapping(node, &mut |decoder, entry| {
        let is_legacy = LabelName::try_from(&*entry.key).is_ok_and(|name| name.is_legacy());
        if !is_legacy {
            let message = format!(
                "`{}` is no label name here: expected letters, digits and `_`; `matchers` takes any name",
                crate::utils::excerpt(&entry.key)
            );
            collector.problem("invalid_label_name", message, entry.key_node);
        }
        let Some(text) = collector.text(decoder, entry.value) else { return };
        check(collector, &text, entry.value);
        let name = Placed::at(entry.key.into_owned(), entry.key_node.position());
        let shown = crate::utils::excerpt(&name);
        if !reader.insert_new(name, text) {
            let message = format!("the key `{shown}` stands here a second time, since it is merged in");
            collector.problem("yaml_duplicate_key", message, entry.key_node);
        }
    });
    *map = reader.finish();
}

/// Notes where the three ways together are more than a list of matchers may be.
pub(super) fn check_together<'y>(
    collector: &mut Collector<'y>,
    lines: &[Placed<String>],
    equal: &PlacedMap,
    regex: &PlacedMap,
    nodes: &MatcherNodes<'y>,
) {
    // Each line alone was looked at before; together they are only where they may be too many.
    let texts = lines
        .iter()
        .map(|line| line.len())
        .chain([equal, regex].into_iter().flat_map(|map| map.iter().map(|(a, b)| a.len() + b.len() + 2)));
    let is_small = texts.sum::<usize>() < 2 * Matchers::MAX_MATCHERS;
    let are_cheap = nodes.budget.saturating_sub(collector.budget.patterns) < Matchers::MAX_PATTERN_BYTES / 2;
    if lines.len() + equal.len() + regex.len() < 2 || collector.budget.patterns <= 1 || (is_small && are_cheap) {
        return;
    }
    let Some(place) = nodes.lines.or(nodes.equal).or(nodes.regex) else { return };
    if let Err(error) = together(lines, equal, regex) {
        // What is wrong with one of them alone is told at its own place.
        if matches!(error.code(), "matcher_too_many" | "matcher_too_long" | "matcher_patterns_too_large") {
            collector.problem(error.code(), error.to_string(), place);
        }
    }
}

/// All matchers, sorted as Alertmanager sorts them.
pub(super) fn together(lines: &[Placed<String>], equal: &PlacedMap, regex: &PlacedMap) -> Result<Matchers, InvalidMatcher> {
    let mut all = Vec::new();
    for (name, value) in equal.iter() {
        all.push(Matcher::new(name.as_str(), MatchOp::Equal, value.as_str())?);
    }
    // Alertmanager keeps the anchors that it puts around these patterns, so that they stand in the keys of routes and groups.
    for (name, value) in regex.iter() {
        all.push(Matcher::new(name.as_str(), MatchOp::Regex, format!("^(?:{})$", value.as_str()))?);
    }
    for line in lines {
        all.extend(Matchers::parse(line, SYNTAX)?.iter().cloned());
    }
    Matchers::new(all).map(Matchers::sorted)
}

/// Adds a field to a mapping on its way to YAML, if it is not what is meant without it.
pub(super) fn put<T: ConfigValue + PartialEq>(
    fields: &mut Vec<(String, Written)>,
    secrets: crate::utils::SecretDisplay,
    key: &str,
    value: &T,
) {
    if *value != T::zero() {
        fields.push((key.to_owned(), value.written(secrets)));
    }
}
