//! Reading the tree of a rule file.

use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::utils::Position;
use crate::utils::excerpt;
use crate::validations::unknown_field;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::GoEntry;
use crate::validations::yaml::Node;
use crate::validations::yaml::WrongValue;
use crate::webhooks::locate::locate;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::placed_map::PlacedMapReader;
use crate::webhooks::prometheus::check::TextProblem;
use crate::webhooks::prometheus::check::check_expr;
use crate::webhooks::prometheus::check::check_template;
use crate::webhooks::prometheus::duration::RuleFileDuration;
use crate::webhooks::prometheus::error::RuleFileErrors;
use crate::webhooks::prometheus::error::RuleFileProblem;
use crate::webhooks::prometheus::options::RuleFileOptions;
use crate::webhooks::prometheus::rule_file::RuleFile;
use crate::webhooks::prometheus::rule_file::RuleFileGroup;
use crate::webhooks::prometheus::rule_file::RuleFileRule;

const FILE_FIELDS: &[&str] = &["groups"];
const GROUP_FIELDS: &[&str] = &["name", "interval", "query_offset", "limit", "labels", "rules"];
const RULE_FIELDS: &[&str] = &["record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"];

/// Reads groups and rules, and notes what is wrong with them.
pub(super) struct Reader<'y> {
    options: &'y RuleFileOptions,
    source: Arc<str>,
    groups: Vec<Placed<RuleFileGroup>>,
    names: HashSet<String>,
    problems: Vec<RuleFileProblem>,
    more: usize,
    /// Where we are: the group, and the number and name of the rule.
    group: Option<Arc<str>>,
    rule: Option<usize>,
    name: Option<Arc<str>>,
    /// What was found in a text that stands in the file once and is meant more than once, by its node.
    expressions: HashMap<u32, Rc<Vec<TextProblem>>>,
    templates: HashMap<u32, Rc<Vec<TextProblem>>>,
}

/// The fields of a rule in the tree, for the places of what is wrong with it.
#[derive(Default)]
struct RuleNodes<'y> {
    record: Option<Node<'y>>,
    expr: Option<Node<'y>>,
    for_: Option<Node<'y>>,
    keep_firing_for: Option<Node<'y>>,
    annotations: Option<Node<'y>>,
    /// The texts of labels and annotations.
    templates: Vec<Node<'y>>,
    /// Something is wrong with the value of this field already.
    wrong_name: bool,
    wrong_expr: bool,
}

impl<'y> Reader<'y> {
    /// A reader of a text, in whose lines the problems are shown.
    pub(super) fn new(source: &Arc<str>, options: &'y RuleFileOptions) -> Self {
        Self {
            options,
            source: Arc::clone(source),
            groups: Vec::new(),
            names: HashSet::new(),
            problems: Vec::new(),
            more: 0,
            group: None,
            rule: None,
            name: None,
            expressions: HashMap::new(),
            templates: HashMap::new(),
        }
    }

    /// What was read, or what is wrong with it.
    pub(super) fn finish(self) -> Result<RuleFile, RuleFileErrors> {
        let rules = self.groups.iter().map(|group| group.rules.len()).sum();
        match RuleFileErrors::new(self.problems, self.more, self.groups.len(), rules) {
            None => Ok(RuleFile { groups: self.groups }),
            Some(errors) => Err(errors),
        }
    }

    /// Reads the whole document.
    pub(super) fn read_file(&mut self, root: Node<'y>) {
        let mut decoder = GoDecoder::new();
        // Here and below: what is wrong was noted by the decoder, and is taken from it.
        let _ = decoder.mapping(root, &mut |decoder, entry| match &*entry.key {
            "groups" => self.groups(decoder, entry.value),
            _ => self.unknown(&entry, FILE_FIELDS),
        });
        self.take_problems(&mut decoder);
    }

    /// Reads a list of groups that stands in another document.
    pub(super) fn read_groups(&mut self, groups: Node<'y>) {
        let mut decoder = GoDecoder::new();
        self.groups(&mut decoder, groups);
        self.take_problems(&mut decoder);
    }

    // ---------------------------------------------------------------- problems

    fn problem(&mut self, code: &'static str, message: String, position: Position, span: Range<usize>) {
        if self.problems.len() >= RuleFileErrors::KEPT {
            self.more += 1;
            return;
        }
        let mut problem = RuleFileProblem::new(code, message, position, span, &self.source);
        problem.group.clone_from(&self.group);
        problem.rule = self.rule;
        problem.name.clone_from(&self.name);
        self.problems.push(problem);
    }

    fn problem_at(&mut self, code: &'static str, message: String, node: Node<'y>) {
        self.problem(code, message, node.position(), node.span());
    }

    /// Takes over what the decoder has found since the last time, as problems of where we are.
    fn take_problems(&mut self, decoder: &mut GoDecoder) {
        for problem in decoder.take_problems() {
            self.problem(problem.code, problem.message, problem.position, problem.span);
        }
        self.more += decoder.take_more();
    }

    fn unknown(&mut self, entry: &GoEntry<'y>, known: &[&str]) {
        self.problem_at("unknown_field", unknown_field(&entry.key, known), entry.key_node);
    }

    /// Problems of a text, each at its place in the file.
    fn text_problems(&mut self, problems: &[TextProblem], node: Node<'y>) {
        let source = Arc::clone(&self.source);
        for problem in problems {
            // The place is searched for, so only for what is kept.
            if self.problems.len() >= RuleFileErrors::KEPT {
                self.more += 1;
                continue;
            }
            let (position, span) = locate(&source, node, problem.span.clone());
            self.problem(problem.code, problem.message.clone(), position, span);
        }
    }

    // ---------------------------------------------------------------- values

    fn text(decoder: &mut GoDecoder, node: Node<'y>, wrong: &mut bool) -> Option<Placed<String>> {
        match decoder.text(node) {
            Ok(text) => text.map(|text| Placed::at(text.into_owned(), node.position())),
            Err(WrongValue) => {
                *wrong = true;
                None
            }
        }
    }

    fn duration(&mut self, decoder: &mut GoDecoder, node: Node<'y>) -> Option<Placed<RuleFileDuration>> {
        // Nothing but the text is wrong with a duration that is null.
        let text = decoder.text(node).ok().flatten()?;
        match text.parse() {
            Ok(duration) => Some(Placed::at(duration, node.position())),
            Err(error) => {
                self.problem_at("invalid_duration", error.to_string(), node);
                None
            }
        }
    }

    /// Labels or annotations. Their texts are added to `templates`.
    fn map(&mut self, decoder: &mut GoDecoder, node: Node<'y>, code: &'static str, templates: &mut Vec<Node<'y>>) -> PlacedMap {
        let mut map = PlacedMapReader::default();
        let _ = decoder.mapping(node, &mut |decoder, GoEntry { key, key_node, value, .. }| {
            // A value that is null is an empty text.
            let Ok(text) = decoder.text(value) else { return };
            let is_label = code == "invalid_label_name";
            match &*key {
                "" => self.problem_at(code, "expected a name, found an empty text".to_owned(), key_node),
                "__name__" if is_label => {
                    let message = "`__name__` is the name of the series itself and can't be set as a label".to_owned();
                    self.problem_at(code, message, key_node);
                }
                _ => {}
            }
            templates.push(value);
            let text = Placed::at(text.unwrap_or_default().into_owned(), value.position());
            let name = Placed::at(key.into_owned(), key_node.position());
            map.insert(name, text);
        });
        map.finish()
    }

    // ---------------------------------------------------------------- groups and rules

    fn groups(&mut self, decoder: &mut GoDecoder, node: Node<'y>) {
        let _ = decoder.list(node, &mut |decoder, item| self.group(decoder, item));
    }

    fn group(&mut self, decoder: &mut GoDecoder, node: Node<'y>) {
        self.take_problems(decoder);
        let (mut group, mut name, mut wrong) = (RuleFileGroup::default(), None, false);
        // The name may stand behind the rules, and each problem shall tell it.
        let title = node.target().get("name").and_then(|name| name.target().as_str());
        self.group = title.map(Arc::from);
        let read = decoder.mapping(node, &mut |decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "name" => {
                    name = Some(value);
                    group.name = Self::text(decoder, value, &mut wrong).unwrap_or_default();
                    self.group = Some(group.name.as_str().into());
                }
                "interval" => group.interval = self.duration(decoder, value),
                "query_offset" => group.query_offset = self.duration(decoder, value),
                "limit" => group.limit = decoder.integer(value).ok().flatten().map(|limit| Placed::at(limit, value.position())),
                "labels" => group.labels = self.map(decoder, value, "invalid_label_name", &mut Vec::new()),
                "rules" => {
                    let rules = &mut group.rules;
                    let mut number = 0;
                    let _ = decoder.list(value, &mut |decoder, item| {
                        // Prometheus counts the rules that it keeps.
                        number += usize::from(!item.is_null());
                        rules.extend(self.rule(decoder, item, number));
                    });
                }
                _ => self.unknown(&entry, GROUP_FIELDS),
            }
        });
        if read == Ok(Some(())) {
            let place = name.unwrap_or(node);
            if group.name.is_empty() && !wrong {
                self.problem_at("rule_group_name_empty", "the group has no name".to_owned(), place);
            } else if !wrong && !self.names.insert(group.name.value.clone()) {
                let message = format!("the name `{}` is that of another group above", excerpt(&group.name));
                self.problem_at("rule_group_name_repeated", message, place);
            }
            self.groups.push(Placed::at(group, node.position()));
        }
        self.take_problems(decoder);
        self.group = None;
    }

    fn rule(&mut self, decoder: &mut GoDecoder, node: Node<'y>, number: usize) -> Option<Placed<RuleFileRule>> {
        self.take_problems(decoder);
        self.rule = Some(number);
        let (mut rule, mut nodes) = (RuleFileRule::default(), RuleNodes::default());
        let title = |field| node.target().get(field).and_then(|name| name.target().as_str()).filter(|name| !name.is_empty());
        self.name = title("alert").or_else(|| title("record")).map(Arc::from);
        let read = decoder.mapping(node, &mut |decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "record" => {
                    nodes.record = Some(value);
                    rule.record = Self::text(decoder, value, &mut nodes.wrong_name);
                }
                "alert" => rule.alert = Self::text(decoder, value, &mut nodes.wrong_name),
                "expr" => {
                    nodes.expr = Some(value);
                    rule.expr = Self::text(decoder, value, &mut nodes.wrong_expr);
                }
                "for" => {
                    nodes.for_ = Some(entry.key_node);
                    rule.for_ = self.duration(decoder, value);
                }
                "keep_firing_for" => {
                    nodes.keep_firing_for = Some(entry.key_node);
                    rule.keep_firing_for = self.duration(decoder, value);
                }
                "labels" => rule.labels = self.map(decoder, value, "invalid_label_name", &mut nodes.templates),
                "annotations" => {
                    nodes.annotations = Some(entry.key_node);
                    rule.annotations = self.map(decoder, value, "invalid_annotation_name", &mut nodes.templates);
                }
                _ => self.unknown(&entry, RULE_FIELDS),
            }
        });
        let is_rule = read == Ok(Some(()));
        if is_rule {
            if !rule.name().is_empty() {
                self.name = Some(rule.name().into());
            }
            self.check_rule(&rule, &nodes, node);
        }
        self.take_problems(decoder);
        self.rule = None;
        self.name = None;
        is_rule.then(|| Placed::at(rule, node.position()))
    }

    fn check_rule(&mut self, rule: &RuleFileRule, nodes: &RuleNodes<'y>, node: Node<'y>) {
        let record = rule.record.as_ref().map_or("", |record| record.as_str());
        match (!record.is_empty(), rule.is_alert()) {
            (true, true) => {
                let message = "a rule has either `alert` or `record`, found both".to_owned();
                self.problem_at("rule_alert_and_record", message, nodes.record.unwrap_or(node));
            }
            (false, false) if !nodes.wrong_name => {
                self.problem_at("rule_without_name", "expected `alert` or `record` with a name".to_owned(), node);
            }
            _ => {}
        }
        if rule.expression().is_empty() {
            if !nodes.wrong_expr {
                self.problem_at("rule_without_expr", "expected `expr` with an expression".to_owned(), nodes.expr.unwrap_or(node));
            }
        } else if let Some(expr) = nodes.expr {
            let options = &self.options.expressions;
            let found = self.expressions.entry(expr.target().id()).or_insert_with(|| Rc::new(check_expr(rule.expression(), options)));
            let found = Rc::clone(found);
            self.text_problems(&found, expr);
        }
        if !record.is_empty() {
            self.check_recording(rule, nodes, node);
        }
        if rule.is_alert() {
            for &node in &nodes.templates {
                let check = || node.target().as_str().and_then(check_template).into_iter().collect();
                let found = Rc::clone(self.templates.entry(node.target().id()).or_insert_with(|| Rc::new(check())));
                self.text_problems(&found, node);
            }
        }
    }

    fn check_recording(&mut self, rule: &RuleFileRule, nodes: &RuleNodes<'y>, node: Node<'y>) {
        let is_set = |duration: &Option<Placed<RuleFileDuration>>| duration.as_ref().is_some_and(|duration| !duration.get().is_zero());
        let fields = [
            ("for", is_set(&rule.for_), nodes.for_),
            ("keep_firing_for", is_set(&rule.keep_firing_for), nodes.keep_firing_for),
            ("annotations", !rule.annotations.is_empty(), nodes.annotations),
        ];
        for (field, _, place) in fields.into_iter().filter(|(_, set, _)| *set) {
            let message = format!("a recording rule has no `{field}`, only alerts have");
            self.problem_at("rule_field_of_alerts", message, place.unwrap_or(node));
        }
        let record = rule.record.as_ref().map_or("", |record| record.as_str());
        if record.contains(['{', '}']) {
            let message = format!("`{}` is no name of a series: expected one without braces, expressions stand in `expr`", excerpt(record));
            self.problem_at("rule_record_name_braces", message, nodes.record.unwrap_or(node));
        }
    }
}
