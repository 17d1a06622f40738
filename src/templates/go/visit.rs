//! A walk over the operands of a template, with what is known of the dot.

use crate::templates::go::ast::List;
use crate::templates::go::ast::Node;
use crate::templates::go::ast::Operand;
use crate::templates::go::ast::Pipe;
use crate::templates::go::ast::TemplateCall;
use crate::templates::go::ast::Term;

/// How an operand is used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use<'t> {
    /// The arguments behind it, if it is the first of its command.
    pub(super) args: &'t [Operand],
    /// Whether it is the first of its command.
    pub(super) is_first: bool,
    /// Whether it also gets the value of the command before.
    pub(super) has_last: bool,
    /// Whether the dot is the data that the template was given.
    pub(super) dot_is_root: bool,
}

/// What a walk reports.
pub(super) trait Visit<'t> {
    /// Each operand, after those inside it.
    fn operand(&mut self, operand: &'t Operand, usage: Use<'t>);
    /// Each variable that is declared or assigned.
    fn declaration(&mut self, variable: &'t Operand, is_assignment: bool);
    /// Each call of a template.
    fn template(&mut self, call: &'t TemplateCall);
}

/// Walks a list. The recursion is as deep as the nesting that the parser allowed.
pub(super) fn walk<'t>(list: &'t List, dot_is_root: bool, visit: &mut dyn Visit<'t>) {
    for node in &list.nodes {
        match node {
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => {}
            Node::Action(pipe) => pipeline(pipe, dot_is_root, visit),
            Node::Branches(branches) => {
                for (pipe, body) in &branches.branches {
                    pipeline(pipe, dot_is_root, visit);
                    walk(body, dot_is_root && !branches.is_with, visit);
                }
                if let Some(list) = &branches.otherwise {
                    walk(list, dot_is_root, visit);
                }
            }
            Node::Range(range) => {
                pipeline(&range.pipe, dot_is_root, visit);
                walk(&range.body, false, visit);
                if let Some(list) = &range.otherwise {
                    walk(list, dot_is_root, visit);
                }
            }
            Node::Template(call) => {
                visit.template(call);
                if let Some(pipe) = &call.pipe {
                    pipeline(pipe, dot_is_root, visit);
                }
            }
        }
    }
}

fn pipeline<'t>(pipe: &'t Pipe, dot_is_root: bool, visit: &mut dyn Visit<'t>) {
    for (index, command) in pipe.commands.iter().enumerate() {
        if let Some((first, args)) = command.args.split_first() {
            operand(first, Use { args, is_first: true, has_last: index > 0, dot_is_root }, visit);
            for arg in args {
                operand(arg, Use { args: &[], is_first: false, has_last: false, dot_is_root }, visit);
            }
        }
    }
    for variable in &pipe.declared {
        visit.declaration(variable, pipe.is_assignment);
    }
}

fn operand<'t>(found: &'t Operand, usage: Use<'t>, visit: &mut dyn Visit<'t>) {
    match &found.term {
        Term::Pipe(pipe) => pipeline(pipe, usage.dot_is_root, visit),
        Term::Chain(inner, _) => operand(inner, Use { args: &[], is_first: false, has_last: false, ..usage }, visit),
        _ => {}
    }
    visit.operand(found, usage);
}
