//! Schemas with one thing changed, to see that the documents are many and near enough to notice.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;

/// Every schema that differs from `schema` in one keyword, each with what was changed; definitions that are `done` stay as they are.
pub(crate) fn breaches(schema: &Value, done: &mut BTreeSet<String>) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    visit(schema, schema, String::new(), &mut found);
    found.retain(|(what, _)| !what.strip_prefix("/$defs/").and_then(|rest| rest.split('/').next()).is_some_and(|name| done.contains(name)));
    done.extend(schema.get("$defs").and_then(Value::as_object).into_iter().flat_map(Map::keys).cloned());
    done.extend(schema.get("title").and_then(Value::as_str).map(str::to_owned));
    found
}

fn visit(root: &Value, here: &Value, place: String, found: &mut Vec<(String, Value)>) {
    let Value::Object(members) = here else { return };
    for (keyword, value) in members {
        for (what, members) in changes(members, keyword, value) {
            let mut changed = root.clone();
            *changed.pointer_mut(&place).unwrap() = Value::Object(members);
            found.push((format!("{place}/{keyword}: {what}"), changed));
        }
        let at = format!("{place}/{keyword}");
        match (keyword.as_str(), value) {
            ("items" | "additionalProperties" | "propertyNames", inner) => visit(root, inner, at, found),
            ("allOf" | "anyOf" | "oneOf", Value::Array(list)) => {
                list.iter().enumerate().for_each(|(index, inner)| visit(root, inner, format!("{at}/{index}"), found));
            }
            ("properties" | "$defs", Value::Object(named)) => {
                named.iter().for_each(|(name, inner)| visit(root, inner, format!("{at}/{name}"), found));
            }
            _ => {}
        }
    }
}

/// The changes of one keyword: a limit one lower and one higher, a condition dropped.
///
/// What another keyword says as well is left out: the type beside an `enum` or a `not`, a length beside a pattern that has it.
/// So are lists of more than a thousand items.
fn changes(members: &Map<String, Value>, keyword: &str, value: &Value) -> Vec<(String, Map<String, Value>)> {
    let set = |value: Value| {
        let mut members = members.clone();
        members.insert(keyword.to_owned(), value);
        members
    };
    let without = || {
        let mut members = members.clone();
        members.remove(keyword);
        members
    };
    let pattern = members.get("pattern").and_then(Value::as_str).unwrap_or_default();
    match (keyword, value) {
        ("type", _) if members.contains_key("enum") || members.contains_key("not") => Vec::new(),
        ("maxItems", Value::Number(most)) if most.as_u64() > Some(1_000) => Vec::new(),
        ("minLength", _) if pattern.ends_with("+$") => Vec::new(),
        ("maxLength", _) if pattern.contains(",512}") => Vec::new(),
        (
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minimum" | "maximum",
            Value::Number(limit),
        ) => {
            let limit = limit.as_i64().unwrap();
            let may_be_negative = keyword == "minimum";
            let others = [limit - 1, limit + 1].into_iter().filter(|other| may_be_negative || *other >= 0);
            others.map(|other| (other.to_string(), set(other.into()))).collect()
        }
        ("type" | "pattern" | "enum" | "propertyNames" | "allOf" | "anyOf" | "oneOf", _) => vec![("dropped".to_owned(), without())],
        ("additionalProperties", Value::Bool(open)) => vec![(format!("{}", !open), set((!open).into()))],
        ("additionalProperties" | "items", Value::Object(_)) => vec![("anything".to_owned(), set(true.into()))],
        ("required", Value::Array(names)) => (0..names.len())
            .map(|at| {
                let mut fewer = names.clone();
                let name = fewer.remove(at);
                (format!("without {name}"), set(fewer.into()))
            })
            .collect(),
        ("properties", Value::Object(named)) => named
            .keys()
            .map(|name| {
                let mut fewer = named.clone();
                fewer.remove(name);
                (format!("without {name}"), set(fewer.into()))
            })
            .collect(),
        _ => Vec::new(),
    }
}
