//! The codes of decisions.

use crate::utils::ErrorCode;

/// The codes of decisions.
pub(crate) const DECISION_CODES: &[ErrorCode] = &[ErrorCode::new(
    "invalid_decision_outcome",
    "The word is no outcome of a decision.",
    "\"silenced\"",
    "Use one of the words that the message lists.",
)];
