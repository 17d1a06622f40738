//! Where samples come from.

use crate::metrics::sample::Sample;
use crate::metrics::series::Series;
use crate::metrics::series_labels::SeriesLabels;
use crate::metrics::series_matcher::SeriesMatcher;

/// The samples of one series in a range of time, lent by what keeps them.
///
/// ```
/// use alert_schemas::metrics::{Sample, SeriesLabels, SeriesView};
///
/// let (labels, samples) = (SeriesLabels::new(), [Sample::new(0, 1.0), Sample::new(60_000, 2.0)]);
/// let view = SeriesView::new(&labels, &samples);
/// assert_eq!(view.between(1, 60_000).samples, &samples[1..]);
/// assert_eq!(view.newest_at(59_999), Some(&samples[0]));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SeriesView<'a> {
    /// What identifies the series.
    pub labels: &'a SeriesLabels,
    /// Its samples, the earliest first, one for each time.
    pub samples: &'a [Sample],
}

impl<'a> SeriesView<'a> {
    /// The view of these labels and samples, which are in order of time.
    #[must_use]
    pub fn new(labels: &'a SeriesLabels, samples: &'a [Sample]) -> Self {
        Self { labels, samples }
    }

    /// The same series with its samples from `mint` to `maxt`, both included, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn between(self, mint: i64, maxt: i64) -> Self {
        let start = self.samples.partition_point(|sample| sample.millis() < mint);
        let end = self.samples.partition_point(|sample| sample.millis() <= maxt);
        Self { labels: self.labels, samples: self.samples.get(start..end).unwrap_or_default() }
    }

    /// The newest sample that is not later than `at`, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn newest_at(self, at: i64) -> Option<&'a Sample> {
        let end = self.samples.partition_point(|sample| sample.millis() <= at);
        self.samples.get(end.checked_sub(1)?)
    }
}

impl<'a> From<&'a Series> for SeriesView<'a> {
    fn from(series: &'a Series) -> Self {
        Self::new(&series.labels, &series.samples)
    }
}

/// What can be asked for the samples of series: the store that rules are evaluated over.
///
/// An implementation lends what it has in memory. One that reads from elsewhere loads what an evaluation needs first, for instance into
/// a [`MemoryStore`](crate::metrics::MemoryStore).
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{Sample, SampleSource, Series, SeriesLabels, SeriesMatcher, SeriesView};
///
/// struct One(Series);
///
/// impl SampleSource for One {
///     fn select<'a>(&'a self, matchers: &[SeriesMatcher], mint: i64, maxt: i64) -> Vec<SeriesView<'a>> {
///         let view = SeriesView::from(&self.0).between(mint, maxt);
///         let found = matchers.iter().all(|matcher| matcher.matches(view.labels)) && !view.samples.is_empty();
///         if found { vec![view] } else { Vec::new() }
///     }
/// }
///
/// let labels = SeriesLabels::from_pairs([("__name__", "up")])?;
/// let source = One(Series::new(labels, vec![Sample::new(0, 1.0)]));
/// assert_eq!(source.select(&[SeriesMatcher::equal("__name__", "up")], 0, 0).len(), 1);
/// assert_eq!(source.select(&[SeriesMatcher::equal("__name__", "up")], 1, 9).len(), 0);
/// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
/// ```
pub trait SampleSource {
    /// The series that all matchers match, each with its samples from `mint` to `maxt`, both included, in milliseconds since the Unix
    /// epoch.
    ///
    /// Samples are in order of time, one for each time; a series without a sample in the range is left out; each series comes once. The
    /// order of the series is the same each time; where ties are broken by it, as in `topk`, Prometheus has the order in which the series
    /// first came.
    fn select<'a>(&'a self, matchers: &[SeriesMatcher], mint: i64, maxt: i64) -> Vec<SeriesView<'a>>;
}

impl<S: SampleSource + ?Sized> SampleSource for &S {
    fn select<'a>(&'a self, matchers: &[SeriesMatcher], mint: i64, maxt: i64) -> Vec<SeriesView<'a>> {
        (**self).select(matchers, mint, maxt)
    }
}
