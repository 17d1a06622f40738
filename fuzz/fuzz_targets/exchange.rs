//! A line of recorded requests is refused with known codes, or is history of its own time whose alerts and silences are valid.

#![no_main]

use alert_schemas::Timestamp;
use alert_schemas::notifications::HistoryEvent;
use alert_schemas::schema;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::Exchange;
use alert_schemas::webhooks::alertmanager::Reception;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let problems = match Exchange::read(bytes, &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH)) {
        Ok(exchange) => {
            for entry in &exchange.entries {
                assert_eq!(entry.at, exchange.at);
                match &entry.event {
                    HistoryEvent::Alert(alert) => assert_eq!(alert.check(), Ok(())),
                    HistoryEvent::SetSilence { silence, .. } => assert_eq!(silence.check(), Ok(())),
                    _ => {}
                }
            }
            exchange.problems
        }
        Err(report) => {
            assert!(!report.is_empty());
            report
        }
    };
    for violation in problems.violations() {
        assert!(schema::error_code(&violation.code).is_some(), "{violation:?}");
    }
});
