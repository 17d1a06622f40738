//! The error codes of templates.

use crate::utils::ErrorCode;

/// The codes of this module.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_annotation_template",
        "The text is not a template as Prometheus reads labels and annotations of alerting rules.",
        "{{ $label.job }}",
        "Correct the template as the message says.",
    ),
    ErrorCode::new(
        "template_arity",
        "A function or method gets too many or too few arguments, or something that takes none gets one.",
        "{{ humanize }}",
        "Give as many arguments as the message says; the value before a `|` is the last one.",
    ),
    ErrorCode::new(
        "template_bad_character",
        "A character has no meaning inside an action.",
        "{{ a# }}",
        "Remove the character, or put the text in quotes.",
    ),
    ErrorCode::new("template_bad_number", "A constant is not a number, or too large.", "{{ 1_ }}", "Write the number as Go does."),
    ErrorCode::new(
        "template_bad_text",
        "A quoted text has an escape that Go does not know.",
        "{{ \"50\\%\" }}",
        "Double the backslash, or use back quotes.",
    ),
    ErrorCode::new(
        "template_call_failed",
        "A function reports an error.",
        "{{ query \"up\" | first }} without a series",
        "Test for the case before the call, such as with `if` or `with`.",
    ),
    ErrorCode::new(
        "template_declaration",
        "Variables are declared where they cannot be.",
        "{{ $a, $b := 1 }}",
        "Declare one variable; two are for `range` alone.",
    ),
    ErrorCode::new("template_defined_twice", "Two templates have one name.", "two times {{ define \"a\" }}", "Rename one of them."),
    ErrorCode::new(
        "template_missing_end",
        "A block has no `end`.",
        "{{ if $value }}high",
        "Close each `if`, `with`, `range`, `define` and `block` with `{{ end }}`.",
    ),
    ErrorCode::new("template_missing_value", "A value is missing.", "{{ }}", "Write a value, or remove the action."),
    ErrorCode::new("template_nil_value", "Nil stands where a value is required.", "{{ nil }}", "Test for nil before, or give a value."),
    ErrorCode::new(
        "template_no_field",
        "A value does not have this field or method.",
        "{{ $value.unit }}",
        "Use a field that the value has.",
    ),
    ErrorCode::new(
        "template_not_executable",
        "A constant stands behind `|`, where only a function or method can.",
        "{{ 1 | 2 }}",
        "Put a function there.",
    ),
    ErrorCode::new(
        "template_not_iterable",
        "A loop gets something that has no items.",
        "{{ range $value }}",
        "Loop over a list, a map or a whole number.",
    ),
    ErrorCode::new("template_outside_range", "`break` or `continue` has no loop around it.", "{{ break }}", "Move it into the `range`."),
    ErrorCode::new("template_parenthesis", "A parenthesis has no partner.", "{{ (len $labels }}", "Close or remove it."),
    ErrorCode::new(
        "template_too_deep",
        "Blocks and parentheses lie too deep inside each other.",
        "101 times {{ if }} inside each other",
        "Use `else if`, or move a part into a template of its own.",
    ),
    ErrorCode::new("template_too_long", "The text is longer than the limit.", "a template of 2 MiB", "Shorten it."),
    ErrorCode::new(
        "template_too_many_calls",
        "Templates call each other too deep.",
        "{{ define \"a\" }}{{ template \"a\" }}{{ end }}",
        "End the recursion.",
    ),
    ErrorCode::new(
        "template_too_many_steps",
        "Rendering does more than the limit.",
        "{{ range 1000000000 }}",
        "Shorten the loops, or raise `TemplateLimits::steps`.",
    ),
    ErrorCode::new(
        "template_too_much_memory",
        "The values made on the way take more than the limit.",
        "a text that is doubled in a loop",
        "Make shorter texts, or raise `TemplateLimits::value_bytes`.",
    ),
    ErrorCode::new(
        "template_too_much_output",
        "The output is longer than the limit.",
        "a text of 1 KiB in a loop of 10,000",
        "Write less, or raise `TemplateLimits::output_bytes`.",
    ),
    ErrorCode::new("template_unclosed_action", "An action is not closed.", "{{ $value", "Close it with `}}`."),
    ErrorCode::new(
        "template_unclosed_comment",
        "A comment is not closed, or something stands between it and the end of its action.",
        "{{/* a */ }}",
        "Write `{{/* … */}}` without space inside the braces.",
    ),
    ErrorCode::new(
        "template_undefined_function",
        "There is no function of this name.",
        "{{ $value | humanise }}",
        "Use one that exists; the message names the nearest.",
    ),
    ErrorCode::new(
        "template_undefined_template",
        "There is no template of this name.",
        "{{ template \"titel\" . }}",
        "Define it, or correct the name.",
    ),
    ErrorCode::new(
        "template_undefined_variable",
        "A variable is not declared.",
        "{{ $label.job }}",
        "Use `$labels`, `$value`, `$externalLabels`, `$externalURL`, or declare the variable with `:=`.",
    ),
    ErrorCode::new(
        "template_unexpected",
        "Something stands where it cannot.",
        "{{ else }} without an `if`",
        "Correct the text at the place that the message names.",
    ),
    ErrorCode::new("template_unsupported", "Complex numbers are not computed with.", "{{ 1i }}", "Use other numbers."),
    ErrorCode::new("template_unterminated_text", "A quote is not closed.", "{{ \"a }}", "Close the quote before the end of the line."),
    ErrorCode::new(
        "template_value_too_deep",
        "Lists, maps and structs lie too deep inside each other.",
        "a list that is put into a list 65 times",
        "Keep them at most 64 deep.",
    ),
    ErrorCode::new(
        "template_wrong_type",
        "A value has another type than the one that is required.",
        "{{ toUpper $value }}",
        "Convert it, such as with `print`, or use another function.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;
    use crate::templates::TemplateErrorKind as Kind;
    use crate::templates::ValueTooDeep;

    #[test]
    fn codes_are_sorted_and_each_kind_is_there() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        let kinds = [
            Kind::BadCharacter,
            Kind::BadNumber,
            Kind::BadText,
            Kind::UnterminatedText,
            Kind::UnclosedAction,
            Kind::UnclosedComment,
            Kind::Parenthesis,
            Kind::Unexpected,
            Kind::MissingEnd,
            Kind::MissingValue,
            Kind::Declaration,
            Kind::NotExecutable,
            Kind::OutsideRange,
            Kind::DefinedTwice,
            Kind::UndefinedFunction,
            Kind::UndefinedVariable,
            Kind::UndefinedTemplate,
            Kind::Arity,
            Kind::WrongType,
            Kind::NoField,
            Kind::NilValue,
            Kind::NotIterable,
            Kind::CallFailed,
            Kind::Unsupported,
            Kind::TooLong,
            Kind::TooDeep,
            Kind::TooManySteps,
            Kind::TooMuchOutput,
            Kind::TooMuchMemory,
            Kind::TooManyCalls,
            Kind::ValueTooDeep,
        ];
        for kind in kinds {
            assert!(CODES.iter().any(|row| row.code == kind.code()), "{kind:?}");
        }
        assert_eq!(ValueTooDeep::CODE, Kind::ValueTooDeep.code());
        assert_eq!(CODES.len(), kinds.len() + 1);
    }
}
