//! The laws of deduplication and grouping.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::Settings;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::AlertKey;
use alert_schemas::alerts::EndCause;
use alert_schemas::alerts::Identity;
use alert_schemas::correlation::AlertGroup;
use alert_schemas::correlation::DedupFacts;
use alert_schemas::correlation::DedupOptions;
use alert_schemas::correlation::DedupState;
use alert_schemas::correlation::DedupVerdict;
use alert_schemas::correlation::Deduplicator;
use alert_schemas::correlation::Observation;
use alert_schemas::correlation::Sighting;
use alert_schemas::correlation::WindowGrouper;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::correlation::WindowState;
use alert_schemas::validations::DecodeLimits;
use proptest::prelude::*;

/// An alert and when it came in.
type Received = (Alert, Timestamp);

/// Half minutes, so that a window of five minutes is often met exactly.
fn at(halves: u32) -> Timestamp {
    let start: Timestamp = "2025-01-06T03:00:00Z".parse().unwrap();
    start + AlertDuration::seconds(30 * halves)
}

fn named(tenant: u8, name: u8, starts_at: u32) -> Alert {
    let builder = Alert::builder("disk full", AlertSeverity::High, at(starts_at));
    let builder =
        builder.tenant(format!("tenant-{tenant}")).name(format!("Alert{}", name % 3)).label("team", ["db", "web", ""][name as usize % 3]);
    let mut alert = builder.label("instance", format!("host-{name}")).build().unwrap();
    alert.updated_at = None;
    alert
}

prop_compose! {
    /// A reception in any state, at any time, with any of its times absent.
    fn received()(
        tenant in 0_u8..2, name in 0_u8..4, starts_at in 0_u32..60, lasts in prop::option::of(0_u32..30), resolved in any::<bool>(),
        content in 0_u8..3, updated_at in prop::option::of(0_u32..90), received_at in prop::option::of(0_u32..90), now in 0_u32..100,
        id in prop::option::weighted(0.2, 0_u128..3),
    ) -> Received {
        let mut alert = named(tenant, name, starts_at);
        alert.ends_at = lasts.map(|lasts| at(starts_at + lasts));
        if resolved && lasts.is_some() {
            alert.status = AlertStatus::Resolved;
        }
        alert.annotations.insert("summary".parse().unwrap(), content.to_string().parse().unwrap()).unwrap();
        (alert.updated_at, alert.received_at) = (updated_at.map(at), received_at.map(at));
        if let Some(id) = id {
            alert.id = uuid(id);
        }
        (alert, at(now))
    }
}

fn uuid(number: u128) -> alert_schemas::AlertId {
    format!("00000000-0000-0000-0000-{number:012}").parse().unwrap()
}

fn receptions() -> impl Strategy<Value = Vec<Received>> {
    prop::collection::vec(received(), 1..24)
}

prop_compose! {
    /// The same receptions, then once more in another order, some of them again, each sent to one of three shards.
    fn disordered()(receptions in receptions())(
        mixed in prop::collection::vec(0..receptions.len(), 0..8)
            .prop_map({ let all = 0..receptions.len(); move |again| all.clone().chain(again).collect::<Vec<_>>() })
            .prop_shuffle(),
        shards in prop::collection::vec(0_usize..3, receptions.len() + 8),
        order in Just(vec![0, 1, 2]).prop_shuffle(),
        receptions in Just(receptions),
    ) -> (Vec<Received>, [Vec<Received>; 3]) {
        let mut split = [Vec::new(), Vec::new(), Vec::new()];
        for (place, shard) in mixed.into_iter().zip(shards) {
            split[order[shard]].push(receptions[place].clone());
        }
        (receptions, split)
    }
}

fn fold(options: &DedupOptions, receptions: &[Received]) -> (Deduplicator, Vec<Observation>) {
    let mut deduplicator = Deduplicator::new(options.clone());
    let observations = receptions.iter().map(|(alert, now)| deduplicator.observe(alert, *now)).collect();
    (deduplicator, observations)
}

/// What the laws are about.
fn facts(deduplicator: &Deduplicator) -> Vec<(TenantId, Identity, DedupFacts)> {
    let state = deduplicator.state();
    state.facts().map(|(tenant, identity, facts)| (tenant.clone(), identity.clone(), facts.clone())).collect()
}

fn tenant(number: u8) -> TenantId {
    format!("tenant-{number}").parse().unwrap()
}

fn group_options() -> WindowOptions {
    WindowOptions::default().with_group_by(["team".parse().unwrap()])
}

fn group(options: &WindowOptions, receptions: &[Received]) -> WindowGrouper {
    let mut grouper = WindowGrouper::new(options.clone());
    for (alert, now) in receptions {
        grouper.add(alert, *now);
    }
    grouper
}

/// Connected components of items under `linked`, by comparing all pairs, each component as the places of its items.
fn components<T>(items: &[T], linked: impl Fn(&T, &T) -> bool) -> Vec<Vec<usize>> {
    let mut component: Vec<usize> = (0..items.len()).collect();
    for _ in items {
        for i in 0..items.len() {
            for j in 0..items.len() {
                if linked(&items[i], &items[j]) {
                    component[i] = component[i].min(component[j]);
                }
            }
        }
    }
    let roots: BTreeSet<usize> = component.iter().copied().collect();
    roots.into_iter().map(|root| (0..items.len()).filter(|place| component[*place] == root).collect()).collect()
}

const WINDOW: AlertDuration = AlertDuration::minutes(5);

fn within(earlier: Timestamp, later: Timestamp) -> bool {
    later <= earlier + WINDOW
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_order_any_sharding_and_any_number_of_deliveries_give_the_same_facts((receptions, shards) in disordered()) {
        let options = DedupOptions::default();
        let (whole, _) = fold(&options, &receptions);
        let mut merged = Deduplicator::new(options.clone());
        for shard in &shards {
            prop_assert!(merged.merge(fold(&options, shard).0).is_empty());
        }
        // A shard that is delivered twice changes nothing either.
        merged.merge(fold(&options, &shards[0]).0);
        prop_assert_eq!(facts(&whole), facts(&merged));
        let (shuffled, _) = fold(&options, &shards.concat());
        prop_assert_eq!(facts(&whole), facts(&shuffled));
    }

    #[test]
    fn merging_does_not_ask_which_side_is_which((receptions, shards) in disordered()) {
        let options = DedupOptions::default();
        let merge = |a: &[Received], b: &[Received]| {
            let (mut merged, _) = fold(&options, a);
            merged.merge(fold(&options, b).0);
            merged.state()
        };
        // Beside the facts, what was heard last and the order of forgetting are the same as well.
        prop_assert_eq!(merge(&receptions, &shards[0]), merge(&shards[0], &receptions));
    }

    #[test]
    fn sessions_are_the_connected_components_of_the_intervals(receptions in receptions()) {
        let (deduplicator, _) = fold(&DedupOptions::default(), &receptions);
        let sightings: Vec<Sighting> = receptions.iter().map(|(alert, now)| Sighting::of(alert, *now)).collect();
        let keys: BTreeSet<&AlertKey> = sightings.iter().map(|sighting| &sighting.key).collect();
        for key in keys {
            let own: Vec<&Sighting> = sightings.iter().filter(|sighting| sighting.key == *key).collect();
            let linked = |a: &&Sighting, b: &&Sighting| {
                within(a.fired_until(), b.starts_at) && within(b.fired_until(), a.starts_at)
            };
            let mut expected: Vec<_> = components(&own, linked)
                .into_iter()
                .map(|places| {
                    let members = || places.iter().map(|place| own[*place]);
                    let (start, id) = members().map(|sighting| (sighting.starts_at, sighting.id)).min().unwrap();
                    (start, members().map(Sighting::fired_until).max().unwrap(), id)
                })
                .collect();
            expected.sort();
            let facts = deduplicator.facts(key).unwrap();
            prop_assert_eq!(facts.sessions.iter().map(|session| (session.start, session.end, session.id)).collect::<Vec<_>>(), expected);
            let latest = own.iter().map(|sighting| (sighting.changed_at, sighting.content)).max().unwrap();
            prop_assert_eq!((facts.changed_at, facts.content), latest);
        }
    }

    #[test]
    fn one_tenant_never_changes_what_another_is_told(receptions in receptions(), max_keys in 1_usize..4) {
        let options = DedupOptions::default().with_max_keys(max_keys);
        let (whole, observations) = fold(&options, &receptions);
        let is_first = |received: &&Received| received.0.tenant == tenant(0);
        let alone: Vec<Received> = receptions.iter().filter(is_first).cloned().collect();
        let (own, own_observations) = fold(&options, &alone);
        let told: Vec<Observation> = receptions.iter().zip(observations).filter(|(received, _)| is_first(received)).map(|(_, told)| told).collect();
        prop_assert_eq!(told, own_observations);
        prop_assert_eq!(whole.counters(&tenant(0)), own.counters(&tenant(0)));
        let (state, own_state) = (whole.state(), own.state());
        prop_assert_eq!(state.tenants.iter().find(|stored| stored.tenant == tenant(0)), own_state.tenants.first());
    }

    #[test]
    fn sharding_by_key_changes_no_verdict(receptions in receptions()) {
        let options = DedupOptions::default();
        let (whole, observations) = fold(&options, &receptions);
        let mut by_key: BTreeMap<AlertKey, Deduplicator> = BTreeMap::new();
        for ((alert, now), expected) in receptions.iter().zip(observations) {
            let shard = by_key.entry(alert.key()).or_insert_with(|| Deduplicator::new(options.clone()));
            prop_assert_eq!(shard.observe(alert, *now), expected);
        }
        let mut merged = Deduplicator::new(options);
        for shard in by_key.into_values() {
            merged.merge(shard);
        }
        for number in 0..2 {
            prop_assert_eq!(merged.counters(&tenant(number)), whole.counters(&tenant(number)));
        }
    }

    #[test]
    fn the_same_again_at_once_is_a_duplicate(receptions in receptions()) {
        let mut deduplicator = Deduplicator::new(&Settings::default());
        for (alert, now) in &receptions {
            let first = deduplicator.observe(alert, *now);
            let before = facts(&deduplicator);
            let again = deduplicator.observe(alert, *now);
            prop_assert_eq!((again.verdict, again.id, again.known), (DedupVerdict::Duplicate, first.id, true));
            prop_assert_eq!(facts(&deduplicator), before);
        }
    }

    #[test]
    fn a_batch_is_its_alerts_one_by_one(receptions in prop::collection::vec(received(), 0..60), max_keys in 1_usize..9) {
        let options = DedupOptions::default().with_max_keys(max_keys);
        let (one_by_one, observations) = fold(&options, &receptions);
        let sightings: Vec<Sighting> = receptions.iter().map(|(alert, now)| Sighting::of(alert, *now)).collect();
        let mut in_a_batch = Deduplicator::new(options);
        prop_assert_eq!(in_a_batch.observe_batch(&sightings), observations);
        prop_assert_eq!(in_a_batch.state(), one_by_one.state());
    }

    #[test]
    fn a_stored_state_goes_on_as_if_nothing_had_happened(receptions in receptions(), cut in 0_usize..24, max_keys in 1_usize..6) {
        let options = DedupOptions::default().with_max_keys(max_keys).with_max_sessions(2);
        let (before, after) = receptions.split_at(cut.min(receptions.len()));
        let (mut whole, _) = fold(&options, before);
        let text = serde_json::to_vec(&whole.state()).unwrap();
        let state = DedupState::decode(&text, &DecodeLimits::default()).unwrap();
        prop_assert_eq!(&state, &whole.state());
        let mut restored = Deduplicator::from_state(state, options).unwrap();
        for (alert, now) in after {
            prop_assert_eq!(restored.observe(alert, *now), whole.observe(alert, *now));
        }
        prop_assert_eq!(serde_json::to_vec(&restored.state()).unwrap(), serde_json::to_vec(&whole.state()).unwrap());
    }

    #[test]
    fn the_least_recently_seen_goes(receptions in receptions(), max_keys in 1_usize..5) {
        let mut deduplicator = Deduplicator::new(DedupOptions::default().with_max_keys(max_keys));
        let mut expected: BTreeMap<TenantId, Vec<Identity>> = BTreeMap::new();
        let mut evicted = 0;
        for (alert, now) in &receptions {
            let seen = expected.entry(alert.tenant.clone()).or_default();
            let known = seen.iter().position(|identity| *identity == alert.identity());
            if let Some(place) = known {
                seen.remove(place);
            }
            let victim = (seen.len() == max_keys).then(|| seen.remove(0));
            seen.push(alert.identity());
            let observation = deduplicator.observe(alert, *now);
            prop_assert_eq!((observation.known, &observation.evicted), (known.is_some(), &victim));
            evicted += u64::from(alert.tenant == tenant(0) && victim.is_some());
            prop_assert_eq!(deduplicator.remembered(&alert.tenant), seen.len());
        }
        prop_assert_eq!(deduplicator.counters(&tenant(0)).evicted.get(), evicted);
    }

    /// A sender that tells when its content changed, and a queue that delivers old messages again, late and in any order.
    #[test]
    fn nobody_is_called_for_a_message_that_is_delivered_again(
        steps in prop::collection::vec((0_u8..3, 1_u32..16), 1..20),
        again in prop::collection::vec((0_usize..20, 0_usize..20), 0..20),
    ) {
        let mut alert = named(0, 0, 0);
        let mut sent: Vec<Received> = Vec::new();
        let mut now = 0;
        for (kind, pause) in steps {
            now += pause;
            match (kind, alert.status_at(at(now))) {
                (0, AlertStatus::Resolved) => {
                    alert = named(0, 0, now);
                    alert.updated_at = Some(at(now));
                }
                (0, _) => alert.resolve(EndCause::Signal, at(now)),
                _ => {
                    alert.annotations.insert("summary".parse().unwrap(), kind.to_string().parse().unwrap()).unwrap();
                    alert.updated_at = Some(at(now));
                }
            }
            sent.push((alert.clone(), at(now)));
        }
        let mut clean = Deduplicator::new(&Settings::default());
        let mut noisy = Deduplicator::new(&Settings::default());
        for (place, (alert, now)) in sent.iter().enumerate() {
            prop_assert_eq!(noisy.observe(alert, *now), clean.observe(alert, *now));
            for (_, old) in again.iter().filter(|(after, old)| *after == place && *old <= place) {
                let told = noisy.observe(&sent[*old].0, *now);
                prop_assert_eq!((told.verdict, told.known), (DedupVerdict::Duplicate, true));
            }
        }
        prop_assert_eq!(facts(&noisy), facts(&clean));
    }

    /// In order and by one clock, an id is that of the session that the alert is in.
    #[test]
    fn alerts_are_told_under_the_id_of_their_session(steps in prop::collection::vec((any::<bool>(), 1_u32..16), 1..20)) {
        let mut deduplicator = Deduplicator::new(&Settings::default());
        let (mut now, mut began, mut fires) = (0, 0, false);
        for (turns, pause) in steps {
            now += pause;
            if turns || now == pause {
                (fires, began) = if fires { (false, began) } else { (true, now) };
            }
            let mut alert = named(0, 0, began);
            alert.received_at = Some(at(now));
            if !fires {
                alert.resolve(EndCause::Signal, at(now));
                alert.updated_at = None;
            }
            let observation = deduplicator.observe(&alert, at(now));
            let facts = deduplicator.facts(&alert.key()).unwrap();
            let home = facts.sessions.iter().find(|session| session.start <= at(began) && at(began) <= session.end).unwrap();
            prop_assert_eq!(observation.id, home.id);
            if observation.verdict == DedupVerdict::New {
                prop_assert_eq!(observation.id, alert.id);
            }
        }
    }

    #[test]
    fn groups_do_not_ask_for_order_sharding_or_repetition((receptions, shards) in disordered()) {
        let options = group_options();
        let whole = group(&options, &receptions);
        let mut merged = WindowGrouper::new(options.clone());
        for shard in &shards {
            prop_assert_eq!(merged.merge(group(&options, shard)), Ok(Vec::new()));
        }
        merged.merge(group(&options, &shards[0])).unwrap();
        prop_assert_eq!(whole.groups(), merged.groups());
        prop_assert_eq!(whole.groups(), group(&options, &shards.concat()).groups());
    }

    #[test]
    fn groups_are_the_connected_components_of_the_sightings(receptions in receptions()) {
        let team = |alert: &Alert| alert.labels.get("team").unwrap_or_default().to_owned();
        let linked = |(a, at): &Received, (b, bt): &Received| {
            a.tenant == b.tenant && team(a) == team(b) && within(*at, *bt) && within(*bt, *at)
        };
        let mut expected: Vec<_> = components(&receptions, linked)
            .into_iter()
            .map(|places| {
                let members = || places.iter().map(|place| &receptions[*place]);
                let alert = &members().next().unwrap().0;
                let times = || members().map(|(_, now)| *now);
                let identities: BTreeSet<Identity> = members().map(|(alert, _)| alert.identity()).collect();
                (alert.tenant.clone(), times().min().unwrap(), team(alert), times().max().unwrap(), identities.into_iter().collect::<Vec<_>>())
            })
            .collect();
        expected.sort();
        let told = |group: AlertGroup| {
            (group.tenant, group.starts_at, group.labels.get("team").unwrap_or_default().to_owned(), group.ends_at, group.members)
        };
        let grouper = group(&group_options(), &receptions);
        prop_assert_eq!(grouper.groups().into_iter().map(told).collect::<Vec<_>>(), expected);
        for group in grouper.groups() {
            prop_assert_eq!(group.check(), Ok(()));
        }
    }

    #[test]
    fn one_tenant_never_changes_the_groups_of_another(receptions in receptions(), max_members in 1_usize..6) {
        let options = group_options().with_max_members(max_members);
        let alone: Vec<Received> = receptions.iter().filter(|(alert, _)| alert.tenant == tenant(0)).cloned().collect();
        let (whole, own) = (group(&options, &receptions), group(&options, &alone));
        prop_assert_eq!(whole.groups_of(&tenant(0)), own.groups());
        prop_assert_eq!(whole.counters(&tenant(0)), own.counters(&tenant(0)));
    }

    #[test]
    fn a_stored_grouping_goes_on_as_if_nothing_had_happened(receptions in receptions(), cut in 0_usize..24, max_members in 1_usize..6) {
        let options = group_options().with_max_members(max_members);
        let (before, after) = receptions.split_at(cut.min(receptions.len()));
        let mut whole = group(&options, before);
        let text = serde_json::to_vec(&whole.state()).unwrap();
        let state = WindowState::decode(&text, &DecodeLimits::default()).unwrap();
        let mut restored = WindowGrouper::from_state(state, options).unwrap();
        for (alert, now) in after {
            prop_assert_eq!(restored.add(alert, *now), whole.add(alert, *now));
        }
        prop_assert_eq!(serde_json::to_vec(&restored.state()).unwrap(), serde_json::to_vec(&whole.state()).unwrap());
    }

    #[test]
    fn memberships_never_exceed_their_cap(receptions in receptions(), max_members in 1_usize..6) {
        let mut grouper = WindowGrouper::new(group_options().with_max_members(max_members));
        for (alert, now) in &receptions {
            let before = grouper.groups_of(&alert.tenant);
            let placement = grouper.add(alert, *now);
            let after = grouper.groups_of(&alert.tenant);
            prop_assert!(after.iter().map(|group| group.members.len()).sum::<usize>() <= max_members);
            prop_assert!(after.iter().all(|group| !group.members.is_empty()));
            prop_assert_eq!(after.len(), before.len() + usize::from(placement.opened) - placement.evicted.len() - bridged(&before, alert, *now));
            for group in &placement.evicted {
                prop_assert_eq!(group.check(), Ok(()));
            }
        }
    }
}

/// How many groups a sighting makes fewer, since it joins two.
fn bridged(before: &[AlertGroup], alert: &Alert, now: Timestamp) -> usize {
    let team = |labels: &alert_schemas::Labels| labels.get("team").unwrap_or_default().to_owned();
    let near = before.iter().filter(|group| team(&group.labels) == team(&alert.labels));
    let near = near.filter(|group| within(group.ends_at, now) && within(now, group.starts_at));
    near.count().saturating_sub(1)
}

#[test]
fn the_variable_for_the_window_changes_what_both_consumers_say() {
    let told = |window: &str| {
        let settings = Settings::from_pairs([("ALERT_CORRELATION_WINDOW", window)]).unwrap();
        let mut deduplicator = Deduplicator::new(&settings);
        let mut grouper = WindowGrouper::new(&settings);
        let mut alert = named(0, 0, 0);
        deduplicator.observe(&alert, at(0));
        grouper.add(&alert, at(0));
        alert.resolve(EndCause::Signal, at(1));
        deduplicator.observe(&alert, at(1));
        let again = named(0, 0, 15);
        grouper.add(&again, at(15));
        (deduplicator.observe(&again, at(15)).verdict, grouper.groups().len())
    };
    assert_eq!(told("300"), (DedupVerdict::New, 2));
    assert_eq!(told("8m"), (DedupVerdict::Reopened, 1));
}

fn minutes(text: &str) -> Timestamp {
    format!("2025-01-06T{text}Z").parse().unwrap()
}

/// Receptions of one alert, written as `received start [end]`, each with its expected verdict.
#[track_caller]
fn told(rows: &[(&str, &str, Option<&str>, &str)]) {
    let mut deduplicator = Deduplicator::new(&Settings::default());
    for (index, (now, start, end, expected)) in rows.iter().enumerate() {
        let mut alert = named(0, 0, 0);
        (alert.starts_at, alert.ends_at) = (minutes(start), end.map(minutes));
        alert.received_at = Some(minutes(now));
        let observation = deduplicator.observe(&alert, minutes(now));
        assert_eq!(observation.verdict.as_str(), *expected, "row {index}: {observation}");
    }
}

#[test]
fn the_end_of_the_window_is_within_it() {
    told(&[
        ("03:00:00", "03:00:00", None, "new"),
        ("03:01:00", "03:00:00", Some("03:01:00"), "resolved"),
        ("03:06:10", "03:06:00", None, "reopened"),
    ]);
    told(&[
        ("03:00:00", "03:00:00", None, "new"),
        ("03:01:00", "03:00:00", Some("03:01:00"), "resolved"),
        ("03:06:10", "03:06:00.000000001", None, "new"),
    ]);
}

#[test]
fn a_sender_that_keeps_the_start_fires_again_when_it_is_heard() {
    let first = [("03:00:00", "03:00:00", None, "new"), ("03:01:00", "03:00:00", Some("03:01:00"), "resolved")];
    told(&[first[0], first[1], ("03:06:00", "03:00:00", None, "reopened")]);
    told(&[first[0], first[1], ("03:06:01", "03:00:00", None, "new")]);
}

#[test]
fn an_end_that_only_time_told_counts_when_it_fires_again() {
    let first = [("03:00:00", "03:00:00", Some("03:04:00"), "new"), ("03:01:00", "03:00:00", Some("03:05:00"), "duplicate")];
    told(&[first[0], first[1], ("03:04:59", "03:00:00", Some("03:09:00"), "duplicate")]);
    told(&[first[0], first[1], ("03:08:00", "03:08:00", Some("03:12:00"), "reopened")]);
    told(&[first[0], first[1], ("03:10:00", "03:00:00", Some("03:14:00"), "reopened")]);
    told(&[first[0], first[1], ("03:11:00", "03:10:01", Some("03:15:00"), "new")]);
    // Nobody told the end yet, so that a late signal is news.
    told(&[first[0], first[1], ("03:30:00", "03:00:00", Some("03:06:00"), "resolved")]);
}

#[test]
fn a_resolve_is_told_once() {
    told(&[
        ("03:01:00", "03:00:00", Some("03:01:00"), "resolved"),
        ("03:02:00", "03:00:00", Some("03:01:00"), "duplicate"),
        ("03:02:30", "03:00:30", Some("03:01:00"), "updated"),
        ("03:04:00", "03:03:00", None, "reopened"),
        ("03:05:00", "03:03:00", Some("03:05:00"), "resolved"),
    ]);
}

#[test]
fn an_unknown_resolve_says_so_and_a_reopened_alert_keeps_its_id() {
    let mut deduplicator = Deduplicator::new(&Settings::default());
    let mut over = named(0, 0, 0);
    over.resolve(EndCause::Signal, at(2));
    let first = deduplicator.observe(&over, at(2));
    assert_eq!((first.verdict, first.known, first.resolved_at), (DedupVerdict::Resolved, false, Some(at(2))));
    let mut again = named(0, 0, 8);
    again.updated_at = Some(at(8));
    let second = deduplicator.observe(&again, at(8));
    assert_eq!((second.verdict, second.id, second.resolved_at), (DedupVerdict::Reopened, over.id, Some(at(2))));
    assert_ne!(again.id, over.id);
    let counters = deduplicator.counters(&tenant(0));
    assert_eq!((counters.resolved.get(), counters.unknown_resolves.get(), counters.reopened.get()), (1, 1, 1));
}

#[test]
fn a_clock_that_is_ahead_does_not_make_everything_after_it_late() {
    let mut deduplicator = Deduplicator::new(&Settings::default());
    let mut alert = named(0, 0, 0);
    alert.updated_at = Some(Timestamp::max());
    assert_eq!(deduplicator.observe(&alert, at(1)).verdict, DedupVerdict::New);
    alert.updated_at = Some(at(2));
    alert.resolve(EndCause::Signal, at(2));
    let told = deduplicator.observe(&alert, at(3));
    assert_eq!((told.verdict, told.late), (DedupVerdict::Resolved, false));
}

#[test]
fn times_of_two_clocks_are_not_compared() {
    let mut deduplicator = Deduplicator::new(&Settings::default());
    let mut alert = named(0, 0, 0);
    alert.received_at = Some(at(10));
    deduplicator.observe(&alert, at(10));
    // The sender's clock is behind ours.
    alert.resolve(EndCause::Signal, at(9));
    let told = deduplicator.observe(&alert, at(11));
    assert_eq!((told.verdict, told.late), (DedupVerdict::Resolved, false));
}

#[test]
fn what_does_not_fit_any_more_is_counted_when_states_meet() {
    let options = DedupOptions::default();
    let many: Vec<Received> = (0..6).map(|name| (named(0, name, u32::from(name)), at(u32::from(name)))).collect();
    let (whole, _) = fold(&options, &many);
    let small = Deduplicator::from_state(whole.state(), options.clone().with_max_keys(2)).unwrap();
    assert_eq!((small.remembered(&tenant(0)), small.counters(&tenant(0)).evicted.get()), (2, 4));
    let mut tiny = Deduplicator::new(options.with_max_keys(1));
    let forgotten = tiny.merge(whole);
    assert_eq!(forgotten, many[..5].iter().map(|(alert, _)| alert.key()).collect::<Vec<_>>());
    assert!(tiny.forget(&tenant(0)) && !tiny.forget(&tenant(0)));
    assert_eq!(tiny.tenants().count(), 0);

    let flapping: Vec<Received> = (0..5).map(|n| (named(0, 0, 20 * n), at(20 * n))).collect();
    let mut two = Deduplicator::new(DedupOptions::default().with_max_sessions(2));
    flapping.iter().for_each(|(alert, now)| drop(two.observe(alert, *now)));
    assert_eq!(two.facts(&flapping[0].0.key()).unwrap().sessions.len(), 2);
    assert_eq!(two.counters(&tenant(0)).dropped_sessions.get(), 3);
}

#[test]
fn a_longer_window_joins_what_a_shorter_one_parted() {
    let apart: Vec<Received> = [0, 20].map(|n| (named(0, 0, n), at(n))).to_vec();
    let (deduplicator, _) = fold(&DedupOptions::default(), &apart);
    let long = DedupOptions::default().with_window(AlertDuration::minutes(10));
    let joined = Deduplicator::from_state(deduplicator.state(), long).unwrap();
    assert_eq!(joined.facts(&apart[0].0.key()).unwrap().sessions.len(), 1);
    let again = Deduplicator::from_state(joined.state(), &Settings::default()).unwrap();
    assert_eq!(again.facts(&apart[0].0.key()).unwrap().sessions.len(), 1);
}

#[test]
fn a_member_that_is_seen_again_stays_where_a_merge_left_a_group_above_the_cap() {
    let options = WindowOptions::default().with_max_members(2);
    let grouper = |names: [u8; 2]| {
        let mut grouper = WindowGrouper::new(options.clone());
        for name in names {
            grouper.add(&named(0, name, 0), at(0));
        }
        grouper
    };
    let mut merged = grouper([0, 1]);
    assert_eq!(merged.merge(grouper([2, 3])), Ok(vec![]));
    let members = |grouper: &WindowGrouper| grouper.groups().iter().map(|group| group.members.len()).collect::<Vec<_>>();
    let before = members(&merged);
    assert_eq!(before, [4]);
    let seen = merged.add(&named(0, 0, 0), at(1));
    assert!(!seen.joined && seen.evicted.is_empty());
    assert_eq!(members(&merged), before);
    assert_eq!(merged.groups()[0].unkept.get(), 0);
}
