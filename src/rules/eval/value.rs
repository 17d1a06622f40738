//! What an expression evaluates to.

use serde::Serialize;
use serde::ser::SerializeStruct;
use serde_json::json;

use crate::metrics::Sample;
use crate::metrics::SampleTime;
use crate::metrics::SampleValue;
use crate::metrics::Series;
use crate::metrics::SeriesLabels;
use crate::rules::ValueType;
use crate::utils::go;

/// What an expression evaluates to at a time.
///
/// # Order
///
/// A vector is in the order in which it was computed: the one that `sort` made, or else that of the source. A matrix is sorted by labels.
///
/// # JSON
///
/// An object with `type` (`scalar`, `vector`, `matrix` or `string`) and what is in it, with times in RFC 3339 and numbers in quotes, as
/// everywhere here. [`Value::to_query_data`] gives what Prometheus' API answers.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels};
/// use alert_schemas::rules::eval::{Evaluator, Value};
/// use alert_schemas::rules::{Expr, ParseOptions, ValueType};
///
/// let mut store = MemoryStore::new();
/// store.push(&SeriesLabels::from_pairs([("__name__", "load1"), ("instance", "web-01")])?, Sample::new(0, 3.5))?;
/// let value = Evaluator::new(&store).value_at(&Expr::parse("load1 > 2", &ParseOptions::default())?, Sample::new(60_000, 0.0).at)?;
/// assert_eq!(value.value_type(), ValueType::Vector);
/// let Value::Vector(vector) = &value else { unreachable!() };
/// assert_eq!((vector[0].labels.to_string(), vector[0].value), (r#"load1{instance="web-01"}"#.to_owned(), 3.5));
/// assert_eq!(
///     serde_json::to_string(&value)?,
///     r#"{"type":"vector","samples":[{"labels":{"__name__":"load1","instance":"web-01"},"at":"1970-01-01T00:01:00Z","value":"3.5"}]}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by nature: PromQL has these four types")]
pub enum Value {
    /// A number.
    Scalar(ScalarValue),
    /// One value of each of some series.
    Vector(Vec<VectorSample>),
    /// Some samples of each of some series.
    Matrix(Vec<Series>),
    /// A text.
    String(StringValue),
}

/// A number at a time.
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::{Evaluator, ScalarValue, Value};
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let at = SampleTime::from_millis(1_500);
/// let value = Evaluator::new(&MemoryStore::new()).value_at(&Expr::parse("time() * 2", &ParseOptions::default())?, at)?;
/// assert_eq!(value, Value::Scalar(ScalarValue::new(at, 3.0)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct ScalarValue {
    /// The time of evaluation.
    pub at: SampleTime,
    /// The number.
    pub value: f64,
}

impl ScalarValue {
    /// This number at this time.
    #[must_use]
    pub fn new(at: SampleTime, value: f64) -> Self {
        Self { at, value }
    }
}

impl PartialEq for ScalarValue {
    /// NaN equals NaN, as in [`SampleValue`].
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && SampleValue::Float(self.value) == SampleValue::Float(other.value)
    }
}

/// A text at a time.
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::{Evaluator, StringValue, Value};
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let at = SampleTime::from_millis(0);
/// let value = Evaluator::new(&MemoryStore::new()).value_at(&Expr::parse("'disk full'", &ParseOptions::default())?, at)?;
/// assert_eq!(value, Value::String(StringValue::new(at, "disk full")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StringValue {
    /// The time of evaluation.
    pub at: SampleTime,
    /// The text.
    pub value: String,
}

impl StringValue {
    /// This text at this time.
    #[must_use]
    pub fn new(at: SampleTime, value: impl Into<String>) -> Self {
        Self { at, value: value.into() }
    }
}

/// One element of a vector: labels, the time of evaluation and a number.
///
/// ```
/// use alert_schemas::metrics::{SampleTime, SeriesLabels};
/// use alert_schemas::rules::eval::VectorSample;
///
/// let up = SeriesLabels::from_pairs([("__name__", "up"), ("job", "api")])?;
/// let sample = VectorSample::new(up, SampleTime::from_millis(0), 1.0);
/// assert_eq!(sample.to_string(), r#"up{job="api"} = 1"#);
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct VectorSample {
    /// The labels, the name of the metric among them where it was kept.
    pub labels: SeriesLabels,
    /// The time of evaluation, which is not that of the sample that was read; `timestamp` gives that one.
    pub at: SampleTime,
    /// The number.
    pub value: f64,
}

impl VectorSample {
    /// The element of these labels, this time and this number.
    #[must_use]
    pub fn new(labels: SeriesLabels, at: SampleTime, value: f64) -> Self {
        Self { labels, at, value }
    }
}

impl PartialEq for VectorSample {
    /// NaN equals NaN, as in [`SampleValue`].
    fn eq(&self, other: &Self) -> bool {
        (&self.labels, self.at) == (&other.labels, other.at) && SampleValue::Float(self.value) == SampleValue::Float(other.value)
    }
}

impl std::fmt::Display for VectorSample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = {}", self.labels, SampleValue::Float(self.value))
    }
}

impl Value {
    /// The type of it.
    #[must_use]
    pub fn value_type(&self) -> ValueType {
        match self {
            Self::Scalar(_) => ValueType::Scalar,
            Self::Vector(_) => ValueType::Vector,
            Self::Matrix(_) => ValueType::Matrix,
            Self::String(_) => ValueType::String,
        }
    }

    /// The elements of a vector; a scalar counts as one element without labels, as in rules. None for a matrix and a text.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::rules::eval::Evaluator;
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let value = Evaluator::new(&MemoryStore::new()).value_at(&Expr::parse("1", &ParseOptions::default())?, SampleTime::default())?;
    /// assert_eq!(value.into_vector()[0].to_string(), "{} = 1");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn into_vector(self) -> Vec<VectorSample> {
        match self {
            Self::Scalar(scalar) => vec![VectorSample::new(SeriesLabels::new(), scalar.at, scalar.value)],
            Self::Vector(vector) => vector,
            Self::Matrix(_) | Self::String(_) => Vec::new(),
        }
    }

    /// The object `data` that Prometheus' `/api/v1/query` and `/api/v1/query_range` answer with.
    ///
    /// Times are seconds with at most three digits of fraction, numbers stand in quotes.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::rules::eval::Evaluator;
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let at = SampleTime::from_millis(1_500);
    /// let value = Evaluator::new(&MemoryStore::new()).value_at(&Expr::parse("vector(1)", &ParseOptions::default())?, at)?;
    /// let data = serde_json::json!({"resultType": "vector", "result": [{"metric": {}, "value": [1.5, "1"]}]});
    /// assert_eq!(value.to_query_data(), data);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_query_data(&self) -> serde_json::Value {
        let point = |at: SampleTime, value: SampleValue| json!([seconds(at), value.to_string()]);
        let result = match self {
            // Prometheus writes a lone number without an exponent, however small or large it is.
            Self::Scalar(scalar) => json!([seconds(scalar.at), go::format_float(scalar.value, go::FloatFormat::Fixed(None))]),
            Self::String(text) => json!([seconds(text.at), text.value]),
            Self::Vector(vector) => vector
                .iter()
                .map(|sample| json!({ "metric": sample.labels, "value": point(sample.at, SampleValue::Float(sample.value)) }))
                .collect(),
            Self::Matrix(series) => series
                .iter()
                .map(|series| {
                    let values: Vec<serde_json::Value> = series.samples.iter().map(|sample| point(sample.at, sample.value)).collect();
                    json!({ "metric": series.labels, "values": values })
                })
                .collect(),
        };
        let mut data = serde_json::Map::new();
        data.insert("resultType".to_owned(), self.value_type().as_str().into());
        data.insert("result".to_owned(), result);
        data.into()
    }
}

/// Seconds since the Unix epoch, whole where they are.
#[expect(clippy::cast_precision_loss, reason = "times are below 2^53 milliseconds")]
fn seconds(at: SampleTime) -> serde_json::Value {
    match at.millis() % 1_000 {
        0 => (at.millis() / 1_000).into(),
        _ => (at.millis() as f64 / 1_000.0).into(),
    }
}

impl Serialize for VectorSample {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("VectorSample", 3)?;
        object.serialize_field("labels", &self.labels)?;
        object.serialize_field("at", &self.at)?;
        object.serialize_field("value", &SampleValue::Float(self.value))?;
        object.end()
    }
}

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Value", 3)?;
        object.serialize_field("type", self.value_type().as_str())?;
        match self {
            Self::Scalar(scalar) => {
                object.serialize_field("at", &scalar.at)?;
                object.serialize_field("value", &SampleValue::Float(scalar.value))?;
            }
            Self::String(text) => {
                object.serialize_field("at", &text.at)?;
                object.serialize_field("value", &text.value)?;
            }
            Self::Vector(samples) => object.serialize_field("samples", samples)?,
            Self::Matrix(series) => object.serialize_field("series", series)?,
        }
        object.end()
    }
}

/// The sample of a matrix.
pub(super) fn matrix_sample(millis: i64, value: f64) -> Sample {
    // Not through `From<f64>`: a computed number is no mark, whatever its bits.
    Sample::new(millis, SampleValue::Float(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_json() {
        let at = SampleTime::from_millis(-500);
        let labels = SeriesLabels::from_pairs([("a", "b")]).unwrap();
        for (value, ours, theirs) in [
            (
                Value::Scalar(ScalarValue::new(at, f64::NAN)),
                r#"{"type":"scalar","at":"1969-12-31T23:59:59.5Z","value":"NaN"}"#,
                r#"{"resultType":"scalar","result":[-0.5,"NaN"]}"#,
            ),
            (
                Value::String(StringValue::new(at, "x")),
                r#"{"type":"string","at":"1969-12-31T23:59:59.5Z","value":"x"}"#,
                r#"{"resultType":"string","result":[-0.5,"x"]}"#,
            ),
            (Value::Vector(Vec::new()), r#"{"type":"vector","samples":[]}"#, r#"{"resultType":"vector","result":[]}"#),
            (
                Value::Matrix(vec![Series::new(labels, vec![matrix_sample(2_000, -0.0)])]),
                r#"{"type":"matrix","series":[{"labels":{"a":"b"},"samples":[{"at":"1970-01-01T00:00:02Z","value":"-0"}]}]}"#,
                r#"{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[2,"-0"]]}]}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&value).unwrap(), ours);
            assert_eq!(
                value.to_query_data().to_string().parse::<serde_json::Value>().unwrap(),
                theirs.parse::<serde_json::Value>().unwrap()
            );
            assert!(value == value.clone());
        }
    }

    #[test]
    fn a_scalar_is_one_element_where_a_rule_needs_a_vector() {
        let at = SampleTime::from_millis(0);
        assert_eq!(Value::Scalar(ScalarValue::new(at, 2.0)).into_vector(), [VectorSample::new(SeriesLabels::new(), at, 2.0)]);
        assert!(Value::String(StringValue::new(at, "x")).into_vector().is_empty() && Value::Matrix(Vec::new()).into_vector().is_empty());
    }
}
