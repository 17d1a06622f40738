//! What is wrong with a text in the `load` notation.

use std::fmt;
use std::ops::Range;

use crate::metrics::line_problem::LineProblem;
use crate::utils::ErrorCode;

/// The kinds of what can be wrong with a text in the `load` notation, see [`InvalidLoad`].
///
/// ```
/// use alert_schemas::metrics::load::{InvalidLoadKind, Load, LoadOptions};
///
/// let error = Load::parse("load 5m\n  up 1 {{sum:1}}", &LoadOptions::default()).unwrap_err();
/// assert_eq!(error.kind(), InvalidLoadKind::NativeHistogram);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidLoadKind {
    /// A line is neither `load` with a step, nor `clear`, nor part of a block.
    UnknownCommand,
    /// The step is not a duration.
    InvalidStep,
    /// The name of the metric is missing or a word that PromQL keeps for itself.
    InvalidMetric,
    /// Something in the braces is no label, stands twice, or a brace or comma is missing.
    InvalidLabels,
    /// A quoted text is not closed, has an unknown escape, or is not UTF-8 once its escapes are read.
    InvalidText,
    /// A value is no number, `stale` or `_`, or something stands where a blank should.
    InvalidValue,
    /// The count behind an `x` is not a whole number.
    InvalidCount,
    /// A native histogram, which samples here can't hold.
    NativeHistogram,
    /// There are more series or values than the limit.
    TooLarge,
    /// The last value would be later than any time can be.
    TimeOutOfRange,
}

impl InvalidLoadKind {
    /// The stable code of this kind, as listed in the error catalogue.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::UnknownCommand => "load_unknown_command",
            Self::InvalidStep => "load_invalid_step",
            Self::InvalidMetric => "load_invalid_metric",
            Self::InvalidLabels => "load_invalid_labels",
            Self::InvalidText => "load_invalid_text",
            Self::InvalidValue => "load_invalid_value",
            Self::InvalidCount => "load_invalid_count",
            Self::NativeHistogram => "load_native_histogram",
            Self::TooLarge => "load_too_large",
            Self::TimeOutOfRange => "load_time_out_of_range",
        }
    }
}

/// Why a text is not in the `load` notation, and where.
///
/// `{}` prints one line, `{:#}` the line of the source below it with a caret under the place.
///
/// ```
/// use alert_schemas::metrics::load::{InvalidLoad, Load, LoadOptions};
///
/// let error: InvalidLoad = Load::parse("load 1m\n  up{job=api} 1", &LoadOptions::default()).unwrap_err();
/// assert_eq!(error.to_string(), "expected a text in quotes after `=`, found `a` at line 2, column 10");
/// assert_eq!((error.code(), error.line(), error.span()), ("load_invalid_labels", 2, 9..10));
/// assert_eq!(format!("{error:#}").lines().nth(2), Some("           ^"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidLoad(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: InvalidLoadKind,
    problem: LineProblem,
}

impl InvalidLoad {
    pub(crate) fn new(kind: InvalidLoadKind, message: impl Into<String>, source_text: &str, span: Range<usize>) -> Self {
        Self(Box::new(Inner { kind, problem: LineProblem::new(message, source_text, span) }))
    }

    /// The same error in the text that `line`, counted from 1, is a part of.
    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.0.problem.line = line;
        self
    }

    /// The same error, in the line `source_text` from which `cut` bytes were taken at the start.
    pub(crate) fn inside(mut self, source_text: &str, cut: usize) -> Self {
        self.0.problem.inside(source_text, cut);
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidLoadKind {
        self.0.kind
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.problem.line
    }

    /// The bytes of the line that are meant.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.0.problem.span.clone()
    }

    /// The line itself.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.0.problem.source_text
    }
}

crate::utils::umbrella!(InvalidLoad);

impl fmt::Display for InvalidLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.problem.fmt(f)
    }
}

impl fmt::Debug for InvalidLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvalidLoad({:?}: {self})", self.0.kind)
    }
}

impl std::error::Error for InvalidLoad {}

/// The codes of the `load` notation.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new("load_invalid_count", "The count behind an `x` is not a whole number.", "1+1x2.5", "Write digits behind the `x`."),
    ErrorCode::new(
        "load_invalid_labels",
        "Something in the braces of a series is no label, stands twice, or is not separated.",
        "up{job=api}",
        "Write labels as `name=\"value\"` with commas between them, each name once.",
    ),
    ErrorCode::new(
        "load_invalid_metric",
        "A series does not start with a name that PromQL takes, nor with a brace.",
        "bool 1 2",
        "Write the name in quotes inside the braces: `{\"bool\"}`.",
    ),
    ErrorCode::new("load_invalid_step", "The step of a block is not a duration.", "load 5", "Write a duration such as `5m` behind `load`."),
    ErrorCode::new(
        "load_invalid_text",
        "A quoted text is not closed, has an unknown escape, or is not UTF-8 once its escapes are read.",
        "up{job=\"a",
        "Close the quote, and double each backslash that stands for itself.",
    ),
    ErrorCode::new(
        "load_invalid_value",
        "A value is no number, `stale` or `_`, or something stands where a blank should.",
        "up 1 2a",
        "Write numbers, `stale` or `_` with blanks between them.",
    ),
    ErrorCode::new(
        "load_native_histogram",
        "A value is a native histogram, which samples here can't hold.",
        "up {{sum:1}}",
        "Write a classic histogram, with a series for each bucket.",
    ),
    ErrorCode::new(
        "load_time_out_of_range",
        "The last value of a series would be later than the year 9999.",
        "load 292y with a hundred values",
        "Use a smaller step or fewer values.",
    ),
    ErrorCode::new(
        "load_too_large",
        "There are more series or values than the limit.",
        "up 0x999999999999",
        "Load less, or raise `max_series` or `max_values`.",
    ),
    ErrorCode::new(
        "load_unknown_command",
        "A line is neither `load` with a step, nor `clear`, nor part of a block.",
        "eval instant at 5m up",
        "Start a block with `load 5m`, its series on the lines below it.",
    ),
];
