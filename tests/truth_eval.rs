//! The evaluator against what Prometheus 3.5.3 answered to the expressions of its own test scripts.
//!
//! The samples of a script are loaded as the recording loaded them, those that are native histograms left out; a row whose answer needs
//! those is not compared. A row counts once, and is equal if type, labels, order, times and values are.
//!
//! What needs a part that is not evaluated here is counted by that part, and printed.
//!
//! Documented differences (see `rules::eval`):
//!
//! 1. The last digits: values differ by at most 1e-12 of their size, where the expression has `^`, `atan2`, or a function that is no
//!    arithmetic.
//! 2. A text in parentheses is that text, where Prometheus 3.5 fails.

mod util;

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fs;

use alert_schemas::AlertDuration;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::Series;
use alert_schemas::metrics::load::Load;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::rules::Expr;
use alert_schemas::rules::NodeKind;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::ValueType;
use alert_schemas::rules::eval::EvalRange;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::rules::eval::Feature;
use alert_schemas::rules::eval::unsupported;
use serde_json::Value;
use serde_json::json;

use crate::util::Tally;

/// The values of a series with native histograms as steps without a value.
fn without_histograms(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let mut behind = after.split_once("}}").expect("a closed histogram").1;
        let mut count = 1;
        // `{{…}}+{{…}}x3` is the first and three more, and so is `{{…}}x3`.
        if let Some(step) = behind.strip_prefix("+{{").or_else(|| behind.strip_prefix("-{{")) {
            behind = step.split_once("}}").expect("a closed histogram").1;
        }
        if let Some(times) = behind.strip_prefix('x') {
            let end = times.find(|c: char| !c.is_ascii_digit()).unwrap_or(times.len());
            count += times[..end].parse::<usize>().expect("a count");
            behind = &times[end..];
        }
        out.push_str(&format!("_x{count}"));
        rest = behind;
    }
    out + rest
}

/// The store as the recording had it before a line: what was loaded since the last `clear`, series in the order in which they began.
fn store(script: &str, line: usize) -> MemoryStore {
    let mut text = String::new();
    let mut inside = false;
    for line in script.lines().take(line - 1) {
        let line = line.trim();
        inside = match line.split_whitespace().next() {
            Some("load" | "load_with_nhcb") => {
                text.push('\n');
                true
            }
            Some("clear") => {
                text.clear();
                false
            }
            Some(word) => inside && !word.starts_with('#'),
            None => false,
        };
        if inside {
            text.push_str(&without_histograms(line));
            text.push('\n');
        }
    }
    let load = Load::parse(&text, &LoadOptions::default().with_float_series_only(true)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut all: Vec<Series> = Vec::new();
    for block in &load.blocks {
        // Of series with the same labels the last counts.
        let last: BTreeMap<_, _> = block.series.iter().map(|series| (&series.labels, series)).collect();
        all.extend(last.values().map(|series| series.to_series(block.step)).filter(|series| !series.samples.is_empty()));
    }
    all.sort_by(|a, b| (a.samples[0].at, &a.labels).cmp(&(b.samples[0].at, &b.labels)));
    let mut store = MemoryStore::new();
    all.iter().for_each(|series| store.extend(series).expect("samples in order"));
    store
}

/// What the row says, as the API answers: `None` for a refusal.
fn expected(result: &Value) -> Option<Value> {
    if result["ok"] == false {
        return None;
    }
    let point = |sample: &Value| json!({ "metric": sample["labels"], "value": sample["value"] });
    Some(match result["type"].as_str().expect("a type") {
        "string" => json!({ "type": "string", "value": result["value"] }),
        kind => match (&result["samples"], &result["steps"], &result["series"]) {
            (Value::Array(samples), ..) => json!({ "type": kind, "samples": samples.iter().map(point).collect::<Vec<_>>() }),
            (_, Value::Array(steps), _) => {
                let mut series: BTreeMap<String, Vec<Value>> = BTreeMap::new();
                for step in steps {
                    for sample in step["samples"].as_array().expect("samples") {
                        series.entry(sample["labels"].to_string()).or_default().push(json!([step["at"], sample["value"]]));
                    }
                }
                json!({ "type": "matrix", "series": series })
            }
            (_, _, Value::Array(list)) => {
                let points = |series: &Value| -> Vec<Value> {
                    series["points"].as_array().expect("points").iter().map(|point| json!([point["at"], point["value"]])).collect()
                };
                let series: BTreeMap<String, Vec<Value>> = list.iter().map(|one| (one["labels"].to_string(), points(one))).collect();
                json!({ "type": "matrix", "series": series })
            }
            _ => panic!("{result}"),
        },
    })
}

/// What the API would answer, in the same form.
fn found(data: &Value) -> Value {
    let result = &data["result"];
    match data["resultType"].as_str().expect("a type") {
        "string" => json!({ "type": "string", "value": result[1] }),
        "scalar" => json!({ "type": "scalar", "samples": [{ "metric": {}, "value": result[1] }] }),
        "vector" => {
            let point = |sample: &Value| json!({ "metric": sample["metric"], "value": sample["value"][1] });
            json!({ "type": "vector", "samples": result.as_array().expect("samples").iter().map(point).collect::<Vec<_>>() })
        }
        _ => {
            let list = result.as_array().expect("series").iter();
            let series: BTreeMap<String, Value> = list.map(|one| (one["metric"].to_string(), one["values"].clone())).collect();
            json!({ "type": "matrix", "series": series })
        }
    }
}

/// Whether two answers are equal but for the last digits of numbers.
fn close(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() <= 1e-12 * a.abs().max(b.abs()))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| close(a, b))),
        (a, b) => a == b,
    }
}

/// Whether numbers and times are equal; a whole number may be written as a fraction.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b))),
        (a, b) => a == b,
    }
}

/// Samples sorted by their labels, where their order says nothing.
fn sorted(mut answer: Value) -> Value {
    if let Value::Array(samples) = &mut answer["samples"] {
        samples.sort_by_key(Value::to_string);
    }
    answer
}

/// Whether the last digits are those of the platform (difference 1).
fn has_platform_digits(expr: &Expr) -> bool {
    expr.nodes().iter().any(|node| match &node.kind {
        NodeKind::Binary(binary) => matches!(binary.op.as_str(), "^" | "atan2"),
        NodeKind::Call(call) => {
            let name = call.function.name();
            ["exp", "ln", "log2", "log10"].contains(&name) || ["sin", "cos", "tan"].iter().any(|part| name.contains(part))
        }
        _ => false,
    })
}

fn millis(seconds: &Value) -> SampleTime {
    SampleTime::from_millis((seconds.as_f64().expect("seconds") * 1_000.0).round() as i64)
}

fn answer(row: &Value, expr: &Expr, store: &MemoryStore) -> Option<Value> {
    let evaluator = Evaluator::new(store);
    if row["kind"] == "range" {
        let step = AlertDuration::millis((row["step"].as_f64().expect("a step") * 1_000.0) as u32);
        let range = EvalRange::new(millis(&row["start"]), millis(&row["end"]), step).expect("a range");
        let series = evaluator.values_over(expr, &range).ok()?;
        return Some(found(&alert_schemas::rules::eval::Value::Matrix(series).to_query_data()));
    }
    Some(found(&evaluator.value_at(expr, millis(&row["at"])).ok()?.to_query_data()))
}

#[test]
fn evals_of_prometheus_own_scripts() {
    let Some(rows) = util::rows("evals_3.5.3", "corpus/promql/evals_3.5.3.jsonl") else { return };
    let mut files: Vec<&str> = rows.iter().map(|row| row["file"].as_str().expect("a file")).collect();
    files.dedup();
    let mut unsupported_by: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let script = fs::read_to_string(util::shared(&format!("corpus/promql/testdata/{file}")).expect("the script")).expect("a text");
        let mut stores: HashMap<usize, MemoryStore> = HashMap::new();
        let mut tally = Tally::new(&format!("evals_3.5.3/{file}"));
        let mut skipped = 0;
        for row in rows.iter().filter(|row| row["file"] == file) {
            let (text, line) = (row["expr"].as_str().expect("a text"), row["line"].as_u64().expect("a line") as usize);
            let mut missing = |feature: String| {
                skipped += 1;
                *unsupported_by.entry(feature).or_default() += 1;
            };
            if row["histogram"] == true && row["same_without_histograms"] != true {
                missing("native histograms".to_owned());
                continue;
            }
            let options = ParseOptions::default().with_experimental_functions(row["experimental"] == true);
            let parsed = Expr::parse(text, &options);
            let expected = expected(&row["result"]);
            let Ok(expr) = parsed else {
                tally.compare(&(line, text, parsed.map(|_| ())), None, expected);
                continue;
            };
            if let Some(first) = unsupported(&expr).first() {
                missing(match first.feature() {
                    Feature::Aggregation(op) => format!("aggregation {op}"),
                    Feature::Function(name) => format!("function {name}"),
                    other => other.to_string(),
                });
                continue;
            }
            let ours = answer(row, &expr, stores.entry(line).or_insert_with(|| store(&script, line)));
            // The order of the recording means nothing where hash maps of Prometheus gave it.
            let arrange = |answer: Option<Value>| answer.map(|answer| if row["order"] == "varies" { sorted(answer) } else { answer });
            let (ours, theirs) = (arrange(ours), arrange(expected));
            match (&ours, &theirs) {
                (Some(ours), Some(theirs)) if equal(ours, theirs) => tally.equal(),
                (None, None) => tally.equal(),
                (Some(ours), Some(theirs)) if has_platform_digits(&expr) && close(ours, theirs) => tally.documented("1: last digits"),
                (Some(_), None) if expr.value_type() == ValueType::String && text.starts_with('(') => {
                    tally.documented("2: text in parentheses")
                }
                _ => tally.failed(format!("{line}: {text}\n  found    {}\n  expected {}", show(&ours), show(&theirs))),
            }
        }
        match skipped {
            all if all == rows.iter().filter(|row| row["file"] == file).count() => {
                println!("truth evals_3.5.3/{file}: all {all} unsupported")
            }
            _ => {
                println!("evals_3.5.3/{file}: {skipped} unsupported");
                tally.finish();
            }
        }
    }
    println!("unsupported, by feature:");
    for (feature, count) in unsupported_by {
        println!("  {count:5} {feature}");
    }
}

fn show(answer: &Option<Value>) -> String {
    answer.as_ref().map_or_else(|| "an error".to_owned(), Value::to_string)
}
