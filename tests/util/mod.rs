//! What the tests share: where recorded tables are found, and how their rows are counted.

#![allow(dead_code, reason = "each test uses a part of this")]

use std::env;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::Timestamp;
use serde_json::Value;

/// A file or folder of the shared tables, `None` where it is missing.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let root = env::var_os("ALERT_SCHEMAS_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    Some(root.join(path)).filter(|path| path.exists())
}

/// Says that a table is missing, and fails where that must not be.
pub(crate) fn skipped(table: &str) {
    println!("SKIPPED {table}");
    let required = env::var("ALERT_SCHEMAS_REQUIRE_SHARED").is_ok_and(|value| value == "1");
    assert!(!required, "{table} is missing, and ALERT_SCHEMAS_REQUIRE_SHARED=1");
}

/// The lines of a JSONL file of the shared tables, split at `\n` alone: strings hold other line ends.
pub(crate) fn rows(table: &str, path: &str) -> Option<Vec<Value>> {
    let Some(path) = shared(path) else {
        skipped(table);
        return None;
    };
    Some(jsonl(&path))
}

/// The lines of a JSONL file, split at `\n` alone.
pub(crate) fn jsonl(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.split('\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error}", path.display()))).collect()
}

/// A recorded vector: the shared one, or else the copy in the project, or else `None`.
pub(crate) fn vector(name: &str) -> Option<Value> {
    let copy = PathBuf::from(format!("{}/tests/data/vectors/{name}.json", env!("CARGO_MANIFEST_DIR")));
    let Some(path) = shared(&format!("vectors/{name}.json")).or_else(|| Some(copy).filter(|copy| copy.exists())) else {
        skipped(name);
        return None;
    };
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// `time.Minute`, `-time.Minute`, `3 * time.Minute`, `time.Hour * 2`, `-2 * time.Hour`: seconds.
pub(crate) fn go_duration(text: &str) -> Option<i64> {
    let unit = |text: &str| match text.trim() {
        "time.Second" => Some(1),
        "time.Minute" => Some(60),
        "time.Hour" => Some(3_600),
        _ => None,
    };
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (left, right) = text.split_once('*').unwrap_or(("1", text));
    let (number, unit) = unit(right).map(|unit| (left, unit)).or_else(|| Some((right, unit(left)?)))?;
    Some(sign * number.trim().parse::<i64>().ok()? * unit)
}

/// `now`, `now.Add(…)`, `now.AsTime().Add(…)`, each also inside `timestamppb.New(…)`: the time.
pub(crate) fn go_time(value: &Value, now: Timestamp) -> Option<Timestamp> {
    if value["$go"] == "now" {
        return Some(now);
    }
    let argument = value["args"].get(0)?;
    match value["$call"].as_str()? {
        "timestamppb.New" => go_time(argument, now),
        "now.Add" | "now.AsTime().Add" => {
            let seconds = go_duration(argument["$go"].as_str()?)?;
            let distance = AlertDuration::seconds(u32::try_from(seconds.unsigned_abs()).ok()?);
            Some(if seconds < 0 { now.minus(distance) } else { now + distance })
        }
        _ => None,
    }
}

/// Labels of a table, without the name of their Go type; nothing is Go's `nil`, which is no labels.
pub(crate) fn go_labels(value: &Value) -> Option<Labels> {
    if value.is_null() {
        return Some(Labels::default());
    }
    let members = value.as_object()?.iter().filter(|(name, _)| *name != "$type");
    let pairs = members.map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect::<Option<Vec<_>>>()?;
    Labels::from_pairs(pairs).ok()
}

/// Counts the rows of a table, and tells all that differ at the end.
pub(crate) struct Tally {
    table: String,
    equal: usize,
    documented: usize,
    unreadable: usize,
    failed: Vec<String>,
}

impl Tally {
    pub(crate) fn new(table: &str) -> Self {
        Self { table: table.to_owned(), equal: 0, documented: 0, unreadable: 0, failed: Vec::new() }
    }

    /// A row with the same answer.
    pub(crate) fn equal(&mut self) {
        self.equal += 1;
    }

    /// A row that falls under a documented difference; `rule` names it.
    pub(crate) fn documented(&mut self, rule: &str) {
        assert!(!rule.is_empty());
        self.documented += 1;
    }

    /// A row that holds Go code, or is marked to be skipped.
    pub(crate) fn unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// A row with another answer.
    pub(crate) fn failed(&mut self, why: String) {
        self.failed.push(why);
    }

    /// A row that is equal if `found == expected`.
    pub(crate) fn compare<T: PartialEq + std::fmt::Debug>(&mut self, input: &dyn std::fmt::Debug, found: T, expected: T) {
        if found == expected {
            self.equal();
        } else {
            self.failed(format!("{input:?}: found {found:?}, expected {expected:?}"));
        }
    }

    /// Prints the line of the table; fails if a row failed, or if there was none.
    pub(crate) fn finish(self) {
        let Self { table, equal, documented, unreadable, failed } = self;
        let cases = equal + documented + unreadable + failed.len();
        let rest = if unreadable > 0 { format!(", {unreadable} unreadable") } else { String::new() };
        println!("truth {table}: {cases} cases, {equal} equal, {documented} documented differences{rest}");
        assert!(
            failed.is_empty(),
            "{table}: {} of {cases} differ:\n{}",
            failed.len(),
            failed.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
        );
        assert!(equal > 0, "{table}: no case was compared");
    }
}
