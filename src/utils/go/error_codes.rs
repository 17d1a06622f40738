//! The codes of this module for the catalogue of errors.

use crate::utils::ErrorCode;

/// The codes of Go string literals and of patterns, sorted.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_go_string_code_point",
        "An escape sequence of a Go string literal names no character.",
        "\"\\ud800\"",
        "Use a code point up to 10FFFF that is no surrogate; write a pair of surrogates as one \\U.",
    ),
    ErrorCode::new(
        "invalid_go_string_escape_digits",
        "An escape sequence of a Go string literal has too few digits.",
        "\"\\u12\"",
        "Write 2 digits after \\x, 4 after \\u, 8 after \\U, and 3 in an octal escape.",
    ),
    ErrorCode::new(
        "invalid_go_string_line_break",
        "A Go string literal in double quotes has a line break.",
        "\"a<line break>b\"",
        "Write the line break as \\n, or use back quotes.",
    ),
    ErrorCode::new(
        "invalid_go_string_missing_quote",
        "A Go string literal does not begin and end with the same quote.",
        "\"abc",
        "Write a double quote or a back quote at both ends.",
    ),
    ErrorCode::new(
        "invalid_go_string_not_utf8",
        "The bytes that a Go string literal spells are not UTF-8.",
        "\"\\xff\"",
        "Write characters above ASCII as themselves or with \\u.",
    ),
    ErrorCode::new(
        "invalid_go_string_octal_range",
        "An octal escape of a Go string literal is above the largest byte.",
        "\"\\400\"",
        "Use \\000 to \\377, or \\u for a character.",
    ),
    ErrorCode::new(
        "invalid_go_string_text_after_quote",
        "A Go string literal has text behind its closing quote.",
        "\"a\"b",
        "Write a quote inside as \\\".",
    ),
    ErrorCode::new(
        "invalid_go_string_unknown_escape",
        "A Go string literal has a backslash before a character that it has no meaning for.",
        "\"50\\%\"",
        "Write a backslash that stands for itself as \\\\, or use back quotes.",
    ),
    ErrorCode::new(
        "invalid_pattern_class_name",
        "A name in [: :] is not a POSIX class.",
        "[[:letter:]]",
        "Use alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, upper, word or xdigit.",
    ),
    ErrorCode::new(
        "invalid_pattern_class_range",
        "A range of a character class ends before it starts.",
        "[z-a]",
        "Swap the ends, or write \\- for the character.",
    ),
    ErrorCode::new(
        "invalid_pattern_classes_too_large",
        "The character classes of a pattern hold too many ranges, or too many characters to fold their case.",
        "[\\pL\\pN\\pS], a hundred times",
        "Use a negated class or fewer Unicode classes.",
    ),
    ErrorCode::new(
        "invalid_pattern_compiled_too_large",
        "A pattern compiles to more than the limit.",
        "\\pL{1000}",
        "Use smaller repeat counts, or an unbounded repetition.",
    ),
    ErrorCode::new(
        "invalid_pattern_escape",
        "A backslash stands before something that it has no meaning for.",
        "\\u0041",
        "Write \\x{41} for a character by number; back-references and \\Z do not exist, \\z is the end of the text.",
    ),
    ErrorCode::new(
        "invalid_pattern_group_name",
        "The name of a group is empty, not closed, or has other characters than ASCII letters, digits and _.",
        "(?P<my-name>a)",
        "Write a name such as (?P<my_name>a).",
    ),
    ErrorCode::new(
        "invalid_pattern_group_syntax",
        "A group starts with something that RE2 does not know, such as look-ahead.",
        "(?!prod).*",
        "Use a second matcher with the opposite operator; RE2 has the flags i, m, s and U.",
    ),
    ErrorCode::new(
        "invalid_pattern_missing_bracket",
        "A character class is not closed.",
        "[a-z",
        "Add the ], or write \\[ for the character.",
    ),
    ErrorCode::new("invalid_pattern_missing_paren", "A group is not closed.", "(a|b", "Add the ), or write \\( for the character."),
    ErrorCode::new(
        "invalid_pattern_missing_repeat_argument",
        "A repetition has nothing before it.",
        "*.example.com",
        "Write .* for any text, or \\* for the character.",
    ),
    ErrorCode::new(
        "invalid_pattern_nested_repeat",
        "A repetition is repeated; possessive repetitions do not exist.",
        "a++",
        "Write one repetition, or put the inner one in a group: (?:a+)+.",
    ),
    ErrorCode::new(
        "invalid_pattern_nesting_too_deep",
        "The groups and repetitions of a pattern stand in each other deeper than the limit.",
        "((((((a)+b)+c)+d)+e)+f)+, and so on",
        "Remove groups that are not needed.",
    ),
    ErrorCode::new(
        "invalid_pattern_repeat_count",
        "A repeat count is above 1000, alone or multiplied with those around it, or its bounds are swapped.",
        "a{1001}",
        "Use smaller counts, or an unbounded repetition.",
    ),
    ErrorCode::new(
        "invalid_pattern_source_too_long",
        "The text of a pattern is longer than the limit.",
        "70,000 characters",
        "Split the pattern, or write a class or a prefix for a long list of alternatives.",
    ),
    ErrorCode::new("invalid_pattern_trailing_backslash", "A pattern ends with a backslash.", "C:\\", "Write \\\\ for the character."),
    ErrorCode::new(
        "invalid_pattern_unclosed_quote",
        "A \\Q without \\E would quote what is put behind the pattern to anchor it.",
        "\\Qa.b",
        "Add \\E at the end.",
    ),
    ErrorCode::new(
        "invalid_pattern_unexpected_paren",
        "A closing parenthesis has no opening one.",
        "a)",
        "Remove it, or write \\) for the character.",
    ),
    ErrorCode::new(
        "invalid_pattern_unicode_name",
        "A name after \\p is not the exact name of a Unicode general category or script.",
        "\\p{letter}",
        "Use the short name of a category, such as \\pL or \\p{Lu}, or a script such as \\p{Greek}.",
    ),
    ErrorCode::new(
        "invalid_pattern_untranslatable",
        "The pattern is valid, but the regular expression engine refuses it.",
        "none is known",
        "Report the pattern to the maintainers of this crate.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;
    use crate::utils::go::InvalidPatternKind as Kind;
    use crate::utils::go::unquote;

    #[test]
    fn every_code_is_listed_once() {
        let kinds = [
            Kind::SourceTooLong,
            Kind::NestingTooDeep,
            Kind::ClassesTooLarge,
            Kind::CompiledTooLarge,
            Kind::MissingBracket,
            Kind::MissingParen,
            Kind::UnexpectedParen,
            Kind::MissingRepeatArgument,
            Kind::NestedRepeat,
            Kind::RepeatCount,
            Kind::ClassRange,
            Kind::ClassName,
            Kind::UnicodeName,
            Kind::Escape,
            Kind::TrailingBackslash,
            Kind::GroupSyntax,
            Kind::GroupName,
            Kind::UnclosedQuote,
            Kind::Untranslatable,
        ];
        let literals = ["", "``a", "\"\n\"", r#""\q""#, r#""\x""#, r#""\400""#, r#""\ud800""#, r#""\xff""#];
        let mut codes: Vec<&str> = literals.into_iter().map(|literal| unquote(literal).unwrap_err().code()).collect();
        codes.extend(kinds.map(Kind::code));
        codes.sort_unstable();
        assert_eq!(CODES.iter().map(|row| row.code).collect::<Vec<_>>(), codes);
    }
}
