//! The form of expressions for people: lines that are not too long.

use std::fmt;
use std::fmt::Write;

use crate::rules::ast::Binary;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::expr::Expr;
use crate::rules::print::Form;
use crate::rules::print::write_aggregate;
use crate::rules::print::write_node;
use crate::rules::print::write_operator;
use crate::rules::print::write_subquery_end;

/// The longest line of Prometheus' `/api/v1/format_query`.
const COLUMNS: usize = 100;

/// The deepest level that is indented more than the one around it.
const DEEPEST: usize = 512;

/// An expression on several lines, as Prometheus 3.5's `/api/v1/format_query` prints it: [`Expr::pretty`].
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("sum by (job) (rate(errors[5m])) > 0.5", &ParseOptions::default())?;
/// let lines = "  sum by (job) (\n    rate(errors[5m])\n  )\n>\n  0.5";
/// assert_eq!(expr.pretty().with_columns(30).to_string(), lines);
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use = "prints nothing by itself"]
pub struct Pretty<'e> {
    expr: &'e Expr,
    columns: usize,
}

impl Expr {
    /// The expression on several lines, as Prometheus' `/api/v1/format_query` prints it; `{:#}` does the same.
    ///
    /// What is longer than 100 bytes on one line is split: operators stand on lines of their own, and so do arguments and brackets. Each
    /// level is indented by two spaces, up to level 512: with Prometheus, the spaces before a chain of 20,000 terms are 800 MB.
    ///
    /// Each line has Prometheus' text, also where that does not read back, see [`Display`](#impl-Display-for-Expr).
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let expr = Expr::parse("up==0", &ParseOptions::default())?;
    /// assert_eq!(expr.pretty().to_string(), "up == 0");
    /// assert_eq!(expr.pretty().with_columns(4).to_string(), "  up\n==\n  0");
    /// # Ok::<(), alert_schemas::rules::ExprErrors>(())
    /// ```
    pub fn pretty(&self) -> Pretty<'_> {
        Pretty { expr: self, columns: COLUMNS }
    }
}

impl Pretty<'_> {
    /// The same with parts split that are longer than this many bytes. Default 100, as Prometheus does.
    pub fn with_columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }
}

impl fmt::Display for Pretty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer { out: f, expr: self.expr, columns: self.columns, lengths: lengths(self.expr), joined: false };
        printer.run()
    }
}

/// What is still to be printed, on a stack: trees are too deep to recurse.
enum Step<'e> {
    /// A node on its level.
    Node(NodeId, usize),
    /// A line break.
    Break,
    Indent(usize),
    Text(&'static str),
    Operator(&'e Binary),
    SubqueryEnd(NodeId),
}

struct Printer<'e, 'o, 'f> {
    out: &'o mut fmt::Formatter<'f>,
    expr: &'e Expr,
    columns: usize,
    /// The bytes that each node takes on one line.
    lengths: Vec<usize>,
    /// Whether what comes next follows a sign, without its indentation.
    joined: bool,
}

impl<'e> Printer<'e, '_, '_> {
    fn run(&mut self) -> fmt::Result {
        let mut steps = vec![Step::Node(self.expr.root(), 0)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Node(id, level) => self.node(id, level, &mut steps)?,
                Step::Break => self.out.write_char('\n')?,
                Step::Indent(level) => self.indent(level)?,
                Step::Text(text) => self.out.write_str(text)?,
                Step::Operator(binary) => write_operator(self.out, binary, Form::Prometheus)?,
                Step::SubqueryEnd(id) => write_subquery_end(self.out, self.expr, id, Form::Prometheus)?,
            }
        }
        Ok(())
    }

    fn indent(&mut self, level: usize) -> fmt::Result {
        const SPACES: &str = "                                                                ";
        if std::mem::take(&mut self.joined) {
            return Ok(());
        }
        let mut rest = 2 * level.min(DEEPEST);
        while rest > 0 {
            let spaces = SPACES.get(..rest).unwrap_or(SPACES);
            self.out.write_str(spaces)?;
            rest -= spaces.len();
        }
        Ok(())
    }

    fn one_line(&mut self, id: NodeId) -> fmt::Result {
        self.joined = false;
        write_node(self.out, self.expr, id, Form::Prometheus)
    }

    /// Writes the start of a node, and adds the steps for the rest of it, last first.
    fn node(&mut self, id: NodeId, level: usize, steps: &mut Vec<Step<'e>>) -> fmt::Result {
        let kind = &self.expr.node(id).kind;
        let fits = self.lengths.get(id.index()).is_none_or(|length| *length <= self.columns);
        match kind {
            NodeKind::Unary { op, expr } => {
                self.indent(level)?;
                self.out.write_str(op.as_str())?;
                self.joined = true;
                steps.push(Step::Node(*expr, level));
            }
            // The one node that Prometheus does not indent where it fits.
            NodeKind::Subquery(_) if fits => self.one_line(id)?,
            NodeKind::Subquery(subquery) => steps.extend([Step::SubqueryEnd(id), Step::Node(subquery.expr, level)]),
            NodeKind::Binary(binary) if !fits => steps.extend([
                Step::Node(binary.rhs, level + 1),
                Step::Break,
                Step::Operator(binary),
                Step::Indent(level),
                Step::Break,
                Step::Node(binary.lhs, level + 1),
            ]),
            NodeKind::Aggregate(aggregate) if !fits => {
                self.indent(level)?;
                write_aggregate(self.out, aggregate, Form::Prometheus)?;
                bracketed(steps, &[aggregate.parameter, Some(aggregate.expr)], level);
            }
            NodeKind::Call(call) if !fits && !call.args.is_empty() => {
                self.indent(level)?;
                self.out.write_str(call.function.name())?;
                let args: Vec<Option<NodeId>> = call.args.iter().copied().map(Some).collect();
                bracketed(steps, &args, level);
            }
            NodeKind::Paren { expr } if !fits => {
                self.indent(level)?;
                bracketed(steps, &[Some(*expr)], level);
            }
            _ => {
                self.indent(level)?;
                self.one_line(id)?;
            }
        }
        Ok(())
    }
}

/// Adds the steps for parentheses with each of the nodes on lines of its own, last first.
fn bracketed(steps: &mut Vec<Step<'_>>, ids: &[Option<NodeId>], level: usize) {
    steps.extend([Step::Text(")"), Step::Indent(level), Step::Break]);
    let mut ids = ids.iter().copied().flatten().rev().peekable();
    while let Some(id) = ids.next() {
        steps.push(Step::Node(id, level + 1));
        if ids.peek().is_some() {
            steps.push(Step::Text(",\n"));
        }
    }
    steps.push(Step::Text("(\n"));
}

/// The bytes that each node takes on one line, from the first node to the last.
fn lengths(expr: &Expr) -> Vec<usize> {
    let mut lengths: Vec<usize> = Vec::with_capacity(expr.nodes().len());
    for (id, node) in ids().zip(expr.nodes()) {
        let of = |id: NodeId| lengths.get(id.index()).copied().unwrap_or_default();
        lengths.push(match &node.kind {
            // Part of what holds it.
            NodeKind::Duration(_) => 0,
            NodeKind::Unary { expr, .. } => 1 + of(*expr),
            NodeKind::Paren { expr } => 2 + of(*expr),
            NodeKind::Subquery(subquery) => of(subquery.expr) + count(|out| write_subquery_end(out, expr, id, Form::Prometheus)),
            NodeKind::Binary(binary) => of(binary.lhs) + 2 + count(|out| write_operator(out, binary, Form::Prometheus)) + of(binary.rhs),
            NodeKind::Call(call) => {
                let separators = 2 * call.args.len().saturating_sub(1);
                call.function.name().len() + 2 + separators + call.args.iter().map(|arg| of(*arg)).sum::<usize>()
            }
            NodeKind::Aggregate(aggregate) => {
                let parameter = aggregate.parameter.map_or(0, |parameter| of(parameter) + 2);
                count(|out| write_aggregate(out, aggregate, Form::Prometheus)) + 2 + parameter + of(aggregate.expr)
            }
            NodeKind::Number(_) | NodeKind::String(_) | NodeKind::VectorSelector(_) | NodeKind::MatrixSelector(_) => {
                count(|out| write_node(out, expr, id, Form::Prometheus))
            }
        });
    }
    lengths
}

/// The ids of the nodes from the first on.
fn ids() -> impl Iterator<Item = NodeId> {
    (0..).map(NodeId)
}

/// Counts the bytes that are written.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

fn count(write: impl FnOnce(&mut Count) -> fmt::Result) -> usize {
    let mut count = Count(0);
    // Counting always succeeds.
    let _: fmt::Result = write(&mut count);
    count.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::options::ParseOptions;

    #[track_caller]
    fn pretty(text: &str, columns: usize) -> String {
        let options = ParseOptions::default().with_duration_expressions(true);
        let expr = Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"));
        expr.pretty().with_columns(columns).to_string()
    }

    #[test]
    fn lengths_are_those_of_the_line() {
        let options = ParseOptions::default().with_duration_expressions(true);
        for text in [
            "-(a+b{c='é'}) * on (x, y) group_left (z) vector(time())",
            "topk by (x, 'y z') (3, clamp(rate(a[5m:1m] offset 1h), 0, 1)) unless ignoring () b",
            "count_values without () ('v', rate(a[2*5m] @ 3))[1h:(1m*2)] offset -(1h+1m)",
        ] {
            let expr = Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"));
            let lengths = lengths(&expr);
            for (id, node) in ids().zip(expr.nodes()).filter(|(_, node)| !matches!(node.kind, NodeKind::Duration(_))) {
                let mut line = String::new();
                write_node(&mut line, &expr, id, Form::Prometheus).unwrap();
                assert_eq!(lengths[id.index()], line.len(), "{node:?}");
            }
        }
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        assert_eq!(pretty("a+b", 5), "a + b");
        assert_eq!(pretty("a+b", 4), "  a\n+\n  b");
    }

    #[test]
    fn each_kind_is_split_in_its_way() {
        assert_eq!(pretty("load1>bool on(x)2*load1", 0), "  load1\n> bool on (x)\n    2\n  *\n    load1");
        assert_eq!(pretty("(load1)", 3), "(\n  load1\n)");
        assert_eq!(pretty("topk(3,load1)", 3), "topk(\n  3,\n  load1\n)");
        assert_eq!(pretty("clamp(load1,0,1)", 3), "clamp(\n  load1,\n  0,\n  1\n)");
        assert_eq!(pretty("time()", 3), "time()");
        assert_eq!(pretty("-(load1)", 3), "-(\n  load1\n)");
        assert_eq!(pretty("(-+load1)", 3), "(\n  -+load1\n)");
        assert_eq!(pretty("max_over_time(rate(a[5m])[1h:])", 10), "max_over_time(\n  rate(\n    a[5m]\n  )[1h:]\n)");
    }

    #[test]
    fn a_subquery_that_fits_is_not_indented_by_prometheus() {
        assert_eq!(pretty("max_over_time(a[1h:])", 10), "max_over_time(\na[1h:]\n)");
    }

    #[test]
    fn deep_levels_stay_where_they_are() {
        let text = format!("a{}", "+a".repeat(20_000));
        // 25 terms fit.
        let lines = pretty(&text, 100);
        assert_eq!(lines.lines().count(), 2 * 20_000 + 1 - 2 * 24);
        assert!(lines.lines().all(|line| line.len() <= 2 * DEEPEST + 100));
    }
}
