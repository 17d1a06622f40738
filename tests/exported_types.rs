//! What holds for every public type: it crosses threads; and for every record: both of its checks give one verdict, and its JSON reads back.

#![cfg(feature = "proptest")]

mod near_misses;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use alert_schemas::Report;
use alert_schemas::metrics::MemoryStore;
use alert_schemas::schema::exported_types;
use alert_schemas::validations::DecodeLimits;
use proptest::strategy::Strategy as _;
use serde_json::Value;

use crate::near_misses::NearMisses;

/// Asserts at compile time that types cross threads, and gives their names.
macro_rules! public_types {
    ($($module:tt { $($name:ident $(<$argument:tt>)?),* $(,)? })*) => {{
        let mut names = BTreeSet::new();
        $($( public_types!(@one $module $name [$($argument)?] names); )*)*
        names
    }};
    (@one [$($module:ident)::+] $name:ident [] $names:ident) => {
        crosses_threads::<alert_schemas::$($module::)+$name>();
        let name = format!("{}::{}", [$(stringify!($module)),+].join("::"), stringify!($name));
        assert!($names.insert(name), "{} is listed twice", stringify!($name));
    };
    (@one [$($module:ident)::+] $name:ident [$argument:tt] $names:ident) => {
        crosses_threads::<alert_schemas::$($module::)+$name<$argument>>();
        let name = format!("{}::{}", [$(stringify!($module)),+].join("::"), stringify!($name));
        assert!($names.insert(name), "{} is listed twice", stringify!($name));
    };
}

fn crosses_threads<T: Send + Sync>() {}

#[test]
fn every_public_type_crosses_threads() {
    let listed = public_types! {
        [alerts] {
            Acknowledgement, Actor, Alert, AlertBuilder, AlertEvent, AlertKey, AlertMessage, AlertSeverity, AlertSource, AlertStatus,
            Annotations, ContentFingerprint, DedupKey, EndCause, FallbackNote, Fingerprint, Href, Identity, IllegalTransition, InvalidActor,
            InvalidAlertEvent, InvalidAlertMessage, InvalidDedupKey, InvalidEndCause, InvalidFingerprint, InvalidHref, InvalidIdentity,
            InvalidLabel, InvalidLabelName, InvalidLinkKind, InvalidMatchOp, InvalidMatcher, InvalidMatcherKind, InvalidMatcherSyntax,
            InvalidSeverity, InvalidSourceName, InvalidStatus, InvalidSuppressionReason, LabelName, LabelSyntax, LabelValue, Labels, Link,
            LinkKind, MatchOp, Matcher, MatcherSyntax, Matchers, Metadata, MetadataValue, NotFinite, NotificationHash, SeverityReading,
            SourceName, Suppression, SuppressionReason, Transition,
        }
        [correlation] {
            AlertGroup, DedupCounters, DedupEntry, DedupFacts, DedupMemory, DedupOptions, DedupState, DedupTenant, DedupVerdict,
            Deduplicator, GroupByDiffers, InvalidDedupVerdict, Observation, Placement, Session, Sighting, WindowCounters, WindowEntry,
            WindowGrouper, WindowOptions, WindowRun, WindowState, WindowTenant,
        }
        [metrics] {
            InvalidLevel, InvalidMetricKind, InvalidMetricName, InvalidSampleTime, InvalidSampleValue, InvalidThresholdEvent,
            InvalidThresholdPhase, InvalidThresholdSide, InvalidUnit, Level, MemoryStore, MetricKind, MetricName, Sample, SampleTime,
            SampleValue, Series, SeriesLabels, SeriesLabelsBuilder, SeriesLabelsIter<'static>, SeriesMatcher, SeriesView<'static>,
            StoreError, StoreErrorKind, StoreOptions, Threshold, ThresholdEvent, ThresholdPhase, ThresholdSide, ThresholdState,
            ThresholdStep, Unit, Window, WindowSamples<'static>,
        }
        [metrics::exposition] {
            Exemplar, Exposition, ExpositionFormat, ExpositionOptions, ExpositionSample, InvalidExposition, InvalidExpositionFormat,
            InvalidExpositionKind, MetricFamily,
        }
        [metrics::load] { InvalidLoad, InvalidLoadKind, Load, LoadBlock, LoadOptions, SeriesDescription }
        [notifications] {
            AlertDecision, AttemptOutcome, ChangedNotification, Channel, ChannelLimit, ChannelName, ClockRange, ClockTime, ConfigDiff,
            Credential, DayOfMonthRange, Decider, DecisionOutcome, DecisionPlan, DecisionState, Decisions, DeliveryAttempt, DeliveryRecord,
            DeliverySettings, DiscordSettings, DispatchGroup, DispatchOptions, DispatchState, Dispatcher, EmailAddress, EmailSettings,
            ExpectedNotification, FailureReason, FilePath, Flush, FlushedAlert, GroupBy, GroupKey, GroupKeyDigest, GroupTarget,
            HistoryEntry, HistoryEvent, HostName, InhibitedBy<'static>, InhibitionRule, Inhibitor, Insertion, Integration,
            InvalidAttemptOutcome, InvalidChannelName, InvalidClockTime, InvalidDayOfMonthRange, InvalidDecisionOutcome,
            InvalidEmailAddress, InvalidFailureReason, InvalidFilePath, InvalidGroupBy, InvalidGroupKey, InvalidGroupKeyDigest,
            InvalidHostName, InvalidLintCode, InvalidLintSeverity, InvalidLocation, InvalidLocationKind, InvalidMessageText,
            InvalidMonthRange, InvalidNotificationReason, InvalidOpsgenieResponderKind, InvalidPhoneNumber, InvalidReceiverName,
            InvalidRouteId, InvalidRouteKey, InvalidServiceUrl, InvalidSilenceState, InvalidSmsSender, InvalidTelegramChat,
            InvalidTelegramMarkup, InvalidTimeIntervalName, InvalidWeekdayRange, InvalidYearRange, LintCode, LintFinding, LintOptions,
            LintSeverity, Location, Look, MessageText, MonthRange, MuteVerdict, NamedTimeInterval, NextAttempt, Notification,
            NotificationConfig, NotificationKey, NotificationLog, NotificationLogEntry, NotificationLogState, NotificationReason,
            OpsgenieResponder, OpsgenieResponderKind, OpsgenieSettings, PagerDutySettings, PhoneNumber, PlannedAlert, PlannedNotification,
            Receiver, ReceiverBuilder, ReceiverDiff, ReceiverName, RefusedEntry, ReplayOptions, Replayed, RetryPolicy, Route, RouteBuilder,
            RouteDecision, RouteId, RouteKey, RouteMatch<'static>, RouteOptions, RouteOutcome<'static>, RouteStep<'static>,
            RouteTrace<'static>, RoutedTo, Routes, RoutesTooLarge, RoutingChange, RoutingTree, ServiceNowSettings, ServiceUrl, Silence,
            SilenceChange, SilenceGuard, SilenceRefused, SilenceState, SilenceWarning, SilenceWarningKind, SilencedBy<'static>, Silences,
            SlackSettings, SmsSender, SmsSettings, StoredSilences, SuppressionCause, TeamsSettings, TelegramChat, TelegramMarkup,
            TelegramSettings, TimeCoverage, TimeInterval, TimeIntervalName, TreeRoute<'static>, WebhookSettings, WeekdayRange, YearRange,
        }
        [rules] {
            Addition, Aggregate, AggregateOp, AlertRule, AlertRuleBuilder, AtModifier, Binary, BinaryOp, Call, Cardinality,
            Children<'static>, Condition, Dialect, DurationExpr, ErrorBehavior, Expr, ExprError, ExprErrorKind, ExprErrors, ExprLimits,
            Function, GroupRule, InvalidDialect, InvalidErrorBehavior, InvalidNoDataBehavior, InvalidParameterKind, InvalidParameterName,
            InvalidParameterValue, InvalidRuleGroupName, InvalidRuleName, LabelMatcher, MatrixSelector, NoDataBehavior, Node, NodeId,
            NodeKind, NumberForm, NumberLiteral, ParameterKind, ParameterName, ParameterText, ParseOptions, Pretty<'static>, QueryDuration,
            RecordingRule, RuleBlueprint, RuleGroup, RuleGroupBuilder, RuleGroupName, RuleName, RuleTemplate, RuleTexts, Span,
            StringLiteral, Subquery, TemplateParameter, TemplateText, UnaryOp, ValueType, VectorMatching, VectorSelector,
        }
        [rules::eval] {
            EvalError, EvalErrorKind, EvalOptions, EvalRange, Evaluator<MemoryStore>, ExplainOptions, ExplainedComparison, ExplainedElement,
            ExplainedNode, Explanation, Feature, InvalidEvalRange, ScalarValue, StringValue, Unsupported, Value, VectorSample,
        }
        [rules::firing] {
            AlertInstance, Evaluation, FiringContext<'static>, FiringOptions, FiringReason, FiringState, FiringTransition, GroupState,
            GroupStep, InvalidFiringReason, InvalidFiringState, MemoryRuleStore, Replay<'static>, RuleError, RuleOutcome, RuleState,
            RuleStep, WrittenSample,
        }
        [schema] { ExportedType }
        [templates] {
            AlertData<'static>, AnnotationTemplate, List, ListKind, Map, MapKind, MessageAlert, MessageData, QuerySample, Struct,
            StructField, TemplateError, TemplateErrorKind, TemplateTime, Value, ValueTooDeep,
        }
        [templates::go] { FunctionSet, MissingKey, Reference, ReferenceKind, Template, TemplateLimits, TemplateOptions }
        [utils] {
            AlertDuration, AlertId, Count, Error, ErrorCode, InvalidAlertId, InvalidCount, InvalidDuration, InvalidPointer, InvalidRuleId,
            InvalidSilenceId, InvalidStateVersion, InvalidTenantId, InvalidTimeRange, InvalidTimestamp, Pointer, Position, Report, RuleId,
            Secret, SecretDisplay, Settings, SilenceId, StateVersion, TenantId, Text<9>, TextTooLong, TimeRange, Timestamp, Violation,
        }
        [utils::go] {
            Anchoring, Captures<'static>, CapturingPattern, FloatFormat, InvalidGoString, InvalidGoStringKind, InvalidPattern,
            InvalidPatternKind, Pattern, PatternLimits,
        }
        [validations] {
            Batch<u8>, Batches<u8>, Converted<u8>, DecodeLimits, Fitted<'static>, InvalidRateLimitKind, Limit, Loss, Nullable<u8>,
            RateLimit, RateLimitKind, RateLimitState, RateStep, RateVerdict, Refused, UnknownFields,
        }
        [validations::yaml] {
            GoDecoder, GoEntry<'static>, Node, NodeKind, Style, WrongValue, Yaml, YamlError, YamlErrorKind, YamlLimits, YamlProblem,
        }
        [webhooks::alertmanager] {
            AlertGroup, DocumentKind, Exchange, GettableAlert, GettableSilence, GettableStatus, Ingested, InvalidWebhookVersion,
            InvalidWireTime, LabelSet, PostableAlert, PostableSilence, Received, ReceiverReference, Reception, RefusedAlert, SilenceMatcher,
            SilenceStatus, WebhookAlert, WebhookMessage, WebhookVersion, WireTime,
        }
        [webhooks::alertmanager::config] {
            AnyFloat, AnyValue, AnyValueTooDeep, Authorization, BasicAuth, ConfigErrors, ConfigEventRecorder, ConfigFile, ConfigFileOptions,
            ConfigGlobal, ConfigInhibitRule, ConfigInterval, ConfigProblem, ConfigReceiver, ConfigRoute, ConfigTimeInterval, ConfigTimes,
            ConfigTracing, DiscordConfig, EmailConfig, EmailThreading, EventFile, EventKafka, EventWebhook, FileKind, FileReference,
            GoDuration, GoDurationText, HostPort, HttpConfig, HttpHeader, HttpUrl, IncidentioConfig, InvalidGoDuration, InvalidHostPort,
            InvalidHttpUrl, InvalidTlsVersion, InvalidTracingClient, JiraConfig, JiraField, JiraText, MattermostAttachment, MattermostConfig, MattermostField,
            MattermostPriority, MattermostProps, MsteamsConfig, Msteamsv2Config, OAuth2, OpsgenieConfig, OpsgenieResponder, PagerdutyConfig,
            PagerdutyImage, PagerdutyLink, Placed<u8>, PlacedMap, ProxyUrl, PushoverConfig, RocketchatAction, RocketchatConfig,
            RocketchatField, SecretTemplateUrl, SecretUrl, Sigv4Config, SlackAction, SlackConfig, SlackConfirmation, SlackField, SnsConfig,
            TelegramConfig, TlsConfig, TlsVersion, TracingClient, VictoropsConfig, WebexConfig, WebhookConfig, WechatConfig,
        }
        [webhooks::prometheus] {
            Placed<u8>, PlacedMap, RuleFile, RuleFileDuration, RuleFileErrors, RuleFileGroup, RuleFileOptions, RuleFilePart,
            RuleFileProblem, RuleFileRule,
        }
    };
    let mut exported = BTreeSet::new();
    let mut traits = BTreeSet::new();
    for_each_source(&mut |module, text| {
        let names = text.lines().filter_map(|line| line.strip_prefix("pub trait ")?.split([':', ' ', '<']).next());
        traits.extend(names.map(|name| format!("{module}::{name}")));
        let own = |line: &'_ str| line.starts_with("pub use self::") || line.starts_with("pub use crate::webhooks::placed");
        for line in text.lines().map(str::trim).filter(|line| own(line)).filter_map(|line| line.strip_suffix(';')) {
            let name = line.rsplit("::").next().unwrap_or(line);
            if name.starts_with(char::is_uppercase) {
                exported.insert(format!("{module}::{name}"));
            }
        }
    });
    // A trait is no type.
    exported.retain(|name| !traits.contains(name));
    let difference = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>().join(", ");
    assert_eq!(difference(&exported, &listed), "", "exported, but not listed in this test");
    assert_eq!(difference(&listed, &exported), "", "listed in this test, but not exported");
}

/// Calls `look` with every file under `src`: the path of its module, and its text.
fn for_each_source(look: &mut impl FnMut(&str, &str)) {
    fn walk(folder: &Path, module: &str, look: &mut impl FnMut(&str, &str)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                let name = path.file_name().unwrap().to_str().unwrap();
                walk(&path, &if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }, look);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                look(module, &fs::read_to_string(&path).unwrap());
            }
        }
    }
    // The tests also run from `tests/unification`: the crate is where the schemas are.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|above| above.join("schemas").is_dir()).unwrap();
    walk(&root.join("src"), "", look);
}

/// Lists records, each with functions over it.
macro_rules! records {
    ($($module:tt { $($name:ident),* $(,)? })*) => {
        &[$($( records!(@one $module $name), )*)*]
    };
    (@one [$($module:ident)::+] $name:ident) => {
        Record {
            modules: &[$(stringify!($module)),+],
            name: stringify!($name),
            arbitrary: || {
                let strategy = proptest::arbitrary::any::<alert_schemas::$($module::)+$name>();
                strategy.prop_map(|value| serde_json::to_value(value).unwrap()).boxed()
            },
            verdicts: |text| {
                let value: alert_schemas::$($module::)+$name = serde_json::from_str(text).ok()?;
                Some((value.check(), validator::Validate::validate(&value)))
            },
        }
    };
}

/// A type with public fields, which may be wrong although each field is right.
struct Record {
    modules: &'static [&'static str],
    name: &'static str,
    arbitrary: fn() -> proptest::strategy::BoxedStrategy<Value>,
    /// What both checks say of a document that serde can read.
    #[expect(clippy::type_complexity, reason = "written once")]
    verdicts: fn(&str) -> Option<(Result<(), Report>, Result<(), validator::ValidationErrors>)>,
}

const RECORDS: &[Record] = records! {
    [alerts] { Acknowledgement, Alert, AlertSource, Link, Suppression }
    [correlation] {
        AlertGroup, DedupCounters, DedupEntry, DedupFacts, DedupMemory, DedupState, DedupTenant, Observation, Placement, Session,
        WindowCounters, WindowEntry, WindowRun, WindowState, WindowTenant,
    }
    [metrics] { Sample, Series, Threshold, ThresholdState }
    [notifications] {
        AlertDecision, ChangedNotification, ClockRange, ConfigDiff, DecisionState, DeliveryAttempt, DeliveryRecord, DeliverySettings,
        DiscordSettings, DispatchGroup, DispatchState, EmailSettings, ExpectedNotification, InhibitionRule, Integration, LintFinding,
        MuteVerdict, NamedTimeInterval, NotificationConfig, NotificationKey, NotificationLogEntry, NotificationLogState,
        OpsgenieResponder, OpsgenieSettings, PagerDutySettings, PlannedAlert, PlannedNotification, Receiver, ReceiverDiff, RetryPolicy,
        Route, RouteDecision, RoutedTo, RoutingChange, ServiceNowSettings, Silence, SlackSettings, SmsSettings, StoredSilences,
        SuppressionCause, TeamsSettings, TelegramSettings, TimeInterval, WebhookSettings,
    }
    [rules] { AlertRule, RecordingRule, RuleBlueprint, RuleGroup, RuleTemplate, TemplateParameter }
    [rules::firing] { AlertInstance, GroupState, RuleState }
    [validations] { RateLimit, RateLimitState }
    [webhooks::alertmanager] {
        AlertGroup, GettableAlert, GettableSilence, GettableStatus, PostableAlert, PostableSilence, ReceiverReference, SilenceMatcher,
        SilenceStatus, WebhookAlert, WebhookMessage,
    }
};

#[test]
fn every_record_is_listed() {
    let listed: BTreeSet<String> = RECORDS.iter().map(|record| format!("{}::{}", record.modules.join("::"), record.name)).collect();
    let mut written = BTreeSet::new();
    for_each_source(&mut |module, text| {
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("pub struct ")) {
            if let Some((name, rest)) = line.split_once(": ")
                && (rest.starts_with("open in ") || rest.starts_with("closed in "))
            {
                written.insert(format!("{module}::{name}"));
            }
        }
    });
    assert_eq!(listed, written);
}

#[test]
fn both_checks_of_a_record_give_one_verdict() {
    let mut broken = 0;
    for record in RECORDS {
        let schema = schema_of(record);
        let mut source = NearMisses::of(schema, (record.arbitrary)(), near_misses::seed());
        let mut valid = source.valid();
        for number in 0..near_misses::cases() {
            if number % 10 == 0 {
                valid = source.valid();
            }
            let text = source.near_to(&valid);
            let Some((check, validate)) = (record.verdicts)(&text) else { continue };
            match (check, validate) {
                (Ok(()), Ok(())) => {}
                (Err(report), Err(errors)) => {
                    broken += 1;
                    let flat: usize = errors.field_errors().values().map(|list| list.len()).sum();
                    assert_eq!(flat, report.violations().len(), "{}: {text}", record.name);
                }
                (check, validate) => panic!("{}: {text}\n  check: {check:?}\n  validate: {validate:?}", record.name),
            }
        }
    }
    println!("both checks refuse {broken} documents that serde reads");
    assert!(broken > 20, "only {broken} documents were broken");
}

/// The schema of a record, on its own or inside another, with all definitions; null for what is in none, which has no near misses by its schema.
fn schema_of(record: &Record) -> Value {
    let name = record.name;
    let own = if record.modules[0] == "webhooks" { format!("Alertmanager{name}") } else { name.to_owned() };
    let schemas = exported_types().iter().map(|exported| serde_json::from_str::<Value>(exported.schema()).unwrap());
    for schema in schemas {
        if schema["title"] == own {
            return schema;
        }
        if let Some(definition) = schema.pointer(&format!("/$defs/{name}")) {
            let mut definition = definition.clone();
            definition["$defs"] = schema["$defs"].clone();
            return definition;
        }
    }
    Value::Null
}

#[test]
fn what_is_written_reads_back() {
    for exported in exported_types() {
        let mut source = NearMisses::new(exported, near_misses::seed());
        for _ in 0..near_misses::cases() / 8 {
            let value = source.valid();
            let text = value.to_string();
            let read = exported.check(text.as_bytes(), &DecodeLimits::default());
            assert_eq!(read.as_ref(), Ok(&value), "{}: {text}", exported.name());
        }
    }
}
