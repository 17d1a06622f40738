//! The texts by which Alertmanager names a route and a group of alerts.

use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

use sha2::Digest as _;
use sha2::Sha256;

use crate::alerts::Labels;
use crate::alerts::Matchers;
use crate::utils::excerpt;
use crate::utils::read_hex;
use crate::utils::string_newtype;
use crate::utils::text_leaf;
use crate::utils::write_hex;

fn is_key(text: &str) -> bool {
    text.starts_with('{')
}

/// What the root adds to keys and ids.
const ROOT: &str = "{}";

/// What a route with these matchers adds to keys and ids: its matchers, sorted.
pub(crate) fn step_of(matchers: &Matchers) -> Box<str> {
    matchers.clone().sorted().to_string().into()
}

string_newtype! {
    /// The key of a route: the matchers of the routes from the root to it, as in `{}/{team="db"}/{severity="critical"}`.
    ///
    /// It is Alertmanager's, bit for bit (0.33, `dispatch/route.go`): matchers are sorted by name, value and operator, and the root is `{}`.
    /// Two routes with equal matchers below one route have one key, and so share a group; a [`RouteId`] tells them apart.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::RouteKey;
    ///
    /// let key = RouteKey::root().child(&"team=db,env!=dev".parse()?);
    /// assert_eq!(key.as_str(), r#"{}/{env!="dev",team="db"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RouteKey;
    error InvalidRouteKey in notifications, code "invalid_route_key", noun "the key of a route", expected "text that starts with a brace",
    check is_key,
    schema { "not": { "pattern": "^([^{]|$)" }, "examples": ["{}/{team=\"db\"}"] },
    strategy "\\{\\}(/\\{[a-c]=\"[x-z]\"\\}){0,2}"
}

impl RouteKey {
    /// The key of the root, `{}`.
    #[must_use]
    pub fn root() -> Self {
        Self(ROOT.into())
    }

    /// The key of a route with these matchers below this one.
    #[must_use]
    pub fn child(&self, matchers: &Matchers) -> Self {
        Self(format!("{}/{}", self.0, step_of(matchers)).into())
    }

    /// The key of the route to which these steps lead from the root.
    pub(crate) fn of_steps<'s>(steps: impl Iterator<Item = &'s str>) -> Self {
        let mut key = String::from(ROOT);
        for step in steps {
            key.push('/');
            key.push_str(step);
        }
        Self(key.into())
    }

    /// The key of the group that alerts of this route with these group labels make.
    #[must_use]
    pub fn group_key(&self, group_labels: &Labels) -> GroupKey {
        GroupKey(format!("{}:{group_labels}", self.0).into())
    }
}

string_newtype! {
    /// The id of a route: its [`RouteKey`] with its place among its siblings behind each step, as in `{}/{team="db"}/0`.
    ///
    /// Unlike the key, it is unique in a tree. It is Alertmanager's, bit for bit (0.33, `dispatch/route.go`).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::RouteId;
    ///
    /// let id = RouteId::root().child(&"team=db".parse()?, 2);
    /// assert_eq!(id.as_str(), r#"{}/{team="db"}/2"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RouteId;
    error InvalidRouteId in notifications, code "invalid_route_id", noun "the id of a route", expected "text that starts with a brace",
    check is_key,
    schema { "not": { "pattern": "^([^{]|$)" }, "examples": ["{}/{team=\"db\"}/0"] },
    strategy "\\{\\}(/\\{[a-c]=\"[x-z]\"\\}/[0-9]){0,2}"
}

impl RouteId {
    /// The id of the root, `{}`.
    #[must_use]
    pub fn root() -> Self {
        Self(ROOT.into())
    }

    /// The id of a route with these matchers that stands at `place`, from 0, among the routes below this one.
    #[must_use]
    pub fn child(&self, matchers: &Matchers, place: usize) -> Self {
        Self(format!("{}/{}/{place}", self.0, step_of(matchers)).into())
    }

    /// The id of the route to which these steps, each with its place, lead from the root.
    pub(crate) fn of_steps<'s>(steps: impl Iterator<Item = (&'s str, u32)>) -> Self {
        let mut id = String::from(ROOT);
        for (step, place) in steps {
            // A text never fails.
            let _ = write!(id, "/{step}/{place}");
        }
        Self(id.into())
    }
}

string_newtype! {
    /// The key of a group of alerts: the [`RouteKey`] and the labels of the group, as in `{}/{team="db"}:{alertname="DiskFull"}`.
    ///
    /// It is Alertmanager's, bit for bit (0.33, `dispatch/dispatch.go`): label values are quoted as Go quotes, label names are not quoted at
    /// all. Webhooks carry it as `groupKey`; other channels carry its [digest](GroupKey::digest).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::{GroupKey, RouteKey};
    ///
    /// let labels = Labels::from_pairs([("alertname", "Disk \"full\""), ("cluster", "a")])?;
    /// let key: GroupKey = RouteKey::root().group_key(&labels);
    /// assert_eq!(key.as_str(), r#"{}:{alertname="Disk \"full\"", cluster="a"}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct GroupKey;
    error InvalidGroupKey in notifications, code "invalid_group_key", noun "the key of a group", expected "text that starts with a brace",
    check is_key,
    schema { "not": { "pattern": "^([^{]|$)" }, "examples": ["{}/{team=\"db\"}:{alertname=\"DiskFull\"}"] },
    strategy "\\{\\}(/\\{[a-c]=\"[x-z]\"\\}){0,2}:\\{([a-c]=\"[x-z]\")?\\}"
}

impl GroupKey {
    /// The SHA-256 of the key: what PagerDuty's `dedup_key`, Opsgenie's `alias` and VictorOps' `entity_id` carry.
    #[must_use]
    pub fn digest(&self) -> GroupKeyDigest {
        GroupKeyDigest(Sha256::digest(self.0.as_bytes()).into())
    }
}

/// The SHA-256 of a [`GroupKey`], written as 64 lower-case hexadecimal digits.
///
/// PagerDuty's `dedup_key`, Opsgenie's `alias`, VictorOps' `entity_id` and the names that other channels give to a group are this
/// (Alertmanager 0.33, `notify/util.go`), so that an incident goes on when one system takes over from the other.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::{GroupKeyDigest, RouteKey};
///
/// let digest = RouteKey::root().group_key(&Labels::new()).digest();
/// assert_eq!(digest.to_string(), "cc9772a1ec901d26ef71dae861793e4d08979fa5030a3f0a5f3ba549f1f2d0b6");
/// assert_eq!(digest.to_string().parse::<GroupKeyDigest>()?, digest);
/// # Ok::<(), alert_schemas::notifications::InvalidGroupKeyDigest>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKeyDigest([u8; 32]);

impl GroupKeyDigest {
    /// The 32 bytes of the hash.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for GroupKeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for GroupKeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GroupKeyDigest({self})")
    }
}

impl FromStr for GroupKeyDigest {
    type Err = InvalidGroupKeyDigest;

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`InvalidGroupKeyDigest`] for any other text.
    fn from_str(text: &str) -> Result<Self, InvalidGroupKeyDigest> {
        read_hex(text).map(Self).ok_or_else(|| InvalidGroupKeyDigest { found: excerpt(text) })
    }
}

text_leaf! {
    GroupKeyDigest, error InvalidGroupKeyDigest, code "invalid_group_key_digest", expected "64 lower-case hexadecimal digits",
    schema {
        "pattern": "^[0-9a-f]{64}$", "not": { "pattern": "[\\r\\n]" },
        "examples": ["cc9772a1ec901d26ef71dae861793e4d08979fa5030a3f0a5f3ba549f1f2d0b6"]
    },
    docs "The SHA-256 of the key of a group, as other systems carry it."
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for GroupKeyDigest {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        proptest::arbitrary::any::<[u8; 32]>().prop_map(Self).boxed()
    }
}

/// Why a text is not the digest of the key of a group.
///
/// ```
/// use alert_schemas::notifications::{GroupKeyDigest, InvalidGroupKeyDigest};
///
/// let error: InvalidGroupKeyDigest = "CC97".parse::<GroupKeyDigest>().unwrap_err();
/// assert_eq!(error.to_string(), "`CC97` is not the digest of a group key: expected 64 lower-case hexadecimal digits");
/// assert_eq!(error.code(), "invalid_group_key_digest");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not the digest of a group key: expected 64 lower-case hexadecimal digits")]
pub struct InvalidGroupKeyDigest {
    found: String,
}

impl InvalidGroupKeyDigest {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_group_key_digest";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidGroupKeyDigest);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_quote_as_go_does() {
        let matchers: Matchers = r#"b="\n",a!~"y",a="q\"x""#.parse().unwrap();
        let key = RouteKey::root().child(&matchers);
        assert_eq!(key.as_str(), r#"{}/{a="q\"x",a!~"y",b="\n"}"#);
        let labels = Labels::from_pairs([("é", "\u{a0}"), ("with space", "x")]).unwrap();
        assert_eq!(key.group_key(&labels).as_str(), r#"{}/{a="q\"x",a!~"y",b="\n"}:{with space="x", é="\u00a0"}"#);
        assert_eq!(RouteId::root().child(&matchers, 7).as_str(), r#"{}/{a="q\"x",a!~"y",b="\n"}/7"#);
    }

    #[test]
    fn other_texts_are_no_digests() {
        for bad in [String::new(), "é".repeat(32), "A".repeat(64), "0".repeat(65)] {
            assert!(bad.parse::<GroupKeyDigest>().is_err(), "{bad}");
        }
    }
}
