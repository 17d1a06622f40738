//! The tokens of expressions.

use crate::rules::ast::Addition;
use crate::rules::operators::AggregateOp;
use crate::rules::operators::BinaryOp;
use crate::rules::span::Span;

/// One token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
}

/// What a token is. The case of keywords does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The end of the text.
    End,
    Comma,
    LeftParen,
    RightParen,
    LeftBrace,
    RightBrace,
    LeftBracket,
    RightBracket,
    /// `:` in brackets; there Prometheus 3.5 takes a letter behind the range for it as well.
    Colon,
    /// `@`
    At,
    /// `=`
    Assign,
    /// `=~`
    EqualPattern,
    /// `!~`
    NotPattern,
    /// An operator between operands; `!=` in braces too.
    Operator(BinaryOp),
    /// `&&` or `||`.
    Sign(BinaryOp, Addition),
    Number,
    Duration,
    /// A number with a byte suffix.
    Bytes,
    String,
    /// A word without colons that is no keyword; in braces any word.
    Identifier,
    /// A word with colons.
    MetricIdentifier,
    Aggregate(AggregateOp),
    Bool,
    By,
    GroupLeft,
    GroupRight,
    Ignoring,
    Offset,
    On,
    Without,
    Start,
    EndWord,
}

impl TokenKind {
    /// The keyword that a word is, if it is one.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        // The longest keyword, `count_values`, has 12 letters.
        let mut buffer = [0; 12];
        let lower = buffer.get_mut(..word.len())?;
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"and" => Self::Operator(BinaryOp::And),
            b"or" => Self::Operator(BinaryOp::Or),
            b"unless" => Self::Operator(BinaryOp::Unless),
            b"atan2" => Self::Operator(BinaryOp::Atan2),
            b"sum" => Self::Aggregate(AggregateOp::Sum),
            b"avg" => Self::Aggregate(AggregateOp::Avg),
            b"count" => Self::Aggregate(AggregateOp::Count),
            b"min" => Self::Aggregate(AggregateOp::Min),
            b"max" => Self::Aggregate(AggregateOp::Max),
            b"group" => Self::Aggregate(AggregateOp::Group),
            b"stddev" => Self::Aggregate(AggregateOp::Stddev),
            b"stdvar" => Self::Aggregate(AggregateOp::Stdvar),
            b"topk" => Self::Aggregate(AggregateOp::TopK),
            b"bottomk" => Self::Aggregate(AggregateOp::BottomK),
            b"count_values" => Self::Aggregate(AggregateOp::CountValues),
            b"quantile" => Self::Aggregate(AggregateOp::Quantile),
            b"limitk" => Self::Aggregate(AggregateOp::LimitK),
            b"limit_ratio" => Self::Aggregate(AggregateOp::LimitRatio),
            b"offset" => Self::Offset,
            b"by" => Self::By,
            b"without" => Self::Without,
            b"on" => Self::On,
            b"ignoring" => Self::Ignoring,
            b"group_left" => Self::GroupLeft,
            b"group_right" => Self::GroupRight,
            b"bool" => Self::Bool,
            b"start" => Self::Start,
            b"end" => Self::EndWord,
            b"inf" | b"nan" => Self::Number,
            _ => return None,
        })
    }

    /// Whether it can be the name of a metric: a word, but for the keywords that only stand behind operators.
    pub(crate) fn is_metric_name(self) -> bool {
        matches!(
            self,
            Self::Identifier
                | Self::MetricIdentifier
                | Self::Aggregate(_)
                | Self::By
                | Self::Without
                | Self::Offset
                | Self::Start
                | Self::EndWord
                | Self::Operator(BinaryOp::And | BinaryOp::Or | BinaryOp::Unless)
        )
    }

    /// Whether it can be a label in a list without quotes: a word, but for `without`.
    pub(crate) fn is_label_name(self) -> bool {
        matches!(
            self,
            Self::Identifier
                | Self::MetricIdentifier
                | Self::Aggregate(_)
                | Self::By
                | Self::Bool
                | Self::GroupLeft
                | Self::GroupRight
                | Self::Ignoring
                | Self::On
                | Self::Offset
                | Self::Start
                | Self::EndWord
                | Self::Operator(BinaryOp::And | BinaryOp::Or | BinaryOp::Unless | BinaryOp::Atan2)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aggregation_is_read_as_it_is_written() {
        for op in AggregateOp::ALL {
            assert_eq!(TokenKind::of_word(op.as_str()), Some(TokenKind::Aggregate(*op)), "{op}");
            assert_eq!(TokenKind::of_word(&op.as_str().to_uppercase()), Some(TokenKind::Aggregate(*op)), "{op}");
        }
        assert_eq!(TokenKind::of_word("count_valuess"), None);
    }
}
