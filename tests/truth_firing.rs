//! Pending, firing and resolved against what a real Prometheus recorded: the states of each second, and the alerts that it posted.
//!
//! The recorded server scraped a scripted target and evaluated one group each second. Here the same script becomes samples in memory, and the
//! group is evaluated at the same times. A scrape falls half a second before an evaluation: the recording says 0.3 to 1.0 s.

mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use alert_schemas::alerts::Alert;
use alert_schemas::alerts::LinkKind;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::Sample;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::rules::RuleGroup;
use alert_schemas::rules::firing::AlertInstance;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::FiringState;
use alert_schemas::rules::firing::GroupState;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::utils::go;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use alert_schemas::{AlertDuration, TenantId, Timestamp};
use serde_json::Value;

use crate::util::Tally;
use crate::util::jsonl;
use crate::util::shared;
use crate::util::skipped;

const RUN: &str = "corpus/alertmanager/live/prometheus-3.5.3-run1";

/// The first evaluation that the README names, script second 0, and how long before an evaluation a scrape falls.
const FIRST: &str = "2026-11-23T09:34:26.247259547Z";
const SCRIPT_START: &str = "2026-11-23T09:34:27.096Z";
const SCRAPE_BEFORE_MILLIS: u32 = 500;
/// The first evaluation that sees data.
const FIRST_DATA: &str = "2026-11-23T09:34:31.247259547Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A scripted series: labels, and steps of second and value (`None` where the series is not exposed any more).
type Scripted = (SeriesLabels, Vec<(i64, Option<f64>)>);

/// The scripted series.
fn script(text: &str) -> Vec<Scripted> {
    let script: BTreeMap<String, Vec<(i64, Value)>> = serde_json::from_str(text).expect("the script");
    let number = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.replace("+Inf", "inf").parse().expect("a number")),
        value => value.as_f64(),
    };
    let series = script.iter().map(|(name, steps)| {
        let (metric, rest) = name.split_once('{').expect("labels");
        let (label, value) = rest.strip_suffix('}').and_then(|pair| pair.split_once('=')).expect("one label");
        let value = go::unquote(value).expect("a quoted value");
        let pairs = [("__name__", metric), (label, &value), ("instance", "127.0.0.1:9100"), ("job", "s")];
        (SeriesLabels::from_pairs(pairs).expect("labels"), steps.iter().map(|(second, value)| (*second, number(value))).collect())
    });
    series.collect()
}

/// Adds what a scrape at this time sees.
fn scrape(store: &mut MemoryStore, script: &[Scripted], scraped: Timestamp) {
    let millis = scraped.unix_millis();
    let second = (millis - at(SCRIPT_START).unix_millis()).div_euclid(1_000);
    for (labels, steps) in script {
        let value = steps.iter().rev().find(|(from, _)| *from <= second).and_then(|(_, value)| *value);
        let exposed = store.get(labels).and_then(|view| view.samples.last()).is_some_and(|last| !last.value.is_stale());
        match value {
            Some(value) => store.push(labels, Sample::new(millis, value)).expect("in order"),
            None if exposed => store.push(labels, Sample::stale(millis)).expect("in order"),
            None => {}
        }
    }
}

/// What Prometheus' API says of an active alert, as one text.
fn active(labels: &Value, annotations: &Value, state: &str, active_at: &str, value: &str, kept: Option<&str>) -> String {
    format!("{labels} {annotations} {state} since {active_at} = {value}, kept since {kept:?}")
}

fn ours(instance: &AlertInstance) -> String {
    let labels = serde_json::to_value(&instance.labels).unwrap();
    let annotations = serde_json::to_value(&instance.annotations).unwrap();
    let value = go::format_float(instance.value.to_f64(), go::FloatFormat::Exponent(None));
    let kept = instance.keep_firing_since.map(|at| at.to_string());
    active(&labels, &annotations, instance.state.as_str(), &instance.active_at.to_string(), &value, kept.as_deref())
}

fn theirs(alert: &Value) -> String {
    let text = |key: &str| alert[key].as_str().unwrap_or_default();
    let kept = alert.get("keepFiringSince").and_then(Value::as_str);
    active(&alert["labels"], &alert["annotations"], text("state"), text("activeAt"), text("value"), kept)
}

/// A posted alert as one text.
fn posted(labels: &Value, annotations: &Value, starts_at: &str, ends_at: &str, url: &str) -> String {
    format!("{labels} {annotations} {starts_at}..{ends_at} {url}")
}

/// The time as it is posted, to the millisecond.
fn posted_time(at: Option<Timestamp>) -> String {
    let at = at.expect("a time");
    let millis = Timestamp::from_unix_millis(at.unix_millis()).expect("in range").to_string();
    // Go's strfmt writes three digits.
    match millis.split_once('.') {
        Some((seconds, fraction)) => format!("{seconds}.{:0<3}Z", fraction.trim_end_matches('Z')),
        None => millis.replace('Z', ".000Z"),
    }
}

fn ours_posted(alert: &Alert) -> String {
    let labels = serde_json::to_value(&alert.labels).unwrap();
    let annotations = serde_json::to_value(&alert.annotations).unwrap();
    let url = alert.links.iter().find(|link| link.kind == LinkKind::Source).map(|link| link.href.as_str()).expect("a link");
    posted(&labels, &annotations, &posted_time(Some(alert.starts_at)), &posted_time(alert.ends_at), url)
}

fn theirs_posted(alert: &Value) -> String {
    let text = |key: &str| alert[key].as_str().unwrap_or_default();
    let empty = Value::Object(serde_json::Map::new());
    let annotations = alert.get("annotations").unwrap_or(&empty);
    posted(&alert["labels"], annotations, text("startsAt"), text("endsAt"), text("generatorURL"))
}

/// One evaluation: its time, the state of each rule after it, and what was to be sent.
struct Evaluated {
    at: Timestamp,
    active: BTreeMap<String, Vec<AlertInstance>>,
    errors: BTreeMap<String, String>,
    posted: Vec<String>,
}

/// Evaluates the recorded group until `end`; `stored` says whether the state is written and read back after each evaluation.
fn run(group: &RuleGroup, script: &[Scripted], end: Timestamp, stored: bool) -> Vec<Evaluated> {
    let external = alert_schemas::Labels::from_pairs([("region", "eu")]).unwrap();
    let options = FiringOptions::default()
        .with_resend_delay(AlertDuration::seconds(5))
        .with_external_labels(external)
        .with_external_url("http://prom.example.org/p");
    let mut store = MemoryRuleStore::new(MemoryStore::new());
    let mut state = GroupState::new(group);
    let mut now = at(FIRST);
    let mut evaluated = Vec::new();
    while now <= end {
        if now >= at(FIRST_DATA) {
            scrape(&mut store.samples, script, now.minus(AlertDuration::millis(SCRAPE_BEFORE_MILLIS)));
        }
        let step = state.step(group, &mut store, now, &options);
        state = step.state;
        if stored {
            let text = serde_json::to_string(&state).unwrap();
            state = serde_json::from_str(&text).unwrap();
            assert_eq!(state.check(), Ok(()));
        }
        let active = group.alert_rules().map(|rule| {
            let instances = state.rule(rule.id).expect("a state").active().cloned().collect();
            (rule.name.to_string(), instances)
        });
        let posted = step.outcomes.iter().flat_map(|outcome| &outcome.alerts).map(ours_posted).collect();
        let names = group.alert_rules().map(|rule| rule.name.to_string());
        let errors = names.zip(&step.outcomes).filter_map(|(name, outcome)| Some((name, outcome.error.as_ref()?.to_string())));
        evaluated.push(Evaluated { at: now, active: active.collect(), errors: errors.collect(), posted });
        now = now + AlertDuration::seconds(1);
    }
    evaluated
}

#[test]
fn the_states_of_each_second_and_the_posted_alerts_are_those_of_prometheus() {
    let Some(folder) = shared(RUN) else { return skipped("live/prometheus") };
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let file = RuleFile::read(read("rules.yml"), &RuleFileOptions::default()).unwrap_or_else(|errors| panic!("{errors}"));
    let groups = file.to_groups(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}")).value;
    let [group] = groups.as_slice() else { panic!("one group") };
    let script = script(&read("series_script.json"));
    let trace = jsonl(&folder.join("trace.jsonl"));
    let posts = jsonl(&folder.join("posts_to_alertmanager.jsonl"));
    let time = |row: &Value| at(row["at"].as_str().expect("a time"));
    let end = trace.iter().chain(&posts).map(time).max().expect("rows");

    let evaluated = run(group, &script, end, false);
    let last = |before: Timestamp| evaluated.iter().rev().find(|one| one.at <= before).expect("an evaluation");

    let mut tally = Tally::new("live/prometheus states");
    for row in &trace {
        let one = last(time(row));
        let found: BTreeSet<String> = one.active.values().flatten().map(ours).collect();
        let expected: BTreeSet<String> = row["alerts"].as_array().expect("alerts").iter().map(theirs).collect();
        let (more, less): (Vec<_>, Vec<_>) = (found.difference(&expected).collect(), expected.difference(&found).collect());
        let rules: Vec<String> = group
            .alert_rules()
            .map(|rule| {
                let max = one.active[rule.name.as_str()].iter().map(|instance| instance.state).max();
                format!("{} {} {:?}", rule.name, max.map_or("inactive", FiringState::as_str), one.errors.get(rule.name.as_str()))
            })
            .collect();
        let recorded: Vec<String> = row["rules"]
            .as_array()
            .expect("rules")
            .iter()
            .map(|rule| {
                let error = rule["lastError"].as_str().filter(|error| !error.is_empty());
                format!("{} {} {error:?}", rule["name"].as_str().expect("a name"), rule["state"].as_str().expect("a state"))
            })
            .collect();
        if more.is_empty() && less.is_empty() && rules == recorded {
            tally.equal();
        } else {
            tally.failed(format!("{}: ours alone {more:#?}, theirs alone {less:#?}, rules {rules:?} {recorded:?}", row["at"]));
        }
    }
    tally.finish();

    // Prometheus knows of no Alertmanager before its first post, and the last evaluation may be cut.
    let mut tally = Tally::new("live/prometheus posts");
    let mut recorded: BTreeMap<Timestamp, Vec<String>> = BTreeMap::new();
    for row in &posts {
        let alerts = row["body"].as_array().expect("alerts").iter().map(theirs_posted);
        recorded.entry(last(time(row)).at).or_default().extend(alerts);
    }
    let (first, final_one) = (*recorded.keys().next().expect("posts"), *recorded.keys().next_back().expect("posts"));
    for one in evaluated.iter().filter(|one| (first..final_one).contains(&one.at)) {
        let (mut found, mut expected) = (one.posted.clone(), recorded.remove(&one.at).unwrap_or_default());
        found.sort();
        expected.sort();
        tally.compare(&one.at.to_string(), found, expected);
    }
    tally.finish();

    // A state that is stored and read back after each evaluation goes on as if nothing had happened.
    let stored = run(group, &script, end, true);
    for (a, b) in evaluated.iter().zip(&stored) {
        assert_eq!((a.at, &a.active, &a.posted), (b.at, &b.active, &b.posted));
    }
}

/// The labels in a call of `labels.FromStrings`.
fn from_strings(sample: &Value) -> Option<SeriesLabels> {
    let args: Vec<&str> = sample["Metric"]["args"].as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
    SeriesLabels::from_pairs(args.chunks_exact(2).map(|pair| (pair[0], pair[1]))).ok()
}

/// The rest of the rule and the values of its one series, minute by minute, that give the recorded series of alerts of a test of
/// `rules/alerting_test.go`: written here after what the test is about.
fn scenario(name: &str) -> Option<(&'static str, &'static [f64])> {
    match name {
        // The label that follows the value makes another alert of it, which is pending anew.
        "TestAlertingRuleLabelsUpdate" => Some((
            "expr: level < 40, for: 1m, labels: {severity: '{{ if lt $value 30.0 }}critical{{ else }}warning{{ end }}'}",
            &[12.0, 35.0, 7.5, 8.0],
        )),
        // The condition has ended at the last evaluation, and the alert goes on firing.
        "TestKeepFiringFor" => Some(("expr: level > 40, for: 1m, keep_firing_for: 2m", &[61.0, 62.0, 63.0, 64.0, 3.0])),
        _ => None,
    }
}

#[test]
fn the_series_of_alerts_are_those_of_the_tests_of_prometheus() {
    let Some(rows) = util::rows("alerting tests", "corpus/promql/go_tables/prometheus_rules_alerting.jsonl") else { return };
    let mut tally = Tally::new("rules/alerting_test.go");
    for row in rows {
        let name = row["func"].as_str().expect("a test");
        let Some((rule, values)) = scenario(name) else {
            tally.unreadable();
            continue;
        };
        let vectors: Vec<Vec<SeriesLabels>> = row["value"]
            .as_array()
            .expect("results")
            .iter()
            .map(|vector| {
                vector["$items"].as_array().expect("samples").iter().map(|sample| from_strings(sample).expect("labels")).collect()
            })
            .collect();
        assert_eq!(vectors.len(), values.len(), "{name}");
        let alert = vectors[0][0].get("alertname").expect("a name");
        let series = vectors[0][0].without(&["alertname", "alertstate", "severity"]).with("__name__", "level").expect("labels");
        let file = format!("groups: [{{name: g, interval: 1m, rules: [{{alert: {alert}, {rule}}}]}}]");
        let file = RuleFile::read(file, &RuleFileOptions::default()).unwrap_or_else(|errors| panic!("{errors}"));
        let group = file.to_groups(&TenantId::default()).unwrap().value.remove(0);
        let mut store = MemoryRuleStore::new(MemoryStore::new());
        let mut state = GroupState::new(&group);
        let mut now = Timestamp::UNIX_EPOCH;
        for (value, expected) in values.iter().zip(vectors) {
            store.samples.push(&series, Sample::new(now.unix_millis(), *value)).unwrap();
            let step = state.step(&group, &mut store, now, &FiringOptions::default());
            state = step.state;
            let samples = step.outcomes[0].samples.iter();
            let found: Vec<SeriesLabels> = samples
                .filter(|written| written.labels.name() == Some("ALERTS") && !written.sample.value.is_stale())
                .map(|written| written.labels.clone())
                .collect();
            tally.compare(&(name, now.to_string()), found, expected);
            now = now + AlertDuration::minutes(1);
        }
    }
    tally.finish();
}
