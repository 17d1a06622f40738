//! The alerts that are sent.

use crate::alerts::Alert;
use crate::alerts::AlertMessage;
use crate::alerts::AlertSeverity;
use crate::alerts::AlertStatus;
use crate::alerts::EndCause;
use crate::alerts::LabelValue;
use crate::alerts::Link;
use crate::alerts::LinkKind;
use crate::alerts::SeverityReading;
use crate::rules::alert_rule::AlertRule;
use crate::rules::firing::context::FiringContext;
use crate::rules::firing::instance::AlertInstance;
use crate::rules::firing::instance::FiringState;

/// Takes the alerts that are to be sent now, and notes in each that it was.
pub(crate) fn send(rule: &AlertRule, context: &FiringContext<'_>, instances: &mut [AlertInstance]) -> Vec<Alert> {
    let mut alerts = Vec::new();
    let mut link = None;
    for instance in instances {
        if needs_sending(instance, context) {
            instance.last_sent_at = Some(context.now);
            instance.valid_until = Some(context.valid_until());
            let link = link.get_or_insert_with(|| source_link(rule, context));
            alerts.push(alert(rule, context, instance, link.as_ref()));
        }
    }
    alerts
}

fn needs_sending(instance: &AlertInstance, context: &FiringContext<'_>) -> bool {
    if instance.state == FiringState::Pending {
        return false;
    }
    match instance.last_sent_at {
        None => true,
        // An end that was not sent yet is sent at once.
        Some(sent) => instance.resolved_at.is_some_and(|at| at > sent) || sent + context.options.resend_delay < context.now,
    }
}

/// The alert as it is sent.
fn alert(rule: &AlertRule, context: &FiringContext<'_>, instance: &AlertInstance, link: Option<&Link>) -> Alert {
    let texts = ["summary", "description", "message"].into_iter().filter_map(|name| instance.annotations.get(name));
    let message = texts.chain([rule.name.as_str()]).find_map(|text| AlertMessage::new(text).ok());
    let severity = match instance.labels.get("severity").map(AlertSeverity::read) {
        None | Some(SeverityReading::Unknown) => rule.severity,
        Some(reading) => reading.severity(),
    };
    let starts_at = instance.fired_at.unwrap_or(instance.active_at);
    let mut alert = Alert::new(message.unwrap_or_else(AlertMessage::placeholder), severity, starts_at);
    alert.tenant = rule.tenant.clone();
    alert.rule_id = Some(rule.own_id());
    alert.labels = instance.labels.to_labels();
    for (name, value) in context.options.external_labels.iter() {
        if !value.is_empty() && alert.labels.get(name.as_str()).is_none_or(str::is_empty) {
            // Fails only where the alert already has as many labels as there may be.
            let _ = alert.labels.insert(name.clone(), LabelValue::clone(value));
        }
    }
    alert.annotations = instance.annotations.clone();
    alert.updated_at = Some(context.now);
    match instance.resolved_at {
        Some(at) => {
            alert.status = AlertStatus::Resolved;
            alert.ends_at = Some(at.max(starts_at));
            alert.end_cause = Some(EndCause::Signal);
        }
        None => {
            alert.status = AlertStatus::Firing;
            alert.ends_at = instance.valid_until.map(|until| until.max(starts_at));
            alert.end_cause = alert.ends_at.map(|_| EndCause::Timeout);
        }
    }
    alert.links.extend(link.cloned());
    alert.with_derived_id()
}

/// The link to the graph of the condition, as Prometheus writes its `generatorURL`.
fn source_link(rule: &AlertRule, context: &FiringContext<'_>) -> Option<Link> {
    let expr = crate::templates::go::query_escape(&rule.condition.expr().to_string());
    let href = format!("{}/graph?g0.expr={expr}&g0.tab=1", context.options.external_url);
    href.parse().ok().map(|href| Link::new(LinkKind::Source, href))
}
