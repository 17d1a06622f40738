//! A template is refused with a place inside it, or renders within its limits, twice the same; one without findings meets no name that
//! is not there.

#![no_main]

use alert_schemas::templates::AlertData;
use alert_schemas::templates::QuerySample;
use alert_schemas::templates::TemplateData;
use alert_schemas::templates::TemplateErrorKind;
use alert_schemas::templates::Value;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateLimits;
use alert_schemas::templates::go::TemplateOptions;
use libfuzzer_sys::fuzz_target;

const OUTPUT_BYTES: usize = 64 << 10;

/// A message of Alertmanager, as far as templates need one.
struct Message;

impl TemplateData for Message {
    fn root(&self) -> Value {
        let labels = Value::key_values([("alertname", "Down"), ("instance", "web-01:9100")]);
        let at = "2025-01-06T09:00:00Z".parse::<alert_schemas::Timestamp>().expect("a time");
        let fields = [
            ("CommonLabels", labels.clone()),
            ("Names", Value::strings(["a", "b", "é"])),
            ("Alerts", Value::list([labels]).expect("flat")),
            ("StartsAt", Value::from(at)),
            ("Number", Value::from(85.25)),
        ];
        Value::map(fields).expect("flat")
    }

    fn now(&self) -> Option<alert_schemas::Timestamp> {
        "2025-01-06T10:00:00Z".parse().ok()
    }
}

fn query(expr: &str) -> Result<Vec<QuerySample>, String> {
    let sample = |host, value| QuerySample::new([("host", host), ("query", expr)], value);
    Ok(vec![sample("b", 1.5), sample("a", f64::NAN)])
}

fn check(text: &str, options: TemplateOptions, data: &dyn TemplateData) {
    let limits = TemplateLimits::default().with_steps(20_000).with_output_bytes(OUTPUT_BYTES).with_value_bytes(1 << 20);
    let template = match Template::parse(text, &options.with_limits(limits)) {
        Ok(template) => template,
        Err(error) => {
            let span = error.span();
            assert!(span.start <= span.end && span.end <= text.len(), "{error:?}");
            assert!(!error.to_string().is_empty() && !format!("{error:#}").is_empty() && !error.go_text().is_empty());
            return;
        }
    };
    assert_eq!(template.as_str(), text);
    let findings = template.check();
    let rendered = template.render(data);
    assert_eq!(rendered, template.render(data), "{text:?}");
    match rendered {
        Ok(output) => assert!(output.len() <= OUTPUT_BYTES, "{text:?}"),
        Err(error) => {
            use TemplateErrorKind::{UndefinedFunction, UndefinedTemplate, UndefinedVariable};
            let undefined = matches!(error.kind(), UndefinedFunction | UndefinedTemplate | UndefinedVariable);
            assert!(!undefined || !findings.is_empty(), "{text:?}: {error}");
            assert!(error.span().end <= text.len(), "{error:?}");
        }
    }
}

fuzz_target!(|text: &str| {
    let labels = [("instance", "web-01.example:9100"), ("job", "node"), ("note", "it's \"é\"")];
    let alert = AlertData::new(labels, -1234.5678).with_external_labels([("dc", "eu")]).with_external_url("http://prometheus.example/pre");
    check(text, TemplateOptions::prometheus(), &alert.with_queries(&query));
    check(text, TemplateOptions::alertmanager(), &Message);
});
