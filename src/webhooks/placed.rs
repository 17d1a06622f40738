//! Values that know where they were written.

use std::fmt;
use std::ops::Deref;
use std::ops::DerefMut;

use serde::Serialize;
use serde::Serializer;

use crate::utils::Position;

/// A value and, where it was read from a text, its line and column.
///
/// Two are equal if their values are: the place only helps people to find it. It is written as its value.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::Position;
/// use alert_schemas::webhooks::prometheus::Placed;
///
/// let mut name = Placed::new("node".to_owned());
/// name.position = Some(Position::new(2, 9));
/// assert_eq!(name, Placed::new("node".to_owned()));
/// assert_eq!((name.len(), name.to_string()), (4, "node".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where it was written; `None` for a value that was made in a program.
    pub position: Option<Position>,
}

impl<T> Placed<T> {
    /// A value that was written nowhere.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { value, position: None }
    }

    /// A value that was written here.
    #[must_use]
    pub fn at(value: T, position: Position) -> Self {
        Self { value, position: Some(position) }
    }
}

impl<T> From<T> for Placed<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: PartialEq> PartialEq for Placed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Placed<T> {}

impl<T> Deref for Placed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Placed<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Display> fmt::Display for Placed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Placed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
