//! Why an expression has its value.

use std::collections::HashMap;

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::metrics::SampleSource;
use crate::metrics::SampleTime;
use crate::metrics::SampleValue;
use crate::metrics::SeriesLabels;
use crate::rules::Binary;
use crate::rules::BinaryOp;
use crate::rules::Expr;
use crate::rules::NodeId;
use crate::rules::NodeKind;
use crate::rules::Span;
use crate::rules::ValueType;
use crate::rules::eval::binary;
use crate::rules::eval::error::EvalError;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::error::Problem;
use crate::rules::eval::evaluator::Evaluator;
use crate::rules::eval::float;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Part;
use crate::rules::eval::frames::Point;
use crate::rules::eval::frames::without_metadata;
use crate::rules::eval::run::Fixed;
use crate::rules::eval::run::Times;
use crate::utils::AlertDuration;

/// How much an explanation tells.
///
/// | option | default | what it is for |
/// |---|---|---|
/// | `history` | 1h | how far back is looked for the time since when a result has been there |
/// | `step` | 1m | the distance of the times that are looked at for that |
/// | `max_nodes` | 100 | how many parts of the expression are explained, those near the root first |
/// | `max_elements` | 10 | how many elements of each part are told; the others are counted |
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::rules::eval::ExplainOptions;
///
/// let options = ExplainOptions::default().with_history(AlertDuration::days(1)).with_step(AlertDuration::minutes(5));
/// assert_eq!((options.max_nodes, options.max_elements), (100, 10));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExplainOptions {
    /// How far back is looked for the time since when a result has been there. Default 1h.
    pub history: AlertDuration,
    /// The distance of the times that are looked at for that. Default 1m; with no time at all nothing is looked at.
    pub step: AlertDuration,
    /// How many parts of the expression are explained. Default 100.
    pub max_nodes: usize,
    /// How many elements of each part are told. Default 10.
    pub max_elements: usize,
}

impl Default for ExplainOptions {
    fn default() -> Self {
        Self { history: AlertDuration::hours(1), step: AlertDuration::minutes(1), max_nodes: 100, max_elements: 10 }
    }
}

impl ExplainOptions {
    /// The same options with another history.
    #[must_use]
    pub fn with_history(mut self, history: AlertDuration) -> Self {
        self.history = history;
        self
    }

    /// The same options with another distance of the times in it.
    #[must_use]
    pub fn with_step(mut self, step: AlertDuration) -> Self {
        self.step = step;
        self
    }

    /// The same options with another number of parts.
    #[must_use]
    pub fn with_max_nodes(mut self, max_nodes: usize) -> Self {
        self.max_nodes = max_nodes;
        self
    }

    /// The same options with another number of elements of each part.
    #[must_use]
    pub fn with_max_elements(mut self, max_elements: usize) -> Self {
        self.max_elements = max_elements;
        self
    }
}

/// What an expression evaluates to, and the value of each of its parts.
///
/// # Text
///
/// For a person who was woken up: each comparison with its numbers and its verdict, and below it what the numbers are made of.
///
/// ```text
/// {job="api"}: sum by (job) (errors) = 12 > 10: true, since 09:03
/// {job="db"}: sum by (job) (errors) = 3 > 10: false
///   sum by (job) (errors): 2 series
///     {job="api"} = 12
///     {job="db"} = 3
///     errors: 3 series
///       errors{instance="a", job="api"} = 5
///       …
/// ```
///
/// Clock times are UTC, with the day where it is another one.
///
/// # JSON
///
/// The parts are one list, each with the places of its operands in it, since a tree can be thousands of levels deep.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, Sample, SampleTime, SeriesLabels};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let mut store = MemoryStore::new();
/// for (instance, value) in [("a", 5.0), ("b", 7.0)] {
///     store.push(&SeriesLabels::from_pairs([("__name__", "errors"), ("instance", instance)])?, Sample::new(60_000, value))?;
/// }
/// let expr = Expr::parse("sum(errors) > 10", &ParseOptions::default())?;
/// let explanation = Evaluator::new(&store).explain_at(&expr, SampleTime::from_millis(60_000))?;
/// assert_eq!(
///     explanation.to_string(),
///     concat!(
///         "sum(errors) = 12 > 10: true, since 00:01\n",
///         "  sum(errors) = 12\n",
///         "    errors: 2 series\n",
///         "      errors{instance=\"a\"} = 5\n",
///         "      errors{instance=\"b\"} = 7",
///     ),
/// );
/// assert!(explanation.results()[0].comparison.as_ref().is_some_and(|comparison| comparison.holds));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The time of evaluation.
    pub at: SampleTime,
    /// The text of the expression.
    pub expr: String,
    /// Its parts: the whole first, without parentheses around it, each before its operands.
    pub nodes: Vec<ExplainedNode>,
}

/// One part of an expression and its value, see [`Explanation`].
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{Expr, ParseOptions, ValueType};
///
/// let expr = Expr::parse("(2 + 3) * time()", &ParseOptions::default())?;
/// let explanation = Evaluator::new(&MemoryStore::new()).explain_at(&expr, SampleTime::from_millis(1_000))?;
/// let [whole, parentheses, sum, ..] = &explanation.nodes[..] else { unreachable!() };
/// assert_eq!((whole.elements[0].value, whole.operands.as_slice()), (5.0, &[1, 5][..]));
/// assert_eq!((sum.text.as_str(), sum.value_type, sum.total), ("2 + 3", ValueType::Scalar, 1));
/// assert_eq!(parentheses.operands, [2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedNode {
    /// Its text.
    pub text: String,
    /// Where that stands in the expression.
    pub span: Span,
    /// What it evaluates to.
    pub value_type: ValueType,
    /// Its first elements; of a scalar the one number. Of a comparison all that was compared, what holds first. None of a range and a
    /// text.
    pub elements: Vec<ExplainedElement>,
    /// How many elements there are.
    pub total: usize,
    /// The places of its operands among the nodes; those of parts that are not explained are left out.
    pub operands: Vec<usize>,
}

/// One element of the value of a part, see [`ExplainedNode`].
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{Expr, ParseOptions};
///
/// let expr = Expr::parse("vector(85) > 80", &ParseOptions::default())?;
/// let explanation = Evaluator::new(&MemoryStore::new()).explain_at(&expr, SampleTime::from_millis(0))?;
/// let element = &explanation.results()[0];
/// assert_eq!((element.value, element.comparison.as_ref().map(|comparison| comparison.other)), (85.0, Some(80.0)));
/// // For as long as was looked at.
/// assert!(element.or_earlier);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedElement {
    /// The labels, none of a scalar.
    pub labels: SeriesLabels,
    /// The number. Of a comparison that of the vector, or of the left side.
    pub value: f64,
    /// What it was compared with.
    pub comparison: Option<ExplainedComparison>,
    /// Of a result of the whole expression: the first of the times looked at from which on it has been there.
    pub since: Option<SampleTime>,
    /// Whether that is the earliest time looked at, so that it may have been there before.
    pub or_earlier: bool,
}

/// What an element was compared with, see [`ExplainedElement`].
///
/// ```
/// use alert_schemas::metrics::{MemoryStore, SampleTime};
/// use alert_schemas::rules::eval::Evaluator;
/// use alert_schemas::rules::{BinaryOp, Expr, ParseOptions};
///
/// let expr = Expr::parse("80 >= vector(85)", &ParseOptions::default())?;
/// let explanation = Evaluator::new(&MemoryStore::new()).explain_at(&expr, SampleTime::default())?;
/// let comparison = explanation.results()[0].comparison.clone().unwrap();
/// assert_eq!((comparison.op, comparison.other, comparison.swapped, comparison.holds), (BinaryOp::GreaterOrEqual, 80.0, true, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ExplainedComparison {
    /// The operator.
    pub op: BinaryOp,
    /// The other number.
    pub other: f64,
    /// The labels of the other number, where it is an element of a vector.
    pub other_labels: Option<SeriesLabels>,
    /// Whether the other number stands on the left.
    pub swapped: bool,
    /// The verdict.
    pub holds: bool,
}

impl Explanation {
    /// The elements of the whole expression: of a comparison all that was compared, what holds first.
    #[must_use]
    pub fn results(&self) -> &[ExplainedElement] {
        self.nodes.first().map(|node| node.elements.as_slice()).unwrap_or_default()
    }
}

impl ExplainedElement {
    /// Whether it is there in the value: what was compared is if the comparison holds.
    fn holds(&self) -> bool {
        self.comparison.as_ref().is_none_or(|comparison| comparison.holds)
    }
}

pub(super) fn explain<S: SampleSource>(
    evaluator: &Evaluator<S>,
    expr: &Expr,
    at: SampleTime,
    options: &ExplainOptions,
) -> Result<Explanation, EvalError> {
    let (order, places) = chosen(expr, options.max_nodes);
    let mut kept: Vec<Option<Part>> = std::iter::repeat_with(|| None).take(order.len()).collect();
    let max = evaluator.options().max_samples;
    let mut room = Some(max);
    let fixed = Fixed::Ends { start: at.millis(), end: at.millis() };
    evaluator.run_with(expr, Times::one(at.millis()), fixed, |index, part| {
        if let Some(kept) = places.get(index).copied().flatten().and_then(|place| kept.get_mut(place)) {
            room = room.and_then(|room| room.checked_sub(part.samples()));
            *kept = room.is_some().then(|| part.clone());
        }
    })?;
    if room.is_none() {
        let problem = Problem { kind: EvalErrorKind::TooManySamples { max }, span: expr.node(expr.root()).span };
        return Err(EvalError::new(problem, expr));
    }
    let place = |id: NodeId| places.get(id.index()).copied().flatten();
    let part = |id: NodeId| place(id).and_then(|place| kept.get(place)?.as_ref());
    let mut nodes: Vec<ExplainedNode> = order
        .iter()
        .map(|id| {
            let node = expr.node(*id);
            let (mut elements, value_type) = match (&node.kind, part(*id)) {
                (NodeKind::Binary(binary), Some(own)) if binary.op.is_comparison() => match (part(binary.lhs), part(binary.rhs)) {
                    (Some(lhs), Some(rhs)) => (compared(binary, lhs, rhs), type_of(own)),
                    _ => (elements_of(own), type_of(own)),
                },
                (_, Some(own)) => (elements_of(own), type_of(own)),
                (_, None) => (Vec::new(), ValueType::String),
            };
            let total = elements.len();
            // What holds is what somebody asks about: it must not be cut off behind what does not.
            elements.sort_by_key(|element| !element.holds());
            elements.truncate(options.max_elements);
            let operands = expr.children(*id).iter().filter_map(|id| place(*id)).collect();
            ExplainedNode { text: node.span.of(expr.source_text()).to_owned(), span: node.span, value_type, elements, total, operands }
        })
        .collect();
    if let (Some(root), Some(Part::Vector(_) | Part::Scalar(_))) = (nodes.first_mut(), kept.first().and_then(Option::as_ref)) {
        add_since(evaluator, expr, at, options, &mut root.elements);
    }
    Ok(Explanation { at, expr: expr.source_text().to_owned(), nodes })
}

/// The nodes that are explained, the root without its parentheses first, each before its operands; and of each node of the expression its
/// place among them.
fn chosen(expr: &Expr, max: usize) -> (Vec<NodeId>, Vec<Option<usize>>) {
    let mut order = Vec::new();
    let mut places = vec![None; expr.nodes().len()];
    let mut next = vec![without_parentheses(expr)];
    while let Some(id) = next.pop() {
        if order.len() >= max.max(1) {
            break;
        }
        if let Some(place) = places.get_mut(id.index()) {
            *place = Some(order.len());
        }
        order.push(id);
        next.extend(expr.children(id).iter().rev());
    }
    (order, places)
}

fn type_of(part: &Part) -> ValueType {
    match part {
        Part::Scalar(_) => ValueType::Scalar,
        Part::Vector(_) => ValueType::Vector,
        Part::Matrix(_) => ValueType::Matrix,
        Part::Text(_) => ValueType::String,
    }
}

fn element(labels: SeriesLabels, value: f64) -> ExplainedElement {
    ExplainedElement { labels, value, comparison: None, since: None, or_earlier: false }
}

fn points(frames: &Frames) -> &[Point] {
    frames.steps.first().map(Vec::as_slice).unwrap_or_default()
}

fn elements_of(part: &Part) -> Vec<ExplainedElement> {
    match part {
        Part::Scalar(values) => values.iter().map(|value| element(SeriesLabels::new(), *value)).collect(),
        Part::Vector(frames) => points(frames).iter().map(|point| element(frames.labels_of(point.row), point.value)).collect(),
        Part::Matrix(_) | Part::Text(_) => Vec::new(),
    }
}

/// What a comparison compared.
fn compared(node: &Binary, lhs: &Part, rhs: &Part) -> Vec<ExplainedElement> {
    let with = |labels: SeriesLabels, value: f64, other: f64, other_labels: Option<SeriesLabels>, swapped: bool| {
        let holds = if swapped { float::compare(node.op, other, value) } else { float::compare(node.op, value, other) };
        let comparison = ExplainedComparison { op: node.op, other, other_labels, swapped, holds };
        ExplainedElement { comparison: Some(comparison), ..element(labels, value) }
    };
    let number = |values: &[f64]| values.first().copied().unwrap_or(f64::NAN);
    match (lhs, rhs) {
        (Part::Scalar(lhs), Part::Scalar(rhs)) => vec![with(SeriesLabels::new(), number(lhs), number(rhs), None, false)],
        (Part::Vector(vector), Part::Scalar(scalar)) | (Part::Scalar(scalar), Part::Vector(vector)) => {
            let swapped = matches!(lhs, Part::Scalar(_));
            points(vector).iter().map(|point| with(vector.labels_of(point.row), point.value, number(scalar), None, swapped)).collect()
        }
        (Part::Vector(lhs), Part::Vector(rhs)) => binary::pairs(node, lhs, rhs)
            .into_iter()
            .map(|(left, right)| with(lhs.labels_of(left.row), left.value, right.value, Some(rhs.labels_of(right.row)), false))
            .collect(),
        _ => Vec::new(),
    }
}

/// Finds since when the elements that hold have been there, by evaluating the expression at earlier times.
fn add_since<S: SampleSource>(
    evaluator: &Evaluator<S>,
    expr: &Expr,
    at: SampleTime,
    options: &ExplainOptions,
    elements: &mut [ExplainedElement],
) {
    let step = i64::try_from(options.step.as_millis()).unwrap_or(i64::MAX);
    let Some(steps) = options.history.as_millis().checked_div(options.step.as_millis()) else { return };
    let steps = usize::try_from(steps).unwrap_or(usize::MAX).min(evaluator.options().max_steps);
    let back = step.saturating_mul(i64::try_from(steps).unwrap_or(i64::MAX));
    let times = Times { start: at.millis().saturating_sub(back), step, count: steps + 1 };
    // What failed in the past does not matter for the present: then nothing is told about it.
    let Ok(part) = evaluator.run(expr, times, Fixed::EachStep) else { return };
    let node = expr.node(without_parentheses(expr));
    let comparison = match &node.kind {
        NodeKind::Binary(binary) if binary.op.is_comparison() => Some(binary),
        _ => None,
    };
    match part {
        // A number is always there; only a verdict has a beginning.
        Part::Scalar(values) if comparison.is_some() => {
            let run = values.iter().rev().take_while(|value| **value != 0.0).count();
            for element in elements {
                begin(element, run, times);
            }
        }
        Part::Vector(frames) => {
            let verdicts = comparison.is_some_and(|binary| binary.return_bool);
            // Of each row, the step from which on it has been there.
            let mut since: Vec<usize> = vec![frames.steps.len(); frames.labels.len()];
            for (step, points) in frames.steps.iter().enumerate().rev() {
                for point in points.iter().filter(|point| !verdicts || point.value != 0.0) {
                    if let Some(since) = since.get_mut(point.row)
                        && *since == step + 1
                    {
                        *since = step;
                    }
                }
            }
            let since: HashMap<SeriesLabels, usize> = frames.labels.into_iter().zip(since).collect();
            for element in elements {
                if let Some(since) = since.get(&result_labels(element, verdicts, comparison)) {
                    begin(element, frames.steps.len() - since, times);
                }
            }
        }
        _ => {}
    }
}

fn without_parentheses(expr: &Expr) -> NodeId {
    let mut id = expr.root();
    while let NodeKind::Paren { expr: inner } = expr.node(id).kind {
        id = inner;
    }
    id
}

/// The labels that an element of the whole expression has in its value.
fn result_labels(element: &ExplainedElement, verdicts: bool, comparison: Option<&Binary>) -> SeriesLabels {
    match (comparison, &element.comparison) {
        (Some(node), Some(compared)) => match &compared.other_labels {
            Some(other) => binary::labels_of_pair(node, &element.labels, other),
            None if verdicts => without_metadata(&element.labels),
            None => element.labels.clone(),
        },
        _ => element.labels.clone(),
    }
}

/// Notes since when an element has been there, which is for the last `run` times.
fn begin(element: &mut ExplainedElement, run: usize, times: Times) {
    if element.holds() && run > 0 {
        element.since = Some(SampleTime::from_millis(times.at(times.count.saturating_sub(run))));
        element.or_earlier = run >= times.count;
    }
}

impl Serialize for Explanation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Explanation", 3)?;
        object.serialize_field("at", &self.at)?;
        object.serialize_field("expr", &self.expr)?;
        object.serialize_field("nodes", &self.nodes)?;
        object.end()
    }
}

impl Serialize for ExplainedNode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ExplainedNode", 7)?;
        object.serialize_field("text", &self.text)?;
        object.serialize_field("start", &self.span.start())?;
        object.serialize_field("end", &self.span.end())?;
        object.serialize_field("type", self.value_type.as_str())?;
        object.serialize_field("elements", &self.elements)?;
        object.serialize_field("total", &self.total)?;
        object.serialize_field("operands", &self.operands)?;
        object.end()
    }
}

impl Serialize for ExplainedElement {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ExplainedElement", 5)?;
        object.serialize_field("labels", &self.labels)?;
        object.serialize_field("value", &SampleValue::Float(self.value))?;
        if let Some(comparison) = &self.comparison {
            object.serialize_field("comparison", comparison)?;
        }
        if let Some(since) = &self.since {
            object.serialize_field("since", since)?;
            object.serialize_field("or_earlier", &self.or_earlier)?;
        }
        object.end()
    }
}

impl Serialize for ExplainedComparison {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("ExplainedComparison", 5)?;
        object.serialize_field("op", self.op.as_str())?;
        object.serialize_field("other", &SampleValue::Float(self.other))?;
        if let Some(labels) = &self.other_labels {
            object.serialize_field("other_labels", labels)?;
        }
        object.serialize_field("swapped", &self.swapped)?;
        object.serialize_field("holds", &self.holds)?;
        object.end()
    }
}
