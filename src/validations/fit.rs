//! Shortening text to what a channel takes.

use std::borrow::Cow;

use crate::utils::Pointer;
use crate::validations::loss::Loss;

/// How long a text may be.
///
/// ```
/// use alert_schemas::validations::Limit;
///
/// assert!(Limit::Characters(4).holds("日本語"));
/// assert!(!Limit::Bytes(4).holds("日本語"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// At most this many Unicode scalar values, as JSON Schema's `maxLength` and most services count.
    Characters(usize),
    /// At most this many bytes of UTF-8.
    Bytes(usize),
}

impl Limit {
    /// Whether `text` is within the limit.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        match self {
            // A text has no more characters than bytes: most texts need no counting.
            Self::Characters(most) => text.len() <= most || text.chars().nth(most).is_none(),
            Self::Bytes(most) => text.len() <= most,
        }
    }
}

/// A text that is within its limit, and what was cut off for that.
///
/// ```
/// use alert_schemas::validations::{Fitted, Limit, fit};
///
/// let summary: Fitted<'_> = fit("disk full on db-1", Limit::Characters(10));
/// assert_eq!(summary.text, "disk full…");
/// assert_eq!(summary.lost_characters, 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fitted<'a> {
    /// The text that fits; borrowed where nothing had to go.
    pub text: Cow<'a, str>,
    /// How many characters of the original are not in it.
    pub lost_characters: usize,
}

impl Fitted<'_> {
    /// The loss to report for the field at `path`, if there is one.
    #[must_use]
    pub fn loss(&self, path: Pointer) -> Option<Loss> {
        (self.lost_characters > 0)
            .then(|| Loss::new(path, "text_shortened", format!("the last {} characters did not fit", self.lost_characters)))
    }
}

const ELLIPSIS: char = '…';

/// Shortens `text` to `limit`, marking the cut with `…`, and says how much was lost.
///
/// This is Alertmanager's truncation (0.33, `notify/util.go`): with a limit of up to three characters the first ones stay without a mark;
/// with one of fewer than three bytes that many dots stand for the text. Where Alertmanager's own byte truncation panics (a text of many
/// bytes and few characters), the longest beginning that fits is kept.
///
/// # Examples
///
/// ```
/// use alert_schemas::validations::{Limit, fit};
///
/// assert_eq!(fit("checkout is down", Limit::Characters(9)).text, "checkout…");
/// assert_eq!(fit("日本語テキスト", Limit::Bytes(9)).text, "日本…");
/// assert_eq!(fit("short", Limit::Bytes(1024)).lost_characters, 0);
/// ```
#[must_use]
pub fn fit(text: &str, limit: Limit) -> Fitted<'_> {
    if limit.holds(text) {
        return Fitted { text: Cow::Borrowed(text), lost_characters: 0 };
    }
    let (kept, mark) = match limit {
        Limit::Characters(most @ 0..=3) => (beginning(text, |characters, _| characters <= most), String::new()),
        Limit::Characters(most) => (beginning(text, |characters, _| characters < most), ELLIPSIS.to_string()),
        Limit::Bytes(most @ 0..=2) => ("", ".".repeat(most)),
        Limit::Bytes(most) => (beginning(text, |_, bytes| bytes + ELLIPSIS.len_utf8() <= most), ELLIPSIS.to_string()),
    };
    let lost_characters = text.get(kept.len()..).unwrap_or_default().chars().count();
    Fitted { text: Cow::Owned(format!("{kept}{mark}")), lost_characters }
}

/// The longest beginning of whole characters for which `fits(characters, bytes)` holds.
fn beginning(text: &str, fits: impl Fn(usize, usize) -> bool) -> &str {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let end = ends.enumerate().take_while(|&(index, end)| fits(index + 1, end)).last().map_or(0, |(_, end)| end);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_limits_leave_what_alertmanager_leaves() {
        let cut = |limit| fit("abcdef", limit).text.into_owned();
        assert_eq!(cut(Limit::Characters(0)), "");
        assert_eq!(cut(Limit::Characters(3)), "abc");
        assert_eq!(cut(Limit::Characters(4)), "abc…");
        assert_eq!(cut(Limit::Bytes(2)), "..");
        assert_eq!(cut(Limit::Bytes(3)), "…");
        assert_eq!(cut(Limit::Bytes(5)), "ab…");
    }

    #[test]
    fn few_characters_of_many_bytes_are_cut_and_not_a_panic() {
        let fitted = fit("🔥🔥🔥🔥", Limit::Bytes(12));
        assert_eq!((fitted.text.as_ref(), fitted.lost_characters), ("🔥🔥…", 2));
        let loss = fitted.loss(Pointer::root().key("summary")).unwrap();
        assert_eq!(loss.to_string(), "/summary: the last 2 characters did not fit");
        assert_eq!(fit("x", Limit::Bytes(1)).loss(Pointer::root()), None);
    }

    proptest! {
        #[test]
        fn what_is_fitted_fits(text in ".{0,20}", most in 0_usize..30, bytes in any::<bool>()) {
            let limit = if bytes { Limit::Bytes(most) } else { Limit::Characters(most) };
            let fitted = fit(&text, limit);
            prop_assert!(limit.holds(&fitted.text));
            prop_assert_eq!(fitted.lost_characters == 0, limit.holds(&text));
            // Fitting once more changes nothing.
            prop_assert_eq!(fit(&fitted.text, limit).text, fitted.text.clone());
        }
    }
}
