//! What texts with a limit of characters have in common, such as the names that people give to rules, groups, receivers and intervals.

/// The most characters that a name may have.
pub(crate) const NAME_CHARACTERS: usize = 1_024;

/// Whether a text has 1 to `most` characters.
pub(crate) fn is_at_most(text: &str, most: usize) -> bool {
    // Bytes are no fewer than characters, and known without counting.
    !text.is_empty() && (text.len() <= most || text.chars().nth(most).is_none())
}

/// Whether a text has 1 to `most` characters, without control characters of ASCII.
pub(crate) fn is_line(text: &str, most: usize) -> bool {
    is_at_most(text, most) && text.bytes().all(|byte| byte >= 0x20 && byte != 0x7F)
}

/// Whether a text may be a name: 1 to 1,024 characters.
pub(crate) fn is_name(text: &str) -> bool {
    is_at_most(text, NAME_CHARACTERS)
}
