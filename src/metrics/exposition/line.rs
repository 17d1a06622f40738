//! One line of a text of metrics.

use std::ops::Range;

use crate::metrics::exposition::error::InvalidExposition;
use crate::metrics::exposition::error::InvalidExpositionKind as Kind;
use crate::metrics::exposition::family::Exemplar;
use crate::metrics::exposition::family::ExpositionSample;
use crate::metrics::exposition::format::ExpositionFormat;
use crate::metrics::metric_name::MetricName;
use crate::metrics::number::parse_float;
use crate::metrics::series_labels::SeriesLabels;
use crate::utils::Timestamp;
use crate::utils::excerpt;

/// What a line says.
#[derive(Debug)]
pub(crate) enum Statement {
    Nothing,
    Comment(String),
    Help(MetricName, String),
    /// The word of the kind, with its place.
    Type(MetricName, Range<usize>),
    /// The unit, with its place.
    Unit(MetricName, Range<usize>),
    Eof,
    Sample(ExpositionSample),
}

/// Reads one line, which has no line feed.
pub(crate) struct Line<'t> {
    text: &'t str,
    format: ExpositionFormat,
    // INVARIANT: at a boundary of characters.
    at: usize,
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_label_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_name_character(byte: u8) -> bool {
    is_label_character(byte) || byte == b':'
}

impl<'t> Line<'t> {
    pub(crate) fn new(text: &'t str, format: ExpositionFormat) -> Self {
        Self { text, format, at: 0 }
    }

    pub(crate) fn statement(mut self) -> Result<Statement, InvalidExposition> {
        match self.format {
            ExpositionFormat::Prometheus => {
                self.blanks();
                match self.peek() {
                    None => Ok(Statement::Nothing),
                    Some(b'#') => self.prometheus_metadata(),
                    Some(_) => self.sample(),
                }
            }
            ExpositionFormat::OpenMetrics if self.text.starts_with('#') => self.open_metrics_metadata(),
            ExpositionFormat::OpenMetrics => self.sample(),
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t str {
        let bytes = self.rest().bytes().take_while(|byte| wanted(*byte)).count();
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at += bytes;
        taken
    }

    /// Blanks and tabs, where the format takes any number of them.
    fn blanks(&mut self) {
        if self.format == ExpositionFormat::Prometheus {
            self.take_while(is_blank);
        }
    }

    fn fail<T>(&self, kind: Kind, message: impl Into<String>, span: Range<usize>) -> Result<T, InvalidExposition> {
        Err(InvalidExposition::new(kind, message, self.text, span))
    }

    fn unexpected<T>(&self, kind: Kind, expected: &str) -> Result<T, InvalidExposition> {
        match self.rest().chars().next() {
            Some(found) => {
                let message = format!("expected {expected}, found `{}`", excerpt(&found.to_string()));
                self.fail(kind, message, self.at..self.at + found.len_utf8())
            }
            None => self.fail(kind, format!("expected {expected}, found the end of the line"), self.at..self.at),
        }
    }

    fn prometheus_metadata(&mut self) -> Result<Statement, InvalidExposition> {
        self.at += 1;
        let comment = self.rest();
        let after = self.take_while(is_blank);
        let word = self.take_while(|byte| byte.is_ascii_alphabetic());
        let is_statement = !after.is_empty() && matches!(word, "HELP" | "TYPE") && !self.take_while(is_blank).is_empty();
        if !is_statement {
            return Ok(Statement::Comment(comment.to_owned()));
        }
        let name = self.metadata_name()?;
        match self.peek() {
            Some(byte) if is_blank(byte) => self.at += 1,
            None => {}
            Some(_) => return self.unexpected(Kind::InvalidName, "a blank after the name"),
        }
        if word == "HELP" {
            return Ok(Statement::Help(name, unescape(self.rest(), false)));
        }
        self.take_while(is_blank);
        let end = self.at + self.rest().trim_end_matches([' ', '\t']).len();
        Ok(Statement::Type(name, self.at..end))
    }

    fn open_metrics_metadata(&mut self) -> Result<Statement, InvalidExposition> {
        if self.text == "# EOF" {
            return Ok(Statement::Eof);
        }
        let word = ["# HELP ", "# TYPE ", "# UNIT "].into_iter().find(|word| self.text.starts_with(word));
        let Some(word) = word else {
            let message = "OpenMetrics has no comments: expected `# HELP `, `# TYPE `, `# UNIT ` or `# EOF`";
            return self.fail(Kind::InvalidStatement, message, 0..self.text.len());
        };
        self.at = word.len();
        let name = self.metadata_name()?;
        if !self.take(" ") {
            return self.unexpected(Kind::InvalidName, "a blank after the name");
        }
        let place = self.at..self.text.len();
        Ok(match word {
            "# HELP " => Statement::Help(name, unescape(self.rest(), true)),
            "# TYPE " => Statement::Type(name, place),
            _ => Statement::Unit(name, place),
        })
    }

    fn metadata_name(&mut self) -> Result<MetricName, InvalidExposition> {
        let start = self.at;
        let name = match self.peek() {
            Some(b'"') => self.quoted(Kind::InvalidName)?,
            Some(byte) if is_name_character(byte) && !byte.is_ascii_digit() => self.take_while(is_name_character).to_owned(),
            _ => return self.unexpected(Kind::InvalidName, "the name of a metric"),
        };
        MetricName::new(name).or_else(|error| self.fail(Kind::InvalidName, error.to_string(), start..self.at))
    }

    fn sample(&mut self) -> Result<Statement, InvalidExposition> {
        let start = self.at;
        let mut name = match self.peek() {
            Some(b'{') => None,
            Some(byte) if is_name_character(byte) && !byte.is_ascii_digit() => Some(self.take_while(is_name_character).to_owned()),
            _ => return self.unexpected(Kind::InvalidStatement, "the name of a metric, `{` or `#`"),
        };
        if name.is_some() {
            self.blanks();
        }
        let open = self.at;
        let mut labels = if self.take("{") { self.labels(Some(&mut name))? } else { Vec::new() };
        let Some(name) = name else {
            return self.fail(
                Kind::InvalidName,
                "there is no name of a metric: expected it before the braces, or in quotes inside them",
                start..self.at,
            );
        };
        if let Err(error) = MetricName::new(name.as_str()) {
            return self.fail(Kind::InvalidName, error.to_string(), start..self.at);
        }
        labels.push((MetricName::LABEL.to_owned(), name));
        let labels = self.label_set(labels, open)?;
        let value = self.value()?;
        let mut sample = ExpositionSample::new(labels, value);
        sample.at = self.time()?;
        if self.format == ExpositionFormat::OpenMetrics && self.take(" # {") {
            let open = self.at - 1;
            let labels = self.labels(None)?;
            let mut exemplar = Exemplar::new(self.label_set(labels, open)?, self.value()?);
            exemplar.at = self.time()?;
            sample.exemplar = Some(exemplar);
        }
        self.blanks();
        if self.peek().is_some() { self.unexpected(Kind::InvalidTime, "the end of the line") } else { Ok(Statement::Sample(sample)) }
    }

    fn label_set(&self, labels: Vec<(String, String)>, open: usize) -> Result<SeriesLabels, InvalidExposition> {
        SeriesLabels::from_pairs(labels).or_else(|error| self.fail(Kind::InvalidLabels, error.to_string(), open..self.at))
    }

    /// What follows an opening brace. `name` takes the name of a metric that stands there, where one may.
    fn labels(&mut self, mut name: Option<&mut Option<String>>) -> Result<Vec<(String, String)>, InvalidExposition> {
        let mut labels = Vec::new();
        loop {
            self.blanks();
            if self.take("}") {
                return Ok(labels);
            }
            let start = self.at;
            let (label, quoted) = match self.peek() {
                Some(b'"') => (self.quoted(Kind::InvalidLabels)?, true),
                Some(byte) if is_label_character(byte) && !byte.is_ascii_digit() => (self.take_while(is_label_character).to_owned(), false),
                _ => return self.unexpected(Kind::InvalidLabels, "a label or `}`"),
            };
            self.blanks();
            if self.take("=") {
                self.blanks();
                if self.peek() != Some(b'"') {
                    return self.unexpected(Kind::InvalidLabels, "a text in double quotes after `=`");
                }
                labels.push((label, self.quoted(Kind::InvalidLabels)?));
            } else {
                match &mut name {
                    Some(name @ None) if quoted => **name = Some(label),
                    Some(Some(_)) if quoted => {
                        return self.fail(Kind::InvalidName, "a second name of a metric: expected one", start..self.at);
                    }
                    _ => return self.unexpected(Kind::InvalidLabels, "`=` after the name of a label"),
                }
            }
            self.blanks();
            if !self.take(",") && self.peek() != Some(b'}') {
                return self.unexpected(Kind::InvalidLabels, "`,` or `}` after a label");
            }
        }
    }

    /// A text in double quotes, whose opening quote is next.
    fn quoted(&mut self, kind: Kind) -> Result<String, InvalidExposition> {
        let (start, rest) = (self.at, self.rest());
        let mut escaped = true; // the opening quote is no closing one
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.at = start + at + 1;
                    return Ok(unescape(rest.get(1..at).unwrap_or_default(), true));
                }
                _ => {}
            }
        }
        self.fail(kind, "the text that starts here is not closed: expected `\"`", start..start + 1)
    }

    /// A blank and the word behind it, as far as the format takes it.
    fn word(&mut self) -> (&'t str, Range<usize>) {
        let open_metrics = self.format == ExpositionFormat::OpenMetrics;
        if open_metrics && !self.take(" ") {
            // Whoever asks for the word fails on the empty one.
            return ("", self.at..self.at);
        }
        self.blanks();
        let start = self.at;
        let word = self.take_while(|byte| byte != b' ' && (open_metrics || byte != b'\t'));
        (word, start..self.at)
    }

    fn value(&mut self) -> Result<f64, InvalidExposition> {
        let (word, place) = self.word();
        match parse_float(word) {
            Some(value) => Ok(value),
            None => self.fail(Kind::InvalidValue, format!("`{}` is not a value: expected a number", excerpt(word)), place),
        }
    }

    fn time(&mut self) -> Result<Option<Timestamp>, InvalidExposition> {
        let none = match self.format {
            ExpositionFormat::Prometheus => self.rest().bytes().all(is_blank),
            ExpositionFormat::OpenMetrics => self.rest().is_empty() || self.rest().starts_with(" # {"),
        };
        if none {
            return Ok(None);
        }
        let (word, place) = self.word();
        let (at, expected) = match self.format {
            ExpositionFormat::Prometheus => (milliseconds(word), "milliseconds since 1970, before the year 10000"),
            ExpositionFormat::OpenMetrics => (seconds(word), "seconds since 1970, before the year 10000"),
        };
        match at {
            Some(at) => Ok(Some(at)),
            None => self.fail(Kind::InvalidTime, format!("`{}` is not a time: expected {expected}", excerpt(word)), place),
        }
    }
}

fn milliseconds(word: &str) -> Option<Timestamp> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    word.parse().ok().filter(|_| whole).and_then(Timestamp::from_unix_millis)
}

/// An instant from seconds in decimal, exact to the nanosecond.
fn seconds(word: &str) -> Option<Timestamp> {
    const NANOS: i128 = 1_000_000_000;
    let number = parse_float(word).filter(|number| number.is_finite() && number.abs() < 1e12)?;
    let (negative, unsigned) = match word.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let nanos = if digits(whole) && digits(fraction) {
        let fraction: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
        let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let nanos = whole * NANOS + fraction.parse::<i128>().ok()?;
        if negative { -nanos } else { nanos }
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "below 10^21")]
        let nanos = (number * 1e9).floor() as i128;
        nanos
    };
    Timestamp::from_unix_nanos(nanos)
}

/// Reads the escapes of the formats; another backslash stands for itself.
fn unescape(text: &str, quotes: bool) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        rest = after;
        let (escaped, character) = match after.chars().next() {
            Some('\\') => (true, '\\'),
            Some('n') => (true, '\n'),
            Some('"') if quotes => (true, '"'),
            _ => (false, '\\'),
        };
        out.push(character);
        if escaped {
            rest = after.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_backslashes_stand_for_themselves() {
        for (text, quoted, plain) in [
            (r"C:\temp\\new\n", "C:\\temp\\new\n", "C:\\temp\\new\n"),
            (r#"a \"b\""#, "a \"b\"", "a \\\"b\\\""),
            (r"end\", "end\\", "end\\"),
            ("é", "é", "é"),
        ] {
            assert_eq!((unescape(text, true).as_str(), unescape(text, false).as_str()), (quoted, plain), "{text}");
        }
    }

    #[test]
    fn seconds_are_exact() {
        for (word, expected) in [
            ("0", Some("1970-01-01T00:00:00Z")),
            ("1520879607.789", Some("2018-03-12T18:33:27.789Z")),
            ("1520879607.7891234567", Some("2018-03-12T18:33:27.789123456Z")),
            ("-0.5", Some("1969-12-31T23:59:59.5Z")),
            ("1.5e9", Some("2017-07-14T02:40:00Z")),
            (".5", Some("1970-01-01T00:00:00.5Z")),
            ("253402300799.999", Some("9999-12-31T23:59:59.999Z")),
            ("253402300800", None),
            ("NaN", None),
            ("Inf", None),
            ("1e300", None),
            ("", None),
            (".", None),
        ] {
            assert_eq!(seconds(word).map(|at| at.to_string()).as_deref(), expected, "{word}");
        }
        assert_eq!(milliseconds("-1").map(|at| at.to_string()).as_deref(), Some("1969-12-31T23:59:59.999Z"));
        for bad in ["", "-", "+1", "1.5", "1e3", "99999999999999999999", "253402300800000"] {
            assert_eq!(milliseconds(bad), None, "{bad}");
        }
    }
}
