//! Silences against the tables of Alertmanager's own tests.
//!
//! Times are Go expressions around `now`, which is fixed here. What stands outside of a table in its test (the labels that are asked about, the matchers of
//! a silence) is said at each test. Unreadable is: a query by a filter, which is a Go function; a matcher whose operator is no operator, which our type
//! can't hold.

mod util;

use alert_schemas::AlertDuration;
use alert_schemas::Labels;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::LabelSyntax;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::Matchers;
use alert_schemas::notifications::Silence;
use alert_schemas::notifications::SilenceChange;
use alert_schemas::notifications::SilenceId;
use alert_schemas::notifications::SilenceRefused;
use alert_schemas::notifications::SilenceState;
use alert_schemas::notifications::Silences;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_time;

const SILENCES: &str = "corpus/alertmanager/go_tables/silence_silence.jsonl";
const API: &str = "corpus/alertmanager/go_tables/api_v2_api.jsonl";

fn now() -> Timestamp {
    "2025-01-06T09:00:00Z".parse().unwrap()
}

/// A time around `now`, Go's zero time where there is none.
fn time(value: &Value) -> Option<Timestamp> {
    if value.is_null() {
        return Some(Timestamp::min());
    }
    match value["$go"].as_str() {
        Some("validTimestamp") => Some(now()),
        Some("zeroTimestamp") => Some(Timestamp::min()),
        _ => go_time(value, now()),
    }
}

/// The operator of a matcher; `=` where none is said, the zero value of its type.
fn op(value: &Value) -> Option<MatchOp> {
    match value.get("Type") {
        None => Some(MatchOp::Equal),
        Some(kind) => match kind["$go"].as_str()? {
            "pb.Matcher_EQUAL" => Some(MatchOp::Equal),
            "pb.Matcher_NOT_EQUAL" => Some(MatchOp::NotEqual),
            "pb.Matcher_REGEXP" => Some(MatchOp::Regex),
            "pb.Matcher_NOT_REGEXP" => Some(MatchOp::NotRegex),
            _ => None,
        },
    }
}

/// A matcher; the inner error says why it is none.
fn matcher(value: &Value, syntax: LabelSyntax) -> Option<Result<Matcher, String>> {
    let (name, op) = (value["Name"].as_str()?, op(value)?);
    if !syntax.allows(name) {
        return Some(Err("a bad name".to_owned()));
    }
    Some(Matcher::new(name, op, value["Pattern"].as_str()?).map_err(|error| error.to_string()))
}

fn matchers(list: &Value, syntax: LabelSyntax) -> Option<Result<Matchers, String>> {
    let list = list.as_array()?.iter().map(|value| matcher(value, syntax)).collect::<Option<Vec<_>>>()?;
    Some(list.into_iter().collect::<Result<Vec<_>, _>>().map(|list| Matchers::new(list).expect("few")))
}

/// A silence; the matchers stand in sets, or, in the older form, in one list.
fn silence(value: &Value, syntax: LabelSyntax) -> Option<Result<Silence, String>> {
    let mut sets: Vec<&Value> = value["MatcherSets"].as_array().into_iter().flatten().map(|set| &set["Matchers"]).collect();
    sets.extend(value.get("Matchers"));
    let sets = sets.into_iter().map(|set| matchers(set, syntax)).collect::<Option<Vec<_>>>()?;
    let mut silence = Silence::new(Matchers::default(), time(&value["StartsAt"])?, time(&value["EndsAt"])?);
    Some(sets.into_iter().collect::<Result<Vec<_>, _>>().map(|sets| {
        silence.matcher_sets = sets;
        silence
    }))
}

fn good(value: &Value) -> Option<Silence> {
    silence(value, LabelSyntax::Utf8)?.ok()
}

/// The rows of the table of a test.
fn table(tables: &[Value], test: &str) -> Vec<Value> {
    let rows: Vec<Value> =
        tables.iter().filter(|table| table["func"] == test).flat_map(|table| table["value"].as_array().unwrap()).cloned().collect();
    assert!(!rows.is_empty(), "{test} has no rows");
    rows
}

#[test]
fn states() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    let mut tally = Tally::new("silence_silence (TestQState)");
    for row in table(&tables, "TestQState") {
        let states: Option<Vec<SilenceState>> = row["states"]
            .as_array()
            .unwrap()
            .iter()
            .map(|state| {
                Some(match state["$go"].as_str()? {
                    "SilenceStatePending" => SilenceState::Pending,
                    "SilenceStateActive" => SilenceState::Active,
                    "SilenceStateExpired" => SilenceState::Expired,
                    _ => return None,
                })
            })
            .collect();
        let (Some(states), Some(silence)) = (states, good(&row["sil"])) else {
            tally.unreadable();
            continue;
        };
        tally.compare(&row, Some(states.contains(&silence.state_at(now()))), row["keep"].as_bool());
    }
    tally.finish();
}

/// The labels stand outside of the table.
#[test]
fn matching() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    let mut tally = Tally::new("silence_silence (TestQMatches)");
    let labels = [("job", "test"), ("instance", "web-1"), ("path", "/user/profile"), ("method", "GET")];
    let labels = Labels::from_pairs(labels).unwrap();
    for row in table(&tables, "TestQMatches") {
        let Some(mut silence) = good(&row["sil"]) else {
            tally.unreadable();
            continue;
        };
        (silence.starts_at, silence.ends_at) = (now(), now() + AlertDuration::hours(1));
        let mut silences = Silences::new();
        silences.merge_one(silence.clone());
        let found = silences.silenced_by(&TenantId::default(), &labels, now());
        assert_eq!(found.first().map(|by| by.set), silence.matching_set(&labels), "{row}");
        tally.compare(&row, Some(!found.is_empty()), row["drop"].as_bool());
    }
    tally.finish();
}

/// The five silences stand outside of the table; their ids are the numbers from 1 to 5.
#[test]
fn queries() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    let mut tally = Tally::new("silence_silence (TestSilencesQuery)");
    let id = |text: &str| SilenceId::from(uuid::Uuid::from_u128(text.parse().unwrap()));
    let mut silences = Silences::new();
    for number in 1..=5 {
        let mut silence = Silence::new("a=b".parse().unwrap(), now(), now());
        silence.id = id(&number.to_string());
        silences.merge_one(silence);
    }
    for row in table(&tables, "TestSilencesQuery") {
        if row["q"].get("filters").is_some() {
            tally.unreadable();
            continue;
        }
        let tenant = TenantId::default();
        let found: Vec<SilenceId> = match row["q"]["ids"].as_array() {
            Some(ids) => ids.iter().filter_map(|text| Some(silences.get(&tenant, id(text.as_str().unwrap()))?.id)).collect(),
            None => silences.of_tenant(&tenant).map(|silence| silence.id).collect(),
        };
        let expected = row["exp"].as_array().unwrap().iter().map(|silence| id(silence["Id"].as_str().unwrap())).collect::<Vec<_>>();
        tally.compare(&row, found, expected);
    }
    tally.finish();
}

#[test]
fn updates() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    let mut tally = Tally::new("silence_silence (TestSilenceCanUpdate)");
    for row in table(&tables, "TestSilenceCanUpdate") {
        let (Some(old), Some(new)) = (good(&row["a"]), good(&row["b"])) else {
            tally.unreadable();
            continue;
        };
        let is_in_place = matches!(old.change(new.clone(), now()), SilenceChange::Updated(_));
        assert_eq!(is_in_place, old.can_become(&new, now()));
        tally.compare(&row, Some(is_in_place), row["ok"].as_bool());
    }
    tally.finish();
}

#[test]
fn matchers_are_valid() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    for (test, syntax) in [("TestValidateClassicMatcher", LabelSyntax::Legacy), ("TestValidateUTF8Matcher", LabelSyntax::Utf8)] {
        let mut tally = Tally::new(&format!("silence_silence ({test})"));
        for row in table(&tables, test) {
            match matcher(&row["m"], syntax) {
                Some(read) => tally.compare(&row, read.is_ok(), row["err"] == ""),
                None => tally.unreadable(),
            }
        }
        tally.finish();
    }
}

/// The test runs in classic mode, in which names of labels are legacy names.
#[test]
fn silences_are_valid() {
    let Some(tables) = util::rows("silence_silence", SILENCES) else { return };
    let mut tally = Tally::new("silence_silence (TestValidateSilence)");
    for row in table(&tables, "TestValidateSilence") {
        match silence(&row["s"], LabelSyntax::Legacy) {
            Some(read) => tally.compare(&row, read.is_ok_and(|silence| silence.check().is_ok()), row["err"] == ""),
            None => tally.unreadable(),
        }
    }
    tally.finish();
}

/// The silences that are there stand outside of the table: one that lasts from an hour ago to an hour from now, one that was over an hour ago, and one that is
/// posted, all with the same matcher. An id that is no id is as unknown as one that is none of theirs.
#[test]
fn posts() {
    let Some(tables) = util::rows("api_v2_api", API) else { return };
    let mut tally = Tally::new("api_v2_api (TestPostSilencesHandler)");
    let hour = AlertDuration::hours(1);
    let mut silences = Silences::new();
    let there = |start: Timestamp, end: Timestamp| Silence::new("a=b".parse().unwrap(), start, end).with_derived_id();
    let (active, over) = (there(now().minus(hour), now() + hour), there(now().minus(hour + hour), now().minus(hour)));
    silences.merge_one(active.clone());
    silences.merge_one(over.clone());
    for row in table(&tables, "TestPostSilencesHandler") {
        let id = match (&row["sid"], row["sid"]["$go"].as_str()) {
            (_, Some("unexpiredSil.Id")) => Some(active.id),
            (_, Some("expiredSil.Id")) => Some(over.id),
            (Value::String(text), _) if text.is_empty() => Some(SilenceId::default()),
            (Value::String(text), _) => Some(SilenceId::derive(&[text])),
            _ => None,
        };
        let (Some(id), Some(start), Some(end)) = (id, time(&row["start"]), time(&row["end"])) else {
            tally.unreadable();
            continue;
        };
        let mut posted = Silence::new("a=b".parse().unwrap(), start, end);
        posted.id = id;
        let status = match silences.clone().set(posted, now()) {
            Ok(_) => 200,
            Err(SilenceRefused::Unknown(_)) => 404,
            Err(_) => 400,
        };
        tally.compare(&row, Some(status), row["expectedCode"].as_u64());
    }
    tally.finish();
}
