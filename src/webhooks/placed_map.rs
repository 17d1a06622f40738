//! Names and texts in their order, each with its place.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;
use serde::Serializer;
use serde::ser::SerializeMap;

use crate::webhooks::placed::Placed;

/// Names and texts in the order in which they were written, each with its place: the labels of a rule, the `match` of a route.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::prometheus::PlacedMap;
///
/// let mut labels = PlacedMap::new();
/// labels.insert("severity".to_owned(), "page".to_owned());
/// labels.insert("severity".to_owned(), "ticket".to_owned());
/// assert_eq!(labels.get("severity").map(|text| text.as_str()), Some("ticket"));
/// assert_eq!(serde_json::to_string(&labels).unwrap(), r#"{"severity":"ticket"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlacedMap(Vec<(Placed<String>, Placed<String>)>);

impl PlacedMap {
    /// No entry.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Placed<String>> {
        self.0.iter().find(|(key, _)| key.value == name).map(|(_, text)| text)
    }

    /// Adds an entry, or gives the name another text.
    pub fn insert(&mut self, name: impl Into<Placed<String>>, text: impl Into<Placed<String>>) {
        let (name, text) = (name.into(), text.into());
        match self.0.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = text,
            None => self.0.push((name, text)),
        }
    }

    /// The names and their texts.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Placed<String>, &Placed<String>)> {
        self.0.iter().map(|(name, text)| (name, text))
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A map that is being read: it looks up where a name stands, so that many names take time in proportion.
#[derive(Default)]
pub(crate) struct PlacedMapReader {
    map: PlacedMap,
    numbers: HashMap<String, usize>,
}

impl From<PlacedMap> for PlacedMapReader {
    /// Reads on.
    fn from(map: PlacedMap) -> Self {
        let numbers = map.iter().enumerate().map(|(number, (name, _))| (name.value.clone(), number)).collect();
        Self { map, numbers }
    }
}

impl PlacedMapReader {
    /// Adds an entry; one whose name is there already gives that entry its text.
    pub(crate) fn insert(&mut self, name: Placed<String>, text: Placed<String>) {
        let entries = &mut self.map.0;
        match self.numbers.entry(name.value.clone()) {
            Entry::Vacant(number) => {
                number.insert(entries.len());
                entries.push((name, text));
            }
            Entry::Occupied(number) => {
                if let Some((_, old)) = entries.get_mut(*number.get()) {
                    *old = text;
                }
            }
        }
    }

    /// Adds an entry unless its name is there already; says whether it did.
    pub(crate) fn insert_new(&mut self, name: Placed<String>, text: Placed<String>) -> bool {
        let is_new = !self.numbers.contains_key(&name.value);
        if is_new {
            self.insert(name, text);
        }
        is_new
    }

    /// What was read.
    pub(crate) fn finish(self) -> PlacedMap {
        self.map
    }
}

impl Serialize for PlacedMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, text) in self.iter() {
            map.serialize_entry(&name.value, &text.value)?;
        }
        map.end()
    }
}
