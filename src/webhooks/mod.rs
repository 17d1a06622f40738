//! The border to other systems: one folder for each vendor, one file for each of its wire formats.
//!
//! Vendor shapes keep their vendor's spelling and exact text, so that re-encoding is equal; conversions to and from our [`Alert`](crate::Alert)
//! return what they could not carry over.

pub mod alertmanager;
mod config_file_codes;
mod error;
#[cfg(feature = "yaml")]
mod file_problems;
#[cfg(feature = "yaml")]
mod locate;
#[cfg(feature = "yaml")]
mod placed;
#[cfg(feature = "yaml")]
mod placed_map;
#[cfg(feature = "yaml")]
pub mod prometheus;
mod receiver_codes;
mod rule_file_codes;
#[cfg(feature = "yaml")]
mod take;

pub(crate) use self::config_file_codes::CODES as CONFIG_FILE_CODES;
pub(crate) use self::error::CODES;
pub(crate) use self::receiver_codes::CODES as RECEIVER_CODES;
pub(crate) use self::rule_file_codes::CODES as RULE_FILE_CODES;
