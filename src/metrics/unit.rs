//! The unit of a metric.

use crate::utils::string_newtype;

/// The longest unit.
const UNIT_CHARACTERS: usize = 64;

fn is_unit(text: &str) -> bool {
    !text.is_empty() && text.len() <= UNIT_CHARACTERS && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

string_newtype! {
    /// The unit of a metric, as it stands at the end of its name: `seconds`, `bytes`, `ratio`.
    ///
    /// Prometheus and OpenMetrics want base units, so that no reader has to know a factor: `seconds`, not `milliseconds`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::Unit;
    ///
    /// let unit: Unit = "seconds".parse()?;
    /// assert!(unit.ends("http_request_duration_seconds"));
    /// assert!(!unit.ends("seconds") && !unit.ends("http_request_duration"));
    /// # Ok::<(), alert_schemas::metrics::InvalidUnit>(())
    /// ```
    pub struct Unit;
    error InvalidUnit in metrics, code "invalid_unit", noun "a unit", expected "1 to 64 letters, digits or `_`",
    check is_unit,
    schema { "maxLength": 64, "pattern": "^[a-zA-Z0-9_]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["seconds", "bytes"] },
    strategy "[a-z]{1,8}(_[a-z0-9]{1,6})?"
}

impl Unit {
    /// Whether a name ends with `_` and this unit, as OpenMetrics wants it.
    #[must_use]
    pub fn ends(&self, name: &str) -> bool {
        name.strip_suffix(self.as_str()).is_some_and(|rest| rest.ends_with('_'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_words() {
        for good in ["seconds", "bytes", "1", "volt_amperes", &"a".repeat(64)] {
            assert!(Unit::new(good).is_ok(), "{good}");
        }
        for bad in ["", "m/s", "é", "a b", "%", &"a".repeat(65)] {
            assert!(Unit::new(bad).is_err(), "{bad}");
        }
    }
}
