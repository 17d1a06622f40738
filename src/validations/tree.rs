//! A JSON document as a tree that knows where each value stands.
//!
//! It is built only after the fast path has failed, to tell every problem with its line and column. A node takes twelve bytes; the values
//! stay in the text.

use std::borrow::Cow;

use crate::validations::scan::string_length;

/// The longest string that serde may meet, in bytes.
///
/// Where a string stands in the place of something else, serde's message holds the whole of it, escaped: up to eighteen times its size in memory.
/// The walk looks at the kind first.
pub(crate) const LONG_STRING: usize = 128 << 10;

/// Where a value stands, and where the tree goes on behind it.
#[derive(Debug, Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    /// The index of the first node behind this value and all that is inside it.
    after: u32,
}

/// A document whose structure is JSON; the content of strings and numbers is checked where it is read.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    bytes: &'a [u8],
    nodes: Vec<Node>,
    /// The bytes of the longest string.
    longest_string: usize,
}

/// Where a document stops being JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotJson {
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// What a value is, told from its first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl Kind {
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        }
    }
}

/// One value of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<'t> {
    tree: &'t Tree<'t>,
    index: u32,
    /// The list that is taken for an empty one.
    hidden: u32,
}

impl<'t> Tree<'t> {
    /// Reads the structure of `bytes`, which are within the limits of [`scan`](crate::validations::scan::scan).
    #[cfg(test)]
    pub(crate) fn read(bytes: &'t [u8]) -> Result<Self, NotJson> {
        Self::read_sized(bytes, 0)
    }

    /// Reads the structure of `bytes`, with room for so many nodes: a list that grows takes three times what it holds.
    pub(crate) fn read_sized(bytes: &'t [u8], nodes: usize) -> Result<Self, NotJson> {
        let mut reader = Reader { bytes, at: 0, nodes: Vec::with_capacity(nodes), open: Vec::new(), longest_string: 0 };
        reader.document()?;
        Ok(Tree { bytes, nodes: reader.nodes, longest_string: reader.longest_string })
    }

    pub(crate) fn root(&'t self) -> Json<'t> {
        Json { tree: self, index: 0, hidden: u32::MAX }
    }
}

impl<'t> Json<'t> {
    fn node(self) -> Node {
        let end = u32::try_from(self.tree.bytes.len()).unwrap_or(u32::MAX);
        self.tree.nodes.get(self.index as usize).copied().unwrap_or(Node { start: end, end, after: self.index + 1 })
    }

    /// The byte at which the value starts.
    pub(crate) fn offset(self) -> usize {
        self.node().start as usize
    }

    /// The value as it is written.
    pub(crate) fn text(self) -> &'t [u8] {
        let node = self.node();
        self.tree.bytes.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    pub(crate) fn kind(self) -> Kind {
        match self.text().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    /// The same value, where `list` inside it is taken for an empty one.
    pub(crate) fn hiding(self, list: Json<'t>) -> Self {
        Json { hidden: list.index, ..self }
    }

    fn children(self) -> impl Iterator<Item = Json<'t>> {
        let end = if self.index == self.hidden { self.index } else { self.node().after };
        let child = move |index: u32| (index < end).then_some(Json { index, ..self });
        std::iter::successors(child(self.index + 1), move |before| child(before.node().after))
    }

    /// Whether the document has no string that is too long for serde to complain about.
    pub(crate) fn is_quick(self) -> bool {
        self.tree.longest_string <= LONG_STRING
    }

    /// How many of the items, if it is a list, may be records: objects that are not empty.
    pub(crate) fn objects(self) -> usize {
        self.items().filter(|item| item.kind() == Kind::Object && item.node().after > item.index + 1).count()
    }

    /// The items, if it is a list.
    pub(crate) fn items(self) -> impl Iterator<Item = Json<'t>> {
        self.children().filter(move |_| self.kind() == Kind::List)
    }

    /// The members, if it is an object: the name's place, the name (with escapes resolved where they can be), and the value.
    pub(crate) fn members(self) -> impl Iterator<Item = Member<'t>> {
        let is_object = self.kind() == Kind::Object;
        let mut children = self.children();
        std::iter::from_fn(move || {
            if !is_object {
                return None;
            }
            let key = children.next()?;
            let value = children.next()?;
            Some(Member { key, value })
        })
    }

    /// The string that the value is, or why it is none that can be read.
    pub(crate) fn string(self) -> Result<Cow<'t, str>, serde_json::Error> {
        let text = self.text();
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
        match std::str::from_utf8(inner) {
            Ok(plain) if !plain.bytes().any(|byte| byte == b'\\' || byte < 0x20) => Ok(Cow::Borrowed(plain)),
            _ => serde_json::from_slice::<String>(text).map(Cow::Owned),
        }
    }
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'t> {
    pub(crate) key: Json<'t>,
    pub(crate) value: Json<'t>,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The lists and objects that are open: their nodes, and whether they are objects.
    open: Vec<(u32, bool)>,
    longest_string: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), NotJson> {
        loop {
            self.blanks();
            // A value is expected here; what is opened expects its first child next.
            let opened = self.value()?;
            if opened && self.first_child()? {
                continue;
            }
            if !self.next_sibling()? {
                break;
            }
        }
        self.blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => self.fail("the end of the document"),
        }
    }

    /// Reads a scalar, or the opening bracket of a list or object; true for the latter.
    fn value(&mut self) -> Result<bool, NotJson> {
        let start = self.at;
        match self.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                let index = self.push(start);
                self.open.push((index, bracket == b'{'));
                self.at += 1;
                return Ok(true);
            }
            Some(b'"') => self.string()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return self.fail("a value"),
        }
        let index = self.push(start);
        self.close(index);
        Ok(false)
    }

    /// Behind an opening bracket: true if there is a child to read, false if the bracket closes at once.
    fn first_child(&mut self) -> Result<bool, NotJson> {
        self.blanks();
        let Some(&(index, is_object)) = self.open.last() else { return Ok(false) };
        if self.peek() == Some(if is_object { b'}' } else { b']' }) {
            self.at += 1;
            self.open.pop();
            self.close(index);
            return Ok(false);
        }
        if is_object {
            self.member_name()?;
        }
        Ok(true)
    }

    /// Behind a value: closes what closes; true if there is another value to read.
    fn next_sibling(&mut self) -> Result<bool, NotJson> {
        while let Some(&(index, is_object)) = self.open.last() {
            self.blanks();
            let (closing, expected) = if is_object { (b'}', "`,` or `}`") } else { (b']', "`,` or `]`") };
            match self.peek() {
                Some(b',') => {
                    self.at += 1;
                    self.blanks();
                    if is_object {
                        self.member_name()?;
                    }
                    return Ok(true);
                }
                Some(byte) if byte == closing => {
                    self.at += 1;
                    self.open.pop();
                    self.close(index);
                }
                _ => return self.fail(expected),
            }
        }
        Ok(false)
    }

    fn member_name(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return self.fail("a member name in quotes");
        }
        self.string()?;
        let index = self.push(start);
        self.close(index);
        self.blanks();
        if self.peek() != Some(b':') {
            return self.fail("`:`");
        }
        self.at += 1;
        self.blanks();
        Ok(())
    }

    fn push(&mut self, start: usize) -> u32 {
        let index = to_u32(self.nodes.len());
        self.nodes.push(Node { start: to_u32(start), end: to_u32(start), after: index + 1 });
        index
    }

    fn close(&mut self, index: u32) {
        let (end, after) = (to_u32(self.at), to_u32(self.nodes.len()));
        if let Some(node) = self.nodes.get_mut(index as usize) {
            node.end = end;
            node.after = after;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.at - start
    }

    fn blanks(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn string(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        let length = string_length(self.bytes.get(start + 1..).unwrap_or_default());
        self.at = start + 1 + length;
        if self.peek().is_none() {
            let message = "expected the closing quote of the string, found the end of the document".to_owned();
            return Err(NotJson { offset: start, message });
        }
        self.longest_string = self.longest_string.max(length);
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), NotJson> {
        if self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            self.at += word.len();
            Ok(())
        } else {
            self.fail("a value")
        }
    }

    fn number(&mut self) -> Result<(), NotJson> {
        let digit = |byte: u8| byte.is_ascii_digit();
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.skip_while(digit);
        if whole == 0 || (leading_zero && whole > 1) {
            return self.fail("a number without leading zeros");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.skip_while(digit) == 0 {
                return self.fail("a digit");
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.skip_while(digit) == 0 {
                return self.fail("a digit");
            }
        }
        Ok(())
    }

    fn fail<T>(&self, expected: &str) -> Result<T, NotJson> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let shown = String::from_utf8_lossy(rest.get(..8).unwrap_or(rest));
        let found = match shown.chars().next() {
            Some(c) => format!("`{}`", c.escape_debug()),
            None => "the end of the document".to_owned(),
        };
        Err(NotJson { offset: self.at.min(self.bytes.len()), message: format!("expected {expected}, found {found}") })
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(text: &str) -> (usize, String) {
        let error = Tree::read(text.as_bytes()).unwrap_err();
        (error.offset, error.message)
    }

    #[test]
    fn values_know_their_places() {
        let text = r#" {"a": [1, {"b": null}], "c\n": "x"} "#;
        let tree = Tree::read(text.as_bytes()).unwrap();
        let root = tree.root();
        assert_eq!((root.kind(), root.offset()), (Kind::Object, 1));
        let members: Vec<_> = root.members().map(|m| (m.key.string().unwrap().into_owned(), m.value.kind(), m.value.offset())).collect();
        assert_eq!(members, [("a".to_owned(), Kind::List, 7), ("c\n".to_owned(), Kind::Text, 32)]);
        let items: Vec<_> = root.members().next().unwrap().value.items().map(|item| item.text()).collect();
        assert_eq!(items, [b"1".as_slice(), br#"{"b": null}"#.as_slice()]);
    }

    #[test]
    fn broken_documents_are_told_with_what_was_expected() {
        assert_eq!(error("[1,"), (3, "expected a value, found the end of the document".into()));
        assert_eq!(error("[1 2]"), (3, "expected `,` or `]`, found `2`".into()));
        assert_eq!(error("{a:1}"), (1, "expected a member name in quotes, found `a`".into()));
        assert_eq!(error(r#"{"a" 1}"#), (5, "expected `:`, found `1`".into()));
        assert_eq!(error("NaN"), (0, "expected a value, found `N`".into()));
        assert_eq!(error("01"), (2, "expected a number without leading zeros, found the end of the document".into()));
        assert_eq!(error("1."), (2, "expected a digit, found the end of the document".into()));
        assert_eq!(error("1e+"), (3, "expected a digit, found the end of the document".into()));
        assert_eq!(error(r#"["abc"#), (1, "expected the closing quote of the string, found the end of the document".into()));
        assert_eq!(error("1 x"), (2, "expected the end of the document, found `x`".into()));
        assert_eq!(error("{\"a\":1]"), (6, "expected `,` or `}`, found `]`".into()));
        assert_eq!(error("trux"), (0, "expected a value, found `t`".into()));
        assert_eq!(error(""), (0, "expected a value, found the end of the document".into()));
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(100_000);
        assert_eq!(error(&deep).0, 100_000);
        let closed = format!("{deep}{}", "]".repeat(100_000));
        assert!(Tree::read(closed.as_bytes()).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The structure is JSON exactly where another reader says so, strings' content and the size of numbers aside.
        #[test]
        fn agrees_with_serde_json(text in r#"[\[\]{},:"a1 tn\-.e0]{0,12}|\[(\{"a": ?(null|true|-1e5)\},?){0,3}\]"#) {
            let ours = Tree::read(text.as_bytes()).is_ok();
            let theirs = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(ours, theirs, "{}", text);
        }

        #[test]
        fn arbitrary_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(tree) = Tree::read(&bytes) {
                prop_assert!(tree.root().text().len() <= bytes.len());
            }
        }
    }
}
