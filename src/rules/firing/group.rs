//! A whole group, from one evaluation to the next.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::metrics::MetricName;
use crate::metrics::Sample;
use crate::metrics::SampleSource;
use crate::metrics::SampleTime;
use crate::metrics::SeriesLabels;
use crate::rules::alert_rule::AlertRule;
use crate::rules::condition::Condition;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::options::FiringOptions;
use crate::rules::firing::outcome::Evaluation;
use crate::rules::firing::outcome::RuleError;
use crate::rules::firing::outcome::RuleOutcome;
use crate::rules::firing::outcome::RuleStep;
use crate::rules::firing::outcome::WrittenSample;
use crate::rules::firing::rule_state::MOST_INSTANCES;
use crate::rules::firing::rule_state::RuleState;
use crate::rules::firing::series::mark_stale;
use crate::rules::group_rule::GroupRule;
use crate::rules::recording_rule::RecordingRule;
use crate::rules::rule_group::RuleGroup;
use crate::templates::QuerySample;
use crate::utils::AlertDuration;
use crate::utils::RuleId;
use crate::utils::StateVersion;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

/// What rules are evaluated over, and what they write to.
///
/// A rule sees what the rules before it in its group have written at the same evaluation.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::firing::{Evaluation, RuleStore, WrittenSample};
/// use alert_schemas::rules::Condition;
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// /// Every condition holds for one element, with the number of samples that were written so far.
/// struct Counting(Vec<WrittenSample>);
///
/// impl RuleStore for Counting {
///     fn evaluate(&self, _: &Condition, _: Timestamp, _: AlertDuration) -> Evaluation {
///         Evaluation::Series(vec![(Default::default(), self.0.len() as f64)])
///     }
///
///     fn write(&mut self, samples: &[WrittenSample]) {
///         self.0.extend_from_slice(samples);
///     }
/// }
///
/// assert_eq!(Counting(Vec::new()).evaluate(&"up".parse()?, Timestamp::UNIX_EPOCH, AlertDuration::minutes(5)), Evaluation::Series(vec![(Default::default(), 0.0)]));
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
pub trait RuleStore {
    /// What a condition gives at a time, where selectors without a range look back this far.
    fn evaluate(&self, condition: &Condition, at: Timestamp, look_back: AlertDuration) -> Evaluation;

    /// Takes the samples that a rule writes.
    fn write(&mut self, samples: &[WrittenSample]);

    /// Answers what a template asks with `query`.
    ///
    /// # Errors
    ///
    /// Why there is no answer, which the rendered text tells. Without an implementation, there is none to any query.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels};
    /// use alert_schemas::rules::firing::{MemoryRuleStore, RuleStore};
    ///
    /// let mut store = MemoryRuleStore::new(MemoryStore::new());
    /// store.samples.push(&SeriesLabels::from_pairs([("__name__", "up")])?, Sample::new(0, 1.0))?;
    /// assert_eq!(store.query("up == 1", Timestamp::UNIX_EPOCH).map(|samples| samples.len()), Ok(1));
    /// assert!(store.query("up ==", Timestamp::UNIX_EPOCH).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn query(&self, expr: &str, at: Timestamp) -> Result<Vec<QuerySample>, String> {
        let _ = at;
        Err(format!("no queries here: {expr}"))
    }
}

record! {
    /// Everything that is remembered of a group between two evaluations, to be stored and read back.
    ///
    /// # Validity
    ///
    /// Each rule stands once; the series are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::firing::GroupState;
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::AlertSeverity;
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).build()?;
    /// let group = RuleGroup::builder("disks").rule(rule).build()?;
    /// let state = GroupState::new(&group);
    /// let stored = serde_json::to_vec(&state)?;
    /// assert_eq!(GroupState::decode(&stored, &DecodeLimits::default())?, state);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct GroupState: closed in rules::firing;
    example r#"{"version": 1, "rules": [{"rule": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}]}"#;
    beyond { rules RULES; settle GroupState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The state of each rule, in the order of the group; at most 10,000.
    list(RuleGroup::MAX_RULES) rules: RuleState as "rules",
    /// Series of rules that are not in the group any more, sorted; the next evaluation marks their end. At most 33,554,432.
    list(2 * MOST_INSTANCES) ended_series: SeriesLabels as "ended_series",
}

const RULES: &[Rule<GroupState>] = &[
    Rule {
        code: "duplicate_rule_id",
        field: "rules",
        rule: "Each rule stands once in `rules`.",
        broken: |state| {
            let mut seen = BTreeSet::new();
            let twice = state.rules.iter().find(|rule| !seen.insert(rule.rule))?;
            Some(format!("the id {} stands there twice: expected each once", twice.rule))
        },
    },
    Rule {
        code: "firing_not_in_order",
        field: "ended_series",
        rule: "`ended_series` are sorted, each once.",
        broken: |state| {
            let index = out_of_order(&state.ended_series, |series| series)?;
            Some(format!("series {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

/// The state of a group after an evaluation, and what the evaluation of each rule leads to; made by [`GroupState::step`].
///
/// ```
/// use alert_schemas::rules::RuleGroup;
/// use alert_schemas::rules::firing::{GroupState, GroupStep};
///
/// let step = GroupStep::new(GroupState::new(&RuleGroup::builder("empty").build()?), Vec::new());
/// assert!(step.outcomes.is_empty());
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GroupStep {
    /// The state after it.
    pub state: GroupState,
    /// What the evaluation of each rule leads to, in the order of the group.
    pub outcomes: Vec<RuleOutcome>,
}

impl GroupStep {
    /// This state and these outcomes.
    #[must_use]
    pub fn new(state: GroupState, outcomes: Vec<RuleOutcome>) -> Self {
        Self { state, outcomes }
    }
}

/// The group itself if every rule has an id, which is the rule; else one in which every rule has.
fn with_ids(group: &RuleGroup) -> Cow<'_, RuleGroup> {
    match group.rules.iter().any(|rule| rule.id() == RuleId::default()) {
        true => Cow::Owned(group.clone().with_derived_ids()),
        false => Cow::Borrowed(group),
    }
}

impl GroupState {
    /// The state of a group that was never evaluated.
    #[must_use]
    pub fn new(group: &RuleGroup) -> Self {
        Self::of(group, RuleState::new)
    }

    /// The state of a group after a restart, when nothing but the written series is left; see [`GroupState::restore`].
    ///
    /// ```
    /// use alert_schemas::rules::RuleGroup;
    /// use alert_schemas::rules::firing::GroupState;
    ///
    /// let group = RuleGroup::builder("empty").build()?;
    /// assert_eq!(GroupState::restarted(&group), GroupState::new(&group));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn restarted(group: &RuleGroup) -> Self {
        Self::of(group, RuleState::restarted)
    }

    fn of(group: &RuleGroup, state: impl Fn(RuleId) -> RuleState) -> Self {
        let rules = with_ids(group).rules.iter().map(|rule| state(rule.id())).collect();
        Self { version: StateVersion, rules, ended_series: Vec::new() }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        let mut seen = BTreeSet::new();
        self.rules.retain(|rule| seen.insert(rule.rule));
        self.ended_series.sort();
        self.ended_series.dedup();
        self
    }

    /// The state of one rule.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&RuleState> {
        self.rules.iter().find(|state| state.rule == id)
    }

    /// Evaluates every rule of the group at `now`, one after the other, and writes what they write.
    ///
    /// The state goes with the rules by their ids: a rule that is new begins without alerts, and one that is gone has its series ended. Its alerts
    /// are not resolved, as in Prometheus: receivers take them for over once what was sent last is no longer valid.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    /// use alert_schemas::rules::firing::{Evaluation, FiringOptions, GroupState, RuleStore, WrittenSample};
    /// use alert_schemas::rules::{AlertRule, Condition, RuleGroup};
    /// use alert_schemas::{AlertDuration, AlertSeverity, Timestamp};
    ///
    /// struct Holds;
    /// impl RuleStore for Holds {
    ///     fn evaluate(&self, _: &Condition, _: Timestamp, _: AlertDuration) -> Evaluation {
    ///         Evaluation::Series(vec![(SeriesLabels::new(), 97.0)])
    ///     }
    ///     fn write(&mut self, _: &[WrittenSample]) {}
    /// }
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).build()?;
    /// let group = RuleGroup::builder("disks").rule(rule).build()?;
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let step = GroupState::new(&group).step(&group, &mut Holds, now, &FiringOptions::default());
    /// assert_eq!(step.outcomes[0].alerts[0].name(), Some("DiskFull"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn step(mut self, group: &RuleGroup, store: &mut impl RuleStore, now: Timestamp, options: &FiringOptions) -> GroupStep {
        let group = &*with_ids(group);
        let (states, mut ended) = self.reloaded(group);
        self.rules = Vec::with_capacity(group.rules.len());
        let context = FiringContext::new(group, now, options);
        let at = SampleTime::from(context.query_time()).millis();
        let mut outcomes = Vec::with_capacity(group.rules.len());
        for (rule, state) in group.rules.iter().zip(states) {
            let RuleStep { state, outcome } = match rule {
                GroupRule::Alert(rule) => step_alert(state, rule, &context, store),
                GroupRule::Record(rule) => step_record(state, rule, &context, store),
            };
            store.write(&outcome.samples);
            self.rules.push(state);
            outcomes.push(outcome);
        }
        if !ended.is_empty() {
            // A series that another rule writes now has not ended.
            let written: BTreeSet<&SeriesLabels> = self.rules.iter().flat_map(|rule| &rule.series).collect();
            ended.retain(|series| !written.contains(series));
        }
        let marks: Vec<WrittenSample> = ended.into_iter().map(|labels| WrittenSample::new(labels, Sample::stale(at))).collect();
        store.write(&marks);
        self.ended_series = Vec::new();
        GroupStep::new(self, outcomes)
    }

    /// The state of each rule of the group, and the series of those that are not in it any more.
    fn reloaded(&mut self, group: &RuleGroup) -> (Vec<RuleState>, BTreeSet<SeriesLabels>) {
        let mut known: BTreeMap<RuleId, RuleState> = std::mem::take(&mut self.rules).into_iter().map(|state| (state.rule, state)).collect();
        let states = group.rules.iter().map(|rule| known.remove(&rule.id()).unwrap_or_else(|| RuleState::new(rule.id()))).collect();
        let mut ended: BTreeSet<SeriesLabels> = std::mem::take(&mut self.ended_series).into_iter().collect();
        ended.extend(known.into_values().flat_map(|state| state.series));
        (states, ended)
    }

    /// Lets the pending alerts of every rule go on where they were before a restart; see [`RuleState::restore`].
    ///
    /// ```
    /// use alert_schemas::metrics::MemoryStore;
    /// use alert_schemas::rules::firing::{FiringOptions, GroupState};
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::{AlertSeverity, Timestamp};
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).build()?;
    /// let group = RuleGroup::builder("disks").rule(rule).build()?;
    /// let state = GroupState::restarted(&group);
    /// assert!(state.rules[0].awaits_restore);
    /// let state = state.restore(&group, &MemoryStore::new(), Timestamp::UNIX_EPOCH, &FiringOptions::default());
    /// assert!(!state.rules[0].awaits_restore);
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn restore(mut self, group: &RuleGroup, source: &impl SampleSource, now: Timestamp, options: &FiringOptions) -> Self {
        let group = &*with_ids(group);
        let context = FiringContext::new(group, now, options);
        let rules: BTreeMap<RuleId, &AlertRule> = group.alert_rules().map(|rule| (rule.id, rule)).collect();
        self.rules = self
            .rules
            .into_iter()
            .map(|mut state| match rules.get(&state.rule) {
                Some(rule) => state.restore(rule, source, &context),
                None => {
                    state.awaits_restore = false;
                    state
                }
            })
            .collect();
        self
    }
}

fn step_alert(state: RuleState, rule: &AlertRule, context: &FiringContext<'_>, store: &impl RuleStore) -> RuleStep {
    let evaluation = match rule.enabled {
        true => store.evaluate(&rule.condition, context.query_time(), rule.evaluation_window),
        false => Evaluation::Series(Vec::new()),
    };
    // Prometheus asks the queries of templates at the time of the evaluation, without the offset.
    let answer = |expr: &str| store.query(expr, context.now);
    state.step_with(rule, evaluation, context, &answer)
}

fn step_record(mut state: RuleState, rule: &RecordingRule, context: &FiringContext<'_>, store: &impl RuleStore) -> RuleStep {
    let mut outcome = RuleOutcome::new(state.rule);
    let evaluation = match rule.enabled {
        true => store.evaluate(&rule.expression, context.query_time(), AlertRule::DEFAULT_WINDOW),
        false => Evaluation::NoData,
    };
    let elements = match evaluation {
        Evaluation::Series(elements) => elements,
        Evaluation::NoData => Vec::new(),
        Evaluation::Failed(reason) => {
            outcome.error = Some(RuleError::Failed { reason });
            return RuleStep::new(state, outcome);
        }
    };
    let at = SampleTime::from(context.query_time()).millis();
    match recorded(rule, context, &elements, at) {
        Ok(samples) => {
            outcome.samples = samples;
            mark_stale(&mut state.series, &mut outcome.samples, at);
        }
        Err(error) => outcome.error = Some(error),
    }
    RuleStep::new(state, outcome)
}

/// The samples that a recording rule writes.
fn recorded(
    rule: &RecordingRule,
    context: &FiringContext<'_>,
    elements: &[(SeriesLabels, f64)],
    at: i64,
) -> Result<Vec<WrittenSample>, RuleError> {
    let invalid = |error: crate::alerts::InvalidLabel| RuleError::InvalidLabels { reason: error.to_string() };
    let mut samples = Vec::with_capacity(elements.len());
    for (element, value) in elements {
        let mut labels = element.to_builder();
        labels.set(MetricName::LABEL, rule.name.as_str()).map_err(invalid)?;
        for (name, value) in context.group.labels.iter().chain(rule.labels.iter()) {
            labels.set(name.as_str(), value.as_str()).map_err(invalid)?;
        }
        samples.push(WrittenSample::new(labels.build(), Sample::new(at, *value)));
    }
    let mut names: Vec<&SeriesLabels> = samples.iter().map(|sample| &sample.labels).collect();
    names.sort();
    let twice = names.windows(2).find_map(|pair| match pair {
        [a, b] if a == b => Some((*a).clone()),
        _ => None,
    });
    if let Some(labels) = twice {
        return Err(RuleError::DuplicateLabels { kind: "rule", labels });
    }
    let (limit, found) = (context.group.limit.get(), samples.len() as u64);
    if limit > 0 && found > limit {
        return Err(RuleError::LimitExceeded { limit, found, noun: "series" });
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use crate::metrics::MemoryStore;
    use crate::rules::firing::memory::MemoryRuleStore;
    use crate::utils::Count;

    use super::*;

    /// Two series `m` of value 1 at 0.
    fn store() -> MemoryRuleStore {
        let mut samples = MemoryStore::new();
        for host in ["a", "b"] {
            samples.push(&SeriesLabels::from_pairs([("__name__", "m"), ("host", host)]).unwrap(), Sample::new(0, 1.0)).unwrap();
        }
        MemoryRuleStore::new(samples)
    }

    fn recording(name: &str) -> RecordingRule {
        RecordingRule::new(name.parse().unwrap(), "m".parse().unwrap())
    }

    fn written(step: &GroupStep) -> Vec<String> {
        step.outcomes.iter().flat_map(|outcome| &outcome.samples).map(|sample| sample.labels.to_string()).collect()
    }

    #[test]
    fn a_recording_rule_writes_all_or_nothing() {
        let step = |limit: u32, label: Option<(&str, &str)>| {
            let mut rule = recording("r");
            if let Some((name, value)) = label {
                rule.labels.insert(name.parse().unwrap(), value.parse().unwrap()).unwrap();
            }
            let group = RuleGroup::builder("g").limit(Count::from(limit)).label("team", "x").rule(rule).build().unwrap();
            let step = GroupState::new(&group).step(&group, &mut store(), Timestamp::UNIX_EPOCH, &FiringOptions::default());
            (written(&step), step.outcomes[0].error.as_ref().map(ToString::to_string))
        };
        assert_eq!(step(2, None), (vec![r#"r{host="a", team="x"}"#.to_owned(), r#"r{host="b", team="x"}"#.to_owned()], None));
        assert_eq!(step(1, None), (vec![], Some("exceeded limit of 1 with 2 series".to_owned())));
        let same = "vector contains metrics with the same labelset after applying rule labels";
        assert_eq!(step(0, Some(("host", "c"))), (vec![], Some(same.to_owned())));
    }

    #[test]
    fn the_series_of_a_rule_that_is_gone_end_unless_another_rule_writes_them() {
        let group =
            |rules: Vec<RecordingRule>| rules.into_iter().fold(RuleGroup::builder("g"), |group, rule| group.rule(rule)).build().unwrap();
        let (mut store, options, minute) = (store(), FiringOptions::default(), Timestamp::UNIX_EPOCH + AlertDuration::minutes(1));
        let before = group(vec![recording("gone"), recording("moved")]);
        let state = GroupState::new(&before).step(&before, &mut store, Timestamp::UNIX_EPOCH, &options).state;
        // The same name under another id is another rule.
        let mut moved = recording("moved");
        moved.id = RuleId::derive(&["moved"]);
        let after = group(vec![moved]);
        let state = state.step(&after, &mut store, minute, &options).state;
        assert_eq!(state.rules.len(), 1);
        let newest = |name: &str| {
            let labels = SeriesLabels::from_pairs([("__name__", name), ("host", "a")]).unwrap();
            store.samples.get(&labels).unwrap().samples.last().copied().unwrap()
        };
        assert_eq!((newest("gone"), newest("moved")), (Sample::stale(60_000), Sample::new(60_000, 1.0)));
    }

    #[test]
    fn rules_without_ids_are_those_of_the_same_group_with_ids() {
        let mut bare = RuleGroup::new("g".parse().unwrap());
        bare.rules.push(recording("r").into());
        let complete = bare.clone().with_derived_ids();
        let step = |group: &RuleGroup| GroupState::new(group).step(group, &mut store(), Timestamp::UNIX_EPOCH, &FiringOptions::default());
        assert_eq!(step(&bare), step(&complete));
        assert_eq!(step(&bare).state.rules[0].rule, complete.rules[0].id());
    }
}
