//! Generated and mutated configurations against a real `amtool check-config`: the same verdict on each.
//!
//! The seed of a run and the number of configurations are fixed; `ALERT_SCHEMAS_SEED` and `ALERT_SCHEMAS_CONFIGS` take other ones.
#![cfg(feature = "yaml")]

#[path = "util/dice.rs"]
mod dice;
#[path = "util/program.rs"]
mod program;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process;
use std::process::Command;

use alert_schemas::utils::SecretDisplay;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;

use crate::dice::Dice;
use crate::program::reference_program;

/// How many configurations are made by default, and how many of them go to one call.
const CONFIGS: usize = 600;
const AT_ONCE: usize = 60;

/// Choices, and whether what is made of them may be wrong.
struct WildDice {
    dice: Dice,
    wild: bool,
}

impl WildDice {
    fn roll(&mut self, sides: usize) -> usize {
        self.dice.roll(sides)
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.dice.one_in(sides)
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        self.dice.pick(list)
    }

    /// One of the first `good`, or in one of `sides` cases any, if things may be wrong.
    fn pick_mostly<'a>(&mut self, list: &[&'a str], good: usize, sides: usize) -> &'a str {
        let end = if self.wild && self.one_in(sides) { list.len() } else { good };
        self.pick(&list[..end])
    }
}

const MATCHERS: &[&str] = &[
    "team=db",
    "team=~\"db|shop\"",
    "'severity!=\"info\"'",
    "'{a=\"b\",c!~\"d.*\"}'",
    "\"host=~'x'\"",
    "'a=b,'",
    "'{}'",
    "''",
    "a",
    "'a=~\"(\"'",
    "'é=1'",
    "'a-b = c'",
    "'=x'",
    "'a=\"b'",
    "'a=~b)(c'",
];
const NAMES: &[&str] = &["a", "b", "a b", "c", "é", "~", "''", "1", "true"];
const DURATIONS: &[&str] = &["30s", "5m", "1h30m", "0s", "0", "1d", "5", "-1s", "''", "~", "1.5h", "2w", "1y"];
const LABELS: &[&str] = &["alertname", "job", "cluster", "'...'", "a-b", "é", "''", "~", "job"];
const SCALARS: &[&str] =
    &["~", "1", "true", "'x'", "[]", "{}", "[a]", "{a: b}", "yes", "'true'", "1.5", "2025-01-01", "''", "!!str 1", "!!int x", "0x10"];

fn list(dice: &mut WildDice, most: usize, mut item: impl FnMut(&mut WildDice) -> String) -> String {
    let items: Vec<String> = (0..dice.roll(most + 1)).map(|_| item(dice)).collect();
    format!("[{}]", items.join(", "))
}

fn matcher_fields(dice: &mut WildDice, prefix: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let key = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}_{name}") };
    if dice.one_in(2) {
        fields.push(format!("{}: {}", key("matchers"), list(dice, 3, |dice| dice.pick_mostly(MATCHERS, 8, 12).to_owned())));
    }
    if dice.one_in(4) {
        let name = dice.pick_mostly(&["a", "b_c", "a-b", "''", "é"], 2, 12);
        fields.push(format!("{}: {{{name}: {}}}", key("match"), dice.pick(NAMES)));
    }
    if dice.one_in(5) {
        let value = dice.pick_mostly(&["a.*", "'b|c'", "''", "'('", "~", "'a)(b'"], 3, 12);
        fields.push(format!("{}: {{a: {value}}}", key("match_re")));
    }
    fields
}

fn route(dice: &mut WildDice, depth: usize) -> String {
    let mut fields = Vec::new();
    if depth == 0 || dice.one_in(2) {
        fields.push(format!("receiver: {}", dice.pick_mostly(&["a", "b", "a b", "c", "nobody"], 2, 12)));
    }
    if depth > 0 {
        fields.extend(matcher_fields(dice, ""));
        if dice.one_in(4) {
            fields.push(format!("continue: {}", dice.pick_mostly(&["true", "false", "yes", "~", "'true'", "1"], 3, 4)));
        }
        if dice.one_in(5) {
            let names = list(dice, 2, |dice| dice.pick_mostly(&["nights", "weekends", "never"], 2, 10).to_owned());
            fields.push(format!("{}: {names}", dice.pick(&["mute_time_intervals", "active_time_intervals"])));
        }
    }
    if dice.one_in(3) {
        let label = dice.roll(3);
        let labels = list(dice, 2, |dice| dice.pick_mostly(&[LABELS[label], "x"], 1, 4).to_owned());
        let labels =
            if dice.wild { list(dice, 3, |dice| dice.pick_mostly(LABELS, 3, 8).to_owned()) } else { labels.replacen(", ", ", a_", 1) };
        fields.push(format!("group_by: {labels}"));
    }
    for key in ["group_wait", "group_interval", "repeat_interval"] {
        if dice.one_in(5) {
            fields.push(format!("{key}: {}", dice.pick_mostly(DURATIONS, 3, 12)));
        }
    }
    if depth < 3 && dice.one_in(2) {
        fields.push(format!("routes: {}", list(dice, 3, |dice| route(dice, depth + 1))));
    }
    format!("{{{}}}", fields.join(", "))
}

fn range(dice: &mut WildDice, words: &[&str]) -> String {
    if !dice.wild {
        return format!("'{}'", dice.pick(words));
    }
    let mut word = || dice.pick(words).to_owned();
    let (first, second) = (word(), word());
    match dice.roll(4) {
        0 => format!("'{first}:{second}'"),
        1 => format!("'{first}:{second}:{first}'").replacen(":", if dice.one_in(8) { ":" } else { "" }, 1),
        _ => format!("'{first}'"),
    }
}

fn interval(dice: &mut WildDice) -> String {
    let mut fields = Vec::new();
    if dice.one_in(2) {
        fields.push(format!(
            "times: {}",
            list(dice, 2, |dice| {
                let times = ["'00:00'", "'09:30'", "09:30", "'24:00'", "'17:00'", "'9:00'", "'24:01'", "''", "9"];
                let (start, end) = (dice.pick_mostly(&times, 1, 3), dice.pick_mostly(&times[1..], 4, 3));
                format!("{{start_time: {start}, end_time: {end}}}")
            })
        ));
    }
    let words: [(&str, &[&str]); 4] = [
        ("weekdays", &["monday", "Friday", "sunday", "saturday", "mon", "1"]),
        ("days_of_month", &["1", "5", "-1", "-5", "31", "0", "32", "28"]),
        // The months 0 and 13, which Alertmanager takes, are a documented difference.
        ("months", &["january", "March", "12", "3", "december", "jan"]),
        ("years", &["2024", "2030", "1999", "-1", "x", "0"]),
    ];
    for (key, words) in words {
        if dice.one_in(4) {
            let good = if dice.wild && dice.one_in(4) { words.len() } else { words.len() - 2 };
            fields.push(format!("{key}: {}", list(dice, 2, |dice| range(dice, &words[..good]))));
        }
    }
    if dice.one_in(4) {
        let zones = ["UTC", "Europe/Berlin", "Local", "''", "~", "Mars", "europe/berlin"];
        fields.push(format!("location: {}", dice.pick_mostly(&zones, 5, 4)));
    }
    format!("{{{}}}", fields.join(", "))
}

/// How many kinds of receivers are good whatever stands in `global`.
const GOOD: usize = 14;

fn receiver(dice: &mut WildDice, name: &str) -> String {
    // The first ones need nothing of `global`.
    let kinds = [
        "webhook_configs: [{url: 'http://h/x'}]",
        "webhook_configs: [{url_file: /x, send_resolved: false, max_alerts: 3}]",
        "webhook_configs: [{url: 'http://h', http_config: {basic_auth: {username: a, password: b}}}]",
        "email_configs: [{to: a@b, from: c@d, smarthost: 'm:25', require_tls: false}]",
        "pagerduty_configs: [{routing_key: x, details: {a: b}}]",
        "opsgenie_configs: [{api_key: x, responders: [{name: a, type: team}]}]",
        "telegram_configs: [{bot_token: x, chat_id: 5, parse_mode: HTML}]",
        "discord_configs: [{webhook_url: 'https://d/x'}]",
        "victorops_configs: [{api_key: a, routing_key: b}]",
        "pushover_configs: [{user_key: a, token: b}]",
        "sns_configs: [{topic_arn: a, sigv4: {region: x}}]",
        "msteams_configs: [{webhook_url: 'https://t/x'}]",
        "jira_configs: [{api_url: 'https://j', project: a, issue_type: b}]",
        "labels: {owner: x}",
        "webhook_configs: [{}]",
        "slack_configs: [{channel: '#x', title: '{{ .Status }}', fields: [{title: a, value: b}]}]",
        "slack_configs: [{api_url: 'https://s/x', actions: [{type: button, text: a, url: b}]}]",
        "email_configs: [{to: a@b, headers: {Subject: x}}]",
    ];
    let most = if dice.wild { kinds.len() } else { GOOD };
    let mut fields = vec![format!("name: {name}")];
    let first = dice.roll(most);
    for at in 0..dice.roll(3) {
        let kind = kinds[(first + at * 5) % most];
        let key = kind.split(':').next().unwrap();
        if !fields.iter().any(|field| field.starts_with(&format!("{key}:"))) {
            fields.push(kind.to_owned());
        }
    }
    format!("  - {{{}}}\n", fields.join(", "))
}

fn config(dice: &mut WildDice) -> String {
    let mut text = String::new();
    if dice.one_in(2) {
        let fields = [
            "resolve_timeout: 5m",
            "smtp_smarthost: 'mail:25'",
            "smtp_from: a@b",
            "slack_api_url: 'https://hooks/x'",
            "slack_api_url_file: /x",
            "opsgenie_api_key: x",
            "pagerduty_url: ~",
            "http_config: {follow_redirects: false}",
            "smtp_require_tls: no",
            "smtp_hello: ~",
        ];
        text.push_str("global:\n");
        for field in fields {
            if dice.one_in(3) && (dice.wild || !matches!(field, "slack_api_url_file: /x" | "pagerduty_url: ~")) {
                text.push_str(&format!("  {field}\n"));
            }
        }
    }
    text.push_str(&format!("route: {}\n", route(dice, 0)));
    text.push_str("receivers:\n");
    for name in ["a", "b", dice.pick_mostly(&["a b", "c", "a", "~"], 2, 4)] {
        text.push_str(&receiver(dice, name));
    }
    if dice.one_in(2) {
        let rules = list(dice, 3, |dice| {
            let mut fields = matcher_fields(dice, "source");
            fields.extend(matcher_fields(dice, "target"));
            if dice.one_in(2) {
                fields.push(format!("equal: {}", list(dice, 2, |dice| dice.pick_mostly(LABELS, 3, 10).to_owned())));
            }
            format!("{{{}}}", fields.join(", "))
        });
        text.push_str(&format!("inhibit_rules: {rules}\n"));
    }
    if !dice.wild || !dice.one_in(8) {
        let key = dice.pick(&["time_intervals", "mute_time_intervals"]);
        let named: Vec<String> =
            ["nights", "weekends"].iter().map(|name| format!("{{name: {name}, time_intervals: {}}}", list(dice, 2, interval))).collect();
        text.push_str(&format!("{key}: [{}]\n", named.join(", ")));
    }
    if dice.one_in(6) {
        text.push_str(&format!("templates: [{}]\n", dice.pick_mostly(&["'/nowhere/*.tmpl'", "/nowhere/x.tmpl", "", "'['"], 3, 2)));
    }
    if dice.one_in(6) {
        text.push_str(&format!(
            "tracing: {{endpoint: {}, client_type: {}}}\n",
            dice.pick_mostly(&["a", "''"], 1, 4),
            dice.pick_mostly(&["grpc", "http", "~", "x"], 3, 4)
        ));
    }
    text
}

/// Changes a text a little: a word becomes another, a part is left out or doubled, a character changes.
fn mutate(dice: &mut WildDice, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = chars.clone();
    let at = dice.roll(chars.len());
    match dice.roll(6) {
        0 => drop(out.remove(at)),
        1 => out.insert(at, *dice.pick(&[",", ":", " ", "}", "[", "'", "\n", "#", "-", "a"]).chars().next().as_ref().unwrap()),
        2 => {
            // A value becomes another.
            let starts: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
            let start = starts[dice.roll(starts.len())];
            let rest = &text[start..];
            let end = start + rest.find([',', '}', ']', '\n']).unwrap_or(rest.len());
            return format!("{}{}{}", &text[..start], dice.pick(SCALARS), &text[end..]);
        }
        3 => {
            // A key loses a letter.
            let words: Vec<usize> = text.match_indices(':').map(|(at, _)| at).filter(|at| *at > 0).collect();
            let end = words[dice.roll(words.len())];
            if text.is_char_boundary(end - 1) {
                return format!("{}{}", &text[..end - 1], &text[end..]);
            }
        }
        4 => {
            // A line is doubled or left out.
            let mut lines: Vec<&str> = text.lines().collect();
            let at = dice.roll(lines.len());
            if dice.one_in(2) {
                lines.remove(at);
            } else {
                lines.insert(at, lines[at]);
            }
            return lines.join("\n");
        }
        _ => out.swap(at, dice.roll(chars.len())),
    }
    out.into_iter().collect()
}

/// What `amtool check-config` says of each file.
fn verdicts(program: &PathBuf, folder: &PathBuf, files: &[String]) -> BTreeMap<String, bool> {
    let output = Command::new(program).arg("check-config").args(files).current_dir(folder).output().expect("amtool runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut verdicts = BTreeMap::new();
    for part in text.split("Checking '").skip(1) {
        let (name, rest) = part.split_once('\'').expect("a name");
        verdicts.insert(name.to_owned(), !rest.contains("FAILED"));
    }
    // Where it crashes, it says no more: that one is refused, and the others are asked again.
    if !output.status.success() && String::from_utf8_lossy(&output.stderr).contains("panic:") {
        let last = files.iter().position(|file| !verdicts.contains_key(file)).unwrap_or(files.len()) - 1;
        verdicts.insert(files[last].clone(), false);
        let rest = &files[last + 1..];
        if !rest.is_empty() {
            verdicts.extend(self::verdicts(program, folder, rest));
        }
    }
    verdicts
}

#[test]
#[ignore = "needs amtool, see .ci/reference-servers"]
fn generated_configurations_have_the_same_verdict() {
    let program = reference_program("amtool");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-amtool-config-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let seed = env::var("ALERT_SCHEMAS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_251_129);
    let mut dice = WildDice { dice: Dice::new(seed), wild: false };
    let count = env::var("ALERT_SCHEMAS_CONFIGS").ok().and_then(|count| count.parse().ok()).unwrap_or(CONFIGS);
    let texts: Vec<String> = (0..count)
        .map(|at| {
            // A third is good, a third may be wrong, a third was good before something in it changed.
            dice.wild = at % 3 == 1;
            let mut text = config(&mut dice);
            if at % 3 == 2 {
                for _ in 0..=dice.roll(2) {
                    text = mutate(&mut dice, &text);
                }
            }
            text
        })
        .collect();
    let names: Vec<String> = (0..texts.len()).map(|at| format!("{at}.yml")).collect();
    for (name, text) in names.iter().zip(&texts) {
        fs::write(folder.join(name), text).expect("a file");
    }
    let mut expected = BTreeMap::new();
    for files in names.chunks(AT_ONCE) {
        expected.extend(verdicts(&program, &folder, files));
    }
    let (mut accepted, mut differ) = (0, Vec::new());
    for (name, text) in names.iter().zip(&texts) {
        let outcome = ConfigFile::read(text, &ConfigFileOptions::default());
        let ok = *expected.get(name).unwrap_or_else(|| panic!("amtool says nothing of {name}"));
        accepted += usize::from(ok);
        if outcome.is_ok() != ok {
            let problem = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
            differ.push(format!("{name}: amtool {ok}, ours {} {problem}\n{text}", outcome.is_ok()));
        }
        if let Ok(file) = outcome {
            let yaml = file.to_yaml(SecretDisplay::Exposed);
            assert_eq!(ConfigFile::read(&yaml, &ConfigFileOptions::default()).as_ref(), Ok(&file), "{text}\nwritten\n{yaml}");
        }
    }
    println!("amtool check-config: {} configurations, {accepted} accepted, {} verdicts differ", texts.len(), differ.len());
    let _: std::io::Result<()> = fs::remove_dir_all(&folder);
    assert!(
        differ.is_empty(),
        "{} of {} differ:\n{}",
        differ.len(),
        texts.len(),
        differ.iter().take(25).cloned().collect::<Vec<_>>().join("\n")
    );
    assert!(accepted > texts.len() / 8, "too few good configurations: {accepted}");
}
