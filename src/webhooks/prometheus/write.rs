//! Rule files as YAML.

use crate::validations::yaml::write_key;
use crate::validations::yaml::write_text;
use crate::webhooks::placed::Placed;
use crate::webhooks::placed_map::PlacedMap;
use crate::webhooks::prometheus::duration::RuleFileDuration;
use crate::webhooks::prometheus::rule_file::RuleFile;
use crate::webhooks::prometheus::rule_file::RuleFileGroup;
use crate::webhooks::prometheus::rule_file::RuleFileRule;

impl RuleFile {
    /// Writes the file as YAML, in the layout that Prometheus' documentation has. It reads back equal.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::prometheus::{RuleFile, RuleFileGroup, RuleFileRule};
    ///
    /// let mut group = RuleFileGroup::new("node");
    /// group.rules.push(RuleFileRule::alert("Down", "up == 0").into());
    /// let mut file = RuleFile::new();
    /// file.groups.push(group.into());
    /// assert_eq!(
    ///     file.to_yaml(),
    ///     "groups:\n  - name: node\n    rules:\n      - alert: Down\n        expr: up == 0\n",
    /// );
    /// ```
    #[must_use]
    pub fn to_yaml(&self) -> String {
        if self.groups.is_empty() {
            return "groups: []\n".to_owned();
        }
        let mut out = "groups:\n".to_owned();
        for group in &self.groups {
            write_group(&mut out, group);
        }
        out
    }
}

/// Writes fields one below the other, the first one behind the mark of a list item.
struct Fields<'o> {
    out: &'o mut String,
    /// The column of the fields.
    indent: usize,
    first: bool,
}

impl<'o> Fields<'o> {
    fn new(out: &'o mut String, indent: usize) -> Self {
        Self { out, indent, first: true }
    }

    fn start(&mut self) {
        let mark = if self.first { 2 } else { 0 };
        self.out.extend(std::iter::repeat_n(' ', self.indent - mark));
        if self.first {
            self.out.push_str("- ");
        }
        self.first = false;
    }

    fn text(&mut self, name: &str, text: &str) {
        self.start();
        self.out.push_str(name);
        self.out.push_str(": ");
        write_text(self.out, text, self.indent);
        self.out.push('\n');
    }

    fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn duration(&mut self, name: &str, duration: Option<&Placed<RuleFileDuration>>) {
        self.optional(name, duration.map(|duration| duration.as_str()));
    }

    fn map(&mut self, name: &str, map: &PlacedMap) {
        if map.is_empty() {
            return;
        }
        self.start();
        self.out.push_str(name);
        self.out.push_str(":\n");
        let indent = self.indent + 2;
        for (name, text) in map.iter() {
            self.out.extend(std::iter::repeat_n(' ', indent));
            write_key(self.out, name, indent);
            write_text(self.out, text, indent);
            self.out.push('\n');
        }
    }
}

fn write_group(out: &mut String, group: &RuleFileGroup) {
    let mut fields = Fields::new(out, 4);
    fields.text("name", &group.name);
    fields.duration("interval", group.interval.as_ref());
    fields.duration("query_offset", group.query_offset.as_ref());
    if let Some(limit) = &group.limit {
        fields.start();
        fields.out.push_str("limit: ");
        fields.out.push_str(&limit.to_string());
        fields.out.push('\n');
    }
    fields.map("labels", &group.labels);
    fields.start();
    if group.rules.is_empty() {
        fields.out.push_str("rules: []\n");
        return;
    }
    fields.out.push_str("rules:\n");
    for rule in &group.rules {
        write_rule(fields.out, rule);
    }
}

fn write_rule(out: &mut String, rule: &RuleFileRule) {
    let mut fields = Fields::new(out, 8);
    for (name, text) in [("record", &rule.record), ("alert", &rule.alert), ("expr", &rule.expr)] {
        fields.optional(name, text.as_deref().map(String::as_str));
    }
    fields.duration("for", rule.for_.as_ref());
    fields.duration("keep_firing_for", rule.keep_firing_for.as_ref());
    fields.map("labels", &rule.labels);
    fields.map("annotations", &rule.annotations);
    if fields.first {
        fields.start();
        fields.out.push_str("{}\n");
    }
}
