//! Go's string literals: `strconv.Quote` and `strconv.Unquote`.

use std::fmt;
use std::fmt::Write;

use crate::utils::caret::column;
use crate::utils::caret::write_caret;
use crate::utils::excerpt;
use crate::utils::go::printable::is_printable;

/// Writes `text` as a Go string literal in double quotes, as `strconv.Quote` does.
///
/// Alertmanager's group keys and label sets hold label values in this form, and digests are taken over them, so it is equal
/// byte for byte.
///
/// | in `text` | written |
/// |---|---|
/// | `"` and `\` | with `\` before it |
/// | a [printable](is_printable) character | as it is |
/// | U+0007 to U+000D | `\a`, `\b`, `\t`, `\n`, `\v`, `\f`, `\r` |
/// | any other below U+0020, and U+007F | `\x7f` |
/// | any other up to U+FFFF | `\u00a0` |
/// | any other | `\U0010ffff` |
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::quote;
///
/// assert_eq!(quote("é \"\n\u{a0}\u{10ffff}"), r#""é \"\n\u00a0\U0010ffff""#);
/// ```
#[must_use]
pub fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quote_into(&mut quoted, text);
    quoted
}

/// Appends to `out` what [`quote`] gives for `text`.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::quote_into;
///
/// let mut key = String::from("severity=");
/// quote_into(&mut key, "critical");
/// assert_eq!(key, r#"severity="critical""#);
/// ```
pub fn quote_into(out: &mut String, text: &str) {
    out.push('"');
    quote_inside(out, text);
    out.push('"');
}

/// What stands between the quotes.
fn quote_inside(out: &mut String, text: &str) {
    for c in text.chars() {
        escape_into(out, c, '"', false);
    }
}

/// Writes bytes as [`quote`] does, and each byte that is not UTF-8 as `\xff`.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::quote_bytes;
///
/// assert_eq!(quote_bytes(b"caf\xc3\xa9\n\xff"), r#""café\n\xff""#);
/// ```
#[must_use]
pub fn quote_bytes(bytes: &[u8]) -> String {
    let mut quoted = String::with_capacity(bytes.len() + 2);
    quoted.push('"');
    for chunk in bytes.utf8_chunks() {
        quote_inside(&mut quoted, chunk.valid());
        for byte in chunk.invalid() {
            // Writing to a `String` always succeeds.
            let _: fmt::Result = write!(quoted, "\\x{byte:02x}");
        }
    }
    quoted.push('"');
    quoted
}

/// Appends one character of a literal between two `delimiter`s; with `ascii`, all above U+007F is escaped.
pub(crate) fn escape_into(out: &mut String, c: char, delimiter: char, ascii: bool) {
    let code = u32::from(c);
    // Writing to a `String` always succeeds.
    let _: fmt::Result = match c {
        _ if c == delimiter || c == '\\' => write!(out, "\\{c}"),
        '\x07' => out.write_str("\\a"),
        '\x08' => out.write_str("\\b"),
        '\t' => out.write_str("\\t"),
        '\n' => out.write_str("\\n"),
        '\x0b' => out.write_str("\\v"),
        '\x0c' => out.write_str("\\f"),
        '\r' => out.write_str("\\r"),
        _ if is_printable(c) && (!ascii || c.is_ascii()) => out.write_char(c),
        '\0'..='\x7f' => write!(out, "\\x{code:02x}"),
        '\u{80}'..='\u{ffff}' => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Reads a Go string literal: the text that Go's `strconv.Unquote` gives for it.
///
/// # Syntax
///
/// - Between double quotes, without a line break: any characters, `\"`, `\\`, `\a`, `\b`, `\f`, `\n`, `\r`, `\t`, `\v`, one byte
///   as `\xff` or `\377`, one character as `\u00e9` or `\U0001f525`.
/// - Between back quotes: any characters but a back quote, taken as they are; carriage returns are left out.
///
/// Go reads `'x'` too, and lets the bytes spell something that is not UTF-8; both are refused here, since the values of labels,
/// matchers and templates are text.
///
/// # Errors
///
/// [`InvalidGoString`], which says what is wrong and where; each kind is a variant of [`InvalidGoStringKind`].
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::{InvalidGoStringKind, unquote};
///
/// assert_eq!(unquote(r#""caf\u00e9\n""#)?, "café\n");
/// assert_eq!(unquote(r#""\xc3\xa9""#)?, "é");
/// assert_eq!(unquote(r"`C:\temp`")?, r"C:\temp");
///
/// let error = unquote(r#""50\%""#).unwrap_err();
/// assert_eq!(error.kind(), InvalidGoStringKind::UnknownEscape);
/// assert_eq!(error.to_string(), r"`\%` at column 4 is not an escape sequence of Go strings");
/// # Ok::<(), alert_schemas::utils::go::InvalidGoString>(())
/// ```
pub fn unquote(literal: &str) -> Result<String, InvalidGoString> {
    let (bytes, spelled) = unquote_bytes(literal)?;
    String::from_utf8(bytes).map_err(|error| {
        let wrong = error.utf8_error().valid_up_to();
        let offset = spelled.iter().find(|(at, _)| *at == wrong).map_or(0, |(_, offset)| *offset);
        InvalidGoString::new(InvalidGoStringKind::NotUtf8, offset, literal)
    })
}

/// Like [`unquote`], but bytes that are not UTF-8 become `\u{fffd}`: Go accepts them, and its JSON shows them so.
pub(crate) fn unquote_lossy(literal: &str) -> Result<String, InvalidGoString> {
    let (bytes, _) = unquote_bytes(literal)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// The code of the first character of a Go character literal, and whether the closing quote follows it; `None` if there is none.
pub(crate) fn unquote_char(literal: &str) -> Option<(u32, bool)> {
    let mut characters = literal.strip_prefix('\'')?.char_indices();
    let code = match characters.next()?.1 {
        '\'' => return None,
        '\\' => match characters.clone().next()?.1 {
            '\'' => {
                characters.next();
                u32::from('\'')
            }
            '"' => return None,
            _ => match escape(&mut characters, '\'').ok()? {
                Escaped::Char(c) => u32::from(c),
                Escaped::Byte(byte) => u32::from(byte),
            },
        },
        c => u32::from(c),
    };
    Some((code, characters.as_str() == "'"))
}

/// The bytes that a literal spells, and where each byte above ASCII that is written as an escape stands in both.
fn unquote_bytes(literal: &str) -> Result<Unquoted, InvalidGoString> {
    let fail = |kind, offset| InvalidGoString::new(kind, offset, literal);
    if let Some(raw) = literal.strip_prefix('`') {
        let Some((text, after)) = raw.split_once('`') else {
            return Err(fail(InvalidGoStringKind::MissingQuote, literal.len()));
        };
        if !after.is_empty() {
            return Err(fail(InvalidGoStringKind::TextAfterQuote, literal.len() - after.len()));
        }
        return Ok((text.replace('\r', "").into_bytes(), Vec::new()));
    }

    unquote_escaped(literal, '"')
}

/// Reads a string literal of PromQL, which has Go's escapes: between double or single quotes, where `\'` takes the place of `\"`, or
/// between back quotes, where carriage returns stay (Prometheus, `util/strutil`). The bytes need not be UTF-8.
pub(crate) fn unquote_promql(literal: &str) -> Result<Vec<u8>, InvalidGoString> {
    match literal.strip_prefix('`').and_then(|raw| raw.strip_suffix('`')) {
        Some(raw) if !raw.contains('`') => Ok(raw.into()),
        Some(_) => unquote(literal).map(String::into_bytes),
        None if literal.starts_with('\'') => unquote_escaped(literal, '\'').map(|(bytes, _)| bytes),
        None => unquote_escaped(literal, '"').map(|(bytes, _)| bytes),
    }
}

/// The bytes of a literal, and where each byte above ASCII that an escape made stands in them and in the literal: only these can spell
/// something that is not UTF-8.
type Unquoted = (Vec<u8>, Vec<(usize, usize)>);

/// Reads a literal between two of this quote.
fn unquote_escaped(literal: &str, quote: char) -> Result<Unquoted, InvalidGoString> {
    let fail = |kind, offset| InvalidGoString::new(kind, offset, literal);
    let mut characters = literal.char_indices();
    if !matches!(characters.next(), Some((_, first)) if first == quote) {
        return Err(fail(InvalidGoStringKind::MissingQuote, 0));
    }
    let (mut bytes, mut spelled) = (Vec::with_capacity(literal.len()), Vec::new());
    loop {
        let Some((offset, c)) = characters.next() else {
            return Err(fail(InvalidGoStringKind::MissingQuote, literal.len()));
        };
        match c {
            _ if c == quote => break,
            '\n' => return Err(fail(InvalidGoStringKind::LineBreak, offset)),
            '\\' => match escape(&mut characters, quote).map_err(|kind| fail(kind, offset))? {
                Escaped::Char(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Escaped::Byte(byte) => {
                    if !byte.is_ascii() {
                        spelled.push((bytes.len(), offset));
                    }
                    bytes.push(byte);
                }
            },
            _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    if let Some((offset, _)) = characters.next() {
        return Err(fail(InvalidGoStringKind::TextAfterQuote, offset));
    }
    Ok((bytes, spelled))
}

/// What an escape sequence stands for.
enum Escaped {
    Char(char),
    Byte(u8),
}

/// Reads what follows a `\`.
fn escape(characters: &mut std::str::CharIndices<'_>, quote: char) -> Result<Escaped, InvalidGoStringKind> {
    let Some((_, c)) = characters.next() else {
        return Err(InvalidGoStringKind::MissingQuote);
    };
    Ok(match c {
        'a' => Escaped::Char('\x07'),
        'b' => Escaped::Char('\x08'),
        'f' => Escaped::Char('\x0c'),
        'n' => Escaped::Char('\n'),
        'r' => Escaped::Char('\r'),
        't' => Escaped::Char('\t'),
        'v' => Escaped::Char('\x0b'),
        '\\' => Escaped::Char(c),
        _ if c == quote => Escaped::Char(c),
        'x' => {
            let value = digits(characters, 16, 2, 0)?;
            Escaped::Byte(u8::try_from(value).map_err(|_| InvalidGoStringKind::EscapeDigits)?)
        }
        '0'..='7' => {
            let value = digits(characters, 8, 2, c.to_digit(8).unwrap_or_default())?;
            Escaped::Byte(u8::try_from(value).map_err(|_| InvalidGoStringKind::OctalRange)?)
        }
        'u' | 'U' => {
            let value = digits(characters, 16, if c == 'u' { 4 } else { 8 }, 0)?;
            Escaped::Char(char::from_u32(value).ok_or(InvalidGoStringKind::CodePoint)?)
        }
        _ => return Err(InvalidGoStringKind::UnknownEscape),
    })
}

/// Reads exactly `count` digits behind those that made `value`; eight hexadecimal digits fit.
fn digits(characters: &mut std::str::CharIndices<'_>, radix: u32, count: usize, mut value: u32) -> Result<u32, InvalidGoStringKind> {
    for _ in 0..count {
        let digit = characters.next().and_then(|(_, c)| c.to_digit(radix)).ok_or(InvalidGoStringKind::EscapeDigits)?;
        value = value * radix + digit;
    }
    Ok(value)
}

/// A text that is not a Go string literal.
///
/// It prints on one line; with `{:#}` the literal and a caret follow.
///
/// # Examples
///
/// ```
/// use alert_schemas::utils::go::unquote;
///
/// let error = unquote(r#""a\u12""#).unwrap_err();
/// assert_eq!(error.code(), "invalid_go_string_escape_digits");
/// assert_eq!(error.offset(), 2);
/// assert_eq!(
///     format!("{error:#}"),
///     "`\\u12\"` at column 3 has too few digits: `\\x` takes 2, `\\u` 4, `\\U` 8, an octal escape 3\n  \"a\\u12\"\n    ^"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidGoString {
    kind: InvalidGoStringKind,
    offset: usize,
    literal: Box<str>,
}

impl InvalidGoString {
    fn new(kind: InvalidGoStringKind, offset: usize, literal: &str) -> Self {
        Self { kind, offset, literal: literal.into() }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidGoStringKind {
        self.kind
    }

    /// Where it is wrong, as a byte offset into the literal.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The literal that was read.
    #[must_use]
    pub fn source_text(&self) -> &str {
        &self.literal
    }

    /// The stable code of the kind, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            InvalidGoStringKind::MissingQuote => "invalid_go_string_missing_quote",
            InvalidGoStringKind::TextAfterQuote => "invalid_go_string_text_after_quote",
            InvalidGoStringKind::LineBreak => "invalid_go_string_line_break",
            InvalidGoStringKind::UnknownEscape => "invalid_go_string_unknown_escape",
            InvalidGoStringKind::EscapeDigits => "invalid_go_string_escape_digits",
            InvalidGoStringKind::OctalRange => "invalid_go_string_octal_range",
            InvalidGoStringKind::CodePoint => "invalid_go_string_code_point",
            InvalidGoStringKind::NotUtf8 => "invalid_go_string_not_utf8",
        }
    }

    /// The start of what stands at the offset, as long as the longest escape sequence of this kind.
    fn found(&self) -> String {
        let length = match self.kind {
            InvalidGoStringKind::UnknownEscape => 2,
            InvalidGoStringKind::EscapeDigits => 5,
            InvalidGoStringKind::CodePoint if self.at_offset().starts_with("\\U") => 10,
            InvalidGoStringKind::CodePoint => 6,
            _ => 4,
        };
        self.at_offset().chars().take(length).collect()
    }

    fn at_offset(&self) -> &str {
        self.literal.get(self.offset..).unwrap_or_default()
    }
}

crate::utils::umbrella!(InvalidGoString);

impl fmt::Display for InvalidGoString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = column(&self.literal, self.offset);
        let found = excerpt(&self.found());
        match self.kind {
            InvalidGoStringKind::MissingQuote => write!(f, "expected `\"` or a back quote at both ends, at column {column}"),
            InvalidGoStringKind::TextAfterQuote => write!(f, "the closing quote is followed by more text at column {column}"),
            InvalidGoStringKind::LineBreak => write!(f, "a line break at column {column} stands between double quotes, expected `\\n`"),
            InvalidGoStringKind::UnknownEscape => write!(f, "`{found}` at column {column} is not an escape sequence of Go strings"),
            InvalidGoStringKind::EscapeDigits => {
                write!(f, "`{found}` at column {column} has too few digits: `\\x` takes 2, `\\u` 4, `\\U` 8, an octal escape 3")
            }
            InvalidGoStringKind::OctalRange => write!(f, "`{found}` at column {column} is above `\\377`, the largest byte"),
            InvalidGoStringKind::CodePoint => write!(f, "`{found}` at column {column} is not a character"),
            InvalidGoStringKind::NotUtf8 => write!(f, "the bytes from `{found}` at column {column} on are not UTF-8"),
        }?;
        if f.alternate() { write_caret(f, &self.literal, &(self.offset..self.offset)) } else { Ok(()) }
    }
}

impl std::error::Error for InvalidGoString {}

/// What can be wrong with a Go string literal.
///
/// ```
/// use alert_schemas::utils::go::{InvalidGoStringKind, unquote};
///
/// assert_eq!(unquote(r#""a\d""#).unwrap_err().kind(), InvalidGoStringKind::UnknownEscape);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidGoStringKind {
    /// It does not start with a double or a back quote, or does not end with the same.
    MissingQuote,
    /// Something follows the closing quote.
    TextAfterQuote,
    /// A line break between double quotes.
    LineBreak,
    /// A `\` before a character that has no meaning there.
    UnknownEscape,
    /// An escape sequence with fewer digits than it takes.
    EscapeDigits,
    /// An octal escape above `\377`.
    OctalRange,
    /// A `\u` or `\U` that names a surrogate or something above U+10FFFF.
    CodePoint,
    /// Bytes that together are not UTF-8.
    NotUtf8,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ok_quote() {
        for (text, expected) in [
            ("", r#""""#),
            ("plain text", r#""plain text""#),
            ("a\"b\\c'd`e", r#""a\"b\\c'd`e""#),
            ("\x07\x08\t\n\x0b\x0c\r", r#""\a\b\t\n\v\f\r""#),
            ("\0\x1b\x1f\x7f", r#""\x00\x1b\x1f\x7f""#),
            ("\u{80}\u{a0}\u{ad}\u{2028}\u{feff}\u{ffff}", r#""\u0080\u00a0\u00ad\u2028\ufeff\uffff""#),
            ("é☃日🔥\u{fffd}\u{301}", "\"é☃日🔥\u{fffd}\u{301}\""),
            ("\u{f0000}\u{10ffff}", r#""\U000f0000\U0010ffff""#),
        ] {
            assert_eq!(quote(text), expected);
        }
    }

    #[test]
    fn ok_unquote() {
        for (literal, expected) in [
            (r#""""#, ""),
            ("``", ""),
            (r#""a\"b\\c'`""#, "a\"b\\c'`"),
            (r#""\a\b\f\n\r\t\v""#, "\x07\x08\x0c\n\r\t\x0b"),
            (r#""\x41\101\u0041\U00000041""#, "AAAA"),
            (r#""\xe2\230\x83\000""#, "☃\0"),
            ("\"\t\r\0é\"", "\t\r\0é"),
            ("`a\\n\r\nb\"`", "a\\n\nb\""),
        ] {
            assert_eq!(unquote(literal).as_deref(), Ok(expected), "{literal}");
        }
    }

    #[test]
    fn err_unquote() {
        use InvalidGoStringKind as Kind;
        for (literal, kind, offset, message) in [
            ("", Kind::MissingQuote, 0, "expected `\"` or a back quote at both ends, at column 1"),
            ("abc", Kind::MissingQuote, 0, "expected `\"` or a back quote at both ends, at column 1"),
            ("'a'", Kind::MissingQuote, 0, "expected `\"` or a back quote at both ends, at column 1"),
            ("\"", Kind::MissingQuote, 1, "expected `\"` or a back quote at both ends, at column 2"),
            ("\"é", Kind::MissingQuote, 3, "expected `\"` or a back quote at both ends, at column 3"),
            ("\"a\\", Kind::MissingQuote, 2, "expected `\"` or a back quote at both ends, at column 3"),
            ("`a", Kind::MissingQuote, 2, "expected `\"` or a back quote at both ends, at column 3"),
            ("`a`b`", Kind::TextAfterQuote, 3, "the closing quote is followed by more text at column 4"),
            (r#""a"b"#, Kind::TextAfterQuote, 3, "the closing quote is followed by more text at column 4"),
            ("\"a\nb\"", Kind::LineBreak, 2, "a line break at column 3 stands between double quotes, expected `\\n`"),
            (r#""\d""#, Kind::UnknownEscape, 1, r"`\d` at column 2 is not an escape sequence of Go strings"),
            (r#""\'""#, Kind::UnknownEscape, 1, r"`\'` at column 2 is not an escape sequence of Go strings"),
            ("\"\\\n\"", Kind::UnknownEscape, 1, r"`\\n` at column 2 is not an escape sequence of Go strings"),
            (
                r#""\x4""#,
                Kind::EscapeDigits,
                1,
                r#"`\x4"` at column 2 has too few digits: `\x` takes 2, `\u` 4, `\U` 8, an octal escape 3"#,
            ),
            (
                r#""\18a""#,
                Kind::EscapeDigits,
                1,
                r#"`\18a"` at column 2 has too few digits: `\x` takes 2, `\u` 4, `\U` 8, an octal escape 3"#,
            ),
            (r#""\400""#, Kind::OctalRange, 1, r"`\400` at column 2 is above `\377`, the largest byte"),
            (r#""\ud800""#, Kind::CodePoint, 1, r"`\ud800` at column 2 is not a character"),
            (r#""\U00110000""#, Kind::CodePoint, 1, r"`\U00110000` at column 2 is not a character"),
            (r#""aé\xc3(""#, Kind::NotUtf8, 4, r"the bytes from `\xc3` at column 4 on are not UTF-8"),
            (r#""\377""#, Kind::NotUtf8, 1, r"the bytes from `\377` at column 2 on are not UTF-8"),
        ] {
            let error = unquote(literal).unwrap_err();
            assert_eq!((error.kind(), error.offset(), error.to_string().as_str()), (kind, offset, message), "{literal}");
            assert_eq!(error.source_text(), literal);
            assert!(error.code().starts_with("invalid_go_string_"), "{}", error.code());
        }
    }

    proptest! {
        #[test]
        fn unquote_inverts_quote(text in any::<String>()) {
            prop_assert_eq!(unquote(&quote(&text)), Ok(text));
        }

        #[test]
        fn quoted_text_has_only_printable_characters(text in any::<String>()) {
            prop_assert!(quote(&text).chars().all(is_printable));
        }

        #[test]
        fn any_literal_is_read_or_refused(text in r#"[\\"`xuU0-9a-f\n\r é]{0,12}"#) {
            if let Err(error) = unquote(&format!("\"{text}\"")) {
                prop_assert!(error.source_text().is_char_boundary(error.offset()));
                let shown = format!("{error:#}");
                prop_assert_eq!(shown.lines().count(), 3);
            }
        }
    }
}
