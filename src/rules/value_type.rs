//! The types of expressions.

use std::fmt;

/// What an expression evaluates to.
///
/// | type | name of Prometheus' API | in messages |
/// |---|---|---|
/// | `Scalar` | `scalar` | `scalar` |
/// | `Vector` | `vector` | `instant vector` |
/// | `Matrix` | `matrix` | `range vector` |
/// | `String` | `string` | `string` |
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions, ValueType};
///
/// let expr = Expr::parse("up[5m]", &ParseOptions::default())?;
/// assert_eq!(expr.value_type(), ValueType::Matrix);
/// assert_eq!(expr.value_type().as_str(), "matrix");
/// assert_eq!(expr.value_type().to_string(), "range vector");
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed by nature: PromQL has these four")]
pub enum ValueType {
    /// One number.
    Scalar,
    /// One sample of each of some series, all at the same time.
    Vector,
    /// Some samples of each of some series.
    Matrix,
    /// A text.
    String,
}

impl ValueType {
    /// The name in Prometheus' API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Vector => "vector",
            Self::Matrix => "matrix",
            Self::String => "string",
        }
    }
}

impl fmt::Display for ValueType {
    /// The name in Prometheus' documentation and messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Vector => "instant vector",
            Self::Matrix => "range vector",
            Self::Scalar | Self::String => self.as_str(),
        })
    }
}
