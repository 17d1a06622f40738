//! Configurations of Alertmanager against what `amtool check-config` of 0.33.1 answered, file by file, and against the tables of its own tests.
//!
//! A row is equal if the verdict is. Each accepted configuration is also written and read again, and converted to our own.
//!
//! The tables of its tests are those of 0.34: a row with labels of routes, which 0.33 does not know, is refused as `amtool` 0.33.1 refuses such
//! files, and counts under that rule. Unreadable is a row whose verdict stands in Go code alone.
#![cfg(feature = "yaml")]

mod util;

use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

use alert_schemas::TenantId;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::HostPort;
use alert_schemas::webhooks::alertmanager::config::SecretTemplateUrl;
use serde_json::Value;

use crate::util::Tally;

fn read(text: impl AsRef<[u8]>) -> Result<ConfigFile, ConfigErrors> {
    let outcome = ConfigFile::read(text, &ConfigFileOptions::default());
    if let Ok(file) = &outcome {
        let yaml = file.to_yaml(SecretDisplay::Exposed);
        let again = ConfigFile::read(&yaml, &ConfigFileOptions::default());
        assert_eq!(again.as_ref(), Ok(file), "written:\n{yaml}");
        let config = file.to_config(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}"));
        assert_eq!(config.value.check(), Ok(()));
    }
    outcome
}

#[test]
fn configs() {
    let Some(rows) = util::rows("alertmanager_configs", "corpus/alertmanager/configs/index.jsonl") else { return };
    let folder = util::shared("corpus/alertmanager/configs").expect("the files beside the table");
    let mut tally = Tally::new("alertmanager_configs");
    for row in &rows {
        let name = row["file"].as_str().expect("a file");
        let bytes = fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let outcome = read(&bytes);
        let answer = &row["amtool_0_33_1"];
        // Files of secrets and templates are not ours to look for.
        let is_absent_file = answer["error"].as_str().is_some_and(|error| error.contains("no such file"));
        let problem = outcome.as_ref().err().map(ToString::to_string);
        let ok = answer["ok"] == true || is_absent_file;
        tally.compare(&(name, answer["error"].to_string(), problem), outcome.is_ok(), ok);
    }
    tally.finish();
}

/// Whether a text has a key that Alertmanager knows from 0.34 on: labels of a route.
fn has_route_labels(text: &str) -> bool {
    let errors = ConfigFile::read(text, &ConfigFileOptions::default()).err();
    errors
        .is_some_and(|errors| errors.iter().any(|problem| problem.pointer.as_str().ends_with("/labels") && problem.code == "unknown_field"))
}

#[test]
fn config_config() {
    let Some(rows) = util::rows("config_config", "corpus/alertmanager/go_tables/config_config.jsonl") else { return };
    let index = util::rows("alertmanager_configs", "corpus/alertmanager/configs/index.jsonl").unwrap_or_default();
    let verdicts: BTreeMap<&str, bool> =
        index.iter().filter_map(|row| Some((row["file"].as_str()?, row["amtool_0_33_1"]["ok"] == true))).collect();
    let mut tally = Tally::new("config_config");
    for row in &rows {
        let (func, value) = (row["func"].as_str().expect("a function"), &row["value"]);
        match (func, row["name"].as_str(), value) {
            (_, Some("in"), Value::String(text)) => {
                let file = format!("alertmanager__config_config_test.go_{func}_{}.yml", row["line"]);
                let is_refused = rows.iter().any(|other| other["func"] == row["func"] && other["name"] == "expected");
                let ok = verdicts.get(file.as_str()).copied().or_else(|| is_refused.then_some(false));
                match ok {
                    _ if has_route_labels(text) => tally.documented("labels of routes are of 0.34"),
                    Some(ok) => tally.compare(&func, read(text).is_ok(), ok),
                    None => tally.unreadable(),
                }
            }
            ("TestRootRouteHasNoMatcher", Some("testCases"), Value::Array(cases)) => {
                for case in cases {
                    let errors = read(case["in"].as_str().expect("a text")).expect_err("refused");
                    tally.compare(&func, errors.first().code, "root_route_has_matchers");
                }
            }
            ("TestUnmarshalHostPort", _, Value::Array(cases)) => {
                for case in cases {
                    let text: String = serde_json::from_str(case["in"].as_str().expect("a text")).expect("a JSON string");
                    let found = text.parse::<HostPort>().ok().map(|it| (it.host().to_owned(), it.port().to_owned()));
                    let member = |name: &str| case["exp"][name].as_str().unwrap_or_default().to_owned();
                    let expected = (case["err"] != true).then(|| (member("Host"), member("Port")));
                    tally.compare(&text, found, expected);
                }
            }
            ("TestSecretTemplURL", _, Value::Array(cases)) => {
                for case in cases {
                    let text: String = serde_json::from_str(case["input"].as_str().expect("a text")).expect("a JSON string");
                    tally.compare(&text, text.parse::<SecretTemplateUrl>().is_err(), case["expectError"] == true);
                }
            }
            ("TestEmptyConfigOfIntegration", Some("tests"), Value::Array(cases)) => {
                for case in cases {
                    let kind = case["integration"].as_str().expect("a kind");
                    let text = format!("route: {{receiver: a}}\nreceivers: [{{name: a, {kind}: [~]}}]\n");
                    tally.compare(&kind, read(text).is_err(), true);
                }
            }
            ("TestNilRegexp", _, Value::Array(cases)) => {
                for case in cases {
                    let name = case["file"].as_str().expect("a file").replace('/', "_");
                    let path = util::shared(&format!("corpus/alertmanager/configs/alertmanager__config_{name}"));
                    match path.and_then(|path| fs::read(path).ok()) {
                        Some(bytes) => tally.compare(&name, read(bytes).is_err(), true),
                        None => tally.unreadable(),
                    }
                }
            }
            // The answer of a text above.
            (_, Some("expected"), _) => {}
            _ => tally.unreadable(),
        }
    }
    tally.finish();
}

/// Reads a hostile text: it has to be refused, with a place inside the text. How long that took is printed.
fn refused(name: &str, text: &str, code: &str) {
    let start = Instant::now();
    let errors = ConfigFile::read(text, &ConfigFileOptions::default()).expect_err(name);
    assert!(errors.iter().any(|problem| problem.code == code), "{name}: {:?}", errors.first());
    for problem in errors.iter().take(10) {
        assert!(problem.span.start <= problem.span.end && problem.span.end <= text.len(), "{name}: {problem:?}");
        assert!(!format!("{problem:#}").is_empty());
    }
    println!("{name}: {:?}", start.elapsed());
}

#[test]
fn routes_in_each_other_end() {
    let deep = |depth: usize| {
        format!("route: {{receiver: a, routes: [{{{}{}}}]}}\nreceivers: [{{name: a}}]\n", "routes: [{".repeat(depth), "}]".repeat(depth))
    };
    assert!(read(deep(47)).is_ok());
    refused("10,000 routes", &deep(10_000), "too_deep");
    // Whatever the limits of YAML are.
    let options = ConfigFileOptions::default().with_limits(YamlLimits::default().with_depth(10_000));
    for depth in [70, 10_000] {
        let errors = ConfigFile::read(deep(depth), &options).expect_err("too deep");
        assert!(matches!(errors.first().code, "too_deep" | "routes_too_deep"), "{errors}");
    }
    // Aliases put routes deeper than they are written.
    let mut text = "x0: &x0 {routes: [{}]}\n".to_owned();
    for at in 1..90 {
        text.push_str(&format!("x{at}: &x{at} {{routes: [*x{}]}}\n", at - 1));
    }
    text.push_str("route: {receiver: a, routes: [*x89]}\nreceivers: [{name: a}]\n");
    refused("aliases of routes", &text, "routes_too_deep");
}

#[test]
fn bombs_are_refused() {
    let mut text = "route: {receiver: a, routes: [&x0 {}, ".to_owned();
    for at in 1..40 {
        text.push_str(&format!("&x{at} {{routes: [{}]}}, ", vec![format!("*x{}", at - 1); 9].join(", ")));
    }
    text.push_str("]}\nreceivers: [{name: a}]\n");
    refused("an alias bomb", &text, "yaml_too_many_aliases");

    let large = |at: usize| format!("{{matchers: ['a=~\"(\\\\pL{{{}}}|{at}){{3}}\"']}}", 300 + at % 7);
    let routes: Vec<String> = (0..2_000).map(large).collect();
    let text = format!("route: {{receiver: a, routes: [{}]}}\nreceivers: [{{name: a}}]\n", routes.join(", "));
    refused("patterns that take much memory", &text, "matcher_patterns_too_large");

    let routes: Vec<String> = (0..30_000).map(|at| format!("- receiver: b{at}\n")).collect();
    let text = format!("route:\n  receiver: a\n  routes:\n  {}receivers: [{{name: a}}]\n", routes.join("  "));
    refused("receivers that nobody has", &text, "config_unknown_receiver");

    let receivers: Vec<String> = (0..20_000).map(|at| format!("- name: {}\n", at % 10_000)).collect();
    let text = format!("route: {{receiver: a}}\nreceivers:\n{}", receivers.join(""));
    refused("names that repeat", &text, "config_receiver_repeated");
}
