//! Operators of which at least one operand is a vector.

use std::collections::HashMap;
use std::collections::HashSet;

use crate::metrics::MetricName;
use crate::metrics::SeriesLabels;
use crate::rules::Binary;
use crate::rules::BinaryOp;
use crate::rules::Cardinality;
use crate::rules::VectorMatching;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::float;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::FramesBuilder;
use crate::rules::eval::frames::Point;
use crate::rules::eval::frames::without_metadata;
use crate::rules::eval::run::Failed;

/// A vector with a scalar; `swapped` if the scalar stands on the left.
///
/// A comparison keeps the value of the vector on whichever side it stands; with `bool` it gives 1 or 0.
pub(super) fn with_scalar(node: &Binary, vector: Frames, scalar: &[f64], swapped: bool) -> Result<Frames, Failed> {
    let frames = vector.map(|step, value| {
        let scalar = scalar.get(step).copied().unwrap_or(f64::NAN);
        let (lhs, rhs) = if swapped { (scalar, value) } else { (value, scalar) };
        if node.op.is_comparison() && !node.return_bool {
            return float::compare(node.op, lhs, rhs).then_some(value);
        }
        Some(float::binary(node.op, lhs, rhs))
    });
    if node.return_bool || !node.op.is_comparison() { Ok(frames.without_names()?) } else { Ok(frames) }
}

/// Two vectors.
pub(super) fn with_vector(node: &Binary, lhs: Frames, rhs: &Frames) -> Result<Frames, Failed> {
    let default = VectorMatching { card: Cardinality::OneToOne, on: false, labels: Vec::new(), include: Vec::new() };
    let matching = node.matching.as_deref().unwrap_or(&default);
    let groups = Groups::new(matching, &lhs, rhs);
    match node.op {
        BinaryOp::And => Ok(kept(lhs, rhs, &groups, true)),
        BinaryOp::Unless => Ok(kept(lhs, rhs, &groups, false)),
        BinaryOp::Or => either(&lhs, rhs, &groups),
        _ => matched(node, matching, &lhs, rhs, &groups),
    }
}

/// Of each row of two vectors the group it belongs to: rows with the same matched labels belong to the same.
struct Groups {
    lhs: Vec<usize>,
    rhs: Vec<usize>,
    count: usize,
}

impl Groups {
    fn new(matching: &VectorMatching, lhs: &Frames, rhs: &Frames) -> Self {
        let mut known: HashMap<SeriesLabels, usize> = HashMap::new();
        let mut number = |labels: &SeriesLabels| {
            let next = known.len();
            *known.entry(group(matching, labels)).or_insert(next)
        };
        let lhs = lhs.labels.iter().map(&mut number).collect();
        let rhs = rhs.labels.iter().map(&mut number).collect();
        Self { lhs, rhs, count: known.len() }
    }

    fn lhs(&self, point: &Point) -> usize {
        self.lhs.get(point.row).copied().unwrap_or_default()
    }

    fn rhs(&self, point: &Point) -> usize {
        self.rhs.get(point.row).copied().unwrap_or_default()
    }
}

/// The labels that are matched; `ignoring` leaves the name of the metric out, too.
pub(super) fn group(matching: &VectorMatching, labels: &SeriesLabels) -> SeriesLabels {
    labels.filtered(|name, _| {
        let named = matching.labels.iter().any(|label| **label == *name);
        if matching.on { named } else { !named && name != MetricName::LABEL }
    })
}

/// `and` and `unless`: the elements on the left whose group is, or is not, on the right.
fn kept(mut lhs: Frames, rhs: &Frames, groups: &Groups, present: bool) -> Frames {
    let mut seen = Seen::new(groups.count);
    for (step, points) in lhs.steps.iter_mut().enumerate() {
        for point in points_of(rhs, step) {
            seen.mark(step, groups.rhs(point));
        }
        points.retain(|point| seen.at(step, groups.lhs(point)) == present);
    }
    lhs
}

/// `or`: the elements on the left, then those on the right whose group is not on the left.
fn either(lhs: &Frames, rhs: &Frames, groups: &Groups) -> Result<Frames, Failed> {
    let mut builder = FramesBuilder::new(lhs.steps.len());
    let rows_of = |frames: &Frames, builder: &mut FramesBuilder| -> Vec<usize> {
        frames.labels.iter().map(|labels| builder.row(labels.clone())).collect()
    };
    let (left, right) = (rows_of(lhs, &mut builder), rows_of(rhs, &mut builder));
    let mut seen = Seen::new(groups.count);
    for (step, points) in lhs.steps.iter().enumerate() {
        for point in points {
            seen.mark(step, groups.lhs(point));
            builder.push(step, left.get(point.row).copied().unwrap_or_default(), point.value)?;
        }
        for point in points_of(rhs, step) {
            if !seen.at(step, groups.rhs(point)) {
                builder.push(step, right.get(point.row).copied().unwrap_or_default(), point.value)?;
            }
        }
    }
    Ok(builder.build())
}

/// Arithmetic and comparison of the elements of the same group.
fn matched(node: &Binary, matching: &VectorMatching, lhs: &Frames, rhs: &Frames, groups: &Groups) -> Result<Frames, Failed> {
    // With `group_right` the sides change places, and the values change back.
    let swapped = matching.card == Cardinality::OneToMany;
    let (many, one) = if swapped { (rhs, lhs) } else { (lhs, rhs) };
    let group_of_many = |point: &Point| if swapped { groups.rhs(point) } else { groups.lhs(point) };
    let group_of_one = |point: &Point| if swapped { groups.lhs(point) } else { groups.rhs(point) };

    let mut builder = FramesBuilder::new(lhs.steps.len());
    let mut results: HashMap<(usize, usize), usize> = HashMap::new();
    let mut ones: Vec<Option<Point>> = vec![None; groups.count];
    for step in 0..lhs.steps.len() {
        let (many_points, one_points) = (points_of(many, step), points_of(one, step));
        if many_points.is_empty() || one_points.is_empty() {
            continue;
        }
        ones.fill(None);
        for point in one_points {
            if let Some(place) = ones.get_mut(group_of_one(point))
                && let Some(other) = place.replace(*point)
            {
                let labels = one.labels_of(point.row);
                let series = Box::new([labels.clone(), one.labels_of(other.row)]);
                return Err(EvalErrorKind::ManyToMany { group: group(matching, &labels), right: !swapped, series });
            }
        }
        let mut given: HashSet<(usize, usize)> = HashSet::new();
        for point in many_points {
            let number = group_of_many(point);
            let Some(single) = ones.get(number).copied().flatten() else { continue };
            let (left, right) = if swapped { (single.value, point.value) } else { (point.value, single.value) };
            let value = match node.op.is_comparison() && !node.return_bool {
                true if float::compare(node.op, left, right) => left,
                true => continue,
                false => float::binary(node.op, left, right),
            };
            let row = *results
                .entry((point.row, single.row))
                .or_insert_with(|| builder.row(result_labels(node, matching, &many.labels_of(point.row), &one.labels_of(single.row))));
            // With one on each side a group gives one result; else each of its results has labels of its own.
            let one_to_one = matching.card == Cardinality::OneToOne;
            if !given.insert((number, if one_to_one { 0 } else { row })) {
                let labels = many.labels_of(point.row);
                return Err(match one_to_one {
                    true => EvalErrorKind::ManyToOne(group(matching, &labels)),
                    false => EvalErrorKind::RepeatedMatch(result_labels(node, matching, &labels, &one.labels_of(single.row))),
                });
            }
            builder.push(step, row, value)?;
        }
    }
    Ok(builder.build())
}

/// The labels of a result: those of the side that may have many, less what was not matched one to one, plus the included ones.
fn result_labels(node: &Binary, matching: &VectorMatching, many: &SeriesLabels, one: &SeriesLabels) -> SeriesLabels {
    let mut labels = if node.op.is_comparison() { many.clone() } else { without_metadata(many) };
    if matching.card == Cardinality::OneToOne {
        labels = labels.filtered(|name, _| matching.labels.iter().any(|label| **label == *name) == matching.on);
    }
    if !matching.include.is_empty() {
        let mut builder = labels.to_builder();
        for name in &matching.include {
            // Within the limits: names and values come from labels, and there are no more names than the parser takes.
            if builder.set(name, one.get(name).unwrap_or_default()).is_err() {
                builder.remove(name);
            }
        }
        labels = builder.build();
    }
    if node.return_bool { without_metadata(&labels) } else { labels }
}

/// The elements of the first step that are matched with each other, in the order of the left; for explanations.
pub(super) fn pairs(node: &Binary, lhs: &Frames, rhs: &Frames) -> Vec<(Point, Point)> {
    let Some(matching) = node.matching.as_deref() else { return Vec::new() };
    let groups = Groups::new(matching, lhs, rhs);
    let mut partners: Vec<Vec<Point>> = vec![Vec::new(); groups.count];
    for point in points_of(rhs, 0) {
        if let Some(partners) = partners.get_mut(groups.rhs(point)) {
            partners.push(*point);
        }
    }
    let pair = |left: &Point| {
        let found = partners.get(groups.lhs(left)).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|right| (*left, *right)).collect::<Vec<_>>()
    };
    points_of(lhs, 0).iter().flat_map(pair).collect()
}

/// The labels of the result of a pair.
pub(super) fn labels_of_pair(node: &Binary, lhs: &SeriesLabels, rhs: &SeriesLabels) -> SeriesLabels {
    match node.matching.as_deref() {
        Some(matching) if matching.card == Cardinality::OneToMany => result_labels(node, matching, rhs, lhs),
        Some(matching) => result_labels(node, matching, lhs, rhs),
        None => lhs.clone(),
    }
}

fn points_of(frames: &Frames, step: usize) -> &[Point] {
    frames.steps.get(step).map(Vec::as_slice).unwrap_or_default()
}

/// Which groups were seen at a step.
struct Seen(Vec<usize>);

impl Seen {
    fn new(groups: usize) -> Self {
        Self(vec![0; groups])
    }

    fn mark(&mut self, step: usize, group: usize) {
        if let Some(latest) = self.0.get_mut(group) {
            *latest = step + 1;
        }
    }

    fn at(&self, step: usize, group: usize) -> bool {
        self.0.get(group) == Some(&(step + 1))
    }
}
