//! The methods of values: those of Alertmanager's types, and of times and lengths of time.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::collection::Map;
use crate::templates::collection::MapKind;
use crate::templates::collection::Struct;
use crate::templates::go::function::ArgKind;
use crate::templates::go::function::Call;
use crate::templates::go::function::CallError;
use crate::templates::go::function::Function;
use crate::templates::go::time_format;
use crate::templates::time::TemplateTime;
use crate::templates::value::Value;

/// The method of this name. Its body gets the value itself as the first argument.
pub(super) fn find(receiver: &Value, name: &str) -> Option<&'static Function> {
    let methods: &[Function] = match receiver {
        Value::Map(map) if map.kind() == MapKind::KeyValues => KEY_VALUES,
        Value::List(list) if list.kind() == ListKind::Pairs => PAIRS,
        Value::List(list) if list.kind() == ListKind::Alerts => ALERTS,
        Value::Time(_) => TIME,
        Value::Duration(_) => DURATION,
        _ => &[],
    };
    methods.iter().find(|method| method.name == name)
}

const KEY_VALUES: &[Function] = &[
    Function::new("Names", &[], names),
    Function::new("Remove", &[ArgKind::Strings], remove),
    Function::new("SortedPairs", &[], |call, args| {
        charge(call, args)?;
        Ok(Value::List(Arc::new(pairs(args)?)))
    }),
    Function::new("String", &[], pairs_text),
    Function::new("Values", &[], |call, args| column(call, args, 1)),
];

const PAIRS: &[Function] = &[
    Function::new("Names", &[], names),
    Function::new("String", &[], pairs_text),
    Function::new("Values", &[], |call, args| column(call, args, 1)),
];

const ALERTS: &[Function] = &[
    Function::new("Firing", &[], |call, args| filtered(call, args, "firing")),
    Function::new("Resolved", &[], |call, args| filtered(call, args, "resolved")),
];

const TIME: &[Function] = &[
    Function::new("Add", &[ArgKind::Duration], |_, args| match args {
        [Value::Time(time), Value::Duration(nanos)] => {
            let at = time.at().plus_nanos(*nanos).ok_or("time out of range")?;
            Ok(Value::Time(TemplateTime::from(at).in_zone(time.offset_seconds(), time.zone().to_owned())))
        }
        _ => Err(unfit()),
    }),
    Function::new("After", &[ArgKind::Time], |_, args| compared(args, |a, b| a.at() > b.at())),
    Function::new("Before", &[ArgKind::Time], |_, args| compared(args, |a, b| a.at() < b.at())),
    Function::new("Day", &[], |_, args| part(args, "2")),
    Function::new("Equal", &[ArgKind::Time], |_, args| compared(args, |a, b| a.at() == b.at())),
    Function::new("Format", &[ArgKind::String], |call, args| match args {
        [Value::Time(time), Value::String(layout)] => {
            call.budget.bytes(layout.len().saturating_mul(4))?;
            Ok(Value::from(time_format::format(time, layout, call.budget.bytes_left())))
        }
        _ => Err(unfit()),
    }),
    Function::new("Hour", &[], |_, args| part(args, "15")),
    Function::new("IsZero", &[], |_, args| Ok(Value::Bool(time(args)?.at() == crate::utils::Timestamp::min()))),
    Function::new("Minute", &[], |_, args| part(args, "4")),
    Function::new("Month", &[], |_, args| named(args, "January")),
    Function::new("Nanosecond", &[], |_, args| {
        let text = time_format::format(time(args)?, ".000000000", 64);
        Ok(Value::Int(text.trim_start_matches('.').parse().unwrap_or(0)))
    }),
    Function::new("Second", &[], |_, args| part(args, "5")),
    Function::new("String", &[], |_, args| Ok(Value::from(time_format::time_text(time(args)?)))),
    Function::new("Sub", &[ArgKind::Time], |_, args| match args {
        [Value::Time(a), Value::Time(b)] => Ok(Value::Duration(a.at().nanos_since(b.at()))),
        _ => Err(unfit()),
    }),
    Function::new("UTC", &[], |_, args| Ok(Value::from(time(args)?.at()))),
    Function::new("Unix", &[], |_, args| Ok(Value::Int(time(args)?.at().unix_millis().div_euclid(1_000)))),
    Function::new("UnixMilli", &[], |_, args| Ok(Value::Int(time(args)?.at().unix_millis()))),
    Function::new("Weekday", &[], |_, args| named(args, "Monday")),
    Function::new("Year", &[], |_, args| part(args, "2006")),
    Function::new("YearDay", &[], |_, args| part(args, "002")),
];

const DURATION: &[Function] = &[
    Function::new("Hours", &[], |_, args| Ok(Value::Float(in_unit(args, 3_600_000_000_000)?))),
    Function::new("Microseconds", &[], |_, args| Ok(Value::Int(nanos(args)? / 1_000))),
    Function::new("Milliseconds", &[], |_, args| Ok(Value::Int(nanos(args)? / 1_000_000))),
    Function::new("Minutes", &[], |_, args| Ok(Value::Float(in_unit(args, 60_000_000_000)?))),
    Function::new("Nanoseconds", &[], |_, args| Ok(Value::Int(nanos(args)?))),
    Function::new("Round", &[ArgKind::Duration], |_, args| match args {
        [Value::Duration(nanos), Value::Duration(unit)] => Ok(Value::Duration(rounded(*nanos, *unit))),
        _ => Err(unfit()),
    }),
    Function::new("Seconds", &[], |_, args| Ok(Value::Float(in_unit(args, 1_000_000_000)?))),
    Function::new("String", &[], |_, args| Ok(Value::from(time_format::duration_text(nanos(args)?)))),
    Function::new("Truncate", &[ArgKind::Duration], |_, args| match args {
        [Value::Duration(nanos), Value::Duration(unit)] if *unit > 0 => Ok(Value::Duration(nanos - nanos % unit)),
        [Value::Duration(nanos), _] => Ok(Value::Duration(*nanos)),
        _ => Err(unfit()),
    }),
];

/// Not reached: receivers and parameters have the types that were asked for.
fn unfit() -> CallError {
    CallError::from("unexpected arguments")
}

// ---------------------------------------------------------------- labels

/// Takes steps and bytes for a pass over all entries or items.
fn charge(call: &mut Call<'_>, args: &[Value]) -> Result<(), CallError> {
    let count = args.first().and_then(Value::len).unwrap_or(0);
    call.budget.step(u64::try_from(count).unwrap_or(u64::MAX))?;
    call.budget.bytes(count.saturating_mul(4 * size_of::<Value>()))?;
    Ok(())
}

/// Names and values: `alertname` first, the others sorted.
fn sorted(receiver: &Value) -> Vec<(&str, &Value)> {
    match receiver {
        Value::Map(map) => {
            let (first, others): (Vec<_>, Vec<_>) =
                map.entries().iter().map(|(name, value)| (&**name, value)).partition(|(name, _)| *name == "alertname");
            first.into_iter().chain(others).collect()
        }
        Value::List(list) => {
            list.items().iter().filter_map(|pair| Some((pair.entry("Name").and_then(Value::as_str)?, pair.entry("Value")?))).collect()
        }
        _ => Vec::new(),
    }
}

fn pairs(args: &[Value]) -> Result<List, CallError> {
    let receiver = args.first().ok_or_else(unfit)?;
    let pairs: Result<Vec<Value>, _> = sorted(receiver)
        .into_iter()
        .map(|(name, value)| {
            Struct::new("template.Pair", [("Name", Value::from(name)), ("Value", value.clone())]).map(|pair| Value::Struct(Arc::new(pair)))
        })
        .collect();
    Ok(List::new(ListKind::Pairs, pairs?)?)
}

fn names(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    column(call, args, 0)
}

fn column(call: &mut Call<'_>, args: &[Value], index: usize) -> Result<Value, CallError> {
    charge(call, args)?;
    let receiver = args.first().ok_or_else(unfit)?;
    Ok(Value::strings(sorted(receiver).into_iter().map(|(name, value)| if index == 0 { name } else { value.as_str().unwrap_or_default() })))
}

fn pairs_text(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    charge(call, args)?;
    let receiver = args.first().ok_or_else(unfit)?;
    let mut text = String::new();
    for (name, value) in sorted(receiver) {
        let value = value.as_str().unwrap_or_default();
        call.budget.bytes(name.len() + value.len() + 3)?;
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(name);
        text.push('=');
        text.push_str(value);
    }
    Ok(Value::from(text))
}

fn remove(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    charge(call, args)?;
    let [Value::Map(map), Value::List(keys)] = args else { return Err(unfit()) };
    call.budget.step(u64::try_from(keys.items().len()).unwrap_or(u64::MAX))?;
    let mut entries: BTreeMap<_, _> = map.entries().clone();
    for key in keys.items() {
        entries.remove(key.as_str().unwrap_or_default());
    }
    Ok(Value::Map(Arc::new(Map::new(MapKind::KeyValues, entries)?)))
}

fn filtered(call: &mut Call<'_>, args: &[Value], status: &str) -> Result<Value, CallError> {
    charge(call, args)?;
    let alerts = args.first().and_then(Value::items).ok_or_else(unfit)?;
    let kept = alerts.iter().filter(|alert| alert.entry("Status").and_then(Value::as_str) == Some(status)).cloned().collect();
    Ok(Value::List(Arc::new(List::new(ListKind::FilteredAlerts, kept)?)))
}

// ---------------------------------------------------------------- time

fn time(args: &[Value]) -> Result<&TemplateTime, CallError> {
    match args.first() {
        Some(Value::Time(time)) => Ok(time),
        _ => Err(unfit()),
    }
}

fn compared(args: &[Value], compare: fn(&TemplateTime, &TemplateTime) -> bool) -> Result<Value, CallError> {
    match args {
        [Value::Time(a), Value::Time(b)] => Ok(Value::Bool(compare(a, b))),
        _ => Err(unfit()),
    }
}

/// A part of a time as a number.
fn part(args: &[Value], layout: &str) -> Result<Value, CallError> {
    let text = time_format::format(time(args)?, layout, 64);
    Ok(Value::Int(text.parse().unwrap_or(0)))
}

/// A part of a time that has a name.
fn named(args: &[Value], layout: &str) -> Result<Value, CallError> {
    Ok(Value::from(time_format::format(time(args)?, layout, 64)))
}

fn nanos(args: &[Value]) -> Result<i64, CallError> {
    match args.first() {
        Some(Value::Duration(nanos)) => Ok(*nanos),
        _ => Err(unfit()),
    }
}

/// Whole units and the rest apart, so that both are exact.
fn in_unit(args: &[Value], unit: i64) -> Result<f64, CallError> {
    let nanos = nanos(args)?;
    Ok((nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64)
}

/// The nearest multiple of `unit`, halves away from zero.
fn rounded(nanos: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return nanos;
    }
    let rest = nanos % unit;
    let half_or_more = rest.unsigned_abs() >= unit.unsigned_abs() - rest.unsigned_abs();
    let down = nanos - rest;
    if !half_or_more {
        down
    } else if nanos < 0 {
        down.saturating_sub(unit)
    } else {
        down.saturating_add(unit)
    }
}
