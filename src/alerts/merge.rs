//! Merging two receptions of the same alert.

use crate::alerts::alert::Alert;
use crate::alerts::status::AlertStatus;
use crate::alerts::status::EndCause;
use crate::utils::Timestamp;

impl Alert {
    /// Whether the active times of both overlap, so that a receiver merges them (Alertmanager 0.33, `provider/mem`): one of this alert's
    /// ends or starts lies strictly inside the other's time.
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
    /// use alert_schemas::alerts::EndCause;
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let at = |minutes| t0 + AlertDuration::minutes(minutes);
    /// let alert = |from, to| Alert::builder("disk full", AlertSeverity::High, at(from)).ends_at(at(to), EndCause::Signal).build();
    /// assert!(alert(0, 5)?.overlaps(&alert(3, 8)?));
    /// assert!(!alert(0, 5)?.overlaps(&alert(5, 8)?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn overlaps(&self, newer: &Alert) -> bool {
        let end = |alert: &Alert| alert.ends_at.unwrap_or(Timestamp::max());
        let inside = |at| self.starts_at < at && at < end(self);
        inside(end(newer)) || inside(newer.starts_at)
    }

    /// The younger of two receptions of the same alert, with what the older one still adds, at `now`.
    ///
    /// The rule is Alertmanager's (0.33, `alert/alert.go`): the one updated later wins with all its content; the start is the earlier one; the
    /// older one's end is kept where it is later and
    ///
    /// * both are resolved at `now`, or
    /// * the younger one still fires and the older one's end was set by its sender, not by a timeout.
    ///
    /// Beyond that rule: an end that is kept keeps its cause (Alertmanager takes it for a timeout from then on, and drops it at the next reception
    /// without an end); no known end counts as a timeout; equal update times are decided by the larger content fingerprint, then by the later end,
    /// so that the order of the two never matters; the id is that of the side that started earlier (tie: the smaller id); counters take the larger.
    ///
    /// # Laws
    ///
    /// For every `a`, `b` and `now`: `a.merge(&b, now) == b.merge(&a, now)` and `a.merge(&a, now) == a`. Merging three is **not** independent
    /// of the grouping: take `a` (updated first, explicit end 09:10), `b` (then, timeout at 09:20) and `c` (last, timeout at 09:05), all firing.
    /// `(a · b) · c` first drops `a`'s end for `b`'s later one, which is then no explicit end and gives way to `c`: 09:05. `a · (b · c)` keeps 09:10.
    /// So fold in the order of arrival; the [`Deduplicator`](crate::correlation::Deduplicator) keeps a state for which any order gives the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let t1 = t0 + AlertDuration::minutes(1);
    /// let older = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let younger = Alert::builder("disk still full", AlertSeverity::High, t1).name("DiskFull").build()?;
    /// let merged = older.merge(&younger, t1);
    /// assert_eq!((merged.message.as_str(), merged.starts_at, merged.id), ("disk still full", t0, older.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn merge(&self, other: &Alert, now: Timestamp) -> Alert {
        if self == other {
            return self.clone();
        }
        let age =
            |alert: &Alert| (alert.last_seen(), alert.content_fingerprint(), alert.ends_at, alert.starts_at, alert.id, alert.end_cause);
        let (older, younger) = if age(self) <= age(other) { (self, other) } else { (other, self) };
        let mut merged = younger.clone();
        merged.starts_at = older.starts_at.min(younger.starts_at);
        merged.id = match older.starts_at.cmp(&younger.starts_at) {
            std::cmp::Ordering::Less => older.id,
            std::cmp::Ordering::Equal => older.id.min(younger.id),
            std::cmp::Ordering::Greater => younger.id,
        };
        merged.times_repeated = older.times_repeated.max(younger.times_repeated);
        merged.times_refired = older.times_refired.max(younger.times_refired);
        let resolved = |alert: &Alert| alert.status_at(now) == AlertStatus::Resolved;
        let keeps_end = if resolved(younger) { resolved(older) } else { older.end_cause != Some(EndCause::Timeout) };
        if let (true, Some(end)) = (keeps_end, older.ends_at)
            && younger.ends_at.is_none_or(|younger_end| younger_end < end)
            && (younger.ends_at.is_some() || resolved(younger))
        {
            merged.ends_at = Some(end);
            merged.end_cause = older.end_cause;
        }
        merged
    }
}
