//! The parameters of a template of rules.

use std::fmt;

use crate::alerts::AlertSeverity;
use crate::alerts::LabelSyntax;
use crate::metrics::MetricName;
use crate::utils::AlertDuration;
use crate::utils::Text;
use crate::utils::excerpt;
use crate::utils::go;
use crate::utils::string_newtype;
use crate::utils::vocabulary;
use crate::validations::Rule;
use crate::validations::record;

fn is_parameter_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(is_of_parameter_name)
}

/// Whether a character may stand in the name of a parameter.
pub(crate) fn is_of_parameter_name(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

string_newtype! {
    /// The name of a parameter: 1 to 64 lower-case letters, digits and `_`, starting with a letter.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::ParameterName;
    ///
    /// let name: ParameterName = "max_usage".parse()?;
    /// assert_eq!(name.as_str(), "max_usage");
    /// # Ok::<(), alert_schemas::rules::InvalidParameterName>(())
    /// ```
    pub struct ParameterName;
    error InvalidParameterName in rules, code "invalid_parameter_name", noun "the name of a parameter",
    expected "1 to 64 lower-case letters, digits and `_`, starting with a letter",
    check is_parameter_name,
    schema { "maxLength": 64, "pattern": "^[a-z][a-z0-9_]*$", "not": { "pattern": "[\\r\\n]" }, "examples": ["max_usage"] },
    strategy "[a-z][a-z0-9_]{0,8}"
}

vocabulary! {
    /// What the value of a parameter is.
    ///
    /// | kind | a value | in a condition it stands as |
    /// |---|---|---|
    /// | `number` | `80`, `0.5`, `1e3` | the number |
    /// | `duration` | `5m`, `1h30m` | the duration |
    /// | `text` | any text up to 1,024 characters | a quoted text, or inside double quotes a part of one |
    /// | `metric` | `cpu_usage` | the name |
    /// | `label` | `instance` | the name |
    /// | `severity` | `critical` | the word |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::ParameterKind;
    ///
    /// assert_eq!("duration".parse(), Ok(ParameterKind::Duration));
    /// ```
    [#[non_exhaustive]]
    pub enum ParameterKind;
    error InvalidParameterKind in rules, code "invalid_parameter_kind", noun "a kind of parameter",
    derives [PartialOrd, Ord];
    /// A finite number.
    Number = "number",
    /// A length of time in Prometheus' notation.
    Duration = "duration",
    /// Any text.
    Text = "text",
    /// The name of a metric, of the older syntax.
    Metric = "metric",
    /// The name of a label, of the older syntax.
    Label = "label",
    /// A severity.
    Severity = "severity",
}

/// The value of a parameter as it is written.
pub type ParameterText = Text<1_024>;

record! {
    /// A parameter of a [`RuleTemplate`](crate::rules::RuleTemplate).
    ///
    /// # Validity
    ///
    /// The default is a value of the parameter's kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::{ParameterKind, TemplateParameter};
    ///
    /// let mut parameter = TemplateParameter::new("max_usage".parse()?, ParameterKind::Number);
    /// parameter.default = Some("much".parse()?);
    /// assert_eq!(
    ///     parameter.check().unwrap_err().to_string(),
    ///     "/default: `much` is not the value of a parameter of the kind `number`: expected a number such as `80`",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct TemplateParameter: closed in rules;
    example r#"{"name": "max_usage", "kind": "number", "default": "80"}"#;
    beyond { rules RULES; settle TemplateParameter::settled; }
    /// Its name, which stands as `${name}` in the texts of the template.
    required name: ParameterName as "name",
    /// What its value is.
    required kind: ParameterKind as "kind",
    /// What it is for.
    optional description: Text<1024> as "description",
    /// The value where none is given; without it, one has to be given.
    optional default: ParameterText as "default",
}

const RULES: &[Rule<TemplateParameter>] = &[Rule {
    code: "invalid_parameter_value",
    field: "default",
    rule: "`default` is a value of the parameter's kind.",
    broken: |parameter| Some(ParameterValue::parse(parameter.default.as_ref()?.as_str(), parameter.kind).err()?.to_string()),
}];

impl TemplateParameter {
    /// A parameter without a default.
    #[must_use]
    pub fn new(name: ParameterName, kind: ParameterKind) -> Self {
        Self { name, kind, description: None, default: None }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.default = self.default.filter(|text| ParameterValue::parse(text.as_str(), self.kind).is_ok());
        self
    }
}

/// Why a text is not the value of a parameter.
///
/// ```
/// use alert_schemas::rules::{InvalidParameterValue, ParameterKind};
///
/// let error = InvalidParameterValue::new("much", ParameterKind::Number);
/// assert_eq!(error.code(), "invalid_parameter_value");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParameterValue {
    found: String,
    kind: ParameterKind,
}

impl InvalidParameterValue {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_parameter_value";

    /// That `found` is no value of this kind.
    #[must_use]
    pub fn new(found: &str, kind: ParameterKind) -> Self {
        Self { found: excerpt(found), kind }
    }

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

crate::utils::umbrella!(InvalidParameterValue);

impl fmt::Display for InvalidParameterValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.kind {
            ParameterKind::Number => "a number such as `80`",
            ParameterKind::Duration => "a duration such as `5m`",
            ParameterKind::Text => "at most 1024 characters",
            ParameterKind::Metric => "the name of a metric such as `cpu_usage`",
            ParameterKind::Label => "the name of a label such as `instance`",
            ParameterKind::Severity => "a severity such as `critical`",
        };
        write!(f, "`{}` is not the value of a parameter of the kind `{}`: expected {expected}", self.found, self.kind)
    }
}

impl std::error::Error for InvalidParameterValue {}

/// A value of a parameter, checked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ParameterValue {
    /// A number, a duration, a name or a severity, printed.
    Word(String),
    /// Any text.
    Text(String),
}

impl ParameterValue {
    pub(crate) fn parse(text: &str, kind: ParameterKind) -> Result<Self, InvalidParameterValue> {
        let fail = || InvalidParameterValue::new(text, kind);
        let word = match kind {
            ParameterKind::Number => {
                let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
                let number = text.parse::<f64>().ok().filter(|number| plain && number.is_finite()).ok_or_else(fail)?;
                go::format_float(number, go::FloatFormat::General(None))
            }
            ParameterKind::Duration => text.parse::<AlertDuration>().map_err(|_| fail())?.to_string(),
            ParameterKind::Metric => {
                MetricName::new(text).ok().filter(MetricName::is_legacy).map(MetricName::into_inner).ok_or_else(fail)?
            }
            ParameterKind::Label if LabelSyntax::Legacy.allows(text) && text.len() <= 1_024 => text.to_owned(),
            ParameterKind::Severity => text.parse::<AlertSeverity>().map_err(|_| fail())?.to_string(),
            ParameterKind::Text if text.chars().nth(1_024).is_none() => return Ok(Self::Text(text.to_owned())),
            ParameterKind::Label | ParameterKind::Text => return Err(fail()),
        };
        Ok(Self::Word(word))
    }

    /// A value that stands in where a template is checked without one.
    pub(crate) fn sample_of(kind: ParameterKind) -> Self {
        match kind {
            ParameterKind::Number => Self::Word("1".to_owned()),
            ParameterKind::Duration => Self::Word("5m".to_owned()),
            ParameterKind::Text => Self::Text("text".to_owned()),
            ParameterKind::Metric => Self::Word("metric".to_owned()),
            ParameterKind::Label => Self::Word("label".to_owned()),
            ParameterKind::Severity => Self::Word(AlertSeverity::Warning.to_string()),
        }
    }
}
