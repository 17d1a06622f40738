//! Says what Alertmanager would have sent under a configuration, from recorded requests to its API.

mod shared;

use std::process::ExitCode;

use alert_schemas::notifications::HistoryEntry;
use alert_schemas::notifications::PlannedNotification;
use alert_schemas::notifications::ReplayOptions;
use alert_schemas::notifications::replay;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Exchange;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use alert_schemas::{AlertDuration, TenantId, Timestamp};
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Says what Alertmanager would have sent under a configuration, from recorded requests to its API.

Usage: replay CONFIG EXCHANGES.jsonl [--until RFC3339] [--json]

CONFIG is a configuration of Alertmanager; `-` is stdin, for one of the two. EXCHANGES has a request on each line:
{"at","request":{"method","path","body"}}; alerts that were posted, and silences that were made, changed and ended count, other
requests do not. Where there is a "response", silences are known by the ids that it gives. The replay ends with the last request, or at --until.
With --json each line of stdout is a notification:
{"at","receiver","group_key","status","reason","alerts":[{"fingerprint","status"}],"truncated_alerts","route","integration","index"}.
Exit code 0: all was replayed, 1: the configuration or some requests were refused, 2: wrong call or unreadable file.

Example:
  $ printf 'route: {receiver: ops}\nreceivers: [{name: ops, webhook_configs: [{url: "http://localhost/"}]}]' >alertmanager.yml
  $ echo '{"at":"2025-01-06T09:00:00Z","request":{"method":"POST","path":"/api/v2/alerts","body":[{"labels":{"alertname":"DiskFull"}}]}}' |
      cargo run --release --all-features --example replay -- alertmanager.yml - --until 2025-01-06T09:10:00Z
  2025-01-06T09:00:30.001Z  ops  firing    first notification   {}:{}  1 firing
  2025-01-06T09:05:30.002Z  ops  resolved  all alerts resolved  {}:{}  1 resolved
"#;

struct Options {
    config: String,
    exchanges: String,
    until: Option<Timestamp>,
    json: bool,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), run)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let (mut files, mut until, mut json) = (Vec::new(), None, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("until") => until = Some(arguments.value()?.parse()?),
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(path) if files.len() < 2 => files.push(path.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let mut files = files.into_iter();
    let (Some(config), Some(exchanges)) = (files.next(), files.next()) else {
        return Err(Failure::Usage("expected CONFIG and EXCHANGES.jsonl".to_owned()));
    };
    if config == "-" && exchanges == "-" {
        return Err(Failure::Usage("stdin is either the configuration or the requests".to_owned()));
    }
    Ok(Some(Options { config, exchanges, until, json }))
}

fn run(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let config = match ConfigFile::read(shared::read(&options.config)?, &ConfigFileOptions::default()) {
        Ok(config) => config,
        Err(errors) => {
            console.refuse_config(&options.config, &errors)?;
            return Ok(console);
        }
    };
    let plan = match config.to_plan(&TenantId::default()) {
        Ok(plan) => plan.value,
        Err(report) => {
            console.refuse_report(&options.config, None, &report)?;
            return Ok(console);
        }
    };
    let reception = Reception::at(Timestamp::UNIX_EPOCH).with_resolve_timeout(config.global.resolve_timeout);
    let (mut history, mut lines): (Vec<HistoryEntry>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut last = None;
    let text = shared::read(&options.exchanges)?;
    let written = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
    for (index, line) in written {
        match Exchange::read(line, &DecodeLimits::default(), &reception) {
            Ok(exchange) => {
                // The rest of the line counts all the same.
                console.refuse_report(&options.exchanges, Some(index + 1), &exchange.problems)?;
                last = last.max(Some(exchange.at));
                lines.extend(exchange.entries.iter().map(|_| index + 1));
                history.extend(exchange.entries);
            }
            Err(report) => console.refuse_report(&options.exchanges, Some(index + 1), &report)?,
        }
    }
    // The timers of a real server are a little late, each time anew.
    let replay_options = ReplayOptions::from(options.until.or(last)).with_lateness(AlertDuration::millis(1));
    let replayed = replay(plan, history, replay_options);
    for refused in &replayed.refused {
        let line = lines.get(refused.index).copied();
        console.refuse(&Problem { line, ..Problem::of(&options.exchanges, refused.error.code(), refused.error.to_string()) })?;
    }
    if replayed.refused_groups > 0 {
        let message = format!("{} groups have no room: nobody is told there", replayed.refused_groups);
        console.refuse(&Problem::of(&options.exchanges, "too_many_groups", message))?;
    }
    if let Some(at) = replayed.stopped_at {
        let message = format!("groups were looked at {} times by {at}: what comes later is not told", replay_options.max_looks);
        console.refuse(&Problem::of(&options.exchanges, "too_many_looks", message))?;
    }
    let width = replayed.notifications.iter().map(|one| one.receiver.as_str().chars().count()).max().unwrap_or(0);
    let keys = replayed.notifications.iter().map(|one| one.group_key.as_str().chars().count()).max().unwrap_or(0).min(60);
    for one in &replayed.notifications {
        console.row(&row(one, width, keys), &fields(one))?;
    }
    Ok(console)
}

fn row(one: &PlannedNotification, width: usize, keys: usize) -> String {
    let firing = one.alerts.iter().filter(|alert| alert.status == alert_schemas::AlertStatus::Firing).count();
    let counts = [(firing, "firing"), (one.alerts.len() - firing, "resolved")];
    let counts: Vec<String> = counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let (receiver, key) = (one.receiver.as_str(), one.group_key.as_str());
    let (status, reason) = (one.status.as_str(), one.reason.as_str());
    format!("{}  {receiver:width$}  {status:8}  {reason:19}  {key:keys$}  {}", one.at, counts.join(", "))
}

fn fields(one: &PlannedNotification) -> [(&'static str, Option<serde_json::Value>); 10] {
    let alerts: Vec<_> = one.alerts.iter().map(|alert| json!({"fingerprint": alert.fingerprint, "status": alert.status})).collect();
    [
        ("at", Some(json!(one.at))),
        ("receiver", Some(json!(one.receiver))),
        ("group_key", Some(json!(one.group_key))),
        ("status", Some(json!(one.status))),
        ("reason", Some(json!(one.reason))),
        ("alerts", Some(json!(alerts))),
        ("truncated_alerts", Some(json!(one.truncated_alerts))),
        ("route", Some(json!(one.route))),
        ("integration", Some(json!(one.integration))),
        ("index", Some(json!(one.index))),
    ]
}
