//! Which generator URLs Alertmanager takes.

/// Whether Alertmanager 0.33 takes `text` as `generatorURL`: what Go's `url.ParseRequestURI` parses, or nothing.
///
/// A path that starts with `/`, or a scheme with anything behind it; where `//` follows, a host in which a `[` is closed and the port is a number. A `%` in
/// host or path starts two hexadecimal digits. (Measured on 0.33.1; behind `?` anything goes.)
pub(crate) fn is_generator_url(text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    if text.bytes().any(|byte| byte < 0x20 || byte == 0x7F) {
        return false;
    }
    let Some((rest, has_scheme)) = after_scheme(text) else { return false };
    let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
    if !rest.starts_with('/') {
        // `mailto:a`, `urn:x`: opaque, and only with a scheme.
        return has_scheme;
    }
    // Without a scheme, `//x` is a path and not a host.
    let Some(authority) = rest.strip_prefix("//").filter(|_| has_scheme || rest.starts_with("///")) else {
        return escapes_are_whole(rest);
    };
    let end = authority.find('/').unwrap_or(authority.len());
    match authority.split_at_checked(end) {
        Some((authority, path)) => is_authority(authority) && escapes_are_whole(path),
        None => false,
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

fn is_authority(authority: &str) -> bool {
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let user_is_good = user.chars().all(|c| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c)) && escapes_are_whole(user);
    let port_is_good = |rest: &str| match rest.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()),
        None => rest.is_empty(),
    };
    let host_is_good = if let Some(inner) = host.strip_prefix('[') {
        inner.rsplit_once(']').is_some_and(|(inside, rest)| port_is_good(rest) && !inside.contains('%') || inside.contains("%25"))
    } else {
        let (name, port) = host.rfind(':').and_then(|at| host.split_at_checked(at)).unwrap_or((host, ""));
        let good = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:[]<>\"%".contains(c);
        port_is_good(port) && name.chars().all(good) && !name.contains('%')
    };
    user_is_good && host_is_good
}

/// Whether each `%` is followed by two hexadecimal digits.
fn escapes_are_whole(text: &str) -> bool {
    let is_hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
    text.split('%').skip(1).all(|rest| is_hex(rest.bytes().next()) && is_hex(rest.as_bytes().get(1).copied()))
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
        ] {
            assert!(!is_generator_url(bad), "{bad}");
        }
    }
}
