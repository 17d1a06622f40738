//! What an expression gives: a value, and what Go knows of its type.

use crate::templates::collection::ListKind;
use crate::templates::go::function::ArgKind;
use crate::templates::value::Value;

/// A value with how Go's reflection sees it. It decides which message an error has, and whether nil is an error.
#[derive(Debug, Clone)]
pub(super) struct Evaluated {
    value: Value,
    held: Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// Nothing at all: a field of nothing, the data of a template that is called without.
    Nothing,
    /// A value of its own type.
    Plain,
    /// A value, or nil, in an `interface {}`.
    Interface,
}

impl Evaluated {
    pub(super) fn nothing() -> Self {
        Self { value: Value::Nil, held: Held::Nothing }
    }

    /// A value of its own type; nil is in an interface.
    pub(super) fn plain(value: Value) -> Self {
        let held = if matches!(value, Value::Nil) { Held::Interface } else { Held::Plain };
        Self { value, held }
    }

    pub(super) fn interface(value: Value) -> Self {
        Self { value, held: Held::Interface }
    }

    /// A value that a list, map or field of this kind holds.
    pub(super) fn held_by(is_interface: bool, value: Value) -> Self {
        if is_interface { Self::interface(value) } else { Self::plain(value) }
    }

    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn into_value(self) -> Value {
        self.value
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.held == Held::Nothing
    }

    /// Whether an interface holds it.
    pub(super) fn is_interface(&self) -> bool {
        self.held == Held::Interface
    }

    /// Whether it is a nil that an interface holds.
    pub(super) fn is_nil_interface(&self) -> bool {
        self.held == Held::Interface && matches!(self.value, Value::Nil)
    }

    /// Without the interface around it: what each stage of a pipeline hands on.
    pub(super) fn concrete(self) -> Self {
        match self.value {
            Value::Nil => Self::nothing(),
            value => Self { value, held: Held::Plain },
        }
    }

    /// The type in Go's messages.
    pub(super) fn go_type(&self) -> &str {
        if self.held == Held::Interface { "interface {}" } else { self.value.go_type() }
    }

    /// The value for a parameter of this type, or Go's message.
    pub(super) fn for_parameter(self, kind: ArgKind) -> Result<Self, String> {
        if self.is_nothing() {
            return nil_for(kind).ok_or_else(|| format!("invalid value; expected {}", kind.go_type()));
        }
        if self.is_nil_interface() && !matches!(kind, ArgKind::Any | ArgKind::Raw) {
            return Err(format!("wrong type for value; expected {}; got interface {{}}", kind.go_type()));
        }
        if accepts(kind, &self.value) {
            return Ok(self);
        }
        Err(format!("wrong type for value; expected {}; got {}", kind.go_type(), self.value.go_type()))
    }
}

/// The nil of a parameter's type, if the type has one.
pub(super) fn nil_for(kind: ArgKind) -> Option<Evaluated> {
    match kind {
        ArgKind::Any => Some(Evaluated::interface(Value::Nil)),
        ArgKind::Raw => Some(Evaluated::nothing()),
        ArgKind::Strings => Some(Evaluated::plain(Value::strings([""; 0]))),
        ArgKind::QueryResult => Some(Evaluated::plain(Value::query_result([]))),
        ArgKind::Anys => Value::list([]).ok().map(Evaluated::plain),
        ArgKind::Sample => Some(Evaluated::interface(Value::Nil)),
        ArgKind::String | ArgKind::Time | ArgKind::Duration => None,
    }
}

fn accepts(kind: ArgKind, value: &Value) -> bool {
    match (kind, value) {
        (ArgKind::Any | ArgKind::Raw, _)
        | (ArgKind::String, Value::String(_))
        | (ArgKind::Sample, Value::Sample(_))
        | (ArgKind::Time, Value::Time(_))
        | (ArgKind::Duration, Value::Duration(_)) => true,
        (ArgKind::Strings, Value::List(list)) => list.kind() == ListKind::Strings,
        (ArgKind::Anys, Value::List(list)) => list.kind() == ListKind::Any,
        (ArgKind::QueryResult, Value::List(list)) => list.kind() == ListKind::QueryResult,
        _ => false,
    }
}
