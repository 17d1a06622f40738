//! Everything that is wrong with a configuration.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::utils::Pointer;
use crate::utils::Position;
use crate::validations::yaml::YamlError;
use crate::webhooks::file_problems::file_errors;
use crate::webhooks::file_problems::write_line;

/// One problem of a configuration.
///
/// `{}` is one line, `{:#}` adds the line of the file and a caret under the place. Neither shows a secret: `*` stands for each of its bytes.
/// What cannot be known as one is shown: a secret under a key that is not known, one where a number or a boolean belongs, and one in a text that is no
/// YAML.
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
    /// Where in the tree of the file it is; the whole document where the text is no YAML. A place that has more bytes than
    /// [`ConfigProblem::MAX_POINTER_BYTES`] ends with the last value above that has not.
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
    /// The most bytes that [`ConfigProblem::pointer`] has, escapes not counted.
    pub const MAX_POINTER_BYTES: usize = 16_384;

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
            write_line(f, &self.source, &self.span)?;
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
    /// `None` if there is no problem.
    pub(super) fn new(problems: Vec<ConfigProblem>, more: usize) -> Option<Self> {
        Self::kept(problems, more).map(|(problems, more)| Self { problems, more })
    }

    /// The text is no YAML.
    pub(super) fn from_yaml(error: &YamlError, source: &Arc<str>) -> Self {
        let place = (error.position(), error.span());
        let problem = ConfigProblem::new(error.code(), error.message().to_owned(), Pointer::root(), place, source);
        Self { problems: vec![problem], more: 0 }
    }
}

file_errors!(ConfigErrors of ConfigProblem);
