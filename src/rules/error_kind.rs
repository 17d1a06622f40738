//! The kinds of errors of expressions, and their codes.

use crate::utils::ErrorCode;

/// Writes the kinds, their codes and the rows of the catalogue from one table.
macro_rules! kinds {
    ($($(#[doc = $doc:expr])* $kind:ident = $code:literal, $meaning:literal, $example:literal, $fix:literal;)*) => {
        /// What is wrong with the text of an expression.
        ///
        /// ```
        /// use alert_schemas::rules::{Expr, ExprErrorKind, ParseOptions};
        ///
        /// let errors = Expr::parse("sum(up", &ParseOptions::default()).unwrap_err();
        /// assert_eq!(errors.first().kind(), ExprErrorKind::UnclosedBracket);
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ExprErrorKind {
            $(#[doc = $meaning] $kind,)*
        }

        impl ExprErrorKind {
            /// The stable code of this kind, as listed in the error catalogue.
            ///
            /// ```
            /// assert_eq!(alert_schemas::rules::ExprErrorKind::Type.code(), "expr_type");
            /// ```
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)*
                }
            }
        }

        /// The codes of this module.
        pub(crate) const CODES: &[ErrorCode] = &[
            $(ErrorCode::new($code, $meaning, $example, $fix),)*
            ErrorCode::new("invalid_condition", "The text is not a condition.", "\"cpu_usage >\"", "Write an expression of PromQL; the message names the place."),
            ErrorCode::new("invalid_dialect", "The text is not the name of a dialect.", "\"sql\"", "Write `promql` or `condition`."),
        ];
    };
}

kinds! {
    Empty = "expr_empty", "There is no expression, only white space and comments.", "# nothing", "Write an expression.";
    UnexpectedCharacter = "expr_unexpected_character", "A character that no expression has at this place.", "up ? 1", "Remove the character.";
    UnexpectedToken = "expr_unexpected_token", "Something stands where something else is expected.", "up up", "Write what the message expects.";
    UnexpectedEnd = "expr_unexpected_end", "The text ends in the middle of an expression.", "up >", "Complete the expression.";
    UnclosedBracket = "expr_unclosed_bracket", "A bracket is never closed.", "sum(up", "Close the bracket.";
    UnopenedBracket = "expr_unopened_bracket", "A bracket is closed that was never opened.", "up)", "Remove the bracket, or open it.";
    UnterminatedString = "expr_unterminated_string", "A string is never closed, or broken by the end of a line.", "up{job=\"a", "Close the string; write a line break as `\\n`.";
    InvalidString = "expr_invalid_string", "A string has an escape that Go does not know, or U+FFFD.", "up{job=\"\\d\"}", "Double the backslash, or use back quotes.";
    InvalidNumber = "expr_invalid_number", "A number is not written as numbers are.", "0x", "Write decimal digits, or hexadecimal ones behind `0x`.";
    NumberRange = "expr_number_range", "A number is too large for a double.", "1e400", "Write a number up to 1.8e308, or `Inf`.";
    InvalidDuration = "expr_invalid_duration", "A duration is not written as durations are, or too long.", "up[5min]", "Write whole numbers with the units y, w, d, h, m, s, ms, largest first, such as `1h30m`.";
    DurationRange = "expr_duration_range", "A range or a step is not above zero, or a duration is too long.", "up[0s]", "Write a duration above zero and below 292 years.";
    TimestampRange = "expr_timestamp_range", "The number after `@` is not a time.", "up @ inf", "Write seconds since 1970.";
    InvalidLabelName = "expr_invalid_label_name", "A label name in a list of labels is empty.", "sum by (\"\") (up)", "Write the name of a label.";
    InvalidPattern = "expr_invalid_pattern", "The value of a `=~` or `!~` is not valid RE2.", "up{job=~\"(\"}", "Correct the pattern; the message names the place.";
    EmptySelector = "expr_empty_selector", "Every matcher of a selector also matches a missing label, so that it selects everything.", "{job=~\".*\"}", "Name the metric, or add a matcher that needs a value.";
    RepeatedName = "expr_repeated_name", "A selector names its metric before the braces and again inside.", "up{__name__=\"down\"}", "Remove one of the names.";
    UnknownFunction = "expr_unknown_function", "There is no function of this name.", "rat(up[5m])", "Use a function of PromQL; names are lower-case.";
    Experimental = "expr_experimental", "What is experimental in Prometheus 3.5 is used, but not turned on.", "limitk(5, up)", "Set the option that the message names.";
    ConditionOnly = "expr_condition_only", "What only conditions have is used in PromQL.", "up == 0 || down == 1", "Write it as PromQL does, or read the text as a condition.";
    ArgumentCount = "expr_argument_count", "A function or an aggregation has too few or too many arguments.", "rate()", "Write as many arguments as the message expects.";
    TrailingComma = "expr_trailing_comma", "A comma stands behind the last argument.", "abs(up,)", "Remove the comma.";
    Type = "expr_type", "An operand or argument is of another type than its place takes.", "rate(up)", "Write what the message expects, such as a range `[5m]`.";
    BoolModifier = "expr_bool_modifier", "`bool` stands behind an operator that does not compare.", "up + bool 1", "Remove `bool`.";
    ScalarComparison = "expr_scalar_comparison", "Two numbers are compared without `bool`.", "1 > 2", "Write `bool` behind the operator.";
    Matching = "expr_matching", "Labels are matched where that is not possible.", "up + on (job) 1", "Remove the matching, or name other labels.";
    MisplacedModifier = "expr_misplaced_modifier", "A range, `offset` or `@` stands behind something that is no selector.", "(up)[5m]", "Put it behind the selector, or use a subquery.";
    RepeatedModifier = "expr_repeated_modifier", "`offset` or `@` stands twice behind a selector.", "up offset 1m offset 2m", "Remove one of the two.";
    TooLong = "expr_too_long", "The text is longer than the limit.", "a text of 2 MiB", "Shorten the text, or raise `ExprLimits::bytes`.";
    TooDeep = "expr_too_deep", "Brackets and signs are deeper inside each other than the limit.", "1,000 opening parentheses", "Remove brackets, or raise `ExprLimits::depth`.";
    TooManyNodes = "expr_too_many_nodes", "The expression has more parts than the limit.", "a sum of 100,000 metrics", "Split the expression, or raise `ExprLimits::nodes`.";
    TooManyItems = "expr_too_many_items", "A list has more items than the limit.", "a selector with 2,000 matchers", "Shorten the list, or raise `ExprLimits::list_items`.";
    PatternsTooLarge = "expr_patterns_too_large", "The patterns of the expression are larger than the limit.", "1,000 patterns of 100 characters", "Use fewer or shorter patterns, or raise `ExprLimits::pattern_bytes` or `compiled_bytes`.";
}
