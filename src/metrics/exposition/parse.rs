//! Reading a text of metrics, line by line.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::metrics::exposition::error::InvalidExposition;
use crate::metrics::exposition::error::InvalidExpositionKind as Kind;
use crate::metrics::exposition::family::Exposition;
use crate::metrics::exposition::family::ExpositionSample;
use crate::metrics::exposition::family::MetricFamily;
use crate::metrics::exposition::family::suffixes;
use crate::metrics::exposition::format::ExpositionFormat;
use crate::metrics::exposition::format::ExpositionOptions;
use crate::metrics::exposition::line::Line;
use crate::metrics::exposition::line::Statement;
use crate::metrics::metric_kind::MetricKind;
use crate::metrics::metric_name::MetricName;
use crate::metrics::unit::Unit;
use crate::utils::excerpt;

/// The kinds that Prometheus' format has, by its words.
const PROMETHEUS_KINDS: &[(&str, MetricKind)] = &[
    ("counter", MetricKind::Counter),
    ("gauge", MetricKind::Gauge),
    ("histogram", MetricKind::Histogram),
    ("summary", MetricKind::Summary),
    ("untyped", MetricKind::Unknown),
];

/// All ends of names that tell a sample of a family.
const SUFFIXES: &[&str] = &["_total", "_created", "_bucket", "_sum", "_count", "_gsum", "_gcount", "_info"];

/// A family that is being read.
#[derive(Debug)]
struct Draft {
    /// How many families came before it.
    number: usize,
    family: MetricFamily,
    has_type: bool,
    has_unit: bool,
}

/// A text that is being read.
#[derive(Debug)]
pub(crate) struct Reader {
    format: ExpositionFormat,
    families: BTreeMap<MetricName, Draft>,
    comments: Vec<String>,
    samples_left: usize,
    ended: bool,
}

impl Reader {
    pub(crate) fn read(text: &str, format: ExpositionFormat, options: &ExpositionOptions) -> Result<Exposition, InvalidExposition> {
        if text.len() > options.max_bytes {
            let message = format!("the text has {} bytes: expected at most {}", text.len(), options.max_bytes);
            return Err(InvalidExposition::new(Kind::TooLarge, message, "", 0..0));
        }
        let mut reader = Self { format, families: BTreeMap::new(), comments: Vec::new(), samples_left: options.max_samples, ended: false };
        let strict = format == ExpositionFormat::OpenMetrics;
        let (mut rest, mut number) = (text, 0);
        while !rest.is_empty() {
            number += 1;
            let (line, after, complete) = match rest.split_once('\n') {
                Some((line, after)) => (line, after, true),
                None => (rest, "", false),
            };
            reader.line(line, options.max_samples).map_err(|error| error.at_line(number))?;
            if strict && !complete && !reader.ended {
                let message = "the line does not end: expected a line feed, and `# EOF` at the end of the text";
                return Err(InvalidExposition::new(Kind::MissingEof, message, line, line.len()..line.len()).at_line(number));
            }
            rest = after;
        }
        if strict && !reader.ended {
            let message = "the text ends without `# EOF`: expected it as the last line";
            return Err(InvalidExposition::new(Kind::MissingEof, message, "", 0..0).at_line(number + 1));
        }
        let mut drafts: Vec<Draft> = reader.families.into_values().collect();
        drafts.sort_by_key(|draft| draft.number);
        let families = drafts.into_iter().map(|draft| draft.family).collect();
        Ok(Exposition { format, families, comments: reader.comments })
    }

    fn line(&mut self, line: &str, max_samples: usize) -> Result<(), InvalidExposition> {
        let fail = |kind, message: String, span: Range<usize>| Err(InvalidExposition::new(kind, message, line, span));
        if self.ended {
            let message = "the text goes on after `# EOF`: expected it as the last line";
            return fail(Kind::MissingEof, message.to_owned(), 0..line.len());
        }
        match Line::new(line, self.format).statement()? {
            Statement::Nothing => {}
            Statement::Comment(comment) => self.comments.push(comment),
            Statement::Eof => self.ended = true,
            Statement::Help(name, help) => match &mut self.family(&name).family.help {
                Some(_) => {
                    return fail(
                        Kind::RepeatedMetadata,
                        format!("a second `HELP` of `{}`: expected one", excerpt(name.as_str())),
                        0..line.len(),
                    );
                }
                none => *none = Some(help),
            },
            Statement::Type(name, place) => {
                let word = line.get(place.clone()).unwrap_or_default();
                let kind = match self.format {
                    ExpositionFormat::Prometheus => PROMETHEUS_KINDS.iter().find(|(own, _)| *own == word).map(|(_, kind)| *kind),
                    ExpositionFormat::OpenMetrics => word.parse().ok(),
                };
                let Some(kind) = kind else {
                    let words: Vec<&str> = match self.format {
                        ExpositionFormat::Prometheus => PROMETHEUS_KINDS.iter().map(|(word, _)| *word).collect(),
                        ExpositionFormat::OpenMetrics => MetricKind::ALL.iter().map(|kind| kind.as_str()).collect(),
                    };
                    let message = format!("`{}` is not a kind of metric: expected one of `{}`", excerpt(word), words.join("`, `"));
                    return fail(Kind::InvalidKind, message, place);
                };
                let draft = self.family(&name);
                let shown = excerpt(name.as_str());
                if draft.has_type {
                    return fail(Kind::RepeatedMetadata, format!("a second `TYPE` of `{shown}`: expected one"), 0..line.len());
                }
                if !draft.family.samples.is_empty() {
                    let message = format!("the `TYPE` of `{shown}` comes after its samples: expected it before them");
                    return fail(Kind::RepeatedMetadata, message, 0..line.len());
                }
                draft.has_type = true;
                draft.family.kind = kind;
            }
            Statement::Unit(name, place) => {
                let word = line.get(place.clone()).unwrap_or_default();
                let draft = self.family(&name);
                if draft.has_unit {
                    let message = format!("a second `UNIT` of `{}`: expected one", excerpt(name.as_str()));
                    return fail(Kind::RepeatedMetadata, message, 0..line.len());
                }
                draft.has_unit = true;
                if !word.is_empty() {
                    match Unit::new(word) {
                        Ok(unit) if unit.ends(name.as_str()) => draft.family.unit = Some(unit),
                        Ok(unit) => {
                            let shown = excerpt(name.as_str());
                            let message = format!("`{shown}` does not end with `_{unit}`: expected the unit at the end of the name");
                            return fail(Kind::InvalidUnit, message, place);
                        }
                        Err(error) => return fail(Kind::InvalidUnit, error.to_string(), place),
                    }
                }
            }
            Statement::Sample(sample) => {
                if self.samples_left == 0 {
                    return fail(Kind::TooLarge, format!("one sample too many: expected at most {max_samples}"), 0..line.len());
                }
                self.samples_left -= 1;
                self.sample(sample);
            }
        }
        Ok(())
    }

    /// The family of this name, which is made if it is new.
    fn family(&mut self, name: &MetricName) -> &mut Draft {
        let number = self.families.len();
        self.families.entry(name.clone()).or_insert_with(|| {
            let family = MetricFamily::new(name.clone(), MetricKind::Unknown);
            Draft { number, family, has_type: false, has_unit: false }
        })
    }

    /// The family that a sample of this name belongs to.
    fn family_of(&self, name: &str) -> Option<MetricName> {
        if let Some((own, _)) = self.families.get_key_value(name) {
            return Some(own.clone());
        }
        let family = SUFFIXES.iter().find_map(|suffix| {
            let (own, draft) = self.families.get_key_value(name.strip_suffix(suffix)?)?;
            suffixes(self.format, draft.family.kind).contains(suffix).then(|| own.clone())
        });
        // The line has checked the name.
        family.or_else(|| MetricName::new(name).ok())
    }

    fn sample(&mut self, sample: ExpositionSample) {
        if let Some(family) = self.family_of(sample.labels.name().unwrap_or_default()) {
            self.family(&family).family.samples.push(sample);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROMETHEUS: ExpositionFormat = ExpositionFormat::Prometheus;
    const OPEN_METRICS: ExpositionFormat = ExpositionFormat::OpenMetrics;

    fn read(text: &str, format: ExpositionFormat) -> Result<Exposition, InvalidExposition> {
        Exposition::parse(text, format, &ExpositionOptions::default())
    }

    fn shown(text: &str, format: ExpositionFormat) -> Vec<String> {
        let exposition = read(text, format).unwrap();
        let samples = |family: &MetricFamily| -> Vec<String> {
            family.samples.iter().map(|sample| format!("{} {}", sample.labels, sample.value)).collect()
        };
        exposition.families.iter().map(|family| format!("{} {}: {}", family.name, family.kind, samples(family).join("; "))).collect()
    }

    #[test]
    fn samples_are_gathered_in_their_families() {
        let text = "# TYPE q summary\nq{quantile=\"0.5\"} 1\nq_sum 2\nother 3\nq_count 4\n# TYPE c counter\nc 1\nc_total 2\n";
        assert_eq!(
            shown(text, PROMETHEUS),
            [
                r#"q summary: q{quantile="0.5"} 1; q_sum 2; q_count 4"#,
                "other unknown: other 3",
                "c counter: c 1",
                "c_total unknown: c_total 2"
            ]
        );
        let text = "# TYPE c counter\nc_total 1\nc_created 2\n# TYPE h histogram\nh_bucket{le=\"1\"} 3\n# TYPE h_sum gauge\nh_sum 4\nc_total 5\n# EOF\n";
        assert_eq!(
            shown(text, OPEN_METRICS),
            ["c counter: c_total 1; c_created 2; c_total 5", r#"h histogram: h_bucket{le="1"} 3"#, "h_sum gauge: h_sum 4"]
        );
    }

    #[test]
    fn blanks_are_free_in_prometheus_format() {
        let text = "\n \t# note\n#\n # HELP  a\tb  c \n# TYPE a \tgauge \n a { b = \"c\" , d=\"\", } 1 \t-5\t\nb{}2\nc+1";
        let exposition = read(text, PROMETHEUS).unwrap();
        assert_eq!(exposition.comments, [" note", ""]);
        let family = &exposition.families[0];
        assert_eq!((family.help.as_deref(), family.kind), (Some("b  c "), MetricKind::Gauge));
        assert_eq!(family.samples[0].labels.to_string(), r#"a{b="c"}"#);
        assert_eq!(family.samples[0].at.map(|at| at.unix_millis()), Some(-5));
        assert_eq!(exposition.families[2].samples[0].value, 1.0);
    }

    #[test]
    fn names_may_stand_in_quotes() {
        let text = "# TYPE \"a.b\" gauge\n{\"a.b\",\"c d\"=\"e\\\"f\"} 1\n";
        assert_eq!(shown(text, PROMETHEUS), [r#"a.b gauge: {"a.b", "c d"="e\"f"} 1"#]);
    }

    #[test]
    fn exemplars_and_units_are_open_metrics() {
        let text = "# TYPE d_seconds histogram\n# UNIT d_seconds seconds\n# HELP d_seconds \\\"x\\\"\nd_seconds_bucket{le=\"+Inf\"} 1.0 1.5 # {id=\"a\"} 0.5 2.25\n# EOF";
        let exposition = read(text, OPEN_METRICS).unwrap();
        let family = &exposition.families[0];
        assert_eq!((family.unit.as_ref().map(Unit::as_str), family.help.as_deref()), (Some("seconds"), Some("\"x\"")));
        let exemplar = family.samples[0].exemplar.as_ref().unwrap();
        assert_eq!((exemplar.labels.to_string().as_str(), exemplar.value), (r#"{id="a"}"#, 0.5));
        assert_eq!(exemplar.at.map(|at| at.to_string()).as_deref(), Some("1970-01-01T00:00:02.25Z"));
        // In Prometheus' format there is neither.
        assert_eq!(read("a 1 # {id=\"a\"} 1", PROMETHEUS).unwrap_err().code(), "exposition_invalid_time");
        assert_eq!(read("# UNIT a_b b", PROMETHEUS).unwrap().comments, [" UNIT a_b b"]);
    }

    #[test]
    fn refusals_name_the_place() {
        for (format, text, expected) in [
            (PROMETHEUS, "1 2", "exposition_invalid_statement: expected the name of a metric, `{` or `#`, found `1` at line 1, column 1"),
            (
                PROMETHEUS,
                "\n{a=\"b\"} 1",
                "exposition_invalid_name: there is no name of a metric: expected it before the braces, or in quotes inside them at line 2, column 1",
            ),
            (PROMETHEUS, "a{\"b\"} 1", "exposition_invalid_name: a second name of a metric: expected one at line 1, column 3"),
            (PROMETHEUS, "{\"\"} 1", "exposition_invalid_name: `` is not a metric name: expected 1 to 1024 characters at line 1, column 1"),
            (PROMETHEUS, "a{b} 1", "exposition_invalid_labels: expected `=` after the name of a label, found `}` at line 1, column 4"),
            (
                PROMETHEUS,
                "a{b=\"c\" d=\"e\"} 1",
                "exposition_invalid_labels: expected `,` or `}` after a label, found `d` at line 1, column 9",
            ),
            (
                PROMETHEUS,
                "a{b=\"c",
                "exposition_invalid_labels: the text that starts here is not closed: expected `\"` at line 1, column 5",
            ),
            (
                PROMETHEUS,
                "a{b=\"c\",b=\"d\"} 1",
                "exposition_invalid_labels: `b` stands there twice: expected each name once at line 1, column 2",
            ),
            (PROMETHEUS, "a 1_0", "exposition_invalid_value: `1_0` is not a value: expected a number at line 1, column 3"),
            (PROMETHEUS, "a", "exposition_invalid_value: `` is not a value: expected a number at line 1, column 2"),
            (
                PROMETHEUS,
                "a 1 2.5",
                "exposition_invalid_time: `2.5` is not a time: expected milliseconds since 1970, before the year 10000 at line 1, column 5",
            ),
            (PROMETHEUS, "a 1 2 3", "exposition_invalid_time: expected the end of the line, found `3` at line 1, column 7"),
            (
                PROMETHEUS,
                "# TYPE a info",
                "exposition_invalid_kind: `info` is not a kind of metric: expected one of `counter`, `gauge`, `histogram`, `summary`, `untyped` at line 1, column 10",
            ),
            (PROMETHEUS, "# HELP 1", "exposition_invalid_name: expected the name of a metric, found `1` at line 1, column 8"),
            (PROMETHEUS, "# HELP a\n# HELP a x", "exposition_repeated_metadata: a second `HELP` of `a`: expected one at line 2, column 1"),
            (
                PROMETHEUS,
                "# TYPE a gauge\n# TYPE a gauge",
                "exposition_repeated_metadata: a second `TYPE` of `a`: expected one at line 2, column 1",
            ),
            (
                PROMETHEUS,
                "a 1\n# TYPE a gauge",
                "exposition_repeated_metadata: the `TYPE` of `a` comes after its samples: expected it before them at line 2, column 1",
            ),
            (
                OPEN_METRICS,
                "a 1\n",
                "exposition_missing_eof: the text ends without `# EOF`: expected it as the last line at line 2, column 1",
            ),
            (
                OPEN_METRICS,
                "a 1",
                "exposition_missing_eof: the line does not end: expected a line feed, and `# EOF` at the end of the text at line 1, column 4",
            ),
            (
                OPEN_METRICS,
                "# EOF\na 1\n",
                "exposition_missing_eof: the text goes on after `# EOF`: expected it as the last line at line 2, column 1",
            ),
            (
                OPEN_METRICS,
                "# note\n",
                "exposition_invalid_statement: OpenMetrics has no comments: expected `# HELP `, `# TYPE `, `# UNIT ` or `# EOF` at line 1, column 1",
            ),
            (
                OPEN_METRICS,
                "\n# EOF",
                "exposition_invalid_statement: expected the name of a metric, `{` or `#`, found the end of the line at line 1, column 1",
            ),
            (OPEN_METRICS, "a{b=\"c\", d=\"e\"} 1\n", "exposition_invalid_labels: expected a label or `}`, found ` ` at line 1, column 9"),
            (
                OPEN_METRICS,
                "a 1 now\n",
                "exposition_invalid_time: `now` is not a time: expected seconds since 1970, before the year 10000 at line 1, column 5",
            ),
            (
                OPEN_METRICS,
                "# UNIT a_seconds bytes\n",
                "exposition_invalid_unit: `a_seconds` does not end with `_bytes`: expected the unit at the end of the name at line 1, column 18",
            ),
            (
                OPEN_METRICS,
                "# UNIT a_m/s m/s\n",
                "exposition_invalid_name: expected a blank after the name, found `/` at line 1, column 11",
            ),
            (
                OPEN_METRICS,
                "# TYPE a untyped\n",
                "exposition_invalid_kind: `untyped` is not a kind of metric: expected one of `counter`, `gauge`, `histogram`, `gaugehistogram`, `summary`, `info`, `stateset`, `unknown` at line 1, column 10",
            ),
        ] {
            let error = read(text, format).unwrap_err();
            assert_eq!(format!("{}: {error}", error.code()), expected, "{text:?}");
        }
    }

    #[test]
    fn texts_have_limits() {
        let limits = ExpositionOptions::default().with_max_samples(2);
        assert!(Exposition::parse("a 1\nb 2\n", PROMETHEUS, &limits).is_ok());
        let error = Exposition::parse("a 1\nb 2\nc 3\n", PROMETHEUS, &limits).unwrap_err();
        assert_eq!(error.to_string(), "one sample too many: expected at most 2 at line 3, column 1");
        let error = Exposition::parse("a 1\n", PROMETHEUS, &ExpositionOptions::default().with_max_bytes(3)).unwrap_err();
        assert_eq!(error.code(), "exposition_too_large");
    }
}
