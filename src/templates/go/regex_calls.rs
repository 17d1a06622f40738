//! `match` and `reReplaceAll`: patterns that templates hand over as texts.

use std::collections::VecDeque;

use crate::templates::go::function::CallError;
use crate::templates::go::limits::Budget;
use crate::templates::go::limits::LimitReached;
use crate::utils::go::Anchoring;
use crate::utils::go::CapturingPattern;
use crate::utils::go::InvalidPattern;
use crate::utils::go::InvalidPatternKind;
use crate::utils::go::Pattern;
use crate::utils::go::PatternLimits;

/// How many patterns are kept compiled.
const KEPT: usize = 64;

/// The steps that it takes to compile a pattern.
const COMPILE_STEPS: u64 = 5_000;

/// The patterns that a rendering compiled last: the same ones come back for each alert of a list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patterns {
    matching: VecDeque<Pattern>,
    replacing: VecDeque<CapturingPattern>,
}

/// Patterns of templates are small, and there may be many.
fn limits() -> PatternLimits {
    PatternLimits::default().source_bytes(16 << 10).class_ranges(16 << 10).compiled_bytes(512 << 10)
}

fn keep<T>(kept: &mut VecDeque<T>, pattern: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(pattern);
}

/// The steps that it takes to search so many bytes.
fn search_steps(bytes: usize) -> u64 {
    1 + u64::try_from(bytes / 256).unwrap_or(u64::MAX)
}

/// Go's `regexp.MatchString`.
pub(crate) fn is_match(budget: &mut Budget, source: &str, text: &str) -> Result<bool, CallError> {
    budget.step(search_steps(text.len()))?;
    if let Some(pattern) = budget.patterns.matching.iter().find(|pattern| pattern.as_str() == source) {
        return Ok(pattern.is_match(text));
    }
    budget.step(COMPILE_STEPS)?;
    let pattern = Pattern::with_limits(source, Anchoring::Search, &limits()).map_err(|error| parse_error(&error))?;
    let verdict = pattern.is_match(text);
    keep(&mut budget.patterns.matching, pattern);
    Ok(verdict)
}

/// Go's `Regexp.ReplaceAllString`.
pub(crate) fn replace_all(budget: &mut Budget, source: &str, replacement: &str, text: &str) -> Result<String, CallError> {
    budget.step(search_steps(text.len()))?;
    let known = budget.patterns.replacing.iter().find(|pattern| pattern.as_str() == source).cloned();
    let pattern = match known {
        Some(pattern) => pattern,
        None => {
            budget.step(COMPILE_STEPS)?;
            let pattern = CapturingPattern::with_limits(source, Anchoring::Search, &limits())
                .map_err(|error| format!("regexp: Compile({}): {}", go_literal(source), parse_error(&error)))?;
            keep(&mut budget.patterns.replacing, pattern.clone());
            pattern
        }
    };
    let replaced = pattern.replace_all_within(text, replacement, |bytes, behind| {
        // What a match may have looked at before it ended.
        budget.step(1 + u64::try_from(behind / 4_096).unwrap_or(u64::MAX))?;
        if bytes > budget.bytes_left() { budget.bytes(bytes) } else { Ok::<(), LimitReached>(()) }
    })?;
    Ok(replaced)
}

/// A pattern as Go shows it in a panic: between back quotes where it fits.
fn go_literal(source: &str) -> String {
    if source.chars().any(|c| c == '`' || (c.is_control() && c != '\t')) { crate::utils::go::quote(source) } else { format!("`{source}`") }
}

/// The error in Go's words, as far as it has some.
fn parse_error(error: &InvalidPattern) -> String {
    let source = error.source_text();
    let what = match error.kind() {
        InvalidPatternKind::MissingBracket => "missing closing ]",
        InvalidPatternKind::MissingParen => "missing closing )",
        InvalidPatternKind::UnexpectedParen => "unexpected )",
        InvalidPatternKind::MissingRepeatArgument => "missing argument to repetition operator",
        InvalidPatternKind::NestedRepeat => "invalid nested repetition operator",
        InvalidPatternKind::RepeatCount => "invalid repeat count",
        InvalidPatternKind::ClassRange | InvalidPatternKind::ClassName | InvalidPatternKind::UnicodeName => "invalid character class range",
        InvalidPatternKind::Escape => "invalid escape sequence",
        InvalidPatternKind::TrailingBackslash => return "error parsing regexp: trailing backslash at end of expression: ``".to_owned(),
        InvalidPatternKind::GroupSyntax => "invalid or unsupported Perl syntax",
        InvalidPatternKind::GroupName => "invalid named capture",
        _ => return format!("error parsing regexp: {error}"),
    };
    let whole = matches!(error.kind(), InvalidPatternKind::MissingParen | InvalidPatternKind::UnexpectedParen);
    let shown = if whole { source } else { source.get(error.span()).unwrap_or(source) };
    format!("error parsing regexp: {what}: `{shown}`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates::go::TemplateLimits;

    fn budget() -> Budget {
        Budget::new(TemplateLimits::default())
    }

    #[test]
    fn patterns_are_compiled_once() {
        let mut budget = budget();
        for _ in 0..10_000 {
            assert_eq!(is_match(&mut budget, "^web", "web-01"), Ok(true));
            assert_eq!(replace_all(&mut budget, "(.)-", "$1", "web-01"), Ok("web01".to_owned()));
        }
        let many = (0..).map(|number| is_match(&mut budget, &format!("a{number}"), "")).take_while(Result::is_ok).count();
        assert!(many < 200);
    }

    #[test]
    fn errors_in_the_words_of_go() {
        for (source, expected) in [
            ("a(", "missing closing ): `a(`"),
            ("[a", "missing closing ]: `[a`"),
            ("a**", "invalid nested repetition operator: `**`"),
            (r"\", "trailing backslash at end of expression: ``"),
        ] {
            let expected = format!("error parsing regexp: {expected}");
            assert_eq!(is_match(&mut budget(), source, ""), Err(CallError::Failed(expected.clone())));
            let panic = format!("regexp: Compile(`{source}`): {expected}");
            assert_eq!(replace_all(&mut budget(), source, "", ""), Err(CallError::Failed(panic)));
        }
    }

    #[test]
    fn a_result_that_is_too_long_is_not_made() {
        let limits = TemplateLimits::default().with_value_bytes(1_000);
        let mut budget = Budget::new(limits);
        let text = "a".repeat(100);
        assert_eq!(replace_all(&mut budget, "a", &text, &text), Err(CallError::Limit(LimitReached::Values(1_000))));
        assert!(replace_all(&mut budget, "a", "b", &text).is_ok());
    }
}
