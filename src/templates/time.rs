//! Instants, with the zone they are shown in.

use std::borrow::Cow;

use crate::utils::Timestamp;

/// An instant with the zone that it is shown in.
///
/// ```
/// use alert_schemas::templates::TemplateTime;
///
/// let at = TemplateTime::from("2025-01-06T09:00:00Z".parse::<alert_schemas::Timestamp>()?);
/// assert_eq!((at.offset_seconds(), at.zone()), (0, "UTC"));
/// assert_eq!(at.in_zone(3_600, "CET").offset_seconds(), 3_600);
/// # Ok::<(), alert_schemas::utils::InvalidTimestamp>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateTime {
    at: Timestamp,
    offset_seconds: i32,
    zone: Cow<'static, str>,
}

impl TemplateTime {
    /// The same instant, shown with this offset (seconds east of Greenwich) and this abbreviation.
    #[must_use]
    pub fn in_zone(mut self, offset_seconds: i32, zone: impl Into<Cow<'static, str>>) -> Self {
        self.offset_seconds = offset_seconds;
        self.zone = zone.into();
        self
    }

    /// The instant.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// Seconds east of Greenwich.
    #[must_use]
    pub fn offset_seconds(&self) -> i32 {
        self.offset_seconds
    }

    /// The abbreviation of the zone, such as `UTC` or `CEST`.
    #[must_use]
    pub fn zone(&self) -> &str {
        &self.zone
    }
}

impl From<Timestamp> for TemplateTime {
    fn from(at: Timestamp) -> Self {
        Self { at, offset_seconds: 0, zone: Cow::Borrowed("UTC") }
    }
}
