//! Text as a pattern that matches it.

/// The pattern that matches just this text: what `regexp.QuoteMeta` of Go gives.
///
/// ```
/// use alert_schemas::utils::go::quote_meta;
///
/// assert_eq!(quote_meta("db.crit (eu-1)"), r"db\.crit \(eu-1\)");
/// ```
#[must_use]
pub fn quote_meta(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::utils::go::Anchoring;
    use crate::utils::go::Pattern;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_matches_the_text_and_no_other(text in r"[ -~é☃\n]{0,8}", other in r"[ -~é☃\n]{0,8}") {
            let pattern = Pattern::new(&quote_meta(&text), Anchoring::Alertmanager).unwrap();
            prop_assert!(pattern.is_match(&text));
            prop_assert_eq!(pattern.is_match(&other), text == other);
        }
    }
}
