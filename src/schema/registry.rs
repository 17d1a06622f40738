//! The one list of exported types.

use std::collections::BTreeSet;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::utils::Report;
use crate::validations::Check;
use crate::validations::DecodeLimits;
use crate::validations::FromJson;
use crate::validations::decode;
use crate::validations::decode_quickly;
use crate::validations::decode_slowly;

/// A type whose JSON this crate promises: its name, its decoder and its JSON Schema.
///
/// # Examples
///
/// ```
/// use alert_schemas::schema::{ExportedType, exported_type};
/// use alert_schemas::validations::DecodeLimits;
///
/// let link: &ExportedType = exported_type("Link").unwrap();
/// let limits = DecodeLimits::default();
/// assert!(link.check(br#"{"kind": "runbook", "href": "https://example.org/disk"}"#, &limits).is_ok());
/// assert_eq!(
///     link.check(br#"{"kind": "runbook"}"#, &limits).unwrap_err().to_string(),
///     "/href (line 1, column 1): `href` is required",
/// );
/// assert!(link.schema().contains("\"urn:alert-schemas:v0:Link\""));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ExportedType {
    name: &'static str,
    schema: &'static str,
    check: fn(&[u8], &DecodeLimits) -> Result<Value, Report>,
    check_quickly: fn(&[u8]) -> Option<Value>,
    check_slowly: fn(&[u8]) -> Result<Value, Report>,
    #[cfg(feature = "schema")]
    pub(crate) generate: fn() -> Value,
    #[cfg(feature = "proptest")]
    arbitrary: fn() -> proptest::strategy::BoxedStrategy<Value>,
}

impl ExportedType {
    /// The name, which is also that of the file in `schemas/`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its JSON Schema, as committed in `schemas/`.
    #[must_use]
    pub fn schema(&self) -> &'static str {
        self.schema
    }

    /// Decodes and checks a document, and writes it again.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every problem.
    ///
    /// ```
    /// use alert_schemas::schema::exported_type;
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let duration = exported_type("AlertDuration").unwrap();
    /// assert_eq!(duration.check(b"\"90m\"", &DecodeLimits::default())?, "1h30m");
    /// assert!(duration.check(b"\"5 minutes\"", &DecodeLimits::default()).is_err());
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn check(&self, bytes: &[u8], limits: &DecodeLimits) -> Result<Value, Report> {
        (self.check)(bytes, limits)
    }

    /// The codes of the rules that its schema lists in `x-rules`, since JSON Schema can't say them.
    ///
    /// A document that is refused with only these codes may pass a JSON Schema validator.
    ///
    /// ```
    /// let alert = alert_schemas::schema::exported_type("Alert").unwrap();
    /// assert!(alert.cross_field_codes().contains("ends_before_start"));
    /// assert!(!alert.cross_field_codes().contains("missing_field"));
    /// ```
    #[must_use]
    pub fn cross_field_codes(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        if let Ok(schema) = serde_json::from_str(self.schema) {
            collect_codes(&schema, &mut codes);
        }
        codes
    }

    /// The first reading alone, for the test that the two readings give one verdict.
    #[doc(hidden)]
    #[must_use]
    pub fn check_quickly(&self, bytes: &[u8]) -> Option<Value> {
        (self.check_quickly)(bytes)
    }

    /// The second reading alone, for the test that the two readings give one verdict.
    #[doc(hidden)]
    pub fn check_slowly(&self, bytes: &[u8]) -> Result<Value, Report> {
        (self.check_slowly)(bytes)
    }

    /// Arbitrary valid documents.
    #[cfg(feature = "proptest")]
    #[cfg_attr(docsrs, doc(cfg(feature = "proptest")))]
    pub fn arbitrary(&self) -> proptest::strategy::BoxedStrategy<Value> {
        (self.arbitrary)()
    }
}

/// Adds the codes of every `x-rules` entry inside `schema`.
fn collect_codes(schema: &Value, codes: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            for (name, member) in members {
                if let ("x-rules", Value::Array(rules)) = (name.as_str(), member) {
                    codes.extend(rules.iter().filter_map(|rule| rule.get("code")?.as_str()).map(str::to_owned));
                } else {
                    collect_codes(member, codes);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_codes(item, codes)),
        _ => {}
    }
}

fn written<T: Serialize>(value: T) -> Value {
    // Not reached: every exported type is made of what JSON can carry.
    serde_json::to_value(value).unwrap_or_default()
}

fn check<T: DeserializeOwned + Serialize + FromJson + Check>(bytes: &[u8], limits: &DecodeLimits) -> Result<Value, Report> {
    decode::<T>(bytes, limits).map(written)
}

fn check_quickly<T: DeserializeOwned + Serialize + Check>(bytes: &[u8]) -> Option<Value> {
    decode_quickly::<T>(bytes).map(written)
}

fn check_slowly<T: Serialize + FromJson>(bytes: &[u8]) -> Result<Value, Report> {
    decode_slowly::<T>(bytes).map(written)
}

#[cfg(feature = "proptest")]
fn arbitrary<T: Serialize + proptest::arbitrary::Arbitrary + 'static>() -> proptest::strategy::BoxedStrategy<Value> {
    use proptest::strategy::Strategy as _;
    proptest::arbitrary::any::<T>().prop_map(written).boxed()
}

/// Writes the list. A new type is one line here, and once an empty file `schemas/NAME.json` that `export_schemas` then fills.
macro_rules! registry {
    ($($name:literal => $type:ty,)*) => {
        const TYPES: &[ExportedType] = &[$(
            ExportedType {
                name: $name,
                schema: include_str!(concat!("../../schemas/", $name, ".json")),
                check: check::<$type>,
                check_quickly: check_quickly::<$type>,
                check_slowly: check_slowly::<$type>,
                #[cfg(feature = "schema")]
                generate: crate::schema::export::generate::<$type>,
                #[cfg(feature = "proptest")]
                arbitrary: arbitrary::<$type>,
            },
        )*];
    };
}

registry! {
    "Alert" => crate::alerts::Alert,
    "AlertSource" => crate::alerts::AlertSource,
    "Acknowledgement" => crate::alerts::Acknowledgement,
    "Suppression" => crate::alerts::Suppression,
    "Link" => crate::alerts::Link,
    "Labels" => crate::alerts::Labels,
    "Annotations" => crate::alerts::Annotations,
    "Metadata" => crate::alerts::Metadata,
    "AlertSeverity" => crate::alerts::AlertSeverity,
    "AlertStatus" => crate::alerts::AlertStatus,
    "EndCause" => crate::alerts::EndCause,
    "Identity" => crate::alerts::Identity,
    "Fingerprint" => crate::alerts::Fingerprint,
    "ContentFingerprint" => crate::alerts::ContentFingerprint,
    "Matcher" => crate::alerts::Matcher,
    "Matchers" => crate::alerts::Matchers,
    "Series" => crate::metrics::Series,
    "SeriesLabels" => crate::metrics::SeriesLabels,
    "Sample" => crate::metrics::Sample,
    "SampleValue" => crate::metrics::SampleValue,
    "SampleTime" => crate::metrics::SampleTime,
    "MetricName" => crate::metrics::MetricName,
    "AlertRule" => crate::rules::AlertRule,
    "RecordingRule" => crate::rules::RecordingRule,
    "RuleGroup" => crate::rules::RuleGroup,
    "RuleTemplate" => crate::rules::RuleTemplate,
    "RuleTexts" => crate::rules::RuleTexts,
    "GroupState" => crate::rules::firing::GroupState,
    "MetricKind" => crate::metrics::MetricKind,
    "Unit" => crate::metrics::Unit,
    "Threshold" => crate::metrics::Threshold,
    "ThresholdState" => crate::metrics::ThresholdState,
    "Level" => crate::metrics::Level,
    "TenantId" => crate::utils::TenantId,
    "AlertId" => crate::utils::AlertId,
    "RuleId" => crate::utils::RuleId,
    "SilenceId" => crate::utils::SilenceId,
    "Timestamp" => crate::utils::Timestamp,
    "AlertDuration" => crate::utils::AlertDuration,
    "TimeRange" => crate::utils::TimeRange,
    "Count" => crate::utils::Count,
    "RateLimit" => crate::validations::RateLimit,
    "RateLimitState" => crate::validations::RateLimitState,
    "Pointer" => crate::utils::Pointer,
    "AnnotationTemplate" => crate::templates::AnnotationTemplate,
    "Condition" => crate::rules::Condition,
    "Silence" => crate::notifications::Silence,
    "SilenceState" => crate::notifications::SilenceState,
    "StoredSilences" => crate::notifications::StoredSilences,
    "InhibitionRule" => crate::notifications::InhibitionRule,
    "DedupState" => crate::correlation::DedupState,
    "Observation" => crate::correlation::Observation,
    "WindowState" => crate::correlation::WindowState,
    "Placement" => crate::correlation::Placement,
    "AlertGroup" => crate::correlation::AlertGroup,
    "LintFinding" => crate::notifications::LintFinding,
    "ConfigDiff" => crate::notifications::ConfigDiff,
    "Route" => crate::notifications::Route,
    "NotificationConfig" => crate::notifications::NotificationConfig,
    "GroupKey" => crate::notifications::GroupKey,
    "GroupKeyDigest" => crate::notifications::GroupKeyDigest,
    "DecisionState" => crate::notifications::DecisionState,
    "AlertDecision" => crate::notifications::AlertDecision,
    "PlannedNotification" => crate::notifications::PlannedNotification,
    "DispatchState" => crate::notifications::DispatchState,
    "NotificationLogState" => crate::notifications::NotificationLogState,
    "DeliveryRecord" => crate::notifications::DeliveryRecord,
    "RetryPolicy" => crate::notifications::RetryPolicy,
    "Integration" => crate::notifications::Integration,
    "ClockRange" => crate::notifications::ClockRange,
    "TimeInterval" => crate::notifications::TimeInterval,
    "NamedTimeInterval" => crate::notifications::NamedTimeInterval,
    "MuteVerdict" => crate::notifications::MuteVerdict,
    "Channel" => crate::notifications::Channel,
    "Receiver" => crate::notifications::Receiver,
    "DeliverySettings" => crate::notifications::DeliverySettings,
    "SlackSettings" => crate::notifications::SlackSettings,
    "EmailSettings" => crate::notifications::EmailSettings,
    "SmsSettings" => crate::notifications::SmsSettings,
    "WebhookSettings" => crate::notifications::WebhookSettings,
    "PagerDutySettings" => crate::notifications::PagerDutySettings,
    "OpsgenieSettings" => crate::notifications::OpsgenieSettings,
    "ServiceNowSettings" => crate::notifications::ServiceNowSettings,
    "TeamsSettings" => crate::notifications::TeamsSettings,
    "DiscordSettings" => crate::notifications::DiscordSettings,
    "TelegramSettings" => crate::notifications::TelegramSettings,
    "AlertmanagerWebhookMessage" => crate::webhooks::alertmanager::WebhookMessage,
    "AlertmanagerPostableAlert" => crate::webhooks::alertmanager::PostableAlert,
    "AlertmanagerGettableAlert" => crate::webhooks::alertmanager::GettableAlert,
    "AlertmanagerAlertGroup" => crate::webhooks::alertmanager::AlertGroup,
    "AlertmanagerPostableSilence" => crate::webhooks::alertmanager::PostableSilence,
    "AlertmanagerGettableSilence" => crate::webhooks::alertmanager::GettableSilence,
}

/// Every exported type.
///
/// ```
/// let names: Vec<&str> = alert_schemas::schema::exported_types().iter().map(|exported| exported.name()).collect();
/// assert!(names.contains(&"Alert") && names.contains(&"Timestamp"));
/// ```
#[must_use]
pub fn exported_types() -> &'static [ExportedType] {
    TYPES
}

/// The exported type of this name.
///
/// ```
/// assert!(alert_schemas::schema::exported_type("Alert").is_some());
/// assert!(alert_schemas::schema::exported_type("alert").is_none());
/// ```
#[must_use]
pub fn exported_type(name: &str) -> Option<&'static ExportedType> {
    TYPES.iter().find(|exported| exported.name == name)
}

/// The JSON Schema of an exported type, as committed in `schemas/`: there without the feature `schema`.
///
/// ```
/// let text = alert_schemas::schema::bundle("AlertSeverity").unwrap();
/// assert!(text.contains("\"critical\""));
/// assert_eq!(alert_schemas::schema::bundle("Nobody"), None);
/// ```
#[must_use]
pub fn bundle(name: &str) -> Option<&'static str> {
    exported_type(name).map(ExportedType::schema)
}
