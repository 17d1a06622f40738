//! Anchors, aliases, tags and directives.

use crate::validations::yaml::cursor::Mark;
use crate::validations::yaml::cursor::is_blank;
use crate::validations::yaml::cursor::is_blank_or_end;
use crate::validations::yaml::cursor::is_break_or_end;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;
use crate::validations::yaml::scanner::Scanner;
use crate::validations::yaml::token::TokenKind;

/// A token and where it ends.
type Scanned = Result<(TokenKind, Mark), YamlError>;

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn is_uri(c: char) -> bool {
    is_word(c)
        || matches!(
            c,
            ';' | '/' | '?' | ':' | '@' | '&' | '=' | '+' | '$' | ',' | '.' | '!' | '~' | '*' | '\'' | '(' | ')' | '[' | ']' | '%'
        )
}

impl Scanner<'_> {
    fn property_error(&self, message: &str) -> YamlError {
        self.error_here(YamlErrorKind::InvalidProperty, message.to_owned())
    }

    /// `*name`
    pub(super) fn scan_alias(&mut self) -> Scanned {
        let name = self.scan_name("an alias is `*` and a name: quote a text that starts with `*`")?;
        Ok((TokenKind::Alias(name), self.cursor.mark))
    }

    /// `&name`
    pub(super) fn scan_anchor(&mut self) -> Scanned {
        let name = self.scan_name("an anchor is `&` and a name: quote a text that starts with `&`")?;
        Ok((TokenKind::Anchor(name), self.cursor.mark))
    }

    fn scan_name(&mut self, message: &str) -> Result<String, YamlError> {
        self.cursor.skip();
        let name = self.scan_word();
        let c = self.cursor.next();
        let ends = is_blank_or_end(c) || matches!(c, '?' | ':' | ',' | ']' | '}' | '%' | '@' | '`');
        if name.is_empty() || !ends { Err(self.property_error(message)) } else { Ok(name) }
    }

    fn scan_word(&mut self) -> String {
        let mut word = String::new();
        while is_word(self.cursor.next()) {
            self.cursor.read(&mut word);
        }
        word
    }

    /// `!suffix`, `!!suffix`, `!handle!suffix` or `!<uri>`
    pub(super) fn scan_tag(&mut self) -> Scanned {
        let (mut handle, mut suffix);
        if self.cursor.ahead(1) == '<' {
            self.cursor.skip();
            self.cursor.skip();
            handle = String::new();
            suffix = String::new();
            if !self.scan_uri(&mut suffix)? {
                return Err(self.property_error("expected a name in the tag"));
            }
            if self.cursor.next() != '>' {
                return Err(self.property_error("expected `>` at the end of the tag"));
            }
            self.cursor.skip();
        } else {
            handle = self.scan_handle()?;
            suffix = String::new();
            if handle.len() > 1 && handle.ends_with('!') {
                if !self.scan_uri(&mut suffix)? {
                    return Err(self.property_error("expected a name in the tag"));
                }
            } else {
                suffix.push_str(handle.strip_prefix('!').unwrap_or_default());
                self.scan_uri(&mut suffix)?;
                "!".clone_into(&mut handle);
                if suffix.is_empty() {
                    std::mem::swap(&mut handle, &mut suffix);
                }
            }
        }
        if !is_blank_or_end(self.cursor.next()) {
            return Err(self.property_error("expected a blank after the tag: quote a text that starts with `!`"));
        }
        Ok((TokenKind::Tag { handle, suffix }, self.cursor.mark))
    }

    /// `!`, `!!` or `!name!`; `!name` without the second mark is the start of a suffix.
    fn scan_handle(&mut self) -> Result<String, YamlError> {
        if self.cursor.next() != '!' {
            return Err(self.property_error("expected `!`"));
        }
        let mut handle = String::new();
        self.cursor.read(&mut handle);
        handle.push_str(&self.scan_word());
        if self.cursor.next() == '!' {
            self.cursor.read(&mut handle);
        }
        Ok(handle)
    }

    /// Takes what may stand in a tag, escapes read; says whether there was something.
    fn scan_uri(&mut self, out: &mut String) -> Result<bool, YamlError> {
        let mut bytes = Vec::new();
        while is_uri(self.cursor.next()) {
            if self.cursor.next() == '%' {
                let digits = self.cursor.ahead(1).to_digit(16).zip(self.cursor.ahead(2).to_digit(16));
                let byte = digits.and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
                bytes.push(byte.ok_or_else(|| self.property_error("expected two hexadecimal digits after `%` in the tag"))?);
                self.cursor.skip();
                self.cursor.skip();
            } else {
                bytes.extend(u8::try_from(self.cursor.next()).ok());
            }
            self.cursor.skip();
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| self.property_error("the escapes in the tag are not UTF-8"))?;
        out.push_str(text);
        Ok(!bytes.is_empty())
    }

    /// `%YAML 1.1` or `%TAG !handle! prefix`, with the break of its line.
    pub(super) fn scan_directive(&mut self) -> Result<(TokenKind, Mark), YamlError> {
        let start = self.cursor.mark;
        let error = |scanner: &Self, message: &str| scanner.error(YamlErrorKind::InvalidDirective, message.to_owned(), start);
        self.cursor.skip();
        let name = self.scan_word();
        let kind = match name.as_str() {
            _ if !is_blank_or_end(self.cursor.next()) => None,
            "YAML" => {
                self.cursor.skip_blanks();
                let major = self.scan_number();
                let dot = self.cursor.next() == '.';
                self.cursor.skip();
                match (major, dot, self.scan_number()) {
                    (Some(major), true, Some(minor)) => Some(TokenKind::Version { major, minor }),
                    _ => return Err(error(self, "expected a version such as 1.1 after `%YAML`")),
                }
            }
            "TAG" => {
                self.cursor.skip_blanks();
                let handle = self.scan_handle()?;
                let closed = handle.len() == 1 || handle.ends_with('!');
                let apart = is_blank(self.cursor.next());
                self.cursor.skip_blanks();
                let mut prefix = String::new();
                if !closed || !apart || !self.scan_uri(&mut prefix)? || !is_blank_or_end(self.cursor.next()) {
                    return Err(error(self, "expected a handle such as `!e!` and a prefix after `%TAG`"));
                }
                Some(TokenKind::TagDirective { handle, prefix })
            }
            _ => None,
        };
        let Some(kind) = kind else {
            return Err(error(self, "expected `%YAML` or `%TAG`: quote a text that starts with `%`"));
        };
        self.cursor.skip_blanks();
        if self.cursor.next() == '#' {
            self.cursor.skip_to_break();
        }
        if !is_break_or_end(self.cursor.next()) {
            return Err(error(self, "expected nothing more on the line of the directive"));
        }
        self.cursor.skip_break();
        Ok((kind, start))
    }

    /// A number of one or two digits.
    fn scan_number(&mut self) -> Option<u32> {
        let mut number = None;
        for _ in 0..2 {
            if let Some(digit) = self.cursor.next().to_digit(10) {
                number = Some(number.unwrap_or(0) * 10 + digit);
                self.cursor.skip();
            }
        }
        number.filter(|_| !self.cursor.next().is_ascii_digit())
    }
}
