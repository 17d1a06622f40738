//! Alertmanager's configuration, read as `amtool check-config` of Alertmanager 0.33.1 reads it.
//!
//! | I want to … | look at |
//! |---|---|
//! | check a configuration and name every problem of it | [`ConfigFile::read`], [`ConfigErrors`] |
//! | read what stands in it | [`ConfigFile`], [`ConfigRoute`], [`ConfigReceiver`], [`ConfigInhibitRule`], [`ConfigTimeInterval`] |
//! | write a configuration | [`ConfigFile::to_yaml`] |
//! | go on with our own types | [`ConfigFile::to_config`], [`ConfigReceiver::to_receiver`] |
//! | know which files it needs | [`ConfigFile::files`] |
//! | show in the file what was found in our own types | [`ConfigFile::place_of`] |
//! | show in the file where one of its values stands | [`ConfigFile::positions_of`] |
//!
//! A file that Alertmanager accepts is accepted, and what it refuses is refused; where `amtool` stops at the first problem, all are told, each
//! with its line, column and JSON Pointer.
//!
//! # What is checked
//!
//! - The text is YAML with known keys only, and each key once; values are read as Go's yaml.v2 reads them: null is the empty value, only a bare
//!   word is a boolean.
//! - There is a route. The root has a receiver, and neither matchers, `continue`, nor time intervals.
//! - Receivers and time intervals have names of their own, and routes name those that are there.
//! - `group_by` names each label once, or `...` alone; `group_interval` and `repeat_interval` are not 0.
//! - Matchers are matchers, patterns are RE2, label names in `match` and `match_re` are those that Prometheus always had.
//! - Durations, URLs, times, ranges of the calendar and time zones are such.
//! - Each receiver has what its kind needs, itself or from `global`, and no two ways to say the same.
//!
//! # Differences from Alertmanager 0.33
//!
//! 1. **Where Alertmanager crashes, the file is refused**: null in `routes`; a token of a Slack app beside the file of a webhook's address.
//! 2. **Null in the lists of a time interval is refused.** Alertmanager takes `weekdays: [~]` for Sundays and `months: [~]` for never; nobody
//!    means that.
//! 3. **Ranges of the calendar and time zones are ours**, with the differences that [`TimeInterval`](crate::notifications::TimeInterval) numbers:
//!    there are twelve months, and zones are those of the crate `chrono-tz` (without the feature `tz`, those whose clock never changes).
//! 4. **Sizes are limited**: by [`YamlLimits`](crate::validations::yaml::YamlLimits) and [`ConfigFile::MAX_DEPTH`]; routes stand in each other at
//!    most [`ConfigRoute::MAX_DEPTH`] deep, one of them has as many matchers as [`Matchers`](crate::alerts::Matchers) may, and the patterns of all together
//!    take at most [`ConfigFile::MAX_PATTERN_BYTES`].
//! 5. **A section that is merged in (`<<`) beside the same section replaces it as a whole.** yaml.v2 mixes the fields of both. (`match` and its
//!    like are put together, and `matchers` too, as Alertmanager does.)
//! 6. The numbered differences of [`validations::yaml`](crate::validations::yaml) apply, which reads by the rules of yaml.v3: a tag that
//!    a value does not fit in YAML 1.2 is refused (`!!bool yes`).

mod any_float;
mod any_value;
mod collector;
mod convert;
mod event_recorder;
mod file;
mod file_references;
mod global;
mod go_duration;
mod host_port;
mod http_config;
mod inhibit_rule;
mod matcher_lines;
mod place;
mod placed_value;
mod plan;
mod problem;
mod receiver;
mod receiver_discord;
mod receiver_email;
mod receiver_from_neutral;
mod receiver_incidentio;
mod receiver_jira;
mod receiver_mattermost;
mod receiver_msteams;
mod receiver_msteamsv2;
mod receiver_opsgenie;
mod receiver_pagerduty;
mod receiver_pushover;
mod receiver_rocketchat;
mod receiver_slack;
mod receiver_sns;
mod receiver_telegram;
mod receiver_to_neutral;
mod receiver_victorops;
mod receiver_webex;
mod receiver_webhook;
mod receiver_wechat;
mod route;
mod section;
mod time_interval;
mod tracing;
mod url;
mod values;
mod written;

pub use self::any_float::AnyFloat;
pub use self::any_value::AnyValue;
pub use self::any_value::AnyValueTooDeep;
pub use self::event_recorder::ConfigEventRecorder;
pub use self::event_recorder::EventFile;
pub use self::event_recorder::EventKafka;
pub use self::event_recorder::EventWebhook;
pub use self::file::ConfigFile;
pub use self::file::ConfigFileOptions;
pub use self::file_references::FileKind;
pub use self::file_references::FileReference;
pub use self::global::ConfigGlobal;
pub use self::go_duration::GoDuration;
pub use self::go_duration::GoDurationText;
pub use self::go_duration::InvalidGoDuration;
pub use self::host_port::HostPort;
pub use self::host_port::InvalidHostPort;
pub use self::http_config::Authorization;
pub use self::http_config::BasicAuth;
pub use self::http_config::HttpConfig;
pub use self::http_config::HttpHeader;
pub use self::http_config::InvalidTlsVersion;
pub use self::http_config::OAuth2;
pub use self::http_config::TlsConfig;
pub use self::http_config::TlsVersion;
pub use self::inhibit_rule::ConfigInhibitRule;
pub use self::problem::ConfigErrors;
pub use self::problem::ConfigProblem;
pub use self::receiver::ConfigReceiver;
pub use self::receiver_discord::DiscordConfig;
pub use self::receiver_email::EmailConfig;
pub use self::receiver_email::EmailThreading;
pub use self::receiver_incidentio::IncidentioConfig;
pub use self::receiver_jira::JiraConfig;
pub use self::receiver_jira::JiraField;
pub use self::receiver_jira::JiraText;
pub use self::receiver_mattermost::MattermostAttachment;
pub use self::receiver_mattermost::MattermostConfig;
pub use self::receiver_mattermost::MattermostField;
pub use self::receiver_mattermost::MattermostPriority;
pub use self::receiver_mattermost::MattermostProps;
pub use self::receiver_msteams::MsteamsConfig;
pub use self::receiver_msteamsv2::Msteamsv2Config;
pub use self::receiver_opsgenie::OpsgenieConfig;
pub use self::receiver_opsgenie::OpsgenieResponder;
pub use self::receiver_pagerduty::PagerdutyConfig;
pub use self::receiver_pagerduty::PagerdutyImage;
pub use self::receiver_pagerduty::PagerdutyLink;
pub use self::receiver_pushover::PushoverConfig;
pub use self::receiver_rocketchat::RocketchatAction;
pub use self::receiver_rocketchat::RocketchatConfig;
pub use self::receiver_rocketchat::RocketchatField;
pub use self::receiver_slack::SlackAction;
pub use self::receiver_slack::SlackConfig;
pub use self::receiver_slack::SlackConfirmation;
pub use self::receiver_slack::SlackField;
pub use self::receiver_sns::Sigv4Config;
pub use self::receiver_sns::SnsConfig;
pub use self::receiver_telegram::TelegramConfig;
pub use self::receiver_victorops::VictoropsConfig;
pub use self::receiver_webex::WebexConfig;
pub use self::receiver_webhook::WebhookConfig;
pub use self::receiver_wechat::WechatConfig;
pub use self::route::ConfigRoute;
pub use self::time_interval::ConfigInterval;
pub use self::time_interval::ConfigTimeInterval;
pub use self::time_interval::ConfigTimes;
pub use self::tracing::ConfigTracing;
pub use self::tracing::InvalidTracingClient;
pub use self::tracing::TracingClient;
pub use self::url::HttpUrl;
pub use self::url::InvalidHttpUrl;
pub use self::url::ProxyUrl;
pub use self::url::SecretTemplateUrl;
pub use self::url::SecretUrl;
pub use crate::webhooks::placed::Placed;
pub use crate::webhooks::placed_map::PlacedMap;
