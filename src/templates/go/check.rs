//! What would fail when a template is rendered.

use std::collections::HashSet;
use std::ops::Range;

use crate::templates::error::TemplateError;
use crate::templates::error::TemplateErrorKind as Kind;
use crate::templates::go::ast::Operand;
use crate::templates::go::ast::TemplateCall;
use crate::templates::go::ast::Term;
use crate::templates::go::builtins;
use crate::templates::go::eval::unfit_literal;
use crate::templates::go::evaluated::nil_for;
use crate::templates::go::exec::variable_name;
use crate::templates::go::function::ArgKind;
use crate::templates::go::options::FunctionSet;
use crate::templates::go::template::Template;
use crate::templates::go::visit::Use;
use crate::templates::go::visit::Visit;
use crate::templates::go::visit::walk;
use crate::utils::go::quote;
use crate::utils::nearest;

/// The most findings that are listed: one mistake a hundred times is told often enough.
const MOST_FINDINGS: usize = 100;

/// The fields that Prometheus gives to the templates of alerting rules.
const ALERT_FIELDS: [&str; 4] = ["ExternalLabels", "ExternalURL", "Labels", "Value"];

/// The findings in a template's own text, in their order.
pub(super) fn check(template: &Template) -> Vec<TemplateError> {
    let mut findings = Vec::new();
    for tree in template.own_trees() {
        let mut checker = Checker { template, declared: HashSet::from(["$"]), findings };
        walk(&tree.root, tree.defined_at.is_none(), &mut checker);
        findings = checker.findings;
    }
    findings.sort_by_key(|finding| finding.span.start);
    findings.truncate(MOST_FINDINGS);
    let known: Vec<&str> = template.defined().into_iter().filter(|name| !name.is_empty()).take(100).collect();
    findings.into_iter().map(|finding| finding.told(template, &known)).collect()
}

/// What would fail, before its place is looked up and a name is searched for.
struct Finding<'t> {
    kind: Kind,
    message: String,
    span: Range<usize>,
    hint: Option<Hint<'t>>,
}

/// What helps.
enum Hint<'t> {
    Text(String),
    /// The template that is most like this name.
    Template(&'t str),
}

impl Finding<'_> {
    fn told(self, template: &Template, known: &[&str]) -> TemplateError {
        let source = template.source();
        let (line, byte) = source.line_and_byte(self.span.start);
        let go_text = format!("template: {}:{line}:{byte}: {}", source.name, self.message);
        let hint = self.hint.and_then(|hint| match hint {
            Hint::Text(text) => Some(text),
            Hint::Template(name) => nearest(name, known).map(|name| format!("did you mean {}?", quote(name))),
        });
        TemplateError::new(self.kind, self.message, go_text, source.visible_text(), source.visible(&self.span)).with_hint(hint)
    }
}

struct Checker<'t> {
    template: &'t Template,
    /// Variables declared anywhere before in this template.
    declared: HashSet<&'t str>,
    findings: Vec<Finding<'t>>,
}

impl<'t> Checker<'t> {
    fn find(&mut self, kind: Kind, message: String, span: &Range<usize>, hint: Option<Hint<'t>>) {
        self.findings.push(Finding { kind, message, span: span.clone(), hint });
    }

    fn function(&mut self, operand: &Operand, name: &str, usage: Use<'_>) {
        let (fixed, rest) = match (self.template.options().functions.function(name), builtins::find(name)) {
            (Some(function), _) => (function.params, function.rest),
            (None, Some(builtin)) => (builtin.params, builtin.rest),
            (None, None) => return,
        };
        let given = usage.args.len();
        let count = given + usize::from(usage.has_last);
        let want = fixed.len();
        if rest.is_some() && count < want {
            let message = format!("wrong number of args for {name}: want at least {want} got {given}");
            self.find(Kind::Arity, message, &operand.span, None);
            return;
        }
        if rest.is_none() && count != want {
            let message = format!("wrong number of args for {name}: want {want} got {count}");
            self.find(Kind::Arity, message, &operand.span, None);
            return;
        }
        for (index, arg) in usage.args.iter().enumerate() {
            if let Some(kind) = fixed.get(index).copied().or(rest)
                && let Some((problem, message)) = unfit(arg, kind)
            {
                self.find(problem, message, &arg.span, None);
            }
        }
    }
}

/// Why a constant does not fit a parameter, if it does not.
fn unfit(arg: &Operand, kind: ArgKind) -> Option<(Kind, String)> {
    match (&arg.term, kind) {
        (_, ArgKind::Any | ArgKind::Raw) | (Term::String { .. }, ArgKind::String) => None,
        (Term::Number(number), ArgKind::Duration) if number.int.is_some() => None,
        (Term::Nil, _) if nil_for(kind).is_none() => Some((Kind::NilValue, format!("cannot assign nil to {}", kind.go_type()))),
        (Term::Bool(_) | Term::Number(_) | Term::String { .. }, _) => Some((Kind::WrongType, unfit_literal(arg, kind))),
        _ => None,
    }
}

impl<'t> Visit<'t> for Checker<'t> {
    fn operand(&mut self, operand: &'t Operand, usage: Use<'t>) {
        match &operand.term {
            Term::Function(name) => self.function(operand, name, usage),
            Term::Field(names) if usage.dot_is_root && self.template.options().functions == FunctionSet::Prometheus => {
                if let Some(name) = names.first()
                    && !ALERT_FIELDS.contains(&&**name)
                {
                    let hint = ALERT_FIELDS
                        .iter()
                        .find(|field| field.eq_ignore_ascii_case(name))
                        .copied()
                        .or_else(|| nearest_field(name))
                        .map(|field| Hint::Text(format!("did you mean `{field}`?")));
                    self.find(Kind::NoField, format!("can't evaluate field {name}"), &operand.span, hint);
                }
            }
            Term::Variable(names) => {
                if let Some(name) = names.first()
                    && !self.declared.contains(&**name)
                {
                    self.find(Kind::UndefinedVariable, format!("undefined variable: {name}"), &operand.span, None);
                }
            }
            Term::Nil if usage.is_first => self.find(Kind::NilValue, "nil is not a command".to_owned(), &operand.span, None),
            term if usage.is_first
                && (term.is_literal() || matches!(term, Term::Pipe(_)))
                && (!usage.args.is_empty() || usage.has_last) =>
            {
                self.find(Kind::Arity, format!("can't give argument to non-function {operand}"), &operand.span, None);
            }
            _ => {}
        }
    }

    fn declaration(&mut self, variable: &'t Operand, is_assignment: bool) {
        let name = variable_name(variable);
        if !is_assignment {
            self.declared.insert(name);
        } else if !self.declared.contains(name) {
            let hint = Some(Hint::Text(format!("declare it with `{name} :=`")));
            self.find(Kind::UndefinedVariable, format!("undefined variable: {name}"), &variable.span, hint);
        }
    }

    fn template(&mut self, call: &'t TemplateCall) {
        if self.template.trees().contains_key(&call.name) {
            return;
        }
        let message = format!("template {} not defined", quote(&call.name));
        self.find(Kind::UndefinedTemplate, message, &call.span, Some(Hint::Template(&call.name)));
    }
}

/// The field that a slip was meant to be; the search for it is in lower case.
fn nearest_field(name: &str) -> Option<&'static str> {
    const FOLDED: [&str; 4] = ["externallabels", "externalurl", "labels", "value"];
    let found = nearest(name, &FOLDED)?;
    FOLDED.iter().position(|field| *field == found).and_then(|index| ALERT_FIELDS.get(index)).copied()
}
