//! A map that knows in which order its keys were last seen, and lets the least recently seen one go.

use std::collections::BTreeMap;

use crate::correlation::key::Key;

/// No entry.
const NONE: u32 = u32::MAX;

/// How many entries a map can hold at all.
pub(crate) const MOST_ENTRIES: usize = 1 << 24;

/// How many keys share a bucket, so that a bucket is one line of the processor's cache.
const WIDTH: usize = 8;

/// A value with room for the number of its last sighting. That is here, so that it lies in the same lines of the cache.
pub(crate) trait Stamped {
    fn stamp(&self) -> u32;

    fn set_stamp(&mut self, stamp: u32);
}

/// A byte of one in each byte.
const ONES: u64 = u64::from_ne_bytes([1; WIDTH]);

/// The keys of one place: eight bits of each tag, and where the entries are.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Bucket {
    marks: [u8; WIDTH],
    slots: [u32; WIDTH],
}

impl Bucket {
    const EMPTY: Self = Self { marks: [0; WIDTH], slots: [NONE; WIDTH] };

    /// The lowest bits of a tag, as the highest ones choose the bucket.
    #[inline]
    fn mark(tag: u32) -> u8 {
        tag.to_le_bytes()[0]
    }

    /// For each key with this mark the highest bit of its byte, and now and then that of one with another; free places may be among them, and
    /// lead nowhere. All eight are compared at once: a byte is zero where the marks are equal, and only from zero does taking one borrow.
    #[inline]
    fn matches(&self, mark: u8) -> u64 {
        let differences = u64::from_le_bytes(self.marks) ^ (ONES * u64::from(mark));
        differences.wrapping_sub(ONES) & !differences & (ONES << 7)
    }

    /// The entry of the first match.
    #[inline]
    fn first(&self, matches: u64) -> Option<u32> {
        self.slots.get(index(matches.trailing_zeros() / 8)).copied()
    }

    /// Takes the place of `from` for `to`, and says whether it was here.
    fn replace(&mut self, from: u32, mark: u8, to: u32) -> bool {
        let place = self.slots.iter_mut().zip(&mut self.marks).find(|(slot, _)| **slot == from);
        let Some((slot, own)) = place else { return false };
        (*slot, *own) = (to, mark);
        true
    }
}

/// One key with its value. Aligned to the lines of the cache, since a step costs as much as the lines that it touches.
#[derive(Debug, Clone)]
#[repr(align(64))]
struct Entry<K, V> {
    key: K,
    value: V,
}

/// A map in which every step costs the same however many keys there are.
///
/// # Why not `HashMap`
///
/// Whoever sends alerts chooses labels, and so can choose keys whose hashes collide. `HashMap` answers with a keyed hash, which costs more than
/// the rest of a step and needs a secret that a library without randomness does not have. Here the hash is one multiplication, and a key for which
/// neither its bucket nor the one beside it has room goes to an ordered map: keys made to collide cost a logarithm, never a scan, and no secret is
/// needed.
///
/// # The order of sightings
///
/// Each entry has the number of its last sighting, so that seeing one again writes nothing but the entry itself. Only when one must go the oldest
/// quarter is sorted; it lasts until as many entries have gone or were seen again, which makes the cost of sorting constant for each.
#[derive(Debug, Clone)]
// INVARIANT: each entry is in exactly one of its two buckets and `crowded`; every vacant place is in `vacant`.
pub(crate) struct Recent<K, V> {
    /// A power of two of them, at least two.
    buckets: Vec<Bucket>,
    crowded: BTreeMap<K, u32>,
    entries: Vec<Option<Entry<K, V>>>,
    vacant: Vec<u32>,
    stamp: u32,
    /// Stamp and place of the oldest entries, the oldest at the end. One whose stamp is another by now was seen since.
    oldest: Vec<(u32, u32)>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        let (entries, vacant, oldest) = (Vec::new(), Vec::new(), Vec::new());
        Self { buckets: vec![Bucket::EMPTY; 2], crowded: BTreeMap::new(), entries, vacant, stamp: 0, oldest }
    }
}

/// Where an entry is; good until it is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot(u32);

impl Slot {
    /// That of no entry.
    pub(crate) const NOWHERE: Self = Self(NONE);
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

impl<K: Key, V: Stamped> Recent<K, V> {
    pub(crate) fn len(&self) -> usize {
        self.entries.len() - self.vacant.len()
    }

    /// The bucket of a tag: its upper bits, as many as it takes.
    #[inline]
    fn home(&self, tag: u32) -> usize {
        let bits = self.buckets.len().trailing_zeros();
        usize::try_from(u64::from(tag) << bits >> 32).unwrap_or(0)
    }

    /// The entry of `wanted`.
    #[inline]
    pub(crate) fn find(&self, wanted: &K::Wanted) -> Option<Slot> {
        self.confirm(self.guess(wanted), wanted)
    }

    /// Where the entry of `wanted` most likely is: what can be said without looking at the entries.
    #[inline]
    pub(crate) fn guess(&self, wanted: &K::Wanted) -> Slot {
        let tag = K::tag(wanted);
        let bucket = self.buckets.get(self.home(tag));
        Slot(bucket.and_then(|bucket| bucket.first(bucket.matches(Bucket::mark(tag)))).unwrap_or(NONE))
    }

    /// The entry of `wanted`, after a guess.
    #[inline]
    pub(crate) fn confirm(&self, guess: Slot, wanted: &K::Wanted) -> Option<Slot> {
        match self.entries.get(index(guess.0)) {
            Some(Some(entry)) if entry.key.is(wanted) => Some(guess),
            _ => self.search(wanted),
        }
    }

    /// Looks everywhere.
    #[inline(never)]
    fn search(&self, wanted: &K::Wanted) -> Option<Slot> {
        let tag = K::tag(wanted);
        let home = self.home(tag);
        for place in [home, home ^ 1] {
            let bucket = self.buckets.get(place)?;
            let mut matches = bucket.matches(Bucket::mark(tag));
            while let Some(slot) = bucket.first(matches) {
                if let Some(Some(entry)) = self.entries.get(index(slot))
                    && entry.key.is(wanted)
                {
                    return Some(Slot(slot));
                }
                matches &= matches - 1;
            }
        }
        if self.crowded.is_empty() { None } else { self.crowded.get(&K::of(wanted)).copied().map(Slot) }
    }

    pub(crate) fn get(&self, wanted: &K::Wanted) -> Option<&V> {
        let slot = self.find(wanted)?;
        self.entries.get(index(slot.0))?.as_ref().map(|entry| &entry.value)
    }

    /// The value of an entry, which is not seen by that.
    pub(crate) fn value_mut(&mut self, slot: Slot) -> Option<&mut V> {
        self.entries.get_mut(index(slot.0))?.as_mut().map(|entry| &mut entry.value)
    }

    /// The value of an entry, which is the one seen last from now on.
    #[inline]
    pub(crate) fn see(&mut self, slot: Slot) -> Option<&mut V> {
        let stamp = self.next_stamp();
        let entry = self.entries.get_mut(index(slot.0))?.as_mut()?;
        entry.value.set_stamp(stamp);
        Some(&mut entry.value)
    }

    /// Puts in an entry whose key is not there, as the one seen last; beyond [`MOST_ENTRIES`] it is dropped.
    pub(crate) fn push(&mut self, key: K, mut value: V) -> Slot {
        if self.len() >= MOST_ENTRIES {
            return Slot(NONE);
        }
        value.set_stamp(self.next_stamp());
        // At most half full: then a bucket and its neighbour are both full about once in a thousand.
        if (self.len() + 1) * 2 > self.buckets.len() * WIDTH {
            self.grow();
        }
        let place = self.vacant.pop().or_else(|| u32::try_from(self.entries.len()).ok()).unwrap_or(NONE);
        self.settle(&key, place);
        let entry = Some(Entry { key, value });
        match self.entries.get_mut(index(place)) {
            Some(vacant) => *vacant = entry,
            None => self.entries.push(entry),
        }
        Slot(place)
    }

    /// Takes out the least recently seen entry.
    pub(crate) fn pop_oldest(&mut self) -> Option<(K, V)> {
        if self.len() == 0 {
            return None;
        }
        loop {
            if self.oldest.is_empty() {
                self.sort_oldest();
            }
            let (stamp, place) = self.oldest.pop()?;
            let entry = self.entries.get_mut(index(place))?;
            if entry.as_ref().is_some_and(|entry| entry.value.stamp() == stamp)
                && let Some(Entry { key, value }) = entry.take()
            {
                self.vacant.push(place);
                self.unsettle(&key, place);
                return Some((key, value));
            }
        }
    }

    /// The entries, the least recently seen first.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = (&K, &V)> {
        let mut entries: Vec<_> = self.entries.iter().flatten().collect();
        entries.sort_by_key(|entry| entry.value.stamp());
        entries.into_iter().map(|entry| (&entry.key, &entry.value))
    }

    /// The entries, the least recently seen first, given away.
    pub(crate) fn into_oldest_first(self) -> impl ExactSizeIterator<Item = (K, V)> {
        let mut entries: Vec<_> = self.entries.into_iter().flatten().collect();
        entries.sort_by_key(|entry| entry.value.stamp());
        entries.into_iter().map(|Entry { key, value }| (key, value))
    }

    /// A number larger than all before.
    #[inline]
    fn next_stamp(&mut self) -> u32 {
        if self.stamp == u32::MAX {
            self.renumber();
        }
        self.stamp += 1;
        self.stamp
    }

    /// Gives the entries the smallest numbers in the same order.
    #[cold]
    fn renumber(&mut self) {
        self.oldest.clear();
        let mut entries: Vec<_> = self.entries.iter_mut().flatten().collect();
        entries.sort_by_key(|entry| entry.value.stamp());
        self.stamp = 0;
        for entry in entries {
            self.stamp += 1;
            entry.value.set_stamp(self.stamp);
        }
    }

    /// Finds the oldest quarter.
    #[cold]
    fn sort_oldest(&mut self) {
        let numbered = (0_u32..).zip(&self.entries);
        self.oldest = numbered.filter_map(|(place, entry)| Some((entry.as_ref()?.value.stamp(), place))).collect();
        let most = (self.oldest.len() / 4).max(64);
        if self.oldest.len() > most {
            self.oldest.select_nth_unstable(most);
            self.oldest.truncate(most);
        }
        self.oldest.sort_unstable_by(|a, b| b.cmp(a));
    }

    /// Makes `key` lead to `place`.
    fn settle(&mut self, key: &K, place: u32) {
        let tag = key.own_tag();
        let home = self.home(tag);
        let settled = [home, home ^ 1]
            .into_iter()
            .any(|at| self.buckets.get_mut(at).is_some_and(|bucket| bucket.replace(NONE, Bucket::mark(tag), place)));
        if !settled {
            self.crowded.insert(key.clone(), place);
        }
    }

    /// Makes `key` lead nowhere.
    fn unsettle(&mut self, key: &K, place: u32) {
        let home = self.home(key.own_tag());
        let found = [home, home ^ 1].into_iter().any(|at| self.buckets.get_mut(at).is_some_and(|bucket| bucket.replace(place, 0, NONE)));
        if !found {
            self.crowded.remove(key);
        }
    }

    /// Doubles the buckets.
    #[cold]
    fn grow(&mut self) {
        self.buckets = vec![Bucket::EMPTY; self.buckets.len() * 2];
        self.crowded.clear();
        let entries = std::mem::take(&mut self.entries);
        for (place, entry) in (0_u32..).zip(&entries) {
            if let Some(entry) = entry {
                self.settle(&entry.key, place);
            }
        }
        self.entries = entries;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;
    use crate::alerts::Identity;
    use crate::correlation::key::PackedIdentity;

    /// A key with a tag of one's own choice.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    struct Chosen(u32, u32);

    impl Key for Chosen {
        type Wanted = Self;

        fn tag(wanted: &Self) -> u32 {
            wanted.1
        }

        fn own_tag(&self) -> u32 {
            self.1
        }

        fn is(&self, wanted: &Self) -> bool {
            self == wanted
        }

        fn of(wanted: &Self) -> Self {
            wanted.clone()
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    struct Value(usize, u32);

    impl Stamped for Value {
        fn stamp(&self) -> u32 {
            self.1
        }

        fn set_stamp(&mut self, stamp: u32) {
            self.1 = stamp;
        }
    }

    fn plain((key, value): (Chosen, Value)) -> (Chosen, usize) {
        (key, value.0)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Against a plain list, with keys that collide in every way, and with numbers that run out on the way.
        #[test]
        fn it_does_what_a_plain_list_does(
            steps in proptest::collection::vec((0_u32..200, 0_u32..3, 0_u8..8), 1..600),
            most in 1_usize..150,
            left in 0_u32..600,
        ) {
            let mut map: Recent<Chosen, Value> = Recent { stamp: u32::MAX - left, ..Recent::default() };
            let mut list: VecDeque<(Chosen, usize)> = VecDeque::new();
            for (step, (key, kind, action)) in steps.into_iter().enumerate() {
                let key = Chosen(key, [0, key, key.wrapping_mul(0x9E37_79B9)][kind as usize]);
                if action == 0 {
                    prop_assert_eq!(map.pop_oldest().map(plain), list.pop_front());
                } else if let Some(slot) = map.find(&key) {
                    map.see(slot).unwrap().0 = step;
                    let index = list.iter().position(|(own, _)| *own == key).unwrap();
                    list.remove(index);
                    list.push_back((key, step));
                } else {
                    prop_assert!(list.iter().all(|(own, _)| *own != key));
                    if map.len() == most {
                        prop_assert_eq!(map.pop_oldest().map(plain), list.pop_front());
                    }
                    map.push(key.clone(), Value(step, 0));
                    list.push_back((key, step));
                }
                prop_assert_eq!(map.len(), list.len());
            }
            for (key, value) in &list {
                prop_assert_eq!(map.get(key).unwrap().0, *value);
            }
            let kept: Vec<_> = map.oldest_first().map(|(key, value)| (key.clone(), value.0)).collect();
            prop_assert_eq!(kept, Vec::from(list));
        }
    }

    #[test]
    fn keys_made_to_collide_go_to_the_ordered_map() {
        let mut map = Recent::default();
        for n in 0..1_000 {
            map.push(Chosen(n, 7), Value(0, 0));
        }
        assert_eq!(map.crowded.len(), 1_000 - 2 * WIDTH);
        assert!((0..1_000).all(|n| map.get(&Chosen(n, 7)).is_some()));
        assert_eq!(map.get(&Chosen(1_000, 7)), None);
        while map.pop_oldest().is_some() {}
        assert_eq!((map.len(), map.crowded.len()), (0, 0));
        assert!(map.buckets.iter().all(|bucket| bucket.slots == [NONE; WIDTH]));
    }

    #[test]
    fn keys_that_occur_by_themselves_hardly_ever_collide() {
        let mut map = Recent::default();
        for n in 0..131_072 {
            map.push(PackedIdentity::of(&Identity::Labels(n.into())), Value(0, 0));
        }
        assert_eq!(map.buckets.len(), 131_072 * 2 / WIDTH);
        assert!(map.crowded.len() < 131_072 / 500, "{}", map.crowded.len());
    }
}
