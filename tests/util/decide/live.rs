//! What happens, done to a real Alertmanager.

use std::thread;
use std::time::Duration;

use alert_schemas::Timestamp;
use alert_schemas::validations::Batch;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::AlertGroup;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use serde_json::Value;
use serde_json::json;

use crate::alertmanager::Alertmanager;
use crate::alertmanager::Delivery;
use crate::alertmanager::Sink;
use crate::alertmanager::now;
use crate::scenario::Act;
use crate::scenario::END;
use crate::scenario::HEARD;
use crate::scenario::Scenario;
use crate::scenario::after;
use crate::scenario::alerts_body;
use crate::scenario::silence_body;

/// How long before the first act the server is up.
const LEAD: i64 = 150;

/// What the API answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) alerts: Vec<GettableAlert>,
    pub(crate) groups: Vec<AlertGroup>,
}

/// What was done, as it is recorded, or what was answered.
#[derive(Debug)]
pub(crate) enum Event {
    /// A request and its answer, as `Exchange` reads them.
    Exchange(Value),
    Answer(Answer),
}

/// What was done and heard.
#[derive(Debug)]
pub(crate) struct Observed {
    /// The version of the server.
    pub(crate) version: String,
    pub(crate) yaml: String,
    /// In the order of time.
    pub(crate) events: Vec<(Timestamp, Event)>,
    pub(crate) deliveries: Vec<Delivery>,
    /// What is looked at until then has to be told.
    pub(crate) end: Timestamp,
    /// Nothing is heard after that.
    pub(crate) heard: Timestamp,
    /// By how many milliseconds the latest act was late when it was done.
    pub(crate) lateness: u64,
}

fn sleep_until(at: Timestamp) {
    while let Ok(millis @ 1..) = u64::try_from(at.unix_millis() - now().unix_millis()) {
        thread::sleep(Duration::from_millis(millis));
    }
}

fn list<T>(batch: Result<Batch<T>, alert_schemas::Report>) -> Vec<T> {
    let batch = batch.unwrap_or_else(|report| panic!("{report:#}"));
    assert!(batch.refused.is_empty(), "{:#}", batch.refused[0].report);
    batch.into_good().collect()
}

fn ask(server: &Alertmanager) -> Answer {
    let limits = DecodeLimits::default();
    Answer {
        alerts: list(GettableAlert::decode_list(&server.body("/api/v2/alerts"), &limits)),
        groups: list(AlertGroup::decode_list(&server.body("/api/v2/alerts/groups"), &limits)),
    }
}

/// Starts a server with the configuration and does what happens under it.
pub(crate) fn run(scenario: &Scenario, name: &str) -> Observed {
    let sink = Sink::start();
    let yaml = scenario.yaml(&sink.url());
    let server = Alertmanager::start(name, &yaml);
    let first = scenario.acts.first().map_or(0, |(at, _)| *at);
    let t0 = after(now(), LEAD - first);
    let (mut events, mut silences, mut lateness) = (Vec::new(), Vec::<String>::new(), 0);
    for (at, act) in &scenario.acts {
        sleep_until(after(t0, *at));
        let began = now();
        let (method, path, body) = match act {
            Act::Ask => {
                events.push((began, Event::Answer(ask(&server))));
                lateness = lateness.max(now().unix_millis().abs_diff(after(t0, *at).unix_millis()));
                continue;
            }
            Act::Alerts(alerts) => ("POST", "/api/v2/alerts".to_owned(), alerts_body(alerts, t0)),
            Act::Silence(matchers, starts, ends) => {
                ("POST", "/api/v2/silences".to_owned(), silence_body(matchers, after(t0, *starts), after(t0, *ends)))
            }
            Act::Unsilence(number) => ("DELETE", format!("/api/v2/silence/{}", silences[*number]), Value::Null),
        };
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let (status, answer) = server.request(method, &path, &bytes).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        assert_eq!(status, 200, "{method} {path} {body}: {}", String::from_utf8_lossy(&answer));
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        silences.extend(answer["silenceID"].as_str().map(str::to_owned));
        let exchange = json!({
            "at": began.to_string(),
            "request": {"method": method, "path": path, "body": body},
            "response": {"status": status, "body": answer},
        });
        events.push((began, Event::Exchange(exchange)));
        // Silences are made before anything else, one after the other.
        if !matches!(act, Act::Silence(..)) {
            lateness = lateness.max(now().unix_millis().abs_diff(after(t0, *at).unix_millis()));
        }
    }
    sleep_until(after(t0, HEARD));
    let deliveries = sink.deliveries();
    Observed { version: server.version.clone(), yaml, events, deliveries, end: after(t0, END), heard: now(), lateness }
}
