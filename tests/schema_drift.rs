//! The committed `schemas/` are what the code exports, and are schemas that other languages can rely on.
//!
//! `UPDATE_SCHEMAS=1 cargo test --all-features --test schema_drift` writes them anew.

#![cfg(feature = "schema")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use alert_schemas::schema::bundle;
use alert_schemas::schema::error_codes;
use alert_schemas::schema::export;
use alert_schemas::schema::exported_types;
use alert_schemas::validations::DecodeLimits;
use serde_json::Value;

/// The folder `schemas`; the tests also run from `tests/unification`, where it stands above.
fn folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|above| above.join("schemas")).find(|folder| folder.is_dir()).unwrap()
}

/// Every exported schema with its name.
fn schemas() -> Vec<(&'static str, Value)> {
    exported_types().iter().map(|exported| (exported.name(), serde_json::from_str(exported.schema()).unwrap())).collect()
}

#[test]
fn the_committed_files_are_what_the_code_exports() {
    let files = export();
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        for (name, text) in &files {
            fs::write(folder().join(name), text).unwrap();
        }
    }
    for (name, text) in &files {
        let committed = fs::read_to_string(folder().join(name)).unwrap_or_default();
        assert!(committed == *text, "schemas/{name} differs from what the code exports; UPDATE_SCHEMAS=1 writes it anew");
    }
    let exported: BTreeSet<String> = files.into_iter().map(|(name, _)| name).collect();
    let committed: BTreeSet<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".json"))
        .collect();
    assert_eq!(committed, exported);
}

#[test]
fn the_crate_hands_on_the_committed_text() {
    for exported in exported_types() {
        let committed = fs::read_to_string(folder().join(format!("{}.json", exported.name()))).unwrap();
        assert_eq!(bundle(exported.name()), Some(committed.as_str()));
    }
    let names: BTreeSet<_> = exported_types().iter().map(|exported| exported.name()).collect();
    assert_eq!(names.len(), exported_types().len(), "each name once");
}

#[test]
fn every_schema_is_one() {
    for (name, schema) in schemas() {
        if let Err(error) = jsonschema::meta::validate(&schema) {
            panic!("{name}: {error}");
        }
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:alert-schemas:v{}:{name}", env!("CARGO_PKG_VERSION_MAJOR")));
        assert_eq!(schema["title"], name);
    }
}

#[test]
fn examples_are_valid_and_decode() {
    for exported in exported_types() {
        let name = exported.name();
        let schema: Value = serde_json::from_str(exported.schema()).unwrap();
        let examples = schema["examples"].as_array().unwrap_or_else(|| panic!("{name} has no example"));
        assert!(!examples.is_empty(), "{name} has no example");
        let validator = jsonschema::validator_for(&schema).unwrap();
        for example in examples {
            assert!(validator.is_valid(example), "{name}: {example}");
            let decoded = exported.check(example.to_string().as_bytes(), &DecodeLimits::default());
            assert!(decoded.is_ok(), "{name}: {example}: {decoded:?}");
        }
        for (inner, definition) in schema["$defs"].as_object().into_iter().flatten() {
            let mut alone = definition.clone();
            alone["$defs"] = schema["$defs"].clone();
            let validator = jsonschema::validator_for(&alone).unwrap();
            for example in definition["examples"].as_array().into_iter().flatten() {
                assert!(validator.is_valid(example), "{name}, {inner}: {example}");
            }
        }
    }
}

/// The keywords that good code is generated from; anything else needs thought first (`src/schema/transform.rs`).
const KEYWORDS: &[&str] = &[
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "allOf",
    "anyOf",
    "description",
    "enum",
    "examples",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "not",
    "pattern",
    "properties",
    "propertyNames",
    "required",
    "title",
    "type",
    "x-enum-descriptions",
    "x-rules",
];

/// What is wrong with the shape of a schema, and of every schema inside it.
fn breaches(schema: &Value, place: &str, found: &mut Vec<String>) {
    let Value::Object(members) = schema else {
        if !schema.is_boolean() {
            found.push(format!("{place} is no schema"));
        }
        return;
    };
    for (keyword, value) in members {
        let at = format!("{place}/{keyword}");
        if !KEYWORDS.contains(&keyword.as_str()) {
            found.push(format!("{at} is no keyword of ours"));
        }
        match (keyword.as_str(), value) {
            ("additionalProperties" | "items" | "propertyNames", inner) => breaches(inner, &at, found),
            ("properties" | "$defs", Value::Object(named)) => {
                named.iter().for_each(|(name, inner)| breaches(inner, &format!("{at}/{name}"), found))
            }
            ("anyOf", Value::Array(choices)) => {
                let nulls = choices.iter().filter(|choice| choice["type"] == "null").count();
                if (choices.len(), nulls) != (2, 1) {
                    found.push(format!("{at} is not a value or null"));
                }
                choices.iter().enumerate().for_each(|(index, inner)| breaches(inner, &format!("{at}/{index}"), found));
            }
            ("allOf", list) if list.as_array().is_none_or(|list| list.len() != 1 || list[0]["$ref"].is_null()) => {
                found.push(format!("{at} is not one reference"));
            }
            ("not", inner) if inner.as_object().is_none_or(|inner| inner.keys().ne(["pattern"])) => {
                found.push(format!("{at} is not a pattern"))
            }
            ("format", format) if !["date-time", "uuid"].iter().any(|known| format == known) => found.push(format!("{at} is {format}")),
            ("type", Value::Array(_)) => found.push(format!("{at} is a list of types")),
            ("$ref", _) if members.len() > 1 => found.push(format!("{at} has neighbours")),
            // Python's `$` also stands before a line break at the end.
            ("pattern", _) if !place.ends_with("/not") && members.get("not").is_none() => {
                found.push(format!("{at} does not refuse a line break at the end"))
            }
            ("enum", list) => {
                let described = members.get("x-enum-descriptions").and_then(Value::as_array);
                if described.map(Vec::len) != list.as_array().map(Vec::len) {
                    found.push(format!("{at} has not one description for each value"));
                }
            }
            ("x-rules", Value::Array(rules)) => {
                let codes: BTreeSet<_> = error_codes().into_iter().map(|row| row.code).collect();
                for rule in rules {
                    if !rule["code"].as_str().is_some_and(|code| codes.contains(code))
                        || !rule["rule"].as_str().is_some_and(|rule| rule.ends_with('.'))
                    {
                        found.push(format!("{at} has {rule}: expected a code of the catalogue and a sentence"));
                    }
                }
            }
            _ => {}
        }
    }
    let is_record = members.contains_key("properties");
    let needed: &[&str] =
        if place.split('/').nth_back(1) == Some("$defs") || !place.contains('/') { &["title", "description"] } else { &[] };
    for keyword in needed.iter().chain(if is_record { &["additionalProperties"][..] } else { &[] }) {
        if !members.contains_key(*keyword) {
            found.push(format!("{place} has no {keyword}"));
        }
    }
    if let Some(text) = members.get("description").and_then(Value::as_str)
        && (text.is_empty() || ["[`", "::", "```"].iter().any(|rust| text.contains(rust)))
    {
        found.push(format!("{place} is described for readers of Rust: {text}"));
    }
}

#[test]
fn every_schema_keeps_to_what_code_generators_understand() {
    let mut found = Vec::new();
    for (name, schema) in schemas() {
        breaches(&schema, name, &mut found);
    }
    assert!(found.is_empty(), "{} breaches:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_error_catalogue_is_complete_in_itself() {
    let text = fs::read_to_string(folder().join("errors.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), error_codes().len());
    for (row, code) in rows.iter().zip(error_codes()) {
        assert_eq!(row["code"], code.code);
        for key in ["meaning", "example", "fix"] {
            assert!(row[key].as_str().is_some_and(|text| !text.is_empty()), "{}: {key}", code.code);
        }
    }
}
