//! Reports: every problem of a value at once, each with its place.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::utils::any_error::Error;
use crate::utils::pointer::Path;
use crate::utils::pointer::Pointer;

/// A line and column of a text, both counted from 1; columns count characters.
///
/// ```
/// use alert_schemas::utils::Position;
///
/// assert_eq!(Position::of("{\n  \"é\": x", 10), Position::new(2, 8));
/// assert_eq!(Position::new(2, 8).to_string(), "line 2, column 8");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// The place at this line and column.
    #[must_use]
    pub fn new(line: usize, column: usize) -> Self {
        Self { line, column }
    }

    /// The place of the byte `offset` in `text`; an offset past the end is the end.
    #[must_use]
    pub fn of(text: impl AsRef<[u8]>, offset: usize) -> Self {
        let bytes = text.as_ref();
        let before = bytes.get(..offset).unwrap_or(bytes);
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        // Continuation bytes of UTF-8 add no column, so this also counts sensibly in text that is not UTF-8.
        let is_start = |byte: &&u8| (**byte & 0xC0) != 0x80;
        let column = 1 + before.iter().skip(line_start).filter(is_start).count();
        Self { line, column }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// One problem of a value: where it is, which rule is broken, and what to tell a person.
///
/// ```
/// use alert_schemas::utils::{Pointer, Violation};
///
/// let problem = Violation::new(Pointer::root().key("severity"), "missing_field", "`severity` is required");
/// assert_eq!(problem.to_string(), "/severity: `severity` is required");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where the problem is.
    pub path: Pointer,
    /// The stable code of the rule, as listed in the error catalogue.
    pub code: Cow<'static, str>,
    /// What was found and what was expected, for a person.
    pub message: String,
    /// Where in the text it is, if the value was read from one.
    pub position: Option<Position>,
}

impl Violation {
    /// A problem at `path`.
    #[must_use]
    pub fn new(path: Pointer, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { path, code: code.into(), message: message.into(), position: None }
    }

    /// The same problem, with its place in the text.
    #[must_use]
    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() {
            f.write_str("the document")?;
        } else {
            write!(f, "{}", self.path)?;
        }
        if let Some(position) = self.position {
            write!(f, " ({position})")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl Serialize for Violation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(position) = self.position {
            map.serialize_entry("line", &position.line)?;
            map.serialize_entry("column", &position.column)?;
        }
        map.serialize_entry("pointer", &self.path)?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// Every problem of a value: an error that lists them all, not only the first.
///
/// At most [`Report::KEPT`] problems are kept; the rest are counted. The order is that of the text where the value was read
/// from one, else that of the fields.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::{Pointer, Report};
///
/// let mut report = Report::new();
/// report.push(Pointer::root().key("name"), "missing_field", "`name` is required");
/// report.push(Pointer::root().key("for"), "invalid_duration", "`5 m` is not a duration");
/// assert_eq!(report.len(), 2);
/// assert_eq!(
///     format!("{report:#}"),
///     "2 problems\n  /name: `name` is required\n  /for: `5 m` is not a duration",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    violations: Vec<Violation>,
    more: usize,
}

impl Report {
    /// How many problems a report keeps; the others are only counted.
    pub const KEPT: usize = 1_000;

    /// A value that a setter of a builder was given; of one that was refused the problem is noted, and nothing is left.
    pub(crate) fn accepted<T, E: Into<Error>>(&mut self, path: &[&str], value: Result<T, E>) -> Option<T> {
        match value.map_err(Into::into) {
            Ok(value) => Some(value),
            Err(error) => {
                let path = path.iter().fold(Pointer::root(), |path, step| path.key(step));
                self.push(path, error.code().to_owned(), error.to_string());
                None
            }
        }
    }

    /// A report without a problem.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a problem.
    pub fn push(&mut self, path: Pointer, code: impl Into<Cow<'static, str>>, message: impl Into<String>) {
        self.add(Violation::new(path, code, message));
    }

    /// Adds a problem that is ready.
    pub fn add(&mut self, violation: Violation) {
        if self.violations.len() < Self::KEPT {
            self.violations.push(violation);
        } else {
            self.more += 1;
        }
    }

    /// Adds a problem whose path and message are only made if it is kept.
    pub(crate) fn note(&mut self, path: &Path<'_>, code: &'static str, message: impl FnOnce() -> String) {
        if self.violations.len() < Self::KEPT {
            self.violations.push(Violation::new(path.pointer(), code, message()));
        } else {
            self.more += 1;
        }
    }

    /// Adds all problems of `other`, each at its place inside `at`.
    pub fn include(&mut self, at: &Pointer, other: Report) {
        for mut violation in other.violations {
            violation.path = at.clone().join(&violation.path);
            self.add(violation);
        }
        self.more += other.more;
    }

    /// How many problems there are, the counted ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.violations.len() + self.more
    }

    /// Whether there is no problem.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The problems that are kept, in order.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }

    /// How many problems were counted but not kept.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    /// `Ok` if there is no problem.
    ///
    /// # Errors
    ///
    /// The report itself if there is one.
    ///
    /// ```
    /// use alert_schemas::utils::{Pointer, Report};
    ///
    /// let mut report = Report::new();
    /// assert_eq!(report.clone().into_result(7), Ok(7));
    /// report.push(Pointer::root(), "missing_field", "`name` is required");
    /// assert!(report.into_result(7).is_err());
    /// ```
    pub fn into_result<T>(self, value: T) -> Result<T, Report> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The same report with its first problem and at most `left` others, the rest counted; what it keeps is taken off `left`.
    #[must_use]
    pub(crate) fn shortened(mut self, left: &mut usize) -> Self {
        let kept = self.violations.len().min(1 + *left);
        self.more += self.violations.len() - kept;
        self.violations.truncate(kept);
        self.violations.shrink_to_fit();
        *left -= kept.saturating_sub(1);
        self
    }

    /// Counts problems that are not kept.
    pub(crate) fn count_more(&mut self, more: usize) {
        self.more += more;
    }
}

impl fmt::Display for Report {
    /// One line; with `{:#}` one line for each problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alternate = f.alternate();
        match self.len() {
            0 => return f.write_str("no problem"),
            1 => {}
            n if alternate => write!(f, "{n} problems\n  ")?,
            n => write!(f, "{n} problems: ")?,
        }
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                f.write_str(if alternate { "\n  " } else { "; " })?;
            }
            write!(f, "{violation}")?;
        }
        if self.more > 0 {
            write!(f, "{}and {} more", if alternate { "\n  " } else { "; " }, self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Report {}

impl Serialize for Report {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("problems", &self.violations)?;
        map.serialize_entry("more", &self.more)?;
        map.end()
    }
}

impl IntoIterator for Report {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.violations.into_iter()
    }
}

impl Extend<Violation> for Report {
    fn extend<I: IntoIterator<Item = Violation>>(&mut self, violations: I) {
        for violation in violations {
            self.add(violation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_keeps_a_thousand_problems_and_counts_the_rest() {
        let mut report = Report::new();
        for index in 0..1_500 {
            report.note(&Path::ROOT.index(index), "x", String::new);
        }
        assert_eq!((report.violations().len(), report.more(), report.len()), (1_000, 500, 1_500));
        let text = report.to_string();
        assert!(text.starts_with("1500 problems: /0: ; /1: "), "{text:.40}");
        assert!(text.ends_with("; and 500 more"));
        let mut all = Report::new();
        all.include(&Pointer::root(), report.clone());
        all.include(&Pointer::root().key("b"), report);
        assert_eq!(all.len(), 3_000);
    }

    #[test]
    fn many_reports_share_what_they_keep() {
        let report = || {
            let mut report = Report::new();
            (0..5).for_each(|index| report.note(&Path::ROOT.index(index), "x", String::new));
            report
        };
        let mut left = 6;
        let kept: Vec<_> = (0..3).map(|_| report().shortened(&mut left)).map(|report| (report.violations().len(), report.len())).collect();
        assert_eq!((kept, left), (vec![(5, 5), (3, 5), (1, 5)], 0));
    }

    #[test]
    fn one_problem_reads_as_a_sentence() {
        let mut report = Report::new();
        assert_eq!(report.to_string(), "no problem");
        report.add(Violation::new(Pointer::root(), "invalid_json", "expected `}`").at(Position::new(3, 4)));
        assert_eq!(report.to_string(), "the document (line 3, column 4): expected `}`");
        assert_eq!(format!("{report:#}"), report.to_string());
    }

    #[test]
    fn a_report_serialises_with_the_keys_that_the_examples_print() {
        let mut report = Report::new();
        report.add(Violation::new(Pointer::root().key("a"), "missing_field", "m").at(Position::new(1, 2)));
        assert_eq!(
            serde_json::to_string(&report).unwrap(),
            r#"{"problems":[{"line":1,"column":2,"pointer":"/a","code":"missing_field","message":"m"}],"more":0}"#
        );
    }

    #[test]
    fn a_position_counts_characters() {
        assert_eq!(Position::of("aé\nüb", 5), Position::new(2, 2));
        assert_eq!(Position::of("ab", 99), Position::new(1, 3));
        assert_eq!(Position::of("", 0), Position::new(1, 1));
    }
}
