//! A pattern compiles for both anchored readings or says why not; what matches from end to end is found by a search, too.

#![no_main]

use alert_schemas::utils::go::Anchoring;
use alert_schemas::utils::go::Pattern;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (source, text) = input;
    let text: String = text.chars().take(256).collect();
    let search = Pattern::new(source, Anchoring::Search);
    for anchoring in [Anchoring::Alertmanager, Anchoring::Prometheus] {
        match Pattern::new(source, anchoring) {
            Ok(pattern) => {
                assert_eq!(pattern.as_str(), source);
                if let (true, Anchoring::Alertmanager, Ok(search)) = (pattern.is_match(&text), anchoring, &search) {
                    assert!(search.is_match(&text), "{source:?} {text:?}");
                }
            }
            Err(error) => {
                let span = error.span();
                assert!(span.start <= span.end && span.end <= source.len(), "{error:?}");
                assert!(!format!("{error:#}").is_empty());
            }
        }
    }
});
