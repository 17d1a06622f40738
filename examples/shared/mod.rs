//! What the examples share: results on stdout, problems on stderr, the exit code.

#![allow(dead_code, reason = "each example uses a part of this")]

use std::env;
use std::fmt;
use std::fs;
use std::io;
use std::io::BufRead;
use std::io::IsTerminal;
use std::io::Read;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::load::Load;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::utils::Position;
use alert_schemas::utils::Report;
#[cfg(feature = "yaml")]
use alert_schemas::webhooks::alertmanager::config::ConfigErrors;
#[cfg(feature = "yaml")]
use alert_schemas::webhooks::alertmanager::config::ConfigProblem;
#[cfg(feature = "yaml")]
use alert_schemas::webhooks::prometheus::RuleFileProblem;
use anstyle::AnsiColor;
use anstyle::Style;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use serde::Serializer;
use serde::ser::SerializeMap;
use serde_json::Value;

/// A problem of the input, where it is and what it is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Problem {
    pub(crate) file: Option<String>,
    pub(crate) line: Option<usize>,
    pub(crate) column: Option<usize>,
    pub(crate) pointer: Option<String>,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl Problem {
    /// A problem of a file, somewhere in it.
    pub(crate) fn of(file: &str, code: &str, message: impl Into<String>) -> Self {
        Self { file: Some(file.to_owned()), code: code.to_owned(), message: message.into(), ..Self::default() }
    }

    /// A problem of a line of stdin.
    pub(crate) fn of_line(line: usize, code: &str, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of("-", code, message) }
    }

    /// A problem of a rule file; for people with its line and a caret.
    #[cfg(feature = "yaml")]
    pub(crate) fn of_rules(file: &str, problem: &RuleFileProblem, json: bool) -> Self {
        let text = if json { problem.to_string() } else { format!("{problem:#}") };
        Self::of_text(file, problem.code, problem.position, &text)
    }

    /// A problem of a configuration; for people with its line and a caret.
    #[cfg(feature = "yaml")]
    pub(crate) fn of_config(file: &str, problem: &ConfigProblem, json: bool) -> Self {
        let text = if json { problem.to_string() } else { format!("{problem:#}") };
        Self { pointer: Some(problem.pointer.to_string()), ..Self::of_text(file, problem.code, problem.position, &text) }
    }

    /// A problem at a place of a text, before whose message the place stands already.
    fn of_text(file: &str, code: &str, position: Position, text: &str) -> Self {
        let message = text.strip_prefix(&format!("{position}: ")).unwrap_or(text);
        Self { line: Some(position.line), column: Some(position.column), ..Self::of(file, code, message) }
    }
}

/// Where a problem is.
const PLACE: Style = Style::new().bold();

/// The code of a problem that refuses something, and of one that does not.
const REFUSAL: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// A problem for people, with colours that `anstream` takes out again where there is no terminal.
struct Coloured<'a>(&'a Problem, Style);

impl fmt::Display for Coloured<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(problem, code) = self;
        let file = problem.file.as_ref().map(|file| if file == "-" { "stdin" } else { file });
        let numbers = [problem.line, problem.column].into_iter().flatten().map(|number| number.to_string());
        let place: Vec<String> = file.map(str::to_owned).into_iter().chain(numbers).collect();
        if !place.is_empty() {
            write!(f, "{PLACE}{}:{PLACE:#} ", place.join(":"))?;
        }
        if let Some(pointer) = problem.pointer.as_ref().filter(|pointer| !pointer.is_empty()) {
            write!(f, "{pointer}: ")?;
        }
        // A message may show the text under its first line.
        let (first, rest) = problem.message.split_at(problem.message.find('\n').unwrap_or(problem.message.len()));
        write!(f, "{first} {code}[{}]{code:#}{rest}", problem.code)
    }
}

/// Results and problems, each in the form that was asked for.
pub(crate) struct Console {
    json: bool,
    refused: bool,
    failed: bool,
    out: io::BufWriter<io::StdoutLock<'static>>,
    began: Instant,
    /// What is done so far of how much, `None` where that is not known.
    done: (u64, Option<u64>),
    bar: Option<ProgressBar>,
}

/// Work that is over sooner needs no progress line.
const SOON: Duration = Duration::from_secs(1);

impl Console {
    pub(crate) fn new(json: bool) -> Self {
        let out = io::BufWriter::new(io::stdout().lock());
        Self { json, refused: false, failed: false, out, began: Instant::now(), done: (0, None), bar: None }
    }

    /// So many steps of work are to come.
    pub(crate) fn expect(&mut self, steps: usize) {
        self.done = (0, u64::try_from(steps).ok());
    }

    /// A step of the work is done. On a terminal a line tells of it, once the work has lasted a second.
    pub(crate) fn advance(&mut self) {
        self.done.0 += 1;
        if self.bar.is_none() && self.began.elapsed() > SOON && io::stderr().is_terminal() {
            let bar = match self.done.1 {
                Some(steps) => ProgressBar::new(steps),
                None => ProgressBar::new_spinner(),
            };
            let form = if self.done.1.is_some() { "{wide_bar} {pos}/{len} {eta}" } else { "{spinner} {pos}" };
            self.bar = Some(bar.with_style(ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar())));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done.0);
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// One result: with `--json` an object of the fields that there are, in their order, else the text.
    pub(crate) fn row(&mut self, text: &str, fields: &[(&str, Option<Value>)]) -> io::Result<()> {
        if self.json { write_object(&mut self.out, fields) } else { writeln!(self.out, "{text}") }
    }

    /// One result as a JSON object that is written already.
    pub(crate) fn json_row(&mut self, json: &str) -> io::Result<()> {
        writeln!(self.out, "{json}")
    }

    /// One problem of the input; the exit code will say that something was refused.
    pub(crate) fn refuse(&mut self, problem: &Problem) -> io::Result<()> {
        self.refused = true;
        self.tell(problem, REFUSAL)
    }

    /// The problems of a report on a file, or on the one line of it whose number is given: it is a document of its own.
    pub(crate) fn refuse_report(&mut self, file: &str, line: Option<usize>, report: &Report) -> io::Result<()> {
        for violation in report.violations() {
            let within = violation.position.map(|position| position.line);
            self.refuse(&Problem {
                line: line.map(|line| line + within.map_or(0, |within| within - 1)).or(within),
                column: violation.position.map(|position| position.column),
                pointer: Some(violation.path.to_string()),
                ..Problem::of(file, &violation.code, violation.message.clone())
            })?;
        }
        self.refuse_more(file, report.more())
    }

    /// The problems of a configuration.
    #[cfg(feature = "yaml")]
    pub(crate) fn refuse_config(&mut self, file: &str, errors: &ConfigErrors) -> io::Result<()> {
        for problem in errors {
            self.refuse(&Problem::of_config(file, problem, self.json))?;
        }
        self.refuse_more(file, errors.more())
    }

    /// Problems that were counted and are not listed.
    pub(crate) fn refuse_more(&mut self, file: &str, more: usize) -> io::Result<()> {
        if more == 0 {
            return Ok(());
        }
        self.refuse(&Problem::of(file, "more_refused", format!("{} more", count(more, "problem"))))
    }

    /// One problem that refuses nothing.
    pub(crate) fn warn(&mut self, problem: &Problem) -> io::Result<()> {
        self.tell(problem, WARNING)
    }

    /// A file that can't be read, where the work goes on with the next one; the exit code will say so.
    pub(crate) fn fail(&mut self, failure: &Failure) -> io::Result<()> {
        self.failed = true;
        self.tell(&failure.problem(), REFUSAL)
    }

    fn tell(&mut self, problem: &Problem, code: Style) -> io::Result<()> {
        // So that a terminal shows results and problems in the order of the input.
        self.out.flush()?;
        let bar = self.bar.clone().unwrap_or_else(ProgressBar::hidden);
        bar.suspend(|| write_problem(problem, code, self.json))
    }

    fn finish(mut self) -> io::Result<ExitCode> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.out.flush()?;
        Ok(ExitCode::from(if self.failed { 2 } else { u8::from(self.refused) }))
    }
}

fn write_problem(problem: &Problem, code: Style, json: bool) -> io::Result<()> {
    if !json {
        return writeln!(anstream::stderr().lock(), "{}", Coloured(problem, code));
    }
    let text = |text: &Option<String>| text.clone().map(Value::from);
    write_object(
        io::stderr().lock(),
        &[
            ("file", text(&problem.file)),
            ("line", problem.line.map(Value::from)),
            ("column", problem.column.map(Value::from)),
            ("pointer", text(&problem.pointer)),
            ("code", Some(Value::from(problem.code.as_str()))),
            ("message", Some(Value::from(problem.message.as_str()))),
        ],
    )
}

/// One JSON object on one line, its keys in the order given and absent where there is no value.
fn write_object(mut out: impl Write, fields: &[(&str, Option<Value>)]) -> io::Result<()> {
    let mut serializer = serde_json::Serializer::new(&mut out);
    let mut map = serializer.serialize_map(None)?;
    for (key, value) in fields {
        if let Some(value) = value {
            map.serialize_entry(key, value)?;
        }
    }
    map.end()?;
    out.write_all(b"\n")
}

/// Why an example could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call is wrong: exit code 2.
    Usage(String),
    /// A file can't be read or written, or stdout can't: exit code 2.
    Io { file: Option<String>, error: io::Error },
    /// What was read is of no use: exit code 1.
    Refused(Box<Problem>),
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io { file: None, error }
    }
}

impl Failure {
    /// The failure to read or write a file or folder.
    pub(crate) fn of_file(path: &str, error: io::Error) -> Self {
        Self::Io { file: Some(path.to_owned()), error }
    }

    /// The failure of what was read.
    pub(crate) fn refused(problem: Problem) -> Self {
        Self::Refused(Box::new(problem))
    }

    fn problem(&self) -> Problem {
        match self {
            Self::Usage(message) => {
                Problem { code: "wrong_call".to_owned(), message: format!("{message} (--help shows how)"), ..Problem::default() }
            }
            Self::Io { file, error } => {
                Problem { file: file.clone(), code: "io_error".to_owned(), message: error.to_string(), ..Problem::default() }
            }
            Self::Refused(problem) => Problem::clone(problem),
        }
    }
}

/// Runs an example: shows its help where there are no options, and else does its work.
pub(crate) fn run<O>(help: &str, options: Result<Option<O>, Failure>, work: impl FnOnce(&O) -> Result<Console, Failure>) -> ExitCode {
    let console = options.and_then(|options| match options {
        Some(options) => work(&options),
        None => {
            let mut console = Console::new(false);
            console.row(help.trim_end(), &[])?;
            Ok(console)
        }
    });
    exit(console)
}

/// Ends an example: 0 if all was fine, 1 if some input was refused, 2 if the call was wrong or a file could not be read.
fn exit(result: Result<Console, Failure>) -> ExitCode {
    let failure = match result.and_then(|console| console.finish().map_err(Failure::from)) {
        Ok(code) => return code,
        // The reader has seen enough, as in `… | head`.
        Err(Failure::Io { error, .. }) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Err(failure) => failure,
    };
    // A call that is wrong has no options to ask.
    let json = env::args_os().any(|argument| argument == "--json");
    // Nobody is left to tell if this fails, too.
    let _ = write_problem(&failure.problem(), REFUSAL, json);
    ExitCode::from(if matches!(failure, Failure::Refused(_)) { 1 } else { 2 })
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The content of a file; `-` is stdin.
pub(crate) fn read(path: &str) -> Result<Vec<u8>, Failure> {
    if path != "-" {
        return fs::read(path).map_err(|error| Failure::of_file(path, error));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Failure::of_file(path, error))?;
    Ok(bytes)
}

/// The series of a file in the `load` form of Prometheus' test scripts, `None` if they are refused.
pub(crate) fn read_series(console: &mut Console, path: &str) -> Result<Option<MemoryStore>, Failure> {
    let problem = match String::from_utf8(read(path)?) {
        Err(error) => Problem::of(path, "invalid_utf8", error.to_string()),
        Ok(text) => match Load::parse(&text, &LoadOptions::default()) {
            Err(error) => {
                let message = if console.is_json() { error.to_string() } else { format!("{error:#}") };
                let before = error.source_text().get(..error.span().start).unwrap_or_default();
                let (line, column) = (Some(error.line()), Some(before.chars().count() + 1));
                Problem { line, column, ..Problem::of(path, error.code(), message) }
            }
            Ok(load) => match load.store() {
                Ok(store) => return Ok(Some(store)),
                Err(error) => Problem::of(path, error.code(), error.to_string()),
            },
        },
    };
    console.refuse(&problem)?;
    Ok(None)
}

/// The JSON strings of stdin, one a line, with the numbers of their lines from 1; empty lines are left out.
pub(crate) fn stdin_strings() -> impl Iterator<Item = io::Result<(usize, Result<String, Problem>)>> {
    let lines = (1..).zip(io::stdin().lock().split(b'\n'));
    let lines = lines.filter(|(_, line)| !matches!(line, Ok(line) if line.trim_ascii().is_empty()));
    lines.map(|(number, line)| {
        let string = serde_json::from_slice(&line?)
            .map_err(|error| Problem { column: Some(error.column()), ..Problem::of_line(number, "invalid_string", "not a JSON string") });
        Ok((number, string))
    })
}
