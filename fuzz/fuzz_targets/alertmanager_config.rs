//! A configuration that is accepted is written so that it reads back equal, and converts; one that is refused has each problem in the text.

#![no_main]

use alert_schemas::TenantId;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = ConfigFileOptions::default();
    match ConfigFile::read(bytes, &options) {
        Ok(file) => {
            let yaml = file.to_yaml(SecretDisplay::Exposed);
            assert_eq!(ConfigFile::read(&yaml, &options).as_ref(), Ok(&file), "{yaml}");
            assert!(ConfigFile::read(file.to_yaml(SecretDisplay::Hidden), &options).is_ok(), "{yaml}");
            if let Ok(config) = file.to_config(&TenantId::default()) {
                assert_eq!(config.value.check(), Ok(()));
            }
            let _ = file.files();
        }
        Err(errors) => {
            assert!(errors.len() > 0);
            // UTF-16 is decoded first, so that its places are those of the decoded text.
            let is_utf8 = !bytes.starts_with(b"\xFF\xFE") && !bytes.starts_with(b"\xFE\xFF");
            for problem in &errors {
                assert!(problem.span.start <= problem.span.end && problem.position.line > 0 && problem.position.column > 0);
                assert!(!is_utf8 || problem.span.end <= bytes.len(), "{problem:?}");
                assert!(!format!("{problem:#}").is_empty());
            }
        }
    }
});
