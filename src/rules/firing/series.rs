//! The series that an alerting rule writes: `ALERTS` and `ALERTS_FOR_STATE`.

use std::collections::BTreeMap;

use crate::metrics::MetricName;
use crate::metrics::Sample;
use crate::metrics::SampleTime;
use crate::metrics::SeriesLabels;
use crate::rules::alert_rule::AlertRule;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::instance::AlertInstance;
use crate::rules::firing::outcome::WrittenSample;
use crate::rules::firing::render::NAME_LABEL;
use crate::rules::firing::render::written_labels;

/// The series that says which alerts are active.
pub(crate) const ALERTS: &str = "ALERTS";

/// The series that says since when they are.
pub(crate) const ALERTS_FOR_STATE: &str = "ALERTS_FOR_STATE";

/// The label of `ALERTS` that says where the alert is.
const STATE_LABEL: &str = "alertstate";

/// The labels of a series of the rule: those of the rule as they are written, with those of the alert over them.
///
/// A label of the rule that is rendered to the empty text keeps its written text here, as in Prometheus. Labels beyond the limit are left out.
pub(crate) fn series_labels(
    written: &BTreeMap<&str, &str>,
    alert: Option<&AlertInstance>,
    rule: &AlertRule,
    own: &[(&str, &str)],
) -> SeriesLabels {
    let mut labels: BTreeMap<&str, &str> =
        written.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (*name, *value)).collect();
    labels.extend(alert.iter().flat_map(|alert| alert.labels.iter()));
    labels.insert(NAME_LABEL, rule.name.as_str());
    labels.extend(own.iter().copied());
    let mut builder = SeriesLabels::new().to_builder();
    for (name, value) in labels {
        // Fails only beyond the limits, where the alert already has as many labels as there may be.
        let _ = builder.set(name, value);
    }
    builder.build()
}

/// The samples of the active alerts of a rule, two for each.
pub(crate) fn samples<'i>(
    rule: &AlertRule,
    context: &FiringContext<'_>,
    active: impl Iterator<Item = &'i AlertInstance>,
) -> Vec<WrittenSample> {
    let written = written_labels(rule, context);
    let at = SampleTime::from(context.query_time()).millis();
    let mut samples = Vec::new();
    for alert in active {
        let state = [(MetricName::LABEL, ALERTS), (STATE_LABEL, alert.state.as_str())];
        samples.push(WrittenSample::new(series_labels(&written, Some(alert), rule, &state), Sample::new(at, 1.0)));
        let since = [(MetricName::LABEL, ALERTS_FOR_STATE)];
        let seconds = alert.active_at.unix_millis().div_euclid(1_000);
        #[expect(clippy::cast_precision_loss, reason = "seconds of the years 0001 to 9999 are below 2^53")]
        let value = Sample::new(at, seconds as f64);
        samples.push(WrittenSample::new(series_labels(&written, Some(alert), rule, &since), value));
    }
    samples
}

/// Remembers which series were written, and adds the mark of staleness for those that were written before and are not any more.
pub(crate) fn mark_stale(series: &mut Vec<SeriesLabels>, samples: &mut Vec<WrittenSample>, at_millis: i64) {
    let mut written: Vec<SeriesLabels> = samples.iter().map(|sample| sample.labels.clone()).collect();
    written.sort();
    written.dedup();
    let before = std::mem::replace(series, written);
    let gone = before.into_iter().filter(|old| series.binary_search(old).is_err());
    samples.extend(gone.map(|labels| WrittenSample::new(labels, Sample::stale(at_millis))));
}
