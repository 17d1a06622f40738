//! Rules over samples in memory.

use std::cell::Cell;

use crate::metrics::MemoryStore;
use crate::metrics::SampleSource;
use crate::metrics::SampleTime;
use crate::metrics::SeriesLabels;
use crate::metrics::SeriesMatcher;
use crate::metrics::SeriesView;
use crate::rules::condition::Condition;
use crate::rules::eval::EvalOptions;
use crate::rules::eval::Evaluator;
use crate::rules::eval::Value;
use crate::rules::expr::Expr;
use crate::rules::firing::group::RuleStore;
use crate::rules::firing::outcome::Evaluation;
use crate::rules::firing::outcome::WrittenSample;
use crate::rules::options::ParseOptions;
use crate::templates::QuerySample;
use crate::utils::AlertDuration;
use crate::utils::Timestamp;

/// A [`RuleStore`] over samples in memory: the evaluator reads from it, and rules write to it.
///
/// A sample that the store does not take, such as a second one of a series for the same time, is left out, as in Prometheus.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SeriesLabels};
/// use alert_schemas::rules::firing::{FiringOptions, GroupState, MemoryRuleStore};
/// use alert_schemas::rules::{AlertRule, RecordingRule, RuleGroup};
/// use alert_schemas::{AlertSeverity, Timestamp};
///
/// let mut store = MemoryRuleStore::new(MemoryStore::new());
/// for (instance, value) in [("web-01", 85.2), ("web-02", 12.0)] {
///     let series = SeriesLabels::from_pairs([("__name__", "cpu_usage"), ("instance", instance)])?;
///     store.samples.push(&series, Sample::new(0, value))?;
/// }
/// let group = RuleGroup::builder("cpu")
///     .rule(RecordingRule::new("cpu_usage:max".parse()?, "max(cpu_usage)".parse()?))
///     .rule(AlertRule::builder("High CPU usage", "cpu_usage:max > 80", AlertSeverity::Critical).build()?)
///     .build()?;
/// let step = GroupState::new(&group).step(&group, &mut store, Timestamp::UNIX_EPOCH, &FiringOptions::default());
/// assert_eq!(step.outcomes[1].alerts[0].name(), Some("High CPU usage"));
/// // The series of before, what was recorded, and `ALERTS` with `ALERTS_FOR_STATE`.
/// assert_eq!(store.samples.len(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct MemoryRuleStore {
    /// The samples.
    pub samples: MemoryStore,
    /// How expressions are evaluated; the look-back is that of each rule.
    pub options: EvalOptions,
}

impl MemoryRuleStore {
    /// Rules over these samples.
    #[must_use]
    pub fn new(samples: MemoryStore) -> Self {
        Self { samples, options: EvalOptions::default() }
    }

    /// The elements that an expression gives, as a rule takes them.
    fn elements(&self, source: &dyn SampleSource, expr: &Expr, at: Timestamp, look_back: AlertDuration) -> Result<Elements, String> {
        let options = self.options.clone().with_look_back(look_back);
        let value = Evaluator::with_options(source, options).value_at(expr, SampleTime::from(at)).map_err(|error| error.to_string())?;
        match value {
            Value::Vector(samples) => Ok(samples.into_iter().map(|sample| (sample.labels, sample.value)).collect()),
            Value::Scalar(scalar) => Ok(vec![(SeriesLabels::new(), scalar.value)]),
            _ => Err("rule result is not a vector or scalar".to_owned()),
        }
    }
}

type Elements = Vec<(SeriesLabels, f64)>;

impl RuleStore for MemoryRuleStore {
    fn evaluate(&self, condition: &Condition, at: Timestamp, look_back: AlertDuration) -> Evaluation {
        let source = Watched { source: &self.samples, found: Cell::new(false) };
        match self.elements(&source, condition.expr(), at, look_back) {
            Ok(elements) if elements.is_empty() && !source.found.get() => Evaluation::NoData,
            Ok(elements) => Evaluation::Series(elements),
            Err(reason) => Evaluation::Failed(reason),
        }
    }

    fn write(&mut self, samples: &[WrittenSample]) {
        for written in samples {
            // What the store refuses is left out.
            let _ = self.samples.push(&written.labels, written.sample);
        }
    }

    fn query(&self, expr: &str, at: Timestamp) -> Result<Vec<QuerySample>, String> {
        let expr = Expr::parse(expr, &ParseOptions::default()).map_err(|errors| errors.to_string())?;
        let elements = self.elements(&self.samples, &expr, at, self.options.look_back)?;
        Ok(elements.iter().map(|(labels, value)| QuerySample::new(labels.iter(), *value)).collect())
    }
}

/// Notes whether anything was found.
struct Watched<'s> {
    source: &'s MemoryStore,
    found: Cell<bool>,
}

impl SampleSource for Watched<'_> {
    fn select<'a>(&'a self, matchers: &[SeriesMatcher], mint: i64, maxt: i64) -> Vec<SeriesView<'a>> {
        let views = self.source.select(matchers, mint, maxt);
        let lives = |view: &SeriesView<'_>| view.samples.last().is_some_and(|sample| !sample.value.is_stale());
        self.found.set(self.found.get() || views.iter().any(lives));
        views
    }
}
