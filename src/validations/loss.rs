//! What a conversion could not carry over.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::utils::Pointer;

/// Something that a conversion could not carry over: where it was, which kind of loss it is, and what it means for a person.
///
/// A loss is not an error: the result is usable. It is returned so that nothing is dropped silently.
///
/// ```
/// use alert_schemas::utils::Pointer;
/// use alert_schemas::validations::Loss;
///
/// let loss = Loss::new(Pointer::root().key("assignee"), "field_not_carried", "Alertmanager knows no assignee");
/// assert_eq!(loss.to_string(), "/assignee: Alertmanager knows no assignee");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// Where it stood in what was converted.
    pub path: Pointer,
    /// The stable code of the kind of loss, as listed in the error catalogue.
    pub code: &'static str,
    /// What was lost, for a person.
    pub message: String,
}

impl Loss {
    /// A loss at `path`.
    #[must_use]
    pub fn new(path: Pointer, code: &'static str, message: impl Into<String>) -> Self {
        Self { path, code, message: message.into() }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)
    }
}

impl Serialize for Loss {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("pointer", &self.path)?;
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("message", &self.message)?;
        map.end()
    }
}

/// The result of a conversion with what it could not carry over.
///
/// ```
/// use alert_schemas::validations::Converted;
///
/// let converted = Converted::new(7);
/// assert!(converted.is_exact());
/// assert_eq!(converted.map(|n| n + 1).value, 8);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use = "the losses say what did not come over"]
pub struct Converted<T> {
    /// The result.
    pub value: T,
    /// What it does not hold, in the order of the fields.
    pub losses: Vec<Loss>,
}

impl<T> Converted<T> {
    /// A result that holds everything.
    pub fn new(value: T) -> Self {
        Self { value, losses: Vec::new() }
    }

    /// A result with its losses.
    pub fn with(value: T, losses: Vec<Loss>) -> Self {
        Self { value, losses }
    }

    /// Whether nothing was lost.
    pub fn is_exact(&self) -> bool {
        self.losses.is_empty()
    }

    /// The same losses with another result.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Converted<U> {
        Converted { value: change(self.value), losses: self.losses }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_serialises_like_a_problem() {
        let loss = Loss::new(Pointer::root().key("a"), "text_shortened", "m");
        assert_eq!(serde_json::to_string(&loss).unwrap(), r#"{"pointer":"/a","code":"text_shortened","message":"m"}"#);
        assert!(!Converted::with((), vec![loss]).is_exact());
    }
}
