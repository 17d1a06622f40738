//! A rule file and what stands in it.

use crate::validations::yaml::Yaml;
use crate::webhooks::file_problems::source;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::prometheus::duration::RuleFileDuration;
use crate::webhooks::prometheus::error::RuleFileErrors;
use crate::webhooks::prometheus::options::RuleFileOptions;
use crate::webhooks::prometheus::read::Reader;

/// A rule file of Prometheus.
///
/// It holds the text of each value as it was written and read by YAML; comments and layout are not kept. As JSON it is written with
/// Prometheus' names, as YAML by [`RuleFile::to_yaml`]; both read back equal.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
///
/// let file = RuleFile::read(
///     r#"
/// groups:
///   - name: node
///     interval: 90s
///     rules:
///       - record: job:up:avg
///         expr: avg by (job) (up)
///       - alert: HalfDown
///         expr: job:up:avg < 0.5
///         for: 5m
///         labels: { severity: 1 }
///         annotations:
///           summary: "{{ $labels.job }} is half down"
/// "#,
///     &RuleFileOptions::default(),
/// )?;
/// assert_eq!((file.groups.len(), file.rule_count()), (1, 2));
/// let alert = &file.groups[0].rules[1];
/// assert_eq!((alert.name(), alert.expression()), ("HalfDown", "job:up:avg < 0.5"));
/// assert_eq!(alert.labels.get("severity").map(|text| text.as_str()), Some("1"));
/// assert_eq!(alert.position.map(|position| position.line), Some(8));
/// assert_eq!(RuleFile::read(file.to_yaml(), &RuleFileOptions::default())?, file);
/// # Ok::<(), alert_schemas::webhooks::prometheus::RuleFileErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RuleFile {
    /// The groups in their order.
    pub groups: Vec<Placed<RuleFileGroup>>,
}

/// A group of rules that are evaluated together, one after the other.
///
/// ```
/// use alert_schemas::webhooks::prometheus::{RuleFileGroup, RuleFileRule};
///
/// let mut group = RuleFileGroup::new("node");
/// group.rules.push(RuleFileRule::alert("Down", "up == 0").into());
/// assert_eq!(serde_json::to_string(&group).unwrap(), r#"{"name":"node","rules":[{"alert":"Down","expr":"up == 0"}]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RuleFileGroup {
    /// Its name, unlike that of all other groups of the file.
    pub name: Placed<String>,
    /// How often the rules are evaluated; where absent, as the server's configuration says.
    pub interval: Option<Placed<RuleFileDuration>>,
    /// How far in the past the rules are evaluated; where absent, as the server's configuration says.
    pub query_offset: Option<Placed<RuleFileDuration>>,
    /// How many alerts or series one rule may give; 0, negative or absent: any number.
    pub limit: Option<Placed<i64>>,
    /// Labels of all rules that do not set them themselves.
    pub labels: PlacedMap,
    /// The rules in their order.
    pub rules: Vec<Placed<RuleFileRule>>,
}

/// An alert or a recording rule.
///
/// ```
/// use alert_schemas::webhooks::prometheus::RuleFileRule;
///
/// let rule = RuleFileRule::record("job:up:avg", "avg by (job) (up)");
/// assert_eq!((rule.is_alert(), rule.name(), rule.expression()), (false, "job:up:avg", "avg by (job) (up)"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RuleFileRule {
    /// The name of the series that a recording rule makes.
    pub record: Option<Placed<String>>,
    /// The name of an alert.
    pub alert: Option<Placed<String>>,
    /// The expression, exactly as YAML gives it.
    pub expr: Option<Placed<String>>,
    /// How long the expression must give a result before the alert fires; absent: at once.
    pub for_: Option<Placed<RuleFileDuration>>,
    /// How long the alert goes on firing once the expression gives no result; absent: not at all.
    pub keep_firing_for: Option<Placed<RuleFileDuration>>,
    /// Labels of the alerts or the series; those of alerts are templates.
    pub labels: PlacedMap,
    /// Texts about the alert, which are templates.
    pub annotations: PlacedMap,
}

impl RuleFile {
    /// A file without groups.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a rule file as Prometheus does: the first document of the text. A text that is empty, or all comments, is a file without groups.
    ///
    /// # Errors
    ///
    /// [`RuleFileErrors`] with every problem of every group and rule. Where the text is no YAML, the one place at which it ceases to be.
    ///
    /// ```
    /// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileOptions};
    ///
    /// assert_eq!(RuleFile::read("# nothing yet", &RuleFileOptions::default())?.rule_count(), 0);
    /// let errors = RuleFile::read("groups:\n\t- name: a", &RuleFileOptions::default()).unwrap_err();
    /// assert_eq!(errors.first().code, "yaml_tab");
    /// # Ok::<(), alert_schemas::webhooks::prometheus::RuleFileErrors>(())
    /// ```
    pub fn read(text: impl AsRef<[u8]>, options: &RuleFileOptions) -> Result<Self, RuleFileErrors> {
        let bytes = text.as_ref();
        let yaml = Yaml::read_first(bytes, &options.limits).map_err(|error| RuleFileErrors::from_yaml(&error, &source(bytes, &error)))?;
        let mut reader = Reader::new(&yaml.text().into(), options);
        if let Some(root) = yaml.root() {
            reader.read_file(root);
        }
        reader.finish()
    }

    /// How many rules all groups have together.
    #[must_use]
    pub fn rule_count(&self) -> usize {
        self.groups.iter().map(|group| group.rules.len()).sum()
    }
}

impl RuleFileGroup {
    /// A group without rules.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: Placed::new(name.into()), ..Self::default() }
    }
}

impl RuleFileRule {
    /// An alert.
    #[must_use]
    pub fn alert(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Self { alert: Some(Placed::new(name.into())), expr: Some(Placed::new(expr.into())), ..Self::default() }
    }

    /// A recording rule.
    #[must_use]
    pub fn record(name: impl Into<String>, expr: impl Into<String>) -> Self {
        Self { record: Some(Placed::new(name.into())), expr: Some(Placed::new(expr.into())), ..Self::default() }
    }

    /// Whether it is an alert; else it is a recording rule.
    #[must_use]
    pub fn is_alert(&self) -> bool {
        self.alert.as_ref().is_some_and(|alert| !alert.is_empty())
    }

    /// The name of the alert, or else the name that is recorded.
    #[must_use]
    pub fn name(&self) -> &str {
        let name = if self.is_alert() { &self.alert } else { &self.record };
        name.as_ref().map_or("", |name| name.as_str())
    }

    /// The expression; empty if there is none.
    #[must_use]
    pub fn expression(&self) -> &str {
        self.expr.as_ref().map_or("", |expr| expr.as_str())
    }
}
