//! What a template refers to.

use std::ops::Range;
use std::sync::Arc;

use crate::templates::go::ast::Operand;
use crate::templates::go::ast::Source;
use crate::templates::go::ast::TemplateCall;
use crate::templates::go::ast::Term;
use crate::templates::go::options::FunctionSet;
use crate::templates::go::template::Template;
use crate::templates::go::visit::Use;
use crate::templates::go::visit::Visit;
use crate::templates::go::visit::walk;

/// What kind of thing a template refers to.
///
/// ```
/// use alert_schemas::templates::go::{ReferenceKind, Template, TemplateOptions};
///
/// let template = Template::parse(r#"{{ template "x" . }}"#, &TemplateOptions::default())?;
/// assert_eq!(template.references()[0].kind(), ReferenceKind::Template);
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReferenceKind {
    /// A label of the alert: `$labels.job`, `.Labels.job`, `index $labels "job"`.
    Label,
    /// A label of the server: `$externalLabels.cluster` and the like.
    ExternalLabel,
    /// A variable; its name has the dollar sign.
    Variable,
    /// Fields of the dot, or of the value of a variable or an expression: `Alerts.Firing`.
    Field,
    /// A function.
    Function,
    /// A template that is called.
    Template,
}

/// One place where a template refers to something by its name.
///
/// ```
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let template = Template::parse("{{ printf \"%.1f\" $value }}", &TemplateOptions::prometheus())?;
/// let names: Vec<_> = template.references().iter().map(|found| found.name().to_owned()).collect();
/// assert_eq!(names, ["printf", "$value"]);
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    kind: ReferenceKind,
    name: String,
    span: Range<usize>,
}

impl Reference {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> ReferenceKind {
        self.kind
    }

    /// Its name; fields are joined by dots.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The bytes of the template's text where it stands.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

/// The references of a template's own text.
pub(super) fn references(template: &Template) -> Vec<Reference> {
    let mut collector =
        Collector { source: template.source(), prometheus: template.options().functions == FunctionSet::Prometheus, found: Vec::new() };
    for tree in template.own_trees() {
        walk(&tree.root, tree.defined_at.is_none(), &mut collector);
    }
    // Each span once for each kind and name, in the order of the text.
    collector.found.sort_by_key(|reference| (reference.span.start, reference.span.end));
    collector.found
}

struct Collector<'t> {
    source: &'t Source,
    prometheus: bool,
    found: Vec<Reference>,
}

impl Collector<'_> {
    fn add(&mut self, kind: ReferenceKind, name: impl Into<String>, span: &Range<usize>) {
        // The preamble is no part of the text.
        if span.start >= self.source.preamble {
            self.found.push(Reference { kind, name: name.into(), span: self.source.visible(span) });
        }
    }

    /// Which labels an operand is, if it is labels, and how many of its names say so.
    fn labels(&self, operand: &Operand, dot_is_root: bool) -> Option<(ReferenceKind, usize)> {
        let names = match &operand.term {
            Term::Variable(names) | Term::Field(names) if self.prometheus => names,
            _ => return None,
        };
        let texts: Vec<&str> = names.iter().map(|name| &**name).take(2).collect();
        match (&operand.term, &*texts) {
            (Term::Variable(_), ["$labels", ..]) => Some((ReferenceKind::Label, 1)),
            (Term::Variable(_), ["$externalLabels", ..]) => Some((ReferenceKind::ExternalLabel, 1)),
            (Term::Variable(_), ["$", "Labels"]) => Some((ReferenceKind::Label, 2)),
            (Term::Variable(_), ["$", "ExternalLabels"]) => Some((ReferenceKind::ExternalLabel, 2)),
            (Term::Field(_), ["Labels", ..]) if dot_is_root => Some((ReferenceKind::Label, 1)),
            (Term::Field(_), ["ExternalLabels", ..]) if dot_is_root => Some((ReferenceKind::ExternalLabel, 1)),
            _ => None,
        }
    }
}

fn joined(names: &[Arc<str>]) -> String {
    names.join(".")
}

impl<'t> Visit<'t> for Collector<'_> {
    fn operand(&mut self, operand: &'t Operand, usage: Use<'t>) {
        let span = &operand.span;
        match &operand.term {
            Term::Function(name) => {
                self.add(ReferenceKind::Function, &**name, span);
                if let ("index", [item, key, ..]) = (&**name, usage.args)
                    && let Term::String { text, .. } = &key.term
                    && let Some((kind, taken)) = self.labels(item, usage.dot_is_root)
                    && matches!(&item.term, Term::Variable(names) | Term::Field(names) if names.len() == taken)
                {
                    self.add(kind, &**text, &key.span);
                }
            }
            Term::Variable(names) | Term::Field(names) => {
                if let (Term::Variable(names), Some(name)) = (&operand.term, names.first()) {
                    let name_span = span.start..span.start + names.first().map_or(0, |name| name.len());
                    self.add(ReferenceKind::Variable, &**name, &name_span);
                }
                let fields = match &operand.term {
                    Term::Variable(names) => names.get(1..).unwrap_or_default(),
                    _ => names,
                };
                match self.labels(operand, usage.dot_is_root) {
                    Some((kind, taken)) => {
                        if let Some(label) = names.get(taken) {
                            self.add(kind, &**label, span);
                        }
                    }
                    None if !fields.is_empty() => self.add(ReferenceKind::Field, joined(fields), span),
                    None => {}
                }
            }
            Term::Chain(_, names) => self.add(ReferenceKind::Field, joined(names), span),
            Term::Dot | Term::Nil | Term::Bool(_) | Term::Number(_) | Term::String { .. } | Term::Pipe(_) => {}
        }
    }

    fn declaration(&mut self, variable: &'t Operand, _: bool) {
        self.add(ReferenceKind::Variable, variable.to_string(), &variable.span);
    }

    fn template(&mut self, call: &'t TemplateCall) {
        self.add(ReferenceKind::Template, &*call.name, &call.span);
    }
}
