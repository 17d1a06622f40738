//! Series in memory.

use std::collections::BTreeMap;

use crate::alerts::MatchOp;
use crate::metrics::metric_name::MetricName;
use crate::metrics::sample::Sample;
use crate::metrics::sample_source::SampleSource;
use crate::metrics::sample_source::SeriesView;
use crate::metrics::series::Series;
use crate::metrics::series_labels::SeriesLabels;
use crate::metrics::series_matcher::SeriesMatcher;

/// How much a [`MemoryStore`] keeps.
///
/// | option | default | what happens above it |
/// |---|---|---|
/// | `max_series` | 1,000,000 | a sample of a further series is refused |
/// | `max_samples` | 50,000,000, about 1.2 GB | a further sample is refused |
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels, StoreOptions};
///
/// let mut store = MemoryStore::with_options(StoreOptions::default().with_max_samples(1));
/// let up = SeriesLabels::from_pairs([("__name__", "up")])?;
/// assert!(store.push(&up, Sample::new(0, 1.0)).is_ok());
/// assert_eq!(store.push(&up, Sample::new(1, 1.0)).unwrap_err().code(), "too_many_samples");
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreOptions {
    /// How many series there may be. Default 1,000,000.
    pub max_series: usize,
    /// How many samples there may be in all series together. Default 50,000,000.
    pub max_samples: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { max_series: 1_000_000, max_samples: 50_000_000 }
    }
}

impl StoreOptions {
    /// The same options with another number of series.
    #[must_use]
    pub fn with_max_series(mut self, max_series: usize) -> Self {
        self.max_series = max_series;
        self
    }

    /// The same options with another number of samples.
    #[must_use]
    pub fn with_max_samples(mut self, max_samples: usize) -> Self {
        self.max_samples = max_samples;
        self
    }
}

/// Series in memory, found by the name of their metric.
///
/// Samples of a series come in order of time, as Prometheus takes them by default: an earlier one is refused, and so is another value at the
/// same time; the same value at the same time is taken as a repetition. Series are given in the order in which they first came.
///
/// # Examples
///
/// ```
/// use alert_schemas::alerts::MatchOp;
/// use alert_schemas::metrics::{MemoryStore, Sample, SampleSource, SeriesLabels, SeriesMatcher};
///
/// let mut store = MemoryStore::new();
/// for (instance, value) in [("web-01", 85.2), ("web-02", 12.0)] {
///     let labels = SeriesLabels::from_pairs([("__name__", "cpu_usage"), ("instance", instance)])?;
///     store.push(&labels, Sample::new(60_000, value))?;
/// }
/// let matchers = [SeriesMatcher::equal("__name__", "cpu_usage"), SeriesMatcher::new("instance", MatchOp::Regex, ".*-02")?];
/// let found = store.select(&matchers, 0, 60_000);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].samples, [Sample::new(60_000, 12.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    options: StoreOptions,
    series: Vec<Series>,
    samples: usize,
    // INVARIANT: the places in `series`, of each label set and of each metric name (the empty one for series without a name).
    by_labels: BTreeMap<SeriesLabels, usize>,
    by_name: BTreeMap<Box<str>, Vec<usize>>,
}

impl MemoryStore {
    /// A store without series.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A store without series, with these limits.
    #[must_use]
    pub fn with_options(options: StoreOptions) -> Self {
        Self { options, ..Self::default() }
    }

    /// Adds a sample to the series of these labels, which it makes if it is new.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the series has a later sample, or another value at this time, or if there is no room for it.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels};
    ///
    /// let mut store = MemoryStore::new();
    /// let up = SeriesLabels::from_pairs([("__name__", "up")])?;
    /// store.push(&up, Sample::new(60_000, 1.0))?;
    /// store.push(&up, Sample::new(60_000, 1.0))?;
    /// assert_eq!(store.push(&up, Sample::new(60_000, 0.0)).unwrap_err().code(), "sample_differs");
    /// assert_eq!(store.push(&up, Sample::new(59_999, 1.0)).unwrap_err().code(), "sample_out_of_order");
    /// assert_eq!((store.len(), store.sample_count()), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn push(&mut self, labels: &SeriesLabels, sample: Sample) -> Result<(), StoreError> {
        let place = self.by_labels.get(labels).copied();
        let newest = place.and_then(|place| self.series.get(place)?.samples.last());
        if let Some(newest) = newest {
            let same = newest.value.to_f64().to_bits() == sample.value.to_f64().to_bits();
            let fail = |kind| StoreError::new(kind, labels, sample);
            match sample.at.cmp(&newest.at) {
                std::cmp::Ordering::Less => return Err(fail(StoreErrorKind::OutOfOrder)),
                std::cmp::Ordering::Equal if same => return Ok(()),
                std::cmp::Ordering::Equal => return Err(fail(StoreErrorKind::Differs)),
                std::cmp::Ordering::Greater => {}
            }
        }
        if self.samples >= self.options.max_samples {
            return Err(StoreError::new(StoreErrorKind::TooManySamples { max: self.options.max_samples }, labels, sample));
        }
        if place.is_none() && self.series.len() >= self.options.max_series {
            return Err(StoreError::new(StoreErrorKind::TooManySeries { max: self.options.max_series }, labels, sample));
        }
        match place.and_then(|place| self.series.get_mut(place)) {
            Some(series) => series.samples.push(sample),
            None => self.add(Series::new(labels.clone(), vec![sample])),
        }
        self.samples += 1;
        Ok(())
    }

    /// Adds the samples of a series, see [`MemoryStore::push`]; those before one that is refused are kept.
    ///
    /// # Errors
    ///
    /// As [`MemoryStore::push`], for the first sample that is refused.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, Sample, Series, SeriesLabels};
    ///
    /// let mut store = MemoryStore::new();
    /// store.extend(&Series::new(SeriesLabels::new(), vec![Sample::new(0, 1.0), Sample::new(1, 2.0)]))?;
    /// assert_eq!(store.sample_count(), 2);
    /// # Ok::<(), alert_schemas::metrics::StoreError>(())
    /// ```
    pub fn extend(&mut self, series: &Series) -> Result<(), StoreError> {
        series.samples.iter().try_for_each(|sample| self.push(&series.labels, *sample))
    }

    fn add(&mut self, series: Series) {
        let place = self.series.len();
        self.by_name.entry(series.labels.name().unwrap_or_default().into()).or_default().push(place);
        self.by_labels.insert(series.labels.clone(), place);
        self.series.push(series);
    }

    /// Forgets the samples before `mint`, in milliseconds since the Unix epoch, and the series that then have none; returns how many
    /// samples were forgotten.
    pub fn forget_before(&mut self, mint: i64) -> usize {
        let before = self.samples;
        let series = std::mem::take(&mut self.series);
        (self.by_labels, self.by_name, self.samples) = (BTreeMap::new(), BTreeMap::new(), 0);
        for mut series in series {
            let old = series.samples.partition_point(|sample| sample.millis() < mint);
            series.samples.drain(..old);
            if !series.samples.is_empty() {
                self.samples += series.samples.len();
                self.add(series);
            }
        }
        before - self.samples
    }

    /// The series, in the order in which they first came.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = SeriesView<'_>> {
        self.series.iter().map(SeriesView::from)
    }

    /// The series of exactly these labels.
    #[must_use]
    pub fn get(&self, labels: &SeriesLabels) -> Option<SeriesView<'_>> {
        self.series.get(*self.by_labels.get(labels)?).map(SeriesView::from)
    }

    /// How many series there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.series.len()
    }

    /// Whether there is no series.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// How many samples there are.
    #[must_use]
    pub fn sample_count(&self) -> usize {
        self.samples
    }
}

impl SampleSource for MemoryStore {
    fn select<'a>(&'a self, matchers: &[SeriesMatcher], mint: i64, maxt: i64) -> Vec<SeriesView<'a>> {
        let (names, others): (Vec<_>, Vec<_>) = matchers.iter().partition(|matcher| matcher.name() == MetricName::LABEL);
        let exact = names.iter().find(|matcher| matcher.op() == MatchOp::Equal);
        let wanted = |name: &str| names.iter().all(|matcher| matcher.matches_value(name));
        let mut places: Vec<usize> = match exact {
            Some(exact) if wanted(exact.value()) => self.by_name.get(exact.value()).cloned().unwrap_or_default(),
            Some(_) => Vec::new(),
            None => self.by_name.iter().filter(|(name, _)| wanted(name)).flat_map(|(_, places)| places.iter().copied()).collect(),
        };
        places.sort_unstable();
        let found = places.into_iter().filter_map(|place| self.series.get(place)).map(SeriesView::from);
        let found = found.filter(|view| others.iter().all(|matcher| matcher.matches(view.labels)));
        found.map(|view| view.between(mint, maxt)).filter(|view| !view.samples.is_empty()).collect()
    }
}

/// Why a store does not take a sample.
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels, StoreError};
///
/// let mut store = MemoryStore::new();
/// let up = SeriesLabels::from_pairs([("__name__", "up")])?;
/// store.push(&up, Sample::new(60_000, 1.0))?;
/// let error: StoreError = store.push(&up, Sample::new(0, 1.0)).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the sample `1` of `up` at 1970-01-01T00:00:00Z is earlier than one that is there: expected samples in order of time",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sample `{}` of `{labels}` at {} {kind}", sample.value, sample.at)]
pub struct StoreError {
    kind: StoreErrorKind,
    labels: SeriesLabels,
    sample: Sample,
}

/// What a store does not take, see [`StoreError`].
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels, StoreErrorKind};
///
/// let mut store = MemoryStore::new();
/// store.push(&SeriesLabels::new(), Sample::new(1, 1.0))?;
/// let error = store.push(&SeriesLabels::new(), Sample::new(1, 2.0)).unwrap_err();
/// assert_eq!(error.kind(), &StoreErrorKind::Differs);
/// # Ok::<(), alert_schemas::metrics::StoreError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The series has a later sample.
    #[error("is earlier than one that is there: expected samples in order of time")]
    OutOfOrder,
    /// The series has another value at this time.
    #[error("differs from the one that is there: expected one value for each time")]
    Differs,
    /// There is no room for another series.
    #[error("starts one series too many: expected at most {max}")]
    TooManySeries {
        /// How many there may be.
        max: usize,
    },
    /// There is no room for another sample.
    #[error("is one too many: expected at most {max}")]
    TooManySamples {
        /// How many there may be.
        max: usize,
    },
}

impl StoreError {
    fn new(kind: StoreErrorKind, labels: &SeriesLabels, sample: Sample) -> Self {
        Self { kind, labels: labels.clone(), sample }
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &StoreErrorKind {
        &self.kind
    }

    /// The labels of the series.
    #[must_use]
    pub fn labels(&self) -> &SeriesLabels {
        &self.labels
    }

    /// The sample that was refused.
    #[must_use]
    pub fn sample(&self) -> Sample {
        self.sample
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.kind {
            StoreErrorKind::OutOfOrder => "sample_out_of_order",
            StoreErrorKind::Differs => "sample_differs",
            StoreErrorKind::TooManySeries { .. } => "too_many_series",
            StoreErrorKind::TooManySamples { .. } => "too_many_samples",
        }
    }
}

crate::utils::umbrella!(StoreError);

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> SeriesLabels {
        SeriesLabels::from_pairs(pairs.iter().copied()).unwrap()
    }

    fn store() -> MemoryStore {
        let mut store = MemoryStore::new();
        for (number, pairs) in
            [&[("__name__", "up"), ("job", "web")][..], &[("__name__", "load")], &[("__name__", "up"), ("job", "api")], &[("job", "api")]]
                .iter()
                .enumerate()
        {
            for step in 0..3 {
                store.push(&labels(pairs), Sample::new(step * 10, f64::from(u32::try_from(number).unwrap()))).unwrap();
            }
        }
        store
    }

    fn found(store: &MemoryStore, matchers: &[SeriesMatcher]) -> Vec<String> {
        store.select(matchers, i64::MIN, i64::MAX).iter().map(|view| view.labels.to_string()).collect()
    }

    #[test]
    fn series_are_found_by_all_kinds_of_matchers() {
        let store = store();
        let matcher = |name: &str, op, value: &str| SeriesMatcher::new(name, op, value).unwrap();
        let (web, load, api, none) = (r#"up{job="web"}"#, "load", r#"up{job="api"}"#, r#"{job="api"}"#);
        for (matchers, expected) in [
            (vec![], vec![web, load, api, none]),
            (vec![SeriesMatcher::equal("__name__", "up")], vec![web, api]),
            (vec![SeriesMatcher::equal("__name__", "up"), SeriesMatcher::equal("__name__", "load")], vec![]),
            (vec![SeriesMatcher::equal("__name__", "")], vec![none]),
            (vec![matcher("__name__", MatchOp::Regex, "up|load"), matcher("job", MatchOp::NotEqual, "web")], vec![load, api]),
            (vec![matcher("__name__", MatchOp::NotRegex, "u.*")], vec![load, none]),
            (vec![SeriesMatcher::equal("job", "api")], vec![api, none]),
            (vec![SeriesMatcher::equal("job", "")], vec![load]),
        ] {
            assert_eq!(found(&store, &matchers), expected, "{matchers:?}");
        }
    }

    #[test]
    fn both_ends_of_a_range_belong_to_it() {
        let store = store();
        let times = |mint, maxt| -> Vec<Vec<i64>> {
            let found = store.select(&[SeriesMatcher::equal("__name__", "load")], mint, maxt);
            found.iter().map(|view| view.samples.iter().map(Sample::millis).collect()).collect()
        };
        assert_eq!(times(0, 20), [[0, 10, 20]]);
        assert_eq!(times(1, 19), [[10]]);
        assert_eq!(times(10, 10), [[10]]);
        assert!(times(11, 19).is_empty() && times(21, i64::MAX).is_empty() && times(20, 0).is_empty());
    }

    #[test]
    fn old_samples_are_forgotten() {
        let mut store = store();
        store.push(&labels(&[("__name__", "load")]), Sample::new(30, 1.0)).unwrap();
        assert_eq!((store.len(), store.sample_count()), (4, 13));
        assert_eq!(store.forget_before(25), 12);
        assert_eq!((store.len(), store.sample_count(), store.is_empty()), (1, 1, false));
        assert_eq!(found(&store, &[]), ["load"]);
        assert!(store.get(&labels(&[("__name__", "load")])).is_some() && store.get(&labels(&[("job", "api")])).is_none());
        assert_eq!(store.forget_before(i64::MAX), 1);
        assert!(store.is_empty() && store.iter().len() == 0);
    }

    #[test]
    fn a_mark_and_a_nan_at_one_time_differ() {
        let mut store = MemoryStore::with_options(StoreOptions::default().with_max_series(1));
        let up = labels(&[("__name__", "up")]);
        store.push(&up, Sample::stale(0)).unwrap();
        store.push(&up, Sample::stale(0)).unwrap();
        assert_eq!(store.push(&up, Sample::new(0, f64::NAN)).unwrap_err().code(), "sample_differs");
        store.push(&up, Sample::new(1, 0.0)).unwrap();
        assert_eq!(store.push(&up, Sample::new(1, -0.0)).unwrap_err().code(), "sample_differs");
        let error = store.push(&labels(&[]), Sample::new(0, 1.0)).unwrap_err();
        assert_eq!(error.to_string(), "the sample `1` of `{}` at 1970-01-01T00:00:00Z starts one series too many: expected at most 1");
    }
}
