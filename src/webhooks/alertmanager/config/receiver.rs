//! Receivers.

use std::collections::BTreeMap;

use crate::utils::Path;
use crate::utils::Report;
use crate::utils::excerpt;
use crate::validations::yaml::GoDecoder;
use crate::validations::yaml::Node;
use crate::validations::yaml::NodeKind;
use crate::webhooks::alertmanager::config::collector::Collector;
use crate::webhooks::alertmanager::config::global::ConfigGlobal;
use crate::webhooks::alertmanager::config::receiver_discord::DiscordConfig;
use crate::webhooks::alertmanager::config::receiver_email::EmailConfig;
use crate::webhooks::alertmanager::config::receiver_incidentio::IncidentioConfig;
use crate::webhooks::alertmanager::config::receiver_jira::JiraConfig;
use crate::webhooks::alertmanager::config::receiver_mattermost::MattermostConfig;
use crate::webhooks::alertmanager::config::receiver_msteams::MsteamsConfig;
use crate::webhooks::alertmanager::config::receiver_msteamsv2::Msteamsv2Config;
use crate::webhooks::alertmanager::config::receiver_opsgenie::OpsgenieConfig;
use crate::webhooks::alertmanager::config::receiver_pagerduty::PagerdutyConfig;
use crate::webhooks::alertmanager::config::receiver_pushover::PushoverConfig;
use crate::webhooks::alertmanager::config::receiver_rocketchat::RocketchatConfig;
use crate::webhooks::alertmanager::config::receiver_slack::SlackConfig;
use crate::webhooks::alertmanager::config::receiver_sns::SnsConfig;
use crate::webhooks::alertmanager::config::receiver_telegram::TelegramConfig;
use crate::webhooks::alertmanager::config::receiver_victorops::VictoropsConfig;
use crate::webhooks::alertmanager::config::receiver_webex::WebexConfig;
use crate::webhooks::alertmanager::config::receiver_webhook::WebhookConfig;
use crate::webhooks::alertmanager::config::receiver_wechat::WechatConfig;
use crate::webhooks::alertmanager::config::section::ConfigValue;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::section;

section! {
    /// A receiver: who is told, by any number of ways, which are told in the order of the fields here.
    ///
    /// The label `name` is the name of the receiver, whether it is written or not.
    ///
    /// # Differences from Alertmanager 0.33.1
    ///
    /// 1. **`update_message` of Slack without an `api_url` is a problem**, also where only `global` has one: there `amtool` and Alertmanager itself end with a
    ///    nil pointer, and nobody would be told of anything.
    /// 2. **Fields, actions and attachments that are null are left out.** Alertmanager takes them, and meets a nil pointer when it sends.
    /// 3. **`max_alerts` is at most 2⁶³ − 1**, where Alertmanager takes 2⁶⁴ − 1: nobody has that many.
    /// 4. **Values of any shape have at most 100 lists and mappings in each other** ([`AnyValue`](crate::webhooks::alertmanager::config::AnyValue)).
    pub struct ConfigReceiver;
    example "name = \"db\".to_owned()" => "name: db";
    bad "slack_config: []" => "unknown_field";
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        faults.at_least_one(&[("name", !it.name.is_empty())]);
        if let Some(label) = it.labels.get("name").filter(|label| **label != it.name) {
            let message = format!("the label `name` is that of the receiver: expected `{}`, found `{}`", excerpt(&it.name), excerpt(label));
            faults.note(&["labels"], "config_wrong_value", message);
        }
    };
    /// The name that routes refer to.
    name: String as "name",
    /// Labels of the receiver itself.
    labels: BTreeMap<String, String> as "labels",
    /// Webhooks.
    webhook_configs: Vec<WebhookConfig> as "webhook_configs",
    /// E-mails.
    email_configs: Vec<EmailConfig> as "email_configs",
    /// Events of PagerDuty.
    pagerduty_configs: Vec<PagerdutyConfig> as "pagerduty_configs",
    /// Alerts of Opsgenie.
    opsgenie_configs: Vec<OpsgenieConfig> as "opsgenie_configs",
    /// Messages of WeChat.
    wechat_configs: Vec<WechatConfig> as "wechat_configs",
    /// Messages to Slack.
    slack_configs: Vec<SlackConfig> as "slack_configs",
    /// Alerts of VictorOps.
    victorops_configs: Vec<VictoropsConfig> as "victorops_configs",
    /// Messages by Pushover.
    pushover_configs: Vec<PushoverConfig> as "pushover_configs",
    /// Text messages and topics of Amazon SNS.
    sns_configs: Vec<SnsConfig> as "sns_configs",
    /// Messages by a bot of Telegram.
    telegram_configs: Vec<TelegramConfig> as "telegram_configs",
    /// Messages to Discord, by webhooks.
    discord_configs: Vec<DiscordConfig> as "discord_configs",
    /// Messages to rooms of Webex.
    webex_configs: Vec<WebexConfig> as "webex_configs",
    /// Microsoft Teams, by connectors.
    msteams_configs: Vec<MsteamsConfig> as "msteams_configs",
    /// Microsoft Teams, by workflows.
    msteamsv2_configs: Vec<Msteamsv2Config> as "msteamsv2_configs",
    /// Issues of Jira.
    jira_configs: Vec<JiraConfig> as "jira_configs",
    /// Alerts of incident.io.
    incidentio_configs: Vec<IncidentioConfig> as "incidentio_configs",
    /// Messages to Rocket.Chat.
    rocketchat_configs: Vec<RocketchatConfig> as "rocketchat_configs",
    /// Messages to Mattermost, by webhooks.
    mattermost_configs: Vec<MattermostConfig> as "mattermost_configs",
}

impl ConfigReceiver {
    /// A receiver that tells nobody yet.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Checks the receiver as it stands in a configuration: what it does not have, it has from `global`.
    ///
    /// # Errors
    ///
    /// A [`Report`] of all problems.
    ///
    /// ```
    /// use alert_schemas::webhooks::alertmanager::config::{ConfigGlobal, ConfigReceiver, SlackConfig};
    ///
    /// let mut receiver = ConfigReceiver::new("db");
    /// receiver.slack_configs.push(SlackConfig::default());
    /// let mut global = ConfigGlobal::default();
    /// assert!(receiver.check_with(&global).is_err());
    /// global.slack_api_url = Some("https://hooks.slack.com/services/T0/B0/x".parse()?);
    /// assert!(receiver.check_with(&global).is_ok());
    /// # Ok::<(), alert_schemas::webhooks::alertmanager::config::InvalidHttpUrl>(())
    /// ```
    pub fn check_with(&self, global: &ConfigGlobal) -> Result<(), Report> {
        let mut report = Report::new();
        self.check_at(Some(global), &Path::ROOT, &mut report);
        report.into_result(())
    }
}

/// Reads a receiver; its integrations may have from `global` what they do not have themselves. `None` where it is no mapping.
///
/// Problems go to the collector. A receiver that has some is returned as far as it could be read.
pub(super) fn read_receiver<'y>(
    collector: &mut Collector<'y>,
    decoder: &mut GoDecoder,
    node: Node<'y>,
    global: &ConfigGlobal,
) -> Option<ConfigReceiver> {
    let mut receiver = ConfigReceiver::default();
    let is_right = receiver.read(collector, decoder, Some(global), node);
    (is_right || node.target().kind() == NodeKind::Mapping).then_some(receiver)
}

/// Reads the section `global`. Problems go to the collector.
pub(super) fn read_global<'y>(collector: &mut Collector<'y>, decoder: &mut GoDecoder, node: Node<'y>) -> ConfigGlobal {
    let mut global = ConfigGlobal::default();
    // An empty section is no section: its defaults stay.
    if !node.target().is_null() {
        global.read(collector, decoder, None, node);
    }
    global
}

#[cfg(test)]
mod tests {
    use crate::validations::yaml::YamlLimits;

    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        match ConfigReceiver::read(text, &YamlLimits::default()) {
            Ok(_) => Vec::new(),
            Err(errors) => errors.iter().map(|problem| problem.code).collect(),
        }
    }

    #[test]
    fn differences_from_alertmanager_hold() {
        // 1.
        assert_eq!(codes("name: a\nslack_configs: [{app_token: b, update_message: true}]\n"), ["config_needs_field"]);
        // 2.
        let text = "name: a\nslack_configs: [{app_token: b, fields: [null], actions: [null]}]\n";
        let receiver = ConfigReceiver::read(text, &YamlLimits::default()).unwrap();
        assert!(receiver.slack_configs.iter().all(|slack| slack.fields.is_empty() && slack.actions.is_empty()));
        // 3.
        assert_eq!(codes("name: a\nwebhook_configs: [{url: \"http://x\", max_alerts: 9223372036854775808}]\n"), ["yaml_wrong_type"]);
        assert_eq!(codes("name: a\nwebhook_configs: [{url: \"http://x\", max_alerts: 9223372036854775807}]\n"), [""; 0]);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let text = "name: a\nslack_configs: [{api_url: x, chanel: b}]\nwebhook_configs: [null, {}]\ntelegram_configs: [{chat_id: 1, parse_mode: x}]\n";
        assert_eq!(codes(text), ["invalid_http_url", "unknown_field", "config_null_item", "missing_field", "config_wrong_value"]);
    }
}
