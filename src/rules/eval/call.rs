//! Functions.

use std::cmp::Ordering;

use crate::metrics::MetricName;
use crate::metrics::SeriesLabels;
use crate::rules::Call;
use crate::rules::NodeId;
use crate::rules::NodeKind;
use crate::rules::StringLiteral;
use crate::rules::eval::calendar;
use crate::rules::eval::float;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Part;
use crate::rules::eval::frames::Point;
use crate::rules::eval::relabel;
use crate::rules::eval::run::Failed;
use crate::rules::eval::run::Run;
use crate::rules::eval::select;

/// How a function is evaluated.
#[derive(Clone, Copy)]
enum Method {
    /// Each value by itself; the names are dropped.
    Each(fn(f64) -> f64),
    /// A part of the date of each value, or of the time of evaluation; the names are dropped.
    Date(fn(i64) -> f64),
    /// In its own way.
    Own,
}

fn method(name: &str) -> Option<Method> {
    use Method::{Date, Each, Own};

    Some(match name {
        "absent" | "clamp" | "clamp_max" | "clamp_min" | "label_join" | "label_replace" | "pi" | "round" | "scalar" | "sort"
        | "sort_desc" | "time" | "timestamp" | "vector" => Own,
        "abs" => Each(f64::abs),
        "ceil" => Each(f64::ceil),
        "floor" => Each(f64::floor),
        "sgn" => Each(|value| {
            if value < 0.0 {
                -1.0
            } else if value > 0.0 {
                1.0
            } else {
                value
            }
        }),
        "exp" => Each(f64::exp),
        "sqrt" => Each(f64::sqrt),
        "ln" => Each(f64::ln),
        "log2" => Each(float::log2),
        "log10" => Each(float::log10),
        "sin" => Each(f64::sin),
        "cos" => Each(f64::cos),
        "tan" => Each(f64::tan),
        "asin" => Each(f64::asin),
        "acos" => Each(f64::acos),
        "atan" => Each(f64::atan),
        "sinh" => Each(f64::sinh),
        "cosh" => Each(f64::cosh),
        "tanh" => Each(f64::tanh),
        "asinh" => Each(f64::asinh),
        "acosh" => Each(f64::acosh),
        "atanh" => Each(f64::atanh),
        // Not `to_radians` and `to_degrees`, which round otherwise.
        "rad" => Each(|value| value * std::f64::consts::PI / 180.0),
        "deg" => Each(|value| value * 180.0 / std::f64::consts::PI),
        "year" => Date(calendar::year),
        "month" => Date(calendar::month),
        "day_of_month" => Date(calendar::day_of_month),
        "day_of_week" => Date(calendar::day_of_week),
        "day_of_year" => Date(calendar::day_of_year),
        "days_in_month" => Date(calendar::days_in_month),
        "hour" => Date(calendar::hour),
        "minute" => Date(calendar::minute),
        _ => return None,
    })
}

/// Whether a function is evaluated here.
pub(super) fn is_supported(name: &str) -> bool {
    method(name).is_some()
}

pub(super) fn evaluate<'a>(run: &mut Run<'a>, call: &'a Call) -> Result<Part, Failed> {
    let name = call.function.name();
    let argument = call.args.first().copied();
    match (method(name), argument) {
        (Some(Method::Each(f)), Some(argument)) => each(run, argument, |_, value| Some(f(value))),
        (Some(Method::Date(f)), Some(argument)) => each(run, argument, |_, value| Some(f(float::to_int(value)))),
        (Some(Method::Date(f)), None) => {
            // Go cuts the milliseconds off towards zero.
            let values: Vec<f64> = run.times.iter().map(|at| f(at / 1_000)).collect();
            Ok(Part::Vector(one(&values)))
        }
        _ => own(run, name, call),
    }
}

/// Each value by itself; the names are dropped.
fn each(run: &mut Run<'_>, argument: NodeId, f: impl FnMut(usize, f64) -> Option<f64>) -> Result<Part, Failed> {
    Ok(Part::Vector(run.vector(argument).map(f).without_names()?))
}

fn own<'a>(run: &mut Run<'a>, name: &'static str, call: &'a Call) -> Result<Part, Failed> {
    let first = call.args.first().copied();
    let second = call.args.get(1).copied();
    let third = call.args.get(2).copied();
    match (name, first) {
        ("time", _) => Ok(Part::Scalar(run.times.iter().map(select::seconds).collect())),
        ("pi", _) => Ok(Part::Scalar(vec![std::f64::consts::PI; run.times.count])),
        ("vector", Some(scalar)) => Ok(Part::Vector(one(&run.scalar(scalar)))),
        ("scalar", Some(vector)) => {
            let frames = run.vector(vector);
            let only = |points: &Vec<Point>| match points[..] {
                [point] => point.value,
                _ => f64::NAN,
            };
            Ok(Part::Scalar(frames.steps.iter().map(only).collect()))
        }
        ("timestamp", Some(vector)) => {
            let inner = run.without_parentheses(vector);
            let stamped = run.gives_stamps(inner);
            let times = run.times;
            each(run, vector, |step, value| Some(if stamped { value } else { select::seconds(times.at(step)) }))
        }
        ("round", Some(vector)) => {
            let nearest = second.map(|nearest| run.scalar(nearest)).unwrap_or_default();
            each(run, vector, |step, value| {
                let inverse = 1.0 / nearest.get(step).copied().unwrap_or(1.0);
                Some((value * inverse + 0.5).floor() / inverse)
            })
        }
        ("clamp" | "clamp_min" | "clamp_max", Some(vector)) => {
            let (low, high) = match name {
                "clamp" => (second, third),
                "clamp_min" => (second, None),
                _ => (None, second),
            };
            let low = low.map(|low| run.scalar(low)).unwrap_or_default();
            let high = high.map(|high| run.scalar(high)).unwrap_or_default();
            each(run, vector, |step, value| {
                let low = low.get(step).copied().unwrap_or(f64::NEG_INFINITY);
                let high = high.get(step).copied().unwrap_or(f64::INFINITY);
                // With the bounds exchanged nothing is left.
                if high < low { None } else { Some(float::max(low, float::min(high, value))) }
            })
        }
        ("sort" | "sort_desc", Some(vector)) => {
            let mut frames = run.vector(vector);
            for points in &mut frames.steps {
                sort(points, name == "sort_desc");
            }
            Ok(Part::Vector(frames))
        }
        ("absent", Some(vector)) => {
            let frames = run.vector(vector);
            let labels = absent_labels(run, vector);
            let steps = frames.steps.iter().map(|points| if points.is_empty() { vec![Point { row: 0, value: 1.0 }] } else { Vec::new() });
            Ok(Part::Vector(Frames { labels: vec![labels], steps: steps.collect() }))
        }
        ("label_replace", Some(vector)) => {
            let change = relabel::replace(run.text(call, 1), run.text(call, 2), run.text(call, 3), run.text(call, 4))?;
            Ok(Part::Vector(run.vector(vector).relabel_series(change, Failed::from)?))
        }
        ("label_join", Some(vector)) => {
            let sources: Vec<&StringLiteral> = (3..call.args.len()).map(|index| run.text(call, index)).collect();
            let change = relabel::join(run.text(call, 1), run.text(call, 2), &sources)?;
            Ok(Part::Vector(run.vector(vector).relabel_series(change, Failed::from)?))
        }
        // Refused before.
        _ => Ok(Part::Vector(Frames::default())),
    }
}

/// A vector of one element without labels.
fn one(values: &[f64]) -> Frames {
    Frames { labels: vec![SeriesLabels::new()], steps: values.iter().map(|value| vec![Point { row: 0, value: *value }]).collect() }
}

/// Sorts by value; NaN is last either way, and equal values keep their order.
fn sort(points: &mut [Point], descending: bool) {
    points.sort_by(|a, b| match (a.value.is_nan(), b.value.is_nan()) {
        (false, false) if descending => b.value.partial_cmp(&a.value).unwrap_or(Ordering::Equal),
        (false, false) => a.value.partial_cmp(&b.value).unwrap_or(Ordering::Equal),
        (a, b) => a.cmp(&b),
    });
}

/// The labels of what `absent` gives: those that a selector wants to be equal to something, each wanted once.
fn absent_labels(run: &Run<'_>, argument: NodeId) -> SeriesLabels {
    let NodeKind::VectorSelector(selector) = &run.expr.node(run.without_parentheses(argument)).kind else {
        return SeriesLabels::new();
    };
    let mut wanted: Vec<(&str, Option<&str>)> = Vec::new();
    let mut equal: Vec<&str> = Vec::new();
    for matcher in selector.matchers.iter().filter(|matcher| matcher.name() != MetricName::LABEL) {
        let name = matcher.name();
        let first = matcher.op() == crate::alerts::MatchOp::Equal && !equal.contains(&name);
        if first {
            equal.push(name);
        }
        wanted.retain(|(other, _)| *other != name);
        wanted.push((name, first.then(|| matcher.value())));
    }
    // Too long a value, or one label too many, is left out.
    let mut builder = SeriesLabels::new().to_builder();
    for (name, value) in wanted {
        let _ = builder.set(name, value.unwrap_or_default());
    }
    builder.build()
}
