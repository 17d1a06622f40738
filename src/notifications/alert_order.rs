//! The order in which the alerts of a group are told.

use std::cmp::Ordering;

use crate::alerts::Alert;
use crate::alerts::Labels;

/// The labels that come before all others, in this order; an alert that lacks one comes after those that have it.
const FIRST: [&str; 2] = ["job", "instance"];

/// Alertmanager's order of the alerts of a notification (0.33, `types.AlertSlice`): by `job`, by `instance`, then by all labels.
pub(crate) fn told_before(a: &Alert, b: &Alert) -> Ordering {
    for name in FIRST {
        let value = |labels: &'_ Labels| labels.get(name).is_some_and(|value| !value.is_empty());
        let order = match (value(&a.labels), value(&b.labels)) {
            (true, true) => a.labels.get(name).cmp(&b.labels.get(name)),
            (has, other_has) => other_has.cmp(&has),
        };
        if order.is_ne() {
            return order;
        }
    }
    labels_before(&a.labels, &b.labels)
}

/// Names and values, those without a value left out: for Alertmanager they are not there.
fn with_value(labels: &Labels) -> impl Iterator<Item = (&str, &str)> {
    labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).filter(|(_, value)| !value.is_empty())
}

/// The order of label sets (prometheus/common, `model.LabelSet.Before`): the fewer labels first, then the first name that only one has, then the first value.
fn labels_before(a: &Labels, b: &Labels) -> Ordering {
    let by_names = || {
        // The smaller name is one that the other lacks, and who lacks a name comes first.
        let mut orders = with_value(a)
            .zip(with_value(b))
            .map(|((a_name, a_value), (b_name, b_value))| b_name.cmp(a_name).then_with(|| a_value.cmp(b_value)));
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    };
    with_value(a).count().cmp(&with_value(b).count()).then_with(by_names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> Labels {
        Labels::from_pairs(pairs.iter().copied()).unwrap()
    }

    #[test]
    fn label_sets_are_ordered_as_prometheus_orders_them() {
        let sorted = [
            labels(&[]),
            labels(&[("b", "1")]),
            labels(&[("b", "2")]),
            labels(&[("a", "1")]),
            labels(&[("a", "1"), ("c", "0")]),
            labels(&[("a", "1"), ("b", "9")]),
        ];
        for (index, a) in sorted.iter().enumerate() {
            for (other, b) in sorted.iter().enumerate() {
                assert_eq!(labels_before(a, b), index.cmp(&other), "{a} {b}");
            }
        }
    }
}
