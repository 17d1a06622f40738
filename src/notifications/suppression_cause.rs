//! What keeps an alert from being told, and until when.

use std::fmt;

use crate::alerts::Matchers;
use crate::alerts::Suppression;
use crate::alerts::SuppressionReason;
use crate::notifications::inhibitor::InhibitedBy;
use crate::notifications::named_time_interval::NamedTimeInterval;
use crate::notifications::silences::SilencedBy;
use crate::utils::Count;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::validations::Limit;
use crate::validations::fit;
use crate::validations::record;

record! {
    /// One reason why nobody is told of an alert: the silence, the alert that inhibits, or the time interval, with the matchers that did it and its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, Silences, SuppressionCause};
    /// use alert_schemas::{AlertDuration, Labels, TenantId, Timestamp};
    ///
    /// let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut silence = Silence::new("instance=db-1".parse()?, now, now + AlertDuration::minutes(40));
    /// silence.id = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".parse()?;
    /// silence.comment = "maintenance db-1".parse()?;
    /// let mut silences = Silences::new();
    /// silences.merge_one(silence);
    ///
    /// let labels = Labels::from_pairs([("instance", "db-1")])?;
    /// let cause = SuppressionCause::silenced(&silences.silenced_by(&TenantId::default(), &labels, now)[0]);
    /// assert_eq!(cause.explain(now), "silenced by f81d4fae… {instance=\"db-1\"} (maintenance db-1, 40 min left)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct SuppressionCause: closed in notifications;
    example r#"{"reason": "silenced", "by": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "until": "2025-01-06T09:40:00Z", "matchers": "{instance=\"db-1\"}", "title": "maintenance db-1"}"#;
    beyond {}
    /// The kind of reason.
    required reason: SuppressionReason as "reason",
    /// What gave it: the id of a silence, the fingerprint of an alert that inhibits, the name of a time interval.
    required by: Text<1_024> as "by",
    /// When it ends by itself. Absent where that is not known.
    optional until: Timestamp as "until",
    /// What the alert matched: a matcher set of the silence, or the target matchers of the inhibition rule.
    optional matchers: Matchers as "matchers",
    /// What the alert that inhibits matched: the source matchers of the rule.
    optional source_matchers: Matchers as "source_matchers",
    /// The place of the inhibition rule in the configuration, from 0.
    optional rule: Count as "rule",
    /// What people call it: the comment of the silence, the name of the alert that inhibits. Cut after 1,024 characters.
    optional title: Text<1_024> as "title",
    /// Whether it is an interval outside of which nobody is told, and not one in which nobody is. Default `false`.
    defaulted outside: bool as "outside",
}

/// The text, cut where it is too long; `None` if there is nothing to see.
fn shown<const MAX: usize>(text: &str) -> Option<Text<MAX>> {
    let cut = fit(text.trim(), Limit::Characters(MAX)).text;
    Text::new(cut).ok().filter(|text| !text.is_empty())
}

/// How long it is until `until`, as people say it: rounded to the minute from two minutes on, to the day from two days on.
pub(crate) fn time_left(now: Timestamp, until: Timestamp) -> String {
    let seconds = until.since(now).as_millis().div_ceil(1_000);
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", (seconds + 30) / 60),
        7_200..172_800 => {
            let minutes = (seconds + 30) / 60;
            if minutes.is_multiple_of(60) { format!("{} h", minutes / 60) } else { format!("{} h {} min", minutes / 60, minutes % 60) }
        }
        _ => format!("{} d", (seconds + 43_200) / 86_400),
    }
}

impl SuppressionCause {
    fn new(reason: SuppressionReason, by: &str, until: Option<Timestamp>) -> Self {
        let by = shown(by).unwrap_or_default();
        Self { reason, by, until, matchers: None, source_matchers: None, rule: None, title: None, outside: false }
    }

    /// That a silence silences the alert.
    #[must_use]
    pub fn silenced(by: &SilencedBy<'_>) -> Self {
        let id = by.silence.id.to_string();
        let cause = Self::new(SuppressionReason::Silenced, &id, Some(by.silence.ends_at));
        Self { matchers: Some(by.matchers().clone()), title: shown(by.silence.comment.as_str()), ..cause }
    }

    /// That another alert inhibits the alert.
    #[must_use]
    pub fn inhibited(by: &InhibitedBy<'_>) -> Self {
        let cause = Self::new(SuppressionReason::Inhibited, &by.fingerprint.to_string(), by.until);
        Self {
            matchers: Some(by.target_matchers().clone()),
            source_matchers: Some(by.source_matchers().clone()),
            rule: Count::try_from(by.rule_index as u64).ok(),
            title: by.source.get("alertname").and_then(shown),
            ..cause
        }
    }

    /// That a time interval mutes the route, which is active `outside` of it, or not.
    #[must_use]
    pub fn muted(by: &NamedTimeInterval, outside: bool, now: Timestamp) -> Self {
        Self { outside, ..Self::new(SuppressionReason::Muted, by.name.as_str(), by.next_change(now)) }
    }

    /// The reason as it stands beside the status of an alert.
    #[must_use]
    pub fn suppression(&self) -> Suppression {
        let by = shown(self.by.as_str()).unwrap_or_default();
        Suppression { until: self.until, ..Suppression::new(self.reason, by) }
    }

    /// The reason for people: what, by which matchers, its title, and how long it lasts from `now` on.
    #[must_use]
    pub fn explain(&self, now: Timestamp) -> String {
        let mut text = self.to_string();
        let left = self.until.map(|until| format!("{} left", time_left(now, until)));
        let title = self.title.as_ref().map(|title| title.as_str().split_whitespace().collect::<Vec<_>>().join(" "));
        let notes: Vec<String> = title.into_iter().chain(left).collect();
        if !notes.is_empty() {
            text.push_str(&format!(" ({})", notes.join(", ")));
        }
        text
    }
}

/// What did it, without its title and end.
impl fmt::Display for SuppressionCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.reason {
            SuppressionReason::Silenced => {
                // Nobody reads the whole id at night; the data have it.
                let short: String = self.by.as_str().chars().take(8).collect();
                write!(f, "silenced by {short}…")?;
                self.matchers.as_ref().map_or(Ok(()), |matchers| write!(f, " {matchers}"))
            }
            SuppressionReason::Inhibited => {
                write!(f, "inhibited by {}", self.by)?;
                match (&self.source_matchers, self.rule) {
                    (Some(matchers), Some(rule)) => write!(f, " {matchers} (rule {rule})"),
                    _ => Ok(()),
                }
            }
            SuppressionReason::Muted if self.outside => write!(f, "outside of the active time interval `{}`", self.by),
            SuppressionReason::Muted => write!(f, "muted by the time interval `{}`", self.by),
            other => write!(f, "{other} by {}", self.by),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::utils::AlertDuration;

    #[test]
    fn time_left_is_rounded_for_people() {
        let left = |seconds| time_left(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + AlertDuration::seconds(seconds));
        let texts = [0, 59, 119, 120, 2_399, 7_199, 7_200, 9_000, 172_799, 172_800, 400_000].map(left);
        assert_eq!(texts, ["0 s", "59 s", "119 s", "2 min", "40 min", "120 min", "2 h", "2 h 30 min", "48 h", "2 d", "5 d"]);
    }
}
