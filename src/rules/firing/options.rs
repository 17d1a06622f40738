//! How alerts of rules are kept, sent and restored.

use crate::alerts::Labels;
use crate::utils::AlertDuration;

/// How alerts of rules are kept, sent and restored: what Prometheus has as flags and in the global part of its configuration.
///
/// | option | default | Prometheus |
/// |---|---|---|
/// | `default_interval` | 1 m | `evaluation_interval` |
/// | `default_query_offset` | 0 | `rule_query_offset` |
/// | `resend_delay` | 1 m | `--rules.alert.resend-delay` |
/// | `resolved_retention` | 15 m | fixed |
/// | `outage_tolerance` | 1 h | `--rules.alert.for-outage-tolerance` |
/// | `for_grace_period` | 10 m | `--rules.alert.for-grace-period` |
/// | `external_labels` | none | `external_labels` |
/// | `external_url` | empty | `--web.external-url` |
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::rules::firing::FiringOptions;
///
/// let options = FiringOptions::default().with_resend_delay(AlertDuration::seconds(30)).with_external_url("https://prometheus.example.org");
/// assert_eq!((options.resend_delay, options.resolved_retention), (AlertDuration::seconds(30), AlertDuration::minutes(15)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FiringOptions {
    /// How often a group without an interval of its own is evaluated. Default 1 m.
    pub default_interval: AlertDuration,
    /// How far in the past a group without an offset of its own asks. Default 0.
    pub default_query_offset: AlertDuration,
    /// How long a sent alert is not sent again while nothing changes. Default 1 m.
    pub resend_delay: AlertDuration,
    /// How long a resolved alert is remembered, and its end sent again. Default 15 m.
    pub resolved_retention: AlertDuration,
    /// How long an outage may be for pending alerts to go on where they were. Default 1 h.
    pub outage_tolerance: AlertDuration,
    /// How long at least a restored alert stays pending; a rule with a shorter `for` is not restored. Default 10 m.
    pub for_grace_period: AlertDuration,
    /// Labels that each sent alert gets where it does not have them, and `$externalLabels` in templates. Default none.
    pub external_labels: Labels,
    /// Where the sender is reached, for links and `$externalURL` in templates. Default empty.
    pub external_url: String,
}

impl Default for FiringOptions {
    fn default() -> Self {
        Self {
            default_interval: AlertDuration::minutes(1),
            default_query_offset: AlertDuration::ZERO,
            resend_delay: AlertDuration::minutes(1),
            resolved_retention: AlertDuration::minutes(15),
            outage_tolerance: AlertDuration::hours(1),
            for_grace_period: AlertDuration::minutes(10),
            external_labels: Labels::new(),
            external_url: String::new(),
        }
    }
}

impl FiringOptions {
    /// The same options with another interval for groups that have none.
    #[must_use]
    pub fn with_default_interval(mut self, interval: AlertDuration) -> Self {
        self.default_interval = interval;
        self
    }

    /// The same options with another offset for groups that have none.
    #[must_use]
    pub fn with_default_query_offset(mut self, offset: AlertDuration) -> Self {
        self.default_query_offset = offset;
        self
    }

    /// The same options with another delay between two sendings of an unchanged alert.
    #[must_use]
    pub fn with_resend_delay(mut self, delay: AlertDuration) -> Self {
        self.resend_delay = delay;
        self
    }

    /// The same options with another time for which resolved alerts are remembered.
    #[must_use]
    pub fn with_resolved_retention(mut self, retention: AlertDuration) -> Self {
        self.resolved_retention = retention;
        self
    }

    /// The same options with another length of outage that pending alerts survive.
    #[must_use]
    pub fn with_outage_tolerance(mut self, tolerance: AlertDuration) -> Self {
        self.outage_tolerance = tolerance;
        self
    }

    /// The same options with another least time for which a restored alert is pending.
    #[must_use]
    pub fn with_for_grace_period(mut self, period: AlertDuration) -> Self {
        self.for_grace_period = period;
        self
    }

    /// The same options with other labels for each sent alert.
    #[must_use]
    pub fn with_external_labels(mut self, labels: Labels) -> Self {
        self.external_labels = labels;
        self
    }

    /// The same options with another URL of the sender.
    #[must_use]
    pub fn with_external_url(mut self, url: impl Into<String>) -> Self {
        self.external_url = url.into();
        self
    }
}
