//! The UTF-8 syntax of matchers.
//!
//! ```text
//! list    = [ "{" ] [ matcher { "," matcher } [ "," ] ] [ "}" ]      both braces or none
//! matcher = text operator text                                       label name, operator, value
//! text    = quoted | unquoted
//! ```
//!
//! Quoted text has Go's escapes; unquoted text is a run of characters that are neither white space nor reserved.

use std::borrow::Cow;

use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matcher_error::InvalidMatcherKind as Kind;
use crate::alerts::matcher_lexer::Lexer;
use crate::alerts::matcher_lexer::Token;
use crate::alerts::matcher_lexer::TokenKind;
use crate::alerts::matchers::Add;
use crate::utils::excerpt;
use crate::utils::go;

/// Gives `add` the label name, operator and value of each matcher of a list, in its order.
///
/// A matcher is added before the next one is read, so that of two problems the first in the text is reported.
pub(crate) fn parse_list(input: &str, add: Add<'_>) -> Result<(), InvalidMatcher> {
    let mut parser = Parser { input, lexer: Lexer::new(input) };
    let open = parser.take_if(TokenKind::OpenBrace).is_some();
    let mut expected = Kind::ExpectedName;
    while !parser.at_end() {
        parser.matcher(expected, add)?;
        if parser.at_end() {
            break;
        }
        if parser.take_if(TokenKind::Comma).is_none() {
            return Err(parser.unexpected(Kind::ExpectedComma));
        }
        expected = Kind::ExpectedMatcher;
    }
    parser.close(open)
}

struct Parser<'a> {
    input: &'a str,
    lexer: Lexer<'a>,
}

impl<'a> Parser<'a> {
    /// Whether the list ends here, by a brace or with the text.
    fn at_end(&mut self) -> bool {
        self.lexer.peek().is_none_or(|token| token.kind == TokenKind::CloseBrace)
    }

    fn take_if(&mut self, kind: TokenKind) -> Option<Token<'a>> {
        let token = self.lexer.peek().filter(|token| token.kind == kind)?;
        self.lexer.next();
        Some(token)
    }

    fn matcher(&mut self, expected: Kind, add: Add<'_>) -> Result<(), InvalidMatcher> {
        let (name, _) = self.text(expected)?;
        let op = match self.lexer.peek().map(|token| token.kind) {
            Some(TokenKind::Operator(op)) => op,
            _ => return Err(self.unexpected(Kind::ExpectedOperator)),
        };
        self.lexer.next();
        let (value, token) = self.text(Kind::ExpectedValue)?;
        // Alertmanager prints no column for a matcher that can't be made.
        add(&name, op, &value).map_err(|error| error.inside(self.input, token.place.span()))
    }

    /// A label name or value.
    fn text(&mut self, expected: Kind) -> Result<(Cow<'a, str>, Token<'a>), InvalidMatcher> {
        match self.lexer.peek() {
            Some(token) if token.kind == TokenKind::Unquoted => {
                self.lexer.next();
                Ok((Cow::Borrowed(token.text), token))
            }
            Some(token) if token.kind == TokenKind::Quoted => {
                self.lexer.next();
                match go::unquote(token.text) {
                    Ok(text) => Ok((Cow::Owned(text), token)),
                    Err(error) => {
                        let message = format!("invalid quoted text `{}`", excerpt(token.text));
                        Err(InvalidMatcher::at(Kind::InvalidQuotedText, message, self.input, &token.place).with_detail(error))
                    }
                }
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// The closing brace, if there was an opening one, and nothing after it.
    fn close(&mut self, open: bool) -> Result<(), InvalidMatcher> {
        match (open, self.lexer.peek()) {
            (false, Some(token)) => {
                let message = "unexpected `}`, expected an opening brace at the start of the list".to_owned();
                let error = InvalidMatcher::within(Kind::MissingOpenBrace, message, self.input, token.place.span());
                Err(error.with_column(0..self.lexer.end_column()))
            }
            (true, None) => {
                let message = "unexpected end of input, expected a closing brace".to_owned();
                let end = self.input.len();
                let error = InvalidMatcher::within(Kind::MissingCloseBrace, message, self.input, end..end);
                Err(error.with_column(0..self.lexer.end_column()))
            }
            (false, None) => Ok(()),
            (true, Some(_)) => {
                self.lexer.next();
                match self.lexer.peek() {
                    None => Ok(()),
                    Some(_) => Err(self.unexpected(Kind::ExpectedEnd)),
                }
            }
        }
    }

    /// The error at the next token, where `expected` should have been.
    fn unexpected(&mut self, expected: Kind) -> InvalidMatcher {
        let wanted = match expected {
            Kind::ExpectedName => "a label name",
            Kind::ExpectedOperator => "an operator (`=`, `!=`, `=~` or `!~`)",
            Kind::ExpectedValue => "a label value",
            Kind::ExpectedComma => "a comma or the end of the list",
            Kind::ExpectedMatcher => "a matcher or the end of the list",
            _ => "nothing after the closing brace",
        };
        let Some(token) = self.lexer.peek() else {
            let message = format!("unexpected end of input, expected {wanted}");
            let end = self.input.len();
            return InvalidMatcher::within(expected, message, self.input, end..end);
        };
        let found = excerpt(token.text);
        let (kind, message) = match token.kind {
            TokenKind::Stray => (expected, format!("unexpected `{found}` outside double quotes, expected {wanted}")),
            TokenKind::Incomplete => (expected, format!("incomplete operator `{found}`, expected {wanted}")),
            TokenKind::Unterminated => (Kind::UnterminatedQuote, "unterminated quote, expected a closing `\"` for the one".to_owned()),
            _ => (expected, format!("unexpected `{found}`, expected {wanted}")),
        };
        InvalidMatcher::at(kind, message, self.input, &token.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::matchers::ListBuilder;
    use crate::alerts::matchers::Matchers;

    fn parse_list(input: &str) -> Result<Matchers, InvalidMatcher> {
        ListBuilder::read(|add| super::parse_list(input, add))
    }

    /// The list as it prints.
    #[track_caller]
    fn ok(input: &str) -> String {
        parse_list(input).unwrap().to_string()
    }

    /// The message, and the columns that Alertmanager prints.
    #[track_caller]
    fn err(input: &str) -> (String, Option<(usize, usize)>) {
        let error = parse_list(input).unwrap_err();
        (error.to_string(), error.column().map(|column| (column.start, column.end)))
    }

    #[test]
    fn ok_lists() {
        assert_eq!(ok(""), "{}");
        assert_eq!(ok(" { } "), "{}");
        assert_eq!(ok("zone=eu"), r#"{zone="eu"}"#);
        assert_eq!(ok("{zone=eu,}"), r#"{zone="eu"}"#);
        assert_eq!(ok("zone != eu , tier =~ [1-3] ,"), r#"{zone!="eu",tier=~"[1-3]"}"#);
        assert_eq!(ok("{a!~x,b=y,a=z}"), r#"{a!~"x",b="y",a="z"}"#);
    }

    #[test]
    fn ok_quoted_and_unquoted() {
        assert_eq!(ok(r#""zone"="eu west""#), r#"{zone="eu west"}"#);
        assert_eq!(ok(r#""disk usage"=high"#), r#"{"disk usage"="high"}"#);
        assert_eq!(ok(r#"größe="\u00fcber\t\x41\101""#), "{größe=\"über\tAA\"}");
        assert_eq!(ok(r#"path="C:\\temp\n""#), r#"{path="C:\\temp\n"}"#);
        assert_eq!(ok(r#"a="""#), r#"{a=""}"#);
        assert_eq!(ok("0=-.:/@#$%^&*()[]|<>?;+"), r#"{0="-.:/@#$%^&*()[]|<>?;+"}"#);
        assert_eq!(ok(r#"""=x"#), r#"{="x"}"#);
    }

    #[test]
    fn err_where_a_part_is_missing() {
        let operator = "expected an operator (`=`, `!=`, `=~` or `!~`)";
        assert_eq!(err("zone"), (format!("unexpected end of input, {operator} at column 5"), None));
        assert_eq!(err("zone eu"), (format!("unexpected `eu`, {operator} at column 6"), Some((5, 7))));
        assert_eq!(err("zone!eu"), (format!("incomplete operator `!`, {operator} at column 5"), Some((4, 5))));
        assert_eq!(err("zone~eu"), (format!("unexpected `~` outside double quotes, {operator} at column 5"), Some((4, 5))));
        assert_eq!(err("=eu"), ("unexpected `=`, expected a label name at column 1".to_owned(), Some((0, 1))));
        assert_eq!(err("{,}"), ("unexpected `,`, expected a label name at column 2".to_owned(), Some((1, 2))));
        assert_eq!(err("zone="), ("unexpected end of input, expected a label value at column 6".to_owned(), None));
        assert_eq!(err("{zone=}"), ("unexpected `}`, expected a label value at column 7".to_owned(), Some((6, 7))));
        assert_eq!(err("zone==eu"), ("unexpected `=`, expected a label value at column 6".to_owned(), Some((5, 6))));
    }

    #[test]
    fn err_between_matchers() {
        let comma = "expected a comma or the end of the list";
        assert_eq!(err("größe=a tier=b"), (format!("unexpected `tier`, {comma} at column 9"), Some((8, 12))));
        assert_eq!(err("a=~x{2}"), (format!("unexpected `{{`, {comma} at column 5"), Some((4, 5))));
        assert_eq!(err(r"a=b\c"), (format!("unexpected `\\` outside double quotes, {comma} at column 4"), Some((3, 4))));
        assert_eq!(err("a=b,,"), ("unexpected `,`, expected a matcher or the end of the list at column 5".to_owned(), Some((4, 5))));
        assert_eq!(err("a=b,=c"), ("unexpected `=`, expected a matcher or the end of the list at column 5".to_owned(), Some((4, 5))));
    }

    #[test]
    fn err_braces() {
        assert_eq!(err("{a=b "), ("unexpected end of input, expected a closing brace at column 6".to_owned(), Some((0, 4))));
        assert_eq!(err("{"), ("unexpected end of input, expected a closing brace at column 2".to_owned(), Some((0, 1))));
        let open = "unexpected `}`, expected an opening brace at the start of the list at column";
        assert_eq!(err("a=b }"), (format!("{open} 5"), Some((0, 5))));
        assert_eq!(err("}"), (format!("{open} 1"), Some((0, 1))));
        assert_eq!(err("{a=b} c"), ("unexpected `c`, expected nothing after the closing brace at column 7".to_owned(), Some((6, 7))));
        assert_eq!(err("{{a=b}"), ("unexpected `{`, expected a label name at column 2".to_owned(), Some((1, 2))));
    }

    #[test]
    fn err_quotes() {
        let open = "unterminated quote, expected a closing `\"` for the one at column";
        assert_eq!(err("a=\"b\\\""), (format!("{open} 3"), Some((2, 6))));
        assert_eq!(err("a=b\"c"), (format!("{open} 4"), Some((3, 5))));
        for text in [r#""\d""#, "\"a\nb\"", r#""\xff""#, r#""\ud800""#] {
            let error = parse_list(&format!("a={text}")).unwrap_err();
            assert_eq!((error.kind(), error.span()), (Kind::InvalidQuotedText, Some(2..2 + text.len())), "{text}");
        }
        let error = parse_list(r#""\q"=a"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"invalid quoted text `"\q"` at column 1: `\q` at column 2 is not an escape sequence of Go strings"#
        );
    }

    #[test]
    fn err_patterns_have_a_span_but_no_column() {
        let error = parse_list("a=b, c=~\"(\"").unwrap_err();
        assert_eq!((error.kind(), error.span(), error.column()), (Kind::InvalidPattern, Some(8..11), None));
        assert_eq!(error.to_string(), "invalid pattern `(` for `c` at column 9: the `(` at column 1 has no closing `)`");
        assert!(std::error::Error::source(&error).is_some());
    }

    #[test]
    fn err_too_many() {
        assert_eq!(parse_list(&"a=b,".repeat(1_000)).unwrap().len(), 1_000);
        let error = parse_list(&"a=b,".repeat(1_001)).unwrap_err();
        assert_eq!(
            (error.code(), error.to_string().as_str()),
            ("matcher_too_many", "too many matchers, expected at most 1000 at column 4003")
        );
    }
}
