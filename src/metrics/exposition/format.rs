//! The two formats, and how much is read.

use crate::utils::vocabulary;

vocabulary! {
    /// A text format of metrics.
    ///
    /// | format | content type |
    /// |---|---|
    /// | `prometheus` | `text/plain; version=0.0.4; charset=utf-8` |
    /// | `openmetrics` | `application/openmetrics-text; version=1.0.0; charset=utf-8` |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::exposition::ExpositionFormat;
    ///
    /// let header = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    /// assert_eq!(ExpositionFormat::of_content_type(header), Some(ExpositionFormat::OpenMetrics));
    /// assert_eq!(ExpositionFormat::OpenMetrics.content_type(), header);
    /// ```
    [#[non_exhaustive]]
    pub enum ExpositionFormat;
    error InvalidExpositionFormat in metrics::exposition, code "invalid_exposition_format", noun "a format of metrics";
    /// Prometheus' text format, version 0.0.4.
    Prometheus = "prometheus",
    /// OpenMetrics, version 1.0.
    OpenMetrics = "openmetrics",
}

impl ExpositionFormat {
    /// The value of the HTTP header `Content-Type` that goes with a text of this format.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format of a text that came with this HTTP header `Content-Type`, by its media type alone.
    #[must_use]
    pub fn of_content_type(header: &str) -> Option<Self> {
        let media_type = header.split(';').next().unwrap_or(header).trim();
        match media_type.to_ascii_lowercase().as_str() {
            "text/plain" => Some(Self::Prometheus),
            "application/openmetrics-text" => Some(Self::OpenMetrics),
            _ => None,
        }
    }
}

/// How much is read from a text.
///
/// | option | default | what happens above it |
/// |---|---|---|
/// | `max_bytes` | 67,108,864 (64 MiB) | the text is refused before it is read |
/// | `max_samples` | 1,000,000 | the text is refused |
///
/// ```
/// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions};
///
/// let options = ExpositionOptions::default().with_max_samples(1);
/// let error = Exposition::parse("a 1\nb 2\n", ExpositionFormat::Prometheus, &options).unwrap_err();
/// assert_eq!(error.code(), "exposition_too_large");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpositionOptions {
    /// How many bytes a text may have. Default 64 MiB.
    pub max_bytes: usize,
    /// How many samples a text may have. Default 1,000,000.
    pub max_samples: usize,
}

impl Default for ExpositionOptions {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_samples: 1_000_000 }
    }
}

impl ExpositionOptions {
    /// The same options with another number of bytes.
    #[must_use]
    pub fn with_max_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// The same options with another number of samples.
    #[must_use]
    pub fn with_max_samples(mut self, max_samples: usize) -> Self {
        self.max_samples = max_samples;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types_name_the_format() {
        for format in ExpositionFormat::ALL {
            assert_eq!(ExpositionFormat::of_content_type(format.content_type()), Some(*format));
        }
        assert_eq!(ExpositionFormat::of_content_type("Text/Plain"), Some(ExpositionFormat::Prometheus));
        assert_eq!(ExpositionFormat::of_content_type("application/json"), None);
    }
}
