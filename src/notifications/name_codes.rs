//! The codes of what can be wrong with a name.

use crate::utils::ErrorCode;

/// The codes of names.
pub(crate) const NAME_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_receiver_name",
        "The name of a receiver is empty or too long.",
        "\"\"",
        "Give the receiver a name of 1 to 1,024 characters.",
    ),
    ErrorCode::new(
        "invalid_time_interval_name",
        "The name of a time interval is empty or too long.",
        "\"\"",
        "Give the interval a name of 1 to 1,024 characters.",
    ),
];
