//! Templates against what Alertmanager's and Prometheus' own tests expect, and against what `promtool` said of public rules.
//!
//! A row counts once. Of Alertmanager's tables the rows marked `html` are left out: they are about escaping in HTML. The tables are
//! those of version 0.34, so rows that call `routeLabels`, which 0.33 does not have, are a documented difference (`newer_function`).
//! Of a row's data, Go code is read where it is a sum of whole numbers or a call of `time.Date`; any other makes a row unreadable.
//!
//! Of the public rules each label and annotation counts. Its verdict is what `promtool check rules` recorded of its file, the message
//! of the template included. A file that `promtool` does not even read as YAML, or was not asked about, has no verdict, and its
//! templates are unreadable.

mod util;

use std::collections::BTreeMap;
use std::sync::Arc;

use alert_schemas::Timestamp;
use alert_schemas::templates::List;
use alert_schemas::templates::ListKind;
use alert_schemas::templates::Struct;
use alert_schemas::templates::Value;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;
use serde_json::Value as Json;

use crate::util::Tally;

fn text<'a>(row: &'a Json, key: &str) -> &'a str {
    row.get(key).map_or("", |value| value.as_str().expect(key))
}

// ---------------------------------------------------------------- Go code in tables

/// The value of sums, differences and products of whole numbers in Go, with parentheses.
fn arithmetic(code: &str) -> Option<i64> {
    let tokens: Vec<char> = code.chars().filter(|c| !c.is_whitespace()).collect();
    let mut at = 0;
    let value = sum(&tokens, &mut at)?;
    (at == tokens.len()).then_some(value)
}

fn sum(tokens: &[char], at: &mut usize) -> Option<i64> {
    let mut value = product(tokens, at)?;
    while let Some(operator @ ('+' | '-')) = tokens.get(*at) {
        *at += 1;
        let next = product(tokens, at)?;
        value += if *operator == '+' { next } else { -next };
    }
    Some(value)
}

fn product(tokens: &[char], at: &mut usize) -> Option<i64> {
    let mut value = factor(tokens, at)?;
    while tokens.get(*at) == Some(&'*') {
        *at += 1;
        value *= factor(tokens, at)?;
    }
    Some(value)
}

fn factor(tokens: &[char], at: &mut usize) -> Option<i64> {
    match tokens.get(*at)? {
        '-' => {
            *at += 1;
            factor(tokens, at).map(|value| -value)
        }
        '(' => {
            *at += 1;
            let value = sum(tokens, at)?;
            let closed = tokens.get(*at) == Some(&')');
            *at += 1;
            closed.then_some(value)
        }
        _ => {
            let digits: String = tokens.iter().skip(*at).take_while(|c| c.is_ascii_digit()).collect();
            *at += digits.len();
            digits.parse().ok()
        }
    }
}

/// `time.Date` with these arguments, in UTC.
fn date(arguments: &[i64]) -> Option<Timestamp> {
    let [year, month, day, hour, minute, second, nanos] = arguments else { return None };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{nanos:09}Z").parse().ok()
}

// ---------------------------------------------------------------- Alertmanager's tables

fn structure(go_type: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
    Value::Struct(Arc::new(Struct::new(go_type, fields).expect("a flat struct")))
}

/// A field of a struct of Alertmanager; a text that is left out is empty, anything else nil.
fn field(row: &Json, name: &str, is_text: bool) -> Option<Value> {
    match row.get(name) {
        None if is_text => Some(Value::from("")),
        None => Some(Value::Nil),
        Some(value) => data(value),
    }
}

fn alert(row: &Json) -> Option<Value> {
    let never = Value::from(Timestamp::min());
    Some(structure(
        "template.Alert",
        vec![
            ("Status", field(row, "Status", true)?),
            ("Labels", field(row, "Labels", false)?),
            ("Annotations", field(row, "Annotations", false)?),
            ("StartsAt", never.clone()),
            ("EndsAt", never),
            ("GeneratorURL", field(row, "GeneratorURL", true)?),
            ("Fingerprint", field(row, "Fingerprint", true)?),
        ],
    ))
}

/// The value that a table hands to its templates; `None` where it is Go code that is not read here.
fn data(json: &Json) -> Option<Value> {
    match json {
        Json::Null => Some(Value::Nil),
        Json::Bool(flag) => Some(Value::from(*flag)),
        Json::Number(number) => number.as_i64().map(Value::from).or_else(|| number.as_f64().map(Value::from)),
        Json::String(text) => Some(Value::from(text.as_str())),
        Json::Array(items) if !items.is_empty() && items.iter().all(Json::is_string) => {
            Some(Value::strings(items.iter().filter_map(Json::as_str)))
        }
        Json::Array(items) => Value::list(items.iter().map(data).collect::<Option<Vec<_>>>()?).ok(),
        Json::Object(fields) => {
            if let Some(code) = fields.get("$go") {
                return arithmetic(code.as_str()?).map(Value::from);
            }
            if let Some(call) = fields.get("$call") {
                let arguments: Vec<i64> = fields["args"].as_array()?.iter().filter_map(Json::as_i64).collect();
                return if call == "time.Date" { date(&arguments).map(Value::from) } else { None };
            }
            match fields.get("$type").and_then(Json::as_str) {
                Some("KV") => {
                    let pairs = fields.iter().filter(|(name, _)| *name != "$type");
                    Some(Value::key_values(pairs.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()))))
                }
                Some("Alerts") => {
                    let items = json["$items"].as_array().map_or(&[][..], Vec::as_slice);
                    let alerts = items.iter().map(alert).collect::<Option<Vec<_>>>()?;
                    Some(Value::List(Arc::new(List::new(ListKind::Alerts, alerts).ok()?)))
                }
                Some("Data") => Some(structure(
                    "template.Data",
                    vec![
                        ("Receiver", field(json, "Receiver", true)?),
                        ("Status", field(json, "Status", true)?),
                        ("Alerts", field(json, "Alerts", false)?),
                        ("GroupLabels", field(json, "GroupLabels", false)?),
                        ("CommonLabels", field(json, "CommonLabels", false)?),
                        ("CommonAnnotations", field(json, "CommonAnnotations", false)?),
                        ("RouteLabels", field(json, "RouteLabels", false)?),
                        ("ExternalURL", field(json, "ExternalURL", true)?),
                        ("NotificationReason", field(json, "NotificationReason", true)?),
                    ],
                )),
                Some(_) => None,
                None => {
                    let pairs = fields.iter().map(|(name, value)| Some((name, data(value)?))).collect::<Option<Vec<_>>>()?;
                    Value::map(pairs).ok()
                }
            }
        }
    }
}

fn rendered(source: &str, options: &TemplateOptions, data: &Value) -> Result<String, String> {
    let template = Template::parse(source, options).map_err(|error| error.go_text().to_owned())?;
    template.render(data).map_err(|error| error.go_text().to_owned())
}

fn alertmanager(test: &str) {
    let table = format!("alertmanager template_template {test}");
    let Some(tables) = util::rows(&table, "corpus/alertmanager/go_tables/template_template.jsonl") else { return };
    let mut tally = Tally::new(&table);
    for row in tables.iter().filter(|table| table["func"] == test).flat_map(|table| table["value"].as_array().expect("rows")) {
        if row["html"] == true {
            continue;
        }
        let source = text(row, "in");
        if source.contains("routeLabels") {
            tally.documented("newer_function");
            continue;
        }
        let Some(data) = data(row.get("data").unwrap_or(&Json::Null)) else {
            tally.unreadable();
            continue;
        };
        let ours = rendered(source, &TemplateOptions::alertmanager(), &data);
        match (row.get("fail"), row.get("expErr")) {
            (Some(Json::Bool(true)), None) => tally.compare(&source, ours.is_err(), true),
            (None, Some(message)) => tally.compare(&source, ours, Err(message.as_str().expect("a message").to_owned())),
            _ => tally.compare(&source, ours, Ok(text(row, "exp").to_owned())),
        }
    }
    tally.finish();
}

#[test]
fn expansion_as_alertmanager_tests_it() {
    alertmanager("TestTemplateExpansion");
}

#[test]
fn functions_as_alertmanager_tests_them() {
    alertmanager("TestTemplateFuncs");
}

// ---------------------------------------------------------------- Prometheus' table

/// The instant in the body of a function that makes it with `time.Date`.
fn date_in(code: &str) -> Option<Timestamp> {
    let (_, rest) = code.split_once("time.Date(")?;
    let (arguments, _) = rest.split_once(", time.UTC)")?;
    date(&arguments.split(", ").map(|number| number.parse().ok()).collect::<Option<Vec<i64>>>()?)
}

#[test]
fn numbers_are_times_as_prometheus_tests_it() {
    let table = "prometheus_template_template";
    let Some(tables) = util::rows(table, "corpus/promql/go_tables/prometheus_template_template.jsonl") else { return };
    let mut tally = Tally::new(table);
    for row in tables.iter().flat_map(|table| table["value"].as_array().expect("rows")) {
        let number = row["args"]["v"].as_f64().expect("a number");
        let ours = rendered(
            "{{ (. | toTime).Format \"2006-01-02T15:04:05Z07:00\" }}",
            &TemplateOptions::prometheus().with_preamble(""),
            &Value::from(number),
        );
        if row["wantErr"] == true {
            tally.compare(&number, ours.is_err(), true);
        } else if let Some(expected) = row["want"]["$call"].as_str().and_then(date_in) {
            tally.compare(&number, ours, Ok(expected.to_string()));
        } else {
            tally.unreadable();
        }
    }
    tally.finish();
}

// ---------------------------------------------------------------- public rules

/// What `promtool` said of the templates of a file: the messages by alert, and by label or annotation. `None` if it did not come
/// to look at them.
type Verdict = Option<BTreeMap<(String, String), String>>;

/// `group "g", rule 1, "Alert": annotation "summary": template: …`
fn template_error(error: &str) -> Option<((String, String), String)> {
    let (_, rest) = error.split_once(", rule ")?;
    let (_, rest) = rest.split_once(", \"")?;
    let (alert, rest) = rest.split_once("\": ")?;
    let (place, message) = rest.split_once("\": template: ")?;
    Some(((alert.to_owned(), place.replace(" \"", " ")), format!("template: {message}")))
}

fn verdicts() -> Option<BTreeMap<String, Verdict>> {
    let rows = util::rows("promtool_check", "corpus/rules/promtool_check.jsonl")?;
    let verdict = |row: &Json| {
        let errors = row["errors"].as_array().map_or(&[][..], Vec::as_slice);
        let texts: Vec<&str> = errors.iter().filter_map(Json::as_str).collect();
        let looked = row["ok"] == true || !texts.iter().any(|text| text.starts_with("yaml: "));
        looked.then(|| texts.iter().filter_map(|text| template_error(text)).collect())
    };
    Some(rows.iter().map(|row| (text(row, "file").to_owned(), verdict(row))).collect())
}

#[test]
fn templates_of_public_rules() {
    let table = "rules/alerts, labels and annotations";
    let (Some(rows), Some(verdicts)) = (util::rows(table, "corpus/rules/alerts.jsonl"), verdicts()) else { return };
    let mut tally = Tally::new(table);
    for row in &rows {
        let source = &row["source"];
        let path = format!("{}/{}", text(source, "repo").replace('/', "__"), text(source, "path"));
        let verdict = ["files", "testdata"].iter().find_map(|folder| verdicts.get(&format!("{folder}/{path}")));
        let alert = text(row, "alert");
        for (part, name) in [("label", "labels"), ("annotation", "annotations")] {
            for (key, template) in row[name].as_object().into_iter().flatten() {
                let template = template.as_str().expect("a text");
                let Some(Some(verdict)) = verdict.filter(|_| source.get("unrendered").is_none()) else {
                    tally.unreadable();
                    continue;
                };
                let options = TemplateOptions::prometheus().with_name(format!("__alert_{alert}"));
                let ours = Template::parse(template, &options).err().map(|error| error.go_text().to_owned());
                let theirs = verdict.get(&(alert.to_owned(), format!("{part} {key}"))).cloned();
                tally.compare(&template, ours, theirs);
            }
        }
    }
    tally.finish();
}
