//! The `load` notation against what Prometheus' own parser answered, and Prometheus' test scripts.
//!
//! Unreadable, and so counted but not compared, is a row of Prometheus' test sources that holds a native histogram: samples here can't.

mod util;

use alert_schemas::metrics::SampleValue;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::metrics::load::InvalidLoad;
use alert_schemas::metrics::load::InvalidLoadKind;
use alert_schemas::metrics::load::LoadBlock;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::metrics::load::SeriesDescription;
use serde_json::Value;

use crate::util::Tally;

/// A string, or the constant that stands for `__name__`.
fn go_text(value: &Value) -> String {
    match value["$go"].as_str() {
        Some("labels.MetricName") => "__name__".to_owned(),
        _ => value.as_str().expect("a text").to_owned(),
    }
}

/// `{"$call": "labels.FromStrings", "args": [name, value, …]}`, or no labels.
fn go_labels(value: &Value) -> SeriesLabels {
    let texts: Vec<String> = value["args"].as_array().expect("labels").iter().map(go_text).collect();
    SeriesLabels::from_pairs(texts.chunks(2).map(|pair| (&pair[0], &pair[1]))).expect("labels")
}

/// `{"$call": "newSeq", "args": [number, …]}`, or a list of values with what is left out marked.
fn go_values(value: &Value) -> Vec<Option<SampleValue>> {
    let number = |value: &Value| SampleValue::from(value.as_f64().expect("a number"));
    match value["args"].as_array() {
        Some(numbers) => numbers.iter().map(|value| Some(number(value))).collect(),
        None => {
            let items = value.as_array().expect("values").iter();
            items.map(|item| (item["Omitted"] != true).then(|| number(&item["Value"]))).collect()
        }
    }
}

#[test]
fn series_descriptions() {
    let Some(rows) = util::rows("series_desc", "corpus/promql/series_desc.jsonl") else { return };
    let mut tally = Tally::new("series_desc");
    for row in &rows {
        let input = row["input"].as_str().expect("an input");
        let ours = input.parse::<SeriesDescription>();
        if input.contains("{{") {
            // What is a native histogram to them is one to us, whether it is a right one or not.
            assert_eq!(ours.expect_err(input).kind(), InvalidLoadKind::NativeHistogram, "{input:?}");
            tally.unreadable();
            continue;
        }
        let fails = row["fail"] == true || row["expectError"].is_string();
        let expected = (!fails).then(|| {
            let labels = row.get("expectedMetric").or(row.get("expectedLabels")).expect("labels");
            SeriesDescription::new(go_labels(labels), go_values(&row["expectedValues"]))
        });
        tally.compare(&input, ours.ok(), expected);
    }
    tally.finish();
}

/// The `load` blocks of a script: each with the line it starts at.
fn blocks(script: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = script.split('\n').map(str::trim).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if lines[at].starts_with("load") {
            let end = (at..lines.len()).find(|&end| lines[end].is_empty() || lines[end].starts_with('#')).unwrap_or(lines.len());
            found.push((at + 1, lines[at..end].join("\n")));
            at = end;
        }
        at += 1;
    }
    found
}

#[test]
fn load_blocks_of_prometheus_scripts() {
    let table = "promql_testdata_load";
    let Some(folder) = util::shared("corpus/promql/testdata") else { return util::skipped(table) };
    let mut tally = Tally::new(table);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let options = LoadOptions::default().with_float_series_only(true);
    let (mut series, mut with_histograms) = (0, 0);
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "test")) {
        for (line, text) in blocks(&std::fs::read_to_string(file).unwrap()) {
            let place = format!("{}:{line}", file.display());
            let native = text.contains("{{");
            match LoadBlock::parse(&text, &options) {
                Ok(block) if !native => {
                    series += block.series.len();
                    // What is written reads back as the same block.
                    let lines: Vec<String> = block.series.iter().map(ToString::to_string).collect();
                    let again = LoadBlock::parse(&format!("load {}\n{}", block.step, lines.join("\n")), &options);
                    tally.compare(&place, again, Ok::<_, InvalidLoad>(block));
                }
                Err(error) if native && error.kind() == InvalidLoadKind::NativeHistogram => {
                    with_histograms += 1;
                    tally.unreadable();
                }
                other => tally.failed(format!("{place}: {other:?}")),
            }
        }
    }
    println!("{series} series were read; {with_histograms} blocks have native histograms");
    tally.finish();
}
