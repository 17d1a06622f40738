//! From text to tokens, one at a time.

use crate::rules::ast::Addition;
use crate::rules::dialect::Dialect;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::number;
use crate::rules::operators::BinaryOp;
use crate::rules::span::Span;
use crate::rules::token::Token;
use crate::rules::token::TokenKind;
use crate::utils::excerpt;

/// Reads tokens as Prometheus 3.5 does (`promql/parser`, the lexer). What a character means depends on the brackets it stands in, so the
/// lexer keeps count of them.
///
/// ```text
/// space      = " " | tab | line feed | carriage return .
/// comment    = "#" { any character but line feed and carriage return } .
/// word       = ( letter | "_" | ":" ) { letter | digit | "_" | ":" } .      in braces without ":"
/// string     = '"' { character | escape } '"' | "'" { character | escape } "'" | "`" { any character but "`" } "`" .
/// ```
///
/// Letters and digits are ASCII. U+FFFD may not stand in a string, since Prometheus takes it for broken UTF-8.
#[derive(Debug)]
pub(crate) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    dialect: Dialect,
    /// Where each `(` stands that is still open.
    parens: Vec<usize>,
    /// Where `{` stands, if it is open.
    brace: Option<usize>,
    /// Where `[` stands, if it is open.
    bracket: Option<usize>,
    /// In brackets: whether no number came since the `[`, so that only arithmetic may stand here.
    before_number: bool,
    /// In brackets: whether a number came.
    had_number: bool,
    /// In brackets: whether the colon came.
    had_colon: bool,
}

impl<'t> Lexer<'t> {
    pub(crate) fn new(text: &'t str, dialect: Dialect) -> Self {
        Self {
            text,
            at: 0,
            dialect,
            parens: Vec::new(),
            brace: None,
            bracket: None,
            before_number: false,
            had_number: false,
            had_colon: false,
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The token of the next `len` bytes.
    fn token(&mut self, kind: TokenKind, len: usize) -> Token {
        let span = Span::new(self.at, self.at + len);
        self.at += len;
        Token { kind, span }
    }

    fn operator(&mut self, op: BinaryOp, len: usize) -> Token {
        self.token(TokenKind::Operator(op), len)
    }

    /// The next character, as an error sees it.
    fn here(&self) -> Span {
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        Span::new(self.at, self.at + len)
    }

    /// Skips spaces, and comments where they may stand.
    fn skip(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'#' if !self.before_number => {
                    self.at += self.rest().find(['\n', '\r']).unwrap_or(self.text.len() - self.at);
                }
                _ => break,
            }
        }
    }

    /// The next token; at the end of the text [`TokenKind::End`], again and again.
    pub(crate) fn next(&mut self) -> Result<Token, Problem> {
        self.skip();
        let Some(byte) = self.byte(0) else { return self.end() };
        match byte {
            b'"' | b'\'' | b'`' if !self.before_number => self.string(byte),
            b',' if !self.before_number => Ok(self.token(TokenKind::Comma, 1)),
            _ if self.brace.is_some() => self.in_braces(byte),
            b'0'..=b'9' => self.number(),
            b'.' if self.byte(1).is_some_and(|next| next.is_ascii_digit()) => self.number(),
            b'+' => Ok(self.operator(BinaryOp::Add, 1)),
            b'-' => Ok(self.operator(BinaryOp::Sub, 1)),
            b'*' => Ok(self.operator(BinaryOp::Mul, 1)),
            b'/' => Ok(self.operator(BinaryOp::Div, 1)),
            b'%' => Ok(self.operator(BinaryOp::Mod, 1)),
            b'^' => Ok(self.operator(BinaryOp::Pow, 1)),
            b'(' => {
                self.parens.push(self.at);
                Ok(self.token(TokenKind::LeftParen, 1))
            }
            b')' => {
                self.closes('(', ')')?;
                self.parens.pop();
                Ok(self.token(TokenKind::RightParen, 1))
            }
            b']' => {
                self.closes('[', ']')?;
                (self.bracket, self.before_number) = (None, false);
                Ok(self.token(TokenKind::RightBracket, 1))
            }
            b':' if self.bracket.is_some() => self.colon(),
            _ if self.before_number => {
                let found = self.shown(self.here());
                Err(Problem::mismatch(ExprErrorKind::UnexpectedToken, self.here(), found, "a duration such as `5m`"))
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b':' => self.word(),
            _ => self.outside(byte),
        }
    }

    /// What stands only outside braces, and in brackets only behind the number.
    fn outside(&mut self, byte: u8) -> Result<Token, Problem> {
        let next = self.byte(1);
        Ok(match (byte, next) {
            (b'{', _) => {
                self.brace = Some(self.at);
                self.token(TokenKind::LeftBrace, 1)
            }
            (b'[', _) => {
                if let Some(open) = self.bracket {
                    return Err(self.unclosed('[', open));
                }
                self.bracket = Some(self.at);
                (self.before_number, self.had_number, self.had_colon) = (true, false, false);
                self.token(TokenKind::LeftBracket, 1)
            }
            (b'@', _) => self.token(TokenKind::At, 1),
            (b'=', Some(b'=')) => self.operator(BinaryOp::Equal, 2),
            (b'=', Some(b'~')) => return Err(self.pattern_operator("=~")),
            (b'=', _) => self.token(TokenKind::Assign, 1),
            (b'!', Some(b'=')) => self.operator(BinaryOp::NotEqual, 2),
            (b'!', Some(b'~')) => return Err(self.pattern_operator("!~")),
            (b'<', Some(b'=')) => self.operator(BinaryOp::LessOrEqual, 2),
            (b'<', _) => self.operator(BinaryOp::Less, 1),
            (b'>', Some(b'=')) => self.operator(BinaryOp::GreaterOrEqual, 2),
            (b'>', _) => self.operator(BinaryOp::Greater, 1),
            (b'&', Some(b'&')) => return self.sign(BinaryOp::And, Addition::AndSign),
            (b'|', Some(b'|')) => return self.sign(BinaryOp::Or, Addition::OrSign),
            (b'}', _) => return self.closes('{', '}').map(|()| self.token(TokenKind::RightBrace, 1)),
            (b'!', _) => {
                return Err(self.unexpected_character().with_fix("write `!=` to compare; for what is missing use `absent` or `unless`"));
            }
            _ => return Err(self.unexpected_character()),
        })
    }

    fn in_braces(&mut self, byte: u8) -> Result<Token, Problem> {
        Ok(match (byte, self.byte(1)) {
            (b'}', _) => {
                self.brace = None;
                self.token(TokenKind::RightBrace, 1)
            }
            (b'=', Some(b'~')) => self.token(TokenKind::EqualPattern, 2),
            (b'=', _) => self.token(TokenKind::Assign, 1),
            (b'!', Some(b'=')) => self.operator(BinaryOp::NotEqual, 2),
            (b'!', Some(b'~')) => self.token(TokenKind::NotPattern, 2),
            (b'a'..=b'z' | b'A'..=b'Z' | b'_', _) => {
                let len = self.rest().bytes().take_while(|byte| number::is_word(*byte)).count();
                self.token(TokenKind::Identifier, len)
            }
            (b')', _) => return self.closes('(', ')').map(|()| self.token(TokenKind::RightParen, 1)),
            (b']', _) => return self.closes('[', ']').map(|()| self.token(TokenKind::RightBracket, 1)),
            (b'{' | b'(' | b'[', _) => {
                let open = self.brace.unwrap_or_default();
                return Err(self.unclosed('{', open));
            }
            (b'0'..=b'9', _) => {
                let len = self.rest().bytes().take_while(|byte| number::is_word(*byte) || *byte == b'.').count();
                let span = Span::new(self.at, self.at + len);
                let fix = format!("write `\"{}\"`", excerpt(span.of(self.text)));
                return Err(Problem::mismatch(ExprErrorKind::UnexpectedToken, span, self.shown(span), "a name or a string").with_fix(fix));
            }
            _ => return Err(self.unexpected_character()),
        })
    }

    fn word(&mut self) -> Result<Token, Problem> {
        if self.bracket.is_some() {
            // Prometheus 3.5 takes one letter behind the range for a colon, whatever letter it is.
            return self.colon();
        }
        let len = self.rest().bytes().take_while(|byte| number::is_word(*byte) || *byte == b':').count();
        let word = self.rest().get(..len).unwrap_or_default();
        let kind = match TokenKind::of_word(word) {
            Some(keyword) => keyword,
            None if word.contains(':') => TokenKind::MetricIdentifier,
            None => TokenKind::Identifier,
        };
        Ok(self.token(kind, len))
    }

    fn colon(&mut self) -> Result<Token, Problem> {
        if !self.had_number || self.had_colon {
            let expected = if self.had_number { "a duration or `]`" } else { "a duration such as `5m`" };
            return Err(Problem::mismatch(ExprErrorKind::UnexpectedToken, self.here(), self.shown(self.here()), expected));
        }
        self.had_colon = true;
        Ok(self.token(TokenKind::Colon, 1))
    }

    fn number(&mut self) -> Result<Token, Problem> {
        (self.before_number, self.had_number) = (false, true);
        let scan = number::scan(self.rest().as_bytes());
        if scan.ended {
            return Ok(self.token(TokenKind::Number, scan.len));
        }
        let units = self.rest().as_bytes().get(scan.len..).and_then(number::scan_units);
        if let Some(units) = units {
            return Ok(self.token(TokenKind::Duration, scan.len + units));
        }
        if let Some((len, bytes)) = number::size(self.rest()) {
            if self.dialect == Dialect::Condition {
                return Ok(self.token(TokenKind::Bytes, len));
            }
            let span = Span::new(self.at, self.at + len);
            let fix = format!("write `{bytes}`");
            return Err(Problem::new(ExprErrorKind::ConditionOnly, span, "only conditions have byte suffixes").with_fix(fix));
        }
        let word = self.rest().bytes().take_while(|byte| number::is_word(*byte) || *byte == b'.').count();
        let span = Span::new(self.at, self.at + word.max(scan.len));
        let found = self.shown(span);
        let units = "units are `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first";
        Err(Problem::new(ExprErrorKind::InvalidNumber, span, format!("{found} is neither a number nor a duration"))
            .with_found(found)
            .with_expected("a number or a duration")
            .with_fix(units))
    }

    fn string(&mut self, quote: u8) -> Result<Token, Problem> {
        let start = self.at;
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, c)) = characters.next() {
            match c {
                '\u{fffd}' => {
                    let span = Span::new(start + offset, start + offset + c.len_utf8());
                    return Err(Problem::new(ExprErrorKind::InvalidString, span, "U+FFFD cannot stand in a string")
                        .with_fix(if quote == b'`' { "write it as `\\ufffd` between double quotes" } else { "write it as `\\ufffd`" }));
                }
                '\n' if quote != b'`' => {
                    let span = Span::new(start, start + offset);
                    return Err(Problem::new(ExprErrorKind::UnterminatedString, span, "the string is not closed on its line")
                        .with_fix("write a line break as `\\n`, or put the string between back quotes"));
                }
                '\\' if quote != b'`' => {
                    characters.next();
                }
                _ if c == char::from(quote) => return Ok(self.token(TokenKind::String, offset + 1)),
                _ => {}
            }
        }
        Err(Problem::new(ExprErrorKind::UnterminatedString, Span::new(start, start + 1), "the string is never closed"))
    }

    fn sign(&mut self, op: BinaryOp, addition: Addition) -> Result<Token, Problem> {
        if self.dialect == Dialect::Condition {
            return Ok(self.token(TokenKind::Sign(op, addition), 2));
        }
        let span = Span::new(self.at, self.at + 2);
        let message = format!("only conditions have {}", self.shown(span));
        Err(Problem::new(ExprErrorKind::ConditionOnly, span, message).with_fix(format!("write `{op}`")))
    }

    fn end(&mut self) -> Result<Token, Problem> {
        match self.innermost() {
            Some((bracket, at)) => Err(self.unclosed(bracket, at)),
            None => Ok(self.token(TokenKind::End, 0)),
        }
    }

    /// The bracket that was opened last and is still open, and where.
    fn innermost(&self) -> Option<(char, usize)> {
        let open = [self.brace.map(|at| ('{', at)), self.bracket.map(|at| ('[', at)), self.parens.last().map(|at| ('(', *at))];
        open.into_iter().flatten().max_by_key(|(_, at)| *at)
    }

    /// Whether the bracket that was opened last is the one that is closed here.
    fn closes(&self, open: char, close: char) -> Result<(), Problem> {
        match self.innermost() {
            Some((bracket, _)) if bracket == open => Ok(()),
            Some((bracket, at)) => {
                let mut problem = self.unclosed(bracket, at);
                problem.message = format!("`{bracket}` is closed by `{close}`");
                Err(problem)
            }
            None => Err(self.unopened(close)),
        }
    }

    /// The part of the text, for a message.
    pub(crate) fn shown(&self, span: Span) -> String {
        if span.start() >= self.text.len() {
            return "the end of the text".to_owned();
        }
        format!("`{}`", excerpt(span.of(self.text)))
    }

    fn unclosed(&self, bracket: char, at: usize) -> Problem {
        let close = match bracket {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        Problem::new(ExprErrorKind::UnclosedBracket, Span::new(at, at + 1), format!("`{bracket}` is never closed"))
            .with_expected(format!("`{close}`"))
            .with_found(self.shown(self.here()))
    }

    fn unopened(&self, bracket: char) -> Problem {
        Problem::new(ExprErrorKind::UnopenedBracket, self.here(), format!("`{bracket}` was never opened"))
            .with_found(format!("`{bracket}`"))
    }

    fn pattern_operator(&self, op: &str) -> Problem {
        let span = Span::new(self.at, self.at + 2);
        Problem::new(ExprErrorKind::UnexpectedToken, span, format!("unexpected `{op}`, patterns stand in braces only"))
            .with_found(format!("`{op}`"))
            .with_expected("an operator")
            .with_fix(format!("write a matcher such as `{{job{op}\"a|b\"}}`"))
    }

    fn unexpected_character(&self) -> Problem {
        let found = self.shown(self.here());
        let problem = Problem::new(ExprErrorKind::UnexpectedCharacter, self.here(), format!("unexpected character {found}"));
        let problem = if self.rest().starts_with(['“', '”', '„', '‘', '’', '«', '»']) {
            problem.with_fix("strings stand between straight quotes")
        } else {
            problem
        };
        problem.with_found(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts of the tokens, and the code of the error that ended them.
    fn tokens(text: &str, dialect: Dialect) -> (Vec<&str>, Option<&'static str>) {
        let mut lexer = Lexer::new(text, dialect);
        let mut tokens = Vec::new();
        loop {
            match lexer.next() {
                Ok(Token { kind: TokenKind::End, .. }) => return (tokens, None),
                Ok(token) => tokens.push(token.span.of(text)),
                Err(problem) => return (tokens, Some(problem.kind.code())),
            }
        }
    }

    #[test]
    fn tokens_end_where_they_must() {
        for (text, expected) in [
            ("a+b", &["a", "+", "b"][..]),
            ("1e3-2", &["1e3", "-", "2"]),
            ("5m:", &["5m", ":"]),
            (".5.5", &[".5.5"]),
            ("a{b=~'c',d!~`e`}", &["a", "{", "b", "=~", "'c'", ",", "d", "!~", "`e`", "}"]),
            ("a[1h30m:1m]", &["a", "[", "1h30m", ":", "1m", "]"]),
            ("a[1m x]", &["a", "[", "1m", "x", "]"]),
            ("a<=b>=c!=d==e", &["a", "<=", "b", ">=", "c", "!=", "d", "==", "e"]),
            ("a#b\rc", &["a", "c"]),
            ("\"a#b\" # c", &["\"a#b\""]),
            ("{a:b}", &["{", "a"]),
        ] {
            assert_eq!(tokens(text, Dialect::Promql).0, expected, "{text}");
        }
    }

    #[test]
    fn what_starts_no_token_is_refused() {
        for (text, code) in [
            ("a & b", "expr_unexpected_character"),
            ("a[ # b\n5m]", "expr_unexpected_token"),
            ("\"\u{fffd}\"", "expr_invalid_string"),
            ("`\u{fffd}`", "expr_invalid_string"),
            ("\u{a0}a", "expr_unexpected_character"),
            ("a[5m:1m:]", "expr_unexpected_token"),
            ("a[:5m]", "expr_unexpected_token"),
            ("a[[5m]", "expr_unexpected_token"),
            ("a[5m[", "expr_unclosed_bracket"),
            ("{{", "expr_unclosed_bracket"),
        ] {
            assert_eq!(tokens(text, Dialect::Condition).1, Some(code), "{text}");
        }
    }

    #[test]
    fn conditions_have_signs_and_sizes() {
        let text = "a&&b||c<2GiB";
        assert_eq!(tokens(text, Dialect::Condition), (vec!["a", "&&", "b", "||", "c", "<", "2GiB"], None));
        assert_eq!(tokens(text, Dialect::Promql), (vec!["a"], Some("expr_condition_only")));
        assert_eq!(tokens("c<2GiB", Dialect::Promql), (vec!["c", "<"], Some("expr_condition_only")));
    }
}
