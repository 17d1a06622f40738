//! Reads a template into trees.
//!
//! ```text
//! template = { text | comment | action | define } ;
//! define   = "{{" "define" string "}}" items "{{" "end" "}}" ;
//! items    = { text | comment | action } ;
//! action   = "{{" ( control | pipeline ) "}}" ;
//! control  = "if" pipeline "}}" items [ else ] "{{" "end"
//!          | "with" pipeline "}}" items [ else ] "{{" "end"
//!          | "range" pipeline "}}" items [ else ] "{{" "end"
//!          | "template" string [ pipeline ]
//!          | "block" string pipeline "}}" items "{{" "end"
//!          | "break" | "continue" ;
//! else     = "{{" "else" ( "if" | "with" ) pipeline "}}" items [ else ] | "{{" "else" "}}" items ;
//! pipeline = [ variable [ "," variable ] ( ":=" | "=" ) ] command { "|" command } ;
//! command  = operand { space operand } ;
//! operand  = term { field } ;
//! term     = literal | "." | field | variable | function | "(" pipeline ")" ;
//! ```
//!
//! Two variables are for `range` alone. `else if` belongs to `if`, `else with` to `with`. Trim markers (`{{- `, ` -}}`) and comments
//! are gone before the grammar sees them.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::templates::error::TemplateError;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::Branches;
use crate::templates::go::ast::List;
use crate::templates::go::ast::Node;
use crate::templates::go::ast::RangeNode;
use crate::templates::go::ast::Source;
use crate::templates::go::ast::TemplateCall;
use crate::templates::go::ast::Tree;
use crate::templates::go::lexer::Keyword;
use crate::templates::go::lexer::Lexer;
use crate::templates::go::lexer::Token;
use crate::templates::go::lexer::TokenKind;
use crate::templates::go::options::FunctionSet;
use crate::templates::go::parser_pipeline::Context;
use crate::utils::go::quote;
use crate::utils::go::unquote_lossy;

/// The trees of a text by their names.
pub(super) type Trees = BTreeMap<Arc<str>, Arc<Tree>>;

pub(super) type Parsed<T> = Result<T, Box<TemplateError>>;

/// Reads `source`; `nesting` is how deep blocks and parentheses may lie.
pub(super) fn parse(source: &Arc<Source>, functions: FunctionSet, nesting: usize) -> Parsed<Trees> {
    let names = functions.names();
    let mut parser = Parser {
        source,
        lexer: Lexer::new(&source.text),
        names: &names,
        trees: Trees::new(),
        depth: 0,
        nesting: nesting.max(1),
        state: State::new(),
    };
    parser.template()?;
    Ok(parser.trees)
}

/// What belongs to the tree that is being read.
pub(super) struct State<'t> {
    /// Tokens that were looked at but not taken; the last one comes first.
    pub(super) ahead: Vec<Token<'t>>,
    /// The line of the newest token: where Go says that an error is.
    newest_line: usize,
    pub(super) newest_span: Range<usize>,
    /// How often each variable is declared at the moment, and in which order.
    pub(super) variables: HashMap<&'t str, usize>,
    pub(super) declared: Vec<&'t str>,
    ranges: usize,
    /// The line where the present action starts, 0 if Go no longer says.
    action_line: usize,
}

impl State<'_> {
    fn new() -> Self {
        Self {
            ahead: Vec::new(),
            newest_line: 0,
            newest_span: 0..0,
            variables: HashMap::from([("$", 1)]),
            declared: Vec::new(),
            ranges: 0,
            action_line: 0,
        }
    }
}

pub(super) struct Parser<'t, 'n> {
    source: &'t Arc<Source>,
    lexer: Lexer<'t>,
    pub(super) names: &'n [&'static str],
    trees: Trees,
    pub(super) depth: usize,
    nesting: usize,
    pub(super) state: State<'t>,
}

/// How a list of items ends.
#[derive(Clone, Copy)]
enum Ending {
    End,
    Else,
}

impl Ending {
    fn described(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// An item, or what ends the list.
enum Item {
    Node(Node),
    Ending(Ending),
}

// ---------------------------------------------------------------- tokens

impl<'t> Parser<'t, '_> {
    pub(super) fn next(&mut self) -> Token<'t> {
        if let Some(token) = self.state.ahead.pop() {
            return token;
        }
        let token = self.lexer.next_token();
        self.state.newest_line = token.line;
        self.state.newest_span = token.span.clone();
        token
    }

    pub(super) fn back(&mut self, token: Token<'t>) {
        self.state.ahead.push(token);
    }

    pub(super) fn peek(&mut self) -> Token<'t> {
        let token = self.next();
        self.back(token.clone());
        token
    }

    pub(super) fn next_non_space(&mut self) -> Token<'t> {
        loop {
            let token = self.next();
            if token.kind != TokenKind::Space {
                return token;
            }
        }
    }

    pub(super) fn peek_non_space(&mut self) -> Token<'t> {
        let token = self.next_non_space();
        self.back(token.clone());
        token
    }

    /// An error of Go's parser, which names the line of the newest token.
    pub(super) fn error(&self, kind: Kind, message: String, span: &Range<usize>) -> Box<TemplateError> {
        let go_text = format!("template: {}:{}: {message}", self.source.name, self.state.newest_line);
        Box::new(TemplateError::new(kind, message, go_text, self.source.visible_text(), self.source.visible(span)))
    }

    /// The error about a token that does not belong here.
    pub(super) fn unexpected(&self, token: &Token<'_>, context: &str) -> Box<TemplateError> {
        if let Some(problem) = &token.problem {
            let (kind, what) = &**problem;
            let mut message = what.clone();
            let started = self.state.action_line;
            if started != 0 && started != token.line {
                let extra = if message.ends_with(" action") { "" } else { " in action" };
                message = format!("{message}{extra} started at {}:{started}", self.source.name);
            }
            return self.error(*kind, message, &token.span);
        }
        self.error(Kind::Unexpected, format!("unexpected {} in {context}", token.described()), &token.span)
    }

    fn expect(&mut self, kind: TokenKind, context: &str) -> Parsed<Token<'t>> {
        let token = self.next_non_space();
        if token.kind == kind { Ok(token) } else { Err(self.unexpected(&token, context)) }
    }

    pub(super) fn deeper(&mut self, span: &Range<usize>) -> Parsed<()> {
        self.depth += 1;
        if self.depth > self.nesting {
            let message = format!("blocks and parentheses lie more than {} deep inside each other", self.nesting);
            return Err(self.error(Kind::TooDeep, message, span));
        }
        Ok(())
    }

    pub(super) fn declare(&mut self, name: &'t str) {
        *self.state.variables.entry(name).or_insert(0) += 1;
        self.state.declared.push(name);
    }

    /// Forgets the variables declared since there were `count`.
    fn forget(&mut self, count: usize) {
        for name in self.state.declared.drain(count..) {
            if let Some(times) = self.state.variables.get_mut(name) {
                *times -= 1;
            }
        }
    }
}

// ---------------------------------------------------------------- items

impl<'t> Parser<'t, '_> {
    /// The whole text.
    fn template(&mut self) -> Parsed<()> {
        let mut root = List::default();
        loop {
            let token = self.peek();
            if token.kind == TokenKind::End {
                break;
            }
            if token.kind == TokenKind::LeftDelim {
                let delim = self.next();
                let after = self.next_non_space();
                if after.kind == TokenKind::Keyword(Keyword::Define) {
                    self.definition()?;
                    continue;
                }
                self.back(after);
                self.back(delim);
            }
            match self.item()? {
                Item::Node(node) => root.nodes.push(node),
                Item::Ending(ending) => {
                    let span = self.state.newest_span.clone();
                    return Err(self.error(Kind::Unexpected, format!("unexpected {}", ending.described()), &span));
                }
            }
        }
        self.add(Arc::from(&*self.source.name), root, None)
    }

    /// `{{ define "name" }} … {{ end }}`, of which `define` was read.
    fn definition(&mut self) -> Parsed<()> {
        let outside = std::mem::replace(&mut self.state, State::new());
        let context = "define clause";
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        self.expect(TokenKind::RightDelim, context)?;
        let (list, ending) = self.items()?;
        if matches!(ending, Ending::Else) {
            let span = self.state.newest_span.clone();
            return Err(self.error(Kind::Unexpected, format!("unexpected {} in {context}", ending.described()), &span));
        }
        self.add(name, list, Some(token.span))?;
        self.state = outside;
        Ok(())
    }

    /// Adds a tree; one that is not empty may not replace another that is not.
    fn add(&mut self, name: Arc<str>, root: List, defined_at: Option<Range<usize>>) -> Parsed<()> {
        let tree = Tree { name: Arc::clone(&name), source: Arc::clone(self.source), root, defined_at };
        match self.trees.get(&name) {
            Some(old) if !old.is_empty() => {
                if !tree.is_empty() {
                    let message = format!("template: multiple definition of template {}", quote(&name));
                    let span = tree.defined_at.unwrap_or(0..0);
                    return Err(self.error(Kind::DefinedTwice, message, &span));
                }
            }
            _ => {
                self.trees.insert(name, Arc::new(tree));
            }
        }
        Ok(())
    }

    /// Items up to `end` or `else`.
    fn items(&mut self) -> Parsed<(List, Ending)> {
        let mut list = List::default();
        loop {
            let token = self.peek_non_space();
            if token.kind == TokenKind::End {
                return Err(self.error(Kind::MissingEnd, "unexpected EOF".to_owned(), &token.span));
            }
            match self.item()? {
                Item::Node(node) => list.nodes.push(node),
                Item::Ending(ending) => return Ok((list, ending)),
            }
        }
    }

    fn item(&mut self) -> Parsed<Item> {
        let token = self.next_non_space();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(token.span))),
            TokenKind::LeftDelim => {
                self.state.action_line = token.line;
                let item = self.action();
                self.state.action_line = 0;
                item
            }
            _ => Err(self.unexpected(&token, "input")),
        }
    }

    fn action(&mut self) -> Parsed<Item> {
        let token = self.next_non_space();
        let node = match token.kind {
            TokenKind::Keyword(Keyword::Block) => self.block()?,
            TokenKind::Keyword(Keyword::Break) => {
                self.leave_loop("{{break}}")?;
                Node::Break(token.span)
            }
            TokenKind::Keyword(Keyword::Continue) => {
                self.leave_loop("{{continue}}")?;
                Node::Continue(token.span)
            }
            TokenKind::Keyword(Keyword::Else) => {
                let after = self.peek_non_space();
                if !matches!(after.kind, TokenKind::Keyword(Keyword::If | Keyword::With)) {
                    self.expect(TokenKind::RightDelim, "else")?;
                }
                return Ok(Item::Ending(Ending::Else));
            }
            TokenKind::Keyword(Keyword::End) => {
                self.expect(TokenKind::RightDelim, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            TokenKind::Keyword(Keyword::If) => self.branches(Context::If, &token.span)?,
            TokenKind::Keyword(Keyword::With) => self.branches(Context::With, &token.span)?,
            TokenKind::Keyword(Keyword::Range) => self.range(&token.span)?,
            TokenKind::Keyword(Keyword::Template) => self.template_call()?,
            _ => {
                self.back(token);
                Node::Action(self.pipeline(Context::Command)?)
            }
        };
        Ok(Item::Node(node))
    }

    fn leave_loop(&mut self, word: &str) -> Parsed<()> {
        let token = self.next_non_space();
        if token.kind != TokenKind::RightDelim {
            return Err(self.unexpected(&token, word));
        }
        if self.state.ranges == 0 {
            return Err(self.error(Kind::OutsideRange, format!("{word} outside {{{{range}}}}"), &token.span));
        }
        Ok(())
    }

    /// An `if` or `with`, whose word was read.
    fn branches(&mut self, context: Context, span: &Range<usize>) -> Parsed<Node> {
        self.deeper(span)?;
        let before = self.state.declared.len();
        let mut node = Branches { is_with: context == Context::With, branches: Vec::new(), otherwise: None };
        let word = if node.is_with { Keyword::With } else { Keyword::If };
        loop {
            let pipe = self.pipeline(context)?;
            let (list, ending) = self.items()?;
            node.branches.push((pipe, list));
            if matches!(ending, Ending::End) {
                break;
            }
            if self.peek().kind == TokenKind::Keyword(word) {
                self.next();
                continue;
            }
            node.otherwise = Some(self.otherwise()?);
            break;
        }
        self.forget(before);
        self.depth -= 1;
        Ok(Node::Branches(node))
    }

    /// The items of an `else` up to `end`.
    fn otherwise(&mut self) -> Parsed<List> {
        let (list, ending) = self.items()?;
        if matches!(ending, Ending::Else) {
            let span = self.state.newest_span.clone();
            return Err(self.error(Kind::Unexpected, "expected end; found {{else}}".to_owned(), &span));
        }
        Ok(list)
    }

    fn range(&mut self, span: &Range<usize>) -> Parsed<Node> {
        self.deeper(span)?;
        let before = self.state.declared.len();
        let pipe = self.pipeline(Context::Range)?;
        self.state.ranges += 1;
        let (body, ending) = self.items()?;
        self.state.ranges -= 1;
        let otherwise = match ending {
            Ending::End => None,
            Ending::Else => Some(self.otherwise()?),
        };
        self.forget(before);
        self.depth -= 1;
        Ok(Node::Range(Box::new(RangeNode { pipe, body, otherwise })))
    }

    /// `block` defines a template and calls it.
    fn block(&mut self) -> Parsed<Node> {
        let context = Context::Block.described();
        let token = self.next_non_space();
        let name = self.template_name(&token, context)?;
        let pipe = self.pipeline(Context::Block)?;

        self.deeper(&token.span)?;
        let outside = std::mem::replace(&mut self.state, State::new());
        let (list, ending) = self.items()?;
        if matches!(ending, Ending::Else) {
            let span = self.state.newest_span.clone();
            // Go names the line where the block starts.
            self.state.newest_line = outside.newest_line;
            return Err(self.error(Kind::Unexpected, format!("unexpected {} in {context}", ending.described()), &span));
        }
        self.add(Arc::clone(&name), list, Some(token.span.clone()))?;
        self.state = outside;
        self.depth -= 1;
        Ok(Node::Template(TemplateCall { name, span: token.span, pipe: Some(pipe) }))
    }

    fn template_call(&mut self) -> Parsed<Node> {
        let token = self.next_non_space();
        let name = self.template_name(&token, Context::Template.described())?;
        let after = self.next_non_space();
        let pipe = if after.kind == TokenKind::RightDelim {
            None
        } else {
            self.back(after);
            Some(self.pipeline(Context::Template)?)
        };
        Ok(Node::Template(TemplateCall { name, span: token.span, pipe }))
    }

    fn template_name(&mut self, token: &Token<'t>, context: &str) -> Parsed<Arc<str>> {
        if matches!(token.kind, TokenKind::String | TokenKind::RawString) { self.text(token) } else { Err(self.unexpected(token, context)) }
    }

    pub(super) fn text(&self, token: &Token<'t>) -> Parsed<Arc<str>> {
        unquote_lossy(token.text).map(Arc::from).map_err(|problem| {
            let error = self.error(Kind::BadText, "invalid syntax".to_owned(), &token.span);
            Box::new(error.with_hint(Some(problem.to_string())))
        })
    }
}
