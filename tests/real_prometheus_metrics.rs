//! The notations of metrics against a real promtool: generated texts are read by both, and what was read is compared.
//!
//! `promtool test rules` reads series as test scripts have them, `promtool tsdb` reads OpenMetrics as a scrape does, `promtool check metrics` reads
//! Prometheus' format as its client library does.

#![cfg(feature = "proptest")]

#[path = "util/generate.rs"]
mod generate;
#[path = "util/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use alert_schemas::metrics::SampleValue;
use alert_schemas::metrics::SeriesMatcher;
use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use alert_schemas::metrics::load::InvalidLoadKind;
use alert_schemas::metrics::load::SeriesDescription;
use proptest::prelude::*;
use serde_json::json;

use crate::generate::generate;
use crate::program::reference_program;

fn promtool() -> Command {
    Command::new(reference_program("promtool"))
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-promtool-{name}-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

// ---------------------------------------------------------------- series of test scripts

fn series_line() -> impl Strategy<Value = String> {
    let name = "|up|a:b|up|sum|On|bool|nan|step|start|up |é|1|# ";
    let label = prop_oneof![
        6 => "[ab_]{1,2}( )?=( )?(\"[a-c ]{0,2}\"|'[\"a]{1,2}'|`a\\\\n`|\"\\\\(n|x41|u00e9|101|\"|q)\")",
        1 => "\"[a.]{1,2}\"(=\"x\")?",
        1 => "(a|=|a=~\"b\"|a=b|,|\"|on=\"y\"|# )",
    ];
    let labels = (proptest::collection::vec(label, 0..3), "(,)?").prop_map(|(labels, comma)| format!("{{{}{comma}}}", labels.join(",")));
    let number = "[0-9]{1,2}|0[0-9]|[0-9]?\\.[0-9]|[0-9]e[+-]?[0-9]|1_0|[0-9]_?|NaN|[iI]nf|[0-9._eE]{1,4}";
    let item = prop_oneof![
        6 => number,
        3 => (number, "[+-]", number, "x[0-9]").prop_map(|(value, sign, growth, count)| format!("{value}{sign}{growth}{count}")),
        2 => (number, "x[0-9]{1,2}|x|x1_0|x1.5|x-1").prop_map(|(value, count)| format!("{value}{count}")),
        1 => (("[+-]{1,2}"), number).prop_map(|(sign, number)| format!("{sign}{number}")),
        2 => "_|_x[0-9]|stale|stale[+x]?[0-9]?|_[0-9x]",
        1 => "[a-z0-9+_x.-]{1,4}",
    ];
    let items = proptest::collection::vec((" |  |\t|", item), 0..4);
    (name, proptest::option::of(labels), items).prop_map(|(name, labels, items)| {
        let items: String = items
            .into_iter()
            .enumerate()
            .map(|(at, (blank, item))| format!("{}{item}", if at == 0 && blank.is_empty() { " " } else { &blank }))
            .collect();
        format!("{name}{}{items}", labels.unwrap_or_default())
    })
}

/// What promtool is asked about a series that we read: its value at the first steps.
fn questions(series: &SeriesDescription) -> Vec<serde_json::Value> {
    let Some((label, value)) = series.labels.iter().next() else { return Vec::new() };
    let expression = format!("{{{}}}", SeriesMatcher::equal(label, value));
    let labels = SeriesDescription::new(series.labels.clone(), Vec::new()).to_string();
    let mut questions = Vec::new();
    for (minute, value) in series.values.iter().take(4).enumerate() {
        let samples = match value {
            // promtool does not take NaN for NaN.
            Some(SampleValue::Float(number)) if !number.is_nan() => vec![(*number, &labels)],
            Some(SampleValue::Stale) => vec![],
            _ => continue,
        };
        let samples: Vec<_> = samples
            .into_iter()
            .map(|(number, labels)| {
                let value = if number.is_finite() { json!(number) } else { json!(if number > 0.0 { "INF" } else { "-INF" }) };
                json!({ "labels": labels, "value": value })
            })
            .collect();
        questions.push(json!({ "expr": expression, "eval_time": format!("{minute}m"), "exp_samples": samples }));
    }
    questions
}

#[test]
#[ignore = "runs a real promtool"]
fn series_are_read_as_promtool_reads_them() {
    let folder = folder("series");
    let lines = generate(2_000, series_line());
    let (mut files, mut accepted, mut asked) = (BTreeMap::new(), 0, 0);
    for (index, line) in lines.iter().enumerate() {
        let ours = line.parse::<SeriesDescription>();
        if let Err(error) = &ours {
            // Differences 1 to 3 and 5 of `metrics::load`.
            let documented = error.to_string().contains("twice")
                || error.to_string().contains("`` is not a label name")
                || (error.kind() == InvalidLoadKind::InvalidText && error.to_string().contains("UTF-8"))
                || error.kind() == InvalidLoadKind::TooLarge;
            if documented {
                continue;
            }
        }
        // A store of Prometheus takes no series without labels.
        let questions = ours.as_ref().map(questions).unwrap_or_default();
        accepted += usize::from(ours.is_ok());
        asked += questions.len();
        let test =
            json!({ "tests": [{ "interval": "1m", "input_series": [{ "series": line, "values": "" }], "promql_expr_test": questions }] });
        // What YAML reads as infinity stands there without quotes.
        let test = test.to_string().replace("\"INF\"", ".inf").replace("\"-INF\"", "-.inf");
        let file = folder.join(format!("{index:04}.yml"));
        fs::write(&file, test).expect("a file");
        files.insert(file, (line, ours));
    }
    let mut differ = Vec::new();
    let names: Vec<_> = files.keys().collect();
    for names in names.chunks(100) {
        let output = promtool().args(["test", "rules"]).args(names).output().expect("promtool runs");
        // `SUCCESS` and a blank line for a good file, two blank lines for one with a problem, which is told elsewhere; names are not told.
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut answers = Vec::new();
        let mut lines = told.lines();
        while let Some(line) = lines.next() {
            answers.push(line.trim() == "SUCCESS");
            assert_eq!(lines.next().map(str::trim), Some(""), "{told}");
        }
        assert_eq!(answers.len(), names.len(), "{told}");
        for (name, answer) in names.iter().zip(answers) {
            let (line, ours) = &files[*name];
            if ours.is_ok() != answer {
                differ.push(format!("{line:?}\n  ours: {ours:?}\n  promtool takes it: {answer}"));
            }
        }
    }
    println!("series: {} lines, {accepted} accepted, {asked} values compared", files.len());
    assert!(accepted > files.len() / 10 && accepted < files.len() * 9 / 10 && asked > 100);
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));
    fs::remove_dir_all(folder).expect("the folder goes");
}

// ---------------------------------------------------------------- OpenMetrics

fn open_metrics_line() -> impl Strategy<Value = String> {
    let label = "(a|b_1|\"c\\.d\")=\"[a-c \\\\]{0,2}\"|a=\"\\\\[n\"\\\\q]\"";
    let labels = (proptest::collection::vec(label, 0..3), "(,)?").prop_map(|(labels, comma)| format!("{{{}{comma}}}", labels.join(",")));
    let sample = (
        "(x|y_total|z_bucket|\\{\"e\\.f\"\\}|\\{\"e\\.f\",a=\"b\"\\})",
        proptest::option::of(labels),
        " [0-9]{1,2}(\\.[0-9])?| [+-]Inf| NaN| 1e3| nan|  1| 1_0| x",
        " [1-9][0-9]{0,3}(\\.[0-9]{1,3})?",
        "(| # \\{\\} 1| # \\{a=\"b\"\\} 1\\.5 2| # \\{a=\"b\" 1| #| # \\{a=\"b\"\\})",
    );
    let sample = sample.prop_map(|(name, labels, value, time, exemplar)| {
        let labels = if name.starts_with('{') { String::new() } else { labels.unwrap_or_default() };
        format!("{name}{labels}{value}{time}{exemplar}")
    });
    prop_oneof![
        8 => sample,
        2 => "# TYPE (x|y|z|\"e\\.f\") (counter|gauge|histogram|summary|info|stateset|unknown|gaugehistogram|untyped)",
        1 => "# HELP (x|y) [a \\\\\"]{0,3}",
        1 => "# UNIT (x_b|y) (b|c)",
        1 => "#|# x|# EOF|| x 1 1|#HELP x y",
    ]
}

#[test]
#[ignore = "runs a real promtool"]
fn open_metrics_is_read_as_promtool_reads_it() {
    let folder = folder("openmetrics");
    let (mut accepted, mut compared, mut differ) = (0, 0, Vec::new());
    let texts = generate(400, proptest::collection::vec(open_metrics_line(), 1..3));
    for (index, lines) in texts.iter().enumerate() {
        let input = format!("{}\n# EOF\n", lines.join("\n"));
        let ours = Exposition::parse(&input, ExpositionFormat::OpenMetrics, &ExpositionOptions::default());
        if let Err(error) = &ours {
            let message = error.to_string();
            // Differences 2, 3 and 7 of `metrics::exposition`.
            if message.contains("twice") || error.code() == "exposition_repeated_metadata" {
                continue;
            }
        }
        let (file, blocks) = (folder.join(format!("{index}.txt")), folder.join(format!("{index}")));
        fs::write(&file, &input).expect("a file");
        let output =
            promtool().args(["tsdb", "create-blocks-from", "openmetrics"]).arg(&file).arg(&blocks).output().expect("promtool runs");
        let told = text(&output);
        // What the store refuses, the reader has taken.
        let theirs = output.status.success() || told.contains("out of order") || told.contains("duplicate sample");
        accepted += usize::from(ours.is_ok());
        if ours.is_ok() != theirs {
            differ.push(format!("{input}  ours: {ours:?}\n  promtool: {told}"));
            continue;
        }
        let Ok(ours) = ours else { continue };
        if output.status.success() && blocks.exists() {
            // It wants the folder of a server that has run.
            fs::create_dir_all(blocks.join("wal")).expect("a folder");
            let dump = promtool().args(["tsdb", "dump"]).arg(&blocks).output().expect("promtool runs");
            let mut theirs: Vec<String> = text(&dump).lines().filter(|line| line.starts_with('{')).map(str::to_owned).collect();
            let samples = ours.families.iter().flat_map(|family| &family.samples);
            let mut own: Vec<String> = samples
                .map(|sample| {
                    let at = sample.at.expect("each has a time").unix_millis();
                    format!("{} {} {at}", sample.labels.braced(), SampleValue::from(sample.value))
                })
                .collect();
            theirs.sort();
            own.sort();
            own.dedup();
            theirs.dedup();
            compared += own.len();
            if own != theirs {
                differ.push(format!("{input}  ours: {own:?}\n  promtool: {theirs:?}"));
            }
        }
    }
    println!("openmetrics: {} texts, {accepted} accepted, {compared} samples compared", texts.len());
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ[..differ.len().min(20)].join("\n"));
    assert!(accepted > 50 && compared > 50);
    fs::remove_dir_all(folder).expect("the folder goes");
}

// ---------------------------------------------------------------- Prometheus' format

/// `promtool check metrics` knows only names of the older syntax, and breaks down on a sample without a name.
fn prometheus_line() -> impl Strategy<Value = String> {
    let labels =
        "(| ?\\{ ?\\}|\\{a=\"b\"\\}|\\{a=\"\\\\[n\\\\\"]\",? ?\\}|\\{a = \"b\" , c=\"d\"\\}|\\{a=\"b\" c=\"d\"\\}|\\{a=b\\}|\\{,\\})";
    let sample = ("x|y_sum|z", labels, "( |  |\t)([0-9]{1,2}|1\\.5|1e3|NaN|[+-]Inf|inf|x|1_0|0x1)", "(| [0-9]{1,4}| 1\\.5| 1 2| x)")
        .prop_map(|(name, labels, value, time)| format!("{name}{}{value}{time}", if name.starts_with('{') { "" } else { &labels }));
    prop_oneof![
        8 => sample,
        2 => "# TYPE (x|z) (counter|gauge|histogram|summary|untyped|info)",
        1 => "# HELP (x|z) [a \"]{0,3}",
        1 => "#|# x|#HELP x y||# HELP|# TYPE",
    ]
}

#[test]
#[ignore = "runs a real promtool"]
fn prometheus_format_is_read_as_promtool_reads_it() {
    let (mut accepted, mut differ) = (0, Vec::new());
    let texts = generate(400, proptest::collection::vec(prometheus_line(), 1..3));
    for lines in &texts {
        let input = format!("{}\n", lines.join("\n"));
        let ours = Exposition::parse(&input, ExpositionFormat::Prometheus, &ExpositionOptions::default());
        let mut child = promtool()
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("promtool runs");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("promtool ends");
        let told = text(&output);
        // It also says what it would not do so; that is no refusal.
        let theirs = output.status.code() != Some(1);
        accepted += usize::from(ours.is_ok());
        if ours.is_ok() != theirs {
            differ.push(format!("{input}  ours: {ours:?}\n  promtool: {told}"));
        }
    }
    println!("prometheus format: {} texts, {accepted} accepted", texts.len());
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ[..differ.len().min(30)].join("\n"));
    assert!(accepted > 50);
}
