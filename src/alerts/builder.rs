//! Building an alert.

use crate::alerts::alert::Alert;
use crate::alerts::alert::AlertMessage;
use crate::alerts::alert::Link;
use crate::alerts::alert::LinkKind;
use crate::alerts::alert::NAME_LABEL;
use crate::alerts::labels::InvalidLabelName;
use crate::alerts::labels::LabelName;
use crate::alerts::labels::LabelValue;
use crate::alerts::metadata::MetadataValue;
use crate::alerts::severity::AlertSeverity;
use crate::alerts::source::AlertSource;
use crate::alerts::source::DedupKey;
use crate::alerts::source::Href;
use crate::alerts::source::SourceName;
use crate::alerts::status::AlertStatus;
use crate::alerts::status::EndCause;
use crate::alerts::suppression::Suppression;
use crate::utils::AlertId;
use crate::utils::InvalidTenantId;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Check as _;

/// Builds an [`Alert`]; made by [`Alert::builder`].
///
/// Setters take texts as they are; `build` reports every problem at once, those of the setters included.
///
/// # Examples
///
/// ```
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = Alert::builder("CPU usage exceeded the threshold", AlertSeverity::Critical, now)
///     .tenant("acme")
///     .name("HighCpuUsage")
///     .label("instance", "web-01")
///     .annotation("summary", "web-01 is at 85 %")
///     .metadata("cpu_usage", 85.2)
///     .runbook("https://example.org/runbooks/cpu")
///     .build()?;
/// assert_eq!(alert.labels.to_string(), r#"{alertname="HighCpuUsage", instance="web-01"}"#);
///
/// let report = Alert::builder("x", AlertSeverity::Low, now).tenant("a b").metadata("load", f64::NAN).build().unwrap_err();
/// assert_eq!(
///     format!("{report:#}"),
///     "2 problems\n  \
///        /tenant: `a b` is not a tenant id: expected 1 to 128 letters, digits, `_`, `.` or `-`\n  \
///        /metadata/load: `load` is `NaN`: expected a finite number",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the alert"]
pub struct AlertBuilder {
    /// Absent only if the message is no message; everything else still collects its problems.
    alert: Alert,
    report: Report,
}

impl AlertBuilder {
    pub(crate) fn new(message: String, severity: AlertSeverity, now: Timestamp) -> Self {
        let mut report = Report::new();
        let message = AlertMessage::new(message).unwrap_or_else(|error| {
            report.push(Pointer::root().key("message"), error.code(), error.to_string());
            AlertMessage::placeholder()
        });
        let mut alert = Alert::new(message, severity, now);
        alert.updated_at = Some(now);
        Self { alert, report }
    }

    fn problem(&mut self, path: &[&str], code: &'static str, message: impl ToString) {
        let path = path.iter().fold(Pointer::root(), |path, step| path.key(step));
        self.report.push(path, code, message.to_string());
    }

    /// Gives the alert an id; otherwise it is derived from tenant, identity and start.
    pub fn id(mut self, id: AlertId) -> Self {
        self.alert.id = id;
        self
    }

    /// Says whose alert it is. Default `default`.
    pub fn tenant<T>(mut self, tenant: T) -> Self
    where
        T: TryInto<TenantId>,
        T::Error: Into<InvalidTenantId>,
    {
        match tenant.try_into().map_err(Into::into) {
            Ok(tenant) => self.alert.tenant = tenant,
            Err(error) => self.problem(&["tenant"], error.code(), error),
        }
        self
    }

    /// Names the rule that raised it.
    pub fn rule_id(mut self, rule: RuleId) -> Self {
        self.alert.rule_id = Some(rule);
        self
    }

    /// Names the alert: sets the label `alertname`.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.label(NAME_LABEL, name)
    }

    /// Adds a label; a later value for the same name replaces the earlier one.
    pub fn label<N>(mut self, name: N, value: impl Into<String>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        match name.try_into().map_err(Into::into) {
            Ok(name) => match LabelValue::new(value) {
                Ok(value) => {
                    let shown = name.to_string();
                    if let Err(error) = self.alert.labels.insert(name, value) {
                        self.problem(&["labels", &shown], error.code(), error);
                    }
                }
                Err(error) => self.problem(&["labels", name.as_str()], error.code(), error),
            },
            Err(error) => self.problem(&["labels"], error.code(), error),
        }
        self
    }

    /// Adds an annotation; a later value for the same name replaces the earlier one.
    pub fn annotation<N>(mut self, name: N, value: impl Into<String>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        match name.try_into().map_err(Into::into) {
            Ok(name) => match LabelValue::new(value) {
                Ok(value) => {
                    let shown = name.to_string();
                    if let Err(error) = self.alert.annotations.insert(name, value) {
                        self.problem(&["annotations", &shown], error.code(), error);
                    }
                }
                Err(error) => self.problem(&["annotations", name.as_str()], error.code(), error),
            },
            Err(error) => self.problem(&["annotations"], error.code(), error),
        }
        self
    }

    /// Adds free data; a later value for the same name replaces the earlier one. NaN and the infinities are reported.
    pub fn metadata(mut self, name: impl Into<String>, value: impl Into<MetadataValue>) -> Self {
        let name = name.into();
        if let Err(error) = self.alert.metadata.insert(name.as_str(), value) {
            self.problem(&["metadata", &name], error.code(), error);
        }
        self
    }

    /// Names the system it comes from.
    pub fn source<S>(mut self, source: S) -> Self
    where
        S: TryInto<SourceName>,
        S::Error: Into<crate::alerts::source::InvalidSourceName>,
    {
        match source.try_into().map_err(Into::into) {
            Ok(name) => {
                let key = self.alert.source.take().and_then(|source| source.dedup_key);
                let mut source = AlertSource::new(name);
                source.dedup_key = key;
                self.alert.source = Some(source);
            }
            Err(error) => self.problem(&["source", "name"], error.code(), error),
        }
        self
    }

    /// Gives the source's own key for the alert; call [`source`](Self::source) first.
    pub fn dedup_key<K>(mut self, key: K) -> Self
    where
        K: TryInto<DedupKey>,
        K::Error: Into<crate::alerts::source::InvalidDedupKey>,
    {
        match (key.try_into().map_err(Into::into), &mut self.alert.source) {
            (Ok(key), Some(source)) => source.dedup_key = Some(key),
            (Ok(_), None) => self.problem(&["source", "name"], "missing_field", "a dedup key needs the name of its source"),
            (Err(error), _) => self.problem(&["source", "dedup_key"], error.code(), error),
        }
        self
    }

    /// Says when it began, if not at the builder's `now`.
    pub fn starts_at(mut self, at: Timestamp) -> Self {
        self.alert.starts_at = at;
        self
    }

    /// Says when it ends, and why.
    pub fn ends_at(mut self, at: Timestamp, cause: EndCause) -> Self {
        self.alert.ends_at = Some(at);
        self.alert.end_cause = Some(cause);
        self
    }

    /// Says when it was received here.
    pub fn received_at(mut self, at: Timestamp) -> Self {
        self.alert.received_at = Some(at);
        self
    }

    /// Says where it is in its life. Default `firing`.
    pub fn status(mut self, status: AlertStatus) -> Self {
        self.alert.status = status;
        self
    }

    /// Adds a reason why nobody is told.
    pub fn suppression(mut self, suppression: Suppression) -> Self {
        self.alert.suppress(suppression);
        self
    }

    /// Adds a link to what to do.
    pub fn runbook<H>(self, href: H) -> Self
    where
        H: TryInto<Href>,
        H::Error: Into<crate::alerts::source::InvalidHref>,
    {
        self.link(LinkKind::Runbook, href)
    }

    /// Adds a link.
    pub fn link<H>(mut self, kind: LinkKind, href: H) -> Self
    where
        H: TryInto<Href>,
        H::Error: Into<crate::alerts::source::InvalidHref>,
    {
        match href.try_into().map_err(Into::into) {
            Ok(href) => self.alert.links.push(Link::new(kind, href)),
            Err(error) => self.problem(&["links"], error.code(), error),
        }
        self
    }

    /// The alert, with a derived id if it was given none.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem of the setters and of the alert as a whole.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertSeverity, AlertStatus, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let report = Alert::builder("x", AlertSeverity::Low, now).status(AlertStatus::Resolved).build().unwrap_err();
    /// assert_eq!(report.to_string(), "/status: a resolved alert needs an `ends_at`");
    /// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
    /// ```
    pub fn build(self) -> Result<Alert, Report> {
        let Self { alert, mut report } = self;
        alert.check_at(&Path::ROOT, &mut report);
        report.into_result(alert.with_derived_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> AlertBuilder {
        Alert::builder("disk full", AlertSeverity::High, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn ready_values_and_texts_are_both_taken() {
        let name: LabelName = "team".parse().unwrap();
        let alert = builder().label(name, "db").source("nagios").dedup_key("db-1/disk").build().unwrap();
        assert_eq!(alert.identity().to_string(), "dedup:nagios:db-1/disk");
        assert_eq!(alert.labels.get("team"), Some("db"));
    }

    #[test]
    fn every_problem_is_told() {
        let long = "x".repeat(65_537);
        let report = Alert::builder("", AlertSeverity::High, Timestamp::UNIX_EPOCH)
            .tenant("")
            .label("", "x")
            .label("a", long.as_str())
            .annotation("", "x")
            .annotation("b", long.as_str())
            .dedup_key("k")
            .dedup_key("")
            .source("")
            .link(LinkKind::Other, "no link")
            .status(AlertStatus::Acknowledged)
            .build()
            .unwrap_err();
        let places: Vec<_> = report.violations().iter().map(|v| format!("{} {}", v.path, v.code)).collect();
        assert_eq!(
            places,
            [
                "/message invalid_alert_message",
                "/tenant invalid_tenant_id",
                "/labels invalid_label_name",
                "/labels/a text_too_long",
                "/annotations invalid_label_name",
                "/annotations/b text_too_long",
                "/source/name missing_field",
                "/source/dedup_key invalid_dedup_key",
                "/source/name invalid_source_name",
                "/links invalid_href",
                "/status acknowledged_by_nobody",
            ]
        );
    }

    #[test]
    fn too_many_labels_are_a_problem_and_not_a_loss() {
        let report = (0..513).fold(builder(), |b, n| b.label(format!("l{n}"), "x").annotation(format!("a{n}"), "x")).build().unwrap_err();
        assert_eq!(report.len(), 2);
        assert_eq!(report.violations()[0].path.as_str(), "/labels/l512");
    }

    #[test]
    fn a_given_id_is_kept_and_a_later_source_keeps_the_key() {
        let id = AlertId::derive(&["x"]);
        let rule = RuleId::derive(&["r"]);
        let alert = builder()
            .id(id)
            .rule_id(rule)
            .source("a")
            .dedup_key("k")
            .source("b")
            .starts_at(Timestamp::UNIX_EPOCH)
            .ends_at(Timestamp::max(), EndCause::Timeout)
            .received_at(Timestamp::UNIX_EPOCH)
            .build()
            .unwrap();
        assert_eq!((alert.id, alert.rule_id), (id, Some(rule)));
        assert_eq!(alert.identity().to_string(), "dedup:b:k");
    }
}
