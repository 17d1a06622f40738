//! Reading selectors, lists of labels, and what stands behind operands.

use crate::alerts::MatchOp;
use crate::metrics::MetricName;
use crate::rules::ast::Cardinality;
use crate::rules::ast::NodeId;
use crate::rules::ast::NodeKind;
use crate::rules::ast::Subquery;
use crate::rules::ast::VectorMatching;
use crate::rules::error::Problem;
use crate::rules::error_kind::ExprErrorKind;
use crate::rules::number;
use crate::rules::operators::BinaryOp;
use crate::rules::parser::Grouping;
use crate::rules::parser::Parser;
use crate::rules::selector::AtModifier;
use crate::rules::selector::LabelMatcher;
use crate::rules::selector::MatrixSelector;
use crate::rules::selector::QueryDuration;
use crate::rules::selector::VectorSelector;
use crate::rules::span::Span;
use crate::rules::string_literal::StringLiteral;
use crate::rules::token::TokenKind;
use crate::rules::value_type::ValueType;
use crate::utils::excerpt;
use crate::utils::go::Anchoring;
use crate::utils::go::InvalidPatternKind;
use crate::utils::go::Pattern;

/// What each pattern counts at least, so that their number is limited too.
const LEAST_PATTERN_BYTES: usize = 64;

impl Parser<'_> {
    /// Reads a selector behind its name, or from the brace on.
    ///
    /// ```text
    /// selector = name [ matchers ] | matchers .
    /// matchers = "{" [ matcher { "," matcher } [ "," ] ] "}" .
    /// matcher  = ( identifier | string ) ( "=" | "!=" | "=~" | "!~" ) string | string .
    /// ```
    ///
    /// A name is any word but `bool`, `on`, `ignoring`, `group_left`, `group_right`, `atan2`, `inf` and `nan`. A string alone in braces
    /// is the name of the metric.
    pub(crate) fn selector(&mut self, name: Option<Span>) -> Result<NodeId, Problem> {
        let start = name.unwrap_or(self.token.span);
        let mut matchers = Vec::new();
        if self.token.kind == TokenKind::LeftBrace {
            self.advance()?;
            while self.token.kind != TokenKind::RightBrace {
                if matchers.len() >= self.options.limits.list_items {
                    return Err(self.too_many_items("matchers"));
                }
                matchers.push(self.matcher()?);
                match self.token.kind {
                    TokenKind::Comma => self.advance()?,
                    TokenKind::RightBrace => break,
                    _ => return Err(self.unexpected("`,` or `}`")),
                };
            }
            self.advance()?;
        }
        let span = start.to(self.taken);
        self.make_selector(name, matchers, span)
    }

    fn matcher(&mut self) -> Result<LabelMatcher, Problem> {
        let start = self.token.span;
        let quoted = self.token.kind == TokenKind::String;
        let name: StringLiteral = match self.token.kind {
            TokenKind::String => self.string()?,
            TokenKind::Identifier => {
                self.advance()?;
                self.source(start).into()
            }
            _ => return Err(self.unexpected("a label name or `}`")),
        };
        let op = match self.token.kind {
            TokenKind::Assign => MatchOp::Equal,
            TokenKind::Operator(BinaryOp::NotEqual) => MatchOp::NotEqual,
            TokenKind::EqualPattern => MatchOp::Regex,
            TokenKind::NotPattern => MatchOp::NotRegex,
            _ if quoted => {
                return Ok(LabelMatcher { name: MetricName::LABEL.into(), value: name, op: MatchOp::Equal, pattern: None, span: start });
            }
            _ => return Err(self.unexpected("`=`, `!=`, `=~` or `!~`")),
        };
        self.advance()?;
        if self.token.kind != TokenKind::String {
            let problem = self.unexpected("a string");
            return Err(match (self.token.kind, self.short(self.token.span)) {
                (TokenKind::Identifier, Some(word)) => problem.with_fix(format!("write `\"{word}\"`")),
                (TokenKind::Assign, _) => problem.with_fix("matchers have one `=`"),
                _ => problem,
            });
        }
        let value = self.string()?;
        let span = start.to(self.taken);
        let pattern = if op.is_regex() { self.pattern(&name, &value, span)? } else { None };
        Ok(LabelMatcher { name, value, op, pattern, span })
    }

    /// Compiles a pattern within what is left of the limits.
    fn pattern(&mut self, name: &str, source: &StringLiteral, span: Span) -> Result<Option<Pattern>, Problem> {
        if !source.is_utf8() {
            let message = format!("the pattern of `{}` is not UTF-8", excerpt(name));
            self.report(Problem::new(ExprErrorKind::InvalidPattern, span, message).with_expected("a pattern of RE2"));
            return Ok(None);
        }
        let limits = &self.options.limits;
        self.pattern_bytes += source.len().max(LEAST_PATTERN_BYTES);
        if self.pattern_bytes > limits.pattern_bytes {
            let message = format!("the patterns have more than {} bytes together", limits.pattern_bytes);
            return Err(Problem::new(ExprErrorKind::PatternsTooLarge, span, message));
        }
        let left = limits.compiled_bytes.saturating_sub(self.compiled_bytes);
        match Pattern::within(source, Anchoring::Prometheus, left) {
            Ok(Some((pattern, bytes))) => {
                self.compiled_bytes += bytes;
                Ok(Some(pattern))
            }
            Ok(None) => {
                let message = format!("the compiled patterns have more than {} bytes together", limits.compiled_bytes);
                Err(Problem::new(ExprErrorKind::PatternsTooLarge, span, message))
            }
            Err(error) => {
                let message = format!("the pattern of `{}` is not valid", excerpt(name));
                let problem =
                    Problem::new(ExprErrorKind::InvalidPattern, span, message).with_detail(&error).with_expected("a pattern of RE2");
                if error.kind() == InvalidPatternKind::CompiledTooLarge {
                    // Finding that out is as dear as compiling the largest pattern that fits, so it is done once.
                    return Err(problem);
                }
                self.report(match error.kind() {
                    InvalidPatternKind::MissingParen => problem.with_fix("close the group, or write `\\\\(` for the character"),
                    _ => problem,
                });
                Ok(None)
            }
        }
    }

    /// Reads a list of labels.
    ///
    /// ```text
    /// labels = "(" [ label { "," label } [ "," ] ] ")" .
    /// label  = word | string .
    /// ```
    ///
    /// A word is any but `without`, `inf` and `nan`.
    fn labels(&mut self) -> Result<Vec<Box<str>>, Problem> {
        if self.token.kind != TokenKind::LeftParen {
            let problem = self.unexpected("`(` and a list of labels");
            return Err(match (self.token.kind, self.short(self.token.span)) {
                (TokenKind::Identifier, Some(word)) => problem.with_fix(format!("write `({word})`")),
                _ => problem,
            });
        }
        self.advance()?;
        let mut labels: Vec<Box<str>> = Vec::new();
        while self.token.kind != TokenKind::RightParen {
            if labels.len() >= self.options.limits.list_items {
                return Err(self.too_many_items("labels"));
            }
            let token = self.token;
            match token.kind {
                TokenKind::String => {
                    let label = self.string()?;
                    if label.is_empty() || !label.is_utf8() {
                        let message = if label.is_empty() { "the name of a label is empty" } else { "the name of a label is not UTF-8" };
                        self.report(Problem::new(ExprErrorKind::InvalidLabelName, token.span, message));
                    }
                    labels.push(label.as_str().into());
                }
                kind if kind.is_label_name() => {
                    self.advance()?;
                    labels.push(self.source(token.span).into());
                }
                _ => return Err(self.unexpected(if labels.is_empty() { "a label or `)`" } else { "a label" })),
            }
            match self.token.kind {
                TokenKind::Comma => self.advance()?,
                TokenKind::RightParen => break,
                _ => return Err(self.unexpected("`,` or `)`")),
            };
        }
        self.advance()?;
        Ok(labels)
    }

    /// Reads the grouping of an aggregation.
    ///
    /// ```text
    /// aggregation = aggregate_op [ grouping ] "(" [ expr { "," expr } ] ")" | aggregate_op "(" [ expr { "," expr } ] ")" grouping .
    /// grouping    = ( "by" | "without" ) labels .
    /// ```
    pub(crate) fn grouping(&mut self) -> Result<Grouping, Problem> {
        let word = self.advance()?;
        Ok(Grouping { without: word.kind == TokenKind::Without, labels: self.labels()? })
    }

    /// Reads how vectors are matched, if that is written.
    pub(crate) fn matching(&mut self) -> Result<Option<Box<VectorMatching>>, Problem> {
        let on = match self.token.kind {
            TokenKind::On => true,
            TokenKind::Ignoring => false,
            _ => return Ok(None),
        };
        self.advance()?;
        let labels = self.labels()?;
        let card = match self.token.kind {
            TokenKind::GroupLeft => Cardinality::ManyToOne,
            TokenKind::GroupRight => Cardinality::OneToMany,
            _ => Cardinality::OneToOne,
        };
        let mut include = Vec::new();
        if card != Cardinality::OneToOne {
            self.advance()?;
            if self.token.kind == TokenKind::LeftParen {
                include = self.labels()?;
            }
        }
        Ok(Some(Box::new(VectorMatching { card, on, labels, include })))
    }

    /// Reads what stands behind an operand and belongs to it alone.
    ///
    /// ```text
    /// modifiers = { range | subquery | offset | at } .
    /// range     = "[" time "]" .
    /// subquery  = "[" time ":" [ time ] "]" .
    /// offset    = "offset" ( number | duration | sign ( number | duration ) | time ) .
    /// at        = "@" ( [ sign ] ( number | duration ) | ( "start" | "end" ) "(" ")" ) .
    /// ```
    pub(crate) fn modifiers(&mut self, mut node: NodeId) -> Result<NodeId, Problem> {
        loop {
            node = match self.token.kind {
                TokenKind::LeftBracket => self.range(node)?,
                TokenKind::Offset => self.offset(node)?,
                TokenKind::At => self.at(node)?,
                _ => return Ok(node),
            }
        }
    }

    fn range(&mut self, node: NodeId) -> Result<NodeId, Problem> {
        let open = self.advance()?.span;
        let range = self.positive_time()?;
        match self.token.kind {
            TokenKind::RightBracket => {
                self.advance()?;
                self.make_range(node, range, open.to(self.taken))
            }
            TokenKind::Colon => {
                self.advance()?;
                let step = if self.token.kind == TokenKind::RightBracket { None } else { Some(self.positive_time()?) };
                self.expect(TokenKind::RightBracket, "`]`")?;
                let subquery = Subquery { expr: node, range, step, offset: QueryDuration::ZERO, at: None };
                self.make_subquery(subquery, self.span(node).to(self.taken))
            }
            _ => Err(self.unexpected("`:` or `]`")),
        }
    }

    fn make_range(&mut self, node: NodeId, range: QueryDuration, brackets: Span) -> Result<NodeId, Problem> {
        let (node, range) = self.sink(node, range);
        let taken = self.taken;
        let problem = match self.nodes.get_mut(node.index()).map(|node| (&mut node.kind, &mut node.span)) {
            Some((kind @ NodeKind::VectorSelector(_), span)) => {
                let placeholder = NodeKind::Paren { expr: NodeId(0) };
                let NodeKind::VectorSelector(selector) = std::mem::replace(kind, placeholder) else { return Ok(node) };
                let modified = if selector.offset.as_nanos() != 0 {
                    Some("offset")
                } else if matches!(selector.at, Some(AtModifier::Timestamp(_))) {
                    Some("@")
                } else {
                    None
                };
                *kind = NodeKind::MatrixSelector(Box::new(MatrixSelector { selector: *selector, range }));
                *span = span.to(taken);
                modified.map(|modifier| {
                    let message = format!("`{modifier}` stands before the range");
                    Problem::new(ExprErrorKind::MisplacedModifier, brackets, message).with_fix(format!("put the range before `{modifier}`"))
                })
            }
            _ => {
                let message = "a range stands behind something that is no selector";
                let fix = match self.short(brackets) {
                    Some(range) => format!("for a subquery write `{}:]`", range.trim_end_matches(']')),
                    None => "for a subquery put a colon behind the range".to_owned(),
                };
                Some(
                    Problem::new(ExprErrorKind::MisplacedModifier, brackets, message)
                        .with_expected("a selector before the range")
                        .with_fix(fix),
                )
            }
        };
        let value_type = if problem.is_some() { None } else { Some(ValueType::Matrix) };
        if let Some(own) = self.types.get_mut(node.index()) {
            *own = value_type;
        }
        if let Some(problem) = problem {
            self.report(problem);
        }
        Ok(node)
    }

    /// The offset, `@` and span of what takes such modifiers; `None` if a node does not.
    fn modified(&mut self, node: NodeId) -> Option<(&mut QueryDuration, &mut Option<AtModifier>, &mut Span)> {
        let node = self.nodes.get_mut(node.index())?;
        match &mut node.kind {
            NodeKind::VectorSelector(selector) => Some((&mut selector.offset, &mut selector.at, &mut node.span)),
            NodeKind::MatrixSelector(matrix) => Some((&mut matrix.selector.offset, &mut matrix.selector.at, &mut node.span)),
            NodeKind::Subquery(subquery) => Some((&mut subquery.offset, &mut subquery.at, &mut node.span)),
            _ => None,
        }
    }

    fn misplaced(&mut self, node: NodeId, word: Span) {
        // What was refused for its range is no selector for that alone.
        if self.type_of(node).is_none() {
            return;
        }
        let message =
            format!("`{}` stands behind something that is neither a selector nor a subquery", self.source(word).to_ascii_lowercase());
        let fix = "put it behind the selector it is meant for";
        self.report(
            Problem::new(ExprErrorKind::MisplacedModifier, word, message).with_expected("a selector or a subquery before it").with_fix(fix),
        );
    }

    fn offset(&mut self, node: NodeId) -> Result<NodeId, Problem> {
        let word = self.advance()?.span;
        let offset = self.offset_time()?;
        let (node, offset) = self.sink(node, offset);
        let taken = self.taken;
        match self.modified(node) {
            Some((own @ QueryDuration::Nanos(0), _, span)) => {
                *own = offset;
                *span = span.to(taken);
            }
            Some(_) => {
                let message = "`offset` stands here twice";
                self.report(Problem::new(ExprErrorKind::RepeatedModifier, word.to(taken), message).with_fix("remove one of the two"));
            }
            None => self.misplaced(node, word),
        }
        Ok(node)
    }

    fn at(&mut self, node: NodeId) -> Result<NodeId, Problem> {
        let sign = self.advance()?.span;
        let at = match self.token.kind {
            TokenKind::Start | TokenKind::EndWord => {
                let word = self.advance()?;
                for (kind, bracket) in [(TokenKind::LeftParen, "`(`"), (TokenKind::RightParen, "`)`")] {
                    let fix = format!("write `{}()`", self.source(word.span));
                    self.expect(kind, bracket).map_err(|problem| problem.with_fix(fix))?;
                }
                if word.kind == TokenKind::Start { AtModifier::Start } else { AtModifier::End }
            }
            _ => self.timestamp()?,
        };
        let taken = self.taken;
        match self.modified(node) {
            Some((_, own @ None, span)) => {
                *own = Some(at);
                *span = span.to(taken);
            }
            Some(_) => {
                let message = "`@` stands here twice";
                self.report(Problem::new(ExprErrorKind::RepeatedModifier, sign.to(taken), message).with_fix("remove one of the two"));
            }
            None => self.misplaced(node, sign),
        }
        Ok(node)
    }

    fn timestamp(&mut self) -> Result<AtModifier, Problem> {
        let start = self.token.span;
        let negative = self.token.kind == TokenKind::Operator(BinaryOp::Sub);
        if negative || self.token.kind == TokenKind::Operator(BinaryOp::Add) {
            self.advance()?;
        }
        if !matches!(self.token.kind, TokenKind::Number | TokenKind::Duration) {
            return Err(self.unexpected("a time in seconds, `start()` or `end()`"));
        }
        let value = self.literal()?.value;
        let seconds = if negative { -value } else { value };
        if seconds.is_nan() || seconds.abs() >= 9_223_372_036_854_775_808.0 {
            let span = start.to(self.taken);
            let message = format!("`{}` is out of range for a time", excerpt(self.source(span)));
            self.report(Problem::new(ExprErrorKind::TimestampRange, span, message).with_expected("seconds since 1970"));
        }
        Ok(AtModifier::Timestamp(number::millis(seconds)))
    }

    /// The selector of a name and its matchers, checked.
    fn make_selector(&mut self, name: Option<Span>, mut matchers: Vec<LabelMatcher>, span: Span) -> Result<NodeId, Problem> {
        let mut empty = false;
        let name: Option<Box<str>> = match name {
            Some(word) => {
                let name = self.source(word);
                for repeated in
                    matchers.iter().filter(|matcher| &*matcher.name == MetricName::LABEL).map(|matcher| matcher.span).collect::<Vec<_>>()
                {
                    let message = format!("the metric is already named `{}` before the braces", excerpt(name));
                    self.report(Problem::new(ExprErrorKind::RepeatedName, repeated, message).with_fix("remove one of the names"));
                }
                matchers.push(LabelMatcher {
                    name: MetricName::LABEL.into(),
                    value: name.into(),
                    op: MatchOp::Equal,
                    pattern: None,
                    span: word,
                });
                Some(name.into())
            }
            None => {
                // A pattern that did not compile is told of already.
                empty = matchers.iter().all(|matcher| matcher.matches("") && (matcher.pattern.is_some() || !matcher.op.is_regex()));
                None
            }
        };
        let selector = VectorSelector { name, matchers, offset: QueryDuration::ZERO, at: None };
        let node = self.push(NodeKind::VectorSelector(Box::new(selector)), span, Some(ValueType::Vector))?;
        if empty {
            self.empty_selectors.push((node, span));
        }
        Ok(node)
    }
}
