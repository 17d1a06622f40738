//! One rule of a group.

use std::collections::BTreeSet;
use std::fmt;

use crate::rules::alert_rule::AlertRule;
use crate::rules::recording_rule::RecordingRule;
use crate::utils::Path;
use crate::utils::Report;
use crate::utils::RuleId;
use crate::utils::TenantId;
use crate::utils::excerpt;
use crate::validations::Check;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Key;
use crate::validations::Kind;
use crate::validations::Walk;
use crate::validations::duplicate;
use crate::validations::unknown_field;
use crate::validations::unreadable;

/// The members that say of which kind a rule is.
const KINDS: &[&str] = &["alert", "record"];

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
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a rule raises alerts or records; who evaluates rules must notice a third kind")]
pub enum GroupRule {
    /// It raises alerts.
    Alert(Box<AlertRule>),
    /// It records.
    Record(Box<RecordingRule>),
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

impl serde::Serialize for GroupRule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Alert(rule) => map.serialize_entry("alert", rule)?,
            Self::Record(rule) => map.serialize_entry("record", rule)?,
        }
        map.end()
    }
}

impl<'de> serde::Deserialize<'de> for GroupRule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;
        impl<'de> serde::de::Visitor<'de> for RuleVisitor {
            type Value = GroupRule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with one member, `alert` or `record`")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<GroupRule, A::Error> {
                use serde::de::Error as _;
                let mut rule = None;
                while let Some(Key(name)) = map.next_key()? {
                    if rule.is_some() {
                        return Err(A::Error::custom(format_args!("`{}` is one too many: {ONE_KIND}", excerpt(&name))));
                    }
                    rule = Some(match &*name {
                        "alert" => GroupRule::Alert(map.next_value()?),
                        "record" => GroupRule::Record(map.next_value()?),
                        _ => return Err(A::Error::unknown_field(&name, KINDS)),
                    });
                }
                rule.ok_or_else(|| A::Error::custom(NO_KIND))
            }
        }
        deserializer.deserialize_map(RuleVisitor)
    }
}

const ONE_KIND: &str = "expected one member, `alert` or `record`";
const NO_KIND: &str = "the rule is empty: expected one member, `alert` or `record`";

impl FromJson for GroupRule {
    fn from_json(json: Json<'_>, path: &Path<'_>, walk: &mut Walk) -> Option<Self> {
        if json.kind() != Kind::Object {
            walk.wrong_type(json, path, "an object");
            return None;
        }
        let problems = walk.count();
        let mut rule = None;
        let mut seen = BTreeSet::new();
        for member in json.members() {
            let name = match member.key.string() {
                Ok(name) => name,
                Err(error) => {
                    unreadable(member.key, path, walk, &error);
                    continue;
                }
            };
            let at = path.key(&name);
            if seen.contains(&name) {
                duplicate(member.key, path, walk, &name);
                continue;
            }
            if !seen.is_empty() && KINDS.contains(&&*name) {
                walk.problem(member.key, &at, "two_kinds_of_rule", || format!("`{name}` is one too many: {ONE_KIND}"));
            }
            match &*name {
                "alert" => rule = AlertRule::from_json(member.value, &at, walk).map(GroupRule::from),
                "record" => rule = RecordingRule::from_json(member.value, &at, walk).map(GroupRule::from),
                _ => walk.problem(member.key, &at, "unknown_field", || unknown_field(&name, KINDS)),
            }
            seen.insert(name);
        }
        if seen.is_empty() && walk.count() == problems {
            walk.problem(json, path, "missing_field", || NO_KIND.to_owned());
        }
        if walk.count() == problems { rule } else { None }
    }
}

impl Check for GroupRule {
    fn check_at(&self, path: &Path<'_>, report: &mut Report) {
        match self {
            Self::Alert(rule) => rule.check_at(&path.key("alert"), report),
            Self::Record(rule) => rule.check_at(&path.key("record"), report),
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for GroupRule {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "GroupRule".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let (alert, record) = (generator.subschema_for::<AlertRule>(), generator.subschema_for::<RecordingRule>());
        schemars::json_schema!({
            "title": "GroupRule",
            "description": "One rule of a group: it raises alerts, or it records. The one member, `alert` or `record`, holds the rule.",
            "type": "object",
            "properties": { "alert": alert, "record": record },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
            "examples": [{ "record": { "name": "job:up:sum", "expression": "sum by (job) (up)" } }]
        })
    }
}

#[cfg(feature = "proptest")]
impl proptest::arbitrary::Arbitrary for GroupRule {
    type Parameters = ();
    type Strategy = proptest::strategy::BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        use proptest::arbitrary::any;
        use proptest::strategy::Strategy as _;
        proptest::prop_oneof![any::<AlertRule>().prop_map(Self::from), any::<RecordingRule>().prop_map(Self::from)].boxed()
    }
}

#[cfg(test)]
mod tests {
    use crate::validations::DecodeLimits;
    use crate::validations::decode;

    use super::*;

    #[test]
    fn a_rule_is_of_one_kind() {
        let problem = |text: &str| decode::<GroupRule>(text.as_bytes(), &DecodeLimits::default()).unwrap_err().to_string();
        let record = r#"{"name": "a:b", "expression": "up"}"#;
        assert_eq!(problem("{}"), "the document (line 1, column 1): the rule is empty: expected one member, `alert` or `record`");
        assert_eq!(problem("[]"), "the document (line 1, column 1): expected an object, found a list");
        assert_eq!(
            problem(&format!(r#"{{"recrd": {record}}}"#)),
            "/recrd (line 1, column 2): `recrd` is not known here; did you mean `record`?"
        );
        assert!(problem(&format!(r#"{{"record": {record}, "record": {record}}}"#)).contains("stands there twice"));
        assert!(problem(&format!(r#"{{"record": {record}, "alert": {record}}}"#)).contains("`alert` is one too many"));
    }
}
