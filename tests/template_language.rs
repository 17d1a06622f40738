//! The language as a whole: what is rendered, what is bounded, what is found.

use alert_schemas::templates::AlertData;
use alert_schemas::templates::MessageAlert;
use alert_schemas::templates::MessageData;
use alert_schemas::templates::TemplateError;
use alert_schemas::templates::Value;
use alert_schemas::templates::go::ReferenceKind;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateLimits;
use alert_schemas::templates::go::TemplateOptions;

fn plain(text: &str, data: &Value) -> Result<String, TemplateError> {
    Template::parse(text, &TemplateOptions::default())?.render(data)
}

fn limited(text: &str, limits: TemplateLimits) -> Result<String, TemplateError> {
    Template::parse(text, &TemplateOptions::alertmanager().with_limits(limits))?.render(&Value::Nil)
}

#[test]
fn nesting_at_the_limit_fits_a_small_stack() {
    let in_small_stack = || {
        for nesting in [100, 1_000_000] {
            let options = TemplateOptions::prometheus().with_limits(TemplateLimits::default().with_nesting(nesting));
            for depth in [99, 199, 201, 100_000] {
                let shapes = [
                    format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth)),
                    format!("{}x{}", "{{ if 1 }}".repeat(depth), "{{ end }}".repeat(depth)),
                    format!("{}x{}", "{{ range 1 }}".repeat(depth), "{{ end }}".repeat(depth)),
                    format!("{}x{}", "{{ block \"a\" 1 }}".repeat(depth), "{{ end }}".repeat(depth)),
                    format!("{{{{ {}1{} }}}}", "len (print ".repeat(depth), ")".repeat(depth)),
                    format!("{{{{ {}1{} }}}}", "and (".repeat(depth), ")".repeat(depth)),
                    format!("{{{{ {}$labels{} }}}}", "(".repeat(depth), ".a)".repeat(depth)),
                ];
                for text in shapes {
                    if text.len() > TemplateLimits::default().source_bytes {
                        continue;
                    }
                    match Template::parse(&text, &options) {
                        Err(error) => assert!(matches!(error.code(), "template_too_deep" | "template_defined_twice"), "{error}"),
                        Ok(template) => {
                            let _ = (template.check(), template.references());
                            let _ = template.render(&AlertData::new([("a", "b")], 1.0));
                            assert!(depth < 200);
                        }
                    }
                }
            }
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(in_small_stack).unwrap().join().unwrap();
}

#[test]
fn long_chains_are_no_nesting() {
    let text = format!("{{{{ if 0 }}}}a{}{{{{ end }}}}", "{{ else if 0 }}b".repeat(5_000) + "{{ else }}c");
    assert_eq!(plain(&text, &Value::Nil).unwrap(), "c");
    let text = format!("{{{{ 1 {} }}}}", "| print ".repeat(20_000));
    assert_eq!(plain(&text, &Value::Nil).unwrap(), "1");
}

#[test]
fn a_recursion_is_bounded_and_takes_no_stack() {
    let text = "{{ define \"a\" }}{{ if 1 }}{{ with 1 }}{{ template \"a\" }}{{ end }}{{ end }}{{ end }}{{ template \"a\" }}";
    let error = limited(text, TemplateLimits::default().with_call_depth(100_000)).unwrap_err();
    assert_eq!(error.code(), "template_too_many_calls");
    let error = limited(text, TemplateLimits::default()).unwrap_err();
    assert_eq!(error.message(), "exceeded maximum template depth (1000)");
}

#[test]
fn each_limit_is_an_error() {
    let limits = TemplateLimits::default();
    for (text, limits, code) in [
        ("{{ range 1000000000 }}{{ end }}", limits.with_steps(10_000), "template_too_many_steps"),
        ("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", limits.with_steps(10_000), "template_too_many_steps"),
        ("{{ range 100 }}0123456789{{ end }}", limits.with_output_bytes(999), "template_too_much_output"),
        ("{{ $x := \"0123456789\" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}", limits, "template_too_much_memory"),
        ("{{ printf \"%1000000d\" 1 | len }}", limits.with_value_bytes(1_000), "template_too_much_memory"),
        ("{{ $x := list }}{{ range 100 }}{{ $x = list $x }}{{ end }}", limits, "template_value_too_deep"),
        ("{{ $x := dict }}{{ range 100 }}{{ $x = dict \"a\" $x }}{{ end }}", limits, "template_value_too_deep"),
        ("{{ $x := list }}{{ range 1000000 }}{{ $x = append $x 1 }}{{ end }}", limits, "template_too_much_memory"),
        ("0123456789", limits.with_source_bytes(9), "template_too_long"),
        ("{{ if 1 }}{{ if 1 }}{{ end }}{{ end }}", limits.with_nesting(1), "template_too_deep"),
    ] {
        let error = limited(text, limits).unwrap_err();
        assert_eq!(error.code(), code, "{text}: {error}");
    }
    assert_eq!(limited("{{ range 100 }}0123456789{{ end }}", limits.with_output_bytes(1_000)).unwrap().len(), 1_000);
}

#[test]
fn many_variables_take_steps() {
    let declared: String = (0..20_000).map(|n| format!("{{{{ $v{n} := 1 }}}}")).collect();
    let text = format!("{declared}{{{{ range 100000 }}}}{{{{ $v0 }}}}{{{{ end }}}}");
    let limits = TemplateLimits::default().with_steps(100_000);
    assert_eq!(limited(&text, limits).unwrap_err().code(), "template_too_many_steps");
}

#[test]
fn a_message_has_every_alert_method() {
    let alert = |status: &str, host: &str| {
        let mut alert = MessageAlert::default();
        alert.status = status.to_owned();
        alert.labels.extend([
            ("host".to_owned(), host.to_owned()),
            ("alertname".to_owned(), "Disk".to_owned()),
            ("a".to_owned(), "1".to_owned()),
        ]);
        alert.starts_at = Some("2025-01-06T09:00:00Z".parse().unwrap());
        alert
    };
    let mut data = MessageData::default();
    data.status = "firing".to_owned();
    data.alerts = vec![alert("firing", "x"), alert("resolved", "y")];
    let render = |text: &str| Template::parse(text, &TemplateOptions::alertmanager()).unwrap().render(&data);
    for (text, expected) in [
        ("{{ .Alerts.Firing | len }}{{ len .Alerts.Resolved }}{{ len .Alerts }}", "112"),
        ("{{ range .Alerts }}{{ .Labels.SortedPairs.Names }}{{ end }}", "[alertname a host][alertname a host]"),
        ("{{ (index .Alerts 0).Labels.SortedPairs }}", "alertname=Disk, a=1, host=x"),
        ("{{ with index .Alerts 0 }}{{ .Labels.Remove (stringSlice \"a\") }}{{ end }}", "alertname=Disk, host=x"),
        ("{{ range (index .Alerts 0).Labels.SortedPairs }}{{ .Name }}:{{ .Value }};{{ end }}", "alertname:Disk;a:1;host:x;"),
        ("{{ (index .Alerts 0).Labels.Values }}", "[Disk 1 x]"),
        ("{{ (index .Alerts 0).Labels.missing }}|{{ .GroupLabels }}", "|"),
        (
            "{{ with index .Alerts 0 }}{{ .StartsAt.Format \"15:04 Jan 2\" }} {{ .StartsAt.Unix }} {{ .EndsAt.IsZero }}{{ end }}",
            "09:00 Jan 6 1736154000 true",
        ),
        (
            "{{ with index .Alerts 0 }}{{ .StartsAt.Year }}-{{ .StartsAt.Month }}-{{ .StartsAt.Day }} {{ .StartsAt.Weekday }}{{ end }}",
            "2025-January-6 Monday",
        ),
        ("{{ with index .Alerts 0 }}{{ (.StartsAt.Sub (.StartsAt.Add -1500000000)).Seconds }}{{ end }}", "1.5"),
    ] {
        assert_eq!(render(text).unwrap(), expected, "{text}");
    }
    let error = render("{{ .Alerts.Firing.Firing }}").unwrap_err();
    assert_eq!(
        error.go_text(),
        "template: :1:10: executing \"\" at <.Alerts.Firing.Firing>: can't evaluate field Firing in type []template.Alert"
    );
    let error = render("{{ (index .Alerts 0).StartsAt.Foo }}").unwrap_err();
    assert_eq!(error.go_text(), "template: :1:18: executing \"\" at <0>: can't evaluate field Foo in type time.Time");
}

#[test]
fn templates_of_other_files_can_be_called_and_replaced() {
    let options = TemplateOptions::alertmanager();
    let first =
        Template::parse("{{ define \"a\" }}1{{ end }}{{ define \"b\" }}2{{ .x.y }}{{ end }}", &options.clone().with_name("one")).unwrap();
    let second = Template::parse("{{ define \"a\" }}3{{ end }}{{ define \"b\" }} {{ end }}", &options.clone().with_name("two")).unwrap();
    let template =
        Template::parse_with("{{ template \"a\" }}{{ template \"b\" 5 }}", &options.with_name("main"), &[&first, &second]).unwrap();
    assert_eq!(template.defined(), ["a", "b", "main", "one", "two"]);
    let error = template.render(&Value::Nil).unwrap_err();
    // The place is in the file where the template was defined.
    assert_eq!(error.go_text(), "template: one:1:48: executing \"b\" at <.x.y>: can't evaluate field x in type int");
}

#[test]
fn a_preamble_is_no_part_of_places() {
    let options = TemplateOptions::default().with_preamble("{{ $a := 1 }}\n");
    let error = Template::parse("{{ $a }}{{ $b }}", &options).unwrap_err();
    assert_eq!((error.span(), error.line(), error.column()), (11..13, 1, 12));
    assert_eq!(error.go_text(), "template: :2: undefined variable \"$b\"");
    assert_eq!(Template::parse("x", &options).unwrap().as_str(), "x");
}

#[test]
fn hints_name_what_was_probably_meant() {
    let hint = |text: &str| Template::parse(text, &TemplateOptions::prometheus()).unwrap_err().hint().map(str::to_owned);
    assert_eq!(hint("{{ $label.x }}").as_deref(), Some("did you mean `$labels`?"));
    assert_eq!(hint("{{ $values }}").as_deref(), Some("did you mean `$value`?"));
    assert_eq!(hint("{{ humanise 1 }}").as_deref(), Some("did you mean `humanize`?"));
    assert_eq!(hint("{{ $zzz }}"), None);
    assert_eq!(hint("{{ frobnicate }}"), None);
}

#[test]
fn the_check_knows_more_than_the_parser() {
    let findings = |text: &str| -> Vec<(String, String)> {
        let template = Template::parse(text, &TemplateOptions::prometheus()).unwrap();
        template.check().iter().map(|found| (found.code().to_owned(), found.to_string())).collect()
    };
    for (text, code, message) in [
        ("{{ toUpper 5 }}", "template_wrong_type", "expected string; found 5 at line 1, column 12"),
        ("{{ toUpper nil }}", "template_nil_value", "cannot assign nil to string at line 1, column 12"),
        ("{{ template \"a\" }}", "template_undefined_template", "template \"a\" not defined at line 1, column 13"),
        ("{{ $x = 1 }}", "template_undefined_variable", "undefined variable: $x at line 1, column 4: declare it with `$x :=`"),
        ("{{ .labels.job }}", "template_no_field", "can't evaluate field labels at line 1, column 4: did you mean `Labels`?"),
        ("{{ 1 2 }}", "template_arity", "can't give argument to non-function 1 at line 1, column 4"),
        ("{{ index }}", "template_arity", "wrong number of args for index: want at least 1 got 0 at line 1, column 4"),
        ("{{ \"a\" | toUpper \"b\" }}", "template_arity", "wrong number of args for toUpper: want 1 got 2 at line 1, column 10"),
        ("{{ nil }}", "template_nil_value", "nil is not a command at line 1, column 4"),
    ] {
        assert_eq!(findings(text), [(code.to_owned(), message.to_owned())], "{text}");
    }
    for text in [
        "{{ with 1 }}{{ .job }}{{ end }}{{ range query \"up\" }}{{ .Labels.job }}{{ end }}",
        "{{ define \"a\" }}{{ .job }}{{ end }}{{ template \"a\" $labels }}",
        "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ print 1 2 | printf \"%s%d\" \"a\" }}",
    ] {
        assert_eq!(findings(text), [], "{text}");
    }
}

#[test]
fn references_have_names_and_places() {
    let text = "{{ $labels.job }}{{ index $labels \"a b\" }}{{ .ExternalLabels.dc }}{{ with $x := query \"up\" | first }}{{ .Value }}{{ $x.Labels.job }}{{ end }}{{ template \"t\" }}";
    let template = Template::parse(text, &TemplateOptions::prometheus()).unwrap();
    let found: Vec<(ReferenceKind, &str, String)> =
        template.references().iter().map(|found| (found.kind(), &text[found.span()], found.name().to_owned())).collect();
    let expected = [
        (ReferenceKind::Variable, "$labels", "$labels"),
        (ReferenceKind::Label, "$labels.job", "job"),
        (ReferenceKind::Function, "index", "index"),
        (ReferenceKind::Variable, "$labels", "$labels"),
        (ReferenceKind::Label, "\"a b\"", "a b"),
        (ReferenceKind::ExternalLabel, ".ExternalLabels.dc", "dc"),
        (ReferenceKind::Variable, "$x", "$x"),
        (ReferenceKind::Function, "query", "query"),
        (ReferenceKind::Function, "first", "first"),
        (ReferenceKind::Field, ".Value", "Value"),
        (ReferenceKind::Variable, "$x", "$x"),
        (ReferenceKind::Field, "$x.Labels.job", "Labels.job"),
        (ReferenceKind::Template, "\"t\"", "t"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(kind, text, name)| (kind, text, name.to_owned())).collect();
    assert_eq!(found, expected);
}
