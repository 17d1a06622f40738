//! What a restart does to alerts, what options change, and the errors that rules meet.

use std::collections::BTreeMap;

use alert_schemas::AlertDuration;
use alert_schemas::AlertRule;
use alert_schemas::AlertSeverity;
use alert_schemas::Error;
use alert_schemas::Labels;
use alert_schemas::RuleGroup;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::Sample;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::rules::ErrorBehavior;
use alert_schemas::rules::Expr;
use alert_schemas::rules::NoDataBehavior;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::firing::FiringContext;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::FiringState;
use alert_schemas::rules::firing::GroupState;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::rules::firing::Replay;
use alert_schemas::utils::Count;

fn minute(minute: u32) -> Timestamp {
    Timestamp::UNIX_EPOCH + AlertDuration::minutes(minute)
}

/// One series that is 1 from `start` on, each minute up to an hour.
fn samples(start: u32) -> MemoryStore {
    let mut store = MemoryStore::new();
    let labels = SeriesLabels::from_pairs([("__name__", "broken"), ("host", "db-1")]).unwrap();
    for at in 0..=60 {
        store.push(&labels, Sample::new(minute(at).unix_millis(), if at >= start { 1.0 } else { 0.0 })).unwrap();
    }
    store
}

fn group(hold: u32) -> RuleGroup {
    let rule = AlertRule::builder("Broken", "broken == 1", AlertSeverity::High).for_duration(AlertDuration::minutes(hold)).build().unwrap();
    RuleGroup::builder("hosts").interval(AlertDuration::minutes(1)).rule(rule).build().unwrap()
}

/// State and begin of the one alert at each minute, with an outage.
fn states(hold: u32, start: u32, outage: (u32, u32), options: &FiringOptions) -> BTreeMap<u32, (FiringState, Timestamp)> {
    let groups = [group(hold)];
    let mut found = BTreeMap::new();
    let mut store = MemoryRuleStore::new(samples(start));
    let replay = Replay::new(&groups, options).with_outage(TimeRange::new(minute(outage.0), minute(outage.1)).unwrap());
    replay.run(&mut store, TimeRange::new(minute(0), minute(60)).unwrap(), |at, _, step| {
        if let Some(alert) = step.state.rules[0].active().next() {
            found.insert(u32::try_from(at.unix_millis() / 60_000).unwrap(), (alert.state, alert.active_at));
        }
    });
    found
}

#[test]
fn what_fired_before_an_outage_fires_on_after_it() {
    let found = states(15, 5, (30, 40), &FiringOptions::default());
    assert_eq!(found[&29], (FiringState::Firing, minute(5)));
    assert_eq!(found[&40].0, FiringState::Pending);
    // Restored behind the second evaluation, and due again at the third.
    assert_eq!(found[&42], (FiringState::Firing, minute(5)));
}

#[test]
fn what_was_pending_long_before_it_was_due_waits_for_the_rest() {
    // Eleven of thirty minutes had passed at 15; nineteen are left, more than the grace of ten.
    let found = states(30, 5, (15, 25), &FiringOptions::default());
    let (state, active_at) = found[&26];
    assert_eq!(state, FiringState::Pending);
    // The ten minutes and one evaluation that were lost are added.
    assert_eq!(active_at, minute(16));
    let fires = found.iter().find(|(_, (state, _))| *state == FiringState::Firing).map(|(at, _)| *at);
    assert_eq!(fires, Some(46));
}

#[test]
fn what_was_nearly_due_gets_the_grace_period() {
    // Due two minutes behind the begin of the outage: it would fire at once, and gets ten minutes instead.
    let found = states(12, 5, (15, 25), &FiringOptions::default());
    assert_eq!(found[&27].0, FiringState::Pending);
    assert_eq!(found[&36].0, FiringState::Firing);
    // With a shorter grace it fires sooner.
    let options = FiringOptions::default().with_for_grace_period(AlertDuration::minutes(3));
    assert_eq!(states(12, 5, (15, 25), &options)[&30].0, FiringState::Firing);
}

#[test]
fn an_outage_longer_than_what_is_tolerated_is_forgotten() {
    let options = FiringOptions::default().with_outage_tolerance(AlertDuration::minutes(5));
    let found = states(15, 5, (30, 40), &options);
    assert_eq!(found[&42], (FiringState::Pending, minute(40)));
}

#[test]
fn options_change_what_they_name() {
    let labels = Labels::from_pairs([("cluster", "eu")]).unwrap();
    let options = FiringOptions::default()
        .with_default_interval(AlertDuration::minutes(2))
        .with_default_query_offset(AlertDuration::seconds(30))
        .with_resend_delay(AlertDuration::minutes(5))
        .with_resolved_retention(AlertDuration::minutes(1))
        .with_external_labels(labels)
        .with_external_url("https://prometheus.example");
    let mut without_interval = group(0);
    without_interval.interval = None;
    let groups = [without_interval];
    let mut sent = Vec::new();
    let mut times = Vec::new();
    Replay::new(&groups, &options).run(
        &mut MemoryRuleStore::new(samples(1)),
        TimeRange::new(minute(0), minute(20)).unwrap(),
        |at, _, step| {
            times.push(at);
            sent.extend(step.outcomes[0].alerts.iter().map(|alert| (at, alert.clone())));
        },
    );
    assert_eq!((times[1], times.len()), (minute(2), 11));
    // With thirty seconds of offset, what began at 1 is seen at 2; resent once five minutes are over.
    assert_eq!(sent.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [minute(2), minute(8), minute(14), minute(20)]);
    let alert = &sent[0].1;
    assert_eq!(alert.labels.get("cluster"), Some("eu"));
    assert!(alert.links[0].href.as_str().starts_with("https://prometheus.example/graph?g0.expr="));

    let context = FiringContext::new(&groups[0], minute(9), &options);
    assert_eq!((context.now(), context.interval()), (minute(9), AlertDuration::minutes(2)));
    assert_eq!(context.query_time() + AlertDuration::seconds(30), minute(9));
    assert!(format!("{context:?}").contains("hosts"));
}

#[test]
fn limits_missing_data_and_errors_do_what_the_rule_says() {
    let of = |rule: AlertRule, limit: u64| {
        let group = RuleGroup::builder("hosts").limit(Count::new(limit).unwrap()).rule(rule).build().unwrap();
        let mut store = MemoryRuleStore::new(samples(0));
        let other = SeriesLabels::from_pairs([("__name__", "broken"), ("host", "db-2")]).unwrap();
        store.samples.push(&other, Sample::new(0, 1.0)).unwrap();
        GroupState::new(&group).step(&group, &mut store, minute(0), &FiringOptions::default())
    };
    let rule = |condition: &str| AlertRule::builder("Broken", condition, AlertSeverity::High);

    let step = of(rule("broken == 1").build().unwrap(), 1);
    let error = step.outcomes[0].error.clone().unwrap();
    assert_eq!((error.code(), error.to_string()), ("rule_limit_exceeded", "exceeded limit of 1 with 2 alerts".to_owned()));
    assert_eq!(step.state.rules[0].active().count(), 0);

    let step = of(rule("absent_metric == 1").no_data(NoDataBehavior::Alerting).build().unwrap(), 0);
    assert_eq!(step.state.rules[0].active().count(), 1);
    let step = of(rule("absent_metric == 1").build().unwrap(), 0);
    assert_eq!(step.state.rules[0].active().count(), 0);

    let failing = "rate(broken[5m]) > 0";
    let step = of(rule(failing).on_error(ErrorBehavior::Alerting).build().unwrap(), 0);
    assert_eq!((step.outcomes[0].error.as_ref().map(|error| error.code()), step.state.rules[0].active().count()), (Some("rule_failed"), 1));
    for condition in [failing, r#"label_replace(broken, "host", "x", "", "")"#] {
        let step = of(rule(condition).build().unwrap(), 0);
        let code = step.outcomes[0].error.as_ref().map(|error| error.code());
        assert_eq!((code, step.state.rules[0].active().count()), (Some("rule_failed"), 0), "{condition}");
    }
}

#[test]
fn one_error_keeps_what_it_was_made_from() {
    fn read(text: &str) -> Result<Expr, Error> {
        Ok(Expr::parse(text, &ParseOptions::default())?)
    }
    fn label(name: &str) -> Result<Labels, Error> {
        Ok(Labels::from_pairs([(name, "x")])?)
    }
    fn rule(condition: &str) -> Result<AlertRule, Error> {
        Ok(AlertRule::builder("Broken", condition, AlertSeverity::High).tenant("a b").build()?)
    }
    assert!(read("up == 0").is_ok() && label("a").is_ok());
    let error = read("rate(up)").unwrap_err();
    assert!(error.code().starts_with("expr_"), "{}", error.code());
    assert!(error.downcast_ref::<alert_schemas::rules::ExprErrors>().is_some());
    assert!(error.downcast_ref::<alert_schemas::Report>().is_none());
    assert!(format!("{error:#}").contains('^') && !error.to_string().contains('^'));
    assert!(format!("{error:?}").contains("Expr"));
    assert_eq!(label("").unwrap_err().code(), "invalid_label_name");
    let error = rule("up == 0").unwrap_err();
    assert_eq!(error.code(), "invalid_tenant_id");
    assert_eq!(Error::from(alert_schemas::Report::new()).code(), "");
    assert!(std::error::Error::source(&error).is_none());
}
