//! What every leaf value shares: its place in JSON, its error code, its expectation.

/// The JSON kind that a leaf is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeafKind {
    Text,
    Number,
    Boolean,
}

/// A value that parses or fails as a whole, read from one JSON string, number or boolean.
///
/// The positioned walk uses it to name the problem of a leaf; the verdict itself is always that of `Deserialize`.
pub(crate) trait Leaf: Sized {
    /// Stable code of "this text is not one of these".
    const CODE: &'static str;
    /// The JSON kind it is written as.
    const KIND: LeafKind;
}

impl Leaf for bool {
    const CODE: &'static str = "invalid_boolean";
    const KIND: LeafKind = LeafKind::Boolean;
}

impl Leaf for String {
    const CODE: &'static str = "invalid_string";
    const KIND: LeafKind = LeafKind::Text;
}

/// Text of a message shortened so that a hostile value cannot flood a log.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 64;
    let mut shown = String::new();
    for c in text.chars().take(SHOWN) {
        // Quotes and backslashes stay as they are: who looks for the text must find it.
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// Serde, conversion and schema impls of a leaf that is one JSON string and has `FromStr` and `Display`.
macro_rules! text_leaf {
    (
        $name:ident, error $error:ident, code $code:literal, expected $expected:expr,
        schema { $($schema:tt)* },
        docs $docs:expr
    ) => {
        impl $crate::utils::Leaf for $name {
            const CODE: &'static str = $code;
            const KIND: $crate::utils::LeafKind = $crate::utils::LeafKind::Text;
        }

        impl TryFrom<&str> for $name {
            type Error = $error;

            fn try_from(text: &str) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextVisitor;
                impl serde::de::Visitor<'_> for TextVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expected)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(TextVisitor)
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "title": stringify!($name),
                    "description": $crate::utils::schema_text($docs),
                    "type": "string",
                    $($schema)*
                })
            }
        }
    };
}
pub(crate) use text_leaf;
