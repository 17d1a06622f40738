//! A rule that records what an expression gives.

use crate::alerts::Labels;
use crate::metrics::MetricName;
use crate::rules::alert_rule::RESERVED;
use crate::rules::alert_rule::derived_id;
use crate::rules::condition::Condition;
use crate::utils::Count;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// An expression whose result is written under a name of its own at each evaluation.
    ///
    /// Each element becomes a sample: its labels are those of the element with those of the rule set over them (no templates here), and its
    /// name is that of the rule.
    ///
    /// # Validity
    ///
    /// The name has no braces, which Prometheus refuses as a sign of an expression in the wrong place; labels do not contain `__name__`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::RecordingRule;
    ///
    /// let rule = RecordingRule::new("job:errors:rate5m".parse()?, "sum by (job) (rate(errors_total[5m]))".parse()?);
    /// assert_eq!(rule.name.as_str(), "job:errors:rate5m");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RecordingRule: closed in rules;
    example r#"{"name": "job:errors:rate5m", "expression": "sum by (job) (rate(errors_total[5m]))"}"#;
    beyond { rules RULES; }
    /// The id; the nil UUID means that none was given.
    defaulted id: RuleId as "id",
    /// Whose rule it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// The name of the metric that it writes.
    required name: MetricName as "name",
    /// What is recorded.
    required expression: Condition as "expression",
    /// Labels that each sample gets; an empty value takes the label out.
    defaulted labels: Labels as "labels",
    /// Whether it is evaluated. Default `true`.
    written enabled: bool as "enabled" = true,
    /// Which version of the rule this is, for those who change it. Default 1.
    written version: Count as "version" = Count::ONE,
}

const RULES: &[Rule<RecordingRule>] = &[
    Rule {
        code: "braces_in_metric_name",
        field: "name",
        rule: "`name` has neither `{` nor `}`.",
        broken: |rule| {
            let braces = rule.name.as_str().contains(['{', '}']);
            braces.then(|| "the name has braces: expected the name of a metric, and labels in `labels`".to_owned())
        },
    },
    Rule {
        code: "reserved_label",
        field: "labels",
        rule: "`labels` has no `__name__`.",
        broken: |rule| rule.labels.get(MetricName::LABEL).map(|_| RESERVED.to_owned()),
    },
];

impl RecordingRule {
    /// The rule with only what it must have; every other field has its default and can be set, as it is public.
    #[must_use]
    pub fn new(name: MetricName, expression: Condition) -> Self {
        Self {
            id: RuleId::default(),
            tenant: TenantId::default(),
            name,
            expression,
            labels: Labels::new(),
            enabled: true,
            version: Count::ONE,
        }
    }

    /// The same rule with an id, derived from tenant, name and labels if it has none: the id of a rule outside of any group.
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::RecordingRule;
    ///
    /// let rule = RecordingRule::new("a:b".parse()?, "up".parse()?).with_derived_id();
    /// assert_eq!(rule.id, RuleId::derive(&["default", "", "a:b", "{}", "0"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_derived_id(mut self) -> Self {
        if self.id == RuleId::default() {
            self.id = derived_id(&self.tenant, "", self.name.as_str(), &self.labels.to_string(), 0);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_selector() {
        let mut rule = RecordingRule::new("a{b=\"c\"}".parse().unwrap(), "up".parse().unwrap());
        rule.labels = Labels::from_pairs([("__name__", "x")]).unwrap();
        let report = rule.check().unwrap_err();
        let codes: Vec<_> = report.violations().iter().map(|problem| problem.code.as_ref()).collect();
        assert_eq!(codes, ["braces_in_metric_name", "reserved_label"]);
    }
}
