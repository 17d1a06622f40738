//! Receiving whatever Alertmanager or Prometheus sends.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::alerts::Alert;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::validations::Check;
use crate::validations::Converted;
use crate::validations::DecodeLimits;
use crate::validations::FromJson;
use crate::validations::Json;
use crate::validations::Kind;
use crate::validations::Loss;
use crate::validations::Places;
use crate::validations::Walk;
use crate::validations::with_tree;
use crate::webhooks::alertmanager::api_v2::AlertGroup;
use crate::webhooks::alertmanager::api_v2::GettableAlert;
use crate::webhooks::alertmanager::api_v2::PostableAlert;
use crate::webhooks::alertmanager::convert::Reception;
use crate::webhooks::alertmanager::webhook_v4::WebhookAlert;
use crate::webhooks::alertmanager::webhook_v4::WebhookMessage;

/// Which document of Alertmanager it is.
///
/// ```
/// use alert_schemas::webhooks::alertmanager::DocumentKind;
///
/// assert_eq!(DocumentKind::Webhook.to_string(), "a webhook message");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentKind {
    /// A webhook message, version 4.
    Webhook,
    /// A list of alerts as they are posted.
    PostableAlerts,
    /// A list of alerts as the API answers them.
    GettableAlerts,
    /// A list of groups as the API answers them.
    AlertGroups,
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Webhook => "a webhook message",
            Self::PostableAlerts => "a list of posted alerts",
            Self::GettableAlerts => "a list of answered alerts",
            Self::AlertGroups => "a list of groups",
        })
    }
}

/// An alert of a document: where it stood, what it is, what was lost.
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::webhooks::alertmanager::{Received, Reception, ingest};
///
/// let body = br#"[{"labels":{"alertname":"DiskFull","severity":"high"},"startsAt":"2025-01-06T09:00:00Z"}]"#;
/// let ingested = ingest(body, &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH))?;
/// let first: &Received = &ingested.alerts[0];
/// assert_eq!(first.path.as_str(), "/0");
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// Where it stood in the document.
    pub path: Pointer,
    /// The alert.
    pub alert: Alert,
    /// What it does not hold of what was sent, with paths inside it.
    pub losses: Vec<Loss>,
}

/// An alert of a document that was refused, and why.
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::webhooks::alertmanager::{Reception, RefusedAlert, ingest};
///
/// let ingested = ingest(br#"[{"labels":{}}]"#, &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH))?;
/// let refused: &RefusedAlert = &ingested.refused[0];
/// assert_eq!(refused.report.to_string(), "/0/labels (line 1, column 12): at least one label with a value is required");
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedAlert {
    /// Where it stood in the document.
    pub path: Pointer,
    /// Everything that is wrong with it, with paths, lines and columns of the document.
    pub report: Report,
}

/// What came of a document: the alerts that are good, those that are not, and what is wrong with the rest.
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::webhooks::alertmanager::{DocumentKind, Ingested, Reception, ingest};
///
/// let ingested: Ingested = ingest(b"[]", &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH))?;
/// assert_eq!((ingested.kind, ingested.received()), (DocumentKind::PostableAlerts, 0));
/// # Ok::<(), alert_schemas::Report>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Ingested {
    /// Which document it was.
    pub kind: DocumentKind,
    /// The good alerts, in the order of the document.
    pub alerts: Vec<Received>,
    /// The refused alerts, in the order of the document; at most [`Report::KEPT`] are kept.
    pub refused: Vec<RefusedAlert>,
    /// How many more alerts were refused, only counted.
    pub more_refused: usize,
    /// What is wrong around the alerts (a message without its group key); the alerts are good all the same.
    pub around: Report,
}

impl Ingested {
    /// How many alerts the document held.
    #[must_use]
    pub fn received(&self) -> usize {
        self.alerts.len() + self.refused.len() + self.more_refused
    }

    fn new(kind: DocumentKind) -> Self {
        Self { kind, alerts: Vec::new(), refused: Vec::new(), more_refused: 0, around: Report::new() }
    }

    fn add(&mut self, path: &Path<'_>, read: Result<Converted<Alert>, Report>) {
        match read {
            Ok(Converted { value: alert, losses, .. }) => self.alerts.push(Received { path: path.pointer(), alert, losses }),
            Err(_) if self.refused.len() >= Report::KEPT => self.more_refused += 1,
            Err(report) => self.refused.push(RefusedAlert { path: path.pointer(), report }),
        }
    }
}

/// Reads a webhook message, a list of alerts (posted or answered) or a list of groups, and makes our alerts of it.
///
/// Which of them it is, is told from its shape. One bad alert never loses the others: it is refused with all that is wrong with it. See the
/// [module](crate::webhooks::alertmanager) for where this differs from Alertmanager.
///
/// # Errors
///
/// A [`Report`] if the document is not JSON, exceeds a limit, or is none of these.
///
/// # Examples
///
/// ```
/// use alert_schemas::Timestamp;
/// use alert_schemas::validations::DecodeLimits;
/// use alert_schemas::webhooks::alertmanager::{Reception, ingest};
///
/// let body = br#"[
///     {"labels": {"alertname": "DiskFull"}, "startsAt": "2025-01-06T09:00:00Z"},
///     {"labels": {"alertname": "DiskFull"}, "startsAt": "yesterday"}
/// ]"#;
/// let now: Timestamp = "2025-01-06T09:00:05Z".parse()?;
/// let ingested = ingest(body, &DecodeLimits::default(), &Reception::at(now))?;
/// assert_eq!(ingested.alerts[0].alert.name(), Some("DiskFull"));
/// assert_eq!(
///     ingested.refused[0].report.to_string(),
///     "/1/startsAt (line 3, column 55): `yesterday` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`",
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ingest(bytes: &[u8], limits: &DecodeLimits, reception: &Reception) -> Result<Ingested, Report> {
    with_tree(bytes, limits, |root, places| match root.kind() {
        Kind::Object if member(root, "alerts").is_some() => Ok(webhook(root, places, reception)),
        Kind::List => Ok(list(root, places, reception)),
        kind => {
            let mut walk = Walk::default();
            walk.problem(root, &Path::ROOT, "not_alertmanager", || {
                let found = if kind == Kind::Object { "an object without `alerts`" } else { kind.noun() };
                format!("expected a webhook message, a list of alerts or a list of groups, found {found}")
            });
            Err(walk.into_report(places))
        }
    })
}

fn member<'t>(object: Json<'t>, name: &str) -> Option<Json<'t>> {
    object.members().find(|member| member.key.string().is_ok_and(|own| own == name)).map(|member| member.value)
}

fn list(root: Json<'_>, places: &mut Places<'_>, reception: &Reception) -> Ingested {
    let first = root.items().find(|item| item.kind() == Kind::Object);
    let has = |name| first.is_some_and(|item| member(item, name).is_some());
    if has("alerts") && !has("startsAt") {
        return groups(root, places, reception);
    }
    // Only an answer has a status that is an object; a sender may add a status of its own.
    let answered = has("fingerprint") && first.and_then(|item| member(item, "status")).is_some_and(|status| status.kind() == Kind::Object);
    let kind = if answered { DocumentKind::GettableAlerts } else { DocumentKind::PostableAlerts };
    let mut ingested = Ingested::new(kind);
    for (index, item) in root.items().enumerate() {
        let path = Path::ROOT;
        let path = path.index(index);
        let read = if answered {
            convert::<GettableAlert>(item, &path, places, |alert| alert.to_alert(reception))
        } else {
            convert::<PostableAlert>(item, &path, places, |alert| alert.to_alert(reception))
        };
        ingested.add(&path, read);
    }
    ingested
}

fn webhook(root: Json<'_>, places: &mut Places<'_>, reception: &Reception) -> Ingested {
    let mut ingested = Ingested::new(DocumentKind::Webhook);
    let path = Path::ROOT;
    let path = path.key("alerts");
    for (index, item) in member(root, "alerts").into_iter().flat_map(Json::items).enumerate() {
        let at = path.index(index);
        ingested.add(&at, convert::<WebhookAlert>(item, &at, places, |alert| alert.to_alert(reception)));
    }
    let mut walk = Walk::default();
    around::<WebhookMessage>(root, &Path::ROOT, "/alerts/", &mut walk);
    ingested.around = walk.into_report(places);
    ingested
}

fn groups(root: Json<'_>, places: &mut Places<'_>, reception: &Reception) -> Ingested {
    let mut ingested = Ingested::new(DocumentKind::AlertGroups);
    let mut walk = Walk::default();
    for (group_index, group) in root.items().enumerate() {
        let at_group = Path::ROOT;
        let at_group = at_group.index(group_index);
        let at_alerts = at_group.key("alerts");
        for (index, item) in member(group, "alerts").into_iter().flat_map(Json::items).enumerate() {
            let at = at_alerts.index(index);
            ingested.add(&at, convert::<GettableAlert>(item, &at, places, |alert| alert.to_alert(reception)));
        }
        around::<AlertGroup>(group, &at_group, &format!("{}/", at_alerts.pointer()), &mut walk);
    }
    ingested.around = walk.into_report(places);
    ingested
}

/// Reads one alert (serde first, the walk only if that fails) and converts it; what is wrong gets its place in the document.
fn convert<T: DeserializeOwned + FromJson + Check>(
    json: Json<'_>,
    path: &Path<'_>,
    places: &mut Places<'_>,
    to_alert: impl FnOnce(&T) -> Result<Converted<Alert>, Report>,
) -> Result<Converted<Alert>, Report> {
    let mut walk = Walk::default();
    let value = match serde_json::from_slice::<T>(json.text()) {
        Ok(value) => Some(value),
        Err(_) => T::from_json(json, path, &mut walk),
    };
    match value.as_ref().map(to_alert) {
        Some(Ok(converted)) => return Ok(converted),
        Some(Err(report)) => walk.locate(json, path, report),
        None => {}
    }
    Err(walk.into_report(places))
}

/// Adds what is wrong with a document outside the alerts in it.
fn around<T: DeserializeOwned + FromJson>(json: Json<'_>, path: &Path<'_>, inside: &str, walk: &mut Walk) {
    if serde_json::from_slice::<T>(json.text()).is_ok() {
        return;
    }
    let mut all = Walk::default();
    // The verdict on the whole does not matter here: the alerts in it were read one by one.
    let _ = T::from_json(json, path, &mut all);
    walk.append(all, |violation| !violation.path.as_str().starts_with(inside));
}
