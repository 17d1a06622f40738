//! The codes of what can be wrong with silences and inhibition rules, and what silences are warned of.

use crate::utils::ErrorCode;

/// The codes of silences and inhibition.
pub(crate) const SUPPRESSION_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "empty_matcher_set",
        "A matcher set of a silence is empty and would match everything.",
        "{\"matcher_sets\":[\"{}\"]}",
        "Say with at least one matcher what it silences, or leave the set out.",
    ),
    ErrorCode::new(
        "invalid_silence",
        "A silence was not taken since it is not valid.",
        "an end before the start",
        "Correct what the report lists.",
    ),
    ErrorCode::new("invalid_silence_state", "The word is no state of a silence.", "\"over\"", "Use `pending`, `active` or `expired`."),
    ErrorCode::new("no_matcher_set", "A silence has no matcher set.", "{\"matcher_sets\":[]}", "Say what it silences."),
    ErrorCode::new(
        "silence_few_matchers",
        "Fewer matchers of a silence tell alerts apart than are asked for.",
        "instance=\"db-1\" where two are asked for",
        "Add a matcher, such as one of `alertname`.",
    ),
    ErrorCode::new(
        "silence_matches_absent",
        "A silence matches every alert that has none of the labels it names.",
        "job!=\"x\"",
        "Add a matcher that only some alerts meet.",
    ),
    ErrorCode::new(
        "silence_matches_any_value",
        "A silence matches every alert that has a label, whatever its value.",
        "alertname=~\".+\"",
        "Name the values.",
    ),
    ErrorCode::new(
        "silence_matches_everything",
        "A silence matches every alert.",
        "team=~\".*\",env=~\".*\"",
        "Add a matcher that only some alerts meet.",
    ),
    ErrorCode::new(
        "silence_patterns_too_large",
        "The patterns of a silence take too much memory.",
        "five sets with `\\\\pL{40}`",
        "Use shorter patterns, or several silences.",
    ),
    ErrorCode::new(
        "silence_time_missing",
        "The start or end of a silence is Go's zero time.",
        "0001-01-01T00:00:00Z",
        "Say when it starts and ends.",
    ),
    ErrorCode::new(
        "too_many_silences",
        "A tenant has as many silences as it may have.",
        "a limit of 1,000,000",
        "Forget those that are over, or raise the limit.",
    ),
    ErrorCode::new(
        "unknown_silence",
        "There is no silence with this id.",
        "an id that was never made, or was deleted",
        "Post it without an id to make a new one.",
    ),
];
