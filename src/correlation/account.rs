//! What is known of one alert, and how a further reception changes it.

use crate::alerts::ContentFingerprint;
use crate::correlation::dedup_state::DedupFacts;
use crate::correlation::dedup_state::DedupMemory;
use crate::correlation::options::DedupOptions;
use crate::correlation::sessions::Run;
use crate::correlation::sessions::Session;
use crate::correlation::sessions::Sessions;
use crate::correlation::sighting::Sighting;
use crate::correlation::verdict::DedupVerdict;
use crate::correlation::verdict::Observation;
use crate::utils::AlertId;
use crate::utils::Timestamp;

/// What is known of one alert: the facts, and what was heard last.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Account {
    pub(crate) memory: DedupMemory,
    pub(crate) sessions: Sessions<AlertId>,
    /// What it said last, by its own times.
    pub(crate) content: ContentFingerprint,
    pub(crate) changed_at: Timestamp,
}

impl Account {
    /// What a first reception tells.
    pub(crate) fn of(sighting: &Sighting) -> Self {
        let Sighting { content, changed_at, changed_by_sender, starts_at, id, .. } = *sighting;
        let resolved_at = sighting.ended();
        let ends_at = if sighting.resolved { None } else { sighting.ends_at };
        let memory = DedupMemory { content, changed_at, changed_by_sender, resolved_at, ends_at, starts_at, id };
        Self { memory, sessions: Sessions::new(Self::run(sighting)), content, changed_at }
    }

    fn run(sighting: &Sighting) -> Run<AlertId> {
        Run { start: sighting.starts_at, end: sighting.fired_until(), payload: sighting.id }
    }

    /// Takes in a further reception; also says how many sessions were dropped for it.
    pub(crate) fn observe(&mut self, sighting: &Sighting, options: &DedupOptions) -> (Observation, usize) {
        self.sessions.insert(Self::run(sighting), options.window);
        let dropped = self.sessions.shrink_to(options.max_sessions).len();
        self.keep_latest(sighting.changed_at, sighting.content);
        let (verdict, resolved_at) = if self.is_late(sighting) {
            let (id, resolved_at) = (self.id_of_late(sighting), self.memory.resolved_at);
            let verdict = DedupVerdict::Duplicate;
            return (Observation { verdict, id, known: true, late: true, resolved_at, evicted: None }, dropped);
        } else {
            self.memory.compare(sighting, options)
        };
        self.memory.take(sighting, verdict, resolved_at);
        (Observation { verdict, id: self.memory.id, known: true, late: false, resolved_at, evicted: None }, dropped)
    }

    /// Whether it tells of a time before what is known, by the same clock. One that began after the known end is news all the same.
    fn is_late(&self, sighting: &Sighting) -> bool {
        let memory = &self.memory;
        let began_after_end = !sighting.resolved && memory.resolved_at.is_some_and(|end| sighting.starts_at > end);
        let same_clock = sighting.changed_by_sender == memory.changed_by_sender;
        same_clock && sighting.changed_at < memory.changed_at && !began_after_end
    }

    /// The id of the session that a late reception falls into. If that is the one that is going on, its start may turn out to be earlier.
    fn id_of_late(&mut self, sighting: &Sighting) -> AlertId {
        match self.sessions.containing(sighting.starts_at) {
            Some(home) if (home.start..=home.end).contains(&self.memory.starts_at) => {
                self.memory.take_earlier(sighting);
                self.memory.id
            }
            Some(home) => home.payload,
            // Its session was dropped at once, as there are newer ones up to the cap.
            None => sighting.id,
        }
    }

    /// Keeps the content that changed last, the larger fingerprint where two did.
    fn keep_latest(&mut self, changed_at: Timestamp, content: ContentFingerprint) {
        if (changed_at, content) > (self.changed_at, self.content) {
            (self.changed_at, self.content) = (changed_at, content);
        }
    }

    /// Takes in what was known elsewhere, and says how many sessions were dropped for it.
    pub(crate) fn merge(&mut self, other: Self, options: &DedupOptions) -> usize {
        let Self { memory, sessions, content, changed_at } = other;
        self.keep_latest(changed_at, content);
        // Everything is compared, so that the order of the two never matters.
        let age = |memory: &DedupMemory| {
            let DedupMemory { content, changed_at, changed_by_sender, resolved_at, ends_at, starts_at, id } = *memory;
            (changed_at, changed_by_sender, content, resolved_at, ends_at, starts_at, id)
        };
        if age(&memory) > age(&self.memory) {
            self.memory = memory;
        }
        self.sessions.merge(sessions, options.window);
        self.sessions.shrink_to(options.max_sessions).len()
    }

    pub(crate) fn facts(&self) -> DedupFacts {
        let sessions = self.sessions.iter().map(|run| Session::new(run.start, run.end, run.payload)).collect();
        DedupFacts { content: self.content, changed_at: self.changed_at, sessions }
    }
}

impl DedupMemory {
    /// What a reception that is not late is, and when the alert was resolved, by it or before it.
    fn compare(&self, sighting: &Sighting, options: &DedupOptions) -> (DedupVerdict, Option<Timestamp>) {
        let same = self.content == sighting.content;
        let as_before = if same { DedupVerdict::Duplicate } else { DedupVerdict::Updated };
        if let Some(end) = sighting.ended() {
            return match self.resolved_at {
                None => (DedupVerdict::Resolved, Some(end)),
                Some(before) => (as_before, Some(before.max(end))),
            };
        }
        let is_over = |end: &Timestamp| *end <= sighting.seen_at || *end < sighting.starts_at;
        match self.resolved_at.or(self.ends_at.filter(is_over)) {
            None => (as_before, None),
            Some(end) => {
                let fired_at = if sighting.starts_at > end { sighting.starts_at } else { sighting.seen_at };
                let within = fired_at <= end + options.window;
                (if within { DedupVerdict::Reopened } else { DedupVerdict::New }, Some(end))
            }
        }
    }

    /// Remembers a reception that is not late.
    fn take(&mut self, sighting: &Sighting, verdict: DedupVerdict, resolved_at: Option<Timestamp>) {
        self.content = sighting.content;
        self.changed_at = sighting.changed_at;
        self.changed_by_sender = sighting.changed_by_sender;
        (self.resolved_at, self.ends_at) = if sighting.resolved { (resolved_at, None) } else { (None, sighting.ends_at) };
        if verdict == DedupVerdict::New {
            (self.starts_at, self.id) = (sighting.starts_at, sighting.id);
        } else {
            self.take_earlier(sighting);
        }
    }

    /// The alert is told under the id of the side that began earlier, the smaller one where both began at the same time.
    fn take_earlier(&mut self, sighting: &Sighting) {
        if (sighting.starts_at, sighting.id) < (self.starts_at, self.id) {
            (self.starts_at, self.id) = (sighting.starts_at, sighting.id);
        }
    }
}
