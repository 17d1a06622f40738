//! Writing a text of metrics.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::alerts::LabelSyntax;
use crate::metrics::exposition::family::Exposition;
use crate::metrics::exposition::family::ExpositionSample;
use crate::metrics::exposition::family::MetricFamily;
use crate::metrics::exposition::format::ExpositionFormat;
use crate::metrics::exposition::line::Line;
use crate::metrics::exposition::line::Statement;
use crate::metrics::metric_kind::MetricKind;
use crate::metrics::metric_name::MetricName;
use crate::metrics::metric_name::is_legacy_name;
use crate::utils::Path;
use crate::utils::Timestamp;
use crate::utils::go::FloatFormat;
use crate::utils::go::format_float;
use crate::validations::Converted;
use crate::validations::Loss;

/// What stands together in the text: the metadata of one name, and samples.
struct Group<'a> {
    name: Cow<'a, str>,
    kind: MetricKind,
    has_metadata: bool,
    family: &'a MetricFamily,
    samples: Vec<&'a ExpositionSample>,
}

impl Exposition {
    /// Writes the text in a format, with what that format can't carry.
    ///
    /// In the format that it was read from the text says the same, and nothing is lost. Otherwise
    ///
    /// | to | changes | losses |
    /// |---|---|---|
    /// | OpenMetrics | the family of a counter is called without `_total` | comments; that it is a counter, if its name does not end so |
    /// | Prometheus | the family of a counter is called with `_total`, `_created` is a gauge of its own | units, exemplars, finer times than milliseconds; kinds that the format does not have |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::metrics::exposition::{Exposition, ExpositionFormat, ExpositionOptions};
    ///
    /// let text = "# TYPE jobs counter\njobs_total 5.0 # {id=\"a\"} 1.0\n# EOF\n";
    /// let exposition = Exposition::parse(text, ExpositionFormat::OpenMetrics, &ExpositionOptions::default())?;
    /// let written = exposition.to_text(ExpositionFormat::Prometheus);
    /// assert_eq!(written.value, "# TYPE jobs_total counter\njobs_total 5\n");
    /// assert_eq!(written.losses[0].to_string(), "/families/0/samples: 1 exemplar is not carried");
    /// # Ok::<(), alert_schemas::metrics::exposition::InvalidExposition>(())
    /// ```
    pub fn to_text(&self, format: ExpositionFormat) -> Converted<String> {
        let mut writer = Writer { format, text: String::new(), losses: Vec::new() };
        writer.comments(&self.comments);
        let mut names: BTreeSet<Cow<'_, str>> = self.families.iter().map(|family| Cow::Borrowed(family.name.as_str())).collect();
        let mut late = Vec::new();
        for (index, family) in self.families.iter().enumerate() {
            writer.family_losses(index, family);
            for mut group in self.groups(index, family, &names, &mut writer) {
                // A name that the change of format has made may be that of another family, which then keeps its metadata.
                let is_new = group.name == family.name.as_str() || names.insert(group.name.clone());
                if is_new {
                    writer.group(&group);
                } else {
                    group.has_metadata = false;
                    late.push(group);
                }
            }
        }
        late.iter().for_each(|group| writer.group(group));
        if format == ExpositionFormat::OpenMetrics {
            writer.text.push_str("# EOF\n");
        }
        Converted::with(writer.text, writer.losses)
    }

    /// The family as the format groups its samples.
    fn groups<'a>(&self, index: usize, family: &'a MetricFamily, taken: &BTreeSet<Cow<'a, str>>, writer: &mut Writer) -> Vec<Group<'a>> {
        let name = family.name.as_str();
        let all =
            |name: Cow<'a, str>, kind| vec![Group { name, kind, has_metadata: true, family, samples: family.samples.iter().collect() }];
        let not_carried = |writer: &mut Writer, why: &str| {
            writer.lose(index, "kind", "field_not_carried", format!("`{name}` is written as a metric of unknown kind: {why}"));
        };
        match (self.format, writer.format, family.kind) {
            (from, to, _) if from == to => all(name.into(), family.kind),
            (_, ExpositionFormat::OpenMetrics, MetricKind::Counter) => match name.strip_suffix("_total") {
                Some(base) if !base.is_empty() && !taken.contains(base) => all(base.into(), family.kind),
                Some(_) => {
                    not_carried(writer, "its name without `_total` is that of another");
                    all(name.into(), MetricKind::Unknown)
                }
                None => {
                    not_carried(writer, "the name of a counter ends with `_total` in OpenMetrics");
                    all(name.into(), MetricKind::Unknown)
                }
            },
            (_, ExpositionFormat::OpenMetrics, kind) => all(name.into(), kind),
            (_, ExpositionFormat::Prometheus, kind) => {
                let split: &[(&str, MetricKind)] = match kind {
                    MetricKind::Counter => &[("_total", MetricKind::Counter), ("_created", MetricKind::Gauge)],
                    MetricKind::Histogram | MetricKind::Summary => &[("_created", MetricKind::Gauge)],
                    MetricKind::Info => &[("_info", MetricKind::Gauge)],
                    _ => &[],
                };
                let mut groups = Vec::new();
                let mut rest: Vec<&ExpositionSample> = family.samples.iter().collect();
                for (suffix, kind) in split {
                    let full = format!("{name}{suffix}");
                    let (own, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|sample| sample.labels.name() == Some(&full));
                    rest = others;
                    if !own.is_empty() {
                        groups.push(Group { name: full.into(), kind: *kind, has_metadata: true, family, samples: own });
                    }
                }
                if !rest.is_empty() || groups.is_empty() {
                    groups.insert(0, Group { name: name.into(), kind, has_metadata: true, family, samples: rest });
                }
                groups
            }
        }
    }
}

struct Writer {
    format: ExpositionFormat,
    text: String,
    losses: Vec<Loss>,
}

impl Writer {
    fn lose(&mut self, family: usize, field: &str, code: &'static str, message: String) {
        self.losses.push(Loss::new(Path::ROOT.key("families").index(family).key(field).pointer(), code, message));
    }

    fn comments(&mut self, comments: &[String]) {
        if self.format == ExpositionFormat::OpenMetrics {
            if !comments.is_empty() {
                let message = format!("{} not carried", counted(comments.len(), "comment"));
                self.losses.push(Loss::new(Path::ROOT.key("comments").pointer(), "field_not_carried", message));
            }
            return;
        }
        for line in comments.iter().flat_map(|comment| comment.split('\n')) {
            let text = format!("#{line}");
            let is_comment = matches!(Line::new(&text, self.format).statement(), Ok(Statement::Comment(_)));
            // What would be read as a statement is kept from it by another `#`.
            let mark = if is_comment { "" } else { "#" };
            let _ = writeln!(self.text, "{mark}{text}");
        }
    }

    fn family_losses(&mut self, index: usize, family: &MetricFamily) {
        match (self.format, &family.unit) {
            (ExpositionFormat::Prometheus, Some(unit)) => {
                self.lose(index, "unit", "field_not_carried", format!("the unit `{unit}` is not carried"));
            }
            (ExpositionFormat::OpenMetrics, Some(unit)) if !unit.ends(family.name.as_str()) => {
                self.lose(index, "unit", "field_not_carried", format!("the unit `{unit}` is not carried: the name does not end with it"));
            }
            _ => {}
        }
        if self.format == ExpositionFormat::Prometheus {
            let exemplars = family.samples.iter().filter(|sample| sample.exemplar.is_some()).count();
            if exemplars > 0 {
                self.lose(index, "samples", "field_not_carried", format!("{} not carried", counted(exemplars, "exemplar")));
            }
            let fine = |at: Timestamp| at.unix_nanos().rem_euclid(1_000_000) != 0;
            let rounded = family.samples.iter().filter(|sample| sample.at.is_some_and(fine)).count();
            if rounded > 0 {
                self.lose(index, "samples", "time_rounded", format!("{} rounded down to milliseconds", counted(rounded, "time")));
            }
            if matches!(family.kind, MetricKind::GaugeHistogram | MetricKind::Info | MetricKind::StateSet) {
                let message = format!("`{}` is written as {}", family.kind, prometheus_kind(family.kind));
                self.lose(index, "kind", "field_not_carried", message);
            }
        }
    }

    fn group(&mut self, group: &Group<'_>) {
        if group.has_metadata {
            let mut name = String::new();
            push_name(&mut name, &group.name);
            let open_metrics = self.format == ExpositionFormat::OpenMetrics;
            if let Some(help) = &group.family.help {
                let _ = writeln!(self.text, "# HELP {name} {}", escaped(help, open_metrics));
            }
            let kind = if open_metrics { group.kind.as_str() } else { prometheus_kind(group.kind) };
            let _ = writeln!(self.text, "# TYPE {name} {kind}");
            if let Some(unit) = group.family.unit.as_ref().filter(|unit| open_metrics && unit.ends(&group.name)) {
                let _ = writeln!(self.text, "# UNIT {name} {unit}");
            }
        }
        for sample in &group.samples {
            self.sample(&group.name, sample);
        }
    }

    fn sample(&mut self, family: &str, sample: &ExpositionSample) {
        let name = sample.labels.name().unwrap_or(family);
        let quoted = !is_legacy_name(name);
        if !quoted {
            self.text.push_str(name);
        }
        let labels = sample.labels.iter().filter(|(label, _)| *label != MetricName::LABEL);
        self.braces(quoted.then_some(name), labels);
        self.text.push(' ');
        self.number(sample.value);
        self.time(sample.at);
        if let (ExpositionFormat::OpenMetrics, Some(exemplar)) = (self.format, &sample.exemplar) {
            self.text.push_str(" # ");
            let before = self.text.len();
            self.braces(None, exemplar.labels.iter());
            if self.text.len() == before {
                self.text.push_str("{}");
            }
            self.text.push(' ');
            self.number(exemplar.value);
            self.time(exemplar.at);
        }
        self.text.push('\n');
    }

    /// Labels in braces; nothing where there is none.
    fn braces<'a>(&mut self, name: Option<&str>, labels: impl Iterator<Item = (&'a str, &'a str)>) {
        let mut next = '{';
        if let Some(name) = name {
            let _ = write!(self.text, "{{\"{}\"", escaped(name, true));
            next = ',';
        }
        for (label, value) in labels {
            self.text.push(next);
            next = ',';
            match LabelSyntax::Legacy.allows(label) {
                true => self.text.push_str(label),
                false => {
                    let _ = write!(self.text, "\"{}\"", escaped(label, true));
                }
            }
            let _ = write!(self.text, "=\"{}\"", escaped(value, true));
        }
        if next == ',' {
            self.text.push('}');
        }
    }

    fn number(&mut self, number: f64) {
        let text = format_float(number, FloatFormat::General(None));
        // OpenMetrics tells whole numbers from others by the point.
        let whole = self.format == ExpositionFormat::OpenMetrics && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        self.text.push_str(&text);
        if whole {
            self.text.push_str(".0");
        }
    }

    fn time(&mut self, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        let _ = match self.format {
            ExpositionFormat::Prometheus => write!(self.text, " {}", at.unix_millis()),
            ExpositionFormat::OpenMetrics => {
                let nanos = at.unix_nanos();
                let sign = if nanos < 0 { "-" } else { "" };
                let (seconds, rest) = (nanos.unsigned_abs() / 1_000_000_000, nanos.unsigned_abs() % 1_000_000_000);
                let text = format!("{seconds}.{rest:09}");
                write!(self.text, " {sign}{}", text.trim_end_matches('0').trim_end_matches('.'))
            }
        };
    }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun} is") } else { format!("{count} {noun}s are") }
}

fn prometheus_kind(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge | MetricKind::Info | MetricKind::StateSet => "gauge",
        MetricKind::Histogram => "histogram",
        MetricKind::Summary => "summary",
        MetricKind::GaugeHistogram | MetricKind::Unknown => "untyped",
    }
}

fn push_name(out: &mut String, name: &str) {
    match is_legacy_name(name) {
        true => out.push_str(name),
        false => {
            let _ = write!(out, "\"{}\"", escaped(name, true));
        }
    }
}

fn escaped(text: &str, quotes: bool) -> Cow<'_, str> {
    if !text.contains(['\\', '\n', '"']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '"' if quotes => out.push_str("\\\""),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::exposition::format::ExpositionOptions;

    const PROMETHEUS: ExpositionFormat = ExpositionFormat::Prometheus;
    const OPEN_METRICS: ExpositionFormat = ExpositionFormat::OpenMetrics;

    fn read(text: &str, format: ExpositionFormat) -> Exposition {
        Exposition::parse(text, format, &ExpositionOptions::default()).unwrap_or_else(|error| panic!("{error:#}\n{text}"))
    }

    #[test]
    fn counters_are_renamed_between_the_formats() {
        let text = "# HELP a_total \"x\" \\\\ y\\n\n# TYPE a_total counter\na_total{b=\"c\"} 1e+06 1500\n# TYPE b counter\nb 2\n# TYPE c untyped\nc NaN\n";
        let open = read(text, PROMETHEUS).to_text(OPEN_METRICS);
        let expected = "# HELP a \\\"x\\\" \\\\ y\\n\n# TYPE a counter\na_total{b=\"c\"} 1e+06 1.5\n# TYPE b unknown\nb 2.0\n# TYPE c unknown\nc NaN\n# EOF\n";
        assert_eq!(open.value, expected);
        let losses: Vec<String> = open.losses.iter().map(ToString::to_string).collect();
        assert_eq!(
            losses,
            ["/families/1/kind: `b` is written as a metric of unknown kind: the name of a counter ends with `_total` in OpenMetrics"]
        );
        let back = read(&open.value, OPEN_METRICS).to_text(PROMETHEUS);
        assert_eq!(back.value, text.replace("# TYPE b counter", "# TYPE b untyped"));
        assert!(back.is_exact());
    }

    #[test]
    fn what_prometheus_format_lacks_is_told() {
        let text = "# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1.0 1.0005\na_seconds_created 5.0\n# TYPE b info\nb_info{v=\"1\"} 1.0\n# TYPE c gaugehistogram\nc_bucket{le=\"+Inf\"} 1.0 # {} 1.0\n# EOF\n";
        let exposition = read(text, OPEN_METRICS);
        assert_eq!(exposition.to_text(OPEN_METRICS), Converted::new(text.to_owned()));
        let written = exposition.to_text(PROMETHEUS);
        let expected = "# TYPE a_seconds_total counter\na_seconds_total 1 1000\n# TYPE a_seconds_created gauge\na_seconds_created 5\n# TYPE b_info gauge\nb_info{v=\"1\"} 1\n# TYPE c untyped\nc_bucket{le=\"+Inf\"} 1\n";
        assert_eq!(written.value, expected);
        let losses: Vec<String> = written.losses.iter().map(|loss| format!("{} {loss}", loss.code)).collect();
        let expected = [
            "field_not_carried /families/0/unit: the unit `seconds` is not carried",
            "time_rounded /families/0/samples: 1 time is rounded down to milliseconds",
            "field_not_carried /families/1/kind: `info` is written as gauge",
            "field_not_carried /families/2/samples: 1 exemplar is not carried",
            "field_not_carried /families/2/kind: `gaugehistogram` is written as untyped",
        ];
        assert_eq!(losses, expected);
    }

    #[test]
    fn a_name_that_is_taken_keeps_its_metadata() {
        let text = "# TYPE a counter\na_total 1.0\n# TYPE a_total gauge\n# EOF\n";
        let written = read(text, OPEN_METRICS).to_text(PROMETHEUS).value;
        assert_eq!(written, "# TYPE a_total gauge\na_total 1\n");
        let written = read("# TYPE a gauge\n# TYPE a_total counter\na_total 1\n", PROMETHEUS).to_text(OPEN_METRICS);
        assert_eq!(written.value, "# TYPE a gauge\n# TYPE a_total unknown\na_total 1.0\n# EOF\n");
        assert_eq!(written.losses.len(), 1);
    }

    #[test]
    fn comments_stay_comments() {
        let mut exposition = Exposition::new(PROMETHEUS);
        exposition.comments = vec![" a\nb".to_owned(), " TYPE a gauge".to_owned()];
        let written = exposition.to_text(PROMETHEUS);
        assert_eq!(written.value, "# a\n#b\n## TYPE a gauge\n");
        assert_eq!(exposition.to_text(OPEN_METRICS).losses[0].to_string(), "/comments: 2 comments are not carried");
        assert!(read(&written.value, PROMETHEUS).families.is_empty());
    }

    /// Lines that say something, for either format.
    fn line() -> impl Strategy<Value = String> {
        let name = "[ab]{1,2}(_total|_sum|_bucket|_created|_info)?|\"a\\.b\"";
        prop_oneof![
            4 => ("[ab]{1,2}(_total|_sum|_bucket|_created|_info)?", "(\\{(a=\"[a\\\\n]{0,3}\"(,\"b c\"=\"é\")?)?,?\\})?", "[0-9.e-]{1,3}|NaN|[+-]Inf", "( -?[0-9]{1,3}(\\.[0-9]{1,7})?)?", "( # \\{(id=\"a\")?\\} [0-9]( [0-9.]{1,3})?)?")
                .prop_map(|(name, labels, value, time, exemplar)| format!("{name}{labels} {value}{time}{exemplar}")),
            1 => "\\{\"a\\.b\"(,a=\"b\")?\\} [0-9]",
            2 => (name, "(counter|gauge|histogram|summary|untyped|unknown|info|stateset|gaugehistogram)").prop_map(|(name, kind)| format!("# TYPE {name} {kind}")),
            1 => (name, "[a \\\\n\"]{0,4}").prop_map(|(name, help)| format!("# HELP {name} {help}")),
            1 => Just("# UNIT a_sum sum".to_owned()),
            1 => "# ?[a-z]{0,4}",
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(lines in proptest::collection::vec(line(), 0..8)) {
            for format in [PROMETHEUS, OPEN_METRICS] {
                let parse = |text: &str| Exposition::parse(text, format, &ExpositionOptions::default());
                // The lines that the format takes, one after the other.
                let mut text = String::new();
                let end = if format == OPEN_METRICS { "# EOF\n" } else { "" };
                for line in &lines {
                    let longer = format!("{text}{line}\n");
                    if parse(&format!("{longer}{end}")).is_ok() {
                        text = longer;
                    }
                }
                let read = parse(&format!("{text}{end}")).unwrap();
                let written = read.to_text(format);
                prop_assert!(written.is_exact(), "{:?}", written.losses);
                let again = parse(&written.value).unwrap();
                // NaN is not equal to itself; its text is.
                prop_assert_eq!(format!("{again:?}"), format!("{read:?}"), "{}", written.value);
                // The other format takes what is written for it, and all samples are there.
                let other = if format == PROMETHEUS { OPEN_METRICS } else { PROMETHEUS };
                let converted = read.to_text(other).value;
                let converted = Exposition::parse(&converted, other, &ExpositionOptions::default()).map_err(|error| TestCaseError::fail(format!("{error:#}\n{converted}")))?;
                let samples = |exposition: &Exposition| {
                    let mut all: Vec<String> = exposition.families.iter().flat_map(|family| &family.samples).map(|sample| format!("{} {}", sample.labels, sample.value)).collect();
                    all.sort();
                    all
                };
                prop_assert_eq!(samples(&converted), samples(&read));
            }
        }
    }
}
