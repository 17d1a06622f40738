//! Sessions: when something was going on, as the union of the intervals that were told, closed by a window.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::utils::AlertDuration;
use crate::utils::AlertId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::record;

record! {
    /// A stretch of time in which an alert was known to fire, without a gap longer than the window.
    ///
    /// Both ends belong to it; a single reception without a duration is a session whose ends are equal.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{Deduplicator, Session};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// deduplicator.observe(&alert, t0);
    /// assert_eq!(deduplicator.facts(&alert.key()).unwrap().sessions, [Session::new(t0, t0, alert.id)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Session: closed in correlation;
    example r#"{"start": "2025-01-06T09:00:00Z", "end": "2025-01-06T09:04:00Z", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#;
    beyond { rules RULES; settle Session::settled; }
    /// When it began.
    required start: Timestamp as "start",
    /// When it ended, or was last heard of.
    required end: Timestamp as "end",
    /// The id of the alert that began first in it; the smaller one where two began at the same time.
    required id: AlertId as "id",
}

const RULES: &[Rule<Session>] = &[Rule {
    code: "ends_before_start",
    field: "end",
    rule: "`end` is not before `start`.",
    broken: |session| (session.end < session.start).then(|| format!("`end` {} is before `start` {}", session.end, session.start)),
}];

impl Session {
    /// The session from `start` to `end`, of the alert `id`.
    #[must_use]
    pub fn new(start: Timestamp, end: Timestamp, id: AlertId) -> Self {
        Self { start, end, id }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.end = self.end.max(self.start);
        self
    }
}

/// What a run carries beside its two ends; joining is associative, commutative and idempotent, as the union of the ends is.
pub(crate) trait Payload: Sized {
    /// Takes in what another run carried, and says how much of it was here already; `starts` says how this run's start compares with the other's.
    fn join(&mut self, other: Self, starts: Ordering) -> usize;
}

/// The id of the side that began earlier, the smaller one where both began at the same time.
impl Payload for AlertId {
    fn join(&mut self, other: Self, starts: Ordering) -> usize {
        match starts {
            Ordering::Less => {}
            Ordering::Equal => *self = other.min(*self),
            Ordering::Greater => *self = other,
        }
        0
    }
}

/// One maximal run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run<P> {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) payload: P,
}

impl<P: Payload> Run<P> {
    /// Becomes the smallest run that covers both, and says how much both carried.
    fn cover(&mut self, other: Self) -> usize {
        let twice = self.payload.join(other.payload, self.start.cmp(&other.start));
        self.start = self.start.min(other.start);
        self.end = self.end.max(other.end);
        twice
    }
}

/// At least one run, each more than the window away from the next.
///
/// The set of such sets is a join-semilattice: inserting intervals one by one, in any order, some of them twice, or joining sets of them, gives
/// the connected components of all intervals under "at most the window apart". A window that is larger than
/// the one before gives what the larger one alone would have given.
///
/// A step costs the logarithm of the number of runs, beside the runs that it joins or drops, each of which goes only once.
#[derive(Debug, Clone, PartialEq)]
// INVARIANT: each run of `older` stands under its start, and every run ends more than the window before the next one starts, `newest` last.
pub(crate) struct Sessions<P> {
    /// Apart from the others: nearly every sighting falls into it, and most keys never have a second run.
    newest: Run<P>,
    older: BTreeMap<Timestamp, Run<P>>,
}

/// Whether the gap from the end of `earlier` to `start` is at most the window.
fn reaches<P>(earlier: &Run<P>, start: Timestamp, window: AlertDuration) -> bool {
    // A sum that stops at the end of time is still right: nothing starts later than that.
    earlier.end >= start || earlier.end + window >= start
}

impl<P: Payload> Sessions<P> {
    pub(crate) fn new(run: Run<P>) -> Self {
        Self { newest: run, older: BTreeMap::new() }
    }

    /// Adds an interval, and says how much of what the joined runs carried stood in two of them.
    pub(crate) fn insert(&mut self, run: Run<P>, window: AlertDuration) -> usize {
        if run.start >= self.newest.start && run.start <= self.newest.end {
            return self.newest.cover(run);
        }
        self.insert_apart(run, window)
    }

    /// Drops the oldest runs beyond `most`, and returns them.
    pub(crate) fn shrink_to(&mut self, most: usize) -> Vec<Run<P>> {
        let excess = self.len().saturating_sub(most.max(1));
        std::iter::from_fn(|| self.older.pop_first()).take(excess).map(|(_, run)| run).collect()
    }

    /// Adds an interval that does not start inside the newest run.
    fn insert_apart(&mut self, run: Run<P>, window: AlertDuration) -> usize {
        if run.start > self.newest.end {
            if reaches(&self.newest, run.start, window) {
                return self.newest.cover(run);
            }
            let before = std::mem::replace(&mut self.newest, run);
            self.older.insert(before.start, before);
            return 0;
        }
        if reaches(&run, self.newest.start, window) {
            let mut twice = self.newest.cover(run);
            while let Some(last) = self.older.last_entry().filter(|last| reaches(last.get(), self.newest.start, window)) {
                twice += self.newest.cover(last.remove());
            }
            return twice;
        }
        // Of those that start before it only the last can reach it; of those behind it all up to the first that it does not reach.
        let (mut whole, mut twice) = (run, 0);
        let before = self.older.range(..whole.start).next_back();
        if let Some(start) = before.filter(|(_, own)| reaches(own, whole.start, window)).map(|(start, _)| *start)
            && let Some(own) = self.older.remove(&start)
        {
            twice += whole.cover(own);
        }
        loop {
            let behind = self.older.range(whole.start..).next();
            let Some(start) = behind.filter(|(start, _)| reaches(&whole, **start, window)).map(|(start, _)| *start) else { break };
            if let Some(own) = self.older.remove(&start) {
                twice += whole.cover(own);
            }
        }
        self.older.insert(whole.start, whole);
        twice
    }

    /// Takes in every run of another set, and says how much of what the joined runs carried stood in two of them.
    pub(crate) fn merge(&mut self, other: Self, window: AlertDuration) -> usize {
        other.into_runs().map(|run| self.insert(run, window)).sum()
    }

    /// The newest run.
    pub(crate) fn newest(&self) -> &Run<P> {
        &self.newest
    }

    /// The run that `at` lies in.
    pub(crate) fn containing(&self, at: Timestamp) -> Option<&Run<P>> {
        let run = if at >= self.newest.start { &self.newest } else { self.older.range(..=at).next_back()?.1 };
        (at <= run.end).then_some(run)
    }

    /// What the run that `at` lies in carries.
    pub(crate) fn payload_at(&mut self, at: Timestamp) -> Option<&mut P> {
        let run = if at >= self.newest.start { &mut self.newest } else { self.older.range_mut(..=at).next_back()?.1 };
        (at <= run.end).then_some(&mut run.payload)
    }

    /// The runs, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Run<P>> {
        self.older.values().chain(std::iter::once(&self.newest))
    }

    /// The parts, for a smaller form: the newest run, and the older ones in order.
    pub(crate) fn into_newest_and_older(self) -> (Run<P>, Vec<Run<P>>) {
        (self.newest, self.older.into_values().collect())
    }

    /// What was taken apart, put together again.
    pub(crate) fn from_newest_and_older(newest: Run<P>, older: Vec<Run<P>>) -> Self {
        Self { newest, older: older.into_iter().map(|run| (run.start, run)).collect() }
    }

    /// The runs, oldest first, given away.
    pub(crate) fn into_runs(self) -> impl Iterator<Item = Run<P>> {
        self.older.into_values().chain(std::iter::once(self.newest))
    }

    /// How many runs there are.
    pub(crate) fn len(&self) -> usize {
        self.older.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: AlertDuration = AlertDuration::seconds(5);

    fn at(nanos: i64) -> Timestamp {
        // Steps of half a second and a nanosecond beside each, so that gaps are hit exactly and missed by the smallest step.
        let time: chrono::DateTime<chrono::Utc> = chrono::DateTime::from_timestamp_nanos(1_736_154_000_000_000_000 + nanos);
        Timestamp::from(time)
    }

    fn run(start: i64, end: i64, id: u128) -> Run<AlertId> {
        Run { start: at(start), end: at(end), payload: AlertId::from(uuid::Uuid::from_u128(id)) }
    }

    fn intervals() -> impl Strategy<Value = Vec<(i64, i64, u128)>> {
        let instant = || (0_i64..80, -1_i64..=1).prop_map(|(halves, nano)| halves * 500_000_000 + nano);
        proptest::collection::vec(
            (instant(), 0_i64..6, 0_u128..4).prop_map(|(start, halves, id)| (start, start + halves * 500_000_000, id)),
            1..12,
        )
    }

    fn fold(intervals: &[(i64, i64, u128)]) -> Sessions<AlertId> {
        let mut runs = intervals.iter().map(|&(start, end, id)| run(start, end, id));
        let mut sessions = Sessions::new(runs.next().unwrap());
        for run in runs {
            sessions.insert(run, WINDOW);
        }
        sessions
    }

    /// Connected components by comparing all pairs.
    fn by_brute_force(intervals: &[(i64, i64, u128)]) -> Vec<Run<AlertId>> {
        let window = 5_000_000_000;
        let linked = |a: &(i64, i64, u128), b: &(i64, i64, u128)| a.0 - b.1 <= window && b.0 - a.1 <= window;
        let mut component: Vec<usize> = (0..intervals.len()).collect();
        for _ in 0..intervals.len() {
            for (i, a) in intervals.iter().enumerate() {
                for (j, b) in intervals.iter().enumerate() {
                    if linked(a, b) {
                        component[i] = component[i].min(component[j]);
                    }
                }
            }
        }
        let mut runs: Vec<Run<AlertId>> = (0..intervals.len())
            .filter(|&root| component[root] == root)
            .map(|root| {
                let members = || intervals.iter().zip(&component).filter(|(_, own)| **own == root).map(|(interval, _)| *interval);
                let start = members().map(|(start, _, _)| start).min().unwrap();
                let id = members().map(|(start, _, id)| (start, id)).min().unwrap().1;
                run(start, members().map(|(_, end, _)| end).max().unwrap(), id)
            })
            .collect();
        runs.sort_by_key(|run| run.start);
        runs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn sessions_are_the_connected_components(intervals in intervals()) {
            let sessions = fold(&intervals);
            prop_assert_eq!(sessions.iter().cloned().collect::<Vec<_>>(), by_brute_force(&intervals));
            for (start, end, _) in intervals {
                let home = sessions.containing(at(start)).unwrap();
                prop_assert!(home.start <= at(start) && at(end) <= home.end);
            }
        }

        #[test]
        fn joining_is_a_semilattice((a, b, c) in (intervals(), intervals(), intervals())) {
            let join = |a: &Sessions<AlertId>, b: &Sessions<AlertId>| {
                let mut joined = a.clone();
                joined.merge(b.clone(), WINDOW);
                joined
            };
            let (a, b, c) = (fold(&a), fold(&b), fold(&c));
            prop_assert_eq!(join(&a, &b), join(&b, &a));
            prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
            prop_assert_eq!(join(&a, &a), a);
        }
    }

    #[test]
    fn the_oldest_runs_go_beyond_the_cap() {
        let mut sessions = Sessions::new(run(0, 0, 1));
        let second = 1_000_000_000;
        for n in 1..5 {
            sessions.insert(run(n * 10 * second, n * 10 * second, 1), WINDOW);
            assert_eq!(sessions.shrink_to(3).len(), usize::from(n > 2), "{n}");
        }
        assert_eq!((sessions.len(), sessions.iter().next().unwrap().start), (3, at(20 * second)));
        sessions.insert(run(0, 0, 1), WINDOW);
        assert_eq!(sessions.shrink_to(3), [run(0, 0, 1)]);
        assert_eq!(sessions.containing(at(25 * second)), None);
        assert_eq!(sessions.containing(at(41 * second)), None);
    }

    #[test]
    fn the_end_of_time_is_within_every_window() {
        let mut sessions = Sessions::new(Run { start: at(0), end: Timestamp::max(), payload: AlertId::default() });
        sessions.insert(run(5, 6, 0), WINDOW);
        let last = Run { start: Timestamp::max(), end: Timestamp::max(), payload: AlertId::default() };
        sessions.insert(last, WINDOW);
        assert_eq!(sessions.len(), 1);
    }
}
