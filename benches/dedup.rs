//! What a step of deduplication costs, beside the least that could be done for it.
//!
//! Both sides take in the same stream of alerts, each alert of the set equally likely at every step. The bare side is a `HashMap<u64, _>` that takes
//! the fingerprint itself as the hash and counts first time, last time and number; ours tells tenants apart, gives the verdict, keeps sessions, latest
//! content and the order of sightings, and counts. What both need is computed beforehand: the fingerprints, and the sightings.
//!
//! * "one by one": the next alert comes in when the last one is answered, as in a service that does other work between two alerts.
//! * "together": the alerts of a batch are there at once, so that the processor works on several at a time; ours through `observe_batch`.
//!
//! The sides run in turns, and the fastest turn of each counts.
//!
//! ```text
//! cargo bench --all-features --bench dedup
//! ```

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::Settings;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Fingerprint;
use alert_schemas::alerts::Identity;
use alert_schemas::correlation::Deduplicator;
use alert_schemas::correlation::Sighting;

const BATCH: usize = 250;
const STEPS: usize = 100_000;
const TURNS: usize = 40;

/// Takes a number as its own hash.
#[derive(Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only numbers are hashed");
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// First time, last time, number.
type Bare = HashMap<u64, (u64, u64, u64), BuildHasherDefault<Itself>>;

/// A small generator of numbers that are the same in every run (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// How the steps are taken.
#[derive(Clone, Copy)]
enum Side {
    BareOneByOne,
    OneByOne,
    BareTogether,
    Together,
}

/// A sighting of a firing alert, and the fingerprints of many others like it.
struct Alerts {
    sighting: Sighting,
    fingerprints: Vec<Fingerprint>,
}

fn alerts(distinct: usize, start: Timestamp) -> Alerts {
    let alert = |n: usize| {
        let alert = Alert::builder("disk full", AlertSeverity::High, start).name("DiskFull").label("instance", format!("db-{n}"));
        alert.build().expect("a good alert")
    };
    Alerts { sighting: Sighting::of(&alert(0), start), fingerprints: (0..distinct).map(|n| alert(n).fingerprint()).collect() }
}

/// One turn of one side: how long all its steps took.
fn turn(side: Side, alerts: &Alerts, seed: u64, start: Timestamp) -> Duration {
    let mut bare = Bare::default();
    let mut ours = Deduplicator::new(&Settings::default());
    let mut sighting = alerts.sighting.clone();
    for fingerprint in &alerts.fingerprints {
        match side {
            Side::BareOneByOne | Side::BareTogether => drop(bare.insert(fingerprint.get(), (0, 0, 1))),
            Side::OneByOne | Side::Together => {
                sighting.key.identity = Identity::Labels(*fingerprint);
                ours.observe_sighting(&sighting);
            }
        }
    }
    let mut numbers = [0; BATCH];
    let mut sightings = vec![sighting; BATCH];
    let (mut time, mut state) = (Duration::ZERO, seed);
    for batch in 0..STEPS / BATCH {
        let now = start + AlertDuration::seconds(u32::try_from(batch).unwrap_or(0));
        for (number, sighting) in numbers.iter_mut().zip(&mut sightings) {
            let fingerprint = alerts.fingerprints[usize::try_from(next(&mut state)).unwrap_or(0) % alerts.fingerprints.len()];
            *number = fingerprint.get();
            sighting.key.identity = Identity::Labels(fingerprint);
            (sighting.changed_at, sighting.seen_at) = (now, now);
        }
        let begin = Instant::now();
        // Always 0, but known only with the answer: what the next step waits for.
        let mut wait = 0;
        match side {
            Side::BareOneByOne => {
                for at in 0..BATCH {
                    let value = bare.entry(numbers[at + wait]).or_insert((batch as u64, 0, 0));
                    value.1 = batch as u64;
                    value.2 += 1;
                    wait = usize::from(value.2 == u64::MAX);
                }
            }
            Side::OneByOne => {
                for at in 0..BATCH {
                    let observation = ours.observe_sighting(&sightings[at + wait]);
                    black_box(observation.verdict);
                    wait = usize::from(observation.id.as_u128() == 0);
                }
            }
            Side::BareTogether => {
                for number in &numbers {
                    let value = bare.entry(*number).or_insert((batch as u64, 0, 0));
                    value.1 = batch as u64;
                    value.2 += 1;
                    black_box(value);
                }
            }
            Side::Together => {
                for observation in ours.observe_batch(&sightings) {
                    black_box((observation.verdict, observation.id));
                }
            }
        }
        black_box(wait);
        time += begin.elapsed();
    }
    black_box((bare, ours));
    time
}

fn main() {
    let start: Timestamp = "2025-01-06T09:00:00Z".parse().expect("a good time");
    println!("{:8}  {:^33}  {:^33}", "", "one by one", "together");
    println!("{:>8}  {:>11}  {:>11}  {:>7}  {:>11}  {:>11}  {:>7}", "alerts", "bare map", "step", "ratio", "bare map", "step", "ratio");
    for distinct in [1_000, 10_000, 100_000] {
        let alerts = alerts(distinct, start);
        let sides = [Side::BareOneByOne, Side::OneByOne, Side::BareTogether, Side::Together];
        let mut best = [Duration::MAX; 4];
        for seed in 0..TURNS {
            for (best, side) in best.iter_mut().zip(sides) {
                *best = turn(side, &alerts, seed as u64, start).min(*best);
            }
        }
        print!("{distinct:>8}");
        for pair in best.map(|time| time.as_secs_f64() * 1e9 / STEPS as f64).chunks(2) {
            print!("  {:>8.1} ns  {:>8.1} ns  {:>7.1}", pair[0], pair[1], pair[1] / pair[0]);
        }
        println!();
    }
}
