//! Checks JSON documents against an exported type, as a service would that receives them.

mod shared;

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::io::BufRead;
use std::io::BufReader;
use std::process::ExitCode;

use alert_schemas::Report;
use alert_schemas::schema::ExportedType;
use alert_schemas::schema::exported_type;
use alert_schemas::schema::exported_types;
use alert_schemas::validations::DecodeLimits;
use serde_json::Map;
use serde_json::Value;

use crate::shared::Console;
use crate::shared::Failure;

const HELP: &str = r#"Checks JSON documents against an exported type, as a service would that receives them.

Usage: validate --type T [--json] FILE.jsonl
       validate --list

FILE.jsonl has one document a line; `-` is stdin, empty lines are left out. T is the name of a file in schemas/, such as
`Alert`; --list shows all. With --json each line of stdout is {"line","ok","problems":[{"pointer","code","message"}]}:
a problem has "cross_field":true if its rule is one that JSON Schema can't say (`x-rules` in schemas/T.json).
Exit code 0: all are valid, 1: some are not, 2: wrong call or unreadable file.

Example:
  $ echo '{"message":"disk full","severity":"critcal","starts_at":"2025-01-06T09:00:00Z"}' |
      cargo run --release --all-features --example validate -- --type Alert -
  1: refused
  stdin:1:35: /severity: `critcal` is not a severity: expected one of `critical` `high` `warning` `low` `info`; did you mean `critical`? [invalid_severity]
"#;

struct Options {
    exported: &'static ExportedType,
    json: bool,
    file: String,
}

/// What the call asks for.
enum Call {
    Check(Options),
    List,
}

fn main() -> ExitCode {
    shared::run(HELP, call(), |call| match call {
        Call::Check(options) => check_all(options),
        Call::List => list(),
    })
}

/// What the call asks for, `None` if only for help.
fn call() -> Result<Option<Call>, Failure> {
    use lexopt::prelude::*;

    let (mut exported, mut json, mut file) = (None, false, None);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("type") => exported = Some(known(&arguments.value()?.string()?)?),
            Long("json") => json = true,
            Long("list") => return Ok(Some(Call::List)),
            Short('h') | Long("help") => return Ok(None),
            Value(path) if file.is_none() => file = Some(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let missing = |what: &str| Failure::Usage(format!("expected {what}"));
    let exported = exported.ok_or_else(|| missing("--type T"))?;
    Ok(Some(Call::Check(Options { exported, json, file: file.ok_or_else(|| missing("a FILE.jsonl, or - for stdin"))? })))
}

fn list() -> Result<Console, Failure> {
    let mut console = Console::new(false);
    for exported in exported_types() {
        console.row(exported.name(), &[])?;
    }
    Ok(console)
}

/// The exported type of this name; another case of letters only makes the error more helpful.
fn known(name: &str) -> Result<&'static ExportedType, Failure> {
    exported_type(name).ok_or_else(|| {
        let meant = exported_types().iter().find(|exported| exported.name().eq_ignore_ascii_case(name));
        let hint = meant.map_or_else(|| "see --list".to_owned(), |exported| format!("did you mean `{}`?", exported.name()));
        Failure::Usage(format!("`{name}` is no exported type; {hint}"))
    })
}

fn check_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let cross_field = options.exported.cross_field_codes();
    let limits = DecodeLimits::default();
    let named = |error: io::Error| Failure::of_file(&options.file, error);
    let input: Box<dyn BufRead> = match options.file.as_str() {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(BufReader::new(File::open(path).map_err(named)?)),
    };
    for (at, line) in input.split(b'\n').enumerate() {
        let line = line.map_err(named)?;
        if !line.trim_ascii().is_empty() {
            let report = options.exported.check(&line, &limits).err();
            tell(&mut console, options, at + 1, report, &cross_field)?;
            console.advance();
        }
    }
    Ok(console)
}

/// Tells the verdict on one line, and each of its problems.
fn tell(console: &mut Console, options: &Options, line: usize, report: Option<Report>, cross_field: &BTreeSet<String>) -> io::Result<()> {
    let ok = report.is_none();
    let report = report.unwrap_or_default();
    let problems = report.violations().iter().map(|violation| {
        let mut problem = Map::new();
        problem.insert("pointer".to_owned(), violation.path.as_str().into());
        problem.insert("code".to_owned(), violation.code.as_ref().into());
        problem.insert("message".to_owned(), violation.message.as_str().into());
        if cross_field.contains(&*violation.code) {
            problem.insert("cross_field".to_owned(), true.into());
        }
        Value::Object(problem)
    });
    let fields = [
        ("line", Some(line.into())),
        ("ok", Some(ok.into())),
        ("problems", Some(Value::Array(problems.collect()))),
        // Problems that were counted and are not listed.
        ("more", (report.more() > 0).then(|| report.more().into())),
    ];
    console.row(&format!("{line}: {}", if ok { "ok" } else { "refused" }), &fields)?;
    console.refuse_report(&options.file, Some(line), &report)
}
