//! Where Alertmanager writes what it does.

use crate::utils::AlertDuration;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::http_config::TlsConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::SecretUrl;

section! {
    /// The section `event_recorder`: where Alertmanager writes what it does, event by event.
    pub struct ConfigEventRecorder;
    example "file_outputs = Vec::new()" => "{}";
    bad "outputs: []" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Files with an event on each line.
    file_outputs: Vec<EventFile> as "file_outputs",
    /// Servers that each event is posted to.
    webhook_outputs: Vec<EventWebhook> as "webhook_outputs",
    /// Kafka topics.
    kafka_outputs: Vec<EventKafka> as "kafka_outputs",
}

section! {
    /// A file with an event on each line.
    pub struct EventFile;
    example "path = \"/var/log/events.jsonl\".to_owned()" => "path: /var/log/events.jsonl";
    bad "{}" => "missing_field";
    null_item NullItem::LeftOut;
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| faults.at_least_one(&[("path", !it.path.is_empty())]);
    /// The file.
    path: String as "path",
}

section! {
    /// A server that each event is posted to.
    pub struct EventWebhook;
    example "workers = 2" => "workers: 2";
    bad "workers: 2" => "missing_field";
    null_item NullItem::LeftOut;
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| faults.at_least_one(&[("url", it.url.is_some())]);
    /// Its address.
    url: Option<SecretUrl> as "url",
    /// How the server is spoken to.
    http_config: Option<HttpConfig> as "http_config",
    /// How long a request may take; 0 for the default, 10 seconds.
    timeout: AlertDuration as "timeout" = AlertDuration::ZERO,
    /// How many requests there are at once; 0 for the default, 4.
    workers: i64 as "workers",
    /// How often an event is tried; 0 for the default, 3.
    max_retries: i64 as "max_retries",
    /// How long the first pause between two tries is; 0 for the default, 500 ms.
    retry_backoff: AlertDuration as "retry_backoff" = AlertDuration::ZERO,
}

section! {
    /// A Kafka topic.
    pub struct EventKafka;
    example "topic = \"alerts\".to_owned()" => "topic: alerts";
    bad "topics: []" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The brokers, each as host and port.
    brokers: Vec<String> as "brokers",
    /// The topic.
    topic: String as "topic",
    /// The name by which brokers know Alertmanager.
    client_id: String as "client_id",
    /// `json` or `protobuf`.
    format: String as "format",
    /// Who has to have an event before it counts as sent: `none`, `leader` or `all`.
    acks: String as "acks",
    /// How events are compressed.
    compression: String as "compression",
    /// How many events may wait.
    buffer_size: i64 as "buffer_size",
    /// TLS towards the brokers.
    tls_config: Option<TlsConfig> as "tls_config",
}
