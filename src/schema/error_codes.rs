//! The joined catalogue of error codes.

use crate::utils::ErrorCode;

/// Every error code of the crate, sorted: what `schemas/errors.json` holds.
///
/// ```
/// let codes = alert_schemas::schema::error_codes();
/// assert!(codes.iter().any(|row| row.code == "missing_field"));
/// assert!(codes.windows(2).all(|pair| pair[0].code < pair[1].code));
/// ```
#[must_use]
pub fn error_codes() -> Vec<&'static ErrorCode> {
    let tables = [
        crate::utils::CODES,
        crate::utils::go::CODES,
        crate::validations::CODES,
        crate::validations::RATE_LIMIT_CODES,
        crate::validations::YAML_CODES,
        crate::templates::CODES,
        crate::alerts::CODES,
        crate::alerts::MATCHER_CODES,
        crate::metrics::CODES,
        crate::rules::CODES,
        crate::rules::RULE_CODES,
        crate::metrics::exposition::CODES,
        crate::metrics::load::CODES,
        crate::rules::eval::CODES,
        crate::notifications::DECISION_CODES,
        crate::notifications::DISPATCH_CODES,
        crate::notifications::LINT_CODES,
        crate::notifications::NAME_CODES,
        crate::notifications::CHANNEL_CODES,
        crate::notifications::CONFIG_CODES,
        crate::notifications::TIME_INTERVAL_CODES,
        crate::notifications::ROUTE_CODES,
        crate::notifications::SUPPRESSION_CODES,
        crate::correlation::CODES,
        crate::webhooks::CODES,
        crate::webhooks::RULE_FILE_CODES,
        crate::webhooks::RECEIVER_CODES,
        crate::webhooks::CONFIG_FILE_CODES,
    ];
    let mut rows: Vec<&ErrorCode> = tables.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.code);
    rows
}

/// The row of one code.
///
/// ```
/// let row = alert_schemas::schema::error_code("too_deep").unwrap();
/// assert!(row.fix.contains("DecodeLimits::depth"));
/// assert!(alert_schemas::schema::error_code("no_such_code").is_none());
/// ```
#[must_use]
pub fn error_code(code: &str) -> Option<&'static ErrorCode> {
    error_codes().into_iter().find(|row| row.code == code)
}
