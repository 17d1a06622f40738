//! The labels and annotations that a rule gives its alerts.

use std::fmt;

use crate::alerts::Annotations;
use crate::alerts::InvalidLabel;
use crate::alerts::LabelName;
use crate::templates::AnnotationTemplate;
use crate::utils::Path;
use crate::utils::excerpt;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Key;
use crate::validations::Kind;
use crate::validations::Walk;
use crate::validations::duplicate;
use crate::validations::unreadable;

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
// INVARIANT: sorted by name, each name once, at most `MAX` entries.
pub struct RuleTexts(Vec<(LabelName, AnnotationTemplate)>);

impl RuleTexts {
    /// How many there may be.
    pub const MAX: usize = Annotations::MAX;

    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(name))
    }

    /// The text under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AnnotationTemplate> {
        let index = self.find(name).ok()?;
        self.0.get(index).map(|(_, text)| text)
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
        match self.find(name.as_str()) {
            Ok(index) => Ok(self.0.get_mut(index).map(|(_, old)| std::mem::replace(old, text))),
            Err(_) if self.0.len() >= Self::MAX => Err(InvalidLabel::TooMany { name: excerpt(name.as_str()), max: Self::MAX }),
            Err(index) => {
                self.0.insert(index, (name, text));
                Ok(None)
            }
        }
    }

    /// The names with their texts, sorted by the bytes of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&LabelName, &AnnotationTemplate)> + Clone {
        self.0.iter().map(|(name, text)| (name, text))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn push(entries: &mut Vec<(LabelName, AnnotationTemplate)>, name: LabelName, text: AnnotationTemplate) -> Result<(), InvalidLabel> {
        if entries.len() >= Self::MAX {
            return Err(InvalidLabel::TooMany { name: excerpt(name.as_str()), max: Self::MAX });
        }
        entries.push((name, text));
        Ok(())
    }

    fn from_entries(mut entries: Vec<(LabelName, AnnotationTemplate)>) -> Result<Self, InvalidLabel> {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        let twice = entries.windows(2).find_map(|pair| match pair {
            [(a, _), (b, _)] if a == b => Some(a),
            _ => None,
        });
        match twice {
            Some(name) => Err(InvalidLabel::Duplicate { name: excerpt(name.as_str()) }),
            None => Ok(Self(entries)),
        }
    }
}

impl fmt::Debug for RuleTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, text)| (name.as_str(), text.as_str()))).finish()
    }
}

impl fmt::Display for RuleTexts {
    /// `{a="x", b="{{ $value }}"}`: names as they are, texts quoted as Go quotes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (index, (name, text)) in self.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name}={}", crate::utils::go::quote(text.as_str()))?;
        }
        f.write_str("}")
    }
}

impl serde::Serialize for RuleTexts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for RuleTexts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor;
        impl<'de> serde::de::Visitor<'de> for MapVisitor {
            type Value = RuleTexts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of templates")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<RuleTexts, A::Error> {
                use serde::de::Error as _;
                let mut entries = Vec::new();
                while let Some(Key(name)) = map.next_key()? {
                    let name = name.parse().map_err(A::Error::custom)?;
                    let text = map.next_value()?;
                    RuleTexts::push(&mut entries, name, text).map_err(A::Error::custom)?;
                }
                RuleTexts::from_entries(entries).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_map(MapVisitor)
    }
}

impl FromJson for RuleTexts {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::Object {
            walk.wrong_type(json, path, "an object of templates");
            return None;
        }
        let problems = walk.count();
        let mut entries = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        for (index, member) in json.members().enumerate() {
            let name = match member.key.string() {
                Ok(name) => name,
                Err(error) => {
                    unreadable(member.key, path, walk, &error);
                    continue;
                }
            };
            let at = path.key(&name);
            if index == Self::MAX {
                walk.problem(member.key, &at, "too_many_labels", || {
                    InvalidLabel::TooMany { name: excerpt(&name), max: Self::MAX }.to_string()
                });
            }
            let text = AnnotationTemplate::from_json(member.value, &at, walk);
            match name.parse::<LabelName>() {
                Ok(name) => {
                    if let Some(text) = text
                        && index < Self::MAX
                    {
                        entries.push((name, text));
                    }
                }
                Err(error) => walk.problem(member.key, &at, error.code(), || error.to_string()),
            }
            if !names.insert(name.clone()) {
                duplicate(member.key, path, walk, &name);
            }
        }
        if walk.count() > problems { None } else { Self::from_entries(entries).ok() }
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
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        proptest::collection::btree_map(any::<LabelName>(), any::<AnnotationTemplate>(), 0..4)
            .prop_map(|entries| Self(entries.into_iter().collect()))
            .boxed()
    }
}
