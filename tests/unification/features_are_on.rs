//! The run means something: the features are on.

use serde_json::Value;

#[test]
fn numbers_keep_their_digits_and_keys_their_order() {
    let text = r#"{"b":1.00,"a":123456789012345678901234567890}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    assert_eq!(value.to_string(), text);
}
