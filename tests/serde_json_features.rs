//! What an alert means does not depend on which features of `serde_json` another crate of the build has turned on.
//!
//! The same table also runs from `tests/unification`, where `arbitrary_precision` and `preserve_order` are on.

use alert_schemas::Alert;
use alert_schemas::schema::exported_type;
use alert_schemas::utils::Count;
use alert_schemas::validations::DecodeLimits;

fn alert(rest: &str) -> Result<Alert, String> {
    let text = format!(r#"{{"message":"disk full","severity":"high","starts_at":"2025-01-06T09:00:00Z"{rest}}}"#);
    Alert::decode(text.as_bytes(), &DecodeLimits::default()).map_err(|report| report.to_string())
}

#[test]
fn counts_are_read_the_same_way() {
    let count = |text: &str| serde_json::from_str::<Count>(text).map(Count::get).ok();
    for (text, number) in [("3", 3), ("3.0", 3), ("3e0", 3), ("1e3", 1_000), ("-0.0", 0), ("9007199254740991.0", Count::MAX.get())] {
        assert_eq!(count(text), Some(number), "{text}");
    }
    for bad in ["1.5", "-1", "9007199254740992", "1e300", "1e400", "123456789012345678901234567890"] {
        assert_eq!(count(bad), None, "{bad}");
        let report = alert(&format!(r#","times_repeated":{bad}"#)).unwrap_err();
        assert!(report.starts_with("/times_repeated (line 1, column 94): "), "{report}");
    }
}

#[test]
fn numbers_that_fit_no_double_are_refused() {
    for (rest, place) in [
        (r#","metadata":{"load":1e400}"#, "/metadata/load (line 1, column 96): number out of range"),
        (r#","x_load":1e400"#, "/x_load (line 1, column 86): number out of range"),
        (r#","x_load":[{"a":-1e400}]"#, "/x_load (line 1, column 86): number out of range"),
    ] {
        assert_eq!(alert(rest).unwrap_err(), place);
    }
    let metadata = exported_type("Metadata").unwrap();
    assert!(metadata.check(br#"{"load":1e308,"text":"1e400"}"#, &DecodeLimits::default()).is_ok());
}

#[test]
fn the_content_of_an_alert_is_the_value_of_its_numbers() {
    let content = |rest: &str| alert(rest).unwrap().content_fingerprint();
    assert_eq!(content(r#","metadata":{"a":100.0,"b":1}"#), content(r#","metadata":{"b":1,"a":1e2}"#));
    assert_eq!(content(r#","x":{"a":0.10,"b":{"d":1,"c":2}}"#), content(r#","x":{"b":{"c":2,"d":1},"a":0.1}"#));
    assert_ne!(content(r#","metadata":{"a":1}"#), content(r#","metadata":{"a":2}"#));
    // The same in every build.
    assert_eq!(
        content(r#","metadata":{"a":1e2,"b":-0.0,"c":123456789012345678901234567890,"d":[18446744073709551615,-1]}"#).to_string(),
        "v1:8e4ac87ba84e73918f07e372b7ae8439601351563cbfadb0e65b97a94ebb7dac"
    );
}
