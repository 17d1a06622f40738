//! `eq`, `ne`, `lt`, `le`, `gt` and `ge`.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::templates::go::evaluated::Evaluated;
use crate::templates::go::fmt;
use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::value::Value;

/// What can be compared with what: only values of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Int,
    Float,
    String,
    /// Everything else.
    Other,
}

fn basic(value: &Value) -> Basic {
    match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(_) | Value::Duration(_) => Basic::Int,
        Value::Float(_) => Basic::Float,
        Value::String(_) => Basic::String,
        _ => Basic::Other,
    }
}

/// Go's kinds of the values that are not basic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compound {
    Nothing,
    Slice,
    Map,
    Struct,
    Pointer,
}

fn compound(value: &Value) -> Compound {
    match value {
        Value::List(_) => Compound::Slice,
        Value::Map(_) => Compound::Map,
        Value::Struct(_) | Value::Time(_) => Compound::Struct,
        Value::Sample(_) => Compound::Pointer,
        _ => Compound::Nothing,
    }
}

fn incompatible(a: &Value, b: &Value) -> CallError {
    format!("incompatible types for comparison: {} and {}", a.go_type(), b.go_type()).into()
}

/// Whether the first argument equals one of the others.
pub(super) fn eq(args: &[Evaluated], budget: &mut Budget) -> Result<bool, CallError> {
    let (first, others) = args.split_first().ok_or("missing argument for comparison")?;
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in others {
        budget.step(1)?;
        if equal(first.value(), other.value(), budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal(a: &Value, b: &Value, budget: &mut Budget) -> Result<bool, CallError> {
    let kind = basic(a);
    if kind != basic(b) {
        return if matches!(a, Value::Nil) || matches!(b, Value::Nil) { Ok(false) } else { Err(incompatible(a, b)) };
    }
    if kind != Basic::Other {
        return Ok(order(a, b) == Some(Ordering::Equal));
    }
    match (compound(a), compound(b)) {
        (Compound::Nothing, other) | (other, Compound::Nothing) => Ok(other == Compound::Nothing),
        (x, y) if x != y => {
            let left = fmt::sprintf("%s", std::slice::from_ref(a), budget)?;
            let right = fmt::sprintf("%v", std::slice::from_ref(b), budget)?;
            Err(format!("non-comparable types {left}: {}, {}: {right}", a.go_type(), b.go_type()).into())
        }
        _ if !comparable(b) => {
            let shown = fmt::sprintf("%s", std::slice::from_ref(b), budget)?;
            Err(format!("non-comparable type {shown}: {}", b.go_type()).into())
        }
        _ => match (a, b) {
            (Value::Sample(a), Value::Sample(b)) => Ok(Arc::ptr_eq(a, b)),
            _ => Ok(a == b && a.go_type() == b.go_type()),
        },
    }
}

/// Whether Go's `==` takes the type: lists, maps, and structs that hold one, cannot be compared.
fn comparable(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Map(_) => false,
        Value::Struct(fields) => fields.fields().iter().all(|field| comparable(field.value())),
        _ => true,
    }
}

/// The order of two values of one basic kind; `None` with what is not a number.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a) | Value::Duration(a), Value::Int(b) | Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// Whether the first argument is less than the second.
pub(super) fn lt(args: &[Evaluated]) -> Result<bool, CallError> {
    let [a, b] = args else { return Err("missing argument for comparison".into()) };
    let (a, b) = (a.value(), b.value());
    let (left, right) = (basic(a), basic(b));
    if left == Basic::Other || right == Basic::Other {
        return Err("invalid type for comparison".into());
    }
    if left != right {
        return Err(incompatible(a, b));
    }
    if left == Basic::Bool {
        return Err("invalid type for comparison".into());
    }
    Ok(order(a, b) == Some(Ordering::Less))
}

/// Whether the first argument is less than the second, or equal to it.
pub(super) fn le(args: &[Evaluated], budget: &mut Budget) -> Result<bool, CallError> {
    Ok(lt(args)? || eq(args, budget)?)
}
