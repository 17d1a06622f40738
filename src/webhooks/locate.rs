//! From a place in a text back to where it stands in the YAML that it was written in.

use std::ops::Range;

use crate::utils::Position;
use crate::validations::yaml::Node;
use crate::validations::yaml::Style;

/// The position and bytes in `source` of `part`, which are bytes of the text of `node`.
///
/// YAML folds lines and drops indentation, but only ever touches blanks: the n-th other character of the text is the n-th of its
/// source. Where escapes stand for characters that does not hold, and the place of the whole value is given.
pub(crate) fn locate(source: &str, node: Node<'_>, part: Range<usize>) -> (Position, Range<usize>) {
    let node = node.target();
    let whole = (node.position(), node.span());
    let Some(text) = node.as_str() else { return whole };
    let Some(raw) = source.get(node.span()) else { return whole };
    let skipped = match node.style() {
        // An anchor or a tag stands before the text.
        _ if raw.starts_with(['&', '!']) => return whole,
        Style::Plain => 0,
        Style::SingleQuoted if !text.contains('\'') => 1,
        Style::DoubleQuoted if !raw.contains('\\') => 1,
        Style::Literal | Style::Folded => match raw.find(['\n', '\r']) {
            Some(at) => at,
            None => return whole,
        },
        _ => return whole,
    };
    let before = |offset: usize| text.get(..offset).map(|text| text.chars().filter(|c| !c.is_whitespace()).count());
    let (Some(first), Some(last)) = (before(part.start), before(part.end)) else { return whole };
    let at_end = text.get(part.start..).is_none_or(|rest| rest.trim().is_empty());

    let (mut position, mut seen, mut start, mut end) = (node.position(), 0, None, 0);
    let mut after_return = false;
    for (at, c) in raw.char_indices() {
        let is_text = at >= skipped && !c.is_whitespace();
        if is_text && seen == first && !at_end && start.is_none() {
            start = Some((position, at));
            end = at;
        }
        // What follows `\r` as `\n` is the same line break.
        match c {
            '\n' if after_return => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => position = Position::new(position.line + 1, 1),
            _ => position.column += 1,
        }
        after_return = c == '\r';
        if is_text {
            seen += 1;
            if seen == first && at_end {
                start = Some((position, at + c.len_utf8()));
                end = at + c.len_utf8();
            }
            if start.is_some() && seen <= last {
                end = at + c.len_utf8();
            }
        }
    }
    let offset = node.span().start;
    match start {
        Some((position, start)) => (position, offset + start..offset + end.max(start)),
        None => whole,
    }
}
