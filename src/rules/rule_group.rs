//! Rules that are evaluated together.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::alerts::Labels;
use crate::metrics::MetricName;
use crate::rules::alert_rule::AlertRule;
use crate::rules::alert_rule::RESERVED;
use crate::rules::alert_rule::derived_id;
use crate::rules::group_rule::GroupRule;
use crate::rules::recording_rule::RecordingRule;
use crate::rules::rule_group_builder::RuleGroupBuilder;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::utils::is_name;
use crate::utils::string_newtype;
use crate::validations::Rule;
use crate::validations::record;

string_newtype! {
    /// The name of a group of rules: 1 to 1,024 characters.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::RuleGroupName;
    ///
    /// let name: RuleGroupName = "node-exporter.rules".parse()?;
    /// assert_eq!(name.as_str(), "node-exporter.rules");
    /// # Ok::<(), alert_schemas::rules::InvalidRuleGroupName>(())
    /// ```
    pub struct RuleGroupName;
    error InvalidRuleGroupName in rules, code "invalid_rule_group_name", noun "the name of a group", expected "1 to 1024 characters",
    check is_name,
    schema { "minLength": 1, "maxLength": crate::utils::NAME_CHARACTERS, "examples": ["node-exporter.rules"] },
    strategy "[a-z][a-zé. -]{0,12}"
}

impl RuleGroupName {
    /// Stands in for a name that was refused, in a builder that goes on collecting problems.
    pub(crate) fn placeholder() -> Self {
        Self("?".into())
    }
}

record! {
    /// Rules that are evaluated one after the other, at the same times: a rule sees what those before it have recorded.
    ///
    /// # Identity
    ///
    /// A rule without an id gets one derived from tenant, name of the group, name and labels of the rule, and its place among the rules of
    /// the group that are equal in these. Reading a group and [`RuleGroup::with_derived_ids`] do so.
    ///
    /// # Validity
    ///
    /// Every rule is of the group's tenant, and each id stands once; `interval` is not zero; labels do not contain `__name__`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::{AlertDuration, AlertSeverity};
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).build()?;
    /// let group = RuleGroup::builder("disks").interval(AlertDuration::seconds(30)).rule(rule).build()?;
    /// assert_eq!(group.rules[0].name(), "DiskFull");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub struct RuleGroup: closed in rules;
    example r#"{"name": "disks", "interval": "30s", "rules": [{"alert": {"name": "DiskFull", "condition": "disk_used > 95", "severity": "high"}}, {"record": {"name": "job:disk_used:max", "expression": "max by (job) (disk_used)"}}]}"#;
    beyond { rules RULES; complete RuleGroup::with_derived_ids; settle RuleGroup::settled; }
    /// Whose group it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// Its name.
    required name: RuleGroupName as "name",
    /// How often it is evaluated. Absent means at the interval of whoever evaluates it, one minute by default.
    optional interval: AlertDuration as "interval",
    /// How far in the past its rules ask. Absent means at the offset of whoever evaluates it, none by default.
    optional query_offset: AlertDuration as "query_offset",
    /// How many alerts a rule may have active, or how many series it may record; 0 for any number. Default 0.
    defaulted limit: Count as "limit",
    /// Labels for every rule, where the rule does not have them itself; templates in alerting rules.
    defaulted labels: Labels as "labels",
    /// The rules, in the order of their evaluation; at most 10,000.
    list(RuleGroup::MAX_RULES) rules: GroupRule as "rules",
}

const RULES: &[Rule<RuleGroup>] = &[
    Rule {
        code: "group_interval_zero",
        field: "interval",
        rule: "`interval` is longer than 0.",
        broken: |group| {
            let zero = group.interval.is_some_and(AlertDuration::is_zero);
            zero.then(|| "`interval` is 0: expected such as `1m`, or no interval at all".to_owned())
        },
    },
    Rule {
        code: "reserved_label",
        field: "labels",
        rule: "`labels` has no `__name__`.",
        broken: |group| group.labels.get(MetricName::LABEL).map(|_| RESERVED.to_owned()),
    },
    Rule {
        code: "tenants_mixed",
        field: "rules",
        rule: "Every rule is of the group's tenant.",
        broken: |group| {
            let rule = group.rules.iter().find(|rule| *rule.tenant() != group.tenant)?;
            let (name, tenant) = (crate::utils::excerpt(rule.name()), rule.tenant());
            Some(format!("rule `{name}` is of tenant `{tenant}`: expected `{}`, as the group", group.tenant))
        },
    },
    Rule {
        code: "duplicate_rule_id",
        field: "rules",
        rule: "Each id of a rule stands once.",
        broken: |group| {
            let mut seen = BTreeSet::new();
            let twice = group.rules.iter().map(GroupRule::id).filter(|id| *id != RuleId::default()).find(|id| !seen.insert(*id))?;
            Some(format!("the id {twice} stands there twice: expected each once"))
        },
    },
];

impl RuleGroup {
    /// How many rules there may be.
    pub const MAX_RULES: usize = 10_000;

    /// Starts a group; the builder's `build` reports every problem at once.
    ///
    /// ```
    /// use alert_schemas::rules::RuleGroup;
    ///
    /// assert_eq!(RuleGroup::builder("").label("", "x").build().unwrap_err().len(), 2);
    /// ```
    pub fn builder(name: impl Into<String>) -> RuleGroupBuilder {
        RuleGroupBuilder::new(name.into())
    }

    /// A group without rules; every other field has its default and can be set, as it is public.
    #[must_use]
    pub fn new(name: RuleGroupName) -> Self {
        Self {
            tenant: TenantId::default(),
            name,
            interval: None,
            query_offset: None,
            limit: Count::ZERO,
            labels: Labels::new(),
            rules: Vec::new(),
        }
    }

    /// The same group, in which every rule has an id: a derived one where none was given.
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::{RecordingRule, RuleGroup};
    ///
    /// let mut group = RuleGroup::new("g".parse()?);
    /// group.rules.push(RecordingRule::new("a:b".parse()?, "up".parse()?).into());
    /// assert_eq!(group.with_derived_ids().rules[0].id(), RuleId::derive(&["default", "g", "a:b", "{}", "0"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_derived_ids(mut self) -> Self {
        let mut equals: BTreeMap<(String, String), usize> = BTreeMap::new();
        for rule in &mut self.rules {
            let (name, labels) = (rule.name().to_owned(), rule.labels_text());
            let ordinal = equals.entry((name.clone(), labels.clone())).or_insert(0);
            if rule.id() == RuleId::default() {
                rule.set_id(derived_id(rule.tenant(), self.name.as_str(), &name, &labels, *ordinal));
            }
            *ordinal += 1;
        }
        self
    }

    /// The alerting rules, in order.
    pub fn alert_rules(&self) -> impl Iterator<Item = &AlertRule> {
        self.rules.iter().filter_map(|rule| match rule {
            GroupRule::Alert(rule) => Some(rule.as_ref()),
            GroupRule::Record(_) => None,
        })
    }

    /// The recording rules, in order.
    pub fn recording_rules(&self) -> impl Iterator<Item = &RecordingRule> {
        self.rules.iter().filter_map(|rule| match rule {
            GroupRule::Record(rule) => Some(rule.as_ref()),
            GroupRule::Alert(_) => None,
        })
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.interval = self.interval.filter(|interval| !interval.is_zero());
        for rule in &mut self.rules {
            rule.set_tenant(self.tenant.clone());
        }
        let mut seen = BTreeSet::new();
        self.rules.retain(|rule| rule.id() == RuleId::default() || seen.insert(rule.id()));
        self.with_derived_ids()
    }
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;

    use super::*;

    #[test]
    fn equal_rules_have_ids_of_their_own() {
        let rule = r#"{"record": {"name": "a:b", "expression": "up"}}"#;
        let text = format!(r#"{{"name": "g", "rules": [{rule}, {rule}]}}"#);
        let group = RuleGroup::decode(text.as_bytes(), &DecodeLimits::default()).unwrap();
        assert_eq!(group.rules[1].id(), RuleId::derive(&["default", "g", "a:b", "{}", "1"]));
        assert_ne!(group.rules[0].id(), group.rules[1].id());
        let again = serde_json::to_vec(&group).unwrap();
        assert_eq!(RuleGroup::decode(&again, &DecodeLimits::default()).unwrap(), group);
    }

    #[test]
    fn the_rules_across_the_fields_of_a_group_are_told() {
        let mut group = RuleGroup::new("g".parse().unwrap());
        let mut rule = RecordingRule::new("a:b".parse().unwrap(), "up".parse().unwrap()).with_derived_id();
        group.rules.push(rule.clone().into());
        rule.tenant = "acme".parse().unwrap();
        group.rules.push(rule.into());
        group.interval = Some(AlertDuration::ZERO);
        group.labels = Labels::from_pairs([("__name__", "x")]).unwrap();
        let report = group.check().unwrap_err();
        let codes: Vec<_> = report.violations().iter().map(|problem| problem.code.as_ref()).collect();
        assert_eq!(codes, ["group_interval_zero", "reserved_label", "tenants_mixed", "duplicate_rule_id"]);
    }
}
