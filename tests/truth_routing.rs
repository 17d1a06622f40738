//! Routes, keys and groups against what Alertmanager's own code and a real Alertmanager 0.33.1 answered.
//!
//! Unreadable are rows that hold no routes to try, and rows about `labels` of a route, which Alertmanager has from 0.34 on; 0.33.1 refuses them.
#![cfg(feature = "yaml")]

mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::notifications::GroupBy;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::RouteKey;
use alert_schemas::notifications::RoutingTree;
use alert_schemas::webhooks::alertmanager::config::ConfigFile;
use alert_schemas::webhooks::alertmanager::config::ConfigFileOptions;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_duration;
use crate::util::go_labels;

fn labels(value: &Value) -> Labels {
    go_labels(value).unwrap_or_else(|| panic!("no labels: {value}"))
}

/// The tree of a file.
fn tree_of_file(text: &str) -> RoutingTree {
    let file = ConfigFile::read(text, &ConfigFileOptions::default()).unwrap_or_else(|errors| panic!("{errors:#}\n{text}"));
    let config = file.to_config(&TenantId::default()).unwrap_or_else(|report| panic!("{report:#}"));
    RoutingTree::new(&config.value.route).unwrap_or_else(|report| panic!("{report:#}"))
}

/// The tree of the part of a file that stands under `route`; a root without a receiver gets one.
fn tree(part: &str) -> RoutingTree {
    let mut receivers: BTreeSet<&str> = part
        .split("receiver:")
        .skip(1)
        .filter_map(|rest| rest.trim_matches([' ', '\'', '"']).split(['\'', '"', ',', '}', '\n']).next())
        .collect();
    receivers.insert("default");
    let mut text = String::from("route:\n");
    if !part.lines().any(|line| line.starts_with("receiver:")) {
        text.push_str("  receiver: default\n");
    }
    part.lines().for_each(|line| text.push_str(&format!("  {line}\n")));
    text.push_str("receivers:\n");
    receivers.iter().for_each(|name| text.push_str(&format!("- name: {name}\n")));
    tree_of_file(&text)
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().map(|item| item.as_str().expect("a text")).collect()
}

#[test]
fn group_keys() {
    let Some(rows) = util::vector("alertmanager_group_keys") else { return };
    let mut tally = Tally::new("alertmanager_group_keys");
    for row in rows.as_array().expect("rows") {
        let matchers = texts(&row["route_matchers_root_to_leaf"]);
        let key = matchers.iter().skip(1).fold(RouteKey::root(), |above, text| above.child(&text.parse().expect("matchers")));
        let key = key.group_key(&labels(&row["group_labels"]));
        let expected = (row["group_key"].as_str().expect("a key"), row["dedup_key_sha256"].as_str().expect("a digest").to_owned());
        tally.compare(row, (key.as_str(), key.digest().to_string()), expected);
    }
    tally.finish();
}

/// The value of a Go expression of the table that says a duration; `None` for the default.
fn duration(value: &Value) -> Option<AlertDuration> {
    let text = value["$go"].as_str().expect("an expression");
    if text.starts_with("def.") {
        return None;
    }
    let seconds = go_duration(text).unwrap_or_else(|| panic!("no duration: {text}"));
    Some(AlertDuration::seconds(u32::try_from(seconds).expect("seconds")))
}

/// What the table says of a route's options: who is told, by which labels, and the times.
type Options = (String, GroupBy, [AlertDuration; 3]);

fn expected_options(row: &Value) -> Options {
    let group_by = match (row["GroupByAll"] == true, row["GroupBy"]["args"].as_array()) {
        (true, _) => GroupBy::all(),
        (false, Some(_)) => GroupBy::labels(texts(&row["GroupBy"]["args"])).expect("labels"),
        (false, None) => GroupBy::one_group(),
    };
    let times = [
        duration(&row["GroupWait"]).unwrap_or(Route::DEFAULT_GROUP_WAIT),
        duration(&row["GroupInterval"]).unwrap_or(Route::DEFAULT_GROUP_INTERVAL),
        duration(&row["RepeatInterval"]).unwrap_or(Route::DEFAULT_REPEAT_INTERVAL),
    ];
    (row["Receiver"].as_str().expect("a receiver").to_owned(), group_by, times)
}

/// The tests of `dispatch/route_test.go`. Texts of routes stand in rows of their own, before the rows that try them; where a text is not in
/// the table, the tests of that function use the text that `TestRouteWalk` has, too.
#[test]
fn dispatch_route() {
    let Some(rows) = util::rows("dispatch_route", "corpus/alertmanager/go_tables/dispatch_route.jsonl") else { return };
    let mut tally = Tally::new("dispatch_route");
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows.iter().filter(|row| row["name"] == "in") {
        known.insert(row["func"].as_str().expect("a name"), row["value"].as_str().expect("a text"));
    }
    if let Some(walk) = known.get("TestRouteWalk").copied() {
        known.entry("TestRouteMatch").or_insert(walk);
    }
    for row in &rows {
        let (func, name) = (row["func"].as_str().expect("a name"), row["name"].as_str().expect("a name"));
        let Some(text) = known.get(func).filter(|_| func != "TestRouteLabelsLoading") else {
            tally.unreadable();
            continue;
        };
        let tree = tree(text);
        match (func, name) {
            (_, "in") if func == "TestInheritParentGroupByAll" => {
                let found: Vec<_> = tree.routes().map(|route| route.options().group_by().clone()).collect();
                let (one, all, foo) = (GroupBy::one_group(), GroupBy::all(), GroupBy::labels(["foo"]).expect("labels"));
                tally.compare(&func, found, vec![one, all.clone(), all, foo]);
            }
            (_, "in") => tally.equal(),
            (_, "tests") => {
                for case in row["value"].as_array().expect("cases") {
                    let labels = labels(&case["input"]);
                    let matches = tree.matches(&labels);
                    let keys: Vec<String> = matches.iter().map(|found| found.key().to_string()).collect();
                    let options = matches.iter().map(|found| {
                        let options = found.options();
                        let times = [options.group_wait(), options.group_interval(), options.repeat_interval()];
                        (options.receiver().to_string(), options.group_by().clone(), times)
                    });
                    let expected = case["result"].as_array().expect("options").iter().map(expected_options).collect::<Vec<Options>>();
                    let keys_expected: Vec<String> = texts(&case["keys"]).into_iter().map(str::to_owned).collect();
                    tally.compare(&(func, &labels), (keys, options.collect()), (keys_expected, expected));
                }
            }
            // The table has some of the routes, in the order of the walk.
            ("TestRouteID" | "TestRouteWalk", "expected") => {
                let mut walk = tree.routes().map(|route| match func {
                    "TestRouteID" => route.id().to_string(),
                    _ => route.receiver().to_string(),
                });
                for wanted in texts(&row["value"]) {
                    tally.compare(&(func, wanted), walk.any(|found| found == wanted), true);
                }
            }
            _ => tally.unreadable(),
        }
    }
    tally.finish();
}

/// The tests of amtool. The files that they name are not in the table; these two have the routes that the names of the tests speak of.
#[test]
fn cli_test_routing() {
    let Some(rows) = util::rows("cli_test_routing", "corpus/alertmanager/go_tables/cli_test_routing.jsonl") else { return };
    let mut tally = Tally::new("cli_test_routing");
    let one = "matchers: ['test=~\"1|2\"'], receiver: test1";
    let two = "matchers: ['test=2'], receiver: test2";
    let straight = tree(&format!("receiver: default\nroutes: [{{{one}, continue: true}}, {{{two}}}]"));
    let reverted = tree(&format!("receiver: default\nroutes: [{{{two}, continue: true}}, {{{one}}}]"));
    for case in rows.iter().flat_map(|row| row["value"].as_array().expect("cases")) {
        let tree = if case["configFile"] == "testdata/conf.routing.yml" { &straight } else { &reverted };
        let labels = labels(&case["alert"]);
        let found: Vec<_> = tree.matches(&labels).iter().map(|found| found.receiver().to_string()).collect();
        tally.compare(case, found, texts(&case["expectedReceivers"]).into_iter().map(str::to_owned).collect());
    }
    tally.finish();
}

/// What `amtool config routes test` answers, for files of the corpus.
fn amtool(table: &str, folder: &str) {
    let Some(rows) = util::rows(table, &format!("corpus/alertmanager/routing/{table}.jsonl")) else { return };
    let mut tally = Tally::new(table);
    for row in &rows {
        let config = util::shared(&format!("{folder}/{}", row["config"].as_str().expect("a file"))).expect("the file");
        let tree = tree_of_file(&fs::read_to_string(config).expect("text"));
        for case in row["cases"].as_array().expect("cases") {
            let labels = labels(&case["labels"]);
            let found: Vec<_> = tree.matches(&labels).iter().map(|found| found.receiver().to_string()).collect();
            tally.compare(&(&row["config"], &labels), found, texts(&case["receivers"]).into_iter().map(str::to_owned).collect());
        }
    }
    tally.finish();
}

#[test]
fn route_cases() {
    amtool("route_cases", "corpus/alertmanager/configs");
}

#[test]
fn route_cases_live_config() {
    amtool("route_cases_live_config", "corpus/alertmanager");
}

/// Each webhook of a recorded run: the route that its alerts take, the key of their group, and its labels.
#[test]
fn webhooks_of_a_live_run() {
    let folder = "corpus/alertmanager/live/alertmanager-0.33.1-run1";
    let Some(rows) = util::rows("live webhooks", &format!("{folder}/notifications.jsonl")) else { return };
    let config = util::shared(&format!("{folder}/alertmanager.yml")).expect("the file");
    let tree = tree_of_file(&fs::read_to_string(config).expect("text"));
    let mut tally = Tally::new("live webhooks");
    for body in rows.iter().filter(|row| row["channel"] == "webhook").map(|row| &row["body"]) {
        let (receiver, group_labels) = (body["receiver"].as_str().expect("a receiver"), labels(&body["groupLabels"]));
        for alert in body["alerts"].as_array().expect("alerts") {
            let labels = labels(&alert["labels"]);
            let matches = tree.matches(&labels);
            let found = matches.iter().find(|found| found.receiver().as_str() == receiver);
            let found = found.map(|found| (found.group_key().to_string(), found.group_labels()));
            tally.compare(&(receiver, &labels), found, Some((body["groupKey"].as_str().expect("a key").to_owned(), group_labels.clone())));
        }
    }
    tally.finish();
}
