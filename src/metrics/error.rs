//! The error codes of metrics.

use crate::utils::ErrorCode;

/// The codes of names, samples, series and stores.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "clear_beyond_fire",
        "The level at which a threshold clears is on the side where it fires.",
        "{\"side\":\"above\",\"fire\":80,\"clear\":90}",
        "Put `clear` at `fire`, or on the side that is well.",
    ),
    ErrorCode::new(
        "invalid_metric_name",
        "The name of a metric is empty or has more than 1,024 characters.",
        "\"\"",
        "Use 1 to 1,024 characters.",
    ),
    ErrorCode::new("invalid_exposition_format", "The word is no text format of metrics.", "\"json\"", "Use `prometheus` or `openmetrics`."),
    ErrorCode::new("invalid_level", "The number is NaN or infinite.", "1e400", "Write a finite number."),
    ErrorCode::new(
        "invalid_metric_kind",
        "The word is no kind of metric.",
        "\"untyped\"",
        "Use `counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, `info`, `stateset` or `unknown`.",
    ),
    ErrorCode::new("invalid_threshold_event", "The word is no event of a threshold.", "\"raised\"", "Use `fired` or `cleared`."),
    ErrorCode::new(
        "invalid_threshold_phase",
        "The word is no phase of a threshold.",
        "\"ok\"",
        "Use `quiet`, `pending`, `firing` or `clearing`.",
    ),
    ErrorCode::new("invalid_threshold_side", "The word is no side of a threshold.", "\"over\"", "Use `above` or `below`."),
    ErrorCode::new("invalid_unit", "The text is not the unit of a metric.", "\"m/s\"", "Use 1 to 64 letters, digits or `_`."),
    ErrorCode::new(
        "invalid_sample_time",
        "The text is not an RFC 3339 time of whole milliseconds.",
        "\"2025-01-06T09:00:00.123456Z\"",
        "Write YYYY-MM-DDThh:mm:ssZ with at most three digits of fraction.",
    ),
    ErrorCode::new(
        "invalid_sample_value",
        "The text is not the value of a sample.",
        "\"85,2\"",
        "Write a number with a point, `NaN`, `+Inf`, `-Inf`, or `stale` where the series ends.",
    ),
    ErrorCode::new(
        "sample_differs",
        "A series already has another value at the time of this sample.",
        "1 and 0 at the same time",
        "Send each sample once; give series that differ a label that differs.",
    ),
    ErrorCode::new(
        "sample_out_of_order",
        "A series already has a later sample than this one.",
        "09:01 after 09:02",
        "Send the samples of a series in order of time.",
    ),
    ErrorCode::new(
        "samples_not_in_order",
        "The samples of a series are not in order of time, or there are two for one time.",
        "{\"samples\":[09:02, 09:01]}",
        "Sort the samples by time, one for each time.",
    ),
    ErrorCode::new(
        "threshold_state_later",
        "A time in the state of a threshold is later than the newest sample.",
        "{\"since\":09:02,\"newest\":09:01}",
        "Restore the state from what was written.",
    ),
    ErrorCode::new(
        "threshold_state_mixed",
        "The phase of a threshold does not go with the times beside it.",
        "{\"phase\":\"firing\"}",
        "Restore the state from what was written, or start with `{\"phase\":\"quiet\"}`.",
    ),
    ErrorCode::new(
        "time_rounded",
        "A loss: a time is finer than the format can write, and was rounded down.",
        "1520879607.7895 seconds in Prometheus' format",
        "Write OpenMetrics where finer times matter.",
    ),
    ErrorCode::new(
        "too_many_samples",
        "There are more samples than the limit.",
        "the fifty-million-and-first sample",
        "Forget old samples, or raise `max_samples`.",
    ),
    ErrorCode::new(
        "too_many_series",
        "There are more series than the limit.",
        "the one-million-and-first series",
        "Look for a label with too many values, or raise `max_series`.",
    ),
];
