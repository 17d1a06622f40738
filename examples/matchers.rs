//! Reads matchers as Alertmanager does, in any of its three modes.

mod shared;

use std::io;
use std::process::ExitCode;

use alert_schemas::alerts::FallbackNote;
use alert_schemas::alerts::InvalidMatcher;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::MatcherSyntax;
use alert_schemas::alerts::Matchers;
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Reads matchers as Alertmanager does, in any of its three modes.

Usage: matchers [--mode classic|utf8|fallback] [--single] [--json]

stdin has JSON strings, one a line. By default each is a list, as in Alertmanager's configuration;
with --single it is one matcher, as in the filter of Alertmanager's API and in amtool's arguments.
With --json each line of stdout is {"input","ok","matchers":[{"name","op","value"}],"string","column","note"}:
"column" is the start column that Alertmanager prints with its error, "note" what it would warn of in fallback mode;
"input" is absent where a line is no JSON string.
Exit code 0: all were read, 1: some were refused, 2: wrong call.

Example:
  $ echo '"{team=payments, severity=~\"high|critical\"}"' |
      cargo run --release --all-features --example matchers -- --mode utf8 --json
  {"input":"{team=payments, severity=~\"high|critical\"}","ok":true,"matchers":[{"name":"team","op":"=","value":"payments"},{"name":"severity","op":"=~","value":"high|critical"}],"string":"{team=\"payments\",severity=~\"high|critical\"}"}
"#;

struct Options {
    syntax: MatcherSyntax,
    single: bool,
    json: bool,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), read_all)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut options = Options { syntax: MatcherSyntax::default(), single: false, json: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("mode") => options.syntax = arguments.value()?.parse()?,
            Long("single") => options.single = true,
            Long("json") => options.json = true,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some(options))
}

fn read_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    for line in shared::stdin_strings() {
        let (number, input) = line?;
        match input {
            Ok(input) => read_one(&mut console, options, number, &input)?,
            Err(problem) => {
                console.row(&format!("{number}: refused"), &[("ok", Some(false.into()))])?;
                console.refuse(&problem)?;
            }
        }
        console.advance();
    }
    Ok(console)
}

fn read_one(console: &mut Console, options: &Options, number: usize, input: &str) -> io::Result<()> {
    match parse(input, options) {
        Ok((matchers, string, note)) => {
            let list = matchers.iter().map(|m| json!({"name": m.name(), "op": m.op().as_str(), "value": m.value()}));
            let fields = [
                ("input", Some(input.into())),
                ("ok", Some(true.into())),
                ("matchers", Some(Value::Array(list.collect()))),
                ("string", Some(string.as_str().into())),
                ("note", note.as_ref().map(|note| note.code().into())),
            ];
            console.row(&format!("{number}: {string}"), &fields)?;
            match note {
                Some(note) => console.warn(&Problem::of_line(number, note.code(), note.to_string())),
                None => Ok(()),
            }
        }
        Err(error) => {
            let column = error.column().map(|column| column.start.into());
            console.row(&format!("{number}: refused"), &[("input", Some(input.into())), ("ok", Some(false.into())), ("column", column)])?;
            let message = if console.is_json() { error.to_string() } else { format!("{error:#}") };
            console.refuse(&Problem::of_line(number, error.code(), message))
        }
    }
}

/// The matchers, their text, and what is to be said about the mode.
fn parse(input: &str, options: &Options) -> Result<(Vec<Matcher>, String, Option<FallbackNote>), InvalidMatcher> {
    if options.single {
        let (matcher, note) = Matcher::parse_with_notes(input, options.syntax)?;
        let string = matcher.to_string();
        Ok((vec![matcher], string, note))
    } else {
        let (matchers, note) = Matchers::parse_with_notes(input, options.syntax)?;
        let string = matchers.to_string();
        Ok((matchers.into(), string, note))
    }
}
