//! The error codes of matchers.

use crate::utils::ErrorCode;

/// The codes of matchers, single and in lists.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new("invalid_match_op", "The text is not the operator of a matcher.", "==", "Write `=`, `!=`, `=~` or `!~`."),
    ErrorCode::new(
        "invalid_matcher",
        "The text is not one matcher in the UTF-8 syntax.",
        "team=",
        "Write a label name, an operator and a value in double quotes.",
    ),
    ErrorCode::new(
        "invalid_matcher_syntax",
        "The text is not the name of a syntax of matchers.",
        "utf-8",
        "Write `classic`, `utf8` or `fallback`.",
    ),
    ErrorCode::new(
        "invalid_matchers",
        "The text is not a list of matchers in the UTF-8 syntax.",
        "{team=\"payments\"",
        "Write matchers with commas between them, with a brace at both ends or none.",
    ),
    ErrorCode::new(
        "matcher_classic_only",
        "A warning: only the classic syntax reads this text; Alertmanager will drop it.",
        "code=~5\\d\\d",
        "Put the value in double quotes and double its backslashes, as the suggestion shows.",
    ),
    ErrorCode::new(
        "matcher_disagreement",
        "A warning: the classic and the UTF-8 syntax read this text differently; the classic meaning was used.",
        "city=\"K\\u00f6ln\"",
        "Write the text of the suggestion, or the character itself where an escape was meant.",
    ),
    ErrorCode::new(
        "matcher_expected_comma",
        "Something follows a matcher that is neither a comma nor the end.",
        "a=b c=d",
        "Separate matchers with commas, and quote values that have spaces.",
    ),
    ErrorCode::new("matcher_expected_end", "Something follows the closing brace.", "{a=b},", "End the text at the closing brace."),
    ErrorCode::new(
        "matcher_expected_matcher",
        "Something follows a comma that is neither a matcher nor the end.",
        "a=b,,c=d",
        "Write one comma between two matchers.",
    ),
    ErrorCode::new(
        "matcher_expected_name",
        "A matcher does not start with a label name.",
        "=b",
        "Write the label name before the operator, in double quotes if it has reserved characters.",
    ),
    ErrorCode::new(
        "matcher_expected_operator",
        "No operator follows the label name.",
        "severity",
        "Write `=`, `!=`, `=~` or `!~` after the label name.",
    ),
    ErrorCode::new(
        "matcher_expected_value",
        "No value follows the operator.",
        "severity=",
        "Write a value after the operator; the empty value is `\"\"`.",
    ),
    ErrorCode::new(
        "matcher_invalid_pattern",
        "The value of `=~` or `!~` is not a valid RE2 pattern.",
        "instance=~\"web-(\"",
        "Correct the pattern as the message says.",
    ),
    ErrorCode::new(
        "matcher_invalid_quoted_text",
        "Text in double quotes has an unknown escape, a newline, or is not UTF-8 once its escapes are read.",
        "code=~\"5\\d\\d\"",
        "Double each backslash that stands for itself, and write a newline as `\\n`.",
    ),
    ErrorCode::new("matcher_missing", "There is no matcher where one is required.", "an empty filter", "Write one matcher."),
    ErrorCode::new(
        "matcher_missing_close_brace",
        "The list starts with a brace but does not end with one.",
        "{a=b",
        "Close the brace, or leave both out.",
    ),
    ErrorCode::new(
        "matcher_missing_open_brace",
        "The list ends with a brace but does not start with one.",
        "a=b}",
        "Open the brace, or leave both out.",
    ),
    ErrorCode::new(
        "matcher_not_classic",
        "A part of the list is not a matcher in the classic syntax.",
        "service.name=checkout",
        "Write a label name of ASCII letters, digits, `_` and `:`, an operator and a value, or use the UTF-8 syntax.",
    ),
    ErrorCode::new(
        "matcher_patterns_too_large",
        "The compiled patterns of the list take too much memory together.",
        "ten matchers like host=~\"\\\\pL{50}\"",
        "Replace large repeat counts by `+` or `*`, or split the list.",
    ),
    ErrorCode::new("matcher_several", "There is more than one matcher where one is required.", "a=b,c=d", "Give each matcher on its own."),
    ErrorCode::new(
        "matcher_too_long",
        "The text of a matcher or list is longer than the limit.",
        "a value of 70,000 bytes",
        "Shorten it; matchers have 65,534 bytes, lists 65,536.",
    ),
    ErrorCode::new(
        "matcher_too_many",
        "The list has more matchers than the limit.",
        "1,001 matchers",
        "Join values into one pattern, or split the list.",
    ),
    ErrorCode::new(
        "matcher_unescaped_quote",
        "Classic syntax: a double quote in a value is neither escaped nor at both ends.",
        "a=b\"c",
        "Write `\\\"`, or close the quote.",
    ),
    ErrorCode::new("matcher_unexpected_brace", "One matcher stands in braces, which are for lists.", "{a=b}", "Leave out the braces."),
    ErrorCode::new(
        "matcher_unterminated_quote",
        "A double quote is not closed.",
        "a=\"b",
        "Close the quote; inside it write `\\\"` for a quote.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;
    use crate::alerts::matcher_error::InvalidMatcherKind as Kind;

    #[test]
    fn codes_are_sorted_and_each_kind_is_there() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        let kinds = [
            Kind::ExpectedName,
            Kind::ExpectedOperator,
            Kind::ExpectedValue,
            Kind::ExpectedComma,
            Kind::ExpectedMatcher,
            Kind::ExpectedEnd,
            Kind::MissingOpenBrace,
            Kind::MissingCloseBrace,
            Kind::UnterminatedQuote,
            Kind::InvalidQuotedText,
            Kind::InvalidPattern,
            Kind::UnexpectedBrace,
            Kind::NoMatcher,
            Kind::SeveralMatchers,
            Kind::NotClassic,
            Kind::UnescapedQuote,
            Kind::TooLong,
            Kind::TooManyMatchers,
            Kind::PatternsTooLarge,
        ];
        for kind in kinds {
            assert!(CODES.iter().any(|row| row.code == kind.code()), "{kind:?}");
        }
    }
}
