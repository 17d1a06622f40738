//! Where a template's values come from.

use crate::templates::sample::QuerySample;
use crate::templates::value::Value;
use crate::utils::Timestamp;

/// What a template is rendered with: the value of `.`, and what its functions ask for.
///
/// Only [`root`](Self::root) is required. A [`Value`] is itself data without queries, time or URL.
///
/// ```
/// use alert_schemas::templates::{QuerySample, TemplateData, Value};
///
/// struct Fixed;
///
/// impl TemplateData for Fixed {
///     fn root(&self) -> Value {
///         Value::Nil
///     }
///
///     fn query(&self, expr: &str) -> Result<Vec<QuerySample>, String> {
///         if expr == "up" { Ok(vec![QuerySample::new([("job", "node")], 1.0)]) } else { Err(format!("no series {expr}")) }
///     }
/// }
///
/// assert_eq!(Fixed.query("up").map(|samples| samples.len()), Ok(1));
/// ```
pub trait TemplateData {
    /// The value of `.` where the template starts, and of `$`.
    fn root(&self) -> Value;

    /// Evaluates a query for Prometheus' function `query`, at the time of the rule's evaluation.
    ///
    /// # Errors
    ///
    /// Why there is no result; rendering stops with this text. Without an implementation, every query fails.
    ///
    /// ```
    /// use alert_schemas::templates::{TemplateData, Value};
    ///
    /// assert_eq!(Value::from("no server").query("up"), Err("no queries here: up".to_owned()));
    /// ```
    fn query(&self, expr: &str) -> Result<Vec<QuerySample>, String> {
        Err(format!("no queries here: {expr}"))
    }

    /// The URL under which the server is reached, for `externalURL` and `pathPrefix`. Empty by default.
    fn external_url(&self) -> String {
        String::new()
    }

    /// The time of the evaluation, for functions that ask for the present. `None` by default: such functions fail.
    fn now(&self) -> Option<Timestamp> {
        None
    }

    /// The offset in seconds east of Greenwich and the abbreviation of a time zone at an instant; `None` if it is not known.
    ///
    /// By default only `UTC` (also as the empty name) is known.
    fn zone(&self, name: &str, at: Timestamp) -> Option<(i32, String)> {
        let _ = at;
        matches!(name, "" | "UTC").then(|| (0, "UTC".to_owned()))
    }
}

impl TemplateData for Value {
    fn root(&self) -> Value {
        self.clone()
    }
}
