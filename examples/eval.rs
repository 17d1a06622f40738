//! Evaluates expressions over series, as Prometheus does.

mod shared;

use std::io;
use std::ops::Range;
use std::process::ExitCode;

use alert_schemas::AlertDuration;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::SampleValue;
use alert_schemas::metrics::Series;
use alert_schemas::rules::Dialect;
use alert_schemas::rules::Expr;
use alert_schemas::rules::ParseOptions;
use alert_schemas::rules::eval::EvalOptions;
use alert_schemas::rules::eval::EvalRange;
use alert_schemas::rules::eval::Evaluator;
use alert_schemas::rules::eval::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Evaluates expressions over series, as Prometheus does.

Usage: eval --series FILE --at T [--end T --step D] [--look-back D] [--dialect promql|condition] [--explain] [--json]

stdin has JSON strings, one a line, each an expression. FILE has series in the load form of Prometheus' test scripts;
their first values are at time 0. T is a time: seconds since 1970, a duration since then such as 5m, or RFC 3339. D is
a duration. Without --end the expressions are evaluated at T, else from there to the end, once each step.
With --json each line of stdout is what Prometheus answers as "data" to /api/v1/query or /api/v1/query_range; a line
{"error":{"code","start","end","message"}} stands for an expression that was refused, with its place in bytes.
--explain shows the value of each part; with --json in a key "explanation" beside the data.
Exit code 0: all were evaluated, 1: some, or the series, were refused, 2: wrong call or unreadable file.

Example:
  $ printf 'load 1m\n  cpu_usage{host="web-01"} 71 79 78 81.3 85.2\n' >series.txt
  $ echo '"cpu_usage > 80"' | cargo run --release --all-features --example eval -- --series series.txt --at 5m --explain
  1: cpu_usage{host="web-01"} = 85.2 > 80: true, since 00:03
"#;

struct Options {
    series: String,
    times: Times,
    parse: ParseOptions,
    eval: EvalOptions,
    explain: bool,
    json: bool,
}

enum Times {
    At(SampleTime),
    Over(EvalRange),
}

/// An expression that has no value.
struct Refused {
    span: Range<usize>,
    message: String,
    problem: Problem,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), evaluate_all)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let (mut series, mut at, mut end, mut step) = (None, None, None, None);
    let (mut parse, mut eval, mut explain, mut json) = (ParseOptions::default(), EvalOptions::default(), false, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("series") => series = Some(arguments.value()?.string()?),
            Long("at") => at = Some(time(&arguments.value()?.string()?)?),
            Long("end") => end = Some(time(&arguments.value()?.string()?)?),
            Long("step") => step = Some(arguments.value()?.parse::<AlertDuration>()?),
            Long("look-back") => eval = eval.with_look_back(arguments.value()?.parse::<AlertDuration>()?),
            Long("dialect") => parse = parse.with_dialect(arguments.value()?.parse::<Dialect>()?),
            Long("explain") => explain = true,
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let missing = |what: &str| Failure::Usage(format!("{what} is missing"));
    if series.as_deref() == Some("-") {
        return Err(Failure::Usage("stdin has the expressions, so --series is a file".to_owned()));
    }
    let (series, at) = (series.ok_or_else(|| missing("--series"))?, at.ok_or_else(|| missing("--at"))?);
    let times = match (end, step) {
        (None, None) => Times::At(at),
        (Some(end), Some(step)) => Times::Over(EvalRange::new(at, end, step).map_err(|error| Failure::Usage(error.to_string()))?),
        (Some(_), None) => return Err(missing("--step")),
        (None, Some(_)) => return Err(missing("--end")),
    };
    if explain && matches!(times, Times::Over(_)) {
        return Err(Failure::Usage("--explain is for one time, not for a range".to_owned()));
    }
    Ok(Some(Options { series, times, parse, eval, explain, json }))
}

/// Seconds since 1970, a duration since then, or RFC 3339.
fn time(text: &str) -> Result<SampleTime, Failure> {
    let wrong = || {
        let expected = "expected seconds since 1970, a duration since then such as 5m, or RFC 3339, not after the year 9999";
        Failure::Usage(format!("`{text}` is not a time: {expected}"))
    };
    if let Ok(seconds) = text.parse::<f64>() {
        let millis = (seconds * 1_000.0).round();
        let at = SampleTime::from_millis(millis as i64);
        // What is out of range, or no number, was moved.
        return if at.millis() as f64 == millis { Ok(at) } else { Err(wrong()) };
    }
    if let Ok(since) = text.parse::<AlertDuration>() {
        return Ok(SampleTime::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)));
    }
    text.parse().map_err(|_| wrong())
}

fn evaluate_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let Some(store) = shared::read_series(&mut console, &options.series)? else { return Ok(console) };
    for line in shared::stdin_strings() {
        let (number, input) = line?;
        let refused = match input {
            Ok(input) => evaluate(&mut console, options, &store, number, &input)?.err(),
            Err(problem) => Some(Refused { span: 0..0, message: problem.message.clone(), problem }),
        };
        if let Some(Refused { span, message, problem }) = refused {
            let fields = json!({"code": problem.code, "start": span.start, "end": span.end, "message": message});
            console.row(&format!("{number}: refused"), &[("error", Some(fields))])?;
            console.refuse(&problem)?;
        }
        console.advance();
    }
    Ok(console)
}

fn evaluate(console: &mut Console, options: &Options, store: &MemoryStore, number: usize, input: &str) -> io::Result<Result<(), Refused>> {
    let json = console.is_json();
    let refused = |code: &str, span, message: String, shown: String| {
        let problem = Problem::of_line(number, code, if json { message.clone() } else { shown });
        Ok(Err(Refused { span, message, problem }))
    };
    let expr = match Expr::parse(input, &options.parse) {
        Ok(expr) => expr,
        Err(errors) => {
            let first = errors.first();
            return refused(first.code(), first.span(), first.to_string(), format!("{errors:#}"));
        }
    };
    let evaluator = Evaluator::with_options(store, options.eval.clone());
    let outcome = match &options.times {
        Times::At(at) => evaluator.value_at(&expr, *at).and_then(|value| {
            let explanation = options.explain.then(|| evaluator.explain_at(&expr, *at)).transpose()?;
            Ok((value, explanation))
        }),
        Times::Over(range) => evaluator.values_over(&expr, range).map(|series| (Value::Matrix(series), None)),
    };
    let (value, explanation) = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return refused(error.code(), error.span(), error.to_string(), format!("{error:#}")),
    };
    let text = explanation.as_ref().map_or_else(|| lines(&value), ToString::to_string);
    let mut data = value.to_query_data();
    let mut fields = vec![("resultType", Some(data["resultType"].take())), ("result", Some(data["result"].take()))];
    if let Some(explanation) = &explanation {
        fields.push(("explanation", Some(serde_json::to_value(explanation).map_err(io::Error::other)?)));
    }
    console.row(&format!("{number}: {}", text.replace('\n', "\n   ")), &fields)?;
    Ok(Ok(()))
}

/// A value for people: a line for each element.
fn lines(value: &Value) -> String {
    let lines: Vec<String> = match value {
        Value::Scalar(scalar) => vec![SampleValue::Float(scalar.value).to_string()],
        Value::String(text) => vec![format!("{:?}", text.value)],
        Value::Vector(vector) => vector.iter().map(ToString::to_string).collect(),
        Value::Matrix(series) => {
            let line = |series: &Series| {
                let values: Vec<String> =
                    series.samples.iter().map(|sample| format!("{}@{}", sample.value, seconds(sample.millis()))).collect();
                format!("{} = {}", series.labels, values.join(" "))
            };
            series.iter().map(line).collect()
        }
    };
    if lines.is_empty() { "no series".to_owned() } else { lines.join("\n") }
}

fn seconds(millis: i64) -> String {
    match millis % 1_000 {
        0 => (millis / 1_000).to_string(),
        _ => format!("{:.3}", millis as f64 / 1_000.0),
    }
}
