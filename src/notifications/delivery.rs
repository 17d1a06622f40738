//! A notification on its way: what was tried, and what comes next.

use crate::notifications::failure_reason::FailureReason;
use crate::notifications::notification::Notification;
use crate::notifications::notification_log::NotificationKey;
use crate::notifications::notification_reason::NotificationReason;
use crate::notifications::retry_policy::AttemptOutcome;
use crate::notifications::retry_policy::RetryPolicy;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::StateVersion;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::record;

/// The most attempts that a record keeps.
const MOST_KEPT: usize = 100;

record! {
    /// One attempt to notify.
    ///
    /// # Validity
    ///
    /// An attempt that did not arrive has a `failure`, one that arrived has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::notifications::{AttemptOutcome, DeliveryAttempt, FailureReason, RetryPolicy};
    ///
    /// let attempt = DeliveryAttempt::answered(Timestamp::UNIX_EPOCH, 503, &RetryPolicy::default());
    /// assert_eq!((attempt.outcome, attempt.failure), (AttemptOutcome::Retry, Some(FailureReason::ServerError)));
    /// ```
    pub struct DeliveryAttempt: closed in notifications;
    example r#"{"at": "2025-01-06T09:00:30Z", "outcome": "retry", "failure": "server_error", "status": 503}"#;
    beyond { rules ATTEMPT_RULES; settle DeliveryAttempt::settled; }
    /// When it ended.
    required at: Timestamp as "at",
    /// What came of it.
    required outcome: AttemptOutcome as "outcome",
    /// Why it failed, if it did.
    optional failure: FailureReason as "failure",
    /// The HTTP status of the answer, if there was one.
    optional status: Count as "status",
    /// How long the service asks to wait (`Retry-After`).
    optional retry_after: AlertDuration as "retry_after",
    /// What the service or the system said.
    optional detail: Text<1024> as "detail",
}

const ATTEMPT_RULES: &[Rule<DeliveryAttempt>] = &[Rule {
    code: "attempt_failure_differs",
    field: "failure",
    rule: "An attempt that did not arrive has a `failure`, one that arrived has none.",
    broken: |attempt| match (attempt.outcome, attempt.failure) {
        (AttemptOutcome::Delivered, Some(failure)) => Some(format!("a delivered attempt has no failure, found `{failure}`")),
        (AttemptOutcome::Retry | AttemptOutcome::Failed, None) => Some("an attempt that did not arrive needs a `failure`".to_owned()),
        _ => None,
    },
}];

impl DeliveryAttempt {
    /// An attempt that was answered with this HTTP status.
    #[must_use]
    pub fn answered(at: Timestamp, status: u16, policy: &RetryPolicy) -> Self {
        let outcome = policy.outcome(status);
        let failure = (outcome != AttemptOutcome::Delivered).then(|| FailureReason::of_status(status));
        Self { at, outcome, failure, status: Some(u32::from(status).into()), retry_after: None, detail: None }
    }

    /// An attempt that failed without an answer.
    #[must_use]
    pub fn failed(at: Timestamp, failure: FailureReason, policy: &RetryPolicy) -> Self {
        let outcome = if policy.retries(failure) { AttemptOutcome::Retry } else { AttemptOutcome::Failed };
        Self { at, outcome, failure: Some(failure), status: None, retry_after: None, detail: None }
    }

    /// An attempt that arrived, by a channel without HTTP.
    #[must_use]
    pub fn delivered(at: Timestamp) -> Self {
        Self { at, outcome: AttemptOutcome::Delivered, failure: None, status: None, retry_after: None, detail: None }
    }

    /// The same attempt, after which the service asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: AlertDuration) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// The same attempt with what the service said.
    #[must_use]
    pub fn with_detail(mut self, detail: Text<1024>) -> Self {
        self.detail = Some(detail);
        self
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.failure = match self.outcome {
            AttemptOutcome::Delivered => None,
            AttemptOutcome::Retry | AttemptOutcome::Failed => Some(self.failure.unwrap_or(FailureReason::Other)),
        };
        self
    }
}

/// What comes next of a delivery.
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::notifications::NextAttempt;
///
/// assert!(NextAttempt::At(Timestamp::UNIX_EPOCH).is_due(Timestamp::UNIX_EPOCH));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "who delivers has to handle each")]
pub enum NextAttempt {
    /// Try at this time; now, if it is past.
    At(Timestamp),
    /// It arrived at this time.
    Delivered(Timestamp),
    /// It will not arrive, for this reason.
    GivenUp(FailureReason),
}

impl NextAttempt {
    /// Whether to try at `now`.
    #[must_use]
    pub fn is_due(self, now: Timestamp) -> bool {
        matches!(self, Self::At(at) if at <= now)
    }
}

record! {
    /// A notification on its way to one channel, with every attempt.
    ///
    /// # Validity
    ///
    /// `tries` is not below the number of `attempts`; nothing follows an attempt that arrived or can't.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{DeliveryAttempt, DeliveryRecord, FailureReason, NextAttempt, Notification, NotificationKey, NotificationReason, RetryPolicy};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let key = NotificationKey::new("acme".parse()?, "{}:{}".parse()?, "ops".parse()?, "webhook".parse()?, 0_u32.into());
    /// let t0: Timestamp = "2025-01-06T09:00:30Z".parse()?;
    /// let notification = Notification::new(key, NotificationReason::FirstNotification, t0, AlertDuration::hours(4));
    ///
    /// let policy = RetryPolicy::default();
    /// let mut delivery = DeliveryRecord::new(&notification).with_deadline(t0 + AlertDuration::seconds(1));
    /// assert_eq!(delivery.next_attempt(&policy, t0, 0.5), NextAttempt::At(t0));
    ///
    /// delivery.push(DeliveryAttempt::answered(t0, 503, &policy));
    /// assert_eq!(delivery.next_attempt(&policy, t0, 0.5), NextAttempt::At(t0 + AlertDuration::millis(500)));
    ///
    /// // The next one would come after the deadline.
    /// let now = t0 + AlertDuration::millis(500);
    /// delivery.push(DeliveryAttempt::answered(now, 503, &policy));
    /// assert_eq!(delivery.next_attempt(&policy, now, 0.5), NextAttempt::GivenUp(FailureReason::DeadlineExceeded));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DeliveryRecord: closed in notifications;
    example r#"{"version": 1, "key": {"tenant": "acme", "group_key": "{}:{}", "receiver": "ops", "integration": "webhook", "index": 0}, "reason": "first notification", "created_at": "2025-01-06T09:00:30Z", "tries": 1, "attempts": [{"at": "2025-01-06T09:00:30Z", "outcome": "retry", "failure": "server_error", "status": 503}]}"#;
    beyond { rules RECORD_RULES; settle DeliveryRecord::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// To whom, of which group.
    required key: NotificationKey as "key",
    /// Why.
    required reason: NotificationReason as "reason",
    /// When it was decided.
    required created_at: Timestamp as "created_at",
    /// When it has to have arrived.
    optional deadline: Timestamp as "deadline",
    /// How many attempts there were.
    defaulted tries: Count as "tries",
    /// The last attempts, the oldest first; at most 100.
    list(MOST_KEPT) attempts: DeliveryAttempt as "attempts",
}

const RECORD_RULES: &[Rule<DeliveryRecord>] = &[
    Rule {
        code: "delivery_tries_differ",
        field: "tries",
        rule: "`tries` is not below the number of `attempts`.",
        broken: |record| {
            let (tries, attempts) = (record.tries, record.attempts.len());
            (tries.get() < attempts as u64).then(|| format!("`tries` is {tries}, but there are {attempts} attempts"))
        },
    },
    Rule {
        code: "delivery_goes_on",
        field: "attempts",
        rule: "Nothing follows an attempt that was delivered or failed for good.",
        broken: |record| {
            let (_, before) = record.attempts.split_last()?;
            let index = before.iter().position(|attempt| attempt.outcome != AttemptOutcome::Retry)?;
            Some(format!("attempt {index} is the last word, but another follows"))
        },
    },
];

impl DeliveryRecord {
    /// A notification that nobody has tried to deliver.
    #[must_use]
    pub fn new(notification: &Notification) -> Self {
        Self {
            version: StateVersion,
            key: notification.key.clone(),
            reason: notification.reason,
            created_at: notification.at,
            deadline: None,
            tries: Count::ZERO,
            attempts: Vec::new(),
        }
    }

    /// The same delivery that has to have arrived by then; see [`Flush::deadline`](crate::notifications::Flush::deadline).
    #[must_use]
    pub fn with_deadline(mut self, deadline: Timestamp) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Notes an attempt. The last 100 are kept, all are counted; what comes after the last word is not noted.
    pub fn push(&mut self, attempt: DeliveryAttempt) {
        if self.attempts.last().is_some_and(|last| last.outcome != AttemptOutcome::Retry) {
            return;
        }
        self.tries = self.tries.plus(1);
        if self.attempts.len() >= MOST_KEPT {
            self.attempts.drain(..=self.attempts.len() - MOST_KEPT);
        }
        self.attempts.push(attempt);
    }

    /// What comes next, at `now`; `jitter` is a number by chance from 0 to 1, see [`RetryPolicy::wait`].
    ///
    /// The longer of what the policy and what the service say is waited. A clock that was set back does not make the wait longer.
    #[must_use]
    pub fn next_attempt(&self, policy: &RetryPolicy, now: Timestamp, jitter: f64) -> NextAttempt {
        let late = |at: Timestamp| self.deadline.is_some_and(|deadline| at >= deadline);
        let Some(last) = self.attempts.last() else {
            return if late(now) {
                NextAttempt::GivenUp(FailureReason::DeadlineExceeded)
            } else {
                NextAttempt::At(self.created_at.min(now))
            };
        };
        let failure = last.failure.unwrap_or(FailureReason::Other);
        match last.outcome {
            AttemptOutcome::Delivered => return NextAttempt::Delivered(last.at),
            AttemptOutcome::Failed => return NextAttempt::GivenUp(failure),
            AttemptOutcome::Retry if policy.max_attempts.is_some_and(|most| self.tries >= most) => return NextAttempt::GivenUp(failure),
            AttemptOutcome::Retry => {}
        }
        let wait = policy.wait(self.tries.get(), jitter).max(last.retry_after.unwrap_or_default());
        let at = last.at.min(now) + wait;
        if late(at.max(now)) { NextAttempt::GivenUp(FailureReason::DeadlineExceeded) } else { NextAttempt::At(at) }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        if let Some((_, before)) = self.attempts.split_last_mut() {
            for attempt in before {
                attempt.outcome = AttemptOutcome::Retry;
                attempt.failure = Some(attempt.failure.unwrap_or(FailureReason::Other));
            }
        }
        self.tries = self.tries.max(Count::ZERO.plus(self.attempts.len() as u64));
        self
    }
}
