//! Expressions against what Prometheus 3.5.3 answered, row by row.
//!
//! Equal means: accepted or refused as recorded; the tree as `/api/v1/parse_query` gave it, field for field; the text for people as
//! `/api/v1/format_query` gave it, byte for byte. Besides, whatever is accepted is printed on one line as a text that reads back as the
//! same tree, the order of matchers aside. The wording of errors is ours.
//!
//! Some rows come from test sources of Prometheus 3.14. Those that 3.5.3 does not parse, by the recorded verdict where there is one, are
//! outside of what is compared; each test states its rule.

mod util;

use alert_schemas::rules::Expr;
use alert_schemas::rules::ExprErrors;
use alert_schemas::rules::ParseOptions;
use serde_json::Value;

use crate::util::Tally;

fn stable() -> ParseOptions {
    ParseOptions::default()
}

fn experimental() -> ParseOptions {
    stable().with_experimental_functions(true).with_duration_expressions(true)
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or_else(|| panic!("{key} of {row}"))
}

/// Counts the row as equal or not.
fn count(tally: &mut Tally, input: &str, outcome: Result<(), String>) {
    match outcome {
        Ok(()) => tally.equal(),
        Err(why) => tally.failed(format!("{input:?}: {why}")),
    }
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

fn tree(expr: &Expr) -> Value {
    expr.to_parse_query().expect("a tree that is not deep")
}

/// Whether the one line of an expression reads back as the same tree.
fn reads_back(expr: &Expr, options: &ParseOptions) -> Result<(), String> {
    let line = expr.to_string();
    let read = Expr::parse(&line, options).map_err(|errors| format!("prints {line}, which is refused: {errors}"))?;
    if sorted(tree(&read)) != sorted(tree(expr)) {
        return Err(format!("prints {line}, which reads as {read:?}"));
    }
    let again = read.to_string();
    if again == line { Ok(()) } else { Err(format!("prints {line}, and then {again}")) }
}

/// Compares what was read with the recorded `canonical`, and tells whether it reads back.
fn accepted(ours: Result<Expr, ExprErrors>, canonical: &str, options: &ParseOptions) -> Result<(), String> {
    let expr = ours.map_err(|errors| format!("refused: {errors}"))?;
    let pretty = format!("{expr:#}");
    if pretty != canonical {
        return Err(format!("prints\n{pretty}\nexpected\n{canonical}"));
    }
    reads_back(&expr, options)
}

fn refused(ours: Result<Expr, ExprErrors>) -> Result<(), String> {
    match ours {
        Ok(expr) => Err(format!("read as {expr}")),
        Err(errors) if errors.iter().any(|error| error.to_string().is_empty() || error.code().is_empty()) => Err("says nothing".to_owned()),
        Err(_) => Ok(()),
    }
}

/// Compares with a verdict: `{"ok", "canonical"}`, and `ok_experimental` if it is accepted with experimental features only.
fn verdict(input: &str, verdict: &Value) -> Result<(), String> {
    if verdict["ok"] == true {
        accepted(Expr::parse(input, &stable()), text(verdict, "canonical"), &stable())
    } else if verdict["ok_experimental"] == true {
        refused(Expr::parse(input, &stable()))?;
        accepted(Expr::parse(input, &experimental()), text(verdict, "canonical"), &experimental())
    } else {
        refused(Expr::parse(input, &stable()))
    }
}

#[test]
fn expressions_of_public_rules() {
    let Some(rows) = util::rows("rules/exprs", "corpus/rules/exprs.jsonl") else { return };
    let mut tally = Tally::new("rules/exprs");
    for row in &rows {
        count(&mut tally, text(row, "expr"), verdict(text(row, "expr"), &row["verdict"]));
    }
    tally.finish();
}

#[test]
fn trees_of_public_rules() {
    let Some(rows) = util::rows("rules/asts", "corpus/rules/asts.jsonl") else { return };
    let mut tally = Tally::new("rules/asts");
    for row in &rows {
        let outcome = Expr::parse(text(row, "expr"), &stable()).map(|expr| tree(&expr)).map_err(|errors| errors.to_string());
        tally.compare(&text(row, "expr"), outcome, Ok(row["ast"].clone()));
    }
    tally.finish();
}

/// Unreadable is a row without a recorded verdict, or whose expression is not a text.
#[test]
fn expressions_of_the_test_scripts() {
    let Some(rows) = util::rows("promql/eval_exprs", "corpus/promql/eval_exprs.jsonl") else { return };
    let mut tally = Tally::new("promql/eval_exprs");
    for row in &rows {
        match (row["expr"].as_str(), &row["prometheus_3_5_3"]) {
            (Some(expr), recorded @ Value::Object(_)) => count(&mut tally, expr, verdict(expr, recorded)),
            _ => tally.unreadable(),
        }
    }
    tally.finish();
}

/// Unreadable is a row whose input is not a text: Go code, or bytes that are not UTF-8.
#[test]
fn parser_table() {
    let Some(rows) = util::rows("promql/parse_table", "corpus/promql/parse_table.jsonl") else { return };
    let mut tally = Tally::new("promql/parse_table");
    for row in &rows {
        let Some(input) = row["input"].as_str() else {
            tally.unreadable();
            continue;
        };
        let outcome = verdict(input, &row["prometheus_3_5_3"]).and_then(|()| match row.get("ast_3_5_3") {
            None => Ok(()),
            Some(expected) => {
                let found = Expr::parse(input, &experimental()).map(|expr| tree(&expr)).map_err(|errors| errors.to_string())?;
                if found == *expected { Ok(()) } else { Err(format!("tree {found}, expected {expected}")) }
            }
        });
        count(&mut tally, input, outcome);
    }
    tally.finish();
}

/// The line length of the tests that the tables of the prettifier come from.
const PRETTY_COLUMNS: usize = 10;

/// What Prometheus 3.5.3 has not got yet, and refuses: a row that has one of these between other letters is unreadable.
const LATER: &[&str] = &["fill", "fill_left", "fill_right", "anchored", "smoothed", "step", "range", "min_of", "max_of"];

/// Whether one of the words of a text is among these.
fn has_word(text: &str, words: &[&str]) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| words.contains(&word))
}

/// A text without the parentheses around single durations or numbers, and with numbers of seconds behind `offset` as durations.
fn without_single(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        out.push_str(before);
        let (inner, after) = behind.split_once(')').unwrap_or((behind, ""));
        let is_single = before.ends_with(['[', ':']) || before.ends_with("offset ");
        if is_single && !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let unit = if inner.ends_with(|c: char| c.is_ascii_digit()) { "s" } else { "" };
            out.push_str(&format!("{inner}{unit}"));
            rest = after;
        } else {
            out.push('(');
            rest = behind;
        }
    }
    out + rest
}

/// An absent `out` is the input. Unreadable is a row that uses what came after Prometheus 3.5.3, see [`LATER`].
///
/// Documented difference: 3.5.3 drops the parentheses around a single duration or number, `up[(5m)]` is `up[5m]`; later versions keep them.
/// Such a row passes if the text without these parentheses is as expected of it. That 3.5.3 prints it so is asked in
/// `tests/real_prometheus_parse.rs`.
#[test]
fn printer_table() {
    let Some(rows) = util::rows("promql/print_table", "corpus/promql/print_table.jsonl") else { return };
    let mut tally = Tally::new("promql/print_table");
    for row in &rows {
        let input = text(row, "in");
        let expected = row["out"].as_str().unwrap_or(input);
        if has_word(input, LATER) {
            tally.unreadable();
            continue;
        }
        let expr = match Expr::parse(input, &experimental()) {
            Ok(expr) => expr,
            Err(errors) => {
                tally.failed(format!("{input:?}: refused: {errors}"));
                continue;
            }
        };
        let is_pretty = text(row, "table").starts_with("prettier_test");
        let found = if is_pretty { expr.pretty().with_columns(PRETTY_COLUMNS).to_string() } else { expr.to_string() };
        if found != expected && found == without_single(expected) && reads_back(&expr, &experimental()).is_ok() {
            tally.documented("parentheses around one duration");
            continue;
        }
        let outcome =
            if found == expected { reads_back(&expr, &experimental()) } else { Err(format!("prints {found}, expected {expected}")) };
        count(&mut tally, input, outcome);
    }
    tally.finish();
}

/// Unreadable is a row of the language of series (`seriesDesc`), which is not that of expressions.
///
/// A row tells what the lexer says, and most are no expressions. What is compared is: no row that the lexer refuses is an expression, and
/// a row of one token, or of tokens that can only make an expression, is refused for what the parser, not the lexer, expects.
#[test]
fn lexer_table() {
    let Some(rows) = util::rows("promql/lex_table", "corpus/promql/lex_table.jsonl") else { return };
    let mut tally = Tally::new("promql/lex_table");
    for row in &rows {
        if row["seriesDesc"] == true {
            tally.unreadable();
            continue;
        }
        let input = text(row, "input");
        count(&mut tally, input, lexed(input, row));
    }
    tally.finish();
}

/// The codes of errors that are the lexer's.
const LEXICAL: &[&str] = &[
    "expr_invalid_duration",
    "expr_invalid_number",
    "expr_invalid_string",
    "expr_unclosed_bracket",
    "expr_unexpected_character",
    "expr_unopened_bracket",
    "expr_unterminated_string",
];

fn lexed(input: &str, row: &Value) -> Result<(), String> {
    let ours = Expr::parse(input, &experimental());
    if row["fail"] == true {
        return refused(ours);
    }
    let has_error = row["tokens"].as_array().into_iter().flatten().any(|token| token["type"] == "ERROR");
    match ours {
        Ok(_) if has_error => Err("read in spite of an error".to_owned()),
        Ok(_) => Ok(()),
        Err(errors) if has_error || !LEXICAL.contains(&errors.first().code()) => Ok(()),
        Err(errors) => Err(format!("refused by the lexer: {errors}")),
    }
}
