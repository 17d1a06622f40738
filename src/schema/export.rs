//! The export: JSON Schema 2020-12 for every exported type, and the error catalogue.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::ser::SerializeMap;
use serde_json::Value;
use serde_json::json;

use crate::schema::error_codes::error_codes;
use crate::schema::order::Ordered;
use crate::schema::registry::ExportedType;
use crate::schema::registry::exported_types;
use crate::schema::transform::for_code_generators;
use crate::utils::ErrorCode;

/// What is true of every document, whatever its type, and can't be said in JSON Schema.
const DOCUMENT_RULES: &[(&str, &str)] = &[
    ("invalid_json", "The document is JSON, its strings are Unicode without lone surrogates, and its numbers fit a double."),
    ("invalid_utf8", "The document is UTF-8."),
    ("duplicate_key", "Each member name stands once in its object, except inside values that are kept without being known."),
    ("document_too_large", "The document has no more bytes than the reader's limit (default 16 MiB)."),
    ("document_too_dense", "The document is not made of so many tiny values that reading it takes memory out of proportion."),
    ("too_deep", "Lists and objects stand in each other no deeper than the reader's limit (default 64)."),
    ("too_many_values", "The document holds no more values than the reader's limit (default 1,000,000)."),
    ("string_too_long", "A string as it is written has no more bytes than the reader's limit (default 1 MiB)."),
];

/// The schema of a type as its own document, before it has a name.
pub(crate) fn generate<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

/// Every file of `schemas/`, made anew: its name and its text.
///
/// It writes nothing and is the same on every run; the example `export_schemas` puts the files into a folder.
///
/// ```
/// let files = alert_schemas::schema::export();
/// let (name, text) = &files[0];
/// assert_eq!(name, "Alert.json");
/// assert_eq!(alert_schemas::schema::bundle("Alert"), Some(text.as_str()));
/// ```
#[must_use]
pub fn export() -> Vec<(String, String)> {
    let mut files: Vec<_> = exported_types()
        .iter()
        .map(|exported| (format!("{}.json", exported.name()), text(&Ordered::schema(&finished(exported)))))
        .collect();
    let rows: Vec<_> = error_codes().into_iter().map(Row).collect();
    files.push(("errors.json".to_owned(), text(&rows)));
    files
}

/// The schema of an exported type in its final shape.
fn finished(exported: &ExportedType) -> Value {
    let mut schema = (exported.generate)();
    for_code_generators(&mut schema);
    if let Some(members) = schema.as_object_mut() {
        let version = env!("CARGO_PKG_VERSION_MAJOR");
        members.insert("$id".to_owned(), format!("urn:alert-schemas:v{version}:{}", exported.name()).into());
        members.insert("title".to_owned(), exported.name().into());
        if let Some(word) = members.get("enum").and_then(|words| words.get(0)).cloned() {
            members.entry("examples").or_insert_with(|| json!([word]));
        }
        let rules = members.entry("x-rules").or_insert_with(|| json!([]));
        if let Some(rules) = rules.as_array_mut() {
            rules.extend(DOCUMENT_RULES.iter().map(|(code, rule)| json!({ "code": code, "rule": rule })));
        }
    }
    schema
}

fn text(value: &impl Serialize) -> String {
    // Not reached: a JSON value can be written.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A row of `errors.json`.
struct Row(&'static ErrorCode);

impl Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("code", self.0.code)?;
        map.serialize_entry("meaning", self.0.meaning)?;
        map.serialize_entry("example", self.0.example)?;
        map.serialize_entry("fix", self.0.fix)?;
        map.end()
    }
}
