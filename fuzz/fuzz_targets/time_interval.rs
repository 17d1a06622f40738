//! A time interval is refused, or reads back equal; whether it holds changes at its next change, and not before.

#![no_main]

use alert_schemas::AlertDuration;
use alert_schemas::Timestamp;
use alert_schemas::notifications::NamedTimeInterval;
use alert_schemas::validations::DecodeLimits;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits::default();
    let Ok(interval) = NamedTimeInterval::decode(bytes, &limits) else { return };
    let text = serde_json::to_vec(&interval).expect("JSON");
    assert_eq!(NamedTimeInterval::decode(&text, &limits).as_ref(), Ok(&interval));
    let now = Timestamp::from_unix_millis(1_736_154_000_000).expect("a time");
    let holds = interval.contains(now);
    if let Some(change) = interval.next_change(now) {
        assert!(change > now);
        assert_ne!(interval.contains(change), holds, "at {change}");
        assert_eq!(interval.contains(change.minus(AlertDuration::millis(1))), holds, "before {change}");
    }
});
