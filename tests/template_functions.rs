//! The functions and methods of Go templates, rendered over the data of rules and of notifications.

use std::collections::BTreeMap;

use alert_schemas::Timestamp;
use alert_schemas::templates::AlertData;
use alert_schemas::templates::List;
use alert_schemas::templates::ListKind;
use alert_schemas::templates::Map;
use alert_schemas::templates::MapKind;
use alert_schemas::templates::MessageAlert;
use alert_schemas::templates::MessageData;
use alert_schemas::templates::QuerySample;
use alert_schemas::templates::Struct;
use alert_schemas::templates::TemplateData;
use alert_schemas::templates::TemplateError;
use alert_schemas::templates::TemplateErrorKind as Kind;
use alert_schemas::templates::Value;
use alert_schemas::templates::ValueTooDeep;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateLimits;
use alert_schemas::templates::go::TemplateOptions;

fn answer(expr: &str) -> Result<Vec<QuerySample>, String> {
    match expr {
        "up" => Ok(vec![
            QuerySample::new([("instance", "b:9100"), ("job", "node")], 1.0),
            QuerySample::new([("instance", "a:9100"), ("job", "node")], 0.0),
        ]),
        "text" => Ok(vec![QuerySample::new([("__value__", "hello")], 2.0)]),
        "none" => Ok(Vec::new()),
        _ => Err(format!("unknown query {expr}")),
    }
}

fn rule_data() -> AlertData<'static> {
    AlertData::new([("job", "node"), ("instance", "web-01.example.org:9100")], 0.5)
        .with_external_labels([("cluster", "eu-1")])
        .with_external_url("https://example.org/prometheus")
        .with_now(at("2025-03-01T09:00:00Z"))
        .with_queries(&answer)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn texts(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn message_data() -> MessageData {
    let mut firing = MessageAlert::default();
    firing.status = "firing".to_owned();
    firing.labels = texts(&[("host", "web-01")]);
    firing.starts_at = Some(at("2025-03-01T09:05:07.25Z"));
    let mut resolved = MessageAlert::default();
    resolved.status = "resolved".to_owned();
    resolved.labels = texts(&[("host", "web-02")]);
    resolved.starts_at = Some(at("2025-03-01T08:00:00Z"));
    resolved.ends_at = Some(at("2025-03-01T09:00:00Z"));
    let mut data = MessageData::default();
    data.receiver = "ops".to_owned();
    data.status = "firing".to_owned();
    data.alerts = vec![firing, resolved];
    data.common_labels = texts(&[("team", "db"), ("alertname", "DiskFull"), ("zone", "a")]);
    data.external_url = "https://example.org/alertmanager".to_owned();
    data.now = Some(at("2025-03-01T10:35:07.25Z"));
    data
}

fn render(text: &str, options: &TemplateOptions, data: &dyn TemplateData) -> Result<String, TemplateError> {
    Template::parse(text, options)?.render(data)
}

/// Every row at once, so that one wrong row does not hide the others.
fn assert_rendered(options: &TemplateOptions, data: &dyn TemplateData, rows: &[(&str, &str)]) {
    let shown: Vec<_> =
        rows.iter().map(|(text, _)| (*text, render(text, options, data).unwrap_or_else(|error| format!("{error:?}")))).collect();
    let expected: Vec<_> = rows.iter().map(|(text, expected)| (*text, (*expected).to_owned())).collect();
    assert_eq!(shown, expected);
}

fn assert_refused(options: &TemplateOptions, data: &dyn TemplateData, rows: &[(&str, Kind, &str)]) {
    let shown: Vec<_> = rows
        .iter()
        .map(|(text, ..)| match render(text, options, data) {
            Ok(output) => (*text, None, output),
            Err(error) => (*text, Some(error.kind()), error.message().to_owned()),
        })
        .collect();
    let expected: Vec<_> = rows.iter().map(|(text, kind, message)| (*text, Some(*kind), (*message).to_owned())).collect();
    assert_eq!(shown, expected);
}

#[test]
fn the_functions_of_prometheus_write_what_go_writes() {
    let rows = [
        (r#"{{ query "up" | first | value }}"#, "1"),
        (r#"{{ range query "up" | sortByLabel "instance" }}{{ label "instance" . }}={{ .Value }};{{ end }}"#, "a:9100=0;b:9100=1;"),
        (r#"{{ with query "up" | first }}{{ .Labels.job }}{{ end }}"#, "node"),
        (r#"[{{ query "up" | first | label "missing" }}]"#, "[]"),
        (r#"{{ query "text" | first | strvalue }}"#, "hello"),
        (r#"{{ query "up" | len }} {{ query "none" | len }}"#, "2 0"),
        (r#"{{ query "text" | first | html }}"#, "{map[__value__:hello] 2}"),
        (r#"{{ with args 1 "x" }}{{ .arg0 }}-{{ .arg1 }}{{ end }}"#, "1-x"),
        (r#"{{ reReplaceAll "a(.)" "<$1>" "abac" }}"#, "<b><c>"),
        (r#"{{ match "^a.*z$" "abcz" }} {{ match "^b" "abcz" }}"#, "true false"),
        (r#"{{ title "hello bIG world" }}"#, "Hello BIG World"),
        (r#"{{ toUpper "aé" }} {{ "ABC" | toLower }} {{ safeHtml "<b>" }}"#, "AÉ abc <b>"),
        (r#"{{ graphLink "up == 0" }}"#, "/graph?g0.expr=up+%3D%3D+0&g0.tab=0"),
        (r#"{{ tableLink "up" }}"#, "/graph?g0.expr=up&g0.tab=1"),
        (r#"{{ $labels.instance | stripPort }} {{ stripPort "[::1]:80" }} {{ stripPort "web" }}"#, "web-01.example.org ::1 web"),
        (r#"{{ $labels.instance | stripDomain }} {{ stripDomain "10.0.0.1:80" }}"#, "web-01:9100 10.0.0.1:80"),
        (r#"{{ humanize 1234567.0 }} {{ humanize "0.5" }} {{ humanize 0 }}"#, "1.235M 500m 0"),
        (r#"{{ humanize1024 1536 }} {{ humanizePercentage 0.8512 }}"#, "1.5ki 85.12%"),
        (r#"{{ humanizeDuration 90061 }} {{ humanizeDuration 0.25 }} {{ $value | humanizeDuration }}"#, "1d 1h 1m 1s 250ms 500ms"),
        (r#"{{ humanizeTimestamp 0 }} {{ humanizeTimestamp "NaN" }}"#, "1970-01-01 00:00:00 +0000 UTC NaN"),
        (r#"{{ (toTime 1736154000).Year }} {{ (toTime "1736154000").Weekday }}"#, "2025 Monday"),
        (
            r#"{{ externalURL }} {{ pathPrefix }} {{ $externalURL }}"#,
            "https://example.org/prometheus /prometheus https://example.org/prometheus",
        ),
        (r#"{{ parseDuration "1h30m" }} {{ parseDuration "250ms" }}"#, "5400 0.25"),
        (r#"{{ $externalLabels.cluster }} {{ .ExternalLabels.none }}{{ .Value }}"#, "eu-1 0.5"),
    ];
    assert_rendered(&TemplateOptions::prometheus(), &rule_data(), &rows);
}

#[test]
fn gos_own_functions_write_what_go_writes() {
    let rows = [
        (r#"{{ html "<a>" }} {{ html 1 "<" }} {{ js "it's" }} {{ urlquery "a b&" }}"#, r"&lt;a&gt; 1&lt; it\'s a+b%26"),
        (r#"{{ print 1 2 "a" 3 }}|{{ println "a" 1 }}|{{ printf "%05.1f %q" 2.25 "x" }}"#, "1 2a3|a 1\n|002.2 \"x\""),
        (r#"{{ index $labels "job" }} {{ index "abc" 1 }} {{ (index (query "up") 1).Value }}[{{ index $labels "none" }}]"#, "node 98 0[]"),
        (r#"{{ slice "abcd" 1 3 }} {{ slice "abcd" 2 }} {{ slice (query "up") 1 | len }}"#, "bc cd 1"),
        (r#"{{ and 1 0 }} {{ and 1 2 }} {{ or 0 "" "x" }} {{ not 0 }} {{ 1 | or 0 }}"#, "0 2 x true 1"),
        (
            r#"{{ eq 1 2 1 }} {{ ne "a" "b" }} {{ eq true true }} {{ eq 1.5 1.5 }} {{ eq nil nil }} {{ eq nil 1 }}"#,
            "true true true true true false",
        ),
        (r#"{{ lt 1 2 }} {{ le 2 2 }} {{ gt "b" "a" }} {{ ge 1.0 1.5 }}"#, "true true true false"),
        (r#"{{ eq (toTime 1) (toTime 1) }} {{ eq (toTime 1) (toTime 2) }}"#, "true false"),
        (r#"{{ $s := query "up" | first }}{{ eq $s $s }} {{ eq $s (query "up" | first) }}"#, "true false"),
        (r#"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}"#, "2"),
    ];
    assert_rendered(&TemplateOptions::prometheus(), &rule_data(), &rows);
}

#[test]
fn a_wrong_argument_gives_gos_message() {
    let nil_pointer = "error calling value: runtime error: invalid memory address or nil pointer dereference";
    let rows = [
        (r#"{{ query "none" | first }}"#, Kind::CallFailed, "error calling first: first() called on vector with no elements"),
        (r#"{{ query "bad" }}"#, Kind::CallFailed, "error calling query: unknown query bad"),
        ("{{ toUpper 1 }}", Kind::WrongType, "expected string; found 1"),
        ("{{ $value | toUpper }}", Kind::WrongType, "wrong type for value; expected string; got float64"),
        (r#"{{ label "job" 1 }}"#, Kind::WrongType, "can't handle 1 for arg of type *template.sample"),
        (r#"{{ label "job" $labels }}"#, Kind::WrongType, "wrong type for value; expected *template.sample; got map[string]string"),
        (r#"{{ first "x" }}"#, Kind::WrongType, r#"can't handle "x" for arg of type template.queryResult"#),
        (r#"{{ (toTime 0).Add "x" }}"#, Kind::WrongType, r#"expected integer; found "x""#),
        (r#"{{ (toTime 0).Sub true }}"#, Kind::WrongType, "can't handle true for arg of type time.Time"),
        ("{{ humanize true }}", Kind::CallFailed, "error calling humanize: can't convert bool to float"),
        (r#"{{ humanize "abc" }}"#, Kind::CallFailed, r#"error calling humanize: strconv.ParseFloat: parsing "abc": invalid syntax"#),
        (r#"{{ parseDuration "5x" }}"#, Kind::CallFailed, r#"error calling parseDuration: unknown unit "x" in duration "5x""#),
        (r#"{{ toTime "NaN" }}"#, Kind::CallFailed, "error calling toTime: value is NaN or Inf"),
        (r#"{{ toUpper "a" "b" }}"#, Kind::Arity, "wrong number of args for toUpper: want 1 got 2"),
        ("{{ printf }}", Kind::Arity, "wrong number of args for printf: want at least 1 got 0"),
        ("{{ toUpper nil }}", Kind::NilValue, "cannot assign nil to string"),
        ("{{ value nil }}", Kind::NilValue, nil_pointer),
        ("{{ index $labels 1 }}", Kind::CallFailed, "error calling index: value has type int; should be string"),
        (r#"{{ index "abc" 3 }}"#, Kind::CallFailed, "error calling index: reflect: string index out of range"),
        (r#"{{ index "abc" 4 }}"#, Kind::CallFailed, "error calling index: index out of range: 4"),
        (r#"{{ index "abc" "x" }}"#, Kind::CallFailed, "error calling index: cannot index slice/array with type string"),
        ("{{ index nil 1 }}", Kind::CallFailed, "error calling index: index of untyped nil"),
        ("{{ index 1 1 }}", Kind::CallFailed, "error calling index: can't index item of type int"),
        ("{{ len 3 }}", Kind::CallFailed, "error calling len: len of type int"),
        (r#"{{ slice "abc" 2 1 }}"#, Kind::CallFailed, "error calling slice: invalid slice index: 2 > 1"),
        (r#"{{ slice "abc" 0 1 2 }}"#, Kind::CallFailed, "error calling slice: cannot 3-index slice a string"),
        (r#"{{ slice (query "up") 0 2 1 }}"#, Kind::CallFailed, "error calling slice: invalid slice index: 2 > 1"),
        (r#"{{ slice "abc" 0 1 2 3 }}"#, Kind::CallFailed, "error calling slice: too many slice indexes: 4"),
        ("{{ slice 1 }}", Kind::CallFailed, "error calling slice: can't slice item of type int"),
        ("{{ slice nil }}", Kind::CallFailed, "error calling slice: slice of untyped nil"),
        ("{{ lt 1 1.5 }}", Kind::CallFailed, "error calling lt: incompatible types for comparison: int and float64"),
        (r#"{{ eq 1 "a" }}"#, Kind::CallFailed, "error calling eq: incompatible types for comparison: int and string"),
        ("{{ lt true false }}", Kind::CallFailed, "error calling lt: invalid type for comparison"),
        ("{{ gt $labels $labels }}", Kind::CallFailed, "error calling gt: invalid type for comparison"),
        ("{{ eq 1 }}", Kind::CallFailed, "error calling eq: missing argument for comparison"),
        (
            r#"{{ $l := (query "text" | first).Labels }}{{ eq $l $l }}"#,
            Kind::CallFailed,
            "error calling eq: non-comparable type map[__value__:hello]: map[string]string",
        ),
        ("{{ call $value }}", Kind::CallFailed, "error calling call: non-function $value of type float64"),
        ("{{ call nil }}", Kind::CallFailed, "error calling call: call of nil"),
        ("{{ $labels.job.x }}", Kind::NoField, "can't evaluate field x in type string"),
        ("{{ $labels.job 1 }}", Kind::Arity, "job is not a method but has arguments"),
        ("{{ .Value 1 }}", Kind::Arity, "Value has arguments but cannot be invoked as function"),
        (r#"{{ (first (query "up")).Value 1 }}"#, Kind::Arity, "Value has arguments but cannot be invoked as function"),
        (r#"{{ (first (query "up")).Nope }}"#, Kind::NoField, "can't evaluate field Nope in type *template.sample"),
        ("{{ range $value }}{{ end }}", Kind::NotIterable, "range can't iterate over 0.5"),
    ];
    assert_refused(&TemplateOptions::prometheus(), &rule_data(), &rows);
    let nowhere = AlertData::new([("job", "node")], 1.0);
    assert_refused(
        &TemplateOptions::prometheus(),
        &nowhere,
        &[(r#"{{ query "up" }}"#, Kind::CallFailed, "error calling query: no queries here: up")],
    );
    let own = Value::from(7);
    assert_eq!((own.now(), own.external_url(), nowhere.now()), (None, String::new(), None));
    assert_eq!(rule_data().now(), Some(at("2025-03-01T09:00:00Z")));
    assert!(format!("{:?}", rule_data()).ends_with("queries: true }"));
}

#[test]
fn the_values_of_a_notification_have_alertmanagers_methods() {
    let rows = [
        (r#"{{ .CommonLabels.Names | join "," }} {{ .CommonLabels.Values | join "," }}"#, "alertname,team,zone DiskFull,db,a"),
        (r#"{{ (.CommonLabels.Remove (stringSlice "team" "none")).Names | join "," }}"#, "alertname,zone"),
        (r#"{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}"#, "alertname=DiskFull;team=db;zone=a;"),
        (
            r#"{{ with .CommonLabels.SortedPairs }}{{ .Names | join "," }} {{ .Values | join "," }}{{ end }}"#,
            "alertname,team,zone DiskFull,db,a",
        ),
        ("{{ .CommonLabels.String }}", "alertname=DiskFull, team=db, zone=a"),
        ("{{ .CommonLabels.SortedPairs.String }}", "alertname=DiskFull, team=db, zone=a"),
        ("{{ .GroupLabels.SortedPairs | len }}{{ .GroupLabels.String }}", "0"),
        ("{{ range .Alerts.Firing }}{{ .Labels.host }}{{ end }} {{ range .Alerts.Resolved }}{{ .Labels.host }}{{ end }}", "web-01 web-02"),
        ("{{ .Receiver }} {{ .Status }} {{ .ExternalURL }}", "ops firing https://example.org/alertmanager"),
    ];
    assert_rendered(&TemplateOptions::alertmanager(), &message_data(), &rows);
}

#[test]
fn times_and_durations_have_gos_methods() {
    let rows = [
        ("{{ .Year }} {{ .Month }} {{ .Day }} {{ .Weekday }} {{ .YearDay }}", "2025 March 1 Saturday 60"),
        ("{{ .Hour }} {{ .Minute }} {{ .Second }} {{ .Nanosecond }}", "9 5 7 250000000"),
        ("{{ .Unix }} {{ .UnixMilli }}", "1740819907 1740819907250"),
        (r#"{{ .Format "Mon Jan _2 15:04:05 2006" }} {{ .Format "3PM" }}"#, "Sat Mar  1 09:05:07 2025 9AM"),
        ("{{ .String }} {{ .UTC.IsZero }}", "2025-03-01 09:05:07.25 +0000 UTC false"),
        ("{{ (.Add 3600000000000).Hour }} {{ (.Add 1000000000).Sub . }}", "10 1s"),
        ("{{ .Before (.Add 1000000000) }} {{ .After . }} {{ .Equal . }} {{ .Before . }}", "true false true false"),
        ("{{ $d := (.Add 5400000000000).Sub . }}{{ $d.Hours }} {{ $d.Minutes }} {{ $d.Seconds }} {{ $d }}", "1.5 90 5400 1h30m0s"),
        (
            "{{ $d := (.Add 5400000000000).Sub . }}{{ $d.Milliseconds }} {{ $d.Microseconds }} {{ $d.Nanoseconds }} {{ $d.String }}",
            "5400000 5400000000 5400000000000 1h30m0s",
        ),
        ("{{ $d := (.Add 5400000000000).Sub . }}{{ $d.Round 3600000000000 }} {{ $d.Round 0 }}", "2h0m0s 1h30m0s"),
        ("{{ $d := .Sub (.Add 5400000000000) }}{{ $d.Round 3600000000000 }} {{ $d.Truncate 3600000000000 }}", "-2h0m0s -1h0m0s"),
        ("{{ $d := (.Add 4200000000000).Sub . }}{{ $d.Round 3600000000000 }} {{ $d.Truncate 0 }}", "1h0m0s 1h10m0s"),
    ];
    let options = TemplateOptions::alertmanager();
    let wrapped: Vec<_> =
        rows.iter().map(|(text, expected)| (format!("{{{{ with (index .Alerts 0).StartsAt }}}}{text}{{{{ end }}}}"), *expected)).collect();
    let wrapped: Vec<_> = wrapped.iter().map(|(text, expected)| (&**text, *expected)).collect();
    assert_rendered(&options, &message_data(), &wrapped);
    assert_rendered(
        &options,
        &message_data(),
        &[("{{ range .Alerts }}{{ .EndsAt.IsZero }} {{ end }}", "true false "), ("{{ (index .Alerts 0).EndsAt.Year }}", "1")],
    );
}

#[test]
fn the_functions_of_alertmanager_write_what_go_writes() {
    let rows = [
        ("{{ toJson .CommonLabels }}", r#"{"alertname":"DiskFull","team":"db","zone":"a"}"#),
        (r#"{{ list 1 "a" true nil | toJson }}"#, r#"[1,"a",true,null]"#),
        (r#"{{ stringSlice "a" "b" | join "-" }}[{{ stringSlice | join "-" }}]"#, "a-b[]"),
        (r#"{{ list 1 "a" }} {{ append (list 1) 2 "b" }} {{ len (list) }}"#, "[1 a] [1 2 b] 0"),
        (r#"{{ with dict "a" 1 "b" (list 2) }}{{ .a }} {{ index .b 0 }} {{ .c }}{{ end }}"#, "1 2 <no value>"),
        (r#"{{ (index .Alerts 0).StartsAt | date "2006-01-02T15:04:05Z07:00" }}"#, "2025-03-01T09:05:07Z"),
        (r#"{{ ((index .Alerts 0).StartsAt | tz "UTC").Hour }}"#, "9"),
        ("{{ since (index .Alerts 0).StartsAt }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }}", "1h30m0s 1h 30m 0s"),
        ("{{ now.Minute }}", "35"),
        (
            r#"{{ title "hELLO world" }} {{ trimSpace "  x " }}|{{ urlUnescape "a%20b+c" }} {{ safeUrl "u?a=b" }}"#,
            "Hello World x|a b c u?a=b",
        ),
        (
            r#"{{ toUpper "a" }}{{ toLower "B" }}{{ match "^x" "xy" }}{{ reReplaceAll "b+" "-" "abbc" }}{{ safeHtml "<i>" }}"#,
            "Abtruea-c<i>",
        ),
    ];
    assert_rendered(&TemplateOptions::alertmanager(), &message_data(), &rows);
    let refused = [
        (r#"{{ tz "Mars/X" (index .Alerts 0).StartsAt }}"#, Kind::CallFailed, "error calling tz: unknown time zone Mars/X"),
        (r#"{{ dict "a" }}"#, Kind::CallFailed, "error calling dict: dict requires an even number of arguments"),
        ("{{ dict 1 2 }}", Kind::CallFailed, "error calling dict: dict keys must be strings"),
        (r#"{{ join "," .Status }}"#, Kind::WrongType, "wrong type for value; expected []string; got string"),
        (r#"{{ date "2006" 1 }}"#, Kind::WrongType, "can't handle 1 for arg of type time.Time"),
        ("{{ .CommonLabels.Remove 1 }}", Kind::WrongType, "can't handle 1 for arg of type []string"),
        ("{{ .CommonLabels.Names 1 }}", Kind::Arity, "wrong number of args for Names: want 0 got 1"),
        ("{{ .Alerts.Nope }}", Kind::NoField, "can't evaluate field Nope in type template.Alerts"),
    ];
    assert_refused(&TemplateOptions::alertmanager(), &message_data(), &refused);
    let timeless = MessageData::default();
    assert_refused(
        &TemplateOptions::alertmanager(),
        &timeless,
        &[("{{ now }}", Kind::CallFailed, "error calling now: the present is not known")],
    );
}

#[test]
fn an_error_names_its_part_as_go_does() {
    let options = TemplateOptions::alertmanager().with_name("t");
    for (text, part) in [
        (r#"{{ template "none" .Status }}"#, r#"<{{template "none" .Status}}>"#),
        (r#"{{ toUpper nil }}"#, "<nil>"),
        (r#"{{ toUpper true }}"#, "<true>"),
        (r#"{{ len (1 | print | len) }}"#, "<len (1 | print | len)>"),
        (r#"{{ call (index .Alerts 0).Status }}"#, "<call (index .Alerts 0).Status>"),
        (r#"{{ $.Status.Nope }}"#, "<$.Status.Nope>"),
        (r#"{{ .Status.Nope }}"#, "<.Status.Nope>"),
        (r#"{{ toUpper . }}"#, "<.>"),
    ] {
        let error = render(text, &options, &message_data()).unwrap_err();
        assert!(error.go_text().starts_with("template: t:1:"), "{}", error.go_text());
        assert!(error.go_text().contains(&format!(" at {part}: ")), "{part}: {}", error.go_text());
    }
}

#[test]
fn an_error_shows_its_place_and_what_was_meant() {
    let text = "é first\né {{ $label.job }}\nlast";
    let error = Template::parse(text, &TemplateOptions::prometheus()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::UndefinedVariable, "template_undefined_variable"));
    assert_eq!((error.line(), error.column()), (2, 6));
    assert_eq!(&text[error.span()], "$label");
    assert_eq!(error.hint(), Some("did you mean `$labels`?"));
    assert_eq!(error.to_string(), "undefined variable \"$label\" at line 2, column 6: did you mean `$labels`?");
    assert_eq!(format!("{error:#}"), format!("{error}\n  é {{{{ $label.job }}}}\n       ^^^^^^"));
    let span = error.span();
    assert_eq!(
        format!("{error:?}"),
        format!(
            "TemplateError {{ kind: UndefinedVariable, message: {:?}, span: {span:?}, line: 2, column: 6, .. }}",
            "undefined variable \"$label\""
        )
    );
    assert_eq!(error.clone(), error);

    // What a template says is cut and made visible.
    let bell = render(r#"{{ tz "a\ab" now }}"#, &TemplateOptions::alertmanager(), &message_data()).unwrap_err();
    assert!(bell.message().contains('\u{7}') && !bell.to_string().contains('\u{7}'));
    let long = format!(r#"{{{{ tz "{}" now }}}}"#, "x".repeat(1_000));
    let long = render(&long, &TemplateOptions::alertmanager(), &message_data()).unwrap_err();
    assert!(long.message().len() > 1_000 && long.to_string().contains("x… at line 1, column 4"));
}

#[test]
fn kinds_of_lists_and_maps_have_the_names_of_go() {
    for (kind, name) in [
        (ListKind::Any, "[]interface {}"),
        (ListKind::Strings, "[]string"),
        (ListKind::QueryResult, "template.queryResult"),
        (ListKind::Alerts, "template.Alerts"),
        (ListKind::FilteredAlerts, "[]template.Alert"),
        (ListKind::Pairs, "template.Pairs"),
    ] {
        assert_eq!(kind.go_type(), name);
        assert_eq!(List::new(kind, Vec::new()).unwrap().kind(), kind);
    }
    for (kind, name) in
        [(MapKind::Any, "map[string]interface {}"), (MapKind::Strings, "map[string]string"), (MapKind::KeyValues, "template.KV")]
    {
        assert_eq!(kind.go_type(), name);
        assert_eq!(Map::new(kind, BTreeMap::new()).unwrap().kind(), kind);
    }
    let shown = Struct::new("T", [("A", Value::from(1)), ("B", Value::Nil)]).unwrap().with_interface_field("B");
    let fields: Vec<_> = shown.fields().iter().map(|field| (field.name(), field.is_interface())).collect();
    assert_eq!((shown.go_type(), fields), ("T", vec![("A", false), ("B", true)]));
}

#[test]
fn a_value_that_is_too_deep_is_refused() {
    let deepest = (0..Value::MAX_DEPTH).fold(Value::Nil, |value, _| Value::list([value]).unwrap());
    let refusals = [
        Value::list([deepest.clone()]).unwrap_err(),
        Value::map([("a", deepest.clone())]).unwrap_err(),
        Struct::new("T", [("A", deepest.clone())]).unwrap_err(),
    ];
    for refusal in refusals {
        assert_eq!((refusal.code(), ValueTooDeep::CODE), ("template_value_too_deep", "template_value_too_deep"));
        assert_eq!(refusal.to_string(), "a value has more than 64 lists, maps and structs inside each other");
    }
    let error = render("{{ list . }}", &TemplateOptions::alertmanager(), &deepest).unwrap_err();
    assert_eq!((error.kind(), error.code()), (Kind::ValueTooDeep, "template_value_too_deep"));
}

/// Each of these does much within one call: what a call reads takes steps, so that a loop around it ends.
#[test]
fn a_loop_around_long_texts_ends() {
    let long = 1 << 16;
    let rows = [
        ("an operand", format!("{{{{ len {:?} }}}}", "x".repeat(long))),
        ("many arguments", format!("{{{{ and {}}}}}", "1 ".repeat(long))),
        ("arguments that no verb takes", format!("{{{{ printf \"%[1]d\" {}}}}}", "1 ".repeat(long))),
        ("flags", format!("{{{{ printf \"%{}d\" 1 }}}}", "+".repeat(long))),
        ("space", format!("{{{{ trimSpace {:?} }}}}", " ".repeat(long))),
        ("equal texts", format!("{{{{ eq {0:?} {0:?} }}}}", "x".repeat(long))),
        ("a piped text", format!("{{{{ {:?} | len }}}}", "x".repeat(long))),
    ];
    for (what, text) in rows {
        let options = TemplateOptions::alertmanager().with_limits(TemplateLimits::default().with_steps(50_000));
        let text = format!("{{{{ range 100000 }}}}{text}{{{{ end }}}}");
        let error = render(&text, &options, &message_data()).unwrap_err();
        assert_eq!(error.kind(), Kind::TooManySteps, "{what}");
    }
}

#[test]
fn of_many_findings_a_hundred_are_told() {
    let text: String = (0..15_000).map(|n| format!("{{{{ define \"a{n}\" }}}}{{{{ template \"b{n}\" }}}}{{{{ end }}}}")).collect();
    let findings = Template::parse(&text, &TemplateOptions::prometheus()).unwrap().check();
    assert_eq!(findings.len(), 100, "the first hundred");
    assert!(findings[0].to_string().contains("\"b0\"") && findings[99].to_string().contains("\"b99\""), "{}", findings[99]);
    assert_eq!(findings[0].hint(), Some("did you mean \"a0\"?"));
}
