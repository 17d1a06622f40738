//! What exporters show: the text formats of Prometheus (0.0.4) and OpenMetrics (1.0), read and written.
//!
//! | I want to … | look at |
//! |---|---|
//! | read or write a text | [`Exposition`], [`ExpositionFormat`] |
//! | put what was read into a store | [`Exposition::add_to`] |
//! | know what the other format can't carry | [`Exposition::to_text`] |
//!
//! # Syntax
//!
//! One statement a line; lines end with a line feed.
//!
//! ```text
//! statement = "# HELP " name " " text | "# TYPE " name " " kind | "# UNIT " name " " unit      UNIT: OpenMetrics
//!           | "#" comment | ""                                                                  Prometheus
//!           | "# EOF"                                                                           OpenMetrics: the last line
//!           | [ name ] [ "{" [ label { "," label } [ "," ] ] "}" ] " " value [ " " time ] [ exemplar ]
//! label     = ( name | quoted ) "=" quoted | quoted         quoted alone, once: the name of the metric
//! exemplar  = " # {" [ label { "," label } ] "} " value [ " " time ]                            OpenMetrics
//! time      = milliseconds                                  Prometheus
//!           | seconds                                       OpenMetrics
//! value     = number | "NaN" | "+Inf" | "-Inf"              in any case, also `Inf` and `Infinity`
//! ```
//!
//! Prometheus' format takes any number of blanks and tabs between words and at the start of a line. OpenMetrics takes one blank where it stands in
//! the table, and none elsewhere. In quotes `\\`, `\"` and `\n` are escapes, in help texts `\\` and `\n` (in OpenMetrics also `\"`); any other
//! backslash stands for itself.
//!
//! Samples belong to the family of their name, or to the family that is called as they are without a suffix which its kind has (`_total`,
//! `_bucket`, `_sum`, `_count`, `_created`, `_gsum`, `_gcount`, `_info`). What belongs to one family is kept together, wherever it stood.
//!
//! # Differences from Prometheus' reader
//!
//! Prometheus 3.5's `model/textparse` is written for speed and takes some texts that the formats' documentation does not. Here they are errors:
//!
//! 1. a comma that is missing between two labels, and a line feed inside quotes;
//! 2. a label without quotes in the place of a metric name (`{a} 1`, in OpenMetrics);
//! 3. a second `HELP`, `TYPE` or `UNIT` of one family, and a `TYPE` behind samples of its family;
//! 4. something other than a blank behind the name of a `HELP`;
//! 5. a NUL outside of quotes, help texts and comments; there Prometheus stops reading;
//! 6. a unit that is not made of letters, digits and `_`; a time beyond the year 9999;
//! 7. a label name that stands twice, which Prometheus refuses when it stores the sample.
//!
//! And two are taken that Prometheus refuses: blanks around the word of a `TYPE`, and times before 1970 in Prometheus' format.

mod error;
mod family;
mod format;
mod line;
mod parse;
mod write;

pub use self::error::InvalidExposition;
pub use self::error::InvalidExpositionKind;
pub use self::family::Exemplar;
pub use self::family::Exposition;
pub use self::family::ExpositionSample;
pub use self::family::MetricFamily;
pub use self::format::ExpositionFormat;
pub use self::format::ExpositionOptions;
pub use self::format::InvalidExpositionFormat;

pub(crate) use self::error::CODES;
