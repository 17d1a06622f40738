//! Prometheus: its rule files, read as `promtool check rules` of Prometheus 3.5 reads them.
//!
//! | I want to … | look at |
//! |---|---|
//! | check a rule file and name every problem of it | [`RuleFile::read`], [`RuleFileErrors`] |
//! | read what stands in it | [`RuleFile`], [`RuleFileGroup`], [`RuleFileRule`] |
//! | open PrometheusRule objects and files of several documents | [`RuleFile::read_parts`] |
//! | write a rule file | [`RuleFile::to_yaml`] |
//! | go on with our own rules, and back | [`RuleFile::to_groups`], [`RuleFile::from_groups`] |
//!
//! A file that Prometheus accepts is accepted, and what it refuses is refused; the problems of all groups and rules are told at once, each with its
//! line and column. What a [`RuleFile`] holds is the exact text of each value, an expression with its line breaks and a duration as it was written.
//!
//! # What is checked
//!
//! - The text is YAML as Go's yaml.v3 reads it ([`validations::yaml`](crate::validations::yaml)), with known fields only and each key once.
//! - Groups have names of their own.
//! - A rule is an alert or a recording rule, and has an expression that Prometheus takes.
//! - `for`, `keep_firing_for` and annotations stand on alerts only. (A duration of zero is none.)
//! - Label names are not empty and not `__name__`, annotation names are not empty; a recorded name has no braces.
//! - Labels and annotations of alerts are templates that Prometheus takes.
//!
//! # Differences from Prometheus 3.5
//!
//! 1. **Names and texts are Unicode.** With `!!binary`, Prometheus takes bytes that are not UTF-8 for names of groups and alerts and for annotations.
//! 2. **Sizes are limited**: by [`YamlLimits`](crate::validations::yaml::YamlLimits), by those of expressions
//!    ([`ExprLimits`](crate::rules::ExprLimits)) and of templates ([`TemplateLimits`](crate::templates::go::TemplateLimits)).
//! 3. The numbered differences of [`validations::yaml`](crate::validations::yaml) apply.

mod check;
mod convert;
mod duration;
mod error;
mod json;
mod options;
mod parts;
mod read;
mod rule_file;
mod write;

pub use self::duration::RuleFileDuration;
pub use self::error::RuleFileErrors;
pub use self::error::RuleFileProblem;
pub use self::options::RuleFileOptions;
pub use self::parts::RuleFilePart;
pub use self::rule_file::RuleFile;
pub use self::rule_file::RuleFileGroup;
pub use self::rule_file::RuleFileRule;
pub use crate::webhooks::placed::Placed;
pub use crate::webhooks::placed_map::PlacedMap;
