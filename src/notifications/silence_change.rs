//! What a change of a silence makes of it: pure, so that every store can do it.

use crate::notifications::silence::Silence;
use crate::notifications::silence::SilenceState;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Timestamp;

/// What came of a silence that was posted or ended, with each record as it is to be stored.
///
/// ```
/// use alert_schemas::notifications::{Silence, SilenceChange};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let silence = Silence::new("team=db".parse()?, now, now + AlertDuration::hours(1)).with_derived_id();
/// let mut longer = silence.clone();
/// longer.ends_at = now + AlertDuration::hours(2);
/// assert!(matches!(silence.change(longer, now), SilenceChange::Updated(_)));
///
/// let mut other = silence.clone();
/// other.matcher_sets = vec!["team=web".parse()?];
/// let change = silence.change(other, now);
/// assert_eq!(change.changed().count(), 2);
/// assert_ne!(change.silence().id, silence.id);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SilenceChange {
    /// There was none; this is the new one.
    Created(Silence),
    /// It was changed in place, under its id.
    Updated(Silence),
    /// It could not be changed in place: it was ended, where it was not over already, and a new one stands for it.
    Replaced {
        /// The old one, ended; `None` if it was over already.
        expired: Option<Silence>,
        /// The new one.
        created: Silence,
    },
    /// It was ended.
    Expired(Silence),
    /// It is there already, as this one.
    Unchanged(Silence),
}

impl SilenceChange {
    /// The silence that stands now for what was asked.
    #[must_use]
    pub fn silence(&self) -> &Silence {
        match self {
            Self::Created(silence) | Self::Updated(silence) | Self::Expired(silence) | Self::Unchanged(silence) => silence,
            Self::Replaced { created, .. } => created,
        }
    }

    /// The records that are new or changed: what is to be stored, and told to other servers.
    pub fn changed(&self) -> impl Iterator<Item = &Silence> {
        let (first, second) = match self {
            Self::Created(silence) | Self::Updated(silence) | Self::Expired(silence) => (Some(silence), None),
            Self::Replaced { expired, created } => (expired.as_ref(), Some(created)),
            Self::Unchanged(_) => (None, None),
        };
        first.into_iter().chain(second)
    }
}

impl Silence {
    /// Whether it may become `posted` under the same id at `now` (Alertmanager 0.33, `silence.go`, `canUpdate`).
    ///
    /// Its matcher sets are equal; and where it is active, the start is the same to the second and the new end is not past; where it is pending, the
    /// new start is not past; where it is expired, never.
    #[must_use]
    pub fn can_become(&self, posted: &Silence, now: Timestamp) -> bool {
        let seconds = |at: Timestamp| at.unix_millis().div_euclid(1_000);
        self.matcher_sets == posted.matcher_sets
            && match self.state_at(now) {
                SilenceState::Active => seconds(posted.starts_at) == seconds(self.starts_at) && posted.ends_at >= now,
                SilenceState::Pending => posted.starts_at >= now,
                SilenceState::Expired => false,
            }
    }

    /// What comes of this silence if `posted` is to stand in its place from `now` on (Alertmanager 0.33, `silence.go`, `Set`).
    ///
    /// It is changed in place where that [is allowed](Silence::can_become). Else it is ended and a new one is made, with an id derived from the old one,
    /// `now` (its end, if it is over), and what it says, so that the same call gives the same id; a start in the past becomes `now`. The tenant and id of
    /// `posted` are not looked at.
    #[must_use]
    pub fn change(&self, mut posted: Silence, now: Timestamp) -> SilenceChange {
        posted.tenant.clone_from(&self.tenant);
        posted.updated_at = now;
        if self.can_become(&posted, now) {
            posted.id = self.id;
            return SilenceChange::Updated(posted);
        }
        // After one that is over, the same may be posted at any later time: it is one silence all the same.
        let at = if self.state_at(now) == SilenceState::Expired { self.ends_at } else { now };
        posted.id = posted.derive_id(&[&self.id.to_string(), &at.to_string()]);
        SilenceChange::Replaced { expired: self.expire(now), created: posted.begun(now) }
    }

    /// The silence that is made of this one if it is new at `now`: a start in the past becomes `now`, and it gets a derived id where it has none.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceChange};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = Silence::new("team=db".parse()?, now.minus(AlertDuration::hours(1)), now + AlertDuration::hours(1));
    /// let SilenceChange::Created(created) = silence.clone().create(now) else { panic!("new") };
    /// assert_eq!((created.starts_at, created.updated_at, created.id), (now, now, silence.derived_id()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn create(self, now: Timestamp) -> SilenceChange {
        let mut created = self.with_derived_id();
        created.updated_at = now;
        SilenceChange::Created(created.begun(now))
    }

    fn begun(mut self, now: Timestamp) -> Self {
        self.starts_at = self.starts_at.max(now);
        self
    }

    /// It, ended at `now`; `None` if it is over already (Alertmanager 0.33, `silence.go`, `expire`).
    ///
    /// One that is active ends now, and is inactive from the next instant on; one that is pending starts and ends now.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let pending = Silence::new("team=db".parse()?, now + AlertDuration::hours(1), now + AlertDuration::hours(2));
    /// let ended = pending.expire(now).ok_or("it was not over")?;
    /// assert_eq!((ended.starts_at, ended.ends_at, ended.updated_at), (now, now, now));
    /// assert_eq!(ended.expire(now + AlertDuration::seconds(1)), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn expire(&self, now: Timestamp) -> Option<Silence> {
        let mut ended = self.clone();
        match self.state_at(now) {
            SilenceState::Expired => return None,
            SilenceState::Active => ended.ends_at = now,
            SilenceState::Pending => (ended.starts_at, ended.ends_at) = (now, now),
        }
        ended.updated_at = now;
        Some(ended)
    }

    /// Checks what is asked of a silence that is posted at `now`, beyond [`Silence::check`]: it ends after it starts, and not in the past (Alertmanager
    /// 0.33, `api/v2/api.go`).
    ///
    /// # Errors
    ///
    /// A [`Report`] of all problems.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let end: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = Silence::new("team=db".parse()?, end.minus(AlertDuration::hours(1)), end);
    /// assert_eq!(silence.check_for_set(end), Ok(()));
    /// let report = silence.check_for_set(end + AlertDuration::seconds(1)).unwrap_err();
    /// assert_eq!(report.to_string(), "/ends_at: `ends_at` 2025-01-06T09:00:00Z is in the past");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_for_set(&self, now: Timestamp) -> Result<(), Report> {
        let mut report = self.check().err().unwrap_or_default();
        let path = || Pointer::root().key("ends_at");
        if self.ends_at == self.starts_at {
            report.push(path(), "ends_before_start", format!("`ends_at` {} is not after the start", self.ends_at));
        } else if self.ends_at > self.starts_at && self.ends_at < now {
            report.push(path(), "ends_in_the_past", format!("`ends_at` {} is in the past", self.ends_at));
        }
        report.into_result(())
    }
}
