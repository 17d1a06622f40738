//! A document is an alert for both readings or for neither; an alert is written as a document that reads back equal; each problem has a known code
//! and a place inside the document.

#![no_main]

use alert_schemas::Alert;
use alert_schemas::schema;
use alert_schemas::validations::DecodeLimits;
use libfuzzer_sys::fuzz_target;

/// What is refused before anything is decoded, and so is no matter of the two readings.
const LIMITS: [&str; 5] = ["document_too_large", "too_deep", "too_many_values", "string_too_long", "document_too_dense"];

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits::default();
    let Some(exported) = schema::exported_type("Alert") else { panic!("Alert is exported") };
    match Alert::decode(bytes, &limits) {
        Ok(alert) => {
            assert_eq!(exported.check_quickly(bytes), exported.check_slowly(bytes).ok());
            assert_eq!(alert.check(), Ok(()));
            let text = serde_json::to_vec(&alert).expect("an alert is JSON");
            assert_eq!(Alert::decode(&text, &limits), Ok(alert));
        }
        Err(report) => {
            let lines = 1 + bytes.iter().filter(|&&byte| byte == b'\n').count();
            assert!(!report.is_empty());
            for violation in report.violations() {
                assert!(schema::error_code(&violation.code).is_some(), "{violation:?}");
                assert!(
                    violation.position.is_some_and(|at| (1..=lines).contains(&at.line) && at.column <= bytes.len() + 1),
                    "{violation:?}"
                );
            }
            if !report.violations().iter().any(|violation| LIMITS.contains(&&*violation.code)) {
                assert_eq!(exported.check_quickly(bytes), None, "serde takes what the walk refuses");
                assert_eq!(exported.check_slowly(bytes), Err(report));
            }
        }
    }
});
