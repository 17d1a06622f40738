//! How a server is spoken to: the settings of prometheus/common's HTTP client.

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::utils::SecretDisplay;
use crate::utils::vocabulary;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::any_value::AnyValue;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::section;
use crate::webhooks::alertmanager::config::url::ProxyUrl;
use crate::webhooks::alertmanager::config::values::read_text;
use crate::webhooks::alertmanager::config::written::Written;

vocabulary! {
    /// A version of TLS.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::TlsVersion;
    ///
    /// assert_eq!(TlsVersion::Tls13.to_string(), "TLS13");
    /// ```
    [#[non_exhaustive]]
    pub enum TlsVersion;
    error InvalidTlsVersion in webhooks::alertmanager::config, code "invalid_tls_version", noun "a version of TLS",
    derives [PartialOrd, Ord];
    /// TLS 1.0.
    Tls10 = "TLS10",
    /// TLS 1.1.
    Tls11 = "TLS11",
    /// TLS 1.2.
    Tls12 = "TLS12",
    /// TLS 1.3.
    Tls13 = "TLS13",
}

impl ConfigValue for TlsVersion {
    fn zero() -> Self {
        Self::Tls12
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(self, InvalidTlsVersion::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.to_string())
    }
}

section! {
    /// Certificates and versions of TLS.
    ///
    /// Of a text, a file and a reference at most one is set, and a certificate goes with a key.
    pub struct TlsConfig;
    example "ca_file = \"/etc/ca.pem\".to_owned()" => "ca_file: /etc/ca.pem";
    bad "cert_file: a" => "missing_field";
    rules |tls: &Self, _: Globals<'_>, faults: &mut Faults| {
        let (cert, key) = (
            [("cert", !tls.cert.is_empty()), ("cert_file", !tls.cert_file.is_empty()), ("cert_ref", !tls.cert_ref.is_empty())],
            [("key", !tls.key.is_empty()), ("key_file", !tls.key_file.is_empty()), ("key_ref", !tls.key_ref.is_empty())],
        );
        faults.at_most_one(&[("ca", !tls.ca.is_empty()), ("ca_file", !tls.ca_file.is_empty()), ("ca_ref", !tls.ca_ref.is_empty())]);
        faults.at_most_one(&cert);
        faults.at_most_one(&key);
        let is_set = |fields: &[(&str, bool)]| fields.iter().any(|(_, is_set)| *is_set);
        if is_set(&cert) {
            faults.at_least_one(&key);
        } else if is_set(&key) {
            faults.at_least_one(&cert);
        }
    };
    /// The certificates that servers are checked with, as PEM.
    ca: String as "ca",
    /// The file of them.
    ca_file: String as "ca_file",
    /// The name under which a secret store keeps them.
    ca_ref: String as "ca_ref",
    /// The client's certificate, as PEM.
    cert: String as "cert",
    /// The file of it.
    cert_file: String as "cert_file",
    /// The name under which a secret store keeps it.
    cert_ref: String as "cert_ref",
    /// The client's key, as PEM.
    key: Secret as "key",
    /// The file of it.
    key_file: String as "key_file",
    /// The name under which a secret store keeps it.
    key_ref: String as "key_ref",
    /// The name that the server's certificate is for, if that is not its host.
    server_name: String as "server_name",
    /// Whether the server's certificate is not checked.
    insecure_skip_verify: bool as "insecure_skip_verify",
    /// The oldest version of TLS.
    min_version: Option<TlsVersion> as "min_version",
    /// The newest version of TLS.
    max_version: Option<TlsVersion> as "max_version",
}

section! {
    /// A name and a password. Of a text, a file and a reference at most one is set.
    pub struct BasicAuth;
    example "username = \"alerts\".to_owned()" => "username: alerts";
    bad "user: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The name.
    username: String as "username",
    /// The file of it.
    username_file: String as "username_file",
    /// The name under which a secret store keeps it.
    username_ref: String as "username_ref",
    /// The password.
    password: Secret as "password",
    /// The file of it.
    password_file: String as "password_file",
    /// The name under which a secret store keeps it.
    password_ref: String as "password_ref",
}

section! {
    /// The header `Authorization`: a type and credentials.
    pub struct Authorization;
    example "credentials_file = \"/etc/token\".to_owned()" => "credentials_file: /etc/token";
    bad "token: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// The type; `Bearer` if it is empty.
    kind: String as "type",
    /// The credentials.
    credentials: Secret as "credentials",
    /// The file of them.
    credentials_file: String as "credentials_file",
    /// The name under which a secret store keeps them.
    credentials_ref: String as "credentials_ref",
}

/// The grant that authenticates with a signed token.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

section! {
    /// Tokens from an OAuth 2 server.
    pub struct OAuth2;
    example "client_id = \"alerts\".to_owned()" => "client_id: alerts";
    bad "client_id: a\\nscope: []" => "unknown_field";
    rules |oauth2: &Self, _: Globals<'_>, faults: &mut Faults| proxy_rules(
        &oauth2.no_proxy,
        oauth2.proxy_url.as_ref(),
        oauth2.proxy_from_environment,
        !oauth2.proxy_connect_header.is_empty(),
        faults,
    );
    /// The client's id.
    client_id: String as "client_id",
    /// The client's secret.
    client_secret: Secret as "client_secret",
    /// The file of it.
    client_secret_file: String as "client_secret_file",
    /// The name under which a secret store keeps it.
    client_secret_ref: String as "client_secret_ref",
    /// The id of the key that tokens are signed with.
    client_certificate_key_id: String as "client_certificate_key_id",
    /// The key that tokens are signed with.
    client_certificate_key: Secret as "client_certificate_key",
    /// The file of it.
    client_certificate_key_file: String as "client_certificate_key_file",
    /// The name under which a secret store keeps it.
    client_certificate_key_ref: String as "client_certificate_key_ref",
    /// The grant: `client_credentials`, or that of signed tokens.
    grant_type: String as "grant_type",
    /// How tokens are signed: `RS256`, `RS384` or `RS512`.
    signature_algorithm: String as "signature_algorithm",
    /// Who issues signed tokens.
    iss: String as "iss",
    /// Whom signed tokens are for.
    audience: String as "audience",
    /// Further claims of signed tokens.
    claims: BTreeMap<String, AnyValue> as "claims",
    /// The scopes that are asked for.
    scopes: Vec<String> as "scopes",
    /// Where tokens come from.
    token_url: String as "token_url",
    /// Further parameters of the request.
    endpoint_params: BTreeMap<String, String> as "endpoint_params",
    /// TLS towards that server.
    tls_config: TlsConfig as "tls_config" = TlsConfig::default(),
    /// The proxy.
    proxy_url: Option<ProxyUrl> as "proxy_url",
    /// Hosts that are asked without it.
    no_proxy: String as "no_proxy",
    /// Whether the environment of the process says which proxy.
    proxy_from_environment: bool as "proxy_from_environment",
    /// Headers towards the proxy.
    proxy_connect_header: BTreeMap<String, Vec<Secret>> as "proxy_connect_header",
}

section! {
    /// The values of one header.
    pub struct HttpHeader;
    example "values = vec![\"a\".to_owned()]" => "values:\\n  - a";
    bad "value: a" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Values that may be seen.
    values: Vec<String> as "values",
    /// Values that may not.
    secrets: Vec<Secret> as "secrets",
    /// Files of values.
    files: Vec<String> as "files",
}

/// Headers that prometheus/common sets itself (`config/headers.go`).
const RESERVED_HEADERS: &[&str] = &[
    "authorization",
    "host",
    "content-encoding",
    "content-length",
    "content-type",
    "user-agent",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "www-authenticate",
    "accept-encoding",
    "x-prometheus-remote-write-version",
    "x-prometheus-remote-read-version",
    "x-prometheus-scrape-timeout-seconds",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-content-sha256",
];

section! {
    /// How a server is spoken to. A receiver that has none of its own uses that of `global`.
    pub struct HttpConfig;
    example "follow_redirects = false" => "follow_redirects: false";
    bad "basic_auth: {}\\noauth2: {client_id: a, token_url: b}" => "config_exclusive_fields";
    rules check_http;
    /// A name and a password.
    basic_auth: Option<BasicAuth> as "basic_auth",
    /// The header `Authorization`.
    authorization: Option<Authorization> as "authorization",
    /// Tokens from an OAuth 2 server.
    oauth2: Option<OAuth2> as "oauth2",
    /// A bearer token; `authorization` replaces it.
    bearer_token: Secret as "bearer_token",
    /// The file of it; `authorization` replaces it.
    bearer_token_file: String as "bearer_token_file",
    /// TLS.
    tls_config: TlsConfig as "tls_config" = TlsConfig::default(),
    /// Whether redirects are followed. Default true.
    follow_redirects: bool as "follow_redirects" = true,
    /// Whether HTTP/2 is spoken. Default true.
    enable_http2: bool as "enable_http2" = true,
    /// The proxy.
    proxy_url: Option<ProxyUrl> as "proxy_url",
    /// Hosts that are asked without it, separated by commas.
    no_proxy: String as "no_proxy",
    /// Whether the environment of the process says which proxy.
    proxy_from_environment: bool as "proxy_from_environment",
    /// Headers towards the proxy.
    proxy_connect_header: BTreeMap<String, Vec<Secret>> as "proxy_connect_header",
    /// Further headers.
    http_headers: BTreeMap<String, HttpHeader> as "http_headers",
}

impl HttpConfig {
    /// Whether a header `Authorization` is sent, be it by `authorization` or the older `bearer_token`.
    #[must_use]
    pub fn has_authorization(&self) -> bool {
        self.authorization.is_some() || !self.bearer_token.is_empty() || !self.bearer_token_file.is_empty()
    }
}

/// What prometheus/common checks (`config/http_config.go`).
fn check_http(http: &HttpConfig, _: Globals<'_>, faults: &mut Faults) {
    let token = [("bearer_token", !http.bearer_token.is_empty()), ("bearer_token_file", !http.bearer_token_file.is_empty())];
    faults.at_most_one(&token);
    let has_token = token.iter().any(|(_, is_set)| *is_set);
    let ways = [
        ("basic_auth", http.basic_auth.is_some()),
        ("authorization", http.authorization.is_some()),
        ("oauth2", http.oauth2.is_some()),
        (if http.bearer_token.is_empty() { "bearer_token_file" } else { "bearer_token" }, has_token),
    ];
    faults.at_most_one(&ways);
    if let Some(auth) = &http.basic_auth {
        let name = [!auth.username.is_empty(), !auth.username_file.is_empty(), !auth.username_ref.is_empty()];
        let password = [!auth.password.is_empty(), !auth.password_file.is_empty(), !auth.password_ref.is_empty()];
        one_of(faults, &["basic_auth"], ["username", "username_file", "username_ref"], name);
        one_of(faults, &["basic_auth"], ["password", "password_file", "password_ref"], password);
    }
    if let Some(auth) = &http.authorization {
        let set = [!auth.credentials.is_empty(), !auth.credentials_file.is_empty(), !auth.credentials_ref.is_empty()];
        one_of(faults, &["authorization"], ["credentials", "credentials_file", "credentials_ref"], set);
        if auth.kind.trim().to_lowercase() == "basic" {
            let message = "the type of `authorization` can't be `basic`: use `basic_auth`";
            faults.note(&["authorization"], "config_wrong_value", message);
        }
    }
    if let Some(oauth2) = &http.oauth2 {
        check_oauth2(oauth2, faults);
    }
    let headers = !http.proxy_connect_header.is_empty();
    proxy_rules(&http.no_proxy, http.proxy_url.as_ref(), http.proxy_from_environment, headers, faults);
    for name in http.http_headers.keys().filter(|name| RESERVED_HEADERS.contains(&name.to_lowercase().as_str())) {
        let message = format!("the header `{name}` can't be set, it is sent already");
        faults.note(&["http_headers"], "config_reserved_header", message);
    }
}

fn check_oauth2(oauth2: &OAuth2, faults: &mut Faults) {
    for (name, text) in [("client_id", &oauth2.client_id), ("token_url", &oauth2.token_url)] {
        if text.is_empty() {
            faults.note(&["oauth2"], "missing_field", format!("`{name}` is required in `oauth2`"));
        }
    }
    if oauth2.grant_type == JWT_BEARER {
        let set = [
            !oauth2.client_certificate_key.is_empty(),
            !oauth2.client_certificate_key_file.is_empty(),
            !oauth2.client_certificate_key_ref.is_empty(),
        ];
        one_of(faults, &["oauth2"], ["client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref"], set);
        if !matches!(oauth2.signature_algorithm.as_str(), "" | "RS256" | "RS384" | "RS512") {
            faults.note(&["oauth2"], "config_wrong_value", "`signature_algorithm` is one of `RS256`, `RS384`, `RS512`");
        }
    } else {
        let set = [!oauth2.client_secret.is_empty(), !oauth2.client_secret_file.is_empty(), !oauth2.client_secret_ref.is_empty()];
        one_of(faults, &["oauth2"], ["client_secret", "client_secret_file", "client_secret_ref"], set);
    }
}

/// At most one field of an inner section is set.
fn one_of(faults: &mut Faults, place: &[&'static str], names: [&str; 3], set: [bool; 3]) {
    if set.into_iter().filter(|is_set| *is_set).count() > 1 {
        faults.note(place, "config_exclusive_fields", format!("at most one of `{}` may be set", names.join("`, `")));
    }
}

fn proxy_rules(no_proxy: &str, url: Option<&ProxyUrl>, from_environment: bool, headers: bool, faults: &mut Faults) {
    let has_url = url.is_some_and(|url| !url.is_empty());
    faults.at_most_one(&[("proxy_url", has_url), ("proxy_from_environment", from_environment)]);
    faults.at_most_one(&[("no_proxy", !no_proxy.is_empty()), ("proxy_from_environment", from_environment)]);
    if headers && !has_url && !from_environment {
        let message = "`proxy_connect_header` needs `proxy_url` or `proxy_from_environment`";
        faults.note(&["proxy_connect_header"], "config_needs_field", message);
    }
    if url.is_none() && !no_proxy.is_empty() && !from_environment {
        faults.note(&["no_proxy"], "config_needs_field", "`no_proxy` needs `proxy_url`");
    }
}
