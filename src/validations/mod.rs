//! Limits and checks: how input is decoded, what it may cost, and how every problem of it is told at once.
//!
//! | I want to … | look at |
//! |---|---|
//! | bound what a decoder accepts | [`DecodeLimits`] |
//! | keep the good items of a list and name the bad ones | [`Batch`], [`Refused`] |
//! | shorten a text to what a channel takes, and know what was lost | [`fit`], [`Limit`] |
//! | hand items on in batches | [`batches`] |
//! | let no more pass than a service takes | [`RateLimit`] |
//! | see what a record kept without knowing it | [`UnknownFields`] |
//! | read YAML as Go programs do, with the place of each value | `yaml` (feature `yaml`) |
//!
//! # How a document is read
//!
//! `T::decode(bytes, &limits)` first counts what the document asks for (one pass, nothing allocated), then lets serde read it and checks
//! the value. Only if one of these fails, the bytes are read again into a tree that knows the place of each value, and every field is
//! visited, so that the [`Report`] names *all* problems, each with its path, line and column.

mod batches;
mod check;
mod choice;
mod decode;
mod error;
mod fit;
mod kept;
mod limits;
mod loss;
mod nullable;
mod rate_limit;
mod rate_limit_codes;
mod record;
#[cfg(feature = "schema")]
mod record_schema;
mod scan;
mod tree;
mod unknown;
mod walk;
#[cfg(feature = "yaml")]
pub mod yaml;
mod yaml_codes;

pub use self::batches::Batches;
pub use self::batches::batches;
pub use self::decode::Batch;
pub use self::decode::Refused;
pub use self::fit::Fitted;
pub use self::fit::Limit;
pub use self::fit::fit;
pub use self::limits::DecodeLimits;
pub use self::loss::Converted;
pub use self::loss::Loss;
pub use self::nullable::Nullable;
pub use self::rate_limit::InvalidRateLimitKind;
pub use self::rate_limit::RateLimit;
pub use self::rate_limit::RateLimitKind;
pub use self::rate_limit::RateLimitState;
pub use self::rate_limit::RateStep;
pub use self::rate_limit::RateVerdict;
pub use self::unknown::UnknownFields;
pub use crate::utils::Report;

pub(crate) use self::check::Check;
pub(crate) use self::check::Rule;
pub(crate) use self::check::apply;
pub(crate) use self::check::at_most;
pub(crate) use self::check::out_of_order;
pub(crate) use self::check::validation_errors;
pub(crate) use self::choice::choice;
pub(crate) use self::decode::decode;
pub(crate) use self::decode::decode_list;
pub(crate) use self::decode::decode_quickly;
pub(crate) use self::decode::decode_slowly;
pub(crate) use self::decode::with_tree;
pub(crate) use self::error::CODES;
pub(crate) use self::kept::Kept;
pub(crate) use self::rate_limit_codes::RATE_LIMIT_CODES;
pub(crate) use self::record::missing;
pub(crate) use self::record::record;
pub(crate) use self::record::unknown_field;
#[cfg(feature = "schema")]
pub(crate) use self::record_schema::RecordSchema;
pub(crate) use self::tree::Json;
pub(crate) use self::tree::Kind;
pub(crate) use self::unknown::Key;
pub(crate) use self::walk::FromJson;
pub(crate) use self::walk::Places;
pub(crate) use self::walk::Walk;
pub(crate) use self::walk::duplicate;
pub(crate) use self::walk::unreadable;
pub(crate) use self::yaml_codes::CODES as YAML_CODES;
