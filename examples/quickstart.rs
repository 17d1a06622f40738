//! What an Alertmanager received, told as a short story; by default six minutes of a small shop.

#[path = "quickstart/raised.rs"]
mod raised;
mod shared;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;
use std::time::Instant;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::Timestamp;
use alert_schemas::alerts::LabelName;
use alert_schemas::correlation::AlertGroup;
use alert_schemas::correlation::DedupOptions;
use alert_schemas::correlation::DedupVerdict;
use alert_schemas::correlation::Deduplicator;
use alert_schemas::correlation::Observation;
use alert_schemas::correlation::WindowGrouper;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
use serde_json::Value;

use crate::raised::Raised;
use crate::raised::raise;
use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"What an Alertmanager received, told as a short story; by default six minutes of a small shop.

Usage: quickstart [--json] [EXCHANGES.jsonl]

Reads recorded requests to Alertmanager (by default those of tests/data/recording; `-` is stdin), checks every alert in them, says what is new,
changed, repeated, resolved or reopened, and groups them by `alertname` and `team`. Where `rules.yml` and `node_exporter.jsonl` stand beside
the file, the rules are evaluated over the samples, and the alerts that they raise go the same way. With --json: one line of counts.
An alert that is refused is part of the story, and no failure of this program.
Exit code 0: the story was told, 1: a line is no recorded request, or a rule or sample was refused, 2: wrong call or unreadable file.

Example:
  $ cargo run --release --example quickstart
"#;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/recording/exchanges.jsonl");

/// How long an alert may be over, or a group silent, and still count as the same trouble.
const WINDOW: AlertDuration = AlertDuration::minutes(5);

/// How many lines a section of the story has at most.
const LINES: usize = 12;

fn main() -> ExitCode {
    shared::run(HELP, options(), |options| {
        let story = play(&options.file)?;
        let mut console = Console::new(options.json);
        story.tell(&mut console)?;
        Ok(console)
    })
}

struct Options {
    file: String,
    json: bool,
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let (mut file, mut json) = (None, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) if file.is_none() => file = Some(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(Some(Options { file: file.unwrap_or_else(|| RECORDING.to_owned()), json }))
}

/// Everything that the recording gave.
#[derive(Default)]
struct Story {
    span: Option<(Timestamp, Timestamp)>,
    requests: usize,
    unreadable: Vec<(Timestamp, String)>,
    received: usize,
    refused: Vec<(Timestamp, String)>,
    seen: Vec<(Timestamp, Alert, Observation)>,
    groups: Vec<AlertGroup>,
    time: Duration,
    raised: Option<Raised>,
    /// How many of the raised alerts somebody is told of.
    notified: usize,
}

fn play(file: &str) -> Result<Story, Failure> {
    let recording = shared::read(file)?;
    let group_by = ["alertname", "team"].into_iter().filter_map(|name| name.parse::<LabelName>().ok());
    let mut deduplicator = Deduplicator::new(DedupOptions::default().with_window(WINDOW));
    let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(group_by).with_window(WINDOW));
    let mut story = Story::default();
    for (number, line) in (1..).zip(recording.split(|&byte| byte == b'\n')).filter(|(_, line)| !line.is_empty()) {
        let refused = |message: String| Failure::refused(Problem { line: Some(number), ..Problem::of(file, "invalid_exchange", message) });
        let exchange: Value = serde_json::from_slice(line).map_err(|error| refused(format!("not an exchange: {error}")))?;
        let request = &exchange["request"];
        if request["method"] != "POST" || request["path"] != "/api/v2/alerts" {
            continue;
        }
        let at: Timestamp =
            exchange["at"].as_str().and_then(|at| at.parse().ok()).ok_or_else(|| refused("a line without its time".to_owned()))?;
        let body = match &request["body_raw"] {
            Value::String(raw) => raw.clone().into_bytes(),
            _ => request["body"].to_string().into_bytes(),
        };
        story.requests += 1;
        story.span = Some((story.span.map_or(at, |(first, _)| first), at));

        // This is all that a receiver does.
        let began = Instant::now();
        match ingest(&body, &DecodeLimits::default(), &Reception::at(at)) {
            Ok(ingested) => {
                story.received += ingested.received();
                story.refused.extend(ingested.refused.iter().map(|refused| (at, refused.report.to_string())));
                for received in ingested.alerts {
                    let observation = deduplicator.observe(&received.alert, at);
                    grouper.add(&received.alert, at);
                    story.seen.push((at, received.alert, observation));
                }
            }
            Err(report) => story.unreadable.push((at, report.to_string())),
        }
        story.time += began.elapsed();
    }
    story.groups = grouper.groups();
    let folder = Path::new(file).parent().unwrap_or(Path::new("."));
    if file != "-" && folder.join("rules.yml").exists() && folder.join("node_exporter.jsonl").exists() {
        let raised = raise(folder)?;
        story.notified = send(&raised.sent)?;
        story.raised = Some(raised);
    }
    Ok(story)
}

/// Sends raised alerts the way that received ones came, and says how many of them somebody is told of.
fn send(alerts: &[(Timestamp, Alert)]) -> Result<usize, Failure> {
    let mut deduplicator = Deduplicator::new(DedupOptions::default().with_window(WINDOW));
    let mut told = 0;
    for (at, alert) in alerts {
        let body = serde_json::to_vec(&[PostableAlert::from_alert(alert, *at).value]).map_err(io::Error::from)?;
        let ingested = ingest(&body, &DecodeLimits::default(), &Reception::at(*at)).map_err(raised::refused)?;
        for received in ingested.alerts {
            told += usize::from(deduplicator.observe(&received.alert, *at).verdict.starts_firing());
        }
    }
    Ok(told)
}

impl Story {
    fn count(&self, verdict: DedupVerdict) -> usize {
        self.seen.iter().filter(|(_, _, observation)| observation.verdict == verdict).count()
    }

    fn tell(&self, console: &mut Console) -> io::Result<()> {
        let count = |verdict| Some(Value::from(self.count(verdict)));
        if console.is_json() {
            return console.row(
                "",
                &[
                    ("requests", Some(self.requests.into())),
                    ("unreadable", Some(self.unreadable.len().into())),
                    ("received", Some(self.received.into())),
                    ("refused", Some(self.refused.len().into())),
                    ("new", count(DedupVerdict::New)),
                    ("updated", count(DedupVerdict::Updated)),
                    ("duplicate", count(DedupVerdict::Duplicate)),
                    ("reopened", count(DedupVerdict::Reopened)),
                    ("resolved", count(DedupVerdict::Resolved)),
                    ("groups", Some(self.groups.len().into())),
                    ("rules", self.raised.as_ref().map(|raised| raised.rules().into())),
                    (
                        "rules_not_evaluated",
                        self.raised.as_ref().map(|raised| raised.not_evaluated.keys().cloned().collect::<Vec<_>>().into()),
                    ),
                    ("series", self.raised.as_ref().map(|raised| raised.series.into())),
                    ("fired", self.raised.as_ref().map(|raised| raised.fired.len().into())),
                    ("notified", self.raised.as_ref().map(|_| self.notified.into())),
                ],
            );
        }
        let mut say = |line: String| console.row(&line, &[]);
        if self.requests == 0 {
            return say("No alert was posted.".to_owned());
        }
        if let Some((first, last)) = self.span {
            say(format!("What an Alertmanager heard on {} in {}.\n", date(first), rounded(last.since(first))))?;
        }
        say(format!("{} requests brought {} alerts.", self.requests, self.received))?;
        let plural = if self.unreadable.len() == 1 { "" } else { "s" };
        say(format!("{} were refused, and {} request{plural} could not be read:", self.refused.len(), self.unreadable.len()))?;
        for (at, why) in self.refused.iter().chain(&self.unreadable) {
            say(format!("  {}  {why}", clock(*at)))?;
        }
        say(format!(
            "\nOf the rest {} were new, {} changed, {} repeated, {} resolved and {} reopened. What happened first:",
            self.count(DedupVerdict::New),
            self.count(DedupVerdict::Updated),
            self.count(DedupVerdict::Duplicate),
            self.count(DedupVerdict::Resolved),
            self.count(DedupVerdict::Reopened),
        ))?;
        let told = |verdict| !matches!(verdict, DedupVerdict::Duplicate | DedupVerdict::Updated);
        let mut events = self.seen.iter().filter(|(_, _, observation)| told(observation.verdict));
        for (at, alert, observation) in events.by_ref().take(LINES) {
            let name = alert.name().unwrap_or("(no name)");
            let message = alert.message.as_str().replace('\n', " ");
            say(format!("  {}  {:<9} {:<9} {name}: {message}", clock(*at), observation.verdict, alert.severity))?;
        }
        match events.count() {
            0 => {}
            more => say(format!("  … and {more} more"))?,
        }

        say(format!("\nThey make {} groups of one trouble each; the largest:", self.groups.len()))?;
        let mut groups: Vec<&AlertGroup> = self.groups.iter().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.members.len()), group.starts_at));
        for group in groups.iter().take(5) {
            let alerts = group.members.len();
            let plural = if alerts == 1 { " " } else { "s" };
            let lasted = rounded(group.ends_at.since(group.starts_at));
            say(format!("  {}  {alerts} alert{plural} over {lasted:<6} {}", clock(group.starts_at), group.labels))?;
        }

        let mut severities: BTreeMap<_, usize> = BTreeMap::new();
        for (_, alert, observation) in &self.seen {
            if observation.verdict.starts_firing() {
                *severities.entry(std::cmp::Reverse(alert.severity)).or_default() += 1;
            }
        }
        let severities: Vec<String> = severities.iter().map(|(severity, count)| format!("{count} {}", severity.0)).collect();
        say(format!(
            "\nSomeone would have been told {} times: {}.",
            self.count(DedupVerdict::New) + self.count(DedupVerdict::Reopened),
            severities.join(", ")
        ))?;

        let micros = self.time.as_secs_f64() * 1e6 / f64::from(u32::try_from(self.received.max(1)).unwrap_or(u32::MAX));
        say(format!("Reading, checking, comparing and grouping took {micros:.1} µs an alert.\n"))?;
        if let Some(raised) = &self.raised {
            self.tell_raised(raised, &mut say)?;
        }
        if let Some((_, alert, _)) = self.seen.first() {
            say(format!("The first alert in our JSON:\n{}", serde_json::to_string_pretty(alert)?))?;
        }
        Ok(())
    }

    /// What our own rules made of the samples.
    fn tell_raised(&self, raised: &Raised, say: &mut impl FnMut(String) -> io::Result<()>) -> io::Result<()> {
        say(format!(
            "The shop's {} rules were then evaluated over what its exporter had said: {} samples of {} series in {} scrapes.",
            raised.rules(),
            raised.samples,
            raised.series,
            raised.scrapes
        ))?;
        for (rule, why) in &raised.not_evaluated {
            say(format!("  {rule} gave nothing: {why}"))?;
        }
        say(format!("They fired {} times, and {} times someone would have been told:", raised.fired.len(), self.notified))?;
        for (at, alert) in raised.fired.iter().take(LINES) {
            say(format!("  {}  {:<9} {}: {}", clock(*at), alert.severity, alert.name().unwrap_or("(no name)"), alert.message))?;
        }
        if let Some(explained) = &raised.explained {
            say(format!("\nWhy the most severe of them fires:\n  {}", explained.replace('\n', "\n  ")))?;
        }
        let micros = raised.time.as_secs_f64() * 1e6 / f64::from(u32::try_from(raised.evaluations.max(1)).unwrap_or(u32::MAX));
        say(format!("\nEvaluating a rule took {micros:.1} µs.\n"))
    }
}

/// A duration to the second.
fn rounded(duration: AlertDuration) -> String {
    let seconds = (duration.as_millis() + 500) / 1_000;
    AlertDuration::seconds(u32::try_from(seconds).unwrap_or(u32::MAX)).to_string()
}

/// The day of an instant.
fn date(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// The time of day of an instant.
fn clock(at: Timestamp) -> String {
    at.to_string().chars().skip(11).take(8).collect()
}
