//! What it costs to ask which silences and which inhibition rules hold for an alert, beside the plain scan over the same matchers.
//!
//! Both sides have the same silences, rules and alerts, with their matchers compiled beforehand, and give the same silences, rules and sources for each alert,
//! which is checked before they are timed. The plain side looks at every silence; or at every rule, and for a rule whose target matchers match, at every
//! alert. It is asked about fewer alerts where all would take minutes, and both sides are compared by the time for one alert. Each side runs several
//! times, one side after the other, and the fastest of its runs counts.
//!
//! ```text
//! cargo bench --all-features --bench suppression
//! ```

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::AlertDuration;
use alert_schemas::Fingerprint;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::Inhibitor;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::SilenceState;
use alert_schemas::notifications::Silences;

const TURNS: usize = 5;

/// The shortest of some runs, and what the work counted.
fn fastest(turns: usize, mut work: impl FnMut() -> usize) -> (Duration, usize) {
    let mut best = Duration::MAX;
    let mut counted = 0;
    for _ in 0..turns {
        let begin = Instant::now();
        counted = black_box(work());
        best = best.min(begin.elapsed());
    }
    (best, counted)
}

fn nanos_each(time: Duration, count: usize) -> f64 {
    time.as_secs_f64() * 1e9 / count as f64
}

fn report(what: &str, ours: f64, plain: f64) {
    println!("{what}: {ours:.0} ns an alert, plain scan {plain:.0} ns, ratio {:.1}", plain / ours);
}

fn silence(matchers: &str, now: Timestamp) -> Silence {
    Silence::new(matchers.parse().expect("matchers"), now, now + AlertDuration::hours(1))
}

fn silences(title: &str, matchers: impl Fn(usize) -> String) {
    const SILENCES: usize = 10_000;
    const ALERTS: usize = 200;
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().expect("a time");
    let tenant = TenantId::default();
    let mut kept = Silences::new();
    for number in 0..SILENCES {
        let mut silence = silence(&matchers(number), now);
        silence.comment = number.to_string().parse().expect("a text");
        kept.set(silence, now).expect("a good silence");
    }
    let list: Vec<Silence> = kept.of_tenant(&tenant).cloned().collect();
    let alert = |number: usize| {
        let instance = format!("db-{}", number * 37 % SILENCES);
        let pairs = [("alertname", "DiskFull"), ("instance", &instance), ("job", "node"), ("severity", "warning"), ("team", "storage")];
        Labels::from_pairs(pairs).expect("labels")
    };
    let alerts: Vec<Labels> = (0..ALERTS).map(alert).collect();
    let matching = |labels: &Labels| {
        let is_active = |silence: &&Silence| silence.state_at(now) == SilenceState::Active;
        list.iter().filter(is_active).filter_map(|silence| Some((silence.id, silence.matching_set(labels)?))).collect::<Vec<_>>()
    };
    for labels in &alerts {
        let found: Vec<_> = kept.silenced_by(&tenant, labels, now).iter().map(|by| (by.silence.id, by.set)).collect();
        assert_eq!(found, matching(labels), "{title}: {labels}");
    }
    let (plain_time, _) = fastest(TURNS, || alerts.iter().map(|labels| matching(labels).len()).sum());
    let (time, count) = fastest(TURNS, || alerts.iter().map(|labels| kept.silenced_by(&tenant, labels, now).len()).sum());
    println!("{count} times one of {ALERTS} alerts is silenced");
    report(title, nanos_each(time, ALERTS), nanos_each(plain_time, ALERTS));
}

fn inhibition() {
    const ALERTS: usize = 10_000;
    const RULES: usize = 100;
    const ASKED: usize = 100;
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().expect("a time");
    let tenant = TenantId::default();
    let rule = |number: usize| {
        let source = format!("alertname=\"Down{number}\",severity=\"critical\"");
        let target = if number.is_multiple_of(10) {
            format!("service=~\"s{number}.*\",severity!=\"critical\"")
        } else {
            format!("service=\"s{number}\",severity=\"warning\"")
        };
        let rule = InhibitionRule::new(source.parse().expect("matchers"), target.parse().expect("matchers"));
        rule.with_equal(["cluster", "namespace"].map(|name| name.parse().expect("a name")))
    };
    let rules: Vec<InhibitionRule> = (0..RULES).map(rule).collect();
    let alert = |number: usize| {
        let (kind, cluster, namespace) = (number % RULES, format!("c{}", number / RULES % 10), format!("n{}", number / 2_000));
        let (name, service) = (format!("Down{kind}"), format!("s{kind}"));
        let (name, severity) = if number.is_multiple_of(3) { (name.as_str(), "critical") } else { ("Slow", "warning") };
        let pod = number.to_string();
        let pairs = [
            ("alertname", name),
            ("cluster", &cluster),
            ("namespace", &namespace),
            ("pod", &pod),
            ("service", &service),
            ("severity", severity),
        ];
        Labels::from_pairs(pairs).expect("labels")
    };
    let alerts: Vec<Labels> = (0..ALERTS).map(alert).collect();
    let ours = || {
        let mut inhibitor = Inhibitor::new(rules.iter().cloned());
        alerts.iter().for_each(|labels| inhibitor.insert(&tenant, labels, None));
        alerts.iter().map(|labels| inhibitor.inhibited_by(&tenant, labels, now).count()).sum()
    };
    // The place of a rule and that of a source.
    let plain = |target: &Labels| {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (rule_index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.target_matchers.matches(target)) {
            found.extend(
                alerts.iter().enumerate().filter(|(_, source)| rule.inhibits(source, target)).map(|(place, _)| (rule_index, place)),
            );
        }
        found
    };
    let asked: Vec<Labels> = alerts.iter().step_by(ALERTS / ASKED + 1).cloned().collect();
    let mut inhibitor = Inhibitor::new(rules.iter().cloned());
    alerts.iter().for_each(|labels| inhibitor.insert(&tenant, labels, None));
    for target in &asked {
        let found: BTreeSet<_> = inhibitor.inhibited_by(&tenant, target, now).map(|by| (by.rule_index, by.fingerprint)).collect();
        let expected: BTreeSet<_> = plain(target).into_iter().map(|(rule, source)| (rule, Fingerprint::of(&alerts[source]))).collect();
        assert_eq!(found, expected, "{target}");
    }
    let (time, count) = fastest(TURNS, ours);
    let (plain_time, plain_count) = fastest(2, || asked.iter().map(|target| plain(target).len()).sum());
    assert!(count > 0 && plain_count > 0, "nothing is inhibited");
    println!("{count} inhibitors of {ALERTS} alerts, {plain_count} of the {} that the plain scan is asked about", asked.len());
    let (ours, plain) = (nanos_each(time, ALERTS), nanos_each(plain_time, asked.len()));
    report("inhibition of 10,000 alerts by 100 rules, building the index included", ours, plain);
}

fn main() {
    silences("10,000 silences of one instance each", |number| format!("alertname=\"DiskFull\",instance=\"db-{number}\""));
    silences("10,000 silences of words, each of two instances", |number| {
        format!("instance=~\"db-{number}|db-{}\",env!=\"dev\"", number + 1)
    });
    silences("10,000 silences of patterns, each of its job", |number| format!("instance=~\"db-{number}.*\",job=\"job-{number}\""));
    silences("10,000 silences of patterns alone, which can all match", |number| format!("instance=~\"db-{number}[0-9]\""));
    inhibition();
}
