//! How a function of a template is registered and called.

use crate::templates::collection::ValueTooDeep;
use crate::templates::data::TemplateData;
use crate::templates::go::limits::Budget;
use crate::templates::go::limits::LimitReached;
use crate::templates::value::Value;

/// The type of a parameter, as Go checks it before the call.
///
/// By the time the function is called, each argument has the variant named here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ArgKind {
    /// `interface {}`: any value.
    Any,
    /// `reflect.Value`: any value, and also none. Only Go's own functions have it.
    Raw,
    /// `string`: [`Value::String`].
    String,
    /// `[]string`: [`Value::List`] of kind `Strings`.
    Strings,
    /// `[]interface {}`: [`Value::List`] of kind `Any`.
    Anys,
    /// Prometheus' query result: [`Value::List`] of kind `QueryResult`.
    QueryResult,
    /// One sample of it: [`Value::Sample`].
    Sample,
    /// `time.Time`: [`Value::Time`].
    Time,
    /// `time.Duration`: [`Value::Duration`]. A whole constant counts nanoseconds.
    Duration,
}

impl ArgKind {
    /// The name of the type in Go.
    pub(crate) fn go_type(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Raw => "reflect.Value",
            Self::String => "string",
            Self::Strings => "[]string",
            Self::Anys => "[]interface {}",
            Self::QueryResult => "template.queryResult",
            Self::Sample => "*template.sample",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
        }
    }
}

/// What a function may ask for while it runs.
pub(crate) struct Call<'a> {
    /// The data that the template is rendered with.
    pub(crate) data: &'a dyn TemplateData,
    /// What is left of the limits: charge it for every text and list that is made.
    pub(crate) budget: &'a mut Budget,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CallError {
    /// The function's own error, in Go's words.
    Failed(String),
    /// A limit of the rendering was reached.
    Limit(LimitReached),
    /// A value would be too deep.
    TooDeep,
}

impl From<String> for CallError {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<&str> for CallError {
    fn from(message: &str) -> Self {
        Self::Failed(message.to_owned())
    }
}

impl From<LimitReached> for CallError {
    fn from(limit: LimitReached) -> Self {
        Self::Limit(limit)
    }
}

impl From<ValueTooDeep> for CallError {
    fn from(_: ValueTooDeep) -> Self {
        Self::TooDeep
    }
}

/// The body of a function.
pub(crate) type Body = fn(&mut Call<'_>, &[Value]) -> Result<Value, CallError>;

/// One function that templates may call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Function {
    /// The name in templates.
    pub(crate) name: &'static str,
    /// The parameters that must be given.
    pub(crate) params: &'static [ArgKind],
    /// The type of any further arguments, for a function that takes them.
    pub(crate) rest: Option<ArgKind>,
    /// The body.
    pub(crate) body: Body,
}

impl Function {
    /// A function with a fixed number of parameters.
    pub(crate) const fn new(name: &'static str, params: &'static [ArgKind], body: Body) -> Self {
        Self { name, params, rest: None, body }
    }

    /// A function that takes any number of further arguments.
    pub(crate) const fn variadic(name: &'static str, params: &'static [ArgKind], rest: ArgKind, body: Body) -> Self {
        Self { name, params, rest: Some(rest), body }
    }
}
