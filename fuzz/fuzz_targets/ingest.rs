//! Every alert that is received is right and has the fingerprint of what was sent; what is posted anew is received as the same alert.

#![no_main]

use alert_schemas::Timestamp;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::ingest;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let reception = Reception::at(Timestamp::UNIX_EPOCH);
    let Ok(ingested) = ingest(bytes, &DecodeLimits::default(), &reception) else { return };
    assert_eq!(ingested.received(), ingested.alerts.len() + ingested.refused.len() + ingested.more_refused);
    for received in &ingested.alerts {
        assert_eq!(received.alert.check(), Ok(()));
        let post = PostableAlert::from_alert(&received.alert, reception.now).value;
        let again = post.to_alert(&reception).expect("what was received can be posted");
        assert_eq!(again.value.fingerprint(), received.alert.fingerprint());
        assert_eq!(again.value.annotations, received.alert.annotations);
    }
    for refused in &ingested.refused {
        assert!(!refused.report.is_empty());
        assert!(refused.report.violations().iter().all(|violation| violation.position.is_some()));
    }
});
