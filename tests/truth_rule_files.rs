//! Rule files against what `promtool check rules --lint=none` of Prometheus 3.5.3 answered, file by file.
//!
//! A row is equal if the verdict is, and the number of rules where the file is accepted. Rows marked `wrapped` are parts of documents: objects
//! that hold groups, and the documents of a file that has several. Each accepted file is also written and read again.
//!
//! Unreadable is a row of Prometheus' test sources whose answer is no verdict on a file.
#![cfg(feature = "yaml")]

mod util;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileErrors;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use serde_json::Value;

use crate::util::Tally;

type Outcome = Result<RuleFile, RuleFileErrors>;

/// The verdict, and the number of rules of a good file.
fn verdict(outcome: &Outcome) -> (bool, Option<usize>) {
    (outcome.is_ok(), outcome.as_ref().ok().map(RuleFile::rule_count))
}

/// An accepted file reads back equal, from YAML and from JSON.
fn round_trip(outcome: &Outcome, name: &str) {
    let Ok(file) = outcome else { return };
    let options = RuleFileOptions::default();
    assert_eq!(RuleFile::read(file.to_yaml(), &options).as_ref(), Ok(file), "{name} written as YAML");
    let json = serde_json::to_string(file).expect("JSON");
    assert_eq!(RuleFile::read(json, &options).as_ref(), Ok(file), "{name} written as JSON");
}

#[test]
fn promtool_check() {
    let Some(rows) = util::rows("promtool_check", "corpus/rules/promtool_check.jsonl") else { return };
    let folder = util::shared("corpus/rules").expect("the files beside the table");
    let options = RuleFileOptions::default();
    let mut tally = Tally::new("promtool_check");
    let mut times = Vec::new();
    let mut parts: BTreeMap<String, BTreeMap<String, Outcome>> = BTreeMap::new();
    for row in &rows {
        let name = row["file"].as_str().expect("a file");
        let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let start = Instant::now();
        let outcome = if row["kind"] == "plain" {
            RuleFile::read(&bytes, &options)
        } else {
            let all = parts.entry(name.to_owned()).or_insert_with(|| {
                let parts = RuleFile::read_parts(&bytes, &options).unwrap_or_else(|errors| panic!("{name}: {errors}"));
                parts.into_iter().map(|part| (format!("{}.{}", part.document, part.index), part.file)).collect()
            });
            let part = row["part"].as_str().expect("a part");
            all.remove(part).unwrap_or_else(|| panic!("{name} has no part {part}"))
        };
        times.push((start.elapsed(), bytes.len(), name));
        let expected = (row["ok"] == true, row["rules"].as_u64().and_then(|rules| usize::try_from(rules).ok()));
        let problem = outcome.as_ref().err().map(ToString::to_string);
        tally.compare(&(name, row["errors"].to_string(), problem), verdict(&outcome), expected);
        round_trip(&outcome, name);
    }
    for (name, rest) in &parts {
        assert!(rest.is_empty(), "{name}: parts that the table does not have: {:?}", rest.keys());
    }
    times.sort();
    let total: std::time::Duration = times.iter().map(|(time, ..)| *time).sum();
    let (median, slowest) = (times[times.len() / 2].0, times[times.len() - 1]);
    println!("time per file: median {median:?}, slowest {:?} ({} bytes, {}), all {total:?}", slowest.0, slowest.1, slowest.2);
    tally.finish();
}

/// The test sources of Prometheus name files that must fail, and hold one file as text.
#[test]
fn rulefmt() {
    let table = "prometheus_model_rulefmt_rulefmt";
    let Some(rows) = util::rows(table, &format!("corpus/promql/go_tables/{table}.jsonl")) else { return };
    let folder = util::shared("corpus/rules/testdata/prometheus__prometheus/model/rulefmt/testdata");
    let options = RuleFileOptions::default();
    let mut tally = Tally::new(table);
    for row in &rows {
        match row["func"].as_str() {
            Some("TestParseFileFailure") => {
                for case in row["value"].as_array().expect("cases") {
                    let name = case["filename"].as_str().expect("a file name");
                    let Some(bytes) = folder.as_deref().and_then(|folder: &Path| fs::read(folder.join(name)).ok()) else {
                        tally.unreadable();
                        continue;
                    };
                    tally.compare(&name, RuleFile::read(bytes, &options).is_ok(), false);
                }
            }
            // Two rules whose expressions are wrong at the same place of each: each must have its own line.
            Some("TestUniqueErrorNodes") => {
                let errors = RuleFile::read(row["value"].as_str().expect("a file"), &options).expect_err("wrong expressions");
                let lines: Vec<_> = errors.iter().map(|problem| (problem.rule, problem.position.line)).collect();
                let (first, second) = (lines.iter().position(|line| line.0 == Some(1)), lines.iter().position(|line| line.0 == Some(2)));
                let apart = first.zip(second).is_some_and(|(first, second)| lines[first].1 < lines[second].1);
                tally.compare(&"TestUniqueErrorNodes", apart, true);
            }
            // The expression that two rules share through an alias.
            Some("TestParseFileSuccessWithAliases") => {
                let path = folder.as_deref().map(|folder| folder.join("test_aliases.yaml"));
                let Some(bytes) = path.and_then(|path| fs::read(path).ok()) else {
                    tally.unreadable();
                    continue;
                };
                let file = RuleFile::read(bytes, &options).unwrap_or_else(|errors| panic!("{errors:#}"));
                let expected = Value::from(row["value"].as_str().expect("an expression"));
                let mut rules = file.groups.iter().flat_map(|group| group.rules.iter());
                tally.compare(&"aliases", rules.any(|rule| rule.expression() == expected), true);
            }
            _ => tally.unreadable(),
        }
    }
    tally.finish();
}
