//! A condition on a label of a series, as selectors have them.

use std::fmt;

use crate::alerts::LabelSyntax;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::metrics::series_labels::SeriesLabels;
use crate::utils::go;
use crate::utils::go::Anchoring;
use crate::utils::go::InvalidPattern;
use crate::utils::go::Pattern;
use crate::utils::go::PatternLimits;

/// A condition on one label of a series: its name, an operator and a value.
///
/// This is Prometheus' matcher. It differs from Alertmanager's [`Matcher`] where the value of a label has a line break: there `.` matches
/// it. A label that is missing has the empty value; the name of the metric is the label `__name__`.
///
/// # Text
///
/// As Prometheus prints it, `job=~"api|web"`; a name that is not of the older syntax in quotes.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::MatchOp;
/// use alert_schemas::metrics::{SeriesLabels, SeriesMatcher};
///
/// let matcher = SeriesMatcher::new("job", MatchOp::Regex, "api|web")?;
/// assert!(matcher.matches(&SeriesLabels::from_pairs([("__name__", "up"), ("job", "api")])?));
/// assert!(!matcher.matches_value("api2"));
/// assert_eq!(matcher.to_string(), r#"job=~"api|web""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SeriesMatcher {
    name: Box<str>,
    value: Box<str>,
    op: MatchOp,
    // INVARIANT: present if and only if `op.is_regex()`, and made from `value`.
    pattern: Option<Pattern>,
}

impl SeriesMatcher {
    /// The matcher of these parts.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] if the value is to be a pattern and is not valid RE2, or compiles to more than the default of
    /// [`PatternLimits`].
    ///
    /// ```
    /// use alert_schemas::alerts::MatchOp;
    /// use alert_schemas::metrics::SeriesMatcher;
    ///
    /// assert!(SeriesMatcher::new("job", MatchOp::Equal, "(api").is_ok());
    /// assert!(SeriesMatcher::new("job", MatchOp::Regex, "(api").is_err());
    /// ```
    pub fn new(name: impl Into<String>, op: MatchOp, value: impl Into<String>) -> Result<Self, InvalidPattern> {
        Self::with_limits(name, op, value, &PatternLimits::default())
    }

    /// The matcher of these parts, its pattern within these limits.
    ///
    /// # Errors
    ///
    /// As [`SeriesMatcher::new`].
    ///
    /// ```
    /// use alert_schemas::alerts::MatchOp;
    /// use alert_schemas::metrics::SeriesMatcher;
    /// use alert_schemas::utils::go::PatternLimits;
    ///
    /// let small = PatternLimits::default().compiled_bytes(1_000);
    /// assert!(SeriesMatcher::with_limits("job", MatchOp::Regex, r"\pL{50}", &small).is_err());
    /// ```
    pub fn with_limits(
        name: impl Into<String>,
        op: MatchOp,
        value: impl Into<String>,
        limits: &PatternLimits,
    ) -> Result<Self, InvalidPattern> {
        let value = value.into();
        let pattern = match op.is_regex() {
            true => Some(Pattern::with_limits(&value, Anchoring::Prometheus, limits)?),
            false => None,
        };
        Ok(Self { name: name.into().into(), value: value.into(), op, pattern })
    }

    /// The matcher of these parts; `pattern` is there for a pattern, and was made from `value`.
    pub(crate) fn from_parts(name: &str, op: MatchOp, value: &str, pattern: Option<Pattern>) -> Self {
        Self { name: name.into(), value: value.into(), op, pattern }
    }

    /// `name="value"`.
    #[must_use]
    pub fn equal(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into().into(), value: value.into().into(), op: MatchOp::Equal, pattern: None }
    }

    /// The name of the label that is looked at.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the value of the label is compared.
    #[must_use]
    pub fn op(&self) -> MatchOp {
        self.op
    }

    /// The value or pattern that the value of the label is compared with.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether a label with this value matches; a missing label has the value `""`.
    #[must_use]
    pub fn matches_value(&self, value: &str) -> bool {
        self.op.holds(&self.value, self.pattern.as_ref(), value)
    }

    /// Whether a series of these labels matches.
    #[must_use]
    pub fn matches(&self, labels: &SeriesLabels) -> bool {
        self.matches_value(labels.get(&self.name).unwrap_or_default())
    }
}

impl TryFrom<&Matcher> for SeriesMatcher {
    type Error = InvalidPattern;

    /// The same condition, asked as Prometheus asks it.
    fn try_from(matcher: &Matcher) -> Result<Self, InvalidPattern> {
        Self::new(matcher.name(), matcher.op(), matcher.value())
    }
}

impl PartialEq for SeriesMatcher {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.op, &self.value) == (&other.name, other.op, &other.value)
    }
}

impl Eq for SeriesMatcher {}

impl fmt::Display for SeriesMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match LabelSyntax::Legacy.allows(&self.name) {
            true => f.write_str(&self.name)?,
            false => f.write_str(&go::quote(&self.name))?,
        }
        write!(f, "{}{}", self.op, go::quote(&self.value))
    }
}

impl fmt::Debug for SeriesMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SeriesMatcher({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operators_look_at_missing_labels_as_empty() {
        let labels = SeriesLabels::from_pairs([("__name__", "up"), ("job", "a\nb")]).unwrap();
        for (name, op, value, expected) in [
            ("job", MatchOp::Equal, "a\nb", true),
            ("job", MatchOp::NotEqual, "a\nb", false),
            ("job", MatchOp::Regex, "a.b", true),
            ("job", MatchOp::Regex, "a", false),
            ("job", MatchOp::NotRegex, "a.*", false),
            ("zone", MatchOp::Equal, "", true),
            ("zone", MatchOp::NotEqual, "", false),
            ("zone", MatchOp::Regex, ".*", true),
            ("zone", MatchOp::NotRegex, ".+", true),
            ("__name__", MatchOp::Equal, "up", true),
            ("__name__", MatchOp::Regex, "u", false),
        ] {
            let matcher = SeriesMatcher::new(name, op, value).unwrap();
            assert_eq!(matcher.matches(&labels), expected, "{matcher}");
        }
    }

    #[test]
    fn a_matcher_of_alertmanager_is_asked_as_prometheus_asks() {
        let matcher: Matcher = r#"job=~"a.b""#.parse().unwrap();
        assert!(!matcher.matches_value("a\nb"));
        let ours = SeriesMatcher::try_from(&matcher).unwrap();
        assert!(ours.matches_value("a\nb"));
        assert_eq!((ours.name(), ours.op(), ours.value()), ("job", MatchOp::Regex, "a.b"));
        assert_eq!(SeriesMatcher::equal("a.b", "c\"").to_string(), r#""a.b"="c\"""#);
    }
}
