//! From tokens to the tree.

use crate::rules::ast::Addition;
use crate::rules::ast::Node;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::NumberForm;
use crate::rules::ast::NumberLiteral;
use crate::rules::ast::VectorMatching;
use crate::rules::error::ExprErrors;
use crate::rules::error::MOST_ERRORS;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::functions::Function;
use crate::rules::lexer::Lexer;
use crate::rules::number;
use crate::rules::operators::AggregateOp;
use crate::rules::operators::BinaryOp;
use crate::rules::operators::UnaryOp;
use crate::rules::options::ParseOptions;
use crate::rules::span::Span;
use crate::rules::string_literal::StringLiteral;
use crate::rules::token::Token;
use crate::rules::token::TokenKind;
use crate::rules::value_type::ValueType;

/// The nodes of an expression, each after its children, the last of them, and its type.
pub(crate) type Tree = (Vec<Node>, NodeId, ValueType);

/// Reads an expression and checks its types.
///
/// ```text
/// text = expr end .
/// ```
pub(crate) fn parse(text: &str, options: &ParseOptions) -> Result<Tree, ExprErrors> {
    let limit = options.limits.bytes.min(1 << 30);
    if text.len() > limit {
        let message = format!("the expression has {} bytes, more than {limit}", text.len());
        return Err(ExprErrors::new(Problem::new(ExprErrorKind::TooLong, Span::new(limit, text.len()), message), Vec::new(), ""));
    }
    let mut parser = Parser::new(text, options);
    let ended = parser.text();
    let mut problems = parser.problems;
    // A selector of everything is one only if no function around it takes it.
    problems.extend(parser.empty_selectors.into_iter().take(MOST_ERRORS).map(|(_, span)| {
        let message = "the selector selects every series: no matcher needs a value";
        Problem::new(ExprErrorKind::EmptySelector, span, message).with_fix("name the metric, or add a matcher such as `job!=\"\"`")
    }));
    let problem = match (ended, problems.pop()) {
        (Ok(root), None) => {
            let value_type = parser.types.last().copied().flatten();
            return Ok((parser.nodes, root, value_type.unwrap_or(ValueType::Vector)));
        }
        (Ok(_), Some(problem)) | (Err(problem), None) => problem,
        (Err(last), Some(problem)) => {
            problems.push(problem);
            last
        }
    };
    Err(ExprErrors::new(problem, problems, text))
}

/// Reads an expression with a stack of its own, so that depth costs no call stack.
///
/// What can't be read on from, an error of syntax or a limit, is returned as `Err` by every step. What can is kept in `problems`.
#[derive(Debug)]
pub(crate) struct Parser<'t> {
    pub(crate) text: &'t str,
    pub(crate) options: &'t ParseOptions,
    lexer: Lexer<'t>,
    /// The token that was read last and not taken yet.
    pub(crate) token: Token,
    /// The token that was taken last.
    pub(crate) taken: Span,
    pub(crate) nodes: Vec<Node>,
    /// The type of each node; `None` where a problem is known already, so that it is not told twice.
    pub(crate) types: Vec<Option<ValueType>>,
    pub(crate) problems: Vec<Problem>,
    /// The selectors that select everything, in the order of the nodes.
    pub(crate) empty_selectors: Vec<(NodeId, Span)>,
    pub(crate) pattern_bytes: usize,
    pub(crate) compiled_bytes: usize,
    frames: Vec<Frame>,
    pub(crate) depth: usize,
}

/// Something that was begun and waits for an operand.
#[derive(Debug)]
enum Frame {
    Paren { open: Span },
    Unary { op: UnaryOp, at: Span },
    Binary(Pending),
    Arguments { callee: Callee, name: Span, args: Vec<NodeId> },
}

/// A binary operator whose right operand is not read yet.
#[derive(Debug)]
pub(crate) struct Pending {
    pub(crate) op: BinaryOp,
    pub(crate) op_span: Span,
    pub(crate) addition: Option<Addition>,
    pub(crate) lhs: NodeId,
    pub(crate) return_bool: bool,
    /// `None` where none is written.
    pub(crate) matching: Option<Box<VectorMatching>>,
}

/// What takes arguments in parentheses.
#[derive(Debug)]
pub(crate) enum Callee {
    /// `None` if there is no such function.
    Function(Option<&'static Function>),
    Aggregate {
        op: AggregateOp,
        grouping: Option<Grouping>,
    },
}

/// `by (…)` or `without (…)`.
#[derive(Debug)]
pub(crate) struct Grouping {
    pub(crate) without: bool,
    pub(crate) labels: Vec<Box<str>>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, options: &'t ParseOptions) -> Self {
        Self {
            text,
            options,
            lexer: Lexer::new(text, options.dialect),
            token: Token { kind: TokenKind::End, span: Span::EMPTY },
            taken: Span::EMPTY,
            nodes: Vec::new(),
            types: Vec::new(),
            problems: Vec::new(),
            empty_selectors: Vec::new(),
            pattern_bytes: 0,
            compiled_bytes: 0,
            frames: Vec::new(),
            depth: 0,
        }
    }

    /// Takes the token and reads the next.
    pub(crate) fn advance(&mut self) -> Result<Token, Problem> {
        let token = self.token;
        self.taken = token.span;
        self.token = self.lexer.next()?;
        Ok(token)
    }

    pub(crate) fn source(&self, span: Span) -> &'t str {
        span.of(self.text)
    }

    /// A part of the text for a fix to repeat: none that is long or has line breaks.
    pub(crate) fn short(&self, span: Span) -> Option<&'t str> {
        const LONGEST: usize = 60;
        Some(self.source(span)).filter(|text| text.len() <= LONGEST && !text.contains(char::is_control))
    }

    /// The token that must come next.
    pub(crate) fn expect(&mut self, kind: TokenKind, expected: &str) -> Result<Token, Problem> {
        if self.token.kind == kind { self.advance() } else { Err(self.unexpected(expected)) }
    }

    /// Another token than expected.
    pub(crate) fn unexpected(&self, expected: &str) -> Problem {
        let kind = if self.token.kind == TokenKind::End { ExprErrorKind::UnexpectedEnd } else { ExprErrorKind::UnexpectedToken };
        Problem::mismatch(kind, self.token.span, self.lexer.shown(self.token.span), expected)
    }

    /// Keeps a problem behind which reading goes on.
    pub(crate) fn report(&mut self, problem: Problem) {
        if !self.has_enough_problems() {
            self.problems.push(problem);
        }
    }

    /// Whether no more problems are kept, so that none need be described.
    pub(crate) fn has_enough_problems(&self) -> bool {
        self.problems.len() >= MOST_ERRORS
    }

    pub(crate) fn push(&mut self, kind: NodeKind, span: Span, value_type: Option<ValueType>) -> Result<NodeId, Problem> {
        let limit = self.options.limits.nodes.min(u32::MAX as usize);
        if self.nodes.len() >= limit {
            return Err(Problem::new(ExprErrorKind::TooManyNodes, span, format!("the expression has more than {limit} parts")));
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node::new(kind, span));
        self.types.push(value_type);
        Ok(id)
    }

    pub(crate) fn span(&self, id: NodeId) -> Span {
        self.nodes.get(id.index()).map_or(Span::EMPTY, |node| node.span)
    }

    pub(crate) fn kind(&self, id: NodeId) -> Option<&NodeKind> {
        self.nodes.get(id.index()).map(|node| &node.kind)
    }

    pub(crate) fn type_of(&self, id: NodeId) -> Option<ValueType> {
        self.types.get(id.index()).copied().flatten()
    }

    /// Goes one bracket or sign deeper.
    pub(crate) fn deeper(&mut self, at: Span) -> Result<(), Problem> {
        self.depth += 1;
        let limit = self.options.limits.depth;
        if self.depth > limit {
            return Err(Problem::new(ExprErrorKind::TooDeep, at, format!("more than {limit} brackets and signs inside each other")));
        }
        Ok(())
    }

    fn begin(&mut self, frame: Frame, at: Span) -> Result<(), Problem> {
        self.deeper(at)?;
        self.frames.push(frame);
        Ok(())
    }

    /// Reads the whole text.
    ///
    /// ```text
    /// expr     = operand { operator operand } .
    /// operator = ( "or" | "and" | "unless" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "atan2" | "^" )
    ///            [ "bool" ] [ ( "on" | "ignoring" ) labels [ ( "group_left" | "group_right" ) [ labels ] ] ] .
    /// ```
    ///
    /// How operators bind is in [`BinaryOp`]. A sign binds like `*`.
    fn text(&mut self) -> Result<NodeId, Problem> {
        self.advance()?;
        if self.token.kind == TokenKind::End {
            return Err(Problem::new(ExprErrorKind::Empty, self.token.span, "there is no expression").with_expected("an expression"));
        }
        loop {
            let Some(mut node) = self.operand()? else { continue };
            loop {
                node = self.modifiers(node)?;
                match self.token.kind {
                    TokenKind::Operator(op) => {
                        self.operator(op, None, node)?;
                        break;
                    }
                    TokenKind::Sign(op, addition) => {
                        self.operator(op, Some(addition), node)?;
                        break;
                    }
                    TokenKind::RightParen => node = self.close(node)?,
                    TokenKind::Comma => {
                        let Some(call) = self.comma(node)? else { break };
                        node = call;
                    }
                    TokenKind::End => {
                        node = self.reduce(0, node)?;
                        // An open bracket would have been an error of the lexer.
                        return if self.frames.is_empty() { Ok(node) } else { Err(self.unexpected("`)`")) };
                    }
                    _ => return Err(self.no_operator()),
                }
            }
        }
    }

    /// Reads an operand, or what goes before one.
    ///
    /// ```text
    /// operand   = { "+" | "-" } primary modifiers .
    /// primary   = number | duration | size | string | selector | call | aggregation | "(" expr ")" .
    /// call      = identifier "(" [ expr { "," expr } ] ")" .
    /// ```
    fn operand(&mut self) -> Result<Option<NodeId>, Problem> {
        let token = self.token;
        match token.kind {
            TokenKind::Operator(op @ (BinaryOp::Add | BinaryOp::Sub)) => {
                let op = if op == BinaryOp::Sub { UnaryOp::Minus } else { UnaryOp::Plus };
                self.begin(Frame::Unary { op, at: token.span }, token.span)?;
                self.advance()?;
                Ok(None)
            }
            TokenKind::LeftParen => {
                self.begin(Frame::Paren { open: token.span }, token.span)?;
                self.advance()?;
                Ok(None)
            }
            TokenKind::Number | TokenKind::Duration | TokenKind::Bytes => {
                let literal = self.literal()?;
                let node = self.push(NodeKind::Number(literal), token.span, Some(ValueType::Scalar))?;
                if literal.form == NumberForm::Bytes {
                    self.mark(node, Addition::ByteSuffix);
                }
                Ok(Some(node))
            }
            TokenKind::String => {
                let text = self.string()?;
                self.push(NodeKind::String(text), token.span, Some(ValueType::String)).map(Some)
            }
            TokenKind::LeftBrace => self.selector(None).map(Some),
            TokenKind::Aggregate(op) => {
                self.advance()?;
                match self.token.kind {
                    TokenKind::LeftParen => self.arguments(Callee::Aggregate { op, grouping: None }, token.span),
                    TokenKind::By | TokenKind::Without => {
                        let grouping = Some(self.grouping()?);
                        if self.token.kind != TokenKind::LeftParen {
                            return Err(self.unexpected("`(` and what is aggregated"));
                        }
                        self.arguments(Callee::Aggregate { op, grouping }, token.span)
                    }
                    _ => self.selector(Some(token.span)).map(Some),
                }
            }
            TokenKind::Identifier => {
                self.advance()?;
                if self.token.kind != TokenKind::LeftParen {
                    return self.selector(Some(token.span)).map(Some);
                }
                let function = self.function(token.span);
                self.arguments(Callee::Function(function), token.span)
            }
            kind if kind.is_metric_name() => {
                self.advance()?;
                self.selector(Some(token.span)).map(Some)
            }
            _ => Err(self.no_operand()),
        }
    }

    /// Marks what PromQL does not have.
    pub(crate) fn mark(&mut self, node: NodeId, addition: Addition) {
        if let Some(node) = self.nodes.get_mut(node.index()) {
            node.addition = Some(addition);
        }
    }

    /// The value of a number, which is taken.
    pub(crate) fn literal(&mut self) -> Result<NumberLiteral, Problem> {
        let token = self.advance()?;
        let text = self.source(token.span);
        let literal = match token.kind {
            TokenKind::Bytes => number::size(text).map(|(_, bytes)| NumberLiteral::new(bytes, NumberForm::Bytes)),
            TokenKind::Duration => number::duration_value(text),
            _ => number::value(text),
        };
        Ok(literal.unwrap_or_else(|| {
            let found = self.lexer.shown(token.span);
            let problem = if token.kind == TokenKind::Duration {
                Problem::new(ExprErrorKind::InvalidDuration, token.span, format!("{found} is not a duration, or too long"))
                    .with_expected("a duration such as `1h30m`")
                    .with_fix("write whole numbers with the units `y`, `w`, `d`, `h`, `m`, `s`, `ms`, largest first")
            } else {
                let large = number::is_too_large(text);
                let kind = if large { ExprErrorKind::NumberRange } else { ExprErrorKind::InvalidNumber };
                let message = format!("{found} is {}", if large { "too large for a number" } else { "not a number" });
                Problem::new(kind, token.span, message).with_expected("a number")
            };
            self.report(problem.with_found(found));
            NumberLiteral::new(1.0, NumberForm::Decimal)
        }))
    }

    /// The text of a string, which is taken.
    pub(crate) fn string(&mut self) -> Result<StringLiteral, Problem> {
        let token = self.advance()?;
        match StringLiteral::unquote(self.source(token.span)) {
            Ok(text) => Ok(text),
            Err(error) => {
                let at = token.span.start() + error.offset();
                let message = format!("the string {} is not valid", self.lexer.shown(token.span));
                let problem = Problem::new(ExprErrorKind::InvalidString, Span::new(at, token.span.end()), message);
                self.report(problem.with_detail(&error).with_fix("double each backslash that is meant as one"));
                Ok(StringLiteral::default())
            }
        }
    }

    /// Reads the arguments of a call from the parenthesis on; a node if there are none.
    fn arguments(&mut self, callee: Callee, name: Span) -> Result<Option<NodeId>, Problem> {
        self.begin(Frame::Arguments { callee, name, args: Vec::new() }, self.token.span)?;
        self.advance()?;
        if self.token.kind != TokenKind::RightParen {
            return Ok(None);
        }
        match self.frames.pop() {
            Some(Frame::Arguments { callee, name, args }) => self.call(callee, name, args).map(Some),
            _ => Err(self.no_operand()),
        }
    }

    /// Takes the closing parenthesis of a call, and `by` or `without` behind it.
    fn call(&mut self, callee: Callee, name: Span, args: Vec<NodeId>) -> Result<NodeId, Problem> {
        self.depth -= 1;
        self.advance()?;
        match callee {
            Callee::Function(function) => self.make_call(function, name, args),
            Callee::Aggregate { op, grouping } => {
                let grouping = match grouping {
                    None if matches!(self.token.kind, TokenKind::By | TokenKind::Without) => Some(self.grouping()?),
                    grouping => grouping,
                };
                self.make_aggregate(op, grouping, name, args)
            }
        }
    }

    /// Ends what stands in parentheses.
    fn close(&mut self, node: NodeId) -> Result<NodeId, Problem> {
        let node = self.reduce(0, node)?;
        match self.frames.pop() {
            Some(Frame::Paren { open }) => {
                self.depth -= 1;
                let close = self.advance()?;
                self.push(NodeKind::Paren { expr: node }, open.to(close.span), self.type_of(node))
            }
            Some(Frame::Arguments { callee, name, mut args }) => {
                args.push(node);
                self.call(callee, name, args)
            }
            _ => Err(self.unexpected("the end of the text")),
        }
    }

    /// Ends an argument. A comma behind the last one ends the call as well.
    fn comma(&mut self, node: NodeId) -> Result<Option<NodeId>, Problem> {
        let node = self.reduce(0, node)?;
        let limit = self.options.limits.list_items;
        let Some(Frame::Arguments { args, .. }) = self.frames.last_mut() else { return Err(self.no_operator()) };
        args.push(node);
        if args.len() >= limit {
            return Err(self.too_many_items("arguments"));
        }
        let comma = self.advance()?;
        if self.token.kind != TokenKind::RightParen {
            return Ok(None);
        }
        let message = "a comma stands behind the last argument";
        self.report(Problem::new(ExprErrorKind::TrailingComma, comma.span, message).with_found("`,`").with_fix("remove the comma"));
        match self.frames.pop() {
            Some(Frame::Arguments { callee, name, args }) => self.call(callee, name, args).map(Some),
            _ => Err(self.no_operator()),
        }
    }

    pub(crate) fn too_many_items(&self, items: &str) -> Problem {
        let limit = self.options.limits.list_items;
        Problem::new(ExprErrorKind::TooManyItems, self.token.span, format!("more than {limit} {items} in one list"))
    }

    /// Finishes the signs and operators that bind tighter than one of this precedence; 0 is looser than all.
    fn reduce(&mut self, precedence: u8, mut node: NodeId) -> Result<NodeId, Problem> {
        loop {
            let finished = match self.frames.last() {
                Some(Frame::Unary { .. }) => BinaryOp::Mul.precedence() >= precedence,
                Some(Frame::Binary(pending)) => {
                    let own = pending.op.precedence();
                    own > precedence || (own == precedence && !pending.op.is_right_associative())
                }
                _ => false,
            };
            if !finished {
                return Ok(node);
            }
            node = match self.frames.pop() {
                Some(Frame::Unary { op, at }) => {
                    self.depth -= 1;
                    self.make_unary(op, at, node)?
                }
                Some(Frame::Binary(pending)) => self.make_binary(pending, node)?,
                _ => return Ok(node),
            };
        }
    }

    /// Takes an operator and what stands between it and its right operand.
    fn operator(&mut self, op: BinaryOp, addition: Option<Addition>, node: NodeId) -> Result<(), Problem> {
        let lhs = self.reduce(op.precedence(), node)?;
        let op_span = self.advance()?.span;
        let return_bool = self.token.kind == TokenKind::Bool;
        if return_bool {
            self.advance()?;
        }
        let matching = self.matching()?;
        self.frames.push(Frame::Binary(Pending { op, op_span, addition, lhs, return_bool, matching }));
        Ok(())
    }

    /// Something stands where an operand should.
    fn no_operand(&self) -> Problem {
        let problem = self.unexpected("an operand");
        match self.token.kind {
            TokenKind::GroupLeft | TokenKind::GroupRight => problem.with_fix("write `on (…)` or `ignoring (…)` before it"),
            TokenKind::Assign => match self.frames.last() {
                Some(Frame::Binary(pending)) if pending.op_span.end() == self.token.span.start() => {
                    problem.with_fix(format!("write `{}`", self.source(pending.op_span)))
                }
                _ => problem,
            },
            TokenKind::Bool | TokenKind::On | TokenKind::Ignoring | TokenKind::Operator(BinaryOp::Atan2) => {
                problem.with_fix(format!("for a metric of this name write `{{\"{}\"}}`", self.source(self.token.span)))
            }
            _ => problem,
        }
    }

    /// Something stands behind an operand that does not go on with it.
    fn no_operator(&self) -> Problem {
        let inside = self.frames.iter().rev().find(|frame| matches!(frame, Frame::Paren { .. } | Frame::Arguments { .. }));
        let problem = self.unexpected(match inside {
            Some(Frame::Arguments { .. }) => "an operator, `,` or `)`",
            Some(_) => "an operator or `)`",
            None => "an operator or the end of the text",
        });
        match self.token.kind {
            TokenKind::Assign => match self.text.as_bytes().get(self.token.span.end()) {
                Some(sign @ (b'<' | b'>')) => problem.with_fix(format!("write `{}=`", char::from(*sign))),
                _ => problem.with_fix("write `==` to compare"),
            },
            _ if self.source(self.taken).eq_ignore_ascii_case("not") => {
                problem.with_fix("there is no `not`: use `unless`, `absent` or the opposite comparison")
            }
            TokenKind::By | TokenKind::Without => problem.with_fix("only aggregations such as `sum` take it"),
            TokenKind::LeftBrace => problem.with_fix("put the matchers behind the name of a metric"),
            _ => problem,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::ast::NodeKind;
    use crate::rules::expr::Expr;
    use crate::rules::options::ParseOptions;
    use crate::rules::selector::QueryDuration;

    #[track_caller]
    fn p(text: &str) -> Expr {
        let options = ParseOptions::default().with_duration_expressions(true).with_experimental_functions(true);
        Expr::parse(text, &options).unwrap_or_else(|errors| panic!("{errors:#}"))
    }

    /// The tree with a pair of parentheses for every node that has children.
    #[track_caller]
    fn shape(text: &str) -> String {
        let expr = p(text);
        let mut shapes: Vec<String> = Vec::new();
        for node in expr.nodes() {
            let child = |id: super::NodeId| shapes[id.index()].clone();
            let time = |time: QueryDuration| match time {
                QueryDuration::Nanos(nanos) => format!("{}s", nanos as f64 / 1e9),
                QueryDuration::Computed(id) => child(id),
            };
            let shape = match &node.kind {
                NodeKind::Number(number) => number.value.to_string(),
                NodeKind::String(text) => format!("{:?}", text.as_str()),
                NodeKind::VectorSelector(selector) if selector.offset == QueryDuration::ZERO => {
                    selector.name.clone().unwrap_or_default().into()
                }
                NodeKind::VectorSelector(selector) => {
                    format!("({} <- {})", selector.name.clone().unwrap_or_default(), time(selector.offset))
                }
                NodeKind::MatrixSelector(matrix) => format!("{}[{}]", matrix.selector.name.clone().unwrap_or_default(), time(matrix.range)),
                NodeKind::Subquery(subquery) => format!("{}[{}:]", child(subquery.expr), time(subquery.range)),
                NodeKind::Call(call) => {
                    format!("{}({})", call.function.name(), call.args.iter().map(|arg| child(*arg)).collect::<Vec<_>>().join(","))
                }
                NodeKind::Aggregate(aggregate) => format!("{}({})", aggregate.op, child(aggregate.expr)),
                NodeKind::Binary(binary) => format!("({} {} {})", child(binary.lhs), binary.op, child(binary.rhs)),
                NodeKind::Unary { op, expr } => format!("({op}{})", child(*expr)),
                NodeKind::Paren { expr } => format!("<{}>", child(*expr)),
                NodeKind::Duration(duration) => {
                    format!("({}{}{})", duration.lhs.map(child).unwrap_or_default(), duration.op, child(duration.rhs))
                }
            };
            shapes.push(shape);
        }
        shapes.pop().unwrap()
    }

    #[test]
    fn operators_bind_as_prometheus_has_them() {
        for (text, expected) in [
            ("a or b and c unless d == e + f * g ^ h", "(a or ((b and c) unless (d == (e + (f * (g ^ h))))))"),
            ("a ^ b ^ c * d", "((a ^ (b ^ c)) * d)"),
            ("a - b - c", "((a - b) - c)"),
            ("a > b > c", "((a > b) > c)"),
            ("a * b % c atan2 d / e", "((((a * b) % c) atan2 d) / e)"),
            ("-a ^ b", "(-(a ^ b))"),
            ("-a * b", "((-a) * b)"),
            ("a ^ -b ^ c + d", "((a ^ (-(b ^ c))) + d)"),
            ("a ^ - b * c", "((a ^ (-b)) * c)"),
            ("- - + a", "(-(-(+a)))"),
            ("-1 ^ 2", "(-(1 ^ 2))"),
            ("- -1 + +2", "(1 + 2)"),
            ("-(1)", "(-<1>)"),
            ("a + b offset 5m", "(a + (b <- 300s))"),
            ("sum(a) by (b) + c", "(sum(a) + c)"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
        // A sign and an operator take no range vector: the subquery is one of their operand, not of the whole.
        for (text, operand) in [("-a[5m:]", "a[5m:]"), ("a ^ rate(b[1m])[5m:] offset 1m", "rate(b[1m])[5m:] offset 1m")] {
            let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
            assert_eq!((errors.code(), &text[errors.first().span()]), ("expr_type", operand), "{text}");
        }
    }

    #[test]
    fn words_are_what_their_place_makes_of_them() {
        for (text, expected) in [
            ("and and and", "(and and and)"),
            ("sum + by", "(sum + by)"),
            ("sum(sum) by (by, on, bool)", "sum(sum)"),
            ("offset offset 5m", "(offset <- 300s)"),
            ("start > bool end", "(start > end)"),
            ("a + on (b) group_left (c) d", "(a + d)"),
            ("a + ignoring () group_left d", "(a + d)"),
            ("SUM BY (a) (Rate_total) AND x", "(sum(Rate_total) and x)"),
            (":a:b: / c", "(:a:b: / c)"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn computed_durations_bind_like_operators() {
        for (text, expected) in [
            ("a[2 * 5m + 1]", "a[((2*300)+1)]"),
            ("a[-(2 - 3) ^ 2]", "a[(-((2-3)^2))]"),
            ("a[(5m)]", "a[300s]"),
            ("a offset -(2 * 3)", "(a <- (-(2*3)))"),
            ("a offset 1m * 2", "((a <- 60s) * 2)"),
            ("rate(a[1m * 2] offset (3 + 4)) + b", "(rate(a[(60*2)]) + b)"),
            ("(b + rate(a[1m + 1:1m] offset 2))", "<(b + rate(a[(60+1):]))>"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
        // Behind a parenthesis the offset goes on, up to what is no duration.
        let text = "a offset (1m) * 2 - b";
        let errors = Expr::parse(text, &ParseOptions::default().with_duration_expressions(true)).unwrap_err();
        assert_eq!((errors.code(), &text[errors.first().span()]), ("expr_unexpected_token", "b"));
    }

    #[test]
    fn a_fix_repeats_no_more_of_the_text_than_one_line_shows() {
        let long = "x".repeat(10_000);
        for (text, fix) in [
            ("sum by job (up)", Some("write `(job)`")),
            (&format!("sum by {long} (up)"), None),
            ("up{job=node}", Some("write `\"node\"`")),
            (&format!("up{{job={long}}}"), None),
            ("(up)[5m]", Some("for a subquery write `[5m:]`")),
            ("(up)[5m # five\n]", Some("for a subquery put a colon behind the range")),
            ("1 and up", Some("write `vector(1)`")),
            ("(1\n) and up", None),
            (&format!("1{} and up", " + 1".repeat(100)), None),
        ] {
            let errors = Expr::parse(text, &ParseOptions::default()).unwrap_err();
            assert_eq!(errors.first().fix(), fix, "{text:.20}");
            assert!(errors.to_string().lines().count() == 1 && format!("{errors:#}").len() < 2_000, "{text:.20}");
        }
    }

    #[test]
    fn a_sign_too_many_is_removed_from_an_operator_only() {
        for (text, fix) in [("5 === 5", Some("write `==`")), ("5 >== 5", Some("write `>=`")), ("sum(=1)", None), ("a + on (x)= b", None)] {
            assert_eq!(Expr::parse(text, &ParseOptions::default()).unwrap_err().first().fix(), fix, "{text}");
        }
    }

    #[test]
    fn children_come_before_what_is_made_of_them() {
        for text in
            ["a[1 + 2:3 * 4] offset (5 - 6)", "a[1m * 2] offset (3 + 4)", "topk(1, a ^ b) - -c", "info(a, {b=\"\"} offset (1m + 2m))"]
        {
            let expr = p(text);
            for at in 0..expr.nodes().len() {
                let id = super::NodeId(u32::try_from(at).unwrap());
                assert!(expr.children(id).iter().all(|child| *child < id), "{text}: {:?}", expr.node(id));
            }
            assert_eq!(expr.root().index(), expr.nodes().len() - 1);
        }
    }

    #[test]
    fn spans_hold_the_text_of_each_node() {
        let text = " - a{b=\"c\"}[5m] # x\n offset 1h @ end()";
        let expr = Expr::parse(&text.replace('-', " "), &ParseOptions::default()).unwrap();
        assert_eq!((expr.nodes().len(), expr.node(expr.root()).span.range()), (1, 3..text.len()));
        let text = "sum by (x) (rate(a[1m])) > bool - 5 or (b)";
        let expr = p(text);
        let spans: Vec<&str> = expr.nodes().iter().map(|node| node.span.of(text)).collect();
        assert_eq!(
            spans,
            ["a[1m]", "rate(a[1m])", "sum by (x) (rate(a[1m]))", "- 5", "sum by (x) (rate(a[1m])) > bool - 5", "b", "(b)", text]
        );
    }
}
