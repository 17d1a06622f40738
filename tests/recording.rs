//! The committed recording, read as a service would, against what was counted without this crate.

mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

use alert_schemas::AlertDuration;
use alert_schemas::Deduplicator;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::WindowGrouper;
use alert_schemas::correlation::DedupOptions;
use alert_schemas::correlation::DedupVerdict;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::rules::firing::Replay;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use serde_json::Value;
use serde_json::json;

#[test]
fn the_counts_are_those_of_expected_json() {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let expected: Value = serde_json::from_slice(&std::fs::read(data.join("expected.json")).unwrap()).unwrap();
    let window = AlertDuration::seconds(300);
    let mut deduplicator = Deduplicator::new(DedupOptions::default().with_window(window));
    let group_by = ["alertname", "team"].map(|name| name.parse().unwrap());
    let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(group_by).with_window(window));
    let (mut requests, mut unreadable, mut received, mut refused) = (0, 0, 0, 0);
    let mut fingerprints = BTreeSet::new();
    let mut verdicts = Vec::new();
    for row in util::jsonl(&data.join("recording/exchanges.jsonl")) {
        let request = &row["request"];
        if request["method"] != "POST" || request["path"] != "/api/v2/alerts" {
            continue;
        }
        let at: Timestamp = row["at"].as_str().unwrap().parse().unwrap();
        let body = request["body_raw"].as_str().map_or_else(|| request["body"].to_string(), str::to_owned);
        requests += 1;
        let Ok(ingested) = ingest(body.as_bytes(), &DecodeLimits::default(), &Reception::at(at)) else {
            unreadable += 1;
            continue;
        };
        received += ingested.received();
        refused += ingested.refused.len();
        for one in &ingested.alerts {
            fingerprints.insert(one.alert.fingerprint().to_string());
            verdicts.push(deduplicator.observe(&one.alert, at).verdict);
            grouper.add(&one.alert, at);
        }
    }
    let count = |verdict: DedupVerdict| verdicts.iter().filter(|own| **own == verdict).count();
    let found = json!({
        "requests": requests,
        "unreadable": unreadable,
        "received": received,
        "refused": refused,
        "new": count(DedupVerdict::New),
        "updated": count(DedupVerdict::Updated),
        "duplicate": count(DedupVerdict::Duplicate),
        "resolved": count(DedupVerdict::Resolved),
        "reopened": count(DedupVerdict::Reopened),
        "groups": grouper.groups().len(),
        "fingerprints": fingerprints,
    });
    assert_eq!(found, expected);
}

/// Evaluates the recorded rules over the recorded samples, each group at the times at which the recorded Prometheus evaluated it.
fn fired_by_our_rules(folder: &std::path::Path, recorded: &BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
    let file = RuleFile::read(std::fs::read(folder.join("rules.yml")).unwrap(), &RuleFileOptions::default()).unwrap();
    let groups = file.to_groups(&TenantId::default()).unwrap().value;
    let options = FiringOptions::default().with_external_labels(Labels::from_pairs([("cluster", "shop-eu")]).unwrap());
    let mut fired = BTreeSet::new();
    for group in groups {
        let mut samples = MemoryStore::new();
        let mut times = Vec::new();
        for scrape in util::jsonl(&folder.join("node_exporter.jsonl")) {
            let at: Timestamp = scrape["at"].as_str().unwrap().parse().unwrap();
            let text = scrape["text"].as_str().unwrap();
            let mut exposition = Exposition::parse(text, ExpositionFormat::Prometheus, &ExpositionOptions::default()).unwrap();
            for sample in exposition.families.iter_mut().flat_map(|family| &mut family.samples) {
                sample.labels = sample.labels.with("instance", "shop-01").unwrap().with("job", "node").unwrap();
            }
            exposition.add_to(&mut samples, at.into()).unwrap();
            times.push(at);
        }
        // A start is a time of evaluation, and all are five seconds apart.
        let names: BTreeSet<&str> = group.rules.iter().map(|rule| rule.name()).collect();
        let Some((_, start)) =
            recorded.iter().find(|(labels, _)| names.iter().any(|name| labels.contains(&format!("alertname=\"{name}\""))))
        else {
            continue;
        };
        let behind = start.parse::<Timestamp>().unwrap().since(times[0]).as_millis() % 5_000;
        let first = times[0] + AlertDuration::millis(u32::try_from(behind).unwrap());
        let range = TimeRange::new(first, *times.last().unwrap()).unwrap();
        let groups = [group];
        Replay::new(&groups, &options).run(&mut MemoryRuleStore::new(samples), range, |at, _, step| {
            for alert in step.outcomes.iter().flat_map(|outcome| &outcome.alerts).filter(|alert| alert.starts_at == at) {
                fired.insert((alert.labels.to_string(), at.to_string()));
            }
        });
    }
    fired
}

#[test]
fn our_rules_fire_what_the_recorded_prometheus_fired_and_at_the_same_time() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/recording");
    let mut recorded = BTreeSet::new();
    for row in util::jsonl(&folder.join("exchanges.jsonl")) {
        for alert in row["request"]["body"].as_array().into_iter().flatten() {
            if alert["generatorURL"].as_str().is_some_and(|url| url.contains("/graph?g0.expr=")) {
                let labels: BTreeMap<String, String> = serde_json::from_value(alert["labels"].clone()).unwrap();
                recorded.insert((Labels::from_pairs(labels).unwrap().to_string(), alert["startsAt"].as_str().unwrap().to_owned()));
            }
        }
    }
    let fired = fired_by_our_rules(&folder, &recorded);
    // What needs a function that the evaluator does not have yet.
    let unsupported = ["OrdersStalled", "PaymentQueueGrowing"];
    recorded.retain(|(labels, _)| !unsupported.iter().any(|name| labels.contains(name)));
    assert!(recorded.len() > 5, "{recorded:?}");
    assert_eq!(fired, recorded);
}
