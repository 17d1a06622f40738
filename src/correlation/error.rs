//! The codes of what can be wrong with a state of deduplication or grouping.

use crate::utils::ErrorCode;

/// The codes of this module.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "group_by_differs",
        "A state was made with other labels to group by.",
        "a state by `team`, a grouper by `alertname`",
        "Use the labels of the state, or start with an empty state.",
    ),
    ErrorCode::new(
        "invalid_dedup_verdict",
        "The word is no verdict of deduplication.",
        "\"repeated\"",
        "Use `new`, `updated`, `duplicate`, `resolved` or `reopened`.",
    ),
    ErrorCode::new(
        "no_member",
        "A group of a state has no member, although something of it was seen.",
        "{\"members\":[]}",
        "Remove the group, or restore the state from what was written.",
    ),
    ErrorCode::new(
        "no_session",
        "A key of a state has no session, although something of it was received.",
        "{\"sessions\":[]}",
        "Remove the key, or restore the state from what was written.",
    ),
    ErrorCode::new(
        "not_in_order",
        "The entries of a state are not sorted, stand there twice, or overlap.",
        "two entries of one tenant",
        "Restore the state from what was written.",
    ),
];
