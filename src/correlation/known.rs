//! An account in two lines of the processor's cache.

use crate::alerts::ContentFingerprint;
use crate::correlation::account::Account;
use crate::correlation::dedup_state::DedupMemory;
use crate::correlation::options::DedupOptions;
use crate::correlation::recent::Stamped;
use crate::correlation::sessions::Run;
use crate::correlation::sessions::Sessions;
use crate::correlation::sighting::Sighting;
use crate::correlation::verdict::DedupVerdict;
use crate::correlation::verdict::Observation;
use crate::utils::AlertId;
use crate::utils::Timestamp;

/// An [`Account`] as it is kept: half its size.
///
/// A step costs as much as the lines of the cache that it touches, so that this is what makes deduplication fast. Nearly always the facts and what was
/// heard last say the same, and there is one session: then a few values are all, and a repetition changes them in place. Whatever is not like
/// that stands behind a pointer, and a reception that is not a plain repetition goes through the account.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    content: ContentFingerprint,
    changed_at: Timestamp,
    starts_at: Timestamp,
    pub(crate) id: AlertId,
    /// The end of the newest session.
    last: Timestamp,
    /// When it was resolved if it is over, else when it will count as resolved.
    end: Option<Timestamp>,
    is_over: bool,
    changed_by_sender: bool,
    /// Whether `aside` has nothing but older sessions.
    is_plain: bool,
    stamp: u32,
    aside: Option<Box<Aside>>,
}

/// What is not as it nearly always is.
#[derive(Debug, Clone)]
struct Aside {
    /// The latest content by its own time, where another was heard last.
    latest: Option<(Timestamp, ContentFingerprint)>,
    /// Start and id of the newest session, where they are not those under which the alert is told.
    newest: Option<(Timestamp, AlertId)>,
    /// The older sessions.
    older: Vec<Run<AlertId>>,
}

impl Known {
    pub(crate) fn of(account: Account) -> Self {
        let Account { memory, sessions, content: latest, changed_at: latest_at } = account;
        let DedupMemory { content, changed_at, changed_by_sender, resolved_at, ends_at, starts_at, id } = memory;
        let (newest, older) = sessions.into_newest_and_older();
        let latest = Some((latest_at, latest)).filter(|latest| *latest != (changed_at, content));
        let last = newest.end;
        let newest = Some((newest.start, newest.payload)).filter(|newest| *newest != (starts_at, id));
        let is_plain = latest.is_none() && newest.is_none();
        let aside = (!is_plain || !older.is_empty()).then(|| Box::new(Aside { latest, newest, older }));
        let (end, is_over) = (resolved_at.or(ends_at), resolved_at.is_some());
        Self { content, changed_at, starts_at, id, last, end, is_over, changed_by_sender, is_plain, stamp: 0, aside }
    }

    pub(crate) fn into_account(self) -> Account {
        let Self { content, changed_at, starts_at, id, last, end, is_over, changed_by_sender, aside, .. } = self;
        let (resolved_at, ends_at) = if is_over { (end, None) } else { (None, end) };
        let memory = DedupMemory { content, changed_at, changed_by_sender, resolved_at, ends_at, starts_at, id };
        let Aside { latest, newest, older } = aside.map_or(Aside { latest: None, newest: None, older: Vec::new() }, |aside| *aside);
        let (latest_at, latest) = latest.unwrap_or((changed_at, content));
        let (start, payload) = newest.unwrap_or((starts_at, id));
        let sessions = Sessions::from_newest_and_older(Run { start, end: last, payload }, older);
        Account { memory, sessions, content: latest, changed_at: latest_at }
    }

    /// Takes in a reception that goes on where the last one was: the alert fires on from the same start, and nothing about it is out of order.
    ///
    /// `None` for every other reception, which changes nothing then. What it does is what the account would have done; a test compares them.
    #[inline(always)]
    pub(crate) fn repeat(&mut self, sighting: &Sighting) -> Option<DedupVerdict> {
        let goes_on = self.is_plain && !self.is_over && !sighting.resolved && self.changed_by_sender == sighting.changed_by_sender;
        if !goes_on || self.id != sighting.id || self.starts_at != sighting.starts_at || self.changed_at > sighting.changed_at {
            return None;
        }
        if let Some(end) = self.end
            && (end <= sighting.seen_at || end < sighting.starts_at)
        {
            return None;
        }
        let same = self.content == sighting.content;
        // Of two changes at the same time the larger fingerprint is the latest, which is for the account to decide.
        if !same && self.changed_at == sighting.changed_at {
            return None;
        }
        self.changed_at = sighting.changed_at;
        self.end = sighting.ends_at;
        if sighting.seen_at > self.last {
            self.last = sighting.seen_at;
        }
        if same {
            return Some(DedupVerdict::Duplicate);
        }
        self.content = sighting.content;
        Some(DedupVerdict::Updated)
    }

    /// Takes in any reception; also says how many sessions were dropped for it.
    #[inline(never)]
    pub(crate) fn observe(&mut self, sighting: &Sighting, options: &DedupOptions) -> (Observation, usize) {
        let aside = self.aside.take();
        let mut account = Self { aside, ..*self }.into_account();
        let answer = account.observe(sighting, options);
        *self = Self { stamp: self.stamp, ..Self::of(account) };
        answer
    }
}

impl Stamped for Known {
    fn stamp(&self) -> u32 {
        self.stamp
    }

    fn set_stamp(&mut self, stamp: u32) {
        self.stamp = stamp;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::utils::AlertDuration;

    fn at(minutes: u32) -> Timestamp {
        Timestamp::UNIX_EPOCH + AlertDuration::minutes(minutes)
    }

    /// Receptions of one alert, most of them repetitions, in every kind of disorder.
    fn sightings() -> impl Strategy<Value = Vec<Sighting>> {
        let minute = 0_u32..12;
        let one =
            (any::<bool>(), minute.clone(), minute.clone(), minute.clone(), 0_u8..3, prop::option::weighted(0.3, minute), 0_u8..8, 0_u8..2);
        proptest::collection::vec(one, 1..12).prop_map(|receptions| {
            let mut now = 0;
            let sighting = |(steady, start, changed, seen, content, end, kind, id): (bool, u32, u32, u32, u8, Option<u32>, u8, u8)| {
                now += seen / 3;
                let (starts_at, changed_at, seen_at) = if steady { (0, now, now) } else { (start, changed, seen) };
                let id = if steady { 0 } else { id };
                Sighting {
                    key: crate::alerts::AlertKey { tenant: Default::default(), identity: crate::alerts::Identity::Labels(1.into()) },
                    id: AlertId::from(uuid::Uuid::from_u128(id.into())),
                    content: ContentFingerprint::of_parts("test", [if content == 0 { "a" } else { "b" }]),
                    starts_at: at(starts_at),
                    changed_at: at(changed_at),
                    changed_by_sender: kind == 0,
                    seen_at: at(seen_at),
                    ends_at: end.map(at),
                    resolved: kind == 1 && end.is_some(),
                }
            };
            receptions.into_iter().map(sighting).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn it_is_the_account_in_another_form(sightings in sightings()) {
            let options = DedupOptions::default().with_max_sessions(3);
            let (first, rest) = sightings.split_first().unwrap();
            let mut account = Account::of(first);
            let mut known = Known::of(account.clone());
            for sighting in rest {
                let (expected, dropped) = account.observe(sighting, &options);
                match known.repeat(sighting) {
                    Some(verdict) => {
                        let Observation { verdict: own, id, known: seen, late, resolved_at, evicted } = expected;
                        prop_assert_eq!((own, id, seen, late, resolved_at, evicted, dropped), (verdict, known.id, true, false, None, None, 0));
                    }
                    None => prop_assert_eq!(known.observe(sighting, &options), (expected, dropped)),
                }
                prop_assert_eq!(known.clone().into_account(), account.clone());
            }
        }
    }

    #[test]
    fn an_alert_takes_two_lines_of_the_cache() {
        assert_eq!(size_of::<Known>(), 112);
        assert_eq!(size_of::<crate::correlation::key::PackedIdentity>(), 16);
    }
}
