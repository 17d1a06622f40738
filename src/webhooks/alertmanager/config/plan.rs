//! Configurations, made ready to decide who is told.

use crate::notifications::DecisionPlan;
use crate::notifications::Integration;
use crate::utils::Count;
use crate::utils::Report;
use crate::utils::TenantId;
use crate::utils::Text;
use crate::validations::Converted;
use crate::webhooks::alertmanager::config::file::ConfigFile;
use crate::webhooks::alertmanager::config::receiver::ConfigReceiver;

/// The channels of one kind: of each, whether it is told of resolved alerts, and how many alerts it takes at once.
fn channels(kind: &str, wants: impl Iterator<Item = (bool, u64)>) -> impl Iterator<Item = Integration> {
    // All kinds are short.
    let kind = Text::new(kind).unwrap_or_default();
    wants.enumerate().map(move |(index, (send_resolved, max_alerts))| {
        let count = |number: u64| Count::try_from(number).unwrap_or_default();
        Integration::new(kind.clone(), count(index as u64)).with_send_resolved(send_resolved).with_max_alerts(count(max_alerts))
    })
}

impl ConfigReceiver {
    /// What deciding needs to know of the channels, in Alertmanager's order and with its names (0.33, `config/receiver/receiver.go`).
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigReceiver, SlackConfig};
    ///
    /// let mut receiver = ConfigReceiver::new("db");
    /// receiver.slack_configs.push(SlackConfig::default());
    /// let channels = receiver.integrations();
    /// assert_eq!((channels[0].kind.as_str(), channels[0].send_resolved), ("slack", false));
    /// ```
    #[must_use]
    pub fn integrations(&self) -> Vec<Integration> {
        macro_rules! list {
            ($($kind:literal $field:ident,)*) => {
                [$(channels($kind, self.$field.iter().map(|one| (one.send_resolved, 0))).collect::<Vec<_>>(),)*].concat()
            };
        }
        let webhooks = channels("webhook", self.webhook_configs.iter().map(|one| (one.send_resolved, one.max_alerts)));
        let before = list! {
            "email" email_configs,
            "pagerduty" pagerduty_configs,
            "opsgenie" opsgenie_configs,
            "wechat" wechat_configs,
            "slack" slack_configs,
            "victorops" victorops_configs,
            "pushover" pushover_configs,
            "sns" sns_configs,
            "telegram" telegram_configs,
            "discord" discord_configs,
            "webex" webex_configs,
            "msteams" msteams_configs,
            "msteamsv2" msteamsv2_configs,
            "jira" jira_configs,
        };
        let incidents = channels("incidentio", self.incidentio_configs.iter().map(|one| (one.send_resolved, one.max_alerts)));
        let after = list! {
            "rocketchat" rocketchat_configs,
            "mattermost" mattermost_configs,
        };
        webhooks.chain(before).chain(incidents).chain(after).collect()
    }
}

impl ConfigFile {
    /// The configuration made ready to decide who is told, with the channels of its receivers; what is lost is what [`ConfigFile::to_config`] loses.
    ///
    /// # Errors
    ///
    /// The [`Report`] of [`ConfigFile::to_config`], and of what [`DecisionPlan::new`] does not take, whose places [`ConfigFile::place_of`] finds in the file.
    ///
    /// ```
    /// use alert_schemas::TenantId;
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigFile, ConfigFileOptions};
    ///
    /// let text = "
    /// route: { receiver: everyone }
    /// receivers: [{ name: everyone, webhook_configs: [{ url: 'http://localhost/', send_resolved: false }] }]
    /// ";
    /// let plan = ConfigFile::read(text, &ConfigFileOptions::default())?.to_plan(&TenantId::default())?.value;
    /// assert!(!plan.channels(&"everyone".parse()?)[0].send_resolved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_plan(&self, tenant: &TenantId) -> Result<Converted<DecisionPlan>, Report> {
        let config = self.to_config(tenant)?;
        let mut plan = DecisionPlan::new(&config.value)?;
        for receiver in &self.receivers {
            // A name that does not fit was reported.
            if let Ok(name) = receiver.name.parse() {
                plan = plan.with_channels(name, receiver.integrations());
            }
        }
        Ok(Converted::with(plan, config.losses))
    }
}
