//! E-mail.

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::host_port::HostPort;
use crate::webhooks::alertmanager::config::http_config::TlsConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;

section! {
    /// How e-mails about the same group are put into one thread.
    pub struct EmailThreading;
    example "enabled = true" => "enabled: true";
    bad "enable: true" => "unknown_field";
    rules |_: &Self, _: Globals<'_>, _: &mut Faults| {};
    /// Whether they are.
    enabled: bool as "enabled",
    /// `daily` for a thread a day, `none` for one without end.
    thread_by_date: String as "thread_by_date",
}

section! {
    /// E-mails. What is not set here is as `global` says.
    ///
    /// Names of headers are compared as Go does, in the case that e-mails have: `subject` and `Subject` are one header.
    pub struct EmailConfig;
    example "to = \"ops\".to_owned()" => "to: ops";
    bad "from: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, globals: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("to", !it.to.is_empty())]);
        let mut names: Vec<String> = it.headers.keys().map(|name| canonical(name)).collect();
        names.sort_unstable();
        for pair in names.windows(2) {
            if let [first, second] = pair && first == second {
                faults.note(&["headers"], "config_duplicate_header", format!("the header `{}` stands there twice", crate::utils::excerpt(first)));
            }
        }
        if it.threading.enabled {
            for name in ["References", "In-Reply-To"].into_iter().filter(|name| names.iter().any(|other| other == name)) {
                faults.note(&["headers", "threading"], "config_exclusive_fields", format!("threads and a header `{name}` may not both be set"));
            }
            if !matches!(it.threading.thread_by_date.as_str(), "none" | "daily") {
                faults.note(&["threading"], "config_wrong_value", "`thread_by_date` is `none` or `daily`");
            }
        }
        faults.inherited(&[("smarthost", !it.smarthost.is_empty())], "smtp_smarthost", globals.map(|global| !global.smtp_smarthost.is_empty()));
        faults.inherited(&[("from", !it.from.is_empty())], "smtp_from", globals.map(|global| !global.smtp_from.is_empty()));
    };
    /// Whether it is told that alerts are resolved. Default false.
    send_resolved: bool as "send_resolved",
    /// Whom to.
    to: String as "to",
    /// From whom.
    from: String as "from",
    /// The name that the server is greeted with.
    hello: String as "hello",
    /// The server that takes e-mails.
    smarthost: HostPort as "smarthost",
    /// The name to log in with.
    auth_username: String as "auth_username",
    /// The password.
    auth_password: Secret as "auth_password",
    /// The file of it; it counts before `auth_password`.
    auth_password_file: String as "auth_password_file",
    /// The secret of CRAM-MD5.
    auth_secret: Secret as "auth_secret",
    /// The file of it.
    auth_secret_file: String as "auth_secret_file",
    /// The identity of PLAIN.
    auth_identity: String as "auth_identity",
    /// Further headers.
    headers: BTreeMap<String, String> as "headers",
    /// The body in HTML.
    html: String as "html" = "{{ template \"email.default.html\" . }}".to_owned(),
    /// The body as text.
    text: String as "text",
    /// Whether TLS is required.
    require_tls: Option<bool> as "require_tls",
    /// TLS.
    tls_config: Option<TlsConfig> as "tls_config",
    /// Whether the connection begins with TLS; if it is not set, port 465 does.
    force_implicit_tls: Option<bool> as "force_implicit_tls",
    /// Threads.
    threading: EmailThreading as "threading" = EmailThreading::default(),
}

/// The name of a header as e-mails write it; as Go's `textproto.CanonicalMIMEHeaderKey`, a name that no header may have stays as it is.
fn canonical(name: &str) -> String {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.bytes().all(is_token) {
        return name.to_owned();
    }
    let mut starts = true;
    let mut written = String::new();
    for c in name.chars() {
        written.push(if starts { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
        starts = c == '-';
    }
    written
}
