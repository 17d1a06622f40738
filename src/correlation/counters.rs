//! What was counted while alerts came in.

use crate::correlation::verdict::DedupVerdict;
use crate::utils::Count;
use crate::validations::record;

record! {
    /// How often each verdict was given to alerts of one tenant, and what was forgotten.
    ///
    /// `received` is the sum of the five verdicts. Counters belong to the order of arrival: they are not part of what is the same for every order.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::Deduplicator;
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// for _ in 0..3 {
    ///     deduplicator.observe(&alert, t0);
    /// }
    /// let counters = deduplicator.counters(&alert.tenant);
    /// assert_eq!((counters.received.get(), counters.new.get(), counters.duplicate.get()), (3, 1, 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupCounters: closed in correlation;
    example r#"{"received": 3, "new": 1, "duplicate": 2}"#;
    beyond {}
    /// Receptions in all.
    defaulted received: Count as "received",
    /// Those that were new.
    defaulted new: Count as "new",
    /// Those that said something else.
    defaulted updated: Count as "updated",
    /// Those that said the same, the late ones included.
    defaulted duplicate: Count as "duplicate",
    /// Those that told the end.
    defaulted resolved: Count as "resolved",
    /// Those that fired again within the window.
    defaulted reopened: Count as "reopened",
    /// Of the resolved, those of an alert that was not known.
    defaulted unknown_resolves: Count as "unknown_resolves",
    /// Of the duplicates, those that were older than what was known.
    defaulted late: Count as "late",
    /// Alerts that were forgotten because there were more than `max_keys`.
    defaulted evicted: Count as "evicted",
    /// Sessions that were dropped because an alert had more than `max_sessions`.
    defaulted dropped_sessions: Count as "dropped_sessions",
}

impl Default for DedupCounters {
    fn default() -> Self {
        Self::new()
    }
}

impl DedupCounters {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        let zero = Count::ZERO;
        Self {
            received: zero,
            new: zero,
            updated: zero,
            duplicate: zero,
            resolved: zero,
            reopened: zero,
            unknown_resolves: zero,
            late: zero,
            evicted: zero,
            dropped_sessions: zero,
        }
    }

    /// How often this verdict was given.
    fn of(&mut self, verdict: DedupVerdict) -> &mut Count {
        match verdict {
            DedupVerdict::New => &mut self.new,
            DedupVerdict::Updated => &mut self.updated,
            DedupVerdict::Duplicate => &mut self.duplicate,
            DedupVerdict::Resolved => &mut self.resolved,
            DedupVerdict::Reopened => &mut self.reopened,
        }
    }
}

/// The counters of a tenant while alerts come in: plain numbers, which [`DedupCounters`] are made of when somebody looks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// One for each verdict, in the order of [`DedupVerdict::ALL`].
    pub(crate) verdicts: [u64; DedupVerdict::ALL.len()],
    pub(crate) unknown_resolves: u64,
    pub(crate) late: u64,
    pub(crate) evicted: u64,
    pub(crate) dropped_sessions: u64,
}

impl Tally {
    #[inline]
    pub(crate) fn count(&mut self, verdict: DedupVerdict) {
        // 2^64 receptions do not come in.
        if let Some(count) = self.verdicts.get_mut(verdict as usize) {
            *count += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn add(&mut self, other: &Self) {
        let own =
            self.verdicts.iter_mut().chain([&mut self.unknown_resolves, &mut self.late, &mut self.evicted, &mut self.dropped_sessions]);
        let other = other.verdicts.iter().chain([&other.unknown_resolves, &other.late, &other.evicted, &other.dropped_sessions]);
        for (own, other) in own.zip(other) {
            *own = own.saturating_add(*other);
        }
    }

    pub(crate) fn counters(&self) -> DedupCounters {
        let count = |number: u64| Count::ZERO.plus(number);
        let mut counters = DedupCounters::new();
        for (verdict, number) in DedupVerdict::ALL.iter().zip(self.verdicts) {
            *counters.of(*verdict) = count(number);
            counters.received = counters.received.plus(number);
        }
        counters.unknown_resolves = count(self.unknown_resolves);
        counters.late = count(self.late);
        counters.evicted = count(self.evicted);
        counters.dropped_sessions = count(self.dropped_sessions);
        counters
    }
}

impl From<DedupCounters> for Tally {
    fn from(mut counters: DedupCounters) -> Self {
        let mut tally = Self {
            unknown_resolves: counters.unknown_resolves.get(),
            late: counters.late.get(),
            evicted: counters.evicted.get(),
            dropped_sessions: counters.dropped_sessions.get(),
            ..Self::default()
        };
        for (verdict, number) in DedupVerdict::ALL.iter().zip(&mut tally.verdicts) {
            *number = counters.of(*verdict).get();
        }
        tally
    }
}
