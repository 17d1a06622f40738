//! Reads expressions of PromQL or of conditions, and prints them as Prometheus does.

mod shared;

use std::io;
use std::process::ExitCode;

use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ExprError;
use alert_schemas::rules::ExprErrors;
use alert_schemas::rules::ParseOptions;
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Reads expressions of PromQL or of conditions, and prints them as Prometheus does.

Usage: parse_expr [--dialect promql|condition] [--experimental] [--json]

stdin has JSON strings, one a line. Each is an expression: by default of PromQL as Prometheus 3.5 reads it,
with --dialect condition with the additions of conditions (&& and ||, sizes such as 2GiB, functions of our own).
--experimental admits what Prometheus 3.5 admits with promql-experimental-functions and promql-duration-expr.
With --json each line of stdout is {"expr","ok","string","canonical","ast","error":{"code","start","end","message"}}:
"string" is one line that reads back as the same tree, "canonical" what Prometheus answers at /api/v1/format_query,
"ast" what it answers at /api/v1/parse_query. "error" is the first error, with its place in bytes; where there are
several, "errors" has them all.
Exit code 0: all were read, 1: some were refused, 2: wrong call.

Example:
  $ echo '"sum(rate(errors[300])) by (job) > 0"' |
      cargo run --release --all-features --example parse_expr -- --dialect promql
  1: sum by (job) (rate(errors[5m])) > 0
"#;

struct Options {
    parse: ParseOptions,
    json: bool,
}

fn main() -> ExitCode {
    match options() {
        Ok(Some(options)) => shared::exit(read_all(&options)),
        Ok(None) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(failure) => shared::exit(Err(failure)),
    }
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut options = Options { parse: ParseOptions::default(), json: false };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("dialect") => options.parse = options.parse.with_dialect(arguments.value()?.parse::<Dialect>()?),
            Long("experimental") => options.parse = options.parse.with_experimental_functions(true).with_duration_expressions(true),
            Long("json") => options.json = true,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some(options))
}

fn read_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    for (number, line) in shared::stdin_lines() {
        match serde_json::from_slice::<String>(&line?) {
            Ok(text) => match Expr::parse(&text, &options.parse) {
                Ok(expr) => accept(&mut console, number, &expr)?,
                Err(errors) => refuse(&mut console, number, &text, &errors)?,
            },
            Err(error) => {
                let place = Problem { column: Some(error.column()), ..problem(number, "invalid_string", "not a JSON string".to_owned()) };
                console.refuse(&place)?;
            }
        }
    }
    Ok(console)
}

fn problem(number: usize, code: &str, message: String) -> Problem {
    Problem { file: Some("-".to_owned()), line: Some(number), code: code.to_owned(), message, ..Problem::default() }
}

fn accept(console: &mut Console, number: usize, expr: &Expr) -> io::Result<()> {
    let string = expr.to_string();
    if !console.is_json() {
        return console.row(&format!("{number}: {string}"), &[]);
    }
    let text = |text: &str| Value::from(text).to_string();
    let mut json = format!(
        r#"{{"expr":{},"ok":true,"string":{},"canonical":{},"ast":"#,
        text(expr.source_text()),
        text(&string),
        text(&format!("{expr:#}"))
    );
    // Written and not made a value: it is as deep as the expression.
    expr.write_parse_query(&mut json).map_err(io::Error::other)?;
    json.push('}');
    console.json_row(&json)
}

fn refuse(console: &mut Console, number: usize, text: &str, errors: &ExprErrors) -> io::Result<()> {
    let error = |error: &ExprError| {
        let span = error.span();
        json!({"code": error.code(), "start": span.start, "end": span.end, "message": error.message()})
    };
    let all: Vec<Value> = errors.iter().map(error).collect();
    let fields = [
        ("expr", Some(text.into())),
        ("ok", Some(false.into())),
        ("error", all.first().cloned()),
        ("errors", (all.len() > 1).then(|| Value::Array(all.clone()))),
    ];
    console.row(&format!("{number}: refused"), &fields)?;
    for error in errors.iter() {
        let message = if console.is_json() { error.to_string() } else { format!("{error:#}") };
        let (line, column) = error.line_and_column();
        // The line is that of stdin, so only the first line of the expression has columns of it.
        console.refuse(&Problem { column: (line == 1).then_some(column), ..problem(number, error.code(), message) })?;
    }
    Ok(())
}
