//! Handing items on in batches.

use std::iter::FusedIterator;
use std::num::NonZeroUsize;

/// The items of an iterator in batches of a size; made by [`batches`].
///
/// ```
/// use alert_schemas::validations::{Batches, batches};
///
/// let mut pairs: Batches<_> = batches(1..=5, 2);
/// assert_eq!(pairs.next(), Some(vec![1, 2]));
/// ```
#[derive(Debug, Clone)]
pub struct Batches<I> {
    items: I,
    size: NonZeroUsize,
}

/// Hands the items on in batches of `size`, the last one with what is left; no batch is empty.
///
/// The size is usually [`Settings::batch_size`](crate::Settings) (`ALERT_BATCH_SIZE`, default 1000). A size of zero counts as one.
///
/// # Examples
///
/// ```
/// use alert_schemas::Settings;
/// use alert_schemas::validations::batches;
///
/// let settings = Settings::from_pairs([("ALERT_BATCH_SIZE", "2")])?;
/// let sent: Vec<Vec<&str>> = batches(["a", "b", "c"], settings.batch_size).collect();
/// assert_eq!(sent, [vec!["a", "b"], vec!["c"]]);
/// # Ok::<(), alert_schemas::Report>(())
/// ```
pub fn batches<I: IntoIterator>(items: I, size: usize) -> Batches<I::IntoIter> {
    Batches { items: items.into_iter(), size: NonZeroUsize::new(size).unwrap_or(NonZeroUsize::MIN) }
}

impl<I: Iterator> Iterator for Batches<I> {
    type Item = Vec<I::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch: Vec<_> = self.items.by_ref().take(self.size.get()).collect();
        (!batch.is_empty()).then_some(batch)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let (least, most) = self.items.size_hint();
        let count = |items: usize| items.div_ceil(self.size.get());
        (count(least), most.map(count))
    }
}

impl<I: Iterator> FusedIterator for Batches<I> where I: FusedIterator {}

#[cfg(test)]
mod tests {
    use crate::utils::Settings;

    use super::*;

    #[test]
    fn the_variable_changes_the_batches() {
        let count = |value| {
            let settings = Settings::from_pairs([("ALERT_BATCH_SIZE", value)]).unwrap();
            batches(0..10, settings.batch_size).count()
        };
        assert_eq!((count("3"), count("5"), count("1000")), (4, 2, 1));
    }

    #[test]
    fn sizes_are_exact_and_zero_is_one() {
        assert_eq!(batches(0..10, 4).size_hint(), (3, Some(3)));
        assert_eq!(batches(0..2, 0).collect::<Vec<_>>(), [vec![0], vec![1]]);
        assert_eq!(batches(std::iter::empty::<u8>(), 4).next(), None);
    }
}
