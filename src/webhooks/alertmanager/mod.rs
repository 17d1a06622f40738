//! Alertmanager: its webhook (version 4) and its API (version 2), in both directions.
//!
//! | I want to … | look at |
//! |---|---|
//! | receive whatever Alertmanager or Prometheus sends | [`ingest`] |
//! | read or write a webhook message | [`WebhookMessage`], [`WebhookAlert`] |
//! | tell a group to a webhook as Alertmanager does | [`WebhookMessage::from_notification`] |
//! | replay recorded requests | [`Exchange::read`], [`replay`](crate::notifications::replay) |
//! | post alerts to the API | [`PostableAlert`], [`PostableAlert::from_alert`] |
//! | read what the API answers | [`GettableAlert`], [`AlertGroup`], [`GettableSilence`] |
//! | read or post a [`Silence`](crate::notifications::Silence) | [`PostableSilence::to_silence`], [`PostableSilence::from_silence`], [`GettableSilence::to_silence`] |
//!
//! All types keep the exact text of what came, unknown members included: JSON → type → JSON is equal. They are lenient; what a value means is
//! decided on the way to our [`Alert`](crate::Alert), which reports every problem and every loss.
//!
//! # Differences from Alertmanager 0.33
//!
//! Numbered rules in which we differ on purpose; everything else is the same verdict on the same alert.
//!
//! 1. **A bad alert never loses its batch.** Alertmanager answers 400 or 422 to a whole POST if one alert fails in decoding; we refuse that
//!    alert and keep the others, because one broken exporter must not hide a real outage.
//! 2. **A name that stands twice in one object is refused.** Alertmanager takes the last value; which one identifies the alert is anyone's guess.
//! 3. **Text that is not Unicode is refused** (bytes that are not UTF-8, a lone half of a surrogate pair). Alertmanager replaces them, and two
//!    different labels become one.
//! 4. **Member names are exact.** Alertmanager also takes `Labels` for `labels`; to us it is an unknown member, and is kept.
//! 5. **The document is one list.** What follows it is refused, where Alertmanager stops reading at its end; so is `null`, which Alertmanager takes
//!    for an empty list.
//! 6. **Size is limited**: a label or annotation has at most 65,536 characters and its name 1,024, an alert 512 of each; documents are limited by
//!    [`DecodeLimits`](crate::validations::DecodeLimits), and a number among the members that we do not know is in the range of a
//!    64-bit float.
//! 7. **Only the years 0001 to 9999, in UTC, are taken**, as RFC 3339 writes them. Alertmanager takes the year 0000, and at both edges a year that
//!    only has four digits in another zone. An offset of `+24:60` is refused, which Alertmanager writes back as `+25:00` and can't read again.
//! 8. **What begins later is kept.** Alertmanager refuses an alert without an end that begins after its `resolve_timeout` has passed, as one that ends
//!    before it begins; a sender whose clock runs ahead would lose all its alerts. Here it ends when it begins, unless it is heard of again.
//! 9. **An explicit end stays explicit in a merge** ([`Alert::merge`](crate::Alert::merge)). Alertmanager keeps the later end of the older alert, but
//!    from then on takes it for a timeout, and gives it up when the alert comes again without an end.

mod api_v2;
#[cfg(feature = "yaml")]
pub mod config;
mod convert;
mod encode;
mod exchange;
mod generator_url;
mod ingest;
mod label_set;
mod outbound;
mod silence;
mod silence_convert;
mod tally;
mod webhook_v4;
mod wire_time;

pub use self::api_v2::AlertGroup;
pub use self::api_v2::GettableAlert;
pub use self::api_v2::GettableStatus;
pub use self::api_v2::PostableAlert;
pub use self::api_v2::ReceiverReference;
pub use self::convert::Reception;
pub use self::exchange::Exchange;
pub use self::ingest::DocumentKind;
pub use self::ingest::Ingested;
pub use self::ingest::Received;
pub use self::ingest::RefusedAlert;
pub use self::ingest::ingest;
pub use self::label_set::LabelSet;
pub use self::silence::GettableSilence;
pub use self::silence::PostableSilence;
pub use self::silence::SilenceMatcher;
pub use self::silence::SilenceStatus;
pub use self::webhook_v4::InvalidWebhookVersion;
pub use self::webhook_v4::WebhookAlert;
pub use self::webhook_v4::WebhookMessage;
pub use self::webhook_v4::WebhookVersion;
pub use self::wire_time::InvalidWireTime;
pub use self::wire_time::WireTime;
