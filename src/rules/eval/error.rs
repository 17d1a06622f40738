//! Why an expression has no value.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::alerts::InvalidLabel;
use crate::metrics::SeriesLabels;
use crate::rules::Expr;
use crate::rules::Span;
use crate::rules::ValueType;
use crate::rules::eval::support::Unsupported;
use crate::utils::ErrorCode;
use crate::utils::Position;
use crate::utils::go::InvalidPattern;
use crate::utils::write_caret;

/// Why an expression has no value at a time.
///
/// `{}` is one line; `{:#}` adds the line of the expression and a caret under the part that failed.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SampleTime, SeriesLabels};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let mut store = MemoryStore::new();
/// for name in ["rx", "tx"] {
///     store.push(&SeriesLabels::from_pairs([("__name__", name), ("nic", "eth0")])?, Sample::new(0, 1.0))?;
/// }
/// let expr = Expr::parse(r#"1 + -{nic="eth0"}"#, &ParseOptions::default())?;
/// let error = Evaluator::new(&store).value_at(&expr, SampleTime::default()).unwrap_err();
/// assert_eq!((error.code(), error.span()), ("eval_same_labels", 4..17));
/// assert_eq!(
///     format!("{error:#}"),
///     concat!(
///         "two series of the result have the labels `{nic=\"eth0\"}` at column 5; ",
///         "select one of them, or keep what tells them apart\n",
///         "  1 + -{nic=\"eth0\"}\n",
///         "      ^^^^^^^^^^^^^",
///     ),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct EvalError {
    problem: Box<Problem>,
    source: Arc<str>,
}

/// A kind of error and the part it is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) kind: EvalErrorKind,
    pub(super) span: Span,
}

/// What went wrong, see [`EvalError`].
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::{EvalErrorKind, Evaluator};
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("rate(errors_total[5m])", &ParseOptions::default())?;
/// let error = Evaluator::new(&MemoryStore::new()).value_at(&expr, SampleTime::default()).unwrap_err();
/// assert!(matches!(error.kind(), EvalErrorKind::Unsupported(_)));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// This evaluator does not have a part of the expression.
    Unsupported(Unsupported),
    /// Two series of one vector would have the same labels.
    SameLabels(SeriesLabels),
    /// Two series of the side that must have one for each group belong to the same group.
    ManyToMany {
        /// The labels that are matched.
        group: SeriesLabels,
        /// Whether it is the right side.
        right: bool,
        /// The series.
        series: Box<[SeriesLabels; 2]>,
    },
    /// Several series of the left belong to one of the right, without `group_left`.
    ManyToOne(SeriesLabels),
    /// Two results of a `group_left` or `group_right` would have the same labels.
    RepeatedMatch(SeriesLabels),
    /// More samples are needed than the limit.
    TooManySamples {
        /// How many there may be.
        max: usize,
    },
    /// The range has more steps than the limit.
    TooManySteps {
        /// How many it has.
        steps: u64,
        /// How many it may have.
        max: usize,
    },
    /// Only scalars and vectors are evaluated over a range.
    NotOverRange(ValueType),
    /// A function of labels got a name that no label has: an empty one, or one that is not UTF-8.
    LabelName {
        /// The function.
        function: &'static str,
    },
    /// A function of labels made a label that is too long, or one too many.
    Label(InvalidLabel),
    /// The pattern of `label_replace` is not valid RE2.
    Pattern(InvalidPattern),
}

impl EvalErrorKind {
    /// The stable code of this kind, as listed in the error catalogue.
    ///
    /// ```
    /// use alert_schemas::rules::eval::EvalErrorKind;
    ///
    /// assert_eq!(EvalErrorKind::TooManySamples { max: 10 }.code(), "eval_too_many_samples");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported(_) => "eval_unsupported",
            Self::SameLabels(_) => "eval_same_labels",
            Self::ManyToMany { .. } => "eval_many_to_many",
            Self::ManyToOne(_) => "eval_many_to_one",
            Self::RepeatedMatch(_) => "eval_repeated_match",
            Self::TooManySamples { .. } => "eval_too_many_samples",
            Self::TooManySteps { .. } => "eval_too_many_steps",
            Self::NotOverRange(_) => "eval_not_over_range",
            Self::LabelName { .. } => "eval_label_name",
            Self::Label(_) => "eval_invalid_label",
            Self::Pattern(_) => "eval_invalid_pattern",
        }
    }

    /// What to do about it, where that can be told.
    fn fix(&self) -> Option<&'static str> {
        Some(match self {
            Self::SameLabels(_) => "select one of them, or keep what tells them apart",
            Self::ManyToMany { .. } => "match more labels, or aggregate that side first",
            Self::ManyToOne(_) => "write `group_left` if that is meant, or match more labels",
            Self::RepeatedMatch(_) => "name a label in `group_left` or `group_right` that tells them apart",
            Self::TooManySamples { .. } => "select fewer series, or raise `max_samples`",
            Self::TooManySteps { .. } => "take longer steps or a shorter range, or raise `max_steps`",
            Self::LabelName { .. } => "name a label",
            Self::Unsupported(_) | Self::NotOverRange(_) | Self::Label(_) | Self::Pattern(_) => return None,
        })
    }
}

impl fmt::Display for EvalErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(unsupported) => write!(f, "{unsupported}"),
            Self::SameLabels(labels) => write!(f, "two series of the result have the labels `{labels}`"),
            Self::ManyToMany { group, right, series } => {
                let side = if *right { "right" } else { "left" };
                let [first, second] = &**series;
                write!(f, "`{first}` and `{second}` on the {side} both match `{group}`, where one series may")
            }
            Self::ManyToOne(group) => write!(f, "several series on the left match `{group}`, where one may"),
            Self::RepeatedMatch(labels) => write!(f, "two of the matched series give the labels `{labels}`"),
            Self::TooManySamples { max } => write!(f, "more than {max} samples are needed at once"),
            Self::TooManySteps { steps, max } => write!(f, "the range has {steps} steps, and may have {max}"),
            Self::NotOverRange(found) => write!(f, "a {found} is not evaluated over a range, expected a scalar or an instant vector"),
            Self::LabelName { function } => write!(f, "a label name in `{function}` is empty or not UTF-8"),
            Self::Label(error) => write!(f, "{error}"),
            Self::Pattern(error) => write!(f, "the pattern is not valid: {error}"),
        }
    }
}

impl EvalError {
    pub(super) fn new(problem: Problem, expr: &Expr) -> Self {
        Self { problem: Box::new(problem), source: expr.source_text().into() }
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &EvalErrorKind {
        &self.problem.kind
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.problem.kind.code()
    }

    /// The bytes of the expression that it is about.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.problem.span.range()
    }

    /// The text of the expression.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source
    }
}

crate::utils::umbrella!(EvalError);

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span();
        let place = Position::of(self.source_text(), span.start);
        write!(f, "{}", self.problem.kind)?;
        match self.source.contains('\n') {
            true => write!(f, " at {place}")?,
            false => write!(f, " at column {}", place.column)?,
        }
        if let Some(fix) = self.problem.kind.fix() {
            write!(f, "; {fix}")?;
        }
        if f.alternate() {
            let (before, after) = self.source.split_at_checked(span.start).unwrap_or((&self.source, ""));
            let start = before.rfind('\n').map_or(0, |at| at + 1);
            let end = after.find('\n').map_or(self.source.len(), |at| before.len() + at);
            let line = self.source.get(start..end).unwrap_or_default();
            write_caret(f, line, &(before.len() - start..span.end.clamp(before.len(), end) - start))?;
        }
        Ok(())
    }
}

impl fmt::Debug for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EvalError({self})")
    }
}

impl std::error::Error for EvalError {}

/// The codes of evaluation.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "eval_unsupported",
        "The evaluator does not have a part of the expression.",
        "rate(errors_total[5m])",
        "Use another form; the message names the part.",
    ),
    ErrorCode::new(
        "eval_same_labels",
        "Two series of one result would have the same labels.",
        "abs({nic=\"eth0\"})",
        "Select one of them, or keep what tells them apart.",
    ),
    ErrorCode::new(
        "eval_many_to_many",
        "Two series of the side that may have one match the same group.",
        "a * on (job) b",
        "Match more labels, or aggregate that side first.",
    ),
    ErrorCode::new(
        "eval_many_to_one",
        "Several series on the left match one on the right.",
        "a * on (job) b",
        "Write `group_left` if that is meant, or match more labels.",
    ),
    ErrorCode::new(
        "eval_repeated_match",
        "Two series of a grouped match would have the same labels.",
        "a * on (job) group_left (instance) b",
        "Name a label in `group_left` or `group_right` that tells them apart.",
    ),
    ErrorCode::new(
        "eval_too_many_samples",
        "More samples are needed at once than the limit.",
        "{__name__!=\"\"}",
        "Select fewer series, or raise `max_samples`.",
    ),
    ErrorCode::new(
        "eval_too_many_steps",
        "The range has more steps than the limit.",
        "a year at a step of 1s",
        "Take longer steps or a shorter range, or raise `max_steps`.",
    ),
    ErrorCode::new(
        "eval_not_over_range",
        "Something else than a scalar or an instant vector is evaluated over a range.",
        "\"a text\"",
        "Evaluate it at one time.",
    ),
    ErrorCode::new(
        "eval_label_name",
        "A function of labels got a name that is empty or not UTF-8.",
        "label_join(up, \"\", \"-\", \"job\")",
        "Name a label.",
    ),
    ErrorCode::new(
        "eval_invalid_label",
        "A function of labels made a label that is too long, or one too many.",
        "label_join of very long labels",
        "Make shorter labels.",
    ),
    ErrorCode::new(
        "eval_invalid_pattern",
        "The pattern of `label_replace` is not valid RE2.",
        "label_replace(up, \"a\", \"$1\", \"b\", \"(\")",
        "Correct the pattern; the message names the place.",
    ),
    ErrorCode::new("eval_end_before_start", "A range ends before it starts.", "from 09:05 to 09:00", "Exchange the two."),
    ErrorCode::new("eval_no_step", "The step of a range is no time at all.", "0s", "Write a step above zero."),
];
