//! One edit of a document, chosen by what stands there and by what the schema says about it.

use serde_json::Map;
use serde_json::Value;

use super::Chance;
use super::document::Document;
use super::document::Step;
use super::keywords;

/// Characters that parsers and patterns like to see differently.
const CHARACTERS: &[char] = &[
    'a',
    'Z',
    '0',
    '9',
    '-',
    '_',
    '.',
    ':',
    '/',
    '~',
    '+',
    ' ',
    '"',
    '\\',
    '\0',
    '\t',
    '\n',
    '\r',
    '\u{7f}',
    '\u{85}',
    '\u{a0}',
    'é',
    'ß',
    'ſ',
    'K',
    '٣',
    '日',
    '\u{2028}',
    '\u{feff}',
    '🔥',
    '\u{10ffff}',
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "0.0",
    "-0.0",
    "1",
    "1.0",
    "1e3",
    "1E+2",
    "10e-1",
    "-1",
    "-1.0",
    "1.5",
    "0.1e1",
    "1e-7",
    "255",
    "65536",
    "4294967296",
    "9007199254740991",
    "9007199254740991.0",
    "9007199254740992",
    "9007199254740993",
    "9007199254740990.5",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e16",
    "1e19",
    "1e300",
    "1e400",
];

const TIMES: &[&str] = &[
    "2025-01-06T09:00:00Z",
    "2024-02-29T23:59:59.999999999+23:59",
    "2023-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2025-04-31T00:00:00Z",
    "2025-12-31T24:00:00Z",
    "2016-12-31T23:59:60Z",
    "2025-01-06T09:00:00",
    "2025-01-06 09:00:00Z",
    "2025-01-06t09:00:00z",
    "2025-01-06T09:00:00z",
    "2025-01-06T09:00Z",
    "2025-01-06",
    "2025-1-6T9:00:00Z",
    "2025-01-06T09:00:00+0100",
    "2025-01-06T09:00:00+01",
    "2025-01-06T09:00:00-00:00",
    "2025-01-06T09:00:00+24:00",
    "2025-01-06T09:00:00+01:60",
    "2025-01-06T09:00:00.Z",
    "2025-01-06T09:00:00.1234567890Z",
    "2025-01-06T09:00:00,5Z",
    "+2025-01-06T09:00:00Z",
    "12025-01-06T09:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59-00:01",
    "9999-12-31T23:59:59-00:00",
    "٢٠٢٥-01-06T09:00:00Z",
];

const DURATIONS: &[&str] = &[
    "0",
    "0s",
    "00",
    "5m",
    "90m",
    "1h30m",
    "30m1h",
    "5m5m",
    "1y2w3d4h5m6s7ms",
    "1ms1s",
    "-5m",
    "+5m",
    "1.5h",
    "5",
    "5 m",
    "5M",
    "5min",
    "292y",
    "293y",
    "9223372036854ms",
    "9223372036855ms",
    "99999999999999999999s",
    "0y",
    "٣m",
    "",
];

const IDENTITIES: &[&str] = &[
    "labels:dab43189276e5f48",
    "labels:DAB43189276E5F48",
    "labels:dab43189276e5f4",
    "labels: dab43189276e5f48",
    "dedup:pagerduty:db-1/disk",
    "dedup:pagerduty:a:b:c",
    "dedup:pagerduty:",
    "dedup::x",
    "dedup:PagerDuty:x",
    "dedup:pagerduty",
    "content:v1:ab",
    "content:v2:abababababababababababababababababababababababababababababababab",
    "other:x",
];

/// Changes one thing of `document`.
pub(crate) fn edit(document: &mut Document, schema: &Value, chance: &mut Chance) {
    let whole = document.clone();
    let way = match chance.below(20) {
        0..9 => Vec::new(),
        9..15 => document.descend(chance),
        _ => document.place_of_some_kind(chance),
    };
    let mut at = document;
    let mut here = keywords(schema, schema);
    for step in &way {
        let is_item = matches!(step, Step::Item(_));
        let (name, inner) = at.inside(step);
        let next = if is_item {
            here.get("items")
        } else {
            let named = name.and_then(|name| here.get("properties")?.get(name));
            named.or_else(|| here.get("additionalProperties"))
        };
        here = keywords(schema, next.unwrap_or(&Value::Null));
        at = inner;
    }
    // Where anything may stand in an object, it is only refused as a whole.
    let free = here.get("additionalProperties") == Some(&Value::Bool(true)) && !here.contains_key("properties");
    let share = match (way.is_empty(), free) {
        (true, true) => 90,
        (true, false) => 60,
        (false, _) => 20,
    };
    if chance.percent(share) {
        other_kind(at, chance);
        return;
    }
    match at {
        Document::Object(members) => edit_members(members, schema, &here, chance),
        Document::List(items) => edit_items(items, schema, &here, chance),
        Document::Text(text) => edit_text(text, &whole, &here, chance),
        Document::Number(text) => *text = near_number(&here, chance),
        Document::Boolean(value) => *value = !*value,
        Document::Null => *at = any_value(chance),
    }
}

/// A limit of the schema, one below or above it, or a number that is read in different ways.
fn near_number(here: &Map<String, Value>, chance: &mut Chance) -> String {
    let limits = ["minimum", "maximum"].iter().filter_map(|limit| here.get(*limit)?.as_i64());
    let around: Vec<i64> = limits.flat_map(|limit| [limit - 1, limit, limit + 1]).collect();
    if around.is_empty() || chance.percent(60) { chance.pick(NUMBERS).to_owned() } else { chance.pick(&around).to_string() }
}

fn any_value(chance: &mut Chance) -> Document {
    match chance.below(9) {
        0 => Document::Null,
        1 => Document::Boolean(chance.percent(50)),
        2 => Document::Number(chance.pick(NUMBERS).to_owned()),
        3 => Document::Text(String::new()),
        4 => Document::Text(chance.pick(CHARACTERS).to_string()),
        5 => Document::List(Vec::new()),
        6 => Document::List(vec![Document::Null]),
        7 => Document::Object(Vec::new()),
        _ => Document::Object(vec![("a".to_owned(), Document::Number("1".to_owned()))]),
    }
}

/// Puts something of another kind in the place.
fn other_kind(at: &mut Document, chance: &mut Chance) {
    let old = std::mem::replace(at, Document::Null);
    *at = match (chance.below(4), old) {
        (0, Document::Object(members)) => Document::List(members.into_iter().map(|(_, value)| value).collect()),
        (0, Document::List(mut items)) if !items.is_empty() => items.swap_remove(0),
        (0, Document::Text(text)) => Document::List(text.chars().map(|c| Document::Text(c.to_string())).collect()),
        (0, Document::Number(text)) => Document::Text(text),
        (1, old) => Document::List(vec![old]),
        (2, old) => Document::Object(vec![("value".to_owned(), old)]),
        _ => any_value(chance),
    };
}

fn edit_members(members: &mut Vec<(String, Document)>, root: &Value, here: &Map<String, Value>, chance: &mut Chance) {
    let known: Vec<&String> = here.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
    let one = chance.below(members.len());
    match chance.below(15) {
        0 | 1 | 13 | 14 if !members.is_empty() => drop(members.remove(one)),
        2 if !members.is_empty() => edit_string(&mut members[one].0, chance),
        3 if !members.is_empty() => members[one].1 = Document::Null,
        4 if !members.is_empty() => members[one].1 = any_value(chance),
        5 if !members.is_empty() => {
            let copy = members[one].clone();
            members.push(copy);
        }
        6 if members.len() > 1 => {
            let other = chance.below(members.len());
            members[one].1 = members[other].1.clone();
        }
        7 => members.reverse(),
        8 | 9 if !known.is_empty() => {
            let name = chance.pick(&known);
            members.retain(|(own, _)| own != name);
            let inner = keywords(root, &here["properties"][name]);
            let example = |here: &Map<String, Value>| here.get("examples").and_then(|examples| examples.get(0)).map(Document::from);
            let value = match inner.get("items").and_then(|items| example(&keywords(root, items))) {
                Some(item) if chance.percent(60) => Some(Document::List(filled(&item, root, &inner, chance))),
                None if chance.percent(60) => example(&inner),
                _ => None,
            };
            members.push((name.clone(), value.unwrap_or_else(|| any_value(chance))));
        }
        10 if here.contains_key("maxProperties") => fill_members(members, root, here, chance),
        11 if here.contains_key("propertyNames") && !members.is_empty() => {
            let names = keywords(root, &here["propertyNames"]);
            stretch(&mut members[one].0, &names, chance);
        }
        _ => {
            let name = chance.pick(&["x_team", "", "é", "🔥", "a/b", "~", "$ref", "__proto__", " ", "a\n", "\0"]);
            members.retain(|(own, _)| own != name);
            members.push((name.to_owned(), any_value(chance)));
        }
    }
}

/// As many members as there may be, or one more.
fn fill_members(members: &mut Vec<(String, Document)>, root: &Value, here: &Map<String, Value>, chance: &mut Chance) {
    let max = usize::try_from(here["maxProperties"].as_u64().unwrap()).unwrap();
    let inner = keywords(root, here.get("additionalProperties").unwrap_or(&Value::Null));
    let text = inner.get("type").is_some_and(|kind| kind == "string");
    let value = if text { Document::Text("x".to_owned()) } else { Document::Number("1".to_owned()) };
    let wanted = max + chance.below(2);
    let mut number = 0;
    while members.len() < wanted {
        let name = format!("n{number}");
        if !members.iter().any(|(own, _)| *own == name) {
            members.push((name, value.clone()));
        }
        number += 1;
    }
}

fn edit_items(items: &mut Vec<Document>, root: &Value, here: &Map<String, Value>, chance: &mut Chance) {
    let one = chance.below(items.len());
    match chance.below(6) {
        0 if !items.is_empty() => drop(items.remove(one)),
        1 if !items.is_empty() => items[one] = Document::Null,
        2 if !items.is_empty() => items.push(items[one].clone()),
        3 if items.len() > 1 => items.reverse(),
        4 if !items.is_empty() => *items = filled(&items[one], root, here, chance),
        _ => items.push(any_value(chance)),
    }
}

/// As many items as there may be, or one more, each a little different where its schema leaves a text free.
fn filled(item: &Document, root: &Value, list: &Map<String, Value>, chance: &mut Chance) -> Vec<Document> {
    // Limits that only keep memory in bounds are met by other tests.
    let most = list.get("maxItems").and_then(Value::as_u64).filter(|most| *most <= 1_000).unwrap_or(3);
    let here = keywords(root, list.get("items").unwrap_or(&Value::Null));
    let is_free = |name: &str| {
        let member = here.get("properties").and_then(|all| all.get(name)).map(|member| keywords(root, member)).unwrap_or_default();
        !["enum", "pattern"].iter().any(|keyword| member.contains_key(*keyword))
    };
    let numbered = |number: usize| {
        let mut copy = item.clone();
        if let Document::Object(members) = &mut copy {
            for (name, value) in members {
                if let Document::Text(text) = value
                    && is_free(name)
                {
                    *text = format!("{number}");
                }
            }
        }
        copy
    };
    (0..usize::try_from(most).unwrap() + chance.below(2)).map(numbered).collect()
}

/// One character more, less or other.
fn edit_string(text: &mut String, chance: &mut Chance) {
    let mut characters: Vec<char> = text.chars().collect();
    let at = chance.below(characters.len() + 1);
    let inside = at.min(characters.len().saturating_sub(1));
    match chance.below(6) {
        0 => characters.insert(at, chance.pick(CHARACTERS)),
        1 if !characters.is_empty() => drop(characters.remove(inside)),
        2 if !characters.is_empty() => characters[inside] = chance.pick(CHARACTERS),
        3 if characters.len() > 1 => characters.swap(inside, 0),
        4 => characters.push(chance.pick(&['\n', ' ', '\0', '0', '🔥'])),
        _ => {
            characters =
                characters.iter().flat_map(|c| if c.is_lowercase() { c.to_uppercase().next() } else { c.to_lowercase().next() }).collect()
        }
    }
    *text = characters.into_iter().collect();
}

/// As short or long as it may be, or one less or more.
fn stretch(text: &mut String, here: &Map<String, Value>, chance: &mut Chance) {
    let limit = |name: &str| here.get(name).and_then(Value::as_u64).map(|limit| usize::try_from(limit).unwrap());
    let below = limit("minLength").map(|least| least.saturating_sub(1));
    let around = [below, limit("minLength"), limit("maxLength"), limit("maxLength").map(|most| most + 1)];
    let lengths: Vec<usize> = around.into_iter().flatten().collect();
    let wanted = chance.pick(&lengths);
    let filler = if chance.percent(50) { text.chars().last().unwrap_or('x') } else { chance.pick(&['x', '0', '🔥', 'é']) };
    *text = text.chars().chain(std::iter::repeat(filler)).take(wanted).collect();
}

fn edit_text(text: &mut String, whole: &Document, here: &Map<String, Value>, chance: &mut Chance) {
    let title = here.get("title").and_then(Value::as_str).unwrap_or_default();
    let known = match title {
        "Timestamp" => TIMES,
        "AlertDuration" => DURATIONS,
        "Identity" => IDENTITIES,
        _ => &[],
    };
    match chance.below(8) {
        0 | 1 if !known.is_empty() => *text = chance.pick(known).to_owned(),
        0 | 1 if title == "TimeRange" => *text = format!("{}/{}", chance.pick(TIMES), chance.pick(TIMES)),
        0..=2 if here.contains_key("maxLength") => stretch(text, here, chance),
        3 => {
            // Another text of the document: times that are swapped, names in the place of words.
            *text = chance.pick(&whole.texts()).to_owned();
        }
        4 => {
            let words: Vec<&str> = here.get("enum").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            if words.is_empty() { edit_string(text, chance) } else { *text = chance.pick(&words).to_owned() }
        }
        _ => edit_string(text, chance),
    }
}
