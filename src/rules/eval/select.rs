//! Selectors: the samples that an expression reads.

use crate::metrics::Sample;
use crate::metrics::Series;
use crate::metrics::SeriesMatcher;
use crate::metrics::SeriesView;
use crate::rules::AtModifier;
use crate::rules::MatrixSelector;
use crate::rules::VectorSelector;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Point;
use crate::rules::eval::run::Failed;
use crate::rules::eval::run::Fixed;
use crate::rules::eval::run::Run;

/// The newest sample of each series at each step: its value, or with `stamps` its time in seconds.
///
/// A sample counts if it is younger than the look-back. A series that has ended, by its newest sample being the mark, has none.
pub(super) fn vector(run: &Run<'_>, selector: &VectorSelector, stamps: bool) -> Result<Frames, Failed> {
    let look_back = i64::try_from(run.options.look_back.as_millis()).unwrap_or(i64::MAX);
    let times: Vec<i64> = run.times.iter().map(|at| read_at(run, selector, at)).collect();
    let (first, last) = (times.first().copied().unwrap_or_default(), times.last().copied().unwrap_or_default());
    let found = read(run, selector, youngest_too_old(first, look_back).saturating_add(1), last);
    let mut frames = Frames { labels: Vec::with_capacity(found.len()), steps: Vec::new() };
    frames.steps.resize_with(times.len(), Vec::new);
    let mut room = run.room();
    for view in found {
        let row = frames.labels.len();
        let mut used = false;
        let mut rest = view.samples;
        let mut newest: Option<&Sample> = None;
        for (at, points) in times.iter().zip(&mut frames.steps) {
            // Times only grow, so what was passed stays passed.
            let passed = rest.partition_point(|sample| sample.millis() <= *at);
            let (before, after) = rest.split_at_checked(passed).unwrap_or((rest, &[]));
            (newest, rest) = (before.last().or(newest), after);
            let Some(sample) = newest.filter(|sample| sample.millis() > youngest_too_old(*at, look_back)) else { continue };
            let Some(value) = sample.value.number() else { continue };
            room = room.checked_sub(1).ok_or(EvalErrorKind::TooManySamples { max: run.options.max_samples })?;
            points.push(Point { row, value: if stamps { seconds(sample.millis()) } else { value } });
            used = true;
        }
        if used {
            frames.labels.push(view.labels.clone());
        }
    }
    Ok(frames)
}

/// The samples of each series in the range, at the only step; its start does not belong to it, its end does. Marks are left out.
pub(super) fn matrix(run: &Run<'_>, matrix: &MatrixSelector) -> Result<Vec<Series>, Failed> {
    let end = read_at(run, &matrix.selector, run.times.start);
    let start = youngest_too_old(end, matrix.range.as_millis());
    let mut room = run.room();
    let mut series = Vec::new();
    for view in read(run, &matrix.selector, start.saturating_add(1), end) {
        let samples: Vec<Sample> = view.samples.iter().filter(|sample| !sample.value.is_stale()).copied().collect();
        room = room.checked_sub(samples.len()).ok_or(EvalErrorKind::TooManySamples { max: run.options.max_samples })?;
        if !samples.is_empty() {
            series.push(Series::new(view.labels.clone(), samples));
        }
    }
    Ok(series)
}

/// The time at or before which a sample is too old.
fn youngest_too_old(at: i64, age: i64) -> i64 {
    at.saturating_sub(age)
}

/// The time that is read at a step.
fn read_at(run: &Run<'_>, selector: &VectorSelector, at: i64) -> i64 {
    let at = match (selector.at, run.fixed) {
        (None, _) | (Some(AtModifier::Start | AtModifier::End), Fixed::EachStep) => at,
        (Some(AtModifier::Timestamp(fixed)), _) => fixed,
        (Some(AtModifier::Start), Fixed::Ends { start, .. }) => start,
        (Some(AtModifier::End), Fixed::Ends { end, .. }) => end,
    };
    at.saturating_sub(selector.offset.as_millis())
}

/// The matchers for a source, `None` if no series can match: names and values of labels are UTF-8, and those of matchers need not be.
fn matchers(selector: &VectorSelector) -> Option<Vec<SeriesMatcher>> {
    let mut matchers = Vec::with_capacity(selector.matchers.len());
    for own in &selector.matchers {
        let passes = if !own.name_literal().is_utf8() {
            own.matches("")
        } else if own.pattern().is_none() && !own.value_literal().is_utf8() {
            !own.op().is_positive()
        } else {
            matchers.push(SeriesMatcher::from_parts(own.name(), own.op(), own.value(), own.pattern().cloned()));
            true
        };
        if !passes {
            return None;
        }
    }
    Some(matchers)
}

/// The series that match, with their samples between two times, both included.
fn read<'a>(run: &Run<'a>, selector: &VectorSelector, mint: i64, maxt: i64) -> Vec<SeriesView<'a>> {
    matchers(selector).map(|matchers| run.source.select(&matchers, mint, maxt)).unwrap_or_default()
}

/// Milliseconds as seconds.
#[expect(clippy::cast_precision_loss, reason = "times are below 2^53 milliseconds")]
pub(super) fn seconds(millis: i64) -> f64 {
    millis as f64 / 1_000.0
}
