//! Laws of the whole decision: it is deterministic, knows no order of what is simultaneous, keeps tenants apart, and what it foretells is what happens.

#![cfg(feature = "proptest")]

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::AlertSource;
use alert_schemas::alerts::Fingerprint;
use alert_schemas::notifications::AlertDecision;
use alert_schemas::notifications::Decider;
use alert_schemas::notifications::DecisionOutcome;
use alert_schemas::notifications::DecisionPlan;
use alert_schemas::notifications::DecisionState;
use alert_schemas::notifications::HistoryEntry;
use alert_schemas::notifications::HistoryEvent;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::Integration;
use alert_schemas::notifications::Look;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::notifications::Notification;
use alert_schemas::notifications::NotificationConfig;
use alert_schemas::notifications::PlannedNotification;
use alert_schemas::notifications::Receiver;
use alert_schemas::notifications::ReplayOptions;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::Silences;
use alert_schemas::notifications::TimeInterval;
use alert_schemas::notifications::WebhookSettings;
use alert_schemas::notifications::decide;
use alert_schemas::notifications::replay;
use alert_schemas::utils::Secret;
use alert_schemas::validations::DecodeLimits;
use proptest::prelude::*;

fn seconds(seconds: u32) -> AlertDuration {
    AlertDuration::seconds(seconds)
}

fn start() -> Timestamp {
    "2025-01-06T08:59:30Z".parse().unwrap()
}

fn tenant(number: u8) -> TenantId {
    if number == 0 { TenantId::default() } else { format!("tenant-{number}").parse().unwrap() }
}

/// What differs between the configurations.
#[derive(Debug, Clone)]
struct Shape {
    group_by: u8,
    wait: u32,
    interval: u32,
    repeat: u32,
    resolve_timeout: u32,
    continues: bool,
    send_resolved: bool,
    max_alerts: u32,
    has_calendar: u8,
    inhibits: bool,
}

fn shapes() -> impl Strategy<Value = Shape> {
    let numbers = (0..3_u8, 0..12_u32, 1..9_u32, 1..40_u32, 15..70_u32);
    let others = (any::<bool>(), any::<bool>(), prop_oneof![3 => Just(0_u32), 1 => 1..3_u32], 0..3_u8, any::<bool>());
    (numbers, others).prop_map(
        |((group_by, wait, interval, repeat, resolve_timeout), (continues, send_resolved, max_alerts, has_calendar, inhibits))| Shape {
            group_by,
            wait,
            interval,
            repeat,
            resolve_timeout,
            continues,
            send_resolved,
            max_alerts,
            has_calendar,
            inhibits,
        },
    )
}

fn plan(shape: &Shape) -> DecisionPlan {
    let labels: &[&str] = match shape.group_by {
        0 => &[],
        1 => &["alertname"],
        _ => &["alertname", "instance"],
    };
    let mut db = Route::builder().matchers("severity=critical").receiver("db").group_by(labels.iter().copied());
    if shape.continues {
        db = db.continue_matching();
    }
    db = match shape.has_calendar {
        1 => db.mute_time_interval("nine"),
        2 => db.active_time_interval("nine"),
        _ => db,
    };
    let web = Route::builder().matchers("instance=~i[12]").receiver("web").group_wait(seconds(shape.wait / 2)).build().unwrap();
    let root = Route::builder()
        .receiver("everyone")
        .group_by(labels.iter().copied())
        .group_wait(seconds(shape.wait))
        .group_interval(seconds(shape.interval))
        .repeat_interval(seconds(shape.repeat))
        .route(db.build().unwrap())
        .route(web)
        .build()
        .unwrap();
    let mut config = NotificationConfig::new(root);
    config.receivers = ["everyone", "db", "web"].map(|name| Receiver::new(name.parse().unwrap())).to_vec();
    config.resolve_timeout = seconds(shape.resolve_timeout);
    let mut nine = TimeInterval::new();
    nine.times = vec![alert_schemas::notifications::ClockRange::new("09:00".parse().unwrap(), "09:01".parse().unwrap())];
    config.time_intervals.push(NamedTimeInterval::new("nine".parse().unwrap(), vec![nine]));
    if shape.inhibits {
        for number in 0..2 {
            let mut rule = InhibitionRule::new("severity=critical".parse().unwrap(), "severity=low".parse().unwrap());
            rule = rule.with_equal(["instance".parse().unwrap()]);
            rule.tenant = tenant(number);
            config.inhibition_rules.push(rule);
        }
    }
    let channel = |kind: &str| Integration::new(kind.parse().unwrap(), 0_u32.into()).with_max_alerts(shape.max_alerts.into());
    let plan = DecisionPlan::new(&config).unwrap();
    let plan = plan.with_channels("web".parse().unwrap(), [channel("webhook").with_send_resolved(shape.send_resolved), channel("slack")]);
    plan.with_channels("db".parse().unwrap(), [channel("webhook").with_send_resolved(shape.send_resolved)])
}

#[derive(Debug, Clone)]
enum Act {
    Fire(u8, u8, bool),
    Resolve(u8, u8, bool),
    Silence(u8, u32, u32),
}

fn acts() -> impl Strategy<Value = Vec<(u32, Act)>> {
    let act = prop_oneof![
        6 => (0..3_u8, 0..3_u8, any::<bool>()).prop_map(|(name, instance, critical)| Act::Fire(name, instance, critical)),
        2 => (0..3_u8, 0..3_u8, any::<bool>()).prop_map(|(name, instance, critical)| Act::Resolve(name, instance, critical)),
        2 => (0..3_u8, 0..20_u32, 1..60_u32).prop_map(|(instance, from, length)| Act::Silence(instance, from, length)),
    ];
    prop::collection::vec((0..25_u32, act), 1..14)
}

fn entry(act: &Act, tenant: &TenantId, at: Timestamp) -> HistoryEntry {
    let alert = |name: &u8, instance: &u8, critical: &bool| {
        let severity = if *critical { "critical" } else { "low" };
        let mut alert = Alert::builder("it is", AlertSeverity::High, at).name(format!("a{name}")).label("instance", format!("i{instance}"));
        alert = alert.label("severity", severity);
        let mut alert = alert.build().unwrap();
        alert.tenant = tenant.clone();
        alert
    };
    let event = match act {
        Act::Fire(name, instance, critical) => HistoryEvent::alert(alert(name, instance, critical)),
        Act::Resolve(name, instance, critical) => {
            let mut alert = alert(name, instance, critical);
            alert.status = AlertStatus::Resolved;
            alert.ends_at = Some(at);
            HistoryEvent::alert(alert)
        }
        Act::Silence(instance, from, length) => {
            let from = at + seconds(*from);
            let mut silence = Silence::new(format!("instance=i{instance}").parse().unwrap(), from, from + seconds(*length));
            silence.tenant = tenant.clone();
            HistoryEvent::silence(silence)
        }
    };
    HistoryEntry::new(at, event)
}

fn history(acts: &[(u32, Act)], tenant: &TenantId) -> Vec<HistoryEntry> {
    let mut at = start();
    let entries = acts.iter().map(|(wait, act)| {
        at = at + seconds(*wait);
        entry(act, tenant, at)
    });
    entries.collect()
}

fn end() -> Option<Timestamp> {
    Some(start() + AlertDuration::minutes(15))
}

fn sent(plan: &DecisionPlan, history: Vec<HistoryEntry>) -> Vec<PlannedNotification> {
    let replayed = replay(plan.clone(), history, end());
    assert_eq!(replayed.refused, []);
    replayed.notifications
}

/// What a job would have sent that keeps nothing in memory and is run for each event and each time at which something is due.
fn sent_by_jobs(plan: DecisionPlan, history: Vec<HistoryEntry>) -> Vec<PlannedNotification> {
    let plan = Arc::new(plan);
    let (mut state, mut silences, mut sent, mut due) = (DecisionState::new(), Silences::new(), Vec::new(), None::<Timestamp>);
    let mut history = history.into_iter().peekable();
    loop {
        let now = match (history.peek().map(|entry| entry.at), due) {
            (Some(at), Some(due)) => at.min(due),
            (at, due) => match at.or(due) {
                Some(at) => at,
                None => return sent,
            },
        };
        if Some(now) > end() {
            return sent;
        }
        let mut alerts = Vec::new();
        while let Some(entry) = history.next_if(|entry| entry.at == now) {
            match entry.event {
                HistoryEvent::Alert(alert) => alerts.push(*alert),
                HistoryEvent::SetSilence { silence, .. } => drop(silences.set(*silence, now).unwrap()),
                _ => unreachable!(),
            }
        }
        let decisions = decide(&plan, state, alerts, &silences, now).unwrap();
        sent.extend(decisions.planned());
        due = decisions.next_due;
        let stored = serde_json::to_vec(&decisions.state).unwrap();
        state = DecisionState::decode(&stored, &DecodeLimits::default()).unwrap();
    }
}

/// The alerts of which a notification tells, or which it counts for want of room.
fn covered(look: &Look, notification: &Notification) -> BTreeSet<Fingerprint> {
    let tells_resolved = notification.alerts.len() + notification.truncated_alerts > notification.firing.len();
    let is_covered = |hash| notification.firing.contains(hash) || (tells_resolved && notification.resolved.contains(hash));
    look.flush.alerts.iter().filter(|flushed| is_covered(&flushed.hash)).map(|flushed| flushed.alert.fingerprint()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn replay_is_deterministic_and_a_job_without_memory_sends_the_same(shape in shapes(), acts in acts()) {
        let plan = plan(&shape);
        let history = history(&acts, &TenantId::default());
        let first = sent(&plan, history.clone());
        prop_assert_eq!(&first, &sent(&plan, history.clone()));
        prop_assert_eq!(&first, &sent_by_jobs(plan, history));
    }

    #[test]
    fn the_order_of_what_is_simultaneous_does_not_matter(shape in shapes(), acts in acts(), seed in any::<u64>()) {
        let plan = plan(&shape);
        // Ten seconds of history at once, silences left out; of messages about one alert the last stays.
        let mut at_once = BTreeMap::new();
        for entry in history(&acts, &TenantId::default()) {
            let HistoryEvent::Alert(alert) = &entry.event else { continue };
            let at = Timestamp::from_unix_millis(entry.at.unix_millis() / 10_000 * 10_000).unwrap();
            at_once.insert((at, alert.identity().to_string()), HistoryEntry::new(at, entry.event));
        }
        let mut history: Vec<HistoryEntry> = at_once.into_values().collect();
        let expected = sent(&plan, history.clone());
        let mut number = seed | 1;
        for place in (1..history.len()).rev() {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            history.swap(place, usize::try_from(number >> 33).unwrap() % (place + 1));
        }
        prop_assert_eq!(expected, sent(&plan, history));
    }

    #[test]
    fn another_tenant_changes_nothing(shape in shapes(), acts in acts(), others in acts()) {
        let plan = plan(&shape);
        let own = tenant(0);
        let alone = sent(&plan, history(&acts, &own));
        let mut both = history(&others, &tenant(1));
        both.extend(history(&acts, &own));
        let mut together = sent(&plan, both);
        together.retain(|one| one.tenant == own);
        prop_assert_eq!(alone, together);
    }

    #[test]
    fn what_is_foretold_is_what_happens(shape in shapes(), acts in acts(), after in 0..60_u32) {
        let replayed = {
            let history = history(&acts, &TenantId::default());
            let last = history.last().map(|entry| entry.at).unwrap();
            replay(plan(&shape), history, Some(last + seconds(after)))
        };
        let (mut decider, silences) = (replayed.decider, replayed.silences);
        let now = acts.iter().fold(start(), |at, (wait, _)| at + seconds(*wait)) + seconds(after);
        let decisions = decider.decide(&silences, now);
        prop_assert!(decisions.alerts.iter().all(|alert| !alert.explain().is_empty()));
        // Explaining changes nothing, and says the same of what is to come.
        let again = decider.explain(&silences, now);
        for alert in &again {
            prop_assert!(alert.routes.iter().all(|route| route.outcome != DecisionOutcome::Sent));
        }
        // The loop goes on for ten minutes, and nothing comes.
        let mut happened: Vec<(PlannedNotification, BTreeSet<Fingerprint>)> = Vec::new();
        while let Some(due) = decider.next_due().filter(|due| *due <= now + AlertDuration::minutes(10)) {
            for look in decider.advance(&silences, due) {
                happened.extend(look.planned().zip(look.notifications.iter().filter(|one| one.is_sent()).map(|one| covered(&look, one))));
            }
        }
        for alert in decisions.alerts.iter().chain(&again) {
            for route in &alert.routes {
                let mut here = happened.iter().filter(|(one, _)| one.route == route.route && one.group_key == route.group_key);
                let next = here.clone().next().map(|(one, _)| one);
                let expected = next.map(|one| (one.at, one.reason, one.status, one.integration.clone(), one.alerts.len() as u64));
                let foretold = route.next.as_ref().map(|one| (one.at, one.reason, one.status, one.integration.clone(), one.alerts.get()));
                prop_assert_eq!(foretold, expected, "the group {} of {}", route.group_key, alert.explain());
                let of_alert = here.find(|(_, covered)| covered.contains(&alert.fingerprint));
                let foretold = route.next_told.as_ref().map(|one| (one.at, one.reason));
                prop_assert_eq!(foretold, of_alert.map(|(one, _)| (one.at, one.reason)), "{}", alert.explain());
            }
        }
    }
}

#[test]
fn many_alerts_and_routes_cost_what_they_are() {
    let routes = (0..100).map(|number| {
        let matchers = format!("team=t{number}");
        Route::builder().matchers(&matchers).receiver("ops").group_by(["alertname"]).continue_matching().build().unwrap()
    });
    let mut root = Route::builder().receiver("ops");
    for route in routes {
        root = root.route(route);
    }
    let mut config = NotificationConfig::new(root.build().unwrap());
    config.receivers.push(Receiver::new("ops".parse().unwrap()));
    for number in 0..100 {
        let (source, target) = (format!("severity=critical,team=t{number}"), format!("severity=low,team=t{number}"));
        let rule = InhibitionRule::new(source.parse().unwrap(), target.parse().unwrap());
        config.inhibition_rules.push(rule.with_equal(["instance".parse().unwrap()]));
    }
    let plan = Arc::new(DecisionPlan::new(&config).unwrap());
    let cost = |count: u32| {
        let alerts = (0..count).map(|number| {
            let alert = Alert::builder("it is", AlertSeverity::High, start())
                .name(format!("a{}", number % 7))
                .label("team", format!("t{}", number % 100));
            let alert = alert.label("instance", format!("i{number}")).label("severity", if number % 2 == 0 { "low" } else { "critical" });
            alert.build().unwrap()
        });
        let alerts: Vec<Alert> = alerts.collect();
        let mut silences = Silences::new();
        for number in 0..count / 10 {
            let silence = Silence::new(format!("instance=i{number}").parse().unwrap(), start(), start() + seconds(600));
            silences.set(silence, start()).unwrap();
        }
        let began = Instant::now();
        let decisions = decide(&plan, DecisionState::new(), alerts, &silences, start() + seconds(40)).unwrap();
        assert_eq!(decisions.alerts.len(), count as usize);
        assert_eq!(decisions.looks.len(), 700);
        began.elapsed()
    };
    // A scan of all rules and silences for each alert would take minutes here.
    let (few, many) = (cost(1_000), cost(10_000));
    println!("decide: 1,000 alerts {few:?}, 10,000 alerts {many:?}, 100 routes, 100 inhibition rules");
}

#[test]
fn a_state_moves_to_another_configuration_without_losing_an_alert() {
    let plan_of = |receiver: &str| {
        let mut config = NotificationConfig::new(Route::builder().receiver(receiver).build().unwrap());
        config.receivers.push(Receiver::new(receiver.parse().unwrap()));
        DecisionPlan::new(&config).unwrap()
    };
    let mut decider = Decider::new(plan_of("before"));
    decider.receive(Alert::builder("it is", AlertSeverity::High, start()).name("a").build().unwrap(), start());
    let mut moved = Decider::from_state(plan_of("after"), decider.state()).unwrap();
    let due = moved.next_due().unwrap();
    assert_eq!(Some(due), decider.next_due());
    let looks = moved.advance(&Silences::new(), due);
    let told: Vec<_> = looks.iter().flat_map(|look| look.planned().collect::<Vec<_>>()).collect();
    assert_eq!((told.len(), told[0].receiver.as_str()), (1, "after"));
    assert_eq!(moved.refused(), 0);
}

fn plain_shape() -> Shape {
    Shape {
        group_by: 0,
        wait: 10,
        interval: 5,
        repeat: 30,
        resolve_timeout: 60,
        continues: false,
        send_resolved: true,
        max_alerts: 0,
        has_calendar: 0,
        inhibits: true,
    }
}

#[test]
fn every_reason_is_told() {
    let shape = Shape { has_calendar: 1, ..plain_shape() };
    let at: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let mut decider = Decider::new(plan(&shape));
    let own = tenant(0);
    for act in [Act::Fire(0, 0, true), Act::Fire(1, 0, false)] {
        let HistoryEvent::Alert(alert) = entry(&act, &own, at).event else { unreachable!() };
        decider.receive(*alert, at);
    }
    let mut silences = Silences::new();
    let mut silence = Silence::new("instance=i0".parse().unwrap(), at, at + seconds(2_400));
    silence.id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".parse().unwrap();
    silence.comment = "maintenance\ndb-1".parse().unwrap();
    silences.merge_one(silence);
    let texts: Vec<String> = decider.explain(&silences, at).iter().map(|alert| alert.explain()).collect();
    let quiet = |labels: &str| texts.iter().find(|text| text.contains(labels)).cloned().unwrap();
    assert_eq!(
        quiet("severity=\"critical\""),
        "{alertname=\"a0\", instance=\"i0\", severity=\"critical\"} firing since 09:00:00Z\n  \
         not sent to db: silenced by f81d4fae… {instance=\"i0\"} (maintenance db-1, 40 min left), muted by the time interval `nine` (60 s left); \
         would have gone at 09:00:10Z",
    );
    let low = quiet("severity=\"low\"");
    assert!(low.contains("not sent to everyone: inhibited by "), "{low}");
    assert!(low.contains(" {severity=\"critical\"} (rule 0) (a0, 60 s left), silenced by f81d4fae… {instance=\"i0\"} (maintenance db-1, 40 min left); would have gone at 09:00:10Z"), "{low}");
}

fn alert_of(act: &Act) -> Alert {
    let HistoryEvent::Alert(alert) = entry(act, &tenant(0), start()).event else { unreachable!() };
    *alert
}

/// Everyone is told of everything at `db`, `critical` inhibits `low` of the same instance.
fn plain_plan() -> DecisionPlan {
    plan(&plain_shape())
}

fn causes_of_low(decider: &Decider, now: Timestamp) -> usize {
    let decisions = decider.explain(&Silences::new(), now);
    decisions.iter().find(|one| one.labels.get("severity") == Some("low")).unwrap().causes.len()
}

#[test]
fn of_two_alerts_with_equal_labels_one_goes_on_inhibiting_when_the_other_is_resolved() {
    let mut decider = Decider::new(plain_plan());
    let keyed = |key: &str| {
        let mut alert = alert_of(&Act::Fire(0, 0, true));
        alert.source = Some(AlertSource::new("nagios".parse().unwrap()).with_dedup_key(key.parse().unwrap()));
        alert
    };
    let mut gone = keyed("one");
    decider.receive(alert_of(&Act::Fire(1, 0, false)), start());
    decider.receive(gone.clone(), start());
    decider.receive(keyed("two"), start());
    assert_eq!(causes_of_low(&decider, start()), 2);
    gone.status = AlertStatus::Resolved;
    gone.ends_at = Some(start());
    decider.receive(gone, start());
    assert_eq!(causes_of_low(&decider, start()), 1);
    let moved = Decider::from_state(plain_plan(), decider.state()).unwrap();
    assert_eq!(causes_of_low(&moved, start()), 1);
}

#[test]
fn would_have_gone_is_said_of_what_is_new_to_a_channel() {
    let silenced = |from: u32| {
        let mut silences = Silences::new();
        let silence = Silence::new("severity=critical".parse().unwrap(), start() + seconds(from), start() + seconds(600));
        silences.set(silence, start()).unwrap();
        silences
    };
    let would_go = |decisions: &[AlertDecision]| decisions[0].routes[0].would_go;
    let mut decider = Decider::new(plain_plan());
    decider.receive(alert_of(&Act::Fire(0, 0, true)), start());
    // Before the look it would go at the look, at the look it would have gone now, and after it at the next.
    let (look, silences) = (start() + seconds(10), silenced(0));
    assert_eq!(would_go(&decider.explain(&silences, start())), Some(look));
    assert_eq!(would_go(&decider.decide(&silences, look).alerts), Some(look));
    assert_eq!(would_go(&decider.explain(&silences, look)), Some(look + seconds(5)));
    // What a channel knows already would not have gone.
    let mut decider = Decider::new(plain_plan());
    decider.receive(alert_of(&Act::Fire(0, 0, true)), start());
    let silences = silenced(12);
    assert_eq!(decider.advance(&silences, look).iter().flat_map(|look| look.planned()).count(), 1);
    let later = decider.explain(&silences, start() + seconds(13));
    assert_eq!((later[0].routes[0].outcome, would_go(&later)), (DecisionOutcome::Suppressed, None));
}

#[test]
fn alerts_left_out_for_want_of_room_count_as_sent() {
    let mut config = NotificationConfig::new(Route::builder().receiver("db").build().unwrap());
    config.receivers.push(Receiver::new("db".parse().unwrap()));
    let channel = Integration::new("webhook".parse().unwrap(), 0_u32.into()).with_max_alerts(1_u32.into());
    let plan = DecisionPlan::new(&config).unwrap().with_channels("db".parse().unwrap(), [channel]);
    let mut decider = Decider::new(plan);
    for instance in 0..3 {
        decider.receive(alert_of(&Act::Fire(0, instance, true)), start());
    }
    let due = decider.next_due().unwrap();
    let decisions = decider.decide(&Silences::new(), due);
    let told: Vec<usize> = decisions.planned().map(|one| one.alerts.len()).collect();
    assert_eq!(told, [1]);
    assert!(decisions.alerts.iter().all(|alert| alert.routes[0].outcome == DecisionOutcome::Sent), "{decisions:?}");
    let after = decider.explain(&Silences::new(), due);
    assert!(after.iter().all(|alert| alert.routes[0].outcome == DecisionOutcome::Told), "{after:?}");
}

#[test]
fn a_replay_ends_at_the_end_of_time_and_when_it_has_looked_often_enough() {
    let mut config = NotificationConfig::new(Route::builder().receiver("db").build().unwrap());
    config.receivers.push(Receiver::new("db".parse().unwrap()));
    config.resolve_timeout = AlertDuration::minutes(20);
    let plan = Arc::new(DecisionPlan::new(&config).unwrap());
    let late = HistoryEntry::new(Timestamp::max(), HistoryEvent::alert(alert_of(&Act::Fire(0, 0, true))));
    let replayed = replay(plan.clone(), [late], Some(Timestamp::max()));
    assert_eq!((replayed.stopped_at, replayed.refused.len()), (None, 0));
    // An alert that fires for good is looked at every five minutes, until nobody wants to know more.
    let mut alert = alert_of(&Act::Fire(0, 0, true));
    alert.ends_at = Some(Timestamp::max());
    let history = [HistoryEntry::new(start(), HistoryEvent::alert(alert))];
    let options = ReplayOptions::until(Timestamp::max()).with_max_looks(100);
    let replayed = replay(plan, history, options);
    assert_eq!(replayed.stopped_at, Some(start() + seconds(30) + AlertDuration::minutes(500)));
    assert_eq!(replayed.notifications.len(), 3);
}

#[test]
fn the_channels_of_a_receiver_are_those_that_are_told() {
    let mut config = NotificationConfig::new(Route::builder().receiver("db").build().unwrap());
    let webhook = |send_resolved, max_alerts: u32| {
        let mut settings = WebhookSettings::new(Secret::new("https://hooks.example.org/a").into());
        (settings.send_resolved, settings.max_alerts) = (send_resolved, max_alerts.into());
        settings
    };
    config.receivers = vec![Receiver::builder("db").channel(webhook(false, 1)).channel(webhook(true, 0)).build().unwrap()];
    let mut ended = alert_of(&Act::Fire(0, 0, true));
    (ended.status, ended.ends_at) = (AlertStatus::Resolved, Some(start() + seconds(60)));
    let mut history: Vec<HistoryEntry> =
        (0..2).map(|instance| HistoryEntry::new(start(), HistoryEvent::alert(alert_of(&Act::Fire(0, instance, true))))).collect();
    history.push(HistoryEntry::new(start() + seconds(60), HistoryEvent::alert(ended)));
    let replayed = replay(DecisionPlan::new(&config).unwrap(), history, Some(start() + seconds(331)));
    let told = |one: &PlannedNotification| (one.index.get(), one.alerts.len(), one.truncated_alerts.get());
    let told: Vec<_> = replayed.notifications.iter().map(told).collect();
    // Both are told of the beginning, the first of one alert; of the end only the second.
    assert_eq!(told, [(0, 1, 1), (1, 2, 0), (1, 2, 0)]);
}
