//! The silences of all tenants: changed, merged, and asked for what they silence.

use std::collections::BTreeMap;

use crate::alerts::Labels;
use crate::alerts::Matchers;
use crate::alerts::Suppression;
use crate::alerts::SuppressionReason;
use crate::notifications::matcher_index::MatcherIndex;
use crate::notifications::silence::Silence;
use crate::notifications::silence::SilenceState;
use crate::notifications::silence_change::SilenceChange;
use crate::notifications::stored_silences::StoredSilences;
use crate::utils::AlertDuration;
use crate::utils::Report;
use crate::utils::SilenceId;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;

/// Silences by tenant and id, with an index over their matchers.
///
/// The index makes the question which silences hold for an alert cost what can match: a silence of `instance="db-1"` is not looked at for an alert of
/// `db-2`. It is built again from the stored form, which is [`StoredSilences`].
///
/// # Merging
///
/// [`merge`](Self::merge) takes in what another server knows: of two versions of a silence the one counts that [`Silence::merge`] says. It is commutative,
/// associative and idempotent. Deleting what is long over ([`forget_expired`](Self::forget_expired)) is no part of that: a server that was away for longer
/// than the retention may bring back a silence that was ended early elsewhere and has been deleted there since. Merge within the retention.
///
/// # Differences from Alertmanager 0.33
///
/// 1. **An id is never random.** A silence without an id gets a derived one, so that posting it again makes no second one; Alertmanager makes one each time.
/// 2. **Two versions that are equally new have an order** ([`Silence::merge`]); Alertmanager keeps the one that came first, so that servers may differ.
/// 3. **All that silences an alert is told**, with the matcher set that did it and its end; Alertmanager's API gives ids.
/// 4. **A silence that could not hold is refused here as in its API**: an end before now, or not after the start.
///
/// # Limits
///
/// At most [`with_max_silences`](Self::with_max_silences) of a tenant can be made, 1,000,000 by default, expired ones included; merging is not limited, since
/// a server that drops what others tell it would notify what is silenced elsewhere.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{Silence, Silences};
/// use alert_schemas::{AlertDuration, Labels, TenantId, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let mut silences = Silences::new();
/// let id = silences.set(Silence::new("instance=db-1".parse()?, now, now + AlertDuration::hours(2)), now)?.silence().id;
///
/// let (tenant, labels) = (TenantId::default(), Labels::from_pairs([("alertname", "DiskFull"), ("instance", "db-1")])?);
/// let silenced = silences.silenced_by(&tenant, &labels, now);
/// assert_eq!((silenced[0].silence.id, silenced[0].matchers().to_string().as_str()), (id, r#"{instance="db-1"}"#));
///
/// silences.expire(&tenant, id, now)?;
/// assert!(silences.silenced_by(&tenant, &labels, now + AlertDuration::millis(1)).is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Silences {
    tenants: BTreeMap<TenantId, Tenant>,
    max_silences: usize,
}

#[derive(Debug, Clone, Default)]
struct Tenant {
    silences: BTreeMap<SilenceId, Silence>,
    /// Each matcher set of each silence.
    index: MatcherIndex<(SilenceId, usize)>,
}

impl Tenant {
    /// Puts a version in, whatever was there.
    fn put(&mut self, silence: Silence) {
        if let Some(old) = self.silences.get(&silence.id) {
            if old.matcher_sets == silence.matcher_sets {
                drop(self.silences.insert(silence.id, silence));
                return;
            }
            self.remove(silence.id);
        }
        for (set, matchers) in silence.matcher_sets.iter().enumerate() {
            self.index.insert(matchers, (silence.id, set));
        }
        self.silences.insert(silence.id, silence);
    }

    fn remove(&mut self, id: SilenceId) {
        if let Some(old) = self.silences.remove(&id) {
            for (set, matchers) in old.matcher_sets.iter().enumerate() {
                self.index.remove(matchers, (id, set));
            }
        }
    }
}

/// One silence that silences an alert.
///
/// ```
/// use alert_schemas::notifications::{Silence, SilencedBy, Silences};
/// use alert_schemas::{AlertDuration, Labels, TenantId, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let end = now + AlertDuration::minutes(40);
/// let mut silences = Silences::new();
/// silences.set(Silence::new("instance=db-1".parse()?, now, end), now)?;
/// let labels = Labels::from_pairs([("instance", "db-1")])?;
/// let all: Vec<SilencedBy<'_>> = silences.silenced_by(&TenantId::default(), &labels, now);
/// assert_eq!((all[0].set, all[0].silence.ends_at), (0, end));
/// assert_eq!(all[0].suppression().until, Some(end));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SilencedBy<'a> {
    /// The silence; it ends at its `ends_at`.
    pub silence: &'a Silence,
    /// The first of its matcher sets that matches: its place in `matcher_sets`.
    pub set: usize,
    matchers: &'a Matchers,
}

impl<'a> SilencedBy<'a> {
    /// The matchers that did it.
    #[must_use]
    pub fn matchers(&self) -> &'a Matchers {
        self.matchers
    }

    /// The reason as it stands beside the status of an alert: the id, and when it ends.
    #[must_use]
    pub fn suppression(&self) -> Suppression {
        // A UUID is shorter than any limit.
        let by = Text::new(self.silence.id.to_string()).unwrap_or_default();
        Suppression { until: Some(self.silence.ends_at), ..Suppression::new(SuppressionReason::Silenced, by) }
    }
}

/// Why a silence was not taken, or not ended.
///
/// ```
/// use alert_schemas::TenantId;
/// use alert_schemas::notifications::{SilenceId, SilenceRefused, Silences};
///
/// let refused: SilenceRefused = Silences::new().expire(&TenantId::default(), SilenceId::default(), "2025-01-06T09:00:00Z".parse()?).unwrap_err();
/// assert_eq!(refused.to_string(), "silence 00000000-0000-0000-0000-000000000000 is not known");
/// assert_eq!(refused.code(), "unknown_silence");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SilenceRefused {
    /// It is not valid.
    #[error("{0}")]
    Invalid(Report),
    /// The tenant has no silence with this id.
    #[error("silence {0} is not known")]
    Unknown(SilenceId),
    /// The tenant has as many silences as it may have.
    #[error("there are {0} silences already: expected no more, expired ones included")]
    TooMany(usize),
}

impl SilenceRefused {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_silence",
            Self::Unknown(_) => "unknown_silence",
            Self::TooMany(_) => "too_many_silences",
        }
    }
}

crate::utils::umbrella!(SilenceRefused);

impl Default for Silences {
    fn default() -> Self {
        Self { tenants: BTreeMap::new(), max_silences: 1_000_000 }
    }
}

impl Silences {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same silences, with another limit on how many of a tenant can be made.
    #[must_use]
    pub fn with_max_silences(mut self, most: usize) -> Self {
        self.max_silences = most;
        self
    }

    /// The silence of a tenant with this id.
    #[must_use]
    pub fn get(&self, tenant: &TenantId, id: SilenceId) -> Option<&Silence> {
        self.tenants.get(tenant)?.silences.get(&id)
    }

    /// All silences, sorted by tenant and id.
    pub fn iter(&self) -> impl Iterator<Item = &Silence> {
        self.tenants.values().flat_map(|tenant| tenant.silences.values())
    }

    /// The silences of a tenant, sorted by id.
    pub fn of_tenant(&self, tenant: &TenantId) -> impl Iterator<Item = &Silence> {
        self.tenants.get(tenant).into_iter().flat_map(|tenant| tenant.silences.values())
    }

    /// How many silences a tenant has, expired ones included.
    #[must_use]
    pub fn len(&self, tenant: &TenantId) -> usize {
        self.tenants.get(tenant).map_or(0, |tenant| tenant.silences.len())
    }

    /// Whether no tenant has any.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tenants.values().all(|tenant| tenant.silences.is_empty())
    }

    /// Takes a silence that a person posts at `now`, as Alertmanager's API does (0.33, `POST /api/v2/silences`), and says what changed.
    ///
    /// Without an id, or with the one that is [derived](Silence::derived_id) from it, it is new; a start in the past becomes `now`. Posting the same again
    /// changes nothing while that silence lasts; once it is over, it makes one new one, which lasts in its place. With the id of a silence, that one is changed
    /// in place or replaced, see [`Silence::change`].
    ///
    /// # Errors
    ///
    /// [`SilenceRefused`] if it is not valid ([`Silence::check_for_set`]), if its id is not known to its tenant, or if the tenant has as many as it may have.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceChange, Silences};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1));
    /// let mut silences = Silences::new();
    /// assert!(matches!(silences.set(silence.clone(), now)?, SilenceChange::Created(_)));
    /// // The answer was lost, and it is posted again.
    /// assert!(matches!(silences.set(silence.clone(), now + AlertDuration::seconds(3))?, SilenceChange::Unchanged(_)));
    ///
    /// let late = now + AlertDuration::hours(2);
    /// assert_eq!(silences.set(silence, late).unwrap_err().code(), "invalid_silence");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn set(&mut self, posted: Silence, now: Timestamp) -> Result<SilenceChange, SilenceRefused> {
        posted.check_for_set(now).map_err(SilenceRefused::Invalid)?;
        let known = self.tenants.get(&posted.tenant);
        let of_id = |id: SilenceId| known.and_then(|tenant| tenant.silences.get(&id));
        let has_id = posted.id != SilenceId::default();
        let posted = posted.with_derived_id();
        let mut change = match of_id(posted.id) {
            // Posted again, after a lost answer: what became of it since is left as it is.
            Some(same) if !has_id && same.state_at(now) != SilenceState::Expired => return Ok(SilenceChange::Unchanged(same.clone())),
            Some(previous) => previous.change(posted.clone(), now),
            None if has_id && posted.id != posted.derived_id() => return Err(SilenceRefused::Unknown(posted.id)),
            None => posted.clone().create(now),
        };
        // The new id is derived from the old one, when that ended, and the content: if it is there, this is a repetition, or it was changed since.
        while let SilenceChange::Replaced { created, .. } = &change {
            match of_id(created.id) {
                Some(same) if same == created => return Ok(SilenceChange::Unchanged(same.clone())),
                Some(same) if !has_id && same.state_at(now) != SilenceState::Expired => return Ok(SilenceChange::Unchanged(same.clone())),
                Some(other) => change = other.change(posted.clone(), now),
                None => break,
            }
        }
        let is_more = matches!(change, SilenceChange::Created(_) | SilenceChange::Replaced { .. });
        if is_more && self.len(&posted.tenant) >= self.max_silences {
            return Err(SilenceRefused::TooMany(self.max_silences));
        }
        let tenant = self.tenants.entry(posted.tenant).or_default();
        change.changed().for_each(|silence| tenant.put(silence.clone()));
        Ok(change)
    }

    /// Ends a silence at `now`, and says what changed: nothing if it was over already.
    ///
    /// # Errors
    ///
    /// [`SilenceRefused::Unknown`] if the tenant has no such silence.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceState, Silences};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut silences = Silences::new();
    /// let made = silences.set(Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)), now)?.silence().clone();
    /// let change = silences.expire(&made.tenant, made.id, now + AlertDuration::minutes(1))?;
    /// assert_eq!(change.silence().state_at(now + AlertDuration::minutes(2)), SilenceState::Expired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn expire(&mut self, tenant: &TenantId, id: SilenceId, now: Timestamp) -> Result<SilenceChange, SilenceRefused> {
        let tenant = self.tenants.get_mut(tenant).ok_or(SilenceRefused::Unknown(id))?;
        let silence = tenant.silences.get(&id).ok_or(SilenceRefused::Unknown(id))?;
        let Some(ended) = silence.expire(now) else {
            return Ok(SilenceChange::Unchanged(silence.clone()));
        };
        tenant.put(ended.clone());
        Ok(SilenceChange::Expired(ended))
    }

    /// Takes in one version of a silence, such as another server tells it, and says whether it counts ([`Silence::merge`]). It is not checked.
    ///
    /// A silence without an id gets the derived one.
    pub fn merge_one(&mut self, silence: Silence) -> bool {
        let silence = silence.with_derived_id();
        let tenant = self.tenants.entry(silence.tenant.clone()).or_default();
        let counts = tenant.silences.get(&silence.id).is_none_or(|old| silence.counts_over(old));
        if counts {
            tenant.put(silence);
        }
        counts
    }

    /// Takes in what another one knows, and says how many versions of it count.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, Silences};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut one = Silences::new();
    /// let made = one.set(Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)), now)?.silence().clone();
    /// let mut two = one.clone();
    /// two.expire(&made.tenant, made.id, now + AlertDuration::minutes(1))?;
    /// assert_eq!(one.merge(&two), 1);
    /// assert_eq!((one.merge(&two), one.state()), (0, two.state()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn merge(&mut self, other: &Silences) -> usize {
        other.iter().filter(|silence| self.merge_one((*silence).clone())).count()
    }

    /// Forgets the silences that ended `retention` ago or longer, and returns their tenants and ids, sorted. Alertmanager's retention is
    /// [`Silence::DEFAULT_RETENTION`].
    pub fn forget_expired(&mut self, now: Timestamp, retention: AlertDuration) -> Vec<(TenantId, SilenceId)> {
        let over = self.iter().filter(|silence| silence.is_forgettable_at(now, retention));
        let over: Vec<_> = over.map(|silence| (silence.tenant.clone(), silence.id)).collect();
        for (tenant, id) in &over {
            if let Some(tenant) = self.tenants.get_mut(tenant) {
                tenant.remove(*id);
            }
        }
        self.tenants.retain(|_, tenant| !tenant.silences.is_empty());
        over
    }

    /// Forgets everything of a tenant; says whether there was anything.
    pub fn forget(&mut self, tenant: &TenantId) -> bool {
        self.tenants.remove(tenant).is_some()
    }

    /// All silences of a tenant that are active at `now` and match these labels, sorted by id.
    #[must_use]
    pub fn silenced_by(&self, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Vec<SilencedBy<'_>> {
        let Some(tenant) = self.tenants.get(tenant) else { return Vec::new() };
        let mut near: Vec<(SilenceId, usize)> = tenant.index.candidates(labels).collect();
        near.sort_unstable();
        let mut all: Vec<SilencedBy<'_>> = Vec::new();
        for (id, set) in near {
            let Some(silence) = tenant.silences.get(&id).filter(|silence| silence.state_at(now) == SilenceState::Active) else { continue };
            let Some(matchers) = silence.matcher_sets.get(set) else { continue };
            if all.last().is_none_or(|last| last.silence.id != id) && matchers.matches(labels) {
                all.push(SilencedBy { silence, set, matchers });
            }
        }
        all
    }

    /// Everything, to be stored.
    #[must_use]
    pub fn state(&self) -> StoredSilences {
        StoredSilences { version: StateVersion::default(), silences: self.iter().cloned().collect() }
    }

    /// Goes on from a stored state.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the state breaks its own rules; what [`StoredSilences::decode`] gave keeps them.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silences, StoredSilences};
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let state = StoredSilences::decode(br#"{"version": 1}"#, &DecodeLimits::default())?;
    /// assert!(Silences::from_state(state)?.is_empty());
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn from_state(state: StoredSilences) -> Result<Self, Report> {
        state.check()?;
        let mut silences = Self::new();
        for silence in state.silences {
            silences.merge_one(silence);
        }
        Ok(silences)
    }
}
