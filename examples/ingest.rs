//! Receives what Alertmanager and Prometheus send and shows the alerts as this crate sees them.

mod shared;

use std::io;
use std::process::ExitCode;
use std::time::SystemTime;

use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Ingested;
use alert_schemas::webhooks::alertmanager::Received;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
use serde_json::Value;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Receives what Alertmanager and Prometheus send and shows the alerts as this crate sees them.

Usage: ingest [--from auto|alertmanager] [--tenant T] [--now RFC3339] [--losses] [--json] FILE...

A FILE is one JSON document (a webhook message, a list of alerts, a list of groups), or one a line where its name ends in
`.jsonl`; `-` is stdin. Bad alerts are listed on stderr and the rest kept. With --losses, what could not be carried over
exactly is listed there, too. With --json each line of stdout is an alert with its "fingerprint", "identity" and "status".
Exit code 0: all was taken, 1: some alert, or something around the alerts, was refused, 2: wrong call, or a file could not be
read (the others are).

Example:
  $ echo '[{"labels":{"alertname":"DiskFull","severity":"critical"},"startsAt":"2025-01-06T09:00:00Z"}]' |
      cargo run --release --all-features --example ingest -- --now 2025-01-06T09:01:00Z -
  firing    critical  7235c181ae0a2582  DiskFull: DiskFull
"#;

struct Options {
    reception: Reception,
    losses: bool,
    json: bool,
    files: Vec<String>,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), read_all)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let mut options = Options { reception: Reception::at(system_time()), losses: false, json: false, files: Vec::new() };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("from") => match arguments.value()?.string()?.as_str() {
                "auto" | "alertmanager" => {}
                other => return Err(Failure::Usage(format!("`{other}` is no known format: expected auto or alertmanager"))),
            },
            Long("tenant") => options.reception.tenant = arguments.value()?.parse::<TenantId>()?,
            Long("now") => options.reception.now = arguments.value()?.parse::<Timestamp>()?,
            Long("losses") => options.losses = true,
            Long("json") => options.json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(file) => options.files.push(file.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    if options.files.is_empty() {
        return Err(Failure::Usage("expected a FILE".to_owned()));
    }
    Ok(Some(options))
}

fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_millis).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn read_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    for file in &options.files {
        let bytes = match shared::read(file) {
            Ok(bytes) => bytes,
            Err(failure) => {
                console.fail(&failure)?;
                continue;
            }
        };
        if file.ends_with(".jsonl") {
            let lines = bytes.split(|&byte| byte == b'\n').enumerate();
            for (index, line) in lines.filter(|(_, line)| !line.trim_ascii().is_empty()) {
                read_one(&mut console, options, file, Some(index + 1), line)?;
                console.advance();
            }
        } else {
            read_one(&mut console, options, file, None, &bytes)?;
            console.advance();
        }
    }
    Ok(console)
}

/// Reads one document: the file, or one line of it.
fn read_one(console: &mut Console, options: &Options, file: &str, line: Option<usize>, bytes: &[u8]) -> io::Result<()> {
    let Ingested { alerts, refused, more_refused, around, .. } = match ingest(bytes, &DecodeLimits::default(), &options.reception) {
        Ok(ingested) => ingested,
        Err(report) => return console.refuse_report(file, line, &report),
    };
    for received in &alerts {
        show(console, options, file, received)?;
    }
    for refused in refused {
        console.refuse_report(file, line, &refused.report)?;
    }
    if more_refused > 0 {
        let message = format!("{more_refused} more alerts were refused");
        console.refuse(&Problem::of(file, "more_refused", message))?;
    }
    console.refuse_report(file, line, &around)
}

fn show(console: &mut Console, options: &Options, file: &str, received: &Received) -> io::Result<()> {
    let alert = &received.alert;
    let fingerprint = alert.fingerprint().to_string();
    let text = format!("{:<9} {:<9} {fingerprint}  {}: {}", alert.status, alert.severity, alert.name().unwrap_or("-"), alert.message);
    let members = match serde_json::to_value(alert)? {
        Value::Object(members) => members,
        _ => return Err(io::Error::other("an alert is an object")),
    };
    let mut fields: Vec<(&str, Option<Value>)> = members.iter().map(|(name, value)| (name.as_str(), Some(value.clone()))).collect();
    fields.push(("fingerprint", Some(fingerprint.into())));
    fields.push(("identity", Some(alert.identity().to_string().into())));
    console.row(&text, &fields)?;
    if options.losses {
        for loss in &received.losses {
            let pointer = Some(format!("{}{}", received.path, loss.path));
            console.warn(&Problem { pointer, ..Problem::of(file, loss.code, loss.message.clone()) })?;
        }
    }
    Ok(())
}
