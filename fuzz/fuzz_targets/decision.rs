//! What is stored of decisions and silences is refused, or reads back equal; and what was read goes on.

#![no_main]

use alert_schemas::notifications::Decider;
use alert_schemas::notifications::DecisionPlan;
use alert_schemas::notifications::DecisionState;
use alert_schemas::notifications::NotificationConfig;
use alert_schemas::notifications::Receiver;
use alert_schemas::notifications::Route;
use alert_schemas::notifications::Silences;
use alert_schemas::notifications::StoredSilences;
use alert_schemas::validations::DecodeLimits;
use libfuzzer_sys::fuzz_target;

fn plan() -> DecisionPlan {
    let mut config = NotificationConfig::new(Route::builder().receiver("ops").build().expect("a route"));
    config.receivers.push(Receiver::new("ops".parse().expect("a name")));
    DecisionPlan::new(&config).expect("a plan")
}

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits::default();
    if let Ok(stored) = StoredSilences::decode(bytes, &limits) {
        let text = serde_json::to_vec(&stored).expect("JSON");
        assert_eq!(StoredSilences::decode(&text, &limits).as_ref(), Ok(&stored));
        // A silence without an id gets one when it is taken up, and only then.
        let taken_up = Silences::from_state(stored).expect("what was read is valid").state();
        assert_eq!(taken_up.check(), Ok(()));
        assert_eq!(Silences::from_state(taken_up.clone()).expect("what was written is valid").state(), taken_up);
    }
    if let Ok(state) = DecisionState::decode(bytes, &limits) {
        let text = serde_json::to_vec(&state).expect("JSON");
        assert_eq!(DecisionState::decode(&text, &limits).as_ref(), Ok(&state));
        let mut decider = Decider::from_state(plan(), state).expect("what was read is valid");
        for _ in 0..3 {
            let Some(due) = decider.next_due() else { break };
            decider.advance(&Silences::new(), due);
            // A look at a group that is due leaves it, or puts it off.
            assert!(decider.next_due().is_none_or(|next| next > due), "{due}");
        }
        let text = serde_json::to_vec(&decider.state()).expect("JSON");
        assert_eq!(DecisionState::decode(&text, &limits).as_ref(), Ok(&decider.state()));
    }
});
