//! Rules over metrics: their language, their evaluation, and the alerts that they raise.
//!
//! | I want to … | look at |
//! |---|---|
//! | read an expression of PromQL, or know what is wrong with it | [`Expr::parse`], [`ExprErrors`] |
//! | keep the condition of a rule | [`Condition`] |
//! | build a rule, or a group of rules | [`AlertRule::builder`], [`RecordingRule`], [`RuleGroup::builder`] |
//! | make many rules of one template | [`RuleTemplate`] |
//! | know what an expression evaluates to, and why | [`eval::Evaluator`], [`eval::Explanation`] |
//! | see a rule pending, firing and resolved | [`firing`] |
//! | read a rule file of Prometheus | `webhooks::prometheus::RuleFile` |
//!
//! # The language
//!
//! [`Expr`] is an expression of PromQL, read and checked as Prometheus 3.5 does; [`Condition`] is the text of a rule, in PromQL or in
//! PromQL with additions. Reading gives a tree with the place of every node, or errors that name the place, what stands there, what is
//! expected and, where it can be told, how to mend it.
//!
//! ```
//! use alert_schemas::rules::{Condition, Expr, ParseOptions};
//!
//! let expr = Expr::parse("sum by(job)(rate(errors_total[5m])) > 0.5", &ParseOptions::default())?;
//! assert_eq!(expr.to_string(), "sum by (job) (rate(errors_total[5m])) > 0.5");
//!
//! let condition: Condition = "disk_free < 10GiB && disk_growing == 1".parse()?;
//! assert_eq!(condition.expr().to_string(), "disk_free < 10737418240 and disk_growing == 1");
//!
//! let errors = Expr::parse("rate(errors_total) > 0.5", &ParseOptions::default()).unwrap_err();
//! assert_eq!(
//!     format!("{errors:#}"),
//!     concat!(
//!         "expected a range vector as argument 1 of `rate`, found an instant vector at column 6; write `errors_total[5m]`\n",
//!         "  rate(errors_total) > 0.5\n",
//!         "       ^^^^^^^^^^^^",
//!     ),
//! );
//! # Ok::<(), alert_schemas::rules::ExprErrors>(())
//! ```
//!
//! # Grammar
//!
//! Between two tokens there may be white space (space, tab, line feed, carriage return) and comments (from `#` to the end of the line).
//! Letters and digits are ASCII. Keywords may be written in any case, also mixed; names of functions are in lower case.
//!
//! ```text
//! text        = expr end .
//! expr        = operand { operator operand } .
//! operator    = ( "or" | "and" | "unless" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/" | "%" | "atan2" | "^" )
//!               [ "bool" ] [ ( "on" | "ignoring" ) labels [ ( "group_left" | "group_right" ) [ labels ] ] ] .
//! operand     = { "+" | "-" } primary modifiers .
//! primary     = number | duration | string | selector | call | aggregation | "(" expr ")" .
//! call        = identifier "(" [ expr { "," expr } ] ")" .
//! aggregation = aggregate_op [ grouping ] "(" [ expr { "," expr } ] ")" | aggregate_op "(" [ expr { "," expr } ] ")" grouping .
//! grouping    = ( "by" | "without" ) labels .
//! labels      = "(" [ label { "," label } [ "," ] ] ")" .
//! label       = word | string .
//! selector    = name [ matchers ] | matchers .
//! matchers    = "{" [ matcher { "," matcher } [ "," ] ] "}" .
//! matcher     = ( identifier | string ) ( "=" | "!=" | "=~" | "!~" ) string | string .
//! modifiers   = { range | subquery | offset | at } .
//! range       = "[" time "]" .
//! subquery    = "[" time ":" [ time ] "]" .
//! offset      = "offset" ( number | duration | ( "+" | "-" ) ( number | duration ) | time ) .
//! at          = "@" ( [ "+" | "-" ] ( number | duration ) | ( "start" | "end" ) "(" ")" ) .
//! time        = { "+" | "-" } ( number | duration | "(" time ")" ) { ( "+" | "-" | "*" | "/" | "%" | "^" ) time } .
//!
//! aggregate_op = "sum" | "avg" | "count" | "min" | "max" | "group" | "stddev" | "stdvar" | "topk" | "bottomk" | "count_values"
//!              | "quantile" | "limitk" | "limit_ratio" .
//! word        = ( letter | "_" | ":" ) { letter | digit | "_" | ":" } .
//! identifier  = a word without ":" that is no keyword; in braces keywords too .
//! name        = a word but "bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf" and "nan" .
//! label's word = a word but "without", "inf" and "nan" .
//! number      = digits [ "." [ digits ] ] [ exponent ] | "." digits [ exponent ] | "0" ( "x" | "X" ) hexdigits | "inf" | "nan" .
//! exponent    = ( "e" | "E" ) [ "+" | "-" ] digits .
//! digits      = digit { digit | "_" digit } .
//! duration    = unit { unit } .            each unit at most once, largest first
//! unit        = digit { digit } ( "y" | "w" | "d" | "h" | "m" | "s" | "ms" ) .
//! string      = '"' { character | escape } '"' | "'" { character | escape } "'" | "`" { character but "`" } "`" .
//! escape      = "\" ( "a" | "b" | "f" | "n" | "r" | "t" | "v" | "\" | the quote | octal octal octal | "x" 2 hex | "u" 4 hex | "U" 8 hex ) .
//! ```
//!
//! Operators bind as [`BinaryOp`] tells. A sign binds like `*`, so `-a ^ b` is `-(a ^ b)`, and before a number it is part of the number.
//! What stands behind an operand belongs to that operand alone: `a + b offset 5m` is `a + (b offset 5m)`. A list of labels is taken by
//! `group_left` wherever a parenthesis follows it.
//!
//! What may surprise, and is so in Prometheus 3.5:
//!
//! - Keywords are names of metrics where an operand is expected: `and and and` is read.
//! - A leading zero makes a number octal (`010` is 8), unless it has a digit above 7.
//! - A hexadecimal number with an `e` can be taken for one with an exponent: `0xef` is read, `0xfe` is refused and `(0xfe)` is read.
//! - In brackets, one letter behind the range stands for the colon: `up[5m x]` is `up[5m:]`. A comment is refused before the range.
//! - `offset 0` counts as no offset, so that another one may follow; `@ start()` may stand before a range, `@ 5` may not.
//! - `offset 5m * 2` is `(… offset 5m) * 2`; behind two signs or a parenthesis arithmetic goes on, which is experimental.
//! - A string may not hold U+FFFD but as an escape, and may spell bytes that are not UTF-8 ([`StringLiteral`]).
//! - `{"up"}` is a matcher of the name `up`, and two such matchers are no error.
//!
//! # Additions of conditions
//!
//! ```text
//! operator    = … | "&&" | "||" .         "and" and "or"
//! primary     = … | size .
//! size        = digits [ "." digit { digit } ] ( "B" | "kB" | "KB" | "MB" | "GB" | "TB" | "PB" | "EB"
//!             | "KiB" | "MiB" | "GiB" | "TiB" | "PiB" | "EiB" ) .
//! ```
//!
//! `anomaly(v)`, a function of an instant vector, gives the score of each series, 0 to 1. PromQL refuses all of these, so a text that is
//! PromQL means the same in both [dialects](Dialect); [`Node::addition`] marks what is not.
//!
//! # Types
//!
//! Every node has a [`ValueType`]. Arithmetic and comparisons take scalars and instant vectors, two scalars are compared with `bool`
//! only; `and`, `or`, `unless`, aggregations and subqueries take instant vectors; functions take what [`Function`] tells. Matching needs two vectors, and
//! `on (x) group_left (x)` is refused. A selector needs a name or a matcher that a missing label fails.
//!
//! # Differences from Prometheus 3.5
//!
//! 1. *Limits.* [`ExprLimits`] bounds what Prometheus reads without a limit.
//! 2. *Patterns.* Those of [`Pattern`](crate::utils::go::Pattern): a few names of Unicode classes and very large patterns are refused.

mod alert_rule;
mod alert_rule_builder;
#[cfg(any(test, feature = "proptest"))]
mod arbitrary;
mod ast;
mod ast_json;
mod behavior;
mod check;
mod condition;
mod dialect;
mod error;
mod error_kind;
pub mod eval;
mod expr;
pub mod firing;
mod functions;
mod group_rule;
mod lexer;
mod limits;
mod number;
mod operators;
mod options;
mod parser;
mod parser_duration;
mod parser_selector;
mod pretty;
mod print;
mod print_number;
mod recording_rule;
mod rule_codes;
mod rule_group;
mod rule_group_builder;
mod rule_template;
mod rule_texts;
mod selector;
mod span;
mod string_literal;
mod template_fill;
mod template_parameter;
mod token;
mod value_type;

pub use self::alert_rule::AlertRule;
pub use self::alert_rule::InvalidRuleName;
pub use self::alert_rule::RuleName;
pub use self::alert_rule_builder::AlertRuleBuilder;
pub use self::ast::Addition;
pub use self::ast::Aggregate;
pub use self::ast::Binary;
pub use self::ast::Call;
pub use self::ast::Cardinality;
pub use self::ast::DurationExpr;
pub use self::ast::Node;
pub use self::ast::NodeId;
pub use self::ast::NodeKind;
pub use self::ast::NumberForm;
pub use self::ast::NumberLiteral;
pub use self::ast::Subquery;
pub use self::ast::VectorMatching;
pub use self::behavior::ErrorBehavior;
pub use self::behavior::InvalidErrorBehavior;
pub use self::behavior::InvalidNoDataBehavior;
pub use self::behavior::NoDataBehavior;
pub use self::condition::Condition;
pub use self::dialect::Dialect;
pub use self::dialect::InvalidDialect;
pub use self::error::ExprError;
pub use self::error::ExprErrors;
pub use self::error_kind::ExprErrorKind;
pub use self::expr::Children;
pub use self::expr::Expr;
pub use self::functions::Function;
pub use self::group_rule::GroupRule;
pub use self::limits::ExprLimits;
pub use self::operators::AggregateOp;
pub use self::operators::BinaryOp;
pub use self::operators::UnaryOp;
pub use self::options::ParseOptions;
pub use self::pretty::Pretty;
pub use self::recording_rule::RecordingRule;
pub use self::rule_group::InvalidRuleGroupName;
pub use self::rule_group::RuleGroup;
pub use self::rule_group::RuleGroupName;
pub use self::rule_group_builder::RuleGroupBuilder;
pub use self::rule_template::RuleBlueprint;
pub use self::rule_template::RuleTemplate;
pub use self::rule_template::TemplateText;
pub use self::rule_texts::RuleTexts;
pub use self::selector::AtModifier;
pub use self::selector::LabelMatcher;
pub use self::selector::MatrixSelector;
pub use self::selector::QueryDuration;
pub use self::selector::VectorSelector;
pub use self::span::Span;
pub use self::string_literal::StringLiteral;
pub use self::template_parameter::InvalidParameterKind;
pub use self::template_parameter::InvalidParameterName;
pub use self::template_parameter::InvalidParameterValue;
pub use self::template_parameter::ParameterKind;
pub use self::template_parameter::ParameterName;
pub use self::template_parameter::ParameterText;
pub use self::template_parameter::TemplateParameter;
pub use self::value_type::ValueType;

pub(crate) use self::error_kind::CODES;
pub(crate) use self::rule_codes::RULE_CODES;
