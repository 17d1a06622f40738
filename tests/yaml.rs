//! YAML as Go's yaml.v3 reads it, and texts that were made to do harm. What is asserted here was asked of yaml.v3 or promtool 3.5.3 once.
#![cfg(feature = "yaml")]

use std::fmt::Write;
use std::time::Instant;

use alert_schemas::validations::yaml::GoDecoder;
use alert_schemas::validations::yaml::Node;
use alert_schemas::validations::yaml::NodeKind;
use alert_schemas::validations::yaml::Style;
use alert_schemas::validations::yaml::WrongValue;
use alert_schemas::validations::yaml::Yaml;
use alert_schemas::validations::yaml::YamlError;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::validations::yaml::write_text;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileErrors;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use proptest::prelude::*;

fn read(text: &str) -> Result<Yaml, YamlError> {
    Yaml::read(text.as_bytes(), &YamlLimits::default())
}

fn rules(text: &str) -> Result<RuleFile, RuleFileErrors> {
    RuleFile::read(text, &RuleFileOptions::default())
}

/// The tree in one line: texts in quotes, tags before what is not written as a text.
fn show(node: Node<'_>) -> String {
    match node.kind() {
        NodeKind::Scalar => format!("{}{:?}", if node.tag() == "!!str" { "" } else { node.tag() }, node.as_str().unwrap()),
        NodeKind::Sequence => format!("[{}]", node.items().map(show).collect::<Vec<_>>().join(", ")),
        NodeKind::Mapping => {
            let entries = node.entries().map(|(key, value)| format!("{}: {}", show(key), show(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        NodeKind::Alias => format!("*{}", show(node.target())),
    }
}

fn shown(text: &str) -> String {
    match read(text) {
        Ok(yaml) => yaml.documents().map(show).collect::<Vec<_>>().join(" | "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn texts_are_read_as_go_reads_them() {
    let rows = [
        ("a: b\nc:\n- 1\n- x y\n", r#"{"a": "b", "c": [!!int"1", "x y"]}"#),
        ("a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\n", r#"{"a": "x\n y\n", "b": "x y\nz"}"#),
        ("|+\n x\n\n", r#""x\n\n""#),
        ("a: 'it''s'\nb: \"\\x41\\u00e9\\n\\\n  c\"", r#"{"a": "it's", "b": "Aé\nc"}"#),
        ("a: x\n  y\n\n  z # c\n", r#"{"a": "x y\nz"}"#),
        ("{a: [b, c: d], 'e': , f}", r#"{"a": ["b", {"c": "d"}], "e": !!null"", "f": !!null""}"#),
        ("? a\n: b\n? c\n", r#"{"a": "b", "c": !!null""}"#),
        ("a: &x [1]\nb: *x\n", r#"{"a": [!!int"1"], "b": *[!!int"1"]}"#),
        ("--- a\n--- b\n...\n", r#""a" | "b""#),
        ("\u{feff}a: 1\r\nb: 2\r\n", r#"{"a": !!int"1", "b": !!int"2"}"#),
        ("a:b\n", r#""a:b""#),
        ("- !t x\n- !!str 1\n- ! 1\n", r#"[!t"x", "1", !!int"1"]"#),
        ("<<: ~\n", r#"{!!merge"<<": !!null"~"}"#),
        ("{a: 1,\nb: 2}\n", r#"{"a": !!int"1", "b": !!int"2"}"#),
        ("a: {\nb: 1\n}\n", r#"{"a": {"b": !!int"1"}}"#),
        ("", ""),
        ("# nothing\n", ""),
        ("# x\n\t# a tab before a comment below a comment\na: 1\n", r#"{"a": !!int"1"}"#),
    ];
    for (text, expected) in rows {
        assert_eq!(shown(text), expected, "{text:?}");
    }
}

#[test]
fn what_go_refuses_is_refused_with_its_place() {
    let rows = [
        ("a:\n\t- b\n", "line 2, column 1: found a tab where indentation is expected, indent with spaces"),
        ("a: |\n  x\n\ty\n", "line 3, column 1: found a tab where the indentation of a block text is expected, indent with spaces"),
        ("a: b: c\n", "line 1, column 5: a value can't stand here, quote a text that holds `: `"),
        ("a: - b\n", "line 1, column 4: a list item can't stand here, begin it on a line of its own"),
        ("a: @b\n", "line 1, column 4: `@` can't start a value here: quote the text if it is one"),
        ("a: \"b\n", "line 1, column 4: the quoted text is not closed, expected `\"`"),
        ("a: \"\\d\"\n", "line 1, column 5: `\\d` is no escape: double the backslash if it stands for itself"),
        ("a: \"\\ud800\"\n", "line 1, column 5: U+D800 is no character"),
        ("a: 1\nb\n", "line 2, column 1: this line is no key, expected `:` after it on the same line"),
        ("a: [b\nc: d\n", "line 2, column 2: found `:`, expected `,` or `]` of what began at line 1, column 4"),
        ("- a\n - b\nc: d\n", "line 3, column 1: found a key, expected `-` for the next item of what began at line 1, column 1"),
        (
            "a:\n  b: 1\n c: 2\n",
            "line 3, column 2: found a mapping that is indented more than its neighbours, expected the next key of what began at line 1, column 1",
        ),
        ("a: |0\n", "line 1, column 5: the indentation of a block text is from 1 to 9, not 0"),
        ("a: *b\n", "line 1, column 4: no anchor `&b` stands before this alias"),
        ("a: *\n", "line 1, column 5: an alias is `*` and a name: quote a text that starts with `*`"),
        ("a: !e!x b\n", "line 1, column 4: no `%TAG` directive defines the handle `!e!` of this tag"),
        ("%YAML 2.0\n---\n", "line 1, column 1: expected version 1.1 after `%YAML`"),
        ("a: \u{1}\n", "line 1, column 4: U+0001 is a control character: expected printable text"),
        ("{a: 1}\n}\n", "line 2, column 1: found `}`, expected `---` before another document"),
        // The end is where the text ends, in the line that promtool names.
        ("a: 1\nb: [", "line 2, column 5: found the end of the document, expected a value of what began at line 2, column 4"),
        ("a: 1\n---\nb: [", "line 3, column 5: found the end of the document, expected a value of what began at line 3, column 4"),
        ("a: [b", "line 1, column 6: found the end of the document, expected `,` or `]` of what began at line 1, column 4"),
        ("a: {b: c", "line 1, column 9: found the end of the document, expected `,` or `}` of what began at line 1, column 4"),
        ("a: [b\n", "line 2, column 1: found the end of the document, expected `,` or `]` of what began at line 1, column 4"),
        ("a: 1\n[b", "line 2, column 1: this line is no key, expected `:` after it on the same line"),
    ];
    for (text, expected) in rows {
        assert_eq!(shown(text), expected, "{text:?}");
    }
    let error = Yaml::read(b"a: 1\nb: \xff\n", &YamlLimits::default()).unwrap_err();
    assert_eq!(error.to_string(), "line 2, column 4: byte 0xFF is not UTF-8");
}

#[test]
fn utf_16_is_read() {
    let text: Vec<u8> = "\u{feff}a: é🔥\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let yaml = Yaml::read(&text, &YamlLimits::default()).unwrap();
    assert_eq!(yaml.root().unwrap().get("a").unwrap().as_str(), Some("é🔥"));
    assert_eq!(Yaml::read(&text[..text.len() - 1], &YamlLimits::default()).unwrap_err().code(), "yaml_invalid_text");
}

#[test]
fn each_value_knows_its_place_and_style() {
    let yaml = read("a:\n  - &x 'b'\n  - {c: >\n").unwrap_err();
    assert_eq!(yaml.code(), "yaml_unexpected_character");
    let yaml = read("a:\n  - &x 'b'\n  - [c, \"é\"]\n  - |\n    d\n").unwrap();
    let items: Vec<_> = yaml.root().unwrap().get("a").unwrap().items().collect();
    let places: Vec<_> = items.iter().map(|item| (item.position().line, item.position().column, item.style())).collect();
    assert_eq!(places, [(2, 5, Style::SingleQuoted), (3, 5, Style::Flow), (4, 5, Style::Literal)]);
    let last = items[1].items().nth(1).unwrap();
    assert_eq!(&yaml.text()[last.span()], "\"é\"");
}

#[test]
fn typed_fields_take_what_go_fields_take() {
    let yaml = read("[1, '1', yes, 0x10, 1.9, .inf, ~, [], !!int up, !!str 5, !!binary dXA=, 2025-01-06, !x on, -.inf]").unwrap();
    let items: Vec<_> = yaml.root().unwrap().items().collect();
    let mut decoder = GoDecoder::new();
    let texts: Vec<_> = items.iter().map(|&item| decoder.text(item).map(|text| text.map(|text| text.into_owned()))).collect();
    let text = |text: &str| Ok(Some(text.to_owned()));
    assert_eq!(texts[..7], [text("1"), text("1"), text("yes"), text("0x10"), text("1.9"), text(".inf"), Ok(None)]);
    assert_eq!(texts[7..], [Err(WrongValue), Err(WrongValue), text("5"), text("up"), text("2025-01-06"), text("on"), text("-.inf")]);
    let integers: Vec<_> = items.iter().map(|&item| decoder.integer(item)).collect();
    assert_eq!(integers[..7], [Ok(Some(1)), Err(WrongValue), Err(WrongValue), Ok(Some(16)), Ok(Some(1)), Err(WrongValue), Ok(None)]);
    assert_eq!(integers[13], Ok(Some(i64::MIN)));
    assert_eq!(decoder.boolean(items[2]), Ok(Some(true)));
    assert_eq!(decoder.boolean(items[12]), Ok(Some(true)));
    assert_eq!(decoder.boolean(items[0]), Err(WrongValue));
    assert_eq!(decoder.float(items[0]), Ok(Some(1.0)));
    let messages: Vec<_> = decoder.problems().iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages[..2], ["found a list, expected a text", "`up` is a `!!str`, not a `!!int` as its tag says"]);
}

#[test]
fn merged_keys_give_way_to_own_ones() {
    let text =
        "groups:\n- name: a\n  rules:\n  - &a {alert: A, expr: up, labels: {x: y}}\n  - <<: [*a, {for: 5m, expr: down}]\n    alert: B\n";
    let file = rules(text).unwrap();
    let rule = &file.groups[0].rules[1];
    assert_eq!((rule.name(), rule.expression(), rule.for_.as_ref().unwrap().as_str()), ("B", "up", "5m"));
    let errors = rules("groups:\n- name: a\n  rules:\n  - {<<: 5, alert: A, expr: up}\n").unwrap_err();
    assert_eq!((errors.first().code, errors.len()), ("yaml_invalid_merge", 1));
}

#[test]
fn a_key_that_stands_twice_is_named_with_both_places() {
    let errors = rules("groups:\n- name: a\n  rules:\n  - alert: A\n    expr: up\n    labels:\n      a: b\n      \"a\": c\n    expr: up\n")
        .unwrap_err();
    let found: Vec<_> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 8, column 7: group `a`, rule 1 `A`: the key `a` stands here a second time, first at line 7, column 7",
            "line 9, column 5: group `a`, rule 1 `A`: the key `expr` stands here a second time, first at line 5, column 5",
        ]
    );
}

/// The text and what its only problem is.
fn only_problem(text: &str) -> (&'static str, String) {
    let errors = rules(text).unwrap_err();
    assert_eq!(errors.len(), 1, "{errors:#}");
    (errors.first().code, format!("{:#}", errors.first()))
}

#[test]
fn a_problem_is_shown_in_its_line_however_the_text_is_written() {
    let head = "groups:\n- name: g\n  rules:\n  - alert: A\n";
    let place = |expr: &str| {
        let errors = rules(&format!("{head}    expr: {expr}\n")).unwrap_err();
        let position = errors.first().position;
        (position.line, position.column)
    };
    // The range vector is missing under `rate`: the place of `up`.
    assert_eq!(place("rate(up)"), (5, 16));
    assert_eq!(place("'rate(up)'"), (5, 17));
    assert_eq!(place("\"rate(up)\""), (5, 17));
    assert_eq!(place("|\n      1 +\n      rate(up)"), (7, 12));
    assert_eq!(place(">-\n      1 +\n\n        rate(up)"), (8, 14));
    assert_eq!(place("1 +\n      rate(up)"), (6, 12));
    // With escapes or an anchor, that of the whole text.
    assert_eq!(place("\"rate(\\u0075p)\""), (5, 11));
    assert_eq!(place("&e rate(up)"), (5, 11));
    let (code, text) = only_problem(&format!("{head}    expr: up\n    annotations: {{a: \"{{{{ $label.x }}}}\"}}\n"));
    assert_eq!(code, "template_undefined_variable");
    assert!(text.ends_with("\n      annotations: {a: \"{{ $label.x }}\"}\n                           ^^^^^^"), "{text}");
}

#[test]
fn every_rule_of_a_rule_file_is_checked() {
    let in_rule = |fields: &str| format!("groups:\n- name: g\n  rules:\n  - {{{fields}}}\n");
    let rows = [
        ("groups:\n- rules: []\n".to_owned(), "rule_group_name_empty"),
        ("groups:\n- name: a\n- name: a\n".to_owned(), "rule_group_name_repeated"),
        ("groups:\n- name: a\n  labels: {__name__: b}\n".to_owned(), "invalid_label_name"),
        ("groups:\n- name: a\n  intreval: 5m\n".to_owned(), "unknown_field"),
        ("groups:\n- name: a\n  interval: 5 m\n".to_owned(), "invalid_duration"),
        ("groups:\n- name: a\n  limit: \"5\"\n".to_owned(), "yaml_wrong_type"),
        ("- a\n".to_owned(), "yaml_wrong_type"),
        (in_rule("alert: A, record: a, expr: up"), "rule_alert_and_record"),
        (in_rule("expr: up"), "rule_without_name"),
        (in_rule("alert: A"), "rule_without_expr"),
        (in_rule("alert: A, expr: sum("), "expr_unclosed_bracket"),
        (in_rule("alert: A, expr: [up]"), "yaml_wrong_type"),
        (in_rule("record: a, expr: up, for: 1s"), "rule_field_of_alerts"),
        (in_rule("record: a, expr: up, keep_firing_for: 1s"), "rule_field_of_alerts"),
        (in_rule("record: a, expr: up, annotations: {a: b}"), "rule_field_of_alerts"),
        (in_rule("record: 'a{b=\"c\"}', expr: up"), "rule_record_name_braces"),
        (in_rule("alert: A, expr: up, labels: {'': b}"), "invalid_label_name"),
        (in_rule("alert: A, expr: up, annotations: {'': b}"), "invalid_annotation_name"),
        (in_rule("alert: A, expr: up, labels: {a: '{{ bad }}'}"), "template_undefined_function"),
        (in_rule("alert: A, expr: !!int up"), "yaml_invalid_tag"),
    ];
    for (text, code) in rows {
        assert_eq!(only_problem(&text).0, code, "{text}");
    }
    for good in [
        "",
        "groups: ~",
        "groups: [~]",
        "groups: [{name: a, limit: 1.5, rules: [~]}]",
        "groups: [{name: a, rules: [{record: x, expr: 1, for: ~, labels: {~: a, b: ~}}]}]",
        "groups: [{name: a, rules: [{record: a b, alert: '', expr: up, keep_firing_for: 0s, annotations: {}}]}]",
        "groups: [{name: a, rules: [{record: x, expr: up, labels: {s: '{{ no template here'}}]}]",
        "groups: []\n---\n[",
    ] {
        assert!(rules(good).is_ok(), "{good}");
    }
    assert_eq!(rules("groups: [{name: a, rules: [~, {record: x, expr: up}]}]").unwrap().rule_count(), 1);
}

// ---------------------------------------------------------------- harm

/// Runs `work`, and prints how long it took.
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    println!("{what}: {:?}", start.elapsed());
    done
}

#[test]
fn deep_texts_are_refused_and_leave_the_stack_alone() {
    for opening in ["[", "{a: ", "- ", "? ", "[? ", "{? ", "!t [", "&a ["] {
        let text = opening.repeat(10_000);
        let error = timed(opening, || read(&text).unwrap_err());
        assert!(!error.code().is_empty(), "{opening}");
        let limits = YamlLimits::default().with_depth(usize::MAX);
        drop(timed(opening, || Yaml::read(text.as_bytes(), &limits)));
    }
    let mut nested = String::new();
    for level in 0..500 {
        writeln!(nested, "{:1$}- a:", "", level * 2).unwrap();
    }
    assert_eq!(read(&nested).unwrap_err().code(), "too_deep");
    let closed = format!("{}{}", "[".repeat(9_999), "]".repeat(9_999));
    drop(timed("9,999 levels", || Yaml::read(closed.as_bytes(), &YamlLimits::default().with_depth(10_000)).unwrap()));
}

#[test]
fn large_texts_are_answered() {
    let long = "x".repeat(1 << 20);
    for text in [format!("a: {long}"), format!("a: '{long}'"), format!("a: |\n  {long}\n"), format!("# {long}\na: 1"), format!("{long}: 1")]
    {
        drop(timed("1 MB in one text", || read(&text)));
    }
    let many = "- a\n".repeat(200_000);
    assert_eq!(timed("200,000 items", || read(&many)).unwrap().root().unwrap().items().len(), 200_000);
    let blank = format!("a: b{}\nc: d", "\n \n".repeat(300_000));
    drop(timed("blank lines", || read(&blank)));
    let comments = "# c\n".repeat(300_000);
    drop(timed("comments", || read(&comments)));
    let keys: String = (0..100_000).map(|n| format!("k{n}: v\n")).collect();
    assert_eq!(timed("100,000 keys", || rules(&keys)).unwrap_err().len(), 100_000);
    assert_eq!(read(&"- a\n".repeat(500_000)).unwrap_err().code(), "too_many_values");
    assert_eq!(Yaml::read(&[b' '; 11], &YamlLimits::default().with_bytes(10)).unwrap_err().code(), "document_too_large");
}

#[test]
fn many_names_are_answered() {
    let directives: String = (0..100_000).map(|n| format!("%TAG !t{n}! x\n")).collect();
    drop(timed("100,000 directives", || read(&format!("{directives}---\na: !t7!y b\n")).unwrap()));

    // The same names once as they are and once in base64, which only the decoder finds out.
    let plain: String = (0..50_000).map(|n| format!("a{n:05}: x, ")).collect();
    let coded: String = (0..50_000).map(|n| format!("!!binary {}: y, ", base64(&format!("a{n:05}")))).collect();
    let text = format!("groups: [{{name: a, labels: {{{plain}{coded}}}}}]");
    let file = timed("50,000 labels that are set twice", || rules(&text).unwrap());
    assert_eq!(file.groups[0].labels.len(), 50_000);
    assert!(file.groups[0].labels.iter().all(|(_, value)| value.as_str() == "y"));

    let objects = "- groups: [{name: a}]\n".repeat(30_000);
    let parts = timed("30,000 parts", || RuleFile::read_parts(&objects, &RuleFileOptions::default()).unwrap());
    assert_eq!(parts.len(), 30_000);
}

/// Base64 of a text whose length is a multiple of three.
fn base64(text: &str) -> String {
    let digit = |bits: u32| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[bits as usize & 63]);
    let group = |bytes: &[u8]| {
        let bits = bytes.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        [18, 12, 6, 0].map(|shift| digit(bits >> shift))
    };
    text.as_bytes().chunks(3).flat_map(group).collect()
}

#[test]
fn bombs_of_aliases_are_answered() {
    let mut bomb = "a0: &a0 [x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    timed("a bomb that is only read", || read(&bomb).unwrap());

    // Groups of the same rules, each with the same labels: three levels that a rule file has.
    let labels: String = (0..300).map(|n| format!("k{n}: v, ")).collect();
    let text = format!(
        "groups:\n- &g\n  name: a\n  rules:\n  - &r {{alert: A, expr: up, labels: {{{labels}}}}}\n{}{}",
        "  - *r\n".repeat(2_000),
        "- *g\n".repeat(2_000)
    );
    let errors = timed("a bomb of rules", || rules(&text).unwrap_err());
    assert!(errors.iter().any(|problem| problem.code == "yaml_too_many_aliases"), "{errors}");

    let long = format!("up + {}", vec!["up"; 10_000].join(" + "));
    let text =
        format!("groups:\n- name: a\n  rules:\n  - {{record: a, expr: &e '{long}'}}\n{}", "  - {record: a, expr: *e}\n".repeat(20_000));
    let errors = timed("a bomb of one long text", || rules(&text).unwrap_err());
    assert!(errors.iter().any(|problem| problem.code == "yaml_too_many_aliases"), "{errors}");

    let recursive = "groups:\n- name: a\n  labels: &l\n    <<: *l\n    a: b\n";
    assert_eq!(rules(recursive).unwrap_err().first().code, "yaml_recursive_alias");
    let mut merges = "groups:\n- name: a\n  rules:\n  - &m0 {alert: A, expr: up}\n".to_owned();
    for level in 1..2_000 {
        writeln!(merges, "  - &m{level} {{<<: *m{}}}", level - 1).unwrap();
    }
    let errors = timed("2,000 merges in each other", || rules(&merges).unwrap_err());
    assert!(errors.iter().any(|problem| problem.code == "too_deep"), "{errors}");
}

#[test]
fn truncated_files_never_panic() {
    let text = "groups:\n- name: &n \"a\\u00e9\"\n  rules:\n  - {alert: !!str 'A', expr: |-\n  }\n- name: b\n  rules:\n  - record: c\n    expr: >2+\n      up\n\n    labels: {? d : 'e', f: [*n]}\n";
    for end in 0..=text.len() {
        let _ = RuleFile::read(&text.as_bytes()[..end], &RuleFileOptions::default());
        let _ = RuleFile::read(&text.as_bytes()[end..], &RuleFileOptions::default());
        let _ = RuleFile::read_parts(&text.as_bytes()[..end], &RuleFileOptions::default());
    }
}

// ---------------------------------------------------------------- laws

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = Yaml::read(&bytes, &YamlLimits::default()) {
            prop_assert!(error.span().start <= error.span().end);
        }
    }

    #[test]
    fn pieces_of_yaml_are_read_or_refused(pieces in proptest::collection::vec(
        prop::sample::select(vec![
            "a", "b: c", "- ", "? ", ": ", "{", "}", "[", "]", ", ", "# c", "&x ", "*x ", "!t ", "|", ">", "|-\n  x\n", "\n", "\n  ", "\t", "~",
            "---\n", "...\n", "%YAML 1.1\n", "@", "\"q\"", "'s'", "\"", "'", "<<: ", "\r\n", "\u{2028}", "\u{feff}", "é",
        ]),
        0..20,
    )) {
        let text = pieces.concat();
        // Spans count without a byte order mark.
        let counted = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let lines = 1 + text.matches(['\n', '\u{2028}']).count();
        match read(&text) {
            Ok(yaml) => {
                for node in yaml.documents() {
                    prop_assert!(yaml.text().get(node.span()).is_some());
                    prop_assert!(node.position().line <= lines, "{:?}", node.position());
                }
            }
            Err(error) => {
                prop_assert!(counted.get(error.span()).is_some(), "{error:?}");
                prop_assert!(error.position().line <= lines, "{error:?}");
            }
        }
        let _ = rules(&text);
    }

    #[test]
    fn a_text_that_is_written_reads_back(text in prop_oneof!["[ -~]{0,20}", "[a-z:# \\n\"'|>\\-\\t\u{85}\u{feff}\u{2028}é🔥\u{1}]{0,20}", any::<String>()], indent in 0_usize..9) {
        let mut out = format!("{:indent$}k: ", "");
        write_text(&mut out, &text, indent);
        out.push('\n');
        let yaml = read(&out).map_err(|error| TestCaseError::fail(format!("{out:?}: {error}")))?;
        let value = yaml.root().unwrap().get("k").unwrap();
        prop_assert_eq!((value.as_str(), value.tag()), (Some(&*text), "!!str"), "{}", out);
    }
}
