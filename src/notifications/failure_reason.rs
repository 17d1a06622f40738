//! Why a notification did not arrive.

use crate::utils::vocabulary;

vocabulary! {
    /// Why an attempt to notify failed.
    ///
    /// | word | Alertmanager's metric label | HTTP status |
    /// |---|---|---|
    /// | `auth_error` | `authError` | 401, 403 |
    /// | `rate_limited` | `rateLimited` | 429 |
    /// | `client_error` | `clientError` | other 4xx |
    /// | `server_error` | `serverError` | 5xx |
    /// | `canceled` | `contextCanceled` | |
    /// | `deadline_exceeded` | `contextDeadlineExceeded` | |
    /// | `other` | `other` | any other |
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::FailureReason;
    ///
    /// assert_eq!(FailureReason::of_status(429), FailureReason::RateLimited);
    /// assert_eq!(FailureReason::DeadlineExceeded.alertmanager_label(), "contextDeadlineExceeded");
    /// ```
    [#[non_exhaustive]]
    pub enum FailureReason;
    error InvalidFailureReason in notifications, code "invalid_failure_reason", noun "a reason of a failure",
    derives [PartialOrd, Ord];
    /// The service does not accept who asks.
    AuthError = "auth_error",
    /// The service has had enough for now.
    RateLimited = "rate_limited",
    /// The service finds fault with what was sent.
    ClientError = "client_error",
    /// The service fails.
    ServerError = "server_error",
    /// Nobody wanted it any more: the program stopped, or the configuration changed.
    Canceled = "canceled",
    /// It did not arrive in time.
    DeadlineExceeded = "deadline_exceeded",
    /// Anything else, such as a connection that was refused.
    Other = "other",
}

impl FailureReason {
    /// The reason that an HTTP status gives (Alertmanager 0.33, `notify/util.go`).
    #[must_use]
    pub const fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::AuthError,
            429 => Self::RateLimited,
            400..=499 => Self::ClientError,
            500..=599 => Self::ServerError,
            _ => Self::Other,
        }
    }

    /// The word that Alertmanager's metric `alertmanager_notifications_failed_total` carries in the label `reason`.
    #[must_use]
    pub const fn alertmanager_label(self) -> &'static str {
        match self {
            Self::AuthError => "authError",
            Self::RateLimited => "rateLimited",
            Self::ClientError => "clientError",
            Self::ServerError => "serverError",
            Self::Canceled => "contextCanceled",
            Self::DeadlineExceeded => "contextDeadlineExceeded",
            Self::Other => "other",
        }
    }
}
