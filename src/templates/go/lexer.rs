//! The tokens of a template, one at a time.
//!
//! Outside actions there is text; inside, tokens and the runs of space between them, which end arguments. The messages are Go's.

use std::ops::Range;
use std::sync::LazyLock;

use crate::templates::error::TemplateErrorKind;
use crate::utils::go::is_printable;
use crate::utils::go::quote;

const LEFT: &str = "{{";
const RIGHT: &str = "}}";

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    Error,
    Bool,
    /// Printable ASCII without another meaning, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    End,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Keyword(Keyword),
}

/// The words with a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Dot,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Keyword {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "define" => Self::Define,
            "." => Self::Dot,
            "else" => Self::Else,
            "end" => Self::End,
            "if" => Self::If,
            "nil" => Self::Nil,
            "range" => Self::Range,
            "template" => Self::Template,
            "with" => Self::With,
            _ => return None,
        })
    }
}

/// One token: its kind and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Token<'t> {
    pub(super) kind: TokenKind,
    pub(super) text: &'t str,
    pub(super) span: Range<usize>,
    /// The line it starts on, counted from 1.
    pub(super) line: usize,
    /// What is wrong, for [`TokenKind::Error`].
    pub(super) problem: Option<Box<(TemplateErrorKind, String)>>,
}

impl Token<'_> {
    /// What Go's messages call it.
    pub(super) fn described(&self) -> String {
        match (self.kind, &self.problem) {
            (_, Some(problem)) => problem.1.clone(),
            (TokenKind::End, _) => "EOF".to_owned(),
            (TokenKind::Keyword(_), _) => format!("<{}>", self.text),
            _ if self.text.len() > 10 => format!("{}...", quote(&self.text.chars().take(10).collect::<String>())),
            _ => quote(self.text),
        }
    }
}

/// Reads tokens from a template's text.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    source: &'t str,
    start: usize,
    at: usize,
    line: usize,
    start_line: usize,
    inside: bool,
    parens: usize,
    failed: bool,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        Self { source, start: 0, at: 0, line: 1, start_line: 1, inside: false, parens: 0, failed: false }
    }

    /// The next token; after the end or an error, the end.
    pub(super) fn next_token(&mut self) -> Token<'t> {
        if self.failed {
            return Token { kind: TokenKind::End, text: "", span: self.at..self.at, line: self.start_line, problem: None };
        }
        if self.inside { self.action() } else { self.text() }
    }

    fn rest(&self) -> &'t str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn pending(&self) -> &'t str {
        self.source.get(self.start..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    /// Moves on over text that may have line breaks.
    fn advance(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.at += passed.len();
    }

    fn eat(&mut self, set: &str) -> bool {
        let found = self.peek().is_some_and(|c| set.contains(c));
        if found {
            self.bump();
        }
        found
    }

    fn eat_all(&mut self, set: &str) {
        while self.eat(set) {}
    }

    fn emit(&mut self, kind: TokenKind) -> Token<'t> {
        let token = Token { kind, text: self.pending(), span: self.start..self.at, line: self.start_line, problem: None };
        self.skip();
        token
    }

    /// Leaves out what was read since the last token.
    fn skip(&mut self) {
        self.start = self.at;
        self.start_line = self.line;
    }

    fn fail(&mut self, kind: TemplateErrorKind, message: impl Into<String>) -> Token<'t> {
        self.failed = true;
        let problem = Some(Box::new((kind, message.into())));
        Token { kind: TokenKind::Error, text: self.pending(), span: self.start..self.at, line: self.start_line, problem }
    }

    /// Text up to the next action, or what follows if there is none.
    fn text(&mut self) -> Token<'t> {
        loop {
            let Some(length) = self.rest().find(LEFT) else {
                self.advance(self.rest().len());
                return self.emit(if self.at > self.start { TokenKind::Text } else { TokenKind::End });
            };
            if length > 0 {
                let after = self.rest().get(length + LEFT.len()..).unwrap_or_default();
                let text = self.rest().get(..length).unwrap_or_default();
                let kept = if starts_with_trim(after) { text.trim_end_matches(is_space).len() } else { length };
                self.advance(kept);
                let token = self.emit(TokenKind::Text);
                self.advance(length - kept);
                self.skip();
                if kept > 0 {
                    return token;
                }
            }
            // At `{{`, perhaps with a trim marker.
            let marker = if starts_with_trim(self.rest().get(LEFT.len()..).unwrap_or_default()) { 2 } else { 0 };
            let content = self.rest().get(LEFT.len() + marker..).unwrap_or_default();
            if content.starts_with("/*") {
                self.advance(LEFT.len() + marker);
                self.skip();
                if let Some(failure) = self.comment() {
                    return failure;
                }
                continue;
            }
            self.at += LEFT.len();
            let token = self.emit(TokenKind::LeftDelim);
            self.advance(marker);
            self.skip();
            self.inside = true;
            self.parens = 0;
            return token;
        }
    }

    /// Skips a comment and its closing delimiter; gives the error if it is not closed.
    fn comment(&mut self) -> Option<Token<'t>> {
        let Some(length) = self.rest().get(2..).and_then(|text| text.find("*/")) else {
            self.at += 2;
            return Some(self.fail(TemplateErrorKind::UnclosedComment, "unclosed comment"));
        };
        self.advance(2 + length + 2);
        let Some(trims) = self.right_delim() else {
            return Some(self.fail(TemplateErrorKind::UnclosedComment, "comment ends before closing delimiter"));
        };
        self.close(trims);
        self.skip();
        None
    }

    /// Whether a closing delimiter comes now, and whether it has a trim marker.
    fn right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if rest.strip_prefix(is_space).is_some_and(|rest| rest.starts_with("-}}")) {
            Some(true)
        } else {
            rest.starts_with(RIGHT).then_some(false)
        }
    }

    /// Moves behind a closing delimiter and the text that it trims.
    fn close(&mut self, trims: bool) {
        if trims {
            self.advance(2);
        }
        self.at += RIGHT.len();
        if trims {
            let rest = self.rest();
            self.advance(rest.len() - rest.trim_start_matches(is_space).len());
        }
    }

    fn emit_right_delim(&mut self, trims: bool) -> Token<'t> {
        if trims {
            self.advance(2);
            self.skip();
        }
        self.at += RIGHT.len();
        let token = self.emit(TokenKind::RightDelim);
        if trims {
            let rest = self.rest();
            self.advance(rest.len() - rest.trim_start_matches(is_space).len());
            self.skip();
        }
        self.inside = false;
        token
    }

    /// A token inside an action.
    fn action(&mut self) -> Token<'t> {
        if let Some(trims) = self.right_delim() {
            if self.parens == 0 {
                return self.emit_right_delim(trims);
            }
            return self.fail(TemplateErrorKind::Parenthesis, "unclosed left paren");
        }
        let Some(c) = self.bump() else {
            return self.fail(TemplateErrorKind::UnclosedAction, "unclosed action");
        };
        match c {
            _ if is_space(c) => self.space(c),
            '=' => self.emit(TokenKind::Assign),
            ':' => {
                if self.bump() == Some('=') {
                    self.emit(TokenKind::Declare)
                } else {
                    self.fail(TemplateErrorKind::BadCharacter, "expected :=")
                }
            }
            '|' => self.emit(TokenKind::Pipe),
            '"' => self.quoted('"', TokenKind::String, "unterminated quoted string"),
            '\'' => self.quoted('\'', TokenKind::CharConstant, "unterminated character constant"),
            '`' => self.raw(),
            '$' => self.field_or_variable(TokenKind::Variable),
            '.' if self.peek().is_some_and(|c| !c.is_ascii_digit()) => self.field_or_variable(TokenKind::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.at = self.start;
                self.number()
            }
            _ if is_alphanumeric(c) => self.identifier(),
            '(' => {
                self.parens += 1;
                self.emit(TokenKind::LeftParen)
            }
            ')' => match self.parens.checked_sub(1) {
                Some(parens) => {
                    self.parens = parens;
                    self.emit(TokenKind::RightParen)
                }
                None => self.fail(TemplateErrorKind::Parenthesis, "unexpected right paren"),
            },
            ' '..='~' => self.emit(TokenKind::Char),
            _ => self.fail(TemplateErrorKind::BadCharacter, format!("unrecognized character in action: {}", code_point(Some(c)))),
        }
    }

    /// A run of space, of which the first character was read. A trim marker at its end belongs to the closing delimiter.
    fn space(&mut self, first: char) -> Token<'t> {
        let mut last = first;
        let mut count = 1;
        while let Some(c) = self.peek().filter(|&c| is_space(c)) {
            last = c;
            count += 1;
            self.bump();
        }
        if self.rest().starts_with("-}}") {
            self.at -= 1;
            if last == '\n' {
                self.line -= 1;
            }
            if count == 1 {
                return self.emit_right_delim(true);
            }
        }
        self.emit(TokenKind::Space)
    }

    fn identifier(&mut self) -> Token<'t> {
        while self.peek().is_some_and(is_alphanumeric) {
            self.bump();
        }
        if !self.at_terminator() {
            return self.bad_character();
        }
        let word = self.pending();
        let kind = match (Keyword::of(word), word) {
            (Some(keyword), _) => TokenKind::Keyword(keyword),
            (None, "true" | "false") => TokenKind::Bool,
            _ => TokenKind::Identifier,
        };
        self.emit(kind)
    }

    fn field_or_variable(&mut self, kind: TokenKind) -> Token<'t> {
        if self.at_terminator() {
            return self.emit(if kind == TokenKind::Variable { kind } else { TokenKind::Keyword(Keyword::Dot) });
        }
        while self.peek().is_some_and(is_alphanumeric) {
            self.bump();
        }
        if self.at_terminator() { self.emit(kind) } else { self.bad_character() }
    }

    fn bad_character(&mut self) -> Token<'t> {
        let message = format!("bad character {}", code_point(self.peek()));
        self.fail(TemplateErrorKind::BadCharacter, message)
    }

    /// Whether a name may end here.
    fn at_terminator(&self) -> bool {
        self.peek().is_none_or(|c| is_space(c) || matches!(c, '.' | ',' | '|' | ':' | ')' | '(')) || self.rest().starts_with(RIGHT)
    }

    fn quoted(&mut self, delimiter: char, kind: TokenKind, unterminated: &str) -> Token<'t> {
        loop {
            match self.bump() {
                Some('\\') => {
                    if matches!(self.bump(), None | Some('\n')) {
                        break;
                    }
                }
                None | Some('\n') => break,
                Some(c) if c == delimiter => return self.emit(kind),
                Some(_) => {}
            }
        }
        self.fail(TemplateErrorKind::UnterminatedText, unterminated)
    }

    fn raw(&mut self) -> Token<'t> {
        let Some(length) = self.rest().find('`') else {
            self.at = self.source.len();
            return self.fail(TemplateErrorKind::UnterminatedText, "unterminated raw quoted string");
        };
        self.advance(length + 1);
        self.emit(TokenKind::RawString)
    }

    fn number(&mut self) -> Token<'t> {
        let bad = |lexer: &mut Self| {
            let message = format!("bad number syntax: {}", quote(lexer.pending()));
            lexer.fail(TemplateErrorKind::BadNumber, message)
        };
        if !self.scan_number() {
            return bad(self);
        }
        if matches!(self.peek(), Some('+' | '-')) {
            if !self.scan_number() || !self.pending().ends_with('i') {
                return bad(self);
            }
            return self.emit(TokenKind::Complex);
        }
        self.emit(TokenKind::Number)
    }

    /// Reads what looks like a number; the parser finds out whether it is one.
    fn scan_number(&mut self) -> bool {
        self.eat("+-");
        let mut digits = "0123456789_";
        if self.eat("0") {
            if self.eat("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.eat("oO") {
                digits = "01234567_";
            } else if self.eat("bB") {
                digits = "01_";
            }
        }
        self.eat_all(digits);
        if self.eat(".") {
            self.eat_all(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if self.eat(exponent) {
            self.eat("+-");
            self.eat_all("0123456789_");
        }
        self.eat("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.bump();
            return false;
        }
        true
    }
}

/// Whether a trim marker follows an opening delimiter: a minus sign and space.
fn starts_with_trim(after_delim: &str) -> bool {
    after_delim.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_space))
}

/// The four characters that are space to Go's templates.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// Letters and decimal digits beyond ASCII, as Go's `unicode.IsLetter` and `unicode.IsDigit` count them.
static WORDS: LazyLock<Option<regex::Regex>> = LazyLock::new(|| regex::Regex::new(r"^[\p{L}\p{Nd}]$").ok());

fn is_alphanumeric(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c.is_ascii_alphanumeric();
    }
    WORDS.as_ref().is_some_and(|words| words.is_match(c.encode_utf8(&mut [0; 4])))
}

/// A character as Go's `%#U` prints it: `U+00E9 'é'`. The end of the text is the number -1 there.
fn code_point(c: Option<char>) -> String {
    match c {
        None => "U+FFFFFFFFFFFFFFFF".to_owned(),
        Some(c) if is_printable(c) => format!("U+{:04X} '{c}'", u32::from(c)),
        Some(c) => format!("U+{:04X}", u32::from(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<(TokenKind, String)> {
        let mut lexer = Lexer::new(source);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token();
            if token.kind == TokenKind::End {
                return tokens;
            }
            let text = token.problem.as_ref().map_or(token.text.to_owned(), |problem| problem.1.clone());
            tokens.push((token.kind, text));
        }
    }

    #[test]
    fn text_and_actions_alternate() {
        let read: Vec<_> = kinds("a {{ .b }}c").into_iter().map(|(_, text)| text).collect();
        assert_eq!(read, ["a ", "{{", " ", ".b", " ", "}}", "c"]);
    }

    #[test]
    fn trim_markers_take_the_space_outside() {
        let read: Vec<_> = kinds("a \n{{- 3 -}}\t b").into_iter().map(|(_, text)| text).collect();
        assert_eq!(read, ["a", "{{", "3", "}}", "b"]);
        assert_eq!(kinds("{{-3}}").get(1), Some(&(TokenKind::Number, "-3".to_owned())));
        assert_eq!(kinds("a {{- /* x */ -}} b").into_iter().map(|(_, text)| text).collect::<String>(), "ab");
    }

    #[test]
    fn an_error_ends_the_tokens() {
        for (source, message) in [
            ("{{", "unclosed action"),
            ("{{ \"a", "unterminated quoted string"),
            ("{{ 'a", "unterminated character constant"),
            ("{{ `a", "unterminated raw quoted string"),
            ("{{ 3x }}", "bad number syntax: \"3x\""),
            ("{{ a@ }}", "bad character U+0040 '@'"),
            ("{{ \u{a0} }}", "unrecognized character in action: U+00A0"),
            ("{{/* a }}", "unclosed comment"),
            ("{{/* a */ }}", "comment ends before closing delimiter"),
            ("{{ (a }}", "unclosed left paren"),
            ("{{ ) }}", "unexpected right paren"),
            ("{{ : }}", "expected :="),
        ] {
            assert_eq!(kinds(source).pop(), Some((TokenKind::Error, message.to_owned())), "{source}");
        }
    }

    #[test]
    fn lines_are_counted_everywhere() {
        let mut lexer = Lexer::new("a\n{{/* \n */}}{{`\n` }}\n{{- \n x }}");
        let mut last = 0;
        loop {
            let token = lexer.next_token();
            if token.text == "x" {
                last = token.line;
            }
            if token.kind == TokenKind::End {
                break;
            }
        }
        assert_eq!(last, 6);
    }
}
