//! Deduplication: each reception of an alert is new, updated, a duplicate, resolved or reopened.

use crate::alerts::Alert;
use crate::alerts::AlertKey;
use crate::alerts::ContentFingerprint;
use crate::alerts::Identity;
use crate::correlation::counters::DedupCounters;
use crate::correlation::dedup_state::DedupEntry;
use crate::correlation::dedup_state::DedupFacts;
use crate::correlation::dedup_state::DedupMemory;
use crate::correlation::dedup_state::DedupState;
use crate::correlation::dedup_state::DedupTenant;
use crate::correlation::options::DedupOptions;
use crate::correlation::recent::Recent;
use crate::correlation::sessions::Run;
use crate::correlation::sessions::Session;
use crate::correlation::sessions::Sessions;
use crate::correlation::sighting::Sighting;
use crate::correlation::state_version::StateVersion;
use crate::correlation::tenants::Tenants;
use crate::correlation::verdict::DedupVerdict;
use crate::correlation::verdict::Observation;
use crate::utils::AlertId;
use crate::utils::Count;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// Says of each reception of an alert what it is: new, updated, a duplicate, resolved, or reopened.
///
/// # What a person gets at three in the morning
///
/// | what comes in | verdict | id |
/// |---|---|---|
/// | fires, never seen | [`New`](DedupVerdict::New) | its own |
/// | fires or is resolved as before, same [content](Alert::content_fingerprint) | [`Duplicate`](DedupVerdict::Duplicate) | as before |
/// | fires or is resolved as before, other content | [`Updated`](DedupVerdict::Updated) | as before |
/// | is over, fired before | [`Resolved`](DedupVerdict::Resolved) | as before |
/// | is over, never seen | `Resolved`, with `known: false` | its own |
/// | fires at most `window` after it was resolved | [`Reopened`](DedupVerdict::Reopened) | as before |
/// | fires later than that | `New`, with `known: true` | its own |
/// | is older than what is known, such as a message delivered again | `Duplicate`, with `late: true` | of the session it falls into |
///
/// So one who is called for `New` and `Reopened` is called once for each trouble, not for its repetitions, and not for a firing that a queue
/// delivers again after the end. "As before" is the id of the side that began earlier, as in [`Alert::merge`].
///
/// # Times
///
/// * An alert is **over** if [`status_at`](Alert::status_at)`(now)` says so; it was resolved at its `ends_at`.
/// * One that fires with an `ends_at` ahead counts as resolved at that time when it next fires at or after it: nobody told the end. No verdict is
///   given for an end that only time told; who wants one asks [`status_at`](Alert::status_at).
/// * It **fires again** at its `starts_at`, if that is after the end; else the sender kept the old start, and it is when it was
///   [seen](Sighting#times). Exactly `window` after the end is still within.
/// * It is **late** if its content changed before the known one did, by the same clock, unless it began after the known end.
///
/// # Laws
///
/// Of each alert a set of sessions and the latest content are kept ([`DedupFacts`]). One reception adds the interval from `starts_at` to its end if it is
/// over, else to when it was seen. Intervals at most `window` apart are one session, whose id is that of the alert that began first (the smaller id,
/// where two did). The latest content is the one that changed last (the larger fingerprint, where two did). Below the caps the facts are the same for
///
/// * any order of arrival,
/// * any sharding, by key or not, with the shards [merged](Deduplicator::merge) in any order,
/// * any number of repeated deliveries,
///
/// and a tenant's facts, verdicts and counters never depend on what another tenant sends. Verdicts, counters, and who is forgotten first, belong to
/// the order of arrival, as they must: the same two receptions, in both orders:
///
/// ```
/// use alert_schemas::alerts::EndCause;
/// use alert_schemas::correlation::{DedupVerdict, Deduplicator};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Settings, Timestamp};
///
/// let t0: Timestamp = "2025-01-06T03:00:00Z".parse()?;
/// let t1 = t0 + AlertDuration::minutes(1);
/// let firing = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
/// let mut over = firing.clone();
/// over.resolve(EndCause::Signal, t1);
///
/// let verdicts = |alerts: [&Alert; 2]| {
///     let mut deduplicator = Deduplicator::new(&Settings::default());
///     let verdicts = alerts.map(|alert| deduplicator.observe(alert, t1).verdict);
///     (verdicts, deduplicator.facts(&firing.key()))
/// };
/// let (in_order, facts) = verdicts([&firing, &over]);
/// let (reversed, same_facts) = verdicts([&over, &firing]);
/// assert_eq!(in_order, [DedupVerdict::New, DedupVerdict::Resolved]);
/// assert_eq!(reversed, [DedupVerdict::Resolved, DedupVerdict::Duplicate]);
/// assert_eq!(facts, same_facts);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Cost
///
/// A step costs the same however much is remembered (amortised; a new alert may make the table grow), also where somebody chooses labels so that their
/// fingerprints collide. Memory is bounded by [`DedupOptions`] for each tenant, at about 400 bytes an alert; the number of tenants is the caller's.
///
/// # Examples
///
/// ```
/// use alert_schemas::correlation::{DedupVerdict, Deduplicator};
/// use alert_schemas::alerts::EndCause;
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Settings, Timestamp};
///
/// let t0: Timestamp = "2025-01-06T03:00:00Z".parse()?;
/// let at = |minutes| t0 + AlertDuration::minutes(minutes);
/// let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
/// let mut deduplicator = Deduplicator::new(&Settings::default());
/// let mut step = |alert: &Alert, now| deduplicator.observe(alert, now).verdict;
///
/// assert_eq!(step(&alert, at(0)), DedupVerdict::New);
/// assert_eq!(step(&alert, at(1)), DedupVerdict::Duplicate);
/// alert.annotations.insert("summary".parse()?, "99 %".parse()?)?;
/// assert_eq!(step(&alert, at(2)), DedupVerdict::Updated);
/// alert.resolve(EndCause::Signal, at(3));
/// assert_eq!(step(&alert, at(3)), DedupVerdict::Resolved);
/// alert.fire(at(8));
/// assert_eq!(step(&alert, at(8)), DedupVerdict::Reopened);
/// alert.resolve(EndCause::Signal, at(9));
/// assert_eq!(step(&alert, at(9)), DedupVerdict::Resolved);
/// alert.fire(at(15));
/// assert_eq!(step(&alert, at(15)), DedupVerdict::New);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Deduplicator {
    options: DedupOptions,
    tenants: Tenants<Tenant>,
}

impl Deduplicator {
    /// One that remembers nothing yet.
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupOptions, Deduplicator};
    /// use alert_schemas::{AlertDuration, Settings};
    ///
    /// let from_settings = Deduplicator::new(&Settings::default());
    /// assert_eq!(from_settings.options().window, AlertDuration::minutes(5));
    /// let with_options = Deduplicator::new(DedupOptions::default().with_max_keys(10));
    /// assert_eq!(with_options.options().max_keys, 10);
    /// ```
    #[must_use]
    pub fn new(options: impl Into<DedupOptions>) -> Self {
        Self { options: options.into().in_range(), tenants: Tenants::default() }
    }

    /// What it remembers, and for how long.
    #[must_use]
    pub fn options(&self) -> &DedupOptions {
        &self.options
    }

    /// Takes in one reception of an alert at `now`.
    pub fn observe(&mut self, alert: &Alert, now: Timestamp) -> Observation {
        self.observe_sighting(&Sighting::of(alert, now))
    }

    /// Takes in one reception that was hashed before.
    pub fn observe_sighting(&mut self, sighting: &Sighting) -> Observation {
        match self.tenants.of(&sighting.key.tenant) {
            Some(tenant) => tenant.observe(sighting, &self.options),
            // Not reached: a tenant that is not there is put there.
            None => Tenant::default().observe(sighting, &self.options),
        }
    }

    /// What is known of an alert, whatever the order of arrival.
    #[must_use]
    pub fn facts(&self, key: &AlertKey) -> Option<DedupFacts> {
        self.tenants.get(&key.tenant)?.known.get(&key.identity).map(Known::facts)
    }

    /// What was counted for a tenant.
    #[must_use]
    pub fn counters(&self, tenant: &TenantId) -> DedupCounters {
        self.tenants.get(tenant).map(|tenant| tenant.counters.clone()).unwrap_or_default()
    }

    /// How many alerts of a tenant are remembered.
    #[must_use]
    pub fn remembered(&self, tenant: &TenantId) -> usize {
        self.tenants.get(tenant).map_or(0, |tenant| tenant.known.len())
    }

    /// The tenants of whom something is remembered, sorted.
    pub fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        self.tenants.iter().map(|(tenant, _)| tenant)
    }

    /// Forgets everything of a tenant, its counters included; says whether there was anything.
    pub fn forget(&mut self, tenant: &TenantId) -> bool {
        self.tenants.remove(tenant).is_some()
    }

    /// Takes in what another one knows, such as that of another shard, and returns the alerts that had to be forgotten.
    ///
    /// Sessions are joined under this one's window; the laws hold where both have the same. What was heard last is that of the side whose content changed
    /// later; counters are added up. Two orders of arrival have no common one, so afterwards alerts are forgotten by the end of their newest session.
    ///
    /// ```
    /// use alert_schemas::correlation::Deduplicator;
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, t0).name(name).build();
    /// let (mut one, mut two) = (Deduplicator::new(&Settings::default()), Deduplicator::new(&Settings::default()));
    /// one.observe(&alert("DiskFull")?, t0);
    /// two.observe(&alert("HostDown")?, t0);
    /// assert!(one.merge(two).is_empty());
    /// assert_eq!(one.remembered(&Default::default()), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge(&mut self, other: Deduplicator) -> Vec<AlertKey> {
        let mut forgotten = Vec::new();
        for (name, theirs) in other.tenants.into_entries() {
            if let Some(ours) = self.tenants.of(&name) {
                let evicted = ours.merge(theirs, &self.options);
                forgotten.extend(evicted.into_iter().map(|identity| AlertKey { tenant: name.clone(), identity }));
            }
        }
        forgotten
    }

    /// Everything that is remembered, to be stored.
    #[must_use]
    pub fn state(&self) -> DedupState {
        let tenants = self.tenants.iter().map(|(name, tenant)| tenant.state(name)).collect();
        DedupState { version: StateVersion::default(), window: self.options.window, tenants }
    }

    /// Goes on from a stored state.
    ///
    /// A window that is longer than that of the state joins its sessions further; one that is shorter does not part them again. Where the state has more
    /// keys or sessions than the options allow, the oldest go, and are counted.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state breaks its own rules; what [`DedupState::decode`] gave keeps them.
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupState, Deduplicator};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::Settings;
    ///
    /// let text = br#"{"version": 1, "window": "5m", "tenants": [{"tenant": "acme"}]}"#;
    /// let mut state = DedupState::decode(text, &DecodeLimits::default())?;
    /// assert!(Deduplicator::from_state(state.clone(), &Settings::default()).is_ok());
    /// state.tenants.push(state.tenants[0].clone());
    /// assert_eq!(
    ///     Deduplicator::from_state(state, &Settings::default()).unwrap_err().to_string(),
    ///     "/tenants: tenant 1 does not come after the one before it: expected them sorted, each once",
    /// );
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_state(state: DedupState, options: impl Into<DedupOptions>) -> Result<Self, Report> {
        state.check()?;
        let mut deduplicator = Self::new(options);
        for stored in state.tenants {
            if let Some(tenant) = deduplicator.tenants.of(&stored.tenant) {
                tenant.restore(stored, &deduplicator.options);
            }
        }
        Ok(deduplicator)
    }
}

/// What is remembered of one tenant.
#[derive(Debug, Clone, Default)]
struct Tenant {
    known: Recent<Identity, Known>,
    counters: DedupCounters,
}

impl Tenant {
    fn observe(&mut self, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let slot = self.known.find(&sighting.key.identity);
        if let Some(slot) = slot {
            self.known.touch(slot);
            if let Some(known) = self.known.value_mut(slot) {
                let (observation, dropped) = known.observe(sighting, options);
                self.counters.count(observation.verdict);
                if observation.late || dropped > 0 {
                    self.counters.late = self.counters.late.plus(u64::from(observation.late));
                    self.counters.dropped_sessions = self.counters.dropped_sessions.plus(count(dropped));
                }
                return observation;
            }
        }
        self.meet(sighting, options)
    }

    /// Takes in an alert that is not known.
    fn meet(&mut self, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let evicted = if self.known.len() >= options.max_keys { self.known.pop_oldest() } else { None };
        self.known.push(sighting.key.identity.clone(), Known::of(sighting));
        let resolved_at = sighting.ended();
        let verdict = if resolved_at.is_some() { DedupVerdict::Resolved } else { DedupVerdict::New };
        self.counters.count(verdict);
        self.counters.unknown_resolves = self.counters.unknown_resolves.plus(u64::from(resolved_at.is_some()));
        self.counters.evicted = self.counters.evicted.plus(u64::from(evicted.is_some()));
        let evicted = evicted.map(|(identity, _)| identity);
        Observation { verdict, id: sighting.id, known: false, late: false, resolved_at, evicted }
    }

    fn merge(&mut self, other: Tenant, options: &DedupOptions) -> Vec<Identity> {
        self.counters.add(&other.counters);
        let mut dropped = 0;
        for (identity, theirs) in other.known.into_entries() {
            let slot = self.known.find(&identity);
            match slot.and_then(|slot| self.known.value_mut(slot)) {
                Some(ours) => dropped += ours.merge(theirs, options),
                None => drop(self.known.push(identity, theirs)),
            }
        }
        self.counters.dropped_sessions = self.counters.dropped_sessions.plus(count(dropped));
        let mut entries = std::mem::take(&mut self.known).into_entries();
        entries.sort_by(|(a, one), (b, two)| (one.sessions.newest().end, a).cmp(&(two.sessions.newest().end, b)));
        self.refill(entries, options)
    }

    fn restore(&mut self, stored: DedupTenant, options: &DedupOptions) {
        self.counters = stored.counters;
        let mut entries = stored.entries;
        entries.sort_by_key(|entry| entry.recency);
        let mut dropped = 0;
        let entries = entries
            .into_iter()
            .filter_map(|DedupEntry { identity, facts, memory, .. }| {
                let DedupFacts { content, changed_at, sessions } = facts;
                let mut runs = sessions.into_iter().map(|Session { start, end, id }| Run { start, end, payload: id });
                // Always there: the state was checked.
                let mut sessions = Sessions::new(runs.next()?);
                for run in runs {
                    dropped += sessions.insert(run, options.window, options.max_sessions).len();
                }
                Some((identity, Known { memory, sessions, content, changed_at }))
            })
            .collect();
        self.counters.dropped_sessions = self.counters.dropped_sessions.plus(count(dropped));
        self.refill(entries, options);
    }

    /// Remembers the last of these entries, as many as may be, and returns the others.
    fn refill(&mut self, mut entries: Vec<(Identity, Known)>, options: &DedupOptions) -> Vec<Identity> {
        let excess = entries.len().saturating_sub(options.max_keys);
        let evicted: Vec<Identity> = entries.drain(..excess).map(|(identity, _)| identity).collect();
        self.counters.evicted = self.counters.evicted.plus(count(excess));
        for (identity, known) in entries {
            self.known.push(identity, known);
        }
        evicted
    }

    fn state(&self, tenant: &TenantId) -> DedupTenant {
        let numbered = (0_u64..).zip(self.known.oldest_first());
        let mut entries: Vec<DedupEntry> = numbered
            .map(|(recency, (identity, known))| DedupEntry {
                identity: identity.clone(),
                recency: Count::ZERO.plus(recency),
                facts: known.facts(),
                memory: known.memory.clone(),
            })
            .collect();
        entries.sort_by(|a, b| a.identity.cmp(&b.identity));
        DedupTenant { tenant: tenant.clone(), counters: self.counters.clone(), entries }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What is known of one alert: the facts, and what was heard last.
#[derive(Debug, Clone)]
struct Known {
    memory: DedupMemory,
    sessions: Sessions<AlertId>,
    content: ContentFingerprint,
    changed_at: Timestamp,
}

impl Known {
    fn of(sighting: &Sighting) -> Self {
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
    fn observe(&mut self, sighting: &Sighting, options: &DedupOptions) -> (Observation, usize) {
        let dropped = self.sessions.insert(Self::run(sighting), options.window, options.max_sessions).len();
        self.keep_latest(sighting.changed_at, sighting.content);
        let memory = &mut self.memory;
        let began_after_end = !sighting.resolved && memory.resolved_at.is_some_and(|end| sighting.starts_at > end);
        if !began_after_end && sighting.is_older_than(memory.changed_at, memory.changed_by_sender) {
            let (id, resolved_at) = (self.id_of_late(sighting), self.memory.resolved_at);
            let verdict = DedupVerdict::Duplicate;
            return (Observation { verdict, id, known: true, late: true, resolved_at, evicted: None }, dropped);
        }
        let said = |same: bool| if same { DedupVerdict::Duplicate } else { DedupVerdict::Updated };
        let same = memory.content == sighting.content;
        let (verdict, resolved_at) = match sighting.ended() {
            Some(end) => match memory.resolved_at {
                None => (DedupVerdict::Resolved, Some(end)),
                Some(before) => (said(same), Some(before.max(end))),
            },
            None => {
                let timed_out = || memory.ends_at.filter(|end| *end <= sighting.seen_at.max(sighting.starts_at));
                match memory.resolved_at.or_else(timed_out) {
                    None => (said(same), None),
                    Some(end) => {
                        let fired_at = if sighting.starts_at > end { sighting.starts_at } else { sighting.seen_at };
                        let again = if fired_at <= end + options.window { DedupVerdict::Reopened } else { DedupVerdict::New };
                        (again, Some(end))
                    }
                }
            }
        };
        memory.content = sighting.content;
        memory.changed_at = sighting.changed_at;
        memory.changed_by_sender = sighting.changed_by_sender;
        (memory.resolved_at, memory.ends_at) = if sighting.resolved { (resolved_at, None) } else { (None, sighting.ends_at) };
        if verdict == DedupVerdict::New {
            (memory.starts_at, memory.id) = (sighting.starts_at, sighting.id);
        } else {
            memory.take_earlier(sighting);
        }
        (Observation { verdict, id: memory.id, known: true, late: false, resolved_at, evicted: None }, dropped)
    }

    /// Keeps the content that changed last, the larger fingerprint where two did.
    fn keep_latest(&mut self, changed_at: Timestamp, content: ContentFingerprint) {
        if changed_at > self.changed_at || (changed_at == self.changed_at && content > self.content) {
            (self.changed_at, self.content) = (changed_at, content);
        }
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

    fn merge(&mut self, other: Known, options: &DedupOptions) -> usize {
        let Known { memory, sessions, content, changed_at } = other;
        self.keep_latest(changed_at, content);
        // Everything is compared, so that the order of the two never matters.
        let age = |memory: &DedupMemory| {
            let DedupMemory { content, changed_at, changed_by_sender, resolved_at, ends_at, starts_at, id } = *memory;
            (changed_at, changed_by_sender, content, resolved_at, ends_at, starts_at, id)
        };
        if age(&memory) > age(&self.memory) {
            self.memory = memory;
        }
        self.sessions.merge(sessions, options.window, options.max_sessions).len()
    }

    fn facts(&self) -> DedupFacts {
        let sessions = self.sessions.iter().map(|run| Session::new(run.start, run.end, run.payload)).collect();
        DedupFacts { content: self.content, changed_at: self.changed_at, sessions }
    }
}

impl DedupMemory {
    /// The alert is told under the id of the side that began earlier, the smaller one where both began at the same time.
    fn take_earlier(&mut self, sighting: &Sighting) {
        if (sighting.starts_at, sighting.id) < (self.starts_at, self.id) {
            (self.starts_at, self.id) = (sighting.starts_at, sighting.id);
        }
    }
}
