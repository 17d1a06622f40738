//! Grouping: alerts with the same values of chosen labels, seen without a long gap, are one group.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::alerts::Alert;
use crate::alerts::AlertKey;
use crate::alerts::Identity;
use crate::alerts::LabelName;
use crate::alerts::Labels;
use crate::correlation::alert_group::AlertGroup;
use crate::correlation::alert_group::Members;
use crate::correlation::options::WindowOptions;
use crate::correlation::placement::Placement;
use crate::correlation::recent::Recent;
use crate::correlation::recent::Stamped;
use crate::correlation::sessions::Run;
use crate::correlation::sessions::Sessions;
use crate::correlation::tenants::Tenants;
use crate::correlation::window_state::WindowCounters;
use crate::correlation::window_state::WindowEntry;
use crate::correlation::window_state::WindowRun;
use crate::correlation::window_state::WindowState;
use crate::correlation::window_state::WindowTenant;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;

/// Groups alerts by the values of chosen labels and by time.
///
/// Sightings with the same values of the labels in `group_by` are one group as long as no two neighbours in time are more than `window` apart; exactly
/// `window` is still within. A label that an alert lacks, or that is empty, is a value of its own. Without labels to group by, all alerts of a
/// tenant that follow each other are one group. What counts is the time `at` of each sighting, whether the alert fires in it or is over.
///
/// # Laws
///
/// Groups are the connected components of the sightings, so that below the cap they are the same for any order of sightings, any sharding (with the
/// shards [merged](WindowGrouper::merge) in any order), and any number of repeated deliveries; and a tenant's groups never depend on what
/// another tenant sends. A late sighting can join two groups into one, which keeps the id of the earlier. What a [`Placement`] says, the counters, and
/// which groups are forgotten first, belong to the order of arrival: of two sightings, each can be the one that opens the group.
///
/// ```
/// use alert_schemas::correlation::WindowGrouper;
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Settings, Timestamp};
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let at = |minutes| t0 + AlertDuration::minutes(minutes);
/// let alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
/// let groups = |times: [u32; 3]| {
///     let mut grouper = WindowGrouper::new(&Settings::default());
///     let opened = times.map(|minutes| grouper.add(&alert, at(minutes)).opened);
///     (opened, grouper.groups())
/// };
/// let (in_order, one_group) = groups([0, 4, 8]);
/// let (mixed, same_group) = groups([0, 8, 4]);
/// assert_eq!((in_order, mixed), ([true, false, false], [true, true, false]));
/// assert_eq!((one_group.len(), &one_group), (1, &same_group));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Examples
///
/// ```
/// use alert_schemas::correlation::{WindowGrouper, WindowOptions};
/// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let at = |minutes| t0 + AlertDuration::minutes(minutes);
/// let alert = |name: &str, team: &str| Alert::builder("x", AlertSeverity::High, t0).name(name).label("team", team).build();
///
/// let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?]));
/// grouper.add(&alert("DiskFull", "db")?, at(0));
/// grouper.add(&alert("HostDown", "db")?, at(5));
/// grouper.add(&alert("CheckoutSlow", "shop")?, at(5));
/// grouper.add(&alert("DiskFull", "db")?, at(11));
///
/// let groups = grouper.groups();
/// let told: Vec<_> = groups.iter().map(|group| (group.labels.get("team").unwrap_or("-"), group.members.len())).collect();
/// assert_eq!(told, [("db", 2), ("shop", 1), ("db", 1)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WindowGrouper {
    options: WindowOptions,
    tenants: Tenants<Tenant>,
}

impl WindowGrouper {
    /// One that has seen nothing yet.
    ///
    /// ```
    /// use alert_schemas::correlation::WindowGrouper;
    /// use alert_schemas::{AlertDuration, Settings};
    ///
    /// let grouper = WindowGrouper::new(&Settings::default());
    /// assert_eq!(grouper.options().window, AlertDuration::minutes(5));
    /// ```
    #[must_use]
    pub fn new(options: impl Into<WindowOptions>) -> Self {
        Self { options: options.into().in_range(), tenants: Tenants::default() }
    }

    /// What it groups by, and how much it remembers.
    #[must_use]
    pub fn options(&self) -> &WindowOptions {
        &self.options
    }

    /// Takes in a sighting of `alert` at `at`.
    pub fn add(&mut self, alert: &Alert, at: Timestamp) -> Placement {
        self.add_keyed(&alert.key(), &alert.labels, at)
    }

    /// Takes in a sighting of an alert whose key was computed before.
    pub fn add_keyed(&mut self, key: &AlertKey, labels: &Labels, at: Timestamp) -> Placement {
        let shared = shared(labels, &self.options.group_by);
        match self.tenants.of(&key.tenant) {
            Some(tenant) => tenant.add(key, shared, at, &self.options),
            // Not reached: a tenant that is not there is put there.
            None => Tenant::default().add(key, shared, at, &self.options),
        }
    }

    /// The groups of all tenants, sorted by tenant, first sighting and labels.
    #[must_use]
    pub fn groups(&self) -> Vec<AlertGroup> {
        self.tenants.iter().flat_map(|(name, tenant)| tenant.groups(name)).collect()
    }

    /// The groups of one tenant, sorted by first sighting and labels.
    #[must_use]
    pub fn groups_of(&self, tenant: &TenantId) -> Vec<AlertGroup> {
        self.tenants.get(tenant).map(|groups| groups.groups(tenant)).unwrap_or_default()
    }

    /// What was counted for a tenant.
    #[must_use]
    pub fn counters(&self, tenant: &TenantId) -> WindowCounters {
        self.tenants.get(tenant).map(|tenant| tenant.counters.clone()).unwrap_or_default()
    }

    /// Forgets everything of a tenant, its counters included; says whether there was anything.
    pub fn forget(&mut self, tenant: &TenantId) -> bool {
        self.tenants.remove(tenant).is_some()
    }

    /// Takes in what another one has seen, such as that of another shard, and returns the groups that had to be forgotten.
    ///
    /// Groups are joined under this one's window; the laws hold where both have the same. Where both know a tenant, its groups are afterwards
    /// forgotten by their last sighting.
    ///
    /// # Errors
    ///
    /// [`GroupByDiffers`] if the two group by different labels; nothing is taken in then.
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowOptions};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, t0).name(name).build();
    /// let (mut one, mut two) = (WindowGrouper::new(&Settings::default()), WindowGrouper::new(&Settings::default()));
    /// one.add(&alert("DiskFull")?, t0);
    /// two.add(&alert("HostDown")?, t0);
    /// one.merge(two)?;
    /// assert_eq!(one.groups()[0].members.len(), 2);
    ///
    /// let by_team = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?]));
    /// assert!(one.merge(by_team).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge(&mut self, other: WindowGrouper) -> Result<Vec<AlertGroup>, GroupByDiffers> {
        if self.options.group_by != other.options.group_by {
            return Err(GroupByDiffers { expected: self.options.group_by.clone(), found: other.options.group_by });
        }
        let mut forgotten = Vec::new();
        for (name, theirs) in other.tenants.into_entries() {
            if let Some(ours) = self.tenants.of(&name) {
                forgotten.extend(ours.merge(&name, theirs, &self.options));
            }
        }
        Ok(forgotten)
    }

    /// Everything that is remembered, to be stored.
    #[must_use]
    pub fn state(&self) -> WindowState {
        let tenants = self.tenants.iter().map(|(name, tenant)| tenant.state(name)).collect();
        let WindowOptions { group_by, window, .. } = &self.options;
        WindowState { version: StateVersion::default(), window: *window, group_by: group_by.clone(), tenants }
    }

    /// Goes on from a stored state.
    ///
    /// A window that is longer than that of the state joins its groups further; one that is shorter does not part them again. Where the state has more
    /// members than the options allow, the least recently seen labels go, and are counted; [`restore`](Self::restore) also returns them.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state breaks its own rules, or groups by other labels than the options (`group_by_differs`).
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowOptions};
    /// use alert_schemas::Settings;
    ///
    /// let state = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?])).state();
    /// assert_eq!(
    ///     WindowGrouper::from_state(state, &Settings::default()).unwrap_err().to_string(),
    ///     "/group_by: the other groups by `team`: expected no label",
    /// );
    /// # Ok::<(), alert_schemas::alerts::InvalidLabelName>(())
    /// ```
    pub fn from_state(state: WindowState, options: impl Into<WindowOptions>) -> Result<Self, Report> {
        let mut grouper = Self::new(options);
        grouper.restore(state)?;
        Ok(grouper)
    }

    /// Takes in a stored state as [`merge`](Self::merge) takes in another grouper, and returns the groups that had to be forgotten.
    ///
    /// # Errors
    ///
    /// Those of [`from_state`](Self::from_state); nothing is taken in then.
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowOptions};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let by_team = WindowOptions::default().with_group_by(["team".parse()?]);
    /// let mut large = WindowGrouper::new(by_team.clone());
    /// for team in ["db", "shop"] {
    ///     large.add(&Alert::builder("x", AlertSeverity::High, t0).name("DiskFull").label("team", team).build()?, t0);
    /// }
    /// let mut small = WindowGrouper::new(by_team.with_max_members(1));
    /// let forgotten = small.restore(large.state())?;
    /// assert_eq!(forgotten[0].labels.get("team"), Some("db"));
    /// assert!(WindowGrouper::new(&Settings::default()).restore(large.state()).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn restore(&mut self, state: WindowState) -> Result<Vec<AlertGroup>, Report> {
        state.check()?;
        let different = |error: GroupByDiffers| {
            let mut report = Report::new();
            report.push(Pointer::root().key("group_by"), error.code(), error.to_string());
            report
        };
        // As much as any state may hold: what is too much is found when it is taken in.
        let options = WindowOptions { group_by: state.group_by, max_members: usize::MAX, window: self.options.window };
        let mut stored = Self { options, tenants: Tenants::default() };
        for entry in state.tenants {
            if let Some(tenant) = stored.tenants.of(&entry.tenant) {
                tenant.restore(entry, &stored.options);
            }
        }
        self.merge(stored).map_err(different)
    }
}

/// Those of `labels` that are grouped by and have a value.
fn shared(labels: &Labels, group_by: &[LabelName]) -> Labels {
    let mut shared = Labels::new();
    if !group_by.is_empty() {
        for (name, value) in labels.iter().filter(|(name, value)| !value.is_empty() && group_by.binary_search(name).is_ok()) {
            // There is always room: `group_by` has fewer names than there may be labels.
            drop(shared.insert(name.clone(), value.clone()));
        }
    }
    shared
}

/// The groups of the same labels, and how many memberships they have.
#[derive(Debug, Clone)]
struct Groups {
    sessions: Sessions<Members>,
    members: usize,
    stamp: u32,
}

impl Stamped for Groups {
    fn stamp(&self) -> u32 {
        self.stamp
    }

    fn set_stamp(&mut self, stamp: u32) {
        self.stamp = stamp;
    }
}

impl Groups {
    fn new(sessions: Sessions<Members>) -> Self {
        let members = sessions.iter().map(|run| run.payload.kept.len()).sum();
        Self { sessions, members, stamp: 0 }
    }
}

/// What is remembered of one tenant.
#[derive(Debug, Clone, Default)]
struct Tenant {
    known: Recent<Labels, Groups>,
    /// The sum of all `members` in `known`.
    members: usize,
    counters: WindowCounters,
}

impl Tenant {
    fn add(&mut self, key: &AlertKey, shared: Labels, at: Timestamp, options: &WindowOptions) -> Placement {
        let AlertKey { tenant, identity } = key;
        self.counters.received = self.counters.received.plus(1);
        let moment = || Run { start: at, end: at, payload: Members::default() };
        let (mut opened, mut joined) = (false, false);
        let slot = match self.known.find(&shared) {
            Some(slot) => slot,
            None => {
                opened = true;
                self.known.push(shared.clone(), Groups::new(Sessions::new(moment())))
            }
        };
        if let Some(groups) = self.known.see(slot) {
            let (runs, members) = (groups.sessions.len(), groups.members);
            // Two groups may become one, and a member of both counts once.
            groups.members -= groups.sessions.insert(moment(), options.window);
            opened |= groups.sessions.len() > runs;
            if let Some(payload) = groups.sessions.payload_at(at)
                && !payload.kept.contains(identity)
            {
                joined = payload.kept.insert(identity.clone());
                groups.members += usize::from(joined);
            }
            self.members = (self.members + groups.members).saturating_sub(members);
        }
        self.counters.opened = self.counters.opened.plus(u64::from(opened));
        let mut evicted = Vec::new();
        if self.members > options.max_members {
            evicted = self.make_room(tenant, options.max_members);
            // Only who came in with this sighting can be refused: a merge may have left one group above the cap, whose members stay.
            joined = joined && self.refuse_beyond(&shared, identity, at, options.max_members);
        }
        let group = match self.known.get(&shared).and_then(|groups| groups.sessions.containing(at)) {
            Some(run) => AlertGroup::id_of(tenant, &shared, run.start),
            // The sighting came so late that its group was the one to go.
            None => {
                let gone = evicted.iter().find(|group| group.labels == shared && group.starts_at <= at && at <= group.ends_at);
                gone.map_or_else(|| AlertGroup::id_of(tenant, &shared, at), |group| group.id)
            }
        };
        Placement { group, opened, joined, evicted }
    }

    /// Forgets the least recently seen labels, then the oldest groups of the last labels, until there are not more than `most` members or one group.
    fn make_room(&mut self, tenant: &TenantId, most: usize) -> Vec<AlertGroup> {
        let mut evicted = Vec::new();
        while self.members > most && self.known.len() > 1 {
            let Some((labels, groups)) = self.known.pop_oldest() else { break };
            self.members = self.members.saturating_sub(groups.members);
            evicted.extend(groups.sessions.into_runs().map(|run| AlertGroup::of(tenant, &labels, run)));
        }
        if self.members > most
            && let Some((labels, mut groups)) = self.known.pop_oldest()
        {
            while self.members > most && groups.sessions.len() > 1 {
                for run in groups.sessions.shrink_to(groups.sessions.len() - 1) {
                    groups.members = groups.members.saturating_sub(run.payload.kept.len());
                    evicted.push(AlertGroup::of(tenant, &labels, run));
                }
                self.members = groups.members;
            }
            self.known.push(labels, groups);
        }
        self.counters.evicted = self.counters.evicted.plus(u64::try_from(evicted.len()).unwrap_or(u64::MAX));
        evicted
    }

    /// Takes the newest member out again if its group alone is above the cap; says whether it may stay.
    fn refuse_beyond(&mut self, shared: &Labels, identity: &Identity, at: Timestamp, most: usize) -> bool {
        let slot = self.known.find(shared).filter(|_| self.members > most);
        let Some(groups) = slot.and_then(|slot| self.known.value_mut(slot)) else { return true };
        if let Some(payload) = groups.sessions.payload_at(at)
            && payload.kept.remove(identity)
        {
            payload.unkept = payload.unkept.plus(1);
            groups.members -= 1;
            self.members -= 1;
            self.counters.unkept = self.counters.unkept.plus(1);
        }
        false
    }

    fn merge(&mut self, tenant: &TenantId, other: Tenant, options: &WindowOptions) -> Vec<AlertGroup> {
        self.counters.add(&other.counters);
        let ours = std::mem::take(&mut self.known).into_oldest_first();
        let theirs = other.known.into_oldest_first();
        if ours.len() == 0 || theirs.len() == 0 {
            // Only one side knows this tenant: its order is the order.
            return self.refill(tenant, ours.chain(theirs).collect(), options);
        }
        let mut entries: BTreeMap<Labels, Groups> = ours.collect();
        for (labels, theirs) in theirs {
            match entries.entry(labels) {
                Entry::Occupied(mut ours) => {
                    let ours = ours.get_mut();
                    ours.members = ours.members + theirs.members - ours.sessions.merge(theirs.sessions, options.window);
                }
                Entry::Vacant(place) => drop(place.insert(theirs)),
            }
        }
        let mut entries: Vec<_> = entries.into_iter().collect();
        // The sort is stable, so that equal ends leave the order of the labels.
        entries.sort_by_key(|(_, groups)| groups.sessions.newest().end);
        self.refill(tenant, entries, options)
    }

    fn restore(&mut self, stored: WindowTenant, options: &WindowOptions) {
        let WindowTenant { tenant, counters, mut entries } = stored;
        self.counters = counters;
        entries.sort_by_key(|entry| entry.recency);
        let entries = entries
            .into_iter()
            .filter_map(|WindowEntry { labels, runs, .. }| {
                let mut runs = runs.into_iter().map(|WindowRun { start, end, members, unkept }| {
                    let payload = Members { kept: members.into_iter().collect(), unkept };
                    Run { start, end, payload }
                });
                // Always there: the state was checked.
                let mut sessions = Sessions::new(runs.next()?);
                for run in runs {
                    sessions.insert(run, options.window);
                }
                Some((labels, Groups::new(sessions)))
            })
            .collect();
        self.refill(&tenant, entries, options);
    }

    /// Remembers these entries, as many as may be, and returns the groups of the others. A group that alone is above the cap stays.
    fn refill(&mut self, tenant: &TenantId, entries: Vec<(Labels, Groups)>, options: &WindowOptions) -> Vec<AlertGroup> {
        self.members = entries.iter().map(|(_, groups)| groups.members).sum();
        for (labels, groups) in entries {
            self.known.push(labels, groups);
        }
        self.make_room(tenant, options.max_members)
    }

    fn groups(&self, tenant: &TenantId) -> Vec<AlertGroup> {
        let entries = self.known.oldest_first();
        let mut groups: Vec<AlertGroup> =
            entries.flat_map(|(labels, groups)| groups.sessions.iter().map(|run| AlertGroup::of(tenant, labels, run.clone()))).collect();
        groups.sort_by(|a, b| (a.starts_at, &a.labels).cmp(&(b.starts_at, &b.labels)));
        groups
    }

    fn state(&self, tenant: &TenantId) -> WindowTenant {
        let numbered = (0_u64..).zip(self.known.oldest_first());
        let mut entries: Vec<WindowEntry> = numbered
            .map(|(recency, (labels, groups))| {
                let runs = groups.sessions.iter().map(|run| {
                    let Members { kept, unkept } = &run.payload;
                    WindowRun { start: run.start, end: run.end, members: kept.iter().cloned().collect(), unkept: *unkept }
                });
                WindowEntry { labels: labels.clone(), recency: Count::ZERO.plus(recency), runs: runs.collect() }
            })
            .collect();
        entries.sort_by(|a, b| a.labels.cmp(&b.labels));
        WindowTenant { tenant: tenant.clone(), counters: self.counters.clone(), entries }
    }
}

/// Why the groups of two groupers can't be joined.
///
/// ```
/// use alert_schemas::correlation::{GroupByDiffers, WindowGrouper, WindowOptions};
/// use alert_schemas::Settings;
///
/// let by_team = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?]));
/// let error: GroupByDiffers = WindowGrouper::new(&Settings::default()).merge(by_team).unwrap_err();
/// assert_eq!(error.to_string(), "the other groups by `team`: expected no label");
/// assert_eq!(error.code(), "group_by_differs");
/// # Ok::<(), alert_schemas::alerts::InvalidLabelName>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupByDiffers {
    expected: Vec<LabelName>,
    found: Vec<LabelName>,
}

impl GroupByDiffers {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "group_by_differs"
    }
}

crate::utils::umbrella!(GroupByDiffers);

impl std::fmt::Display for GroupByDiffers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let listed = |names: &[LabelName]| match names {
            [] => "no label".to_owned(),
            names => names.iter().map(|name| format!("`{}`", crate::utils::excerpt(name.as_str()))).collect::<Vec<_>>().join(", "),
        };
        write!(f, "the other groups by {}: expected {}", listed(&self.found), listed(&self.expected))
    }
}

impl std::error::Error for GroupByDiffers {}
