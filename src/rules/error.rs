//! Why a text is not an expression, and where.

use std::fmt;
use std::ops::Deref;
use std::ops::DerefMut;
use std::ops::Range;
use std::sync::Arc;

use crate::rules::error_kind::ExprErrorKind;
use crate::rules::span::Span;
use crate::utils::write_caret;

/// The most errors that are kept of one text, those that stand first; the others are dropped.
pub(crate) const MOST_ERRORS: usize = 100;

/// One thing that is wrong with the text of an expression.
///
/// `{}` is one line; `{:#}` adds the line of the text and a caret under the place.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let errors = Expr::parse("cpu_usage > ", &ParseOptions::default()).unwrap_err();
/// let error = errors.first();
/// assert_eq!((error.code(), error.span()), ("expr_unexpected_end", 12..12));
/// assert_eq!((error.found(), error.expected()), (Some("the end of the text"), Some("an operand")));
/// assert_eq!(
///     format!("{error:#}"),
///     "unexpected end of the text, expected an operand at column 13\n  cpu_usage > \n              ^",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ExprError {
    problem: Problem,
    source: Arc<str>,
}

/// An error without the text it was found in. In a box, so that what returns one stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem(Box<Parts>);

/// What an error is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) kind: ExprErrorKind,
    pub(crate) span: Span,
    pub(crate) message: String,
    /// What a lower floor has to say, with columns of its own.
    pub(crate) detail: Option<String>,
    pub(crate) expected: Option<String>,
    pub(crate) found: Option<String>,
    pub(crate) fix: Option<String>,
}

impl Problem {
    pub(crate) fn new(kind: ExprErrorKind, span: Span, message: impl Into<String>) -> Self {
        Self(Box::new(Parts { kind, span, message: message.into(), detail: None, expected: None, found: None, fix: None }))
    }

    /// Something else stands where `expected` should; the message says both.
    pub(crate) fn mismatch(kind: ExprErrorKind, span: Span, found: impl Into<String>, expected: impl Into<String>) -> Self {
        let (found, expected) = (found.into(), expected.into());
        let shown = found.strip_prefix("the ").unwrap_or(&found);
        Self::new(kind, span, format!("unexpected {shown}, expected {expected}")).with_found(found).with_expected(expected)
    }

    pub(crate) fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    pub(crate) fn with_expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(crate) fn with_found(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    pub(crate) fn with_fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }
}

impl Deref for Problem {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl DerefMut for Problem {
    fn deref_mut(&mut self) -> &mut Parts {
        &mut self.0
    }
}

impl ExprError {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ExprErrorKind {
        self.problem.kind
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.kind.code()
    }

    /// The bytes of [`source_text`](Self::source_text) that are wrong; an empty range is a place between two characters.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.problem.span.range()
    }

    /// What is wrong, in words, without the place, the detail and the fix.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.problem.message
    }

    /// What exactly is wrong with a pattern or a string; its columns count in that pattern or string.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let errors = Expr::parse(r#"up{job=~"a("}"#, &ParseOptions::default()).unwrap_err();
    /// assert_eq!(errors.first().message(), "the pattern of `job` is not valid");
    /// assert_eq!(errors.first().detail(), Some("the `(` at column 2 has no closing `)`"));
    /// ```
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.problem.detail.as_deref()
    }

    /// What should stand there.
    #[must_use]
    pub fn expected(&self) -> Option<&str> {
        self.problem.expected.as_deref()
    }

    /// What stands there.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.problem.found.as_deref()
    }

    /// What to do about it, where that can be told.
    #[must_use]
    pub fn fix(&self) -> Option<&str> {
        self.problem.fix.as_deref()
    }

    /// The text that was read; empty if it was too long.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source
    }

    /// The line of the place, counted from 1, and the column in it, counted in characters from 1.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let errors = Expr::parse("up\n  == ==", &ParseOptions::default()).unwrap_err();
    /// assert_eq!(errors.first().line_and_column(), (2, 6));
    /// ```
    #[must_use]
    pub fn line_and_column(&self) -> (usize, usize) {
        let before = self.source.get(..self.problem.span.start()).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    /// The line of the text in which the place starts, and the place in that line.
    fn line(&self) -> (&str, Range<usize>) {
        let span = self.span();
        let (before, after) = self.source.split_at_checked(span.start).unwrap_or((&*self.source, ""));
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let end = after.find('\n').map_or(self.source.len(), |at| before.len() + at);
        (self.source.get(start..end).unwrap_or_default(), before.len() - start..span.end.clamp(before.len(), end) - start)
    }
}

crate::utils::umbrella!(ExprError);

impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        match self.line_and_column() {
            // A text that was too long is not kept, and an empty one has no columns.
            _ if self.source.is_empty() => {}
            (1, column) if !self.source.contains('\n') => write!(f, " at column {column}")?,
            (line, column) => write!(f, " at line {line}, column {column}")?,
        }
        if let Some(detail) = self.detail() {
            write!(f, ": {detail}")?;
        }
        if let Some(fix) = self.fix() {
            write!(f, "; {fix}")?;
        }
        if f.alternate() && !self.source.is_empty() {
            let (line, span) = self.line();
            write_caret(f, line, &span)?;
        }
        Ok(())
    }
}

impl fmt::Debug for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExprError").field(&self.code()).field(&self.span()).field(&self.message()).finish()
    }
}

impl std::error::Error for ExprError {}

/// Everything that was found wrong with the text of an expression: at least one error, in the order of the text.
///
/// `{}` is the first error on one line and how many more are kept, `{:#}` the first 16 with their carets.
///
/// # Limits
///
/// At most 100 errors are kept; the others are neither shown nor counted.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let errors = Expr::parse("sum(up[5m]) + rate(up)", &ParseOptions::default()).unwrap_err();
/// assert_eq!(errors.iter().map(|error| error.span()).collect::<Vec<_>>(), [4..10, 19..21]);
/// assert_eq!(
///     errors.to_string(),
///     "expected an instant vector in `sum`, found a range vector at column 5; put it in a function such as `rate` or `avg_over_time` (and 1 more)",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprErrors {
    first: ExprError,
    others: Vec<ExprError>,
}

impl ExprErrors {
    /// These problems of one text, in any order. Beyond [`MOST_ERRORS`] those that stand last are dropped.
    pub(crate) fn new(first: Problem, others: Vec<Problem>, source: &str) -> Self {
        let source: Arc<str> = source.into();
        let mut problems = others;
        problems.push(first);
        problems.sort_by_key(|problem| problem.span.start());
        problems.truncate(MOST_ERRORS);
        let mut errors = problems.into_iter().map(|problem| ExprError { problem, source: Arc::clone(&source) });
        let first = errors.next().unwrap_or_else(|| ExprError {
            problem: Problem::new(ExprErrorKind::Empty, Span::default(), String::new()),
            source: Arc::clone(&source),
        });
        Self { first, others: errors.collect() }
    }

    /// The first error.
    #[must_use]
    pub fn first(&self) -> &ExprError {
        &self.first
    }

    pub(crate) fn into_first(self) -> ExprError {
        self.first
    }

    /// The errors in the order of the text.
    pub fn iter(&self) -> impl Iterator<Item = &ExprError> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The stable code of the first error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.first.code()
    }
}

crate::utils::umbrella!(ExprErrors);

impl fmt::Display for ExprErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 16;
        let shown = if f.alternate() { SHOWN } else { 1 };
        for (at, error) in self.iter().take(shown).enumerate() {
            match (at, f.alternate()) {
                (0, true) => write!(f, "{error:#}")?,
                (0, false) => write!(f, "{error}")?,
                _ => write!(f, "\n{error:#}")?,
            }
        }
        let rest = (self.others.len() + 1).saturating_sub(shown);
        match (rest, f.alternate()) {
            (0, _) => Ok(()),
            (rest, true) => write!(f, "\n(and {rest} more)"),
            (rest, false) => write!(f, " (and {rest} more)"),
        }
    }
}

impl std::error::Error for ExprErrors {}
