//! The codes of grouping, the notification log and deliveries.

use crate::utils::ErrorCode;

/// The codes of grouping, the notification log and deliveries.
pub(crate) const DISPATCH_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "attempt_failure_differs",
        "An attempt to notify arrived and failed at once, or did neither.",
        "{\"outcome\":\"delivered\",\"failure\":\"other\"}",
        "Give a `failure` to attempts that did not arrive, and to no others.",
    ),
    ErrorCode::new(
        "delivery_goes_on",
        "An attempt follows one that was delivered or failed for good.",
        "delivered, then retry",
        "Leave out what comes after the last word.",
    ),
    ErrorCode::new(
        "delivery_tries_differ",
        "A delivery lists more attempts than it counts.",
        "{\"tries\":0,\"attempts\":[{}]}",
        "Count each attempt in `tries`.",
    ),
    ErrorCode::new(
        "group_alert_unknown",
        "A group has an alert that the state does not hold.",
        "a group of an alert of another tenant",
        "Add the alert to `alerts`, or take it out of the group.",
    ),
    ErrorCode::new("group_without_alerts", "A group has no alert.", "{\"alerts\":[]}", "Leave the group out."),
    ErrorCode::new(
        "invalid_attempt_outcome",
        "The word is no outcome of an attempt to notify.",
        "\"maybe\"",
        "Use one of the words that the message lists.",
    ),
    ErrorCode::new(
        "invalid_failure_reason",
        "The word is no reason of a failure to notify.",
        "\"contextCanceled\"",
        "Use one of the words that the message lists.",
    ),
    ErrorCode::new(
        "invalid_notification_reason",
        "The words are no reason of a notification.",
        "\"first\"",
        "Use one of the reasons that the message lists.",
    ),
    ErrorCode::new(
        "retry_growth_out_of_range",
        "The waits of a retry policy shrink, or grow more than tenfold.",
        "{\"growth_percent\":50}",
        "Use 100 to 1,000 percent.",
    ),
    ErrorCode::new(
        "retry_jitter_out_of_range",
        "The waits of a retry policy are spread by more than themselves.",
        "{\"jitter_percent\":150}",
        "Use at most 100 percent.",
    ),
    ErrorCode::new(
        "retry_status_out_of_range",
        "A number is no HTTP status.",
        "{\"retried_statuses\":[42]}",
        "Use statuses from 100 to 599.",
    ),
    ErrorCode::new(
        "retry_waits_out_of_order",
        "The longest wait of a retry policy is shorter than the first.",
        "{\"first_wait\":\"1m\",\"longest_wait\":\"1s\"}",
        "Raise `longest_wait`, or lower `first_wait`.",
    ),
    ErrorCode::new("retry_without_attempts", "A retry policy allows no attempt.", "{\"max_attempts\":0}", "Allow at least one attempt."),
];
