//! A map that remembers in which order its keys were last seen, and lets the least recently seen one go when it is full.

use std::collections::BTreeMap;

use crate::alerts::Fingerprint;
use crate::alerts::Identity;
use crate::alerts::Labels;

/// No entry.
const NONE: u32 = u32::MAX;

/// The longest chain of keys that share a place; what comes on top goes to an ordered map.
const CHAIN: usize = 16;

/// A key: ordered for the worst case, with a hash for every other.
pub(crate) trait Key: Ord + Clone {
    /// 32 bits that spread the keys that occur by themselves; it need not withstand keys that were chosen to collide.
    fn tag(&self) -> u32;
}

/// The upper half of a product spreads every bit of `number` over the result.
fn spread(number: u64) -> u32 {
    let product = (number ^ (number >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    u32::try_from(product >> 32).unwrap_or_default()
}

impl Key for Identity {
    fn tag(&self) -> u32 {
        match self {
            Self::Labels(fingerprint) => spread(fingerprint.get()),
            Self::Content(content) => spread(content.as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))),
            Self::Dedup { source, key } => spread(Fingerprint::of_sorted(std::iter::once((source.as_str(), key.as_str()))).get()),
        }
    }
}

impl Key for Labels {
    fn tag(&self) -> u32 {
        spread(Fingerprint::of(self).get())
    }
}

/// An entry's neighbours: in the order of last sightings, and in the chain of keys that share a place.
#[derive(Debug, Clone)]
struct Links {
    newer: u32,
    older: u32,
    next: u32,
    tag: u32,
}

/// A map of at most `most` keys, in which every step costs the same however many there are.
///
/// # Why not `HashMap`
///
/// Whoever sends alerts chooses labels, and so can choose keys whose hashes collide. `HashMap` answers with a keyed hash, which costs more than
/// the rest of a step and needs a secret that a library without randomness does not have. Here the hash is one multiplication, and a chain of
/// [`CHAIN`] keys in the same place sends the next one to an ordered map: keys made to collide cost a logarithm, never a scan, and no secret is
/// needed. Beside that the order of last sightings wants a slab with links anyway, so the chains cost one more number in it.
#[derive(Debug, Clone)]
// INVARIANT: `links` and `entries` have the same length; each entry is in exactly one of a chain and `crowded`, and in the list of sightings.
pub(crate) struct Recent<K, V> {
    /// The first entry of each chain; a power of two of them, at least 16.
    heads: Vec<u32>,
    links: Vec<Links>,
    entries: Vec<(K, V)>,
    crowded: BTreeMap<K, u32>,
    newest: u32,
    oldest: u32,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self { heads: vec![NONE; 16], links: Vec::new(), entries: Vec::new(), crowded: BTreeMap::new(), newest: NONE, oldest: NONE }
    }
}

/// Where an entry is; good until the next one is put in or taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot(u32);

impl Slot {
    fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl<K: Key, V> Recent<K, V> {
    /// How many entries a map can hold at all.
    pub(crate) const MOST: usize = 1 << 24;

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The place in `heads` of a tag: its upper bits, as many as there are places.
    fn place(&self, tag: u32) -> usize {
        let bits = self.heads.len().trailing_zeros();
        usize::try_from(u64::from(tag) << bits >> 32).unwrap_or(0)
    }

    fn links_of(&self, at: u32) -> Option<&Links> {
        self.links.get(Slot(at).index())
    }

    /// The entry of `key`.
    pub(crate) fn find(&self, key: &K) -> Option<Slot> {
        let tag = key.tag();
        let mut at = *self.heads.get(self.place(tag))?;
        while let Some(links) = self.links_of(at) {
            if links.tag == tag && self.entries.get(Slot(at).index()).is_some_and(|(own, _)| own == key) {
                return Some(Slot(at));
            }
            at = links.next;
        }
        if self.crowded.is_empty() { None } else { self.crowded.get(key).copied().map(Slot) }
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let slot = self.find(key)?;
        self.entries.get(slot.index()).map(|(_, value)| value)
    }

    pub(crate) fn value_mut(&mut self, slot: Slot) -> Option<&mut V> {
        self.entries.get_mut(slot.index()).map(|(_, value)| value)
    }

    /// Says that this entry is the one seen last.
    pub(crate) fn touch(&mut self, slot: Slot) {
        if slot.0 != self.newest {
            self.unlink(slot.0);
            self.link_newest(slot.0);
        }
    }

    /// Puts in an entry whose key is not there, as the one seen last; there must be room.
    pub(crate) fn push(&mut self, key: K, value: V) -> Slot {
        let tag = key.tag();
        let Some(at) = u32::try_from(self.entries.len()).ok().filter(|_| self.entries.len() < Self::MOST) else {
            return Slot(NONE);
        };
        if self.entries.len() >= self.heads.len() {
            self.grow();
        }
        self.links.push(Links { newer: NONE, older: NONE, next: NONE, tag });
        self.chain(at, tag, &key);
        self.entries.push((key, value));
        self.link_newest(at);
        Slot(at)
    }

    /// Takes out the least recently seen entry.
    pub(crate) fn pop_oldest(&mut self) -> Option<(K, V)> {
        let at = self.oldest;
        self.unlink(at);
        self.unchain(at);
        // The last entry moves into the gap, and what pointed at it must follow.
        let last = u32::try_from(self.entries.len().checked_sub(1)?).ok()?;
        if at != last {
            self.redirect(last, at);
        }
        let gap = Slot(at).index();
        if gap >= self.entries.len() {
            return None;
        }
        self.links.swap_remove(gap);
        Some(self.entries.swap_remove(gap))
    }

    /// The entries, the least recently seen first.
    pub(crate) fn oldest_first(&self) -> impl Iterator<Item = &(K, V)> {
        let mut at = self.oldest;
        std::iter::from_fn(move || {
            let slot = Slot(at).index();
            at = self.links.get(slot)?.newer;
            self.entries.get(slot)
        })
    }

    /// The entries in no particular order, given away.
    pub(crate) fn into_entries(self) -> Vec<(K, V)> {
        self.entries
    }

    fn link_newest(&mut self, at: u32) {
        let older = std::mem::replace(&mut self.newest, at);
        if let Some(links) = self.links.get_mut(Slot(at).index()) {
            links.older = older;
            links.newer = NONE;
        }
        match self.links.get_mut(Slot(older).index()) {
            Some(links) => links.newer = at,
            None => self.oldest = at,
        }
    }

    fn unlink(&mut self, at: u32) {
        let Some(&Links { newer, older, .. }) = self.links_of(at) else { return };
        match self.links.get_mut(Slot(newer).index()) {
            Some(links) => links.older = older,
            None => self.newest = older,
        }
        match self.links.get_mut(Slot(older).index()) {
            Some(links) => links.newer = newer,
            None => self.oldest = newer,
        }
    }

    /// Puts an entry in front of its chain, or where the chain is full into the ordered map.
    fn chain(&mut self, at: u32, tag: u32, key: &K) {
        let place = self.place(tag);
        let Some(head) = self.heads.get_mut(place) else { return };
        let (mut length, mut next) = (0, *head);
        while length < CHAIN
            && let Some(links) = self.links.get(Slot(next).index())
        {
            length += 1;
            next = links.next;
        }
        if length == CHAIN {
            self.crowded.insert(key.clone(), at);
        } else if let Some(links) = self.links.get_mut(Slot(at).index()) {
            links.next = std::mem::replace(head, at);
        }
    }

    /// The number that leads to an entry in its chain.
    fn pointer_to(&mut self, at: u32) -> Option<&mut u32> {
        let place = self.place(self.links_of(at)?.tag);
        let head = *self.heads.get(place)?;
        if head == at {
            return self.heads.get_mut(place);
        }
        let mut before = head;
        while let Some(links) = self.links_of(before) {
            if links.next == at {
                return self.links.get_mut(Slot(before).index()).map(|links| &mut links.next);
            }
            before = links.next;
        }
        None
    }

    fn unchain(&mut self, at: u32) {
        let Some(next) = self.links_of(at).map(|links| links.next) else { return };
        if let Some(pointer) = self.pointer_to(at) {
            *pointer = next;
        } else if let Some((key, _)) = self.entries.get(Slot(at).index()) {
            self.crowded.remove(key);
        }
    }

    /// Makes everything that leads to `from` lead to `to`.
    fn redirect(&mut self, from: u32, to: u32) {
        if let Some(pointer) = self.pointer_to(from) {
            *pointer = to;
        } else if let Some((key, _)) = self.entries.get(Slot(from).index())
            && let Some(place) = self.crowded.get_mut(key)
        {
            *place = to;
        }
        let Some(&Links { newer, older, .. }) = self.links_of(from) else { return };
        match self.links.get_mut(Slot(newer).index()) {
            Some(links) => links.older = to,
            None => self.newest = to,
        }
        match self.links.get_mut(Slot(older).index()) {
            Some(links) => links.newer = to,
            None => self.oldest = to,
        }
    }

    /// Doubles the places and builds the chains anew.
    #[cold]
    fn grow(&mut self) {
        self.heads = vec![NONE; self.heads.len() * 2];
        self.crowded.clear();
        let entries = std::mem::take(&mut self.entries);
        for (at, (key, _)) in (0_u32..).zip(&entries) {
            if let Some(links) = self.links.get_mut(Slot(at).index()) {
                links.next = NONE;
                let tag = links.tag;
                self.chain(at, tag, key);
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

    /// A key with a tag of one's own choice.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    struct Chosen(u32, u32);

    impl Key for Chosen {
        fn tag(&self) -> u32 {
            self.1
        }
    }

    fn keys<V: Clone>(map: &Recent<Chosen, V>) -> Vec<(Chosen, V)> {
        map.oldest_first().cloned().collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        /// Against a plain list, with keys that collide in every way: the same tag, neighbouring tags, spread tags.
        #[test]
        fn it_does_what_a_plain_list_does(
            steps in proptest::collection::vec((0_u32..60, 0_u32..3, 0_u8..8), 1..300),
            most in 1_usize..50,
        ) {
            let mut map: Recent<Chosen, usize> = Recent::default();
            let mut list: VecDeque<(Chosen, usize)> = VecDeque::new();
            for (step, (key, kind, action)) in steps.into_iter().enumerate() {
                let tag = [0, key, key.wrapping_mul(0x9E37_79B9)][kind as usize];
                let key = Chosen(key, tag);
                if action == 0 {
                    prop_assert_eq!(map.pop_oldest(), list.pop_front());
                } else if let Some(slot) = map.find(&key) {
                    map.touch(slot);
                    *map.value_mut(slot).unwrap() = step;
                    let index = list.iter().position(|(own, _)| *own == key).unwrap();
                    list.remove(index);
                    list.push_back((key, step));
                } else {
                    prop_assert!(list.iter().all(|(own, _)| *own != key));
                    if map.len() == most {
                        prop_assert_eq!(map.pop_oldest(), list.pop_front());
                    }
                    map.push(key.clone(), step);
                    list.push_back((key, step));
                }
                prop_assert_eq!(keys(&map), Vec::from(list.clone()));
                for (key, value) in &list {
                    prop_assert_eq!(map.get(key), Some(value));
                }
            }
        }
    }

    #[test]
    fn keys_made_to_collide_go_to_the_ordered_map() {
        let mut map = Recent::default();
        for n in 0..1_000 {
            map.push(Chosen(n, 7), n);
        }
        assert_eq!(map.crowded.len(), 1_000 - CHAIN);
        assert!((0..1_000).all(|n| map.get(&Chosen(n, 7)) == Some(&n)));
        assert_eq!(map.get(&Chosen(1_000, 7)), None);
        while map.pop_oldest().is_some() {}
        assert_eq!((map.len(), map.crowded.len()), (0, 0));
        assert!(map.heads.iter().all(|head| *head == NONE));
    }

    #[test]
    fn keys_that_occur_by_themselves_do_not_collide() {
        let mut map = Recent::default();
        for n in 0..100_000_u64 {
            map.push(Identity::Labels(n.into()), n);
        }
        assert_eq!(map.crowded.len(), 0);
        let empty = map.heads.iter().filter(|head| **head == NONE).count();
        // By chance exp(-100,000 / 131,072) of the places stay empty, which is 47 %.
        assert!(empty < map.heads.len() * 6 / 10, "{empty}");
    }
}
