//! The laws of grouping over time, of the notification log, and what hostile input costs.

#![cfg(feature = "proptest")]

use std::collections::BTreeSet;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::AlertSource;
use alert_schemas::alerts::DedupKey;
use alert_schemas::alerts::EndCause;
use alert_schemas::alerts::Suppression;
use alert_schemas::alerts::SuppressionReason;
use alert_schemas::notifications::DispatchOptions;
use alert_schemas::notifications::DispatchState;
use alert_schemas::notifications::Dispatcher;
use alert_schemas::notifications::Flush;
use alert_schemas::notifications::GroupTarget;
use alert_schemas::notifications::Integration;
use alert_schemas::notifications::NotificationLog;
use alert_schemas::notifications::NotificationLogState;
use alert_schemas::notifications::NotificationReason;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::validations::DecodeLimits;
use proptest::prelude::*;

fn at(seconds: u32) -> Timestamp {
    let start: Timestamp = "2025-01-06T03:00:00Z".parse().unwrap();
    start + AlertDuration::seconds(seconds)
}

/// Two receivers for databases, groups by name, times of a few seconds.
fn tree() -> RoutingTree {
    let seconds = AlertDuration::seconds;
    let all = Route::builder().matchers("team=db").receiver("db").group_by(["..."]).group_wait(seconds(2)).continue_matching();
    let some = Route::builder().matchers("team=~\"db|web\"").receiver("pager").group_interval(seconds(7)).repeat_interval(seconds(20));
    let root = Route::builder()
        .receiver("ops")
        .group_by(["alertname"])
        .group_wait(seconds(5))
        .group_interval(seconds(10))
        .repeat_interval(seconds(60));
    RoutingTree::new(&root.route(all.build().unwrap()).route(some.build().unwrap()).build().unwrap()).unwrap()
}

fn named(name: &str, instance: &str, starts_at: Timestamp) -> Alert {
    Alert::builder("disk full", AlertSeverity::High, starts_at).name(name).label("instance", instance).build().unwrap()
}

/// What comes in, and when: an alert that fires or is resolved.
type Input = (u32, Alert);

prop_compose! {
    fn input()(
        now in 0_u32..90, tenant in 0_u8..2, name in 0_u8..3, instance in 0_u8..3, age in 0_u32..12, ends in prop::option::of(0_u32..30), resolved in any::<bool>(),
    ) -> Input {
        let builder = Alert::builder("disk full", AlertSeverity::High, at(now + 60 - age)).tenant(format!("tenant-{tenant}")).name(format!("Alert{name}"));
        let mut alert = builder.label("team", ["db", "web", "ops"][name as usize]).label("instance", format!("host-{instance}")).build().unwrap();
        if resolved {
            alert.resolve(EndCause::Signal, at(now + 60));
        } else if let Some(ends) = ends {
            alert.ends_at = Some(at(now + 60 + ends));
        }
        (now + 60, alert)
    }
}

/// At each time each alert comes once, since the order of two messages about one alert does count.
fn inputs() -> impl Strategy<Value = Vec<Input>> {
    prop::collection::vec(input(), 0..30).prop_map(|mut inputs| {
        inputs.sort_by_key(|(now, _)| *now);
        let mut seen = BTreeSet::new();
        inputs.retain(|(now, alert)| seen.insert((*now, alert.key().tenant, alert.identity())));
        inputs
    })
}

fn channels() -> [Integration; 2] {
    let quiet = Integration::new("email".parse().unwrap(), 0_u32.into()).with_send_resolved(false).with_max_alerts(2_u32.into());
    [Integration::new("webhook".parse().unwrap(), 0_u32.into()), quiet]
}

/// A dispatcher with its log, and all that was looked at and told.
struct World {
    dispatcher: Dispatcher,
    log: NotificationLog,
    tree: RoutingTree,
    trace: Vec<(TenantId, String)>,
}

impl World {
    fn new() -> Self {
        let options = DispatchOptions::default().with_resolve_timeout(Some(AlertDuration::seconds(25)));
        Self { dispatcher: Dispatcher::new(options), log: NotificationLog::new(), tree: tree(), trace: Vec::new() }
    }

    fn tell(&mut self, flush: &Flush) {
        self.trace.push((flush.tenant.clone(), format!("{flush:?}")));
        for notification in flush.notifications(&self.log, &channels()) {
            self.trace.push((flush.tenant.clone(), format!("{notification:?}")));
            self.log.record(&notification, flush.at);
        }
        self.dispatcher.settle(flush);
    }

    fn run_until(&mut self, end: Timestamp) {
        while let Some(due) = self.dispatcher.next_due().filter(|due| *due <= end) {
            let flushes = self.dispatcher.flush_due(due);
            assert!(!flushes.is_empty() && self.dispatcher.flush_due(due).is_empty());
            flushes.iter().for_each(|flush| self.tell(flush));
        }
    }

    fn run(mut self, inputs: &[Input], mut between: impl FnMut(&mut Self)) -> Self {
        for (now, alert) in inputs {
            // Before what comes at that time: it must not matter how much of it is there.
            self.run_until(at(*now).minus(AlertDuration::millis(1)));
            self.dispatcher.insert_routed(alert.clone(), &self.tree, at(*now));
            between(&mut self);
        }
        self.run_until(at(400));
        self
    }
}

/// The state as text and back.
fn stored(world: &mut World) {
    let text = serde_json::to_vec(&world.dispatcher.state()).unwrap();
    let state = DispatchState::decode(&text, &DecodeLimits::default()).unwrap();
    assert_eq!(state, world.dispatcher.state());
    let options = DispatchOptions::default().with_resolve_timeout(Some(AlertDuration::seconds(25)));
    let read = Dispatcher::from_state(state, options).unwrap();
    assert_eq!(read, world.dispatcher);
    world.dispatcher = read;
    let text = serde_json::to_vec(&world.log.state()).unwrap();
    world.log = NotificationLog::from_state(NotificationLogState::decode(&text, &DecodeLimits::default()).unwrap()).unwrap();
}

fn log() -> impl Strategy<Value = NotificationLog> {
    let entry = (0_u8..3, 0_u64..4, 0_u64..3, 0_u32..4, 0_u32..4);
    prop::collection::vec(entry, 0..6).prop_map(|entries| {
        let mut log = NotificationLog::new();
        for (key, firing, resolved, told, kept) in entries {
            let group = format!("{{}}:{{a=\"{key}\"}}");
            let key = alert_schemas::notifications::NotificationKey::new(
                TenantId::default(),
                group.parse().unwrap(),
                "ops".parse().unwrap(),
                "webhook".parse().unwrap(),
                0_u32.into(),
            );
            let entry =
                alert_schemas::notifications::NotificationLogEntry::new(key, [firing.into()], [resolved.into()], at(told), at(told + kept));
            log.insert(entry);
        }
        log
    })
}

fn merged(a: &NotificationLog, b: &NotificationLog) -> NotificationLog {
    let mut merged = a.clone();
    merged.merge(b);
    merged
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_order_of_alerts_does_not_matter(inputs in inputs(), seed in any::<u64>()) {
        let mut mixed = inputs.clone();
        // A stable sort by time after any order keeps only what comes at one time mixed.
        mixed.sort_by_key(|(_, alert)| alert.fingerprint().get().rotate_left((seed % 64) as u32) ^ seed);
        mixed.sort_by_key(|(now, _)| *now);
        let (one, other) = (World::new().run(&inputs, |_| ()), World::new().run(&mixed, |_| ()));
        prop_assert_eq!(one.trace, other.trace);
        prop_assert_eq!(one.dispatcher, other.dispatcher);
        prop_assert_eq!(one.log, other.log);
    }

    #[test]
    fn what_is_stored_goes_on_the_same(inputs in inputs(), every in 1_usize..4) {
        let mut count = 0;
        let kept = World::new().run(&inputs, |world| {
            count += 1;
            if count % every == 0 {
                stored(world);
            }
        });
        prop_assert_eq!(kept.trace, World::new().run(&inputs, |_| ()).trace);
    }

    #[test]
    fn another_tenant_changes_nothing(inputs in inputs()) {
        let tenant: TenantId = "tenant-0".parse().unwrap();
        let own: Vec<Input> = inputs.iter().filter(|(_, alert)| alert.tenant == tenant).cloned().collect();
        let alone = World::new().run(&own, |_| ());
        let mut trace = World::new().run(&inputs, |_| ()).trace;
        trace.retain(|(of, _)| *of == tenant);
        prop_assert_eq!(trace, alone.trace);
    }

    #[test]
    fn nothing_is_left_behind(inputs in inputs()) {
        let world = World::new().run(&inputs, |_| ());
        let state = world.dispatcher.state();
        prop_assert!(state.alerts.is_empty() && state.groups.is_empty(), "{:?}", state);
        prop_assert_eq!(world.dispatcher.next_due(), None);
        prop_assert!(world.log.iter().all(|entry| entry.firing.is_empty()), "{:?}", world.log);
    }

    #[test]
    fn no_clock_makes_a_group_wait_for_longer_than_its_interval(inputs in inputs(), ticks in prop::collection::vec(0_u32..300, 1..40)) {
        let mut world = World::new();
        let mut inputs = inputs.into_iter().cycle();
        for tick in ticks {
            if let Some((_, alert)) = inputs.next() {
                world.dispatcher.insert_routed(alert, &world.tree, at(tick));
            }
            world.dispatcher.flush_due(at(tick)).iter().for_each(|flush| world.tell(flush));
            for group in &world.dispatcher.state().groups {
                prop_assert!(group.flush_at > at(tick) && group.flush_at <= at(tick) + AlertDuration::seconds(10), "{group:?}");
            }
        }
    }

    #[test]
    fn logs_merge_in_any_order(a in log(), b in log(), c in log()) {
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(merged(&a, &a), a.clone());
        let mut kept = merged(&a, &b);
        kept.collect(at(4));
        let (mut left, mut right) = (a, b);
        left.collect(at(4));
        right.collect(at(4));
        for entry in kept.iter() {
            prop_assert!(left.iter().chain(right.iter()).any(|own| own == entry));
        }
    }
}

// ---------------------------------------------------------------- single rules

fn target(receiver: &str) -> GroupTarget {
    let seconds = AlertDuration::seconds;
    let target = GroupTarget::new("{}".parse().unwrap(), "{}:{}".parse().unwrap(), Labels::new(), receiver.parse().unwrap());
    target.with_times(seconds(5), seconds(10), seconds(60))
}

fn reasons(flush: &Flush, log: &NotificationLog) -> Vec<NotificationReason> {
    flush.notifications(log, &channels()).iter().map(|notification| notification.reason).collect()
}

#[test]
fn a_look_that_failed_is_repeated_and_a_refired_alert_stays() {
    let (mut dispatcher, mut log) = (Dispatcher::default(), NotificationLog::new());
    let mut alert = named("DiskFull", "a", at(0));
    dispatcher.insert(alert.clone(), &[target("ops")], at(0));
    let flush = dispatcher.flush_due(at(5)).remove(0);
    // The first channel fails: only the second is logged.
    let notifications = flush.notifications(&log, &channels());
    log.record(&notifications[1], at(5));
    alert.resolve(EndCause::Signal, at(7));
    alert.received_at = Some(at(7));
    dispatcher.insert(alert.clone(), &[target("ops")], at(7));
    let flush = dispatcher.flush_due(at(15)).remove(0);
    // The first channel never heard that it fired; the second has to forget it, but is not told.
    let notifications = flush.notifications(&log, &channels());
    assert_eq!(
        notifications.iter().map(|one| (one.reason, one.is_sent())).collect::<Vec<_>>(),
        [(NotificationReason::AllAlertsResolved, false)]
    );
    log.record(&notifications[0], at(15));
    // It fires again before that was told: it is not removed.
    let again = named("DiskFull", "a", at(16));
    dispatcher.insert(again, &[target("ops")], at(16));
    dispatcher.settle(&flush);
    let flush = dispatcher.flush_due(at(25)).remove(0);
    assert_eq!(reasons(&flush, &log), [NotificationReason::FirstNotification, NotificationReason::FirstNotification]);
    assert!(!flush.alerts[0].is_resolved);
}

#[test]
fn suppressed_alerts_are_neither_told_nor_logged() {
    let (mut dispatcher, mut log) = (Dispatcher::default(), NotificationLog::new());
    for instance in ["a", "b"] {
        dispatcher.insert(named("DiskFull", instance, at(0)), &[target("ops")], at(0));
    }
    let silenced = |instance: &'static str| {
        move |alert: &Alert| {
            let silence = Suppression::new(SuppressionReason::Silenced, "7f3".parse().unwrap());
            if alert.labels.get("instance") == Some(instance) { vec![silence] } else { Vec::new() }
        }
    };
    let mut flush = dispatcher.flush_due(at(5)).remove(0);
    flush.suppress(silenced("a"));
    let notifications = flush.notifications(&log, &channels());
    assert_eq!((notifications[0].alerts.len(), notifications[0].firing.len()), (1, 1));
    notifications.iter().for_each(|notification| log.record(notification, at(5)));
    dispatcher.settle(&flush);
    // The silence ends: for the receiver the alert is new.
    let mut flush = dispatcher.flush_due(at(15)).remove(0);
    assert_eq!(reasons(&flush, &log), [NotificationReason::NewAlertsAdded; 2]);
    // All are suppressed: nobody is told, and the log stays.
    flush.suppress(silenced("a"));
    flush.suppress(silenced("b"));
    assert_eq!(reasons(&flush, &log), []);
}

#[test]
fn a_channel_is_told_of_so_many_alerts() {
    let mut dispatcher = Dispatcher::default();
    for instance in ["e", "d", "c", "b", "a"] {
        dispatcher.insert(named("DiskFull", instance, at(0)), &[target("ops")], at(0));
    }
    let flush = dispatcher.flush_due(at(5)).remove(0);
    let notifications = flush.notifications(&NotificationLog::new(), &channels());
    let instances =
        |index: usize| notifications[index].alerts.iter().map(|one| one.alert.labels.get("instance").unwrap()).collect::<String>();
    assert_eq!((instances(0).as_str(), notifications[0].truncated_alerts), ("abcde", 0));
    assert_eq!((instances(1).as_str(), notifications[1].truncated_alerts, notifications[1].firing.len()), ("ab", 3, 5));
    assert_eq!(flush.deadline(), at(15));
}

#[test]
fn what_is_not_told_apart_by_labels_is_told_apart_all_the_same() {
    let (mut dispatcher, mut log) = (Dispatcher::default(), NotificationLog::new());
    let keyed = |key: &str| {
        let mut alert = Alert::builder("disk full", AlertSeverity::High, at(0)).label("team", "db").build().unwrap();
        let mut source = AlertSource::new("pagerduty".parse().unwrap());
        source.dedup_key = Some(key.parse::<DedupKey>().unwrap());
        alert.source = Some(source);
        alert
    };
    dispatcher.insert(keyed("one"), &[target("ops")], at(0));
    let flush = dispatcher.flush_due(at(5)).remove(0);
    flush.notifications(&log, &channels()).iter().for_each(|notification| log.record(notification, at(5)));
    dispatcher.settle(&flush);
    dispatcher.insert(keyed("two"), &[target("ops")], at(6));
    let flush = dispatcher.flush_due(at(15)).remove(0);
    assert_eq!((flush.alerts.len(), reasons(&flush, &log)), (2, vec![NotificationReason::NewAlertsAdded; 2]));
}

#[test]
fn pending_alerts_and_limits() {
    let options = DispatchOptions::default().with_max_groups(1).with_max_alerts(2).with_resolve_timeout(None);
    let mut dispatcher = Dispatcher::new(options);
    let mut pending = named("DiskFull", "a", at(0));
    pending.status = AlertStatus::Pending;
    assert_eq!(dispatcher.insert(pending, &[target("ops")], at(0)), Default::default());
    let mut second = target("db");
    second.group_key = "{}:{a=\"b\"}".parse().unwrap();
    let insertion = dispatcher.insert(named("DiskFull", "a", at(0)), &[target("ops"), second], at(0));
    assert_eq!((insertion.created, insertion.refused), (1, 1));
    let insertion = dispatcher.insert(named("DiskFull", "b", at(0)), &[target("ops")], at(0));
    assert_eq!((insertion.joined, insertion.refused), (1, 0));
    assert_eq!(dispatcher.insert(named("DiskFull", "c", at(0)), &[target("ops")], at(0)).refused, 1);
    // Of another tenant, there is room.
    let mut other = named("DiskFull", "c", at(0));
    other.tenant = "other".parse().unwrap();
    assert_eq!(dispatcher.insert(other, &[target("ops")], at(0)).created, 1);
    // Without a timeout, nothing ends by itself.
    let flush = dispatcher.flush_due(at(100_000)).remove(0);
    assert!(flush.alerts.iter().all(|flushed| !flushed.is_resolved && flushed.alert.ends_at.is_none()));
}

#[test]
fn an_old_alert_hastens_a_group_only_when_that_is_made() {
    let old = || named("DiskFull", "old", at(0));
    for first in [true, false] {
        let mut dispatcher = Dispatcher::default();
        let new = named("DiskFull", "new", at(60));
        let both = if first { [old(), new] } else { [new, old()] };
        for alert in both {
            dispatcher.insert(alert, &[target("ops")], at(60));
        }
        assert_eq!(dispatcher.next_due(), Some(at(60)));
        assert_eq!(dispatcher.flush_due(at(60))[0].alerts.len(), 2);
    }
    let mut dispatcher = Dispatcher::default();
    dispatcher.insert(named("DiskFull", "new", at(60)), &[target("ops")], at(60));
    dispatcher.insert(old(), &[target("ops")], at(61));
    assert_eq!(dispatcher.next_due(), Some(at(65)));
}

#[test]
fn another_tree_makes_other_groups_and_nobody_is_told_twice() {
    let mut world = World::new();
    world.dispatcher.insert_routed(named("DiskFull", "a", at(0)), &world.tree, at(0));
    world.run_until(at(6));
    let told = world.trace.len();
    let tree = tree();
    world.dispatcher.reroute(&tree, at(7));
    // The alert is older than `group_wait`: the group is looked at at once, and has nothing to tell.
    assert_eq!(world.dispatcher.next_due(), Some(at(7)));
    world.run_until(at(7));
    assert_eq!(world.trace.len(), told + 1);
    let nobody = RoutingTree::new(&Route::builder().receiver("nobody").build().unwrap()).unwrap();
    world.dispatcher.reroute(&nobody, at(8));
    assert_eq!(world.dispatcher.state().groups[0].receiver.as_str(), "nobody");
}

#[test]
fn a_log_keeps_an_entry_for_twice_the_repeat_interval() {
    let mut world = World::new();
    world.dispatcher.insert_routed(named("DiskFull", "a", at(0)), &world.tree, at(0));
    world.run_until(at(6));
    let entry = world.log.iter().next().unwrap().clone();
    assert_eq!((entry.timestamp, entry.expires_at), (at(5), at(125)));
    assert!(world.log.entry(&entry.key, at(124)).is_some() && world.log.entry(&entry.key, at(125)).is_none());
    // A clock that was set back: what is told now is logged, at the time of the last entry.
    let flush = world.dispatcher.flush_due(at(16)).remove(0);
    let mut notification = flush.notifications(&NotificationLog::new(), &channels()).remove(0);
    notification.key = entry.key.clone();
    notification.firing = vec![7.into()];
    notification.repeat_interval = AlertDuration::days(30);
    world.log.record(&notification, at(1));
    let entry = world.log.entry(&entry.key, at(6)).unwrap();
    assert_eq!((entry.timestamp, entry.firing[0].get(), entry.expires_at), (at(5), 7, at(5) + NotificationLog::RETENTION));
}

#[test]
fn what_was_told_is_remembered_until_the_next_look() {
    let route = Route::builder().receiver("ops").group_wait(AlertDuration::seconds(5)).group_interval(AlertDuration::minutes(5));
    let route = route.repeat_interval(AlertDuration::minutes(1)).build().unwrap();
    let mut world = World { tree: RoutingTree::new(&route).unwrap(), ..World::new() };
    let mut alert = named("DiskFull", "a", at(0));
    alert.ends_at = Some(at(400));
    world.dispatcher.insert_routed(alert, &world.tree, at(0));
    let mut reasons = Vec::new();
    while let Some(due) = world.dispatcher.next_due() {
        let flush = world.dispatcher.flush_due(due).remove(0);
        for notification in flush.notifications(&world.log, &channels()[..1]) {
            reasons.push((due, notification.reason));
            world.log.record(&notification, due);
        }
        world.dispatcher.settle(&flush);
    }
    let (first, again) = (NotificationReason::FirstNotification, NotificationReason::RepeatIntervalElapsed);
    assert_eq!(reasons, [(at(5), first), (at(305), again), (at(605), NotificationReason::AllAlertsResolved)]);
}

// ---------------------------------------------------------------- hostile input

/// How long it takes to insert, look at, settle and store so many alerts, in groups of so many.
fn costs(alerts: u32, in_group: u32) -> f64 {
    let start = Instant::now();
    let mut dispatcher = Dispatcher::default();
    for number in 0..alerts {
        let mut target = target("ops");
        target.group_key = format!("{{}}:{{g=\"{}\"}}", number / in_group).parse().unwrap();
        // Each group falls due at a time of its own.
        let now = at(0) + AlertDuration::millis(number / in_group);
        dispatcher.insert(named("DiskFull", &format!("host-{number}"), now), &[target], now);
    }
    let mut log = NotificationLog::new();
    let mut looked_at = 0;
    while let Some(due) = dispatcher.next_due().filter(|due| *due < at(1_000)) {
        for flush in dispatcher.flush_due(due) {
            looked_at += flush.alerts.len();
            flush.notifications(&log, &channels()).iter().for_each(|notification| log.record(notification, due));
            dispatcher.settle(&flush);
        }
        if looked_at >= alerts as usize {
            break;
        }
    }
    assert_eq!(looked_at, alerts as usize);
    let state = dispatcher.state();
    assert_eq!(Dispatcher::from_state(state, DispatchOptions::default()).unwrap(), dispatcher);
    start.elapsed().as_secs_f64()
}

#[test]
fn many_alerts_and_many_groups_cost_in_proportion() {
    for in_group in [u32::MAX, 1] {
        let (some, many) = (costs(12_500, in_group), costs(100_000, in_group));
        println!("groups of {in_group}: 12,500 alerts {some:.2} s, 100,000 alerts {many:.2} s, {:.1} times as long", many / some);
    }
}

#[test]
fn a_clock_that_jumps_is_bounded() {
    let mut dispatcher = Dispatcher::default();
    for number in 0..2_000_u32 {
        let mut target = target("ops");
        target.group_key = format!("{{}}:{{g=\"{number}\"}}").parse().unwrap();
        dispatcher.insert(named("DiskFull", &number.to_string(), at(0)), &[target], at(0));
    }
    for tick in 0..50_u32 {
        let now = if tick % 2 == 0 { at(1_000_000 + tick) } else { at(tick) };
        dispatcher.flush_due(now);
        assert!(dispatcher.next_due().unwrap() <= now + AlertDuration::seconds(10));
    }
    assert_eq!(dispatcher.group_count(), 2_000);
}

#[test]
fn groups_that_another_tree_has_no_room_for_are_told() {
    let tree =
        |labels: &[&str]| RoutingTree::new(&Route::builder().receiver("ops").group_by(labels.iter().copied()).build().unwrap()).unwrap();
    let mut dispatcher = Dispatcher::new(DispatchOptions::default().with_max_groups(2));
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    for instance in ["a", "b", "c"] {
        let alert = Alert::builder("it is", AlertSeverity::High, now).name("Up").label("instance", instance).build().unwrap();
        assert_eq!(dispatcher.insert_routed(alert, &tree(&["alertname"]), now).refused, 0);
    }
    let moved = dispatcher.reroute(&tree(&["instance"]), now);
    assert_eq!((moved.created, moved.joined, moved.refused), (2, 0, 1));
}
