//! Text to tokens, as libyaml and its descendants read it, Go's yaml.v3 among them.
//!
//! A key is only known as one when its colon comes, so its token is put in afterwards: the scanner remembers, for each level of brackets,
//! the place where such a *simple key* could have begun. Each column at which a block list or mapping began is on a stack; a line that
//! begins further left ends those to the right of it.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use crate::validations::yaml::cursor::Cursor;
use crate::validations::yaml::cursor::Mark;
use crate::validations::yaml::cursor::is_blank;
use crate::validations::yaml::cursor::is_blank_or_end;
use crate::validations::yaml::cursor::is_break;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;
use crate::validations::yaml::token::Token;
use crate::validations::yaml::token::TokenKind;
use crate::validations::yaml::tree::Style;

/// How far a colon may be behind the start of its key, in characters.
const KEY_LENGTH: usize = 1024;
/// How deep brackets, and columns, may stand in each other.
const LEVELS: usize = 10_000;

/// A place where a key may have begun that has no `?` before it.
#[derive(Debug, Clone, Copy)]
struct SimpleKey {
    possible: bool,
    /// Nothing but a key can be here, since the line begins at the column of a block mapping.
    required: bool,
    /// The number of the token that it would begin with, counted from the start of the text.
    token: usize,
    mark: Mark,
}

/// A column, `None` left of all text.
type Column = Option<usize>;

/// Reads tokens one by one.
#[derive(Debug)]
pub(super) struct Scanner<'t> {
    pub(super) cursor: Cursor<'t>,
    queue: VecDeque<Token>,
    /// How many tokens were taken from the queue.
    taken: usize,
    started: bool,
    /// The column of the block that we are in, and those around it.
    indent: Column,
    indents: Vec<Column>,
    /// How many brackets are open.
    pub(super) flow_level: usize,
    simple_key_allowed: bool,
    /// One for the block and one for each open bracket.
    simple_keys: Vec<SimpleKey>,
    /// Which of them begins with the token of this number.
    simple_keys_by_token: BTreeMap<usize, usize>,
    /// The line on which a comment would belong to the token before it.
    comment_line: Option<usize>,
    /// The token at the front of the queue was already looked at, so nothing more needs to be read before it is taken.
    available: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            cursor: Cursor::new(text),
            queue: VecDeque::new(),
            taken: 0,
            started: false,
            indent: None,
            indents: Vec::new(),
            flow_level: 0,
            simple_key_allowed: true,
            simple_keys: Vec::new(),
            simple_keys_by_token: BTreeMap::new(),
            comment_line: None,
            available: false,
        }
    }

    /// The next token, which stays.
    pub(super) fn peek(&mut self) -> Result<&Token, YamlError> {
        if !self.available {
            self.fill()?;
            self.available = true;
        }
        self.queue.front().ok_or_else(|| self.ended())
    }

    /// Takes the token that was looked at.
    pub(super) fn take(&mut self) -> Result<Token, YamlError> {
        self.peek()?;
        self.available = false;
        self.taken += 1;
        self.queue.pop_front().ok_or_else(|| self.ended())
    }

    fn ended(&self) -> YamlError {
        self.error(YamlErrorKind::UnexpectedToken, "the document ends too early".to_owned(), self.cursor.mark)
    }

    /// The column after the one of the block that we are in: what continues a value begins there at least.
    pub(super) fn inner_column(&self) -> usize {
        self.indent.map_or(0, |column| column + 1)
    }

    pub(super) fn block_column(&self) -> Column {
        self.indent
    }

    /// A plain text that ended with a line break lets a key follow.
    pub(super) fn allow_simple_key(&mut self) {
        self.simple_key_allowed = true;
    }

    pub(super) fn error(&self, kind: YamlErrorKind, message: String, mark: Mark) -> YamlError {
        let end = self.cursor.mark.offset.max(mark.offset);
        YamlError::at(kind, message, mark.position(), mark.offset..end)
    }

    /// An error about the next character.
    pub(super) fn error_here(&self, kind: YamlErrorKind, message: String) -> YamlError {
        let mark = self.cursor.mark;
        let width = if self.cursor.at_end() || is_break(self.cursor.next()) { 0 } else { self.cursor.next().len_utf8() };
        YamlError::at(kind, message, mark.position(), mark.offset..mark.offset + width)
    }

    /// Reads until the front of the queue is settled. Go's reader also looks two tokens further, for its comments, so an error there
    /// is one even behind the end of a document that would do without.
    fn fill(&mut self) -> Result<(), YamlError> {
        loop {
            if self.queue.len() > 2 {
                let Some(&key) = self.simple_keys_by_token.get(&self.taken) else { return Ok(()) };
                if !self.is_valid_key(key)? {
                    return Ok(());
                }
            }
            if matches!(self.queue.back(), Some(Token { kind: TokenKind::StreamEnd, .. })) {
                return Ok(());
            }
            self.fetch()?;
        }
    }

    fn push(&mut self, kind: TokenKind, start: Mark, end: Mark) {
        let keeps_comment = match &kind {
            TokenKind::BlockEntry | TokenKind::DocumentStart | TokenKind::DocumentEnd | TokenKind::StreamStart => false,
            TokenKind::Scalar { style, .. } => !matches!(style, Style::Literal | Style::Folded),
            _ => true,
        };
        self.comment_line = Some(end.line).filter(|_| keeps_comment);
        self.queue.push_back(Token { kind, start, end });
    }

    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let at = number.saturating_sub(self.taken).min(self.queue.len());
        self.queue.insert(at, Token { kind, start: mark, end: mark });
    }

    /// Reads one more token, and those that indentation adds before it.
    fn fetch(&mut self) -> Result<(), YamlError> {
        if !self.started {
            self.started = true;
            let mark = self.cursor.mark;
            self.simple_keys.push(SimpleKey { possible: false, required: false, token: 0, mark });
            self.push(TokenKind::StreamStart, mark, mark);
            return Ok(());
        }
        self.skip_to_token();
        self.close_blocks(Some(self.cursor.mark.column));
        if self.cursor.at_end() {
            return self.fetch_end();
        }
        if self.cursor.mark.column == 0 && self.cursor.next() == '%' {
            self.reset()?;
            let (kind, start) = self.scan_directive()?;
            self.push(kind, start, self.cursor.mark);
            return Ok(());
        }
        if self.cursor.at_document_marker("---") {
            return self.fetch_marker(TokenKind::DocumentStart);
        }
        if self.cursor.at_document_marker("...") {
            return self.fetch_marker(TokenKind::DocumentEnd);
        }
        let block = self.flow_level == 0;
        let apart = is_blank_or_end(self.cursor.ahead(1));
        match self.cursor.next() {
            '[' => self.fetch_open(TokenKind::FlowSequenceStart),
            '{' => self.fetch_open(TokenKind::FlowMappingStart),
            ']' => self.fetch_close(TokenKind::FlowSequenceEnd),
            '}' => self.fetch_close(TokenKind::FlowMappingEnd),
            ',' => {
                self.drop_simple_key()?;
                self.simple_key_allowed = true;
                self.push_indicator(TokenKind::FlowEntry);
                Ok(())
            }
            '-' if apart => self.fetch_block_entry(),
            '?' if !block || apart => self.fetch_key(),
            ':' if !block || apart => self.fetch_value(),
            '*' => self.fetch_property(Self::scan_alias),
            '&' => self.fetch_property(Self::scan_anchor),
            '!' => self.fetch_property(Self::scan_tag),
            '|' if block => self.fetch_block_text(true),
            '>' if block => self.fetch_block_text(false),
            '\'' => self.fetch_property(|scanner| scanner.scan_quoted(true)),
            '"' => self.fetch_property(|scanner| scanner.scan_quoted(false)),
            c if self.starts_plain(c) => self.fetch_property(Self::scan_plain),
            '\t' => Err(self.error_here(YamlErrorKind::Tab, "found a tab where indentation is expected, indent with spaces".to_owned())),
            c => {
                let message = format!("`{c}` can't start a value here: quote the text if it is one");
                Err(self.error_here(YamlErrorKind::UnexpectedCharacter, message))
            }
        }
    }

    /// Whether a text without quotes may start with this character, the next one.
    fn starts_plain(&self, c: char) -> bool {
        let second = self.cursor.ahead(1);
        match c {
            '-' => !is_blank(second),
            '?' | ':' => self.flow_level == 0 && !is_blank_or_end(second),
            ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`' => false,
            c => !is_blank_or_end(c),
        }
    }

    /// Takes blanks, comments and line breaks.
    fn skip_to_token(&mut self) {
        if self.cursor.mark.offset == 0 && self.cursor.next() == '\u{FEFF}' {
            self.cursor.skip();
        }
        loop {
            // A tab is no indentation, so none may stand where a key could begin.
            while self.cursor.next() == ' ' || (self.cursor.next() == '\t' && (self.flow_level > 0 || !self.simple_key_allowed)) {
                self.cursor.skip();
            }
            if self.cursor.next() == '#' {
                let behind_token = self.comment_line == Some(self.cursor.mark.line);
                self.cursor.skip_to_break();
                // A comment on a line of its own is read with those that follow it, and these may be indented with tabs.
                while !behind_token && self.cursor.skip_to_comment() {
                    self.cursor.skip_to_break();
                }
            }
            if !is_break(self.cursor.next()) {
                return;
            }
            self.cursor.skip_break();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    // ---------------------------------------------------------------- indentation

    /// Begins a block at this column, unless it is there already.
    fn open_block(&mut self, column: usize, number: Option<usize>, kind: TokenKind, mark: Mark) -> Result<(), YamlError> {
        if self.flow_level > 0 || self.indent.is_some_and(|indent| indent >= column) {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = Some(column);
        if self.indents.len() > LEVELS {
            return Err(self.error(YamlErrorKind::TooDeep, format!("blocks stand in each other more than {LEVELS} deep"), mark));
        }
        match number {
            Some(number) => self.insert(number, kind, mark),
            None => self.push(kind, mark, mark),
        }
        Ok(())
    }

    /// Ends the blocks that are further right than this column.
    fn close_blocks(&mut self, column: Column) {
        while self.flow_level == 0 && self.indent > column {
            let mark = self.cursor.mark;
            self.push(TokenKind::BlockEnd, mark, mark);
            self.indent = self.indents.pop().flatten();
        }
    }

    // ---------------------------------------------------------------- simple keys

    fn is_valid_key(&mut self, at: usize) -> Result<bool, YamlError> {
        let now = self.cursor.mark;
        let Some(key) = self.simple_keys.get_mut(at).filter(|key| key.possible) else { return Ok(false) };
        if key.mark.line < now.line || key.mark.index + KEY_LENGTH < now.index {
            key.possible = false;
            let key = *key;
            return if key.required { Err(self.missing_colon(key.mark)) } else { Ok(false) };
        }
        Ok(true)
    }

    fn missing_colon(&self, mark: Mark) -> YamlError {
        let message = "this line is no key, expected `:` after it on the same line".to_owned();
        YamlError::at(YamlErrorKind::MissingColon, message, mark.position(), mark.offset..mark.offset)
    }

    /// Remembers that a key may begin here.
    fn save_simple_key(&mut self) -> Result<(), YamlError> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let mark = self.cursor.mark;
        let required = self.flow_level == 0 && self.indent == Some(mark.column);
        let token = self.taken + self.queue.len();
        self.drop_simple_key()?;
        if let Some(last) = self.simple_keys.last_mut() {
            *last = SimpleKey { possible: true, required, token, mark };
            self.simple_keys_by_token.insert(token, self.simple_keys.len() - 1);
        }
        Ok(())
    }

    /// Gives up the key that may have begun at this level of brackets.
    fn drop_simple_key(&mut self) -> Result<(), YamlError> {
        let Some(key) = self.simple_keys.last_mut().filter(|key| key.possible) else { return Ok(()) };
        if key.required {
            let mark = key.mark;
            return Err(self.missing_colon(mark));
        }
        key.possible = false;
        self.simple_keys_by_token.remove(&key.token);
        Ok(())
    }

    // ---------------------------------------------------------------- one kind of token each

    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.cursor.mark;
        self.cursor.skip();
        self.push(kind, start, self.cursor.mark);
    }

    /// Ends all blocks, and the key that may have begun.
    fn reset(&mut self) -> Result<(), YamlError> {
        self.close_blocks(None);
        self.drop_simple_key()?;
        self.simple_key_allowed = false;
        Ok(())
    }

    fn fetch_end(&mut self) -> Result<(), YamlError> {
        let end = self.cursor.mark;
        self.close_blocks(None);
        // A key that waits for its colon waits in vain, as on any next line. The end itself stays where the text ends.
        self.cursor.end_line();
        self.reset()?;
        self.push(TokenKind::StreamEnd, end, end);
        Ok(())
    }

    fn fetch_marker(&mut self, kind: TokenKind) -> Result<(), YamlError> {
        self.reset()?;
        let start = self.cursor.mark;
        for _ in 0..3 {
            self.cursor.skip();
        }
        self.push(kind, start, self.cursor.mark);
        Ok(())
    }

    fn fetch_open(&mut self, kind: TokenKind) -> Result<(), YamlError> {
        self.save_simple_key()?;
        let mark = self.cursor.mark;
        self.simple_keys.push(SimpleKey { possible: false, required: false, token: self.taken + self.queue.len(), mark });
        self.flow_level += 1;
        if self.flow_level > LEVELS {
            return Err(self.error(YamlErrorKind::TooDeep, format!("brackets stand in each other more than {LEVELS} deep"), mark));
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_close(&mut self, kind: TokenKind) -> Result<(), YamlError> {
        self.drop_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.simple_keys.pop() {
                self.simple_keys_by_token.remove(&key.token);
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), YamlError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(
                    self.error_here(YamlErrorKind::Misplaced, "a list item can't stand here, begin it on a line of its own".to_owned())
                );
            }
            let mark = self.cursor.mark;
            self.open_block(mark.column, None, TokenKind::BlockSequenceStart, mark)?;
        }
        self.drop_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), YamlError> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.error_here(YamlErrorKind::Misplaced, "a key can't stand here".to_owned()));
            }
            let mark = self.cursor.mark;
            self.open_block(mark.column, None, TokenKind::BlockMappingStart, mark)?;
        }
        self.drop_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), YamlError> {
        let last = self.simple_keys.len().saturating_sub(1);
        let valid = self.is_valid_key(last)?;
        match self.simple_keys.get_mut(last).filter(|_| valid) {
            Some(key) => {
                key.possible = false;
                let key = *key;
                self.insert(key.token, TokenKind::Key, key.mark);
                self.open_block(key.mark.column, Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
                self.simple_keys_by_token.remove(&key.token);
                self.simple_key_allowed = false;
            }
            None => {
                if self.flow_level == 0 {
                    if !self.simple_key_allowed {
                        let message = "a value can't stand here, quote a text that holds `: `".to_owned();
                        return Err(self.error_here(YamlErrorKind::Misplaced, message));
                    }
                    let mark = self.cursor.mark;
                    self.open_block(mark.column, None, TokenKind::BlockMappingStart, mark)?;
                }
                self.simple_key_allowed = self.flow_level == 0;
            }
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    /// A token that can begin a key, and that no key follows on the same line.
    fn fetch_property(&mut self, scan: fn(&mut Self) -> Result<(TokenKind, Mark), YamlError>) -> Result<(), YamlError> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.cursor.mark;
        let (kind, end) = scan(self)?;
        self.push(kind, start, end);
        Ok(())
    }

    fn fetch_block_text(&mut self, literal: bool) -> Result<(), YamlError> {
        self.drop_simple_key()?;
        self.simple_key_allowed = true;
        let start = self.cursor.mark;
        let (kind, end) = self.scan_block_text(literal)?;
        self.push(kind, start, end);
        Ok(())
    }
}
