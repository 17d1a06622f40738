//! Free data that travels with an alert.

use std::collections::BTreeMap;
use std::collections::btree_map;
use std::fmt;

use serde_json::Value;

use crate::utils::Path;
use crate::utils::excerpt;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Kept;
use crate::validations::Key;
use crate::validations::Kind;
use crate::validations::Walk;
use crate::validations::duplicate;
use crate::validations::unreadable;

/// Free data that travels with an alert: any JSON values by name.
///
/// It neither identifies the alert nor counts as one of its labels.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::Metadata;
///
/// let mut metadata = Metadata::new();
/// metadata.insert("cpu_usage", 85.2)?;
/// assert_eq!(metadata.get("cpu_usage"), Some(&serde_json::json!(85.2)));
/// assert!(metadata.insert("load", f64::NAN).is_err());
/// # Ok::<(), alert_schemas::alerts::NotFinite>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata(BTreeMap<String, Value>);

impl Metadata {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value under `name` and returns the earlier one.
    ///
    /// # Errors
    ///
    /// [`NotFinite`] for NaN and the infinities, which JSON can't carry.
    ///
    /// ```
    /// use alert_schemas::alerts::Metadata;
    ///
    /// let mut metadata = Metadata::new();
    /// assert_eq!(metadata.insert("tries", 3)?, None);
    /// assert_eq!(metadata.insert("tries", 4)?, Some(3.into()));
    /// # Ok::<(), alert_schemas::alerts::NotFinite>(())
    /// ```
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<MetadataValue>) -> Result<Option<Value>, NotFinite> {
        let name = name.into();
        match value.into().0 {
            Ok(value) => Ok(self.0.insert(name, value)),
            Err(number) => Err(NotFinite { name: excerpt(&name), number: number.to_string() }),
        }
    }

    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The names with their values, by name.
    pub fn iter(&self) -> btree_map::Iter<'_, String, Value> {
        self.0.iter()
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A value on its way into [`Metadata`]: anything JSON can carry.
///
/// ```
/// use alert_schemas::alerts::{Metadata, MetadataValue};
///
/// let value: MetadataValue = "web-01".into();
/// assert!(Metadata::new().insert("instance", value).is_ok());
/// ```
#[derive(Debug, Clone)]
pub struct MetadataValue(Result<Value, f64>);

impl From<f64> for MetadataValue {
    fn from(number: f64) -> Self {
        Self(serde_json::Number::from_f64(number).map(Value::Number).ok_or(number))
    }
}

impl From<f32> for MetadataValue {
    fn from(number: f32) -> Self {
        Self::from(f64::from(number))
    }
}

macro_rules! metadata_from {
    ($($type:ty),*) => {
        $(impl From<$type> for MetadataValue {
            fn from(value: $type) -> Self {
                Self(Ok(Value::from(value)))
            }
        })*
    };
}
metadata_from!(bool, i32, i64, u32, u64, usize, &str, String, Value, Vec<String>, Vec<Value>);

impl serde::Serialize for Metadata {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Metadata {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;
        impl<'de> serde::de::Visitor<'de> for MapVisitor {
            type Value = Metadata;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
                use serde::de::Error as _;
                let mut entries = BTreeMap::new();
                while let Some(Key(name)) = map.next_key()? {
                    let Kept(value) = map.next_value()?;
                    if entries.insert(name.into_owned(), value).is_some() {
                        return Err(A::Error::custom("a name stands there twice"));
                    }
                }
                Ok(Metadata(entries))
            }
        }
        deserializer.deserialize_map(MapVisitor)
    }
}

impl FromJson for Metadata {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::Object {
            walk.wrong_type(json, path, "an object");
            return None;
        }
        let problems = walk.count();
        let mut entries = BTreeMap::new();
        for member in json.members() {
            match member.key.string() {
                Ok(name) => {
                    if let Some(Kept(value)) = Kept::from_json(member.value, &path.key(&name), walk)
                        && entries.insert(name.clone().into_owned(), value).is_some()
                    {
                        duplicate(member.key, path, walk, &name);
                    }
                }
                Err(error) => unreadable(member.key, path, walk, &error),
            }
        }
        (walk.count() == problems).then_some(Self(entries))
    }
}

impl Check for Metadata {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Metadata {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Metadata".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Metadata",
            "description": "Free data that travels with an alert: any JSON values by name.",
            "type": "object",
            "additionalProperties": true,
            "examples": [{ "cpu_usage": 85.2 }]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Metadata {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        let value = proptest::prop_oneof![
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            (-1.0e6..1.0e6_f64).prop_map(Value::from),
            crate::utils::matching("[a-zé ]{0,8}").prop_map(Value::from),
        ];
        proptest::collection::btree_map(crate::utils::matching("[a-z_]{1,8}"), value, 0..4).prop_map(Self).boxed()
    }
}

/// Why a number can't be metadata.
///
/// ```
/// use alert_schemas::alerts::{Metadata, NotFinite};
///
/// let error: NotFinite = Metadata::new().insert("load", f64::INFINITY).unwrap_err();
/// assert_eq!(error.to_string(), "`load` is `inf`: expected a finite number");
/// assert_eq!(error.code(), "not_finite");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is `{number}`: expected a finite number")]
pub struct NotFinite {
    name: String,
    number: String,
}

impl NotFinite {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "not_finite"
    }
}

crate::utils::umbrella!(NotFinite);

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    fn metadata(text: &str) -> Result<Metadata, String> {
        decode::<Metadata>(text.as_bytes(), &DecodeLimits::default()).map_err(|report| report.to_string())
    }

    #[test]
    fn any_json_is_kept() {
        let text = r#"{"a":[1,{"b":null}],"c":1.5}"#;
        assert_eq!(serde_json::to_string(&metadata(text).unwrap()).unwrap(), text);
        assert_eq!(metadata(text).unwrap().len(), 2);
    }

    #[test]
    fn what_json_cannot_carry_is_refused_with_its_place() {
        assert_eq!(metadata("[]").unwrap_err(), "the document (line 1, column 1): expected an object, found a list");
        assert_eq!(metadata(r#"{"a":1,"a":2}"#).unwrap_err(), "/a (line 1, column 8): `a` stands there twice: expected each name once");
        assert_eq!(metadata(r#"{"a":1e999}"#).unwrap_err(), "/a (line 1, column 6): number out of range");
        assert_eq!(metadata(r#"{"\ud800":1}"#).unwrap_err(), "the document (line 1, column 2): unexpected end of hex escape");
    }
}
