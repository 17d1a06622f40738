//! The `load` notation of Prometheus' test scripts: series written as sequences of values.
//!
//! ```text
//! load 5m
//!   http_requests_total{job="api", instance="0"} 0+10x10
//!   cpu_usage{host="web-01"}                      79.5 85.2 _ stale
//! ```
//!
//! | I want to … | look at |
//! |---|---|
//! | read a file of `load` blocks | [`Load`] |
//! | read one block of a larger script | [`LoadBlock`] |
//! | read or write one series | [`SeriesDescription`] |
//! | put what was read into a store | [`Load::store`], [`LoadBlock::add_to`] |
//!
//! # Grammar
//!
//! The grammar is that of Prometheus 3.5 (`promql/promqltest` and `promql/parser`). The first value of a series is at time 0, each further
//! one a step later.
//!
//! ```text
//! script      = { blank | comment | "clear" | block }      each on a line of its own, blanks around it aside
//! block       = ( "load" | "load_with_nhcb" ) step { series }
//!               up to a blank line, a comment or the end; step is a duration, `5m` or `1h30m`
//! series      = metric { " " [ item ] }
//! metric      = [ name ] [ "{" [ label { "," label } [ "," ] ] "}" ]
//! label       = ( name | text ) "=" text | text            a text alone is the name of the metric
//! item        = value [ "x" count ]                        the value, and again count times
//!             | value ( "+" | "-" ) number "x" count       the value, and count values that grow by the number
//!             | "_" [ "x" count ]                          no value, once or count times
//! value       = [ "+" | "-" ] number | "stale"
//! number      = decimal | "Inf" | "NaN"                    the words in any case; `010` is octal, as in Go
//! text        = "…" | '…' | `…`
//! ```
//!
//! # Differences from Prometheus
//!
//! 1. A label that stands twice is refused where it is read; Prometheus refuses it when the series is stored, except where one of its values is
//!    empty.
//! 2. Labels with an empty value are left out where they are read, not when the series is stored. An empty label name is refused.
//! 3. Escapes that spell bytes which are not UTF-8 are refused.
//! 4. Native histograms (`{{…}}` and `load_with_nhcb`) are refused with a code of their own.
//! 5. Counts have limits, see [`LoadOptions`]: `0x9999999999` is an error, not a wait.

mod block;
mod error;
mod series;

pub use self::block::Load;
pub use self::block::LoadBlock;
pub use self::block::LoadOptions;
pub use self::error::InvalidLoad;
pub use self::error::InvalidLoadKind;
pub use self::series::SeriesDescription;

pub(crate) use self::error::CODES;
