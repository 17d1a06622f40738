//! Says who is told of an alert under a configuration of Alertmanager, as `amtool config routes test` does, and why.

mod shared;

use std::process::ExitCode;
use std::time::SystemTime;

use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::LabelName;
use alert_schemas::alerts::LabelValue;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::MatcherSyntax;
use alert_schemas::notifications::Inhibitor;
use alert_schemas::notifications::NotificationConfig;
use alert_schemas::notifications::RouteMatch;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::notifications::Silences;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::PostableSilence;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use serde_json::Value;
use serde_json::json;

use crate::shared::Console;
use crate::shared::Failure;
use crate::shared::Problem;

const HELP: &str = r#"Says who is told of an alert under a configuration of Alertmanager, as `amtool config routes test` does, and why.

Usage: route CONFIG [NAME=VALUE …] [--alerts FILE.jsonl] [--silences FILE] [--now RFC3339] [--explain] [--json]

The alert has the labels of the call; with --alerts there is one on each line of a file: an alert as Alertmanager takes it, or only
its labels. --silences is a list as Alertmanager's API or `amtool silence query -o json` gives it. Silences, the time intervals of
the routes, and inhibition among the alerts of the file count as of --now. `-` is stdin.
stdout has the receivers of each alert in their order, with commas. --explain draws the routes with the path that is taken instead:
`✓` matches, `✗` does not, `·` was not reached, `→` is told. With --json each line of stdout is
{"labels","receivers","group_keys","suppressed_by":[{"kind","id","reason"}],"trace":[{"path","pointer","matchers","outcome",…}]}.
Exit code 0: all is fine, 1: the configuration, an alert or a silence was refused, 2: wrong call or unreadable file.

Example:
  $ printf 'route: {receiver: all, routes: [{receiver: db, matchers: [team=db]}]}\nreceivers: [{name: all}, {name: db}]\n' |
      cargo run --release --all-features --example route -- - team=db
  db
"#;

struct Options {
    config: String,
    labels: Vec<String>,
    alerts: Option<String>,
    silences: Option<String>,
    now: Timestamp,
    explain: bool,
    json: bool,
}

fn main() -> ExitCode {
    shared::run(HELP, options(), route_all)
}

/// The options of the call, `None` if it only asks for help.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;

    let (mut config, mut labels, mut alerts, mut silences) = (None, Vec::new(), None, None);
    let (mut now, mut explain, mut json) = (None, false, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("alerts") => alerts = Some(arguments.value()?.string()?),
            Long("silences") => silences = Some(arguments.value()?.string()?),
            Long("now") => now = Some(arguments.value()?.parse()?),
            Long("explain") => explain = true,
            Long("json") => json = true,
            Short('h') | Long("help") => return Ok(None),
            Value(text) if config.is_none() => config = Some(text.string()?),
            Value(text) => labels.push(text.string()?),
            _ => return Err(argument.unexpected().into()),
        }
    }
    let config = config.ok_or_else(|| Failure::Usage("expected a CONFIG, or - for stdin".to_owned()))?;
    if alerts.is_some() && !labels.is_empty() {
        return Err(Failure::Usage("expected labels or --alerts, not both".to_owned()));
    }
    let now = now.unwrap_or_else(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_millis).unwrap_or_else(Timestamp::max)
    });
    Ok(Some(Options { config, labels, alerts, silences, now, explain, json }))
}

/// An alert: its labels, and when it ends, where that is known.
struct Alert {
    labels: Labels,
    ends_at: Option<Timestamp>,
}

/// All that decides about an alert.
struct Setting {
    config: NotificationConfig,
    tree: RoutingTree,
    silences: Silences,
    inhibitor: Inhibitor,
}

fn route_all(options: &Options) -> Result<Console, Failure> {
    let mut console = Console::new(options.json);
    let Some((config, tree)) = read_config(&mut console, options)? else { return Ok(console) };
    let alerts = read_alerts(&mut console, options)?;
    let silences = read_silences(&mut console, options)?;
    let tenant = TenantId::default();
    let mut inhibitor = Inhibitor::new(config.inhibition_rules.iter().cloned());
    alerts.iter().for_each(|alert| inhibitor.insert(&tenant, &alert.labels, alert.ends_at));
    let setting = Setting { config, tree, silences, inhibitor };
    console.expect(alerts.len());
    for alert in &alerts {
        let matches = setting.tree.matches(&alert.labels);
        let receivers: Vec<&str> = matches.iter().map(|found| found.receiver().as_str()).collect();
        let suppressed = suppressed_by(&setting, &alert.labels, &matches, options.now);
        let text = match options.explain {
            false => receivers.join(","),
            true => drawn(&setting, &alert.labels, &suppressed, alerts.len() > 1),
        };
        let trace = if options.json { serde_json::to_value(setting.tree.explain(&alert.labels)).ok() } else { None };
        let keys: Vec<String> = matches.iter().map(|found| found.group_key().into_inner()).collect();
        let fields = [
            ("labels", serde_json::to_value(&alert.labels).ok()),
            ("receivers", Some(receivers.into())),
            ("group_keys", Some(keys.into())),
            ("suppressed_by", Some(suppressed.into())),
            ("trace", trace),
        ];
        console.row(&text, &fields)?;
        console.advance();
    }
    Ok(console)
}

fn read_config(console: &mut Console, options: &Options) -> Result<Option<(NotificationConfig, RoutingTree)>, Failure> {
    let file = match ConfigFile::read(shared::read(&options.config)?, &ConfigFileOptions::default()) {
        Ok(file) => file,
        Err(errors) => {
            console.refuse_config(&options.config, &errors)?;
            return Ok(None);
        }
    };
    let compiled = file.to_config(&TenantId::default()).and_then(|config| {
        let tree = RoutingTree::new(&config.value.route)?;
        Ok((config.value, tree))
    });
    match compiled {
        Ok(compiled) => Ok(Some(compiled)),
        Err(report) => {
            console.refuse_report(&options.config, None, &report)?;
            Ok(None)
        }
    }
}

/// The labels of the call, each read as amtool reads it; of two with one name the later counts.
fn labels_of_the_call(options: &Options) -> Result<Labels, String> {
    let mut labels = Labels::new();
    for text in &options.labels {
        let matcher = Matcher::parse(text, MatcherSyntax::Fallback).map_err(|error| error.to_string())?;
        if matcher.op() != MatchOp::Equal {
            return Err(format!("`{text}` is not a label: expected NAME=VALUE"));
        }
        let name = LabelName::new(matcher.name()).map_err(|error| error.to_string())?;
        let value = LabelValue::new(matcher.value()).map_err(|error| error.to_string())?;
        labels.insert(name, value).map_err(|error| error.to_string())?;
    }
    Ok(labels)
}

fn read_alerts(console: &mut Console, options: &Options) -> Result<Vec<Alert>, Failure> {
    let Some(file) = &options.alerts else {
        return labels_of_the_call(options).map(|labels| vec![Alert { labels, ends_at: None }]).map_err(Failure::Usage);
    };
    let bytes = shared::read(file)?;
    let mut alerts = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        match read_alert(line) {
            // An alert that has ended is routed like any other, but inhibits nobody.
            Ok(alert) => alerts.push(alert),
            Err(message) => console.refuse(&Problem {
                file: Some(file.clone()),
                line: Some(index + 1),
                code: "invalid_alert_line".to_owned(),
                message,
                ..Problem::default()
            })?,
        }
    }
    Ok(alerts)
}

fn read_alert(line: &[u8]) -> Result<Alert, String> {
    let alert: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let labels = if alert["labels"].is_object() { &alert["labels"] } else { &alert };
    let labels: Labels = serde_json::from_value(labels.clone()).map_err(|error| error.to_string())?;
    let ends_at = alert["labels"].is_object().then(|| alert["endsAt"].as_str()).flatten();
    // Go's zero time says that there is no end.
    let ends_at = ends_at.filter(|text| !text.starts_with("0001-"));
    let ends_at = ends_at.map(|text| text.parse().map_err(|error| format!("endsAt: {error}"))).transpose()?;
    Ok(Alert { labels, ends_at })
}

fn read_silences(console: &mut Console, options: &Options) -> Result<Silences, Failure> {
    let mut silences = Silences::new();
    let Some(file) = &options.silences else { return Ok(silences) };
    let (bytes, limits) = (shared::read(file)?, DecodeLimits::default());
    let reception = Reception::at(options.now);
    // What the API answers has a status, what is posted to it has none.
    let answered = serde_json::from_slice::<Vec<Value>>(&bytes).is_ok_and(|list| list.iter().any(|item| !item["status"].is_null()));
    let mut read = Vec::new();
    let mut refused = Vec::new();
    if answered {
        match GettableSilence::decode_list(&bytes, &limits) {
            Ok(batch) => {
                read.extend(batch.good.into_iter().map(|(_, silence)| silence.to_silence(&reception)));
                refused.extend(batch.refused.into_iter().map(|item| item.report));
            }
            Err(report) => refused.push(report),
        }
    } else {
        match PostableSilence::decode_list(&bytes, &limits) {
            Ok(batch) => {
                read.extend(batch.good.into_iter().map(|(_, silence)| silence.to_silence(&reception)));
                refused.extend(batch.refused.into_iter().map(|item| item.report));
            }
            Err(report) => refused.push(report),
        }
    }
    for silence in read {
        match silence {
            Ok(silence) => drop(silences.merge_one(silence.value)),
            Err(report) => refused.push(report),
        }
    }
    for report in refused {
        console.refuse_report(file, None, &report)?;
    }
    Ok(silences)
}

/// Every reason why a notification of the alert would not be sent.
fn suppressed_by(setting: &Setting, labels: &Labels, matches: &[RouteMatch<'_>], now: Timestamp) -> Vec<Value> {
    let tenant = TenantId::default();
    let mut reasons = Vec::new();
    let mut add = |kind: &str, id: String, reason: String| reasons.push(json!({"kind": kind, "id": id, "reason": reason}));
    for by in setting.silences.silenced_by(&tenant, labels, now) {
        let comment = by.silence.comment.as_str();
        let colon = if comment.is_empty() { "" } else { ": " };
        add("silenced", by.silence.id.to_string(), format!("{} until {}{colon}{comment}", by.matchers(), by.silence.ends_at));
    }
    for by in setting.inhibitor.inhibited_by(&tenant, labels, now) {
        add("inhibited", by.fingerprint.to_string(), format!("{} while {} fires", by.target_matchers(), by.source));
    }
    let holds = |name: &str| setting.config.time_intervals.iter().any(|interval| interval.name == *name && interval.contains(now));
    for found in matches {
        let options = found.options();
        for name in options.mute_time_intervals().iter().filter(|name| holds(name.as_str())) {
            add("muted", name.to_string(), format!("route {} is muted in `{name}`", found.key()));
        }
        let active = options.active_time_intervals();
        if !active.is_empty() && !active.iter().any(|name| holds(name.as_str())) {
            let names: Vec<&str> = active.iter().map(|name| name.as_str()).collect();
            add("muted", names.join(","), format!("route {} is active in `{}` alone", found.key(), names.join("`, `")));
        }
    }
    reasons
}

/// The routes as a tree, with the path that is taken and why nothing is sent.
fn drawn(setting: &Setting, labels: &Labels, suppressed: &[Value], several: bool) -> String {
    let mut text = if several { format!("{labels}\n") } else { String::new() };
    text.push_str(setting.tree.explain(labels).to_string().trim_end());
    for reason in suppressed {
        let part = |key: &str| reason[key].as_str().unwrap_or_default();
        text.push_str(&format!("\n{} by {}: {}", part("kind"), part("id"), part("reason")));
    }
    text
}
