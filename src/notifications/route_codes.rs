//! The codes of what can be wrong with a route, or with the key of one.

use crate::utils::ErrorCode;

/// The codes of routes.
pub(crate) const ROUTE_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "duplicate_group_by_label",
        "A label stands twice in `group_by`.",
        "{\"group_by\": [\"team\", \"team\"]}",
        "Name each label once.",
    ),
    ErrorCode::new(
        "group_by_all_with_others",
        "`...`, which says all labels, stands among others in `group_by`.",
        "{\"group_by\": [\"...\", \"team\"]}",
        "Use `...` alone, or name the labels.",
    ),
    ErrorCode::new(
        "invalid_group_key",
        "The text is not the key of a group.",
        "\"team\"",
        "Use the key as Alertmanager writes it, such as {}/{team=\"db\"}:{alertname=\"DiskFull\"}.",
    ),
    ErrorCode::new(
        "invalid_group_key_digest",
        "The text is not the digest of a group key.",
        "\"CC97\"",
        "Write the SHA-256 of the key as 64 lower-case hexadecimal digits.",
    ),
    ErrorCode::new(
        "invalid_route_id",
        "The text is not the id of a route.",
        "\"team\"",
        "Use the id as Alertmanager writes it, such as {}/{team=\"db\"}/0.",
    ),
    ErrorCode::new(
        "invalid_route_key",
        "The text is not the key of a route.",
        "\"team\"",
        "Use the key as Alertmanager writes it, such as {}/{team=\"db\"}.",
    ),
    ErrorCode::new(
        "root_route_continues",
        "The root route says `continue`, but no route is behind it.",
        "{\"receiver\": \"a\", \"continue\": true}",
        "Leave `continue` out, or put it on the route that it is meant for.",
    ),
    ErrorCode::new(
        "root_route_has_matchers",
        "The root route has matchers, but has to take every alert.",
        "{\"receiver\": \"a\", \"matchers\": \"team=db\"}",
        "Move the matchers to a route below the root.",
    ),
    ErrorCode::new(
        "root_route_has_time_intervals",
        "The root route names time intervals.",
        "{\"receiver\": \"a\", \"mute_time_intervals\": [\"night\"]}",
        "Name them on the routes below the root.",
    ),
    ErrorCode::new(
        "root_route_without_receiver",
        "The root route has no receiver, so that an alert could reach nobody.",
        "{\"routes\": []}",
        "Give the root route a `receiver`.",
    ),
    ErrorCode::new(
        "route_group_interval_zero",
        "The `group_interval` of a route is 0.",
        "{\"group_interval\": \"0s\"}",
        "Use such as 5m, or leave it out.",
    ),
    ErrorCode::new(
        "route_patterns_too_large",
        "The patterns of all routes together take more memory than they may.",
        "1,000 routes with the pattern \\pL{40}",
        "Use simpler patterns, or equal matchers.",
    ),
    ErrorCode::new(
        "route_repeat_interval_zero",
        "The `repeat_interval` of a route is 0.",
        "{\"repeat_interval\": \"0s\"}",
        "Use such as 4h, or leave it out.",
    ),
    ErrorCode::new(
        "routes_too_deep",
        "Routes stand in each other more than 60 deep.",
        "61 routes, each in the one before",
        "Put the matchers of several levels into one route.",
    ),
    ErrorCode::new(
        "too_many_routes",
        "There are more than 100,000 routes.",
        "100,001 routes",
        "Let one route with a pattern stand for several.",
    ),
];
