//! Texts in quotes.

use std::fmt;
use std::ops::Deref;

use crate::utils::go;
use crate::utils::go::InvalidGoString;

/// The text of a string, without quotes and escapes.
///
/// An escape such as `\xff` can make bytes that are not UTF-8, and Prometheus keeps them. Here the text has U+FFFD for each such byte,
/// as JSON has, and [`as_bytes`](Self::as_bytes) has the bytes themselves.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::{Expr, NodeKind, ParseOptions};
///
/// let expr = Expr::parse(r#""caf\u00e9 \xff""#, &ParseOptions::default())?;
/// let NodeKind::String(text) = &expr.node(expr.root()).kind else { unreachable!() };
/// assert_eq!(text.as_str(), "café \u{fffd}");
/// assert_eq!(text.as_bytes(), b"caf\xc3\xa9 \xff");
/// assert!(!text.is_utf8());
/// # Ok::<(), alert_schemas::rules::ExprErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct StringLiteral {
    text: Box<str>,
    /// The bytes where they are not those of the text.
    bytes: Option<Box<[u8]>>,
}

impl StringLiteral {
    /// Reads a literal with its quotes.
    pub(crate) fn unquote(literal: &str) -> Result<Self, InvalidGoString> {
        // Without escapes there is nothing to do.
        if let Some(inside) = literal.get(1..literal.len().saturating_sub(1))
            && !inside.contains('\\')
        {
            return Ok(inside.into());
        }
        let bytes = go::unquote_promql(literal)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text.as_str().into(),
            Err(error) => {
                let bytes = error.into_bytes();
                let mut text = String::with_capacity(bytes.len());
                for chunk in bytes.utf8_chunks() {
                    text.push_str(chunk.valid());
                    text.extend(chunk.invalid().iter().map(|_| '\u{fffd}'));
                }
                Self { text: text.into(), bytes: Some(bytes.into()) }
            }
        })
    }

    /// The text; U+FFFD stands for each byte that is not UTF-8.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The bytes that the literal spells.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Whether the bytes are UTF-8, so that the text is all there is.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        self.bytes.is_none()
    }
}

impl From<&str> for StringLiteral {
    fn from(text: &str) -> Self {
        Self { text: text.into(), bytes: None }
    }
}

impl Deref for StringLiteral {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for StringLiteral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_quotings_are_read() {
        for (literal, text) in [
            ("\"\"", ""),
            (r#"'say "\'"'"#, "say \"'\""),
            (r#""\"\t\u00e9\x41\101""#, "\"\té\u{41}A"),
            ("`\\d\r\n\"`", "\\d\r\n\""),
            (r"`\`", "\\"),
        ] {
            assert_eq!(StringLiteral::unquote(literal).unwrap().as_str(), text, "{literal}");
        }
        for literal in [r#""\'""#, r#"'\"'"#, r#""\d""#, r#""\ud800""#, r#""\400""#] {
            assert!(StringLiteral::unquote(literal).is_err(), "{literal}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let literal = StringLiteral::unquote(r#""a\xe2\x98\xff""#).unwrap();
        assert_eq!((literal.as_bytes(), literal.as_str()), (&b"a\xe2\x98\xff"[..], "a\u{fffd}\u{fffd}\u{fffd}"));
        assert!(StringLiteral::unquote(r#""\xe2\x98\x83""#).unwrap().is_utf8());
    }
}
