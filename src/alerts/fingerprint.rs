//! Fingerprints: the numbers that name a set of labels, or the content of an alert.

use std::fmt;
use std::hash::Hasher as _;
use std::str::FromStr;

use sha2::Digest as _;
use sha2::Sha256;

use crate::alerts::labels::Labels;
use crate::utils::excerpt;
use crate::utils::read_hex;
use crate::utils::text_leaf;
use crate::utils::write_hex;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
/// Stands behind each name and value; no UTF-8 text holds it, so the framing is unambiguous.
const SEPARATOR: u8 = 0xFF;

/// The number that names a set of labels: equal to Prometheus' and Alertmanager's, bit for bit.
///
/// It is written as 16 lower-case hexadecimal digits. It is FNV-1a (64 bit) over each name and value in the order of the names' bytes, a byte FF
/// behind each (prometheus/common, `model/fingerprinting.go`).
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{Fingerprint, Labels};
///
/// let labels = Labels::from_pairs([("alertname", "TestAlert")])?;
/// assert_eq!(Fingerprint::of(&labels).to_string(), "dab43189276e5f48");
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

impl Fingerprint {
    /// The fingerprint of these labels, those with an empty value included.
    #[must_use]
    pub fn of(labels: &Labels) -> Self {
        Self::of_sorted(labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The fingerprint of any names with values, in any order: for who holds labels in a map of their own.
    ///
    /// Each name stands once; what is no valid set of labels (an empty name) is hashed all the same, as the original does.
    ///
    /// ```
    /// use alert_schemas::Fingerprint;
    ///
    /// assert_eq!(Fingerprint::of_pairs([("b", "2"), ("a", "1")]), Fingerprint::of_pairs([("a", "1"), ("b", "2")]));
    /// ```
    #[must_use]
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sorted: Vec<_> = pairs.into_iter().collect();
        sorted.sort_unstable();
        Self::of_sorted(sorted.into_iter())
    }

    /// The fingerprint of names with values that are already sorted by the names' bytes.
    pub(crate) fn of_sorted<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut hash = OFFSET;
        for (name, value) in pairs {
            hash = mix(mix(hash, name), value);
        }
        Self(hash)
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

fn mix(hash: u64, text: &str) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    step(text.bytes().fold(hash, step), SEPARATOR)
}

impl From<u64> for Fingerprint {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    /// Reads 16 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidFingerprint`] for any other text.
    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        let number = read_hex(text).map(u64::from_be_bytes);
        number.map(Self).ok_or_else(|| InvalidFingerprint { found: excerpt(text), expected: "16 lower-case hexadecimal digits" })
    }
}

text_leaf! {
    Fingerprint, error InvalidFingerprint, code "invalid_fingerprint", expected "a fingerprint of 16 hexadecimal digits",
    schema { "pattern": "^[0-9a-f]{16}$", "not": { "pattern": "[\\r\\n]" }, "examples": ["dab43189276e5f48"] },
    docs "The number that names a set of labels: equal to Prometheus' and Alertmanager's, bit for bit."
}

/// The number under which Alertmanager's notification log keeps an alert: XXH64 (seed 0) over the bytes that [`Fingerprint`] hashes.
///
/// It is another number than the fingerprint of the same labels (Alertmanager 0.33, `notify/notify.go`, `hashAlert`). It is written as 16 lower-case
/// hexadecimal digits, since JSON does not carry whole numbers of 64 bits everywhere.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{Labels, NotificationHash};
///
/// let labels = Labels::from_pairs([("alertname", "TestAlert")])?;
/// let hash = NotificationHash::of(&labels);
/// assert_eq!(hash.get(), 3_457_011_259_554_498_695);
/// assert_eq!(hash.to_string().parse::<NotificationHash>()?, hash);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationHash(u64);

impl NotificationHash {
    /// The hash of these labels, those with an empty value included.
    #[must_use]
    pub fn of(labels: &Labels) -> Self {
        Self::of_pairs(labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }

    /// The hash of any names with values, in any order.
    ///
    /// ```
    /// use alert_schemas::alerts::NotificationHash;
    ///
    /// assert_eq!(NotificationHash::of_pairs([("alertname", "TestAlert")]).get(), 3_457_011_259_554_498_695);
    /// ```
    #[must_use]
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut sorted: Vec<_> = pairs.into_iter().collect();
        sorted.sort_unstable();
        let mut hasher = twox_hash::XxHash64::with_seed(0);
        for (name, value) in sorted {
            for text in [name, value] {
                hasher.write(text.as_bytes());
                hasher.write(&[SEPARATOR]);
            }
        }
        Self(hasher.finish())
    }

    /// The number itself.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<u64> for NotificationHash {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for NotificationHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for NotificationHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NotificationHash({self})")
    }
}

impl FromStr for NotificationHash {
    type Err = InvalidFingerprint;

    /// Reads 16 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidFingerprint`] for any other text.
    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        text.parse::<Fingerprint>().map(|number| Self(number.get()))
    }
}

text_leaf! {
    NotificationHash, error InvalidFingerprint, code "invalid_fingerprint", expected "a hash of 16 hexadecimal digits",
    schema { "pattern": "^[0-9a-f]{16}$", "not": { "pattern": "[\\r\\n]" }, "examples": ["2ff9b4e5d0e4b8c7"] },
    docs "The number under which Alertmanager's notification log keeps an alert: XXH64 over its labels."
}

/// A collision-free name for content: SHA-256 over length-framed parts, printed `v1:` and 64 hexadecimal digits.
///
/// The version in front names the framing, so that a later one can't be taken for it. Every part is written as its length in decimal, `:`, and its
/// bytes: `["a", "bc"]` and `["ab", "c"]` differ.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::ContentFingerprint;
///
/// let one = ContentFingerprint::of_parts("note", ["a", "bc"]);
/// let two = ContentFingerprint::of_parts("note", ["ab", "c"]);
/// assert_ne!(one, two);
/// assert_eq!(one.to_string().parse::<ContentFingerprint>()?, one);
/// # Ok::<(), alert_schemas::alerts::InvalidFingerprint>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentFingerprint([u8; 32]);

impl ContentFingerprint {
    /// The fingerprint of these parts in this domain: equal parts in different domains differ.
    #[must_use]
    pub fn of_parts<'a>(domain: &'a str, parts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut hash = Sha256::new();
        for part in ["alert-schemas/v1", domain].into_iter().chain(parts) {
            hash.update(part.len().to_string().as_bytes());
            hash.update(b":");
            hash.update(part.as_bytes());
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("v1:")?;
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for ContentFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentFingerprint({self})")
    }
}

impl FromStr for ContentFingerprint {
    type Err = InvalidFingerprint;

    /// Reads `v1:` and 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidFingerprint`] for any other text.
    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        let bytes = text.strip_prefix("v1:").and_then(read_hex);
        bytes.map(Self).ok_or_else(|| InvalidFingerprint { found: excerpt(text), expected: "`v1:` and 64 lower-case hexadecimal digits" })
    }
}

text_leaf! {
    ContentFingerprint, error InvalidFingerprint, code "invalid_fingerprint", expected "`v1:` and 64 hexadecimal digits",
    schema {
        "pattern": "^v1:[0-9a-f]{64}$", "not": { "pattern": "[\\r\\n]" },
        "examples": ["v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174"]
    },
    docs "A collision-free name for content: SHA-256 over length-framed parts."
}

#[cfg(feature = "proptest")]
mod strategies {
    use proptest::arbitrary::Arbitrary;
    use proptest::arbitrary::any;
    use proptest::strategy::BoxedStrategy;
    use proptest::strategy::Strategy as _;

    use super::ContentFingerprint;
    use super::Fingerprint;
    use super::NotificationHash;

    impl Arbitrary for NotificationHash {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            any::<u64>().prop_map(Self).boxed()
        }
    }

    impl Arbitrary for Fingerprint {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            any::<u64>().prop_map(Self).boxed()
        }
    }

    impl Arbitrary for ContentFingerprint {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            any::<[u8; 32]>().prop_map(Self).boxed()
        }
    }
}

/// Why a text is not a fingerprint.
///
/// ```
/// use alert_schemas::alerts::{Fingerprint, InvalidFingerprint};
///
/// let error: InvalidFingerprint = "DAB4".parse::<Fingerprint>().unwrap_err();
/// assert_eq!(error.to_string(), "`DAB4` is not a fingerprint: expected 16 lower-case hexadecimal digits");
/// assert_eq!(error.code(), "invalid_fingerprint");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a fingerprint: expected {expected}")]
pub struct InvalidFingerprint {
    found: String,
    expected: &'static str,
}

impl InvalidFingerprint {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_fingerprint";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidFingerprint);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_set_is_the_offset() {
        assert_eq!(Fingerprint::of(&Labels::new()).to_string(), "cbf29ce484222325");
        assert_eq!(NotificationHash::of(&Labels::new()).get(), 17_241_709_254_077_376_921);
    }

    #[test]
    fn an_empty_value_counts() {
        let empty = Labels::from_pairs([("a", "")]).unwrap();
        assert_eq!(Fingerprint::of(&empty).to_string(), "e57e2e1903df23e2");
    }

    #[test]
    fn content_fingerprints_are_the_hash_of_the_framed_parts() {
        // printf '16:alert-schemas/v14:note1:a2:bc' | sha256sum
        let fingerprint = ContentFingerprint::of_parts("note", ["a", "bc"]);
        assert_eq!(fingerprint.to_string(), "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174");
        for bad in ["", "v2:00", "v1:zz", &format!("v1:{}", "A".repeat(64))] {
            assert!(bad.parse::<ContentFingerprint>().is_err(), "{bad}");
        }
    }
}
