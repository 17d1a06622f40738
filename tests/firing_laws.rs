//! Laws of pending, firing and resolved: a step never fails, what it tells agrees with the state, a stored state goes on as if nothing had
//! happened, and rules do not meddle with each other.

#![cfg(feature = "proptest")]

use std::collections::BTreeMap;

use alert_schemas::metrics::SeriesLabels;
use alert_schemas::rules::AlertRule;
use alert_schemas::rules::Condition;
use alert_schemas::rules::ErrorBehavior;
use alert_schemas::rules::NoDataBehavior;
use alert_schemas::rules::RuleGroup;
use alert_schemas::rules::firing::Evaluation;
use alert_schemas::rules::firing::FiringContext;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::FiringReason;
use alert_schemas::rules::firing::FiringState;
use alert_schemas::rules::firing::GroupState;
use alert_schemas::rules::firing::RuleOutcome;
use alert_schemas::rules::firing::RuleState;
use alert_schemas::rules::firing::RuleStore;
use alert_schemas::rules::firing::WrittenSample;
use alert_schemas::utils::Count;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::{AlertDuration, AlertSeverity, AlertStatus, Timestamp};
use proptest::prelude::*;

/// A condition's answer at one time: which of a few elements are there, or that there is none.
fn evaluation() -> impl Strategy<Value = Evaluation> {
    let element = ("[a-c]", prop_oneof![Just(85.0), Just(f64::NAN), -9.0..9.0_f64]);
    let series = proptest::collection::btree_map("[a-c]", element, 0..4).prop_map(|elements| {
        let labels = |host: &str, zone: &str| SeriesLabels::from_pairs([("__name__", "m"), ("host", host), ("zone", zone)]).unwrap();
        Evaluation::Series(elements.into_iter().map(|(host, (zone, value))| (labels(&host, &zone), value)).collect())
    });
    prop_oneof![12 => series, 1 => Just(Evaluation::NoData), 1 => Just(Evaluation::Failed("too many samples".to_owned()))]
}

fn duration(seconds: &'static [u32]) -> impl Strategy<Value = AlertDuration> {
    proptest::sample::select(seconds).prop_map(AlertDuration::seconds)
}

/// A rule over these elements; some drop the label that tells two apart.
fn rule() -> impl Strategy<Value = AlertRule> {
    let behaviors = (proptest::sample::select(NoDataBehavior::ALL), proptest::sample::select(ErrorBehavior::ALL));
    (duration(&[0, 60, 90, 120, 300]), duration(&[0, 60, 150]), behaviors, 0..4_u8, proptest::bool::weighted(0.95)).prop_map(
        |(hold, keep, (no_data, on_error), label, enabled)| {
            let builder = AlertRule::builder("Rule", "m > 0", AlertSeverity::High);
            let builder = match label {
                0 => builder.label("host", ""),
                1 => builder.label("level", "{{ if gt $value 50.0 }}high{{ else }}low{{ end }}"),
                _ => builder.annotation("summary", "{{ $labels.host }} {{ $value }}"),
            };
            builder.for_duration(hold).keep_firing_for(keep).no_data(no_data).on_error(on_error).enabled(enabled).build().unwrap()
        },
    )
}

/// Times of evaluations: mostly a minute apart, sometimes at once, sometimes after a long gap.
fn gaps(count: usize) -> impl Strategy<Value = Vec<AlertDuration>> {
    proptest::collection::vec(duration(&[60, 60, 60, 60, 0, 61, 600, 3_600]), count)
}

fn context<'a>(group: &'a RuleGroup, now: Timestamp, options: &'a FiringOptions) -> FiringContext<'a> {
    FiringContext::new(group, now, options)
}

fn group(limit: u32) -> RuleGroup {
    RuleGroup::builder("g").limit(Count::from(limit)).build().unwrap()
}

/// The state of each alert.
fn states(state: &RuleState) -> BTreeMap<SeriesLabels, FiringState> {
    state.instances.iter().map(|instance| (instance.labels.clone(), instance.state)).collect()
}

/// What must hold of a step from one state to the next.
fn assert_consistent(before: &RuleState, after: &RuleState, outcome: &RuleOutcome, now: Timestamp) {
    assert_eq!(after.check(), Ok(()));
    let mut replayed = states(before);
    for change in &outcome.transitions {
        assert_eq!(replayed.get(&change.labels).copied(), change.from, "{change:?}");
        assert_ne!(change.from, change.to, "{change:?}");
        assert_eq!(change.at, now);
        match change.to {
            Some(state) => replayed.insert(change.labels.clone(), state),
            None => replayed.remove(&change.labels),
        };
        let allowed = matches!(
            (change.from, change.to, change.reason),
            (None | Some(FiringState::Resolved), Some(FiringState::Pending | FiringState::Firing), FiringReason::Seen)
                | (Some(FiringState::Pending), Some(FiringState::Firing), FiringReason::Held)
                | (Some(FiringState::Pending), None, FiringReason::Ended)
                | (Some(FiringState::Firing), Some(FiringState::Resolved), FiringReason::Ended)
                | (Some(FiringState::Resolved), None, FiringReason::Forgotten)
                | (Some(_), None, FiringReason::OverLimit)
        );
        assert!(allowed, "{change:?}");
    }
    assert_eq!(replayed, states(after));
    for alert in &outcome.alerts {
        assert_eq!(alert.check(), Ok(()));
        assert_ne!(alert.status, AlertStatus::Pending);
        assert_eq!(alert.rule_id, Some(after.rule));
    }
    // Each resolution is sent at once, unless the alert was already sent at this very time.
    let sent_now = |labels: &SeriesLabels| before.instances.iter().any(|one| one.labels == *labels && one.last_sent_at == Some(now));
    let ended = outcome.transitions.iter().filter(|change| change.to == Some(FiringState::Resolved) && !sent_now(&change.labels));
    let resolved = ended.count();
    let sent = outcome.alerts.iter().filter(|alert| alert.status == AlertStatus::Resolved && alert.ends_at == Some(now)).count();
    assert!(sent >= resolved, "{resolved} resolved now, {sent} sent");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn steps_are_total_and_tell_what_changed(
        rule in rule(),
        steps in proptest::collection::vec(evaluation(), 1..24),
        gaps in gaps(24),
        limit in proptest::sample::select(vec![0_u32, 0, 2]),
    ) {
        let (group, options) = (group(limit), FiringOptions::default());
        let mut now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let (mut state, mut stored) = (RuleState::new(rule.id), RuleState::new(rule.id));
        for (evaluation, gap) in steps.into_iter().zip(gaps) {
            let step = state.clone().step(&rule, evaluation.clone(), &context(&group, now, &options));
            assert_consistent(&state, &step.state, &step.outcome, now);
            // Stored and read back, the state goes on as if nothing had happened.
            let text = serde_json::to_vec(&stored).unwrap();
            let again = RuleState::decode(&text, &DecodeLimits::default()).unwrap().step(&rule, evaluation, &context(&group, now, &options));
            prop_assert_eq!(&again, &step);
            (state, stored) = (step.state, again.state);
            now = now + gap;
        }
    }

    #[test]
    fn any_state_any_rule_and_any_time_have_a_step(
        state in any::<RuleState>(),
        rule in any::<AlertRule>(),
        evaluation in evaluation(),
        now in any::<Timestamp>(),
        group in any::<RuleGroup>(),
    ) {
        let options = FiringOptions::default();
        let step = state.clone().step(&rule, evaluation.clone(), &context(&group, now, &options));
        prop_assert_eq!(step.state.check(), Ok(()));
        prop_assert_eq!(&state.step(&rule, evaluation, &context(&group, now, &options)), &step);
    }

    #[test]
    fn other_rules_change_nothing(
        rules in proptest::collection::vec(rule(), 1..4),
        steps in proptest::collection::vec(proptest::collection::vec(evaluation(), 4), 1..10),
        gaps in gaps(10),
    ) {
        /// Answers each rule with what is planned for it, and forgets what is written.
        struct Planned(BTreeMap<String, Evaluation>);
        impl RuleStore for Planned {
            fn evaluate(&self, condition: &Condition, _: Timestamp, _: AlertDuration) -> Evaluation {
                self.0.get(condition.as_str()).cloned().unwrap_or(Evaluation::NoData)
            }
            fn write(&mut self, _: &[WrittenSample]) {}
        }
        let condition = |index: usize| format!("m > {index}");
        let named = |index: usize, rule: &AlertRule| {
            let mut rule = rule.clone();
            rule.condition = condition(index).parse().unwrap();
            rule.id = alert_schemas::RuleId::derive(&[&index.to_string()]);
            rule
        };
        let all = rules.iter().enumerate().fold(RuleGroup::builder("g"), |group, (index, rule)| group.rule(named(index, rule))).build().unwrap();
        let alone = RuleGroup::builder("g").rule(named(0, &rules[0])).build().unwrap();
        let options = FiringOptions::default();
        let mut now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let (mut together, mut single) = (GroupState::new(&all), GroupState::new(&alone));
        for (planned, gap) in steps.into_iter().zip(gaps) {
            let mut store = Planned(planned.into_iter().enumerate().map(|(index, evaluation)| (condition(index), evaluation)).collect());
            let a = together.step(&all, &mut store, now, &options);
            let b = single.step(&alone, &mut store, now, &options);
            prop_assert_eq!(&a.outcomes[0], &b.outcomes[0]);
            prop_assert_eq!(&a.state.rules[0], &b.state.rules[0]);
            (together, single) = (a.state, b.state);
            now = now + gap;
        }
    }
}
