//! What an examination of a configuration finds.

use std::fmt;

use crate::utils::Pointer;
use crate::utils::Text;
use crate::utils::vocabulary;
use crate::validations::record;

/// How many related places a finding may have.
const MOST_RELATED: usize = 16;

vocabulary! {
    /// How bad a finding is.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::LintSeverity;
    ///
    /// assert!(LintSeverity::Error > LintSeverity::Warning && LintSeverity::Warning > LintSeverity::Info);
    /// ```
    [#[non_exhaustive]]
    pub enum LintSeverity;
    error InvalidLintSeverity in notifications, code "invalid_lint_severity", noun "a severity of a finding",
    derives [PartialOrd, Ord];
    /// It does no harm, but could be written better.
    Info = "info",
    /// It is probably not what was meant.
    Warning = "warning",
    /// Somebody is not told who was to be told, or what was written can do nothing.
    Error = "error",
}

vocabulary! {
    /// What a finding is: the stable code, as listed in the error catalogue.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{LintCode, LintSeverity};
    ///
    /// assert_eq!(LintCode::RouteShadowed.severity(), LintSeverity::Error);
    /// ```
    [#[non_exhaustive]]
    pub enum LintCode;
    error InvalidLintCode in notifications, code "invalid_lint_code", noun "a code of a finding",
    derives [PartialOrd, Ord];
    /// A `continue` that nothing follows.
    ContinueWithoutEffect = "continue_without_effect",
    /// An `equal` label that is the same on both sides anyway.
    InhibitionEqualAlways = "inhibition_equal_always",
    /// An `equal` label that is never the same on both sides.
    InhibitionEqualNever = "inhibition_equal_never",
    /// Two inhibition rules by which two alerts quiet each other.
    InhibitionMutual = "inhibition_mutual",
    /// An inhibition rule that quiets nothing.
    InhibitionNeverApplies = "inhibition_never_applies",
    /// An inhibition rule whose sources are its targets, too.
    InhibitionOwnSource = "inhibition_own_source",
    /// An inhibition rule that is there twice.
    InhibitionRepeated = "inhibition_repeated",
    /// An inhibition rule of which every alert is a source.
    InhibitionSourceEverything = "inhibition_source_everything",
    /// An inhibition rule that compares no labels.
    InhibitionWithoutEqual = "inhibition_without_equal",
    /// Not everything was examined, since it would cost too much.
    LintIncomplete = "lint_incomplete",
    /// A receiver of routes that no alert reaches.
    ReceiverNeverReached = "receiver_never_reached",
    /// A receiver that no route names.
    ReceiverNeverUsed = "receiver_never_used",
    /// A route by which a receiver is told again what a route before it told.
    ReceiverToldTwice = "receiver_told_twice",
    /// A matcher that every alert matches that gets there.
    RedundantMatcher = "redundant_matcher",
    /// A pattern that could be words with `|` between them.
    RegexCouldBeAlternation = "regex_could_be_alternation",
    /// A pattern that matches one value.
    RegexCouldBeEquality = "regex_could_be_equality",
    /// A pattern that asks whether there is a value.
    RegexCouldBePresence = "regex_could_be_presence",
    /// A pattern that every value matches.
    RegexMatchesEverything = "regex_matches_everything",
    /// A `repeat_interval` longer than what was told is remembered.
    RepeatIntervalAboveRetention = "repeat_interval_above_retention",
    /// A `repeat_interval` shorter than `group_interval`.
    RepeatIntervalBelowGroupInterval = "repeat_interval_below_group_interval",
    /// A `repeat_interval` that is no multiple of `group_interval`.
    RepeatIntervalNotMultiple = "repeat_interval_not_multiple",
    /// A route that is always muted.
    RouteAlwaysMuted = "route_always_muted",
    /// A route that is never active.
    RouteNeverActive = "route_never_active",
    /// A route whose matchers no alert matches.
    RouteNeverMatches = "route_never_matches",
    /// A route that no alert reaches, since one before it takes them all.
    RouteShadowed = "route_shadowed",
    /// A route that no alert reaches, since those before it together take them all.
    RouteShadowedTogether = "route_shadowed_together",
    /// A silence that matches every alert without some labels.
    SilenceMatchesAbsent = "silence_matches_absent",
    /// A silence that matches every alert that has some label.
    SilenceMatchesAnyValue = "silence_matches_any_value",
    /// A silence that matches every alert.
    SilenceMatchesEverything = "silence_matches_everything",
    /// A matcher set of a silence that no alert matches.
    SilenceNeverMatches = "silence_never_matches",
    /// A matcher set of a silence that matches only what another one does.
    SilenceSetCovered = "silence_set_covered",
    /// A time interval that never holds.
    TimeIntervalNeverHolds = "time_interval_never_holds",
    /// A time interval that no route names.
    TimeIntervalNeverUsed = "time_interval_never_used",
    /// A time interval that will not hold again.
    TimeIntervalOver = "time_interval_over",
}

impl LintCode {
    /// How bad it is.
    #[must_use]
    pub fn severity(self) -> LintSeverity {
        match self {
            Self::InhibitionEqualNever
            | Self::InhibitionMutual
            | Self::InhibitionNeverApplies
            | Self::ReceiverNeverReached
            | Self::RouteAlwaysMuted
            | Self::RouteNeverActive
            | Self::RouteNeverMatches
            | Self::RouteShadowed
            | Self::RouteShadowedTogether
            | Self::SilenceMatchesEverything
            | Self::SilenceNeverMatches
            | Self::TimeIntervalNeverHolds => LintSeverity::Error,
            Self::ContinueWithoutEffect
            | Self::InhibitionEqualAlways
            | Self::InhibitionWithoutEqual
            | Self::LintIncomplete
            | Self::RedundantMatcher
            | Self::RegexCouldBeAlternation
            | Self::RegexCouldBeEquality
            | Self::RegexCouldBePresence
            | Self::RepeatIntervalNotMultiple
            | Self::SilenceSetCovered => LintSeverity::Info,
            _ => LintSeverity::Warning,
        }
    }
}

record! {
    /// One thing that is probably not as it was meant, with its place and what to do about it.
    ///
    /// It is no error: what it is about is valid and does what it says.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{LintCode, LintFinding, NotificationConfig, Receiver, Route, lint};
    ///
    /// let mut config = NotificationConfig::new(Route::builder().receiver("everyone").build()?);
    /// config.receivers = vec![Receiver::new("everyone".parse()?), Receiver::new("pager".parse()?)];
    /// let findings: Vec<LintFinding> = lint(&config);
    /// assert_eq!((findings[0].code, findings[0].pointer.as_str()), (LintCode::ReceiverNeverUsed, "/receivers/1"));
    /// assert_eq!(findings[0].to_string(), "/receivers/1: no route names the receiver `pager`; take it out, or name it in a route [receiver_never_used]");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct LintFinding: closed in notifications;
    example r#"{"code": "receiver_never_used", "severity": "warning", "pointer": "/receivers/1", "message": "no route names the receiver `pager`", "fix": "take it out, or name it in a route"}"#;
    beyond {}
    /// What it is.
    required code: LintCode as "code",
    /// How bad it is.
    required severity: LintSeverity as "severity",
    /// Where in the configuration, or in the list of silences, it is.
    required pointer: Pointer as "pointer",
    /// What is found, for a person.
    required message: Text<4_096> as "message",
    /// What to do about it.
    required fix: Text<4_096> as "fix",
    /// Other places that it is about, such as the route that takes all alerts; at most 16.
    list(MOST_RELATED) related: Pointer as "related",
}

impl LintFinding {
    /// A finding with the severity of its code; texts that are too long are cut.
    #[must_use]
    pub fn new(code: LintCode, pointer: Pointer, message: impl Into<String>, fix: impl Into<String>) -> Self {
        let text = |text: String| {
            let cut = |text: &str| text.chars().take(4_096).collect::<String>();
            Text::new(text.as_str()).or_else(|_| Text::new(cut(&text))).unwrap_or_default()
        };
        Self { code, severity: code.severity(), pointer, message: text(message.into()), fix: text(fix.into()), related: Vec::new() }
    }

    /// The same finding, which is about these places, too; only the first 16 are kept.
    #[must_use]
    pub fn with_related(mut self, related: impl IntoIterator<Item = Pointer>) -> Self {
        self.related = related.into_iter().take(MOST_RELATED).collect();
        self
    }
}

impl fmt::Display for LintFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {} [{}]", self.pointer, self.message, self.fix, self.code)
    }
}
