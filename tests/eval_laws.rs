//! What holds of evaluation whatever the expression and the series are.

use alert_schemas::AlertDuration;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::Sample;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::SampleValue;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::eval::EvalRange;
use alert_schemas::rules::eval::Evaluator;
use proptest::prelude::*;
use proptest::sample::select;

/// Series of three metrics, with gaps and marks.
fn series(names: [&'static str; 3]) -> impl Strategy<Value = Vec<(SeriesLabels, Vec<Option<SampleValue>>)>> {
    let value = prop_oneof![
        6 => (-9_i32..9).prop_map(|number| Some(SampleValue::Float(f64::from(number)))),
        1 => Just(Some(SampleValue::Float(f64::NAN))),
        1 => Just(Some(SampleValue::Stale)),
        2 => Just(None),
    ];
    let one = (select(names.to_vec()), select(vec!["x", "y"]), select(vec!["1", "2"]), proptest::collection::vec(value, 0..12));
    let labels = |name, a, b| SeriesLabels::from_pairs([("__name__", name), ("a", a), ("b", b)]).expect("labels");
    proptest::collection::vec(one.prop_map(move |(name, a, b, values)| (labels(name, a, b), values)), 0..10)
}

fn add(store: &mut MemoryStore, series: &[(SeriesLabels, Vec<Option<SampleValue>>)]) {
    for (labels, values) in series {
        for (step, value) in (0..).zip(values) {
            if let Some(value) = value {
                // The same labels may come twice: then the later sample is refused.
                let _ = store.push(labels, Sample::new(step * 30_000, *value));
            }
        }
    }
}

fn expression() -> impl Strategy<Value = Expr> {
    let leaf = select(vec!["m", "n", "o", "m{a=\"x\"}", "n offset 1m", "o @ 60", "vector(2)", "{__name__=~\"m|n\", b=\"1\"}"]);
    let text = leaf.prop_map(str::to_owned).prop_recursive(4, 16, 2, |inner| {
        let unary = select(vec![
            "abs(@)",
            "-(@)",
            "sum by (a) (@)",
            "avg(@)",
            "sort(@)",
            "absent(@)",
            "timestamp(@)",
            "(@) > 2",
            "count without (b) (@)",
        ]);
        let binary = select(vec![
            "(@) + (#)",
            "(@) and (#)",
            "(@) or on (a) (#)",
            "(@) unless (#)",
            "(@) > bool on (a) group_left () (#)",
            "(@) / ignoring (b) (#)",
        ]);
        prop_oneof![
            (unary, inner.clone()).prop_map(|(form, a)| form.replace('@', &a)),
            (binary, inner.clone(), inner).prop_map(|(form, a, b)| form.replace('@', "\u{1}").replace('#', &b).replace('\u{1}', &a)),
        ]
    });
    text.prop_map(|text| Expr::parse(&text, &ParseOptions::default()).unwrap_or_else(|errors| panic!("{text}: {errors}")))
}

proptest! {
    #[test]
    fn the_same_input_has_the_same_value(expr in expression(), series in series(["m", "n", "o"]), at in 0_i64..500_000) {
        let (mut store, mut again) = (MemoryStore::new(), MemoryStore::new());
        add(&mut store, &series);
        add(&mut again, &series);
        let at = SampleTime::from_millis(at);
        let value = Evaluator::new(&store).value_at(&expr, at);
        prop_assert_eq!(&value, &Evaluator::new(&again).value_at(&expr, at));
        prop_assert_eq!(Evaluator::new(&store).explain_at(&expr, at).is_ok(), value.is_ok());
    }

    #[test]
    fn series_of_other_names_change_nothing(
        expr in expression(), own in series(["m", "n", "o"]), others in series(["m2", "other", "x"]), at in 0_i64..500_000,
    ) {
        let (mut alone, mut together) = (MemoryStore::new(), MemoryStore::new());
        add(&mut alone, &own);
        add(&mut together, &others);
        add(&mut together, &own);
        let at = SampleTime::from_millis(at);
        prop_assert_eq!(Evaluator::new(&alone).value_at(&expr, at), Evaluator::new(&together).value_at(&expr, at));
    }

    #[test]
    fn a_range_has_at_each_step_the_value_of_that_time(expr in expression(), series in series(["m", "n", "o"]), start in 0_i64..400_000, step in 1_u32..90_000) {
        let mut store = MemoryStore::new();
        add(&mut store, &series);
        let evaluator = Evaluator::new(&store);
        let range = EvalRange::new(SampleTime::from_millis(start), SampleTime::from_millis(start + 300_000), AlertDuration::millis(step)).unwrap();
        let range = if range.steps() > 50 { EvalRange::new(range.start(), range.start(), range.step()).unwrap() } else { range };
        // A range is refused where a time is, and also where series fall together that never meet.
        let Ok(over) = evaluator.values_over(&expr, &range) else { return Ok(()) };
        for index in 0..=range.steps() {
            let at = SampleTime::from_millis(start + i64::from(step) * i64::try_from(index).unwrap());
            let mut now = evaluator.value_at(&expr, at).unwrap().into_vector();
            now.sort_by(|a, b| a.labels.cmp(&b.labels));
            let then: Vec<(SeriesLabels, SampleValue)> = over
                .iter()
                .filter_map(|series| Some((series.labels.clone(), series.samples.iter().find(|sample| sample.at == at)?.value)))
                .collect();
            let now: Vec<(SeriesLabels, SampleValue)> = now.into_iter().map(|sample| (sample.labels, SampleValue::Float(sample.value))).collect();
            prop_assert_eq!(now, then);
        }
    }
}
