//! Receiving whatever Alertmanager or Prometheus sends.

use std::fmt;

use crate::alerts::Alert;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
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
use crate::webhooks::alertmanager::convert::WireAlert;
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
    /// The refused alerts, in the order of the document; at most [`Report::KEPT`] are kept, with at most as many problems beyond the first of each.
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
}

/// Reads a webhook message, a list of alerts (posted or answered) or a list of groups, and makes our alerts of it.
///
/// Which of them it is, is told from its shape, and that of a list from the shape of most of its items. One bad alert never loses the others: it is refused with all that is wrong with it. See the
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
        Kind::Object if member(root, "alerts").is_some() => Ok(webhook(root, Intake::new(places, reception))),
        Kind::List => Ok(list(root, Intake::new(places, reception))),
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

/// A document under way: what has come of its alerts so far.
struct Intake<'p, 'a> {
    places: &'p mut Places<'a>,
    reception: &'p Reception,
    alerts: Vec<Received>,
    refused: Vec<RefusedAlert>,
    more_refused: usize,
    /// How many problems may still be kept, beyond the first of each alert.
    left: usize,
}

impl<'p, 'a> Intake<'p, 'a> {
    fn new(places: &'p mut Places<'a>, reception: &'p Reception) -> Self {
        Self { places, reception, alerts: Vec::new(), refused: Vec::new(), more_refused: 0, left: Report::KEPT }
    }

    /// Makes room for the alerts of these lists: a list that grows takes three times what it holds.
    fn expect<'t>(&mut self, lists: impl Iterator<Item = Json<'t>>) {
        self.alerts.reserve_exact(lists.map(Json::objects).sum());
    }

    /// Takes the alerts of a list.
    fn take_all<T: WireAlert>(&mut self, list: Json<'_>, path: &Path<'_>) {
        for (index, item) in list.items().enumerate() {
            self.take::<T>(item, &path.index(index));
        }
    }

    /// Reads one alert (serde first, the walk only if that fails) and converts it; what is wrong gets its place in the document.
    fn take<T: WireAlert>(&mut self, json: Json<'_>, path: &Path<'_>) {
        let mut walk = Walk::default();
        let read = if json.is_quick() { serde_json::from_slice::<T>(json.text()).ok() } else { None };
        match read.or_else(|| T::from_json(json, path, &mut walk)).map(|alert| alert.into_alert(self.reception)) {
            Some(Ok(Converted { value: alert, losses, .. })) => return self.alerts.push(Received { path: path.pointer(), alert, losses }),
            Some(Err(report)) => walk.locate(json, path, report),
            None => {}
        }
        if self.refused.len() < Report::KEPT {
            let report = walk.into_report(self.places).shortened(&mut self.left);
            self.refused.push(RefusedAlert { path: path.pointer(), report });
        } else {
            self.more_refused += 1;
        }
    }

    fn finish(self, kind: DocumentKind, around: Walk) -> Ingested {
        let Self { alerts, refused, more_refused, .. } = self;
        Ingested { kind, alerts, refused, more_refused, around: around.into_report(self.places) }
    }
}

/// What an item of a list looks like, told by what only that kind has.
fn shape(item: Json<'_>) -> DocumentKind {
    let is = |name, kind| member(item, name).is_some_and(|value| value.kind() == kind);
    if is("receiver", Kind::Object) && member(item, "startsAt").is_none() {
        return DocumentKind::AlertGroups;
    }
    // Only an answer has a status that is an object; a sender may add a status of its own.
    if is("status", Kind::Object) && is("fingerprint", Kind::Text) { DocumentKind::GettableAlerts } else { DocumentKind::PostableAlerts }
}

/// What most items of a list look like, so that an odd one among them does not change how the others are read; posted alerts if no kind has most.
fn kind_of_list(root: Json<'_>) -> DocumentKind {
    let (mut objects, mut groups, mut answers) = (0_usize, 0_usize, 0_usize);
    for item in root.items().filter(|item| item.kind() == Kind::Object) {
        objects += 1;
        match shape(item) {
            DocumentKind::AlertGroups => groups += 1,
            DocumentKind::GettableAlerts => answers += 1,
            DocumentKind::PostableAlerts | DocumentKind::Webhook => {}
        }
    }
    match () {
        () if groups * 2 > objects => DocumentKind::AlertGroups,
        () if answers * 2 > objects => DocumentKind::GettableAlerts,
        () => DocumentKind::PostableAlerts,
    }
}

fn list(root: Json<'_>, mut intake: Intake<'_, '_>) -> Ingested {
    let kind = kind_of_list(root);
    match kind {
        DocumentKind::AlertGroups => return groups(root, intake),
        DocumentKind::GettableAlerts => {
            intake.expect(std::iter::once(root));
            intake.take_all::<GettableAlert>(root, &Path::ROOT);
        }
        DocumentKind::PostableAlerts | DocumentKind::Webhook => {
            intake.expect(std::iter::once(root));
            intake.take_all::<PostableAlert>(root, &Path::ROOT);
        }
    }
    intake.finish(kind, Walk::default())
}

fn webhook(root: Json<'_>, mut intake: Intake<'_, '_>) -> Ingested {
    let mut walk = Walk::default();
    intake.expect(member(root, "alerts").into_iter());
    take_inside::<WebhookMessage, WebhookAlert>(root, &Path::ROOT, &mut intake, &mut walk);
    intake.finish(DocumentKind::Webhook, walk)
}

fn groups(root: Json<'_>, mut intake: Intake<'_, '_>) -> Ingested {
    let mut walk = Walk::default();
    intake.expect(root.items().filter_map(|group| member(group, "alerts")));
    for (index, group) in root.items().enumerate() {
        take_inside::<AlertGroup, GettableAlert>(group, &Path::ROOT.index(index), &mut intake, &mut walk);
    }
    intake.finish(DocumentKind::AlertGroups, walk)
}

/// Takes the alerts inside a message or group `M` one by one, and notes what is wrong around them.
fn take_inside<M: FromJson, T: WireAlert>(json: Json<'_>, path: &Path<'_>, intake: &mut Intake<'_, '_>, walk: &mut Walk) {
    let alerts = member(json, "alerts");
    // Whether it can be read as a whole does not matter.
    let _ = M::from_json(alerts.map_or(json, |alerts| json.hiding(alerts)), path, walk);
    if let Some(alerts) = alerts {
        intake.take_all::<T>(alerts, &path.key("alerts"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::utils::Timestamp;

    fn read(text: &str) -> Ingested {
        ingest(text.as_bytes(), &DecodeLimits::default(), &Reception::at(Timestamp::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn what_is_wrong_around_the_alerts_is_told_apart_from_them() {
        let ingested = read(r#"{"alerts":{"a":1},"version":"4"}"#);
        assert_eq!((ingested.kind, ingested.received()), (DocumentKind::Webhook, 0));
        let codes: Vec<_> = ingested.around.violations().iter().map(|violation| (&*violation.code, violation.path.as_str())).collect();
        assert!(codes.contains(&("wrong_type", "/alerts")), "{codes:?}");
        assert!(codes.contains(&("missing_field", "/groupKey")), "{codes:?}");

        // However much is wrong with the alerts.
        let ingested = read(&format!(r#"{{"alerts":[{}]}}"#, vec!["{}"; 1_500].join(",")));
        assert_eq!((ingested.refused.len(), ingested.more_refused), (1_000, 500));
        assert_eq!(ingested.around.len(), 8);
        assert!(ingested.around.violations().iter().all(|violation| !violation.path.as_str().starts_with("/alerts")));
        assert_eq!(ingested.refused.iter().map(|refused| refused.report.violations().len()).sum::<usize>(), 2_000);

        let ingested = read(r#"[{"alerts":[],"labels":{},"receiver":{"name":"db"}},{"alerts":[7],"receiver":{"name":"db"}}]"#);
        assert_eq!((ingested.kind, ingested.received()), (DocumentKind::AlertGroups, 1));
        assert_eq!(ingested.around.to_string(), "/1/labels (line 1, column 53): `labels` is required");
    }

    #[test]
    fn an_odd_item_does_not_change_how_the_others_are_read() {
        let post = r#"{"labels":{"alertname":"a"}}"#;
        // An alert with members that groups have, in whatever place.
        for odd in [
            r#"{"labels":{"alertname":"b"},"alerts":[]}"#,
            r#"{"labels":{"alertname":"b"},"fingerprint":"0","status":{}}"#,
            r#"{"labels":{"alertname":"b"},"receiver":{}}"#,
        ] {
            for list in [format!("[{odd},{post}]"), format!("[{post},{odd},{post}]")] {
                let ingested = read(&list);
                assert_eq!((ingested.kind, ingested.alerts.len()), (DocumentKind::PostableAlerts, ingested.received()), "{list}");
                assert!(ingested.received() >= 2);
            }
        }
        assert_eq!(read(r#"[{"labels":{"alertname":"b"},"alerts":[]}]"#).alerts.len(), 1);
        // A group without its alerts invents none of its labels, and is told.
        let group = r#"{"labels":{"team":"db"},"receiver":{"name":"db"},"alerts":[]}"#;
        let broken = r#"{"labels":{"team":"db"},"receiver":{"name":"db"}}"#;
        let ingested = read(&format!("[{broken},{group},{group}]"));
        assert_eq!((ingested.kind, ingested.received()), (DocumentKind::AlertGroups, 0));
        assert_eq!(ingested.around.to_string(), "/0/alerts (line 1, column 2): `alerts` is required");
    }

    #[test]
    fn problems_found_behind_the_decoder_have_their_places() {
        let long = "n".repeat(1_025);
        let ingested = read(&format!(r#"[{{"labels":{{"a":"b","{long}":"x","":"y"}},"startsAt":"never"}}]"#));
        let found: Vec<_> = ingested.refused[0].report.violations().iter().map(|violation| violation.position.unwrap().column).collect();
        assert_eq!(found, [1_049, 1_056, 1_072]);
    }

    #[test]
    fn losses_of_a_kind_are_named_up_to_a_few() {
        let labels: String = (0..7).map(|n| format!(r#","l{n}":"""#)).collect();
        let ingested = read(&format!(r#"[{{"labels":{{"a":"b","severity":"low"{labels}}},"startsAt":"2025-01-06T09:00:00Z"}}]"#));
        let losses: Vec<_> = ingested.alerts[0].losses.iter().map(ToString::to_string).collect();
        assert_eq!(losses.len(), 5);
        assert_eq!(losses[0], "/labels/l0: a label without a value is no label");
        assert_eq!(losses[4], "/labels: 3 more labels without a value are no labels");
    }
}
