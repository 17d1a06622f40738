//! The check of a value that is already there: counts and rules across fields.

use crate::utils::Path;
use crate::utils::Report;

/// A rule across the fields of a record: JSON Schema can't say it, so that its words are exported as `x-rules`.
pub(crate) struct Rule<T: 'static> {
    /// The stable code.
    pub(crate) code: &'static str,
    /// The JSON name of the field that is told as the place.
    pub(crate) field: &'static str,
    /// The rule in words.
    #[cfg_attr(not(feature = "schema"), expect(dead_code, reason = "only the exported schema speaks it"))]
    pub(crate) rule: &'static str,
    /// What is wrong, if the rule is broken.
    pub(crate) broken: fn(&T) -> Option<String>,
}

/// A value that may be wrong although each of its leaves is right.
pub(crate) trait Check {
    /// Notes the problems of the value itself, not those of the values inside it.
    fn check_own(&self, _path: &Path<'_>, _report: &mut Report) {}

    /// Notes all problems, those of the values inside included.
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        self.check_own(path, report);
    }
}

impl<T: crate::utils::Leaf> Check for T {}

impl<T: Check> Check for Vec<T> {
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        for (index, item) in self.iter().enumerate() {
            item.check_at(&path.index(index), report);
        }
    }
}

impl<T: Check> Check for Option<T> {
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        if let Some(value) = self {
            value.check_at(path, report);
        }
    }
}

/// Applies the rules of a record.
pub(crate) fn apply<T>(rules: &[Rule<T>], value: &T, path: &Path<'_>, report: &mut Report) {
    for rule in rules {
        if let Some(message) = (rule.broken)(value) {
            report.note(&path.key(rule.field), rule.code, || message);
        }
    }
}

/// The first item whose key is not greater than that of the one before it.
pub(crate) fn out_of_order<'a, T, K: Ord>(items: &'a [T], key: impl Fn(&'a T) -> K) -> Option<usize> {
    let mut keys = items.iter().map(key);
    let mut last = keys.next()?;
    let found = keys.position(|key| {
        let comes_after = last < key;
        last = key;
        !comes_after
    });
    found.map(|index| index + 1)
}

/// Notes a list that has more items than it may.
pub(crate) fn at_most<T>(items: &[T], max: usize, path: &Path<'_>, field: &str, report: &mut Report) {
    use validator::ValidateLength as _;
    if !items.validate_length(None, Some(max as u64), None) {
        report.note(&path.key(field), "too_many_items", || format!("`{field}` has {} items: expected at most {max}", items.len()));
    }
}

/// A report as the `validator` crate's error: flat, with each problem under its JSON Pointer.
pub(crate) fn validation_errors(report: Report) -> validator::ValidationErrors {
    let mut errors = validator::ValidationErrors::new();
    for violation in report {
        let mut error = validator::ValidationError::new("");
        error.code = violation.code;
        error.message = Some(violation.message.into());
        let field = violation.path.as_str().trim_start_matches('/').to_owned();
        let kind = errors.0.entry(field.into()).or_insert_with(|| validator::ValidationErrorsKind::Field(Vec::new()));
        if let validator::ValidationErrorsKind::Field(list) = kind {
            list.push(error);
        }
    }
    errors
}
