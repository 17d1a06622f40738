//! Reading durations in brackets and offsets, and the arithmetic on them.

use crate::rules::ast::DurationExpr;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::NumberLiteral;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::number;
use crate::rules::operators::BinaryOp;
use crate::rules::operators::UnaryOp;
use crate::rules::parser::Parser;
use crate::rules::selector::QueryDuration;
use crate::rules::span::Span;
use crate::rules::token::TokenKind;
use crate::rules::value_type::ValueType;
use crate::utils::excerpt;

/// The longest duration in seconds, in both directions: 2^63 nanoseconds.
const LONGEST: f64 = 9_223_372_036_854_775_808.0 / 1e9;

const EXPECTED: &str = "a duration such as `5m`";

/// A duration that was read.
#[derive(Debug, Clone, Copy)]
enum Value {
    Literal(NumberLiteral, Span),
    Node(NodeId, Span),
}

impl Value {
    fn span(self) -> Span {
        match self {
            Self::Literal(_, span) | Self::Node(_, span) => span,
        }
    }

    fn is_zero(self) -> bool {
        matches!(self, Self::Literal(literal, _) if literal.value == 0.0)
    }
}

/// Something that waits for a duration.
#[derive(Debug)]
enum Frame {
    Paren(Span),
    Sign(UnaryOp, Span),
    Operator(BinaryOp, Span, Value),
}

impl Parser<'_> {
    /// Reads a range or a step.
    pub(crate) fn positive_time(&mut self) -> Result<QueryDuration, Problem> {
        let value = self.time()?;
        if let Value::Literal(literal, span) = value
            && literal.value <= 0.0
        {
            let message = format!("the duration `{}` is not above zero", excerpt(self.source(span)));
            self.report(Problem::new(ExprErrorKind::DurationRange, span, message).with_expected("a duration above zero"));
        }
        Ok(duration(value))
    }

    /// Reads the time of an offset. A number, with one sign or none, ends it; what starts otherwise goes on as far as it can.
    pub(crate) fn offset_time(&mut self) -> Result<QueryDuration, Problem> {
        let start = self.token;
        let sign = match start.kind {
            TokenKind::Number | TokenKind::Duration => None,
            TokenKind::Operator(BinaryOp::Add) => Some(UnaryOp::Plus),
            TokenKind::Operator(BinaryOp::Sub) => Some(UnaryOp::Minus),
            _ => return self.time().map(duration),
        };
        if let Some(op) = sign {
            self.advance()?;
            if !matches!(self.token.kind, TokenKind::Number | TokenKind::Duration) {
                self.deeper(start.span)?;
                return self.time_from(vec![Frame::Sign(op, start.span)]).map(duration);
            }
        }
        let literal = self.literal()?;
        let value = self.limited(Value::Literal(literal, self.taken));
        Ok(duration(match sign {
            Some(op) => self.signed(op, start.span, value)?,
            None => value,
        }))
    }

    /// Reads a duration, and where the option allows it arithmetic on durations.
    ///
    /// ```text
    /// time = { "+" | "-" } ( number | duration | "(" time ")" ) { ( "+" | "-" | "*" | "/" | "%" | "^" ) time } .
    /// ```
    ///
    /// Operators and signs bind as they do between operands. Everything but signs before one number is experimental.
    fn time(&mut self) -> Result<Value, Problem> {
        self.time_from(Vec::new())
    }

    fn time_from(&mut self, mut frames: Vec<Frame>) -> Result<Value, Problem> {
        let mut arithmetic: Option<Span> = None;
        let value = 'operand: loop {
            let token = self.token;
            let mut value = match token.kind {
                TokenKind::Number | TokenKind::Duration => {
                    let literal = self.literal()?;
                    self.limited(Value::Literal(literal, token.span))
                }
                TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) => {
                    self.deeper(token.span)?;
                    frames.push(Frame::Sign(if op == BinaryOp::Sub { UnaryOp::Minus } else { UnaryOp::Plus }, token.span));
                    self.advance()?;
                    continue;
                }
                TokenKind::LeftParen => {
                    arithmetic = arithmetic.or(Some(token.span));
                    self.deeper(token.span)?;
                    frames.push(Frame::Paren(token.span));
                    self.advance()?;
                    continue;
                }
                _ => return Err(self.unexpected(EXPECTED)),
            };
            loop {
                let token = self.token;
                match token.kind {
                    TokenKind::Operator(
                        op @ (BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Mod | BinaryOp::Pow),
                    ) => {
                        value = self.reduce_time(&mut frames, op.precedence(), value)?;
                        arithmetic = arithmetic.or(Some(token.span));
                        frames.push(Frame::Operator(op, token.span, value));
                        self.advance()?;
                        continue 'operand;
                    }
                    TokenKind::RightParen => {
                        value = self.reduce_time(&mut frames, 0, value)?;
                        // Without a bracket of its own it closes one around the offset.
                        let Some(Frame::Paren(open)) = frames.pop() else { break 'operand value };
                        self.depth -= 1;
                        value = self.wrapped(value, open.to(token.span));
                        self.advance()?;
                    }
                    _ => break 'operand self.reduce_time(&mut frames, 0, value)?,
                }
            }
        };
        if let Some(Frame::Paren(open)) = frames.pop() {
            let mut problem = self.unexpected("`)`");
            (problem.kind, problem.span) = (ExprErrorKind::UnclosedBracket, open);
            problem.message = "`(` is not closed before the duration ends".to_owned();
            return Err(problem);
        }
        if let Some(at) = arithmetic
            && !self.options.duration_expressions
        {
            let message = "arithmetic on durations is experimental and not turned on";
            self.report(Problem::new(ExprErrorKind::Experimental, at, message).with_fix("set the option `duration_expressions`"));
        }
        Ok(value)
    }

    fn reduce_time(&mut self, frames: &mut Vec<Frame>, precedence: u8, mut value: Value) -> Result<Value, Problem> {
        loop {
            let finished = match frames.last() {
                Some(Frame::Sign(..)) => BinaryOp::Mul.precedence() >= precedence,
                Some(Frame::Operator(op, ..)) => {
                    op.precedence() > precedence || (op.precedence() == precedence && !op.is_right_associative())
                }
                _ => false,
            };
            if !finished {
                return Ok(value);
            }
            value = match frames.pop() {
                Some(Frame::Sign(op, at)) => {
                    self.depth -= 1;
                    self.signed(op, at, value)?
                }
                Some(Frame::Operator(op, at, left)) => self.computed(op, at, left, value)?,
                _ => return Ok(value),
            };
        }
    }

    /// The same value, if it is not too long.
    fn limited(&mut self, value: Value) -> Value {
        match value {
            // What is not a number passes, as in Prometheus.
            Value::Literal(mut literal, span) if literal.value.abs() > LONGEST => {
                let message = format!("the duration `{}` is too long", excerpt(self.source(span)));
                self.report(Problem::new(ExprErrorKind::DurationRange, span, message).with_expected("a duration below 292 years"));
                literal.value = 1.0;
                Value::Literal(literal, span)
            }
            value => value,
        }
    }

    fn signed(&mut self, op: UnaryOp, at: Span, value: Value) -> Result<Value, Problem> {
        let span = at.to(value.span());
        Ok(match (value, op) {
            (Value::Literal(mut literal, _), _) => {
                if op == UnaryOp::Minus {
                    literal.value *= -1.0;
                }
                Value::Literal(literal, span)
            }
            (Value::Node(node, _), UnaryOp::Plus) => Value::Node(node, span),
            (Value::Node(node, _), UnaryOp::Minus) => {
                let negated = DurationExpr { op: BinaryOp::Sub, lhs: None, rhs: node, wrapped: false };
                Value::Node(self.push(NodeKind::Duration(negated), span, Some(ValueType::Scalar))?, span)
            }
        })
    }

    fn wrapped(&mut self, value: Value, brackets: Span) -> Value {
        match value {
            Value::Literal(literal, _) => Value::Literal(literal, brackets),
            Value::Node(id, _) => {
                if let Some(node) = self.nodes.get_mut(id.index())
                    && let NodeKind::Duration(duration) = &mut node.kind
                {
                    duration.wrapped = true;
                    node.span = brackets;
                }
                Value::Node(id, brackets)
            }
        }
    }

    fn computed(&mut self, op: BinaryOp, at: Span, left: Value, right: Value) -> Result<Value, Problem> {
        if matches!(op, BinaryOp::Div | BinaryOp::Mod) && right.is_zero() {
            let message = format!("`{op}` by zero");
            self.report(Problem::new(ExprErrorKind::DurationRange, at, message).with_expected("a number that is not zero"));
        }
        let span = left.span().to(right.span());
        // The left operand may have been read before the right one without being a node yet; its node comes after that one's then.
        let lhs = Some(self.as_node(left)?);
        let rhs = self.as_node(right)?;
        let duration = DurationExpr { op, lhs, rhs, wrapped: false };
        Ok(Value::Node(self.push(NodeKind::Duration(duration), span, Some(ValueType::Scalar))?, span))
    }

    fn as_node(&mut self, value: Value) -> Result<NodeId, Problem> {
        match value {
            Value::Literal(literal, span) => self.push(NodeKind::Number(literal), span, Some(ValueType::Scalar)),
            Value::Node(node, _) => Ok(node),
        }
    }

    /// Moves a node behind the duration that was read for it, so that children still come before it. Gives the new places of both.
    pub(crate) fn sink(&mut self, node: NodeId, duration: QueryDuration) -> (NodeId, QueryDuration) {
        let QueryDuration::Computed(computed) = duration else { return (node, duration) };
        let last = NodeId(u32::try_from(self.nodes.len().saturating_sub(1)).unwrap_or(u32::MAX));
        let moved = |id: NodeId| NodeId(id.0.saturating_sub(1));
        if let Some(nodes) = self.nodes.get_mut(node.index()..) {
            nodes.rotate_left(1);
            for node in nodes {
                if let NodeKind::Duration(duration) = &mut node.kind {
                    duration.lhs = duration.lhs.map(moved);
                    duration.rhs = moved(duration.rhs);
                }
            }
        }
        if let Some(types) = self.types.get_mut(node.index()..) {
            types.rotate_left(1);
        }
        for (empty, _) in self.empty_selectors.iter_mut().rev().take_while(|(empty, _)| *empty >= node) {
            *empty = last;
        }
        (last, QueryDuration::Computed(moved(computed)))
    }
}

fn duration(value: Value) -> QueryDuration {
    match value {
        Value::Literal(literal, _) => QueryDuration::Nanos(number::nanos(literal.value)),
        Value::Node(node, _) => QueryDuration::Computed(node),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::expr::Expr;
    use crate::rules::options::ParseOptions;

    #[test]
    fn arithmetic_is_refused_for_being_experimental_alone() {
        for text in ["up[-(1m*2)]", "up[-(2 - 3) ^ 2]", "up[1h:-(1 - 3)]", "up offset -(1m*2)", "up offset (1m - 1m) @ 3"] {
            let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
            assert_eq!(errors.iter().map(|error| error.code()).collect::<Vec<_>>(), ["expr_experimental"], "{text}");
            assert!(Expr::parse(text, &ParseOptions::default().with_duration_expressions(true)).is_ok(), "{text}");
        }
    }

    #[test]
    fn only_brackets_and_signs_inside_each_other_are_deep() {
        let options = ParseOptions::default().with_duration_expressions(true);
        for term in ["^(1)", "*(1)", "*-1", "- -1", "-(1)^-1"] {
            let text = format!("up[1{}]", term.repeat(20_000));
            if let Err(errors) = Expr::parse(&text, &options) {
                panic!("{term}: {errors}");
            }
        }
    }
}
