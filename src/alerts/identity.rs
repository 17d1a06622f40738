//! Identity: when two alerts are the same alert.

use std::fmt;
use std::str::FromStr;

use crate::alerts::fingerprint::ContentFingerprint;
use crate::alerts::fingerprint::Fingerprint;
use crate::alerts::source::DedupKey;
use crate::alerts::source::SourceName;
use crate::utils::TenantId;
use crate::utils::excerpt;
use crate::utils::text_leaf;

/// What makes an alert the same alert across updates, within its tenant.
///
/// It is the first of these that the alert has:
///
/// | printed | when | what it is |
/// |---|---|---|
/// | `dedup:SOURCE:KEY` | the source gave its own dedup key | that key, with the source's name |
/// | `labels:<16 digits>` | there is a label `alertname` with a value | the [`Fingerprint`] of the labels that have a value |
/// | `content:v1:<64 digits>` | otherwise | the [`ContentFingerprint`] of rule, source and labels, and of the message where there are no labels |
///
/// Deduplication, correlation and derived ids use the tenant and this, and nothing else.
///
/// # Examples
///
/// ```
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
/// use alert_schemas::alerts::Identity;
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = Alert::builder("a test", AlertSeverity::Info, now).name("TestAlert").build()?;
/// assert_eq!(alert.identity().to_string(), "labels:dab43189276e5f48");
/// assert_eq!("labels:dab43189276e5f48".parse::<Identity>()?, alert.identity());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a new kind of identity would change which alerts are the same")]
pub enum Identity {
    /// The source's own key.
    Dedup {
        /// Whose key it is.
        source: SourceName,
        /// The key.
        key: DedupKey,
    },
    /// The labels.
    Labels(Fingerprint),
    /// The content.
    Content(ContentFingerprint),
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dedup { source, key } => write!(f, "dedup:{source}:{key}"),
            Self::Labels(fingerprint) => write!(f, "labels:{fingerprint}"),
            Self::Content(fingerprint) => write!(f, "content:{fingerprint}"),
        }
    }
}

impl FromStr for Identity {
    type Err = InvalidIdentity;

    /// Reads what is printed.
    ///
    /// # Errors
    ///
    /// [`InvalidIdentity`] for any other text.
    fn from_str(text: &str) -> Result<Self, InvalidIdentity> {
        let read = || match text.split_once(':')? {
            ("dedup", rest) => {
                let (source, key) = rest.split_once(':')?;
                Some(Self::Dedup { source: source.parse().ok()?, key: key.parse().ok()? })
            }
            ("labels", digits) => digits.parse().ok().map(Self::Labels),
            ("content", digits) => digits.parse().ok().map(Self::Content),
            _ => None,
        };
        read().ok_or_else(|| InvalidIdentity { found: excerpt(text) })
    }
}

text_leaf! {
    Identity, error InvalidIdentity, code "invalid_identity", expected "an identity such as `labels:dab43189276e5f48`",
    schema {
        "pattern": "^(?:dedup:[a-z0-9][a-z0-9_.-]{0,63}:[^\\x00-\\x1f\\x7f]{1,512}|labels:[0-9a-f]{16}|content:v1:[0-9a-f]{64})$",
        "maxLength": 583,
        "not": { "pattern": "[\\r\\n]" },
        "examples": ["labels:dab43189276e5f48", "dedup:pagerduty:db-1/disk"]
    },
    docs "What makes an alert the same alert across updates, within its tenant: the source's own key, the fingerprint of its labels, or the fingerprint of its content."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Identity {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![
            (any::<SourceName>(), any::<DedupKey>()).prop_map(|(source, key)| Self::Dedup { source, key }),
            any::<Fingerprint>().prop_map(Self::Labels),
            any::<ContentFingerprint>().prop_map(Self::Content),
        ]
        .boxed()
    }
}

/// Whose alert it is and which: the key of deduplication, correlation and grouping.
///
/// ```
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
/// use alert_schemas::alerts::AlertKey;
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = Alert::builder("a test", AlertSeverity::Info, now).tenant("acme").name("TestAlert").build()?;
/// let key: AlertKey = alert.key();
/// assert_eq!(key.to_string(), "acme/labels:dab43189276e5f48");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a third part would change which alerts are the same")]
pub struct AlertKey {
    /// Whose alert it is.
    pub tenant: TenantId,
    /// Which alert it is.
    pub identity: Identity,
}

impl fmt::Display for AlertKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.tenant, self.identity)
    }
}

/// Why a text is not an identity.
///
/// ```
/// use alert_schemas::alerts::{Identity, InvalidIdentity};
///
/// let error: InvalidIdentity = "label:1".parse::<Identity>().unwrap_err();
/// assert_eq!(error.to_string(), "`label:1` is not an identity: expected `dedup:SOURCE:KEY`, `labels:` and 16 digits, or `content:v1:` and 64 digits");
/// assert_eq!(error.code(), "invalid_identity");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not an identity: expected `dedup:SOURCE:KEY`, `labels:` and 16 digits, or `content:v1:` and 64 digits")]
pub struct InvalidIdentity {
    found: String,
}

impl InvalidIdentity {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_identity";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidIdentity);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_read_back() {
        let content = format!("content:v1:{}", "ab".repeat(32));
        for text in ["dedup:pagerduty:a:b c", "labels:dab43189276e5f48", &content] {
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), text);
        }
        for bad in ["", "labels:", "dedup:pagerduty", "dedup::x", "dedup:a:", "content:x", "other:x"] {
            assert!(bad.parse::<Identity>().is_err(), "{bad}");
        }
    }
}
