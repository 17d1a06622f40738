//! The one rate limiter that others configure: how many events may pass in how long.

use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::StateVersion;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::check::Rule;
use crate::validations::record::record;

/// The most events that a sliding window counts: each is a time in the state.
const MOST_COUNTED: usize = 10_000;

vocabulary! {
    /// How a rate limit counts.
    ///
    /// | kind | lets through | remembers |
    /// |---|---|---|
    /// | `token_bucket` | `burst` at once, then one every `per ÷ events` | one time |
    /// | `sliding_window` | `events` in every stretch of `per`, whenever it starts | the times of the last `events` |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::validations::RateLimitKind;
    ///
    /// assert_eq!("sliding_window".parse(), Ok(RateLimitKind::SlidingWindow));
    /// assert_eq!(RateLimitKind::default(), RateLimitKind::TokenBucket);
    /// ```
    [#[non_exhaustive]]
    pub enum RateLimitKind;
    error InvalidRateLimitKind in validations, code "invalid_rate_limit_kind", noun "a kind of rate limit",
    derives [PartialOrd, Ord];
    /// A bucket that fills evenly: smooth, with a burst at the start.
    TokenBucket = "token_bucket",
    /// No more than so many in any stretch of the time: what services promise in their terms.
    SlidingWindow = "sliding_window",
}

#[expect(clippy::derivable_impls, reason = "the table of words has no place for the attribute")]
impl Default for RateLimitKind {
    fn default() -> Self {
        Self::TokenBucket
    }
}

record! {
    /// How many events may pass in how long.
    ///
    /// # Validity
    ///
    /// `events` and `per` are not zero; a sliding window counts at most 10,000 events; `burst` is for a token bucket alone, and not zero.
    ///
    /// # What it promises
    ///
    /// By the clock that is given, a sliding window lets at most `events` pass in any stretch of time shorter than `per`; a token bucket at most `burst` and one for each
    /// full `per ÷ events` of the stretch (rounded up to whole nanoseconds).
    ///
    /// A clock that steps back by no more than the time in which the limit forgets everything (`per`; for a bucket the time in which it fills) gains and loses nothing: the latest time seen
    /// counts until the clock has caught up. A clock that goes back further has been set right: the limit begins anew at that time with nothing left, so
    /// that nobody waits for longer than that time, and never for the year by which the clock was wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::validations::{RateLimit, RateLimitState, RateVerdict};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let limit = RateLimit::new(2_u32.into(), AlertDuration::seconds(10));
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut state = RateLimitState::new();
    /// for expected in [RateVerdict::Allowed, RateVerdict::Allowed, RateVerdict::RetryAfter(AlertDuration::seconds(5))] {
    ///     let step = limit.step(state, now);
    ///     assert_eq!(step.verdict, expected);
    ///     state = step.state;
    /// }
    /// assert_eq!(limit.step(state, now + AlertDuration::seconds(5)).verdict, RateVerdict::Allowed);
    /// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
    /// ```
    pub struct RateLimit: closed in validations;
    example r#"{"events": 30, "per": "1m", "burst": 5}"#;
    beyond { rules LIMIT_RULES; settle RateLimit::settled; }
    /// How many events may pass.
    required events: Count as "events",
    /// In how long.
    required per: AlertDuration as "per",
    /// How many may pass at once, in a token bucket. Default: `events`.
    optional burst: Count as "burst",
    /// How it counts. Default `token_bucket`.
    defaulted kind: RateLimitKind as "kind",
}

const LIMIT_RULES: &[Rule<RateLimit>] = &[
    Rule {
        code: "rate_limit_lets_nothing_pass",
        field: "events",
        rule: "`events` is not zero.",
        broken: |limit| (limit.events == Count::ZERO).then(|| "a limit of 0 events lets nothing pass: expected at least 1".to_owned()),
    },
    Rule {
        code: "rate_limit_without_time",
        field: "per",
        rule: "`per` is not zero.",
        broken: |limit| limit.per.is_zero().then(|| "a rate is so many events in some time: expected `per` above zero".to_owned()),
    },
    Rule {
        code: "rate_limit_counts_too_many",
        field: "events",
        rule: "A sliding window counts at most 10,000 events.",
        broken: |limit| {
            let broken = limit.kind == RateLimitKind::SlidingWindow && limit.events.get() > MOST_COUNTED as u64;
            broken.then(|| format!("a sliding window counts at most {MOST_COUNTED} events, found {}: use a token bucket", limit.events))
        },
    },
    Rule {
        code: "rate_limit_burst",
        field: "burst",
        rule: "`burst` is for a token bucket alone, and not zero.",
        broken: |limit| match limit.burst? {
            Count::ZERO => Some("a bucket of 0 lets nothing pass: expected at least 1".to_owned()),
            _ if limit.kind == RateLimitKind::SlidingWindow => Some("a sliding window has no `burst`: expected a token bucket".to_owned()),
            _ => None,
        },
    },
];

record! {
    /// What a rate limit remembers between two events.
    ///
    /// # Validity
    ///
    /// The times are sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::validations::{DecodeLimits, RateLimit, RateLimitState, RateVerdict};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let limit = RateLimit::new(1_u32.into(), AlertDuration::minutes(1));
    /// let step = limit.step(RateLimitState::new(), Timestamp::UNIX_EPOCH);
    /// let stored = serde_json::to_vec(&step.state)?;
    /// let state = RateLimitState::decode(&stored, &DecodeLimits::default())?;
    /// assert_eq!(limit.step(state, Timestamp::UNIX_EPOCH).verdict, RateVerdict::RetryAfter(AlertDuration::minutes(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RateLimitState: closed in validations;
    example r#"{"version": 1, "latest": "2025-01-06T09:00:00Z", "full_at": "2025-01-06T09:00:10Z"}"#;
    beyond { rules STATE_RULES; settle RateLimitState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The latest time that it was asked at.
    optional latest: Timestamp as "latest",
    /// When the bucket is full again.
    optional full_at: Timestamp as "full_at",
    /// When the last events of a sliding window passed, the oldest first; at most 10,000.
    list(MOST_COUNTED) passed: Timestamp as "passed",
}

const STATE_RULES: &[Rule<RateLimitState>] = &[Rule {
    code: "not_in_order",
    field: "passed",
    rule: "The times in `passed` are sorted.",
    broken: |state| {
        let broken = state.passed.windows(2).position(|pair| matches!(pair, [a, b] if a > b))?;
        Some(format!("time {} is before the one before it: expected them sorted", broken + 1))
    },
}];

impl RateLimitState {
    /// Nothing has passed yet.
    #[must_use]
    pub fn new() -> Self {
        Self { version: StateVersion, latest: None, full_at: None, passed: Vec::new() }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.passed.sort();
        self
    }
}

impl Default for RateLimitState {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether an event may pass.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::validations::RateVerdict;
///
/// assert!(RateVerdict::Allowed.is_allowed());
/// assert!(!RateVerdict::RetryAfter(AlertDuration::seconds(5)).is_allowed());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "an event passes or waits")]
pub enum RateVerdict {
    /// It passes, and is counted.
    Allowed,
    /// It does not pass; asked again after this time it will, if none passes before. It is not counted.
    RetryAfter(AlertDuration),
}

impl RateVerdict {
    /// Whether it passes.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allowed)
    }
}

/// A verdict, and what to remember from then on; made by [`RateLimit::step`].
///
/// ```
/// use alert_schemas::validations::{RateLimitState, RateStep, RateVerdict};
///
/// let step = RateStep::new(RateLimitState::new(), RateVerdict::Allowed);
/// assert!(step.verdict.is_allowed());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RateStep {
    /// What to remember.
    pub state: RateLimitState,
    /// Whether the event passes.
    pub verdict: RateVerdict,
}

impl RateStep {
    /// This state and this verdict.
    #[must_use]
    pub fn new(state: RateLimitState, verdict: RateVerdict) -> Self {
        Self { state, verdict }
    }
}

/// The instant so many nanoseconds later; the last one there is if that is too late.
fn later(at: Timestamp, nanos: i128) -> Timestamp {
    Timestamp::from_unix_nanos(at.unix_nanos().saturating_add(nanos)).unwrap_or_else(Timestamp::max)
}

/// Nanoseconds as a duration, rounded up to whole milliseconds: who waits so long does not come too early.
fn rounded_up(nanos: i128) -> AlertDuration {
    let millis = u64::try_from(nanos.max(0).saturating_add(999_999) / 1_000_000).unwrap_or(u64::MAX);
    AlertDuration::saturating_millis(millis)
}

impl RateLimit {
    /// A token bucket of `events` in `per`, all of which may come at once.
    #[must_use]
    pub fn new(events: Count, per: AlertDuration) -> Self {
        Self { events, per, burst: None, kind: RateLimitKind::TokenBucket }
    }

    /// No more than `events` in any stretch of `per`; one that counts more than 10,000 is not valid, and counts 10,000.
    #[must_use]
    pub fn sliding_window(events: Count, per: AlertDuration) -> Self {
        Self { events, per, burst: None, kind: RateLimitKind::SlidingWindow }
    }

    /// The same bucket with another number that may come at once.
    #[must_use]
    pub fn with_burst(mut self, burst: Count) -> Self {
        self.burst = Some(burst);
        self
    }

    /// Asks whether an event may pass at `now`, and counts it if so.
    ///
    /// A limit that is not valid is read so that it never lets more pass than it says: zero events let nothing pass (`RetryAfter` is `per` each time), a
    /// zero `per` is no limit.
    ///
    /// ```
    /// use alert_schemas::validations::{RateLimit, RateLimitState, RateVerdict};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// // Three messages in any 15 minutes.
    /// let limit = RateLimit::sliding_window(3_u32.into(), AlertDuration::minutes(15));
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut state = RateLimitState::new();
    /// for minute in [0, 4, 8] {
    ///     let step = limit.step(state, t0 + AlertDuration::minutes(minute));
    ///     assert!(step.verdict.is_allowed());
    ///     state = step.state;
    /// }
    /// let step = limit.step(state, t0 + AlertDuration::minutes(9));
    /// assert_eq!(step.verdict, RateVerdict::RetryAfter(AlertDuration::minutes(6)));
    /// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
    /// ```
    #[must_use]
    pub fn step(&self, state: RateLimitState, now: Timestamp) -> RateStep {
        if self.per.is_zero() {
            return RateStep::new(RateLimitState { latest: Some(now), ..RateLimitState::new() }, RateVerdict::Allowed);
        }
        if self.events == Count::ZERO || self.burst == Some(Count::ZERO) {
            return RateStep::new(state, RateVerdict::RetryAfter(self.per));
        }
        match self.kind {
            RateLimitKind::TokenBucket => self.step_bucket(state, now),
            RateLimitKind::SlidingWindow => self.step_window(state, now),
        }
    }

    /// The time that counts, and whether the clock was set back for good.
    fn clock(latest: Option<Timestamp>, now: Timestamp, forgets: i128) -> (Timestamp, bool) {
        match latest {
            Some(latest) if now < latest => {
                let set_back = latest.unix_nanos() - now.unix_nanos() > forgets;
                (if set_back { now } else { latest }, set_back)
            }
            _ => (now, false),
        }
    }

    fn per_nanos(&self) -> i128 {
        i128::from(self.per.as_millis()) * 1_000_000
    }

    /// A bucket is one time, that at which it is full again: each event moves it on by the time that fills one place.
    fn step_bucket(&self, state: RateLimitState, now: Timestamp) -> RateStep {
        let events = i128::from(self.events.get());
        let one = (self.per_nanos() + events - 1) / events;
        let whole = one.saturating_mul(i128::from(self.burst.unwrap_or(self.events).get()));
        let (at, set_back) = Self::clock(state.latest, now, whole);
        let empty = later(at, whole);
        let full_at = if set_back { empty } else { state.full_at.unwrap_or(at).clamp(at, empty) };
        let after = full_at.unix_nanos().saturating_add(one);
        let too_early = after - at.unix_nanos() - whole;
        if too_early > 0 {
            let wait = at.unix_nanos() - now.unix_nanos() + too_early;
            let state = RateLimitState { latest: Some(at), full_at: Some(full_at), ..RateLimitState::new() };
            return RateStep::new(state, RateVerdict::RetryAfter(rounded_up(wait)));
        }
        let full_at = Timestamp::from_unix_nanos(after).unwrap_or_else(Timestamp::max);
        RateStep::new(RateLimitState { latest: Some(at), full_at: Some(full_at), ..RateLimitState::new() }, RateVerdict::Allowed)
    }

    fn step_window(&self, state: RateLimitState, now: Timestamp) -> RateStep {
        let per = self.per_nanos();
        let most = usize::try_from(self.events.get()).unwrap_or(usize::MAX).min(MOST_COUNTED);
        let (at, set_back) = Self::clock(state.latest, now, per);
        let mut passed = state.passed;
        if set_back {
            // Nothing is left: the window is as full as it can be, at this time.
            passed = vec![at; most];
        }
        let gone = passed.partition_point(|time| at.unix_nanos() - time.unix_nanos() >= per);
        passed.drain(..gone);
        // A limit that was lowered, or a stored time that is ahead: the newest count.
        passed.drain(..passed.len().saturating_sub(most));
        let oldest = if passed.len() < most { None } else { passed.first() };
        let verdict = match oldest {
            None => {
                passed.push(at);
                RateVerdict::Allowed
            }
            Some(oldest) => RateVerdict::RetryAfter(rounded_up(oldest.unix_nanos().min(at.unix_nanos()) + per - now.unix_nanos())),
        };
        RateStep::new(RateLimitState { latest: Some(at), passed, ..RateLimitState::new() }, verdict)
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.events = self.events.max(Count::ONE);
        if self.per.is_zero() {
            self.per = AlertDuration::seconds(1);
        }
        match self.kind {
            RateLimitKind::TokenBucket => self.burst = self.burst.map(|burst| burst.max(Count::ONE)),
            RateLimitKind::SlidingWindow => {
                self.burst = None;
                self.events = self.events.min(Count::from(1_000_u32));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_736_154_000_000 + millis).unwrap()
    }

    fn limits() -> impl Strategy<Value = RateLimit> {
        (1_u32..6, 1_u32..50, proptest::option::of(1_u32..9), any::<bool>()).prop_map(|(events, per, burst, window)| {
            let per = AlertDuration::millis(per * 10);
            match (window, burst) {
                (true, _) => RateLimit::sliding_window(events.into(), per),
                (false, None) => RateLimit::new(events.into(), per),
                (false, Some(burst)) => RateLimit::new(events.into(), per).with_burst(burst.into()),
            }
        })
    }

    /// The times at which events passed, by the latest clock seen until then.
    fn passed(limit: &RateLimit, times: &[i64]) -> Vec<i64> {
        let (mut state, mut latest, mut passed) = (RateLimitState::new(), i64::MIN, Vec::new());
        for &time in times {
            latest = latest.max(time);
            let step = limit.step(state, at(time));
            assert_eq!(step.state.check(), Ok(()));
            state = step.state;
            if step.verdict.is_allowed() {
                passed.push(latest);
            }
        }
        passed
    }

    /// How many may pass in a stretch of so many milliseconds.
    fn most_in(limit: &RateLimit, stretch: i64) -> usize {
        let (events, per) = (limit.events.get() as i64, limit.per.as_millis() as i64);
        let most = match limit.kind {
            RateLimitKind::SlidingWindow => events * (stretch / per + 1),
            RateLimitKind::TokenBucket => limit.burst.unwrap_or(limit.events).get() as i64 + stretch * events / per,
        };
        usize::try_from(most).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_limit_never_exceeds_its_rate(limit in limits(), steps in proptest::collection::vec(0_i64..60, 1..80)) {
            let times: Vec<i64> = steps.iter().scan(0, |sum, step| { *sum += step; Some(*sum) }).collect();
            let passed = passed(&limit, &times);
            prop_assert!(!passed.is_empty());
            for (index, first) in passed.iter().enumerate() {
                for (count, last) in passed[index..].iter().enumerate() {
                    prop_assert!(count < most_in(&limit, last - first), "{limit:?} {passed:?}");
                }
            }
        }

        #[test]
        fn a_clock_that_steps_back_a_little_gains_nothing(limit in limits(), steps in proptest::collection::vec(-9_i64..12, 1..80)) {
            let times: Vec<i64> = steps.iter().scan(0, |sum, step| { *sum += step; Some(*sum) }).collect();
            let forgets = limit.per.as_millis() as i64 / limit.events.get() as i64;
            let (_, falls) = times.iter().fold((i64::MIN, 0), |(top, falls), time| (top.max(*time), falls.max(top.saturating_sub(*time))));
            prop_assume!(falls <= forgets);
            let passed = passed(&limit, &times);
            for (index, first) in passed.iter().enumerate() {
                for (count, last) in passed[index..].iter().enumerate() {
                    prop_assert!(count < most_in(&limit, last - first), "{limit:?} {passed:?}");
                }
            }
        }

        #[test]
        fn who_waits_as_told_passes(limit in limits(), steps in proptest::collection::vec(-2_000_i64..600, 0..40)) {
            let (mut state, mut now) = (RateLimitState::new(), 0);
            for step in steps {
                now += step;
                state = limit.step(state, at(now)).state;
            }
            if let RateVerdict::RetryAfter(wait) = limit.step(state.clone(), at(now)).verdict {
                prop_assert!(!wait.is_zero());
                let state = limit.step(state, at(now)).state;
                prop_assert!(limit.step(state.clone(), at(now) + wait).verdict.is_allowed(), "{limit:?} {state:?} {wait}");
                let whole = limit.per.as_millis() * limit.burst.unwrap_or(limit.events).get() / limit.events.get() + limit.per.as_millis();
                prop_assert!(wait.as_millis() <= 2 * whole + 2, "{limit:?} {wait}");
            }
        }

        #[test]
        fn nothing_panics(limit in any::<(u64, u64, Option<u64>, bool)>(), state in any::<(Option<i64>, Option<i64>, Vec<i64>)>(), now in any::<i64>()) {
            let time = |millis: i64| Timestamp::from_unix_millis(millis / 40_000).unwrap_or(Timestamp::max());
            let count = |number: u64| Count::ZERO.plus(number);
            let limit = RateLimit {
                events: count(limit.0),
                per: AlertDuration::saturating_millis(limit.1),
                burst: limit.2.map(count),
                kind: if limit.3 { RateLimitKind::SlidingWindow } else { RateLimitKind::TokenBucket },
            };
            let state = RateLimitState {
                latest: state.0.map(time),
                full_at: state.1.map(time),
                passed: state.2.into_iter().map(time).collect(),
                ..RateLimitState::new()
            };
            let step = limit.step(state, time(now));
            prop_assert!(step.state.passed.len() <= MOST_COUNTED);
        }
    }

    #[test]
    fn a_clock_that_is_set_right_costs_one_filling() {
        for limit in
            [RateLimit::new(1_u32.into(), AlertDuration::minutes(1)), RateLimit::sliding_window(1_u32.into(), AlertDuration::minutes(1))]
        {
            let year = AlertDuration::days(365);
            let step = limit.step(RateLimitState::new(), at(0) + year);
            assert!(step.verdict.is_allowed());
            let step = limit.step(step.state, at(0));
            assert_eq!(step.verdict, RateVerdict::RetryAfter(AlertDuration::minutes(1)));
            assert!(limit.step(step.state, at(60_000)).verdict.is_allowed());
        }
    }

    #[test]
    fn a_limit_that_is_not_valid_lets_no_more_pass_than_it_says() {
        let problems =
            |limit: &RateLimit| limit.check().unwrap_err().violations().iter().map(|one| one.code.to_string()).collect::<Vec<_>>();
        let nothing = RateLimit::new(Count::ZERO, AlertDuration::minutes(1));
        assert_eq!(nothing.step(RateLimitState::new(), at(0)).verdict, RateVerdict::RetryAfter(AlertDuration::minutes(1)));
        assert_eq!(problems(&nothing), ["rate_limit_lets_nothing_pass"]);
        let timeless = RateLimit::new(1_u32.into(), AlertDuration::ZERO);
        assert!(timeless.step(timeless.step(RateLimitState::new(), at(0)).state, at(0)).verdict.is_allowed());
        assert_eq!(problems(&timeless), ["rate_limit_without_time"]);
        let large = RateLimit::sliding_window(10_001_u32.into(), AlertDuration::minutes(1)).with_burst(Count::ONE);
        assert_eq!(problems(&large), ["rate_limit_counts_too_many", "rate_limit_burst"]);
        assert_eq!(problems(&RateLimit::new(1_u32.into(), AlertDuration::minutes(1)).with_burst(Count::ZERO)), ["rate_limit_burst"]);
    }
}
