//! The error codes of rule files. They stand in the catalogue with or without the feature `yaml`.

use crate::utils::ErrorCode;

/// The codes of rule files; those of expressions, templates, durations, YAML and unknown fields are shared.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_annotation_name",
        "The name of an annotation is empty.",
        "annotations: {\"\": disk full}",
        "Name the annotation.",
    ),
    ErrorCode::new(
        "rule_alert_and_record",
        "A rule is both an alert and a recording rule.",
        "{alert: A, record: a, expr: up}",
        "Keep one of `alert` and `record`, or make two rules.",
    ),
    ErrorCode::new(
        "rule_field_of_alerts",
        "A recording rule has a field that only alerts have: `for`, `keep_firing_for` or `annotations`.",
        "{record: a, expr: up, for: 5m}",
        "Remove the field.",
    ),
    ErrorCode::new("rule_group_name_empty", "A group of rules has no name.", "groups: [{rules: []}]", "Give each group a name of its own."),
    ErrorCode::new(
        "rule_group_name_repeated",
        "Two groups of a rule file have the same name.",
        "groups: [{name: a}, {name: a}]",
        "Give each group a name of its own.",
    ),
    ErrorCode::new(
        "rule_record_name_braces",
        "The name of a recording rule has braces, so an expression stands where a name belongs.",
        "record: up{job=\"a\"}",
        "Name the new series in `record`, and move the expression to `expr`.",
    ),
    ErrorCode::new("rule_without_expr", "A rule has no expression.", "{alert: A}", "Add `expr`."),
    ErrorCode::new("rule_without_name", "A rule is neither an alert nor a recording rule.", "{expr: up}", "Add `alert` or `record`."),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_sorted() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
