//! Building a group of rules.

use crate::alerts::InvalidLabelName;
use crate::alerts::LabelName;
use crate::alerts::LabelValue;
use crate::rules::group_rule::GroupRule;
use crate::rules::rule_group::RuleGroup;
use crate::rules::rule_group::RuleGroupName;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::InvalidTenantId;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::validations::Check as _;

/// Builds a [`RuleGroup`]; made by [`RuleGroup::builder`].
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::rules::{RecordingRule, RuleGroup, RuleGroupBuilder};
///
/// let builder: RuleGroupBuilder = RuleGroup::builder("jobs").interval(AlertDuration::seconds(30)).label("team", "infra");
/// let group = builder.rule(RecordingRule::new("job:up:sum".parse()?, "sum by (job) (up)".parse()?)).build()?;
/// assert_eq!(group.recording_rules().count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the group"]
pub struct RuleGroupBuilder {
    group: RuleGroup,
    report: Report,
}

impl RuleGroupBuilder {
    pub(crate) fn new(name: String) -> Self {
        let mut report = Report::new();
        let name = report.accepted(&["name"], RuleGroupName::new(name)).unwrap_or_else(RuleGroupName::placeholder);
        Self { group: RuleGroup::new(name), report }
    }

    /// Says whose group it is. Default `default`.
    pub fn tenant<T>(mut self, tenant: T) -> Self
    where
        T: TryInto<TenantId>,
        T::Error: Into<InvalidTenantId>,
    {
        if let Some(tenant) = self.report.accepted(&["tenant"], tenant.try_into().map_err(Into::<InvalidTenantId>::into)) {
            self.group.tenant = tenant;
        }
        self
    }

    /// Says how often it is evaluated.
    pub fn interval(mut self, interval: AlertDuration) -> Self {
        self.group.interval = Some(interval);
        self
    }

    /// Says how far in the past its rules ask.
    pub fn query_offset(mut self, offset: AlertDuration) -> Self {
        self.group.query_offset = Some(offset);
        self
    }

    /// Says how many alerts or series a rule may have; 0 for any number. Default 0.
    pub fn limit(mut self, limit: Count) -> Self {
        self.group.limit = limit;
        self
    }

    /// Adds a label for every rule that does not have it itself; a later value for the same name replaces the earlier one.
    pub fn label<N>(mut self, name: N, value: impl Into<String>) -> Self
    where
        N: TryInto<LabelName>,
        N::Error: Into<InvalidLabelName>,
    {
        let name = self.report.accepted(&["labels"], name.try_into().map_err(Into::<InvalidLabelName>::into));
        if let Some(name) = name {
            let shown = name.to_string();
            if let Some(value) = self.report.accepted(&["labels", &shown], LabelValue::new(value)) {
                self.report.accepted(&["labels", &shown], self.group.labels.insert(name, value));
            }
        }
        self
    }

    /// Adds a rule, which is evaluated after those added before it.
    pub fn rule(mut self, rule: impl Into<GroupRule>) -> Self {
        self.group.rules.push(rule.into());
        self
    }

    /// The group, in which every rule has an id.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem of the setters and of the group as a whole.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::rules::RuleGroup;
    ///
    /// let report = RuleGroup::builder("g").interval(AlertDuration::ZERO).build().unwrap_err();
    /// assert_eq!(report.to_string(), "/interval: `interval` is 0: expected such as `1m`, or no interval at all");
    /// ```
    pub fn build(self) -> Result<RuleGroup, Report> {
        let Self { group, mut report } = self;
        let group = group.with_derived_ids();
        group.check_at(&Path::ROOT, &mut report);
        report.into_result(group)
    }
}
