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
several, "errors" has them all. "expr" is absent where a line is no JSON string.
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
    shared::run(HELP, options(), read_all)
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
    for line in shared::stdin_strings() {
        let (number, text) = line?;
        match text {
            Ok(text) => match Expr::parse(&text, &options.parse) {
                Ok(expr) => accept(&mut console, number, &expr)?,
                Err(errors) => refuse(&mut console, number, &text, &errors)?,
            },
            Err(problem) => {
                let error = json!({"code": problem.code, "start": 0, "end": 0, "message": problem.message});
                console.row(&format!("{number}: refused"), &[("ok", Some(false.into())), ("error", Some(error))])?;
                console.refuse(&problem)?;
            }
        }
        console.advance();
    }
    Ok(console)
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
        // The column in the expression stands in the message; in the line of JSON it is another.
        console.refuse(&Problem::of_line(number, error.code(), message))?;
    }
    Ok(())
}
