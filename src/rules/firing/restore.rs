//! Going on after a restart.

use std::collections::BTreeMap;

use chrono::DateTime;
use chrono::Utc;

use crate::metrics::MetricName;
use crate::metrics::SampleSource;
use crate::metrics::SampleTime;
use crate::metrics::SampleValue;
use crate::metrics::SeriesLabels;
use crate::metrics::SeriesMatcher;
use crate::rules::alert_rule::AlertRule;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::instance::AlertInstance;
use crate::rules::firing::render::written_labels;
use crate::rules::firing::rule_state::RuleState;
use crate::rules::firing::series::ALERTS_FOR_STATE;
use crate::rules::firing::series::series_labels;
use crate::utils::RuleId;
use crate::utils::Timestamp;

impl RuleState {
    /// The state of a rule after a restart, when nothing but the written series is left: no series are written before [`RuleState::restore`].
    ///
    /// ```
    /// use alert_schemas::RuleId;
    /// use alert_schemas::rules::firing::RuleState;
    ///
    /// assert!(RuleState::restarted(RuleId::derive(&["x"])).awaits_restore);
    /// ```
    #[must_use]
    pub fn restarted(rule: RuleId) -> Self {
        Self { awaits_restore: true, ..Self::new(rule) }
    }

    /// Lets pending alerts go on where they were before a restart, from the series `ALERTS_FOR_STATE` that the rule has written.
    ///
    /// Prometheus does so once, after the second evaluation of a group, and so should a caller:
    ///
    /// - A rule whose `for` is shorter than [`FiringOptions::for_grace_period`](crate::rules::firing::FiringOptions) is not restored.
    /// - Only what was written within [`FiringOptions::outage_tolerance`](crate::rules::firing::FiringOptions) before `now` counts.
    /// - An alert that had been there for long enough before the outage fires at the next evaluation. One that had not stays pending for as long as
    ///   was left, and for no less than the grace period.
    ///
    /// Labels of the rule that are templates are looked for as they are written, and so never found: such alerts start anew, as in Prometheus.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels};
    /// use alert_schemas::rules::firing::{Evaluation, FiringContext, FiringOptions, FiringState, RuleState};
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::{AlertDuration, AlertSeverity, Timestamp};
    ///
    /// let rule = AlertRule::builder("DiskFull", "disk_used > 95", AlertSeverity::High).for_duration(AlertDuration::minutes(30)).build()?;
    /// let (group, options) = (RuleGroup::builder("disks").build()?, FiringOptions::default());
    /// let found = || Evaluation::Series(vec![(Default::default(), 97.0)]);
    ///
    /// // Active since 09:00; the last sample before the outage is of 09:40.
    /// let at = |text: &str| text.parse::<Timestamp>().unwrap();
    /// let mut store = MemoryStore::new();
    /// let series = SeriesLabels::from_pairs([("__name__", "ALERTS_FOR_STATE"), ("alertname", "DiskFull")])?;
    /// let since = at("2025-01-06T09:00:00Z").unix_millis() as f64 / 1_000.0;
    /// store.push(&series, Sample::new(at("2025-01-06T09:40:00Z").unix_millis(), since))?;
    ///
    /// let now = at("2025-01-06T10:00:00Z");
    /// let context = FiringContext::new(&group, now, &options);
    /// let state = RuleState::restarted(rule.id).step(&rule, found(), &context).state;
    /// assert_eq!(state.state(), Some(FiringState::Pending));
    /// let state = state.restore(&rule, &store, &context);
    /// let step = state.step(&rule, found(), &FiringContext::new(&group, now + AlertDuration::minutes(1), &options));
    /// assert_eq!(step.state.state(), Some(FiringState::Firing));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn restore(mut self, rule: &AlertRule, source: &impl SampleSource, context: &FiringContext<'_>) -> Self {
        self.awaits_restore = false;
        if rule.for_duration < context.options.for_grace_period {
            return self;
        }
        let written = written_labels(rule, context);
        let common = series_labels(&written, None, rule, &[(MetricName::LABEL, ALERTS_FOR_STATE)]);
        let matchers: Vec<SeriesMatcher> = common.iter().map(|(name, value)| SeriesMatcher::equal(name, value)).collect();
        let since = context.now.minus(context.options.outage_tolerance);
        let found = source.select(&matchers, SampleTime::from(since).millis(), SampleTime::from(context.now).millis());
        let last: BTreeMap<SeriesLabels, (i64, SampleValue)> = found
            .iter()
            .filter_map(|view| view.samples.last().map(|sample| (view.labels.without_name(), (sample.millis(), sample.value))))
            .collect();
        for instance in self.instances.iter_mut().filter(|instance| instance.is_active()) {
            if let Some((at, SampleValue::Float(seconds))) = last.get(&instance.labels) {
                go_on(instance, rule, context, *at, *seconds);
            }
        }
        self
    }
}

/// Moves the start of an alert back to where it was, less the time for which nobody looked.
fn go_on(instance: &mut AlertInstance, rule: &AlertRule, context: &FiringContext<'_>, down_millis: i64, seconds: f64) {
    // Go cuts both to whole seconds.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number out of range is cut to the nearest, which is no time and leaves the alert alone"
    )]
    let (down_seconds, active_seconds) = (down_millis / 1_000, seconds as i64);
    let at = |seconds: i64| seconds.checked_mul(1_000).and_then(Timestamp::from_unix_millis);
    let (Some(down_at), Some(active_at)) = (at(down_seconds), at(active_seconds)) else { return };
    let (hold, grace) = (rule.for_duration, context.options.for_grace_period);
    let fires_at = active_at + hold;
    instance.active_at = if fires_at <= down_at {
        // It fired before the outage, and fires again at the next evaluation.
        active_at
    } else if fires_at.since(down_at) < grace {
        (context.now + grace).minus(hold)
    } else {
        // To the nanosecond, as `now` is.
        let outage = DateTime::<Utc>::from(context.now) - DateTime::<Utc>::from(down_at);
        DateTime::<Utc>::from(active_at).checked_add_signed(outage).map_or(active_at, Timestamp::from)
    };
}
