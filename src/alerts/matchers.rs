//! A list of matchers, all of which must match.

use std::fmt;
use std::str::FromStr;

use crate::alerts::labels::Labels;
use crate::alerts::matcher::MatchOp;
use crate::alerts::matcher::Matcher;
use crate::alerts::matcher::Stored;
use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matcher_parse::MatcherSyntax;

/// A list of matchers that match together: labels match if every matcher does, and the empty list matches everything.
///
/// # Text
///
/// Alertmanager's, bit for bit: the matchers in their order, in braces, with commas and no spaces (`{team="payments",env!="dev"}`).
/// [`Matchers::parse`] reads it back to an equal list. For an empty label name see [`Matcher`].
///
/// # Limits
///
/// At most [`Matchers::MAX_MATCHERS`] matchers, a text of at most [`Matchers::MAX_BYTES`] bytes, and compiled patterns of at most
/// [`Matchers::MAX_PATTERN_BYTES`].
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{Labels, Matchers};
///
/// let matchers: Matchers = r#"severity=~"critical|high", team!="""#.parse()?;
/// assert_eq!(matchers.to_string(), r#"{severity=~"critical|high",team!=""}"#);
///
/// assert!(matchers.matches(&Labels::from_pairs([("severity", "high"), ("team", "payments")])?));
///
/// let labels = Labels::from_pairs([("severity", "high")])?;
/// assert!(!matchers.matches(&labels));
/// assert_eq!(matchers.first_mismatch(&labels).map(ToString::to_string).as_deref(), Some(r#"team!="""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Matchers(Vec<Matcher>);

impl Matchers {
    /// The longest text of a list, in bytes.
    pub const MAX_BYTES: usize = 65_536;

    /// The largest number of matchers in a list.
    pub const MAX_MATCHERS: usize = 1_000;

    /// The largest memory of all compiled patterns of a list, in bytes. A pattern counts as 8 KiB or, if it does not fit in that, as
    /// 32, 128 or 512 KiB, or 2 MiB.
    pub const MAX_PATTERN_BYTES: usize = 8 << 20;

    /// The list of these matchers, in their order.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] if there are more than [`Matchers::MAX_MATCHERS`] (code `matcher_too_many`), if the text would be longer than
    /// [`Matchers::MAX_BYTES`] (code `matcher_too_long`), or if the patterns take more than [`Matchers::MAX_PATTERN_BYTES`] (code
    /// `matcher_patterns_too_large`).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Matcher, Matchers};
    ///
    /// let matchers = Matchers::new([Matcher::equal("team", "payments")?, Matcher::not_equal("env", "dev")?])?;
    /// assert_eq!(matchers.to_string(), r#"{team="payments",env!="dev"}"#);
    ///
    /// let many = std::iter::repeat_n(Matcher::equal("team", "payments")?, 1_001);
    /// assert_eq!(Matchers::new(many).unwrap_err().to_string(), "too many matchers, expected at most 1000");
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn new(matchers: impl IntoIterator<Item = Matcher>) -> Result<Self, InvalidMatcher> {
        let mut builder = ListBuilder::default();
        matchers.into_iter().try_for_each(|matcher| builder.push(matcher))?;
        builder.finish()
    }

    /// The matchers, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Matcher] {
        &self.0
    }

    /// The matchers, in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Matcher> {
        self.0.iter()
    }

    /// The number of matchers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no matcher, so that everything matches.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same matchers ordered by name, value and operator, as they stand in Alertmanager's group keys.
    ///
    /// ```
    /// use alert_schemas::alerts::Matchers;
    ///
    /// let matchers: Matchers = "b=2,b!=1,a=3,b=1".parse()?;
    /// assert_eq!(matchers.sorted().to_string(), r#"{a="3",b="1",b!="1",b="2"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort();
        self
    }

    /// Whether these labels match.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.first_mismatch(labels).is_none()
    }

    /// Whether labels that are kept in any other form match: `lookup` gives the value of a label, `None` if it is missing.
    #[must_use]
    pub fn matches_by<'a>(&self, lookup: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.first_mismatch_by(lookup).is_none()
    }

    /// Why these labels do not match: the first matcher that does not, `None` if they match.
    #[must_use]
    pub fn first_mismatch(&self, labels: &Labels) -> Option<&Matcher> {
        self.first_mismatch_by(|name| labels.get(name))
    }

    /// The first matcher that labels in any other form do not match, see [`Matchers::matches_by`].
    #[must_use]
    pub fn first_mismatch_by<'a>(&self, lookup: impl Fn(&str) -> Option<&'a str>) -> Option<&Matcher> {
        self.0.iter().find(|matcher| !matcher.matches_by(&lookup))
    }

    pub(crate) fn into_one(self) -> Result<Matcher, InvalidMatcher> {
        let count = self.0.len();
        match self.0.into_iter().next() {
            Some(matcher) if count == 1 => Ok(matcher),
            _ => Err(InvalidMatcher::count(count)),
        }
    }
}

/// Takes the label name, operator and value of a matcher.
pub(crate) type Add<'a> = &'a mut dyn FnMut(&str, MatchOp, &str) -> Result<(), InvalidMatcher>;

/// A list under construction, within its limits.
#[derive(Debug, Default)]
pub(crate) struct ListBuilder {
    list: Vec<Matcher>,
    pattern_bytes: usize,
}

impl ListBuilder {
    /// The list of the matchers that `parse` adds.
    pub(crate) fn read(parse: impl FnOnce(Add<'_>) -> Result<(), InvalidMatcher>) -> Result<Matchers, InvalidMatcher> {
        let mut builder = Self::default();
        parse(&mut |name, op, value| {
            builder.check_count()?;
            // Not more than is left: the pattern that does not fit is refused, not compiled.
            let memory = Matchers::MAX_PATTERN_BYTES - builder.pattern_bytes;
            builder.push(Matcher::within(name.to_owned(), op, value.to_owned(), memory)?)
        })?;
        builder.finish()
    }

    fn check_count(&self) -> Result<(), InvalidMatcher> {
        if self.list.len() == Matchers::MAX_MATCHERS { Err(InvalidMatcher::too_many(Matchers::MAX_MATCHERS)) } else { Ok(()) }
    }

    fn push(&mut self, matcher: Matcher) -> Result<(), InvalidMatcher> {
        self.check_count()?;
        let pattern_bytes = self.pattern_bytes + matcher.pattern_bytes();
        if pattern_bytes > Matchers::MAX_PATTERN_BYTES {
            return Err(InvalidMatcher::patterns_too_large(Matchers::MAX_PATTERN_BYTES));
        }
        self.pattern_bytes = pattern_bytes;
        self.list.push(matcher);
        Ok(())
    }

    fn finish(self) -> Result<Matchers, InvalidMatcher> {
        let list = self.list;
        // Two braces, and a comma between each two.
        let bytes = 2 + list.len().saturating_sub(1) + list.iter().map(Matcher::text_len).sum::<usize>();
        if bytes > Matchers::MAX_BYTES {
            let first = list.first().map(Matcher::to_string).unwrap_or_default();
            return Err(InvalidMatcher::too_long(bytes, Matchers::MAX_BYTES, &first));
        }
        Ok(Matchers(list))
    }
}

impl fmt::Display for Matchers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.0)
    }
}

/// The text that always reads back: that of `Display`, but for empty names.
pub(crate) struct StoredList<'a>(pub(crate) &'a Matchers);

impl fmt::Display for StoredList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, self.0.iter().map(Stored))
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, list: impl IntoIterator<Item: fmt::Display>) -> fmt::Result {
    f.write_str("{")?;
    for (at, matcher) in list.into_iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        write!(f, "{comma}{matcher}")?;
    }
    f.write_str("}")
}

impl FromStr for Matchers {
    type Err = InvalidMatcher;

    /// Reads the UTF-8 syntax, in which `Display` writes; [`Matchers::parse`] reads the others.
    fn from_str(text: &str) -> Result<Self, InvalidMatcher> {
        Self::parse(text, MatcherSyntax::Utf8)
    }
}

impl From<Matcher> for Matchers {
    fn from(matcher: Matcher) -> Self {
        // Within the limits: `Matcher::MAX_BYTES` leaves room for the braces.
        Self(vec![matcher])
    }
}

impl TryFrom<Vec<Matcher>> for Matchers {
    type Error = InvalidMatcher;

    fn try_from(matchers: Vec<Matcher>) -> Result<Self, InvalidMatcher> {
        Self::new(matchers)
    }
}

impl From<Matchers> for Vec<Matcher> {
    fn from(matchers: Matchers) -> Self {
        matchers.0
    }
}

impl IntoIterator for Matchers {
    type Item = Matcher;
    type IntoIter = std::vec::IntoIter<Matcher>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Matchers {
    type Item = &'a Matcher;
    type IntoIter = std::slice::Iter<'a, Matcher>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_must_match_and_none_matches_everything() {
        let lookup = |name: &str| match name {
            "zone" => Some("eu"),
            "tier" => Some("1"),
            _ => None,
        };
        let list: Matchers = "zone=eu,tier=~\"1|2\",host=\"\"".parse().unwrap();
        assert!(list.matches_by(lookup));
        assert!(Matchers::default().matches_by(lookup));
        let list: Matchers = "zone=eu,tier=3,host!=\"\"".parse().unwrap();
        assert!(!list.matches_by(lookup));
        assert_eq!(list.first_mismatch_by(lookup), list.as_slice().get(1));
    }

    #[test]
    fn labels_match_as_any_lookup_does() {
        let labels = Labels::from_pairs([("zone", "eu"), ("tier", "1")]).unwrap();
        let list: Matchers = "zone=eu,host=\"\"".parse().unwrap();
        assert!(list.matches(&labels) && list.iter().all(|matcher| matcher.matches(&labels)));
        let list: Matchers = "zone=eu,tier!=1".parse().unwrap();
        assert!(!list.matches(&labels));
        assert_eq!(list.first_mismatch(&labels), Some(&Matcher::not_equal("tier", "1").unwrap()));
    }

    #[test]
    fn lists_convert() {
        let list: Matchers = "b=1,a=2".parse().unwrap();
        assert_eq!((list.len(), list.is_empty()), (2, false));
        assert_eq!(list.iter().map(Matcher::name).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!((&list).into_iter().count(), list.clone().into_iter().count());
        assert_eq!(Matchers::try_from(Vec::from(list.clone())), Ok(list.clone()));
        let error = Matcher::try_from(list).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("matcher_several", "2 matchers, expected one"));
        let error = Matcher::try_from(Matchers::default()).unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("matcher_missing", "no matcher, expected one"));
        let one = Matcher::equal("a", "2").unwrap();
        assert_eq!(Matcher::try_from(Matchers::from(one.clone())), Ok(one));
    }

    #[test]
    fn the_text_has_a_limit() {
        let half = Matcher::equal("a", "x".repeat(Matchers::MAX_BYTES / 2)).unwrap();
        let rest = |bytes: usize| Matcher::equal("b", "x".repeat(bytes)).unwrap();
        let left = Matchers::MAX_BYTES / 2 - 3 - 2 * r#"a="""#.len();
        let list = Matchers::new([half.clone(), rest(left)]).unwrap();
        assert_eq!(list.to_string().len(), Matchers::MAX_BYTES);
        assert_eq!(list.to_string().parse(), Ok(list));
        let error = Matchers::new([rest(left + 1), half]).unwrap_err();
        let message = format!("`b=\"{}…` makes 65537 bytes, expected at most 65536", "x".repeat(61));
        assert_eq!((error.code(), error.to_string()), ("matcher_too_long", message));
    }

    #[test]
    fn patterns_have_a_limit_together() {
        // Each of these takes 2 MiB, so four fill a list.
        let heavy = Matcher::new("host", MatchOp::Regex, r"\pL{40}").unwrap();
        let four = Matchers::new(vec![heavy.clone(); 4]).unwrap();
        assert_eq!(four.to_string().parse(), Ok(four.clone()));
        let error = Matchers::new(vec![heavy.clone(); 5]).unwrap_err();
        let message = "patterns too large, expected at most 8388608 bytes of compiled patterns in a list";
        assert_eq!((error.code(), error.to_string().as_str()), ("matcher_patterns_too_large", message));
        let error = format!("{heavy},").repeat(1_000).parse::<Matchers>().unwrap_err();
        assert_eq!((error.code(), error.span()), ("matcher_patterns_too_large", Some(74..84)));
        // Ordinary patterns are never too many.
        let list: Matchers = "instance=~web-[0-9]+,".repeat(1_000).parse().unwrap();
        assert_eq!(list.len(), 1_000);
        // What is too large for any list is a pattern that is not valid.
        assert_eq!(Matcher::new("host", MatchOp::Regex, r"\pL{200}").unwrap_err().code(), "matcher_invalid_pattern");
    }

    proptest! {
        #[test]
        fn print_and_parse_is_identity(list in any::<Matchers>()) {
            prop_assume!(list.iter().all(|matcher| !matcher.name().is_empty()));
            prop_assert_eq!(list.to_string().parse(), Ok(list));
        }

        #[test]
        fn order_changes_no_match(list in any::<Matchers>(), values in proptest::collection::vec("[a-z.]{0,3}", 4)) {
            let lookup = |name: &str| values.get(name.len() % 5).map(String::as_str);
            let sorted = list.clone().sorted();
            prop_assert_eq!(list.matches_by(lookup), sorted.matches_by(lookup));
            prop_assert_eq!(list.matches_by(lookup), list.iter().all(|matcher| matcher.matches_by(lookup)));
            prop_assert_eq!(sorted.clone().sorted(), sorted);
        }
    }
}
