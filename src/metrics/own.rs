//! The alert system's own metrics: one table of what a service that uses this crate should show about itself.
//!
//! The crate counts nothing on its own, since it has no clock and no place to keep counters. Its functions return what there is to count; the table
//! names a metric for each such result, so that services show the same numbers under the same names.
//!
//! Names start with `alerting_`. The label `tenant` is the [`TenantId`](crate::utils::TenantId) of the alerts.

use crate::metrics::exposition::MetricFamily;
use crate::metrics::metric_kind::MetricKind;
use crate::metrics::metric_name::MetricName;
use crate::metrics::unit::Unit;

/// One of the alert system's own metrics.
///
/// ```
/// use alert_schemas::metrics::own::{OwnMetric, metric};
///
/// let evicted: &OwnMetric = metric("alerting_evicted_alerts_total").unwrap();
/// assert_eq!((evicted.labels, evicted.result), (&["tenant"][..], "correlation::Observation::evicted"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnMetric {
    /// The name, with the unit and, for counters, `total` at its end.
    pub name: &'static str,
    /// What its values mean.
    pub kind: MetricKind,
    /// The unit, if it counts anything but things.
    pub unit: Option<&'static str>,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it is about, in words.
    pub help: &'static str,
    /// The function of this crate that gives what is counted, by its path in the crate.
    pub source: &'static str,
    /// The part of its result that feeds the metric, by its path in the crate.
    pub result: &'static str,
}

impl OwnMetric {
    /// The family without samples, as it is exposed in Prometheus' format.
    ///
    /// ```
    /// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat};
    /// use alert_schemas::metrics::own;
    ///
    /// let mut exposition = Exposition::new(ExpositionFormat::Prometheus);
    /// exposition.families.extend(own::METRICS.iter().filter_map(own::OwnMetric::family));
    /// assert_eq!(exposition.families.len(), own::METRICS.len());
    /// ```
    #[must_use]
    pub fn family(&self) -> Option<MetricFamily> {
        let mut family = MetricFamily::new(MetricName::new(self.name).ok()?, self.kind);
        family.help = Some(self.help.to_owned());
        family.unit = self.unit.and_then(|unit| Unit::new(unit).ok());
        Some(family)
    }
}

/// All of them, by name.
///
/// | name | labels | fed by |
/// |---|---|---|
/// | `alerting_broken_documents_total` | `code` | a document that [`ingest`](crate::webhooks::alertmanager::ingest) refused as a whole, by its first problem |
/// | `alerting_conversion_losses_total` | `code` | what `ingest` could not carry over, for each alert |
/// | `alerting_dropped_sessions_total` | `tenant` | sessions that deduplication forgot since an alert had too many |
/// | `alerting_evicted_alerts_total` | `tenant` | alerts that deduplication forgot since there were too many |
/// | `alerting_evicted_groups_total` | `tenant` | groups that grouping forgot since there were too many members |
/// | `alerting_groups` | `tenant` | groups that are remembered |
/// | `alerting_late_alerts_total` | `tenant` | receptions older than what was known |
/// | `alerting_observed_alerts_total` | `tenant`, `verdict` | receptions by verdict of deduplication |
/// | `alerting_opened_groups_total` | `tenant` | groups that began |
/// | `alerting_received_alerts_total` | | alerts in documents, good or bad |
/// | `alerting_refused_alerts_total` | | alerts that were bad |
/// | `alerting_remembered_alerts` | `tenant` | alerts that deduplication remembers |
pub const METRICS: &[OwnMetric] = &[
    OwnMetric {
        name: "alerting_broken_documents_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["code"],
        help: "Documents that were refused as a whole, by the code of their first problem.",
        source: "webhooks::alertmanager::ingest",
        result: "utils::Report::violations",
    },
    OwnMetric {
        name: "alerting_conversion_losses_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["code"],
        help: "What alerts lost when they were received, by code.",
        source: "webhooks::alertmanager::ingest",
        result: "webhooks::alertmanager::Received::losses",
    },
    OwnMetric {
        name: "alerting_dropped_sessions_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant"],
        help: "Sessions of alerts that were forgotten because an alert had too many.",
        source: "correlation::Deduplicator::counters",
        result: "correlation::DedupCounters::dropped_sessions",
    },
    OwnMetric {
        name: "alerting_evicted_alerts_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant"],
        help: "Alerts that deduplication forgot to make room for others.",
        source: "correlation::Deduplicator::observe",
        result: "correlation::Observation::evicted",
    },
    OwnMetric {
        name: "alerting_evicted_groups_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant"],
        help: "Groups that were forgotten to make room for others.",
        source: "correlation::WindowGrouper::add",
        result: "correlation::Placement::evicted",
    },
    OwnMetric {
        name: "alerting_groups",
        kind: MetricKind::Gauge,
        unit: None,
        labels: &["tenant"],
        help: "Groups that are remembered.",
        source: "correlation::WindowGrouper::groups_of",
        result: "correlation::AlertGroup::id",
    },
    OwnMetric {
        name: "alerting_late_alerts_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant"],
        help: "Alerts that were older than what was known of them.",
        source: "correlation::Deduplicator::observe",
        result: "correlation::Observation::late",
    },
    OwnMetric {
        name: "alerting_observed_alerts_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant", "verdict"],
        help: "Alerts that went through deduplication, by its verdict.",
        source: "correlation::Deduplicator::observe",
        result: "correlation::Observation::verdict",
    },
    OwnMetric {
        name: "alerting_opened_groups_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &["tenant"],
        help: "Groups that began.",
        source: "correlation::WindowGrouper::add",
        result: "correlation::Placement::opened",
    },
    OwnMetric {
        name: "alerting_received_alerts_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &[],
        help: "Alerts in the documents that were received, good or bad.",
        source: "webhooks::alertmanager::ingest",
        result: "webhooks::alertmanager::Ingested::received",
    },
    OwnMetric {
        name: "alerting_refused_alerts_total",
        kind: MetricKind::Counter,
        unit: None,
        labels: &[],
        help: "Alerts in the documents that were received which could not be read.",
        source: "webhooks::alertmanager::ingest",
        result: "webhooks::alertmanager::Ingested::refused",
    },
    OwnMetric {
        name: "alerting_remembered_alerts",
        kind: MetricKind::Gauge,
        unit: None,
        labels: &["tenant"],
        help: "Alerts that deduplication remembers.",
        source: "correlation::Deduplicator::remembered",
        result: "correlation::Deduplicator::remembered",
    },
];

/// The metric of this name.
///
/// ```
/// use alert_schemas::metrics::own::metric;
///
/// assert!(metric("alerting_groups").is_some());
/// assert!(metric("up").is_none());
/// ```
#[must_use]
pub fn metric(name: &str) -> Option<&'static OwnMetric> {
    METRICS.iter().find(|own| own.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::LabelSyntax;

    #[test]
    fn names_are_sorted_and_those_of_good_metrics() {
        assert!(METRICS.is_sorted_by(|a, b| a.name < b.name));
        for own in METRICS {
            let name = MetricName::new(own.name).unwrap();
            assert!(name.is_legacy() && own.name.starts_with("alerting_") && !own.name.contains(':'), "{name}");
            assert_eq!(own.kind == MetricKind::Counter, own.name.ends_with("_total"), "{name}");
            assert!(own.help.ends_with('.') && own.help.starts_with(char::is_uppercase), "{name}");
            assert!(own.labels.is_sorted_by(|a, b| a < b), "{name}");
            assert!(own.labels.iter().all(|label| LabelSyntax::Legacy.allows(label) && !label.starts_with("__")), "{name}");
            let base = own.name.strip_suffix("_total").unwrap_or(own.name);
            assert!(own.unit.is_none_or(|unit| Unit::new(unit).unwrap().ends(base)), "{name}");
        }
    }
}
