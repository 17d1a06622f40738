//! What labels, annotations and the texts of rules have in common: a sorted map from names to values.

use std::fmt;
use std::marker::PhantomData;

use serde::de::Error as _;

use crate::alerts::labels::InvalidLabel;
use crate::alerts::labels::LabelName;
use crate::utils::Path;
use crate::utils::excerpt;
use crate::utils::go;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Key;
use crate::validations::Kind;
use crate::validations::Walk;
use crate::validations::duplicate;
use crate::validations::unreadable;

/// A map from names to values, sorted by the bytes of the names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: sorted by name, each name once, at most `MAX` entries.
pub(crate) struct NameMap<V>(Vec<(LabelName, V)>);

impl<V> Default for NameMap<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<V> NameMap<V> {
    /// How many entries there may be.
    pub(crate) const MAX: usize = 512;

    /// Takes entries in any order, each name once.
    pub(crate) fn from_entries(entries: impl IntoIterator<Item = Result<(LabelName, V), InvalidLabel>>) -> Result<Self, InvalidLabel> {
        let mut taken = Vec::new();
        for entry in entries {
            push(&mut taken, entry?)?;
        }
        Self::sorted(taken)
    }

    fn sorted(mut entries: Vec<(LabelName, V)>) -> Result<Self, InvalidLabel> {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let twice = entries.windows(2).find_map(|pair| match pair {
            [(a, _), (b, _)] if a == b => Some(a),
            _ => None,
        });
        match twice {
            Some(name) => Err(InvalidLabel::Duplicate { name: excerpt(name.as_str()) }),
            None => {
                entries.shrink_to_fit();
                Ok(Self(entries))
            }
        }
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(name))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        let index = self.find(name).ok()?;
        self.0.get(index).map(|(_, value)| value)
    }

    /// Sets the value under `name` and returns the earlier one.
    pub(crate) fn insert(&mut self, name: LabelName, value: V) -> Result<Option<V>, InvalidLabel> {
        match self.find(name.as_str()) {
            Ok(index) => Ok(self.0.get_mut(index).map(|(_, old)| std::mem::replace(old, value))),
            Err(_) if self.0.len() >= Self::MAX => Err(too_many(name.as_str())),
            Err(index) => {
                self.0.insert(index, (name, value));
                Ok(None)
            }
        }
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<V> {
        self.find(name).ok().map(|index| self.0.remove(index).1)
    }

    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&LabelName, &V) -> bool) {
        self.0.retain(|(name, value)| keep(name, value));
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&LabelName, &V)> + Clone {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

fn too_many(name: &str) -> InvalidLabel {
    InvalidLabel::TooMany { name: excerpt(name), max: NameMap::<()>::MAX }
}

/// Adds an entry, if there is room.
fn push<V>(entries: &mut Vec<(LabelName, V)>, entry: (LabelName, V)) -> Result<(), InvalidLabel> {
    if entries.len() >= NameMap::<V>::MAX {
        return Err(too_many(entry.0.as_str()));
    }
    entries.push(entry);
    Ok(())
}

impl<V: AsRef<str>> fmt::Debug for NameMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name.as_str(), value.as_ref()))).finish()
    }
}

impl<V: AsRef<str>> fmt::Display for NameMap<V> {
    /// `{a="x", b="y"}`: names as they are, values quoted as Go quotes them (prometheus/common, `model.LabelSet.String`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, value)) in self.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name}={}", go::quote(value.as_ref()))?;
        }
        f.write_str("}")
    }
}

impl<V: serde::Serialize> NameMap<V> {
    pub(crate) fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, V: serde::Deserialize<'de>> NameMap<V> {
    /// Reads an object; `expected` says what it should be.
    pub(crate) fn deserialize<D: serde::Deserializer<'de>>(deserializer: D, expected: &'static str) -> Result<Self, D::Error> {
        struct MapVisitor<V>(&'static str, PhantomData<V>);
        impl<'de, V: serde::Deserialize<'de>> serde::de::Visitor<'de> for MapVisitor<V> {
            type Value = NameMap<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<NameMap<V>, A::Error> {
                let mut entries = Vec::with_capacity(8);
                while let Some(Key(name)) = map.next_key()? {
                    let name = name.parse().map_err(A::Error::custom)?;
                    let value = map.next_value()?;
                    push(&mut entries, (name, value)).map_err(A::Error::custom)?;
                }
                NameMap::sorted(entries).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_map(MapVisitor(expected, PhantomData))
    }
}

impl<V: FromJson> NameMap<V> {
    /// Reads an object and names every problem of it; `expected` says what it should be.
    pub(crate) fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk, expected: &'static str) -> Option<Self> {
        if json.kind() != Kind::Object {
            walk.wrong_type(json, path, expected);
            return None;
        }
        let problems = walk.count();
        let mut entries = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        for (index, member) in json.members().enumerate() {
            let name = match member.key.string() {
                Ok(name) => name,
                Err(error) => {
                    unreadable(member.key, path, walk, &error);
                    continue;
                }
            };
            let at = path.key(&name);
            if index == Self::MAX {
                walk.problem(member.key, &at, "too_many_labels", || too_many(&name).to_string());
            }
            let value = V::from_json(member.value, &at, walk);
            match name.parse::<LabelName>() {
                Ok(name) => {
                    if let Some(value) = value
                        && index < Self::MAX
                    {
                        entries.push((name, value));
                    }
                }
                Err(error) => walk.problem(member.key, &at, error.code(), || error.to_string()),
            }
            if !names.insert(name.clone()) {
                duplicate(member.key, path, walk, &name);
            }
        }
        if walk.count() > problems { None } else { Self::sorted(entries).ok() }
    }
}

#[cfg(feature = "proptest")]
impl<V: proptest::arbitrary::Arbitrary + AsRef<str> + 'static> NameMap<V> {
    /// Maps of fewer than `most` entries.
    pub(crate) fn arbitrary(most: usize) -> impl proptest::strategy::Strategy<Value = Self> {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        proptest::collection::btree_map(any::<LabelName>(), any::<V>(), 0..most).prop_map(|entries| Self(entries.into_iter().collect()))
    }
}
