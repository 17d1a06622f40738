//! One matcher: a label name, an operator and a value.

use std::cmp::Ordering;
use std::fmt;
use std::fmt::Write as _;
use std::hash::Hash;
use std::hash::Hasher;
use std::str::FromStr;

use crate::alerts::labels::Labels;
use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matcher_parse::MatcherSyntax;
use crate::alerts::matchers::Matchers;
use crate::utils::go;
use crate::utils::go::Anchoring;
use crate::utils::go::Pattern;

crate::utils::vocabulary! {
    /// The operator of a matcher.
    ///
    /// | operator | matches when the label's value |
    /// |---|---|
    /// | `=` | is the value |
    /// | `!=` | is not the value |
    /// | `=~` | matches the pattern from its first to its last character |
    /// | `!~` | does not |
    ///
    /// Operators are ordered as in the table.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::MatchOp;
    ///
    /// let op: MatchOp = "=~".parse()?;
    /// assert_eq!(op, MatchOp::Regex);
    /// assert_eq!(op.inverse().as_str(), "!~");
    /// assert!(MatchOp::Equal < MatchOp::NotEqual && MatchOp::Regex < MatchOp::NotRegex);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatchOp>(())
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "closed by nature: the field has these four, and callers match them all")]]
    pub enum MatchOp;
    error InvalidMatchOp in alerts, code "invalid_match_op", noun "an operator", derives [PartialOrd, Ord];
    /// The label has this value.
    Equal = "=",
    /// The label has another value.
    NotEqual = "!=",
    /// The whole value of the label matches this pattern.
    Regex = "=~",
    /// The whole value of the label does not match this pattern.
    NotRegex = "!~",
}

impl MatchOp {
    /// The operator that matches exactly where this one does not.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Regex => Self::NotRegex,
            Self::NotRegex => Self::Regex,
        }
    }

    /// Whether the value is a pattern: `=~` and `!~`.
    #[must_use]
    pub fn is_regex(self) -> bool {
        matches!(self, Self::Regex | Self::NotRegex)
    }

    /// Whether the value is wanted, not unwanted: `=` and `=~`.
    #[must_use]
    pub fn is_positive(self) -> bool {
        matches!(self, Self::Equal | Self::Regex)
    }

    /// Whether `found` is what a matcher with this operator asks for: the text `wanted`, or what its pattern matches.
    pub(crate) fn holds(self, wanted: &str, pattern: Option<&Pattern>, found: &str) -> bool {
        pattern.map_or_else(|| wanted == found, |pattern| pattern.is_match(found)) == self.is_positive()
    }
}

/// A condition on one label: its name, an operator and a value, as in `severity="critical"` or `instance=~"web-.*"`.
///
/// A label that is missing has the empty value, so `team=""` matches where there is no `team`. Patterns are RE2 patterns that must
/// match the whole value; `.` does not match a newline. This is Alertmanager's matcher, see [`Matchers`] for a list of them.
///
/// # Text
///
/// The text is Alertmanager's, bit for bit, because group keys are made of it: the name as it is and the value in double quotes with
/// `\`, `"` and newline escaped. If the name has whitespace or one of ``{}!=~,\"'` ``, both are quoted as Go quotes.
/// [`Matcher::parse`] reads this text back to an equal matcher. One text is an exception: Alertmanager accepts an empty name
/// (`""="x"`) but prints it as `="x"`, which it refuses. There `Display` does as Alertmanager does, and JSON says `""="x"`.
///
/// # Order and equality
///
/// By name, then value, then operator: the order in which Alertmanager sorts a list.
///
/// # Limits
///
/// The text has at most [`Matcher::MAX_BYTES`] bytes, and a compiled pattern takes at most 2 MiB: enough for an alternation of
/// eight hundred host names.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{MatchOp, Matcher, MatcherSyntax};
///
/// let matcher = Matcher::parse("instance=~web-[0-9]+", MatcherSyntax::Utf8)?;
/// assert_eq!((matcher.name(), matcher.op(), matcher.value()), ("instance", MatchOp::Regex, "web-[0-9]+"));
/// assert!(matcher.matches_value("web-01"));
/// assert!(!matcher.matches_value("web-01.example"));
/// assert_eq!(matcher.to_string(), r#"instance=~"web-[0-9]+""#);
/// assert_eq!(matcher.to_string().parse(), Ok(matcher));
/// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
/// ```
#[derive(Clone)]
pub struct Matcher {
    name: String,
    value: String,
    op: MatchOp,
    // INVARIANT: present if and only if `op.is_regex()`, and made from `value`.
    pattern: Option<Pattern>,
    /// What the compiled pattern takes at most, of a few sizes; 0 without a pattern.
    pattern_bytes: usize,
}

impl Matcher {
    /// The longest text of a matcher, in bytes: two less than [`Matchers::MAX_BYTES`], so that every matcher fits into a list.
    pub const MAX_BYTES: usize = Matchers::MAX_BYTES - 2;

    /// The matcher of these parts.
    ///
    /// Any name is accepted, also one that Prometheus' rules for label names refuse; an empty one is of no use (no label has it), but
    /// Alertmanager accepts it.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] if the value is to be a pattern and is not valid RE2 (code `matcher_invalid_pattern`), or if the text would
    /// be longer than [`Matcher::MAX_BYTES`] (code `matcher_too_long`).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{MatchOp, Matcher};
    ///
    /// let matcher = Matcher::new("service.name", MatchOp::NotEqual, "check\"out")?;
    /// assert_eq!(matcher.to_string(), r#"service.name!="check\"out""#);
    ///
    /// let error = Matcher::new("service", MatchOp::Regex, "(api").unwrap_err();
    /// assert_eq!(error.code(), "matcher_invalid_pattern");
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn new(name: impl Into<String>, op: MatchOp, value: impl Into<String>) -> Result<Self, InvalidMatcher> {
        Self::within(name.into(), op, value.into(), Matchers::MAX_PATTERN_BYTES)
    }

    /// The matcher of these parts, if its pattern takes no more memory than is left for it.
    pub(crate) fn within(name: String, op: MatchOp, value: String, memory: usize) -> Result<Self, InvalidMatcher> {
        let (pattern, pattern_bytes) = match op.is_regex() {
            true => compile(&name, &value, memory).map(|(pattern, bytes)| (Some(pattern), bytes))?,
            false => (None, 0),
        };
        let matcher = Self { name, value, op, pattern, pattern_bytes };
        // The operator counts as two bytes, so that the inverse of a matcher is never too long.
        let bytes = matcher.text_len() + usize::from(op == MatchOp::Equal);
        if bytes > Self::MAX_BYTES {
            return Err(InvalidMatcher::too_long(bytes, Self::MAX_BYTES, &matcher.name));
        }
        Ok(matcher)
    }

    /// `name="value"`.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] only if the text would be too long, see [`Matcher::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Matcher;
    ///
    /// assert_eq!(Matcher::equal("team", "payments")?.to_string(), r#"team="payments""#);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn equal(name: impl Into<String>, value: impl Into<String>) -> Result<Self, InvalidMatcher> {
        Self::new(name, MatchOp::Equal, value)
    }

    /// `name!="value"`.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] only if the text would be too long, see [`Matcher::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::Matcher;
    ///
    /// assert_eq!(Matcher::not_equal("team", "payments")?.to_string(), r#"team!="payments""#);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn not_equal(name: impl Into<String>, value: impl Into<String>) -> Result<Self, InvalidMatcher> {
        Self::new(name, MatchOp::NotEqual, value)
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
    ///
    /// ```
    /// use alert_schemas::alerts::{MatchOp, Matcher};
    ///
    /// let no_team = Matcher::new("team", MatchOp::NotRegex, ".+")?;
    /// assert!(no_team.matches_value(""));
    /// assert!(!no_team.matches_value("payments"));
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    #[must_use]
    pub fn matches_value(&self, value: &str) -> bool {
        self.op.holds(&self.value, self.pattern.as_ref(), value)
    }

    /// Whether these labels match.
    ///
    /// ```
    /// use alert_schemas::alerts::{Labels, Matcher};
    ///
    /// let labels = Labels::from_pairs([("team", "payments")])?;
    /// assert!(Matcher::equal("team", "payments")?.matches(&labels));
    /// assert!(Matcher::equal("region", "")?.matches(&labels));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matches_value(labels.get(&self.name).unwrap_or_default())
    }

    /// Whether labels that are kept in any other form match: `lookup` gives the value of a label, `None` if it is missing.
    ///
    /// ```
    /// use std::collections::HashMap;
    ///
    /// use alert_schemas::alerts::Matcher;
    ///
    /// let labels = HashMap::from([("team", "payments")]);
    /// assert!(Matcher::equal("team", "payments")?.matches_by(|name| labels.get(name).copied()));
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    #[must_use]
    pub fn matches_by<'a>(&self, lookup: impl FnOnce(&str) -> Option<&'a str>) -> bool {
        self.matches_value(lookup(&self.name).unwrap_or_default())
    }

    /// The matcher that matches exactly where this one does not.
    ///
    /// ```
    /// use alert_schemas::alerts::Matcher;
    ///
    /// assert_eq!(Matcher::equal("team", "payments")?.inverse().to_string(), r#"team!="payments""#);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    #[must_use]
    pub fn inverse(mut self) -> Self {
        self.op = self.op.inverse();
        self
    }

    /// The length in bytes of the text that always reads back.
    pub(crate) fn text_len(&self) -> usize {
        struct Count(usize);
        impl fmt::Write for Count {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                self.0 += text.len();
                Ok(())
            }
        }
        let mut count = Count(0);
        // A counter never fails.
        let _ = write!(count, "{}", Stored(self));
        count.0
    }

    /// What the compiled pattern takes at most.
    pub(crate) fn pattern_bytes(&self) -> usize {
        self.pattern_bytes
    }

    fn key(&self) -> (&str, &str, MatchOp) {
        (&self.name, &self.value, self.op)
    }
}

/// Compiles a pattern, and says which of a few sizes it fits in.
fn compile(name: &str, value: &str, memory: usize) -> Result<(Pattern, usize), InvalidMatcher> {
    match Pattern::within(value, Anchoring::Alertmanager, memory) {
        Ok(Some(compiled)) => Ok(compiled),
        Ok(None) => Err(InvalidMatcher::patterns_too_large(Matchers::MAX_PATTERN_BYTES)),
        Err(error) => Err(InvalidMatcher::pattern(name, error)),
    }
}

/// The text that always reads back: that of `Display`, but for an empty name.
pub(crate) struct Stored<'a>(pub(crate) &'a Matcher);

impl fmt::Display for Stored<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quotes = if self.0.name.is_empty() { "\"\"" } else { "" };
        write!(f, "{quotes}{}", self.0)
    }
}

/// Whether a character ends unquoted text, and so needs quotes in a name.
pub(crate) fn is_reserved(character: char) -> bool {
    character.is_whitespace() || matches!(character, '{' | '}' | '!' | '=' | '~' | ',' | '\\' | '"' | '\'' | '`')
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.contains(is_reserved) {
            return write!(f, "{}{}{}", go::quote(&self.name), self.op, go::quote(&self.value));
        }
        write!(f, "{}{}\"", self.name, self.op)?;
        for character in self.value.chars() {
            match escape(character) {
                Some(escaped) => f.write_str(escaped)?,
                None => f.write_char(character)?,
            }
        }
        f.write_char('"')
    }
}

/// The three characters that a value has escaped, every other one stands for itself.
fn escape(character: char) -> Option<&'static str> {
    match character {
        '\\' => Some("\\\\"),
        '\n' => Some("\\n"),
        '"' => Some("\\\""),
        _ => None,
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The compiled pattern would hide the three parts that matter.
        write!(f, "Matcher({})", Stored(self))
    }
}

impl FromStr for Matcher {
    type Err = InvalidMatcher;

    /// Reads the UTF-8 syntax, in which `Display` writes; [`Matcher::parse`] reads the others.
    fn from_str(text: &str) -> Result<Self, InvalidMatcher> {
        Self::parse(text, MatcherSyntax::Utf8)
    }
}

impl TryFrom<Matchers> for Matcher {
    type Error = InvalidMatcher;

    /// The one matcher of a list, an error (codes `matcher_missing` and `matcher_several`) if there is none or more than one.
    fn try_from(list: Matchers) -> Result<Self, InvalidMatcher> {
        list.into_one()
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Matcher {}

impl PartialOrd for Matcher {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Matcher {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for Matcher {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matcher(name: &str, op: MatchOp, value: &str) -> Matcher {
        Matcher::new(name, op, value).unwrap()
    }

    #[test]
    fn a_missing_label_is_an_empty_one() {
        for (op, value, missing, set) in [
            (MatchOp::Equal, "", true, false),
            (MatchOp::NotEqual, "", false, true),
            (MatchOp::Equal, "eu", false, true),
            (MatchOp::NotEqual, "eu", true, false),
            (MatchOp::Regex, "e.", false, true),
            (MatchOp::Regex, ".*", true, true),
            (MatchOp::Regex, "e", false, false),
            (MatchOp::NotRegex, "e.", true, false),
            (MatchOp::NotRegex, "u", true, true),
        ] {
            let matcher = matcher("zone", op, value);
            assert_eq!(matcher.matches_by(|_| None), missing, "{matcher} without the label");
            assert_eq!(matcher.matches_by(|name| (name == "zone").then_some("eu")), set, "{matcher} with the label");
        }
    }

    #[test]
    fn a_pattern_is_anchored_and_a_dot_is_no_newline() {
        let any = matcher("a", MatchOp::Regex, "x.|y");
        assert!(any.matches_value("xz") && any.matches_value("y"));
        assert!(!any.matches_value("xy!") && !any.matches_value("zy") && !any.matches_value("x\n"));
    }

    #[test]
    fn display_is_alertmanagers() {
        let print = |name: &str, value: &str| matcher(name, MatchOp::Equal, value).to_string();
        assert_eq!(print("zone", "eu"), r#"zone="eu""#);
        assert_eq!(print("größe", "\t\u{7f}é"), "größe=\"\t\u{7f}é\"");
        assert_eq!(print("a.b-c", "C:\\x \"y\"\n"), r#"a.b-c="C:\\x \"y\"\n""#);
        for reserved in ["{", "}", "!", "=", "~", ",", "'", "`", " ", "\u{3000}"] {
            assert!(print(reserved, "\t").ends_with(r#""="\t""#), "{reserved}");
        }
        assert_eq!(print("\"\\", "\t"), r#""\"\\"="\t""#);
        assert_eq!(print("", "x"), r#"="x""#);
        assert_eq!(format!("{:?}", matcher("", MatchOp::Equal, "x")), r#"Matcher(""="x")"#);
    }

    #[test]
    fn the_order_is_name_value_operator() {
        let mut list = [
            matcher("b", MatchOp::Equal, "1"),
            matcher("a", MatchOp::NotRegex, "2"),
            matcher("a", MatchOp::Equal, "3"),
            matcher("a", MatchOp::Regex, "2"),
            matcher("a", MatchOp::Equal, "2"),
            matcher("a", MatchOp::NotEqual, "2"),
        ];
        list.sort();
        let texts: Vec<String> = list.iter().map(Matcher::to_string).collect();
        assert_eq!(texts, [r#"a="2""#, r#"a!="2""#, r#"a=~"2""#, r#"a!~"2""#, r#"a="3""#, r#"b="1""#]);
        assert!(list.windows(2).all(|pair| pair[0] < pair[1] && pair[0] != pair[1]));
    }

    #[test]
    fn the_text_has_a_limit() {
        // `a==""` with the operator counted as two.
        let longest = "x".repeat(Matcher::MAX_BYTES - 5);
        let kept = Matcher::equal("a", longest.as_str()).unwrap();
        assert_eq!(kept.clone().inverse().to_string().len(), Matcher::MAX_BYTES);
        assert_eq!(Matchers::from(kept.clone()).to_string().parse::<Matchers>(), Ok(Matchers::from(kept.clone())));
        assert_eq!(kept.inverse().to_string().parse::<Matcher>().unwrap().value(), longest);
        let error = Matcher::equal("a", longest + "x").unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), ("matcher_too_long", "`a` makes 65535 bytes, expected at most 65534"));
        // Escapes count as they are printed.
        assert!(Matcher::equal("a", "\"".repeat(32_764)).is_ok());
        assert!(Matcher::equal("a", "\"".repeat(32_765)).is_err());
    }

    #[test]
    fn err_messages() {
        let error = "~=".parse::<MatchOp>().unwrap_err();
        assert!(error.to_string().starts_with("`~=` is not an operator: expected one of `=` `!=` `=~` `!~`"), "{error}");
        let error = Matcher::new("zone", MatchOp::NotRegex, "*").unwrap_err();
        assert_eq!((error.code(), error.span(), error.column()), ("matcher_invalid_pattern", None, None));
        assert_eq!(error.to_string(), "invalid pattern `*` for `zone`: `*` at column 1 has nothing to repeat");
    }

    proptest! {
        #[test]
        fn print_and_parse_is_identity(name in ".+", value in any::<String>(), op in proptest::sample::select(MatchOp::ALL)) {
            // Any text is a pattern once it is escaped.
            let value = if op.is_regex() { regex::escape(&value) } else { value };
            if let Ok(matcher) = Matcher::new(name.as_str(), op, value.as_str()) {
                prop_assert_eq!((matcher.name(), matcher.op(), matcher.value()), (name.as_str(), op, value.as_str()));
                prop_assert_eq!(matcher.to_string().parse::<Matcher>(), Ok(matcher));
            } else {
                prop_assert!(op.is_regex());
            }
        }

        #[test]
        fn the_inverse_matches_the_rest(matcher in any::<Matcher>(), value in "[a-z.]{0,4}") {
            let inverse = matcher.clone().inverse();
            prop_assert_ne!(matcher.matches_value(&value), inverse.matches_value(&value));
            prop_assert_eq!(inverse.inverse(), matcher);
        }

        #[test]
        fn equal_matchers_have_equal_hashes(a in any::<Matcher>()) {
            use std::hash::BuildHasher as _;
            let state = std::hash::RandomState::new();
            let b = Matcher::new(a.name(), a.op(), a.value()).unwrap();
            prop_assert_eq!(&a, &b);
            prop_assert_eq!(state.hash_one(a), state.hash_one(b));
        }
    }
}
