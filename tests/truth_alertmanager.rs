//! What a real Alertmanager and a real Prometheus sent and answered: decoded, re-encoded to equal JSON, and converted both ways.

mod util;

use std::collections::BTreeMap;
use std::path::PathBuf;

use alert_schemas::Report;
use alert_schemas::Timestamp;
use alert_schemas::schema;
use alert_schemas::validations::Converted;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::validations::Loss;
use alert_schemas::webhooks::alertmanager::AlertGroup;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::Ingested;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::WebhookAlert;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use alert_schemas::webhooks::alertmanager::ingest;
use serde::Serialize;
use serde_json::Value;

use crate::util::Tally;

/// The rules of `webhooks::alertmanager` under which a document may be judged otherwise than by Alertmanager.
fn documented(report: &Report) -> Option<&'static str> {
    let rule = |code: &str, message: &str| match code {
        "duplicate_key" => Some("2: a name that stands twice is refused"),
        "invalid_utf8" => Some("3: text that is not Unicode is refused"),
        "invalid_json" if message.contains("surrogate") || message.contains("hex escape") => Some("3: text that is not Unicode is refused"),
        "invalid_json" if message.contains("the end of the document, found") => Some("5: what follows the document is refused"),
        "text_too_long" | "too_many_labels" => Some("6: size is limited"),
        _ => None,
    };
    let mut rules = report.violations().iter().map(|violation| rule(&violation.code, &violation.message));
    let first = rules.next()??;
    rules.all(|other| other.is_some()).then_some(first)
}

/// The folders of recorded runs whose names start so.
fn runs(prefix: &str) -> Vec<PathBuf> {
    let Some(live) = util::shared("corpus/alertmanager/live") else {
        util::skipped(prefix);
        return Vec::new();
    };
    let entries = std::fs::read_dir(live).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<_> =
        entries.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix))).collect();
    found.sort();
    found
}

fn text(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).expect("JSON")
}

fn at(row: &Value) -> Timestamp {
    row["at"].as_str().expect("a time").parse().expect("RFC 3339")
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}

/// Decodes a list and encodes it again: how it differs, or the items.
fn again<T: Serialize>(
    value: &Value,
    decode_list: impl Fn(&[u8], &DecodeLimits) -> Result<alert_schemas::validations::Batch<T>, Report>,
) -> Result<Vec<T>, String> {
    let batch = decode_list(&text(value), &DecodeLimits::default()).map_err(|report| format!("{report:#}"))?;
    if let Some(refused) = batch.refused.first() {
        return Err(format!("{:#}", refused.report));
    }
    let items: Vec<T> = batch.into_good().collect();
    if json(&items) == *value { Ok(items) } else { Err(format!("encoded again it is {}", json(&items))) }
}

/// Wire → ours → wire is equal, but for what the conversions say they lost.
fn both_ways<T: Serialize>(sent: &T, received: &Converted<alert_schemas::Alert>, back: Converted<T>) -> Result<(), String> {
    received.value.check().map_err(|report| format!("{report:#}"))?;
    let (before, after) = (json(sent), json(&back.value));
    let lost = |path: &str| {
        let covers = |loss: &Loss| path.starts_with(loss.path.as_str()) || loss.path.as_str().starts_with(path);
        received.losses.iter().chain(&back.losses).any(covers)
    };
    let names: BTreeMap<_, _> = [&before, &after].into_iter().flat_map(|value| value.as_object().expect("an object")).collect();
    for name in names.keys() {
        if before.get(*name) != after.get(*name) && !lost(&format!("/{name}")) {
            return Err(format!("{name}: {:?} became {:?} without a loss", before.get(*name), after.get(*name)));
        }
    }
    Ok(())
}

fn ingested(value: &Value, now: Timestamp, alerts: usize) -> Result<Ingested, String> {
    let ingested = ingest(&text(value), &DecodeLimits::default(), &Reception::at(now)).map_err(|report| format!("{report:#}"))?;
    match ingested.refused.first() {
        Some(refused) => Err(format!("{:#}", refused.report)),
        None if ingested.alerts.len() != alerts || !ingested.around.is_empty() => Err(format!("{ingested:?}")),
        None => Ok(ingested),
    }
}

fn gettable(alerts: &[GettableAlert], now: Timestamp) -> Result<(), String> {
    for sent in alerts {
        let received = sent.to_alert(&Reception::at(now)).map_err(|report| format!("{report:#}"))?;
        if received.value.fingerprint().to_string() != sent.fingerprint {
            return Err(format!("fingerprint {} for {}", received.value.fingerprint(), sent.fingerprint));
        }
        both_ways(sent, &received, GettableAlert::from_alert(&received.value, now))?;
    }
    Ok(())
}

fn webhook(body: &Value, now: Timestamp) -> Result<(), String> {
    let message = WebhookMessage::decode(&text(body), &DecodeLimits::default()).map_err(|report| format!("{report:#}"))?;
    if json(&message) != *body {
        return Err(format!("encoded again it is {}", json(&message)));
    }
    let ingested = ingested(body, now, message.alerts.len())?;
    for (sent, own) in message.alerts.iter().zip(&ingested.alerts) {
        let stated = (sent.fingerprint.clone().unwrap_or_default(), sent.status.clone());
        let found = (own.alert.fingerprint().to_string(), own.alert.status.to_string());
        if found != stated {
            return Err(format!("found {found:?}, sent {stated:?}"));
        }
        let received = sent.to_alert(&Reception::at(now)).map_err(|report| format!("{report:#}"))?;
        both_ways(sent, &received, WebhookAlert::from_alert(&received.value, now))?;
    }
    Ok(())
}

fn postable(body: &Value, now: Timestamp) -> Result<(), String> {
    let alerts = again(body, PostableAlert::decode_list)?;
    ingested(body, now, alerts.len())?;
    for sent in &alerts {
        let received = sent.to_alert(&Reception::at(now)).map_err(|report| format!("{report:#}"))?;
        both_ways(sent, &received, PostableAlert::from_alert(&received.value, now))?;
    }
    Ok(())
}

fn count(tally: &mut Tally, row: &Value, outcome: Result<(), String>) {
    match outcome {
        Ok(()) => tally.equal(),
        Err(why) => tally.failed(format!("{:.300}…: {why:.600}", row.to_string())),
    }
}

/// The bytes of a request: its JSON, or its raw text in which `\xNN` stands for a byte.
fn bytes(request: &Value) -> Option<Vec<u8>> {
    if let Some(body) = request.get("body") {
        return Some(text(body));
    }
    let raw = request["body_raw"].as_str()?;
    let mut bytes = Vec::new();
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        match after.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => return None,
        }
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

#[test]
fn webhooks() {
    for run in runs("alertmanager-") {
        let mut tally = Tally::new("live webhooks");
        for row in util::jsonl(&run.join("notifications.jsonl")).into_iter().filter(|row| row["channel"] == "webhook") {
            count(&mut tally, &row, webhook(&row["body"], at(&row)));
        }
        tally.finish();
    }
}

#[test]
fn posted_alerts() {
    for run in runs("alertmanager-") {
        let mut tally = Tally::new("live posts");
        for row in util::jsonl(&run.join("exchanges.jsonl")) {
            let (request, status) = (&row["request"], row["response"]["status"].as_u64().unwrap_or_default());
            if request["method"] != "POST" || !request["path"].as_str().is_some_and(|path| path.ends_with("/alerts")) {
                continue;
            }
            let Some(bytes) = bytes(request) else {
                tally.unreadable();
                continue;
            };
            let ours = ingest(&bytes, &DecodeLimits::default(), &Reception::at(at(&row)));
            let problems: Vec<Report> = match ours {
                Ok(ingested) => ingested.refused.into_iter().map(|refused| refused.report).collect(),
                Err(report) => vec![report],
            };
            for violation in problems.iter().flat_map(Report::violations) {
                assert!(schema::error_code(&violation.code).is_some() && violation.position.is_some(), "{violation:?}");
            }
            match (status, problems.as_slice()) {
                (200, []) => {
                    // Text that is no JSON to a strict reader has been refused above, so this is JSON.
                    let body: Value = serde_json::from_slice(&bytes).expect("JSON");
                    count(&mut tally, &row, postable(&body, at(&row)));
                }
                (200, problems) => match problems.iter().map(documented).collect::<Option<Vec<_>>>() {
                    Some(rules) => tally.documented(rules[0]),
                    None => tally.failed(format!("refused what was answered 200: {row:.200}: {problems:?}")),
                },
                // Rule 1: the elements that we refuse are the bad ones, the good ones of the batch are kept.
                (400 | 422, [_, ..]) => tally.equal(),
                (400 | 422, []) => tally.failed(format!("kept what was refused: {:.300}", row.to_string())),
                (other, _) => tally.failed(format!("answered {other}")),
            }
        }
        tally.finish();
    }
}

#[test]
fn answers() {
    for run in runs("alertmanager-") {
        let mut tally = Tally::new("live answers");
        for row in util::jsonl(&run.join("exchanges.jsonl")) {
            let (request, response) = (&row["request"], &row["response"]);
            let path = request["path"].as_str().unwrap_or_default();
            let path = path.split('?').next().unwrap_or_default().trim_start_matches("/api/v2");
            if request["method"] != "GET" || response["status"] != 200 {
                continue;
            }
            let body = &response["body"];
            let outcome = match path {
                "/alerts" => again(body, GettableAlert::decode_list).and_then(|alerts| gettable(&alerts, at(&row))),
                "/alerts/groups" => again(body, AlertGroup::decode_list)
                    .and_then(|groups| groups.iter().try_for_each(|group| gettable(&group.alerts, at(&row)))),
                "/silences" => again(body, GettableSilence::decode_list).map(drop),
                _ if path.starts_with("/silence/") => again(&Value::Array(vec![body.clone()]), GettableSilence::decode_list).map(drop),
                _ => continue,
            };
            count(&mut tally, &row, outcome);
        }
        tally.finish();
    }
}

#[test]
fn posted_silences() {
    for run in runs("alertmanager-") {
        let mut tally = Tally::new("live silences");
        for row in util::jsonl(&run.join("exchanges.jsonl")) {
            let (request, status) = (&row["request"], row["response"]["status"].as_u64().unwrap_or_default());
            if request["method"] != "POST" || !request["path"].as_str().is_some_and(|path| path.ends_with("/silences")) {
                continue;
            }
            let body = &request["body"];
            let ours = PostableSilence::decode(&text(body), &DecodeLimits::default()).and_then(|silence| {
                assert_eq!(json(&silence), *body);
                silence.check_for_post(at(&row))
            });
            match (status, ours) {
                // 404: the id is not known to this server, which is no fault of the silence.
                (200 | 404, Ok(())) | (400 | 422, Err(_)) => tally.equal(),
                (status, ours) => tally.failed(format!("answered {status}, found {ours:?}: {body}")),
            }
        }
        tally.finish();
    }
}

#[test]
fn older_versions() {
    for run in runs("karma-mock-") {
        let mut tally = Tally::new(&run.file_name().expect("a name").to_string_lossy());
        let read = |name: &str| -> Value { serde_json::from_slice(&std::fs::read(run.join(name)).expect("a file")).expect("JSON") };
        let now = Timestamp::UNIX_EPOCH;
        let groups = read("alerts_groups.json");
        let outcome =
            again(&groups, AlertGroup::decode_list).and_then(|groups| groups.iter().try_for_each(|group| gettable(&group.alerts, now)));
        count(&mut tally, &groups, outcome);
        let silences = read("silences.json");
        count(&mut tally, &silences, again(&silences, GettableSilence::decode_list).map(drop));
        tally.finish();
    }
}

#[test]
fn posts_of_prometheus() {
    for run in runs("prometheus-") {
        let mut tally = Tally::new("live prometheus");
        for row in util::jsonl(&run.join("posts_to_alertmanager.jsonl")) {
            count(&mut tally, &row, postable(&row["body"], at(&row)));
        }
        tally.finish();
    }
}

/// Our own recording: the same checks where the shared tables are not at hand.
#[test]
fn the_committed_recording() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/recording");
    let mut tally = Tally::new("recording");
    for row in util::jsonl(&folder.join("webhooks.jsonl")) {
        count(&mut tally, &row, webhook(&row["body"], at(&row)));
    }
    for row in util::jsonl(&folder.join("exchanges.jsonl")) {
        let (request, response) = (&row["request"], &row["response"]);
        let path = request["path"].as_str().unwrap_or_default().split('?').next().unwrap_or_default();
        match (request["method"].as_str(), path) {
            (Some("GET"), "/api/v2/alerts") => {
                let alerts = again(&response["body"], GettableAlert::decode_list);
                count(&mut tally, &row, alerts.and_then(|alerts| gettable(&alerts, at(&row))));
            }
            (Some("GET"), "/api/v2/silences") => count(&mut tally, &row, again(&response["body"], GettableSilence::decode_list).map(drop)),
            (Some("POST"), "/api/v2/alerts") if response["status"] == 200 => count(&mut tally, &row, postable(&request["body"], at(&row))),
            _ => {}
        }
    }
    tally.finish();
}
