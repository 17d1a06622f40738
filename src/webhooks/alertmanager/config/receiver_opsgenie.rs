//! Opsgenie.

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;
use crate::webhooks::alertmanager::config::url::is_bare_template;

section! {
    /// Who is told of an alert: by id, name or user name.
    pub struct OpsgenieResponder;
    example "name = \"db\".to_owned()" => "name: db";
    bad "typ: team" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The id.
    id: String as "id",
    /// The name.
    name: String as "name",
    /// The name of the user.
    username: String as "username",
    /// `team`, `teams`, `user`, `escalation`, `schedule`, or a template.
    kind: String as "type",
}

section! {
    /// Alerts to Opsgenie.
    pub struct OpsgenieConfig;
    example "entity = \"db\".to_owned()" => "entity: db";
    bad "responders: [{type: team}]" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_most_one(&[("api_key", !it.api_key.is_empty()), ("api_key_file", !it.api_key_file.is_empty())]);
        for responder in &it.responders {
            check_responder(responder, faults);
        }
        faults.inherited(&[("api_url", it.api_url.is_some())], "opsgenie_api_url", globals.map(|global| global.opsgenie_api_url.is_some()));
        faults.inherited(&[("api_key", !it.api_key.is_empty()), ("api_key_file", !it.api_key_file.is_empty())], "opsgenie_api_key", globals.map(|global| !global.opsgenie_api_key.is_empty() || !global.opsgenie_api_key_file.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The key.
    api_key: Secret as "api_key",
    /// The file of it.
    api_key_file: String as "api_key_file",
    /// Where the API is.
    api_url: Option<HttpUrl> as "api_url",
    /// What is wrong.
    message: String as "message" = "{{ template \"opsgenie.default.message\" . }}".to_owned(),
    /// What is wrong, at length.
    description: String as "description" = "{{ template \"opsgenie.default.description\" . }}".to_owned(),
    /// Where it comes from.
    source: String as "source" = "{{ template \"opsgenie.default.source\" . }}".to_owned(),
    /// Further details.
    details: BTreeMap<String, String> as "details",
    /// What it is about.
    entity: String as "entity",
    /// Who is told.
    responders: Vec<OpsgenieResponder> as "responders",
    /// Actions, separated by commas.
    actions: String as "actions",
    /// Tags, separated by commas.
    tags: String as "tags",
    /// A note.
    note: String as "note",
    /// `P1` to `P5`.
    priority: String as "priority",
    /// Whether message and description of an alert are updated.
    update_alerts: bool as "update_alerts",
}

fn check_responder(responder: &OpsgenieResponder, faults: &mut Faults) {
    if responder.id.is_empty() && responder.name.is_empty() && responder.username.is_empty() {
        faults.note(&["responders"], "missing_field", "one of `id`, `name`, `username` is required in `responders`");
    }
    let kind = responder.kind.as_str();
    if kind.contains("{{") {
        if !is_bare_template(kind) {
            let message = "the `type` of a responder is a template without functions of Alertmanager's own";
            faults.note(&["responders"], "config_wrong_value", message);
        }
    } else if !matches!(kind.to_lowercase().as_str(), "team" | "teams" | "user" | "escalation" | "schedule") {
        let message = "the `type` of a responder is `team`, `teams`, `user`, `escalation` or `schedule`";
        faults.note(&["responders"], "config_wrong_value", message);
    }
}
