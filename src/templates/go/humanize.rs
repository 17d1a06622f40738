//! Numbers for people: the `humanize` functions of Prometheus and Alertmanager.

use crate::templates::time::TemplateTime;
use crate::templates::value::Value;
use crate::utils::Timestamp;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;
use crate::utils::go::parse_float;
use crate::utils::go::quote;

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const LARGE_1024: [&str; 8] = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];

/// The number that a value stands for: itself, a text that is one, or the seconds of a duration.
pub(crate) fn to_float(value: &Value) -> Result<f64, String> {
    match value {
        Value::Float(number) => Ok(*number),
        Value::String(text) => parse_float(text).map_err(|why| format!("strconv.ParseFloat: parsing {}: {}", quote(text), why.go_text())),
        #[expect(clippy::cast_precision_loss, reason = "Go's conversion rounds as well")]
        Value::Int(number) => Ok(*number as f64),
        #[expect(clippy::cast_precision_loss, reason = "Go's conversion rounds as well")]
        Value::Duration(nanos) => Ok((nanos / 1_000_000_000) as f64 + (nanos % 1_000_000_000) as f64 / 1e9),
        other => Err(format!("can't convert {} to float", other.go_type())),
    }
}

/// `%.4g`.
fn four_digits(value: f64) -> String {
    format_float(value, FloatFormat::General(Some(4)))
}

/// A number divided by `base` until it is below, and the prefix that stands for the divisions.
fn scaled_down(mut value: f64, base: f64, prefixes: &[&'static str]) -> (f64, &'static str) {
    let mut found = "";
    for prefix in prefixes {
        if value.abs() < base {
            break;
        }
        found = prefix;
        value /= base;
    }
    (value, found)
}

/// A number multiplied by 1000 until it is at least 1, and the prefix that stands for that.
fn scaled_up(mut value: f64) -> (f64, &'static str) {
    let mut found = "";
    for prefix in SMALL {
        if value.abs() >= 1.0 {
            break;
        }
        found = prefix;
        value *= 1_000.0;
    }
    (value, found)
}

/// A number with four digits and a metric prefix: `1.235k`, `500m`.
pub(crate) fn humanize(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return four_digits(value);
    }
    let (value, prefix) = if value.abs() >= 1.0 { scaled_down(value, 1_000.0, &LARGE) } else { scaled_up(value) };
    four_digits(value) + prefix
}

/// A number with four digits and a binary prefix: `1.5Mi`. What is at most 1 has none.
pub(crate) fn humanize_1024(value: f64) -> String {
    if value.abs() <= 1.0 || !value.is_finite() {
        return four_digits(value);
    }
    let (value, prefix) = scaled_down(value, 1_024.0, &LARGE_1024);
    four_digits(value) + prefix
}

/// A ratio as percents with four digits: `85.12%`.
pub(crate) fn humanize_percentage(value: f64) -> String {
    four_digits(value * 100.0) + "%"
}

/// A number of seconds: `1d 2h 3m 4s`, `12.35s`, `100ms`.
pub(crate) fn humanize_duration(value: f64) -> String {
    if !value.is_finite() {
        return four_digits(value);
    }
    if value == 0.0 {
        return four_digits(value) + "s";
    }
    if value.abs() < 1.0 {
        let (value, prefix) = scaled_up(value);
        return format!("{}{prefix}s", four_digits(value));
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let value = value.abs();
    let whole = go_int64(value);
    let (seconds, minutes, hours, days) = (whole % 60, whole / 60 % 60, whole / 3_600 % 24, whole / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{sign}{}s", four_digits(value)),
        (0, 0, _) => format!("{sign}{minutes}m {seconds}s"),
        (0, _, _) => format!("{sign}{hours}h {minutes}m {seconds}s"),
        _ => format!("{sign}{days}d {hours}h {minutes}m {seconds}s"),
    }
}

/// 2⁶³: what is at least this is no `int64`.
const TOO_LARGE: f64 = 9_223_372_036_854_775_808.0;

/// The whole part of a number. One that is too large gives what it gives on 64-bit x86, where the servers mostly run.
#[expect(clippy::cast_possible_truncation, reason = "Go's conversion truncates as well")]
fn go_int64(value: f64) -> i64 {
    if value >= TOO_LARGE { i64::MIN } else { value as i64 }
}

/// The instant of a Unix time in seconds, cut to milliseconds.
pub(crate) fn float_to_time(seconds: f64) -> Result<TemplateTime, String> {
    if !seconds.is_finite() {
        return Err("value is NaN or Inf".to_owned());
    }
    let nanos = seconds * 1e9;
    if nanos.abs() > TOO_LARGE {
        let shown = format_float(seconds, FloatFormat::General(None));
        return Err(format!("{shown} cannot be represented as a nanoseconds timestamp since it overflows int64"));
    }
    let millis = go_int64(nanos) / 1_000_000;
    let at = Timestamp::from_unix_millis(millis).ok_or_else(|| format!("{millis} is no time"))?;
    Ok(TemplateTime::from(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_prefixes() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (999.94, "999.9"),
            (999.96, "1000"),
            (1_234.5, "1.234k"),
            (-1_500_000.0, "-1.5M"),
            (1e25, "10Y"),
            (1e30, "1e+06Y"),
            (0.5, "500m"),
            (-0.000_002, "-2u"),
            (1e-30, "1e-06y"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(humanize(value), expected, "{value}");
        }
        for (value, expected) in
            [(0.5, "0.5"), (1.0, "1"), (1_023.0, "1023"), (1_536.0, "1.5ki"), (-1_048_576.0, "-1Mi"), (f64::NEG_INFINITY, "-Inf")]
        {
            assert_eq!(humanize_1024(value), expected, "{value}");
        }
        assert_eq!(humanize_percentage(0.851_234), "85.12%");
        assert_eq!(humanize_percentage(f64::NAN), "NaN%");
    }

    #[test]
    fn seconds() {
        for (value, expected) in [
            (0.0, "0s"),
            (-0.0, "-0s"),
            (59.999, "60s"),
            (61.0, "1m 1s"),
            (3_600.0, "1h 0m 0s"),
            (-90_061.5, "-1d 1h 1m 1s"),
            (0.25, "250ms"),
            (0.000_001_5, "1.5us"),
            (1e19, "-106751991167300d -15h -30m -8s"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(humanize_duration(value), expected, "{value}");
        }
    }

    #[test]
    fn instants() {
        let at = |seconds| float_to_time(seconds).map(|time| time.at().to_string());
        assert_eq!(at(0.0).as_deref(), Ok("1970-01-01T00:00:00Z"));
        assert_eq!(at(-1.2345).as_deref(), Ok("1969-12-31T23:59:58.766Z"));
        assert_eq!(at(1_736_154_000.999_9).as_deref(), Ok("2025-01-06T09:00:00.999Z"));
        assert_eq!(at(1e10), Err("1e+10 cannot be represented as a nanoseconds timestamp since it overflows int64".to_owned()));
        assert_eq!(at(f64::NAN), Err("value is NaN or Inf".to_owned()));
    }

    #[test]
    fn what_stands_for_a_number() {
        assert_eq!(to_float(&Value::from("1.5")), Ok(1.5));
        assert_eq!(to_float(&Value::from(3)), Ok(3.0));
        assert_eq!(to_float(&Value::Duration(1_500_000_000)), Ok(1.5));
        assert_eq!(to_float(&Value::from(true)), Err("can't convert bool to float".to_owned()));
        assert_eq!(to_float(&Value::Nil), Err("can't convert <nil> to float".to_owned()));
    }
}
