//! Rule files as groups of our own rules, and back.

use crate::alerts::AlertSeverity;
use crate::alerts::InvalidLabel;
use crate::alerts::Labels;
use crate::alerts::SeverityReading;
use crate::rules::AlertRule;
use crate::rules::GroupRule;
use crate::rules::RecordingRule;
use crate::rules::RuleGroup;
use crate::rules::RuleTexts;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::prometheus::duration::RuleFileDuration;
use crate::webhooks::prometheus::rule_file::RuleFile;
use crate::webhooks::prometheus::rule_file::RuleFileGroup;
use crate::webhooks::prometheus::rule_file::RuleFileRule;
use crate::webhooks::take::take;
use crate::webhooks::take::take_coded;

/// The label from which the severity of a rule is read.
const SEVERITY_LABEL: &str = "severity";

impl RuleFile {
    /// The groups of the file as our own, all of one tenant.
    ///
    /// The severity of a rule is read from its label `severity`, or from that of its group (see [`AlertSeverity::read`]), and the label stays;
    /// where there is none, or none that can be read, it is `warning`, and that is told as a loss.
    ///
    /// # Errors
    ///
    /// A [`Report`] of what our types do not take although Prometheus does, such as a name of more than 1,024 characters; the places are those of
    /// the file as JSON.
    ///
    /// ```
    /// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
    /// use alert_schemas::{AlertSeverity, TenantId};
    ///
    /// let text = "groups: [{name: disks, rules: [{alert: DiskFull, expr: disk_used > 95, labels: {severity: page}}]}]";
    /// let file = RuleFile::read(text, &RuleFileOptions::default())?;
    /// let groups = file.to_groups(&TenantId::default())?;
    /// let rule = groups.value[0].alert_rules().next().unwrap();
    /// assert_eq!((rule.name.as_str(), rule.severity), ("DiskFull", AlertSeverity::Critical));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_groups(&self, tenant: &TenantId) -> Result<Converted<Vec<RuleGroup>>, Report> {
        let (mut report, mut losses) = (Report::new(), Vec::new());
        let mut groups = Vec::with_capacity(self.groups.len());
        for (index, group) in self.groups.iter().enumerate() {
            let at = Pointer::root().key("groups").index(index);
            groups.extend(to_group(group, tenant, &at, &mut report, &mut losses));
        }
        report.into_result(Converted::with(groups, losses))
    }

    /// Groups of our own as a file of Prometheus.
    ///
    /// What Prometheus does not have is told as a loss: ids, tenants, versions, a severity that no label says, an evaluation window, behavior
    /// without data or after an error. A rule that is not enabled is left out. What a condition adds to PromQL is rewritten.
    ///
    /// ```
    /// use alert_schemas::AlertSeverity;
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::webhooks::prometheus::RuleFile;
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_free < 2GiB", AlertSeverity::High).label("severity", "high").build()?;
    /// let group = RuleGroup::builder("disks").rule(rule).build()?;
    /// let file = RuleFile::from_groups(&[group]);
    /// assert_eq!(file.value.groups[0].rules[0].expression(), "disk_free < 2147483648");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_groups(groups: &[RuleGroup]) -> Converted<Self> {
        let mut losses = Vec::new();
        let mut file = Self::new();
        for (index, group) in groups.iter().enumerate() {
            let at = Pointer::root().index(index);
            file.groups.push(from_group(group, &at, &mut losses).into());
        }
        Converted::with(file, losses)
    }
}

fn duration(value: Option<&RuleFileDuration>) -> Option<AlertDuration> {
    value.map(RuleFileDuration::get).filter(|duration| !duration.is_zero())
}

fn to_group(group: &RuleFileGroup, tenant: &TenantId, at: &Pointer, report: &mut Report, losses: &mut Vec<Loss>) -> Option<RuleGroup> {
    let name = take(group.name.parse(), &at.clone().key("name"), "invalid_rule_group_name", report)?;
    let mut made = RuleGroup::new(name);
    made.tenant = tenant.clone();
    made.interval = duration(group.interval.as_deref());
    made.query_offset = group.query_offset.as_deref().map(RuleFileDuration::get);
    let limit = group.limit.as_deref().copied().unwrap_or(0);
    made.limit = u64::try_from(limit).ok().and_then(|limit| Count::new(limit).ok()).unwrap_or(Count::ZERO);
    made.labels = labels(&group.labels, &at.clone().key("labels"), report).unwrap_or_default();
    for (index, rule) in group.rules.iter().enumerate() {
        let at = at.clone().key("rules").index(index);
        let rule = if rule.is_alert() {
            to_alert(rule, &made, &at, report, losses).map(GroupRule::from)
        } else {
            to_record(rule, &made, &at, report).map(GroupRule::from)
        };
        made.rules.extend(rule);
    }
    Some(made.with_derived_ids())
}

fn labels(map: &PlacedMap, at: &Pointer, report: &mut Report) -> Option<Labels> {
    let labels = Labels::from_pairs(map.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    take_coded(labels, at, InvalidLabel::code, report)
}

fn texts(map: &PlacedMap, at: &Pointer, report: &mut Report) -> Option<RuleTexts> {
    let mut made = RuleTexts::new();
    for (name, text) in map.iter() {
        let at = at.clone().key(name.as_str());
        let name = take(name.parse(), &at, "invalid_label_name", report)?;
        let text = take(text.parse(), &at, "invalid_annotation_template", report)?;
        take(made.insert(name, text), &at, "too_many_labels", report)?;
    }
    Some(made)
}

fn to_alert(rule: &RuleFileRule, group: &RuleGroup, at: &Pointer, report: &mut Report, losses: &mut Vec<Loss>) -> Option<AlertRule> {
    let name = take(rule.name().parse(), &at.clone().key("alert"), "invalid_rule_name", report);
    let condition = take(rule.expression().parse(), &at.clone().key("expr"), "invalid_condition", report);
    let labels = texts(&rule.labels, &at.clone().key("labels"), report);
    let annotations = texts(&rule.annotations, &at.clone().key("annotations"), report);
    let word = rule.labels.get(SEVERITY_LABEL).map(|text| text.as_str()).or_else(|| group.labels.get(SEVERITY_LABEL));
    let reading = word.map_or(SeverityReading::Unknown, AlertSeverity::read);
    if reading == SeverityReading::Unknown {
        losses.push(Loss::new(at.clone().key("labels"), "severity_not_said", "no label `severity` says how bad it is: taken as `warning`"));
    }
    let mut made = AlertRule::new(name?, condition?, reading.severity());
    made.tenant = group.tenant.clone();
    made.for_duration = duration(rule.for_.as_deref()).unwrap_or_default();
    made.keep_firing_for = duration(rule.keep_firing_for.as_deref()).unwrap_or_default();
    made.labels = labels?;
    made.annotations = annotations?;
    Some(made)
}

fn to_record(rule: &RuleFileRule, group: &RuleGroup, at: &Pointer, report: &mut Report) -> Option<RecordingRule> {
    let name = take(rule.name().parse(), &at.clone().key("record"), "invalid_metric_name", report);
    let expression = take(rule.expression().parse(), &at.clone().key("expr"), "invalid_condition", report);
    let labels = labels(&rule.labels, &at.clone().key("labels"), report);
    let mut made = RecordingRule::new(name?, expression?);
    made.tenant = group.tenant.clone();
    made.labels = labels?;
    Some(made)
}

fn from_group(group: &RuleGroup, at: &Pointer, losses: &mut Vec<Loss>) -> RuleFileGroup {
    let mut lost = |at: Pointer, message: &str| losses.push(Loss::new(at, "field_not_carried", message));
    if group.tenant != TenantId::default() {
        lost(at.clone().key("tenant"), "Prometheus knows no tenants");
    }
    let mut made = RuleFileGroup::new(group.name.as_str());
    made.interval = group.interval.map(|interval| RuleFileDuration::from(interval).into());
    made.query_offset = group.query_offset.map(|offset| RuleFileDuration::from(offset).into());
    made.limit = i64::try_from(group.limit.get()).ok().filter(|limit| *limit > 0).map(Into::into);
    for (name, value) in group.labels.iter() {
        made.labels.insert(name.to_string(), value.to_string());
    }
    for ((index, rule), read_again) in group.rules.iter().enumerate().zip(derived_ids(group)) {
        let at = at.clone().key("rules").index(index);
        let (enabled, version, expression) = match rule {
            GroupRule::Alert(rule) => (rule.enabled, rule.version, &rule.condition),
            GroupRule::Record(rule) => (rule.enabled, rule.version, &rule.expression),
        };
        if !enabled {
            lost(at, "the rule is not enabled: it is left out");
            continue;
        }
        let expr = expression.to_promql().unwrap_or_else(|error| {
            lost(at.clone(), &error.to_string());
            expression.to_string()
        });
        if rule.id() != RuleId::default() && rule.id() != read_again {
            lost(at.clone().key("id"), "the id is derived anew where the file is read");
        }
        if version != Count::ONE {
            lost(at.clone().key("version"), "Prometheus knows no versions of rules");
        }
        made.rules.push(match rule {
            GroupRule::Alert(rule) => from_alert(rule, group, expr, &at, &mut lost).into(),
            GroupRule::Record(rule) => {
                let mut made = RuleFileRule::record(rule.name.as_str(), expr);
                for (name, value) in rule.labels.iter() {
                    made.labels.insert(name.to_string(), value.to_string());
                }
                made.into()
            }
        });
    }
    made
}

/// The ids that the rules of the group get where none is given.
fn derived_ids(group: &RuleGroup) -> Vec<RuleId> {
    let mut group = group.clone();
    for rule in &mut group.rules {
        rule.set_id(RuleId::default());
    }
    group.with_derived_ids().rules.iter().map(GroupRule::id).collect()
}

fn from_alert(rule: &AlertRule, group: &RuleGroup, expr: String, at: &Pointer, lost: &mut impl FnMut(Pointer, &str)) -> RuleFileRule {
    let mut made = RuleFileRule::alert(rule.name.as_str(), expr);
    let some = |duration: AlertDuration| (!duration.is_zero()).then(|| RuleFileDuration::from(duration).into());
    made.for_ = some(rule.for_duration);
    made.keep_firing_for = some(rule.keep_firing_for);
    for (name, text) in rule.labels.iter() {
        made.labels.insert(name.to_string(), text.to_string());
    }
    for (name, text) in rule.annotations.iter() {
        made.annotations.insert(name.to_string(), text.to_string());
    }
    let word = rule.labels.get(SEVERITY_LABEL).map(|text| text.as_str()).or_else(|| group.labels.get(SEVERITY_LABEL));
    if word.map(AlertSeverity::read) != Some(SeverityReading::Exact(rule.severity)) {
        lost(at.clone().key("severity"), "no label `severity` says it");
    }
    if rule.evaluation_window != AlertRule::DEFAULT_WINDOW {
        lost(at.clone().key("evaluation_window"), "Prometheus has one look-back for all rules");
    }
    if rule.no_data != Default::default() {
        lost(at.clone().key("no_data"), "Prometheus does not tell missing data from a condition that does not hold");
    }
    if rule.on_error != Default::default() {
        lost(at.clone().key("on_error"), "Prometheus skips an evaluation that fails");
    }
    made
}
