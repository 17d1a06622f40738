//! What makes a generated schema good for code generators of other languages.
//!
//! | shape | without the change |
//! |---|---|
//! | maps say `additionalProperties` and `propertyNames`, not `patternProperties` | a generated map type loses every entry |
//! | no `format` of an integer or a float | strict validators refuse the schema |
//! | a description beside a `$ref` becomes `allOf` with one member | the type is written out again, or renamed, at every use |
//! | an enum with documented values is `enum` and `x-enum-descriptions` | a union of constants, or no enum at all |
//! | a value or null is `anyOf` of the two, not a list of types | strict validators refuse the schema |
//! | every definition has a `title` | types are named after the first field that uses them |

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// Formats of numbers that `minimum` and `maximum` say better.
const NUMBER_FORMATS: &[&str] =
    &["int8", "int16", "int32", "int64", "int128", "int", "uint8", "uint16", "uint32", "uint64", "uint128", "uint", "float", "double"];

/// Changes a root schema and everything inside.
pub(crate) fn for_code_generators(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if let Some(Value::Object(definitions)) = members.get_mut("$defs") {
        for (name, definition) in definitions {
            if let Value::Object(definition) = definition {
                definition.entry("title").or_insert_with(|| name.as_str().into());
            }
        }
    }
    each(schema, &|members| {
        drop_number_format(members);
        say_null_apart(members);
        say_map_plainly(members);
        say_enum_plainly(members);
        wrap_reference(members);
    });
}

/// Calls `change` on a schema and on every schema inside it, inner ones first.
fn each(schema: &mut Value, change: &impl Fn(&mut Map<String, Value>)) {
    let Value::Object(members) = schema else { return };
    for (keyword, value) in members.iter_mut() {
        match (keyword.as_str(), value) {
            ("not" | "items" | "additionalProperties" | "propertyNames", inner) => each(inner, change),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => list.iter_mut().for_each(|inner| each(inner, change)),
            ("properties" | "patternProperties" | "$defs", Value::Object(named)) => {
                named.values_mut().for_each(|inner| each(inner, change))
            }
            _ => {}
        }
    }
    change(members);
}

fn drop_number_format(members: &mut Map<String, Value>) {
    if members.get("format").and_then(Value::as_str).is_some_and(|format| NUMBER_FORMATS.contains(&format)) {
        members.remove("format");
    }
}

/// `type: [one, "null"]` becomes `anyOf` of that one type, with all that is said about it, and null.
fn say_null_apart(members: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = members.get("type") else { return };
    let others: Vec<Value> = types.iter().filter(|name| *name != "null").cloned().collect();
    if let ([one], true) = (others.as_slice(), others.len() + 1 == types.len()) {
        let mut inner = std::mem::take(members);
        for about in ["title", "description", "examples"] {
            if let Some(value) = inner.remove(about) {
                members.insert(about.to_owned(), value);
            }
        }
        inner.insert("type".to_owned(), one.clone());
        members.insert("anyOf".to_owned(), json!([inner, { "type": "null" }]));
    }
}

/// `patternProperties` with one pattern and nothing beside it is a map with names of that pattern.
fn say_map_plainly(members: &mut Map<String, Value>) {
    let Some(Value::Object(patterns)) = members.get("patternProperties") else { return };
    if patterns.len() != 1 || members.get("additionalProperties") != Some(&Value::Bool(false)) {
        return;
    }
    let Some(Value::Object(patterns)) = members.remove("patternProperties") else { return };
    for (pattern, value) in patterns {
        members.insert("propertyNames".to_owned(), json!({ "type": "string", "pattern": pattern }));
        members.insert("additionalProperties".to_owned(), value);
    }
}

/// `oneOf` of described constants is an `enum` with its descriptions beside it.
fn say_enum_plainly(members: &mut Map<String, Value>) {
    let Some(Value::Array(choices)) = members.get("oneOf") else { return };
    let constants: Option<Vec<_>> = choices.iter().map(|choice| choice.get("const").cloned()).collect();
    let Some(constants) = constants else { return };
    let descriptions: Vec<_> = choices.iter().map(|choice| choice.get("description").cloned().unwrap_or_else(|| "".into())).collect();
    members.remove("oneOf");
    members.insert("type".to_owned(), "string".into());
    members.insert("enum".to_owned(), constants.into());
    members.insert("x-enum-descriptions".to_owned(), descriptions.into());
}

fn wrap_reference(members: &mut Map<String, Value>) {
    if members.len() > 1
        && let Some(reference) = members.remove("$ref")
    {
        members.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(mut schema: Value) -> Value {
        for_code_generators(&mut schema);
        schema
    }

    #[test]
    fn shapes_that_generators_lose_are_said_in_another_way() {
        assert_eq!(
            changed(json!({ "patternProperties": { "^a": { "format": "uint32" } }, "additionalProperties": false })),
            json!({ "propertyNames": { "type": "string", "pattern": "^a" }, "additionalProperties": {} })
        );
        assert_eq!(
            changed(json!({ "properties": { "a": { "$ref": "#/$defs/B", "description": "d" }, "c": { "$ref": "#/$defs/B" } } })),
            json!({ "properties": { "a": { "allOf": [{ "$ref": "#/$defs/B" }], "description": "d" }, "c": { "$ref": "#/$defs/B" } } })
        );
        assert_eq!(
            changed(json!({ "additionalProperties": { "description": "d", "type": ["null", "string"], "maxLength": 3 } })),
            json!({ "additionalProperties": { "description": "d", "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "null" }] } })
        );
        assert_eq!(
            changed(json!({ "$defs": { "B": { "oneOf": [{ "const": "x", "type": "string", "description": "X." }, { "const": "y" }] } } })),
            json!({ "$defs": { "B": { "title": "B", "type": "string", "enum": ["x", "y"], "x-enum-descriptions": ["X.", ""] } } })
        );
    }

    #[test]
    fn other_shapes_stay() {
        for schema in [
            json!({ "patternProperties": { "^a": true }, "additionalProperties": true }),
            json!({ "patternProperties": { "^a": true, "^b": true }, "additionalProperties": false }),
            json!({ "oneOf": [{ "const": "x" }, { "type": "integer" }] }),
            json!({ "format": "date-time", "items": true, "anyOf": [{ "$ref": "#/$defs/B" }, { "type": "null" }] }),
            json!({ "type": ["string", "integer"] }),
            json!(true),
        ] {
            assert_eq!(changed(schema.clone()), schema);
        }
    }
}
