//! Alerts: the record itself, what identifies it, where it is in its life, and how two receptions become one.
//!
//! | I want to … | look at |
//! |---|---|
//! | build or decode an alert | [`Alert`], [`AlertBuilder`] |
//! | know whether two are the same | [`Identity`], [`Fingerprint`], [`ContentFingerprint`] |
//! | read the severity of another system | [`AlertSeverity::read`] |
//! | change its status and be told what can't happen | [`AlertStatus`], [`AlertEvent`] |
//! | merge two receptions | [`Alert::merge`] |
//! | match labels as Alertmanager does | [`Matcher`], [`Matchers`], [`MatcherSyntax`] |
//! | say why nobody is told | [`Suppression`] |

mod alert;
mod builder;
mod error;
mod fingerprint;
mod identity;
mod labels;
mod matcher;
mod matcher_classic;
mod matcher_codes;
mod matcher_error;
mod matcher_lexer;
mod matcher_parse;
mod matcher_serde;
mod matcher_utf8;
mod matchers;
mod merge;
mod metadata;
mod name_map;
mod severity;
mod source;
mod status;
mod suppression;

pub use self::alert::Acknowledgement;
pub use self::alert::Alert;
pub use self::alert::AlertMessage;
pub use self::alert::InvalidAlertMessage;
pub use self::alert::InvalidLinkKind;
pub use self::alert::Link;
pub use self::alert::LinkKind;
pub use self::builder::AlertBuilder;
pub use self::fingerprint::ContentFingerprint;
pub use self::fingerprint::Fingerprint;
pub use self::fingerprint::InvalidFingerprint;
pub use self::fingerprint::NotificationHash;
pub use self::identity::AlertKey;
pub use self::identity::Identity;
pub use self::identity::InvalidIdentity;
pub use self::labels::Annotations;
pub use self::labels::InvalidLabel;
pub use self::labels::InvalidLabelName;
pub use self::labels::LabelName;
pub use self::labels::LabelSyntax;
pub use self::labels::LabelValue;
pub use self::labels::Labels;
pub use self::matcher::InvalidMatchOp;
pub use self::matcher::MatchOp;
pub use self::matcher::Matcher;
pub use self::matcher_error::InvalidMatcher;
pub use self::matcher_error::InvalidMatcherKind;
pub use self::matcher_parse::FallbackNote;
pub use self::matcher_parse::InvalidMatcherSyntax;
pub use self::matcher_parse::MatcherSyntax;
pub use self::matchers::Matchers;
pub use self::metadata::Metadata;
pub use self::metadata::MetadataValue;
pub use self::metadata::NotFinite;
pub use self::severity::AlertSeverity;
pub use self::severity::InvalidSeverity;
pub use self::severity::SeverityReading;
pub use self::source::Actor;
pub use self::source::AlertSource;
pub use self::source::DedupKey;
pub use self::source::Href;
pub use self::source::InvalidActor;
pub use self::source::InvalidDedupKey;
pub use self::source::InvalidHref;
pub use self::source::InvalidSourceName;
pub use self::source::SourceName;
pub use self::status::AlertEvent;
pub use self::status::AlertStatus;
pub use self::status::EndCause;
pub use self::status::IllegalTransition;
pub use self::status::InvalidAlertEvent;
pub use self::status::InvalidEndCause;
pub use self::status::InvalidStatus;
pub use self::status::Transition;
pub use self::suppression::InvalidSuppressionReason;
pub use self::suppression::Suppression;
pub use self::suppression::SuppressionReason;
pub use crate::utils::AlertId;
pub use crate::utils::RuleId;

pub(crate) use self::error::CODES;
pub(crate) use self::matcher_codes::CODES as MATCHER_CODES;
pub(crate) use self::name_map::NameMap;
