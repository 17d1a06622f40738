//! Why a template is refused or cannot be rendered, and where.

use std::fmt;
use std::ops::Range;

use crate::utils::excerpt;
use crate::utils::write_caret;

/// What is wrong with a template.
///
/// ```
/// use alert_schemas::templates::TemplateErrorKind;
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let error = Template::parse("{{ $label.job }}", &TemplateOptions::prometheus()).unwrap_err();
/// assert_eq!(error.kind(), TemplateErrorKind::UndefinedVariable);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TemplateErrorKind {
    /// A character that has no meaning inside an action.
    BadCharacter,
    /// A constant that is no number, or a whole number that no type can hold.
    BadNumber,
    /// A quoted text with an escape that Go does not know.
    BadText,
    /// A quote that is never closed.
    UnterminatedText,
    /// An action that is never closed.
    UnclosedAction,
    /// A comment that is never closed, or not directly before the end of its action.
    UnclosedComment,
    /// A parenthesis without its partner.
    Parenthesis,
    /// Something else was expected here.
    Unexpected,
    /// A block without its `end`.
    MissingEnd,
    /// No value where one is required.
    MissingValue,
    /// A variable is declared where none can be.
    Declaration,
    /// A literal where a function or method is required.
    NotExecutable,
    /// `break` or `continue` without a loop around it.
    OutsideRange,
    /// Two templates of one name.
    DefinedTwice,
    /// A function that does not exist.
    UndefinedFunction,
    /// A variable that is not declared.
    UndefinedVariable,
    /// A template that is not defined.
    UndefinedTemplate,
    /// Too many or too few arguments.
    Arity,
    /// A value of another type than the one that is required.
    WrongType,
    /// A field or method that a value does not have.
    NoField,
    /// Nil where a value is required.
    NilValue,
    /// A loop over something that has no items.
    NotIterable,
    /// A function that reports an error.
    CallFailed,
    /// Complex numbers, which are read but not computed with.
    Unsupported,
    /// A text over the limit.
    TooLong,
    /// Blocks and parentheses that lie too deep inside each other.
    TooDeep,
    /// A rendering that does more than the limit.
    TooManySteps,
    /// An output over the limit.
    TooMuchOutput,
    /// Values made on the way that are over the limit together.
    TooMuchMemory,
    /// Templates that call each other too deep.
    TooManyCalls,
    /// Lists and maps that lie too deep inside each other.
    ValueTooDeep,
}

impl TemplateErrorKind {
    /// The stable code of this kind, as listed in the error catalogue.
    ///
    /// ```
    /// assert_eq!(alert_schemas::templates::TemplateErrorKind::Arity.code(), "template_arity");
    /// ```
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::BadCharacter => "template_bad_character",
            Self::BadNumber => "template_bad_number",
            Self::BadText => "template_bad_text",
            Self::UnterminatedText => "template_unterminated_text",
            Self::UnclosedAction => "template_unclosed_action",
            Self::UnclosedComment => "template_unclosed_comment",
            Self::Parenthesis => "template_parenthesis",
            Self::Unexpected => "template_unexpected",
            Self::MissingEnd => "template_missing_end",
            Self::MissingValue => "template_missing_value",
            Self::Declaration => "template_declaration",
            Self::NotExecutable => "template_not_executable",
            Self::OutsideRange => "template_outside_range",
            Self::DefinedTwice => "template_defined_twice",
            Self::UndefinedFunction => "template_undefined_function",
            Self::UndefinedVariable => "template_undefined_variable",
            Self::UndefinedTemplate => "template_undefined_template",
            Self::Arity => "template_arity",
            Self::WrongType => "template_wrong_type",
            Self::NoField => "template_no_field",
            Self::NilValue => "template_nil_value",
            Self::NotIterable => "template_not_iterable",
            Self::CallFailed => "template_call_failed",
            Self::Unsupported => "template_unsupported",
            Self::TooLong => "template_too_long",
            Self::TooDeep => "template_too_deep",
            Self::TooManySteps => "template_too_many_steps",
            Self::TooMuchOutput => "template_too_much_output",
            Self::TooMuchMemory => "template_too_much_memory",
            Self::TooManyCalls => "template_too_many_calls",
            Self::ValueTooDeep => "template_value_too_deep",
        }
    }
}

/// Why a template is refused, or why its rendering stopped, and where.
///
/// `{}` is one line: Go's message, line and column, and what was probably meant. `{:#}` adds the line with a caret under the place.
/// [`go_text`](Self::go_text) is what Go itself writes.
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::go::{Template, TemplateOptions};
///
/// let error = Template::parse("Host {{ $label.instance }} is down", &TemplateOptions::prometheus()).unwrap_err();
/// assert_eq!(error.code(), "template_undefined_variable");
/// assert_eq!((error.line(), error.column()), (1, 9));
/// assert_eq!(
///     format!("{error:#}"),
///     "undefined variable \"$label\" at line 1, column 9: did you mean `$labels`?\n  Host {{ $label.instance }} is down\n          ^^^^^^",
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TemplateError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    kind: TemplateErrorKind,
    message: String,
    go_text: String,
    hint: Option<String>,
    /// The bytes of the text that are meant.
    span: Range<usize>,
    line: usize,
    column: usize,
    /// The line where the span starts, and the part of it that the span covers.
    shown: String,
    shown_span: Range<usize>,
}

impl TemplateError {
    /// An error at `span` of `text`.
    pub(crate) fn new(kind: TemplateErrorKind, message: String, go_text: String, text: &str, span: Range<usize>) -> Self {
        let start = floor(text, span.start);
        let span = start..floor(text, span.end).max(start);
        let (before, after) = text.split_at_checked(start).unwrap_or((text, ""));
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = after.find('\n').map_or(text.len(), |at| start + at);
        // A line of a megabyte is not copied for a caret.
        let from = floor(text, line_start.max(start.saturating_sub(400)));
        let to = floor(text, line_end.min(start + 400)).max(start);
        let shown = text.get(from..to).unwrap_or_default().to_owned();
        let shown_span = start - from..span.end.min(to).max(start) - from;
        let column = text.get(line_start..start).unwrap_or_default().chars().count() + 1;
        let line = before.matches('\n').count() + 1;
        Self(Box::new(Inner { kind, message, go_text, hint: None, span, line, column, shown, shown_span }))
    }

    /// The same error, with what was probably meant.
    pub(crate) fn with_hint(mut self, hint: Option<String>) -> Self {
        self.0.hint = hint;
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> TemplateErrorKind {
        self.0.kind
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// The bytes of the template's text that are meant; an empty range is the place where something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }

    /// The line where the span starts, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column where the span starts, counted in characters from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// What is wrong, in Go's words, without a place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What to write instead, where that is likely: such as ``did you mean `$labels`?``.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The message as Go's `text/template` writes it, with the name of the template and its way of naming places.
    ///
    /// Lines and bytes count what stands before the text, too: the four declarations that Prometheus puts in front of annotations.
    /// Errors about our own limits have no equal in Go; their text has the same form.
    ///
    /// ```
    /// use alert_schemas::templates::{Value, go::{Template, TemplateOptions}};
    ///
    /// let template = Template::parse("{{ len 1 }}", &TemplateOptions::default().with_name("t"))?;
    /// let error = template.render(&Value::Nil).unwrap_err();
    /// assert_eq!(error.go_text(), "template: t:1:3: executing \"t\" at <len 1>: error calling len: len of type int");
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    #[must_use]
    pub fn go_text(&self) -> &str {
        &self.0.go_text
    }
}

crate::utils::umbrella!(TemplateError);

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { message, line, column, hint, shown, shown_span, .. } = &*self.0;
        let long = message.chars().count() > 400;
        let cut;
        let message = if long {
            cut = message.chars().take(400).chain(['…']).collect();
            &cut
        } else {
            message
        };
        for c in message.chars() {
            if c.is_control() { write!(f, "{}", excerpt(c.encode_utf8(&mut [0; 4]))) } else { write!(f, "{c}") }?;
        }
        write!(f, " at line {line}, column {column}")?;
        if let Some(hint) = hint {
            write!(f, ": {hint}")?;
        }
        if f.alternate() { write_caret(f, shown, shown_span) } else { Ok(()) }
    }
}

impl fmt::Debug for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { kind, message, span, line, column, .. } = &*self.0;
        f.debug_struct("TemplateError")
            .field("kind", kind)
            .field("message", message)
            .field("span", span)
            .field("line", line)
            .field("column", column)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, span: Range<usize>) -> TemplateError {
        TemplateError::new(TemplateErrorKind::Unexpected, "no".to_owned(), String::new(), text, span)
    }

    #[test]
    fn the_caret_stands_under_its_line() {
        let shown = format!("{:#}", error("a\nbé{{ x }}\nc", 8..9));
        assert_eq!(shown, "no at line 2, column 6\n  bé{{ x }}\n       ^");
        assert_eq!(format!("{:#}", error("a\nb", 3..9)), "no at line 2, column 2\n  b\n   ^");
        assert_eq!(format!("{:#}", error("", 0..0)), "no at line 1, column 1\n  \n  ^");
    }

    #[test]
    fn a_span_over_several_lines_marks_the_first() {
        assert_eq!(format!("{:#}", error("ab\ncd", 1..4)), "no at line 1, column 2\n  ab\n   ^");
    }

    #[test]
    fn a_place_inside_a_character_is_its_start() {
        assert_eq!(error("é", 1..2).span(), 0..2);
    }

    #[test]
    fn a_long_line_is_not_copied() {
        let text = "x".repeat(1 << 20);
        assert!(format!("{:#}", error(&text, 500_000..500_010)).len() < 300);
    }
}
