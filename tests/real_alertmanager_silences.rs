//! Silences and inhibition against a real Alertmanager: it is started on loopback, gets generated silences and alerts, and its verdicts, states, and what it
//! says of each alert are compared with ours.

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

use alert_schemas::Fingerprint;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::Matchers;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::Inhibitor;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::SilenceChange;
use alert_schemas::notifications::SilenceId;
use alert_schemas::notifications::Silences;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::Reception;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use serde_json::json;

use crate::alertmanager::Alertmanager;
use crate::alertmanager::Tally;
use crate::alertmanager::now;
use crate::generate::generate;
use crate::server::wait_for;

const QUIET: &str = "route: {receiver: quiet, group_wait: 1s}\nreceivers: [{name: quiet}]\n";

fn seconds(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(at.unix_millis() + seconds * 1_000).expect("in range")
}

fn post(server: &Alertmanager, path: &str, body: &Value) -> (u16, Value) {
    let (status, body) = server.request("POST", path, body.to_string().as_bytes()).expect("an answer");
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// The silences that the server has, as ours.
fn silences_there(server: &Alertmanager) -> Vec<(String, Silence)> {
    let batch = GettableSilence::decode_list(&server.body("/api/v2/silences"), &DecodeLimits::default()).expect("a list");
    assert!(batch.refused.is_empty(), "{:?}", batch.refused);
    let read = |answer: GettableSilence| {
        let silence = answer.to_silence(&Reception::at(now())).unwrap_or_else(|report| panic!("{answer:?}: {report:#}"));
        assert!(silence.is_exact(), "{:?}", silence.losses);
        // The way back gives the same answer.
        let again = GettableSilence::from_silence(&silence.value, now()).value;
        assert_eq!((again.starts_at, again.ends_at, again.matchers.len()), (answer.starts_at, answer.ends_at, answer.matchers.len()));
        (answer.status.state, silence.value)
    };
    batch.into_good().map(read).collect()
}

fn alerts_there(server: &Alertmanager) -> Vec<GettableAlert> {
    let batch = GettableAlert::decode_list(&server.body("/api/v2/alerts"), &DecodeLimits::default()).expect("a list");
    assert!(batch.refused.is_empty(), "{:?}", batch.refused);
    batch.into_good().collect()
}

fn labels_of(alert: &GettableAlert) -> Labels {
    Labels::from_pairs(alert.labels.iter().map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or_default()))).expect("labels")
}

fn matchers() -> impl Strategy<Value = Matchers> {
    let value = prop_oneof![
        4 => select(vec!["1", "2", "3", "ä", "a b"]).prop_map(str::to_owned),
        2 => select(vec!["1|2", ".+", ".*", "1|", "[12]", "(?i)Ä", "a.b", ""]).prop_map(str::to_owned),
    ];
    let op = select(vec![MatchOp::Equal, MatchOp::Equal, MatchOp::NotEqual, MatchOp::Regex, MatchOp::NotRegex]);
    let name = select(vec!["x", "y", "z.é", "absent"]);
    let matcher = (name, op, value).prop_map(|(name, op, value)| Matcher::new(name, op, value).expect("a matcher"));
    proptest::collection::vec(matcher, 0..4).prop_map(|list| Matchers::new(list).expect("a list"))
}

fn labels() -> impl Strategy<Value = Labels> {
    let value = select(vec!["1", "2", "3", "ä", "Ä", "a b", "x"]);
    proptest::collection::btree_map(select(vec!["x", "y", "z.é"]), value, 0..4).prop_map(|pairs| Labels::from_pairs(pairs).expect("labels"))
}

/// Alerts with a number each, so that none is without a label.
fn numbered(labels: Vec<Labels>) -> Vec<Labels> {
    let with_number = |(number, mut labels): (usize, Labels)| {
        labels.insert("n".parse().expect("a name"), number.to_string().parse().expect("a value")).expect("room");
        labels
    };
    labels.into_iter().enumerate().map(with_number).collect()
}

fn post_alerts(server: &Alertmanager, alerts: &[Labels]) {
    let body: Vec<Value> = alerts.iter().map(|labels| json!({"labels": labels, "startsAt": seconds(now(), -60).to_string()})).collect();
    assert_eq!(post(server, "/api/v2/alerts", &Value::Array(body)).0, 200);
    wait_for("all alerts", 20, || (alerts_there(server).len() >= alerts.len()).then_some(()));
}

/// A post and what a later one changes of it; times in seconds from now.
#[derive(Debug, Clone)]
struct Step {
    matchers: Matchers,
    start: i64,
    end: i64,
    /// Which of the silences made so far is changed, if any.
    of: Option<usize>,
    /// Whether the matchers and the start of that one are kept.
    keeps: (bool, bool),
    /// Whether it is deleted, and not changed.
    deletes: bool,
}

fn steps() -> impl Strategy<Value = Step> {
    let start = select(vec![-3_600, -60, -60, 600, 3_600]);
    let end = select(vec![-600, 600, 1_200, 7_200, 7_200, 86_400]);
    let of = prop_oneof![3 => Just(None), 2 => (0_usize..400).prop_map(Some)];
    (matchers(), start, end, of, any::<(bool, bool)>(), proptest::bool::weighted(0.3))
        .prop_map(|(matchers, start, end, of, keeps, deletes)| Step { matchers, start, end, of, keeps, deletes })
}

/// Posts, updates and deletes: both sides take or refuse the same, change in place or replace alike, and say the same of every alert.
#[test]
#[ignore = "starts a real Alertmanager"]
fn silences_live_alike() {
    let server = Alertmanager::start("silences-live", QUIET);
    let mut tally = Tally::new(&server, "silences");
    let tenant = TenantId::default();
    let alerts = numbered(generate(80, labels()));
    post_alerts(&server, &alerts);

    let mut ours = Silences::new();
    // Ours and theirs, by the order in which they were made.
    let mut ids: Vec<(SilenceId, String)> = Vec::new();
    let (mut taken, mut refused, mut in_place, mut replaced, mut deleted) = (0, 0, 0, 0, 0);
    for (number, step) in generate(300, steps()).into_iter().enumerate() {
        let known = step.of.filter(|_| !ids.is_empty()).and_then(|of| ids.get(of % ids.len())).cloned();
        let clock = now();
        if let Some((id, their_id)) = known.as_ref().filter(|_| step.deletes) {
            let (status, _) = server.request("DELETE", &format!("/api/v2/silence/{their_id}"), b"").expect("an answer");
            let change = ours.expire(&tenant, *id, clock).expect("it is known");
            tally.compare(&step, 200, status);
            deleted += usize::from(matches!(change, SilenceChange::Expired(_)));
            thread::sleep(Duration::from_millis(3));
            continue;
        }
        let mut silence = Silence::new(step.matchers.clone(), seconds(clock, step.start), seconds(clock, step.end));
        silence.created_by = "ada".parse().expect("a text");
        silence.comment = number.to_string().parse().expect("a text");
        if let Some((id, _)) = &known {
            let old = ours.get(&tenant, *id).expect("it is known");
            silence.id = *id;
            if step.keeps.0 {
                silence.matcher_sets.clone_from(&old.matcher_sets);
            }
            if step.keeps.1 {
                silence.starts_at = old.starts_at;
            }
        }
        let mut wire = PostableSilence::from_silence(&silence).value.remove(0);
        wire.id = known.as_ref().map(|(_, id)| id.clone());
        let (status, answer) = post(&server, "/api/v2/silences", &serde_json::to_value(&wire).expect("JSON"));
        let change = ours.set(silence.clone(), clock);
        // Its own verdict on the post is the same.
        tally.compare(&wire, wire.check_for_post(clock).is_ok(), status == 200);
        tally.compare(&(&wire, &change), change.is_ok(), status == 200);
        let (Ok(change), 200) = (change, status) else {
            refused += 1;
            continue;
        };
        taken += 1;
        let their_id = answer["silenceID"].as_str().expect("an id").to_owned();
        if let Some((old, their_old)) = known {
            let is_in_place = matches!(change, SilenceChange::Updated(_));
            tally.compare(&(&wire, ours.get(&tenant, old)), is_in_place, their_id == their_old);
            if is_in_place { in_place += 1 } else { replaced += 1 }
        }
        if !ids.iter().any(|(_, theirs)| *theirs == their_id) {
            ids.push((change.silence().id, their_id));
        }
        // What was replaced or ended is over in the next instant.
        thread::sleep(Duration::from_millis(3));
    }
    println!("    {taken} taken, {refused} refused, {in_place} in place, {replaced} replaced, {deleted} ended");
    assert!(taken > 60 && refused > 30 && in_place > 5 && replaced > 10 && deleted > 10);

    let their_ids: BTreeMap<SilenceId, String> = ids.iter().cloned().collect();
    let there: BTreeMap<String, (String, Silence)> =
        silences_there(&server).into_iter().map(|(state, silence)| (silence.id.to_string(), (state, silence))).collect();
    assert_eq!(ours.len(&tenant), there.len(), "silences");
    let at = now();
    // Our clock and the server's are read one after the other.
    let near = |a: Timestamp, b: Timestamp| a.unix_millis().abs_diff(b.unix_millis()) < 5_000;
    for silence in ours.of_tenant(&tenant) {
        let (state, theirs) = &there[&their_ids[&silence.id]];
        tally.compare(&silence, silence.state_at(at).to_string(), state.clone());
        let view = |silence: &Silence| (silence.matcher_sets.clone(), silence.comment.clone(), silence.created_by.clone());
        tally.compare(&silence, view(silence), view(theirs));
        let are_near = near(silence.starts_at, theirs.starts_at) && near(silence.ends_at, theirs.ends_at);
        tally.compare(&(silence, theirs), are_near && near(silence.updated_at, theirs.updated_at), true);
    }
    let mut silenced = 0;
    let answered = alerts_there(&server);
    assert_eq!(answered.len(), alerts.len());
    for alert in answered {
        let labels = labels_of(&alert);
        let by = ours.silenced_by(&tenant, &labels, at);
        let by: BTreeSet<String> = by.iter().map(|by| their_ids[&by.silence.id].clone()).collect();
        silenced += by.len();
        tally.compare(&labels, by, alert.status.silenced_by.into_iter().collect());
    }
    println!("    {silenced} times an alert is silenced");
    assert!(silenced > 100);
    tally.finish();
}

fn yaml_matchers(matchers: &Matchers) -> Value {
    matchers.iter().map(ToString::to_string).collect()
}

/// Inhibition: the server says of an alert that it is inhibited where we do, and the source that it names is one of ours.
#[test]
#[ignore = "starts a real Alertmanager"]
fn alerts_are_inhibited_alike() {
    let equal = proptest::collection::vec(select(vec!["x", "y", "z.é", "absent"]), 0..3);
    let rule = (matchers(), matchers(), equal).prop_map(|(source, target, equal)| {
        InhibitionRule::new(source, target).with_equal(equal.into_iter().map(|name| name.parse().expect("a name")))
    });
    // Rules that everything matches leave no question: each server gets few.
    let mut rules = generate(120, rule);
    rules.retain(|rule| !rule.source_matchers.is_empty() && !rule.target_matchers.is_empty());
    let alerts = numbered(generate(60, labels()));
    let tenant = TenantId::default();
    let (mut inhibited, mut free) = (0, 0);
    for (number, rules) in rules.chunks(3).take(20).enumerate() {
        // JSON is YAML.
        let configured: Vec<Value> = rules
            .iter()
            .map(|rule| {
                let equal: Vec<&str> = rule.equal.iter().map(|name| name.as_str()).collect();
                json!({"source_matchers": yaml_matchers(&rule.source_matchers), "target_matchers": yaml_matchers(&rule.target_matchers), "equal": equal})
            })
            .collect();
        let configuration = json!({"route": {"receiver": "quiet"}, "receivers": [{"name": "quiet"}], "inhibit_rules": configured});
        let server = Alertmanager::start(&format!("inhibition-{number}"), &configuration.to_string());
        let mut tally = Tally::new(&server, &format!("inhibition by rules {number}"));
        post_alerts(&server, &alerts);
        let mut inhibitor = Inhibitor::new(rules.to_vec());
        alerts.iter().for_each(|labels| inhibitor.insert(&tenant, labels, None));
        // The server takes alerts into its index a moment later: it is asked again until it says of every alert that we do that it is inhibited, or for 5 s.
        let is_missing = |alert: &GettableAlert| {
            let labels = labels_of(alert);
            let is_ours = inhibitor.inhibited_by(&tenant, &labels, now()).next().is_some();
            is_ours && alert.status.inhibited_by.is_empty() && !is_two_sided(&inhibitor, &alerts, &labels)
        };
        let mut answered = Vec::new();
        for _ in 0..17 {
            thread::sleep(Duration::from_millis(300));
            answered = alerts_there(&server);
            if !answered.iter().any(is_missing) {
                break;
            }
        }
        for alert in answered {
            let labels = labels_of(&alert);
            let by: BTreeSet<Fingerprint> = inhibitor.inhibited_by(&tenant, &labels, now()).map(|by| by.fingerprint).collect();
            let theirs: BTreeSet<Fingerprint> = alert.status.inhibited_by.iter().map(|text| text.parse().expect("a fingerprint")).collect();
            if by.is_empty() {
                free += 1
            } else {
                inhibited += 1
            }
            if !by.is_empty() && theirs.is_empty() && is_two_sided(&inhibitor, &alerts, &labels) {
                tally.documented("2: every source is looked at");
            } else if by.len() > theirs.len() && !theirs.is_empty() && theirs.is_subset(&by) {
                tally.documented("1: all inhibitors are given");
            } else {
                tally.compare(&(&labels, rules), by, theirs);
            }
        }
        tally.finish();
    }
    println!("    {inhibited} inhibited, {free} not");
    assert!(inhibited > 200 && free > 200);
}

/// Whether, of each rule that inhibits these labels, an alert may stand in the server's one place for their values that it does not let count: the labels are
/// those of a source, too, and that alert is a source and a target.
fn is_two_sided(inhibitor: &Inhibitor, alerts: &[Labels], labels: &Labels) -> bool {
    inhibitor.inhibited_by(&TenantId::default(), labels, now()).all(|by| {
        let has_its_values = |alert: &Labels| by.rule.equal.iter().all(|name| alert.get(name.as_str()) == labels.get(name.as_str()));
        let is_both = |alert: &Labels| by.source_matchers().matches(alert) && by.target_matchers().matches(alert);
        is_both(labels) && alerts.iter().any(|alert| has_its_values(alert) && is_both(alert))
    })
}
