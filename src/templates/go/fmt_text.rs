//! How `fmt` of Go prints texts and characters.

use crate::templates::go::fmt_spec::Bounded;
use crate::templates::go::fmt_spec::Spec;
use crate::utils::go::escape_into;

/// Writes a text as `%s` does: cut at the precision in characters.
pub(super) fn write_text(out: &mut Bounded, spec: &Spec, text: &str) {
    spec.pad(out, cut(spec, text));
}

/// Writes a text as `%q` does.
pub(super) fn write_quoted(out: &mut Bounded, spec: &Spec, text: &str) {
    let text = cut(spec, text);
    // What would not fit is not worth quoting.
    if text.len() > out.room() {
        return out.push_str(text);
    }
    if spec.sharp && fits_back_quotes(text) {
        return spec.pad(out, &format!("`{text}`"));
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        escape_into(&mut quoted, c, '"', spec.plus);
    }
    quoted.push('"');
    spec.pad(out, &quoted);
}

/// Writes bytes as `%x` and `%X` do: two digits each.
pub(super) fn write_hex(out: &mut Bounded, spec: &Spec, bytes: &[u8], upper: bool) {
    let bytes = match spec.precision {
        Some(precision) => bytes.get(..precision).unwrap_or(bytes),
        None => bytes,
    };
    if bytes.len() > out.room() {
        return spec.padding(out, bytes.len());
    }
    let prefix = match (spec.sharp, upper) {
        (false, _) => "",
        (true, false) => "0x",
        (true, true) => "0X",
    };
    let mut digits = String::with_capacity(bytes.len() * 2);
    for (index, byte) in bytes.iter().enumerate() {
        if spec.space && index > 0 {
            digits.push(' ');
        }
        if index == 0 || spec.space {
            digits.push_str(prefix);
        }
        let pair = if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        digits.push_str(&pair);
    }
    spec.pad(out, &digits);
}

/// A character between single quotes.
pub(super) fn quoted_char(c: char, ascii: bool) -> String {
    let mut quoted = String::from("'");
    escape_into(&mut quoted, c, '\'', ascii);
    quoted.push('\'');
    quoted
}

fn cut<'t>(spec: &Spec, text: &'t str) -> &'t str {
    let end = spec.precision.and_then(|precision| text.char_indices().nth(precision)).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// Whether a text can stand between back quotes as it is.
fn fits_back_quotes(text: &str) -> bool {
    text.chars().all(|c| !matches!(c, '\0'..='\x08' | '\x0a'..='\x1f' | '`' | '\x7f' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_quoted() {
        for (c, ascii, expected) in [
            ('a', false, "'a'"),
            ('\'', false, r"'\''"),
            ('"', false, "'\"'"),
            ('é', false, "'é'"),
            ('é', true, r"'\u00e9'"),
            ('\u{1f525}', true, r"'\U0001f525'"),
            ('\n', false, r"'\n'"),
        ] {
            assert_eq!(quoted_char(c, ascii), expected);
        }
    }

    #[test]
    fn what_fits_back_quotes() {
        assert!(fits_back_quotes("a \t\\é\u{80}\n".trim_end()));
        for text in ["`", "\n", "\x7f", "\u{feff}", "\0"] {
            assert!(!fits_back_quotes(text), "{text:?}");
        }
    }
}
