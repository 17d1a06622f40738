//! What the fingerprint of eight labels costs, beside a bare FNV-1a loop over the same bytes.
//!
//! Both sides hash the same sets in turns; the fastest turn of each counts.
//!
//! ```text
//! cargo bench --all-features --bench fingerprint
//! ```

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Fingerprint;
use alert_schemas::Labels;

const TURNS: usize = 21;

/// The bytes that the fingerprint of these labels hashes, in one piece.
fn bytes(labels: &Labels) -> Vec<u8> {
    let texts = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    texts.flat_map(|text| text.bytes().chain([0xFF])).collect()
}

fn bare(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

fn labels(n: usize) -> Labels {
    let instance = format!("10.0.{}.{}:9100", n / 250 % 250, n % 250);
    let pod = format!("orders-7d9c5b6f4-{n:05}");
    let pairs = [
        ("alertname", "DiskFillingUp"),
        ("cluster", "eu-central-1"),
        ("environment", "production"),
        ("instance", instance.as_str()),
        ("job", "node"),
        ("pod", pod.as_str()),
        ("severity", "high"),
        ("team", "storage"),
    ];
    Labels::from_pairs(pairs).expect("good labels")
}

fn main() {
    println!("{:>10}  {:>8}  {:>12}  {:>12}  ratio", "sets", "bytes", "bare loop", "fingerprint");
    for sets in [1, 10_000] {
        let all: Vec<Labels> = (0..sets).map(labels).collect();
        let pieces: Vec<Vec<u8>> = all.iter().map(bytes).collect();
        assert!(all.iter().zip(&pieces).all(|(labels, piece)| Fingerprint::of(labels).get() == bare(piece)));
        let rounds = 100_000 / sets;
        let mut best = (Duration::MAX, Duration::MAX);
        for _ in 0..TURNS {
            let begin = Instant::now();
            for piece in (0..rounds).flat_map(|_| &pieces) {
                black_box(bare(black_box(piece)));
            }
            best.0 = best.0.min(begin.elapsed());
            let begin = Instant::now();
            for labels in (0..rounds).flat_map(|_| &all) {
                black_box(Fingerprint::of(black_box(labels)));
            }
            best.1 = best.1.min(begin.elapsed());
        }
        let each = |time: Duration| time.as_secs_f64() * 1e9 / (rounds * sets) as f64;
        let size = pieces.iter().map(Vec::len).sum::<usize>() / sets;
        println!(
            "{sets:>10}  {size:>8}  {:>9.1} ns  {:>9.1} ns  {:.2}",
            each(best.0),
            each(best.1),
            best.1.as_secs_f64() / best.0.as_secs_f64()
        );
    }
}
