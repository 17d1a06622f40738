//! Why a text is not a matcher, and where.

use std::fmt;
use std::ops::Range;

use crate::alerts::matcher_lexer::Place;
use crate::utils::excerpt;
use crate::utils::go::InvalidPattern;
use crate::utils::write_caret;

/// What is wrong with the text of a matcher.
///
/// ```
/// use alert_schemas::alerts::{InvalidMatcherKind, Matchers, MatcherSyntax};
///
/// let error = Matchers::parse("severity", MatcherSyntax::Utf8).unwrap_err();
/// assert_eq!(error.kind(), InvalidMatcherKind::ExpectedOperator);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidMatcherKind {
    /// No label name where a matcher starts.
    ExpectedName,
    /// No operator after the label name.
    ExpectedOperator,
    /// No value after the operator.
    ExpectedValue,
    /// Neither a comma nor the end after a matcher.
    ExpectedComma,
    /// Neither a matcher nor the end after a comma.
    ExpectedMatcher,
    /// Text after the closing brace.
    ExpectedEnd,
    /// A closing brace, but no opening one.
    MissingOpenBrace,
    /// An opening brace, but no closing one.
    MissingCloseBrace,
    /// A quote that is never closed.
    UnterminatedQuote,
    /// Quoted text with an escape that Go does not know, with a newline, or that is not UTF-8.
    InvalidQuotedText,
    /// A value that is to be a pattern, but is not valid RE2.
    InvalidPattern,
    /// Braces around what must be a single matcher.
    UnexpectedBrace,
    /// No matcher where one is required.
    NoMatcher,
    /// More than one matcher where one is required.
    SeveralMatchers,
    /// Classic syntax: not a label name, an operator and a value.
    NotClassic,
    /// Classic syntax: a double quote that is neither escaped nor around the value.
    UnescapedQuote,
    /// A text over the limit.
    TooLong,
    /// A list over the limit.
    TooManyMatchers,
    /// A list whose patterns take too much memory together.
    PatternsTooLarge,
}

impl InvalidMatcherKind {
    /// The stable code of this kind, as listed in the error catalogue.
    ///
    /// ```
    /// use alert_schemas::alerts::InvalidMatcherKind;
    ///
    /// assert_eq!(InvalidMatcherKind::ExpectedOperator.code(), "matcher_expected_operator");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ExpectedName => "matcher_expected_name",
            Self::ExpectedOperator => "matcher_expected_operator",
            Self::ExpectedValue => "matcher_expected_value",
            Self::ExpectedComma => "matcher_expected_comma",
            Self::ExpectedMatcher => "matcher_expected_matcher",
            Self::ExpectedEnd => "matcher_expected_end",
            Self::MissingOpenBrace => "matcher_missing_open_brace",
            Self::MissingCloseBrace => "matcher_missing_close_brace",
            Self::UnterminatedQuote => "matcher_unterminated_quote",
            Self::InvalidQuotedText => "matcher_invalid_quoted_text",
            Self::InvalidPattern => "matcher_invalid_pattern",
            Self::UnexpectedBrace => "matcher_unexpected_brace",
            Self::NoMatcher => "matcher_missing",
            Self::SeveralMatchers => "matcher_several",
            Self::NotClassic => "matcher_not_classic",
            Self::UnescapedQuote => "matcher_unescaped_quote",
            Self::TooLong => "matcher_too_long",
            Self::TooManyMatchers => "matcher_too_many",
            Self::PatternsTooLarge => "matcher_patterns_too_large",
        }
    }
}

/// Why a text is not a matcher or a list of matchers, and where.
///
/// `{}` is one line; `{:#}` adds the text with a caret under the place.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{Matchers, MatcherSyntax};
///
/// let error = Matchers::parse(r"{path=C:\temp}", MatcherSyntax::Utf8).unwrap_err();
/// assert_eq!(error.code(), "matcher_expected_comma");
/// assert_eq!(error.span(), Some(8..9));
/// assert_eq!(error.column(), Some(8..9));
/// assert_eq!(
///     format!("{error:#}"),
///     "unexpected `\\` outside double quotes, expected a comma or the end of the list at column 9\n  {path=C:\\temp}\n          ^",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct InvalidMatcher(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: InvalidMatcherKind,
    message: String,
    /// What a lower floor has to say, with columns of its own.
    detail: Option<String>,
    source_text: String,
    span: Option<Range<usize>>,
    column: Option<Range<usize>>,
    pattern: Option<InvalidPattern>,
    utf8: Option<InvalidMatcher>,
}

impl InvalidMatcher {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidMatcherKind {
        self.0.kind
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The columns that Alertmanager prints before its message (`5:6: …`), counted in characters from 0; `None` where it prints none.
    ///
    /// It prints none for the classic syntax, for an invalid pattern, and for an end of input where an operator or a value is expected.
    /// Where braces don't pair up it always starts at 0. [`span`](Self::span) says where the problem is in these cases, too.
    ///
    /// ```
    /// use alert_schemas::alerts::{Matchers, MatcherSyntax};
    ///
    /// let error = Matchers::parse("{a=b", MatcherSyntax::Utf8).unwrap_err();
    /// assert_eq!((error.column(), error.span()), (Some(0..4), Some(4..4)));
    /// ```
    #[must_use]
    pub fn column(&self) -> Option<Range<usize>> {
        self.0.column.clone()
    }

    /// The bytes of [`source_text`](Self::source_text) that are wrong; an empty range is the end of the text.
    #[must_use]
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.span.clone()
    }

    /// The text that was read; empty if it was too long, or if there was none.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.0.source_text
    }

    /// In fallback mode, where both syntaxes refuse a text: what the UTF-8 syntax has to say.
    ///
    /// The error itself is that of the classic syntax, because that is what Alertmanager answers.
    ///
    /// ```
    /// use alert_schemas::alerts::{Matchers, MatcherSyntax};
    ///
    /// let error = Matchers::parse("severity:critical", MatcherSyntax::Fallback).unwrap_err();
    /// assert_eq!(error.code(), "matcher_not_classic");
    /// assert_eq!(error.utf8_error().map(|error| error.code()), Some("matcher_expected_operator"));
    /// ```
    #[must_use]
    pub fn utf8_error(&self) -> Option<&InvalidMatcher> {
        self.0.utf8.as_ref()
    }

    fn new(kind: InvalidMatcherKind, message: String) -> Self {
        Self(Box::new(Inner {
            kind,
            message,
            detail: None,
            source_text: String::new(),
            span: None,
            column: None,
            pattern: None,
            utf8: None,
        }))
    }

    /// An error of the UTF-8 syntax whose columns Alertmanager prints.
    pub(crate) fn at(kind: InvalidMatcherKind, message: String, source_text: &str, place: &Place) -> Self {
        let mut error = Self::within(kind, message, source_text, place.span());
        error.0.column = Some(place.columns());
        error
    }

    /// An error whose columns Alertmanager does not print.
    pub(crate) fn within(kind: InvalidMatcherKind, message: String, source_text: &str, span: Range<usize>) -> Self {
        let mut error = Self::new(kind, message);
        source_text.clone_into(&mut error.0.source_text);
        error.0.span = Some(span);
        error
    }

    /// The same error, where Alertmanager prints these columns.
    pub(crate) fn with_column(mut self, column: Range<usize>) -> Self {
        self.0.column = Some(column);
        self
    }

    /// The same error, which came up in the part of `source_text` that `span` is.
    pub(crate) fn inside(mut self, source_text: &str, span: Range<usize>) -> Self {
        source_text.clone_into(&mut self.0.source_text);
        self.0.span = Some(span);
        self
    }

    pub(crate) fn with_utf8_error(mut self, utf8: InvalidMatcher) -> Self {
        self.0.utf8 = Some(utf8);
        self
    }

    /// The same error, explained.
    pub(crate) fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.0.detail = Some(detail.to_string());
        self
    }

    pub(crate) fn pattern(name: &str, pattern: InvalidPattern) -> Self {
        let message = format!("invalid pattern `{}` for `{}`", excerpt(pattern.source_text()), excerpt(name));
        let mut error = Self::new(InvalidMatcherKind::InvalidPattern, message).with_detail(&pattern);
        error.0.pattern = Some(pattern);
        error
    }

    pub(crate) fn too_long(bytes: usize, limit: usize, what: &str) -> Self {
        let message = format!("`{}` makes {bytes} bytes, expected at most {limit}", excerpt(what));
        Self::new(InvalidMatcherKind::TooLong, message)
    }

    pub(crate) fn count(found: usize) -> Self {
        match found {
            0 => Self::new(InvalidMatcherKind::NoMatcher, "no matcher, expected one".to_owned()),
            _ => Self::new(InvalidMatcherKind::SeveralMatchers, format!("{found} matchers, expected one")),
        }
    }

    pub(crate) fn patterns_too_large(limit: usize) -> Self {
        let message = format!("patterns too large, expected at most {limit} bytes of compiled patterns in a list");
        Self::new(InvalidMatcherKind::PatternsTooLarge, message)
    }

    pub(crate) fn too_many(limit: usize) -> Self {
        Self::new(InvalidMatcherKind::TooManyMatchers, format!("too many matchers, expected at most {limit}"))
    }
}

crate::utils::umbrella!(InvalidMatcher);

impl fmt::Display for InvalidMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.write_str(&inner.message)?;
        if let Some(span) = &inner.span {
            let before = inner.source_text.get(..span.start).unwrap_or(&inner.source_text);
            write!(f, " at column {}", before.chars().count() + 1)?;
        }
        if let Some(detail) = &inner.detail {
            write!(f, ": {detail}")?;
        }
        if f.alternate() {
            if let Some(span) = &inner.span {
                write_caret(f, &inner.source_text, span)?;
            }
            if let Some(utf8) = &inner.utf8 {
                write!(f, "\nand in the UTF-8 syntax: {utf8:#}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for InvalidMatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("InvalidMatcher")
            .field("kind", &inner.kind)
            .field("message", &inner.message)
            .field("source_text", &inner.source_text)
            .field("span", &inner.span)
            .field("column", &inner.column)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for InvalidMatcher {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.pattern.as_ref().map(|pattern| pattern as &dyn std::error::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::InvalidMatcher;
    use super::InvalidMatcherKind;

    fn error(text: &str, span: std::ops::Range<usize>) -> String {
        format!("{:#}", InvalidMatcher::within(InvalidMatcherKind::ExpectedEnd, "wrong".to_owned(), text, span))
    }

    #[test]
    fn the_caret_stands_under_the_place() {
        assert_eq!(error("größe=x", 7..8), "wrong at column 6\n  größe=x\n       ^");
        assert_eq!(error("a=b c=d", 4..7), "wrong at column 5\n  a=b c=d\n      ^^^");
        assert_eq!(error("{a", 2..2), "wrong at column 3\n  {a\n    ^");
        assert_eq!(error("", 0..0), "wrong at column 1\n  \n  ^");
        assert_eq!(error("a\n\tb", 3..4), "wrong at column 4\n  a··b\n     ^");
    }

    #[test]
    fn debug_is_short() {
        let error = InvalidMatcher::count(0);
        assert_eq!(
            format!("{error:?}"),
            r#"InvalidMatcher { kind: NoMatcher, message: "no matcher, expected one", source_text: "", span: None, column: None, .. }"#
        );
    }
}
