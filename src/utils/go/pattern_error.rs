//! Why a pattern was refused.

use std::fmt;
use std::ops::Range;

use crate::utils::caret::column;
use crate::utils::caret::write_caret;
use crate::utils::excerpt;

/// What the reader of patterns found, before the pattern's own text is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) kind: InvalidPatternKind,
    pub(super) span: Range<usize>,
    /// The limit that was passed; kinds without one leave it zero.
    limit: usize,
}

impl Problem {
    pub(super) fn new(kind: InvalidPatternKind, span: Range<usize>) -> Self {
        Self { kind, span, limit: 0 }
    }

    pub(super) fn over(kind: InvalidPatternKind, limit: usize, span: Range<usize>) -> Self {
        Self { kind, span, limit }
    }
}

/// A text that is not a pattern, or one that is too large.
///
/// It prints on one line; with `{:#}` the pattern and a caret follow.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, InvalidPatternKind, Pattern};
///
/// let error = Pattern::new("api-(?=eu)", Anchoring::Alertmanager).unwrap_err();
/// assert_eq!(error.kind(), InvalidPatternKind::GroupSyntax);
/// assert_eq!(error.code(), "invalid_pattern_group_syntax");
/// assert_eq!(error.span(), 4..7);
/// assert_eq!(
///     format!("{error:#}"),
///     "`(?=` at column 5 is not a group that RE2 knows\n  api-(?=eu)\n      ^^^"
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidPattern {
    // A pattern is checked far more often than it fails; one pointer keeps `Result<Pattern, _>` small.
    inner: Box<Inner>,
}

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    problem: Problem,
    source: String,
}

impl InvalidPattern {
    pub(super) fn new(problem: Problem, source: &str) -> Self {
        Self { inner: Box::new(Inner { problem, source: source.to_owned() }) }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidPatternKind {
        self.inner.problem.kind
    }

    /// The stable code of the kind, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// Where it is wrong, as a byte range of the pattern.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.inner.problem.span.clone()
    }

    /// The pattern; of one that is too long, only the start.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.inner.source
    }
}

crate::utils::umbrella!(InvalidPattern);

impl fmt::Display for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use InvalidPatternKind as Kind;
        let Inner { problem: Problem { kind, span, limit }, source } = &*self.inner;
        let column = column(source, span.start);
        let found = excerpt(source.get(span.clone()).unwrap_or_default());
        match kind {
            Kind::SourceTooLong => write!(f, "the pattern is longer than {limit} bytes"),
            Kind::NestingTooDeep => write!(f, "the pattern nests deeper than {limit} levels at column {column}"),
            Kind::ClassesTooLarge => {
                write!(
                    f,
                    "the character classes of the pattern hold more than {limit} ranges, or fold too many characters, at column {column}"
                )
            }
            Kind::CompiledTooLarge => write!(f, "the compiled pattern is larger than {limit} bytes"),
            Kind::MissingBracket => write!(f, "the `[` at column {column} has no closing `]`"),
            Kind::MissingParen => write!(f, "the `(` at column {column} has no closing `)`"),
            Kind::UnexpectedParen => write!(f, "the `)` at column {column} has no opening `(`"),
            Kind::MissingRepeatArgument => write!(f, "`{found}` at column {column} has nothing to repeat"),
            Kind::NestedRepeat => write!(f, "`{found}` at column {column} repeats a repetition, expected a group around the inner one"),
            Kind::RepeatCount => {
                write!(f, "`{found}` at column {column} is not a repeat count: at most 1000, nested ones multiplied, smallest first")
            }
            Kind::ClassRange => write!(f, "the range `{found}` at column {column} ends before it starts"),
            Kind::ClassName => write!(f, "`{found}` at column {column} is not a POSIX class such as `[:alpha:]`"),
            Kind::UnicodeName => {
                write!(f, "`{found}` at column {column} is not a Unicode class such as `\\pL`, `\\p{{Lu}}` or `\\p{{Greek}}`")
            }
            Kind::Escape => write!(f, "`{found}` at column {column} is not an escape sequence that RE2 knows here"),
            Kind::TrailingBackslash => write!(f, "the `\\` at column {column} has nothing to escape"),
            Kind::GroupSyntax => write!(f, "`{found}` at column {column} is not a group that RE2 knows"),
            Kind::GroupName => write!(f, "`{found}` at column {column} is not a group name: ASCII letters, digits and `_`, then `>`"),
            Kind::UnclosedQuote => {
                write!(f, "the `\\Q` at column {column} has no `\\E`, so it would quote the `)$` that is put behind the pattern")
            }
            Kind::Untranslatable => write!(f, "the pattern is valid, but the regular expression engine refuses it"),
        }?;
        if f.alternate() { write_caret(f, source, span) } else { Ok(()) }
    }
}

impl fmt::Debug for InvalidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { problem, source } = &*self.inner;
        f.debug_struct("InvalidPattern").field("kind", &problem.kind).field("span", &problem.span).field("source", source).finish()
    }
}

impl std::error::Error for InvalidPattern {}

/// What can be wrong with a pattern.
///
/// ```
/// use alert_schemas::utils::go::{Anchoring, InvalidPatternKind, Pattern};
///
/// let error = Pattern::new("db-(1|2", Anchoring::Search).unwrap_err();
/// assert_eq!(error.kind(), InvalidPatternKind::MissingParen);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidPatternKind {
    /// The pattern is longer than [`PatternLimits::source_bytes`](crate::utils::go::PatternLimits::source_bytes).
    SourceTooLong,
    /// It nests deeper than [`PatternLimits::nesting`](crate::utils::go::PatternLimits::nesting).
    NestingTooDeep,
    /// Its classes are larger than [`PatternLimits::class_ranges`](crate::utils::go::PatternLimits::class_ranges).
    ClassesTooLarge,
    /// It compiles to more than [`PatternLimits::compiled_bytes`](crate::utils::go::PatternLimits::compiled_bytes).
    CompiledTooLarge,
    /// A `[` without its `]`.
    MissingBracket,
    /// A `(` without its `)`.
    MissingParen,
    /// A `)` without its `(`.
    UnexpectedParen,
    /// A repetition with nothing before it: `*a`, `(+)`, `|?`.
    MissingRepeatArgument,
    /// A repetition of a repetition: `a**`, `a{2}*`.
    NestedRepeat,
    /// A repeat count above 1000, alone or multiplied with the counts around it, or one like `{2,1}`.
    RepeatCount,
    /// A range that ends before it starts: `[z-a]`.
    ClassRange,
    /// A name between `[:` and `:]` that is no POSIX class.
    ClassName,
    /// A `\p` or `\P` without the exact name of a general category or script.
    UnicodeName,
    /// A `\` before something that has no meaning there, such as `\u0041`, `\1` or `\Z`.
    Escape,
    /// A `\` at the end.
    TrailingBackslash,
    /// A `(?` that starts none of RE2's groups: look-around, `(?x)`, `(?>`.
    GroupSyntax,
    /// A group name that is empty, holds other than ASCII letters, digits and `_`, or has no `>`.
    GroupName,
    /// A `\Q` without `\E` where text is put behind the pattern.
    UnclosedQuote,
    /// The pattern is right but the engine can't take it.
    Untranslatable,
}

impl InvalidPatternKind {
    /// The stable code, for programs.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::utils::go::InvalidPatternKind;
    ///
    /// assert_eq!(InvalidPatternKind::MissingBracket.code(), "invalid_pattern_missing_bracket");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SourceTooLong => "invalid_pattern_source_too_long",
            Self::NestingTooDeep => "invalid_pattern_nesting_too_deep",
            Self::ClassesTooLarge => "invalid_pattern_classes_too_large",
            Self::CompiledTooLarge => "invalid_pattern_compiled_too_large",
            Self::MissingBracket => "invalid_pattern_missing_bracket",
            Self::MissingParen => "invalid_pattern_missing_paren",
            Self::UnexpectedParen => "invalid_pattern_unexpected_paren",
            Self::MissingRepeatArgument => "invalid_pattern_missing_repeat_argument",
            Self::NestedRepeat => "invalid_pattern_nested_repeat",
            Self::RepeatCount => "invalid_pattern_repeat_count",
            Self::ClassRange => "invalid_pattern_class_range",
            Self::ClassName => "invalid_pattern_class_name",
            Self::UnicodeName => "invalid_pattern_unicode_name",
            Self::Escape => "invalid_pattern_escape",
            Self::TrailingBackslash => "invalid_pattern_trailing_backslash",
            Self::GroupSyntax => "invalid_pattern_group_syntax",
            Self::GroupName => "invalid_pattern_group_name",
            Self::UnclosedQuote => "invalid_pattern_unclosed_quote",
            Self::Untranslatable => "invalid_pattern_untranslatable",
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::utils::go::Anchoring;
    use crate::utils::go::InvalidPatternKind as Kind;
    use crate::utils::go::Pattern;
    use crate::utils::go::PatternLimits;

    #[track_caller]
    fn err(source: &str, kind: Kind, message: &str) {
        let limits = PatternLimits::default().source_bytes(80).nesting(4).class_ranges(2000).compiled_bytes(10_000);
        let error = Pattern::with_limits(source, Anchoring::Alertmanager, &limits).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
        assert!(!message.contains('\n') && !message.ends_with('.'));
    }

    #[test]
    fn messages_of_limits() {
        err(&"é".repeat(41), Kind::SourceTooLong, "the pattern is longer than 80 bytes");
        err("a(?:b(?:c(?:d)+)+)+", Kind::NestingTooDeep, "the pattern nests deeper than 4 levels at column 19");
        err(
            r"[\pL\pL\pL]",
            Kind::ClassesTooLarge,
            "the character classes of the pattern hold more than 2000 ranges, or fold too many characters, at column 1",
        );
        err("a{1000}", Kind::CompiledTooLarge, "the compiled pattern is larger than 10000 bytes");
    }

    #[test]
    fn messages_of_syntax() {
        err("é[a", Kind::MissingBracket, "the `[` at column 2 has no closing `]`");
        err("a(b", Kind::MissingParen, "the `(` at column 2 has no closing `)`");
        err("a))", Kind::UnexpectedParen, "the `)` at column 2 has no opening `(`");
        err("a|*?", Kind::MissingRepeatArgument, "`*?` at column 3 has nothing to repeat");
        err("ab**", Kind::NestedRepeat, "`**` at column 3 repeats a repetition, expected a group around the inner one");
        err("a{2,1}", Kind::RepeatCount, "`{2,1}` at column 2 is not a repeat count: at most 1000, nested ones multiplied, smallest first");
        err("[z-a]", Kind::ClassRange, "the range `z-a` at column 2 ends before it starts");
        err("[[:foo:]]", Kind::ClassName, "`[:foo:]` at column 2 is not a POSIX class such as `[:alpha:]`");
        err(r"\p{IsGreek}", Kind::UnicodeName, r"`\p{IsGreek}` at column 1 is not a Unicode class such as `\pL`, `\p{Lu}` or `\p{Greek}`");
        err(r"a\Z", Kind::Escape, r"`\Z` at column 2 is not an escape sequence that RE2 knows here");
        err("ab\\", Kind::TrailingBackslash, "the `\\` at column 3 has nothing to escape");
        err("(?<!a)", Kind::GroupName, "`(?<!a)` at column 1 is not a group name: ASCII letters, digits and `_`, then `>`");
        err("(?x)", Kind::GroupSyntax, "`(?x` at column 1 is not a group that RE2 knows");
        err("(?\n", Kind::GroupSyntax, r"`(?\n` at column 1 is not a group that RE2 knows");
        err(r"a\Qb", Kind::UnclosedQuote, r"the `\Q` at column 2 has no `\E`, so it would quote the `)$` that is put behind the pattern");
        let long = format!("(?<{}", "a".repeat(70));
        err(
            &long,
            Kind::GroupName,
            "`(?<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` at column 1 is not a group name: ASCII letters, digits and `_`, then `>`",
        );
    }

    #[test]
    fn parts() {
        let error = Pattern::new("a[b", Anchoring::Search).unwrap_err();
        assert_eq!((error.span(), error.source_text()), (1..3, "a[b"));
        assert_eq!(format!("{error:?}"), r#"InvalidPattern { kind: MissingBracket, span: 1..3, source: "a[b" }"#);
        assert_eq!(format!("{error:#}"), "the `[` at column 2 has no closing `]`\n  a[b\n   ^^");
        let error = Pattern::new(&"é".repeat(40_000), Anchoring::Search).unwrap_err();
        assert_eq!((error.source_text().chars().count(), error.span()), (64, 0..128));
    }
}
