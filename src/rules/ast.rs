//! The tree of an expression.

use crate::rules::functions::Function;
use crate::rules::operators::AggregateOp;
use crate::rules::operators::BinaryOp;
use crate::rules::operators::UnaryOp;
use crate::rules::selector::AtModifier;
use crate::rules::selector::MatrixSelector;
use crate::rules::selector::QueryDuration;
use crate::rules::selector::VectorSelector;
use crate::rules::span::Span;
use crate::rules::string_literal::StringLiteral;

/// The place of a node in the tree of one [`Expr`](crate::rules::Expr).
///
/// Operands come before what is made of them: the id of a node is above those of its children, and the root is the last. So one pass
/// from the first node to the last evaluates a tree from below, however deep it is.
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("up == 0", &ParseOptions::default())?;
/// assert_eq!(expr.children(expr.root()).len(), 2);
/// assert!(expr.children(expr.root()).iter().all(|child| *child < expr.root()));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its index in [`Expr::nodes`](crate::rules::Expr::nodes).
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One node of the tree of an expression.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Addition, Dialect, Expr, NodeKind, ParseOptions};
///
/// let options = ParseOptions::default().with_dialect(Dialect::Condition);
/// let expr = Expr::parse("free_bytes < 2GiB", &options)?;
/// let size = expr.nodes().iter().find(|node| matches!(node.kind, NodeKind::Number(_))).unwrap();
/// assert_eq!(size.span.of(expr.source_text()), "2GiB");
/// assert_eq!(size.addition, Some(Addition::ByteSuffix));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The text it was read from, modifiers and brackets included.
    pub span: Span,
    /// What it uses that PromQL does not have. Always `None` in [`Dialect::Promql`](crate::rules::Dialect::Promql).
    pub addition: Option<Addition>,
}

impl Node {
    pub(crate) fn new(kind: NodeKind, span: Span) -> Self {
        Self { kind, span, addition: None }
    }
}

/// What a condition uses that PromQL does not have.
///
/// ```
/// use alert_schemas::rules::{Addition, Condition};
///
/// let condition: Condition = "up == 0 && on (job) errors > 5".parse()?;
/// assert_eq!(condition.expr().node(condition.expr().root()).addition, Some(Addition::AndSign));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Addition {
    /// `&&` for `and`, on a [`NodeKind::Binary`].
    AndSign,
    /// `||` for `or`, on a [`NodeKind::Binary`].
    OrSign,
    /// `2GiB`, on a [`NodeKind::Number`].
    ByteSuffix,
    /// A function of our own, on a [`NodeKind::Call`].
    OwnFunction,
}

/// What a node of an expression is.
///
/// Selectors, literals and durations have no children but for computed durations; see [`Expr::children`](crate::rules::Expr::children).
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{BinaryOp, Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("sum by (job) (rate(errors_total[5m])) > 0.5", &ParseOptions::default())?;
/// let NodeKind::Binary(binary) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!(binary.op, BinaryOp::Greater);
/// assert!(matches!(expr.node(binary.lhs).kind, NodeKind::Aggregate(_)));
/// assert!(matches!(&expr.node(binary.rhs).kind, NodeKind::Number(number) if number.value == 0.5));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NodeKind {
    /// A number; signs in front are part of it.
    Number(NumberLiteral),
    /// A text, without quotes and escapes.
    String(StringLiteral),
    /// The newest sample of each series.
    VectorSelector(Box<VectorSelector>),
    /// The samples of a range.
    MatrixSelector(Box<MatrixSelector>),
    /// The values of an expression over a range.
    Subquery(Box<Subquery>),
    /// A function with its arguments.
    Call(Call),
    /// Groups of series made into one each.
    Aggregate(Box<Aggregate>),
    /// Two operands.
    Binary(Binary),
    /// A sign before an operand that is no number.
    Unary {
        /// The sign.
        op: UnaryOp,
        /// The operand.
        expr: NodeId,
    },
    /// Parentheses.
    Paren {
        /// What stands in them.
        expr: NodeId,
    },
    /// Arithmetic in brackets or in an offset, which only an experimental option admits: `[5m * 2]`.
    Duration(DurationExpr),
}

/// A number.
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, NumberForm, ParseOptions};
///
/// let expr = Expr::parse("-1m30s", &ParseOptions::default())?;
/// let NodeKind::Number(number) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!((number.value, number.form), (-90.0, NumberForm::Duration));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
///
/// Two are equal if they print the same: all that is no number is one value, and `-0` is not `0`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct NumberLiteral {
    /// The value with its sign; of a duration the seconds, of a size the bytes.
    pub value: f64,
    /// How it is written.
    pub form: NumberForm,
}

impl PartialEq for NumberLiteral {
    fn eq(&self, other: &Self) -> bool {
        let same = self.value.to_bits() == other.value.to_bits() || (self.value.is_nan() && other.value.is_nan());
        same && self.form == other.form
    }
}

impl Eq for NumberLiteral {}

impl NumberLiteral {
    pub(crate) fn new(value: f64, form: NumberForm) -> Self {
        Self { value, form }
    }
}

/// How a number is written.
///
/// | form | examples |
/// |---|---|
/// | `Decimal` | `80`, `1_000`, `.5`, `1e-3`, `Inf`, `nan` |
/// | `Octal` | `0755` |
/// | `Hexadecimal` | `0x1F` |
/// | `Duration` | `5m`, `1h30m`: seconds |
/// | `Bytes` | `2GiB`, `500MB`: in conditions only |
///
/// ```
/// assert_ne!(alert_schemas::rules::NumberForm::Decimal, alert_schemas::rules::NumberForm::Duration);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumberForm {
    /// In decimal digits, an infinity, or not a number.
    Decimal,
    /// An integer with a leading zero.
    Octal,
    /// An integer with `0x` in front.
    Hexadecimal,
    /// A duration.
    Duration,
    /// A size with a byte suffix.
    Bytes,
}

/// The values of an expression over a range, one each step: `rate(errors_total[5m])[1h:1m]`.
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("up[1h:]", &ParseOptions::default())?;
/// let NodeKind::Subquery(subquery) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!((subquery.range.as_millis(), subquery.step), (3_600_000, None));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subquery {
    /// What is evaluated at each step.
    pub expr: NodeId,
    /// The length of the range.
    pub range: QueryDuration,
    /// The distance of the steps; the evaluation interval where none is written.
    pub step: Option<QueryDuration>,
    /// How far back the range ends; negative for ahead. Zero where none is written.
    pub offset: QueryDuration,
    /// The time at which the range ends instead of the time of evaluation.
    pub at: Option<AtModifier>,
}

/// A function with its arguments: `rate(errors_total[5m])`.
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("clamp(load1, 0, 10)", &ParseOptions::default())?;
/// let NodeKind::Call(call) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!((call.function.name(), call.args.len()), ("clamp", 3));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The function.
    pub function: &'static Function,
    /// The arguments that are written; the optional ones may be missing.
    pub args: Vec<NodeId>,
}

/// Groups of series made into one each: `sum by (job) (up)`, `topk(5, load1)`.
///
/// ```
/// use alert_schemas::rules::{AggregateOp, Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("topk without (instance) (5, load1)", &ParseOptions::default())?;
/// let NodeKind::Aggregate(aggregate) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!((aggregate.op, aggregate.without), (AggregateOp::TopK, true));
/// assert_eq!(aggregate.grouping, ["instance".into()]);
/// assert!(aggregate.parameter.is_some());
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Aggregate {
    /// The operator.
    pub op: AggregateOp,
    /// The labels of `by` or `without`, as written; none where neither is written.
    pub grouping: Vec<Box<str>>,
    /// Whether it is `without`: series that differ in nothing but these labels make a group. Else those with the same values of them do.
    pub without: bool,
    /// The parameter of the operators that take one.
    pub parameter: Option<NodeId>,
    /// The vector.
    pub expr: NodeId,
}

/// Two operands and what stands between them: `a / on (job) group_left () b`.
///
/// ```
/// use alert_schemas::rules::{Cardinality, Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("errors / on (job) group_left (team) limits", &ParseOptions::default())?;
/// let NodeKind::Binary(binary) = &expr.node(expr.root()).kind else { unreachable!() };
/// let matching = binary.matching.as_ref().unwrap();
/// assert_eq!((matching.card, matching.on), (Cardinality::ManyToOne, true));
/// assert_eq!((&matching.labels[..], &matching.include[..]), (&["job".into()][..], &["team".into()][..]));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Binary {
    /// The operator.
    pub op: BinaryOp,
    /// Where the operator stands.
    pub op_span: Span,
    /// The left operand.
    pub lhs: NodeId,
    /// The right operand.
    pub rhs: NodeId,
    /// Whether a comparison gives 0 or 1 (`bool`) and does not filter.
    pub return_bool: bool,
    /// How series of the two sides are paired; `None` unless both are vectors.
    pub matching: Option<Box<VectorMatching>>,
}

/// How series of two vectors are paired.
///
/// ```
/// use alert_schemas::rules::{Cardinality, Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse("up and on (job) ready", &ParseOptions::default())?;
/// let NodeKind::Binary(binary) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!(binary.matching.as_ref().map(|matching| matching.card), Some(Cardinality::ManyToMany));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VectorMatching {
    /// How many series may have the same labels on each side.
    pub card: Cardinality,
    /// Whether `labels` are the only ones that must agree (`on`). Else they are those that need not (`ignoring`, or nothing written).
    pub on: bool,
    /// The labels of `on` or `ignoring`, as written.
    pub labels: Vec<Box<str>>,
    /// The labels of `group_left` or `group_right`, taken from the side with one series.
    pub include: Vec<Box<str>>,
}

/// How many series of each side of an operator may have the same labels.
///
/// ```
/// assert_eq!(alert_schemas::rules::Cardinality::ManyToOne.as_str(), "many-to-one");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "closed by nature: one or many on each side")]
pub enum Cardinality {
    /// One on each side.
    OneToOne,
    /// Many on the left: `group_left`.
    ManyToOne,
    /// Many on the right: `group_right`.
    OneToMany,
    /// Many on both: the set operators.
    ManyToMany,
}

impl Cardinality {
    /// The name in Prometheus' API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneToOne => "one-to-one",
            Self::ManyToOne => "many-to-one",
            Self::OneToMany => "one-to-many",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// Arithmetic on durations, in seconds. Its operands are [`NodeKind::Number`] and [`NodeKind::Duration`].
///
/// ```
/// use alert_schemas::rules::{BinaryOp, Expr, NodeKind, ParseOptions, QueryDuration};
///
/// let options = ParseOptions::default().with_duration_expressions(true);
/// let expr = Expr::parse("up[2 * 5m]", &options)?;
/// let NodeKind::MatrixSelector(matrix) = &expr.node(expr.root()).kind else { unreachable!() };
/// let QueryDuration::Computed(range) = matrix.range else { unreachable!() };
/// assert!(matches!(&expr.node(range).kind, NodeKind::Duration(range) if range.op == BinaryOp::Mul && !range.wrapped));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DurationExpr {
    /// `+`, `-`, `*`, `/`, `%` or `^`.
    pub op: BinaryOp,
    /// The left operand; `None` where `-` is a sign.
    pub lhs: Option<NodeId>,
    /// The right operand.
    pub rhs: NodeId,
    /// Whether it stands in parentheses.
    pub wrapped: bool,
}
