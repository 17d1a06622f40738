//! A text of metrics that is read is written, in its own format, as a text that reads back equal; in the other format all samples are there.

#![no_main]

use alert_schemas::metrics::exposition::Exposition;
use alert_schemas::metrics::exposition::ExpositionFormat;
use alert_schemas::metrics::exposition::ExpositionOptions;
use libfuzzer_sys::fuzz_target;

/// The samples, in any order; NaN as its text, which is equal to itself.
fn samples(exposition: &Exposition) -> Vec<String> {
    let all = exposition.families.iter().flat_map(|family| &family.samples);
    let mut all: Vec<String> = all.map(|sample| format!("{} {}", sample.labels, sample.value)).collect();
    all.sort();
    all
}

fuzz_target!(|text: &str| {
    let options = ExpositionOptions::default();
    for format in [ExpositionFormat::Prometheus, ExpositionFormat::OpenMetrics] {
        match Exposition::parse(text, format, &options) {
            Ok(read) => {
                let written = read.to_text(format);
                assert!(written.is_exact(), "{:?}", written.losses);
                let again = Exposition::parse(&written.value, format, &options).expect("what is written reads back");
                assert_eq!(format!("{again:?}"), format!("{read:?}"));
                for other in ExpositionFormat::ALL {
                    let converted = Exposition::parse(&read.to_text(*other).value, *other, &options).expect("what is written reads back");
                    assert_eq!(samples(&converted), samples(&read));
                }
            }
            Err(error) => {
                assert!(error.source_text().get(error.span()).is_some(), "{error:?}");
                assert!(error.line() <= 2 + text.matches('\n').count() && !format!("{error:#}").is_empty());
            }
        }
    }
});
