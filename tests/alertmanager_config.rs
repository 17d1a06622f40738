//! Configurations of Alertmanager: what is told of a bad one, and each numbered difference from Alertmanager.
#![cfg(feature = "yaml")]

use alert_schemas::TenantId;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::ConfigProblem;
use alert_schemas::webhooks::alertmanager::config::ConfigReceiver;
use alert_schemas::webhooks::alertmanager::config::FileKind;
use alert_schemas::webhooks::alertmanager::config::HttpConfig;

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
    // A section that is read alone is read by the same rules.
    let http = HttpConfig::read("enable_http2: true\n<<: {enable_http2: false}\n", &YamlLimits::default()).unwrap();
    assert!(!http.enable_http2);
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
    let pointers: Vec<_> = files.iter().map(|(_, pointer)| pointer.parse().unwrap()).collect();
    let places = ConfigFile::positions_of(text, &pointers, &ConfigFileOptions::default());
    for ((path, _), place) in files.iter().zip(places) {
        let place = place.unwrap();
        let line = text.lines().nth(place.line - 1).unwrap();
        assert!(line[place.column - 1..].trim_start_matches('\'').starts_with(path), "{path} at {place}");
    }
    assert_eq!(file.files().iter().filter(|file| file.kind == FileKind::Template).count(), 1);
}

#[test]
fn names_that_people_choose_are_no_files() {
    let text = "\
route: { receiver: a }
receivers:
  - name: a
    labels: { owner_file: x }
    pagerduty_configs: [{ routing_key_file: /key, details: { log_file: x, files: [x] } }]
    opsgenie_configs: [{ api_key: x, details: { log_file: x } }]
    webhook_configs:
      - url: http://x
        payload: { a_file: x, files: [x] }
        http_config:
          proxy_url: http://x
          proxy_connect_header: { files: [x] }
          http_headers: { files: { files: [/header] } }
          oauth2: { client_id: a, token_url: b, claims: { a_file: x }, endpoint_params: { b_file: x } }
    email_configs: [{ to: a, from: b, smarthost: 'c:25', headers: { X_file: x }, auth_password_file: /password }]
    sns_configs: [{ topic_arn: a, sigv4: { region: b }, attributes: { c_file: x } }]
";
    let files = read(text).unwrap().files();
    assert_eq!(files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["/header", "/password", "/key"], "{files:?}");
}

#[test]
fn places_of_many_values_are_found_in_one_look() {
    let text = "route: {receiver: a}\nreceivers: [{name: a}]\ntemplates:\n".to_owned() + &"- x\n".repeat(50_000);
    let pointers: Vec<_> = (0..50_000).map(|at| format!("/templates/{at}").parse().unwrap()).collect();
    let options = ConfigFileOptions::default();
    let places = ConfigFile::positions_of(&text, &pointers, &options);
    assert_eq!(places.last().unwrap().map(|place| (place.line, place.column)), Some((50_003, 3)));
    // What cannot be read has no places.
    let deep = format!("a: {}{}", "[".repeat(300), "]".repeat(300));
    let options = options.with_limits(YamlLimits::default().with_depth(1_000));
    assert_eq!(ConfigFile::positions_of(deep, &["/a".parse().unwrap()], &options), [None]);
}

#[test]
fn problems_of_mappings_and_keys_have_places_of_their_own() {
    let pointers = |text: &str| read(text).unwrap_err().iter().map(|problem| problem.pointer.to_string()).collect::<Vec<_>>();
    // The mapping has the bytes of its first key.
    assert_eq!(pointers("route: {receiver: a}\nreceivers: [{name: a}]\ntemplates:\n  - x\n  - a: b\n"), ["/templates/1"]);
    // A key may be as long as the text, and stand above any number of values: its place is cut, those beside it are not.
    let (long, items) = ("k".repeat(1 << 20), "0,".repeat(100_000));
    let text = format!("route: {{receiver: a, group_wait: soon}}\nreceivers: [{{name: a}}]\n? {long}\n: [{items}]\n");
    assert_eq!(pointers(&text), ["/route/group_wait", ""]);
    let long = "k".repeat(ConfigProblem::MAX_POINTER_BYTES / 2);
    assert_eq!(pointers(&format!("route: {{receiver: a}}\nreceivers: [{{name: a}}]\n? {long}\n: 1\n")), [format!("/{long}")]);
}

#[test]
fn problems_show_no_secret() {
    let global = |text: &str| format!("global: {{{text}}}\nroute: {{receiver: a}}\nreceivers: [{{name: a}}]\n");
    for text in [
        "slack_api_url: hooks.slack.com/TOKEN, resolve_timeout: soon",
        "slack_api_url: 'hooks é TOKEN', x: y",
        "smtp_auth_password: TOKEN, smtp_auth_password: TOKEN",
        "smtp_auth_password: [TOKEN], x: y",
        "smtp_auth_password: {a: TOKEN}, x: y",
        "smtp_auth_password: !!int TOKEN",
        "smtp_auth_password: \"TO\\x4bEN TOKEN\", x: y",
        "http_config: {authorization: {credentials: &t TOKEN, type: basic}, proxy_url: *t, x: y}",
        "http_config: {http_headers: {X: {secrets: [TOKEN], x: y}}}",
        "http_config: {authorization: Bearer TOKEN}",
        "http_config: {authorization: &t Bearer TOKEN, basic_auth: *t}",
    ] {
        let errors = read(&global(text)).unwrap_err();
        let shown = format!("{errors:#} {errors} {errors:?}");
        assert!(!shown.contains("TOKEN") && shown.contains('^'), "{text}: {shown}");
    }
    let errors = read(&global("slack_api_url: 'é', resolve_timeout: soon")).unwrap_err();
    let shown = format!("{:#}", errors.iter().nth(1).unwrap());
    assert!(
        shown.ends_with("\n  global: {slack_api_url: ****, resolve_timeout: soon}\n                                                 ^^^^"),
        "{shown}"
    );
    let block = "global:\n  smtp_auth_password: |\n    TOKEN\n    TOKEN\n  x: y\nroute: {receiver: a}\nreceivers: [{name: a}]\n";
    assert!(!format!("{:#}", read(block).unwrap_err()).contains("TOKEN"));
    // A long text that stands in the place of many sections is starred once.
    let (long, aliases) = ("TOKEN".repeat(400_000), "*t,".repeat(20_000));
    let text = format!("templates: [&t {long}]\nroute: {{receiver: a}}\nreceivers: [{{name: a, slack_configs: [{aliases}]}}]\n");
    let errors = read(&text).unwrap_err();
    assert!(errors.len() >= 1_000 && !format!("{:#}", errors.first()).contains("TOKEN"), "{}", errors.len());
    // One that a program made is written in clear to be checked.
    let mut file = ConfigFile::new("a");
    file.global.smtp_auth_password = alert_schemas::utils::Secret::new("TOKEN");
    file.global.smtp_auth_password_file = "x".to_owned();
    assert!(!format!("{:#}", file.check().unwrap_err()).contains("TOKEN"));
}

#[test]
fn names_are_told_where_they_stand() {
    let told = |text: &str| {
        let errors = read(text).unwrap_err();
        errors.iter().map(|problem| format!("{} {}", problem.position.line, problem.code)).collect::<Vec<_>>()
    };
    let head = "route: {receiver: a, routes: [{mute_time_intervals: [n], receiver: a}]}\nreceivers: [{name: a}]\n";
    // Whichever of the two lists stands first.
    let text = format!("{head}time_intervals:\n- name: n\n- name: w\nmute_time_intervals:\n- name: m\n- name: w\n");
    assert_eq!(told(&text), ["8 config_time_interval_repeated"]);
    let text = format!("{head}mute_time_intervals:\n- name: n\n- name: w\ntime_intervals:\n- name: m\n- name: w\n");
    assert_eq!(told(&text), ["8 config_time_interval_repeated"]);
    // Where a list is wrong itself, none of its names is known.
    for list in ["{n: x}", "x", "1"] {
        assert_eq!(told(&format!("{head}time_intervals: {list}\n")), ["3 yaml_wrong_type"], "{list}");
        assert_eq!(told(&format!("route: {{receiver: a}}\nreceivers: {list}\n")), ["2 yaml_wrong_type"], "{list}");
    }
    // Routes that are replaced where something is merged in refer to nobody.
    for route in
        ["routes: [{receiver: nobody}], <<: {routes: []}", "routes: [{routes: [{receiver: nobody}], <<: {routes: [{receiver: a}]}}]"]
    {
        assert_eq!(with(&format!("{{receiver: a, {route}}}"), ""), [""; 0], "{route}");
    }
    assert_eq!(codes("route: {receiver: nobody}\nreceivers: [{name: a}]\n<<: {route: {receiver: a}}\n"), [""; 0]);
}

#[test]
fn numbers_of_payloads_are_read_as_go_reads_them() {
    let text = "name: a\nwebhook_configs: [{url: 'http://x', payload: [010, 0x10, 9, -7, 1_000, 18446744073709551615, 0xFFFFFFFFFFFFFFFF, '010']}]\n";
    let receiver = ConfigReceiver::read(text, &YamlLimits::default()).unwrap();
    let read = receiver.webhook_configs[0].payload.get().to_string();
    assert_eq!(read, r#"[8,16,9,-7,1000,18446744073709551615,18446744073709551615,"010"]"#);
}

#[test]
fn what_integrations_have_from_global_is_written_out_or_a_loss() {
    let text = "\
global:
  http_config: { authorization: { credentials: x } }
  smtp_from: a@example.org
  smtp_smarthost: mail:25
  smtp_hello: me
  smtp_auth_secret: x
  smtp_auth_identity: x
  smtp_tls_config: { insecure_skip_verify: true }
  smtp_force_implicit_tls: true
  slack_app_token: x
  slack_app_url: https://slack.example/
  telegram_api_url: https://telegram.example/
route: { receiver: a }
receivers:
  - name: a
    webhook_configs: [{ url: http://x }, { url: http://x, http_config: { enable_http2: false } }]
    email_configs: [{ to: b@example.org }, { to: b@example.org, hello: you }]
    slack_configs: [{ channel: c }]
    telegram_configs: [{ bot_token: x, chat_id: 1 }]
    discord_configs: [{ webhook_url: http://x }]
";
    let file = read(text).unwrap();
    let receiver = file.receivers[0].to_receiver(&file.global).unwrap();
    let lost: Vec<&str> = receiver.losses.iter().map(|loss| loss.path.as_str()).collect();
    let of_email = ["auth_secret", "auth_identity", "tls_config", "force_implicit_tls"];
    let email = |at: usize| of_email.iter().map(move |field| format!("/email_configs/{at}/{field}"));
    let mut expected = vec!["/webhook_configs/1/http_config".to_owned(), "/email_configs/0/hello".to_owned()];
    expected.extend(email(0));
    expected.push("/email_configs/1/hello".to_owned());
    expected.extend(email(1));
    for place in ["slack_configs/0/http_config", "slack_configs/0/app_url"] {
        expected.push(format!("/{place}"));
    }
    for place in ["telegram_configs/0/http_config", "telegram_configs/0/api_url", "discord_configs/0/http_config"] {
        expected.push(format!("/{place}"));
    }
    assert_eq!(lost, expected);
    // The token of a webhook is carried, be it that of `global`.
    let shown = receiver.value.to_exposed_json().to_string();
    assert_eq!(shown.matches("bearer_token").count(), 1, "{shown}");
}

#[test]
fn channels_are_told_in_alertmanagers_order() {
    let mut receiver = ConfigReceiver::new("a");
    receiver.webhook_configs.push(Default::default());
    receiver.jira_configs.push(Default::default());
    receiver.mattermost_configs.push(Default::default());
    receiver.incidentio_configs.push(Default::default());
    receiver.rocketchat_configs.push(Default::default());
    let kinds: Vec<String> = receiver.integrations().iter().map(|channel| format!("{}_configs", channel.kind)).collect();
    // That of the fields.
    let order: Vec<&str> = ConfigReceiver::KEYS.iter().copied().filter(|key| kinds.iter().any(|kind| kind == key)).collect();
    assert_eq!(kinds, order);
    assert_eq!(kinds[2], "incidentio_configs");
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
