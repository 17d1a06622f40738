//! The small answers that types give about themselves: codes, places, texts, counts.

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::Deduplicator;
use alert_schemas::Settings;
use alert_schemas::Timestamp;
use alert_schemas::WindowGrouper;
use alert_schemas::alerts::AlertEvent;
use alert_schemas::alerts::LinkKind;
use alert_schemas::alerts::Metadata;
use alert_schemas::alerts::Suppression;
use alert_schemas::alerts::SuppressionReason;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::MetricKind;
use alert_schemas::metrics::Sample;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::metrics::StoreErrorKind;
use alert_schemas::metrics::StoreOptions;
use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use alert_schemas::metrics::exposition::InvalidExpositionKind;
use alert_schemas::metrics::load::Load;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::rules::Expr;
use alert_schemas::rules::Function;
use alert_schemas::rules::NodeKind;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::ValueType;
use alert_schemas::rules::eval::EvalErrorKind;
use alert_schemas::rules::eval::EvalOptions;
use alert_schemas::rules::eval::EvalRange;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::validations::DecodeLimits;
use serde_json::json;

fn t0() -> Timestamp {
    "2025-01-06T09:00:00Z".parse().unwrap()
}

fn series(pairs: &[(&str, &str)]) -> SeriesLabels {
    SeriesLabels::from_pairs(pairs.iter().copied()).unwrap()
}

#[test]
fn errors_of_exposition_and_load_tell_their_place() {
    let text = "up 1\nload1 much\n";
    let error = Exposition::parse(text, ExpositionFormat::Prometheus, &ExpositionOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.line()), (InvalidExpositionKind::InvalidValue, 2), "{error:?}");
    assert_eq!((error.code(), error.kind().code()), ("exposition_invalid_value", "exposition_invalid_value"));
    assert_eq!((&error.source_text()[error.span()], error.source_text()), ("much", "load1 much"));
    assert!(format!("{error:#}").contains("load1 much\n") && format!("{error:?}").contains("line 2"));
    let text = "load 1m\n  up 1 2 x\n";
    let error = Load::parse(text, &LoadOptions::default()).unwrap_err();
    assert_eq!((error.line(), error.code(), error.source_text()), (2, "load_invalid_value", "  up 1 2 x"));
    assert_eq!(error.kind().code(), error.code());
    assert!(format!("{error:#}").contains('^') && format!("{error:?}").contains("line 2"));
    assert!(error.source_text()[error.span()].starts_with('x'));
}

#[test]
fn errors_of_expressions_tell_what_was_expected_and_found() {
    let text = "sum(rate(up))";
    let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
    let error = errors.first();
    assert_eq!((error.expected(), error.found()), (Some("a range vector"), Some("an instant vector")));
    assert_eq!((error.fix(), error.source_text()), (Some("write `up[5m]`"), text));
    assert!(format!("{error:?}").contains("rate") && format!("{errors:?}").contains("rate"));
    assert_eq!(errors.iter().count(), 1);
}

#[test]
fn errors_of_evaluation_tell_their_kind_place_and_help() {
    let mut store = MemoryStore::new();
    for (job, host) in [("api", "a"), ("api", "b"), ("web", "c")] {
        for (name, value) in [("up", 1.0), ("load", 2.0)] {
            store.push(&series(&[("__name__", name), ("job", job), ("host", host)]), Sample::new(0, value)).unwrap();
        }
    }
    let tight = EvalOptions::default().with_look_back(AlertDuration::minutes(1)).with_max_samples(2).with_max_steps(3);
    let at = |text: &str, options: &EvalOptions| {
        let expr = Expr::parse(text, &ParseOptions::default()).unwrap();
        Evaluator::with_options(&store, options.clone()).value_at(&expr, SampleTime::default()).unwrap_err()
    };
    let usual = EvalOptions::default();
    for (text, code) in [
        ("rate(up[5m])", "eval_unsupported"),
        ("up + on (job) load", "eval_many_to_many"),
        ("up + on (job) sum by (job) (load)", "eval_many_to_one"),
        (r#"label_replace(up, "host", "x", "", "")"#, "eval_same_labels"),
    ] {
        let error = at(text, &usual);
        assert_eq!((error.code(), error.source_text()), (code, text), "{error}");
        assert!(!text[error.span()].is_empty());
        let caret = format!("{error:#}");
        assert!(caret.contains('^') && caret.contains(text), "{caret}");
        assert!(format!("{error:?}").contains("EvalError"));
    }
    assert!(matches!(at("up", &tight).kind(), EvalErrorKind::TooManySamples { max: 2 }));
    let expr = Expr::parse("up", &ParseOptions::default()).unwrap();
    let long = EvalRange::new(SampleTime::from_millis(0), SampleTime::from_millis(60_000), AlertDuration::seconds(1)).unwrap();
    assert_eq!((long.start().millis(), long.end().millis(), long.step(), long.steps()), (0, 60_000, AlertDuration::seconds(1), 60));
    let error = Evaluator::with_options(&store, tight).values_over(&expr, &long).unwrap_err();
    assert!(matches!(error.kind(), EvalErrorKind::TooManySteps { steps: 60, max: 3 }));
    let backwards = EvalRange::new(SampleTime::from_millis(1), SampleTime::default(), AlertDuration::seconds(1)).unwrap_err();
    let standing = EvalRange::new(SampleTime::default(), SampleTime::default(), AlertDuration::ZERO).unwrap_err();
    assert_eq!((backwards.code(), standing.code()), ("eval_end_before_start", "eval_no_step"));
    let range = Expr::parse("up[5m]", &ParseOptions::default()).unwrap();
    let short = EvalRange::new(SampleTime::default(), SampleTime::default(), AlertDuration::seconds(1)).unwrap();
    assert_eq!(Evaluator::new(&store).values_over(&range, &short).unwrap_err().code(), "eval_not_over_range");
}

#[test]
fn functions_tell_their_signature() {
    let function = |text: &str, options: &ParseOptions| -> &'static Function {
        let expr = Expr::parse(text, options).unwrap();
        match &expr.node(expr.root()).kind {
            NodeKind::Call(call) => call.function,
            other => panic!("{other:?}"),
        }
    };
    let usual = ParseOptions::default();
    let round = function("round(up, 5)", &usual);
    assert_eq!((round.name(), round.return_type(), round.min_arguments(), round.max_arguments()), ("round", ValueType::Vector, 1, Some(2)));
    assert_eq!((round.argument_types(), round.variadic()), (&[ValueType::Vector, ValueType::Scalar][..], 1));
    let join = function(r#"label_join(up, "a", "-", "b", "c", "d")"#, &usual);
    assert_eq!((join.max_arguments(), join.is_experimental(), join.is_own()), (None, false, false));
    let experimental = function("sort_by_label(up)", &usual.with_experimental_functions(true));
    assert!(experimental.is_experimental());
    assert!(Expr::parse("sort_by_label(up)", &usual).is_err());
}

#[test]
fn a_store_tells_what_it_does_not_take() {
    let labels = series(&[("__name__", "up")]);
    let mut store = MemoryStore::with_options(StoreOptions::default().with_max_samples(2));
    store.push(&labels, Sample::new(10, 1.0)).unwrap();
    let error = store.push(&labels, Sample::new(5, 1.0)).unwrap_err();
    assert_eq!((error.kind(), error.labels(), error.sample()), (&StoreErrorKind::OutOfOrder, &labels, Sample::new(5, 1.0)));
    let differs = store.push(&labels, Sample::new(10, 2.0)).unwrap_err();
    store.push(&labels, Sample::stale(20)).unwrap();
    let full = store.push(&labels, Sample::new(30, 1.0)).unwrap_err();
    let mut small = MemoryStore::with_options(StoreOptions::default().with_max_series(1));
    small.push(&labels, Sample::new(10, 1.0)).unwrap();
    let many = small.push(&series(&[("__name__", "down")]), Sample::new(30, 1.0)).unwrap_err();
    let codes: Vec<&str> = [&error, &differs, &full, &many].iter().map(|error| error.code()).collect();
    assert_eq!(codes, ["sample_out_of_order", "sample_differs", "too_many_samples", "too_many_series"]);
    assert!(full.to_string().contains("at most 2") && many.to_string().contains("at most 1"), "{full}; {many}");
    assert_eq!((store.len(), store.sample_count(), store.is_empty()), (1, 2, false));
    assert_eq!((store.forget_before(15), store.sample_count()), (1, 1));
}

#[test]
fn labels_of_series_change_into_what_is_asked_for() {
    let labels = series(&[("__name__", "up"), ("job", "api")]);
    assert_eq!(labels.braced().to_string(), r#"{__name__="up", job="api"}"#);
    assert_eq!(labels.to_labels().get("job"), Some("api"));
    assert_eq!((labels.name(), labels.len(), labels.is_empty()), (Some("up"), 2, false));
    assert_eq!(labels.hash64(), series(&[("job", "api"), ("__name__", "up")]).hash64());
    assert_ne!(labels.hash64(), labels.without_name().hash64());
    assert_eq!(labels.filtered(|name, _| name == "job"), labels.keep_only(&["job"]));
    assert!(format!("{labels:?}").contains("up") && labels.iter().count() == 2);
    assert_eq!(MetricKind::Counter.to_string(), "counter");
}

#[test]
fn an_alert_is_built_with_everything_and_says_what_can_not_happen() {
    let alert = Alert::builder("disk full", AlertSeverity::High, t0())
        .metadata("used", 97.5)
        .runbook("https://example.org/disk")
        .link(LinkKind::Dashboard, "https://example.org/board")
        .suppression(Suppression::new(SuppressionReason::Maintenance, "rack move".parse().unwrap()))
        .build()
        .unwrap();
    assert_eq!((alert.links.len(), alert.is_suppressed()), (2, true));
    let report =
        Alert::builder("x", AlertSeverity::Low, t0()).metadata("load", f64::NAN).link(LinkKind::Other, "not a link").build().unwrap_err();
    let codes: Vec<&str> = report.violations().iter().map(|violation| &*violation.code).collect();
    assert_eq!(codes, ["not_finite", "invalid_href"]);
    let error = AlertStatus::Resolved.after(AlertEvent::Acknowledge).unwrap_err();
    assert_eq!(error.code(), "illegal_transition");
    assert!(error.to_string().starts_with("a resolved alert can't `acknowledge`: expected one of"), "{error}");
    assert!(error.allowed().count() > 0);

    let mut metadata = Metadata::new();
    assert!(metadata.is_empty());
    metadata.insert("a", 1).unwrap();
    assert_eq!((metadata.get("a"), metadata.len()), (Some(&json!(1)), 1));
    assert_eq!(metadata.insert("a", f64::INFINITY).unwrap_err().code(), "not_finite");
    let known = br#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","colour":"red"}"#;
    let alert = Alert::decode(known, &DecodeLimits::default()).unwrap();
    assert_eq!((alert.unknown.len(), alert.unknown.get("colour")), (1, Some(&json!("red"))));
    let list = Alert::decode_list(b"[{}]", &DecodeLimits::default()).unwrap();
    assert_eq!((list.len(), list.is_empty(), list.into_good().count()), (1, false, 0));
}

#[test]
fn what_is_remembered_can_be_asked_for_and_forgotten() {
    let alert = Alert::builder("disk full", AlertSeverity::High, t0()).name("DiskFull").label("team", "db").build().unwrap();
    let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse().unwrap()]));
    let placement = grouper.add(&alert, t0());
    assert!(placement.opened && placement.joined);
    assert_eq!((grouper.groups_of(&alert.tenant).len(), grouper.counters(&alert.tenant).received.get()), (1, 1));
    let other = WindowGrouper::new(&Settings::default());
    let error = grouper.clone().merge(other).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("group_by_differs", "the other groups by no label: expected `team`"));
    assert!(grouper.forget(&alert.tenant) && !grouper.forget(&alert.tenant));

    let mut deduplicator = Deduplicator::new(&Settings::default());
    deduplicator.observe(&alert, t0());
    assert_eq!((deduplicator.remembered(&alert.tenant), deduplicator.tenants().count()), (1, 1));
    assert!(deduplicator.forget(&alert.tenant) && deduplicator.facts(&alert.key()).is_none());
}
