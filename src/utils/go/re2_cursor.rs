//! A position in a pattern.

/// A text being read from left to right.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    rest: &'t str,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, rest: text }
    }

    /// The text of `other` from this byte offset on.
    pub(super) fn at(other: &Cursor<'t>, offset: usize) -> Self {
        Self { text: other.text, rest: other.text.get(offset..).unwrap_or_default() }
    }

    /// The byte offset of what comes next.
    pub(super) fn offset(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// The byte offset behind the text.
    pub(super) fn end(&self) -> usize {
        self.text.len()
    }

    /// What is not read yet.
    pub(super) fn rest(&self) -> &'t str {
        self.rest
    }

    /// What follows `prefix`, if that comes next.
    pub(super) fn after(&self, prefix: &str) -> Option<&'t str> {
        self.rest.strip_prefix(prefix)
    }

    /// The next character, which stays unread.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Reads a character.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.skip(c.len_utf8());
        Some(c)
    }

    /// Reads `prefix` if that comes next.
    pub(super) fn eat(&mut self, prefix: &str) -> bool {
        match self.after(prefix) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads this many bytes; to the end where there are fewer.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_from_left_to_right() {
        let mut cursor = Cursor::new("é(?:a");
        assert_eq!((cursor.next(), cursor.offset()), (Some('é'), 2));
        assert!(!cursor.eat("(?i"));
        assert_eq!(cursor.after("(?"), Some(":a"));
        assert!(cursor.eat("(?:"));
        assert_eq!((cursor.peek(), cursor.rest()), (Some('a'), "a"));
        cursor.skip(7);
        assert_eq!((cursor.next(), cursor.offset(), cursor.end()), (None, 6, 6));
    }
}
