//! Absent, null, or there: three states that some wire formats keep apart.

use crate::utils::Path;
use crate::utils::Report;
use crate::validations::check::Check;
use crate::validations::tree::Json;
use crate::validations::tree::Kind;
use crate::validations::walk::FromJson;
use crate::validations::walk::Walk;

/// A field that a vendor may leave out, write as `null`, or give a value: kept apart so that re-encoding is equal.
///
/// Our own records know only absent and present; this is for the border.
///
/// ```
/// use alert_schemas::validations::Nullable;
///
/// let field: Nullable<u8> = serde_json::from_str("null").unwrap();
/// assert_eq!(field, Nullable::Null);
/// assert_eq!(field.value(), None);
/// assert_eq!(Nullable::Value(7).value(), Some(&7));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "a JSON member has exactly these three states")]
pub enum Nullable<T> {
    /// The field is not there.
    #[default]
    Absent,
    /// The field is there and `null`.
    Null,
    /// The field has a value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value itself, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the field is not there.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<T: serde::Serialize> serde::Serialize for Nullable<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Absent | Self::Null => serializer.serialize_unit(),
        }
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Nullable<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<T>::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T: FromJson> FromJson for Nullable<T> {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        match json.kind() {
            Kind::Null => Some(Self::Null),
            _ => T::from_json(json, path, walk).map(Self::Value),
        }
    }
}

impl<T: Check> Check for Nullable<T> {
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        if let Self::Value(value) = self {
            value.check_at(path, report);
        }
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Nullable{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [generator.subschema_for::<T>(), { "type": "null" }] })
    }
}

#[cfg(feature = "proptest")]
impl<T: proptest::arbitrary::Arbitrary + 'static> proptest::arbitrary::Arbitrary for Nullable<T> {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Just;
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            2 => Just(()).prop_map(|()| Self::Absent),
            1 => Just(()).prop_map(|()| Self::Null),
            4 => proptest::arbitrary::any::<T>().prop_map(Self::Value),
        ]
        .boxed()
    }
}
