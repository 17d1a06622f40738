//! What notifications and configurations answer in their smaller parts: texts for people, limits, what is read of rare sections.
#![cfg(feature = "yaml")]

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::Timestamp;
use alert_schemas::notifications::AttemptOutcome;
use alert_schemas::notifications::DeliveryAttempt;
use alert_schemas::notifications::FailureReason;
use alert_schemas::notifications::HistoryEntry;
use alert_schemas::notifications::HistoryEvent;
use alert_schemas::notifications::MuteVerdict;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::notifications::NextAttempt;
use alert_schemas::notifications::NotificationConfig;
use alert_schemas::notifications::Receiver;
use alert_schemas::notifications::RetryPolicy;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::WebhookSettings;
use alert_schemas::notifications::channel_limits;
use alert_schemas::notifications::diff;
use alert_schemas::utils::Secret;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::webhooks::alertmanager::config::AnyValue;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::TracingClient;
use serde_json::Value;
use serde_json::json;

/// A configuration with sections that few have.
const RARE: &str = r#"
global:
  jira_api_url: https://jira.example/
  http_config:
    authorization: {type: Bearer, credentials: c}
    proxy_url: http://proxy.example:8080
    no_proxy: localhost
    tls_config: {insecure_skip_verify: true, min_version: TLS12}
    follow_redirects: false
route: {receiver: all, routes: [{receiver: chat, matchers: [team=db], mute_time_intervals: [night]}]}
receivers:
- name: all
  jira_configs:
  - project: OPS
    issue_type: Bug
    summary: {template: "{{ .Status }}", enable_update: true}
    description: short
    labels: [a, b]
    priority: High
    reopen_duration: 1h
    fields: {customfield_1: [1, 2.5, true, {x: y}], customfield_2: text}
- name: chat
  mattermost_configs:
  - webhook_url: https://chat.example/hooks/x
    text: hello
    channel: ops
    attachments: [{title: t, fields: [{title: a, value: b, short: true}]}]
  webhook_configs:
  - url: http://hook.example/
    max_alerts: 3
    http_config:
      oauth2: {client_id: a, client_secret: s, token_url: https://token.example/, scopes: [x], endpoint_params: {k: v}}
  - url: http://hook.example/b
    http_config: {basic_auth: {username: u, password: p}, http_headers: {X-Team: {values: [db]}}}
time_intervals:
- name: night
  time_intervals: [{times: [{start_time: "22:00", end_time: "24:00"}], weekdays: ["monday:friday"], location: Europe/Paris}]
tracing: {client_type: http, endpoint: "localhost:4318", sampling_fraction: 0.5, insecure: true, compression: gzip}
"#;

fn read(text: &str) -> ConfigFile {
    ConfigFile::read(text, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{errors:#}"))
}

#[test]
fn rare_sections_are_read_written_and_read() {
    let file = read(RARE);
    let tracing = file.tracing.as_ref().expect("tracing");
    assert_eq!(tracing.client_type.map(TracingClient::as_str), Some("http"));
    let shown = file.to_yaml(SecretDisplay::Hidden);
    assert!(!shown.contains("credentials: c\n") && shown.contains("<secret>"), "{shown}");
    let again = file.to_yaml(SecretDisplay::Exposed);
    assert_eq!(read(&again), file, "{again}");
    let config = file.to_config(&"acme".parse().unwrap()).unwrap();
    assert_eq!(config.value.receivers.len(), 2);
    assert!(!config.losses.is_empty(), "Jira has no neutral channel");
}

#[test]
fn what_is_wrong_in_rare_sections_has_its_place() {
    for (from, to, code) in [
        ("client_type: http", "client_type: smoke", "invalid_tracing_client"),
        ("compression: gzip", "compression: zip", "config_wrong_value"),
        ("min_version: TLS12", "min_version: TLS9", "invalid_tls_version"),
        ("reopen_duration: 1h", "reopen_duration: soon", "invalid_duration"),
        ("sampling_fraction: 0.5", "sampling_fraction: half", "yaml_wrong_type"),
        ("max_alerts: 3", "max_alerts: many", "yaml_wrong_type"),
        ("project: OPS", "project: ''", "missing_field"),
    ] {
        let text = RARE.replace(from, to);
        let errors = ConfigFile::read(&text, &ConfigFileOptions::default()).expect_err(to);
        let problem = errors.iter().next().expect("a problem");
        assert_eq!(problem.code, code, "{to}: {problem}");
        let line = text.lines().position(|line| line.contains(to)).expect("the line") + 1;
        assert!(problem.position.line <= line && problem.position.line + 4 >= line, "{to}: {problem}");
        let shown: Value = serde_json::to_value(problem).unwrap();
        assert_eq!((shown["line"].as_u64(), shown["code"].as_str()), (Some(problem.position.line as u64), Some(problem.code)));
        assert!(format!("{problem:?}").contains(problem.code) && format!("{problem:#}").contains('^'), "{problem:#}");
    }
}

#[test]
fn values_of_any_shape_are_kept_up_to_a_depth() {
    let nested = |depth| (0..depth).fold(Value::Null, |inner, _| json!({ "a": [inner] }));
    assert_eq!(AnyValue::new(nested(50)).unwrap().get(), &nested(50));
    assert!(AnyValue::new(nested(51)).unwrap_err().to_string().contains("at most 100"));
}

#[test]
fn attempts_say_what_came_of_them() {
    let (policy, at) = (RetryPolicy::default(), Timestamp::UNIX_EPOCH);
    let arrived = DeliveryAttempt::answered(at, 200, &policy);
    assert_eq!((arrived.outcome, arrived.failure), (AttemptOutcome::Delivered, None));
    let broken =
        DeliveryAttempt::answered(at, 503, &policy).with_retry_after(AlertDuration::seconds(7)).with_detail("busy".parse().unwrap());
    assert_eq!(
        (broken.outcome, broken.failure, broken.retry_after),
        (AttemptOutcome::Retry, Some(FailureReason::ServerError), Some(AlertDuration::seconds(7)))
    );
    let refused = DeliveryAttempt::answered(at, 404, &policy);
    assert_eq!((refused.outcome, refused.failure), (AttemptOutcome::Failed, Some(FailureReason::ClientError)));
    assert_eq!(DeliveryAttempt::delivered(at).outcome, AttemptOutcome::Delivered);
    assert_eq!(DeliveryAttempt::failed(at, FailureReason::DeadlineExceeded, &policy).failure, Some(FailureReason::DeadlineExceeded));
    assert!(broken.check().is_ok() && arrived.check().is_ok());
    assert!(
        NextAttempt::At(at).is_due(at) && !NextAttempt::Delivered(at).is_due(at) && !NextAttempt::GivenUp(FailureReason::Other).is_due(at)
    );
}

#[test]
fn failures_have_alertmanagers_words() {
    let labels = [(401, "authError"), (403, "authError"), (404, "clientError"), (429, "rateLimited"), (500, "serverError"), (302, "other")];
    for (status, label) in labels {
        assert_eq!(FailureReason::of_status(status).alertmanager_label(), label, "{status}");
    }
    assert_eq!(FailureReason::Canceled.alertmanager_label(), "contextCanceled");
    assert_eq!(FailureReason::DeadlineExceeded.alertmanager_label(), "contextDeadlineExceeded");
}

#[test]
fn services_have_their_limits() {
    for kind in ["pagerduty", "opsgenie", "servicenow", "slack", "discord", "telegram", "sms"] {
        assert!(!channel_limits(kind).is_empty(), "{kind}");
    }
    assert!(channel_limits("carrier pigeon").is_empty());
}

#[test]
fn a_receiver_is_built_or_every_problem_is_told() {
    let good = Receiver::builder("ops").channel(WebhookSettings::new(Secret::new("https://hook.example/").into())).build().unwrap();
    assert_eq!((good.name.as_str(), good.channels.len()), ("ops", 1));
    let report = Receiver::builder("").channel(WebhookSettings::new(Secret::new("hooks").into())).build().unwrap_err();
    assert_eq!(
        report.violations().iter().map(|violation| violation.path.as_str()).collect::<Vec<_>>(),
        ["/name", "/channels/0/webhook/url"]
    );
}

#[test]
fn a_difference_of_configurations_is_told_in_words() {
    let config = |seconds, receiver: &str| {
        let mut config =
            NotificationConfig::new(Route::builder().receiver(receiver).group_wait(AlertDuration::seconds(seconds)).build().unwrap());
        config.receivers.push(Receiver::new(receiver.parse().unwrap()));
        config
    };
    let t0: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build().unwrap();
    let history = [HistoryEntry::new(t0, HistoryEvent::alert(alert))];
    let end = Some(t0 + AlertDuration::minutes(1));
    let later = diff(&config(10, "ops"), &config(30, "ops"), &history, end).unwrap();
    let shown = later.to_string();
    assert!(shown.contains("ops: 0 no longer, 0 new, 1 changed") && shown.contains("; at 2025-01-06T09:00:30"), "{shown}");
    let other = diff(&config(10, "ops"), &config(10, "db"), &history, end).unwrap().to_string();
    assert!(other.contains("  - ") && other.contains("  + "), "{other}");
    assert!(diff(&config(10, "ops"), &config(10, "ops"), &history, end).unwrap().is_empty());
}

#[test]
fn a_verdict_of_muting_is_told_in_words() {
    let night: NamedTimeInterval =
        serde_json::from_value(json!({"name": "night", "intervals": [{"times": [{"start_time": "22:00", "end_time": "24:00"}]}]})).unwrap();
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let muted = MuteVerdict::at(at("2025-01-06T23:00:00Z"), &[], &[&night]).to_string();
    assert!(muted.starts_with("muted by `night`"), "{muted}");
    let outside = MuteVerdict::at(at("2025-01-06T12:00:00Z"), &[&night], &[]).to_string();
    assert!(outside.starts_with("muted outside of `night`"), "{outside}");
    assert!(MuteVerdict::at(at("2025-01-06T12:00:00Z"), &[], &[&night]).to_string().starts_with("not muted"));
}
