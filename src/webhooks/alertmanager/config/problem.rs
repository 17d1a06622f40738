//! Everything that is wrong with a configuration.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::utils::Pointer;
use crate::utils::Position;
use crate::utils::write_caret;
use crate::validations::yaml::YamlError;

/// One problem of a configuration.
///
/// `{}` is one line, `{:#}` adds the line of the file and a caret under the place.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let text = "route:\n  reciever: db\nreceivers:\n- name: db\n";
/// let errors = ConfigFile::read(text, &ConfigFileOptions::default()).unwrap_err();
/// let problem = errors.iter().find(|problem| problem.code == "unknown_field").unwrap();
/// assert_eq!((problem.position.line, problem.position.column), (2, 3));
/// assert_eq!(problem.pointer, "/route/reciever");
/// assert!(format!("{problem:#}").ends_with("did you mean `receiver`?\n    reciever: db\n    ^^^^^^^^"));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigProblem {
    /// The stable code, as listed in the error catalogue.
    pub code: &'static str,
    /// Where in the tree of the file it is; the whole document where the text is no YAML.
    pub pointer: Pointer,
    /// What was found, what was expected, and a fix where there is one.
    pub message: String,
    /// Line and column.
    pub position: Position,
    /// The bytes of the file that are meant, not counting a byte order mark; empty for a place between two characters.
    pub span: Range<usize>,
    source: Arc<str>,
}

impl ConfigProblem {
    pub(super) fn new(
        code: &'static str,
        message: String,
        pointer: Pointer,
        (position, span): (Position, Range<usize>),
        source: &Arc<str>,
    ) -> Self {
        Self { code, pointer, message, position, span, source: Arc::clone(source) }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message)?;
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

impl fmt::Debug for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigProblem")
            .field("code", &self.code)
            .field("pointer", &self.pointer)
            .field("message", &self.message)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl Serialize for ConfigProblem {
    /// `{"line","column","pointer","code","message"}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("line", &self.position.line)?;
        map.serialize_entry("column", &self.position.column)?;
        map.serialize_entry("pointer", &self.pointer)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// Everything that is wrong with a configuration, in the order of the text; never empty.
///
/// At most [`ConfigErrors::KEPT`] problems are kept; the rest are counted.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let text = "route:\n  receiver: db\n  group_by: [job, job]\n  continue: true\nreceivers: []\n";
/// let errors = ConfigFile::read(text, &ConfigFileOptions::default()).unwrap_err();
/// let codes: Vec<_> = errors.iter().map(|problem| problem.code).collect();
/// assert_eq!(codes, ["config_unknown_receiver", "duplicate_group_by_label", "root_route_continues"]);
/// assert_eq!(errors.len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors {
    problems: Vec<ConfigProblem>,
    more: usize,
}

impl ConfigErrors {
    /// How many problems are kept.
    pub const KEPT: usize = 1_000;

    /// `None` if there is no problem.
    pub(super) fn new(mut problems: Vec<ConfigProblem>, more: usize) -> Option<Self> {
        problems.sort_by_key(|problem| problem.position);
        let more = more + problems.len().saturating_sub(Self::KEPT);
        problems.truncate(Self::KEPT);
        if problems.is_empty() { None } else { Some(Self { problems, more }) }
    }

    /// The text is no YAML.
    pub(super) fn from_yaml(error: &YamlError, source: &Arc<str>) -> Self {
        let place = (error.position(), error.span());
        let problem = ConfigProblem::new(error.code(), error.message().to_owned(), Pointer::root(), place, source);
        Self { problems: vec![problem], more: 0 }
    }

    /// The first problem.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "never empty: both ways to make one see to it")]
    pub fn first(&self) -> &ConfigProblem {
        &self.problems[0]
    }

    /// The problems that are kept.
    pub fn iter(&self) -> std::slice::Iter<'_, ConfigProblem> {
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
}

impl<'a> IntoIterator for &'a ConfigErrors {
    type Item = &'a ConfigProblem;
    type IntoIter = std::slice::Iter<'a, ConfigProblem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ConfigErrors {
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

impl std::error::Error for ConfigErrors {}

impl From<ConfigErrors> for crate::utils::Error {
    fn from(errors: ConfigErrors) -> Self {
        let code = errors.iter().next().map_or("", |problem| problem.code);
        Self::of(code, errors)
    }
}
