//! Evaluation of expressions over samples, as Prometheus 3.5 evaluates them.
//!
//! | I want to … | look at |
//! |---|---|
//! | evaluate a condition at a time, or over a range of times | [`Evaluator`], [`Value`] |
//! | know why it has its value | [`Explanation`] |
//! | know before whether it can be evaluated | [`unsupported`] |
//! | change the look-back or the limits | [`EvalOptions`] |
//!
//! # What is evaluated
//!
//! Selectors with look-back, staleness, `offset` and `@`; all operators with all matching; the aggregations `sum`, `avg`, `min`, `max`,
//! `count`, `group`, `stddev`, `stdvar` and `quantile` with `by` and `without`; and the functions
//!
//! `abs`, `absent`, `acos`, `acosh`, `asin`, `asinh`, `atan`, `atanh`, `ceil`, `clamp`, `clamp_max`, `clamp_min`, `cos`, `cosh`,
//! `day_of_month`, `day_of_week`, `day_of_year`, `days_in_month`, `deg`, `exp`, `floor`, `hour`, `label_join`, `label_replace`, `ln`,
//! `log10`, `log2`, `minute`, `month`, `pi`, `rad`, `round`, `scalar`, `sgn`, `sin`, `sinh`, `sort`, `sort_desc`, `sqrt`, `tan`, `tanh`,
//! `time`, `timestamp`, `vector`, `year`.
//!
//! A range vector has a value only as the whole expression.
//!
//! # What is not evaluated yet
//!
//! The answer is [`EvalErrorKind::Unsupported`], which names it:
//!
//! - functions of a range vector: `rate`, `increase`, `avg_over_time` and the others; functions of histograms; `sort_by_label` and
//!   `sort_by_label_desc`, `info`, and our own functions
//! - the aggregations `topk`, `bottomk`, `count_values`, `limitk` and `limit_ratio`
//! - subqueries, and arithmetic on durations
//! - samples that are histograms: [`metrics`](crate::metrics) has none
//!
//! # Where Prometheus 3.5 answers otherwise
//!
//! 1. The last digits of `exp`, `ln`, trigonometric and hyperbolic functions, `atan2`, and of `^` with a power that is not whole, are
//!    those of this platform, which are at least as close to the exact value.
//! 2. A text in parentheses is that text; Prometheus 3.5 fails there (repaired later).
//! 3. `timestamp(x @ t offset d)` reads what `x @ t offset d` reads; Prometheus 3.5 applies the offset to a part of the work only.
//! 4. Where an order is given by nothing, as of sums over a range or of equal values in `sort`, ours is that of the series in the source,
//!    the same each time.

mod aggregate;
mod binary;
mod calendar;
mod call;
mod error;
mod evaluator;
mod explain;
mod explain_text;
mod float;
mod frames;
mod options;
mod relabel;
mod run;
mod select;
mod support;
mod value;

pub use self::error::EvalError;
pub use self::error::EvalErrorKind;
pub use self::evaluator::Evaluator;
pub use self::explain::ExplainOptions;
pub use self::explain::ExplainedComparison;
pub use self::explain::ExplainedElement;
pub use self::explain::ExplainedNode;
pub use self::explain::Explanation;
pub use self::options::EvalOptions;
pub use self::options::EvalRange;
pub use self::options::InvalidEvalRange;
pub use self::support::Feature;
pub use self::support::Unsupported;
pub use self::support::unsupported;
pub use self::value::ScalarValue;
pub use self::value::StringValue;
pub use self::value::Value;
pub use self::value::VectorSample;

pub(crate) use self::error::CODES;
