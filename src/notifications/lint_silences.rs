//! Findings about silences.

use crate::notifications::label_constraints::Budget;
use crate::notifications::label_constraints::Constraints;
use crate::notifications::label_constraints::size;
use crate::notifications::lint::LintOptions;
use crate::notifications::lint_finding::LintCode;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::lint_patterns::lint_patterns;
use crate::notifications::silence::Silence;
use crate::notifications::silence::SilenceState;
use crate::notifications::silence_guard::SilenceGuard;
use crate::notifications::silence_guard::SilenceWarningKind;
use crate::utils::Pointer;

/// Notes what is found in silences.
pub(crate) fn lint_each_silence<'a>(silences: impl Iterator<Item = &'a Silence>, options: &LintOptions, findings: &mut Vec<LintFinding>) {
    for (at, silence) in silences.enumerate() {
        if options.now.is_none_or(|now| silence.state_at(now) != SilenceState::Expired) {
            lint_silence(silence, &Pointer::root().index(at), findings);
        }
    }
}

fn lint_silence(silence: &Silence, place: &Pointer, findings: &mut Vec<LintFinding>) {
    for warning in silence.warnings(&SilenceGuard::default()) {
        let code = match warning.kind {
            SilenceWarningKind::Everything => LintCode::SilenceMatchesEverything,
            SilenceWarningKind::Absent => LintCode::SilenceMatchesAbsent,
            SilenceWarningKind::AnyValue => LintCode::SilenceMatchesAnyValue,
            SilenceWarningKind::FewMatchers => continue,
        };
        findings.push(LintFinding::new(
            code,
            place.clone().join(&warning.path()),
            warning.message,
            "add a matcher that only some alerts meet",
        ));
    }
    let total: usize = silence.matcher_sets.iter().map(size).sum();
    let mut budget = Budget::for_size(total, 200, 10_000);
    let sets: Vec<Constraints<'_>> = silence.matcher_sets.iter().map(|set| Constraints::of(set, &mut budget)).collect();
    for (at, (matchers, set)) in silence.matcher_sets.iter().zip(&sets).enumerate() {
        let at_set = |at: usize| place.clone().key("matcher_sets").index(at);
        lint_patterns(matchers, &at_set(at), findings);
        if set.is_impossible() {
            let message = "these matchers contradict each other: no alert matches";
            findings.push(LintFinding::new(LintCode::SilenceNeverMatches, at_set(at), message, "correct the matchers"));
            continue;
        }
        // Of two that match the same, the later one is told.
        let covers = |other: usize, theirs: &Constraints<'_>, budget: &mut Budget| {
            let is_within = silence.matcher_sets.get(other).is_some_and(|matchers| set.implies_all(matchers, budget));
            is_within && (other < at || !theirs.implies_all(matchers, budget))
        };
        let cover = sets
            .iter()
            .enumerate()
            .position(|(other, theirs)| other != at && !theirs.is_impossible() && covers(other, theirs, &mut budget));
        if let Some(other) = cover {
            let message = format!("what these matchers match, matcher set {other} matches too");
            let finding = LintFinding::new(LintCode::SilenceSetCovered, at_set(at), message, "take the matcher set out");
            findings.push(finding.with_related([at_set(other)]));
        }
    }
    if budget.is_exhausted() {
        let message = "the matcher sets have so many matchers that not all were compared";
        let (place, fix) = (place.clone().key("matcher_sets"), "use fewer matchers, and `=` instead of `!=`");
        findings.push(LintFinding::new(LintCode::LintIncomplete, place, message, fix));
    }
}
