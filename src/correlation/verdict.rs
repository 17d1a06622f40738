//! What a reception of an alert turned out to be.

use std::fmt;

use crate::alerts::Identity;
use crate::utils::AlertId;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::record;

vocabulary! {
    /// What a reception of an alert is, compared with what was received before.
    ///
    /// Whatever is not resolved counts as firing here, pending and acknowledged alerts included.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::DedupVerdict;
    ///
    /// assert_eq!("reopened".parse(), Ok(DedupVerdict::Reopened));
    /// let worth_a_call: Vec<_> = DedupVerdict::ALL.iter().filter(|verdict| verdict.starts_firing()).collect();
    /// assert_eq!(worth_a_call, [&DedupVerdict::New, &DedupVerdict::Reopened]);
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "who acts on a verdict must notice a new one")]]
    pub enum DedupVerdict;
    error InvalidDedupVerdict in correlation, code "invalid_dedup_verdict", noun "a verdict of deduplication",
    derives [PartialOrd, Ord];
    /// It fires, and was not known, or had been resolved for longer than the window.
    New = "new",
    /// It fires as before, or is resolved as before, and says something else.
    Updated = "updated",
    /// It fires as before, or is resolved as before, and says the same; or it is older than what is known.
    Duplicate = "duplicate",
    /// It is over, and was not before.
    Resolved = "resolved",
    /// It fires again, no longer than the window after it had been resolved.
    Reopened = "reopened",
}

impl DedupVerdict {
    /// Whether something begins, or begins again, that was not happening before.
    #[must_use]
    pub const fn starts_firing(self) -> bool {
        matches!(self, Self::New | Self::Reopened)
    }
}

record! {
    /// The answer to one reception: what it is, under which id, and what had to be forgotten for it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::correlation::{DedupVerdict, Deduplicator, Observation};
    /// use alert_schemas::{Alert, AlertSeverity, Settings, Timestamp};
    ///
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?;
    /// let mut deduplicator = Deduplicator::new(&Settings::default());
    /// let first: Observation = deduplicator.observe(&alert, t0);
    /// assert_eq!((first.verdict, first.id, first.known), (DedupVerdict::New, alert.id, false));
    /// assert_eq!(first.to_string(), "new: not seen before");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Observation: closed in correlation;
    example r#"{"verdict": "resolved", "id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "known": true, "resolved_at": "2025-01-06T09:04:00Z"}"#;
    beyond {}
    /// What it is.
    required verdict: DedupVerdict as "verdict",
    /// The id of the alert that it belongs to: the own one of a new alert, else that of the side that began earlier.
    required id: AlertId as "id",
    /// Whether anything of this alert was known. A resolve of an unknown alert is `resolved` all the same.
    required known: bool as "known",
    /// Whether its content is older than what is known, such as a message that was delivered again: it changes nothing.
    defaulted late: bool as "late",
    /// When the alert was resolved: by this reception, or before it.
    optional resolved_at: Timestamp as "resolved_at",
    /// The alert of the same tenant that was forgotten to make room for this one.
    optional evicted: Identity as "evicted",
}

impl fmt::Display for Observation {
    /// The verdict and its reason, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.verdict)?;
        match (self.verdict, self.resolved_at) {
            (DedupVerdict::New, None) => f.write_str("not seen before"),
            (DedupVerdict::New, Some(at)) => write!(f, "fires again, longer than the window after it was resolved at {at}"),
            (DedupVerdict::Reopened, Some(at)) => write!(f, "fires again, within the window after it was resolved at {at}"),
            (DedupVerdict::Reopened, None) => f.write_str("fires again"),
            (DedupVerdict::Resolved, Some(at)) if self.known => write!(f, "over since {at}"),
            (DedupVerdict::Resolved, Some(at)) => write!(f, "over since {at}, and never seen firing"),
            (DedupVerdict::Resolved, None) => f.write_str("over"),
            (DedupVerdict::Duplicate, _) if self.late => f.write_str("older than what is known"),
            (DedupVerdict::Duplicate, None) => f.write_str("fires as before and says the same"),
            (DedupVerdict::Duplicate, Some(_)) => f.write_str("resolved as before and says the same"),
            (DedupVerdict::Updated, None) => f.write_str("fires as before and says something else"),
            (DedupVerdict::Updated, Some(_)) => f.write_str("resolved as before and says something else"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_as_a_line() {
        let at = Timestamp::UNIX_EPOCH;
        let line = |verdict, known, late, resolved_at| {
            Observation { verdict, id: AlertId::default(), known, late, resolved_at, evicted: None }.to_string()
        };
        let mut lines = Vec::new();
        for verdict in DedupVerdict::ALL {
            for known in [false, true] {
                for resolved_at in [None, Some(at)] {
                    lines.push(line(*verdict, known, false, resolved_at));
                }
            }
        }
        lines.push(line(DedupVerdict::Duplicate, true, true, None));
        lines.sort();
        lines.dedup();
        assert_eq!(
            lines,
            [
                "duplicate: fires as before and says the same",
                "duplicate: older than what is known",
                "duplicate: resolved as before and says the same",
                "new: fires again, longer than the window after it was resolved at 1970-01-01T00:00:00Z",
                "new: not seen before",
                "reopened: fires again",
                "reopened: fires again, within the window after it was resolved at 1970-01-01T00:00:00Z",
                "resolved: over",
                "resolved: over since 1970-01-01T00:00:00Z",
                "resolved: over since 1970-01-01T00:00:00Z, and never seen firing",
                "updated: fires as before and says something else",
                "updated: resolved as before and says something else",
            ]
        );
    }
}
