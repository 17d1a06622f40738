//! What reading, printing and exporting an expression costs, and that the cost of a long one is in proportion to its length.
//!
//! The fastest of several turns counts. How other libraries do on the same conditions: `benches/peers`.
//!
//! ```text
//! cargo bench --all-features --bench rules
//! ```

mod shared;

use std::hint::black_box;
use std::time::Duration;

use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;

use crate::shared::nanos;

const TURN: Duration = Duration::from_millis(2);

fn main() {
    let options = ParseOptions::default();
    let read = |text: &str| Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{text}: {errors}"));
    let texts = [
        ("threshold", "cpu_usage > 80".to_owned()),
        ("conjunction", "cpu_usage > 80 and memory_usage > 90".to_owned()),
        (
            "rate",
            r#"sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (job) (rate(http_requests_total[5m])) > 0.05"#.to_owned(),
        ),
        ("quantile", r#"histogram_quantile(0.99, sum by (le, route) (rate(latency_seconds_bucket{env="prod"}[5m]))) > 1.5"#.to_owned()),
        ("chain of 100", vec!["load1"; 100].join(" + ")),
        ("chain of 1,000", vec!["load1"; 1_000].join(" + ")),
        ("chain of 10,000", vec!["load1"; 10_000].join(" + ")),
    ];
    println!(
        "{:>16}  {:>7}  {:>10}  {:>8}  {:>10}  {:>10}  {:>10}",
        "expression", "bytes", "read ns", "ns/byte", "print ns", "lines ns", "tree ns"
    );
    for (name, text) in &texts {
        let expr = read(text);
        let reading = nanos(TURN, || {
            black_box(read(black_box(text)));
        });
        let printing = nanos(TURN, || {
            black_box(black_box(&expr).to_string());
        });
        // Lines of a long chain are mostly the spaces before them.
        let lines = if text.len() > 5_000 { f64::NAN } else { nanos(TURN, || drop(black_box(format!("{:#}", black_box(&expr))))) };
        let tree = nanos(TURN, || {
            let mut json = String::new();
            black_box(&expr).write_parse_query(&mut json).expect("a String takes all");
            black_box(json);
        });
        let bytes = text.len();
        println!("{name:>16}  {bytes:>7}  {reading:>10.0}  {:>8.1}  {printing:>10.0}  {lines:>10.0}  {tree:>10.0}", reading / bytes as f64);
    }
}
