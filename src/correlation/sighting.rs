//! What deduplication needs to know of one reception of an alert.

use crate::alerts::Alert;
use crate::alerts::AlertKey;
use crate::alerts::AlertStatus;
use crate::alerts::ContentFingerprint;
use crate::utils::AlertId;
use crate::utils::Timestamp;

/// One reception of an alert, reduced to what deduplication needs: a few small values instead of the whole alert.
///
/// Hashing an alert costs far more than the step itself. A pipeline computes the sighting once, where the alert comes in, on as many
/// threads as it likes, and sends it to the shard of its key.
///
/// # Times
///
/// | field | is | where it is absent |
/// |---|---|---|
/// | `starts_at` | the alert's | – |
/// | `changed_at` | the alert's `updated_at`, not before `starts_at` | its `received_at`, else `now` |
/// | `seen_at` | the later of `updated_at` and `received_at` | `now` |
///
/// Neither of the last two is later than `now`: a sender whose clock is ahead must not make everything after it look late. So the same alert with the
/// same `now` always gives the same sighting. Pass as `now` the time of the event (such as the time that a queue stamped on the message); where
/// messages are delivered again with another `now`, only alerts that carry `updated_at` or `received_at` are recognised.
///
/// # Examples
///
/// ```
/// use alert_schemas::correlation::{DedupVerdict, Deduplicator, Sighting};
/// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
///
/// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
/// let sighting = Sighting::of(&alert, t0);
/// assert_eq!((sighting.id, sighting.starts_at, sighting.resolved), (alert.id, t0, false));
///
/// let mut deduplicator = Deduplicator::new(&Settings::default());
/// assert_eq!(deduplicator.observe_sighting(&sighting).verdict, DedupVerdict::New);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// Which alert of whom it is.
    pub key: AlertKey,
    /// The alert's own id.
    pub id: AlertId,
    /// What it says.
    pub content: ContentFingerprint,
    /// When it began.
    pub starts_at: Timestamp,
    /// When its content last changed.
    pub changed_at: Timestamp,
    /// Whether the sender said when its content changed: else `changed_at` is a time of this side, and the two are not compared.
    pub changed_by_sender: bool,
    /// When it was heard of.
    pub seen_at: Timestamp,
    /// When it ended, or will end if nothing more is heard.
    pub ends_at: Option<Timestamp>,
    /// Whether it was over when it was received.
    pub resolved: bool,
}

impl Sighting {
    /// What the reception of `alert` at `now` says.
    ///
    /// An alert without an id has the one that tenant, identity and start give.
    #[must_use]
    pub fn of(alert: &Alert, now: Timestamp) -> Self {
        let key = alert.key();
        let id = if alert.id == AlertId::default() { alert.derived_id() } else { alert.id };
        let changed_at = alert.updated_at.or(alert.received_at).unwrap_or(now).max(alert.starts_at).min(now);
        let seen_at = alert.updated_at.max(alert.received_at).unwrap_or(now).min(now);
        Self {
            key,
            id,
            content: alert.content_fingerprint(),
            starts_at: alert.starts_at,
            changed_at,
            changed_by_sender: alert.updated_at.is_some(),
            seen_at,
            ends_at: alert.ends_at,
            resolved: alert.status_at(now) == AlertStatus::Resolved,
        }
    }

    /// The last instant at which it is known to have fired: its end if it is over, else when it was heard of; never before its start.
    ///
    /// From `starts_at` to this is the interval that a sighting adds to the sessions of its key.
    ///
    /// ```
    /// use alert_schemas::correlation::Sighting;
    /// use alert_schemas::alerts::EndCause;
    /// use alert_schemas::{Alert, AlertDuration, AlertSeverity, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let t4 = t0 + AlertDuration::minutes(4);
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).ends_at(t4, EndCause::Timeout).build()?;
    /// assert_eq!(Sighting::of(&alert, t0).fired_until(), t0);
    /// assert_eq!(Sighting::of(&alert, t4 + AlertDuration::hours(1)).fired_until(), t4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fired_until(&self) -> Timestamp {
        let last = if self.resolved { self.ends_at.unwrap_or(self.seen_at) } else { self.seen_at };
        last.max(self.starts_at)
    }

    /// When it ended, if it is over.
    pub(crate) fn ended(&self) -> Option<Timestamp> {
        self.resolved.then(|| self.fired_until())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::AlertSeverity;
    use crate::alerts::EndCause;
    use crate::utils::AlertDuration;

    fn at(minutes: u32) -> Timestamp {
        Timestamp::UNIX_EPOCH + AlertDuration::minutes(minutes)
    }

    fn alert() -> Alert {
        Alert::new("x".parse().unwrap(), AlertSeverity::Low, at(10))
    }

    #[test]
    fn times_that_are_absent_are_now() {
        let sighting = Sighting::of(&alert(), at(20));
        assert_eq!((sighting.changed_at, sighting.seen_at, sighting.changed_by_sender), (at(20), at(20), false));
        assert_eq!(sighting.id, alert().derived_id());
    }

    #[test]
    fn the_sender_says_when_it_changed_and_both_when_it_was_seen() {
        let mut alert = alert();
        alert.received_at = Some(at(15));
        let sighting = Sighting::of(&alert, at(20));
        assert_eq!((sighting.changed_at, sighting.seen_at, sighting.changed_by_sender), (at(15), at(15), false));
        alert.updated_at = Some(at(12));
        let sighting = Sighting::of(&alert, at(20));
        assert_eq!((sighting.changed_at, sighting.seen_at, sighting.changed_by_sender), (at(12), at(15), true));
    }

    #[test]
    fn no_time_is_later_than_now_and_no_change_before_the_start() {
        let mut alert = alert();
        alert.updated_at = Some(Timestamp::max());
        let sighting = Sighting::of(&alert, at(20));
        assert_eq!((sighting.changed_at, sighting.seen_at), (at(20), at(20)));
        alert.updated_at = Some(at(1));
        assert_eq!(Sighting::of(&alert, at(20)).changed_at, at(10));
        let future = Sighting::of(&alert, at(5));
        assert_eq!((future.changed_at, future.fired_until()), (at(5), at(10)));
    }

    #[test]
    fn an_end_counts_once_it_has_come() {
        let mut alert = alert();
        alert.ends_at = Some(at(14));
        alert.end_cause = Some(EndCause::Timeout);
        assert_eq!(Sighting::of(&alert, at(13)).ended(), None);
        assert_eq!(Sighting::of(&alert, at(14)).ended(), Some(at(14)));
        // Not valid, but no function of this crate relies on validity.
        alert.ends_at = Some(at(1));
        assert_eq!(Sighting::of(&alert, at(20)).ended(), Some(at(10)));
        alert.ends_at = None;
        alert.status = AlertStatus::Resolved;
        assert_eq!(Sighting::of(&alert, at(20)).ended(), Some(at(20)));
    }
}
