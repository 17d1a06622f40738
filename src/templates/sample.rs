//! Results of queries.

use crate::templates::value::Value;

/// One element of the result of a query: labels and a number.
///
/// Its fields in a template are `.Labels` and `.Value`.
///
/// ```
/// use alert_schemas::templates::{QuerySample, Value};
///
/// let sample = QuerySample::new([("job", "node")], 0.5);
/// assert_eq!(sample.label("job"), Some("node"));
/// assert_eq!(sample.value(), 0.5);
/// assert_eq!(sample.labels(), &Value::string_map([("job", "node")]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QuerySample {
    labels: Value,
    value: f64,
}

impl QuerySample {
    /// A sample with these labels; its metric's name is the label `__name__`.
    #[must_use]
    pub fn new<K: AsRef<str>, V: AsRef<str>>(labels: impl IntoIterator<Item = (K, V)>, value: f64) -> Self {
        Self { labels: Value::string_map(labels), value }
    }

    /// The labels: a map of texts.
    #[must_use]
    pub fn labels(&self) -> &Value {
        &self.labels
    }

    /// The value of one label.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.entry(name).and_then(Value::as_str)
    }

    /// The number.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }
}
