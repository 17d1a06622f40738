//! Texts of the web as Go's `net` and `net/url` take and give them.

use core::net::IpAddr;
use std::fmt::Write;

use crate::utils::go::escape_into;

/// Escapes a text for the query of a URL, as Go's `url.QueryEscape`: a space becomes `+`.
pub(crate) fn query_escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                // Writing to a `String` always succeeds.
                let _: std::fmt::Result = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// Undoes [`query_escape`], as Go's `url.QueryUnescape`. Bytes that are no UTF-8 become `�`.
pub(crate) fn query_unescape(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let pair = (ahead.next().and_then(hex_digit), ahead.next().and_then(hex_digit));
                let (Some(high), Some(low)) = pair else {
                    return Err(format!("invalid URL escape \"{}\"", shown_bytes(std::iter::once(b'%').chain(rest.take(2)))));
                };
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// Bytes as a Go string literal shows them.
fn shown_bytes(bytes: impl Iterator<Item = u8>) -> String {
    let bytes: Vec<u8> = bytes.collect();
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| escape_into(&mut out, c, '"', false));
        for byte in chunk.invalid() {
            // Writing to a `String` always succeeds.
            let _: std::fmt::Result = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The path of a URL, without escapes; the whole text where it is none.
pub(crate) fn url_path(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let (url, _) = url.split_at_checked(end).unwrap_or((url, ""));
    let behind_scheme = match url.split_once(':') {
        // What follows a scheme without a slash is no path.
        Some((scheme, rest)) if is_scheme(scheme) => rest.strip_prefix('/').map_or("", |_| rest),
        _ => url,
    };
    let path = match behind_scheme.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default(),
        None => behind_scheme,
    };
    // A plus is itself in a path.
    query_unescape(&path.replace('+', "%2B")).unwrap_or_else(|_| path.to_owned())
}

fn is_scheme(text: &str) -> bool {
    let rest = text.strip_prefix(|c: char| c.is_ascii_alphabetic());
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
}

/// Host and port of an address, as Go's `net.SplitHostPort`; `None` where it gives an error.
fn split_host_port(address: &str) -> Option<(&str, &str)> {
    let (before, port) = address.rsplit_once(':')?;
    if let Some(inside) = address.strip_prefix('[') {
        // The bracket that closes stands right before the last colon.
        let (host, behind) = inside.split_once(']')?;
        let port = behind.strip_prefix(':').filter(|port| !port.contains([':', '[', ']']))?;
        return (!host.contains('[')).then_some((host, port));
    }
    (!before.contains(':') && !address.contains(['[', ']'])).then_some((before, port))
}

/// An address without its port: Prometheus' `stripPort`.
pub(crate) fn strip_port(address: &str) -> &str {
    split_host_port(address).map_or(address, |(host, _)| host)
}

/// An address whose host has lost its domain: Prometheus' `stripDomain`. IP addresses stay.
pub(crate) fn strip_domain(address: &str) -> String {
    let (host, port) = split_host_port(address).unwrap_or((address, ""));
    if host.parse::<IpAddr>().is_ok() {
        return address.to_owned();
    }
    let name = host.split('.').next().unwrap_or(host);
    match port {
        "" => name.to_owned(),
        _ if name.contains(':') => format!("[{name}]:{port}"),
        _ => format!("{name}:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_escaped() {
        assert_eq!(query_escape("a b+c&é~-_.*"), "a+b%2Bc%26%C3%A9~-_.%2A");
        assert_eq!(query_unescape("a+b%2Bc%c3%A9").as_deref(), Ok("a b+cé"));
        assert_eq!(query_unescape("%ff").as_deref(), Ok("\u{fffd}"));
        assert_eq!(query_unescape("%aé"), Err(r#"invalid URL escape "%a\xc3""#.to_owned()));
        assert_eq!(query_unescape("a%2"), Err("invalid URL escape \"%2\"".to_owned()));
        assert_eq!(query_unescape("%zz1"), Err("invalid URL escape \"%zz\"".to_owned()));
    }

    #[test]
    fn paths() {
        for (url, path) in [
            ("http://prometheus.example:9090/a/b%20+c?d#e", "/a/b +c"),
            ("http://prometheus.example", ""),
            ("/only/path", "/only/path"),
            ("", ""),
            ("mailto:a", ""),
        ] {
            assert_eq!(url_path(url), path, "{url}");
        }
    }

    #[test]
    fn addresses() {
        for (address, without_port, without_domain) in [
            ("web-01.example.com:9100", "web-01.example.com", "web-01:9100"),
            ("web-01.example.com", "web-01.example.com", "web-01"),
            ("10.0.0.1:9100", "10.0.0.1", "10.0.0.1:9100"),
            ("[::1]:9100", "::1", "[::1]:9100"),
            ("::1", "::1", "::1"),
            ("[::1]", "[::1]", "[::1]"),
            ("[a.b]:1", "a.b", "a:1"),
            ("[a:b.c]:1", "a:b.c", "[a:b]:1"),
            ("a.b:", "a.b", "a"),
            ("a.b:1:2", "a.b:1:2", "a"),
            ("[a]b:1", "[a]b:1", "[a]b:1"),
            ("a]:1", "a]:1", "a]:1"),
            ("", "", ""),
            (":80", "", ":80"),
        ] {
            assert_eq!(strip_port(address), without_port, "{address}");
            assert_eq!(strip_domain(address), without_domain, "{address}");
        }
    }
}
