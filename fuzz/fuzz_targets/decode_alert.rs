//! A document is an alert for both readings or for neither; an alert is written as a document that reads back equal; each problem has a known code
//! and a place inside the document.

#![no_main]

use alert_schemas::Alert;
use alert_schemas::schema;
use alert_schemas::validations::DecodeLimits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits::default();
    let Some(exported) = schema::exported_type("Alert") else { panic!("Alert is exported") };
    let decoded = Alert::decode(bytes, &limits);
    if exported.check_quickly(bytes).is_some() {
        assert!(exported.check_slowly(bytes).is_ok(), "the fast reading takes what the walk refuses");
    }
    match decoded {
        Ok(alert) => {
            assert!(exported.check_slowly(bytes).is_ok());
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
        }
    }
});
