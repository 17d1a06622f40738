//! What decoding and checking an alert costs, beside reading the same bytes into `serde_json::Value`.
//!
//! Both sides read the same documents in turns; the fastest turn of each counts.
//!
//! ```text
//! cargo bench --all-features --bench decode
//! ```

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertSeverity;
use alert_schemas::Timestamp;
use alert_schemas::alerts::LinkKind;
use alert_schemas::validations::DecodeLimits;
use serde_json::Value;

const TURNS: usize = 15;

/// An alert as a service sends it: about one kilobyte.
fn document(n: usize) -> Vec<u8> {
    let now: Timestamp = "2025-01-06T09:00:00.25Z".parse().expect("a time");
    let alert = Alert::builder(format!("Volume orders-db-{n} is filling up"), AlertSeverity::High, now)
        .tenant("shop-eu")
        .name("DiskFillingUp")
        .label("instance", format!("10.0.{}.{}:9100", n / 250, n % 250))
        .label("job", "node")
        .label("team", "storage")
        .label("region", "eu-central-1")
        .label("severity", "high")
        .label("volume", format!("orders-db-{n}"))
        .label("environment", "production")
        .annotation("summary", format!("Volume orders-db-{n} is filling up"))
        .annotation("description", "It has less than ten percent left and fills up within four hours at the present rate.")
        .annotation("runbook_url", "https://runbooks.shop.example/storage/disk-filling-up")
        .metadata("free_ratio", 0.083)
        .metadata("fills_up_in_seconds", 12_600)
        .source("alertmanager")
        .link(LinkKind::Source, "https://prometheus.shop.example/graph?g0.expr=predict_linear%28free%5B1h%5D%29&g0.tab=1")
        .runbook("https://runbooks.shop.example/storage/disk-filling-up")
        .received_at(now)
        .build()
        .expect("a good alert");
    serde_json::to_vec(&alert).expect("JSON")
}

/// The fastest of several turns, for each side.
fn fastest(mut bare: impl FnMut(), mut ours: impl FnMut()) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        let begin = Instant::now();
        bare();
        best.0 = best.0.min(begin.elapsed());
        let begin = Instant::now();
        ours();
        best.1 = best.1.min(begin.elapsed());
    }
    best
}

fn line(name: &str, documents: usize, (bare, ours): (Duration, Duration)) {
    let each = |time: Duration| time.as_secs_f64() * 1e9 / documents as f64;
    println!("{name:>16}  {:>9.0} ns  {:>9.0} ns  {:.2}", each(bare), each(ours), ours.as_secs_f64() / bare.as_secs_f64());
}

fn main() {
    let documents: Vec<Vec<u8>> = (0..2_000).map(document).collect();
    let limits = DecodeLimits::default();
    let bytes: usize = documents.iter().map(Vec::len).sum();
    println!("{} documents of {} bytes on average", documents.len(), bytes / documents.len());
    println!("{:>16}  {:>12}  {:>12}  ratio", "an alert", "Value", "checked");
    let one_by_one = fastest(
        || {
            for document in &documents {
                black_box(serde_json::from_slice::<Value>(document).expect("JSON"));
            }
        },
        || {
            for document in &documents {
                black_box(Alert::decode(document, &limits).expect("a good alert"));
            }
        },
    );
    line("one by one", documents.len(), one_by_one);

    let mut list = vec![b'['];
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        list.extend_from_slice(document);
    }
    list.push(b']');
    let in_a_list = fastest(
        || {
            black_box(serde_json::from_slice::<Value>(&list).expect("JSON"));
        },
        || {
            black_box(Alert::decode_list(&list, &limits).expect("a list"));
        },
    );
    line("in a list", documents.len(), in_a_list);
}
