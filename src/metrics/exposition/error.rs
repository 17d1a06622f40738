//! What is wrong with a text of metrics.

use std::fmt;
use std::ops::Range;

use crate::metrics::line_problem::LineProblem;
use crate::utils::ErrorCode;

/// The kinds of what can be wrong with a text of metrics, see [`InvalidExposition`].
///
/// ```
/// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions, InvalidExpositionKind};
///
/// let error = Exposition::parse("up 1\n", ExpositionFormat::OpenMetrics, &ExpositionOptions::default()).unwrap_err();
/// assert_eq!(error.kind(), InvalidExpositionKind::MissingEof);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidExpositionKind {
    /// A line starts with neither a name, a brace nor a statement that the format has.
    InvalidStatement,
    /// A metric name is missing, stands twice, or is none.
    InvalidName,
    /// Something in the braces is no label, stands twice, or is not separated.
    InvalidLabels,
    /// The value is no number.
    InvalidValue,
    /// The time is no number, or beyond the year 9999.
    InvalidTime,
    /// The kind is not one of those of the format.
    InvalidKind,
    /// The unit is none, or the name does not end with it.
    InvalidUnit,
    /// A family has a second `HELP`, `TYPE` or `UNIT`, or a `TYPE` behind its samples.
    RepeatedMetadata,
    /// OpenMetrics: the text does not end with `# EOF`, or goes on behind it.
    MissingEof,
    /// There are more bytes or samples than the limit.
    TooLarge,
}

impl InvalidExpositionKind {
    /// The stable code of this kind, as listed in the error catalogue.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidStatement => "exposition_invalid_statement",
            Self::InvalidName => "exposition_invalid_name",
            Self::InvalidLabels => "exposition_invalid_labels",
            Self::InvalidValue => "exposition_invalid_value",
            Self::InvalidTime => "exposition_invalid_time",
            Self::InvalidKind => "exposition_invalid_kind",
            Self::InvalidUnit => "exposition_invalid_unit",
            Self::RepeatedMetadata => "exposition_repeated_metadata",
            Self::MissingEof => "exposition_missing_eof",
            Self::TooLarge => "exposition_too_large",
        }
    }
}

/// Why a text is not in a format of metrics, and where.
///
/// `{}` prints one line, `{:#}` the line of the source below it with a caret under the place.
///
/// ```
/// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions, InvalidExposition};
///
/// let text = "# TYPE up gauge\nup{job=\"api\"} on\n";
/// let error: InvalidExposition = Exposition::parse(text, ExpositionFormat::Prometheus, &ExpositionOptions::default()).unwrap_err();
/// assert_eq!(error.to_string(), "`on` is not a value: expected a number at line 2, column 15");
/// assert_eq!((error.code(), error.line(), error.span()), ("exposition_invalid_value", 2, 14..16));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidExposition(Box<(InvalidExpositionKind, LineProblem)>);

impl InvalidExposition {
    pub(crate) fn new(kind: InvalidExpositionKind, message: impl Into<String>, source_text: &str, span: Range<usize>) -> Self {
        Self(Box::new((kind, LineProblem::new(message, source_text, span))))
    }

    /// The same error in the text that `line`, counted from 1, is a part of.
    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.0.1.line = line;
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidExpositionKind {
        self.0.0
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.0.code()
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.1.line
    }

    /// The bytes of the line that are meant.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.0.1.span.clone()
    }

    /// The line itself.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.0.1.source_text
    }
}

crate::utils::umbrella!(InvalidExposition);

impl fmt::Display for InvalidExposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.1.fmt(f)
    }
}

impl fmt::Debug for InvalidExposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InvalidExposition({:?}: {self})", self.0.0)
    }
}

impl std::error::Error for InvalidExposition {}

/// The codes of texts of metrics.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "exposition_invalid_kind",
        "The word behind `TYPE` is not a kind of metric that the format has.",
        "# TYPE up boolean",
        "Use one of the words that the message names.",
    ),
    ErrorCode::new(
        "exposition_invalid_labels",
        "Something in the braces is no label, stands twice, or is not separated.",
        "up{job=api} 1",
        "Write labels as `name=\"value\"` with commas between them, each name once.",
    ),
    ErrorCode::new(
        "exposition_invalid_name",
        "The name of a metric is missing, stands twice, or is none.",
        "{job=\"api\"} 1",
        "Write the name before the braces, or in quotes inside them.",
    ),
    ErrorCode::new(
        "exposition_invalid_statement",
        "A line is neither a sample nor a statement that the format has.",
        "# a comment, in OpenMetrics",
        "Remove the line, or read the text in its own format.",
    ),
    ErrorCode::new(
        "exposition_invalid_time",
        "The time of a sample is no number, or beyond the year 9999.",
        "up 1 now",
        "Write milliseconds since 1970 in Prometheus' format, seconds in OpenMetrics.",
    ),
    ErrorCode::new(
        "exposition_invalid_unit",
        "The unit is none, or the name of its family does not end with it.",
        "# UNIT latency seconds",
        "End the name with `_` and the unit.",
    ),
    ErrorCode::new("exposition_invalid_value", "The value of a sample is no number.", "up on", "Write a number, `NaN`, `+Inf` or `-Inf`."),
    ErrorCode::new(
        "exposition_missing_eof",
        "A text in OpenMetrics does not end with `# EOF`, or goes on behind it.",
        "up 1",
        "End the text with `# EOF`; where it is missing, part of the text may be lost.",
    ),
    ErrorCode::new(
        "exposition_repeated_metadata",
        "A family has a second `HELP`, `TYPE` or `UNIT`, or a `TYPE` behind its samples.",
        "up 1, then # TYPE up gauge",
        "Write each once, before the samples.",
    ),
    ErrorCode::new(
        "exposition_too_large",
        "A text of metrics has more bytes or samples than the limit.",
        "the one-million-and-first sample",
        "Look for a label with too many values, or raise `max_bytes` or `max_samples`.",
    ),
];
