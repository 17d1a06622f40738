#![cfg(feature = "yaml")]
//! Rule files as values: what is read, what our groups make of it, what the way back loses, and what errors say.

use alert_schemas::AlertDuration;
use alert_schemas::AlertRule;
use alert_schemas::AlertSeverity;
use alert_schemas::Error;
use alert_schemas::Labels;
use alert_schemas::RuleGroup;
use alert_schemas::RuleId;
use alert_schemas::TenantId;
use alert_schemas::rules::ErrorBehavior;
use alert_schemas::rules::GroupRule;
use alert_schemas::rules::NoDataBehavior;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::RecordingRule;
use alert_schemas::utils::Count;
use alert_schemas::utils::Position;
use alert_schemas::validations::Loss;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::prometheus::Placed;
use alert_schemas::webhooks::prometheus::PlacedMap;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileDuration;
use alert_schemas::webhooks::prometheus::RuleFileErrors;
use alert_schemas::webhooks::prometheus::RuleFileGroup;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use alert_schemas::webhooks::prometheus::RuleFileRule;
use serde_json::json;

const BAKERY: &str = r#"# The ovens of a bakery.
groups:
  - name: ovens
    interval: 90s
    query_offset: 1m
    limit: 7
    labels: { site: north, severity: low }
    rules:
      - record: oven:heat:avg
        expr: avg by (oven) (oven_celsius)
        labels: { unit: celsius }
      - alert: OvenTooHot
        expr: oven:heat:avg > 260
        for: 120s
        keep_firing_for: 5m
        labels:
          severity: high
          oven: "{{ $labels.oven }}"
        annotations:
          summary: "{{ $labels.oven }} is at {{ $value | humanize }}"
          next: |
            Open the door.
            Call the baker.
      - alert: OvenCold
        expr: oven:heat:avg < 30
  - name: dough
    interval: 0s
    query_offset: 0s
    limit: -1
    rules:
      - alert: DoughGone
        expr: absent(dough_kilograms)
"#;

fn read(text: &str) -> RuleFile {
    RuleFile::read(text, &RuleFileOptions::default()).unwrap()
}

fn refused(text: &str) -> RuleFileErrors {
    RuleFile::read(text, &RuleFileOptions::default()).unwrap_err()
}

fn paths(losses: &[Loss]) -> Vec<(String, &'static str)> {
    losses.iter().map(|loss| (loss.path.to_string(), loss.code)).collect()
}

fn one_rule(rule: RuleFileRule) -> RuleFile {
    let mut group = RuleFileGroup::new("g");
    group.rules.push(rule.into());
    let mut file = RuleFile::new();
    file.groups.push(group.into());
    file
}

#[test]
fn every_field_of_a_file_is_read_with_its_place() {
    let file = read(BAKERY);
    assert_eq!((file.groups.len(), file.rule_count()), (2, 4));
    let group = &file.groups[0];
    assert_eq!((group.name.as_str(), group.name.position), ("ovens", Some(Position::new(3, 11))));
    let interval = group.interval.as_ref().unwrap();
    assert_eq!((interval.as_str(), interval.get(), interval.position.unwrap().line), ("90s", AlertDuration::seconds(90), 4));
    assert_eq!(group.query_offset.as_ref().unwrap().to_string(), "1m");
    assert_eq!(group.limit, Some(Placed::new(7)));
    assert_eq!(group.labels.len(), 2);
    let record = &group.rules[0];
    assert_eq!((record.is_alert(), record.name(), record.expression()), (false, "oven:heat:avg", "avg by (oven) (oven_celsius)"));
    let alert = &group.rules[1];
    assert_eq!((alert.is_alert(), alert.name()), (true, "OvenTooHot"));
    assert_eq!(alert.for_.as_ref().unwrap().as_str(), "120s");
    assert_eq!(alert.annotations.get("next").unwrap().as_str(), "Open the door.\nCall the baker.\n");
    assert_eq!(alert.annotations.get("summary").unwrap().position.unwrap().line, 20);
    assert_eq!(group.rules[2].for_, None);
}

#[test]
fn a_file_as_json_has_the_names_of_prometheus_and_nothing_for_what_is_absent() {
    assert_eq!(
        serde_json::to_value(read(BAKERY)).unwrap(),
        json!({"groups": [
            {
                "name": "ovens", "interval": "90s", "query_offset": "1m", "limit": 7, "labels": {"site": "north", "severity": "low"},
                "rules": [
                    {"record": "oven:heat:avg", "expr": "avg by (oven) (oven_celsius)", "labels": {"unit": "celsius"}},
                    {
                        "alert": "OvenTooHot", "expr": "oven:heat:avg > 260", "for": "120s", "keep_firing_for": "5m",
                        "labels": {"severity": "high", "oven": "{{ $labels.oven }}"},
                        "annotations": {
                            "summary": "{{ $labels.oven }} is at {{ $value | humanize }}",
                            "next": "Open the door.\nCall the baker.\n",
                        },
                    },
                    {"alert": "OvenCold", "expr": "oven:heat:avg < 30"},
                ],
            },
            {
                "name": "dough", "interval": "0s", "query_offset": "0s", "limit": -1,
                "rules": [{"alert": "DoughGone", "expr": "absent(dough_kilograms)"}],
            },
        ]})
    );
    assert_eq!(serde_json::to_string(&RuleFile::new()).unwrap(), r#"{"groups":[]}"#);
}

#[test]
fn groups_carry_every_field_of_the_file() {
    let tenant: TenantId = "bakery".parse().unwrap();
    let groups = read(BAKERY).to_groups(&tenant).unwrap();
    let ovens = &groups.value[0];
    assert_eq!((ovens.name.as_str(), &ovens.tenant), ("ovens", &tenant));
    assert_eq!((ovens.interval, ovens.query_offset), (Some(AlertDuration::seconds(90)), Some(AlertDuration::minutes(1))));
    assert_eq!(ovens.limit, Count::new(7).unwrap());
    assert_eq!(ovens.labels, Labels::from_pairs([("site", "north"), ("severity", "low")]).unwrap());
    assert_eq!(ovens.rules.iter().map(GroupRule::name).collect::<Vec<_>>(), ["oven:heat:avg", "OvenTooHot", "OvenCold"]);
    assert!(ovens.rules.iter().all(|rule| rule.tenant() == &tenant && rule.id() != RuleId::default()));

    let record = ovens.recording_rules().next().unwrap();
    assert_eq!((record.expression.as_str(), record.labels.get("unit")), ("avg by (oven) (oven_celsius)", Some("celsius")));

    let hot = ovens.alert_rules().next().unwrap();
    assert_eq!((hot.condition.as_str(), hot.severity), ("oven:heat:avg > 260", AlertSeverity::High));
    assert_eq!((hot.for_duration, hot.keep_firing_for), (AlertDuration::minutes(2), AlertDuration::minutes(5)));
    assert_eq!(hot.labels.get("oven").unwrap().as_str(), "{{ $labels.oven }}");
    assert_eq!(hot.annotations.get("summary").unwrap().as_str(), "{{ $labels.oven }} is at {{ $value | humanize }}");
    assert_eq!(hot.annotations.len(), 2);

    let cold = ovens.alert_rules().nth(1).unwrap();
    assert_eq!(cold.severity, AlertSeverity::Low, "the label of the group says it");
    assert!(cold.for_duration.is_zero() && cold.keep_firing_for.is_zero() && cold.labels.is_empty());
}

#[test]
fn an_interval_of_zero_and_a_negative_limit_are_none_and_an_unsaid_severity_is_a_loss() {
    let groups = read(BAKERY).to_groups(&TenantId::default()).unwrap();
    let dough = &groups.value[1];
    assert_eq!((dough.interval, dough.query_offset, dough.limit), (None, Some(AlertDuration::seconds(0)), Count::ZERO));
    assert_eq!(dough.alert_rules().next().unwrap().severity, AlertSeverity::Warning);
    assert!(!groups.is_exact());
    assert_eq!(paths(&groups.losses), [("/groups/1/rules/0/labels".to_owned(), "severity_not_said")]);
}

#[test]
fn a_severity_that_can_not_be_read_is_a_loss_and_the_label_stays() {
    let mut rule = RuleFileRule::alert("Loud", "noise > 1");
    rule.labels.insert("severity".to_owned(), "deafening".to_owned());
    let groups = one_rule(rule).to_groups(&TenantId::default()).unwrap();
    let rule = groups.value[0].alert_rules().next().unwrap();
    assert_eq!((rule.severity, rule.labels.get("severity").unwrap().as_str()), (AlertSeverity::Warning, "deafening"));
    assert_eq!(paths(&groups.losses), [("/groups/0/rules/0/labels".to_owned(), "severity_not_said")]);
}

#[test]
fn a_file_that_comes_back_from_our_groups_means_the_same() {
    let groups = read(BAKERY).to_groups(&TenantId::default()).unwrap().value;
    let back = RuleFile::from_groups(&groups);
    assert_eq!(paths(&back.losses), [("/1/rules/0/severity".to_owned(), "field_not_carried")]);
    let ovens = &back.value.groups[0];
    assert_eq!(ovens.interval.as_ref().unwrap().as_str(), "1m30s");
    assert_eq!(ovens.rules[1].for_.as_ref().unwrap().as_str(), "2m");
    assert_eq!(ovens.rules[2].for_, None);
    assert_eq!((&back.value.groups[1].interval, &back.value.groups[1].limit), (&None, &None));
    assert_eq!(back.value.groups[0].position, None);

    let again = read(&back.value.to_yaml());
    assert_eq!(again, back.value);
    assert_eq!(again.to_groups(&TenantId::default()).unwrap().value, groups);
}

#[test]
fn what_prometheus_does_not_have_is_told_as_a_loss_at_its_place() {
    let tenant: TenantId = "bakery".parse().unwrap();
    let odd = AlertRule::builder("Odd", "dough < 2KiB", AlertSeverity::Critical)
        .tenant("bakery")
        .label("severity", "page")
        .evaluation_window(AlertDuration::minutes(9))
        .no_data(NoDataBehavior::Alerting)
        .on_error(ErrorBehavior::KeepLast)
        .version(Count::new(3).unwrap())
        .build()
        .unwrap();
    let off = AlertRule::builder("Off", "up == 0", AlertSeverity::Low).tenant("bakery").enabled(false).build().unwrap();
    let mut record = RecordingRule::new("dough:sum".parse().unwrap(), "sum(dough)".parse().unwrap());
    record.tenant = tenant.clone();
    record.version = Count::new(2).unwrap();
    record.labels = Labels::from_pairs([("unit", "g")]).unwrap();
    let mut silent = record.clone();
    silent.enabled = false;
    let group = RuleGroup::builder("g").tenant("bakery").rule(odd).rule(off).rule(record).rule(silent).build().unwrap();

    let file = RuleFile::from_groups(&[RuleGroup::new("empty".parse().unwrap()), group]);
    let expected = [
        "/1/tenant",
        // Built without its group, it has another id than one that is read from the file.
        "/1/rules/0/id",
        "/1/rules/0/version",
        "/1/rules/0/severity",
        "/1/rules/0/evaluation_window",
        "/1/rules/0/no_data",
        "/1/rules/0/on_error",
        "/1/rules/1",
        "/1/rules/2/version",
        "/1/rules/3",
    ];
    assert_eq!(paths(&file.losses), expected.map(|path| (path.to_owned(), "field_not_carried")));
    assert_eq!(file.losses[7].message, "the rule is not enabled: it is left out");
    assert!(file.value.groups[0].rules.is_empty());
    let rules: Vec<_> = file.value.groups[1].rules.iter().map(|rule| (rule.name(), rule.expression())).collect();
    assert_eq!(rules, [("Odd", "dough < 2048"), ("dough:sum", "sum(dough)")]);
    assert_eq!(file.value.groups[1].rules[1].labels.get("unit").unwrap().as_str(), "g");
    assert_eq!(read(&file.value.to_yaml()), file.value);
}

#[test]
fn a_condition_that_is_not_promql_is_a_loss_and_stays_as_it_was_written() {
    let rule = AlertRule::builder("Strange", "anomaly(latency) > 0.85", AlertSeverity::High).label("severity", "high").build().unwrap();
    let file = RuleFile::from_groups(&[RuleGroup::builder("g").rule(rule).build().unwrap()]);
    assert_eq!(paths(&file.losses), ["/0/rules/0", "/0/rules/0/id"].map(|path| (path.to_owned(), "field_not_carried")));
    assert!(file.losses[0].message.contains("`anomaly`"), "{}", file.losses[0].message);
    assert_eq!(file.value.groups[0].rules[0].expression(), "anomaly(latency) > 0.85");
    assert_eq!(refused(&file.value.to_yaml()).first().name.as_deref(), Some("Strange"));
}

#[test]
fn what_our_types_do_not_take_is_reported_at_its_place() {
    let mut alert = RuleFileRule::alert("a".repeat(1_025), "up = 0");
    alert.labels.insert("l".repeat(1_025), "x".to_owned());
    alert.annotations.insert("summary".to_owned(), "{{ nope".to_owned());
    let mut file = one_rule(alert);
    let mut record = RuleFileRule::record("", "");
    record.labels.insert(String::new(), "x".to_owned());
    file.groups[0].rules.push(record.into());
    file.groups[0].labels.insert(String::new(), "x".to_owned());
    file.groups.push(RuleFileGroup::new("").into());

    let report = file.to_groups(&TenantId::default()).unwrap_err();
    let found: Vec<_> = report.violations().iter().map(|one| (one.path.to_string(), one.code.to_string())).collect();
    let long = format!("/groups/0/rules/0/labels/{}", "l".repeat(1_025));
    let expected = [
        ("/groups/0/labels", "invalid_label_name"),
        ("/groups/0/rules/0/alert", "invalid_rule_name"),
        ("/groups/0/rules/0/expr", "invalid_condition"),
        (long.as_str(), "invalid_label_name"),
        ("/groups/0/rules/0/annotations/summary", "invalid_annotation_template"),
        ("/groups/0/rules/1/record", "invalid_metric_name"),
        ("/groups/0/rules/1/expr", "invalid_condition"),
        ("/groups/0/rules/1/labels", "invalid_label_name"),
        ("/groups/1/name", "invalid_rule_group_name"),
    ];
    assert_eq!(found, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
}

#[test]
fn more_texts_than_a_rule_may_have_are_refused() {
    let with = |count: usize| {
        let mut rule = RuleFileRule::alert("Down", "up == 0");
        for number in 0..count {
            rule.annotations.insert(format!("a{number}"), "x".to_owned());
        }
        one_rule(rule).to_groups(&TenantId::default())
    };
    let max = alert_schemas::rules::RuleTexts::MAX;
    assert_eq!(with(max).unwrap().value[0].alert_rules().next().unwrap().annotations.len(), max);
    let report = with(max + 1).unwrap_err();
    assert_eq!((report.len(), report.violations()[0].code.as_ref()), (1, "too_many_labels"));
    assert_eq!(report.violations()[0].path.to_string(), format!("/groups/0/rules/0/annotations/a{max}"));

    let mut record = RuleFileRule::record("up:sum", "sum(up)");
    for number in 0..=Labels::MAX {
        record.labels.insert(format!("l{number}"), "x".to_owned());
    }
    let report = one_rule(record).to_groups(&TenantId::default()).unwrap_err();
    assert_eq!((report.len(), report.violations()[0].code.as_ref()), (1, "too_many_labels"));
}

#[test]
fn a_problem_is_one_line_or_shows_its_line_with_a_caret() {
    for text in [
        "groups:\n- name: node\n  rules:\n  - alert: Down\n    expr: up = 0\n",
        "\u{feff}groups:\r\n- name: node\r\n  rules:\r\n  - alert: Down\r\n    expr: up = 0\r\n",
    ] {
        let errors = refused(text);
        let problem = errors.first();
        assert_eq!((errors.len(), errors.more(), errors.groups(), errors.rules()), (1, 0, 1, 1));
        assert_eq!(problem.to_string(), format!("line 5, column 14: group `node`, rule 1 `Down`: {}", problem.message));
        assert_eq!(format!("{problem:#}"), format!("{problem}\n      expr: up = 0\n               ^"));
        assert_eq!((errors.to_string(), format!("{errors:#}")), (problem.to_string(), format!("{problem:#}")));
        assert_eq!(
            serde_json::to_value(problem).unwrap(),
            json!({
                "line": 5, "column": 14, "group": "node", "rule": 1, "name": "Down",
                "code": problem.code, "message": problem.message,
            })
        );
        let debug = format!("{problem:?}");
        assert!(debug.starts_with("RuleFileProblem { code: ") && debug.contains(r#"group: Some("node"), rule: Some(1)"#), "{debug}");
        assert!(!debug.contains("expr: up"), "the text of the file is not shown: {debug}");
    }
}

#[test]
fn a_problem_tells_only_what_is_known_of_its_place() {
    let errors = refused("gruops: []\ngroups:\n- name: g\n  rules:\n  - expr: up\n  - alert: Down\n    expr: up == 0\n    for: soon\n");
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    let problems: Vec<_> = (&errors).into_iter().collect();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unknown_field", "rule_without_name", "invalid_duration"]);
    assert_eq!(lines[0], format!("line 1, column 1: {}", problems[0].message));
    assert_eq!(lines[1], format!("line 5, column 5: group `g`, rule 1: {}", problems[1].message));
    assert_eq!(lines[2], format!("line 8, column 10: group `g`, rule 2 `Down`: {}", problems[2].message));
    assert_eq!(
        serde_json::to_value(problems[0]).unwrap(),
        json!({"line": 1, "column": 1, "code": "unknown_field", "message": problems[0].message})
    );
    assert_eq!(errors.to_string(), format!("{} (and 2 other problems)", lines[0]));
    let all = format!("{errors:#}");
    assert_eq!(all, problems.iter().map(|problem| format!("{problem:#}")).collect::<Vec<_>>().join("\n"));
    assert!(all.ends_with("\n      for: soon\n           ^^^^"), "{all}");
}

#[test]
fn two_problems_are_the_first_and_one_other() {
    let errors = refused("groups:\n- name: g\n  lables: {}\n  rulez: []\n");
    assert_eq!(errors.to_string(), format!("{} (and 1 other problem)", errors.first()));
    let code = errors.first().code;
    assert_eq!(Error::from(errors.clone()).code(), code);
    assert_eq!(Error::from(errors.clone()).to_string(), errors.to_string());
}

#[test]
fn problems_beyond_those_that_are_kept_are_counted() {
    let fields: String = (0..RuleFileErrors::KEPT + 2).map(|number| format!("  x{number}: 1\n")).collect();
    let errors = refused(&format!("groups:\n- name: g\n{fields}"));
    assert_eq!((errors.iter().len(), errors.more(), errors.len()), (RuleFileErrors::KEPT, 2, RuleFileErrors::KEPT + 2));
    assert!(errors.to_string().ends_with("(and 1001 other problems)"), "{errors}");
    assert!(format!("{errors:#}").ends_with("\nand 2 more"));
}

#[test]
fn a_text_that_is_no_yaml_is_one_problem_without_a_group() {
    let errors = refused("groups:\n\t- name: a\n");
    let problem = errors.first();
    assert_eq!((errors.len(), errors.groups(), errors.rules()), (1, 0, 0));
    assert_eq!((problem.code, problem.position, &problem.group), ("yaml_tab", Position::new(2, 1), &None));
    assert!(format!("{problem:#}").ends_with("\n  ·- name: a\n  ^"), "{problem:#}");
}

#[test]
fn options_bound_what_a_file_may_ask_for_and_widen_its_expressions() {
    let code = |limits| {
        let options = RuleFileOptions::default().with_limits(limits);
        RuleFile::read(BAKERY, &options).map_err(|errors| errors.first().code)
    };
    assert_eq!(code(YamlLimits::default().with_depth(2)).unwrap_err(), "too_deep");
    assert_eq!(code(YamlLimits::default().with_nodes(9)).unwrap_err(), "too_many_values");
    assert_eq!(code(YamlLimits::default().with_bytes(BAKERY.len())), Ok(read(BAKERY)));
    let small = RuleFileOptions::default().with_limits(YamlLimits::default().with_bytes(BAKERY.len() - 1));
    let errors = RuleFile::read(BAKERY, &small).unwrap_err();
    assert_eq!(errors.first().code, "document_too_large");
    assert!(!format!("{errors:#}").contains("bakery"), "a text that is too large is not shown");

    let text = r#"groups: [{name: a, rules: [{record: b, expr: 'sort_by_label(up, "job")'}]}]"#;
    assert_eq!(refused(text).len(), 1);
    let wide = RuleFileOptions::default().with_expressions(ParseOptions::default().with_experimental_functions(true));
    assert_eq!(RuleFile::read(text, &wide).unwrap().groups[0].rules[0].name(), "b");
}

#[test]
fn placed_values_are_their_values_and_know_their_place() {
    let mut name = Placed::at("node".to_owned(), Position::new(3, 7));
    assert_eq!((name.position, name.len()), (Some(Position::new(3, 7)), 4));
    assert_eq!(name, Placed::from("node".to_owned()));
    name.push('s');
    assert_ne!(name, Placed::new("node".to_owned()));
    assert_eq!(format!("{name:>7}|"), "  nodes|");
    assert_eq!(serde_json::to_value(&name).unwrap(), json!("nodes"));
    assert_eq!(Placed::<i64>::default(), Placed::new(0));
}

#[test]
fn a_placed_map_keeps_its_order_and_each_name_once() {
    let mut map = PlacedMap::new();
    assert!(map.is_empty() && map.get("z").is_none());
    map.insert("z".to_owned(), "1".to_owned());
    map.insert("a".to_owned(), "2".to_owned());
    map.insert("z".to_owned(), Placed::at("3".to_owned(), Position::new(1, 2)));
    assert_eq!((map.len(), map.is_empty(), map.iter().len()), (2, false, 2));
    assert_eq!(map.iter().map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>(), ["z=3", "a=2"]);
    assert_eq!(map.get("z").unwrap().position, Some(Position::new(1, 2)));
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"z":"3","a":"2"}"#);
}

#[test]
fn a_duration_keeps_its_text() {
    let written: RuleFileDuration = "90m".parse().unwrap();
    let made = RuleFileDuration::from(AlertDuration::minutes(90));
    assert_eq!((written.to_string(), made.to_string()), ("90m".to_owned(), "1h30m".to_owned()));
    assert_eq!(written.get(), made.get());
    assert_ne!(written, made, "their texts differ");
    assert_eq!(serde_json::to_value(&written).unwrap(), json!("90m"));
    assert!("90".parse::<RuleFileDuration>().is_err());
}

#[test]
fn groups_are_found_in_every_document_that_holds_some() {
    let text = "groups: null
---
kind: PrometheusRule
spec:
  groups:
  - {name: a, rules: [{record: 'x:y', expr: up}]}
---
items:
- data: {groups: [{name: b, rules: []}]}
- other: {groups: [text]}
- {groups: [{rules: [{alert: Down, expr: up == 0}]}]}
---
groups: []
---
just text
---
groups: [{name: c}]
";
    let parts = RuleFile::read_parts(text, &RuleFileOptions::default()).unwrap();
    let found: Vec<_> = parts
        .iter()
        .map(|part| {
            let file = part.file.as_ref().map(|file| file.groups[0].name.as_str()).map_err(|errors| errors.first().code);
            (part.document, part.index, file)
        })
        .collect();
    assert_eq!(found, [(1, 0, Ok("a")), (2, 0, Ok("b")), (2, 1, Err("rule_group_name_empty")), (5, 0, Ok("c"))]);

    let alone = RuleFile::read_parts(BAKERY, &RuleFileOptions::default()).unwrap();
    assert_eq!((alone.len(), alone[0].file.as_ref()), (1, Ok(&read(BAKERY))));
    let errors = RuleFile::read_parts("a: 1\n---\n\t- b\n", &RuleFileOptions::default()).unwrap_err();
    assert_eq!((errors.len(), errors.first().code, errors.first().position.line), (1, "yaml_tab", 3));
}
