//! Lists, maps and structs of values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::templates::value::Value;

/// Which Go type a list has: it decides which methods and functions take it.
///
/// ```
/// use alert_schemas::templates::ListKind;
///
/// assert_eq!(ListKind::Strings.go_type(), "[]string");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListKind {
    /// `[]interface {}`.
    Any,
    /// `[]string`.
    Strings,
    /// The result of Prometheus' `query`: items are [`Value::Sample`].
    QueryResult,
    /// Alertmanager's list of alerts, with `Firing` and `Resolved`.
    Alerts,
    /// What `Firing` and `Resolved` give: `[]template.Alert`, without methods.
    FilteredAlerts,
    /// Alertmanager's sorted pairs, with `Names` and `Values`.
    Pairs,
}

impl ListKind {
    /// The name of the type in Go.
    #[must_use]
    pub fn go_type(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Strings => "[]string",
            Self::QueryResult => "template.queryResult",
            Self::Alerts => "template.Alerts",
            Self::FilteredAlerts => "[]template.Alert",
            Self::Pairs => "template.Pairs",
        }
    }
}

/// A list of values of one Go type.
///
/// ```
/// use alert_schemas::templates::{List, ListKind, Value};
///
/// let list = List::new(ListKind::Any, vec![Value::from(1)])?;
/// assert_eq!((list.kind(), list.items().len()), (ListKind::Any, 1));
/// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    kind: ListKind,
    items: Vec<Value>,
    depth: usize,
}

impl List {
    /// A list of these items.
    ///
    /// # Errors
    ///
    /// [`ValueTooDeep`] if an item is already as deep as a value may be.
    ///
    /// ```
    /// use alert_schemas::templates::{List, ListKind, Value};
    ///
    /// assert!(List::new(ListKind::Strings, vec![Value::from("db"), Value::from("shop")]).is_ok());
    /// ```
    pub fn new(kind: ListKind, items: Vec<Value>) -> Result<Self, ValueTooDeep> {
        let depth = depth_around(items.iter())?;
        Ok(Self { kind, items, depth })
    }

    /// A list whose depth is known.
    pub(crate) fn shallow(kind: ListKind, items: Vec<Value>, depth: usize) -> Self {
        Self { kind, items, depth }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The Go type.
    #[must_use]
    pub fn kind(&self) -> ListKind {
        self.kind
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

/// Which Go type a map has: it decides what a missing key reads as, and which methods there are.
///
/// ```
/// use alert_schemas::templates::{Map, MapKind};
///
/// let labels = Map::new(MapKind::Strings, Default::default())?;
/// assert_eq!(labels.kind(), MapKind::Strings);
/// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MapKind {
    /// `map[string]interface {}`: a missing key reads as nil.
    Any,
    /// `map[string]string`: a missing key reads as the empty text.
    Strings,
    /// Alertmanager's `KV`, a `map[string]string` with methods.
    KeyValues,
}

impl MapKind {
    /// The name of the type in Go.
    #[must_use]
    pub fn go_type(self) -> &'static str {
        match self {
            Self::Any => "map[string]interface {}",
            Self::Strings => "map[string]string",
            Self::KeyValues => "template.KV",
        }
    }
}

/// A sorted map from texts to values of one Go type.
///
/// ```
/// use std::collections::BTreeMap;
/// use alert_schemas::templates::{Map, MapKind, Value};
///
/// let map = Map::new(MapKind::Any, BTreeMap::from([("a".into(), Value::from(1))]))?;
/// assert_eq!((map.kind(), map.entries().len()), (MapKind::Any, 1));
/// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    kind: MapKind,
    entries: BTreeMap<Arc<str>, Value>,
    depth: usize,
}

impl Map {
    /// A map of these entries.
    ///
    /// # Errors
    ///
    /// [`ValueTooDeep`] if a value is already as deep as a value may be.
    ///
    /// ```
    /// use alert_schemas::templates::{Map, MapKind, Value};
    ///
    /// let map = Map::new(MapKind::Any, [("team".into(), Value::from("db"))].into())?;
    /// assert_eq!(map.entries().get("team"), Some(&Value::from("db")));
    /// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
    /// ```
    pub fn new(kind: MapKind, entries: BTreeMap<Arc<str>, Value>) -> Result<Self, ValueTooDeep> {
        let depth = depth_around(entries.values())?;
        Ok(Self { kind, entries, depth })
    }

    /// A map of texts.
    pub(crate) fn texts<K: AsRef<str>, V: AsRef<str>>(kind: MapKind, entries: impl IntoIterator<Item = (K, V)>) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (Arc::from(key.as_ref()), Value::from(value.as_ref()))).collect();
        Self { kind, entries, depth: 1 }
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The Go type.
    #[must_use]
    pub fn kind(&self) -> MapKind {
        self.kind
    }

    /// The entries, sorted by key.
    #[must_use]
    pub fn entries(&self) -> &BTreeMap<Arc<str>, Value> {
        &self.entries
    }
}

/// A struct: fields with names, in the order of their declaration.
///
/// ```
/// use alert_schemas::templates::{Struct, Value};
///
/// let pair = Struct::new("template.Pair", [("Name", Value::from("job")), ("Value", Value::from("node"))])?;
/// assert_eq!(pair.field("Name").map(|field| field.value()), Some(&Value::from("job")));
/// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Struct {
    go_type: Cow<'static, str>,
    fields: Vec<StructField>,
    depth: usize,
}

impl Struct {
    /// A struct whose Go type is called `go_type` in messages.
    ///
    /// # Errors
    ///
    /// [`ValueTooDeep`] if a field is already as deep as a value may be.
    ///
    /// ```
    /// use alert_schemas::templates::{Struct, Value};
    ///
    /// assert_eq!(Struct::new("template.Pair", [("Name", Value::from("job"))])?.go_type(), "template.Pair");
    /// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
    /// ```
    pub fn new(
        go_type: impl Into<Cow<'static, str>>,
        fields: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Result<Self, ValueTooDeep> {
        let fields: Vec<_> =
            fields.into_iter().map(|(name, value)| StructField { name: Cow::Borrowed(name), value, is_interface: false }).collect();
        let depth = depth_around(fields.iter().map(|field| &field.value))?;
        Ok(Self { go_type: go_type.into(), fields, depth })
    }

    /// The same struct, where the Go type of this field is `interface {}`. It only shows in messages.
    #[must_use]
    pub fn with_interface_field(mut self, name: &str) -> Self {
        for field in &mut self.fields {
            field.is_interface |= field.name == name;
        }
        self
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// The name of the type in Go.
    #[must_use]
    pub fn go_type(&self) -> &str {
        &self.go_type
    }

    /// The fields, in order.
    #[must_use]
    pub fn fields(&self) -> &[StructField] {
        &self.fields
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&StructField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field of a [`Struct`].
///
/// ```
/// use alert_schemas::templates::{Struct, Value};
///
/// let pair = Struct::new("template.Pair", [("Name", Value::from("job"))])?;
/// assert_eq!(pair.fields()[0].name(), "Name");
/// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StructField {
    name: Cow<'static, str>,
    value: Value,
    is_interface: bool,
}

impl StructField {
    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether its Go type is `interface {}`.
    #[must_use]
    pub fn is_interface(&self) -> bool {
        self.is_interface
    }
}

/// The depth of what holds `values`.
fn depth_around<'v>(values: impl Iterator<Item = &'v Value>) -> Result<usize, ValueTooDeep> {
    let depth = values.map(Value::depth).max().unwrap_or(0) + 1;
    if depth > Value::MAX_DEPTH { Err(ValueTooDeep) } else { Ok(depth) }
}

/// Lists, maps and structs lie deeper inside each other than [`Value::MAX_DEPTH`].
///
/// ```
/// use alert_schemas::templates::Value;
///
/// let mut value = Value::Nil;
/// let error = loop {
///     match Value::list([value]) {
///         Ok(deeper) => value = deeper,
///         Err(error) => break error,
///     }
/// };
/// assert_eq!(error.to_string(), "a value has more than 64 lists, maps and structs inside each other");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValueTooDeep;

impl ValueTooDeep {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "template_value_too_deep";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(ValueTooDeep);

impl fmt::Display for ValueTooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value has more than {} lists, maps and structs inside each other", Value::MAX_DEPTH)
    }
}

impl std::error::Error for ValueTooDeep {}
