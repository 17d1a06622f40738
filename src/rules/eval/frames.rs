//! The value of a part of an expression at each step of an evaluation.

use std::collections::HashMap;

use crate::metrics::MetricName;
use crate::metrics::Series;
use crate::metrics::SeriesLabels;

/// The value of a part of an expression at each step.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// A number at each step.
    Scalar(Vec<f64>),
    /// A vector at each step.
    Vector(Frames),
    /// The samples of a range, at the only step.
    Matrix(Vec<Series>),
    /// A text.
    Text(Box<str>),
}

impl Part {
    /// How many samples it holds.
    pub(super) fn samples(&self) -> usize {
        match self {
            Self::Scalar(values) => values.len(),
            Self::Vector(frames) => frames.samples(),
            Self::Matrix(series) => series.iter().map(|series| series.samples.len()).sum(),
            Self::Text(_) => 0,
        }
    }

    /// The numbers; none if it is no scalar, which the type check rules out.
    pub(super) fn into_scalar(self) -> Vec<f64> {
        match self {
            Self::Scalar(values) => values,
            _ => Vec::new(),
        }
    }

    /// The vectors; none if it is no vector, which the type check rules out.
    pub(super) fn into_vector(self) -> Frames {
        match self {
            Self::Vector(frames) => frames,
            _ => Frames::default(),
        }
    }
}

/// One element of a vector: its row in the table of labels, and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) row: usize,
    pub(super) value: f64,
}

/// The elements of a vector at each step. The labels stand in one table: an operation that changes labels does it once for all steps.
#[derive(Debug, Clone, Default)]
pub(super) struct Frames {
    // INVARIANT: no two rows have the same labels; a row may have no point.
    pub(super) labels: Vec<SeriesLabels>,
    // INVARIANT: each row at most once in each step; every row is in `labels`.
    pub(super) steps: Vec<Vec<Point>>,
}

/// Two elements at one step have these labels.
#[derive(Debug)]
pub(super) struct SameLabels(pub(super) SeriesLabels);

impl Frames {
    pub(super) fn samples(&self) -> usize {
        self.steps.iter().map(Vec::len).sum()
    }

    /// The labels of a row.
    pub(super) fn labels_of(&self, row: usize) -> SeriesLabels {
        self.labels.get(row).cloned().unwrap_or_default()
    }

    /// The same elements with other values; those for which `f` gives nothing are left out. `f` gets the step and the value.
    pub(super) fn map(mut self, mut f: impl FnMut(usize, f64) -> Option<f64>) -> Self {
        for (step, points) in self.steps.iter_mut().enumerate() {
            points.retain_mut(|point| match f(step, point.value) {
                Some(value) => {
                    point.value = value;
                    true
                }
                None => false,
            });
        }
        self
    }

    /// The same elements with other labels: an error if two of one step then have the same ones.
    pub(super) fn relabel(self, change: impl Fn(&SeriesLabels) -> SeriesLabels) -> Result<Self, SameLabels> {
        let mut builder = FramesBuilder::new(self.steps.len());
        let rows: Vec<usize> = self.labels.iter().map(|labels| builder.row(change(labels))).collect();
        if builder.rows.len() == rows.len() {
            // They still all differ, so no step has two that are the same.
            return Ok(Self { labels: builder.frames.labels, steps: self.steps });
        }
        for (step, points) in self.steps.iter().enumerate() {
            for point in points {
                builder.push(step, rows.get(point.row).copied().unwrap_or_default(), point.value)?;
            }
        }
        Ok(builder.frames)
    }

    /// As [`Frames::relabel`], but two series must not have the same labels even if they never meet in a step.
    pub(super) fn relabel_series<E>(
        self,
        mut change: impl FnMut(&SeriesLabels) -> Result<SeriesLabels, E>,
        same: impl FnOnce(SameLabels) -> E,
    ) -> Result<Self, E> {
        let mut used = vec![false; self.labels.len()];
        for point in self.steps.iter().flatten() {
            if let Some(used) = used.get_mut(point.row) {
                *used = true;
            }
        }
        let mut builder = FramesBuilder::new(0);
        let mut rows = vec![0; self.labels.len()];
        for ((labels, used), row) in self.labels.iter().zip(used).zip(&mut rows) {
            if used {
                let count = builder.rows.len();
                let labels = change(labels)?;
                *row = builder.row(labels.clone());
                if builder.rows.len() == count {
                    return Err(same(SameLabels(labels)));
                }
            }
        }
        let mut steps = self.steps;
        for point in steps.iter_mut().flatten() {
            point.row = rows.get(point.row).copied().unwrap_or_default();
        }
        Ok(Self { labels: builder.frames.labels, steps })
    }

    /// The same elements without the name of their metric, as most functions and operators give them.
    pub(super) fn without_names(self) -> Result<Self, SameLabels> {
        self.relabel(without_metadata)
    }
}

/// The labels without those that say what the metric is: its name, and the type and unit that Prometheus can keep beside it.
pub(super) fn without_metadata(labels: &SeriesLabels) -> SeriesLabels {
    labels.filtered(|name, _| !matches!(name, MetricName::LABEL | "__type__" | "__unit__"))
}

/// Frames under construction: it finds the row of labels, and elements with the same labels at one step.
#[derive(Debug)]
pub(super) struct FramesBuilder {
    frames: Frames,
    rows: HashMap<SeriesLabels, usize>,
    /// Of each row, one more than the last step at which it got a value.
    latest: Vec<usize>,
}

impl FramesBuilder {
    pub(super) fn new(steps: usize) -> Self {
        let frames = Frames { labels: Vec::new(), steps: std::iter::repeat_with(Vec::new).take(steps).collect() };
        Self { frames, rows: HashMap::new(), latest: Vec::new() }
    }

    /// The row of these labels.
    pub(super) fn row(&mut self, labels: SeriesLabels) -> usize {
        let Self { frames, rows, latest } = self;
        *rows.entry(labels).or_insert_with_key(|labels| {
            frames.labels.push(labels.clone());
            latest.push(0);
            latest.len() - 1
        })
    }

    /// Adds an element at a step; steps come in order.
    pub(super) fn push(&mut self, step: usize, row: usize, value: f64) -> Result<(), SameLabels> {
        if let Some(latest) = self.latest.get_mut(row) {
            if *latest == step + 1 {
                return Err(SameLabels(self.frames.labels_of(row)));
            }
            *latest = step + 1;
        }
        if let Some(points) = self.frames.steps.get_mut(step) {
            points.push(Point { row, value });
        }
        Ok(())
    }

    pub(super) fn build(self) -> Frames {
        self.frames
    }
}
