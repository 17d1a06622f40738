//! The error codes of Alertmanager's configurations as files. They stand in the catalogue with or without the feature `yaml`.

use crate::utils::ErrorCode;

/// The codes of configurations; those of routes, matchers, time intervals, durations, YAML and unknown fields are shared.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "config_receiver_repeated",
        "Two receivers have the same name.",
        "receivers: [{name: db}, {name: db}]",
        "Give each receiver a name of its own.",
    ),
    ErrorCode::new(
        "config_template_pattern",
        "The path of a template is no pattern.",
        "templates: ['[a.tmpl']",
        "Close the `[`, or write it as `\\\\[`.",
    ),
    ErrorCode::new(
        "config_time_interval_repeated",
        "Two time intervals have the same name, be they under `time_intervals` or `mute_time_intervals`.",
        "time_intervals: [{name: nights}, {name: nights}]",
        "Give each time interval a name of its own.",
    ),
    ErrorCode::new(
        "config_unknown_receiver",
        "A route names a receiver that is not there.",
        "route: {receiver: dba}",
        "Correct the name, or add the receiver under `receivers`.",
    ),
    ErrorCode::new(
        "config_unknown_time_interval",
        "A route names a time interval that is not there.",
        "mute_time_intervals: [nigths]",
        "Correct the name, or add the time interval under `time_intervals`.",
    ),
    ErrorCode::new("config_without_route", "A configuration has no `route`.", "receivers: [{name: a}]", "Add `route` with a `receiver`."),
    ErrorCode::new(
        "invalid_time_interval",
        "A time interval that a program made has a field that cannot be read.",
        "months: ['13']",
        "Check the configuration before it is converted: that tells the field.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_sorted() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
