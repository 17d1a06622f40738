//! What a template computes with: the kinds of values that Go's templates meet in this field.

use std::sync::Arc;

use crate::templates::collection::List;
use crate::templates::collection::ListKind;
use crate::templates::collection::Map;
use crate::templates::collection::MapKind;
use crate::templates::collection::Struct;
use crate::templates::collection::StructField;
use crate::templates::collection::ValueTooDeep;
use crate::templates::sample::QuerySample;
use crate::templates::time::TemplateTime;
use crate::utils::Timestamp;

/// A value inside a template: a field of its data, a variable, or the result of a function.
///
/// Cloning is cheap: texts, lists, maps and structs are shared. Lists, maps and structs lie at most [`MAX_DEPTH`](Self::MAX_DEPTH)
/// inside each other.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::Value;
///
/// let labels = Value::string_map([("instance", "web-01"), ("job", "node")]);
/// assert_eq!(labels.go_type(), "map[string]string");
/// assert_eq!(labels.entry("job"), Some(&Value::from("node")));
/// assert!(!Value::from("").is_true());
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// No value: Go's `nil`, printed as `<nil>`, or as `<no value>` where a whole action gives it.
    #[default]
    Nil,
    /// A truth value.
    Bool(bool),
    /// A whole number: Go's `int`, which has 64 bits.
    Int(i64),
    /// A number: Go's `float64`.
    Float(f64),
    /// A text. Go's strings are bytes; here bytes that are no UTF-8 become `�`.
    String(Arc<str>),
    /// A list.
    List(Arc<List>),
    /// A map with texts as keys, sorted.
    Map(Arc<Map>),
    /// A struct with named fields.
    Struct(Arc<Struct>),
    /// One element of a query's result.
    Sample(Arc<QuerySample>),
    /// An instant with the zone it is shown in.
    Time(TemplateTime),
    /// A length of time in nanoseconds: Go's `time.Duration`.
    Duration(i64),
}

impl Value {
    /// How deep lists, maps and structs may lie inside each other.
    pub const MAX_DEPTH: usize = 64;

    /// A list of any values.
    ///
    /// # Errors
    ///
    /// [`ValueTooDeep`] if an item is already as deep as a value may be.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// let list = Value::list([Value::from(1), Value::from("a")])?;
    /// assert_eq!(list.go_type(), "[]interface {}");
    /// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
    /// ```
    pub fn list(items: impl IntoIterator<Item = Value>) -> Result<Self, ValueTooDeep> {
        List::new(ListKind::Any, items.into_iter().collect()).map(|list| Self::List(Arc::new(list)))
    }

    /// A list of texts.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::strings(["a", "b"]).go_type(), "[]string");
    /// ```
    #[must_use]
    pub fn strings<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        let items = items.into_iter().map(|item| Self::from(item.as_ref())).collect();
        Self::List(Arc::new(List::shallow(ListKind::Strings, items, 1)))
    }

    /// The result of a query.
    ///
    /// ```
    /// use alert_schemas::templates::{QuerySample, Value};
    ///
    /// assert_eq!(Value::query_result([QuerySample::new([("job", "node")], 1.0)]).len(), Some(1));
    /// ```
    #[must_use]
    pub fn query_result(samples: impl IntoIterator<Item = QuerySample>) -> Self {
        let items = samples.into_iter().map(|sample| Self::Sample(Arc::new(sample))).collect();
        Self::List(Arc::new(List::shallow(ListKind::QueryResult, items, 2)))
    }

    /// A map of any values.
    ///
    /// # Errors
    ///
    /// [`ValueTooDeep`] if a value is already as deep as a value may be.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// let map = Value::map([("a", Value::from(1))])?;
    /// assert_eq!(map.go_type(), "map[string]interface {}");
    /// # Ok::<(), alert_schemas::templates::ValueTooDeep>(())
    /// ```
    pub fn map<K: AsRef<str>>(entries: impl IntoIterator<Item = (K, Value)>) -> Result<Self, ValueTooDeep> {
        let entries = entries.into_iter().map(|(key, value)| (Arc::from(key.as_ref()), value)).collect();
        Map::new(MapKind::Any, entries).map(|map| Self::Map(Arc::new(map)))
    }

    /// A map of texts, such as the labels of an alert. A missing key reads as the empty text.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::string_map([("a", "b")]).entry("a"), Some(&Value::from("b")));
    /// ```
    #[must_use]
    pub fn string_map<K: AsRef<str>, V: AsRef<str>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(Arc::new(Map::texts(MapKind::Strings, entries)))
    }

    /// A map of texts with the methods that Alertmanager gives it (`SortedPairs`, `Remove`, `Names`, `Values`).
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::key_values([("a", "b")]).go_type(), "template.KV");
    /// ```
    #[must_use]
    pub fn key_values<K: AsRef<str>, V: AsRef<str>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(Arc::new(Map::texts(MapKind::KeyValues, entries)))
    }

    /// Whether an `if` takes it as true: neither nil, false, zero nor empty. Structs, samples and times are always true.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert!(Value::from("a").is_true() && Value::from(f64::NAN).is_true());
    /// assert!(!Value::from(0.0).is_true() && !Value::strings([""; 0]).is_true());
    /// ```
    #[must_use]
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(flag) => *flag,
            Self::Int(number) | Self::Duration(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::String(text) => !text.is_empty(),
            Self::List(list) => !list.items().is_empty(),
            Self::Map(map) => !map.entries().is_empty(),
            Self::Struct(_) | Self::Sample(_) | Self::Time(_) => true,
        }
    }

    /// The number of bytes of a text, of items of a list, or of entries of a map; `None` for anything else.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::from("é").len(), Some(2));
    /// assert_eq!(Value::from(7).len(), None);
    /// ```
    #[must_use]
    pub fn len(&self) -> Option<usize> {
        match self {
            Self::String(text) => Some(text.len()),
            Self::List(list) => Some(list.items().len()),
            Self::Map(map) => Some(map.entries().len()),
            _ => None,
        }
    }

    /// Whether it has a length and that is 0.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert!(Value::from("").is_empty() && !Value::from(0).is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The text, if it is one.
    ///
    /// ```
    /// assert_eq!(alert_schemas::templates::Value::from("a").as_str(), Some("a"));
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if it is a list.
    ///
    /// ```
    /// assert_eq!(alert_schemas::templates::Value::strings(["a"]).items().map(<[_]>::len), Some(1));
    /// ```
    #[must_use]
    pub fn items(&self) -> Option<&[Value]> {
        match self {
            Self::List(list) => Some(list.items()),
            _ => None,
        }
    }

    /// The value of a key of a map or of a field of a struct.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::string_map([("a", "b")]).entry("c"), None);
    /// ```
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.entries().get(name),
            Self::Struct(fields) => fields.field(name).map(StructField::value),
            _ => None,
        }
    }

    /// The type as Go names it in messages and prints it for `%T`.
    ///
    /// ```
    /// use alert_schemas::templates::Value;
    ///
    /// assert_eq!(Value::from(1.5).go_type(), "float64");
    /// ```
    #[must_use]
    pub fn go_type(&self) -> &str {
        match self {
            Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float64",
            Self::String(_) => "string",
            Self::List(list) => list.kind().go_type(),
            Self::Map(map) => map.kind().go_type(),
            Self::Struct(fields) => fields.go_type(),
            Self::Sample(_) => "*template.sample",
            Self::Time(_) => "time.Time",
            Self::Duration(_) => "time.Duration",
        }
    }

    /// How deep lists, maps and structs lie inside each other; 0 for anything else.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::List(list) => list.depth(),
            Self::Map(map) => map.depth(),
            Self::Struct(fields) => fields.depth(),
            Self::Sample(_) => 1,
            _ => 0,
        }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(Arc::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(Arc::from(text))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Time(TemplateTime::from(at))
    }
}
