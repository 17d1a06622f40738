//! Reading and checking conditions, beside `promql-parser` (the same PromQL) and `zen-expression` (the same condition in its language).
//!
//! Each side reads the same texts in turns; the fastest turn of each counts. Every text is accepted by both sides before the clock starts.
//!
//! | | condition |
//! |---|---|
//! | C1 | a threshold |
//! | C2 | two thresholds |
//! | C3 | a label, and a label that is one of four |
//! | C4 | a label that matches a pattern; `zen-expression` compiles the pattern only when it evaluates |
//! | C5 | twenty comparisons with arithmetic and labels |
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```

use std::hint::black_box;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;
use zen_expression::Isolate;

const TURNS: usize = 31;

/// The time of one turn.
fn turn(rounds: u32, mut call: impl FnMut()) -> Duration {
    let begin = Instant::now();
    for _ in 0..rounds {
        call();
    }
    begin.elapsed()
}

/// Nanoseconds of one call of each side: the fastest of turns that alternate.
fn compare(mut ours: impl FnMut(), mut theirs: impl FnMut()) -> (f64, f64) {
    let once = turn(1, &mut ours).max(turn(1, &mut theirs)).max(Duration::from_nanos(50));
    let rounds = (Duration::from_millis(2).as_nanos() / once.as_nanos()).clamp(1, 100_000) as u32;
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..TURNS {
        best.0 = best.0.min(turn(rounds, &mut ours));
        best.1 = best.1.min(turn(rounds, &mut theirs));
    }
    let each = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(rounds);
    (each(best.0), each(best.1))
}

/// One of twenty comparisons: in PromQL, as a condition of ours, and in the language of `zen-expression`.
fn comparison(n: usize) -> [String; 3] {
    let (a, b, limit) = (format!("metric_{n}"), format!("metric_{}", n + 1), 10 * n + 5);
    match n % 4 {
        0 => [format!("{a} > {limit}"), format!("{a} > {limit}"), format!("{a} > {limit}")],
        1 => [format!("{a} * 2 + {b} < {limit}.5"), format!("{a} * 2 + {b} < {limit}.5"), format!("{a} * 2 + {b} < {limit}.5")],
        2 => [format!("{a}{{env=\"prod-{n}\"}} >= 1"), format!("{a}{{env=\"prod-{n}\"}} >= 1"), format!("env == \"prod-{n}\" and {a} >= 1")],
        _ => [format!("{a} / {b} <= 0.9"), format!("{a} / {b} <= 0.9"), format!("{a} / {b} <= 0.9")],
    }
}

/// Name, PromQL, the same as a condition of ours, the same in the language of `zen-expression`.
fn conditions() -> Vec<(&'static str, [String; 3])> {
    let all = |texts: [&str; 3]| texts.map(str::to_owned);
    let twenty: Vec<[String; 3]> = (0..20).map(comparison).collect();
    let joined = |at: usize, and: &str| twenty.iter().map(|texts| texts[at].as_str()).collect::<Vec<_>>().join(and);
    let labels = r#"up{env="production",region=~"eu-1|eu-2|us-1|us-2"}"#;
    let pattern = r#"up{instance=~"(web|api)-[0-9]+"}"#;
    vec![
        ("C1 threshold", all(["cpu_usage > 80", "cpu_usage > 80", "cpu_usage > 80"])),
        (
            "C2 and",
            all(["cpu_usage > 80 and memory_usage > 90", "cpu_usage > 80 && memory_usage > 90", "cpu_usage > 80 and memory_usage > 90"]),
        ),
        ("C3 labels", all([labels, labels, r#"env == "production" and region in ["eu-1", "eu-2", "us-1", "us-2"]"#])),
        ("C4 pattern", all([pattern, pattern, r#"matches(instance, "^(web|api)-[0-9]+$")"#])),
        ("C5 twenty", [joined(0, " and "), joined(1, " && "), joined(2, " and ")]),
    ]
}

fn main() {
    let promql = ParseOptions::default();
    let condition = promql.with_dialect(Dialect::Condition);
    println!("{:>14}  {:>10}  {:>14}  {:>6}  {:>10}  {:>14}  {:>6}", "ns", "PromQL", "promql-parser", "ratio", "condition", "zen-expression", "ratio");
    for (name, [query, ours, theirs]) in &conditions() {
        let mut isolate = Isolate::new();
        assert!(Expr::parse(query, &promql).is_ok() && promql_parser::parser::parse(query).is_ok(), "{query}");
        assert!(Expr::parse(ours, &condition).is_ok() && isolate.compile_standard(theirs).is_ok(), "{ours} {theirs}");
        let (first, parser) = compare(
            || drop(black_box(Expr::parse(black_box(query), &promql))),
            || drop(black_box(promql_parser::parser::parse(black_box(query)))),
        );
        let (second, zen) = compare(
            || drop(black_box(Expr::parse(black_box(ours), &condition))),
            || drop(black_box(isolate.compile_standard(black_box(theirs)))),
        );
        println!(
            "{name:>14}  {first:>10.0}  {parser:>14.0}  {:>6.2}  {second:>10.0}  {zen:>14.0}  {:>6.2}",
            first / parser,
            second / zen
        );
    }
}
