//! Which generator URLs Alertmanager takes.

use core::net::Ipv6Addr;

/// Whether Alertmanager 0.33 takes `text` as `generatorURL`: what Go's `url.ParseRequestURI` parses, or nothing.
///
/// `*`, a path that starts with `/`, or a scheme with anything behind it; where `//` follows the scheme, a host whose port is a number and
/// which stands in brackets only if it is an IPv6 address. A `%` before the `?` starts two hexadecimal digits; behind it anything goes. Nowhere
/// is there a control character of ASCII. All that from the first `#` on is not looked at. (Measured on 0.33.1, built with Go 1.27.)
pub(crate) fn is_generator_url(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let text = text.split_once('#').map_or(text, |(before, _)| before);
    if text == "*" {
        return true;
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return false;
    }
    let Some((rest, has_scheme)) = after_scheme(text) else { return false };
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    if !rest.starts_with('/') {
        // `mailto:a`, `urn:x`: opaque, and only with a scheme.
        return has_scheme;
    }
    // Without a scheme, `//x` is a path and not a host.
    let Some(rest) = rest.strip_prefix("//").filter(|_| has_scheme) else { return is_path(rest) };
    match rest.find('/').and_then(|at| rest.split_at_checked(at)) {
        Some((authority, path)) => is_authority(authority) && is_path(path),
        None => is_authority(rest),
    }
}

/// What follows the scheme, and whether there was one; nothing if a colon comes before anything that can be a scheme.
fn after_scheme(text: &str) -> Option<(&str, bool)> {
    for (at, c) in text.char_indices() {
        match c {
            'a'..='z' | 'A'..='Z' => {}
            '0'..='9' | '+' | '-' | '.' if at > 0 => {}
            ':' if at == 0 => return None,
            ':' => return text.get(at + 1..).map(|rest| (rest, true)),
            _ => break,
        }
    }
    Some((text, false))
}

fn is_path(path: &str) -> bool {
    each(path, |_| true, |_| true)
}

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let in_user = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=@".contains(&byte);
    each(user, in_user, |_| true) && is_host(host)
}

fn is_host(host: &str) -> bool {
    let in_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:[]<>\"".contains(&byte);
    if host.contains('[') {
        let inner = host.strip_prefix('[').filter(|inner| !inner.contains('['));
        let Some((address, port)) = inner.and_then(|inner| inner.rsplit_once(']')) else { return false };
        let (address, zone_is_good) = match address.split_once("%25") {
            Some((address, zone)) => {
                let is_good = each(zone, |byte| !byte.is_ascii() || in_host(byte), |byte| matches!(byte, b'%' | b' ') || in_host(byte));
                (address, is_good && !zone.is_empty())
            }
            None => (address, true),
        };
        return zone_is_good && is_port(port) && address.parse::<Ipv6Addr>().is_ok();
    }
    let port = host.rfind(':').and_then(|at| host.get(at..)).unwrap_or_default();
    is_port(port) && each(host, |byte| !byte.is_ascii() || in_host(byte), |byte| !byte.is_ascii() || byte == b'%')
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether each byte may stand there as it is, or escaped by a `%` and two hexadecimal digits.
fn each(text: &str, plain: impl Fn(u8) -> bool, escaped: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_good = if byte == b'%' {
            let mut hex = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
            let value = hex().zip(hex()).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
            value.is_some_and(&escaped)
        } else {
            plain(byte)
        };
        if !is_good {
            return false;
        }
    }
    true
}

/// Whether Go's `url.Parse` takes `text`: as above, but anything relative too, and nothing at all; and a fragment has no bad escapes.
#[cfg(feature = "yaml")]
pub(crate) fn is_url(text: &str) -> bool {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    if text.bytes().chain(fragment.bytes()).any(|byte| byte.is_ascii_control()) || !is_path(fragment) {
        return false;
    }
    let Some((rest, has_scheme)) = after_scheme(text) else { return false };
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    if let Some(rest) = rest.strip_prefix("//").filter(|rest| has_scheme || !rest.starts_with('/')) {
        return match rest.find('/').and_then(|at| rest.split_at_checked(at)) {
            Some((authority, path)) => is_authority(authority) && is_path(path),
            None => is_authority(rest),
        };
    }
    if has_scheme && !rest.starts_with('/') {
        return true;
    }
    // A colon in the first part of a path would be taken for the end of a scheme.
    let first = rest.split('/').next().unwrap_or_default();
    (has_scheme || !first.contains(':')) && is_path(rest)
}

/// Why Alertmanager does not take `text` for the address of a server: it is `http` or `https`, with a host.
#[cfg(feature = "yaml")]
pub(crate) fn http_url_problem(text: &str) -> Option<&'static str> {
    if !is_url(text) {
        return Some("a URL");
    }
    let scheme = match after_scheme(text) {
        Some((rest, true)) => text.strip_suffix(rest).and_then(|scheme| scheme.strip_suffix(':')).unwrap_or_default(),
        _ => "",
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Some("a URL that starts with `http://` or `https://`");
    }
    let rest = text.get(scheme.len() + 1..).and_then(|rest| rest.strip_prefix("//")).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if host.is_empty() { Some("a URL with a host") } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdicts_are_those_measured() {
        for good in [
            "",
            "/rel",
            "urn:x",
            "mailto:a",
            "http://é/",
            "http://h:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
            "http://[::1]:9090/",
            "http://h",
            "http://u:p@h/x",
            "//x/y",
            "//[",
            "*",
            "*#x",
            "http:",
            "http:?",
            "x:%zz",
            "http://h/a b",
            "http://h/?%zz\u{80}",
            "http://h/#%zz\n",
            "http://h:",
            "http://a:1:2/",
            "http://a%C3%A9%25<\">/",
            "http://[fe80::1%25en%20%41\u{e9}]:80/",
        ] {
            assert!(is_generator_url(good), "{good}");
        }
        for bad in [
            "not a url",
            "x",
            "?q",
            "%zz",
            "http://x/%zz",
            "http://[::1",
            "http://x:port/",
            ":x",
            "http://a b/",
            "http://h/\u{7f}",
            "http://h/\n",
            "#f",
            "**",
            "1a:/x/%zz",
            "http://h/%4",
            "http://u%2@h/",
            "http://\u{e9}@h/",
            "http://a%41/",
            "http://a\\b/",
            "http://a[::1]/",
            "http://[::1]a/",
            "http://[1.2.3.4]/",
            "http://[fe80::1%25]/",
            "http://[fe80::1%25%2f]/",
            "http://[fe80::1%25%C3]/",
            "http://[fe80::1%en0]/",
        ] {
            assert!(!is_generator_url(bad), "{bad}");
        }
    }
}
