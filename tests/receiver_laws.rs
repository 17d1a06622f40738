//! What holds for every receiver: it comes back from Alertmanager's form but for what is named as lost.

#![cfg(all(feature = "proptest", feature = "yaml"))]

use alert_schemas::notifications::Channel;
use alert_schemas::notifications::Receiver;
use alert_schemas::utils::SecretDisplay;
use alert_schemas::validations::Loss;
use alert_schemas::validations::yaml::YamlLimits;
use alert_schemas::webhooks::alertmanager::config::ConfigGlobal;
use alert_schemas::webhooks::alertmanager::config::ConfigReceiver;
use proptest::prelude::*;
use serde_json::Value;

/// The receiver without what is named as lost, its channels in Alertmanager's order.
fn without(receiver: &Receiver, losses: &[Loss]) -> Receiver {
    let mut json = receiver.to_exposed_json();
    let mut places: Vec<_> = losses.iter().filter(|loss| loss.code != "channel_order_changed").collect();
    // From the back, so that the places of the others stay.
    places.sort_by_key(|loss| std::cmp::Reverse(loss.path.steps().nth(1).and_then(|step| step.parse::<usize>().ok())));
    for loss in places {
        let steps: Vec<_> = loss.path.steps().collect();
        let (last, above) = steps.split_last().unwrap();
        let mut inside = &mut json;
        for step in above {
            inside = match inside {
                Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
                other => &mut other[step.as_str()],
            };
        }
        match inside {
            Value::Array(items) => drop(items.remove(last.parse().unwrap())),
            Value::Object(members) => drop(members.remove(last).unwrap_or_else(|| panic!("{loss}: nothing is there"))),
            _ => panic!("{loss}"),
        }
    }
    let mut receiver: Receiver = serde_json::from_value(json).unwrap();
    receiver.channels.sort_by_key(|channel| Channel::KINDS.iter().position(|kind| *kind == channel.kind()));
    receiver
}

fn global() -> ConfigGlobal {
    let mut global = ConfigGlobal::default();
    global.smtp_smarthost = "mail.example.org:25".parse().unwrap();
    global.smtp_from = "alerts@example.org".to_owned();
    global
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_receiver_comes_back_but_for_what_is_named(receiver in any::<Receiver>()) {
        let config = ConfigReceiver::from_receiver(&receiver);
        prop_assert_eq!(config.value.check_with(&global()), Ok(()));
        let back = config.value.to_receiver(&ConfigGlobal::default()).unwrap();
        prop_assert!(back.is_exact(), "{:?}", back.losses);
        prop_assert_eq!(back.value, without(&receiver, &config.losses));
        // Nothing is named that is not so.
        if config.is_exact() {
            prop_assert_eq!(config.value.to_receiver(&ConfigGlobal::default()).unwrap().value, receiver);
        }
    }

    #[test]
    fn what_is_written_reads_back_and_hides_secrets(receiver in any::<Receiver>()) {
        let config = ConfigReceiver::from_receiver(&receiver).value;
        let text = config.to_yaml(SecretDisplay::Exposed);
        prop_assert_eq!(&ConfigReceiver::read(&text, &YamlLimits::default()).unwrap(), &config);
        let hidden = config.to_yaml(SecretDisplay::Hidden);
        prop_assert!(ConfigReceiver::read(&hidden, &YamlLimits::default()).is_ok());
        let shown = format!("{hidden}{config:?}{receiver:?}{}", serde_json::to_string(&receiver).unwrap());
        for (place, secret) in receiver.secrets().into_iter().filter(|(_, secret)| secret.expose().len() > 12) {
            prop_assert!(!shown.contains(secret.expose()), "{} is shown", place);
        }
        prop_assert_eq!(serde_json::from_value::<Receiver>(receiver.to_exposed_json()).unwrap(), receiver);
    }
}
