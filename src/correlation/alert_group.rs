//! A group of alerts.

use std::cmp::Ordering;

use crate::alerts::ContentFingerprint;
use crate::alerts::Identity;
use crate::alerts::Labels;
use crate::correlation::options::MOST_KEYS;
use crate::correlation::sessions::Payload;
use crate::correlation::sessions::Run;
use crate::utils::Count;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

record! {
    /// Alerts of one tenant that have the same values of some labels and were seen one after the other without a long gap.
    ///
    /// # Identity
    ///
    /// The `id` is a hash of tenant, labels and first sighting: the same sightings give the same id everywhere, in whatever order they come. It changes only
    /// if a sighting turns up that is earlier than all others.
    ///
    /// # Validity
    ///
    /// `ends_at` is not before `starts_at`; members are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{AlertGroup, WindowGrouper, WindowOptions};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").label("team", "db").build()?;
    /// let mut grouper = WindowGrouper::new(WindowOptions::default().with_group_by(["team".parse()?]));
    /// grouper.add(&alert, t0);
    /// let group: &AlertGroup = &grouper.groups()[0];
    /// assert_eq!(group.labels.to_string(), r#"{team="db"}"#);
    /// assert_eq!((group.starts_at, group.members.as_slice()), (t0, &[alert.identity()][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct AlertGroup: closed in correlation;
    example r#"{"id": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "tenant": "acme", "labels": {"team": "db"}, "starts_at": "2025-01-06T09:00:00Z", "ends_at": "2025-01-06T09:04:00Z", "members": ["labels:dab43189276e5f48"]}"#;
    beyond { rules RULES; settle AlertGroup::settled; }
    /// What names the group everywhere.
    required id: ContentFingerprint as "id",
    /// Whose alerts they are.
    required tenant: TenantId as "tenant",
    /// The labels that they share; one that is not here is absent, or empty, in all of them.
    defaulted labels: Labels as "labels",
    /// The first sighting.
    required starts_at: Timestamp as "starts_at",
    /// The last sighting so far.
    required ends_at: Timestamp as "ends_at",
    /// Which alerts were seen; at most 16,777,216.
    list(MOST_KEYS) members: Identity as "members",
    /// How many sightings were of alerts that are not among `members`, since the tenant had too many.
    defaulted unkept: Count as "unkept",
}

const RULES: &[Rule<AlertGroup>] = &[
    Rule {
        code: "ends_before_start",
        field: "ends_at",
        rule: "`ends_at` is not before `starts_at`.",
        broken: |group| {
            (group.ends_at < group.starts_at).then(|| format!("`ends_at` {} is before `starts_at` {}", group.ends_at, group.starts_at))
        },
    },
    Rule {
        code: "not_in_order",
        field: "members",
        rule: "`members` are sorted by their kind and their bytes, each once.",
        broken: |group| {
            let index = out_of_order(&group.members, |member| member)?;
            Some(format!("member {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

impl AlertGroup {
    /// The group of `labels` that the run makes.
    pub(crate) fn of(tenant: &TenantId, labels: &Labels, run: Run<Members>) -> Self {
        let Run { start, end, payload } = run;
        let Members { kept, unkept } = payload;
        Self {
            id: Self::id_of(tenant, labels, start),
            tenant: tenant.clone(),
            labels: labels.clone(),
            starts_at: start,
            ends_at: end,
            members: kept.into_iter().collect(),
            unkept,
        }
    }

    /// The id of the group of these labels whose first sighting was at `starts_at`.
    pub(crate) fn id_of(tenant: &TenantId, labels: &Labels, starts_at: Timestamp) -> ContentFingerprint {
        let starts_at = starts_at.to_string();
        let labels = labels.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
        ContentFingerprint::of_parts("alert-group", [tenant.as_str(), starts_at.as_str()].into_iter().chain(labels))
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.ends_at = self.ends_at.max(self.starts_at);
        self.members.sort();
        self.members.dedup();
        self.id = Self::id_of(&self.tenant, &self.labels, self.starts_at);
        self
    }
}

/// The alerts that were seen in one run.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Members {
    pub(crate) kept: std::collections::BTreeSet<Identity>,
    pub(crate) unkept: Count,
}

impl Payload for Members {
    fn join(&mut self, other: Self, _starts: Ordering) -> usize {
        let (more, mut fewer) = (&mut self.kept, other.kept);
        let both = more.len() + fewer.len();
        if fewer.len() > more.len() {
            std::mem::swap(more, &mut fewer);
        }
        more.extend(fewer);
        // A sum, although adding the same twice then counts twice: it is not zero only above the cap, where no law holds.
        self.unkept = self.unkept.plus(other.unkept.get());
        both - self.kept.len()
    }
}
