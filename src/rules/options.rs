//! How an expression is read.

use crate::rules::dialect::Dialect;
use crate::rules::limits::ExprLimits;

/// How an expression is read.
///
/// | option | default | Prometheus 3.5 |
/// |---|---|---|
/// | `dialect` | [`Dialect::Promql`] | |
/// | `experimental_functions` | off | `--enable-feature=promql-experimental-functions` |
/// | `duration_expressions` | off | `--enable-feature=promql-duration-expr` |
/// | `limits` | [`ExprLimits::default`] | none |
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let text = "limitk(5, up)";
/// assert_eq!(Expr::parse(text, &ParseOptions::default()).unwrap_err().first().code(), "expr_experimental");
/// assert!(Expr::parse(text, &ParseOptions::default().with_experimental_functions(true)).is_ok());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ParseOptions {
    /// The language. Default PromQL.
    pub dialect: Dialect,
    /// Whether the functions and aggregations that are experimental in Prometheus 3.5 are accepted. Default no.
    pub experimental_functions: bool,
    /// Whether arithmetic in brackets and offsets is accepted, `[5m * 2]`, which is experimental in Prometheus 3.5. Default no.
    pub duration_expressions: bool,
    /// How large the expression may be.
    pub limits: ExprLimits,
}

impl ParseOptions {
    /// The same options with another language.
    #[must_use]
    pub fn with_dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// The same options with experimental functions accepted or not.
    #[must_use]
    pub fn with_experimental_functions(mut self, accepted: bool) -> Self {
        self.experimental_functions = accepted;
        self
    }

    /// The same options with arithmetic on durations accepted or not.
    #[must_use]
    pub fn with_duration_expressions(mut self, accepted: bool) -> Self {
        self.duration_expressions = accepted;
        self
    }

    /// The same options with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: ExprLimits) -> Self {
        self.limits = limits;
        self
    }
}
