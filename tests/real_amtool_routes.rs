//! Generated trees of routes and label sets against a real `amtool config routes test`: who is told, in which order.
//!
//! The trees are read from the files that amtool reads.

#![cfg(feature = "yaml")]

#[path = "util/dice.rs"]
mod dice;
#[path = "util/program.rs"]
mod program;

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::process::Command;
use std::thread;

use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::alerts::LabelSyntax;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::utils::go;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use serde_json::Value;
use serde_json::json;

use crate::dice::Dice;
use crate::program::reference_program;

/// How many files, and how many label sets for each: more than 5,000 in all.
const FILES: usize = 130;
const SETS: usize = 40;
const RECEIVERS: usize = 12;

const NAMES: &[&str] = &["team", "severity", "alertname", "ünïcode", "with space", "a.b", "quo\"te", "_x1"];
const VALUES: &[&str] = &["db", "web", "critical", "low", "", "a b", "x\"y", "läbel", "a\nb", "c,d", "1", "\\d"];
const PATTERNS: &[&str] =
    &["db|web", ".*", ".+", "", "d.", "[a-d]+", "(?i)DB", "crit.*", "a.b", "\\d", "x\"y|1", "l.bel", "(a|c).*", "[^d]*", "\\w+"];

/// What a file says of a route.
fn route(dice: &mut Dice, depth: usize) -> Value {
    let mut route = json!({});
    if depth > 0 {
        for _ in 0..dice.roll(3) {
            let op = MatchOp::ALL[dice.roll(10).saturating_sub(6)];
            let (name, value) = (dice.pick(NAMES), dice.pick(if op.is_regex() { PATTERNS } else { VALUES }));
            // The older spellings stand beside the newer one.
            let older =
                [(MatchOp::Equal, "match"), (MatchOp::Regex, "match_re")].into_iter().find(|older| older.0 == op && dice.roll(4) == 0);
            match older.filter(|_| LabelSyntax::Legacy.allows(name)) {
                Some((_, key)) => route[key][name] = value.into(),
                None => {
                    let text = Matcher::new(name, op, value).expect("a matcher").to_string();
                    match route["matchers"].as_array_mut() {
                        Some(list) => list.push(text.into()),
                        None => route["matchers"] = json!([text]),
                    }
                }
            }
        }
        if dice.roll(5) < 2 {
            route["continue"] = true.into();
        }
    }
    if depth == 0 || dice.roll(4) > 0 {
        route["receiver"] = format!("r{}", dice.roll(RECEIVERS)).into();
    }
    let below = match depth {
        0 => 2 + dice.roll(20),
        1 | 2 if dice.roll(3) == 0 => dice.roll(12),
        _ => 0,
    };
    if below > 0 {
        route["routes"] = (0..below).map(|_| self::route(dice, depth + 1)).collect();
    }
    route
}

fn labels(dice: &mut Dice) -> Vec<(&'static str, &'static str)> {
    let mut pairs = Vec::new();
    for name in NAMES {
        if dice.roll(2) == 0 {
            pairs.push((*name, dice.pick(VALUES)));
        }
    }
    pairs
}

fn amtool(program: &Path, config: &Path, labels: &[(&str, &str)]) -> String {
    let mut command = Command::new(program);
    command.args(["config", "routes", "test"]).arg(format!("--config.file={}", config.display()));
    command.args(labels.iter().map(|(name, value)| format!("{}={}", go::quote(name), go::quote(value))));
    let output = command.output().expect("amtool runs");
    assert!(output.status.success(), "{}: {}", config.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim_end_matches('\n').to_owned()
}

/// The answers that differ, of every `step`th file.
fn compare(program: &Path, folder: &Path, first: usize, step: usize) -> (usize, usize, Vec<String>) {
    let (mut equal, mut several, mut different) = (0, 0, Vec::new());
    for number in (first..FILES).step_by(step) {
        let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1));
        let receivers: Vec<Value> = (0..RECEIVERS).map(|number| json!({"name": format!("r{number}")})).collect();
        let text = json!({"route": route(&mut dice, 0), "receivers": receivers}).to_string();
        // JSON is YAML.
        let config = folder.join(format!("routes-{number}.yml"));
        fs::write(&config, &text).expect("a file");
        let file = ConfigFile::read(&text, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{errors:#}"));
        let ours = file.to_config(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}"));
        let tree = RoutingTree::new(&ours.value.route).unwrap_or_else(|report| panic!("{report:#}"));
        for _ in 0..SETS {
            let pairs = labels(&mut dice);
            let labels = Labels::from_pairs(pairs.iter().copied()).expect("labels");
            let matches = tree.matches(&labels);
            several += usize::from(matches.len() > 1);
            let ours = matches.iter().map(|found| found.receiver().as_str()).collect::<Vec<_>>().join(",");
            let theirs = amtool(program, &config, &pairs);
            if ours == theirs {
                equal += 1;
            } else {
                different.push(format!("{} {labels}: found {ours}, expected {theirs}", config.display()));
            }
        }
    }
    (equal, several, different)
}

#[test]
#[ignore = "runs a real amtool"]
fn receivers_are_those_of_amtool() {
    let program = reference_program("amtool");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("real-amtool-routes-{}", process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let parts: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = [0, 1]
            .into_iter()
            .map(|first| {
                let (program, folder) = (&program, &folder);
                scope.spawn(move || compare(program, folder, first, 2))
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).collect()
    });
    let (mut equal, mut several, mut different) = (0, 0, Vec::new());
    for (part_equal, part_several, part_different) in parts {
        (equal, several) = (equal + part_equal, several + part_several);
        different.extend(part_different);
    }
    println!("amtool routes: {} pairs, {equal} equal, {several} with several routes, {FILES} trees", equal + different.len());
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different[..different.len().min(20)].join("\n"));
    assert!(equal >= 5_000);
    fs::remove_dir_all(&folder).expect("the folder goes");
}
