//! By which labels alerts of a route are put into groups.

use std::collections::BTreeSet;
use std::fmt;

use crate::alerts::InvalidLabelName;
use crate::alerts::LabelName;
use crate::alerts::Labels;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::excerpt;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Walk;

/// What stands in the list for "every label".
const ALL: &str = "...";

/// By which labels the alerts of a route are put into groups: these, all of them, or none, which makes one group.
///
/// In JSON it is a list of label names; `["..."]` says all labels, and `[]` that there is one group (Alertmanager 0.33, `dispatch/route.go`).
/// A label that an alert lacks is absent from the labels of its group.
///
/// # Limits
///
/// At most [`GroupBy::MAX`] names, each once; `...` stands alone.
///
/// # Examples
///
/// ```
/// use alert_schemas::Labels;
/// use alert_schemas::notifications::GroupBy;
///
/// let labels = Labels::from_pairs([("alertname", "DiskFull"), ("cluster", "eu"), ("instance", "db-1")])?;
/// let group_by = GroupBy::labels(["cluster", "alertname", "team"])?;
/// assert_eq!(group_by.group_labels(&labels).to_string(), r#"{alertname="DiskFull", cluster="eu"}"#);
/// assert_eq!(GroupBy::all().group_labels(&labels), labels);
/// assert!(GroupBy::one_group().group_labels(&labels).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupBy(Names);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Names {
    All,
    // INVARIANT: each once, none is `...`, at most `GroupBy::MAX`.
    These(Box<[LabelName]>),
}

impl GroupBy {
    /// How many names there may be: as many as an alert may have labels.
    pub const MAX: usize = Labels::MAX;

    /// By all labels: each alert is a group of its own.
    #[must_use]
    pub fn all() -> Self {
        Self(Names::All)
    }

    /// By none: all alerts of the route are one group.
    #[must_use]
    pub fn one_group() -> Self {
        Self(Names::These(Box::default()))
    }

    /// By the labels with these names, in any order; a single `...` is [`GroupBy::all`].
    ///
    /// # Errors
    ///
    /// [`InvalidGroupBy`] if a name is not a label name, stands twice, is one too many, or is `...` among others.
    ///
    /// ```
    /// use alert_schemas::notifications::GroupBy;
    ///
    /// assert_eq!(GroupBy::labels(["..."])?, GroupBy::all());
    /// let twice = GroupBy::labels(["team", "team"]).unwrap_err();
    /// assert_eq!(twice.to_string(), "`team` stands twice in `group_by`: expected each label once");
    /// # Ok::<(), alert_schemas::notifications::InvalidGroupBy>(())
    /// ```
    pub fn labels<N>(names: impl IntoIterator<Item = N>) -> Result<Self, InvalidGroupBy>
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        let mut taken = Vec::new();
        for name in names {
            if taken.len() > Self::MAX {
                break;
            }
            taken.push(name.try_into().map_err(Into::into)?);
        }
        Self::of(taken)
    }

    fn of(names: Vec<LabelName>) -> Result<Self, InvalidGroupBy> {
        if names.len() > Self::MAX {
            return Err(InvalidGroupBy::TooMany { max: Self::MAX });
        }
        if names.iter().any(|name| *name == ALL) {
            return if names.len() == 1 { Ok(Self::all()) } else { Err(InvalidGroupBy::AllWithOthers) };
        }
        let mut seen = BTreeSet::new();
        match names.iter().find(|name| !seen.insert(*name)) {
            Some(twice) => Err(InvalidGroupBy::Duplicate { name: excerpt(twice.as_str()) }),
            None => Ok(Self(Names::These(names.into()))),
        }
    }

    /// Whether it is by all labels.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.0 == Names::All
    }

    /// The names, in the order in which they were given; none where it is by all labels, see [`GroupBy::is_all`].
    #[must_use]
    pub fn names(&self) -> &[LabelName] {
        match &self.0 {
            Names::All => &[],
            Names::These(names) => names,
        }
    }

    /// The labels of the group to which an alert with these labels belongs.
    ///
    /// A label with an empty value counts as absent, as Alertmanager drops it on arrival.
    #[must_use]
    pub fn group_labels(&self, labels: &Labels) -> Labels {
        match &self.0 {
            Names::All => labels.without_empty(),
            Names::These(names) => {
                let has = |name: &LabelName| labels.get(name.as_str()).filter(|value| !value.is_empty());
                // Names and values of labels are valid, and each name stands once.
                Labels::from_pairs(names.iter().filter_map(|name| Some((name.as_str(), has(name)?)))).unwrap_or_default()
            }
        }
    }

    fn written(&self) -> impl Iterator<Item = &str> {
        let all = self.is_all().then_some(ALL);
        all.into_iter().chain(self.names().iter().map(LabelName::as_str))
    }
}

/// By none: all alerts of the route are one group, Alertmanager's default for the root.
impl Default for GroupBy {
    fn default() -> Self {
        Self::one_group()
    }
}

impl fmt::Display for GroupBy {
    /// The names with commas, `...` for all labels, nothing for one group.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.written().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
        Ok(())
    }
}

impl serde::Serialize for GroupBy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.written())
    }
}

impl<'de> serde::Deserialize<'de> for GroupBy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        Self::of(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl FromJson for GroupBy {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        match Self::of(FromJson::from_json(json, path, walk)?) {
            Ok(group_by) => Some(group_by),
            Err(error) => {
                walk.problem(json, path, error.code(), || error.to_string());
                None
            }
        }
    }
}

impl Check for GroupBy {
    fn check_at(&self, _path: &Path<'_>, _report: &mut Report) {}
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for GroupBy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GroupBy".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let name = generator.subschema_for::<LabelName>();
        schemars::json_schema!({
            "title": "GroupBy",
            "description": "By which labels the alerts of a route are put into groups: a list of label names. `...` alone says all labels, and the empty list that there is one group.",
            "type": "array",
            "items": name,
            "maxItems": Self::MAX,
            "examples": [["alertname", "cluster"], [ALL], []],
            "x-rules": [
                { "code": "duplicate_group_by_label", "rule": "Each label stands once." },
                { "code": "group_by_all_with_others", "rule": "`...`, which says all labels, stands alone." },
            ]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for GroupBy {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::strategy::Strategy as _;
        let some = proptest::collection::btree_set(proptest::arbitrary::any::<LabelName>(), 0..4)
            .prop_map(|names| Self::of(names.into_iter().collect()).unwrap_or_default());
        proptest::prop_oneof![3 => some, 1 => proptest::strategy::Just(Self::all())].boxed()
    }
}

/// Why names are not what alerts can be grouped by.
///
/// ```
/// use alert_schemas::notifications::{GroupBy, InvalidGroupBy};
///
/// let error: InvalidGroupBy = GroupBy::labels(["...", "team"]).unwrap_err();
/// assert_eq!((error.code(), error.to_string().as_str()), ("group_by_all_with_others", "`...` says all labels: expected it alone"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidGroupBy {
    /// A name is empty or too long.
    #[error(transparent)]
    Name(#[from] InvalidLabelName),
    /// A name stands twice.
    #[error("`{name}` stands twice in `group_by`: expected each label once")]
    Duplicate {
        /// The name, shortened.
        name: String,
    },
    /// `...` stands among other names.
    #[error("`...` says all labels: expected it alone")]
    AllWithOthers,
    /// There are more names than there may be.
    #[error("`group_by` has more than {max} labels: expected at most {max}")]
    TooMany {
        /// How many there may be.
        max: usize,
    },
}

impl InvalidGroupBy {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name(error) => error.code(),
            Self::Duplicate { .. } => "duplicate_group_by_label",
            Self::AllWithOthers => "group_by_all_with_others",
            Self::TooMany { .. } => "too_many_items",
        }
    }
}

crate::utils::umbrella!(InvalidGroupBy);

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    fn read(text: &str) -> Result<GroupBy, String> {
        decode(text.as_bytes(), &DecodeLimits::default()).map_err(|report| report.to_string())
    }

    #[test]
    fn lists_read_back() {
        for text in [r#"["b","a"]"#, r#"["..."]"#, "[]"] {
            assert_eq!(serde_json::to_string(&read(text).unwrap()).unwrap(), text);
        }
        assert_eq!(read(r#"["b","a"]"#).unwrap().to_string(), "b, a");
        assert_eq!(GroupBy::all().to_string(), "...");
    }

    #[test]
    fn bad_lists_are_told_with_their_place() {
        for (text, problem) in [
            (r#"["a","a"]"#, "the document (line 1, column 1): `a` stands twice in `group_by`: expected each label once"),
            (r#"["a","..."]"#, "the document (line 1, column 1): `...` says all labels: expected it alone"),
            (r#"["...","..."]"#, "the document (line 1, column 1): `...` says all labels: expected it alone"),
            (r#"["a",""]"#, "/1 (line 1, column 6): `` is not a label name: expected 1 to 1024 characters"),
            (r#""a""#, "the document (line 1, column 1): expected a list, found a string"),
        ] {
            assert_eq!(read(text).unwrap_err(), problem);
        }
        let many = (0..600).map(|number| format!("l{number}"));
        assert_eq!(GroupBy::labels(many).unwrap_err().to_string(), "`group_by` has more than 512 labels: expected at most 512");
    }

    #[test]
    fn an_empty_label_is_not_grouped_by() {
        let labels = Labels::from_pairs([("a", ""), ("b", "1")]).unwrap();
        assert_eq!(GroupBy::all().group_labels(&labels).to_string(), r#"{b="1"}"#);
        assert!(GroupBy::labels(["a"]).unwrap().group_labels(&labels).is_empty());
    }
}
