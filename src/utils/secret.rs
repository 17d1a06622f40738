//! Texts that must not be seen.

use std::fmt;
use std::str::FromStr;

use crate::utils::leaf::Leaf;
use crate::utils::leaf::LeafKind;
use crate::utils::read_unshown;
use crate::utils::unshown;

/// A text that is neither printed nor written in clear, such as a token or a password.
///
/// `{}`, `{:?}` and serde show `<secret>` in its place, and nothing if it is empty. Who needs the text asks for it by name: [`Secret::expose`].
/// What was written hidden reads back as the text `<secret>`, which [`Secret::is_hidden`] tells.
///
/// Two are compared byte by byte, which takes longer the more of them is equal: do not compare what a stranger sends with it.
/// The text is not wiped from memory when it is dropped.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::Secret;
///
/// let token = Secret::new("xoxb-1234");
/// assert_eq!(format!("{token} {token:?}"), "<secret> Secret(<secret>)");
/// assert_eq!(serde_json::to_string(&token)?, "\"<secret>\"");
/// assert_eq!(token.expose(), "xoxb-1234");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Secret(Box<str>);

impl Secret {
    /// What is shown in place of a secret, as Alertmanager writes it.
    pub const SHOWN: &'static str = "<secret>";

    /// Keeps a text secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into().into_boxed_str())
    }

    /// The text in clear.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the text is only what was shown in place of a secret: the secret itself was lost when it was written.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        &*self.0 == Self::SHOWN
    }

    /// What may be seen of it.
    pub(crate) fn shown(&self) -> &'static str {
        if self.is_empty() { "" } else { Self::SHOWN }
    }
}

/// Whether secrets are written in clear.
///
/// ```
/// use alert_schemas::utils::{Secret, SecretDisplay};
///
/// assert_eq!(SecretDisplay::Exposed.show(&Secret::new("a")), "a");
/// assert_eq!(SecretDisplay::default().show(&Secret::new("a")), "<secret>");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum SecretDisplay {
    /// As `<secret>`.
    #[default]
    Hidden,
    /// In clear.
    Exposed,
}

impl SecretDisplay {
    /// The secret, or what is shown in its place.
    #[must_use]
    pub fn show(self, secret: &Secret) -> &str {
        match self {
            Self::Hidden => secret.shown(),
            Self::Exposed => secret.expose(),
        }
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({})", self.shown())
    }
}

impl Leaf for Secret {
    const CODE: &'static str = "invalid_string";
    const KIND: LeafKind = LeafKind::Text;
}

impl serde::Serialize for Secret {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shown())
    }
}

impl<'de> serde::Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SecretVisitor;
        impl serde::de::Visitor<'_> for SecretVisitor {
            type Value = Secret;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_str<E>(self, text: &str) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }

            fn visit_string<E>(self, text: String) -> Result<Secret, E> {
                Ok(Secret::new(text))
            }

            unshown! { numbers }
        }
        read_unshown(deserializer, D::deserialize_string, SecretVisitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "Secret",
            "description": "A text that is not written in clear: `<secret>` stands in its place.",
            "type": "string"
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for Secret {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        crate::utils::matching("[ -~é]{1,24}").prop_map(Self::new).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_shows_a_secret_unasked() {
        let secret = Secret::new("hunter2");
        let shown = format!("{secret} {secret:?} {secret:#?} {}", serde_json::to_string(&vec![secret.clone()]).unwrap());
        assert!(!shown.contains("hunter2"), "{shown}");
        let read: Secret = serde_json::from_str("\"<secret>\"").unwrap();
        assert!(read.is_hidden() && !secret.is_hidden());
        let error = serde_json::from_str::<Secret>("4711").unwrap_err();
        assert!(error.to_string().contains("expected a string") && !error.to_string().contains("4711"), "{error}");
        assert_eq!((Secret::default().to_string(), serde_json::to_string(&Secret::default()).unwrap()), (String::new(), "\"\"".to_owned()));
    }
}
