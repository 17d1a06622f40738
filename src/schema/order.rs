//! The order of keys in what is exported: chosen here, so that no feature of `serde_json` changes a committed file.

use serde::Serialize;
use serde::ser::SerializeMap;
use serde::ser::SerializeSeq;
use serde_json::Map;
use serde_json::Value;

/// Keywords in the order in which a person reads a schema; others come after them, by name.
const KEYWORDS: &[&str] = &[
    "$schema",
    "$id",
    "title",
    "description",
    "$ref",
    "allOf",
    "anyOf",
    "oneOf",
    "type",
    "format",
    "const",
    "enum",
    "x-enum-descriptions",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "not",
    "items",
    "minItems",
    "maxItems",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "examples",
    "x-rules",
    "code",
    "rule",
    "$defs",
];

/// The internal keyword that carries the order of a record's properties to the writer; it is not exported.
pub(crate) const PROPERTY_ORDER: &str = "x-order";

/// What the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// Keywords of a schema.
    Keywords,
    /// Names that the schema's author chose, each with a schema.
    Names,
    /// Data: examples and allowed values.
    Data,
}

/// A value that is written with its keys in our order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ordered<'a> {
    value: &'a Value,
    keys: Keys,
    first: &'a [Value],
}

impl<'a> Ordered<'a> {
    /// A schema.
    pub(crate) fn schema(value: &'a Value) -> Self {
        Self { value, keys: Keys::Keywords, first: &[] }
    }

    fn inside(self, members: &'a Map<String, Value>, name: &str, value: &'a Value) -> Self {
        let keys = match (self.keys, name) {
            (Keys::Data, _) | (Keys::Keywords, "examples" | "enum" | "const" | "default") => Keys::Data,
            (Keys::Keywords, "properties" | "$defs") => Keys::Names,
            (Keys::Keywords | Keys::Names, _) => Keys::Keywords,
        };
        let order = members.get(PROPERTY_ORDER).filter(|_| self.keys == Keys::Keywords && name == "properties");
        Self { value, keys, first: order.and_then(Value::as_array).map_or(&[], Vec::as_slice) }
    }

    fn rank(self, name: &str) -> usize {
        let place = match self.keys {
            Keys::Keywords => KEYWORDS.iter().position(|keyword| *keyword == name),
            Keys::Names => self.first.iter().position(|first| first == name),
            Keys::Data => None,
        };
        place.unwrap_or(usize::MAX)
    }
}

impl Serialize for Ordered<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Object(members) => {
                let hidden = |name: &str| self.keys == Keys::Keywords && name == PROPERTY_ORDER;
                let mut sorted: Vec<_> = members.iter().filter(|(name, _)| !hidden(name)).collect();
                sorted.sort_by_key(|(name, _)| (self.rank(name), *name));
                let mut map = serializer.serialize_map(Some(sorted.len()))?;
                for (name, value) in sorted {
                    map.serialize_entry(name, &self.inside(members, name, value))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for value in items {
                    list.serialize_element(&Self { value, ..*self })?;
                }
                list.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keywords_come_in_reading_order_and_data_by_name() {
        let schema = json!({
            "x-order": ["b", "a"],
            "examples": [{ "title": 1, "a": 2 }],
            "properties": { "a": { "type": "string", "title": "A" }, "b": true, "title": true },
            "type": "object"
        });
        let text = serde_json::to_string(&Ordered::schema(&schema)).unwrap();
        assert_eq!(
            text,
            r#"{"type":"object","properties":{"b":true,"a":{"title":"A","type":"string"},"title":true},"examples":[{"a":2,"title":1}]}"#
        );
    }
}
