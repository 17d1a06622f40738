//! One series in the `load` notation.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::metrics::load::block::LoadOptions;
use crate::metrics::load::error::InvalidLoad;
use crate::metrics::load::error::InvalidLoadKind;
use crate::metrics::metric_name::MetricName;
use crate::metrics::number::parse_number;
use crate::metrics::number::scan_number;
use crate::metrics::sample::Sample;
use crate::metrics::sample::SampleTime;
use crate::metrics::sample::SampleValue;
use crate::metrics::series::Series;
use crate::metrics::series_labels::SeriesLabels;
use crate::utils::AlertDuration;
use crate::utils::excerpt;
use crate::utils::go;

/// Words that are not the name of a metric unless they stand in quotes, in any case.
const RESERVED: &[&str] = &["atan2", "bool", "group_left", "group_right", "ignoring", "inf", "nan", "on"];

/// One line of a `load` block: the labels of a series and its values, one for each step.
///
/// # Text
///
/// The notation is described in [the module](crate::metrics::load). `Display` writes each value on its own, without counts; what it writes
/// reads back equal.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::SampleValue;
/// use alert_schemas::metrics::load::SeriesDescription;
///
/// let series: SeriesDescription = r#"requests{job="api"} 1+2x3 _ stale"#.parse()?;
/// assert_eq!(series.labels.to_string(), r#"requests{job="api"}"#);
/// assert_eq!(series.values[3], Some(SampleValue::Float(7.0)));
/// assert_eq!(series.values[4..], [None, Some(SampleValue::Stale)]);
/// assert_eq!(series.to_string(), r#"requests{job="api"} 1 3 5 7 _ stale"#);
/// # Ok::<(), alert_schemas::metrics::load::InvalidLoad>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeriesDescription {
    /// What identifies the series.
    pub labels: SeriesLabels,
    /// The value at each step from time 0 on, `None` where there is none.
    pub values: Vec<Option<SampleValue>>,
}

impl SeriesDescription {
    /// The series of these labels and values.
    #[must_use]
    pub fn new(labels: SeriesLabels, values: Vec<Option<SampleValue>>) -> Self {
        Self { labels, values }
    }

    /// Reads one series.
    ///
    /// # Errors
    ///
    /// [`InvalidLoad`] for the first thing that is wrong, with its place.
    ///
    /// ```
    /// use alert_schemas::metrics::load::{LoadOptions, SeriesDescription};
    ///
    /// let options = LoadOptions::default().with_max_values(100);
    /// assert_eq!(SeriesDescription::parse("up 0x99", &options)?.values.len(), 100);
    /// let error = SeriesDescription::parse("up 0x100", &options).unwrap_err();
    /// assert_eq!(error.to_string(), "101 values are too many: expected at most 100 at line 1, column 4");
    /// # Ok::<(), alert_schemas::metrics::load::InvalidLoad>(())
    /// ```
    pub fn parse(text: &str, options: &LoadOptions) -> Result<Self, InvalidLoad> {
        let mut values = Vec::new();
        let labels = parse_into(text, options.max_values, &mut values)?;
        Ok(Self { labels, values })
    }

    /// The samples, the first value at time 0 and each further one `step` later.
    ///
    /// ```
    /// use alert_schemas::AlertDuration;
    /// use alert_schemas::metrics::Sample;
    /// use alert_schemas::metrics::load::SeriesDescription;
    ///
    /// let series: SeriesDescription = "up 1 _ 0".parse()?;
    /// let samples: Vec<Sample> = series.samples(AlertDuration::minutes(5)).collect();
    /// assert_eq!(samples, [Sample::new(0, 1.0), Sample::new(600_000, 0.0)]);
    /// # Ok::<(), alert_schemas::metrics::load::InvalidLoad>(())
    /// ```
    pub fn samples(&self, step: AlertDuration) -> impl Iterator<Item = Sample> + '_ {
        let at = move |index: usize| i64::try_from(step.as_millis().saturating_mul(index as u64)).unwrap_or(i64::MAX);
        let valued = self.values.iter().enumerate().filter_map(|(index, value)| Some((index, (*value)?)));
        valued.map(move |(index, value)| Sample::new(at(index), value))
    }

    /// The series with its samples, see [`SeriesDescription::samples`].
    #[must_use]
    pub fn to_series(&self, step: AlertDuration) -> Series {
        Series::new(self.labels.clone(), self.samples(step).collect())
    }

    /// Whether every value has a time when there is one each `step`.
    pub(crate) fn fits(&self, step: AlertDuration) -> bool {
        let last = step.as_millis().checked_mul(self.values.len().saturating_sub(1) as u64);
        last.is_some_and(|last| i64::try_from(last).is_ok_and(|last| last <= SampleTime::MAX.millis()))
    }
}

impl FromStr for SeriesDescription {
    type Err = InvalidLoad;

    /// Reads one series within the default limits.
    fn from_str(text: &str) -> Result<Self, InvalidLoad> {
        Self::parse(text, &LoadOptions::default())
    }
}

impl fmt::Display for SeriesDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reserved = self.labels.name().is_some_and(is_reserved);
        let labels = match reserved {
            // The name moves into the braces, where any word is one.
            true => {
                let name = self.labels.name().unwrap_or_default();
                let others = self.labels.without_name().to_string();
                let rest = others.strip_prefix('{').unwrap_or_default();
                let comma = if rest == "}" { "" } else { ", " };
                format!("{{{}{comma}{rest}", go::quote(name))
            }
            false => self.labels.to_string(),
        };
        // Prometheus' lexer takes the character that stands for broken text as broken text.
        f.write_str(&labels.replace('\u{fffd}', "\\ufffd"))?;
        for value in &self.values {
            match value {
                Some(value) => write!(f, " {value}")?,
                None => f.write_str(" _")?,
            }
        }
        Ok(())
    }
}

fn is_reserved(name: &str) -> bool {
    RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// Reads a series, its values into `values`, which then has at most `max_values`.
fn parse_into(text: &str, max_values: usize, values: &mut Vec<Option<SampleValue>>) -> Result<SeriesLabels, InvalidLoad> {
    let mut parser = Parser { text, at: 0 };
    let labels = parser.metric()?;
    parser.values(max_values, values)?;
    Ok(labels)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

struct Parser<'t> {
    text: &'t str,
    // INVARIANT: at a boundary of characters.
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t str {
        let bytes = self.rest().bytes().take_while(|byte| wanted(*byte)).count();
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at += bytes;
        taken
    }

    fn fail(&self, kind: InvalidLoadKind, message: impl Into<String>, span: Range<usize>) -> InvalidLoad {
        InvalidLoad::new(kind, message, self.text, span)
    }

    /// That something else was expected than what stands here.
    fn unexpected(&self, kind: InvalidLoadKind, expected: &str) -> InvalidLoad {
        match self.rest().chars().next() {
            Some(found) => {
                let message = format!("expected {expected}, found `{}`", excerpt(&found.to_string()));
                self.fail(kind, message, self.at..self.at + found.len_utf8())
            }
            None => self.fail(kind, format!("expected {expected}, found the end"), self.at..self.at),
        }
    }

    /// Blanks, and comments up to the end of their line.
    fn skip(&mut self) {
        loop {
            self.take_while(is_space);
            if !self.take(b'#') {
                return;
            }
            self.take_while(|byte| !matches!(byte, b'\n' | b'\r'));
        }
    }

    // metric = [ name ] [ "{" [ label { "," label } [ "," ] ] "}" ]
    fn metric(&mut self) -> Result<SeriesLabels, InvalidLoad> {
        self.skip();
        let start = self.at;
        let name = match self.peek() {
            None => return Ok(SeriesLabels::new()),
            Some(b'{') => None,
            Some(byte) if byte == b':' || (is_word(byte) && !byte.is_ascii_digit()) => {
                Some(self.take_while(|byte| is_word(byte) || byte == b':'))
            }
            Some(_) => return Err(self.unexpected(InvalidLoadKind::InvalidMetric, "the name of a metric or `{`")),
        };
        if let Some(word) = name.filter(|name| is_reserved(name)) {
            let message = format!("`{word}` is a word of PromQL: expected the name of a metric; write `{{\"{word}\"}}`");
            return Err(self.fail(InvalidLoadKind::InvalidMetric, message, start..self.at));
        }
        let open = self.at;
        let mut labels = if self.take(b'{') { self.labels()? } else { Vec::new() };
        if let Some(name) = name {
            // The name before the braces wins over any inside.
            labels.retain(|(label, _)| label != MetricName::LABEL);
            labels.push((MetricName::LABEL.to_owned(), name.to_owned()));
        }
        SeriesLabels::from_pairs(labels).map_err(|error| self.fail(InvalidLoadKind::InvalidLabels, error.to_string(), open..self.at))
    }

    // What follows the opening brace.
    fn labels(&mut self) -> Result<Vec<(String, String)>, InvalidLoad> {
        let mut labels = Vec::new();
        loop {
            self.skip();
            if self.take(b'}') {
                return Ok(labels);
            }
            labels.push(self.label(labels.is_empty())?);
            self.skip();
            if !self.take(b',') && self.peek() != Some(b'}') {
                return Err(self.unexpected(InvalidLoadKind::InvalidLabels, "`,` or `}` after a label"));
            }
        }
    }

    // label = ( name | text ) "=" text | text
    fn label(&mut self, first: bool) -> Result<(String, String), InvalidLoad> {
        let quoted = matches!(self.peek(), Some(b'"' | b'\'' | b'`'));
        let name = match self.peek() {
            Some(_) if quoted => self.quoted()?,
            Some(byte) if is_word(byte) && !byte.is_ascii_digit() => self.take_while(is_word).to_owned(),
            _ if first => return Err(self.unexpected(InvalidLoadKind::InvalidLabels, "a label or `}`")),
            _ => return Err(self.unexpected(InvalidLoadKind::InvalidLabels, "a label")),
        };
        self.skip();
        if !self.take(b'=') {
            return match quoted {
                true => Ok((MetricName::LABEL.to_owned(), name)),
                false => Err(self.unexpected(InvalidLoadKind::InvalidLabels, "`=` after the name of a label")),
            };
        }
        self.skip();
        match self.peek() {
            Some(b'"' | b'\'' | b'`') => Ok((name, self.quoted()?)),
            _ => Err(self.unexpected(InvalidLoadKind::InvalidLabels, "a text in quotes after `=`")),
        }
    }

    // text = "…" | '…' | `…`
    fn quoted(&mut self) -> Result<String, InvalidLoad> {
        let (start, text) = (self.at, self.rest());
        let mut characters = text.char_indices();
        let quote = characters.next().map_or('"', |(_, quote)| quote);
        let raw = quote == '`';
        // The literal in double quotes that says the same.
        let mut literal = String::from("\"");
        let fail = |this: &Self, message: &str, span: Range<usize>| Err(this.fail(InvalidLoadKind::InvalidText, message, span));
        while let Some((at, c)) = characters.next() {
            let span = start + at..start + at + c.len_utf8();
            match c {
                '\u{fffd}' => return fail(self, "U+FFFD stands for broken text: expected it as `\\ufffd`", span),
                '\n' if !raw => break,
                _ if c == quote => {
                    self.at = span.end;
                    if raw {
                        return Ok(text.get(1..at).unwrap_or_default().to_owned());
                    }
                    literal.push('"');
                    return go::unquote(&literal)
                        .map_err(|error| self.fail(InvalidLoadKind::InvalidText, error.to_string(), start..self.at));
                }
                '\\' if !raw => match characters.next() {
                    Some((_, escaped)) if escaped == quote && quote == '\'' => literal.push('\''),
                    Some((at, '"')) if quote == '\'' => {
                        return fail(self, "`\\\"` is not an escape sequence in single quotes", span.start..start + at + 1);
                    }
                    Some((_, escaped)) => literal.extend(['\\', escaped]),
                    None => break,
                },
                '"' if !raw => literal.push_str("\\\""),
                _ => literal.push(c),
            }
        }
        fail(self, "the text that starts here is not closed: expected its quote", start..start + 1)
    }

    // { " " [ item ] }
    fn values(&mut self, max_values: usize, values: &mut Vec<Option<SampleValue>>) -> Result<(), InvalidLoad> {
        while self.peek().is_some() {
            if self.take_while(is_space).is_empty() {
                return Err(self.unexpected(InvalidLoadKind::InvalidValue, "a blank"));
            }
            if self.peek().is_some() {
                self.item(max_values, values)?;
            }
        }
        Ok(())
    }

    fn item(&mut self, max_values: usize, values: &mut Vec<Option<SampleValue>>) -> Result<(), InvalidLoad> {
        let start = self.at;
        let (value, growth) = if self.take(b'_') {
            (None, None)
        } else {
            let value = self.value()?;
            let growth = if matches!(self.peek(), Some(b'+' | b'-')) { Some(self.signed_number()?) } else { None };
            (Some(value), growth)
        };
        let more = match self.take(b'x') {
            true => Some(self.count()?),
            false if growth.is_some() => return Err(self.unexpected(InvalidLoadKind::InvalidValue, "`x` and a count after the growth")),
            false => None,
        };
        // Without a value the count is that of the steps, with one that of the further steps.
        let count = match (value, more) {
            (None, Some(count)) => count,
            (_, more) => more.unwrap_or(0).saturating_add(1),
        };
        let all = count.saturating_add(values.len() as u64);
        if all > max_values as u64 {
            let message = format!("{all} values are too many: expected at most {max_values}");
            return Err(self.fail(InvalidLoadKind::TooLarge, message, start..self.at));
        }
        let mut next = value;
        for _ in 0..count {
            values.push(next);
            if let (Some(value), Some(growth)) = (next, growth) {
                next = Some(SampleValue::Float(value.to_f64() + growth));
            }
        }
        Ok(())
    }

    // value = [ "+" | "-" ] number | "stale"
    fn value(&mut self) -> Result<SampleValue, InvalidLoad> {
        if self.rest().starts_with("{{") {
            let message = "a native histogram can't be read here: expected a number, `stale` or `_`";
            return Err(self.fail(InvalidLoadKind::NativeHistogram, message, self.at..self.at + 2));
        }
        if matches!(self.peek(), Some(b'+' | b'-')) {
            return self.signed_number().map(SampleValue::from);
        }
        let start = self.at;
        let word = self.take_while(|byte| is_word(byte) || byte == b':');
        if word == "stale" {
            return Ok(SampleValue::Stale);
        }
        self.at = start;
        self.number("a number, `stale` or `_`").map(SampleValue::from)
    }

    fn signed_number(&mut self) -> Result<f64, InvalidLoad> {
        let negative = self.peek() == Some(b'-');
        self.at += 1;
        let number = self.number("a number after the sign")?;
        Ok(if negative { -number } else { number })
    }

    // number = decimal | "Inf" | "NaN"
    fn number(&mut self, expected: &str) -> Result<f64, InvalidLoad> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let word = match self.peek() {
            Some(b'0'..=b'9') => None,
            Some(b'.') if digit(start + 1) => None,
            Some(byte) if byte.is_ascii_alphabetic() && byte != b'x' => Some(self.take_while(|byte| is_word(byte) || byte == b':')),
            _ => return Err(self.unexpected(InvalidLoadKind::InvalidValue, expected)),
        };
        if word.is_none() {
            match scan_number(bytes, start) {
                Ok(end) => self.at = end,
                Err(end) => {
                    self.at = end.min(self.text.len());
                    return Err(self.unexpected(InvalidLoadKind::InvalidValue, "the rest of a number"));
                }
            }
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = match word {
            Some(word) => parse_number(word).filter(|number| !number.is_finite()),
            None => parse_number(text),
        };
        let message = || format!("`{}` is not a number: expected {expected}", excerpt(text));
        number.ok_or_else(|| self.fail(InvalidLoadKind::InvalidValue, message(), start..self.at))
    }

    fn count(&mut self) -> Result<u64, InvalidLoad> {
        let start = self.at;
        // The count ends where a number would, so that `x2.5` is one wrong count.
        if let Ok(end) = scan_number(self.text.as_bytes(), start) {
            self.at = end;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        match text.parse::<u64>() {
            Ok(count) if text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(count),
            _ if text.is_empty() => Err(self.unexpected(InvalidLoadKind::InvalidCount, "a count after `x`")),
            _ => {
                let message = format!("`{}` is not a count: expected a whole number after `x`", excerpt(text));
                Err(self.fail(InvalidLoadKind::InvalidCount, message, start..self.at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        text.parse::<SeriesDescription>().unwrap().to_string()
    }

    fn refused(text: &str) -> String {
        let error = text.parse::<SeriesDescription>().unwrap_err();
        format!("{}: {error}", error.code())
    }

    #[test]
    fn items_are_counted_out() {
        for (text, expected) in [
            ("", "{}"),
            ("up", "up"),
            ("up ", "up"),
            ("{} 1x0", "{} 1"),
            ("up\t1  2 ", "up 1 2"),
            ("up _x2 5x3 -1-2x2 NaN Inf -inf stale", "up _ _ 5 5 5 5 -1 -3 -5 NaN +Inf -Inf stale"),
            ("up _x0 .5 1e3 0x2 010", "up 0.5 1000 0 0 0 8"),
            ("up stale+1x1", "up stale NaN"),
            ("up 0.1+0.2x2", "up 0.1 0.30000000000000004 0.5"),
            ("a:b{} +1", "a:b 1"),
            (" # note\n up 1", "up 1"),
        ] {
            assert_eq!(written(text), expected, "{text:?}");
        }
    }

    #[test]
    fn labels_are_read_in_every_spelling() {
        for (text, expected) in [
            (r#"up{a="b",c='d',e=`f`,}"#, r#"up{a="b", c="d", e="f"}"#),
            (r#"{"http.requests", "a.b"="c", on="x"}"#, r#"{"http.requests", "a.b"="c", on="x"}"#),
            (r#"up { # note"#, ""),
            ("up{ # note }\n a = \"b\" }", r#"up{a="b"}"#),
            (r#"up{__name__="down", "other"}"#, "up"),
            (r#"{a='it\'s "\u00e9"', b="", c=`\n`}"#, r#"{a="it's \"é\"", c="\\n"}"#),
            (r#"{"bool"}"#, r#"{"bool"}"#),
            (r#"{"On", a="\ufffd"} 1"#, r#"{"On", a="\ufffd"} 1"#),
            (r#"sum{} 1"#, "sum 1"),
        ] {
            match expected {
                "" => assert!(text.parse::<SeriesDescription>().is_err(), "{text}"),
                _ => assert_eq!(written(text), expected, "{text:?}"),
            }
        }
    }

    #[test]
    fn refusals_name_the_place() {
        for (text, expected) in [
            ("1 2", "load_invalid_metric: expected the name of a metric or `{`, found `1` at line 1, column 1"),
            (
                "bool 1",
                "load_invalid_metric: `bool` is a word of PromQL: expected the name of a metric; write `{\"bool\"}` at line 1, column 1",
            ),
            ("{a}", "load_invalid_labels: expected `=` after the name of a label, found `}` at line 1, column 3"),
            ("{,}", "load_invalid_labels: expected a label or `}`, found `,` at line 1, column 2"),
            ("{a=\"b\",,}", "load_invalid_labels: expected a label, found `,` at line 1, column 8"),
            ("{a=~\"b\"}", "load_invalid_labels: expected a text in quotes after `=`, found `~` at line 1, column 4"),
            ("{a=\"b\" c=\"d\"}", "load_invalid_labels: expected `,` or `}` after a label, found `c` at line 1, column 8"),
            ("{a=\"b\"", "load_invalid_labels: expected `,` or `}` after a label, found the end at line 1, column 7"),
            ("{a=\"b\", a=\"c\"}", "load_invalid_labels: `a` stands there twice: expected each name once at line 1, column 1"),
            ("{a=\"b}", "load_invalid_text: the text that starts here is not closed: expected its quote at line 1, column 4"),
            ("{a='\\\"'}", "load_invalid_text: `\\\"` is not an escape sequence in single quotes at line 1, column 5"),
            ("{} 1 2é", "load_invalid_value: expected a blank, found `é` at line 1, column 7"),
            ("{}1", "load_invalid_value: expected a blank, found `1` at line 1, column 3"),
            ("up {a=\"b\"} 1", "load_invalid_value: expected a number, `stale` or `_`, found `{` at line 1, column 4"),
            ("up stalex3", "load_invalid_value: `stalex3` is not a number: expected a number, `stale` or `_` at line 1, column 4"),
            ("up Infx3", "load_invalid_value: `Infx3` is not a number: expected a number, `stale` or `_` at line 1, column 4"),
            ("up 1+x3", "load_invalid_value: expected a number after the sign, found `x` at line 1, column 6"),
            ("up 1+1", "load_invalid_value: expected `x` and a count after the growth, found the end at line 1, column 7"),
            ("up 1e400", "load_invalid_value: `1e400` is not a number: expected a number, `stale` or `_` at line 1, column 4"),
            ("up 1..2", "load_invalid_value: expected the rest of a number, found `.` at line 1, column 5"),
            ("up _5", "load_invalid_value: expected a blank, found `5` at line 1, column 5"),
            ("up 1x2.5", "load_invalid_count: `2.5` is not a count: expected a whole number after `x` at line 1, column 6"),
            ("up 1x", "load_invalid_count: expected a count after `x`, found the end at line 1, column 6"),
            ("up 1x1_0", "load_invalid_count: `1_0` is not a count: expected a whole number after `x` at line 1, column 6"),
            (
                "up {{}}",
                "load_native_histogram: a native histogram can't be read here: expected a number, `stale` or `_` at line 1, column 4",
            ),
            ("up _x99999999999", "load_too_large: 99999999999 values are too many: expected at most 10000000 at line 1, column 4"),
            (
                "up 1x18446744073709551615",
                "load_too_large: 18446744073709551615 values are too many: expected at most 10000000 at line 1, column 4",
            ),
        ] {
            assert_eq!(refused(text), expected, "{text:?}");
        }
    }
}

#[cfg(all(test, feature = "proptest"))]
mod laws {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(labels in any::<SeriesLabels>(), values in proptest::collection::vec(any::<Option<SampleValue>>(), 0..6)) {
            let series = SeriesDescription::new(labels, values);
            prop_assert_eq!(series.to_string().parse(), Ok(series));
        }

        #[test]
        fn any_text_has_an_answer(text in "(up|\\{|\\}|a=|'b'|\"|,| |[0-9]{1,2}|[x+._e-]|stale|é|\\\\){0,12}") {
            if let Err(error) = text.parse::<SeriesDescription>() {
                prop_assert!(text.get(error.span()).is_some(), "{:?} {}", error, text);
                let shown = format!("{error:#}");
                prop_assert!(!shown.is_empty());
            }
        }
    }
}
