//! The step from one evaluation of an alerting rule to the next.

use crate::alerts::LabelName;
use crate::alerts::LabelValue;
use crate::metrics::SampleTime;
use crate::metrics::SeriesLabels;
use crate::rules::alert_rule::AlertRule;
use crate::rules::behavior::ErrorBehavior;
use crate::rules::behavior::NoDataBehavior;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::context::Queries;
use crate::rules::firing::context::Scene;
use crate::rules::firing::instance::Found;
use crate::rules::firing::outcome::Evaluation;
use crate::rules::firing::outcome::RuleError;
use crate::rules::firing::outcome::RuleOutcome;
use crate::rules::firing::outcome::RuleStep;
use crate::rules::firing::posted;
use crate::rules::firing::render::NAME_LABEL;
use crate::rules::firing::render::render;
use crate::rules::firing::rule_state::RuleState;
use crate::rules::firing::rule_state::Terms;
use crate::rules::firing::rule_state::advance;
use crate::rules::firing::series;
use crate::utils::AlertDuration;

/// The name of the alert that says that a rule has no data, as Grafana calls it.
const NO_DATA_NAME: &str = "DatasourceNoData";

/// The name of the alert that says that a rule can't be evaluated, as Grafana calls it.
const ERROR_NAME: &str = "DatasourceError";

impl RuleState {
    /// Takes the rule from one evaluation to the next: what its alerts are now, which of them to send, which samples to write.
    ///
    /// This is Prometheus 3.5 (`rules/alerting.go`), of the same inputs:
    ///
    /// - An element that was not there becomes `pending` at `now`, and `firing` once it has been there for the rule's `for` (at once if that is 0).
    /// - A pending alert that is not there any more is gone. A firing one stays for `keep_firing_for`, and is then resolved at `now`; it is
    ///   remembered for 15 m.
    /// - Firing and resolved alerts are sent, again after [`FiringOptions::resend_delay`](crate::rules::firing::FiringOptions), and at once when
    ///   they are resolved. What is sent starts when the alert began to fire, and ends when it was resolved, or after four times the longer of
    ///   interval and delay.
    /// - Two elements with the same labels are an error, and nothing changes. More active alerts than the limit of the group are an error, and all
    ///   alerts are gone without being resolved.
    ///
    /// The step never fails: what is wrong is told in [`RuleOutcome::error`]. A rule that is not enabled counts as one whose condition does not
    /// hold, without `keep_firing_for`.
    ///
    /// ```
    /// use alert_schemas::metrics::SeriesLabels;
    /// use alert_schemas::rules::firing::{Evaluation, FiringContext, FiringOptions, FiringState, RuleState};
    /// use alert_schemas::rules::{AlertRule, RuleGroup};
    /// use alert_schemas::{AlertDuration, AlertSeverity, Timestamp};
    ///
    /// let rule = AlertRule::builder("High CPU usage", "cpu_usage > 80", AlertSeverity::Critical)
    ///     .for_duration(AlertDuration::minutes(2))
    ///     .annotation("summary", "{{ $labels.instance }} is at {{ $value }} %")
    ///     .build()?;
    /// let (group, options) = (RuleGroup::builder("cpu").build()?, FiringOptions::default());
    /// let found = || Evaluation::Series(vec![(SeriesLabels::from_pairs([("instance", "web-01")]).unwrap(), 85.2)]);
    ///
    /// let mut now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut state = RuleState::new(rule.id);
    /// for expected in [FiringState::Pending, FiringState::Pending, FiringState::Firing] {
    ///     let step = state.step(&rule, found(), &FiringContext::new(&group, now, &options));
    ///     assert_eq!(step.state.state(), Some(expected));
    ///     assert_eq!(step.outcome.alerts.len(), usize::from(expected == FiringState::Firing));
    ///     state = step.state;
    ///     now = now + AlertDuration::minutes(1);
    /// }
    /// let step = state.step(&rule, Evaluation::Series(Vec::new()), &FiringContext::new(&group, now, &options));
    /// let alert = &step.outcome.alerts[0];
    /// assert_eq!(alert.ends_at, Some(now));
    /// assert_eq!(alert.annotations.get("summary"), Some("web-01 is at 85.2 %"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn step(self, rule: &AlertRule, evaluation: Evaluation, context: &FiringContext<'_>) -> RuleStep {
        let shared = context.queries;
        let answer = |expr: &str| shared.map_or_else(|| Err(format!("no queries here: {expr}")), |queries| queries(expr));
        self.step_with(rule, evaluation, context, &answer)
    }

    /// The step, where `queries` answers what templates ask.
    pub(crate) fn step_with(
        mut self,
        rule: &AlertRule,
        evaluation: Evaluation,
        context: &FiringContext<'_>,
        queries: &Queries<'_>,
    ) -> RuleStep {
        let mut outcome = RuleOutcome::new(self.rule);
        let found = match self.found(rule, evaluation, Scene { context, queries }, &mut outcome) {
            Some(found) => found,
            None => return RuleStep::new(self, outcome),
        };
        let terms = Terms {
            hold: rule.for_duration,
            keep: if rule.enabled { rule.keep_firing_for } else { AlertDuration::ZERO },
            retention: context.options.resolved_retention,
            limit: context.group.limit.get(),
        };
        if let Err(error) = advance(&mut self.instances, found, terms, context.now, &mut outcome.transitions) {
            outcome.error = Some(error);
            return RuleStep::new(self, outcome);
        }
        outcome.alerts = posted::send(rule, context, &mut self.instances);
        if !self.awaits_restore {
            outcome.samples = series::samples(rule, context, self.active());
        }
        series::mark_stale(&mut self.series, &mut outcome.samples, SampleTime::from(context.query_time()).millis());
        RuleStep::new(self, outcome)
    }

    /// The elements that the evaluation counts as having found; `None` if it does not count.
    fn found(&self, rule: &AlertRule, evaluation: Evaluation, scene: Scene<'_>, outcome: &mut RuleOutcome) -> Option<Vec<Found>> {
        if !rule.enabled {
            return Some(Vec::new());
        }
        let found = match evaluation {
            Evaluation::Series(elements) => {
                elements.iter().map(|(labels, value)| render(rule, scene, labels, *value)).collect::<Result<Vec<_>, _>>()
            }
            Evaluation::NoData => match rule.no_data {
                NoDataBehavior::Ok => Ok(Vec::new()),
                NoDataBehavior::KeepLast => Ok(self.seen_again()),
                NoDataBehavior::Alerting => self.kept_or_own(rule, scene),
                NoDataBehavior::NoData => self.kept_and(rule, scene, NO_DATA_NAME, None),
            },
            Evaluation::Failed(reason) => {
                let found = match rule.on_error {
                    ErrorBehavior::Skip => None,
                    ErrorBehavior::Ok => Some(Ok(Vec::new())),
                    ErrorBehavior::KeepLast => Some(Ok(self.seen_again())),
                    ErrorBehavior::Alerting => Some(self.kept_or_own(rule, scene)),
                    ErrorBehavior::Error => Some(self.kept_and(rule, scene, ERROR_NAME, Some(&reason))),
                };
                outcome.error = Some(RuleError::Failed { reason });
                found?
            }
        };
        match found {
            Ok(found) => Some(found),
            Err(error) => {
                outcome.error = Some(error);
                None
            }
        }
    }

    /// Everything active, as if it had been seen again.
    fn seen_again(&self) -> Vec<Found> {
        self.active().map(Found::from).collect()
    }

    /// Everything active, or an alert of the rule alone.
    fn kept_or_own(&self, rule: &AlertRule, scene: Scene<'_>) -> Result<Vec<Found>, RuleError> {
        let mut found = self.seen_again();
        if found.is_empty() {
            found.push(render(rule, scene, &SeriesLabels::new(), f64::NAN)?);
        }
        Ok(found)
    }

    /// Everything active, and an alert of this name with the labels of the rule.
    fn kept_and(&self, rule: &AlertRule, scene: Scene<'_>, name: &str, reason: Option<&str>) -> Result<Vec<Found>, RuleError> {
        let invalid = |error: crate::alerts::InvalidLabel| RuleError::InvalidLabels { reason: error.to_string() };
        let mut own = render(rule, scene, &SeriesLabels::new(), f64::NAN)?;
        let mut labels = own.labels.to_builder();
        labels.set(NAME_LABEL, name).map_err(invalid)?;
        labels.set("rulename", rule.name.as_str()).map_err(invalid)?;
        own.labels = labels.build();
        if let (Some(reason), Ok(key)) = (reason, LabelName::new("error")) {
            let shown = LabelValue::new(crate::utils::excerpt(reason)).map_err(|error| invalid(error.into()))?;
            // Fails only where the rule already has as many annotations as there may be.
            let _ = own.annotations.insert(key, shown);
        }
        let mut found: Vec<Found> = self.seen_again().into_iter().filter(|kept| kept.labels != own.labels).collect();
        found.push(own);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use crate::alerts::AlertSeverity;
    use crate::rules::firing::options::FiringOptions;
    use crate::rules::rule_group::RuleGroup;
    use crate::utils::Timestamp;

    use super::*;

    fn element(host: &str) -> (SeriesLabels, f64) {
        (SeriesLabels::from_pairs([("__name__", "m"), ("host", host)]).unwrap(), 1.0)
    }

    /// What is active after an evaluation that found nothing or failed, and its error: with one alert before it, and with none.
    fn after(rule: &AlertRule, evaluation: &Evaluation) -> [(Vec<String>, Option<&'static str>); 2] {
        let (group, options) = (RuleGroup::builder("g").build().unwrap(), FiringOptions::default());
        let context = FiringContext::new(&group, Timestamp::UNIX_EPOCH, &options);
        let none = RuleState::new(rule.id);
        let one = none.clone().step(rule, Evaluation::Series(vec![element("a")]), &context).state;
        [one, none].map(|state| {
            let step = state.step(rule, evaluation.clone(), &context);
            let active = step.state.active().map(|alert| format!("{} {}", alert.labels, alert.annotations));
            (active.collect(), step.outcome.error.map(|error| error.code()))
        })
    }

    #[test]
    fn without_data_the_rule_does_what_it_says() {
        let kept = r#"{alertname="R", host="a"} {}"#;
        let own = r#"{alertname="DatasourceNoData", rulename="R"} {}"#;
        for (behavior, with_one, with_none) in [
            (NoDataBehavior::Ok, vec![], vec![]),
            (NoDataBehavior::KeepLast, vec![kept], vec![]),
            (NoDataBehavior::Alerting, vec![kept], vec![r#"{alertname="R"} {}"#]),
            (NoDataBehavior::NoData, vec![own, kept], vec![own]),
        ] {
            let rule = AlertRule::builder("R", "m", AlertSeverity::Low).no_data(behavior).build().unwrap();
            let [one, none] = after(&rule, &Evaluation::NoData);
            assert_eq!(
                (one.0, none.0, one.1.or(none.1)),
                (with_one.into_iter().map(str::to_owned).collect(), with_none.into_iter().map(str::to_owned).collect(), None),
                "{behavior}"
            );
        }
    }

    #[test]
    fn after_an_error_the_rule_does_what_it_says() {
        let kept = r#"{alertname="R", host="a"} {}"#;
        let own = r#"{alertname="DatasourceError", rulename="R"} {error="it broke"}"#;
        for (behavior, with_one, with_none) in [
            (ErrorBehavior::Skip, vec![kept], vec![]),
            (ErrorBehavior::Ok, vec![], vec![]),
            (ErrorBehavior::KeepLast, vec![kept], vec![]),
            (ErrorBehavior::Alerting, vec![kept], vec![r#"{alertname="R"} {}"#]),
            (ErrorBehavior::Error, vec![own, kept], vec![own]),
        ] {
            let rule = AlertRule::builder("R", "m", AlertSeverity::Low).on_error(behavior).build().unwrap();
            let [one, none] = after(&rule, &Evaluation::Failed("it broke".to_owned()));
            assert_eq!((one.1, none.1), (Some("rule_failed"), Some("rule_failed")), "{behavior}");
            assert_eq!(
                (one.0, none.0),
                (with_one.into_iter().map(str::to_owned).collect(), with_none.into_iter().map(str::to_owned).collect()),
                "{behavior}"
            );
        }
    }

    #[test]
    fn elements_that_get_the_same_labels_or_too_long_ones_change_nothing() {
        let (group, options) = (RuleGroup::builder("g").build().unwrap(), FiringOptions::default());
        let context = FiringContext::new(&group, Timestamp::UNIX_EPOCH, &options);
        for (label, text, code, message) in [
            ("host", "", "rule_labels_not_unique", "vector contains metrics with the same labelset after applying alert labels"),
            ("long", "{{ printf \"%70000d\" 1 }}", "rule_labels_invalid", "the labels of the rule can't be set: "),
        ] {
            let rule = AlertRule::builder("R", "m", AlertSeverity::Low).label(label, text).build().unwrap();
            let before = RuleState::new(rule.id);
            let step = before.clone().step(&rule, Evaluation::Series(vec![element("a"), element("b")]), &context);
            let error = step.outcome.error.unwrap();
            assert_eq!((error.code(), &step.state), (code, &before));
            assert!(error.to_string().starts_with(message), "{error}");
            assert!(step.outcome.alerts.is_empty() && step.outcome.samples.is_empty() && step.outcome.transitions.is_empty());
        }
    }
}
