//! Reading matchers: Alertmanager's three modes.

use std::fmt;

use crate::alerts::matcher::Matcher;
use crate::alerts::matcher_classic;
use crate::alerts::matcher_error::InvalidMatcher;
use crate::alerts::matcher_error::InvalidMatcherKind;
use crate::alerts::matcher_utf8;
use crate::alerts::matchers::Add;
use crate::alerts::matchers::ListBuilder;
use crate::alerts::matchers::Matchers;

crate::utils::vocabulary! {
    /// The syntax that the text of a matcher is read in, one for each mode of Alertmanager.
    ///
    /// | syntax | Alertmanager's flag | reads |
    /// |---|---|---|
    /// | `classic` | `classic-mode` | ASCII label names; unquoted values may have almost any character; only `\n`, `\"` and `\\` are escapes |
    /// | `utf8` | `utf8-strict-mode` | any label name; what has white space or one of ``{}!=~,\"'` `` is in double quotes, with Go's escapes |
    /// | `fallback` | none: the default | both: the classic meaning wins where the two differ, and is used where UTF-8 refuses |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Matchers, MatcherSyntax};
    ///
    /// // Unquoted backslashes are classic, dots in names are not.
    /// assert!(Matchers::parse(r"code=~5\d\d", MatcherSyntax::Classic).is_ok());
    /// assert!(Matchers::parse(r"code=~5\d\d", MatcherSyntax::Utf8).is_err());
    /// assert!(Matchers::parse("service.name=checkout", MatcherSyntax::Classic).is_err());
    /// assert!(Matchers::parse("service.name=checkout", MatcherSyntax::Utf8).is_ok());
    /// assert_eq!(MatcherSyntax::default(), MatcherSyntax::Fallback);
    /// ```
    [#[non_exhaustive]]
    pub enum MatcherSyntax;
    error InvalidMatcherSyntax in alerts, code "invalid_matcher_syntax", noun "a matcher syntax";
    /// The syntax from before UTF-8 label names.
    Classic = "classic",
    /// The UTF-8 syntax, strictly.
    Utf8 = "utf8",
    /// Both, where they differ the classic one.
    Fallback = "fallback",
}

impl Default for MatcherSyntax {
    /// [`MatcherSyntax::Fallback`], Alertmanager's default.
    fn default() -> Self {
        Self::Fallback
    }
}

/// What is worth a warning in fallback mode: the text should be rewritten before Alertmanager drops the classic syntax.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::{FallbackNote, Matchers, MatcherSyntax};
///
/// let (matchers, note) = Matchers::parse_with_notes(r"code=~5\d\d", MatcherSyntax::Fallback)?;
/// let note = note.expect("a warning");
/// assert!(matches!(note, FallbackNote::ClassicOnly { .. }));
/// assert_eq!(note.code(), "matcher_classic_only");
/// assert_eq!(note.suggestion(), r#"{code=~"5\\d\\d"}"#);
/// assert_eq!(note.suggestion().parse(), Ok(matchers));
/// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FallbackNote {
    /// The UTF-8 syntax refuses the text, so the classic syntax was used.
    #[non_exhaustive]
    ClassicOnly {
        /// Why the UTF-8 syntax refuses it.
        utf8_error: InvalidMatcher,
        /// The same matchers in the UTF-8 syntax.
        suggestion: String,
    },
    /// Both syntaxes read the text, but differently; the classic meaning was used.
    #[non_exhaustive]
    Disagreement {
        /// What the UTF-8 syntax reads.
        utf8: String,
        /// The matchers that were used, in the UTF-8 syntax.
        suggestion: String,
    },
}

impl FallbackNote {
    /// The stable code of this note, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ClassicOnly { .. } => "matcher_classic_only",
            Self::Disagreement { .. } => "matcher_disagreement",
        }
    }

    /// The note on a list of one as a note on one matcher.
    fn without_braces(self) -> Self {
        let strip = |text: String| text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).map(str::to_owned).unwrap_or(text);
        match self {
            Self::ClassicOnly { utf8_error, suggestion } => Self::ClassicOnly { utf8_error, suggestion: strip(suggestion) },
            Self::Disagreement { utf8, suggestion } => Self::Disagreement { utf8: strip(utf8), suggestion: strip(suggestion) },
        }
    }

    /// The text that says the same in the UTF-8 syntax.
    #[must_use]
    pub fn suggestion(&self) -> &str {
        match self {
            Self::ClassicOnly { suggestion, .. } | Self::Disagreement { suggestion, .. } => suggestion,
        }
    }
}

impl fmt::Display for FallbackNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClassicOnly { utf8_error, suggestion } => {
                write!(f, "only the classic syntax reads this ({utf8_error}), write `{suggestion}`")
            }
            Self::Disagreement { utf8, suggestion } => {
                write!(f, "the UTF-8 syntax reads this as `{utf8}`, write `{suggestion}` for what the classic syntax reads")
            }
        }
    }
}

impl Matchers {
    /// Reads a list of matchers, as in Alertmanager's configuration: `team="payments",severity=~"critical|high"`, in braces or not.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] with the place of the first problem:
    ///
    /// - the text is not in this syntax;
    /// - a pattern is not valid RE2;
    /// - the text has more than [`Matchers::MAX_BYTES`] bytes or the list more than [`Matchers::MAX_MATCHERS`] matchers.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Matchers, MatcherSyntax};
    ///
    /// let matchers = Matchers::parse("{ team = payments, severity != info, }", MatcherSyntax::Utf8)?;
    /// assert_eq!(matchers.to_string(), r#"{team="payments",severity!="info"}"#);
    ///
    /// let error = Matchers::parse("team=payments severity=info", MatcherSyntax::Utf8).unwrap_err();
    /// assert_eq!(error.to_string(), "unexpected `severity`, expected a comma or the end of the list at column 15");
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn parse(input: &str, syntax: MatcherSyntax) -> Result<Self, InvalidMatcher> {
        Self::parse_with_notes(input, syntax).map(|(matchers, _)| matchers)
    }

    /// Reads a list of matchers and says, in fallback mode, whether the two syntaxes agree on it.
    ///
    /// | UTF-8 syntax | classic syntax | result |
    /// |---|---|---|
    /// | reads it | reads the same, or refuses | the UTF-8 meaning |
    /// | reads it | reads something else | the classic meaning, [`FallbackNote::Disagreement`] |
    /// | refuses | reads it | the classic meaning, [`FallbackNote::ClassicOnly`] |
    /// | refuses | refuses | the error of the classic syntax, which holds the other as [`utf8_error`](InvalidMatcher::utf8_error) |
    ///
    /// # Errors
    ///
    /// As for [`Matchers::parse`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{FallbackNote, Matchers, MatcherSyntax};
    ///
    /// let (matchers, note) = Matchers::parse_with_notes(r#"city="K\u00f6ln""#, MatcherSyntax::Fallback)?;
    /// assert_eq!(matchers.to_string(), r#"{city="K\\u00f6ln"}"#);
    /// assert!(matches!(note, Some(FallbackNote::Disagreement { utf8, .. }) if utf8 == r#"{city="Köln"}"#));
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn parse_with_notes(input: &str, syntax: MatcherSyntax) -> Result<(Self, Option<FallbackNote>), InvalidMatcher> {
        check_length(input)?;
        read(input, syntax, matcher_utf8::parse_list, matcher_classic::parse_list)
    }
}

impl Matcher {
    /// Reads one matcher, as in the `filter` of Alertmanager's API and in amtool's arguments: `team="payments"`.
    ///
    /// Braces around it are refused as these refuse them, except in the classic syntax, where they are characters like others and so
    /// are refused in front and part of the value behind. [`Matchers::parse`] and [`Matcher::try_from`] read one matcher in braces.
    ///
    /// # Errors
    ///
    /// As for [`Matchers::parse`], and if there is no matcher, more than one, or a brace at either end.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Matcher, MatcherSyntax};
    ///
    /// assert_eq!(Matcher::parse("team = payments", MatcherSyntax::Utf8)?.value(), "payments");
    ///
    /// let error = Matcher::parse("{team=payments}", MatcherSyntax::Utf8).unwrap_err();
    /// assert_eq!(error.to_string(), "unexpected `{`, expected one matcher without braces at column 1");
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn parse(input: &str, syntax: MatcherSyntax) -> Result<Self, InvalidMatcher> {
        Self::parse_with_notes(input, syntax).map(|(matcher, _)| matcher)
    }

    /// Reads one matcher and says, in fallback mode, whether the two syntaxes agree on it, see [`Matchers::parse_with_notes`].
    ///
    /// # Errors
    ///
    /// As for [`Matcher::parse`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::{Matcher, MatcherSyntax};
    ///
    /// let (matcher, note) = Matcher::parse_with_notes("team==payments", MatcherSyntax::Fallback)?;
    /// assert_eq!(matcher.value(), "=payments");
    /// assert_eq!(
    ///     note.map(|note| note.to_string()).as_deref(),
    ///     Some(concat!(
    ///         "only the classic syntax reads this (unexpected `=`, expected a label value at column 6), ",
    ///         r#"write `team="=payments"`"#,
    ///     )),
    /// );
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn parse_with_notes(input: &str, syntax: MatcherSyntax) -> Result<(Self, Option<FallbackNote>), InvalidMatcher> {
        check_length(input)?;
        if syntax != MatcherSyntax::Classic {
            check_braces(input)?;
        }
        let (list, note) = read(input, syntax, parse_one_utf8, matcher_classic::parse_one)?;
        Ok((list.into_one()?, note.map(FallbackNote::without_braces)))
    }
}

/// A list of one.
fn parse_one_utf8(input: &str, add: Add<'_>) -> Result<(), InvalidMatcher> {
    let mut count = 0;
    matcher_utf8::parse_list(input, &mut |name, op, value| {
        count += 1;
        add(name, op, value)
    })?;
    if count == 1 { Ok(()) } else { Err(InvalidMatcher::count(count)) }
}

fn check_length(input: &str) -> Result<(), InvalidMatcher> {
    if input.len() > Matchers::MAX_BYTES {
        return Err(InvalidMatcher::too_long(input.len(), Matchers::MAX_BYTES, input));
    }
    Ok(())
}

fn check_braces(input: &str) -> Result<(), InvalidMatcher> {
    let (brace, span) = if input.starts_with('{') {
        ('{', 0..1)
    } else if input.ends_with('}') {
        ('}', input.len() - 1..input.len())
    } else {
        return Ok(());
    };
    let message = format!("unexpected `{brace}`, expected one matcher without braces");
    Err(InvalidMatcher::within(InvalidMatcherKind::UnexpectedBrace, message, input, span))
}

/// Gives a callback the label name, operator and value of each matcher of a text.
type Parser = fn(&str, Add<'_>) -> Result<(), InvalidMatcher>;

/// Reads in one syntax, or in both and compares. Never more than one list is kept, so that a text is never worth two of them.
fn read(input: &str, syntax: MatcherSyntax, utf8: Parser, classic: Parser) -> Result<(Matchers, Option<FallbackNote>), InvalidMatcher> {
    let utf8 = || ListBuilder::read(|add| utf8(input, add));
    match syntax {
        MatcherSyntax::Classic => Ok((ListBuilder::read(|add| classic(input, add))?, None)),
        MatcherSyntax::Utf8 => Ok((utf8()?, None)),
        MatcherSyntax::Fallback => match utf8() {
            Ok(list) if agrees(&list, |add| classic(input, add)) => Ok((list, None)),
            Ok(list) => {
                let text = list.to_string();
                drop(list);
                match ListBuilder::read(|add| classic(input, add)) {
                    Ok(list) => {
                        let note = FallbackNote::Disagreement { utf8: text, suggestion: list.to_string() };
                        Ok((list, Some(note)))
                    }
                    Err(_) => Ok((utf8()?, None)),
                }
            }
            Err(utf8_error) => match ListBuilder::read(|add| classic(input, add)) {
                Ok(list) => {
                    let note = FallbackNote::ClassicOnly { utf8_error, suggestion: list.to_string() };
                    Ok((list, Some(note)))
                }
                Err(error) => Err(error.with_utf8_error(utf8_error)),
            },
        },
    }
}

/// Whether the classic syntax reads the same, or nothing because it refuses. Compiles nothing: the same pattern is valid once more.
fn agrees(list: &Matchers, classic: impl FnOnce(Add<'_>) -> Result<(), InvalidMatcher>) -> bool {
    let (mut expected, mut equal) = (list.iter(), true);
    let outcome = classic(&mut |name, op, value| {
        equal &= expected.next().is_some_and(|matcher| (matcher.name(), matcher.op(), matcher.value()) == (name, op, value));
        Ok(())
    });
    outcome.is_err() || (equal && expected.next().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the fallback reads, and the code of its note.
    #[track_caller]
    fn fallback(input: &str) -> (String, Option<&'static str>) {
        let (matchers, note) = Matchers::parse_with_notes(input, MatcherSyntax::Fallback).unwrap();
        if let Some(note) = &note {
            assert_eq!(note.suggestion().parse(), Ok(matchers.clone()));
        }
        (matchers.to_string(), note.map(|note| note.code()))
    }

    #[test]
    fn ok_fallback() {
        assert_eq!(fallback("{zone=eu}"), (r#"{zone="eu"}"#.to_owned(), None));
        assert_eq!(fallback(""), ("{}".to_owned(), None));
        assert_eq!(fallback("größe=1"), (r#"{größe="1"}"#.to_owned(), None));
        assert_eq!(fallback(r"code=~5\d"), (r#"{code=~"5\\d"}"#.to_owned(), Some("matcher_classic_only")));
        assert_eq!(fallback(r#"a="\x41""#), (r#"{a="\\x41"}"#.to_owned(), Some("matcher_disagreement")));
        // The classic syntax takes the escape for a part of the pattern, which RE2 does not know.
        assert_eq!(fallback(r#"a=~"\u00f6""#), (r#"{a=~"ö"}"#.to_owned(), None));
        // The classic syntax keeps white space that it does not know in all but the last value.
        assert_eq!(fallback("a=x\u{a0},b=y"), ("{a=\"x\u{a0}\",b=\"y\"}".to_owned(), Some("matcher_disagreement")));
    }

    #[test]
    fn ok_notes() {
        let (_, note) = Matchers::parse_with_notes(r#"a="\x41""#, MatcherSyntax::Fallback).unwrap();
        assert_eq!(
            note.unwrap().to_string(),
            r#"the UTF-8 syntax reads this as `{a="A"}`, write `{a="\\x41"}` for what the classic syntax reads"#
        );
        let (_, note) = Matcher::parse_with_notes(r#"a="\x41""#, MatcherSyntax::Fallback).unwrap();
        assert_eq!(
            note.unwrap().to_string(),
            r#"the UTF-8 syntax reads this as `a="A"`, write `a="\\x41"` for what the classic syntax reads"#
        );
        let (_, note) = Matcher::parse_with_notes("a=b c", MatcherSyntax::default()).unwrap();
        assert_eq!(
            note.unwrap().to_string(),
            "only the classic syntax reads this (unexpected `c`, expected a comma or the end of the list at column 5), write `a=\"b c\"`"
        );
        for syntax in [MatcherSyntax::Classic, MatcherSyntax::Utf8] {
            assert_eq!(Matchers::parse_with_notes(r#"a="\x41""#, syntax).unwrap().1, None);
        }
    }

    #[test]
    fn err_fallback_has_both() {
        let error = Matchers::parse("{zone!eu}", MatcherSyntax::Fallback).unwrap_err();
        assert_eq!((error.code(), error.column(), error.span()), ("matcher_not_classic", None, Some(1..8)));
        assert_eq!(
            format!("{error:#}"),
            concat!(
                "`zone!eu` is not a matcher, expected a label name, an operator (`=`, `!=`, `=~` or `!~`) and a value at column 2\n",
                "  {zone!eu}\n",
                "   ^^^^^^^\n",
                "and in the UTF-8 syntax: incomplete operator `!`, ",
                "expected an operator (`=`, `!=`, `=~` or `!~`) at column 6\n",
                "  {zone!eu}\n",
                "       ^",
            )
        );
        let utf8 = error.utf8_error().unwrap();
        assert_eq!((utf8.kind(), utf8.column()), (InvalidMatcherKind::ExpectedOperator, Some(5..6)));
    }

    #[test]
    fn ok_single() {
        for syntax in MatcherSyntax::ALL {
            assert_eq!(Matcher::parse(" zone = eu ", *syntax).unwrap().to_string(), r#"zone="eu""#);
        }
        assert_eq!(Matcher::parse("zone=eu,", MatcherSyntax::Utf8).unwrap().to_string(), r#"zone="eu""#);
        assert_eq!(Matcher::parse("zone=eu,", MatcherSyntax::Classic).unwrap().to_string(), r#"zone="eu,""#);
        assert_eq!(Matcher::parse("zone=eu}", MatcherSyntax::Classic).unwrap().to_string(), r#"zone="eu}""#);
    }

    #[test]
    fn err_single() {
        let err = |input: &str, syntax| {
            let error = Matcher::parse(input, syntax).unwrap_err();
            (error.code(), error.span())
        };
        for syntax in [MatcherSyntax::Utf8, MatcherSyntax::Fallback] {
            assert_eq!(err("{a=b}", syntax), ("matcher_unexpected_brace", Some(0..1)));
            assert_eq!(err("größe=b}", syntax), ("matcher_unexpected_brace", Some(9..10)));
        }
        assert_eq!(err("{a=b}", MatcherSyntax::Classic), ("matcher_not_classic", Some(0..5)));
        assert_eq!(err("", MatcherSyntax::Utf8), ("matcher_missing", None));
        assert_eq!(err("a=b,c=d", MatcherSyntax::Utf8), ("matcher_several", None));
        assert_eq!(err("größe", MatcherSyntax::Fallback), ("matcher_not_classic", Some(0..7)));
    }

    #[test]
    fn err_too_long() {
        let input = format!("a=b{}", " ".repeat(Matchers::MAX_BYTES));
        for syntax in MatcherSyntax::ALL {
            for error in [Matchers::parse(&input, *syntax).unwrap_err(), Matcher::parse(&input, *syntax).unwrap_err()] {
                let message = format!("`a=b{}…` makes 65539 bytes, expected at most 65536", " ".repeat(61));
                assert_eq!((error.code(), error.to_string()), ("matcher_too_long", message));
            }
        }
        // A text within the limit whose matchers print longer: nothing that can't be read back is made.
        let input = format!("\" \"=\"{}\"", "\u{1}".repeat(Matchers::MAX_BYTES - 10));
        assert_eq!(Matchers::parse(&input, MatcherSyntax::Utf8).unwrap_err().code(), "matcher_too_long");
    }

    /// Texts near the languages, and any others.
    fn text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("zone"),
            Just("größe"),
            Just("\"a b\""),
            Just("="),
            Just("!="),
            Just("=~"),
            Just("!~"),
            Just("\"eu\""),
            Just("[a-z]+"),
            Just("{"),
            Just("}"),
            Just(","),
            Just("\""),
            Just("\\"),
            Just("\\n"),
            Just("\\u00e9"),
            Just(" "),
            Just("\u{a0}"),
            Just("'"),
        ];
        let near = proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat());
        prop_oneof![4 => near, 1 => any::<String>()]
    }

    proptest! {
        #[test]
        fn any_text_gives_matchers_or_a_place_in_it(input in text(), syntax in proptest::sample::select(MatcherSyntax::ALL)) {
            match Matchers::parse(&input, syntax) {
                Ok(matchers) if matchers.iter().all(|matcher| !matcher.name().is_empty()) => {
                    prop_assert_eq!(matchers.to_string().parse(), Ok(matchers));
                }
                Ok(_) => {}
                Err(error) => {
                    prop_assert_eq!(error.source_text(), input.as_str());
                    prop_assert!(input.get(error.span().unwrap()).is_some());
                    let (line, long) = (format!("{error}"), format!("{error:#}"));
                    prop_assert!(long.starts_with(&line) && !line.contains('\n'));
                }
            }
        }

        #[test]
        fn the_fallback_is_one_of_the_two(input in text()) {
            let [classic, utf8, fallback] =
                [MatcherSyntax::Classic, MatcherSyntax::Utf8, MatcherSyntax::Fallback].map(|syntax| Matchers::parse(&input, syntax));
            match (classic, utf8) {
                (Ok(classic), _) => prop_assert_eq!(fallback, Ok(classic)),
                (Err(_), Ok(utf8)) => prop_assert_eq!(fallback, Ok(utf8)),
                (Err(classic), Err(utf8)) => {
                    let fallback = fallback.unwrap_err();
                    prop_assert_eq!((fallback.kind(), fallback.column()), (classic.kind(), None));
                    prop_assert_eq!(fallback.utf8_error(), Some(&utf8));
                }
            }
        }

        #[test]
        fn one_matcher_is_a_list_of_one(input in text()) {
            let one = Matcher::parse(&input, MatcherSyntax::Utf8);
            let list = Matchers::parse(&input, MatcherSyntax::Utf8).and_then(Matcher::try_from);
            if input.starts_with('{') || input.ends_with('}') {
                prop_assert_eq!(one.unwrap_err().kind(), InvalidMatcherKind::UnexpectedBrace);
            } else {
                prop_assert_eq!(one, list);
            }
        }
    }
}
