//! The name of a metric.

use crate::utils::string_newtype;

/// The most characters that the name of a metric may have, as many as the name of a label.
const NAME_CHARACTERS: usize = 1_024;

fn is_metric_name(text: &str) -> bool {
    !text.is_empty() && (text.len() <= NAME_CHARACTERS || text.chars().nth(NAME_CHARACTERS).is_none())
}

string_newtype! {
    /// The name of a metric: any text that is not empty, up to 1,024 characters.
    ///
    /// This is the UTF-8 syntax that Prometheus uses since version 3; `is_legacy` tells whether a name also keeps the older syntax
    /// (letters, digits, `_` and `:`, not starting with a digit). A name that does not is written in double quotes inside the braces.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::MetricName;
    ///
    /// let name: MetricName = "http_requests_total".parse()?;
    /// assert!(name.is_legacy());
    /// assert!(!MetricName::new("http.requests")?.is_legacy());
    /// # Ok::<(), alert_schemas::metrics::InvalidMetricName>(())
    /// ```
    pub struct MetricName;
    error InvalidMetricName in metrics, code "invalid_metric_name", noun "a metric name", expected "1 to 1024 characters",
    check is_metric_name,
    schema { "minLength": 1, "maxLength": 1024, "examples": ["http_requests_total", "http.requests"] },
    strategy "[a-z_:]{1,8}|[a-z.é🔥 ]{1,6}"
}

impl MetricName {
    /// The label under which the name stands among the labels of a series.
    pub const LABEL: &'static str = "__name__";

    /// Whether the name keeps the older syntax, `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    #[must_use]
    pub fn is_legacy(&self) -> bool {
        is_legacy_name(self.as_str())
    }
}

/// Whether a text is a metric name of the older syntax.
pub(crate) fn is_legacy_name(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':'));
    starts_well && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_syntax_is_told_apart() {
        for name in ["up", "_x", ":rate5m", "job:errors:rate5m", "A1"] {
            assert!(MetricName::new(name).unwrap().is_legacy(), "{name}");
        }
        for name in ["1up", "a-b", "a.b", "é", " ", "a b"] {
            assert!(!MetricName::new(name).unwrap().is_legacy(), "{name}");
        }
    }

    #[test]
    fn the_length_counts_characters() {
        assert!(MetricName::new("é".repeat(1_024)).is_ok());
        let error = MetricName::new("é".repeat(1_025)).unwrap_err();
        assert_eq!(error.to_string(), format!("`{}…` is not a metric name: expected 1 to 1024 characters", "é".repeat(64)));
    }
}
