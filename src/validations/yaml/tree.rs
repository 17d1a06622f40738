//! Documents as trees in which each value knows its place.

use std::collections::HashMap;
use std::ops::Range;

use crate::utils::Position;
use crate::validations::yaml::cursor::Mark;
use crate::validations::yaml::cursor::decoded;
use crate::validations::yaml::error::YamlError;
use crate::validations::yaml::error::YamlErrorKind;
use crate::validations::yaml::limits::YamlLimits;
use crate::validations::yaml::parser::CORE;
use crate::validations::yaml::parser::Event;
use crate::validations::yaml::parser::EventKind;
use crate::validations::yaml::parser::Parser;
use crate::validations::yaml::resolve::Tag;
use crate::validations::yaml::resolve::resolve;

/// How a value is written.
///
/// ```
/// use alert_schemas::validations::yaml::{Style, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"'db'", &YamlLimits::default())?;
/// assert_eq!(yaml.root().unwrap().style(), Style::SingleQuoted);
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "YAML has these ways to write a value and no others")]
pub enum Style {
    /// A text without quotes, or nothing at all.
    Plain,
    /// A text in `'`.
    SingleQuoted,
    /// A text in `"`.
    DoubleQuoted,
    /// A text behind `|`, whose lines are kept.
    Literal,
    /// A text behind `>`, whose lines are folded.
    Folded,
    /// A list or mapping by indentation.
    Block,
    /// A list or mapping in brackets.
    Flow,
}

/// What a value is.
///
/// ```
/// use alert_schemas::validations::yaml::{NodeKind, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"[db, shop]", &YamlLimits::default())?;
/// assert_eq!(yaml.root().unwrap().kind(), NodeKind::Sequence);
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "YAML has these kinds and no others")]
pub enum NodeKind {
    /// A text, a number, true or false, null: whatever is not made of other values.
    Scalar,
    /// A list.
    Sequence,
    /// A mapping of keys to values.
    Mapping,
    /// The name of a value that stands elsewhere.
    Alias,
}

#[derive(Debug, Clone)]
enum Content {
    Scalar(Box<str>),
    /// A range of `Yaml::children`.
    Sequence(Range<u32>),
    /// A range of `Yaml::children`, key and value in turn.
    Mapping(Range<u32>),
    /// The node that is meant.
    Alias(u32),
}

#[derive(Debug, Clone)]
struct NodeData {
    content: Content,
    style: Style,
    /// The tag as written and resolved, `None` where there is none or only `!`.
    tag: Option<Box<str>>,
    line: u32,
    column: u32,
    start: u32,
    end: u32,
}

/// The documents of a YAML text.
///
/// A text may hold several, separated by `---`; one that is empty or only comments holds none. All nodes stand in one list, so a
/// tree of any depth is dropped without a stack of calls.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::{Style, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"severity: 1 # page\nteam: 'db'\n", &YamlLimits::default())?;
/// let root = yaml.root().unwrap();
/// let severity = root.get("severity").unwrap();
/// assert_eq!((severity.as_str(), severity.tag()), (Some("1"), "!!int"));
/// assert_eq!((severity.position().line, severity.position().column), (1, 11));
/// assert_eq!(root.get("team").map(|team| team.style()), Some(Style::SingleQuoted));
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Yaml {
    text: String,
    nodes: Vec<NodeData>,
    children: Vec<u32>,
    documents: Vec<u32>,
}

impl Yaml {
    /// Reads all documents of a text.
    ///
    /// # Errors
    ///
    /// [`YamlError`] at the first place where the text is no YAML as Go's yaml.v3 reads it, or asks for more than the limits.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"a: 1\n---\nb: 2\n", &YamlLimits::default())?;
    /// assert_eq!(yaml.documents().count(), 2);
    /// assert!(Yaml::read(b"a: [1", &YamlLimits::default()).is_err());
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn read(bytes: &[u8], limits: &YamlLimits) -> Result<Self, YamlError> {
        Self::read_some(bytes, limits, usize::MAX)
    }

    /// Reads the first document of a text and nothing behind it, as Prometheus and Alertmanager do with their files.
    ///
    /// # Errors
    ///
    /// As for [`Yaml::read`]; what stands behind the first document is not looked at.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read_first(b"a: 1\n---\nb: [2\n", &YamlLimits::default())?;
    /// assert_eq!(yaml.documents().count(), 1);
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn read_first(bytes: &[u8], limits: &YamlLimits) -> Result<Self, YamlError> {
        Self::read_some(bytes, limits, 1)
    }

    fn read_some(bytes: &[u8], limits: &YamlLimits, documents: usize) -> Result<Self, YamlError> {
        let limit = limits.bytes_limit();
        if bytes.len() > limit {
            let message = format!("the document has {} bytes, expected at most {limit}", bytes.len());
            return Err(YamlError::at(YamlErrorKind::TooLarge, message, Position::new(1, 1), 0..0));
        }
        let text = decoded(bytes)?;
        let mut composer = Composer::new(limits);
        let mut parser = Parser::new(&text);
        while composer.documents.len() < documents || !composer.open.is_empty() {
            let event = parser.next()?;
            if event.kind == EventKind::StreamEnd {
                break;
            }
            composer.add(event)?;
            if composer.documents.len() == documents && composer.open.is_empty() {
                // The end of the document is read with it.
                parser.next()?;
            }
        }
        let Composer { nodes, children, documents, .. } = composer;
        Ok(Self { text: text.into_owned(), nodes, children, documents })
    }

    /// The text that was read, without a byte order mark: what spans count in.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The top value of each document.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| Node { yaml: self, id })
    }

    /// The top value of the first document.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()
    }
}

/// One value of a [`Yaml`] text.
///
/// ```
/// use alert_schemas::validations::yaml::{NodeKind, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"rules: &r [up]\nsame: *r\n", &YamlLimits::default())?;
/// let root = yaml.root().unwrap();
/// let same = root.get("same").unwrap();
/// assert_eq!(same.kind(), NodeKind::Alias);
/// assert_eq!(same.target().items().next().and_then(|item| item.as_str()), Some("up"));
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Node<'y> {
    yaml: &'y Yaml,
    id: u32,
}

impl PartialEq for Node<'_> {
    /// The same value of the same text, not an equal one.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.yaml, other.yaml) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

/// Stands in for a node that is not there, which no id of ours can ask for.
static NOTHING: NodeData =
    NodeData { content: Content::Sequence(0..0), style: Style::Plain, tag: None, line: 0, column: 0, start: 0, end: 0 };

impl<'y> Node<'y> {
    fn data(self) -> &'y NodeData {
        self.yaml.nodes.get(self.id as usize).unwrap_or(&NOTHING)
    }

    fn children(self) -> &'y [u32] {
        match &self.data().content {
            Content::Sequence(range) | Content::Mapping(range) => {
                self.yaml.children.get(range.start as usize..range.end as usize).unwrap_or_default()
            }
            Content::Scalar(_) | Content::Alias(_) => &[],
        }
    }

    /// A number that no other value of the text has.
    #[must_use]
    pub fn id(self) -> u32 {
        self.id
    }

    /// What it is.
    #[must_use]
    pub fn kind(self) -> NodeKind {
        match self.data().content {
            Content::Scalar(_) => NodeKind::Scalar,
            Content::Sequence(_) => NodeKind::Sequence,
            Content::Mapping(_) => NodeKind::Mapping,
            Content::Alias(_) => NodeKind::Alias,
        }
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.data().style
    }

    /// The text of a scalar, as it is read: escapes, folding and quotes resolved, but not its meaning (`0x10` stays `0x10`).
    #[must_use]
    pub fn as_str(self) -> Option<&'y str> {
        match &self.data().content {
            Content::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// Line and column of its first character, or of its anchor or tag if it has one.
    #[must_use]
    pub fn position(self) -> Position {
        let NodeData { line, column, .. } = self.data();
        Position::new(*line as usize, *column as usize)
    }

    /// Its bytes in [`Yaml::text`]; for a list or mapping, those of its first character.
    #[must_use]
    pub fn span(self) -> Range<usize> {
        let NodeData { start, end, .. } = self.data();
        *start as usize..*end as usize
    }

    /// The tag that is written on it, in full or short (`!!str`) where it is one of YAML's own.
    #[must_use]
    pub fn written_tag(self) -> Option<&'y str> {
        self.data().tag.as_deref()
    }

    /// The tag, written or found from its text as Go's yaml.v3 does: `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!timestamp`,
    /// `!!merge`, `!!seq`, `!!map`, or one of your own. An alias has that of what it means.
    #[must_use]
    pub fn tag(self) -> &'y str {
        let node = self.target();
        if let Some(tag) = node.written_tag() {
            return tag;
        }
        match &node.data().content {
            Content::Scalar(text) if node.style() == Style::Plain => match &**text {
                "<<" => "!!merge",
                text => resolve(text).0.short(),
            },
            Content::Scalar(_) => Tag::Str.short(),
            Content::Sequence(_) | Content::Alias(_) => "!!seq",
            Content::Mapping(_) => "!!map",
        }
    }

    /// Whether it is null: `~`, `null` or nothing, and not in quotes.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.tag() == Tag::Null.short()
    }

    /// What an alias means; any other value itself.
    #[must_use]
    pub fn target(self) -> Self {
        match self.data().content {
            // An alias is never the target of one: anchors stand on other values only.
            Content::Alias(id) => Self { yaml: self.yaml, id },
            _ => self,
        }
    }

    /// The items of a list; none for any other value.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'y>> {
        let children = if self.kind() == NodeKind::Sequence { self.children() } else { &[] };
        children.iter().map(move |&id| Node { yaml: self.yaml, id })
    }

    /// The keys and values of a mapping in their order, merge keys as they are written; none for any other value.
    pub fn entries(self) -> impl ExactSizeIterator<Item = (Node<'y>, Node<'y>)> {
        let children = if self.kind() == NodeKind::Mapping { self.children() } else { &[] };
        let node = move |id: &u32| Node { yaml: self.yaml, id: *id };
        children.chunks_exact(2).map(move |pair| match pair {
            [key, value] => (node(key), node(value)),
            _ => (self, self),
        })
    }

    /// The value of the first key with this text.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'y>> {
        self.entries().find(|(name, _)| name.target().as_str() == Some(key)).map(|(_, value)| value)
    }
}

/// Builds the tree.
struct Composer {
    nodes: Vec<NodeData>,
    children: Vec<u32>,
    documents: Vec<u32>,
    /// The lists and mappings that are open, each with its content so far.
    open: Vec<(u32, Vec<u32>)>,
    anchors: HashMap<String, u32>,
    depth: usize,
    limit: usize,
}

impl Composer {
    fn new(limits: &YamlLimits) -> Self {
        Self {
            nodes: Vec::new(),
            children: Vec::new(),
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            depth: limits.depth_limit(),
            limit: limits.nodes_limit(),
        }
    }

    fn add(&mut self, Event { kind, start, end }: Event) -> Result<(), YamlError> {
        let error = |kind, message: String| Err(YamlError::at(kind, message, start.position(), start.offset..end.offset.max(start.offset)));
        match kind {
            EventKind::DocumentStart => self.anchors.clear(),
            EventKind::DocumentEnd | EventKind::StreamEnd => {}
            EventKind::End => self.end(),
            EventKind::Alias(name) => match self.anchors.get(&name) {
                Some(&target) => drop(self.push(Content::Alias(target), Style::Plain, None, start, end)?),
                None => return error(YamlErrorKind::UnknownAnchor, format!("no anchor `&{name}` stands before this alias")),
            },
            EventKind::Scalar { value, style, anchor, tag } => {
                let id = self.push(Content::Scalar(value.into_boxed_str()), style, tag, start, end)?;
                self.anchors.extend(anchor.map(|name| (name, id)));
            }
            EventKind::SequenceStart { flow, anchor, tag } => self.begin(Content::Sequence(0..0), flow, (anchor, tag), start, end)?,
            EventKind::MappingStart { flow, anchor, tag } => self.begin(Content::Mapping(0..0), flow, (anchor, tag), start, end)?,
        }
        Ok(())
    }

    fn begin(
        &mut self,
        content: Content,
        flow: bool,
        (anchor, tag): (Option<String>, Option<String>),
        start: Mark,
        end: Mark,
    ) -> Result<(), YamlError> {
        if self.open.len() >= self.depth {
            let message = format!("lists and mappings stand in each other too deep, expected at most {} levels", self.depth);
            return Err(YamlError::at(YamlErrorKind::TooDeep, message, start.position(), start.offset..end.offset.max(start.offset)));
        }
        let style = if flow { Style::Flow } else { Style::Block };
        let id = self.push(content, style, tag, start, end)?;
        self.anchors.extend(anchor.map(|name| (name, id)));
        self.open.push((id, Vec::new()));
        Ok(())
    }

    fn end(&mut self) {
        let Some((id, mut content)) = self.open.pop() else { return };
        let from = self.children.len() as u32;
        self.children.append(&mut content);
        let to = self.children.len() as u32;
        if let Some(NodeData { content: Content::Sequence(range) | Content::Mapping(range), .. }) = self.nodes.get_mut(id as usize) {
            *range = from..to;
        }
    }

    fn push(&mut self, content: Content, style: Style, tag: Option<String>, start: Mark, end: Mark) -> Result<u32, YamlError> {
        if self.nodes.len() >= self.limit {
            let message = format!("the document has more than {} values", self.limit);
            return Err(YamlError::at(YamlErrorKind::TooManyValues, message, start.position(), start.offset..start.offset));
        }
        let tag = tag.filter(|tag| !tag.is_empty() && tag != "!").map(|tag| match tag.strip_prefix(CORE) {
            Some(core) => format!("!!{core}").into_boxed_str(),
            None => tag.into_boxed_str(),
        });
        let id = self.nodes.len() as u32;
        let Position { line, column, .. } = start.position();
        let span = (start.offset as u32, end.offset.max(start.offset) as u32);
        self.nodes.push(NodeData { content, style, tag, line: line as u32, column: column as u32, start: span.0, end: span.1 });
        match self.open.last_mut() {
            Some((_, content)) => content.push(id),
            None => self.documents.push(id),
        }
        Ok(id)
    }
}
