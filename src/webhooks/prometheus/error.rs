//! Everything that is wrong with a rule file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::utils::Position;
use crate::utils::excerpt;
use crate::validations::yaml::YamlError;
use crate::webhooks::file_problems::file_errors;
use crate::webhooks::file_problems::write_line;

/// One problem of a rule file.
///
/// `{}` is one line, `{:#}` adds the line of the file and a caret under the place.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
///
/// let text = "groups:\n- name: node\n  rules:\n  - alert: Down\n    expr: up = 0\n";
/// let errors = RuleFile::read(text, &RuleFileOptions::default()).unwrap_err();
/// let problem = errors.first();
/// assert_eq!((problem.position.line, problem.position.column), (5, 14));
/// assert_eq!((problem.group.as_deref(), problem.rule, problem.name.as_deref()), (Some("node"), Some(1), Some("Down")));
/// assert!(format!("{problem:#}").ends_with("\n      expr: up = 0\n               ^"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleFileProblem {
    /// The stable code, as listed in the error catalogue.
    pub code: &'static str,
    /// What was found, what was expected, and a fix where there is one.
    pub message: String,
    /// Line and column.
    pub position: Position,
    /// The bytes of the file that are meant, not counting a byte order mark; empty for a place between two characters.
    pub span: Range<usize>,
    /// The name of the group that it is about.
    pub group: Option<Arc<str>>,
    /// The number of the rule in its group, from 1.
    pub rule: Option<usize>,
    /// The name of the rule: that of the alert, or else the name that is recorded.
    pub name: Option<Arc<str>>,
    source: Arc<str>,
}

impl RuleFileProblem {
    pub(super) fn new(code: &'static str, message: String, position: Position, span: Range<usize>, source: &Arc<str>) -> Self {
        Self { code, message, position, span, group: None, rule: None, name: None, source: Arc::clone(source) }
    }
}

impl fmt::Display for RuleFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.position)?;
        if let Some(group) = &self.group {
            write!(f, "group `{}`, ", excerpt(group))?;
        }
        match (self.rule, self.name.as_deref().filter(|name| !name.is_empty())) {
            (Some(rule), Some(name)) => write!(f, "rule {rule} `{}`: ", excerpt(name))?,
            (Some(rule), None) => write!(f, "rule {rule}: ")?,
            (None, _) => {}
        }
        f.write_str(&self.message)?;
        if f.alternate() {
            write_line(f, &self.source, &self.span)?;
        }
        Ok(())
    }
}

impl fmt::Debug for RuleFileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RuleFileProblem")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("position", &self.position)
            .field("group", &self.group)
            .field("rule", &self.rule)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Serialize for RuleFileProblem {
    /// `{"line","column","group","rule","name","code","message"}`, keys absent where unknown.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("line", &self.position.line)?;
        map.serialize_entry("column", &self.position.column)?;
        if let Some(group) = &self.group {
            map.serialize_entry("group", &**group)?;
        }
        if let Some(rule) = self.rule {
            map.serialize_entry("rule", &rule)?;
        }
        if let Some(name) = &self.name {
            map.serialize_entry("name", &**name)?;
        }
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// Everything that is wrong with a rule file, in the order of the text; never empty.
///
/// At most [`RuleFileErrors::KEPT`] problems are kept; the rest are counted.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
///
/// let text = "groups:\n- name: a\n  rules:\n  - record: b\n    for: 5m\n- name: a\n  lables: {}\n";
/// let errors = RuleFile::read(text, &RuleFileOptions::default()).unwrap_err();
/// let codes: Vec<_> = errors.iter().map(|problem| problem.code).collect();
/// assert_eq!(codes, ["rule_without_expr", "rule_field_of_alerts", "rule_group_name_repeated", "unknown_field"]);
/// assert_eq!((errors.groups(), errors.rules()), (2, 1));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFileErrors {
    problems: Vec<RuleFileProblem>,
    more: usize,
    groups: usize,
    rules: usize,
}

impl RuleFileErrors {
    /// `None` if there is no problem.
    pub(super) fn new(problems: Vec<RuleFileProblem>, more: usize, groups: usize, rules: usize) -> Option<Self> {
        Self::kept(problems, more).map(|(problems, more)| Self { problems, more, groups, rules })
    }

    /// The text is no YAML.
    pub(super) fn from_yaml(error: &YamlError, source: &Arc<str>) -> Self {
        let problem = RuleFileProblem::new(error.code(), error.message().to_owned(), error.position(), error.span(), source);
        Self { problems: vec![problem], more: 0, groups: 0, rules: 0 }
    }

    /// How many groups the file has, as far as it could be read.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// How many rules the file has, as far as it could be read.
    #[must_use]
    pub fn rules(&self) -> usize {
        self.rules
    }
}

file_errors!(RuleFileErrors of RuleFileProblem);
