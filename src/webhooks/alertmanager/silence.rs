//! Silences of Alertmanager's API, version 2.

use crate::validations::record;
use crate::webhooks::alertmanager::label_set::LabelSet;

/// The most matchers that one silence may have.
const MATCHERS: usize = 10_000;

record! {
    /// A matcher of a silence.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::SilenceMatcher;
    ///
    /// let matcher: SilenceMatcher = serde_json::from_str(r#"{"name":"team","value":"db|web","isRegex":true}"#)?;
    /// assert_eq!(matcher.is_equal, None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct SilenceMatcher: open in webhooks::alertmanager;
    example r#"{"name": "team", "value": "db", "isRegex": false, "isEqual": true}"#;
    beyond {}
    /// The name of the label.
    required name: String as "name",
    /// The value, or the pattern, that it is compared with.
    required value: String as "value",
    /// Whether the value is a pattern.
    required is_regex: bool as "isRegex",
    /// Whether the label must match (and not: must not match). Absent means true.
    optional is_equal: bool as "isEqual",
}

record! {
    /// The status of a silence in an answer of the API.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::SilenceStatus;
    ///
    /// let status: SilenceStatus = serde_json::from_str(r#"{"state":"active"}"#)?;
    /// assert_eq!(status.state, "active");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct SilenceStatus: open in webhooks::alertmanager;
    example r#"{"state": "active"}"#;
    beyond {}
    /// `pending`, `active` or `expired`.
    required state: String as "state",
}

record! {
    /// A silence as it is posted to the API.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::PostableSilence;
    ///
    /// let text = r#"{"matchers":[{"name":"team","value":"db","isRegex":false}],"startsAt":"2025-01-06T09:00:00Z","endsAt":"2025-01-06T11:00:00Z","createdBy":"ada","comment":"maintenance"}"#;
    /// let silence: PostableSilence = serde_json::from_str(text)?;
    /// assert_eq!(serde_json::to_string(&silence)?, text);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct PostableSilence: open in webhooks::alertmanager;
    example r#"{"matchers": [{"name": "team", "value": "db", "isRegex": false}], "startsAt": "2025-01-06T09:00:00Z", "endsAt": "2025-01-06T11:00:00Z", "createdBy": "ada", "comment": "maintenance"}"#;
    beyond {}
    /// The silence to update; absent for a new one.
    optional id: String as "id",
    /// What it matches; all must.
    listed(MATCHERS) matchers: SilenceMatcher as "matchers",
    /// From when on it holds.
    required starts_at: String as "startsAt",
    /// Until when it holds.
    required ends_at: String as "endsAt",
    /// Who made it.
    required created_by: String as "createdBy",
    /// Why.
    required comment: String as "comment",
    /// Texts that describe it (since 0.33).
    optional annotations: LabelSet as "annotations",
}

record! {
    /// A silence as the API answers it.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::GettableSilence;
    ///
    /// let text = r#"{"id":"7f3c2a","status":{"state":"active"},"updatedAt":"2025-01-06T09:00:00.000Z","matchers":[{"name":"team","value":"db","isRegex":false,"isEqual":true}],"startsAt":"2025-01-06T09:00:00.000Z","endsAt":"2025-01-06T11:00:00.000Z","createdBy":"ada","comment":"maintenance"}"#;
    /// let silence: GettableSilence = serde_json::from_str(text)?;
    /// assert_eq!(silence.status.state, "active");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct GettableSilence: open in webhooks::alertmanager;
    example r#"{"id": "7f3c2a", "status": {"state": "active"}, "updatedAt": "2025-01-06T09:00:00.000Z", "matchers": [{"name": "team", "value": "db", "isRegex": false, "isEqual": true}], "startsAt": "2025-01-06T09:00:00.000Z", "endsAt": "2025-01-06T11:00:00.000Z", "createdBy": "ada", "comment": "maintenance"}"#;
    beyond {}
    /// Its id.
    required id: String as "id",
    /// Where it is in its life.
    required status: SilenceStatus as "status",
    /// When it was last changed.
    required updated_at: String as "updatedAt",
    /// What it matches; all must.
    listed(MATCHERS) matchers: SilenceMatcher as "matchers",
    /// From when on it holds.
    required starts_at: String as "startsAt",
    /// Until when it holds.
    required ends_at: String as "endsAt",
    /// Who made it.
    required created_by: String as "createdBy",
    /// Why.
    required comment: String as "comment",
    /// Texts that describe it (since 0.33).
    optional annotations: LabelSet as "annotations",
}
