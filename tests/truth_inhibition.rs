//! Inhibition against the tables of Alertmanager's own test.
//!
//! A table holds alerts, label sets, and whether these are inhibited; times are Go expressions around `now`. The rules and most sources stand outside of the
//! tables in their tests, and are said here. Unreadable is a table of numbers for a benchmark.

mod util;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::notifications::InhibitionRule;
use alert_schemas::notifications::Inhibitor;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_labels;
use crate::util::go_time;

const TABLES: &str = "corpus/alertmanager/go_tables/inhibit_inhibit.jsonl";

fn now() -> Timestamp {
    "2025-01-06T09:00:00Z".parse().unwrap()
}

/// The end of an alert; the inner `None` is Go's zero time.
fn end(value: &Value) -> Option<Option<Timestamp>> {
    if value.is_null() { Some(None) } else { go_time(value, now()).map(Some) }
}

fn rule(source: &str, target: &str, equal: &[&str]) -> InhibitionRule {
    let rule = InhibitionRule::new(source.parse().unwrap(), target.parse().unwrap());
    rule.with_equal(equal.iter().map(|name| name.parse().unwrap()))
}

fn rows<'a>(tables: &'a [Value], test: &str) -> &'a [Value] {
    tables.iter().find(|table| table["func"] == test).unwrap_or_else(|| panic!("{test} is missing"))["value"].as_array().unwrap()
}

/// Whether labels are equal to those of a source is asked without matchers there: here every alert is a source, and only the input a target.
#[test]
fn equal_labels() {
    let Some(tables) = util::rows("inhibit_inhibit", TABLES) else { return };
    let mut tally = Tally::new("inhibit_inhibit (TestInhibitRuleHasEqual)");
    let tenant = TenantId::default();
    for row in rows(&tables, "TestInhibitRuleHasEqual") {
        let read = || {
            let equal: Vec<&str> = row["equal"]["$items"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let mut inhibitor = Inhibitor::new([rule("{}", "is_the_input=yes", &equal)]);
            for entry in row["initial"]["$map"].as_array().into_iter().flatten() {
                let alert = &entry.get(1)?["Alert"];
                inhibitor.insert(&tenant, &go_labels(&alert["Labels"])?, end(&alert["EndsAt"])?);
            }
            let mut input = go_labels(&row["input"])?;
            input.insert("is_the_input".parse().ok()?, "yes".parse().ok()?).ok()?;
            Some(inhibitor.is_inhibited(&tenant, &input, now()))
        };
        match read() {
            Some(found) => tally.compare(&row, Some(found), row["result"].as_bool()),
            None => tally.unreadable(),
        }
    }
    tally.finish();
}

/// Two rules: one whose source is no target, and one whose source is a target, too.
fn two_rules(test: &str, first: &str) {
    let Some(tables) = util::rows("inhibit_inhibit", TABLES) else { return };
    let mut tally = Tally::new(&format!("inhibit_inhibit ({test})"));
    let tenant = TenantId::default();
    let mut inhibitor = Inhibitor::new([rule("s1=1", first, &["e"]), rule("s2=1", "t2=1", &["e"])]);
    for source in [[("s1", "1"), ("t1", "2"), ("e", "1")], [("s2", "1"), ("t2", "1"), ("e", "1")]] {
        inhibitor.insert(&tenant, &Labels::from_pairs(source).unwrap(), Some(now() + AlertDuration::hours(1)));
    }
    for row in rows(&tables, test) {
        match go_labels(&row["target"]) {
            Some(target) => tally.compare(&row, Some(inhibitor.is_inhibited(&tenant, &target, now())), row["expected"].as_bool()),
            None => tally.unreadable(),
        }
    }
    tally.finish();
}

#[test]
fn rules_of_equal_values() {
    two_rules("TestInhibitRuleMatches", "t1=1");
}

#[test]
fn rules_of_matchers() {
    two_rules("TestInhibitRuleMatchers", "t1!=1");
}

/// The first alert is the target, the second the source, resolved or not; a later version of an alert stands for the earlier.
#[test]
fn alerts_that_come_and_go() {
    let Some(tables) = util::rows("inhibit_inhibit", TABLES) else { return };
    let mut tally = Tally::new("inhibit_inhibit (TestInhibit)");
    let tenant = TenantId::default();
    let (one, two) = (Labels::from_pairs([("t", "1"), ("e", "f")]).unwrap(), Labels::from_pairs([("s", "1"), ("e", "f")]).unwrap());
    let hour = AlertDuration::hours(1);
    for row in rows(&tables, "TestInhibit") {
        let mut inhibitor = Inhibitor::new([rule("s=1", "t=1", &["e"])]);
        let mut is_readable = true;
        for alert in row["alerts"].as_array().unwrap() {
            match (alert["$call"].as_str(), alert["args"].get(0).and_then(Value::as_bool)) {
                (Some("alertOne"), None) => inhibitor.insert(&tenant, &one, Some(now() + hour)),
                (Some("alertTwo"), Some(false)) => inhibitor.insert(&tenant, &two, Some(now() + hour)),
                (Some("alertTwo"), Some(true)) => inhibitor.insert(&tenant, &two, Some(now().minus(AlertDuration::seconds(1)))),
                _ => is_readable = false,
            }
        }
        for expected in row["expected"].as_array().unwrap() {
            match go_labels(&expected["lbls"]).filter(|_| is_readable) {
                Some(asked) => tally.compare(&row, Some(inhibitor.is_inhibited(&tenant, &asked, now())), expected["muted"].as_bool()),
                None => tally.unreadable(),
            }
        }
    }
    tally.finish();
}
