//! Groups of rules over recorded samples.

use crate::rules::firing::group::GroupState;
use crate::rules::firing::group::GroupStep;
use crate::rules::firing::memory::MemoryRuleStore;
use crate::rules::firing::options::FiringOptions;
use crate::rules::rule_group::RuleGroup;
use crate::utils::AlertDuration;
use crate::utils::TimeRange;
use crate::utils::Timestamp;

/// Evaluates groups of rules over recorded samples, as if the time of the samples were now.
///
/// Each group is evaluated at its interval, from the start on; groups that are due at the same time are evaluated in their order, and see what
/// those before them have written. An outage leaves out the evaluations inside it; after it, every group starts as after a restart and is
/// restored after its second evaluation, as in Prometheus.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::load::{Load, LoadOptions};
/// use alert_schemas::rules::firing::{FiringOptions, FiringState, MemoryRuleStore, Replay};
/// use alert_schemas::rules::{AlertRule, RuleGroup};
/// use alert_schemas::{AlertDuration, AlertSeverity, TimeRange, Timestamp};
///
/// let rule = AlertRule::builder("High CPU usage", "cpu_usage > 80", AlertSeverity::Critical).for_duration(AlertDuration::minutes(2)).build()?;
/// let groups = [RuleGroup::builder("cpu").rule(rule).build()?];
/// let samples = Load::parse("load 1m\n  cpu_usage 70 85 90 95 60", &LoadOptions::default())?.store()?;
///
/// let mut fired = Vec::new();
/// let range = TimeRange::new(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + AlertDuration::minutes(4))?;
/// Replay::new(&groups, &FiringOptions::default()).run(&mut MemoryRuleStore::new(samples), range, |at, _, step| {
///     if step.state.rules[0].state() == Some(FiringState::Firing) {
///         fired.push(at);
///     }
/// });
/// assert_eq!(fired, [Timestamp::UNIX_EPOCH + AlertDuration::minutes(3)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Replay<'g> {
    groups: &'g [RuleGroup],
    options: FiringOptions,
    outage: Option<TimeRange>,
}

/// Where a group is in a replay.
struct Track<'g> {
    group: &'g RuleGroup,
    next: Timestamp,
    /// The state after the last evaluation, if there was one.
    state: Option<GroupState>,
    /// How many evaluations there were since the last restart, if there was one.
    since_restart: Option<u8>,
}

impl<'g> Replay<'g> {
    /// A replay of these groups.
    #[must_use]
    pub fn new(groups: &'g [RuleGroup], options: &FiringOptions) -> Self {
        Self { groups, options: options.clone(), outage: None }
    }

    /// The same replay with an outage: no evaluation after its start and before its end.
    ///
    /// ```
    /// use alert_schemas::metrics::load::{Load, LoadOptions};
    /// use alert_schemas::rules::firing::{FiringOptions, MemoryRuleStore, Replay};
    /// use alert_schemas::rules::RuleGroup;
    /// use alert_schemas::{AlertDuration, TimeRange, Timestamp};
    ///
    /// let minute = |minute| Timestamp::UNIX_EPOCH + AlertDuration::minutes(minute);
    /// let groups = [RuleGroup::builder("empty").build()?];
    /// let replay = Replay::new(&groups, &FiringOptions::default()).with_outage(TimeRange::new(minute(1), minute(4))?);
    /// let mut times = Vec::new();
    /// replay.run(&mut MemoryRuleStore::new(Default::default()), TimeRange::new(minute(0), minute(5))?, |at, _, _| times.push(at));
    /// assert_eq!(times, [minute(0), minute(1), minute(4), minute(5)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_outage(mut self, outage: TimeRange) -> Self {
        self.outage = Some(outage);
        self
    }

    /// Evaluates all groups from the start of the range to its end, both included, and shows each evaluation.
    pub fn run(&self, store: &mut MemoryRuleStore, range: TimeRange, mut each: impl FnMut(Timestamp, &RuleGroup, &GroupStep)) {
        let mut tracks: Vec<Track<'_>> =
            self.groups.iter().map(|group| Track { group, next: range.start(), state: None, since_restart: None }).collect();
        // The first of those that are due next.
        while let Some(track) = tracks.iter_mut().min_by_key(|track| track.next).filter(|track| track.next <= range.end()) {
            let at = track.next;
            track.next = at + track.group.interval.unwrap_or(self.options.default_interval).max(AlertDuration::millis(1));
            if self.outage.is_some_and(|outage| at > outage.start() && at < outage.end()) {
                track.since_restart = None;
            } else {
                self.evaluate(track, store, at, &mut each);
            }
            if at == Timestamp::max() {
                return;
            }
        }
    }

    fn evaluate(
        &self,
        track: &mut Track<'_>,
        store: &mut MemoryRuleStore,
        at: Timestamp,
        each: &mut impl FnMut(Timestamp, &RuleGroup, &GroupStep),
    ) {
        let group = track.group;
        let after_outage = self.outage.is_some_and(|outage| at >= outage.end() && at > outage.start());
        let state = if after_outage && track.since_restart.is_none() {
            track.since_restart = Some(0);
            GroupState::restarted(group)
        } else {
            track.state.take().unwrap_or_else(|| GroupState::new(group))
        };
        let mut step = state.step(group, store, at, &self.options);
        if let Some(count) = track.since_restart.as_mut().filter(|count| **count < 2) {
            *count += 1;
            if *count == 2 {
                step.state = step.state.restore(group, &store.samples, at, &self.options);
            }
        }
        each(at, group, &step);
        track.state = Some(step.state);
    }
}
