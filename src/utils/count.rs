//! Counters that survive every language's numbers.

use std::fmt;

use crate::utils::leaf::Leaf;
use crate::utils::leaf::LeafKind;

/// A number of things: a whole number from 0 to 9,007,199,254,740,991 (2⁵³ − 1).
///
/// The limit is the largest whole number that JavaScript and every other reader of JSON keeps exactly. `3.0` and `3e0` are
/// read as 3.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::Count;
///
/// let seen = Count::new(41)?;
/// assert_eq!(seen.plus(1).get(), 42);
/// assert!(Count::new(1 << 53).is_err());
/// # Ok::<(), alert_schemas::utils::InvalidCount>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Count(u64);

impl Count {
    /// Zero.
    pub const ZERO: Self = Self(0);
    /// One.
    pub const ONE: Self = Self(1);
    /// The largest count, 2⁵³ − 1.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// Takes `number` if it is at most [`Count::MAX`].
    ///
    /// # Errors
    ///
    /// [`InvalidCount`] if it is larger.
    ///
    /// ```
    /// use alert_schemas::utils::Count;
    ///
    /// assert_eq!(Count::new(7).map(Count::get), Ok(7));
    /// assert_eq!(Count::new(u64::MAX).map_err(|error| error.code()), Err("invalid_count"));
    /// ```
    pub fn new(number: u64) -> Result<Self, InvalidCount> {
        if number <= Self::MAX.0 { Ok(Self(number)) } else { Err(InvalidCount { found: number.to_string() }) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The sum, no more than [`Count::MAX`].
    #[must_use]
    pub fn plus(self, more: u64) -> Self {
        Self(self.0.saturating_add(more).min(Self::MAX.0))
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<u32> for Count {
    fn from(number: u32) -> Self {
        Self(u64::from(number))
    }
}

impl TryFrom<u64> for Count {
    type Error = InvalidCount;

    fn try_from(number: u64) -> Result<Self, InvalidCount> {
        Self::new(number)
    }
}

impl Leaf for Count {
    const CODE: &'static str = InvalidCount::CODE;
    const KIND: LeafKind = LeafKind::Number;
}

impl serde::Serialize for Count {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Count {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;
        impl serde::de::Visitor<'_> for CountVisitor {
            type Value = Count;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number from 0 to 9007199254740991")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Count, E> {
                Count::new(number).map_err(E::custom)
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Count, E> {
                let found = || E::custom(InvalidCount { found: number.to_string() });
                u64::try_from(number).map_err(|_| found()).and_then(|number| self.visit_u64(number))
            }

            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Count, E> {
                let whole = number.fract() == 0.0 && (0.0..=9_007_199_254_740_991.0).contains(&number);
                if whole { Ok(Count(number as u64)) } else { Err(E::custom(InvalidCount { found: number.to_string() })) }
            }
        }
        // Asking for a u64 (and not for anything) keeps the meaning the same when another crate turns on
        // `serde_json/arbitrary_precision`, whose numbers come as maps otherwise.
        deserializer.deserialize_u64(CountVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Count {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Count",
            "description": "A number of things.",
            "type": "integer",
            "minimum": 0,
            "maximum": Count::MAX.0,
            "examples": [42]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Count {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![4 => 0_u64..100, 1 => 0..=Self::MAX.0].prop_map(Self).boxed()
    }
}

/// Why a number is not a count.
///
/// ```
/// use alert_schemas::utils::{Count, InvalidCount};
///
/// let error: InvalidCount = Count::new(u64::MAX).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`18446744073709551615` is not a count: expected a whole number from 0 to 9007199254740991",
/// );
/// assert_eq!(error.code(), "invalid_count");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a count: expected a whole number from 0 to 9007199254740991")]
pub struct InvalidCount {
    found: String,
}

impl InvalidCount {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_count";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidCount);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integral_floats_are_whole_numbers() {
        for (text, number) in [("1", 1), ("1.0", 1), ("1e3", 1_000), ("0", 0), ("-0", 0), ("-0.0", 0), ("9007199254740991", Count::MAX.0)] {
            assert_eq!(serde_json::from_str::<Count>(text).map(Count::get).ok(), Some(number), "{text}");
        }
    }

    #[test]
    fn a_count_prints_as_its_number() {
        let count = Count::from(41_u32).plus(1);
        assert_eq!((count.to_string().as_str(), format!("{count:?}").as_str(), count.get()), ("42", "42", 42));
        assert_eq!(Count::try_from(42_u64), Ok(count));
        assert_eq!(Count::new(1 << 53).unwrap_err().code(), "invalid_count");
    }

    #[test]
    fn what_is_not_a_count_is_refused() {
        for text in ["-1", "1.5", "9007199254740992", "1e16", "1e300", "\"1\"", "null", "[]", "true"] {
            assert!(serde_json::from_str::<Count>(text).is_err(), "{text}");
        }
        assert_eq!(Count::MAX.plus(5), Count::MAX);
    }
}
