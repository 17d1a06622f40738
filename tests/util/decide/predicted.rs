//! What `decide` says of what was done to the server.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use alert_schemas::AlertDuration;
use alert_schemas::AlertStatus;
use alert_schemas::Fingerprint;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::SuppressionReason;
use alert_schemas::notifications::AlertDecision;
use alert_schemas::notifications::DecisionPlan;
use alert_schemas::notifications::DecisionState;
use alert_schemas::notifications::Decisions;
use alert_schemas::notifications::HistoryEntry;
use alert_schemas::notifications::HistoryEvent;
use alert_schemas::notifications::PlannedNotification;
use alert_schemas::notifications::ReplayOptions;
use alert_schemas::notifications::SilenceChange;
use alert_schemas::notifications::Silences;
use alert_schemas::notifications::decide;
use alert_schemas::notifications::replay;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Exchange;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;

use crate::live::Event;
use crate::live::Observed;
use crate::one_place::OnePlace;

/// How late a group is looked at.
const LATENESS: AlertDuration = AlertDuration::millis(1);

/// An alert in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlertView {
    pub(crate) starts_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) receivers: Vec<String>,
    pub(crate) silenced_by: BTreeSet<String>,
    pub(crate) inhibited_by: BTreeSet<Fingerprint>,
}

/// A group in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct GroupView {
    pub(crate) receiver: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) alerts: BTreeSet<Fingerprint>,
    pub(crate) muted_by: BTreeSet<String>,
}

/// What is said when the API is asked.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) at: Timestamp,
    pub(crate) alerts: BTreeMap<Fingerprint, AlertView>,
    /// The source that the server is to name, by `OnePlace`.
    pub(crate) one_inhibitor: BTreeMap<Fingerprint, Fingerprint>,
    /// Each with the intervals that the server is to name: those of the last look that came so far as to ask the calendar.
    pub(crate) groups: Vec<(GroupView, BTreeSet<String>)>,
    /// For people.
    pub(crate) explained: String,
}

/// A webhook that is told.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) at: i64,
    pub(crate) message: WebhookMessage,
}

/// Where a webhook goes: its path, and the key of the group.
pub(crate) type Channel = (String, String);

/// All that is said.
#[derive(Debug, Default)]
pub(crate) struct Predicted {
    pub(crate) views: Vec<View>,
    pub(crate) told: BTreeMap<Channel, Vec<Told>>,
    /// The groups in which an alert is inhibited by one that the server has no place for.
    pub(crate) overlooked: BTreeSet<String>,
}

struct Predictor {
    plan: Arc<DecisionPlan>,
    receivers: Vec<String>,
    state: DecisionState,
    next_due: Option<Timestamp>,
    silences: Silences,
    one_place: OnePlace,
    /// By route and group key, what the last look that came so far as to ask the calendar heard.
    muted: BTreeMap<(String, String), BTreeSet<String>>,
    planned: Vec<PlannedNotification>,
    predicted: Predicted,
}

/// What Alertmanager says a route is muted by: being outside of all active intervals, or else what mutes.
fn muted_by(decision: &AlertDecision, route: &str, key: &str) -> BTreeSet<String> {
    let routes = decision.routes.iter().filter(|one| one.route.as_str() == route && one.group_key.as_str() == key);
    let causes: Vec<_> = routes.flat_map(|one| &one.causes).collect();
    let is_outside = causes.iter().any(|cause| cause.outside);
    causes.iter().filter(|cause| cause.outside == is_outside).map(|cause| cause.by.to_string()).collect()
}

fn by_reason(decision: &AlertDecision, reason: SuppressionReason) -> impl Iterator<Item = &str> {
    decision.causes.iter().filter(move |cause| cause.reason == reason).map(|cause| cause.by.as_str())
}

impl Predictor {
    fn decide(&mut self, alerts: Vec<alert_schemas::Alert>, now: Timestamp) -> Decisions {
        let state = std::mem::replace(&mut self.state, DecisionState::new());
        let decisions = decide(&self.plan, state, alerts, &self.silences, now).unwrap_or_else(|report| panic!("{report:#}"));
        self.state = decisions.state.clone();
        self.next_due = decisions.next_due;
        self.planned.extend(decisions.planned());
        for look in &decisions.looks {
            let flush = &look.flush;
            let inhibited = |labels: &Labels| self.one_place.inhibitor(labels, now).is_some();
            let is_inhibited =
                |reasons: &[alert_schemas::alerts::Suppression]| reasons.iter().any(|one| one.reason == SuppressionReason::Inhibited);
            if flush.alerts.iter().any(|one| is_inhibited(&one.suppressions) && !inhibited(&one.alert.labels)) {
                self.predicted.overlooked.insert(flush.group_key.to_string());
            }
            if let Some(heard) = flush.alerts.iter().find(|one| !inhibited(&one.alert.labels)) {
                let place = (flush.route.to_string(), flush.group_key.to_string());
                let decision = decisions.alerts.iter().find(|one| one.fingerprint == heard.alert.fingerprint()).expect("each is decided");
                let by = muted_by(decision, &place.0, &place.1);
                self.muted.insert(place, by);
            }
            for notification in look.notifications.iter().filter(|one| one.is_sent()) {
                let message = WebhookMessage::from_notification(notification, &flush.group_labels, "").value;
                let key = &notification.key;
                let receiver = self.receivers.iter().position(|name| *name == key.receiver.as_str()).expect("it is configured");
                let channel = (format!("/{receiver}/{}", key.index.get()), key.group_key.to_string());
                self.predicted.told.entry(channel).or_default().push(Told { at: now.unix_millis(), message });
            }
        }
        let groups = &decisions.state.dispatch.groups;
        let known: BTreeSet<_> = groups.iter().map(|group| (group.route.to_string(), group.group_key.to_string())).collect();
        self.muted.retain(|place, _| known.contains(place));
        decisions
    }

    fn run_until(&mut self, at: Timestamp) {
        while let Some(due) = self.next_due.filter(|due| *due < at) {
            self.decide(Vec::new(), due + LATENESS);
        }
    }

    fn apply(&mut self, entries: &[HistoryEntry], at: Timestamp) {
        let mut alerts = Vec::new();
        for entry in entries {
            match &entry.event {
                HistoryEvent::Alert(alert) => alerts.push((**alert).clone()),
                HistoryEvent::SetSilence { silence, answered } => {
                    let mut silence = (**silence).clone();
                    silence.id = answered.expect("the server gave it an id");
                    let SilenceChange::Created(created) = silence.create(at) else { panic!("it is new") };
                    self.silences.merge_one(created);
                }
                HistoryEvent::ExpireSilence { tenant, id } => drop(self.silences.expire(tenant, *id, at).expect("it is known")),
                other => panic!("{other:?}"),
            }
        }
        if !alerts.is_empty() {
            let came: Vec<Fingerprint> = alerts.iter().map(|alert| alert.fingerprint()).collect();
            let decisions = self.decide(alerts, at);
            for fingerprint in came {
                if let Some(alert) = decisions.state.dispatch.alerts.iter().find(|alert| alert.fingerprint() == fingerprint) {
                    self.one_place.see(alert);
                }
            }
        }
    }

    fn view(&mut self, at: Timestamp) {
        let decisions = self.decide(Vec::new(), at);
        let mut view =
            View { at, alerts: BTreeMap::new(), one_inhibitor: BTreeMap::new(), groups: Vec::new(), explained: decisions.explain() };
        let mut groups = BTreeMap::<(String, String), (GroupView, BTreeSet<String>)>::new();
        for decision in decisions.alerts.iter().filter(|decision| decision.status != AlertStatus::Resolved) {
            let mut receivers: Vec<String> = decision.routes.iter().map(|route| route.receiver.to_string()).collect();
            receivers.sort();
            let alert = AlertView {
                starts_at: decision.starts_at.unix_millis(),
                ends_at: decision.ends_at.map_or(i64::MAX, Timestamp::unix_millis),
                receivers,
                silenced_by: by_reason(decision, SuppressionReason::Silenced).map(str::to_owned).collect(),
                inhibited_by: by_reason(decision, SuppressionReason::Inhibited).map(|by| by.parse().expect("a fingerprint")).collect(),
            };
            view.alerts.insert(decision.fingerprint, alert);
            view.one_inhibitor.extend(self.one_place.inhibitor(&decision.labels, at).map(|by| (decision.fingerprint, by)));
            for route in &decision.routes {
                let place = (route.route.to_string(), route.group_key.to_string());
                let group = || GroupView {
                    receiver: route.receiver.to_string(),
                    labels: route.group_labels.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
                    alerts: BTreeSet::new(),
                    muted_by: muted_by(decision, &place.0, &place.1),
                };
                let heard = self.muted.get(&place).cloned().unwrap_or_default();
                groups.entry(place.clone()).or_insert_with(|| (group(), heard)).0.alerts.insert(decision.fingerprint);
            }
        }
        view.groups = groups.into_values().collect();
        view.groups.sort();
        self.predicted.views.push(view);
    }
}

/// What is told, by whom, without its time: a replay looks a millisecond later at what is looked at as soon as it comes.
fn by_channel(planned: Vec<PlannedNotification>) -> BTreeMap<String, Vec<PlannedNotification>> {
    let mut channels = BTreeMap::<String, Vec<PlannedNotification>>::new();
    for mut one in planned {
        one.at = Timestamp::UNIX_EPOCH;
        channels.entry(format!("{} {} {}", one.receiver, one.index.get(), one.group_key)).or_default().push(one);
    }
    channels
}

/// What `decide` says, given what was done to the server and when; and that `replay` says the same.
pub(crate) fn predict(observed: &Observed) -> Predicted {
    let config =
        ConfigFile::read(&observed.yaml, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{errors}\n{}", observed.yaml));
    let reception = Reception::at(Timestamp::UNIX_EPOCH).with_resolve_timeout(config.global.resolve_timeout);
    let plan = Arc::new(config.to_plan(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}")).value);
    let mut predictor = Predictor {
        plan: Arc::clone(&plan),
        receivers: config.receivers.iter().map(|receiver| receiver.name.clone()).collect(),
        state: DecisionState::new(),
        next_due: None,
        silences: Silences::new(),
        one_place: OnePlace::new(plan.inhibition_rules().to_vec()),
        muted: BTreeMap::new(),
        planned: Vec::new(),
        predicted: Predicted::default(),
    };
    let mut history = Vec::new();
    for (at, event) in &observed.events {
        predictor.run_until(*at);
        match event {
            Event::Answer(_) => predictor.view(*at),
            Event::Exchange(line) => {
                let exchange = Exchange::read(line.to_string().as_bytes(), &DecodeLimits::default(), &reception);
                let exchange = exchange.unwrap_or_else(|report| panic!("{line}: {report:#}"));
                assert!(exchange.problems.is_empty(), "{line}: {:#}", exchange.problems);
                predictor.apply(&exchange.entries, *at);
                history.extend(exchange.entries);
            }
        }
    }
    predictor.run_until(observed.heard);
    let Predictor { planned, predicted, .. } = predictor;
    let replayed = replay(plan, history, ReplayOptions::until(observed.heard).with_lateness(LATENESS));
    assert!(replayed.refused.is_empty(), "{:?}", replayed.refused);
    assert_eq!(by_channel(replayed.notifications), by_channel(planned), "`replay` and `decide` agree");
    predicted
}
