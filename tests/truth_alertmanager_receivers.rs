//! The tables of Alertmanager's own tests of its receivers: the same verdicts.

#![cfg(feature = "yaml")]

mod util;

use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::alertmanager::config::*;
use serde_json::Value;

/// What reading one integration alone says.
fn verdict(test: &str, text: &str) -> Result<(), ConfigErrors> {
    let limits = YamlLimits::default();
    match test {
        _ if test.contains("Email") => EmailConfig::read(text, &limits).map(drop),
        _ if test.contains("Slack") => SlackConfig::read(text, &limits).map(drop),
        _ if test.contains("VictorOps") => VictoropsConfig::read(text, &limits).map(drop),
        _ if test.contains("Webex") => WebexConfig::read(text, &limits).map(drop),
        _ => panic!("{test} is of another kind of receiver"),
    }
}

/// Whether an expectation of the tables is an error: a text that is not empty or a call that makes one, where the other ones are values.
fn is_error(expected: &Value) -> bool {
    expected.as_str().is_some_and(|text| !text.is_empty()) || expected["$call"] == "errors.New"
}

/// Whether an expectation is what the test would say if it failed: one that misses a field that is there.
fn is_of_another_case(expected: &Value, row: &Value) -> bool {
    let misses = expected.as_str().is_some_and(|text| text.starts_with("missing Routing key"));
    misses && row["value"].as_str().is_some_and(|text| text.contains("routing_key:"))
}

#[test]
fn verdicts_of_integrations() {
    let Some(rows) = util::rows("config_notifiers", "corpus/alertmanager/go_tables/config_notifiers.jsonl") else { return };
    let mut tally = util::Tally::new("config_notifiers");
    let mut cases: Vec<(String, String, bool)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let test = row["func"].as_str().unwrap_or_default();
        match row["name"].as_str() {
            Some("in") => {
                // What is expected stands in the next row of the same test, if an error or a value is.
                let next = rows.get(at + 1).filter(|next| next["func"] == row["func"] && next["name"] == "expected");
                let is_bad = next.is_some_and(|next| is_error(&next["value"]) && !is_of_another_case(&next["value"], row));
                cases.push((test.to_owned(), row["value"].as_str().unwrap_or_default().to_owned(), is_bad));
            }
            Some("tests" | "tc") => {
                for case in row["value"].as_array().into_iter().flatten() {
                    let expected = ["expected", "expectedErr", "err", "wantErr"].iter().find_map(|name| case.get(*name));
                    let Some(text) = case["in"].as_str() else {
                        tally.unreadable();
                        continue;
                    };
                    let is_bad = expected.is_some_and(|expected| is_error(expected) || *expected == Value::Bool(true));
                    cases.push((test.to_owned(), text.to_owned(), is_bad));
                }
            }
            // The answer of a text above.
            Some("expected") => {}
            _ => tally.unreadable(),
        }
    }
    for (test, text, is_bad) in cases {
        let found = verdict(&test, &text);
        if found.is_err() == is_bad {
            tally.equal();
        } else {
            tally.failed(format!("{test}: {text}: expected {}, found {found:?}", if is_bad { "an error" } else { "none" }));
        }
    }
    tally.finish();
}
