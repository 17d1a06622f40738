//! The codes of what can be wrong with an alert.

use crate::utils::ErrorCode;

/// The codes of this module; those of matchers are beside their parser.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "acknowledged_by_nobody",
        "The status is `acknowledged`, but nobody is named.",
        "{\"status\":\"acknowledged\"}",
        "Add `acknowledgement` with `by` and `at`.",
    ),
    ErrorCode::new(
        "duplicate_suppression",
        "The same reason of suppression by the same cause stands twice.",
        "two silences 7f3",
        "Keep one.",
    ),
    ErrorCode::new(
        "end_cause_without_end",
        "`end_cause` is given without `ends_at`.",
        "{\"end_cause\":\"timeout\"}",
        "Add `ends_at`, or remove `end_cause`.",
    ),
    ErrorCode::new("ends_before_start", "The end is before the start.", "ends_at 08:00, starts_at 09:00", "Correct one of the two times."),
    ErrorCode::new(
        "illegal_transition",
        "What was tried can't happen to an alert of this status.",
        "acknowledging a resolved alert",
        "Use one of the events that the message names.",
    ),
    ErrorCode::new(
        "invalid_actor",
        "The name of a person or program is empty, too long, or has control characters.",
        "\"\"",
        "Use 1 to 256 characters on one line.",
    ),
    ErrorCode::new(
        "invalid_alert_event",
        "The word is no event of an alert.",
        "\"close\"",
        "Use `fire`, `acknowledge`, `unacknowledge` or `resolve`.",
    ),
    ErrorCode::new(
        "invalid_alert_message",
        "The message is empty or has more than 16,384 characters.",
        "\"\"",
        "Say what happened; put long details into annotations.",
    ),
    ErrorCode::new(
        "invalid_dedup_key",
        "The dedup key is empty, too long, or has control characters.",
        "\"\"",
        "Use 1 to 512 characters on one line.",
    ),
    ErrorCode::new("invalid_end_cause", "The word is no cause of an end.", "\"closed\"", "Use `signal`, `person` or `timeout`."),
    ErrorCode::new(
        "invalid_fingerprint",
        "The text is not a fingerprint.",
        "\"DAB4\"",
        "Use 16 lower-case hexadecimal digits, or `v1:` and 64.",
    ),
    ErrorCode::new(
        "invalid_href",
        "The link is empty, too long, or has blanks.",
        "\"not a link\"",
        "Percent-encode blanks and control characters.",
    ),
    ErrorCode::new("invalid_identity", "The text is not an identity.", "\"label:1\"", "Use what `Alert::identity` prints."),
    ErrorCode::new(
        "invalid_label_name",
        "The name of a label or annotation is empty or too long.",
        "{\"\":\"x\"}",
        "Use 1 to 1,024 characters.",
    ),
    ErrorCode::new("invalid_link_kind", "The word is no kind of link.", "\"wiki\"", "Use `source`, `runbook`, `dashboard` or `other`."),
    ErrorCode::new(
        "invalid_severity",
        "The word is no severity of ours.",
        "\"page\"",
        "Use `critical`, `high`, `warning`, `low` or `info`; `AlertSeverity::read` maps the words of other systems.",
    ),
    ErrorCode::new(
        "invalid_source_name",
        "The name of a source is empty, too long, or has other characters than allowed.",
        "\"My Source\"",
        "Use 1 to 64 lower-case letters, digits, `_`, `.` or `-`.",
    ),
    ErrorCode::new(
        "invalid_status",
        "The word is no status of an alert.",
        "\"open\"",
        "Use `pending`, `firing`, `acknowledged` or `resolved`.",
    ),
    ErrorCode::new(
        "invalid_suppression_reason",
        "The word is no reason of suppression.",
        "\"snoozed\"",
        "Use `silenced`, `inhibited`, `muted`, `maintenance` or `dismissed`.",
    ),
    ErrorCode::new(
        "not_finite",
        "The number is NaN or infinite, which JSON can't carry.",
        "NaN",
        "Leave the value out, or send it as a string.",
    ),
    ErrorCode::new("resolved_without_end", "The status is `resolved`, but there is no end.", "{\"status\":\"resolved\"}", "Add `ends_at`."),
    ErrorCode::new("too_many_labels", "There are more labels or annotations than there may be.", "600 labels", "Send at most 512."),
];
