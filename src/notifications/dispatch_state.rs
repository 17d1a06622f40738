//! What a dispatcher remembers, to be stored and read back.

use std::collections::BTreeSet;

use crate::alerts::Alert;
use crate::alerts::Identity;
use crate::alerts::Labels;
use crate::notifications::dispatch_options::MOST_HELD;
use crate::notifications::names::ReceiverName;
use crate::notifications::route_key::GroupKey;
use crate::notifications::route_key::RouteId;
use crate::utils::AlertDuration;
use crate::utils::StateVersion;
use crate::utils::TenantId;
use crate::utils::Timestamp;
use crate::validations::Rule;
use crate::validations::out_of_order;
use crate::validations::record;

record! {
    /// A group of alerts that waits to be looked at.
    ///
    /// # Validity
    ///
    /// It has at least one alert; they are sorted, each once.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{DispatchGroup, Dispatcher, Route, RoutingTree};
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("ops").build()?)?;
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut dispatcher = Dispatcher::default();
    /// dispatcher.insert_routed(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, &tree, t0);
    /// let group: &DispatchGroup = &dispatcher.state().groups[0];
    /// assert_eq!((group.created_at, group.flushed_at), (t0, None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DispatchGroup: closed in notifications;
    example r#"{"tenant": "acme", "route": "{}", "group_key": "{}:{}", "receiver": "ops", "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "created_at": "2025-01-06T09:00:00Z", "flush_at": "2025-01-06T09:00:30Z", "alerts": ["labels:dab43189276e5f48"]}"#;
    beyond { rules GROUP_RULES; settle DispatchGroup::settled; }
    /// Whose group it is. Default `default`.
    written tenant: TenantId as "tenant",
    /// The route that made it.
    required route: RouteId as "route",
    /// Its key.
    required group_key: GroupKey as "group_key",
    /// The labels that all its alerts share.
    defaulted group_labels: Labels as "group_labels",
    /// Who is told.
    required receiver: ReceiverName as "receiver",
    /// How long it waited for more alerts when it was new.
    required group_wait: AlertDuration as "group_wait",
    /// How long it waits before it is looked at again.
    required group_interval: AlertDuration as "group_interval",
    /// How long until the same is told again.
    required repeat_interval: AlertDuration as "repeat_interval",
    /// When its first alert came.
    required created_at: Timestamp as "created_at",
    /// When it is looked at next.
    required flush_at: Timestamp as "flush_at",
    /// When it was looked at last.
    optional flushed_at: Timestamp as "flushed_at",
    /// Its alerts, sorted; at most 16,777,216.
    listed(MOST_HELD) alerts: Identity as "alerts",
}

const GROUP_RULES: &[Rule<DispatchGroup>] = &[
    Rule {
        code: "group_without_alerts",
        field: "alerts",
        rule: "A group has at least one alert.",
        broken: |group| group.alerts.is_empty().then(|| "the group has no alert: expected at least one".to_owned()),
    },
    Rule {
        code: "not_in_order",
        field: "alerts",
        rule: "The `alerts` of a group are sorted by the kind and the bytes of their identity, each once.",
        broken: |group| {
            let index = out_of_order(&group.alerts, |identity| identity)?;
            Some(format!("alert {index} does not come after the one before it: expected them sorted, each once"))
        },
    },
];

impl DispatchGroup {
    fn place(&self) -> (&TenantId, &RouteId, &GroupKey) {
        (&self.tenant, &self.route, &self.group_key)
    }

    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        if self.alerts.is_empty() {
            self.alerts.push(Identity::Labels(0.into()));
        }
        self.alerts.sort();
        self.alerts.dedup();
        self
    }
}

record! {
    /// What a dispatcher remembers, to be stored and read back: the alerts, each once, and the groups they are in.
    ///
    /// Equal states have equal JSON. A state of 100,000 alerts is a document of about 50 MB, so that [`DecodeLimits`](crate::validations::DecodeLimits) must be
    /// raised for it.
    ///
    /// # Validity
    ///
    /// Alerts are sorted by tenant and identity, groups by tenant, route and key, each once; each alert of a group is among the alerts of its tenant.
    ///
    /// # Examples
    ///
    /// ```
    /// use alert_schemas::notifications::{DispatchOptions, DispatchState, Dispatcher, Route, RoutingTree};
    /// use alert_schemas::validations::DecodeLimits;
    /// use alert_schemas::{Alert, AlertSeverity, Timestamp};
    ///
    /// let tree = RoutingTree::new(&Route::builder().receiver("ops").build()?)?;
    /// let t0: Timestamp = "2025-01-06T09:00:00Z".parse()?;
    /// let mut before = Dispatcher::default();
    /// before.insert_routed(Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").build()?, &tree, t0);
    ///
    /// let stored = serde_json::to_vec(&before.state())?;
    /// let state = DispatchState::decode(&stored, &DecodeLimits::default())?;
    /// let mut after = Dispatcher::from_state(state, DispatchOptions::default())?;
    /// let due = after.next_due().unwrap();
    /// assert_eq!(after.flush_due(due), before.flush_due(due));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct DispatchState: closed in notifications;
    example r#"{"version": 1, "latest": "2025-01-06T09:00:00Z", "alerts": [{"tenant": "acme", "message": "a test", "severity": "info", "labels": {"alertname": "TestAlert"}, "starts_at": "2025-01-06T09:00:00Z"}], "groups": [{"tenant": "acme", "route": "{}", "group_key": "{}:{}", "receiver": "ops", "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "created_at": "2025-01-06T09:00:00Z", "flush_at": "2025-01-06T09:00:30Z", "alerts": ["labels:dab43189276e5f48"]}]}"#;
    beyond { rules STATE_RULES; settle DispatchState::settled; }
    /// The version of this form.
    required version: StateVersion as "version",
    /// When groups were looked at last.
    optional latest: Timestamp as "latest",
    /// The alerts; at most 16,777,216.
    list(MOST_HELD) alerts: Alert as "alerts",
    /// The groups; at most 16,777,216.
    list(MOST_HELD) groups: DispatchGroup as "groups",
}

const STATE_RULES: &[Rule<DispatchState>] = &[
    Rule {
        code: "not_in_order",
        field: "alerts",
        rule: "`alerts` are sorted by their tenant and identity, each once.",
        broken: |state| {
            let index = out_of_order(&state.alerts, |alert| (&alert.tenant, alert.identity()))?;
            Some(format!("alert {index} does not come after the one before it: expected them sorted by tenant and identity, each once"))
        },
    },
    Rule {
        code: "not_in_order",
        field: "groups",
        rule: "`groups` are sorted by their tenant, route and key, each once.",
        broken: |state| {
            let index = out_of_order(&state.groups, DispatchGroup::place)?;
            Some(format!("group {index} does not come after the one before it: expected them sorted by tenant, route and key, each once"))
        },
    },
    Rule {
        code: "group_alert_unknown",
        field: "groups",
        rule: "Each alert of a group is among the alerts of its tenant.",
        broken: |state| {
            let known: BTreeSet<_> = state.alerts.iter().map(|alert| (&alert.tenant, alert.identity())).collect();
            let unknown = |group: &&DispatchGroup| group.alerts.iter().any(|identity| !known.contains(&(&group.tenant, identity.clone())));
            let group = state.groups.iter().find(unknown)?;
            Some(format!("the group `{}` has an alert that is not among `alerts`", crate::utils::excerpt(group.group_key.as_str())))
        },
    },
];

impl DispatchState {
    #[cfg_attr(not(feature = "proptest"), expect(dead_code, reason = "only strategies need it"))]
    fn settled(mut self) -> Self {
        self.alerts.sort_by_cached_key(|alert| (alert.tenant.clone(), alert.identity()));
        self.alerts.dedup_by_key(|alert| (alert.tenant.clone(), alert.identity()));
        self.groups.truncate(self.alerts.len());
        for (group, alert) in self.groups.iter_mut().zip(&self.alerts) {
            group.tenant = alert.tenant.clone();
            group.alerts = vec![alert.identity()];
        }
        self.groups.sort_by(|a, b| a.place().cmp(&b.place()));
        self.groups.dedup_by(|a, b| a.place() == b.place());
        self
    }
}
