//! The classic syntax of matchers: what Alertmanager read before UTF-8 label names.
//!
//! A list is cut at the commas outside double quotes, then each piece is `name operator value`: an ASCII name, white space anywhere
//! around, and a value with or without double quotes in which `\n`, `\"` and `\\` are escapes and any other backslash stands for itself.

use std::ops::Range;

use crate::alerts::matcher::MatchOp;
use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matcher_error::InvalidMatcherKind as Kind;
use crate::alerts::matchers::Add;
use crate::utils::excerpt;

/// Gives `add` the label name, operator and value of each matcher of a list, in its order.
pub(crate) fn parse_list(input: &str, add: Add<'_>) -> Result<(), InvalidMatcher> {
    pieces(input).into_iter().try_for_each(|span| parse_piece(input, span, add))
}

/// The same for the one matcher that the whole text is; a brace is a character like any other.
pub(crate) fn parse_one(input: &str, add: Add<'_>) -> Result<(), InvalidMatcher> {
    parse_piece(input, 0..input.len(), add)
}

/// Where the matchers of a list are: one brace at each end, if there is one, is not part of it.
fn pieces(input: &str) -> Vec<Range<usize>> {
    let body = input.strip_prefix('{').unwrap_or(input);
    let start = input.len() - body.len();
    let body = body.strip_suffix('}').unwrap_or(body);
    let mut pieces = Vec::new();
    let mut piece_start = start;
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            // A comma leaves an escape pending, whether it cuts or not: `"\,"` closes no quote.
            b',' => {
                if !quoted {
                    pieces.push(piece_start..start + at);
                    piece_start = start + at + 1;
                }
            }
            b'"' => {
                quoted ^= !escaped;
                escaped = false;
            }
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    // Only the last piece loses white space beyond ASCII, and is dropped if it has nothing else.
    let last = input.get(piece_start..start + body.len()).unwrap_or_default();
    let trimmed = last.trim_start();
    let last_start = piece_start + (last.len() - trimmed.len());
    let trimmed = trimmed.trim_end();
    if !trimmed.is_empty() {
        pieces.push(last_start..last_start + trimmed.len());
    }
    pieces
}

fn parse_piece(input: &str, span: Range<usize>, add: Add<'_>) -> Result<(), InvalidMatcher> {
    let piece = input.get(span.clone()).unwrap_or_default();
    let Some((name, op, raw)) = split(piece) else {
        let message =
            format!("`{}` is not a matcher, expected a label name, an operator (`=`, `!=`, `=~` or `!~`) and a value", excerpt(piece));
        return Err(InvalidMatcher::within(Kind::NotClassic, message, input, span));
    };
    // The value is the end of the piece but for white space.
    let value_start = span.start + piece.trim_end_matches(is_space).len() - raw.len();
    match unescape(raw) {
        Ok(value) => add(name, op, &value).map_err(|error| error.inside(input, value_start..value_start + raw.len())),
        Err(at) => {
            let message = match at {
                0 => "double quote without an end, expected a closing `\"` for the one",
                _ => "unescaped double quote in a value, expected `\\\"`",
            };
            let quote = value_start + at..value_start + at + 1;
            Err(InvalidMatcher::within(Kind::UnescapedQuote, message.to_owned(), input, quote))
        }
    }
}

/// White space as the classic syntax has it: less than Unicode's.
fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

/// Name, operator and value as written, without the white space around them.
fn split(piece: &str) -> Option<(&str, MatchOp, &str)> {
    let piece = piece.trim_start_matches(is_space);
    let name_end = piece.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').unwrap_or(piece.len());
    let (name, rest) = piece.split_at_checked(name_end)?;
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_start_matches(is_space);
    // `=~` is tried before `=`, which starts it.
    let ops = [MatchOp::Regex, MatchOp::Equal, MatchOp::NotEqual, MatchOp::NotRegex];
    let (op, value) = ops.into_iter().find_map(|op| Some((op, rest.strip_prefix(op.as_str())?)))?;
    Some((name, op, value.trim_matches(is_space)))
}

/// The value that `raw` stands for, or where the double quote is that should not be there or has no end.
fn unescape(raw: &str) -> Result<String, usize> {
    let (body, start, quoted) = match raw.strip_prefix('"') {
        Some(body) => (body, 1, true),
        None => (raw, 0, false),
    };
    let mut value = String::with_capacity(body.len());
    let mut chars = body.char_indices().peekable();
    let mut closed = false;
    while let Some((at, character)) = chars.next() {
        match character {
            '"' if quoted && chars.peek().is_none() => closed = true,
            '"' => return Err(start + at),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                Some((_, other)) => value.extend(['\\', other]),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    if quoted && !closed { Err(0) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::matcher::Matcher;
    use crate::alerts::matchers::ListBuilder;
    use crate::alerts::matchers::Matchers;

    fn parse_list(input: &str) -> Result<Matchers, InvalidMatcher> {
        ListBuilder::read(|add| super::parse_list(input, add))
    }

    fn parse_one(input: &str) -> Result<Matcher, InvalidMatcher> {
        ListBuilder::read(|add| super::parse_one(input, add)).and_then(Matcher::try_from)
    }

    /// The list as it prints.
    #[track_caller]
    fn ok(input: &str) -> String {
        parse_list(input).unwrap().to_string()
    }

    /// The message and the span; there never is a column.
    #[track_caller]
    fn err(input: &str) -> (String, Range<usize>) {
        let error = parse_list(input).unwrap_err();
        assert_eq!(error.column(), None);
        (error.to_string(), error.span().unwrap())
    }

    #[test]
    fn ok_lists() {
        for empty in ["", "{}", "{", "}", "  ", "{\u{a0}}"] {
            assert_eq!(ok(empty), "{}", "{empty:?}");
        }
        assert_eq!(ok("zone=eu,tier!=1"), r#"{zone="eu",tier!="1"}"#);
        assert_eq!(ok("{ zone = eu , tier =~ [1-3] , "), r#"{zone="eu",tier=~"[1-3]"}"#);
        assert_eq!(ok(r#"a="x,y",b=z"#), r#"{a="x,y",b="z"}"#);
        assert_eq!(ok("{a=b}}"), r#"{a="b}"}"#);
    }

    #[test]
    fn ok_unquoted_values_take_almost_anything() {
        assert_eq!(ok(r"code=~5\d\d"), r#"{code=~"5\\d\\d"}"#);
        assert_eq!(ok("a==b"), r#"{a="=b"}"#);
        assert_eq!(ok("a= ~b"), r#"{a="~b"}"#);
        assert_eq!(ok("a=two words"), r#"{a="two words"}"#);
        assert_eq!(ok("a="), r#"{a=""}"#);
        assert_eq!(ok("a=x\ny"), r#"{a="x\ny"}"#);
    }

    #[test]
    fn ok_escapes() {
        assert_eq!(ok(r#"a="x\ty\"z\\\n""#), r#"{a="x\\ty\"z\\\n"}"#);
        assert_eq!(ok(r#"a=\"x"#), r#"{a="\"x"}"#);
        assert_eq!(ok(r"a=x\"), r#"{a="x\\"}"#);
        assert_eq!(ok(r#"a="K\u00f6ln""#), r#"{a="K\\u00f6ln"}"#);
        // An escaped comma cuts, and an escape before a comma in quotes lasts until the next character.
        assert_eq!(ok(r"a=x\,b=y"), r#"{a="x\\",b="y"}"#);
        assert_eq!(ok(r#"a="\,x",b=y"#), r#"{a="\\,x",b="y"}"#);
        assert_eq!(err(r#"a="\,",b=y"#).1, 5..6);
    }

    #[test]
    fn ok_white_space_beyond_ascii_is_cut_from_the_last_matcher_only() {
        assert_eq!(ok("a=x\u{a0},b=y\u{a0}"), "{a=\"x\u{a0}\",b=\"y\"}");
        assert_eq!(ok("a=x,\u{2003}b=y\u{b}"), "{a=\"x\",b=\"y\"}");
        assert_eq!(ok("a=x,\u{a0}"), r#"{a="x"}"#);
        assert_eq!(err("\u{a0}a=x,b=y").1, 0..5);
    }

    #[test]
    fn ok_one_keeps_braces() {
        assert_eq!(parse_one("a=x}").unwrap().value(), "x}");
        assert_eq!(parse_one("a=x,b=y").unwrap().value(), "x,b=y");
        assert_eq!(parse_one("{a=x}").unwrap_err().kind(), Kind::NotClassic);
    }

    #[test]
    fn err_format() {
        let rest = "is not a matcher, expected a label name, an operator (`=`, `!=`, `=~` or `!~`) and a value at column";
        assert_eq!(err("zone"), (format!("`zone` {rest} 1"), 0..4));
        assert_eq!(err("{a=b,,c=d}"), (format!("`` {rest} 6"), 5..5));
        assert_eq!(err("größe=x"), (format!("`größe=x` {rest} 1"), 0..9));
        assert_eq!(err("a=b, 1c=d"), (format!("`1c=d` {rest} 6"), 5..9));
        assert_eq!(err("a!b"), (format!("`a!b` {rest} 1"), 0..3));
        assert_eq!(err(r#""a"=b"#), (format!("`\"a\"=b` {rest} 1"), 0..5));
        assert_eq!(err("{{a=b"), (format!("`{{a=b` {rest} 2"), 1..5));
    }

    #[test]
    fn err_quotes() {
        let inside = "unescaped double quote in a value, expected `\\\"` at column";
        assert_eq!(err("ab=x, a=x\"y "), (format!("{inside} 10"), 9..10));
        assert_eq!(err("a= \"x\"y\" "), (format!("{inside} 6"), 5..6));
        let open = "double quote without an end, expected a closing `\"` for the one at column";
        assert_eq!(err("a=\"x"), (format!("{open} 3"), 2..3));
        assert_eq!(err("é=x,a=\"x\\\" ").1, 0..4);
        assert_eq!(err("b=x,a = \"x\\\" "), (format!("{open} 9"), 8..9));
    }

    #[test]
    fn err_patterns_and_limits() {
        let error = parse_list("a=b, c=~ (x ").unwrap_err();
        assert_eq!((error.kind(), error.span(), error.column()), (Kind::InvalidPattern, Some(9..11), None));
        assert_eq!(parse_list(&"a=b,".repeat(1_000)).unwrap().len(), 1_000);
        assert_eq!(parse_list(&"a=b,".repeat(1_001)).unwrap_err().code(), "matcher_too_many");
    }
}
