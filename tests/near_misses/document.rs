//! A JSON document that keeps what a value would lose: how numbers are written, and names that stand twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::Chance;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Document {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
    List(Vec<Document>),
    Object(Vec<(String, Document)>),
}

/// How a document is written: the meaning is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    Plain,
    /// With blanks, and with characters as escapes.
    Odd,
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Item(usize),
    Member(usize),
}

impl From<&Value> for Document {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(*value),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(members.iter().map(|(name, value)| (name.clone(), value.into())).collect()),
        }
    }
}

impl Document {
    /// A way to a value, each kind of place as often as the others: items of a list are one kind, each member of an object is its own.
    pub(crate) fn place_of_some_kind(&self, chance: &mut Chance) -> Vec<Step> {
        let mut kinds = BTreeMap::new();
        self.collect(&mut String::new(), &mut Vec::new(), &mut kinds);
        let kinds: Vec<_> = kinds.into_values().collect();
        let ways = &kinds[chance.below(kinds.len())];
        chance.pick(ways)
    }

    fn collect(&self, kind: &mut String, way: &mut Vec<Step>, kinds: &mut BTreeMap<String, Vec<Vec<Step>>>) {
        kinds.entry(kind.clone()).or_default().push(way.clone());
        let children: Vec<(Step, &str, &Self)> = match self {
            Self::List(items) => items.iter().enumerate().map(|(at, item)| (Step::Item(at), "*", item)).collect(),
            Self::Object(members) => members.iter().enumerate().map(|(at, (name, value))| (Step::Member(at), &**name, value)).collect(),
            _ => Vec::new(),
        };
        for (step, name, child) in children {
            let above = kind.len();
            kind.push('/');
            kind.push_str(name);
            way.push(step);
            child.collect(kind, way, kinds);
            way.pop();
            kind.truncate(above);
        }
    }

    /// Every text inside.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            Self::Object(members) => members.iter().flat_map(|(_, value)| value.texts()).collect(),
            _ => Vec::new(),
        }
    }

    /// A way down, so that members with much inside are not met more often than the others.
    pub(crate) fn descend(&self, chance: &mut Chance) -> Vec<Step> {
        let mut way = Vec::new();
        let mut here = self;
        loop {
            let (step, next) = match here {
                Self::List(items) if !items.is_empty() => {
                    let at = chance.below(items.len());
                    (Step::Item(at), &items[at])
                }
                Self::Object(members) if !members.is_empty() => {
                    let at = chance.below(members.len());
                    (Step::Member(at), &members[at].1)
                }
                _ => return way,
            };
            if !way.is_empty() && chance.percent(30) {
                return way;
            }
            way.push(step);
            here = next;
        }
    }

    /// The value inside this one at `step`, with its name if it is a member.
    pub(crate) fn inside(&mut self, step: &Step) -> (Option<&str>, &mut Self) {
        match (self, step) {
            (Self::List(items), Step::Item(at)) => (None, &mut items[*at]),
            (Self::Object(members), Step::Member(at)) => {
                let (name, value) = &mut members[*at];
                (Some(name), value)
            }
            _ => unreachable!("the way was made from this document"),
        }
    }

    pub(crate) fn text(&self, spelling: Spelling, chance: &mut Chance) -> String {
        let mut out = String::new();
        self.write(spelling, chance, &mut out);
        out
    }

    fn write(&self, spelling: Spelling, chance: &mut Chance, out: &mut String) {
        let blank = |chance: &mut Chance, out: &mut String| {
            if spelling == Spelling::Odd && chance.percent(20) {
                out.push_str(chance.pick(&[" ", "\n", "\t", "\r\n  "]));
            }
        };
        blank(chance, out);
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) => write_text(text, spelling, chance, out),
            Self::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(spelling, chance, out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (at, (name, value)) in members.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    blank(chance, out);
                    write_text(name, spelling, chance, out);
                    blank(chance, out);
                    out.push(':');
                    value.write(spelling, chance, out);
                }
                out.push('}');
            }
        }
        blank(chance, out);
    }
}

fn write_text(text: &str, spelling: Spelling, chance: &mut Chance, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if spelling == Spelling::Odd && chance.percent(5) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
            continue;
        }
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '/' if spelling == Spelling::Odd => out.push_str("\\/"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
