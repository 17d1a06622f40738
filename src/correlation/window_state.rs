//! The stored state of grouping.

use crate::alerts::Identity;
use crate::alerts::LabelName;
use crate::alerts::Labels;
use crate::correlation::options::MOST_GROUP_LABELS;
use crate::correlation::options::MOST_KEYS;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

record! {
    /// How many sightings were grouped for one tenant, and what was forgotten.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowCounters, WindowGrouper};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// let mut grouper = WindowGrouper::new(&Settings::default());
    /// grouper.add(&alert, t0);
    /// grouper.add(&alert, t0);
    /// let counters: WindowCounters = grouper.counters(&alert.tenant);
    /// assert_eq!((counters.received.get(), counters.opened.get()), (2, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct WindowCounters: closed in correlation;
    example r#"{"received": 2, "opened": 1}"#;
    beyond {}
    /// Sightings in all.
    defaulted received: Count as "received",
    /// Groups that a sighting began.
    defaulted opened: Count as "opened",
    /// Groups that were forgotten because the tenant had more than `max_members`.
    defaulted evicted: Count as "evicted",
    /// Sightings of alerts that did not become members for the same reason.
    defaulted unkept: Count as "unkept",
}

impl Default for WindowCounters {
    fn default() -> Self {
        Self::new()
    }
}

impl WindowCounters {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self { received: Count::ZERO, opened: Count::ZERO, evicted: Count::ZERO, unkept: Count::ZERO }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn add(&mut self, other: &Self) {
        let Self { received, opened, evicted, unkept } = other;
        self.received = self.received.plus(received.get());
        self.opened = self.opened.plus(opened.get());
        self.evicted = self.evicted.plus(evicted.get());
        self.unkept = self.unkept.plus(unkept.get());
    }
}

record! {
    /// One stretch of sightings of a state, which is one group.
    ///
    /// # Validity
    ///
    /// `end` is not before `start`; there is at least one member; members are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowRun};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// let mut grouper = WindowGrouper::new(&Settings::default());
    /// grouper.add(&alert, t0);
    /// let run: &WindowRun = &grouper.state().tenants[0].entries[0].runs[0];
    /// assert_eq!((run.start, run.end, run.members.len()), (t0, t0, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct WindowRun: closed in correlation;
    example r#"{"start": "2025-01-06T09:00:00Z", "end": "2025-01-06T09:04:00Z", "members": ["labels:dab43189276e5f48"]}"#;
    beyond { rules RUN_RULES; settle WindowRun::settled; }
    /// The first sighting.
    required start: Timestamp as "start",
    /// The last sighting.
    required end: Timestamp as "end",
    /// The alerts that were seen; at most 16,777,216.
    listed(MOST_KEYS) members: Identity as "members",
    /// How many sightings were of alerts that are not among `members`.
    defaulted unkept: Count as "unkept",
}

const RUN_RULES: &[Rule<WindowRun>] = &[
    Rule {
        code: "ends_before_start",
        field: "end",
        rule: "`end` is not before `start`.",
        broken: |run| (run.end < run.start).then(|| format!("`end` {} is before `start` {}", run.end, run.start)),
    },
    Rule {
        code: "no_member",
        field: "members",
        rule: "There is at least one member.",
        broken: |run| run.members.is_empty().then(|| "there is no member: expected at least one".to_owned()),
    },
    Rule {
        code: "not_in_order",
        field: "members",
        rule: "`members` are sorted by their kind and their bytes, each once.",
        broken: |run| {
            let index = out_of_order(&run.members, |member| member)?;
            Some(format!("member {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

impl WindowRun {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.end = self.end.max(self.start);
        if self.members.is_empty() {
            self.members.push(Identity::Labels(0.into()));
        }
        self.members.sort();
        self.members.dedup();
        self
    }
}

record! {
    /// The groups of the same labels in a state.
    ///
    /// # Validity
    ///
    /// There is at least one run; runs are sorted by time and do not touch.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowEntry, WindowGrouper, WindowOptions};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).label("team", "db").build()?;
    /// let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?]));
    /// grouper.add(&alert, t0);
    /// let entry: &WindowEntry = &grouper.state().tenants[0].entries[0];
    /// assert_eq!((entry.labels.get("team"), entry.runs.len()), (Some("db"), 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct WindowEntry: closed in correlation;
    example r#"{"labels": {"team": "db"}, "recency": 0, "runs": [{"start": "2025-01-06T09:00:00Z", "end": "2025-01-06T09:04:00Z", "members": ["labels:dab43189276e5f48"]}]}"#;
    beyond { rules ENTRY_RULES; settle WindowEntry::settled; }
    /// The labels that the groups share.
    required labels: Labels as "labels",
    /// Its place among the labels of its tenant in the order of their last sightings, 0 for those that are forgotten next.
    required recency: Count as "recency",
    /// The groups, the oldest first; at most 16,777,216.
    listed(MOST_KEYS) runs: WindowRun as "runs",
}

const ENTRY_RULES: &[Rule<WindowEntry>] = &[
    Rule {
        code: "no_session",
        field: "runs",
        rule: "There is at least one run.",
        broken: |entry| entry.runs.is_empty().then(|| "there is no run: expected at least one".to_owned()),
    },
    Rule {
        code: "not_in_order",
        field: "runs",
        rule: "Each run starts after the end of the one before it.",
        broken: |entry| {
            let broken = entry.runs.windows(2).position(|pair| matches!(pair, [a, b] if a.end >= b.start))?;
            Some(format!("run {} does not start after the end of the one before it", broken + 1))
        },
    },
];

impl WindowEntry {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.runs.sort_by_key(|run| run.start);
        let mut kept: Vec<WindowRun> = Vec::new();
        for run in self.runs {
            if kept.last().is_none_or(|last| last.end < run.start) {
                kept.push(run);
            }
        }
        if kept.is_empty() {
            let (start, unkept) = (Timestamp::UNIX_EPOCH, Count::ZERO);
            kept.push(WindowRun { start, end: start, members: vec![Identity::Labels(0.into())], unkept });
        }
        self.runs = kept;
        self
    }
}

record! {
    /// The groups of one tenant in a state.
    ///
    /// # Validity
    ///
    /// Entries are sorted by their labels, each set of labels once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowTenant};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).tenant("acme").build()?;
    /// let mut grouper = WindowGrouper::new(&Settings::default());
    /// grouper.add(&alert, t0);
    /// let tenant: &WindowTenant = &grouper.state().tenants[0];
    /// assert_eq!((tenant.tenant.as_str(), tenant.entries.len()), ("acme", 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct WindowTenant: closed in correlation;
    example r#"{"tenant": "acme", "counters": {"received": 2, "opened": 1}}"#;
    beyond { rules TENANT_RULES; settle WindowTenant::settled; }
    /// Whose groups they are.
    required tenant: TenantId as "tenant",
    /// What was counted.
    defaulted counters: WindowCounters as "counters",
    /// The groups, by their labels; at most 16,777,216.
    list(MOST_KEYS) entries: WindowEntry as "entries",
}

const TENANT_RULES: &[Rule<WindowTenant>] = &[Rule {
    code: "not_in_order",
    field: "entries",
    rule: "`entries` are sorted by the bytes of their labels' names and values, each once.",
    broken: |tenant| {
        let index = out_of_order(&tenant.entries, |entry| &entry.labels)?;
        Some(format!("entry {index} does not come after the one before it: expected them sorted by labels, each once"))
    },
}];

impl WindowTenant {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.entries.sort_by(|a, b| a.labels.cmp(&b.labels));
        self.entries.dedup_by(|a, b| a.labels == b.labels);
        self
    }
}

record! {
    /// Everything that grouping remembers, to be stored and read back.
    ///
    /// Equal states have equal JSON: tenants, entries and members are sorted.
    ///
    /// # Validity
    ///
    /// Tenants are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{WindowGrouper, WindowState};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// let mut grouper = WindowGrouper::new(&Settings::default());
    /// grouper.add(&alert, t0);
    /// let stored = serde_json::to_vec(&grouper.state())?;
    ///
    /// let state = WindowState::decode(&stored, &DecodeLimits::default())?;
    /// let again = WindowGrouper::from_state(state, &Settings::default())?;
    /// assert_eq!(again.groups(), grouper.groups());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct WindowState: closed in correlation;
    example r#"{"version": 1, "window": "5m", "group_by": ["team"], "tenants": [{"tenant": "acme", "counters": {"received": 2, "opened": 1}}]}"#;
    beyond { rules STATE_RULES; settle WindowState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The longest gap under which the groups were made.
    required window: AlertDuration as "window",
    /// The labels that make a group; at most 64.
    list(MOST_GROUP_LABELS) group_by: LabelName as "group_by",
    /// The tenants.
    list(MOST_KEYS) tenants: WindowTenant as "tenants",
}

const STATE_RULES: &[Rule<WindowState>] = &[
    Rule {
        code: "not_in_order",
        field: "group_by",
        rule: "`group_by` is sorted by the bytes of the names, each once.",
        broken: |state| {
            let index = out_of_order(&state.group_by, |name| name)?;
            Some(format!("name {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
    Rule {
        code: "not_in_order",
        field: "tenants",
        rule: "`tenants` are sorted by the bytes of their id, each once.",
        broken: |state| {
            let index = out_of_order(&state.tenants, |tenant| &tenant.tenant)?;
            Some(format!("tenant {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

impl WindowState {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.group_by.sort();
        self.group_by.dedup();
        self.tenants.sort_by(|a, b| a.tenant.cmp(&b.tenant));
        self.tenants.dedup_by(|a, b| a.tenant == b.tenant);
        self
    }
}
