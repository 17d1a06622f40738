//! Documents that are valid or one edit away from it: what a test of "schema and decoder agree" has to ask about.
//!
//! Edits look at the schema of the place they change, so that limits are met exactly, one below and one above.

#![allow(dead_code, unused_imports, reason = "each test uses a part of this")]

mod breaches;
mod document;
mod edits;

use proptest::strategy::BoxedStrategy;
use proptest::strategy::Strategy as _;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::Config;
use proptest::test_runner::RngAlgorithm;
use proptest::test_runner::TestRng;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Value;

use alert_schemas::schema::ExportedType;

pub(crate) use self::breaches::breaches;
pub(crate) use self::document::Document;
use self::document::Spelling;

/// A small generator of numbers that is the same on every run.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (splitmix64).
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// How many documents are tried for each type: a few hundred, or `ALERT_SCHEMAS_CASES`.
pub(crate) fn cases() -> usize {
    std::env::var("ALERT_SCHEMAS_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

/// Where the numbers begin: the same on every run, or `ALERT_SCHEMAS_SEED`.
pub(crate) fn seed() -> u64 {
    std::env::var("ALERT_SCHEMAS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1)
}

/// The source of documents of one exported type.
pub(crate) struct NearMisses {
    schema: Value,
    arbitrary: BoxedStrategy<Value>,
    runner: TestRunner,
    chance: Chance,
}

impl NearMisses {
    pub(crate) fn new(exported: &ExportedType, seed: u64) -> Self {
        Self::of(serde_json::from_str(exported.schema()).unwrap(), exported.arbitrary(), seed)
    }

    pub(crate) fn of(schema: Value, arbitrary: BoxedStrategy<Value>, seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self { schema, arbitrary, runner: TestRunner::new_with_rng(Config::default(), rng), chance: Chance::new(seed) }
    }

    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    /// A valid document.
    pub(crate) fn valid(&mut self) -> Value {
        self.arbitrary.new_tree(&mut self.runner).unwrap().current()
    }

    /// A document that is valid or one edit away from it.
    pub(crate) fn near(&mut self) -> String {
        let valid = self.valid();
        self.near_to(&valid)
    }

    /// `valid`, or a document one edit away from it.
    pub(crate) fn near_to(&mut self, valid: &Value) -> String {
        let mut document = Document::from(valid);
        let chance = &mut self.chance;
        if chance.percent(75) {
            edits::edit(&mut document, &self.schema, chance);
        }
        let spelling = if chance.percent(25) { Spelling::Odd } else { Spelling::Plain };
        document.text(spelling, chance)
    }
}

/// The keywords that hold at a place, with references followed.
pub(crate) fn keywords(root: &Value, schema: &Value) -> Map<String, Value> {
    let mut all = Map::new();
    let Value::Object(members) = schema else { return all };
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        all.extend(keywords(root, root.pointer(reference.trim_start_matches('#')).unwrap()));
    }
    for list in ["allOf", "anyOf"] {
        for inner in members.get(list).and_then(Value::as_array).into_iter().flatten() {
            if inner.get("type").is_none_or(|name| name != "null") {
                all.extend(keywords(root, inner));
            }
        }
    }
    all.extend(members.clone());
    all
}
