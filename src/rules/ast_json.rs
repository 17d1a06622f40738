//! The tree of an expression as Prometheus' API gives it.

use std::fmt;
use std::fmt::Write;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::VectorMatching;
use crate::rules::expr::Expr;
use crate::rules::functions::Function;
use crate::rules::selector::AtModifier;
use crate::rules::selector::VectorSelector;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;

/// The most objects and lists inside each other in a [`Value`]: deeper ones would overflow the stack when they are dropped.
const DEEPEST: usize = 512;

impl Expr {
    /// The tree as Prometheus 3.5's `/api/v1/parse_query` answers it, field for field; additions of conditions as PromQL.
    ///
    /// Numbers are texts there, and times whole milliseconds, cut towards zero; a computed duration is 0.
    ///
    /// `None` if objects and lists are more than 512 deep inside each other, as in a chain of 600 additions: a `Value` is dropped, compared
    /// and written with a call for each level. [`write_parse_query`](Self::write_parse_query) writes such trees, too.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    /// use serde_json::json;
    ///
    /// let expr = Expr::parse("-(up offset 5m)", &ParseOptions::default())?;
    /// let up = json!({
    ///     "type": "vectorSelector", "name": "up", "matchers": [{"name": "__name__", "type": "=", "value": "up"}],
    ///     "offset": 300_000, "startOrEnd": null, "timestamp": null,
    /// });
    /// let tree = json!({"type": "unaryExpr", "op": "-", "expr": {"type": "parenExpr", "expr": up}});
    /// assert_eq!(expr.to_parse_query(), Some(tree));
    /// # Ok::<(), alert_schemas::rules::ExprErrors>(())
    /// ```
    #[must_use]
    pub fn to_parse_query(&self) -> Option<Value> {
        // Each node's object and how deep it is; children come first.
        let mut objects: Vec<Option<(Value, usize)>> = Vec::with_capacity(self.nodes().len());
        for node in self.nodes() {
            let mut map = Map::new();
            let mut deepest = 0;
            for (key, field) in fields(&node.kind) {
                let mut take = |id: NodeId, levels: usize| {
                    let (value, depth) = objects.get_mut(id.index()).and_then(Option::take)?;
                    deepest = deepest.max(depth + levels);
                    Some(value)
                };
                let value = match field {
                    Field::Value(value) => value,
                    Field::Node(id) => take(id, 0)?,
                    Field::Nodes(ids) => Value::Array(ids.iter().map(|id| take(*id, 1)).collect::<Option<_>>()?),
                };
                map.insert(key.to_owned(), value);
            }
            let is_shallow = deepest < DEEPEST;
            objects.push(is_shallow.then_some((Value::Object(map), deepest + 1)));
        }
        let (value, _) = objects.get_mut(self.root().index()).and_then(Option::take)?;
        Some(value)
    }

    /// Writes what [`to_parse_query`](Self::to_parse_query) gives as JSON, however deep the tree is; keys are sorted.
    ///
    /// # Errors
    ///
    /// Those of `out`; none if it is a `String`.
    ///
    /// ```
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let expr = Expr::parse("(1)", &ParseOptions::default())?;
    /// let mut json = String::new();
    /// expr.write_parse_query(&mut json)?;
    /// assert_eq!(json, r#"{"expr":{"type":"numberLiteral","val":"1"},"type":"parenExpr"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_parse_query(&self, out: &mut impl Write) -> fmt::Result {
        let mut steps = vec![Step::Node(self.root())];
        while let Some(step) = steps.pop() {
            match step {
                Step::Text(text) => out.write_str(text)?,
                Step::Value(value) => write!(out, "{value}")?,
                Step::Key(key) => write!(out, "\"{key}\":")?,
                Step::Node(id) => {
                    out.write_char('{')?;
                    steps.push(Step::Text("}"));
                    let mut fields = fields(&self.node(id).kind);
                    fields.sort_unstable_by_key(|(key, _)| *key);
                    for (at, (key, field)) in fields.into_iter().enumerate().rev() {
                        match field {
                            Field::Value(value) => steps.push(Step::Value(value)),
                            Field::Node(id) => steps.push(Step::Node(id)),
                            Field::Nodes(ids) => {
                                steps.push(Step::Text("]"));
                                for (at, id) in ids.iter().enumerate().rev() {
                                    steps.extend([Step::Node(*id), Step::Text(if at > 0 { "," } else { "" })]);
                                }
                                steps.push(Step::Text("["));
                            }
                        }
                        steps.extend([Step::Key(key), Step::Text(if at > 0 { "," } else { "" })]);
                    }
                }
            }
        }
        Ok(())
    }
}

/// What is still to be written, on a stack: trees are too deep to recurse.
enum Step {
    Node(NodeId),
    Key(&'static str),
    Value(Value),
    Text(&'static str),
}

/// What a key of a node's object has.
enum Field<'e> {
    Value(Value),
    Node(NodeId),
    Nodes(&'e [NodeId]),
}

/// The keys of a node's object.
fn fields(kind: &NodeKind) -> Vec<(&'static str, Field<'_>)> {
    let value = |value: Value| Field::Value(value);
    match kind {
        NodeKind::Number(number) => {
            vec![("type", value("numberLiteral".into())), ("val", value(format_float(number.value, FloatFormat::Fixed(None)).into()))]
        }
        NodeKind::String(text) => vec![("type", value("stringLiteral".into())), ("val", value((&**text).into()))],
        NodeKind::VectorSelector(selector) => selector_fields("vectorSelector", selector),
        NodeKind::MatrixSelector(matrix) => {
            let mut fields = selector_fields("matrixSelector", &matrix.selector);
            fields.push(("range", value(matrix.range.as_millis().into())));
            fields
        }
        NodeKind::Subquery(subquery) => vec![
            ("type", value("subquery".into())),
            ("expr", Field::Node(subquery.expr)),
            ("range", value(subquery.range.as_millis().into())),
            ("step", value(subquery.step.map_or(0, |step| step.as_millis()).into())),
            ("offset", value(subquery.offset.as_millis().into())),
            ("timestamp", value(timestamp(subquery.at))),
            ("startOrEnd", value(start_or_end(subquery.at))),
        ],
        NodeKind::Call(call) => {
            vec![("type", value("call".into())), ("func", value(function(call.function))), ("args", Field::Nodes(&call.args))]
        }
        NodeKind::Aggregate(aggregate) => vec![
            ("type", value("aggregation".into())),
            ("op", value(aggregate.op.as_str().into())),
            ("expr", Field::Node(aggregate.expr)),
            ("param", aggregate.parameter.map_or(Field::Value(Value::Null), Field::Node)),
            ("grouping", value(labels(&aggregate.grouping))),
            ("without", value(aggregate.without.into())),
        ],
        NodeKind::Binary(binary) => vec![
            ("type", value("binaryExpr".into())),
            ("op", value(binary.op.as_str().into())),
            ("lhs", Field::Node(binary.lhs)),
            ("rhs", Field::Node(binary.rhs)),
            ("matching", value(binary.matching.as_deref().map_or(Value::Null, matching))),
            ("bool", value(binary.return_bool.into())),
        ],
        NodeKind::Unary { op, expr } => {
            vec![("type", value("unaryExpr".into())), ("op", value(op.as_str().into())), ("expr", Field::Node(*expr))]
        }
        NodeKind::Paren { expr } => vec![("type", value("parenExpr".into())), ("expr", Field::Node(*expr))],
        // Not part of the answer: what it belongs to says 0.
        NodeKind::Duration(_) => Vec::new(),
    }
}

fn selector_fields<'e>(name: &'static str, selector: &VectorSelector) -> Vec<(&'static str, Field<'e>)> {
    let matchers = selector.matchers.iter().map(|m| json!({"name": m.name(), "type": m.op().as_str(), "value": m.value()}));
    vec![
        ("type", Field::Value(name.into())),
        ("name", Field::Value(selector.name.as_deref().unwrap_or_default().into())),
        ("matchers", Field::Value(matchers.collect())),
        ("offset", Field::Value(selector.offset.as_millis().into())),
        ("timestamp", Field::Value(timestamp(selector.at))),
        ("startOrEnd", Field::Value(start_or_end(selector.at))),
    ]
}

fn timestamp(at: Option<AtModifier>) -> Value {
    match at {
        Some(AtModifier::Timestamp(millis)) => millis.into(),
        Some(AtModifier::Start | AtModifier::End) | None => Value::Null,
    }
}

fn start_or_end(at: Option<AtModifier>) -> Value {
    match at {
        Some(AtModifier::Start) => "start".into(),
        Some(AtModifier::End) => "end".into(),
        Some(AtModifier::Timestamp(_)) | None => Value::Null,
    }
}

fn function(function: &Function) -> Value {
    let types = function.argument_types().iter().map(|ty| Value::from(ty.as_str()));
    json!({
        "name": function.name(), "argTypes": types.collect::<Value>(), "variadic": function.variadic(),
        "returnType": function.return_type().as_str(),
    })
}

fn matching(matching: &VectorMatching) -> Value {
    json!({
        "card": matching.card.as_str(), "labels": labels(&matching.labels), "on": matching.on, "include": labels(&matching.include),
    })
}

fn labels(labels: &[Box<str>]) -> Value {
    labels.iter().map(|label| Value::from(&**label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::options::ParseOptions;

    #[track_caller]
    fn read(text: &str) -> Expr {
        let options = ParseOptions::default().with_duration_expressions(true);
        Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"))
    }

    fn json(expr: &Expr) -> String {
        let mut json = String::new();
        expr.write_parse_query(&mut json).unwrap();
        json
    }

    #[track_caller]
    fn gives(text: &str, tree: Value) {
        let expr = read(text);
        assert_eq!(json(&expr).parse::<Value>().unwrap(), tree);
        assert_eq!(expr.to_parse_query(), Some(tree));
    }

    fn number(text: &str) -> Value {
        json!({"type": "numberLiteral", "val": text})
    }

    fn load1() -> Value {
        json!({
            "type": "vectorSelector", "name": "load1", "matchers": [{"name": "__name__", "type": "=", "value": "load1"}],
            "offset": 0, "timestamp": null, "startOrEnd": null,
        })
    }

    #[test]
    fn literals() {
        gives("-1e3", number("-1000"));
        gives("5m", number("300"));
        gives("inf", number("+Inf"));
        gives("'a\"\\n'", json!({"type": "stringLiteral", "val": "a\"\n"}));
    }

    #[test]
    fn selectors() {
        let tree = json!({
            "type": "matrixSelector", "name": "", "range": 300_000, "offset": -1_500, "timestamp": 2_500, "startOrEnd": null,
            "matchers": [{"name": "__name__", "type": "=", "value": "a b"}, {"name": "c", "type": "!~", "value": "d"}],
        });
        gives("{'a b',c!~'d'}[5m] offset -1.5 @ 2.5", tree);
        let tree = json!({
            "type": "subquery", "expr": load1(), "range": 3_600_000, "step": 0, "offset": 0, "timestamp": null, "startOrEnd": "end",
        });
        gives("load1[1h:] @ end()", tree);
        let mut tree = load1();
        tree["type"] = "matrixSelector".into();
        tree["range"] = 0.into();
        gives("load1[5m*2]", tree);
    }

    #[test]
    fn calls_and_aggregations() {
        let func = json!({"name": "round", "argTypes": ["vector", "scalar"], "variadic": 1, "returnType": "vector"});
        gives("round(load1)", json!({"type": "call", "func": func, "args": [load1()]}));
        let tree = json!({
            "type": "aggregation", "op": "topk", "expr": load1(), "param": number("3"), "grouping": ["a", "b"], "without": true,
        });
        gives("topk without (a, b) (3, load1)", tree);
        let tree = json!({"type": "aggregation", "op": "sum", "expr": load1(), "param": null, "grouping": [], "without": false});
        gives("sum(load1)", tree);
    }

    #[test]
    fn operators() {
        let matching = json!({"card": "one-to-many", "labels": ["a"], "on": true, "include": ["b"]});
        let tree = json!({"type": "binaryExpr", "op": "==", "lhs": load1(), "rhs": load1(), "matching": matching, "bool": true});
        gives("load1 == bool on (a) group_right (b) load1", tree);
        let tree = json!({"type": "binaryExpr", "op": "+", "lhs": load1(), "rhs": number("1"), "matching": null, "bool": false});
        gives("-(load1 + 1)", json!({"type": "unaryExpr", "op": "-", "expr": {"type": "parenExpr", "expr": tree}}));
    }

    #[test]
    fn a_value_is_not_too_deep_to_be_dropped() {
        let chain = |terms: usize| read(&format!("1{}", "+1".repeat(terms - 1)));
        assert!(chain(DEEPEST).to_parse_query().is_some());
        assert!(chain(DEEPEST + 1).to_parse_query().is_none());
        assert!(chain(20_000).to_parse_query().is_none());
    }

    #[test]
    fn a_text_is_as_deep_as_the_tree() {
        let json = json(&read(&format!("1{}", "^1".repeat(19_999))));
        assert_eq!(json.matches("numberLiteral").count(), 20_000);
        assert_eq!(json.matches('{').count(), json.matches('}').count());
    }
}
