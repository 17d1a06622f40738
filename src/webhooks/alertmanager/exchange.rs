//! Recorded requests to Alertmanager's API, as history.

use crate::notifications::HistoryEntry;
use crate::notifications::HistoryEvent;
use crate::notifications::SilenceId;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::Timestamp;
use crate::utils::excerpt;
use crate::validations::DecodeLimits;
use crate::validations::Json;
use crate::validations::Kind;
use crate::validations::with_tree;
use crate::webhooks::alertmanager::convert::Reception;
use crate::webhooks::alertmanager::ingest::ingest;
use crate::webhooks::alertmanager::silence::PostableSilence;

/// A recorded request to Alertmanager's API, read as what it changes: alerts that were posted, silences that were made, changed or ended.
///
/// # Examples
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::notifications::HistoryEvent;
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::webhooks::alertmanager::{Exchange, Reception};
///
/// let line = br#"{"at":"2025-01-06T09:00:05Z","request":{"method":"POST","path":"/api/v2/alerts","body":[{"labels":{"alertname":"DiskFull"}}]}}"#;
/// let exchange = Exchange::read(line, &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH))?;
/// assert_eq!(exchange.at.to_string(), "2025-01-06T09:00:05Z");
/// assert!(matches!(exchange.entries[0].event, HistoryEvent::Alert(_)));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Exchange {
    /// When it was answered, or asked.
    pub at: Timestamp,
    /// What it changes: nothing, if it only asks.
    pub entries: Vec<HistoryEntry>,
    /// What is wrong with alerts that are left out, with paths inside the line.
    pub problems: Report,
}

impl Exchange {
    /// Reads a line `{"at", "request": {"method", "path", "body"}}`, for the tenant and with the resolve timeout of `reception`; its time is that of the line.
    ///
    /// | request | what it changes |
    /// |---|---|
    /// | `POST …/alerts` | each alert of the list is received |
    /// | `POST …/silences` | a silence is made, or changed if it has an `id` |
    /// | `DELETE …/silence/ID` | a silence ends |
    /// | any other | nothing |
    ///
    /// A body that is no JSON stands as text in `body_raw`. Where there is a `response`, its `status` tells whether a silence was refused, so that nothing changed, and the `silenceID`
    /// of its `body` names the silence. Alerts are read as [`ingest`] does, whatever the server answered. Other members are not looked at.
    ///
    /// # Errors
    ///
    /// A [`Report`] if the line is not JSON, exceeds a limit, lacks what it needs (code `not_an_exchange`), or its body can't be read.
    ///
    /// ```
    /// use alert_schemas::Timestamp;
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::webhooks::alertmanager::{Exchange, Reception};
    ///
    /// let read = |line: &str| Exchange::read(line.as_bytes(), &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH));
    /// let error = read(r#"{"request":{"method":"GET","path":"/alerts"}}"#).unwrap_err();
    /// assert_eq!(error.to_string(), "/at: expected a time such as `2025-01-06T09:00:00Z`, found nothing");
    /// let error = read(r#"{"at":"2025-01-06T09:00:05Z","request":{"method":"DELETE","path":"/silence/7"}}"#).unwrap_err();
    /// assert_eq!(error.violations()[0].code, "invalid_silence_id");
    /// ```
    pub fn read(line: &[u8], limits: &DecodeLimits, reception: &Reception) -> Result<Self, Report> {
        with_tree(line, limits, |root, _| {
            let at = text(root, "at");
            let at = at.as_deref().ok_or("nothing").and_then(|text| text.parse::<Timestamp>().map_err(|_| "another text"));
            let at = at.map_err(|found| wrong("at", "a time such as `2025-01-06T09:00:00Z`", found))?;
            let request = member(root, "request").ok_or_else(|| wrong("request", "an object", "nothing"))?;
            let method = text(request, "method").ok_or_else(|| wrong("request/method", "a method such as `POST`", "none"))?;
            let path = text(request, "path").ok_or_else(|| wrong("request/path", "a path such as `/api/v2/alerts`", "none"))?;
            let response = member(root, "response");
            let status = response.and_then(|response| member(response, "status"));
            let status = status.and_then(|status| std::str::from_utf8(status.text()).ok()?.trim().parse::<u16>().ok());
            let is_refused = status.is_some_and(|status| status >= 400);
            let mut exchange = Self { at, entries: Vec::new(), problems: Report::new() };
            let reception = Reception { now: at, ..reception.clone() };
            let place = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
            match (method.as_str(), place.rsplit_once('/')) {
                ("POST", Some((_, "alerts"))) => exchange.alerts(&body(request)?, limits, &reception)?,
                ("POST", Some((_, "silences"))) if !is_refused => {
                    let answered = response.and_then(|response| member(response, "body")).and_then(|body| text(body, "silenceID"));
                    let answered = answered.and_then(|id| id.parse::<SilenceId>().ok());
                    let body = body(request)?;
                    let post = PostableSilence::decode(&body.text, limits).map_err(|report| body.inside(report))?;
                    let silence = Box::new(post.to_silence(&reception).map_err(|report| body.inside(report))?.value);
                    exchange.entries.push(HistoryEntry::new(at, HistoryEvent::SetSilence { silence, answered }));
                }
                ("DELETE", Some((above, id))) if above.ends_with("/silence") && !is_refused => {
                    let id = id.parse::<SilenceId>().map_err(|error| {
                        let mut report = Report::new();
                        report.push(Pointer::root().key("request").key("path"), error.code(), error.to_string());
                        report
                    })?;
                    let event = HistoryEvent::ExpireSilence { tenant: reception.tenant.clone(), id };
                    exchange.entries.push(HistoryEntry::new(at, event));
                }
                _ => {}
            }
            Ok(exchange)
        })
    }

    fn alerts(&mut self, body: &Body, limits: &DecodeLimits, reception: &Reception) -> Result<(), Report> {
        let ingested = ingest(&body.text, limits, reception).map_err(|report| body.inside(report))?;
        let alerts = ingested.alerts.into_iter().map(|received| HistoryEvent::alert(received.alert));
        self.entries.extend(alerts.map(|event| HistoryEntry::new(self.at, event)));
        for refused in ingested.refused {
            self.problems.include(&Pointer::root(), body.inside(refused.report));
        }
        self.problems.count_more(ingested.more_refused);
        Ok(())
    }
}

fn member<'t>(object: Json<'t>, name: &str) -> Option<Json<'t>> {
    if object.kind() != Kind::Object {
        return None;
    }
    object.members().find(|member| member.key.string().is_ok_and(|own| own == name)).map(|member| member.value)
}

fn text(object: Json<'_>, name: &str) -> Option<String> {
    member(object, name).filter(|value| value.kind() == Kind::Text)?.string().ok().map(|text| text.into_owned())
}

/// The body as it was sent.
struct Body {
    text: Vec<u8>,
    /// Whether the line has it as a text.
    is_raw: bool,
}

impl Body {
    /// The same problems at their places in the line: those of a text are in it, whatever their places there. Lines and columns would be those of the
    /// body alone, and are left out.
    fn inside(&self, report: Report) -> Report {
        let request = Pointer::root().key("request");
        let mut outer = Report::new();
        for violation in report.violations() {
            let (path, message) = if self.is_raw {
                let place = if violation.path.is_root() { String::new() } else { format!("{}: ", violation.path) };
                (request.clone().key("body_raw"), format!("{place}{}", violation.message))
            } else {
                (request.clone().key("body").join(&violation.path), violation.message.clone())
            };
            outer.push(path, violation.code.to_string(), message);
        }
        outer.count_more(report.more());
        outer
    }
}

fn body(request: Json<'_>) -> Result<Body, Report> {
    if let Some(raw) = text(request, "body_raw") {
        return Ok(Body { text: raw.into_bytes(), is_raw: true });
    }
    let body = member(request, "body").ok_or_else(|| wrong("request/body", "what was posted", "nothing"))?;
    Ok(Body { text: body.text().to_vec(), is_raw: false })
}

fn wrong(place: &str, expected: &str, found: &str) -> Report {
    let mut report = Report::new();
    let path = place.split('/').fold(Pointer::root(), |above, key| above.key(key));
    report.push(path, "not_an_exchange", format!("expected {expected}, found {}", excerpt(found)));
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_a_body_stand_where_the_line_has_it() {
        let told = |request: &str| {
            let line = format!(r#"{{"at":"2025-01-06T09:00:05Z","request":{{"method":"POST","path":"/api/v2/alerts",{request}}}}}"#);
            let reception = Reception::at(Timestamp::UNIX_EPOCH);
            match Exchange::read(line.as_bytes(), &DecodeLimits::default(), &reception) {
                Ok(exchange) => exchange.problems.to_string(),
                Err(report) => report.to_string(),
            }
        };
        assert_eq!(told(r#""body":[{"labels":{}}]"#), "/request/body/0/labels: at least one label with a value is required");
        assert_eq!(told(r#""body_raw":"[{\"labels\":{}}]""#), "/request/body_raw: /0/labels: at least one label with a value is required");
        assert!(told(r#""body_raw":"[""#).starts_with("/request/body_raw: "));
    }
}
