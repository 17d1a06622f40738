//! A rule that raises alerts.

use crate::alerts::AlertSeverity;
use crate::metrics::MetricName;
use crate::rules::alert_rule_builder::AlertRuleBuilder;
use crate::rules::behavior::ErrorBehavior;
use crate::rules::behavior::NoDataBehavior;
use crate::rules::condition::Condition;
use crate::rules::rule_texts::RuleTexts;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::utils::is_name;
use crate::utils::string_newtype;
use crate::validations::Rule;
use crate::validations::record;

string_newtype! {
    /// The name of an alerting rule, which its alerts carry as the label `alertname`: 1 to 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::RuleName;
    ///
    /// let name: RuleName = "High CPU usage".parse()?;
    /// assert_eq!(name.as_str(), "High CPU usage");
    /// # Ok::<(), alert_schemas::rules::InvalidRuleName>(())
    /// ```
    pub struct RuleName;
    error InvalidRuleName in rules, code "invalid_rule_name", noun "the name of a rule", expected "1 to 1024 characters",
    check is_name,
    schema { "minLength": 1, "maxLength": crate::utils::NAME_CHARACTERS, "examples": ["High CPU usage"] },
    strategy "[A-Z][a-zA-Zé ]{0,16}"
}

impl RuleName {
    /// Stands in for a name that was refused, in a builder that goes on collecting problems.
    pub(crate) fn placeholder() -> Self {
        Self("?".into())
    }
}

record! {
    /// A condition over metrics, and the alerts that it raises while it holds.
    ///
    /// Each element that the condition gives is an alert of its own: its labels are those of the element without the name of the metric,
    /// with those of the rule set over them, and `alertname`, the name of the rule. A label that the rule sets to the empty text is taken out.
    ///
    /// # Identity
    ///
    /// Rules are told apart by `id`. Where none is given it is derived: by the builder from tenant, name and labels, and by a
    /// [`RuleGroup`](crate::rules::RuleGroup) from the name of the group, too. Renaming such a rule, or changing its labels, makes a new rule.
    ///
    /// # Validity
    ///
    /// `evaluation_window` is not zero; neither labels nor annotations contain `__name__`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::AlertRule;
    /// use alert_schemas::{AlertDuration, AlertSeverity};
    ///
    /// let rule = AlertRule::builder("High CPU usage", "cpu_usage > 80", AlertSeverity::Critical)
    ///     .evaluation_window(AlertDuration::minutes(5))
    ///     .for_duration(AlertDuration::minutes(10))
    ///     .label("team", "infra")
    ///     .annotation("summary", "{{ $labels.instance }} is at {{ $value }} %")
    ///     .build()?;
    /// assert_eq!(rule.condition.to_string(), "cpu_usage > 80");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct AlertRule: closed in rules;
    example r#"{"name": "High CPU usage", "condition": "cpu_usage > 80", "severity": "critical", "for": "10m", "annotations": {"summary": "{{ $labels.instance }} is at {{ $value }} %"}}"#;
    beyond { rules RULES; settle AlertRule::settled; }
    /// The id; the nil UUID means that none was given.
    defaulted id: RuleId as "id",
    /// Whose rule it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// Its name, and the `alertname` of its alerts.
    required name: RuleName as "name",
    /// What has to hold.
    required condition: Condition as "condition",
    /// How bad its alerts are, unless their label `severity` says otherwise.
    required severity: AlertSeverity as "severity",
    /// How far a selector without a range looks back for the newest sample. Default 5 m.
    written evaluation_window: AlertDuration as "evaluation_window" = AlertRule::DEFAULT_WINDOW,
    /// How long the condition has to hold before an alert fires. Default 0: at once.
    defaulted for_duration: AlertDuration as "for",
    /// How long an alert goes on firing when the condition has ended. Default 0: not at all.
    defaulted keep_firing_for: AlertDuration as "keep_firing_for",
    /// Labels of its alerts, each a template.
    defaulted labels: RuleTexts as "labels",
    /// Texts that describe its alerts, each a template.
    defaulted annotations: RuleTexts as "annotations",
    /// What it does when there is no data. Default `ok`, as Prometheus.
    defaulted no_data: NoDataBehavior as "no_data",
    /// What it does when the condition can't be evaluated. Default `skip`, as Prometheus.
    defaulted on_error: ErrorBehavior as "on_error",
    /// Whether it is evaluated; the alerts of a rule that is not are over. Default `true`.
    written enabled: bool as "enabled" = true,
    /// Which version of the rule this is, for those who change it. Default 1.
    written version: Count as "version" = Count::ONE,
}

const RULES: &[Rule<AlertRule>] = &[
    Rule {
        code: "evaluation_window_zero",
        field: "evaluation_window",
        rule: "`evaluation_window` is longer than 0.",
        broken: |rule| {
            rule.evaluation_window
                .is_zero()
                .then(|| "`evaluation_window` is 0: no sample would ever be seen; expected such as `5m`".to_owned())
        },
    },
    Rule { code: "reserved_label", field: "labels", rule: "`labels` has no `__name__`.", broken: |rule| reserved(&rule.labels) },
    Rule {
        code: "reserved_label",
        field: "annotations",
        rule: "`annotations` has no `__name__`.",
        broken: |rule| reserved(&rule.annotations),
    },
];

/// What to say of labels that name a metric.
fn reserved(texts: &RuleTexts) -> Option<String> {
    texts.get(MetricName::LABEL).map(|_| RESERVED.to_owned())
}

/// What to say of the label that names a metric.
pub(crate) const RESERVED: &str = "`__name__` names a metric: expected another name";

impl AlertRule {
    /// How far a selector looks back where the rule says nothing: 5 m, as Prometheus.
    pub const DEFAULT_WINDOW: AlertDuration = AlertDuration::minutes(5);

    /// Starts a rule; the builder's `build` reports every problem at once.
    ///
    /// ```
    /// use alert_schemas::AlertSeverity;
    /// use alert_schemas::rules::AlertRule;
    ///
    /// let report = AlertRule::builder("", "cpu_usage >", AlertSeverity::Low).build().unwrap_err();
    /// assert_eq!(report.len(), 2);
    /// ```
    pub fn builder(name: impl Into<String>, condition: impl AsRef<str>, severity: AlertSeverity) -> AlertRuleBuilder {
        AlertRuleBuilder::new(name.into(), condition.as_ref(), severity)
    }

    /// The rule with only what it must have; every other field has its default and can be set, as it is public.
    #[must_use]
    pub fn new(name: RuleName, condition: Condition, severity: AlertSeverity) -> Self {
        Self {
            id: RuleId::default(),
            tenant: TenantId::default(),
            name,
            condition,
            severity,
            evaluation_window: Self::DEFAULT_WINDOW,
            for_duration: AlertDuration::ZERO,
            keep_firing_for: AlertDuration::ZERO,
            labels: RuleTexts::new(),
            annotations: RuleTexts::new(),
            no_data: NoDataBehavior::Ok,
            on_error: ErrorBehavior::Skip,
            enabled: true,
            version: Count::ONE,
        }
    }

    /// The same rule with an id, derived from tenant, name and labels if it has none: the id of a rule outside of any group.
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::AlertRule;
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let text = br#"{"name": "DiskFull", "condition": "disk_used > 95", "severity": "high"}"#;
    /// let rule = AlertRule::decode(text, &DecodeLimits::default())?;
    /// assert_eq!(rule.id, RuleId::default());
    /// assert_eq!(rule.with_derived_id().id, RuleId::derive(&["default", "", "DiskFull", "{}", "0"]));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn with_derived_id(mut self) -> Self {
        self.id = self.own_id();
        self
    }

    /// The id of the rule outside of any group: its own, or a derived one.
    pub(crate) fn own_id(&self) -> RuleId {
        match self.id == RuleId::default() {
            true => derived_id(&self.tenant, "", self.name.as_str(), &self.labels.to_string(), 0),
            false => self.id,
        }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        if self.evaluation_window.is_zero() {
            self.evaluation_window = Self::DEFAULT_WINDOW;
        }
        self
    }
}

/// The id of a rule that was given none: of tenant, group, name, labels as they are printed, and its place among equals.
pub(crate) fn derived_id(tenant: &TenantId, group: &str, name: &str, labels: &str, ordinal: usize) -> RuleId {
    RuleId::derive(&[tenant.as_str(), group, name, labels, &ordinal.to_string()])
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;

    use super::*;

    fn problems(text: &str) -> String {
        format!("{:#}", AlertRule::decode(text.as_bytes(), &DecodeLimits::default()).unwrap_err())
    }

    #[test]
    fn defaults_are_written_where_silence_would_be_read_wrongly() {
        let text = r#"{"name":"A","condition":"up == 0","severity":"low"}"#;
        let rule = AlertRule::decode(text.as_bytes(), &DecodeLimits::default()).unwrap();
        let written = serde_json::to_string(&rule).unwrap();
        let expected =
            r#"{"tenant":"default","name":"A","condition":"up == 0","severity":"low","evaluation_window":"5m","enabled":true,"version":1}"#;
        assert_eq!(written, expected);
        assert_eq!(AlertRule::decode(written.as_bytes(), &DecodeLimits::default()).unwrap(), rule);
    }

    #[test]
    fn every_problem_of_a_rule_is_told() {
        let text = r#"{"name":"A","condition":"up == 0","severity":"low","evaluation_window":"0","labels":{"__name__":"x"},"annotations":{"__name__":"x"}}"#;
        assert_eq!(
            problems(text),
            "3 problems\n  \
             /evaluation_window (line 1, column 72): `evaluation_window` is 0: no sample would ever be seen; expected such as `5m`\n  \
             /labels (line 1, column 85): `__name__` names a metric: expected another name\n  \
             /annotations (line 1, column 116): `__name__` names a metric: expected another name"
        );
        assert_eq!(
            problems(r#"{"name":"A","condition":"up == 0","severity":"low","keep_fireing_for":"5m"}"#),
            "/keep_fireing_for (line 1, column 52): `keep_fireing_for` is not known here; did you mean `keep_firing_for`?"
        );
    }

    #[test]
    fn ids_follow_tenant_name_and_labels() {
        let rule = |name: &str| AlertRule::new(name.parse().unwrap(), "up == 0".parse().unwrap(), AlertSeverity::Low).with_derived_id();
        assert_eq!(rule("A").id, rule("A").id);
        assert_ne!(rule("A").id, rule("B").id);
        let given = RuleId::derive(&["given"]);
        let mut kept = rule("A");
        kept.id = given;
        assert_eq!(kept.with_derived_id().id, given);
    }
}
