//! What changes between two predictions of what is sent.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::collections::VecDeque;
use std::fmt;
use std::fmt::Write as _;

use crate::notifications::names::ReceiverName;
use crate::notifications::planned_notification::PlannedNotification;
use crate::notifications::route_key::RouteId;
use crate::utils::Count;
use crate::utils::Timestamp;
use crate::validations::record;

/// The most notifications of one list.
const MOST: usize = 1 << 24;

record! {
    /// A notification that both predictions have, but not alike.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{ChangedNotification, PlannedNotification};
    ///
    /// let text = r#"{"at":"2025-01-06T09:00:30Z","receiver":"ops","group_key":"{}:{}","status":"firing","reason":"first notification","route":"{}"}"#;
    /// let before: PlannedNotification = serde_json::from_str(text)?;
    /// let mut after = before.clone();
    /// after.at = "2025-01-06T09:01:00Z".parse()?;
    /// assert_eq!(ChangedNotification::new(before, after).differences(), ["at"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct ChangedNotification: closed in notifications;
    example r#"{"before": {"at": "2025-01-06T09:00:30Z", "receiver": "ops", "group_key": "{}:{}", "status": "firing", "reason": "first notification", "route": "{}"}, "after": {"at": "2025-01-06T09:01:00Z", "receiver": "ops", "group_key": "{}:{}", "status": "firing", "reason": "first notification", "route": "{}"}}"#;
    beyond {}
    /// As it is before.
    required before: PlannedNotification as "before",
    /// As it is after.
    required after: PlannedNotification as "after",
}

impl ChangedNotification {
    /// The same notification before and after.
    #[must_use]
    pub fn new(before: PlannedNotification, after: PlannedNotification) -> Self {
        Self { before, after }
    }

    /// The fields that differ, of `at`, `group_key`, `status`, `reason` and `alerts`.
    #[must_use]
    pub fn differences(&self) -> Vec<&'static str> {
        let (before, after) = (&self.before, &self.after);
        let fields = [
            ("at", before.at != after.at),
            ("group_key", before.group_key != after.group_key),
            ("status", before.status != after.status),
            ("reason", before.reason != after.reason),
            ("alerts", before.alerts != after.alerts || before.truncated_alerts != after.truncated_alerts),
        ];
        fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

record! {
    /// What changes for one receiver.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::ReceiverDiff;
    ///
    /// let diff: ReceiverDiff = serde_json::from_str(r#"{"receiver":"ops","unchanged":3}"#)?;
    /// assert!(diff.is_unchanged());
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ReceiverDiff: closed in notifications;
    example r#"{"receiver": "ops", "unchanged": 3}"#;
    beyond {}
    /// Who is told.
    required receiver: ReceiverName as "receiver",
    /// What is told only before, by time.
    list(MOST) only_before: PlannedNotification as "only_before",
    /// What is told only after, by time.
    list(MOST) only_after: PlannedNotification as "only_after",
    /// What is told in both, but not alike, by the time before.
    list(MOST) changed: ChangedNotification as "changed",
    /// How many are the same in both.
    defaulted unchanged: Count as "unchanged",
}

impl ReceiverDiff {
    /// Whether nothing changes for this receiver.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.only_before.is_empty() && self.only_after.is_empty() && self.changed.is_empty()
    }
}

/// What changes for people: a line for the receiver, and one for each notification.
impl fmt::Display for ReceiverDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (gone, new, changed) = (self.only_before.len(), self.only_after.len(), self.changed.len());
        writeln!(f, "{}: {gone} no longer, {new} new, {changed} changed, {} as before", self.receiver, self.unchanged.get())?;
        let say = |one: &PlannedNotification| {
            format!("{} {} {} ({}, {} alerts)", one.at, one.group_key, one.status, one.reason, one.alerts.len())
        };
        for one in &self.only_before {
            writeln!(f, "  - {}", say(one))?;
        }
        for one in &self.only_after {
            writeln!(f, "  + {}", say(one))?;
        }
        for one in &self.changed {
            write!(f, "  ~ {}", say(&one.before))?;
            for field in one.differences() {
                match field {
                    "at" => write!(f, "; at {}", one.after.at)?,
                    "group_key" => write!(f, "; group {}", one.after.group_key)?,
                    "status" => write!(f, "; {}", one.after.status)?,
                    "reason" => write!(f, "; {}", one.after.reason)?,
                    _ => write!(f, "; {} alerts", one.after.alerts.len())?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// What of two notifications has to be alike for them to be taken for the same, the strictest first.
///
/// | step | alike |
/// |---|---|
/// | 0 | everything |
/// | 1 | group and time |
/// | 2 | group, status and alerts |
/// | 3 | time, status and alerts |
/// | 4 | status and alerts |
const STEPS: u8 = 5;

fn key(one: &PlannedNotification, step: u8) -> String {
    let mut key = format!("{}\0{}\0{}\0{}\0", one.tenant, one.receiver, one.integration, one.index.get());
    let (with_group, with_time, with_alerts) = (step < 3, step < 2 || step == 3, step != 1);
    // A text never fails.
    if step == 0 {
        let _ = write!(key, "{}\0{}\0", one.reason, one.truncated_alerts.get());
    }
    if with_group {
        let _ = write!(key, "{}\0", one.group_key);
    }
    if with_time {
        let _ = write!(key, "{}\0", one.at);
    }
    if with_alerts {
        let _ = write!(key, "{}\0", one.status);
        for alert in &one.alerts {
            let _ = write!(key, "{}{}", alert.fingerprint, alert.status);
        }
    }
    key
}

/// By what notifications are sorted. The route is no part of the key, but notifications that differ in it alone have to have an order.
fn place(one: &PlannedNotification) -> (Timestamp, String, RouteId) {
    (one.at, key(one, 0), one.route.clone())
}

fn sorted(list: &[PlannedNotification]) -> Vec<Option<&PlannedNotification>> {
    let mut list: Vec<&PlannedNotification> = list.iter().collect();
    list.sort_by_cached_key(|one| place(one));
    list.into_iter().map(Some).collect()
}

/// What changes between two predictions of what is sent, for each receiver by name, those for whom nothing changes included.
///
/// Notifications are paired within their tenant, receiver and channel, first those that are alike, then those of one group and time, then those of one group with
/// the same alerts, then those with the same alerts at one time, then those with the same alerts; of several the earliest with the earliest. What finds no
/// partner is only before or only after. The order of the lists changes nothing, and swapping them swaps the answer. That a route got another place is no change.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{PlannedNotification, diff_notifications};
///
/// let text = r#"{"at":"2025-01-06T09:00:30Z","receiver":"ops","group_key":"{}:{}","status":"firing","reason":"first notification","route":"{}"}"#;
/// let before: PlannedNotification = serde_json::from_str(text)?;
/// let mut after = before.clone();
/// after.at = "2025-01-06T09:01:00Z".parse()?;
/// let diff = diff_notifications(&[before], &[after.clone()]);
/// assert_eq!(
///     diff[0].to_string(),
///     "ops: 0 no longer, 0 new, 1 changed, 0 as before\n  ~ 2025-01-06T09:00:30Z {}:{} firing (first notification, 0 alerts); at 2025-01-06T09:01:00Z\n",
/// );
/// after.receiver = "pager".parse()?;
/// assert_eq!(diff_notifications(&[], &[after])[0].only_after.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn diff_notifications(before: &[PlannedNotification], after: &[PlannedNotification]) -> Vec<ReceiverDiff> {
    let mut receivers: BTreeMap<&ReceiverName, ReceiverDiff> = BTreeMap::new();
    for one in before.iter().chain(after) {
        receivers.entry(&one.receiver).or_insert_with(|| ReceiverDiff {
            receiver: one.receiver.clone(),
            only_before: Vec::new(),
            only_after: Vec::new(),
            changed: Vec::new(),
            unchanged: Count::ZERO,
        });
    }
    let (mut old, mut new) = (sorted(before), sorted(after));
    for step in 0..STEPS {
        let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
        for (place, one) in new.iter().enumerate().filter_map(|(place, one)| Some((place, (*one)?))) {
            places.entry(key(one, step)).or_default().push_back(place);
        }
        for slot in &mut old {
            let Some(one) = *slot else { continue };
            let partner = places.get_mut(&key(one, step)).and_then(VecDeque::pop_front).and_then(|place| new.get_mut(place)?.take());
            let (Some(partner), Some(diff)) = (partner, receivers.get_mut(&one.receiver)) else { continue };
            *slot = None;
            if step == 0 {
                diff.unchanged = diff.unchanged.plus(1);
            } else {
                diff.changed.push(ChangedNotification::new(one.clone(), partner.clone()));
            }
        }
    }
    for one in old.into_iter().flatten() {
        if let Some(diff) = receivers.get_mut(&one.receiver) {
            diff.only_before.push(one.clone());
        }
    }
    for one in new.into_iter().flatten() {
        if let Some(diff) = receivers.get_mut(&one.receiver) {
            diff.only_after.push(one.clone());
        }
    }
    let mut diffs: Vec<ReceiverDiff> = receivers.into_values().collect();
    for diff in &mut diffs {
        diff.changed.sort_by_cached_key(|changed| (place(&changed.before), place(&changed.after)));
    }
    diffs
}
