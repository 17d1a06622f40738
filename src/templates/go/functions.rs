//! The functions that templates may call beside those of Go itself.

use crate::templates::go::function::ArgKind;
use crate::templates::go::function::Call;
use crate::templates::go::function::CallError;
use crate::templates::go::function::Function;
use crate::templates::go::humanize::humanize_duration;
use crate::templates::go::humanize::to_float;
use crate::templates::go::letters::to_lower;
use crate::templates::go::letters::to_upper;
use crate::templates::go::regex_calls;
use crate::templates::value::Value;

pub(crate) use crate::templates::go::functions_alertmanager::ALERTMANAGER;
pub(crate) use crate::templates::go::functions_prometheus::PROMETHEUS;

/// A result that is a text, whose bytes are charged.
pub(super) fn text(call: &mut Call<'_>, result: impl Into<String>) -> Result<Value, CallError> {
    let result = result.into();
    call.budget.bytes(result.len())?;
    Ok(Value::from(result))
}

/// One argument of a call; Go's nil where there is none.
pub(super) fn argument(args: &[Value], index: usize) -> &Value {
    args.get(index).unwrap_or(&Value::Nil)
}

/// An argument that is a text.
pub(super) fn string(args: &[Value], index: usize) -> &str {
    argument(args, index).as_str().unwrap_or_default()
}

/// An argument that stands for a number. To read one from a long text takes time.
pub(super) fn float(call: &mut Call<'_>, args: &[Value], index: usize) -> Result<f64, CallError> {
    let value = argument(args, index);
    call.budget.step(reading_steps(value.as_str().unwrap_or_default()))?;
    Ok(to_float(value)?)
}

/// The steps that it takes to read a text.
pub(super) fn reading_steps(text: &str) -> u64 {
    u64::try_from(text.len() / 256).unwrap_or(u64::MAX)
}

/// The functions that both systems have.
pub(super) const HUMANIZE_DURATION: Function = Function::new("humanizeDuration", &[ArgKind::Any], |call, args| {
    let seconds = float(call, args, 0)?;
    text(call, humanize_duration(seconds))
});

pub(super) const MATCH: Function = Function::new("match", &[ArgKind::String, ArgKind::String], |call, args| {
    regex_calls::is_match(call.budget, string(args, 0), string(args, 1)).map(Value::from)
});

pub(super) const RE_REPLACE_ALL: Function =
    Function::new("reReplaceAll", &[ArgKind::String, ArgKind::String, ArgKind::String], |call, args| {
        let replaced = regex_calls::replace_all(call.budget, string(args, 0), string(args, 1), string(args, 2))?;
        text(call, replaced)
    });

pub(super) const SAFE_HTML: Function = Function::new("safeHtml", &[ArgKind::String], |_, args| Ok(argument(args, 0).clone()));

pub(super) const TO_LOWER: Function = Function::new("toLower", &[ArgKind::String], |call, args| text(call, to_lower(string(args, 0))));

pub(super) const TO_UPPER: Function = Function::new("toUpper", &[ArgKind::String], |call, args| text(call, to_upper(string(args, 0))));
