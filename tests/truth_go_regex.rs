//! Patterns against what Go's `regexp` answered.
//!
//! Each verdict on a pattern is a case, and so is each text that an accepted pattern was asked about. The wording of errors is ours.
//! Only the third documented difference of `Pattern`, the version of Unicode, could touch these tables, and no row falls under it.

mod util;

use std::collections::HashSet;

use alert_schemas::utils::go::Anchoring;
use alert_schemas::utils::go::Pattern;
use serde_json::Value;

use crate::util::Tally;

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// `{"patterns": [{"pattern", "compiles", "full_matches"}], "values"}`: each pattern, anchored as Alertmanager does, on each value.
#[test]
fn anchored_patterns() {
    let Some(table) = util::vector("go_regex_anchored") else { return };
    let mut tally = Tally::new("go_regex_anchored");
    for row in list(&table["patterns"]) {
        let source = text(&row["pattern"]);
        let pattern = Pattern::new(source, Anchoring::Alertmanager);
        tally.compare(&source, pattern.is_ok(), row["compiles"] == true);
        let Ok(pattern) = pattern else { continue };
        let matches: HashSet<&str> = list(&row["full_matches"]).iter().map(text).collect();
        for value in list(&table["values"]).iter().map(text) {
            tally.compare(&(source, value), pattern.is_match(value), matches.contains(value));
        }
    }
    tally.finish();
}

/// `{"matchers": [{"Name", "Op", "Value"}], "sets", "matches"}`, or `"error"` where a matcher was refused: each matcher on each label
/// set, where a label that is not there is empty.
#[test]
fn patterns_of_matchers() {
    let Some(rows) = util::rows("match_table (patterns)", "corpus/alertmanager/matchers/match_table.jsonl") else { return };
    let mut tally = Tally::new("match_table (patterns)");
    for row in &rows {
        let matchers = list(&row["matchers"]);
        let tests: Result<Vec<_>, _> = matchers.iter().map(test_of).collect();
        tally.compare(&row["matchers"], tests.is_ok(), row["error"].is_null());
        let (Ok(tests), true) = (tests, row["error"].is_null()) else { continue };
        assert_eq!(list(&row["sets"]).len(), list(&row["matches"]).len(), "{row}");
        for (set, expected) in list(&row["sets"]).iter().zip(list(&row["matches"])) {
            let found = tests.iter().all(|(name, test)| test(set[name].as_str().unwrap_or_default()));
            tally.compare(&(&row["matchers"], set), Value::Bool(found), expected.clone());
        }
    }
    tally.finish();
}

/// The label that a matcher looks at, and what it asks of its value.
type Test = (String, Box<dyn Fn(&str) -> bool>);

fn test_of(matcher: &Value) -> Result<Test, alert_schemas::utils::go::InvalidPattern> {
    let value = text(&matcher["Value"]).to_owned();
    let test: Box<dyn Fn(&str) -> bool> = match text(&matcher["Op"]) {
        "=" => Box::new(move |found| found == value),
        "!=" => Box::new(move |found| found != value),
        op @ ("=~" | "!~") => {
            let pattern = Pattern::new(&value, Anchoring::Alertmanager)?;
            let wanted = op == "=~";
            Box::new(move |found| pattern.is_match(found) == wanted)
        }
        op => panic!("unknown operator {op}"),
    };
    Ok((text(&matcher["Name"]).to_owned(), test))
}
