//! The codes of what can be wrong with a rule, a group, or the state of one.

use crate::utils::ErrorCode;

/// The codes of rules and of their state.
pub(crate) const RULE_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "braces_in_metric_name",
        "The name of a recording rule has braces.",
        "\"errors{job=\\\"api\\\"}\"",
        "Name the metric alone, and set labels in `labels`.",
    ),
    ErrorCode::new(
        "duplicate_parameter",
        "A template of rules has two parameters of one name.",
        "two parameters `job`",
        "Give each parameter a name of its own.",
    ),
    ErrorCode::new(
        "duplicate_rule_id",
        "Two rules have the same id.",
        "a rule that was copied with its id",
        "Leave the id out of the copy: one is derived.",
    ),
    ErrorCode::new(
        "evaluation_window_zero",
        "The evaluation window of a rule is 0, so that no sample is ever seen.",
        "{\"evaluation_window\": \"0s\"}",
        "Use such as 5m, or leave it out.",
    ),
    ErrorCode::new(
        "firing_not_in_order",
        "The alerts or series of a state of rules are not sorted by their labels, or stand there twice.",
        "two alerts with the same labels",
        "Restore the state from what was written.",
    ),
    ErrorCode::new(
        "firing_times_differ",
        "The state of an alert of a rule does not go with when it fired and was resolved.",
        "a firing alert without `fired_at`",
        "Restore the state from what was written.",
    ),
    ErrorCode::new(
        "group_interval_zero",
        "The interval of a group of rules is 0.",
        "{\"interval\": \"0s\"}",
        "Use such as 1m, or leave it out.",
    ),
    ErrorCode::new(
        "invalid_error_behavior",
        "The word is not what a rule can do after an error.",
        "\"ignore\"",
        "Use `skip`, `error`, `alerting`, `ok` or `keep_last`.",
    ),
    ErrorCode::new(
        "invalid_firing_reason",
        "The word is no reason for which an alert of a rule changes its state.",
        "\"timeout\"",
        "Use `seen`, `held`, `ended`, `forgotten` or `over_limit`.",
    ),
    ErrorCode::new(
        "invalid_firing_state",
        "The word is no state of an alert of a rule.",
        "\"inactive\"",
        "Use `pending`, `firing` or `resolved`.",
    ),
    ErrorCode::new(
        "invalid_no_data_behavior",
        "The word is not what a rule can do without data.",
        "\"ignore\"",
        "Use `ok`, `no_data`, `alerting` or `keep_last`.",
    ),
    ErrorCode::new(
        "invalid_parameter_kind",
        "The word is no kind of parameter.",
        "\"regex\"",
        "Use `number`, `duration`, `text`, `metric`, `label` or `severity`.",
    ),
    ErrorCode::new(
        "invalid_parameter_name",
        "The name of a parameter has a character that is not allowed, none, or more than 64.",
        "\"max-usage\"",
        "Use 1 to 64 lower-case letters, digits and `_`, starting with a letter.",
    ),
    ErrorCode::new(
        "invalid_parameter_value",
        "A value is not of its parameter's kind.",
        "\"much\" for a number",
        "Give a value of the kind.",
    ),
    ErrorCode::new(
        "invalid_placeholder",
        "A placeholder of a template of rules stands where it can't be filled.",
        "up{job='${job}'}",
        "Put it in double quotes, or outside of quotes.",
    ),
    ErrorCode::new(
        "invalid_rule_group_name",
        "The name of a group of rules is empty or has more than 1,024 characters.",
        "\"\"",
        "Use 1 to 1,024 characters.",
    ),
    ErrorCode::new(
        "invalid_rule_name",
        "The name of an alerting rule is empty or has more than 1,024 characters.",
        "\"\"",
        "Use 1 to 1,024 characters.",
    ),
    ErrorCode::new(
        "invalid_template_rule",
        "A rule that a template makes is not valid.",
        "`disk_used > ${job}` where `job` is a text",
        "Correct the text; the message says what is wrong.",
    ),
    ErrorCode::new(
        "missing_parameter",
        "A parameter without a default was given no value.",
        "expanding without `job`",
        "Give a value, or declare a default.",
    ),
    ErrorCode::new(
        "not_for_recording",
        "A recording rule of a template has what only alerting rules have.",
        "{\"record\": \"a:b\", \"for\": \"5m\"}",
        "Remove it, or write `alert` for `record`.",
    ),
    ErrorCode::new(
        "parameter_not_declared",
        "A placeholder of a template of rules is no parameter.",
        "`${jbo}` where `job` is declared",
        "Declare it, or write `$${` for the text itself.",
    ),
    ErrorCode::new(
        "parameter_not_used",
        "A parameter of a template of rules stands in none of its texts.",
        "a parameter `job` without `${job}`",
        "Use it, or remove it.",
    ),
    ErrorCode::new(
        "reserved_label",
        "A rule or a group sets the label that names a metric.",
        "{\"labels\": {\"__name__\": \"up\"}}",
        "Use another name.",
    ),
    ErrorCode::new(
        "rule_failed",
        "The condition of a rule could not be evaluated.",
        "a query over too many samples",
        "Correct the condition; the reason stands in the message.",
    ),
    ErrorCode::new(
        "rule_labels_invalid",
        "The labels that a rule gives to an alert or a series are more or longer than labels may be.",
        "a label with a text of 100,000 characters",
        "Shorten the labels of the rule.",
    ),
    ErrorCode::new(
        "rule_labels_not_unique",
        "Two elements of a condition have the same labels once the rule has set its own.",
        "a rule that takes out the label which tells its series apart",
        "Aggregate in the condition, or keep the label.",
    ),
    ErrorCode::new(
        "rule_limit_exceeded",
        "A rule has more alerts or series than the limit of its group allows.",
        "12 alerts where the limit is 10",
        "Raise the limit, or make the condition narrower.",
    ),
    ErrorCode::new(
        "tenants_mixed",
        "A rule of a group is of another tenant than the group.",
        "a rule of `acme` in a group of `default`",
        "Set the tenant of the group, or move the rule.",
    ),
    ErrorCode::new(
        "two_kinds_of_rule",
        "A rule of a template has both `alert` and `record`, or neither.",
        "{\"alert\": \"Down\", \"record\": \"up:sum\", \"expression\": \"up\"}",
        "Name one of them; for both, make two rules.",
    ),
    ErrorCode::new(
        "unknown_parameter",
        "A value was given for something that is no parameter of the template.",
        "a value for `jbo`",
        "Use the name of a parameter.",
    ),
];
