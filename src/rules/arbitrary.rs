//! Valid expressions for property tests.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::condition::Condition;
use crate::rules::dialect::Dialect;
use crate::rules::expr::Expr;
use crate::rules::functions::Function;
use crate::rules::options::ParseOptions;
use crate::rules::value_type::ValueType;
use crate::utils::go;

/// Where white space and comments may stand.
const GAP: char = '\u{1}';

/// Where at least one of them must.
const SPACE: char = '\u{2}';

/// The end of a `group_left` without a list.
const OPEN_GROUP: &str = "\u{2}\u{2}";

/// Where white space may stand, but no comment: in brackets.
const BLANK: char = '\u{3}';

impl Arbitrary for Expr {
    /// The dialect, by default PromQL. Nothing experimental is used.
    type Parameters = Dialect;
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with(dialect: Dialect) -> Self::Strategy {
        let options = ParseOptions::default().with_dialect(dialect);
        texts(dialect).prop_filter_map("not an expression", move |text| Expr::parse(&text, &options).ok()).boxed()
    }
}

impl Arbitrary for Condition {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        texts(Dialect::Condition).prop_filter_map("not a condition", |text| text.parse().ok()).boxed()
    }
}

/// Texts of expressions whose types fit, of every construct and in many spellings.
pub(crate) fn texts(dialect: Dialect) -> BoxedStrategy<String> {
    let layers = (0..3).fold(Layer::first(dialect), |inner, _| inner.next(dialect));
    let whole = prop_oneof![12 => layers.vector, 3 => layers.scalar, 1 => layers.matrix, 1 => string()];
    (whole, any::<u64>()).prop_map(|(text, seed)| spaced(&text, seed)).boxed()
}

/// The text with white space and comments at some of the places where they may stand.
fn spaced(text: &str, mut seed: u64) -> String {
    const FILLS: &[&str] = &[" ", "  ", "\n", "\t", "\r\n ", " # a note: 'it is (not) read'\n"];
    // Half of the texts are written as people do.
    let is_plain = seed.is_multiple_of(2);
    let mut pick = |choices: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 40).unwrap_or_default() % choices
    };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            GAP | BLANK if is_plain || pick(3) > 0 => {}
            SPACE if is_plain => out.push(' '),
            BLANK => out.push_str(FILLS.get(pick(FILLS.len() - 1)).copied().unwrap_or(" ")),
            GAP | SPACE => out.push_str(FILLS.get(pick(FILLS.len())).copied().unwrap_or(" ")),
            c => out.push(c),
        }
    }
    out
}

/// Strategies for the types of expressions, each no deeper than this layer.
#[derive(Clone)]
struct Layer {
    scalar: BoxedStrategy<String>,
    vector: BoxedStrategy<String>,
    matrix: BoxedStrategy<String>,
    /// What needs no parentheses as an operand.
    operand: BoxedStrategy<String>,
    scalar_operand: BoxedStrategy<String>,
}

impl Layer {
    fn first(dialect: Dialect) -> Self {
        let (scalar, vector) = (number(dialect), (selector(), modifiers()).prop_map(|(name, end)| name + &end).boxed());
        let matrix = (selector(), range(), modifiers()).prop_map(|(name, range, end)| format!("{name}{range}{end}")).boxed();
        Self { scalar: scalar.clone(), vector: vector.clone(), matrix, operand: vector, scalar_operand: scalar }
    }

    fn next(self, dialect: Dialect) -> Self {
        let function = |ty| calls(&self, ty, dialect);
        let paren = |inner: &BoxedStrategy<String>| inner.clone().prop_map(|inner| format!("({GAP}{inner}{GAP})"));
        let operand = prop_oneof![
            4 => self.operand.clone(), 3 => function(ValueType::Vector), 3 => aggregation(&self), 2 => paren(&self.vector),
        ]
        .boxed();
        let scalar_operand =
            prop_oneof![4 => self.scalar_operand.clone(), 1 => function(ValueType::Scalar), 1 => paren(&self.scalar)].boxed();
        let subquery = (operand.clone(), subquery_range(), modifiers()).prop_map(|(inner, range, end)| format!("{inner}{range}{end}"));
        let sign = select(vec!["", "", "", "-", "+", "- -"]);
        let vector = (sign.clone(), chain(&operand, &scalar_operand, dialect)).prop_map(|(sign, chain)| format!("{sign}{GAP}{chain}"));
        let scalars = (scalar_operand.clone(), vec((scalar_operator(), scalar_operand.clone()), 0..3));
        let scalar = (sign, scalars).prop_map(|(sign, (first, rest))| format!("{sign}{GAP}{}", joined(first, rest)));
        Self {
            scalar: scalar.boxed(),
            vector: prop_oneof![1 => operand.clone(), 2 => vector].boxed(),
            matrix: prop_oneof![2 => self.matrix, 1 => subquery].boxed(),
            operand,
            scalar_operand,
        }
    }

    fn of(&self, ty: ValueType) -> BoxedStrategy<String> {
        match ty {
            ValueType::Scalar => self.scalar.clone(),
            ValueType::Vector => self.vector.clone(),
            ValueType::Matrix => self.matrix.clone(),
            ValueType::String => string(),
        }
    }
}

/// Calls of all functions that give this type.
fn calls(layer: &Layer, ty: ValueType, dialect: Dialect) -> BoxedStrategy<String> {
    let is_usable = |f: &&Function| f.return_type() == ty && !f.is_experimental() && (dialect == Dialect::Condition || !f.is_own());
    let functions: Vec<&'static Function> = Function::all().iter().filter(is_usable).collect();
    let layer = layer.clone();
    let with_count = select(functions).prop_flat_map(|f| (Just(f), f.min_arguments()..=f.max_arguments().unwrap_or(f.min_arguments() + 3)));
    let call = with_count.prop_flat_map(move |(function, count)| {
        let types = function.argument_types();
        let types = types.iter().chain(types.last().into_iter().cycle()).take(count);
        let arguments: Vec<_> = types.map(|ty| layer.of(*ty)).collect();
        arguments.prop_map(move |arguments| format!("{}{GAP}({GAP}{}{GAP})", function.name(), arguments.join(&format!("{GAP},{GAP}"))))
    });
    call.boxed()
}

fn aggregation(layer: &Layer) -> BoxedStrategy<String> {
    let plain = select(vec!["sum", "SUM", "avg", "min", "max", "count", "Count", "group", "stddev", "stdvar"]);
    let plain = (plain, layer.vector.clone()).prop_map(|(op, vector)| (op, vector));
    let scalar = (select(vec!["topk", "bottomk", "quantile", "TopK"]), layer.scalar.clone(), layer.vector.clone());
    let scalar = scalar.prop_map(|(op, parameter, vector)| (op, format!("{parameter}{GAP},{GAP}{vector}")));
    let values = (string(), layer.vector.clone());
    let values = values.prop_map(|(parameter, vector)| ("count_values", format!("{parameter}{GAP},{GAP}{vector}")));
    let modifier = (select(vec!["", "by", "without", "BY"]), labels(LABELS), any::<bool>());
    (prop_oneof![6 => plain, 2 => scalar, 1 => values], modifier)
        .prop_map(|((op, body), (keyword, labels, is_first))| match (keyword, is_first) {
            ("", _) => format!("{op}{GAP}({GAP}{body}{GAP})"),
            (_, true) => format!("{op}{SPACE}{keyword}{GAP}{labels}{GAP}({GAP}{body}{GAP})"),
            (_, false) => format!("{op}{GAP}({GAP}{body}{GAP}){GAP}{keyword}{GAP}{labels}"),
        })
        .boxed()
}

/// Labels to match and to group by, and others to take over: no label may be among both.
const LABELS: &[&str] =
    &["job", "instance", "_a1", "on", "bool", "by", "sum", "a:b", "\"job\"", "'ünï cöde'", "`inf`", "\"Without\"", "\"a.b\""];
const INCLUDED: &[&str] = &["team", "start", "offset", "group_left", "\"t.e\"", "'nan'"];

/// A list of labels in parentheses.
fn labels(labels: &'static [&'static str]) -> BoxedStrategy<String> {
    let end = select(vec!["", ","]);
    (vec(select(labels), 0..4), end)
        .prop_map(|(labels, end)| {
            let end = if labels.is_empty() { "" } else { end };
            format!("({GAP}{}{GAP}{end}{GAP})", labels.join(&format!("{GAP},{GAP}")))
        })
        .boxed()
}

fn joined(first: String, rest: Vec<(String, String)>) -> String {
    rest.into_iter().fold(first, |text, (operator, operand)| {
        // Parentheses behind `group_left` would be its list.
        let list = if operator.ends_with(OPEN_GROUP) && operand.starts_with('(') { "()" } else { "" };
        format!("{text}{operator}{list}{operand}")
    })
}

const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%", "^", "atan2", "ATAN2"];
const COMPARISONS: &[&str] = &["==", "!=", "<", "<=", ">", ">="];

/// An operator with the space that it needs around it.
fn operator(op: &str) -> String {
    let gap = if op.starts_with(|c: char| c.is_ascii_alphabetic()) { SPACE } else { GAP };
    format!("{gap}{op}{gap}")
}

fn scalar_operator() -> BoxedStrategy<String> {
    let compare = (select(COMPARISONS), select(vec!["bool", "BOOL"])).prop_map(|(op, flag)| format!("{GAP}{op}{GAP}{flag}{SPACE}"));
    prop_oneof![3 => select(ARITHMETIC).prop_map(operator), 1 => compare].boxed()
}

/// Operands with operators between them that fit however they bind.
fn chain(vector: &BoxedStrategy<String>, scalar: &BoxedStrategy<String>, dialect: Dialect) -> BoxedStrategy<String> {
    let flag = prop_oneof![2 => Just(String::new()), 1 => Just(format!("bool{SPACE}"))];
    let pairing =
        (select(vec!["on", "ignoring", "ON"]), labels(LABELS)).prop_map(|(keyword, labels)| format!("{keyword}{GAP}{labels}{GAP}"));
    let include = prop_oneof![Just(OPEN_GROUP.to_owned()), labels(INCLUDED).prop_map(|labels| format!("{GAP}{labels}{GAP}"))];
    let group =
        (select(vec!["group_left", "group_right", "Group_Left"]), include).prop_map(|(keyword, include)| format!("{keyword}{include}"));
    let group = prop_oneof![2 => Just(String::new()), 1 => group];
    let matching = prop_oneof![2 => Just(String::new()), 1 => pairing.clone()];
    let grouped = prop_oneof![3 => Just(String::new()), 2 => (pairing, group).prop_map(|(pairing, group)| pairing + &group)];
    let arithmetic = (select(ARITHMETIC), grouped.clone()).prop_map(|(op, matching)| operator(op) + &matching);
    let compare = (select(COMPARISONS), flag, grouped).prop_map(|(op, flag, matching)| operator(op) + &flag + &matching);
    let words: &[&str] = match dialect {
        Dialect::Promql => &["and", "or", "unless", "AND", "Or"],
        Dialect::Condition => &["and", "or", "unless", "&&", "||"],
    };
    let set = (select(words), matching).prop_map(|(op, matching)| operator(op) + &matching);
    let vectors =
        (vector.clone(), vec((prop_oneof![arithmetic, compare, set], vector.clone()), 1..4)).prop_map(|(first, rest)| joined(first, rest));
    let compare = select(COMPARISONS).prop_map(operator);
    let simple = (vector.clone(), prop_oneof![compare, scalar_operator()], scalar.clone());
    let simple = simple.prop_map(|(vector, operator, scalar)| format!("{vector}{operator}{scalar}"));
    let any = prop_oneof![vector.clone(), scalar.clone()];
    let mixed = (vector.clone(), vec((scalar_operator(), any), 1..4)).prop_map(|(first, rest)| joined(first, rest));
    prop_oneof![3 => vectors, 2 => simple, 1 => mixed].boxed()
}

/// Ranges and offsets: durations and numbers of seconds.
fn duration() -> BoxedStrategy<String> {
    let words = select(vec![
        "5m",
        "1h30m",
        "1d",
        "2w",
        "1y",
        "90",
        "1.5",
        "0.0005",
        "1ms",
        "1s1ms",
        "1e3",
        "0x3C",
        "1w2d",
        "1_0",
        ".5",
        "1h1m1s1ms",
    ]);
    let numbers = (1_u32..).prop_map(|seconds| (f64::from(seconds) / 1_024.0).to_string());
    prop_oneof![4 => words.prop_map(str::to_owned), 1 => numbers, 1 => (1_u32..2_000_000_000).prop_map(|millis| format!("{millis}ms"))]
        .boxed()
}

fn range() -> BoxedStrategy<String> {
    duration().prop_map(|range| format!("{GAP}[{BLANK}{range}{BLANK}]")).boxed()
}

fn subquery_range() -> BoxedStrategy<String> {
    let step = prop_oneof![Just(String::new()), duration()];
    (duration(), step).prop_map(|(range, step)| format!("{GAP}[{BLANK}{range}{BLANK}:{BLANK}{step}{BLANK}]")).boxed()
}

/// `@` and `offset`, one of them, both in either order, or none.
fn modifiers() -> BoxedStrategy<String> {
    let at = prop_oneof![
        select(vec!["start()", "end()", "Start ( )", "0", "-1.5", "1609746000.123", "+ 1e9", "0x10", "1234567890123456.7"])
            .prop_map(str::to_owned),
        any::<i32>().prop_map(|millis| (f64::from(millis) / 1e3).to_string()),
    ];
    let at = at.prop_map(|at| format!("{GAP}@{GAP}{at}"));
    let sign = select(vec!["", "", "-", "+", "- "]);
    let offset = (sign, duration()).prop_map(|(sign, offset)| format!("{SPACE}offset{SPACE}{sign}{offset}"));
    let both =
        (at.clone(), offset.clone(), any::<bool>()).prop_map(|(at, offset, is_first)| if is_first { at + &offset } else { offset + &at });
    prop_oneof![6 => Just(String::new()), 1 => at, 1 => offset, 1 => both].boxed()
}

fn number(dialect: Dialect) -> BoxedStrategy<String> {
    let words = select(vec![
        "0", "1", "80", "1.5", ".5", "5.", "1e3", "1E-3", "0x1F", "0X1f", "017", "1_000", "Inf", "inf", "NaN", "nAn", "5m", "1h30m",
        "1s1ms", "0s", "1w", "1.5e300", "0.1", "1e-300",
    ]);
    let words = words.prop_map(str::to_owned);
    let any_number = any::<f64>().prop_filter_map("no finite number", |number| number.is_finite().then(|| format!("{:e}", number.abs())));
    match dialect {
        Dialect::Promql => prop_oneof![5 => words, 1 => any_number, 1 => any::<u32>().prop_map(|number| number.to_string())].boxed(),
        Dialect::Condition => {
            let size =
                (1_u32..5_000, select(vec!["kB", "MB", "GB", "KiB", "MiB", "GiB", "TiB"])).prop_map(|(size, unit)| format!("{size}{unit}"));
            prop_oneof![5 => words, 2 => size].boxed()
        }
    }
}

/// A string literal: in any of the three quotes, with escapes.
fn string() -> BoxedStrategy<String> {
    let words = select(vec![
        r#""""#,
        r#""job""#,
        "'é'",
        r"`\d+`",
        r#""\u00e9\t\x41\101""#,
        r#""a\"b""#,
        r"'\'\\'",
        r#""$1""#,
        "`line\nbreak`",
        r"'\U0001F525'",
    ]);
    // As it is, the replacement character counts as broken UTF-8.
    let quoted = any::<String>().prop_map(|text| go::quote(&text).replace('\u{fffd}', r"\ufffd"));
    prop_oneof![4 => words.prop_map(str::to_owned), 1 => quoted].boxed()
}

/// A metric, matchers, or both.
fn selector() -> BoxedStrategy<String> {
    let names = prop_oneof![
        select(vec![
            "up",
            "load1",
            "http_requests_total",
            "job:errors:rate5m",
            "_x",
            ":y",
            "sum",
            "by",
            "offset",
            "start",
            "OR",
            "step",
            "without"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z_:]{1,3}[a-zA-Z0-9_:]{0,8}x",
    ]
    .boxed();
    let matcher = matcher();
    let list = move |first: BoxedStrategy<String>, count| {
        (first, vec(matcher.clone(), count), select(vec!["", ","])).prop_map(|(first, rest, end)| {
            let all: Vec<String> = std::iter::once(first).chain(rest).collect();
            format!("{{{GAP}{}{GAP}{end}{GAP}}}", all.join(&format!("{GAP},{GAP}")))
        })
    };
    let must_match =
        select(vec!["\"up\"", "'a.metric'", "__name__=\"up\"", "__name__=~\"job:.*\"", "job=\"x\"", "\"ünï\"='x'", "a=~'.+'", "b!=''"]);
    let without_name = list(must_match.prop_map(str::to_owned).boxed(), 0..3);
    let with_name = (names.clone(), list(self::matcher(), 0..3)).prop_map(|(name, list)| format!("{name}{GAP}{list}"));
    let empty = names.clone().prop_map(|name| format!("{name}{GAP}{{{GAP}}}"));
    prop_oneof![5 => names, 4 => with_name, 2 => without_name, 1 => empty].boxed()
}

fn matcher() -> BoxedStrategy<String> {
    let names = select(vec!["job", "instance", "_a", "on", "inf", "offset", "sum", "code", "\"a.b\"", "'ünï'", "\"job\"", "''"]);
    let plain = (select(vec!["=", "!="]), string());
    let patterns =
        select(vec![r#""web-.*""#, r"'a|b'", r"`\d+`", r#""5..""#, r#"".+""#, r#""""#, r#""(?i)x{2,3}""#, r#""[^a-c\\]]*""#, r#""é""#]);
    let regex = (select(vec!["=~", "!~"]), patterns.prop_map(str::to_owned));
    (names, prop_oneof![plain, regex]).prop_map(|(name, (op, value))| format!("{name}{GAP}{op}{GAP}{value}")).boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn every_text_is_an_expression(text in texts(Dialect::Promql)) {
            let read = Expr::parse(&text, &ParseOptions::default());
            prop_assert!(read.is_ok(), "{text}: {:#}", read.unwrap_err());
        }

        #[test]
        fn every_text_is_a_condition(text in texts(Dialect::Condition)) {
            let read = text.parse::<Condition>();
            prop_assert!(read.is_ok(), "{text}: {:#}", read.unwrap_err());
        }
    }
}
