//! The labels of a series: its name and what tells it from others of that name.

use std::cmp::Ordering;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use twox_hash::XxHash64;

use crate::alerts::InvalidLabel;
use crate::alerts::LabelName;
use crate::alerts::LabelSyntax;
use crate::alerts::LabelValue;
use crate::alerts::Labels;
use crate::metrics::metric_name::MetricName;
use crate::metrics::metric_name::is_legacy_name;
use crate::utils::Path;
use crate::utils::excerpt;
use crate::utils::go;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Walk;

/// The labels that identify a series, the name of its metric among them under `__name__`.
///
/// Names are sorted by their bytes and each stands once; there are at most 512, with the limits of [`LabelName`] and [`LabelValue`].
/// A label with an empty value is the same as none, and is left out, as Prometheus' storage leaves it out.
///
/// A clone shares its text with the original, and two are compared without looking at single labels: an evaluator makes and
/// compares many.
///
/// # Text
///
/// As Prometheus prints a metric: `up`, `up{job="api"}`, `{job="api"}` without a name, `{}` without any label. A metric name that is
/// not of the older syntax stands in quotes inside the braces, `{"http.requests", job="api"}`, and such a label name in quotes, too.
/// [`SeriesLabels::braced`] is the other form that Prometheus uses, with `__name__` as a label.
///
/// # Order
///
/// By the first label that differs, its name before its value, then by their number: that of Prometheus' `labels.Compare`.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::SeriesLabels;
///
/// let series = SeriesLabels::from_pairs([("job", "api"), ("__name__", "up"), ("zone", "")])?;
/// assert_eq!(series.to_string(), r#"up{job="api"}"#);
/// assert_eq!((series.name(), series.get("job"), series.get("zone")), (Some("up"), Some("api"), None));
/// assert_eq!(series.without_name().to_string(), r#"{job="api"}"#);
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
// INVARIANT: for each label, sorted by name and each name once: the length of the name as one character, the name, the length of the
// value as one character, the value; no name and no value is empty.
pub struct SeriesLabels(Arc<str>);

impl SeriesLabels {
    /// How many labels there may be, the name of the metric among them.
    pub const MAX: usize = Labels::MAX;

    /// No label at all, printed `{}`.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::from(""))
    }

    /// Takes names with their values, each name once.
    ///
    /// # Errors
    ///
    /// [`InvalidLabel`] for the first that has no name, is too long, stands twice, or is one too many.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// assert_eq!(SeriesLabels::from_pairs([("b", "2"), ("a", "1")])?.to_string(), r#"{a="1", b="2"}"#);
    /// assert_eq!(SeriesLabels::from_pairs([("a", "2"), ("a", "1")]).unwrap_err().code(), "duplicate_key");
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, InvalidLabel>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut entries: Vec<(N, V)> = Vec::new();
        for (name, value) in pairs {
            check_label(name.as_ref(), value.as_ref())?;
            check_count(name.as_ref(), entries.len())?;
            entries.push((name, value));
        }
        entries.sort_by(|(a, _), (b, _)| a.as_ref().cmp(b.as_ref()));
        let twice = entries.windows(2).find_map(|pair| match pair {
            [(a, _), (b, _)] if a.as_ref() == b.as_ref() => Some(a.as_ref()),
            _ => None,
        });
        match twice {
            Some(name) => Err(InvalidLabel::Duplicate { name: excerpt(name) }),
            None => Ok(Self::packed(entries.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))),
        }
    }

    /// Packs labels that are within the limits, sorted, each once.
    fn packed<'a>(labels: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let labels = labels.filter(|(_, value)| !value.is_empty());
        let bytes = labels.clone().map(|(name, value)| name.len() + value.len() + 8).sum();
        let mut text = String::with_capacity(bytes);
        for (name, value) in labels {
            push_text(&mut text, name);
            push_text(&mut text, value);
        }
        Self(text.into())
    }

    /// The name of the metric: the value under `__name__`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.get(MetricName::LABEL)
    }

    /// The value under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (found, value) = self.iter().find(|(own, _)| *own >= name)?;
        (found == name).then_some(value)
    }

    /// The names with their values, sorted by the bytes of the names.
    #[must_use]
    pub fn iter(&self) -> SeriesLabelsIter<'_> {
        SeriesLabelsIter { rest: &self.0 }
    }

    /// How many labels there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there is no label.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels for which `keep(name, value)` holds.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let series = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api"), ("zone", "eu")])?;
    /// assert_eq!(series.filtered(|_, value| value != "eu").to_string(), r#"up{job="api"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    #[must_use]
    pub fn filtered(&self, mut keep: impl FnMut(&str, &str) -> bool) -> Self {
        let mut text = String::new();
        let mut rest = self.iter();
        loop {
            let before = rest.rest;
            let Some((name, value)) = rest.next() else { break };
            if keep(name, value) {
                let packed = before.len() - rest.rest.len();
                text.push_str(before.get(..packed).unwrap_or_default());
            }
        }
        if text.len() == self.0.len() { self.clone() } else { Self(text.into()) }
    }

    /// The labels whose name is none of these: what `without (…)` keeps, the name of the metric aside.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let series = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api"), ("zone", "eu")])?;
    /// assert_eq!(series.without(&["job", "__name__"]).to_string(), r#"{zone="eu"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    #[must_use]
    pub fn without(&self, names: &[impl AsRef<str>]) -> Self {
        self.filtered(|own, _| !names.iter().any(|name| name.as_ref() == own))
    }

    /// The labels whose name is one of these: what `by (…)` keeps.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let series = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api"), ("zone", "eu")])?;
    /// assert_eq!(series.keep_only(&["job", "team"]).to_string(), r#"{job="api"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    #[must_use]
    pub fn keep_only(&self, names: &[impl AsRef<str>]) -> Self {
        self.filtered(|own, _| names.iter().any(|name| name.as_ref() == own))
    }

    /// The labels without the name of the metric.
    #[must_use]
    pub fn without_name(&self) -> Self {
        self.filtered(|name, _| name != MetricName::LABEL)
    }

    /// The same labels with this value under `name`; the empty value takes the label out.
    ///
    /// # Errors
    ///
    /// [`InvalidLabel`] if the name is empty, one of the two is too long, or there are as many labels as there may be.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let series = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api")])?;
    /// assert_eq!(series.with("job", "db")?.with("zone", "eu")?.to_string(), r#"up{job="db", zone="eu"}"#);
    /// assert_eq!(series.with("job", "")?.to_string(), "up");
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub fn with(&self, name: &str, value: &str) -> Result<Self, InvalidLabel> {
        let mut builder = self.to_builder();
        builder.set(name, value)?;
        Ok(builder.build())
    }

    /// A builder that starts with these labels, to change several.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let mut builder = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api")])?.to_builder();
    /// builder.remove("__name__");
    /// builder.set("zone", "eu")?;
    /// assert_eq!(builder.build().to_string(), r#"{job="api", zone="eu"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    #[must_use]
    pub fn to_builder(&self) -> SeriesLabelsBuilder {
        SeriesLabelsBuilder { entries: self.iter().map(|(name, value)| (name.into(), value.into())).collect() }
    }

    /// A hash that is the same on every machine and in every run: XXH64 over each name and value, each followed by the byte `ff`.
    ///
    /// This is what `labels.Labels.Hash` of Prometheus gives where it is built with slices of labels.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// // XXH64 of nothing.
    /// assert_eq!(SeriesLabels::new().hash64(), 0xef46_db37_51d8_e999);
    /// ```
    #[must_use]
    pub fn hash64(&self) -> u64 {
        let mut bytes = Vec::with_capacity(self.0.len());
        for part in self.iter().flat_map(|(name, value)| [name, value]) {
            bytes.extend_from_slice(part.as_bytes());
            bytes.push(0xff);
        }
        XxHash64::oneshot(0, &bytes)
    }

    /// Prints all labels in braces, `__name__` as one of them: `{__name__="up", job="api"}`.
    ///
    /// This is Prometheus' `labels.Labels.String`, which stands in its error messages.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let series = SeriesLabels::from_pairs([("__name__", "up"), ("service.name", "api")])?;
    /// assert_eq!(series.braced().to_string(), r#"{__name__="up", "service.name"="api"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub fn braced(&self) -> impl fmt::Display + '_ {
        struct Braced<'a>(&'a SeriesLabels);
        impl fmt::Display for Braced<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_braced(f, None, self.0.iter())
            }
        }
        Braced(self)
    }

    /// The same labels in the form that an alert has.
    #[must_use]
    pub fn to_labels(&self) -> Labels {
        // Not `unwrap_or_default` in effect: the limits of the two are the same.
        Labels::from_pairs(self.iter()).unwrap_or_default()
    }
}

impl Default for SeriesLabels {
    fn default() -> Self {
        Self::new()
    }
}

/// Appends a text after its length, which is written as one character.
fn push_text(out: &mut String, text: &str) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    // Surrogates are no characters, so they are left out.
    let code = if length < 0xd800 { length } else { length.saturating_add(0x800) };
    // INVARIANT: names have at most 4 KiB and values 256 KiB, and characters reach to 1,088 KiB.
    out.push(char::from_u32(code).unwrap_or_default());
    out.push_str(text);
}

/// Takes a text that `push_text` wrote, and gives what follows it.
fn take_text(packed: &str) -> Option<(&str, &str)> {
    let mut rest = packed.chars();
    let code = u32::from(rest.next()?);
    let length = if code < 0xd800 { code } else { code - 0x800 };
    rest.as_str().split_at_checked(usize::try_from(length).ok()?)
}

fn check_label(name: &str, value: &str) -> Result<(), InvalidLabel> {
    // The limits count characters, so a text with fewer bytes is never too long.
    if name.is_empty() || name.len() > 1_024 {
        LabelName::new(name)?;
    }
    if value.len() > 65_536 {
        LabelValue::new(value)?;
    }
    Ok(())
}

fn check_count(name: &str, count: usize) -> Result<(), InvalidLabel> {
    if count < SeriesLabels::MAX { Ok(()) } else { Err(InvalidLabel::TooMany { name: excerpt(name), max: SeriesLabels::MAX }) }
}

/// The labels of a series one by one, see [`SeriesLabels::iter`].
///
/// ```
/// use alert_schemas::metrics::{SeriesLabels, SeriesLabelsIter};
///
/// let series = SeriesLabels::from_pairs([("b", "2"), ("a", "1")])?;
/// let labels: SeriesLabelsIter<'_> = series.iter();
/// assert_eq!(labels.collect::<Vec<_>>(), [("a", "1"), ("b", "2")]);
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone)]
pub struct SeriesLabelsIter<'a> {
    rest: &'a str,
}

impl<'a> Iterator for SeriesLabelsIter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = take_text(self.rest)?;
        let (value, rest) = take_text(rest)?;
        self.rest = rest;
        Some((name, value))
    }
}

impl std::iter::FusedIterator for SeriesLabelsIter<'_> {}

impl<'a> IntoIterator for &'a SeriesLabels {
    type Item = (&'a str, &'a str);
    type IntoIter = SeriesLabelsIter<'a>;

    fn into_iter(self) -> SeriesLabelsIter<'a> {
        self.iter()
    }
}

/// Labels of a series under construction: several changes, one new text.
///
/// ```
/// use alert_schemas::metrics::{SeriesLabels, SeriesLabelsBuilder};
///
/// let mut builder: SeriesLabelsBuilder = SeriesLabels::new().to_builder();
/// builder.set("job", "api")?.set("__name__", "up")?.remove("zone");
/// assert_eq!(builder.build().to_string(), r#"up{job="api"}"#);
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SeriesLabelsBuilder {
    // INVARIANT: sorted by name, each name once.
    entries: Vec<(Box<str>, Box<str>)>,
}

impl SeriesLabelsBuilder {
    /// Sets the value under `name`; the empty value takes the label out.
    ///
    /// # Errors
    ///
    /// [`InvalidLabel`] if the name is empty, one of the two is too long, or there are as many labels as there may be.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    ///
    /// let mut builder = SeriesLabels::new().to_builder();
    /// assert!(builder.set("", "api").is_err());
    /// assert_eq!(builder.set("job", "api")?.build().get("job"), Some("api"));
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub fn set(&mut self, name: &str, value: &str) -> Result<&mut Self, InvalidLabel> {
        check_label(name, value)?;
        if value.is_empty() {
            return Ok(self.remove(name));
        }
        match self.find(name) {
            Ok(index) => {
                if let Some((_, old)) = self.entries.get_mut(index) {
                    *old = value.into();
                }
            }
            Err(index) => {
                check_count(name, self.entries.len())?;
                self.entries.insert(index, (name.into(), value.into()));
            }
        }
        Ok(self)
    }

    /// Takes the label `name` out.
    pub fn remove(&mut self, name: &str) -> &mut Self {
        if let Ok(index) = self.find(name) {
            self.entries.remove(index);
        }
        self
    }

    /// The labels.
    #[must_use]
    pub fn build(&self) -> SeriesLabels {
        SeriesLabels::packed(self.entries.iter().map(|(name, value)| (&**name, &**value)))
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(own, _)| (**own).cmp(name))
    }
}

impl PartialOrd for SeriesLabels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SeriesLabels {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl fmt::Display for SeriesLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = self.iter().filter(|(name, _)| *name != MetricName::LABEL);
        match self.name() {
            Some(name) if is_legacy_name(name) => {
                f.write_str(name)?;
                if others.clone().next().is_none() { Ok(()) } else { write_braced(f, None, others) }
            }
            name => write_braced(f, name, others),
        }
    }
}

impl fmt::Debug for SeriesLabels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeriesLabels({self})")
    }
}

fn write_braced<'a>(f: &mut fmt::Formatter<'_>, first: Option<&str>, labels: impl Iterator<Item = (&'a str, &'a str)>) -> fmt::Result {
    f.write_char('{')?;
    let mut comma = "";
    if let Some(name) = first {
        f.write_str(&go::quote(name))?;
        comma = ", ";
    }
    for (name, value) in labels {
        f.write_str(comma)?;
        match LabelSyntax::Legacy.allows(name) {
            true => f.write_str(name)?,
            false => f.write_str(&go::quote(name))?,
        }
        write!(f, "={}", go::quote(value))?;
        comma = ", ";
    }
    f.write_char('}')
}

impl From<&Labels> for SeriesLabels {
    /// The same labels; those with an empty value are left out.
    fn from(labels: &Labels) -> Self {
        Self::packed(labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

impl From<&SeriesLabels> for Labels {
    fn from(labels: &SeriesLabels) -> Self {
        labels.to_labels()
    }
}

impl serde::Serialize for SeriesLabels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for SeriesLabels {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Labels::deserialize(deserializer).map(|labels| Self::from(&labels))
    }
}

impl FromJson for SeriesLabels {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        Labels::from_json(json, path, walk).map(|labels| Self::from(&labels))
    }
}

impl Check for SeriesLabels {}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SeriesLabels {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SeriesLabels".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "title": "SeriesLabels",
            "description": "The labels that identify a series, the name of its metric among them under `__name__`.\n\nA label with an empty value is the same as none.",
            "type": "object",
            "additionalProperties": { "type": "string", "maxLength": 65_536 },
            "propertyNames": { "minLength": 1, "maxLength": 1_024 },
            "maxProperties": SeriesLabels::MAX,
            "examples": [{ "__name__": "up", "job": "api" }]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for SeriesLabels {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        (proptest::option::of(any::<MetricName>()), any::<Labels>())
            .prop_map(|(name, labels)| {
                let name = name.iter().map(|name| (MetricName::LABEL, name.as_str()));
                let labels = labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
                // A few labels, which are within the limits.
                Self::from_pairs(name.chain(labels.filter(|(name, _)| *name != MetricName::LABEL))).unwrap_or_default()
            })
            .boxed()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> SeriesLabels {
        SeriesLabels::from_pairs(pairs.iter().copied()).unwrap()
    }

    #[test]
    fn metrics_are_printed_as_prometheus_prints_them() {
        for (pairs, text, braced) in [
            (&[][..], "{}", "{}"),
            (&[("__name__", "up")], "up", r#"{__name__="up"}"#),
            (&[("zone", "eu"), ("job", "a\"b\n")], r#"{job="a\"b\n", zone="eu"}"#, r#"{job="a\"b\n", zone="eu"}"#),
            (&[("__name__", "up"), ("Zone", "eu")], r#"up{Zone="eu"}"#, r#"{Zone="eu", __name__="up"}"#),
            (&[("__name__", "a.b")], r#"{"a.b"}"#, r#"{__name__="a.b"}"#),
            (&[("__name__", "a.b"), ("c.d", "é"), ("e", "f")], r#"{"a.b", "c.d"="é", e="f"}"#, r#"{__name__="a.b", "c.d"="é", e="f"}"#),
        ] {
            let labels = labels(pairs);
            assert_eq!((labels.to_string(), labels.braced().to_string()), (text.to_owned(), braced.to_owned()));
        }
    }

    #[test]
    fn long_values_are_kept() {
        // Around the characters that do not exist, and at the limit.
        for length in [0, 1, 127, 128, 0xd7ff, 0xd800, 0xdfff, 0xe000, 65_536] {
            let value = "x".repeat(length);
            let series = labels(&[("a", &value), ("b", "y")]);
            assert_eq!((series.get("a").unwrap_or_default(), series.get("b")), (&*value, Some("y")));
        }
        let value = "🔥".repeat(65_536);
        assert_eq!(labels(&[("a", &value)]).get("a"), Some(&*value));
        let error = SeriesLabels::from_pairs([("a", "🔥".repeat(65_537))]).unwrap_err();
        assert_eq!(error.code(), "text_too_long");
    }

    #[test]
    fn there_are_at_most_512_labels() {
        let pairs: Vec<_> = (0..513).map(|number| (format!("l{number:03}"), "x")).collect();
        let most = SeriesLabels::from_pairs(pairs.iter().take(512).map(|(name, value)| (name, value))).unwrap();
        assert_eq!(most.len(), 512);
        assert_eq!(most.to_labels().len(), 512);
        let message = "`l512` is one too many: expected at most 512";
        assert_eq!(SeriesLabels::from_pairs(pairs).unwrap_err().to_string(), message);
        assert_eq!(most.with("l512", "x").unwrap_err().to_string(), message);
        assert!(most.with("l000", "y").is_ok() && most.with("l512", "").is_ok());
    }

    #[test]
    fn order_is_that_of_the_labels_not_of_the_text() {
        let mut all =
            [labels(&[("a", "22")]), labels(&[("a", "1"), ("b", "1")]), labels(&[("a", "222")]), labels(&[]), labels(&[("a", "1")])];
        all.sort();
        let printed: Vec<String> = all.iter().map(ToString::to_string).collect();
        assert_eq!(printed, ["{}", r#"{a="1"}"#, r#"{a="1", b="1"}"#, r#"{a="22"}"#, r#"{a="222"}"#]);
    }

    proptest! {
        #[test]
        fn labels_go_in_and_out(map in proptest::collection::btree_map("[a-c_é]{1,2}", "[a-c]{0,2}", 0..5), name in "[a-c_é]{1,2}", value in "[a-c]{0,2}") {
            let series = SeriesLabels::from_pairs(&map).unwrap();
            let mut full = map.clone();
            full.retain(|_, value| !value.is_empty());
            prop_assert!(series.iter().eq(full.iter().map(|(name, value)| (&**name, &**value))));
            prop_assert_eq!(series.get(&name), full.get(&name).map(|value| &**value));
            prop_assert_eq!(series.keep_only(&[&name]).len() + series.without(&[&name]).len(), series.len());
            full.insert(name.clone(), value.clone());
            full.retain(|_, value| !value.is_empty());
            prop_assert_eq!(series.with(&name, &value).unwrap(), SeriesLabels::from_pairs(&full).unwrap());
            prop_assert_eq!(SeriesLabels::from(&series.to_labels()), series);
        }
    }
}
