//! Checks Prometheus rule files, as `promtool check rules` does, and names every problem with its line.

mod shared;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileErrors;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use serde_json::Value;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;
use crate::shared::count;

const HELP: &str = r#"Checks Prometheus rule files, as `promtool check rules --lint=none` does, and names every problem with its line.

Usage: check_rules [--unwrap] [--json] FILE|DIR...

A DIR stands for all files in it, and below, that end in .yml, .yaml or .rules; `-` is stdin. --unwrap also opens PrometheusRule
objects of Kubernetes, other documents that hold groups of rules, and all YAML documents of a file. With --json each line of stdout is
{"file","part","ok","groups","rules","problems":[{"line","column","group","rule","code","message"}]}: `part` only with --unwrap (number
of the document and of the object in it, absent where a file holds no groups), `rule` counts from 1.
Exit code 0: all are accepted, 1: some are not, 2: wrong call, or a file could not be read (the others are checked).

Example:
  $ printf 'groups:\n- name: node\n  rules:\n  - alert: Down\n    expr: rate(up) == 0\n' |
      cargo run --release --all-features --example check_rules -- -
  stdin: refused, 1 rule in 1 group
  stdin:5:16: group `node`, rule 1 `Down`: expected a range vector as argument 1 of `rate`, found an instant vector; write `up[5m]` [expr_type]
        expr: rate(up) == 0
                   ^^
  1 file: 1 rule in 1 group, 1 file refused with 1 problem
"#;

struct Options {
    unwrap: bool,
    json: bool,
    paths: Vec<String>,
}

fn main() -> ExitCode {
    shared::run(HELP, call(), check_all)
}

fn call() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut options = Options { unwrap: false, json: false, paths: Vec::new() };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("unwrap") => options.unwrap = true,
            Long("json") => options.json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) => options.paths.push(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.paths.is_empty() {
        return Err(Failure::Usage("expected a FILE or DIR, or - for stdin".to_owned()));
    }
    Ok(Some(options))
}

/// What was checked.
#[derive(Default)]
struct Total {
    files: usize,
    refused: usize,
    unreadable: usize,
    groups: usize,
    rules: usize,
    problems: usize,
}

fn check_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let mut total = Total::default();
    let files = files(&options.paths)?;
    console.expect(files.len());
    for file in &files {
        match shared::read(file) {
            Ok(bytes) => check(&mut console, &mut total, options, file, &bytes)?,
            Err(failure) => {
                total.unreadable += 1;
                console.fail(&failure)?;
            }
        }
        console.advance();
    }
    if !console.is_json() {
        console.row(&summary(&total), &[])?;
    }
    Ok(console)
}

/// Checks one file: as a whole, or each part of it.
fn check(console: &mut Console, total: &mut Total, options: &Options, file: &str, bytes: &[u8]) -> io::Result<()> {
    let rule_options = RuleFileOptions::default();
    let outcomes = if options.unwrap {
        RuleFile::read_parts(bytes, &rule_options).map_or_else(
            |errors| vec![(None, Err(errors))],
            |parts| parts.into_iter().map(|part| (Some(format!("{}.{}", part.document, part.index)), part.file)).collect(),
        )
    } else {
        vec![(None, RuleFile::read(bytes, &rule_options))]
    };
    total.files += 1;
    total.refused += usize::from(outcomes.iter().any(|(_, outcome)| outcome.is_err()));
    if outcomes.is_empty() {
        // No document of the file holds groups.
        return tell(console, total, file, None, Ok(RuleFile::new()));
    }
    outcomes.into_iter().try_for_each(|(part, outcome)| tell(console, total, file, part, outcome))
}

/// The files that are named, and those in folders that are named, in order of their paths.
fn files(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path == "-" || !Path::new(path).is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut found = BTreeSet::new();
        let mut folders = vec![PathBuf::from(path)];
        while let Some(folder) = folders.pop() {
            let named = |error: io::Error| Failure::of_file(&folder.display().to_string(), error);
            for entry in fs::read_dir(&folder).map_err(named)? {
                let entry = entry.map_err(named)?;
                let path = entry.path();
                // A link to a folder may lead back here.
                if entry.file_type().map_err(named)?.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml" || extension == "rules") {
                    found.insert(path);
                }
            }
        }
        files.extend(found.into_iter().map(|path| path.display().to_string()));
    }
    Ok(files)
}

/// Tells the verdict on one file or part, and each of its problems.
fn tell(
    console: &mut Console,
    total: &mut Total,
    file: &str,
    part: Option<String>,
    outcome: Result<RuleFile, RuleFileErrors>,
) -> io::Result<()> {
    let (groups, rules) = match &outcome {
        Ok(read) => (read.groups.len(), read.rule_count()),
        Err(errors) => (errors.groups(), errors.rules()),
    };
    total.groups += groups;
    total.rules += rules;
    let problems = outcome.as_ref().err().map(|errors| errors.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>());
    let problems = problems.transpose()?.unwrap_or_default();
    let shown = if file == "-" { "stdin" } else { file };
    let place = part.as_ref().map_or_else(|| shown.to_owned(), |part| format!("{shown} (part {part})"));
    let verdict = if outcome.is_ok() { "ok" } else { "refused" };
    let fields = [
        ("file", Some(file.into())),
        ("part", part.map(Value::from)),
        ("ok", Some(outcome.is_ok().into())),
        ("groups", Some(groups.into())),
        ("rules", Some(rules.into())),
        ("problems", Some(Value::Array(problems))),
        // Problems that were counted and are not listed.
        ("more", outcome.as_ref().err().map(RuleFileErrors::more).filter(|more| *more > 0).map(Value::from)),
    ];
    console.row(&format!("{place}: {verdict}, {} in {}", count(rules, "rule"), count(groups, "group")), &fields)?;
    let Err(errors) = outcome else { return Ok(()) };
    total.problems += errors.len();
    for problem in &errors {
        console.refuse(&Problem::of_rules(file, problem, console.is_json()))?;
    }
    Ok(())
}

fn summary(total: &Total) -> String {
    let mut text = format!("{}: {} in {}", count(total.files, "file"), count(total.rules, "rule"), count(total.groups, "group"));
    if total.refused > 0 {
        text += &format!(", {} refused with {}", count(total.refused, "file"), count(total.problems, "problem"));
    }
    if total.unreadable > 0 {
        text += &format!(", {} could not be read", count(total.unreadable, "file"));
    }
    if total.refused + total.unreadable == 0 {
        text += ", no problem";
    }
    text
}
