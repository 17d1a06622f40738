//! What must hold for all silences and inhibition rules: the laws of merging, the index that leaves nothing out, tenants that do not mix, and input of
//! any size.

#![cfg(feature = "proptest")]

use std::time::Instant;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::Matchers;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::Inhibitor;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::SilenceChange;
use alert_schemas::notifications::SilenceId;
use alert_schemas::notifications::SilenceState;
use alert_schemas::notifications::Silences;
use alert_schemas::notifications::StoredSilences;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::Reception;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn t0() -> Timestamp {
    "2025-01-06T09:00:00Z".parse().unwrap()
}

fn minute(number: u32) -> Timestamp {
    t0() + AlertDuration::minutes(number)
}

fn matchers() -> impl Strategy<Value = Matchers> {
    let value =
        prop_oneof![3 => "[ab]", 1 => Just(String::new()), 1 => select(vec!["a|b", "b|", ".+", ".*", "a.*"]).prop_map(str::to_owned)];
    let matcher = ("[xyz]", select(MatchOp::ALL), value).prop_map(|(name, op, value)| Matcher::new(name, op, value).unwrap());
    vec(matcher, 0..4).prop_map(|list| Matchers::new(list).unwrap())
}

fn labels() -> impl Strategy<Value = Labels> {
    proptest::collection::btree_map("[xyz]", "[abc]{0,1}", 0..4).prop_map(|pairs| Labels::from_pairs(pairs).unwrap())
}

fn tenant() -> impl Strategy<Value = TenantId> {
    select(vec!["acme", "beta"]).prop_map(|text| text.parse().unwrap())
}

/// Versions of few silences, so that they meet.
fn version() -> impl Strategy<Value = Silence> {
    let times = (0_u32..6, 0_u32..6, 0_u32..3);
    (tenant(), 0_u128..3, vec(matchers(), 1..3), times, "[ab]").prop_map(|(tenant, id, sets, (start, length, updated), author)| {
        let mut silence = Silence::new(Matchers::default(), minute(start), minute(start + length));
        (silence.tenant, silence.id, silence.matcher_sets) = (tenant, SilenceId::from(uuid::Uuid::from_u128(id + 1)), sets);
        (silence.updated_at, silence.created_by) = (minute(updated), author.parse().unwrap());
        silence
    })
}

fn silences_of(versions: &[Silence]) -> Silences {
    let mut silences = Silences::new();
    for version in versions {
        silences.merge_one(version.clone());
    }
    silences
}

fn merged(mut one: Silences, other: &Silences) -> Silences {
    one.merge(other);
    one
}

/// What `silenced_by` says, found by looking at all.
fn plain_scan(silences: &Silences, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Vec<(SilenceId, usize)> {
    let of_tenant = silences.iter().filter(|silence| silence.tenant == *tenant && silence.state_at(now) == SilenceState::Active);
    of_tenant.filter_map(|silence| Some((silence.id, silence.matching_set(labels)?))).collect()
}

fn indexed(silences: &Silences, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Vec<(SilenceId, usize)> {
    silences.silenced_by(tenant, labels, now).iter().map(|by| (by.silence.id, by.set)).collect()
}

fn rule() -> impl Strategy<Value = InhibitionRule> {
    (tenant(), matchers(), matchers(), vec("[xyz]", 0..3)).prop_map(|(tenant, source, target, equal)| {
        let mut rule = InhibitionRule::new(source, target).with_equal(equal.iter().map(|name| name.parse().unwrap()));
        rule.tenant = tenant;
        rule
    })
}

/// An alert: whose, its labels, and when it ends.
type Fires = (TenantId, Labels, Option<Timestamp>);

fn fires() -> impl Strategy<Value = Fires> {
    (tenant(), labels(), proptest::option::of((0_u32..4).prop_map(minute)))
}

type Found = Vec<(usize, String, Option<Timestamp>)>;

/// What inhibits, in the order in which it is told.
fn told(inhibitor: &Inhibitor, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Found {
    inhibitor.inhibited_by(tenant, labels, now).map(|by| (by.rule_index, by.source.to_string(), by.until)).collect()
}

fn inhibited(inhibitor: &Inhibitor, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Found {
    let mut all = told(inhibitor, tenant, labels, now);
    all.sort();
    all
}

fn inhibitor_of(rules: &[InhibitionRule], alerts: &[Fires]) -> Inhibitor {
    let mut inhibitor = Inhibitor::new(rules.to_vec());
    for (tenant, labels, ends_at) in alerts {
        inhibitor.insert(tenant, labels, *ends_at);
    }
    inhibitor
}

/// The alerts that are there at last, each once.
fn last_of_each(alerts: &[Fires]) -> Vec<Fires> {
    let mut kept: Vec<Fires> = Vec::new();
    for (tenant, labels, ends_at) in alerts {
        let labels = labels.without_empty();
        kept.retain(|(other, own, _)| (other, own) != (tenant, &labels));
        kept.push((tenant.clone(), labels, *ends_at));
    }
    kept
}

proptest! {
    #[test]
    fn merging_silences_keeps_its_laws(a in vec(version(), 0..6), b in vec(version(), 0..6), c in vec(version(), 0..6)) {
        let (x, y, z) = (silences_of(&a), silences_of(&b), silences_of(&c));
        let (xy, yx) = (merged(x.clone(), &y), merged(y.clone(), &x));
        prop_assert_eq!(xy.state(), yx.state());
        prop_assert_eq!(merged(xy.clone(), &z).state(), merged(x.clone(), &merged(y.clone(), &z)).state());
        prop_assert_eq!(merged(x.clone(), &x).state(), x.state());
        prop_assert_eq!(merged(xy.clone(), &y).state(), xy.state());
        // The order in which versions come does not matter.
        let mut all = [a, b].concat();
        all.reverse();
        prop_assert_eq!(silences_of(&all).state(), xy.state());
        // What is stored reads back, where it is valid.
        if let Ok(back) = Silences::from_state(xy.state()) {
            prop_assert_eq!(back.state(), xy.state());
        }
    }

    #[test]
    fn the_index_of_silences_leaves_nothing_out(versions in vec(version(), 0..12), asked in labels(), whose in tenant(), at in 0_u32..8) {
        let mut silences = silences_of(&versions);
        prop_assert_eq!(indexed(&silences, &whose, &asked, minute(at)), plain_scan(&silences, &whose, &asked, minute(at)));
        // Nor after changes.
        silences.forget_expired(minute(4), AlertDuration::ZERO);
        let ids: Vec<SilenceId> = silences.of_tenant(&whose).map(|silence| silence.id).take(1).collect();
        for id in ids {
            let end = silences.get(&whose, id).unwrap().ends_at;
            let change = silences.expire(&whose, id, minute(2)).unwrap();
            prop_assert_eq!(change.silence().ends_at, end.min(minute(2)));
        }
        prop_assert_eq!(indexed(&silences, &whose, &asked, minute(at)), plain_scan(&silences, &whose, &asked, minute(at)));
    }

    #[test]
    fn posts_change_what_they_say(posts in vec((version(), 0_u32..8, 0_usize..5), 0..10)) {
        let mut silences = Silences::new();
        let mut now = t0();
        for (mut posted, wait, known) in posts {
            now = now + AlertDuration::minutes(wait);
            let ids: Vec<SilenceId> = silences.of_tenant(&posted.tenant).map(|silence| silence.id).collect();
            posted.id = ids.get(known).copied().unwrap_or_default();
            let before = silences.clone();
            let valid = posted.check_for_set(now).is_ok();
            match silences.set(posted.clone(), now) {
                Err(_) => {
                    prop_assert!(!valid);
                    prop_assert_eq!(silences.state(), before.state());
                }
                Ok(change) => {
                    prop_assert!(valid);
                    let made = change.silence();
                    prop_assert_eq!(silences.get(&made.tenant, made.id), Some(made));
                    prop_assert_eq!((&made.matcher_sets, made.check()), (&posted.matcher_sets, Ok(())));
                    // Each version that is stored counts over the one before it, or is of the same instant.
                    for changed in change.changed() {
                        prop_assert!(before.get(&changed.tenant, changed.id).is_none_or(|old| old.updated_at <= changed.updated_at));
                    }
                    // The same call again changes nothing more than the time of its change.
                    let again = silences.clone().set(posted, now).unwrap();
                    prop_assert!(matches!(again, SilenceChange::Unchanged(_) | SilenceChange::Updated(_)), "{:?}", again);
                }
            }
        }
    }

    #[test]
    fn another_tenants_silences_change_nothing(versions in vec(version(), 0..12), asked in labels(), at in 0_u32..8) {
        let acme: TenantId = "acme".parse().unwrap();
        let own: Vec<Silence> = versions.iter().filter(|silence| silence.tenant == acme).cloned().collect();
        let (all, alone) = (silences_of(&versions), silences_of(&own));
        prop_assert_eq!(indexed(&all, &acme, &asked, minute(at)), indexed(&alone, &acme, &asked, minute(at)));
    }

    #[test]
    fn the_index_of_inhibition_leaves_nothing_out(
        rules in vec(rule(), 0..6), alerts in vec(fires(), 0..10), gone in vec(0_usize..10, 0..3), asked in labels(), whose in tenant(), at in 0_u32..5,
    ) {
        let now = minute(at);
        let mut inhibitor = inhibitor_of(&rules, &alerts);
        let mut there = last_of_each(&alerts);
        for index in gone {
            if let Some((tenant, labels, _)) = alerts.get(index) {
                inhibitor.remove(tenant, labels);
                there.retain(|(other, own, _)| (other, own) != (tenant, &labels.without_empty()));
            }
        }
        let mut expected = Found::new();
        for (index, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.tenant == whose) {
            for (tenant, source, ends_at) in &there {
                if *tenant == whose && ends_at.is_none_or(|end| end > now) && rule.inhibits(source, &asked) {
                    expected.push((index, source.to_string(), *ends_at));
                }
            }
        }
        expected.sort();
        prop_assert_eq!(&inhibited(&inhibitor, &whose, &asked, now), &expected);
        prop_assert_eq!(inhibitor.is_inhibited(&whose, &asked, now), !expected.is_empty());
        // Forgetting what is over changes nothing.
        inhibitor.forget_ended(now);
        prop_assert_eq!(inhibited(&inhibitor, &whose, &asked, now), expected);
    }

    #[test]
    fn the_order_of_alerts_changes_no_inhibition(rules in vec(rule(), 0..6), alerts in vec(fires(), 0..10), asked in labels(), at in 0_u32..5) {
        let acme: TenantId = "acme".parse().unwrap();
        let alerts = last_of_each(&alerts);
        let mut reversed = alerts.clone();
        reversed.reverse();
        let found = told(&inhibitor_of(&rules, &alerts), &acme, &asked, minute(at));
        prop_assert_eq!(&found, &told(&inhibitor_of(&rules, &reversed), &acme, &asked, minute(at)));
        // Nor does what another tenant has.
        let own_alerts: Vec<Fires> = alerts.iter().filter(|(tenant, ..)| *tenant == acme).cloned().collect();
        prop_assert_eq!(found, told(&inhibitor_of(&rules, &own_alerts), &acme, &asked, minute(at)));
    }

    #[test]
    fn silences_go_through_the_wire(silence in any::<Silence>()) {
        let reception = Reception::at(silence.updated_at).with_tenant(silence.tenant.clone());
        let posts = PostableSilence::from_silence(&silence);
        prop_assert_eq!(posts.value.len(), silence.matcher_sets.len());
        for (post, set) in posts.value.iter().zip(&silence.matcher_sets) {
            if set.iter().any(|matcher| matcher.name().is_empty()) {
                prop_assert!(post.to_silence(&reception).is_err());
                continue;
            }
            let read = post.to_silence(&reception).unwrap();
            prop_assert!(read.losses.is_empty(), "{:?}", read.losses);
            let mut expected = silence.clone();
            (expected.id, expected.matcher_sets) = (SilenceId::default(), vec![set.clone()]);
            prop_assert_eq!(read.value, expected);
        }
        let answer = GettableSilence::from_silence(&silence, silence.starts_at);
        if answer.losses.iter().all(|loss| loss.path.as_str() == "/tenant") && answer.value.matchers.iter().all(|matcher| !matcher.name.is_empty()) {
            let read = answer.value.to_silence(&reception).unwrap();
            prop_assert!(read.losses.is_empty());
            prop_assert_eq!(read.value, silence);
        }
    }
}

/// Runs `work`, and prints how long it takes.
fn timed(what: &str, work: impl FnOnce()) {
    let begin = Instant::now();
    work();
    println!("{what}: {:?}", begin.elapsed());
}

/// Posting again what was ended makes one silence, however late and often it is posted.
#[test]
fn posting_again_what_was_ended_makes_one_silence() {
    let (mut silences, tenant) = (Silences::new(), TenantId::default());
    let posted = Silence::new("team=db".parse().unwrap(), t0(), minute(60));
    let active =
        |silences: &Silences, at| silences.of_tenant(&tenant).filter(|silence| silence.state_at(at) == SilenceState::Active).count();
    let first = silences.set(posted.clone(), t0()).unwrap().silence().id;
    silences.expire(&tenant, first, minute(1)).unwrap();

    let second = silences.set(posted.clone(), minute(2)).unwrap();
    assert!(matches!(second, SilenceChange::Replaced { expired: None, .. }), "{second:?}");
    let second = second.silence().clone();
    assert_ne!(second.id, first);
    // The answer was lost.
    assert_eq!(silences.set(posted.clone(), minute(3)), Ok(SilenceChange::Unchanged(second.clone())));
    assert_eq!((silences.len(&tenant), active(&silences, minute(4))), (2, 1));

    // Ended again, and posted again.
    silences.expire(&tenant, second.id, minute(5)).unwrap();
    assert_eq!(active(&silences, minute(6)), 0);
    let third = silences.set(posted.clone(), minute(6)).unwrap().silence().clone();
    assert_eq!(silences.set(posted, minute(7)), Ok(SilenceChange::Unchanged(third)));
    assert_eq!((silences.len(&tenant), active(&silences, minute(8))), (3, 1));
}

#[test]
fn a_hundred_thousand_silences_are_bounded() {
    const MANY: u32 = 100_000;
    let tenant = TenantId::default();
    // All in one place of the index, the worst there is.
    let matchers: Matchers = "alertname=DiskFull,instance=~\"db-.*\"".parse().unwrap();
    let made = |number: u32| {
        let mut silence = Silence::new(matchers.clone(), t0(), minute(60));
        silence.comment = number.to_string().parse().unwrap();
        silence
    };
    let mut silences = Silences::new();
    timed("100,000 silences of the same matchers, 5,000 of them posted", || {
        for number in 0..5_000 {
            silences.set(made(number), t0()).unwrap();
        }
        for number in 5_000..MANY {
            let mut silence = made(number);
            silence.id = SilenceId::from(uuid::Uuid::from_u128(u128::from(number)));
            assert!(silences.merge_one(silence));
        }
    });
    assert_eq!(silences.set(made(MANY), t0()).map(|_| silences.len(&tenant)), Ok(100_001));
    let labels = Labels::from_pairs([("alertname", "DiskFull"), ("instance", "db-1")]).unwrap();
    timed("one alert that all of them silence", || assert_eq!(silences.silenced_by(&tenant, &labels, t0()).len(), 100_001));
    let elsewhere = Labels::from_pairs([("alertname", "HostDown"), ("instance", "db-1")]).unwrap();
    timed("10,000 alerts that none silences", || {
        for _ in 0..10_000 {
            assert!(silences.silenced_by(&tenant, &elsewhere, t0()).is_empty());
        }
    });
    let ids: Vec<SilenceId> = silences.of_tenant(&tenant).map(|silence| silence.id).collect();
    timed("100,000 endings", || {
        for id in ids {
            silences.expire(&tenant, id, t0()).unwrap();
        }
    });
    timed("merging them with themselves", || {
        let other = silences.clone();
        assert_eq!(silences.merge(&other), 0);
    });
    timed("forgetting them", || assert_eq!(silences.forget_expired(minute(1), AlertDuration::ZERO).len(), 100_001));
    assert!(silences.is_empty());

    let mut full = silences.with_max_silences(1);
    full.set(made(0), t0()).unwrap();
    assert_eq!(full.set(made(1), t0()).map_err(|refused| refused.code()), Err("too_many_silences"));
}

#[test]
fn a_document_of_many_silences_has_its_problems_told() {
    let silence = Silence::new("team=db".parse().unwrap(), t0(), minute(1)).with_derived_id();
    let one = serde_json::to_string(&silence).unwrap();
    let list = vec![one.as_str(); 1_000].join(",");
    let text = format!(r#"{{"version": 1, "silences": [{list}]}}"#);
    let report = StoredSilences::decode(text.as_bytes(), &DecodeLimits::default()).unwrap_err();
    assert_eq!(report.violations().first().map(|problem| &*problem.code), Some("not_in_order"), "{report}");
    let sets = vec![r#""a=b""#; 101].join(",");
    let text = one.replace(r#"["{team=\"db\"}"]"#, &format!("[{sets}]"));
    let report = Silence::decode(text.as_bytes(), &DecodeLimits::default()).unwrap_err();
    assert!(report.to_string().contains("expected at most 100"), "{report}");
}

#[test]
fn alerts_that_are_all_sources_and_targets_of_each_other_are_bounded() {
    const MANY: usize = 20_000;
    let tenant = TenantId::default();
    let one = |number: usize, severity: &str| Labels::from_pairs([("n", number.to_string().as_str()), ("severity", severity)]).unwrap();
    // Everything in one bucket, every alert on both sides.
    let both = InhibitionRule::new("severity=~\"a|b\"".parse().unwrap(), "severity=~\"a|b\"".parse().unwrap());
    let cross = InhibitionRule::new("severity=a".parse().unwrap(), "severity=b".parse().unwrap());
    let mut inhibitor = Inhibitor::new([both, cross]);
    timed("40,000 alerts in one bucket", || {
        for number in 0..MANY {
            // Half of the sources are over.
            inhibitor.insert(&tenant, &one(number, "a"), Some(minute(if number % 2 == 0 { 1 } else { 9 })));
            inhibitor.insert(&tenant, &one(number, "b"), None);
        }
    });
    timed("asking for each of 20,000 targets whether it is inhibited", || {
        for number in 0..MANY {
            assert!(inhibitor.is_inhibited(&tenant, &one(number, "b"), minute(5)));
            assert!(!inhibitor.is_inhibited(&tenant, &one(number, "a"), minute(5)));
        }
    });
    assert_eq!(inhibitor.inhibited_by(&tenant, &one(0, "b"), minute(5)).count(), MANY / 2);
    timed("forgetting those that are over", || inhibitor.forget_ended(minute(5)));
    assert_eq!(inhibitor.sources(&tenant), MANY + MANY / 2);
}
