//! The registry of what this crate exports: error codes and, for every exported type, its name, decoder and JSON Schema.
//!
//! | I want to … | look at |
//! |---|---|
//! | explain an error code | [`error_code`], [`error_codes`] |
//! | decode a type whose name is only known at run time | [`exported_type`], [`ExportedType::check`] |
//! | hand on the JSON Schema of a type | [`bundle`] |
//! | go over everything that is exported | [`exported_types`] |
//! | make the schemas anew (feature `schema`) | `export` |
//!
//! # The contract
//!
//! A JSON Schema validator accepts a document just where the decoder does. What JSON Schema can't say (rules across fields, limits of the
//! reader, duplicate names) stands in the schema as `x-rules`, each with its error code: documents that break only such a rule are the one
//! exception.

mod error_codes;
#[cfg(feature = "schema")]
mod export;
#[cfg(feature = "schema")]
mod order;
mod registry;
#[cfg(feature = "schema")]
mod transform;

pub use self::error_codes::error_code;
pub use self::error_codes::error_codes;
#[cfg(feature = "schema")]
#[cfg_attr(docsrs, doc(cfg(feature = "schema")))]
pub use self::export::export;
pub use self::registry::ExportedType;
pub use self::registry::bundle;
pub use self::registry::exported_type;
pub use self::registry::exported_types;
