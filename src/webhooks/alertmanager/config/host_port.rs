//! A host and its port.

use std::fmt;
use std::str::FromStr;

use crate::utils::SecretDisplay;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::values::read_text;
use crate::webhooks::alertmanager::config::written::Written;

/// A host and its port, such as `mail.example.org:587`; the empty one where none is set.
///
/// The host may be empty, the port is any text without a colon (Go's `net.SplitHostPort`); an IPv6 address stands in brackets.
///
/// # Examples
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::HostPort;
///
/// let smarthost: HostPort = "[::1]:25".parse()?;
/// assert_eq!((smarthost.host(), smarthost.port()), ("::1", "25"));
/// assert!("mail.example.org".parse::<HostPort>().is_err());
/// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHostPort>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct HostPort {
    host: String,
    port: String,
}

impl HostPort {
    /// The host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> &str {
        &self.port
    }

    /// Whether none is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.host.is_empty() && self.port.is_empty()
    }
}

/// Why a text is not a host with a port.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::config::{HostPort, InvalidHostPort};
///
/// let error: InvalidHostPort = "mail".parse::<HostPort>().unwrap_err();
/// assert_eq!(error.code(), "invalid_host_port");
/// assert_eq!(error.to_string(), "`mail` is not a host with a port: expected such as `mail.example.org:587`");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidHostPort {
    found: String,
}

impl InvalidHostPort {
    /// The stable code of this problem, as listed in the error catalogue.
    pub const CODE: &'static str = "invalid_host_port";

    /// The stable code of this problem, as listed in the error catalogue.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Self::CODE
    }
}

impl fmt::Display for InvalidHostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a host with a port: expected such as `mail.example.org:587`", self.found)
    }
}

impl std::error::Error for InvalidHostPort {}

crate::utils::umbrella!(InvalidHostPort);

impl FromStr for HostPort {
    type Err = InvalidHostPort;

    fn from_str(text: &str) -> Result<Self, InvalidHostPort> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        split(text)
            .filter(|(_, port)| !port.is_empty())
            .map(|(host, port)| Self { host: host.to_owned(), port: port.to_owned() })
            .ok_or_else(|| InvalidHostPort { found: excerpt(text) })
    }
}

/// As Go's `net.SplitHostPort`.
fn split(text: &str) -> Option<(&str, &str)> {
    let (before, port) = text.rsplit_once(':')?;
    let host = match before.strip_prefix('[') {
        Some(inner) => {
            let host = inner.strip_suffix(']')?;
            // The first closing bracket is the last.
            if host.contains(']') { return None } else { host }
        }
        None if before.contains(':') => return None,
        None => before,
    };
    let is_free = |part: &str| !part.contains(['[', ']']);
    (is_free(host) && is_free(port)).then_some((host, port))
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { host, port } if host.contains([':', '%']) => write!(f, "[{host}]:{port}"),
            _ if self.is_empty() => Ok(()),
            Self { host, port } => write!(f, "{host}:{port}"),
        }
    }
}

impl ConfigValue for HostPort {
    fn zero() -> Self {
        Self::default()
    }

    fn read<'y>(&mut self, collector: &mut Collector<'y>, decoder: &mut GoDecoder, _: Globals<'_>, node: Node<'y>) -> bool {
        read_text(self, InvalidHostPort::CODE, collector, decoder, node)
    }

    fn written(&self, _: SecretDisplay) -> Written {
        Written::Text(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports_are_split_as_go_splits_them() {
        for good in ["h:25", ":25", "[a:b]:c", "h:smtp", "", "[::1%eth0]:25"] {
            let read: HostPort = good.parse().unwrap();
            assert_eq!(read.to_string(), good);
        }
        for bad in ["h", "h:", "a:b:c", "[a]", "[a:b", "a]:1", "[[a]]:1", "[a]b:1", "h:[1"] {
            assert!(bad.parse::<HostPort>().is_err(), "{bad}");
        }
    }
}
