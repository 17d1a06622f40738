//! The codes of what can be wrong with a rate limit.

use crate::utils::ErrorCode;

/// The codes of rate limits.
pub(crate) const RATE_LIMIT_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_rate_limit_kind",
        "The word is no kind of rate limit.",
        "\"leaky_bucket\"",
        "Use `token_bucket` or `sliding_window`.",
    ),
    ErrorCode::new(
        "rate_limit_burst",
        "A `burst` is zero, or stands beside a sliding window, which has none.",
        "{\"events\":1,\"per\":\"1s\",\"burst\":0}",
        "Give a token bucket a burst of at least 1, and a sliding window none.",
    ),
    ErrorCode::new(
        "rate_limit_counts_too_many",
        "A sliding window would have to remember more than 10,000 times.",
        "{\"events\":20000,\"per\":\"1s\",\"kind\":\"sliding_window\"}",
        "Use a token bucket, or a shorter window with fewer events.",
    ),
    ErrorCode::new(
        "rate_limit_lets_nothing_pass",
        "A rate limit is of zero events.",
        "{\"events\":0,\"per\":\"1s\"}",
        "Allow at least one event.",
    ),
    ErrorCode::new(
        "rate_limit_without_time",
        "A rate limit names no time.",
        "{\"events\":1,\"per\":\"0s\"}",
        "Give `per` a time above zero.",
    ),
];
