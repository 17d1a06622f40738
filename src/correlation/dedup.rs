//! Deduplication: each reception of an alert is new, updated, a duplicate, resolved or reopened.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::alerts::Alert;
use crate::alerts::AlertKey;
use crate::alerts::Identity;
use crate::correlation::account::Account;
use crate::correlation::counters::DedupCounters;
use crate::correlation::counters::Tally;
use crate::correlation::dedup_state::DedupEntry;
use crate::correlation::dedup_state::DedupFacts;
use crate::correlation::dedup_state::DedupState;
use crate::correlation::dedup_state::DedupTenant;
use crate::correlation::key::Key as _;
use crate::correlation::key::PackedIdentity;
use crate::correlation::known::Known;
use crate::correlation::options::DedupOptions;
use crate::correlation::recent::Recent;
use crate::correlation::recent::Slot;
use crate::correlation::sessions::Run;
use crate::correlation::sessions::Session;
use crate::correlation::sessions::Sessions;
use crate::correlation::sighting::Sighting;
use crate::correlation::tenants::Tenants;
use crate::correlation::verdict::DedupVerdict;
use crate::correlation::verdict::Observation;
use crate::utils::Count;
use crate::utils::Report;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// How many alerts of a batch are looked for before the first of them is compared.
const AHEAD: usize = 16;

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
/// fingerprints collide. Memory is bounded by [`DedupOptions`] for each tenant, at 150 to 300 bytes an alert and 40 for each further session; the
/// number of tenants is the caller's.
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
            None => Tenant::default().meet(sighting, &self.options),
        }
    }

    /// Takes in receptions one after the other, and answers each in its place: what [`observe_sighting`](Self::observe_sighting) would have answered,
    /// in less time where much is remembered (`cargo bench --all-features --bench dedup` prints both).
    ///
    /// The time goes into waiting for memory. Here the processor waits for several alerts at once.
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupVerdict, Deduplicator, Sighting};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, t0).name(name).build();
    /// let batch = [alert("DiskFull")?, alert("HostDown")?, alert("DiskFull")?].map(|alert| Sighting::of(&alert, t0));
    /// let verdicts: Vec<_> = Deduplicator::new(&Settings::default()).observe_batch(&batch).iter().map(|answer| answer.verdict).collect();
    /// assert_eq!(verdicts, [DedupVerdict::New, DedupVerdict::New, DedupVerdict::Duplicate]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn observe_batch(&mut self, sightings: &[Sighting]) -> Vec<Observation> {
        let mut observations = Vec::with_capacity(sightings.len());
        for chunk in sightings.chunks(AHEAD) {
            // Each loop asks for memory that the next one needs, without waiting for it.
            let mut asked = [(0, Slot::NOWHERE); AHEAD];
            for (asked, sighting) in asked.iter_mut().zip(chunk) {
                let place = self.tenants.place_of(&sighting.key.tenant);
                *asked = (place, self.tenants.at(place).map_or(Slot::NOWHERE, |tenant| tenant.known.guess(&sighting.key.identity)));
            }
            let mut found = [None; AHEAD];
            for ((found, (place, guess)), sighting) in found.iter_mut().zip(asked).zip(chunk) {
                *found = self.tenants.at(place).and_then(|tenant| tenant.known.confirm(guess, &sighting.key.identity));
            }
            let mut has_changed = false;
            for ((found, (place, _)), sighting) in found.into_iter().zip(asked).zip(chunk) {
                if let Some(tenant) = self.tenants.at(place) {
                    // One that was not known took a place, and perhaps that of another.
                    let found = if has_changed { tenant.known.find(&sighting.key.identity) } else { found };
                    let observation = tenant.observe_at(found, sighting, &self.options);
                    has_changed |= !observation.known;
                    observations.push(observation);
                }
            }
        }
        observations
    }

    /// What is known of an alert, whatever the order of arrival.
    #[must_use]
    pub fn facts(&self, key: &AlertKey) -> Option<DedupFacts> {
        self.tenants.get(&key.tenant)?.known.get(&key.identity).map(|known| known.clone().into_account().facts())
    }

    /// What was counted for a tenant.
    #[must_use]
    pub fn counters(&self, tenant: &TenantId) -> DedupCounters {
        self.tenants.get(tenant).map(|tenant| tenant.tally.counters()).unwrap_or_default()
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
    /// later; counters are added up. Two orders of arrival have no common one, so where both know a tenant its alerts are afterwards forgotten by the end
    /// of their newest session.
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
    /// keys or sessions than the options allow, the oldest go, and are counted; [`restore`](Self::restore) also returns the keys.
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
        let mut deduplicator = Self::new(options);
        deduplicator.restore(state)?;
        Ok(deduplicator)
    }

    /// Takes in a stored state as [`merge`](Self::merge) takes in another deduplicator, and returns the alerts that had to be forgotten.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state breaks its own rules; nothing is taken in then.
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupOptions, Deduplicator};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, t0).name(name).build();
    /// let (older, newer) = (alert("DiskFull")?, alert("HostDown")?);
    /// let mut large = Deduplicator::new(DedupOptions::default());
    /// large.observe(&older, t0);
    /// large.observe(&newer, t0);
    /// let mut small = Deduplicator::new(DedupOptions::default().with_max_keys(1));
    /// assert_eq!(small.restore(large.state())?, [older.key()]);
    /// assert!(small.facts(&newer.key()).is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore(&mut self, state: DedupState) -> Result<Vec<AlertKey>, Report> {
        state.check()?;
        // As many keys as any state may hold: what is too much is found when it is taken in.
        let mut stored = Self { options: DedupOptions { max_keys: usize::MAX, ..self.options.clone() }, tenants: Tenants::default() };
        for entry in state.tenants {
            if let Some(tenant) = stored.tenants.of(&entry.tenant) {
                tenant.restore(entry, &stored.options);
            }
        }
        Ok(self.merge(stored))
    }
}

/// What is remembered of one tenant.
#[derive(Debug, Clone, Default)]
struct Tenant {
    known: Recent<PackedIdentity, Known>,
    tally: Tally,
}

impl Tenant {
    #[inline(always)]
    fn observe(&mut self, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let slot = self.known.find(&sighting.key.identity);
        self.observe_at(slot, sighting, options)
    }

    /// Takes in a reception of the alert in `slot`, or of an unknown one.
    #[inline(always)]
    fn observe_at(&mut self, slot: Option<Slot>, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let Some(known) = slot.and_then(|slot| self.known.see(slot)) else {
            return self.meet(sighting, options);
        };
        match known.repeat(sighting) {
            Some(verdict) => {
                self.tally.count(verdict);
                Observation { verdict, id: known.id, known: true, late: false, resolved_at: None, evicted: None }
            }
            None => Self::compare(known, &mut self.tally, sighting, options),
        }
    }

    /// Takes in a reception that is not a plain repetition.
    #[inline(never)]
    fn compare(known: &mut Known, tally: &mut Tally, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let (observation, dropped) = known.observe(sighting, options);
        tally.count(observation.verdict);
        tally.late += u64::from(observation.late);
        tally.dropped_sessions += count(dropped);
        observation
    }

    /// Takes in an alert that is not known.
    #[inline(never)]
    fn meet(&mut self, sighting: &Sighting, options: &DedupOptions) -> Observation {
        let evicted = if self.known.len() >= options.max_keys { self.known.pop_oldest() } else { None };
        self.known.push(PackedIdentity::of(&sighting.key.identity), Known::of(Account::of(sighting)));
        let resolved_at = sighting.ended();
        let verdict = if resolved_at.is_some() { DedupVerdict::Resolved } else { DedupVerdict::New };
        self.tally.count(verdict);
        self.tally.unknown_resolves += u64::from(resolved_at.is_some());
        self.tally.evicted += u64::from(evicted.is_some());
        let evicted = evicted.map(|(identity, _)| identity.unpack());
        Observation { verdict, id: sighting.id, known: false, late: false, resolved_at, evicted }
    }

    fn merge(&mut self, other: Tenant, options: &DedupOptions) -> Vec<Identity> {
        self.tally.add(&other.tally);
        let ours = std::mem::take(&mut self.known).into_oldest_first();
        let theirs = other.known.into_oldest_first();
        if ours.len() == 0 || theirs.len() == 0 {
            // Only one side knows this tenant: its order is the order.
            let accounts = ours.chain(theirs).map(|(identity, known)| (identity, known.into_account())).collect();
            return self.refill(accounts, options);
        }
        let mut accounts: BTreeMap<PackedIdentity, Account> = ours.map(|(identity, known)| (identity, known.into_account())).collect();
        let mut dropped = 0;
        for (identity, known) in theirs {
            match accounts.entry(identity) {
                Entry::Occupied(mut ours) => dropped += ours.get_mut().merge(known.into_account(), options),
                Entry::Vacant(place) => drop(place.insert(known.into_account())),
            }
        }
        self.tally.dropped_sessions += count(dropped);
        let mut accounts: Vec<_> = accounts.into_iter().collect();
        // The sort is stable, so that equal ends leave the order of the identities.
        accounts.sort_by_key(|(_, account)| account.sessions.newest().end);
        self.refill(accounts, options)
    }

    fn restore(&mut self, stored: DedupTenant, options: &DedupOptions) {
        self.tally = stored.counters.into();
        let mut entries = stored.entries;
        entries.sort_by_key(|entry| entry.recency);
        let mut dropped = 0;
        let accounts = entries
            .into_iter()
            .filter_map(|DedupEntry { identity, facts, memory, .. }| {
                let DedupFacts { content, changed_at, sessions } = facts;
                let mut runs = sessions.into_iter().map(|Session { start, end, id }| Run { start, end, payload: id });
                // Always there: the state was checked.
                let mut sessions = Sessions::new(runs.next()?);
                for run in runs {
                    sessions.insert(run, options.window);
                }
                dropped += sessions.shrink_to(options.max_sessions).len();
                Some((PackedIdentity::of(&identity), Account { memory, sessions, content, changed_at }))
            })
            .collect();
        self.tally.dropped_sessions += count(dropped);
        self.refill(accounts, options);
    }

    /// Remembers the last of these, as many as may be, and returns the others.
    fn refill(&mut self, mut accounts: Vec<(PackedIdentity, Account)>, options: &DedupOptions) -> Vec<Identity> {
        let excess = accounts.len().saturating_sub(options.max_keys);
        let evicted: Vec<Identity> = accounts.drain(..excess).map(|(identity, _)| identity.unpack()).collect();
        self.tally.evicted += count(excess);
        for (identity, account) in accounts {
            self.known.push(identity, Known::of(account));
        }
        evicted
    }

    fn state(&self, tenant: &TenantId) -> DedupTenant {
        let numbered = (0_u64..).zip(self.known.oldest_first());
        let mut entries: Vec<DedupEntry> = numbered
            .map(|(recency, (identity, known))| {
                let account = known.clone().into_account();
                let (facts, memory) = (account.facts(), account.memory);
                DedupEntry { identity: identity.unpack(), recency: Count::ZERO.plus(recency), facts, memory }
            })
            .collect();
        entries.sort_by(|a, b| a.identity.cmp(&b.identity));
        DedupTenant { tenant: tenant.clone(), counters: self.tally.counters(), entries }
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
