//! Values of the wrong kind, which errors of serde do not show.

use serde::Deserializer;
use serde::de::Visitor;

/// Methods of a visitor that tell a value of the wrong kind by its kind alone: serde's own show the value, which may be a secret that stands in the wrong place.
macro_rules! unshown {
    (texts) => {
        fn visit_str<E: serde::de::Error>(self, _: &str) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("a string"), &self))
        }
    };
    (numbers) => {
        fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("a number"), &self))
        }

        fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("a number"), &self))
        }

        fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Self::Value, E> {
            Err(E::invalid_type(serde::de::Unexpected::Other("a number"), &self))
        }
    };
}
pub(crate) use unshown;

/// Reads a value of a kind that a format without words for kinds has to be told, by `expected`; where the format says itself what stands there, the visitor is
/// asked about whatever that is, so that it can leave a value of the wrong kind [unshown](unshown!).
pub(crate) fn read_unshown<'de, D: Deserializer<'de>, V: Visitor<'de>>(
    deserializer: D,
    expected: impl FnOnce(D, V) -> Result<V::Value, D::Error>,
    visitor: V,
) -> Result<V::Value, D::Error> {
    if deserializer.is_human_readable() { deserializer.deserialize_any(visitor) } else { expected(deserializer, visitor) }
}
