//! What a rule does when its condition gives no answer.

use crate::utils::vocabulary;

vocabulary! {
    /// What an alerting rule does when none of the selectors of its condition finds a sample.
    ///
    /// Prometheus does not tell "no data" from "the condition does not hold": that is `ok`. The others are Grafana's.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::NoDataBehavior;
    ///
    /// assert_eq!(NoDataBehavior::default(), NoDataBehavior::Ok);
    /// assert_eq!("keep_last".parse(), Ok(NoDataBehavior::KeepLast));
    /// ```
    [#[non_exhaustive]]
    pub enum NoDataBehavior;
    error InvalidNoDataBehavior in rules, code "invalid_no_data_behavior", noun "a behavior without data";
    /// The condition does not hold: alerts end. The default, and what Prometheus does.
    Ok = "ok",
    /// What is active stays so, and an alert called `DatasourceNoData` with the labels of the rule becomes active.
    NoData = "no_data",
    /// What is active stays so; where nothing is, an alert with the labels of the rule alone becomes active.
    Alerting = "alerting",
    /// What is active stays so, as if it had been seen again.
    KeepLast = "keep_last",
}

vocabulary! {
    /// What an alerting rule does when its condition can't be evaluated.
    ///
    /// `skip` is what Prometheus does; the others are Grafana's. The error itself is told in every case.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::ErrorBehavior;
    ///
    /// assert_eq!(ErrorBehavior::default(), ErrorBehavior::Skip);
    /// assert_eq!("alerting".parse(), Ok(ErrorBehavior::Alerting));
    /// ```
    [#[non_exhaustive]]
    pub enum ErrorBehavior;
    error InvalidErrorBehavior in rules, code "invalid_error_behavior", noun "a behavior after an error";
    /// The evaluation does not count: nothing changes, is sent or written. The default, and what Prometheus does.
    Skip = "skip",
    /// What is active stays so, and an alert called `DatasourceError` with the labels of the rule becomes active.
    Error = "error",
    /// What is active stays so; where nothing is, an alert with the labels of the rule alone becomes active.
    Alerting = "alerting",
    /// The condition does not hold: alerts end.
    Ok = "ok",
    /// What is active stays so, as if it had been seen again.
    KeepLast = "keep_last",
}

#[expect(clippy::derivable_impls, reason = "the table's macro takes no attribute on a value")]
impl Default for NoDataBehavior {
    fn default() -> Self {
        Self::Ok
    }
}

#[expect(clippy::derivable_impls, reason = "the table's macro takes no attribute on a value")]
impl Default for ErrorBehavior {
    fn default() -> Self {
        Self::Skip
    }
}
