//! Inhibition rules as they are written.

use crate::alerts::InvalidMatcher;
use crate::alerts::Matchers;
use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::matcher_lines::MatcherNodes;
use crate::webhooks::alertmanager::config::matcher_lines::check_together;
use crate::webhooks::alertmanager::config::matcher_lines::put;
use crate::webhooks::alertmanager::config::matcher_lines::read_equal;
use crate::webhooks::alertmanager::config::matcher_lines::read_lines;
use crate::webhooks::alertmanager::config::matcher_lines::read_regex;
use crate::webhooks::alertmanager::config::matcher_lines::read_texts;
use crate::webhooks::alertmanager::config::matcher_lines::together;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;

/// An inhibition rule of the configuration, as it is written: while an alert of its source fires, alerts of its target are not told of.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
///
/// let text = "
/// route: { receiver: a }
/// receivers: [{ name: a }]
/// inhibit_rules:
///   - source_matchers: [severity = critical]
///     target_match: { severity: warning }
///     equal: [cluster]
/// ";
/// let file = ConfigFile::read(text, &ConfigFileOptions::default())?;
/// let rule = &file.inhibit_rules[0];
/// assert_eq!(rule.all_target_matchers()?.to_string(), r#"{severity="warning"}"#);
/// assert_eq!(rule.equal[0].as_str(), "cluster");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ConfigInhibitRule {
    /// A name for people; empty for none.
    pub name: Placed<String>,
    /// Labels and the values that the source must have: the older way to write matchers.
    pub source_match: PlacedMap,
    /// Labels and the patterns that values of the source must match: the older way to write matchers (`source_match_re`).
    pub source_match_regex: PlacedMap,
    /// Matchers of the source, each text a list of them.
    pub source_matchers: Vec<Placed<String>>,
    /// Labels and the values that the target must have: the older way to write matchers.
    pub target_match: PlacedMap,
    /// Labels and the patterns that values of the target must match: the older way to write matchers (`target_match_re`).
    pub target_match_regex: PlacedMap,
    /// Matchers of the target, each text a list of them.
    pub target_matchers: Vec<Placed<String>>,
    /// The labels that source and target must have alike.
    pub equal: Vec<Placed<String>>,
}

impl ConfigInhibitRule {
    const KEYS: &'static [&'static str] =
        &["name", "source_match", "source_match_re", "source_matchers", "target_match", "target_match_re", "target_matchers", "equal"];

    /// All matchers of the source, in the order that Alertmanager sorts them into.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] if one cannot be read, which does not happen in a file that was read, or if they are too many.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigInhibitRule;
    ///
    /// let mut rule = ConfigInhibitRule::default();
    /// rule.source_match.insert("severity".to_owned(), "critical".to_owned());
    /// assert_eq!(rule.all_source_matchers()?.to_string(), r#"{severity="critical"}"#);
    /// # Ok::<(), alert_schemas::alerts::InvalidMatcher>(())
    /// ```
    pub fn all_source_matchers(&self) -> Result<Matchers, InvalidMatcher> {
        together(&self.source_matchers, &self.source_match, &self.source_match_regex)
    }

    /// All matchers of the target, in the order that Alertmanager sorts them into.
    ///
    /// # Errors
    ///
    /// [`InvalidMatcher`] if one cannot be read, which does not happen in a file that was read, or if they are too many.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::ConfigInhibitRule;
    ///
    /// let mut rule = ConfigInhibitRule::default();
    /// rule.target_matchers.push("severity".to_owned().into());
    /// assert!(rule.all_target_matchers().is_err());
    /// ```
    pub fn all_target_matchers(&self) -> Result<Matchers, InvalidMatcher> {
        together(&self.target_matchers, &self.target_match, &self.target_match_regex)
    }
}

impl ConfigValue for ConfigInhibitRule {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        let budget = collector.budget.patterns;
        let (mut source, mut target) =
            (MatcherNodes { budget, ..MatcherNodes::default() }, MatcherNodes { budget, ..MatcherNodes::default() });
        let is_mapping = collector.mapping(decoder, node, Self::KEYS, &mut |collector, decoder, entry| {
            let value = entry.value;
            match &*entry.key {
                "name" => self.name = collector.text(decoder, value).unwrap_or_default(),
                "source_match" => {
                    source.equal = Some(value);
                    read_equal(&mut self.source_match, collector, decoder, value);
                }
                "source_match_re" => {
                    source.regex = Some(value);
                    read_regex(&mut self.source_match_regex, collector, decoder, value);
                }
                "source_matchers" => {
                    source.lines = Some(value);
                    read_lines(&mut self.source_matchers, collector, decoder, value);
                }
                "target_match" => {
                    target.equal = Some(value);
                    read_equal(&mut self.target_match, collector, decoder, value);
                }
                "target_match_re" => {
                    target.regex = Some(value);
                    read_regex(&mut self.target_match_regex, collector, decoder, value);
                }
                "target_matchers" => {
                    target.lines = Some(value);
                    read_lines(&mut self.target_matchers, collector, decoder, value);
                }
                "equal" => {
                    self.equal.clear();
                    for (label, item) in read_texts(collector, decoder, value) {
                        if label.is_empty() {
                            collector.problem("invalid_label_name", "found an empty text, expected the name of a label", item);
                        }
                        self.equal.push(label);
                    }
                }
                _ => {}
            }
        });
        check_together(collector, &self.source_matchers, &self.source_match, &self.source_match_regex, &source);
        check_together(collector, &self.target_matchers, &self.target_match, &self.target_match_regex, &target);
        is_mapping
    }

    fn written(&self, secrets: SecretDisplay) -> Written {
        let mut fields = Vec::new();
        put(&mut fields, secrets, "name", &self.name);
        put(&mut fields, secrets, "source_match", &self.source_match);
        put(&mut fields, secrets, "source_match_re", &self.source_match_regex);
        put(&mut fields, secrets, "source_matchers", &self.source_matchers);
        put(&mut fields, secrets, "target_match", &self.target_match);
        put(&mut fields, secrets, "target_match_re", &self.target_match_regex);
        put(&mut fields, secrets, "target_matchers", &self.target_matchers);
        put(&mut fields, secrets, "equal", &self.equal);
        Written::Map(fields)
    }
}
