//! What the lists of problems of files have in common.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::utils::write_caret;
use crate::validations::yaml::YamlError;

/// The text that an error of YAML is shown in; none where the bytes are no text, or too many.
pub(crate) fn source(bytes: &[u8], error: &YamlError) -> Arc<str> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let shown = if error.code() == "document_too_large" { &[] } else { bytes };
    std::str::from_utf8(shown).unwrap_or_default().into()
}

/// Writes the line of `source` in which `span` starts, and carets under it.
pub(crate) fn write_line(f: &mut fmt::Formatter<'_>, source: &str, span: &Range<usize>) -> fmt::Result {
    // Where YAML ends a line.
    let is_break = |c| matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let before = source.get(..span.start).unwrap_or_default();
    let start = before.rfind(is_break).map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
    let line = source.get(start..).unwrap_or_default().split(is_break).next().unwrap_or_default();
    let within = span.start.saturating_sub(start)..span.end.saturating_sub(start).min(line.len());
    write_caret(f, line, &(within.start..within.end.max(within.start)))
}

/// Writes what a list of problems, with the fields `problems` (never empty) and `more` (how many are only counted), does.
macro_rules! file_errors {
    ($errors:ident of $problem:ident) => {
        impl $errors {
            /// How many problems are kept.
            pub const KEPT: usize = 1_000;

            /// The problems that are kept, in the order of the text, and how many there are beyond them; `None` if there is none.
            fn kept(mut problems: Vec<$problem>, more: usize) -> Option<(Vec<$problem>, usize)> {
                problems.sort_by_key(|problem| problem.position);
                let more = more + problems.len().saturating_sub(Self::KEPT);
                problems.truncate(Self::KEPT);
                (!problems.is_empty()).then_some((problems, more))
            }

            /// The first problem.
            #[must_use]
            #[expect(clippy::indexing_slicing, reason = "never empty: both ways to make one see to it")]
            pub fn first(&self) -> &$problem {
                &self.problems[0]
            }

            /// The problems that are kept.
            pub fn iter(&self) -> std::slice::Iter<'_, $problem> {
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

        impl<'a> IntoIterator for &'a $errors {
            type Item = &'a $problem;
            type IntoIter = std::slice::Iter<'a, $problem>;

            fn into_iter(self) -> Self::IntoIter {
                self.iter()
            }
        }

        impl std::fmt::Display for $errors {
            /// One line: the first problem and how many others there are. `{:#}` shows all that are kept, each with its line of the file.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                if f.alternate() {
                    for (at, problem) in self.iter().enumerate() {
                        write!(f, "{}{problem:#}", if at > 0 { "\n" } else { "" })?;
                    }
                    return if self.more > 0 { write!(f, "\nand {} more", self.more) } else { Ok(()) };
                }
                write!(f, "{}", self.first())?;
                match self.len() - 1 {
                    0 => Ok(()),
                    1 => f.write_str(" (and 1 other problem)"),
                    others => write!(f, " (and {others} other problems)"),
                }
            }
        }

        impl std::error::Error for $errors {}

        impl From<$errors> for crate::utils::Error {
            fn from(errors: $errors) -> Self {
                Self::of(errors.first().code, errors)
            }
        }
    };
}
pub(crate) use file_errors;
