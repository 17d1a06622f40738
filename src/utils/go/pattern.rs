//! Regular expressions with RE2's meaning.

use std::cmp::Ordering;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::sync::Arc;

use crate::utils::go::engine::Engine;
use crate::utils::go::pattern_error::InvalidPattern;
use crate::utils::go::pattern_error::InvalidPatternKind;

/// How a pattern is tied to the text it is asked about.
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, Pattern};
///
/// let finds = |anchoring, text| Pattern::new("a.b", anchoring).map(|pattern| pattern.is_match(text));
/// assert_eq!(finds(Anchoring::Search, "xa-bx"), Ok(true));
/// assert_eq!(finds(Anchoring::Prometheus, "xa-bx"), Ok(false));
/// assert_eq!(finds(Anchoring::Prometheus, "a\nb"), Ok(true));
/// assert_eq!(finds(Anchoring::Alertmanager, "a\nb"), Ok(false));
/// ```
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

/// A regular expression with RE2's syntax and meaning, as Go's `regexp` has them.
///
/// The `regex` crate, on which it stands, reads many patterns otherwise: there `\d`, `\w`, `\s` and `\b` know all of Unicode,
/// `[a&&b]` is an intersection, `x{` an error. A matcher that is handed to it as it is routes and silences other alerts than
/// Alertmanager does. Here the pattern is read by RE2's rules first, with RE2's errors, and then written anew for the engine,
/// which matches in time linear in the text.
///
/// Two patterns are equal, and ordered, by their text and their [`Anchoring`]; a clone is cheap and shares the compiled form. Reading a
/// pattern checks all of it; one that is sure to be small is compiled when it is first asked about a text, so that reading ten thousand rules
/// does not compile what only some of them need.
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
/// Measured against the `regexp` of Go 1.23 and of Go 1.27, with which the reference Alertmanager 0.33.1 and Prometheus 3.5.3 are
/// built; nothing else differed on 180,000 generated patterns, in verdicts, matches and groups.
///
/// 1. *Limits.* [`PatternLimits`] refuses what Go still takes: more than 64 levels (Go: 1000), and classes and compiled patterns
///    of megabytes (Go: 128 MiB each), such as `\pL{1000}`.
/// 2. *Names.* Go 1.25 began to take `\p{Letter}`, `\p{greek}`, `\p{LC}`, `\p{Cn}`, `\p{ASCII}` and the like, Go 1.27 the scripts
///    of Unicode 16 and 17. They are refused here, as by every earlier Go and in part by Prometheus 3.5.3, which has a parser of
///    its own: what is accepted here is accepted everywhere.
/// 3. *Unicode.* Classes and case folding are of the Unicode version of the `regex` crate (16.0 in its release 1.13), Go's of 15.0
///    up to Go 1.26 and 17.0 since. They differ in what those versions added; `\pC` holds unassigned code points as since Go 1.25.
/// 4. *Surrogates.* `\x{D800}` is a pattern and matches nothing. To Go it matches U+FFFD, but only where it starts the pattern.
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
    engine: Engine,
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
        let engine = Engine::new(source, anchoring, limits)?;
        Ok(Self { inner: Arc::new(Inner { source: source.into(), anchoring, engine }) })
    }

    /// Reads a pattern that may take `memory` bytes compiled, and says which of a few sizes it fits in; `None` if it takes more.
    ///
    /// The engine tells whether a pattern fits in a size, not how large it is. Fourteen thousand bytes of text can make gigabytes of
    /// compiled patterns, so a list has to count them; and since the sizes are counted, not the bytes, the same list counts the same
    /// wherever it came from. Most patterns fit in the smallest.
    pub(crate) fn within(source: &str, anchoring: Anchoring, memory: usize) -> Result<Option<(Self, usize)>, InvalidPattern> {
        const KIB: usize = 1 << 10;
        let (mut bytes, largest) = (8 * KIB, 2 * KIB * KIB);
        loop {
            if bytes > memory {
                return Ok(None);
            }
            match Self::with_limits(source, anchoring, &PatternLimits::default().compiled_bytes(bytes)) {
                Ok(pattern) => return Ok(Some((pattern, bytes))),
                Err(error) if error.kind() == InvalidPatternKind::CompiledTooLarge && bytes < largest => bytes = largest.min(bytes * 4),
                Err(error) => return Err(error),
            }
        }
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
        self.inner.engine.is_match(text)
    }
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
/// With the defaults, reading the worst pattern found takes 0.2 s in an optimised build and a stack of 1 MiB is enough in an
/// unoptimised one. Matching takes time in proportion to the text times the compiled pattern at most.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::PatternLimits;
///
/// let limits = PatternLimits::default().source_bytes(4096).compiled_bytes(1 << 20);
/// assert_eq!(limits.source_bytes, 4096);
/// assert_eq!(limits.nesting, 64);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatternLimits {
    /// The bytes of the pattern's text; 65,536 by default.
    pub source_bytes: usize,
    /// The levels that may stand in each other, where each repetition, alternation, and sequence of more than one element is a
    /// level, and each group that captures; 64 by default, where Go has 1000. A level costs the engine up to 13 KiB of stack in an
    /// unoptimised build and 2 KiB in an optimised one, so raise it only for threads that have as much. Whatever it is, no more than
    /// 1000 groups may be open at once.
    pub nesting: usize,
    /// The ranges of characters that the classes of the pattern hold together; a Unicode class such as `\pL` counts for 700.
    /// 65,536 by default.
    pub class_ranges: usize,
    /// The bytes of the compiled pattern; 2 MiB by default. To read it, before it is compiled, may take 10 MiB, or five times as much as this.
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
        Self { source_bytes: 64 << 10, nesting: 64, class_ranges: 64 << 10, compiled_bytes: 2 << 20 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn p(source: &str, anchoring: Anchoring) -> Pattern {
        Pattern::new(source, anchoring).unwrap_or_else(|error| panic!("{error:#}"))
    }

    #[test]
    fn anchoring() {
        for (source, text, alertmanager, prometheus, search) in [
            ("a|b", "a", true, true, true),
            ("a|b", "ab", false, false, true),
            ("", "", true, true, true),
            ("", "a", false, false, true),
            ("a.b", "a\nb", false, true, false),
            ("(?-s)a.b", "a\nb", false, false, false),
            ("a$", "a\n", false, false, false),
            ("(?m)a$", "a\n", false, false, true),
            ("(?m)^b", "a\nb", false, false, true),
        ] {
            assert_eq!(p(source, Anchoring::Alertmanager).is_match(text), alertmanager, "{source} {text:?}");
            assert_eq!(p(source, Anchoring::Prometheus).is_match(text), prometheus, "{source} {text:?}");
            assert_eq!(p(source, Anchoring::Search).is_match(text), search, "{source} {text:?}");
        }
    }

    #[test]
    fn alertmanager_reads_the_pattern_within_its_surroundings() {
        assert!(p("a)|(?:b", Anchoring::Alertmanager).is_match("ax"));
        assert!(Pattern::new("a)|(?:b", Anchoring::Prometheus).is_err());
        assert!(p(r"a)\", Anchoring::Alertmanager).is_match("a)"));
        assert!(Pattern::new(r"\Qa", Anchoring::Alertmanager).is_err());
        assert!(p(r"\Qa", Anchoring::Prometheus).is_match("a"));
    }

    #[test]
    fn patterns_are_told_apart_by_text_and_anchoring() {
        let pattern = p("a", Anchoring::Search);
        assert_eq!(pattern, p("a", Anchoring::Search));
        assert_ne!(pattern, p("(?:a)", Anchoring::Search));
        assert!(pattern < p("b", Anchoring::Alertmanager) && pattern > p("a", Anchoring::Alertmanager));
        assert_eq!((pattern.to_string(), format!("{pattern:?}")), ("a".to_owned(), r#"Pattern("a", Search)"#.to_owned()));
        assert_eq!(format!("[{pattern:>3}]"), "[  a]");
        fn shared_between_threads<T: Send + Sync>(_: &T) {}
        shared_between_threads(&pattern);
    }

    /// Differences 1, 2 and 4 of [`Pattern`]; the third is in the tables of the engine.
    #[test]
    fn documented_differences() {
        let kind = |source: &str| Pattern::new(source, Anchoring::Search).unwrap_err().kind();
        assert_eq!(kind(r"\pL{1000}"), InvalidPatternKind::CompiledTooLarge);
        assert_eq!(kind(r"\p{Letter}"), InvalidPatternKind::UnicodeName);
        assert!(p(r"\pC", Anchoring::Search).is_match("\u{378}"));
        assert!(!p(r"\x{D800}", Anchoring::Search).is_match("\u{fffd}"));
    }

    /// The deepest patterns that the default limit admits, in the stack of a small thread and without optimisation.
    #[test]
    fn the_deepest_patterns_fit_a_small_stack() {
        fn read() {
            for (open, close, levels) in [
                ("(?:a", "b)+", 2),
                ("(?:a", "b)?", 2),
                ("(?:a|b", "c)", 2),
                ("(?:a|b", "c)+?", 3),
                ("(?:", "){0,1}", 1),
                ("", r"+?\Q\E", 1),
                ("(?:a|", ")*", 2),
            ] {
                let nest = |times: usize| format!("{}x{}", open.repeat(times), close.repeat(times));
                let _: bool = p(&nest(64 / levels), Anchoring::Alertmanager).is_match("aaxb");
                let error = Pattern::new(&nest(64 / levels + 1), Anchoring::Search).unwrap_err();
                assert_eq!(error.kind(), InvalidPatternKind::NestingTooDeep, "{open}");
            }
        }
        std::thread::Builder::new().stack_size(1 << 20).spawn(read).unwrap().join().unwrap();
    }

    #[test]
    fn hostile_patterns_are_refused_or_read() {
        let refused = |source: &str, kind| assert_eq!(Pattern::new(source, Anchoring::Search).unwrap_err().kind(), kind, "{source}");
        refused("((a{1000}){1000}){1000}", InvalidPatternKind::RepeatCount);
        refused(&"(?:".repeat(20_000), InvalidPatternKind::NestingTooDeep);
        refused(&r"\pL".repeat(20_000), InvalidPatternKind::ClassesTooLarge);
        refused(&format!("[{}", r"\pL".repeat(20_000)), InvalidPatternKind::ClassesTooLarge);
        refused(&format!("(?i){}", r"[B-\x{10ffff}]".repeat(3000)), InvalidPatternKind::ClassesTooLarge);
        refused(&"[[:".repeat(20_000), InvalidPatternKind::MissingBracket);
        refused(&"(x{1000}|y)".repeat(5000), InvalidPatternKind::CompiledTooLarge);
        refused(&"x".repeat((64 << 10) + 1), InvalidPatternKind::SourceTooLong);
        refused(&format!("(?i){}", "a".repeat(60_000)), InvalidPatternKind::CompiledTooLarge);
        assert!(!p(&"x".repeat(40_000), Anchoring::Search).is_match("x"));
        assert!(p(&"host-17.example.org|".repeat(800), Anchoring::Alertmanager).is_match("host-17.example.org"));
        assert!(p(&"(?:)".repeat(10_000), Anchoring::Search).is_match(""));
        assert!(!p("(x+x+)+y", Anchoring::Search).is_match(&"x".repeat(20_000)));
        // Groups cost nothing where they are not asked for.
        assert!(p(&"(a)?".repeat(10_000), Anchoring::Alertmanager).is_match("aaa"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(source in any::<String>()) {
            for anchoring in [Anchoring::Alertmanager, Anchoring::Prometheus, Anchoring::Search] {
                if let Err(error) = Pattern::new(&source, anchoring) {
                    prop_assert_ne!(error.kind(), InvalidPatternKind::Untranslatable);
                    prop_assert!(source.get(error.span()).is_some(), "{:?}", error);
                    let shown = format!("{error:#}");
                    prop_assert_eq!(shown.lines().count(), 3, "{}", shown);
                }
            }
        }

        #[test]
        fn any_mixture_of_syntax_is_read_or_refused(parts in prop::collection::vec(prop::sample::select(&[
            "a", "k", "é", "(", "(?:", "(?i)", "(?P<n>", ")", "|", "*", "+?", "?", "{2}", "{1,", "[", "[^", "]", "-", r"\", r"\d", r"\W",
            r"\pL", r"\P{Greek}", "[:alpha:]", "[:", r"\Q", r"\E", r"\x{", "41}", "^", "$", r"\b", ".", "\n",
        ][..]), 0..12)) {
            let source = parts.concat();
            for anchoring in [Anchoring::Alertmanager, Anchoring::Prometheus, Anchoring::Search] {
                match Pattern::new(&source, anchoring) {
                    Ok(pattern) => prop_assert_eq!(pattern.as_str(), &source),
                    Err(error) => {
                        prop_assert_ne!(error.kind(), InvalidPatternKind::Untranslatable, "{}", source);
                        prop_assert!(source.get(error.span()).is_some(), "{:?}", error);
                    }
                }
            }
        }

        #[test]
        fn quoted_text_matches_itself(text in any::<String>().prop_filter("ends the quote", |text| !text.contains(r"\E"))) {
            let pattern = p(&format!(r"\Q{text}\E"), Anchoring::Alertmanager);
            prop_assert!(pattern.is_match(&text));
            let with_more = format!("{}x", text);
            prop_assert!(!pattern.is_match(&with_more));
        }
    }
}
