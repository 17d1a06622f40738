//! The JSON Schema of a record, in the shape that good code is generated from.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::utils::schema_text;

/// Collects the fields of a record and writes its schema.
///
/// A field with a description and a reference becomes `allOf` with one member, so that code generators keep one name for each type.
pub(crate) struct RecordSchema {
    title: &'static str,
    description: String,
    example: &'static str,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
    order: Vec<&'static str>,
    rules: Vec<Value>,
}

impl RecordSchema {
    pub(crate) fn new(title: &'static str, docs: &str, example: &'static str) -> Self {
        let (description, properties) = (schema_text(docs), Map::new());
        Self { title, description, example, properties, required: Vec::new(), order: Vec::new(), rules: Vec::new() }
    }

    pub(crate) fn field(mut self, name: &'static str, kind: &str, value: schemars::Schema, docs: &str, max: Option<usize>) -> Self {
        let mut schema = Map::new();
        let value = value.to_value();
        match value {
            Value::Object(object) if !object.contains_key("$ref") => schema.extend(object),
            other => {
                schema.insert("allOf".to_owned(), json!([other]));
            }
        }
        schema.insert("description".to_owned(), schema_text(docs).into());
        if let Some(max) = max {
            schema.insert("maxItems".to_owned(), max.into());
        }
        if matches!(kind, "required" | "listed") {
            self.required.push(name);
        }
        self.order.push(name);
        self.properties.insert(name.to_owned(), Value::Object(schema));
        self
    }

    pub(crate) fn rule(mut self, code: &str, rule: &str) -> Self {
        self.rules.push(json!({ "code": code, "rule": rule }));
        self
    }

    pub(crate) fn finish(self, open: bool) -> schemars::Schema {
        let mut schema = Map::new();
        schema.insert("title".to_owned(), self.title.into());
        schema.insert("description".to_owned(), self.description.into());
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), Value::Object(self.properties));
        // The export writes the properties in this order; a map of JSON values may not keep it.
        schema.insert("x-order".to_owned(), json!(self.order));
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        schema.insert("additionalProperties".to_owned(), open.into());
        if let Ok(example) = serde_json::from_str::<Value>(self.example) {
            schema.insert("examples".to_owned(), json!([example]));
        }
        if !self.rules.is_empty() {
            schema.insert("x-rules".to_owned(), Value::Array(self.rules));
        }
        schemars::Schema::from(schema)
    }
}
