//! The alert system's own metrics: the functions and results that the table names exist and give what they are said to give.

use std::collections::BTreeMap;

use alert_schemas::Alert;
use alert_schemas::Deduplicator;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::WindowGrouper;
use alert_schemas::correlation::AlertGroup;
use alert_schemas::correlation::DedupCounters;
use alert_schemas::correlation::DedupOptions;
use alert_schemas::correlation::Observation;
use alert_schemas::correlation::Placement;
use alert_schemas::correlation::WindowOptions;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::metrics::SampleTime;
use alert_schemas::metrics::SeriesLabels;
use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use alert_schemas::metrics::exposition::ExpositionSample;
use alert_schemas::metrics::own;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Ingested;
use alert_schemas::webhooks::alertmanager::Received;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;

/// What a small service counts: metric and labels to value.
#[derive(Default)]
struct Counted(BTreeMap<(&'static str, Vec<String>), f64>);

/// Adds to a metric, whose source and result are given as paths that the compiler checks; both must stand in the table.
macro_rules! count {
    ($counted:ident, $name:literal, $labels:expr, $number:expr, $source:expr => $($source_path:ident)::+, $result:expr => $($result_path:ident)::+) => {{
        let _ = ($source, $result);
        let row = own::metric($name).unwrap_or_else(|| panic!("{} is not in the table", $name));
        assert_eq!(row.source, [$(stringify!($source_path)),+].join("::"), $name);
        assert_eq!(row.result, [$(stringify!($result_path)),+].join("::"), $name);
        let labels: Vec<String> = $labels;
        assert_eq!(labels.len(), row.labels.len(), $name);
        *$counted.0.entry(($name, labels)).or_default() += $number as f64;
    }};
}

fn receive(counted: &mut Counted, deduplicator: &mut Deduplicator, grouper: &mut WindowGrouper, body: &str, now: Timestamp) {
    let tenant = |tenant: &TenantId| vec![tenant.to_string()];
    let ingested = match ingest(body.as_bytes(), &DecodeLimits::default(), &Reception::at(now)) {
        Ok(ingested) => ingested,
        Err(report) => {
            let code = report.violations()[0].code.to_string();
            count!(counted, "alerting_broken_documents_total", vec![code], 1, ingest => webhooks::alertmanager::ingest,
                alert_schemas::utils::Report::violations => utils::Report::violations);
            return;
        }
    };
    count!(counted, "alerting_received_alerts_total", vec![], ingested.received(), ingest => webhooks::alertmanager::ingest,
        Ingested::received => webhooks::alertmanager::Ingested::received);
    count!(counted, "alerting_refused_alerts_total", vec![], ingested.refused.len() + ingested.more_refused, ingest => webhooks::alertmanager::ingest,
        |all: &Ingested| all.refused.len() => webhooks::alertmanager::Ingested::refused);
    for received in &ingested.alerts {
        for loss in &received.losses {
            count!(counted, "alerting_conversion_losses_total", vec![loss.code.to_owned()], 1, ingest => webhooks::alertmanager::ingest,
                |one: &Received| one.losses.len() => webhooks::alertmanager::Received::losses);
        }
        observe(counted, deduplicator, grouper, &received.alert, now);
    }
    for own in deduplicator.tenants() {
        let dropped = deduplicator.counters(own).dropped_sessions.get();
        count!(counted, "alerting_dropped_sessions_total", tenant(own), dropped, Deduplicator::counters => correlation::Deduplicator::counters,
            |counters: &DedupCounters| counters.dropped_sessions => correlation::DedupCounters::dropped_sessions);
        count!(counted, "alerting_remembered_alerts", tenant(own), deduplicator.remembered(own), Deduplicator::remembered => correlation::Deduplicator::remembered,
            Deduplicator::remembered => correlation::Deduplicator::remembered);
        count!(counted, "alerting_groups", tenant(own), grouper.groups_of(own).len(), WindowGrouper::groups_of => correlation::WindowGrouper::groups_of,
            |group: &AlertGroup| group.id => correlation::AlertGroup::id);
    }
}

fn observe(counted: &mut Counted, deduplicator: &mut Deduplicator, grouper: &mut WindowGrouper, alert: &Alert, now: Timestamp) {
    let tenant = || vec![alert.tenant.to_string()];
    let seen = deduplicator.observe(alert, now);
    let placed = grouper.add(alert, now);
    count!(counted, "alerting_observed_alerts_total", vec![alert.tenant.to_string(), seen.verdict.to_string()], 1,
        Deduplicator::observe => correlation::Deduplicator::observe, |one: &Observation| one.verdict => correlation::Observation::verdict);
    count!(counted, "alerting_evicted_alerts_total", tenant(), usize::from(seen.evicted.is_some()),
        Deduplicator::observe => correlation::Deduplicator::observe, |one: &Observation| one.evicted.is_some() => correlation::Observation::evicted);
    count!(counted, "alerting_late_alerts_total", tenant(), u8::from(seen.late),
        Deduplicator::observe => correlation::Deduplicator::observe, |one: &Observation| one.late => correlation::Observation::late);
    count!(counted, "alerting_opened_groups_total", tenant(), u8::from(placed.opened),
        WindowGrouper::add => correlation::WindowGrouper::add, |one: &Placement| one.opened => correlation::Placement::opened);
    count!(counted, "alerting_evicted_groups_total", tenant(), placed.evicted.len(),
        WindowGrouper::add => correlation::WindowGrouper::add, |one: &Placement| one.evicted.len() => correlation::Placement::evicted);
}

#[test]
fn every_metric_of_the_table_is_fed_by_what_it_names() {
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let mut deduplicator = Deduplicator::new(DedupOptions::default().with_max_keys(1));
    let mut grouper = WindowGrouper::new(WindowOptions::default().with_max_members(1).with_group_by(["alertname".parse().unwrap()]));
    let mut counted = Counted::default();
    let post = |name: &str| format!(r#"{{"labels":{{"alertname":"{name}","empty":""}},"startsAt":"2025-01-06T09:00:00Z"}}"#);
    for body in [format!("[{},{},{}]", post("DiskFull"), post("DiskFull"), post("HighLoad")), "[7]".to_owned(), "[".to_owned()] {
        receive(&mut counted, &mut deduplicator, &mut grouper, &body, now);
    }
    // What was never counted would prove nothing; an alert that is late and a session that is dropped have their own tests.
    let fed: Vec<&str> = counted.0.keys().map(|(name, _)| *name).collect();
    assert!(own::METRICS.iter().all(|row| fed.contains(&row.name)), "{fed:?}");
    let value =
        |name: &'static str, labels: &[&str]| counted.0.get(&(name, labels.iter().map(|label| (*label).to_owned()).collect())).copied();
    assert_eq!(value("alerting_received_alerts_total", &[]), Some(4.0));
    assert_eq!(value("alerting_refused_alerts_total", &[]), Some(1.0));
    assert_eq!(value("alerting_observed_alerts_total", &["default", "new"]), Some(2.0));
    assert_eq!(value("alerting_observed_alerts_total", &["default", "duplicate"]), Some(1.0));
    assert_eq!(value("alerting_evicted_alerts_total", &["default"]), Some(1.0));
    assert_eq!(value("alerting_evicted_groups_total", &["default"]), Some(1.0));
    assert_eq!(counted.0.keys().filter(|(name, _)| *name == "alerting_broken_documents_total").count(), 1);
    assert!(value("alerting_conversion_losses_total", &["empty_label_dropped"]) > Some(0.0));
}

#[test]
fn the_table_is_exposed_and_read_back() {
    let mut exposition = Exposition::new(ExpositionFormat::Prometheus);
    for row in own::METRICS {
        let mut family = row.family().unwrap();
        let labels = row.labels.iter().map(|label| (*label, "x")).chain([("__name__", row.name)]);
        family.samples.push(ExpositionSample::new(SeriesLabels::from_pairs(labels).unwrap(), 1.0));
        exposition.families.push(family);
    }
    for format in [ExpositionFormat::Prometheus, ExpositionFormat::OpenMetrics] {
        let written = exposition.to_text(format);
        assert!(written.is_exact(), "{:?}", written.losses);
        let read = Exposition::parse(&written.value, format, &ExpositionOptions::default()).unwrap();
        let mut store = MemoryStore::new();
        read.add_to(&mut store, SampleTime::default()).unwrap();
        assert_eq!(store.len(), own::METRICS.len());
        assert!(
            read.families.iter().zip(own::METRICS).all(|(family, row)| family.kind == row.kind && family.help.as_deref() == Some(row.help))
        );
    }
}
