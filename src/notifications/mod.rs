//! Notifications: who is told of an alert, when, and why nobody is.
//!
//! # Channels
//!
//! A [`Receiver`] has [`Channel`]s, each with its settings; [`Secret`](crate::utils::Secret)s among them are shown to nobody who does not ask. [`channel_limits`] says what
//! services take.
//!
//! # Routing
//!
//! A [`Route`] and the routes below it are configuration; a [`RoutingTree`] is made of them once and says for the labels of any alert which routes
//! take it ([`RoutingTree::matches`]), in which group ([`RouteMatch::group_key`]), and why ([`RoutingTree::explain`]).
//!
//! # Grouping over time
//!
//! A [`Dispatcher`] holds the groups and says when each is looked at; a [`Flush`] is a group at that moment, and says with the [`NotificationLog`] who has to be told
//! ([`needs_update`]); a [`DeliveryRecord`] says with a [`RetryPolicy`] when to try again.
//!
//! # The whole decision
//!
//! A [`NotificationConfig`] is made a [`DecisionPlan`] once; [`decide`] says for every alert who is told, when, and every reason why not ([`AlertDecision::explain`]);
//! a server drives a [`Decider`]; [`replay`] says what would have been sent.
//!
//! # Silences and inhibition
//!
//! | I want to … | look at |
//! |---|---|
//! | keep, change and merge silences | [`Silence`], [`Silences`], [`StoredSilences`] |
//! | know which silences hold for an alert | [`Silences::silenced_by`], [`SilencedBy`] |
//! | warn of a silence that hides too much | [`Silence::warnings`], [`SilenceGuard`] |
//! | examine a configuration or silences for what was not meant | [`lint`], [`lint_silences`], [`LintFinding`] |
//! | see what another configuration changes | [`diff`], [`ConfigDiff`], [`diff_routes`], [`diff_notifications`] |
//! | know which alerts quiet an alert | [`InhibitionRule`], [`Inhibitor`], [`InhibitedBy`] |
//!
//! # Configuration
//!
//! A [`NotificationConfig`] holds all of it together: routes, receivers, inhibition rules, time intervals.

mod alert_decision;
mod alert_order;
mod calendar;
mod calendar_range;
mod channel;
mod channel_codes;
mod channel_delivery;
mod channel_discord;
mod channel_email;
mod channel_limits;
mod channel_opsgenie;
mod channel_pagerduty;
mod channel_servicenow;
mod channel_slack;
mod channel_sms;
mod channel_teams;
mod channel_telegram;
mod channel_texts;
mod channel_webhook;
mod clock_range;
mod config;
mod config_codes;
mod config_comparison;
mod config_diff;
mod credential;
mod day_of_month_range;
mod decider;
mod decision_codes;
mod decision_plan;
mod decision_state;
mod decisions;
mod delivery;
mod dispatch_codes;
mod dispatch_options;
mod dispatch_state;
mod dispatcher;
mod expected_notification;
mod explanation;
mod failure_reason;
mod flush;
mod forecast;
mod group_by;
mod group_target;
mod inhibition_rule;
mod inhibitor;
mod integration;
mod interval_spans;
mod label_constraints;
mod lint;
mod lint_codes;
mod lint_finding;
mod lint_inhibition;
mod lint_intervals;
mod lint_patterns;
mod lint_routes;
mod lint_silences;
mod literal_prefix;
mod literal_values;
mod location;
mod matcher_index;
mod message;
mod month_range;
mod mute_verdict;
mod name_codes;
mod named_time_interval;
mod names;
mod notification;
mod notification_diff;
mod notification_log;
mod notification_reason;
mod planned_notification;
mod receiver;
mod replay;
mod retry_policy;
mod route;
mod route_builder;
mod route_codes;
mod route_key;
mod route_match;
mod route_search;
mod route_trace;
mod routes;
mod routing_change;
mod routing_tree;
mod sample_labels;
mod sibling_index;
mod silence;
mod silence_change;
mod silence_guard;
mod silences;
mod stored_silences;
mod suppression_cause;
mod suppression_codes;
mod time_coverage;
mod time_interval;
mod time_interval_codes;
mod weekday_range;
mod year_range;

pub use self::alert_decision::AlertDecision;
pub use self::alert_decision::DecisionOutcome;
pub use self::alert_decision::InvalidDecisionOutcome;
pub use self::alert_decision::RouteDecision;
pub use self::channel::Channel;
pub use self::channel_delivery::DeliverySettings;
pub use self::channel_discord::DiscordSettings;
pub use self::channel_email::EmailSettings;
pub use self::channel_email::HostName;
pub use self::channel_email::InvalidHostName;
pub use self::channel_limits::ChannelLimit;
pub use self::channel_limits::channel_limits;
pub use self::channel_opsgenie::InvalidOpsgenieResponderKind;
pub use self::channel_opsgenie::OpsgenieResponder;
pub use self::channel_opsgenie::OpsgenieResponderKind;
pub use self::channel_opsgenie::OpsgenieSettings;
pub use self::channel_pagerduty::PagerDutySettings;
pub use self::channel_servicenow::ServiceNowSettings;
pub use self::channel_slack::SlackSettings;
pub use self::channel_sms::InvalidSmsSender;
pub use self::channel_sms::SmsSender;
pub use self::channel_sms::SmsSettings;
pub use self::channel_teams::TeamsSettings;
pub use self::channel_telegram::InvalidTelegramMarkup;
pub use self::channel_telegram::TelegramMarkup;
pub use self::channel_telegram::TelegramSettings;
pub use self::channel_texts::ChannelName;
pub use self::channel_texts::EmailAddress;
pub use self::channel_texts::InvalidChannelName;
pub use self::channel_texts::InvalidEmailAddress;
pub use self::channel_texts::InvalidMessageText;
pub use self::channel_texts::InvalidPhoneNumber;
pub use self::channel_texts::InvalidServiceUrl;
pub use self::channel_texts::InvalidTelegramChat;
pub use self::channel_texts::MessageText;
pub use self::channel_texts::PhoneNumber;
pub use self::channel_texts::ServiceUrl;
pub use self::channel_texts::TelegramChat;
pub use self::channel_webhook::WebhookSettings;
pub use self::clock_range::ClockRange;
pub use self::clock_range::ClockTime;
pub use self::clock_range::InvalidClockTime;
pub use self::config::NotificationConfig;
pub use self::config_comparison::diff;
pub use self::config_diff::ConfigDiff;
pub use self::credential::Credential;
pub use self::credential::FilePath;
pub use self::credential::InvalidFilePath;
pub use self::day_of_month_range::DayOfMonthRange;
pub use self::day_of_month_range::InvalidDayOfMonthRange;
pub use self::decider::Decider;
pub use self::decider::Look;
pub use self::decision_plan::DecisionPlan;
pub use self::decision_state::DecisionState;
pub use self::decisions::Decisions;
pub use self::decisions::decide;
pub use self::delivery::DeliveryAttempt;
pub use self::delivery::DeliveryRecord;
pub use self::delivery::NextAttempt;
pub use self::dispatch_options::DispatchOptions;
pub use self::dispatch_state::DispatchGroup;
pub use self::dispatch_state::DispatchState;
pub use self::dispatcher::Dispatcher;
pub use self::dispatcher::Insertion;
pub use self::expected_notification::ExpectedNotification;
pub use self::failure_reason::FailureReason;
pub use self::failure_reason::InvalidFailureReason;
pub use self::flush::Flush;
pub use self::flush::FlushedAlert;
pub use self::group_by::GroupBy;
pub use self::group_by::InvalidGroupBy;
pub use self::group_target::GroupTarget;
pub use self::inhibition_rule::InhibitionRule;
pub use self::inhibitor::InhibitedBy;
pub use self::inhibitor::Inhibitor;
pub use self::integration::Integration;
pub use self::lint::LintOptions;
pub use self::lint::lint;
pub use self::lint::lint_silences;
pub use self::lint::lint_with;
pub use self::lint_finding::InvalidLintCode;
pub use self::lint_finding::InvalidLintSeverity;
pub use self::lint_finding::LintCode;
pub use self::lint_finding::LintFinding;
pub use self::lint_finding::LintSeverity;
pub use self::location::InvalidLocation;
pub use self::location::InvalidLocationKind;
pub use self::location::Location;
pub use self::month_range::InvalidMonthRange;
pub use self::month_range::MonthRange;
pub use self::mute_verdict::MuteVerdict;
pub use self::named_time_interval::NamedTimeInterval;
pub use self::names::InvalidReceiverName;
pub use self::names::InvalidTimeIntervalName;
pub use self::names::ReceiverName;
pub use self::names::TimeIntervalName;
pub use self::notification::Notification;
pub use self::notification_diff::ChangedNotification;
pub use self::notification_diff::ReceiverDiff;
pub use self::notification_diff::diff_notifications;
pub use self::notification_log::NotificationKey;
pub use self::notification_log::NotificationLog;
pub use self::notification_log::NotificationLogEntry;
pub use self::notification_log::NotificationLogState;
pub use self::notification_reason::InvalidNotificationReason;
pub use self::notification_reason::NotificationReason;
pub use self::notification_reason::effective_repeat_interval;
pub use self::notification_reason::needs_update;
pub use self::planned_notification::PlannedAlert;
pub use self::planned_notification::PlannedNotification;
pub use self::receiver::Receiver;
pub use self::receiver::ReceiverBuilder;
pub use self::replay::HistoryEntry;
pub use self::replay::HistoryEvent;
pub use self::replay::RefusedEntry;
pub use self::replay::ReplayOptions;
pub use self::replay::Replayed;
pub use self::replay::replay;
pub use self::retry_policy::AttemptOutcome;
pub use self::retry_policy::InvalidAttemptOutcome;
pub use self::retry_policy::RetryPolicy;
pub use self::route::Route;
pub use self::route_builder::RouteBuilder;
pub use self::route_key::GroupKey;
pub use self::route_key::GroupKeyDigest;
pub use self::route_key::InvalidGroupKey;
pub use self::route_key::InvalidGroupKeyDigest;
pub use self::route_key::InvalidRouteId;
pub use self::route_key::InvalidRouteKey;
pub use self::route_key::RouteId;
pub use self::route_key::RouteKey;
pub use self::route_match::RouteMatch;
pub use self::route_match::RouteOptions;
pub use self::route_match::TreeRoute;
pub use self::route_trace::RouteOutcome;
pub use self::route_trace::RouteStep;
pub use self::route_trace::RouteTrace;
pub use self::routes::Routes;
pub use self::routes::RoutesTooLarge;
pub use self::routing_change::RoutedTo;
pub use self::routing_change::RoutingChange;
pub use self::routing_change::diff_routes;
pub use self::routing_tree::RoutingTree;
pub use self::sample_labels::sample_labels;
pub use self::silence::InvalidSilenceState;
pub use self::silence::Silence;
pub use self::silence::SilenceState;
pub use self::silence_change::SilenceChange;
pub use self::silence_guard::SilenceGuard;
pub use self::silence_guard::SilenceWarning;
pub use self::silence_guard::SilenceWarningKind;
pub use self::silences::SilenceRefused;
pub use self::silences::SilencedBy;
pub use self::silences::Silences;
pub use self::stored_silences::StoredSilences;
pub use self::suppression_cause::SuppressionCause;
pub use self::time_coverage::TimeCoverage;
pub use self::time_interval::TimeInterval;
pub use self::weekday_range::InvalidWeekdayRange;
pub use self::weekday_range::WeekdayRange;
pub use self::year_range::InvalidYearRange;
pub use self::year_range::YearRange;
pub use crate::utils::SilenceId;

pub(crate) use self::channel_codes::CHANNEL_CODES;
pub(crate) use self::config_codes::CONFIG_CODES;
pub(crate) use self::decision_codes::DECISION_CODES;
pub(crate) use self::dispatch_codes::DISPATCH_CODES;
pub(crate) use self::lint_codes::LINT_CODES;
pub(crate) use self::name_codes::NAME_CODES;
pub(crate) use self::route_codes::ROUTE_CODES;
pub(crate) use self::suppression_codes::SUPPRESSION_CODES;
pub(crate) use self::time_interval_codes::TIME_INTERVAL_CODES;
