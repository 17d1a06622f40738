//! Taking values out of a tree as a Go program does that decodes into typed fields.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use crate::utils::Position;
use crate::utils::excerpt;
use crate::validations::yaml::base64;
use crate::validations::yaml::resolve::Tag;
use crate::validations::yaml::resolve::Value;
use crate::validations::yaml::resolve::resolve;
use crate::validations::yaml::resolve::resolve_declared;
use crate::validations::yaml::tree::Node;
use crate::validations::yaml::tree::NodeKind;
use crate::validations::yaml::tree::Style;

/// How many aliases may lead into each other.
const ALIAS_DEPTH: usize = 100;
/// How many bytes of texts may be taken by way of aliases.
const ALIAS_BYTES: usize = 64 << 20;
/// How many problems are kept.
const KEPT: usize = 1_000;

/// One problem of a value in a YAML text.
///
/// ```
/// use alert_schemas::validations::yaml::{GoDecoder, WrongValue, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"limit: many\n", &YamlLimits::default())?;
/// let mut decoder = GoDecoder::new();
/// assert_eq!(decoder.integer(yaml.root().unwrap().get("limit").unwrap()), Err(WrongValue));
/// let problem = &decoder.problems()[0];
/// assert_eq!((problem.code, problem.position.column), ("yaml_wrong_type", 8));
/// assert_eq!(problem.message, "found the text `many`, expected a whole number");
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct YamlProblem {
    /// The stable code.
    pub code: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// Where it is.
    pub position: Position,
    /// Its bytes in [`Yaml::text`](crate::validations::yaml::Yaml::text).
    pub span: Range<usize>,
    /// The value, see [`Node::id`]: a mapping may have the bytes of its first key.
    pub(crate) node: u32,
    /// The message without what was found, where it shows that.
    pub(crate) unshown: Option<String>,
}

/// One key of a mapping and its value, merge keys resolved.
///
/// ```
/// use alert_schemas::validations::yaml::{GoDecoder, GoEntry, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"team: db\n", &YamlLimits::default())?;
/// let mut columns = Vec::new();
/// let answer = GoDecoder::new().mapping(yaml.root().unwrap(), &mut |_, entry: GoEntry<'_>| {
///     columns.push((entry.key.into_owned(), entry.value.position().column));
/// });
/// assert_eq!((answer, columns), (Ok(Some(())), vec![("team".to_owned(), 7)]));
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GoEntry<'y> {
    /// The text of the key.
    pub key: Cow<'y, str>,
    /// The key in the tree, with its place.
    pub key_node: Node<'y>,
    /// The value.
    pub value: Node<'y>,
}

/// A value was not what was asked for. The [`GoDecoder`] has noted why.
///
/// ```
/// use alert_schemas::validations::yaml::{GoDecoder, WrongValue, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"[]", &YamlLimits::default())?;
/// assert_eq!(GoDecoder::new().text(yaml.root().unwrap()), Err(WrongValue));
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it says nothing but that it happened")]
pub struct WrongValue;

impl fmt::Display for WrongValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is not what its place takes")
    }
}

impl std::error::Error for WrongValue {}

/// Takes values out of a tree by the rules of Go's yaml.v3, and collects what is wrong instead of ending at the first problem.
///
/// Each method answers `Ok(None)` for null, which leaves a Go field as it is, and `Err(WrongValue)` once the problem was noted.
///
/// | asked for | takes |
/// |---|---|
/// | [`text`](Self::text) | any scalar, as it is written: `1` is the text `1`, `yes` the text `yes` |
/// | [`integer`](Self::integer) | integers; numbers with a fraction, which is cut off |
/// | [`boolean`](Self::boolean) | `true`, `false`, and the words of YAML 1.1 (`yes`, `no`, `on`, `off`, `y`, `n`) |
/// | [`float`](Self::float) | numbers |
/// | [`list`](Self::list) | lists; items that are null are the caller's to leave out |
/// | [`mapping`](Self::mapping) | mappings with texts as keys; a key that is null is left out, a key that stands twice is a problem |
///
/// A tag that a value does not fit (`!!int up`) is a problem, as is an alias inside its own value. What aliases expand to is counted: as in
/// yaml.v3, of the first 400,000 values 99 in 100 may come out of aliases, of 4,000,000 one in ten; and their texts have at most 64 MiB, which
/// yaml.v3 does not count.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
///
/// let yaml = Yaml::read(b"common: &c {team: db}\nlabels: {<<: *c, severity: 1}\n", &YamlLimits::default())?;
/// let labels = yaml.root().unwrap().get("labels").unwrap();
/// let mut decoder = GoDecoder::new();
/// let mut found = Vec::new();
/// decoder.mapping(labels, &mut |decoder, entry| {
///     found.push(format!("{}={}", entry.key, decoder.text(entry.value).unwrap().unwrap()));
/// })
/// .unwrap();
/// assert_eq!(found, ["severity=1", "team=db"]);
/// assert!(decoder.problems().is_empty());
/// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct GoDecoder {
    problems: Vec<YamlProblem>,
    more: usize,
    visited: u64,
    from_aliases: u64,
    /// The length of the texts that were taken by way of aliases.
    alias_bytes: usize,
    /// The aliases that we are inside of.
    open: Vec<u32>,
    /// Too much came out of aliases: nothing is read any more.
    exhausted: bool,
    /// Whether merge keys are read as yaml.v2 does.
    merges_in_order: bool,
}

/// What a decoder answers: `None` for null.
type Answer<T> = Result<Option<T>, WrongValue>;

impl GoDecoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A decoder for programs that read with Go's yaml.v2: the values of `<<` are handed on where it stands, also for keys that stand beside
    /// it (of a list, the last mapping first), so that the last value of a key counts. A key that is null is the empty text.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"{a: 1, <<: {a: 2}}", &YamlLimits::default())?;
    /// let mut values = Vec::new();
    /// GoDecoder::version_2().mapping(yaml.root().unwrap(), &mut |_, entry| values.extend(entry.value.as_str())).unwrap();
    /// assert_eq!(values, ["1", "2"]);
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    #[must_use]
    pub fn version_2() -> Self {
        Self { merges_in_order: true, ..Self::default() }
    }

    /// The problems that were found, 1,000 at most.
    #[must_use]
    pub fn problems(&self) -> &[YamlProblem] {
        &self.problems
    }

    /// How many more problems there were.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    /// Takes out how many more problems there were.
    #[must_use]
    pub fn take_more(&mut self) -> usize {
        std::mem::take(&mut self.more)
    }

    /// Takes out the problems that were found so far, for a caller who knows where he stands.
    #[must_use]
    pub fn take_problems(&mut self) -> Vec<YamlProblem> {
        std::mem::take(&mut self.problems)
    }

    fn problem(&mut self, code: &'static str, node: Node<'_>, message: String) {
        self.problem_that_shows(code, node, message, None);
    }

    /// Notes a problem whose message shows what was found; `unshown` does not.
    fn problem_that_shows(&mut self, code: &'static str, node: Node<'_>, message: String, unshown: impl Into<Option<String>>) {
        if self.problems.len() < KEPT {
            let (position, span, node, unshown) = (node.position(), node.span(), node.id(), unshown.into());
            self.problems.push(YamlProblem { code, message, position, span, node, unshown });
        } else {
            self.more += 1;
        }
    }

    /// Notes that `node` is not what its place takes.
    fn wrong(&mut self, node: Node<'_>, expected: &str) {
        let target = node.target();
        let found = match (target.kind(), target.as_str()) {
            (NodeKind::Sequence, _) => "a list".to_owned(),
            (NodeKind::Mapping, _) => "a mapping".to_owned(),
            (_, text) => {
                let what = match node.tag() {
                    "!!int" | "!!float" => "the number",
                    "!!bool" => "the boolean",
                    "!!timestamp" => "the time",
                    _ => "the text",
                };
                format!("{what} `{}`", excerpt(text.unwrap_or_default()))
            }
        };
        let unshown = format!("found a value that is not shown, expected {expected}");
        self.problem_that_shows("yaml_wrong_type", node, format!("found {found}, expected {expected}"), unshown);
    }

    /// Counts a value, follows an alias, and hands on what it means.
    fn visit<'y, T>(&mut self, node: Node<'y>, take: impl FnOnce(&mut Self, Node<'y>) -> Result<T, WrongValue>) -> Result<T, WrongValue> {
        if self.exhausted {
            return Err(WrongValue);
        }
        let is_alias = node.kind() == NodeKind::Alias;
        // An alias counts twice, as it is an operation of its own.
        for _ in 0..1 + u8::from(is_alias) {
            self.visited += 1;
            self.from_aliases += u64::from(!self.open.is_empty());
        }
        if self.from_aliases > 100 && self.visited > 1_000 && !is_within_ratio(self.from_aliases, self.visited) {
            return self.exhaust(node);
        }
        if !is_alias {
            return take(self, node);
        }
        if self.open.contains(&node.id()) {
            self.problem("yaml_recursive_alias", node, "this alias stands inside the value that it names".to_owned());
            return Err(WrongValue);
        }
        if self.open.len() >= ALIAS_DEPTH {
            self.problem("too_deep", node, format!("aliases lead into each other too deep, expected at most {ALIAS_DEPTH} levels"));
            return Err(WrongValue);
        }
        self.open.push(node.id());
        let taken = take(self, node.target());
        self.open.pop();
        taken
    }

    /// Too much came out of aliases: nothing is read any more.
    fn exhaust<T>(&mut self, node: Node<'_>) -> Result<T, WrongValue> {
        self.exhausted = true;
        self.problem("yaml_too_many_aliases", node, "nearly everything here comes out of aliases, write it out".to_owned());
        Err(WrongValue)
    }

    /// The meaning of a scalar, its tag obeyed.
    fn scalar<'y>(&mut self, node: Node<'y>) -> Result<(Tag, Value, Cow<'y, str>), WrongValue> {
        let text = node.as_str().unwrap_or_default();
        let borrowed = Cow::Borrowed(text);
        let Some(written) = node.written_tag() else {
            let (tag, value) = if node.style() == Style::Plain { resolve(text) } else { (Tag::Str, Value::Text) };
            return Ok((tag, value, borrowed));
        };
        if written == "!!binary" {
            return match base64::decode(text).and_then(|bytes| String::from_utf8(bytes).ok()) {
                Some(text) => Ok((Tag::Str, Value::Text, Cow::Owned(text))),
                None => {
                    self.problem("yaml_invalid_tag", node, "expected text in base64 after `!!binary`".to_owned());
                    Err(WrongValue)
                }
            };
        }
        match Tag::declared(written) {
            None | Some(Tag::Str) => Ok((Tag::Str, Value::Text, borrowed)),
            Some(declared) => match resolve_declared(declared, text) {
                (found, value) if found == declared => Ok((found, value, borrowed)),
                (found, _) => {
                    let message = format!("`{}` is a `{}`, not a `{written}` as its tag says", excerpt(text), found.short());
                    self.problem_that_shows("yaml_invalid_tag", node, message, "the value is not what its tag says".to_owned());
                    Err(WrongValue)
                }
            },
        }
    }

    /// Reads a scalar, and lets `take` make something of it.
    fn scalar_as<'y, T>(&mut self, node: Node<'y>, expected: &str, take: impl FnOnce(Value, Cow<'y, str>) -> Option<T>) -> Answer<T> {
        self.visit(node, |decoder, target| {
            if target.kind() != NodeKind::Scalar {
                decoder.wrong(node, expected);
                return Err(WrongValue);
            }
            let (_, value, text) = decoder.scalar(target)?;
            if value == Value::Null {
                return Ok(None);
            }
            match take(value, text) {
                Some(taken) => Ok(Some(taken)),
                None => {
                    decoder.wrong(node, expected);
                    Err(WrongValue)
                }
            }
        })
    }

    /// The text of any scalar.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for a list or mapping, and for a value that does not fit its tag; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"severity: 1", &YamlLimits::default())?;
    /// assert_eq!(GoDecoder::new().text(yaml.root().unwrap().get("severity").unwrap()), Ok(Some("1".into())));
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn text<'y>(&mut self, node: Node<'y>) -> Answer<Cow<'y, str>> {
        let text = self.scalar_as(node, "a text", |_, text| Some(text))?;
        if !self.open.is_empty() || node.kind() == NodeKind::Alias {
            self.alias_bytes += text.as_ref().map_or(0, |text| text.len());
            if self.alias_bytes > ALIAS_BYTES {
                return self.exhaust(node);
            }
        }
        Ok(text)
    }

    /// A whole number of 64 bits; a fraction is cut off.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for whatever is no number; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"limit: 1.5", &YamlLimits::default())?;
    /// assert_eq!(GoDecoder::new().integer(yaml.root().unwrap().get("limit").unwrap()), Ok(Some(1)));
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    #[expect(clippy::cast_possible_truncation, reason = "a fraction is cut off as Go does, and numbers out of range are left out before")]
    pub fn integer(&mut self, node: Node<'_>) -> Answer<i64> {
        self.scalar_as(node, "a whole number", |value, _| match value {
            Value::Int(int) => i64::try_from(int).ok(),
            Value::Float(number) if number <= i64::MAX as f64 => Some(number as i64),
            _ => None,
        })
    }

    /// True or false.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for whatever is neither; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"send_resolved: yes", &YamlLimits::default())?;
    /// assert_eq!(GoDecoder::new().boolean(yaml.root().unwrap().get("send_resolved").unwrap()), Ok(Some(true)));
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn boolean(&mut self, node: Node<'_>) -> Answer<bool> {
        self.scalar_as(node, "true or false", |value, text| match (value, &*text) {
            (Value::Bool(boolean), _) => Some(boolean),
            (Value::Text, "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON") => Some(true),
            (Value::Text, "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF") => Some(false),
            _ => None,
        })
    }

    /// A number.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for whatever is no number; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"ratio: 1e-3", &YamlLimits::default())?;
    /// assert_eq!(GoDecoder::new().float(yaml.root().unwrap().get("ratio").unwrap()), Ok(Some(0.001)));
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    #[expect(clippy::cast_precision_loss, reason = "as Go converts integers")]
    pub fn float(&mut self, node: Node<'_>) -> Answer<f64> {
        self.scalar_as(node, "a number", |value, _| match value {
            Value::Int(int) => Some(int as f64),
            Value::Float(number) => Some(number),
            _ => None,
        })
    }

    /// Hands on each item of a list.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for whatever is no list; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"[a, ~]", &YamlLimits::default())?;
    /// let mut items = 0;
    /// GoDecoder::new().list(yaml.root().unwrap(), &mut |_, item| items += usize::from(!item.is_null())).unwrap();
    /// assert_eq!(items, 1);
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn list<'y>(&mut self, node: Node<'y>, take: &mut dyn FnMut(&mut Self, Node<'y>)) -> Answer<()> {
        self.collection(node, NodeKind::Sequence, "a list", |decoder, target| {
            target.items().for_each(|item| take(decoder, item));
            Ok(Some(()))
        })
    }

    /// Hands on each key of a mapping with its value: its own in their order, then those that it merges (`<<`) and does not have itself.
    ///
    /// # Errors
    ///
    /// `Err(WrongValue)` for whatever is no mapping; the problem is noted.
    ///
    /// ```
    /// use alert_schemas::validations::yaml::{GoDecoder, Yaml, YamlLimits};
    ///
    /// let yaml = Yaml::read(b"{a: 1, ~: 2}", &YamlLimits::default())?;
    /// let mut keys = Vec::new();
    /// GoDecoder::new().mapping(yaml.root().unwrap(), &mut |_, entry| keys.push(entry.key)).unwrap();
    /// assert_eq!(keys, ["a"]);
    /// # Ok::<(), alert_schemas::validations::yaml::YamlError>(())
    /// ```
    pub fn mapping<'y>(&mut self, node: Node<'y>, take: &mut dyn FnMut(&mut Self, GoEntry<'y>)) -> Answer<()> {
        self.collection(node, NodeKind::Mapping, "a mapping", |decoder, target| {
            decoder.entries(target, None, take);
            Ok(Some(()))
        })
    }

    fn collection<'y>(
        &mut self,
        node: Node<'y>,
        kind: NodeKind,
        expected: &str,
        take: impl FnOnce(&mut Self, Node<'y>) -> Answer<()>,
    ) -> Answer<()> {
        self.visit(node, |decoder, target| {
            if target.kind() == kind {
                return take(decoder, target);
            }
            if target.kind() == NodeKind::Scalar {
                let (_, value, _) = decoder.scalar(target)?;
                if value == Value::Null {
                    return Ok(None);
                }
            }
            decoder.wrong(node, expected);
            Err(WrongValue)
        })
    }

    /// Hands on the entries of a mapping. `merged` holds the keys that a mapping has into which this one is merged.
    fn entries<'y>(&mut self, mapping: Node<'y>, mut merged: Option<&mut HashSet<String>>, take: &mut dyn FnMut(&mut Self, GoEntry<'y>)) {
        if self.merges_in_order {
            return self.entries_in_order(mapping, take);
        }
        let duplicates = self.find_duplicates(mapping);
        let mut merge = None;
        for (key_node, value) in mapping.entries() {
            if duplicates.contains(&key_node.id()) {
                continue;
            }
            if is_merge(key_node) {
                merge = Some(value);
                continue;
            }
            let Ok(Some(key)) = self.text(key_node) else { continue };
            if merged.as_mut().is_some_and(|merged| !merged.insert(key.clone().into_owned())) {
                continue;
            }
            take(self, GoEntry { key, key_node, value });
        }
        let Some(merge) = merge else { return };
        match merged {
            Some(merged) => self.merge(merge, merged, take),
            None => self.merge(merge, &mut text_keys(mapping), take),
        }
    }

    /// Hands on the entries of a mapping as yaml.v2 comes to them.
    fn entries_in_order<'y>(&mut self, mapping: Node<'y>, take: &mut dyn FnMut(&mut Self, GoEntry<'y>)) {
        let duplicates = self.find_duplicates(mapping);
        for (key_node, value) in mapping.entries() {
            if duplicates.contains(&key_node.id()) {
                continue;
            }
            if is_merge(key_node) {
                self.merge_in_order(value, take);
                continue;
            }
            let Ok(key) = self.text(key_node) else { continue };
            take(self, GoEntry { key: key.unwrap_or_default(), key_node, value });
        }
    }

    fn merge_in_order<'y>(&mut self, merge: Node<'y>, take: &mut dyn FnMut(&mut Self, GoEntry<'y>)) {
        // In a list the earlier mapping counts, so it comes last.
        let mut list: Vec<Node<'y>> = if merge.kind() == NodeKind::Sequence { merge.items().collect() } else { vec![merge] };
        list.reverse();
        for item in list {
            if item.target().kind() != NodeKind::Mapping {
                self.problem("yaml_invalid_merge", item, "expected a mapping or a list of mappings as the value of `<<`".to_owned());
                continue;
            }
            // The problem is noted inside.
            let _ = self.visit(item, |decoder, target| {
                decoder.entries_in_order(target, take);
                Ok(())
            });
        }
    }

    fn merge<'y>(&mut self, merge: Node<'y>, merged: &mut HashSet<String>, take: &mut dyn FnMut(&mut Self, GoEntry<'y>)) {
        let list = if merge.kind() == NodeKind::Sequence { merge.items().collect() } else { vec![merge] };
        for item in list {
            if item.target().kind() != NodeKind::Mapping {
                self.problem("yaml_invalid_merge", item, "expected a mapping or a list of mappings as the value of `<<`".to_owned());
                continue;
            }
            // The problem is noted inside.
            let _ = self.visit(item, |decoder, target| {
                decoder.entries(target, Some(&mut *merged), take);
                Ok(())
            });
        }
    }

    /// The keys that stand in a mapping a second time.
    fn find_duplicates(&mut self, mapping: Node<'_>) -> HashSet<u32> {
        let mut first: HashMap<(NodeKind, &str, u32), Node<'_>> = HashMap::new();
        let mut duplicates = HashSet::new();
        for (key, _) in mapping.entries() {
            // Two keys of the same alias are the same; lists and mappings as keys are no texts, which is told below.
            let alias = if key.kind() == NodeKind::Alias { key.target().id() } else { 0 };
            match first.entry((key.kind(), key.as_str().unwrap_or_default(), alias)) {
                std::collections::hash_map::Entry::Vacant(entry) => drop(entry.insert(key)),
                std::collections::hash_map::Entry::Occupied(entry) => {
                    let first = entry.get().position();
                    let name = key.target().as_str().unwrap_or_default();
                    let message = format!("the key `{}` stands here a second time, first at {first}", excerpt(name));
                    self.problem("yaml_duplicate_key", key, message);
                    duplicates.insert(key.id());
                }
            }
        }
        duplicates
    }
}

/// The keys of a mapping that a value to merge can't replace. Go compares them before it makes texts of them, so a number is none.
fn text_keys(mapping: Node<'_>) -> HashSet<String> {
    let texts = mapping.entries().map(|(key, _)| key.target());
    let is_text =
        |key: &Node<'_>| key.kind() == NodeKind::Scalar && !matches!(key.tag(), "!!null" | "!!bool" | "!!int" | "!!float" | "!!timestamp");
    texts.filter(is_text).filter_map(Node::as_str).map(str::to_owned).collect()
}

fn is_merge(key: Node<'_>) -> bool {
    key.kind() == NodeKind::Scalar && key.as_str() == Some("<<") && key.tag() == "!!merge"
}

/// Whether so many of the values may come out of aliases.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^53")]
fn is_within_ratio(from_aliases: u64, visited: u64) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let visited = visited as f64;
    let allowed = 0.99 - 0.89 * ((visited - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
    from_aliases as f64 / visited <= allowed
}
