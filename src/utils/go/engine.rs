//! The engine that matches patterns, and what it may cost.

use std::sync::Arc;
use std::sync::OnceLock;

use crate::utils::go::pattern::Anchoring;
use crate::utils::go::pattern::PatternLimits;
use crate::utils::go::pattern_error::InvalidPattern;
use crate::utils::go::pattern_error::InvalidPatternKind;
use crate::utils::go::pattern_error::Problem;
use crate::utils::go::re2_syntax::Flags;
use crate::utils::go::re2_syntax::Rules;
use crate::utils::go::re2_syntax::Translation;
use crate::utils::go::re2_syntax::translate;

/// A pattern in the engine's notation, compiled as soon as it is needed.
pub(super) struct Engine {
    /// The text to compile; empty if that was done at once.
    text: Box<str>,
    regex: OnceLock<Option<regex::Regex>>,
}

impl Engine {
    /// The bytes up to which a pattern may wait to be compiled: what takes microseconds then.
    const SMALL: usize = 8 << 10;

    /// Reads `source`, and compiles it unless it is sure to be small.
    pub(super) fn new(source: &str, anchoring: Anchoring, limits: &PatternLimits) -> Result<Self, InvalidPattern> {
        let translation = read_within(source, anchoring, limits, false)?;
        if compiled_bytes(&translation.text).is_some_and(|bytes| bytes <= limits.compiled_bytes.min(Self::SMALL)) {
            return Ok(Self { text: translation.text.into(), regex: OnceLock::new() });
        }
        let (regex, _) = build(source, translation, limits, false)?;
        Ok(Self { text: Box::default(), regex: OnceLock::from(Some(regex)) })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The compiled pattern. There always is one: what is not small was compiled at the start, and what is small has no error left.
    fn regex(&self) -> Option<&regex::Regex> {
        self.regex.get_or_init(|| regex::RegexBuilder::new(&self.text).nest_limit(u32::MAX).build().ok()).as_ref()
    }
}

/// The names of the capturing groups. The engine is not told them, since RE2 allows names that it refuses.
pub(super) type GroupNames = Arc<[Option<Box<str>>]>;

/// Reads and compiles `source`, with its groups.
pub(super) fn compile_capturing(
    source: &str,
    anchoring: Anchoring,
    limits: &PatternLimits,
) -> Result<(regex::Regex, GroupNames), InvalidPattern> {
    build(source, read_within(source, anchoring, limits, true)?, limits, true)
}

/// Reads `source`; an error if it is too long, or if the engine would take too much memory to read its translation.
fn read_within(source: &str, anchoring: Anchoring, limits: &PatternLimits, capturing: bool) -> Result<Translation, InvalidPattern> {
    if source.len() > limits.source_bytes {
        let start: String = source.chars().take(64).collect();
        let span = 0..start.len();
        return Err(InvalidPattern::new(Problem::over(InvalidPatternKind::SourceTooLong, limits.source_bytes, span), &start));
    }
    let fail = |problem| InvalidPattern::new(problem, source);
    let translation = read(source, anchoring, limits, capturing).map_err(fail)?;
    let most = limits.compiled_bytes.saturating_mul(5).max(READING_BYTES);
    if reading_bytes(&translation.text) > most {
        return Err(fail(Problem::over(InvalidPatternKind::CompiledTooLarge, most, 0..source.len())));
    }
    Ok(translation)
}

/// Compiles what was read of `source`.
fn build(
    source: &str,
    translation: Translation,
    limits: &PatternLimits,
    capturing: bool,
) -> Result<(regex::Regex, GroupNames), InvalidPattern> {
    let fail = |problem| InvalidPattern::new(problem, source);
    let Translation { text, group_names, .. } = translation;
    // Searching with groups takes memory for each group and each state of the compiled pattern, so the more groups there are,
    // the smaller it must be.
    let shares = if capturing { group_names.len() + 1 } else { 1 };
    // The levels of nesting are counted already, in a way that bounds how deep the engine recurses; its own count is of the
    // brackets in the text, of which there are more.
    let mut builder = regex::RegexBuilder::new(&text);
    let regex = builder.size_limit(limits.compiled_bytes / shares).nest_limit(u32::MAX).build().map_err(|error| {
        let whole = 0..source.len();
        fail(match error {
            regex::Error::CompiledTooBig(limit) => Problem::over(InvalidPatternKind::CompiledTooLarge, limit, whole),
            _ => Problem::new(InvalidPatternKind::Untranslatable, whole),
        })
    })?;
    Ok((regex, group_names.into()))
}

/// The bytes that the engine may take to read a pattern, before it compiles it, if not more may be compiled.
const READING_BYTES: usize = 10 << 20;

/// Whether what stands in the brackets of a class, in the notation of [`translate`], holds characters of ASCII alone, which need no tree of bytes.
fn is_of_ascii(inside: &str) -> bool {
    let mut pieces = inside.split(r"\x{");
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    pieces.next().is_some_and(plain)
        && pieces.all(|piece| {
            let (digits, after) = piece.split_once('}').unwrap_or_default();
            u8::from_str_radix(digits, 16).is_ok_and(|byte| byte.is_ascii()) && plain(after)
        })
}

/// About how many bytes the engine takes to read `text`, which is in the notation of [`translate`]: it makes a tree of it, in which one character can take
/// a thousand bytes. (Measured with release 1.13 of the engine, and rounded up.)
fn reading_bytes(text: &str) -> usize {
    let mut bytes = 0_usize;
    let mut brackets = 0_usize;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        bytes += match c {
            '[' => {
                brackets += 1;
                1_100
            }
            ']' => {
                brackets = brackets.saturating_sub(1);
                0
            }
            '\\' if brackets > 0 => match rest.next() {
                Some('p' | 'P') => 6_000,
                _ => 100,
            },
            _ if brackets > 0 => 45,
            '\\' => match rest.next() {
                Some('x') => {
                    rest.find(|c| *c == '}');
                    110
                }
                _ => 330,
            },
            '(' => {
                let has_flags = rest.as_str().starts_with('?') && !rest.as_str().starts_with("?:");
                if rest.as_str().starts_with('?') {
                    rest.find(|c| *c == ':');
                }
                if has_flags { 750 } else { 400 }
            }
            ')' => 0,
            '|' => 350,
            '*' | '+' | '?' => 530,
            '{' => {
                rest.find(|c| *c == '}');
                530
            }
            _ => 110,
        };
    }
    bytes
}

/// A number of bytes that `text`, which is in the notation of [`translate`], does not exceed compiled; `None` if only compiling tells, as with
/// counted repetitions and large classes. (Measured with release 1.13 of the engine, and rounded up.)
fn compiled_bytes(text: &str) -> Option<usize> {
    let mut bytes = 400_usize;
    let mut rest = text;
    let any = [r"[^\n]", "(?s:.)"];
    while let Some(c) = rest.chars().next() {
        if bytes > Engine::SMALL {
            return None;
        }
        let (taken, more) = if let Some(any) = any.iter().find(|any| rest.starts_with(**any)) {
            (any.len(), 1_150)
        } else {
            match c {
                '(' if rest.starts_with("(?:") => (3, 60),
                ')' => (1, 0),
                '|' => (1, 120),
                '*' | '+' => (1, 100),
                '?' => (1, 0),
                '{' if rest.starts_with("{0,1}") => (5, 100),
                '\\' if rest.starts_with(r"\A") || rest.starts_with(r"\z") => (2, 60),
                '\\' if rest.starts_with(r"\x{") => (rest.find('}')? + 1, 4 * 60),
                '[' => {
                    let end = rest.find(']')?;
                    let inside = rest.get(1..end).filter(|inside| is_of_ascii(inside))?;
                    (end + 1, 100 + 24 * inside.len())
                }
                '(' | '\\' | '{' => return None,
                _ => (c.len_utf8(), 60 * c.len_utf8()),
            }
        };
        bytes += more;
        rest = rest.get(taken..)?;
    }
    (bytes <= Engine::SMALL).then_some(bytes)
}

/// Translates `source` with what anchors it.
fn read(source: &str, anchoring: Anchoring, limits: &PatternLimits, capturing: bool) -> Result<Translation, Problem> {
    let PatternLimits { nesting, class_ranges, .. } = *limits;
    let rules = Rules { flags: Flags::default(), capturing, nesting, class_ranges };
    let (before, after) = match anchoring {
        Anchoring::Search => return translate(source, rules),
        Anchoring::Alertmanager => ("^(?:", ")$"),
        Anchoring::Prometheus if capturing => ("^(?s:", ")$"),
        // Prometheus' matchers read the pattern alone.
        Anchoring::Prometheus => {
            let mut translation = translate(source, Rules { flags: Flags { dot_all: true, ..rules.flags }, ..rules })?;
            translation.text = format!(r"\A(?:{})\z", translation.text);
            return Ok(translation);
        }
    };
    // The others read it together with what they put around it, so `a)|(b` is a pattern to them and `\Qa` is none.
    let around = format!("{before}{source}{after}");
    translate(&around, Rules { nesting: nesting.saturating_add(1), ..rules }).map_err(|mut problem| {
        // What is wrong without the surroundings is said without them.
        let quote = match translate(source, rules) {
            Err(alone) => return alone,
            Ok(translation) => translation.open_quote,
        };
        if let Some(quote) = quote {
            return Problem::new(InvalidPatternKind::UnclosedQuote, quote..quote + 2);
        }
        let inside = |offset: usize| offset.saturating_sub(before.len()).min(source.len());
        problem.span = inside(problem.span.start)..inside(problem.span.end);
        problem
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_patterns_wait_to_be_compiled() {
        let waits = |source: &str, anchoring| Engine::new(source, anchoring, &PatternLimits::default()).unwrap().regex.get().is_none();
        for source in ["api|web|db", "web-.*", ".+", "(prod|stage)-[0-9]+", "https?://.*", "é"] {
            for anchoring in [Anchoring::Alertmanager, Anchoring::Prometheus, Anchoring::Search] {
                assert!(waits(source, anchoring), "{source}");
            }
        }
        for source in [r"\pL", "a{3}", "[^a]", "(?i)é", &"x".repeat(200), &".".repeat(10)] {
            assert!(!waits(source, Anchoring::Prometheus), "{source}");
        }
    }

    proptest! {
        /// What is taken for small is accepted by the engine, and is no larger than was said.
        #[test]
        fn what_is_small_compiles_within_its_size(parts in prop::collection::vec(prop::sample::select(&[
            "a", "bc", "é", "€", "𝒳", "-", "/", "(?:", "(", ")", "|", "*", "+?", "?", ".", ".*", ".+", "[a-z]", "[0-9A-Za-z_]", "[a-f0-9]", r"\.", "^", "$", "(?i)", "k",
            r"\d", r"\w+", "[^x]", "{2}", "\n", r"\b", "(?m)",
        ][..]), 0..14)) {
            let source = parts.concat();
            for anchoring in [Anchoring::Alertmanager, Anchoring::Prometheus, Anchoring::Search] {
                let Ok(translation) = read_within(&source, anchoring, &PatternLimits::default(), false) else { continue };
                if let Some(bytes) = compiled_bytes(&translation.text) {
                    let built = regex::RegexBuilder::new(&translation.text).size_limit(bytes).nest_limit(u32::MAX).build();
                    prop_assert!(built.is_ok(), "{} as {}: {:?}", source, translation.text, built.err());
                }
            }
        }
    }
}
