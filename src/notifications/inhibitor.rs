//! Which alerts inhibit an alert, for many rules and alerts at once.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt::Write as _;

use crate::alerts::Alert;
use crate::alerts::AlertStatus;
use crate::alerts::Fingerprint;
use crate::alerts::Identity;
use crate::alerts::LabelName;
use crate::alerts::Labels;
use crate::alerts::Matchers;
use crate::alerts::Suppression;
use crate::alerts::SuppressionReason;
use crate::notifications::inhibition_rule::InhibitionRule;
use crate::notifications::matcher_index::MatcherIndex;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;

/// Inhibition rules, and the firing alerts that are sources of them, so that an alert is asked about at once.
///
/// Sources are hashed by rule and the values of the `equal` labels: an alert is compared with the rules whose target matchers it can match, and by each with
/// the sources that have its values. Thus 10,000 alerts against 100 rules cost about as much as 10,000 times what one costs.
///
/// An alert is known by its tenant and its labels, those with an empty value aside, or by what else [identifies](Alert::identity) it; adding it again replaces it.
///
/// # What fires
///
/// As in Alertmanager, an alert whose end has not come: also one that is silenced, muted or acknowledged, or that is itself inhibited. One that is `pending`
/// does not fire.
///
/// # Differences from Alertmanager 0.33
///
/// Its documentation is followed where its server does otherwise (`inhibit/inhibit.go`):
///
/// 1. **All inhibitors are given.** The server gives one source, of the first rule that has one; whoever resolves that one alert learns only then of the next.
/// 2. **Every source is looked at.** The server remembers one source for each combination of `equal` values. If that one is a target of the rule, too, an alert
///    that matches both sides is not inhibited there, although another source is none; people are paged for what the documentation says is quiet.
///
/// # Limits
///
/// Rules and alerts are not limited in number: each alert takes a few hundred bytes and as much again for each rule of which it is a source. All inhibitors of
/// many alerts may be many (sources × targets), so that they are given one by one, and taking the first costs no more where there are others.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{InhibitionRule, Inhibitor};
/// use alert_schemas::{Alert, AlertSeverity, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, now).name(name).label("host", "db-1").build();
/// let rule = InhibitionRule::new("alertname=HostDown".parse()?, "alertname!=HostDown".parse()?).with_equal(["host".parse()?]);
///
/// let (down, slow) = (alert("HostDown")?, alert("Slow")?);
/// let mut inhibitor = Inhibitor::new([rule]);
/// inhibitor.observe(&down);
/// inhibitor.observe(&slow);
/// let by: Vec<_> = inhibitor.inhibited_by(&slow.tenant, &slow.labels, now).collect();
/// assert_eq!((by.len(), by[0].rule_index, by[0].fingerprint), (1, 0, down.fingerprint()));
/// assert!(!inhibitor.is_inhibited(&down.tenant, &down.labels, now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Inhibitor {
    tenants: BTreeMap<TenantId, Tenant>,
}

#[derive(Debug, Clone, Default)]
struct Tenant {
    rules: Vec<Compiled>,
    /// Places in `rules`, by source matchers and by target matchers.
    by_source: MatcherIndex<usize>,
    by_target: MatcherIndex<usize>,
    sources: Slots,
}

#[derive(Debug, Clone)]
struct Compiled {
    /// The place of the rule among those that were given.
    index: usize,
    rule: InhibitionRule,
    buckets: HashMap<Box<str>, Bucket>,
}

/// The sources of one rule that have the same values of its `equal` labels.
#[derive(Debug, Clone, Default)]
struct Bucket {
    /// Those that are no targets of the rule.
    one_sided: BTreeSet<Rank>,
    /// Those that are targets of it, too: they do not inhibit what is a source, too.
    two_sided: BTreeSet<Rank>,
}

/// Orders the sources of a bucket: the one that ends last comes first, so that those that are over stand at the end, and are not looked at.
type Rank = (Reverse<Timestamp>, Fingerprint, usize);

/// What makes it the same source.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum SourceKey {
    /// Its labels, those with an empty value aside.
    Labels(Labels),
    /// What identifies an alert that its labels do not: others may have equal labels.
    Identity(Identity),
}

impl SourceKey {
    fn of(alert: &Alert) -> Self {
        match alert.identity() {
            Identity::Labels(_) => Self::Labels(alert.labels.without_empty()),
            other => Self::Identity(other),
        }
    }
}

#[derive(Debug, Clone)]
struct Source {
    key: SourceKey,
    labels: Labels,
    fingerprint: Fingerprint,
    ends_at: Option<Timestamp>,
    /// The places of the rules of which it is a source, and whether it is a target of the rule, too.
    rules: Vec<(usize, bool)>,
}

impl Source {
    fn rank(&self, slot: usize) -> Rank {
        (Reverse(self.ends_at.unwrap_or_else(Timestamp::max)), self.fingerprint, slot)
    }
}

/// The sources, each in a slot that stays its own.
#[derive(Debug, Clone, Default)]
struct Slots {
    slots: Vec<Option<Source>>,
    free: Vec<usize>,
    by_key: HashMap<SourceKey, usize>,
}

impl Slots {
    fn get(&self, slot: usize) -> Option<&Source> {
        self.slots.get(slot)?.as_ref()
    }

    fn insert(&mut self, source: Source) -> usize {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        self.by_key.insert(source.key.clone(), slot);
        match self.slots.get_mut(slot) {
            Some(place) => *place = Some(source),
            None => self.slots.push(Some(source)),
        }
        slot
    }

    fn remove(&mut self, key: &SourceKey) -> Option<(usize, Source)> {
        let slot = self.by_key.remove(key)?;
        self.free.push(slot);
        Some((slot, self.slots.get_mut(slot)?.take()?))
    }
}

/// The values of the `equal` labels, with their lengths, so that two keys are equal only if all values are.
fn values(equal: &[LabelName], labels: &Labels) -> String {
    let mut key = String::new();
    for name in equal {
        let value = labels.get(name.as_str()).unwrap_or_default();
        // A text never fails.
        let _ = write!(key, "{}:{value}", value.len());
    }
    key
}

/// One firing alert that inhibits another, and the rule by which it does.
///
/// ```
/// use alert_schemas::notifications::{InhibitedBy, InhibitionRule, Inhibitor};
/// use alert_schemas::{Labels, TenantId, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let tenant = TenantId::default();
/// let (down, slow) = (Labels::from_pairs([("alertname", "HostDown")])?, Labels::from_pairs([("alertname", "Slow")])?);
/// let mut inhibitor = Inhibitor::new([InhibitionRule::new("alertname=HostDown".parse()?, "alertname=Slow".parse()?)]);
/// inhibitor.insert(&tenant, &down, None);
/// let by: InhibitedBy<'_> = inhibitor.inhibited_by(&tenant, &slow, now).next().ok_or("it is inhibited")?;
/// assert_eq!((by.source, by.source_matchers().to_string().as_str()), (&down, r#"{alertname="HostDown"}"#));
/// assert_eq!(by.suppression().by.as_str(), by.fingerprint.to_string());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct InhibitedBy<'a> {
    /// The place of the rule among those that the inhibitor was made of.
    pub rule_index: usize,
    /// The rule.
    pub rule: &'a InhibitionRule,
    /// The labels of the alert that inhibits, those with an empty value aside.
    pub source: &'a Labels,
    /// The fingerprint of the alert that inhibits.
    pub fingerprint: Fingerprint,
    /// When that alert ends, if that is known: it inhibits until then.
    pub until: Option<Timestamp>,
}

impl<'a> InhibitedBy<'a> {
    /// The matchers that the source matched.
    #[must_use]
    pub fn source_matchers(&self) -> &'a Matchers {
        &self.rule.source_matchers
    }

    /// The matchers that the inhibited alert matched.
    #[must_use]
    pub fn target_matchers(&self) -> &'a Matchers {
        &self.rule.target_matchers
    }

    /// The reason as it stands beside the status of an alert: the fingerprint of the source, and when it ends, where that is known.
    #[must_use]
    pub fn suppression(&self) -> Suppression {
        // A fingerprint has 16 digits.
        let by = Text::new(self.fingerprint.to_string()).unwrap_or_default();
        Suppression { until: self.until, ..Suppression::new(SuppressionReason::Inhibited, by) }
    }
}

impl Inhibitor {
    /// These rules, without any alert.
    pub fn new(rules: impl IntoIterator<Item = InhibitionRule>) -> Self {
        let mut inhibitor = Self::default();
        for (index, rule) in rules.into_iter().enumerate() {
            let tenant = inhibitor.tenants.entry(rule.tenant.clone()).or_default();
            let place = tenant.rules.len();
            tenant.by_source.insert(&rule.source_matchers, place);
            tenant.by_target.insert(&rule.target_matchers, place);
            tenant.rules.push(Compiled { index, rule, buckets: HashMap::new() });
        }
        inhibitor
    }

    /// These rules and the alerts that fire.
    ///
    /// ```
    /// use alert_schemas::notifications::{InhibitionRule, Inhibitor};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = |name: &str| Alert::builder("x", AlertSeverity::High, now).name(name).build();
    /// let alerts = [alert("HostDown")?, alert("Slow")?];
    /// let inhibitor = Inhibitor::of([InhibitionRule::new("alertname=HostDown".parse()?, "alertname=Slow".parse()?)], &alerts);
    /// let quiet = alerts.iter().filter(|alert| inhibitor.is_inhibited(&alert.tenant, &alert.labels, now)).count();
    /// assert_eq!(quiet, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of<'a>(rules: impl IntoIterator<Item = InhibitionRule>, alerts: impl IntoIterator<Item = &'a Alert>) -> Self {
        let mut inhibitor = Self::new(rules);
        alerts.into_iter().for_each(|alert| inhibitor.observe(alert));
        inhibitor
    }

    /// Takes in an alert as it is now: adds or replaces it if it fires or is acknowledged, else takes it out.
    ///
    /// Two alerts with equal labels that something else tells apart, such as the key of their source, are two sources.
    pub fn observe(&mut self, alert: &Alert) {
        let key = SourceKey::of(alert);
        match alert.status {
            AlertStatus::Firing | AlertStatus::Acknowledged => self.put(&alert.tenant, key, &alert.labels, alert.ends_at),
            AlertStatus::Pending | AlertStatus::Resolved => drop(self.take(&alert.tenant, &key)),
        }
    }

    /// Adds an alert that fires, until `ends_at` where that is known; replaces it if it is there.
    pub fn insert(&mut self, tenant: &TenantId, labels: &Labels, ends_at: Option<Timestamp>) {
        self.put(tenant, SourceKey::Labels(labels.without_empty()), labels, ends_at);
    }

    /// Takes an alert out; says whether it was there as a source of a rule.
    pub fn remove(&mut self, tenant: &TenantId, labels: &Labels) -> bool {
        self.take(tenant, &SourceKey::Labels(labels.without_empty()))
    }

    fn put(&mut self, tenant: &TenantId, key: SourceKey, labels: &Labels, ends_at: Option<Timestamp>) {
        self.take(tenant, &key);
        let Some(tenant) = self.tenants.get_mut(tenant) else { return };
        let places: Vec<usize> = tenant.by_source.candidates(labels).collect();
        let matching = |place: usize| Some(&tenant.rules.get(place)?.rule).filter(|rule| rule.source_matchers.matches(labels));
        let rules: Vec<(usize, bool)> =
            places.into_iter().filter_map(|place| Some((place, matching(place)?.target_matchers.matches(labels)))).collect();
        if rules.is_empty() {
            return;
        }
        let labels = labels.without_empty();
        let source = Source { key, fingerprint: Fingerprint::of(&labels), labels, ends_at, rules: rules.clone() };
        let slot = tenant.sources.insert(source);
        let Some(source) = tenant.sources.get(slot) else { return };
        for (place, is_two_sided) in rules {
            let Some(compiled) = tenant.rules.get_mut(place) else { continue };
            let bucket = compiled.buckets.entry(values(&compiled.rule.equal, &source.labels).into()).or_default();
            let side = if is_two_sided { &mut bucket.two_sided } else { &mut bucket.one_sided };
            side.insert(source.rank(slot));
        }
    }

    fn take(&mut self, tenant: &TenantId, key: &SourceKey) -> bool {
        let Some(tenant) = self.tenants.get_mut(tenant) else { return false };
        let Some((slot, source)) = tenant.sources.remove(key) else { return false };
        for (place, _) in &source.rules {
            let Some(compiled) = tenant.rules.get_mut(*place) else { continue };
            let values = values(&compiled.rule.equal, &source.labels);
            if let Some(bucket) = compiled.buckets.get_mut(values.as_str()) {
                bucket.one_sided.remove(&source.rank(slot));
                bucket.two_sided.remove(&source.rank(slot));
                if bucket.one_sided.is_empty() && bucket.two_sided.is_empty() {
                    compiled.buckets.remove(values.as_str());
                }
            }
        }
        true
    }

    /// Forgets the alerts whose end has come at `now`; they no longer inhibit, whether they are forgotten or not.
    pub fn forget_ended(&mut self, now: Timestamp) {
        let ended = self.tenants.iter().flat_map(|(name, tenant)| {
            let sources = tenant.sources.slots.iter().flatten().filter(|source| source.ends_at.is_some_and(|end| end <= now));
            sources.map(|source| (name.clone(), source.key.clone()))
        });
        for (tenant, key) in ended.collect::<Vec<_>>() {
            self.take(&tenant, &key);
        }
    }

    /// All alerts that inhibit one with these labels at `now`, one for each rule and source.
    ///
    /// They come by the place of the rule; of each rule first the sources that are no targets of it, then those that are; of these, the one that ends last comes
    /// first, and where both end together, the smaller fingerprint.
    pub fn inhibited_by<'a>(
        &'a self,
        tenant: &TenantId,
        labels: &Labels,
        now: Timestamp,
    ) -> impl Iterator<Item = InhibitedBy<'a>> + use<'a> {
        let found = self.tenants.get(tenant).map(|tenant| (tenant, tenant.near(labels)));
        found.into_iter().flat_map(move |(tenant, near)| {
            near.into_iter().flat_map(move |near| {
                let Near { compiled, bucket, is_two_sided } = near;
                let fires = move |rank: &&Rank| rank.0.0 > now;
                let two_sided = Some(&bucket.two_sided).filter(|_| !is_two_sided).into_iter();
                let ranks = bucket.one_sided.iter().take_while(fires).chain(two_sided.flat_map(move |side| side.iter().take_while(fires)));
                ranks.filter_map(move |(_, fingerprint, slot)| {
                    let source = tenant.sources.get(*slot)?;
                    Some(InhibitedBy {
                        rule_index: compiled.index,
                        rule: &compiled.rule,
                        source: &source.labels,
                        fingerprint: *fingerprint,
                        until: source.ends_at,
                    })
                })
            })
        })
    }

    /// Whether an alert with these labels is inhibited at `now`.
    #[must_use]
    pub fn is_inhibited(&self, tenant: &TenantId, labels: &Labels, now: Timestamp) -> bool {
        self.inhibited_by(tenant, labels, now).next().is_some()
    }

    /// Until when an alert with these labels is inhibited, if no alert comes: the end of the source that ends last, the last instant where that is not known.
    pub(crate) fn inhibited_until(&self, tenant: &TenantId, labels: &Labels, now: Timestamp) -> Option<Timestamp> {
        let near = self.tenants.get(tenant)?.near(labels);
        let sides =
            near.iter().flat_map(|near| [Some(&near.bucket.one_sided), Some(&near.bucket.two_sided).filter(|_| !near.is_two_sided)]);
        // Of each side the source that ends last stands first.
        sides.flatten().filter_map(BTreeSet::first).map(|rank| rank.0.0).filter(|end| *end > now).max()
    }

    /// How many alerts of all tenants are kept as sources.
    pub(crate) fn len(&self) -> usize {
        self.tenants.keys().map(|tenant| self.sources(tenant)).sum()
    }

    /// How many alerts of a tenant are kept as sources.
    #[must_use]
    pub fn sources(&self, tenant: &TenantId) -> usize {
        self.tenants.get(tenant).map_or(0, |tenant| tenant.sources.slots.len() - tenant.sources.free.len())
    }
}

/// A rule that an alert is a target of, and the sources that have its values.
struct Near<'a> {
    compiled: &'a Compiled,
    bucket: &'a Bucket,
    /// Whether the alert is a source of the rule, too.
    is_two_sided: bool,
}

impl Tenant {
    fn near(&self, labels: &Labels) -> Vec<Near<'_>> {
        let mut places: Vec<usize> = self.by_target.candidates(labels).collect();
        places.sort_unstable();
        let rules = places.into_iter().filter_map(|place| self.rules.get(place));
        let matching = rules.filter(|compiled| !compiled.buckets.is_empty() && compiled.rule.target_matchers.matches(labels));
        let with_sources = matching.filter_map(|compiled| {
            let bucket = compiled.buckets.get(values(&compiled.rule.equal, labels).as_str())?;
            Some(Near { compiled, bucket, is_two_sided: compiled.rule.source_matchers.matches(labels) })
        });
        with_sources.collect()
    }
}
