//! Where Alertmanager sends traces of its own work.

use std::collections::BTreeMap;

use crate::utils::AlertDuration;
use crate::utils::SecretDisplay;
use crate::utils::vocabulary;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::any_float::AnyFloat;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::http_config::HttpHeader;
use crate::webhooks::alertmanager::config::http_config::TlsConfig;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::values::read_text;
use crate::webhooks::alertmanager::config::written::Written;

vocabulary! {
    /// How traces are sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::TracingClient;
    ///
    /// assert_eq!(TracingClient::Grpc.as_str(), "grpc");
    /// ```
    [#[non_exhaustive]]
    pub enum TracingClient;
    error InvalidTracingClient in webhooks::alertmanager::config, code "invalid_tracing_client", noun "a way to send traces";
    /// By gRPC.
    Grpc = "grpc",
    /// By HTTP.
    Http = "http",
}

impl ConfigValue for TracingClient {
    fn zero() -> Self {
        Self::Grpc
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(self, InvalidTracingClient::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.to_string())
    }
}

section! {
    /// The section `tracing`: where Alertmanager sends traces of its own work (OpenTelemetry).
    pub struct ConfigTracing;
    example "endpoint = \"localhost:4317\".to_owned()" => "endpoint: localhost:4317";
    bad "insecure: true" => "missing_field";
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("endpoint", !it.endpoint.is_empty())]);
        if !matches!(it.compression.as_str(), "" | "gzip") {
            faults.note(&["compression"], "config_wrong_value", "`compression` is `gzip`, or left out");
        }
    };
    /// How traces are sent. Default `grpc`.
    client_type: Option<TracingClient> as "client_type" = Some(TracingClient::Grpc),
    /// The host and port of the collector.
    endpoint: String as "endpoint",
    /// Which part of all traces is sent, from 0 to 1; any number is taken. Default 0.
    sampling_fraction: AnyFloat as "sampling_fraction",
    /// Whether TLS is not spoken.
    insecure: bool as "insecure",
    /// TLS.
    tls_config: Option<TlsConfig> as "tls_config",
    /// Further headers.
    headers: BTreeMap<String, HttpHeader> as "headers",
    /// `gzip`, or empty for none.
    compression: String as "compression",
    /// How long sending may take; 0 for the default of the exporter.
    timeout: AlertDuration as "timeout" = AlertDuration::ZERO,
}
