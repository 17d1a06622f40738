//! Matchers against what Alertmanager's own parsers answered, row by row.
//!
//! A row counts once, and is equal if everything it says holds: verdict, matchers, text, and the columns that start an error message
//! (`5:6: …`; no columns where it starts otherwise). The wording of errors is ours.
//!
//! Unreadable, and so counted but not compared, is a row of Alertmanager's test sources that is marked `skip` there (its two parsers
//! are known to differ), or whose answer is Go code other than calls that make matchers of literals.

mod util;

use alert_schemas::alerts::FallbackNote;
use alert_schemas::alerts::InvalidMatcher;
use alert_schemas::alerts::LabelSyntax;
use alert_schemas::alerts::Labels;
use alert_schemas::alerts::MatchOp;
use alert_schemas::alerts::Matcher;
use alert_schemas::alerts::MatcherSyntax;
use alert_schemas::alerts::Matchers;
use alert_schemas::utils::go;
use serde_json::Value;

use crate::util::Tally;

/// Label name, operator, value.
type Parts = (String, MatchOp, String);

/// What a row expects.
#[derive(Debug)]
enum Answer {
    Matchers { parts: Vec<Parts>, text: Option<String> },
    Error { column: Option<(usize, usize)> },
}

/// The columns that start a message of Alertmanager.
fn columns(message: &str) -> Option<(usize, usize)> {
    let mut parts = message.splitn(3, ':');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn error(message: &Value) -> Answer {
    Answer::Error { column: columns(message.as_str().expect("a message")) }
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).map_or("", |value| value.as_str().expect(key))
}

/// Compares a result of ours with an answer: `Err` says how they differ.
fn compare(ours: Result<Matchers, InvalidMatcher>, answer: &Answer) -> Result<(), String> {
    match (ours, answer) {
        (Ok(ours), Answer::Matchers { parts, text }) => {
            let found: Vec<Parts> = ours.iter().map(|m| (m.name().to_owned(), m.op(), m.value().to_owned())).collect();
            match text {
                _ if found != *parts => Err(format!("reads {found:?}, expected {parts:?}")),
                Some(text) if ours.to_string() != *text => Err(format!("prints {ours}, expected {text}")),
                _ => Ok(()),
            }
        }
        (Err(error), Answer::Error { column }) => {
            let ours = error.column().map(|column| (column.start, column.end));
            if ours == *column { Ok(()) } else { Err(format!("columns {ours:?}, expected {column:?} ({error})")) }
        }
        (Ok(ours), Answer::Error { .. }) => Err(format!("reads {ours}, expected an error")),
        (Err(error), Answer::Matchers { .. }) => Err(format!("refuses: {error}")),
    }
}

/// Counts the row as equal or not.
fn count(tally: &mut Tally, input: &str, outcome: Result<(), String>) {
    match outcome {
        Ok(()) => tally.equal(),
        Err(why) => tally.failed(format!("{input:?}: {why}")),
    }
}

// ---------------------------------------------------------------- vectors

/// `{"ok", "matchers": [{"Name", "Op", "Value"}], "string", "err"}`
fn vector_answer(value: &Value) -> Answer {
    if value["ok"] == false {
        return error(&value["err"]);
    }
    let parts = value["matchers"].as_array().into_iter().flatten().map(vector_parts).collect();
    Answer::Matchers { parts, text: Some(text(value, "string").to_owned()) }
}

/// `{"Name", "Op", "Value"}`
fn vector_parts(matcher: &Value) -> Parts {
    (text(matcher, "Name").to_owned(), text(matcher, "Op").parse().expect("an operator"), text(matcher, "Value").to_owned())
}

#[test]
fn vectors() {
    let Some(rows) = util::vector("alertmanager_matchers") else { return };
    let mut tally = Tally::new("vectors/alertmanager_matchers");
    for row in rows.as_array().expect("rows") {
        let input = text(row, "input");
        let (utf8, classic) = (vector_answer(&row["UTF8"]), vector_answer(&row["Classic"]));
        let fallback = || {
            let ours = Matchers::parse_with_notes(input, MatcherSyntax::Fallback);
            let (answer, code) = match text(row, "fallback_uses") {
                "utf8" => (&utf8, None),
                "classic(incompatible)" => (&classic, Some("matcher_classic_only")),
                "classic(disagreement)" => (&classic, Some("matcher_disagreement")),
                _ => (&classic, None),
            };
            let note = ours.as_ref().ok().and_then(|(_, note)| note.as_ref().map(FallbackNote::code));
            if note != code {
                return Err(format!("notes {note:?}, expected {code:?}"));
            }
            compare(ours.map(|(list, _)| list), answer)
        };
        let outcome = compare(Matchers::parse(input, MatcherSyntax::Utf8), &utf8)
            .and_then(|()| compare(Matchers::parse(input, MatcherSyntax::Classic), &classic))
            .and_then(|()| fallback());
        count(&mut tally, input, outcome);
    }
    tally.finish();
}

// ---------------------------------------------------------------- recorded from the parsers

/// `{"ok", "matchers": [{"name", "op", "value", "string"}], "error"}`, or the same with one `matcher`.
fn recorded_answer(value: &Value) -> Answer {
    if value["ok"] == false {
        return error(&value["error"]);
    }
    let list = value["matchers"].as_array().map_or_else(|| vec![&value["matcher"]], |list| list.iter().collect());
    let parts = |m: &&Value| (text(m, "name").to_owned(), text(m, "op").parse().expect("an operator"), text(m, "value").to_owned());
    let texts: Vec<&str> = list.iter().map(|m| text(m, "string")).collect();
    Answer::Matchers { parts: list.iter().map(parts).collect(), text: Some(format!("{{{}}}", texts.join(","))) }
}

fn recorded(
    table: &str,
    utf8: impl Fn(&str) -> Result<Matchers, InvalidMatcher>,
    classic: impl Fn(&str) -> Result<Matchers, InvalidMatcher>,
) {
    let Some(rows) = util::rows(table, &format!("corpus/alertmanager/matchers/{table}.jsonl")) else { return };
    let mut tally = Tally::new(table);
    for row in &rows {
        let input = text(row, "input");
        let outcome =
            compare(utf8(input), &recorded_answer(&row["utf8"])).and_then(|()| compare(classic(input), &recorded_answer(&row["classic"])));
        count(&mut tally, input, outcome);
    }
    tally.finish();
}

#[test]
fn lists() {
    let parse = |syntax| move |input: &str| Matchers::parse(input, syntax);
    recorded("parse_matchers", parse(MatcherSyntax::Utf8), parse(MatcherSyntax::Classic));
}

/// The UTF-8 answers were recorded one floor below the API's filter: there one matcher in braces is read, and it is the filter that
/// refuses the braces. So they are those of a list of one; that we refuse braces as the filter does is checked on the way.
#[test]
fn single_matchers() {
    let utf8 = |input: &str| {
        let list = Matchers::parse(input, MatcherSyntax::Utf8).and_then(Matcher::try_from);
        let single = Matcher::parse(input, MatcherSyntax::Utf8);
        if input.starts_with('{') || input.ends_with('}') {
            assert_eq!(single.expect_err(input).code(), "matcher_unexpected_brace", "{input:?}");
        } else {
            assert_eq!(single, list, "{input:?}");
        }
        list.map(Matchers::from)
    };
    recorded("parse_matcher", utf8, |input| Matcher::parse(input, MatcherSyntax::Classic).map(Matchers::from));
}

#[test]
fn matching() {
    let Some(rows) = util::rows("match_table", "corpus/alertmanager/matchers/match_table.jsonl") else { return };
    let mut tally = Tally::new("match_table");
    for row in &rows {
        let list = row["matchers"].as_array().expect("matchers").iter().map(vector_parts);
        let outcome = list.map(|(name, op, value)| Matcher::new(name, op, value)).collect::<Result<Vec<_>, _>>().and_then(Matchers::new);
        let outcome = match (outcome, row["sets"].as_array()) {
            (Ok(list), Some(sets)) => {
                let ours: Vec<bool> = sets.iter().map(|set| list.matches(&labels(set))).collect();
                let expected = serde_json::from_value::<Vec<bool>>(row["matches"].clone()).expect("verdicts");
                if ours == expected { Ok(()) } else { Err(format!("{ours:?}, expected {expected:?}")) }
            }
            (Err(_), None) if row["error"].is_string() => Ok(()),
            (ours, _) => Err(format!("makes {ours:?}")),
        };
        count(&mut tally, &row["matchers"].to_string(), outcome);
    }
    tally.finish();
}

fn labels(set: &Value) -> Labels {
    let pairs = set.as_object().expect("labels").iter();
    Labels::from_pairs(pairs.map(|(name, value)| (name.as_str(), value.as_str().expect("a value")))).expect("labels")
}

// ---------------------------------------------------------------- Alertmanager's test sources

/// `{"$go": "labels.MatchEqual"}`, in the package itself without `labels.`.
fn go_op(value: &Value) -> Option<MatchOp> {
    go_op_name(value["$go"].as_str()?)
}

fn go_op_name(name: &str) -> Option<MatchOp> {
    match name.strip_prefix("labels.").unwrap_or(name) {
        "MatchEqual" => Some(MatchOp::Equal),
        "MatchNotEqual" => Some(MatchOp::NotEqual),
        "MatchRegexp" => Some(MatchOp::Regex),
        "MatchNotRegexp" => Some(MatchOp::NotRegex),
        _ => None,
    }
}

/// `{"$call": "mustNewMatcher", "args": [{"$go": "t"}, {"$go": "labels.MatchEqual"}, "name", "value"]}`; some tests leave out the name.
fn go_matcher(value: &Value) -> Option<Parts> {
    if value["$call"] != "mustNewMatcher" {
        return None;
    }
    let (op, name, value) = match value["args"].as_array()?.as_slice() {
        [_, op, name, value] => (op, name.as_str()?, value),
        [_, op, value] => (op, "", value),
        _ => return None,
    };
    Some((name.to_owned(), go_op(op)?, value.as_str()?.to_owned()))
}

/// A list of such calls, one such call, or a function whose body makes matchers of literals, in the order in which it lists them.
fn go_list(value: &Value) -> Option<Vec<Parts>> {
    if value["$type"] == "labels.Matchers" {
        return value["$items"].as_array().map_or(&[][..], Vec::as_slice).iter().map(go_matcher).collect();
    }
    match value["$call"].as_str()?.strip_prefix("func() labels.Matchers {") {
        Some(body) => body.split("labels.NewMatcher(").skip(1).map(go_new_matcher).collect(),
        None => go_matcher(value).map(|matcher| vec![matcher]),
    }
}

/// `labels.MatchEqual, "name", "value")…`
fn go_new_matcher(arguments: &str) -> Option<Parts> {
    let (op, rest) = arguments.split_once(", ")?;
    let (name, rest) = go_literal(rest)?;
    let (value, _) = go_literal(rest.strip_prefix(", ")?)?;
    Some((name, go_op_name(op)?, value))
}

/// The string literal that the text starts with, and the rest.
fn go_literal(text: &str) -> Option<(String, &str)> {
    if let Some(raw) = text.strip_prefix('`') {
        return raw.split_once('`').map(|(raw, rest)| (raw.to_owned(), rest));
    }
    let ends = text.match_indices('"').skip(1).map(|(at, _)| at + 1);
    ends.map(|end| text.split_at(end)).find_map(|(quoted, rest)| Some((go::unquote(quoted).ok()?, rest)))
}

/// Every row of a test source: `read` says whether it holds, `None` that it is unreadable.
fn go_table(table: &str, read: impl Fn(&str, &Value) -> Option<Result<(), String>>) {
    let Some(tables) = util::rows(table, &format!("corpus/alertmanager/go_tables/{table}.jsonl")) else { return };
    let mut tally = Tally::new(table);
    for test in &tables {
        for row in test["value"].as_array().expect("rows") {
            match read(text(test, "func"), row) {
                Some(outcome) if row["skip"] != true => count(&mut tally, &row.to_string(), outcome),
                _ => tally.unreadable(),
            }
        }
    }
    tally.finish();
}

fn parsed(ours: Result<Matchers, InvalidMatcher>, row: &Value, key: &str, error_key: &str) -> Option<Result<(), String>> {
    let answer = match row.get(error_key) {
        Some(message) => error(message),
        None => Answer::Matchers { parts: go_list(&row[key])?, text: None },
    };
    Some(compare(ours, &answer))
}

#[test]
fn sources_of_the_fallback() {
    go_table("matcher_compat_parse", |test, row| {
        let input = text(row, "input");
        match test {
            "TestFallbackMatcherParser" => {
                parsed(Matcher::parse(input, MatcherSyntax::Fallback).map(Matchers::from), row, "expected", "err")
            }
            "TestFallbackMatchersParser" => parsed(Matchers::parse(input, MatcherSyntax::Fallback), row, "expected", "err"),
            "TestIsValidClassicLabelName" => {
                let ours = LabelSyntax::Legacy.allows(input);
                Some(if row["expected"] == ours { Ok(()) } else { Err(format!("allowed: {ours}")) })
            }
            _ => None,
        }
    });
}

/// Rows that both parsers are to read or refuse alike; the messages are those of the classic one.
#[test]
fn sources_of_the_compliance_test() {
    go_table("matcher_compliance_compliance", |_, row| {
        let input = text(row, "input");
        let classic = parsed(Matchers::parse(input, MatcherSyntax::Classic), row, "want", "err")?;
        let utf8 = Matchers::parse(input, MatcherSyntax::Utf8);
        Some(classic.and_then(|()| match (&utf8, row.get("err")) {
            (Ok(_), None) => parsed(utf8, row, "want", "err").expect("read before"),
            (Err(_), Some(_)) => Ok(()),
            _ => Err(format!("UTF-8: {utf8:?}")),
        }))
    });
}

#[test]
fn sources_of_the_parser() {
    go_table("matcher_parse_parse", |test, row| {
        let ours = Matchers::parse(text(row, "input"), MatcherSyntax::Utf8);
        match test {
            "TestMatchers" => parsed(ours, row, "expected", "error"),
            // Below the API's filter again, see `single_matchers`.
            "TestMatcher" => parsed(ours.and_then(Matcher::try_from).map(Matchers::from), row, "expected", "error"),
            _ => None,
        }
    });
}

#[test]
fn sources_of_the_matcher() {
    go_table("pkg_labels_matcher", |test, row| {
        let (name, op, value) = match test {
            "TestMatcher" => go_matcher(&row["matcher"])?,
            _ => (text(row, "name").to_owned(), go_op(&row["op"])?, text(row, "value").to_owned()),
        };
        let ours = match Matcher::new(name, op, value) {
            Ok(ours) => ours,
            Err(error) => return Some(Err(error.to_string())),
        };
        let equal = match test {
            "TestMatcher" => row["match"] == ours.matches_value(text(row, "value")),
            "TestMatcherString" => row["want"] == ours.to_string().as_str(),
            // The object of the API: what it is made of.
            "TestMatcherJSONMarshal" => {
                let want = serde_json::from_str::<Value>(text(row, "want")).expect("JSON");
                want["name"] == ours.name()
                    && want["value"] == ours.value()
                    && want["isRegex"] == ours.op().is_regex()
                    && want["isEqual"] == ours.op().is_positive()
            }
            _ => return None,
        };
        Some(if equal { Ok(()) } else { Err(ours.to_string()) })
    });
}
