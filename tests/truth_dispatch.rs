//! Whether a receiver is told again, and what an answer means, against the tables of Alertmanager's own tests.

mod util;

use std::collections::BTreeSet;

use alert_schemas::AlertDuration;
use alert_schemas::Timestamp;
use alert_schemas::alerts::NotificationHash;
use alert_schemas::notifications::AttemptOutcome;
use alert_schemas::notifications::FailureReason;
use alert_schemas::notifications::NotificationKey;
use alert_schemas::notifications::NotificationLogEntry;
use alert_schemas::notifications::RetryPolicy;
use alert_schemas::notifications::needs_update;
use serde_json::Value;

use crate::util::Tally;
use crate::util::go_duration;
use crate::util::go_time;

fn hashes(value: &Value) -> BTreeSet<NotificationHash> {
    let list = value["args"].as_array().or_else(|| value.as_array());
    list.into_iter().flatten().map(|number| NotificationHash::from(number.as_u64().unwrap())).collect()
}

#[test]
fn the_dedup_stage() {
    let Some(rows) = util::rows("dispatch: dedup stage", "corpus/alertmanager/go_tables/notify_notify.jsonl") else { return };
    let mut tally = Tally::new("dispatch: dedup stage");
    let now: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let key =
        NotificationKey::new("t".parse().unwrap(), "{}:{}".parse().unwrap(), "r".parse().unwrap(), "w".parse().unwrap(), 0_u32.into());
    for row in rows.iter().filter(|row| row["func"] == "TestDedupStageNeedsUpdate") {
        for case in row["value"].as_array().unwrap() {
            let entry = (!case["entry"].is_null()).then(|| {
                let told = &case["entry"];
                // An entry without a time is from 1970.
                let timestamp =
                    if told["Timestamp"].is_null() { Timestamp::UNIX_EPOCH } else { go_time(&told["Timestamp"], now).expect("a time") };
                NotificationLogEntry::new(key.clone(), hashes(&told["FiringAlerts"]), hashes(&told["ResolvedAlerts"]), timestamp, now)
            });
            let repeat = case["repeat"]["$go"].as_str().map_or(0, |text| go_duration(text).expect("a duration"));
            let repeat = AlertDuration::seconds(u32::try_from(repeat).unwrap());
            let (firing, resolved) = (hashes(&case["firingAlerts"]), hashes(&case["resolvedAlerts"]));
            let send_resolved = case["resolve"].as_bool().unwrap_or(false);
            let found = needs_update(entry.as_ref(), &firing, &resolved, repeat, now, send_resolved);
            tally.compare(case, found.is_some(), case["res"].as_bool().unwrap());
        }
    }
    tally.finish();
}

/// The statuses that Go names in the tables.
fn status(value: &Value) -> u16 {
    match value["$go"].as_str().unwrap() {
        "http.StatusOK" => 200,
        "http.StatusMovedPermanently" => 301,
        "http.StatusBadRequest" => 400,
        "http.StatusTooManyRequests" => 429,
        "http.StatusInternalServerError" => 500,
        "http.StatusBadGateway" => 502,
        "http.StatusServiceUnavailable" => 503,
        other => panic!("{other}"),
    }
}

#[test]
fn the_retrier() {
    let Some(rows) = util::rows("dispatch: retrier", "corpus/alertmanager/go_tables/notify_util.jsonl") else { return };
    let mut tally = Tally::new("dispatch: retrier");
    for row in &rows {
        let cases = row["value"].as_array().into_iter().flatten();
        match row["func"].as_str().unwrap() {
            "TestRetrierCheck" => {
                for case in cases {
                    let codes = case["retrier"]["RetryCodes"].as_array().into_iter().flatten().map(|code| u32::from(status(code)).into());
                    let outcome = RetryPolicy::default().with_retried_statuses(codes).outcome(status(&case["status"]));
                    let expected = match (case["retry"].as_bool().unwrap(), case["expectedErr"].is_null()) {
                        (true, _) => AttemptOutcome::Retry,
                        (false, true) => AttemptOutcome::Delivered,
                        (false, false) => AttemptOutcome::Failed,
                    };
                    tally.compare(case, outcome, expected);
                }
            }
            "TestGetFailureReasonFromStatusCode" => {
                for case in cases {
                    let expected = match case["expected"]["$go"].as_str().unwrap() {
                        "RateLimitedReason" => FailureReason::RateLimited,
                        "ServerErrorReason" => FailureReason::ServerError,
                        "DefaultReason" => FailureReason::Other,
                        other => panic!("{other}"),
                    };
                    tally.compare(case, FailureReason::of_status(status(&case["statusCode"])), expected);
                }
            }
            _ => {}
        }
    }
    tally.finish();
}
