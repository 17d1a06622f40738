//! Aggregations: groups of series made into one each.

use std::cmp::Ordering;
use std::collections::HashMap;

use crate::metrics::Kahan;
use crate::metrics::MetricName;
use crate::metrics::SeriesLabels;
use crate::rules::Aggregate;
use crate::rules::AggregateOp;
use crate::rules::eval::float;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Point;
use crate::rules::eval::run::Failed;
use crate::rules::eval::run::Run;

/// One element for each group that has an element at the step, in the order in which the groups first come.
pub(super) fn evaluate(run: &mut Run<'_>, node: &Aggregate) -> Result<Frames, Failed> {
    let parameter = node.parameter.map(|parameter| run.take(parameter).into_scalar()).unwrap_or_default();
    let vector = run.vector(node.expr);
    let mut numbers: HashMap<SeriesLabels, usize> = HashMap::new();
    let mut labels = Vec::new();
    let groups: Vec<usize> = vector
        .labels
        .iter()
        .map(|own| {
            let next = labels.len();
            *numbers.entry(group(node, own)).or_insert_with_key(|group| {
                labels.push(group.clone());
                next
            })
        })
        .collect();
    let mut sums: Vec<Option<Group>> = vec![None; labels.len()];
    let mut steps = Vec::with_capacity(vector.steps.len());
    for (step, points) in vector.steps.iter().enumerate() {
        for point in points {
            if let Some(sum) = groups.get(point.row).and_then(|group| sums.get_mut(*group)) {
                match sum {
                    Some(sum) => sum.add(node.op, point.value),
                    None => *sum = Some(Group::new(node.op, point.value)),
                }
            }
        }
        let parameter = parameter.get(step).copied().unwrap_or(f64::NAN);
        let results =
            sums.iter_mut().enumerate().filter_map(|(row, sum)| Some(Point { row, value: sum.take()?.result(node.op, parameter) }));
        steps.push(results.collect());
    }
    Ok(Frames { labels, steps })
}

/// The labels of the group of a series.
fn group(node: &Aggregate, labels: &SeriesLabels) -> SeriesLabels {
    if !node.without && node.grouping.is_empty() {
        return SeriesLabels::new();
    }
    labels.filtered(|name, _| {
        let named = node.grouping.iter().any(|label| **label == *name);
        if node.without { !named && name != MetricName::LABEL } else { named }
    })
}

/// What is known of a group at a step.
#[derive(Debug, Clone)]
struct Group {
    count: f64,
    sum: Kahan,
    /// The mean so far: of `avg` once the sum would have overflowed, of the deviations always.
    mean: Option<f64>,
    /// The least or greatest value, or the sum of squared deviations.
    value: f64,
    values: Vec<f64>,
}

impl Group {
    fn new(op: AggregateOp, first: f64) -> Self {
        let mut group = Self { count: 1.0, sum: Kahan { sum: first, lost: 0.0 }, mean: None, value: first, values: Vec::new() };
        match op {
            AggregateOp::Stddev | AggregateOp::Stdvar => {
                group.mean = Some(first);
                group.value = if first.is_finite() { 0.0 } else { f64::NAN };
            }
            AggregateOp::Quantile => group.values.push(first),
            _ => {}
        }
        group
    }

    fn add(&mut self, op: AggregateOp, value: f64) {
        self.count += 1.0;
        match op {
            AggregateOp::Sum => self.sum = self.sum.plus(value),
            AggregateOp::Avg => self.average(value),
            AggregateOp::Min if self.value > value || self.value.is_nan() => self.value = value,
            AggregateOp::Max if self.value < value || self.value.is_nan() => self.value = value,
            AggregateOp::Stddev | AggregateOp::Stdvar => {
                let mean = self.mean.unwrap_or_default();
                let delta = value - mean;
                let mean = mean + delta / self.count;
                self.mean = Some(mean);
                self.value += delta * (value - mean);
            }
            AggregateOp::Quantile => self.values.push(value),
            _ => {}
        }
    }

    /// The sum as long as it is a number, and from there on the mean.
    fn average(&mut self, value: f64) {
        let mean = match self.mean {
            Some(mean) => mean,
            None => {
                let sum = self.sum.plus(value);
                if !sum.sum.is_infinite() {
                    self.sum = sum;
                    return;
                }
                self.sum.lost /= self.count - 1.0;
                self.sum.sum / (self.count - 1.0)
            }
        };
        let share = (self.count - 1.0) / self.count;
        let next = Kahan { sum: share * mean, lost: share * self.sum.lost }.plus(value / self.count);
        self.mean = Some(next.sum);
        self.sum.lost = next.lost;
    }

    fn result(self, op: AggregateOp, parameter: f64) -> f64 {
        match op {
            AggregateOp::Sum => self.sum.sum + self.sum.lost,
            AggregateOp::Avg => match self.mean {
                Some(mean) => mean + self.sum.lost,
                None => self.sum.sum / self.count + self.sum.lost / self.count,
            },
            AggregateOp::Count => self.count,
            AggregateOp::Group => 1.0,
            AggregateOp::Stdvar => self.value / self.count,
            AggregateOp::Stddev => (self.value / self.count).sqrt(),
            AggregateOp::Quantile => quantile(parameter, self.values),
            _ => self.value,
        }
    }
}

/// The value below which this share of the values lies, between two values in proportion.
fn quantile(share: f64, mut values: Vec<f64>) -> f64 {
    if share.is_nan() || values.is_empty() {
        return f64::NAN;
    }
    if share < 0.0 {
        return f64::NEG_INFINITY;
    }
    if share > 1.0 {
        return f64::INFINITY;
    }
    // NaN is below every number.
    values.sort_by(|a, b| match (a.is_nan(), b.is_nan()) {
        (false, false) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        (a, b) => b.cmp(&a),
    });
    let last = values.len() - 1;
    #[expect(clippy::cast_precision_loss, reason = "there are fewer values than 2^53")]
    let rank = share * last as f64;
    let lower = usize::try_from(float::to_int(rank.floor())).unwrap_or(0);
    let value = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    let weight = rank - rank.floor();
    value(lower) * (1.0 - weight) + value(last.min(lower + 1)) * weight
}
