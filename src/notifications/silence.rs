//! A silence: the record, where it is in its life, and what it matches.

use std::cmp::Ordering;
use std::cmp::Reverse;

use crate::alerts::Annotations;
use crate::alerts::Labels;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::utils::AlertDuration;
use crate::utils::SilenceId;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::Timestamp;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

vocabulary! {
    /// Where a silence is in its life.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::SilenceState;
    ///
    /// assert_eq!("pending".parse(), Ok(SilenceState::Pending));
    /// ```
    [#[non_exhaustive]]
    pub enum SilenceState;
    error InvalidSilenceState in notifications, code "invalid_silence_state", noun "a state of a silence",
    derives [PartialOrd, Ord];
    /// It is still to come.
    Pending = "pending",
    /// It holds.
    Active = "active",
    /// It is over.
    Expired = "expired",
}

record! {
    /// A time in which nobody is notified of the alerts that match, who asked for it, and why.
    ///
    /// An alert is silenced if one of the matcher sets matches; a set matches if all of its matchers do.
    ///
    /// # Identity
    ///
    /// A silence is known by its tenant and its id. One that is posted without an id gets a derived one, see [`Silence::derived_id`] and
    /// [`Silences::set`](crate::notifications::Silences::set).
    ///
    /// # Validity
    ///
    /// As Alertmanager 0.33 checks it (`silence/silence.go`): there is a matcher set and none is empty; each has a `=` or `=~` that does not match an
    /// absent label, or a `!=` or `!~`; it does not end before it starts, and neither time is Go's zero time. [`Silence::warnings`] is stricter.
    /// `created_by` and `comment` may be empty, since Alertmanager takes it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceState};
    /// use alert_schemas::{AlertDuration, Labels, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut silence = Silence::new(r#"{instance="db-1"}"#.parse()?, start, start + AlertDuration::hours(2));
    /// silence.created_by = "ada".parse()?;
    /// silence.comment = "maintenance".parse()?;
    /// assert_eq!(silence.check(), Ok(()));
    /// assert_eq!(silence.state_at(start), SilenceState::Active);
    /// assert!(silence.matches(&Labels::from_pairs([("alertname", "DiskFull"), ("instance", "db-1")])?));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct Silence: closed in notifications;
    example r#"{"id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "matcher_sets": ["{alertname=\"DiskFull\",instance=\"db-1\"}"], "starts_at": "2025-01-06T09:00:00Z", "ends_at": "2025-01-06T11:00:00Z", "updated_at": "2025-01-06T08:55:00Z", "created_by": "ada", "comment": "maintenance"}"#;
    beyond { rules RULES; settle Silence::settled; }
    /// Whose silence it is: it silences no alert of another tenant. Default `default`.
    written tenant: TenantId as "tenant",
    /// Its id. Absent means that none was given.
    defaulted id: SilenceId as "id",
    /// What it matches: one of the sets, and in it all matchers; at most 100 sets.
    listed(Silence::MAX_SETS) matcher_sets: Matchers as "matcher_sets",
    /// From when on it holds, inclusive.
    required starts_at: Timestamp as "starts_at",
    /// Until when it holds, inclusive.
    required ends_at: Timestamp as "ends_at",
    /// When it was last changed; of two versions the newer one counts.
    required updated_at: Timestamp as "updated_at",
    /// Who made it. Default empty.
    defaulted created_by: Text<1_024> as "created_by",
    /// Why. Default empty.
    defaulted comment: Text<16_384> as "comment",
    /// Texts that describe it.
    defaulted annotations: Annotations as "annotations",
}

const RULES: &[Rule<Silence>] = &[
    Rule {
        code: "no_matcher_set",
        field: "matcher_sets",
        rule: "There is at least one matcher set.",
        broken: |silence| silence.matcher_sets.is_empty().then(|| "there is no matcher set: expected at least one".to_owned()),
    },
    Rule {
        code: "empty_matcher_set",
        field: "matcher_sets",
        rule: "No matcher set is empty.",
        broken: |silence| {
            let set = silence.matcher_sets.iter().position(Matchers::is_empty)?;
            Some(format!("matcher set {set} is empty and would match everything: expected at least one matcher"))
        },
    },
    Rule {
        code: "silences_everything",
        field: "matcher_sets",
        rule: "In each matcher set there is a matcher with `!=` or `!~`, or one with `=` or `=~` that does not match an absent label.",
        broken: |silence| {
            let set = silence.matcher_sets.iter().position(|set| !set.is_empty() && set.iter().all(needs_no_label))?;
            Some(format!("every matcher of matcher set {set} also matches an absent label: expected one that does not"))
        },
    },
    Rule {
        code: "silence_patterns_too_large",
        field: "matcher_sets",
        rule: "The patterns of all matcher sets take at most 8388608 bytes once compiled.",
        broken: |silence| {
            let bytes: usize = silence.matcher_sets.iter().flatten().map(Matcher::pattern_bytes).sum();
            (bytes > Matchers::MAX_PATTERN_BYTES)
                .then(|| format!("the patterns take {bytes} bytes once compiled: expected at most {}", Matchers::MAX_PATTERN_BYTES))
        },
    },
    Rule {
        code: "silence_time_missing",
        field: "starts_at",
        rule: "`starts_at` is not Go's zero time, 0001-01-01T00:00:00Z.",
        broken: |silence| is_zero(silence.starts_at).then(|| "`starts_at` is Go's zero time: expected when it starts".to_owned()),
    },
    Rule {
        code: "silence_time_missing",
        field: "ends_at",
        rule: "`ends_at` is not Go's zero time, 0001-01-01T00:00:00Z.",
        broken: |silence| is_zero(silence.ends_at).then(|| "`ends_at` is Go's zero time: expected when it ends".to_owned()),
    },
    Rule {
        code: "ends_before_start",
        field: "ends_at",
        rule: "`ends_at` is not before `starts_at`.",
        broken: |silence| {
            (silence.ends_at < silence.starts_at)
                .then(|| format!("`ends_at` {} is before `starts_at` {}", silence.ends_at, silence.starts_at))
        },
    },
];

fn is_zero(at: Timestamp) -> bool {
    at == Timestamp::min()
}

/// What Alertmanager's guard looks at: `=` and `=~` that match an absent label. It takes every `!=` and `!~` for one that tells alerts apart.
fn needs_no_label(matcher: &Matcher) -> bool {
    matches!(matcher.op(), MatchOp::Equal | MatchOp::Regex) && matcher.matches_value("")
}

impl Silence {
    /// How many matcher sets there may be.
    pub const MAX_SETS: usize = 100;

    /// How long Alertmanager keeps a silence after its end (`--data.retention`): 120 h.
    pub const DEFAULT_RETENTION: AlertDuration = AlertDuration::hours(120);

    /// A silence of the tenant `default` with one matcher set, without an id, last changed when it starts; every field can be set, as it is public.
    #[must_use]
    pub fn new(matchers: Matchers, starts_at: Timestamp, ends_at: Timestamp) -> Self {
        Self {
            tenant: TenantId::default(),
            id: SilenceId::default(),
            matcher_sets: vec![matchers],
            starts_at,
            ends_at,
            updated_at: starts_at,
            created_by: Text::default(),
            comment: Text::default(),
            annotations: Annotations::new(),
        }
    }

    /// Where it is in its life at `now`: pending before its start, expired after its end, active between, both ends included (Alertmanager 0.33,
    /// `silence/state.go`).
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceState};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let end = start + AlertDuration::hours(1);
    /// let silence = Silence::new("team=db".parse()?, start, end);
    /// assert_eq!(silence.state_at(end), SilenceState::Active);
    /// assert_eq!(silence.state_at(end + AlertDuration::millis(1)), SilenceState::Expired);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> SilenceState {
        if now < self.starts_at {
            SilenceState::Pending
        } else if now > self.ends_at {
            SilenceState::Expired
        } else {
            SilenceState::Active
        }
    }

    /// Whether it matches these labels, whatever the time.
    #[must_use]
    pub fn matches(&self, labels: &Labels) -> bool {
        self.matching_set(labels).is_some()
    }

    /// The first matcher set that matches these labels, whatever the time: its place in `matcher_sets`.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::{AlertDuration, Labels, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut silence = Silence::new("team=db".parse()?, start, start + AlertDuration::hours(1));
    /// silence.matcher_sets.push("team=web,env!=prod".parse()?);
    /// assert_eq!(silence.matching_set(&Labels::from_pairs([("team", "web")])?), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn matching_set(&self, labels: &Labels) -> Option<usize> {
        self.matcher_sets.iter().position(|set| set.matches(labels))
    }

    /// The id that this silence gets if none is given: derived from its tenant, times, author, comment, annotations and matcher sets, in their order.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceId};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = Silence::new("team=db".parse()?, start, start + AlertDuration::hours(1));
    /// let parts = ["default", "2025-01-06T09:00:00Z", "2025-01-06T10:00:00Z", "", "", "{}", r#"{team="db"}"#];
    /// assert_eq!(silence.derived_id(), SilenceId::derive(&parts));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn derived_id(&self) -> SilenceId {
        self.derive_id(&[])
    }

    pub(crate) fn derive_id(&self, before: &[&str]) -> SilenceId {
        let (start, end) = (self.starts_at.to_string(), self.ends_at.to_string());
        let annotations = self.annotations.to_string();
        let sets: Vec<String> = self.matcher_sets.iter().map(Matchers::to_string).collect();
        let own = [self.tenant.as_str(), &start, &end, self.created_by.as_str(), self.comment.as_str(), &annotations];
        let parts: Vec<&str> = before.iter().copied().chain(own).chain(sets.iter().map(String::as_str)).collect();
        SilenceId::derive(&parts)
    }

    /// The same silence with the derived id, where it has none.
    #[must_use]
    pub fn with_derived_id(mut self) -> Self {
        if self.id == SilenceId::default() {
            self.id = self.derived_id();
        }
        self
    }

    /// Whether it need not be kept at `now`: it ended `retention` ago or longer (Alertmanager keeps it 120 h, [`Silence::DEFAULT_RETENTION`]).
    #[must_use]
    pub fn is_forgettable_at(&self, now: Timestamp, retention: AlertDuration) -> bool {
        self.ends_at < now && now.since(self.ends_at) >= retention
    }

    /// The version of a silence that counts, of two with the same tenant and id.
    ///
    /// The newer one, by `updated_at`. Alertmanager keeps what it has where both are equally new, so that two servers may go on differing; here, where
    /// several people change a silence in the same instant, the version counts that hides less: the earlier end, then the later start; then the one
    /// whose matcher sets, author, comment and annotations sort higher. Hence the order of arrival does not matter, nor does repetition: merging is
    /// commutative, associative and idempotent.
    ///
    /// ```
    /// use alert_schemas::notifications::Silence;
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let long = Silence::new("team=db".parse()?, start, start + AlertDuration::hours(2));
    /// let mut short = long.clone();
    /// short.ends_at = start + AlertDuration::hours(1);
    /// assert_eq!(long.clone().merge(short.clone()), short);
    /// assert_eq!(short.clone().merge(long), short);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if other.counts_over(&self) { other } else { self }
    }

    /// Whether this version counts, and not the other; `false` if they are equal.
    pub(crate) fn counts_over(&self, other: &Self) -> bool {
        self.rank().cmp(&other.rank()) == Ordering::Greater
    }

    fn rank(&self) -> impl Ord + '_ {
        let rest = (&self.matcher_sets, &self.created_by, &self.comment, &self.annotations);
        (self.updated_at, Reverse(self.ends_at), self.starts_at, rest)
    }

    /// An arbitrary silence made to keep the rules.
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.matcher_sets.retain(|set| !set.is_empty() && !set.iter().all(needs_no_label));
        let mut left = Matchers::MAX_PATTERN_BYTES;
        self.matcher_sets.retain(|set| {
            let bytes: usize = set.iter().map(Matcher::pattern_bytes).sum();
            let fits = bytes <= left;
            left -= if fits { bytes } else { 0 };
            fits
        });
        if self.matcher_sets.is_empty() {
            self.matcher_sets.extend(Matcher::equal("alertname", "DiskFull").map(Matchers::from));
        }
        if is_zero(self.starts_at) {
            self.starts_at = Timestamp::UNIX_EPOCH;
        }
        self.ends_at = self.ends_at.max(self.starts_at);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(change: impl FnOnce(&mut Silence)) -> Vec<String> {
        let start: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let mut silence = Silence::new("team=db".parse().unwrap(), start, start);
        change(&mut silence);
        let report = silence.check().err().unwrap_or_default();
        report.violations().iter().map(|problem| format!("{} {}", problem.path, problem.code)).collect()
    }

    #[test]
    fn what_alertmanager_refuses_is_refused() {
        let none: [&str; 0] = [];
        let sets = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Matchers>>();
        assert_eq!(codes(|_| {}), none);
        assert_eq!(codes(|silence| silence.matcher_sets.clear()), ["/matcher_sets no_matcher_set"]);
        assert_eq!(codes(|silence| silence.matcher_sets = sets(&["a=b", "{}"])), ["/matcher_sets empty_matcher_set"]);
        for everything in ["a=\"\"", "a=~\".*\"", "a=\"\",b=~\"x|\""] {
            assert_eq!(codes(|silence| silence.matcher_sets = sets(&["a=b", everything])), ["/matcher_sets silences_everything"]);
        }
        // Alertmanager takes it, although it silences nearly everything; `warnings` tells.
        assert_eq!(codes(|silence| silence.matcher_sets = sets(&["job!=x"])), none);
        let zero = Timestamp::min();
        assert_eq!(codes(|silence| silence.starts_at = zero), ["/starts_at silence_time_missing"]);
        assert_eq!(codes(|silence| silence.ends_at = zero), ["/ends_at silence_time_missing", "/ends_at ends_before_start"]);
        let heavy = || Matchers::from(Matcher::new("host", MatchOp::Regex, r"\pL{40}").unwrap());
        assert_eq!(codes(|silence| silence.matcher_sets = vec![heavy(); 4]), none);
        assert_eq!(codes(|silence| silence.matcher_sets = vec![heavy(); 5]), ["/matcher_sets silence_patterns_too_large"]);
    }

    #[test]
    fn what_is_over_long_enough_may_go() {
        let start: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
        let silence = Silence::new("team=db".parse().unwrap(), start, start);
        let hour = AlertDuration::hours(1);
        assert!(!silence.is_forgettable_at(start, AlertDuration::ZERO));
        assert!(!silence.is_forgettable_at(start + AlertDuration::minutes(59), hour));
        assert!(silence.is_forgettable_at(start + hour, hour));
        assert!(!silence.is_forgettable_at(start.minus(hour), hour));
    }
}
