//! What deciding remembers, to be stored and read back.

use crate::notifications::dispatch_state::DispatchState;
use crate::notifications::notification_log::NotificationLogState;
use crate::utils::StateVersion;
use crate::validations::record;

record! {
    /// What deciding who is told remembers: the groups with their alerts, and what each receiver was told last.
    ///
    /// Silences are stored beside it, as [`StoredSilences`](crate::notifications::StoredSilences), because people change them elsewhere. Equal states have equal JSON.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Decider, DecisionPlan, DecisionState, NotificationConfig, Receiver, Route};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let mut config = NotificationConfig::new(Route::builder().receiver("ops").build()?);
    /// config.receivers.push(Receiver::new("ops".parse()?));
    /// let mut before = Decider::new(DecisionPlan::new(&config)?);
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// before.receive(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, t0);
    ///
    /// let stored = serde_json::to_vec(&before.state())?;
    /// let state = DecisionState::decode(&stored, &DecodeLimits::default())?;
    /// let after = Decider::from_state(DecisionPlan::new(&config)?, state)?;
    /// assert_eq!(after.next_due(), before.next_due());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DecisionState: closed in notifications;
    example r#"{"version": 1, "dispatch": {"version": 1}, "log": {"version": 1}}"#;
    beyond {}
    /// The version of this form.
    required version: StateVersion as "version",
    /// The groups and their alerts.
    required dispatch: DispatchState as "dispatch",
    /// What each receiver was told last.
    required log: NotificationLogState as "log",
}

impl DecisionState {
    /// What is remembered before anything happened.
    #[must_use]
    pub fn new() -> Self {
        let dispatcher = crate::notifications::dispatcher::Dispatcher::default();
        let log = crate::notifications::notification_log::NotificationLog::new();
        Self { version: StateVersion, dispatch: dispatcher.state(), log: log.state() }
    }
}

impl Default for DecisionState {
    fn default() -> Self {
        Self::new()
    }
}
