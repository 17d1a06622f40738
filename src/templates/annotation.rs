//! The text of a label or annotation of an alerting rule.

use std::fmt;
use std::str::FromStr;

use crate::templates::data::TemplateData;
use crate::templates::error::TemplateError;
use crate::templates::go::Template;
use crate::templates::go::TemplateOptions;
use crate::utils::text_leaf;

/// How annotations are read.
static OPTIONS: TemplateOptions = TemplateOptions::prometheus_of(AnnotationTemplate::MAX_BYTES);

/// The text of a label or annotation of an alerting rule: a template as Prometheus 3.5 reads it.
///
/// It is checked when it is made, exactly as `promtool check rules` does: syntax, functions and variables. It is written as the text it
/// was made of.
///
/// # Syntax
///
/// Go's `text/template` with Prometheus' functions and the variables `$labels`, `$value`, `$externalLabels` and `$externalURL`; see
/// [`templates::go`](crate::templates::go). A text without `{{` is a template, too. It has at most
/// [`MAX_BYTES`](Self::MAX_BYTES); the other limits are [`TemplateLimits::default`](crate::templates::go::TemplateLimits).
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::{AlertData, AnnotationTemplate};
///
/// let summary: AnnotationTemplate = "{{ $labels.instance }} is down".parse()?;
/// assert_eq!(summary.render(&AlertData::new([("instance", "web-01")], 1.0))?, "web-01 is down");
/// assert_eq!(serde_json::to_string(&summary).unwrap(), r#""{{ $labels.instance }} is down""#);
///
/// let error = "{{ $label.instance }} is down".parse::<AnnotationTemplate>().unwrap_err();
/// assert_eq!(error.code(), "template_undefined_variable");
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AnnotationTemplate(Template);

impl AnnotationTemplate {
    /// The most bytes that the text may have.
    pub const MAX_BYTES: usize = 65_536;

    /// Parses a text.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] with the first problem, where `promtool check rules` refuses the text, or if it is over a limit.
    ///
    /// ```
    /// use alert_schemas::templates::AnnotationTemplate;
    ///
    /// assert!(AnnotationTemplate::new("{{ $value | humanize }}").is_ok());
    /// assert!(AnnotationTemplate::new("{{ $value | humanize").is_err());
    /// ```
    pub fn new(text: &str) -> Result<Self, TemplateError> {
        Template::parse(text, &OPTIONS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The template, for its references and its further check.
    #[must_use]
    pub fn template(&self) -> &Template {
        &self.0
    }

    /// Renders it.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] where Prometheus stops with an error, too, or at a limit. Prometheus then sends
    /// `<error expanding template: …>` in its place.
    ///
    /// ```
    /// use alert_schemas::templates::{AlertData, AnnotationTemplate};
    ///
    /// let text = AnnotationTemplate::new("{{ $value | humanizeDuration }}")?;
    /// assert_eq!(text.render(&AlertData::new([("", ""); 0], 90.0))?, "1m 30s");
    /// # Ok::<(), alert_schemas::templates::TemplateError>(())
    /// ```
    pub fn render(&self, data: &dyn TemplateData) -> Result<String, TemplateError> {
        self.0.render(data)
    }
}

impl Default for AnnotationTemplate {
    /// The empty text.
    fn default() -> Self {
        Self(Template::empty(&OPTIONS))
    }
}

impl FromStr for AnnotationTemplate {
    type Err = TemplateError;

    fn from_str(text: &str) -> Result<Self, TemplateError> {
        Self::new(text)
    }
}

impl fmt::Display for AnnotationTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for AnnotationTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AnnotationTemplate").field(&self.as_str()).finish()
    }
}

impl AsRef<str> for AnnotationTemplate {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for AnnotationTemplate {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for AnnotationTemplate {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

text_leaf! {
    AnnotationTemplate, error TemplateError, code "invalid_annotation_template",
    expected "a template such as `{{ $labels.instance }} is down`",
    schema {
        "maxLength": AnnotationTemplate::MAX_BYTES,
        "examples": ["{{ $labels.instance }} is down", "{{ $value | humanizePercentage }} used"],
        "x-rules": [
            {
                "code": "invalid_annotation_template",
                "rule": "It is a template in Go's text/template language with the functions and variables of Prometheus 3.5."
            },
            { "code": "invalid_annotation_template", "rule": format!("It has at most {} bytes.", AnnotationTemplate::MAX_BYTES) },
            {
                "code": "invalid_annotation_template",
                "rule": format!("Blocks and parentheses lie at most {} deep inside each other.", OPTIONS.limits.nesting)
            },
        ],
    },
    docs "The text of a label or annotation of an alerting rule: a template as Prometheus 3.5 reads it, with the variables `$labels`, `$value`, `$externalLabels` and `$externalURL`."
}

#[cfg(any(test, feature = "proptest"))]
mod arbitrary {
    use proptest::prelude::*;

    use super::AnnotationTemplate;

    impl Arbitrary for AnnotationTemplate {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            let text = prop_oneof!["[ -z|~éß日🔥\n]{0,16}", any::<String>()];
            let action = prop_oneof![
                "\\{\\{ \\$labels\\.[a-z_]{1,8} \\}\\}",
                "\\{\\{-? \\$value( \\| (humanize|humanize1024|humanizeDuration|printf \"%\\.[0-3]f\"))? -?\\}\\}",
                "\\{\\{ (\\$externalURL|\\.ExternalLabels\\.[a-z]{1,6}|len \\.Labels|\"[a-z ]{0,6}\" \\| toUpper) \\}\\}",
                "\\{\\{ if gt \\$value [0-9]\\.[0-9] \\}\\}[a-z ]{0,6}\\{\\{ else \\}\\}[a-z ]{0,6}\\{\\{ end \\}\\}",
                "\\{\\{ range \\$k, \\$v := \\$labels \\}\\}\\{\\{ \\$k \\}\\}=\\{\\{ \\$v \\}\\} \\{\\{ end \\}\\}",
            ];
            proptest::collection::vec(prop_oneof![text, action], 0..6)
                .prop_filter_map("a text that is no template", |parts| AnnotationTemplate::new(&parts.concat()).ok())
                .boxed()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::templates::AlertData;

    #[test]
    fn json_is_text() {
        let template: AnnotationTemplate = serde_json::from_str(r#""{{ $value }} <b>""#).unwrap();
        assert_eq!(serde_json::to_string(&template).unwrap(), r#""{{ $value }} <b>""#);
        assert!(template == "{{ $value }} <b>" && template == *"{{ $value }} <b>");
        assert_eq!(AnnotationTemplate::default().render(&AlertData::new([("", ""); 0], 0.0)).unwrap(), "");
        assert_eq!(AnnotationTemplate::default(), AnnotationTemplate::new("").unwrap());
    }

    #[test]
    fn err_json() {
        let error = serde_json::from_str::<AnnotationTemplate>(r#""{{ $labels.a ""#).unwrap_err();
        assert!(error.to_string().starts_with("unclosed action at line 1, column"), "{error}");
        let error = serde_json::from_str::<AnnotationTemplate>("7").unwrap_err();
        assert!(error.to_string().starts_with("invalid type: integer `7`, expected a template such as"), "{error}");
    }

    #[cfg(feature = "schema")]
    #[test]
    fn schema_examples_are_valid() {
        for example in schemars::schema_for!(AnnotationTemplate).get("examples").unwrap().as_array().unwrap() {
            assert!(serde_json::from_value::<AnnotationTemplate>(example.clone()).is_ok(), "{example}");
        }
    }

    proptest! {
        #[test]
        fn json_reads_back(template in any::<AnnotationTemplate>()) {
            let json = serde_json::to_string(&template).unwrap();
            prop_assert_eq!(serde_json::from_str::<AnnotationTemplate>(&json).unwrap(), template);
        }

        #[test]
        fn rendering_is_total_and_repeatable(template in any::<AnnotationTemplate>(), value in any::<f64>()) {
            let data = AlertData::new([("a", "1"), ("job", "node")], value);
            prop_assert_eq!(template.render(&data), template.render(&data));
        }
    }
}
