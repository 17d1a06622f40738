//! Warnings of silences that hide more than was meant.

use std::fmt;

use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::notifications::silence::Silence;
use crate::utils::Pointer;

/// What a silence is warned of, beyond what [`Silence::check`] refuses.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::SilenceGuard;
///
/// assert_eq!(SilenceGuard::default().least_matchers, 0);
/// assert_eq!(SilenceGuard::default().with_least_matchers(2).least_matchers, 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SilenceGuard {
    /// How many matchers of each set must tell alerts apart by themselves (such as `instance="db-1"`; `job!="x"` does not). Default 0, no minimum.
    pub least_matchers: usize,
}

impl SilenceGuard {
    /// The same guard with another minimum of matchers.
    #[must_use]
    pub fn with_least_matchers(mut self, least: usize) -> Self {
        self.least_matchers = least;
        self
    }
}

/// Why a silence may hide too much.
///
/// ```
/// use alert_schemas::notifications::SilenceWarningKind;
///
/// assert_eq!(SilenceWarningKind::Absent.code(), "silence_matches_absent");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SilenceWarningKind {
    /// It matches every alert: the set is empty, or every matcher is a pattern such as `.*`.
    Everything,
    /// It matches every alert that has none of the labels it names, such as `job!="x"` alone, which silences everything but `x`.
    Absent,
    /// It matches every alert that has a label, whatever the value, such as `alertname=~".+"`.
    AnyValue,
    /// Fewer matchers tell alerts apart than the guard asks for.
    FewMatchers,
}

impl SilenceWarningKind {
    /// The stable code of this warning, as listed in the error catalogue.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Everything => "silence_matches_everything",
            Self::Absent => "silence_matches_absent",
            Self::AnyValue => "silence_matches_any_value",
            Self::FewMatchers => "silence_few_matchers",
        }
    }
}

/// A warning that a silence may hide too much. It is no error: the silence is as it was asked for.
///
/// ```
/// use alert_schemas::notifications::{Silence, SilenceGuard, SilenceWarning};
/// use alert_schemas::{AlertDuration, Timestamp};
///
/// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
/// let silence = Silence::new("job!=x".parse()?, start, start + AlertDuration::hours(1));
/// assert_eq!(silence.check(), Ok(()));
/// let warnings: Vec<SilenceWarning> = silence.warnings(&SilenceGuard::default());
/// assert_eq!(
///     warnings[0].to_string(),
///     r#"/matcher_sets/0: `{job!="x"}` matches every alert without the label `job`, and more: expected a matcher such as `alertname="…"`"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SilenceWarning {
    /// The matcher set that it is about: its place in `matcher_sets`.
    pub set: usize,
    /// What it is.
    pub kind: SilenceWarningKind,
    /// What it means, for a person.
    pub message: String,
}

impl SilenceWarning {
    /// The stable code of this warning, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Where in the silence it is.
    #[must_use]
    pub fn path(&self) -> Pointer {
        Pointer::root().key("matcher_sets").index(self.set)
    }
}

impl fmt::Display for SilenceWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path(), self.message)
    }
}

/// How much a matcher lets through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Any value, and none.
    Everything,
    /// Any value.
    AnyValue,
    /// No value, and some or all of the others.
    Absent,
    /// Some values.
    Some,
}

/// Values that no pattern matches all of unless it matches about everything.
const PROBES: [&str; 8] = ["a", "Z", "0", "-", "é", " x", "q7/🔥.z", "Critical_db-17.example.org:9100"];

fn reach(matcher: &Matcher) -> Reach {
    let takes_absent = matcher.matches_value("");
    // Only patterns are asked: what is merely not equal to one value still lets any other through.
    let takes_all = match matcher.op() {
        MatchOp::Equal => false,
        MatchOp::NotEqual => matcher.value().is_empty(),
        MatchOp::Regex => PROBES.iter().all(|value| matcher.matches_value(value)),
        MatchOp::NotRegex => !takes_absent && PROBES.iter().all(|value| matcher.matches_value(value)),
    };
    match (takes_all, takes_absent) {
        (true, true) => Reach::Everything,
        (true, false) => Reach::AnyValue,
        (false, true) => Reach::Absent,
        (false, false) => Reach::Some,
    }
}

fn names(set: &Matchers, wanted: Reach) -> String {
    let mut names: Vec<String> = set
        .iter()
        .filter(|matcher| reach(matcher) == wanted)
        .map(|matcher| format!("`{}`", crate::utils::excerpt(matcher.name())))
        .collect();
    names.sort();
    names.dedup();
    let more = names.len().saturating_sub(4);
    names.truncate(4);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("label{} {}{rest}", if names.len() > 1 { "s" } else { "" }, names.join(", "))
}

/// What a set of matchers is warned of.
fn warn(set: &Matchers, guard: &SilenceGuard) -> Option<(SilenceWarningKind, String)> {
    let shown = || crate::utils::excerpt(&set.to_string());
    let reaches: Vec<Reach> = set.iter().map(reach).collect();
    let telling = reaches.iter().filter(|reach| **reach == Reach::Some).count();
    let has = |wanted| reaches.contains(&wanted);
    let advice = "expected a matcher such as `alertname=\"…\"`";
    if telling > 0 {
        let message = || {
            let least = guard.least_matchers;
            format!("`{}` is told apart by {telling} of its matchers: expected at least {least}", shown())
        };
        (telling < guard.least_matchers).then(|| (SilenceWarningKind::FewMatchers, message()))
    } else if has(Reach::AnyValue) {
        let message = format!("`{}` matches alerts with any value of the {}: {advice}", shown(), names(set, Reach::AnyValue));
        Some((SilenceWarningKind::AnyValue, message))
    } else if has(Reach::Absent) {
        let message = format!("`{}` matches every alert without the {}, and more: {advice}", shown(), names(set, Reach::Absent));
        Some((SilenceWarningKind::Absent, message))
    } else {
        Some((SilenceWarningKind::Everything, format!("`{}` matches every alert: {advice}", shown())))
    }
}

impl Silence {
    /// What it should be asked about before it is believed: matcher sets that hide more than one thing, at most one warning a set.
    ///
    /// Alertmanager's guard, which [`Silence::check`] has, takes `job!="x"`, although it silences everything else; this one tells. Whether a pattern
    /// lets everything through is found out with a few unlike values, so that an unusual pattern may be warned of although it leaves something out.
    ///
    /// ```
    /// use alert_schemas::notifications::{Silence, SilenceGuard, SilenceWarningKind};
    /// use alert_schemas::{AlertDuration, Timestamp};
    ///
    /// let start: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let silence = |matchers: &str| Ok::<_, alert_schemas::Error>(Silence::new(matchers.parse()?, start, start + AlertDuration::hours(1)));
    /// let kinds = |matchers: &str, guard: &SilenceGuard| {
    ///     Ok::<_, alert_schemas::Error>(silence(matchers)?.warnings(guard).iter().map(|warning| warning.kind).collect::<Vec<_>>())
    /// };
    /// let guard = SilenceGuard::default();
    /// assert_eq!(kinds(r#"alertname=~".+""#, &guard)?, [SilenceWarningKind::AnyValue]);
    /// assert_eq!(kinds("instance=db-1", &guard)?, []);
    /// assert_eq!(kinds("instance=db-1", &guard.with_least_matchers(2))?, [SilenceWarningKind::FewMatchers]);
    /// # Ok::<(), alert_schemas::Error>(())
    /// ```
    #[must_use]
    pub fn warnings(&self, guard: &SilenceGuard) -> Vec<SilenceWarning> {
        let warned = self.matcher_sets.iter().enumerate().filter_map(|(set, matchers)| Some((set, warn(matchers, guard)?)));
        warned.map(|(set, (kind, message))| SilenceWarning { set, kind, message }).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::utils::Timestamp;

    use super::*;

    fn kind(matchers: &str) -> Option<SilenceWarningKind> {
        let at = Timestamp::UNIX_EPOCH;
        let warnings = Silence::new(matchers.parse().unwrap(), at, at).warnings(&SilenceGuard::default());
        warnings.first().map(|warning| warning.kind)
    }

    #[test]
    fn over_broad_sets_are_told() {
        use SilenceWarningKind::*;
        for text in ["{}", "a=~\".*\"", "a=~\"(?s).*\",b=~\"(.|x)*\""] {
            assert_eq!(kind(text), Some(Everything), "{text}");
        }
        for text in ["job!=x", "job!~\"x|y\"", "job!=x,a=\"\"", "job!=x,a=~\".*\"", "a=\"\"", "a!~\".+\"", "a=~\"x|\""] {
            assert_eq!(kind(text), Some(Absent), "{text}");
        }
        for text in ["alertname=~\".+\"", "alertname!=\"\"", "alertname!~\"\"", "alertname=~\".+\",job!=x", "a=~\"(.|x)+\""] {
            assert_eq!(kind(text), Some(AnyValue), "{text}");
        }
        for text in ["a=b", "a=~\"db-.*\"", "a=~\"db.+\",b!=x", "a!~\"|x.*|y\",a=z"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn messages_name_the_labels() {
        let at = Timestamp::UNIX_EPOCH;
        let say = |text: &str, least| {
            let guard = SilenceGuard::default().with_least_matchers(least);
            Silence::new(text.parse().unwrap(), at, at).warnings(&guard).first().map(ToString::to_string).unwrap_or_default()
        };
        assert_eq!(say("{}", 0), "/matcher_sets/0: `{}` matches every alert: expected a matcher such as `alertname=\"…\"`");
        assert_eq!(
            say("b!=x,a!=x,b!=y", 0),
            "/matcher_sets/0: `{b!=\"x\",a!=\"x\",b!=\"y\"}` matches every alert without the labels `a`, `b`, and more: expected a matcher such as \
             `alertname=\"…\"`"
        );
        assert_eq!(
            say("a=~\".+\"", 0),
            "/matcher_sets/0: `{a=~\".+\"}` matches alerts with any value of the label `a`: expected a matcher such as `alertname=\"…\"`"
        );
        assert_eq!(say("a=b,c!=d", 2), "/matcher_sets/0: `{a=\"b\",c!=\"d\"}` is told apart by 1 of its matchers: expected at least 2");
    }
}
