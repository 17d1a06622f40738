//! Generated configurations, and what happens under them.

use std::collections::BTreeSet;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::Matchers;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigInhibitRule;
use alert_schemas::webhooks::alertmanager::config::ConfigInterval;
use alert_schemas::webhooks::alertmanager::config::ConfigReceiver;
use alert_schemas::webhooks::alertmanager::config::ConfigRoute;
use alert_schemas::webhooks::alertmanager::config::ConfigTimeInterval;
use alert_schemas::webhooks::alertmanager::config::ConfigTimes;
use alert_schemas::webhooks::alertmanager::config::WebhookConfig;
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence;

use crate::scenario::Act;
use crate::scenario::AlertPost;
use crate::scenario::CHANGE;
use crate::scenario::SECOND;
use crate::scenario::SHORT_TIMEOUT;
use crate::scenario::Scenario;
use crate::scenario::THIRD;

/// The labels of alerts and matchers, and their values.
const LABELS: [(&str, &[&str]); 7] = [
    ("alertname", &["Disk", "Cpu", "Down"]),
    ("team", &["db", "web"]),
    ("severity", &["critical", "warning", "info"]),
    ("zone", &["a", "b", "ä 1"]),
    ("instance", &["1", "2", "10"]),
    ("job", &["node", "app"]),
    ("z.é", &["x\"y", "a\\b"]),
];

const GROUPINGS: [&[&str]; 8] = [
    &[],
    &["alertname"],
    &["team", "zone"],
    &["..."],
    &["alertname", "absent"],
    &["z.é"],
    &["severity"],
    &["alertname", "severity", "team"],
];

/// Times at which groups never meet what changes: no repeat interval, and no two of them, is a multiple of a group interval.
const GROUP_WAITS: [u32; 2] = [1_000, 2_000];
const GROUP_INTERVALS: [u32; 2] = [2_000, 3_000];
const REPEAT_INTERVALS: [u32; 3] = [1_250, 5_000, 3_600_000];

/// Time intervals, and whether they hold.
const INTERVALS: [&str; 5] = ["always", "weekdays", "never", "long ago", "both"];

fn values(name: &str) -> &'static [&'static str] {
    LABELS.iter().find(|(label, _)| *label == name).map_or(&["x"], |(_, values)| values)
}

fn matcher_of(name: &'static str) -> impl Strategy<Value = Matcher> {
    let op = prop_oneof![5 => Just(MatchOp::Equal), 3 => Just(MatchOp::Regex), 2 => Just(MatchOp::NotEqual), 1 => Just(MatchOp::NotRegex)];
    let value = prop_oneof![9 => select(values(name)), 1 => Just("")];
    let other =
        prop_oneof![2 => select(values(name)).prop_map(str::to_owned), 1 => Just(".+".to_owned()), 1 => Just("[a-cw].*".to_owned())];
    (op, value, other).prop_map(move |(op, value, other)| {
        let value = if !op.is_regex() {
            value.to_owned()
        } else if other.contains('\\') {
            ".+b".to_owned()
        } else {
            format!("{}|{other}", value.replace('\\', "."))
        };
        Matcher::new(name, op, value).expect("a matcher")
    })
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let name = prop_oneof![12 => select(LABELS.map(|(name, _)| name).to_vec()), 1 => Just("absent")];
    name.prop_flat_map(matcher_of)
}

/// Matchers of which one does not take an empty value.
fn narrow_matchers() -> impl Strategy<Value = Matchers> {
    let narrow = select(vec!["alertname", "team", "severity", "zone", "instance"]);
    let narrow =
        narrow.prop_flat_map(|name| (Just(name), select(values(name)))).prop_map(|(name, value)| Matcher::equal(name, value).unwrap());
    (narrow, weighted(0.5, matcher())).prop_map(|(first, second)| Matchers::new([first].into_iter().chain(second)).expect("a list"))
}

/// A value in this share of the cases.
fn maybe<T: std::fmt::Debug + Clone + 'static>(share: f64, value: impl Strategy<Value = T> + 'static) -> BoxedStrategy<Option<T>> {
    if share < 1.0 { weighted(share, value).boxed() } else { value.prop_map(Some).boxed() }
}

fn labels() -> impl Strategy<Value = Labels> {
    let share = |name: &str| match name {
        "alertname" => 1.0,
        "team" | "severity" => 0.85,
        "zone" | "instance" => 0.6,
        _ => 0.3,
    };
    let all: Vec<_> =
        LABELS.iter().map(|(name, values)| maybe(share(name), select(*values)).prop_map(move |value| Some((*name, value?)))).collect();
    all.prop_map(|pairs| Labels::from_pairs(pairs.into_iter().flatten()).expect("labels"))
}

#[derive(Debug, Clone)]
struct Times {
    wait: Option<u32>,
    interval: Option<u32>,
    repeat: Option<u32>,
}

fn times(share: f64) -> impl Strategy<Value = Times> {
    (maybe(share, select(&GROUP_WAITS[..])), maybe(share, select(&GROUP_INTERVALS[..])), maybe(share, select(&REPEAT_INTERVALS[..])))
        .prop_map(|(wait, interval, repeat)| Times { wait, interval, repeat })
}

fn interval_names(share: f64) -> impl Strategy<Value = Vec<&'static str>> {
    weighted(share, subsequence(&INTERVALS[..], 1..3)).prop_map(Option::unwrap_or_default)
}

#[derive(Debug, Clone)]
struct Draft {
    /// Which of the routes before it is above it.
    parent: usize,
    matchers: Vec<Matcher>,
    /// Whether its matchers are written in the older way where that can be.
    is_legacy: bool,
    receiver: Option<usize>,
    grouping: Option<&'static [&'static str]>,
    is_continued: bool,
    times: Times,
    mute: Vec<&'static str>,
    active: Vec<&'static str>,
}

fn draft() -> impl Strategy<Value = Draft> {
    let route = (0_usize..64, vec(matcher(), 1..3), proptest::bool::weighted(0.25), weighted(0.7, 0_usize..8));
    let group = (weighted(0.4, select(&GROUPINGS[..])), proptest::bool::weighted(0.4), times(0.25));
    (route, group, interval_names(0.12), interval_names(0.12)).prop_map(|(route, group, mute, active)| {
        let ((parent, matchers, is_legacy, receiver), (grouping, is_continued, times)) = (route, group);
        Draft { parent, matchers, is_legacy, receiver, grouping, is_continued, times, mute, active }
    })
}

fn set_times(route: &mut ConfigRoute, times: &Times) {
    let duration = |millis: Option<u32>| millis.map(|millis| AlertDuration::millis(millis).into());
    route.group_wait = duration(times.wait);
    route.group_interval = duration(times.interval);
    route.repeat_interval = duration(times.repeat);
}

fn texts(names: &[&str]) -> Vec<alert_schemas::webhooks::alertmanager::config::Placed<String>> {
    names.iter().map(|name| (*name).to_owned().into()).collect()
}

/// The route at this place with all below it; of siblings with equal matchers only the first, because two such would share what was told.
fn route_at(place: usize, drafts: &[Draft], receivers: &[String]) -> ConfigRoute {
    let mut route = ConfigRoute::default();
    if let Some(draft) = place.checked_sub(1).map(|index| &drafts[index]) {
        for matcher in &draft.matchers {
            let (name, value) = (matcher.name().to_owned(), matcher.value().to_owned());
            match matcher.op() {
                MatchOp::Equal if draft.is_legacy && name != "z.é" => route.match_equal.insert(name, value),
                MatchOp::Regex if draft.is_legacy && name != "z.é" => route.match_regex.insert(name, value),
                _ => route.matchers.push(matcher.to_string().into()),
            }
        }
        if let Some(receiver) = draft.receiver {
            route.receiver = receivers[receiver % receivers.len()].clone().into();
        }
        route.group_by = draft.grouping.map(|names| texts(names).into());
        route.continue_matching = draft.is_continued.into();
        set_times(&mut route, &draft.times);
        route.mute_time_intervals = texts(&draft.mute);
        route.active_time_intervals = texts(&draft.active);
    }
    let mut seen = BTreeSet::new();
    for (index, draft) in drafts.iter().enumerate().skip(place) {
        if draft.parent % (index + 1) == place {
            let below = route_at(index + 1, drafts, receivers);
            if seen.insert(below.all_matchers().expect("matchers").to_string()) {
                route.routes.push(below.into());
            }
        }
    }
    route
}

fn webhook(send_resolved: bool, max_alerts: u64) -> WebhookConfig {
    let mut webhook = WebhookConfig::default();
    webhook.url = "http://127.0.0.1:9/".parse().expect("a URL");
    (webhook.send_resolved, webhook.max_alerts) = (send_resolved, max_alerts);
    webhook
}

/// A receiver with a webhook for each of these: whether it is told of resolved alerts, and how many alerts it takes at once.
pub(crate) fn receiver(name: &str, webhooks: &[(bool, u64)]) -> ConfigReceiver {
    let mut receiver = ConfigReceiver::new(name);
    receiver.webhook_configs = webhooks.iter().map(|(send_resolved, max_alerts)| webhook(*send_resolved, *max_alerts)).collect();
    receiver
}

/// The time intervals that always or never hold.
pub(crate) fn time_intervals() -> Vec<ConfigTimeInterval> {
    let named = |name: &str, intervals: Vec<ConfigInterval>| {
        let mut named = ConfigTimeInterval::default();
        named.name = name.to_owned().into();
        named.intervals = intervals.into_iter().map(Into::into).collect();
        named
    };
    let holding = |set: &dyn Fn(&mut ConfigInterval)| {
        let mut interval = ConfigInterval::default();
        set(&mut interval);
        interval
    };
    let always = holding(&|interval| interval.times = Some(vec![ConfigTimes::new("00:00", "24:00").into()]));
    let weekdays = holding(&|interval| interval.weekdays = Some(texts(&["sunday:tuesday", "wednesday:saturday"])));
    let never = holding(&|interval| interval.years = Some(texts(&["1990:1999"])));
    let long_ago = holding(&|interval| {
        interval.months = Some(texts(&["january:june", "july:december"]));
        interval.days_of_month = Some(texts(&["1:31"]));
        interval.years = Some(texts(&["1990"]));
    });
    vec![
        named("always", vec![always.clone()]),
        named("weekdays", vec![weekdays]),
        named("never", vec![never.clone()]),
        named("long ago", vec![long_ago]),
        named("both", vec![never, always]),
    ]
}

fn inhibit_rule() -> impl Strategy<Value = ConfigInhibitRule> {
    let side = |usual: Matcher| {
        (proptest::bool::weighted(0.7), vec(matcher(), 1..3)).prop_map(move |(is_usual, mut matchers)| {
            if is_usual {
                matchers[0] = usual.clone();
            }
            matchers
        })
    };
    let source = side(Matcher::equal("severity", "critical").unwrap());
    let target = side(Matcher::new("severity", MatchOp::Regex, "warning|info").unwrap());
    let equal = subsequence(vec!["alertname", "team", "zone", "absent"], 0..3);
    (source, target, equal).prop_map(|(source, target, equal)| {
        let mut rule = ConfigInhibitRule::default();
        let lines = |matchers: Vec<Matcher>| matchers.into_iter().map(|matcher| matcher.to_string().into()).collect();
        (rule.source_matchers, rule.target_matchers, rule.equal) = (lines(source), lines(target), texts(&equal));
        rule
    })
}

fn config() -> impl Strategy<Value = ConfigFile> {
    let root = (select(&GROUPINGS[..]), times(1.0));
    let webhooks = vec((any::<bool>(), select(vec![0_u64, 0, 0, 1, 2])), 0..3);
    let resolve_timeout = prop_oneof![3 => Just(300_000_u32), 1 => Just(SHORT_TIMEOUT)];
    (root, vec(draft(), 2..13), vec(webhooks, 2..5), vec(inhibit_rule(), 0..3), resolve_timeout).prop_map(
        |((grouping, times), drafts, mut webhooks, rules, resolve_timeout)| {
            if webhooks[0].is_empty() {
                webhooks[0].push((true, 0));
            }
            let names: Vec<String> = (0..webhooks.len()).map(|index| format!("r{index}")).collect();
            let mut config = ConfigFile::new(names[0].clone());
            config.global.resolve_timeout = AlertDuration::millis(resolve_timeout);
            let mut root = route_at(0, &drafts, &names);
            root.receiver = names[0].clone().into();
            root.group_by = Some(texts(grouping).into());
            set_times(&mut root, &times);
            config.route = root.into();
            config.receivers = names.iter().zip(&webhooks).map(|(name, webhooks)| receiver(name, webhooks).into()).collect();
            config.inhibit_rules = rules.into_iter().map(Into::into).collect();
            config.time_intervals = time_intervals().into_iter().map(Into::into).collect();
            config
        },
    )
}

/// What becomes of an alert.
#[derive(Debug, Clone, Copy)]
enum Life {
    Stays,
    EndsFarAway,
    Ends(i64),
    IsOver,
    IsEnded(i64),
    FiresAgain,
    IsRepeated(i64),
    Comes(i64),
    IsOld,
}

fn life() -> impl Strategy<Value = Life> {
    let later = || select(vec![SECOND, THIRD]);
    prop_oneof![
        5 => Just(Life::Stays),
        2 => Just(Life::EndsFarAway),
        3 => select(vec![1_000 + CHANGE, 3_000 + CHANGE, 5_000 + CHANGE]).prop_map(Life::Ends),
        1 => Just(Life::IsOver),
        3 => later().prop_map(Life::IsEnded),
        1 => Just(Life::FiresAgain),
        1 => later().prop_map(Life::IsRepeated),
        3 => later().prop_map(Life::Comes),
        1 => Just(Life::IsOld),
    ]
}

/// The posts of alerts with these labels; at most one is old, and comes alone: others would meet the look at its group. For the same reason an alert is not
/// heard of again after `last`, when its group may be gone.
fn posts(alerts: Vec<(Labels, Life)>, last: i64) -> Vec<(i64, Act)> {
    let (mut before, mut first, mut second, mut third) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (number, (labels, life)) in alerts.into_iter().enumerate().filter(|(_, (labels, _))| seen.insert(labels.to_string())) {
        let post = |starts| AlertPost::new(labels.clone(), starts).noting("summary", "it broke").noting("number", (number / 2).to_string());
        let mut later = |at: i64, post: AlertPost| if at == SECOND { second.push(post) } else { third.push(post) };
        match life {
            Life::IsOld if before.is_empty() => before.push(post(-3_600_000)),
            Life::Stays | Life::IsOld => first.push(post(0)),
            Life::EndsFarAway => first.push(post(0).until(3_600_000)),
            Life::Ends(at) => first.push(post(0).until(at)),
            Life::IsOver => first.push(post(-100).until(-50)),
            Life::IsEnded(at) => {
                let at = at.min(last);
                first.push(post(0));
                later(at, post(0).until(at));
            }
            Life::FiresAgain => {
                first.push(post(0).until(1_000 + CHANGE));
                later(THIRD, post(THIRD));
            }
            Life::IsRepeated(at) => {
                first.push(post(0));
                later(at.min(last), post(0).noting("summary", "it is still broken"));
            }
            Life::Comes(at) => later(at, post(at)),
        }
    }
    let all = [(-1_000, before), (0, first), (SECOND, second), (THIRD, third)];
    all.into_iter().filter(|(_, posts)| !posts.is_empty()).map(|(at, posts)| (at, Act::Alerts(posts))).collect()
}

/// Configurations, and what happens under them.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    let start = select(vec![-2_000, -2_000, 2_000 + CHANGE]);
    let end = select(vec![3_600_000, 3_600_000, 3_000 + CHANGE]);
    let deleted = weighted(0.25, Just(4_000 + CHANGE));
    let silences = vec((narrow_matchers(), start, end, deleted), 0..4);
    (config(), vec((labels(), life()), 8..20), silences).prop_map(|(config, alerts, silences)| {
        let is_short = config.global.resolve_timeout == AlertDuration::millis(SHORT_TIMEOUT);
        let mut acts = posts(alerts, if is_short { SECOND } else { THIRD });
        for (number, (matchers, start, end, deleted)) in silences.into_iter().enumerate() {
            acts.push((-1_400, Act::Silence(matchers, start, end)));
            acts.extend(deleted.map(|at| (at, Act::Unsilence(number))));
        }
        Scenario::new("generated", config, acts)
    })
}
