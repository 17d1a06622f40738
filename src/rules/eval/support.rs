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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::metrics::MemoryStore;
    use crate::metrics::Sample;
    use crate::metrics::SampleTime;
    use crate::metrics::SeriesLabels;
    use crate::rules::Function;
    use crate::rules::ParseOptions;
    use crate::rules::ValueType;
    use crate::rules::eval::Evaluator;

    use super::*;

    #[test]
    fn the_functions_that_are_told_are_those_that_are_evaluated() {
        let documented =
            include_str!("mod.rs").split("# What is not evaluated yet").next().unwrap().split("and the functions").nth(1).unwrap();
        let documented: BTreeSet<&str> = documented.split('`').skip(1).step_by(2).collect();
        let evaluated: BTreeSet<&str> =
            Function::all().iter().map(|function| function.name()).filter(|name| call::is_supported(name)).collect();
        assert_eq!(documented, evaluated);
    }

    #[test]
    fn each_function_that_is_evaluated_has_a_value() {
        let mut store = MemoryStore::new();
        store.push(&SeriesLabels::from_pairs([("__name__", "m")]).unwrap(), Sample::new(0, 1.0)).unwrap();
        for function in Function::all().iter().filter(|function| call::is_supported(function.name())) {
            let argument = |of: &ValueType| match of {
                ValueType::Vector if function.name() == "absent" => "gone",
                ValueType::Vector => "m",
                ValueType::String => "'a'",
                _ => "1",
            };
            let arguments: Vec<&str> = function.argument_types().iter().take(function.min_arguments()).map(argument).collect();
            let expr = Expr::parse(&format!("{}({})", function.name(), arguments.join(", ")), &ParseOptions::default()).unwrap();
            let value = Evaluator::new(&store).value_at(&expr, SampleTime::default()).unwrap();
            assert_eq!(value.into_vector().len(), 1, "{}", expr.source_text());
        }
    }

    #[test]
    fn each_feature_that_is_missing_has_its_name_and_place() {
        let options = ParseOptions::default().with_experimental_functions(true).with_duration_expressions(true);
        let missing = |text: &str| -> Vec<String> {
            let expr = Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"));
            unsupported(&expr).iter().map(|missing| format!("{:?} {}", missing.span(), missing.feature())).collect()
        };
        assert_eq!(missing("limitk(2, up) + rate(up[5m])"), ["0..13 the aggregation `limitk`", "16..28 the function `rate`"]);
        assert_eq!(missing("up[5m:1m]"), ["0..9 a subquery"]);
        assert_eq!(missing("up offset (5m * 2)"), ["0..18 arithmetic on durations"]);
        assert_eq!(missing("up[5m * 2]"), ["0..10 arithmetic on durations"]);
    }
}
