//! Who is told, and why, against a real Alertmanager: it is started on loopback with generated configurations, which our types print, and with
//! hand-written ones, gets alerts and silences, and its groups, the states of its alerts, what suppresses them, and its webhooks are compared with what
//! `decide` says of the same.
//!
//! Many servers run at once, because almost all of the time is waiting. What differs is run again: on a busy machine things may fall together that
//! the scenarios keep apart, and then come in any order. What differs each time fails the test.

#![cfg(all(feature = "proptest", feature = "yaml"))]

#[path = "util/alertmanager.rs"]
mod alertmanager;
#[path = "util/generate.rs"]
mod generate;
#[path = "util/decide/generated.rs"]
mod generated;
#[path = "util/decide/judged.rs"]
mod judged;
#[path = "util/decide/live.rs"]
mod live;
#[path = "util/decide/one_place.rs"]
mod one_place;
#[path = "util/decide/predicted.rs"]
mod predicted;
#[path = "util/decide/scenario.rs"]
mod scenario;
#[path = "util/server.rs"]
mod server;
#[path = "util/decide/written.rs"]
mod written;

use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;

use crate::generate::generate;
use crate::judged::Counts;
use crate::judged::judge;
use crate::live::Event;
use crate::live::Observed;
use crate::live::run;
use crate::predicted::predict;
use crate::scenario::Scenario;

/// How many configurations are generated.
const GENERATED: usize = 56;

/// How many servers run at once.
const AT_ONCE: usize = 16;

/// How often a scenario that differs is run.
const TRIES: usize = 3;

fn generated() -> Vec<Scenario> {
    let named = |(number, scenario)| Scenario { name: format!("generated-{number}"), ..scenario };
    generate(GENERATED, generated::scenario()).into_iter().enumerate().map(named).collect()
}

/// Runs all, some at once.
fn run_all<'s>(scenarios: &[&'s Scenario]) -> Vec<(&'s Scenario, Observed)> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(scenarios.len()) {
            scope.spawn(|| {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let observed = run(scenario, &format!("decide-{}", scenario.name));
                    done.lock().expect("no panic before").push((*scenario, observed));
                }
            });
        }
    });
    done.into_inner().expect("no panic before")
}

fn report(scenario: &Scenario, observed: &Observed, differences: &[String]) -> String {
    let events =
        observed.events.iter().filter_map(|(_, event)| if let Event::Exchange(line) = event { Some(format!("{line}\n")) } else { None });
    let (yaml, events) = (&observed.yaml, events.collect::<String>());
    format!("=== {} ===\n{yaml}---\n{events}---\n{}\n", scenario.name, differences.join("\n"))
}

#[test]
#[ignore = "starts many real Alertmanagers"]
fn a_real_alertmanager_does_what_is_decided() {
    let mut scenarios = generated();
    let hand_written = written::scenarios();
    assert!(scenarios.len() >= 50 && hand_written.len() >= 4);
    scenarios.extend(hand_written);
    for scenario in &scenarios {
        let yaml = scenario.yaml("http://127.0.0.1:9/");
        let again = ConfigFile::read(&yaml, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{errors}\n{yaml}"));
        assert_eq!(again.to_yaml(alert_schemas::utils::SecretDisplay::Exposed), yaml);
    }

    let (mut all, mut reports, mut version, mut repeated) = (Counts::default(), Vec::new(), String::new(), 0);
    let mut pending: Vec<&Scenario> = scenarios.iter().collect();
    for attempt in 1..=TRIES {
        let mut again = Vec::new();
        for (scenario, observed) in run_all(&pending) {
            let counts = judge(&observed, &predict(&observed));
            if !counts.differences.is_empty() && attempt < TRIES {
                let (count, first) = (counts.differences.len(), counts.differences[0].chars().take(300).collect::<String>());
                println!("    {} is run again: up to {} ms late, {count} differences, the first: {first}", scenario.name, counts.lateness);
                again.push(scenario);
                continue;
            }
            if !counts.differences.is_empty() {
                reports.push(report(scenario, &observed, &counts.differences));
            }
            version = observed.version;
            all.add(counts);
        }
        repeated += again.len();
        pending = again;
    }

    let Counts { groups, muted_groups, states, silenced, inhibited, muted, predicted, matched, missing, extra, excused, .. } = &all;
    println!("real alertmanager {version}, decide: {} configurations, {GENERATED} of them generated", scenarios.len());
    println!("    {groups} groups, {muted_groups} of them muted; states {states:?}");
    println!("    suppressions alike: {silenced} by silences, {inhibited} by alerts, {muted} by intervals");
    println!(
        "    webhooks: {predicted} predicted, {matched} matched, {missing} missing, {extra} extra, {excused} differ as documented; {:?}",
        all.reasons
    );
    for (rule, count) in &all.documented {
        println!("    {count} documented differences by {rule}");
    }
    println!("    at most {} ms late; {repeated} runs differed and were repeated", all.lateness);
    let shown = reports.iter().take(5).cloned().collect::<String>();
    assert!(reports.is_empty(), "{} of {} scenarios differ:\n{shown}", reports.len(), scenarios.len());
    let state = |name: &str| states.get(name).copied().unwrap_or_default();
    assert!(*groups > 700 && *muted_groups > 60 && state("active") > 1_500 && state("suppressed") > 600);
    assert!(*silenced > 300 && *inhibited > 300 && *muted > 40);
    assert!(*matched > 400 && excused * 20 < *predicted, "too few webhooks were compared");
    assert!(all.reasons.len() == 5 && all.reasons.values().all(|count| *count > 15), "{:?}", all.reasons);
}
