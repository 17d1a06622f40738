//! The committed recording, read as a service would, against what was counted without this crate.

mod util;

use std::collections::BTreeSet;
use std::path::PathBuf;

use alert_schemas::AlertDuration;
use alert_schemas::Deduplicator;
use alert_schemas::Timestamp;
use alert_schemas::WindowGrouper;
use alert_schemas::correlation::DedupOptions;
use alert_schemas::correlation::DedupVerdict;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
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
