//! What a record keeps although it does not know it.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;

use serde_json::Value;

/// The members of an object that its type does not know: kept as they came, and written back.
///
/// Events are read leniently: a newer sender's fields pass through an older reader. What is closed instead (rules, policies, routes)
/// has no such field.
///
/// # Examples
///
/// ```
/// use alert_schemas::Alert;
/// use alert_schemas::validations::{DecodeLimits, UnknownFields};
///
/// let text = r#"{"message":"disk full","severity":"high","starts_at":"2025-01-06T09:00:00Z","x_team":["db"]}"#;
/// let alert = Alert::decode(text.as_bytes(), &DecodeLimits::default())?;
/// let kept: &UnknownFields = &alert.unknown;
/// assert_eq!(kept.get("x_team"), Some(&serde_json::json!(["db"])));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UnknownFields(BTreeMap<String, Value>);

impl UnknownFields {
    /// No field.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of an unknown field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The fields, by name.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Value> {
        self.0.iter()
    }

    /// Keeps a field; returns whether the name was new.
    pub(crate) fn keep(&mut self, name: &str, value: Value) -> bool {
        self.0.insert(name.to_owned(), value).is_none()
    }
}

impl IntoIterator for UnknownFields {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a UnknownFields {
    type Item = (&'a String, &'a Value);
    type IntoIter = btree_map::Iter<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

/// The name of a member, borrowed from the document where it has no escapes.
pub(crate) struct Key<'de>(pub(crate) std::borrow::Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> serde::de::Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E: serde::de::Error>(self, name: &'de str) -> Result<Key<'de>, E> {
                // With its feature `arbitrary_precision`, serde_json gives numbers as objects with this member.
                if name == "$serde_json::private::Number" {
                    return Err(E::invalid_type(serde::de::Unexpected::Other("a number"), &"an object"));
                }
                Ok(Key(name.into()))
            }

            fn visit_str<E>(self, name: &str) -> Result<Key<'de>, E> {
                Ok(Key(name.to_owned().into()))
            }

            fn visit_string<E>(self, name: String) -> Result<Key<'de>, E> {
                Ok(Key(name.into()))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
