//! The stored state of deduplication.

use crate::alerts::ContentFingerprint;
use crate::alerts::Identity;
use crate::correlation::counters::DedupCounters;
use crate::correlation::options::MOST_KEYS;
use crate::correlation::options::MOST_SESSIONS;
use crate::correlation::sessions::Session;
use crate::utils::AlertDuration;
use crate::utils::AlertId;
use crate::utils::Count;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

/// The most tenants of a state.
const MOST_TENANTS: usize = 1 << 24;

record! {
    /// What is known of one alert, whatever the order in which it was received: when it fired, and what it said last.
    ///
    /// This is the part of a state that is the same for any order of arrival, any sharding, and any number of repeated deliveries.
    ///
    /// # Validity
    ///
    /// There is at least one session; sessions are sorted by time and do not touch.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupFacts, Deduplicator};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// deduplicator.observe(&alert, t0);
    /// let facts: DedupFacts = deduplicator.facts(&alert.key()).unwrap();
    /// assert_eq!((facts.content, facts.changed_at), (alert.content_fingerprint(), t0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupFacts: closed in correlation;
    example r#"{"content": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "changed_at": "2025-01-06T09:00:00Z", "sessions": [{"start": "2025-01-06T09:00:00Z", "end": "2025-01-06T09:04:00Z", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}]}"#;
    beyond { rules FACTS_RULES; settle DedupFacts::settled; }
    /// What it said last: the content of the latest change, the larger fingerprint where two changed at the same time.
    required content: ContentFingerprint as "content",
    /// When that content came about.
    required changed_at: Timestamp as "changed_at",
    /// When it fired, the oldest first; at most 1,024 sessions.
    listed(MOST_SESSIONS) sessions: Session as "sessions",
}

const FACTS_RULES: &[Rule<DedupFacts>] = &[
    Rule {
        code: "no_session",
        field: "sessions",
        rule: "There is at least one session.",
        broken: |facts| facts.sessions.is_empty().then(|| "there is no session: expected at least one".to_owned()),
    },
    Rule {
        code: "not_in_order",
        field: "sessions",
        rule: "Each session starts after the end of the one before it.",
        broken: |facts| {
            let broken = facts.sessions.windows(2).position(|pair| matches!(pair, [a, b] if a.end >= b.start))?;
            Some(format!("session {} does not start after the end of the one before it", broken + 1))
        },
    },
];

impl DedupFacts {
    /// Arbitrary facts made to keep the rules.
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.sessions.sort_by_key(|session| session.start);
        let mut kept: Vec<Session> = Vec::new();
        for session in self.sessions {
            if kept.last().is_none_or(|last| last.end < session.start) {
                kept.push(session);
            }
        }
        if kept.is_empty() {
            kept.push(Session::new(self.changed_at, self.changed_at, AlertId::default()));
        }
        self.sessions = kept;
        self
    }
}

record! {
    /// What was heard of an alert last: what the next reception is compared with.
    ///
    /// It belongs to the order of arrival, unlike the [`DedupFacts`].
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupMemory, Deduplicator};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// deduplicator.observe(&alert, t0);
    /// let memory: &DedupMemory = &deduplicator.state().tenants[0].entries[0].memory;
    /// assert_eq!((memory.id, memory.resolved_at), (alert.id, None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupMemory: closed in correlation;
    example r#"{"content": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "changed_at": "2025-01-06T09:00:00Z", "starts_at": "2025-01-06T09:00:00Z", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#;
    beyond {}
    /// What it said.
    required content: ContentFingerprint as "content",
    /// When that content came about.
    required changed_at: Timestamp as "changed_at",
    /// Whether `changed_at` is the sender's time.
    defaulted changed_by_sender: bool as "changed_by_sender",
    /// When it was resolved, if it is.
    optional resolved_at: Timestamp as "resolved_at",
    /// When it counts as resolved if nothing more is heard, if it fires and said so.
    optional ends_at: Timestamp as "ends_at",
    /// When the alert began that is told as this one, from its last `new` on.
    required starts_at: Timestamp as "starts_at",
    /// The id under which it is told.
    required id: AlertId as "id",
}

record! {
    /// One alert of a state.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupEntry, Deduplicator};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// deduplicator.observe(&alert, t0);
    /// let entry: &DedupEntry = &deduplicator.state().tenants[0].entries[0];
    /// assert_eq!(entry.identity, alert.identity());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupEntry: closed in correlation;
    example r#"{"identity": "labels:dab43189276e5f48", "recency": 0, "facts": {"content": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "changed_at": "2025-01-06T09:00:00Z", "sessions": [{"start": "2025-01-06T09:00:00Z", "end": "2025-01-06T09:04:00Z", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}]}, "memory": {"content": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "changed_at": "2025-01-06T09:00:00Z", "starts_at": "2025-01-06T09:00:00Z", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}}"#;
    beyond {}
    /// Which alert it is.
    required identity: Identity as "identity",
    /// Its place among the alerts of its tenant in the order of their last receptions, 0 for the one that is forgotten next.
    required recency: Count as "recency",
    /// What is known of it, whatever the order of arrival.
    required facts: DedupFacts as "facts",
    /// What was heard of it last.
    required memory: DedupMemory as "memory",
}

record! {
    /// The alerts of one tenant in a state.
    ///
    /// # Validity
    ///
    /// Entries are sorted by their identity, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupTenant, Deduplicator};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).tenant("acme").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// deduplicator.observe(&alert, t0);
    /// let tenant: &DedupTenant = &deduplicator.state().tenants[0];
    /// assert_eq!((tenant.tenant.as_str(), tenant.counters.new.get()), ("acme", 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupTenant: closed in correlation;
    example r#"{"tenant": "acme", "counters": {"received": 3, "new": 1, "duplicate": 2}}"#;
    beyond { rules TENANT_RULES; settle DedupTenant::settled; }
    /// Whose alerts they are.
    required tenant: TenantId as "tenant",
    /// What was counted.
    defaulted counters: DedupCounters as "counters",
    /// The alerts; at most 16,777,216.
    list(MOST_KEYS) entries: DedupEntry as "entries",
}

const TENANT_RULES: &[Rule<DedupTenant>] = &[Rule {
    code: "not_in_order",
    field: "entries",
    rule: "`entries` are sorted by the kind and the bytes of their identity, each once.",
    broken: |tenant| {
        let index = out_of_order(&tenant.entries, |entry| &entry.identity)?;
        Some(format!("entry {index} does not come after the one before it: expected them sorted by identity, each once"))
    },
}];

impl DedupTenant {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.entries.sort_by(|a, b| a.identity.cmp(&b.identity));
        self.entries.dedup_by(|a, b| a.identity == b.identity);
        self
    }
}

record! {
    /// Everything that deduplication remembers, to be stored and read back.
    ///
    /// Equal states have equal JSON: tenants and entries are sorted. A state of 100,000 alerts is a document of about 60 MB and 2 million values, so
    /// that [`DecodeLimits`](crate::validations::DecodeLimits) must be raised for it.
    ///
    /// # Validity
    ///
    /// Tenants are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupState, DedupVerdict, Deduplicator};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut before = Deduplicator::new(&Settings::default());
    /// before.observe(&alert, t0);
    /// let stored = serde_json::to_vec(&before.state())?;
    ///
    /// let state = DedupState::decode(&stored, &DecodeLimits::default())?;
    /// let mut after = Deduplicator::from_state(state, &Settings::default())?;
    /// assert_eq!(after.observe(&alert, t0).verdict, DedupVerdict::Duplicate);
    ///
    /// let report = DedupState::decode(br#"{"version": 2, "window": "5m"}"#, &DecodeLimits::default()).unwrap_err();
    /// assert_eq!(report.violations()[0].code, "unsupported_state_version");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DedupState: closed in correlation;
    example r#"{"version": 1, "window": "5m", "tenants": [{"tenant": "acme", "counters": {"received": 3, "new": 1, "duplicate": 2}}]}"#;
    beyond { rules STATE_RULES; settle DedupState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// The window under which the sessions were joined.
    required window: AlertDuration as "window",
    /// The tenants.
    list(MOST_TENANTS) tenants: DedupTenant as "tenants",
}

const STATE_RULES: &[Rule<DedupState>] = &[Rule {
    code: "not_in_order",
    field: "tenants",
    rule: "`tenants` are sorted by the bytes of their id, each once.",
    broken: |state| {
        let index = out_of_order(&state.tenants, |tenant| &tenant.tenant)?;
        Some(format!("tenant {index} does not come after the one before it: expected them sorted, each once"))
    },
}];

impl DedupState {
    /// What is the same for every order of arrival: each alert with its facts, sorted by tenant and identity.
    ///
    /// ```
    /// use alert_schemas::correlation::Deduplicator;
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let t1 = t0 + AlertDuration::minutes(1);
    /// let alert = |text: &str, at| Alert::builder(text, AlertSeverity::High, t0).name("DiskFull").received_at(at).build();
    /// let mut first = alert("disk full", t0)?;
    /// let mut second = alert("disk still full", t1)?;
    /// second.updated_at = Some(t1);
    ///
    /// let mut in_order = Deduplicator::new(&Settings::default());
    /// in_order.observe(&first, t0);
    /// in_order.observe(&second, t1);
    /// let mut reversed = Deduplicator::new(&Settings::default());
    /// reversed.observe(&second, t1);
    /// reversed.observe(&first, t1);
    /// assert!(in_order.state().facts().eq(reversed.state().facts()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn facts(&self) -> impl Iterator<Item = (&TenantId, &Identity, &DedupFacts)> {
        self.tenants.iter().flat_map(|tenant| tenant.entries.iter().map(|entry| (&tenant.tenant, &entry.identity, &entry.facts)))
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.tenants.sort_by(|a, b| a.tenant.cmp(&b.tenant));
        self.tenants.dedup_by(|a, b| a.tenant == b.tenant);
        self
    }
}
