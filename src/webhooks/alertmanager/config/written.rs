//! A tree of values on its way to YAML.

use crate::validations::yaml::write_key;
use crate::validations::yaml::write_text;

/// A value as it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    Null,
    Bool(bool),
    /// A number, as it is printed.
    Number(String),
    Text(String),
    List(Vec<Written>),
    Map(Vec<(String, Written)>),
}

impl Written {
    /// A document, in the layout that Alertmanager's documentation has.
    pub(super) fn to_yaml(&self) -> String {
        let mut out = String::new();
        match self {
            Self::Map(fields) if !fields.is_empty() => write_fields(&mut out, fields, 0, false),
            Self::List(items) if !items.is_empty() => write_items(&mut out, items, 0),
            _ => {
                self.write_inline(&mut out, 0);
                out.push('\n');
            }
        }
        out
    }

    fn write_inline(&self, out: &mut String, indent: usize) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => write_text(out, text, indent),
            Self::List(_) => out.push_str("[]"),
            Self::Map(_) => out.push_str("{}"),
        }
    }
}

/// Writes the fields of a mapping below each other; the first one on the line that is there, where `started` says so.
pub(super) fn write_fields(out: &mut String, fields: &[(String, Written)], indent: usize, mut started: bool) {
    for (name, value) in fields {
        if !started {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        started = false;
        write_key(out, name, indent);
        match value {
            Written::Map(fields) if !fields.is_empty() => {
                end_line(out);
                write_fields(out, fields, indent + 2, false);
            }
            Written::List(items) if !items.is_empty() => {
                end_line(out);
                write_items(out, items, indent + 2);
            }
            _ => {
                value.write_inline(out, indent);
                out.push('\n');
            }
        }
    }
}

/// Writes the items of a list below each other.
pub(super) fn write_items(out: &mut String, items: &[Written], indent: usize) {
    for item in items {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str("- ");
        match item {
            Written::Map(fields) if !fields.is_empty() => write_fields(out, fields, indent + 2, true),
            Written::List(items) if !items.is_empty() => {
                end_line(out);
                write_items(out, items, indent + 2);
            }
            _ => {
                item.write_inline(out, indent);
                out.push('\n');
            }
        }
    }
}

/// Ends a line on which nothing but a key or a mark stands.
fn end_line(out: &mut String) {
    while out.ends_with(' ') {
        out.pop();
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_written_as_blocks() {
        let text = |text: &str| Written::Text(text.to_owned());
        let map = |fields: Vec<(&str, Written)>| Written::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
        let tree = map(vec![
            ("a", text("b")),
            ("c", Written::List(vec![map(vec![("d", Written::Null), ("e", text("yes"))]), Written::List(vec![text("x\ny\n")])])),
            ("f", Written::List(Vec::new())),
            ("g", map(vec![("h", Written::Number("1.5".to_owned()))])),
        ]);
        let yaml = "a: b\nc:\n  - d: null\n    e: \"yes\"\n  -\n    - |\n      x\n      y\nf: []\ng:\n  h: 1.5\n";
        assert_eq!(tree.to_yaml(), yaml);
    }
}
