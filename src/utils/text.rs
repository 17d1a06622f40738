//! Strict text: the macro behind every string newtype, and [`Text`] for strings that only have a limit.

use std::fmt;
use std::str::FromStr;

use crate::utils::leaf::Leaf;
use crate::utils::leaf::LeafKind;
use crate::utils::leaf::excerpt;

/// Writes a string newtype that parses or fails: one meaning of "valid" for Rust, JSON, JSON Schema and `Arbitrary`.
///
/// `check` decides; `schema` says the same in JSON Schema keywords; `strategy` is a regular expression whose every match is valid.
macro_rules! string_newtype {
    (
        $(#[doc = $doc:expr])*
        pub struct $name:ident;
        error $error:ident in $($module:ident)::+, code $code:literal, noun $noun:literal, expected $expected:literal,
        check $check:expr,
        schema { $($schema:tt)* },
        strategy $strategy:literal
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            #[doc = concat!("Takes `text` if it is ", $noun, ": ", $expected, ".")]
            ///
            /// # Errors
            ///
            #[doc = concat!("[`", stringify!($error), "`] (code `", $code, "`) if it is anything else.")]
            ///
            #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ stringify!($name), ";\n")]
            #[doc = concat!("\nlet refused = ", stringify!($name), "::new(\"\").map_err(|error| error.code());\n")]
            #[doc = concat!("assert_eq!(refused, Err(\"", $code, "\"));\n```")]
            pub fn new(text: impl Into<String>) -> Result<Self, $error> {
                let text = text.into();
                if ($check)(text.as_str()) {
                    Ok(Self(text.into_boxed_str()))
                } else {
                    Err($error { found: $crate::utils::excerpt(&text) })
                }
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, given away.
            #[must_use]
            pub fn into_inner(self) -> String {
                self.0.into_string()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, $error> {
                if ($check)(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($error { found: $crate::utils::excerpt(text) })
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.into_inner()
            }
        }

        $crate::utils::text_leaf! {
            $name, error $error, code $code, expected concat!($noun, ": ", $expected),
            schema { $($schema)* },
            docs concat!($($doc, "\n"),*)
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                $crate::utils::matching($strategy).prop_map(|text| Self(text.into())).boxed()
            }
        }

        #[doc = concat!("Why a text is not ", $noun, ".")]
        ///
        #[doc = concat!("```\nuse alert_schemas::", $(stringify!($module), "::",)+ "{", stringify!($name), ", ", stringify!($error), "};\n")]
        #[doc = concat!("\nlet error: ", stringify!($error), " = ", stringify!($name), "::new(\"\").unwrap_err();\n")]
        #[doc = concat!("assert_eq!(error.code(), \"", $code, "\");\n```")]
        #[derive(Debug, Clone, PartialEq, Eq)]
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

        impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!("`{}` is not ", $noun, ": expected ", $expected), self.found)
            }
        }

        impl std::error::Error for $error {}

        $crate::utils::umbrella!($error);

        // A ready value is accepted wherever a text that may fail is, see `AlertBuilder`.
        impl From<std::convert::Infallible> for $error {
            fn from(never: std::convert::Infallible) -> Self {
                match never {}
            }
        }
    };
}
pub(crate) use string_newtype;

/// The strategy of a regular expression that is known to be good.
#[cfg(feature = "proptest")]
pub(crate) fn matching(pattern: &str) -> proptest::strategy::BoxedStrategy<String> {
    use proptest::strategy::Strategy as _;
    match proptest::string::string_regex(pattern) {
        Ok(strategy) => strategy.boxed(),
        // Not reached: every pattern is a literal of this crate, and each is used by a test.
        Err(_) => proptest::strategy::Just(String::new()).boxed(),
    }
}

/// A string of at most `MAX` characters.
///
/// Characters are Unicode scalar values, as JSON Schema's `maxLength` counts them. The empty string is allowed.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::Text;
///
/// let note: Text<10> = "disk full".parse()?;
/// assert_eq!(note.as_str(), "disk full");
/// assert_eq!(
///     Text::<4>::new("disk full").unwrap_err().to_string(),
///     "`disk full` has 9 characters: expected at most 4",
/// );
/// # Ok::<(), alert_schemas::utils::TextTooLong>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text<const MAX: usize>(Box<str>);

impl<const MAX: usize> Text<MAX> {
    /// Takes `text` if it has at most `MAX` characters.
    ///
    /// # Errors
    ///
    /// [`TextTooLong`] (code `text_too_long`) if it has more.
    ///
    /// ```
    /// use alert_schemas::utils::Text;
    ///
    /// // Three characters of six bytes.
    /// assert!(Text::<3>::new("äöü").is_ok());
    /// assert_eq!(Text::<2>::new("äöü").map_err(|error| error.code()), Err("text_too_long"));
    /// ```
    pub fn new(text: impl Into<String>) -> Result<Self, TextTooLong> {
        let text = text.into();
        match too_long(&text, MAX) {
            None => Ok(Self(text.into_boxed_str())),
            Some(error) => Err(error),
        }
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, given away.
    #[must_use]
    pub fn into_inner(self) -> String {
        self.0.into_string()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is wrong with the length of `text`, if anything; counts characters only where bytes alone don't settle it.
fn too_long(text: &str, max: usize) -> Option<TextTooLong> {
    if text.len() <= max {
        return None;
    }
    let characters = text.chars().count();
    (characters > max).then(|| TextTooLong { found: excerpt(text), characters, max })
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextTooLong;

    fn from_str(text: &str) -> Result<Self, TextTooLong> {
        match too_long(text, MAX) {
            None => Ok(Self(text.into())),
            Some(error) => Err(error),
        }
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.0).finish()
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> std::borrow::Borrow<str> for Text<MAX> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> PartialEq<str> for Text<MAX> {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl<const MAX: usize> PartialEq<&str> for Text<MAX> {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl<const MAX: usize> TryFrom<&str> for Text<MAX> {
    type Error = TextTooLong;

    fn try_from(text: &str) -> Result<Self, TextTooLong> {
        text.parse()
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextTooLong;

    fn try_from(text: String) -> Result<Self, TextTooLong> {
        Self::new(text)
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> String {
        text.into_inner()
    }
}

impl<const MAX: usize> Leaf for Text<MAX> {
    const CODE: &'static str = TextTooLong::CODE;
    const KIND: LeafKind = LeafKind::Text;
}

impl<const MAX: usize> serde::Serialize for Text<MAX> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, const MAX: usize> serde::Deserialize<'de> for Text<MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<const MAX: usize>;
        impl<const MAX: usize> serde::de::Visitor<'_> for TextVisitor<MAX> {
            type Value = Text<MAX>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a string of at most {MAX} characters")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text<MAX>, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Text<MAX>, E> {
                Text::new(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_string(TextVisitor::<MAX>)
    }
}

#[cfg(feature = "schema")]
impl<const MAX: usize> schemars::JsonSchema for Text<MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "maxLength": MAX })
    }
}

#[cfg(feature = "proptest")]
impl<const MAX: usize> proptest::arbitrary::Arbitrary for Text<MAX> {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        matching("[ -~éß日🔥\n]{0,24}").prop_map(|text| Self(text.chars().take(MAX).collect::<String>().into())).boxed()
    }
}

/// Why a text is too long for its place.
///
/// ```
/// use alert_schemas::utils::{Text, TextTooLong};
///
/// let error: TextTooLong = Text::<2>::new("abc").unwrap_err();
/// assert_eq!((error.characters(), error.max(), error.code()), (3, 2, "text_too_long"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextTooLong {
    found: String,
    characters: usize,
    max: usize,
}

impl TextTooLong {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "text_too_long";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }

    /// How many characters the text has.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.characters
    }

    /// How many characters it may have.
    #[must_use]
    pub fn max(&self) -> usize {
        self.max
    }
}

crate::utils::umbrella!(TextTooLong);

impl fmt::Display for TextTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { found, characters, max } = self;
        write!(f, "`{found}` has {characters} characters: expected at most {max}")
    }
}

impl std::error::Error for TextTooLong {}

impl From<std::convert::Infallible> for TextTooLong {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_counts_characters_not_bytes() {
        assert_eq!(Text::<3>::new("日本語").map(String::from), Ok("日本語".to_owned()));
        let error = Text::<2>::new("日本語").unwrap_err();
        assert_eq!(error.to_string(), "`日本語` has 3 characters: expected at most 2");
    }

    #[test]
    fn text_and_newtypes_are_strings_everywhere() {
        use std::borrow::Borrow as _;
        let text: Text<4> = "disk".try_into().unwrap();
        assert!(text == "disk" && text == *"disk" && !text.is_empty());
        let (borrowed, viewed): (&str, &str) = (text.borrow(), text.as_ref());
        assert_eq!((borrowed, viewed, format!("{text:?}").as_str()), ("disk", "disk", "Text(\"disk\")"));
        assert!(Text::<3>::try_from("disk".to_owned()).is_err() && Text::<3>::try_from("disk").is_err());
        assert_eq!(text.into_inner(), "disk");

        let tenant: crate::utils::TenantId = "acme".to_owned().try_into().unwrap();
        assert!(tenant == "acme" && tenant == *"acme");
        let (borrowed, viewed): (&str, &str) = (tenant.borrow(), tenant.as_ref());
        assert_eq!((borrowed, viewed, format!("{tenant:?}").as_str()), ("acme", "acme", "TenantId(\"acme\")"));
        assert_eq!(crate::utils::TenantId::new("a b").unwrap_err().code(), "invalid_tenant_id");
        assert_eq!(String::from(tenant), "acme");
    }

    #[test]
    fn text_refuses_other_kinds_of_json() {
        let error = serde_json::from_str::<Text<3>>("[1]").unwrap_err();
        assert_eq!(error.to_string(), "invalid type: sequence, expected a string of at most 3 characters at line 1 column 0");
        assert_eq!(serde_json::to_string(&Text::<3>::new("a\n").unwrap()).unwrap(), r#""a\n""#);
    }

    #[test]
    fn a_message_shows_a_hostile_value_shortened_and_escaped() {
        let shown = excerpt(&"\u{1b}[31m".repeat(50));
        assert!(shown.starts_with("\\u{1b}[31m"));
        assert!(shown.ends_with('…'));
    }
}
