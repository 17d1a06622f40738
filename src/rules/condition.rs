//! The condition of a rule.

use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::str::FromStr;

use crate::rules::dialect::Dialect;
use crate::rules::error::ExprError;
use crate::rules::error::ExprErrors;
use crate::rules::expr::Expr;
use crate::rules::options::ParseOptions;
use crate::utils::text_leaf;

/// The condition of a rule over metrics, such as `cpu_usage > 80`.
///
/// It is PromQL exactly as Prometheus 3.5 reads it, or PromQL with additions that Prometheus refuses: `&&` and `||` for `and` and `or`,
/// sizes such as `2GiB` and `500MB`, and functions of our own such as `anomaly(v)`. Nothing that is experimental in Prometheus is
/// accepted. What is stored is the text as it was written; two conditions are equal if their texts are.
///
/// # Limits
///
/// Those of [`ExprLimits::default`](crate::rules::ExprLimits::default).
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::Condition;
///
/// let condition: Condition = "memory_free < 2GiB && on (host) cpu_usage > 80".parse()?;
/// assert!(!condition.is_promql());
/// assert_eq!(condition.to_promql()?, "memory_free < 2147483648 and on (host) cpu_usage > 80");
/// assert_eq!(condition.to_string(), "memory_free < 2GiB && on (host) cpu_usage > 80");
///
/// let errors = "cpu_usage = 80".parse::<Condition>().unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "unexpected `=`, expected an operator or the end of the text at column 11; write `==` to compare",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Condition(Expr);

impl Condition {
    /// The parsed expression.
    #[must_use]
    pub fn expr(&self) -> &Expr {
        &self.0
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.source_text()
    }

    /// Whether it is PromQL as it stands.
    #[must_use]
    pub fn is_promql(&self) -> bool {
        self.0.is_promql()
    }

    /// The condition in PromQL, see [`Expr::to_promql`].
    ///
    /// # Errors
    ///
    /// [`ExprError`] if it uses a function of our own.
    ///
    /// ```
    /// use alert_schemas::rules::Condition;
    ///
    /// let condition: Condition = "anomaly(request_latency) > 0.85".parse()?;
    /// assert_eq!(
    ///     condition.to_promql().unwrap_err().to_string(),
    ///     "only conditions have the function `anomaly` at column 1",
    /// );
    /// # Ok::<(), alert_schemas::rules::ExprErrors>(())
    /// ```
    pub fn to_promql(&self) -> Result<String, ExprError> {
        self.0.to_promql()
    }
}

impl fmt::Display for Condition {
    /// The text as it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.as_str()).finish()
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl FromStr for Condition {
    type Err = ExprErrors;

    fn from_str(text: &str) -> Result<Self, ExprErrors> {
        Expr::parse(text, &ParseOptions::default().with_dialect(Dialect::Condition)).map(Self)
    }
}

impl AsRef<str> for Condition {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

text_leaf! {
    Condition, error ExprErrors, code "invalid_condition",
    expected "a condition such as `cpu_usage > 80`",
    schema {
        "minLength": 1, "examples": ["cpu_usage > 80", "free_bytes < 2GiB && on (host) up == 1"],
        "x-rules": [{
            "code": "invalid_condition",
            "rule": "The text is an expression of PromQL as Prometheus 3.5 reads it, in which `&&` and `||` may stand for `and` and `or`, numbers may have byte suffixes, and functions of our own may be called."
        }]
    },
    docs "A condition over metrics, such as `cpu_usage > 80`.\n\nIt is PromQL as Prometheus 3.5 reads it, with three additions: `&&` and `||` for `and` and `or`, sizes such as `2GiB` and `500MB`, and functions of our own such as `anomaly(v)`."
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn promql(text: &str) -> String {
        let condition: Condition = text.parse().unwrap();
        condition.to_promql().unwrap()
    }

    #[test]
    fn additions_are_rewritten_where_they_stand() {
        for (text, expected) in [
            ("up == 0", "up == 0"),
            ("a&&b||c", "a and b or c"),
            ("a && # && stays\n b", "a and # && stays\n b"),
            ("a > -2GiB", "a > -2147483648"),
            ("a > - # minus\n 1.5kB", "a > - # minus\n 1500"),
            ("sum(a)&&sum(b)", "sum(a) and sum(b)"),
            ("a{b=\"&&\"} && ignoring (c) d", "a{b=\"&&\"} and ignoring (c) d"),
            ("1B + 2MB * 3EiB", "1 + 2000000 * 3458764513820541000"),
        ] {
            assert_eq!(promql(text), expected);
            assert!(promql(text).parse::<Condition>().unwrap().is_promql(), "{text}");
        }
    }

    #[test]
    fn additions_bind_as_what_they_stand_for() {
        for (text, same) in [("a || b && c", "a or b and c"), ("a && b unless c", "a and b unless c"), ("a > 1 && b", "a > 1 and b")] {
            let (condition, promql): (Condition, Condition) = (text.parse().unwrap(), same.parse().unwrap());
            assert_eq!(condition.expr().to_string(), promql.expr().to_string());
        }
    }

    #[test]
    fn promql_refuses_what_only_conditions_have() {
        for (text, span, fix) in [
            ("a && b", 2..4, "write `and`"),
            ("a || b", 2..4, "write `or`"),
            ("a < 2KiB", 4..8, "write `2048`"),
            ("anomaly(a) > 1", 0..7, "read the text as a condition"),
        ] {
            let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
            let error = errors.first();
            assert_eq!((error.code(), error.span(), error.fix()), ("expr_condition_only", span, Some(fix)), "{text}");
            assert!(text.parse::<Condition>().is_ok());
        }
    }

    #[test]
    fn json_carries_the_text() {
        let condition: Condition = "a  &&  b".parse().unwrap();
        assert_eq!(serde_json::to_string(&condition).unwrap(), r#""a  &&  b""#);
        assert_eq!(serde_json::from_str::<Condition>(r#""a  &&  b""#).unwrap(), condition);
        let error = serde_json::from_str::<Condition>(r#""a &&""#).unwrap_err();
        assert!(error.to_string().starts_with("unexpected end of the text, expected an operand at column 5"), "{error}");
    }

    proptest! {
        #[test]
        fn promql_gives_the_same_tree_in_both_dialects(text in crate::rules::arbitrary::texts(Dialect::Promql)) {
            let promql = Expr::parse(&text, &ParseOptions::default());
            let condition = Expr::parse(&text, &ParseOptions::default().with_dialect(Dialect::Condition));
            prop_assert_eq!(promql, condition);
        }

        #[test]
        fn what_is_rewritten_is_promql_with_the_same_meaning(text in crate::rules::arbitrary::texts(Dialect::Condition)) {
            if let Ok(condition) = text.parse::<Condition>() {
                match condition.to_promql() {
                    Ok(promql) => {
                        let expr = Expr::parse(&promql, &ParseOptions::default()).unwrap();
                        prop_assert_eq!(expr.to_string(), condition.expr().to_string());
                        prop_assert_eq!(condition.is_promql(), promql == text);
                    }
                    Err(error) => prop_assert_eq!(error.code(), "expr_condition_only"),
                }
            }
        }
    }
}
