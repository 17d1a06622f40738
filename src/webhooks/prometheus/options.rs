//! How a rule file is read.

use crate::rules::ParseOptions;
use crate::validations::yaml::YamlLimits;

/// What is accepted in a rule file.
///
/// The defaults are those of `promtool check rules --lint=none`: expressions in PromQL without experimental functions.
///
/// # Examples
///
/// ```
/// use alert_schemas::rules::ParseOptions;
/// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
///
/// let text = "groups: [{name: a, rules: [{record: b, expr: 'sort_by_label(up, \"job\")'}]}]";
/// assert!(RuleFile::read(text, &RuleFileOptions::default()).is_err());
/// let all = ParseOptions::default().with_experimental_functions(true);
/// assert!(RuleFile::read(text, &RuleFileOptions::default().with_expressions(all)).is_ok());
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct RuleFileOptions {
    /// How much the file may ask for.
    pub limits: YamlLimits,
    /// How expressions are read, and how much they may ask for.
    pub expressions: ParseOptions,
}

impl RuleFileOptions {
    /// The same options with other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: YamlLimits) -> Self {
        self.limits = limits;
        self
    }

    /// The same options with another way to read expressions.
    #[must_use]
    pub fn with_expressions(mut self, expressions: ParseOptions) -> Self {
        self.expressions = expressions;
        self
    }
}
