//! How a template is read and rendered: its functions, its preamble, its limits.

use std::borrow::Cow;

use crate::templates::go::builtins;
use crate::templates::go::function::Function;
use crate::templates::go::functions;
use crate::templates::go::limits::TemplateLimits;

/// Which functions a template may call besides Go's own.
///
/// ```
/// use alert_schemas::templates::go::FunctionSet;
///
/// assert!(FunctionSet::Prometheus.names().contains(&"humanize"));
/// assert!(FunctionSet::None.names().contains(&"printf"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum FunctionSet {
    /// None but Go's own: `and`, `call`, `eq`, `ge`, `gt`, `html`, `index`, `js`, `le`, `len`, `lt`, `ne`, `not`, `or`, `print`,
    /// `printf`, `println`, `slice` and `urlquery`.
    #[default]
    None,
    /// Those of Prometheus 3.5, for the labels and annotations of alerting rules.
    Prometheus,
    /// Those of Alertmanager 0.33, for notification templates.
    Alertmanager,
}

impl FunctionSet {
    /// The names of all functions, Go's own included, sorted.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<_> = builtins::NAMES.iter().copied().chain(self.functions().iter().map(|function| function.name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The functions of the set, without Go's own.
    pub(super) fn functions(self) -> &'static [Function] {
        match self {
            Self::None => &[],
            Self::Prometheus => functions::PROMETHEUS,
            Self::Alertmanager => functions::ALERTMANAGER,
        }
    }

    /// The function of this name, if it is not one of Go's own.
    pub(super) fn function(self, name: &str) -> Option<&'static Function> {
        self.functions().iter().find(|function| function.name == name)
    }
}

/// What a key reads as that a map does not have.
///
/// ```
/// use alert_schemas::templates::{Value, go::{MissingKey, Template, TemplateOptions}};
///
/// let labels = Value::string_map([("a", "b")]);
/// let template = Template::parse("{{ .c }}", &TemplateOptions::default())?;
/// assert_eq!(template.render(&labels)?, "<no value>");
/// let template = Template::parse("{{ .c }}", &TemplateOptions::default().with_missing_key(MissingKey::Zero))?;
/// assert_eq!(template.render(&labels)?, "");
/// # Ok::<(), alert_schemas::templates::TemplateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum MissingKey {
    /// No value, which is written as `<no value>`: Go's default.
    #[default]
    Invalid,
    /// The zero value of the map's type: the empty text, or nil. Prometheus and Alertmanager use this.
    Zero,
    /// An error.
    Error,
}

/// How a template is read and rendered.
///
/// | option | default | [`prometheus`](Self::prometheus) | [`alertmanager`](Self::alertmanager) |
/// |---|---|---|---|
/// | `name` | empty | empty | empty |
/// | `functions` | Go's own | with Prometheus' | with Alertmanager's |
/// | `missing_key` | no value | zero value | zero value |
/// | `preamble` | none | declares `$labels`, `$externalLabels`, `$externalURL`, `$value` | none |
/// | `limits` | [`TemplateLimits::default`] | same | same |
///
/// # Examples
///
/// ```
/// use alert_schemas::templates::go::{FunctionSet, TemplateOptions};
///
/// let options = TemplateOptions::prometheus().with_name("__alert_HighLoad");
/// assert_eq!(options.functions, FunctionSet::Prometheus);
/// assert_eq!(options.name, "__alert_HighLoad");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TemplateOptions {
    /// The name of the template, which Go's messages start with. Default empty; Prometheus takes `__alert_` and the rule's name.
    pub name: Cow<'static, str>,
    /// The functions. Default: Go's own.
    pub functions: FunctionSet,
    /// What a missing key reads as. Default: no value.
    pub missing_key: MissingKey,
    /// Actions that stand in front of the text, such as declarations of variables. Default: none.
    ///
    /// They count in the lines and bytes of [`go_text`](crate::templates::TemplateError::go_text), nowhere else.
    pub preamble: Cow<'static, str>,
    /// The limits.
    pub limits: TemplateLimits,
}

/// What Prometheus 3.5 puts in front of the templates of an alerting rule.
const PROMETHEUS_PREAMBLE: &str =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

impl TemplateOptions {
    /// As Prometheus 3.5 reads the labels and annotations of alerting rules.
    ///
    /// ```
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    ///
    /// assert!(Template::parse("{{ $value | humanize }}", &TemplateOptions::prometheus()).is_ok());
    /// ```
    #[must_use]
    pub const fn prometheus() -> Self {
        Self::prometheus_of(TemplateLimits::DEFAULT.source_bytes)
    }

    /// The same for texts of at most so many bytes.
    pub(crate) const fn prometheus_of(source_bytes: usize) -> Self {
        Self {
            name: Cow::Borrowed(""),
            functions: FunctionSet::Prometheus,
            missing_key: MissingKey::Zero,
            preamble: Cow::Borrowed(PROMETHEUS_PREAMBLE),
            limits: TemplateLimits { source_bytes, ..TemplateLimits::DEFAULT },
        }
    }

    /// As Alertmanager 0.33 reads notification templates.
    ///
    /// ```
    /// use alert_schemas::templates::go::{Template, TemplateOptions};
    ///
    /// assert!(Template::parse("{{ .Status | toUpper }}", &TemplateOptions::alertmanager()).is_ok());
    /// ```
    #[must_use]
    pub const fn alertmanager() -> Self {
        Self {
            name: Cow::Borrowed(""),
            functions: FunctionSet::Alertmanager,
            missing_key: MissingKey::Zero,
            preamble: Cow::Borrowed(""),
            limits: TemplateLimits::DEFAULT,
        }
    }

    /// The same options with another name.
    #[must_use]
    pub fn with_name(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.name = name.into();
        self
    }

    /// The same options with other functions.
    #[must_use]
    pub fn with_functions(mut self, functions: FunctionSet) -> Self {
        self.functions = functions;
        self
    }

    /// The same options with another reading of missing keys.
    #[must_use]
    pub fn with_missing_key(mut self, missing_key: MissingKey) -> Self {
        self.missing_key = missing_key;
        self
    }

    /// The same options with other actions in front of the text.
    #[must_use]
    pub fn with_preamble(mut self, preamble: impl Into<Cow<'static, str>>) -> Self {
        self.preamble = preamble.into();
        self
    }

    /// The same options with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: TemplateLimits) -> Self {
        self.limits = limits;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn function_sets_are_sorted_and_hide_none_of_gos_own() {
        for set in [FunctionSet::None, FunctionSet::Prometheus, FunctionSet::Alertmanager] {
            assert!(set.functions().is_sorted_by(|a, b| a.name < b.name), "{set:?}");
            assert!(set.functions().iter().all(|function| !FunctionSet::None.names().contains(&function.name)), "{set:?}");
        }
    }
}
