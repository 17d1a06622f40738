//! What a conjunction of matchers leaves of the values that labels can have, and what follows from it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::notifications::literal_values::literal_values;

/// How much may still be compared; what would cost more counts as not known.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    exhausted: bool,
}

impl Budget {
    pub(crate) fn new(left: usize) -> Self {
        Self { left, exhausted: false }
    }

    /// So much for `each` of what is compared ([`size`]), and `least` more.
    pub(crate) fn for_size(size: usize, each: usize, least: usize) -> Self {
        Self::new(size.saturating_mul(each).saturating_add(least))
    }

    /// Takes this much; says whether there was enough.
    pub(crate) fn spend(&mut self, cost: usize) -> bool {
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None => self.exhausted = true,
        }
        !self.exhausted
    }

    pub(crate) fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}

/// How much something with these matchers adds to what may be compared.
pub(crate) fn size<'m>(matchers: impl IntoIterator<Item = &'m Matcher>) -> usize {
    1 + matchers.into_iter().count()
}

/// How many bytes of a pattern are listed, and of a value compared, for what one short value costs.
const LISTED_FOR_ONE: usize = 8;
const COMPARED_FOR_ONE: usize = 16;

/// What it costs to compare a value once.
pub(crate) fn cost(value: &str) -> usize {
    1 + value.len() / COMPARED_FOR_ONE
}

fn cost_of_all<T: AsRef<str>>(values: &[T]) -> usize {
    values.iter().map(|value| cost(value.as_ref())).sum()
}

/// The values that a matcher lets through, where they are few: none of the others does.
pub(crate) fn accepted(matcher: &Matcher) -> Option<Vec<String>> {
    match matcher.op() {
        MatchOp::Equal => Some(vec![matcher.value().to_owned()]),
        MatchOp::Regex => literal_values(matcher.value()),
        MatchOp::NotEqual | MatchOp::NotRegex => None,
    }
}

/// The values that a matcher does not let through, where they are few: all others are.
pub(crate) fn refused(matcher: &Matcher) -> Option<Vec<String>> {
    match matcher.op() {
        MatchOp::NotEqual => Some(vec![matcher.value().to_owned()]),
        MatchOp::NotRegex => literal_values(matcher.value()),
        MatchOp::Equal | MatchOp::Regex => None,
    }
}

type Values = Rc<[Rc<str>]>;

/// What is known of one label.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    matchers: Vec<&'a Matcher>,
    seen: BTreeSet<(MatchOp, &'a str)>,
    /// All values that it can have, where these are few. There may be some among them that it cannot have.
    values: Option<Values>,
    /// How many matchers have their inverse among the others.
    contradicts: usize,
    /// Values that it does not have, of those that one case leaves out.
    without: Vec<Rc<str>>,
}

impl<'a> Known<'a> {
    pub(crate) fn matchers(&self) -> &[&'a Matcher] {
        &self.matchers
    }

    /// The values that it can have at most, where these are few.
    pub(crate) fn values(&self) -> Option<&[Rc<str>]> {
        self.values.as_deref()
    }

    fn is_impossible(&self) -> bool {
        self.contradicts > 0 || self.values.as_ref().is_some_and(|values| values.is_empty())
    }

    /// Whether the label surely has another value than this one.
    fn excludes(&self, value: &str, budget: &mut Budget) -> bool {
        if let Some(values) = &self.values {
            return budget.spend(cost_of_all(values)) && !values.iter().any(|known| **known == *value);
        }
        budget.spend((self.matchers.len() + self.without.len()).saturating_mul(cost(value)))
            && (self.matchers.iter().any(|matcher| !matcher.matches_value(value)) || self.without.iter().any(|known| **known == *value))
    }

    fn implies(&self, matcher: &Matcher, budget: &mut Budget) -> bool {
        if let Some(values) = &self.values {
            return budget.spend(cost_of_all(values)) && values.iter().all(|value| matcher.matches_value(value));
        }
        if self.seen.contains(&(matcher.op(), matcher.value())) {
            return true;
        }
        match matcher.op() {
            MatchOp::Equal | MatchOp::Regex => false,
            MatchOp::NotEqual => self.excludes(matcher.value(), budget),
            // The values are listed anew each time: kept, they would take far more memory than the pattern.
            MatchOp::NotRegex => {
                budget.spend(1 + matcher.value().len() / LISTED_FOR_ONE)
                    && literal_values(matcher.value()).is_some_and(|values| values.iter().all(|value| self.excludes(value, budget)))
            }
        }
    }
}

/// What has to be undone when a matcher is taken back.
#[derive(Debug)]
struct Undo<'a> {
    label: &'a str,
    values: Option<Values>,
    /// Whether the matcher was new.
    seen: Option<(MatchOp, &'a str)>,
    contradicts: bool,
}

/// Matchers that all hold, and what follows from them; matchers are added, and taken back in reverse order.
///
/// What it says follows is certain; that something does not follow may only mean that it is not known. It is decided from
///
/// * values: a label of which the few possible values are known (`=`, or a pattern that is written out) is tried with each of them;
/// * single values that are left out: `!=`, or `!~` with a pattern that is written out;
/// * equal patterns: `=~` and `!~` with the same text.
///
/// Patterns are not compared with each other otherwise: that `web-1.*` is within `web-.*` is not known. Nor is that `.*` matches everything, since it does not match a line break.
#[derive(Debug, Default)]
pub(crate) struct Constraints<'a> {
    labels: BTreeMap<&'a str, Known<'a>>,
    log: Vec<Undo<'a>>,
    /// How many labels have no value that is possible.
    impossible: usize,
}

impl<'a> Constraints<'a> {
    /// These matchers together.
    pub(crate) fn of(matchers: impl IntoIterator<Item = &'a Matcher>, budget: &mut Budget) -> Self {
        let mut constraints = Self::default();
        matchers.into_iter().for_each(|matcher| constraints.push(matcher, budget));
        constraints
    }

    /// How many matchers there are: what [`Constraints::back_to`] takes.
    pub(crate) fn mark(&self) -> usize {
        self.log.len()
    }

    pub(crate) fn labels(&self) -> impl ExactSizeIterator<Item = (&'a str, &Known<'a>)> {
        self.labels.iter().map(|(name, known)| (*name, known))
    }

    pub(crate) fn get(&self, label: &str) -> Option<&Known<'a>> {
        self.labels.get(label)
    }

    /// Whether no alert matches.
    pub(crate) fn is_impossible(&self) -> bool {
        self.impossible > 0
    }

    /// Adds a matcher.
    pub(crate) fn push(&mut self, matcher: &'a Matcher, budget: &mut Budget) {
        let known = self.labels.entry(matcher.name()).or_default();
        let was_impossible = known.is_impossible();
        let before = known.values.clone();
        let key = (matcher.op(), matcher.value());
        let seen = known.seen.insert(key).then_some(key);
        let contradicts = seen.is_some() && known.seen.contains(&(matcher.op().inverse(), matcher.value()));
        known.contradicts += usize::from(contradicts);
        if seen.is_some() {
            // Where the budget ends, values stay that would have to go: then less follows.
            if let Some(values) = &known.values {
                if budget.spend(cost_of_all(values)) && values.iter().any(|value| !matcher.matches_value(value)) {
                    known.values = Some(values.iter().filter(|value| matcher.matches_value(value)).cloned().collect());
                }
            } else if let Some(values) = accepted(matcher) {
                let tries = budget.spend(cost_of_all(&values).saturating_mul(known.matchers.len()));
                let holds = |value: &String| !tries || known.matchers.iter().all(|matcher| matcher.matches_value(value));
                known.values = Some(values.into_iter().filter(holds).map(Rc::from).collect());
            }
        }
        known.matchers.push(matcher);
        self.impossible += usize::from(!was_impossible && known.is_impossible());
        self.log.push(Undo { label: matcher.name(), values: before, seen, contradicts });
    }

    /// Takes matchers back until there are as many as at the mark.
    pub(crate) fn back_to(&mut self, mark: usize) {
        while self.log.len() > mark {
            let Some(undo) = self.log.pop() else { return };
            let Some(known) = self.labels.get_mut(undo.label) else { continue };
            let was_impossible = known.is_impossible();
            known.matchers.pop();
            known.values = undo.values;
            known.contradicts -= usize::from(undo.contradicts);
            if let Some(key) = undo.seen {
                known.seen.remove(&key);
            }
            self.impossible -= usize::from(was_impossible && !known.is_impossible());
            if known.matchers.is_empty() {
                self.labels.remove(undo.label);
            }
        }
    }

    /// Whether every alert that matches all of them matches this one, too. Ask only where they are possible.
    pub(crate) fn implies(&self, matcher: &Matcher, budget: &mut Budget) -> bool {
        budget.spend(1) && self.labels.get(matcher.name()).is_some_and(|known| known.implies(matcher, budget))
    }

    /// Whether every alert that matches all of them matches all of these, too.
    pub(crate) fn implies_all<'m>(&self, matchers: impl IntoIterator<Item = &'m Matcher>, budget: &mut Budget) -> bool {
        matchers.into_iter().all(|matcher| self.implies(matcher, budget))
    }

    /// Whether `of` holds for the alerts of which the label has this value.
    pub(crate) fn with_value<T>(&mut self, label: &'a str, value: &Rc<str>, of: impl FnOnce(&Self) -> T) -> T {
        let known = self.labels.entry(label).or_default();
        let before = known.values.replace(Rc::from([value.clone()]));
        let answer = of(self);
        if let Some(known) = self.labels.get_mut(label) {
            known.values = before;
        }
        self.forget_if_unknown(label);
        answer
    }

    /// Whether `of` holds for the alerts of which the label has none of these values.
    pub(crate) fn without_values<T>(&mut self, label: &'a str, values: &[Rc<str>], of: impl FnOnce(&Self) -> T) -> T {
        self.labels.entry(label).or_default().without = values.to_vec();
        let answer = of(self);
        if let Some(known) = self.labels.get_mut(label) {
            known.without = Vec::new();
        }
        self.forget_if_unknown(label);
        answer
    }

    fn forget_if_unknown(&mut self, label: &str) {
        if self.labels.get(label).is_some_and(|known| known.matchers.is_empty()) {
            self.labels.remove(label);
        }
    }

    /// Whether no alert has this value of the label, as far as that is known.
    pub(crate) fn excludes(&self, label: &str, value: &str, budget: &mut Budget) -> bool {
        self.labels.get(label).is_some_and(|known| known.excludes(value, budget))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::alerts::Labels;
    use crate::alerts::Matchers;

    const PLENTY: usize = 1_000_000;

    fn implies(from: &str, to: &str) -> bool {
        let (from, to): (Matchers, Matchers) = (from.parse().unwrap(), to.parse().unwrap());
        let budget = &mut Budget::new(PLENTY);
        Constraints::of(&from, budget).implies_all(&to, budget)
    }

    fn is_impossible(matchers: &str) -> bool {
        let matchers: Matchers = matchers.parse().unwrap();
        Constraints::of(&matchers, &mut Budget::new(PLENTY)).is_impossible()
    }

    #[test]
    fn what_follows_is_known() {
        for (from, to) in [
            ("a=1", "a=1"),
            ("a=1", "a=~\"1|2\""),
            ("a=1", "a=~\".+\""),
            ("a=1", "a!=2,a!=\"\""),
            ("a=1,b=2", "b=2"),
            ("a=~\"1|2\"", "a=~\"1|2|3\""),
            ("a=~\"x.*\"", "a=~\"x.*\""),
            ("a=~\"x.*\"", "a!=y"),
            ("a=~\"x.*\"", "a!=\"\""),
            ("a!=1,a!=2", "a!~\"1|2\""),
            ("a=~\"1|2\",a!=1", "a=2"),
            ("a=\"\"", "a!=1"),
            ("", ""),
        ] {
            assert!(implies(from, to), "{from} → {to}");
        }
        for (from, to) in [("", "a=~\".*\""), ("a=~\"x.*\"", "a=~\"x.*y\""), ("a=1", "b=1"), ("a=~\"1|2\"", "a=1"), ("a!=1", "a!~\"1|2\"")]
        {
            assert!(!implies(from, to), "{from} → {to}");
        }
    }

    #[test]
    fn contradictions_are_known() {
        for text in ["a=1,a=2", "a=1,a!=1", "a=~\"1|2\",a=3", "a=~\"x.*\",a!~\"x.*\"", "a=1,a=\"\"", "a=~\"x.*\",a=y", "a!=1,a=~\"1\""] {
            assert!(is_impossible(text), "{text}");
        }
        for text in ["", "a=1,b=2", "a=~\"x.*\",a=~\".*y\"", "a!=1,a!=2", "a=1,a=1"] {
            assert!(!is_impossible(text), "{text}");
        }
    }

    #[test]
    fn listing_and_comparing_long_texts_costs_more() {
        let long = "x".repeat(20_000);
        let cost = |from: &Matchers, to: &Matchers| {
            let budget = &mut Budget::new(PLENTY);
            let constraints = Constraints::of(from, budget);
            let before = budget.left;
            constraints.implies_all(to, budget);
            before - budget.left
        };
        let short: Matchers = "a!=y".parse().unwrap();
        for op in ["!=", "!~", "=", "=~"] {
            let matchers: Matchers = format!("a{op}{long}").parse().unwrap();
            if matches!(op, "!=" | "!~") {
                assert!(cost(&short, &matchers) > 1_000, "{op}: {}", cost(&short, &matchers));
            } else {
                assert!(cost(&matchers, &short) > 1_000, "{op}: {}", cost(&matchers, &short));
            }
        }
        assert_eq!((cost(&short, &short), cost(&"a=y".parse().unwrap(), &short)), (1, 2));
    }

    #[test]
    fn a_budget_that_ends_makes_nothing_follow() {
        let (from, to): (Matchers, Matchers) = ("a=1,a!=1".parse().unwrap(), "a=1".parse().unwrap());
        let budget = &mut Budget::new(0);
        let constraints = Constraints::of(&from, budget);
        assert!(!constraints.implies_all(&to, budget) && budget.is_exhausted());
    }

    fn matcher() -> impl Strategy<Value = Matcher> {
        let value = prop_oneof![3 => "[xyz]", 1 => Just(String::new()), 3 => "([xyz]\\|)?[xyz]?|\\.\\+|\\.\\*|[xy]\\.?"];
        ("[ab]", prop::sample::select(MatchOp::ALL), value)
            .prop_filter_map("no pattern", |(name, op, value)| Matcher::new(name, op, value).ok())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn what_is_said_to_follow_does(
            from in prop::collection::vec(matcher(), 0..4),
            to in prop::collection::vec(matcher(), 0..3),
            alerts in prop::collection::vec(prop::collection::btree_map("[ab]", "[xyz]?|xy|\n", 0..3), 1..12),
            plenty in 0_usize..40,
        ) {
            for budget in [plenty, PLENTY] {
                let budget = &mut Budget::new(budget);
                let constraints = Constraints::of(&from, budget);
                let follows = constraints.implies_all(&to, budget);
                for alert in &alerts {
                    let labels = Labels::from_pairs(alert.clone()).unwrap();
                    if from.iter().all(|matcher| matcher.matches(&labels)) {
                        prop_assert!(!constraints.is_impossible());
                        prop_assert!(!follows || to.iter().all(|matcher| matcher.matches(&labels)));
                    }
                }
            }
        }

        #[test]
        fn what_is_taken_back_leaves_no_trace(from in prop::collection::vec(matcher(), 0..4), more in prop::collection::vec(matcher(), 0..5)) {
            let budget = &mut Budget::new(PLENTY);
            let before = Constraints::of(&from, budget);
            let mut after = Constraints::of(&from, budget);
            more.iter().for_each(|matcher| after.push(matcher, budget));
            after.back_to(before.mark());
            prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
        }
    }
}
