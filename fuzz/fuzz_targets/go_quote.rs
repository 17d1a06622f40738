//! A quoted text reads back equal; a literal that reads is quoted to one that reads the same.

#![no_main]

use alert_schemas::utils::go;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    assert_eq!(go::unquote(&go::quote(text)).as_deref(), Ok(text));
    match go::unquote(text) {
        Ok(inner) => assert_eq!(go::unquote(&go::quote(&inner)), Ok(inner)),
        Err(error) => assert!(error.offset() <= text.len() && !format!("{error:#}").is_empty()),
    }
});
