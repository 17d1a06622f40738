//! The front door: expressions over a source of samples.

use std::fmt;

use crate::metrics::SampleSource;
use crate::metrics::SampleTime;
use crate::metrics::Series;
use crate::metrics::SeriesLabels;
use crate::rules::Expr;
use crate::rules::ValueType;
use crate::rules::eval::error::EvalError;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::error::Problem;
use crate::rules::eval::explain::ExplainOptions;
use crate::rules::eval::explain::Explanation;
use crate::rules::eval::explain::explain;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Part;
use crate::rules::eval::options::EvalOptions;
use crate::rules::eval::options::EvalRange;
use crate::rules::eval::run::Fixed;
use crate::rules::eval::run::Run;
use crate::rules::eval::run::Times;
use crate::rules::eval::value::ScalarValue;
use crate::rules::eval::value::StringValue;
use crate::rules::eval::value::Value;
use crate::rules::eval::value::VectorSample;
use crate::rules::eval::value::matrix_sample;

/// Evaluates expressions over a source of samples.
///
/// The answers are those of Prometheus 3.5; the [module](crate::rules::eval) lists what is evaluated and where the two differ. The same
/// expression, samples, time and options give the same value, and an expression sees only the series that its selectors match.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SampleTime, SeriesLabels};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let mut store = MemoryStore::new();
/// for (job, value) in [("api", 85.2), ("api", 90.0), ("db", 12.0)] {
///     let instance = format!("{job}-{value}");
///     let labels = SeriesLabels::from_pairs([("__name__", "cpu_usage"), ("job", job), ("instance", &instance)])?;
///     store.push(&labels, Sample::new(0, value))?;
/// }
/// let expr = Expr::parse("avg by (job) (cpu_usage) > 80", &ParseOptions::default())?;
/// let vector = Evaluator::new(&store).value_at(&expr, SampleTime::from_millis(60_000))?.into_vector();
/// assert_eq!(vector.iter().map(ToString::to_string).collect::<Vec<_>>(), [r#"{job="api"} = 87.6"#]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Evaluator<S> {
    source: S,
    options: EvalOptions,
}

impl<S: SampleSource> Evaluator<S> {
    /// An evaluator over this source, which can be a reference to one, with the default options.
    #[must_use]
    pub fn new(source: S) -> Self {
        Self::with_options(source, EvalOptions::default())
    }

    /// An evaluator over this source.
    #[must_use]
    pub fn with_options(source: S, options: EvalOptions) -> Self {
        Self { source, options }
    }

    /// The options.
    #[must_use]
    pub fn options(&self) -> &EvalOptions {
        &self.options
    }

    /// What the expression evaluates to at a time. `start()` and `end()` are that time.
    ///
    /// # Errors
    ///
    /// [`EvalError`] if it has a part that is not evaluated here, if series meet that must not have the same labels, or if a limit does
    /// not suffice.
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::rules::eval::Evaluator;
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let (store, options) = (MemoryStore::new(), ParseOptions::default());
    /// let at: SampleTime = "2025-01-06T09:00:00Z".parse()?;
    /// let absent = Evaluator::new(&store).value_at(&Expr::parse(r#"absent(up{job="api"})"#, &options)?, at)?;
    /// assert_eq!(absent.into_vector()[0].to_string(), r#"{job="api"} = 1"#);
    /// let error = Evaluator::new(&store).value_at(&Expr::parse("max(up) > topk(3, up)", &options)?, at).unwrap_err();
    /// assert_eq!(error.to_string(), "the aggregation `topk` is not evaluated here at column 11");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn value_at(&self, expr: &Expr, at: impl Into<SampleTime>) -> Result<Value, EvalError> {
        let at = at.into();
        let times = Times::one(at.millis());
        let part = self.run(expr, times, Fixed::Ends { start: at.millis(), end: at.millis() })?;
        Ok(value_of(part, at))
    }

    /// What the expression evaluates to at each time of a range: for each series its values, the series sorted by labels. A scalar gives
    /// one series without labels. `start()` and `end()` are the ends of the range.
    ///
    /// # Errors
    ///
    /// As [`value_at`](Self::value_at); also if the range has too many steps, or if the expression is a range vector or a string.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::rules::eval::{EvalRange, Evaluator};
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let (store, options) = (MemoryStore::new(), ParseOptions::default());
    /// let range = EvalRange::new(SampleTime::from_millis(0), SampleTime::from_millis(20_000), AlertDuration::seconds(10))?;
    /// let series = Evaluator::new(&store).values_over(&Expr::parse("time() > bool 5", &options)?, &range)?;
    /// let values: Vec<String> = series[0].samples.iter().map(|sample| sample.value.to_string()).collect();
    /// assert_eq!((series.len(), values.join(" ").as_str()), (1, "0 1 1"));
    /// assert!(Evaluator::new(&store).values_over(&Expr::parse("up[5m]", &options)?, &range).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn values_over(&self, expr: &Expr, range: &EvalRange) -> Result<Vec<Series>, EvalError> {
        let whole = |kind| EvalError::new(Problem { kind, span: expr.node(expr.root()).span }, expr);
        if matches!(expr.value_type(), ValueType::Matrix | ValueType::String) {
            return Err(whole(EvalErrorKind::NotOverRange(expr.value_type())));
        }
        let max = self.options.max_steps;
        let count = usize::try_from(range.steps()).ok().filter(|steps| *steps <= max);
        let Some(count) = count else {
            return Err(whole(EvalErrorKind::TooManySteps { steps: range.steps(), max }));
        };
        let (start, end) = (range.start().millis(), range.end().millis());
        let step = i64::try_from(range.step().as_millis()).unwrap_or(i64::MAX);
        let times = Times { start, step, count: count + 1 };
        let part = self.run(expr, times, Fixed::Ends { start, end })?;
        Ok(matrix_of(part, times))
    }

    /// What the expression evaluates to at a time, and why: the value of each of its parts, and since when each result has been there.
    ///
    /// # Errors
    ///
    /// As [`value_at`](Self::value_at).
    ///
    /// ```
    /// use alert_schemas::metrics::{MemoryStore, Sample, SampleTime, SeriesLabels};
    /// use alert_schemas::rules::eval::Evaluator;
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let mut store = MemoryStore::new();
    /// let labels = SeriesLabels::from_pairs([("__name__", "cpu_usage"), ("host", "web-01")])?;
    /// let nine: SampleTime = "2025-01-06T09:00:00Z".parse()?;
    /// for (minute, value) in [(0, 71.5), (1, 79.0), (2, 78.0), (3, 81.3), (4, 85.2)] {
    ///     store.push(&labels, Sample::new(nine.millis() + minute * 60_000, value))?;
    /// }
    /// let expr = Expr::parse("cpu_usage > 80", &ParseOptions::default())?;
    /// let explanation = Evaluator::new(&store).explain_at(&expr, SampleTime::from_millis(nine.millis() + 5 * 60_000))?;
    /// assert_eq!(explanation.to_string(), r#"cpu_usage{host="web-01"} = 85.2 > 80: true, since 09:03"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_at(&self, expr: &Expr, at: impl Into<SampleTime>) -> Result<Explanation, EvalError> {
        self.explain_with(expr, at, &ExplainOptions::default())
    }

    /// As [`explain_at`](Self::explain_at), with these options.
    ///
    /// # Errors
    ///
    /// As [`value_at`](Self::value_at).
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::{MemoryStore, SampleTime};
    /// use alert_schemas::rules::eval::{Evaluator, ExplainOptions};
    /// use alert_schemas::rules::{Expr, ParseOptions};
    ///
    /// let at: SampleTime = "2025-01-06T09:00:00Z".parse()?;
    /// let expr = Expr::parse("hour() * 10 > 80", &ParseOptions::default())?;
    /// let options = ExplainOptions::default().with_history(AlertDuration::hours(3)).with_step(AlertDuration::minutes(30));
    /// let explanation = Evaluator::new(&MemoryStore::new()).explain_with(&expr, at, &options)?;
    /// assert_eq!(explanation.results()[0].since, Some(at));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain_with(&self, expr: &Expr, at: impl Into<SampleTime>, options: &ExplainOptions) -> Result<Explanation, EvalError> {
        explain(self, expr, at.into(), options)
    }

    /// The value of the whole expression at these times.
    pub(super) fn run(&self, expr: &Expr, times: Times, fixed: Fixed) -> Result<Part, EvalError> {
        self.run_with(expr, times, fixed, |_, _| ())
    }

    /// As [`Evaluator::run`]; `visit` sees the value of each part that has one, with its place among the nodes.
    pub(super) fn run_with(&self, expr: &Expr, times: Times, fixed: Fixed, visit: impl FnMut(usize, &Part)) -> Result<Part, EvalError> {
        Run::new(&self.source, &self.options, expr, times, fixed).evaluate(visit).map_err(|problem| EvalError::new(problem, expr))
    }
}

impl<S> fmt::Debug for Evaluator<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Evaluator").field("options", &self.options).finish_non_exhaustive()
    }
}

/// The only step as a value.
pub(super) fn value_of(part: Part, at: SampleTime) -> Value {
    match part {
        Part::Scalar(values) => Value::Scalar(ScalarValue::new(at, values.first().copied().unwrap_or(f64::NAN))),
        Part::Vector(frames) => Value::Vector(vector_of(&frames, at)),
        Part::Matrix(mut series) => {
            series.sort_by(|a, b| a.labels.cmp(&b.labels));
            Value::Matrix(series)
        }
        Part::Text(text) => Value::String(StringValue::new(at, text)),
    }
}

/// The elements of the only step.
pub(super) fn vector_of(frames: &Frames, at: SampleTime) -> Vec<VectorSample> {
    let points = frames.steps.first().map(Vec::as_slice).unwrap_or_default();
    points.iter().map(|point| VectorSample::new(frames.labels_of(point.row), at, point.value)).collect()
}

/// The values of each series, the series sorted by labels.
fn matrix_of(part: Part, times: Times) -> Vec<Series> {
    let mut series = match part {
        Part::Scalar(values) => {
            let samples = values.iter().enumerate().map(|(step, value)| matrix_sample(times.at(step), *value)).collect();
            vec![Series::new(SeriesLabels::new(), samples)]
        }
        Part::Vector(frames) => {
            let mut series: Vec<Series> = frames.labels.into_iter().map(|labels| Series::new(labels, Vec::new())).collect();
            for (step, points) in frames.steps.iter().enumerate() {
                for point in points {
                    if let Some(series) = series.get_mut(point.row) {
                        series.samples.push(matrix_sample(times.at(step), point.value));
                    }
                }
            }
            series
        }
        Part::Matrix(_) | Part::Text(_) => Vec::new(),
    };
    series.retain(|series| !series.samples.is_empty());
    series.sort_by(|a, b| a.labels.cmp(&b.labels));
    series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::MemoryStore;
    use crate::metrics::load::Load;
    use crate::metrics::load::LoadOptions;
    use crate::rules::ParseOptions;
    use crate::utils::AlertDuration;

    const SERIES: &str = r#"
        load 1m
          up{job="api", instance="a"} 1 1 1 0
          up{job="api", instance="b"} 1 1 stale
          up{job="db", instance="c"} 0 0 0 0
          owner{job="api", team="web"} 1x3
          owner{job="db", team="data"} 1x3
          rx{nic="eth0"} 3x3
          tx{nic="eth0"} 4x3
          odd{kind="nan"} NaN NaN NaN NaN
          odd{kind="one"} 1x3
    "#;

    fn store() -> MemoryStore {
        Load::parse(SERIES, &LoadOptions::default()).unwrap().store().unwrap()
    }

    fn expr(text: &str) -> Expr {
        Expr::parse(text, &ParseOptions::default()).unwrap_or_else(|errors| panic!("{text}: {errors:#}"))
    }

    /// What it evaluates to after three minutes; a line for each element, or the code of the error.
    fn value(text: &str) -> String {
        match Evaluator::new(&store()).value_at(&expr(text), SampleTime::from_millis(180_000)) {
            Ok(value) => value.into_vector().iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            Err(error) => error.code().to_owned(),
        }
    }

    #[test]
    fn selectors_see_the_newest_sample_that_is_not_too_old() {
        for (text, expected) in [
            (r#"up{job="api"}"#, r#"up{instance="a", job="api"} = 0"#),
            (r#"up{job="api"} offset 2m"#, r#"up{instance="a", job="api"} = 1; up{instance="b", job="api"} = 1"#),
            (r#"up{instance="a"} @ 60"#, r#"up{instance="a", job="api"} = 1"#),
            (r#"up{instance="a"} @ 0 offset -3m"#, r#"up{instance="a", job="api"} = 0"#),
            (r#"timestamp(up{instance="a"} offset 61s)"#, r#"{instance="a", job="api"} = 60"#),
            (r#"timestamp((up{instance="a"}))"#, r#"{instance="a", job="api"} = 180"#),
            (r#"timestamp(-up{instance="a"} @ 0)"#, r#"{instance="a", job="api"} = 180"#),
            ("missing", ""),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
        let old = |minutes: i64| Evaluator::new(&store()).value_at(&expr("rx"), SampleTime::from_millis(minutes * 60_000)).unwrap();
        assert_eq!((old(7).into_vector().len(), old(8).into_vector().len()), (1, 0));
    }

    #[test]
    fn operators_match_series() {
        for (text, expected) in [
            ("rx + tx", r#"{nic="eth0"} = 7"#),
            ("rx < tx", r#"rx{nic="eth0"} = 3"#),
            ("rx > tx", ""),
            ("rx > bool tx", r#"{nic="eth0"} = 0"#),
            ("4 >= rx", r#"rx{nic="eth0"} = 3"#),
            (
                "up * on (job) group_left (team) owner",
                r#"{instance="a", job="api", team="web"} = 0; {instance="c", job="db", team="data"} = 0"#,
            ),
            ("owner and on (job) up == 0", r#"owner{job="api", team="web"} = 1; owner{job="db", team="data"} = 1"#),
            ("owner unless on (job) up{job=\"db\"}", r#"owner{job="api", team="web"} = 1"#),
            ("rx or tx", r#"rx{nic="eth0"} = 3"#),
            ("rx or on (team) tx", r#"rx{nic="eth0"} = 3"#),
            ("-rx % 2", r#"{nic="eth0"} = -1"#),
            ("2 ^ 3 ^ 2", "{} = 512"),
            (r#"owner * on () up{instance="a"}"#, "eval_many_to_one"),
            (r#"up{instance="a"} * on () owner"#, "eval_many_to_many"),
            (r#"owner * on () group_left () up{instance="a"}"#, r#"{job="api", team="web"} = 0; {job="db", team="data"} = 0"#),
            (r#"{nic="eth0"} * on (nic) group_left () rx"#, "eval_repeated_match"),
            (r#"-{nic="eth0"}"#, "eval_same_labels"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn aggregations_take_numbers_before_nan() {
        for (text, expected) in [
            ("sum(up)", "{} = 0"),
            ("count by (job) (up)", r#"{job="api"} = 1; {job="db"} = 1"#),
            ("sum without (instance) (up offset 2m)", r#"{job="api"} = 2; {job="db"} = 0"#),
            ("min(odd)", "{} = 1"),
            ("max(odd)", "{} = 1"),
            ("sum(odd)", "{} = NaN"),
            ("avg({nic=\"eth0\"})", "{} = 3.5"),
            ("quantile(0.5, {nic=\"eth0\"})", "{} = 3.5"),
            ("stddev({nic=\"eth0\"})", "{} = 0.5"),
            ("group(missing)", ""),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
        // The sum of these is no double, their mean is.
        assert_eq!(value("avg(vector(1.7e308) or owner * 1.7e308) / 1e308"), "{} = 1.7");
    }

    #[test]
    fn functions_change_values_and_labels() {
        for (text, expected) in [
            ("clamp(rx, 5, 4)", ""),
            ("clamp_min(rx, 5)", r#"{nic="eth0"} = 5"#),
            ("round(rx / 4, 0.5)", r#"{nic="eth0"} = 1"#),
            ("scalar(rx) + scalar(up)", "{} = NaN"),
            ("sort_desc(odd or tx)", r#"tx{nic="eth0"} = 4; odd{kind="one"} = 1; odd{kind="nan"} = NaN"#),
            (r#"absent(gone{a="b", c=~"d", e=""})"#, r#"{a="b"} = 1"#),
            ("absent(up)", ""),
            (r#"label_replace(rx, "port", "$2-${1}x", "nic", "(eth)(\\d)")"#, r#"rx{nic="eth0", port="0-ethx"} = 3"#),
            (r#"label_replace(rx, "nic", "", "nic", ".*")"#, "rx = 3"),
            (r#"label_replace(rx, "x", "y", "nic", "eth")"#, r#"rx{nic="eth0"} = 3"#),
            (r#"label_join(rx, "id", "/", "__name__", "nic", "none")"#, r#"rx{id="rx/eth0/", nic="eth0"} = 3"#),
            (r#"label_join({nic="eth0"}, "__name__", "", "nic")"#, "eval_same_labels"),
            (r#"label_replace(rx, "", "y", "nic", "eth")"#, "eval_label_name"),
            (r#"label_join(rx, "x", "y", "")"#, "eval_label_name"),
            (r#"label_replace(rx, "x", "y", "nic", "(")"#, "eval_invalid_pattern"),
            ("day_of_week()", "{} = 4"),
            ("minute(vector(3599))", "{} = 59"),
            ("vector(time())", "{} = 180"),
            ("('a text')", ""),
            ("topk(1, up)", "eval_unsupported"),
            ("up[5m:1m]", "eval_unsupported"),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn a_label_that_gets_too_long_is_an_error() {
        let nest = |inner: String, _| format!(r#"label_join({inner}, "nic", "", "nic", "nic")"#);
        let text = (0..16).fold("rx".to_owned(), nest);
        assert_eq!(value(&text), "eval_invalid_label");
    }

    #[test]
    fn ranges_have_a_value_at_each_step() {
        let store = store();
        let range = |minutes: i64| {
            EvalRange::new(SampleTime::from_millis(0), SampleTime::from_millis(minutes * 60_000), AlertDuration::minutes(1)).unwrap()
        };
        let over = |text: &str| -> Vec<String> {
            let series = Evaluator::new(&store).values_over(&expr(text), &range(3)).unwrap();
            let values = |series: &Series| series.samples.iter().map(|sample| sample.value.to_string()).collect::<Vec<_>>().join(" ");
            series.iter().map(|series| format!("{} {}", series.labels, values(series))).collect()
        };
        assert_eq!(over("up{job=\"api\"}"), [r#"up{instance="a", job="api"} 1 1 1 0"#, r#"up{instance="b", job="api"} 1 1"#]);
        assert_eq!(over("sum(up) > 1"), ["{} 2 2"]);
        assert_eq!(over("up{instance=\"a\"} @ end()"), [r#"up{instance="a", job="api"} 0 0 0 0"#]);
        assert_eq!(over("1"), ["{} 1 1 1 1"]);
        assert_eq!(over("up == 2"), Vec::<String>::new());
        let error = |text: &str, minutes| Evaluator::new(&store).values_over(&expr(text), &range(minutes)).unwrap_err().to_string();
        assert_eq!(error("'x'", 3), "a string is not evaluated over a range, expected a scalar or an instant vector at column 1");
        assert_eq!(
            error("up", 11_001),
            "the range has 11001 steps, and may have 11000 at column 1; take longer steps or a shorter range, or raise `max_steps`",
        );
        assert!(Evaluator::new(&store).values_over(&expr("up"), &range(11_000)).is_ok());
    }

    #[test]
    fn more_samples_than_the_limit_are_refused() {
        let store = store();
        let with = |max, text: &str| {
            let evaluator = Evaluator::with_options(&store, EvalOptions::default().with_max_samples(max));
            evaluator.value_at(&expr(text), SampleTime::from_millis(60_000)).map_err(|error| error.to_string())
        };
        assert!(with(3, "up").is_ok() && with(6, "up[5m]").is_ok());
        let message = "more than 2 samples are needed at once at column 7; select fewer series, or raise `max_samples`";
        assert_eq!(with(2, "count(up)"), Err(message.to_owned()));
        assert!(with(5, "up[5m]").is_err());
        // What is used up does not count.
        assert!(with(4, "sum(up) + sum(up) + sum(up)").is_ok());
    }

    #[test]
    fn chains_and_nests_have_values_however_long_they_are() {
        let store = store();
        let at = SampleTime::from_millis(0);
        for (text, expected) in [
            (vec!["1"; 20_000].join(" + "), "{} = 20000"),
            (vec!["1"; 20_000].join(" ^ "), "{} = 1"),
            (vec!["rx"; 20_000].join(" or "), r#"rx{nic="eth0"} = 3"#),
        ] {
            let Ok(expr) = Expr::parse(&text, &ParseOptions::default()) else { panic!("20,000 terms") };
            let value = Evaluator::new(&store).value_at(&expr, at).unwrap().into_vector();
            assert_eq!(value.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
        }
    }

    #[test]
    fn messages_name_the_series() {
        let store = store();
        let error = |text: &str| Evaluator::new(&store).value_at(&expr(text), SampleTime::from_millis(0)).unwrap_err().to_string();
        assert_eq!(
            error("up * on (job) owner"),
            "several series on the left match `{job=\"api\"}`, where one may at column 1; write `group_left` if that is meant, or match more labels",
        );
        assert_eq!(
            error("owner * on (job) up"),
            concat!(
                "`up{instance=\"b\", job=\"api\"}` and `up{instance=\"a\", job=\"api\"}` on the right both match `{job=\"api\"}`, ",
                "where one series may at column 1; match more labels, or aggregate that side first",
            ),
        );
        assert_eq!(
            error("{nic=\"eth0\"} * on (nic) group_left () rx"),
            "two of the matched series give the labels `{nic=\"eth0\"}` at column 1; name a label in `group_left` or `group_right` that tells them apart",
        );
        assert_eq!(error("label_join(rx, '', '', 'nic')"), "a label name in `label_join` is empty or not UTF-8 at column 1; name a label",);
        assert!(error("label_replace(rx, 'x', '', 'nic', '(')").starts_with("the pattern is not valid: "));
        assert_eq!(error("1 +\n  rate(up[5m])"), "the function `rate` is not evaluated here at line 2, column 3");
    }
}
