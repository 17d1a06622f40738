//! What each receiver was told last of each group.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::alerts::NotificationHash;
use crate::notifications::names::ReceiverName;
use crate::notifications::notification::Notification;
use crate::notifications::route_key::GroupKey;
use crate::utils::AlertDuration;
use crate::utils::Count;
use crate::utils::Report;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

/// The most alerts that an entry may list of a kind.
pub(crate) const MOST_HASHES: usize = 1 << 24;

/// The most entries that a log may have.
const MOST_ENTRIES: usize = 1 << 24;

record! {
    /// To whom what was told: a group of a tenant, and one channel of a receiver.
    ///
    /// The group is named by its key, not by its route: two routes with equal matchers share it, as in Alertmanager.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::NotificationKey;
    ///
    /// let key = NotificationKey::new("acme".parse()?, r#"{}:{alertname="DiskFull"}"#.parse()?, "db-crit".parse()?, "webhook".parse()?, 0_u32.into());
    /// assert_eq!(serde_json::to_value(&key)?["integration"], "webhook");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NotificationKey: closed in notifications;
    example r#"{"tenant": "acme", "group_key": "{}:{alertname=\"DiskFull\"}", "receiver": "db-crit", "integration": "webhook", "index": 0}"#;
    beyond {}
    /// Whose group it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// The key of the group.
    required group_key: GroupKey as "group_key",
    /// The receiver.
    required receiver: ReceiverName as "receiver",
    /// The kind of the channel, such as `webhook`.
    required integration: Text<64> as "integration",
    /// Its place among the channels of that kind in the receiver, from 0.
    written index: Count as "index",
}

impl NotificationKey {
    /// This channel of this receiver, for this group.
    #[must_use]
    pub fn new(tenant: TenantId, group_key: GroupKey, receiver: ReceiverName, integration: Text<64>, index: Count) -> Self {
        Self { tenant, group_key, receiver, integration, index }
    }

    fn parts(&self) -> (&TenantId, &GroupKey, &ReceiverName, &Text<64>, Count) {
        (&self.tenant, &self.group_key, &self.receiver, &self.integration, self.index)
    }
}

impl Eq for NotificationKey {}

impl Ord for NotificationKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for NotificationKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

record! {
    /// What a receiver was told last of a group.
    ///
    /// # Validity
    ///
    /// The hashes are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::NotificationLogEntry;
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let text = r#"{"key": {"group_key": "{}:{}", "receiver": "ops", "integration": "webhook"}, "firing": ["dab43189276e5f48"],
    ///     "timestamp": "2025-01-06T09:00:00Z", "expires_at": "2025-01-06T17:00:00Z"}"#;
    /// let entry = NotificationLogEntry::decode(text.as_bytes(), &DecodeLimits::default())?;
    /// assert!(!entry.is_expired_at("2025-01-06T16:59:59Z".parse()?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NotificationLogEntry: closed in notifications;
    example r#"{"key": {"tenant": "acme", "group_key": "{}:{}", "receiver": "ops", "integration": "webhook", "index": 0}, "firing": ["dab43189276e5f48"], "timestamp": "2025-01-06T09:00:00Z", "expires_at": "2025-01-06T17:00:00Z"}"#;
    beyond { rules ENTRY_RULES; settle NotificationLogEntry::settled; }
    /// Who was told of what.
    required key: NotificationKey as "key",
    /// The alerts that were told as firing, sorted; at most 16,777,216.
    list(MOST_HASHES) firing: NotificationHash as "firing",
    /// The alerts that were resolved then, sorted; at most 16,777,216.
    list(MOST_HASHES) resolved: NotificationHash as "resolved",
    /// When it was told.
    required timestamp: Timestamp as "timestamp",
    /// From when on it counts as never told.
    required expires_at: Timestamp as "expires_at",
}

fn hash_out_of_order(hashes: &[NotificationHash]) -> Option<String> {
    let index = out_of_order(hashes, |hash| *hash)?;
    Some(format!("hash {index} does not come after the one before it: expected them sorted, each once"))
}

const ENTRY_RULES: &[Rule<NotificationLogEntry>] = &[
    Rule {
        code: "not_in_order",
        field: "firing",
        rule: "The hashes in `firing` are sorted, each once.",
        broken: |entry| hash_out_of_order(&entry.firing),
    },
    Rule {
        code: "not_in_order",
        field: "resolved",
        rule: "The hashes in `resolved` are sorted, each once.",
        broken: |entry| hash_out_of_order(&entry.resolved),
    },
];

impl NotificationLogEntry {
    /// That this was told at `timestamp`; the hashes are sorted.
    #[must_use]
    pub fn new(
        key: NotificationKey,
        firing: impl IntoIterator<Item = NotificationHash>,
        resolved: impl IntoIterator<Item = NotificationHash>,
        timestamp: Timestamp,
        expires_at: Timestamp,
    ) -> Self {
        Self { key, firing: firing.into_iter().collect(), resolved: resolved.into_iter().collect(), timestamp, expires_at }.settled()
    }

    /// Whether it counts as never told at `now`: from `expires_at` on.
    #[must_use]
    pub fn is_expired_at(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// A total order, the later one last, so that of two entries one always wins, whichever comes first.
    fn age(&self) -> (Timestamp, Timestamp, &[NotificationHash], &[NotificationHash]) {
        (self.timestamp, self.expires_at, &self.firing, &self.resolved)
    }

    fn settled(mut self) -> Self {
        for hashes in [&mut self.firing, &mut self.resolved] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        self
    }
}

record! {
    /// A notification log, to be stored and read back.
    ///
    /// # Validity
    ///
    /// The entries are sorted by their keys, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{NotificationLog, NotificationLogState};
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let stored = serde_json::to_vec(&NotificationLog::new().state())?;
    /// let state = NotificationLogState::decode(&stored, &DecodeLimits::default())?;
    /// assert!(NotificationLog::from_state(state)?.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NotificationLogState: closed in notifications;
    example r#"{"version": 1, "entries": [{"key": {"tenant": "acme", "group_key": "{}:{}", "receiver": "ops", "integration": "webhook", "index": 0}, "firing": ["dab43189276e5f48"], "timestamp": "2025-01-06T09:00:00Z", "expires_at": "2025-01-06T17:00:00Z"}]}"#;
    beyond { rules LOG_RULES; settle NotificationLogState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The entries; at most 16,777,216.
    list(MOST_ENTRIES) entries: NotificationLogEntry as "entries",
}

const LOG_RULES: &[Rule<NotificationLogState>] = &[Rule {
    code: "not_in_order",
    field: "entries",
    rule: "`entries` are sorted by tenant, group key, receiver, integration and index, each once.",
    broken: |state| {
        let index = out_of_order(&state.entries, |entry| &entry.key)?;
        Some(format!("entry {index} does not come after the one before it: expected them sorted by key, each once"))
    },
}];

impl NotificationLogState {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.entries.sort_by(|a, b| a.key.cmp(&b.key));
        self.entries.dedup_by(|a, b| a.key == b.key);
        self
    }
}

/// What each receiver was told last of each group: Alertmanager's notification log (0.33, `nflog`).
///
/// # Laws
///
/// [`merge`](NotificationLog::merge) keeps, for each key, the entry that was told later (tie: the one that expires later, then the larger hashes). So it is
/// commutative, associative and idempotent: replicas may exchange logs in any order, any number of times.
///
/// # Differences from Alertmanager
///
/// 1. An entry counts as never told from its `expires_at` on. Alertmanager believes it until its next collection, up to 15 minutes later. Where the repeat interval is
///    shorter than the group interval, an entry is kept for twice the latter: it never expires between two looks, so that the end of what was told is told, too.
/// 2. What is told at a time before the last entry's (a clock that was set back) is logged with the last entry's time. Alertmanager does not log it, and so tells
///    it again at every `group_interval` until the clock has caught up.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{NotificationKey, NotificationLog, NotificationLogEntry};
/// use alert_schemas::Timestamp;
///
/// let key = NotificationKey::new("acme".parse()?, "{}:{}".parse()?, "ops".parse()?, "webhook".parse()?, 0_u32.into());
/// let (t0, t1): (Timestamp, Timestamp) = ("2025-01-06T09:00:00Z".parse()?, "2025-01-06T17:00:00Z".parse()?);
/// let mut log = NotificationLog::new();
/// log.insert(NotificationLogEntry::new(key.clone(), [7.into()], [], t0, t1));
/// assert_eq!(log.entry(&key, t0).map(|entry| entry.firing.len()), Some(1));
/// assert_eq!(log.entry(&key, t1), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NotificationLog {
    entries: BTreeMap<NotificationKey, NotificationLogEntry>,
}

impl NotificationLog {
    /// How long an entry is kept at most: 120 hours (Alertmanager's default of `--data.retention`).
    pub const RETENTION: AlertDuration = AlertDuration::hours(120);

    /// A log of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The log that was stored.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state is not valid.
    ///
    /// ```
    /// use alert_schemas::notifications::{NotificationLog, NotificationLogState};
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let state = NotificationLogState::decode(br#"{"version": 1}"#, &DecodeLimits::default())?;
    /// assert_eq!(NotificationLog::from_state(state)?, NotificationLog::new());
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_state(state: NotificationLogState) -> Result<Self, Report> {
        state.check()?;
        Ok(Self { entries: state.entries.into_iter().map(|entry| (entry.key.clone(), entry)).collect() })
    }

    /// The log to be stored: equal logs have equal JSON.
    #[must_use]
    pub fn state(&self) -> NotificationLogState {
        NotificationLogState { version: StateVersion, entries: self.entries.values().cloned().collect() }
    }

    /// What was told last under this key, unless it has expired at `now`.
    #[must_use]
    pub fn entry(&self, key: &NotificationKey, now: Timestamp) -> Option<&NotificationLogEntry> {
        self.entries.get(key).filter(|entry| !entry.is_expired_at(now))
    }

    /// All entries, expired ones included, sorted by their keys.
    pub fn iter(&self) -> impl Iterator<Item = &NotificationLogEntry> {
        self.entries.values()
    }

    /// How many entries there are, expired ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Notes that a notification arrived at `now`. It is kept for twice its repeat interval, at most [`NotificationLog::RETENTION`].
    pub fn record(&mut self, notification: &Notification, now: Timestamp) {
        self.record_with_retention(notification, now, Self::RETENTION);
    }

    /// Notes that a notification arrived at `now`. It is kept for twice its repeat interval, at most `retention`.
    pub fn record_with_retention(&mut self, notification: &Notification, now: Timestamp, retention: AlertDuration) {
        let twice = notification.repeat_interval + notification.repeat_interval;
        let kept = if twice.is_zero() { retention } else { twice.min(retention) };
        let timestamp = self.entries.get(&notification.key).map_or(now, |last| last.timestamp.max(now));
        let (firing, resolved) = (notification.firing.iter().copied(), notification.resolved.iter().copied());
        let entry = NotificationLogEntry::new(notification.key.clone(), firing, resolved, timestamp, timestamp + kept);
        self.entries.insert(notification.key.clone(), entry);
    }

    /// Adds an entry, unless a later one is there.
    pub fn insert(&mut self, entry: NotificationLogEntry) {
        // Its lists are public, and searched as sorted ones.
        let entry = entry.settled();
        match self.entries.get_mut(&entry.key) {
            Some(own) if own.age() >= entry.age() => {}
            Some(own) => *own = entry,
            None => {
                self.entries.insert(entry.key.clone(), entry);
            }
        }
    }

    /// Takes what another log knows better.
    pub fn merge(&mut self, other: &NotificationLog) {
        for entry in other.entries.values() {
            self.insert(entry.clone());
        }
    }

    /// Forgets what has expired at `now`; how many entries that were.
    pub fn collect(&mut self, now: Timestamp) -> usize {
        let before = self.entries.len();
        self.entries.retain(|_, entry| !entry.is_expired_at(now));
        before - self.entries.len()
    }
}
