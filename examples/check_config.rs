//! Checks configurations of Alertmanager, as `amtool check-config` does, and names every problem with its line.

mod shared;

use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;
use alert_schemas::utils::Pointer;
use alert_schemas::utils::Position;
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::webhooks::alertmanager::config::FileKind;
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Checks configurations of Alertmanager, as `amtool check-config` of 0.33 does, and names every problem with its line.

Usage: check_config [--json] FILE...

`-` is stdin. A secret or template file that is absent is a warning; relative paths are those of the configuration's folder. With --json
each line of stdout is {"file","ok","problems":[{"line","column","pointer","code","message"}],"warnings":[…]}.
Exit code 0: all are accepted, 1: some are not, 2: wrong call or unreadable file.

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
    refused: usize,
    problems: usize,
    warnings: usize,
}

fn check_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    console.expect(options.files.len());
    let mut total = Total::default();
    for file in &options.files {
        let bytes = shared::read(file)?;
        check(&mut console, &mut total, file, &bytes)?;
        console.advance();
    }
    if !console.is_json() {
        let found = format!("{}: ", count(options.files.len(), "file"));
        let verdict = match total.refused {
            0 => "no problem".to_owned(),
            refused => format!("{refused} refused with {}", count(total.problems, "problem")),
        };
        let warnings = if total.warnings > 0 { format!(", {}", count(total.warnings, "warning")) } else { String::new() };
        console.row(&format!("{found}{verdict}{warnings}"), &[])?;
    }
    Ok(console)
}

/// One problem or warning, with its place where that is known.
struct Finding {
    position: Option<Position>,
    pointer: Pointer,
    code: String,
    message: String,
    /// The message with the line of the file under it.
    shown: String,
}

impl Finding {
    fn to_json(&self) -> Value {
        let mut value = json!({ "pointer": self.pointer, "code": self.code, "message": self.message });
        if let (Some(position), Some(members)) = (self.position, value.as_object_mut()) {
            members.insert("line".to_owned(), position.line.into());
            members.insert("column".to_owned(), position.column.into());
        }
        value
    }

    fn to_problem(&self, file: &str, json: bool) -> Problem {
        Problem {
            file: Some(file.to_owned()),
            line: self.position.map(|position| position.line),
            column: self.position.map(|position| position.column),
            pointer: Some(self.pointer.to_string()),
            code: self.code.clone(),
            message: if json { self.message.clone() } else { self.shown.clone() },
        }
    }
}

/// Tells the verdict on one file, each of its problems, and what it names that is absent.
fn check(console: &mut Console, total: &mut Total, file: &str, bytes: &[u8]) -> io::Result<()> {
    let outcome = ConfigFile::read(bytes, &ConfigFileOptions::default());
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    match &outcome {
        Ok(config) => look_for_files(config, file, bytes, &mut problems, &mut warnings),
        Err(errors) => problems.extend(errors.iter().map(finding)),
    }
    let ok = problems.is_empty();
    let more = outcome.as_ref().err().map_or(0, ConfigErrors::more);
    total.refused += usize::from(!ok);
    total.problems += problems.len() + more;
    total.warnings += warnings.len();
    let list = |findings: &[Finding]| Value::Array(findings.iter().map(Finding::to_json).collect());
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
    for problem in &problems {
        console.refuse(&problem.to_problem(file, console.is_json()))?;
    }
    for warning in &warnings {
        console.warn(&warning.to_problem(file, console.is_json()))?;
    }
    Ok(())
}

fn finding(problem: &alert_schemas::webhooks::alertmanager::config::ConfigProblem) -> Finding {
    // The place stands before the message already.
    let place = format!("{}: ", problem.position);
    let shown = format!("{problem:#}");
    Finding {
        position: Some(problem.position),
        pointer: problem.pointer.clone(),
        code: problem.code.to_owned(),
        message: problem.message.clone(),
        shown: shown.strip_prefix(&place).unwrap_or(&shown).to_owned(),
    }
}

/// Warns of files that are named and absent, and refuses templates that cannot be read as such.
fn look_for_files(config: &ConfigFile, file: &str, bytes: &[u8], problems: &mut Vec<Finding>, warnings: &mut Vec<Finding>) {
    let folder = if file == "-" { None } else { Path::new(file).parent() };
    for named in config.files() {
        let path = folder.map_or_else(|| Path::new(&named.path).to_path_buf(), |folder| folder.join(&named.path));
        let finding = |code: &str, message: String| Finding {
            position: ConfigFile::position_of(bytes, &named.pointer, &ConfigFileOptions::default()),
            pointer: named.pointer.clone(),
            code: code.to_owned(),
            shown: message.clone(),
            message,
        };
        let is_pattern = named.kind == FileKind::Template && named.path.contains(['*', '?', '[', '\\']);
        if !is_pattern && !path.exists() {
            let what = if named.kind == FileKind::Template { "template" } else { "secret" };
            warnings.push(finding("file_absent", format!("the {what} file `{}` is absent", named.path)));
        } else if named.kind == FileKind::Template
            && let Ok(text) = fs::read_to_string(&path)
            && let Err(error) = Template::parse(&text, &TemplateOptions::default())
        {
            problems.push(finding(error.code(), format!("{}: {error}", named.path)));
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
