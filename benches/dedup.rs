//! What a step of deduplication costs, beside the least that could be done for it.
//!
//! Both sides take in the same stream of alerts, each alert of the set equally likely at every step. The bare side is a `HashMap<u64, _>` that takes
//! the fingerprint itself as the hash and counts first time, last time and number; ours gives the verdict, keeps sessions and latest content, moves the
//! alert to the front of the order of sightings, and counts. What both need is computed beforehand: the fingerprints, and the sightings, in batches
//! as a service takes them in. Both run in turns, and the fastest turn of each counts.
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
use alert_schemas::alerts::Identity;
use alert_schemas::correlation::Deduplicator;
use alert_schemas::correlation::Sighting;

const BATCH: usize = 250;
const STEPS: usize = 500_000;
const TURNS: usize = 7;

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

fn fingerprint(sighting: &Sighting) -> u64 {
    match sighting.key.identity {
        Identity::Labels(fingerprint) => fingerprint.get(),
        _ => unreachable!("every alert of the benchmark has a name"),
    }
}

fn sightings(distinct: usize, start: Timestamp) -> Vec<Sighting> {
    let alert = |n: usize| {
        let alert = Alert::builder("disk full", AlertSeverity::High, start).name("DiskFull").label("instance", format!("db-{n}")).build();
        alert.expect("a good alert")
    };
    (0..distinct).map(|n| Sighting::of(&alert(n), start)).collect()
}

/// One turn of both sides: how long each took for all its steps.
fn turn(known: &[Sighting], seed: u64, start: Timestamp) -> (Duration, Duration) {
    let mut bare = Bare::default();
    let mut ours = Deduplicator::new(&Settings::default());
    for (time, sighting) in known.iter().enumerate() {
        bare.insert(fingerprint(sighting), (time as u64, time as u64, 1));
        ours.observe_sighting(sighting);
    }
    let (mut bare_time, mut our_time) = (Duration::ZERO, Duration::ZERO);
    let mut state = seed;
    for batch in 0..STEPS / BATCH {
        let now = start + AlertDuration::seconds(u32::try_from(batch).unwrap_or(0));
        let batch_of_sightings: Vec<Sighting> = (0..BATCH)
            .map(|_| {
                let mut sighting = known[usize::try_from(next(&mut state)).unwrap_or(0) % known.len()].clone();
                (sighting.changed_at, sighting.seen_at) = (now, now);
                sighting
            })
            .collect();
        let batch_of_numbers: Vec<u64> = batch_of_sightings.iter().map(fingerprint).collect();

        let begin = Instant::now();
        for number in &batch_of_numbers {
            let value = bare.entry(*number).or_insert((batch as u64, 0, 0));
            value.1 = batch as u64;
            value.2 += 1;
            black_box(value);
        }
        bare_time += begin.elapsed();

        let begin = Instant::now();
        for sighting in &batch_of_sightings {
            black_box(ours.observe_sighting(sighting));
        }
        our_time += begin.elapsed();
    }
    black_box((bare, ours));
    (bare_time, our_time)
}

fn main() {
    let start: Timestamp = "2025-01-06T09:00:00Z".parse().expect("a good time");
    println!("{:>8}  {:>10}  {:>10}  ratio", "alerts", "bare map", "step");
    for distinct in [1_000, 10_000, 100_000] {
        let known = sightings(distinct, start);
        let (mut bare, mut ours) = (Duration::MAX, Duration::MAX);
        for seed in 0..TURNS {
            let (bare_time, our_time) = turn(&known, seed as u64, start);
            (bare, ours) = (bare.min(bare_time), ours.min(our_time));
        }
        let per_step = |time: Duration| time.as_secs_f64() * 1e9 / STEPS as f64;
        let (bare, ours) = (per_step(bare), per_step(ours));
        println!("{distinct:>8}  {bare:>7.1} ns  {ours:>7.1} ns  {:.2}", ours / bare);
    }
}
