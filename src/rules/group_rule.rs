//! One rule of a group.

use crate::rules::alert_rule::AlertRule;
use crate::rules::recording_rule::RecordingRule;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Walk;
use crate::validations::choice;

choice! {
    /// One rule of a group: it raises alerts, or it records.
    ///
    /// In JSON it is an object with one member, `alert` or `record`, which holds the rule.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::{GroupRule, RecordingRule};
    ///
    /// let rule = GroupRule::from(RecordingRule::new("job:up:sum".parse()?, "sum by (job) (up)".parse()?));
    /// assert!(serde_json::to_string(&rule)?.starts_with(r#"{"record":{"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "a rule raises alerts or records; who evaluates rules must notice a third kind")]]
    pub enum GroupRule;
    noun "a rule";
    example r#"{"record": {"name": "job:up:sum", "expression": "sum by (job) (up)"}}"#;
    /// It raises alerts.
    Alert(Box<AlertRule>) = "alert",
    /// It records.
    Record(Box<RecordingRule>) = "record",
}

impl GroupRule {
    /// The id; the nil UUID means that none was given.
    #[must_use]
    pub fn id(&self) -> RuleId {
        match self {
            Self::Alert(rule) => rule.id,
            Self::Record(rule) => rule.id,
        }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Alert(rule) => rule.name.as_str(),
            Self::Record(rule) => rule.name.as_str(),
        }
    }

    /// Whose rule it is.
    #[must_use]
    pub fn tenant(&self) -> &TenantId {
        match self {
            Self::Alert(rule) => &rule.tenant,
            Self::Record(rule) => &rule.tenant,
        }
    }

    /// The labels as a derived id names them.
    pub(crate) fn labels_text(&self) -> String {
        match self {
            Self::Alert(rule) => rule.labels.to_string(),
            Self::Record(rule) => rule.labels.to_string(),
        }
    }

    pub(crate) fn set_id(&mut self, id: RuleId) {
        match self {
            Self::Alert(rule) => rule.id = id,
            Self::Record(rule) => rule.id = id,
        }
    }

    pub(crate) fn set_tenant(&mut self, tenant: TenantId) {
        match self {
            Self::Alert(rule) => rule.tenant = tenant,
            Self::Record(rule) => rule.tenant = tenant,
        }
    }
}

impl From<AlertRule> for GroupRule {
    fn from(rule: AlertRule) -> Self {
        Self::Alert(Box::new(rule))
    }
}

impl From<RecordingRule> for GroupRule {
    fn from(rule: RecordingRule) -> Self {
        Self::Record(Box::new(rule))
    }
}

/// Rules in boxes are read and checked as without; for boxes of any type that cannot be said.
macro_rules! boxed {
    ($($rule:ident),*) => { $(
        impl FromJson for Box<$rule> {
            fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
                $rule::from_json(json, path, walk).map(Box::new)
            }
        }

        impl Check for Box<$rule> {
            fn check_at(&self, path: &Path<'_>, report: &mut Report) {
                $rule::check_at(self, path, report);
            }
        }
    )* };
}

boxed!(AlertRule, RecordingRule);

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    #[test]
    fn a_rule_is_of_one_kind() {
        let problem = |text: &str| decode::<GroupRule>(text.as_bytes(), &DecodeLimits::default()).unwrap_err().to_string();
        let record = r#"{"name": "a:b", "expression": "up"}"#;
        assert_eq!(problem("{}"), "the document (line 1, column 1): a rule has a kind, found none");
        assert_eq!(problem("[]"), "the document (line 1, column 1): expected an object, found a list");
        assert_eq!(
            problem(&format!(r#"{{"recrd": {record}}}"#)),
            "/recrd (line 1, column 2): `recrd` is not known here; did you mean `record`?"
        );
        assert!(problem(&format!(r#"{{"record": {record}, "record": {record}}}"#)).contains("stands there twice"));
        assert!(problem(&format!(r#"{{"record": {record}, "alert": {record}}}"#)).contains("`alert` is one too many"));
    }
}
