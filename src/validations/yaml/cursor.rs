//! The text of a document and a place in it.

use std::borrow::Cow;

use crate::utils::Position;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;

/// A place in the text: byte offset, count of characters before it, line and column from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) offset: usize,
    pub(super) index: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Mark {
    pub(super) fn position(self) -> Position {
        Position::new(self.line + 1, self.column + 1)
    }
}

/// The text that a document's bytes hold: UTF-8 with or without a byte order mark, or UTF-16 with one.
pub(super) fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, YamlError> {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(utf8(rest)?),
        _ => Cow::Borrowed(utf8(bytes)?),
    };
    match text.char_indices().find(|&(_, c)| !is_allowed(c)) {
        None => Ok(text),
        Some((at, c)) => {
            let message = format!("U+{:04X} is a control character: expected printable text", u32::from(c));
            Err(YamlError::at(YamlErrorKind::InvalidText, message, place(&text, at), at..at + c.len_utf8()))
        }
    }
}

/// The line and column at which YAML counts a byte offset.
fn place(text: &str, offset: usize) -> Position {
    let mut cursor = Cursor::new(text);
    while cursor.mark.offset < offset && !cursor.at_end() {
        cursor.any();
    }
    cursor.mark.position()
}

fn utf8(bytes: &[u8]) -> Result<&str, YamlError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let before = bytes.get(..at).and_then(|before| std::str::from_utf8(before).ok()).unwrap_or_default();
        YamlError::at(YamlErrorKind::InvalidText, format!("byte 0x{byte:02X} is not UTF-8"), place(before, at), at..at + 1)
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, YamlError> {
    let whole = bytes.len().is_multiple_of(2);
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [a, b] => unit([*a, *b]),
        _ => 0,
    });
    let text: Option<String> = char::decode_utf16(units).collect::<Result<_, _>>().ok().filter(|_| whole);
    let error = || {
        YamlError::at(
            YamlErrorKind::InvalidText,
            "the document is not UTF-16, as its first bytes say".to_owned(),
            Position::new(1, 1),
            0..0,
        )
    };
    text.ok_or_else(error)
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{7E}' | '\u{85}' | '\u{A0}'..='\u{FFFD}' | '\u{10000}'..)
}

pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A blank, a line break or the end.
pub(super) fn is_blank_or_end(c: char) -> bool {
    is_blank(c) || is_break_or_end(c)
}

/// A line break or the end.
pub(super) fn is_break_or_end(c: char) -> bool {
    is_break(c) || c == '\0'
}

/// Reads a text character by character. The end is the character `\0`, which no text may hold.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    pub(super) mark: Mark,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, mark: Mark::default() }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.mark.offset..).unwrap_or_default()
    }

    /// The next character.
    pub(super) fn next(&self) -> char {
        self.rest().chars().next().unwrap_or('\0')
    }

    /// The character `ahead` behind the next one; only for a small number.
    pub(super) fn ahead(&self, ahead: usize) -> char {
        self.rest().chars().nth(ahead).unwrap_or('\0')
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    pub(super) fn at_end(&self) -> bool {
        self.mark.offset >= self.text.len()
    }

    /// Whether here, at the start of a line, `---` or `...` ends the document.
    pub(super) fn at_document_marker(&self, marker: &str) -> bool {
        self.mark.column == 0 && self.starts_with(marker) && is_blank_or_end(self.ahead(3))
    }

    /// Takes a character that is no line break.
    pub(super) fn skip(&mut self) {
        let c = self.next();
        if !self.at_end() {
            self.mark.offset += c.len_utf8();
            self.mark.index += 1;
            self.mark.column += 1;
        }
    }

    /// Takes a line break, `\r\n` as one.
    pub(super) fn skip_break(&mut self) {
        let (length, characters) = match self.next() {
            '\r' if self.ahead(1) == '\n' => (2, 2),
            c if is_break(c) => (c.len_utf8(), 1),
            _ => return,
        };
        self.mark.offset += length;
        self.mark.index += characters;
        self.mark.line += 1;
        self.mark.column = 0;
    }

    /// Ends the line without a line break.
    pub(super) fn end_line(&mut self) {
        if self.mark.column > 0 {
            self.mark.line += 1;
            self.mark.column = 0;
        }
    }

    /// Takes whatever is next.
    fn any(&mut self) {
        if is_break(self.next()) { self.skip_break() } else { self.skip() }
    }

    /// Takes a character that is no line break to the end of `out`.
    pub(super) fn read(&mut self, out: &mut String) {
        if !self.at_end() {
            out.push(self.next());
            self.skip();
        }
    }

    /// Takes a line break to the end of `out`: all but the separators of lines and paragraphs are written `\n`.
    pub(super) fn read_break(&mut self, out: &mut String) {
        match self.next() {
            c @ ('\u{2028}' | '\u{2029}') => out.push(c),
            c if is_break(c) => out.push('\n'),
            _ => return,
        }
        self.skip_break();
    }

    /// Takes blanks.
    pub(super) fn skip_blanks(&mut self) {
        while is_blank(self.next()) {
            self.skip();
        }
    }

    /// Takes blanks and line breaks before a comment, if that is what comes next, and soon.
    pub(super) fn skip_to_comment(&mut self) -> bool {
        let gap = self.rest().find(|c| !is_blank(c) && !is_break(c)).filter(|&gap| gap < 512);
        let found = gap.is_some_and(|gap| self.rest().get(gap..).is_some_and(|rest| rest.starts_with('#')));
        while found && self.next() != '#' {
            self.any();
        }
        found
    }

    /// Takes what is left of the line.
    pub(super) fn skip_to_break(&mut self) {
        while !is_break_or_end(self.next()) {
            self.skip();
        }
    }
}
