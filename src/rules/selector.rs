//! Which series an expression reads, and when.

use crate::alerts::MatchOp;
use crate::rules::ast::NodeId;
use crate::rules::span::Span;
use crate::rules::string_literal::StringLiteral;
use crate::utils::go::Pattern;

/// One test of a selector on one label: `job="node"`, `code=~"5.."`.
///
/// Patterns are RE2 and match from the first to the last character, `.` matches a line break as well
/// ([`Anchoring::Prometheus`](crate::utils::go::Anchoring::Prometheus)). A label that a series does not have counts as empty.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::MatchOp;
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse(r#"errors{code=~"5.."}"#, &ParseOptions::default())?;
/// let NodeKind::VectorSelector(selector) = &expr.node(expr.root()).kind else { unreachable!() };
/// let [code, name] = &selector.matchers[..] else { unreachable!() };
/// assert_eq!((code.name(), code.op(), code.value()), ("code", MatchOp::Regex, "5.."));
/// assert!(code.matches("503") && !code.matches("5030"));
/// assert_eq!((name.name(), name.value()), ("__name__", "errors"));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelMatcher {
    pub(crate) name: StringLiteral,
    pub(crate) value: StringLiteral,
    pub(crate) op: MatchOp,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) span: Span,
}

impl LabelMatcher {
    /// The name of the label; any text, as in Prometheus 3.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The operator.
    #[must_use]
    pub fn op(&self) -> MatchOp {
        self.op
    }

    /// The value or the text of the pattern, without quotes and escapes.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The name with the bytes that it may have beside UTF-8.
    #[must_use]
    pub fn name_literal(&self) -> &StringLiteral {
        &self.name
    }

    /// The value with the bytes that it may have beside UTF-8.
    #[must_use]
    pub fn value_literal(&self) -> &StringLiteral {
        &self.value
    }

    /// The compiled pattern of `=~` and `!~`.
    #[must_use]
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// Where it stands; for the name of a metric before the braces, where that stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether a label with this value passes; the empty value stands for a label that is not there.
    #[must_use]
    pub fn matches(&self, value: &str) -> bool {
        let matched = self.pattern.as_ref().map_or_else(|| self.value.as_bytes() == value.as_bytes(), |pattern| pattern.is_match(value));
        matched == self.op.is_positive()
    }
}

/// A length of time in an expression: the range or step in brackets, an offset.
///
/// It is kept in nanoseconds, as Prometheus keeps it; Prometheus shows and evaluates whole milliseconds of it, cut towards zero.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::QueryDuration;
///
/// let offset = QueryDuration::Nanos(-1_500_000_000);
/// assert_eq!((offset.as_nanos(), offset.as_millis()), (-1_500_000_000, -1_500));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed by nature: written or computed")]
pub enum QueryDuration {
    /// Written as a number of seconds or a duration. In an offset it can be negative.
    Nanos(i64),
    /// The value in seconds of a [`NodeKind::Duration`](crate::rules::NodeKind::Duration), which only an experimental option admits.
    Computed(NodeId),
}

impl QueryDuration {
    /// No time.
    pub const ZERO: Self = Self::Nanos(0);

    /// The nanoseconds that are written, 0 where they are computed.
    #[must_use]
    pub fn as_nanos(self) -> i64 {
        match self {
            Self::Nanos(nanos) => nanos,
            Self::Computed(_) => 0,
        }
    }

    /// The whole milliseconds that are written, 0 where they are computed.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.as_nanos() / 1_000_000
    }
}

impl Default for QueryDuration {
    fn default() -> Self {
        Self::ZERO
    }
}

/// The time that `@` fixes.
///
/// ```
/// use alert_schemas::rules::{AtModifier, Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("up @ 1609746000.5", &ParseOptions::default())?;
/// let NodeKind::VectorSelector(selector) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!(selector.at, Some(AtModifier::Timestamp(1_609_746_000_500)));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed by nature: the three forms of `@`")]
pub enum AtModifier {
    /// `@ 1609746000`: milliseconds since 1970.
    Timestamp(i64),
    /// `@ start()`: the start of the query's range.
    Start,
    /// `@ end()`: the end of the query's range.
    End,
}

/// Which series are read, and when: `up{job="node"} offset 5m`.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions, QueryDuration};
///
/// let expr = Expr::parse(r#"up{job="node"} offset 5m"#, &ParseOptions::default())?;
/// let NodeKind::VectorSelector(selector) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!(selector.name.as_deref(), Some("up"));
/// assert_eq!(selector.matchers.len(), 2);
/// assert_eq!(selector.offset, QueryDuration::Nanos(300_000_000_000));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VectorSelector {
    /// The name before the braces. A name in quotes inside the braces is only a matcher.
    pub name: Option<Box<str>>,
    /// All matchers: those in braces in their order, then, where a name stands before the braces, `__name__="name"`.
    pub matchers: Vec<LabelMatcher>,
    /// How far back to read; negative for ahead. Zero where none is written.
    pub offset: QueryDuration,
    /// The time that is read instead of the time of evaluation.
    pub at: Option<AtModifier>,
}

/// The samples of a range of time: `up{job="node"}[5m]`.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("up[5m] offset 1m", &ParseOptions::default())?;
/// let NodeKind::MatrixSelector(matrix) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!((matrix.range.as_millis(), matrix.selector.offset.as_millis()), (300_000, 60_000));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MatrixSelector {
    /// The series, and the offset and `@` of the range.
    pub selector: VectorSelector,
    /// The length of the range.
    pub range: QueryDuration,
}
