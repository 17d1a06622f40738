//! Configurations as our own.

use crate::alerts::InvalidMatcher;
use crate::notifications::GroupBy;
use crate::notifications::InhibitionRule;
use crate::notifications::InvalidGroupBy;
use crate::notifications::InvalidReceiverName;
use crate::notifications::NamedTimeInterval;
use crate::notifications::NotificationConfig;
use crate::notifications::Route;
use crate::notifications::Routes;
use crate::notifications::RoutesTooLarge;
use crate::notifications::TimeIntervalName;
use crate::utils::AlertDuration;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::validations::Converted;
use crate::validations::Loss;
use crate::webhooks::alertmanager::config::file::ConfigFile;
use crate::webhooks::alertmanager::config::inhibit_rule::ConfigInhibitRule;
use crate::webhooks::alertmanager::config::route::ConfigRoute;
use crate::webhooks::alertmanager::config::time_interval::ConfigTimeInterval;
use crate::webhooks::placed::Placed;
use crate::webhooks::take::take;
use crate::webhooks::take::take_coded;

impl ConfigFile {
    /// What decides who is told, as our own: routes, receivers, inhibition rules (of one tenant) and time intervals.
    ///
    /// The places of routes are the same in both (`/route/routes/0`), so that what is found in the result can be shown in the file by
    /// [`ConfigFile::place_of`]. Told as losses are what receivers lose
    /// ([`ConfigReceiver::to_receiver`](crate::webhooks::alertmanager::config::ConfigReceiver::to_receiver)), the files of templates, tracing and
    /// event recorders, which our configuration has no place for.
    ///
    /// # Errors
    ///
    /// A [`Report`] of what our types do not take although Alertmanager does, such as a name of more than 1,024 characters; the places are those
    /// of the tree of the file, but for what only the whole shows ([`NotificationConfig::check`]), which [`ConfigFile::place_of`] finds in the file.
    ///
    /// ```
    /// use alert_schemas::TenantId;
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let text = "
    /// route: { receiver: everyone, routes: [{ match: { team: db }, receiver: db, group_by: ['...'] }] }
    /// receivers: [{ name: everyone }, { name: db }]
    /// ";
    /// let file = ConfigFile::read(text, &ConfigFileOptions::default())?;
    /// let config = file.to_config(&TenantId::default())?;
    /// assert!(config.is_exact());
    /// assert_eq!(config.value.route.routes[0].matchers.to_string(), r#"{team="db"}"#);
    /// assert_eq!(config.value.receivers.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_config(&self, tenant: &TenantId) -> Result<Converted<NotificationConfig>, Report> {
        let (mut report, mut losses) = (Report::new(), Vec::new());
        let at = |name: &str| Pointer::root().key(name);
        let route = to_route(&self.route, &at("route"), &mut report);
        let mut config = NotificationConfig::new(route);
        for (index, receiver) in self.receivers.iter().enumerate() {
            let place = at("receivers").index(index);
            if receiver.name.is_empty() {
                // An item that is null: no route can name it.
                losses.push(Loss::new(place, "field_not_carried", "a receiver without a name is left out"));
                continue;
            }
            let converted = receiver.to_receiver(&self.global);
            if let Some(converted) = take_coded(converted, &place.clone().key("name"), InvalidReceiverName::code, &mut report) {
                config.receivers.push(converted.value);
                let lost = converted.losses.into_iter();
                losses.extend(lost.map(|loss| Loss::new(place.clone().join(&loss.path), loss.code, loss.message)));
            }
        }
        for (index, rule) in self.inhibit_rules.iter().enumerate() {
            config.inhibition_rules.extend(to_inhibition_rule(rule, tenant, &at("inhibit_rules").index(index), &mut report));
        }
        for (list, key) in [(&self.mute_time_intervals, "mute_time_intervals"), (&self.time_intervals, "time_intervals")] {
            for (index, interval) in list.iter().enumerate() {
                let place = at(key).index(index);
                if interval.name.is_empty() {
                    losses.push(Loss::new(place, "field_not_carried", "a time interval without a name is left out"));
                    continue;
                }
                config.time_intervals.extend(to_time_interval(interval, &place, &mut report));
            }
        }
        config.resolve_timeout = self.global.resolve_timeout;
        if !self.templates.is_empty() {
            losses.push(Loss::new(at("templates"), "field_not_carried", "the files of templates are not part of it"));
        }
        if self.tracing.is_some() {
            losses.push(Loss::new(at("tracing"), "field_not_carried", "tracing is of no use here"));
        }
        if self.event_recorder != Default::default() {
            losses.push(Loss::new(at("event_recorder"), "field_not_carried", "event recorders are of no use here"));
        }
        if report.is_empty() {
            report = config.check().err().unwrap_or_default();
        }
        report.into_result(Converted::with(config, losses))
    }
}

/// Names of time intervals.
fn to_names(names: &[Placed<String>], at: &Pointer, report: &mut Report) -> Vec<TimeIntervalName> {
    let parse =
        |(index, name): (usize, &Placed<String>)| take(name.parse(), &at.clone().index(index), "invalid_time_interval_name", report);
    names.iter().enumerate().filter_map(parse).collect()
}

/// A route and those below it, which are [`ConfigRoute::MAX_DEPTH`] deep at most in a file that was read.
fn to_route(route: &ConfigRoute, at: &Pointer, report: &mut Report) -> Route {
    let mut neutral = Route::default();
    if !route.receiver.is_empty() {
        neutral.receiver = take(route.receiver.parse(), &at.clone().key("receiver"), "invalid_receiver_name", report);
    }
    neutral.matchers = take_coded(route.all_matchers(), &at.clone().key("matchers"), InvalidMatcher::code, report).unwrap_or_default();
    neutral.continue_matching = *route.continue_matching;
    if let Some(labels) = &route.group_by {
        let labels: Vec<&str> = labels.iter().map(|label| label.as_str()).collect();
        let group_by = match labels.as_slice() {
            [] => Ok(GroupBy::one_group()),
            [first, ..] if *first == "..." => Ok(GroupBy::all()),
            names => GroupBy::labels(names.iter().copied()),
        };
        neutral.group_by = take_coded(group_by, &at.clone().key("group_by"), InvalidGroupBy::code, report);
    }
    let duration = |duration: &Option<Placed<AlertDuration>>| duration.as_ref().map(|duration| duration.value);
    neutral.group_wait = duration(&route.group_wait);
    neutral.group_interval = duration(&route.group_interval);
    neutral.repeat_interval = duration(&route.repeat_interval);
    neutral.mute_time_intervals = to_names(&route.mute_time_intervals, &at.clone().key("mute_time_intervals"), report);
    neutral.active_time_intervals = to_names(&route.active_time_intervals, &at.clone().key("active_time_intervals"), report);
    let below = at.clone().key("routes");
    let routes = route.routes.iter().enumerate().map(|(index, route)| to_route(route, &below.clone().index(index), report));
    let routes = Routes::new(routes.collect::<Vec<_>>());
    neutral.routes = take_coded(routes, &below, RoutesTooLarge::code, report).unwrap_or_default();
    neutral
}

fn to_inhibition_rule(rule: &ConfigInhibitRule, tenant: &TenantId, at: &Pointer, report: &mut Report) -> Option<InhibitionRule> {
    let place = |key: &str| at.clone().key(key);
    let source = take_coded(rule.all_source_matchers(), &place("source_matchers"), InvalidMatcher::code, report);
    let target = take_coded(rule.all_target_matchers(), &place("target_matchers"), InvalidMatcher::code, report);
    let mut neutral = InhibitionRule::new(source?, target?);
    neutral.tenant = tenant.clone();
    if !rule.name.is_empty() {
        neutral.name = take(rule.name.parse(), &place("name"), "text_too_long", report);
    }
    for (index, label) in rule.equal.iter().enumerate() {
        neutral.equal.extend(take(label.parse(), &place("equal").index(index), "invalid_label_name", report));
    }
    Some(neutral)
}

fn to_time_interval(interval: &ConfigTimeInterval, at: &Pointer, report: &mut Report) -> Option<NamedTimeInterval> {
    let name = take(interval.name.parse(), &at.clone().key("name"), "invalid_time_interval_name", report)?;
    let mut intervals = Vec::new();
    for (index, one) in interval.intervals.iter().enumerate() {
        let place = at.clone().key("time_intervals").index(index);
        match one.to_interval() {
            Some(neutral) => intervals.push(neutral),
            None => report.push(place, "invalid_time_interval", "the time interval cannot be read"),
        }
    }
    Some(NamedTimeInterval::new(name, intervals))
}
