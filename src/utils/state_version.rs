//! The version of a stored state.

use crate::utils::count::Count;
use crate::utils::leaf::Leaf;
use crate::utils::leaf::LeafKind;

/// The version of a stored state: 1, the only one so far.
///
/// A state that another version of this crate wrote is refused with a code of its own, before anything of it is believed.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::StateVersion;
///
/// assert_eq!(StateVersion::try_from(1)?, StateVersion::default());
/// let error = StateVersion::try_from(2).unwrap_err();
/// assert_eq!(error.to_string(), "`2` is not a version of a state that can be read: expected 1");
/// # Ok::<(), alert_schemas::utils::InvalidStateVersion>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub struct StateVersion;

impl StateVersion {
    const NUMBER: u64 = 1;

    /// The number that is written.
    #[must_use]
    pub const fn get(self) -> u64 {
        Self::NUMBER
    }
}

impl TryFrom<u64> for StateVersion {
    type Error = InvalidStateVersion;

    /// Takes the number of a version that can be read.
    ///
    /// # Errors
    ///
    /// [`InvalidStateVersion`] for every other number.
    fn try_from(number: u64) -> Result<Self, InvalidStateVersion> {
        if number == Self::NUMBER { Ok(Self) } else { Err(InvalidStateVersion { found: number }) }
    }
}

impl Leaf for StateVersion {
    const CODE: &'static str = InvalidStateVersion::CODE;
    const KIND: LeafKind = LeafKind::Number;
}

impl serde::Serialize for StateVersion {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(Self::NUMBER)
    }
}

impl<'de> serde::Deserialize<'de> for StateVersion {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Count::deserialize(deserializer)?;
        Self::try_from(number.get()).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for StateVersion {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "StateVersion".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "StateVersion",
            "description": "The version of a stored state: 1, the only one so far.",
            "type": "integer",
            "minimum": Self::NUMBER,
            "maximum": Self::NUMBER,
            "examples": [Self::NUMBER]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for StateVersion {
    type Parameters = ();
    type Strategy = proptest::strategy::Just<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        proptest::strategy::Just(Self)
    }
}

/// Why a number is not the version of a state that can be read.
///
/// ```
/// use alert_schemas::utils::{InvalidStateVersion, StateVersion};
///
/// let error: InvalidStateVersion = StateVersion::try_from(0).unwrap_err();
/// assert_eq!(error.code(), "unsupported_state_version");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a version of a state that can be read: expected 1")]
pub struct InvalidStateVersion {
    found: u64,
}

impl InvalidStateVersion {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "unsupported_state_version";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidStateVersion);
