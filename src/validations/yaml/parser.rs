//! Tokens to events: the grammar of YAML as a state machine, so that no depth of nesting needs a stack of calls.
//!
//! ```text
//! stream        = [implicit_document] {explicit_document}
//! document      = {directive} ["---"] node ["..."]
//! node          = alias | [anchor] [tag] (text | block_list | block_map | flow_list | flow_map | nothing)
//! block_list    = {"-" node}
//! block_map     = {[key node] [":" node]}
//! flow_list     = "[" {(node | key node [":" node]) ","} "]"
//! flow_map      = "{" {(node | key node [":" node]) ","} "}"
//! ```

use std::collections::HashMap;

use crate::validations::yaml::cursor::Mark;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;
use crate::validations::yaml::scanner::Scanner;
use crate::validations::yaml::token::Token;
use crate::validations::yaml::token::TokenKind;
use crate::validations::yaml::tree::Style;

/// What the core tags begin with when written out.
pub(super) const CORE: &str = "tag:yaml.org,2002:";

/// One step through a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum EventKind {
    DocumentStart,
    DocumentEnd,
    Alias(String),
    Scalar { value: String, style: Style, anchor: Option<String>, tag: Option<String> },
    SequenceStart { flow: bool, anchor: Option<String>, tag: Option<String> },
    MappingStart { flow: bool, anchor: Option<String>, tag: Option<String> },
    End,
    StreamEnd,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Event {
    pub(super) kind: EventKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Reads events one by one.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    scanner: Scanner<'t>,
    state: State,
    states: Vec<State>,
    /// Where the collections that are open began.
    marks: Vec<Mark>,
    /// The prefix of each handle.
    directives: HashMap<String, String>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { scanner: Scanner::new(text), state: State::StreamStart, states: Vec::new(), marks: Vec::new(), directives: HashMap::new() }
    }

    /// The next event; after the last one, the last one again.
    pub(super) fn next(&mut self) -> Result<Event, YamlError> {
        match self.state {
            State::StreamStart => {
                self.scanner.take()?;
                self.state = State::ImplicitDocumentStart;
                self.next_document(true)
            }
            State::ImplicitDocumentStart => self.next_document(true),
            State::DocumentStart => self.next_document(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceFirst => {
                self.open()?;
                self.block_sequence_entry()
            }
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingFirst => {
                self.open()?;
                self.block_mapping_key()
            }
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => {
                self.open()?;
                self.flow_sequence_entry(true)
            }
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                let start = self.scanner.peek()?.start;
                self.state = State::FlowSequenceEntry;
                Ok(Event { kind: EventKind::End, start, end: start })
            }
            State::FlowMappingFirst => {
                self.open()?;
                self.flow_mapping_key(true)
            }
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => {
                let mark = self.scanner.cursor.mark;
                Ok(Event { kind: EventKind::StreamEnd, start: mark, end: mark })
            }
        }
    }

    // ---------------------------------------------------------------- small steps

    fn peek(&mut self) -> Result<&TokenKind, YamlError> {
        Ok(&self.scanner.peek()?.kind)
    }

    /// Takes the token that opens a collection.
    fn open(&mut self) -> Result<(), YamlError> {
        let token = self.scanner.take()?;
        self.marks.push(token.start);
        Ok(())
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Takes the token that ends a collection.
    fn close(&mut self) -> Result<Event, YamlError> {
        self.pop_state();
        self.marks.pop();
        let Token { start, end, .. } = self.scanner.take()?;
        Ok(Event { kind: EventKind::End, start, end })
    }

    /// A value of which nothing is written.
    fn nothing(mark: Mark) -> Event {
        let kind = EventKind::Scalar { value: String::new(), style: Style::Plain, anchor: None, tag: None };
        Event { kind, start: mark, end: mark }
    }

    fn node_then(&mut self, state: State, block: bool, indentless: bool) -> Result<Event, YamlError> {
        self.states.push(state);
        self.node(block, indentless)
    }

    fn nothing_then(&mut self, state: State, mark: Mark) -> Event {
        self.state = state;
        Self::nothing(mark)
    }

    /// The next token can't stand in the collection that is open.
    fn unexpected<T>(&mut self, expected: &str) -> Result<T, YamlError> {
        let open = self.marks.last().map(|mark| mark.position());
        let token = self.scanner.peek()?;
        let found = match &token.kind {
            // An end of block where none is expected is a line between two columns.
            TokenKind::BlockEnd => "a line that fits no column of the lines above",
            kind => kind.describe(),
        };
        let place = open.map(|open| format!(" of what began at line {}, column {}", open.line, open.column)).unwrap_or_default();
        let message = format!("found {found}, expected {expected}{place}");
        let (start, end) = (token.start, token.end);
        Err(YamlError::at(YamlErrorKind::UnexpectedToken, message, start.position(), start.offset..end.offset.max(start.offset)))
    }

    // ---------------------------------------------------------------- documents

    fn next_document(&mut self, implicit: bool) -> Result<Event, YamlError> {
        if !implicit {
            while *self.peek()? == TokenKind::DocumentEnd {
                self.scanner.take()?;
            }
        }
        let token = self.scanner.peek()?;
        let (start, end) = (token.start, token.end);
        match &token.kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                Ok(Event { kind: EventKind::StreamEnd, start, end })
            }
            kind => {
                let written =
                    !implicit || matches!(kind, TokenKind::Version { .. } | TokenKind::TagDirective { .. } | TokenKind::DocumentStart);
                self.read_directives()?;
                self.states.push(State::DocumentEnd);
                if written {
                    if *self.peek()? != TokenKind::DocumentStart {
                        self.marks.clear();
                        return self.unexpected("`---` before another document");
                    }
                    self.scanner.take()?;
                    self.state = State::DocumentContent;
                } else {
                    self.state = State::BlockNode;
                }
                Ok(Event { kind: EventKind::DocumentStart, start, end })
            }
        }
    }

    fn read_directives(&mut self) -> Result<(), YamlError> {
        let mut version = false;
        self.directives.clear();
        loop {
            let token = self.scanner.peek()?;
            let (start, end) = (token.start, token.end);
            let wrong = |message: &str| {
                YamlError::at(YamlErrorKind::InvalidDirective, message.to_owned(), start.position(), start.offset..end.offset)
            };
            match &token.kind {
                TokenKind::Version { .. } if version => return Err(wrong("`%YAML` stands here a second time")),
                TokenKind::Version { major: 1, minor: 1 } => version = true,
                TokenKind::Version { .. } => return Err(wrong("expected version 1.1 after `%YAML`")),
                TokenKind::TagDirective { handle, prefix } => {
                    if self.directives.insert(handle.clone(), prefix.clone()).is_some() {
                        return Err(wrong("`%TAG` stands here a second time for the same handle"));
                    }
                }
                _ => break,
            }
            self.scanner.take()?;
        }
        for (handle, prefix) in [("!", "!"), ("!!", CORE)] {
            self.directives.entry(handle.to_owned()).or_insert_with(|| prefix.to_owned());
        }
        Ok(())
    }

    fn document_content(&mut self) -> Result<Event, YamlError> {
        let token = self.scanner.peek()?;
        let start = token.start;
        match token.kind {
            TokenKind::Version { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(Self::nothing(start))
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Result<Event, YamlError> {
        let token = self.scanner.peek()?;
        let (start, mut end) = (token.start, token.start);
        if token.kind == TokenKind::DocumentEnd {
            end = self.scanner.take()?.end;
        }
        self.state = State::DocumentStart;
        Ok(Event { kind: EventKind::DocumentEnd, start, end })
    }

    // ---------------------------------------------------------------- values

    fn node(&mut self, block: bool, indentless: bool) -> Result<Event, YamlError> {
        if let TokenKind::Alias(_) = self.peek()? {
            let Token { kind, start, end } = self.scanner.take()?;
            self.pop_state();
            let name = if let TokenKind::Alias(name) = kind { name } else { String::new() };
            return Ok(Event { kind: EventKind::Alias(name), start, end });
        }
        let token = self.scanner.peek()?;
        let (mut start, mut end) = (token.start, token.start);
        let (mut anchor, mut tag) = (None, None);
        while (anchor.is_none() && matches!(self.peek()?, TokenKind::Anchor(_)))
            || (tag.is_none() && matches!(self.peek()?, TokenKind::Tag { .. }))
        {
            let token = self.scanner.take()?;
            if anchor.is_none() && tag.is_none() {
                start = token.start;
            }
            end = token.end;
            match token.kind {
                TokenKind::Anchor(name) => anchor = Some(name),
                TokenKind::Tag { handle, suffix } => tag = Some(self.resolve_tag(&handle, suffix, token.start, token.end)?),
                _ => {}
            }
        }
        let written = anchor.is_some() || tag.as_ref().is_some_and(|tag| !tag.is_empty());
        let token = self.scanner.peek()?;
        let token_end = token.end;
        let (kind, state) = match &token.kind {
            TokenKind::BlockEntry if indentless => (EventKind::SequenceStart { flow: false, anchor, tag }, State::IndentlessSequenceEntry),
            TokenKind::Scalar { .. } => {
                self.pop_state();
                let token = self.scanner.take()?;
                let TokenKind::Scalar { value, style } = token.kind else { return self.unexpected("a value") };
                return Ok(Event { kind: EventKind::Scalar { value, style, anchor, tag }, start, end: token.end });
            }
            TokenKind::FlowSequenceStart => (EventKind::SequenceStart { flow: true, anchor, tag }, State::FlowSequenceFirst),
            TokenKind::FlowMappingStart => (EventKind::MappingStart { flow: true, anchor, tag }, State::FlowMappingFirst),
            TokenKind::BlockSequenceStart if block => (EventKind::SequenceStart { flow: false, anchor, tag }, State::BlockSequenceFirst),
            TokenKind::BlockMappingStart if block => (EventKind::MappingStart { flow: false, anchor, tag }, State::BlockMappingFirst),
            _ if written => {
                self.pop_state();
                let kind = EventKind::Scalar { value: String::new(), style: Style::Plain, anchor, tag };
                return Ok(Event { kind, start, end });
            }
            _ => return self.unexpected("a value"),
        };
        self.state = state;
        Ok(Event { kind, start, end: token_end })
    }

    /// The tag in full, as its directive says.
    fn resolve_tag(&self, handle: &str, suffix: String, start: Mark, end: Mark) -> Result<String, YamlError> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        match self.directives.get(handle) {
            Some(prefix) => Ok(format!("{prefix}{suffix}")),
            None => {
                let message = format!("no `%TAG` directive defines the handle `{handle}` of this tag");
                Err(YamlError::at(YamlErrorKind::InvalidProperty, message, start.position(), start.offset..end.offset))
            }
        }
    }

    // ---------------------------------------------------------------- blocks

    fn block_sequence_entry(&mut self) -> Result<Event, YamlError> {
        match self.peek()? {
            TokenKind::BlockEntry => {
                let mark = self.scanner.take()?.end;
                match self.peek()? {
                    TokenKind::BlockEntry | TokenKind::BlockEnd => Ok(self.nothing_then(State::BlockSequenceEntry, mark)),
                    _ => self.node_then(State::BlockSequenceEntry, true, false),
                }
            }
            TokenKind::BlockEnd => self.close(),
            _ => self.unexpected("`-` for the next item"),
        }
    }

    /// A list under a key that begins in the same column as the key.
    fn indentless_sequence_entry(&mut self) -> Result<Event, YamlError> {
        if *self.peek()? != TokenKind::BlockEntry {
            let start = self.scanner.peek()?.start;
            self.pop_state();
            return Ok(Event { kind: EventKind::End, start, end: start });
        }
        let mark = self.scanner.take()?.end;
        match self.peek()? {
            TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => {
                Ok(self.nothing_then(State::IndentlessSequenceEntry, mark))
            }
            _ => self.node_then(State::IndentlessSequenceEntry, true, false),
        }
    }

    fn block_mapping_key(&mut self) -> Result<Event, YamlError> {
        match self.peek()? {
            TokenKind::Key => {
                let mark = self.scanner.take()?.end;
                match self.peek()? {
                    TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.nothing_then(State::BlockMappingValue, mark)),
                    _ => self.node_then(State::BlockMappingValue, true, true),
                }
            }
            TokenKind::BlockEnd => self.close(),
            _ => self.unexpected("the next key"),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event, YamlError> {
        if *self.peek()? != TokenKind::Value {
            let start = self.scanner.peek()?.start;
            return Ok(self.nothing_then(State::BlockMappingKey, start));
        }
        let mark = self.scanner.take()?.end;
        match self.peek()? {
            TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd => Ok(self.nothing_then(State::BlockMappingKey, mark)),
            _ => self.node_then(State::BlockMappingKey, true, true),
        }
    }

    // ---------------------------------------------------------------- brackets

    fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, YamlError> {
        if *self.peek()? == TokenKind::FlowSequenceEnd {
            return self.close();
        }
        if !first {
            if *self.peek()? != TokenKind::FlowEntry {
                return self.unexpected("`,` or `]`");
            }
            self.scanner.take()?;
        }
        match self.peek()? {
            TokenKind::Key => {
                let Token { start, end, .. } = self.scanner.take()?;
                self.state = State::FlowPairKey;
                Ok(Event { kind: EventKind::MappingStart { flow: true, anchor: None, tag: None }, start, end })
            }
            TokenKind::FlowSequenceEnd => self.close(),
            _ => self.node_then(State::FlowSequenceEntry, false, false),
        }
    }

    fn flow_pair_key(&mut self) -> Result<Event, YamlError> {
        match self.peek()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // Go's reader takes the token here, so that `[? : a]` is refused.
                let mark = self.scanner.take()?.end;
                Ok(self.nothing_then(State::FlowPairValue, mark))
            }
            _ => self.node_then(State::FlowPairValue, false, false),
        }
    }

    fn flow_pair_value(&mut self) -> Result<Event, YamlError> {
        let mut mark = self.scanner.peek()?.start;
        if *self.peek()? == TokenKind::Value {
            self.scanner.take()?;
            match self.peek()? {
                TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => mark = self.scanner.peek()?.start,
                _ => return self.node_then(State::FlowPairEnd, false, false),
            }
        }
        Ok(self.nothing_then(State::FlowPairEnd, mark))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Result<Event, YamlError> {
        if *self.peek()? == TokenKind::FlowMappingEnd {
            return self.close();
        }
        if !first {
            if *self.peek()? != TokenKind::FlowEntry {
                return self.unexpected("`,` or `}`");
            }
            self.scanner.take()?;
        }
        match self.peek()? {
            TokenKind::Key => {
                self.scanner.take()?;
                let mark = self.scanner.peek()?.start;
                match self.peek()? {
                    TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd => {
                        Ok(self.nothing_then(State::FlowMappingValue, mark))
                    }
                    _ => self.node_then(State::FlowMappingValue, false, false),
                }
            }
            TokenKind::FlowMappingEnd => self.close(),
            _ => self.node_then(State::FlowMappingEmptyValue, false, false),
        }
    }

    fn flow_mapping_value(&mut self, empty: bool) -> Result<Event, YamlError> {
        let mut mark = self.scanner.peek()?.start;
        if !empty && *self.peek()? == TokenKind::Value {
            self.scanner.take()?;
            match self.peek()? {
                TokenKind::FlowEntry | TokenKind::FlowMappingEnd => mark = self.scanner.peek()?.start,
                _ => return self.node_then(State::FlowMappingKey, false, false),
            }
        }
        Ok(self.nothing_then(State::FlowMappingKey, mark))
    }
}
