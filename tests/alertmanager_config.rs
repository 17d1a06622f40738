//! Configurations of Alertmanager: what is told of a bad one, and each numbered difference from Alertmanager.
#![cfg(feature = "yaml")]

use alert_schemas::TenantId;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::FileKind;

const RECEIVERS: &str = "receivers: [{name: a}]\n";

fn read(text: &str) -> Result<ConfigFile, ConfigErrors> {
    ConfigFile::read(text, &ConfigFileOptions::default())
}

/// The codes of what is wrong, in the order of the text.
fn codes(text: &str) -> Vec<&'static str> {
    read(text).map_or_else(|errors| errors.iter().map(|problem| problem.code).collect(), |_| Vec::new())
}

/// The codes of a configuration with this route and this further section.
fn with(route: &str, rest: &str) -> Vec<&'static str> {
    codes(&format!("route: {route}\n{RECEIVERS}{rest}\n"))
}

#[test]
fn all_problems_are_told_at_once_with_their_places() {
    let text = "\
global:
  resolve_timeout: soon
route:
  receiver: everyone
  group_by: [job, cluster, job]
  group_interval: 0s
  routes:
    - matchers: [team=db, 'severity=~\"crit(\"']
      reciever: db
    - match: { team-name: db }
      mute_time_intervals: [night]
receivers:
  - name: evryone
  - name: evryone
inhibit_rules:
  - source_match_re: { a: }
    equal: ['']
time_intervals:
  - name: nights
    time_intervals: [{ times: [{ start_time: 22:00, end_time: 06:00 }], weekdays: [mon], location: europe/berlin }]
templates: ['[']
";
    let errors = read(text).unwrap_err();
    let told: Vec<String> = errors.iter().map(|problem| format!("{} {} {}", problem.position, problem.pointer, problem.code)).collect();
    assert_eq!(
        told,
        [
            "line 2, column 20 /global/resolve_timeout invalid_duration",
            "line 4, column 13 /route/receiver config_unknown_receiver",
            "line 5, column 28 /route/group_by/2 duplicate_group_by_label",
            "line 6, column 19 /route/group_interval route_group_interval_zero",
            "line 8, column 38 /route/routes/0/matchers/1 matcher_invalid_pattern",
            "line 9, column 7 /route/routes/0/reciever unknown_field",
            "line 10, column 16 /route/routes/1/match/team-name invalid_label_name",
            "line 11, column 29 /route/routes/1/mute_time_intervals/0 config_unknown_time_interval",
            "line 14, column 11 /receivers/1/name config_receiver_repeated",
            "line 16, column 27 /inhibit_rules/0/source_match_re/a yaml_wrong_type",
            "line 17, column 13 /inhibit_rules/0/equal/0 invalid_label_name",
            "line 20, column 63 /time_intervals/0/time_intervals/0/times/0/end_time clock_range_order",
            "line 20, column 84 /time_intervals/0/time_intervals/0/weekdays/0 invalid_weekday_range",
            "line 20, column 100 /time_intervals/0/time_intervals/0/location invalid_location",
            "line 21, column 13 /templates/0 config_template_pattern",
        ]
    );
    assert_eq!(errors.iter().nth(1).unwrap().to_string(), "line 4, column 13: there is no receiver `everyone`; did you mean `evryone`?");
    assert_eq!(
        format!("{:#}", errors.iter().nth(5).unwrap()),
        "line 9, column 7: `reciever` is not known here; did you mean `receiver`?\n        reciever: db\n        ^^^^^^^^"
    );
}

#[test]
fn a_text_that_is_no_configuration_is_told_where() {
    for text in ["", "# nothing", "~", "receivers: []", "route:", "global: {}"] {
        assert_eq!(codes(text), ["config_without_route"], "{text}");
    }
    assert_eq!(codes("[]"), ["yaml_wrong_type"]);
    assert_eq!(codes("route: {receiver: a"), ["yaml_unexpected_token"]);
    assert_eq!(codes("route: {receiver: a, receiver: a}\nreceivers: [{name: a}]"), ["yaml_duplicate_key"]);
}

#[test]
fn the_root_takes_every_alert() {
    for (route, code) in [
        ("{}", "root_route_without_receiver"),
        ("{receiver: a, matchers: [a=b]}", "root_route_has_matchers"),
        ("{receiver: a, match: {a: b}}", "root_route_has_matchers"),
        ("{receiver: a, match_re: {a: b}}", "root_route_has_matchers"),
        ("{receiver: a, continue: true}", "root_route_continues"),
        ("{receiver: a, group_by: ['...', a]}", "group_by_all_with_others"),
        ("{receiver: a, repeat_interval: 0s}", "route_repeat_interval_zero"),
    ] {
        assert_eq!(with(route, ""), [code], "{route}");
    }
    assert_eq!(with("{receiver: a, mute_time_intervals: [n]}", "time_intervals: [{name: n}]"), ["root_route_has_time_intervals"]);
    for route in ["{receiver: a, matchers: [], match: {}, mute_time_intervals: [], continue: false}", "{receiver: a, matchers: ['{}']}"] {
        assert!(with(route, "").is_empty(), "{route}");
    }
}

#[test]
fn values_are_read_as_yaml_v2_reads_them() {
    // Null is the empty value, of a pointer none.
    assert!(with("{receiver: a, group_by: ~, group_wait: ~, routes: [{match: {a: ~}, matchers: ~, receiver: ~}]}", "global: ~").is_empty());
    // Only a bare word is a boolean.
    assert!(with("{receiver: a, routes: [{continue: yes}]}", "").is_empty());
    assert_eq!(with("{receiver: a, routes: [{continue: 'yes'}]}", ""), ["yaml_wrong_type"]);
    // A name can be any scalar.
    let file = read("route: {receiver: 1}\nreceivers: [{name: 1}]").unwrap();
    assert_eq!(file.receivers[0].name, "1");
    // A receiver that is null has no name.
    assert_eq!(read("route: {receiver: a}\nreceivers: [~, {name: a}]").unwrap().receivers.len(), 2);
    assert_eq!(codes("route: {receiver: a}\nreceivers: [~, ~, {name: a}]"), ["config_receiver_repeated"]);
}

#[test]
fn difference_1_what_crashes_alertmanager_is_refused() {
    assert_eq!(with("{receiver: a, routes: [~]}", ""), ["config_null_item"]);
    assert_eq!(with("{receiver: a}", "global: {slack_app_token: x, slack_api_url_file: /y}"), ["config_exclusive_fields"]);
}

#[test]
fn difference_2_null_is_no_range() {
    for key in ["weekdays", "days_of_month", "months", "years", "times"] {
        let rest = format!("time_intervals: [{{name: n, time_intervals: [{{{key}: [~]}}]}}]");
        assert_eq!(with("{receiver: a}", &rest).len(), 1, "{key}");
    }
    assert!(with("{receiver: a}", "time_intervals: [{name: n, time_intervals: [~, {weekdays: ~, location: ~}]}]").is_empty());
}

#[test]
fn difference_3_there_are_twelve_months() {
    for month in ["0", "13", "-1"] {
        let rest = format!("time_intervals: [{{name: n, time_intervals: [{{months: ['{month}']}}]}}]");
        assert_eq!(with("{receiver: a}", &rest), ["invalid_month_range"], "{month}");
    }
}

#[test]
fn merge_keys_are_read_in_order_as_yaml_v2_reads_them() {
    let text = "route: {receiver: a, routes: [&x {match: {a: b}, receiver: a}, {receiver: nobody, match: {c: d}, <<: *x}, {<<: *x, matchers: [e=f]}]}\n";
    let file = read(&format!("{text}{RECEIVERS}")).unwrap();
    let matchers: Vec<String> = file.route.routes.iter().map(|route| route.all_matchers().unwrap().to_string()).collect();
    assert_eq!(matchers, [r#"{a="b"}"#, r#"{a="b",c="d"}"#, r#"{a="b",e="f"}"#]);
    assert_eq!(with("{receiver: a, routes: [{receiver: a, <<: {receiver: nobody}}]}", ""), ["config_unknown_receiver"]);
    assert_eq!(with("{receiver: a, routes: [{match: {<<: {a: b}, a: c}}]}", ""), ["yaml_duplicate_key"]);
    // A key that is null is the empty text.
    assert_eq!(with("{receiver: a, ~: b}", ""), ["unknown_field"]);
    assert_eq!(with("{receiver: a, routes: [{match: {~: b}}]}", ""), ["invalid_label_name"]);
}

#[test]
fn difference_5_a_section_that_is_merged_in_replaces_the_one_beside_it() {
    let text = "global: {http_config: {proxy_url: 'http://p'}, <<: {http_config: {follow_redirects: false}}}\n";
    let file = read(&format!("{text}route: {{receiver: a}}\n{RECEIVERS}")).unwrap();
    let http = file.global.http_config.unwrap();
    assert!(!http.follow_redirects && http.proxy_url.is_none());
}

#[test]
fn difference_6_a_tag_has_to_fit() {
    assert_eq!(with("{receiver: a, routes: [{continue: !!bool yes}]}", ""), ["yaml_invalid_tag"]);
}

#[test]
fn difference_4_a_route_has_so_many_matchers() {
    let lines = |count: usize| (0..count).map(|at| format!("a{at}=b")).collect::<Vec<_>>().join(", ");
    assert!(with(&format!("{{receiver: a, routes: [{{matchers: [{}]}}]}}", lines(1_000)), "").is_empty());
    assert_eq!(with(&format!("{{receiver: a, routes: [{{matchers: [{}]}}]}}", lines(1_001)), ""), ["matcher_too_many"]);
}

#[test]
fn files_are_named_with_their_places() {
    let text = "\
global: { slack_api_url_file: /etc/slack, http_config: { tls_config: { ca_file: ca.pem } } }
route: { receiver: a }
receivers:
  - name: a
    slack_configs: [{ http_config: { authorization: { credentials_file: token } } }]
templates: ['*.tmpl']
event_recorder: { file_outputs: [{ path: /var/log/events }] }
";
    let file = read(text).unwrap();
    let files: Vec<(String, String)> = file.files().into_iter().map(|file| (file.path, file.pointer.to_string())).collect();
    assert_eq!(files.len(), 4, "{files:?}");
    for (path, pointer) in &files {
        let place = ConfigFile::position_of(text, &pointer.parse().unwrap(), &ConfigFileOptions::default()).unwrap();
        let line = text.lines().nth(place.line - 1).unwrap();
        assert!(line[place.column - 1..].trim_start_matches('\'').starts_with(path), "{path} at {place}");
    }
    assert_eq!(file.files().iter().filter(|file| file.kind == FileKind::Template).count(), 1);
}

#[test]
fn secrets_are_written_only_where_that_is_asked_for() {
    let text =
        "global: {slack_api_url: 'https://hooks.slack.com/x', smtp_auth_password: hush}\nroute: {receiver: a}\nreceivers: [{name: a}]";
    let file = read(text).unwrap();
    let hidden = file.to_yaml(SecretDisplay::Hidden);
    assert!(!hidden.contains("hush") && !hidden.contains("hooks") && hidden.contains("<secret>"), "{hidden}");
    assert!(!format!("{file:?}").contains("hush"));
    assert_eq!(read(&file.to_yaml(SecretDisplay::Exposed)), Ok(file));
    // What was hidden is still a configuration, which amtool reads too.
    assert!(read(&hidden).is_ok());
}

#[test]
fn a_configuration_becomes_our_own_with_every_loss_named() {
    let text = "\
global: { resolve_timeout: 10m }
route: { receiver: a, group_by: [], routes: [{ matchers: ['a=b'], mute_time_intervals: [n], continue: true, group_wait: 90s }] }
receivers: [{ name: a, labels: { owner: x } }]
mute_time_intervals: [{ name: n, time_intervals: [{ months: [december] }] }]
inhibit_rules: [{ source_matchers: [a=b], target_match: { c: d }, equal: [e] }]
templates: [x.tmpl]
tracing: { endpoint: x }
";
    let config = read(text).unwrap().to_config(&TenantId::default()).unwrap();
    let losses: Vec<&str> = config.losses.iter().map(|loss| loss.path.as_str()).collect();
    assert_eq!(losses, ["/receivers/0/labels", "/templates", "/tracing"]);
    let config = config.value;
    assert_eq!(config.resolve_timeout.to_string(), "10m");
    assert_eq!(config.route.routes[0].group_wait.unwrap().to_string(), "1m30s");
    assert_eq!(config.inhibition_rules[0].target_matchers.to_string(), r#"{c="d"}"#);
    assert_eq!(config.time_intervals[0].intervals.len(), 1);
    // A name that is too long for us is a problem at its place.
    let long = "x".repeat(2_000);
    let report =
        read(&format!("route: {{receiver: {long}}}\nreceivers: [{{name: {long}}}]")).unwrap().to_config(&TenantId::default()).unwrap_err();
    assert_eq!(report.violations().iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/route/receiver", "/receivers/0/name"]);
}
