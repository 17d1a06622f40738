//! How benchmarks take time.

use std::time::Duration;
use std::time::Instant;

const TURNS: usize = 15;

/// Nanoseconds of one call: the fastest of several turns, of about `turn` each.
pub(crate) fn nanos(turn: Duration, mut call: impl FnMut()) -> f64 {
    let begin = Instant::now();
    call();
    let once = begin.elapsed().max(Duration::from_nanos(50));
    let rounds = (turn.as_nanos() / once.as_nanos()).clamp(1, 100_000) as u32;
    let timed = |_| {
        let begin = Instant::now();
        for _ in 0..rounds {
            call();
        }
        begin.elapsed()
    };
    (0..TURNS).map(timed).min().unwrap_or_default().as_secs_f64() * 1e9 / f64::from(rounds)
}
