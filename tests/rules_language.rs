//! Laws of the language of rules: what is printed reads back, both dialects read PromQL alike, and no text does harm.

#![cfg(feature = "proptest")]

use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ExprErrors;
use alert_schemas::rules::ExprLimits;
use alert_schemas::rules::Node;
use alert_schemas::rules::NodeKind;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::QueryDuration;
use alert_schemas::rules::VectorSelector;
use proptest::prelude::*;
use proptest::sample::Index;

fn promql() -> ParseOptions {
    ParseOptions::default().with_experimental_functions(true).with_duration_expressions(true)
}

fn condition() -> ParseOptions {
    promql().with_dialect(Dialect::Condition)
}

fn read(text: &str) -> Expr {
    Expr::parse(text, &promql()).unwrap_or_else(|errors| panic!("{text}: {errors:#}"))
}

/// What a node is, without places and additions, and with the matchers sorted.
fn shape(node: &Node) -> String {
    fn matchers(selector: &VectorSelector) -> String {
        let mut texts: Vec<_> = selector.matchers.iter().map(|m| format!("{:?}{}{:?}", m.name(), m.op(), m.value())).collect();
        texts.sort_unstable();
        format!("{:?} {texts:?} {:?} {:?}", selector.name, selector.offset, selector.at)
    }
    match &node.kind {
        // Bits, so that NaN and -0 count; a number can be printed in another form.
        NodeKind::Number(number) => format!("number {:x}", number.value.to_bits()),
        NodeKind::VectorSelector(selector) => format!("vector {}", matchers(selector)),
        NodeKind::MatrixSelector(matrix) => format!("matrix {} {:?}", matchers(&matrix.selector), matrix.range),
        NodeKind::Binary(binary) => {
            format!("binary {} {:?} {:?} {} {:?}", binary.op, binary.lhs, binary.rhs, binary.return_bool, binary.matching)
        }
        kind => format!("{kind:?}"),
    }
}

fn shapes(expr: &Expr) -> Vec<String> {
    expr.nodes().iter().map(shape).collect()
}

/// Whether a text of Prometheus' printer is among those that do not read back: see `Display` of [`Expr`].
fn is_printed_for_eyes_only(expr: &Expr) -> bool {
    let line = expr.pretty().with_columns(usize::MAX).to_string();
    line != expr.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_line_reads_back(expr in any::<Expr>()) {
        let line = expr.to_string();
        let again = read(&line);
        prop_assert_eq!(shapes(&again), shapes(&expr), "{}", line);
        prop_assert_eq!(again.to_string(), line);
        prop_assert_eq!(again.value_type(), expr.value_type());
    }

    #[test]
    fn several_lines_read_back(expr in any::<Expr>(), columns in 0_usize..120) {
        if is_printed_for_eyes_only(&expr) {
            return Ok(());
        }
        let lines = expr.pretty().with_columns(columns).to_string();
        let again = read(&lines);
        prop_assert_eq!(shapes(&again), shapes(&expr), "{}", lines);
        prop_assert_eq!(again.pretty().with_columns(columns).to_string(), lines);
    }

    #[test]
    fn what_is_printed_is_the_line_split(expr in any::<Expr>(), columns in 0_usize..120) {
        let lines = expr.pretty().with_columns(columns).to_string();
        let line = expr.pretty().with_columns(usize::MAX).to_string();
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(letters(&lines), letters(&line));
        prop_assert_eq!(format!("{expr:#}"), expr.pretty().with_columns(100).to_string());
    }

    #[test]
    fn computed_durations_read_back(text in computed()) {
        let Ok(expr) = Expr::parse(&text, &promql()) else { return Ok(()) };
        let again = read(&expr.to_string());
        prop_assert_eq!(shapes(&again), shapes(&expr), "{} prints {}", text, expr);
        prop_assert_eq!(again.to_string(), expr.to_string());
    }

    #[test]
    fn both_dialects_read_promql_alike(expr in any::<Expr>()) {
        let other = Expr::parse(expr.source_text(), &condition()).expect("PromQL is a condition");
        prop_assert_eq!(shapes(&other), shapes(&expr));
        prop_assert!(other.is_promql());
    }

    #[test]
    fn a_condition_prints_as_promql(expr in any_with::<Expr>(Dialect::Condition)) {
        let own = expr.nodes().iter().any(|node| matches!(&node.kind, NodeKind::Call(call) if call.function.is_own()));
        match Expr::parse(&expr.to_string(), &promql()) {
            Ok(again) => prop_assert!(!own && shapes(&again) == shapes(&expr), "{}", expr),
            Err(errors) => prop_assert!(own, "{}: {}", expr, errors),
        }
    }

    #[test]
    fn both_writers_give_the_same_tree(expr in any::<Expr>()) {
        let mut json = String::new();
        expr.write_parse_query(&mut json).expect("a String takes all");
        prop_assert_eq!(json.parse::<serde_json::Value>().ok(), expr.to_parse_query());
    }

    #[test]
    fn a_changed_text_is_read_alike_or_refused_with_a_place(expr in any::<Expr>(), edits in prop::collection::vec((any::<Index>(), any::<Index>(), any::<char>()), 1..4)) {
        let text = edited(expr.source_text(), &edits);
        for options in [promql(), condition()] {
            check_answer(&text, Expr::parse(&text, &options))?;
        }
        // A condition reads whatever PromQL reads, and as the same.
        if let Ok(expr) = Expr::parse(&text, &promql()) {
            let other = Expr::parse(&text, &condition());
            prop_assert_eq!(other.map(|other| shapes(&other)).ok(), Some(shapes(&expr)), "{}", text);
        }
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        check_answer(&text, Expr::parse(&text, &promql()))?;
        check_answer(&text, Expr::parse(&text, &condition()))?;
    }
}

/// Arithmetic on durations in all places that take it.
fn computed() -> impl Strategy<Value = String> {
    let number = proptest::sample::select(vec!["5m", "1", "0.5", "1h30m", "-1m", "+2", "0", "(3)", "(-1)", "0s"]).prop_map(str::to_owned);
    let duration = number.prop_recursive(4, 16, 2, |inner| {
        let operator = proptest::sample::select(vec!["+", "-", "*", "/", "%", "^", " ^ "]);
        prop_oneof![
            3 => (inner.clone(), operator, inner.clone()).prop_map(|(a, op, b)| a + op + &b),
            1 => (proptest::sample::select(vec!["-", "+", "- "]), inner.clone()).prop_map(|(sign, inner)| format!("{sign}{inner}")),
            2 => inner.prop_map(|inner| format!("({inner})")),
        ]
    });
    (duration.clone(), duration, 0_u8..5).prop_map(|(a, b, form)| match form {
        0 => format!("up[{a}]"),
        1 => format!("up[{a}:{b}]"),
        2 => format!("up offset {a}"),
        3 => format!("up[{a}] offset {b}"),
        _ => format!("up @ 3 offset {a} + up[{b}:] offset {a}"),
    })
}

/// A text with characters removed, doubled or replaced.
fn edited(text: &str, edits: &[(Index, Index, char)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, what, other) in edits {
        if chars.is_empty() {
            break;
        }
        let at = at.index(chars.len());
        match what.index(5) {
            0 => drop(chars.remove(at)),
            1 => chars.insert(at, chars[at]),
            2 => chars[at] = *other,
            3 => chars.truncate(at),
            _ => chars[at] = *b"(){}[],:=~!<>+-*/%^@#'\"`\\0e_ \n".get(what.index(31)).map_or(&b' ', |byte| byte) as char,
        }
    }
    chars.into_iter().collect()
}

/// What was read prints and reads back; what was refused is refused for a reason at a place of the text.
fn check_answer(text: &str, answer: Result<Expr, ExprErrors>) -> Result<(), TestCaseError> {
    match answer {
        Ok(expr) => {
            prop_assert_eq!(expr.source_text(), text);
            let again = Expr::parse(&expr.to_string(), &condition());
            prop_assert_eq!(again.map(|again| shapes(&again)).ok(), Some(shapes(&expr)), "{:?} prints {}", text, expr);
            prop_assert!(expr.nodes().iter().all(|node| text.get(node.span.range()).is_some()));
        }
        Err(errors) => {
            prop_assert!(errors.iter().count() > 0);
            for error in errors.iter() {
                let span = error.span();
                prop_assert!(text.get(span.clone()).is_some(), "{:?} of {:?}", span, text);
                prop_assert!(!error.message().is_empty() && error.code().starts_with("expr_"));
                let (line, drawn) = (error.to_string(), format!("{error:#}"));
                prop_assert!(!line.contains('\n') && drawn.starts_with(&line), "{}", drawn);
                prop_assert!(drawn.lines().count() == if text.is_empty() { 1 } else { 3 }, "{}", drawn);
            }
        }
    }
    Ok(())
}

// ---------------------------------------------------------------- hostile texts

fn codes(text: &str) -> Vec<&'static str> {
    match Expr::parse(text, &promql()) {
        Ok(_) => Vec::new(),
        Err(errors) => {
            let errors: Vec<_> = errors.iter().collect();
            assert!(errors.iter().all(|error| format!("{error:#}").len() < 2_000), "an error is not as long as the text");
            errors.iter().map(|error| error.code()).collect()
        }
    }
}

#[test]
fn brackets_and_signs_are_limited_in_depth() {
    let many = 100_000;
    for text in [
        "(".repeat(many),
        format!("{}1{}", "(".repeat(many), ")".repeat(many)),
        "-".repeat(many),
        format!("{}up", "-".repeat(many)),
        "abs(".repeat(many),
        "sum by (a) (".repeat(many),
        "{".repeat(many),
        "[".repeat(many),
        "up[".repeat(many),
        format!("up[{}1{}]", "(".repeat(many), ")".repeat(many)),
        format!("up[{}1]", "-".repeat(many)),
    ] {
        assert_eq!(codes(&text).len(), 1, "{}…", &text[..20]);
    }
    let text = format!("up{}", "[1h:]".repeat(many));
    assert!(codes(&text).iter().all(|code| *code == "expr_type" || *code == "expr_too_many_nodes"), "{:?}", codes(&text));
}

#[test]
fn as_deep_as_the_limit_is_read_and_printed() {
    let depth = ExprLimits::default().depth;
    for (open, inner, close) in [("(", "1", ")"), ("abs(", "up", ")"), ("-", "up", ""), ("sum(", "up", ")")] {
        let text = |depth: usize| format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(shapes(&read(&read(&text(depth)).to_string())), shapes(&read(&text(depth))), "{open}");
        assert_eq!(codes(&text(depth + 1)), ["expr_too_deep"], "{open}");
    }
}

#[test]
fn long_chains_are_read_printed_and_exported() {
    let terms = 20_000;
    for (first, rest) in
        [("up", " + up"), ("up", " ^ up"), ("1", " * 2"), ("up", " or up"), ("up", " and on (job) up"), ("up", " > bool up")]
    {
        let text = format!("{first}{}", rest.repeat(terms - 1));
        let expr = read(&text);
        assert_eq!(expr.to_string(), text);
        assert_eq!(shapes(&read(&expr.to_string())), shapes(&expr));
        assert_eq!(expr.to_parse_query(), None, "too deep for a value");
        let mut json = String::new();
        expr.write_parse_query(&mut json).expect("a String takes all");
        assert_eq!(json.matches("\"type\":\"binaryExpr\"").count(), terms - 1);
        let lines = format!("{expr:#}");
        assert!(lines.len() < 2_100 * terms, "{}", lines.len());
        assert_eq!(expr.clone(), expr);
    }
    let text = format!("up[1{}]", " + 1".repeat(terms - 1));
    assert_eq!(read(&text).to_string(), text);
    assert!(
        matches!(&read(&text).node(read(&text).root()).kind, NodeKind::MatrixSelector(matrix) if matches!(matrix.range, QueryDuration::Computed(_)))
    );
}

#[test]
fn long_names_and_texts_are_read_or_refused_as_long() {
    let long = "x".repeat((1 << 20) - 100);
    assert_eq!(read(&long).to_string(), long);
    assert_eq!(codes(&"x".repeat((1 << 20) + 1)), ["expr_too_long"]);
    assert_eq!(codes(&format!("{long}()")), ["expr_unknown_function"]);
    assert_eq!(codes(&format!("'{long}'")), [""; 0]);
    assert_eq!(codes(&format!("'{long}")), ["expr_unterminated_string"]);
    assert_eq!(codes(&format!("up{{a='{long}'}}")), [""; 0]);
    assert_eq!(codes(&format!("up{{'{long}'='a'}}")), [""; 0]);
    assert_eq!(codes(&format!("up # {long}")), [""; 0]);
    assert_eq!(codes(&format!("{} up", " ".repeat(long.len()))), [""; 0]);
    for digits in ["1", "0", "9", "_1", "0x1"] {
        assert!(codes(&digits.repeat(long.len() / digits.len())).len() <= 1, "{digits}");
    }
    assert_eq!(codes(&format!("up[{}m]", "9".repeat(100_000))).len(), 1);
}

#[test]
fn long_lists_are_limited() {
    let many = 10_000;
    for text in [
        format!("up{{{}}}", "a='b',".repeat(many)),
        format!("sum by ({}a) (up)", "a,".repeat(many)),
        format!("up + on ({}a) up", "a,".repeat(many)),
        format!("label_join(up, 'a', 'b'{})", ", 'c'".repeat(many)),
    ] {
        assert_eq!(codes(&text), ["expr_too_many_items"]);
    }
    assert_eq!(codes(&format!("1{}", "+1".repeat(200_000))), ["expr_too_many_nodes"]);
}

#[test]
fn patterns_are_limited_before_they_are_compiled() {
    for pattern in [
        "(a{1,1000}){1,1000}".to_owned(),
        format!("{}a{}", "(".repeat(1_000), "){1,2}".repeat(1_000)),
        "(x+x+)+y".repeat(1_000),
        "[a-z]{1000}".repeat(1_000),
        format!("({})", vec!["\\\\pL{900}"; 500].join("|")),
        "a|".repeat(200_000),
    ] {
        let codes = codes(&format!("up{{a=~\"{pattern}\"}}"));
        assert!(
            codes.len() <= 1 && codes.iter().all(|code| matches!(*code, "expr_invalid_pattern" | "expr_patterns_too_large")),
            "{codes:?}"
        );
    }
    let patterns: Vec<_> = (0..1_000).map(|n| format!("up{{a=~\"x{{{n}}}[0-9]{{500}}\"}}")).collect();
    assert_eq!(codes(&patterns.join(" + ")), ["expr_patterns_too_large"]);
}

#[test]
fn many_errors_are_counted_not_kept() {
    let text = vec!["absent(1)"; 10_000].join(" + ");
    let errors = Expr::parse(&text, &promql()).expect_err("numbers are no vectors");
    assert!(errors.iter().count() <= 100);
}
