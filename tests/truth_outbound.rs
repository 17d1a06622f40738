//! Webhook messages that a real Alertmanager sent, told anew from what they tell: alerts, group, receiver, reason, time and place.
//!
//! The alerts of a message are read as ours, and written as the message that our types make of them; the bodies are
//! compared as JSON, with nothing left out. Messages are those of `notifications.jsonl` whose body has the format's version.
//!
//! One documented difference: our times are in UTC (ARCHITECTURE, decision 5), so an alert that was posted with another offset is told with the same instant in UTC.
//!
//! Unreadable is a message without a reason; of the table of Alertmanager's own test, a row whose URL is anything but the server's with a text behind it.

mod util;

use std::fs;

use alert_schemas::AlertSeverity;
use alert_schemas::Labels;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Alert;
use alert_schemas::notifications::FlushedAlert;
use alert_schemas::notifications::Notification;
use alert_schemas::notifications::NotificationKey;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;
use alert_schemas::utils::go;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_labels;

/// The message that our types make of what a message tells.
fn told_anew(body: &Value, at: Timestamp) -> Value {
    let bytes = serde_json::to_vec(body).expect("JSON");
    let message = WebhookMessage::decode(&bytes, &DecodeLimits::default()).expect("a message");
    let alerts: Vec<Alert> = message.alerts.iter().map(|alert| alert.to_alert(&Reception::at(at)).expect("an alert").value).collect();
    let group = message.group_labels.iter().map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or_default()));
    let group_labels = Labels::from_pairs(group).expect("labels");
    let text = |name: &str| body[name].as_str().expect("a text");
    let receiver = text("receiver").parse().expect("a receiver");
    let key = NotificationKey::new(
        "default".parse().expect("a tenant"),
        text("groupKey").parse().expect("a key"),
        receiver,
        "webhook".parse().expect("a kind"),
        0_u32.into(),
    );
    let mut notification =
        Notification::new(key, text("notification_reason").parse().expect("a reason"), at, "4h".parse().expect("a duration"));
    notification.alerts = alerts.into_iter().map(|alert| FlushedAlert::new(alert.into(), at)).collect();
    notification.truncated_alerts = body["truncatedAlerts"].as_u64().map_or(0, |count| usize::try_from(count).expect("a count"));
    let anew = WebhookMessage::from_notification(&notification, &group_labels, text("externalURL"));
    serde_json::to_value(&anew.value).expect("JSON")
}

/// The same message with all times in UTC.
fn in_utc(body: &Value) -> Value {
    let mut body = body.clone();
    for alert in body["alerts"].as_array_mut().expect("a list") {
        for name in ["startsAt", "endsAt"] {
            let time: Timestamp = alert[name].as_str().expect("a time").parse().expect("a time");
            alert[name] = time.to_string().into();
        }
    }
    body
}

#[test]
fn live_messages() {
    let Some(live) = util::shared("corpus/alertmanager/live") else {
        util::skipped("live messages told anew");
        return;
    };
    let mut tally = Tally::new("live messages told anew");
    for folder in fs::read_dir(live).expect("a folder") {
        let file = folder.expect("an entry").path().join("notifications.jsonl");
        if !file.exists() {
            continue;
        }
        for row in util::jsonl(&file) {
            let body = &row["body"];
            if body["version"] != "4" {
                continue;
            }
            if !body["notification_reason"].is_string() {
                tally.unreadable();
                continue;
            }
            let at: Timestamp = row["at"].as_str().expect("a time").parse().expect("a time");
            let anew = told_anew(body, at);
            if anew != *body && anew == in_utc(body) {
                tally.documented("utc");
            } else {
                tally.compare(&body["groupKey"], anew, body.clone());
            }
        }
    }
    tally.finish();
}

#[test]
fn the_order_of_the_fields_is_alertmanagers() {
    let names = [
        "receiver",
        "status",
        "alerts",
        "notification_reason",
        "groupLabels",
        "commonLabels",
        "commonAnnotations",
        "externalURL",
        "version",
        "groupKey",
        "truncatedAlerts",
    ];
    let key = NotificationKey::new(
        "default".parse().unwrap(),
        "{}:{}".parse().unwrap(),
        "a.b".parse().unwrap(),
        "webhook".parse().unwrap(),
        0_u32.into(),
    );
    let mut notification = Notification::new(key, "first notification".parse().unwrap(), Timestamp::UNIX_EPOCH, "4h".parse().unwrap());
    notification.truncated_alerts = 2;
    let message = WebhookMessage::from_notification(&notification, &Labels::default(), "");
    let text = serde_json::to_string(&message.value).unwrap();
    let places: Vec<usize> =
        names.iter().map(|name| text.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name} in {text}"))).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.contains(r#""receiver":"a\\.b","status":"resolved""#) && text.contains("\"truncatedAlerts\":2"), "{text}");
}

/// The URL of a webhook is a template over the notification. Alertmanager refuses a row if rendering fails or gives no URL.
#[test]
fn urls_are_templates() {
    let Some(rows) = util::rows("notify_webhook_webhook", "corpus/alertmanager/go_tables/notify_webhook_webhook.jsonl") else { return };
    let mut tally = Tally::new("notify_webhook_webhook");
    for case in rows
        .iter()
        .filter(|row| row["func"] == "TestWebhookURLTemplating" && row["name"] == "tests")
        .flat_map(|row| row["value"].as_array().expect("cases"))
    {
        let literal =
            case["url"]["$go"].as_str().and_then(|code| code.strip_prefix("srv.URL + ").or_else(|| code.starts_with('"').then_some(code)));
        let url = case["url"].as_str().map(str::to_owned).or_else(|| go::unquote(literal?).ok());
        let Some(url) = url else {
            tally.unreadable();
            continue;
        };
        let mut alert = Alert::builder("m", AlertSeverity::High, Timestamp::UNIX_EPOCH).build().expect("an alert");
        alert.labels = go_labels(&case["alertLabels"]).expect("labels");
        let key = NotificationKey::new(
            "default".parse().unwrap(),
            "{}:{}".parse().unwrap(),
            "r".parse().unwrap(),
            "webhook".parse().unwrap(),
            0_u32.into(),
        );
        let mut notification = Notification::new(key, "first notification".parse().unwrap(), Timestamp::UNIX_EPOCH, "4h".parse().unwrap());
        notification.alerts = vec![FlushedAlert::new(alert.into(), Timestamp::UNIX_EPOCH)];
        let data = notification.message_data(&go_labels(&case["groupLabels"]).expect("labels"), "");
        let path = Template::parse(&url, &TemplateOptions::alertmanager())
            .and_then(|template| template.render(&data))
            .ok()
            .filter(|path| !path.is_empty());
        tally.compare(&url, path.as_deref(), case["expectedPath"].as_str());
    }
    tally.finish();
}
