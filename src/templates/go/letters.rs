//! Upper, lower and title case as Go's libraries map them.

use std::sync::LazyLock;

use regex::Regex;

/// The one character that Go's `unicode.ToUpper` gives. Where all of Unicode's rules give several, as for `ß`, the character may
/// have none of its own and stays.
fn upper(c: char) -> char {
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(single), None) => single,
        _ => one_of_several(c),
    }
}

/// The capitals of Greek vowels with an iota below; nothing else that becomes several characters has one.
fn one_of_several(c: char) -> char {
    let distance = match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => 8,
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => 9,
        _ => 0,
    };
    char::from_u32(u32::from(c) + distance).unwrap_or(c)
}

/// The one character that Go's `unicode.ToLower` gives.
fn lower(c: char) -> char {
    // A capital I with a dot is the only one with several.
    c.to_lowercase().next().unwrap_or(c)
}

/// The one character that Go's `unicode.ToTitle` gives: the upper one but for pairs of letters in one character and Georgian.
fn title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        'ა'..='ჺ' | 'ჽ'..='ჿ' => c,
        _ => upper(c),
    }
}

/// Go's `strings.ToUpper`.
pub(crate) fn to_upper(text: &str) -> String {
    text.chars().map(upper).collect()
}

/// Go's `strings.ToLower`.
pub(crate) fn to_lower(text: &str) -> String {
    text.chars().map(lower).collect()
}

/// Characters that belong to a word by Unicode's rules for word boundaries. Go's tables are of an older Unicode, and have no Katakana.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let classes = "[\\p{wb=ALetter}\\p{wb=HebrewLetter}\\p{wb=Numeric}\\p{wb=ExtendNumLet}\\p{wb=Extend}\\p{wb=Format}\\p{wb=ZWJ}]";
    Regex::new(classes).ok()
});

/// A letter with case behind characters that do not count for a sigma at the end of a word.
static CASED_BEHIND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\A\p{Case_Ignorable}*\p{Cased}").ok());

fn is_in_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    WORD.as_ref().is_some_and(|word| word.is_match(c.encode_utf8(&mut [0; 4])))
}

/// Characters that end a word only where two of them follow each other: full stop, colon, apostrophe and their kin.
fn is_mid_word(c: char) -> bool {
    matches!(c, '\'' | '.' | ':' | '\u{b7}' | '\u{387}' | '\u{55f}' | '\u{5f4}' | '\u{2018}' | '\u{2019}' | '\u{2024}' | '\u{2027}')
        || matches!(c, '\u{fe13}' | '\u{fe52}' | '\u{fe55}' | '\u{ff07}' | '\u{ff0e}' | '\u{ff1a}')
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase() || is_title(c)
}

/// What becomes of the letters of a word behind its first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// They stay: `title` of Prometheus.
    Kept,
    /// They become small: `title` of Alertmanager.
    Lower,
}

/// The first letter of each word large, as `golang.org/x/text/cases` does it for English.
///
/// A word is a run of letters, digits, marks and `_`; a full stop, a colon or an apostrophe, alone, does not end it.
pub(crate) fn title_words(text: &str, others: Rest) -> String {
    let mut out = String::with_capacity(text.len());
    // Whether the word has had its large letter.
    let mut begun = false;
    let mut after_mid = false;
    for (at, c) in text.char_indices() {
        let mid = is_mid_word(c);
        if mid && after_mid {
            begun = false;
        }
        after_mid = mid;
        if !is_cased(c) {
            out.push(c);
            begun &= mid || is_in_word(c);
        } else if !begun {
            begun = true;
            push_title(&mut out, c);
        } else if others == Rest::Kept {
            out.push(c);
        } else if c == 'Σ' {
            let behind = text.get(at + c.len_utf8()..).unwrap_or_default();
            let followed = CASED_BEHIND.as_ref().is_some_and(|cased| cased.is_match(behind));
            out.push(if followed { 'σ' } else { 'ς' });
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// Writes the title case of a character by all of Unicode's rules: `ß` becomes `Ss`.
fn push_title(out: &mut String, c: char) {
    let mapped = c.to_uppercase();
    if mapped.len() == 1 || is_title(c) || one_of_several(c) != c {
        return out.push(title(c));
    }
    let mut begun = false;
    for part in mapped {
        match part {
            _ if !begun => out.push(part),
            // A small iota below.
            'Ι' => out.push('\u{345}'),
            _ => out.extend(part.to_lowercase()),
        }
        begun |= is_cased(part);
    }
}

fn is_title(c: char) -> bool {
    matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}' | '\u{1fa8}'..='\u{1faf}' | 'ᾼ' | 'ῌ' | 'ῼ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_keep_their_number() {
        assert_eq!(to_upper("straße ŉ ᾀᾳ ǆ ა"), "STRAßE ŉ ᾈᾼ Ǆ Ა");
        assert_eq!(to_lower("ΣΑΣ İ Ǆ"), "σασ i ǆ");
    }

    #[test]
    fn words_of_prometheus() {
        for (text, expected) in [
            ("web-01 is down, fooBAR 90s", "Web-01 Is Down, FooBAR 90S"),
            ("a_b c.d e'f g:h a.1b", "A_b C.d E'f G:h A.1b"),
            ("a..b c.:d ''e", "A..B C.:D ''E"),
            ("éa\u{2003}b—c 日a²b", "Éa\u{2003}B—C 日A²B"),
            ("ǆa ა ßa ŉ ﬃ ᾳ ᾲ e\u{301}e", "ǅa ა Ssa ʼN Ffi ᾼ Ὰ\u{345} E\u{301}e"),
        ] {
            assert_eq!(title_words(text, Rest::Kept), expected);
        }
    }

    #[test]
    fn words_of_alertmanager() {
        for (text, expected) in [("HELLO wORLD", "Hello World"), ("DON'T A_B c-D", "Don't A_b C-D"), ("ΣΑΣ ΑΣ. ΑΣ.Α İI", "Σας Ας. Ασ.α İi")]
        {
            assert_eq!(title_words(text, Rest::Lower), expected);
        }
    }
}
