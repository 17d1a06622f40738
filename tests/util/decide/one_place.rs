//! The one source that Alertmanager 0.33 remembers for each combination of `equal` values of a rule (`inhibit/inhibit.go`): what the documented
//! differences of `Inhibitor` are measured against.

use std::collections::BTreeMap;

use alert_schemas::Alert;
use alert_schemas::Fingerprint;
use alert_schemas::Labels;
use alert_schemas::Timestamp;
use alert_schemas::notifications::InhibitionRule;

/// The values of the `equal` labels.
type Values = Vec<String>;

#[derive(Debug)]
pub(crate) struct OnePlace {
    rules: Vec<InhibitionRule>,
    /// By the place of the rule.
    places: BTreeMap<(usize, Values), Fingerprint>,
    alerts: BTreeMap<Fingerprint, (Labels, Timestamp)>,
}

fn values(rule: &InhibitionRule, labels: &Labels) -> Values {
    rule.equal.iter().map(|name| labels.get(name.as_str()).unwrap_or_default().to_owned()).collect()
}

impl OnePlace {
    pub(crate) fn new(rules: Vec<InhibitionRule>) -> Self {
        Self { rules, places: BTreeMap::new(), alerts: BTreeMap::new() }
    }

    /// Takes an alert in, as it is now; in the order in which they come.
    pub(crate) fn see(&mut self, alert: &Alert) {
        let (fingerprint, end) = (alert.fingerprint(), alert.ends_at.unwrap_or_else(Timestamp::max));
        self.alerts.insert(fingerprint, (alert.labels.clone(), end));
        for (index, rule) in self.rules.iter().enumerate().filter(|(_, rule)| rule.source_matchers.matches(&alert.labels)) {
            let place = self.places.entry((index, values(rule, &alert.labels))).or_insert(fingerprint);
            // It gives way to one that ends no sooner.
            if self.alerts[place].1 <= end {
                *place = fingerprint;
            }
        }
    }

    /// The source that the server names for these labels.
    pub(crate) fn inhibitor(&self, labels: &Labels, now: Timestamp) -> Option<Fingerprint> {
        let targeted = self.rules.iter().enumerate().filter(|(_, rule)| rule.target_matchers.matches(labels));
        let mut found = targeted.filter_map(|(index, rule)| {
            let fingerprint = self.places.get(&(index, values(rule, labels)))?;
            let (source, end) = &self.alerts[fingerprint];
            let is_two_sided = rule.source_matchers.matches(labels) && rule.target_matchers.matches(source);
            (*end > now && !is_two_sided).then_some(*fingerprint)
        });
        found.next()
    }
}
