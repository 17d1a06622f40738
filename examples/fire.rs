//! Evaluates rule files over given series and shows which alerts are pending, firing or just resolved at each evaluation.

mod shared;

use std::io;
use std::process::ExitCode;

use alert_schemas::rules::RuleGroup;
use alert_schemas::rules::firing::AlertInstance;
use alert_schemas::rules::firing::FiringOptions;
use alert_schemas::rules::firing::GroupStep;
use alert_schemas::rules::firing::MemoryRuleStore;
use alert_schemas::rules::firing::Replay;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use alert_schemas::{AlertDuration, TenantId, TimeRange, Timestamp};
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Evaluates rules over given series and shows which alerts are pending, firing or just resolved at each evaluation.

Usage: fire RULES --series FILE --end D [--down A/B] [--interval D] [--json]

RULES is a rule file of Prometheus; FILE has series in the `load` form of Prometheus' test scripts; `-` is stdin, for one of them.
Each group is evaluated at its interval (--interval where it has none, 1m by default) from 0 to D. With --down no group is evaluated
between A and B, and each is restored afterwards, as after a restart of Prometheus.
With --json each line of stdout is one alert at one evaluation:
{"at","group","alert","labels","annotations","state","value","active_at"}, where `state` is pending, firing or resolved.
Exit code 0: all was evaluated, 1: the rules or series were refused, or a rule failed, 2: wrong call or unreadable file.

Example:
  $ printf 'groups: [{name: cpu, rules: [{alert: HighCpu, expr: cpu_usage > 80, for: 1m}]}]' >rules.yml
  $ printf 'load 1m\n  cpu_usage{host="web-01"} 70 85 90 60\n' |
      cargo run --release --all-features --example fire -- rules.yml --series - --end 3m
  1m  pending   cpu/HighCpu {host="web-01"} = 85, since 1m
  2m  firing    cpu/HighCpu {host="web-01"} = 90, since 1m
  3m  resolved  cpu/HighCpu {host="web-01"} = 90, since 1m
"#;

struct Options {
    rules: String,
    series: String,
    end: AlertDuration,
    down: Option<(AlertDuration, AlertDuration)>,
    interval: AlertDuration,
    json: bool,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), fire)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let (mut rules, mut series, mut end, mut down, mut json) = (None, None, None, None, false);
    let mut interval = AlertDuration::minutes(1);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("series") => series = Some(arguments.value()?.string()?),
            Long("end") => end = Some(arguments.value()?.parse()?),
            Long("down") => down = Some(outage(&arguments.value()?.string()?)?),
            Long("interval") => interval = arguments.value()?.parse()?,
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) if rules.is_none() => rules = Some(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let missing = |what: &str| Failure::Usage(format!("{what} is missing"));
    let rules = rules.ok_or_else(|| missing("RULES"))?;
    let series = series.ok_or_else(|| missing("--series FILE"))?;
    let end = end.ok_or_else(|| missing("--end D"))?;
    if rules == "-" && series == "-" {
        return Err(Failure::Usage("stdin is either the rules or the series".to_owned()));
    }
    if interval.is_zero() {
        return Err(Failure::Usage("--interval is 0".to_owned()));
    }
    Ok(Some(Options { rules, series, end, down, interval, json }))
}

/// `A/B`, two durations.
fn outage(text: &str) -> Result<(AlertDuration, AlertDuration), Failure> {
    let wrong = |why: String| Failure::Usage(format!("--down {text}: {why}"));
    let (start, end) = text.split_once('/').ok_or_else(|| wrong("expected two durations with `/` between them".to_owned()))?;
    let duration = |text: &str| text.parse::<AlertDuration>().map_err(|error| wrong(error.to_string()));
    let (start, end) = (duration(start)?, duration(end)?);
    if start > end { Err(wrong("it ends before it starts".to_owned())) } else { Ok((start, end)) }
}

/// The groups of the file, unless it is refused.
fn groups(path: &str, console: &mut Console) -> Result<Option<Vec<RuleGroup>>, Failure> {
    let file = match RuleFile::read(shared::read(path)?, &RuleFileOptions::default()) {
        Ok(file) => file,
        Err(errors) => {
            for error in &errors {
                console.refuse(&Problem::of_rules(path, error, console.is_json()))?;
            }
            return Ok(None);
        }
    };
    match file.to_groups(&TenantId::default()) {
        Ok(groups) => Ok(Some(groups.value)),
        Err(report) => {
            console.refuse_report(path, None, &report)?;
            Ok(None)
        }
    }
}

fn fire(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let groups = groups(&options.rules, &mut console)?;
    let samples = shared::read_series(&mut console, &options.series)?;
    let (Some(groups), Some(samples)) = (groups, samples) else { return Ok(console) };
    let mut store = MemoryRuleStore::new(samples);
    let at = |duration: AlertDuration| Timestamp::UNIX_EPOCH + duration;
    let range = |start, end| TimeRange::new(at(start), at(end)).map_err(|error| Failure::Usage(error.to_string()));
    let firing = FiringOptions::default().with_default_interval(options.interval);
    let mut replay = Replay::new(&groups, &firing);
    if let Some((start, end)) = options.down {
        replay = replay.with_outage(range(start, end)?);
    }
    let mut written = Ok(());
    replay.run(&mut store, range(AlertDuration::ZERO, options.end)?, |at, group, step| {
        if written.is_ok() {
            written = show(&mut console, at, group, step, &options.rules);
            console.advance();
        }
    });
    written?;
    Ok(console)
}

/// Shows the alerts of one evaluation.
fn show(console: &mut Console, at: Timestamp, group: &RuleGroup, step: &GroupStep, file: &str) -> io::Result<()> {
    for ((rule, outcome), state) in group.rules.iter().zip(&step.outcomes).zip(&step.state.rules) {
        let name = rule.name();
        if let Some(error) = &outcome.error {
            let message = format!("{}/{name} at {}: {error}", group.name, since_start(at));
            console.refuse(&Problem::of(file, error.code(), message))?;
        }
        for instance in state.instances.iter().filter(|instance| instance.is_active() || instance.resolved_at == Some(at)) {
            show_one(console, at, group, name, instance)?;
        }
    }
    Ok(())
}

fn since_start(at: Timestamp) -> AlertDuration {
    at.since(Timestamp::UNIX_EPOCH)
}

fn show_one(console: &mut Console, at: Timestamp, group: &RuleGroup, name: &str, instance: &AlertInstance) -> io::Result<()> {
    let labels = instance.labels.without(&["alertname"]);
    let (state, value) = (instance.state, instance.value);
    let text =
        format!("{}  {state:<8}  {}/{name} {labels} = {value}, since {}", since_start(at), group.name, since_start(instance.active_at));
    let fields: &[(&str, Option<Value>)] = &[
        ("at", Some(json!(at))),
        ("group", Some(json!(group.name))),
        ("alert", Some(json!(name))),
        ("labels", Some(json!(instance.labels))),
        ("annotations", Some(json!(instance.annotations))),
        ("state", Some(json!(state))),
        ("value", Some(json!(value))),
        ("active_at", Some(json!(instance.active_at))),
    ];
    console.row(&text, fields)
}
