//! Templates against a real `promtool`: it renders generated templates as annotations over known labels and values, and what it
//! gives, errors included, is compared with what we give.
//!
//! Documented differences, each counted under its name:
//!
//! - `no_external_url`: `promtool` has no URL for `externalURL` and `pathPrefix`, and its answer is a panic; a server has one.
//! - `pointers`: `toTime` gives Go a pointer to a time, which comparisons and `%T` tell from a time.
//! - `html`: `safeHtml` gives Go a type of its own, which `%T` and messages name.
//! - `byte`: a byte of a text (`index "a" 0`) is a `uint8` to Go, which messages and `%T` name; here it is an `int`.
//! - `unknown_query`: a mistake was put into a query, and the test knows the answers of four queries alone.

#[path = "util/dice.rs"]
mod dice;
#[path = "util/promtool.rs"]
mod promtool;
mod util;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use alert_schemas::templates::QuerySample;
use alert_schemas::templates::Struct;
use alert_schemas::templates::TemplateData;
use alert_schemas::templates::Value;
use alert_schemas::templates::go::Template;
use alert_schemas::templates::go::TemplateOptions;

use crate::dice::Dice;
use crate::promtool::Promtool;
use crate::promtool::Series;

// ---------------------------------------------------------------- data

/// Name, labels and number of a series.
type KnownSeries = (&'static str, &'static [(&'static str, &'static str)], f64);

/// The series that templates ask for.
const SERIES: &[KnownSeries] = &[
    ("q", &[("host", "web-02.example.com"), ("zone", "b")], 0.125),
    ("q", &[("host", "db-01"), ("zone", "a"), ("__value__", "shown")], 1_536.0),
    ("q", &[("host", "web-01"), ("zone", "a")], 1e9),
];

/// The queries that templates ask: which of the series they give, in which order.
const QUERIES: &[(&str, &[usize])] =
    &[("sort(q)", &[0, 1, 2]), ("sort_desc(q)", &[2, 1, 0]), ("q{host=\"db-01\"}", &[1]), ("q{zone=\"c\"}", &[])];

/// The labels and the number of one alert.
struct Case {
    labels: Vec<(&'static str, &'static str)>,
    value: f64,
}

const EXTERNAL_LABELS: &[(&str, &str)] = &[("dc", "eu-1"), ("replica", "a \"b\"")];
const EXTERNAL_URL: &str = "http://prometheus.example:9090/pre";

fn cases() -> Vec<Case> {
    let case = |labels: &[(&'static str, &'static str)], value| Case { labels: labels.to_vec(), value };
    vec![
        case(&[("instance", "web-01.example.com:9100"), ("job", "node"), ("severity", "critical")], 85.25),
        case(&[("instance", "10.0.0.7:9100"), ("job", "api server"), ("path", "/var/lib <\"é\">")], 0.000_123_456),
        case(&[("instance", "[::1]:80"), ("job", ""), ("note", "it's\n\\ ☃")], -1_234_567.891),
        case(&[("instance", ""), ("job", "12.5")], 1e21),
        case(&[("job", "0")], f64::NAN),
        case(&[("job", "1h30m"), ("instance", "db")], f64::NEG_INFINITY),
        case(&[("job", "true")], 0.0),
    ]
}

impl Case {
    /// All labels, with the metric's name; empty ones are no labels.
    fn all_labels(&self) -> Vec<(&'static str, &'static str)> {
        let labels = self.labels.iter().copied().filter(|(_, value)| !value.is_empty());
        std::iter::once(("__name__", "m")).chain(labels).collect()
    }

    /// As `promtool` reads it.
    fn series(&self) -> Vec<(String, String)> {
        let own = self.labels.iter().copied().filter(|(_, value)| !value.is_empty());
        let mut series = vec![(notation("m", own), number(self.value))];
        for (name, labels, value) in SERIES {
            series.push((notation(name, labels.iter().copied()), number(*value)));
        }
        series
    }
}

fn notation<'l>(name: &str, labels: impl Iterator<Item = (&'l str, &'l str)>) -> String {
    let labels: Vec<String> = labels.map(|(name, value)| format!("{name}={}", alert_schemas::utils::go::quote(value))).collect();
    format!("{name}{{{}}}", labels.join(","))
}

fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => format!("{value}"),
    }
}

impl TemplateData for Case {
    fn root(&self) -> Value {
        let fields = [
            ("Labels", Value::string_map(self.all_labels())),
            ("ExternalLabels", Value::string_map(EXTERNAL_LABELS.iter().copied())),
            ("ExternalURL", Value::from(EXTERNAL_URL)),
            ("Value", Value::from(self.value)),
        ];
        let go_type = "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";
        let root = Struct::new(go_type, fields).expect("flat").with_interface_field("Value");
        Value::Struct(root.into())
    }

    fn query(&self, expr: &str) -> Result<Vec<QuerySample>, String> {
        let (_, found) = QUERIES.iter().find(|(query, _)| *query == expr).ok_or_else(|| format!("no answer to {expr}"))?;
        let sample = |index: &usize| {
            let (name, labels, value) = SERIES[*index];
            QuerySample::new(labels.iter().copied().chain([("__name__", name)]), value)
        };
        Ok(found.iter().map(sample).collect())
    }

    fn external_url(&self) -> String {
        EXTERNAL_URL.to_owned()
    }
}

// ---------------------------------------------------------------- generated templates

/// What an expression is expected to give.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Number,
    Truth,
    Samples,
    Sample,
}

/// Parts of templates.
impl Dice {
    fn format(&mut self) -> String {
        let mut format = String::new();
        for _ in 0..=self.roll(2) {
            format += self.pick(&["", "a", " ", "=", "é", "%% "]);
            format += "%";
            while self.one_in(4) {
                format += self.pick(&["+", "-", "#", "0", " "]);
            }
            if self.one_in(12) {
                format += self.pick(&["[1]", "[2]", "[3]"]);
            }
            if self.one_in(4) {
                format += self.pick(&["1", "6", "12", "*"]);
            }
            if self.one_in(4) {
                format += self.pick(&[".", ".0", ".2", ".5", ".*", ".12"]);
            }
            format += self.pick(&["v", "v", "s", "s", "q", "d", "f", "f", "g", "e", "x", "X", "t", "c", "U", "b", "o", "G", "E", "O", "z"]);
        }
        format
    }

    fn literal(&mut self) -> String {
        let text = self.pick(&["", "a", "web-01", "Node down", "é☃", "90s", "1d2h", "12.5", "1e3", "<b>&'", "a.b:80", "x=1 y=2", "0x1p4"]);
        if self.one_in(4) { format!("`{text}`") } else { format!("{text:?}") }
    }

    fn pattern(&mut self) -> &'static str {
        self.pick(&[r#""^web""#, r#""[a-z]+""#, r#""(.*):(.*)""#, r"`\d+`", r#""""#, r#""o|e""#, r#""(?P<x>[0-9])""#, r#""(""#])
    }

    /// An operand: what stands between blanks.
    fn operand(&mut self, kind: Kind, depth: usize) -> String {
        // Now and then another type than the one that is asked for.
        let kind = if self.one_in(25) { [Kind::Text, Kind::Number, Kind::Truth, Kind::Sample][self.roll(4)] } else { kind };
        let simple = match kind {
            Kind::Text => match self.roll(8) {
                0..=2 => format!("$labels.{}", self.pick(&["instance", "job", "severity", "path", "note", "missing"])),
                3 => ".Labels.job".to_owned(),
                4 => self.pick(&["$externalURL", "$externalLabels.dc", "$externalLabels.replica", ".ExternalURL"]).to_owned(),
                _ => self.literal(),
            },
            Kind::Number => match self.roll(6) {
                0..=2 => self.pick(&["$value", "$value", ".Value"]).to_owned(),
                3 => self.pick(&["$labels.job", "\"12.5\"", "`1e3`", "\"-0\"", "\"one\""]).to_owned(),
                _ => self
                    .pick(&["0", "1", "-7", "42", "3.75", "1e6", "-2.5e-3", "0x1F", "1_000", "'a'", "86400", "90061.5", "1e19"])
                    .to_owned(),
            },
            Kind::Truth => self.pick(&["true", "false", "$value", "$labels.job", "$labels.missing"]).to_owned(),
            Kind::Samples | Kind::Sample => String::new(),
        };
        if depth == 0 && !simple.is_empty() || !simple.is_empty() && self.one_in(2) {
            return simple;
        }
        format!("({})", self.call(kind, depth.saturating_sub(1)))
    }

    /// A function with its arguments, or another command.
    fn call(&mut self, kind: Kind, depth: usize) -> String {
        use Kind::{Number, Sample, Samples, Text, Truth};
        let inner = depth.saturating_sub(1);
        match kind {
            Text => match self.roll(17) {
                0 => format!("{} {}", self.pick(&["toUpper", "toLower", "title", "safeHtml"]), self.operand(Text, inner)),
                1 => format!("{} {}", self.pick(&["stripPort", "stripDomain"]), self.operand(Text, inner)),
                2 => format!("{} {}", self.pick(&["graphLink", "tableLink"]), self.operand(Text, inner)),
                3..=5 => {
                    let name =
                        self.pick(&["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime"]);
                    format!("{name} {}", self.operand(Number, inner))
                }
                6..=9 => {
                    let mut call = format!("printf {:?}", self.format());
                    for _ in 0..=self.roll(2) {
                        let kind = [Text, Number, Number, Truth][self.roll(4)];
                        call += &format!(" {}", self.operand(kind, inner));
                    }
                    call
                }
                10 => {
                    let name = self.pick(&["print", "println", "html", "js", "urlquery"]);
                    let kind = [Text, Number, Truth][self.roll(3)];
                    format!("{name} {} {}", self.operand(Text, inner), self.operand(kind, inner))
                }
                11 => format!(
                    "reReplaceAll {} {} {}",
                    self.pattern(),
                    self.pick(&["\"$1\"", "\"-\"", "\"${x}$0\""]),
                    self.operand(Text, inner)
                ),
                12 => format!("index $labels {}", self.operand(Text, inner)),
                13 => format!("label {} {}", self.pick(&["\"host\"", "\"none\""]), self.operand(Sample, inner)),
                14 => format!("strvalue {}", self.operand(Sample, inner)),
                15 => format!("slice {} {}", self.pick(&["\"abcdef\"", "$externalURL"]), self.pick(&["1", "0 3", "2 2", "9 99", "1 2 3"])),
                _ => format!("and {} {}", self.operand(Truth, inner), self.operand(Text, inner)),
            },
            Number => match self.roll(4) {
                0 => format!("len {}", if self.one_in(3) { self.operand(Samples, inner) } else { self.operand(Text, inner) }),
                1 => format!("value {}", self.operand(Sample, inner)),
                2 => format!("parseDuration {}", self.pick(&["\"5m\"", "\"1d12h\"", "\"250ms\"", "\"\"", "\"5x\"", "$labels.job"])),
                _ => format!("or {} {}", self.operand(Number, inner), self.operand(Number, inner)),
            },
            Truth => match self.roll(6) {
                0..=1 => {
                    let kind = [Text, Number][self.roll(2)];
                    let name = self.pick(&["eq", "ne", "lt", "le", "gt", "ge"]);
                    format!("{name} {} {}", self.operand(kind, inner), self.operand(kind, inner))
                }
                2 => format!("match {} {}", self.pattern(), self.operand(Text, inner)),
                3 => format!("not {}", self.operand(Truth, inner)),
                _ => format!("{} {} {}", self.pick(&["and", "or"]), self.operand(Truth, inner), self.operand(Truth, inner)),
            },
            Samples => {
                let query = self.pick(&["sort(q)", "sort_desc(q)", "q{host=\"db-01\"}", "q{zone=\"c\"}"]);
                if self.one_in(3) {
                    format!("sortByLabel {:?} (query {query:?})", self.pick(&["host", "zone", "none"]))
                } else {
                    format!("query {query:?}")
                }
            }
            Sample => match self.roll(3) {
                0 => format!("index {} 0", self.operand(Samples, inner)),
                _ => format!("first {}", self.operand(Samples, inner)),
            },
        }
    }

    /// What an action writes.
    fn pipeline(&mut self, depth: usize) -> String {
        let kind = [Kind::Text, Kind::Text, Kind::Number, Kind::Truth, Kind::Sample][self.roll(5)];
        let first = if self.one_in(2) { self.operand(kind, depth) } else { self.call(kind, depth) };
        match self.roll(8) {
            0 | 1 => {
                let name =
                    self.pick(&["humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime"]);
                format!("{} | {name}", self.operand(Kind::Number, depth))
            }
            2 => format!("{first} | printf {:?}", self.format()),
            3 => {
                format!("{} | {}", self.operand(Kind::Text, depth), self.pick(&["toUpper", "title", "len", "html", "stripPort | toLower"]))
            }
            4 => {
                format!("{} | first | {}", self.operand(Kind::Samples, depth), self.pick(&["value", "value | humanize", "label \"zone\""]))
            }
            _ => first,
        }
    }

    fn action(&mut self, inside: &str) -> String {
        let (left, right) = (self.pick(&["{{ ", "{{ ", "{{", "{{- "]), self.pick(&[" }}", " }}", "}}", " -}}"]));
        format!("{left}{inside}{right}")
    }

    /// Text and actions one after the other.
    fn body(&mut self, depth: usize, in_range: bool) -> String {
        let mut out = String::new();
        for _ in 0..=self.roll(3) {
            out += self.pick(&["", "Host ", " is ", "\n", "é ", " } { ", "% ", "\t"]);
            out += &self.piece(depth, in_range);
        }
        out
    }

    fn piece(&mut self, depth: usize, in_range: bool) -> String {
        let inner = depth.saturating_sub(1);
        match if depth == 0 { self.roll(5) } else { self.roll(13) } {
            5 => {
                let condition = self.operand(Kind::Truth, inner);
                let otherwise = match self.roll(3) {
                    0 => self.action("else") + &self.body(inner, in_range),
                    1 => format!("{{{{ else if {} }}}}", self.operand(Kind::Truth, inner)) + &self.body(inner, in_range),
                    _ => String::new(),
                };
                let then = self.body(inner, in_range);
                self.action(&format!("if {condition}")) + &then + &otherwise + &self.action("end")
            }
            6 => {
                let samples = self.call(Kind::Samples, inner);
                let head = match self.roll(3) {
                    0 => format!("range $i, $s := {samples}"),
                    1 => format!("range $s := {samples}"),
                    _ => format!("range {samples}"),
                };
                let shown = self.pick(&["{{ .Value }};", "{{ .Labels.host }} ", "{{ .Labels }}", "{{ . | value | humanize }}"]);
                let body = self.body(inner, true);
                let otherwise = if self.one_in(3) { "{{ else }}none" } else { "" };
                self.action(&head) + shown + &body + otherwise + &self.action("end")
            }
            7 => {
                let kind = [Kind::Text, Kind::Number, Kind::Sample][self.roll(3)];
                let value = self.operand(kind, inner);
                let head = if self.one_in(2) { format!("with {value}") } else { format!("with $x := {value}") };
                let otherwise = if self.one_in(2) { self.action("else") + "none" } else { String::new() };
                self.action(&head) + "{{ . }}" + &otherwise + "{{ end }}"
            }
            8 => {
                let (kind, other) = ([Kind::Text, Kind::Number][self.roll(2)], self.operand(Kind::Text, inner));
                format!("{{{{ $v := {} }}}}{{{{ $v }}}}{{{{ $v = {other} }}}}{{{{ $v | print }}}}", self.operand(kind, inner))
            }
            9 => format!("{{{{ template \"t\" args {} {} }}}}", self.operand(Kind::Text, inner), self.operand(Kind::Number, inner)),
            10 => format!(
                "{{{{ range $k, $v := {} }}}}{{{{ $k }}}}={{{{ $v }}}},{{{{ end }}}}",
                self.pick(&["$labels", "$externalLabels", ".Labels", "3"])
            ),
            11 => self.pick(&["{{/* a comment */}}", "{{- /* a comment */ -}}", "{{ . }}", "{{ $labels }}", "{{ .Nothing }}"]).to_owned(),
            12 if in_range => {
                format!("{{{{ if {} }}}}{{{{ {} }}}}{{{{ end }}}}", self.operand(Kind::Truth, inner), self.pick(&["break", "continue"]))
            }
            _ => {
                let pipeline = self.pipeline(inner);
                self.action(&pipeline)
            }
        }
    }

    fn template(&mut self) -> String {
        let body = self.body(2, false);
        let body = if body.contains("template \"t\"") {
            format!("{{{{ define \"t\" }}}}<{{{{ .arg0 }}}}:{{{{ .arg1 }}}}>{{{{ end }}}}{body}")
        } else {
            body
        };
        if !self.one_in(6) {
            return body;
        }
        // A template with a mistake.
        let mut characters: Vec<char> = body.chars().collect();
        let at = self.roll(characters.len() + 1);
        match self.roll(3) {
            0 if at < characters.len() => drop(characters.remove(at)),
            1 => characters.truncate(at),
            _ => {
                let inserted = self.pick(&["{{", "}}", "(", ")", "$", "|", "\"", " end ", ".", ":=", "$nope", " nope ", "'", ",", "="]);
                let tail = characters.split_off(at);
                characters.extend(inserted.chars());
                characters.extend(tail);
            }
        }
        characters.into_iter().collect()
    }
}

// ---------------------------------------------------------------- the comparison

/// The name of the documented difference, if one explains that the answers differ.
fn documented(template: &str, ours: &str, theirs: &str) -> Option<&'static str> {
    if theirs.contains("nil pointer dereference") && (template.contains("externalURL") || template.contains("pathPrefix")) {
        return Some("no_external_url");
    }
    if ours.contains("error calling query: no answer to ") {
        return Some("unknown_query");
    }
    if template.contains("toTime") && (theirs.contains("*time.Time") || theirs.contains("%!") || ours.contains("time.Time")) {
        return Some("pointers");
    }
    if template.contains("index") && ours == theirs.replace("uint8", "int") {
        return Some("byte");
    }
    if template.contains("safeHtml") && theirs.contains("template.HTML") {
        return Some("html");
    }
    None
}

/// What the comparisons gave so far.
#[derive(Default)]
struct Counts {
    equal: usize,
    refused: usize,
    failing: usize,
    documented: BTreeMap<&'static str, usize>,
    failed: Vec<String>,
}

impl Counts {
    /// What is no template; gives those that both sides read.
    fn read(&mut self, promtool: &Promtool, templates: &[String]) -> Vec<String> {
        let theirs = promtool.template_errors(templates);
        let mut readable = Vec::new();
        for (index, text) in templates.iter().enumerate() {
            let ours = Template::parse(text, &options(&format!("__alert_A{index}")));
            match (&ours, theirs.get(&index)) {
                (Ok(_), None) => readable.push(text.clone()),
                (Err(error), Some(message)) if error.go_text() == message => {
                    self.equal += 1;
                    self.refused += 1;
                }
                (Err(error), Some(message)) => self.failed.push(format!("{text:?}\n    ours   {}\n    theirs {message}", error.go_text())),
                (Ok(_), Some(message)) => self.failed.push(format!("{text:?}\n    ours   is read\n    theirs {message}")),
                (Err(error), None) => self.failed.push(format!("{text:?}\n    ours   {}\n    theirs is read", error.go_text())),
            }
        }
        readable
    }

    /// What templates give over one alert.
    fn render(&mut self, promtool: &Promtool, templates: &[String], case: &Case) {
        let series = case.series();
        let theirs = promtool.render(templates, &Series { series: &series, external_labels: EXTERNAL_LABELS, external_url: EXTERNAL_URL });
        for (text, theirs) in templates.iter().zip(theirs) {
            let template = Template::parse(text, &options("__alert_A")).expect("read before");
            let ours = template
                .render(case)
                .unwrap_or_else(|error| format!("<error expanding template: error executing template __alert_A: {}>", error.go_text()));
            self.failing += usize::from(theirs.starts_with("<error expanding template"));
            if ours == theirs {
                self.equal += 1;
            } else if let Some(name) = documented(text, &ours, &theirs) {
                *self.documented.entry(name).or_default() += 1;
            } else {
                self.failed.push(format!("{text:?} with {}\n    ours   {ours:?}\n    theirs {theirs:?}", case.value));
            }
        }
    }

    fn finish(self, promtool: &Promtool, what: &str) {
        let Self { equal, refused, failing, documented, failed } = self;
        let count: usize = documented.values().sum();
        let cases = equal + count + failed.len();
        println!(
            "real promtool {}, {what}: {cases} cases, {equal} equal ({refused} refused, {failing} failing), {count} documented differences {documented:?}",
            promtool.version,
        );
        let shown = failed.iter().take(40).cloned().collect::<Vec<_>>().join("\n");
        assert!(failed.is_empty(), "{what}: {} of {cases} differ:\n{shown}", failed.len());
        assert!(equal >= 500, "{what}: too little was compared");
    }
}

fn options(name: &str) -> TemplateOptions {
    TemplateOptions::prometheus().with_name(name.to_owned())
}

#[test]
#[ignore = "needs promtool: .ci/steps/45-ignored-tests runs it"]
fn generated_templates_render_as_promtool_renders_them() {
    let promtool = Promtool::find("generated");
    let mut dice = Dice::new(0x9e37_79b9_7f4a_7c15);
    let templates: Vec<String> = (0..4_200).map(|_| dice.template()).collect();
    let mut counts = Counts::default();
    let readable = counts.read(&promtool, &templates);
    let cases = cases();
    for (number, case) in cases.iter().enumerate() {
        // Each template over one of the alerts.
        let texts: Vec<String> = readable.iter().skip(number).step_by(cases.len()).cloned().collect();
        counts.render(&promtool, &texts, case);
    }
    assert!(counts.failing >= 50 && counts.refused >= 50, "mistakes were compared, too");
    counts.finish(&promtool, "generated templates");
}

#[test]
#[ignore = "needs promtool: .ci/steps/45-ignored-tests runs it"]
fn templates_of_public_rules_render_as_promtool_renders_them() {
    let Some(rows) = util::rows("rules/alerts", "corpus/rules/alerts.jsonl") else { return };
    let promtool = Promtool::find("public");
    let texts = rows.iter().flat_map(|row| [&row["labels"], &row["annotations"]]);
    let texts = texts.flat_map(|part| part.as_object().into_iter().flatten()).filter_map(|(_, text)| text.as_str());
    // Queries have other answers here.
    let templates: BTreeSet<&str> = texts.filter(|text| text.contains("{{") && !text.contains("query")).collect();
    let templates: Vec<String> = templates.into_iter().map(str::to_owned).collect();
    let mut counts = Counts::default();
    let readable = counts.read(&promtool, &templates);
    for case in cases() {
        counts.render(&promtool, &readable, &case);
    }
    counts.finish(&promtool, "templates of public rules");
}
