//! The border to other systems: one folder for each vendor, one file for each of its wire formats.
//!
//! Vendor shapes keep their vendor's spelling and exact text, so that re-encoding is equal; conversions to and from our [`Alert`](crate::Alert)
//! return what they could not carry over.

pub mod alertmanager;
mod error;
#[cfg(feature = "yaml")]
pub mod prometheus;
mod rule_file_codes;

pub(crate) use self::error::CODES;
pub(crate) use self::rule_file_codes::CODES as RULE_FILE_CODES;
