//! Everything that is wrong with a rule file.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::utils::Position;
use crate::utils::excerpt;
use crate::utils::write_caret;
use crate::validations::yaml::YamlError;

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
            let is_break = |c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
            let before = self.source.get(..self.span.start).unwrap_or_default();
            let start =
                before.rfind(is_break).map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
            let rest = self.source.get(start..).unwrap_or_default();
            let line = rest.split(is_break).next().unwrap_or_default();
            let within = self.span.start.saturating_sub(start)..self.span.end.saturating_sub(start).min(line.len());
            write_caret(f, line, &(within.start..within.end.max(within.start)))?;
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
    /// How many problems are kept.
    pub const KEPT: usize = 1_000;

    /// `None` if there is no problem.
    pub(super) fn new(mut problems: Vec<RuleFileProblem>, more: usize, groups: usize, rules: usize) -> Option<Self> {
        problems.sort_by_key(|problem| problem.position);
        let more = more + problems.len().saturating_sub(Self::KEPT);
        problems.truncate(Self::KEPT);
        if problems.is_empty() { None } else { Some(Self { problems, more, groups, rules }) }
    }

    /// The text is no YAML.
    pub(super) fn from_yaml(error: &YamlError, source: &Arc<str>) -> Self {
        let problem = RuleFileProblem::new(error.code(), error.message().to_owned(), error.position(), error.span(), source);
        Self { problems: vec![problem], more: 0, groups: 0, rules: 0 }
    }

    /// The first problem.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "never empty: both ways to make one see to it")]
    pub fn first(&self) -> &RuleFileProblem {
        &self.problems[0]
    }

    /// The problems that are kept.
    pub fn iter(&self) -> std::slice::Iter<'_, RuleFileProblem> {
        self.problems.iter()
    }

    /// How many problems there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.problems.len() + self.more
    }

    /// How many problems there are beyond those that are kept.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
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

impl<'a> IntoIterator for &'a RuleFileErrors {
    type Item = &'a RuleFileProblem;
    type IntoIter = std::slice::Iter<'a, RuleFileProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for RuleFileErrors {
    /// One line: the first problem and how many others there are. `{:#}` shows all that are kept, each with its line of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = self.len() - 1;
        if f.alternate() {
            for (at, problem) in self.iter().enumerate() {
                write!(f, "{}{problem:#}", if at > 0 { "\n" } else { "" })?;
            }
            return if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) };
        }
        write!(f, "{}", self.first())?;
        match others {
            0 => Ok(()),
            1 => f.write_str(" (and 1 other problem)"),
            _ => write!(f, " (and {others} other problems)"),
        }
    }
}

impl std::error::Error for RuleFileErrors {}

impl From<RuleFileErrors> for crate::utils::Error {
    fn from(errors: RuleFileErrors) -> Self {
        Self::of(errors.first().code, errors)
    }
}
