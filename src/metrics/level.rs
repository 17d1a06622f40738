//! A finite number that values are compared with.

use std::cmp::Ordering;
use std::fmt;

use crate::utils::Leaf;
use crate::utils::LeafKind;

/// A finite number that values are compared with.
///
/// NaN and the infinities are left out: nothing is beyond NaN, JSON can't carry either, and a limit that is never met is a mistake.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::Level;
///
/// let level = Level::new(80.0)?;
/// assert!(level < Level::new(80.5)?);
/// assert_eq!(serde_json::from_str::<Level>("80").ok(), Some(level));
/// assert!(Level::new(f64::NAN).is_err());
/// # Ok::<(), alert_schemas::metrics::InvalidLevel>(())
/// ```
#[derive(Clone, Copy, PartialEq, PartialOrd, Default)]
// INVARIANT: finite.
pub struct Level(f64);

impl Level {
    /// Takes `number` if it is finite.
    ///
    /// # Errors
    ///
    /// [`InvalidLevel`] for NaN and the infinities.
    ///
    /// ```
    /// use alert_schemas::metrics::Level;
    ///
    /// assert_eq!(Level::new(f64::INFINITY).unwrap_err().to_string(), "`+Inf` is not a level: expected a finite number");
    /// ```
    pub fn new(number: f64) -> Result<Self, InvalidLevel> {
        if number.is_finite() { Ok(Self(number)) } else { Err(InvalidLevel { found: crate::metrics::sample::api_number(number) }) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl Eq for Level {}

impl From<i32> for Level {
    fn from(number: i32) -> Self {
        Self(f64::from(number))
    }
}

impl TryFrom<f64> for Level {
    type Error = InvalidLevel;

    fn try_from(number: f64) -> Result<Self, InvalidLevel> {
        Self::new(number)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&crate::metrics::sample::api_number(self.0))
    }
}

impl fmt::Debug for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Level({self})")
    }
}

impl Leaf for Level {
    const CODE: &'static str = InvalidLevel::CODE;
    const KIND: LeafKind = LeafKind::Number;
}

impl serde::Serialize for Level {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Level {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LevelVisitor;
        impl serde::de::Visitor<'_> for LevelVisitor {
            type Value = Level;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a finite number")
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Level, E> {
                Level::new(number).map_err(E::custom)
            }

            #[expect(clippy::cast_precision_loss, reason = "as every reader of JSON whose numbers are doubles")]
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Level, E> {
                Ok(Level(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "as every reader of JSON whose numbers are doubles")]
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Level, E> {
                Ok(Level(number as f64))
            }
        }
        // Asking for an f64 keeps the meaning the same when another crate turns on `serde_json/arbitrary_precision`.
        deserializer.deserialize_f64(LevelVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Level {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Level".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Level",
            "description": "A finite number that values are compared with.",
            "type": "number",
            "examples": [80.5]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Level {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            4 => (-400_i32..400).prop_map(|number| Self(f64::from(number) / 4.0)),
            1 => proptest::num::f64::NORMAL.prop_map(Self),
        ]
        .boxed()
    }
}

impl Level {
    /// The order of the numbers, which are never NaN.
    pub(crate) fn order(self, other: Self) -> Ordering {
        self.partial_cmp(&other).unwrap_or(Ordering::Equal)
    }
}

/// Why a number is not a level.
///
/// ```
/// use alert_schemas::metrics::{InvalidLevel, Level};
///
/// let error: InvalidLevel = Level::new(f64::NAN).unwrap_err();
/// assert_eq!(error.code(), "invalid_level");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a level: expected a finite number")]
pub struct InvalidLevel {
    found: String,
}

impl InvalidLevel {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_level";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidLevel);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_read_from_every_number() {
        for (text, number) in [("80", 80.0), ("-1", -1.0), ("8e1", 80.0), ("18446744073709551616", 18_446_744_073_709_551_616.0)] {
            assert_eq!(serde_json::from_str::<Level>(text).map(Level::get).ok(), Some(number), "{text}");
        }
        for bad in ["\"80\"", "null", "1e400", "true", "[80]"] {
            assert!(serde_json::from_str::<Level>(bad).is_err(), "{bad}");
        }
        assert_eq!(Level::from(3).to_string(), "3");
    }
}
