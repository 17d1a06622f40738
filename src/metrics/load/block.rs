//! Blocks of series, and texts that hold nothing else.

use std::collections::BTreeMap;

use crate::metrics::load::error::InvalidLoad;
use crate::metrics::load::error::InvalidLoadKind;
use crate::metrics::load::series::SeriesDescription;
use crate::metrics::memory_store::MemoryStore;
use crate::metrics::memory_store::StoreError;
use crate::utils::AlertDuration;
use crate::utils::excerpt;

/// How much is read from a text in the `load` notation.
///
/// | option | default | what happens above it |
/// |---|---|---|
/// | `max_series` | 100,000 in a text | the text is refused |
/// | `max_values` | 10,000,000 in a text, `_` included | the text is refused |
/// | `float_series_only` | false: `load_with_nhcb` is refused | |
///
/// ```
/// use alert_schemas::metrics::load::{Load, LoadOptions};
///
/// let options = LoadOptions::default().with_max_series(1);
/// assert_eq!(Load::parse("load 1m\n a 1\n b 1", &options).unwrap_err().code(), "load_too_large");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadOptions {
    /// How many series a text may have. Default 100,000.
    pub max_series: usize,
    /// How many values a text may have, steps without a value included. Default 10,000,000.
    pub max_values: usize,
    /// Whether `load_with_nhcb` is read as `load`, and the native histograms that Prometheus would add are left out. Default false.
    pub float_series_only: bool,
}

impl Default for LoadOptions {
    fn default() -> Self {
        Self { max_series: 100_000, max_values: 10_000_000, float_series_only: false }
    }
}

impl LoadOptions {
    /// The same options with another number of series.
    #[must_use]
    pub fn with_max_series(mut self, max_series: usize) -> Self {
        self.max_series = max_series;
        self
    }

    /// The same options with another number of values.
    #[must_use]
    pub fn with_max_values(mut self, max_values: usize) -> Self {
        self.max_values = max_values;
        self
    }

    /// The same options, with the native histograms of `load_with_nhcb` left out or not.
    #[must_use]
    pub fn with_float_series_only(mut self, float_series_only: bool) -> Self {
        self.float_series_only = float_series_only;
        self
    }
}

/// One `load` block: a step, and series whose values are that far apart.
///
/// ```
/// use alert_schemas::AlertDuration;
/// use alert_schemas::metrics::load::{LoadBlock, LoadOptions};
///
/// let block = LoadBlock::parse("load 30s\n  up 1 0\n  load1 0.5+0.5x3", &LoadOptions::default())?;
/// assert_eq!((block.step, block.series.len()), (AlertDuration::seconds(30), 2));
/// # Ok::<(), alert_schemas::metrics::load::InvalidLoad>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadBlock {
    /// The time between two values.
    pub step: AlertDuration,
    /// The series, in the order of the text; of several with the same labels only the last counts.
    pub series: Vec<SeriesDescription>,
}

impl LoadBlock {
    /// Reads one block: its first line with the step, and a series on each further line, blanks at both ends of lines aside.
    ///
    /// In a script the block ends before the next blank line or comment; lines behind one are refused here.
    ///
    /// # Errors
    ///
    /// [`InvalidLoad`] for the first thing that is wrong, with its line and place.
    ///
    /// ```
    /// use alert_schemas::metrics::load::{LoadBlock, LoadOptions};
    ///
    /// let error = LoadBlock::parse("load 5\n  up 1", &LoadOptions::default()).unwrap_err();
    /// assert_eq!(error.to_string(), "`5` is not a step: expected a duration such as `5m` at line 1, column 6");
    /// ```
    pub fn parse(text: &str, options: &LoadOptions) -> Result<Self, InvalidLoad> {
        let load = Load::parse(text, options)?;
        let mut blocks = load.blocks.into_iter();
        match (blocks.next(), blocks.next()) {
            (Some(block), None) => Ok(block),
            (None, _) => Err(InvalidLoad::new(InvalidLoadKind::UnknownCommand, "there is no block: expected `load` and a step", "", 0..0)),
            (Some(_), Some(_)) => {
                Err(InvalidLoad::new(InvalidLoadKind::UnknownCommand, "there is more than one block: expected one", "", 0..0))
            }
        }
    }

    /// Puts the samples into a store.
    ///
    /// Series come in the order of their first samples, and of the text where those are at one time: the order in which a server that is
    /// sent the samples makes the series.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store has a later sample of a series, or no room.
    ///
    /// ```
    /// use alert_schemas::metrics::MemoryStore;
    /// use alert_schemas::metrics::load::{LoadBlock, LoadOptions};
    ///
    /// let block = LoadBlock::parse("load 1m\n late _ 1\n early 1 1", &LoadOptions::default())?;
    /// let mut store = MemoryStore::new();
    /// block.add_to(&mut store)?;
    /// assert_eq!(store.iter().map(|series| series.labels.to_string()).collect::<Vec<_>>(), ["early", "late"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_to(&self, store: &mut MemoryStore) -> Result<(), StoreError> {
        let numbered = || self.series.iter().enumerate();
        let last: BTreeMap<_, _> = numbered().map(|(index, series)| (&series.labels, index)).collect();
        let mut order: Vec<_> =
            numbered().filter(|(index, series)| last.get(&series.labels) == Some(index)).map(|(_, series)| series).collect();
        order.sort_by_cached_key(|series| series.values.iter().position(Option::is_some).unwrap_or(usize::MAX));
        for series in order {
            series.samples(self.step).try_for_each(|sample| store.push(&series.labels, sample))?;
        }
        Ok(())
    }
}

/// A text in the `load` notation: blocks of series and nothing else.
///
/// # Examples
///
/// ```
/// use alert_schemas::metrics::load::{Load, LoadOptions};
///
/// let text = "
/// ## two blocks
/// load 5m
///   http_requests_total{job=\"api\"} 0+10x2
///
/// load 1m
///   up 1 1 0
/// ";
/// let load = Load::parse(text, &LoadOptions::default())?;
/// assert_eq!(load.blocks.len(), 2);
/// let store = load.store()?;
/// assert_eq!((store.len(), store.sample_count()), (2, 6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Load {
    /// The blocks, those before the last `clear` left out.
    pub blocks: Vec<LoadBlock>,
}

impl Load {
    /// Reads a text of blocks, comments and `clear`.
    ///
    /// # Errors
    ///
    /// [`InvalidLoad`] for the first thing that is wrong, with its line and place.
    ///
    /// ```
    /// use alert_schemas::metrics::load::{Load, LoadOptions};
    ///
    /// let error = Load::parse("load 5m\n  up 1\n\neval instant at 0 up", &LoadOptions::default()).unwrap_err();
    /// assert_eq!(error.to_string(), "`eval` is not known here: expected `load` and a step, or `clear` at line 4, column 1");
    /// ```
    pub fn parse(text: &str, options: &LoadOptions) -> Result<Self, InvalidLoad> {
        let mut blocks: Vec<LoadBlock> = Vec::new();
        let (mut inside, mut series_left, mut values_left) = (false, options.max_series, options.max_values);
        for (index, source) in text.split('\n').enumerate() {
            let line = source.trim();
            let cut = source.len() - source.trim_start().len();
            let place = |error: InvalidLoad| error.inside(source.trim_end(), cut).at_line(index + 1);
            if line.is_empty() || line.starts_with('#') {
                inside = false;
            } else if let Some(block) = blocks.last_mut().filter(|_| inside) {
                if series_left == 0 {
                    let message = format!("one series too many: expected at most {}", options.max_series);
                    return Err(place(InvalidLoad::new(InvalidLoadKind::TooLarge, message, line, 0..line.len())));
                }
                let left = LoadOptions { max_values: values_left, ..options.clone() };
                let series = SeriesDescription::parse(line, &left).map_err(place)?;
                if !series.fits(block.step) {
                    let message = "the last value is later than the year 9999: expected a smaller step or fewer values";
                    return Err(place(InvalidLoad::new(InvalidLoadKind::TimeOutOfRange, message, line, 0..line.len())));
                }
                series_left -= 1;
                values_left -= series.values.len();
                block.series.push(series);
            } else if word_of(line).eq_ignore_ascii_case("clear") {
                blocks.clear();
            } else {
                blocks.push(LoadBlock { step: step_of(line, options).map_err(place)?, series: Vec::new() });
                inside = true;
            }
        }
        Ok(Self { blocks })
    }

    /// A store with all samples, see [`LoadBlock::add_to`].
    ///
    /// # Errors
    ///
    /// [`StoreError`] if two blocks have different values of one series at one time, or earlier ones after later ones.
    ///
    /// ```
    /// use alert_schemas::metrics::load::{Load, LoadOptions};
    ///
    /// let load = Load::parse("load 1m\n up 1 1\n\nload 1m\n up 0", &LoadOptions::default())?;
    /// assert_eq!(load.store().unwrap_err().code(), "sample_out_of_order");
    /// # Ok::<(), alert_schemas::metrics::load::InvalidLoad>(())
    /// ```
    pub fn store(&self) -> Result<MemoryStore, StoreError> {
        let mut store = MemoryStore::new();
        self.blocks.iter().try_for_each(|block| block.add_to(&mut store))?;
        Ok(store)
    }
}

/// The first word of a line.
fn word_of(line: &str) -> &str {
    line.split([' ', '\t']).next().unwrap_or(line)
}

/// The step of the line that starts a block.
fn step_of(line: &str, options: &LoadOptions) -> Result<AlertDuration, InvalidLoad> {
    let (word, step) = match line.find(char::is_whitespace).and_then(|at| line.split_at_checked(at)) {
        Some((word, rest)) => (word, rest.trim_start()),
        None => (line, ""),
    };
    let fail = |kind, message: String, span| Err(InvalidLoad::new(kind, message, line, span));
    match word {
        "load_with_nhcb" if !options.float_series_only => {
            let message = "`load_with_nhcb` makes native histograms, which can't be read here: expected `load`";
            fail(InvalidLoadKind::NativeHistogram, message.to_owned(), 0..word.len())
        }
        "load" | "load_with_nhcb" => match step.parse() {
            Ok(step) => Ok(step),
            Err(_) => {
                let message = format!("`{}` is not a step: expected a duration such as `5m`", excerpt(step));
                fail(InvalidLoadKind::InvalidStep, message, line.len() - step.len()..line.len())
            }
        },
        _ => {
            let message = format!("`{}` is not known here: expected `load` and a step, or `clear`", excerpt(word));
            fail(InvalidLoadKind::UnknownCommand, message, 0..word.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Load, InvalidLoad> {
        Load::parse(text, &LoadOptions::default())
    }

    #[test]
    fn blocks_end_at_blank_lines_and_comments() {
        let load = parse("load 1m\r\n\ta 1\r\n  b 2\n# note\nload 2m\n c 3\nclear").unwrap();
        // `clear` inside a block is the name of a series.
        assert_eq!(load.blocks.iter().map(|block| block.series.len()).collect::<Vec<_>>(), [2, 2]);
        let load = parse("load 1m\n a 1\n\nload 2m\n b 1\n clear 2\n # note\n\nload 3m").unwrap();
        let shown: Vec<_> = load.blocks.iter().map(|block| (block.step.to_string(), block.series.len())).collect();
        assert_eq!(shown, [("1m".to_owned(), 1), ("2m".to_owned(), 2), ("3m".to_owned(), 0)]);
        assert_eq!(parse("load 1m\n a 1\n\nCLEAR now\nload 2m").unwrap().blocks.len(), 1);
        assert_eq!(parse("").unwrap(), Load::default());
    }

    #[test]
    fn refusals_name_the_line() {
        for (text, expected) in [
            ("load", "load_invalid_step: `` is not a step: expected a duration such as `5m` at line 1, column 5"),
            ("LOAD 5m", "load_unknown_command: `LOAD` is not known here: expected `load` and a step, or `clear` at line 1, column 1"),
            ("load 5m\n  up 1 a", "load_invalid_value: `a` is not a number: expected a number, `stale` or `_` at line 2, column 8"),
            (
                "\n load_with_nhcb 5m",
                "load_native_histogram: `load_with_nhcb` makes native histograms, which can't be read here: expected `load` at line 2, column 2",
            ),
            (
                "load 292y\n up 0x28",
                "load_time_out_of_range: the last value is later than the year 9999: expected a smaller step or fewer values at line 2, column 2",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(format!("{}: {error}", error.code()), expected);
        }
        assert!(Load::parse("load_with_nhcb 5m\n a 1", &LoadOptions::default().with_float_series_only(true)).is_ok());
        assert!(parse("load 292y\n up 0x27").is_ok());
    }

    #[test]
    fn limits_are_those_of_the_whole_text() {
        let options = LoadOptions::default().with_max_values(5);
        assert!(Load::parse("load 1m\n a 1x2\n b _x2", &options).is_ok());
        let error = Load::parse("load 1m\n a 1x2\n\nload 1m\n b _x3", &options).unwrap_err();
        assert_eq!((error.code(), error.line()), ("load_too_large", 5));
    }

    #[test]
    fn the_last_of_equal_series_counts() {
        let store = parse("load 1m\n a 1 2\n b 5\n a 3").unwrap().store().unwrap();
        let shown: Vec<_> = store.iter().map(|view| (view.labels.to_string(), view.samples.len())).collect();
        assert_eq!(shown, [("b".to_owned(), 1), ("a".to_owned(), 1)]);
    }
}
