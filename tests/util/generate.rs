//! Values of a strategy for a test that compares with a real server.

use std::fmt::Debug;

use proptest::strategy::Strategy;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// As many values of a strategy, the same in every run.
pub(crate) fn generate<T: Debug>(count: usize, strategy: impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("a value").current()).collect()
}
