//! Rendering: walks the trees, without recursion, and writes.

use std::sync::Arc;

use crate::templates::collection::ListKind;
use crate::templates::collection::MapKind;
use crate::templates::data::TemplateData;
use crate::templates::error::TemplateError;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::List;
use crate::templates::go::ast::Node;
use crate::templates::go::ast::Operand;
use crate::templates::go::ast::Place;
use crate::templates::go::ast::RangeNode;
use crate::templates::go::ast::TemplateCall;
use crate::templates::go::ast::Term;
use crate::templates::go::ast::Tree;
use crate::templates::go::evaluated::Evaluated;
use crate::templates::go::fmt;
use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::go::limits::LimitReached;
use crate::templates::go::options::TemplateOptions;
use crate::templates::go::parser::Trees;
use crate::templates::value::Value;
use crate::utils::go::quote;

pub(super) type Executed<T> = Result<T, Box<TemplateError>>;

/// One rendering.
pub(super) struct Executor<'t> {
    pub(super) trees: &'t Trees,
    pub(super) options: &'t TemplateOptions,
    pub(super) data: &'t dyn TemplateData,
    pub(super) budget: Budget,
    /// What is evaluated: where an error is.
    pub(super) place: Option<Place<'t>>,
    pub(super) tree: &'t Tree,
    variables: Vec<(&'t str, Evaluated)>,
    /// The first variable of the present template: others are out of sight.
    base: usize,
    frames: Vec<Frame<'t>>,
    calls: usize,
    out: String,
}

/// A list of nodes that is being walked.
struct Frame<'t> {
    nodes: &'t [Node],
    next: usize,
    dot: Evaluated,
    /// How many variables there are after it.
    mark: usize,
    kind: FrameKind<'t>,
}

enum FrameKind<'t> {
    Body,
    Loop(Box<Loop<'t>>),
    /// A called template, and what was before.
    Call {
        tree: &'t Tree,
        place: Option<Place<'t>>,
        base: usize,
    },
}

struct Loop<'t> {
    node: &'t RangeNode,
    items: Items,
    /// How many variables there are at the start of each turn.
    mark: usize,
}

/// What is left of a loop's items.
enum Items {
    Numbers(std::ops::Range<i64>),
    List(Arc<crate::templates::collection::List>, usize),
    Map(MapKind, std::vec::IntoIter<(Arc<str>, Value)>),
}

/// Renders the tree of this name.
pub(super) fn render(trees: &Trees, name: &str, options: &TemplateOptions, data: &dyn TemplateData) -> Executed<String> {
    let Some(tree) = trees.get(name) else {
        let message = format!("no template {} associated with template {}", quote(name), quote(&options.name));
        let go_text = format!("template: {message}");
        return Err(Box::new(TemplateError::new(Kind::UndefinedTemplate, message, go_text, "", 0..0)));
    };
    let mut executor = Executor {
        trees,
        options,
        data,
        budget: Budget::new(options.limits),
        place: None,
        tree,
        variables: Vec::new(),
        base: 0,
        frames: Vec::new(),
        calls: 0,
        out: String::new(),
    };
    let root = data.root();
    let dot = Evaluated::plain(root).concrete();
    executor.variables.push(("$", dot.clone()));
    executor.enter(&tree.root, dot, 0);
    executor.run()?;
    Ok(executor.out)
}

// ---------------------------------------------------------------- errors and variables

impl<'t> Executor<'t> {
    /// An error at the present place.
    pub(super) fn fail<T>(&self, kind: Kind, message: String) -> Executed<T> {
        Err(self.error(kind, message))
    }

    fn error(&self, kind: Kind, message: String) -> Box<TemplateError> {
        let source = &self.tree.source;
        let (location, span) = match &self.place {
            Some(place) => {
                let (line, byte) = source.line_and_byte(place.at());
                let what = place.to_string();
                (format!("{}:{line}:{byte}: executing {} at <{what}>", source.name, quote(&self.tree.name)), place.span())
            }
            None => (self.tree.name.to_string(), 0..0),
        };
        let go_text = format!("template: {location}: {message}");
        Box::new(TemplateError::new(kind, message, go_text, source.visible_text(), source.visible(&span)))
    }

    /// The error of a limit, at the present place.
    pub(super) fn limit(&self, limit: LimitReached) -> Box<TemplateError> {
        match limit {
            LimitReached::Steps(steps) => self.error(Kind::TooManySteps, format!("rendering takes more than {steps} steps")),
            LimitReached::Values(bytes) => self.error(Kind::TooMuchMemory, format!("values take more than {bytes} bytes together")),
        }
    }

    /// The error of a call, at the present place.
    pub(super) fn call_error(&self, name: &str, error: CallError) -> Box<TemplateError> {
        match error {
            CallError::Failed(message) => self.error(Kind::CallFailed, format!("error calling {name}: {message}")),
            CallError::Limit(limit) => self.limit(limit),
            CallError::TooDeep => {
                let message = format!("error calling {name}: lists and maps lie more than {} deep inside each other", Value::MAX_DEPTH);
                self.error(Kind::ValueTooDeep, message)
            }
        }
    }

    pub(super) fn step(&mut self, steps: u64) -> Executed<()> {
        self.budget.step(steps).map_err(|limit| self.limit(limit))
    }

    pub(super) fn declare(&mut self, name: &'t str, value: Evaluated) {
        self.variables.push((name, value));
    }

    /// Where the innermost variable of this name is. Looking at many others takes steps.
    fn position(&mut self, name: &str) -> Executed<usize> {
        let visible = self.variables.get(self.base..).unwrap_or_default();
        let found = visible.iter().rposition(|(known, _)| *known == name);
        let looked_at = visible.len() - found.unwrap_or(0);
        self.step(u64::try_from(looked_at / 32).unwrap_or(u64::MAX))?;
        match found {
            Some(index) => Ok(self.base + index),
            None => self.fail(Kind::UndefinedVariable, format!("undefined variable: {name}")),
        }
    }

    pub(super) fn variable(&mut self, name: &str) -> Executed<Evaluated> {
        let position = self.position(name)?;
        Ok(self.variables.get(position).map_or_else(Evaluated::nothing, |(_, value)| value.clone()))
    }

    pub(super) fn assign(&mut self, name: &str, value: Evaluated) -> Executed<()> {
        let position = self.position(name)?;
        self.set(position, value);
        Ok(())
    }

    fn set(&mut self, position: usize, value: Evaluated) {
        if let Some((_, old)) = self.variables.get_mut(position) {
            *old = value;
        }
    }
}

// ---------------------------------------------------------------- control

impl<'t> Executor<'t> {
    fn enter(&mut self, list: &'t List, dot: Evaluated, mark: usize) {
        self.frames.push(Frame { nodes: &list.nodes, next: 0, dot, mark, kind: FrameKind::Body });
    }

    fn run(&mut self) -> Executed<()> {
        while let Some(frame) = self.frames.last_mut() {
            if let Some(node) = frame.nodes.get(frame.next) {
                frame.next += 1;
                let dot = frame.dot.clone();
                self.place = Some(Place::Node(node));
                self.step(1)?;
                self.node(node, dot)?;
            } else {
                self.end_of_list()?;
            }
        }
        Ok(())
    }

    /// The end of a list: the next turn of a loop, or what follows.
    fn end_of_list(&mut self) -> Executed<()> {
        if matches!(self.frames.last(), Some(Frame { kind: FrameKind::Loop(_), .. })) {
            return self.next_turn();
        }
        self.leave();
        Ok(())
    }

    /// Leaves the innermost list.
    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        self.variables.truncate(frame.mark);
        if let FrameKind::Call { tree, place, base } = frame.kind {
            self.tree = tree;
            self.place = place;
            self.base = base;
            self.calls -= 1;
        }
    }

    /// The next turn of the innermost list, which is a loop's body.
    fn next_turn(&mut self) -> Executed<()> {
        self.step(1)?;
        let Some(Frame { kind: FrameKind::Loop(turn), .. }) = self.frames.last_mut() else { return Ok(()) };
        let mark = turn.mark;
        let node = turn.node;
        let next = turn.items.next();
        self.variables.truncate(mark);
        let Some((index, element)) = next else {
            self.leave();
            return Ok(());
        };
        self.loop_variables(node, mark, index, &element)?;
        if let Some(frame) = self.frames.last_mut() {
            frame.next = 0;
            frame.dot = element;
        }
        Ok(())
    }

    /// Gives a loop's variables their values: declared ones are the last on the stack.
    fn loop_variables(&mut self, node: &'t RangeNode, mark: usize, index: Evaluated, element: &Evaluated) -> Executed<()> {
        match (&*node.pipe.declared, node.pipe.is_assignment) {
            ([], _) => {}
            ([one], true) => self.assign(variable_name(one), element.clone())?,
            ([first, second, ..], true) => {
                self.assign(variable_name(first), index)?;
                self.assign(variable_name(second), element.clone())?;
            }
            (declared, false) => {
                self.set(mark.saturating_sub(1), element.clone());
                if declared.len() > 1 {
                    self.set(mark.saturating_sub(2), index);
                }
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &'t Node, dot: Evaluated) -> Executed<()> {
        match node {
            Node::Text(span) => {
                let text = self.tree.source.text.get(span.clone()).unwrap_or_default();
                self.write(text)
            }
            Node::Action(pipe) => {
                let value = self.pipeline(&dot, pipe)?;
                if pipe.declared.is_empty() {
                    self.place = Some(Place::Node(node));
                    self.print(&value)?;
                }
                Ok(())
            }
            Node::Branches(branches) => {
                let mark = self.variables.len();
                for (pipe, list) in &branches.branches {
                    let value = self.pipeline(&dot, pipe)?;
                    if value.value().is_true() {
                        let dot = if branches.is_with { value } else { dot };
                        self.enter(list, dot, mark);
                        return Ok(());
                    }
                }
                match &branches.otherwise {
                    Some(list) => self.enter(list, dot, mark),
                    None => self.variables.truncate(mark),
                }
                Ok(())
            }
            Node::Range(range) => self.range(range, dot),
            Node::Template(call) => self.template(call, &dot),
            Node::Break(_) => {
                self.leave_to_loop();
                self.leave();
                Ok(())
            }
            Node::Continue(_) => {
                self.leave_to_loop();
                self.next_turn()
            }
        }
    }

    /// Leaves lists until a loop's body is the innermost one.
    fn leave_to_loop(&mut self) {
        while matches!(self.frames.last(), Some(Frame { kind: FrameKind::Body, .. })) {
            self.leave();
        }
    }

    fn range(&mut self, node: &'t RangeNode, dot: Evaluated) -> Executed<()> {
        let before = self.variables.len();
        let value = self.pipeline(&dot, &node.pipe)?;
        let mark = self.variables.len();
        let items = match value.value() {
            Value::Nil => None,
            Value::Int(number) | Value::Duration(number) => {
                if node.pipe.declared.len() > 1 {
                    let shown = self.shown(value.value())?;
                    return self.fail(Kind::NotIterable, format!("can't use {shown} to iterate over more than one variable"));
                }
                (*number > 0).then_some(Items::Numbers(0..*number))
            }
            Value::List(list) => (!list.items().is_empty()).then(|| Items::List(Arc::clone(list), 0)),
            Value::Map(map) => {
                self.step(u64::try_from(map.entries().len()).unwrap_or(u64::MAX))?;
                let entries: Vec<_> = map.entries().iter().map(|(key, value)| (Arc::clone(key), value.clone())).collect();
                (!entries.is_empty()).then(|| Items::Map(map.kind(), entries.into_iter()))
            }
            other => {
                let shown = self.shown(other)?;
                return self.fail(Kind::NotIterable, format!("range can't iterate over {shown}"));
            }
        };
        match (items, &node.otherwise) {
            (Some(items), _) => {
                let turns = Box::new(Loop { node, items, mark });
                // An empty list of nodes would end at once: the end of the list is where each turn starts.
                self.frames.push(Frame {
                    nodes: &node.body.nodes,
                    next: node.body.nodes.len(),
                    dot,
                    mark: before,
                    kind: FrameKind::Loop(turns),
                });
                self.next_turn()
            }
            (None, Some(list)) => {
                self.enter(list, dot, before);
                Ok(())
            }
            (None, None) => {
                self.variables.truncate(before);
                Ok(())
            }
        }
    }

    /// A value as messages show it.
    fn shown(&mut self, value: &Value) -> Executed<String> {
        fmt::print_action(value, &mut self.budget).map_err(|error| self.call_error("print", error))
    }

    fn template(&mut self, call: &'t TemplateCall, dot: &Evaluated) -> Executed<()> {
        let trees = self.trees;
        let Some(tree) = trees.get(&call.name) else {
            return self.fail(Kind::UndefinedTemplate, format!("template {} not defined", quote(&call.name)));
        };
        let most = self.options.limits.call_depth.max(1);
        if self.calls >= most {
            return self.fail(Kind::TooManyCalls, format!("exceeded maximum template depth ({most})"));
        }
        let dot = match &call.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Evaluated::nothing(),
        };
        // Variables that the pipeline declares stay.
        let mark = self.variables.len();
        let kind = FrameKind::Call { tree: self.tree, place: self.place, base: self.base };
        self.calls += 1;
        self.tree = tree;
        self.base = mark;
        self.declare("$", dot.clone());
        self.frames.push(Frame { nodes: &tree.root.nodes, next: 0, dot, mark, kind });
        Ok(())
    }

    fn print(&mut self, value: &Evaluated) -> Executed<()> {
        match value.value() {
            Value::Nil => self.write("<no value>"),
            Value::String(text) => self.write(text),
            value => {
                let text = self.shown(value)?;
                self.write(&text)
            }
        }
    }

    fn write(&mut self, text: &str) -> Executed<()> {
        let most = self.options.limits.output_bytes.max(1);
        if text.len() > most - self.out.len().min(most) {
            return self.fail(Kind::TooMuchOutput, format!("the output has more than {most} bytes"));
        }
        self.out.push_str(text);
        Ok(())
    }
}

/// The name of a declared variable, with its dollar sign.
pub(super) fn variable_name(operand: &Operand) -> &str {
    match &operand.term {
        Term::Variable(names) => names.first().map_or("", |name| name),
        _ => "",
    }
}

impl Items {
    fn next(&mut self) -> Option<(Evaluated, Evaluated)> {
        match self {
            Self::Numbers(numbers) => numbers.next().map(|number| (Evaluated::nothing(), Evaluated::plain(Value::Int(number)))),
            Self::List(list, next) => {
                let item = list.items().get(*next)?.clone();
                let index = i64::try_from(*next).unwrap_or(i64::MAX);
                *next += 1;
                Some((Evaluated::plain(Value::Int(index)), Evaluated::held_by(list.kind() == ListKind::Any, item)))
            }
            Self::Map(kind, entries) => {
                let (key, value) = entries.next()?;
                Some((Evaluated::plain(Value::String(key)), Evaluated::held_by(*kind == MapKind::Any, value)))
            }
        }
    }
}
