//! Generated rule files against a real `promtool check rules --lint=none`: the same verdict, and the same number of rules where a file is accepted.
//!
//! A good file is written with each field in one of several spellings, and then, in three of four files, changed in one or two places: a wrong
//! value, a wrong key, a field twice or missing, another indentation, a flow style, an anchor, a piece of text cut out or put in.
#![cfg(feature = "yaml")]

#[allow(dead_code, reason = "templates are another test's")]
#[path = "util/promtool.rs"]
mod promtool;

use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use proptest::strategy::Strategy;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::Config;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;

use crate::promtool::Promtool;

const FILES: usize = 2_000;

/// Values as YAML writes them; most are good ones of some field.
const VALUES: &[&str] = &[
    "up",
    "'up == 0'",
    "\"rate(errors_total[5m]) > 0.5\"",
    "|\n          sum by (job) (up)\n          > 1",
    ">-\n          up ==\n          0",
    "1",
    "1.5",
    "0x10",
    "true",
    "~",
    "null",
    "''",
    "\"\"",
    "5m",
    "1h30m",
    "1d",
    "0s",
    "5",
    "-5m",
    "1m1h",
    "5 m",
    "[a]",
    "{a: b}",
    "!!str 5",
    "!!int '5'",
    "*a",
    "&a x",
    "'{{ $labels.job }}'",
    "'{{ $value | humanize }}'",
    "'{{ $lable.x }}'",
    "'{{ end }}'",
    "2001-01-01",
    "0o17",
    "1_000",
    ".inf",
    "yes",
    "'é☃'",
    "\"\\u00e9\\n\"",
    "'a: b'",
    "a#b",
    "a #b",
    "job:up:sum",
    "a-b",
    "__name__",
    "1a",
    "rate(up)",
    "up[5m]",
    "{}",
    "up{job=~\"(\"}",
];

/// Keys of rules, groups and files, and near misses of them.
const KEYS: &[&str] = &[
    "alert",
    "record",
    "expr",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
    "name",
    "interval",
    "query_offset",
    "limit",
    "rules",
    "groups",
    "exp",
    "Alert",
    "alerts",
    "'for'",
    "\"expr\"",
    "? expr",
    "severity",
    "__name__",
    "a-b",
    "<<",
    "namespace",
    "partial_response_strategy",
];

/// Pieces that are put somewhere into a text.
const PIECES: &[&str] = &[
    " ",
    "\n",
    "\t",
    ":",
    ": ",
    "- ",
    "#",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "\u{feff}",
    "\u{85}",
    "é",
    "0",
    "x",
];

#[derive(Debug, Clone)]
struct Draw {
    numbers: Vec<u32>,
}

/// Reads one number after the other.
struct Numbers<'d>(std::slice::Iter<'d, u32>);

impl Numbers<'_> {
    fn below(&mut self, most: usize) -> usize {
        self.0.next().map_or(0, |number| *number as usize % most.max(1))
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

fn rule(numbers: &mut Numbers<'_>, index: usize) -> String {
    let is_alert = numbers.chance(60);
    let mut lines = Vec::new();
    match is_alert {
        true => lines.push(format!("alert: {}", numbers.of(&["Down", "'High load'", "\"a\"", "1", "Überlast"]))),
        false => lines.push(format!("record: {}", numbers.of(&["job:up:sum", "up_sum", "'a:b'", "x"]))),
    }
    let text = if numbers.chance(85) { numbers.of(&VALUES[..5]) } else { numbers.of(VALUES) };
    lines.push(format!("expr: {text}"));
    if is_alert && numbers.chance(50) {
        lines.push(format!("for: {}", numbers.of(&["5m", "0s", "1h30m", "'1d'", "0"])));
    }
    if is_alert && numbers.chance(25) {
        lines.push("keep_firing_for: 10m".to_owned());
    }
    if numbers.chance(50) {
        let value = if numbers.chance(70) { "page" } else { numbers.of(VALUES) };
        lines.push(format!("labels:\n          severity: {value}\n          n: '{index}'"));
    }
    if is_alert && numbers.chance(50) {
        let value = if numbers.chance(70) { "'{{ $labels.job }} is down'" } else { numbers.of(VALUES) };
        lines.push(
            format!("annotations: {{summary: {value}}}")
                .replace("{summary: |", "{summary: '|' #")
                .replace("{summary: >-", "{summary: '>' #"),
        );
    }
    if numbers.chance(30) {
        lines.rotate_left(1);
    }
    format!("      - {}\n", lines.join("\n        "))
}

fn file(draw: &Draw) -> String {
    let mut numbers = Numbers(draw.numbers.iter());
    let mut text = "groups:\n".to_owned();
    for group in 0..1 + numbers.below(3) {
        let name = if numbers.chance(90) { format!("g{group}") } else { numbers.of(VALUES).to_owned() };
        text += &format!("  - name: {name}\n");
        for (field, values) in [("interval", ["30s", "1m", "0s"]), ("limit", ["10", "0", "-1"]), ("query_offset", ["1m", "0s", "5m"])] {
            if numbers.chance(20) {
                text += &format!("    {field}: {}\n", numbers.of(&values));
            }
        }
        if numbers.chance(15) {
            text += "    labels: {team: db}\n";
        }
        text += "    rules:\n";
        for index in 0..numbers.below(4) {
            text += &rule(&mut numbers, index);
        }
    }
    for _ in 0..numbers.below(8).saturating_sub(5).max(usize::from(numbers.chance(60))) {
        text = changed(text, &mut numbers);
    }
    text
}

/// The text with one change.
fn changed(text: String, numbers: &mut Numbers<'_>) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = numbers.below(lines.len());
    let line = lines[at];
    let indent = &line[..line.len() - line.trim_start().len()];
    let with = |new: String| [&lines[..at], &[new.as_str()], &lines[at + 1..]].concat().concat();
    match numbers.below(8) {
        0 => with(line.split_once(": ").map_or_else(|| line.to_owned(), |(key, _)| format!("{key}: {}\n", numbers.of(VALUES)))),
        1 => with(line.split_once(':').map_or_else(|| line.to_owned(), |(_, value)| format!("{indent}{}:{value}", numbers.of(KEYS)))),
        2 => with(format!("{line}{line}")),
        3 => with(String::new()),
        4 => with(format!("{}{line}", &"    "[..numbers.below(4)])),
        5 => with(format!("{line}{indent}{}: {}\n", numbers.of(KEYS), numbers.of(VALUES))),
        6 => {
            let mut chars: Vec<char> = text.chars().collect();
            let from = numbers.below(chars.len());
            let to = (from + 1 + numbers.below(6)).min(chars.len());
            drop(chars.drain(from..to));
            chars.into_iter().collect()
        }
        _ => {
            let mut chars: Vec<char> = text.chars().collect();
            let place = numbers.below(chars.len());
            let piece: Vec<char> = numbers.of(PIECES).chars().collect();
            drop(chars.splice(place..place, piece));
            chars.into_iter().collect()
        }
    }
}

#[test]
#[ignore = "needs a real promtool"]
fn generated_files_have_promtools_verdict() {
    let promtool = Promtool::find("rule-files");
    let seed = *b"alert-schemas generated rules 01";
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let strategy = proptest::collection::vec(proptest::num::u32::ANY, 160).prop_map(|numbers| Draw { numbers });
    let files: Vec<String> = (0..FILES).map(|_| file(&strategy.new_tree(&mut runner).expect("a draw").current())).collect();
    let (mut accepted, mut different) = (0, Vec::new());
    for some in files.chunks(200) {
        for (text, theirs) in some.iter().zip(promtool.check_files(some)) {
            let ours = RuleFile::read(text, &RuleFileOptions::default());
            accepted += usize::from(theirs.is_some());
            if ours.as_ref().ok().map(RuleFile::rule_count) != theirs {
                let said = ours.map_or_else(|errors| errors.to_string(), |file| format!("{} rules", file.rule_count()));
                different.push(format!("promtool: {theirs:?}, ours: {said}\n{text}"));
            }
        }
    }
    println!("real promtool {}: {FILES} generated rule files, {accepted} accepted, {} different", promtool.version, different.len());
    assert!(accepted > FILES / 5 && accepted < FILES * 4 / 5, "{accepted} of {FILES} accepted");
    assert!(different.is_empty(), "{}", different.join("\n======\n"));
}
