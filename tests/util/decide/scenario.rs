//! A configuration, and what happens under it: silences, alerts, and looks at what the server says.
//!
//! All times are milliseconds after the first post of alerts. Whatever must not meet has a place of its own within the second: groups are looked at
//! whole seconds after the post that made them, and the API is asked, posts are made, and silences and alerts end elsewhere.
//!
//! | within the second | what |
//! |---|---|
//! | 0 | the first post; looks at its groups |
//! | 150 | the API is asked; a resolve timeout passes |
//! | 300 | the [third](THIRD) post; looks at its groups |
//! | 500 | the [second](SECOND) post; looks at its groups |
//! | 650 | a resolve timeout passes |
//! | 750 | silences begin and end, alerts end |

use std::collections::BTreeMap;

use alert_schemas::Labels;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Matchers;
use alert_schemas::notifications::Silence;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use serde_json::Value;
use serde_json::json;

/// When alerts are posted again.
pub(crate) const SECOND: i64 = 2_500;
/// When alerts are posted once more.
pub(crate) const THIRD: i64 = 4_300;
/// How long an alert without an end fires, where that is short.
pub(crate) const SHORT_TIMEOUT: u32 = 3_650;
/// When something ends or begins by itself, behind a whole second.
pub(crate) const CHANGE: i64 = 750;
/// What is looked at until then has to be told until [`HEARD`].
pub(crate) const END: i64 = 7_200;
/// When the test ceases to listen; what is told of looks behind [`END`] may have come by then.
pub(crate) const HEARD: i64 = 7_700;

/// An alert as it is posted.
#[derive(Debug, Clone)]
pub(crate) struct AlertPost {
    pub(crate) labels: Labels,
    pub(crate) annotations: BTreeMap<String, String>,
    pub(crate) starts: i64,
    pub(crate) ends: Option<i64>,
}

impl AlertPost {
    pub(crate) fn new(labels: Labels, starts: i64) -> Self {
        Self { labels, annotations: BTreeMap::new(), starts, ends: None }
    }

    pub(crate) fn until(mut self, ends: i64) -> Self {
        self.ends = Some(ends);
        self
    }

    pub(crate) fn noting(mut self, name: &str, text: impl Into<String>) -> Self {
        self.annotations.insert(name.to_owned(), text.into());
        self
    }
}

/// What is done.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Alerts are posted, all in one request.
    Alerts(Vec<AlertPost>),
    /// A silence is posted, with its first and last instant.
    Silence(Matchers, i64, i64),
    /// The silence that was posted as the nth is ended.
    Unsilence(usize),
    /// The server is asked for alerts and groups.
    Ask,
}

/// A configuration, and what happens under it.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// The addresses of webhooks are filled in when the sink has one.
    pub(crate) config: ConfigFile,
    /// In the order of time.
    pub(crate) acts: Vec<(i64, Act)>,
}

/// When the API is asked: before any group was looked at, and behind each pair of looks.
const ASKED: [i64; 4] = [600, 3_150, 5_150, 7_150];

impl Scenario {
    /// With the times at which the API is asked added, and everything in its order.
    pub(crate) fn new(name: impl Into<String>, config: ConfigFile, mut acts: Vec<(i64, Act)>) -> Self {
        acts.extend(ASKED.map(|at| (at, Act::Ask)));
        acts.sort_by_key(|(at, _)| *at);
        Self { name: name.into(), config, acts }
    }

    /// The configuration as our types print it, with the webhooks below this address: `{base}{place of the receiver}/{place of the webhook}`.
    pub(crate) fn yaml(&self, base: &str) -> String {
        let mut config = self.config.clone();
        for (place, receiver) in config.receivers.iter_mut().enumerate() {
            for (index, webhook) in receiver.webhook_configs.iter_mut().enumerate() {
                webhook.url = format!("{base}{place}/{index}").parse().expect("a URL");
            }
        }
        config.to_yaml(SecretDisplay::Exposed)
    }
}

/// This many milliseconds later.
pub(crate) fn after(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(at.unix_millis() + millis).expect("in range")
}

/// The body of a post of alerts.
pub(crate) fn alerts_body(alerts: &[AlertPost], t0: Timestamp) -> Value {
    let body = |alert: &AlertPost| {
        let mut body = json!({"labels": alert.labels, "annotations": alert.annotations, "startsAt": after(t0, alert.starts).to_string()});
        if let Some(ends) = alert.ends {
            body["endsAt"] = after(t0, ends).to_string().into();
        }
        body
    };
    alerts.iter().map(body).collect()
}

/// The body of a post of a silence.
pub(crate) fn silence_body(matchers: &Matchers, starts: Timestamp, ends: Timestamp) -> Value {
    let mut silence = Silence::new(matchers.clone(), starts, ends);
    silence.created_by = "ada".parse().expect("a text");
    silence.comment = "maintenance".parse().expect("a text");
    serde_json::to_value(PostableSilence::from_silence(&silence).value.remove(0)).expect("JSON")
}
