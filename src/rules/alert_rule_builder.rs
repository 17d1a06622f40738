//! Building an alerting rule.

use crate::alerts::AlertSeverity;
use crate::alerts::InvalidLabelName;
use crate::alerts::LabelName;
use crate::rules::alert_rule::AlertRule;
use crate::rules::alert_rule::RuleName;
use crate::rules::behavior::ErrorBehavior;
use crate::rules::behavior::NoDataBehavior;
use crate::rules::condition::Condition;
use crate::rules::rule_texts::RuleTexts;
use crate::templates::AnnotationTemplate;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::InvalidTenantId;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::validations::Check as _;

/// Builds an [`AlertRule`]; made by [`AlertRule::builder`].
///
/// Setters take texts as they are; `build` reports every problem at once, those of the setters included.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertSeverity;
/// use alert_schemas::rules::AlertRule;
///
/// let report = AlertRule::builder("High CPU usage", "cpu_usage >", AlertSeverity::Critical).tenant("a b").build().unwrap_err();
/// let places: Vec<_> = report.violations().iter().map(|problem| problem.path.as_str()).collect();
/// assert_eq!(places, ["/condition", "/tenant"]);
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the rule"]
pub struct AlertRuleBuilder {
    /// Absent if the condition is none; everything else still collects its problems.
    condition: Option<Condition>,
    name: RuleName,
    severity: AlertSeverity,
    id: RuleId,
    tenant: TenantId,
    evaluation_window: AlertDuration,
    for_duration: AlertDuration,
    keep_firing_for: AlertDuration,
    labels: RuleTexts,
    annotations: RuleTexts,
    no_data: NoDataBehavior,
    on_error: ErrorBehavior,
    enabled: bool,
    version: Count,
    report: Report,
}

impl AlertRuleBuilder {
    pub(crate) fn new(name: String, condition: &str, severity: AlertSeverity) -> Self {
        let mut report = Report::new();
        let name = report.accepted(&["name"], RuleName::new(name)).unwrap_or_else(RuleName::placeholder);
        let condition = report.accepted(&["condition"], condition.parse::<Condition>());
        Self {
            condition,
            name,
            severity,
            id: RuleId::default(),
            tenant: TenantId::default(),
            evaluation_window: AlertRule::DEFAULT_WINDOW,
            for_duration: AlertDuration::ZERO,
            keep_firing_for: AlertDuration::ZERO,
            labels: RuleTexts::new(),
            annotations: RuleTexts::new(),
            no_data: NoDataBehavior::Ok,
            on_error: ErrorBehavior::Skip,
            enabled: true,
            version: Count::ONE,
            report,
        }
    }

    /// Gives the rule an id; otherwise it is derived from tenant, name and labels.
    pub fn id(mut self, id: RuleId) -> Self {
        self.id = id;
        self
    }

    /// Says whose rule it is. Default `default`.
    pub fn tenant<T>(mut self, tenant: T) -> Self
    where
        T: TryInto<TenantId>,
        T::Error: Into<InvalidTenantId>,
    {
        if let Some(tenant) = self.report.accepted(&["tenant"], tenant.try_into().map_err(Into::<InvalidTenantId>::into)) {
            self.tenant = tenant;
        }
        self
    }

    /// Says how far a selector without a range looks back. Default 5 m.
    pub fn evaluation_window(mut self, window: AlertDuration) -> Self {
        self.evaluation_window = window;
        self
    }

    /// Says how long the condition has to hold before an alert fires. Default 0.
    pub fn for_duration(mut self, duration: AlertDuration) -> Self {
        self.for_duration = duration;
        self
    }

    /// Says how long an alert goes on firing when the condition has ended. Default 0.
    pub fn keep_firing_for(mut self, duration: AlertDuration) -> Self {
        self.keep_firing_for = duration;
        self
    }

    /// Adds a label of the rule's alerts, a template; a later text for the same name replaces the earlier one.
    pub fn label<N>(mut self, name: N, text: impl AsRef<str>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        add_text(&mut self.labels, "labels", &mut self.report, name.try_into().map_err(Into::into), text.as_ref());
        self
    }

    /// Adds an annotation of the rule's alerts, a template; a later text for the same name replaces the earlier one.
    pub fn annotation<N>(mut self, name: N, text: impl AsRef<str>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        add_text(&mut self.annotations, "annotations", &mut self.report, name.try_into().map_err(Into::into), text.as_ref());
        self
    }

    /// Says what it does when there is no data. Default `ok`, as Prometheus.
    pub fn no_data(mut self, behavior: NoDataBehavior) -> Self {
        self.no_data = behavior;
        self
    }

    /// Says what it does when the condition can't be evaluated. Default `skip`, as Prometheus.
    pub fn on_error(mut self, behavior: ErrorBehavior) -> Self {
        self.on_error = behavior;
        self
    }

    /// Says whether it is evaluated. Default `true`.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Says which version of the rule this is. Default 1.
    pub fn version(mut self, version: Count) -> Self {
        self.version = version;
        self
    }

    /// The rule, with a derived id if it was given none.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem of the setters and of the rule as a whole.
    ///
    /// ```
    /// use alert_schemas::rules::AlertRule;
    /// use alert_schemas::{AlertDuration, AlertSeverity};
    ///
    /// let report = AlertRule::builder("A", "up == 0", AlertSeverity::Low)
    ///     .evaluation_window(AlertDuration::ZERO)
    ///     .label("", "x")
    ///     .build()
    ///     .unwrap_err();
    /// let codes: Vec<_> = report.violations().iter().map(|problem| problem.code.as_ref()).collect();
    /// assert_eq!(codes, ["invalid_label_name", "evaluation_window_zero"]);
    /// ```
    pub fn build(self) -> Result<AlertRule, Report> {
        let mut report = self.report;
        // A condition that is none was reported; one that always parses stands in, so that the other rules are checked, too.
        let condition = match self.condition {
            Some(condition) => condition,
            None => match "vector(1)".parse() {
                Ok(condition) => condition,
                Err(_) => return Err(report),
            },
        };
        let rule = AlertRule {
            id: self.id,
            tenant: self.tenant,
            evaluation_window: self.evaluation_window,
            for_duration: self.for_duration,
            keep_firing_for: self.keep_firing_for,
            labels: self.labels,
            annotations: self.annotations,
            no_data: self.no_data,
            on_error: self.on_error,
            enabled: self.enabled,
            version: self.version,
            ..AlertRule::new(self.name, condition, self.severity)
        };
        rule.check_at(&Path::ROOT, &mut report);
        report.into_result(rule.with_derived_id())
    }
}

/// Sets a text of a rule, or notes what is wrong with its name, the text or their number.
fn add_text(texts: &mut RuleTexts, field: &str, report: &mut Report, name: Result<LabelName, InvalidLabelName>, text: &str) {
    let Some(name) = report.accepted(&[field], name) else { return };
    let shown = name.to_string();
    if let Some(text) = report.accepted(&[field, &shown], text.parse::<AnnotationTemplate>()) {
        report.accepted(&[field, &shown], texts.insert(name, text));
    }
}
