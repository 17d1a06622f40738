//! The values that a pattern matches, where these are few and written out.

/// The most values that are listed; a pattern with more counts as one that cannot be listed.
pub(crate) const MOST_VALUES: usize = 256;

/// The most bytes that the values of one pattern may have together.
const MOST_BYTES: usize = 65_536;

/// How deep groups may stand in each other.
const MOST_GROUPS: usize = 16;

/// All values that a pattern of a matcher matches, sorted, each once; `None` where that is not known.
///
/// It is known for what is made of characters, `|` and groups: `db`, `db|web`, `^(?:db-(1|2))$`, `db\.local`. Everything else (`.`, classes, repetitions, flags) is not
/// looked into. At most [`MOST_VALUES`] values are listed, with 64 KiB in all and in proportion to the pattern: a short one that makes much is not worth its memory.
pub(crate) fn literal_values(pattern: &str) -> Option<Vec<String>> {
    let mut reader = Reader { rest: pattern.chars().peekable(), left: MOST_BYTES.min(16 * pattern.len() + 1_024) };
    let mut values = reader.alternation(0)?;
    if reader.rest.next().is_some() {
        return None;
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

struct Reader<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    /// How many bytes may still be made.
    left: usize,
}

impl Reader<'_> {
    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    /// Reads alternatives up to the end or the `)` of their group.
    fn alternation(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut values = Vec::new();
        loop {
            values.append(&mut self.sequence(depth)?);
            if values.len() > MOST_VALUES {
                return None;
            }
            if self.rest.next_if_eq(&'|').is_none() {
                return Some(values);
            }
        }
    }

    /// Reads one alternative.
    fn sequence(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut values = vec![String::new()];
        if depth == 0 {
            // The whole value has to match, so that `^` and `$` say nothing at either end.
            while self.rest.next_if_eq(&'^').is_some() {}
        }
        loop {
            let more = match self.rest.peek().copied() {
                None | Some('|' | ')') => return Some(values),
                Some('(') => self.group(depth)?,
                Some('$') if depth == 0 => {
                    self.rest.next();
                    return matches!(self.rest.peek(), None | Some('|')).then_some(values);
                }
                Some('.' | '*' | '+' | '?' | '[' | ']' | '{' | '}' | '^' | '$') => return None,
                Some('\\') => {
                    self.rest.next();
                    vec![self.rest.next().filter(char::is_ascii_punctuation)?.to_string()]
                }
                Some(c) => {
                    self.rest.next();
                    vec![c.to_string()]
                }
            };
            values = self.product(values, more)?;
        }
    }

    fn group(&mut self, depth: usize) -> Option<Vec<String>> {
        self.rest.next_if_eq(&'(')?;
        if depth == MOST_GROUPS {
            return None;
        }
        if self.rest.next_if_eq(&'?').is_some() {
            self.rest.next_if_eq(&':')?;
        }
        let values = self.alternation(depth + 1)?;
        self.rest.next_if_eq(&')')?;
        Some(values)
    }

    /// Each value followed by each of `more`.
    fn product(&mut self, mut values: Vec<String>, more: Vec<String>) -> Option<Vec<String>> {
        if let [one] = more.as_slice() {
            self.spend(one.len() * values.len())?;
            values.iter_mut().for_each(|value| value.push_str(one));
            return Some(values);
        }
        if values.len() * more.len() > MOST_VALUES {
            return None;
        }
        let mut made = Vec::with_capacity(values.len() * more.len());
        for value in &values {
            for end in &more {
                self.spend(value.len() + end.len())?;
                made.push(format!("{value}{end}"));
            }
        }
        Some(made)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::alerts::MatchOp;
    use crate::alerts::Matcher;

    fn values(pattern: &str) -> Option<Vec<String>> {
        literal_values(pattern)
    }

    #[test]
    fn what_is_written_out_is_listed() {
        let listed = |pattern: &str| values(pattern).map(|values| values.join(" "));
        assert_eq!(listed("db").as_deref(), Some("db"));
        assert_eq!(listed("").as_deref(), Some(""));
        assert_eq!(listed("web|db|web").as_deref(), Some("db web"));
        assert_eq!(listed("^(?:db-(1|2))$").as_deref(), Some("db-1 db-2"));
        assert_eq!(listed("^a$|^b$").as_deref(), Some("a b"));
        assert_eq!(listed(r"db\.local\$").as_deref(), Some("db.local$"));
        assert_eq!(listed("(a|b)(c|)").as_deref(), Some("a ac b bc"));
        assert_eq!(listed("é日").as_deref(), Some("é日"));
    }

    #[test]
    fn everything_else_is_not() {
        for pattern in ["a.", "a*", "[ab]", "(?i)a", "(?P<x>a)", r"\d", r"\n", "a$b", "a^", "(a$)b", "a{2}", r"\Qa\E", "(a", "a)"] {
            assert_eq!(values(pattern), None, "{pattern}");
        }
        assert_eq!(values(&format!("{}a{}", "(".repeat(17), ")".repeat(17))), None);
        assert!(values(&format!("{}a{}", "(".repeat(16), ")".repeat(16))).is_some());
        // A short pattern that makes much.
        assert_eq!(values(&"(a|b)".repeat(8)), None);
        assert_eq!(values(&"(a|b)".repeat(7)).map(|values| values.len()), Some(128));
        let words: Vec<String> = (0..=256).map(|n| n.to_string()).collect();
        assert_eq!(values(&words.join("|")), None);
        assert_eq!(values(&words[1..].join("|")).map(|values| values.len()), Some(256));
        assert_eq!(values(&format!("({}|b)(c|d|e)", "a".repeat(30_000))), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn exactly_the_listed_values_match(pattern in r"[ab^$|()\\.\-]{0,9}|\^?\((\?:)?[ab|]{0,4}\)\$?", value in "[ab.\\-]{0,4}|\\$|\\^") {
            let Ok(matcher) = Matcher::new("x", MatchOp::Regex, pattern.as_str()) else { return Ok(()) };
            if let Some(values) = literal_values(&pattern) {
                prop_assert_eq!(matcher.matches_value(&value), values.contains(&value));
                for value in &values {
                    prop_assert!(matcher.matches_value(value), "{:?}", value);
                }
            }
        }
    }
}
