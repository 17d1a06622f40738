//! Time intervals against what Alertmanager answered, row by row.
//!
//! A row counts once, and is equal if everything it says holds: whether the interval is accepted, how it is written, and for each instant
//! whether it holds. The wording of errors is ours. Where a row differs, one of the numbered differences of `TimeInterval` must be the
//! cause, found by looking at the row.

#![cfg(all(feature = "yaml", feature = "tz"))]

mod util;

use std::collections::HashMap;

use alert_schemas::Report;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::notifications::ClockRange;
use alert_schemas::notifications::DayOfMonthRange;
use alert_schemas::notifications::Location;
use alert_schemas::notifications::MuteVerdict;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::notifications::TimeInterval;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::validations::yaml::Node;
use alert_schemas::validations::yaml::NodeKind;
use alert_schemas::validations::yaml::Yaml;
use alert_schemas::validations::yaml::YamlLimits;
use serde_json::Value;
use serde_json::json;

use crate::util::Tally;

/// YAML as JSON in which every scalar is a text, as the fields of an interval are.
fn as_json(node: Node<'_>) -> Value {
    let node = node.target();
    match node.kind() {
        NodeKind::Sequence => node.items().map(as_json).collect(),
        NodeKind::Mapping => Value::Object(node.entries().map(|(key, value)| (key.as_str().unwrap().to_owned(), as_json(value))).collect()),
        _ if node.is_null() => Value::Null,
        _ => node.as_str().unwrap().into(),
    }
}

fn yaml(text: &str) -> Value {
    as_json(Yaml::read_first(text.as_bytes(), &YamlLimits::default()).unwrap().root().unwrap())
}

fn decode(value: &Value) -> Result<TimeInterval, Report> {
    TimeInterval::decode(value.to_string().as_bytes(), &DecodeLimits::default())
}

fn decode_list(value: &Value) -> Result<Vec<TimeInterval>, Report> {
    match value {
        Value::Array(items) => items.iter().map(decode).collect(),
        // Go names the type, here the object is no list.
        _ => decode(&json!([value])).map(|_| Vec::new()),
    }
}

/// Difference 1: a month that does not exist. True if the document has one and nothing else is refused.
fn is_month_outside(report: &Report, document: &Value) -> bool {
    let outside = |text: &str| text.split(':').filter_map(|side| side.parse::<i64>().ok()).any(|month| !(1..=12).contains(&month));
    let months = document.as_array().into_iter().flatten().chain([document]).filter_map(|interval| interval["months"].as_array());
    let has = months.flatten().filter_map(Value::as_str).any(outside);
    has && report.violations().iter().all(|violation| violation.code == "invalid_month_range")
}

/// Difference 2: what Alertmanager answers when it counts the days of a month as its hours through 24.
fn by_hours(interval: &TimeInterval, at: Timestamp) -> bool {
    let part = |set: &dyn Fn(&mut TimeInterval)| {
        let mut part = TimeInterval::new();
        part.location = interval.location;
        set(&mut part);
        part
    };
    let day = (1..=31).find(|day| part(&|part| part.days_of_month = vec![DayOfMonthRange::new(*day, *day).unwrap()]).contains(at)).unwrap();
    let month = (1..=12).find(|month| part(&|part| part.months = vec![month.to_string().parse().unwrap()]).contains(at)).unwrap();
    let month = part(&|part| part.months = vec![month.to_string().parse().unwrap()]);
    let (from, to) = (at.minus("40d".parse().unwrap()), at + "40d".parse().unwrap());
    let spans = month.coverage(TimeRange::new(from, to).unwrap()).spans;
    let hours = spans.iter().find(|span| span.contains(at)).unwrap().duration().as_millis() / 3_600_000;
    let length = u8::try_from(hours / 24).unwrap();
    let mut rest = interval.clone();
    let days = std::mem::take(&mut rest.days_of_month);
    rest.contains(at) && (days.is_empty() || days.iter().any(|range| range.contains(day.try_into().unwrap(), length)))
}

/// Compares the answers for instants; `Ok` holds the number of the documented difference, if one is met.
fn instants(intervals: &[TimeInterval], at: &[(Timestamp, bool)]) -> Result<Option<&'static str>, String> {
    let named = NamedTimeInterval::new("x".parse().unwrap(), intervals.to_vec());
    let mut documented = None;
    for (at, expected) in at {
        let ours = named.contains(*at);
        if ours != intervals.iter().any(|interval| interval.contains(*at)) {
            return Err(format!("{at}: the union differs"));
        }
        if ours == *expected {
            continue;
        }
        if intervals.iter().any(|interval| by_hours(interval, *at)) != *expected {
            return Err(format!("{at}: {ours}"));
        }
        documented = Some("2");
    }
    Ok(documented)
}

fn note(tally: &mut Tally, row: &Value, answer: Result<Option<&str>, String>) {
    match answer {
        Ok(None) => tally.equal(),
        Ok(Some(rule)) => tally.documented(rule),
        Err(why) => tally.failed(format!("{}: {why}", row.to_string().chars().take(300).collect::<String>())),
    }
}

/// An interval of the vectors: Go's names, `null` for none, times as pairs.
fn of_vector(interval: &Value) -> Value {
    let mut found = serde_json::Map::new();
    for (theirs, ours) in [("Weekdays", "weekdays"), ("Days", "days_of_month"), ("Months", "months"), ("Years", "years")] {
        if !interval[theirs].is_null() {
            found.insert(ours.to_owned(), interval[theirs].clone());
        }
    }
    if let Some(times) = interval["Times"].as_array() {
        let times = times.iter().map(|pair| json!({"start_time": pair[0], "end_time": pair[1]})).collect();
        found.insert("times".to_owned(), times);
    }
    if interval["Location"] != "" {
        found.insert("location".to_owned(), interval["Location"].clone());
    }
    Value::Object(found)
}

#[test]
fn vectors() {
    let Some(vector) = util::vector("alertmanager_time_intervals") else { return };
    let time = |value: &Value| value.as_str().unwrap().parse::<Timestamp>().unwrap();
    let all: Vec<Timestamp> = vector["timestamps"].as_array().unwrap().iter().map(time).collect();
    let mut tally = Tally::new("vectors/alertmanager_time_intervals.json: cases");
    for row in vector["cases"].as_array().unwrap() {
        let contained: Vec<Timestamp> = row["contained"].as_array().unwrap().iter().map(time).collect();
        let expected: Vec<_> = all.iter().map(|at| (*at, contained.contains(at))).collect();
        let answer = match decode(&of_vector(&row["interval"])) {
            Ok(interval) => instants(&[interval], &expected),
            Err(report) => Err(report.to_string()),
        };
        note(&mut tally, &row["interval"], answer);
    }
    tally.finish();
    let mut tally = Tally::new("vectors/alertmanager_time_intervals.json: validation");
    for row in vector["validation"].as_array().unwrap() {
        let document = of_vector(&row["interval"]);
        let answer = match (decode(&document), row["ok"].as_bool().unwrap()) {
            (Ok(_), true) | (Err(_), false) => Ok(None),
            (Err(report), true) if is_month_outside(&report, &document) => Ok(Some("1")),
            (ours, _) => Err(format!("{ours:?}")),
        };
        note(&mut tally, row, answer);
    }
    tally.finish();
}

#[test]
fn recorded_intervals() {
    let Some(rows) = util::rows("timeintervals", "corpus/alertmanager/timeintervals/contains.jsonl") else { return };
    let mut tally = Tally::new("corpus/alertmanager/timeintervals/contains.jsonl");
    for row in rows {
        let document = yaml(row["yaml"].as_str().unwrap());
        let answer = match (decode_list(&document), row.get("error")) {
            (Err(_), Some(_)) => Ok(None),
            (Ok(ours), Some(_)) => Err(format!("accepted as {ours:?}")),
            (Err(report), None) if is_month_outside(&report, &document) => Ok(Some("1")),
            (Err(report), None) => Err(report.to_string()),
            (Ok(ours), None) => {
                let times = |key: &str, holds: bool| {
                    row[key].as_array().unwrap().iter().map(move |at| (at.as_str().unwrap().parse().unwrap(), holds)).collect::<Vec<_>>()
                };
                let written = serde_json::to_value(&ours).unwrap();
                let reread = decode_list(&yaml(row["as_yaml"].as_str().unwrap())).unwrap();
                if written != row["as_json"] {
                    Err(format!("written as {written}"))
                } else if reread != ours {
                    Err(format!("their text reads as {reread:?}"))
                } else {
                    instants(&ours, &[times("contains", true), times("excludes", false)].concat())
                }
            }
        };
        note(&mut tally, &row, answer);
    }
    tally.finish();
}

/// `02 Jan 06 15:04 -0700`, Go's RFC822Z.
fn rfc822(text: &str) -> Timestamp {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = text.split(' ').collect();
    let month = months.iter().position(|name| *name == parts[1]).unwrap() + 1;
    let (hours, minutes) = parts[4].split_at(3);
    format!("20{}-{month:02}-{:0>2}T{}:00{hours}:{minutes}", parts[2], parts[0], parts[3]).parse().unwrap()
}

/// A value of Alertmanager's test sources as the JSON of an interval.
fn of_source(value: &Value) -> Value {
    let side = |range: &Value, key: &str, at: usize| {
        let inner = range.get("InclusiveRange").unwrap_or(range);
        inner.get(key).or_else(|| inner["$items"].get(at)).and_then(Value::as_i64)
    };
    let range = |wrapped: &Value| {
        let range = wrapped["$items"].get(0).filter(|inner| inner.is_object()).unwrap_or(wrapped);
        (side(range, "Begin", 0).unwrap_or(0), side(range, "End", 1).unwrap_or(0))
    };
    let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
    let number = |(begin, end): (i64, i64)| format!("{begin}:{end}");
    let weekday = |(begin, end): (i64, i64)| format!("{}:{}", days[usize::try_from(begin).unwrap()], days[usize::try_from(end).unwrap()]);
    let list = |key: &str, print: &dyn Fn((i64, i64)) -> String| {
        value[key].as_array().map(|list| list.iter().map(|item| print(range(item))).collect::<Value>())
    };
    let mut found = serde_json::Map::new();
    let fields = [
        ("weekdays", list("Weekdays", &weekday)),
        ("days_of_month", list("DaysOfMonth", &number)),
        ("months", list("Months", &number)),
        ("years", list("Years", &number)),
    ];
    found.extend(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    if let Some(times) = value["Times"].as_array() {
        let clock = |minute: &Value| {
            let minute = minute.as_i64().unwrap_or(0);
            format!("{:02}:{:02}", minute / 60, minute % 60)
        };
        let times = times.iter().map(|range| json!({"start_time": clock(&range["StartMinute"]), "end_time": clock(&range["EndMinute"])}));
        found.insert("times".to_owned(), times.collect());
    }
    if value["Location"].is_object() {
        let name = value["Location"]["$items"][0]["args"][0].as_str().unwrap_or("Australia/Sydney");
        found.insert("location".to_owned(), name.into());
    }
    Value::Object(found)
}

#[test]
fn tables_of_the_sources() {
    let Some(rows) = util::rows("go_tables", "corpus/alertmanager/go_tables/timeinterval_timeinterval.jsonl") else { return };
    let rows: HashMap<String, Value> =
        rows.into_iter().map(|row| (row["name"].as_str().unwrap().to_owned(), row["value"].clone())).collect();
    let times = |row: &Value, key: &str, holds: bool| {
        row[key].as_array().into_iter().flatten().map(|at| (rfc822(at.as_str().unwrap()), holds)).collect::<Vec<_>>()
    };
    let mut tally = Tally::new("corpus/alertmanager/go_tables/timeinterval_timeinterval.jsonl");
    for row in rows["timeIntervalTestCases"].as_array().unwrap() {
        let expected = [times(row, "validTimeStrings", true), times(row, "invalidTimeStrings", false)].concat();
        let document = of_source(&row["timeInterval"]);
        if document["days_of_month"][0] == "-31:31" {
            // Made in Go; no text that Alertmanager takes gives it.
            tally.unreadable();
            continue;
        }
        let answer = decode(&document).map_err(|report| report.to_string()).and_then(|interval| instants(&[interval], &expected));
        note(&mut tally, row, answer);
    }
    for row in rows["timeStringTestCases"].as_array().unwrap() {
        let document = yaml(row["timeString"].as_str().unwrap());
        let ours = ClockRange::decode(document.to_string().as_bytes(), &DecodeLimits::default());
        let minutes =
            ours.as_ref().ok().map(|range| (i64::from(range.start_time.minute_of_day()), i64::from(range.end_time.minute_of_day())));
        let expected = (!row["expectError"].as_bool().unwrap())
            .then(|| (row["TimeRange"]["StartMinute"].as_i64().unwrap_or(0), row["TimeRange"]["EndMinute"].as_i64().unwrap_or(0)));
        note(&mut tally, row, if minutes == expected { Ok(None) } else { Err(format!("{ours:?}")) });
    }
    for row in rows["yamlUnmarshalTestCases"].as_array().unwrap() {
        let answer = match (decode_list(&yaml(row["in"].as_str().unwrap())), row["expectError"].as_bool().unwrap()) {
            (Err(_), true) => Ok(None),
            (Ok(ours), false) => {
                let expected: Vec<_> =
                    row["intervals"].as_array().unwrap().iter().map(|value| decode(&of_source(value)).unwrap()).collect();
                if ours == expected {
                    instants(&ours, &[times(row, "contains", true), times(row, "excludes", false)].concat())
                } else {
                    Err(format!("{ours:?}, expected {expected:?}"))
                }
            }
            (ours, _) => Err(format!("{ours:?}")),
        };
        note(&mut tally, row, answer);
    }
    if let Some(named) = rows.get("eveningsAndWeekends") {
        let named: Vec<NamedTimeInterval> = ["evenings", "weekends"]
            .iter()
            .map(|name| {
                NamedTimeInterval::new(
                    name.parse().unwrap(),
                    named[name].as_array().unwrap().iter().map(|value| decode(&of_source(value)).unwrap()).collect(),
                )
            })
            .collect();
        for row in rows["tests"].as_array().unwrap() {
            let mute: Vec<&NamedTimeInterval> = named.iter().collect();
            let verdict = MuteVerdict::at(source_time(&row["now"]), &[], &mute);
            let ours: Vec<&str> = verdict.muted_by.iter().map(|name| name.as_str()).collect();
            let expected: Vec<&str> = row["mutedBy"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
            note(&mut tally, row, if ours == expected { Ok(None) } else { Err(format!("{verdict}")) });
        }
    }
    tally.finish();
}

/// `time.Date(…)` of a test source, in UTC or in the summer of Sydney.
fn source_time(value: &Value) -> Timestamp {
    let args = &value["args"];
    let part = |at: usize| args[at].as_i64().unwrap();
    let zone = if args[7]["$go"] == "sydney" { "+11:00" } else { "Z" };
    format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{zone}", part(0), part(1), part(2), part(3), part(4), part(5)).parse().unwrap()
}

#[test]
fn difference_2_is_what_it_says() {
    let days = |days: &str, zone: &str| {
        let mut interval = TimeInterval::new();
        interval.days_of_month = vec![days.parse().unwrap()];
        interval.location = Some(zone.parse::<Location>().unwrap());
        interval
    };
    let last: Timestamp = "2024-03-31T12:00:00Z".parse().unwrap();
    for text in ["-1", "31", "1:31", "29:31"] {
        let (paris, utc) = (days(text, "Europe/Paris"), days(text, "UTC"));
        assert!(paris.contains(last) && !by_hours(&paris, last), "{text}");
        assert!(utc.contains(last) && by_hours(&utc, last), "{text}");
    }
    // A month with an hour more has its days there too.
    let october: Timestamp = "2024-10-31T12:00:00Z".parse().unwrap();
    let paris = days("-1", "Europe/Paris");
    assert!(paris.contains(october) && by_hours(&paris, october));
}

#[test]
fn difference_3_is_what_it_says() {
    let empty = decode(&json!({"weekdays": [], "times": []})).unwrap();
    assert_eq!(empty, TimeInterval::new());
    assert!(empty.contains(Timestamp::UNIX_EPOCH));
}
