//! The second half of the story: the shop's own rules over what its exporter said, and the alerts that they raise.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertStatus;
use alert_schemas::TenantId;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Labels;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use alert_schemas::rules::Condition;
use alert_schemas::rules::GroupRule;
use alert_schemas::rules::RuleGroup;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::rules::eval::ExplainOptions;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::rules::firing::Replay;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use serde_json::Value;

use crate::shared::Failure;
use crate::shared::Problem;

/// What the rules gave.
pub(crate) struct Raised {
    pub(crate) groups: Vec<RuleGroup>,
    /// The rules that could not be evaluated, and why not when first tried.
    pub(crate) not_evaluated: BTreeMap<String, String>,
    pub(crate) scrapes: usize,
    pub(crate) series: usize,
    pub(crate) samples: usize,
    pub(crate) evaluations: usize,
    /// When which alert began to fire.
    pub(crate) fired: Vec<(Timestamp, Alert)>,
    /// Everything that is to be sent, in order: alerts that fire, again every minute, and their ends.
    pub(crate) sent: Vec<(Timestamp, Alert)>,
    /// Why the most severe alert fires.
    pub(crate) explained: Option<String>,
    pub(crate) time: Duration,
}

impl Raised {
    /// How many rules there are.
    pub(crate) fn rules(&self) -> usize {
        self.groups.iter().map(|group| group.rules.len()).sum()
    }
}

/// Evaluates the recorded rules over the recorded samples.
pub(crate) fn raise(folder: &Path) -> Result<Raised, Failure> {
    let groups = read_rules(&folder.join("rules.yml"))?;
    let recorded = read_samples(&folder.join("node_exporter.jsonl"))?;
    let mut raised = Raised {
        not_evaluated: BTreeMap::new(),
        scrapes: recorded.scrapes,
        series: recorded.store.len(),
        samples: recorded.store.sample_count(),
        evaluations: 0,
        fired: Vec::new(),
        sent: Vec::new(),
        explained: None,
        time: Duration::ZERO,
        groups,
    };
    let cluster = Labels::from_pairs([("cluster", "shop-eu")]).map_err(refused)?;
    let options = FiringOptions::default().with_external_labels(cluster);
    let mut store = MemoryRuleStore::new(recorded.store);

    let began = Instant::now();
    Replay::new(&raised.groups, &options).run(&mut store, recorded.span, |at, group, step| {
        raised.evaluations += group.rules.len();
        for (rule, outcome) in group.rules.iter().zip(&step.outcomes) {
            if let Some(error) = &outcome.error {
                raised.not_evaluated.entry(rule.name().to_owned()).or_insert_with(|| error.to_string());
            }
            raised.sent.extend(outcome.alerts.iter().map(|alert| (at, alert.clone())));
            let begins = |alert: &&Alert| alert.status == AlertStatus::Firing && alert.starts_at == at;
            raised.fired.extend(outcome.alerts.iter().filter(begins).map(|alert| (at, alert.clone())));
        }
    });
    raised.time = began.elapsed();
    // The first of the most severe ones; `max_by_key` would give the last.
    let worst = raised.fired.iter().min_by_key(|(_, alert)| std::cmp::Reverse(alert.severity));
    raised.explained = worst.and_then(|(at, alert)| explain(&raised.groups, &store.samples, *at, alert));
    Ok(raised)
}

/// What was read and is of no use.
pub(crate) fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::refused(Problem { code: "invalid_recording".to_owned(), message: error.to_string(), ..Problem::default() })
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::of_file(&path.display().to_string(), error))
}

fn read_rules(path: &Path) -> Result<Vec<RuleGroup>, Failure> {
    let file =
        RuleFile::read(read(path)?, &RuleFileOptions::default()).map_err(|errors| refused(format!("{}: {errors}", path.display())))?;
    Ok(file.to_groups(&TenantId::default()).map_err(refused)?.value)
}

struct Recorded {
    store: MemoryStore,
    scrapes: usize,
    span: TimeRange,
}

/// What was scraped, with the labels that Prometheus gave to its target.
fn read_samples(path: &Path) -> Result<Recorded, Failure> {
    let mut store = MemoryStore::new();
    let mut times = Vec::new();
    for line in read(path)?.lines() {
        let scrape: Value = serde_json::from_str(line).map_err(refused)?;
        let (Some(at), Some(text)) = (scrape["at"].as_str(), scrape["text"].as_str()) else {
            return Err(refused("a scrape without time or text"));
        };
        let at: Timestamp = at.parse().map_err(refused)?;
        let mut exposition = Exposition::parse(text, ExpositionFormat::Prometheus, &ExpositionOptions::default()).map_err(refused)?;
        for sample in exposition.families.iter_mut().flat_map(|family| &mut family.samples) {
            sample.labels = sample.labels.with("instance", "shop-01").and_then(|labels| labels.with("job", "node")).map_err(refused)?;
        }
        exposition.add_to(&mut store, SampleTime::from(at)).map_err(refused)?;
        times.push(at);
    }
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return Err(refused("no scrape")) };
    Ok(Recorded { store, scrapes: times.len(), span: TimeRange::new(first, last).map_err(refused)? })
}

fn condition(rule: &GroupRule) -> &Condition {
    match rule {
        GroupRule::Alert(rule) => &rule.condition,
        GroupRule::Record(rule) => &rule.expression,
    }
}

/// Why an alert fires: the tree of its condition with each value.
fn explain(groups: &[RuleGroup], samples: &MemoryStore, at: Timestamp, alert: &Alert) -> Option<String> {
    let rule = groups.iter().flat_map(|group| &group.rules).find(|rule| Some(rule.name()) == alert.name())?;
    let scrapes = ExplainOptions::default().with_history(AlertDuration::minutes(10)).with_step(AlertDuration::seconds(5));
    let explanation = Evaluator::new(samples).explain_with(condition(rule).expr(), at, &scrapes).ok()?;
    Some(explanation.to_string())
}
