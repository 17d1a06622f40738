//! Losses of which there may be a million.

use crate::utils::Pointer;
use crate::validations::Loss;

/// Losses of one kind: some are named one by one, the rest are one loss.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally(usize);

impl Tally {
    /// How many are named one by one.
    const NAMED: usize = 4;

    /// Counts a loss, and names it if it is one of the first.
    pub(super) fn count(&mut self, losses: &mut Vec<Loss>, name: impl FnOnce() -> Loss) {
        self.0 += 1;
        if self.0 <= Self::NAMED {
            losses.push(name());
        }
    }

    /// One loss for those that were not named, if there are any; `message` takes how many.
    pub(super) fn tell_rest(self, losses: &mut Vec<Loss>, path: Pointer, code: &'static str, message: impl FnOnce(usize) -> String) {
        if let Some(rest) = self.0.checked_sub(Self::NAMED).filter(|rest| *rest > 0) {
            losses.push(Loss::new(path, code, message(rest)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_are_named_and_the_rest_is_counted() {
        let told = |count: usize| {
            let (mut tally, mut losses) = (Tally::default(), Vec::new());
            (0..count).for_each(|at| tally.count(&mut losses, || Loss::new(Pointer::root().index(at), "null_value", "null")));
            tally.tell_rest(&mut losses, Pointer::root(), "null_value", |rest| format!("{rest} more"));
            (losses.len(), losses.last().map(|loss| loss.message.clone()))
        };
        assert_eq!(told(0), (0, None));
        assert_eq!(told(4), (4, Some("null".to_owned())));
        assert_eq!(told(6), (5, Some("2 more".to_owned())));
    }
}
