//! What expressions evaluate to, against a real Prometheus: it is started on loopback, gets generated series by remote write, with gaps,
//! marks of ended series, NaN and infinities among the values, and is asked generated expressions, at one time and over ranges.
//!
//! Equal means the same verdict, and where both have an answer the same `data`, each digit of each number and the order included.
//!
//! Documented differences (see `rules::eval`), each a rule over the expression:
//!
//! 1. The last digits of functions that are no arithmetic: at most 1e-12 of the value. They are asked apart, outermost.
//! 3. `timestamp` of a selector with `@` and `offset`.
//! 4. Where nothing gives an order: sums over a range differ by at most 1e-9 of the value, equal values of `sort` may change places.

#![cfg(feature = "proptest")]

#[path = "util/server.rs"]
mod server;

use std::collections::BTreeMap;

use alert_schemas::AlertDuration;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::Sample;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::SampleValue;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::rules::AggregateOp;
use alert_schemas::rules::Expr;
use alert_schemas::rules::NodeKind;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::QueryDuration;
use alert_schemas::rules::eval::EvalRange;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::rules::eval::Value as EvalValue;
use alert_schemas::rules::eval::unsupported;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::server::Server;

// ---------------------------------------------------------------- the server

struct Prometheus(Server);

impl Prometheus {
    fn start(name: &str) -> Self {
        Self(Server::start("prometheus", name, "global: {}\n", |config, folder| {
            vec![
                format!("--config.file={}", config.display()),
                format!("--storage.tsdb.path={}", folder.join("data").display()),
                "--web.listen-address=127.0.0.1:0".to_owned(),
                "--web.enable-remote-write-receiver".to_owned(),
            ]
        }))
    }

    /// Writes all samples of a store, series in its order.
    fn write(&self, store: &MemoryStore) {
        let mut request = Vec::new();
        for view in store.iter() {
            let mut series = Vec::new();
            for (name, value) in view.labels {
                let label = [field(1, name.as_bytes()), field(2, value.as_bytes())].concat();
                series.extend(field(1, &label));
            }
            for sample in view.samples {
                let mut message = vec![9];
                message.extend(sample.value.to_f64().to_le_bytes());
                message.push(16);
                message.extend(varint(u64::try_from(sample.millis()).expect("a time after 1970")));
                series.extend(field(2, &message));
            }
            request.extend(field(1, &series));
        }
        let (status, answer) = self.0.request("POST", "/api/v1/write", "application/x-protobuf", &snappy(&request)).expect("an answer");
        assert!(status < 300, "{status} {}", String::from_utf8_lossy(&answer));
    }

    /// What the endpoint answers: its `data`, or its `error`.
    fn ask(&self, endpoint: &str, parameters: &[(&str, &str)]) -> Result<Value, String> {
        let body: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
        let answer = self.0.request("POST", &format!("/api/v1/{endpoint}"), "application/x-www-form-urlencoded", body.join("&").as_bytes());
        let (status, body) = answer.unwrap_or_else(|error| panic!("{parameters:?}: {error}"));
        let mut answer: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{parameters:?}: {status}: {error}"));
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["data"].take()),
        }
    }
}

/// A value of a form: every byte that is no letter or digit as `%XX`.
fn escape(text: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}

/// A number in protobuf's variable length.
fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 128 {
        bytes.push((number % 128) as u8 | 128);
        number /= 128;
    }
    bytes.push(number as u8);
    bytes
}

/// A field of protobuf that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2], &varint(bytes.len() as u64)[..], bytes].concat()
}

/// Snappy's block format without any compression: the length, and literals.
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut out = varint(bytes.len() as u64);
    for chunk in bytes.chunks(0x1_0000) {
        out.push(61 << 2);
        out.extend(u16::try_from(chunk.len() - 1).expect("a short chunk").to_le_bytes());
        out.extend(chunk);
    }
    out
}

// ---------------------------------------------------------------- series

/// The time between two samples of a series, in milliseconds.
const STEP: i64 = 15_000;

/// How many samples a series has at most.
const SAMPLES: i64 = 48;

fn value() -> impl Strategy<Value = SampleValue> {
    prop_oneof![
        12 => (-20_i32..60).prop_map(|number| SampleValue::Float(f64::from(number))),
        6 => (-2_000_i32..9_000).prop_map(|number| SampleValue::Float(f64::from(number) / 1_000.0)),
        2 => select(vec![0.0, -0.0, 0.1, 1e15, 1e-9, 0.5, -1.5, 2.5]).prop_map(SampleValue::Float),
        1 => select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]).prop_map(SampleValue::Float),
        1 => Just(SampleValue::Stale),
    ]
}

/// The values of a series: some are missing, and there are long gaps.
fn values() -> impl Strategy<Value = Vec<Option<SampleValue>>> {
    let some = proptest::collection::vec(proptest::option::weighted(0.8, value()), SAMPLES as usize);
    (some, 0_usize..48, 0_usize..30).prop_map(|(mut values, start, length)| {
        values.iter_mut().skip(start).take(length).for_each(|value| *value = None);
        values
    })
}

/// The label sets of the series: matching one to one, many to one, and not at all.
fn label_sets() -> Vec<Vec<(&'static str, &'static str)>> {
    let mut sets = Vec::new();
    for a in ["x", "y", "z"] {
        sets.push(vec![("__name__", "one"), ("a", a)]);
        for b in ["1", "2"] {
            sets.push(vec![("__name__", "two"), ("a", a), ("b", b)]);
            sets.push(vec![("__name__", "pair"), ("a", a), ("b", b)]);
            sets.push(vec![("__name__", "unit_seconds"), ("__type__", "gauge"), ("a", a), ("b", b)]);
        }
        sets.push(vec![("__name__", "three"), ("a", a), ("b", "1"), ("c", "left"), ("d", "web:9100")]);
        sets.push(vec![("__name__", "three"), ("a", a), ("b", "1"), ("c", "right")]);
    }
    sets.push(vec![("__name__", "single")]);
    sets.push(vec![("__name__", "stamp"), ("a", "x")]);
    sets
}

fn store(runner: &mut TestRunner) -> MemoryStore {
    let mut all: Vec<(SeriesLabels, Vec<Option<SampleValue>>)> = Vec::new();
    for pairs in label_sets() {
        let mut values = values().new_tree(runner).expect("values").current();
        if pairs[0].1 == "stamp" {
            // Times of days and years, for the functions of dates.
            let stamp = |(step, value): (usize, &mut Option<SampleValue>)| {
                *value = value.map(|_| SampleValue::Float(1_709_208_000.0 + 3e6 * step as f64));
            };
            values.iter_mut().enumerate().for_each(stamp);
        }
        all.push((SeriesLabels::from_pairs(pairs).expect("labels"), values));
    }
    let mut store = MemoryStore::new();
    for (labels, values) in &all {
        for (step, value) in (0..).zip(values) {
            if let Some(value) = value {
                store.push(labels, Sample::new(step * STEP, *value)).expect("samples in order");
            }
        }
    }
    store
}

// ---------------------------------------------------------------- expressions

const LABELS: [&str; 6] = ["a", "b", "c", "d", "__name__", "nothing"];

fn names() -> impl Strategy<Value = String> {
    proptest::sample::subsequence(LABELS.to_vec(), 0..3).prop_map(|labels| labels.join(", "))
}

fn number() -> BoxedStrategy<String> {
    let odd = ["0", "-0", "1", "2", "0.5", "1e3", "NaN", "Inf", "-Inf", "0x1F", "1m30s", "-3", "1e-3", "100"];
    prop_oneof![4 => (0_i32..50).prop_map(|number| number.to_string()), 3 => select(odd.to_vec()).prop_map(str::to_owned)].boxed()
}

fn selector() -> BoxedStrategy<String> {
    let names = ["one", "two", "pair", "three", "single", "unit_seconds", "stamp", "missing"];
    let matchers = [
        r#"{a="x"}"#,
        r#"{b="1"}"#,
        r#"{a=~"x|y"}"#,
        r#"{a!="x",b!~"2"}"#,
        r#"{c=""}"#,
        "{}",
        "{}",
        "{}",
        r#"{a="q"}"#,
        r#"{a="x",b="2"}"#,
    ];
    let name = (select(names.to_vec()), select(matchers.to_vec())).prop_map(|(name, matchers)| format!("{name}{matchers}"));
    let any =
        select(vec![r#"{a="x"}"#, r#"{__name__=~"one|two"}"#, r#"{__name__=~"t.*", b="1"}"#, r#"{c=~".+"}"#, r#"{__name__!="", a="z"}"#]);
    let base = prop_oneof![8 => name, 1 => any.prop_map(str::to_owned)];
    let offset = prop_oneof![8 => Just(String::new()), 1 => (-200_i32..300).prop_map(|seconds| format!(" offset {}{}s", if seconds < 0 { "-" } else { "" }, seconds.abs()))];
    let at = prop_oneof![
        12 => Just(String::new()),
        1 => (0_i32..800).prop_map(|seconds| format!(" @ {seconds}")),
        1 => Just(" @ start()".to_owned()),
        1 => Just(" @ end()".to_owned()),
    ];
    (base, at, offset).prop_map(|(base, at, offset)| format!("{base}{at}{offset}")).boxed()
}

fn matching() -> impl Strategy<Value = String> {
    let group = prop_oneof![
        3 => Just(String::new()),
        1 => names().prop_map(|names| format!(" group_left ({names})")),
        1 => names().prop_map(|names| format!(" group_right ({names})")),
    ];
    prop_oneof![
        2 => Just(String::new()),
        3 => (select(vec!["on", "ignoring"]), names(), group).prop_map(|(word, names, group)| format!(" {word} ({names}){group}")),
    ]
}

const ARITHMETIC: [&str; 6] = ["+", "-", "*", "/", "%", "^ 2 *"];
const COMPARISON: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

fn operator() -> impl Strategy<Value = String> {
    let compare =
        (select(COMPARISON.to_vec()), any::<bool>()).prop_map(|(op, verdict)| format!("{op}{}", if verdict { " bool" } else { "" }));
    prop_oneof![select(ARITHMETIC.to_vec()).prop_map(str::to_owned), compare]
}

fn scalar(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![6 => number(), 1 => Just("time()".to_owned())].boxed();
    if depth == 0 {
        return leaf;
    }
    let ops = select(vec!["+", "-", "*", "/", "%", "== bool", "> bool", "!= bool", "<= bool"]);
    prop_oneof![
        5 => leaf,
        2 => vector(depth - 1).prop_map(|vector| format!("scalar({vector})")),
        1 => (scalar(depth - 1), ops, scalar(depth - 1)).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
        1 => scalar(depth - 1).prop_map(|inner| format!("-({inner})")),
    ]
    .boxed()
}

fn vector(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return prop_oneof![12 => selector(), 1 => number().prop_map(|number| format!("vector({number})"))].boxed();
    }
    let below = || vector(depth - 1);
    let functions = ["abs", "ceil", "floor", "sgn", "sqrt", "round", "timestamp", "absent", "sort", "sort_desc", "deg", "rad"];
    let dates = ["year", "month", "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute"];
    let aggregations = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"];
    let grouping =
        prop_oneof![Just(String::new()), (select(vec!["by", "without"]), names()).prop_map(|(word, names)| format!(" {word} ({names})")),];
    let grouping = grouping.boxed();
    let replaced = (
        below(),
        select(LABELS.to_vec()),
        select(vec!["$1", "${1}x", "", "fixed", "$host", "$$1", "$2$1"]),
        select(LABELS.to_vec()),
        select(vec!["(.*)", "x|y", "(x)(.*)", "(?P<host>[^:]+):(.*)", "", "[", ".+"]),
    );
    prop_oneof![
        4 => selector(),
        4 => (select(functions.to_vec()), below()).prop_map(|(name, inner)| format!("{name}({inner})")),
        1 => (select(dates.to_vec()), prop_oneof![3 => below(), 1 => Just(String::new())]).prop_map(|(name, inner)| format!("{name}({inner})")),
        5 => (select(aggregations.to_vec()), grouping.clone(), below()).prop_map(|(name, group, inner)| format!("{name}{group} ({inner})")),
        1 => (grouping, scalar(depth - 1), below()).prop_map(|(group, share, inner)| format!("quantile{group} ({share}, {inner})")),
        1 => (below(), scalar(depth - 1), scalar(depth - 1)).prop_map(|(inner, low, high)| format!("clamp({inner}, {low}, {high})")),
        1 => (select(vec!["clamp_min", "clamp_max", "round"]), below(), scalar(depth - 1)).prop_map(|(name, inner, bound)| format!("{name}({inner}, {bound})")),
        2 => replaced.prop_map(|(inner, target, template, source, pattern)| format!("label_replace({inner}, {target:?}, {template:?}, {source:?}, {pattern:?})")),
        1 => (below(), select(LABELS.to_vec()), proptest::sample::subsequence(LABELS.to_vec(), 0..3)).prop_map(|(inner, target, sources)| {
            let sources: String = sources.iter().map(|source| format!(", {source:?}")).collect();
            format!("label_join({inner}, {target:?}, \"-\"{sources})")
        }),
        5 => (below(), operator(), matching(), below()).prop_map(|(a, op, matching, b)| match op.split_once(" 2 ") {
            Some((pow, times)) => format!("({a}) {pow} 2 {times}{matching} ({b})"),
            None => format!("({a}) {op}{matching} ({b})"),
        }),
        4 => (below(), operator(), scalar(depth - 1)).prop_map(|(a, op, b)| format!("({a}) {op} {b}")),
        2 => (scalar(depth - 1), operator(), below()).prop_map(|(a, op, b)| format!("{a} {op} ({b})")),
        3 => (below(), select(vec!["and", "or", "unless"]), prop_oneof![Just(String::new()), (select(vec!["on", "ignoring"]), names()).prop_map(|(word, names)| format!(" {word} ({names})"))], below())
            .prop_map(|(a, op, matching, b)| format!("({a}) {op}{matching} ({b})")),
        1 => below().prop_map(|inner| format!("-({inner})")),
        1 => scalar(depth - 1).prop_map(|inner| format!("vector({inner})")),
    ]
    .boxed()
}

fn expression() -> BoxedStrategy<String> {
    prop_oneof![6 => vector(2), 6 => vector(3), 2 => vector(1), 1 => scalar(2), 1 => Just("'a text'".to_owned()), 1 => selector().prop_map(|s| range_of(&s))].boxed()
}

/// A selector as one of a range.
fn range_of(selector: &str) -> String {
    let end = selector.find(" @").or_else(|| selector.find(" offset")).unwrap_or(selector.len());
    format!("{}[90s]{}", &selector[..end], &selector[end..])
}

// ---------------------------------------------------------------- comparison

/// When an expression is asked.
#[derive(Debug, Clone, Copy)]
enum When {
    At(i64),
    Over { start: i64, end: i64, step: i64 },
}

fn when() -> impl Strategy<Value = When> {
    let end = STEP * SAMPLES + 200_000;
    let over = (0..end, 0..end, prop_oneof![Just(15_000_i64), Just(60_000), 1_000_i64..90_000]);
    prop_oneof![
        3 => (0..end).prop_map(When::At),
        2 => (0..end / STEP).prop_map(|step| When::At(step * STEP)),
        2 => over.prop_map(|(a, b, step)| When::Over { start: a.min(b), end: a.max(b), step }),
    ]
}

fn seconds(millis: i64) -> String {
    format!("{}.{:03}", millis / 1_000, millis % 1_000)
}

fn theirs(server: &Prometheus, text: &str, when: When) -> Result<Value, String> {
    match when {
        When::At(at) => server.ask("query", &[("query", text), ("time", &seconds(at))]),
        When::Over { start, end, step } => server
            .ask("query_range", &[("query", text), ("start", &seconds(start)), ("end", &seconds(end)), ("step", &format!("{step}ms"))]),
    }
}

fn ours(store: &MemoryStore, text: &str, when: When) -> Result<Value, String> {
    let expr = Expr::parse(text, &ParseOptions::default()).map_err(|errors| errors.to_string())?;
    assert!(unsupported(&expr).is_empty(), "{text}");
    let evaluator = Evaluator::new(store);
    let value = match when {
        When::At(at) => evaluator.value_at(&expr, SampleTime::from_millis(at)).map_err(|error| error.to_string())?,
        When::Over { start, end, step } => {
            let step = AlertDuration::millis(u32::try_from(step).expect("a short step"));
            let range = EvalRange::new(SampleTime::from_millis(start), SampleTime::from_millis(end), step).expect("a range");
            EvalValue::Matrix(evaluator.values_over(&expr, &range).map_err(|error| error.to_string())?)
        }
    };
    Ok(value.to_query_data())
}

/// Whether two answers are equal, but for this part of each number.
fn equal(a: &Value, b: &Value, part: f64) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => {
            a == b
                || part > 0.0
                    && matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() <= part * a.abs().max(b.abs()))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b, part)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| equal(a, b, part)))
        }
        (a, b) => a == b,
    }
}

fn sorted(mut data: Value) -> Value {
    if let Value::Array(list) = &mut data["result"] {
        list.sort_by_key(Value::to_string);
    }
    data
}

/// The rule of the documented difference that two answers fall under.
fn rule(text: &str, when: When, ours: &Result<Value, String>, theirs: &Result<Value, String>) -> Option<&'static str> {
    let expr = Expr::parse(text, &ParseOptions::default()).ok()?;
    let any = |test: &dyn Fn(&NodeKind) -> bool| expr.nodes().iter().any(|node| test(&node.kind));
    let stamped = |kind: &NodeKind| match kind {
        NodeKind::Call(call) if call.function.name() == "timestamp" => {
            let mut id = call.args[0];
            while let NodeKind::Paren { expr: inner } = expr.node(id).kind {
                id = inner;
            }
            matches!(&expr.node(id).kind, NodeKind::VectorSelector(s) if s.at.is_some() && s.offset != QueryDuration::ZERO)
        }
        _ => false,
    };
    if any(&stamped) {
        return Some("3: timestamp with @ and offset");
    }
    let (Ok(ours), Ok(theirs)) = (ours, theirs) else { return None };
    let sums = |kind: &NodeKind| matches!(kind, NodeKind::Aggregate(aggregate) if matches!(aggregate.op, AggregateOp::Sum | AggregateOp::Avg | AggregateOp::Stddev | AggregateOp::Stdvar));
    if any(&sums) && matches!(when, When::Over { .. }) && equal(ours, theirs, 1e-9) {
        return Some("4: order of sums over a range");
    }
    let sorts = |kind: &NodeKind| matches!(kind, NodeKind::Call(call) if call.function.name().starts_with("sort"));
    if any(&sorts) && equal(&sorted(ours.clone()), &sorted(theirs.clone()), 1e-9) {
        return Some("4: order of equal values");
    }
    None
}

/// Where two answers differ.
fn shown(ours: &Result<Value, String>, theirs: &Result<Value, String>, part: f64) -> String {
    let (Ok(a), Ok(b)) = (ours, theirs) else {
        let text = |answer: &Result<Value, String>| answer.as_ref().map_or_else(|error| format!("refused: {error}"), Value::to_string);
        return format!("  ours   {}\n  theirs {}", text(ours), text(theirs));
    };
    let mut out = String::new();
    let mut rest = vec![(String::new(), a, b)];
    while let Some((path, a, b)) = rest.pop() {
        match (a, b) {
            _ if equal(a, b, part) => {}
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                rest.extend(a.iter().zip(b).enumerate().map(|(at, (a, b))| (format!("{path}/{at}"), a, b)));
            }
            (Value::Object(a), Value::Object(b)) if a.len() == b.len() && path != "/metric" => {
                rest.extend(a.iter().filter_map(|(key, a)| Some((format!("{path}/{key}"), a, b.get(key)?))));
            }
            _ => out.push_str(&format!("  {path}\n    ours   {a}\n    theirs {b}\n")),
        }
    }
    out
}

/// Counts what is compared, and tells all that differs at the end.
#[derive(Default)]
struct Tally {
    answered: usize,
    elements: usize,
    refused: BTreeMap<String, usize>,
    documented: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

impl Tally {
    fn compare(&mut self, server: &Prometheus, store: &MemoryStore, text: &str, when: When, part: f64) {
        let (ours, theirs) = (ours(store, text, when), theirs(server, text, when));
        match (&ours, &theirs) {
            (Ok(a), Ok(b)) if equal(a, b, part) => {
                self.answered += 1;
                self.elements += a["result"].as_array().map_or(1, Vec::len);
            }
            (Err(_), Err(error)) => {
                let kind = error.split([':', '{', ';', '(']).next().unwrap_or_default().to_owned();
                *self.refused.entry(kind).or_default() += 1;
            }
            _ => match rule(text, when, &ours, &theirs) {
                Some(rule) => *self.documented.entry(rule).or_default() += 1,
                None => self.failed.push(format!("{text}\n  {when:?}\n{}", shown(&ours, &theirs, part)).chars().take(1_200).collect()),
            },
        }
    }

    fn finish(self, what: &str, server: &Prometheus, least: usize) {
        let refused: usize = self.refused.values().sum();
        let documented: usize = self.documented.values().sum();
        let cases = self.answered + refused + documented + self.failed.len();
        println!(
            "real prometheus {}, {what}: {cases} evaluations, {} equal ({refused} refused by both, {} elements), {documented} documented differences",
            server.0.version,
            self.answered + refused,
            self.elements
        );
        self.refused.iter().for_each(|(kind, count)| println!("    {count} refused: {kind}"));
        self.documented.iter().for_each(|(rule, count)| println!("    {count} by rule {rule}"));
        let shown = self.failed.iter().take(15).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.failed.is_empty(), "{} of {cases} differ:\n{shown}", self.failed.len());
        assert!(self.answered >= least && self.elements >= least, "only {} answers with {} elements", self.answered, self.elements);
    }
}

#[test]
#[ignore = "starts a real Prometheus"]
fn generated_expressions_have_the_values_that_prometheus_gives_them() {
    let mut runner = TestRunner::deterministic();
    let store = store(&mut runner);
    let server = Prometheus::start("eval");
    server.write(&store);
    let mut tally = Tally::default();
    let (expression, when) = (expression(), when());
    for _ in 0..4_000 {
        let text = expression.new_tree(&mut runner).expect("an expression").current();
        let when = when.new_tree(&mut runner).expect("a time").current();
        tally.compare(&server, &store, &text, when, 0.0);
    }
    tally.finish("expressions", &server, 2_000);
}

#[test]
#[ignore = "starts a real Prometheus"]
fn functions_that_are_no_arithmetic_agree_but_for_their_last_digits() {
    let mut runner = TestRunner::deterministic();
    let store = store(&mut runner);
    let server = Prometheus::start("eval-digits");
    server.write(&store);
    let functions = [
        "exp",
        "ln",
        "log2",
        "log10",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "year",
        "month",
        "day_of_month",
        "day_of_year",
        "day_of_week",
        "days_in_month",
        "hour",
        "minute",
    ];
    let expression = prop_oneof![
        (select(functions.to_vec()), selector()).prop_map(|(name, inner)| format!("{name}({inner})")),
        (selector(), select(vec!["^", "atan2"]), number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (number(), select(vec!["^", "atan2"]), selector()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (number(), select(vec!["^", "atan2", "%"]), number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
    ];
    let mut tally = Tally::default();
    for _ in 0..1_500 {
        let text = expression.new_tree(&mut runner).expect("an expression").current();
        let when = when().new_tree(&mut runner).expect("a time").current();
        tally.compare(&server, &store, &text, when, 1e-12);
    }
    tally.finish("last digits", &server, 1_000);
}
