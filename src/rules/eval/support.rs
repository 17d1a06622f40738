//! What this evaluator has, and what it does not have yet.

use std::fmt;
use std::ops::Range;

use crate::rules::AggregateOp;
use crate::rules::Expr;
use crate::rules::NodeKind;
use crate::rules::QueryDuration;
use crate::rules::Span;
use crate::rules::eval::call;

/// A part of an expression that this evaluator does not have; see the [module](crate::rules::eval) for the whole list.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::eval::{Feature, unsupported};
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("up == 0 or rate(errors_total[5m]) > 1", &ParseOptions::default())?;
/// let found = unsupported(&expr);
/// assert_eq!((found[0].feature(), found[0].span()), (Feature::Function("rate"), 11..33));
/// assert_eq!(found[0].to_string(), "the function `rate` is not evaluated here");
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsupported {
    feature: Feature,
    span: Span,
}

/// What an evaluator may not have, see [`Unsupported`].
///
/// ```
/// assert_eq!(alert_schemas::rules::eval::Feature::Subquery.to_string(), "a subquery");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Feature {
    /// A function.
    Function(&'static str),
    /// An aggregation.
    Aggregation(AggregateOp),
    /// A subquery.
    Subquery,
    /// Arithmetic in brackets or in an offset.
    DurationArithmetic,
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(name) => write!(f, "the function `{name}`"),
            Self::Aggregation(op) => write!(f, "the aggregation `{op}`"),
            Self::Subquery => f.write_str("a subquery"),
            Self::DurationArithmetic => f.write_str("arithmetic on durations"),
        }
    }
}

impl Unsupported {
    /// What is not there.
    #[must_use]
    pub fn feature(&self) -> Feature {
        self.feature
    }

    /// Where it stands, in bytes of the text of the expression.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.range()
    }

    pub(super) fn place(&self) -> Span {
        self.span
    }
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not evaluated here", self.feature)
    }
}

/// Every part of an expression that this evaluator does not have, in the order of the text: none if it can be evaluated.
///
/// ```
/// use alert_schemas::rules::eval::unsupported;
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// assert!(unsupported(&Expr::parse("sum by (job) (up) < 3", &ParseOptions::default())?).is_empty());
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[must_use]
pub fn unsupported(expr: &Expr) -> Vec<Unsupported> {
    let mut found: Vec<Unsupported> = expr
        .nodes()
        .iter()
        .filter_map(|node| {
            let computed = |duration: QueryDuration| matches!(duration, QueryDuration::Computed(_)).then_some(Feature::DurationArithmetic);
            let feature = match &node.kind {
                NodeKind::Call(call) if !call::is_supported(call.function.name()) => Feature::Function(call.function.name()),
                NodeKind::Aggregate(aggregate) if !is_supported(aggregate.op) => Feature::Aggregation(aggregate.op),
                NodeKind::Subquery(_) => Feature::Subquery,
                NodeKind::VectorSelector(selector) => computed(selector.offset)?,
                NodeKind::MatrixSelector(matrix) => computed(matrix.range).or_else(|| computed(matrix.selector.offset))?,
                _ => return None,
            };
            Some(Unsupported { feature, span: node.span })
        })
        .collect();
    found.sort_by_key(|unsupported| unsupported.span.start());
    found
}

/// Whether an aggregation is evaluated here.
fn is_supported(op: AggregateOp) -> bool {
    !matches!(op, AggregateOp::TopK | AggregateOp::BottomK | AggregateOp::CountValues | AggregateOp::LimitK | AggregateOp::LimitRatio)
}
