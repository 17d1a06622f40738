//! The one-line form of expressions.

use std::fmt;
use std::fmt::Write;

use crate::alerts::LabelSyntax;
use crate::alerts::MatchOp;
use crate::metrics::MetricName;
use crate::rules::ast::Aggregate;
use crate::rules::ast::Binary;
use crate::rules::ast::Cardinality;
use crate::rules::ast::DurationExpr;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::VectorMatching;
use crate::rules::expr::Expr;
use crate::rules::operators::BinaryOp;
use crate::rules::print_number::write_at;
use crate::rules::print_number::write_number;
use crate::rules::print_number::write_time;
use crate::rules::selector::AtModifier;
use crate::rules::selector::QueryDuration;
use crate::rules::selector::VectorSelector;
use crate::utils::go;

/// Which text is printed where Prometheus 3.5 prints one that does not read back as the same tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Prometheus' text.
    Prometheus,
    /// One that reads back.
    Readable,
}

impl fmt::Display for Expr {
    /// `{}` prints one line, as Prometheus 3.5's `Expr.String()`: one space around operators, matchers sorted, keywords in lower case,
    /// numbers in full. Additions of conditions are printed as PromQL. The text reads back as the same tree, but for the order of
    /// matchers. Ten texts of Prometheus do not, so here another is printed:
    ///
    /// | | expression | Prometheus 3.5 | here |
    /// |---|---|---|---|
    /// | 1 | `a and on ("ünï") b`, and with `ignoring`, `group_left`, `group_right` | `on (ünï)` | `on ("ünï")` |
    /// | 2 | `a * ignoring () group_left b` | `a * b` | `a * ignoring () group_left () b` |
    /// | 3 | `Inf ^ 2` | `+Inf ^ 2`, which is `+(Inf ^ 2)` | `Inf ^ 2` |
    /// | 4 | `sum by ("inf") (a)`, and with `nan` or `without` for a label | `sum by (inf) (a)` | `sum by ("inf") (a)` |
    /// | 5 | `1s1ms`, and other durations that are not exact in binary | `1s` | `1s1ms` |
    /// | 6 | `-0s` | `0s` | `-0s` |
    /// | 7 | `up[0.0005]`, and other times that are not whole milliseconds | `up[0s]` | `up[0.0005]` |
    /// | 8 | `"\ufffd"` | the character itself, which is refused | `"\ufffd"` |
    /// | 9 | `up offset (1m) * 2`, computed | `up offset 1m * 2`, which multiplies `up` | `up offset (1m) * 2` |
    /// | 10 | `up[(-1m) ^ 2]`, computed | `up[-1m ^ 2]`, which is `-(1m ^ 2)` | `up[(-1m) ^ 2]` |
    ///
    /// `{:#}` prints several lines where one would be longer than 100 bytes: what Prometheus' `/api/v1/format_query` answers, byte for
    /// byte, so also the ten texts above. See [`Expr::pretty`].
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let expr = Expr::parse("SUM(rate(errors{job='api',code=~'5..'}[300])) BY(job)>.5", &ParseOptions::default())?;
    /// assert_eq!(expr.to_string(), r#"sum by (job) (rate(errors{code=~"5..",job="api"}[5m])) > 0.5"#);
    ///
    /// let expr = Expr::parse("limit * ignoring () group_left up", &ParseOptions::default())?;
    /// assert_eq!(expr.to_string(), "limit * ignoring () group_left () up");
    /// assert_eq!(format!("{expr:#}"), "limit * up");
    /// # Ok::<(), alert_schemas::rules::ExprErrors>(())
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() { write!(f, "{}", self.pretty()) } else { write_node(f, self, self.root(), Form::Readable) }
    }
}

/// What is still to be printed, on a stack: trees are too deep to recurse.
enum Step<'e> {
    Node(NodeId),
    /// The left operand of `^`, before which a sign would be an operator.
    Base(NodeId),
    /// The start of a computed offset, where a bare number would be all of it.
    Start(NodeId),
    Text(&'e str),
    /// A range or step in brackets.
    Time(QueryDuration),
    Offset(QueryDuration),
    At(Option<AtModifier>),
    Operator(&'e Binary),
}

/// Writes a part of a tree on one line.
pub(crate) fn write_node(out: &mut dyn Write, expr: &Expr, id: NodeId, form: Form) -> fmt::Result {
    run(out, expr, vec![Step::Node(id)], form)
}

/// Writes what stands behind the inner expression of a subquery: `[1h:5m] @ 0.000 offset 5m`.
pub(crate) fn write_subquery_end(out: &mut dyn Write, expr: &Expr, id: NodeId, form: Form) -> fmt::Result {
    let mut steps = Vec::new();
    push_subquery_end(&mut steps, &expr.node(id).kind);
    run(out, expr, steps, form)
}

/// Adds the steps behind the inner expression of a subquery, last first.
fn push_subquery_end(steps: &mut Vec<Step<'_>>, kind: &NodeKind) {
    let NodeKind::Subquery(subquery) = kind else { return };
    steps.extend([Step::Offset(subquery.offset), Step::At(subquery.at), Step::Text("]")]);
    steps.extend(subquery.step.map(Step::Time));
    steps.extend([Step::Text(":"), Step::Time(subquery.range), Step::Text("[")]);
}

fn run<'e>(out: &mut dyn Write, expr: &'e Expr, mut steps: Vec<Step<'e>>, form: Form) -> fmt::Result {
    while let Some(step) = steps.pop() {
        match step {
            Step::Text(text) => out.write_str(text)?,
            Step::Node(id) => open(out, expr, id, form, &mut steps)?,
            Step::Base(id) => match &expr.node(id).kind {
                NodeKind::Number(number) if form == Form::Readable && number.value == f64::INFINITY => out.write_str("Inf")?,
                // Only a duration can be negative here: it loses its parentheses when it is read.
                NodeKind::Number(number) if form == Form::Readable && number.value.is_sign_negative() => {
                    steps.extend([Step::Text(")"), Step::Node(id), Step::Text("(")]);
                }
                _ => open(out, expr, id, form, &mut steps)?,
            },
            Step::Start(id) => match &expr.node(id).kind {
                NodeKind::Duration(duration) if !duration.wrapped => push_duration(&mut steps, duration, Step::Start),
                NodeKind::Number(_) => steps.extend([Step::Text(")"), Step::Node(id), Step::Text("(")]),
                _ => steps.push(Step::Node(id)),
            },
            Step::Time(QueryDuration::Nanos(nanos)) => write_time(out, nanos, form)?,
            Step::Time(QueryDuration::Computed(id)) => steps.push(Step::Node(id)),
            Step::Offset(QueryDuration::Nanos(0)) => {}
            Step::Offset(QueryDuration::Nanos(nanos)) => {
                out.write_str(" offset ")?;
                write_time(out, nanos, form)?;
            }
            Step::Offset(QueryDuration::Computed(id)) => {
                out.write_str(" offset ")?;
                steps.push(if form == Form::Readable { Step::Start(id) } else { Step::Node(id) });
            }
            Step::At(at) => write_at(out, at, form)?,
            Step::Operator(binary) => {
                out.write_char(' ')?;
                write_operator(out, binary, form)?;
                out.write_char(' ')?;
            }
        }
    }
    Ok(())
}

/// Writes the start of a node, and adds the steps for the rest of it, last first.
fn open<'e>(out: &mut dyn Write, expr: &'e Expr, id: NodeId, form: Form, steps: &mut Vec<Step<'e>>) -> fmt::Result {
    let kind = &expr.node(id).kind;
    match kind {
        NodeKind::Number(number) => write_number(out, *number, form)?,
        NodeKind::String(text) => out.write_str(&quoted(text.as_bytes(), form))?,
        NodeKind::VectorSelector(selector) => {
            write_selector(out, selector, form)?;
            steps.extend([Step::Offset(selector.offset), Step::At(selector.at)]);
        }
        NodeKind::MatrixSelector(matrix) => {
            write_selector(out, &matrix.selector, form)?;
            steps.extend([Step::Offset(matrix.selector.offset), Step::At(matrix.selector.at)]);
            steps.extend([Step::Text("]"), Step::Time(matrix.range), Step::Text("[")]);
        }
        NodeKind::Subquery(subquery) => {
            push_subquery_end(steps, kind);
            steps.push(Step::Node(subquery.expr));
        }
        NodeKind::Call(call) => {
            out.write_str(call.function.name())?;
            steps.push(Step::Text(")"));
            push_list(steps, &call.args);
            steps.push(Step::Text("("));
        }
        NodeKind::Aggregate(aggregate) => {
            write_aggregate(out, aggregate, form)?;
            steps.extend([Step::Text(")"), Step::Node(aggregate.expr)]);
            if let Some(parameter) = aggregate.parameter {
                steps.extend([Step::Text(", "), Step::Node(parameter)]);
            }
            steps.push(Step::Text("("));
        }
        NodeKind::Binary(binary) => {
            let lhs = if binary.op == BinaryOp::Pow { Step::Base(binary.lhs) } else { Step::Node(binary.lhs) };
            steps.extend([Step::Node(binary.rhs), Step::Operator(binary), lhs]);
        }
        NodeKind::Unary { op, expr } => {
            out.write_str(op.as_str())?;
            steps.push(Step::Node(*expr));
        }
        NodeKind::Paren { expr } => steps.extend([Step::Text(")"), Step::Node(*expr), Step::Text("(")]),
        NodeKind::Duration(duration) => {
            if duration.wrapped {
                steps.push(Step::Text(")"));
            }
            push_duration(steps, duration, if duration.op == BinaryOp::Pow { Step::Base } else { Step::Node });
            if duration.wrapped {
                steps.push(Step::Text("("));
            }
        }
    }
    Ok(())
}

/// Adds the steps for arithmetic on durations without its parentheses, last first; `first` is for what it starts with.
fn push_duration<'e>(steps: &mut Vec<Step<'e>>, duration: &'e DurationExpr, first: fn(NodeId) -> Step<'e>) {
    match duration.lhs {
        Some(lhs) => {
            let operator = [Step::Text(" "), Step::Text(duration.op.as_str()), Step::Text(" ")];
            steps.push(Step::Node(duration.rhs));
            steps.extend(operator);
            steps.push(first(lhs));
        }
        None => steps.extend([first(duration.rhs), Step::Text(duration.op.as_str())]),
    }
}

/// Adds the steps for a list with commas, last first.
fn push_list(steps: &mut Vec<Step<'_>>, ids: &[NodeId]) {
    for (at, id) in ids.iter().enumerate().rev() {
        steps.push(Step::Node(*id));
        if at > 0 {
            steps.push(Step::Text(", "));
        }
    }
}

/// The name and the matchers; the matchers are sorted as texts.
fn write_selector(out: &mut dyn Write, selector: &VectorSelector, form: Form) -> fmt::Result {
    let name = selector.name.as_deref().unwrap_or_default();
    out.write_str(name)?;
    // The matcher that stands for the name before the braces.
    let is_name = |matcher_name: &str, value: &str| matcher_name == MetricName::LABEL && value == name && !name.is_empty();
    let mut texts: Vec<String> = Vec::with_capacity(selector.matchers.len());
    for matcher in &selector.matchers {
        if matcher.op() == MatchOp::Equal && is_name(matcher.name(), matcher.value()) {
            continue;
        }
        let mut text = String::new();
        // Bytes that are not UTF-8 are no letters.
        if LabelSyntax::Legacy.allows(matcher.name()) {
            text.push_str(matcher.name());
        } else {
            text.push_str(&quoted(matcher.name_literal().as_bytes(), form));
        }
        text.push_str(matcher.op().as_str());
        text.push_str(&quoted(matcher.value_literal().as_bytes(), form));
        texts.push(text);
    }
    if texts.is_empty() {
        return Ok(());
    }
    texts.sort_unstable();
    for (at, text) in texts.iter().enumerate() {
        out.write_char(if at == 0 { '{' } else { ',' })?;
        out.write_str(text)?;
    }
    out.write_char('}')
}

/// The operator of an aggregation with its labels: `sum`, `sum by (job) `.
pub(crate) fn write_aggregate(out: &mut dyn Write, aggregate: &Aggregate, form: Form) -> fmt::Result {
    out.write_str(aggregate.op.as_str())?;
    let keyword = match (aggregate.without, aggregate.grouping.is_empty()) {
        (true, _) => " without ",
        (false, false) => " by ",
        (false, true) => return Ok(()),
    };
    out.write_str(keyword)?;
    let needs_quotes = if form == Form::Readable { reads_differently } else { |label: &str| !is_metric_name(label) };
    write_labels(out, &aggregate.grouping, needs_quotes, form)?;
    out.write_char(' ')
}

/// An operator with what belongs to it: `== bool on (job) group_left (team)`.
pub(crate) fn write_operator(out: &mut dyn Write, binary: &Binary, form: Form) -> fmt::Result {
    out.write_str(binary.op.as_str())?;
    if binary.return_bool {
        out.write_str(" bool")?;
    }
    let Some(matching) = &binary.matching else { return Ok(()) };
    let group = match matching.card {
        Cardinality::ManyToOne => Some(" group_left "),
        Cardinality::OneToMany => Some(" group_right "),
        Cardinality::OneToOne | Cardinality::ManyToMany => None,
    };
    if is_matching_written(matching) || (group.is_some() && form == Form::Readable) {
        let needs_quotes = if form == Form::Readable { reads_differently } else { |_: &str| false };
        out.write_str(if matching.on { " on " } else { " ignoring " })?;
        write_labels(out, &matching.labels, needs_quotes, form)?;
        if let Some(group) = group {
            out.write_str(group)?;
            write_labels(out, &matching.include, needs_quotes, form)?;
        }
    }
    Ok(())
}

/// Whether Prometheus prints it: it leaves out `ignoring ()` and what follows.
fn is_matching_written(matching: &VectorMatching) -> bool {
    matching.on || !matching.labels.is_empty()
}

fn write_labels(out: &mut dyn Write, labels: &[Box<str>], needs_quotes: fn(&str) -> bool, form: Form) -> fmt::Result {
    out.write_char('(')?;
    for (at, label) in labels.iter().enumerate() {
        if at > 0 {
            out.write_str(", ")?;
        }
        if needs_quotes(label) {
            out.write_str(&quoted(label.as_bytes(), form))?;
        } else {
            out.write_str(label)?;
        }
    }
    out.write_char(')')
}

/// A text in double quotes, as Go quotes it.
fn quoted(text: &[u8], form: Form) -> String {
    let quoted = go::quote_bytes(text);
    // Go prints the replacement character as it is, and reads it as broken UTF-8.
    if form == Form::Readable && quoted.contains('\u{fffd}') { quoted.replace('\u{fffd}', r"\ufffd") } else { quoted }
}

/// Whether a label of a list must stand in quotes to be read as this label.
fn reads_differently(label: &str) -> bool {
    !is_metric_name(label) || ["inf", "nan", "without"].iter().any(|word| label.eq_ignore_ascii_case(word))
}

/// Whether it is a name of a metric that needs no quotes: letters, digits, `_`, `:`.
fn is_metric_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    !name.starts_with(|c: char| c.is_ascii_digit()) && !name.is_empty() && name.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::options::ParseOptions;

    #[track_caller]
    fn read(text: &str) -> Expr {
        let options = ParseOptions::default().with_experimental_functions(true).with_duration_expressions(true);
        Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"))
    }

    /// What both forms print.
    #[track_caller]
    fn prints(text: &str, printed: &str) {
        assert_eq!(read(text).to_string(), printed);
        assert_eq!(format!("{:#}", read(text)), printed);
        assert_eq!(read(printed).to_string(), printed);
    }

    /// What Prometheus prints, and what reads back.
    #[track_caller]
    fn differs(text: &str, prometheus: &str, readable: &str) {
        assert_eq!(format!("{:#}", read(text)), prometheus);
        assert_eq!(read(text).to_string(), readable);
        assert_eq!(read(readable).to_string(), readable);
    }

    #[test]
    fn selectors() {
        prints("load1", "load1");
        prints("load1{}", "load1");
        prints("load1{b='2',a!=`1`,}", r#"load1{a!="1",b="2"}"#);
        prints(r"{'load.1','b c'=~'\\d+\u00e9'}", r#"{"b c"=~"\\d+é",__name__="load.1"}"#);
        prints("{__name__='load1'}", r#"{__name__="load1"}"#);
        prints("load1 offset 1w @ 3", "load1 @ 3.000 offset 1w");
        prints("load1 offset -90 @ start()", "load1 @ start() offset -1m30s");
        prints("load1[5m] @ end() offset 1d", "load1[5m] @ end() offset 1d");
        prints("sum{}", "sum");
        prints("SUM{a='b'}", r#"SUM{a="b"}"#);
    }

    #[test]
    fn numbers_and_texts() {
        prints("1e3", "1000");
        prints("0x1F", "31");
        prints("-.5", "-0.5");
        prints("- inf", "-Inf");
        prints("+INF", "+Inf");
        prints(r#""a\xff\377""#, r#""a\xff\xff""#);
        prints(r#"up{"\xff"="\xfe"}"#, r#"up{"\xff"="\xfe"}"#);
        prints("nan", "NaN");
        prints("90m", "1h30m");
        prints("-1d", "-1d");
        prints(r#"'a"\n'"#, r#""a\"\n""#);
    }

    #[test]
    fn operators() {
        prints("a+b*c", "a + b * c");
        prints("(a+b)*c", "(a + b) * c");
        prints("- a ^ b", "-a ^ b");
        prints("a>bool 1", "a > bool 1");
        prints("a AND ON(x,y)b", "a and on (x, y) b");
        prints("a / ignoring(x) group_left b", "a / ignoring (x) group_left () b");
        prints("a / on() group_right(z) b", "a / on () group_right (z) b");
        prints("a ATAN2 b", "a atan2 b");
        prints("a or ignoring() b", "a or b");
    }

    #[test]
    fn calls_and_aggregations() {
        prints("time ( )", "time()");
        prints("clamp(a,0,1)", "clamp(a, 0, 1)");
        prints("topk(3,a)by(x)", "topk by (x) (3, a)");
        prints("sum by() (a)", "sum(a)");
        prints("sum without() (a)", "sum without () (a)");
        prints("sum by (a:b, 'c d', offset) (a)", r#"sum by (a:b, "c d", offset) (a)"#);
        prints("count_values('v',a)", r#"count_values("v", a)"#);
        prints("max_over_time(a[5m:30s] offset 1m)[1h:] @ 0", "max_over_time(a[5m:30s] offset 1m)[1h:] @ 0.000");
    }

    #[test]
    fn computed_durations() {
        prints("a[5m*2]", "a[5m * 2]");
        prints("a[(5m+1)*2:1m^2] offset -(1h/3)", "a[(5m + 1) * 2:1m ^ 2] offset -(1h / 3)");
        prints("a[1h - -1m]", "a[1h - -1m]");
    }

    #[test]
    fn what_prometheus_prints_is_not_always_read_back() {
        differs("a and on('ü', b) b", "a and on (ü, b) b", r#"a and on ("ü", b) b"#);
        differs("a * ignoring() group_left b", "a * b", "a * ignoring () group_left () b");
        differs("Inf ^ 2", "+Inf ^ 2", "Inf ^ 2");
        differs("-inf ^ 2", "-+Inf ^ 2", "-Inf ^ 2");
        differs("sum by ('inf', 'Without') (a)", "sum by (inf, Without) (a)", r#"sum by ("inf", "Without") (a)"#);
        differs("1s1ms", "1s", "1s1ms");
        differs("-0s", "0s", "-0s");
        differs("a[0.0005]", "a[0s]", "a[0.0005]");
        differs(r#""\ufffd""#, "\"\u{fffd}\"", r#""\ufffd""#);
        differs("a offset (1m)*2", "a offset 1m * 2", "a offset (1m) * 2");
        differs("a offset +-1m^2", "a offset -1m ^ 2", "a offset -(1m) ^ 2");
        differs("a[(-1m)^2]", "a[-1m ^ 2]", "a[(-1m) ^ 2]");
        differs("a offset -0.0006", "a offset -0s", "a offset -0.0006");
    }

    #[test]
    fn additions_are_printed_as_promql() {
        let options = ParseOptions::default().with_dialect(crate::rules::dialect::Dialect::Condition);
        let expr = Expr::parse("a > 1KiB && b || c", &options).unwrap();
        assert_eq!(expr.to_string(), "a > 1024 and b or c");
    }
}
