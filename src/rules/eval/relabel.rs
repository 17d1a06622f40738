//! `label_replace` and `label_join`.

use crate::metrics::SeriesLabels;
use crate::rules::StringLiteral;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::run::Failed;
use crate::utils::go::Anchoring;
use crate::utils::go::CapturingPattern;

/// What `label_replace` does with labels: where the pattern matches the whole value of `source`, `target` gets the template, in which
/// `$1` and `$name` stand for groups of the pattern.
pub(super) fn replace<'a>(
    target: &'a StringLiteral,
    template: &'a StringLiteral,
    source: &'a StringLiteral,
    pattern: &StringLiteral,
) -> Result<impl Fn(&SeriesLabels) -> Result<SeriesLabels, Failed> + use<'a>, Failed> {
    let pattern = CapturingPattern::new(pattern, Anchoring::Prometheus).map_err(EvalErrorKind::Pattern)?;
    check_name(target, "label_replace")?;
    Ok(move |labels: &SeriesLabels| match pattern.captures(labels.get(source).unwrap_or_default()) {
        Some(captures) => labels.with(target, &captures.expand(template)).map_err(EvalErrorKind::Label),
        None => Ok(labels.clone()),
    })
}

/// What `label_join` does with labels: `target` gets the values of the sources with the separator between them.
pub(super) fn join<'a>(
    target: &'a StringLiteral,
    separator: &'a StringLiteral,
    sources: &'a [&'a StringLiteral],
) -> Result<impl Fn(&SeriesLabels) -> Result<SeriesLabels, Failed> + use<'a>, Failed> {
    for name in sources.iter().chain([&target]) {
        check_name(name, "label_join")?;
    }
    Ok(move |labels: &SeriesLabels| {
        let values: Vec<&str> = sources.iter().map(|source| labels.get(source).unwrap_or_default()).collect();
        labels.with(target, &values.join(separator)).map_err(EvalErrorKind::Label)
    })
}

fn check_name(name: &StringLiteral, function: &'static str) -> Result<(), Failed> {
    if name.is_empty() || !name.is_utf8() { Err(EvalErrorKind::LabelName { function }) } else { Ok(()) }
}
