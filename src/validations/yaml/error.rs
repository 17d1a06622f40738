//! Why a text is no YAML, and where.

use std::fmt;
use std::ops::Range;

use crate::utils::Position;

/// What is wrong with a YAML document, and the place of it.
///
/// One line with `{}`, such as `line 2, column 1: found a tab where indentation is expected`.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::yaml::{Yaml, YamlLimits};
///
/// let error = Yaml::read(b"groups:\n- name: \"a\n", &YamlLimits::default()).unwrap_err();
/// assert_eq!(error.code(), "yaml_unterminated_text");
/// assert_eq!(error.position().line, 2);
/// assert_eq!(error.to_string(), "line 2, column 9: the quoted text is not closed, expected `\"`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    kind: YamlErrorKind,
    message: String,
    position: Position,
    span: Range<usize>,
}

/// The kinds of [`YamlError`].
///
/// ```
/// use alert_schemas::validations::yaml::{Yaml, YamlErrorKind, YamlLimits};
///
/// let error = Yaml::read(b"team: 'db", &YamlLimits::default()).unwrap_err();
/// assert_eq!(error.kind(), YamlErrorKind::UnterminatedText);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum YamlErrorKind {
    /// The document has more bytes than the limit.
    TooLarge,
    /// Lists and mappings stand deeper in each other than the limit.
    TooDeep,
    /// The document has more values than the limit.
    TooManyValues,
    /// The bytes are not text: not UTF-8 or UTF-16, or with control characters.
    InvalidText,
    /// A quoted text is not closed.
    UnterminatedText,
    /// An escape in double quotes is unknown or no character.
    InvalidEscape,
    /// A tab stands where indentation is expected.
    Tab,
    /// A character stands where nothing can start with it.
    UnexpectedCharacter,
    /// A key is not followed by a colon on its line.
    MissingColon,
    /// A list item, key or value stands where none can be.
    Misplaced,
    /// A list or mapping goes on in a way that it can't, most often by indentation.
    UnexpectedToken,
    /// The head of a block text (`|`, `>`) is wrong.
    InvalidBlockText,
    /// A tag, anchor or alias is not written as one.
    InvalidProperty,
    /// A `%` directive is wrong.
    InvalidDirective,
    /// An alias names no anchor that stands before it.
    UnknownAnchor,
}

impl YamlErrorKind {
    /// The stable code of the kind.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "document_too_large",
            Self::TooDeep => "too_deep",
            Self::TooManyValues => "too_many_values",
            Self::InvalidText => "yaml_invalid_text",
            Self::UnterminatedText => "yaml_unterminated_text",
            Self::InvalidEscape => "yaml_invalid_escape",
            Self::Tab => "yaml_tab",
            Self::UnexpectedCharacter => "yaml_unexpected_character",
            Self::MissingColon => "yaml_missing_colon",
            Self::Misplaced => "yaml_misplaced",
            Self::UnexpectedToken => "yaml_unexpected_token",
            Self::InvalidBlockText => "yaml_invalid_block_text",
            Self::InvalidProperty => "yaml_invalid_property",
            Self::InvalidDirective => "yaml_invalid_directive",
            Self::UnknownAnchor => "yaml_unknown_anchor",
        }
    }
}

impl YamlError {
    pub(super) fn at(kind: YamlErrorKind, message: String, position: Position, span: Range<usize>) -> Self {
        Self(Box::new(Inner { kind, message, position, span }))
    }

    /// The kind of it.
    #[must_use]
    pub fn kind(&self) -> YamlErrorKind {
        self.0.kind
    }

    /// The stable code of it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.kind.code()
    }

    /// What was found and what was expected, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The line and column.
    #[must_use]
    pub fn position(&self) -> Position {
        self.0.position
    }

    /// The bytes that it is about, in the text without a byte order mark.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }
}

crate::utils::umbrella!(YamlError);

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.position, self.0.message)
    }
}

impl std::error::Error for YamlError {}
