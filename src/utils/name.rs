//! What the names that people give to rules, groups, receivers and intervals have in common.

/// The most characters that a name may have.
pub(crate) const NAME_CHARACTERS: usize = 1_024;

/// Whether a text may be a name: 1 to 1,024 characters.
pub(crate) fn is_name(text: &str) -> bool {
    // Bytes are no fewer than characters, and known without counting.
    !text.is_empty() && (text.len() <= NAME_CHARACTERS || text.chars().nth(NAME_CHARACTERS).is_none())
}
