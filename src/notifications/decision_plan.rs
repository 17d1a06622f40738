//! A configuration, made ready to decide who is told.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;

use crate::notifications::config::NotificationConfig;
use crate::notifications::dispatch_options::DispatchOptions;
use crate::notifications::inhibition_rule::InhibitionRule;
use crate::notifications::integration::Integration;
use crate::notifications::mute_verdict::MuteVerdict;
use crate::notifications::named_time_interval::NamedTimeInterval;
use crate::notifications::names::ReceiverName;
use crate::notifications::names::TimeIntervalName;
use crate::notifications::route_key::RouteId;
use crate::notifications::routing_tree::RoutingTree;
use crate::utils::Report;
use crate::utils::Text;
use crate::utils::Timestamp;

/// A [`NotificationConfig`] made ready to decide who is told: routes compiled, time intervals looked up, and what each receiver's channels want.
///
/// It is made once and shared; nothing of it changes while alerts come and go. [`DecisionState`](crate::notifications::DecisionState) is what does.
///
/// # Channels
///
/// Of a receiver's channels deciding needs to know which there are, whether they are told of resolved alerts, and how many alerts they take at once
/// ([`Receiver::integrations`](crate::notifications::Receiver::integrations)). Channels that our types do not have are said by
/// [`with_channels`](DecisionPlan::with_channels). A receiver without channels of which nothing is said counts as one channel of the kind
/// `webhook` that is told of everything, so that a forgotten line predicts a notification too many rather than none.
///
/// # Tenants
///
/// All tenants share the routes, receivers and time intervals; each inhibition rule is of one tenant. Alerts of two tenants never meet in a group, and neither
/// silence nor inhibit each other.
///
/// # Examples
///
/// ```
/// use alert_schemas::notifications::{DecisionPlan, NotificationConfig, Receiver, Route};
///
/// let mut config = NotificationConfig::new(Route::builder().receiver("everyone").build()?);
/// config.receivers.push(Receiver::new("everyone".parse()?));
/// let plan = DecisionPlan::new(&config)?;
/// assert_eq!(plan.channels(&"everyone".parse()?)[0].kind.as_str(), "webhook");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct DecisionPlan {
    tree: RoutingTree,
    rules: Vec<InhibitionRule>,
    routes: HashMap<RouteId, PlannedRoute>,
    channels: BTreeMap<ReceiverName, Vec<Integration>>,
    every_receiver: Vec<Integration>,
    options: DispatchOptions,
}

/// What deciding needs to know of a route beyond its group.
#[derive(Debug, Clone)]
pub(crate) struct PlannedRoute {
    pub(crate) receiver: ReceiverName,
    /// The places among siblings that lead to it.
    pub(crate) path: Vec<usize>,
    pub(crate) active: Vec<Arc<NamedTimeInterval>>,
    pub(crate) mute: Vec<Arc<NamedTimeInterval>>,
}

impl PlannedRoute {
    pub(crate) fn has_intervals(&self) -> bool {
        !self.active.is_empty() || !self.mute.is_empty()
    }

    /// Whether the calendar mutes it at `at`, by what, and until when.
    pub(crate) fn verdict(&self, at: Timestamp) -> MuteVerdict {
        let active: Vec<&NamedTimeInterval> = self.active.iter().map(Arc::as_ref).collect();
        let mute: Vec<&NamedTimeInterval> = self.mute.iter().map(Arc::as_ref).collect();
        MuteVerdict::at(at, &active, &mute)
    }
}

impl DecisionPlan {
    /// Makes a configuration ready.
    ///
    /// # Errors
    ///
    /// The [`Report`] of [`NotificationConfig::check`].
    ///
    /// ```
    /// use alert_schemas::notifications::{DecisionPlan, NotificationConfig, Route};
    ///
    /// let config = NotificationConfig::new(Route::builder().receiver("everyone").build()?);
    /// assert_eq!(DecisionPlan::new(&config).unwrap_err().violations()[0].code, "unknown_receiver");
    /// # Ok::<(), alert_schemas::Report>(())
    /// ```
    pub fn new(config: &NotificationConfig) -> Result<Self, Report> {
        config.check()?;
        let tree = RoutingTree::new(&config.route)?;
        let named: HashMap<&TimeIntervalName, Arc<NamedTimeInterval>> =
            config.time_intervals.iter().map(|interval| (&interval.name, Arc::new(interval.clone()))).collect();
        let find = |names: &[TimeIntervalName]| names.iter().filter_map(|name| named.get(name).cloned()).collect();
        let routes = tree.routes().map(|route| {
            let options = route.options();
            let planned = PlannedRoute {
                receiver: options.receiver().clone(),
                path: route.path(),
                active: find(options.active_time_intervals()),
                mute: find(options.mute_time_intervals()),
            };
            (route.id(), planned)
        });
        let routes = routes.collect();
        let told = config.receivers.iter().filter(|receiver| !receiver.channels.is_empty());
        let channels = told.map(|receiver| (receiver.name.clone(), receiver.integrations())).collect();
        // A kind of seven letters is not too long.
        let webhook = Text::new("webhook").unwrap_or_default();
        Ok(Self {
            routes,
            tree,
            rules: config.inhibition_rules.clone(),
            channels,
            every_receiver: vec![Integration::new(webhook, 0_u32.into())],
            options: DispatchOptions::default().with_resolve_timeout(Some(config.resolve_timeout)),
        })
    }

    /// The same plan, in which a receiver has these channels; with none it tells nobody.
    ///
    /// ```
    /// use alert_schemas::notifications::{DecisionPlan, NotificationConfig, Receiver, Route};
    ///
    /// let mut config = NotificationConfig::new(Route::builder().receiver("nobody").build()?);
    /// config.receivers.push(Receiver::new("nobody".parse()?));
    /// let plan = DecisionPlan::new(&config)?.with_channels("nobody".parse()?, []);
    /// assert!(plan.channels(&"nobody".parse()?).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_channels(mut self, receiver: ReceiverName, channels: impl IntoIterator<Item = Integration>) -> Self {
        self.channels.insert(receiver, channels.into_iter().collect());
        self
    }

    /// The same plan with other limits of what is remembered, and another resolve timeout than the configuration's.
    #[must_use]
    pub fn with_options(mut self, options: DispatchOptions) -> Self {
        self.options = options;
        self
    }

    /// The routes.
    #[must_use]
    pub fn tree(&self) -> &RoutingTree {
        &self.tree
    }

    /// The inhibition rules, in the order of the configuration.
    #[must_use]
    pub fn inhibition_rules(&self) -> &[InhibitionRule] {
        &self.rules
    }

    /// How much is remembered, and for how long what is not repeated is believed.
    #[must_use]
    pub fn options(&self) -> &DispatchOptions {
        &self.options
    }

    /// The channels of a receiver.
    #[must_use]
    pub fn channels(&self, receiver: &ReceiverName) -> &[Integration] {
        self.channels.get(receiver).unwrap_or(&self.every_receiver)
    }

    pub(crate) fn route(&self, id: &RouteId) -> Option<&PlannedRoute> {
        self.routes.get(id)
    }
}
