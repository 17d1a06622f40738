//! The codes of what is refused or lost at the border.

use crate::utils::ErrorCode;

/// The codes of this module.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "empty_label_dropped",
        "A label without a value was left out, as Alertmanager leaves it out.",
        "{\"team\":\"\"}",
        "Send no label instead of an empty one.",
    ),
    ErrorCode::new(
        "end_assumed",
        "A resolved alert came without an end; the time of its reception was taken.",
        "status resolved, endsAt zero",
        "Send `endsAt`.",
    ),
    ErrorCode::new(
        "field_not_carried",
        "The target has no place for a field.",
        "an assignee on the way to Alertmanager",
        "Accept the loss, or carry it in an annotation.",
    ),
    ErrorCode::new(
        "ends_in_the_past",
        "A silence that is posted ends before now.",
        "endsAt of yesterday",
        "Choose an end that is still to come.",
    ),
    ErrorCode::new(
        "fingerprint_differs",
        "The fingerprint that was sent is not that of the labels.",
        "fingerprint 00…",
        "Trust the labels; ask the sender why.",
    ),
    ErrorCode::new(
        "invalid_generator_url",
        "`generatorURL` is no URL that Alertmanager takes.",
        "\"not a url\"",
        "Send an absolute URL or a path.",
    ),
    ErrorCode::new(
        "invalid_state",
        "The state of an alert or silence is none that Alertmanager has.",
        "\"open\"",
        "Use one of the states that the message names.",
    ),
    ErrorCode::new("invalid_wire_time", "The time is none that Alertmanager takes.", "\"yesterday\"", "Write RFC 3339."),
    ErrorCode::new(
        "no_labels",
        "The alert has no label with a value, and nothing would identify it.",
        "{\"labels\":{}}",
        "Send at least one label, usually `alertname`.",
    ),
    ErrorCode::new(
        "not_alertmanager",
        "The document is none that Alertmanager sends or takes.",
        "{\"incident\":{}}",
        "Choose the format by name, or send a webhook message, a list of alerts or a list of groups.",
    ),
    ErrorCode::new("null_value", "A null stood for an empty text.", "{\"summary\":null}", "Leave the member out."),
    ErrorCode::new(
        "not_an_exchange",
        "A line of recorded requests lacks its time, method, path or body.",
        "{\"request\":{\"method\":\"GET\"}}",
        "Record `at` and `request` with `method`, `path` and `body`.",
    ),
    ErrorCode::new(
        "severity_not_said",
        "No label `severity` of a rule says how bad its alerts are; `warning` was taken.",
        "{\"alert\":\"DiskFull\",\"expr\":\"disk_used > 95\"}",
        "Give the rule a label `severity`.",
    ),
    ErrorCode::new(
        "silence_sets_not_carried",
        "A silence has several matcher sets, of which the API tells one.",
        "two sets in an answer",
        "Make one silence for each set.",
    ),
    ErrorCode::new(
        "silence_split",
        "A silence with several matcher sets is posted as several silences.",
        "two sets in a post",
        "Nothing: together they silence the same; each is changed and ended on its own.",
    ),
    ErrorCode::new(
        "silences_everything",
        "Every matcher of a silence also matches an alert that has none of its labels.",
        "team=~\".*\"",
        "Add a matcher that only some alerts meet.",
    ),
    ErrorCode::new(
        "severity_assumed",
        "The alert has no severity that is known; `warning` was taken.",
        "no label severity",
        "Send a label `severity` with a known word.",
    ),
    ErrorCode::new(
        "severity_mapped",
        "The word for the severity is another system's and was mapped to the nearest of ours.",
        "\"page\"",
        "Accept the mapping, or send one of our words.",
    ),
    ErrorCode::new(
        "spelling_changed",
        "The same value is written back in another spelling.",
        "10:00:00+01:00 for 09:00:00Z",
        "Nothing: the meaning is the same.",
    ),
    ErrorCode::new(
        "start_assumed",
        "The alert came without a start; its end or the time of its reception was taken.",
        "no startsAt",
        "Send `startsAt`.",
    ),
    ErrorCode::new(
        "unsupported_version",
        "The webhook has another version than \"4\".",
        "\"version\":\"1\"",
        "Choose the vendor: Grafana sends version \"1\".",
    ),
    ErrorCode::new("too_few_matchers", "A silence has no matcher.", "{\"matchers\":[]}", "Say with at least one matcher what it silences."),
];
