//! Values as Go's `encoding/json` writes them: Alertmanager's `toJson`.

use std::fmt::Write;

use crate::templates::go::fmt_spec::Bounded;
use crate::templates::go::fmt_spec::OverLimit;
use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::go::time_format;
use crate::templates::sample::QuerySample;
use crate::templates::value::Value;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;

/// Writes a value as JSON.
pub(crate) fn to_json(value: &Value, budget: &mut Budget) -> Result<String, CallError> {
    let left = budget.bytes_left();
    let mut out = Bounded::new(left);
    write(&mut out, value, budget)?;
    match out.finish() {
        Ok(text) => {
            budget.bytes(text.len())?;
            Ok(text)
        }
        Err(OverLimit) => {
            budget.bytes(left.saturating_add(1))?;
            Err(CallError::from("the text is too long"))
        }
    }
}

/// Values lie at most [`Value::MAX_DEPTH`] inside each other, so recursion is bounded.
fn write(out: &mut Bounded, value: &Value, budget: &mut Budget) -> Result<(), CallError> {
    budget.step(1)?;
    if out.is_over() {
        return Ok(());
    }
    match value {
        Value::Nil => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Int(number) | Value::Duration(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&float(*number)?),
        Value::String(text) => write_string(out, text),
        Value::Time(time) => write_string(out, &time_format::format(time, "2006-01-02T15:04:05.999999999Z07:00", usize::MAX)),
        Value::List(list) => {
            out.push('[');
            for (index, item) in list.items().iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item, budget)?;
            }
            out.push(']');
        }
        Value::Map(map) => {
            out.push('{');
            for (index, (key, item)) in map.entries().iter().enumerate() {
                write_key(out, index, key);
                write(out, item, budget)?;
            }
            out.push('}');
        }
        Value::Struct(fields) => {
            // Alertmanager names the fields of its own two structs in lower case.
            let lower = matches!(value.go_type(), "template.Alert" | "template.Data" | "*template.Data");
            out.push('{');
            for (index, field) in fields.fields().iter().enumerate() {
                write_key(out, index, &if lower { lower_first(field.name()) } else { field.name().to_owned() });
                write(out, field.value(), budget)?;
            }
            out.push('}');
        }
        Value::Sample(sample) => write_sample(out, sample, budget)?,
    }
    Ok(())
}

fn write_sample(out: &mut Bounded, sample: &QuerySample, budget: &mut Budget) -> Result<(), CallError> {
    out.push('{');
    write_key(out, 0, "Labels");
    write(out, sample.labels(), budget)?;
    write_key(out, 1, "Value");
    write(out, &Value::Float(sample.value()), budget)?;
    out.push('}');
    Ok(())
}

fn lower_first(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

fn write_key(out: &mut Bounded, index: usize, key: &str) {
    if index > 0 {
        out.push(',');
    }
    write_string(out, key);
    out.push(':');
}

/// A number with an exponent only where it is below 10⁻⁶ or at least 10²¹, as JavaScript writes it.
fn float(value: f64) -> Result<String, CallError> {
    if !value.is_finite() {
        return Err(format!("json: unsupported value: {}", format_float(value, FloatFormat::General(None))).into());
    }
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return Ok(format_float(value, FloatFormat::Fixed(None)));
    }
    let text = format_float(value, FloatFormat::Exponent(None));
    // One digit is enough for a small negative exponent.
    Ok(match text.split_once("e-0") {
        Some((digits, exponent)) => format!("{digits}e-{exponent}"),
        None => text,
    })
}

/// A string, with what means something to HTML escaped.
fn write_string(out: &mut Bounded, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1f' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let mut escaped = String::new();
                // Writing to a `String` always succeeds.
                let _: std::fmt::Result = write!(escaped, "\\u{:04x}", u32::from(c));
                out.push_str(&escaped);
            }
            _ => out.push(c),
        }
        if out.is_over() {
            return;
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::collection::Struct;
    use crate::templates::go::TemplateLimits;
    use crate::utils::Timestamp;
    use std::sync::Arc;

    fn json(value: &Value) -> Result<String, CallError> {
        to_json(value, &mut Budget::new(TemplateLimits::default()))
    }

    #[test]
    fn every_kind_of_value() {
        let at: Timestamp = "2025-01-06T09:00:00.5Z".parse().unwrap();
        let pair = Struct::new("template.Pair", [("Name", Value::from("a")), ("Value", Value::from("b"))]).unwrap();
        let alert = Struct::new("template.Alert", [("GeneratorURL", Value::from("")), ("Labels", Value::Nil)]).unwrap();
        for (value, expected) in [
            (Value::Nil, "null"),
            (Value::from(true), "true"),
            (Value::from(-3), "-3"),
            (Value::Duration(5), "5"),
            (Value::from(0.5), "0.5"),
            (Value::from(1e20), "100000000000000000000"),
            (Value::from(1e21), "1e+21"),
            (Value::from(1e-7), "1e-7"),
            (Value::from(1e-10), "1e-10"),
            (Value::from(-0.0), "-0"),
            (Value::from("a\"<\u{2028}\x01\n"), r#""a\"\u003c\u2028\u0001\n""#),
            (Value::from(at), r#""2025-01-06T09:00:00.5Z""#),
            (Value::strings(["a", "b"]), r#"["a","b"]"#),
            (Value::string_map([("b", "1"), ("a", "2")]), r#"{"a":"2","b":"1"}"#),
            (Value::Struct(Arc::new(pair)), r#"{"Name":"a","Value":"b"}"#),
            (Value::Struct(Arc::new(alert)), r#"{"generatorURL":"","labels":null}"#),
            (Value::query_result([QuerySample::new([("a", "b")], 1.5)]), r#"[{"Labels":{"a":"b"},"Value":1.5}]"#),
        ] {
            assert_eq!(json(&value).as_deref(), Ok(expected));
        }
        assert_eq!(json(&Value::from(f64::NAN)), Err("json: unsupported value: NaN".into()));
    }

    #[test]
    fn the_text_has_a_limit() {
        let mut budget = Budget::new(TemplateLimits::default().with_value_bytes(10));
        assert!(matches!(to_json(&Value::from("0123456789"), &mut budget), Err(CallError::Limit(_))));
    }
}
