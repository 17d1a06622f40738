//! The labels and annotations of an alert, rendered.

use std::collections::BTreeMap;

use crate::alerts::Annotations;
use crate::alerts::LabelValue;
use crate::metrics::MetricName;
use crate::metrics::SeriesLabels;
use crate::rules::alert_rule::AlertRule;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::context::Queries;
use crate::rules::firing::context::Scene;
use crate::rules::firing::instance::Found;
use crate::rules::firing::outcome::RuleError;
use crate::templates::AlertData;
use crate::templates::AnnotationTemplate;
use crate::templates::QuerySample;
use crate::templates::TemplateData;
use crate::templates::TemplateError;
use crate::templates::Value;
use crate::templates::go::Template;
use crate::templates::go::TemplateOptions;
use crate::utils::Timestamp;

/// The label that holds the name of an alert.
pub(crate) const NAME_LABEL: &str = "alertname";

/// The labels of a rule in its group as they are written: those of the group, with those of the rule over them.
pub(crate) fn written_labels<'a>(rule: &'a AlertRule, context: &FiringContext<'a>) -> BTreeMap<&'a str, &'a str> {
    let group = context.group.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let own = rule.labels.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    group.chain(own).collect()
}

/// An element that a condition gave, with the labels and texts of the rule.
///
/// # Errors
///
/// The labels are too many or too long.
pub(crate) fn render(rule: &AlertRule, scene: Scene<'_>, element: &SeriesLabels, value: f64) -> Result<Found, RuleError> {
    let renderer = Renderer::new(rule, scene, element, value);
    let invalid = |error: crate::alerts::InvalidLabel| RuleError::InvalidLabels { reason: error.to_string() };
    let mut labels = element.to_builder();
    labels.remove(MetricName::LABEL);
    for (name, value) in scene.context.group.labels.iter() {
        if rule.labels.get(name.as_str()).is_none() {
            labels.set(name.as_str(), &renderer.text(value.as_str())).map_err(invalid)?;
        }
    }
    for (name, template) in rule.labels.iter() {
        labels.set(name.as_str(), &renderer.template(template)).map_err(invalid)?;
    }
    labels.set(NAME_LABEL, rule.name.as_str()).map_err(invalid)?;

    let mut annotations = Annotations::new();
    for (name, template) in rule.annotations.iter() {
        let text = renderer.template(template);
        let text = LabelValue::new(text).map_err(|error| invalid(error.into()))?;
        annotations.insert(name.clone(), text).map_err(invalid)?;
    }
    Ok(Found { labels: labels.build(), annotations, value })
}

struct Renderer<'a> {
    rule: &'a AlertRule,
    data: SceneData<'a>,
}

/// The data of an element, with the queries of the scene, which stay on this thread.
struct SceneData<'a> {
    element: AlertData<'a>,
    queries: &'a Queries<'a>,
}

impl TemplateData for SceneData<'_> {
    fn root(&self) -> Value {
        self.element.root()
    }

    fn query(&self, expr: &str) -> Result<Vec<QuerySample>, String> {
        (self.queries)(expr)
    }

    fn external_url(&self) -> String {
        self.element.external_url()
    }

    fn now(&self) -> Option<Timestamp> {
        self.element.now()
    }
}

impl<'a> Renderer<'a> {
    fn new(rule: &'a AlertRule, scene: Scene<'a>, element: &SeriesLabels, value: f64) -> Self {
        let context = scene.context;
        let external = context.options.external_labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let element = AlertData::new(element.iter(), value)
            .with_external_labels(external)
            .with_external_url(context.options.external_url.as_str())
            .with_now(context.now);
        Self { rule, data: SceneData { element, queries: scene.queries } }
    }

    /// Renders a template of the rule.
    fn template(&self, template: &AnnotationTemplate) -> String {
        // Most texts hold nothing to render.
        if !template.as_str().contains("{{") {
            return template.as_str().to_owned();
        }
        template.render(&self.data).unwrap_or_else(|_| self.text(template.as_str()))
    }

    /// Renders a text under the name that Prometheus gives to the templates of the rule, which stands in its messages.
    fn text(&self, text: &str) -> String {
        if !text.contains("{{") {
            return text.to_owned();
        }
        let name = format!("__alert_{}", self.rule.name);
        let failed =
            |what: &str, error: &TemplateError| format!("<error expanding template: error {what} template {name}: {}>", error.go_text());
        match Template::parse(text, &TemplateOptions::prometheus().with_name(name.clone())) {
            Ok(template) => template.render(&self.data).unwrap_or_else(|error| failed("executing", &error)),
            Err(error) => failed("parsing", &error),
        }
    }
}
