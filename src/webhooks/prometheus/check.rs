//! The checks of one rule.

use std::ops::Range;

use crate::rules::Expr;
use crate::rules::ParseOptions;
use crate::templates::AnnotationTemplate;

/// A problem within a text.
pub(super) struct TextProblem {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

/// What is wrong with an expression.
pub(super) fn check_expr(text: &str, options: &ParseOptions) -> Vec<TextProblem> {
    let Err(errors) = Expr::parse(text, options) else { return Vec::new() };
    let problem = |error: &crate::rules::ExprError| {
        let fix = error.fix().map(|fix| format!("; {fix}")).unwrap_or_default();
        TextProblem { code: error.code(), message: format!("{}{fix}", error.message()), span: error.span() }
    };
    errors.iter().map(problem).collect()
}

/// What is wrong with the text of a label or annotation of an alert.
pub(super) fn check_template(text: &str) -> Option<TextProblem> {
    let error = AnnotationTemplate::new(text).err()?;
    let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
    Some(TextProblem { code: error.code(), message: format!("{}{hint}", error.message()), span: error.span() })
}
