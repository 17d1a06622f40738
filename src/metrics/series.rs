//! A series: labels and samples.

use crate::metrics::sample::Sample;
use crate::metrics::series_labels::SeriesLabels;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// A time series: what identifies it, and its samples in order of time.
    ///
    /// # Validity
    ///
    /// Each sample is later than the one before it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::{Sample, Series, SeriesLabels};
    ///
    /// let labels = SeriesLabels::from_pairs([("__name__", "cpu_usage"), ("instance", "web-01")])?;
    /// let series = Series::new(labels, vec![Sample::new(0, 79.5), Sample::new(60_000, 85.2)]);
    /// assert_eq!(series.check(), Ok(()));
    /// assert_eq!(series.labels.to_string(), r#"cpu_usage{instance="web-01"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidLabel>(())
    /// ```
    pub struct Series: closed in metrics;
    example r#"{"labels": {"__name__": "cpu_usage", "instance": "web-01"}, "samples": [{"at": "2025-01-06T09:00:00Z", "value": "85.2"}]}"#;
    beyond { rules RULES; settle Series::settled; }
    /// What identifies it.
    required labels: SeriesLabels as "labels",
    /// Its samples, the earliest first; at most 1,000,000.
    list(Series::MAX_SAMPLES) samples: Sample as "samples",
}

const RULES: &[Rule<Series>] = &[Rule {
    code: "samples_not_in_order",
    field: "samples",
    rule: "Each sample is later than the one before it.",
    broken: |series| {
        let late = |pair: &[Sample]| matches!(pair, [a, b] if a.at >= b.at);
        let index = series.samples.windows(2).position(late)? + 1;
        Some(format!("sample {index} is not later than the one before it: expected them in order of time, one for each time"))
    },
}];

impl Series {
    /// How many samples there may be.
    pub const MAX_SAMPLES: usize = 1_000_000;

    /// The series of these labels and samples; [`Series::check`] tells whether the samples are in order.
    #[must_use]
    pub fn new(labels: SeriesLabels, samples: Vec<Sample>) -> Self {
        Self { labels, samples }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.samples.sort_by_key(|sample| sample.at);
        self.samples.dedup_by_key(|sample| sample.at);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_in_order() {
        let series = |times: &[i64]| Series::new(SeriesLabels::new(), times.iter().map(|at| Sample::new(*at, 1.0)).collect());
        assert_eq!(series(&[]).check(), Ok(()));
        assert_eq!(series(&[1, 2, 5]).check(), Ok(()));
        for times in [&[1, 1][..], &[1, 3, 2], &[2, 1]] {
            let report = series(times).check().unwrap_err();
            assert_eq!(report.violations()[0].code, "samples_not_in_order", "{times:?}");
        }
        let message = "sample 2 is not later than the one before it: expected them in order of time, one for each time";
        assert_eq!(series(&[1, 3, 2]).check().unwrap_err().violations()[0].message, message);
    }
}
