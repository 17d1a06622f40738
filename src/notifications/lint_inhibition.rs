//! Findings about inhibition rules.

use std::collections::HashMap;
use std::collections::HashSet;
use std::collections::hash_map::Entry;

use crate::alerts::LabelName;
use crate::alerts::Matchers;
use crate::notifications::inhibition_rule::InhibitionRule;
use crate::notifications::label_constraints::Budget;
use crate::notifications::label_constraints::Constraints;
use crate::notifications::label_constraints::Known;
use crate::notifications::label_constraints::size;
use crate::notifications::lint_finding::LintCode;
use crate::notifications::lint_finding::LintFinding;
use crate::notifications::lint_patterns::lint_patterns;
use crate::utils::Pointer;
use crate::utils::TenantId;
use crate::utils::excerpt;

/// A rule as it is compared with others: its matchers as texts.
type Key<'a> = (&'a TenantId, String, String);

struct Linter<'f> {
    budget: Budget,
    findings: &'f mut Vec<LintFinding>,
}

/// Notes what is found in inhibition rules.
pub(crate) fn lint_inhibition_rules(rules: &[InhibitionRule], findings: &mut Vec<LintFinding>) {
    let total: usize = rules.iter().map(|rule| size(rule.source_matchers.iter().chain(&rule.target_matchers)) + rule.equal.len()).sum();
    let budget = Budget::for_size(total, 16, 100_000);
    let mut linter = Linter { budget, findings };
    let list = Pointer::root().key("inhibition_rules");
    // The first rule with these matchers that may quiet something, and the first with these matchers and labels.
    let mut applying: HashMap<Key<'_>, usize> = HashMap::new();
    let mut known: HashMap<(Key<'_>, Vec<&LabelName>), usize> = HashMap::new();
    for (at, rule) in rules.iter().enumerate() {
        let place = list.clone().index(at);
        let applies = linter.lint_rule(rule, &place);
        let text = |matchers: &Matchers| matchers.clone().sorted().to_string();
        let (source, target) = (text(&rule.source_matchers), text(&rule.target_matchers));
        let mut equal: Vec<_> = rule.equal.iter().collect();
        equal.sort();
        equal.dedup();
        let reverse = (&rule.tenant, target.clone(), source.clone());
        if let Some(other) = applying.get(&reverse).filter(|_| applies && source != target) {
            let other = list.clone().index(*other);
            let message = format!(
                "an alert that this rule quiets may quiet the one that does it, by the rule {other}: then nobody is told of either"
            );
            let fix = "let only the worse of the two quiet the other";
            linter.findings.push(LintFinding::new(LintCode::InhibitionMutual, place.clone(), message, fix).with_related([other]));
        }
        let key = (&rule.tenant, source, target);
        if applies {
            applying.entry(key.clone()).or_insert(at);
        }
        match known.entry((key, equal)) {
            Entry::Vacant(entry) => drop(entry.insert(at)),
            Entry::Occupied(entry) => {
                let first = list.clone().index(*entry.get());
                let message = format!("the rule {first} is the same");
                let finding = LintFinding::new(LintCode::InhibitionRepeated, place, message, "take one of the two out");
                linter.findings.push(finding.with_related([first]));
            }
        }
    }
    if linter.budget.is_exhausted() {
        let message = "the inhibition rules have so many matchers that not all were compared";
        linter.findings.push(LintFinding::new(LintCode::LintIncomplete, list, message, "use fewer matchers, and `=` instead of `!=`"));
    }
}

/// The only value that a label can have.
fn only<'k>(known: Option<&'k Known<'_>>) -> Option<&'k str> {
    match known?.values()? {
        [value] => Some(value),
        _ => None,
    }
}

impl Linter<'_> {
    fn note(&mut self, code: LintCode, pointer: Pointer, message: impl Into<String>, fix: impl Into<String>) {
        self.findings.push(LintFinding::new(code, pointer, message, fix));
    }

    /// Notes what is found in one rule; says whether it may quiet anything.
    fn lint_rule(&mut self, rule: &InhibitionRule, place: &Pointer) -> bool {
        let (at_source, at_target) = (place.clone().key("source_matchers"), place.clone().key("target_matchers"));
        lint_patterns(&rule.source_matchers, &at_source, self.findings);
        lint_patterns(&rule.target_matchers, &at_target, self.findings);
        let mut source = Constraints::of(&rule.source_matchers, &mut self.budget);
        let target = Constraints::of(&rule.target_matchers, &mut self.budget);
        for (constraints, at) in [(&source, at_source.clone()), (&target, at_target)] {
            if constraints.is_impossible() {
                let message = "these matchers contradict each other: no alert matches, and the rule quiets nothing";
                self.note(LintCode::InhibitionNeverApplies, at, message, "correct the matchers, or take the rule out");
                return false;
            }
        }
        let mut applies = true;
        let mut seen = HashSet::new();
        for (at, label) in rule.equal.iter().enumerate().filter(|(_, label)| seen.insert(*label)) {
            applies &= self.lint_equal(label, &place.clone().key("equal").index(at), &mut source, &target);
        }
        let is_target = source.implies_all(&rule.target_matchers, &mut self.budget);
        if is_target && target.implies_all(&rule.source_matchers, &mut self.budget) {
            let message =
                "source and target matchers match the same alerts, and an alert that matches both is not quieted by another that does";
            self.note(LintCode::InhibitionNeverApplies, place.clone(), message, "let the target matchers leave the sources out");
            applies = false;
        } else if is_target {
            let message =
                "every source is a target of the rule, too: it is not quieted itself, and quiets only targets that are no sources";
            let fix = "let the target matchers leave the sources out, so that the rule says what it does";
            self.note(LintCode::InhibitionOwnSource, place.clone(), message, fix);
        }
        if rule.source_matchers.is_empty() {
            let message = "every alert is a source: any one that fires quiets all targets with the same `equal` labels";
            self.note(LintCode::InhibitionSourceEverything, at_source, message, "say which alerts quiet others");
        }
        if rule.equal.is_empty() {
            let message = "the rule compares no labels: one source quiets every target, wherever it is";
            let fix = "name the labels that both have in common, such as `cluster` or `instance`";
            self.note(LintCode::InhibitionWithoutEqual, place.clone(), message, fix);
        }
        applies
    }

    /// Notes what is found about one `equal` label; says whether it may be the same on both sides.
    fn lint_equal<'r>(&mut self, label: &LabelName, place: &Pointer, source: &mut Constraints<'r>, target: &Constraints<'r>) -> bool {
        let shown = excerpt(label.as_str());
        let of_target = target.get(label.as_str());
        if let (Some(value), Some(other)) = (only(source.get(label.as_str())), only(of_target))
            && value == other
        {
            let what = if value.is_empty() { "missing".to_owned() } else { format!("`{}`", excerpt(value)) };
            let message = format!("the label `{shown}` of both source and target is {what} anyway");
            self.note(LintCode::InhibitionEqualAlways, place.clone(), message, "leave it out of `equal`");
            return true;
        }
        let mark = source.mark();
        for matcher in of_target.into_iter().flat_map(|known| known.matchers()) {
            source.push(matcher, &mut self.budget);
        }
        let never = source.is_impossible();
        source.back_to(mark);
        if never {
            let message = format!("source and target never have the same label `{shown}`, so that the rule quiets nothing");
            self.note(LintCode::InhibitionEqualNever, place.clone(), message, "leave it out of `equal`, or correct the matchers");
        }
        !never
    }
}
