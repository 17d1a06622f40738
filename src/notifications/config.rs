//! All that decides who is told, together.

use std::collections::HashSet;

use crate::notifications::inhibition_rule::InhibitionRule;
use crate::notifications::named_time_interval::NamedTimeInterval;
use crate::notifications::receiver::Receiver;
use crate::notifications::route::Route;
use crate::utils::AlertDuration;
use crate::utils::Path;
use crate::utils::Pointer;
use crate::utils::Report;
use crate::utils::excerpt;
use crate::validations::Rule;
use crate::validations::record;

/// How many receivers, inhibition rules and time intervals there may be, each.
const MOST: usize = 100_000;

record! {
    /// All that decides who is told of an alert, and when: the tree of routes and the names that it refers to.
    ///
    /// Secrets of receivers are hidden in its JSON, as in that of a [`Receiver`].
    ///
    /// # Validity
    ///
    /// The route is one that can be a root, receivers and time intervals have names of their own, and routes refer to those that are there:
    /// [`NotificationConfig::check_references`] says so at the place of each.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{NotificationConfig, Receiver, Route};
    ///
    /// let route = Route::builder().receiver("everyone").build()?;
    /// let mut config = NotificationConfig::new(route);
    /// assert_eq!(config.check().unwrap_err().violations()[0].code, "unknown_receiver");
    /// config.receivers.push(Receiver::new("everyone".parse()?));
    /// assert_eq!(config.check(), Ok(()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct NotificationConfig: closed in notifications;
    example r#"{"route": {"receiver": "everyone"}, "receivers": [{"name": "everyone"}]}"#;
    beyond { rules RULES; settle NotificationConfig::settled; }
    /// The root of the routes.
    required route: Route as "route",
    /// The receivers; at most 100,000.
    listed(MOST) receivers: Receiver as "receivers",
    /// The rules by which alerts quiet others; at most 100,000.
    list(MOST) inhibition_rules: InhibitionRule as "inhibition_rules",
    /// The time intervals that routes refer to; at most 100,000.
    list(MOST) time_intervals: NamedTimeInterval as "time_intervals",
    /// How long an alert without an end fires after it was last heard of. Default 5m.
    written resolve_timeout: AlertDuration as "resolve_timeout" = NotificationConfig::DEFAULT_RESOLVE_TIMEOUT,
}

const RULES: &[Rule<NotificationConfig>] = &[
    Rule {
        code: "unknown_receiver",
        field: "route",
        rule: "Each receiver that a route names is one of `receivers`.",
        broken: |config| first(config, "unknown_receiver"),
    },
    Rule {
        code: "unknown_time_interval",
        field: "route",
        rule: "Each time interval that a route names is one of `time_intervals`.",
        broken: |config| first(config, "unknown_time_interval"),
    },
    Rule {
        code: "repeated_name",
        field: "receivers",
        rule: "Receivers, and time intervals, have names of their own.",
        broken: |config| first(config, "repeated_name"),
    },
    Rule {
        code: "unfit_root_route",
        field: "route",
        rule: "`route` has a receiver, and neither matchers, `continue`, nor time intervals.",
        broken: |config| {
            let mut report = Report::new();
            config.route.check_root_at(&Path::ROOT, &mut report);
            report.violations().first().map(|violation| violation.message.clone())
        },
    },
];

/// The first problem of this code among the names.
fn first(config: &NotificationConfig, code: &str) -> Option<String> {
    let mut found = None;
    config.each_name_problem(&mut |place, own, message| {
        if own == code && found.is_none() {
            found = Some(format!("{place}: {message}"));
        }
    });
    found
}

impl NotificationConfig {
    /// How long an alert without an end fires after it was last heard of, where nothing says it: 5 minutes.
    pub const DEFAULT_RESOLVE_TIMEOUT: AlertDuration = AlertDuration::minutes(5);

    /// A configuration of routes alone.
    #[must_use]
    pub fn new(route: Route) -> Self {
        Self {
            route,
            receivers: Vec::new(),
            inhibition_rules: Vec::new(),
            time_intervals: Vec::new(),
            resolve_timeout: Self::DEFAULT_RESOLVE_TIMEOUT,
        }
    }

    /// Checks the names: each problem at its own place, where [`NotificationConfig::check`] tells the first of each kind.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all problems.
    ///
    /// ```
    /// use alert_schemas::notifications::{NotificationConfig, Receiver, Route};
    ///
    /// let inner = Route::builder().matchers("team=db").receiver("dba").build()?;
    /// let mut config = NotificationConfig::new(Route::builder().receiver("everyone").route(inner).build()?);
    /// config.receivers.push(Receiver::new("everyone".parse()?));
    /// let report = config.check_references().unwrap_err();
    /// assert_eq!(report.to_string(), "/route/routes/0/receiver: there is no receiver `dba`");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn check_references(&self) -> Result<(), Report> {
        let mut report = Report::new();
        self.each_name_problem(&mut |place, code, message| report.push(place, code, message));
        report.into_result(())
    }

    fn each_name_problem(&self, tell: &mut dyn FnMut(Pointer, &'static str, String)) {
        let mut receivers = HashSet::new();
        for (at, receiver) in self.receivers.iter().enumerate().filter(|(_, receiver)| !receivers.insert(receiver.name.as_str())) {
            let message = format!("there is another receiver with the name `{}`", excerpt(receiver.name.as_str()));
            tell(Pointer::root().key("receivers").index(at).key("name"), "repeated_name", message);
        }
        let mut intervals = HashSet::new();
        for (at, interval) in self.time_intervals.iter().enumerate().filter(|(_, interval)| !intervals.insert(interval.name.as_str())) {
            let message = format!("there is another time interval with the name `{}`", excerpt(interval.name.as_str()));
            tell(Pointer::root().key("time_intervals").index(at).key("name"), "repeated_name", message);
        }
        for (place, route) in self.route.walk() {
            let place = Pointer::root().key("route").join(&place);
            if let Some(name) = route.receiver.as_ref().filter(|name| !receivers.contains(name.as_str())) {
                let message = format!("there is no receiver `{}`", excerpt(name.as_str()));
                tell(place.clone().key("receiver"), "unknown_receiver", message);
            }
            let lists = [("mute_time_intervals", &route.mute_time_intervals), ("active_time_intervals", &route.active_time_intervals)];
            for (field, names) in lists {
                for (at, name) in names.iter().enumerate().filter(|(_, name)| !intervals.contains(name.as_str())) {
                    let message = format!("there is no time interval `{}`", excerpt(name.as_str()));
                    tell(place.clone().key(field).index(at), "unknown_time_interval", message);
                }
            }
        }
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        use crate::alerts::Matchers;

        self.route.matchers = Matchers::default();
        self.route.continue_matching = false;
        self.route.mute_time_intervals.clear();
        self.route.active_time_intervals.clear();
        self.time_intervals.sort_by(|a, b| a.name.cmp(&b.name));
        self.time_intervals.dedup_by(|a, b| a.name == b.name);
        self.receivers.sort_by(|a, b| a.name.cmp(&b.name));
        self.receivers.dedup_by(|a, b| a.name == b.name);
        if self.route.receiver.is_none() {
            self.route.receiver = "everyone".parse().ok();
        }
        let told: Vec<_> = self.route.walk().filter_map(|(_, route)| route.receiver.clone()).collect();
        for name in told {
            if !self.receivers.iter().any(|receiver| receiver.name == name) {
                self.receivers.push(Receiver::new(name));
            }
        }
        let named: Vec<_> = self
            .route
            .walk()
            .flat_map(|(_, route)| route.mute_time_intervals.iter().chain(&route.active_time_intervals).cloned().collect::<Vec<_>>())
            .collect();
        for name in named {
            if !self.time_intervals.iter().any(|interval| interval.name == name) {
                self.time_intervals.push(NamedTimeInterval::new(name, Vec::new()));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_problem_of_each_kind_is_told_however_many_there_are_of_another() {
        let inner = Route::builder().matchers("team=db").receiver("dba").mute_time_interval("nights").build().unwrap();
        let mut config = NotificationConfig::new(Route::builder().receiver("ops").route(inner).build().unwrap());
        config.receivers = vec![Receiver::new("ops".parse().unwrap()); 2 * Report::KEPT];
        let report = config.check().unwrap_err();
        let told: Vec<String> = report.violations().iter().map(|violation| format!("{} {}", violation.code, violation.message)).collect();
        assert_eq!(
            told,
            [
                "unknown_receiver /route/routes/0/receiver: there is no receiver `dba`",
                "unknown_time_interval /route/routes/0/mute_time_intervals/0: there is no time interval `nights`",
                "repeated_name /receivers/1/name: there is another receiver with the name `ops`",
            ]
        );
    }
}
