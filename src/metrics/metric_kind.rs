//! What the values of a metric mean.

use crate::utils::vocabulary;

vocabulary! {
    /// What the values of a metric mean, in the words of OpenMetrics.
    ///
    /// # The kinds
    ///
    /// | kind | its samples | Prometheus' format |
    /// |---|---|---|
    /// | `counter` | a sum that only grows, or starts again at zero | `counter` |
    /// | `gauge` | a number as it is now | `gauge` |
    /// | `histogram` | counts of observations up to each bound, their number and sum | `histogram` |
    /// | `gaugehistogram` | the same of things that come and go | unknown |
    /// | `summary` | quantiles, number and sum of observations | `summary` |
    /// | `info` | labels that describe, with the value 1 | `gauge` |
    /// | `stateset` | which of several states hold, 0 or 1 for each | `gauge` |
    /// | `unknown` | not said | `untyped` |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::MetricKind;
    ///
    /// let kind: MetricKind = "counter".parse()?;
    /// assert_eq!(kind, MetricKind::Counter);
    /// assert_eq!(MetricKind::default(), MetricKind::Unknown);
    /// # Ok::<(), alert_schemas::metrics::InvalidMetricKind>(())
    /// ```
    [#[non_exhaustive]]
    pub enum MetricKind;
    error InvalidMetricKind in metrics, code "invalid_metric_kind", noun "a kind of metric";
    /// A sum that only grows, or starts again at zero.
    Counter = "counter",
    /// A number as it is now.
    Gauge = "gauge",
    /// Counts of observations up to each bound, their number and sum.
    Histogram = "histogram",
    /// As a histogram, of things that come and go.
    GaugeHistogram = "gaugehistogram",
    /// Quantiles, number and sum of observations.
    Summary = "summary",
    /// Labels that describe, with the value 1.
    Info = "info",
    /// Which of several states hold.
    StateSet = "stateset",
    /// Not said.
    Unknown = "unknown",
}

impl Default for MetricKind {
    /// Not said.
    fn default() -> Self {
        Self::Unknown
    }
}
