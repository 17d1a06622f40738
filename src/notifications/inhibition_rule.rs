//! A rule by which alerts quiet others.

use crate::alerts::LabelName;
use crate::alerts::Labels;
use crate::alerts::Matchers;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::validations::record;

/// The most labels that are compared.
const MOST_EQUAL: usize = 512;

record! {
    /// A rule by which a firing alert, the source, quiets others, the targets, that have some labels in common with it.
    ///
    /// An alert is inhibited if it matches the target matchers and a firing alert of the same tenant matches the source matchers and has the same values of
    /// the `equal` labels; a label that both lack is equal, and an empty value counts as lacking. An alert that matches both sides is not inhibited by
    /// another that also matches both, itself included (Alertmanager's documentation of `inhibit_rule`).
    ///
    /// Without `equal` labels any source quiets every target. Matchers that are empty match every alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::InhibitionRule;
    ///
    /// let rule = InhibitionRule::new("alertname=HostDown".parse()?, "severity=~warning|info".parse()?).with_equal(["instance".parse()?]);
    /// assert_eq!(rule.equal[0].as_str(), "instance");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct InhibitionRule: closed in notifications;
    example r#"{"name": "a host that is down explains what runs on it", "source_matchers": "{alertname=\"HostDown\"}", "target_matchers": "{severity=~\"warning|info\"}", "equal": ["instance"]}"#;
    beyond {}
    /// Whose rule it is: alerts of other tenants neither inhibit nor are inhibited by it. Default `default`.
    written tenant: TenantId as "tenant",
    /// A name for people.
    optional name: Text<1_024> as "name",
    /// What a firing alert must match to quiet others.
    required source_matchers: Matchers as "source_matchers",
    /// What an alert must match to be quieted.
    required target_matchers: Matchers as "target_matchers",
    /// The labels of which source and target have the same values; at most 512.
    list(MOST_EQUAL) equal: LabelName as "equal",
}

impl InhibitionRule {
    /// A rule of the tenant `default`, without a name, that compares no labels.
    #[must_use]
    pub fn new(source_matchers: Matchers, target_matchers: Matchers) -> Self {
        Self { tenant: TenantId::default(), name: None, source_matchers, target_matchers, equal: Vec::new() }
    }

    /// The same rule, which compares these labels.
    #[must_use]
    pub fn with_equal(mut self, equal: impl IntoIterator<Item = LabelName>) -> Self {
        self.equal = equal.into_iter().collect();
        self
    }

    /// Whether an alert with the labels `source`, while it fires, inhibits one with the labels `target` by this rule; whose alerts they are is not looked at.
    ///
    /// This is the rule's meaning; [`Inhibitor`](crate::notifications::Inhibitor) gives the same answer for many alerts at once.
    ///
    /// ```
    /// use alert_schemas::Labels;
    /// use alert_schemas::notifications::InhibitionRule;
    ///
    /// let rule = InhibitionRule::new("alertname=HostDown".parse()?, "severity=warning".parse()?).with_equal(["host".parse()?]);
    /// let down = Labels::from_pairs([("alertname", "HostDown"), ("host", "db-1")])?;
    /// let slow = Labels::from_pairs([("alertname", "Slow"), ("host", "db-1"), ("severity", "warning")])?;
    /// assert!(rule.inhibits(&down, &slow) && !rule.inhibits(&slow, &down));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn inhibits(&self, source: &Labels, target: &Labels) -> bool {
        let value = |labels: &Labels, name: &LabelName| labels.get(name.as_str()).unwrap_or_default().to_owned();
        let are_equal = || self.equal.iter().all(|name| value(source, name) == value(target, name));
        let are_both_two_sided = || self.source_matchers.matches(target) && self.target_matchers.matches(source);
        self.target_matchers.matches(target) && self.source_matchers.matches(source) && are_equal() && !are_both_two_sided()
    }
}
