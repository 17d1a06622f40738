//! The two lines below a message: what was read, and a caret under the part that is meant.

use std::fmt;
use std::ops::Range;

/// How many characters are shown before the marked part, and of the marked part itself.
const SHOWN: usize = 48;

/// Writes `source` on a line of its own and a caret under each character of `span`, indented by two.
///
/// Control characters are shown as `·`, and a long source is cut around the span, so the two lines always stay below each other
/// and a hostile source cannot flood a log.
pub(crate) fn write_caret(f: &mut fmt::Formatter<'_>, source: &str, span: &Range<usize>) -> fmt::Result {
    let before = source.get(..span.start).unwrap_or(source);
    let inside = source.get(span.clone()).unwrap_or_default();
    let after = source.get(span.end..).unwrap_or_default();

    let hidden = before.chars().count().saturating_sub(SHOWN);
    let marked = inside.chars().count();
    f.write_str("\n  ")?;
    if hidden > 0 {
        f.write_str("…")?;
    }
    write_visible(f, before.chars().skip(hidden))?;
    write_visible(f, inside.chars().take(SHOWN))?;
    if marked > SHOWN {
        f.write_str("…")?;
    } else {
        write_visible(f, after.chars().take(SHOWN))?;
        if after.chars().nth(SHOWN).is_some() {
            f.write_str("…")?;
        }
    }
    let indent = before.chars().count() - hidden + usize::from(hidden > 0);
    write!(f, "\n  {:indent$}{:^<width$}", "", "", width = marked.clamp(1, SHOWN))
}

fn write_visible(f: &mut fmt::Formatter<'_>, characters: impl Iterator<Item = char>) -> fmt::Result {
    use fmt::Write;
    for c in characters {
        f.write_char(if c.is_control() { '·' } else { c })?;
    }
    Ok(())
}

/// The column of a byte offset, counted in characters from 1.
pub(crate) fn column(source: &str, offset: usize) -> usize {
    source.char_indices().take_while(|(at, _)| *at < offset).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Shown<'t>(&'t str, Range<usize>);

    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_caret(f, self.0, &self.1)
        }
    }

    #[test]
    fn marks_what_is_meant() {
        assert_eq!(Shown("ab", 1..2).to_string(), "\n  ab\n   ^");
        assert_eq!(Shown("a(?=b", 1..4).to_string(), "\n  a(?=b\n   ^^^");
        assert_eq!(Shown("ab", 2..2).to_string(), "\n  ab\n    ^");
        assert_eq!(Shown("", 0..0).to_string(), "\n  \n  ^");
        assert_eq!(Shown("é\n(", 3..4).to_string(), "\n  é·(\n    ^");
    }

    #[test]
    fn long_sources_are_cut() {
        let source = format!("{}({}", "a".repeat(100), "b".repeat(100));
        let expected = format!("\n  …{}({}…\n  {}^", "a".repeat(48), "b".repeat(48), " ".repeat(49));
        assert_eq!(Shown(&source, 100..101).to_string(), expected);
        let expected = format!("\n  a{}…\n   {}", "a".repeat(48), "^".repeat(48));
        assert_eq!(Shown(&"a".repeat(100), 1..100).to_string(), expected);
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(column("aéb", 0), 1);
        assert_eq!(column("aéb", 3), 3);
        assert_eq!(column("aéb", 9), 4);
    }
}
