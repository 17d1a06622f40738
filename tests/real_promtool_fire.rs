//! Alerts of generated rules over generated series against a real `promtool test rules`: which alerts fire at each minute, with their labels and
//! annotations, and the series `ALERTS` and `ALERTS_FOR_STATE`, which also tell what is pending, since when, and where each ends.
//!
//! The expectations in the files that `promtool` reads are ours, so that it finds every difference itself.

#[path = "util/dice.rs"]
mod dice;
#[path = "util/program.rs"]
mod program;
mod util;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::process::Command;

use alert_schemas::metrics::load::Load;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::RuleGroup;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::FiringState;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::rules::firing::Replay;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use alert_schemas::{AlertDuration, TenantId, TimeRange, Timestamp};
use serde_json::Value;
use serde_json::json;

use crate::dice::Dice;
use crate::program::reference_program;

/// How many files, and how many alerting rules in each: more than 500 in all.
const FILES: usize = 130;
const RULES: usize = 4;
/// How many minutes are evaluated.
const MINUTES: u32 = 36;

/// Values of one series: levels, ramps, gaps, marks of staleness, resets.
fn values(dice: &mut Dice) -> String {
    let mut items = Vec::new();
    for _ in 0..12 {
        let level = dice.roll(100);
        items.push(match dice.roll(10) {
            0 => "_".to_owned(),
            1 => format!("_x{}", 1 + dice.roll(8)),
            2 => "stale".to_owned(),
            3 => format!("stale _x{}", dice.roll(5)),
            4 => format!("0+{}x{}", 5 + dice.roll(30), 1 + dice.roll(6)),
            5 => format!("{level}-{}x{}", dice.roll(20), 1 + dice.roll(4)),
            6 => "NaN".to_owned(),
            _ => format!("{level}x{}", dice.roll(6)),
        });
    }
    items.join(" ")
}

fn series(dice: &mut Dice) -> Vec<(String, String)> {
    let names = [r#"m{host="a",job="x"}"#, r#"m{host="b",job="x"}"#, r#"m{host="c é",job="y"}"#, r#"n{host="a"}"#, r#"n{host="b"}"#];
    names.iter().map(|name| ((*name).to_owned(), values(dice))).collect()
}

fn condition(dice: &mut Dice) -> String {
    let level = 20 + dice.roll(60);
    match dice.roll(11) {
        0 => format!("m{{host=\"a\"}} > {level}"),
        1 => format!("sum by (job) (m) > {level}"),
        2 => format!("m > {level} unless on (host) n > {level}"),
        3 => format!("m > on (host) group_left () (n + {})", dice.roll(30)),
        4 => "absent(m{host=\"b\"})".to_owned(),
        5 => format!("m > {level} or n < {}", dice.roll(40)),
        6 => format!("m offset {}m > {level}", 1 + dice.roll(4)),
        7 => format!("recorded > {level}"),
        8 => format!("count(m > {level}) > 1"),
        9 => format!("(m > bool {level}) == 1"),
        _ => format!("m > {level}"),
    }
}

fn rule(dice: &mut Dice, index: usize) -> Value {
    let mut rule = json!({ "alert": format!("Rule{index}"), "expr": condition(dice) });
    let object = rule.as_object_mut().unwrap();
    let hold = dice.pick(&["0s", "0s", "1m", "90s", "2m", "3m", "5m", "10m"]);
    let keep = dice.pick(&["0s", "0s", "0s", "1m", "90s", "4m", "10m"]);
    object.insert("for".to_owned(), hold.into());
    object.insert("keep_firing_for".to_owned(), keep.into());
    let mut labels = BTreeMap::from([("severity", "page".to_owned())]);
    if dice.roll(3) == 0 {
        labels.insert("level", "{{ if gt $value 60.0 }}high{{ else }}low{{ end }}".to_owned());
    }
    if dice.roll(4) == 0 {
        labels.insert("gone", "{{ if gt $value 60.0 }}there{{ end }}".to_owned());
    }
    object.insert("labels".to_owned(), json!(labels));
    if dice.roll(2) == 0 {
        let text = "{{ $labels.host }} of {{ $labels.job | toUpper }} is at {{ $value | humanize }}";
        object.insert("annotations".to_owned(), json!({ "summary": text, "value": "{{ $value }}" }));
    }
    rule
}

fn rule_file(dice: &mut Dice) -> Value {
    let record = json!({ "record": "recorded", "expr": "max by (job) (m)", "labels": { "by": "rule" } });
    let rules: Vec<Value> = std::iter::once(record).chain((0..RULES).map(|index| rule(dice, index))).collect();
    let labels = if dice.roll(3) == 0 { json!({ "team": "infra" }) } else { json!({}) };
    json!({ "groups": [{ "name": "g", "interval": "1m", "labels": labels, "rules": rules }] })
}

/// One case: its rules and series, and what ours says of it, as a test file of `promtool`.
fn test_file(dice: &mut Dice, name: &str) -> (Value, Value, usize) {
    let rules = rule_file(dice);
    let series = series(dice);
    let file = RuleFile::read(rules.to_string(), &RuleFileOptions::default()).unwrap_or_else(|errors| panic!("{rules}: {errors}"));
    let groups: Vec<RuleGroup> = file.to_groups(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}")).value;
    let text: String = series.iter().map(|(series, values)| format!("  {series} {values}\n")).collect();
    let load = Load::parse(&format!("load 1m\n{text}"), &LoadOptions::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut store = MemoryRuleStore::new(load.store().unwrap());

    let minute = |minute: u32| Timestamp::UNIX_EPOCH + AlertDuration::minutes(minute);
    let range = TimeRange::new(minute(0), minute(MINUTES)).unwrap();
    let (mut alert_tests, mut fired) = (Vec::new(), 0);
    Replay::new(&groups, &FiringOptions::default()).run(&mut store, range, |at, group, step| {
        for outcome in &step.outcomes {
            assert_eq!(outcome.error, None, "{rules}");
        }
        for rule in group.alert_rules() {
            let instances = step.state.rule(rule.id).expect("a state").instances.iter();
            let firing = instances.filter(|instance| instance.state == FiringState::Firing);
            let expected: Vec<Value> = firing
                .map(|instance| json!({ "exp_labels": instance.labels.without(&["alertname"]), "exp_annotations": instance.annotations }))
                .collect();
            fired += expected.len();
            let time = at.since(Timestamp::UNIX_EPOCH).to_string();
            alert_tests.push(json!({ "eval_time": time, "alertname": rule.name, "exp_alerts": expected }));
        }
    });
    let mut expr_tests = Vec::new();
    for expr in ["ALERTS", "ALERTS_FOR_STATE", "recorded"] {
        let parsed = Expr::parse(expr, &ParseOptions::default()).unwrap();
        for at in 0..=MINUTES {
            let vector = Evaluator::new(&store.samples).value_at(&parsed, minute(at)).unwrap().into_vector();
            // NaN is no number of JSON; such a value is left to the recorded tests.
            if vector.iter().any(|sample| !sample.value.is_finite()) {
                continue;
            }
            let expected: Vec<Value> =
                vector.iter().map(|sample| json!({ "labels": sample.labels.to_string(), "value": sample.value })).collect();
            expr_tests.push(json!({ "expr": expr, "eval_time": format!("{at}m"), "exp_samples": expected }));
        }
    }
    let series: Vec<Value> = series.iter().map(|(series, values)| json!({ "series": series, "values": values })).collect();
    let test = json!({
        "rule_files": [format!("{name}.rules.json")],
        "evaluation_interval": "1m",
        "tests": [{ "interval": "1m", "input_series": series, "alert_rule_test": alert_tests, "promql_expr_test": expr_tests }],
    });
    (rules, test, fired)
}

#[test]
#[ignore = "needs the reference servers"]
fn generated_rules_fire_as_promtool_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-promtool-fire-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let (mut names, mut fired) = (Vec::new(), 0);
    for index in 0..FILES {
        let name = format!("case{index:03}");
        let (rules, test, count) = test_file(&mut dice, &name);
        fs::write(folder.join(format!("{name}.rules.json")), rules.to_string()).unwrap();
        fs::write(folder.join(format!("{name}.json")), test.to_string()).unwrap();
        names.push(format!("{name}.json"));
        fired += count;
    }
    let output = Command::new(reference_program("promtool"))
        .args(["test", "rules"])
        .args(&names)
        .current_dir(&folder)
        .output()
        .expect("promtool runs");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let passed = text.matches("SUCCESS").count();
    println!(
        "promtool fire: {FILES} files, {} rules, {passed} files equal, {fired} firing alerts compared over {MINUTES} minutes",
        FILES * RULES
    );
    assert!(output.status.success(), "see {}:\n{}", folder.display(), text.chars().take(6_000).collect::<String>());
    assert_eq!(passed, FILES);
    assert!(fired > 1_000, "hardly anything fired: {fired}");
    fs::remove_dir_all(&folder).unwrap();
}
