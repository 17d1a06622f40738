#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice))]

//! # I want to …
//!
//! | I want to … | look at |
//! |---|---|
//! | build an alert | [`Alert::builder`] |
//! | receive what Alertmanager or Prometheus sends | [`webhooks::alertmanager::ingest`] |
//! | decode an alert of our own JSON, with every problem named | [`Alert::decode`], [`validations::DecodeLimits`] |
//! | know whether two alerts are the same | [`Alert::identity`], [`Fingerprint`] |
//! | be told what is new, changed, repeated, resolved or reopened | [`Deduplicator`] |
//! | write a rule, and evaluate it over samples | [`AlertRule::builder`], [`rules::firing::GroupState::step`] |
//! | group alerts by labels and time | [`WindowGrouper`] |
//! | know who is told of an alert, when, and why nobody is | [`notifications::decide`], [`notifications::RoutingTree`] |
//! | see what a change of a configuration would do, or what is odd about it | [`notifications::diff`], [`notifications::lint`] |
//! | silence alerts, mute them by the calendar | [`notifications::Silences`], [`notifications::TimeInterval`] |
//! | read Alertmanager's configuration | [`webhooks::alertmanager::config`] |
//! | match labels as Alertmanager does | [`alerts::Matchers`] |
//! | keep samples of metrics, and read what exporters show | [`metrics::MemoryStore`], [`metrics::exposition`] |
//! | check and render the annotations of a rule | [`templates::AnnotationTemplate`] |
//! | render a notification template of Alertmanager | [`templates::go::Template`] |
//! | shorten a text to what a channel takes | [`validations::fit`] |
//! | hand the JSON Schema of a type to another language | [`schema::bundle`] |
//! | use `?` on several functions of this crate | [`Error`] |
//! | explain an error code | [`schema::error_code`] |
//!
//! # A rule and its alert
//!
//! ```
//! use alert_schemas::{Alert, AlertDuration, AlertRule, AlertSeverity, Timestamp};
//!
//! let now: Timestamp = "2025-01-06T09:00:00Z".parse()?;
//! let rule = AlertRule::builder("High CPU usage", "cpu_usage > 80", AlertSeverity::Critical)
//!     .evaluation_window(AlertDuration::minutes(5))
//!     .build()?;
//! let alert = Alert::builder("CPU usage exceeded the threshold", AlertSeverity::Critical, now)
//!     .rule_id(rule.id)
//!     .metadata("cpu_usage", 85.2)
//!     .metadata("instance", "web-01")
//!     .build()?;
//! assert_eq!(alert.rule_id, Some(rule.id));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod alerts;
pub mod correlation;
pub mod metrics;
pub mod notifications;
pub mod rules;
pub mod schema;
pub mod templates;
pub mod utils;
pub mod validations;
pub mod webhooks;

pub mod _documentation {
    //! Pages without code: why it is like this, and what changed.

    #[doc = include_str!("../DESIGN.md")]
    pub mod design {}

    #[doc = include_str!("../CHANGELOG.md")]
    pub mod changelog {}
}

pub use crate::alerts::Alert;
pub use crate::alerts::AlertSeverity;
pub use crate::alerts::AlertStatus;
pub use crate::alerts::Fingerprint;
pub use crate::alerts::Labels;
pub use crate::correlation::Deduplicator;
pub use crate::correlation::WindowGrouper;
pub use crate::rules::AlertRule;
pub use crate::rules::Condition;
pub use crate::rules::RuleGroup;
pub use crate::utils::AlertDuration;
pub use crate::utils::AlertId;
pub use crate::utils::Error;
pub use crate::utils::Report;
pub use crate::utils::RuleId;
pub use crate::utils::Settings;
pub use crate::utils::TenantId;
pub use crate::utils::TimeRange;
pub use crate::utils::Timestamp;
