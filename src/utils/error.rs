//! The catalogue of what can be wrong: one row for each stable error code.

/// One kind of problem that this crate reports: its stable code, what it means, what causes it, and how to mend it.
///
/// The codes of all modules together are `schemas/errors.json`, for programs in any language that explain a [`Report`](crate::Report).
///
/// ```
/// use alert_schemas::utils::ErrorCode;
///
/// let row = ErrorCode::new("missing_field", "A required field is absent.", "{}", "Add the field.");
/// assert_eq!(row.code, "missing_field");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// The stable code.
    pub code: &'static str,
    /// What it says about the input.
    pub meaning: &'static str,
    /// An input that gives it.
    pub example: &'static str,
    /// What to do about it.
    pub fix: &'static str,
}

impl ErrorCode {
    /// A row of the catalogue.
    #[must_use]
    pub const fn new(code: &'static str, meaning: &'static str, example: &'static str, fix: &'static str) -> Self {
        Self { code, meaning, example, fix }
    }
}

/// The codes of this module.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new("invalid_alert_id", "The id of an alert is not a UUID.", "\"7\"", "Write the id with hyphens, 36 characters."),
    ErrorCode::new("invalid_rule_id", "The id of a rule is not a UUID.", "\"cpu\"", "Write the id with hyphens, 36 characters."),
    ErrorCode::new(
        "invalid_silence_id",
        "The id of a silence is not a UUID.",
        "\"maintenance\"",
        "Write the id with hyphens, 36 characters.",
    ),
    ErrorCode::new("invalid_boolean", "The value is neither true nor false.", "\"yes\"", "Write true or false without quotes."),
    ErrorCode::new(
        "invalid_count",
        "The number is not whole, negative, or above 2^53 - 1.",
        "1.5",
        "Use a whole number from 0 to 9007199254740991.",
    ),
    ErrorCode::new(
        "invalid_duration",
        "The text is not a duration in Prometheus' notation.",
        "\"5 minutes\"",
        "Write numbers with the units y, w, d, h, m, s, ms, largest first, such as 1h30m.",
    ),
    ErrorCode::new(
        "invalid_pointer",
        "The text is not a JSON Pointer.",
        "\"labels/a\"",
        "Start each step with `/`; write `~` as `~0` and `/` as `~1`.",
    ),
    ErrorCode::new(
        "invalid_setting",
        "A variable of the environment has a value that is out of range.",
        "ALERT_BATCH_SIZE=0",
        "Use a value from the range that the message names.",
    ),
    ErrorCode::new("invalid_string", "The value is not a string that JSON can carry.", "\"\\ud800\"", "Write valid Unicode."),
    ErrorCode::new(
        "invalid_tenant_id",
        "The id of a tenant has a character that is not allowed, none, or more than 128.",
        "\"a b\"",
        "Use 1 to 128 letters, digits, `_`, `.` or `-`.",
    ),
    ErrorCode::new(
        "invalid_time_range",
        "The text is not two times with `/` between them, or it ends before it starts.",
        "\"today\"",
        "Write start/end in RFC 3339.",
    ),
    ErrorCode::new(
        "invalid_timestamp",
        "The text is not an RFC 3339 time, or names a day that does not exist.",
        "\"2025-02-29T00:00:00Z\"",
        "Write YYYY-MM-DDThh:mm:ssZ, with an offset where it is not UTC.",
    ),
    ErrorCode::new(
        "text_too_long",
        "The text has more characters than its place allows.",
        "a summary of 2,000 characters",
        "Shorten it; `fit` does and tells what was lost.",
    ),
    ErrorCode::new(
        "unsupported_state_version",
        "The state was written by a version that this one can't read.",
        "{\"version\":2}",
        "Read it with the version that wrote it, or start with an empty state.",
    ),
];
