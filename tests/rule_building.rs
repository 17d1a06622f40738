//! Rules and groups that are built step by step: every field arrives, and every problem is told at once.

use alert_schemas::AlertDuration;
use alert_schemas::AlertRule;
use alert_schemas::AlertSeverity;
use alert_schemas::Report;
use alert_schemas::RuleGroup;
use alert_schemas::RuleId;
use alert_schemas::rules::Condition;
use alert_schemas::rules::ErrorBehavior;
use alert_schemas::rules::GroupRule;
use alert_schemas::rules::NoDataBehavior;
use alert_schemas::rules::RecordingRule;
use alert_schemas::rules::RuleTemplate;
use alert_schemas::rules::eval::unsupported;
use alert_schemas::utils::Count;
use alert_schemas::validations::DecodeLimits;
use serde_json::json;

fn minutes(minutes: u32) -> AlertDuration {
    AlertDuration::minutes(minutes)
}

fn two() -> Count {
    Count::new(2).unwrap()
}

/// Place and code of each problem.
fn found(report: &Report) -> Vec<(&str, &str)> {
    report.violations().iter().map(|violation| (violation.path.as_str(), &*violation.code)).collect()
}

fn rule() -> AlertRule {
    AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::Critical)
        .id(RuleId::derive(&["disk"]))
        .tenant("acme")
        .evaluation_window(minutes(10))
        .for_duration(minutes(2))
        .keep_firing_for(minutes(3))
        .label("team", "storage")
        .annotation("summary", "{{ $labels.volume }} is full")
        .no_data(NoDataBehavior::Alerting)
        .on_error(ErrorBehavior::Alerting)
        .enabled(false)
        .version(two())
        .build()
        .unwrap()
}

#[test]
fn every_field_of_a_rule_arrives_and_reads_back() {
    let rule = rule();
    let document = serde_json::to_value(&rule).unwrap();
    for (name, expected) in [
        ("id", json!(RuleId::derive(&["disk"]))),
        ("tenant", json!("acme")),
        ("name", json!("DiskFull")),
        ("condition", json!("disk_used > 95")),
        ("severity", json!("critical")),
        ("evaluation_window", json!("10m")),
        ("for", json!("2m")),
        ("keep_firing_for", json!("3m")),
        ("labels", json!({"team": "storage"})),
        ("annotations", json!({"summary": "{{ $labels.volume }} is full"})),
        ("no_data", json!("alerting")),
        ("on_error", json!("alerting")),
        ("enabled", json!(false)),
        ("version", json!(2)),
    ] {
        assert_eq!(document[name], expected, "{name}");
    }
    assert_eq!(AlertRule::decode(document.to_string().as_bytes(), &DecodeLimits::default()), Ok(rule));
}

#[test]
fn every_problem_of_a_rule_is_told_at_once() {
    let report = AlertRule::builder("", "disk_used >", AlertSeverity::Low)
        .tenant("a b")
        .label("", "x")
        .annotation("summary", "{{ $label.volume }}")
        .annotation("", "x")
        .build()
        .unwrap_err();
    assert_eq!(
        found(&report),
        [
            ("/name", "invalid_rule_name"),
            ("/condition", "expr_unexpected_end"),
            ("/tenant", "invalid_tenant_id"),
            ("/labels", "invalid_label_name"),
            ("/annotations/summary", "template_undefined_variable"),
            ("/annotations", "invalid_label_name"),
        ]
    );
}

#[test]
fn every_field_of_a_group_arrives_and_reads_back() {
    let mut recording = RecordingRule::new("volume:free:ratio".parse().unwrap(), "free_bytes / size_bytes".parse().unwrap());
    recording.tenant = "acme".parse().unwrap();
    let group = RuleGroup::builder("storage")
        .tenant("acme")
        .interval(minutes(1))
        .query_offset(AlertDuration::seconds(30))
        .limit(two())
        .label("cluster", "shop-eu")
        .rule(recording)
        .rule(rule())
        .build()
        .unwrap();
    assert_eq!((group.interval, group.query_offset, group.limit), (Some(minutes(1)), Some(AlertDuration::seconds(30)), two()));
    assert_eq!(group.labels.get("cluster"), Some("shop-eu"));
    // The rules are the tenant's of the group, and have ids.
    assert!(group.rules.iter().all(|rule| rule.tenant().as_str() == "acme" && rule.id() != RuleId::default()));
    assert_eq!(group.rules.iter().map(GroupRule::name).collect::<Vec<_>>(), ["volume:free:ratio", "DiskFull"]);
    let text = serde_json::to_string(&group).unwrap();
    assert_eq!(RuleGroup::decode(text.as_bytes(), &DecodeLimits::default()), Ok(group));
}

#[test]
fn every_problem_of_a_group_is_told_at_once() {
    let long = "x".repeat(70_000);
    let report = RuleGroup::builder("").tenant("a b").label("", "x").label("team", long).build().unwrap_err();
    assert_eq!(
        found(&report),
        [
            ("/name", "invalid_rule_group_name"),
            ("/tenant", "invalid_tenant_id"),
            ("/labels", "invalid_label_name"),
            ("/labels/team", "text_too_long"),
        ]
    );
}

#[test]
fn a_template_makes_both_kinds_of_rules_and_names_what_does_not_fit() {
    let text = json!({
        "name": "free space",
        "parameters": [
            {"name": "least", "kind": "number", "default": "10"},
            {"name": "waiting", "kind": "duration", "default": "5m"},
            {"name": "how_bad", "kind": "severity", "default": "high"},
            {"name": "team", "kind": "text", "default": "storage"},
        ],
        "rules": [
            {
                "alert": "FreeSpaceLow", "expression": "free_percent < ${least}", "for": "${waiting}", "keep_firing_for": "1m",
                "evaluation_window": "10m", "severity": "${how_bad}", "labels": {"team": "${team}"},
                "annotations": {"summary": "{{ $value }} % free, {{ $labels.volume }}"},
            },
            {"record": "free_percent:least", "expression": "min(free_percent) - ${least}", "labels": {"team": "${team}"}},
        ],
    });
    let template = RuleTemplate::decode(text.to_string().as_bytes(), &DecodeLimits::default()).unwrap();
    let rules = template.expand([("least", "5"), ("how_bad", "critical")]).unwrap();
    let (GroupRule::Alert(alert), GroupRule::Record(record)) = (&rules[0], &rules[1]) else { panic!("{rules:?}") };
    assert_eq!(alert.condition.as_str(), "free_percent < 5");
    assert_eq!((alert.severity, alert.for_duration, alert.keep_firing_for), (AlertSeverity::Critical, minutes(5), minutes(1)));
    assert_eq!(alert.labels.get("team").map(|text| text.as_str()), Some("storage"));
    assert_eq!(record.expression.as_str(), "min(free_percent) - 5");
    assert_eq!(record.name.as_str(), "free_percent:least");

    let report = template.expand([("least", "many"), ("waiting", "soon"), ("how_bad", "awful"), ("lest", "1")]).unwrap_err();
    assert_eq!(
        found(&report),
        [
            ("/lest", "unknown_parameter"),
            ("/least", "invalid_parameter_value"),
            ("/waiting", "invalid_parameter_value"),
            ("/how_bad", "invalid_parameter_value"),
        ]
    );
}

#[test]
fn a_condition_says_what_it_is_written_in_and_what_it_can_not_do_yet() {
    let condition: Condition = "free_bytes < 2GiB && rate(errors_total[5m]) > 0 || anomaly(load1) > 0.9".parse().unwrap();
    assert!(!condition.is_promql());
    let features: Vec<String> = unsupported(condition.expr()).iter().map(|missing| missing.feature().to_string()).collect();
    assert_eq!(features, ["the function `rate`", "the function `anomaly`"]);
    let plain: Condition = "free_bytes < 2GiB && up == 1".parse().unwrap();
    assert_eq!(plain.to_promql().unwrap().parse::<Condition>().unwrap().expr().to_string(), "free_bytes < 2147483648 and up == 1");
    assert!(plain.to_promql().unwrap().parse::<Condition>().unwrap().is_promql());
}
