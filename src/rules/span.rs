//! A part of the text of an expression.

use std::fmt;
use std::ops::Range;

/// A part of the text of an expression, in bytes.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("up == 0", &ParseOptions::default())?;
/// let span = expr.node(expr.root()).span;
/// assert_eq!((span.start(), span.end(), span.range()), (0, 7, 0..7));
/// assert_eq!(span.of(expr.source_text()), "up == 0");
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) const EMPTY: Self = Self { start: 0, end: 0 };

    /// The bytes from `start` up to, but not including `end`. No text that is read reaches 4 GiB.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// From the start of this span to the end of another.
    pub(crate) fn to(self, last: Self) -> Self {
        Self { start: self.start, end: last.end }
    }

    /// The offset of its first byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// The offset behind its last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Both offsets.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// This part of a text; nothing if the text does not reach so far.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.range()
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}
