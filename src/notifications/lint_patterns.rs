//! Findings about single matchers.

use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::notifications::lint_finding::LintCode;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::literal_values::literal_values;
use crate::utils::Pointer;
use crate::utils::excerpt;

/// Patterns that every value without a line break matches, and so does none.
const EVERYTHING: &[&str] = &[".*", "^.*$", "^.*", ".*$", "(.*)", "^(.*)$", "(?:.*)", ".*?", ".*.*"];

/// Patterns that every value without a line break matches, but not a label that is missing.
const PRESENT: &[&str] = &[".+", "^.+$", "^.+", ".+$", "(.+)", "^(.+)$", "(?:.+)", ".+?", "..*"];

/// What a pattern could be written as: such as `team="db"`.
fn instead(matcher: &Matcher, op: MatchOp, value: &str) -> String {
    let text = Matcher::new(matcher.name(), op, value).map(|matcher| matcher.to_string()).unwrap_or_default();
    format!("write `{}`", excerpt(&text))
}

fn is_plain(text: &str) -> bool {
    !text.contains(['\\', '.', '+', '*', '?', '(', ')', '[', ']', '{', '}', '^', '$', '|'])
}

/// Notes patterns that could be simpler; `pointer` is that of the list.
pub(crate) fn lint_patterns(matchers: &Matchers, pointer: &Pointer, findings: &mut Vec<LintFinding>) {
    for matcher in matchers.iter().filter(|matcher| matcher.op().is_regex()) {
        let shown = excerpt(&matcher.to_string());
        let equal = if matcher.op() == MatchOp::Regex { MatchOp::Equal } else { MatchOp::NotEqual };
        let mut note = |code, message: String, fix: String| findings.push(LintFinding::new(code, pointer.clone(), message, fix));
        if EVERYTHING.contains(&matcher.value()) {
            let (what, fix) = if matcher.op() == MatchOp::Regex {
                ("every", "leave the matcher out, or say which values are meant")
            } else {
                ("no", "say which values are not meant: without the matcher every alert would match")
            };
            let message = format!("`{shown}` matches {what} alert, but for values with a line break");
            note(LintCode::RegexMatchesEverything, message, fix.to_owned());
        } else if PRESENT.contains(&matcher.value()) {
            let message = format!("`{shown}` only asks whether there is a value, and misses values with a line break");
            note(LintCode::RegexCouldBePresence, message, instead(matcher, equal.inverse(), ""));
        } else if let Some(values) = literal_values(matcher.value()) {
            match values.as_slice() {
                [value] => {
                    note(
                        LintCode::RegexCouldBeEquality,
                        format!("the pattern of `{shown}` matches one value"),
                        instead(matcher, equal, value),
                    );
                }
                several => {
                    let plain = several.join("|");
                    if plain.len() < matcher.value().len() && several.iter().all(|value| is_plain(value)) {
                        let message = format!("the pattern of `{shown}` matches {} values that could be written plainly", several.len());
                        note(LintCode::RegexCouldBeAlternation, message, instead(matcher, matcher.op(), &plain));
                    }
                }
            }
        }
    }
}
