//! What the server said and did, against what `decide` says.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Debug;

use alert_schemas::Fingerprint;
use alert_schemas::Timestamp;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use alert_schemas::webhooks::alertmanager::LabelSet;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use serde_json::Value;

use crate::live::Answer;
use crate::live::Event;
use crate::live::Observed;
use crate::predicted::AlertView;
use crate::predicted::Channel;
use crate::predicted::GroupView;
use crate::predicted::Predicted;
use crate::predicted::Told;
use crate::predicted::View;

/// How far apart times may be that the server's clock decides, in milliseconds.
const NEAR: u64 = 1_500;

/// The documented differences.
const EXPIRED: &str = "NotificationLog, 1: an entry counts as never told from its end on";
const ALL_INHIBITORS: &str = "Inhibitor, 1: all inhibitors are given";
const EVERY_SOURCE: &str = "Inhibitor, 2: every source is looked at";
const EVERY_INTERVAL: &str = "Decider, 2: every time interval that mutes is named, at once";

/// What was compared, and what came of it.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) groups: usize,
    pub(crate) muted_groups: usize,
    pub(crate) states: BTreeMap<String, usize>,
    /// Silences, sources and intervals that were named alike.
    pub(crate) silenced: usize,
    pub(crate) inhibited: usize,
    pub(crate) muted: usize,
    pub(crate) predicted: usize,
    pub(crate) matched: usize,
    pub(crate) missing: usize,
    pub(crate) extra: usize,
    /// Webhooks that differ by a documented difference.
    pub(crate) excused: usize,
    pub(crate) reasons: BTreeMap<String, usize>,
    pub(crate) documented: BTreeMap<&'static str, usize>,
    /// By how many milliseconds the latest act or webhook was late.
    pub(crate) lateness: u64,
    pub(crate) differences: Vec<String>,
}

fn add<K: Ord>(to: &mut BTreeMap<K, usize>, from: BTreeMap<K, usize>) {
    for (key, count) in from {
        *to.entry(key).or_default() += count;
    }
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.groups += other.groups;
        self.muted_groups += other.muted_groups;
        add(&mut self.states, other.states);
        self.silenced += other.silenced;
        self.inhibited += other.inhibited;
        self.muted += other.muted;
        self.predicted += other.predicted;
        self.matched += other.matched;
        self.missing += other.missing;
        self.extra += other.extra;
        self.excused += other.excused;
        add(&mut self.reasons, other.reasons);
        add(&mut self.documented, other.documented);
        self.lateness = self.lateness.max(other.lateness);
        self.differences.extend(other.differences);
    }

    fn documented(&mut self, rule: &'static str, count: usize) {
        *self.documented.entry(rule).or_default() += count;
    }

    fn differs(&mut self, what: &str, ours: &dyn Debug, theirs: &dyn Debug) {
        self.differences.push(format!("{what}\n  ours   {ours:?}\n  theirs {theirs:?}"));
    }
}

fn texts(labels: &LabelSet) -> BTreeMap<String, String> {
    labels.iter().map(|(name, value)| (name.clone(), value.clone().unwrap_or_default())).collect()
}

fn millis(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap_or_else(|error| panic!("{text}: {error}")).unix_millis()
}

fn fingerprint(text: &str) -> Fingerprint {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn alert_view(alert: &GettableAlert) -> AlertView {
    let mut receivers: Vec<String> = alert.receivers.iter().map(|receiver| receiver.name.clone()).collect();
    receivers.sort();
    AlertView {
        starts_at: millis(&alert.starts_at),
        ends_at: millis(&alert.ends_at),
        receivers,
        silenced_by: alert.status.silenced_by.iter().cloned().collect(),
        inhibited_by: alert.status.inhibited_by.iter().map(|text| fingerprint(text)).collect(),
    }
}

impl Counts {
    /// One alert, as it stands in the list or in a group, whose intervals are compared there.
    fn judge_alert(&mut self, view: &View, alert: &GettableAlert, place: &str) {
        let is_muted = alert.status.muted_by.value().is_some_and(|names| !names.is_empty());
        let id = fingerprint(&alert.fingerprint);
        let (theirs, what) = (alert_view(alert), format!("{place} at {}: alert {:?}", view.at, texts(&alert.labels)));
        let Some(ours) = view.alerts.get(&id) else { return self.differs(&what, &"nothing", &theirs) };
        let is_near = ours.ends_at.abs_diff(theirs.ends_at) < NEAR;
        let same = AlertView { ends_at: theirs.ends_at, inhibited_by: theirs.inhibited_by.clone(), ..ours.clone() };
        if !is_near || same != theirs {
            return self.differs(&what, ours, &theirs);
        }
        self.silenced += ours.silenced_by.len();
        let named: BTreeSet<Fingerprint> = view.one_inhibitor.get(&id).copied().into_iter().collect();
        let is_as_known = theirs.inhibited_by == named && named.is_subset(&ours.inhibited_by);
        if ours.inhibited_by == theirs.inhibited_by {
            self.inhibited += ours.inhibited_by.len();
        } else if is_as_known && named.is_empty() {
            // Its state follows from that.
            return self.documented(EVERY_SOURCE, 1);
        } else if is_as_known {
            self.inhibited += 1;
            self.documented(ALL_INHIBITORS, 1);
        } else {
            return self.differs(&format!("{what}, inhibited by"), &ours.inhibited_by, &theirs.inhibited_by);
        }
        let is_free = ours.silenced_by.is_empty() && ours.inhibited_by.is_empty() && !is_muted;
        let state = if is_free { "active" } else { "suppressed" };
        if alert.status.state == state {
            *self.states.entry(state.to_owned()).or_default() += 1;
        } else {
            self.differs(&format!("{what}, state"), &state, &alert.status.state);
        }
    }

    fn judge_answer(&mut self, view: &View, answer: &Answer) {
        for alert in &answer.alerts {
            self.judge_alert(view, alert, "/alerts");
        }
        let there: BTreeSet<Fingerprint> = answer.alerts.iter().map(|alert| fingerprint(&alert.fingerprint)).collect();
        for (_, missing) in view.alerts.iter().filter(|(id, _)| !there.contains(id)) {
            self.differs(&format!("/alerts at {}", view.at), missing, &"nothing");
        }
        let mut groups = Vec::new();
        for group in &answer.groups {
            let mut muted_by = BTreeSet::new();
            for alert in &group.alerts {
                self.judge_alert(view, alert, "/alerts/groups");
                muted_by.extend(alert.status.muted_by.value().into_iter().flatten().cloned());
            }
            let alerts = group.alerts.iter().map(|alert| fingerprint(&alert.fingerprint)).collect();
            groups.push(GroupView { receiver: group.receiver.name.clone(), labels: texts(&group.labels), alerts, muted_by });
        }
        // Two routes may make groups of the same labels for the same receiver.
        let split = |group: &GroupView| (GroupView { muted_by: BTreeSet::new(), ..group.clone() }, group.muted_by.clone());
        let mut theirs: Vec<_> = groups.iter().map(split).collect();
        theirs.sort();
        let mut ours: Vec<_> = view.groups.iter().map(|(group, heard)| (split(group).0, heard.clone(), group.muted_by.clone())).collect();
        ours.sort();
        if ours.len() != theirs.len() {
            return self.differs(&format!("groups at {}", view.at), &ours, &theirs);
        }
        for ((ours, heard, by), (theirs, named)) in ours.iter().zip(&theirs) {
            let what = format!("group at {}", view.at);
            if ours != theirs {
                self.differs(&what, ours, theirs);
                continue;
            }
            self.groups += 1;
            self.muted_groups += usize::from(!by.is_empty());
            if by == named {
                self.muted += by.len();
            } else if heard == named {
                self.documented(EVERY_INTERVAL, 1);
            } else {
                self.differs(&format!("{what} {ours:?}, muted by"), &(by, heard), named);
            }
        }
    }
}

/// A message without what only the server's clock and address decide, and the ends of its alerts.
fn parts(message: &WebhookMessage) -> (Value, Vec<i64>) {
    let mut message = message.clone();
    message.external_url.clear();
    // Go's zero time is before all others.
    let ends = |alert: &mut alert_schemas::webhooks::alertmanager::WebhookAlert| millis(&std::mem::take(&mut alert.ends_at));
    let ends = message.alerts.iter_mut().map(ends).collect();
    (serde_json::to_value(message).expect("JSON"), ends)
}

fn is_equal(ours: &Told, theirs: &Told) -> bool {
    let ((own, own_ends), (told, told_ends)) = (parts(&ours.message), parts(&theirs.message));
    let is_near = |(a, b): (&i64, &i64)| a.abs_diff(*b) < NEAR;
    own == told && ours.at.abs_diff(theirs.at) < NEAR && own_ends.iter().zip(&told_ends).all(is_near)
}

/// Whether they differ in nothing but that the server still remembers what it told before.
fn has_expired(ours: &Told, theirs: &Told) -> bool {
    let told = |told: &Told| told.message.notification_reason.clone().unwrap_or_default();
    let mut same = ours.clone();
    same.message.notification_reason.clone_from(&theirs.message.notification_reason);
    is_equal(&same, theirs) && told(ours) == "first notification" && told(theirs) == "repeat interval elapsed"
}

/// For people.
fn shown(told: &Told) -> String {
    let message = &told.message;
    let alerts: Vec<_> =
        message.alerts.iter().map(|alert| format!("{} {}", alert.status, alert.fingerprint.as_deref().unwrap_or_default())).collect();
    let at = Timestamp::from_unix_millis(told.at).expect("in range");
    let reason = message.notification_reason.as_deref().unwrap_or_default();
    format!("{at} {} ({reason}) {alerts:?}, {:?} left out\n      {}", message.status, message.truncated_alerts, parts(message).0)
}

impl Counts {
    fn judge_webhooks(&mut self, predicted: &Predicted, told: &BTreeMap<Channel, Vec<Told>>, end: Timestamp) {
        let channels: BTreeSet<&Channel> = predicted.told.keys().chain(told.keys()).collect();
        for channel in channels {
            let none = Vec::new();
            let (ours, theirs) = (predicted.told.get(channel).unwrap_or(&none), told.get(channel).unwrap_or(&none));
            let must_come = |own: &&Told| own.at <= end.unix_millis();
            self.predicted += ours.iter().filter(must_come).count();
            let (mut missing, mut extra) = (Vec::new(), Vec::new());
            let mut ahead = ours.iter();
            for one in theirs {
                // In order: what is predicted before it and is not it, is extra.
                let first = ahead.len() == ours.len();
                match ahead.clone().position(|own| is_equal(own, one) || (!first && has_expired(own, one))) {
                    Some(place) => {
                        extra.extend(ahead.by_ref().take(place));
                        let own = ahead.next().expect("it was found");
                        if !must_come(&own) {
                            continue;
                        }
                        if is_equal(own, one) {
                            self.matched += 1;
                        } else {
                            self.excused += 1;
                            self.documented(EXPIRED, 1);
                        }
                        self.lateness = self.lateness.max(own.at.abs_diff(one.at));
                        *self.reasons.entry(one.message.notification_reason.clone().unwrap_or_default()).or_default() += 1;
                    }
                    None => missing.push(one),
                }
            }
            extra.extend(ahead.filter(must_come));
            if missing.is_empty() && extra.is_empty() {
                continue;
            }
            if predicted.overlooked.contains(&channel.1) {
                self.excused += missing.len().max(extra.len());
                self.documented(EVERY_SOURCE, missing.len().max(extra.len()));
                continue;
            }
            self.missing += missing.len();
            self.extra += extra.len();
            let list = |all: &[Told]| all.iter().map(|one| format!("\n    {}", shown(one))).collect::<String>();
            self.differences.push(format!("webhooks to {channel:?}\n  ours   {}\n  theirs {}", list(ours), list(theirs)));
        }
    }
}

/// Compares all that the server said and did.
pub(crate) fn judge(observed: &Observed, predicted: &Predicted) -> Counts {
    let mut counts = Counts { lateness: observed.lateness, ..Counts::default() };
    let answers = observed.events.iter().filter_map(|(_, event)| if let Event::Answer(answer) = event { Some(answer) } else { None });
    for (view, answer) in predicted.views.iter().zip(answers) {
        let before = counts.differences.len();
        counts.judge_answer(view, answer);
        if counts.differences.len() > before {
            counts.differences.push(format!("explained at {}:\n{}", view.at, view.explained));
        }
    }
    let mut told = BTreeMap::<Channel, Vec<Told>>::new();
    for delivery in &observed.deliveries {
        let message = WebhookMessage::decode(&delivery.body, &DecodeLimits::default()).unwrap_or_else(|report| panic!("{report:#}"));
        let channel = (delivery.path.clone(), message.group_key.clone());
        told.entry(channel).or_default().push(Told { at: delivery.at.unix_millis(), message });
    }
    counts.judge_webhooks(predicted, &told, observed.end);
    counts
}
