//! Checks configurations of Alertmanager, as `amtool check-config` does, and names every problem with its line.

mod shared;

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::FileKind;
use alert_schemas::webhooks::alertmanager::config::FileReference;
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;
use crate::shared::count;

const HELP: &str = r#"Checks configurations of Alertmanager, as `amtool check-config` of 0.33 does, and names every problem with its line.

Usage: check_config [--json] FILE...

`-` is stdin. A secret or template file that is absent is a warning; relative paths are those of the configuration's folder. Templates are
checked, too; one that cannot be read is a warning, as is a path with a pattern in the name of a folder. With --json each line of stdout is
{"file","ok","problems":[{"line","column","pointer","code","message"}],"warnings":[…]}.
Exit code 0: all are accepted, 1: some are not, 2: wrong call, or a file could not be read (the others are checked).

Example:
  $ printf 'route:\n  reciever: db\n  receiver: db\nreceivers:\n  - name: db\n' |
      cargo run --release --all-features --example check_config -- -
  stdin: refused
  stdin:2:3: /route/reciever: `reciever` is not known here; did you mean `receiver`? [unknown_field]
      reciever: db
      ^^^^^^^^
  1 file: 1 refused with 1 problem
"#;

struct Options {
    json: bool,
    files: Vec<String>,
}

fn main() -> ExitCode {
    shared::run(HELP, call(), check_all)
}

fn call() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut options = Options { json: false, files: Vec::new() };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("json") => options.json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) => options.files.push(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.files.is_empty() {
        return Err(Failure::Usage("expected a FILE, or - for stdin".to_owned()));
    }
    Ok(Some(options))
}

/// What was checked.
#[derive(Default)]
struct Total {
    files: usize,
    refused: usize,
    unreadable: usize,
    problems: usize,
    warnings: usize,
}

fn check_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    console.expect(options.files.len());
    let mut total = Total::default();
    for file in &options.files {
        match shared::read(file) {
            Ok(bytes) => check(&mut console, &mut total, file, &bytes)?,
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

fn summary(total: &Total) -> String {
    let mut parts = Vec::new();
    if total.refused > 0 {
        parts.push(format!("{} refused with {}", total.refused, count(total.problems, "problem")));
    }
    if total.unreadable > 0 {
        parts.push(format!("{} could not be read", count(total.unreadable, "file")));
    }
    if parts.is_empty() {
        parts.push("no problem".to_owned());
    }
    if total.warnings > 0 {
        parts.push(count(total.warnings, "warning"));
    }
    format!("{}: {}", count(total.files, "file"), parts.join(", "))
}

/// A problem or warning as it stands in a result.
fn to_json(problem: &Problem) -> Value {
    let mut value = json!({ "pointer": problem.pointer, "code": problem.code, "message": problem.message });
    if let (Some(line), Some(column), Some(members)) = (problem.line, problem.column, value.as_object_mut()) {
        members.insert("line".to_owned(), line.into());
        members.insert("column".to_owned(), column.into());
    }
    value
}

/// Tells the verdict on one file, each of its problems, and what it names that is absent.
fn check(console: &mut Console, total: &mut Total, file: &str, bytes: &[u8]) -> io::Result<()> {
    let outcome = ConfigFile::read(bytes, &ConfigFileOptions::default());
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    match &outcome {
        Ok(config) => look_for_files(config, file, bytes, &mut problems, &mut warnings),
        Err(errors) => problems.extend(errors.iter().map(|problem| Problem::of_config(file, problem, console.is_json()))),
    }
    let ok = problems.is_empty();
    let more = outcome.as_ref().err().map_or(0, ConfigErrors::more);
    total.files += 1;
    total.refused += usize::from(!ok);
    total.problems += problems.len() + more;
    total.warnings += warnings.len();
    let list = |problems: &[Problem]| Value::Array(problems.iter().map(to_json).collect());
    let fields = [
        ("file", Some(file.into())),
        ("ok", Some(ok.into())),
        ("problems", Some(list(&problems))),
        // Problems that were counted and are not listed.
        ("more", Some(more).filter(|more| *more > 0).map(Value::from)),
        ("warnings", Some(list(&warnings))),
    ];
    let shown = if file == "-" { "stdin" } else { file };
    console.row(&format!("{shown}: {}", if ok { "ok" } else { "refused" }), &fields)?;
    problems.iter().try_for_each(|problem| console.refuse(problem))?;
    warnings.iter().try_for_each(|warning| console.warn(warning))
}

/// Warns of files that are named and absent, and refuses templates that cannot be read as such.
fn look_for_files(config: &ConfigFile, file: &str, bytes: &[u8], problems: &mut Vec<Problem>, warnings: &mut Vec<Problem>) {
    let folder = Path::new(if file == "-" { "" } else { file }).parent().unwrap_or(Path::new(""));
    let files = config.files();
    let pointers: Vec<_> = files.iter().map(|named| named.pointer.clone()).collect();
    let positions = ConfigFile::positions_of(bytes, &pointers, &ConfigFileOptions::default());
    for (named, position) in files.iter().zip(positions) {
        let found = |code: &str, message: String| Problem {
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            pointer: Some(named.pointer.to_string()),
            ..Problem::of(file, code, message)
        };
        let not_checked = |path: &Path, why: String| found("template_not_checked", format!("`{}` is not checked: {why}", path.display()));
        let paths = match paths(folder, named) {
            Ok(paths) => paths,
            Err(why) => {
                warnings.push(not_checked(Path::new(&named.path), why));
                continue;
            }
        };
        for path in paths {
            if !path.exists() {
                let what = if named.kind == FileKind::Template { "template" } else { "secret" };
                warnings.push(found("file_absent", format!("the {what} file `{}` is absent", named.path)));
            } else if named.kind == FileKind::Template {
                match fs::read_to_string(&path) {
                    Err(error) => warnings.push(not_checked(&path, error.to_string())),
                    Ok(text) => {
                        if let Err(error) = Template::parse(&text, &TemplateOptions::default()) {
                            problems.push(found(error.code(), format!("{}: {error}", path.display())));
                        }
                    }
                }
            }
        }
    }
}

/// The files that are named: those of a folder whose names match, if the path of a template ends with a pattern.
fn paths(folder: &Path, named: &FileReference) -> Result<Vec<PathBuf>, String> {
    let is_pattern = |text: &str| text.contains(['*', '?', '[', '\\']);
    if named.kind != FileKind::Template || !is_pattern(&named.path) {
        return Ok(vec![folder.join(&named.path)]);
    }
    let (below, pattern) = named.path.rsplit_once('/').unwrap_or(("", &named.path));
    if is_pattern(below) {
        return Err("the name of a folder is a pattern".to_owned());
    }
    let root = if named.path.starts_with('/') { Path::new("/").join(below) } else { folder.join(below) };
    let pattern: Vec<char> = pattern.chars().collect();
    // As in Go, a folder that is not there has no files.
    let here = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
    let entries = fs::read_dir(here).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| matches(&pattern, &name.chars().collect::<Vec<_>>())).collect();
    names.sort_unstable();
    Ok(names.iter().map(|name| root.join(name)).collect())
}

/// Whether a name matches a pattern of Go's `path/filepath.Match`, which the configuration was checked to be.
fn matches(pattern: &[char], name: &[char]) -> bool {
    let (mut pattern, mut name) = (pattern, name);
    // Where to go on if nothing fits: behind the last `*`, which then takes one character more.
    let mut last_star: Option<(&[char], &[char])> = None;
    loop {
        match (pattern, name) {
            ([], []) => return true,
            (['*', rest @ ..], _) => {
                last_star = Some((rest, name));
                pattern = rest;
                continue;
            }
            ([_, ..], [first, others @ ..]) => {
                if let Some(rest) = matches_one(pattern, *first) {
                    (pattern, name) = (rest, others);
                    continue;
                }
            }
            _ => {}
        }
        match last_star {
            Some((rest, [_, others @ ..])) => {
                last_star = Some((rest, others));
                (pattern, name) = (rest, others);
            }
            _ => return false,
        }
    }
}

/// The pattern behind its first part, if that matches the character.
fn matches_one(pattern: &[char], found: char) -> Option<&[char]> {
    match pattern {
        ['?', rest @ ..] => Some(rest),
        ['\\', own, rest @ ..] => (*own == found).then_some(rest),
        ['[', class @ ..] => {
            let (is_negated, mut class) = match class {
                ['^', class @ ..] => (true, class),
                _ => (false, class),
            };
            let mut is_in = false;
            while !matches!(class, [] | [']', ..]) {
                let (low, rest) = class_member(class)?;
                let (high, rest) = match rest {
                    ['-', rest @ ..] => class_member(rest)?,
                    _ => (low, rest),
                };
                is_in |= (low..=high).contains(&found);
                class = rest;
            }
            (is_in != is_negated).then_some(class.get(1..)?)
        }
        [own, rest @ ..] => (*own == found).then_some(rest),
        [] => None,
    }
}

fn class_member(class: &[char]) -> Option<(char, &[char])> {
    match class {
        ['\\', own, rest @ ..] | [own, rest @ ..] => Some((*own, rest)),
        [] => None,
    }
}
