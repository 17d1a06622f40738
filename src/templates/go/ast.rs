//! The tree of a template, and how Go prints its parts in messages.

use std::fmt;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use crate::templates::go::number::Number;
use crate::utils::go::quote;

/// The text that trees were read from.
#[derive(Debug)]
pub(super) struct Source {
    /// The name that messages start with.
    pub(super) name: Box<str>,
    /// The preamble and the text.
    pub(super) text: Box<str>,
    /// How many bytes of it are the preamble.
    pub(super) preamble: usize,
}

impl Source {
    /// A range of the whole as a range of the caller's text.
    pub(super) fn visible(&self, span: &Range<usize>) -> Range<usize> {
        span.start.saturating_sub(self.preamble)..span.end.saturating_sub(self.preamble)
    }

    /// The caller's text.
    pub(super) fn visible_text(&self) -> &str {
        self.text.get(self.preamble..).unwrap_or_default()
    }

    /// Line (from 1) and byte in the line (from 0) of a place, as Go counts them.
    pub(super) fn line_and_byte(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = 1 + before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before.len() - start)
    }
}

/// One named template.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) name: Arc<str>,
    pub(super) source: Arc<Source>,
    pub(super) root: List,
    /// Where the name stands, for a template that `define` or `block` made.
    pub(super) defined_at: Option<Range<usize>>,
}

impl Tree {
    /// Whether there is nothing but space.
    pub(super) fn is_empty(&self) -> bool {
        let source = &self.source.text;
        self.root.nodes.iter().all(|node| match node {
            Node::Text(span) => source.get(span.clone()).unwrap_or_default().trim().is_empty(),
            _ => false,
        })
    }
}

/// Nodes one after the other.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) nodes: Vec<Node>,
}

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Text that is written as it is.
    Text(Range<usize>),
    /// `{{ pipeline }}`.
    Action(Pipe),
    /// `{{ if }}` and `{{ with }}`.
    Branches(Branches),
    /// `{{ range }}`.
    Range(Box<RangeNode>),
    /// `{{ template "name" pipeline }}`.
    Template(TemplateCall),
    Break(Range<usize>),
    Continue(Range<usize>),
}

/// An `if` or `with`, its `else if`s, and its `else`.
#[derive(Debug)]
pub(super) struct Branches {
    /// Whether the value becomes the dot of its branch.
    pub(super) is_with: bool,
    pub(super) branches: Vec<(Pipe, List)>,
    pub(super) otherwise: Option<List>,
}

/// A loop.
#[derive(Debug)]
pub(super) struct RangeNode {
    pub(super) pipe: Pipe,
    pub(super) body: List,
    pub(super) otherwise: Option<List>,
}

/// A call of another template.
#[derive(Debug)]
pub(super) struct TemplateCall {
    pub(super) name: Arc<str>,
    pub(super) span: Range<usize>,
    pub(super) pipe: Option<Pipe>,
}

/// Commands, each of which gets the value of the one before as its last argument.
#[derive(Debug)]
pub(super) struct Pipe {
    pub(super) at: usize,
    pub(super) declared: Vec<Operand>,
    pub(super) is_assignment: bool,
    pub(super) commands: Vec<Command>,
}

/// A function, method or operand, and its arguments.
#[derive(Debug)]
pub(super) struct Command {
    pub(super) at: usize,
    pub(super) args: Vec<Operand>,
}

/// A term with the place that Go gives for it, and the bytes that it has.
#[derive(Debug)]
pub(super) struct Operand {
    pub(super) at: usize,
    pub(super) span: Range<usize>,
    pub(super) term: Term,
}

/// What an operand is.
#[derive(Debug)]
pub(super) enum Term {
    Dot,
    Nil,
    Bool(bool),
    Number(Box<Number>),
    String {
        quoted: Box<str>,
        text: Arc<str>,
    },
    /// A variable, with its dollar sign, and the fields behind it.
    Variable(Vec<Arc<str>>),
    /// Fields of the dot.
    Field(Vec<Arc<str>>),
    /// Fields of something else.
    Chain(Box<Operand>, Vec<Arc<str>>),
    Function(Arc<str>),
    Pipe(Box<Pipe>),
}

impl Term {
    /// Whether it is a literal, which takes no arguments and no fields.
    pub(super) fn is_literal(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Dot | Self::Nil | Self::Number(_) | Self::String { .. })
    }
}

/// The part of a template that a message is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'t> {
    Node(&'t Node),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Operand(&'t Operand),
}

impl Place<'_> {
    /// The byte that Go names for it.
    pub(super) fn at(&self) -> usize {
        match self {
            Self::Node(node) => node.at(),
            Self::Pipe(pipe) => pipe.at,
            Self::Command(command) => command.at,
            Self::Operand(operand) => operand.at,
        }
    }

    /// The bytes that it has.
    pub(super) fn span(&self) -> Range<usize> {
        match self {
            Self::Node(Node::Text(span) | Node::Break(span) | Node::Continue(span)) => span.clone(),
            Self::Node(Node::Action(pipe)) => pipe.span(),
            Self::Node(Node::Branches(branches)) => branches.branches.first().map_or(0..0, |(pipe, _)| pipe.span()),
            Self::Node(Node::Range(range)) => range.pipe.span(),
            Self::Node(Node::Template(call)) => call.span.clone(),
            Self::Pipe(pipe) => pipe.span(),
            Self::Command(command) => command.span(),
            Self::Operand(operand) => operand.span.clone(),
        }
    }
}

impl Node {
    fn at(&self) -> usize {
        match self {
            Self::Text(span) | Self::Break(span) | Self::Continue(span) => span.start,
            Self::Action(pipe) => pipe.at,
            Self::Branches(branches) => branches.branches.first().map_or(0, |(pipe, _)| pipe.at),
            Self::Range(range) => range.pipe.at,
            Self::Template(call) => call.span.start,
        }
    }
}

impl Pipe {
    pub(super) fn span(&self) -> Range<usize> {
        let end = self.commands.last().map_or(self.at, |command| command.span().end);
        self.at..end.max(self.at)
    }
}

impl Command {
    pub(super) fn span(&self) -> Range<usize> {
        let start = self.args.first().map_or(self.at, |operand| operand.span.start);
        start..self.args.last().map_or(start, |operand| operand.span.end)
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Node(node) => node.fmt(f),
            Self::Pipe(pipe) => pipe.fmt(f),
            Self::Command(command) => command.fmt(f),
            Self::Operand(operand) => operand.fmt(f),
        }
    }
}

impl fmt::Display for Node {
    /// Control structures only with their head: no message is about the whole of one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => Ok(()),
            Self::Action(pipe) => write!(f, "{{{{{pipe}}}}}"),
            Self::Branches(Branches { is_with, branches, .. }) => {
                let word = if *is_with { "with" } else { "if" };
                branches.first().map_or(Ok(()), |(pipe, _)| write!(f, "{{{{{word} {pipe}}}}}"))
            }
            Self::Range(range) => write!(f, "{{{{range {}}}}}", range.pipe),
            Self::Template(TemplateCall { name, pipe, .. }) => {
                write!(f, "{{{{template {}", quote(name))?;
                if let Some(pipe) = pipe {
                    write!(f, " {pipe}")?;
                }
                f.write_str("}}")
            }
            Self::Break(_) => f.write_str("{{break}}"),
            Self::Continue(_) => f.write_str("{{continue}}"),
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, variable) in self.declared.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            variable.fmt(f)?;
        }
        if !self.declared.is_empty() {
            f.write_str(if self.is_assignment { " = " } else { " := " })?;
        }
        for (index, command) in self.commands.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            command.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.args.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            operand.fmt_inside(f)?;
        }
        Ok(())
    }
}

impl Operand {
    /// With parentheses around a pipeline.
    fn fmt_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Term::Pipe(pipe) = &self.term { write!(f, "({pipe})") } else { fmt::Display::fmt(self, f) }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Dot => f.write_char('.'),
            Term::Nil => f.write_str("nil"),
            Term::Bool(flag) => flag.fmt(f),
            Term::Number(number) => f.write_str(&number.text),
            Term::String { quoted, .. } => f.write_str(quoted),
            Term::Variable(names) => {
                for (index, name) in names.iter().enumerate() {
                    if index > 0 {
                        f.write_char('.')?;
                    }
                    f.write_str(name)?;
                }
                Ok(())
            }
            Term::Field(names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            Term::Chain(operand, names) => {
                operand.fmt_inside(f)?;
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
            Term::Function(name) => f.write_str(name),
            Term::Pipe(pipe) => pipe.fmt(f),
        }
    }
}
