//! YAML as Go's yaml.v3 reads it, with the line and column of every value.
//!
//! Prometheus, Alertmanager and the tools around them read their files with Go's yaml.v3, whose scanner descends from libyaml. What they
//! accept and refuse follows from it in many small ways (tabs, indentation of brackets, `:` in plain text, YAML 1.1 words only where a
//! boolean is asked for), so this module reads by the same rules.
//!
//! | I want to … | look at |
//! |---|---|
//! | read a text into a tree of values with places | [`Yaml::read`], [`Node`] |
//! | read the first document, as Prometheus does | [`Yaml::read_first`] |
//! | limit what a text may ask for | [`YamlLimits`] |
//! | take values as a Go program with typed fields does | [`GoDecoder`] |
//! | write a text so that it reads back the same | [`write_text`] |
//!
//! # Differences from yaml.v3
//!
//! 1. **Anchors end with their document.** yaml.v3 lets an alias name an anchor of an earlier document of the same file.
//! 2. **A byte order mark counts only at the start.** yaml.v3 drops characters at the start of later lines of a file that begins with two.
//! 3. **Depth and size are limited** by [`YamlLimits`].

mod base64;
mod cursor;
mod decode;
mod error;
mod limits;
mod parser;
mod resolve;
mod scan_property;
mod scan_text;
mod scanner;
mod token;
mod tree;
mod write;

pub use self::decode::GoDecoder;
pub use self::decode::GoEntry;
pub use self::decode::WrongValue;
pub use self::decode::YamlProblem;
pub use self::error::YamlError;
pub use self::error::YamlErrorKind;
pub use self::limits::YamlLimits;
pub use self::tree::Node;
pub use self::tree::NodeKind;
pub use self::tree::Style;
pub use self::tree::Yaml;
pub use self::write::write_key;
pub use self::write::write_text;
