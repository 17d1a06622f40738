//! A parsed and checked expression.

use std::ops::Deref;

use crate::rules::ast::Node;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::error::ExprError;
use crate::rules::error::ExprErrors;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::number;
use crate::rules::options::ParseOptions;
use crate::rules::parser;
use crate::rules::selector::QueryDuration;
use crate::rules::span::Span;
use crate::rules::value_type::ValueType;

/// An expression that was read and whose types fit: the text and its tree.
///
/// The tree is one list of nodes, each after its children. So neither reading nor dropping it recurses, and code that walks it should
/// not recurse either: a chain of 20,000 additions is 20,000 levels deep. Go through [`nodes`](Self::nodes) from first to last, or keep
/// a stack of ids.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions, ValueType};
///
/// let expr = Expr::parse("rate(errors_total[5m]) > 0.5", &ParseOptions::default())?;
/// assert_eq!(expr.value_type(), ValueType::Vector);
/// assert!(matches!(expr.node(expr.root()).kind, NodeKind::Binary(_)));
/// assert_eq!(expr.nodes().len(), 4);
///
/// let errors = Expr::parse("rate(errors_total) > 0.5", &ParseOptions::default()).unwrap_err();
/// assert_eq!(
///     errors.to_string(),
///     "expected a range vector as argument 1 of `rate`, found an instant vector at column 6; write `errors_total[5m]`",
/// );
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    source: Box<str>,
    nodes: Vec<Node>,
    root: NodeId,
    value_type: ValueType,
}

impl Expr {
    /// Reads an expression and checks its types.
    ///
    /// # Errors
    ///
    /// [`ExprErrors`]: every error of types and values up to the first error of syntax, and that one.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let errors = Expr::parse("rat(up[5m]) + absent(1)", &ParseOptions::default()).unwrap_err();
    /// let codes: Vec<&str> = errors.iter().map(|error| error.code()).collect();
    /// assert_eq!(codes, ["expr_unknown_function", "expr_type"]);
    /// assert_eq!(errors.first().fix(), Some("did you mean `rate`?"));
    /// ```
    pub fn parse(text: &str, options: &ParseOptions) -> Result<Self, ExprErrors> {
        let (nodes, root, value_type) = parser::parse(text, options)?;
        Ok(Self { source: text.into(), nodes, root, value_type })
    }

    /// The text that was read.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.source
    }

    /// What it evaluates to.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        self.value_type
    }

    /// The node that is the whole expression.
    #[must_use]
    pub fn root(&self) -> NodeId {
        self.root
    }

    /// A node of this expression. An id of another expression gives some node of this one.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        // INVARIANT: there is a node, and the root is the last.
        self.nodes.get(id.index()).or(self.nodes.last()).unwrap_or(NOTHING)
    }

    /// All nodes, each after its children; [`NodeId::index`] counts in this list.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The children of a node in the order of the text, computed durations included.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let expr = Expr::parse("clamp(load1, 0, 10)", &ParseOptions::default())?;
    /// let texts: Vec<&str> = expr.children(expr.root()).iter().map(|id| expr.node(*id).span.of(expr.source_text())).collect();
    /// assert_eq!(texts, ["load1", "0", "10"]);
    /// # Ok::<(), alert_schemas::rules::ExprErrors>(())
    /// ```
    #[must_use]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        self.node(id).children()
    }

    /// The text in PromQL: as it was written, but for `and` and `or` in place of `&&` and `||`, and the bytes in place of a size.
    ///
    /// # Errors
    ///
    /// [`ExprError`] at the first function of our own, which PromQL has not.
    ///
    /// ```
    /// use alert_schemas::rules::{Dialect, Expr, ParseOptions};
    ///
    /// let options = ParseOptions::default().with_dialect(Dialect::Condition);
    /// let expr = Expr::parse("free < 1.5KiB || up==0", &options)?;
    /// assert_eq!(expr.to_promql()?, "free < 1536 or up==0");
    /// assert!(Expr::parse("anomaly(up) > 1", &options)?.to_promql().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_promql(&self) -> Result<String, ExprError> {
        let mut rewritten: Vec<(Span, String)> = Vec::new();
        for node in &self.nodes {
            match (&node.kind, node.addition) {
                (_, None) => {}
                (NodeKind::Binary(binary), Some(_)) => rewritten.push((binary.op_span, self.apart(binary.op_span, binary.op.as_str()))),
                (NodeKind::Number(_), Some(_)) => {
                    // The signs before it are part of the node.
                    let text = node.span.of(&self.source);
                    let size = text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').next().unwrap_or_default();
                    let bytes = number::size(size).map_or(0.0, |(_, bytes)| bytes);
                    rewritten.push((Span::new(node.span.end() - size.len(), node.span.end()), bytes.to_string()));
                }
                (_, Some(_)) => {
                    let name = match &node.kind {
                        NodeKind::Call(call) => call.function.name(),
                        _ => "",
                    };
                    let span = Span::new(node.span.start(), node.span.start() + name.len());
                    let problem = Problem::new(ExprErrorKind::ConditionOnly, span, format!("only conditions have the function `{name}`"));
                    return Err(ExprErrors::new(problem, Vec::new(), &self.source).into_first());
                }
            }
        }
        rewritten.sort_by_key(|(span, _)| span.start());
        let (mut text, mut at) = (String::with_capacity(self.source.len()), 0);
        for (span, replacement) in rewritten {
            text.push_str(self.source.get(at..span.start()).unwrap_or_default());
            text.push_str(&replacement);
            at = span.end();
        }
        text.push_str(self.source.get(at..).unwrap_or_default());
        Ok(text)
    }

    /// A word with spaces where the part of the text it stands for has none around it.
    fn apart(&self, span: Span, word: &str) -> String {
        let before = self.source.get(..span.start()).unwrap_or_default();
        let after = self.source.get(span.end()..).unwrap_or_default();
        let space = |there: bool| if there { "" } else { " " };
        format!("{}{word}{}", space(before.ends_with(char::is_whitespace)), space(after.starts_with(char::is_whitespace)))
    }

    /// Whether it is PromQL: whether no node uses an [`Addition`](crate::rules::Addition).
    #[must_use]
    pub fn is_promql(&self) -> bool {
        self.nodes.iter().all(|node| node.addition.is_none())
    }
}

/// What a tree without nodes would have; there is none.
const NOTHING: &Node = &Node { kind: NodeKind::Paren { expr: NodeId(0) }, span: Span::EMPTY, addition: None };

/// The children of a node, see [`Expr::children`]; a list of ids.
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("1 + 2 * 3", &ParseOptions::default())?;
/// let [one, product] = *expr.children(expr.root()) else { unreachable!() };
/// assert!(expr.children(one).is_empty());
/// assert_eq!(expr.node(product).span.of(expr.source_text()), "2 * 3");
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone)]
pub struct Children<'a>(List<'a>);

#[derive(Debug, Clone)]
enum List<'a> {
    /// The first `usize` of these.
    Few([NodeId; 4], usize),
    Many(&'a [NodeId]),
}

impl Deref for Children<'_> {
    type Target = [NodeId];

    fn deref(&self) -> &[NodeId] {
        match &self.0 {
            List::Few(ids, count) => ids.get(..*count).unwrap_or_default(),
            List::Many(ids) => ids,
        }
    }
}

impl<'a> Children<'a> {
    fn few(ids: impl IntoIterator<Item = Option<NodeId>>) -> Self {
        let (mut list, mut count) = ([NodeId(0); 4], 0);
        for (place, id) in list.iter_mut().zip(ids.into_iter().flatten()) {
            *place = id;
            count += 1;
        }
        Self(List::Few(list, count))
    }
}

impl Node {
    fn children(&self) -> Children<'_> {
        let computed = |duration: QueryDuration| match duration {
            QueryDuration::Nanos(_) => None,
            QueryDuration::Computed(id) => Some(id),
        };
        match &self.kind {
            NodeKind::Number(_) | NodeKind::String(_) => Children::few([]),
            NodeKind::VectorSelector(selector) => Children::few([computed(selector.offset)]),
            NodeKind::MatrixSelector(matrix) => Children::few([computed(matrix.range), computed(matrix.selector.offset)]),
            NodeKind::Subquery(subquery) => {
                let step = subquery.step.and_then(computed);
                Children::few([Some(subquery.expr), computed(subquery.range), step, computed(subquery.offset)])
            }
            NodeKind::Call(call) => Children(List::Many(&call.args)),
            NodeKind::Aggregate(aggregate) => Children::few([aggregate.parameter, Some(aggregate.expr)]),
            NodeKind::Binary(binary) => Children::few([Some(binary.lhs), Some(binary.rhs)]),
            NodeKind::Unary { expr, .. } | NodeKind::Paren { expr } => Children::few([Some(*expr)]),
            NodeKind::Duration(duration) => Children::few([duration.lhs, Some(duration.rhs)]),
        }
    }
}
