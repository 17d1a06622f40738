//! What is said of texts that are no expressions: the code, the place, and the whole message.

use alert_schemas::rules::Expr;
use alert_schemas::rules::ExprErrorKind;
use alert_schemas::rules::ExprLimits;
use alert_schemas::rules::ParseOptions;

/// Text, code and place of the first error, and its line.
const REFUSED: &[(&str, &str, std::ops::Range<usize>, &str)] = &[
    ("# only a comment", "expr_empty", 16..16, "there is no expression at column 17"),
    ("up up", "expr_unexpected_token", 3..5, "unexpected `up`, expected an operator or the end of the text at column 4"),
    ("up ? 1", "expr_unexpected_character", 3..4, "unexpected character `?` at column 4"),
    ("up é", "expr_unexpected_character", 3..5, "unexpected character `é` at column 4"),
    ("sum(up", "expr_unclosed_bracket", 3..4, "`(` is never closed at column 4"),
    ("up[5m", "expr_unclosed_bracket", 2..3, "`[` is never closed at column 3"),
    ("up{job=\"a\"", "expr_unclosed_bracket", 2..3, "`{` is never closed at column 3"),
    ("(up", "expr_unclosed_bracket", 0..1, "`(` is never closed at column 1"),
    ("((up)", "expr_unclosed_bracket", 0..1, "`(` is never closed at column 1"),
    ("up)", "expr_unopened_bracket", 2..3, "`)` was never opened at column 3"),
    ("up]", "expr_unopened_bracket", 2..3, "`]` was never opened at column 3"),
    ("up}", "expr_unopened_bracket", 2..3, "`}` was never opened at column 3"),
    ("sum(up]", "expr_unclosed_bracket", 3..4, "`(` is closed by `]` at column 4"),
    ("up{job=\"a", "expr_unterminated_string", 7..8, "the string is never closed at column 8"),
    (
        "up{job=\"\\d\"}",
        "expr_invalid_string",
        8..11,
        "the string `\"\\d\"` is not valid at column 9: `\\d` at column 2 is not an escape sequence of Go strings; double each backslash that is meant as one",
    ),
    (
        "\"it's \\' here\"",
        "expr_invalid_string",
        6..14,
        "the string `\"it's \\' here\"` is not valid at column 7: `\\'` at column 7 is not an escape sequence of Go strings; double each backslash that is meant as one",
    ),
    (
        "0xee",
        "expr_invalid_number",
        0..4,
        "`0xee` is neither a number nor a duration at column 1; units are `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first",
    ),
    ("1e400", "expr_number_range", 0..5, "`1e400` is too large for a number at column 1"),
    (
        "up[5min]",
        "expr_invalid_number",
        3..7,
        "`5min` is neither a number nor a duration at column 4; units are `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first",
    ),
    ("up[0s]", "expr_duration_range", 3..5, "the duration `0s` is not above zero at column 4"),
    ("up[-5m]", "expr_duration_range", 3..6, "the duration `-5m` is not above zero at column 4"),
    (
        "up[400y]",
        "expr_invalid_duration",
        3..7,
        "`400y` is not a duration, or too long at column 4; write whole numbers with the units `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first",
    ),
    (
        "up offset 300y",
        "expr_invalid_duration",
        10..14,
        "`300y` is not a duration, or too long at column 11; write whole numbers with the units `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first",
    ),
    ("up @ inf", "expr_timestamp_range", 5..8, "`inf` is out of range for a time at column 6"),
    ("up @ now", "expr_unexpected_token", 5..8, "unexpected `now`, expected a time in seconds, `start()` or `end()` at column 6"),
    ("up @", "expr_unexpected_end", 4..4, "unexpected end of the text, expected a time in seconds, `start()` or `end()` at column 5"),
    ("sum by (\"\") (up)", "expr_invalid_label_name", 8..10, "the name of a label is empty at column 9"),
    (
        "up{job=~\"(\"}",
        "expr_invalid_pattern",
        3..11,
        "the pattern of `job` is not valid at column 4: the `(` at column 1 has no closing `)`; close the group, or write `\\\\(` for the character",
    ),
    (
        "up{job=~\"a{1001}\"}",
        "expr_invalid_pattern",
        3..17,
        "the pattern of `job` is not valid at column 4: `{1001}` at column 2 is not a repeat count: at most 1000, nested ones multiplied, smallest first",
    ),
    (
        "{job=~\".*\"}",
        "expr_empty_selector",
        0..11,
        "the selector selects every series: no matcher needs a value at column 1; name the metric, or add a matcher such as `job!=\"\"`",
    ),
    (
        "{}",
        "expr_empty_selector",
        0..2,
        "the selector selects every series: no matcher needs a value at column 1; name the metric, or add a matcher such as `job!=\"\"`",
    ),
    (
        "up{__name__=\"down\"}",
        "expr_repeated_name",
        3..18,
        "the metric is already named `up` before the braces at column 4; remove one of the names",
    ),
    ("rat(up[5m])", "expr_unknown_function", 0..3, "there is no function `rat` at column 1; did you mean `rate`?"),
    ("RATE(up[5m])", "expr_unknown_function", 0..4, "there is no function `RATE` at column 1; did you mean `rate`?"),
    ("summ(up)", "expr_unknown_function", 0..4, "there is no function `summ` at column 1; did you mean `sum`?"),
    ("xyzzy(up)", "expr_unknown_function", 0..5, "there is no function `xyzzy` at column 1"),
    (
        "limitk(5, up)",
        "expr_experimental",
        0..6,
        "the aggregation `limitk` is experimental and not turned on at column 1; set the option `experimental_functions`",
    ),
    (
        "mad_over_time(up[5m])",
        "expr_experimental",
        0..13,
        "the function `mad_over_time` is experimental and not turned on at column 1; set the option `experimental_functions`",
    ),
    (
        "up[5m * 2]",
        "expr_experimental",
        6..7,
        "arithmetic on durations is experimental and not turned on at column 7; set the option `duration_expressions`",
    ),
    (
        "up offset (5m)",
        "expr_experimental",
        10..11,
        "arithmetic on durations is experimental and not turned on at column 11; set the option `duration_expressions`",
    ),
    ("up == 0 || down == 1", "expr_condition_only", 8..10, "only conditions have `||` at column 9; write `or`"),
    ("up < 5MB", "expr_condition_only", 5..8, "only conditions have byte suffixes at column 6; write `5000000`"),
    ("anomaly(up)", "expr_condition_only", 0..7, "only conditions have the function `anomaly` at column 1; read the text as a condition"),
    ("rate()", "expr_argument_count", 0..6, "`rate` takes 1 argument, found 0 at column 1"),
    ("round(up, 1, 2)", "expr_argument_count", 0..15, "`round` takes 1 or 2 arguments, found 3 at column 1"),
    ("label_join(up)", "expr_argument_count", 0..14, "`label_join` takes at least 3 arguments, found 1 at column 1"),
    ("topk(up)", "expr_argument_count", 0..8, "`topk` takes 2 arguments, found 1 at column 1"),
    ("sum(1, up)", "expr_argument_count", 0..10, "`sum` takes 1 argument, found 2 at column 1"),
    ("sum()", "expr_argument_count", 0..5, "`sum` takes 1 argument, found 0 at column 1"),
    ("abs(up,)", "expr_trailing_comma", 6..7, "a comma stands behind the last argument at column 7; remove the comma"),
    ("rate(up)", "expr_type", 5..7, "expected a range vector as argument 1 of `rate`, found an instant vector at column 6; write `up[5m]`"),
    (
        "rate(sum(up))",
        "expr_type",
        5..12,
        "expected a range vector as argument 1 of `rate`, found an instant vector at column 6; make a subquery of it, such as `[5m:]`",
    ),
    (
        "rate(up offset 5m)",
        "expr_type",
        5..17,
        "expected a range vector as argument 1 of `rate`, found an instant vector at column 6; put a range such as `[5m]` behind the selector",
    ),
    (
        "sum(up[5m])",
        "expr_type",
        4..10,
        "expected an instant vector in `sum`, found a range vector at column 5; put it in a function such as `rate` or `avg_over_time`",
    ),
    ("abs(5)", "expr_type", 4..5, "expected an instant vector as argument 1 of `abs`, found a scalar at column 5; write `vector(5)`"),
    (
        "clamp_max(up, up)",
        "expr_type",
        14..16,
        "expected a scalar as argument 2 of `clamp_max`, found an instant vector at column 15; write `scalar(up)`",
    ),
    (
        "label_replace(up, 1, \"a\", \"b\", \"c\")",
        "expr_type",
        18..19,
        "expected a string as argument 2 of `label_replace`, found a scalar at column 19",
    ),
    ("-\"a\"", "expr_type", 1..4, "expected a scalar or an instant vector as an operand of the sign `-`, found a string at column 2"),
    (
        "up[5m] + 1",
        "expr_type",
        0..6,
        "expected a scalar or an instant vector as an operand of `+`, found a range vector at column 1; put it in a function such as `rate` or `avg_over_time`",
    ),
    ("\"a\" + 1", "expr_type", 0..3, "expected a scalar or an instant vector as an operand of `+`, found a string at column 1"),
    ("up + bool 1", "expr_bool_modifier", 3..4, "`+` does not compare and takes no `bool` at column 4; remove `bool`"),
    ("1 > 2", "expr_scalar_comparison", 2..3, "`>` compares two scalars without `bool` at column 3; write `> bool`"),
    ("1 and up", "expr_type", 0..1, "`and` combines instant vectors, found a scalar at column 1; write `vector(1)`"),
    (
        "up + on (job) 1",
        "expr_matching",
        3..4,
        "labels are matched only between two instant vectors at column 4; remove `on` or `ignoring`",
    ),
    ("up and on (job) group_left up", "expr_matching", 3..6, "`and` takes neither `group_left` nor `group_right` at column 4; remove it"),
    (
        "up * on (job) group_left (job) up",
        "expr_matching",
        3..4,
        "the label `job` stands in `on` and again in the group at column 4; remove one of the two",
    ),
    (
        "(up)[5m]",
        "expr_misplaced_modifier",
        4..8,
        "a range stands behind something that is no selector at column 5; for a subquery write `[5m:]`",
    ),
    (
        "up offset 1m [5m]",
        "expr_misplaced_modifier",
        13..17,
        "`offset` stands before the range at column 14; put the range before `offset`",
    ),
    ("up @ 5 [5m]", "expr_misplaced_modifier", 7..11, "`@` stands before the range at column 8; put the range before `@`"),
    (
        "1 offset 5m",
        "expr_misplaced_modifier",
        2..8,
        "`offset` stands behind something that is neither a selector nor a subquery at column 3; put it behind the selector it is meant for",
    ),
    (
        "sum(up) @ 5",
        "expr_misplaced_modifier",
        8..9,
        "`@` stands behind something that is neither a selector nor a subquery at column 9; put it behind the selector it is meant for",
    ),
    ("up offset 1m offset 2m", "expr_repeated_modifier", 13..22, "`offset` stands here twice at column 14; remove one of the two"),
    ("up @ 1 @ 2", "expr_repeated_modifier", 7..10, "`@` stands here twice at column 8; remove one of the two"),
    (
        "up = 1",
        "expr_unexpected_token",
        3..4,
        "unexpected `=`, expected an operator or the end of the text at column 4; write `==` to compare",
    ),
    (
        "up =~ \"a\"",
        "expr_unexpected_token",
        3..5,
        "unexpected `=~`, patterns stand in braces only at column 4; write a matcher such as `{job=~\"a|b\"}`",
    ),
    ("up{job=node}", "expr_unexpected_token", 7..11, "unexpected `node`, expected a string at column 8; write `\"node\"`"),
    ("up{job}", "expr_unexpected_token", 6..7, "unexpected `}`, expected `=`, `!=`, `=~` or `!~` at column 7"),
    ("up{5}", "expr_unexpected_token", 3..4, "unexpected `5`, expected a name or a string at column 4; write `\"5\"`"),
    ("up{job=5}", "expr_unexpected_token", 7..8, "unexpected `5`, expected a name or a string at column 8; write `\"5\"`"),
    ("up{job=\"a\" env=\"b\"}", "expr_unexpected_token", 11..14, "unexpected `env`, expected `,` or `}` at column 12"),
    ("sum by job (up)", "expr_unexpected_token", 7..10, "unexpected `job`, expected `(` and a list of labels at column 8; write `(job)`"),
    ("sum(up) by job", "expr_unexpected_token", 11..14, "unexpected `job`, expected `(` and a list of labels at column 12; write `(job)`"),
    ("sum by (job (up)", "expr_unexpected_token", 12..13, "unexpected `(`, expected `,` or `)` at column 13"),
    ("sum by (5) (up)", "expr_unexpected_token", 8..9, "unexpected `5`, expected a label or `)` at column 9"),
    (
        "rate(up[5m]) by (job)",
        "expr_unexpected_token",
        13..15,
        "unexpected `by`, expected an operator or the end of the text at column 14; only aggregations such as `sum` take it",
    ),
    (
        "rate(up[5m]){job=\"a\"}",
        "expr_unexpected_token",
        12..13,
        "unexpected `{`, expected an operator or the end of the text at column 13; put the matchers behind the name of a metric",
    ),
    (
        "up + group_left up",
        "expr_unexpected_token",
        5..15,
        "unexpected `group_left`, expected an operand at column 6; write `on (…)` or `ignoring (…)` before it",
    ),
    ("on", "expr_unexpected_token", 0..2, "unexpected `on`, expected an operand at column 1; for a metric of this name write `{\"on\"}`"),
    (
        "bool + 1",
        "expr_unexpected_token",
        0..4,
        "unexpected `bool`, expected an operand at column 1; for a metric of this name write `{\"bool\"}`",
    ),
    ("5 === 5", "expr_unexpected_token", 4..5, "unexpected `=`, expected an operand at column 5; write `==`"),
    ("5 =< 5", "expr_unexpected_token", 2..3, "unexpected `=`, expected an operator or the end of the text at column 3; write `<=`"),
    ("up[", "expr_unclosed_bracket", 2..3, "`[` is never closed at column 3"),
    ("up[]", "expr_unexpected_token", 3..4, "unexpected `]`, expected a duration such as `5m` at column 4"),
    ("up[:5m]", "expr_unexpected_token", 3..4, "unexpected `:`, expected a duration such as `5m` at column 4"),
    ("up[5m:1m:]", "expr_unexpected_token", 8..9, "unexpected `:`, expected a duration or `]` at column 9"),
    ("up[5m, 1m]", "expr_unexpected_token", 5..6, "unexpected `,`, expected `:` or `]` at column 6"),
    ("up >", "expr_unexpected_end", 4..4, "unexpected end of the text, expected an operand at column 5"),
    ("up > ", "expr_unexpected_end", 5..5, "unexpected end of the text, expected an operand at column 6"),
    ("(", "expr_unclosed_bracket", 0..1, "`(` is never closed at column 1"),
    ("abs(", "expr_unclosed_bracket", 3..4, "`(` is never closed at column 4"),
    ("()", "expr_unexpected_token", 1..2, "unexpected `)`, expected an operand at column 2"),
    ("up +", "expr_unexpected_end", 4..4, "unexpected end of the text, expected an operand at column 5"),
    ("+", "expr_unexpected_end", 1..1, "unexpected end of the text, expected an operand at column 2"),
    ("rate(up[5m]) > 5 and", "expr_unexpected_end", 20..20, "unexpected end of the text, expected an operand at column 21"),
    ("1 2", "expr_unexpected_token", 2..3, "unexpected `2`, expected an operator or the end of the text at column 3"),
    ("topk(5 up)", "expr_unexpected_token", 7..9, "unexpected `up`, expected an operator, `,` or `)` at column 8"),
    (
        "sum(up) without job",
        "expr_unexpected_token",
        16..19,
        "unexpected `job`, expected `(` and a list of labels at column 17; write `(job)`",
    ),
    ("up offset", "expr_unexpected_end", 9..9, "unexpected end of the text, expected a duration such as `5m` at column 10"),
    ("up offset x", "expr_unexpected_token", 10..11, "unexpected `x`, expected a duration such as `5m` at column 11"),
    ("'a", "expr_unterminated_string", 0..1, "the string is never closed at column 1"),
    ("`a", "expr_unterminated_string", 0..1, "the string is never closed at column 1"),
    ("\"a", "expr_unterminated_string", 0..1, "the string is never closed at column 1"),
    ("b\"", "expr_unterminated_string", 1..2, "the string is never closed at column 2"),
    ("== ", "expr_unexpected_token", 0..2, "unexpected `==`, expected an operand at column 1"),
    ("up @ start", "expr_unexpected_end", 10..10, "unexpected end of the text, expected `(` at column 11; write `start()`"),
    ("up @ start(5)", "expr_unexpected_token", 11..12, "unexpected `5`, expected `)` at column 12; write `start()`"),
    (
        "info(up, sum(up))",
        "expr_experimental",
        0..4,
        "the function `info` is experimental and not turned on at column 1; set the option `experimental_functions`",
    ),
    ("quantile(\"a\", up)", "expr_type", 9..12, "expected a scalar as the parameter of `quantile`, found a string at column 10"),
    ("count_values(5, up)", "expr_type", 13..14, "expected a string as the parameter of `count_values`, found a scalar at column 14"),
    (
        "up[5m][5m]",
        "expr_misplaced_modifier",
        6..10,
        "a range stands behind something that is no selector at column 7; for a subquery write `[5m:]`",
    ),
    (
        "up[5m][5m:]",
        "expr_type",
        0..6,
        "expected an instant vector before the subquery, found a range vector at column 1; put it in a function such as `rate` or `avg_over_time`",
    ),
    (
        "not up",
        "expr_unexpected_token",
        4..6,
        "unexpected `up`, expected an operator or the end of the text at column 5; there is no `not`: use `unless`, `absent` or the opposite comparison",
    ),
    ("up == \"a\"", "expr_type", 6..9, "expected a scalar or an instant vector as an operand of `==`, found a string at column 7"),
    (
        "up ! 1",
        "expr_unexpected_character",
        3..4,
        "unexpected character `!` at column 4; write `!=` to compare; for what is missing use `absent` or `unless`",
    ),
    ("up[5m:0s]", "expr_duration_range", 6..8, "the duration `0s` is not above zero at column 7"),
    ("up[5m/0]", "expr_duration_range", 5..6, "`/` by zero at column 6"),
    ("up[(5m]", "expr_unclosed_bracket", 3..4, "`(` is closed by `]` at column 4"),
    ("up{job=“a”}", "expr_unexpected_character", 7..10, "unexpected character `“` at column 8; strings stand between straight quotes"),
    ("up{job==\"a\"}", "expr_unexpected_token", 7..8, "unexpected `=`, expected a string at column 8; matchers have one `=`"),
    ("sum(up[5m)", "expr_unclosed_bracket", 6..7, "`[` is closed by `)` at column 7"),
    ("up{job=\"a\")", "expr_unclosed_bracket", 2..3, "`{` is closed by `)` at column 3"),
    ("  and (up >", "expr_unexpected_token", 6..7, "unexpected `(`, expected an operator or the end of the text at column 7"),
];

#[test]
fn each_error_has_its_code_place_and_message() {
    for (text, code, span, message) in REFUSED {
        let errors = Expr::parse(text, &ParseOptions::default()).expect_err(text);
        let first = errors.first();
        assert_eq!((first.code(), first.span(), first.to_string().as_str()), (*code, span.clone(), *message), "{text}");
    }
}

#[test]
fn independent_errors_are_found_together() {
    let text = "rat(up[5m]) + abs(1, 2) > bool sum(rate(up)) and 5 or {job=~\".*\"} offset 1m offset 2m";
    let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
    let found: Vec<_> = errors.iter().map(|error| (error.code(), &text[error.span()])).collect();
    assert_eq!(
        found,
        [
            ("expr_unknown_function", "rat"),
            ("expr_argument_count", "abs(1, 2)"),
            ("expr_type", "1"),
            ("expr_type", "up"),
            ("expr_type", "5"),
            ("expr_empty_selector", "{job=~\".*\"}"),
            ("expr_repeated_modifier", "offset 2m"),
        ]
    );
}

#[test]
fn the_line_of_the_place_is_shown() {
    let errors = Expr::parse("up == 1\n  and sum(up) =\n  5", &ParseOptions::default()).unwrap_err();
    assert_eq!(errors.first().line_and_column(), (2, 15));
    assert_eq!(
        format!("{errors:#}"),
        "unexpected `=`, expected an operator or the end of the text at line 2, column 15; write `==` to compare\n    and sum(up) =\n                ^",
    );
    // A string that is broken by a line break is marked on its first line.
    let errors = Expr::parse("up{job=\"a\nb\"}", &ParseOptions::default()).unwrap_err();
    assert_eq!(
        format!("{errors:#}"),
        "the string is not closed on its line at line 1, column 8; write a line break as `\\n`, or put the string between back quotes\n  up{job=\"a\n         ^^",
    );
}

#[test]
fn each_limit_has_its_message() {
    for (limits, text, kind, message) in [
        (ExprLimits::default().with_bytes(4), "up > 1", ExprErrorKind::TooLong, "the expression has 6 bytes, more than 4"),
        (
            ExprLimits::default().with_depth(2),
            "((-1))",
            ExprErrorKind::TooDeep,
            "more than 2 brackets and signs inside each other at column 3",
        ),
        (ExprLimits::default().with_nodes(2), "a + b", ExprErrorKind::TooManyNodes, "the expression has more than 2 parts at column 1"),
        (
            ExprLimits::default().with_list_items(1),
            "a{b=\"\",c=\"\"}",
            ExprErrorKind::TooManyItems,
            "more than 1 matchers in one list at column 8",
        ),
        (
            ExprLimits::default().with_list_items(1),
            "sum by (a, b) (c)",
            ExprErrorKind::TooManyItems,
            "more than 1 labels in one list at column 12",
        ),
        (
            ExprLimits::default().with_list_items(1),
            "round(a, 1)",
            ExprErrorKind::TooManyItems,
            "more than 1 arguments in one list at column 8",
        ),
        (
            ExprLimits::default().with_pattern_bytes(100),
            "a{b=~\"x\",c=~\"y\"}",
            ExprErrorKind::PatternsTooLarge,
            "the patterns have more than 100 bytes together at column 10",
        ),
        (
            ExprLimits::default().with_compiled_bytes(8 << 10),
            "a{b=~\"x\",c=~\"y\"}",
            ExprErrorKind::PatternsTooLarge,
            "the compiled patterns have more than 8192 bytes together at column 10",
        ),
    ] {
        let errors = Expr::parse(text, &ParseOptions::default().with_limits(limits)).unwrap_err();
        assert_eq!((errors.first().kind(), errors.to_string().as_str()), (kind, message), "{text}");
    }
}

#[test]
fn a_pattern_that_is_too_large_is_compiled_once() {
    let text = format!("a{{{}}}", r#"b=~"\\pL{900}","#.repeat(1_000));
    let errors = Expr::parse(&text, &ParseOptions::default()).unwrap_err();
    assert_eq!(errors.iter().map(|error| error.code()).collect::<Vec<_>>(), ["expr_invalid_pattern"]);
    assert_eq!(errors.first().detail(), Some("the compiled pattern is larger than 2097152 bytes"));
}

#[test]
fn experimental_things_are_accepted_where_they_are_turned_on() {
    let functions = ParseOptions::default().with_experimental_functions(true);
    let durations = ParseOptions::default().with_duration_expressions(true);
    for (text, options) in [
        ("limit_ratio(0.5, up)", &functions),
        ("mad_over_time(up[5m])", &functions),
        ("sort_by_label(up, \"job\", \"instance\")", &functions),
        ("info(up, {data=~\".*\"})", &functions),
        ("up[5m * 2:(1m + 30s) / 3] offset -(1m)", &durations),
        ("up offset --5m * 2", &durations),
    ] {
        assert!(Expr::parse(text, &ParseOptions::default()).is_err(), "{text}");
        if let Err(errors) = Expr::parse(text, options) {
            panic!("{errors:#}");
        }
    }
    // Without a sign, or with one, an offset is one number.
    let expr = Expr::parse("up offset 5m * 2", &ParseOptions::default()).unwrap();
    assert_eq!(expr.children(expr.root()).len(), 2);
}
