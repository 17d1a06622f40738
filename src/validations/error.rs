//! The codes of what a decoder or a check reports.

use crate::utils::ErrorCode;

/// The codes of this module.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "document_too_dense",
        "The document is made of so many tiny values that decoding it would take memory out of proportion.",
        "[{\"\":0},{\"\":0},…]",
        "Send fewer values at once, or raise `DecodeLimits::memory`.",
    ),
    ErrorCode::new(
        "document_too_large",
        "The document has more bytes than the limit.",
        "a body of 20 MB",
        "Send it in parts, or raise `DecodeLimits::bytes`.",
    ),
    ErrorCode::new("duplicate_key", "A member name stands twice in one object.", "{\"a\":1,\"a\":2}", "Keep one of the two."),
    ErrorCode::new(
        "invalid_json",
        "The document, or one of its strings or numbers, is not JSON.",
        "[1,",
        "Mend the syntax at the place that is named.",
    ),
    ErrorCode::new("invalid_utf8", "A string has bytes that are not UTF-8.", "\"\\xff\"", "Encode the document as UTF-8."),
    ErrorCode::new("missing_field", "A required member is absent.", "{}", "Add the member."),
    ErrorCode::new(
        "string_too_long",
        "A string has more bytes than the limit.",
        "a string of 2 MB",
        "Shorten it, or raise `DecodeLimits::string`.",
    ),
    ErrorCode::new(
        "text_shortened",
        "A text was cut to what its place takes.",
        "a summary of 2,000 characters",
        "Write a shorter text, or accept the loss.",
    ),
    ErrorCode::new(
        "too_deep",
        "Lists and objects stand in each other deeper than the limit.",
        "[[[…]]]",
        "Flatten the document, or raise `DecodeLimits::depth`.",
    ),
    ErrorCode::new("too_many_items", "A list has more items than it may.", "40 links", "Remove items."),
    ErrorCode::new(
        "too_many_values",
        "The document holds more values than the limit.",
        "[0,0,0,…]",
        "Send it in parts, or raise `DecodeLimits::items`.",
    ),
    ErrorCode::new(
        "two_kinds",
        "The value has two kinds, of which it may have one.",
        "{\"slack\": {}, \"email\": {}}",
        "Write two values, or one kind.",
    ),
    ErrorCode::new(
        "unknown_field",
        "A member is not known where unknown ones are not kept.",
        "{\"grup_wait\":\"30s\"}",
        "Correct the name, or remove the member.",
    ),
    ErrorCode::new(
        "wrong_type",
        "The value has another JSON type than expected.",
        "{\"message\":7}",
        "Use the type that the message names.",
    ),
];
