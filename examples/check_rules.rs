//! Checks Prometheus rule files, as `promtool check rules` does, and names every problem with its line.

mod shared;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::IsTerminal;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileErrors;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use serde_json::Value;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Checks Prometheus rule files, as `promtool check rules --lint=none` does, and names every problem with its line.

Usage: check_rules [--unwrap] [--json] FILE|DIR...

A DIR stands for all files in it, and below, that end in .yml, .yaml or .rules; `-` is stdin. --unwrap also opens PrometheusRule
objects of Kubernetes, other documents that hold groups of rules, and all YAML documents of a file. With --json each line of stdout is
{"file","part","ok","groups","rules","problems":[{"line","column","group","rule","code","message"}]}: `part` only with --unwrap (number
of the document and of the object in it), `rule` counts from 1.
Exit code 0: all are accepted, 1: some are not, 2: wrong call or unreadable file.

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
    match call() {
        Ok(Some(options)) => shared::exit(check_all(&options)),
        Ok(None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(failure) => shared::exit(Err(failure)),
    }
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
    groups: usize,
    rules: usize,
    problems: usize,
}

fn check_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let mut total = Total::default();
    let files = files(&options.paths)?;
    let mut shown = Instant::now();
    for (at, file) in files.iter().enumerate() {
        // Nobody who waits for a second should wonder.
        if io::stderr().is_terminal() && shown.elapsed() > Duration::from_secs(1) {
            eprintln!("… {at} of {} files", files.len());
            shown = Instant::now();
        }
        let named = |error: io::Error| Failure::Io(io::Error::new(error.kind(), format!("{file}: {error}")));
        let bytes = read(file).map_err(named)?;
        total.files += 1;
        let rule_options = RuleFileOptions::default();
        if !options.unwrap {
            let outcome = RuleFile::read(&bytes, &rule_options);
            total.refused += usize::from(outcome.is_err());
            tell(&mut console, &mut total, file, None, outcome)?;
            continue;
        }
        match RuleFile::read_parts(&bytes, &rule_options) {
            Err(errors) => {
                total.refused += 1;
                tell(&mut console, &mut total, file, None, Err(errors))?;
            }
            Ok(parts) => {
                total.refused += usize::from(parts.iter().any(|part| part.file.is_err()));
                for part in parts {
                    tell(&mut console, &mut total, file, Some(format!("{}.{}", part.document, part.index)), part.file)?;
                }
            }
        }
    }
    if !console.is_json() {
        console.row(&summary(&total), &[])?;
    }
    Ok(console)
}

fn read(file: &str) -> io::Result<Vec<u8>> {
    if file != "-" {
        return fs::read(file);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
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
            let named = |error: io::Error| Failure::Io(io::Error::new(error.kind(), format!("{}: {error}", folder.display())));
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
    let problems = outcome.as_ref().err().map_or_else(Vec::new, |errors| errors.iter().map(problem_of).collect());
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
        let text = if console.is_json() { problem.to_string() } else { format!("{problem:#}") };
        // The place stands before the message already.
        let place = format!("{}: ", problem.position);
        console.refuse(&Problem {
            file: Some(file.to_owned()),
            line: Some(problem.position.line),
            column: Some(problem.position.column),
            pointer: None,
            code: problem.code.to_owned(),
            message: text.strip_prefix(&place).unwrap_or(&text).to_owned(),
        })?;
    }
    Ok(())
}

fn problem_of(problem: &alert_schemas::webhooks::prometheus::RuleFileProblem) -> Value {
    serde_json::to_value(problem).unwrap_or_default()
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn summary(total: &Total) -> String {
    let found = format!("{}: {} in {}", count(total.files, "file"), count(total.rules, "rule"), count(total.groups, "group"));
    match total.refused {
        0 => format!("{found}, no problem"),
        refused => format!("{found}, {} refused with {}", count(refused, "file"), count(total.problems, "problem")),
    }
}
