//! What the groups of a pattern took, and Go's templates for it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::LazyLock;

use crate::utils::go::engine::GroupNames;
use crate::utils::go::engine::compile_capturing;
use crate::utils::go::pattern::Anchoring;
use crate::utils::go::pattern::PatternLimits;
use crate::utils::go::pattern_error::InvalidPattern;

/// A [`Pattern`](crate::utils::go::Pattern) whose groups are kept: for `label_replace`, relabelling and `reReplaceAll`.
///
/// It reads the same syntax and is tied to the text in the same ways. Searching with groups takes more memory, so where only the
/// verdict counts, `Pattern` is the one to take, and a pattern with many groups must be smaller: each group takes a share of
/// [`PatternLimits::compiled_bytes`]. With [`Anchoring::Prometheus`] the pattern is read within its surroundings, as
/// `label_replace` and relabelling do, so that `a)|(b` is a pattern here; matchers read it alone.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, CapturingPattern};
///
/// let pattern = CapturingPattern::new(r"(?P<host>[^:]+):(\d+)", Anchoring::Prometheus)?;
/// let captures = pattern.captures("web-01:9100").ok_or("no match")?;
/// assert_eq!(captures.get(2), Some("9100"));
/// assert_eq!(captures.expand("$host on ${2}"), "web-01 on 9100");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CapturingPattern {
    inner: Arc<Inner>,
}

struct Inner {
    source: Box<str>,
    anchoring: Anchoring,
    regex: regex::Regex,
    names: GroupNames,
}

impl CapturingPattern {
    /// Reads a pattern within the default [`PatternLimits`].
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] if RE2 refuses it or it is larger than the limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, CapturingPattern, InvalidPatternKind};
    ///
    /// assert!(CapturingPattern::new("(a)(b)", Anchoring::Search).is_ok());
    ///
    /// let error = CapturingPattern::new(&"(a)".repeat(5000), Anchoring::Search).unwrap_err();
    /// assert_eq!(error.kind(), InvalidPatternKind::CompiledTooLarge);
    /// assert_eq!(error.to_string(), "the compiled pattern is larger than 419 bytes");
    /// ```
    pub fn new(source: &str, anchoring: Anchoring) -> Result<Self, InvalidPattern> {
        Self::with_limits(source, anchoring, &PatternLimits::default())
    }

    /// Reads a pattern within `limits`.
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] if RE2 refuses it or it is larger than the limits.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, CapturingPattern, PatternLimits};
    ///
    /// let limits = PatternLimits::default().source_bytes(8);
    /// assert!(CapturingPattern::with_limits("(a|b)+", Anchoring::Search, &limits).is_ok());
    /// assert!(CapturingPattern::with_limits("(a|b|c|d)+", Anchoring::Search, &limits).is_err());
    /// ```
    pub fn with_limits(source: &str, anchoring: Anchoring, limits: &PatternLimits) -> Result<Self, InvalidPattern> {
        let (regex, names) = compile_capturing(source, anchoring, limits)?;
        Ok(Self { inner: Arc::new(Inner { source: source.into(), anchoring, regex, names }) })
    }

    /// The pattern as it was written, without what anchors it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.inner.source
    }

    /// How it is tied to the text.
    #[must_use]
    pub fn anchoring(&self) -> Anchoring {
        self.inner.anchoring
    }

    /// The first match in `text` and what its groups took.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, CapturingPattern};
    ///
    /// let pattern = CapturingPattern::new("a(b)?", Anchoring::Search)?;
    /// assert_eq!(pattern.captures("cab").and_then(|captures| captures.get(1)), Some("b"));
    /// assert!(pattern.captures("c").is_none());
    /// # Ok::<(), alert_schemas::utils::go::InvalidPattern>(())
    /// ```
    #[must_use]
    pub fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let found = self.inner.regex.captures(text)?;
        Some(Captures::new(&found, Arc::clone(&self.inner.names)))
    }

    /// `text` with every match replaced by `template`, which is read as [`Captures::expand`] does.
    ///
    /// This is Go's `ReplaceAllString`, which the templates of Prometheus and Alertmanager call `reReplaceAll`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, CapturingPattern};
    ///
    /// let port = CapturingPattern::new(r":(\d+)", Anchoring::Search)?;
    /// assert_eq!(port.replace_all("a:80, b:443", " port $1"), "a port 80, b port 443");
    /// # Ok::<(), alert_schemas::utils::go::InvalidPattern>(())
    /// ```
    #[must_use]
    pub fn replace_all(&self, text: &str, template: &str) -> String {
        match self.replace_all_within(text, template, |_, _| Ok::<(), std::convert::Infallible>(())) {
            Ok(replaced) => replaced,
            Err(never) => match never {},
        }
    }

    /// As [`replace_all`](Self::replace_all), while `allow` does: it is told before each replacement how many bytes the result may
    /// have after it, and how many bytes of `text` are behind it.
    pub(crate) fn replace_all_within<E>(
        &self,
        text: &str,
        template: &str,
        mut allow: impl FnMut(usize, usize) -> Result<(), E>,
    ) -> Result<String, E> {
        let references = template.matches('$').count();
        let mut out = String::new();
        let mut done = 0;
        for found in self.inner.regex.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            let kept = text.get(done..whole.start()).unwrap_or_default();
            let longest = out.len().saturating_add(kept.len()).saturating_add(template.len());
            allow(longest.saturating_add(references.saturating_mul(whole.len())), text.len() - whole.end())?;
            out.push_str(kept);
            expand(template, &self.inner.names, |index| found.get(index).map(|group| group.as_str()), &mut out);
            done = whole.end();
        }
        let kept = text.get(done..).unwrap_or_default();
        allow(out.len().saturating_add(kept.len()), 0)?;
        out.push_str(kept);
        Ok(out)
    }
}

impl fmt::Debug for CapturingPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CapturingPattern").field(&self.as_str()).field(&self.anchoring()).finish()
    }
}

/// A match of a [`CapturingPattern`] and what each of its groups took.
///
/// Group 0 is the whole match; the others count by their opening parentheses. A group that did not take part took nothing.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, CapturingPattern};
///
/// let pattern = CapturingPattern::new(r"(?<env>prod|stage)-(\d+)?", Anchoring::Search)?;
/// let captures = pattern.captures("at prod-").ok_or("no match")?;
/// assert_eq!((captures.len(), captures.get(0), captures.get(2)), (3, Some("prod-"), None));
/// assert_eq!((captures.name("env"), captures.span(1)), (Some("prod"), Some(3..7)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Captures<'t> {
    groups: Vec<Option<(&'t str, Range<usize>)>>,
    names: GroupNames,
}

impl<'t> Captures<'t> {
    pub(super) fn new(found: &regex::Captures<'t>, names: GroupNames) -> Self {
        // The engine drops groups that are repeated zero times; they count all the same.
        let groups = (0..=names.len()).map(|index| found.get(index).map(|group| (group.as_str(), group.range()))).collect();
        Self { groups, names }
    }

    /// How many groups there are, the whole match included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "the whole match is always there")]
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// What a group took.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&'t str> {
        self.groups.get(index)?.as_ref().map(|(text, _)| *text)
    }

    /// Where a group took it, as a byte range of the text.
    #[must_use]
    pub fn span(&self, index: usize) -> Option<Range<usize>> {
        self.groups.get(index)?.as_ref().map(|(_, span)| span.clone())
    }

    /// What the first group of this name took that took part.
    #[must_use]
    pub fn name(&self, name: &str) -> Option<&'t str> {
        named(name, &self.names, |index| self.get(index))
    }

    /// `template` with `$1`, `${1}`, `$name` and `${name}` replaced by what the groups took, and `$$` by a dollar sign.
    ///
    /// A name is as long as its letters, digits and `_` reach: `$1x` is the group named `1x`, `${1}x` the first group and an `x`.
    /// A group that is not there or took nothing gives no text; a `$` with nothing of this behind it is itself. This is Go's
    /// `Regexp.Expand`, and what Prometheus' `label_replace` does.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, CapturingPattern};
    ///
    /// let captures = CapturingPattern::new("(a)(b)?", Anchoring::Search)?.captures("a").ok_or("no match")?;
    /// assert_eq!(captures.expand("$1-${1}x-$1x-$2-$7-$$-$."), "a-ax----$-$.");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn expand(&self, template: &str) -> String {
        let mut out = String::new();
        expand(template, &self.names, |index| self.get(index), &mut out);
        out
    }
}

/// What the first group of this name took that took part.
fn named<'t>(name: &str, names: &[Option<Box<str>>], get: impl Fn(usize) -> Option<&'t str>) -> Option<&'t str> {
    let mut groups = names.iter().enumerate().filter(|(_, known)| known.as_deref() == Some(name));
    groups.find_map(|(index, _)| get(index + 1))
}

/// Appends to `out` what [`Captures::expand`] gives, with `get` for the groups.
pub(super) fn expand<'t>(template: &str, names: &[Option<Box<str>>], get: impl Fn(usize) -> Option<&'t str>, out: &mut String) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(behind) = after.strip_prefix('$') {
            out.push('$');
            rest = behind;
            continue;
        }
        let Some((name, behind)) = reference(after) else {
            out.push('$');
            rest = after;
            continue;
        };
        let group = match group_number(name) {
            Some(number) => get(number),
            None => named(name, names, &get),
        };
        out.push_str(group.unwrap_or_default());
        rest = behind;
    }
    out.push_str(rest);
}

/// The name of a group in a template. Go takes letters and decimal digits; `char::is_alphanumeric` takes `²` and `Ⅷ` too.
static NAME: LazyLock<Option<regex::Regex>> = LazyLock::new(|| regex::Regex::new(r"\A[\p{L}\p{Nd}_]+").ok());

/// The name behind a `$`, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    let (braced, text) = text.strip_prefix('{').map_or((false, text), |text| (true, text));
    let end = NAME.as_ref()?.find(text)?.end();
    let (name, behind) = text.split_at_checked(end)?;
    if braced { Some((name, behind.strip_prefix('}')?)) } else { Some((name, behind)) }
}

/// The number of a group: ASCII digits without a leading zero, below a billion.
fn group_number(name: &str) -> Option<usize> {
    let plain = name.bytes().all(|byte| byte.is_ascii_digit()) && (name == "0" || !name.starts_with('0')) && name.len() <= 9;
    if plain { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use crate::utils::go::Anchoring;
    use crate::utils::go::CapturingPattern;

    #[test]
    fn ok_templates() {
        let pattern = CapturingPattern::new(r"(?P<a>x)(?P<a>y)?(?P<b_1>z)?(?P<01>w)?", Anchoring::Search).unwrap();
        let captures = pattern.captures("-xzw-").unwrap();
        for (template, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("$0$1$2$3", "xzwxz"),
            ("${0}0", "xzw0"),
            ("$a,$b_1,$c", "x,z,"),
            ("$01,$001,${01}", "w,,w"),
            ("$1²,$1é,$1٣", "x²,,"),
            ("$$1$", "$1$"),
            ("${a", "${a"),
            ("${a b}", "${a b}"),
            ("${}$-", "${}$-"),
            ("$999999999$9999999999", ""),
        ] {
            assert_eq!(captures.expand(template), expected, "{template}");
        }
    }

    #[test]
    fn the_first_group_of_a_name_that_took_part() {
        let pattern = CapturingPattern::new(r"(?P<n>a)|(?P<n>b)", Anchoring::Search).unwrap();
        assert_eq!(pattern.captures("b").unwrap().name("n"), Some("b"));
        assert_eq!(pattern.captures("a").unwrap().name("n"), Some("a"));
        assert_eq!(pattern.captures("a").unwrap().name("m"), None);
    }

    #[test]
    fn groups_that_are_repeated_zero_times_count() {
        let captures = CapturingPattern::new("(a){0}(b)(c){0}", Anchoring::Search).unwrap();
        let captures = captures.captures("b").unwrap();
        assert_eq!((captures.len(), captures.get(1), captures.get(2), captures.get(3)), (4, None, Some("b"), None));
    }

    #[test]
    fn prometheus_reads_the_pattern_within_its_surroundings() {
        let pattern = CapturingPattern::new("a)|(b", Anchoring::Prometheus).unwrap();
        assert_eq!(pattern.captures("-b").unwrap().expand("[$1]"), "[b]");
        assert!(CapturingPattern::new(r"\Qa", Anchoring::Prometheus).is_err());
        assert_eq!(format!("{pattern:?}"), r#"CapturingPattern("a)|(b", Prometheus)"#);
    }

    #[test]
    fn replacing() {
        let replace = |pattern, text, template| CapturingPattern::new(pattern, Anchoring::Search).unwrap().replace_all(text, template);
        assert_eq!(replace("a*", "baaac", "x"), "xbxcx");
        assert_eq!(replace("(a)(b)?", "ab-a", "[$2$1]"), "[ba]-[a]");
        assert_eq!(replace("é|", "aé", "<$0>"), "<>a<é>");
        assert_eq!(replace("$", "a", "$$"), "a$");
        let whole = CapturingPattern::new("(.*)-(.*)", Anchoring::Prometheus).unwrap();
        assert_eq!(whole.replace_all("a-b", "$2"), "b");
    }
}
