//! Silences of Alertmanager's API, version 2.

use crate::alerts::LabelSyntax;
use crate::alerts::MatchOp;
use crate::alerts::Matcher;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Timestamp;
use crate::validations::record;
use crate::webhooks::alertmanager::label_set::LabelSet;
use crate::webhooks::alertmanager::wire_time::WireTime;

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

impl SilenceMatcher {
    /// The operator that the two flags stand for.
    ///
    /// ```
    /// use alert_schemas::alerts::MatchOp;
    /// use alert_schemas::webhooks::alertmanager::SilenceMatcher;
    ///
    /// let matcher: SilenceMatcher = serde_json::from_str(r#"{"name":"a","value":"b","isRegex":true,"isEqual":false}"#)?;
    /// assert_eq!(matcher.op(), MatchOp::NotRegex);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn op(&self) -> MatchOp {
        match (self.is_regex, self.is_equal.unwrap_or(true)) {
            (false, true) => MatchOp::Equal,
            (false, false) => MatchOp::NotEqual,
            (true, true) => MatchOp::Regex,
            (true, false) => MatchOp::NotRegex,
        }
    }
}

impl PostableSilence {
    /// Checks what Alertmanager 0.33 checks of a silence that is posted to it at `now`; whether an id is known to it, only it can tell.
    ///
    /// There is a matcher; each has a name and, where it is one, a good pattern; not every `=` and `=~` matches an absent label (a single `!=` or `!~` is
    /// enough for Alertmanager, although it silences nearly everything); it ends after it starts, and not in the past.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all that Alertmanager would refuse.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::webhooks::alertmanager::PostableSilence;
    ///
    /// let silence: PostableSilence = serde_json::from_str(
    ///     r#"{"matchers":[{"name":"team","value":".*","isRegex":true}],"startsAt":"2025-01-06T09:00:00Z",
    ///         "endsAt":"2025-01-06T08:00:00Z","createdBy":"ada","comment":""}"#,
    /// )?;
    /// let now: Timestamp = "2025-01-06T07:00:00Z".parse()?;
    /// assert_eq!(
    ///     format!("{:#}", silence.check_for_post(now).unwrap_err()),
    ///     "2 problems\n  /matchers: every matcher also matches an absent label: expected one that does not\n  \
    ///      /endsAt: `2025-01-06T08:00:00Z` is not after the start",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_for_post(&self, now: Timestamp) -> Result<(), Report> {
        let mut report = Report::new();
        let root = Pointer::root;
        let mut matches_absent = true;
        for (index, wire) in self.matchers.iter().enumerate() {
            let at = root().key("matchers").index(index);
            if !LabelSyntax::Utf8.allows(&wire.name) {
                report.push(at.key("name"), "invalid_label_name", "a label name is not empty");
                matches_absent = false;
                continue;
            }
            match Matcher::new(wire.name.as_str(), wire.op(), wire.value.as_str()) {
                Ok(matcher) => matches_absent &= matches!(wire.op(), MatchOp::Equal | MatchOp::Regex) && matcher.matches_value(""),
                Err(error) => {
                    report.push(at.key("value"), error.code(), error.to_string());
                    matches_absent = false;
                }
            }
        }
        if self.matchers.is_empty() {
            report.push(root().key("matchers"), "too_few_matchers", "a silence needs a matcher");
        } else if matches_absent {
            let message = "every matcher also matches an absent label: expected one that does not";
            report.push(root().key("matchers"), "silences_everything", message);
        }
        let mut time = |field: &str, text: &str| match WireTime::read(text) {
            // Go's zero time is a start long ago.
            Ok(time) => Some(time.instant().unwrap_or_else(Timestamp::min)),
            Err(error) => {
                report.push(root().key(field), error.code(), error.to_string());
                None
            }
        };
        if let (Some(start), Some(end)) = (time("startsAt", &self.starts_at), time("endsAt", &self.ends_at)) {
            if end <= start {
                report.push(root().key("endsAt"), "ends_before_start", format!("`{}` is not after the start", self.ends_at));
            } else if end < now {
                report.push(root().key("endsAt"), "ends_in_the_past", format!("`{}` is in the past", self.ends_at));
            }
        }
        report.into_result(())
    }
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
