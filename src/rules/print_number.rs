//! How numbers and times are printed.

use std::fmt;
use std::fmt::Write;

use crate::rules::ast::NumberForm;
use crate::rules::ast::NumberLiteral;
use crate::rules::print::Form;
use crate::rules::selector::AtModifier;
use crate::utils::AlertDuration;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;

/// A number: a duration as a duration, all else in full.
pub(crate) fn write_number(out: &mut dyn Write, number: NumberLiteral, form: Form) -> fmt::Result {
    let NumberLiteral { value, form: NumberForm::Duration } = number else { return write_float(out, number.value) };
    let seconds = value.abs();
    // Prometheus makes nanoseconds of the seconds and cuts them to milliseconds: of 1.001 s is left 1 s.
    let cut = AlertDuration::saturating_millis((seconds * 1e9) as u64 / 1_000_000);
    if form == Form::Prometheus {
        return write!(out, "{}{cut}", if value < 0.0 { "-" } else { "" });
    }
    let exact = AlertDuration::saturating_millis((seconds * 1e3).round() as u64);
    if as_seconds(exact) == seconds {
        write!(out, "{}{exact}", if value.is_sign_negative() { "-" } else { "" })
    } else {
        write_float(out, value)
    }
}

/// The value of a duration that is written as a number, rounded as Go's `Duration.Seconds` rounds it.
fn as_seconds(duration: AlertDuration) -> f64 {
    let millis = duration.as_millis();
    (millis / 1_000) as f64 + (millis % 1_000 * 1_000_000) as f64 / 1e9
}

/// A range, a step or an offset, in nanoseconds.
pub(crate) fn write_time(out: &mut dyn Write, nanos: i64, form: Form) -> fmt::Result {
    let millis = AlertDuration::saturating_millis(nanos.unsigned_abs() / 1_000_000);
    if form == Form::Readable && (as_seconds(millis) * 1e9).round() as i64 != nanos.saturating_abs() {
        return write_float(out, number_for(nanos, 1e9));
    }
    write!(out, "{}{millis}", if nanos < 0 { "-" } else { "" })
}

/// The time of `@`, with a space before it; nothing where there is none.
pub(crate) fn write_at(out: &mut dyn Write, at: Option<AtModifier>, form: Form) -> fmt::Result {
    let millis = match at {
        None => return Ok(()),
        Some(AtModifier::Start) => return out.write_str(" @ start()"),
        Some(AtModifier::End) => return out.write_str(" @ end()"),
        Some(AtModifier::Timestamp(millis)) => millis,
    };
    let text = format_float(millis as f64 / 1e3, FloatFormat::Fixed(Some(3)));
    out.write_str(" @ ")?;
    let reads_back = text.parse::<f64>().is_ok_and(|seconds| (seconds * 1e3).round() as i64 == millis);
    if form == Form::Prometheus || reads_back { out.write_str(&text) } else { write_float(out, number_for(millis, 1e3)) }
}

fn write_float(out: &mut dyn Write, value: f64) -> fmt::Result {
    out.write_str(&format_float(value, FloatFormat::Fixed(None)))
}

/// A number that gives `whole` when it is multiplied by `scale` and rounded.
fn number_for(whole: i64, scale: f64) -> f64 {
    let near = whole as f64 / scale;
    let gives = |number: &f64| (number * scale).round() as i64 == whole;
    [near, near.next_up(), near.next_down()].into_iter().find(gives).unwrap_or(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(nanos: i64, form: Form) -> String {
        let mut text = String::new();
        write_time(&mut text, nanos, form).unwrap();
        text
    }

    fn at(millis: i64, form: Form) -> String {
        let mut text = String::new();
        write_at(&mut text, Some(AtModifier::Timestamp(millis)), form).unwrap();
        text
    }

    fn duration(seconds: f64, form: Form) -> String {
        let mut text = String::new();
        write_number(&mut text, NumberLiteral::new(seconds, NumberForm::Duration), form).unwrap();
        text
    }

    #[test]
    fn times_read_back() {
        assert_eq!(time(5_400_000_000_000, Form::Readable), "1h30m");
        assert_eq!(time(-1_000_000, Form::Readable), "-1ms");
        assert_eq!((time(1_500_000, Form::Prometheus), time(1_500_000, Form::Readable)), ("1ms".into(), "0.0015".into()));
        // Large times have gaps: each is the product of a number of seconds.
        let mut seconds = 31_536_000.001_f64;
        for _ in 0..2_000 {
            let nanos = (seconds * 1e9).round() as i64;
            let text = time(nanos, Form::Readable);
            let read = match text.parse::<AlertDuration>() {
                Ok(duration) => as_seconds(duration),
                Err(_) => text.parse().unwrap(),
            };
            assert_eq!((read * 1e9).round() as i64, nanos, "{text}");
            seconds = (seconds * 1.0007).next_up();
            if seconds * 1e9 >= i64::MAX as f64 {
                break;
            }
        }
    }

    #[test]
    fn timestamps_read_back() {
        assert_eq!(at(1_500, Form::Readable), " @ 1.500");
        assert_eq!(at(-1, Form::Readable), " @ -0.001");
        let mut seconds = 1_609_746_000.123_f64;
        for _ in 0..20_000 {
            let millis = (seconds * 1e3).round() as i64;
            let text = at(millis, Form::Readable);
            let read: f64 = text.trim_start_matches(" @ ").parse().unwrap();
            assert_eq!((read * 1e3).round() as i64, millis, "{text}");
            seconds = (seconds * 1.000_7).next_up();
        }
    }

    #[test]
    fn every_duration_reads_back() {
        for millis in (0..200_000).chain((0..1_000).map(|n| n * 31_557_600_017)) {
            let exact = AlertDuration::saturating_millis(millis);
            assert_eq!(duration(as_seconds(exact), Form::Readable), exact.to_string());
            assert_eq!(duration(-as_seconds(exact), Form::Readable), format!("-{exact}"));
        }
        assert_eq!(duration(1.003, Form::Prometheus), "1s2ms");
    }
}
