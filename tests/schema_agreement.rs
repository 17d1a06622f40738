//! The contract: a JSON Schema validator accepts a document just where the decoder does, and both readings of the decoder agree.

#![cfg(all(feature = "schema", feature = "proptest"))]

mod near_misses;

use std::collections::BTreeSet;

use alert_schemas::schema::ExportedType;
use alert_schemas::schema::error_code;
use alert_schemas::schema::exported_types;
use alert_schemas::validations::DecodeLimits;
use serde_json::Value;

use crate::near_misses::NearMisses;

/// How often each answer was given.
#[derive(Debug, Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    cross_field: usize,
    not_json: usize,
}

/// What is wrong about one document, if anything.
fn ask(
    exported: &ExportedType,
    validator: &jsonschema::Validator,
    cross_field: &BTreeSet<String>,
    text: &str,
    tally: &mut Tally,
) -> Option<String> {
    let front = exported.check(text.as_bytes(), &DecodeLimits::default());
    let quick = exported.check_quickly(text.as_bytes());
    let slow = exported.check_slowly(text.as_bytes());
    let readings = match (&front, &quick, &slow) {
        (Ok(front), Some(quick), Ok(slow)) if front == quick && quick == slow => None,
        (Err(front), None, Err(slow)) if front == slow && !front.is_empty() => None,
        _ => Some(format!("the readings differ:\n  front: {front:?}\n  quick: {quick:?}\n  slow: {slow:?}")),
    };
    if readings.is_some() {
        return readings;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        tally.not_json += 1;
        return front.is_ok().then(|| "it is no JSON, but the decoder accepts it".to_owned());
    };
    let by_schema = validator.is_valid(&value);
    match &front {
        Ok(written) => {
            tally.accepted += 1;
            if !by_schema {
                let why: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
                return Some(format!("the decoder accepts it, the schema does not: {}", why.join("; ")));
            }
            // What is written is valid again, and means the same.
            let again = exported.check(written.to_string().as_bytes(), &DecodeLimits::default());
            (!validator.is_valid(written) || again.as_ref() != Ok(written))
                .then(|| format!("it is written as {written}, which does not read back"))
        }
        Err(report) => {
            tally.refused += 1;
            if let Some(violation) = report.violations().iter().find(|violation| error_code(&violation.code).is_none()) {
                return Some(format!("the code `{}` is not in the catalogue", violation.code));
            }
            let only_cross_field = report.violations().iter().all(|violation| cross_field.contains(&*violation.code));
            match (by_schema, only_cross_field) {
                (true, true) => {
                    tally.cross_field += 1;
                    None
                }
                (true, false) => Some(format!("the schema accepts it, the decoder does not: {report}")),
                (false, _) => None,
            }
        }
    }
}

#[test]
fn schema_and_decoder_agree_on_documents_one_edit_away_from_valid() {
    let mut problems = Vec::new();
    for exported in exported_types() {
        let name = exported.name();
        let mut source = NearMisses::new(exported, near_misses::seed());
        let validator = jsonschema::options().should_validate_formats(false).build(source.schema()).unwrap();
        let cross_field = exported.cross_field_codes();
        let mut tally = Tally::default();
        for _ in 0..near_misses::cases() {
            let text = source.near();
            if let Some(problem) = ask(exported, &validator, &cross_field, &text, &mut tally) {
                let shown: String = text.chars().take(2_000).collect();
                problems.push(format!("{name}: {shown}\n  {problem}"));
            }
        }
        let all = tally.accepted + tally.refused;
        let share = |part: usize| 100.0 * part as f64 / all.max(1) as f64;
        println!(
            "agreement {name}: {all} documents, {:.0} % accepted, {:.0} % refused ({:.0} % only by `x-rules`); {} are no JSON",
            share(tally.accepted),
            share(tally.refused),
            share(tally.cross_field),
            tally.not_json,
        );
        for (what, part) in [("accepted", tally.accepted), ("refused", tally.refused)] {
            if !(20.0..=80.0).contains(&share(part)) {
                problems.push(format!("{name}: {:.0} % are {what}: expected 20 to 80 %", share(part)));
            }
        }
    }
    assert!(problems.is_empty(), "{} problems, the first of them:\n{}", problems.len(), problems[..problems.len().min(20)].join("\n"));
}

/// The documents are near enough: a schema with one keyword changed gives another answer to at least one of them.
#[test]
#[ignore = "it takes a minute or two; .ci/run runs it"]
fn a_breach_of_the_contract_is_noticed() {
    let mut unnoticed = Vec::new();
    let mut done = BTreeSet::new();
    // A definition is looked at in the smallest schema that has it, where most documents meet it.
    let mut types: Vec<_> = exported_types().iter().collect();
    types.sort_by_key(|exported| exported.schema().len());
    for exported in types {
        let mut source = NearMisses::new(exported, 1);
        let build = |schema: &Value| jsonschema::options().should_validate_formats(false).build(schema).unwrap();
        let original = build(source.schema());
        let mut left: Vec<_> =
            near_misses::breaches(source.schema(), &mut done).into_iter().map(|(what, schema)| (what, build(&schema))).collect();
        let mut valid = source.valid();
        for number in 0..50_000 {
            if left.is_empty() {
                break;
            }
            if number % 25 == 0 {
                valid = source.valid();
            }
            let Ok(document) = serde_json::from_str(&source.near_to(&valid)) else { continue };
            let answer = original.is_valid(&document);
            left.retain(|(_, changed)| changed.is_valid(&document) == answer);
        }
        unnoticed.extend(left.into_iter().map(|(what, _)| format!("{}{what}", exported.name())));
    }
    assert!(unnoticed.is_empty(), "{} changes are not noticed:\n{}", unnoticed.len(), unnoticed.join("\n"));
}
