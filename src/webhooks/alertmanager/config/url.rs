//! Addresses of servers.

use std::fmt;
use std::str::FromStr;

use crate::templates::go::FunctionSet;
use crate::templates::go::Template;
use crate::templates::go::TemplateOptions;
use crate::utils::Secret;
use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::values::read_text;
use crate::webhooks::alertmanager::config::written::Written;
use crate::webhooks::alertmanager::generator_url::http_url_problem;
use crate::webhooks::alertmanager::generator_url::is_url;

/// Why a text is not the address of a server. The text itself is shown only where it is no secret.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{HttpUrl, InvalidHttpUrl};
///
/// let error: InvalidHttpUrl = "ftp://x".parse::<HttpUrl>().unwrap_err();
/// assert_eq!(error.code(), "invalid_http_url");
/// assert_eq!(error.to_string(), "`ftp://x` is not taken: expected a URL that starts with `http://` or `https://`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHttpUrl {
    found: String,
    expected: &'static str,
}

impl InvalidHttpUrl {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_http_url";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }

    fn secret(expected: &'static str) -> Self {
        Self { found: Secret::SHOWN.to_owned(), expected }
    }
}

impl fmt::Display for InvalidHttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not taken: expected {}", self.found, self.expected)
    }
}

impl std::error::Error for InvalidHttpUrl {}

crate::utils::umbrella!(InvalidHttpUrl);

/// The address of a server: `http` or `https`, with a host, and what else Go's `url.Parse` takes.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::HttpUrl;
///
/// let url: HttpUrl = "https://events.pagerduty.com/v2/enqueue".parse()?;
/// assert_eq!(url.as_str(), "https://events.pagerduty.com/v2/enqueue");
/// assert!("events.pagerduty.com".parse::<HttpUrl>().is_err());
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHttpUrl>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HttpUrl(Box<str>);

impl HttpUrl {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// An address of this crate's own, which is known to be good.
    pub(super) fn known(text: &'static str) -> Option<Self> {
        text.parse().ok()
    }
}

impl FromStr for HttpUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        match http_url_problem(text) {
            None => Ok(Self(text.into())),
            Some(expected) => Err(InvalidHttpUrl { found: excerpt(text), expected }),
        }
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ConfigValue for HttpUrl {
    fn zero() -> Self {
        Self(Box::default())
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(self, InvalidHttpUrl::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.0.to_string())
    }
}

/// What an address that is a secret does in a configuration: it is read and written, and shown hidden.
macro_rules! secret_value {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl ConfigValue for $name {
            fn zero() -> Self {
                Self(Secret::default())
            }

            fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
                collector.hide(node);
                read_text(self, InvalidHttpUrl::CODE, collector, decoder, node)
            }

            fn written(&self, secrets: SecretDisplay) -> Written {
                Written::Text(secrets.show(&self.0).to_owned())
            }
        }
    };
}

/// The address of a server that is a secret, since whoever knows it may send: an [`HttpUrl`] that is never shown, or `<secret>`.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::SecretUrl;
///
/// let url: SecretUrl = "https://hooks.slack.com/services/T0/B0/x".parse()?;
/// assert_eq!(format!("{url:?}"), "SecretUrl(<secret>)");
/// assert_eq!(url.expose(), "https://hooks.slack.com/services/T0/B0/x");
/// assert_eq!("slack".parse::<SecretUrl>().unwrap_err().to_string(), "`<secret>` is not taken: expected a URL that starts with `http://` or `https://`");
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHttpUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecretUrl(Secret);

impl SecretUrl {
    /// The text in clear.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The text as a secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl FromStr for SecretUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        match http_url_problem(text).filter(|_| text != Secret::SHOWN) {
            None => Ok(Self(Secret::new(text))),
            Some(expected) => Err(InvalidHttpUrl::secret(expected)),
        }
    }
}

secret_value!(SecretUrl);

/// The address that a webhook is sent to: a [`SecretUrl`], or a template that makes one for each group; it may be empty.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::SecretTemplateUrl;
///
/// let url: SecretTemplateUrl = "https://hooks.example.org/{{ .GroupLabels.team }}".parse()?;
/// assert!(url.expose().ends_with("team }}"));
/// assert!("https://hooks.example.org/{{ .GroupLabels.team".parse::<SecretTemplateUrl>().is_err());
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHttpUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct SecretTemplateUrl(Secret);

impl SecretTemplateUrl {
    /// The text in clear.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The text as a secret.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is a template.
    #[must_use]
    pub fn is_template(&self) -> bool {
        self.0.expose().contains("{{")
    }
}

impl FromStr for SecretTemplateUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        let url = Self(Secret::new(text));
        let problem = match text {
            "" | Secret::SHOWN => None,
            _ if url.is_template() => {
                if is_bare_template(text) {
                    None
                } else {
                    Some("a template without functions of Alertmanager's own")
                }
            }
            _ => http_url_problem(text),
        };
        problem.map_or(Ok(url), |expected| Err(InvalidHttpUrl::secret(expected)))
    }
}

secret_value!(SecretTemplateUrl);

/// Whether Go's own template language, without the functions that Alertmanager adds, can parse a text: what the configuration is checked with.
pub(super) fn is_bare_template(text: &str) -> bool {
    let options = TemplateOptions::default().with_functions(FunctionSet::None);
    Template::parse(text, &options).is_ok()
}

/// The address of a proxy: whatever Go's `url.Parse` takes, even nothing.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::ProxyUrl;
///
/// let url: ProxyUrl = "http://proxy:3128".parse()?;
/// assert!(!url.is_empty());
/// assert!("http://proxy:x".parse::<ProxyUrl>().is_err());
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHttpUrl>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct ProxyUrl(Secret);

impl ProxyUrl {
    /// The text in clear: it may hold a password.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for ProxyUrl {
    type Err = InvalidHttpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidHttpUrl> {
        if is_url(text) { Ok(Self(Secret::new(text))) } else { Err(InvalidHttpUrl::secret("a URL")) }
    }
}

secret_value!(ProxyUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_taken_as_alertmanager_takes_them() {
        for good in ["", "a b", "a:b", "x/y:z", "x:y", "?%zz", "http://h", "//h/x", "///x"] {
            assert!(good.parse::<ProxyUrl>().is_ok(), "{good}");
        }
        for bad in [":a", "1a:b", "http://%zz", "%zz", "//a b", "9x:y", "a#%zz", "http://a:b", "a\u{7f}"] {
            assert!(bad.parse::<ProxyUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn servers_have_a_scheme_and_a_host() {
        for good in ["http://h", "HTTPS://h/x?y#z", "http://u:p@h:80/", "http://:80"] {
            assert!(good.parse::<HttpUrl>().is_ok(), "{good}");
        }
        for bad in ["", "h", "/h", "//h", "http:", "http:h", "http://", "http:///x", "http://u@", "ftp://h", "http://a b", "<secret>"] {
            assert!(bad.parse::<HttpUrl>().is_err(), "{bad}");
        }
        assert!("<secret>".parse::<SecretUrl>().is_ok());
    }
}
