//! How an expression is evaluated.

use crate::metrics::SampleTime;
use crate::utils::AlertDuration;

/// How expressions are evaluated.
///
/// | option | default | what it is for |
/// |---|---|---|
/// | `look_back` | 5m | a selector without a range sees the newest sample that is younger than this: a rule's `evaluation_window` |
/// | `max_samples` | 50,000,000 | how many samples there may be in memory at once; an evaluation that needs more is refused |
/// | `max_steps` | 11,000 | how many steps a range may have after its start |
///
/// The defaults are those of Prometheus 3.5.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::metrics::{MemoryStore, Sample, SampleTime, SeriesLabels};
/// use alert_schemas::rules::eval::{EvalOptions, Evaluator};
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let mut store = MemoryStore::new();
/// store.push(&SeriesLabels::from_pairs([("__name__", "up")])?, Sample::new(0, 1.0))?;
/// let (expr, at) = (Expr::parse("up", &ParseOptions::default())?, SampleTime::from_millis(60_000));
/// assert_eq!(Evaluator::new(&store).value_at(&expr, at)?.into_vector().len(), 1);
/// let short = EvalOptions::default().with_look_back(AlertDuration::minutes(1));
/// assert_eq!(Evaluator::with_options(&store, short).value_at(&expr, at)?.into_vector().len(), 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvalOptions {
    /// How old the newest sample of a series may be, this age not included. Default 5m.
    pub look_back: AlertDuration,
    /// How many samples there may be in memory at once. Default 50,000,000.
    pub max_samples: usize,
    /// How many steps a range may have after its start. Default 11,000.
    pub max_steps: usize,
}

impl Default for EvalOptions {
    fn default() -> Self {
        Self { look_back: AlertDuration::minutes(5), max_samples: 50_000_000, max_steps: 11_000 }
    }
}

impl EvalOptions {
    /// The same options with another look-back.
    #[must_use]
    pub fn with_look_back(mut self, look_back: AlertDuration) -> Self {
        self.look_back = look_back;
        self
    }

    /// The same options with another number of samples.
    #[must_use]
    pub fn with_max_samples(mut self, max_samples: usize) -> Self {
        self.max_samples = max_samples;
        self
    }

    /// The same options with another number of steps.
    #[must_use]
    pub fn with_max_steps(mut self, max_steps: usize) -> Self {
        self.max_steps = max_steps;
        self
    }
}

/// The times at which a range is evaluated: from a start to an end, one each step.
///
/// # Examples
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::metrics::SampleTime;
/// use alert_schemas::rules::eval::EvalRange;
///
/// let range = EvalRange::new(SampleTime::from_millis(0), SampleTime::from_millis(100_000), AlertDuration::seconds(30))?;
/// assert_eq!((range.start().millis(), range.end().millis(), range.steps()), (0, 100_000, 3));
/// # Ok::<(), alert_schemas::rules::eval::InvalidEvalRange>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EvalRange {
    // INVARIANT: start <= end, step > 0.
    start: SampleTime,
    end: SampleTime,
    step: AlertDuration,
}

impl EvalRange {
    /// The range from a start to an end, both included, with this distance of the steps.
    ///
    /// # Errors
    ///
    /// [`InvalidEvalRange`] if the end is before the start, or the step is no time at all.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::SampleTime;
    /// use alert_schemas::rules::eval::{EvalRange, InvalidEvalRange};
    ///
    /// let (early, late) = (SampleTime::from_millis(0), SampleTime::from_millis(1));
    /// assert_eq!(EvalRange::new(late, early, AlertDuration::seconds(1)), Err(InvalidEvalRange::EndBeforeStart));
    /// assert_eq!(EvalRange::new(early, late, AlertDuration::ZERO), Err(InvalidEvalRange::NoStep));
    /// ```
    pub fn new(start: impl Into<SampleTime>, end: impl Into<SampleTime>, step: AlertDuration) -> Result<Self, InvalidEvalRange> {
        let (start, end) = (start.into(), end.into());
        if end < start {
            return Err(InvalidEvalRange::EndBeforeStart);
        }
        if step.is_zero() {
            return Err(InvalidEvalRange::NoStep);
        }
        Ok(Self { start, end, step })
    }

    /// The first time.
    #[must_use]
    pub fn start(&self) -> SampleTime {
        self.start
    }

    /// The end; the last time is this one or less than a step before it.
    #[must_use]
    pub fn end(&self) -> SampleTime {
        self.end
    }

    /// The distance of the times.
    #[must_use]
    pub fn step(&self) -> AlertDuration {
        self.step
    }

    /// How many steps there are after the start.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.end.millis().abs_diff(self.start.millis()) / self.step.as_millis()
    }
}

/// Why there is no range of these times.
///
/// ```
/// use alert_schemas::rules::eval::InvalidEvalRange;
///
/// assert_eq!(InvalidEvalRange::NoStep.to_string(), "a step of no time at all: expected more than `0s`");
/// assert_eq!(InvalidEvalRange::EndBeforeStart.code(), "eval_end_before_start");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEvalRange {
    /// It ends before it starts.
    #[error("the range ends before it starts: expected an end that is not earlier")]
    EndBeforeStart,
    /// Its steps have no length.
    #[error("a step of no time at all: expected more than `0s`")]
    NoStep,
}

impl InvalidEvalRange {
    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EndBeforeStart => "eval_end_before_start",
            Self::NoStep => "eval_no_step",
        }
    }
}

crate::utils::umbrella!(InvalidEvalRange);
