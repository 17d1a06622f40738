//! Which operands and arguments fit: Prometheus' rules of types, applied to each node when it is made.

use std::collections::HashSet;
use std::fmt;

use crate::rules::ast::Addition;
use crate::rules::ast::Aggregate;
use crate::rules::ast::Binary;
use crate::rules::ast::Call;
use crate::rules::ast::Cardinality;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::Subquery;
use crate::rules::ast::VectorMatching;
use crate::rules::dialect::Dialect;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::functions::Function;
use crate::rules::operators::AggregateOp;
use crate::rules::operators::BinaryOp;
use crate::rules::operators::UnaryOp;
use crate::rules::parser::Grouping;
use crate::rules::parser::Parser;
use crate::rules::parser::Pending;
use crate::rules::span::Span;
use crate::rules::string_literal::StringLiteral;
use crate::rules::value_type::ValueType;
use crate::utils::excerpt;
use crate::utils::nearest;

fn article(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::Vector => "an instant vector",
        ValueType::Matrix => "a range vector",
        ValueType::Scalar => "a scalar",
        ValueType::String => "a string",
    }
}

fn plural(count: usize) -> String {
    if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") }
}

impl Parser<'_> {
    /// A sign before an operand. Before a number it becomes part of it.
    pub(crate) fn make_unary(&mut self, op: UnaryOp, at: Span, node: NodeId) -> Result<NodeId, Problem> {
        let span = at.to(self.span(node));
        if let Some(operand) = self.nodes.get_mut(node.index())
            && let NodeKind::Number(literal) = &mut operand.kind
        {
            if op == UnaryOp::Minus {
                literal.value *= -1.0;
            }
            operand.span = span;
            return Ok(node);
        }
        let value_type = self.operand_type(node, format_args!("an operand of the sign `{op}`"));
        self.push(NodeKind::Unary { op, expr: node }, span, value_type)
    }

    /// The type of an operand, which must be a scalar or an instant vector.
    fn operand_type(&mut self, node: NodeId, place: fmt::Arguments<'_>) -> Option<ValueType> {
        let value_type = self.type_of(node)?;
        if matches!(value_type, ValueType::Scalar | ValueType::Vector) {
            return Some(value_type);
        }
        let problem = Problem::new(
            ExprErrorKind::Type,
            self.span(node),
            format!("expected a scalar or an instant vector as {place}, found {}", article(value_type)),
        );
        let problem = problem.with_expected("a scalar or an instant vector").with_found(article(value_type));
        let problem = self.with_conversion(problem, node, ValueType::Vector, value_type);
        self.report(problem);
        None
    }

    /// Two operands.
    pub(crate) fn make_binary(&mut self, pending: Pending, rhs: NodeId) -> Result<NodeId, Problem> {
        let Pending { op, op_span, addition, lhs, return_bool, matching } = pending;
        let left = self.operand_type(lhs, format_args!("an operand of `{op}`"));
        let right = self.operand_type(rhs, format_args!("an operand of `{op}`"));
        let (scalar, vector) = (Some(ValueType::Scalar), Some(ValueType::Vector));

        if return_bool && !op.is_comparison() {
            let message = format!("`{op}` does not compare and takes no `bool`");
            self.report(Problem::new(ExprErrorKind::BoolModifier, op_span, message).with_fix("remove `bool`"));
        }
        if op.is_comparison() && !return_bool && left == scalar && right == scalar {
            let message = format!("`{op}` compares two scalars without `bool`");
            self.report(Problem::new(ExprErrorKind::ScalarComparison, op_span, message).with_fix(format!("write `{op} bool`")));
        }
        if op.is_set() && (left == scalar || right == scalar) {
            let message = format!("`{op}` combines instant vectors, found a scalar");
            let operand = if left == scalar { lhs } else { rhs };
            let problem = Problem::new(ExprErrorKind::Type, self.span(operand), message)
                .with_expected(article(ValueType::Vector))
                .with_found(article(ValueType::Scalar));
            let problem = self.with_conversion(problem, operand, ValueType::Vector, ValueType::Scalar);
            self.report(problem);
        }
        let matching = if left == vector && right == vector {
            Some(self.checked_matching(op, op_span, matching))
        } else {
            // A list without labels is no error there, but means nothing.
            if left.is_some() && right.is_some() && matching.is_some_and(|matching| !matching.labels.is_empty()) {
                let message = "labels are matched only between two instant vectors";
                self.report(Problem::new(ExprErrorKind::Matching, op_span, message).with_fix("remove `on` or `ignoring`"));
            }
            None
        };

        let value_type = match (left, right) {
            (Some(ValueType::Scalar), Some(ValueType::Scalar)) => scalar,
            (Some(_), Some(_)) => vector,
            _ => None,
        };
        let span = self.span(lhs).to(self.span(rhs));
        let node = self.push(NodeKind::Binary(Binary { op, op_span, lhs, rhs, return_bool, matching }), span, value_type)?;
        if let Some(addition) = addition {
            self.mark(node, addition);
        }
        Ok(node)
    }

    /// How two vectors are matched: as written, else one to one, or many to many by a set operator.
    fn checked_matching(&mut self, op: BinaryOp, op_span: Span, matching: Option<Box<VectorMatching>>) -> Box<VectorMatching> {
        let mut matching = matching.unwrap_or_else(|| {
            Box::new(VectorMatching { card: Cardinality::OneToOne, on: false, labels: Vec::new(), include: Vec::new() })
        });
        if op.is_set() {
            if matching.card == Cardinality::OneToOne {
                matching.card = Cardinality::ManyToMany;
            } else {
                let message = format!("`{op}` takes neither `group_left` nor `group_right`");
                self.report(Problem::new(ExprErrorKind::Matching, op_span, message).with_fix("remove it"));
            }
        }
        if matching.on && !matching.include.is_empty() {
            let on: HashSet<&str> = matching.labels.iter().map(|label| &**label).collect();
            for label in matching.include.iter().filter(|label| on.contains(&***label)) {
                let message = format!("the label `{}` stands in `on` and again in the group", excerpt(label));
                self.report(Problem::new(ExprErrorKind::Matching, op_span, message).with_fix("remove one of the two"));
            }
        }
        matching
    }

    /// The function of this name, if there is one that may be used.
    pub(crate) fn function(&mut self, name: Span) -> Option<&'static Function> {
        let word = self.source(name);
        let Some(function) = Function::find(word) else {
            if self.has_enough_problems() {
                return None;
            }
            let known = Function::all().iter().filter(|function| self.options.dialect == Dialect::Condition || !function.is_own());
            let mut words: Vec<&str> = known.map(Function::name).collect();
            words.extend(AggregateOp::ALL.iter().map(|op| op.as_str()));
            let problem = Problem::new(ExprErrorKind::UnknownFunction, name, format!("there is no function `{}`", excerpt(word)))
                .with_expected("the name of a function")
                .with_found(format!("`{}`", excerpt(word)));
            // A word that was not finished is meant before one that is spelled otherwise.
            let longer = words.iter().copied().filter(|known| known.len() <= word.len() + 2 && known.starts_with(word));
            self.report(match longer.min_by_key(|known| known.len()).or_else(|| nearest(word, &words)) {
                Some(meant) => problem.with_fix(format!("did you mean `{meant}`?")),
                None => problem,
            });
            return None;
        };
        if function.is_own() && self.options.dialect != Dialect::Condition {
            let message = format!("only conditions have the function `{word}`");
            self.report(Problem::new(ExprErrorKind::ConditionOnly, name, message).with_fix("read the text as a condition"));
        }
        if function.is_experimental() && !self.options.experimental_functions {
            self.report(experimental("the function", word, name));
        }
        Some(function)
    }

    /// A call with all its arguments.
    pub(crate) fn make_call(&mut self, function: Option<&'static Function>, name: Span, args: Vec<NodeId>) -> Result<NodeId, Problem> {
        let span = name.to(self.taken);
        let Some(function) = function else {
            // The problem is known; no tree will come of this.
            return self.push(NodeKind::String(StringLiteral::default()), span, None);
        };
        let own = function.name();
        let (fewest, most) = (function.min_arguments(), function.max_arguments());
        if args.len() < fewest || most.is_some_and(|most| args.len() > most) {
            let expected = match most {
                Some(most) if most == fewest => plural(fewest),
                Some(most) if most == fewest + 1 => format!("{fewest} or {}", plural(most)),
                Some(most) => format!("{fewest} to {}", plural(most)),
                None => format!("at least {}", plural(fewest)),
            };
            let message = format!("`{own}` takes {expected}, found {}", args.len());
            self.report(
                Problem::new(ExprErrorKind::ArgumentCount, span, message).with_expected(expected).with_found(args.len().to_string()),
            );
        }
        if own == "info" && args.len() > 1 {
            self.check_info(&args);
        }
        let types = function.argument_types();
        for (at, arg) in args.iter().enumerate() {
            let expected = match (types.get(at), types.last()) {
                (Some(expected), _) => *expected,
                (None, Some(last)) if function.variadic() != 0 => *last,
                _ => break,
            };
            self.check_type(*arg, expected, format_args!("as argument {} of `{own}`", at + 1));
        }
        let node = self.push(NodeKind::Call(Call { function, args }), span, Some(function.return_type()))?;
        if function.is_own() {
            self.mark(node, Addition::OwnFunction);
        }
        Ok(node)
    }

    /// The second argument of `info` is a selector without a name, which may select everything.
    fn check_info(&mut self, args: &[NodeId]) {
        let Some(second) = args.get(1).copied() else { return };
        let named = match self.kind(second) {
            Some(NodeKind::VectorSelector(selector)) => selector.name.is_some(),
            // Another type is told of as for every function.
            _ if self.type_of(second) != Some(ValueType::Vector) => return,
            _ => true,
        };
        if named {
            let message = "argument 2 of `info` is not a list of matchers in braces";
            self.report(Problem::new(ExprErrorKind::Type, self.span(second), message).with_expected("matchers in braces without a name"));
        }
        let at = self.empty_selectors.partition_point(|(node, _)| *node < second);
        if self.empty_selectors.get(at).is_some_and(|(node, _)| *node == second) {
            self.empty_selectors.remove(at);
        }
    }

    /// Reports a node that has another type than its place takes.
    fn check_type(&mut self, node: NodeId, expected: ValueType, place: fmt::Arguments<'_>) {
        let Some(found) = self.type_of(node).filter(|found| *found != expected) else { return };
        let message = format!("expected {} {place}, found {}", article(expected), article(found));
        let problem =
            Problem::new(ExprErrorKind::Type, self.span(node), message).with_expected(article(expected)).with_found(article(found));
        let problem = self.with_conversion(problem, node, expected, found);
        self.report(problem);
    }

    /// Says how to get from one type to the other, where there is a usual way.
    fn with_conversion(&self, problem: Problem, node: NodeId, expected: ValueType, found: ValueType) -> Problem {
        let short = self.short(self.span(node));
        let selector = match self.kind(node) {
            Some(NodeKind::VectorSelector(selector)) => Some(selector.at.is_none() && selector.offset.as_nanos() == 0),
            _ => None,
        };
        match (expected, found, selector, short) {
            (ValueType::Matrix, ValueType::Vector, Some(true), Some(text)) => problem.with_fix(format!("write `{text}[5m]`")),
            (ValueType::Matrix, ValueType::Vector, Some(_), _) => problem.with_fix("put a range such as `[5m]` behind the selector"),
            (ValueType::Matrix, ValueType::Vector, None, _) => problem.with_fix("make a subquery of it, such as `[5m:]`"),
            (ValueType::Vector, ValueType::Matrix, _, _) => problem.with_fix("put it in a function such as `rate` or `avg_over_time`"),
            (ValueType::Vector, ValueType::Scalar, _, Some(text)) => problem.with_fix(format!("write `vector({text})`")),
            (ValueType::Scalar, ValueType::Vector, _, Some(text)) => problem.with_fix(format!("write `scalar({text})`")),
            _ => problem,
        }
    }

    /// An aggregation with all its arguments.
    pub(crate) fn make_aggregate(
        &mut self,
        op: AggregateOp,
        grouping: Option<Grouping>,
        name: Span,
        args: Vec<NodeId>,
    ) -> Result<NodeId, Problem> {
        let span = name.to(self.taken);
        if op.is_experimental() && !self.options.experimental_functions {
            self.report(experimental("the aggregation", op.as_str(), name));
        }
        let (parameter, expr) = match (op.parameter(), args.as_slice()) {
            (None, [expr]) => (None, Some(*expr)),
            (Some(expected), &[parameter, expr]) => {
                self.check_type(parameter, expected, format_args!("as the parameter of `{op}`"));
                (Some(parameter), Some(expr))
            }
            (parameter, _) => {
                let expected = plural(1 + usize::from(parameter.is_some()));
                let message = format!("`{op}` takes {expected}, found {}", args.len());
                let problem = Problem::new(ExprErrorKind::ArgumentCount, span, message).with_expected(expected);
                self.report(problem.with_found(args.len().to_string()));
                (None, None)
            }
        };
        let Some(expr) = expr else {
            // The problem is known; no tree will come of this.
            return self.push(NodeKind::String(StringLiteral::default()), span, Some(ValueType::Vector));
        };
        self.check_type(expr, ValueType::Vector, format_args!("in `{op}`"));
        let Grouping { without, labels } = grouping.unwrap_or(Grouping { without: false, labels: Vec::new() });
        let aggregate = Aggregate { op, grouping: labels, without, parameter, expr };
        self.push(NodeKind::Aggregate(Box::new(aggregate)), span, Some(ValueType::Vector))
    }

    /// A subquery of an instant vector.
    pub(crate) fn make_subquery(&mut self, subquery: Subquery, span: Span) -> Result<NodeId, Problem> {
        self.check_type(subquery.expr, ValueType::Vector, format_args!("before the subquery"));
        self.push(NodeKind::Subquery(Box::new(subquery)), span, Some(ValueType::Matrix))
    }
}

fn experimental(noun: &str, word: &str, span: Span) -> Problem {
    Problem::new(ExprErrorKind::Experimental, span, format!("{noun} `{word}` is experimental and not turned on"))
        .with_fix("set the option `experimental_functions`")
}
