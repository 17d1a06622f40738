//! The status of an alert and the table of its changes.

use std::fmt;

use crate::utils::vocabulary;

vocabulary! {
    /// Where an alert is in its life.
    ///
    /// Suppression (silenced, inhibited, muted …) is no status: it stands beside it, so that the status is still there when it ends.
    ///
    /// # Transitions
    ///
    /// | from | fire | acknowledge | unacknowledge | resolve |
    /// |---|---|---|---|---|
    /// | `pending` | firing | – | – | resolved |
    /// | `firing` | firing | acknowledged | – | resolved |
    /// | `acknowledged` | acknowledged | acknowledged | firing | resolved |
    /// | `resolved` | firing | – | – | resolved |
    ///
    /// A repeated firing leaves an acknowledged alert acknowledged; a second person may acknowledge after the first.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::AlertStatus;
    /// use alert_schemas::alerts::AlertEvent;
    ///
    /// assert_eq!(AlertStatus::Firing.after(AlertEvent::Acknowledge), Ok(AlertStatus::Acknowledged));
    /// assert_eq!(
    ///     AlertStatus::Resolved.after(AlertEvent::Acknowledge).unwrap_err().to_string(),
    ///     "a resolved alert can't `acknowledge`: expected one of `fire` `resolve`",
    /// );
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "who handles a status must notice a new one")]]
    pub enum AlertStatus;
    error InvalidStatus in alerts, code "invalid_status", noun "an alert status",
    derives [PartialOrd, Ord];
    /// The condition holds, but not yet for as long as it must.
    Pending = "pending",
    /// It is happening.
    Firing = "firing",
    /// It is happening, and a person has taken it.
    Acknowledged = "acknowledged",
    /// It is over.
    Resolved = "resolved",
}

#[expect(clippy::derivable_impls, reason = "the table's macro takes no attribute on a value")]
impl Default for AlertStatus {
    fn default() -> Self {
        Self::Firing
    }
}

vocabulary! {
    /// What happens to an alert.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::AlertEvent;
    ///
    /// assert_eq!(AlertEvent::ALL.len(), 4);
    /// assert_eq!(AlertEvent::Resolve.to_string(), "resolve");
    /// ```
    [#[non_exhaustive]]
    pub enum AlertEvent;
    error InvalidAlertEvent in alerts, code "invalid_alert_event", noun "an alert event",
    derives [PartialOrd, Ord];
    /// The source says that it is happening.
    Fire = "fire",
    /// A person takes it.
    Acknowledge = "acknowledge",
    /// That person gives it back.
    Unacknowledge = "unacknowledge",
    /// It is over: by a signal, a person, or because nothing was heard.
    Resolve = "resolve",
}

vocabulary! {
    /// Why an alert ended, or will end at its `ends_at`.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::alerts::EndCause;
    ///
    /// assert_eq!(EndCause::Timeout.as_str(), "timeout");
    /// ```
    [#[non_exhaustive]]
    pub enum EndCause;
    error InvalidEndCause in alerts, code "invalid_end_cause", noun "a cause of an end",
    derives [PartialOrd, Ord];
    /// The source said so.
    Signal = "signal",
    /// A person closed it.
    Person = "person",
    /// Nothing was heard of it for too long.
    Timeout = "timeout",
}

/// One row of the table: from which status, by which event, to which status.
///
/// ```
/// use alert_schemas::AlertStatus;
/// use alert_schemas::alerts::Transition;
///
/// let from_pending: Vec<&Transition> = AlertStatus::transitions().iter().filter(|row| row.from == AlertStatus::Pending).collect();
/// assert_eq!(from_pending.len(), 2);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Transition {
    /// The status before.
    pub from: AlertStatus,
    /// What happens.
    pub event: AlertEvent,
    /// The status after.
    pub to: AlertStatus,
}

const fn row(from: AlertStatus, event: AlertEvent, to: AlertStatus) -> Transition {
    Transition { from, event, to }
}

const TRANSITIONS: &[Transition] = &[
    row(AlertStatus::Pending, AlertEvent::Fire, AlertStatus::Firing),
    row(AlertStatus::Pending, AlertEvent::Resolve, AlertStatus::Resolved),
    row(AlertStatus::Firing, AlertEvent::Fire, AlertStatus::Firing),
    row(AlertStatus::Firing, AlertEvent::Acknowledge, AlertStatus::Acknowledged),
    row(AlertStatus::Firing, AlertEvent::Resolve, AlertStatus::Resolved),
    row(AlertStatus::Acknowledged, AlertEvent::Fire, AlertStatus::Acknowledged),
    row(AlertStatus::Acknowledged, AlertEvent::Acknowledge, AlertStatus::Acknowledged),
    row(AlertStatus::Acknowledged, AlertEvent::Unacknowledge, AlertStatus::Firing),
    row(AlertStatus::Acknowledged, AlertEvent::Resolve, AlertStatus::Resolved),
    row(AlertStatus::Resolved, AlertEvent::Fire, AlertStatus::Firing),
    row(AlertStatus::Resolved, AlertEvent::Resolve, AlertStatus::Resolved),
];

impl AlertStatus {
    /// The whole table of changes.
    #[must_use]
    pub const fn transitions() -> &'static [Transition] {
        TRANSITIONS
    }

    /// The status after `event`.
    ///
    /// # Errors
    ///
    /// [`IllegalTransition`] if the event can't happen to an alert of this status; it names the events that can.
    ///
    /// ```
    /// use alert_schemas::AlertStatus;
    /// use alert_schemas::alerts::AlertEvent;
    ///
    /// assert_eq!(AlertStatus::Resolved.after(AlertEvent::Fire), Ok(AlertStatus::Firing));
    /// assert!(AlertStatus::Firing.after(AlertEvent::Unacknowledge).is_err());
    /// ```
    pub fn after(self, event: AlertEvent) -> Result<Self, IllegalTransition> {
        let row = TRANSITIONS.iter().find(|row| row.from == self && row.event == event);
        row.map(|row| row.to).ok_or(IllegalTransition { from: self, event })
    }

    /// The table as a Mermaid state diagram.
    ///
    /// ```
    /// use alert_schemas::AlertStatus;
    ///
    /// assert!(AlertStatus::mermaid().contains("firing --> acknowledged: acknowledge"));
    /// ```
    #[must_use]
    pub fn mermaid() -> String {
        let mut text = String::from("stateDiagram-v2\n    [*] --> pending\n    [*] --> firing\n");
        for Transition { from, event, to } in TRANSITIONS {
            text.push_str(&format!("    {from} --> {to}: {event}\n"));
        }
        text.push_str("    resolved --> [*]\n");
        text
    }
}

/// Why an event can't happen to an alert.
///
/// ```
/// use alert_schemas::AlertStatus;
/// use alert_schemas::alerts::{AlertEvent, IllegalTransition};
///
/// let error: IllegalTransition = AlertStatus::Pending.after(AlertEvent::Acknowledge).unwrap_err();
/// assert_eq!(error.allowed().collect::<Vec<_>>(), [AlertEvent::Fire, AlertEvent::Resolve]);
/// assert_eq!(error.code(), "illegal_transition");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct IllegalTransition {
    /// The status of the alert.
    pub from: AlertStatus,
    /// What was tried.
    pub event: AlertEvent,
}

impl IllegalTransition {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "illegal_transition"
    }

    /// The events that can happen instead.
    pub fn allowed(&self) -> impl Iterator<Item = AlertEvent> + use<> {
        let from = self.from;
        TRANSITIONS.iter().filter(move |row| row.from == from).map(|row| row.event)
    }
}

crate::utils::umbrella!(IllegalTransition);

impl fmt::Display for IllegalTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {} alert can't `{}`: expected one of", self.from, self.event)?;
        self.allowed().try_for_each(|event| write!(f, " `{event}`"))
    }
}

impl std::error::Error for IllegalTransition {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_status_and_event_has_at_most_one_row() {
        for from in AlertStatus::ALL {
            for event in AlertEvent::ALL {
                let rows = TRANSITIONS.iter().filter(|row| row.from == *from && row.event == *event).count();
                assert!(rows <= 1, "{from} {event}");
                assert_eq!(from.after(*event).is_ok(), rows == 1);
            }
        }
    }

    #[test]
    fn the_diagram_has_a_line_for_each_row() {
        let diagram = AlertStatus::mermaid();
        assert_eq!(diagram.lines().filter(|line| line.contains(": ")).count(), TRANSITIONS.len());
        assert!(diagram.starts_with("stateDiagram-v2\n"));
    }
}
