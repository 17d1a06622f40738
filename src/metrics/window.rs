//! Stretches of time over the samples of a series.

use crate::metrics::kahan::Kahan;
use crate::metrics::sample::Sample;
use crate::metrics::sample_source::SeriesView;
use crate::utils::AlertDuration;

/// A stretch of time that ends where one looks from: what a range such as `[5m]` selects.
///
/// It is open at its start and closed at its end, as in Prometheus since version 3: the window of five minutes at 09:05 has the samples after
/// 09:00, and the one at 09:05.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::metrics::{Sample, SeriesLabels, SeriesView, Window};
///
/// let (labels, samples) = (SeriesLabels::new(), [Sample::new(0, 1.0), Sample::new(60_000, 2.0), Sample::new(120_000, 6.0)]);
/// let window = Window::new(AlertDuration::minutes(2));
/// let seen = window.at(SeriesView::new(&labels, &samples), 120_000);
/// assert_eq!((seen.count(), seen.sum(), seen.mean(), seen.min()), (2, 8.0, Some(4.0), Some(2.0)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    length: AlertDuration,
}

impl Window {
    /// A window of this length; one of no length has no sample.
    #[must_use]
    pub const fn new(length: AlertDuration) -> Self {
        Self { length }
    }

    /// Its length.
    #[must_use]
    pub const fn length(self) -> AlertDuration {
        self.length
    }

    /// The samples in it when it ends at `end`, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn at(self, series: SeriesView<'_>, end: i64) -> WindowSamples<'_> {
        let length = i64::try_from(self.length.as_millis()).unwrap_or(i64::MAX);
        // `end - length` itself is outside.
        let start = end.saturating_sub(length).saturating_add(1);
        WindowSamples { samples: series.between(start, end).samples }
    }

    /// The window at `start`, and then every `step` up to `end`; at `start` alone if `step` is zero.
    ///
    /// With `step` as long as the window the windows touch; a shorter one makes them overlap.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::{Sample, SeriesLabels, SeriesView, Window};
    ///
    /// let (labels, samples) = (SeriesLabels::new(), [Sample::new(1, 1.0), Sample::new(2, 2.0), Sample::new(3, 3.0)]);
    /// let two = AlertDuration::millis(2);
    /// let counts = Window::new(two).each(SeriesView::new(&labels, &samples), 2, 5, two).map(|(end, seen)| (end, seen.count()));
    /// assert_eq!(counts.collect::<Vec<_>>(), [(2, 2), (4, 1)]);
    /// ```
    pub fn each(self, series: SeriesView<'_>, start: i64, end: i64, step: AlertDuration) -> impl Iterator<Item = (i64, WindowSamples<'_>)> {
        let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX);
        let after = move |at: &i64| at.checked_add(step).filter(|_| step > 0);
        std::iter::successors(Some(start), after).take_while(move |at| *at <= end).map(move |at| (at, self.at(series, at)))
    }
}

/// The samples of a [`Window`], and what is counted over them; marks that a series has ended are no values.
///
/// Of no value at all there is no mean, least or greatest. NaN goes through sums and means; the least and greatest are those of the other values.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::metrics::{Sample, SeriesLabels, SeriesView, Window, WindowSamples};
///
/// let (labels, samples) = (SeriesLabels::new(), [Sample::new(1, 4.0), Sample::stale(2)]);
/// let seen: WindowSamples<'_> = Window::new(AlertDuration::minutes(1)).at(SeriesView::new(&labels, &samples), 2);
/// assert_eq!((seen.samples().len(), seen.count(), seen.newest(), seen.has_ended()), (2, 1, Some(4.0), true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowSamples<'a> {
    samples: &'a [Sample],
}

impl<'a> WindowSamples<'a> {
    /// The samples themselves, marks included.
    #[must_use]
    pub fn samples(self) -> &'a [Sample] {
        self.samples
    }

    /// The numbers, in order of time.
    pub fn numbers(self) -> impl DoubleEndedIterator<Item = f64> + Clone + 'a {
        self.samples.iter().filter_map(|sample| sample.value.number())
    }

    /// How many numbers there are.
    #[must_use]
    pub fn count(self) -> usize {
        self.numbers().count()
    }

    /// The sum of the numbers; errors of rounding are carried along, as Prometheus does in `sum_over_time`.
    #[must_use]
    pub fn sum(self) -> f64 {
        let Kahan { sum, lost } = self.numbers().fold(Kahan::default(), Kahan::plus);
        sum + lost
    }

    /// The mean of the numbers.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^53 samples")]
    pub fn mean(self) -> Option<f64> {
        let count = self.count();
        (count > 0).then(|| self.sum() / count as f64)
    }

    /// The least number.
    #[must_use]
    pub fn min(self) -> Option<f64> {
        self.numbers().reduce(|least, number| if number < least || least.is_nan() { number } else { least })
    }

    /// The greatest number.
    #[must_use]
    pub fn max(self) -> Option<f64> {
        self.numbers().reduce(|greatest, number| if number > greatest || greatest.is_nan() { number } else { greatest })
    }

    /// The earliest number.
    #[must_use]
    pub fn oldest(self) -> Option<f64> {
        self.numbers().next()
    }

    /// The latest number.
    #[must_use]
    pub fn newest(self) -> Option<f64> {
        self.numbers().next_back()
    }

    /// Whether the series has ended, and no number followed.
    #[must_use]
    pub fn has_ended(self) -> bool {
        self.samples.last().is_some_and(|sample| sample.value.is_stale())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::series_labels::SeriesLabels;

    fn with<R>(samples: &[Sample], look: impl FnOnce(SeriesView<'_>) -> R) -> R {
        look(SeriesView::new(&SeriesLabels::new(), samples))
    }

    fn all(values: &[f64], look: impl FnOnce(WindowSamples<'_>)) {
        let samples: Vec<Sample> = (1..).zip(values).map(|(at, value)| Sample::new(at, *value)).collect();
        with(&samples, |series| look(Window::new(AlertDuration::minutes(1)).at(series, 1_000)));
    }

    #[test]
    fn a_window_is_open_at_its_start() {
        let samples: Vec<Sample> = (0..5).map(|at| Sample::new(at * 10, 1.0)).collect();
        let times = |length, end| -> Vec<i64> {
            with(&samples, |series| {
                Window::new(AlertDuration::millis(length)).at(series, end).samples().iter().map(Sample::millis).collect()
            })
        };
        assert_eq!(times(20, 30), [20, 30]);
        assert_eq!(times(21, 30), [10, 20, 30]);
        assert_eq!(times(20, 29), [10, 20]);
        assert!(times(0, 30).is_empty());
        assert_eq!(times(1_000, i64::MAX), [0_i64; 0]);
        assert_eq!(times(1_000, i64::MIN), [0_i64; 0]);
    }

    #[test]
    fn sums_keep_what_rounding_loses() {
        all(&[1.0, 1e100, 1.0, -1e100], |seen| {
            assert_eq!((seen.sum(), seen.mean()), (2.0, Some(0.5)));
        });
        all(&[f64::INFINITY, 1.0], |seen| assert_eq!(seen.sum(), f64::INFINITY));
        all(&[f64::NAN, 1.0], |seen| assert!(seen.sum().is_nan()));
        all(&[], |seen| assert_eq!((seen.sum(), seen.mean(), seen.min(), seen.oldest()), (0.0, None, None, None)));
    }

    #[test]
    fn the_least_and_greatest_look_past_nan() {
        all(&[f64::NAN, 3.0, f64::NAN, 1.0, 2.0], |seen| {
            assert_eq!((seen.min(), seen.max(), seen.newest()), (Some(1.0), Some(3.0), Some(2.0)));
        });
        all(&[f64::NAN], |seen| assert!(seen.min().is_some_and(f64::is_nan)));
    }

    #[test]
    fn steps_end_with_the_range() {
        with(&[], |series| {
            let ends = |start, end, step| -> Vec<i64> {
                Window::new(AlertDuration::ZERO).each(series, start, end, AlertDuration::millis(step)).map(|(at, _)| at).collect()
            };
            assert_eq!(ends(0, 10, 5), [0, 5, 10]);
            assert_eq!(ends(0, 9, 0), [0]);
            assert_eq!(ends(1, 0, 5), [0_i64; 0]);
            assert_eq!(ends(i64::MAX - 1, i64::MAX, 5), [i64::MAX - 1]);
        });
    }
}
