//! A template of rules: texts with parameters that expand to rules.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::alerts::AlertSeverity;
use crate::alerts::Annotations;
use crate::alerts::Labels;
use crate::rules::alert_rule::AlertRule;
use crate::rules::alert_rule::RuleName;
use crate::rules::group_rule::GroupRule;
use crate::rules::recording_rule::RecordingRule;
use crate::rules::template_fill::Place;
use crate::rules::template_fill::fill;
use crate::rules::template_fill::placeholders;
use crate::rules::template_parameter::ParameterValue;
use crate::rules::template_parameter::TemplateParameter;
use crate::utils::Count;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::utils::excerpt;
use crate::utils::nearest;
use crate::validations::Rule;
use crate::validations::record;

/// A text with placeholders.
pub type TemplateText = Text<65_536>;

record! {
    /// One rule of a [`RuleTemplate`]: the texts of an alerting or a recording rule, with placeholders in them.
    ///
    /// # Validity
    ///
    /// It has `alert` or `record`, and not both. A recording rule has neither severity, durations nor annotations.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::RuleBlueprint;
    ///
    /// let blueprint = RuleBlueprint::alert("DiskFull on ${job}".parse()?, "disk_used{job=${job}} > ${max_used}".parse()?);
    /// assert_eq!(blueprint.check(), Ok(()));
    /// # Ok::<(), alert_schemas::utils::TextTooLong>(())
    /// ```
    pub struct RuleBlueprint: closed in rules;
    example r#"{"alert": "DiskFull on ${job}", "expression": "disk_used{job=${job}} > ${max_used}", "for": "${wait}"}"#;
    beyond { rules BLUEPRINT_RULES; settle RuleBlueprint::settled; }
    /// The name of an alerting rule.
    optional alert: TemplateText as "alert",
    /// The name of the metric that a recording rule writes.
    optional record: TemplateText as "record",
    /// The condition or expression.
    required expression: TemplateText as "expression",
    /// How bad the alerts are. Default `warning`.
    optional severity: TemplateText as "severity",
    /// How far a selector looks back. Default 5 m.
    optional evaluation_window: TemplateText as "evaluation_window",
    /// How long the condition has to hold. Default 0.
    optional for_duration: TemplateText as "for",
    /// How long an alert goes on firing when the condition has ended. Default 0.
    optional keep_firing_for: TemplateText as "keep_firing_for",
    /// Labels; their values may have placeholders.
    defaulted labels: Labels as "labels",
    /// Annotations; their texts may have placeholders.
    defaulted annotations: Annotations as "annotations",
}

const BLUEPRINT_RULES: &[Rule<RuleBlueprint>] = &[
    Rule {
        code: "two_kinds_of_rule",
        field: "record",
        rule: "There is `alert` or `record`, and not both.",
        broken: |blueprint| match (&blueprint.alert, &blueprint.record) {
            (Some(_), Some(_)) => Some("the rule has both `alert` and `record`: expected one of them".to_owned()),
            (None, None) => Some("the rule has neither `alert` nor `record`: expected one of them".to_owned()),
            _ => None,
        },
    },
    Rule {
        code: "not_for_recording",
        field: "record",
        rule: "A rule with `record` has neither `severity`, `evaluation_window`, `for`, `keep_firing_for` nor `annotations`.",
        broken: |blueprint| {
            let times = [&blueprint.severity, &blueprint.evaluation_window, &blueprint.for_duration, &blueprint.keep_firing_for];
            let alerting = times.iter().any(|text| text.is_some()) || !blueprint.annotations.is_empty();
            let broken = blueprint.record.is_some() && blueprint.alert.is_none() && alerting;
            broken.then(|| "a recording rule has no severity, durations or annotations".to_owned())
        },
    },
];

impl RuleBlueprint {
    /// An alerting rule of this name and condition.
    #[must_use]
    pub fn alert(name: TemplateText, condition: TemplateText) -> Self {
        Self { alert: Some(name), ..Self::of(condition) }
    }

    /// A recording rule of this name and expression.
    #[must_use]
    pub fn record(name: TemplateText, expression: TemplateText) -> Self {
        Self { record: Some(name), ..Self::of(expression) }
    }

    fn of(expression: TemplateText) -> Self {
        Self {
            alert: None,
            record: None,
            expression,
            severity: None,
            evaluation_window: None,
            for_duration: None,
            keep_firing_for: None,
            labels: Labels::new(),
            annotations: Annotations::new(),
        }
    }

    /// Every text of it.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let single = [&self.alert, &self.record, &self.severity, &self.evaluation_window, &self.for_duration, &self.keep_firing_for];
        let single = single.into_iter().filter_map(|text| text.as_ref().map(Text::as_str));
        let labels = self.labels.iter().map(|(_, text)| text.as_str());
        let annotations = self.annotations.iter().map(|(_, text)| text.as_str());
        single.chain([self.expression.as_str()]).chain(labels).chain(annotations)
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        if self.alert.is_some() == self.record.is_some() {
            self.alert = self.record.take().or_else(|| Text::new("Down").ok());
        }
        if self.record.is_some() {
            self = Self { record: self.record, labels: self.labels, ..Self::of(self.expression) };
        }
        self
    }
}

record! {
    /// Rules with parameters, which expand to rules once values are given.
    ///
    /// # Placeholders
    ///
    /// `${name}` in a text stands for the value of the parameter; `$${` stands for `${` itself. In an expression a parameter of the kind `text` stands
    /// as a whole quoted text, or as a part of what stands in double quotes; it can't become anything else. In labels and annotations, what looks like
    /// template language in a value is text.
    ///
    /// # Validity
    ///
    /// Names of parameters stand once, every parameter is used, every placeholder is declared, and the rules are valid with the defaults (where there
    /// is none, with a sample of the kind).
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::rules::{GroupRule, ParameterKind, RuleBlueprint, RuleTemplate, TemplateParameter};
    ///
    /// let mut template = RuleTemplate::new("disk".parse()?);
    /// template.parameters.push(TemplateParameter::new("job".parse()?, ParameterKind::Text));
    /// template.parameters.push(TemplateParameter::new("max_used".parse()?, ParameterKind::Number));
    /// template.rules.push(RuleBlueprint::alert("DiskFull".parse()?, "disk_used{job=${job}} > ${max_used}".parse()?));
    /// template.check()?;
    ///
    /// let rules = template.expand([("job", "api"), ("max_used", "95")])?;
    /// let GroupRule::Alert(rule) = &rules[0] else { unreachable!() };
    /// assert_eq!(rule.condition.as_str(), r#"disk_used{job="api"} > 95"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct RuleTemplate: closed in rules;
    example r#"{"name": "disk", "parameters": [{"name": "max_used", "kind": "number", "default": "95"}], "rules": [{"alert": "DiskFull", "expression": "disk_used > ${max_used}"}]}"#;
    beyond { rules RULES; settle RuleTemplate::settled; }
    /// Whose template it is, and so whose rules are made of it. Default `default`.
    written tenant: TenantId as "tenant",
    /// Its name.
    required name: RuleName as "name",
    /// What it is for.
    optional description: Text<4096> as "description",
    /// Its parameters; at most 64.
    list(64) parameters: TemplateParameter as "parameters",
    /// Its rules; at most 64.
    list(64) rules: RuleBlueprint as "rules",
    /// Which version of the template this is, for those who change it. Default 1.
    written version: Count as "version" = Count::ONE,
}

const RULES: &[Rule<RuleTemplate>] = &[
    Rule {
        code: "duplicate_parameter",
        field: "parameters",
        rule: "Each name of a parameter stands once.",
        broken: |template| {
            let mut seen = BTreeSet::new();
            let twice = template.parameters.iter().find(|parameter| !seen.insert(parameter.name.as_str()))?;
            Some(format!("`{}` stands there twice: expected each name once", twice.name))
        },
    },
    Rule {
        code: "parameter_not_used",
        field: "parameters",
        rule: "Every parameter stands in a text of a rule.",
        broken: |template| {
            let used = template.placeholders();
            let unused = template.parameters.iter().find(|parameter| !used.contains(parameter.name.as_str()))?;
            Some(format!("`{0}` is not used: expected `${{{0}}}` in a rule", unused.name))
        },
    },
    Rule {
        code: "parameter_not_declared",
        field: "rules",
        rule: "Every placeholder of a rule is a parameter.",
        broken: |template| {
            let declared: Vec<&str> = template.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            let unknown = template.placeholders().into_iter().find(|name| !declared.contains(name))?;
            let hint = match nearest(unknown, &declared) {
                Some(word) => format!("did you mean `${{{word}}}`?"),
                None => format!("declare it, or write `$${{{unknown}}}` for the text itself"),
            };
            Some(format!("`${{{unknown}}}` is not declared as a parameter; {hint}"))
        },
    },
    Rule {
        code: "invalid_template_rule",
        field: "rules",
        rule: "The rules are valid with the defaults of the parameters, and with a sample of the kind where there is none.",
        broken: |template| {
            let parameters = &template.parameters;
            let value = |parameter: &TemplateParameter| match &parameter.default {
                Some(text) => ParameterValue::parse(text.as_str(), parameter.kind).unwrap_or(ParameterValue::sample_of(parameter.kind)),
                None => ParameterValue::sample_of(parameter.kind),
            };
            let values = parameters.iter().map(|parameter| (parameter.name.as_str(), value(parameter))).collect();
            let declared =
                template.placeholders().into_iter().all(|name| parameters.iter().any(|parameter| parameter.name.as_str() == name));
            let report = template.fill_all(&values).err().filter(|_| declared)?;
            report.violations().first().map(ToString::to_string)
        },
    },
];

impl RuleTemplate {
    /// A template without parameters and rules.
    #[must_use]
    pub fn new(name: RuleName) -> Self {
        Self { tenant: TenantId::default(), name, description: None, parameters: Vec::new(), rules: Vec::new(), version: Count::ONE }
    }

    /// The names of all placeholders.
    fn placeholders(&self) -> BTreeSet<&str> {
        self.rules.iter().flat_map(RuleBlueprint::texts).flat_map(placeholders).collect()
    }

    /// The rules with these values of the parameters; a parameter without a value has its default.
    ///
    /// # Errors
    ///
    /// A [`Report`] of every value that is unknown, missing or not of its kind, or else of every problem of the rules that come out.
    ///
    /// ```
    /// use alert_schemas::rules::RuleTemplate;
    /// use alert_schemas::validations::DecodeLimits;
    ///
    /// let text = br#"{"name": "up", "parameters": [{"name": "waiting", "kind": "duration"}], "rules": [{"alert": "Down", "expression": "up == 0", "for": "${waiting}"}]}"#;
    /// let template = RuleTemplate::decode(text, &DecodeLimits::default())?;
    /// assert_eq!(template.expand([("waiting", "5m")])?.len(), 1);
    /// let report = template.expand([("waitin", "5m")]).unwrap_err();
    /// assert_eq!(
    ///     format!("{report:#}"),
    ///     "2 problems\n  /waitin: `waitin` is no parameter of the template; did you mean `waiting`?\n  /waiting: `waiting` has no default: expected a value",
    /// );
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn expand<N, V>(&self, values: impl IntoIterator<Item = (N, V)>) -> Result<Vec<GroupRule>, Report>
    where
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut report = Report::new();
        let known: Vec<&str> = self.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in values {
            let name = name.as_ref();
            if !known.contains(&name) {
                let hint = nearest(name, &known).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
                let message = format!("`{}` is no parameter of the template{hint}", excerpt(name));
                report.push(Pointer::root().key(name), "unknown_parameter", message);
            }
            given.insert(name.to_owned(), value.as_ref().to_owned());
        }
        let mut values = BTreeMap::new();
        for parameter in &self.parameters {
            let name = parameter.name.as_str();
            let text = given.get(name).map(String::as_str).or_else(|| parameter.default.as_ref().map(Text::as_str));
            match text.map(|text| ParameterValue::parse(text, parameter.kind)) {
                Some(Ok(value)) => drop(values.insert(name, value)),
                Some(Err(error)) => report.push(Pointer::root().key(name), error.code(), error.to_string()),
                None => report.push(Pointer::root().key(name), "missing_parameter", format!("`{name}` has no default: expected a value")),
            }
        }
        report.into_result(values).and_then(|values| self.fill_all(&values))
    }

    fn fill_all(&self, values: &BTreeMap<&str, ParameterValue>) -> Result<Vec<GroupRule>, Report> {
        let mut report = Report::new();
        let mut rules = Vec::with_capacity(self.rules.len());
        for (index, blueprint) in self.rules.iter().enumerate() {
            let mut filler = Filler { values, at: Pointer::root().key("rules").index(index), report: &mut report };
            rules.extend(filler.rule(blueprint, &self.tenant));
        }
        report.into_result(rules)
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        // Arbitrary texts are hardly ever rules: one that uses all parameters stands in.
        let mut seen = BTreeSet::new();
        self.parameters.retain(|parameter| seen.insert(parameter.name.clone()));
        let uses: String = self.parameters.iter().map(|parameter| format!(" ${{{}}}", parameter.name)).collect();
        let (Ok(name), Ok(condition)) = ("Down".parse(), "up == 0".parse()) else { return self };
        let mut alert = RuleBlueprint::alert(name, condition);
        if let (Ok(name), Ok(text)) = ("parameters".parse(), uses.parse()) {
            let _ = alert.annotations.insert(name, text);
        }
        alert.severity = Text::new("high").ok();
        alert.evaluation_window = Text::new("10m").ok();
        alert.for_duration = Text::new("1m").ok();
        alert.keep_firing_for = Text::new("2m").ok();
        let record = Text::new("up:copy").ok();
        let record = record.map(|name| RuleBlueprint::record(name, alert.expression.clone()));
        self.rules = std::iter::once(alert).chain(record).collect();
        self
    }
}

/// Fills the texts of one rule.
struct Filler<'v, 'r> {
    values: &'v BTreeMap<&'v str, ParameterValue>,
    at: Pointer,
    report: &'r mut Report,
}

impl Filler<'_, '_> {
    fn problem(&mut self, field: &[&str], code: &'static str, message: impl ToString) {
        let at = field.iter().fold(self.at.clone(), |at, step| at.key(step));
        self.report.push(at, code, message.to_string());
    }

    fn text(&mut self, text: &str, place: Place, field: &[&str]) -> Option<String> {
        match fill(text, place, self.values) {
            Ok(text) => Some(text),
            Err(message) => {
                self.problem(field, "invalid_placeholder", message);
                None
            }
        }
    }

    /// A filled text, parsed.
    fn value<T: std::str::FromStr<Err: ToString>>(&mut self, text: &str, place: Place, field: &[&str]) -> Option<T> {
        let text = self.text(text, place, field)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(field, "invalid_template_rule", error.to_string());
                None
            }
        }
    }

    fn optional<T: std::str::FromStr<Err: ToString>>(&mut self, text: Option<&TemplateText>, field: &str, absent: T) -> Option<T> {
        match text {
            Some(text) => self.value(text.as_str(), Place::Plain, &[field]),
            None => Some(absent),
        }
    }

    fn rule(&mut self, blueprint: &RuleBlueprint, tenant: &TenantId) -> Option<GroupRule> {
        let expression = self.value(blueprint.expression.as_str(), Place::Condition, &["expression"]);
        match (&blueprint.alert, &blueprint.record) {
            (Some(name), None) => {
                let name = self.value(name.as_str(), Place::Plain, &["alert"]);
                let severity = self.optional(blueprint.severity.as_ref(), "severity", AlertSeverity::Warning);
                let window = self.optional(blueprint.evaluation_window.as_ref(), "evaluation_window", AlertRule::DEFAULT_WINDOW);
                let hold = self.optional(blueprint.for_duration.as_ref(), "for", Default::default());
                let keep = self.optional(blueprint.keep_firing_for.as_ref(), "keep_firing_for", Default::default());
                let mut labels = crate::rules::RuleTexts::new();
                let mut annotations = crate::rules::RuleTexts::new();
                for (name, text) in blueprint.labels.iter() {
                    let text = self.value(text.as_str(), Place::Template, &["labels", name.as_str()]);
                    text.and_then(|text| labels.insert(name.clone(), text).ok());
                }
                for (name, text) in blueprint.annotations.iter() {
                    let text = self.value(text.as_str(), Place::Template, &["annotations", name.as_str()]);
                    text.and_then(|text| annotations.insert(name.clone(), text).ok());
                }
                let mut rule = AlertRule::new(name?, expression?, severity?);
                rule.tenant = tenant.clone();
                (rule.evaluation_window, rule.for_duration, rule.keep_firing_for) = (window?, hold?, keep?);
                (rule.labels, rule.annotations) = (labels, annotations);
                self.checked(rule.check()).then(|| rule.into())
            }
            (None, Some(name)) => {
                let name = self.value(name.as_str(), Place::Plain, &["record"]);
                let mut labels = Labels::new();
                for (name, text) in blueprint.labels.iter() {
                    let text = self.value(text.as_str(), Place::Plain, &["labels", name.as_str()]);
                    text.and_then(|text| labels.insert(name.clone(), text).ok());
                }
                let mut rule = RecordingRule::new(name?, expression?);
                rule.tenant = tenant.clone();
                rule.labels = labels;
                self.checked(rule.check()).then(|| rule.into())
            }
            // Told by the blueprint's own rules.
            _ => None,
        }
    }

    /// Notes the problems of a rule as those of this rule of the template.
    fn checked(&mut self, verdict: Result<(), Report>) -> bool {
        let Err(report) = verdict else { return true };
        for violation in report {
            self.report.push(self.at.clone().join(&violation.path), "invalid_template_rule", violation.message);
        }
        false
    }
}
