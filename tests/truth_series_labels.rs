//! Labels of series against the tables of Prometheus' own label tests.
//!
//! A case is unreadable if it, or the labels that the test compares with, are Go code: `$go`, or a `$call` other than the ways of writing labels.

mod util;

use alert_schemas::alerts::LabelName;
use alert_schemas::alerts::Labels;
use alert_schemas::metrics::MetricName;
use alert_schemas::metrics::SeriesLabels;
use serde_json::Value;

use crate::util::Tally;

const TABLE: &str = "corpus/promql/go_tables/prometheus_model_labels_labels.jsonl";

/// The names and values that a value of the table writes, `None` where it is Go code.
fn pairs(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if value.is_null() || value["$type"] == "Labels" || value["$call"] == "EmptyLabels" {
        return Some(Vec::new());
    }
    let arguments = value["args"].as_array()?;
    match value["$call"].as_str()? {
        "FromStrings" => arguments.chunks_exact(2).map(|pair| Some((text(&pair[0])?, text(&pair[1])?))).collect(),
        "FromMap" => arguments.first()?.as_object()?.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect(),
        _ => None,
    }
}

fn labels(value: &Value) -> Option<SeriesLabels> {
    Some(SeriesLabels::from_pairs(pairs(value)?).expect("labels that Prometheus takes"))
}

/// Whether all names keep the syntax, the one before UTF-8 or ours.
fn is_valid(pairs: &[(String, String)], legacy: bool) -> bool {
    pairs.iter().all(|(name, value)| match name.as_str() {
        "__name__" => value.parse::<MetricName>().is_ok_and(|name| !legacy || name.is_legacy()),
        name => name.parse::<LabelName>().is_ok_and(|name| !legacy || name.is_legacy()),
    })
}

/// The cases of one test.
fn cases<'a>(rows: &'a [Value], test: &str, name: &str) -> impl Iterator<Item = &'a Value> {
    let row = rows.iter().find(|row| row["func"] == test && row["name"] == name);
    row.and_then(|row| row["value"].as_array()).into_iter().flatten()
}

#[test]
fn labels_are_those_of_prometheus() {
    let Some(rows) = util::rows("model/labels/labels_test.go", TABLE) else { return };
    let mut tally = Tally::new("model/labels/labels_test.go");

    for (input, expected) in cases(&rows, "", "testCaseLabels").zip(cases(&rows, "TestLabels_String", "expected")) {
        match (labels(input), expected.as_str()) {
            (Some(labels), Some(expected)) => tally.compare(input, labels.braced().to_string(), expected.to_owned()),
            _ => tally.unreadable(),
        }
    }
    for case in cases(&rows, "TestLabels_HasDuplicateLabelNames", "cases") {
        match pairs(&case["Input"]) {
            Some(pairs) => {
                let refused = Labels::from_pairs(pairs).is_err();
                tally.compare(case, Value::from(refused), case["Duplicate"].clone());
            }
            None => tally.unreadable(),
        }
    }
    for case in cases(&rows, "TestLabels_IsValid", "range").chain(cases(&rows, "TestLabels_ValidationModes", "range")) {
        let legacy = case["callMode"].get("$go").is_none_or(|mode| mode == "model.LegacyValidation");
        match pairs(&case["input"]) {
            Some(pairs) => tally.compare(case, Value::from(is_valid(&pairs, legacy)), case["expected"].clone()),
            None => tally.unreadable(),
        }
    }
    for case in cases(&rows, "TestBuilder", "range") {
        let (Some(base), Some(wanted)) = (labels(&case["base"]), labels(&case["want"])) else {
            tally.unreadable();
            continue;
        };
        let names =
            |list: &Value| -> Vec<String> { list.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect() };
        let mut builder = base.to_builder();
        for set in case["set"].as_array().into_iter().flatten() {
            let (name, value) = (set["$items"][0].as_str().unwrap(), set["$items"][1].as_str().unwrap());
            builder.set(name, value).unwrap();
        }
        for name in names(&case["del"]) {
            builder.remove(&name);
        }
        let built = builder.build();
        let built = if case["keep"].is_null() { built } else { built.keep_only(&names(&case["keep"])) };
        tally.compare(case, built, wanted);
    }
    // What these compare with, hash or print stands in Go code.
    let others = rows.iter().filter(|row| {
        let read =
            ["TestLabels_HasDuplicateLabelNames", "TestLabels_IsValid", "TestLabels_ValidationModes", "TestBuilder", "TestLabels_String"];
        !read.iter().any(|test| row["func"] == *test) && row["name"] != "testCaseLabels"
    });
    others.for_each(|_| tally.unreadable());
    tally.finish();
}
