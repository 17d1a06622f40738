//! The functions of Alertmanager 0.33 for the templates of notifications.

use std::sync::Arc;

use chrono::DateTime;
use chrono::Utc;

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
use crate::templates::go::functions::string;
use crate::templates::go::functions::text;
use crate::templates::go::json_text::to_json;
use crate::templates::go::letters::Rest;
use crate::templates::go::letters::title_words;
use crate::templates::go::time_format;
use crate::templates::go::web_text::query_unescape;
use crate::templates::time::TemplateTime;
use crate::templates::value::Value;

/// The functions, sorted by name.
pub(crate) const ALERTMANAGER: &[Function] = &[
    Function::variadic("append", &[ArgKind::Anys], ArgKind::Any, |call, args| {
        let (list, more) = args.split_first().unwrap_or((&Value::Nil, &[]));
        let items = list.items().unwrap_or_default();
        any_list(call, items.len() + more.len(), items.iter().chain(more))
    }),
    Function::new("date", &[ArgKind::String, ArgKind::Time], |call, args| {
        let shown = time_format::format(time(args, 1)?, string(args, 0), call.budget.bytes_left());
        text(call, shown)
    }),
    Function::variadic("dict", &[], ArgKind::Any, dict),
    HUMANIZE_DURATION,
    Function::new("join", &[ArgKind::String, ArgKind::Strings], join),
    Function::variadic("list", &[], ArgKind::Any, |call, args| any_list(call, args.len(), args.iter())),
    MATCH,
    Function::new("now", &[], |call, _| Ok(Value::Time(now(call)?))),
    RE_REPLACE_ALL,
    SAFE_HTML,
    Function::new("safeUrl", &[ArgKind::String], |_, args| Ok(argument(args, 0).clone())),
    Function::new("since", &[ArgKind::Time], |call, args| {
        let (now, then) = (now(call)?, time(args, 0)?);
        let passed = DateTime::<Utc>::from(now.at()) - DateTime::<Utc>::from(then.at());
        // Go's longest duration stands for all longer ones.
        let longest = if passed.num_milliseconds() < 0 { i64::MIN } else { i64::MAX };
        Ok(Value::Duration(passed.num_nanoseconds().unwrap_or(longest)))
    }),
    Function::variadic("stringSlice", &[], ArgKind::String, |call, args| {
        call.budget.bytes(size_of_val(args))?;
        Ok(Value::List(Arc::new(List::new(ListKind::Strings, args.to_vec())?)))
    }),
    Function::new("title", &[ArgKind::String], |call, args| text(call, title_words(string(args, 0), Rest::Lower))),
    Function::new("toJson", &[ArgKind::Any], |call, args| Ok(Value::from(to_json(argument(args, 0), call.budget)?))),
    TO_LOWER,
    TO_UPPER,
    Function::new("trimSpace", &[ArgKind::String], |call, args| text(call, string(args, 0).trim())),
    Function::new("tz", &[ArgKind::String, ArgKind::Time], |call, args| {
        let (name, time) = (string(args, 0), time(args, 1)?);
        let Some((offset, zone)) = call.data.zone(name, time.at()) else {
            return Err(format!("unknown time zone {name}").into());
        };
        Ok(Value::Time(time.clone().in_zone(offset, zone)))
    }),
    Function::new("urlUnescape", &[ArgKind::String], |call, args| {
        let unescaped = query_unescape(string(args, 0))?;
        text(call, unescaped)
    }),
];

fn time(args: &[Value], index: usize) -> Result<&TemplateTime, CallError> {
    match argument(args, index) {
        Value::Time(time) => Ok(time),
        other => Err(format!("{} is no time", other.go_type()).into()),
    }
}

fn now(call: &Call<'_>) -> Result<TemplateTime, CallError> {
    call.data.now().map(TemplateTime::from).ok_or_else(|| "the present is not known".into())
}

fn any_list<'v>(call: &mut Call<'_>, length: usize, items: impl Iterator<Item = &'v Value>) -> Result<Value, CallError> {
    call.budget.bytes(length.saturating_mul(size_of::<Value>()))?;
    Ok(Value::list(items.cloned())?)
}

fn dict(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    if !args.len().is_multiple_of(2) {
        return Err("dict requires an even number of arguments".into());
    }
    call.budget.bytes(size_of_val(args))?;
    let mut entries = Vec::with_capacity(args.len() / 2);
    for pair in args.chunks_exact(2) {
        let [Value::String(key), value] = pair else {
            return Err("dict keys must be strings".into());
        };
        entries.push((Arc::clone(key), value.clone()));
    }
    Ok(Value::map(entries)?)
}

fn join(call: &mut Call<'_>, args: &[Value]) -> Result<Value, CallError> {
    let separator = string(args, 0);
    let items = argument(args, 1).items().unwrap_or_default();
    let parts: Vec<&str> = items.iter().map(|item| item.as_str().unwrap_or_default()).collect();
    let texts = parts.iter().map(|part| part.len()).fold(0_usize, usize::saturating_add);
    call.budget.bytes(texts.saturating_add(separator.len().saturating_mul(parts.len().saturating_sub(1))))?;
    Ok(Value::from(parts.join(separator)))
}
