//! What holds of every alert: properties over arbitrary ones.

#![cfg(feature = "proptest")]

use alert_schemas::Alert;
use alert_schemas::AlertDuration;
use alert_schemas::AlertSeverity;
use alert_schemas::AlertStatus;
use alert_schemas::TenantId;
use alert_schemas::Timestamp;
use alert_schemas::alerts::Acknowledgement;
use alert_schemas::alerts::EndCause;
use alert_schemas::alerts::Labels;
use alert_schemas::alerts::Suppression;
use alert_schemas::alerts::SuppressionReason;
use alert_schemas::validations::DecodeLimits;
use alert_schemas::webhooks::alertmanager::PostableAlert;
use alert_schemas::webhooks::alertmanager::Reception;
use proptest::prelude::*;

/// Two receptions of the same alert: everything but identity differs freely.
fn same_alert() -> impl Strategy<Value = (Alert, Alert)> {
    (any::<Alert>(), any::<Alert>()).prop_map(|(a, mut b)| {
        b.tenant = a.tenant.clone();
        b.labels = a.labels.clone();
        b.source = a.source.clone();
        (a, b)
    })
}

proptest! {
    #[test]
    fn arbitrary_alerts_are_right_and_read_back(alert in any::<Alert>()) {
        prop_assert_eq!(alert.check(), Ok(()));
        let text = serde_json::to_vec(&alert).unwrap();
        let read = Alert::decode(&text, &DecodeLimits::default());
        prop_assert_eq!(read.as_ref(), Ok(&alert), "{}", String::from_utf8_lossy(&text));
    }

    #[test]
    fn identity_does_not_hang_on_what_only_describes(alert in any::<Alert>(), other in any::<Alert>()) {
        let mut changed = alert.clone();
        changed.annotations = other.annotations;
        changed.metadata = other.metadata;
        changed.severity = other.severity;
        changed.starts_at = alert.starts_at;
        changed.assignee = other.assignee;
        prop_assert_eq!(changed.identity(), alert.identity());
        prop_assert_eq!(changed.derived_id(), alert.derived_id());
    }

    #[test]
    fn a_repetition_changes_no_content(alert in any::<Alert>(), seconds in 0_u32..100_000) {
        let later = alert.last_seen() + AlertDuration::seconds(seconds);
        let mut repeated = alert.clone();
        repeated.updated_at = Some(later);
        repeated.received_at = Some(later);
        if alert.status != AlertStatus::Resolved {
            repeated.ends_at = Some(later.max(alert.starts_at));
        }
        prop_assert_eq!(repeated.content_fingerprint(), alert.content_fingerprint());
        repeated.annotations.insert("changed".parse().unwrap(), "x".parse().unwrap()).unwrap();
        prop_assert_ne!(repeated.content_fingerprint(), alert.content_fingerprint());
    }

    #[test]
    fn merging_is_commutative_and_idempotent((a, b) in same_alert(), now in any::<Timestamp>()) {
        let merged = a.merge(&b, now);
        prop_assert_eq!(&merged, &b.merge(&a, now));
        prop_assert_eq!(a.merge(&a, now), a.clone());
        prop_assert_eq!(merged.starts_at, a.starts_at.min(b.starts_at));
        prop_assert!(merged.id == a.id || merged.id == b.id);
        // Merging one of the two in again changes nothing that the alert says.
        prop_assert_eq!(merged.merge(&merged, now), merged);
    }

    #[test]
    fn a_merged_alert_is_right((a, b) in same_alert(), now in any::<Timestamp>()) {
        prop_assert_eq!(a.merge(&b, now).check(), Ok(()));
    }

    #[test]
    fn status_only_moves_along_the_table(mut alert in any::<Alert>(), steps in prop::collection::vec((0_u8..4, 0_u32..600), 0..12)) {
        let mut now = alert.last_seen().max(alert.starts_at);
        for (step, seconds) in steps {
            now = now + AlertDuration::seconds(seconds);
            let before = alert.status_at(now);
            let done = match step {
                0 => { alert.fire(now); true }
                1 => { alert.resolve(EndCause::Signal, now); true }
                2 => alert.acknowledge(Acknowledgement::new("ada".parse().unwrap(), now)).is_ok(),
                _ => alert.unacknowledge(now).is_ok(),
            };
            let after = alert.status_at(now);
            let in_table = AlertStatus::transitions().iter().any(|row| row.from == before && row.to == after);
            prop_assert!(if done { in_table } else { before == after }, "{} to {} by {}", before, after, step);
            prop_assert_eq!(alert.check(), Ok(()));
        }
    }

    #[test]
    fn suppression_leaves_the_status(mut alert in any::<Alert>(), now in any::<Timestamp>()) {
        let before = alert.status_at(now);
        alert.suppress(Suppression::new(SuppressionReason::Silenced, "7f3".parse().unwrap()));
        prop_assert!(alert.is_suppressed());
        prop_assert_eq!(alert.status_at(now), before);
    }

    #[test]
    fn posting_and_receiving_keeps_the_fingerprint(alert in any::<Alert>(), now in any::<Timestamp>()) {
        let post = PostableAlert::from_alert(&alert, now).value;
        match post.to_alert(&Reception::at(now)) {
            Ok(received) => {
                prop_assert_eq!(received.value.fingerprint(), alert.fingerprint());
                prop_assert_eq!(&received.value.annotations, &alert.annotations);
                prop_assert_eq!(received.value.starts_at, alert.starts_at);
            }
            // Only an alert that nothing identifies there is refused.
            Err(report) => prop_assert!(alert.labels.without_empty().is_empty(), "{report}"),
        }
    }
}

/// The counterexample of `Alert::merge`'s documentation: grouping matters.
#[test]
fn merging_three_hangs_on_the_grouping() {
    let t0: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let at = |minutes| t0 + AlertDuration::minutes(minutes);
    let alert = |updated, end, cause| {
        let mut alert = Alert::builder("disk full", AlertSeverity::High, t0).name("DiskFull").ends_at(at(end), cause).build().unwrap();
        alert.updated_at = Some(at(updated));
        alert
    };
    let (a, b, c) = (alert(0, 10, EndCause::Signal), alert(1, 20, EndCause::Timeout), alert(2, 5, EndCause::Timeout));
    let left = a.merge(&b, t0).merge(&c, t0);
    let right = a.merge(&b.merge(&c, t0), t0);
    assert_eq!(left.ends_at, Some(at(5)));
    assert_eq!(right.ends_at, Some(at(10)));
}

/// Overlap is strict: alerts that only touch are two.
#[test]
fn overlap_is_strict() {
    let t0: Timestamp = "2025-01-06T09:00:00Z".parse().unwrap();
    let alert = |from: u32, to: Option<u32>| {
        let mut alert = Alert::builder("x", AlertSeverity::Low, t0 + AlertDuration::seconds(from)).name("x").build().unwrap();
        alert.ends_at = to.map(|to| t0 + AlertDuration::seconds(to));
        alert
    };
    assert!(alert(0, Some(10)).overlaps(&alert(5, Some(15))));
    assert!(alert(0, Some(10)).overlaps(&alert(1, None)));
    assert!(alert(5, None).overlaps(&alert(0, Some(7))));
    assert!(!alert(0, Some(10)).overlaps(&alert(10, Some(20))));
    assert!(!alert(5, Some(10)).overlaps(&alert(0, Some(5))));
}

/// Two alerts without labels and with different messages never merge; neither do alerts of two tenants.
#[test]
fn alerts_without_labels_keep_apart() {
    let alert =
        |tenant: &str, message: &str| Alert::builder(message, AlertSeverity::Low, Timestamp::UNIX_EPOCH).tenant(tenant).build().unwrap();
    assert_ne!(alert("a", "disk full").identity(), alert("a", "disk empty").identity());
    assert_eq!(alert("a", "disk full").identity(), alert("b", "disk full").identity());
    assert_ne!(alert("a", "disk full").key(), alert("b", "disk full").key());
    assert_ne!(alert("a", "disk full").id, alert("b", "disk full").id);
    let unnamed = Alert::builder("x", AlertSeverity::Low, Timestamp::UNIX_EPOCH).label("instance", "db-1").build().unwrap();
    let mut renamed = unnamed.clone();
    renamed.message = "y".parse().unwrap();
    assert_eq!(unnamed.identity(), renamed.identity());
    assert!(unnamed.identity().to_string().starts_with("content:v1:"));
    assert_eq!(TenantId::default().as_str(), "default");
    assert_eq!(
        unnamed.notification_hash(),
        alert_schemas::alerts::NotificationHash::of(&Labels::from_pairs([("instance", "db-1")]).unwrap())
    );
}

#[test]
fn every_problem_of_a_document_is_told_with_its_place() {
    let text = r#"{
  "message": "",
  "severity": "page",
  "status": "resolved",
  "labels": {"": "x", "team": 7},
  "starts_at": "2025-02-29T00:00:00Z",
  "rule_id": null,
  "links": [{"kind": "wiki", "href": "a b", "colour": "red"}],
  "times_repeated": -1,
  "x_kept": {"anything": [1]}
}"#;
    let report = Alert::decode(text.as_bytes(), &DecodeLimits::default()).unwrap_err();
    assert_eq!(
        format!("{report:#}"),
        "11 problems
  /message (line 2, column 14): `` is not a message: expected 1 to 16384 characters
  /severity (line 3, column 15): `page` is not a severity: expected one of `critical` `high` `warning` `low` `info`
  /labels/ (line 5, column 14): `` is not a label name: expected 1 to 1024 characters
  /labels/team (line 5, column 31): expected a string, found a number
  /starts_at (line 6, column 16): `2025-02-29T00:00:00Z` is not a time: expected RFC 3339 such as `2025-01-06T09:00:00Z`, with a day that exists
  /rule_id (line 7, column 14): expected a string, found null
  /links/0/kind (line 8, column 22): `wiki` is not a kind of link: expected one of `source` `runbook` `dashboard` `other`
  /links/0/href (line 8, column 38): `a b` is not a link: expected 1 to 8192 characters without blanks
  /links/0/colour (line 8, column 45): `colour` is not known here: expected one of `kind`, `href`, `text`
  /times_repeated (line 9, column 21): `-1` is not a count: expected a whole number from 0 to 9007199254740991"
            .replace("11 problems", "10 problems")
    );
}

#[test]
fn rules_across_fields_are_told_at_their_field() {
    let text = r#"{"message": "x", "severity": "low", "status": "acknowledged", "starts_at": "2025-01-06T09:00:00Z",
  "ends_at": "2025-01-06T08:00:00Z", "suppressions": [{"reason": "muted", "by": "a"}, {"reason": "muted", "by": "a"}]}"#;
    let report = Alert::decode(text.as_bytes(), &DecodeLimits::default()).unwrap_err();
    assert_eq!(
        format!("{report:#}"),
        "3 problems
  /status (line 1, column 47): an acknowledged alert needs an `acknowledgement`
  /ends_at (line 2, column 14): `ends_at` 2025-01-06T08:00:00Z is before `starts_at` 2025-01-06T09:00:00Z
  /suppressions (line 2, column 54): `muted` by `a` stands there twice"
    );
    let many = format!(
        r#"{{"message":"x","severity":"low","starts_at":"2025-01-06T09:00:00Z","end_cause":"signal","links":[{}]}}"#,
        vec![r#"{"kind":"other","href":"/"}"#; 33].join(",")
    );
    let report = Alert::decode(many.as_bytes(), &DecodeLimits::default()).unwrap_err();
    let told: Vec<_> = report.violations().iter().map(|violation| violation.message.as_str()).collect();
    assert_eq!(told, ["`end_cause` needs an `ends_at`", "`links` has 33 items: expected at most 32"]);
}
