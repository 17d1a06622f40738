//! What is found in configurations: each finding where it belongs, none that is wrong, and bounded work.

#![cfg(feature = "proptest")]

use std::collections::BTreeMap;
use std::time::Instant;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::Matchers;
use alert_schemas::notifications::ConfigDiff;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::LintCode;
use alert_schemas::notifications::LintFinding;
use alert_schemas::notifications::LintOptions;
use alert_schemas::notifications::LintSeverity;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::notifications::NotificationConfig;
use alert_schemas::notifications::PlannedNotification;
use alert_schemas::notifications::Receiver;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::Routes;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::TreeRoute;
use alert_schemas::notifications::diff_notifications;
use alert_schemas::notifications::diff_routes;
use alert_schemas::notifications::lint;
use alert_schemas::notifications::lint_silences;
use alert_schemas::notifications::lint_with;
use alert_schemas::notifications::sample_labels;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

/// A configuration whose receivers are given by their names.
fn config(mut value: Value) -> NotificationConfig {
    for receiver in value["receivers"].as_array_mut().into_iter().flatten() {
        *receiver = json!({ "name": receiver });
    }
    serde_json::from_value(value).unwrap()
}

/// Code and pointer of each finding.
fn found(findings: &[LintFinding]) -> Vec<(&str, &str)> {
    findings.iter().map(|finding| (finding.code.as_str(), finding.pointer.as_str())).collect()
}

fn expect(value: Value, expected: &[(&str, &str)]) {
    let findings = lint(&config(value.clone()));
    assert_eq!(found(&findings), expected, "{value}");
}

fn routes(routes: Value) -> Value {
    json!({"route": {"receiver": "r", "routes": routes}, "receivers": ["r"]})
}

#[test]
fn routes_that_no_alert_reaches_are_found() {
    expect(routes(json!([{"matchers": "a=1"}, {"matchers": "a=1,b=2"}])), &[("route_shadowed", "/route/routes/1")]);
    expect(
        routes(json!([{"matchers": "a=1", "continue": true}, {"matchers": "a=1,b=2", "group_by": ["x"], "receiver": "r"}])),
        &[("receiver_told_twice", "/route/routes/1")],
    );
    expect(routes(json!([{"matchers": "a=~\"1|2\""}, {"matchers": "a=2"}])), &[("route_shadowed", "/route/routes/1")]);
    expect(routes(json!([{}, {"matchers": "a=2"}])), &[("route_shadowed", "/route/routes/1")]);
    expect(routes(json!([{"matchers": "a=~\"x.*\""}, {"matchers": "b=1,a=~\"x.*\""}])), &[("route_shadowed", "/route/routes/1")]);
    expect(routes(json!([{"matchers": "a!=1"}, {"matchers": "a=~\"x.*\""}])), &[("route_shadowed", "/route/routes/1")]);
    expect(
        routes(json!([{"matchers": "a=1"}, {"matchers": "a!=1"}, {"matchers": "b=1"}])),
        &[("route_shadowed_together", "/route/routes/2")],
    );
    expect(
        routes(json!([{"matchers": "a=1"}, {"matchers": "a=2"}, {"matchers": "a=~\"1|2\",b=1"}])),
        &[("route_shadowed_together", "/route/routes/2")],
    );
    expect(
        routes(json!([{"matchers": "a=1", "routes": [{"matchers": "a=2"}, {"matchers": "a!=2"}]}])),
        &[("route_never_matches", "/route/routes/0/routes/0/matchers"), ("redundant_matcher", "/route/routes/0/routes/1/matchers")],
    );
    // While the first is muted, or not active, the second is the one that tells.
    for intervals in ["mute_time_intervals", "active_time_intervals"] {
        expect(routes(json!([{"matchers": "a=1", "continue": true, intervals: ["night"]}, {"matchers": "a=1"}])), &[]);
        expect(
            routes(json!([{"matchers": "a=1", "continue": true}, {"matchers": "a=1", intervals: ["night"]}])),
            &[("receiver_told_twice", "/route/routes/1")],
        );
    }
    // Nothing is wrong with these.
    for fine in [json!([]), json!([{"matchers": "a=1"}, {"matchers": "a=2"}, {}]), json!([{"matchers": "a=1,b=2"}, {"matchers": "a=1"}])] {
        expect(routes(fine), &[]);
    }
    let shadowed = lint(&config(routes(json!([{"matchers": "a=1"}, {"matchers": "a=1,b=2"}]))));
    assert_eq!(
        shadowed[0].to_string(),
        "/route/routes/1: no alert gets here: the route /route/routes/0 before it (`{a=\"1\"}`) takes them all; put it before that route, make \
         that route narrower, or let it `continue` [route_shadowed]"
    );
    assert_eq!((shadowed[0].severity, shadowed[0].related[0].as_str()), (LintSeverity::Error, "/route/routes/0"));
}

#[test]
fn receivers_are_followed() {
    let value = json!({
        "route": {"receiver": "root", "routes": [{"matchers": "a=1", "receiver": "x"}, {"matchers": "a=1", "receiver": "dead"}, {"receiver": "rest"}]},
        "receivers": ["root", "x", "dead", "rest", "unused"],
    });
    expect(
        value,
        &[
            ("route_shadowed", "/route/routes/1"),
            ("receiver_never_reached", "/receivers/0"),
            ("receiver_never_reached", "/receivers/2"),
            ("receiver_never_used", "/receivers/4"),
        ],
    );
    expect(routes(json!([{"matchers": "a=1", "continue": true}])), &[("continue_without_effect", "/route/routes/0/continue")]);
}

#[test]
fn repetition_is_found_where_it_is_said() {
    let with = |root: Value, child: Value| {
        let mut value = routes(json!([child]));
        value["route"].as_object_mut().unwrap().extend(root.as_object().unwrap().clone());
        value
    };
    let child = json!({"matchers": "a=1"});
    expect(with(json!({"repeat_interval": "12m"}), child.clone()), &[("repeat_interval_not_multiple", "/route/repeat_interval")]);
    expect(with(json!({"group_interval": "7m"}), child.clone()), &[("repeat_interval_not_multiple", "/route/group_interval")]);
    expect(with(json!({"repeat_interval": "1m"}), child.clone()), &[("repeat_interval_below_group_interval", "/route/repeat_interval")]);
    let below = config(with(json!({"repeat_interval": "1m"}), child.clone()));
    assert_eq!(lint(&below)[0].fix.as_str(), "use a shorter `group_interval`, if it is to be told sooner");
    expect(with(json!({"repeat_interval": "7d"}), child.clone()), &[("repeat_interval_above_retention", "/route/repeat_interval")]);
    expect(with(json!({"repeat_interval": "120h"}), child), &[]);
    expect(
        with(json!({}), json!({"matchers": "a=1", "group_interval": "3h"})),
        &[("repeat_interval_not_multiple", "/route/routes/0/group_interval")],
    );
    let value = config(with(json!({"repeat_interval": "12m"}), json!({"matchers": "a=1"})));
    assert!(lint(&value)[0].message.as_str().ends_with("it is told again every 15m"), "{}", lint(&value)[0]);
    let short = LintOptions::default().with_retention(AlertDuration::hours(1));
    assert_eq!(
        found(&lint_with(&NotificationConfig::new(value.route.clone()), &short)),
        [("repeat_interval_not_multiple", "/route/repeat_interval")]
    );
}

#[test]
fn time_intervals_are_followed() {
    let value = json!({
        "route": {"receiver": "r", "routes": [
            {"matchers": "a=1", "mute_time_intervals": ["weekend", "ever"]},
            {"matchers": "a=2", "active_time_intervals": ["never", "none"]},
            {"matchers": "a=3", "active_time_intervals": ["never", "weekend"]},
            {"matchers": "a=4", "active_time_intervals": ["never", "past"]},
            {"matchers": "a=5", "active_time_intervals": ["weekend", "past"]},
        ]},
        "receivers": ["r"],
        "time_intervals": [
            {"name": "weekend", "intervals": [{"weekdays": ["saturday", "sunday"]}, {"months": ["2"], "days_of_month": ["30"]}]},
            {"name": "ever", "intervals": [{"weekdays": ["sunday:saturday"]}]},
            {"name": "never", "intervals": [{"months": ["february"], "days_of_month": ["30:31"]}]},
            {"name": "none"},
            {"name": "past", "intervals": [{"years": ["2019:2020"]}]},
            {"name": "unused", "intervals": [{"weekdays": ["monday"]}]},
        ],
    });
    let findings = lint_with(&config(value), &LintOptions::default().with_now("2025-01-06T09:00:00Z".parse().unwrap()));
    assert_eq!(
        found(&findings),
        [
            ("route_always_muted", "/route/routes/0/mute_time_intervals/1"),
            ("route_never_active", "/route/routes/1/active_time_intervals"),
            ("route_never_active", "/route/routes/3/active_time_intervals"),
            ("time_interval_never_holds", "/time_intervals/0/intervals/1"),
            ("time_interval_never_holds", "/time_intervals/2"),
            ("time_interval_never_holds", "/time_intervals/3"),
            ("time_interval_over", "/time_intervals/4"),
            ("time_interval_never_used", "/time_intervals/5"),
        ]
    );
}

#[test]
fn inhibition_rules_are_followed() {
    let rule = |source: &str, target: &str, equal: Value| json!({"source_matchers": source, "target_matchers": target, "equal": equal});
    let expect = |rules: Value, expected: &[(&str, &str)]| {
        expect(json!({"route": {"receiver": "r"}, "receivers": ["r"], "inhibition_rules": rules}), expected);
    };
    let fine = rule("severity=critical", "severity=warning", json!(["cluster"]));
    expect(json!([fine]), &[]);
    expect(
        json!([rule("severity=critical", "severity=warning", json!(["severity"]))]),
        &[("inhibition_equal_never", "/inhibition_rules/0/equal/0")],
    );
    expect(
        json!([rule("severity=critical,c=1", "severity=warning,c=1", json!(["x", "c"]))]),
        &[("inhibition_equal_always", "/inhibition_rules/0/equal/1")],
    );
    expect(
        json!([rule("severity=critical", "severity=~\"critical|warning\"", json!(["c"]))]),
        &[("inhibition_own_source", "/inhibition_rules/0")],
    );
    expect(json!([rule("a=1", "a=1", json!(["c"]))]), &[("inhibition_never_applies", "/inhibition_rules/0")]);
    expect(json!([rule("a=1,a=2", "b=1", json!(["c"]))]), &[("inhibition_never_applies", "/inhibition_rules/0/source_matchers")]);
    expect(json!([rule("a=1", "b=1", json!([]))]), &[("inhibition_without_equal", "/inhibition_rules/0")]);
    expect(json!([rule("{}", "b=1", json!(["c"]))]), &[("inhibition_source_everything", "/inhibition_rules/0/source_matchers")]);
    let reverse = rule("severity=warning", "severity=critical", json!(["instance"]));
    expect(
        json!([fine, reverse, fine]),
        &[
            ("inhibition_mutual", "/inhibition_rules/1"),
            ("inhibition_mutual", "/inhibition_rules/2"),
            ("inhibition_repeated", "/inhibition_rules/2"),
        ],
    );
    // A rule is repeated though one with other labels stands first; and it is mutual though the first does not apply.
    let by_instance = rule("severity=critical", "severity=warning", json!(["instance"]));
    expect(json!([fine, by_instance, by_instance]), &[("inhibition_repeated", "/inhibition_rules/2")]);
    let never = rule("severity=critical", "severity=warning", json!(["severity"]));
    expect(
        json!([never, fine, reverse]),
        &[("inhibition_equal_never", "/inhibition_rules/0/equal/0"), ("inhibition_mutual", "/inhibition_rules/2")],
    );
    // A label that is named twice is looked at once.
    expect(
        json!([rule("severity=critical,c=1", "severity=warning,c=1", json!(["c", "c", "c"]))]),
        &[("inhibition_equal_always", "/inhibition_rules/0/equal/0")],
    );
}

#[test]
fn patterns_could_be_simpler() {
    for (matcher, expected, fix) in [
        ("a=~\"db\"", "regex_could_be_equality", "write `a=\"db\"`"),
        ("a!~\"^db\\\\.x$\"", "regex_could_be_equality", "write `a!=\"db.x\"`"),
        ("a=~\"^(db|web)$\"", "regex_could_be_alternation", "write `a=~\"db|web\"`"),
        ("a=~\".+\"", "regex_could_be_presence", "write `a!=\"\"`"),
        ("a!~\".+\"", "regex_could_be_presence", "write `a=\"\"`"),
        ("a=~\".*\"", "regex_matches_everything", "leave the matcher out, or say which values are meant"),
        ("a!~\".*\"", "regex_matches_everything", "say which values are not meant: without the matcher every alert would match"),
    ] {
        let findings = lint(&config(routes(json!([{"matchers": matcher}]))));
        assert_eq!(found(&findings), [(expected, "/route/routes/0/matchers")], "{matcher}");
        assert_eq!(findings[0].fix.as_str(), fix);
    }
    for matcher in ["a=~\"db|web\"", "a=~\"db-.*\"", "a=~\"(db|web)-[0-9]\"", "a=\".*\""] {
        expect(routes(json!([{"matchers": matcher}])), &[]);
    }
}

#[test]
fn silences_are_followed() {
    let start = "2025-01-06T09:00:00Z".parse().unwrap();
    let silence = |sets: &[&str]| {
        let mut silence = Silence::new(Matchers::default(), start, start + AlertDuration::hours(1));
        silence.matcher_sets = sets.iter().map(|set| set.parse().unwrap()).collect();
        silence
    };
    let silences = [silence(&["a=1,b=~\"x\"", "a=1", "a=1,a=2", "a=1"]), silence(&["a=~\".*\""]), silence(&["a!=1"])];
    let findings = lint_silences(&silences, &LintOptions::default());
    assert_eq!(
        found(&findings),
        [
            ("regex_could_be_equality", "/0/matcher_sets/0"),
            ("silence_set_covered", "/0/matcher_sets/0"),
            ("silence_never_matches", "/0/matcher_sets/2"),
            ("silence_set_covered", "/0/matcher_sets/3"),
            ("silence_matches_everything", "/1/matcher_sets/0"),
            ("regex_matches_everything", "/1/matcher_sets/0"),
            ("silence_matches_absent", "/2/matcher_sets/0"),
        ]
    );
    assert!(lint_silences(&silences, &LintOptions::default().with_now(start + AlertDuration::hours(2))).is_empty());
}

#[test]
fn what_would_take_too_long_is_told() {
    let codes = |findings: &[LintFinding]| findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    let long = |n: usize| format!("a!~\"{}{n}\"", "x".repeat(20_000));
    // To know whether one of the first takes all alerts of one of the others, its pattern has to be listed: what that costs counts.
    let first = (0..40).map(|n| format!("{},b!=w{n}", long(n)));
    let list = first.chain((40..60).map(|n| format!("a!=v{n},b!=w{n}"))).map(|matchers| json!({"matchers": matchers})).collect();
    let findings = lint(&config(routes(Value::Array(list))));
    assert_eq!(codes(&findings), [vec![LintCode::RegexCouldBeEquality; 40], vec![LintCode::LintIncomplete]].concat());
    assert_eq!(findings[40].pointer.as_str(), "/route");

    let start = "2025-01-06T09:00:00Z".parse().unwrap();
    let mut silence = Silence::new(Matchers::default(), start, start + AlertDuration::hours(1));
    silence.matcher_sets = (0..20).map(|n| format!("{},b={n}", long(n)).parse().unwrap()).collect();
    let findings = lint_silences([&silence], &LintOptions::default());
    assert_eq!(codes(&findings), [vec![LintCode::RegexCouldBeEquality; 20], vec![LintCode::LintIncomplete]].concat());
    assert_eq!(findings[20].pointer.as_str(), "/0/matcher_sets");
}

#[test]
fn many_routes_and_matchers_take_bounded_work() {
    let list = |of: &dyn Fn(usize, usize) -> String, routes: usize, matchers: usize| {
        let route = |n: usize| {
            let matchers: String = (0..matchers).map(|m| of(n, m)).collect::<Vec<_>>().join(",");
            Route::builder().matching(matchers.parse::<Matchers>().unwrap()).build().unwrap()
        };
        let mut root = Route::builder().receiver("r").build().unwrap();
        root.routes = Routes::new((0..routes).map(route)).unwrap();
        NotificationConfig::new(root)
    };
    type Shape = dyn Fn(usize, usize) -> String;
    // What is told, of 20 routes as of 80.
    type Told = BTreeMap<&'static str, usize>;
    let incomplete = || Told::from([("lint_incomplete", 1)]);
    let shapes: [(&str, &Shape, Told); 4] = [
        ("one team each", &|n, m| if m == 0 { format!("team=t{n}") } else { format!("l{m}!=v") }, Told::new()),
        ("all but one", &|n, m| format!("l{m}!=v{}", n * 1_000 + m), Told::new()),
        ("almost alike", &|n, m| if m == 999 { format!("z!=v{n}") } else { format!("l{m}!=v") }, incomplete()),
        ("patterns", &|n, m| if m % 100 == 0 { format!("l{m}=~\"a{n}|b{m}|c\"") } else { format!("l!=v{m}") }, incomplete()),
    ];
    for (name, shape, expected) in shapes {
        let (small, large) = (list(shape, 20, 1_000), list(shape, 80, 1_000));
        let told = |config: &NotificationConfig| {
            let start = Instant::now();
            let mut told = Told::new();
            lint(config).iter().for_each(|finding| *told.entry(finding.code.as_str()).or_default() += 1);
            println!("{name}: {} × 1,000 matchers {:?}, {told:?}", config.route.routes.len(), start.elapsed());
            told
        };
        assert_eq!((told(&small), told(&large)), (expected.clone(), expected), "{name}");
    }
    // What is usual is examined in full.
    let usual = list(&|n, _| format!("team=t{n}"), 20_000, 1);
    let start = Instant::now();
    assert_eq!(found(&lint(&usual)), []);
    println!("20,000 routes: {:?}", start.elapsed());
}

fn matcher() -> impl Strategy<Value = Matcher> + Clone {
    let value = prop_oneof![4 => "[xyz]", 1 => Just(String::new()), 2 => "([xyz]\\|)?[xyz]?|\\.\\+|\\.\\*|[xy]\\.?|\\^\\(x\\|y\\)\\$"];
    let op = prop_oneof![3 => Just(MatchOp::Equal), 2 => prop::sample::select(MatchOp::ALL)];
    ("[ab]", op, value).prop_filter_map("no pattern", |(name, op, value)| Matcher::new(name, op, value).ok())
}

fn matchers(most: usize) -> impl Strategy<Value = Matchers> + Clone {
    prop::collection::vec(matcher(), 0..most).prop_map(|list| Matchers::new(list).unwrap())
}

fn route() -> impl Strategy<Value = Route> {
    let own = (matchers(3), any::<bool>(), prop::option::of("[pqs]"), prop::bool::weighted(0.2));
    let made = |(matchers, continues, receiver, is_muted): (Matchers, bool, Option<String>, bool), below: Vec<Route>| {
        let mut route = Route::default();
        if is_muted {
            route.mute_time_intervals = vec!["night".parse().unwrap()];
        }
        (route.matchers, route.continue_matching) = (matchers, continues);
        route.receiver = receiver.map(|name| name.parse().unwrap());
        route.routes = Routes::new(below).unwrap();
        route
    };
    let leaf = own.clone().prop_map(move |own| made(own, Vec::new()));
    leaf.prop_recursive(3, 40, 8, move |inner| {
        (own.clone(), prop::collection::vec(inner, 0..8)).prop_map(move |(own, below)| made(own, below))
    })
}

fn configs() -> impl Strategy<Value = NotificationConfig> {
    let rule = (matchers(3), matchers(3), prop::collection::vec("[abc]", 0..3)).prop_map(|(source, target, equal)| {
        InhibitionRule::new(source, target).with_equal(equal.into_iter().map(|name| name.parse().unwrap()))
    });
    (prop::collection::vec(route(), 0..10), prop::collection::vec(rule, 0..4)).prop_map(|(routes, rules)| {
        let mut root = Route::default();
        root.receiver = Some("r".parse().unwrap());
        root.routes = Routes::new(routes).unwrap();
        let mut config = NotificationConfig::new(root);
        config.receivers = ["p", "q", "r", "s"].map(|name| Receiver::new(name.parse().unwrap())).to_vec();
        config.inhibition_rules = rules;
        config
    })
}

fn alerts() -> impl Strategy<Value = Vec<Labels>> {
    let alert = prop::collection::btree_map("[abc]", "[xyz]?|xy|\n", 0..4)
        .prop_map(|pairs: BTreeMap<String, String>| Labels::from_pairs(pairs).unwrap());
    prop::collection::vec(alert, 1..30)
}

/// Every set of labels that the matchers can tell apart, roughly.
fn all_alerts() -> Vec<Labels> {
    let values = ["", "x", "y", "z", "xy", "yy", "w", "\n"];
    let pairs = values.iter().flat_map(|a| values.iter().map(move |b| [("a", *a), ("b", *b)]));
    pairs.map(|pairs| Labels::from_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty())).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_said_of_routes_is_never_wrong(config in configs(), more in alerts()) {
        let findings = lint(&config);
        prop_assert_eq!(&findings, &lint(&config));
        let tree = RoutingTree::new(&config.route).unwrap();
        for labels in all_alerts().iter().chain(&more) {
            let matches = tree.matches(labels);
            let places: Vec<String> = matches.iter().map(|matched| format!("/route{}", matched.route().pointer())).collect();
            for finding in &findings {
                let at = finding.pointer.as_str();
                match finding.code {
                    LintCode::RouteShadowed | LintCode::RouteShadowedTogether | LintCode::RouteNeverMatches => {
                        let at = at.trim_end_matches("/matchers");
                        let within = |place: &String| place == at || place.starts_with(&format!("{at}/"));
                        prop_assert!(!places.iter().any(within), "{} takes {:?}", finding, labels);
                    }
                    LintCode::ReceiverNeverUsed | LintCode::ReceiverNeverReached => {
                        let at: usize = at.trim_start_matches("/receivers/").parse().unwrap();
                        let receiver = &config.receivers[at].name;
                        prop_assert!(matches.iter().all(|matched| matched.receiver() != receiver), "{} is told of {:?}", finding, labels);
                    }
                    LintCode::ReceiverToldTwice => {
                        if let Some(second) = places.iter().position(|place| place == at) {
                            let first = places.iter().position(|place| *place == finding.related[0].as_str());
                            prop_assert!(first.is_some_and(|first| first < second && matches[first].receiver() == matches[second].receiver()));
                            prop_assert!(first.is_some_and(|first| matches[first].options().mute_time_intervals().is_empty()));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn what_is_said_of_rules_is_never_wrong(config in configs(), more in alerts()) {
        let alerts: Vec<Labels> = all_alerts().into_iter().step_by(3).chain(more.into_iter().take(10)).collect();
        for finding in lint(&config) {
            let Some(rest) = finding.pointer.as_str().strip_prefix("/inhibition_rules/") else { continue };
            let rule = &config.inhibition_rules[rest.split('/').next().unwrap().parse::<usize>().unwrap()];
            for source in &alerts {
                match finding.code {
                    LintCode::InhibitionNeverApplies | LintCode::InhibitionEqualNever => {
                        prop_assert!(alerts.iter().all(|target| !rule.inhibits(source, target)), "{} inhibits", finding);
                    }
                    LintCode::InhibitionOwnSource if rule.source_matchers.matches(source) => prop_assert!(rule.target_matchers.matches(source)),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn any_configuration_is_examined(config in any::<NotificationConfig>()) {
        let findings = lint(&config);
        prop_assert_eq!(&findings, &lint(&config));
        let json = serde_json::to_value(&config).unwrap();
        for finding in findings {
            prop_assert_eq!(finding.check(), Ok(()));
            let is_left_out = finding.pointer.as_str().ends_with("_interval");
            prop_assert!(is_left_out || json.pointer(finding.pointer.as_str()).is_some(), "{} is nowhere in {}", finding, json);
        }
    }

    #[test]
    fn samples_get_where_they_are_made_for(config in configs(), other in configs(), sample in alerts()) {
        let tree = RoutingTree::new(&config.route).unwrap();
        for labels in sample_labels(&config).iter().filter(|labels| !labels.is_empty()) {
            // Some route has all matchers of its line met, and they are what the labels are of.
            let is_made_for = |route: TreeRoute<'_>| {
                let line: Vec<&Matcher> = std::iter::successors(Some(route), TreeRoute::parent).flat_map(|route| route.matchers()).collect();
                let named = |name: &str| line.iter().any(|matcher| matcher.name() == name);
                line.iter().all(|matcher| matcher.matches(labels)) && labels.iter().all(|(name, _)| named(name.as_str()))
            };
            prop_assert!(tree.routes().skip(1).any(is_made_for), "{:?}", labels);
        }
        prop_assert!(ConfigDiff::of_routes(&config, &config, &sample).unwrap().is_empty());
        let (there, back) = (diff_routes(&config, &other, &sample).unwrap(), diff_routes(&other, &config, &sample).unwrap());
        prop_assert_eq!(there.len(), back.len());
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!((&there.labels, &there.before, &there.after), (&back.labels, &back.after, &back.before));
            prop_assert!(there.to_string().len() > there.labels.to_string().len() + 2);
        }
    }

    #[test]
    fn notifications_are_paired_whatever_their_order(
        before in prop::collection::vec(planned(), 0..12), after in prop::collection::vec(planned(), 0..12),
    ) {
        prop_assert!(diff_notifications(&before, &before).iter().all(alert_schemas::notifications::ReceiverDiff::is_unchanged));
        let (there, back) = (diff_notifications(&before, &after), diff_notifications(&after, &before));
        let mut counted = (0, 0);
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!((&there.receiver, there.unchanged, &there.only_before, &there.only_after), (&back.receiver, back.unchanged, &back.only_after, &back.only_before));
            let mut swapped: Vec<String> = back.changed.iter().map(|one| format!("{:?}{:?}", one.after, one.before)).collect();
            let mut changed: Vec<String> = there.changed.iter().map(|one| format!("{:?}{:?}", one.before, one.after)).collect();
            swapped.sort();
            changed.sort();
            prop_assert_eq!(changed, swapped);
            let both = there.changed.len() + there.unchanged.get() as usize;
            counted = (counted.0 + both + there.only_before.len(), counted.1 + both + there.only_after.len());
            prop_assert!(there.changed.iter().all(|one| !one.differences().is_empty()));
        }
        prop_assert_eq!(counted, (before.len(), after.len()));
        let reversed: Vec<PlannedNotification> = before.iter().rev().cloned().collect();
        prop_assert_eq!(diff_notifications(&reversed, &after), there);
    }
}

fn planned() -> impl Strategy<Value = PlannedNotification> {
    let alerts = prop::sample::subsequence(vec![1_u32, 2, 3], 0..3);
    ("[pq]", 0..3_u32, "[ab]", alerts, 0..2_u32).prop_map(|(receiver, minute, group, alerts, place)| {
        let alerts: Vec<Value> = alerts.iter().map(|n| json!({"fingerprint": format!("{n:016x}"), "status": "firing"})).collect();
        serde_json::from_value(json!({
            "at": format!("2025-01-06T09:0{minute}:00Z"), "receiver": receiver, "group_key": format!("{{}}:{{alertname=\"{group}\"}}"),
            "status": "firing", "reason": "first notification", "alerts": alerts, "route": format!("{{}}/{{}}/{place}"),
        }))
        .unwrap()
    })
}

#[test]
fn moved_notifications_are_changes() {
    let one = |at: &str, group: &str, alert: u32| -> PlannedNotification {
        serde_json::from_value(json!({
            "at": format!("2025-01-06T09:{at}:00Z"), "receiver": "ops", "group_key": format!("{{}}:{{alertname=\"{group}\"}}"), "status": "firing",
            "reason": "first notification", "alerts": [{"fingerprint": format!("{alert:016x}"), "status": "firing"}], "route": "{}",
        }))
        .unwrap()
    };
    let differences = |before, after| {
        let diff = diff_notifications(&[before], &[after]);
        diff[0].changed.first().map(|one| one.differences().join(" "))
    };
    assert_eq!(differences(one("00", "a", 1), one("00", "a", 2)).as_deref(), Some("alerts"));
    assert_eq!(differences(one("00", "a", 1), one("05", "a", 1)).as_deref(), Some("at"));
    assert_eq!(differences(one("00", "a", 1), one("00", "b", 1)).as_deref(), Some("group_key"));
    assert_eq!(differences(one("00", "a", 1), one("05", "b", 1)).as_deref(), Some("at group_key"));
    assert_eq!(differences(one("00", "a", 1), one("05", "b", 2)), None);
    let both = diff_notifications(&[one("00", "a", 1), one("05", "a", 1)], &[one("05", "a", 1)]);
    assert_eq!((both[0].unchanged.get(), both[0].only_before.len(), both[0].changed.len()), (1, 1, 0));
}

#[test]
fn names_of_intervals_that_are_not_there_are_no_problem() {
    let mut config = config(routes(json!([{"matchers": "a=1", "mute_time_intervals": ["nowhere"]}])));
    config.time_intervals.push(NamedTimeInterval::new("nowhere".parse().unwrap(), Vec::new()));
    assert_eq!(found(&lint(&config)), [("time_interval_never_holds", "/time_intervals/0")]);
    config.time_intervals.clear();
    assert_eq!(found(&lint(&config)), []);
}
