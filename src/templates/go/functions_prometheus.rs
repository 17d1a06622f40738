//! The functions of Prometheus 3.5 for the templates of rules.

use std::sync::Arc;

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::go::function::ArgKind;
use crate::templates::go::function::Call;
use crate::templates::go::function::CallError;
use crate::templates::go::function::Function;
use crate::templates::go::functions::HUMANIZE_DURATION;
use crate::templates::go::functions::MATCH;
use crate::templates::go::functions::RE_REPLACE_ALL;
use crate::templates::go::functions::SAFE_HTML;
use crate::templates::go::functions::TO_LOWER;
use crate::templates::go::functions::TO_UPPER;
use crate::templates::go::functions::argument;
use crate::templates::go::functions::float;
use crate::templates::go::functions::reading_steps;
use crate::templates::go::functions::string;
use crate::templates::go::functions::text;
use crate::templates::go::humanize::float_to_time;
use crate::templates::go::humanize::humanize;
use crate::templates::go::humanize::humanize_1024;
use crate::templates::go::humanize::humanize_percentage;
use crate::templates::go::letters::Rest;
use crate::templates::go::letters::title_words;
use crate::templates::go::time_format::time_text;
use crate::templates::go::web_text::query_escape;
use crate::templates::go::web_text::strip_domain;
use crate::templates::go::web_text::strip_port;
use crate::templates::go::web_text::url_path;
use crate::templates::sample::QuerySample;
use crate::templates::value::Value;
use crate::utils::AlertDuration;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;
use crate::utils::go::quote;

/// The functions, sorted by name.
pub(crate) const PROMETHEUS: &[Function] = &[
    Function::variadic("args", &[], ArgKind::Any, args),
    Function::new("externalURL", &[], |call, _| {
        let url = call.data.external_url();
        text(call, url)
    }),
    Function::new("first", &[ArgKind::QueryResult], |_, args| {
        let first = argument(args, 0).items().and_then(<[Value]>::first);
        first.cloned().ok_or_else(|| "first() called on vector with no elements".into())
    }),
    Function::new("graphLink", &[ArgKind::String], |call, args| link(call, args, 0)),
    Function::new("humanize", &[ArgKind::Any], |call, args| {
        let value = float(call, args, 0)?;
        text(call, humanize(value))
    }),
    Function::new("humanize1024", &[ArgKind::Any], |call, args| {
        let value = float(call, args, 0)?;
        text(call, humanize_1024(value))
    }),
    HUMANIZE_DURATION,
    Function::new("humanizePercentage", &[ArgKind::Any], |call, args| {
        let value = float(call, args, 0)?;
        text(call, humanize_percentage(value))
    }),
    Function::new("humanizeTimestamp", &[ArgKind::Any], |call, args| {
        let value = float(call, args, 0)?;
        let shown = if value.is_finite() { time_text(&float_to_time(value)?) } else { format_float(value, FloatFormat::General(Some(4))) };
        text(call, shown)
    }),
    Function::new("label", &[ArgKind::String, ArgKind::Sample], |call, args| {
        let value = sample(args, 1)?.label(string(args, 0)).unwrap_or_default();
        text(call, value)
    }),
    MATCH,
    Function::new("parseDuration", &[ArgKind::String], |call, args| {
        call.budget.step(reading_steps(string(args, 0)))?;
        parse_duration(string(args, 0)).map(Value::from)
    }),
    Function::new("pathPrefix", &[], |call, _| {
        let path = url_path(&call.data.external_url());
        text(call, path)
    }),
    Function::new("query", &[ArgKind::String], |call, args| {
        let samples = call.data.query(string(args, 0))?;
        call.budget.step(u64::try_from(samples.len()).unwrap_or(u64::MAX))?;
        Ok(Value::query_result(samples))
    }),
    RE_REPLACE_ALL,
    SAFE_HTML,
    Function::new("sortByLabel", &[ArgKind::String, ArgKind::QueryResult], sort_by_label),
    Function::new("stripDomain", &[ArgKind::String], |call, args| text(call, strip_domain(string(args, 0)))),
    Function::new("stripPort", &[ArgKind::String], |call, args| text(call, strip_port(string(args, 0)))),
    Function::new("strvalue", &[ArgKind::Sample], |call, args| {
        let value = sample(args, 0)?.label("__value__").unwrap_or_default();
        text(call, value)
    }),
    Function::new("tableLink", &[ArgKind::String], |call, args| link(call, args, 1)),
    Function::new("title", &[ArgKind::String], |call, args| text(call, title_words(string(args, 0), Rest::Kept))),
    TO_LOWER,
    Function::new("toTime", &[ArgKind::Any], |call, args| Ok(Value::Time(float_to_time(float(call, args, 0)?)?))),
    TO_UPPER,
    Function::new("value", &[ArgKind::Sample], |_, args| sample(args, 0).map(|sample| Value::from(sample.value()))),
];

/// An argument that is a sample. Go's nil pointer of this type panics when it is looked at.
fn sample(args: &[Value], index: usize) -> Result<&QuerySample, CallError> {
    match argument(args, index) {
        Value::Sample(sample) => Ok(sample),
        _ => Err("runtime error: invalid memory address or nil pointer dereference".into()),
    }
}

/// `arg0`, `arg1` and so on.
fn args(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    call.budget.step(u64::try_from(args.len()).unwrap_or(u64::MAX))?;
    Ok(Value::map(args.iter().enumerate().map(|(index, value)| (format!("arg{index}"), value.clone())))?)
}

/// A link into the expression browser.
fn link(call: &mut Call<'_>, args: &[Value], tab: u8) -> Result<Value, CallError> {
    let expr = string(args, 0);
    call.budget.bytes(expr.len())?;
    text(call, format!("/graph?g0.expr={}&g0.tab={tab}", query_escape(expr)))
}

fn sort_by_label(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    let label = string(args, 0);
    let mut items = argument(args, 1).items().unwrap_or_default().to_vec();
    call.budget.step(u64::try_from(items.len()).unwrap_or(u64::MAX))?;
    let key = |value: &Value| match value {
        Value::Sample(sample) => sample.label(label).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    items.sort_by_cached_key(key);
    Ok(Value::List(Arc::new(List::new(ListKind::QueryResult, items)?)))
}

/// A duration in Prometheus' notation, in seconds.
fn parse_duration(text: &str) -> Result<f64, CallError> {
    match text.parse::<AlertDuration>() {
        // As Go divides nanoseconds.
        #[expect(clippy::cast_precision_loss, reason = "Go's conversion rounds as well")]
        Ok(duration) => Ok((duration.as_millis() * 1_000_000) as f64 / 1e9),
        Err(_) if text.is_empty() => Err("empty duration string".into()),
        Err(_) => Err(duration_error(text).into()),
    }
}

/// Why a text is no duration, in Go's words.
fn duration_error(text: &str) -> String {
    const UNITS: [(&str, u64); 7] =
        [("y", 31_536_000_000), ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let no_duration = format!("not a valid duration string: {}", quote(text));
    let mut larger = UNITS.iter();
    let mut rest = text;
    while !rest.is_empty() {
        let behind_digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let behind_unit = behind_digits.trim_start_matches(|c: char| !c.is_ascii_digit());
        let number = rest.strip_suffix(behind_digits).and_then(|digits| digits.parse::<u64>().ok());
        let unit = behind_digits.strip_suffix(behind_unit).unwrap_or_default();
        let Some(number) = number.filter(|_| !unit.is_empty()) else { return no_duration };
        if !UNITS.iter().any(|(name, _)| *name == unit) {
            return format!("unknown unit {} in duration {}", quote(unit), quote(text));
        }
        // Each unit stands at most once, the largest first.
        let Some((_, millis)) = larger.find(|(name, _)| *name == unit) else { return no_duration };
        if number.checked_mul(*millis).is_none_or(|millis| millis > AlertDuration::MAX.as_millis()) {
            break;
        }
        rest = behind_unit;
    }
    "duration out of range".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [("1h30m", 5_400.0), ("0", 0.0), ("250ms", 0.25), ("1y", 31_536_000.0)] {
            assert_eq!(parse_duration(text), Ok(expected));
        }
        for (text, message) in [
            ("", "empty duration string"),
            ("5", "not a valid duration string: \"5\""),
            ("m", "not a valid duration string: \"m\""),
            ("1s1m", "not a valid duration string: \"1s1m\""),
            ("99999999999999999999s", "not a valid duration string: \"99999999999999999999s\""),
            ("5x", "unknown unit \"x\" in duration \"5x\""),
            ("1m-5", "unknown unit \"m-\" in duration \"1m-5\""),
            ("293y", "duration out of range"),
            ("292y365d", "duration out of range"),
        ] {
            assert_eq!(parse_duration(text), Err(message.into()), "{text}");
        }
    }

    #[test]
    fn functions_are_sorted() {
        assert!(PROMETHEUS.iter().map(|function| function.name).is_sorted());
    }
}
