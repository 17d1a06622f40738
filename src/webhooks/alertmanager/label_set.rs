//! Label sets as they stand on the wire.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;

use crate::utils::Path;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Key;
use crate::validations::Kind;
use crate::validations::Walk;
use crate::validations::duplicate;
use crate::validations::unreadable;

/// Labels or annotations as they stand on the wire: texts by name, any name and any text, `null` included.
///
/// Alertmanager reads `null` as an empty text. A name that stands twice is refused.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::LabelSet;
///
/// let labels = LabelSet::from_pairs([("alertname", "DiskFull")]);
/// assert_eq!(labels.get("alertname"), Some("DiskFull"));
/// assert_eq!(serde_json::to_string(&labels)?, r#"{"alertname":"DiskFull"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct LabelSet(BTreeMap<String, Option<String>>);

impl LabelSet {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes names with their texts; a later one of the same name replaces the earlier.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), Some(value.into()))).collect())
    }

    /// The text under `name`; an empty one where `null` stands.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_deref().unwrap_or_default())
    }

    /// The names with their texts, `None` where `null` stands, sorted by the bytes of the names.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Option<String>> {
        self.0.iter()
    }

    /// How many there are.
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

impl fmt::Debug for LabelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

impl serde::Serialize for LabelSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for LabelSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;
        impl<'de> serde::de::Visitor<'de> for MapVisitor {
            type Value = LabelSet;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<LabelSet, A::Error> {
                use serde::de::Error as _;
                let mut entries = BTreeMap::new();
                while let Some(Key(name)) = map.next_key()? {
                    if entries.insert(name.into_owned(), map.next_value()?).is_some() {
                        return Err(A::Error::custom("a name stands there twice"));
                    }
                }
                Ok(LabelSet(entries))
            }
        }
        deserializer.deserialize_map(MapVisitor)
    }
}

impl FromJson for LabelSet {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::Object {
            walk.wrong_type(json, path, "an object of texts");
            return None;
        }
        let problems = walk.count();
        let mut entries = BTreeMap::new();
        for member in json.members() {
            let name = match member.key.string() {
                Ok(name) => name,
                Err(error) => {
                    unreadable(member.key, path, walk, &error);
                    continue;
                }
            };
            let value = match member.value.kind() {
                Kind::Null => Some(None),
                _ => String::from_json(member.value, &path.key(&name), walk).map(Some),
            };
            if entries.insert(name.clone().into_owned(), value.flatten()).is_some() {
                duplicate(member.key, path, walk, &name);
            }
        }
        (walk.count() == problems).then_some(Self(entries))
    }
}

impl Check for LabelSet {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for LabelSet {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LabelSet".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "LabelSet",
            "description": "Labels or annotations as they stand on the wire: texts by name. A null is read as an empty text.",
            "type": "object",
            "additionalProperties": { "type": ["string", "null"] },
            "examples": [{ "alertname": "DiskFull" }]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for LabelSet {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        let name = crate::utils::matching("[a-z_]{1,6}|[a-zé. ]{1,4}");
        let value = proptest::option::weighted(0.95, crate::utils::matching("[ -~é🔥\n]{0,8}"));
        proptest::collection::btree_map(name, value, 0..5).prop_map(Self).boxed()
    }
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    #[test]
    fn null_is_kept_and_read_as_empty() {
        let text = r#"{"a":null,"b":""}"#;
        let labels: LabelSet = decode(text.as_bytes(), &DecodeLimits::default()).unwrap();
        assert_eq!((labels.get("a"), labels.get("b"), labels.get("c")), (Some(""), Some(""), None));
        assert_eq!(serde_json::to_string(&labels).unwrap(), text);
        assert_eq!(format!("{labels:?}"), r#"{"a": None, "b": Some("")}"#);
    }

    #[test]
    fn every_problem_is_told() {
        let read = |text: &str| decode::<LabelSet>(text.as_bytes(), &DecodeLimits::default()).unwrap_err().to_string();
        assert_eq!(read("7"), "the document (line 1, column 1): expected an object of texts, found a number");
        assert_eq!(
            read(r#"{"a":1,"a":"x","\ud800":"","a":null}"#),
            "4 problems: /a (line 1, column 6): expected a string, found a number; \
             /a (line 1, column 8): `a` stands there twice: expected each name once; \
             the document (line 1, column 16): unexpected end of hex escape; \
             /a (line 1, column 28): `a` stands there twice: expected each name once"
        );
    }
}
