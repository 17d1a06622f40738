//! Metrics: names, samples and series, and the stores that rules are evaluated over.
//!
//! | I want to … | look at |
//! |---|---|
//! | name a series, compare and change its labels | [`SeriesLabels`], [`MetricName`] |
//! | hold a value, or the mark that a series has ended | [`Sample`], [`SampleValue`] |
//! | exchange a series as JSON | [`Series`] |
//! | look at the samples of the last minutes | [`Window`] |
//! | fire above one level and clear below another | [`Threshold`] |
//! | show what the alert system itself does | [`own`] |
//! | read or write what an exporter shows | [`exposition`], [`MetricKind`], [`Unit`] |
//! | write series by hand, as Prometheus' test scripts do | [`load`] |
//! | keep series in memory and ask for them | [`MemoryStore`], [`SampleSource`], [`SeriesMatcher`] |
//!
//! Times are milliseconds since the Unix epoch, as in Prometheus.

mod error;
pub mod exposition;
mod kahan;
mod level;
mod line_problem;
pub mod load;
mod memory_store;
mod metric_kind;
mod metric_name;
mod number;
pub mod own;
mod sample;
mod sample_source;
mod series;
mod series_labels;
mod series_matcher;
mod threshold;
mod unit;
mod window;

pub use self::level::InvalidLevel;
pub use self::level::Level;
pub use self::memory_store::MemoryStore;
pub use self::memory_store::StoreError;
pub use self::memory_store::StoreErrorKind;
pub use self::memory_store::StoreOptions;
pub use self::metric_kind::InvalidMetricKind;
pub use self::metric_kind::MetricKind;
pub use self::metric_name::InvalidMetricName;
pub use self::metric_name::MetricName;
pub use self::sample::InvalidSampleTime;
pub use self::sample::InvalidSampleValue;
pub use self::sample::Sample;
pub use self::sample::SampleTime;
pub use self::sample::SampleValue;
pub use self::sample_source::SampleSource;
pub use self::sample_source::SeriesView;
pub use self::series::Series;
pub use self::series_labels::SeriesLabels;
pub use self::series_labels::SeriesLabelsBuilder;
pub use self::series_labels::SeriesLabelsIter;
pub use self::series_matcher::SeriesMatcher;
pub use self::threshold::InvalidThresholdEvent;
pub use self::threshold::InvalidThresholdPhase;
pub use self::threshold::InvalidThresholdSide;
pub use self::threshold::Threshold;
pub use self::threshold::ThresholdEvent;
pub use self::threshold::ThresholdPhase;
pub use self::threshold::ThresholdSide;
pub use self::threshold::ThresholdState;
pub use self::threshold::ThresholdStep;
pub use self::unit::InvalidUnit;
pub use self::unit::Unit;
pub use self::window::Window;
pub use self::window::WindowSamples;

pub(crate) use self::error::CODES;
pub(crate) use self::kahan::Kahan;
