//! Ways of Go that formats of this field took over: quoting, number printing and patterns.
//!
//! Alertmanager and Prometheus are written in Go, and some of its library shows through in what they write and read: group keys
//! hold Go-quoted strings, samples are printed as Go prints numbers, and matchers are Go's regular expressions. What is here
//! gives the same results, byte for byte.
//!
//! | I want to … | look at |
//! |---|---|
//! | write or read a Go string literal | [`quote`], [`quote_into`], [`unquote`] |
//! | write a pattern that matches just one text | [`quote_meta`] |
//! | know which characters it shows as they are | [`is_printable`] |
//! | print a number | [`format_float`] |
//! | match as a matcher does | [`Pattern`], [`Anchoring`] |
//! | take parts out of a text, or replace them | [`CapturingPattern`], [`Captures`] |

mod captures;
mod engine;
mod error_codes;
mod float;
mod parse_number;
mod pattern;
mod pattern_error;
mod printable;
mod quote;
mod quote_meta;
mod re2_class;
mod re2_cursor;
mod re2_syntax;

pub use self::captures::Captures;
pub use self::captures::CapturingPattern;
pub use self::float::FloatFormat;
pub use self::float::format_float;
pub use self::pattern::Anchoring;
pub use self::pattern::Pattern;
pub use self::pattern::PatternLimits;
pub use self::pattern_error::InvalidPattern;
pub use self::pattern_error::InvalidPatternKind;
pub use self::printable::is_printable;
pub use self::quote::InvalidGoString;
pub use self::quote::InvalidGoStringKind;
pub use self::quote::quote;
pub use self::quote::quote_bytes;
pub use self::quote::quote_into;
pub use self::quote::unquote;
pub use self::quote_meta::quote_meta;

pub(crate) use self::error_codes::CODES;
pub(crate) use self::parse_number::WrongNumber;
pub(crate) use self::parse_number::parse_float;
pub(crate) use self::parse_number::parse_int;
pub(crate) use self::parse_number::parse_uint;
pub(crate) use self::quote::escape_into;
pub(crate) use self::quote::unquote_char;
pub(crate) use self::quote::unquote_lossy;
pub(crate) use self::quote::unquote_promql;
