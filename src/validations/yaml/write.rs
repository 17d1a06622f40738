//! Texts written so that they read back the same.

use std::fmt::Write;

use crate::validations::yaml::resolve::Tag;
use crate::validations::yaml::resolve::resolve;

/// Writes a text as a YAML scalar: without quotes where that is safe, on lines of its own (`|`) where it has several, else in double quotes.
///
/// `indent` is the column of the key or item that it belongs to; lines of their own stand two columns further right.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::write_text;
///
/// let mut out = String::new();
/// write_text(&mut out, "sum by (job) (up) == 0", 0);
/// assert_eq!(out, "sum by (job) (up) == 0");
///
/// out.clear();
/// write_text(&mut out, "yes: no", 0);
/// assert_eq!(out, "\"yes: no\"");
///
/// out.clear();
/// write_text(&mut out, "up\n  == 0\n", 2);
/// assert_eq!(out, "|\n    up\n      == 0");
/// ```
pub fn write_text(out: &mut String, text: &str, indent: usize) {
    if is_plain(text) {
        out.push_str(text);
    } else if is_block(text) {
        out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            out.push('\n');
            if !line.is_empty() {
                out.extend(std::iter::repeat_n(' ', indent + 2));
                out.push_str(line);
            }
        }
    } else {
        write_quoted(out, text);
    }
}

/// Writes a text as the key of a block mapping, with its colon, and what comes before a value that stands on the same line.
///
/// A key that is too long to be known by its colon is written behind `?`. `indent` is its column.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::write_key;
///
/// let mut out = String::new();
/// write_key(&mut out, "severity", 0);
/// assert_eq!(out, "severity: ");
/// ```
pub fn write_key(out: &mut String, key: &str, indent: usize) {
    let mut written = String::new();
    if is_plain(key) {
        written.push_str(key)
    } else {
        write_quoted(&mut written, key)
    }
    if written.chars().count() < 1_000 {
        out.push_str(&written);
    } else {
        out.push_str("? ");
        out.push_str(&written);
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    }
    out.push_str(": ");
}

/// Whether a text reads back the same without quotes, in a block.
///
/// Words that YAML 1.1 takes for booleans are put in quotes, too, since other readers than Go's do.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '(' | '_' | '/' | '$'));
    let word = matches!(text.to_ascii_lowercase().as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null");
    starts
        && !word
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| matches!(c, ' '..='~'))
        && resolve(text).0 == Tag::Str
}

/// Whether a text of several lines reads back the same behind `|`.
fn is_block(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let safe =
        |c: char| matches!(c, '\n' | ' '..='~' | '\u{A0}'..='\u{2027}' | '\u{202A}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' | '\u{10000}'..);
    body.contains('\n')
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.chars().all(safe)
        // A line of blanks alone would be taken for indentation.
        && !body.split('\n').any(|line| !line.is_empty() && line.bytes().all(|byte| byte == b' '))
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            ' '..='~' | '\u{A0}'..='\u{2027}' | '\u{202A}'..='\u{FEFE}' | '\u{FF00}'..='\u{FFFD}' => out.push(c),
            '\u{10000}'.. if !matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF) => out.push(c),
            // A String can hold a write without end.
            c if u32::from(c) > 0xFFFF => drop(write!(out, "\\U{:08x}", u32::from(c))),
            c => drop(write!(out, "\\u{:04x}", u32::from(c))),
        }
    }
    out.push('"');
}
