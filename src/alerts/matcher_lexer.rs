//! The tokens of the UTF-8 syntax, each with its place.

use std::ops::Range;

use crate::alerts::matcher::MatchOp;
use crate::alerts::matcher::is_reserved;

/// Where a token is: in bytes, and in characters from the start of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    bytes: (usize, usize),
    columns: (usize, usize),
}

impl Place {
    pub(crate) fn span(&self) -> Range<usize> {
        self.bytes.0..self.bytes.1
    }

    pub(crate) fn columns(&self) -> Range<usize> {
        self.columns.0..self.columns.1
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    OpenBrace,
    CloseBrace,
    Comma,
    Operator(MatchOp),
    /// With its quotes, escapes not yet read.
    Quoted,
    Unquoted,
    /// A reserved character that starts no token: one of ``~\'` ``.
    Stray,
    /// `!` that is neither `!=` nor `!~`.
    Incomplete,
    /// A quote that is not closed, up to the end of the text.
    Unterminated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    pub(crate) place: Place,
}

/// Splits a text into tokens, one of look-ahead; after a token that is none (`Stray`, `Incomplete`, `Unterminated`) the parser stops.
#[derive(Debug)]
pub(crate) struct Lexer<'a> {
    rest: &'a str,
    byte: usize,
    column: usize,
    peeked: Option<Option<Token<'a>>>,
    /// Byte and column behind the last token that was taken or looked at.
    end: (usize, usize),
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text, byte: 0, column: 0, peeked: None, end: (0, 0) }
    }

    /// The next token, `None` at the end of the text; it stays the next one.
    pub(crate) fn peek(&mut self) -> Option<Token<'a>> {
        match self.peeked {
            Some(peeked) => peeked,
            None => {
                let next = self.scan();
                self.peeked = Some(next);
                next
            }
        }
    }

    /// The next token, `None` at the end of the text.
    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        match self.peeked.take() {
            Some(peeked) => peeked,
            None => self.scan(),
        }
    }

    /// The column behind the last token.
    pub(crate) fn end_column(&self) -> usize {
        self.end.1
    }

    fn scan(&mut self) -> Option<Token<'a>> {
        let spaces = self.rest.find(|c: char| !c.is_whitespace()).unwrap_or(self.rest.len());
        self.take(spaces);
        let mut chars = self.rest.chars();
        let first = chars.next()?;
        let second = chars.next();
        let (kind, bytes) = match (first, second) {
            ('{', _) => (TokenKind::OpenBrace, 1),
            ('}', _) => (TokenKind::CloseBrace, 1),
            (',', _) => (TokenKind::Comma, 1),
            ('=', Some('~')) => (TokenKind::Operator(MatchOp::Regex), 2),
            ('=', _) => (TokenKind::Operator(MatchOp::Equal), 1),
            ('!', Some('=')) => (TokenKind::Operator(MatchOp::NotEqual), 2),
            ('!', Some('~')) => (TokenKind::Operator(MatchOp::NotRegex), 2),
            ('!', _) => (TokenKind::Incomplete, 1),
            ('"', _) => match quoted_len(self.rest) {
                Some(bytes) => (TokenKind::Quoted, bytes),
                None => (TokenKind::Unterminated, self.rest.len()),
            },
            // What is left of the reserved characters is ASCII.
            (first, _) if is_reserved(first) => (TokenKind::Stray, 1),
            _ => (TokenKind::Unquoted, self.rest.find(is_reserved).unwrap_or(self.rest.len())),
        };
        let start = (self.byte, self.column);
        let text = self.take(bytes);
        self.end = (self.byte, self.column);
        Some(Token { kind, text, place: Place { bytes: (start.0, self.byte), columns: (start.1, self.column) } })
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.byte += taken.len();
        self.column += taken.chars().count();
        taken
    }
}

/// The bytes of the quoted text that `text` starts with, both quotes included; `None` if it is not closed.
fn quoted_len(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().enumerate().skip(1).find_map(|(at, byte)| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes.then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each token as `kind text bytes columns`.
    fn tokens(text: &str) -> Vec<String> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        while let Some(token) = lexer.next() {
            let Token { kind, text, place } = token;
            tokens.push(format!("{kind:?} {text:?} {:?} {:?}", place.span(), place.columns()));
        }
        tokens
    }

    #[test]
    fn ok_each_kind() {
        assert_eq!(
            tokens(r#"{ größe !~ "a\"}" ,x=y}"#),
            [
                r#"OpenBrace "{" 0..1 0..1"#,
                r#"Unquoted "größe" 2..9 2..7"#,
                r#"Operator(NotRegex) "!~" 10..12 8..10"#,
                r#"Quoted "\"a\\\"}\"" 13..19 11..17"#,
                r#"Comma "," 20..21 18..19"#,
                r#"Unquoted "x" 21..22 19..20"#,
                r#"Operator(Equal) "=" 22..23 20..21"#,
                r#"Unquoted "y" 23..24 21..22"#,
                r#"CloseBrace "}" 24..25 22..23"#,
            ]
        );
        assert_eq!(tokens("!="), [r#"Operator(NotEqual) "!=" 0..2 0..2"#]);
        assert_eq!(tokens("=~="), [r#"Operator(Regex) "=~" 0..2 0..2"#, r#"Operator(Equal) "=" 2..3 2..3"#]);
    }

    #[test]
    fn ok_space_is_unicode_space() {
        assert_eq!(tokens("\u{3000}a\u{85}\u{b}b\n"), [r#"Unquoted "a" 3..4 1..2"#, r#"Unquoted "b" 7..8 4..5"#]);
        assert_eq!(tokens(" \t\u{a0}"), [""; 0]);
    }

    #[test]
    fn err_no_token() {
        assert_eq!(tokens("é !"), [r#"Unquoted "é" 0..2 0..1"#, r#"Incomplete "!" 3..4 2..3"#]);
        assert_eq!(tokens(r"\'~`").len(), 4);
        assert_eq!(tokens(r"\'~`").first().unwrap(), r#"Stray "\\" 0..1 0..1"#);
        assert_eq!(tokens(r#""a\""#), [r#"Unterminated "\"a\\\"" 0..4 0..4"#]);
        assert_eq!(tokens("\""), [r#"Unterminated "\"" 0..1 0..1"#]);
    }

    #[test]
    fn peek_takes_nothing() {
        let mut lexer = Lexer::new("a ,");
        assert_eq!(lexer.peek(), lexer.peek());
        assert_eq!(lexer.next().map(|token| token.text), Some("a"));
        assert_eq!(lexer.end_column(), 1);
        assert_eq!(lexer.peek().map(|token| token.text), Some(","));
        assert_eq!(lexer.end_column(), 3);
        assert_eq!(lexer.next().map(|token| token.text), Some(","));
        assert_eq!((lexer.peek(), lexer.next(), lexer.end_column()), (None, None, 3));
    }
}
