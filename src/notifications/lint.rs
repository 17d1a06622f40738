//! The examination of a configuration for what is probably not as it was meant.

use std::collections::HashMap;

use crate::notifications::config::NotificationConfig;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::lint_inhibition::lint_inhibition_rules;
use crate::notifications::lint_intervals::lint_time_intervals;
use crate::notifications::lint_routes::lint_routes;
use crate::notifications::lint_silences::lint_each_silence;
use crate::notifications::silence::Silence;
use crate::utils::AlertDuration;
use crate::utils::Timestamp;

/// What an examination of a configuration or of silences goes by.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::LintOptions;
///
/// let options = LintOptions::default().with_retention(AlertDuration::hours(24));
/// assert_eq!((LintOptions::default().retention, options.retention), (AlertDuration::hours(120), AlertDuration::hours(24)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LintOptions {
    /// How long it is remembered what was told. Default 120h, Alertmanager's `--data.retention`.
    pub retention: AlertDuration,
    /// What time it is, for what is over. Default none: nothing is over.
    pub now: Option<Timestamp>,
}

impl LintOptions {
    /// The same options with another retention.
    #[must_use]
    pub fn with_retention(mut self, retention: AlertDuration) -> Self {
        self.retention = retention;
        self
    }

    /// The same options at this time.
    #[must_use]
    pub fn with_now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }
}

impl Default for LintOptions {
    fn default() -> Self {
        Self { retention: Silence::DEFAULT_RETENTION, now: None }
    }
}

/// What is probably not as it was meant in a configuration, as [`lint_with`] finds it by default.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{LintCode, NotificationConfig, Receiver, Route, lint};
///
/// let all = Route::builder().matchers("severity=~\"critical|warning\"").receiver("ops").build()?;
/// let pager = Route::builder().matchers("severity=critical,team=db").receiver("pager").build()?;
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").route(all).route(pager).build()?);
/// config.receivers = vec![Receiver::new("ops".parse()?), Receiver::new("pager".parse()?)];
///
/// let findings = lint(&config);
/// assert_eq!((findings[0].code, findings[0].pointer.as_str()), (LintCode::RouteShadowed, "/route/routes/1"));
/// assert_eq!((findings[1].code, findings[1].pointer.as_str()), (LintCode::ReceiverNeverReached, "/receivers/1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn lint(config: &NotificationConfig) -> Vec<LintFinding> {
    lint_with(config, &LintOptions::default())
}

/// What is probably not as it was meant in a configuration: first in its routes, then receivers, inhibition rules and time intervals.
///
/// The pointers are into the JSON of the configuration; `ConfigFile::place_of` of `webhooks::alertmanager::config` makes line and column of them. The
/// configuration need not be valid.
///
/// # What is certain, and what is not looked for
///
/// That no alert reaches a route, or that a rule never applies, is certain where it is said: no set of labels is an exception. It is not said of every such
/// route. What follows from matchers is known
///
/// * where the possible values of a label are few, which `=` says, and patterns that are written out (`db|web`, `^(?:db-(1|2))$`; at most 256 values);
/// * where single values are left out: `!=`, or `!~` with such a pattern;
/// * where a pattern stands in both, letter by letter.
///
/// That `web-1.*` is within `web-.*` is not known, nor that `.*` matches everything, since it does not match a line break. Several routes that together take
/// everything are found where they differ in one label, of the first eight labels by name that have at most 64 values.
///
/// # Limits
///
/// The cost is about linear: a route is compared with at most 64 of those before it that share a value, and 64 that share a label. All comparisons together are
/// at most 16 for each route and matcher, and 100,000 more, where long values and patterns count as several; where they end, `lint_incomplete` says so.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::notifications::{LintCode, LintOptions, NotificationConfig, Receiver, Route, lint_with};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("ops").repeat_interval(AlertDuration::hours(48)).build()?);
/// config.receivers = vec![Receiver::new("ops".parse()?)];
/// assert!(lint_with(&config, &LintOptions::default()).is_empty());
/// let findings = lint_with(&config, &LintOptions::default().with_retention(AlertDuration::hours(24)));
/// assert_eq!((findings[0].code, findings[0].pointer.as_str()), (LintCode::RepeatIntervalAboveRetention, "/route/repeat_interval"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn lint_with(config: &NotificationConfig, options: &LintOptions) -> Vec<LintFinding> {
    let (mut findings, mut of_intervals, mut holds) = (Vec::new(), Vec::new(), HashMap::new());
    lint_time_intervals(config, options, &mut holds, &mut of_intervals);
    lint_routes(config, &holds, options, &mut findings);
    lint_inhibition_rules(&config.inhibition_rules, &mut findings);
    findings.append(&mut of_intervals);
    findings
}

/// What is probably not as it was meant in silences: those that match too much, nothing, or twice the same; the pointers are into the list.
///
/// With [`LintOptions::now`], silences that are over are left out.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{LintCode, LintOptions, Silence, lint_silences};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let silence = Silence::new("job!=x".parse()?, start, start + AlertDuration::hours(1));
/// let findings = lint_silences([&silence], &LintOptions::default());
/// assert_eq!((findings[0].code, findings[0].pointer.as_str()), (LintCode::SilenceMatchesAbsent, "/0/matcher_sets/0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn lint_silences<'a>(silences: impl IntoIterator<Item = &'a Silence>, options: &LintOptions) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    lint_each_silence(silences.into_iter(), options, &mut findings);
    findings
}
