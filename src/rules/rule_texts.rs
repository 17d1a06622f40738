//! The labels and annotations that a rule gives its alerts.

use std::fmt;

use crate::alerts::InvalidLabel;
use crate::alerts::LabelName;
use crate::alerts::NameMap;
use crate::templates::AnnotationTemplate;
use crate::utils::Path;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Walk;

/// Labels or annotations of a rule: names with texts that are templates over the alert's labels and value.
///
/// Names are sorted by their bytes; each stands once; there are at most 512, as many as an alert may have.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::RuleTexts;
///
/// let mut texts = RuleTexts::new();
/// texts.insert("summary".parse()?, "{{ $labels.instance }} is at {{ $value }} %".parse()?)?;
/// assert_eq!(texts.get("summary").unwrap().as_str(), "{{ $labels.instance }} is at {{ $value }} %");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct RuleTexts(NameMap<AnnotationTemplate>);

/// What an object of them should be.
const EXPECTED: &str = "an object of templates";

impl RuleTexts {
    /// How many there may be: 512, as many as an alert may have.
    pub const MAX: usize = NameMap::<AnnotationTemplate>::MAX;

    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The text under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AnnotationTemplate> {
        self.0.get(name)
    }

    /// Sets the text under `name` and returns the earlier one.
    ///
    /// # Errors
    ///
    /// [`InvalidLabel::TooMany`] if the name is new and there are as many as there may be.
    ///
    /// ```
    /// use alert_schemas::rules::RuleTexts;
    ///
    /// let mut texts = RuleTexts::new();
    /// assert!(texts.insert("team".parse()?, "db".parse()?)?.is_none());
    /// assert_eq!(texts.insert("team".parse()?, "web".parse()?)?.unwrap().as_str(), "db");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn insert(&mut self, name: LabelName, text: AnnotationTemplate) -> Result<Option<AnnotationTemplate>, InvalidLabel> {
        self.0.insert(name, text)
    }

    /// The names with their texts, sorted by the bytes of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&LabelName, &AnnotationTemplate)> + Clone {
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

impl fmt::Debug for RuleTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for RuleTexts {
    /// `{a="x", b="{{ $value }}"}`: names as they are, texts quoted as Go quotes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl serde::Serialize for RuleTexts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for RuleTexts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        NameMap::deserialize(deserializer, EXPECTED).map(Self)
    }
}

impl FromJson for RuleTexts {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        NameMap::from_json(json, path, walk, EXPECTED).map(Self)
    }
}

impl Check for RuleTexts {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RuleTexts {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RuleTexts".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "RuleTexts",
            "description": "Labels or annotations of a rule: names with texts that are templates over the alert's labels and value.",
            "type": "object",
            "additionalProperties": generator.subschema_for::<AnnotationTemplate>(),
            "propertyNames": { "minLength": 1, "maxLength": 1024 },
            "maxProperties": Self::MAX,
            "examples": [{ "summary": "{{ $labels.instance }} is at {{ $value }} %" }]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for RuleTexts {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        NameMap::arbitrary(4).prop_map(Self).boxed()
    }
}
