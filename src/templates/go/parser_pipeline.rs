//! Reads pipelines: declarations, commands, operands.

use std::sync::Arc;

use crate::templates::error::TemplateError;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::Command;
use crate::templates::go::ast::Operand;
use crate::templates::go::ast::Pipe;
use crate::templates::go::ast::Term;
use crate::templates::go::lexer::Keyword;
use crate::templates::go::lexer::Token;
use crate::templates::go::lexer::TokenKind;
use crate::templates::go::number::Number;
use crate::templates::go::parser::Parsed;
use crate::templates::go::parser::Parser;
use crate::utils::go::quote;
use crate::utils::go::unquote_char;
use crate::utils::nearest;

/// Where a pipeline stands, which decides how it ends and what it may declare.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Command,
    If,
    With,
    Range,
    Template,
    Block,
    Parentheses,
}

impl Context {
    pub(super) fn described(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::If => "if",
            Self::With => "with",
            Self::Range => "range",
            Self::Template => "template clause",
            Self::Block => "block clause",
            Self::Parentheses => "parenthesized pipeline",
        }
    }
}

impl<'t> Parser<'t, '_> {
    /// A pipeline, and the delimiter or parenthesis that ends it.
    pub(super) fn pipeline(&mut self, context: Context) -> Parsed<Pipe> {
        let mut pipe = Pipe { at: self.peek_non_space().span.start, declared: Vec::new(), is_assignment: false, commands: Vec::new() };
        self.declarations(context, &mut pipe)?;
        let end = if context == Context::Parentheses { TokenKind::RightParen } else { TokenKind::RightDelim };
        loop {
            let token = self.next_non_space();
            if token.kind == end {
                self.check_pipeline(&pipe, context, &token)?;
                return Ok(pipe);
            }
            match token.kind {
                TokenKind::Bool
                | TokenKind::CharConstant
                | TokenKind::Complex
                | TokenKind::Keyword(Keyword::Dot | Keyword::Nil)
                | TokenKind::Field
                | TokenKind::Identifier
                | TokenKind::Number
                | TokenKind::RawString
                | TokenKind::String
                | TokenKind::Variable
                | TokenKind::LeftParen => {
                    self.back(token);
                    let command = self.command()?;
                    pipe.commands.push(command);
                }
                _ => return Err(self.unexpected(&token, context.described())),
            }
        }
    }

    /// `$a :=`, `$a =`, and for a loop `$a, $b :=`.
    fn declarations(&mut self, context: Context, pipe: &mut Pipe) -> Parsed<()> {
        loop {
            let variable = self.peek_non_space();
            if variable.kind != TokenKind::Variable {
                return Ok(());
            }
            let variable = self.next_non_space_of(variable);
            let adjacent = self.peek();
            let next = self.peek_non_space();
            let comma = next.kind == TokenKind::Char && next.text == ",";
            if !comma && !matches!(next.kind, TokenKind::Assign | TokenKind::Declare) {
                // An argument: space before what follows it matters.
                if adjacent.kind == TokenKind::Space {
                    self.back(adjacent);
                }
                self.back(variable);
                return Ok(());
            }
            self.next_non_space();
            pipe.declared.push(Operand {
                at: variable.span.start,
                span: variable.span.clone(),
                term: Term::Variable(vec![Arc::from(variable.text)]),
            });
            self.declare(variable.text);
            if !comma {
                pipe.is_assignment = next.kind == TokenKind::Assign;
                return Ok(());
            }
            if context != Context::Range || pipe.declared.len() >= 2 {
                let message = format!("too many declarations in {}", context.described());
                return Err(self.error(Kind::Declaration, message, &next.span));
            }
            let after = self.peek_non_space();
            if !matches!(after.kind, TokenKind::Variable | TokenKind::RightDelim | TokenKind::RightParen) {
                return Err(self.error(Kind::Declaration, "range can only initialize variables".to_owned(), &after.span));
            }
        }
    }

    /// Takes the token that was looked at, and gives it back to the caller.
    fn next_non_space_of(&mut self, token: Token<'t>) -> Token<'t> {
        self.next_non_space();
        token
    }

    fn check_pipeline(&self, pipe: &Pipe, context: Context, end: &Token<'_>) -> Parsed<()> {
        if pipe.commands.is_empty() {
            return Err(self.error(Kind::MissingValue, format!("missing value for {}", context.described()), &end.span));
        }
        for (index, command) in pipe.commands.iter().enumerate().skip(1) {
            if let Some(first) = command.args.first().filter(|first| first.term.is_literal()) {
                let message = format!("non executable command in pipeline stage {}", index + 1);
                return Err(self.error(Kind::NotExecutable, message, &first.span));
            }
        }
        Ok(())
    }

    /// Operands with space between them, and the `|` behind them.
    fn command(&mut self) -> Parsed<Command> {
        let mut command = Command { at: self.peek_non_space().span.start, args: Vec::new() };
        loop {
            self.peek_non_space();
            if let Some(operand) = self.operand()? {
                command.args.push(operand);
            }
            let token = self.next();
            match token.kind {
                TokenKind::Space => continue,
                TokenKind::RightDelim | TokenKind::RightParen => self.back(token),
                TokenKind::Pipe => {}
                _ => return Err(self.unexpected(&token, "operand")),
            }
            break;
        }
        if command.args.is_empty() {
            let span = command.at..command.at;
            return Err(self.error(Kind::MissingValue, "empty command".to_owned(), &span));
        }
        Ok(command)
    }

    /// A term and the fields behind it; `None` if the next token starts no term.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        let first = self.peek();
        if first.kind != TokenKind::Field {
            return Ok(Some(operand));
        }
        if operand.term.is_literal() {
            // Go reads the fields before it complains.
            while self.peek().kind == TokenKind::Field {
                self.next();
            }
            let message = format!("unexpected . after term {}", quote(&operand.to_string()));
            return Err(self.error(Kind::Unexpected, message, &first.span));
        }
        let mut fields = Vec::new();
        let mut end = operand.span.end;
        while self.peek().kind == TokenKind::Field {
            let token = self.next();
            end = token.span.end;
            fields.push(field_name(token.text));
        }
        // Go's place of the whole is its first field behind the term.
        let at = first.span.start;
        match &mut operand.term {
            Term::Field(names) | Term::Variable(names) => {
                names.append(&mut fields);
                operand.at = at;
                operand.span.end = end;
                Ok(Some(operand))
            }
            _ => {
                let span = operand.span.start..end;
                Ok(Some(Operand { at, span, term: Term::Chain(Box::new(operand), fields) }))
            }
        }
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let token = self.next_non_space();
        let mut span = token.span.clone();
        let mut at = span.start;
        let term = match token.kind {
            TokenKind::Identifier => {
                if self.names.binary_search(&token.text).is_err() {
                    return Err(self.undefined_function(&token));
                }
                Term::Function(Arc::from(token.text))
            }
            TokenKind::Keyword(Keyword::Dot) => Term::Dot,
            TokenKind::Keyword(Keyword::Nil) => Term::Nil,
            TokenKind::Variable => {
                if self.state.variables.get(token.text).is_none_or(|&times| times == 0) {
                    return Err(self.undefined_variable(&token));
                }
                Term::Variable(vec![Arc::from(token.text)])
            }
            TokenKind::Field => Term::Field(vec![field_name(token.text)]),
            TokenKind::Bool => Term::Bool(token.text == "true"),
            TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number => Term::Number(Box::new(self.number(&token)?)),
            TokenKind::String | TokenKind::RawString => Term::String { quoted: token.text.into(), text: self.text(&token)? },
            TokenKind::LeftParen => {
                self.deeper(&token.span)?;
                let pipe = self.pipeline(Context::Parentheses)?;
                self.depth -= 1;
                at = pipe.at;
                // The closing parenthesis was the last token taken.
                span.end = pipe.span().end.max(self.state.ahead.last().map_or(self.state.newest_span.end, |token| token.span.start));
                Term::Pipe(Box::new(pipe))
            }
            _ => {
                self.back(token);
                return Ok(None);
            }
        };
        Ok(Some(Operand { at, span, term }))
    }

    fn number(&self, token: &Token<'_>) -> Parsed<Number> {
        let number = match token.kind {
            TokenKind::CharConstant => match unquote_char(token.text) {
                Some((code, true)) => Ok(Number::character(token.text, code)),
                Some((_, false)) => Err(format!("malformed character constant: {}", token.text)),
                None => Err("invalid syntax".to_owned()),
            },
            TokenKind::Complex => Number::complex(token.text),
            _ => Number::parse(token.text),
        };
        number.map_err(|message| self.error(Kind::BadNumber, message, &token.span))
    }

    fn undefined_function(&self, token: &Token<'_>) -> Box<TemplateError> {
        let error = self.error(Kind::UndefinedFunction, format!("function {} not defined", quote(token.text)), &token.span);
        let hint = nearest(token.text, self.names).map(|name| format!("did you mean `{name}`?"));
        Box::new(error.with_hint(hint))
    }

    fn undefined_variable(&self, token: &Token<'_>) -> Box<TemplateError> {
        let error = self.error(Kind::UndefinedVariable, format!("undefined variable {}", quote(token.text)), &token.span);
        // `$` alone is near every short name, but seldom meant.
        let mut known: Vec<&str> =
            self.state.variables.iter().filter(|&(name, &times)| times > 0 && *name != "$").map(|(name, _)| *name).collect();
        known.sort_unstable();
        known.truncate(100);
        Box::new(error.with_hint(nearest(token.text, &known).map(|name| format!("did you mean `{name}`?"))))
    }
}

/// `.name` without its dot.
fn field_name(text: &str) -> Arc<str> {
    Arc::from(text.strip_prefix('.').unwrap_or(text))
}
