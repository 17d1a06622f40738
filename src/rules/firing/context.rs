//! What an evaluation takes place in.

use std::fmt;

use crate::rules::firing::options::FiringOptions;
use crate::rules::rule_group::RuleGroup;
use crate::templates::QuerySample;
use crate::utils::AlertDuration;
use crate::utils::Timestamp;

/// Answers the queries of templates, on any thread.
pub(crate) type SharedQueries<'a> = dyn Fn(&str) -> Result<Vec<QuerySample>, String> + Sync + 'a;

/// Answers the queries of templates.
pub(crate) type Queries<'a> = dyn Fn(&str) -> Result<Vec<QuerySample>, String> + 'a;

/// What an evaluation takes place in: the group of the rule, the time, and the options of whoever evaluates it.
///
/// # Examples
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::rules::RuleGroup;
/// use alert_schemas::rules::firing::{FiringContext, FiringOptions};
///
/// let (group, options) = (RuleGroup::builder("disks").build()?, FiringOptions::default());
/// let context = FiringContext::new(&group, Timestamp::UNIX_EPOCH, &options);
/// assert_eq!(context.now(), Timestamp::UNIX_EPOCH);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Clone, Copy)]
pub struct FiringContext<'a> {
    pub(crate) group: &'a RuleGroup,
    pub(crate) now: Timestamp,
    pub(crate) options: &'a FiringOptions,
    pub(crate) queries: Option<&'a SharedQueries<'a>>,
}

impl<'a> FiringContext<'a> {
    /// The evaluation of this group at `now`.
    #[must_use]
    pub fn new(group: &'a RuleGroup, now: Timestamp, options: &'a FiringOptions) -> Self {
        Self { group, now, options, queries: None }
    }

    /// The same evaluation, in which `queries` answers what templates ask with `query`. Without it, such a template is rendered as an error.
    ///
    /// ```
    /// use alert_schemas::rules::firing::{Evaluation, FiringContext, FiringOptions, RuleState};
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::templates::QuerySample;
    /// use alert_schemas::{AlertSeverity, Timestamp};
    ///
    /// let rule = AlertRule::builder("Down", "up == 0", AlertSeverity::High)
    ///     .annotation("summary", r#"{{ query "count(up)" | first | value }} in all"#)
    ///     .build()?;
    /// let (group, options) = (RuleGroup::builder("jobs").build()?, FiringOptions::default());
    /// let answer = |_: &str| Ok(vec![QuerySample::new([("", ""); 0], 7.0)]);
    /// let context = FiringContext::new(&group, Timestamp::UNIX_EPOCH, &options).with_queries(&answer);
    /// let step = RuleState::new(rule.id).step(&rule, Evaluation::Series(vec![(Default::default(), 0.0)]), &context);
    /// assert_eq!(step.outcome.alerts[0].annotations.get("summary"), Some("7 in all"));
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    #[must_use]
    pub fn with_queries(mut self, queries: &'a (dyn Fn(&str) -> Result<Vec<QuerySample>, String> + Sync + 'a)) -> Self {
        self.queries = Some(queries);
        self
    }

    /// The time of the evaluation.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The time at which conditions are asked and samples are written: `now` less the offset of the group.
    #[must_use]
    pub fn query_time(&self) -> Timestamp {
        self.now.minus(self.group.query_offset.unwrap_or(self.options.default_query_offset))
    }

    /// How often the group is evaluated.
    #[must_use]
    pub fn interval(&self) -> AlertDuration {
        self.group.interval.unwrap_or(self.options.default_interval)
    }

    /// For how long a receiver believes what is sent now: four times the longer of interval and delay, so that three sendings may be lost.
    pub(crate) fn valid_until(&self) -> Timestamp {
        let longer = self.interval().max(self.options.resend_delay);
        self.now + longer + longer + longer + longer
    }
}

/// An evaluation with what answers the queries of its templates.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) context: &'a FiringContext<'a>,
    pub(crate) queries: &'a Queries<'a>,
}

impl fmt::Debug for FiringContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FiringContext")
            .field("group", &self.group.name)
            .field("now", &self.now)
            .field("options", &self.options)
            .field("queries", &self.queries.is_some())
            .finish()
    }
}
