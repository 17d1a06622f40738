//! What a text of metrics says: families of samples.

use crate::metrics::exposition::error::InvalidExposition;
use crate::metrics::exposition::format::ExpositionFormat;
use crate::metrics::exposition::format::ExpositionOptions;
use crate::metrics::exposition::parse::Reader;
use crate::metrics::memory_store::MemoryStore;
use crate::metrics::memory_store::StoreError;
use crate::metrics::metric_kind::MetricKind;
use crate::metrics::metric_name::MetricName;
use crate::metrics::sample::Sample;
use crate::metrics::sample::SampleTime;
use crate::metrics::series_labels::SeriesLabels;
use crate::metrics::unit::Unit;
use crate::utils::Timestamp;

/// A text of metrics: families of samples, in the order in which they first came.
///
/// Names are those of the format that it was read from; the two formats name the families of counters differently.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::MetricKind;
/// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions};
///
/// let text = "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 1027 1395066363000\n";
/// let exposition = Exposition::parse(text, ExpositionFormat::Prometheus, &ExpositionOptions::default())?;
/// let family = &exposition.families[0];
/// assert_eq!((family.kind, family.samples[0].value), (MetricKind::Counter, 1027.0));
/// assert_eq!(exposition.to_text(ExpositionFormat::Prometheus).value, text);
///
/// let other = exposition.to_text(ExpositionFormat::OpenMetrics);
/// assert!(other.is_exact());
/// assert_eq!(other.value.lines().next(), Some("# TYPE http_requests counter"));
/// # Ok::<(), alert_schemas::metrics::exposition::InvalidExposition>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exposition {
    /// The format whose names the families have.
    pub format: ExpositionFormat,
    /// The families.
    pub families: Vec<MetricFamily>,
    /// Prometheus' format: the comments, each without its `#`.
    pub comments: Vec<String>,
}

impl Exposition {
    /// No family, in this format.
    #[must_use]
    pub fn new(format: ExpositionFormat) -> Self {
        Self { format, families: Vec::new(), comments: Vec::new() }
    }

    /// Reads a text.
    ///
    /// Times finer than a nanosecond are rounded down to it. A label with an empty value is the same as none.
    ///
    /// # Errors
    ///
    /// [`InvalidExposition`] for the first thing that is wrong, with its line and place.
    ///
    /// ```
    /// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions};
    ///
    /// let read = |text| Exposition::parse(text, ExpositionFormat::OpenMetrics, &ExpositionOptions::default());
    /// assert!(read("up 1\n# EOF\n").is_ok());
    /// assert_eq!(read("up  1\n# EOF\n").unwrap_err().to_string(), "`` is not a value: expected a number at line 1, column 4");
    /// ```
    pub fn parse(text: &str, format: ExpositionFormat, options: &ExpositionOptions) -> Result<Self, InvalidExposition> {
        Reader::read(text, format, options)
    }

    /// Puts the samples into a store; `now` is the time of those that have none.
    ///
    /// Exemplars, kinds, help and units have no place there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if a series has a later sample, or another one at the time, or if there is no room.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions};
    ///
    /// let exposition = Exposition::parse("up 1\nload1 0.5\n", ExpositionFormat::Prometheus, &ExpositionOptions::default())?;
    /// let mut store = MemoryStore::new();
    /// exposition.add_to(&mut store, SampleTime::from_millis(15_000))?;
    /// assert_eq!((store.len(), store.sample_count()), (2, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_to(&self, store: &mut MemoryStore, now: SampleTime) -> Result<(), StoreError> {
        let samples = self.families.iter().flat_map(|family| &family.samples);
        samples.into_iter().try_for_each(|sample| {
            let at = sample.at.map_or(now, SampleTime::from);
            store.push(&sample.labels, Sample::new(at.millis(), sample.value))
        })
    }
}

/// A metric as it is exposed: its name, what it means, and its samples.
///
/// ```
/// use alert_schemas::metrics::{MetricKind, SeriesLabels};
/// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionSample, MetricFamily};
///
/// let mut family = MetricFamily::new("queue_length".parse()?, MetricKind::Gauge);
/// family.help = Some("Jobs that wait.".to_owned());
/// family.samples.push(ExpositionSample::new(SeriesLabels::from_pairs([("__name__", "queue_length")])?, 7.0));
/// let mut exposition = Exposition::new(ExpositionFormat::Prometheus);
/// exposition.families.push(family);
/// assert_eq!(
///     exposition.to_text(ExpositionFormat::Prometheus).value,
///     "# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length 7\n",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MetricFamily {
    /// The name.
    pub name: MetricName,
    /// What its values mean.
    pub kind: MetricKind,
    /// What it is about, in words.
    pub help: Option<String>,
    /// OpenMetrics: the unit, with which the name ends.
    pub unit: Option<Unit>,
    /// The samples, each with its full name.
    pub samples: Vec<ExpositionSample>,
}

impl MetricFamily {
    /// A family without samples.
    #[must_use]
    pub fn new(name: MetricName, kind: MetricKind) -> Self {
        Self { name, kind, help: None, unit: None, samples: Vec::new() }
    }
}

/// The ends that the names of a family's samples may have, by its kind; none is always allowed.
pub(crate) fn suffixes(format: ExpositionFormat, kind: MetricKind) -> &'static [&'static str] {
    match (format, kind) {
        (ExpositionFormat::Prometheus, MetricKind::Histogram) => &["_bucket", "_sum", "_count"],
        (ExpositionFormat::Prometheus, MetricKind::Summary) => &["_sum", "_count"],
        (ExpositionFormat::Prometheus, _) => &[],
        (ExpositionFormat::OpenMetrics, kind) => match kind {
            MetricKind::Counter => &["_total", "_created"],
            MetricKind::Histogram => &["_bucket", "_sum", "_count", "_created"],
            MetricKind::GaugeHistogram => &["_bucket", "_gsum", "_gcount"],
            MetricKind::Summary => &["_sum", "_count", "_created"],
            MetricKind::Info => &["_info"],
            MetricKind::Gauge | MetricKind::StateSet | MetricKind::Unknown => &[],
        },
    }
}

/// One sample of a family.
///
/// ```
/// use alert_schemas::metrics::SeriesLabels;
/// use alert_schemas::metrics::exposition::ExpositionSample;
///
/// let sample = ExpositionSample::new(SeriesLabels::from_pairs([("__name__", "up")])?, 1.0);
/// assert_eq!((sample.labels.name(), sample.at), (Some("up"), None));
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExpositionSample {
    /// The labels, the name among them.
    pub labels: SeriesLabels,
    /// The value.
    pub value: f64,
    /// When it was taken, where the text says so.
    pub at: Option<Timestamp>,
    /// OpenMetrics: an observation that went into it.
    pub exemplar: Option<Exemplar>,
}

impl ExpositionSample {
    /// A sample without time and exemplar.
    #[must_use]
    pub fn new(labels: SeriesLabels, value: f64) -> Self {
        Self { labels, value, at: None, exemplar: None }
    }
}

/// An observation that went into a sample, with labels that lead to it, such as a trace id.
///
/// ```
/// use alert_schemas::metrics::SeriesLabels;
/// use alert_schemas::metrics::exposition::Exemplar;
///
/// let exemplar = Exemplar::new(SeriesLabels::from_pairs([("trace_id", "0af7651916cd43dd")])?, 0.67);
/// assert_eq!(exemplar.labels.get("trace_id"), Some("0af7651916cd43dd"));
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exemplar {
    /// What leads to the observation.
    pub labels: SeriesLabels,
    /// What was observed.
    pub value: f64,
    /// When it was observed, where the text says so.
    pub at: Option<Timestamp>,
}

impl Exemplar {
    /// An exemplar without a time.
    #[must_use]
    pub fn new(labels: SeriesLabels, value: f64) -> Self {
        Self { labels, value, at: None }
    }
}
