//! How expressions are read, against a real Prometheus: it is started on loopback and asked for its verdict, its tree
//! (`/api/v1/parse_query`) and its text (`/api/v1/format_query`) of generated expressions, of changed ones, and of soups of tokens.
//!
//! Equal means: the same verdict, and where both accept, the same tree field for field and the same text byte for byte; besides, our one
//! line is accepted there and has the same tree, the order of matchers aside.
//!
//! Documented differences, each a rule over the text:
//! 1. Limits: what is longer, deeper or has larger patterns than [`ExprLimits`](alert_schemas::rules::ExprLimits) is refused here.

#![cfg(feature = "proptest")]

mod util;

#[path = "util/generate.rs"]
mod generate;
#[path = "util/prometheus.rs"]
mod prometheus;
#[path = "util/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use alert_schemas::rules::Expr;
use alert_schemas::rules::ExprErrors;
use alert_schemas::rules::Function;
use alert_schemas::rules::ParseOptions;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;
use serde_json::Value;

use crate::generate::generate;
use crate::prometheus::Prometheus;

/// A server, and how we read what it reads.
struct Pair {
    server: Prometheus,
    options: ParseOptions,
}

impl Pair {
    fn stable(name: &str) -> Self {
        Self { server: Prometheus::start(name, &[]), options: ParseOptions::default() }
    }

    fn experimental(name: &str) -> Self {
        let server = Prometheus::start(name, &["promql-experimental-functions", "promql-duration-expr"]);
        Self { server, options: ParseOptions::default().with_experimental_functions(true).with_duration_expressions(true) }
    }
}

/// Counts what is compared, and tells all that differs at the end.
struct Tally {
    title: String,
    accepted: usize,
    refused: usize,
    documented: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

impl Tally {
    fn new(pair: &Pair, what: &str) -> Self {
        let title = format!("real prometheus {}, {what}", pair.server.version);
        Self { title, accepted: 0, refused: 0, documented: BTreeMap::new(), failed: Vec::new() }
    }

    /// Compares one text.
    fn compare(&mut self, pair: &Pair, text: &str) {
        let theirs = pair.server.ask("parse_query", text);
        let ours = Expr::parse(text, &pair.options);
        match (&ours, &theirs) {
            (Ok(expr), Ok(tree)) => match same(pair, expr, tree) {
                Ok(()) => self.accepted += 1,
                Err(why) => self.fail(text, &why),
            },
            (Err(_), Err(_)) => self.refused += 1,
            (Ok(expr), Err(error)) => self.fail(text, &format!("read as {expr}, refused there: {error}")),
            (Err(errors), Ok(tree)) => match rule(errors) {
                Some(rule) => *self.documented.entry(rule).or_default() += 1,
                None => self.fail(text, &format!("read there as {tree}, refused here: {errors}")),
            },
        }
    }

    fn fail(&mut self, text: &str, why: &str) {
        self.failed.push(format!("{text:?}: {why}").chars().take(1_500).collect());
    }

    /// Prints the line of the comparison; fails if anything differed, or if less than this was accepted and refused.
    fn finish(self, accepted: usize, refused: usize) {
        let differences: usize = self.documented.values().sum();
        let cases = self.accepted + self.refused + differences + self.failed.len();
        println!(
            "{}: {cases} expressions, {} equal ({} accepted), {differences} documented differences",
            self.title,
            self.accepted + self.refused,
            self.accepted
        );
        for (rule, count) in &self.documented {
            println!("    {count} by rule {rule}");
        }
        let shown = self.failed.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.failed.is_empty(), "{}: {} of {cases} differ:\n{shown}", self.title, self.failed.len());
        assert!(self.accepted >= accepted && self.refused >= refused, "{}: {} {}", self.title, self.accepted, self.refused);
    }
}

/// The documented difference that a refusal of ours falls under.
fn rule(errors: &ExprErrors) -> Option<&'static str> {
    let error = errors.first();
    match error.code() {
        "expr_too_long" | "expr_too_deep" | "expr_too_many_nodes" | "expr_too_many_items" | "expr_patterns_too_large" => Some("1: limits"),
        _ => None,
    }
}

/// Whether tree, text and what we print are the same.
fn same(pair: &Pair, expr: &Expr, tree: &Value) -> Result<(), String> {
    let ours = expr.to_parse_query().ok_or("a tree that is too deep")?;
    if ours != *tree {
        return Err(format!("tree {ours}, there {tree}"));
    }
    let text = pair.server.ask("format_query", expr.source_text())?;
    let ours = format!("{expr:#}");
    if text != *ours {
        return Err(format!("prints {ours:?}, there {text}"));
    }
    let line = expr.to_string();
    let again = pair.server.ask("parse_query", &line).map_err(|error| format!("prints {line:?}, refused there: {error}"))?;
    if sorted(again.clone()) != sorted(tree.clone()) {
        return Err(format!("prints {line:?}, which there is {again}"));
    }
    Ok(())
}

/// The tree with the matchers of each selector sorted.
fn sorted(mut tree: Value) -> Value {
    let mut rest = vec![&mut tree];
    while let Some(value) = rest.pop() {
        if let Some(matchers) = value.get_mut("matchers").and_then(Value::as_array_mut) {
            matchers.sort_by_key(Value::to_string);
        }
        match value {
            Value::Object(map) => rest.extend(map.values_mut()),
            Value::Array(list) => rest.extend(list),
            _ => {}
        }
    }
    tree
}

#[test]
#[ignore = "starts a real Prometheus"]
fn valid_expressions_are_read_alike() {
    let pair = Pair::stable("valid");
    let mut tally = Tally::new(&pair, "valid expressions");
    for expr in generate(2_000, any::<Expr>()) {
        tally.compare(&pair, expr.source_text());
    }
    tally.finish(2_000, 0);
}

/// Pieces that texts are changed with, and that soups are made of.
fn pieces() -> Vec<String> {
    #[rustfmt::skip]
    let texts = [
        "(", ")", "{", "}", "[", "]", ",", ":", "=", "==", "!=", "=~", "!~", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "^", "@", "#", "'", "\"",
        "`", "\\", ".", "_", "$", "&&", "||", "!", "~", " ", "\n", "\t", "\u{a0}", "\u{fffd}", "é", "0", "1", "5", "9", "00", "0x", "0xg", "1e", "1e5",
        "1e+", "1.5.2", "5m", "5mm", "5m5h", "1h5m", "1ms", "5 m", "1d1d", "9999999y", "1e400", "0b1", "08", "0o7", "1__0", "inf", "NaN", "Inf",
        "and", "or", "unless", "atan2", "AND", "on", "ignoring", "group_left", "group_right", "by", "without", "bool", "offset", "start", "end",
        "start()", "end()", "step", "sum", "count_values", "topk", "limitk", "limit_ratio", "group", "up", "a:b", ":", "job=\"x\"", "{a=\"b\"}", "[5m]",
        "[5m:]", "[5m:1m]", "[1:1]", "[-5m]", "[0]", "[5m:0s]", "@ 5", "@ inf", "@ -1e3", "@ start()", "offset 5m", "offset -5m", "offset inf",
        "on (a)", "by (a)", "ignoring ()", "group_left ()", "bool", "(up)", "\"a\"", "'b'", "`c`", "\"\\x41\"", "\"\\q\"", "\"\\u00e9\"", "\"\\ud800\"",
        "\"\\400\"", "{\"up\"}", "{__name__=\"up\"}", "{a=\"\"}", "{a=~\".*\"}", "{a=~\"(\"}", "{a!=\"\"}", "# x\n", "rate", "time()", "pi()", "abs(up)",
        "rate(up[5m])", "scalar(up)", "vector(1)", "hour()", "label_replace(up,\"a\",\"b\",\"c\",\"d\")", "sort_by_label(up,\"a\")", "info(up)",
        "avg_over_time", "nosuch(up)", "sum(up)", "topk(1,up)", "count_values(\"a\",up)", "quantile(0.5,up)", "1 - 2", "-1", "+up", "- -up",
    ];
    let functions = Function::all().iter().filter(|function| !function.is_own()).map(|function| function.name().to_owned());
    texts.into_iter().map(str::to_owned).chain(functions).collect()
}

/// A text with some places changed: characters removed, doubled, swapped, replaced by pieces.
fn changed() -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), 0_u8..6, select(pieces()), 0_usize..12);
    (any::<Expr>(), prop::collection::vec(edit, 1..4)).prop_map(|(expr, edits)| {
        let mut chars: Vec<char> = expr.source_text().chars().collect();
        for (at, kind, piece, length) in edits {
            let at = at.index(chars.len() + 1);
            let end = (at + length).min(chars.len());
            match kind {
                0 => drop(chars.drain(at..end)),
                1 => drop(chars.splice(at..at, piece.chars())),
                2 => drop(chars.splice(at..end, piece.chars())),
                3 => chars.truncate(at),
                4 => drop(chars.splice(at..at, chars[at..end].to_vec())),
                _ => drop(chars.drain(..at)),
            }
        }
        chars.into_iter().collect()
    })
}

/// Pieces in any order.
fn soup() -> impl Strategy<Value = String> {
    (prop::collection::vec(select(pieces()), 1..7), select(vec!["", " "])).prop_map(|(pieces, between)| pieces.join(between))
}

#[test]
#[ignore = "starts a real Prometheus"]
fn changed_expressions_are_judged_alike() {
    let pair = Pair::stable("changed");
    let mut tally = Tally::new(&pair, "changed expressions");
    for text in generate(3_000, changed()) {
        tally.compare(&pair, &text);
    }
    tally.finish(100, 1_000);
}

#[test]
#[ignore = "starts a real Prometheus"]
fn soups_of_tokens_are_judged_alike() {
    let pair = Pair::stable("soups");
    let mut tally = Tally::new(&pair, "soups of tokens");
    for text in generate(6_000, soup()).into_iter().collect::<BTreeSet<_>>() {
        tally.compare(&pair, &text);
    }
    // Every piece behind every kind of expression.
    for piece in pieces() {
        for before in ["", "up ", "up[5m] ", "(up) ", "1 ", "sum(up) ", "\"a\" ", "up{", "up[5m", "sum by ", "up + ", "up + on (a) "] {
            for after in ["", " up", ")"] {
                tally.compare(&pair, &format!("{before}{piece}{after}"));
            }
        }
    }
    tally.finish(500, 2_000);
}

/// Arithmetic on durations, which only an experimental option admits.
fn computed() -> impl Strategy<Value = String> {
    let number = select(vec!["5m", "1", "0.5", "1h30m", "0x10", "1e2", "1s1ms", "0", "(1m)", "inf", "a", "1w"]).prop_map(str::to_owned);
    let duration = number.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), select(vec!["+", "-", "*", "/", "%", "^", " - -", " atan2 ", "=="]), inner.clone())
                .prop_map(|(a, op, b)| a + op + &b),
            (select(vec!["-", "+", "- "]), inner.clone()).prop_map(|(sign, inner)| format!("{sign}{inner}")),
            inner.prop_map(|inner| format!("({inner})")),
        ]
    });
    (duration.clone(), duration, 0_u8..6).prop_map(|(a, b, form)| match form {
        0 => format!("up[{a}]"),
        1 => format!("up[{a}:{b}]"),
        2 => format!("up offset {a}"),
        3 => format!("up[{a}] offset {b}"),
        4 => format!("up[{a}:] offset {b} + up"),
        _ => format!("rate(up[{a}]) > {b}"),
    })
}

#[test]
#[ignore = "starts a real Prometheus"]
fn what_is_experimental_is_judged_alike() {
    let (stable, experimental) = (Pair::stable("stable"), Pair::experimental("experimental"));
    let mut texts: BTreeSet<String> = generate(1_500, computed()).into_iter().collect();
    for function in Function::all().iter().filter(|function| !function.is_own()) {
        for arguments in [
            "",
            "up",
            "up[5m]",
            "1",
            "up, 1",
            "1, up",
            "up[5m], 1, 2",
            "up, \"a\"",
            "up, \"a\", \"b\", \"c\", \"d\"",
            "up, {a=\"b\"}",
            "up[5m:], 1",
        ] {
            texts.insert(format!("{}({arguments})", function.name()));
        }
    }
    for operator in [
        "sum",
        "avg",
        "count",
        "min",
        "max",
        "group",
        "stddev",
        "stdvar",
        "topk",
        "bottomk",
        "quantile",
        "count_values",
        "limitk",
        "limit_ratio",
    ] {
        for arguments in ["", "up", "1, up", "\"a\", up", "up, up", "1, up, up", "up[5m]", "\"a\", 1"] {
            texts.insert(format!("{operator}({arguments})"));
            texts.insert(format!("{operator} by (a) ({arguments})"));
        }
        texts.extend([operator.to_owned(), format!("{operator} + {operator}"), format!("sum by ({operator}) ({operator}{{}})")]);
    }
    for (pair, what) in [(&stable, "experimental expressions, not turned on"), (&experimental, "experimental expressions")] {
        let mut tally = Tally::new(pair, what);
        for text in &texts {
            tally.compare(pair, text);
        }
        tally.finish(200, 200);
    }
}

/// Long lines, so that the text has several.
#[test]
#[ignore = "starts a real Prometheus"]
fn long_expressions_are_formatted_alike() {
    let pair = Pair::stable("long");
    let mut tally = Tally::new(&pair, "long expressions");
    for (text, sign) in
        generate(300, (prop::collection::vec(any::<Expr>(), 2..6), select(vec!["", "-", "- + "]))).into_iter().map(|(all, sign)| {
            let all: Vec<_> = all.iter().map(|expr| format!("({})", expr.source_text())).collect();
            (all.join("\n/\n"), sign)
        })
    {
        tally.compare(&pair, &format!("{sign}{text}"));
    }
    for terms in [2, 10, 20, 40] {
        for (first, rest) in [("up", " + up"), ("up", " ^ up"), ("up", " and ignoring (a) up"), ("1", " ^ -1"), ("up", "[1h:]")] {
            tally.compare(&pair, &format!("{first}{}", rest.repeat(terms)));
        }
        for (open, close) in
            [("(", ")"), ("-", ""), ("abs(", ")"), ("sum by (job, instance, cluster) (", ")"), ("max_over_time(", "[1h:])")]
        {
            tally.compare(&pair, &format!("{}up{}", open.repeat(terms), close.repeat(terms)));
        }
    }
    // Trees this deep are read by no JSON reader with its usual limits; the texts are.
    for (first, rest) in [("up", " + up"), ("up", " and ignoring (a) up"), ("1", " ^ -1")] {
        let text = format!("{first}{}", rest.repeat(250));
        let ours = Expr::parse(&text, &pair.options).map(|expr| format!("{expr:#}")).expect("a chain");
        let theirs = pair.server.ask("format_query", &text).expect("a chain");
        if theirs == *ours { tally.accepted += 1 } else { tally.fail(&text, "prints otherwise") }
    }
    tally.finish(40, 0);
}

/// The rows of the tables of the lexer and the printer that are texts: what this Prometheus says of each, whatever the table says.
#[test]
#[ignore = "starts a real Prometheus"]
fn tables_of_a_newer_parser_are_judged_alike() {
    let pairs = [Pair::stable("tables"), Pair::experimental("tables-experimental")];
    for (table, key) in [("lex_table", "input"), ("print_table", "in"), ("parse_table", "input"), ("eval_exprs", "expr")] {
        let Some(rows) = util::rows(table, &format!("corpus/promql/{table}.jsonl")) else { return };
        for pair in &pairs {
            let mut tally = Tally::new(pair, table);
            for text in rows.iter().filter_map(|row| row[key].as_str()) {
                tally.compare(pair, text);
            }
            tally.finish(10, 1);
        }
    }
}
