//! What came of an alert, and why.

use crate::alerts::AlertStatus;
use crate::alerts::Fingerprint;
use crate::alerts::Identity;
use crate::alerts::Labels;
use crate::notifications::expected_notification::ExpectedNotification;
use crate::notifications::names::ReceiverName;
use crate::notifications::notification_reason::NotificationReason;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::notifications::suppression_cause::SuppressionCause;
use crate::utils::Count;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::record;

/// The most routes that take an alert.
const MOST_ROUTES: usize = 100_000;

/// The most reasons that are told.
const MOST_CAUSES: usize = 10_000;

vocabulary! {
    /// What came of an alert at a route.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::DecisionOutcome;
    ///
    /// assert_eq!("suppressed".parse(), Ok(DecisionOutcome::Suppressed));
    /// ```
    [#[non_exhaustive]]
    pub enum DecisionOutcome;
    error InvalidDecisionOutcome in notifications, code "invalid_decision_outcome", noun "an outcome of a decision",
    derives [PartialOrd, Ord];
    /// It is told now, or counted in a message that has no room for it (`max_alerts`).
    Sent = "sent",
    /// Something keeps it from being told.
    Suppressed = "suppressed",
    /// It will be told when its group is looked at.
    Waiting = "waiting",
    /// It was told before, as it is now.
    Told = "told",
    /// Nobody has to know: it ended before it was told, its receiver has no channel, or none that is told of resolved alerts.
    Quiet = "quiet",
}

record! {
    /// What came of an alert at one of the routes that take it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{DecisionOutcome, RouteDecision};
    ///
    /// let text = r#"{"route":"{}","receiver":"ops","group_key":"{}:{}","outcome":"waiting","next_look":"2025-01-06T09:00:30Z"}"#;
    /// let route: RouteDecision = serde_json::from_str(text)?;
    /// assert_eq!(route.outcome, DecisionOutcome::Waiting);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct RouteDecision: closed in notifications;
    example r#"{"route": "{}", "receiver": "ops", "group_key": "{}:{}", "outcome": "waiting", "next_look": "2025-01-06T09:00:30Z"}"#;
    beyond {}
    /// The route.
    required route: RouteId as "route",
    /// The places among siblings, from 0, that lead from the root to the route; empty for the root.
    list(MOST_ROUTES) path: Count as "path",
    /// Who is told.
    required receiver: ReceiverName as "receiver",
    /// The group to which the alert belongs.
    required group_key: GroupKey as "group_key",
    /// The labels of the group.
    defaulted group_labels: Labels as "group_labels",
    /// What came of it.
    required outcome: DecisionOutcome as "outcome",
    /// Why the group is told now. Absent if the alert is not sent now.
    optional reason: NotificationReason as "reason",
    /// The time intervals that mute the route; what keeps the alert from being told anywhere stands beside the alert.
    list(MOST_CAUSES) causes: SuppressionCause as "causes",
    /// When it would have been told if nothing kept it from being told. Absent if nothing keeps it, or if nobody would have been told.
    optional would_go: Timestamp as "would_go",
    /// When the group is looked at next. Absent if it is gone.
    optional next_look: Timestamp as "next_look",
    /// What the group tells next, if nothing changes. Absent if that is nothing, or too far away to be foreseen.
    optional next: ExpectedNotification as "next",
    /// The next notification that tells of this alert, or counts it for want of room, if nothing changes.
    optional next_told: ExpectedNotification as "next_told",
}

record! {
    /// What came of an alert: what keeps it from being told, and what came of it at every route that takes it.
    ///
    /// [`explain`](AlertDecision::explain) says it in words.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::AlertDecision;
    ///
    /// let text = r#"{"at":"2025-01-06T09:00:00Z","identity":"labels:dab43189276e5f48","fingerprint":"dab43189276e5f48","labels":{"alertname":"TestAlert"},
    ///     "status":"firing","starts_at":"2025-01-06T08:59:00Z",
    ///     "routes":[{"route":"{}","receiver":"ops","group_key":"{}:{}","outcome":"waiting","next_look":"2025-01-06T09:00:30Z"}]}"#;
    /// let decision: AlertDecision = serde_json::from_str(text)?;
    /// assert_eq!(decision.explain(), "{alertname=\"TestAlert\"} firing since 08:59:00Z\n  waits: ops is looked at next at 09:00:30Z");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct AlertDecision: closed in notifications;
    example r#"{"at": "2025-01-06T09:00:00Z", "tenant": "acme", "identity": "labels:dab43189276e5f48", "fingerprint": "dab43189276e5f48", "labels": {"alertname": "TestAlert"}, "status": "firing", "starts_at": "2025-01-06T08:59:00Z", "routes": [{"route": "{}", "receiver": "ops", "group_key": "{}:{}", "outcome": "waiting", "next_look": "2025-01-06T09:00:30Z"}]}"#;
    beyond {}
    /// When it was decided.
    required at: Timestamp as "at",
    /// Whose alert it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// What makes it the same alert.
    required identity: Identity as "identity",
    /// The fingerprint of its labels.
    required fingerprint: Fingerprint as "fingerprint",
    /// Its labels.
    defaulted labels: Labels as "labels",
    /// `firing`, `acknowledged` or `resolved` at that time.
    required status: AlertStatus as "status",
    /// When it began.
    required starts_at: Timestamp as "starts_at",
    /// When it ended, or ends if nothing more is heard.
    optional ends_at: Timestamp as "ends_at",
    /// What keeps it from being told anywhere: first at most 16 alerts that inhibit it, then at most 32 silences.
    list(MOST_CAUSES) causes: SuppressionCause as "causes",
    /// The routes that take it, in the order of their ids.
    list(MOST_ROUTES) routes: RouteDecision as "routes",
}

/// A time for people: the time of the day, with the date if that is not the day of `now`.
fn clock(at: Timestamp, now: Timestamp) -> String {
    // Without what is finer than a second, which nobody reads.
    let whole = Timestamp::from_unix_millis(at.unix_millis().div_euclid(1_000) * 1_000).unwrap_or(at).to_string();
    match (whole.split_once('T'), now.to_string().split_once('T')) {
        (Some((day, time)), Some((today, _))) if day == today => time.to_owned(),
        _ => whole,
    }
}

impl RouteDecision {
    /// What came of it, for people; `causes` are those of the alert.
    fn explain(&self, causes: &[SuppressionCause], now: Timestamp) -> String {
        let to = &self.receiver;
        let told = |expected: &ExpectedNotification| format!("at {} ({})", clock(expected.at, now), expected.reason);
        match self.outcome {
            DecisionOutcome::Sent => {
                let why = self.reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
                let next = self.next.as_ref().map(|next| format!("; next {}", told(next))).unwrap_or_default();
                format!("sent to {to} now{why}{next}")
            }
            DecisionOutcome::Suppressed => {
                let why: Vec<String> = causes.iter().chain(&self.causes).map(|cause| cause.explain(now)).collect();
                let would = self.would_go.map(|at| format!("; would have gone at {}", clock(at, now))).unwrap_or_default();
                let next = self.next_told.as_ref().map(|next| format!("; goes {}", told(next))).unwrap_or_default();
                format!("not sent to {to}: {}{would}{next}", why.join(", "))
            }
            DecisionOutcome::Waiting => match (&self.next_told, self.next_look) {
                (Some(next), _) => format!("waits: goes to {to} {}", told(next)),
                (None, Some(at)) => format!("waits: {to} is looked at next at {}", clock(at, now)),
                (None, None) => format!("waits for {to}"),
            },
            DecisionOutcome::Told => {
                let next = self.next.as_ref().map(|next| format!("; next {}", told(next))).unwrap_or_default();
                format!("told to {to} before{next}")
            }
            DecisionOutcome::Quiet => format!("not sent to {to}: there is nothing to tell"),
        }
    }
}

impl AlertDecision {
    /// The decision for people: the alert, and a line for each route that takes it. Times are UTC; what is to come holds if nothing is heard and no silence changes.
    ///
    /// An example stands at [`decide`](crate::notifications::decide).
    #[must_use]
    pub fn explain(&self) -> String {
        let mut text = format!("{} {} since {}", self.labels, self.status, clock(self.starts_at, self.at));
        if let Some(end) = self.ends_at.filter(|_| self.status == AlertStatus::Resolved) {
            text = format!("{} {} at {}", self.labels, self.status, clock(end, self.at));
        }
        for route in &self.routes {
            text.push_str("\n  ");
            text.push_str(&route.explain(&self.causes, self.at));
        }
        text
    }

    /// Whether it is told to anybody now.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.routes.iter().any(|route| route.outcome == DecisionOutcome::Sent)
    }

    /// Whether something keeps it from being told at some route.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        !self.causes.is_empty() || self.routes.iter().any(|route| !route.causes.is_empty())
    }
}
