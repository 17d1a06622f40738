//! The functions that every template has: Go's own.

use std::sync::Arc;

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::collection::MapKind;
use crate::templates::collection::Struct;
use crate::templates::go::compare;
use crate::templates::go::eval::zero_entry;
use crate::templates::go::evaluated::Evaluated;
use crate::templates::go::fmt;
use crate::templates::go::function::ArgKind;
use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::go::web_text::query_escape;
use crate::templates::value::Value;
use crate::utils::go::is_printable;

/// The result of a built-in function; the text is what `call` calls its first argument.
type Body = fn(&[Evaluated], &str, &mut Budget) -> Result<Evaluated, CallError>;

/// One of Go's own functions.
#[derive(Debug)]
pub(super) struct Builtin {
    pub(super) name: &'static str,
    pub(super) params: &'static [ArgKind],
    pub(super) rest: Option<ArgKind>,
    /// For `and` and `or`: the truth that ends the search.
    pub(super) stops_at: Option<bool>,
    pub(super) body: Body,
}

const RAW: &[ArgKind] = &[ArgKind::Raw];
const TWO: &[ArgKind] = &[ArgKind::Raw, ArgKind::Raw];
const MORE_RAW: Option<ArgKind> = Some(ArgKind::Raw);
const MORE: Option<ArgKind> = Some(ArgKind::Any);

const fn builtin(name: &'static str, params: &'static [ArgKind], rest: Option<ArgKind>, body: Body) -> Builtin {
    Builtin { name, params, rest, stops_at: None, body }
}

const BUILTINS: [Builtin; 19] = [
    Builtin { name: "and", params: RAW, rest: MORE_RAW, stops_at: Some(false), body: |_, _, _| Ok(Evaluated::nothing()) },
    builtin("call", RAW, MORE_RAW, call),
    builtin("eq", RAW, MORE_RAW, |args, _, budget| compare::eq(args, budget).map(truth)),
    builtin("ge", TWO, None, |args, _, _| compare::lt(args).map(|less| truth(!less))),
    builtin("gt", TWO, None, |args, _, budget| compare::le(args, budget).map(|less_or_equal| truth(!less_or_equal))),
    builtin("html", &[], MORE, |args, _, budget| escaped(args, budget, html)),
    builtin("index", RAW, MORE_RAW, |args, _, _| index(args)),
    builtin("js", &[], MORE, |args, _, budget| escaped(args, budget, js)),
    builtin("le", TWO, None, |args, _, budget| compare::le(args, budget).map(truth)),
    builtin("len", RAW, None, |args, _, _| length(args)),
    builtin("lt", TWO, None, |args, _, _| compare::lt(args).map(truth)),
    builtin("ne", TWO, None, |args, _, budget| compare::eq(args, budget).map(|equal| truth(!equal))),
    builtin("not", RAW, None, |args, _, _| Ok(truth(!args.first().is_some_and(|arg| arg.value().is_true())))),
    Builtin { name: "or", params: RAW, rest: MORE_RAW, stops_at: Some(true), body: |_, _, _| Ok(Evaluated::nothing()) },
    builtin("print", &[], MORE, |args, _, budget| fmt::sprint(&values(args), budget).map(text)),
    builtin("printf", &[ArgKind::String], MORE, printf),
    builtin("println", &[], MORE, |args, _, budget| fmt::sprintln(&values(args), budget).map(text)),
    builtin("slice", RAW, MORE_RAW, |args, _, budget| slice(args, budget)),
    builtin("urlquery", &[], MORE, |args, _, budget| escaped(args, budget, query_escape)),
];

/// The names of all of them, sorted.
pub(super) const NAMES: [&str; 19] = {
    let mut names = [""; 19];
    let mut index = 0;
    // Bounded by both arrays, which have the same length.
    while index < names.len() {
        #[expect(clippy::indexing_slicing, reason = "a constant: out of range would not compile")]
        {
            names[index] = BUILTINS[index].name;
        }
        index += 1;
    }
    names
};

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Builtin> {
    static TABLE: &[Builtin] = &BUILTINS;
    TABLE.iter().find(|builtin| builtin.name == name)
}

fn truth(flag: bool) -> Evaluated {
    Evaluated::plain(Value::Bool(flag))
}

fn text(text: String) -> Evaluated {
    Evaluated::plain(Value::from(text))
}

fn values(args: &[Evaluated]) -> Vec<Value> {
    args.iter().map(|arg| arg.value().clone()).collect()
}

fn printf(args: &[Evaluated], _: &str, budget: &mut Budget) -> Result<Evaluated, CallError> {
    let (format, args) = args.split_first().ok_or("no format")?;
    fmt::sprintf(format.value().as_str().unwrap_or_default(), &values(args), budget).map(text)
}

/// No value is a function, so there is nothing to call.
fn call(args: &[Evaluated], callee: &str, _: &mut Budget) -> Result<Evaluated, CallError> {
    match args.first().map(Evaluated::value) {
        None | Some(Value::Nil) => Err("call of nil".into()),
        Some(value) => Err(format!("non-function {callee} of type {}", value.go_type()).into()),
    }
}

// ---------------------------------------------------------------- items and lengths

fn length(args: &[Evaluated]) -> Result<Evaluated, CallError> {
    let arg = args.first().ok_or("no argument")?;
    if arg.is_nil_interface() {
        return Err("len of nil pointer".into());
    }
    match arg.value().len() {
        Some(length) => Ok(Evaluated::plain(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))),
        None if arg.is_nothing() => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        None => Err(format!("len of type {}", pointed_type(arg.value())).into()),
    }
}

/// The Go type behind a pointer.
fn pointed_type(value: &Value) -> &str {
    let name = value.go_type();
    name.strip_prefix('*').unwrap_or(name)
}

/// An index from 0 to `most`, inclusive. Go looks into an interface in `index`, but not in `slice`.
fn position(index: &Evaluated, most: usize) -> Result<usize, CallError> {
    match index.value() {
        Value::Int(number) | Value::Duration(number) => match usize::try_from(*number) {
            Ok(position) if position <= most => Ok(position),
            _ => Err(format!("index out of range: {number}").into()),
        },
        Value::Nil => Err("cannot index slice/array with nil".into()),
        other => Err(format!("cannot index slice/array with type {}", other.go_type()).into()),
    }
}

/// `index x 1 2` is `x[1][2]`.
fn index(args: &[Evaluated]) -> Result<Evaluated, CallError> {
    let (item, indexes) = args.split_first().ok_or("no argument")?;
    if matches!(item.value(), Value::Nil) {
        return Err("index of untyped nil".into());
    }
    let mut item = item.clone();
    for index in indexes {
        item = match item.value() {
            Value::Nil => return Err("index of nil pointer".into()),
            Value::String(text) => {
                let at = position(index, text.len())?;
                let byte = text.as_bytes().get(at).ok_or("reflect: string index out of range")?;
                Evaluated::plain(Value::Int(i64::from(*byte)))
            }
            Value::List(list) => {
                let at = position(index, list.items().len())?;
                let found = list.items().get(at).ok_or("reflect: slice index out of range")?;
                Evaluated::held_by(list.kind() == ListKind::Any, found.clone())
            }
            Value::Map(map) => match index.value() {
                Value::String(key) => match map.entries().get(key) {
                    Some(found) => Evaluated::held_by(map.kind() == MapKind::Any, found.clone()),
                    None => zero_entry(map.kind()),
                },
                Value::Nil => return Err("value is nil; should be of type string".into()),
                other => return Err(format!("value has type {}; should be string", other.go_type()).into()),
            },
            other => return Err(format!("can't index item of type {}", pointed_type(other)).into()),
        };
    }
    Ok(item)
}

/// `slice x 1 2` is `x[1:2]`.
fn slice(args: &[Evaluated], budget: &mut Budget) -> Result<Evaluated, CallError> {
    let (item, indexes) = args.split_first().ok_or("no argument")?;
    let item = item.value();
    if matches!(item, Value::Nil) {
        return Err("slice of untyped nil".into());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()).into());
    }
    let length = match item {
        Value::String(_) if indexes.len() == 3 => return Err("cannot 3-index slice a string".into()),
        Value::String(text) => text.len(),
        Value::List(list) => list.items().len(),
        other => return Err(format!("can't slice item of type {}", pointed_type(other)).into()),
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        if index.is_interface() {
            return Err("cannot index slice/array with type interface {}".into());
        }
        *bound = position(index, length)?;
    }
    let [from, to, most] = bounds;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}").into());
    }
    if to > most {
        return Err(format!("invalid slice index: {to} > {most}").into());
    }
    match item {
        Value::List(list) => {
            budget.bytes((to - from).saturating_mul(size_of::<Value>()))?;
            let items = list.items().get(from..to).unwrap_or_default().to_vec();
            Ok(Evaluated::plain(Value::List(Arc::new(List::new(list.kind(), items)?))))
        }
        _ => {
            budget.bytes(to - from)?;
            let bytes = item.as_str().unwrap_or_default().as_bytes().get(from..to).unwrap_or_default();
            Ok(text(String::from_utf8_lossy(bytes).into_owned()))
        }
    }
}

// ---------------------------------------------------------------- escaping

/// The arguments as text, escaped.
fn escaped(args: &[Evaluated], budget: &mut Budget, escape: fn(&str) -> String) -> Result<Evaluated, CallError> {
    let whole = match args {
        [only] if only.value().as_str().is_some() => only.value().as_str().unwrap_or_default().to_owned(),
        _ => {
            let shown: Result<Vec<Value>, CallError> = args.iter().map(|arg| printable(arg.value())).collect();
            fmt::sprint(&shown?, budget)?
        }
    };
    // One byte becomes at most six: `\u003C`.
    budget.bytes(whole.len().saturating_mul(6))?;
    Ok(text(escape(&whole)))
}

/// What an action would print: nothing has words, and a pointer is what it points to.
fn printable(value: &Value) -> Result<Value, CallError> {
    match value {
        Value::Nil => Ok(Value::from("<no value>")),
        Value::Sample(sample) => {
            let fields = [("Labels", sample.labels().clone()), ("Value", Value::Float(sample.value()))];
            Ok(Value::Struct(Arc::new(Struct::new("template.sample", fields)?)))
        }
        other => Ok(other.clone()),
    }
}

fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\0' => out.push('\u{fffd}'),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            _ => out.push(c),
        }
    }
    out
}

fn js(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '\'' | '"' => out.extend(['\\', c]),
            '<' | '>' | '&' | '=' | '\0'..='\x1f' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            ' '..='\x7f' => out.push(c),
            _ if is_printable(c) => out.push(c),
            _ => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted() {
        assert!(NAMES.is_sorted());
        assert!(NAMES.iter().all(|name| find(name).is_some()));
    }

    #[test]
    fn escapes_are_those_of_go() {
        assert_eq!(html("<a href='x'>\"&\0"), "&lt;a href=&#39;x&#39;&gt;&#34;&amp;\u{fffd}");
        assert_eq!(js("it's \"<b>\"=\\&\n\u{7f}é\u{2028}"), "it\\'s \\\"\\u003Cb\\u003E\\\"\\u003D\\\\\\u0026\\u000A\u{7f}é\\u2028");
    }
}
