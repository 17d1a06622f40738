//! Settings from the environment of a service, read from any iterator of pairs.

use crate::utils::duration::AlertDuration;
use crate::utils::leaf::excerpt;
use crate::utils::pointer::Pointer;
use crate::utils::report::Report;

/// The four variables that tune alert management, typed and checked.
///
/// | variable | default | values | who uses it |
/// |---|---|---|---|
/// | `ALERT_MAX_RETENTION_DAYS` | 90 | 1 to 36,500 days | retention policies |
/// | `ALERT_BATCH_SIZE` | 1000 | 1 to 1,000,000 | [`batches`](crate::validations::batches) |
/// | `ALERT_CORRELATION_WINDOW` | `5m` | 1 s to 31 d: bare seconds (`300`) or a duration (`5m`) | the gap of every correlator |
/// | `ML_ANOMALY_THRESHOLD` | 0.85 | 0 to 1 | the verdict of every detector |
///
/// # Examples
///
/// ```
/// use alert_schemas::{AlertDuration, Settings};
///
/// // A service passes `std::env::vars()`.
/// let vars = [("ALERT_CORRELATION_WINDOW", "10m"), ("PATH", "/bin")];
/// let settings = Settings::from_pairs(vars)?;
/// assert_eq!(settings.correlation_window, AlertDuration::minutes(10));
/// assert_eq!(settings.batch_size, 1_000);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// `ALERT_MAX_RETENTION_DAYS`: for how many days data is kept.
    pub max_retention_days: u32,
    /// `ALERT_BATCH_SIZE`: how many items are handled at once.
    pub batch_size: usize,
    /// `ALERT_CORRELATION_WINDOW`: the longest gap between events that belong together.
    pub correlation_window: AlertDuration,
    /// `ML_ANOMALY_THRESHOLD`: the score from which on a value is an anomaly.
    pub anomaly_threshold: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { max_retention_days: 90, batch_size: 1_000, correlation_window: AlertDuration::minutes(5), anomaly_threshold: 0.85 }
    }
}

impl Settings {
    /// Reads the four variables from pairs of name and value; other names are not looked at, an absent one keeps its default.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every bad value at once, with code `invalid_setting` and the variable as path.
    ///
    /// ```
    /// use alert_schemas::Settings;
    ///
    /// let report = Settings::from_pairs([("ALERT_BATCH_SIZE", "0"), ("ML_ANOMALY_THRESHOLD", "high")]).unwrap_err();
    /// assert_eq!(
    ///     format!("{report:#}"),
    ///     "2 problems\n  \
    ///        /ALERT_BATCH_SIZE: `0` is out of range: expected a whole number from 1 to 1000000\n  \
    ///        /ML_ANOMALY_THRESHOLD: `high` is out of range: expected a number from 0 to 1",
    /// );
    /// ```
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Result<Self, Report>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut settings = Self::default();
        let mut report = Report::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref().trim());
            let expected = match name {
                "ALERT_MAX_RETENTION_DAYS" => {
                    set(&mut settings.max_retention_days, value.parse().ok().filter(|days| (1..=36_500).contains(days)))
                        .err_text("a whole number of days from 1 to 36500")
                }
                "ALERT_BATCH_SIZE" => set(&mut settings.batch_size, value.parse().ok().filter(|size| (1..=1_000_000).contains(size)))
                    .err_text("a whole number from 1 to 1000000"),
                "ALERT_CORRELATION_WINDOW" => {
                    set(&mut settings.correlation_window, window(value)).err_text("seconds or a duration such as `5m`, from 1 s to 31 d")
                }
                "ML_ANOMALY_THRESHOLD" => {
                    set(&mut settings.anomaly_threshold, value.parse().ok().filter(|score| (0.0..=1.0).contains(score)))
                        .err_text("a number from 0 to 1")
                }
                _ => None,
            };
            if let Some(expected) = expected {
                let message = format!("`{}` is out of range: expected {expected}", excerpt(value));
                report.push(Pointer::root().key(name), "invalid_setting", message);
            }
        }
        report.into_result(settings)
    }
}

/// Whether a value was good.
struct Taken(bool);

impl Taken {
    fn err_text(self, expected: &'static str) -> Option<&'static str> {
        (!self.0).then_some(expected)
    }
}

fn set<T>(place: &mut T, value: Option<T>) -> Taken {
    match value {
        Some(value) => {
            *place = value;
            Taken(true)
        }
        None => Taken(false),
    }
}

/// Bare seconds or a Prometheus duration.
fn window(value: &str) -> Option<AlertDuration> {
    let bare = value.parse::<u32>().ok().map(AlertDuration::seconds);
    bare.or_else(|| value.parse().ok()).filter(|window| (AlertDuration::seconds(1)..=AlertDuration::days(31)).contains(window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_read() {
        let settings = Settings::from_pairs([
            ("ALERT_MAX_RETENTION_DAYS", "30"),
            ("ALERT_BATCH_SIZE", " 7 "),
            ("ALERT_CORRELATION_WINDOW", "90"),
            ("ML_ANOMALY_THRESHOLD", "0.5"),
        ])
        .unwrap();
        assert_eq!((settings.max_retention_days, settings.batch_size), (30, 7));
        assert_eq!(settings.correlation_window, AlertDuration::seconds(90));
        assert!((settings.anomaly_threshold - 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn every_bad_value_is_reported() {
        let bad = [
            ("ALERT_MAX_RETENTION_DAYS", "36501"),
            ("ALERT_BATCH_SIZE", "1e3"),
            ("ALERT_CORRELATION_WINDOW", "32d"),
            ("ML_ANOMALY_THRESHOLD", "NaN"),
        ];
        let report = Settings::from_pairs(bad).unwrap_err();
        let paths: Vec<_> = report.violations().iter().map(|violation| violation.path.as_str()).collect();
        assert_eq!(paths, bad.map(|(name, _)| format!("/{name}")));
        assert!(Settings::from_pairs([("ALERT_CORRELATION_WINDOW", "500ms")]).is_err());
    }
}
