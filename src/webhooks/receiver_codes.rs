//! The codes of what can be wrong with receivers of Alertmanager, and of what is lost when they are converted.

use crate::utils::ErrorCode;

/// The codes of Alertmanager's receivers.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "config_exclusive_fields",
        "Several fields are set of which at most one may be.",
        "{token: a, token_file: b}",
        "Keep one of them.",
    ),
    ErrorCode::new("config_needs_field", "A field is set that needs another one.", "{no_proxy: a}", "Set the other field, too."),
    ErrorCode::new(
        "config_wrong_value",
        "The value is none of those that the field takes.",
        "{message_type: html}",
        "Use one that is named.",
    ),
    ErrorCode::new(
        "config_null_item",
        "A list holds nothing where it must hold something.",
        "slack_configs: [null]",
        "Remove the item, or write it.",
    ),
    ErrorCode::new("config_duplicate_header", "Two names of headers differ only in case.", "{subject: a, Subject: b}", "Keep one of them."),
    ErrorCode::new(
        "config_reserved_header",
        "A header is sent by Alertmanager itself.",
        "{Authorization: {}}",
        "Remove it; use `authorization`.",
    ),
    ErrorCode::new(
        "config_reserved_field",
        "A custom field has the name of one that is sent already.",
        "{entity_id: a}",
        "Give it another name.",
    ),
    ErrorCode::new(
        "invalid_http_url",
        "The text is not the address of a server.",
        "\"hooks.example.org\"",
        "Start it with http:// or https:// and a host.",
    ),
    ErrorCode::new("invalid_host_port", "The text is not a host with a port.", "\"mail\"", "Add the port, such as mail.example.org:587."),
    ErrorCode::new(
        "invalid_go_duration",
        "The text is not a duration in Go's notation.",
        "\"1d\"",
        "Use h, m, s, ms, us and ns, such as 24h.",
    ),
    ErrorCode::new("invalid_tracing_client", "The text is not a way to send traces.", "\"udp\"", "Use grpc or http."),
    ErrorCode::new("invalid_tls_version", "The text is not a version of TLS.", "\"1.2\"", "Use TLS10, TLS11, TLS12 or TLS13."),
    ErrorCode::new(
        "channel_not_carried",
        "The other side has no such channel, or it lacks what one must have there.",
        "{\"servicenow\": {}}",
        "Set it up there by hand.",
    ),
    ErrorCode::new("channel_changed", "A channel became one of another kind.", "msteams_configs", "Check its address on the other side."),
    ErrorCode::new(
        "channel_order_changed",
        "The channels are told in another order.",
        "[{\"slack\": {}}, {\"email\": {}}]",
        "Nothing, all are told.",
    ),
];
