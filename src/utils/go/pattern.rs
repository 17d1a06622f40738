//! Regular expressions with RE2's meaning.

use std::cmp::Ordering;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::sync::Arc;

use crate::utils::go::pattern_error::InvalidPattern;
use crate::utils::go::pattern_error::InvalidPatternKind;
use crate::utils::go::pattern_error::Problem;
use crate::utils::go::re2_syntax::Flags;
use crate::utils::go::re2_syntax::Rules;
use crate::utils::go::re2_syntax::Translation;
use crate::utils::go::re2_syntax::translate;

/// How a pattern is tied to the text it is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the ways in which this crate's languages use patterns")]
pub enum Anchoring {
    /// `^(?:…)$`: the whole text, as matchers of Alertmanager. `.` does not match a line break.
    Alertmanager,
    /// `^(?s:…)$`: the whole text, as matchers of Prometheus since version 3. `.` matches a line break too.
    Prometheus,
    /// Somewhere in the text. `.` does not match a line break.
    Search,
}

impl Anchoring {
    /// What Alertmanager writes around a pattern before it reads the whole.
    const ALERTMANAGER: (&str, &str) = ("^(?:", ")$");
}

/// A regular expression with RE2's syntax and meaning, as Go's `regexp` has them.
///
/// The `regex` crate, on which it stands, reads many patterns otherwise: there `\d`, `\w`, `\s` and `\b` know all of Unicode,
/// `[a&&b]` is an intersection, `x{` an error. A matcher that is handed to it as it is routes and silences other alerts than
/// Alertmanager does. Here the pattern is read by RE2's rules first, with RE2's errors, and then written anew for the engine,
/// which matches in time linear in the text.
///
/// Two patterns are equal, and ordered, by their text and their [`Anchoring`]; a clone is cheap and shares the compiled form.
///
/// # Syntax
///
/// | written | means |
/// |---|---|
/// | `.` `[a-z]` `[^a-z]` `[[:alpha:]]` | one character; a class has no set operations, and `]` as its first character is itself |
/// | `\d` `\s` `\w` `\D` `\S` `\W` | ASCII; `\s` is without the vertical tab |
/// | `\pN` `\p{Greek}` `\P{Lu}` `\p{^Lu}` | general categories and scripts by their exact names, and `Any` |
/// | `x*` `x+` `x?` `x{2}` `x{2,}` `x{2,5}`, lazy with `?` behind | repetition; counts to 1000, nested ones multiplied; not of a repetition |
/// | `xy` `x\|y` `(x)` `(?:x)` `(?P<name>x)` `(?<name>x)` | sequence, alternation, groups; a name may stand more than once |
/// | `(?i)` `(?ms-U:x)` | flags: ignore case, many lines, `.` takes line breaks, lazy by default |
/// | `^` `$` `\A` `\z` `\b` `\B` | edges of the text (with `m` of the line) and of ASCII words |
/// | `\.` `\n` `\x7F` `\x{10FFFF}` `\101` `\Q…\E` | characters |
/// | `{` `}` `]` where nothing else fits | themselves |
///
/// Look-around, back-references, `(?x)`, `\Z`, `\u` are refused, as RE2 does.
///
/// # Differences
///
/// Measured against Go 1.27, with which the reference Alertmanager 0.33.1 and Prometheus 3.5.3 are built:
///
/// 1. *Limits.* [`PatternLimits`] refuses what Go still takes: more than 100 levels (Go: 1000), classes and compiled patterns of
///    a megabyte scale (Go: 128 MiB each).
/// 2. *Names.* Go 1.25 began to take `\p{Letter}`, `\p{greek}`, `\p{LC}`, `\p{Cn}`, `\p{ASCII}` and the like, and 1.27 the scripts
///    of Unicode 16 and 17. They are refused here, as by every earlier Go, so that what is accepted here is accepted everywhere.
/// 3. *Unicode.* Classes and case folding are of the Unicode version of the `regex` crate (16.0 in its release 1.13), Go's of 15.0
///    up to Go 1.26 and 17.0 since; `\pC` holds unassigned code points as in Go 1.25.
/// 4. *Prometheus.* The pattern is read alone, as its matchers do. `label_replace` and relabelling put it between `^(?s:` and `)$`
///    first, so that `a)|(b` is a pattern to them; it is refused here.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, Pattern};
///
/// let pattern = Pattern::new(r"api-\d+|web-.*", Anchoring::Alertmanager)?;
/// assert!(pattern.is_match("api-17"));
/// assert!(!pattern.is_match("api-17 (eu)"), "the whole value must match");
/// assert!(!pattern.is_match("api-٣"), "digits are ASCII");
/// assert!(!pattern.is_match("web-1\n"), "`.` does not match a line break");
/// assert!(Pattern::new("web-.*", Anchoring::Prometheus)?.is_match("web-1\n"));
/// # Ok::<(), alert_schemas::utils::go::InvalidPattern>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    inner: Arc<Inner>,
}

struct Inner {
    source: Box<str>,
    anchoring: Anchoring,
    regex: regex::Regex,
}

impl Pattern {
    /// Reads a pattern within the default [`PatternLimits`].
    ///
    /// # Errors
    ///
    /// [`InvalidPattern`] if RE2 refuses it or it is larger than the limits; each kind is a variant of [`InvalidPatternKind`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, Pattern};
    ///
    /// assert!(Pattern::new("[[:alpha:]]{2}", Anchoring::Search)?.is_match("1ab2"));
    ///
    /// let error = Pattern::new("(a{100}){100}", Anchoring::Search).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "`{100}` at column 9 is not a repeat count: at most 1000, nested ones multiplied, smallest first"
    /// );
    /// # Ok::<(), alert_schemas::utils::go::InvalidPattern>(())
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
    /// use alert_schemas::utils::go::{Anchoring, InvalidPatternKind, Pattern, PatternLimits};
    ///
    /// let limits = PatternLimits::default().source_bytes(1024);
    /// assert!(Pattern::with_limits("prod|stage", Anchoring::Alertmanager, &limits).is_ok());
    ///
    /// let error = Pattern::with_limits(&"a|".repeat(600), Anchoring::Alertmanager, &limits).unwrap_err();
    /// assert_eq!(error.kind(), InvalidPatternKind::SourceTooLong);
    /// assert_eq!(error.to_string(), "the pattern is longer than 1024 bytes");
    /// ```
    pub fn with_limits(source: &str, anchoring: Anchoring, limits: &PatternLimits) -> Result<Self, InvalidPattern> {
        let (regex, _) = compile(source, anchoring, limits, false)?;
        Ok(Self { inner: Arc::new(Inner { source: source.into(), anchoring, regex }) })
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

    /// Whether `text` matches.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::{Anchoring, Pattern};
    ///
    /// let pattern = Pattern::new("(?i)k8s", Anchoring::Search)?;
    /// assert!(pattern.is_match("team-K8S") && !pattern.is_match("team"));
    /// # Ok::<(), alert_schemas::utils::go::InvalidPattern>(())
    /// ```
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.inner.regex.is_match(text)
    }
}

/// The names of the capturing groups. The engine is not told them, since RE2 allows names that it refuses.
pub(super) type GroupNames = Arc<[Option<Box<str>>]>;

/// Reads and compiles `source`.
pub(super) fn compile(
    source: &str,
    anchoring: Anchoring,
    limits: &PatternLimits,
    capturing: bool,
) -> Result<(regex::Regex, GroupNames), InvalidPattern> {
    if source.len() > limits.source_bytes {
        let start: String = source.chars().take(64).collect();
        let span = 0..start.len();
        return Err(InvalidPattern::new(Problem::over(InvalidPatternKind::SourceTooLong, limits.source_bytes, span), &start));
    }
    let fail = |problem| InvalidPattern::new(problem, source);
    let Translation { text, group_names, .. } = read(source, anchoring, limits, capturing).map_err(fail)?;
    // Searching with groups takes memory for each group and each state of the compiled pattern, so the more groups there are,
    // the smaller it must be.
    let shares = if capturing { group_names.len() + 1 } else { 1 };
    // The levels of nesting are counted already, in a way that bounds how deep the engine recurses; its own count is of the
    // brackets in the text, of which there are more.
    let mut builder = regex::RegexBuilder::new(&text);
    let regex = builder.size_limit(limits.compiled_bytes / shares).nest_limit(u32::MAX).build().map_err(|error| {
        let whole = 0..source.len();
        fail(match error {
            regex::Error::CompiledTooBig(limit) => Problem::over(InvalidPatternKind::CompiledTooLarge, limit, whole),
            _ => Problem::new(InvalidPatternKind::Untranslatable, whole),
        })
    })?;
    Ok((regex, group_names.into()))
}

/// Translates `source` with what anchors it.
fn read(source: &str, anchoring: Anchoring, limits: &PatternLimits, capturing: bool) -> Result<Translation, Problem> {
    let PatternLimits { nesting, class_ranges, .. } = *limits;
    let rules = Rules { flags: Flags::default(), capturing, nesting, class_ranges };
    let (before, after) = match anchoring {
        Anchoring::Search => return translate(source, rules),
        Anchoring::Prometheus => {
            let mut translation = translate(source, Rules { flags: Flags { dot_all: true, ..rules.flags }, ..rules })?;
            translation.text = format!(r"\A(?:{})\z", translation.text);
            return Ok(translation);
        }
        Anchoring::Alertmanager => Anchoring::ALERTMANAGER,
    };
    // Alertmanager reads the pattern together with what it puts around it, so `a)|(b` is a pattern and `\Qa` is none.
    let around = format!("{before}{source}{after}");
    translate(&around, Rules { nesting: nesting.saturating_add(1), ..rules }).map_err(|mut problem| {
        // What is wrong without the surroundings is said without them.
        let quote = match translate(source, rules) {
            Err(alone) => return alone,
            Ok(translation) => translation.open_quote,
        };
        if let Some(quote) = quote {
            return Problem::new(InvalidPatternKind::UnclosedQuote, quote..quote + 2);
        }
        let inside = |offset: usize| offset.saturating_sub(before.len()).min(source.len());
        problem.span = inside(problem.span.start)..inside(problem.span.end);
        problem
    })
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.as_str()).field(&self.anchoring()).finish()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Pattern {}

impl PartialOrd for Pattern {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pattern {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.as_str(), self.anchoring()).cmp(&(other.as_str(), other.anchoring()))
    }
}

impl Hash for Pattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.as_str(), self.anchoring()).hash(state);
    }
}

/// How large a pattern may be.
///
/// With the defaults no pattern takes longer than about 50 ms to refuse or accept in an optimised build, nor much more than
/// 1 MiB of stack in one that is not.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::PatternLimits;
///
/// let limits = PatternLimits::default().source_bytes(4096).compiled_bytes(1 << 20);
/// assert_eq!(limits.source_bytes, 4096);
/// assert_eq!(limits.nesting, 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatternLimits {
    /// The bytes of the pattern's text; 65,536 by default.
    pub source_bytes: usize,
    /// The levels that may stand in each other, where each repetition, capturing group, alternation, and sequence of more than
    /// one element is a level; 100 by default, where Go has 1000. A level costs the engine up to 9 KiB of stack in an unoptimised
    /// build and 3 KiB in an optimised one, so raise it only for threads that have as much.
    pub nesting: usize,
    /// The ranges of characters that the classes of the pattern hold together; a Unicode class such as `\pL` counts for 700.
    /// 65,536 by default.
    pub class_ranges: usize,
    /// The bytes of the compiled pattern; 4 MiB by default.
    pub compiled_bytes: usize,
}

impl PatternLimits {
    /// Sets [`source_bytes`](Self::source_bytes).
    #[must_use]
    pub const fn source_bytes(self, source_bytes: usize) -> Self {
        Self { source_bytes, ..self }
    }

    /// Sets [`nesting`](Self::nesting).
    #[must_use]
    pub const fn nesting(self, nesting: usize) -> Self {
        Self { nesting, ..self }
    }

    /// Sets [`class_ranges`](Self::class_ranges).
    #[must_use]
    pub const fn class_ranges(self, class_ranges: usize) -> Self {
        Self { class_ranges, ..self }
    }

    /// Sets [`compiled_bytes`](Self::compiled_bytes).
    #[must_use]
    pub const fn compiled_bytes(self, compiled_bytes: usize) -> Self {
        Self { compiled_bytes, ..self }
    }
}

impl Default for PatternLimits {
    fn default() -> Self {
        Self { source_bytes: 64 << 10, nesting: 100, class_ranges: 64 << 10, compiled_bytes: 4 << 20 }
    }
}
