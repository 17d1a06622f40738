//! The error codes of YAML. They stand in the catalogue with or without the feature `yaml`.

use crate::utils::ErrorCode;

/// The codes of reading YAML; those of limits are shared with the JSON decoder.
pub(crate) const CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "yaml_duplicate_key",
        "A mapping has the same key twice.",
        "{expr: up, expr: down}",
        "Keep one of the two; the message names the line of the first.",
    ),
    ErrorCode::new(
        "yaml_invalid_block_text",
        "The head of a block text is neither `|` nor `>` with an indentation from 1 to 9 and `+` or `-`.",
        "expr: |0",
        "Write `|`, `|-`, `>` or `>-` and the text on the next lines.",
    ),
    ErrorCode::new(
        "yaml_invalid_directive",
        "A line that starts with `%` is no directive that this version of YAML has.",
        "%YAML 9.9",
        "Remove the line, or quote the text that starts with `%`.",
    ),
    ErrorCode::new(
        "yaml_invalid_escape",
        "Text in double quotes has an escape that YAML does not know, or one that is no character.",
        "\"\\d\"",
        "Double the backslash, or use single quotes, where a backslash is a backslash.",
    ),
    ErrorCode::new(
        "yaml_invalid_merge",
        "The value of `<<` is neither a mapping nor a list of mappings.",
        "<<: 5",
        "Merge a mapping, most often an alias such as `*defaults`.",
    ),
    ErrorCode::new(
        "yaml_invalid_property",
        "A tag, anchor or alias is not written as one.",
        "expr: *",
        "Quote a text that starts with `!`, `&` or `*`.",
    ),
    ErrorCode::new("yaml_invalid_tag", "A value is not what its tag says.", "!!int up", "Remove the tag, or write a value of its type."),
    ErrorCode::new(
        "yaml_invalid_text",
        "The document is neither UTF-8 nor UTF-16 with its mark, or has a control character.",
        "the byte 0xFF in a file",
        "Save the file as UTF-8, and write control characters as escapes in double quotes.",
    ),
    ErrorCode::new(
        "yaml_misplaced",
        "A list item, a key or a value stands where none can be.",
        "expr: sum: up",
        "Quote a text that holds `: `, and begin lists on a line of their own.",
    ),
    ErrorCode::new(
        "yaml_missing_colon",
        "A line between keys is no key.",
        "expr: up\nfor",
        "Write `key: value`, or indent the line if it belongs to the text above.",
    ),
    ErrorCode::new(
        "yaml_recursive_alias",
        "An alias stands inside the value that it names.",
        "&a [*a]",
        "Move the anchor so that its value does not hold the alias.",
    ),
    ErrorCode::new(
        "yaml_tab",
        "A tab stands where YAML expects the spaces of an indentation.",
        "groups:\n\t- name: a",
        "Indent with spaces.",
    ),
    ErrorCode::new(
        "yaml_too_many_aliases",
        "Nearly all of what the document holds comes out of aliases: a bomb.",
        "lists of aliases to lists of aliases",
        "Write the values out.",
    ),
    ErrorCode::new(
        "yaml_unexpected_character",
        "A character stands where no value, key or item can start with it.",
        "expr: @team",
        "Quote a text that starts with `@`, a backtick, `%`, a comma or a closing bracket.",
    ),
    ErrorCode::new(
        "yaml_unexpected_token",
        "A list or mapping goes on in a way that it can't, most often because a line is not indented as its neighbours are.",
        "rules: [a, b",
        "Indent the items of a list and the keys of a mapping equally, and close brackets.",
    ),
    ErrorCode::new(
        "yaml_unknown_anchor",
        "An alias names no anchor that stands before it.",
        "expr: *up",
        "Define the anchor with `&` before the alias, or quote a text that starts with `*`.",
    ),
    ErrorCode::new("yaml_unterminated_text", "A quoted text is not closed.", "expr: \"up", "Close the quote."),
    ErrorCode::new(
        "yaml_wrong_type",
        "A value is of another type than its place takes.",
        "rules: 5",
        "Write the type that the message expects.",
    ),
];

#[cfg(test)]
mod tests {
    use super::CODES;

    #[test]
    fn codes_are_sorted() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
    }
}
