//! What the types say against a real Alertmanager: it is started on loopback, gets alerts that we encoded, and its answers, webhooks and verdicts
//! are compared with ours.
//!
//! Each test starts a server of its own, so that none sees the alerts of another.

#![cfg(feature = "proptest")]

#[path = "util/alertmanager.rs"]
mod alertmanager;
#[path = "util/generate.rs"]
mod generate;
#[path = "util/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::Report;
use alert_schemas::Timestamp;
use alert_schemas::alerts::EndCause;
use alert_schemas::alerts::LinkKind;
use alert_schemas::alerts::SuppressionReason;
use alert_schemas::validations::Batch;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::AlertGroup;
use alert_schemas::webhooks::alertmanager::DocumentKind;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::WebhookAlert;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use alert_schemas::webhooks::alertmanager::ingest;
use proptest::prelude::*;
use proptest::sample::select;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::alertmanager::Alertmanager;
use crate::alertmanager::Sink;
use crate::alertmanager::Tally;
use crate::alertmanager::now;
use crate::generate::generate;
use crate::server::wait_for;

/// What every alert carries here, so that each is an alert of its own and is found in the answers.
const NUMBER: &str = "n";

fn configuration(resolve_timeout: &str, sink: &str) -> String {
    const TEMPLATE: &str = r#"
global:
  resolve_timeout: @TIMEOUT@
route:
  receiver: quiet
  group_by: [alertname]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes:
    - matchers: ['to="sink"']
      receiver: sink
    - matchers: ['to="lab"']
      receiver: lab
      mute_time_intervals: [always]
time_intervals:
  - name: always
    time_intervals:
      - times: [{start_time: "00:00", end_time: "24:00"}]
inhibit_rules:
  - source_matchers: ['role="source"']
    target_matchers: ['role="target"']
    equal: [cluster]
receivers:
  - name: quiet
  - name: lab
  - name: sink
    webhook_configs: [{url: "@SINK@", send_resolved: true}]
"#;
    TEMPLATE.replace("@TIMEOUT@", resolve_timeout).replace("@SINK@", sink)
}

/// A server whose receivers are all quiet.
fn quiet_server(name: &str, resolve_timeout: &str) -> Alertmanager {
    Alertmanager::start(name, &configuration(resolve_timeout, "http://127.0.0.1:9/"))
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("JSON")
}

/// The status of the answer to a POST; 0 where the connection was closed without one.
fn post(server: &Alertmanager, path: &str, body: &[u8]) -> u16 {
    server.request("POST", path, body).map_or(0, |(status, _)| status)
}

/// What an answer lists; encoded again it is equal.
fn decode<T: Serialize>(body: &[u8], decode_list: impl Fn(&[u8], &DecodeLimits) -> Result<Batch<T>, Report>) -> Vec<T> {
    let batch = decode_list(body, &DecodeLimits::default()).unwrap_or_else(|report| panic!("{report:#}"));
    assert!(batch.refused.is_empty(), "{:#}", batch.refused[0].report);
    let items: Vec<T> = batch.into_good().collect();
    assert_eq!(json(&items), serde_json::from_slice::<Value>(body).expect("JSON"), "encoded again");
    items
}

/// Alerts by their number, as they stand in an answer and as `ingest` reads them.
type Answered = BTreeMap<String, (GettableAlert, Alert)>;

fn numbered(body: &[u8], kind: DocumentKind, alerts: Vec<GettableAlert>) -> Answered {
    let ingested = ingest(body, &DecodeLimits::default(), &Reception::at(now())).unwrap_or_else(|report| panic!("{report:#}"));
    assert!(ingested.refused.is_empty() && ingested.around.is_empty(), "{ingested:?}");
    assert!(ingested.alerts.len() == alerts.len() && (ingested.kind == kind || alerts.is_empty()), "{ingested:?}");
    let read = ingested.alerts.into_iter().map(|received| received.alert);
    alerts.into_iter().zip(read).map(|(alert, read)| (alert.labels.get(NUMBER).expect("a number").to_owned(), (alert, read))).collect()
}

/// The alerts that the server answers.
fn answered(server: &Alertmanager) -> Answered {
    let body = server.body("/api/v2/alerts");
    let alerts = decode(&body, GettableAlert::decode_list);
    numbered(&body, DocumentKind::GettableAlerts, alerts)
}

/// The groups that the server answers, and the alerts in them.
fn grouped(server: &Alertmanager) -> (Vec<AlertGroup>, Answered) {
    let body = server.body("/api/v2/alerts/groups");
    let groups = decode(&body, AlertGroup::decode_list);
    let alerts = groups.iter().flat_map(|group| group.alerts.clone()).collect();
    (groups, numbered(&body, DocumentKind::AlertGroups, alerts))
}

/// The wire writes times to the millisecond.
fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::unix_millis)
}

fn later(seconds: u32) -> Timestamp {
    now() + AlertDuration::seconds(seconds)
}

/// Alerts that a person would call odd.
fn odd_alerts() -> Vec<Alert> {
    let t0 = now().minus(AlertDuration::minutes(2));
    let alert = || Alert::builder("something happened", AlertSeverity::High, t0).name("Odd");
    let labelled = |name: &str, value: &str| alert().label(name, value).annotation(name, value);
    let long = "é".repeat(65_536);
    let long_name = "ü".repeat(1_024);
    let texts = [
        ("k8s.pod/näme 🔥", "web-01"),
        ("a\"b", "say \"hi\""),
        ("a\nb", "two\nlines\r\n"),
        (" ", " "),
        ("{}", "{a=\"b\", c=~\"d\"}"),
        ("\\", "C:\\temp\\new"),
        ("empty", ""),
        ("\u{0}", "a\u{0}b"),
        ("control", "\u{1}\u{7}\u{8}\t\u{b}\u{c}\u{1b}\u{7f}\u{80}\u{9f}"),
        ("separators", "\u{2028}\u{2029}\u{feff}\u{200b}\u{202e}"),
        ("noncharacters", "\u{fffe}\u{ffff}\u{1ffff}\u{10ffff}\u{fdd0}\u{e000}"),
        ("family", "👩‍👩‍👧‍👦 🏳️‍🌈 e\u{301}"),
        ("html", "<script>&amp;'\"</script>"),
        ("__name__", "up"),
        ("percent", "%41%zz%"),
        ("long", &long),
        (&long_name, "long name"),
    ];
    let mut builders: Vec<_> = texts.into_iter().map(|(name, value)| labelled(name, value)).collect();
    builders.push(Alert::builder("without a name", AlertSeverity::Info, t0));
    builders.push(alert().ends_at(later(3_600), EndCause::Signal));
    builders.push(alert().ends_at(Timestamp::max(), EndCause::Signal));
    builders.push(alert().ends_at(t0, EndCause::Signal).status(AlertStatus::Resolved));
    builders.push(alert().ends_at(later(60), EndCause::Timeout));
    builders.push(alert().starts_at(later(240)));
    builders.push(alert().starts_at("0001-01-01T00:00:00.001Z".parse().expect("a time")));
    builders.push(alert().starts_at("1969-12-31T23:59:59.999999999Z".parse().expect("a time")));
    for url in
        ["/graph", "urn:x:y", "http://[::1]:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1#top", "https://é.example/ü", "HTTP://u:p@h:1/%41"]
    {
        builders.push(alert().link(LinkKind::Source, url));
    }
    builders
        .push(alert().link(LinkKind::Source, "no-url").link(LinkKind::Source, "http://h/second").runbook("https://example.org/runbook"));
    let many = |builder, prefix: &str| {
        (0..400).fold(builder, |builder: alert_schemas::alerts::AlertBuilder, n| {
            builder.label(format!("{prefix}{n}"), "x").annotation(format!("{prefix}{n}"), "y")
        })
    };
    builders.push(many(alert(), "l"));
    builders.into_iter().map(|builder| builder.build().unwrap_or_else(|report| panic!("{report:#}"))).collect()
}

/// Odd alerts and arbitrary ones, each with a number.
///
/// Arbitrary times lie far away, mostly in the past: the ends of half the alerts are moved into the future. An alert that begins later than the
/// resolve timeout from now, and of which no end is known, is refused by Alertmanager for ending before it begins: such get an end.
fn alerts_to_post(arbitrary: usize) -> Vec<Alert> {
    let mut alerts = odd_alerts();
    alerts.extend(generate(arbitrary, any::<Alert>()));
    for (index, alert) in alerts.iter_mut().enumerate().skip(odd_alerts().len()) {
        if index % 4 > 0 {
            let name = format!("Arbitrary{}", index % 7);
            alert.labels.insert("alertname".parse().expect("a name"), name.parse().expect("a value")).expect("room");
        }
        if let Some(end) = alert.ends_at.filter(|end| index % 2 == 0 && *end < later(600)) {
            alert.ends_at = Some((later(3_600) + end.since(Timestamp::UNIX_EPOCH).min(AlertDuration::hours(1))).max(alert.starts_at));
        }
        if alert.starts_at > later(240) && PostableAlert::from_alert(alert, now()).value.ends_at.is_absent() {
            alert.ends_at = Some(alert.starts_at + AlertDuration::hours(1));
            alert.end_cause = None;
        }
    }
    for (index, alert) in alerts.iter_mut().enumerate() {
        alert.labels.insert(NUMBER.parse().expect("a name"), index.to_string().parse().expect("a value")).expect("room");
    }
    alerts
}

/// Posts all; on a refusal finds out which.
fn post_all(server: &Alertmanager, tally: &mut Tally, posts: &[PostableAlert]) {
    for batch in posts.chunks(40) {
        if post(server, "/api/v2/alerts", &serde_json::to_vec(batch).expect("JSON")) == 200 {
            continue;
        }
        for one in batch {
            let body = serde_json::to_vec(&[one]).expect("JSON");
            let (status, answer) = server.request("POST", "/api/v2/alerts", &body).expect("an answer");
            if status != 200 {
                tally.failed(format!("{status} {}: {:.600}", String::from_utf8_lossy(&answer), json(one).to_string()));
            }
        }
    }
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn what_is_posted_is_read_back() {
    let server = quiet_server("posts", "5m");
    let mut tally = Tally::new(&server, "posts read back");
    let alerts = alerts_to_post(300);
    let posts: Vec<_> = alerts.iter().map(|alert| PostableAlert::from_alert(alert, now()).value).collect();
    post_all(&server, &mut tally, &posts);

    let answers = answered(&server);
    for (index, (alert, post)) in alerts.iter().zip(&posts).enumerate() {
        let answer = answers.get(&index.to_string());
        // When it was received, by the clock that counts.
        let at = answer.map_or_else(now, |(_, read)| read.updated_at.expect("an update"));
        let posted = post.to_alert(&Reception::at(at)).unwrap_or_else(|report| panic!("{report:#}")).value;
        // What is over is posted as over, and nothing else is; only what is said to be over before it begins can't be posted so.
        if alert.starts_at <= at && (alert.status_at(at) == AlertStatus::Resolved) != (posted.status_at(at) == AlertStatus::Resolved) {
            tally.failed(format!("{} to us, {} when posted: {alert:?}", alert.status_at(at), posted.status_at(at)));
        }
        let Some((wire, read)) = answer else {
            tally.compare(&json(post).to_string(), posted.status_at(now()), AlertStatus::Resolved);
            continue;
        };
        let view = |alert: &Alert| {
            let url = alert.links.iter().map(|link| link.href.to_string()).collect::<Vec<_>>();
            let texts = (alert.labels.without_empty(), alert.annotations.clone());
            (texts, millis(Some(alert.starts_at)), millis(alert.ends_at), url, alert.status, alert.suppressions.clone())
        };
        let mut ours = GettableAlert::from_alert(&posted, at).value;
        let receivers: Vec<_> = wire.receivers.iter().map(|receiver| receiver.name.as_str()).collect();
        if receivers != ["quiet"] || read.metadata.get("alertmanager:receivers") != Some(&json!(["quiet"])) {
            tally.failed(format!("receivers {receivers:?}, {:?}", read.metadata));
        }
        ours.receivers.clone_from(&wire.receivers);
        let fingerprints = [alert.fingerprint(), posted.fingerprint(), read.fingerprint()].map(|fingerprint| fingerprint.to_string());
        if fingerprints.iter().any(|fingerprint| *fingerprint != wire.fingerprint) {
            tally.failed(format!("fingerprints {fingerprints:?} for {}", wire.fingerprint));
        } else if view(&posted) != view(read) {
            tally.failed(format!("posted {:?}\nread {:?}", view(&posted), view(read)));
        } else {
            // The answer that we would have made of the post.
            tally.compare(&index, json(&ours).to_string(), json(wire).to_string());
        }
    }
    let unasked: Vec<_> = answers.keys().filter(|number| number.parse().is_ok_and(|number: usize| number >= alerts.len())).collect();
    assert!(
        unasked.is_empty() && answers.len() > alerts.len() / 4 && answers.len() < alerts.len(),
        "{} of {}",
        answers.len(),
        alerts.len()
    );
    tally.finish();

    let mut tally = Tally::new(&server, "groups");
    let (groups, in_groups) =
        wait_for("every alert is in a group", 10, || Some(grouped(&server)).filter(|(_, alerts)| alerts.len() == answers.len()));
    for group in &groups {
        for wire in &group.alerts {
            let number = wire.labels.get(NUMBER).expect("a number");
            let (read, alone) = (&in_groups[number].1, &answers[number].0);
            let ours = (read.name(), read.fingerprint().to_string(), read.ends_at);
            tally.compare(&number, ours, (group.labels.get("alertname"), alone.fingerprint.clone(), alone.ends_at.parse().ok()));
        }
    }
    tally.finish();
}

/// What suppresses each alert, by number: the reasons and what gave them.
fn suppressions(alerts: &Answered) -> BTreeMap<String, Vec<(SuppressionReason, String)>> {
    let reasons = |alert: &Alert| alert.suppressions.iter().map(|own| (own.reason, own.by.to_string())).collect();
    alerts.iter().map(|(number, (_, read))| (number.clone(), reasons(read))).collect()
}

fn silences(server: &Alertmanager) -> BTreeMap<String, GettableSilence> {
    let silences = decode(&server.body("/api/v2/silences"), GettableSilence::decode_list);
    silences.into_iter().map(|silence| (silence.id.clone(), silence)).collect()
}

/// The id of the silence that was made, or the status and text of the refusal.
fn post_silence(server: &Alertmanager, silence: &PostableSilence) -> Result<String, (u16, String)> {
    let (status, body) = server.request("POST", "/api/v2/silences", &serde_json::to_vec(silence).expect("JSON")).expect("an answer");
    let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
    match (status, answer["silenceID"].as_str()) {
        (200, Some(id)) => Ok(id.to_owned()),
        _ => Err((status, String::from_utf8_lossy(&body).into_owned())),
    }
}

fn silence(matchers: Value, start: &str, end: &str) -> PostableSilence {
    let members = json!({"matchers": matchers, "startsAt": start, "endsAt": end, "createdBy": "ada", "comment": "maintenance\n\"now\" 🔧"});
    serde_json::from_value(members).expect("a silence")
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn suppressed_alerts_name_their_reasons() {
    let server = quiet_server("suppressions", "5m");
    let mut tally = Tally::new(&server, "suppressions");
    let labels = [
        ("source", vec![("role", "source"), ("cluster", "a\"b")]),
        ("inhibited", vec![("role", "target"), ("cluster", "a\"b")]),
        ("elsewhere", vec![("role", "target"), ("cluster", "c")]),
        ("silenced", vec![("pod", "web \"1\"\n🔥")]),
        ("both", vec![("role", "target"), ("cluster", "a\"b"), ("pod", "web \"1\"\n🔥")]),
        ("muted", vec![("to", "lab")]),
        ("free", vec![]),
    ];
    let mut fingerprints = BTreeMap::new();
    let mut posts = Vec::new();
    for (number, labels) in labels {
        let builder = Alert::builder(number, AlertSeverity::High, now()).name("Suppression").label(NUMBER, number);
        let alert = labels.into_iter().fold(builder, |builder, (name, value)| builder.label(name, value)).build().expect("an alert");
        fingerprints.insert(number, alert.fingerprint().to_string());
        posts.push(PostableAlert::from_alert(&alert, now()).value);
    }
    post_all(&server, &mut tally, &posts);

    let matchers = json!([{"name": "pod", "value": "web \"1\"\n🔥", "isRegex": false}, {"name": "gone", "value": "x+", "isRegex": true, "isEqual": false}]);
    let mut posted = silence(matchers, &now().to_string(), &later(3_600).to_string());
    posted.check_for_post(now()).expect("a good silence");
    let id = post_silence(&server, &posted).expect("a silence");

    let by_silence = || (SuppressionReason::Silenced, id.clone());
    let by_source = || (SuppressionReason::Inhibited, fingerprints["source"].clone());
    let expected = |is_silenced: bool, in_groups: bool| {
        let silenced = if is_silenced { vec![by_silence()] } else { Vec::new() };
        let both = [silenced.clone(), vec![by_source()]].concat();
        // Only groups know intervals.
        let muted = if in_groups { vec![(SuppressionReason::Muted, "always".to_owned())] } else { Vec::new() };
        let suppressed = [("inhibited", vec![by_source()]), ("silenced", silenced), ("both", both), ("muted", muted)];
        let all = ["source", "elsewhere", "free"].map(|number| (number, Vec::new())).into_iter().chain(suppressed);
        all.map(|(number, reasons)| (number.to_owned(), reasons)).collect::<BTreeMap<_, _>>()
    };
    let compare = |tally: &mut Tally, is_silenced: bool| {
        // A group is suppressed once the server has first looked at it.
        let mut in_groups = Answered::new();
        for _ in 0..100 {
            in_groups = grouped(&server).1;
            if suppressions(&in_groups) == expected(is_silenced, true) {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        for (alerts, in_groups) in [(answered(&server), false), (in_groups, true)] {
            let mut found = suppressions(&alerts);
            for (number, reasons) in expected(is_silenced, in_groups) {
                tally.compare(&(&number, in_groups), Some(reasons), found.remove(&number));
            }
            for (number, (wire, read)) in alerts {
                let ours = (if read.is_suppressed() { "suppressed" } else { "active" }, read.status_at(now()));
                tally.compare(&number, ours, (wire.status.state.as_str(), AlertStatus::Firing));
            }
        }
    };
    compare(&mut tally, true);
    let read = &silences(&server)[&id];
    let sorted = |matchers: &Value| {
        let matchers = matchers.as_array().expect("a list").iter().cloned();
        matchers
            .map(|mut one| {
                one["isEqual"] = one["isEqual"].as_bool().unwrap_or(true).into();
                one.to_string()
            })
            .collect::<BTreeSet<_>>()
    };
    tally.compare(&"matchers", sorted(&json(&posted.matchers)), sorted(&json(&read.matchers)));
    tally.compare(&"texts", (&posted.created_by, &posted.comment), (&read.created_by, &read.comment));
    tally.compare(&"state", "active", &read.status.state);

    // Made longer under the same id, then ended: what it silenced is free again.
    posted.id = Some(id.clone());
    posted.ends_at = later(7_200).to_string();
    tally.compare(&"longer", Ok(id.clone()), post_silence(&server, &posted));
    tally.compare(
        &"end",
        Some(posted.ends_at.as_str()).map(|end| end.parse::<Timestamp>().ok()),
        Some(silences(&server)[&id].ends_at.parse().ok()),
    );
    let (status, _) = server.request("DELETE", &format!("/api/v2/silence/{id}"), b"").expect("an answer");
    assert_eq!(status, 200);
    tally.compare(&"state", "expired", &silences(&server)[&id].status.state);
    compare(&mut tally, false);
    tally.finish();
}

/// Silences of which most have one or two faults.
fn silence_posts() -> impl Strategy<Value = (PostableSilence, bool)> {
    let name = select(vec!["a", "team", "ä b", "", "a\"b"]);
    let value = prop_oneof![
        4 => select(vec!["", "x", ".*", ".+", "a|b", "|", "x?", "(", "[a", "a**", "\\d+", "\\pL", "\\p{Latin}", "(?i)x", "(?x)y", "a{2}", "a{1001}",
            "\\C", "\\Qa.b\\E", "(?P<n>x)", "(?<n>x)", "(?=x)", "\\1", "[[:alpha:]]", "[[:word:]]", "x{,3}", "é", "\n", "\u{0}", "\\x{41}", "^$", "$^"]),
        1 => select(vec!["(?s).*", "[^x]*", "(a|)", "\\z", "\\Z", "a{0}", "()", "(?U)a*", "[]a]", "[a-\\d]", "\\8", "\\01", "(?:)"]),
    ];
    let matcher = (name, value, any::<bool>(), proptest::option::of(any::<bool>())).prop_map(|(name, value, is_regex, is_equal)| {
        let mut matcher = json!({"name": name, "value": value, "isRegex": is_regex});
        if let Some(is_equal) = is_equal {
            matcher["isEqual"] = is_equal.into();
        }
        matcher
    });
    let matchers = prop_oneof![1 => Just(Vec::new()), 20 => prop::collection::vec(matcher, 1..4)].prop_map(Value::Array);
    // Seconds from now, or a text.
    let time = |near: i64| {
        prop_oneof![
            12 => Just(near.to_string()),
            2 => select(vec!["-7200", "-3600", "3600", "7200"]).prop_map(str::to_owned),
            1 => select(vec!["0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "", "2038-01-01", "2038-01-01T00:00:00", "x", "2038-01-01T00:00:00z"]).prop_map(str::to_owned),
        ]
    };
    (matchers, time(-3_600), time(3_600)).prop_map(|(matchers, start, end)| {
        let at = |text: String| match text.parse::<i64>() {
            Ok(seconds) => Timestamp::from_unix_millis(now().unix_millis() + seconds * 1_000).expect("in range").to_string(),
            Err(_) => text,
        };
        let is_plain = start == "-3600" && end == "3600";
        (silence(matchers, &at(start), &at(end)), is_plain)
    })
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn silences_are_judged_alike() {
    let server = quiet_server("silences", "5m");
    let mut tally = Tally::new(&server, "verdicts on silences");
    let (mut taken, mut refused) = (0, 0);
    for (posted, is_plain) in generate(400, silence_posts()) {
        let (ours, theirs) = (posted.check_for_post(now()), post_silence(&server, &posted));
        if theirs.is_ok() {
            taken += 1
        } else {
            refused += 1
        }
        match (&ours, &theirs) {
            (Ok(()), Ok(id)) if is_plain => {
                let read = &silences(&server)[id];
                tally.compare(&json(&posted), posted.ends_at.parse::<Timestamp>().ok(), read.ends_at.parse().ok());
            }
            (Ok(()), Ok(_)) | (Err(_), Err((400 | 422, _))) => tally.equal(),
            _ => tally.failed(format!("{}: ours {ours:?}, Alertmanager's {theirs:?}", json(&posted))),
        }
    }
    assert!(taken > 40 && refused > 40, "{taken} taken, {refused} refused");
    tally.finish();
}

/// The numbers and statuses of the alerts that webhooks brought.
type Seen = BTreeSet<(String, String)>;

/// The alerts of a webhook, checked against what was posted under their numbers.
fn check_webhook(tally: &mut Tally, body: &[u8], posts: &BTreeMap<String, Vec<PostableAlert>>) -> Vec<(String, String)> {
    let message = match WebhookMessage::decode(body, &DecodeLimits::default()) {
        Ok(message) => message,
        Err(report) => {
            tally.failed(format!("{report:#}: {}", String::from_utf8_lossy(body)));
            return Vec::new();
        }
    };
    tally.compare(&message.group_key, json(&message), serde_json::from_slice(body).expect("JSON"));
    let at = now();
    let ingested = ingest(body, &DecodeLimits::default(), &Reception::at(at)).unwrap_or_else(|report| panic!("{report:#}"));
    assert!(ingested.kind == DocumentKind::Webhook && ingested.refused.is_empty() && ingested.around.is_empty(), "{ingested:?}");
    let any_fires = ingested.alerts.iter().any(|received| received.alert.status_at(at) == AlertStatus::Firing);
    tally.compare(&message.group_key, if any_fires { "firing" } else { "resolved" }, message.status.as_str());

    let mut seen = Vec::new();
    for (wire, received) in message.alerts.iter().zip(&ingested.alerts) {
        let number = wire.labels.get(NUMBER).expect("a number").to_owned();
        let sent = (wire.fingerprint.clone().unwrap_or_default(), wire.status.clone());
        tally.compare(&number, (received.alert.fingerprint().to_string(), received.alert.status_at(at).to_string()), sent);
        // The webhook that we would have made of one of the posts.
        let ours = posts[&number].iter().map(|post| {
            let posted = post.to_alert(&Reception::at(at)).unwrap_or_else(|report| panic!("{report:#}")).value;
            json(&WebhookAlert::from_alert(&posted, at).value)
        });
        let ours: Vec<_> = ours.collect();
        if ours.contains(&json(wire)) {
            tally.equal()
        } else {
            tally.failed(format!("sent {}, ours {ours:?}", json(wire)))
        }
        seen.push((number, wire.status.clone()));
    }
    seen
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn webhooks_say_what_was_posted() {
    let sink = Sink::start();
    let server = Alertmanager::start("webhooks", &configuration("5m", &sink.url()));
    let mut tally = Tally::new(&server, "webhooks");
    let mut posts = BTreeMap::<String, Vec<PostableAlert>>::new();
    let mut firing = Vec::new();
    for mut alert in alerts_to_post(120) {
        let number = alert.labels.get(NUMBER).expect("a number").to_owned();
        alert.labels.insert("to".parse().expect("a name"), "sink".parse().expect("a value")).expect("room");
        let post = PostableAlert::from_alert(&alert, now()).value;
        let posted = post.to_alert(&Reception::at(now())).unwrap_or_else(|report| panic!("{report:#}")).value;
        if posted.status == AlertStatus::Firing && posted.starts_at <= now() {
            posts.entry(number).or_default().push(post.clone());
            firing.push((alert, post));
        }
    }
    assert!(firing.len() > 60, "{}", firing.len());
    post_all(&server, &mut tally, &firing.iter().map(|(_, post)| post.clone()).collect::<Vec<_>>());
    let (mut read, mut seen) = (0, Seen::new());
    let mut wait = |tally: &mut Tally, posts: &BTreeMap<String, Vec<PostableAlert>>, what: &str, expected: &dyn Fn(&Seen) -> bool| {
        wait_for(what, 20, || {
            let bodies = sink.bodies();
            for body in bodies.iter().skip(read) {
                seen.extend(check_webhook(tally, body, posts));
            }
            read = bodies.len();
            expected(&seen).then_some(())
        });
    };
    let numbers: Vec<_> = posts.keys().cloned().collect();
    let all =
        |numbers: &[String], status: &str, seen: &Seen| numbers.iter().all(|number| seen.contains(&(number.clone(), status.to_owned())));
    wait(&mut tally, &posts, "every alert is sent firing", &|seen| all(&numbers, "firing", seen));

    // Every second one ends.
    let (mut ended, mut ends) = (Vec::new(), Vec::new());
    for (alert, _) in firing.iter_mut().step_by(2) {
        let number = alert.labels.get(NUMBER).expect("a number").to_owned();
        alert.resolve(EndCause::Signal, now());
        alert.ends_at = Some(now());
        let post = PostableAlert::from_alert(alert, now()).value;
        posts.entry(number.clone()).or_default().push(post.clone());
        ended.push(number);
        ends.push(post);
    }
    post_all(&server, &mut tally, &ends);
    wait(&mut tally, &posts, "every end is sent", &|seen| all(&ended, "resolved", seen));
    assert!(!seen.iter().any(|(number, status)| status == "resolved" && !ended.contains(number)), "only what ended is resolved");
    tally.finish();
}

/// Spellings of times: most are nearly right.
fn time_texts() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        12 => "20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
        2 => "(0000|0001|0002|1900|2000|9998|9999)-(01|02|12)-(01|28|29|31)",
        1 => "[0-9]{4}-[0-1][0-9]-[0-3][0-9]",
        1 => "[+]?[0-9]{3,5}-[0-9]{1,2}-[0-9]{1,2}",
        1 => "[0-9]{4}/[0-9]{2}/[0-9]{2}|[0-9]{8}|2026-W01-1|2026-001| 2026-01-01",
    ];
    let separator = prop_oneof![12 => Just("T".to_owned()), 3 => " {1,3}", 1 => select(vec!["t", "", "\t", "T ", "\u{a0}", "_"]).prop_map(str::to_owned)];
    let clock = prop_oneof![
        8 => "([01][0-9]|2[0-3]|[0-9]):[0-5][0-9]:[0-5][0-9]",
        2 => "([01][0-9]|2[0-3]|[0-9]):[0-5][0-9]",
        1 => "[0-9]{1,3}:[0-9]{1,3}(:[0-9]{1,3})?",
        1 => "24:00:00|23:59:60|00:60:00|[0-9]{6}|[0-9]{2}|",
    ];
    let fraction = prop_oneof![
        4 => Just(String::new()),
        3 => "[.,][0-9]{1,12}",
        3 => "[.,]([0-9]{3}|[0-9]{6})",
        2 => "[.,][+-]([0-9]{2}|00|0[1-9]|[0-9]{5}|00000|[0-9]{1,8})",
        1 => select(vec![".", ",", ":5", ".5.", ". 5", "..5", ".\u{663}"]).prop_map(str::to_owned),
    ];
    let zone = prop_oneof![
        5 => Just("Z".to_owned()),
        3 => Just(String::new()),
        4 => "[+-]([01][0-9]|2[0-4]):([0-5][0-9]|60)",
        3 => "[+-]([01][0-9]|2[0-4])([0-5][0-9]|60)",
        1 => "[+-][0-9]{1,3}:?[0-9]{1,3}",
        1 => select(vec!["z", "Z ", "ZZ", "UTC", " +01:00", "+", "-", "+01", "\u{2212}01:00", "Z+00:00", "[UTC]", "\n"]).prop_map(str::to_owned),
    ];
    let whole = (date.clone(), separator, clock, fraction, zone)
        .prop_map(|(date, separator, clock, fraction, zone)| [date, separator, clock, fraction, zone].concat());
    prop_oneof![12 => whole, 1 => date]
}

/// URLs: most are nearly right.
fn url_texts() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    let scheme = select(vec![
        "http:", "http:", "http:", "http:", "https:", "HTTP:", "urn:", "mailto:", "a+b.c-d:", "x1:", "", "", "", ":", "1a:", "+a:",
        "ht tp:", "h\u{e9}:", "a_b:", "a%41:", "[:",
    ]);
    let slashes = select(vec!["//", "//", "//", "//", "//", "//", "//", "", "/", "///", "////", "\\\\"]);
    #[rustfmt::skip]
    let user = select(vec![
        "", "", "", "", "", "", "u@", "u:p@", "u:p:q@", "u%20@", "u%zz@", "u%4@", "%:a@", "\u{e9}@", "a b@", "u@v@", "@", ":@", "a/b@",
        "a?b@", "a#b@", "[@", "u;=+$&,@", "u<@", "%00@",
    ]);
    #[rustfmt::skip]
    let host = select(vec![
        "h", "h", "h", "h", "h.example", "", "\u{e9}", "\u{202e}", "1.2.3.4", "999.1.1.1", "::1", "a b", "a<b>", "a\"b", "a'b", "a%20b",
        "a%C3%A9", "a%80", "a%7f", "a%zz", "a%", "a%2", "%25", "%2525", "%25zz", "a\\b", "a^b", "a|b", "a{b}", "a`b", "a;b", "a,b",
        "a=b", "a*b", "a(b)", "a_b", "-", "~", "h1,h2", "h#f", "h%23", "a]b", "]", "a[b", "[", "[]", "[::1]", "[::1]", "[::1", "::1]",
        "a[::1]", "[::1]a", "[[::1]]", "[::1]]", "[h]", "[1.2.3.4]", "[::ffff:1.2.3.4]", "[::1.2.3.04]", "[1::2::3]",
        "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]", "[1:2:3:4:5:6:7::8]", "[1:2:3:4:5:6:7:8:9]", "[12345::]", "[0001::]", "[::G]",
        "[fe80::1%25en0]", "[fe80::1%en0]", "[fe80::1%25]", "[fe80::1%25%20]", "[fe80::1%25a%25b]", "[fe80::1%25%41]", "[fe80::1%25%C3]",
        "[fe80::1%25%2f]", "[fe80::1%25\u{e9}]", "[fe80::1%25a]b]", "[fe80::1%25a b]", "[fe80::1%25a<b]", "[%3a%3a1]", "[::1%2525]",
        "[%25en0]", "[1.2.3.4%25a]", "[v1.x]", "[::1 ]", "[\u{ff11}::]",
    ]);
    #[rustfmt::skip]
    let port = select(vec![
        "", "", "", "", "", "", ":", ":80", ":80", ":99999999", ":x", ":80:90", "::80", ":-1", ":+1", ":%38", ":8 0", ":\u{663}", ":0x1",
        "80", ":80a", ":80@x",
    ]);
    #[rustfmt::skip]
    let path = select(vec![
        "", "", "", "/", "/a/b", "/a b", "/%41", "/%", "/%4", "/%4g", "/%zz", "/%G0", "/\u{e9}", "/a:b", "/[", "/]", "/\\", "/^{|}`",
        "/\"<>", "/\u{0}", "/\n", "/\t", "/\u{7f}", "/\u{80}", "/\u{2028}", "//", "/..", "/*", "/;a=b", "/a%2Fb", "*", "a", "%",
        "\u{1f525}",
    ]);
    #[rustfmt::skip]
    let query = select(vec![
        "", "", "", "", "?", "??", "?a=b&c", "?%zz", "?a=%", "?a b", "?\u{e9}", "?\u{7f}", "?\r", "?#%zz", "#", "#f", "#%zz", "#%41",
        "#a b", "#\u{1}", "#?%", "?x#y",
    ]);
    (scheme, slashes, user, host, port, path, query)
        .prop_map(|(scheme, slashes, user, host, port, path, query)| [scheme, slashes, user, host, port, path, query].concat())
}

/// What members there are, exactly.
const MEMBERS: [&str; 5] = ["labels", "annotations", "startsAt", "endsAt", "generatorURL"];

/// The rule of `webhooks::alertmanager` under which the verdict on this document may differ from Alertmanager's.
fn documented(body: &[u8], ours: &Result<Vec<Alert>, Vec<Report>>, status: u16) -> Option<&'static str> {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    // Members that are known ones in other letters, by the exact name.
    let misspelt: BTreeSet<_> = items
        .iter()
        .filter_map(Value::as_object)
        .flat_map(serde_json::Map::keys)
        .filter_map(|name| MEMBERS.into_iter().find(|member| name != member && name.eq_ignore_ascii_case(member)))
        .collect();
    const EXACT: &str = "4: member names are exact";
    let reports = match ours {
        Ok(_) if !misspelt.is_empty() => return Some(EXACT),
        // Its timeout ends it before it begins.
        Ok(alerts) if alerts.iter().any(|alert| alert.end_cause == Some(EndCause::Timeout) && alert.ends_at <= Some(alert.starts_at)) => {
            return Some("8: what begins later is kept");
        }
        Ok(_) => return None,
        Err(_) if status != 200 => return None,
        Err(reports) => reports,
    };
    // A year in which it may be 0000 or 10000 in UTC, or an offset of 25 hours.
    let is_at_an_edge = |path: &str| {
        let text = value.pointer(path).and_then(Value::as_str).unwrap_or_default();
        ["0000", "0001", "9999"].iter().any(|year| text.starts_with(year)) || ["24:60", "2460"].iter().any(|offset| text.ends_with(offset))
    };
    let rule = |code: &str, path: &str, message: &str| match code {
        _ if path.split('/').nth(2).is_some_and(|member| misspelt.contains(member)) => Some(EXACT),
        "duplicate_key" => Some("2: a name that stands twice is refused"),
        "invalid_utf8" => Some("3: text that is not Unicode is refused"),
        "invalid_json" if message.contains("surrogate") || message.contains("hex escape") => Some("3: text that is not Unicode is refused"),
        "invalid_json" if message.contains("the end of the document, found") => Some("5: the document is one list"),
        "not_alertmanager" if value.is_null() => Some("5: the document is one list"),
        "invalid_json" if message == "number out of range" => Some("6: size is limited"),
        "text_too_long" | "too_many_labels" | "too_deep" | "string_too_long" | "document_too_large" => Some("6: size is limited"),
        "invalid_label_name" if message.contains("1 to 1024") && !message.starts_with("`` ") => Some("6: size is limited"),
        "invalid_wire_time" if is_at_an_edge(path) => Some("7: only the years 0001 to 9999"),
        _ => None,
    };
    let mut rules = reports.iter().flat_map(Report::violations).map(|one| rule(&one.code, one.path.as_str(), &one.message));
    let first = rules.next()??;
    rules.all(|other| other.is_some()).then_some(first)
}

/// Our verdict on a post that is received then: its alerts, or what is wrong with it.
fn verdict(body: &[u8], at: Timestamp) -> Result<Vec<Alert>, Vec<Report>> {
    match ingest(body, &DecodeLimits::default(), &Reception::at(at)) {
        Ok(ingested) if ingested.kind != DocumentKind::PostableAlerts => panic!("{}", String::from_utf8_lossy(body)),
        Ok(ingested) if ingested.refused.is_empty() => Ok(ingested.alerts.into_iter().map(|received| received.alert).collect()),
        Ok(ingested) => Err(ingested.refused.into_iter().map(|refused| refused.report).collect()),
        Err(report) => Err(vec![report]),
    }
}

/// Posts a document and compares the verdicts; whether it was taken by both.
fn judge(server: &Alertmanager, tally: &mut Tally, body: &[u8]) -> bool {
    let ours = verdict(body, now());
    let status = post(server, "/api/v2/alerts", body);
    assert!(matches!(status, 200 | 400 | 422 | 0), "{status}: {}", String::from_utf8_lossy(body));
    if ours.is_ok() == (status == 200) {
        tally.equal();
    } else if let Some(rule) = documented(body, &ours, status) {
        tally.documented(rule);
    } else {
        tally.failed(format!("answered {status}, ours {ours:?}: {}", String::from_utf8_lossy(body).escape_debug()));
    }
    ours.is_ok() && status == 200
}

/// An alert with a number that fires for long, and other members over that.
fn numbered_post(number: usize, members: Value) -> Value {
    let mut post = json!({"labels": {"alertname": "Verdict", NUMBER: number.to_string()}, "startsAt": "2026-01-01T00:00:00Z", "endsAt": "9999-12-31T23:59:59Z"});
    let members = if let Value::Object(members) = members { members } else { panic!("{members}") };
    post.as_object_mut().expect("an object").extend(members);
    post
}

fn list(post: &Value) -> Vec<u8> {
    serde_json::to_vec(&[post]).expect("JSON")
}

/// What both took is answered as we read it.
fn compare_answers(server: &Alertmanager, tally: &mut Tally, posts: &BTreeMap<String, Value>) {
    let answers = decode(&server.body("/api/v2/alerts"), GettableAlert::decode_list);
    let answers: BTreeMap<_, _> = answers.iter().map(|wire| (wire.labels.get(NUMBER).expect("a number"), wire)).collect();
    for (number, post) in posts {
        let posted_at = |at| verdict(&list(post), at).expect("taken before").remove(0);
        let url = post["generatorURL"].as_str().unwrap_or_default();
        let view = |alert: &Alert, fingerprint: String| (fingerprint, millis(Some(alert.starts_at)), millis(alert.ends_at));
        match answers.get(number.as_str()) {
            Some(wire) => {
                let read = wire.to_alert(&Reception::at(now())).unwrap_or_else(|report| panic!("{report:#}: {wire:?}")).value;
                let posted = posted_at(read.updated_at.expect("an update"));
                let ours = (view(&posted, posted.fingerprint().to_string()), url);
                tally.compare(post, ours, (view(&read, wire.fingerprint.clone()), wire.generator_url.as_deref().unwrap_or_default()));
            }
            None => tally.compare(post, posted_at(now()).status, AlertStatus::Resolved),
        }
    }
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn times_are_judged_alike() {
    let server = quiet_server("times", "5m");
    let mut tally = Tally::new(&server, "verdicts on times");
    #[rustfmt::skip]
    let named = [
        "2026-01-01", "2026-01-01T00:00", "2026-01-01T00:00:00", "2026-01-01T0:00:00Z", "2026-01-01T00:00:00,5Z",
        "2026-01-01T00:00:00+24:00", "", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01 00:00:00Z", "2026-01-01 00:00:00",
        "2026-01-01T00:00:00+0000", "2026-01-01T00:00:00.000+0000", "2026-01-01T00:00:60Z", "10000-01-01T00:00:00Z", "x", " ", "now",
        "1767225600", "2026-01-01T00:00Z", "2026-01-01T00:00+01:00", "2026-02-29", "2024-02-29", "0001-01-01T00:00:00Z",
        "0001-01-01T01:00:00+01:00", "0000-02-29", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-01-01T00:00:00.123456789123Z", "2026-01-01T00:00:00.+12Z", "2026-01-01T00:00:00.-00Z", "2026-01-01T00:00:00.-01Z",
    ];
    let texts = || named.into_iter().map(str::to_owned).chain(generate(600, time_texts()));
    let starts = texts().map(|text| json!({"startsAt": text}));
    let ends = texts().map(|text| json!({"startsAt": "0001-01-01T00:00:01Z", "endsAt": text}));
    let mut taken = BTreeMap::new();
    for (number, members) in starts.chain(ends).enumerate() {
        let post = numbered_post(number, members);
        if judge(&server, &mut tally, &list(&post)) {
            taken.insert(number.to_string(), post);
        }
    }
    assert!(taken.len() > 200, "{}", taken.len());
    tally.finish();
    let mut tally = Tally::new(&server, "times read back");
    compare_answers(&server, &mut tally, &taken);
    tally.finish();
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn urls_are_judged_alike() {
    let server = quiet_server("urls", "5m");
    let mut tally = Tally::new(&server, "verdicts on URLs");
    #[rustfmt::skip]
    let named = [
        "", "*", "**", "/", "//", "///", "//h/%zz", "//[", "?q", "#f", "x", "not a url", "%zz", "/rel", "urn:x", "mailto:a", "http:",
        "http:?", "http:/", "http://", "http:///", "a:b:c", "http://h:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1", "http://x/%zz",
        "http://x?%zz", "http://[::1", "http://[fe80::1%25en0]:80/", "http://h:80:90/", "javascript:alert(1)", "data:text/plain,a%zz",
        "http://h/\u{85}", "http://\u{1f525}/", "file:///etc", "C:\\x",
    ];
    let mut taken = BTreeMap::new();
    let long = format!("/{}", "é".repeat(9_000));
    let texts = named.into_iter().map(str::to_owned).chain([long]).chain(generate(1_500, url_texts()));
    for (number, text) in texts.enumerate() {
        let post = numbered_post(number, json!({"generatorURL": text}));
        if judge(&server, &mut tally, &list(&post)) {
            taken.insert(number.to_string(), post);
        }
    }
    assert!(taken.len() > 200, "{}", taken.len());
    tally.finish();
    let mut tally = Tally::new(&server, "URLs read back");
    compare_answers(&server, &mut tally, &taken);
    tally.finish();
}

/// Documents that are odd as JSON or as a post.
fn odd_documents() -> Vec<Vec<u8>> {
    #[rustfmt::skip]
    let values = || {
        [
            json!(null), json!(7), json!(0.5), json!("x"), json!(""), json!(true), json!([]), json!(["x"]), json!({}), json!({"a": "b"}),
            json!({"a": 1}), json!({"a": null}), json!({"": "x"}), json!({"": ""}), json!({"": null}),
        ]
    };
    let mut posts = Vec::new();
    for value in values() {
        for member in
            MEMBERS.into_iter().chain(["status", "fingerprint", "receivers", "Labels", "STARTSAT", "startsat", "generatorUrl", "x", ""])
        {
            posts.push(json!({"labels": {"a": "b"}, member: value}));
            posts.push(json!({member: value}));
            posts.push(json!({"Labels": {"a": "b"}, member: value}));
        }
        posts.push(json!({"labels": {"a": "b", "c": value}}));
        posts.push(json!({"labels": {"a": "b", "": value}}));
        posts.push(json!({"labels": {"a": "b"}, "annotations": {"": value}}));
        posts.push(json!({"labels": {"a": "b"}, "annotations": {"c": value}}));
    }
    let odd_texts = ["\u{0}", "a\u{0}", " ", "\n", "é", "🔥", "\u{ffff}", "\u{feff}", "a b", "__name__", "a-b", "1", "{}", "\""];
    for text in odd_texts {
        posts.push(json!({"labels": {text: text}}));
        posts.push(json!({"labels": {"a": "b"}, "annotations": {text: text}}));
    }
    let times = [
        "",
        "0001-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000000001Z",
        "2025-12-31T23:59:59.999999999Z",
        "2026-01-01T01:00:00+01:00",
        "9999-01-01T00:00:00Z",
    ];
    for start in times {
        for end in times {
            posts.push(json!({"labels": {"a": "b"}, "startsAt": start, "endsAt": end}));
        }
        posts.push(json!({"labels": {"a": "b"}, "startsAt": start}));
        posts.push(json!({"labels": {"a": "b"}, "endsAt": start}));
    }
    for seconds in [280, 320] {
        posts.push(json!({"labels": {"a": "b"}, "startsAt": later(seconds)}));
        posts.push(json!({"labels": {"a": "b"}, "startsAt": later(seconds), "endsAt": null}));
    }
    let name = |length| "n".repeat(length);
    let many = |count: usize| (0..count).map(|n| (format!("l{n}"), json!("x"))).collect::<serde_json::Map<_, _>>();
    for labels in [
        json!({name(1_024): "x"}),
        json!({name(1_025): "x"}),
        json!({"a": name(65_536)}),
        json!({"a": name(65_537)}),
        json!(many(512)),
        json!(many(513)),
    ] {
        posts.push(json!({"labels": labels}));
        posts.push(json!({"labels": {"a": "b"}, "annotations": labels}));
    }
    let mut documents: Vec<_> = posts.iter().map(list).collect();
    for value in values() {
        documents.push(serde_json::to_vec(&value).expect("JSON"));
        documents.push(serde_json::to_vec(&[&value]).expect("JSON"));
        documents.push(serde_json::to_vec(&json!([{"labels": {"a": "b"}}, value])).expect("JSON"));
        documents.push(serde_json::to_vec(&json!([[value]])).expect("JSON"));
    }
    let good = r#"[{"labels":{"a":"b"}}]"#;
    #[rustfmt::skip]
    let texts = [
        "", " ", "[", "]", "[,]", "[{}", "nul", "NaN", "[NaN]", "[Infinity]", "{}", "{]", "\u{feff}[]", "[]x", "[] []", "[]\u{0}",
        "[]\n\t ", "\u{b}[]", "\u{a0}[]", "//x\n[]", "/**/[]", r#"[{"labels":{"a":"b"},}]"#, r#"[{"labels":{"a":"b"}},]"#,
        r#"[{"labels":{'a':"b"}}]"#, r#"[{"labels":{a:"b"}}]"#, r#"[{"labels":{"a":"b"}}"#, r#"[{"labels":{"a":"b"}}] x"#,
        r#"[{"labels":{"a":"b"}}]]"#, r#"[{"labels":{"a":"b"}}]{"#, r#"[{"labels":{"a":"b","a":"c"}}]"#,
        r#"[{"labels":{"a":"b"},"labels":{"c":"d"}}]"#, r#"[{"labels":{"a":"b"},"x":1,"x":2}]"#,
        r#"[{"labels":{"a":"b"},"startsAt":"x","startsAt":"2026-01-01"}]"#, r#"[{"labels":{"a":"b"},"x":{"y":1,"y":2}}]"#,
        r#"[{"labels":{"a":"\ud800"}}]"#, r#"[{"labels":{"a":"\udc00\ud800"}}]"#, r#"[{"labels":{"a":"\ud83d\ude00"}}]"#,
        r#"[{"labels":{"\ud800":"b"}}]"#, r#"[{"labels":{"a":"\x41"}}]"#, r#"[{"labels":{"a":"\u00"}}]"#,
        r#"[{"labels":{"a":"\u0000"}}]"#, r#"[{"labels":{"a":"\'"}}]"#, r#"[{"labels":{"a":"\/"}}]"#, "[{\"labels\":{\"a\":\"\n\"}}]",
        "[{\"labels\":{\"a\":\"\u{1}\"}}]", "[{\"labels\":{\"a\":\"\u{7f}\"}}]", r#"[{"l\u0061bels":{"a":"b"}}]"#,
        r#"[{"labels":{"a":"b"},"x":1e999}]"#, r#"[{"labels":{"a":"b"},"x":-1e999}]"#, r#"[{"labels":{"a":"b"},"x":1e-999}]"#,
        r#"[{"labels":{"a":"b"},"x":01}]"#, r#"[{"labels":{"a":"b"},"x":+1}]"#, r#"[{"labels":{"a":"b"},"x":.5}]"#,
        r#"[{"labels":{"a":"b"},"x":5.}]"#, r#"[{"labels":{"a":"b"},"x":-}]"#, r#"[{"labels":{"a":"b"},"x":-0}]"#,
        r#"[{"labels":{"a":"b"},"x":123456789012345678901234567890}]"#, r#"[{"labels":{"a":"b"},"x":tru}]"#,
        r#"[{"labels":{"a":"b"},"x":True}]"#, r#"[{"labels":{"a":"b"},"x":}]"#, r#"[{"labels":{"a":"b"},"x"}]"#,
        r#"[{"labels":{"a":"b"},"x":"\ud800"}]"#, r#"[{"labels":{"a":"b"},"startsAt":2026}]"#,
        r#"[{"labels":{"a":"b"},"startsAt":"2026-01-01T00:00:00\u005a"}]"#,
    ];
    documents.extend(texts.map(|text| text.as_bytes().to_vec()));
    let deep = |depth: usize| format!(r#"[{{"labels":{{"a":"b"}},"x":{}{}}}]"#, "[".repeat(depth), "]".repeat(depth));
    documents.extend([deep(60).into_bytes(), deep(200).into_bytes()]);
    for bytes in [&b"\xff"[..], b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"] {
        documents.push([b"[{\"labels\":{\"a\":\"", bytes, b"\"}}]"].concat());
        documents.push([b"[{\"labels\":{\"", bytes, b"\":\"a\"}}]"].concat());
        documents.push([good.as_bytes(), bytes].concat());
        documents.push([bytes, good.as_bytes()].concat());
    }
    for end in 0..good.len() {
        documents.push(good.as_bytes()[..end].to_vec());
    }
    documents
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn documents_are_judged_alike() {
    let server = quiet_server("documents", "5m");
    let mut tally = Tally::new(&server, "verdicts on odd documents");
    for document in odd_documents() {
        judge(&server, &mut tally, &document);
    }
    tally.finish();

    // Rule 1: what fails in decoding loses the whole batch there, what fails later does not; here never.
    let mut tally = Tally::new(&server, "good neighbours of bad alerts");
    let bad = [
        json!({"labels": {}}),
        json!({"labels": {"": "x"}}),
        json!({"labels": {"a": "b"}, "startsAt": "x"}),
        json!({"labels": 7}),
        json!({}),
        json!(7),
    ];
    for (number, bad) in bad.into_iter().enumerate() {
        let number = format!("neighbour {number}");
        let good = json!({"labels": {"alertname": "Neighbour", NUMBER: number}});
        let body = serde_json::to_vec(&[&good, &bad]).expect("JSON");
        let ours = ingest(&body, &DecodeLimits::default(), &Reception::at(now())).expect("a list");
        let status = post(&server, "/api/v2/alerts", &body);
        assert!(matches!(status, 400 | 422) && ours.alerts.len() == 1 && ours.refused.len() == 1, "{status} {ours:?}");
        let is_kept = numbers(&server).contains(&number);
        if is_kept { tally.equal() } else { tally.documented("1: a bad alert never loses its batch") }
    }
    tally.finish();
}

/// The numbers of the alerts that the server answers, where they have one.
fn numbers(server: &Alertmanager) -> BTreeSet<String> {
    let alerts = decode(&server.body("/api/v2/alerts"), GettableAlert::decode_list);
    alerts.iter().filter_map(|alert| alert.labels.get(NUMBER).map(str::to_owned)).collect()
}

/// Where a time of the next post lies: by what is known of the alert, or of the clock.
#[derive(Debug, Clone, Copy)]
enum When {
    Absent,
    /// Seconds from the start of the alert as it is.
    FromStart(i64),
    /// Seconds from its end.
    FromEnd(i64),
    /// Seconds from now.
    FromNow(i64),
}

fn steps() -> impl Strategy<Value = Vec<(When, When)>> {
    #[rustfmt::skip]
    let start = select(vec![
        When::Absent, When::FromStart(0), When::FromStart(-30), When::FromStart(30), When::FromStart(5), When::FromEnd(-1),
        When::FromEnd(0), When::FromEnd(1), When::FromNow(-600), When::FromNow(-2), When::FromNow(60),
    ]);
    #[rustfmt::skip]
    let end = select(vec![
        When::Absent, When::Absent, When::Absent, When::FromEnd(0), When::FromEnd(-1), When::FromEnd(1), When::FromEnd(20),
        When::FromStart(0), When::FromStart(-10), When::FromStart(10), When::FromNow(-1), When::FromNow(-60), When::FromNow(120),
        When::FromNow(600),
    ]);
    prop::collection::vec((start, end), 2..=4)
}

/// An alert as a receiver keeps it: merged if the times overlap, else replaced (Alertmanager 0.33, `provider/mem`).
fn fold(kept: Option<Alert>, posted: Alert, at: Timestamp) -> Alert {
    match kept {
        Some(kept) if kept.overlaps(&posted) => kept.merge(&posted, at),
        _ => posted,
    }
}

#[test]
#[ignore = "starts a real Alertmanager"]
fn updates_are_merged_alike() {
    const TIMEOUT_SECONDS: u32 = 4;
    const ROUNDS: usize = 4;
    let server = quiet_server("merges", &format!("{TIMEOUT_SECONDS}s"));
    let mut tally = Tally::new(&server, "merged updates");
    let sequences = generate(400, steps());
    // As `Alert::merge` keeps them, and as Alertmanager does by rule 9.
    let mut ours: Vec<Option<Alert>> = vec![None; sequences.len()];
    let mut kept = ours.clone();
    let (mut merged, mut replaced, mut unclear) = (0, 0, 0);
    for round in 0..ROUNDS {
        let clock = now();
        let mut posts = Vec::new();
        for (number, (steps, kept)) in sequences.iter().zip(&kept).enumerate() {
            let Some(&(start, end)) = steps.get(round) else { continue };
            // The end of a timeout has nanoseconds that are not known here.
            let is_timeout = |alert: &Option<Alert>| alert.as_ref().is_some_and(|alert| alert.end_cause == Some(EndCause::Timeout));
            let is_exact = !is_timeout(kept) && !is_timeout(&ours[number]);
            let place = |when: When| {
                let shift =
                    |at: Timestamp, seconds: i64| Timestamp::from_unix_millis(at.unix_millis() + seconds * 1_000).expect("in range");
                match (when, kept) {
                    (When::Absent, _) => None,
                    (When::FromNow(seconds), _) | (When::FromStart(seconds) | When::FromEnd(seconds), None) => Some(shift(clock, seconds)),
                    (When::FromStart(seconds), Some(kept)) => Some(shift(kept.starts_at, seconds)),
                    (When::FromEnd(0), Some(_)) if !is_exact => None,
                    (When::FromEnd(seconds), Some(kept)) => kept.ends_at.map(|end| shift(end, seconds)),
                }
            };
            let (mut start, end) = (place(start), place(end));
            // What ends before it begins, and what begins after its timeout, would be refused.
            start = start.map(|start| start.min(end.unwrap_or(clock)));
            let mut post =
                json!({"labels": {"alertname": "Merged", NUMBER: number.to_string()}, "annotations": {"round": round.to_string()}});
            for (member, at) in [("startsAt", start), ("endsAt", end)] {
                if let Some(at) = at {
                    post[member] = at.to_string().into();
                }
            }
            posts.push((number, post));
        }
        // Fires for long, and tells the time of the reception.
        let canary = numbered_post(sequences.len(), json!({}));
        let body: Vec<_> = posts.iter().map(|(_, post)| post).chain([&canary]).collect();
        assert_eq!(post(&server, "/api/v2/alerts", &serde_json::to_vec(&body).expect("JSON")), 200);
        let before = now();
        let answers = answered(&server);
        let after = now();
        let at = answers[&sequences.len().to_string()].1.updated_at.expect("an update");
        assert!(clock <= at && at <= before, "one clock: {clock} {at} {before}");
        let reception = Reception::at(at).with_resolve_timeout(AlertDuration::seconds(TIMEOUT_SECONDS));
        for (number, post) in posts {
            let wire: PostableAlert = serde_json::from_value(post).expect("a post");
            let posted = wire.to_alert(&reception).unwrap_or_else(|report| panic!("{report:#}")).value;
            let (old, our_old) = (kept[number].take(), ours[number].take());
            match &old {
                Some(old) if old.overlaps(&posted) => merged += 1,
                Some(_) => replaced += 1,
                None => {}
            }
            // Its clock has nanoseconds, its answers milliseconds: what lies so near to it is not compared.
            let is_near = |time: Timestamp| time.unix_millis().abs_diff(at.unix_millis()) < 3;
            let is_unclear = old.as_ref().is_some_and(|old| is_near(old.starts_at) || old.ends_at.is_some_and(is_near));
            let told = format!("round {round} of {:?}", sequences[number]);
            let has_diverged = our_old != old;
            let (our_new, mut new) = (fold(our_old, posted.clone(), at), fold(old, posted.clone(), at));
            new.end_cause = posted.end_cause;
            let end = new.ends_at.expect("an end");
            if is_unclear || (before <= end && end <= after) {
                // Begun anew: what it is there is not known here.
                unclear += 1;
                continue;
            }
            let view = |alert: &Alert| {
                let round = alert.annotations.get("round").map(str::to_owned);
                (alert.starts_at.unix_millis(), millis(alert.ends_at), millis(alert.updated_at), round)
            };
            let told_by = |alert: &Alert| (alert.ends_at > Some(after)).then(|| view(alert));
            let answer = answers.get(&number.to_string()).map(|(_, read)| view(read));
            if has_diverged && told_by(&our_new) != answer && told_by(&new) == answer {
                tally.documented("9: an explicit end stays explicit in a merge");
            } else {
                tally.compare(&told, told_by(&our_new), answer);
            }
            (kept[number], ours[number]) = (Some(new), Some(our_new));
        }
        // Timeouts pass between the second round and the third.
        thread::sleep(Duration::from_millis(if round == 1 { 4_500 } else { 1_000 }));
    }
    println!("    {merged} posts merged, {replaced} replaced, {unclear} too near to the clock to compare");
    assert!(merged > 100 && replaced > 50 && unclear < 20, "{merged} {replaced} {unclear}");
    tally.finish();
}
