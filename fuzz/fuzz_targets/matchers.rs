//! Matchers that are read are printed as a text that reads back equal; every syntax answers.

#![no_main]

use alert_schemas::Labels;
use alert_schemas::alerts::MatcherSyntax;
use alert_schemas::alerts::Matchers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for syntax in [MatcherSyntax::Classic, MatcherSyntax::Utf8, MatcherSyntax::Fallback] {
        match Matchers::parse(text, syntax) {
            Ok(matchers) => {
                let json = serde_json::to_string(&matchers).expect("a text");
                let read: Matchers = serde_json::from_str(&json).expect("what is written reads back");
                assert_eq!(read, matchers, "{text:?}");
                let labels = Labels::new();
                assert_eq!(matchers.matches(&labels), matchers.first_mismatch(&labels).is_none());
            }
            Err(error) => {
                let span = error.span();
                assert!(!error.to_string().is_empty() && !format!("{error:#}").is_empty());
                assert!(span.is_none_or(|span| span.start <= span.end && span.end <= text.len()), "{error:?}");
            }
        }
    }
});
