//! Grouping and timing against what a real Alertmanager did: its own tables, and a recorded run, predicted from what was posted.

#![cfg(feature = "yaml")]

mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::Timestamp;
use alert_schemas::alerts::NotificationHash;
use alert_schemas::notifications::AttemptOutcome;
use alert_schemas::notifications::DispatchOptions;
use alert_schemas::notifications::DispatchState;
use alert_schemas::notifications::Dispatcher;
use alert_schemas::notifications::FailureReason;
use alert_schemas::notifications::Flush;
use alert_schemas::notifications::GroupTarget;
use alert_schemas::notifications::Integration;
use alert_schemas::notifications::NotificationKey;
use alert_schemas::notifications::NotificationLog;
use alert_schemas::notifications::NotificationLogEntry;
use alert_schemas::notifications::RetryPolicy;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::notifications::needs_update;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::validations::yaml::Node;
use alert_schemas::validations::yaml::Yaml;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
use serde_json::Value;
use serde_json::json;

use crate::util::Tally;

// ---------------------------------------------------------------- tables

/// `timestamppb.New(now.Add(-9 * time.Minute))`, and plain products such as `10 * time.Minute`, in minutes.
fn minutes(value: &Value) -> i64 {
    if let Some(args) = value["args"].as_array() {
        return args.iter().map(minutes).sum();
    }
    let text = value["$go"].as_str().unwrap_or("0 * time.Minute");
    let number = text.strip_suffix(" * time.Minute").unwrap_or_else(|| panic!("{text}"));
    number.parse().unwrap()
}

fn hashes(value: &Value) -> BTreeSet<NotificationHash> {
    let list = value["args"].as_array().or_else(|| value.as_array());
    list.into_iter().flatten().map(|number| NotificationHash::from(number.as_u64().unwrap())).collect()
}

#[test]
fn the_dedup_stage() {
    let Some(rows) = util::rows("dispatch: dedup stage", "corpus/alertmanager/go_tables/notify_notify.jsonl") else { return };
    let mut tally = Tally::new("dispatch: dedup stage");
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let ago = |minutes: i64| now.minus(AlertDuration::minutes(u32::try_from(-minutes).unwrap()));
    let key =
        NotificationKey::new("t".parse().unwrap(), "{}:{}".parse().unwrap(), "r".parse().unwrap(), "w".parse().unwrap(), 0_u32.into());
    for row in rows.iter().filter(|row| row["func"] == "TestDedupStageNeedsUpdate") {
        for case in row["value"].as_array().unwrap() {
            let entry = (!case["entry"].is_null()).then(|| {
                let told = &case["entry"];
                // An entry without a time is from 1970.
                let timestamp = if told["Timestamp"].is_null() { Timestamp::UNIX_EPOCH } else { ago(minutes(&told["Timestamp"])) };
                NotificationLogEntry::new(key.clone(), hashes(&told["FiringAlerts"]), hashes(&told["ResolvedAlerts"]), timestamp, now)
            });
            let repeat = AlertDuration::minutes(u32::try_from(minutes(&case["repeat"])).unwrap());
            let (firing, resolved) = (hashes(&case["firingAlerts"]), hashes(&case["resolvedAlerts"]));
            let send_resolved = case["resolve"].as_bool().unwrap_or(false);
            let found = needs_update(entry.as_ref(), &firing, &resolved, repeat, now, send_resolved);
            tally.compare(case, found.is_some(), case["res"].as_bool().unwrap());
        }
    }
    tally.finish();
}

/// The statuses that Go names in the tables.
fn status(value: &Value) -> u16 {
    match value["$go"].as_str().unwrap() {
        "http.StatusOK" => 200,
        "http.StatusMovedPermanently" => 301,
        "http.StatusBadRequest" => 400,
        "http.StatusTooManyRequests" => 429,
        "http.StatusInternalServerError" => 500,
        "http.StatusBadGateway" => 502,
        "http.StatusServiceUnavailable" => 503,
        other => panic!("{other}"),
    }
}

#[test]
fn the_retrier() {
    let Some(rows) = util::rows("dispatch: retrier", "corpus/alertmanager/go_tables/notify_util.jsonl") else { return };
    let mut tally = Tally::new("dispatch: retrier");
    for row in &rows {
        let cases = row["value"].as_array().into_iter().flatten();
        match row["func"].as_str().unwrap() {
            "TestRetrierCheck" => {
                for case in cases {
                    let codes = case["retrier"]["RetryCodes"].as_array().into_iter().flatten().map(|code| u32::from(status(code)).into());
                    let outcome = RetryPolicy::default().with_retried_statuses(codes).outcome(status(&case["status"]));
                    let expected = match (case["retry"].as_bool().unwrap(), case["expectedErr"].is_null()) {
                        (true, _) => AttemptOutcome::Retry,
                        (false, true) => AttemptOutcome::Delivered,
                        (false, false) => AttemptOutcome::Failed,
                    };
                    tally.compare(case, outcome, expected);
                }
            }
            "TestGetFailureReasonFromStatusCode" => {
                for case in cases {
                    let expected = match case["expected"]["$go"].as_str().unwrap() {
                        "RateLimitedReason" => FailureReason::RateLimited,
                        "ServerErrorReason" => FailureReason::ServerError,
                        "DefaultReason" => FailureReason::Other,
                        other => panic!("{other}"),
                    };
                    tally.compare(case, FailureReason::of_status(status(&case["statusCode"])), expected);
                }
            }
            _ => {}
        }
    }
    tally.finish();
}

#[test]
fn the_hashes_of_the_log() {
    let Some(table) = util::vector("prometheus_fingerprints") else { return };
    let mut tally = Tally::new("dispatch: hashes of the log");
    let rows = table.as_array().or_else(|| table["cases"].as_array()).or_else(|| table["vectors"].as_array()).expect("a list of cases");
    for row in rows {
        let labels = row["labels"].as_object().expect("labels");
        let pairs = labels.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        let hash = NotificationHash::of_pairs(pairs);
        let expected = &row["alertmanager_nflog_xxh64_decimal"];
        let expected = expected.as_str().map_or_else(|| expected.to_string(), str::to_owned);
        tally.compare(&row["labels"], hash.get().to_string(), expected);
        assert_eq!(hash.to_string().parse(), Ok(hash));
    }
    tally.finish();
}

// ---------------------------------------------------------------- the recorded run

/// A value of a configuration as JSON, its scalars as texts.
fn plain(node: Node<'_>) -> Value {
    if let Some(text) = node.as_str() {
        return json!(text);
    }
    let entries: Vec<_> = node.entries().collect();
    if entries.is_empty() {
        return node.items().map(plain).collect();
    }
    entries.into_iter().map(|(name, value)| (name.as_str().unwrap().to_owned(), plain(value))).collect()
}

/// A route of a configuration as ours.
fn route(written: &Value) -> Value {
    let mut own = serde_json::Map::new();
    let mut matchers: Vec<String> = Vec::new();
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    for (name, value) in written.as_object().unwrap() {
        match name.as_str() {
            "matchers" => matchers.extend(value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned())),
            "match" => matchers
                .extend(value.as_object().unwrap().iter().map(|(name, value)| format!("{name}={}", quoted(value.as_str().unwrap())))),
            "match_re" => {
                let pattern = |value: &Value| quoted(&format!("^(?:{})$", value.as_str().unwrap()));
                matchers.extend(value.as_object().unwrap().iter().map(|(name, value)| format!("{name}=~{}", pattern(value))));
            }
            "continue" => drop(own.insert(name.clone(), json!(value == "true"))),
            "routes" => drop(own.insert(name.clone(), value.as_array().unwrap().iter().map(route).collect())),
            _ => drop(own.insert(name.clone(), value.clone())),
        }
    }
    if !matchers.is_empty() {
        own.insert("matchers".to_owned(), json!(matchers.join(",")));
    }
    Value::Object(own)
}

/// One notification by webhook: when, and all that must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    at: i64,
    /// Receiver, status, reason, number of alerts left out, and the alerts with their statuses in their order.
    what: (String, String, String, u64, Vec<(String, String)>),
}

/// The webhooks of each group of each receiver, in their order.
type Groups = BTreeMap<(String, String), Vec<Told>>;

fn millis(text: &Value) -> i64 {
    text.as_str().unwrap().parse::<Timestamp>().unwrap().unix_millis()
}

fn recorded(rows: &[Value]) -> Groups {
    let mut groups = Groups::new();
    for row in rows.iter().filter(|row| row["channel"] == "webhook") {
        let body = &row["body"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let alerts = body["alerts"].as_array().unwrap().iter().map(|alert| (text(&alert["fingerprint"]), text(&alert["status"]))).collect();
        let what = (
            text(&body["receiver"]),
            text(&body["status"]),
            text(&body["notification_reason"]),
            body["truncatedAlerts"].as_u64().unwrap(),
            alerts,
        );
        groups.entry((text(&body["receiver"]), text(&body["groupKey"]))).or_default().push(Told { at: millis(&row["at"]), what });
    }
    groups
}

/// The webhooks of a receiver, as the log names them.
fn webhooks(receiver: &Value) -> Vec<Integration> {
    let written = receiver["webhook_configs"].as_array().into_iter().flatten();
    let integration = |(index, webhook): (usize, &Value)| {
        let max_alerts: u32 = webhook["max_alerts"].as_str().map_or(0, |text| text.parse().unwrap());
        let integration = Integration::new("webhook".parse().unwrap(), u32::try_from(index).unwrap().into());
        integration.with_max_alerts(max_alerts.into()).with_send_resolved(webhook["send_resolved"] != "false")
    };
    written.enumerate().map(integration).collect()
}

/// A group of a receiver, an alert, and the request in which it came: the alert lost the race against the first look at its group.
type Losers = BTreeSet<((String, String), String, usize)>;

struct Replay {
    dispatcher: Dispatcher,
    options: DispatchOptions,
    log: NotificationLog,
    receivers: BTreeMap<String, Vec<Integration>>,
    told: Groups,
}

impl Replay {
    fn new(receivers: BTreeMap<String, Vec<Integration>>, timeout: AlertDuration) -> Self {
        let options = DispatchOptions::default().with_resolve_timeout(Some(timeout));
        Self { dispatcher: Dispatcher::new(options.clone()), options, log: NotificationLog::new(), receivers, told: Groups::new() }
    }

    fn tell(&mut self, flush: &Flush) {
        for notification in flush.notifications(&self.log, &self.receivers[flush.receiver.as_str()]) {
            self.log.record(&notification, flush.at);
            if !notification.is_sent() {
                continue;
            }
            let word = |resolved: bool| if resolved { "resolved" } else { "firing" }.to_owned();
            let alerts = notification.alerts.iter().map(|one| (one.alert.fingerprint().to_string(), word(one.is_resolved))).collect();
            let (receiver, reason) = (flush.receiver.to_string(), notification.reason.to_string());
            let what = (receiver.clone(), word(!notification.is_firing()), reason, notification.truncated_alerts as u64, alerts);
            self.told.entry((receiver, flush.group_key.to_string())).or_default().push(Told { at: flush.at.unix_millis(), what });
        }
        self.dispatcher.settle(flush);
    }

    /// Looks at what falls due by `end`, a millisecond late, as the timers of a real server are.
    fn run_until(&mut self, end: Timestamp) {
        while let Some(due) = self.dispatcher.next_due().filter(|due| *due <= end) {
            for flush in self.dispatcher.flush_due(due + AlertDuration::millis(1)) {
                self.tell(&flush);
            }
        }
        // A stateless job would do this: what is stored goes on the same.
        let stored = serde_json::to_vec(&self.dispatcher.state()).unwrap();
        let state = DispatchState::decode(&stored, &DecodeLimits::default()).unwrap();
        self.dispatcher = Dispatcher::from_state(state, self.options.clone()).unwrap();
    }
}

/// What was posted, when, and the groups in which each alert is.
struct Run {
    tree: RoutingTree,
    receivers: BTreeMap<String, Vec<Integration>>,
    timeout: AlertDuration,
    posted: Vec<(Timestamp, Vec<Alert>)>,
    end: Timestamp,
    refused: usize,
}

impl Run {
    fn read(folder: &Path, exchanges: &[Value]) -> Self {
        let text = std::fs::read(folder.join("alertmanager.yml")).unwrap();
        let yaml = Yaml::read_first(&text, &YamlLimits::default()).unwrap();
        let config = plain(yaml.root().unwrap());
        let root: Route = serde_json::from_value(route(&config["route"])).unwrap();
        let receivers = config["receivers"].as_array().unwrap().iter().map(|one| (one["name"].as_str().unwrap().to_owned(), webhooks(one)));
        let timeout: AlertDuration = config["global"]["resolve_timeout"].as_str().unwrap_or("5m").parse().unwrap();
        let mut run = Self {
            tree: RoutingTree::new(&root).unwrap(),
            receivers: receivers.collect(),
            timeout,
            posted: Vec::new(),
            end: Timestamp::UNIX_EPOCH,
            refused: 0,
        };
        for exchange in exchanges {
            let request = &exchange["request"];
            run.end = exchange["at"].as_str().unwrap().parse().unwrap();
            if request["method"] != "POST" || request["path"] != "/alerts" {
                continue;
            }
            let body = request["body_raw"].as_str().map_or_else(|| request["body"].to_string(), str::to_owned);
            let reception = Reception::at(run.end).with_resolve_timeout(timeout);
            // What we read otherwise than the server is compared elsewhere.
            match ingest(body.as_bytes(), &DecodeLimits::default(), &reception) {
                Ok(ingested) => run.posted.push((run.end, ingested.alerts.into_iter().map(|received| received.alert).collect())),
                Err(_) => run.refused += 1,
            }
        }
        run
    }

    fn targets(&self, alert: &Alert) -> Vec<GroupTarget> {
        self.tree.matches(&alert.labels).iter().map(GroupTarget::from).collect()
    }

    /// The alerts of each group.
    fn groups(&self) -> BTreeMap<(String, String), BTreeSet<String>> {
        let mut groups = BTreeMap::<_, BTreeSet<_>>::new();
        for alert in self.posted.iter().flat_map(|(_, alerts)| alerts) {
            for target in self.targets(alert) {
                groups.entry(place(&target)).or_default().insert(alert.fingerprint().to_string());
            }
        }
        groups
    }

    fn predict(&self, losers: &Losers) -> Groups {
        let mut replay = Replay::new(self.receivers.clone(), self.timeout);
        for (index, (at, alerts)) in self.posted.iter().enumerate() {
            replay.run_until(*at);
            let mut late = Vec::new();
            for alert in alerts {
                let lost = |target: &GroupTarget| losers.contains(&(place(target), alert.fingerprint().to_string(), index));
                let (last, first): (Vec<_>, Vec<_>) = self.targets(alert).into_iter().partition(lost);
                replay.dispatcher.insert(alert.clone(), &first, *at);
                late.push((alert.clone(), last));
            }
            if late.iter().any(|(_, last)| !last.is_empty()) {
                replay.run_until(*at);
                for (alert, last) in late.into_iter().filter(|(_, last)| !last.is_empty()) {
                    replay.dispatcher.insert(alert, &last, *at + AlertDuration::millis(1));
                }
            }
        }
        replay.run_until(self.end);
        replay.told
    }

    /// Who lost a race: of the alerts of one request, the server's first look at a group may see only some (rule 1 of the dispatcher).
    fn find_losers(&self, expected: &Groups, predicted: &Groups, losers: &mut Losers) {
        for (group, told) in expected {
            let pairs = told.iter().zip(predicted.get(group).into_iter().flatten());
            let Some((told, own)) = pairs.into_iter().find(|(told, own)| told.what != own.what) else { continue };
            let first = "first notification";
            if (own.at - told.at).abs() > 1_500 || told.what.2 != first || own.what.2 != first {
                continue;
            }
            // The request that made the group.
            let Some(index) = self.posted.iter().rposition(|(at, _)| at.unix_millis() <= own.at) else { continue };
            let lost = own.what.4.iter().filter(|alert| !told.what.4.contains(alert));
            losers.extend(lost.map(|(fingerprint, _)| (group.clone(), fingerprint.clone(), index)));
        }
    }
}

fn place(target: &GroupTarget) -> (String, String) {
    (target.receiver.to_string(), target.group_key.to_string())
}

/// The fingerprints of alerts that were suppressed at some time, as the server answered.
fn suppressed(exchanges: &[Value]) -> BTreeSet<String> {
    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            Value::Object(members) => {
                let status = &value["status"];
                let by = ["silencedBy", "inhibitedBy", "mutedBy"]
                    .iter()
                    .any(|name| status[*name].as_array().is_some_and(|list| !list.is_empty()));
                if let (true, Some(fingerprint)) = (by, value["fingerprint"].as_str()) {
                    found.insert(fingerprint.to_owned());
                }
                members.values().for_each(|member| collect(member, found));
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    exchanges.iter().for_each(|exchange| collect(&exchange["response"]["body"], &mut found));
    found
}

fn replay(folder: &Path) {
    let exchanges = util::jsonl(&folder.join("exchanges.jsonl"));
    let run = Run::read(folder, &exchanges);
    let groups = run.groups();
    let mut expected = recorded(&util::jsonl(&folder.join("notifications.jsonl")));
    // Groups with a suppressed alert need more than grouping to be predicted.
    let suppressed = suppressed(&exchanges);
    let is_suppressed =
        |group: &(String, String)| groups.get(group).is_some_and(|alerts| alerts.iter().any(|alert| suppressed.contains(alert)));
    let without = expected.keys().filter(|group| is_suppressed(group)).count();
    expected.retain(|group, _| !is_suppressed(group));
    // Alerts that only the server read make groups that we do not know.
    let unread = expected.keys().filter(|group| !groups.contains_key(*group)).count();
    assert!(unread <= run.refused, "{unread} groups of alerts that we did not read, in {} requests", run.refused);
    expected.retain(|group, _| groups.contains_key(group));

    let mut losers = Losers::new();
    let mut predicted = run.predict(&losers);
    for _ in 0..4 {
        let before = losers.len();
        run.find_losers(&expected, &predicted, &mut losers);
        if losers.len() == before {
            break;
        }
        predicted = run.predict(&losers);
    }
    predicted.retain(|group, _| !is_suppressed(group));

    let mut matched = 0;
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let keys: BTreeSet<_> = expected.keys().chain(predicted.keys()).cloned().collect();
    for key in keys {
        let (expected, predicted) = (expected.remove(&key).unwrap_or_default(), predicted.remove(&key).unwrap_or_default());
        for (index, told) in expected.iter().enumerate() {
            match predicted.get(index) {
                Some(own) if own.what == told.what && (own.at - told.at).abs() <= 1_500 => matched += 1,
                own => missing.push(format!("{key:?}\n  told {told:?}\n  own  {own:?}")),
            }
        }
        extra.extend(predicted.iter().skip(expected.len()).map(|own| format!("{key:?}\n  own  {own:?}")));
    }
    println!(
        "truth dispatch: replay of {}: {} predicted, {matched} matched, {} missing, {} extra; {} alerts came after the first look by the record (rule 1); left out: {without} groups with suppressed alerts, {unread} groups of {} requests that we do not read",
        folder.file_name().unwrap().to_string_lossy(),
        matched + missing.len() + extra.len(),
        missing.len(),
        extra.len(),
        losers.len(),
        run.refused,
    );
    assert!(missing.is_empty() && extra.is_empty(), "missing:\n{}\nextra:\n{}", missing.join("\n"), extra.join("\n"));
    assert!(matched > 50, "only {matched} notifications were compared");
}

#[test]
fn what_a_real_alertmanager_sent() {
    let Some(live) = util::shared("corpus/alertmanager/live") else {
        util::skipped("dispatch: live runs");
        return;
    };
    let mut runs: Vec<_> = std::fs::read_dir(live).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("alertmanager-")));
    runs.sort();
    assert!(!runs.is_empty(), "no recorded run");
    runs.iter().for_each(|run| replay(run));
}
