//! Labels identify an alert, annotations describe it.

use std::fmt;

use crate::alerts::name_map::NameMap;
use crate::utils::Path;
use crate::utils::Text;
use crate::utils::TextTooLong;
use crate::utils::string_newtype;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Walk;

/// The most characters that the name of a label or annotation may have.
const NAME_CHARACTERS: usize = 1_024;

fn is_label_name(text: &str) -> bool {
    !text.is_empty() && (text.len() <= NAME_CHARACTERS || text.chars().nth(NAME_CHARACTERS).is_none())
}

string_newtype! {
    /// The name of a label or annotation: any text that is not empty, up to 1,024 characters.
    ///
    /// This is the UTF-8 syntax that Prometheus and Alertmanager use by default; `is_legacy` tells whether a name also keeps the older
    /// syntax (letters, digits and `_`, not starting with a digit).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{LabelName, LabelSyntax};
    ///
    /// let name: LabelName = "k8s.pod.name".parse()?;
    /// assert!(!name.is_legacy());
    /// assert!(LabelSyntax::Utf8.allows("k8s.pod.name"));
    /// assert_eq!(
    ///     LabelName::new("").unwrap_err().to_string(),
    ///     "`` is not a label name: expected 1 to 1024 characters",
    /// );
    /// # Ok::<(), alert_schemas::alerts::InvalidLabelName>(())
    /// ```
    pub struct LabelName;
    error InvalidLabelName in alerts, code "invalid_label_name", noun "a label name", expected "1 to 1024 characters",
    check is_label_name,
    schema { "minLength": 1, "maxLength": 1024, "examples": ["alertname", "k8s.pod.name"] },
    strategy "[a-z_]{1,8}|[a-z.é🔥 ]{1,6}"
}

impl LabelName {
    /// Whether the name keeps the older syntax, `[a-zA-Z_][a-zA-Z0-9_]*`.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        LabelSyntax::Legacy.allows(self.as_str())
    }
}

/// Which names of labels a system takes: a parameter where it matters, never a global switch.
///
/// ```
/// use alert_schemas::alerts::LabelSyntax;
///
/// assert!(LabelSyntax::Utf8.allows("a-b"));
/// assert!(!LabelSyntax::Legacy.allows("a-b"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum LabelSyntax {
    /// Any text that is not empty: the default of Prometheus 3 and Alertmanager 0.28 and later.
    #[default]
    Utf8,
    /// `[a-zA-Z_][a-zA-Z0-9_]*`, all that older versions take.
    Legacy,
}

impl LabelSyntax {
    /// Whether a label may be called `name` (its length aside).
    #[must_use]
    pub fn allows(self, name: &str) -> bool {
        match self {
            Self::Utf8 => !name.is_empty(),
            Self::Legacy => {
                let starts_well = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                starts_well && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            }
        }
    }
}

/// The value of a label or annotation: any text up to 65,536 characters; an empty one matches like a label that is absent.
pub type LabelValue = Text<65_536>;

/// Why a label or annotation can't be added.
///
/// ```
/// use alert_schemas::alerts::{InvalidLabel, Labels};
///
/// let error: InvalidLabel = Labels::from_pairs([("", "x")]).unwrap_err();
/// assert_eq!(error.to_string(), "`` is not a label name: expected 1 to 1024 characters");
/// assert_eq!(error.code(), "invalid_label_name");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLabel {
    /// The name is empty or too long.
    #[error(transparent)]
    Name(#[from] InvalidLabelName),
    /// The value is too long.
    #[error(transparent)]
    Value(#[from] TextTooLong),
    /// There are already as many as there may be.
    #[error("`{name}` is one too many: expected at most {max}")]
    TooMany {
        /// The name that did not fit, shortened.
        name: String,
        /// How many there may be.
        max: usize,
    },
    /// The name is there already, where each may be given once.
    #[error("`{name}` stands there twice: expected each name once")]
    Duplicate {
        /// The name, shortened.
        name: String,
    },
}

impl InvalidLabel {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::Value(error) => error.code(),
            Self::TooMany { .. } => "too_many_labels",
            Self::Duplicate { .. } => "duplicate_key",
        }
    }
}

crate::utils::umbrella!(InvalidLabel);

/// A public map from names to texts.
macro_rules! text_map {
    ($(#[doc = $doc:expr])* pub struct $name:ident; noun $noun:literal, example $example:literal) => {
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(NameMap<LabelValue>);

        impl $name {
            #[doc = concat!("How many ", $noun, "s there may be: 512.")]
            pub const MAX: usize = NameMap::<LabelValue>::MAX;

            /// None.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            /// Takes names with their values, each name once.
            ///
            /// # Errors
            ///
            /// [`InvalidLabel`] for the first that is no name, is too long, stands twice, or is one too many.
            ///
            /// ```
            #[doc = concat!("use alert_schemas::alerts::", stringify!($name), ";")]
            ///
            #[doc = concat!("let all = ", stringify!($name), "::from_pairs([(\"b\", \"2\"), (\"a\", \"1\")])?;")]
            /// assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
            #[doc = concat!("assert!(", stringify!($name), "::from_pairs([(\"a\", \"2\"), (\"a\", \"1\")]).is_err());")]
            /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
            /// ```
            pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, InvalidLabel>
            where
                N: Into<String>,
                V: Into<String>,
            {
                let entries = pairs.into_iter().map(|(name, value)| Ok((LabelName::new(name)?, LabelValue::new(value)?)));
                NameMap::from_entries(entries).map(Self)
            }

            /// The value under `name`.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<&str> {
                self.0.get(name).map(LabelValue::as_str)
            }

            /// Sets the value under `name` and returns the earlier one.
            ///
            /// # Errors
            ///
            /// [`InvalidLabel::TooMany`] if the name is new and there are as many as there may be.
            ///
            /// ```
            #[doc = concat!("use alert_schemas::alerts::", stringify!($name), ";")]
            ///
            #[doc = concat!("let mut all = ", stringify!($name), "::new();")]
            /// all.insert("team".parse()?, "db".parse()?)?;
            /// assert_eq!(all.get("team"), Some("db"));
            /// # Ok::<(), Box<dyn std::error::Error>>(())
            /// ```
            pub fn insert(&mut self, name: LabelName, value: LabelValue) -> Result<Option<LabelValue>, InvalidLabel> {
                self.0.insert(name, value)
            }

            /// Takes the value under `name` out.
            pub fn remove(&mut self, name: &str) -> Option<LabelValue> {
                self.0.remove(name)
            }

            /// Keeps only the entries for which `keep(name, value)` holds.
            pub fn retain(&mut self, keep: impl FnMut(&LabelName, &LabelValue) -> bool) {
                self.0.retain(keep);
            }

            /// The names with their values, sorted by the bytes of the names.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = (&LabelName, &LabelValue)> + Clone {
                self.0.iter()
            }

            /// How many there are.
            #[must_use]
            pub fn len(&self) -> usize {
                self.0.len()
            }

            /// Whether there is none.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.len() == 0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl fmt::Display for $name {
            /// `{a="x", b="y"}`: names as they are, values quoted as Go quotes them (prometheus/common, `model.LabelSet.String`).
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                NameMap::deserialize(deserializer, concat!("an object of ", $noun, "s")).map(Self)
            }
        }

        impl FromJson for $name {
            fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
                NameMap::from_json(json, path, walk, concat!("an object of ", $noun, "s")).map(Self)
            }
        }

        impl Check for $name {}

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let example: serde_json::Value = serde_json::from_str($example).unwrap_or_default();
                schemars::json_schema!({
                    "title": stringify!($name),
                    "description": crate::utils::schema_text(concat!($($doc, "\n"),*)),
                    "type": "object",
                    "additionalProperties": { "type": "string", "maxLength": 65_536 },
                    "propertyNames": { "minLength": 1, "maxLength": NAME_CHARACTERS },
                    "maxProperties": Self::MAX,
                    "examples": [example]
                })
            }
        }

        #[cfg(feature = "proptest")]
        impl proptest::arbitrary::Arbitrary for $name {
            type Parameters = ();
            type Strategy = proptest::strategy::BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> Self::Strategy {
                use proptest::strategy::Strategy as _;
                NameMap::arbitrary(6).prop_map(Self).boxed()
            }
        }
    };
}

text_map! {
    /// The labels of an alert: the names and values that identify it.
    ///
    /// Two alerts of a tenant with equal labels are the same alert. Names are sorted by their bytes; each stands once; there are at most 512. A
    /// label with an empty value matches like one that is absent, and Alertmanager drops it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Labels;
    ///
    /// let labels = Labels::from_pairs([("severity", "critical"), ("alertname", "DiskFull")])?;
    /// assert_eq!(labels.to_string(), r#"{alertname="DiskFull", severity="critical"}"#);
    /// assert_eq!(labels.get("severity"), Some("critical"));
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub struct Labels; noun "label", example r#"{"alertname": "DiskFull", "instance": "db-1"}"#
}

text_map! {
    /// The annotations of an alert: texts that describe it and do not identify it.
    ///
    /// Well-known names are `summary`, `description` and `runbook_url`. There are at most 512.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Annotations;
    ///
    /// let annotations = Annotations::from_pairs([("summary", "disk full on db-1")])?;
    /// assert_eq!(annotations.get("summary"), Some("disk full on db-1"));
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub struct Annotations; noun "annotation", example r#"{"summary": "disk full on db-1"}"#
}

impl Labels {
    /// The same labels without those that have an empty value: what Alertmanager keeps of them.
    #[must_use]
    pub fn without_empty(&self) -> Self {
        let mut kept = self.clone();
        kept.retain(|_, value| !value.is_empty());
        kept
    }
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    fn labels(text: &str) -> Result<Labels, String> {
        decode::<Labels>(text.as_bytes(), &DecodeLimits::default()).map_err(|report| format!("{report:#}"))
    }

    #[test]
    fn labels_are_a_sorted_map() {
        let mut all = Labels::from_pairs([("b", "2"), ("a", "1"), ("c", "")]).unwrap();
        assert_eq!(all.to_string(), r#"{a="1", b="2", c=""}"#);
        assert_eq!(all.insert("b".parse().unwrap(), "3".parse().unwrap()).unwrap().unwrap().as_str(), "2");
        assert_eq!(all.remove("a").unwrap().as_str(), "1");
        assert_eq!(all.remove("a"), None);
        assert_eq!(all.without_empty().to_string(), r#"{b="3"}"#);
        all.retain(|name, _| name != "b");
        assert_eq!((all.len(), all.is_empty()), (1, false));
        assert_eq!(format!("{all:?}"), r#"{"c": ""}"#);
    }

    #[test]
    fn every_problem_of_labels_is_told() {
        let text = r#"{"": "x", "a": 1, "b": "1", "b": "2"}"#;
        assert_eq!(
            labels(text).unwrap_err(),
            "3 problems\n  / (line 1, column 2): `` is not a label name: expected 1 to 1024 characters\n  \
             /a (line 1, column 16): expected a string, found a number\n  \
             /b (line 1, column 29): `b` stands there twice: expected each name once"
        );
        assert_eq!(labels("[]").unwrap_err(), "the document (line 1, column 1): expected an object of labels, found a list");
    }

    #[test]
    fn the_number_of_labels_is_limited() {
        let many: Vec<String> = (0..513).map(|n| format!("\"l{n}\":\"\"")).collect();
        let error = labels(&format!("{{{}}}", many.join(","))).unwrap_err();
        assert!(error.contains("/l512 (line 1, column"), "{error}");
        assert!(error.ends_with("`l512` is one too many: expected at most 512"), "{error}");
        let mut all = Labels::from_pairs((0..512).map(|n| (n.to_string(), ""))).unwrap();
        let error = all.insert("x".parse().unwrap(), "".parse().unwrap()).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("too_many_labels", "`x` is one too many: expected at most 512"));
        assert!(all.insert("0".parse().unwrap(), "y".parse().unwrap()).is_ok());
        assert!(Labels::from_pairs((0..513).map(|n| (n.to_string(), ""))).is_err());
    }

    #[test]
    fn names_keep_one_of_two_syntaxes() {
        for (name, utf8, legacy) in
            [("a", true, true), ("_1", true, true), ("1a", true, false), ("a:b", true, false), ("é", true, false), ("", false, false)]
        {
            assert_eq!((LabelSyntax::Utf8.allows(name), LabelSyntax::Legacy.allows(name)), (utf8, legacy), "{name}");
        }
    }
}
