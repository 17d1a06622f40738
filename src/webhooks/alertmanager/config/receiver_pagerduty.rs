//! PagerDuty.

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::any_value::AnyValue;
use crate::webhooks::alertmanager::config::go_duration::GoDuration;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::HttpUrl;

section! {
    /// A link beside an incident.
    pub struct PagerdutyLink;
    example "href = \"http://x\".to_owned()" => "href: http://x";
    bad "url: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Where it leads.
    href: String as "href",
    /// What it says.
    text: String as "text",
}

section! {
    /// A picture beside an incident.
    pub struct PagerdutyImage;
    example "src = \"http://x\".to_owned()" => "src: http://x";
    bad "url: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Where it is.
    src: String as "src",
    /// What it shows.
    alt: String as "alt",
    /// Where it leads.
    href: String as "href",
}

section! {
    /// Events to PagerDuty: version 2 with a routing key, version 1 with a service key.
    pub struct PagerdutyConfig;
    example "component = \"db\".to_owned()" => "component: db";
    bad "client: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("routing_key", !it.routing_key.is_empty()), ("service_key", !it.service_key.is_empty()), ("routing_key_file", !it.routing_key_file.is_empty()), ("service_key_file", !it.service_key_file.is_empty())]);
        faults.at_most_one(&[("routing_key", !it.routing_key.is_empty()), ("routing_key_file", !it.routing_key_file.is_empty())]);
        faults.at_most_one(&[("service_key", !it.service_key.is_empty()), ("service_key_file", !it.service_key_file.is_empty())]);
        faults.inherited(&[("url", it.url.is_some())], "pagerduty_url", globals.map(|global| global.pagerduty_url.is_some()));
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// The key of version 1.
    service_key: Secret as "service_key",
    /// The file of it.
    service_key_file: String as "service_key_file",
    /// The key of version 2.
    routing_key: Secret as "routing_key",
    /// The file of it.
    routing_key_file: String as "routing_key_file",
    /// Where events are sent.
    url: Option<HttpUrl> as "url",
    /// Who sends.
    client: String as "client" = "{{ template \"pagerduty.default.client\" . }}".to_owned(),
    /// Where its name leads.
    client_url: String as "client_url" = "{{ template \"pagerduty.default.clientURL\" . }}".to_owned(),
    /// What is wrong.
    description: String as "description" = "{{ template \"pagerduty.default.description\" .}}".to_owned(),
    /// Further details; Alertmanager adds `firing`, `resolved`, `num_firing` and `num_resolved`.
    details: BTreeMap<String, AnyValue> as "details",
    /// Pictures.
    images: Vec<PagerdutyImage> as "images",
    /// Links.
    links: Vec<PagerdutyLink> as "links",
    /// What is wrong with it; as `client`, if it is empty.
    source: String as "source",
    /// How bad it is; Alertmanager sends `error`, if it is empty.
    severity: String as "severity",
    /// The kind of event.
    class: String as "class",
    /// The part that is wrong.
    component: String as "component",
    /// The group of parts.
    group: String as "group",
    /// How long it may take; 0 for any time.
    timeout: GoDuration as "timeout",
}
