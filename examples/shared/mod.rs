//! What the examples share: results on stdout, problems on stderr, the exit code.

#![allow(dead_code, reason = "each example uses a part of this")]

use std::fmt;
use std::io;
use std::io::BufRead;
use std::io::IsTerminal;
use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

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
        Self { json, refused: false, out, began: Instant::now(), done: (0, None), bar: None }
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

    /// One problem that refuses nothing.
    pub(crate) fn warn(&mut self, problem: &Problem) -> io::Result<()> {
        self.tell(problem, WARNING)
    }

    fn tell(&mut self, problem: &Problem, code: Style) -> io::Result<()> {
        // So that a terminal shows results and problems in the order of the input.
        self.out.flush()?;
        let bar = self.bar.clone().unwrap_or_else(ProgressBar::hidden);
        bar.suspend(|| self.write_problem(problem, code))
    }

    fn write_problem(&self, problem: &Problem, code: Style) -> io::Result<()> {
        if !self.json {
            return writeln!(anstream::stderr().lock(), "{}", Coloured(problem, code));
        }
        let mut err = io::stderr().lock();
        let text = |text: &Option<String>| text.clone().map(Value::from);
        write_object(
            &mut err,
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

    fn finish(mut self) -> io::Result<ExitCode> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.out.flush()?;
        Ok(ExitCode::from(u8::from(self.refused)))
    }
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

/// Why an example could not do its work: exit code 2.
#[derive(Debug)]
pub(crate) enum Failure {
    Usage(String),
    Io(io::Error),
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Ends an example: 0 if all was fine, 1 if some input was refused, 2 if the call was wrong or a file could not be read.
pub(crate) fn exit(result: Result<Console, Failure>) -> ExitCode {
    let failure = match result.and_then(|console| console.finish().map_err(Failure::from)) {
        Ok(code) => return code,
        Err(failure) => failure,
    };
    let message = match failure {
        // The reader has seen enough, as in `… | head`.
        Failure::Io(error) if error.kind() == io::ErrorKind::BrokenPipe => return ExitCode::SUCCESS,
        Failure::Io(error) => error.to_string(),
        Failure::Usage(message) => format!("{message} (--help shows how)"),
    };
    // Nobody is left to tell if this fails, too.
    let _ = writeln!(io::stderr(), "{message}");
    ExitCode::from(2)
}

/// The lines of stdin with their numbers, from 1; empty lines are left out.
pub(crate) fn stdin_lines() -> impl Iterator<Item = (usize, io::Result<Vec<u8>>)> {
    let lines = io::stdin().lock().split(b'\n').enumerate();
    lines.map(|(at, line)| (at + 1, line)).filter(|(_, line)| !matches!(line, Ok(line) if line.trim_ascii().is_empty()))
}
