//! When a notification that failed is tried again.

use crate::notifications::failure_reason::FailureReason;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

vocabulary! {
    /// What came of an attempt to notify.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::AttemptOutcome;
    ///
    /// assert_eq!("retry".parse(), Ok(AttemptOutcome::Retry));
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "it arrived, or it is worth another try, or it is not")]]
    pub enum AttemptOutcome;
    error InvalidAttemptOutcome in notifications, code "invalid_attempt_outcome", noun "the outcome of an attempt",
    derives [PartialOrd, Ord];
    /// It arrived.
    Delivered = "delivered",
    /// It failed, and another attempt may help.
    Retry = "retry",
    /// It failed, and another attempt would fail as well.
    Failed = "failed",
}

/// The most statuses that a policy may list.
const MOST_STATUSES: usize = 64;

const DEFAULT_FIRST: AlertDuration = AlertDuration::millis(500);
const DEFAULT_LONGEST: AlertDuration = AlertDuration::seconds(60);

fn percent(number: u32) -> Count {
    Count::from(number)
}

record! {
    /// When a notification that failed is tried again: the wait grows with each attempt, and is spread by chance.
    ///
    /// The defaults are Alertmanager's: 500 ms, half as long again each time, at most 60 s, each spread by half of it to both sides, for as long as the deadline allows.
    ///
    /// # Validity
    ///
    /// `growth_percent` is 100 to 1,000, `jitter_percent` at most 100; `longest_wait` is not below `first_wait`; `max_attempts` is not zero; the statuses are those of HTTP, 100 to 599.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::notifications::{AttemptOutcome, RetryPolicy};
    ///
    /// let policy = RetryPolicy::of_integration("pagerduty");
    /// assert_eq!(policy.outcome(429), AttemptOutcome::Retry);
    /// assert_eq!(RetryPolicy::default().outcome(429), AttemptOutcome::Failed);
    ///
    /// // Halfway between the extremes, nothing is left of the spread.
    /// let waits: Vec<u64> = (1..=4).map(|attempts| policy.wait(attempts, 0.5).as_millis()).collect();
    /// assert_eq!(waits, [500, 750, 1_125, 1_687]);
    /// assert_eq!(policy.wait(1, 0.0), AlertDuration::millis(250));
    /// ```
    pub struct RetryPolicy: closed in notifications;
    example r#"{"first_wait": "500ms", "longest_wait": "1m", "growth_percent": 150, "jitter_percent": 50, "retried_statuses": [429]}"#;
    beyond { rules RULES; settle RetryPolicy::settled; }
    /// How long to wait after the first attempt. Default 500 ms.
    written first_wait: AlertDuration as "first_wait" = DEFAULT_FIRST,
    /// How long to wait at most, the spread aside. Default 1 m.
    written longest_wait: AlertDuration as "longest_wait" = DEFAULT_LONGEST,
    /// How long each wait is, in percent of the one before it: 100 to 1,000. Default 150.
    written growth_percent: Count as "growth_percent" = percent(150),
    /// By how much a wait is spread to both sides, in percent of it: 0 to 100. Default 50.
    written jitter_percent: Count as "jitter_percent" = percent(50),
    /// After how many attempts to give up. Default: never before the deadline.
    optional max_attempts: Count as "max_attempts",
    /// The HTTP statuses that are worth another try, beside 500 to 599; at most 64.
    list(MOST_STATUSES) retried_statuses: Count as "retried_statuses",
}

const RULES: &[Rule<RetryPolicy>] = &[
    Rule {
        code: "retry_growth_out_of_range",
        field: "growth_percent",
        rule: "`growth_percent` is 100 to 1,000.",
        broken: |policy| {
            let growth = policy.growth_percent;
            (!(100..=1_000).contains(&growth.get())).then(|| format!("each wait is {growth} % of the one before it: expected 100 to 1000"))
        },
    },
    Rule {
        code: "retry_jitter_out_of_range",
        field: "jitter_percent",
        rule: "`jitter_percent` is at most 100.",
        broken: |policy| {
            let jitter = policy.jitter_percent;
            (jitter.get() > 100).then(|| format!("a wait is spread by {jitter} % of it: expected at most 100"))
        },
    },
    Rule {
        code: "retry_waits_out_of_order",
        field: "longest_wait",
        rule: "`longest_wait` is not below `first_wait`.",
        broken: |policy| {
            let (first, longest) = (policy.first_wait, policy.longest_wait);
            (longest < first).then(|| format!("`longest_wait` {longest} is below `first_wait` {first}"))
        },
    },
    Rule {
        code: "retry_without_attempts",
        field: "max_attempts",
        rule: "`max_attempts` is not zero.",
        broken: |policy| (policy.max_attempts == Some(Count::ZERO)).then(|| "0 attempts tell nobody: expected at least 1".to_owned()),
    },
    Rule {
        code: "retry_status_out_of_range",
        field: "retried_statuses",
        rule: "The statuses are 100 to 599.",
        broken: |policy| {
            let status = policy.retried_statuses.iter().find(|status| !(100..=599).contains(&status.get()))?;
            Some(format!("{status} is no HTTP status: expected 100 to 599"))
        },
    },
];

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            first_wait: DEFAULT_FIRST,
            longest_wait: DEFAULT_LONGEST,
            growth_percent: percent(150),
            jitter_percent: percent(50),
            max_attempts: None,
            retried_statuses: Vec::new(),
        }
    }
}

impl RetryPolicy {
    /// The policy of one of Alertmanager's integrations (0.33, `notify/*`), by its name.
    ///
    /// | integration | statuses tried again beside 5xx |
    /// |---|---|
    /// | `pagerduty` (Events API v2), `opsgenie`, `jira`, `incidentio` | 429 |
    /// | `pagerduty_v1` (our word for PagerDuty with a `service_key`, the Events API v1) | 403, by which it limits rates |
    /// | any other | none |
    #[must_use]
    pub fn of_integration(name: &str) -> Self {
        let statuses: &[u32] = match name {
            "pagerduty" | "opsgenie" | "jira" | "incidentio" => &[429],
            "pagerduty_v1" => &[403],
            _ => &[],
        };
        Self::default().with_retried_statuses(statuses.iter().map(|status| Count::from(*status)))
    }

    /// The same policy with other statuses that are worth another try.
    #[must_use]
    pub fn with_retried_statuses(mut self, statuses: impl IntoIterator<Item = Count>) -> Self {
        self.retried_statuses = statuses.into_iter().collect();
        self
    }

    /// The same policy, giving up after so many attempts.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: Count) -> Self {
        self.max_attempts = Some(max_attempts);
        self
    }

    /// What an answer with this HTTP status means: 2xx has arrived, 5xx and the listed ones are worth another try, all else is not.
    #[must_use]
    pub fn outcome(&self, status: u16) -> AttemptOutcome {
        match status {
            200..=299 => AttemptOutcome::Delivered,
            500..=599 => AttemptOutcome::Retry,
            _ if self.retried_statuses.contains(&Count::from(u32::from(status))) => AttemptOutcome::Retry,
            _ => AttemptOutcome::Failed,
        }
    }

    /// Whether a failure without an HTTP status is worth another try: one of the server and any other kind are; one of authentication or of a rate limit is if its
    /// status is listed.
    #[must_use]
    pub fn retries(&self, reason: FailureReason) -> bool {
        match reason {
            FailureReason::Canceled | FailureReason::DeadlineExceeded => false,
            FailureReason::AuthError => self.retried_statuses.iter().any(|status| matches!(status.get(), 401 | 403)),
            FailureReason::RateLimited => self.retried_statuses.contains(&Count::from(429_u32)),
            FailureReason::ClientError => false,
            FailureReason::ServerError | FailureReason::Other => true,
        }
    }

    /// How long to wait after so many attempts. `jitter` is a number by chance from 0 to 1: where in the spread the wait falls; one out of range counts as the
    /// nearest in range, NaN as one half.
    ///
    /// No attempts give no wait. A policy that is not valid never waits longer than twice `longest_wait`, and never gets faster.
    #[must_use]
    pub fn wait(&self, attempts: u64, jitter: f64) -> AlertDuration {
        if attempts == 0 {
            return AlertDuration::ZERO;
        }
        let longest = u128::from(self.longest_wait.as_millis());
        let growth = u128::from(self.growth_percent.get().clamp(100, 1_000));
        // In thousandths of a millisecond, so that rounding does not add up.
        let mut micros = u128::from(self.first_wait.as_millis()).min(longest) * 1_000;
        let mut left = attempts - 1;
        while left > 0 && growth > 100 && micros > 0 && micros < longest * 1_000 {
            micros = micros * growth / 100;
            left -= 1;
        }
        micros = micros.min(longest * 1_000);
        let spread = u128::from(self.jitter_percent.get().min(100));
        let jitter = if jitter.is_nan() { 0.5 } else { jitter.clamp(0.0, 1.0) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to a million")]
        let part = (jitter * 1_000_000.0) as u128;
        let from = micros * (100 - spread) / 100;
        let wait = from + micros * 2 * spread / 100 * part / 1_000_000;
        AlertDuration::saturating_millis(u64::try_from(wait / 1_000).unwrap_or(u64::MAX))
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        let clamped = |count: Count, low: u64, high: u64| Count::ZERO.plus(count.get().clamp(low, high));
        self.growth_percent = clamped(self.growth_percent, 100, 1_000);
        self.jitter_percent = clamped(self.jitter_percent, 0, 100);
        self.longest_wait = self.longest_wait.max(self.first_wait);
        self.max_attempts = self.max_attempts.map(|most| most.max(Count::ONE));
        self.retried_statuses.iter_mut().for_each(|status| *status = clamped(*status, 100, 599));
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn statuses_are_judged_as_alertmanager_judges_them() {
        let outcomes =
            |name: &str| [200, 302, 400, 403, 404, 429, 500, 599].map(|status| RetryPolicy::of_integration(name).outcome(status).as_str());
        assert_eq!(outcomes("webhook"), ["delivered", "failed", "failed", "failed", "failed", "failed", "retry", "retry"]);
        assert_eq!(outcomes("opsgenie"), ["delivered", "failed", "failed", "failed", "failed", "retry", "retry", "retry"]);
        assert_eq!(outcomes("pagerduty_v1"), ["delivered", "failed", "failed", "retry", "failed", "failed", "retry", "retry"]);
    }

    #[test]
    fn every_rule_is_told() {
        let policy = RetryPolicy {
            first_wait: AlertDuration::minutes(2),
            growth_percent: percent(99),
            jitter_percent: percent(101),
            max_attempts: Some(Count::ZERO),
            retried_statuses: vec![percent(600)],
            ..RetryPolicy::default()
        };
        let report = policy.check().unwrap_err();
        let codes: Vec<_> = report.violations().iter().map(|one| one.code.to_string()).collect();
        let expected = [
            "retry_growth_out_of_range",
            "retry_jitter_out_of_range",
            "retry_waits_out_of_order",
            "retry_without_attempts",
            "retry_status_out_of_range",
        ];
        assert_eq!(codes, expected);
    }

    proptest! {
        #[test]
        fn waits_grow_and_stay_within_the_spread(attempts in 1_u64..1_000_000, jitter in any::<f64>()) {
            let policy = RetryPolicy::default();
            let middle = policy.wait(attempts, 0.5);
            prop_assert!(middle <= policy.wait(attempts + 1, 0.5) && middle <= policy.longest_wait);
            let wait = policy.wait(attempts, jitter).as_millis();
            prop_assert!(wait >= middle.as_millis() / 2 && wait <= middle.as_millis() * 3 / 2 + 1, "{wait} {middle}");
        }

        #[test]
        fn no_policy_panics(first in any::<u64>(), longest in any::<u64>(), growth in any::<u64>(), spread in any::<u64>(), attempts in any::<u64>()) {
            let policy = RetryPolicy {
                first_wait: AlertDuration::saturating_millis(first),
                longest_wait: AlertDuration::saturating_millis(longest),
                growth_percent: Count::ZERO.plus(growth),
                jitter_percent: Count::ZERO.plus(spread),
                ..RetryPolicy::default()
            };
            let wait = policy.wait(attempts, 1.0).as_millis();
            prop_assert!(wait <= policy.longest_wait.as_millis().saturating_mul(2));
        }
    }
}
