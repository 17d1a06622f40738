//! What would have been sent, against what a real Alertmanager sent in the same run.

#![cfg(feature = "yaml")]

mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::ptr;

use alert_schemas::AlertDuration;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::notifications::DecisionPlan;
use alert_schemas::notifications::HistoryEntry;
use alert_schemas::notifications::HistoryEvent;
use alert_schemas::notifications::PlannedNotification;
use alert_schemas::notifications::ReplayOptions;
use alert_schemas::notifications::replay;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Exchange;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use serde_json::Value;

/// How far apart the times may be, in milliseconds.
const NEAR: i64 = 1_500;

/// One notification by webhook: when, and all that must be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    at: i64,
    status: String,
    reason: String,
    truncated: u64,
    /// Fingerprints and statuses, in the order in which they are told.
    alerts: Vec<(String, String)>,
}

/// The webhooks of each group of each receiver, in their order.
type Groups = BTreeMap<(String, String), Vec<Told>>;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn recorded(rows: &[Value]) -> Groups {
    let mut groups = Groups::new();
    for row in rows.iter().filter(|row| row["channel"] == "webhook") {
        let body = &row["body"];
        let alerts = body["alerts"].as_array().unwrap().iter().map(|alert| (text(&alert["fingerprint"]), text(&alert["status"]))).collect();
        let told = Told {
            at: text(&row["at"]).parse::<Timestamp>().unwrap().unix_millis(),
            status: text(&body["status"]),
            reason: text(&body["notification_reason"]),
            truncated: body["truncatedAlerts"].as_u64().unwrap(),
            alerts,
        };
        groups.entry((text(&body["receiver"]), text(&body["groupKey"]))).or_default().push(told);
    }
    groups
}

fn predicted(notifications: &[PlannedNotification]) -> Groups {
    let mut groups = Groups::new();
    for one in notifications.iter().filter(|one| one.integration.as_str() == "webhook") {
        let told = Told {
            at: one.at.unix_millis(),
            status: one.status.to_string(),
            reason: one.reason.to_string(),
            truncated: one.truncated_alerts.get(),
            alerts: one.alerts.iter().map(|alert| (alert.fingerprint.to_string(), alert.status.to_string())).collect(),
        };
        groups.entry((one.receiver.to_string(), one.group_key.to_string())).or_default().push(told);
    }
    groups
}

fn is_equal(own: &Told, told: &Told) -> bool {
    (own.at - told.at).abs() <= NEAR && Told { at: told.at, ..own.clone() } == *told
}

/// An alert and the place of its request: it came after the first look at its group (rule 1 of the dispatcher).
type Losers = BTreeSet<(String, usize)>;

/// A rule, and whether a notification may differ by it.
type Excuse<'t> = (&'static str, Box<dyn Fn(&Told) -> bool + 't>);

/// What happened: each request with what it changes.
struct Run {
    plan: DecisionPlan,
    requests: Vec<Vec<HistoryEntry>>,
    unread: usize,
    end: Timestamp,
}

impl Run {
    fn read(folder: &Path, with_answers: bool) -> Self {
        let config = ConfigFile::read(std::fs::read(folder.join("alertmanager.yml")).unwrap(), &ConfigFileOptions::default()).unwrap();
        let reception = Reception::at(Timestamp::UNIX_EPOCH).with_resolve_timeout(config.global.resolve_timeout);
        let plan = config.to_plan(&TenantId::default()).unwrap().value;
        let mut run = Self { plan, requests: Vec::new(), unread: 0, end: Timestamp::min() };
        for mut exchange in util::jsonl(&folder.join("exchanges.jsonl")) {
            if !with_answers {
                exchange.as_object_mut().unwrap().remove("response");
            }
            run.end = run.end.max(text(&exchange["at"]).parse().unwrap());
            match Exchange::read(exchange.to_string().as_bytes(), &DecodeLimits::default(), &reception) {
                Ok(exchange) => run.requests.push(exchange.entries),
                Err(_) => {
                    run.unread += 1;
                    run.requests.push(Vec::new());
                }
            }
        }
        run
    }

    fn predict(&self, losers: &Losers) -> Groups {
        let history = self.requests.iter().enumerate().flat_map(|(index, entries)| {
            entries.iter().map(move |entry| {
                let mut entry = entry.clone();
                if let HistoryEvent::Alert(alert) = &entry.event
                    && losers.contains(&(alert.fingerprint().to_string(), index))
                {
                    entry.at = entry.at + AlertDuration::millis(1);
                }
                entry
            })
        });
        let options = ReplayOptions::until(self.end).with_lateness(AlertDuration::millis(1));
        let replayed = replay(self.plan.clone(), history, options);
        predicted(&replayed.notifications)
    }

    fn alerts_of(entries: &[HistoryEntry]) -> impl Iterator<Item = &alert_schemas::Alert> {
        entries.iter().filter_map(|entry| if let HistoryEvent::Alert(alert) = &entry.event { Some(&**alert) } else { None })
    }

    /// Whether some silence, whenever it was, matches an alert.
    fn is_ever_silenced(&self, fingerprint: &str) -> bool {
        let silences = || {
            self.requests.iter().flatten().filter_map(|entry| match &entry.event {
                HistoryEvent::SetSilence { silence, .. } => Some(silence),
                _ => None,
            })
        };
        let mut alerts = self.requests.iter().flat_map(|entries| Self::alerts_of(entries));
        let alert = alerts.find(|alert| alert.fingerprint().to_string() == fingerprint);
        alert.is_some_and(|alert| silences().any(|silence| silence.matching_set(&alert.labels).is_some()))
    }

    /// The rule under which a group differs for good reason, if there is one, and which of its notifications may differ by it.
    fn documented<'t>(&self, expected: &'t [Told], predicted: &'t [Told]) -> Option<Excuse<'t>> {
        let known = |fingerprint: &str| {
            self.requests.iter().any(|entries| Self::alerts_of(entries).any(|alert| alert.fingerprint().to_string() == fingerprint))
        };
        if predicted.is_empty() && expected.iter().flat_map(|told| &told.alerts).all(|(fingerprint, _)| !known(fingerprint)) {
            return Some(("webhooks::alertmanager, rules 2 and 3", Box::new(|_| true)));
        }
        // The record told at once what came together with its inhibitor.
        let (first, own) = (expected.first()?, predicted.first());
        let quiet = first.alerts.iter().filter(|alert| own.is_none_or(|own| !own.alerts.contains(alert)));
        let came_inhibited = |fingerprint: &str| {
            self.requests.iter().any(|entries| {
                Self::alerts_of(entries).filter(|alert| alert.fingerprint().to_string() == fingerprint).any(|target| {
                    let by = |source: &alert_schemas::Alert| {
                        self.plan.inhibition_rules().iter().any(|rule| rule.inhibits(&source.labels, &target.labels))
                    };
                    target.starts_at + AlertDuration::seconds(1) < target.last_seen() && Self::alerts_of(entries).any(by)
                })
            })
        };
        let quiet: Vec<_> = quiet.collect();
        if quiet.is_empty() || !quiet.iter().all(|(fingerprint, _)| came_inhibited(fingerprint)) {
            return None;
        }
        // What follows from that: whom the record told alone, it told alone of the end; and the next notification has another reason.
        let quiet: Vec<&str> = quiet.into_iter().map(|(fingerprint, _)| fingerprint.as_str()).collect();
        let next = expected.get(1).zip(predicted.get(1));
        let next = next.filter(|(told, own)| is_equal(&Told { reason: told.reason.clone(), ..Told::clone(own) }, told));
        let is_excused = move |one: &Told| {
            let is_first = ptr::eq(one, first) || own.is_some_and(|own| ptr::eq(one, own));
            let is_next = next.is_some_and(|(told, own)| ptr::eq(one, told) || ptr::eq(one, own));
            let is_end = one.status == "resolved" && one.alerts.iter().all(|(fingerprint, _)| quiet.contains(&fingerprint.as_str()));
            is_first || is_next || is_end
        };
        Some(("notifications::Decider, rule 1", Box::new(is_excused)))
    }

    /// Who lost a race: of the alerts of one request, the server's first look at a group may see only some.
    fn find_losers(&self, expected: &Groups, predicted: &Groups, losers: &mut Losers) {
        let first = "first notification";
        for (group, told) in expected {
            let mut pairs = told.iter().zip(predicted.get(group).into_iter().flatten());
            let Some((told, own)) = pairs.find(|(told, own)| !is_equal(own, told)) else { continue };
            if (own.at - told.at).abs() > NEAR || told.reason != first || own.reason != first {
                continue;
            }
            for (fingerprint, _) in own.alerts.iter().filter(|alert| !told.alerts.contains(alert)) {
                let came = |entry: &HistoryEntry| {
                    let is_it = matches!(&entry.event, HistoryEvent::Alert(alert) if alert.fingerprint().to_string() == *fingerprint);
                    is_it && entry.at.unix_millis() <= own.at
                };
                if let Some(index) = self.requests.iter().rposition(|entries| entries.iter().any(came)) {
                    losers.insert((fingerprint.clone(), index));
                }
            }
        }
    }
}

/// How often a prediction was right, and where it was not.
struct Compared {
    matched: usize,
    missing: Vec<String>,
    extra: Vec<String>,
    /// How many differences are those of groups in which no silence matches any alert.
    unsilenced: usize,
}

fn compare(folder: &Path, with_answers: bool) -> Compared {
    let run = Run::read(folder, with_answers);
    let mut expected = recorded(&util::jsonl(&folder.join("notifications.jsonl")));
    let mut losers = Losers::new();
    let mut predicted = run.predict(&losers);
    for _ in 0..6 {
        let before = losers.len();
        run.find_losers(&expected, &predicted, &mut losers);
        if losers.len() == before {
            break;
        }
        predicted = run.predict(&losers);
    }
    let total: usize = predicted.values().map(Vec::len).sum();
    let (mut matched, mut unsilenced, mut all_missing, mut all_extra) = (0, 0, Vec::new(), Vec::new());
    let mut documented = BTreeMap::<&str, usize>::new();
    let keys: BTreeSet<_> = expected.keys().chain(predicted.keys()).cloned().collect();
    for key in keys {
        let (expected, predicted) = (expected.remove(&key).unwrap_or_default(), predicted.remove(&key).unwrap_or_default());
        let (mut missing, mut extra) = (Vec::new(), Vec::new());
        let mut ahead = predicted.iter();
        for told in &expected {
            // In order: what is predicted before it and is not it, is extra.
            let place = ahead.clone().position(|own| is_equal(own, told));
            match place {
                Some(place) => {
                    extra.extend(ahead.by_ref().take(place));
                    ahead.next();
                    matched += 1;
                }
                None => missing.push(told),
            }
        }
        extra.extend(ahead);
        if missing.is_empty() && extra.is_empty() {
            continue;
        }
        if let Some((rule, is_excused)) = run.documented(&expected, &predicted) {
            let before = missing.len() + extra.len();
            missing.retain(|told| !is_excused(told));
            extra.retain(|own| !is_excused(own));
            *documented.entry(rule).or_default() += before - missing.len() - extra.len();
        }
        if !expected.iter().chain(&predicted).flat_map(|told| &told.alerts).any(|(fingerprint, _)| run.is_ever_silenced(fingerprint)) {
            unsilenced += missing.len() + extra.len();
        }
        all_missing.extend(missing.into_iter().map(|told| format!("{key:?}\n  told {told:?}")));
        all_extra.extend(extra.into_iter().map(|own| format!("{key:?}\n  own  {own:?}")));
    }
    let (missing, extra) = (all_missing, all_extra);
    println!(
        "truth replay: {}{}: {total} predicted, {matched} matched, {} missing, {} extra, documented {documented:?}; {} alerts came after the first look by the record (dispatcher, rule 1), {} requests are not read",
        folder.file_name().unwrap().to_string_lossy(),
        if with_answers { "" } else { " without the server's answers" },
        missing.len(),
        extra.len(),
        losers.len(),
        run.unread,
    );
    Compared { matched, missing, extra, unsilenced }
}

fn runs() -> Vec<std::path::PathBuf> {
    let Some(live) = util::shared("corpus/alertmanager/live") else {
        util::skipped("replay: live runs");
        return Vec::new();
    };
    let mut runs: Vec<_> = std::fs::read_dir(live).unwrap().map(|entry| entry.unwrap().path()).collect();
    runs.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("alertmanager-")));
    runs.sort();
    assert!(!runs.is_empty(), "no recorded run");
    runs
}

#[test]
fn what_a_real_alertmanager_sent_is_predicted() {
    for run in runs() {
        let Compared { matched, missing, extra, .. } = compare(&run, true);
        assert!(missing.is_empty() && extra.is_empty(), "missing:\n{}\nextra:\n{}", missing.join("\n"), extra.join("\n"));
        assert!(matched > 50, "only {matched} notifications were compared");
    }
}

/// Without the server's answers the ids of silences are guessed, so that a few notifications may differ, but only in groups with an alert that some silence matches.
#[test]
fn what_was_sent_is_nearly_predicted_from_requests_alone() {
    for run in runs() {
        let Compared { matched, missing, extra, unsilenced } = compare(&run, false);
        let differences = format!("missing:\n{}\nextra:\n{}", missing.join("\n"), extra.join("\n"));
        assert!(missing.len() + extra.len() <= matched / 20, "{differences}");
        assert_eq!(unsilenced, 0, "{differences}");
    }
}
