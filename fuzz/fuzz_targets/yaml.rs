//! YAML is read or refused with a place inside the text; a rule file that is accepted is written so that it reads back equal.

#![no_main]

use alert_schemas::validations::yaml::Yaml;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::prometheus::RuleFile;
use alert_schemas::webhooks::prometheus::RuleFileOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match Yaml::read(bytes, &YamlLimits::default()) {
        Ok(yaml) => {
            // Every value that is reached through a list or mapping has its place in the text.
            let mut open: Vec<_> = yaml.documents().collect();
            while let Some(node) = open.pop() {
                let (span, position) = (node.span(), node.position());
                assert!(span.start <= span.end && span.end <= yaml.text().len() && position.line > 0 && position.column > 0);
                open.extend(node.items());
                open.extend(node.entries().flat_map(|(key, value)| [key, value]));
            }
        }
        Err(error) => assert!(error.span().start <= error.span().end && !error.to_string().is_empty()),
    }
    let options = RuleFileOptions::default();
    match RuleFile::read(bytes, &options) {
        Ok(file) => {
            assert_eq!(RuleFile::read(file.to_yaml(), &options).as_ref(), Ok(&file), "{}", file.to_yaml());
            let json = serde_json::to_string(&file).expect("JSON");
            // JSON has keys that are too long for YAML, which knows a key by the colon within 1,024 characters.
            if json.len() < 1_000 {
                assert_eq!(RuleFile::read(&json, &options).as_ref(), Ok(&file), "{json}");
            }
        }
        Err(errors) => {
            assert!(errors.len() > 0);
            for problem in &errors {
                assert!(!format!("{problem:#}").is_empty());
            }
        }
    }
    let _ = RuleFile::read_parts(bytes, &options);
});
