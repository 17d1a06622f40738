//! VictorOps (Splunk On-Call).

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

/// The fields that every message has.
const RESERVED: &[&str] =
    &["routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id", "entity_state"];

section! {
    /// Messages to VictorOps.
    pub struct VictoropsConfig;
    example "routing_key = \"db\".to_owned()" => "routing_key: db";
    bad "api_key: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("routing_key", !it.routing_key.is_empty())]);
        faults.at_most_one(&[("api_key", !it.api_key.is_empty()), ("api_key_file", !it.api_key_file.is_empty())]);
        for name in RESERVED.iter().filter(|name| it.custom_fields.contains_key(**name)) {
            faults.note(&["custom_fields"], "config_reserved_field", format!("`{name}` is sent already, it can't be a custom field"));
        }
        faults.inherited(&[("api_url", it.api_url.is_some())], "victorops_api_url", globals.map(|global| global.victorops_api_url.is_some()));
        faults.inherited(&[("api_key", !it.api_key.is_empty()), ("api_key_file", !it.api_key_file.is_empty())], "victorops_api_key", globals.map(|global| !global.victorops_api_key.is_empty() || !global.victorops_api_key_file.is_empty()));
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
    /// Which team is told.
    routing_key: String as "routing_key",
    /// How bad it is.
    message_type: String as "message_type" = "CRITICAL".to_owned(),
    /// What is wrong, at length.
    state_message: String as "state_message" = "{{ template \"victorops.default.state_message\" . }}".to_owned(),
    /// What is wrong.
    entity_display_name: String as "entity_display_name" = "{{ template \"victorops.default.entity_display_name\" . }}".to_owned(),
    /// Who says so.
    monitoring_tool: String as "monitoring_tool" = "{{ template \"victorops.default.monitoring_tool\" . }}".to_owned(),
    /// Further fields.
    custom_fields: BTreeMap<String, String> as "custom_fields",
}
