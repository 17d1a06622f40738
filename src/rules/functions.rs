//! The functions of expressions and their signatures.

use crate::rules::value_type::ValueType;
use crate::rules::value_type::ValueType::Matrix;
use crate::rules::value_type::ValueType::Scalar;
use crate::rules::value_type::ValueType::String;
use crate::rules::value_type::ValueType::Vector;

/// A function and its signature.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Function, ValueType};
///
/// let round = Function::find("round").unwrap();
/// assert_eq!(round.argument_types(), [ValueType::Vector, ValueType::Scalar]);
/// assert_eq!((round.min_arguments(), round.max_arguments()), (1, Some(2)));
/// assert_eq!(round.return_type(), ValueType::Vector);
/// assert!(Function::find("anomaly").unwrap().is_own());
/// assert!(Function::find("Rate").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    name: &'static str,
    argument_types: &'static [ValueType],
    variadic: i8,
    return_type: ValueType,
    standing: Standing,
}

/// Who has a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Stable,
    Experimental,
    Own,
}

impl Function {
    /// Every function, by name.
    ///
    /// ```
    /// use alert_schemas::rules::Function;
    ///
    /// assert!(Function::all().windows(2).all(|pair| pair[0].name() < pair[1].name()));
    /// ```
    #[must_use]
    pub fn all() -> &'static [Self] {
        FUNCTIONS
    }

    /// The function of this name; upper and lower case are different.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        let at = FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok()?;
        FUNCTIONS.get(at)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The types of its arguments, the optional ones included. Arguments beyond these have the last of these types.
    #[must_use]
    pub fn argument_types(&self) -> &'static [ValueType] {
        self.argument_types
    }

    /// How the last argument may be left out or repeated, as Prometheus counts it: 0 if it must be there once, 1 if it may be left out,
    /// -1 if it may be left out or stand any number of times.
    #[must_use]
    pub fn variadic(&self) -> i8 {
        self.variadic
    }

    /// The fewest arguments.
    #[must_use]
    pub fn min_arguments(&self) -> usize {
        self.argument_types.len() - usize::from(self.variadic != 0)
    }

    /// The most arguments; `None` if there is no such number.
    #[must_use]
    pub fn max_arguments(&self) -> Option<usize> {
        (self.variadic >= 0).then_some(self.argument_types.len())
    }

    /// What it gives.
    #[must_use]
    pub fn return_type(&self) -> ValueType {
        self.return_type
    }

    /// Whether Prometheus 3.5 refuses it without `--enable-feature=promql-experimental-functions`.
    #[must_use]
    pub fn is_experimental(&self) -> bool {
        self.standing == Standing::Experimental
    }

    /// Whether it is ours, and so accepted in conditions only.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.standing == Standing::Own
    }

    const fn new(name: &'static str, argument_types: &'static [ValueType], return_type: ValueType) -> Self {
        Self { name, argument_types, variadic: 0, return_type, standing: Standing::Stable }
    }

    const fn variadic_by(self, variadic: i8) -> Self {
        Self { variadic, ..self }
    }

    const fn experimental(self) -> Self {
        Self { standing: Standing::Experimental, ..self }
    }

    const fn own(self) -> Self {
        Self { standing: Standing::Own, ..self }
    }
}

/// A function of an instant vector.
const fn of_vector(name: &'static str) -> Function {
    Function::new(name, &[Vector], Vector)
}

/// A function of a range vector.
const fn of_matrix(name: &'static str) -> Function {
    Function::new(name, &[Matrix], Vector)
}

/// A function of an instant vector of times, or of the time of evaluation.
const fn of_times(name: &'static str) -> Function {
    of_vector(name).variadic_by(1)
}

/// Sorted by name.
const FUNCTIONS: &[Function] = &[
    of_vector("abs"),
    of_vector("absent"),
    of_matrix("absent_over_time"),
    of_vector("acos"),
    of_vector("acosh"),
    of_vector("anomaly").own(),
    of_vector("asin"),
    of_vector("asinh"),
    of_vector("atan"),
    of_vector("atanh"),
    of_matrix("avg_over_time"),
    of_vector("ceil"),
    of_matrix("changes"),
    Function::new("clamp", &[Vector, Scalar, Scalar], Vector),
    Function::new("clamp_max", &[Vector, Scalar], Vector),
    Function::new("clamp_min", &[Vector, Scalar], Vector),
    of_vector("cos"),
    of_vector("cosh"),
    of_matrix("count_over_time"),
    of_times("day_of_month"),
    of_times("day_of_week"),
    of_times("day_of_year"),
    of_times("days_in_month"),
    of_vector("deg"),
    of_matrix("delta"),
    of_matrix("deriv"),
    Function::new("double_exponential_smoothing", &[Matrix, Scalar, Scalar], Vector).experimental(),
    of_vector("exp"),
    of_vector("floor"),
    of_vector("histogram_avg"),
    of_vector("histogram_count"),
    Function::new("histogram_fraction", &[Scalar, Scalar, Vector], Vector),
    Function::new("histogram_quantile", &[Scalar, Vector], Vector),
    of_vector("histogram_stddev"),
    of_vector("histogram_stdvar"),
    of_vector("histogram_sum"),
    of_times("hour"),
    of_matrix("idelta"),
    of_matrix("increase"),
    Function::new("info", &[Vector, Vector], Vector).variadic_by(1).experimental(),
    of_matrix("irate"),
    Function::new("label_join", &[Vector, String, String, String], Vector).variadic_by(-1),
    Function::new("label_replace", &[Vector, String, String, String, String], Vector),
    of_matrix("last_over_time"),
    of_vector("ln"),
    of_vector("log10"),
    of_vector("log2"),
    of_matrix("mad_over_time").experimental(),
    of_matrix("max_over_time"),
    of_matrix("min_over_time"),
    of_times("minute"),
    of_times("month"),
    Function::new("pi", &[], Scalar),
    Function::new("predict_linear", &[Matrix, Scalar], Vector),
    of_matrix("present_over_time"),
    Function::new("quantile_over_time", &[Scalar, Matrix], Vector),
    of_vector("rad"),
    of_matrix("rate"),
    of_matrix("resets"),
    Function::new("round", &[Vector, Scalar], Vector).variadic_by(1),
    Function::new("scalar", &[Vector], Scalar),
    of_vector("sgn"),
    of_vector("sin"),
    of_vector("sinh"),
    of_vector("sort"),
    Function::new("sort_by_label", &[Vector, String], Vector).variadic_by(-1).experimental(),
    Function::new("sort_by_label_desc", &[Vector, String], Vector).variadic_by(-1).experimental(),
    of_vector("sort_desc"),
    of_vector("sqrt"),
    of_matrix("stddev_over_time"),
    of_matrix("stdvar_over_time"),
    of_matrix("sum_over_time"),
    of_vector("tan"),
    of_vector("tanh"),
    Function::new("time", &[], Scalar),
    of_vector("timestamp"),
    of_matrix("ts_of_last_over_time").experimental(),
    of_matrix("ts_of_max_over_time").experimental(),
    of_matrix("ts_of_min_over_time").experimental(),
    Function::new("vector", &[Scalar], Vector),
    of_times("year"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_row_is_found() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        for function in FUNCTIONS {
            assert_eq!(Function::find(function.name), Some(function));
            assert!(function.variadic == 0 || !function.argument_types.is_empty());
        }
        assert_eq!(Function::find(""), None);
    }

    #[test]
    fn signatures_count_optional_arguments() {
        for (name, min, max) in [("time", 0, Some(0)), ("hour", 0, Some(1)), ("label_join", 3, None), ("sort_by_label", 1, None)] {
            let function = Function::find(name).unwrap();
            assert_eq!((function.min_arguments(), function.max_arguments()), (min, max), "{name}");
        }
    }
}
