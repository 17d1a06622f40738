//! Into which group a sighting fell.

use crate::alerts::ContentFingerprint;
use crate::correlation::alert_group::AlertGroup;
use crate::correlation::options::MOST_KEYS;
use crate::validations::record;

record! {
    /// The answer to one sighting: into which group it fell, and what had to be forgotten for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{Placement, WindowGrouper};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).build()?;
    /// let mut grouper = WindowGrouper::new(&Settings::default());
    /// let first: Placement = grouper.add(&alert, t0);
    /// let second = grouper.add(&alert, t0);
    /// assert_eq!((first.opened, first.joined), (true, true));
    /// assert_eq!((second.opened, second.joined, second.group), (false, false, first.group));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Placement: closed in correlation;
    example r#"{"group": "v1:821241f4561deee2d86edfb0127429886b83d87dc6ceb6d52f3c49d625671174", "opened": true, "joined": true}"#;
    beyond {}
    /// The id of the group. One that is also among `evicted` was too old to be kept.
    required group: ContentFingerprint as "group",
    /// Whether the group began with this sighting.
    required opened: bool as "opened",
    /// Whether the alert was not a member yet.
    required joined: bool as "joined",
    /// The groups of the same tenant that were forgotten to make room, as they last were.
    list(MOST_KEYS) evicted: AlertGroup as "evicted",
}
