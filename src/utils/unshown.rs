//! Values of the wrong kind, which errors of serde do not show.

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
