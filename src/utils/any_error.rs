//! One error for functions that call several parts of this crate.

use std::borrow::Cow;
use std::fmt;

use crate::utils::report::Report;

/// Any error of this crate: what `?` makes of each of them in a function that calls several.
///
/// Every function of this crate names its own narrow error; this one is for the code around them. It keeps the error that it was made from,
/// and prints as that one does, with `{:#}` too.
///
/// # Examples
///
/// ```
/// use alert_schemas::{AlertDuration, Error, TenantId};
///
/// fn window(tenant: &str, text: &str) -> Result<(TenantId, AlertDuration), Error> {
///     Ok((tenant.parse()?, text.parse()?))
/// }
///
/// assert!(window("acme", "5m").is_ok());
/// let error: Error = window("acme", "soon").unwrap_err();
/// assert_eq!(error.code(), "invalid_duration");
/// assert!(error.downcast_ref::<alert_schemas::utils::InvalidDuration>().is_some());
/// assert_eq!(window("a b", "5m").unwrap_err().code(), "invalid_tenant_id");
/// ```
pub struct Error {
    code: Cow<'static, str>,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    pub(crate) fn of(code: impl Into<Cow<'static, str>>, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { code: code.into(), source: Box::new(source) }
    }

    /// The stable code of the problem, as listed in the error catalogue; that of the first, where there are several (none, where it has none).
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The error that it was made from, if it is an `E`.
    #[must_use]
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.source.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.source, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.source()
    }
}

impl From<Report> for Error {
    fn from(report: Report) -> Self {
        let code = report.violations().first().map_or(Cow::Borrowed(""), |violation| violation.code.clone());
        Self::of(code, report)
    }
}

/// Lets `?` turn each of these errors into [`Error`]; each has a `code()`.
macro_rules! umbrella {
    ($($error:ty),+ $(,)?) => {
        $(
            impl From<$error> for $crate::utils::Error {
                fn from(error: $error) -> Self {
                    $crate::utils::Error::of(error.code(), error)
                }
            }
        )+
    };
}
pub(crate) use umbrella;
