//! Templates whose output, or whose message, a program with Go 1.27's `text/template` gave: each must be the same here, byte for byte.
//!
//! The program had Prometheus' preamble, `missingkey=zero`, and the functions `query`, `first`, `value`, `label`, `strvalue`, `args`,
//! `toUpper` and `toLower`; its data is built below.

use alert_schemas::templates::AlertData;
use alert_schemas::templates::QuerySample;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;
use serde_json::Value as Json;

fn answer(expr: &str) -> Result<Vec<QuerySample>, String> {
    match expr {
        "bad" => Err("bad query".to_owned()),
        "none" => Ok(Vec::new()),
        _ => Ok(vec![QuerySample::new([("job", "a"), ("x", expr)], 1.5), QuerySample::new([("job", "b")], 2.0)]),
    }
}

/// What became of a template: which step it reached, and the output or message there.
fn outcome(text: &str, options: &TemplateOptions, data: &AlertData<'_>) -> (&'static str, String) {
    match Template::parse(text, options) {
        Err(error) => ("parse", error.go_text().to_owned()),
        Ok(template) => match template.render(data) {
            Err(error) => ("exec", error.go_text().to_owned()),
            Ok(output) => ("out", output),
        },
    }
}

#[test]
fn output_and_messages_are_those_of_go() {
    let data = AlertData::new([("instance", "web-01"), ("job", "node"), ("n", "5")], 12.5)
        .with_external_labels([("cluster", "eu")])
        .with_external_url("http://x/")
        .with_queries(&answer);
    let options = TemplateOptions::prometheus().with_name("t");
    let rows: Vec<Json> = include_str!("data/go_templates.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut counts = [0; 3];
    for row in &rows {
        let text = row["template"].as_str().unwrap();
        let (step, got) = outcome(text, &options, &data);
        let index = ["parse", "exec", "out"].iter().position(|step| row.get(step).is_some()).unwrap();
        let expected = ["parse", "exec", "out"][index];
        assert_eq!((step, got.as_str()), (expected, row[expected].as_str().unwrap()), "{text:?}");
        counts[index] += 1;
    }
    println!("refused {}, failed {}, rendered {}", counts[0], counts[1], counts[2]);
    assert!(counts.iter().all(|count| *count >= 100), "{counts:?}");
}

#[test]
fn every_span_lies_in_the_text() {
    let options = TemplateOptions::prometheus();
    for line in include_str!("data/go_templates.jsonl").lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let text = row["template"].as_str().unwrap();
        match Template::parse(text, &options) {
            Err(error) => {
                assert!(text.get(error.span()).is_some(), "{text:?}");
                assert!(format!("{error:#}").contains('^'));
            }
            Ok(template) => {
                for found in template.check() {
                    assert!(text.get(found.span()).is_some_and(|marked| !marked.is_empty()), "{text:?}");
                }
                for found in template.references() {
                    assert!(text.get(found.span()).is_some_and(|marked| !marked.is_empty()), "{text:?}");
                }
            }
        }
    }
}

#[test]
fn what_the_check_finds_fails_where_nothing_hides_it() {
    let data = AlertData::new([("instance", "web-01"), ("job", "node"), ("n", "5")], 12.5).with_queries(&answer);
    let options = TemplateOptions::prometheus();
    let mut found = 0;
    for line in include_str!("data/go_templates.jsonl").lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let text = row["template"].as_str().unwrap();
        let hidden = ["if", "else", "with", "range", "and", "or", "define", "block"].iter().any(|word| text.contains(word));
        if let (Ok(template), false) = (Template::parse(text, &options), hidden)
            && let Some(finding) = template.check().first()
        {
            assert!(template.render(&data).is_err(), "{text:?}: {finding}");
            found += 1;
        }
    }
    println!("{found} findings");
    assert!(found >= 30);
}
