//! The data of an alerting rule's templates.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::templates::collection::Struct;
use crate::templates::data::TemplateData;
use crate::templates::sample::QuerySample;
use crate::templates::value::Value;
use crate::utils::Timestamp;

/// The Go type of the data, which messages show.
const GO_TYPE: &str = "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";

/// Answers the queries of a template.
type Queries<'q> = dyn Fn(&str) -> Result<Vec<QuerySample>, String> + Sync + 'q;

/// What Prometheus gives to the labels and annotations of an alerting rule: `.Labels`, `.Value`, `.ExternalLabels`, `.ExternalURL`.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::{AlertData, QuerySample};
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let answer = |expr: &str| match expr {
///     "up" => Ok(vec![QuerySample::new([("job", "node")], 3.0)]),
///     _ => Err(format!("unknown query {expr}")),
/// };
/// let data = AlertData::new([("job", "node")], 0.5)
///     .with_external_labels([("cluster", "eu-1")])
///     .with_external_url("https://prometheus.example.org/")
///     .with_queries(&answer);
/// let text = r#"{{ $externalLabels.cluster }}: {{ $value }} of {{ query "up" | first | value }}"#;
/// assert_eq!(Template::parse(text, &TemplateOptions::prometheus())?.render(&data)?, "eu-1: 0.5 of 3");
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct AlertData<'q> {
    labels: Value,
    external_labels: Value,
    external_url: Arc<str>,
    value: f64,
    now: Option<Timestamp>,
    queries: Option<&'q Queries<'q>>,
}

impl AlertData<'static> {
    /// The data of an alert with these labels and this value; everything else is empty.
    #[must_use]
    pub fn new<K: AsRef<str>, V: AsRef<str>>(labels: impl IntoIterator<Item = (K, V)>, value: f64) -> Self {
        Self {
            labels: Value::string_map(labels),
            external_labels: Value::string_map(BTreeMap::<String, String>::new()),
            external_url: Arc::from(""),
            value,
            now: None,
            queries: None,
        }
    }
}

impl<'q> AlertData<'q> {
    /// The same data with the labels that the server adds to everything it sends.
    #[must_use]
    pub fn with_external_labels<K: AsRef<str>, V: AsRef<str>>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.external_labels = Value::string_map(labels);
        self
    }

    /// The same data with the URL under which the server is reached.
    #[must_use]
    pub fn with_external_url(mut self, url: impl Into<Arc<str>>) -> Self {
        self.external_url = url.into();
        self
    }

    /// The same data with the time of the rule's evaluation.
    #[must_use]
    pub fn with_now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// The same data with something that answers queries.
    #[must_use]
    pub fn with_queries<'p>(self, queries: &'p Queries<'p>) -> AlertData<'p>
    where
        'q: 'p,
    {
        AlertData { queries: Some(queries), ..self }
    }
}

impl TemplateData for AlertData<'_> {
    fn root(&self) -> Value {
        let fields = [
            ("Labels", self.labels.clone()),
            ("ExternalLabels", self.external_labels.clone()),
            ("ExternalURL", Value::String(Arc::clone(&self.external_url))),
            ("Value", Value::Float(self.value)),
        ];
        // Not reached: maps of texts are not deep.
        Struct::new(GO_TYPE, fields).map_or(Value::Nil, |root| Value::Struct(Arc::new(root.with_interface_field("Value"))))
    }

    fn query(&self, expr: &str) -> Result<Vec<QuerySample>, String> {
        match self.queries {
            Some(answer) => answer(expr),
            None => Err(format!("no queries here: {expr}")),
        }
    }

    fn external_url(&self) -> String {
        self.external_url.to_string()
    }

    fn now(&self) -> Option<Timestamp> {
        self.now
    }
}

impl fmt::Debug for AlertData<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AlertData")
            .field("labels", &self.labels)
            .field("external_labels", &self.external_labels)
            .field("external_url", &self.external_url)
            .field("value", &self.value)
            .field("now", &self.now)
            .field("queries", &self.queries.is_some())
            .finish()
    }
}
