//! Series in the `load` notation are written as a text that reads back equal; a store takes what a block says; errors name a place.

#![no_main]

use alert_schemas::metrics::load::Load;
use alert_schemas::metrics::load::LoadOptions;
use alert_schemas::metrics::load::SeriesDescription;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = LoadOptions::default().with_max_values(10_000).with_float_series_only(true);
    match SeriesDescription::parse(text, &options) {
        Ok(series) => assert_eq!(SeriesDescription::parse(&series.to_string(), &options), Ok(series)),
        Err(error) => assert!(error.source_text().get(error.span()).is_some() && !format!("{error:#}").is_empty(), "{error:?}"),
    }
    match Load::parse(text, &options) {
        Ok(load) => {
            let values: usize = load.blocks.iter().flat_map(|block| &block.series).map(|series| series.values.len()).sum();
            if let Ok(store) = load.store() {
                assert!(store.sample_count() <= values);
            }
        }
        Err(error) => {
            assert!(error.source_text().get(error.span()).is_some(), "{error:?}");
            assert!(error.line() <= 1 + text.matches('\n').count());
        }
    }
});
