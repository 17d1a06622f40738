//! "Did you mean …?"

/// The word that `text` was most likely meant to be: the nearest one within a third of its length (at least one edit).
pub(crate) fn nearest<'a>(text: &str, words: &[&'a str]) -> Option<&'a str> {
    // Longer texts are no slips of a known word, and would cost time.
    if text.len() > 64 {
        return None;
    }
    let folded = text.to_lowercase();
    words
        .iter()
        .map(|word| (distance(&folded, word), *word))
        .filter(|(edits, word)| *edits <= (word.chars().count() / 3).max(1))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, word)| word)
}

/// The Levenshtein distance of two short texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut next = vec![left];
        for (y, above) in b.iter().zip(row.windows(2)) {
            let &[diagonal, up] = above else { continue };
            left = (left + 1).min(up + 1).min(diagonal + usize::from(x != *y));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_edits() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn slips_find_their_word() {
        let words = ["critical", "high", "warning"];
        assert_eq!(nearest("Critcal", &words), Some("critical"));
        assert_eq!(nearest("hihg", &words), None);
        assert_eq!(nearest("higg", &words), Some("high"));
        assert_eq!(nearest("page", &words), None);
        assert_eq!(nearest(&"x".repeat(1_000), &words), None);
    }
}
