//! What reads as a duration, an instant, a range, an identity or a pointer is printed as a text that reads back equal.

#![no_main]

use std::fmt::Display;
use std::str::FromStr;

use alert_schemas::AlertDuration;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Identity;
use alert_schemas::utils::Pointer;
use alert_schemas::webhooks::alertmanager::WireTime;
use libfuzzer_sys::fuzz_target;

fn reads_back<T: FromStr + Display + PartialEq>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let printed = value.to_string();
        assert!(printed.parse::<T>().is_ok_and(|again| again == value), "{text:?} {printed:?}");
    }
}

fuzz_target!(|text: &str| {
    reads_back::<AlertDuration>(text);
    reads_back::<Timestamp>(text);
    reads_back::<TimeRange>(text);
    reads_back::<Identity>(text);
    reads_back::<Pointer>(text);
    // Whatever is RFC 3339 to us is a time to Alertmanager's reader, and the same one.
    if let Ok(at) = text.parse::<Timestamp>() {
        let wire = WireTime::read(text).expect("RFC 3339");
        assert_eq!(wire.instant().unwrap_or(Timestamp::min()), at);
    }
});
