//! The characters that every value begins with that a pattern matches.

/// The most bytes of a prefix that are told: longer ones tell hardly more apart, and each length costs a look.
const MOST_PREFIX_BYTES: usize = 64;

/// What every value begins with that a pattern of a matcher matches, at most 64 bytes of it; `None` where nothing is known.
///
/// Patterns with `|` or `)` are not looked into: what stands behind these may undo what stands before them.
pub(crate) fn literal_prefix(pattern: &str) -> Option<String> {
    if pattern.contains(['|', ')']) {
        return None;
    }
    let mut prefix = String::new();
    let mut rest = pattern.trim_start_matches('^').chars().peekable();
    // With two characters more than are told, the last is none of them, whatever stands behind it.
    while prefix.len() < MOST_PREFIX_BYTES + 8 {
        match rest.next() {
            Some('\\') => match rest.next_if(char::is_ascii_punctuation) {
                Some(escaped) => prefix.push(escaped),
                None => break,
            },
            Some('*' | '?' | '{') => {
                prefix.pop();
                break;
            }
            Some('+') => {
                if rest.next_if(|next| matches!(next, '*' | '?' | '{')).is_some() {
                    prefix.pop();
                }
                break;
            }
            None | Some('.' | '[' | ']' | '}' | '(' | '^' | '$') => break,
            Some(literal) => prefix.push(literal),
        }
    }
    while prefix.len() > MOST_PREFIX_BYTES {
        prefix.pop();
    }
    (!prefix.is_empty()).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::alerts::MatchOp;
    use crate::alerts::Matcher;

    #[test]
    fn prefixes_end_where_something_else_is_possible() {
        let prefix = |pattern: &str| literal_prefix(pattern).unwrap_or_default();
        for (pattern, expected) in [
            ("db-7.*", "db-7"),
            ("^db-7[0-9]", "db-7"),
            (r"web\.eu-.+", "web.eu-"),
            ("dbs?", "db"),
            ("db+", "db"),
            ("db+?x", "d"),
            ("db{0}x", "d"),
            ("é*", ""),
            ("a$b", "a"),
            (r"a\db", "a"),
            (r"\Qa", ""),
            ("(?i)db", ""),
            ("a|b", ""),
            ("a)*(b", ""),
            (".*", ""),
            ("", ""),
        ] {
            assert_eq!(prefix(pattern), expected, "{pattern}");
        }
        assert_eq!(prefix(&"é".repeat(100)), "é".repeat(32));
        assert_eq!(prefix(&format!("{}*", "a".repeat(64))), "a".repeat(63));
        assert_eq!(prefix(&format!("{}*", "日".repeat(24))), "日".repeat(21));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_value_that_matches_begins_with_it(pattern in r"\^?[ab]{0,3}[abc^$|()\\.*+?{}\[\]\-01]{0,6}", value in "[abc.01\\-]{0,5}") {
            let Ok(matcher) = Matcher::new("x", MatchOp::Regex, pattern.as_str()) else { return Ok(()) };
            let prefix = literal_prefix(&pattern).unwrap_or_default();
            prop_assert!(!matcher.matches_value(&value) || value.starts_with(&prefix), "{}", prefix);
        }
    }
}
