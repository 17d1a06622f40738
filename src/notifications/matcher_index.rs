//! An index over lists of matchers: given the labels of an alert, the lists that can match it.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

use crate::alerts::Labels;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::alerts::Matchers;
use crate::notifications::literal_prefix::literal_prefix;

/// The most words of an alternation that are hashed one by one.
const MOST_WORDS: usize = 64;

/// Lists of matchers by what an alert must have for them to match; `E` says whose list it is.
///
/// Each list stands in one place, the emptiest of those it may stand in:
///
/// * by label and value: for a `=` with a value, and for a pattern that is words with `|` between them;
/// * by label and the first characters of the value: for another pattern that begins with plain characters;
/// * by label: for any other matcher that an absent label does not match;
/// * among those that are always looked at: every matcher also matches an absent label.
///
/// So an alert is compared with the lists that share a value with it, and not with all.
#[derive(Debug, Clone)]
pub(crate) struct MatcherIndex<E> {
    labels: HashMap<Box<str>, ByLabel<E>>,
    always: BTreeSet<E>,
}

#[derive(Debug, Clone)]
struct ByLabel<E> {
    present: BTreeSet<E>,
    values: HashMap<Box<str>, BTreeSet<E>>,
    prefixes: HashMap<Box<str>, BTreeSet<E>>,
    /// How many prefixes there are of each length, in bytes.
    lengths: BTreeMap<usize, usize>,
}

impl<E: Ord> ByLabel<E> {
    fn is_empty(&self) -> bool {
        self.present.is_empty() && self.values.is_empty() && self.prefixes.is_empty()
    }

    fn insert_prefix(&mut self, prefix: String, entry: E) {
        let (length, bucket) = (prefix.len(), self.prefixes.entry(prefix.into()).or_default());
        if bucket.is_empty() {
            *self.lengths.entry(length).or_default() += 1;
        }
        bucket.insert(entry);
    }

    fn remove_prefix(&mut self, prefix: &str, entry: &E) {
        let Some(bucket) = self.prefixes.get_mut(prefix) else { return };
        bucket.remove(entry);
        if !bucket.is_empty() {
            return;
        }
        self.prefixes.remove(prefix);
        if let Some(count) = self.lengths.get_mut(&prefix.len()) {
            *count -= 1;
            if *count == 0 {
                self.lengths.remove(&prefix.len());
            }
        }
    }

    /// The entries whose prefix a value begins with.
    fn beginning(&self, value: &str) -> impl Iterator<Item = &E> {
        let prefixes = self.lengths.keys().map_while(|length| (*length <= value.len()).then(|| value.get(..*length)));
        prefixes.flatten().filter_map(|prefix| self.prefixes.get(prefix)).flatten()
    }
}

impl<E> Default for ByLabel<E> {
    fn default() -> Self {
        Self { present: BTreeSet::new(), values: HashMap::new(), prefixes: HashMap::new(), lengths: BTreeMap::new() }
    }
}

impl<E> Default for MatcherIndex<E> {
    fn default() -> Self {
        Self { labels: HashMap::new(), always: BTreeSet::new() }
    }
}

/// What of an alert a matcher asks for.
enum Need<'a> {
    /// One of these values, with `|` between them.
    Values(&'a str, &'a str),
    /// A value that begins so.
    Prefix(&'a str, String),
    /// Any value.
    Present(&'a str),
}

/// The words of an alternation; for a single value that value, whatever it contains.
fn words<'a>(matcher: &Matcher, text: &'a str) -> impl Iterator<Item = &'a str> {
    let whole = matcher.op() == MatchOp::Equal;
    text.split(move |c| c == '|' && !whole)
}

fn is_words(pattern: &str) -> bool {
    let plain = |c: char| !matches!(c, '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$');
    pattern.chars().all(plain) && pattern.split('|').all(|word| !word.is_empty()) && pattern.split('|').count() <= MOST_WORDS
}

fn need(matcher: &Matcher) -> Option<Need<'_>> {
    if matcher.matches_value("") {
        return None;
    }
    let (name, value) = (matcher.name(), matcher.value());
    match matcher.op() {
        MatchOp::Equal => Some(Need::Values(name, value)),
        MatchOp::Regex if is_words(value) => Some(Need::Values(name, value)),
        MatchOp::Regex => Some(literal_prefix(value).map_or(Need::Present(name), |prefix| Need::Prefix(name, prefix))),
        _ => Some(Need::Present(name)),
    }
}

impl<E: Copy + Ord> MatcherIndex<E> {
    /// How many lists an alert is compared with if it needs this.
    fn crowd(&self, matcher: &Matcher, need: &Need<'_>) -> usize {
        match need {
            Need::Present(name) => self.labels.get(*name).map_or(0, |by| by.present.len()),
            Need::Prefix(name, prefix) => self.labels.get(*name).and_then(|by| by.prefixes.get(prefix.as_str())).map_or(0, BTreeSet::len),
            Need::Values(name, values) => {
                let by = self.labels.get(*name);
                words(matcher, values).filter_map(|value| Some(by?.values.get(value)?.len())).sum()
            }
        }
    }

    pub(crate) fn insert(&mut self, matchers: &Matchers, entry: E) {
        let needs = matchers.iter().filter_map(|matcher| Some((matcher, need(matcher)?)));
        // A value before its beginning, which many may have, and that before a mere presence, which about every alert may have.
        let rank = |need: &Need<'_>| match need {
            Need::Values(..) => 0,
            Need::Prefix(..) => 1,
            Need::Present(_) => 2,
        };
        let best = needs.min_by_key(|(matcher, need)| (rank(need), self.crowd(matcher, need)));
        match best {
            None => drop(self.always.insert(entry)),
            Some((_, Need::Present(name))) => drop(self.labels.entry(name.into()).or_default().present.insert(entry)),
            Some((_, Need::Prefix(name, prefix))) => self.labels.entry(name.into()).or_default().insert_prefix(prefix, entry),
            Some((matcher, Need::Values(name, values))) => {
                let by = self.labels.entry(name.into()).or_default();
                for value in words(matcher, values) {
                    by.values.entry(value.into()).or_default().insert(entry);
                }
            }
        }
    }

    /// Takes an entry out from wherever it stands.
    pub(crate) fn remove(&mut self, matchers: &Matchers, entry: E) {
        if self.always.remove(&entry) {
            return;
        }
        for matcher in matchers {
            let Some(need) = need(matcher) else { continue };
            let (Need::Present(name) | Need::Prefix(name, _) | Need::Values(name, _)) = need;
            let Some(by) = self.labels.get_mut(name) else { continue };
            match need {
                Need::Present(_) => drop(by.present.remove(&entry)),
                Need::Prefix(_, prefix) => by.remove_prefix(&prefix, &entry),
                Need::Values(_, values) => {
                    for value in words(matcher, values) {
                        if let Some(bucket) = by.values.get_mut(value) {
                            bucket.remove(&entry);
                            if bucket.is_empty() {
                                by.values.remove(value);
                            }
                        }
                    }
                }
            }
            if by.is_empty() {
                self.labels.remove(name);
            }
        }
    }

    /// The entries whose lists can match these labels, each once, in no order. The others can not.
    pub(crate) fn candidates(&self, labels: &Labels) -> impl Iterator<Item = E> {
        let named = labels.iter().filter(|(_, value)| !value.is_empty());
        let buckets = named.filter_map(|(name, value)| Some((self.labels.get(name.as_str())?, value))).flat_map(|(by, value)| {
            let valued = by.values.get(value.as_str()).into_iter().flatten();
            by.present.iter().chain(valued).chain(by.beginning(value.as_str()))
        });
        buckets.chain(&self.always).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(lists: &[Matchers]) -> MatcherIndex<usize> {
        let mut index = MatcherIndex::default();
        lists.iter().enumerate().for_each(|(at, list)| index.insert(list, at));
        index
    }

    fn found(index: &MatcherIndex<usize>, labels: &Labels) -> Vec<usize> {
        let mut found: Vec<usize> = index.candidates(labels).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn lists_stand_where_few_others_do() {
        let parse = |text: String| text.parse::<Matchers>().unwrap();
        let mut lists: Vec<Matchers> = (0..100).map(|n| parse(format!("alertname=DiskFull,instance=db-{n}"))).collect();
        lists.push(parse("instance=~\"db-7|db-8\",env!=dev".to_owned()));
        lists.push(parse("instance=~\"db-7.*\"".to_owned()));
        lists.push(parse("env!=dev".to_owned()));
        let labels = Labels::from_pairs([("alertname", "DiskFull"), ("instance", "db-7")]).unwrap();
        let near = found(&index(&lists), &labels);
        assert!(near.len() < 60 && near.ends_with(&[100, 101, 102]) && near.contains(&7), "{near:?}");
        let other = Labels::from_pairs([("instance", "db-6")]).unwrap();
        assert!(!found(&index(&lists), &other).contains(&101));
        assert_eq!(found(&index(&lists), &Labels::new()), [102]);
    }

    pub(super) fn lists() -> impl Strategy<Value = Vec<Matchers>> {
        let value = prop_oneof![
            "[ab]{0,1}",
            Just("a|b".to_owned()),
            Just("|a".to_owned()),
            Just(".+".to_owned()),
            Just(".*".to_owned()),
            "[ab]{1,2}\\[bc\\]\\?"
        ];
        let matcher =
            ("[xyz]", proptest::sample::select(MatchOp::ALL), value).prop_map(|(name, op, value)| Matcher::new(name, op, value).unwrap());
        let list = prop::collection::vec(matcher, 0..4).prop_map(|list| Matchers::new(list).unwrap());
        prop::collection::vec(list, 0..12)
    }

    proptest! {
        #[test]
        fn no_list_that_matches_is_left_out(lists in lists(), pairs in prop::collection::btree_map("[xyz]", "[abc]{0,1}", 0..4)) {
            let labels = Labels::from_pairs(pairs).unwrap();
            let mut index = index(&lists);
            let near = found(&index, &labels);
            let mut once = near.clone();
            once.dedup();
            prop_assert_eq!(&once, &near);
            for (at, list) in lists.iter().enumerate() {
                prop_assert!(near.contains(&at) || !list.matches(&labels));
            }
            for (at, list) in lists.iter().enumerate() {
                index.remove(list, at);
            }
            prop_assert!(index.labels.is_empty() && index.always.is_empty());
        }
    }
}
