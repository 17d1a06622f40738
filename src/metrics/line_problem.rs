//! A message about a place in one line of a text.

use std::fmt;
use std::ops::Range;

use crate::utils::write_caret;

/// What is wrong with a line, where in it, and which line of a text it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LineProblem {
    pub(crate) message: String,
    pub(crate) source_text: String,
    /// The bytes of the line that are meant.
    pub(crate) span: Range<usize>,
    /// The line, counted from 1.
    pub(crate) line: usize,
}

impl LineProblem {
    pub(crate) fn new(message: impl Into<String>, source_text: &str, span: Range<usize>) -> Self {
        Self { message: message.into(), source_text: source_text.to_owned(), span, line: 1 }
    }

    /// The same problem, in the line `source_text` from which `cut` bytes were taken at the start.
    pub(crate) fn inside(&mut self, source_text: &str, cut: usize) {
        source_text.clone_into(&mut self.source_text);
        self.span = self.span.start + cut..self.span.end + cut;
    }
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, source_text, span, line } = self;
        let column = source_text.get(..span.start).unwrap_or(source_text).chars().count() + 1;
        write!(f, "{message} at line {line}, column {column}")?;
        if f.alternate() { write_caret(f, source_text, span) } else { Ok(()) }
    }
}
