//! Jira.

use std::collections::BTreeMap;

use crate::utils::AlertDuration;
use crate::utils::SecretDisplay;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::webhooks::alertmanager::config::any_value::AnyValue;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::written::Written;

section! {
    /// A text of an issue. It is written as the text alone, or as a mapping.
    pub struct JiraField;
    example "template = \"a\".to_owned()" => "template: a";
    bad "text: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The text.
    template: String as "template",
    /// Whether an issue that is there is updated; yes, if it is not set.
    enable_update: Option<bool> as "enable_update",
}

/// A [`JiraField`] as it stands in a receiver: a text alone is its template.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{JiraField, JiraText};
///
/// let mut text = JiraText::default();
/// text.0.template = "disk full".to_owned();
/// assert_eq!(text.0.enable_update, None);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper")]
pub struct JiraText(
    /// The text and whether it is updated.
    pub JiraField,
);

impl JiraText {
    fn template(text: &str) -> Self {
        Self(JiraField { template: text.to_owned(), ..JiraField::default() })
    }
}

impl ConfigValue for JiraText {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, globals: Globals<'_>, node: Node<'y>) -> bool {
        if node.target().kind() == NodeKind::Scalar {
            return self.0.template.read(collector, decoder, globals, node);
        }
        self.0.read(collector, decoder, globals, node)
    }

    /// A template alone, unless more is set. A mapping is read onto the default, so that its template is always written.
    fn written(&self, secrets: SecretDisplay) -> Written {
        let template = Written::Text(self.0.template.clone());
        match self.0.enable_update {
            None => template,
            Some(update) => Written::Map(vec![("template".to_owned(), template), ("enable_update".to_owned(), update.written(secrets))]),
        }
    }
}

section! {
    /// Issues in Jira.
    pub struct JiraConfig;
    example "project = \"OPS\".to_owned()" => "project: OPS";
    bad "project: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("project", !it.project.is_empty())]);
        faults.at_least_one(&[("issue_type", !it.issue_type.is_empty())]);
        if !matches!(it.api_type.as_str(), "auto" | "cloud" | "datacenter") {
            faults.note(&["api_type"], "config_wrong_value", "`api_type` is `auto`, `cloud` or `datacenter`");
        }
        faults.inherited(&[("api_url", it.api_url.is_some())], "jira_api_url", globals.map(|global| global.jira_api_url.is_some()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// `auto`, `cloud` or `datacenter`. Default `auto`.
    api_type: String as "api_type" = "auto".to_owned(),
    /// The project.
    project: String as "project",
    /// The summary.
    summary: JiraText as "summary" = JiraText::template("{{ template \"jira.default.summary\" . }}"),
    /// The description.
    description: JiraText as "description" = JiraText::template("{{ template \"jira.default.description\" . }}"),
    /// Labels.
    labels: Vec<String> as "labels",
    /// The priority.
    priority: String as "priority" = "{{ template \"jira.default.priority\" . }}".to_owned(),
    /// The type of issue.
    issue_type: String as "issue_type",
    /// The transition that opens an issue again.
    reopen_transition: String as "reopen_transition",
    /// The transition that resolves an issue.
    resolve_transition: String as "resolve_transition",
    /// The resolution after which an issue is not opened again.
    wont_fix_resolution: String as "wont_fix_resolution",
    /// For how long after its end an issue is opened again; 0 for any time.
    reopen_duration: AlertDuration as "reopen_duration",
    /// Further fields.
    fields: BTreeMap<String, AnyValue> as "fields",
}
