//! Secrets, or the files that hold them.

use crate::utils::Secret;
use crate::utils::is_line;
use crate::utils::string_newtype;
use crate::validations::choice;

fn is_path(text: &str) -> bool {
    is_line(text, 4_096)
}

string_newtype! {
    /// The path of a file, which the service that sends reads: 1 to 4,096 characters without control characters. Nothing here opens it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::FilePath;
    ///
    /// let path: FilePath = "/run/secrets/slack".parse()?;
    /// assert_eq!(path.as_str(), "/run/secrets/slack");
    /// # Ok::<(), alert_schemas::notifications::InvalidFilePath>(())
    /// ```
    pub struct FilePath;
    error InvalidFilePath in notifications, code "invalid_file_path", noun "the path of a file",
    expected "1 to 4096 characters without control characters",
    check is_path,
    schema {
        "minLength": 1, "maxLength": 4096, "pattern": "^[^\\x00-\\x1f\\x7f]+$", "not": { "pattern": "[\\r\\n]" }, "examples": ["/run/secrets/slack"]
    },
    strategy "/[a-z0-9/]{1,12}"
}

choice! {
    /// A secret, or the file that the service which sends reads it from.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::Credential;
    /// use alert_schemas::utils::Secret;
    ///
    /// let token: Credential = Secret::new("xoxb-1").into();
    /// assert_eq!(serde_json::to_string(&token)?, r#"{"secret":"<secret>"}"#);
    /// assert_eq!(token.kind(), "secret");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    [#[expect(clippy::exhaustive_enums, reason = "here or in a file")]]
    pub enum Credential;
    noun "a credential";
    example r#"{"file": "/run/secrets/slack"}"#;
    /// The secret itself. Written to JSON it is hidden.
    Secret(Secret) = "secret",
    /// The file that holds it.
    File(FilePath) = "file",
}

impl Credential {
    /// The secret, if it is here.
    #[must_use]
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(secret) => Some(secret),
            Self::File(_) => None,
        }
    }

    /// The credential of a strategy as one that can be the address of a server.
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    pub(super) fn settle_url(&mut self) {
        if let Self::Secret(secret) = self {
            *secret = Secret::new(format!("https://hooks.example.org/{}", secret.expose().len()));
        }
    }

    /// Why it can't be the address of a server: a secret that starts neither with `http://` nor with `https://`, and is not hidden.
    pub(super) fn url_problem(&self) -> Option<String> {
        let secret = self.secret().filter(|secret| !secret.is_hidden())?;
        let is_url = is_http_url(secret.expose());
        (!is_url).then(|| "the secret is no address: expected `http://` or `https://`, a host, and no blanks".to_owned())
    }

    /// Why it can't be a key: it is empty.
    pub(super) fn key_problem(&self) -> Option<String> {
        self.secret().filter(|secret| secret.is_empty()).map(|_| "the secret is empty: expected a text".to_owned())
    }
}

/// Whether a text looks like the address of a server.
pub(super) fn is_http_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    !rest.is_empty() && !rest.starts_with(['/', '?', '#', ':']) && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
