//! The four ways to write a text: block, single and double quotes, plain.

use crate::validations::yaml::cursor::Mark;
use crate::validations::yaml::cursor::is_blank;
use crate::validations::yaml::cursor::is_blank_or_end;
use crate::validations::yaml::cursor::is_break;
use crate::validations::yaml::cursor::is_break_or_end;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;
use crate::validations::yaml::scanner::Scanner;
use crate::validations::yaml::token::TokenKind;
use crate::validations::yaml::tree::Style;

/// A token and where it ends.
type Scanned = Result<(TokenKind, Mark), YamlError>;

/// What stands between two words of a text that is not in a block: blanks, or line breaks that fold into a space.
#[derive(Debug, Default)]
struct Gap {
    blanks: String,
    first_break: String,
    more_breaks: String,
    has_break: bool,
}

impl Gap {
    fn is_empty(&self) -> bool {
        !self.has_break && self.blanks.is_empty()
    }

    /// Writes what the gap folds into, and empties it.
    fn fold_into(&mut self, text: &mut String) {
        if self.has_break {
            if self.first_break == "\n" {
                if self.more_breaks.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&self.first_break);
            }
            text.push_str(&self.more_breaks);
            self.first_break.clear();
            self.more_breaks.clear();
            self.has_break = false;
        } else {
            text.push_str(&self.blanks);
        }
        self.blanks.clear();
    }
}

impl Scanner<'_> {
    /// Takes blanks and line breaks into `gap`. With a `column`, a tab further left that follows a line break is an error.
    fn scan_gap(&mut self, gap: &mut Gap, column: Option<usize>) -> Result<(), YamlError> {
        loop {
            let c = self.cursor.next();
            if is_blank(c) {
                if c == '\t' && gap.has_break && column.is_some_and(|column| self.cursor.mark.column < column) {
                    let message = "found a tab where indentation is expected, indent with spaces".to_owned();
                    return Err(self.error_here(YamlErrorKind::Tab, message));
                }
                if gap.has_break {
                    self.cursor.skip();
                } else {
                    self.cursor.read(&mut gap.blanks);
                }
            } else if is_break(c) {
                if gap.has_break {
                    self.cursor.read_break(&mut gap.more_breaks);
                } else {
                    gap.blanks.clear();
                    self.cursor.read_break(&mut gap.first_break);
                    gap.has_break = true;
                }
            } else {
                return Ok(());
            }
        }
    }

    /// A text without quotes.
    pub(super) fn scan_plain(&mut self) -> Scanned {
        let (mut text, mut gap) = (String::new(), Gap::default());
        let column = self.inner_column();
        let mut end = self.cursor.mark;
        loop {
            if self.cursor.at_document_marker("---") || self.cursor.at_document_marker("...") || self.cursor.next() == '#' {
                break;
            }
            loop {
                let c = self.cursor.next();
                let ends = match c {
                    ':' => is_blank_or_end(self.cursor.ahead(1)),
                    ',' | '?' | '[' | ']' | '{' | '}' => self.flow_level > 0,
                    c => is_blank_or_end(c),
                };
                if ends {
                    break;
                }
                if !gap.is_empty() {
                    gap.fold_into(&mut text);
                }
                self.cursor.read(&mut text);
                end = self.cursor.mark;
            }
            if !is_blank(self.cursor.next()) && !is_break(self.cursor.next()) {
                break;
            }
            self.scan_gap(&mut gap, Some(column))?;
            if self.flow_level == 0 && self.cursor.mark.column < column {
                break;
            }
        }
        if gap.has_break {
            self.allow_simple_key();
        }
        Ok((TokenKind::Scalar { value: text, style: Style::Plain }, end))
    }

    /// A text in quotes, single or double.
    pub(super) fn scan_quoted(&mut self, single: bool) -> Scanned {
        let quote = if single { '\'' } else { '"' };
        let (mut text, mut gap) = (String::new(), Gap::default());
        let start = self.cursor.mark;
        self.cursor.skip();
        loop {
            if self.cursor.at_document_marker("---") || self.cursor.at_document_marker("...") || self.cursor.at_end() {
                let message = format!("the quoted text is not closed, expected `{quote}`");
                let span = start.offset..start.offset + 1;
                return Err(YamlError::at(YamlErrorKind::UnterminatedText, message, start.position(), span));
            }
            while !is_blank_or_end(self.cursor.next()) {
                match self.cursor.next() {
                    '\'' if single && self.cursor.ahead(1) == '\'' => {
                        text.push('\'');
                        self.cursor.skip();
                        self.cursor.skip();
                    }
                    c if c == quote => break,
                    '\\' if !single && is_break(self.cursor.ahead(1)) => {
                        self.cursor.skip();
                        self.cursor.skip_break();
                        // The escaped break folds into nothing; those behind it stay.
                        gap.has_break = true;
                        break;
                    }
                    '\\' if !single => self.scan_escape(&mut text)?,
                    _ => self.cursor.read(&mut text),
                }
            }
            if self.cursor.next() == quote {
                break;
            }
            self.scan_gap(&mut gap, None)?;
            gap.fold_into(&mut text);
        }
        self.cursor.skip();
        let style = if single { Style::SingleQuoted } else { Style::DoubleQuoted };
        Ok((TokenKind::Scalar { value: text, style }, self.cursor.mark))
    }

    /// A backslash and what it stands for.
    fn scan_escape(&mut self, text: &mut String) -> Result<(), YamlError> {
        let start = self.cursor.mark;
        self.cursor.skip();
        let (plain, digits) = match self.cursor.next() {
            '0' => ('\0', 0),
            'a' => ('\x07', 0),
            'b' => ('\x08', 0),
            't' | '\t' => ('\t', 0),
            'n' => ('\n', 0),
            'v' => ('\x0B', 0),
            'f' => ('\x0C', 0),
            'r' => ('\r', 0),
            'e' => ('\x1B', 0),
            c @ (' ' | '"' | '\'' | '\\') => (c, 0),
            'N' => ('\u{85}', 0),
            '_' => ('\u{A0}', 0),
            'L' => ('\u{2028}', 0),
            'P' => ('\u{2029}', 0),
            'x' => ('\0', 2),
            'u' => ('\0', 4),
            'U' => ('\0', 8),
            c => {
                self.cursor.skip();
                let message = format!("`\\{c}` is no escape: double the backslash if it stands for itself");
                return Err(self.error(YamlErrorKind::InvalidEscape, message, start));
            }
        };
        self.cursor.skip();
        if digits == 0 {
            text.push(plain);
            return Ok(());
        }
        let mut code = 0_u32;
        for _ in 0..digits {
            let Some(digit) = self.cursor.next().to_digit(16) else {
                let message = format!("expected {digits} hexadecimal digits in the escape");
                return Err(self.error(YamlErrorKind::InvalidEscape, message, start));
            };
            code = code << 4 | digit;
            self.cursor.skip();
        }
        match char::from_u32(code) {
            Some(c) => text.push(c),
            None => return Err(self.error(YamlErrorKind::InvalidEscape, format!("U+{code:X} is no character"), start)),
        }
        Ok(())
    }

    /// A text in a block: `|` keeps its lines, `>` folds them.
    pub(super) fn scan_block_text(&mut self, literal: bool) -> Scanned {
        let start = self.cursor.mark;
        self.cursor.skip();
        let (keep, increment) = self.scan_block_head(start)?;
        let mut column = increment.map(|increment| self.block_column().unwrap_or(0) + increment);
        let (mut text, mut line_end, mut empty_lines) = (String::new(), String::new(), String::new());
        let mut end = self.scan_empty_lines(&mut column, &mut empty_lines)?;
        let mut after_blank = false;
        while column == Some(self.cursor.mark.column) && !self.cursor.at_end() {
            let blank = is_blank(self.cursor.next());
            if !literal && !after_blank && !blank && line_end == "\n" {
                if empty_lines.is_empty() {
                    text.push(' ');
                }
            } else {
                text.push_str(&line_end);
            }
            line_end.clear();
            text.push_str(&empty_lines);
            empty_lines.clear();
            after_blank = blank;
            while !is_break_or_end(self.cursor.next()) {
                self.cursor.read(&mut text);
            }
            self.cursor.read_break(&mut line_end);
            end = self.scan_empty_lines(&mut column, &mut empty_lines)?;
        }
        if keep != Some(false) {
            text.push_str(&line_end);
        }
        if keep == Some(true) {
            text.push_str(&empty_lines);
        }
        let style = if literal { Style::Literal } else { Style::Folded };
        Ok((TokenKind::Scalar { value: text, style }, end))
    }

    /// What stands behind `|` or `>`: whether line breaks at the end are kept (`+`) or dropped (`-`), and the indentation.
    fn scan_block_head(&mut self, start: Mark) -> Result<(Option<bool>, Option<usize>), YamlError> {
        let (mut keep, mut increment) = (None, None);
        for _ in 0..2 {
            match self.cursor.next() {
                sign @ ('+' | '-') if keep.is_none() => keep = Some(sign == '+'),
                '0' if increment.is_none() => {
                    let message = "the indentation of a block text is from 1 to 9, not 0".to_owned();
                    return Err(self.error_here(YamlErrorKind::InvalidBlockText, message));
                }
                digit @ '1'..='9' if increment.is_none() => increment = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok()),
                _ => break,
            }
            self.cursor.skip();
        }
        self.cursor.skip_blanks();
        if self.cursor.next() == '#' {
            self.cursor.skip_to_break();
        }
        if !is_break_or_end(self.cursor.next()) {
            let message = "a block text begins on the line after `|` or `>`".to_owned();
            return Err(self.error(YamlErrorKind::InvalidBlockText, message, start));
        }
        self.cursor.skip_break();
        Ok((keep, increment))
    }

    /// Takes empty lines and the indentation of the next one; finds the column of the text if it is not known yet.
    fn scan_empty_lines(&mut self, column: &mut Option<usize>, breaks: &mut String) -> Result<Mark, YamlError> {
        let mut end = self.cursor.mark;
        let mut widest = 0;
        loop {
            while column.is_none_or(|column| self.cursor.mark.column < column) && self.cursor.next() == ' ' {
                self.cursor.skip();
            }
            widest = widest.max(self.cursor.mark.column);
            if column.is_none_or(|column| self.cursor.mark.column < column) && self.cursor.next() == '\t' {
                let message = "found a tab where the indentation of a block text is expected, indent with spaces".to_owned();
                return Err(self.error_here(YamlErrorKind::Tab, message));
            }
            if !is_break(self.cursor.next()) {
                break;
            }
            self.cursor.read_break(breaks);
            end = self.cursor.mark;
        }
        column.get_or_insert_with(|| widest.max(self.inner_column()).max(1));
        Ok(end)
    }
}
