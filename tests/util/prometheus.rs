//! A real Prometheus for a test.

use serde_json::Value;

use crate::server::Server;

/// A running Prometheus without targets and rules.
pub(crate) struct Prometheus {
    server: Server,
    /// Its version, as it tells it.
    pub(crate) version: String,
}

impl Prometheus {
    /// Starts the one of `$ALERT_SCHEMAS_SERVERS/usr/bin` with these feature flags, and waits until it is ready.
    pub(crate) fn start(name: &str, features: &[&str]) -> Self {
        let server = Server::start("prometheus", name, "global: {}\n", |config, folder| {
            let mut arguments = vec![
                format!("--config.file={}", config.display()),
                format!("--storage.tsdb.path={}", folder.join("data").display()),
                "--web.listen-address=127.0.0.1:0".to_owned(),
            ];
            if !features.is_empty() {
                arguments.push(format!("--enable-feature={}", features.join(",")));
            }
            arguments
        });
        Self { version: server.version.clone(), server }
    }

    /// What `/api/v1/{endpoint}` answers for this query: its `data`, or its `error`.
    pub(crate) fn ask(&self, endpoint: &str, query: &str) -> Result<Value, String> {
        let body = format!("query={}", escape(query));
        let answer = self.server.request("POST", &format!("/api/v1/{endpoint}"), "application/x-www-form-urlencoded", body.as_bytes());
        let (status, body) = answer.unwrap_or_else(|error| panic!("{endpoint} {query:?}: {error}"));
        let mut answer: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{endpoint} {query:?}: {status}: {error}"));
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer["data"].take()),
        }
    }
}

/// A value of a form: every byte that is no letter or digit as `%XX`.
fn escape(text: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(byte).collect()
}
