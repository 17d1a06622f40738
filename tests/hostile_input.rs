//! Bad input, tried against every front door: each answers with a value or with a clear error that has its place, and never panics.
//!
//! One test holds the promise about memory: at most eight times the input and 16 MiB. The tests that measure run alone, so that what another
//! one allocates is not counted for them.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertId;
use alert_schemas::Fingerprint;
use alert_schemas::Report;
use alert_schemas::TenantId;
use alert_schemas::TimeRange;
use alert_schemas::Timestamp;
use alert_schemas::alerts::ContentFingerprint;
use alert_schemas::alerts::MatcherSyntax;
use alert_schemas::alerts::Matchers;
use alert_schemas::schema::error_codes;
use alert_schemas::schema::exported_types;
use alert_schemas::utils::Pointer;
use alert_schemas::utils::Violation;
use alert_schemas::utils::go;
use alert_schemas::validations::Batch;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::AlertGroup;
use alert_schemas::webhooks::alertmanager::GettableAlert;
use alert_schemas::webhooks::alertmanager::GettableSilence;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::Reception;
use alert_schemas::webhooks::alertmanager::WebhookMessage;
use alert_schemas::webhooks::alertmanager::ingest;
use peak_alloc::PeakAlloc;
use serde_json::Value;
use serde_json::json;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

static TURN: RwLock<()> = RwLock::new(());

/// For a test that measures: while it is held, no other test allocates.
fn alone() -> RwLockWriteGuard<'static, ()> {
    TURN.write().unwrap_or_else(PoisonError::into_inner)
}

/// For a test that does not.
fn among_others() -> RwLockReadGuard<'static, ()> {
    TURN.read().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `work` and tells how many bytes it took at most beyond what was there before, its result included.
fn measured<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = work();
    (result, ALLOCATOR.peak_usage().saturating_sub(before))
}

/// What a front door says about a document.
struct Answer {
    /// How many values it gave.
    good: usize,
    /// What it refused.
    reports: Vec<Report>,
    /// How many more values it refused.
    more_refused: usize,
    /// The most memory it took.
    peak: usize,
}

impl Answer {
    fn violations(&self) -> impl Iterator<Item = &Violation> {
        self.reports.iter().flat_map(Report::violations)
    }

    fn codes(&self) -> BTreeSet<&str> {
        self.violations().map(|violation| &*violation.code).collect()
    }
}

/// A way in for documents.
struct Door {
    name: &'static str,
    open: fn(&[u8], &DecodeLimits) -> Answer,
}

fn one<T>(decode: impl FnOnce() -> Result<T, Report>) -> Answer {
    let (result, peak) = measured(decode);
    let good = usize::from(result.is_ok());
    Answer { good, reports: result.err().into_iter().collect(), more_refused: 0, peak }
}

fn list<T>(decode: impl FnOnce() -> Result<Batch<T>, Report>) -> Answer {
    match measured(decode) {
        (Ok(batch), peak) => {
            let reports = batch.refused.into_iter().map(|refused| refused.report).collect();
            Answer { good: batch.good.len(), reports, more_refused: batch.more_refused, peak }
        }
        (Err(report), peak) => Answer { good: 0, reports: vec![report], more_refused: 0, peak },
    }
}

fn receive(bytes: &[u8], limits: &DecodeLimits) -> Answer {
    let now: Timestamp = "2025-01-06T09:00:05Z".parse().unwrap();
    let reception = Reception::at(now);
    match measured(|| ingest(bytes, limits, &reception)) {
        (Ok(ingested), peak) => {
            let received = ingested.received();
            assert_eq!(received, ingested.alerts.len() + ingested.refused.len() + ingested.more_refused);
            let mut reports: Vec<Report> = ingested.refused.into_iter().map(|refused| refused.report).collect();
            reports.extend(Some(ingested.around).filter(|around| !around.is_empty()));
            for received in ingested.alerts.iter().take(100) {
                assert_eq!(received.alert.check(), Ok(()));
            }
            Answer { good: ingested.alerts.len(), reports, more_refused: ingested.more_refused, peak }
        }
        (Err(report), peak) => Answer { good: 0, reports: vec![report], more_refused: 0, peak },
    }
}

const DOORS: &[Door] = &[
    Door { name: "ingest", open: receive },
    Door { name: "Alert::decode", open: |bytes, limits| one(|| Alert::decode(bytes, limits)) },
    Door { name: "Alert::decode_list", open: |bytes, limits| list(|| Alert::decode_list(bytes, limits)) },
    Door { name: "WebhookMessage::decode", open: |bytes, limits| one(|| WebhookMessage::decode(bytes, limits)) },
    Door { name: "PostableAlert::decode_list", open: |bytes, limits| list(|| PostableAlert::decode_list(bytes, limits)) },
    Door { name: "GettableAlert::decode_list", open: |bytes, limits| list(|| GettableAlert::decode_list(bytes, limits)) },
    Door { name: "AlertGroup::decode_list", open: |bytes, limits| list(|| AlertGroup::decode_list(bytes, limits)) },
    Door { name: "GettableSilence::decode_list", open: |bytes, limits| list(|| GettableSilence::decode_list(bytes, limits)) },
];

fn door(name: &str) -> &'static Door {
    DOORS.iter().find(|door| door.name == name).unwrap()
}

/// The longest message that a problem may have: it shows a hostile value shortened.
const LONGEST_MESSAGE: usize = 3_000;

/// Asserts what every answer owes.
#[track_caller]
fn assert_clear(case: &str, bytes: &[u8], answer: &Answer) {
    let known: BTreeSet<&str> = error_codes().into_iter().map(|row| row.code).collect();
    // Most of the large documents are one line.
    let lines = if bytes.contains(&b'\n') { 1 + bytes.iter().filter(|&&byte| byte == b'\n').count() } else { 1 };
    for report in &answer.reports {
        assert!(!report.is_empty(), "{case}: a report without a problem");
    }
    assert!(answer.more_refused == 0 || answer.reports.len() >= Report::KEPT, "{case}: too few reports are kept");
    for violation in answer.violations() {
        let Violation { code, message, position, path, .. } = violation;
        assert!(known.contains(&**code), "{case}: the code `{code}` is not in the catalogue");
        assert!(!message.is_empty(), "{case}: `{code}` has no message");
        assert!(message.len() <= LONGEST_MESSAGE, "{case}: the message of `{code}` has {} bytes", message.len());
        let position = position.unwrap_or_else(|| panic!("{case}: {path}: `{code}` has no place"));
        let inside = (1..=lines).contains(&position.line) && (1..=bytes.len() + 1).contains(&position.column);
        assert!(inside, "{case}: {position} is not in the document");
    }
}

/// Opens a door and asserts that the answer is clear.
#[track_caller]
fn ask(door: &Door, case: &str, bytes: &[u8], limits: &DecodeLimits) -> Answer {
    let answer = (door.open)(bytes, limits);
    assert_clear(&format!("{}, {case}", door.name), bytes, &answer);
    answer
}

/// Asserts that all doors refuse the document as a whole, with this code and nothing else.
#[track_caller]
fn all_refuse(case: &str, bytes: &[u8], code: &str) {
    for door in DOORS {
        let answer = ask(door, case, bytes, &DecodeLimits::default());
        assert_eq!((answer.good, answer.reports.len()), (0, 1), "{}, {case}", door.name);
        assert_eq!(answer.codes(), BTreeSet::from([code]), "{}, {case}", door.name);
    }
}

fn alert() -> Value {
    json!({
        "id": "0190163d-8694-739b-aea5-966c26f8ad91", "tenant": "acme", "rule_id": "0190163d-8694-739b-aea5-966c26f8ad90",
        "message": "disk full on db-1", "severity": "critical", "status": "acknowledged",
        "source": { "name": "prometheus", "dedup_key": "k" }, "labels": { "alertname": "DiskFull", "zone": "é" },
        "annotations": { "summary": "disk full" }, "metadata": { "cpu": 85.2, "more": [null, { "a": "b" }] },
        "starts_at": "2025-01-06T09:00:00Z", "ends_at": "2025-01-06T10:00:00+01:00", "end_cause": "timeout",
        "updated_at": "2025-01-06T09:00:01.5Z", "received_at": "2025-01-06T09:00:02Z",
        "suppressions": [{ "reason": "silenced", "by": "7f3" }], "assignee": "ada",
        "acknowledgement": { "by": "ada", "at": "2025-01-06T09:02:00Z", "note": "on it" }, "times_repeated": 3, "times_refired": 1,
        "links": [{ "kind": "runbook", "href": "https://example.org/disk", "text": "what to do" }], "x_team": { "a": [1] },
    })
}

fn webhook() -> Value {
    json!({
        "version": "4", "receiver": "db", "status": "firing", "notification_reason": "first notification",
        "alerts": [{
            "status": "firing", "labels": { "alertname": "DiskFull", "severity": "high" }, "annotations": { "summary": "disk full" },
            "startsAt": "2025-01-06T09:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p:9090/graph",
            "fingerprint": "9a08a7caf358f9b1", "x": [1],
        }],
        "groupLabels": { "alertname": "DiskFull" }, "commonLabels": { "alertname": "DiskFull" }, "commonAnnotations": {},
        "routeLabels": { "a": "b" }, "externalURL": "http://am", "groupKey": "{}:{}", "truncatedAlerts": 0,
    })
}

fn postable() -> Value {
    json!([{
        "labels": { "alertname": "DiskFull", "severity": "high", "empty": null }, "annotations": { "summary": "disk full" },
        "startsAt": "2025-01-06T09:00:00Z", "endsAt": "2025-01-06T09:05:00Z", "generatorURL": "http://p:9090/graph", "x": {"y": 1},
    }])
}

fn gettable() -> Value {
    json!([{
        "labels": { "alertname": "DiskFull" }, "annotations": {}, "startsAt": "2025-01-06T09:00:00.000Z",
        "endsAt": "2025-01-06T09:05:00.000Z", "updatedAt": "2025-01-06T09:00:00.000Z", "fingerprint": "744e61ca074bea90",
        "receivers": [{ "name": "db" }], "generatorURL": "http://p:9090/graph",
        "status": { "state": "suppressed", "silencedBy": ["7f3"], "inhibitedBy": ["a"], "mutedBy": ["n"] },
    }])
}

fn groups() -> Value {
    json!([{ "labels": { "team": "db" }, "receiver": { "name": "db" }, "alerts": gettable() }])
}

fn silences() -> Value {
    json!([{
        "id": "7f3c2a", "status": { "state": "active" }, "updatedAt": "2025-01-06T09:00:00.000Z",
        "matchers": [{ "name": "team", "value": "db", "isRegex": false, "isEqual": true }],
        "startsAt": "2025-01-06T09:00:00.000Z", "endsAt": "2025-01-06T11:00:00.000Z", "createdBy": "ada", "comment": "c",
        "annotations": { "a": "b" },
    }])
}

/// Valid documents, each with the doors that take it.
fn valid() -> Vec<(Value, &'static [&'static str])> {
    vec![
        (alert(), &["Alert::decode"]),
        (json!([alert()]), &["Alert::decode_list"]),
        (webhook(), &["ingest", "WebhookMessage::decode"]),
        (postable(), &["ingest", "PostableAlert::decode_list"]),
        (gettable(), &["ingest", "GettableAlert::decode_list"]),
        (groups(), &["ingest", "AlertGroup::decode_list"]),
        (silences(), &["GettableSilence::decode_list"]),
    ]
}

/// The document with each of its values, one at a time, handed to `change`.
fn with_each_value(document: &Value, change: &mut dyn FnMut(&mut Value) -> bool, emit: &mut dyn FnMut(&Value)) {
    fn places(value: &Value, at: &Pointer, all: &mut Vec<Pointer>) {
        all.push(at.clone());
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| places(member, &at.clone().key(name), all)),
            Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| places(item, &at.clone().index(index), all)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    places(document, &Pointer::root(), &mut all);
    for place in all {
        let mut changed = document.clone();
        if change(changed.pointer_mut(place.as_str()).unwrap()) {
            emit(&changed);
        }
    }
}

#[test]
fn valid_documents_are_taken() {
    let _turn = among_others();
    for (document, doors) in valid() {
        for name in doors {
            let answer = ask(door(name), "valid", document.to_string().as_bytes(), &DecodeLimits::default());
            assert_eq!((answer.good, answer.reports.len()), (1, 0), "{name}: {:?}", answer.reports);
        }
    }
}

#[test]
fn every_truncation_is_told() {
    let _turn = among_others();
    for (document, _) in valid() {
        let text = document.to_string();
        for end in 0..text.len() {
            all_refuse(&format!("{end} bytes of {text}"), &text.as_bytes()[..end], "invalid_json");
        }
        let mut with_blanks = text.into_bytes();
        with_blanks.extend(b" \n\t");
        for door in DOORS {
            ask(door, "with blanks behind", &with_blanks, &DecodeLimits::default());
        }
    }
}

#[test]
fn every_byte_can_be_broken() {
    let _turn = among_others();
    for (document, doors) in valid() {
        let text = document.to_string().into_bytes();
        for at in 0..text.len() {
            for byte in [0xFF, 0xC3, 0x00, b'"', b'\\', b'{', b'}', b','] {
                let mut broken = text.clone();
                broken[at] = byte;
                for name in doors {
                    let answer = ask(door(name), &format!("byte {at} is {byte:#x}"), &broken, &DecodeLimits::default());
                    let not_utf8 = std::str::from_utf8(&broken).is_err();
                    assert!(!not_utf8 || !answer.reports.is_empty(), "{name}: byte {at} is {byte:#x}: it is not UTF-8, but no problem");
                }
            }
        }
    }
}

#[test]
fn what_is_no_document_is_told() {
    let _turn = among_others();
    let cases: &[(&str, &[u8])] = &[
        ("nothing", b""),
        ("blanks", b" \t\r\n "),
        ("a byte order mark", b"\xEF\xBB\xBF{}"),
        ("UTF-16", b"\xFF\xFE{\0}\0"),
        ("NUL", b"\0"),
        ("garbage behind", b"[] x"),
        ("two documents", b"{} {}"),
        ("a NUL behind", b"[]\0"),
        ("a comma behind", b"[],"),
        ("an extra bracket", b"[]]"),
        ("a wrong bracket", b"[}"),
        ("a trailing comma", b"[1,]"),
        ("single quotes", b"{'a': 1}"),
        ("a comment", b"[] // x"),
        ("NaN", b"NaN"),
        ("a minus", b"-"),
        ("colons", b"::::"),
        ("commas", b",,,,"),
        ("a line break in a string", b"[\"a"),
    ];
    for (case, bytes) in cases {
        all_refuse(case, bytes, "invalid_json");
    }
}

#[test]
fn every_field_can_be_of_a_wrong_type() {
    let _turn = among_others();
    let wrong = || {
        let long = "x".repeat(70_000);
        [
            json!(null),
            json!(true),
            json!(-1),
            json!(1.5),
            json!(1e300),
            json!(""),
            json!(long),
            json!([]),
            json!([[]]),
            json!({}),
            json!({ "": 0 }),
        ]
    };
    for (document, doors) in valid() {
        for value in wrong() {
            let mut put = |place: &mut Value| {
                *place = value.clone();
                true
            };
            with_each_value(&document, &mut put, &mut |changed| {
                let text = changed.to_string();
                for name in doors {
                    ask(door(name), &text, text.as_bytes(), &DecodeLimits::default());
                }
            });
        }
    }
}

#[test]
fn every_object_can_have_odd_members() {
    let _turn = among_others();
    let members = [
        r#""zz":0,"zz":1"#,
        r#""zz":[],"\u007az":{}"#,
        r#""labels":{},"labels":7"#,
        r#""a":"x","a":"y""#,
        r#""":"","":"""#,
        r#""\ud800":"x""#,
        r#""x":"\udc00\ud800""#,
        r#""\u0000":"\u0000""#,
        r#""x":1e999"#,
        r#""x":-0"#,
        r#""x":-1e-9999"#,
        r#""x":18446744073709551616"#,
        r#""x":123456789012345678901234567890.123456789012345678901234567890"#,
        "\"\u{feff}x\u{202e}\":\"\u{202e}\"",
        "\"~/\":{\"~/\":1}",
        "\"x\":\"\u{7f}\"",
    ];
    for (document, doors) in valid() {
        let text = document.to_string();
        let objects = text.char_indices().filter(|(_, c)| *c == '{').map(|(at, _)| at);
        for at in objects {
            for member in members {
                let comma = if text[at + 1..].starts_with('}') { "" } else { "," };
                let changed = format!("{}{member}{comma}{}", &text[..=at], &text[at + 1..]);
                for name in doors {
                    ask(door(name), &changed, changed.as_bytes(), &DecodeLimits::default());
                }
            }
        }
    }
}

#[test]
fn numbers_that_json_does_not_have_are_refused() {
    let _turn = among_others();
    let digits = "9".repeat(10_000);
    let nines = format!("1{digits}");
    let numbers = ["NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "0x10", "01", "1e", "--1", "1_000", "∞"];
    for number in numbers {
        for (field, place) in [("metadata", "/metadata"), ("times_repeated", "/times_repeated"), ("unknown", "/x_team")] {
            let mut document = alert();
            *document.pointer_mut(place).unwrap() = json!({ "a": 424_242 });
            let text = document.to_string().replace("424242", number);
            all_refuse(&format!("{number} in {field}"), text.as_bytes(), "invalid_json");
        }
    }
    let readable = ["1e999", "-1e999", &nines, &format!("-0.{digits}"), &format!("1e{digits}"), &format!("1e-{digits}"), "-0", "-0.0"];
    for number in readable {
        for place in ["/metadata/cpu", "/times_repeated", "/x_team", "/labels/zone", "/starts_at", "/severity"] {
            let mut document = alert();
            *document.pointer_mut(place).unwrap() = json!(424_242);
            let text = document.to_string().replace("424242", number);
            let answer = ask(door("Alert::decode"), &format!("{number:.20} at {place}"), text.as_bytes(), &DecodeLimits::default());
            let too_large = number.len() < 12_000 && (number.starts_with("1e9") || number.starts_with("-1e9") || number == nines);
            if too_large {
                assert_eq!(answer.good, 0, "{number:.20} at {place}");
            }
        }
    }
}

#[test]
fn dates_that_do_not_exist_are_refused() {
    let _turn = among_others();
    let fraction = format!("2025-01-06T09:00:00.{}Z", "1".repeat(10_000));
    let dates = [
        "",
        "T",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-01-00T00:00:00Z",
        "2025-01-01T24:00:00Z",
        "2025-01-01T00:60:00Z",
        "2025-01-01T00:00:60Z",
        "2025-01-01T00:00:00+99:99",
        "2025-01-01T00:00:00",
        "2025-01-01 00:00:00Z",
        "10000-01-01T00:00:00Z",
        "+12025-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999999999-23:59",
        "２０２５-01-01T00:00:00Z",
        "2025-01-01T00:00:00Z\u{0}",
        "1736154000",
    ];
    for date in dates {
        for place in ["/starts_at", "/ends_at", "/updated_at", "/acknowledgement/at"] {
            let mut document = alert();
            *document.pointer_mut(place).unwrap() = date.into();
            let answer = ask(door("Alert::decode"), date, document.to_string().as_bytes(), &DecodeLimits::default());
            assert_eq!(answer.good, 0, "{date:?} at {place}");
        }
        assert!(date.parse::<Timestamp>().is_err(), "{date:?}");
    }
    let wire = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", &fraction];
    for date in dates.into_iter().chain(wire) {
        for (document, place) in [(postable(), "/0/endsAt"), (webhook(), "/alerts/0/startsAt"), (gettable(), "/0/updatedAt")] {
            let mut document = document;
            *document.pointer_mut(place).unwrap() = date.into();
            ask(door("ingest"), date, document.to_string().as_bytes(), &DecodeLimits::default());
        }
    }
    // The edges of time itself, with the longest of timeouts.
    for now in [Timestamp::min(), Timestamp::max()] {
        let reception = Reception::at(now).with_resolve_timeout(AlertDuration::MAX);
        for end in ["0001-01-01T00:00:00.000000001Z", "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z"] {
            let text = format!(r#"[{{"labels":{{"a":"b"}},"startsAt":"{end}"}},{{"labels":{{"a":"b"}},"endsAt":"{end}"}}]"#);
            let ingested = ingest(text.as_bytes(), &DecodeLimits::default(), &reception).unwrap();
            assert_eq!(ingested.received(), 2);
            assert!(ingested.alerts.iter().all(|received| received.alert.check().is_ok()));
        }
    }
}

/// A document that goes `levels` deep, closed or not.
fn deep(open: &str, close: &str, levels: usize) -> String {
    format!("{}0{}", open.repeat(levels), close.repeat(levels))
}

#[test]
fn ten_thousand_levels_are_refused() {
    let _turn = among_others();
    let towers = [
        deep("[", "]", 10_000),
        deep("{\"a\":", "}", 10_000),
        deep("[{\"a\":", "}]", 5_000),
        deep("[", "", 10_000),
        deep("{\"a\":", "", 10_000),
    ];
    for tower in &towers {
        all_refuse("a tower", tower.as_bytes(), "too_deep");
        for (document, _) in valid() {
            let mut change = |place: &mut Value| {
                *place = json!(424_242);
                true
            };
            with_each_value(&document, &mut change, &mut |changed| {
                let text = changed.to_string().replace("424242", tower);
                all_refuse("a tower inside", text.as_bytes(), "too_deep");
            });
        }
    }
    // Limits that are raised too far end where the reader ends.
    let raised = DecodeLimits::default().with_depth(usize::MAX);
    for levels in [120, 127, 128, 129, 10_000] {
        for (document, doors) in [(alert(), ["Alert::decode"]), (json!([alert()]), ["Alert::decode_list"]), (postable(), ["ingest"])] {
            let text = document.to_string();
            let place = text.find("\"annotations\"").unwrap();
            let text = format!("{}\"deep\":{},{}", &text[..place], deep("[", "]", levels), &text[place..]);
            for name in doors {
                let answer = ask(door(name), &format!("{levels} levels"), text.as_bytes(), &raised);
                assert_eq!(answer.good, usize::from(levels < 125), "{name}, {levels} levels: {:?}", answer.codes());
            }
        }
    }
}

/// A door for one text.
struct TextDoor {
    name: &'static str,
    /// The code and message of what is wrong.
    open: fn(&str) -> Option<(&'static str, String)>,
}

macro_rules! text_door {
    ($name:literal, $read:expr) => {
        TextDoor { name: $name, open: |text| $read(text).err().map(|error| (error.code(), error.to_string())) }
    };
}

const TEXT_DOORS: &[TextDoor] = &[
    text_door!("Matchers, classic", |text| Matchers::parse(text, MatcherSyntax::Classic)),
    text_door!("Matchers, UTF-8", |text| Matchers::parse(text, MatcherSyntax::Utf8)),
    text_door!("Matchers, fallback", |text| Matchers::parse(text, MatcherSyntax::Fallback)),
    text_door!("Pattern, Alertmanager", |text| go::Pattern::new(text, go::Anchoring::Alertmanager)),
    text_door!("Pattern, Prometheus", |text| go::Pattern::new(text, go::Anchoring::Prometheus)),
    text_door!("Pattern, search", |text| go::Pattern::new(text, go::Anchoring::Search)),
    text_door!("CapturingPattern", |text| go::CapturingPattern::new(text, go::Anchoring::Prometheus)),
    text_door!("unquote", go::unquote),
    text_door!("Timestamp", str::parse::<Timestamp>),
    text_door!("AlertDuration", str::parse::<AlertDuration>),
    text_door!("TimeRange", str::parse::<TimeRange>),
    text_door!("TenantId", str::parse::<TenantId>),
    text_door!("AlertId", str::parse::<AlertId>),
    text_door!("Pointer", str::parse::<Pointer>),
    text_door!("Fingerprint", str::parse::<Fingerprint>),
    text_door!("ContentFingerprint", str::parse::<ContentFingerprint>),
];

/// Texts that someone may try.
fn odd_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "",
        " ",
        "\0",
        "\u{feff}",
        "\n",
        "\r\n",
        "\\",
        "\"",
        "'",
        "`",
        "{",
        "}",
        "{}",
        "{,}",
        "=",
        "=~",
        "!",
        "!~",
        "a=",
        "=b",
        "a=~(",
        "a=~[",
        "a=~\"[\"",
        "{a=~\"(\"}",
        "a=\"",
        "a=\\",
        "a==b",
        "a=~b{",
        "{a=\"b\",,}",
        "a=\"\u{0}\"",
        "\"\\ud800\"=b",
        "\"\\xff\"=b",
        "a=~\"(?P<n>x)(?P<n>y)\"",
        "(?=x)",
        "\\1",
        "(?i",
        "[[:nope:]]",
        "[z-a]",
        "x{2,1}",
        "x{1001}",
        "x**",
        "*",
        "+",
        "?",
        "a|*",
        "\\pZ\\p{Nope}",
        "\\C",
        "\\Z",
        "\\x{110000}",
        "\\Q",
        "\\E",
        "(((((x{100}){100}){100}){100}){100})",
        "(x+x+)+y",
        "((a*)*)*b",
        "(a|a)*c",
        "(.*)(.*)(.*)(.*)(.*)[^x]",
        "\\pL{999}",
        "(\\pL\\pN\\pS){100}",
        "[\\pL\\pN]{200}",
        "(?i)\\pL{500}",
        "5m5m",
        "1y1y",
        "99999999999999999999y",
        "-5m",
        "1.5h",
        "5 m",
        "1ms1s",
        "0",
        "٣m",
        "5m\n",
        "/",
        "//",
        "~",
        "/~2",
        "cbf29ce484222325",
        "v1:",
        "0190163d-8694-739b-aea5-966c26f8ad91",
        "2025-01-06T09:00:00Z/2024-01-06T09:00:00Z",
        "é",
        "🔥",
        "\u{202e}",
        "a\u{300}",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect();
    for unit in [
        "(",
        "[",
        "{",
        "a",
        "é",
        "\\",
        "\"",
        "x*",
        "(?:",
        "a|",
        "|",
        "(a",
        "[a]",
        "\\pL",
        "(?i)",
        "a=b,",
        "a=~b,",
        "a=~\"\\\\pL{9}\",",
        "a=~\"\\\\pL{40}\",",
        ".*",
        ".{0,1000}",
        "1h",
        "0",
        "9",
        "/",
        "\0",
    ] {
        for count in [1_000, 10_000, 100_000] {
            texts.push(unit.repeat(count));
        }
    }
    for levels in [50, 99, 101, 1_001, 20_000] {
        texts.push(format!("{}x{}", "(".repeat(levels), ")".repeat(levels)));
        texts.push(format!("a=~\"{}x{}\"", "(".repeat(levels), ")*".repeat(levels)));
        texts.push(format!("{}a{}", "{".repeat(levels), "}".repeat(levels)));
    }
    texts
}

#[test]
fn texts_are_taken_or_refused_within_bounds() {
    let _turn = alone();
    let known: BTreeSet<&str> = error_codes().into_iter().map(|row| row.code).collect();
    let mut missing = BTreeSet::new();
    let mut memory = Memory::default();
    for text in odd_texts() {
        for TextDoor { name, open } in TEXT_DOORS {
            let (problem, peak) = measured(|| open(&text));
            let shown = format!("{name}, `{text:.40}` of {} bytes", text.len());
            if let Some((code, message)) = problem {
                assert!(!message.is_empty() && message.len() <= LONGEST_MESSAGE, "{shown}: the message has {} bytes", message.len());
                if !known.contains(code) {
                    missing.insert(code);
                }
            }
            memory.note(&shown, text.len(), peak);
        }
    }
    println!("texts: at most {:.2} of what is allowed: {}", memory.worst.0, memory.worst.1);
    assert!(missing.is_empty(), "not in the catalogue: {missing:?}");
}

#[test]
fn every_exported_type_takes_or_refuses_whatever_comes() {
    let _turn = among_others();
    let mut inputs: Vec<Vec<u8>> =
        odd_texts().iter().filter(|text| text.len() <= 2_000).map(|text| json!(text).to_string().into_bytes()).collect();
    inputs.extend(valid().iter().map(|(document, _)| document.to_string().into_bytes()));
    inputs.extend(
        ["null", "true", "-0", "1e999", "9007199254740993", "1.0", "[]", "{}", "[[]]", "\"\\ud800\"", "[1,2"].map(|text| text.into()),
    );
    inputs.push(b"\"\xff\"".to_vec());
    inputs.push(b"{\"\xff\":\"\xff\"}".to_vec());
    inputs.push(deep("[", "]", 10_000).into_bytes());
    for exported in exported_types() {
        let limits = DecodeLimits::default();
        for input in &inputs {
            let answer = one(|| exported.check(input, &limits));
            assert_clear(exported.name(), input, &answer);
        }
    }
}

/// A document of very many equal parts, written with the part between `«` and `»`; `@` in it is the number of the repetition.
struct Dense {
    before: String,
    part: String,
    after: String,
}

impl Dense {
    fn new(written: &str) -> Self {
        let mut written = written.to_owned();
        for (short, long) in SHORT {
            written = written.replace(short, long);
        }
        let (before, rest) = written.split_once('«').unwrap();
        let (part, after) = rest.split_once('»').unwrap();
        Self { before: before.to_owned(), part: part.to_owned(), after: after.to_owned() }
    }

    /// The document with the part `count` times, with commas.
    fn repeated(&self, count: usize) -> Vec<u8> {
        let Self { before, part, after } = self;
        let parts = match part.contains('@') {
            true => (0..count).map(|index| part.replace('@', &index.to_string())).collect::<Vec<_>>().join(","),
            false => [part, ","].concat().repeat(count),
        };
        [before, parts.trim_end_matches(','), after].concat().into_bytes()
    }

    /// How often the part can be repeated before the default limits refuse the document.
    fn most(&self) -> usize {
        let limits = DecodeLimits::default();
        let (few, many) = (self.repeated(1_000), self.repeated(2_000));
        let (values, bytes) = estimate(&few);
        let (more_values, more_bytes) = estimate(&many);
        let (part_values, part_bytes) = ((more_values - values).div_ceil(1_000), (more_bytes - bytes).div_ceil(1_000));
        // A number that repetitions carry has three digits here and seven at most.
        let (shortest, longest) =
            ((many.len() - few.len()) / 1_000 - 3 * self.part.matches('@').count(), (many.len() - few.len()) / 1_000 + 4);
        let by_memory = match part_bytes.checked_sub(8 * shortest) {
            Some(dense) if dense > 0 => limits.memory.saturating_sub(bytes) / dense + 900,
            _ => usize::MAX,
        };
        let by_items = (limits.items - 100) / part_values;
        by_items.min((limits.bytes - 2_000) / longest).min(by_memory)
    }
}

/// How many values a document has and how much memory it takes, by the estimate that `DecodeLimits` documents.
fn estimate(text: &[u8]) -> (usize, usize) {
    let (mut values, mut bytes) = (1, 0);
    let mut open = Vec::new();
    for pair in text.windows(2) {
        bytes += match pair {
            [b'[', b']'] | [b'{', b'}'] => {
                open.push(None);
                0
            }
            [b'[', _] => {
                open.push(None);
                128
            }
            [b'{', _] => {
                open.push(Some(1));
                640 + 32
            }
            [b'}' | b']', _] => {
                open.pop();
                continue;
            }
            [b',', _] => match open.last_mut() {
                Some(Some(members)) => {
                    *members += 1;
                    match members {
                        ..=11 => 32,
                        12 => 1_408,
                        _ => 136,
                    }
                }
                _ => 112,
            },
            _ => continue,
        };
        values += 1;
    }
    // Where some crate of the build has turned on serde_json's `preserve_order`, values are larger.
    let larger = if size_of::<Value>() > 32 { 3 } else { 1 };
    (values, bytes * larger)
}

/// What is written shorter below.
const SHORT: &[(&str, &str)] = &[
    ("OWN", r#""message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z""#),
    ("TWELVE", r#""a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"i":0,"j":0,"k":0,"l":0"#),
    ("LABELS", r#""a":"","b":"","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":"","k":"","l":"""#),
    ("SENT", r#"{"status":"firing","labels":{"a":"b"},"annotations":{},"startsAt":"","endsAt":""}"#),
    (
        "MESSAGE",
        r#""version":"4","receiver":"","status":"","groupLabels":{},"commonLabels":{},"commonAnnotations":{},"externalURL":"","groupKey":"""#,
    ),
    ("ANSWER", r#""labels":{"a":"b"},"annotations":{},"startsAt":"","endsAt":"","updatedAt":"","fingerprint":"""#),
    ("STATUS", r#""status":{"state":"active","silencedBy":[],"inhibitedBy":[]}"#),
    ("GROUP", r#""labels":{},"receiver":{"name":""}"#),
    ("SILENCE", r#""id":"","status":{"state":""},"updatedAt":"","startsAt":"","endsAt":"","createdBy":"","comment":"""#),
];

/// Documents that are made of very many parts, for the doors that take them.
const DENSE: &[(&str, &[&str])] = &[
    (
        "ingest",
        &[
            // Wrong items.
            "[«1»]",
            "[«{}»]",
            "[«null»]",
            "[«[]»]",
            r#"[«""»]"#,
            r#"[«{"":0}»]"#,
            r#"[«{"@":0}»]"#,
            r#"[«{"labels":{}}»]"#,
            r#"[«{"labels":{"":""}}»]"#,
            r#"[«{"labels":{"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1}}»]"#,
            r#"{"alerts":[«1»]}"#,
            r#"{"alerts":[«{}»]}"#,
            r#"{"alerts":[],"x":[«1»]}"#,
            r#"[{"alerts":[«1»]}]"#,
            r#"[«{"alerts":[]}»]"#,
            r#"[«{"alerts":[1]}»]"#,
            r#"[«{"alerts":[{}]}»]"#,
            // Tiny good alerts.
            r#"[«{"labels":{"a":"b"}}»]"#,
            r#"[«{"labels":{"a":"b"},"x@":1}»]"#,
            r#"[«{"labels":{"a":"b","c":"","d":"","e":"","f":"","g":"","h":"","i":"","j":""}}»]"#,
            r#"[«{"labels":{"a":"b"},"annotations":{"a":null,"b":null,"c":null,"d":null,"e":null,"f":null}}»]"#,
            r#"[«{"labels":{"a":"b"},"annotations":null,"startsAt":null,"endsAt":null,"generatorURL":null}»]"#,
            r#"[«{"labels":{"a":"b"},"x":0,"y":1,"z":2}»]"#,
            r#"[«{"labels":{"a":"b"},TWELVE}»]"#,
            r#"[«{"labels":{"a":"b"},"x":{TWELVE}}»]"#,
            r#"[«{"labels":{"z":"z",LABELS}}»]"#,
            r#"[«{"labels":{"z":"z"},"annotations":{LABELS}}»]"#,
            r#"[«{"labels":{"a":"b"},"x":[0,0,0,0,0]}»]"#,
            r#"[«{"labels":{"alertname":"DiskFull","instance":"db-@"},"annotations":{"summary":"disk full on db-@"},"startsAt":"2025-01-06T09:00:00Z","endsAt":"2025-01-06T09:05:00Z","generatorURL":"http://prometheus:9090/graph?g0.expr=up"}»]"#,
            r#"{"alerts":[«SENT»]}"#,
            r#"{MESSAGE,"alerts":[«SENT»]}"#,
            r#"[«{ANSWER,"receivers":[],STATUS}»]"#,
            r#"[«{GROUP,"alerts":[]}»]"#,
            r#"[«{GROUP,"alerts":[{ANSWER,"receivers":[],STATUS}]}»]"#,
            r#"[{GROUP,"alerts":[«{ANSWER,"receivers":[],STATUS}»]}]"#,
            // One alert of very many parts.
            r#"[{"labels":{"a":"b",«"l@":""»}}]"#,
            r#"[{"labels":{"a":"b",«"l@":null»}}]"#,
            r#"[{"labels":{«"l@":"v"»}}]"#,
            r#"[{"labels":{«"l@":1»}}]"#,
            r#"[{"labels":{«"":"v"»}}]"#,
            r#"[{"labels":{«"a":"v"»}}]"#,
            r#"[{"labels":{"a":"b"},"annotations":{«"l@":null»}}]"#,
            r#"[{"labels":{"a":"b"},"x":[«1»]}]"#,
            r#"[{"labels":{"a":"b"},"x":[«""»]}]"#,
            r#"[{"labels":{"a":"b"},"x":[«[]»]}]"#,
            r#"[{"labels":{"a":"b"},"x":[«[1]»]}]"#,
            r#"[{"labels":{"a":"b"},"x":[«[1,1,1,1,1]»]}]"#,
            r#"[{"labels":{"a":"b"},"x":[«{"":0}»]}]"#,
            r#"[{"labels":{"a":"b"},"x":{«"@":0»}}]"#,
            r#"[{"labels":{"a":"b"},«"@":0»}]"#,
            r#"[{ANSWER,"receivers":[],"status":{"state":"active","inhibitedBy":[],"silencedBy":[«""»]}}]"#,
            r#"[{ANSWER,STATUS,"receivers":[«{"name":""}»]}]"#,
            r#"{"alerts":[],"groupLabels":{«"@":""»}}"#,
            r#"{"alerts":[],"groupLabels":{«"":""»}}"#,
        ],
    ),
    (
        "Alert::decode",
        &[
            r#"{OWN,"labels":{«"l@":""»}}"#,
            r#"{OWN,"labels":{«"":""»}}"#,
            r#"{OWN,"labels":{«"@":1»}}"#,
            r#"{OWN,"labels":{«"~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~@":1»}}"#,
            r#"{OWN,"metadata":{«"@":1»}}"#,
            r#"{OWN,"metadata":{«"":1»}}"#,
            r#"{OWN,"metadata":{"a":[«1»]}}"#,
            r#"{OWN,"metadata":{"a":[«{"a":1}»]}}"#,
            r#"{OWN,"metadata":{"a":[«{"a":{"a":{"a":1}}}»]}}"#,
            r#"{OWN,"metadata":{"a":[«[[[]]]»]}}"#,
            r#"{OWN,"metadata":{"a":[«"seven b"»]}}"#,
            r#"{OWN,"metadata":{"a":[«"ten bytes "»]}}"#,
            r#"{OWN,"metadata":{"a":[«{TWELVE}»]}}"#,
            r#"{OWN,"metadata":{"a":[«{TWELVE,"m":0}»]}}"#,
            r#"{OWN,"metadata":{"a":[«{TWELVE,"m":0,"n":0,"o":0,"p":0,"q":0,"r":0,"s":0,"t":0,"u":0,"v":0,"w":0,"x":0}»]}}"#,
            r#"{OWN,"metadata":{«"@":[0]»}}"#,
            r#"{OWN,"metadata":{«"@":{"a":0}»}}"#,
            r#"{OWN,"metadata":{«"@":{TWELVE}»}}"#,
            r#"{OWN,"times_refired":-1,"metadata":{"a":[«1»]}}"#,
            r#"{OWN,«"@":1»}"#,
            r#"{OWN,«"x":1»}"#,
            r#"{OWN,"suppressions":[«{"reason":"muted","by":"a"}»]}"#,
            r#"{OWN,"suppressions":[«1»]}"#,
            r#"{OWN,"links":[«{"kind":"other","href":"http://a"}»]}"#,
            r#"{OWN,"links":[«{"kind":"other","href":"http://a","x":1,"y":1}»]}"#,
        ],
    ),
    (
        "Alert::decode_list",
        &[
            "[«1»]",
            "[«{}»]",
            r#"[«{"labels":{"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1,"":1}}»]"#,
            "[«{OWN}»]",
            "[7,«{OWN}»]",
            r#"[«{OWN,"labels":{LABELS}}»]"#,
            r#"[«{OWN,"labels":{LABELS},"annotations":{LABELS}}»]"#,
            r#"[«{OWN,TWELVE}»]"#,
            r#"[«{OWN,"suppressions":[{"reason":"muted","by":"a"}],"links":[{"kind":"other","href":"http://a"}]}»]"#,
            r#"[«{OWN,"labels":{"a":"b"},"annotations":{"a":"b"},"metadata":{"a":1}}»]"#,
            r#"[«{OWN,"links":[1,1,1,1,1,1,1]}»]"#,
        ],
    ),
    ("WebhookMessage::decode", &[r#"{"alerts":[«{}»]}"#, r#"{"alerts":[«SENT»]}"#, r#"{MESSAGE,"alerts":[«SENT»]}"#]),
    ("PostableAlert::decode_list", &[r#"[«{"labels":{}}»]"#, r#"[«{"labels":{"a":"b"}}»]"#]),
    ("GettableAlert::decode_list", &[r#"[«{ANSWER,"receivers":[],STATUS}»]"#]),
    ("AlertGroup::decode_list", &[r#"[«{GROUP,"alerts":[]}»]"#]),
    (
        "GettableSilence::decode_list",
        &[r#"[«{SILENCE,"matchers":[]}»]"#, r#"[{SILENCE,"matchers":[«{"name":"","value":"","isRegex":false}»]}]"#],
    ),
];

/// Asserts that the most memory an answer took is at most eight times the input and 16 MiB, and keeps the largest share of that.
#[derive(Default)]
struct Memory {
    worst: (f64, String),
}

impl Memory {
    #[track_caller]
    fn note(&mut self, case: &str, input: usize, peak: usize) {
        let share = peak as f64 / (8 * input + (16 << 20)) as f64;
        assert!(share <= 1.0, "{case}: {input} bytes took {peak}, {share:.2} of what is allowed");
        if share > self.worst.0 {
            self.worst = (share, format!("{case} ({input} bytes took {peak})"));
        }
    }
}

#[test]
fn memory_stays_within_eight_times_the_input_and_sixteen_mebibytes() {
    let _turn = alone();
    let mut memory = Memory::default();
    for (name, written) in DENSE {
        for written in *written {
            let dense = Dense::new(written);
            let most = dense.most();
            // One more than a power of two is where a growing list has just doubled; there is room for the alerts of a list before they come.
            let grows = dense.before.ends_with('[') && (*name == "WebhookMessage::decode" || !dense.part.contains('{'));
            let doubled = Some(most.next_power_of_two() / 2 + 1).filter(|count| grows && *count < most);
            for count in std::iter::once(most).chain(doubled) {
                let text = dense.repeated(count);
                let case = format!("{name}, {count} times {written}");
                let answer = ask(door(name), &case, &text, &DecodeLimits::default());
                let limits = ["document_too_large", "too_many_values", "document_too_dense"];
                assert!(answer.codes().is_disjoint(&BTreeSet::from(limits)), "{case}: {:?}", answer.codes());
                memory.note(&case, text.len(), answer.peak);
            }
        }
    }
    println!("dense documents: at most {:.2} of what is allowed: {}", memory.worst.0, memory.worst.1);

    let mut memory = Memory::default();
    for (case, name, text) in large_strings() {
        let raised = DecodeLimits::default().with_bytes(64 << 20).with_string(64 << 20);
        let answer = ask(door(name), &case, &text, &DecodeLimits::default());
        let refused = answer.codes() == BTreeSet::from(["document_too_large"]) || answer.codes() == BTreeSet::from(["string_too_long"]);
        assert!(refused, "{case}: {:?}", answer.codes());
        memory.note(&case, text.len(), answer.peak);
        let answer = ask(door(name), &case, &text, &raised);
        memory.note(&case, text.len(), answer.peak);
    }
    println!("large strings: at most {:.2} of what is allowed: {}", memory.worst.0, memory.worst.1);
}

/// Documents with strings of up to 50 MB, each with its door.
fn large_strings() -> impl Iterator<Item = (String, &'static str, Vec<u8>)> {
    const OWN: &[&str] = &[
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","times_repeated":"@"}"#,
        r#"{"message":"@","severity":"low","starts_at":"2025-01-06T09:00:00Z"}"#,
        r#"{"message":"m","severity":"@","starts_at":"@"}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","labels":"@","links":"@"}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","labels":{"@":"x"}}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","labels":{"@":1}}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","labels":{"a":"@"}}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","metadata":{"@":1,"@":2}}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","links":[{"@":1,"kind":"@"}]}"#,
        r#"{"message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z","@":"@"}"#,
        r#""@""#,
        r#"{"@"#,
    ];
    const LISTS: &[&str] = &[
        r#"[{"labels":{"a":"@"}}]"#,
        r#"[{"labels":{"@":"b"}}]"#,
        r#"[{"labels":{"a":"b","@":"","@":null}}]"#,
        r#"[{"labels":{"a":"b"},"annotations":{"summary":"@"}}]"#,
        r#"[{"labels":{"a":"b"},"annotations":"@"}]"#,
        r#"[{"labels":{"a":"b"},"startsAt":"@","generatorURL":"@"}]"#,
        r#"[{"labels":{"a":"b"},"@":"@"}]"#,
        r#"["@"]"#,
        r#"{"alerts":[],"groupLabels":"@","@":1}"#,
    ];
    let own = OWN.iter().map(|document| ("Alert::decode", *document));
    let lists = LISTS.iter().map(|document| ("ingest", *document));
    // (The part, and how many bytes the strings have in all.)
    const FILLINGS: &[(&[u8], usize)] = &[
        (b"x", 50_000_000),
        (b"\x7f", 2_200_000),
        (b"~", 2_200_000),
        ("\u{e000}".as_bytes(), 2_200_000),
        (b"\xff", 2_200_000),
        (b"\\u0001", 2_200_000),
        (b"\\\"", 2_200_000),
        (b"\\ud800", 2_200_000),
    ];
    own.chain(lists).enumerate().flat_map(move |(index, (name, document))| {
        // The largest size where it costs most: a string in the place of something else, and a value that is kept.
        let large = matches!(index, 0 | 12);
        let fillings = FILLINGS.iter().filter(move |(part, _)| large || *part != b"x");
        fillings.map(move |(part, size)| {
            let count = size / document.matches('@').count() / part.len();
            let pieces: Vec<&[u8]> = document.split('@').map(str::as_bytes).collect();
            let text = pieces.join(&*part.repeat(count));
            (format!("{name}, {size} bytes of {:?} in {document}", String::from_utf8_lossy(part)), name, text)
        })
    })
}

#[test]
fn a_hundred_thousand_labels_are_refused_in_any_order() {
    let _turn = among_others();
    let count = 100_000;
    let own = r#""message":"m","severity":"low","starts_at":"2025-01-06T09:00:00Z""#;
    let orders: [(&str, &dyn Fn(usize) -> String); 4] = [
        ("sorted", &|index| format!("l{index:06}")),
        ("reversed", &|index| format!("l{:06}", count - index)),
        ("equal", &|_| "l".to_owned()),
        ("mixed", &|index| format!("l{:06}", index * 7_919 % count)),
    ];
    for (order, name) in orders {
        let labels: Vec<String> = (0..count).map(|index| format!("\"{}\":\"v\"", name(index))).collect();
        let labels = labels.join(",");
        for (door_name, text) in [
            ("Alert::decode", format!("{{{own},\"labels\":{{{labels}}}}}")),
            ("Alert::decode", format!("{{{own},\"labels\":{{}},\"annotations\":{{{labels}}}}}")),
            ("ingest", format!("[{{\"labels\":{{{labels}}}}}]")),
            ("ingest", format!("[{{\"labels\":{{\"a\":\"b\"}},\"annotations\":{{{labels}}}}}]")),
        ] {
            let answer = ask(door(door_name), order, text.as_bytes(), &DecodeLimits::default());
            let code = if order == "equal" { "duplicate_key" } else { "too_many_labels" };
            // With serde_json's `preserve_order` a value is larger, and so many exceed the memory first.
            let is_too_dense = size_of::<serde_json::Value>() > 32 && answer.codes().contains("document_too_dense");
            assert!(answer.good == 0 && (answer.codes().contains(code) || is_too_dense), "{door_name}, {order}: {:?}", answer.codes());
        }
    }
}

#[test]
fn what_is_refused_is_kept_up_to_a_limit() {
    let _turn = alone();
    let mut memory = Memory::default();
    // Each item has hundreds of problems; a thousand items are kept, but not all problems of each.
    let labels = vec![r#""":1"#; 300].join(",");
    let long = "n".repeat(1_100);
    let long_names: Vec<String> = (0..1_500).map(|index| format!("\"{long}{index}\":\"v\"")).collect();
    let cases = [
        ("ingest", format!("[{}]", vec![format!("{{\"labels\":{{{labels}}}}}"); 1_200].join(","))),
        ("Alert::decode_list", format!("[{}]", vec![format!("{{\"labels\":{{{labels}}}}}"); 1_200].join(","))),
        ("ingest", format!("[{}]", vec![format!("{{\"labels\":{{{}}}}}", long_names[..100].join(",")); 100].join(","))),
        // The bad names stand behind very many good ones, in the reverse of their order.
        (
            "ingest",
            format!(
                "[{{\"labels\":{{{},{}}}}}]",
                (0..100_000).map(|index| format!("\"z{index}\":\"v\"")).collect::<Vec<_>>().join(","),
                long_names.iter().rev().cloned().collect::<Vec<_>>().join(",")
            ),
        ),
    ];
    for (name, text) in cases {
        let answer = ask(door(name), &format!("{text:.60}"), text.as_bytes(), &DecodeLimits::default());
        assert_eq!(answer.good, 0);
        assert!(answer.violations().count() <= 2 * Report::KEPT, "{name}: {} problems", answer.violations().count());
        memory.note(name, text.len(), answer.peak);
    }
    println!("reports: at most {:.2} of what is allowed: {}", memory.worst.0, memory.worst.1);
}
