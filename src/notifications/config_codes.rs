//! The codes of what can be wrong with a configuration as a whole.

use crate::utils::ErrorCode;

/// The codes of a configuration as a whole.
pub(crate) const CONFIG_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "repeated_name",
        "Two receivers or two time intervals have the same name.",
        "{\"receivers\": [{\"name\": \"db\"}, {\"name\": \"db\"}]}",
        "Give each a name of its own.",
    ),
    ErrorCode::new(
        "unfit_root_route",
        "The root route has no receiver, or it has matchers, `continue` or time intervals.",
        "{\"route\": {\"matchers\": \"{team=\\\"db\\\"}\"}}",
        "Give the root a receiver, and move what chooses alerts to the routes below it.",
    ),
    ErrorCode::new(
        "unknown_receiver",
        "A route names a receiver that is not there.",
        "{\"route\": {\"receiver\": \"dba\"}, \"receivers\": [{\"name\": \"db\"}]}",
        "Correct the name, or add the receiver.",
    ),
    ErrorCode::new(
        "unknown_time_interval",
        "A route names a time interval that is not there.",
        "{\"mute_time_intervals\": [\"nigths\"]}",
        "Correct the name, or add the time interval.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CONFIG_CODES;

    #[test]
    fn codes_are_sorted() {
        assert!(CONFIG_CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
