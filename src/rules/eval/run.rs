//! One evaluation: one pass over the nodes of an expression, each after its operands.

use std::sync::LazyLock;

use crate::metrics::SampleSource;
use crate::rules::Binary;
use crate::rules::Call;
use crate::rules::Expr;
use crate::rules::NodeId;
use crate::rules::NodeKind;
use crate::rules::StringLiteral;
use crate::rules::UnaryOp;
use crate::rules::eval::aggregate;
use crate::rules::eval::binary;
use crate::rules::eval::call;
use crate::rules::eval::error::EvalErrorKind;
use crate::rules::eval::error::Problem;
use crate::rules::eval::float;
use crate::rules::eval::frames::Frames;
use crate::rules::eval::frames::Part;
use crate::rules::eval::frames::SameLabels;
use crate::rules::eval::frames::without_metadata;
use crate::rules::eval::options::EvalOptions;
use crate::rules::eval::select;
use crate::rules::eval::support::unsupported;

/// The times of an evaluation, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) start: i64,
    pub(super) step: i64,
    // INVARIANT: at least one.
    pub(super) count: usize,
}

impl Times {
    pub(super) fn one(at: i64) -> Self {
        Self { start: at, step: 1, count: 1 }
    }

    /// The time of a step.
    pub(super) fn at(&self, step: usize) -> i64 {
        let steps = i64::try_from(step).unwrap_or(i64::MAX);
        self.start.saturating_add(self.step.saturating_mul(steps))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = i64> {
        (0..self.count).map(move |step| self.at(step))
    }
}

/// What `start()` and `end()` are.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fixed {
    /// The ends of the range.
    Ends { start: i64, end: i64 },
    /// The time of each step: the steps are evaluations of their own.
    EachStep,
}

/// An error of an operation, without its place.
pub(super) type Failed = EvalErrorKind;

impl From<SameLabels> for Failed {
    fn from(same: SameLabels) -> Self {
        Self::SameLabels(same.0)
    }
}

/// One evaluation.
pub(super) struct Run<'a> {
    pub(super) source: &'a dyn SampleSource,
    pub(super) options: &'a EvalOptions,
    pub(super) expr: &'a Expr,
    pub(super) times: Times,
    pub(super) fixed: Fixed,
    /// The values of the nodes that are not used yet.
    parts: Vec<Option<Part>>,
    /// Whether a node is a selector whose times are wanted, not its values.
    stamps: Vec<bool>,
    /// How many samples there are in `parts`.
    live: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(source: &'a dyn SampleSource, options: &'a EvalOptions, expr: &'a Expr, times: Times, fixed: Fixed) -> Self {
        let count = expr.nodes().len();
        let parts = std::iter::repeat_with(|| None).take(count).collect();
        Self { source, options, expr, times, fixed, parts, stamps: vec![false; count], live: 0 }
    }

    /// The value of the root.
    pub(super) fn evaluate(mut self, mut visit: impl FnMut(usize, &Part)) -> Result<Part, Problem> {
        if let Some(missing) = unsupported(self.expr).first() {
            return Err(Problem { kind: EvalErrorKind::Unsupported(*missing), span: missing.place() });
        }
        self.mark_stamps();
        let expr = self.expr;
        for (index, node) in expr.nodes().iter().enumerate() {
            let failed = |kind| Problem { kind, span: node.span };
            let part = self.node(index, &node.kind).map_err(failed)?;
            self.live = self.live.saturating_add(part.samples());
            if self.live > self.options.max_samples {
                return Err(failed(EvalErrorKind::TooManySamples { max: self.options.max_samples }));
            }
            visit(index, &part);
            if let Some(place) = self.parts.get_mut(index) {
                *place = Some(part);
            }
        }
        Ok(self.take(expr.root()))
    }

    /// Finds the selectors that stand alone in `timestamp(…)`.
    fn mark_stamps(&mut self) {
        for node in self.expr.nodes() {
            if let NodeKind::Call(call) = &node.kind
                && call.function.name() == "timestamp"
                && let Some(argument) = call.args.first()
            {
                let inner = self.without_parentheses(*argument);
                if matches!(self.expr.node(inner).kind, NodeKind::VectorSelector(_))
                    && let Some(stamps) = self.stamps.get_mut(inner.index())
                {
                    *stamps = true;
                }
            }
        }
    }

    /// The node that stands in parentheses.
    pub(super) fn without_parentheses(&self, id: NodeId) -> NodeId {
        let mut id = id;
        while let NodeKind::Paren { expr } = self.expr.node(id).kind {
            id = expr;
        }
        id
    }

    /// The text of an argument that is a string, within any parentheses.
    pub(super) fn text(&self, call: &'a Call, index: usize) -> &'a StringLiteral {
        static NONE: LazyLock<StringLiteral> = LazyLock::new(StringLiteral::default);
        match call.args.get(index).map(|id| &self.expr.node(self.without_parentheses(*id)).kind) {
            Some(NodeKind::String(text)) => text,
            _ => &NONE,
        }
    }

    /// Whether a node is a selector whose times are its values.
    pub(super) fn gives_stamps(&self, id: NodeId) -> bool {
        self.stamps.get(id.index()).copied().unwrap_or_default()
    }

    /// The value of a node, which is used up.
    pub(super) fn take(&mut self, id: NodeId) -> Part {
        // INVARIANT: operands come before what is made of them, and each is used once.
        let part = self.parts.get_mut(id.index()).and_then(Option::take).unwrap_or(Part::Scalar(Vec::new()));
        self.live = self.live.saturating_sub(part.samples());
        part
    }

    pub(super) fn scalar(&mut self, id: NodeId) -> Vec<f64> {
        self.take(id).into_scalar()
    }

    pub(super) fn vector(&mut self, id: NodeId) -> Frames {
        self.take(id).into_vector()
    }

    /// How many more samples there may be.
    pub(super) fn room(&self) -> usize {
        self.options.max_samples.saturating_sub(self.live)
    }

    fn node(&mut self, index: usize, kind: &'a NodeKind) -> Result<Part, Failed> {
        match kind {
            NodeKind::Number(number) => Ok(Part::Scalar(vec![number.value; self.times.count])),
            NodeKind::String(text) => Ok(Part::Text(text.as_str().into())),
            NodeKind::VectorSelector(selector) => {
                let stamps = self.stamps.get(index).copied().unwrap_or_default();
                select::vector(self, selector, stamps).map(Part::Vector)
            }
            NodeKind::MatrixSelector(matrix) => select::matrix(self, matrix).map(Part::Matrix),
            NodeKind::Call(call) => call::evaluate(self, call),
            NodeKind::Aggregate(aggregate) => aggregate::evaluate(self, aggregate).map(Part::Vector),
            NodeKind::Binary(binary) => self.binary(binary),
            NodeKind::Unary { op, expr } => self.unary(*op, *expr),
            NodeKind::Paren { expr } => Ok(self.take(*expr)),
            // Both are refused before.
            NodeKind::Subquery(_) | NodeKind::Duration(_) => Ok(Part::Scalar(Vec::new())),
        }
    }

    fn unary(&mut self, op: UnaryOp, expr: NodeId) -> Result<Part, Failed> {
        let part = self.take(expr);
        match (op, part) {
            (UnaryOp::Minus, Part::Scalar(values)) => Ok(Part::Scalar(values.iter().map(|value| -value).collect())),
            (UnaryOp::Minus, Part::Vector(frames)) => {
                // Prometheus 3.5 refuses series that fall together even if they never meet in a step.
                let frames = frames.relabel_series(|labels| Ok::<_, Failed>(without_metadata(labels)), Failed::from)?;
                Ok(Part::Vector(frames.map(|_, value| Some(-value))))
            }
            (_, part) => Ok(part),
        }
    }

    fn binary(&mut self, node: &Binary) -> Result<Part, Failed> {
        let (lhs, rhs) = (self.take(node.lhs), self.take(node.rhs));
        Ok(match (lhs, rhs) {
            (Part::Scalar(lhs), Part::Scalar(rhs)) => {
                Part::Scalar(lhs.iter().zip(&rhs).map(|(lhs, rhs)| float::binary(node.op, *lhs, *rhs)).collect())
            }
            (Part::Vector(vector), Part::Scalar(scalar)) => Part::Vector(binary::with_scalar(node, vector, &scalar, false)?),
            (Part::Scalar(scalar), Part::Vector(vector)) => Part::Vector(binary::with_scalar(node, vector, &scalar, true)?),
            (lhs, rhs) => Part::Vector(binary::with_vector(node, lhs.into_vector(), &rhs.into_vector())?),
        })
    }
}
