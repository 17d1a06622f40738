//! Typed ids: derived from what they name, or ordered by time; never random inside this crate.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::utils::leaf::excerpt;
use crate::utils::leaf::text_leaf;
use crate::utils::timestamp::Timestamp;

/// The namespace of every derived id of this crate: UUIDv5 of `alert-schemas` under the nil UUID.
const NAMESPACE: Uuid = Uuid::from_u128(0xfeb5_f010_d079_5fbf_89b8_6a24_d0bd_9029);

/// The bytes that a derived id is a hash of: the kind, then each part, each as its length in decimal, `:`, and its bytes.
///
/// The lengths make the framing unambiguous: `["a", "bc"]` and `["ab", "c"]` give different ids.
fn framed(kind: &str, parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(16 + parts.iter().map(|part| part.len() + 4).sum::<usize>());
    for part in std::iter::once(&kind).chain(parts) {
        bytes.extend_from_slice(part.len().to_string().as_bytes());
        bytes.push(b':');
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes
}

/// A UUID in the hyphenated form of 36 characters; only the digits' case is free.
fn parse_hyphenated(text: &str) -> Option<Uuid> {
    if text.len() != 36 {
        return None;
    }
    Uuid::try_parse(text).ok()
}

macro_rules! id_newtype {
    ($(#[doc = $doc:expr])* pub struct $name:ident; error $error:ident, code $code:literal, kind $kind:literal) => {
        $(#[doc = $doc])*
        ///
        /// # Examples
        ///
        /// ```
        #[doc = concat!("use alert_schemas::utils::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id = ", stringify!($name), "::derive(&[\"acme\", \"disk full\"]);")]
        #[doc = concat!("assert_eq!(id, ", stringify!($name), "::derive(&[\"acme\", \"disk full\"]));")]
        #[doc = concat!("assert_ne!(id, ", stringify!($name), "::derive(&[\"acme\", \"disk\", \" full\"]));")]
        #[doc = concat!("assert_eq!(id.to_string().parse::<", stringify!($name), ">(), Ok(id));")]
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that these parts always give: a UUIDv5 over the length-framed parts (`5:alert4:acme…`).
            ///
            /// Same parts, same id: a replay or a retry makes no second one.
            #[must_use]
            pub fn derive(parts: &[&str]) -> Self {
                Self(Uuid::new_v5(&NAMESPACE, &framed($kind, parts)))
            }

            /// An id that sorts by the time it was made at: a UUIDv7 of `now` (to the millisecond) and ten random bytes of the caller's.
            ///
            /// A time before 1970 counts as 1970.
            #[must_use]
            pub fn v7(now: Timestamp, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now.unix_millis()).unwrap_or(0);
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
            }

            /// The id as a number of 128 bits.
            #[must_use]
            pub fn as_u128(self) -> u128 {
                self.0.as_u128()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0.as_hyphenated())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = $error;

            /// Reads the hyphenated form of 36 characters; upper-case digits are taken and written back in lower case.
            ///
            /// # Errors
            ///
            #[doc = concat!("[`", stringify!($error), "`] (code `", $code, "`) for any other text.")]
            fn from_str(text: &str) -> Result<Self, $error> {
                parse_hyphenated(text).map(Self).ok_or_else(|| $error { found: excerpt(text) })
            }
        }

        text_leaf! {
            $name, error $error, code $code, expected "a UUID",
            schema {
                "format": "uuid",
                "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
                "not": { "pattern": "[\\r\\n]" },
                "examples": [$name::derive(&["example"])]
            },
            docs concat!($($doc, "\n"),*)
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                proptest::arbitrary::any::<u128>().prop_map(|bits| Self(Uuid::from_u128(bits))).boxed()
            }
        }

        #[doc = concat!("Why a text is not one of [`", stringify!($name), "`].")]
        ///
        /// ```
        #[doc = concat!("use alert_schemas::utils::{", stringify!($name), ", ", stringify!($error), "};")]
        ///
        #[doc = concat!("let error: ", stringify!($error), " = \"7\".parse::<", stringify!($name), ">().unwrap_err();")]
        /// assert_eq!(error.to_string(), "`7` is not an id: expected a UUID such as `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`");
        #[doc = concat!("assert_eq!(error.code(), \"", $code, "\");")]
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("`{found}` is not an id: expected a UUID such as `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`")]
        pub struct $error {
            found: String,
        }

        impl $error {
            /// The stable code of this problem, as listed in the error catalogue.
            pub const CODE: &'static str = $code;

            /// The stable code of this problem, as listed in the error catalogue.
            #[must_use]
            pub fn code(&self) -> &'static str {
                Self::CODE
            }
        }

        $crate::utils::umbrella!($error);
    };
}

id_newtype! {
    /// The id of one alert, from its first firing to its end.
    ///
    /// It is a UUID. An alert that comes without one gets an id derived from its tenant, its identity and its start, so that
    /// receiving it twice does not make two alerts. The nil UUID means that none was given.
    pub struct AlertId; error InvalidAlertId, code "invalid_alert_id", kind "alert"
}

id_newtype! {
    /// The id of the rule that raised an alert.
    ///
    /// It is a UUID. A rule without an explicit id gets one derived from its tenant, group, name and labels: renaming such a rule
    /// makes a new rule.
    pub struct RuleId; error InvalidRuleId, code "invalid_rule_id", kind "rule"
}

id_newtype! {
    /// The id of one silence.
    ///
    /// It is a UUID. A silence that comes without one gets an id derived from its tenant and what it says, so that posting it again after a
    /// lost answer makes no second one. The nil UUID means that none was given.
    pub struct SilenceId; error InvalidSilenceId, code "invalid_silence_id", kind "silence"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_are_stable() {
        // python3: uuid5(uuid5(UUID(int=0), "alert-schemas"), "5:alert7:default23:labels:dab43189276e5f4820:2025-01-06T09:00:00Z")
        let id = AlertId::derive(&["default", "labels:dab43189276e5f48", "2025-01-06T09:00:00Z"]);
        assert_eq!(id.to_string(), "792ac0f5-eefb-5750-acd7-fd6fc557a1d0");
        assert_ne!(AlertId::derive(&["a"]).as_u128(), RuleId::derive(&["a"]).as_u128());
    }

    #[test]
    fn ids_of_version_7_sort_by_time() {
        let early: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let late: Timestamp = "2025-01-06T09:00:00.001Z".parse().unwrap();
        assert!(AlertId::v7(early, [255; 10]) < AlertId::v7(late, [0; 10]));
        assert_eq!(AlertId::v7(early, [7; 10]), AlertId::v7(early, [7; 10]));
        assert_eq!(Uuid::from(AlertId::v7(early, [7; 10])).get_version_num(), 7);
        let ancient: Timestamp = "1960-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(AlertId::v7(ancient, [0; 10]).as_u128() >> 80, 0);
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let upper = "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6";
        assert_eq!(upper.parse::<AlertId>().unwrap().to_string(), upper.to_lowercase());
        for bad in
            ["", "f81d4fae7dec11d0a76500a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg"]
        {
            assert!(bad.parse::<AlertId>().is_err(), "{bad}");
        }
    }
}
